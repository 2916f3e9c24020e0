"""Binary losses, entropies, perplexities, activations and inverse problems in any order."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver import solve


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def entropy(*p: float) -> float:
    return -sum(each * math.log(each) for each in p if each)


CASES: list[tuple[str, Json]] = [
    # binary cross-entropy
    ("Previsões: 0,8 0,3 0,6\nRótulos: 1 0 0\nlog loss média?",
     -(math.log(0.8) + math.log(0.7) + math.log(0.4)) / 3),
    ("O banco previu 20% de chance de calote e o cliente caloteou? Não: o cliente deu calote. Log "
     "loss?", -math.log(0.2)),
    ("logits 1, -2 e rótulos 1 e 1: some a BCE (não tire a média)",
     -math.log(sigmoid(1)) - math.log(sigmoid(-2))),
    ("z = 0,5 e y = 0: além da BCE quero dL/dz",
     {"BCE": -math.log(1 - sigmoid(0.5)), "dL/dz": sigmoid(0.5)}),
    ("logit 0,5, rótulo 0. Obtenha a probabilidade prevista e a entropia cruzada binária",
     {"p": sigmoid(0.5), "BCE": -math.log(1 - sigmoid(0.5))}),
    # inverse problems
    ("A entropia cruzada de um exemplo foi 0,5. Que probabilidade teve a classe correta?",
     math.exp(-0.5)),
    ("Em que probabilidade p a BCE de um exemplo com y=0 vale 0,7 nat?", 1 - math.exp(-0.7)),
    ("Com duas classes e softmax, que diferença z1 - z2 dá probabilidade de 80% à primeira?",
     math.log(4)),
    ("Com logits 4 e 1, que temperatura faz a probabilidade do primeiro cair para 0,8?",
     3 / math.log(4)),
    ("O neurônio logístico respondeu 0,2. Que valor de z entrou na sigmoide?", math.log(0.25)),
    ("a saída da tanh foi 0,5. qual era a entrada?", math.atanh(0.5)),
    # entropy and divergences
    ("p = 20%, 80% e q = 50%, 50%: KL(q||p) em nats",
     math.log(0.5 / 0.2) / 2 + math.log(5 / 8) / 2),
    ("H(p,q) = 1,7 nat e H(p) = 1,2 nat. Calcule KL(p||q)", 0.5),
    ("Caixa com 2 bolas azuis e 6 verdes: entropia em bits?",
     entropy(0.25, 0.75) / math.log(2)),
    ("Entropia em nats de uma moeda com probabilidade 0,3 de cara?", entropy(0.3, 0.7)),
    ("Um dado viciado dá 6 com probabilidade 0,4 e cada uma das outras faces 0,12. Entropia "
     "(nats)?", entropy(0.4, *[0.12] * 5)),
    ("verdadeira (0,2; 0,8), prevista (0,5; 0,5): calcule a entropia, a entropia cruzada e a KL",
     {"entropia": entropy(0.2, 0.8), "entropia_cruzada": math.log(2),
      "KL": math.log(2) - entropy(0.2, 0.8)}),
    # perplexity
    ("se a perplexidade de validação é 30 qual era a cross entropy média em nats", math.log(30)),
    ("| token | log p |\n|---|---|\n| eu | -1 |\n| vi | -2 |\n\nPerplexidade?", math.exp(1.5)),
    ("A soma das log-probabilidades de 40 tokens deu -100. Perplexidade?", math.exp(2.5)),
    ("A perda caiu de 3,5 para 3,0. Por quanto a perplexidade foi dividida?", math.exp(0.5)),
    ("a probabilidade da frase inteira de 4 tokens é 0,0016. perplexidade por token?", 5.0),
    # activations
    ("sigmoide de 1,5 e a derivada dela nesse ponto",
     {"sigmoide": sigmoid(1.5), "derivada": sigmoid(1.5) * (1 - sigmoid(1.5))}),
    ("tanh(0,3) e tanh'(0,3)", {"tanh": math.tanh(0.3), "derivada": 1 - math.tanh(0.3) ** 2}),
    ("derivada da tanh em z = 0 e em z = 2", {"z=0": 1.0, "z=2": 1 - math.tanh(2) ** 2}),
    ("relu(-1,5), relu(0) e relu(2,5)", [0, 0, 2.5]),
    ("PReLU com a = 0,5 em [-4; 2]", [-2.0, 2.0]),
    ("softplus em 0 e sigmoide em 0", {"softplus": math.log(2), "sigmoid": 0.5}),
    ("chegou o gradiente [2, -1] na saída de uma ReLU de pré-ativações [-1, 3]. Que gradiente "
     "passa?", [0.0, -1.0]),
    ("O gradiente atravessa 3 camadas com sigmoide, todas com a derivada máxima. Por quanto ele é "
     "multiplicado?", 0.25**3),
    # regression
    ("reais 3, 5, 2; previsões 2, 5, 4. MSE e MAE?", {"MSE": 5 / 3, "MAE": 1.0}),
    ("os erros foram 1, -3 e 2. Qual o MSE?", 14 / 3),
    ("perda de Huber com delta 1 para y = 2 e ŷ = 5", 2.5),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:50] for text, _ in CASES])
def test_results(text: str, expected: Json) -> None:
    solution = solve(text)
    assert solution is not None
    assert all(check.passed for check in solution.checks)
    if isinstance(expected, dict):
        assert isinstance(solution.value, dict)
        for name, each in expected.items():
            assert solution.value[name] == pytest.approx(each), name
    else:
        np.testing.assert_allclose(
            np.asarray(solution.value, dtype=float), np.asarray(expected), rtol=1e-6, atol=1e-9
        )


@pytest.mark.parametrize(
    "text",
    [
        "A entropia cruzada binária com ŷ = 0,3, qual é?",
        "H(p) com p = [0,6; 0,6; -0,2]?",
        "Quero a entrada z da sigmoide sabendo que a saída dela foi 1,2.",
        "H(p,q) = 1,0 e H(p) = 1,4. Calcule KL(p||q)",
        "MSE de y = [1; 2; 3] e previsões [1; 2]",
        "A log-verossimilhança total do texto foi -300. Qual a perplexidade por token?",
    ],
)
def test_asks_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
