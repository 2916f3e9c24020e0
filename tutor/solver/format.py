"""Numbers, vectors, matrices and tables as Portuguese Markdown with LaTeX."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

MAX_SHOWN = 12  # rows and columns of a matrix that are written out


def plain(number: float, digits: int = 4) -> str:
    """0,1328 for running text; whole numbers without decimals; 1,5e-07 where it is tiny."""
    return _digits(number, digits).replace(".", ",")


def tex(number: float, digits: int = 4) -> str:
    """0{,}1328 for use between dollar signs."""
    text = _digits(number, digits)
    if "inf" in text:
        return text.replace("inf", r"\infty")
    mantissa, e, power = text.partition("e")
    mantissa = mantissa.replace(".", "{,}")
    return rf"{mantissa} \times 10^{{{int(power)}}}" if e else mantissa


def _digits(number: float, digits: int) -> str:
    if not math.isfinite(number):
        return "inf" if number > 0 else "-inf" if number < 0 else "NaN"
    if number == 0:
        return "0"
    if number == int(number) and abs(number) < 1e12:
        return str(int(number))
    size = abs(number)
    if size >= 1e7 or size < 10.0**-digits:
        mantissa, _, power = f"{number:.{digits}e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
    # Four significant decimals: small numbers keep more places.
    places = digits if size >= 0.1 else min(digits + int(-math.floor(math.log10(size))) - 1, 8)
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def tex_signed(number: float, digits: int = 4) -> str:
    """Negative numbers in parentheses, for use after an operator."""
    return f"({tex(number, digits)})" if number < 0 else tex(number, digits)


def tex_vector(numbers: Iterable[float], digits: int = 4) -> str:
    """[0{,}5;\\ 1{,}2]: semicolons, because the comma is decimal."""
    listed = list(numbers)
    shown = [tex(number, digits) for number in listed[: MAX_SHOWN * 2]]
    if len(listed) > MAX_SHOWN * 2:
        shown.append(r"\ldots")
    return "[" + r";\ ".join(shown) + "]"


def plain_vector(numbers: Iterable[float], digits: int = 4) -> str:
    return "[" + "; ".join(plain(number, digits) for number in numbers) + "]"


def plain_matrix(rows: Sequence[Sequence[float]], digits: int = 4) -> str:
    """[[1; 2]; [3; 4,5]]… as a student would type it back: [[1, 2], [3, 4.5]]."""
    return (
        "["
        + ", ".join(
            "[" + ", ".join(_digits(number, digits) for number in row) + "]" for row in rows
        )
        + "]"
    )


def tex_matrix(rows: Sequence[Sequence[float]] | np.ndarray, digits: int = 4) -> str:
    """A bmatrix; large matrices are cut with dots."""
    array = np.asarray(rows, dtype=float)
    lines = []
    for row in array[:MAX_SHOWN]:
        cells = [tex(float(number), digits) for number in row[:MAX_SHOWN]]
        lines.append(" & ".join(cells + ([r"\cdots"] if len(row) > MAX_SHOWN else [])))
    if len(array) > MAX_SHOWN:
        lines.append(r"\vdots")
    return r"\begin{bmatrix}" + r" \\ ".join(lines) + r"\end{bmatrix}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def tokens(items: Iterable[str]) -> str:
    """`fa` `##c` `##o`: tokens as code, apart from each other."""
    return " ".join(f"`{item}`" for item in items)


def listing(items: Sequence[str]) -> str:
    """ "a, b e c"."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " e " + items[-1]
