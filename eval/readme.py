"""The README's results table, generated from the committed summary of a whole run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from eval.metrics import Rate
from eval.report import table
from eval.results import Table
from tutor.settings import ROOT

START, END = "<!-- results -->", "<!-- /results -->"
README, RESULTS = ROOT / "README.md", ROOT / "eval" / "results.json"
SHOWN = (  # suites and their tables that stand in the README
    ("students", "Against baselines"),
    ("queries", "Against baselines"),
    ("icl", "Ablation of the context"),
    ("router", "Against rivals"),
)
_BLOCK = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)


def block(summary: Mapping[str, Any]) -> str:
    """The text between the markers, markers included."""
    return "\n".join([START, "", *_lines(summary), "", END])


def _lines(summary: Mapping[str, Any]) -> Iterator[str]:
    rows: list[tuple[str, ...]] = []
    for name, suite in summary["suites"].items():
        for measure, rate in suite["rates"].items():
            rows.append((name, measure, str(Rate(rate["passed"], rate["total"]))))
        for measure, value in suite["figures"].items():
            rows.append((name, measure, "—" if value is None else f"{value:.3f}"))
    yield from table(Table("", ("suite", "measure", "result"), tuple(rows)))
    for name, title in SHOWN:
        for suite, content in summary["suites"].items():
            found = content["tables"].get(title)
            if found and suite.split(" (")[0] == name:
                yield ""
                yield f"{title} (suite `{suite}`):"
                yield ""
                yield from table(
                    Table("", tuple(found["header"]), tuple(map(tuple, found["rows"])))
                )
    stamp = summary["stamp"]
    yield ""
    yield (
        f"Rates are n/N with Wilson 95% intervals. Run {stamp['when']}, git {stamp['git']}, corpus "
        f"{stamp['corpus']}, seed {summary['seed']}; errors {summary['errors']}, contaminated eval "
        f"texts {len(summary['contaminated'])}. Seconds depend on the machine ({stamp['machine']})."
    )


def current(readme: str) -> str | None:
    """The block as the README has it now; None where the markers are missing."""
    found = _BLOCK.search(readme)
    return found.group() if found else None


def updated(readme: str, summary: Mapping[str, Any]) -> str:
    """The README with a fresh block; raises ValueError where the markers are missing."""
    if current(readme) is None:
        raise ValueError(f"README.md has no block between {START} and {END}")
    return _BLOCK.sub(lambda _: block(summary), readme)


def rewrite(readme: Path = README, results: Path = RESULTS) -> None:
    from eval.summary import read

    text = readme.read_text(encoding="utf-8")
    readme.write_text(updated(text, read(results)), encoding="utf-8")
