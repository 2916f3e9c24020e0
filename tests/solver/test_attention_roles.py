"""Attention and positions in other words: roles of arrays, what is asked, entries of the result."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tutor.errors import SolverError
from tutor.solver import solve


def softmax(*scores: float) -> list[float]:
    powers = np.exp(np.array(scores) - max(scores))
    return (powers / powers.sum()).tolist()


def code(position: int, size: int, base: float = 10_000.0) -> list[float]:
    return [
        (math.cos if k % 2 else math.sin)(position / base ** (2 * (k // 2) / size))
        for k in range(size)
    ]


ROOT = math.sqrt(2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('A query de "sol" é [2, 1]. As keys de "sol", "lua" e "mar" são [1, 0], [0, 4] e [1, 1]. '
         "Quais são os scores escalados?", [2 / ROOT, 4 / ROOT, 3 / ROOT]),
        ("Com Q = K = [[1, 2], [0, 3]], dê o elemento da linha 1, coluna 2 de QKᵀ sem escala.", 6),
        ("Uma query tem os escores escalados 0,5; 2,5 e -1 contra três chaves. Obtenha as "
         "probabilidades de atenção.", softmax(0.5, 2.5, -1)),
        ("scores brutos de uma query: [9, 3, 0], dk = 9. Pesos de atenção?", softmax(3, 1, 0)),
        ("A máscara aditiva é [0, -inf, 0] e os escores são [2, 7, 1]. Quais os pesos de atenção?",
         [softmax(2, 1)[0], 0, softmax(2, 1)[1]]),
        ("q = [1, 0], chaves [3, 1], [1, 5]: qual é o menor peso de atenção (com escala)?",
         softmax(3 / ROOT, 1 / ROOT)[1]),
        ("Os coeficientes de atenção são 0,3 e 0,7. Os vetores de valor são (4; 0) e (0; 2). "
         "Encontre o vetor de contexto.", [1.2, 1.4]),
        ("pesos a = (1/4, 3/4) da atenção e v1 = 8, v2 = 4. Qual a saída?", 5),
        ("Um token presta 10% de atenção em si mesmo e o resto no outro. Os values são 5 e 10. "
         "Qual a saída?", 9.5),
        ("token | query | key | value\nx | [1, 0] | [0, 0] | [1, 1]\ny | [0, 1] | [0, 0] | [3, 5]\n"
         "Calcule a saída da self-attention escalada para o token y.", [2, 3]),
        ("O produto interno entre query e key deu 21. Se d_k = 49, quanto entra na softmax?", 3),
        ("O score era 30 e depois de escalado ficou 3. Qual é d_k?", 100),
        ("fator de escala da atenção se d_model = 128 e tem 8 cabeças", 4),
        ("Numa matriz de atenção [[0.2,0.8],[0.9,0.1]], tokens [paz, amor], quanto de atenção "
         '"amor" dá a "paz"?', 0.9),
        ('pesos de "rio" sobre [o, rio, seco]: [0.1, 0.2, 0.7]. Qual palavra recebe mais atenção?',
         "seco"),
    ],
)  # fmt: skip
def test_roles(text: str, expected: object) -> None:
    solution = solve(text)
    assert solution is not None
    if isinstance(expected, str):
        assert solution.value == expected
    else:
        np.testing.assert_allclose(np.squeeze(solution.value), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Com d_{model}=6, determine $PE_{(2,\\,2i+1)}$ para $i=2$.", code(2, 6)[5]),
        ("Qual a terceira componente do positional encoding na posição 5 com d_model 4?",
         code(5, 4)[2]),
        ("sin(pos/10000^(2i/d)), pos = 3, i = 1, d = 4: quanto dá?", code(3, 4)[2]),
        ("def pe(pos, d):\n    return [math.sin(pos/10000**(2*(i//2)/d)) for i in range(d)]\n"
         "o que retorna pe(2, 4)?", code(2, 4)),
        ("Dê PE(7, 0), PE(7, 1) e PE(7, 3), sendo d_model = 64.",
         [code(7, 64)[k] for k in (0, 1, 3)]),
        ("PE da posição cinco com d_model igual a quatro, qual o valor?", code(5, 4)),
        ("Usando base 50 no lugar de 10000, qual o PE da posição 2 com 4 dimensões?",
         code(2, 4, 50.0)),
        ("Qual o comprimento de onda do par i=1 com d_model=8?", 2 * math.pi * 10),
        ("Quais as frequências angulares dos pares i = 0 e i = 1 se d_model = 8?", [1, 0.1]),
        ("distância euclidiana entre os encodings posicionais das posições 3 e 5 (d_model=4)",
         math.dist(code(3, 4), code(5, 4))),
        ("Qual o produto escalar entre PE(1) e PE(4) para d=4?",
         float(np.dot(code(1, 4), code(4, 4)))),
    ],
)  # fmt: skip
def test_positions(text: str, expected: object) -> None:
    solution = solve(text)
    assert solution is not None
    np.testing.assert_allclose(solution.value, expected, atol=1e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Um transformer usa d_model = 640 e 10 cabeças. Qual a dimensão das queries em cada "
         "cabeça?", 64),
        ("quantas cabeças tem um modelo com d_model=512 e d_head=64?", 8),
        ("Concatenando 6 cabeças de tamanho 32 cada, qual o tamanho do vetor resultante?", 192),
        ("A FFN de um bloco Transformer leva 64 → 128 → 64. Quantos parâmetros ela tem, contando "
         "os bias?", 2 * 64 * 128 + 128 + 64),
        ("Qual o número de parâmetros de nn.Embedding(700, 30)?", 21000),
        ("qual o shape da matriz de atenção para batch 2, 4 cabeças e 9 tokens?", [2, 4, 9, 9]),
        ("A sequência passa de 100 para 300 tokens: por quanto se multiplica o número de entradas "
         "da matriz de atenção?", 9),
        ("Quantos parâmetros de projeção há em uma cabeça (W_Q, W_K, W_V, sem bias) se d_model = "
         "48 e h = 4?", 3 * 48 * 12),
        ("Em um decoder com 5 tokens e máscara causal, quantos pesos de atenção são forçados a "
         "zero?", 10),
        ("Quantos elementos da matriz de atenção 6x6 não são mascarados na atenção causal?", 21),
    ],
)  # fmt: skip
def test_sizes(text: str, expected: object) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == expected


@pytest.mark.parametrize(
    "text",
    [
        "Pesos de atenção 0,5 e 0,9, values [1, 0] e [0, 1]. Saída?",
        "Com d_k = -4 e q·k = 8 qual o score escalado?",
        "Calcule a saída da atenção com Q = [[1, 0]], K = [[1, 0], [0, 1]] e V não sei",
        "com máscara causal e 3 tokens, quantas posições o token 4 vê?",
    ],
)
def test_faulty_is_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)


THIRD = softmax(0, 1, 3)[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Scores já escalados de um token: 0, 1 e 3. Qual peso cabe ao terceiro token?", THIRD),
        (
            "Scores já escalados [[1,2,3],[1,1,1],[0,2,1]]; o 2º token é padding. Pesos?",
            [
                [softmax(1, 3)[0], 0, softmax(1, 3)[1]],
                [0.5, 0, 0.5],
                [softmax(0, 1)[0], 0, softmax(0, 1)[1]],
            ],
        ),
        (
            'Tokens ["oi", "mar", "<pad>"], scores já escalados 1 | 2 | 5 na linha de "oi". Com a '
            "máscara de padding, quais os pesos de atenção?",
            [*softmax(1, 2), 0],
        ),
        (
            "Máscaras causal e de padding (o 2º token é pad). Scores já escalados: (4; 1; 2), "
            "(1; 1; 1), (3; 2; 1). Quais os pesos de atenção?",
            [[1, 0, 0], [1, 0, 0], [softmax(3, 1)[0], 0, softmax(3, 1)[1]]],
        ),
        (
            "consulta q = [1; 2]\nchaves: a = [3; 1], b = [0; 2]\n"
            "produto escalar de q com cada uma?",
            [5, 4],
        ),
        (
            "q1=(1,2), q2=(2,-1), k1=(1/2,1), k2=(1,-2): calcule a matriz de produtos escalares.",
            [[2.5, -3], [0, 4]],
        ),
        (
            "Q = [[1, 2], [0, 1]], K = [[1, 1], [2, 0]]. Quanto é (QK^T)? print(out[0])",
            [[3, 2], [1, 0]],
        ),
        ("Tokens: A, B, C. Máscara causal. Quais tokens a linha B pode ver?", ["A", "B"]),
        ("Modelo de dimensão 96 e cada cabeça fica com 12 dimensões: quantas cabeças?", 8),
    ],
)
def test_roles_in_more_layouts(text: str, expected: object) -> None:
    solution = solve(text)
    assert solution is not None
    if isinstance(expected, list) and isinstance(expected[0], str):
        assert solution.value == expected
    else:
        np.testing.assert_allclose(np.array(solution.value), np.array(expected), atol=1e-9)


def test_with_and_without_the_scale() -> None:
    solution = solve("Scores brutos 4, 2 e 0, d_k = 4. Dê os pesos com e sem a escala.")
    assert solution is not None
    assert isinstance(solution.value, dict)
    np.testing.assert_allclose(solution.value["com escala"], softmax(2, 1, 0))  # type: ignore[arg-type]
    np.testing.assert_allclose(solution.value["sem escala"], softmax(4, 2, 0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Scores escalados [1, 2, 3, 1]. Pesos de atenção com máscara de padding?",
        "Faça a atenção completa: Q = [[1,0]], K = [[1,1],[0,2]]. Responda com 3 casas.",
    ],
)
def test_lacking_data_is_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
