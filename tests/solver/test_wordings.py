"""Losses, activations and networks in words of other authors."""

import math

import numpy as np
import pytest

from tutor import solver


def _value(text: str) -> object:
    solution = solver.solve(text)
    assert solution is not None
    return solution.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Qual a maior e qual a menor probabilidade da softmax de [3, 1, 0]?",
            {"maior": 0.8437947344813395, "menor": 0.04201006613406605},
        ),
        ("softmax com temperatura meio de 1, 0 e -1", [0.86681333, 0.11731043, 0.01587624]),
        (
            "A prob. da classe certa foi 80%, 40% e 10% em três exemplos. Perda média (ln)?",
            float(np.mean([-math.log(p) for p in (0.8, 0.4, 0.1)])),
        ),
        (
            "Alvo t = (0,2; 0,8) e logits s = (1; 0). A perda −Σ t·ln softmax(s) vale quanto?",
            0.2 * math.log1p(math.exp(-1)) + 0.8 * math.log1p(math.exp(1)),
        ),
        (
            "Foi rotulado com a classe 1 (as classes vão de 0 a 2) e os escores foram 0; 1; 2. "
            "Qual a probabilidade da classe certa?",
            0.24472847105479764,
        ),
        ("pra y=0 e p=0,2 eu achei BCE 1,6094. tá errado né? qual o certo", -math.log(0.8)),
        ("Rede convolucional: 3 camadas 3×3, passos 2, 1 e 1. Calcule o campo receptivo.", 11),
        ("Saída da conv foi 13×13. Entrada 27×27, kernel 3, sem padding. Qual passo foi usado?", 2),
        ("Volume 16×16×3. Quatro filtros 2×2 com stride 2. Escreva o formato de saída como "
         "(altura, largura, profundidade).", [8, 8, 4]),
        ("nn.Conv2d(8, 16, kernel_size=3, groups=2) guarda quantos números treináveis?", 592),
        ("Custo em MACs da camada linear 300 → 20, desprezando o bias.", 6000),
        ("Conv 1→4 (kernel 3) → densa 100→10 → densa 10→2, tudo com bias. Qual a soma dos "
         "parâmetros?", 40 + 1010 + 22),
        ("nn.Sequential(nn.Conv2d(1, 2, 3, bias=False), nn.Flatten(), nn.Linear(2*4*4, 5)): "
         "quantos parâmetros?", 18 + 165),
        ("Uma camada densa recebe 10 canais de 4 por 4 achatados e tem 8 neurônios. Quantos "
         "parâmetros?", 161 * 8),
    ],
)  # fmt: skip
def test_wording(text: str, expected: object) -> None:
    assert _value(text) == pytest.approx(expected, abs=1e-6)


def test_the_function_that_is_taken_back() -> None:
    assert _value("leaky relu... não, relu em -2") == 0


def test_probabilities_after_a_loss() -> None:
    first = solver.solve("logits [2, 1, 0], classe 0. qual a cross entropy?")
    assert first is not None
    second = solver.solve("e as probabilidades?", first.problem)
    assert second is not None
    assert second.value == pytest.approx([0.66524096, 0.24472847, 0.09003057])


def test_each_loss_and_their_mean() -> None:
    value = _value("logits [1, 0] classe 0 e [0, 2] classe 0: a perda de cada exemplo e a média")
    assert isinstance(value, dict)
    each = [math.log1p(math.exp(-1)), math.log1p(math.exp(2))]
    assert value["exemplos"] == pytest.approx(each)
    assert value["média"] == pytest.approx(sum(each) / 2)
