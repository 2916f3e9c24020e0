"""Progress bars on standard error, so that standard output stays the report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(cases: Sequence[T], name: str) -> Iterable[T]:
    return tqdm(cases, desc=name, unit="case", dynamic_ncols=True, mininterval=1.0)
