"""`python -m eval`: options in, a table on standard output, files, and an exit code.

0: ran, and every headline rate reached --fail-under. 1: a rate did not, or there were errors,
time-outs, NaN, or eval texts that are also corpus texts. 2: could not run.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from eval import compare, page, readme, report, stamp, summary, terminal
from eval.harness import Journal, Subject
from eval.results import Options
from eval.run import SUITES, Bench, Run, run
from eval.suites.prose import HELD_OUT_PROSE
from tutor.errors import TutorError
from tutor.settings import ROOT, from_environment

RUNS = ROOT / "runs" / "eval"
DETAILED = 2  # suites that are few enough to print all of


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="python -m eval", description="Measures the tutor.")
    found.add_argument(
        "--suite",
        type=_suites,
        default=tuple(SUITES),
        metavar="A,B",
        help=f"of {', '.join(SUITES)}; default: all",
    )
    found.add_argument(
        "--k", type=_positive, default=3, help="right question in the first K (default 3)"
    )
    found.add_argument("--seed", type=int, default=0)
    found.add_argument(
        "--prose", type=_prose, metavar="FOLDER", help="held-out prose; without it no suite `prose`"
    )
    found.add_argument("--limit", type=_positive, help="at most N cases a suite, for quick runs")
    found.add_argument("--timeout", type=float, default=60.0, help="seconds that a case may take")
    found.add_argument(
        "--json",
        type=Path,
        metavar="PATH",
        help="summary; default for a whole run: eval/results.json",
    )
    found.add_argument(
        "--report",
        type=Path,
        metavar="PATH",
        help="Markdown; default for a whole run: eval/report.md",
    )
    found.add_argument(
        "--html", type=Path, metavar="PATH", help="one self-contained page with plots"
    )
    found.add_argument(
        "--fail-under", type=_share, metavar="SHARE", help="0..1, for each suite's headline rate"
    )
    found.add_argument(
        "--compare", type=Path, metavar="RUN", help="items (JSONL) of an earlier run"
    )
    found.add_argument(
        "--readme",
        action="store_true",
        help="only rewrite the README's table from eval/results.json",
    )
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    given = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG
    if given.readme:
        try:
            readme.rewrite()
        except (OSError, ValueError) as error:
            print(f"eval: {error}", file=sys.stderr)
            return 2
        return 0
    if given.compare and not given.compare.is_file():
        print(f"eval: there is no run {given.compare}", file=sys.stderr)
        return 2
    try:
        done, journal = _measured(given)
    except TutorError as error:
        print(f"eval: {error}", file=sys.stderr)
        return 2
    print(terminal.text(done, detailed=len(given.suite) <= DETAILED))
    if given.compare:
        print("\n".join(compare.lines(done, given.compare)))
    _write(done, given, journal)
    return verdict(done, given.fail_under)


def _measured(given: argparse.Namespace) -> tuple[Run, Journal]:
    from tutor import build, pipeline

    settings = from_environment()
    when = stamp.now()
    journal = Journal(RUNS / f"{when}.jsonl")
    options = Options(given.k, given.seed, given.limit, given.timeout)

    def load() -> Subject:
        return Subject(pipeline.load(settings), given.timeout)

    bench = Bench(build.read_corpus(settings), load, options, journal, given.prose)
    done = run(given.suite, bench, {})
    # Stamped afterwards: loading may have rebuilt the index.
    return replace(done, stamp=stamp.of(settings, when)), journal


def _write(done: Run, given: argparse.Namespace, journal: Journal) -> None:
    """A partial run never replaces the committed report or summary unless told to."""
    beside = journal.path.with_suffix("")
    report_path = given.report or (
        ROOT / "eval" / "report.md" if done.whole else beside.with_suffix(".md")
    )
    json_path = given.json or (readme.RESULTS if done.whole else beside.with_suffix(".json"))
    report_path.parent.mkdir(parents=True, exist_ok=True)
    report_path.write_text(report.markdown(done), encoding="utf-8")
    summary.write(json_path, summary.of(done))
    written = [journal.path, report_path, json_path]
    if given.html:
        given.html.parent.mkdir(parents=True, exist_ok=True)
        given.html.write_text(page.html(done), encoding="utf-8")
        written.append(given.html)
    print("\nwritten: " + ", ".join(_shown(path) for path in written))


def _shown(path: Path) -> str:
    resolved = path.resolve()
    return str(resolved.relative_to(ROOT)) if resolved.is_relative_to(ROOT) else str(path)


def verdict(done: Run, fail_under: float | None) -> int:
    """The exit code."""
    code = 0
    if done.errors or done.contaminated:
        code = 1
    for suite in done.suites:
        if fail_under is None or suite.headline is None:
            continue
        rate = suite.rates[suite.headline]
        if not rate.share >= fail_under:  # NaN, nothing measured, fails too
            print(f"{suite.title}: {suite.headline} {rate} is under {fail_under:.1%}")
            code = 1
    return code


def _suites(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(","))
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        raise argparse.ArgumentTypeError(f"no suite {', '.join(unknown)}")
    return names


def _prose(text: str) -> Path:
    folder = Path(text)
    if not (folder / HELD_OUT_PROSE).is_file():
        raise argparse.ArgumentTypeError(f"there is no {HELD_OUT_PROSE} in {text}")
    return folder


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _share(text: str) -> float:
    share = float(text)
    if not 0.0 <= share <= 1.0:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return share


if __name__ == "__main__":
    sys.exit(main())
