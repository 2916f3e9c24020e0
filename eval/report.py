"""A run as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.claims import CLAIM_SHARE, POINT_SHARE
from eval.results import Item, SuiteResult, Table
from eval.run import Run

HOW_TO_READ = (
    f"A key point counts as covered when the answer holds {POINT_SHARE:.0%} of its content stems "
    "and all of its numbers (completeness, not truth). A false claim is a sentence that repeats a "
    f"misconception of the corpus: {CLAIM_SHARE:.0%} of its stems in their order, few others, the "
    "same negations. “Held out”: written by authors who did not see the tutor, looked at by nobody "
    "who made it. “Development, looked at”: it flatters the tutor. “+a −b”: only the first was "
    "right in a cases, only the second in b, with McNemar's exact p."
)
WORST = 20  # failures of a suite that are written out


def markdown(run: Run) -> str:
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield "# Evaluation"
    yield ""
    yield f"Written by `python -m eval`, seed {run.options.seed}."
    yield "Rates are n/N with Wilson 95% intervals."
    yield HOW_TO_READ
    if run.options.limit is not None:
        yield f"**A quick run: at most {run.options.limit} cases a suite.**"
    yield ""
    yield from table(Table("", ("of", "is"), tuple(run.stamp.items())))
    yield ""
    yield "## Totals"
    yield ""
    yield from table(totals(run))
    yield ""
    yield f"Errors, time-outs and NaN: {run.errors}. Each counts as a failure and is listed below."
    yield ""
    yield from (f"Not run: `{name}` ({why})." for name, why in run.left_out.items())
    yield ""
    yield "## Contamination"
    yield ""
    if run.contaminated:
        yield f"**{len(run.contaminated)} eval texts (nearly) equal a corpus text:**"
        yield ""
        rows = tuple((m.case, m.text, m.corpus_text, f"{m.likeness:.2f}") for m in run.contaminated)
        yield from table(Table("", ("case", "text", "corpus", "likeness"), rows))
    else:
        yield "No eval text equals or nearly equals a student query or an alias of the corpus."
    for suite in run.suites:
        yield from _suite(suite)


def totals(run: Run) -> Table:
    rows: list[tuple[str, ...]] = []
    for suite in run.suites:
        rows += [(suite.title, name, str(rate)) for name, rate in suite.rates.items()]
        rows += [(suite.title, name, f"{value:.3f}") for name, value in suite.figures.items()]
    return Table("", ("suite", "measure", "result"), tuple(rows))


def _suite(suite: SuiteResult) -> Iterator[str]:
    yield ""
    yield f"## {suite.title}"
    yield ""
    yield suite.note
    for each in suite.tables:
        yield ""
        yield f"### {each.title}"
        yield ""
        yield from table(each)
    if suite.worst:
        yield ""
        yield f"### Failures, worst first ({len(suite.worst)} of {len(suite.items)})"
        yield ""
        yield from table(Table("", FAILURE, tuple(failure(i) for i in suite.worst[:WORST])))


FAILURE = ("case", "text", "expected", "got", "mode", "retrieved", "error")


def failure(item: Item) -> tuple[str, ...]:
    return (
        item.id,
        clip(item.text, 90),
        clip(str(item.expected), 60),
        clip(str(item.got), 60),
        str(item.mode or ""),
        ", ".join(item.retrieved[:3]),
        item.error or "",
    )


def clip(text: str, longest: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def table(content: Table) -> Iterator[str]:
    """A Markdown table; bars and marks of Markdown in the cells are escaped."""
    yield _row(content.header)
    yield _row(["---"] * len(content.header))
    for row in content.rows:
        yield _row([_escaped(cell) for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cell: str) -> str:
    flat = " ".join(cell.split())
    for mark in ("\\", "|", "*", "_", "`", "<", "$", "["):
        flat = flat.replace(mark, "\\" + mark)
    return flat
