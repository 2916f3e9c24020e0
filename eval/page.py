"""A run as one self-contained HTML file: no script, nothing loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from eval.plots import svg
from eval.report import FAILURE, HOW_TO_READ, failure, totals
from eval.results import SuiteResult, Table
from eval.run import Run

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
       color: #1f2933; background: #fff; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; font-size: 13px; }
th, td { border-bottom: 1px solid #d5dce3; padding: .25rem .6rem; text-align: left;
         vertical-align: top; }
figure { margin: 1rem 0; overflow-x: auto; } .wide { overflow-x: auto; }
figcaption { font-weight: 600; } .bad { color: #a11; }
"""


def html(run: Run) -> str:
    return "\n".join(_lines(run)) + "\n"


def _lines(run: Run) -> Iterator[str]:
    yield '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Evaluation {escape(run.stamp['when'])}</title><style>{STYLE}</style>"
    yield "</head><body>"
    yield "<h1>Evaluation</h1>"
    yield f"<p>Seed {run.options.seed}. Rates are n/N with Wilson 95% intervals.</p>"
    yield from _table(Table("", ("of", "is"), tuple(run.stamp.items())))
    yield _counted("Errors, time-outs and NaN", run.errors)
    yield _counted("Eval texts that (nearly) equal a corpus text", len(run.contaminated))
    for name, why in run.left_out.items():
        yield f"<p>Not run: {escape(name)} ({escape(why)}).</p>"
    yield f"<p>{escape(HOW_TO_READ)}</p>"
    yield "<h2>Totals</h2>"
    yield from _table(totals(run))
    if run.contaminated:
        yield "<h2>Contamination</h2>"
        rows = tuple((m.case, m.text, m.corpus_text, f"{m.likeness:.2f}") for m in run.contaminated)
        yield from _table(Table("", ("case", "text", "corpus", "likeness"), rows))
    for suite in run.suites:
        yield from _suite(suite)
    yield "</body></html>"


def _counted(what: str, number: int) -> str:
    return f'<p class="{"bad" if number else ""}">{what}: {number}.</p>'


def _suite(suite: SuiteResult) -> Iterator[str]:
    yield f"<h2>{escape(suite.title)}</h2><p>{escape(suite.note)}</p>"
    for plot in suite.plots:
        yield f"<figure><figcaption>{escape(plot.title)}</figcaption>{svg(plot)}</figure>"
    for table in suite.tables:
        yield f"<h3>{escape(table.title)}</h3>"
        yield from _table(table)
    if suite.worst:
        yield f"<h3>Failures, worst first ({len(suite.worst)} of {len(suite.items)})</h3>"
        yield from _table(Table("", FAILURE, tuple(failure(i) for i in suite.worst)))


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    yield "</tr></thead><tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table></div>"
