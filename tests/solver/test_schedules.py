"""Schedules of the learning rate in a student's words."""

from __future__ import annotations

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (
            "Comecei o treino com lr de 0,02 e, a cada 4 épocas, divido a taxa por 2. Que "
            "taxa estou usando na época 9?",
            0.005,
        ),
        ("Schedule em degraus: η0 = 0,3, fator 0,1, degrau de 20 épocas. Taxa na época 45?", 0.003),
        (
            "Decaimento exponencial η = η0·γ^t com η0 = 0,5 e γ = 0,9. Qual a taxa em t = 4?",
            0.32805,
        ),
        ("η(t) = 0,2·e^(−0,1t). Quanto vale a taxa em t = 10?", 0.07357588823428847),
        (
            "Usando decaimento cosseno com taxa máxima 0,4, mínima 0 e 200 passos no total, "
            "qual a taxa no passo 150?",
            0.05857864376269051,
        ),
        (
            "Cosseno: η_max = 0,01, η_min = 0,001, T = 10. Calcule η nas épocas 0, 5 e 10.",
            [0.01, 0.0055, 0.001],
        ),
        (
            "No warm-up linear de 4.000 passos a taxa sobe de 0 até 0,0008. Qual é a taxa no "
            "passo 1.000?",
            0.0002,
        ),
        (
            "Qual será a taxa de aprendizado no passo 300 se há warm-up linear nos primeiros "
            "600 passos e o pico é 0,002?",
            0.001,
        ),
        (
            "A taxa inicial de 0,1 sofre redução de 20% a cada época. Quanto ela vale depois "
            "de 2 épocas?",
            0.064,
        ),
        (
            "Um treino usa lr inicial 0,1 que decai linearmente até 0,01 ao longo de 90 "
            "épocas. Calcule a taxa na época 30.",
            0.07,
        ),
        ("Taxa 0,8, decaindo pela metade a cada 3 épocas: em que época ela chega a 0,1?", 9),
        (
            "Com η0 = 0,1 e γ = 0,5 a cada 10 épocas, em que época a taxa fica abaixo de "
            "0,02 pela primeira vez?",
            30,
        ),
        ("Decaimento 1/t: η_t = η0/(1 + 0,5·t), η0 = 0,6. Qual η em t = 4?", 0.2),
        (
            "Para decaimento exponencial por época, que fator leva a taxa de 0,1 a 0,025 em "
            "2 épocas?",
            0.5,
        ),
        (
            "torch.optim.lr_scheduler.StepLR com step_size 5 e gamma 0.2, lr=0.5. Qual lr na "
            "época 12?",
            0.02,
        ),
        ("CosineAnnealingLR(T_max=20, eta_min=0) com lr=0.1: lr na época 10?", 0.05),
        (
            "A taxa de aprendizado sobe linearmente de 0,001 a 0,01 nos primeiros 9 passos "
            "de aquecimento. Qual o valor no passo 3?",
            0.004,
        ),
        (
            "O learning rate é 0,05 e é reduzido para 1/10 do valor a cada 25 épocas. Qual "
            "seu valor na época 60?",
            0.0005,
        ),
        ("Taxa 0,1 multiplicada por 0,1 nas épocas 50 e 75. Quanto vale na época 80?", 0.001),
        ("Schedule inverso da raiz: η = η0/√t com η0 = 0,1. Taxa no passo 25?", 0.02),
        (
            "O scheduler reduz o lr em 5% por época. Partindo de 0,2, qual o lr após 4 épocas?",
            0.16290125,
        ),
        ("Quantas épocas até a taxa 0,1 cair para 0,01 ou menos, se ela perde 10% por época?", 22),
        ("Aquecimento linear: 2000 passos, pico 5e-4. No passo 500, lr = ?", 0.000125),
        (
            "Com decaimento polinomial (potência 1) de 0,1 até 0 em 50 épocas, qual é o lr "
            "na época 10?",
            0.08,
        ),
        (
            "Qual a taxa nas épocas 0, 10 e 20 se ela começa em 1 e cai à metade a cada 10 épocas?",
            [1, 0.5, 0.25],
        ),
        (
            "Treino de 100 épocas com 10 épocas de warm-up até 0,1 e cosseno até zero no "
            "restante. Taxa na época 55?",
            0.05,
        ),
        ("η = 0,1 · 0,95^t, com t em épocas. Calcule η na época 5.", 0.07737809374999999),
        ("Seja lr(t) = lr0 / (1 + decay · t), com lr0 = 0,01 e decay = 0,01. Qual lr(100)?", 0.005),
        (
            "a lr comeca em 0.1 e cai 10x na epoca 30 e de novo na epoca 60. qual a lr na epoca 70",
            0.001,
        ),
        (
            "Qual era a taxa inicial se, com fator 0,5 a cada 10 épocas, a taxa na época 20 "
            "é 0,05?",
            0.2,
        ),
    ],
)
def test_schedule(text: str, value: object) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(value, rel=1e-6), solution.result


@pytest.mark.parametrize(
    "text",
    [
        "Cosine annealing de 0,1 a 0 em 0 épocas: taxa na época 5?",
        "StepLR com gamma 0,1 e lr 0,1: qual a taxa na época 30?",
        "A taxa decai exponencialmente a partir de 0,1. Qual a taxa na época 10?",
        "Taxa 0,1 multiplicada por -0,5 a cada 10 épocas. Taxa na época 20?",
        "Warm-up linear de 100 passos até 0,01. Qual a taxa?",
    ],
)
def test_asks_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
