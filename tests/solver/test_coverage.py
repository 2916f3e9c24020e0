"""Numbers of the text that the inputs do not hold: asked about, never silently left out."""

from __future__ import annotations

import pytest

from tutor.errors import MissingData
from tutor.solver import solve
from tutor.solver.coverage import unused
from tutor.solver.fields import Statement


@pytest.mark.parametrize(
    ("text", "inputs", "left"),
    [
        ("T = 1,5 e logits [2; 1]", {"logits": [2.0, 1.0]}, ["1,5"]),
        ("T = 1,5 e logits [2; 1]", {"logits": [2.0, 1.0], "temperature": 1.5}, []),
        ("logits a 2, b 0,5; a temperatura é 0,5", {"logits": [2.0, 0.5]}, ["0,5"]),
        ("sigmoid(0,7)·(1 - sigmoid(0,7))", {"x": 0.7}, []),
        ("15% de 200", {"rate": 0.15, "n": 200}, []),
        ("divididos em 70/15/15", {"shares": {"train": 0.7, "test": 0.15}}, []),
        ("20% teste e, do resto, 25% validação", {"shares": {"t": 0.2, "v": 0.2}}, []),
        ("acertei 30 dos 45", {"cells": {"tp": 30, "fp": 15}}, []),
        ("uma GPU de 16 GB, na época 30, deu [2; 1]", {"logits": [2.0, 1.0]}, []),
        ("às 14h30 deu [2; 1]", {"logits": [2.0, 1.0]}, []),
        ("{'a': 0, 'b': 1, 'c': 2, 'd': 3, 'e': 4}", {"words": ["abc"]}, []),
        ("o fator 1 - beta^t com beta 0,9", {"beta": 0.9}, []),
        ("classe de índice 3", {"target": 2}, []),
        ("lr em [0.1, 0.01] e C em [1, 10, 100]", {"combinations": 6}, []),
    ],
)
def test_unused(text: str, inputs: dict, left: list[str]) -> None:
    assert [value.text for value in unused(Statement(text), inputs)] == left


def test_a_result_that_is_repeated_is_no_datum() -> None:
    assert not unused(Statement("parte de 3 e vai pra 2,99 mesmo?"), {"w": 3.0}, 2.99)


@pytest.mark.parametrize(
    "text",
    [
        "softmax de [3, 1, 0] com T=2 e com T=5",
        "Calcule a softmax dos logits gato 1,5; cão 0,25. A temperatura usada foi 0,25.",
    ],
)
def test_what_is_left_over_is_asked_about(text: str) -> None:
    try:
        solution = solve(text)
    except MissingData as error:
        assert error.problem is not None
    else:
        assert solution is not None
        assert solution.problem.inputs.get("temperature") != 1.0
