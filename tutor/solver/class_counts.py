"""Counts of each class of its own: "azul (40, 10, 5)", "classe A: VP = 9, FP = 1", "30/40"."""

from __future__ import annotations

import re
from itertools import islice

from tutor.errors import SolverError
from tutor.solver.confusion_counts import natural
from tutor.solver.fields import Statement
from tutor.solver.metric_names import CELL

ClassCounts = dict[str, dict[str, int]]
_NUMBER = r"(?<![\w.,])(\d{1,9})(?![\w%]|[.,]\d)"
_JOINED = re.compile(r"[\s,;/]{1,3}(?:e )?|\s(?:e|and)\s")
_NAME = re.compile(
    r"(?:(?:classe|categoria) )?['\"]?([^\W\d_][\w-]*|(?<=classe )\d+)['\"]?[\s:=(\-–]*"
    r"(?:teve|tem|com|deu|foi)?[\s:]*$"
)
_RECALLED = re.compile(rf"{_NUMBER} ?(?:/|de|em|dos|das) ?(?:{_NUMBER})")
_RIGHT = re.compile(r"\b(?:acert\w+|corret\w+|cert[oa]s|reconhec\w+)\b")


def class_counts(statement: Statement) -> ClassCounts:
    """Class -> its own TP, FP, FN as far as they are given; {} where there are not two classes."""
    for found in (_rows(statement), _repeated(statement)):
        if len(found) > 1:
            return found
    return _recalled(statement)


def _rows(statement: Statement) -> ClassCounts:
    """One list of counts for each class, in an order told once: "(VP, FP, FN): a (4, 1, 0)"."""
    labels = list(islice(CELL.finditer(statement.folded), 40))
    run = labels[:1]
    for label in labels[1:]:
        if not _JOINED.fullmatch(statement.folded[run[-1].end() : label.start()]):
            break
        run.append(label)
    names = [str(label.lastgroup) for label in run]
    if len(run) < 2 or len(set(names)) < len(names):
        return {}
    rows: list[tuple[str, list[float]]] = []
    for value in statement.arrays:
        if value.start < run[-1].end() or value.size % len(run):
            continue
        table, _ = value.matrix("as contagens")
        if len(table[0]) != len(run):
            table = [value.vector("as contagens")[0]]
        named = _NAME.search(statement.text[: value.start]) if len(table) == 1 else None
        rows += [(named[1] if named else "", row) for row in table if len(row) == len(run)]
    words = [name for name, _ in rows]
    if not all(words) or len(set(words)) < len(words):
        words = [str(index) for index in range(1, len(rows) + 1)]
    return {
        word: {cell: natural(number) for cell, number in zip(names, row, strict=True)}
        for word, (_, row) in zip(words, rows, strict=True)
    }


def _repeated(statement: Statement) -> ClassCounts:
    """ "A: VP = 9, FP = 1; B: VP = 5, FP = 0": each first cell begins a class."""
    labels = list(islice(CELL.finditer(statement.folded), 60))
    given: list[tuple[str, int, int]] = []  # cell, count, start
    for label in labels:
        after = re.match(rf"\s?(?:=|:|de|foi|sao)?\s?{_NUMBER}", statement.folded[label.end() :])
        before = re.search(rf"{_NUMBER} (?:de )?$", statement.folded[: label.start()][-14:])
        number = before if before and (after is None or "," not in after.group()) else after
        if number is before is not None:
            start = label.start() - (len(before.group()))
            given.append((str(label.lastgroup), int(before[1]), start))
        elif number:
            given.append((str(label.lastgroup), int(number[1]), label.start()))
    if len(given) < 4 or [each[0] for each in given].count(given[0][0]) < 2:
        return {}
    found: ClassCounts = {}
    current: dict[str, int] = {}
    for cell, count, start in given:
        if cell == given[0][0]:
            named = _NAME.search(statement.text[:start])
            name = named[1] if named else str(len(found) + 1)
            current = found.setdefault(name if name not in found else str(len(found) + 1), {})
        if cell in current:
            return {}
        current[cell] = count
    return found if len({tuple(sorted(cells)) for cells in found.values()}) == 1 else {}


def _recalled(statement: Statement) -> ClassCounts:
    """ "acertos por classe: 30/40, 25/25 e 10/20": hits among the examples of each class."""
    if not _RIGHT.search(statement.folded) or not statement.has(
        r"(?:por|cada|da|das|de|na|nas) (?:cada )?classes?", r"classe \w+"
    ):
        return {}
    pairs = [(int(m[1]), int(m[2]), m.start()) for m in _RECALLED.finditer(statement.folded)]
    if len(pairs) < 2:
        return {}
    found: ClassCounts = {}
    for right, total, start in pairs:
        if right > total:
            raise SolverError(f"Os dados não combinam: {right} acertos em {total} exemplos.")
        named = re.search(
            r"(?:classe |[,;:] ?(?:e )?)([^\W\d_][\w-]*)[\s:=]*$", statement.text[:start]
        )
        name = named[1] if named and named[1] not in found else str(len(found) + 1)
        found[name] = {"tp": right, "fn": total - right}
    return found
