"""Attention: the list's questions, PyTorch as oracle, masks, follow-ups."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from tutor.errors import MissingData, SolverError
from tutor.solver import solve
from tutor.solver.format import plain_matrix

MATRIX = "matrix([[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0]])"
QUESTION_28 = (
    "28. Considere os tokens [Joao, gosta, de, Chocolate]. A execução de softmax(Q.K^T) resulta na "
    f"seguinte matriz:\n{MATRIX}\nQuais são as palavras que essa matriz relaciona em cada linha?"
)
QUESTION_29 = (
    "29. Multiplique a matriz anterior pela matriz de Value:\n"
    "array([[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]])\n"
    "O que a resultado desta multiplicação representa."
)
ANSWER_29 = [[9, 10, 11], [0, 1, 2], [9, 11, 13], [0, 1, 2]]


def value(text: str, previous=None):
    solution = solve(text, previous)
    assert solution is not None, text
    return solution.value


def test_questions_of_the_list() -> None:
    first = solve(QUESTION_28)
    assert first is not None
    assert first.value == [["Chocolate"], ["Joao"], ["gosta", "de"], ["Joao"]]
    assert "soma 2" in first.remarks[0]
    assert value(QUESTION_29, first.problem) == ANSWER_29
    assert value(QUESTION_29) == ANSWER_29
    assert value(f"Multiplique a matriz de atenção {MATRIX} por V = [[1,0],[0,1],[2,2],[3,3]]") == [
        [3, 3], [1, 0], [2, 3], [1, 0],
    ]  # fmt: skip


def _rows(random: Random, n: int, d: int) -> list[list[float]]:
    return [[round(random.uniform(-3, 3), 1) for _ in range(d)] for _ in range(n)]


def test_against_torch() -> None:
    random = Random(3)
    for _ in range(60):
        n, d, e = random.randint(2, 4), random.randint(1, 4), random.randint(2, 3)
        q, k, v = _rows(random, n, d), _rows(random, n, d), _rows(random, n, e)
        causal = random.random() < 0.5
        text = (
            f"Calcule a saída da self-attention{' com máscara causal' if causal else ''}: "
            f"Q = {plain_matrix(q)}, K = {plain_matrix(k)}, V = {plain_matrix(v)}"
        )
        tensors = [torch.tensor([rows], dtype=torch.float64) for rows in (q, k, v)]
        expected = F.scaled_dot_product_attention(*tensors, is_causal=causal)[0].numpy()
        assert np.allclose(value(text), expected), text


def test_stages() -> None:
    given = "Q = [[1, 0], [0, 2]] e K = [[1, 1], [0, 3]]"
    scores = np.array([[1, 0], [2, 6]])
    assert np.allclose(value(f"Calcule QK^T com {given}"), scores)
    assert np.allclose(
        value(f"calcule os scores escalados por raiz de d_k, {given}"), scores / 2**0.5
    )
    weights = torch.softmax(torch.tensor(scores / 2**0.5), dim=1).numpy()
    assert np.allclose(value(f"calcule os pesos de atenção com {given}"), weights)
    unscaled = torch.softmax(torch.tensor(scores, dtype=torch.float64), dim=1).numpy()
    assert np.allclose(value(f"calcule softmax(QK^T) com {given}"), unscaled)
    assert value("score de atenção entre q = [1; 2] e k = [3; 4]: calcule q·k") == 11
    given = "scores [[4, 0], [0, 4]] com d_k = 16"
    weights = torch.softmax(torch.tensor([[1.0, 0], [0, 1]], dtype=torch.float64), dim=1).numpy()
    assert np.allclose(value(f"{given}: calcule os pesos de atenção"), weights)


def test_single_query_and_latex() -> None:
    text = (
        "query q = [1, 0], keys k1 = [1, 0], k2 = [0, 1], values v1 = [10, 0], v2 = [0, 10]: saída?"
    )
    weights = torch.softmax(torch.tensor([1 / 2**0.5, 0], dtype=torch.float64), dim=0)
    assert value(text + " da atenção") == pytest.approx((weights * 10).tolist())
    identity = r"\begin{bmatrix}1 & 0 \\ 0 & 1\end{bmatrix}"
    text = rf"Seja $Q = {identity}$, $K = {identity}$ e $V = {identity}$. Calcule a atenção."
    assert np.allclose(np.sum(value(text), axis=1), 1)


def test_masks() -> None:
    given = "Q = [[1, 0], [0, 1], [1, 1]], K = [[1, 0], [0, 1], [1, 1]]"
    padded = value(f"pesos de atenção com {given}, o último token é padding")
    assert [row[2] for row in padded] == [0, 0, 0]
    additive = value(
        f"pesos de atenção com {given} e máscara [[0, -inf, -inf], [0, 0, -inf], [0, 0, 0]]"
    )
    assert np.allclose(additive, value(f"pesos de atenção com {given} e máscara causal"))
    with pytest.raises(SolverError, match="esconde todas"):
        solve(f"pesos de atenção com {given} e máscara [0, 0, 0]")


def test_follow_ups() -> None:
    first = solve(
        "Calcule a self-attention com Q = [[1,0],[0,1]], K = [[1,1],[0,1]] e V = [[1,2],[3,4]]"
    )
    assert first is not None
    causal = solve("e com máscara causal?", first.problem)
    assert causal is not None and causal.value[0] == [1, 2]
    assert np.allclose(value("mostre só os pesos", causal.problem)[0], [1, 0])
    assert solve("e por que divide?", first.problem) is None


def test_wrong_and_missing() -> None:
    with pytest.raises(SolverError, match="mesmo número de colunas"):
        solve("Calcule QK^T com Q = [[1, 0]] e K = [[1, 2, 3]]")
    with pytest.raises(SolverError, match="Não dá para multiplicar"):
        solve("multiplique a matriz de pesos [[1, 0], [0, 1]] por V = [[1, 2], [3, 4], [5, 6]]")
    with pytest.raises(SolverError, match="3 tokens"):
        solve("tokens [a1, b, c], matriz de atenção [[1, 0], [0, 1]]: quem cada linha atende?")
    with pytest.raises(MissingData, match="matriz K") as error:
        solve("Calcule a atenção com Q = [[1, 0], [0, 1]]")
    assert value("K = [[1, 0], [0, 1]]", error.value.problem) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("calcule softmax(QK^T)V com Q = K = [[1,0],[0,1]] e V = [[1,2],[3,4]]",
         [[1.5378828, 2.5378828], [2.4621172, 3.4621172]]),
        ("atenção com Q, K e V iguais a [[1,0],[0,1]]",
         [[0.6697615, 0.3302385], [0.3302385, 0.6697615]]),
        ("query [1, 2] e chaves [1,1], [0,1], [2,0]: quanto de atenção (com escala) cada chave "
         "recebe?", [0.5034898, 0.2482551, 0.2482551]),
        ("Os escores de um token em relação a três são 2, 0 e 1 (já escalados). Quais os pesos de "
         "atenção?", [0.6652410, 0.0900306, 0.2447285]),
        ("Os escores QKᵀ (ainda não escalados) de uma palavra foram [8, 4, 0, -4] e d_k = 16. "
         "Quais são os pesos de atenção?", [0.6439143, 0.2368828, 0.0871443, 0.0320586]),
        ("Os escores escalados de uma query contra 4 tokens são [1, 2, 0, 3], mas o último token é "
         "padding. Quais são os pesos de atenção?", [0.2447285, 0.6652410, 0.0900306, 0.0]),
        ("Q = np.array([[1,1,1,1]]) e K = np.array([[1,0,1,0],[2,2,2,2]]), escore escalado "
         "QK^T/sqrt(4)", [[1.0, 4.0]]),
        ("Os pesos de atenção são 0,2, 0,3 e 0,5 e os vetores value são (1, 0), (0, 1) e (2, 2). "
         "Qual o vetor de saída da atenção?", [1.2, 1.3]),
        ("dado q=(1,0) e k=(2,3), produto escalar escalado?", 2 / 2**0.5),
    ],
)  # fmt: skip
def test_students_wordings(text: str, expected) -> None:
    np.testing.assert_allclose(value(text), expected, atol=1e-6)
