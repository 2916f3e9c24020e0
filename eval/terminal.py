"""A run in the terminal: what a person reads in a minute, the worst failures first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from eval.report import clip
from eval.results import Item, SuiteResult, Table
from eval.run import Run

WORST = 5  # failures of a suite that are shown
WIDEST = 46  # characters of a cell


def text(run: Run) -> str:
    return "\n".join(_lines(run))


def _lines(run: Run) -> Iterator[str]:
    stamp = run.stamp
    shown = [f"{name} {stamp[name]}" for name in ("git", "corpus", "index") if name in stamp]
    yield "  ".join([*shown, f"seed {run.options.seed}"])
    if run.options.limit is not None:
        yield f"QUICK RUN: at most {run.options.limit} cases a suite"
    for suite in run.suites:
        yield from _suite(suite, len(run.suites) == 1)
    yield ""
    yield f"errors, time-outs, NaN: {run.errors}   contaminated eval texts: {len(run.contaminated)}"
    for match in run.contaminated[:WORST]:
        pair = f"{clip(match.text, 50)} ≈ {clip(match.corpus_text, 50)}"
        yield f"  {match.case}: {pair} ({match.likeness:.2f})"


def _suite(suite: SuiteResult, alone: bool) -> Iterator[str]:
    yield ""
    yield f"━━ {suite.name} ({len(suite.items)} cases)"
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
    for item in suite.worst[:WORST]:
        yield f"   ✗ {item.id}: {clip(item.text, 60)} — {item.error or _instead(item)}"
    if len(suite.worst) > WORST:
        yield f"   … {len(suite.worst) - WORST} more in the report"


def _instead(item: Item) -> str:
    """What was expected and what came."""
    came = clip(str(item.got), 40) + (f", {item.mode}" if item.mode else "")
    return f"expected {clip(str(item.expected), 40)}, got {came}"


def _table(table: Table) -> Iterator[str]:
    rows = [[clip(cell, WIDEST) for cell in row] for row in table.rows]
    header = [textwrap.shorten(cell, WIDEST, placeholder="…") for cell in table.header]
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    yield f"   {table.title}"
    for row in (header, *rows):
        yield (
            "   "
            + "  ".join(
                f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)
            ).rstrip()
        )
