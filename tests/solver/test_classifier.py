"""Classifier's problems in any shape: names and numbers in any order, several results, batches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver import solve
from tutor.solver.fields import Statement
from tutor.solver.groups import groups
from tutor.solver.roles import role_of


@pytest.mark.parametrize(
    ("text", "numbers", "names"),
    [
        ("saídas: trem 1,5, ônibus -0,5 e metrô 2", (1.5, -0.5, 2.0), ("trem", "ônibus", "metrô")),
        ("30% azul, 50% verde, 20% roxo", (0.3, 0.5, 0.2), ("azul", "verde", "roxo")),
        ("deu 4 para arroz, 1 para o feijão e 0 para a farofa", (4, 1, 0),
         ("arroz", "feijão", "farofa")),
        ("classe A: 0,2; classe B: 1,1", (0.2, 1.1), ("A", "B")),
        ("1,2 (norte), 0,4 (sul) e -1 (leste)", (1.2, 0.4, -1), ("norte", "sul", "leste")),
        ("z1 = 3 e z2 = -2", (3, -2), ()),
    ],
)  # fmt: skip
def test_groups(text: str, numbers: tuple[float, ...], names: tuple[str, ...]) -> None:
    (group,) = groups(Statement(text))
    assert group.numbers == pytest.approx(numbers)
    assert group.names == names


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("os logits são [1; 2; 3]", "logits"),
        ("[1; 2; 3] são os logits", "logits"),
        ("as probabilidades foram 0,2; 0,3 e 0,5", "probabilities"),
        ("calcule as probabilidades de [1; 2; 3]", ""),
        ("alvo: [0; 1; 0]", "target"),
        ("probabilidade da classe correta: 0,2; 0,7 e 0,9", "right_probabilities"),
        ("depois da softmax saiu [0,5; 0,5]", "probabilities"),
    ],
)
def test_roles(text: str, role: str) -> None:
    statement = Statement(text)
    (group,) = groups(statement)
    assert role_of(statement, group, []) == role


def soft(logits: list[float], temperature: float = 1.0) -> list[float]:
    found: list[float] = softmax(np.array(logits) / temperature).tolist()
    return found


def loss(logits: list[float], index: int) -> float:
    return -float(log_softmax(logits)[index])


FRUITS = [1.5, -0.4, 0.9]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A rede deu logits figo 1,5, caqui -0,4 e jaca 0,9. A fruta era jaca. Quero a perda "
         "(entropia cruzada).", loss(FRUITS, 2)),
        ("logits 1.5 , -0.4 , 0.9 , certa é a do meio. cross entropy?", loss(FRUITS, 1)),
        ("Logits: figo 1,5; caqui -0,4; jaca 0,9. Com temperatura da amostragem igual a 2, qual a "
         'probabilidade de sair "caqui"?', soft(FRUITS, 2)[1]),
        ("softmax([1.5, -0.4, 0.9]) com T=1 e com T=5",
         {"T=1": soft(FRUITS), "T=5": soft(FRUITS, 5)}),
        ("logits [1,5; -0,4; 0,9], classe correta a primeira: calcule as probabilidades e a perda",
         {"probabilidades": soft(FRUITS), "perda": loss(FRUITS, 0)}),
        ("Qual o logsumexp de (1,5; -0,4; 0,9)?", float(np.logaddexp.reduce(FRUITS))),
        ("log_softmax deu [-0.5108, -1.6094, -1.6094]. Quais as probabilidades?", [0.6, 0.2, 0.2]),
        ("lote, logits:\n[1, 0] -> sim\n[0, 2] -> sim\nclasses (sim, não). perda média e soma",
         {"média": (loss([1, 0], 0) + loss([0, 2], 0)) / 2,
          "soma": loss([1, 0], 0) + loss([0, 2], 0)}),
        ("logits (2; 0) com rótulo 1 e (1; 3) com rótulo 0; perda média?",
         (loss([2, 0], 1) + loss([1, 3], 0)) / 2),
        ("entropia cruzada média (logits):\n| n | sim | não | rótulo |\n|---|---|---|---|\n"
         "| 1 | 2 | 0 | não |\n| 2 | 1 | 1 | sim |", (loss([2, 0], 1) + math.log(2)) / 2),
        ("alvo: 70% sol, 30% chuva\nprevisão: 60% sol, 40% chuva\nentropia cruzada?",
         -(0.7 * math.log(0.6) + 0.3 * math.log(0.4))),
        ("o alvo é 1/2 para sol e 1/2 para neve. Logits sol 1, neve 0, chuva 2. Calcule a perda.",
         (loss([1, 0, 2], 0) + loss([1, 0, 2], 1)) / 2),
        ("A rede deu à classe certa, em três imagens, as probabilidades 0,9; 0,5 e 0,2. Entropia "
         "cruzada média?", -math.log(0.9 * 0.5 * 0.2) / 3),
        ("probabilidades 0,6 (certa), 0,3 e 0,1: entropia cruzada?", -math.log(0.6)),
        ("O logit da classe correta é 2 e os outros são 0 e 1. Entropia cruzada?",
         loss([2, 0, 1], 0)),
        ("Logits 1, 3 e 2: quantas vezes a classe 2 é mais provável que a classe 1 na softmax?",
         math.exp(2)),
        ("a rede previu 0,5 para sol, 0,5 para lua; era lua. perda em nats e em bits?",
         {"nats": math.log(2), "bits": 1.0}),
        ("softmax([1,2]) e softmax([2,1])", {"1º": soft([1, 2]), "2º": soft([2, 1])}),
        ("alvo [0, 1], probabilidades [0.3, 0.7], qual o gradiente dL/dz?", [0.3, -0.3]),
        ("Se a rede deu 8% de probabilidade para o rótulo correto, qual a perda?",
         -math.log(0.08)),
        ("Escreva o vetor alvo com label smoothing de 0,2, quatro classes, a certa é a segunda",
         [0.05, 0.85, 0.05, 0.05]),
    ],
)  # fmt: skip
def test_results(text: str, expected: Json) -> None:
    solution = solve(text)
    assert solution is not None
    assert all(check.passed for check in solution.checks)
    if isinstance(expected, dict):
        assert isinstance(solution.value, dict)
        assert solution.value.keys() >= expected.keys()
        for name, each in expected.items():
            np.testing.assert_allclose(
                np.asarray(solution.value[name], dtype=float), np.asarray(each), atol=1e-4
            )
    else:
        np.testing.assert_allclose(
            np.asarray(solution.value, dtype=float), np.asarray(expected), atol=1e-4
        )


def test_the_class_and_its_probability() -> None:
    solution = solve("Para qual classe sobra menos probabilidade e quanto ela recebe? softmax de "
                     "figo=1.5, caqui=-0.4, jaca=0.9")  # fmt: skip
    assert solution is not None and isinstance(solution.value, dict)
    assert solution.value["classe"] == "caqui"
    assert solution.value["probabilidade"] == pytest.approx(soft(FRUITS)[1])


@pytest.mark.parametrize(
    "text",
    [
        "logits [1; 2; 3], classes a, b e c, entropia cruzada?",
        "a rede deu 60% gato, 50% cão; era gato. entropia cruzada?",
        "Logits gato 1, cão 2. Era um peixe: a classe correta é peixe. Entropia cruzada?",
        "aplica softmax com temperatura 0,8, por favor! preciso pra hoje",
    ],
)
def test_asks_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)


def test_a_follow_up_changes_every_part() -> None:
    first = solve("logits [2; 1; 0], classe correta a primeira: as probabilidades e a perda?")
    assert first is not None
    second = solve("e se o primeiro logit for 0?", first.problem)
    assert second is not None and isinstance(second.value, dict)
    assert second.value["probabilidades"] == pytest.approx(soft([0, 1, 0]))
    assert second.value["perda"] == pytest.approx(loss([0, 1, 0], 0))
