"""What a linear model sees of a message: its words, pairs of them and pieces of them, hashed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np

PIECES = range(3, 6)  # characters of a piece of a word


def ngrams(words: Sequence[str], units: Sequence[str]) -> list[str]:
    """`units` (the words or their stems) and pairs of neighbours, and the pieces of `words`."""
    found = [f"w{unit}" for unit in units]
    found += [f"p{one} {other}" for one, other in pairwise(units)]
    for word in words:
        framed = f" {word} "
        found += [framed[i : i + n] for n in PIECES for i in range(len(framed) - n + 1)]
    return found


def hashed(features: Iterable[str], buckets: int) -> np.ndarray:
    """The distinct buckets of `features`, ascending; int64, at most `buckets` of them."""
    return np.array(sorted({crc32(f.encode()) % buckets for f in features}), np.int64)
