"""A datum of an optimizer step from its result."""

from __future__ import annotations

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Num passo de SGD com η = 0,01, θ saiu de 1,50 para 1,46. Quanto valia o gradiente?", 4.0),
        (
            "O treino mudou um peso de -0,8 para -0,5 usando taxa 0,1 (descida de gradiente "
            "simples). Descubra o gradiente.",
            -3.0,
        ),
        ("w_t = 0,7; w_{t+1} = 0,65; g_t = 0,5. Encontre a taxa de aprendizado usada no SGD.", 0.1),
        (
            "Após uma iteração de gradiente descendente, w = [0,9; 1,8] a partir de w0 = [1; "
            "2] e gradiente [1; 2]. Qual o learning rate?",
            0.1,
        ),
        (
            "Um peso saiu de 4,0 e chegou a 3,2 após duas atualizações de SGD com o mesmo "
            "gradiente 2. Qual a taxa de aprendizado?",
            0.2,
        ),
        (
            "AdamW sem gradiente: peso 5, lr 0,1, depois do passo ficou 4,95. Qual o weight decay?",
            0.1,
        ),
        (
            "No momentum (v ← βv + g, w ← w − ηv), v0 = 0, g = 2 e o peso foi de 1 para 0,8. "
            "Quanto vale η?",
            0.1,
        ),
        (
            "RMSProp, β = 0,9, v0 = 0: depois do primeiro gradiente v1 = 0,4. Qual o módulo "
            "do gradiente?",
            2.0,
        ),
        (
            "O acumulador do AdaGrad era 9 e passou a 25 depois de um passo. Qual o módulo "
            "do gradiente desse passo?",
            4.0,
        ),
        (
            "Um estudante aplicou SGD ao peso 2 com gradiente -4 e obteve 2,2. Que lr ele usou?",
            0.05,
        ),
        (
            "A perda é L(w) = w² e o peso inicial é 3. Depois de um passo de GD o peso ficou "
            "1,8. Qual foi a taxa?",
            0.2,
        ),
        ("Se v_1 = 1,2 com v_0 = 0 e beta = 0,4 na EMA, qual é x_1?", 2.0),
        (
            "Antes da atualização o peso era desconhecido; depois dela é 1,1, com gradiente "
            "3 e lr 0,1 no SGD. Qual era o peso original?",
            1.4,
        ),
        (
            "Com weight decay λ e gradiente zero, um peso 4 virou 3,96 num passo com lr = "
            "0,5 (w ← w − ηλw). Calcule λ.",
            0.02,
        ),
        ("gradiente 0,8, peso antes 1, peso depois 0,92: qual foi o eta do sgd", 0.1),
        (
            "Em quanto deveria estar a taxa de aprendizado para que o peso 3, com gradiente "
            "6, chegasse a 0 em um passo de SGD?",
            0.5,
        ),
        ("m̂ no passo 1 do Adam foi 0,5. Qual era o gradiente?", 0.5),
        ("O peso diminuiu 0,06 em um passo de SGD com taxa 0,02. Quanto valia o gradiente?", 3.0),
        ("No Adam com m0 = 0 e β1 = 0,9, m1 deu 0,25. Qual gradiente produziu isso?", 2.5),
    ],
)
def test_inverse(text: str, value: object) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(value, rel=1e-6), solution.result


@pytest.mark.parametrize(
    "text",
    [
        "O peso foi de 2 para 1. Qual foi a taxa de aprendizado do SGD?",
        "O peso foi de 2 para 2,5 em um passo de SGD com gradiente 1. Qual a taxa?",
        "Na EMA com v anterior 4 e x = 2, o novo v foi 5. Qual o beta?",
    ],
)
def test_asks_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
