"""What students take back in the same message."""

import pytest

from tutor import solver
from tutor.solver.corrected import corrected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("stride 2, digo, 1, sem padding", "stride 1, sem padding"),
        ("padding 1 (ops, 3) e stride 2", "padding 3 e stride 2"),
        ("com 16 filtros, não, 24 filtros", "com 24 filtros"),
        ("100, quer dizer, 120 entradas", "120 entradas"),
        ("16 canais, aliás 8", "8 canais"),
        ("classe gato, digo, cachorro", "classe cachorro"),
        ("stride 1 (e não 2)", "stride 1"),
        ("[1, 2], minto, [1, 3]", "[1, 3]"),
        ("stride 2 em 30x30. desculpa, o stride é 1", "stride 1 em 30x30"),
    ],
)
def test_takes_back(text: str, plain: str) -> None:
    assert corrected(text)[0].strip() == plain


@pytest.mark.parametrize(
    "text",
    [
        "sim 0,3, não 1,4 e talvez 2",
        "sim: 0,3; não: 1,4",
        "previsto 0, na verdade 1, classe certa",
        "o que quer dizer dropout 0,5?",
    ],
)
def test_keeps(text: str) -> None:
    assert corrected(text)[0] == text


def test_the_solution_says_so() -> None:
    solution = solver.solve("conv 3x3, stride 2, digo, 1, sem padding, entrada 28x28: saída?")
    assert solution is not None
    assert solution.value == 26
    assert any("se corrigiu" in each for each in solution.assumptions)
