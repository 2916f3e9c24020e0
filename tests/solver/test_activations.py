"""Activations, their derivatives, a neuron and perplexity, against PyTorch."""

from __future__ import annotations

import math
from random import Random

import pytest
import torch
import torch.nn.functional as F

from tutor.errors import SolverError
from tutor.solver import solve
from tutor.solver.format import plain

ORACLES = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky relu": lambda x: F.leaky_relu(x, 0.01),
    "gelu": F.gelu,
    "elu": F.elu,
    "softplus": F.softplus,
    "silu": F.silu,
}


def value(text: str, previous=None):
    solution = solve(text, previous)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), solution.checks
    return solution.value


@pytest.mark.parametrize("name", ORACLES)
def test_against_torch(name: str) -> None:
    random = Random(name)
    for _ in range(40):
        x = round(random.uniform(-8, 8), 2) or 1.0
        point = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        out = ORACLES[name](point)
        out.backward()
        assert value(f"calcule {name} em x = {plain(x)}") == pytest.approx(out.item(), abs=1e-9)
        derivative = value(f"qual a derivada da {name} em {plain(x)}?")
        assert derivative == pytest.approx(point.grad.item(), abs=1e-9)


def test_notations() -> None:
    assert value("sigmoid(2)") == pytest.approx(1 / (1 + math.exp(-2)))
    assert value("σ(−3)") == pytest.approx(1 / (1 + math.exp(3)))
    assert value("calcule a função logística de 0") == 0.5
    assert value("relu de [-1, 0, 2]") == [0, 0, 2]
    assert value("tangente hiperbólica de 0,5") == pytest.approx(math.tanh(0.5))
    assert value("leaky relu de -2 com alpha 0,1") == pytest.approx(-0.2)
    assert value("derivada da sigmoide se a saída é 0,8") == pytest.approx(0.16)
    both = value("calcule a sigmoid e sua derivada em 2")
    assert both["sigmoid_derivative"] == pytest.approx(0.10499, abs=1e-5)
    assert set(value("calcule sigmoid, tanh e relu de 0,5")) == {"sigmoid", "tanh", "relu"}


def test_saturation_and_extremes() -> None:
    solution = solve("a sigmoid satura em x = 10?")
    assert solution is not None
    assert any("está saturada" in step.text for step in solution.steps)
    assert value("sigmoid(1000)") == 1.0
    assert value("derivada da tanh em 400") == pytest.approx(0.0)


def test_follow_up_and_claim() -> None:
    first = solve("sigmoid(2)")
    assert first is not None
    assert value("e em 10?", first.problem) == pytest.approx(0.9999546)
    assert value("e a derivada?", first.problem) == pytest.approx(0.10499, abs=1e-5)
    wrong = solve("calcule a sigmoid de 2. deu 0,119")
    assert wrong is not None and "sinal" in wrong.remarks[0]


def test_neuron() -> None:
    text = (
        "neurônio com pesos w = [0,5; -1], entrada x = [1; 2], bias 0,3 e ativação sigmoid: saída?"
    )
    assert value(text) == pytest.approx(1 / (1 + math.exp(1.2)))
    with pytest.raises(SolverError, match="2 entradas e 3 pesos"):
        solve("neurônio com pesos [1; 2; 3], entrada [1; 2] e relu: calcule a saída")


def test_perplexity() -> None:
    assert value("perplexidade com loss 2,3") == pytest.approx(math.exp(2.3))
    assert value("perplexidade com entropia de 3 bits") == pytest.approx(8)
    text = "qual a perplexidade se as probabilidades são [0,2; 0,5; 0,1]?"
    assert value(text) == pytest.approx((0.2 * 0.5 * 0.1) ** (-1 / 3))
    with pytest.raises(SolverError, match="maiores que 0"):
        solve("calcule a perplexidade das probabilidades [0; 0,5]")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Determine $\\tanh'(x)$ para $x = 2$.", 1 - math.tanh(2) ** 2),
        ("calcule sigmoid'(0)", 0.25),
        ("σ'(0,5)", 0.2350037122),
        ("calcule relu'(-3)", 0.0),
    ],
)
def test_a_prime_is_a_derivative(text: str, expected: float) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Qual é o logit z para o qual a sigmoide vale 0,9?", math.log(9)),
        ("para que x a tanh vale 0,5?", math.atanh(0.5)),
        ("A saída de um neurônio sigmoide foi a = 0,9. Qual é a derivada da sigmoide nesse ponto?",
         0.09),
    ],
)  # fmt: skip
def test_backwards_from_the_output(text: str, expected: float) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(expected)
