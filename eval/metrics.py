"""Rates with intervals, paired comparison, ranks, percentiles, and the comparison of values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tutor.text import fold

Z95 = 1.959963984540054


def wilson(passed: int, total: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a proportion (Wilson 1927); (0, 1) where nothing was measured."""
    if total == 0:
        return 0.0, 1.0
    share = passed / total
    scale = 1 + z * z / total
    middle = (share + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    low = 0.0 if passed == 0 else max(0.0, middle - half)
    high = 1.0 if passed == total else min(1.0, middle + half)
    return low, high


@dataclass(frozen=True)
class Rate:
    """n of N."""

    passed: int
    total: int

    @classmethod
    def of(cls, verdicts: Iterable[bool]) -> Rate:
        counted = list(verdicts)
        return cls(sum(counted), len(counted))

    @property
    def share(self) -> float:
        """NaN where nothing was measured."""
        return self.passed / self.total if self.total else math.nan

    def __str__(self) -> str:
        if not self.total:
            return "0/0"
        low, high = wilson(self.passed, self.total)
        return f"{self.passed}/{self.total} = {self.share:.1%} [{100 * low:.1f}, {100 * high:.1f}]"


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p-value of McNemar's test over the pairs that differ."""
    differing = gained + lost
    if differing == 0:
        return 1.0
    tail = sum(math.comb(differing, i) for i in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / 2**differing)


@dataclass(frozen=True)
class Paired:
    """Two systems on the same items: how often only the first, or only the second, was right."""

    gained: int
    lost: int

    @classmethod
    def of(cls, first: Sequence[bool], second: Sequence[bool]) -> Paired:
        pairs = list(zip(first, second, strict=True))
        return cls(sum(a and not b for a, b in pairs), sum(b and not a for a, b in pairs))

    @property
    def p(self) -> float:
        return mcnemar(self.gained, self.lost)

    def __str__(self) -> str:
        return f"+{self.gained} −{self.lost}, p = {self.p:.2g}"


def rank_of(wanted: str, ranked: Sequence[str]) -> int | None:
    """1 for the first place; None where it is not in the ranking."""
    return ranked.index(wanted) + 1 if wanted in ranked else None


def hit(rank: int | None, k: int) -> bool:
    return rank is not None and rank <= k


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """An entry that was not ranked counts as 0; NaN for no ranks at all."""
    if not ranks:
        return math.nan
    return sum(1 / rank for rank in ranks if rank is not None) / len(ranks)


def percentile(values: Sequence[float], share: float) -> float:
    """Linear interpolation between the nearest two; NaN for no values."""
    if not values:
        return math.nan
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


@dataclass(frozen=True)
class Bin:
    """Predictions of about the same confidence: the mean of it, and how many were right."""

    confidence: float
    right: Rate


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = 10) -> list[Bin]:
    """Equal-width bins over 0..1, the empty ones left out (Guo et al. 2017)."""
    pairs = list(zip(confidences, right, strict=True))
    found = []
    for place in range(bins):
        own = [(c, r) for c, r in pairs if min(int(c * bins), bins - 1) == place]
        if own:
            mean = sum(c for c, _ in own) / len(own)
            found.append(Bin(mean, Rate.of(r for _, r in own)))
    return found


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of confidence and accuracy; NaN for no bins."""
    total = sum(b.right.total for b in bins)
    if not total:
        return math.nan
    return sum(b.right.total * abs(b.confidence - b.right.share) for b in bins) / total


def same_value(expected: object, got: object, tolerance: float) -> bool:
    """Whether `got` is the value `expected`, loosely.

    A number and a list of that one number are the same, and so are 28 and 28.0; keys of a mapping
    are compared folded and further keys are allowed; strings (tokens) must be the same exactly;
    NaN and infinity are never right.
    """
    expected, got = _unwrapped(expected), _unwrapped(got)
    if _is_number(expected) and _is_number(got):
        distance = abs(float(expected) - float(got))  # type: ignore[arg-type]
        return math.isfinite(float(got)) and distance <= tolerance + 1e-12  # type: ignore[arg-type]
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        return len(expected) == len(got) and all(
            same_value(a, b, tolerance) for a, b in zip(expected, got, strict=True)
        )
    if isinstance(expected, dict) and isinstance(got, dict):
        known = {_key(k): v for k, v in got.items()}
        return all(
            _key(k) in known and same_value(v, known[_key(k)], tolerance)
            for k, v in expected.items()
        )
    return type(expected) is type(got) and expected == got


def _unwrapped(value: object) -> object:
    while isinstance(value, list | tuple) and len(value) == 1 and not isinstance(value[0], str):
        value = value[0]
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _key(key: object) -> str:
    return "".join(c for c in fold(str(key)) if c.isalnum())
