"""Which of several results a message asks for: one class's probability, the largest, a ratio."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.solver.fields import Statement, index_of
from tutor.solver.numbers import word_number

_ONE = (
    r"(?:qual|que|quanto|qto|what|encontre|ache|determine|calcul\w+|obtenha|diga)\b[^.;?\n]{0,40}?"
    r"\b(?:(?:softmax )?(?:probabilidade|probability|prob|chance|logaritmo|log[ -]?(?:prob\w*|"
    r"softmax))|essa probabilidade)\b"
)
_OF = re.compile(rf"(?:{_ONE}|(?:^|\n)\W*(?:a )?probabilidade\b)(?P<rest>[^.;?\n]{{0,60}})")
_LARGEST = re.compile(r"\b(?:maior|maxima|mais (?:provavel|alta)|largest|highest|vencedora)\b")
_SMALLEST = re.compile(r"\b(?:menor|minima|menos provavel|mais baixa|smallest|lowest)\b")
_NTH = re.compile(
    r"\b(\w+[ao]|\d{1,2}[ªºao])\s+(?:classe|posicao|saida|opcao|logit|elemento|palavra|token)"
)
_CLASS_NUMBER = re.compile(r"\b(?:classe|posicao|saida|logit)\s+(\d{1,2})\b")
_RATIO = re.compile(r"\bp_?(\d{1,2})\s?/\s?p_?(\d{1,2})\b")
_WORD = re.compile(r"[\w\-]+")


def one_of(statement: Statement, numbers: Sequence[float], classes: Sequence[str]) -> int | None:
    """The position of the only result that is asked for, or None where all are."""
    folded = statement.folded
    match = _OF.search(folded)
    if match is None:
        return None
    # "Uma classe tem probabilidade mínima. Quanto vale essa probabilidade?"
    asked = match.group() if "essa" not in match.group() else folded
    rest = match["rest"] if "essa" not in match.group() else folded
    if _LARGEST.search(asked):
        return max(range(len(numbers)), key=numbers.__getitem__)
    if _SMALLEST.search(asked):
        return min(range(len(numbers)), key=numbers.__getitem__)
    for word in _WORD.finditer(rest):
        position = index_of(word.group(), classes) if len(word.group()) > 1 else None
        if position is not None:
            return position
    nth = _NTH.search(rest)
    if nth:
        position = word_number(nth[1]) or int(re.sub(r"\D", "", nth[1]) or 0)
        if 1 <= position <= len(numbers):
            return position - 1
    counted = _CLASS_NUMBER.search(rest)
    if counted and 1 <= int(counted[1]) <= len(numbers):
        return int(counted[1]) - 1
    return None


def ratio_of(statement: Statement, size: int) -> tuple[int, int] | None:
    """p1/p2: the two positions, counted from 0."""
    match = _RATIO.search(statement.folded)
    if match is None or not all(1 <= int(each) <= size for each in match.groups()):
        return None
    return int(match[1]) - 1, int(match[2]) - 1
