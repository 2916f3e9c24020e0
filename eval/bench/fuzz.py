"""`python -m eval.bench.fuzz`: hostile messages to the solver; no exception may escape.

Prints how many messages had which outcome and the slowest one (processor time), of the random
messages and of the longest that are read. Exit code 1
if the solver raised anything but an error with a Portuguese message.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random

from tqdm import tqdm

from eval.bench.hostile import hostile_texts, long_texts
from tutor.errors import MissingData, SolverError
from tutor.records import Problem
from tutor.solver import solve

OUTCOMES = {
    "computed": "computed",
    "asked": "asked for a missing datum",
    "flagged": "flagged as wrong",
    "none": "not the solver's",
    "crashed": "CRASHED",
}


@dataclass
class Report:
    """What became of the messages so far."""

    outcomes: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[str, str]] = field(default_factory=list)  # message, traceback
    slowest: tuple[float, str] = (0.0, "")
    slow: int = 0  # over a tenth of a second


def fuzz(texts: Iterable[str], seed: int = 0) -> Report:
    """Half of the messages follow up on the problem before."""
    random, report = Random(seed), Report()
    previous: Problem | None = None
    for text in texts:
        start = time.process_time()
        outcome, previous = _outcome(text, previous if random.random() < 0.5 else None, report)
        seconds = time.process_time() - start
        report.outcomes[outcome] += 1
        report.slow += seconds > 0.1
        if seconds > report.slowest[0]:
            report.slowest = (seconds, text)
    return report


def _outcome(text: str, previous: Problem | None, report: Report) -> tuple[str, Problem | None]:
    try:
        solution = solve(text, previous)
    except MissingData as error:
        return "asked", error.problem if isinstance(error.problem, Problem) else None
    except SolverError:
        return "flagged", previous
    except Exception:  # noqa: BLE001 - whatever escapes the solver is what this looks for
        report.crashes.append((text, traceback.format_exc(limit=-4)))
        return "crashed", previous
    return ("none", previous) if solution is None else ("computed", solution.problem)


def _shown(text: str) -> str:
    cut = text if len(text) <= 200 else f"{text[:200]}… ({len(text)} characters)"
    return ascii(cut)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="messages (default 100000)")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    texts = hostile_texts(chosen.seed, chosen.count)
    shown = tqdm(texts, total=chosen.count, desc="fuzz", unit="msg", mininterval=5.0)
    report = fuzz(shown, chosen.seed)
    for outcome, label in OUTCOMES.items():
        sys.stdout.write(f"{report.outcomes[outcome]:>8}  {label}\n")
    sys.stdout.write(f"{report.slow:>8}  took more than 100 ms of processor time\n")
    seconds, text = report.slowest
    sys.stdout.write(f"slowest: {1000 * seconds:.0f} ms  {_shown(text)}\n")
    longest = fuzz(long_texts())
    seconds, text = longest.slowest
    sys.stdout.write(f"slowest of the longest: {1000 * seconds:.0f} ms  {_shown(text)}\n")
    report.crashes += longest.crashes
    for text, trace in report.crashes[:10]:
        sys.stdout.write(f"\n{_shown(text)}\n{trace}")
    return 1 if report.crashes else 0


if __name__ == "__main__":
    sys.exit(main())
