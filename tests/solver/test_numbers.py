"""The number parser: notations, ambiguity, hostile input; formatted numbers parse back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bench.hostile import BEYOND, LONG_PIECES
from tutor.errors import SolverError
from tutor.solver.fields import Statement
from tutor.solver.format import plain_matrix, plain_vector, tex_matrix, tex_vector
from tutor.solver.numbers import MAX_CHARACTERS, scan
from tutor.solver.text import normalise


def values(text: str):
    return scan(normalise(text))


def only(text: str):
    found = values(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,5", 0.5),
        ("0.5", 0.5),
        ("-3", -3.0),
        ("−3,5", -3.5),
        ("–2", -2.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567.0),
        ("1\u00a0234\u00a0567", 1234567.0),
        ("1e-3", 0.001),
        ("1E+2", 100.0),
        ("2,5e3", 2500.0),
        ("1×10^-3", 0.001),
        ("1x10^-3", 0.001),
        ("1·10^{-3}", 0.001),
        ("10^-8", 1e-8),
        ("10⁻⁸", 1e-8),
        (r"$10^{-3}$", 0.001),
        (r"$0{,}25$", 0.25),
        (r"$\frac{1}{2}$", 0.5),
        ("1/4", 0.25),
        ("½", 0.5),
        ("15%", 0.15),
        ("12,5 %", 0.125),
        ("٣,٥", 3.5),
        ("３．５", 3.5),
        ("sigmoid(2)", 2.0),
        ("vale 0,5.", 0.5),
        (".5", 0.5),
    ],
)
def test_scalar(text: str, expected: float) -> None:
    assert only(text).scalar()[0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[10,5,3,1,8]", [10, 5, 3, 1, 8]),
        ("10,5,3,1,8", [10, 5, 3, 1, 8]),
        ("[0,5; 1,2; -3]", [0.5, 1.2, -3]),
        ("[0,5, 1,2, -3]", [0.5, 1.2, -3]),
        ("[0,5 1,2 -3]", [0.5, 1.2, -3]),
        ("[0.5,0,1]", [0.5, 0, 1]),
        ("[0.5, 0, 1]", [0.5, 0, 1]),
        ("(1, 2, 3)", [1, 2, 3]),
        ("{1; 2; 3}", [1, 2, 3]),
        ("1 2 3", [1, 2, 3]),
        ("2, 1 e 0,1", [2, 1, 0.1]),
        ("2; 1; 0,1", [2, 1, 0.1]),
        ("np.array([1, 2.5, -3e-1])", [1, 2.5, -0.3]),
        ("torch.tensor([[1., 2.]])", [1, 2]),
        (r"\begin{bmatrix}1 \\ 0{,}5 \\ \frac{1}{2}\end{bmatrix}", [1, 0.5, 0.5]),
        ("2\n1\n0,1", [2, 1, 0.1]),
        ("[05,01]", [5.01]),
        ("| 1 | 2,5 | 3 |", [1, 2.5, 3]),
    ],
)
def test_vector(text: str, expected: list[float]) -> None:
    assert only(text).vector()[0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[1, 2], [3, 4]]", [[1, 2], [3, 4]]),
        ("array([[0,1],[2,3]])", [[0, 1], [2, 3]]),
        ("[1, 2; 3, 4]", [[1, 2], [3, 4]]),
        ("[1 2; 3 4]", [[1, 2], [3, 4]]),
        ("[1,2;3,4]", [[1, 2], [3, 4]]),
        ("[1,2,3;4,5,6]", [[1, 2, 3], [4, 5, 6]]),
        ("[[0,5 1]\n [2 3,5]]", [[0.5, 1], [2, 3.5]]),
        (r"\begin{pmatrix}1 & 0{,}5 \\ -3 & 2\end{pmatrix}", [[1, 0.5], [-3, 2]]),
        ("1 2\n3 4", [[1, 2], [3, 4]]),
        ("| 1 | 2 |\n|---|---|\n| 3 | 4 |", [[1, 2], [3, 4]]),
        ("((1, 2), (3, 4))", [[1, 2], [3, 4]]),
    ],
)
def test_matrix(text: str, expected: list[list[float]]) -> None:
    assert only(text).matrix()[0] == expected


def test_expected_size_settles_the_comma() -> None:
    assert only("[0,7,0,2,0,1]").vector(size=3)[0] == [0.7, 0.2, 0.1]
    assert only("[0,7,0,2,0,1]").vector(size=6)[0] == [0, 7, 0, 2, 0, 1]
    with pytest.raises(SolverError, match="ponto e vírgula"):
        only("[0,5,0,1]").vector(size=3)


def test_assumption_is_returned() -> None:
    assert "decimal" in only("[1,2; 3,4]").vector()[1]
    assert "ponto decimal" in only("2.302").scalar()[1]


def test_thousands_in_counts() -> None:
    assert only("1.000").count() == 1000
    assert only("1.000").scalar()[0] == 1.0
    with pytest.raises(SolverError, match="inteiro"):
        only("2,5").count("os passos")


@pytest.mark.parametrize(
    "text", ["beta1 e resnet-50", "gpt-2", "L2", "versão 2.5.1", "[]", "", "abc"]
)
def test_no_number(text: str) -> None:
    assert values(text) == ()


@pytest.mark.parametrize("text", ["3x3", "32×32×3", "3 x 3"])
def test_dimensions(text: str) -> None:
    assert only(text).dimensions


@pytest.mark.parametrize("text", ["[1, nan]", "[inf, 2]", "[1e999, 2]", "[1; -inf]"])
def test_not_finite(text: str) -> None:
    with pytest.raises(SolverError, match="finito"):
        only(text).vector()


@pytest.mark.parametrize("text", ["[[1, 2], [3]]", "[1, 2; 3]", "[[1], 2]"])
def test_ragged(text: str) -> None:
    found = values(text)
    if len(found) == 1:
        with pytest.raises(SolverError, match="tamanhos diferentes"):
            found[0].matrix()


@pytest.mark.parametrize(
    "text",
    BEYOND,
)
def test_hostile(text: str) -> None:
    with pytest.raises(SolverError):
        scan(text)


@pytest.mark.parametrize(
    "piece",
    LONG_PIECES,
)
def test_the_longest_text_is_read_or_refused(piece: str) -> None:
    text = (piece * MAX_CHARACTERS)[: MAX_CHARACTERS - 1]
    try:
        values(text)
    except SolverError as error:
        assert str(error)


# Numbers as students write them: a few significant digits.
_NUMBERS = st.integers(-9999, 9999).flatmap(
    lambda n: st.integers(0, 3).map(lambda places: n / 10**places)
)
_VECTORS = st.lists(_NUMBERS, min_size=2, max_size=6)


def _points(numbers: list[float], separator: str) -> str:
    return "[" + separator.join(f"{n:g}" if abs(n) < 1e5 else str(n) for n in numbers) + "]"


@settings(max_examples=150, deadline=None)
@given(_VECTORS, st.sampled_from([", ", "; ", " "]))
def test_points_parse_back(numbers: list[float], separator: str) -> None:
    assert only(_points(numbers, separator)).vector()[0] == pytest.approx(numbers)


@settings(max_examples=150, deadline=None)
@given(_VECTORS)
def test_commas_parse_back(numbers: list[float]) -> None:
    assert only(plain_vector(numbers, 6)).vector()[0] == pytest.approx(numbers)
    assert only(tex_vector(numbers, 6)).vector()[0] == pytest.approx(numbers)
    spaced = "[" + " ".join(f"{n:g}".replace(".", ",") for n in numbers) + "]"
    assert only(spaced).vector()[0] == pytest.approx(numbers)
    lines = "\n".join(f"{n:g}".replace(".", ",").replace("-", "−") for n in numbers)
    assert only(lines).vector()[0] == pytest.approx(numbers)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda m: st.lists(st.lists(_NUMBERS, min_size=m, max_size=m), min_size=2, max_size=4)
    )
)
def test_matrices_parse_back(rows: list[list[float]]) -> None:
    for text in (
        plain_matrix(rows, 6),
        tex_matrix(rows, 6),
        "[" + "; ".join(" ".join(f"{n:g}" for n in row) for row in rows) + "]",
        "\n".join("| " + " | ".join(f"{n:g}" for n in row) + " |" for row in rows),
        "\n".join(" ".join(f"{n:g}" for n in row) for row in rows),
        f"array({[[float(n) for n in row] for row in rows]})",
    ):
        found = only(text).matrix()[0]
        assert found == [pytest.approx(row) for row in rows], text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789,.;:[](){}-+eE/%^×x&|\\ \n'naif²½٣", max_size=60))
def test_never_crashes(text: str) -> None:
    try:
        for value in values(text):
            for read in (value.scalar, value.vector, value.matrix, value.count):
                try:
                    read()
                except SolverError as error:
                    assert str(error)
    except SolverError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0,81; 0,79; 0,9 e 0,77", [0.81, 0.79, 0.9, 0.77]),
        ("1; 2; 3 e 4", [1, 2, 3, 4]),
        ("1, 2 e 3", [1, 2, 3]),
        ("0,05 / 0,80 / 0,15", [0.05, 0.8, 0.15]),
        ("1/2, 1/4 e 1/4", [0.5, 0.25, 0.25]),
        ("menos dois, zero, um e três", [-2, 0, 1, 3]),
    ],
)
def test_lists_that_words_and_slashes_make(text: str, expected: list[float]) -> None:
    (only,) = Statement(text).arrays
    assert only.vector()[0] == expected


def test_what_counts_something_is_no_part_of_a_list() -> None:
    assert [v.text for v in Statement("d_model=1024 16 cabeças").values] == ["1024", "16"]
    assert Statement("Q = K = [[1, 0]]").find("q") is not None
    assert Statement("H(p, q) = ?").name_lists == ()
    assert Statement("taxa um milésimo e beta nove décimos").scalar("taxa") == 0.001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\hat{y} = 0{,}9$", " y_hat = 0.9 "),
        (r"$y_i\ln\hat{p}_i$", " y_i ln p_hat_i "),
        ("ŷ = 1", "y_hat = 1"),
        (r"$t\,r \to tr$", " t r -> tr "),
    ],
)
def test_formulas_stay_words(text: str, expected: str) -> None:
    assert " ".join(normalise(text).split()) == expected.strip()
