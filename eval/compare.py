"""This run against an earlier one, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from eval.harness import read_journal
from eval.metrics import Paired, Rate
from eval.run import Run

LISTED = 10  # items of each kind that are named


def lines(run: Run, earlier: Path) -> Iterator[str]:
    """Suites that both runs hold, over the items that both hold."""
    before = read_journal(earlier)
    yield f"against {earlier.name}:"
    for suite in run.suites:
        shared = [i for i in suite.items if (suite.name, i.id) in before]
        if not shared:
            yield f"   {suite.title}: no item in common"
            continue
        now, then = [i.passed for i in shared], [before[suite.name, i.id] for i in shared]
        pair = Paired.of(now, then)
        yield f"   {suite.title}: {Rate.of(then)} → {Rate.of(now)}   {pair}"
        gained = [i.id for i, a, b in zip(shared, now, then, strict=True) if a and not b]
        lost = [i.id for i, a, b in zip(shared, now, then, strict=True) if b and not a]
        for mark, ids in (("+", gained), ("−", lost)):
            if ids:
                more = f" … {len(ids) - LISTED} more" if len(ids) > LISTED else ""
                yield f"      {mark} {', '.join(ids[:LISTED])}{more}"
