"""What to say about the student's own result: right, or which mistake yields that number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tutor.records import Json
from tutor.solver.format import plain, plain_vector
from tutor.solver.inputs import CLAIMED, Inputs
from tutor.solver.numbers import scan

# A wrong result and the mistake (a Portuguese clause after "é o que se obtém quando…").
Mistake = tuple[float | Sequence[float] | np.ndarray, str]

# What a remark says where the student's number is right or a mistake explains it.
RECOGNISED = (") está certo", "é o que se obtém quando", "confere com um dos valores")


def remarks(inputs: Inputs, value: Json, mistakes: Iterable[Mistake] = ()) -> tuple[str, ...]:
    """Remarks for `Solution.remarks`; () if the student gave no result of their own.

    `mistakes` are tried in order: the first whose number agrees with the student's is named.
    """
    typed = inputs.get(CLAIMED)
    if not isinstance(typed, str):
        return ()
    numbers, tolerance = _read(typed)
    if numbers is None:
        return ()
    right = _flat(value)
    if right is None:
        return ()
    shown = _show(right)
    if _agree(numbers, right, tolerance):
        if all(round(a, 12) == round(b, 12) for a, b in zip(numbers, right, strict=True)):
            return (f"O seu resultado ({typed}) está certo.",)
        return (f"O seu resultado ({typed}) está certo, a menos do arredondamento: {shown}.",)
    for wrong, clause in mistakes:
        candidate = _flat(wrong)
        if candidate is None or _agree(candidate, right, tolerance):
            continue
        if _agree(numbers, candidate, tolerance):
            wrong_because = (
                f"O seu resultado ({typed}) não está certo: é o que se obtém quando {clause}. "
                f"O valor certo é {shown}."
            )
            return (wrong_because,)
    unexplained = (
        f"O seu resultado ({typed}) não confere com o valor certo, {shown}. "
        "Compare com os passos para achar a diferença."
    )
    return (unexplained,)


def on_named_values(inputs: Inputs, value: Json) -> tuple[str, ...]:
    """The remark where the result has several named numbers: is the student's among them?"""
    typed = inputs.get(CLAIMED)
    if not isinstance(typed, str) or not isinstance(value, dict):
        return ()
    numbers, tolerance = _read(typed)
    candidates = [_flat(item) for item in value.values() if isinstance(item, (int, float, list))]
    if numbers is None or not candidates:
        return ()
    if any(each is not None and _agree(numbers, each, tolerance) for each in candidates):
        return (f"O seu resultado ({typed}) confere com um dos valores calculados.",)
    return (
        f"O seu resultado ({typed}) não confere com nenhum dos valores calculados. "
        "Compare com os passos para achar a diferença.",
    )


def _read(typed: str) -> tuple[list[float] | None, float]:
    """The numbers that were typed and half a unit of their last decimal place."""
    values = scan(typed)
    if len(values) != 1 or values[0].readings[0].problem:
        return None, 0.0
    numbers = _flat(values[0].readings[0].data)
    places = min((_places(piece) for piece in typed.replace("%", "").split()), default=0)
    if values[0].percent:
        places += 2
    return numbers, 0.5 * 10.0**-places


def _places(piece: str) -> int:
    digits = piece.strip("[](),;").replace(".", ",")
    return len(digits.rpartition(",")[2]) if "," in digits else 0


def _agree(one: Sequence[float], other: Sequence[float], tolerance: float) -> bool:
    if len(one) != len(other):
        return False
    for a, b in zip(one, other, strict=True):
        # Rounding by the student is no mistake; a third of a per cent is.
        if abs(a - b) > max(1.02 * min(tolerance, 0.05), 0.003 * abs(b)):
            return False
    return True


def _flat(value: object) -> list[float] | None:
    if isinstance(value, bool) or value is None or isinstance(value, (str, dict)):
        return None
    if isinstance(value, list) and any(isinstance(item, (str, dict)) for item in value):
        return None
    array = np.asarray(value, dtype=float).ravel()
    return [float(number) for number in array]


def _show(numbers: Sequence[float]) -> str:
    return plain(numbers[0]) if len(numbers) == 1 else plain_vector(numbers)
