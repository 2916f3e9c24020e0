"""Sinusoidal positional encodings against the usual PyTorch implementation."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from tests.solver.test_validation import solved, value
from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver import solve


def oracle(positions: int, dimension: int):  # type: ignore[no-untyped-def]
    """As in the PyTorch tutorial: exp(-ln(10000) · 2i/d)."""
    import torch

    position = torch.arange(positions, dtype=torch.float64).unsqueeze(1)
    divisor = torch.exp(
        torch.arange(0, dimension, 2, dtype=torch.float64) * (-math.log(10000.0) / dimension)
    )
    table = torch.zeros(positions, dimension, dtype=torch.float64)
    table[:, 0::2] = torch.sin(position * divisor)
    table[:, 1::2] = torch.cos(position * divisor)
    return table


def test_against_torch() -> None:
    import torch

    random = Random(1)
    for _ in range(80):
        d = random.choice([2, 4, 6, 8, 16, 64])
        p, q = random.sample(range(40), 2)
        table = oracle(64, d)
        assert value(
            f"positional encoding da posição {p} com d_model={d}, calcule"
        ) == pytest.approx(table[p].tolist())
        k = random.randrange(d)
        assert value(f"quanto é PE({p}, {k}) com d_model = {d}?") == pytest.approx(
            float(table[p, k])
        )
        cosine = float(torch.cosine_similarity(table[p], table[q], dim=0))
        text = f"entre os positional encodings das posições {p} e {q} com d={d}"
        assert value(f"calcule a similaridade de cosseno {text}") == pytest.approx(cosine)
        dot = float(table[p] @ table[q])
        assert value(f"calcule o produto escalar {text}") == pytest.approx(dot)
        rows = value(f"tabela de positional encoding para as posições 0 a {p} e d_model {d}")
        assert isinstance(rows, list)
        flat = [x for row in rows for x in row] if p else rows  # type: ignore[union-attr]
        assert flat == pytest.approx(table[: p + 1].flatten().tolist())
        embedding = [round(random.uniform(-1, 1), 2) for _ in range(d)]
        added = value(f"some o embedding {embedding} com o positional encoding da posição {p}")
        assert added == pytest.approx(
            (torch.tensor(embedding, dtype=torch.float64) + table[p]).tolist()
        )


_D4 = [math.sin(5), math.cos(5), math.sin(0.05), math.cos(0.05)]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("Calcule o positional encoding da posição 3 com d_model=4", "agora pos 5"), _D4),
        (("codificação posicional da posição 5", "4"), _D4),
        (("qual o valor de PE(pos=2, 2i+1) com i=1 e d=8?",), math.cos(0.2)),
        (("PE(3, 1) com d_model = 512?", "e PE(5, 0)?"), math.sin(5)),
        (("positional encoding da segunda palavra com dimensão 2, calcule",),
         [math.sin(1), math.cos(1)]),
        (("Calcule o positional encoding da posição 3 com d_model=2",
          "e a similaridade entre as posições 1 e 4?"), math.cos(3)),
        (("similaridade entre os PEs das posições 1 e 2 com d=2, calcule", "e entre 1 e 8?"),
         math.cos(7)),
    ],
)  # fmt: skip
def test_free_text(turns: tuple[str, ...], expected: Json) -> None:
    assert value(*turns) == pytest.approx(expected)


def test_remarks() -> None:
    degrees = solved("Calcule PE(1,0) com d_model=4. achei 0,0175, tá certo?")
    assert "graus" in degrees.remarks[0]
    right = solved("PE da posição 1 com d=4 deu [0,84; 0,54; 0,01; 1,0], certo?")
    assert "está certo" in right.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "por que usar seno e cosseno no positional encoding?",
        "por que usar 10000 no positional encoding?",
        "o que é positional encoding?",
        "Dois embeddings próximos devem ter positional encodings similares. Como isso é feito?",
        "Porque a operação escolhida para junção do embedding e do positional encoding é a soma?",
    ],
)
def test_conceptual(text: str) -> None:
    assert solve(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("calcule PE(3,9) com d=4", "não existe o 9"),
        ("calcule o positional encoding da posição -1 com d=4", "maior ou igual a zero"),
        ("some o embedding [1; 2; 3] com o positional encoding da posição 2, d_model=4", "iguais"),
    ],
)
def test_wrong_data(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


def test_missing_data_names_it() -> None:
    with pytest.raises(MissingData, match="d_model"):
        solve("calcule o positional encoding da posição 2")


def test_formula_words_are_no_similarity_and_difference() -> None:
    text = (
        "tabela de positional encoding (seno nas pares, cosseno nas ímpares), posições 0 e 1, d=4"
    )
    table = solve(text)
    assert table is not None
    np.testing.assert_allclose(table.value, [[0, 1, 0, 1],
        [math.sin(1), math.cos(1), math.sin(0.01), math.cos(0.01)]])  # fmt: skip
    apart = solve("Calcule PE(1) − PE(0) para d_model = 4")
    assert apart is not None
    np.testing.assert_allclose(apart.value, np.subtract(table.value[1], table.value[0]))
