# ruff: noqa: E501
"""Networks in a student's words: where the data stand, what is asked, and what comes first."""

from __future__ import annotations

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


def value_of(text: str) -> object:
    solution = solve(text)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), text
    return solution.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # sides told in words, in pairs and in a formula's letters
        ("Uma imagem de altura 90 e largura 50 passa por um kernel de altura 3 e largura 7, stride 1, "
         "padding zero. Qual o tamanho da saída?", [88, 44]),
        ("Um espectrograma de 80 x 120 passa por filtros 3x5 com stride (2, 1) e padding (1, 2). Qual "
         "a dimensão da saída?", [40, 120]),
        ("rede: conv k=5 s=2 p=2 -> maxpool k=2 s=2; entrada 64x64. lado da saída?", 16),
        ("Uma foto de cento e vinte e oito pixels de lado e filtro 5 por 5, nenhum preenchimento, "
         "passo 3: qual o lado da saída?", 42),
        # one-dimensional signals
        ("Sinal com 8000 amostras, conv1d de janela 80 e passo 4, sem padding: comprimento da saída?",
         1981),
        # several layers
        ("Depois de 3 max poolings 2x2 seguidos, uma imagem de 96x96 fica com que lado?", 12),
        ("Rede: conv 3x3 (16 filtros, padding 1) -> maxpool 2x2 -> conv 3x3 (32 filtros, padding 1). "
         "Entrada 20x20x3. Qual o volume de saída?", [10, 10, 32]),
        ("Diga o tamanho após cada camada: (1) conv 5x5, s=1, p=0; (2) max-pooling 2x2, s=2. "
         "Entrada 28x28.", [24, 12]),
        ("Calcule os parâmetros de cada camada: conv1 com 8 filtros 3x3 sobre imagem em tons de "
         "cinza; conv2 com 16 filtros 3x3.", [80, 1168]),
        ("Total de parâmetros do bloco 1×1 (64→16), 3×3 (16→16), 1×1 (16→64), sem bias.",
         64 * 16 + 9 * 16 * 16 + 16 * 64),
        ("Rede com conv 5x5 de 20 filtros sobre imagem 1 canal 28x28, pooling 2x2 e uma camada densa "
         "com 10 neurônios. Total de parâmetros?", 520 + 12 * 12 * 20 * 10 + 10),
        ("camada | filtros | kernel\nconv1 | 4 | 3x3\nconv2 | 8 | 5x5\nA imagem tem 1 canal. Quantos "
         "parâmetros em cada camada e no total?", {"conv1": 40, "conv2": 808, "total": 848}),
        ("campo receptivo de 4 convs 3x3 com dilatações 1, 2, 4 e 8", 31),
        ("rf de conv5x5/2 + maxpool 3x3/2 + conv3x3/1", 17),
        # several quantities, alternatives
        ("conv 3x3 padding 1 em 10x10x3, 8 filtros: formato da saída (altura, largura, canais) e total "
         "de parâmetros?", {"saida": [10, 10, 8], "parametros": 224}),
        ("Quatro... não, duas convoluções 3x3 com C=16 canais em todas (entrada e saída), sem bias, "
         "contra uma única 5x5: quantos pesos em cada alternativa?", [4608, 6400]),
        ("compare os parâmetros de uma conv 5x5 com os de duas conv 3x3 empilhadas, 8 canais de "
         "entrada e 8 de saída, sem bias", [1600, 1152]),
        # from the result back
        ("Uma conv 5×5 com bias tem 1216 parâmetros e recebe imagem RGB. Quantos filtros?", 16),
        ("Uma conv 5x5 sem bias com 16 filtros tem 1200 pesos. Quantos canais de entrada?", 3),
        ("a saida de uma conv 5x5 sem padding foi 20x20. qual era o tamanho da entrada?", [24, 24]),
        ("Quantas camadas 5×5 de stride 1 empilhar para enxergar uma janela 21×21?", 5),
        ("Que padding devo usar de cada lado numa conv 5x5 de stride 1 pra manter o tamanho?", 2),
        ("Qual stride faz uma imagem 64x64 virar 16x16 com kernel 4x4 e padding 0?", 4),
        ("uma camada densa tem 5130 parâmetros (com bias) e 10 neurônios. Quantas entradas?", 512),
        # dense layers
        ("quatro atributos de entrada, duas camadas ocultas com oito neurônios cada e três saídas numa "
         "rede densa: quantos parâmetros?", 139),
        ("quantos pesos e quantos bias tem um MLP 10-6-2?", {"pesos": 72, "bias": 8}),
        ("Um mapa 4x4 com 32 canais entra numa camada densa de 10 neurônios com bias: quantos "
         "parâmetros?", 5130),
        ("quantos MACs tem nn.Linear(300, 40)?", 12000),
        ("bloco: conv3x3 16→16 sem bias, outra conv3x3 16→16 sem bias. quantos parâmetros no bloco?",
         2 * 9 * 16 * 16),
        # skip connections
        ("Bloco residual com W1 = [[1, -1], [2, 0]], W2 = [[1, 0], [0, 1]], ReLU entre elas, "
         "x = (3, 5): qual a saída F(x) + x?", [3, 11]),
        ("bloco residual x = (2, -1) e F(x) = (-3, 0,5), qual a saída antes e depois da ReLU?",
         {"y": [-1, -0.5], "relu": [0, 0]}),
        # by hand
        ("conv 1d na mão: entrada 1 3 -2 0 4, filtro 1 0 -1, stride 1 sem padding", [3, 3, -6]),
        ("na matriz com linhas (1, 4, 2), (7, 0, 5) e (3, 6, 8) passa um max pooling 2x2 com passo 1. "
         "como fica?", [[7, 5], [7, 8]]),
        ("Global average pooling dos mapas A = [[4, 8], [1, 3]] e B = [[0, -2], [6, 10]]?", [4, 3.5]),
        ("Aplique o kernel [1 0; 0 1] na imagem [1 2 3; 4 5 6; 7 8 9]; só quero o valor do canto "
         "inferior direito", 14),
    ],
)  # fmt: skip
def test_values(text: str, expected: object) -> None:
    found = value_of(text)
    if isinstance(expected, dict):
        assert isinstance(found, dict) and expected.items() <= found.items()
    else:
        assert found == expected, text


@pytest.mark.parametrize(
    "text",
    [
        "Campo receptivo de três camadas: kernels 3, 5 e 3, strides 1 e 2. Quanto dá?",
        "MLP com 3 camadas ocultas de 10 e 20 neurônios, 5 entradas e 2 saídas: quantos parâmetros?",
        "Quantos parâmetros tem uma rede densa com 100 neurônios na camada oculta e 10 saídas?",
        "Uma conv 3x3 com bias tem 897 parâmetros e recebe imagem RGB. Quantos filtros ela tem?",
        "conv 3x3 com stride 1,5 em 32x32, qual a saída?",
    ],
)
def test_contradictions_are_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
