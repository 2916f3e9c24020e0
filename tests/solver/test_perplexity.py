"""Perplexity and what it comes from, and losses given one by one."""

from __future__ import annotations

import math

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Se a perplexidade é 40, qual é a perda média?", math.log(40)),
        ("perplexidade 16: qual a entropia em bits?", 4.0),
        ("perplexidade de um modelo uniforme sobre um vocabulário de 30.000 tokens?", 30_000.0),
        ("perplexidade de um modelo uniforme com 8 opções", 8.0),
        ("perplexidade com loss 3,2", math.exp(3.2)),
        ("As perdas individuais de um lote foram 0,5; 1,5 e 4. Qual a perda média?", 2.0),
        ("As perdas individuais de um lote foram 0,5; 1,5 e 4. Qual a perda total?", 6.0),
        ("As probabilidades das classes verdadeiras de três exemplos foram 0,5; 0,25 e 0,8. "
         "Qual a entropia cruzada média?", -math.log(0.5 * 0.25 * 0.8) / 3),
    ],
)  # fmt: skip
def test_values(text: str, expected: float) -> None:
    solution = solve(text)
    assert solution is not None
    assert all(check.passed for check in solution.checks)
    assert solution.value == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("perplexidade 0,5: qual a perda?", "menor que 1"),
        ("perplexidade das probabilidades [0,5; 1,2]", "no máximo 1"),
        ("Qual a perplexidade do meu modelo?", "falta a perda"),
    ],
)
def test_faulty(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


def test_swapped_logarithm_is_recognised() -> None:
    solution = solve("Se a perplexidade é 40, qual é a perda média? deu 5,32, certo?")
    assert solution is not None
    assert "log₂" in solution.remarks[0]
