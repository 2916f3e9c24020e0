"""What every part of the benchmark hands back, and how time and memory are read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One figure of a table."""

    name: str
    value: float
    unit: str
    note: str = ""


@dataclass
class Spent:
    """Time spent so far: by the clock, and by the processors (which other programs do not
    lengthen as they do the clock's)."""

    wall: float = 0.0
    cpu: float = 0.0

    def __sub__(self, earlier: Spent) -> Spent:
        return Spent(self.wall - earlier.wall, self.cpu - earlier.cpu)

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall + other.wall, self.cpu + other.cpu)

    @classmethod
    def now(cls) -> Spent:
        return cls(time.perf_counter(), time.process_time())


def timed(work: Callable[[], T]) -> tuple[T, Spent]:
    """A result and the time that it took."""
    began = Spent.now()
    result = work()
    return result, Spent.now() - began


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def cpu_seconds(process: int) -> float:
    """Processor time of another process so far (Linux; elsewhere NaN)."""
    status = Path(f"/proc/{process}/stat")
    if not status.is_file():
        return float("nan")
    fields = status.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(process: int | str = "self") -> float:
    """The most memory that a process has held so far (Linux; elsewhere NaN)."""
    return _megabytes(process, "VmHWM:")


def megabytes(process: int | str = "self") -> float:
    """The memory that a process holds now (Linux; elsewhere NaN)."""
    return _megabytes(process, "VmRSS:")


def _megabytes(process: int | str, field: str) -> float:
    status = Path(f"/proc/{process}/status")
    if not status.is_file():
        return float("nan")
    lines = status.read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(field))
