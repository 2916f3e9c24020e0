"""Remarks on the student's result where a small difference matters: counts and weights.

A count of parameters is right only if it is equal, and a weight after one step is often
near its start, so that a named mistake comes before a generous rounding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np

from tutor.records import Json
from tutor.solver.claims import Mistake, remarks
from tutor.solver.format import plain, plain_vector
from tutor.solver.inputs import CLAIMED, Inputs
from tutor.solver.numbers import scan


def precise_remarks(
    inputs: Inputs, value: Json, mistakes: Iterable[Mistake] = ()
) -> tuple[str, ...]:
    typed = inputs.get(CLAIMED)
    if not isinstance(typed, str) or isinstance(value, (dict, bool)) or value is None:
        return ()
    right = np.ravel(np.asarray(value, dtype=float)).tolist()
    counts = isinstance(value, int) or _whole(value)
    numbers = _typed_numbers(typed, counts)
    if numbers is None:
        return ()
    tolerance = 0.0 if counts else min(0.05, 0.51 * 10.0 ** -_places(typed))
    shown = plain(right[0]) if len(right) == 1 else plain_vector(right)
    if _close(numbers, right, tolerance):
        exact = _close(numbers, right, 1e-12)
        about = "" if exact else f", a menos do arredondamento: {shown}"
        return (f"O seu resultado ({typed}) está certo{about}.",)
    for wrong, clause in mistakes:
        candidate = np.ravel(np.asarray(wrong, dtype=float)).tolist()
        if _close(numbers, candidate, tolerance):
            return (
                f"O seu resultado ({typed}) não está certo: é o que se obtém quando {clause}. "
                f"O valor certo é {shown}.",
            )
    if counts:
        return (
            f"O seu resultado ({typed}) não confere com o valor certo, {shown}. "
            "Compare com os passos para achar a diferença.",
        )
    return remarks(inputs, value)


def _whole(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, int) or _whole(each) for each in value)


def _typed_numbers(typed: str, counts: bool) -> list[float] | None:
    values = scan(typed)
    if len(values) != 1 or values[0].readings[0].problem:
        return None
    if counts and re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", typed.strip()):
        return [float(typed.replace(".", ""))]
    numbers: list[float] = np.ravel(np.asarray(values[0].readings[0].data, dtype=float)).tolist()
    return numbers


def _places(typed: str) -> int:
    """Decimal places of the roughest number that was typed."""
    pieces = [piece.strip("[](),;").replace(".", ",") for piece in typed.split()]
    return min((len(p.rpartition(",")[2]) if "," in p else 0 for p in pieces), default=0)


def _close(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= tolerance + 1e-12 * abs(b) for a, b in zip(one, other, strict=True)
    )
