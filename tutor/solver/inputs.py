"""Reading a problem's inputs back: plain JSON -> typed lists, and the assumptions kept there."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.records import Json

Inputs = Mapping[str, Json]

CLAIMED = "claimed"  # the student's own result, as typed ("5,14")


def number(value: Json, default: float = 0.0) -> float:
    return float(value) if isinstance(value, (int, float)) else default


def floats(value: object) -> list[float]:
    """A JSON list of numbers; [] for anything else."""
    if not isinstance(value, list):
        return []
    return [float(item) for item in value if isinstance(item, (int, float))]


def rows(value: object) -> list[list[float]]:
    """A JSON matrix; a vector becomes its only row."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [floats(row) for row in value]
    return [floats(value)]


def is_matrix(value: Json) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], list)


def strings(value: Json) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def assume(inputs: dict[str, Json], *sentences: str) -> None:
    """Note what was assumed (Portuguese sentences; empty ones are dropped)."""
    known = strings(inputs.get("assumptions"))
    known += [sentence for sentence in sentences if sentence and sentence not in known]
    inputs["assumptions"] = list(known)


def forget(inputs: dict[str, Json], *beginnings: str) -> None:
    """Drop the assumptions that begin so: what they were about has changed."""
    kept = [each for each in strings(inputs.get("assumptions")) if not each.startswith(beginnings)]
    inputs["assumptions"] = list(kept)


def assumptions(inputs: Inputs) -> tuple[str, ...]:
    """For `Solution.assumptions`."""
    return tuple(strings(inputs.get("assumptions")))
