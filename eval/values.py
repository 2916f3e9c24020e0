"""A solver's value as plain JSON, for the journal."""

from __future__ import annotations

import math

from tutor.records import Json


def as_json(value: object) -> Json:
    """Mappings, sequences, numbers and strings; NaN and infinity as text, which JSON lacks."""
    if isinstance(value, dict):
        return {str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
