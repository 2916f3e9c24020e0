"""MSE, RMSE, MAE, entropy and KL, against scikit-learn and SciPy."""

from __future__ import annotations

import math
from random import Random

import pytest
from scipy.stats import entropy
from sklearn.metrics import mean_absolute_error, mean_squared_error

from tutor.errors import SolverError
from tutor.solver import solve
from tutor.solver.format import plain_vector


def value(text: str, previous=None) -> float:
    solution = solve(text, previous)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), solution.checks
    return solution.value


def test_regression_against_sklearn() -> None:
    random = Random(5)
    for _ in range(50):
        n = random.randint(2, 6)
        y = [round(random.uniform(-9, 9), 1) for _ in range(n)]
        p = [round(random.uniform(-9, 9), 1) for _ in range(n)]
        text = f"para y = {plain_vector(y)} e previsões {plain_vector(p)}"
        assert value(f"calcule o MSE {text}") == pytest.approx(mean_squared_error(y, p))
        assert value(f"qual o RMSE {text}?") == pytest.approx(math.sqrt(mean_squared_error(y, p)))
        assert value(f"erro absoluto médio {text}") == pytest.approx(mean_absolute_error(y, p))
    assert value("Calcule o MSE: y = [3, 5], ŷ = [2, 7]") == pytest.approx(2.5)
    with pytest.raises(SolverError, match="2 valores reais e 3"):
        solve("calcule o MSE de [1, 2] e [1, 2, 3]")


def test_entropy_against_scipy() -> None:
    assert value("qual a entropia da distribuição [0,5; 0,5]?") == pytest.approx(1)
    p, q = [0.5, 0.3, 0.2], [0.2, 0.2, 0.6]
    text = "divergência KL entre p = [0,5; 0,3; 0,2] e q = [0,2; 0,2; 0,6]"
    assert value(f"calcule a {text}") == pytest.approx(entropy(p, q))
    with pytest.raises(SolverError, match="não é uma distribuição"):
        solve("calcule a entropia da distribuição [0,5; 0,9]")


@pytest.mark.parametrize(
    "text", ["o que é o MSE?", "o que é entropia?", "explique a divergência KL"]
)
def test_concepts(text: str) -> None:
    assert solve(text) is None
