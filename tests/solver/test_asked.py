"""Which results a message asks for by name, and what is said where a solution lacks one."""

from __future__ import annotations

import pytest

from tutor.errors import MissingData
from tutor.solver import solve
from tutor.solver.asked import results_asked
from tutor.solver.fields import Statement


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("Calcule a média e o desvio padrão de 1, 2 e 4.", ["mean", "std"]),
        ("acurácia, precisão e recall?", ["accuracy", "precision", "recall"]),
        ("Monte a matriz de confusão (linha = real) e dê a acurácia.", ["matrix", "accuracy"]),
        ("Que temperatura dá isso?", ["temperature"]),
        ("qual a perda se a probabilidade da classe certa é 0,3?", ["loss"]),
        ("o modelo deu 92% de chance pra classe certa, a loss é quanto?", []),
        ("Precisão 0,6 e revocação 0,9: qual o F1?", ["f1"]),
        ("Quanto vale a entropia cruzada, considerando que são logits?", ["loss"]),
    ],
)
def test_results_asked(text: str, quantities: list[str]) -> None:
    assert [each.quantity for each in results_asked(Statement(text))] == quantities


@pytest.mark.parametrize(
    "text",
    [
        "A entropia cruzada de um exemplo foi 0,51. Que gradiente tem o peso da saída?",
        "se a perplexidade do corpus é 30, qual foi a divergência KL",
    ],
)
def test_another_quantity_is_not_passed_off_as_the_one_asked_for(text: str) -> None:
    try:
        solution = solve(text)
    except MissingData:
        return
    assert solution is None
