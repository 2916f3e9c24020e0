"""A run in the terminal: what a person reads in a minute, the worst failures first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from eval.report import clip
from eval.results import Item, SuiteResult, Table
from eval.run import Run

WORST = 5  # failures of a suite that are shown
WIDEST = 46  # characters of a cell
LOWER = "(lower is better)"  # ends the name of a rate that is a price


def text(run: Run, detailed: bool = True) -> str:
    """`detailed`: every rate and the tables of each suite; else a line or two of each."""
    return "\n".join(_lines(run, detailed))


def _lines(run: Run, detailed: bool) -> Iterator[str]:
    stamp = run.stamp
    shown = [f"{name} {stamp[name]}" for name in ("git", "corpus", "index") if name in stamp]
    yield "  ".join([*shown, f"seed {run.options.seed}"])
    if run.options.limit is not None:
        yield f"QUICK RUN: at most {run.options.limit} cases a suite"
    if detailed:
        alone = len({suite.name for suite in run.suites}) == 1
        for suite in run.suites:
            yield from _suite(suite, alone)
    else:
        yield ""
        yield from _table(Table("", HEADER, tuple(r for s in run.suites for r in _brief(s))))
        yield ""
        yield "   the worst of each suite:"
        for suite in run.suites:
            yield from (f"   ✗ {suite.name} {_failed(item)}" for item in suite.worst[:1])
    yield ""
    yield from (f"not run: {name} ({why})" for name, why in run.left_out.items())
    yield f"errors, time-outs, NaN: {run.errors}   contaminated eval texts: {len(run.contaminated)}"
    for match in run.contaminated[:WORST]:
        pair = f"{clip(match.text, 50)} ≈ {clip(match.corpus_text, 50)}"
        yield f"  {match.case}: {pair} ({match.likeness:.2f})"


HEADER = ("suite", "measure", "result")


def _brief(suite: SuiteResult) -> Iterator[tuple[str, ...]]:
    """The headline (the first rate or figure where there is none) and what it costs."""
    rates = {name: str(rate) for name, rate in suite.rates.items()}
    figures = {name: f"{value:.3f}" for name, value in suite.figures.items()}
    first = suite.headline or next(iter({**rates, **figures}))
    prices = [name for name in rates if name.endswith(LOWER) and name != first]
    for place, name in enumerate((first, *prices)):
        title = "" if place else f"{suite.title}, {len(suite.items)} cases"
        yield title, name, {**rates, **figures}[name]


def _suite(suite: SuiteResult, alone: bool) -> Iterator[str]:
    yield ""
    yield f"━━ {suite.title}: {len(suite.items)} cases"
    yield from textwrap.wrap(suite.note, 100, initial_indent="   ", subsequent_indent="   ")
    width = max((len(name) for name in (*suite.rates, *suite.figures)), default=0)
    for name, rate in suite.rates.items():
        mark = "▶" if name == suite.headline else " "
        yield f" {mark} {name:<{width}}  {rate}"
    for name, value in suite.figures.items():
        yield f"   {name:<{width}}  {value:.3f}"
    for table in suite.tables:
        if alone or not table.long:
            yield ""
            yield from _table(table)
    yield from (f"   ✗ {_failed(item)}" for item in suite.worst[:WORST])
    if len(suite.worst) > WORST:
        yield f"   … {len(suite.worst) - WORST} more in the report"


def _failed(item: Item) -> str:
    return f"{item.id}: {clip(item.text, 60)} — {item.error or _instead(item)}"


def _instead(item: Item) -> str:
    """What was expected and what came."""
    came = clip(str(item.got), 40) + (f", {item.mode}" if item.mode else "")
    return f"expected {clip(str(item.expected), 40)}, got {came}"


def _table(table: Table) -> Iterator[str]:
    header, *rows = [[clip(cell, WIDEST) for cell in row] for row in (table.header, *table.rows)]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    if table.title:
        yield f"   {table.title}"
    for row in (header, *rows):
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        yield f"   {'  '.join(cells)}".rstrip()
