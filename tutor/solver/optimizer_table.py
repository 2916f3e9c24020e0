"""A table to fill in: "passo | g | w", the gradients given and the columns of results empty."""

from __future__ import annotations

import re

# As text.py writes a table with a header: its names, then its rows as a matrix.
_TABLE = re.compile(r"\[(?P<names>[^\[\]\d]*(?:;|&)[^\[\]]*)\]\s*\[(?P<rows>[^\[\]]*&[^\[\]]*)\]")
_LINES = re.compile(r"(?:^|\n)[^\n|]+(?:\|[^\n|]*){2,}(?:\n[^\n|]+(?:\|[^\n|]*){2,})+")
_EMPTY = re.compile(r"[?_\-–—.… ]*")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:e[-+]?\d+)?")
_STEP = re.compile(r"(?:passo|t|iter\w*|step|epoca|n|#)")
_GRADIENT = re.compile(r"(?:g(?:_?t)?|grad\w*)")


def untabled(folded: str) -> str:
    """The message with its table as prose: the gradients in order, and which columns are asked."""
    found = _TABLE.search(folded)
    if found is not None:
        header = [cell.strip() for cell in re.split("[;&]", found["names"])]
        body = [[cell.strip() for cell in row.split("&")] for row in found["rows"].split("\\\\")]
    else:
        found = _LINES.search(folded)
        if found is None:
            return folded
        cells_of = [
            [cell.strip() for cell in line.split("|")] for line in found.group().strip().split("\n")
        ]
        header, body = cells_of[0], cells_of[1:]
        if any(_NUMBER.fullmatch(cell) for cell in header):
            return folded
    if any(len(cells) > len(header) + 1 for cells in body):
        return folded
    columns = [[cells[i] if i < len(cells) else "" for cells in body] for i in range(len(header))]
    gradients: list[str] = []
    asked: list[str] = []
    for name, column in zip(header, columns, strict=True):
        if _GRADIENT.fullmatch(name) and all(_NUMBER.fullmatch(cell) for cell in column):
            gradients = column
        elif not _STEP.fullmatch(name) and all(_EMPTY.fullmatch(cell) for cell in column):
            asked.append(re.sub(r"_?t$", "", name))
    if not asked:
        return folded
    prose = f"{folded[: found.start()]}\n{folded[found.end() :]}"
    numbers = re.findall(r"-?\d+(?:[.,]\d+)?", prose)
    if gradients and not all(each in numbers for each in gradients):
        prose += f"\ngradientes = [{'; '.join(gradients)}]."
    return f"{prose}\ncalcule {' e '.join(asked)} em cada um dos {len(body)} passos."
