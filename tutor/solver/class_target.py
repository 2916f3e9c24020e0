"""The true class of a classifier's problem: by name, by position, as a distribution or a batch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tutor.solver.class_data import Reading
from tutor.solver.classes import ZERO_BASED, target_index, unknown_class
from tutor.solver.fields import Statement, index_of, is_connector
from tutor.solver.groups import Group
from tutor.solver.text import fold

_CUE = re.compile(
    r"\b(?:cert[ao]s?|corret[ao]s?|verdadeir[ao]s?|real|alvo|target|rotulo|label|gabarito|verdade|"
    r"y|era|eram|foi|fosse|for|seja|esperad[ao]|true|correct|right|truth)\b"
)
_MIDDLE = re.compile(r"\b(?:d[oae]|a|na|no) (?:(?:classe )?do meio|central|intermediari[ao])\b")
_INSTEAD = re.compile(
    r"\b(?:em vez d[eoa]|ao inves d[eoa]|no lugar d[eoa]|e nao|nao era|nao)\s+\w{0,3}\s*$"
)
_CHANCE_OF = re.compile(
    r"\b(?:probabilidade|chance|prob|confianca) (?:d[aeo]s?|para|pra) (?:\w+ )?[\"']?$"
)


def read_target(statement: Statement, reading: Reading, targets: list[Group]) -> None:
    if targets:
        target_group(reading, targets[0])
        return
    if reading.targets:
        return
    rows = len(reading.rows)
    if rows > 1:
        named = _named_in_order(statement, reading)
        if len(named) == rows:
            reading.targets = named
        return
    one = true_class(statement, reading)
    if one is not None:
        reading.targets = [one]
        return
    reading.unknown = (unknown_class(statement) or "") if reading.classes else ""


def target_group(reading: Reading, group: Group) -> None:
    rows, size = len(reading.rows), reading.size
    if group.names and reading.classes and group.size <= size:
        row = [0.0] * size
        for name, number in zip(group.names, group.numbers, strict=True):
            position = index_of(name, reading.classes)
            if position is None:
                return
            row[position] = number
        reading.soft = [row]
        return
    whole = all(n == int(n) and n >= 0 for n in group.numbers)
    if rows > 1 and len(group.rows) == 1 and whole and group.size == rows:
        numbers = [int(n) for n in group.numbers]
        one = max(numbers) == size and min(numbers) > 0
        reading.targets = [n - one for n in numbers]
        reading.notes.append(
            "Contei as classes a partir de 1." if one
            else "Contei os índices das classes a partir de 0."
        )  # fmt: skip
        return
    reading.soft = [list(row) for row in group.rows]


def true_class(statement: Statement, reading: Reading) -> int | None:
    """The class that the text outside the data says is the right one."""
    outside = reading.outside(statement.folded)
    named = _mentions(outside, reading.classes)
    if named is not None:
        return named
    if _MIDDLE.search(outside) and reading.size % 2:
        return reading.size // 2
    indexed = target_index(statement, reading.size or None)
    if indexed is None:
        return None
    if indexed[1]:
        reading.notes.append(indexed[1])
    return indexed[0]


def _mentions(outside: str, classes: list[str]) -> int | None:
    near: list[int] = []
    far: list[int] = []
    for index, name in enumerate(classes):
        for start, end in _places(outside, name):
            lead = outside[max(0, start - 60) : start]
            clause = re.split(r"[.;?!\n]", lead)[-1]
            if _INSTEAD.search(clause) or _CHANCE_OF.search(clause):
                continue
            if len(name) < 3 and not _apart(outside, start, end, clause):
                continue
            cue = next(reversed(list(_CUE.finditer(clause))), None)
            close = cue is not None and len(re.findall(r"\w+", clause[cue.end() :])) <= 4
            (near if close else far).append(index)
    for found in (near, far):
        unique = list(dict.fromkeys(found))
        if len(unique) == 1:
            return unique[0]
        if unique:
            return None
    return None


def _places(outside: str, name: str) -> list[tuple[int, int]]:
    folded = fold(name).strip()
    stem = folded.removesuffix("s")
    stem = stem[:-1] if stem[-1:] in "aoe" else stem
    if stem not in outside:  # of hundreds of classes only a few are named again
        return []
    exact = [m.span() for m in re.finditer(rf"(?<![\w-]){re.escape(folded)}(?![\w-])", outside)]
    if exact or len(folded) < 4:
        return exact
    return [
        m.span() for m in re.finditer(rf"(?<![\w-]){re.escape(stem)}(?:[aoe]?s?)(?![\w-])", outside)
    ]


def _apart(outside: str, start: int, end: int, clause: str) -> bool:
    """A name of one or two letters: in brackets or quotes, or right after a cue."""
    if outside[start - 1 : start] in ("(", '"', "'") and outside[end : end + 1] in (")", '"', "'"):
        return True
    cue = next(reversed(list(_CUE.finditer(clause))), None)
    named = re.search(r"\bclasse $", clause) is not None
    return named or (cue is not None and is_connector(clause[cue.end() :]))


def _named_in_order(statement: Statement, reading: Reading) -> list[int]:
    """ "classes verdadeiras: gato e peixe" after the rows of a batch."""
    outside = reading.outside(statement.folded)
    found = sorted(
        (start, index)
        for index, name in enumerate(reading.classes)
        for start, _ in _places(outside, name)
        if len(name) > 2
    )
    return [index for _, index in found]


def _same_base(notes: Iterable[str]) -> bool:
    zero = any("a partir de 0" in note for note in notes)
    return not (zero and any("a partir de 1" in note for note in notes))


def targets_beside(
    statement: Statement, reading: Reading, outputs: list[Group], told: str = ""
) -> bool:
    """Each list with its own class: "[2; 0] -> spam", "logits (1; 2), rótulo 0"."""
    if any(len(group.rows) > 1 for group in outputs):
        return False
    ends = [group.start for group in outputs[1:]] + [len(statement.text)]
    convention = told or (" contando a partir de 0" if _zero_based(statement) else "")
    for pick in (_after, _before):
        targets: list[int] = []
        notes: list[str] = []
        for index, group in enumerate(outputs):
            previous = outputs[index - 1].end if index else 0
            text = pick(statement, group, previous, ends[index])
            part = Reading(rows=[list(group.numbers)], classes=reading.classes)
            one = true_class(Statement(text + convention), part)
            if one is None or not 0 <= one < reading.size:
                break
            targets.append(one)
            notes += part.notes
        if len(targets) == len(outputs) and not convention and not _same_base(notes):
            convention = " contando a partir de 0"  # a class 0 settles how all are counted
            return targets_beside(statement, reading, outputs, convention)
        if len(targets) == len(outputs):
            reading.targets = targets
            reading.notes += list(dict.fromkeys(notes))
            reading.spans += [
                (group.start, end) for group, end in zip(outputs[:-1], ends, strict=False)
            ]
            return True
    return False


def _after(statement: Statement, group: Group, previous: int, end: int) -> str:
    text = statement.text[group.end : end]
    last = end == len(statement.text)
    cut = re.split(r"\n|[.?!]\s+(?=\D)", text) if last else [text]
    head = next((each for each in cut if each.strip(" .,;")), "")
    arrow = re.match(r"\s*(?:->|=>|:|,|-)\s*([\w\-]+)", head)
    return f"classe {head}" if arrow is None else f"classe verdadeira {arrow[1]}. {head}"


def _before(statement: Statement, group: Group, previous: int, end: int) -> str:
    return f"classe {statement.text[previous : group.start]}"


def _zero_based(statement: Statement) -> bool:
    return statement.has(ZERO_BASED, "torch", r"f\.cross_entropy", "nn")
