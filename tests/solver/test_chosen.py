"""One result of several: a class's probability, the largest, a ratio, a row, a count."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.records import Json
from tutor.solver import solve


def soft(logits: list[float], temperature: float = 1.0) -> list[float]:
    powers = [math.exp(each / temperature) for each in logits]
    return [each / sum(powers) for each in powers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("logits: sol 3,1; lua 2; mar -1. Qual a probabilidade de lua?", soft([3.1, 2, -1])[1]),
        ("softmax de [1; 4; 2]: qual é a probabilidade da maior?", soft([1, 4, 2])[1]),
        ("softmax dos logits [0; 1; -2], qual a menor probabilidade?", None),
        ("qual a probabilidade da terceira classe para os logits [1; 2; 0,5]?",
         soft([1, 2, 0.5])[2]),
        ("logits z1 = 3 e z2 = 1: determine p1/p2 com a softmax", math.exp(2)),
        ("escores 2.0 (sol), 1.0 (lua), com temperatura 0.5 qual a probabilidade de sol?",
         soft([2, 1], 0.5)[0]),
        ("qual o logaritmo da probabilidade da primeira classe, logits [0; 1; 2]?",
         math.log(soft([0, 1, 2])[0])),
        ("Quais as probabilidades para os logits [1; 2]?", soft([1, 2])),
        ("A = [[0,5; 0,5],[1; 0]] e V = [[2; 4],[6; 8]]. Qual a nova representação do segundo "
         "token?", [2.0, 4.0]),
        ("Tokens: [eu, li, livros]. Matriz de atenção:\n0 0 1\n1 0 0\n0 1 0\nPara qual palavra "
         '"li" olha?', ["eu"]),
        ('Quantos tokens o BPE gera para "banana" com merges (a,n), (an,a)?', 3),
        ('Quantos pedaços o wordpiece dá para "facom" com fa, ##c, ##o, ##m?', 4),
    ],
)  # fmt: skip
def test_the_one_that_is_asked(text: str, expected: Json) -> None:
    solution = solve(text)
    assert solution is not None
    if expected is None:
        expected = min(soft([0, 1, -2]))
    if isinstance(expected, (float, int)) or (
        isinstance(expected, list) and isinstance(expected[0], float)
    ):
        np.testing.assert_allclose(np.asarray(solution.value, dtype=float), expected, rtol=1e-9)
    else:
        assert solution.value == expected


def test_the_whole_vector_stays_in_the_result() -> None:
    solution = solve("softmax de [1; 4; 2]: qual é a probabilidade da maior?")
    assert solution is not None
    for each in soft([1, 4, 2]):
        assert f"{each:.4f}".replace(".", "{,}") in solution.result


def test_temperature_asked_is_not_computed() -> None:
    assert solve("Qual a temperatura que divide os logits [4, 2] para a razão ser e?") is None
