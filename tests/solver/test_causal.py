"""What a causal mask shows and hides, against a matrix that is counted."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver import solve


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_entries(n: int) -> None:
    mask = np.tril(np.ones((n, n)))
    hidden = solve(f"Com máscara causal e {n} tokens, quantas entradas da matriz viram −∞?")
    seen = solve(f"Com máscara causal e {n} tokens, quantas entradas da matriz são visíveis?")
    assert hidden is not None and seen is not None
    assert (hidden.value, seen.value) == (int((mask == 0).sum()), int(mask.sum()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Com 6 tokens e máscara causal, quantas posições o 4º token enxerga?", 4),
        ("Com 6 tokens e máscara causal, quantas posições o token 4 não pode ver, ou seja, ficam "
         "mascaradas?", 2),
        ('Frase: o menino viu o cão. Com máscara causal, quais tokens o token "viu" atende?',
         ["o", "menino", "viu"]),
    ],
)  # fmt: skip
def test_one_token(text: str, expected: Json) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == expected


def test_token_beyond_the_sequence() -> None:
    with pytest.raises(SolverError, match="não há um token 9"):
        solve("Com 6 tokens e máscara causal, quantas posições o token 9 enxerga?")
