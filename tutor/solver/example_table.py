"""A table of a classifier's examples: a column for each class and one for the true class."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.solver.fields import Statement
from tutor.solver.text import fold

_TARGET = re.compile(
    r"(?:classe |resposta )?(?:rotulos?|alvos?|targets?|labels?|y|y_true|verdadeir[ao]|corret[ao]|"
    r"cert[ao]|real|gabarito|verdade|classe)(?: \w+)?"
)
_IDENTITY = re.compile(r"(?:exemplos?|amostras?|#|id|i|n|no|nº|item|imagem|foto|linha|caso|)\W*")
_RULE = re.compile(r":?-{2,}:?|")
_HEAD_ROLE = re.compile(r"\b(?:logits?|escores?|scores?|probabilidades?|probs?|p|z)[ _]?\(?")


@dataclass(frozen=True)
class ExampleTable:
    classes: list[str]
    rows: list[list[float]]
    targets: list[str]  # as written
    headings: str  # folded


def read_example_table(source: str) -> ExampleTable | None:
    lines = [line.strip() for line in source.split("\n") if line.count("|") > 2]
    cells = [[cell.strip(" *`") for cell in line.strip("|").split("|")] for line in lines]
    cells = [row for row in cells if not all(_RULE.fullmatch(cell) for cell in row)]
    if len(cells) < 3 or len({len(row) for row in cells}) != 1:
        return None
    heads, body = [fold(head) for head in cells[0]], cells[1:]
    targets = [i for i, head in enumerate(heads) if _TARGET.fullmatch(head)]
    outputs = [
        i
        for i, head in enumerate(heads)
        if i not in targets and not _IDENTITY.fullmatch(head) and _numeric(body, i)
    ]
    if len(targets) != 1 or len(outputs) < 2:
        return None
    classes = [_HEAD_ROLE.sub("", cells[0][i]).strip(" ()") or cells[0][i] for i in outputs]
    try:
        rows = [[Statement(row[i]).values[0].scalar()[0] for i in outputs] for row in body]
    except SolverError:
        return None
    return ExampleTable(classes, rows, [row[targets[0]] for row in body], " ".join(heads))


def _numeric(body: list[list[str]], column: int) -> bool:
    for row in body:
        values = Statement(row[column]).values
        if len(values) != 1 or values[0].size != 1 or re.search(r"[a-z]{3}", fold(row[column])):
            return False
    return True
