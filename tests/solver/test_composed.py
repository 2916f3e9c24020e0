"""Expressions with activation functions."""

import numpy as np
import pytest

from tutor import solver


def _sigmoid(x: float) -> float:
    return float(1 / (1 + np.exp(-x)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quanto dá 5 vezes a sigmoide de 0?", 2.5),
        ("sigmoide de 1 vezes 2", 2 * _sigmoid(1)),
        ("1 - sigmoide(-1)", 1 - _sigmoid(-1)),
        ("calcule tanh(relu(-2)) + 3", 3.0),
        ("aplique a sigmoide duas vezes em x = 2", _sigmoid(_sigmoid(2))),
        ("relu em -3 e depois a sigmoide", 0.5),
        ("a sigmoide depois da relu em 1", _sigmoid(1)),
        ("a metade da tanh de 1", float(np.tanh(1) / 2)),
        ("x = 3: quanto vale x * sigmoide(x)?", 3 * _sigmoid(3)),
        ("softmax(relu([-1, 0, -2]))", [1 / 3] * 3),
    ],
)
def test_expression(text: str, expected: object) -> None:
    solution = solver.solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(expected)


def test_two_functions_are_no_expression() -> None:
    solution = solver.solve("sigmoide em 2 e tanh em 1")
    assert solution is not None
    assert solution.problem.kind == "activation"
