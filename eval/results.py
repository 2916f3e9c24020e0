"""What a run yields: items, rates, tables and plots; plain data that every report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from eval.metrics import Rate


@dataclass(frozen=True)
class Options:
    k: int = 3
    seed: int = 0
    limit: int | None = None  # cases of each suite
    timeout: float = 60.0  # seconds that one case may take


@dataclass(frozen=True)
class Item:
    """One measured case: what was asked, what came out, and the verdict."""

    suite: str
    id: str
    text: str
    passed: bool
    expected: Any = None
    got: Any = None
    mode: str | None = None
    retrieved: tuple[str, ...] = ()
    prompt: str | None = None
    output: str = ""
    seconds: float = 0.0
    error: str | None = None  # an exception, a time-out or NaN: always a failure
    badness: float = 0.0  # orders the failures, the worst first
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """`long` tables stand in the reports, and in the terminal only when one suite was asked for."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    long: bool = False


@dataclass(frozen=True)
class Plot:
    """A plot as data; `heatmap` uses `rows` and `columns`, `bars` `columns` and one row of values.

    `curves`: `columns` name the two axes, which go from 0 to 1; each of `rows` is a curve, whose x
    and y are two rows of `values`.
    """

    kind: Literal["heatmap", "bars", "curves"]
    title: str
    columns: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    rows: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class SuiteResult:
    """`rates` by name; `headline` is the one that --fail-under looks at, None for no verdict."""

    name: str
    note: str
    items: tuple[Item, ...]
    rates: Mapping[str, Rate]
    headline: str | None
    figures: Mapping[str, float] = field(default_factory=dict)  # means and seconds: no intervals
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    label: str = (
        ""  # what its figures are worth: held out, looked at; empty where that is no matter
    )

    @property
    def title(self) -> str:
        return f"{self.name} ({self.label})" if self.label else self.name

    @property
    def errors(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.error is not None)

    @property
    def worst(self) -> tuple[Item, ...]:
        """The failures: errors first, then by badness."""
        failed = [item for item in self.items if not item.passed]
        return tuple(sorted(failed, key=lambda i: (i.error is None, -i.badness)))
