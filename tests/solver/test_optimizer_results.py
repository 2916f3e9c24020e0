"""Results of optimizer problems: several steps and quantities, batches, a bias, examples."""

from __future__ import annotations

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


def _same(expected: object, got: object) -> bool:
    if isinstance(expected, dict) and isinstance(got, dict):
        return all(key in got and _same(each, got[key]) for key, each in expected.items())
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(_same, expected, got))
    return got == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Partindo de w = 5 com L(w) = w², lr = 0,1, em quantos passos w fica menor que 3?",
            3,
        ),
        (
            "Um lote com 3 amostras produziu os gradientes 0,3, 0,9 e 0,6 para um "
            "peso igual a 2. Se η = 0,5, quanto fica o peso?",
            1.7,
        ),
        (
            "Para w = 1 e b = 2, o backward devolveu dw = 0,5 e db = -1. Com SGD e "
            "taxa 0,2, quanto passam a valer w e b?",
            {"w": 0.9, "b": 2.2},
        ),
        (
            "Modelo linear ŷ = wx + b com L = (ŷ − y)². Em (x, y) = (2, 5), w = 1, b "
            "= 1 e η = 0,05: novos w e b?",
            {"w": 1.4, "b": 1.2},
        ),
        (
            "Perda L = ½(w·x − t)² com x = 4, t = 2, w = 1. Qual o gradiente dL/dw?",
            8,
        ),
        (
            "Passo | g | v | w\n1 | 1 | ? | ?\n2 | 2 | ? | ?\nMomentum v ← 0,5v + g, w "
            "← w − 0,1v, w inicial 0 e v inicial 0. Preencha a tabela.",
            [{"v": 1, "w": -0.1}, {"v": 2.5, "w": -0.35}],
        ),
        (
            "Compare SGD e momentum (v = βv + g, β = 0,9) em dois passos com "
            "gradiente 1, lr = 0,1 e w = 0: onde cada um para?",
            {"sgd": -0.2, "momentum": -0.29},
        ),
        (
            "Adam, primeiro passo: g = 0,2, lr = 0,1, w = 1, sem correção de viés, "
            "β1 = 0,9, β2 = 0,99, ε = 0. Qual o novo peso?",
            0.9,
        ),
        (
            "No RMSProp com ρ = 0,9, s = 0 e g = 2, que passo é dado com α = 0,1?",
            0.31622776601683794,
        ),
        (
            "AdaGrad: G acumulado 7, novo gradiente 3, η = 0,4, w = 2. Novo w?",
            1.7,
        ),
        (
            "Qual o valor de m̂₃ se m₃ = 0,271 e β₁ = 0,9?",
            1.0,
        ),
        (
            "Decaimento de pesos desacoplado: w = 4, η = 0,5, λ = 0,1, sem "
            "gradiente. Quanto vale w após três passos?",
            3.4294999999999995,
        ),
        (
            "Regularização L2 com λ = 0,01 e penalidade λ‖w‖² somada à perda. w = 3, "
            "gradiente da perda 1, η = 0,1. Novo w?",
            2.894,
        ),
        (
            "EMA de 3 valores 4, 8, 6 com β = 0,5, v0 = 0: escreva os três valores da média.",
            [2, 5, 5.5],
        ),
        (
            "Calcule o gradiente de L(w) = 3w² − 2w no ponto w = 2.",
            10,
        ),
        (
            "Gradiente g = (3, −4), clip por norma 2,5. Novo gradiente?",
            [1.5, -2],
        ),
        (
            "Com lr = 0,1, w = 1 e gradiente 50, o clipping por valor limita o "
            "gradiente a 5. Novo w?",
            0.5,
        ),
        (
            "Em w = 2 a perda é L = (w − 5)². Depois de um passo com η = 0,1, de "
            "quanto a perda diminuiu?",
            3.24,
        ),
        (
            "Nesterov (forma PyTorch): v = 0, β = 0,9, g = 2, lr = 0,1, w = 1. Novo w?",
            0.62,
        ),
        (
            "Peso 0,5; três gradientes iguais a 0,1; lr 1. Qual o peso no fim com SGD?",
            0.2,
        ),
        (
            "O gradiente médio de um batch de 4 foi 0,25 e o peso 1 virou 0,9. Qual o lr?",
            0.4,
        ),
        (
            "Um mini-batch tem 4 exemplos com gradientes 1, 3, 2 e 2. Com w = 5 e lr "
            "= 0,1, qual o novo peso usando o gradiente médio?",
            4.8,
        ),
        (
            "Os gradientes de três exemplos do lote são [1; 2], [3; 0] e [2; 4]. "
            "Faça um passo de SGD com a média, w = [1; 1] e taxa 0,5.",
            [0, 0],
        ),
        (
            "No mini-batch os gradientes por exemplo deram 0,4; -0,2; 0,6 e 0,0. "
            "Taxa 0,5, peso atual 1. Calcule o peso depois do passo.",
            0.9,
        ),
        (
            "w = 0,5, b = 0,1, dL/dw = 0,2, dL/db = -0,4, lr = 0,1. Atualize w e b com SGD.",
            {"w": 0.48, "b": 0.14},
        ),
        (
            "Um neurônio tem pesos [1; -1] e viés 0,5. Os gradientes são [0,2; 0,4] "
            "para os pesos e 1 para o viés. Com taxa 0,1, quais os novos parâmetros?",
            {"w": [0.98, -1.04], "b": 0.4},
        ),
        (
            "Atualize o bias por gradiente descendente: b = 0,3, gradiente do bias "
            "0,6 e taxa de aprendizado 0,5.",
            0.0,
        ),
        (
            "Regressão linear ŷ = w·x com perda L = ½(ŷ − y)². Para x = 3, y = 9, w "
            "= 2 e taxa 0,1, qual o novo w após um passo?",
            2.9,
        ),
        (
            "f(w) = (w-2)^2 e w0 = 0, lr 0,1: qual o valor da perda depois de um passo?",
            2.5600000000000005,
        ),
        (
            "No Adam, m = 0,2 e v = 0,04 antes do passo 3, g = 0,5, β1 = 0,9, β2 = "
            "0,99. Calcule m̂ e v̂ no passo 3.",
            {"m_hat": 0.8487084870848707, "v_hat": 1.417460691559208},
        ),
        (
            "Quantas observações uma EMA com beta = 0,98 leva em conta, aproximadamente?",
            50,
        ),
        (
            "Se beta = 0,9, qual o peso da observação de 3 passos atrás na média "
            "móvel exponencial?",
            0.0729,
        ),
        (
            "O gradiente é [3; 4] e a norma máxima no gradient clipping é 1. Como "
            "fica o gradiente depois do clipping?",
            [0.6, 0.8],
        ),
        (
            "Com gradient clipping por norma 2, gradiente (6, 8), w = (1, 1), lr = "
            "0,1: qual o novo peso no SGD?",
            [0.88, 0.84],
        ),
        (
            "Momentum β = 0,9 com v = βv + g e gradiente constante 1: para qual "
            "valor tende a velocidade?",
            10,
        ),
        (
            "Momentum com v ← βv + g, β = 0,8 e gradientes 1, 1, 1. Qual a "
            "velocidade após cada passo?",
            [1, 1.8, 2.44],
        ),
    ],
)
def test_results(text: str, expected: object) -> None:
    solution = solve(text)
    assert solution is not None
    assert _same(expected, solution.value), solution.value


@pytest.mark.parametrize(
    "text",
    [
        "Momentum com β = 1,5, w = 1, g = 1, lr = 0,1: novo w?",
        "Adam: w = 1, lr = 0,1, β1 = 0,9, β2 = 0,999. Qual o novo peso?",
        "Aplique SGD com lr = −0,1, w = 1 e gradiente 2.",
        "Em quantos passos w = 1 com gradiente 0 e lr 0,1 fica menor que 0,5 no SGD?",
    ],
)
def test_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
