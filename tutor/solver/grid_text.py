"""The matrices and signals of a hand convolution or pooling, as students lay them out."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.numbers import Value

_BARRED = re.compile(r"\[([^\[\]\n]*;[^\[\]\n]*\|[^\[\]\n]*)\]")
# "stride (2, 1)" is no list of data
_SETTING = re.compile(r"(?:strides?|passo|padding|pad|dilat\w+|kernel_size|groups)\s*[=:]?\s*$")
_ROWS = re.compile(r"\blinhas?\b")
_ENTRY = re.compile(
    r"(?:elemento|entrada|valor|posicao|celula|pixel|saida|y|o)\s*(?:de|da|na|em|do)?\s*(?:posicao|"
    r"saida|celula)?\s*[(\[]\s*(\d{1,2})\s*[,;]\s*(\d{1,2})\s*[)\]]|"
    r"linha (\d{1,2})(?:,| e| da)?(?: na| da)? coluna (\d{1,2})"
)
_CORNER = re.compile(r"\bcanto (superior|inferior) (esquerdo|direito)")
_ONLY = re.compile(
    r"\b(?:so|apenas|somente|qual (?:e )?o (?:valor|elemento)|"
    r"(?:quero|calcule) o (?:valor|elemento))\b"
)


def with_plain_rows(statement: Statement) -> Statement:
    """ "[1,5; 2 | 3; 4]": bars between the rows and semicolons between the columns."""
    if "|" not in statement.source or _BARRED.search(statement.source) is None:
        return statement
    return Statement(_BARRED.sub(_nested, statement.source))


def _nested(match: re.Match[str]) -> str:
    rows = [
        ", ".join(cell.strip().replace(",", ".") for cell in row.split(";"))
        for row in match.group(1).split("|")
    ]
    return "[" + ", ".join(f"[{row}]" for row in rows) + "]"


def grids(statement: Statement) -> list[Value]:
    """Every matrix, and every list that can be a signal, a kernel or a row."""
    return [
        value
        for value in statement.arrays
        if _SETTING.search(statement.folded[: value.start]) is None
        if len(value.readings[0].shape) == 2
        or value.readings[0].problem
        or (value.size >= 2 and value.bracketed and len(value.readings[0].shape) == 1)
        or (value.size >= 3 and len(value.readings[0].shape) == 1)
    ]


def stacked(values: list[Value], statement: Statement) -> list[list[float]] | None:
    """ "com linhas (1, 4), (7, 0) e (3, 6)": lists of one length that are the rows of a matrix."""
    if len(values) < 2 or _ROWS.search(statement.folded) is None:
        return None
    if any(len(value.readings[0].shape) != 1 for value in values):
        return None
    rows = [value.vector("a linha")[0] for value in values]
    return rows if len({len(row) for row in rows}) == 1 else None


def wanted_entry(folded: str, height: int, width: int) -> tuple[int, int] | None:
    """The only position asked for ("o elemento central", "a posição (1, 2)"), from 0 on."""
    if re.search(r"\b(?:central|do centro|do meio)\b", folded) and height % 2 == width % 2 == 1:
        return (height // 2, width // 2) if _ONLY.search(folded) else None
    corner = _CORNER.search(folded)
    if corner and _ONLY.search(folded):
        row = 0 if corner[1] == "superior" else height - 1
        return row, 0 if corner[2] == "esquerdo" else width - 1
    entry = _ENTRY.search(folded)
    if entry is None or _ONLY.search(folded) is None:
        return None
    row, column = (int(each) for each in entry.groups() if each)
    counted_from_0 = re.search(r"indices? (?:a partir de|de) 0", folded) is not None
    first = 0 if counted_from_0 or "0" in (entry[1], entry[2]) else 1
    row, column = row - first, column - first
    return (row, column) if 0 <= row < height and 0 <= column < width else None
