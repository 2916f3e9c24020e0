"""What every family relies on: LaTeX, lettered parts, and when a reported result is a datum."""

from __future__ import annotations

import pytest

from tutor.errors import MissingData
from tutor.solver import solve
from tutor.solver.fields import Statement
from tutor.solver.parts import split


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("o recall deu 0,4 com F1 de 0,5. qual era a precisão?", None),
        ("contei 360 tokens trocados. Quantos havia ao todo?", None),
        ("softmax de [1, 2]: achei 0,7. Qual é o certo?", "0,7"),
        ("a colega achou 0,7, confere?", "0,7"),
        ("meu resultado deu 5,14, certo?", "5,14"),
    ],
)
def test_a_reported_result_is_a_datum_where_something_else_is_asked(
    text: str, claim: str | None
) -> None:
    found = Statement(text).claim
    assert (found.text if found else None) == claim


def test_short_fractions_and_typewriter_text() -> None:
    statement = Statement(r"$v=\left[\frac12, -\frac34\right]$ e \texttt{\#\#fo}")
    assert statement.values[0].vector()[0] == pytest.approx([0.5, -0.75])
    assert "##fo" in statement.text


def test_roman_parts() -> None:
    stem, parts = split("Calcule (i) a softmax de [1, 2] e (ii) a softmax de [3, 1].")
    assert stem == "Calcule"
    assert parts == ("a softmax de [1, 2]", "a softmax de [3, 1].")


def test_a_later_part_leaves_out_what_the_first_said() -> None:
    solution = solve(
        "a) parâmetros de uma conv 5x5 de 3 para 6 canais com bias; "
        "b) de uma densa de 10 para 4 com bias"
    )
    assert solution is not None
    assert solution.value == [456, 44]


def test_one_result_is_not_given_for_two() -> None:
    try:
        solution = solve(
            "Compare o custo em parâmetros, sem bias, de uma conv 5×5 de 8 para 16 canais com a "
            "depthwise separável equivalente. Dê os dois números."
        )
    except MissingData:
        return
    assert solution is not None
    assert not isinstance(solution.value, (int, float))
