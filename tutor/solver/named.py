"""Values by name where many names compete: each value belongs to the nearest name before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tutor.solver.fields import Statement, is_connector, name_pattern
from tutor.solver.inputs import Inputs
from tutor.solver.numbers import Value

_WINDOW = 60
_MOST_VALUES = 60  # further values of one message are not looked at

Names = Mapping[str, Sequence[str]]


def assignments(statement: Statement, names: Names) -> dict[str, list[Value]]:
    """key -> its values in order: "momentum, lr = 0,1" gives 0,1 to lr alone."""
    found: dict[str, list[Value]] = {}
    present = {
        key: [each for each in spellings if name_pattern(each).search(statement.folded)]
        for key, spellings in names.items()
    }
    end = 0
    for value in statement.values[:_MOST_VALUES]:
        if value.ordinal:
            continue  # "o peso no 1o passo"
        begin = max(end, value.start - _WINDOW)
        key = _nearest(statement.folded, begin, value.start, present)
        end = value.end
        if key is not None:
            found.setdefault(key, []).append(value)
    return found


def _nearest(folded: str, begin: int, start: int, names: Names) -> str | None:
    best: tuple[int, int] | None = None
    nearest = None
    for key, spellings in names.items():
        for spelling in spellings:
            for match in name_pattern(spelling).finditer(folded, begin, start):
                rank = (match.end(), match.end() - match.start())
                if (best is None or rank > best) and is_connector(folded[match.end() : start]):
                    best, nearest = rank, key
    return nearest


def unchanged(inputs: Inputs, previous: Inputs | None) -> bool:
    """Did a follow-up change no datum (what is assumed does not count)?"""
    return previous is not None and _data(inputs) == _data(previous)


def _data(inputs: Inputs) -> Inputs:
    return {key: value for key, value in inputs.items() if key != "assumptions"}
