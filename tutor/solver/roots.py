"""Real zeros of a function of one number, found on a wide grid and narrowed by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable

_SIZES = [10 ** (exponent / 8) for exponent in range(-80, 57)]  # 1e-10 … 1e7
_DOMAINS = {
    "positive": [0.0, *_SIZES],
    "unit": [0.0, *(i / 400 for i in range(1, 400)), 0.999, 0.9999, 0.99999],
    "signed": [*(-size for size in reversed(_SIZES)), 0.0, *_SIZES],
}


def roots(function: Callable[[float], float], domain: str) -> list[float]:
    """At most a few zeros, in order. `domain`: "positive" (with 0), "unit" ([0, 1)), "signed"."""
    straight = _linear(function, domain)
    if straight is not None:
        return straight
    grid = _DOMAINS[domain]
    values = [function(x) for x in grid]
    found: list[float] = []
    for (x, fx), (y, fy) in zip(
        zip(grid, values, strict=True), zip(grid[1:], values[1:], strict=True), strict=False
    ):
        if abs(fx) < 1e-13:
            zero = x
        elif fx * fy < 0 and math.isfinite(fx) and math.isfinite(fy):
            zero = _bisect(function, x, y)
        else:
            continue
        if abs(function(zero)) < 1e-6 * (1 + abs(fx)) and not any(
            math.isclose(zero, known, rel_tol=1e-6, abs_tol=1e-12) for known in found
        ):
            found.append(zero)
    return found


def _linear(function: Callable[[float], float], domain: str) -> list[float] | None:
    """The zero of a function of the first degree; [] where it lies outside of the domain."""
    zero = function(0.0)
    slope = function(0.5) - zero
    points = (0.25, 0.75, 0.9) if domain == "unit" else (0.3, 2.0, 10.0, 100.0)
    scale = abs(zero) + abs(slope)
    if slope == 0 or any(
        abs(function(x) - zero - 2 * slope * x) > 1e-10 * (scale + abs(slope * x)) for x in points
    ):
        return None
    x = -zero / (2 * slope)
    x = float(f"{x:.12g}")
    inside = {"positive": x >= 0, "unit": 0 <= x < 1, "signed": True}[domain]
    return [x] if inside else []


def _bisect(function: Callable[[float], float], low: float, high: float) -> float:
    at_low = function(low)
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        value = function(middle)
        if value == 0:
            return middle
        if at_low * value < 0:
            high = middle
        else:
            low, at_low = middle, value
    return float(f"{(low + high) / 2:.12g}")
