"""`python -m eval.grading`: agreement of the grader with answers graded by hand, split by question.

Quadratic weighted kappa (Cohen 1968): 1 is full agreement, 0 what chance gives; a step of two
counts four times a step of one. The grader was tuned on the questions of "tune" only.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eval.cases import DATA as FOLDER
from eval.cases import Graded, graded

if TYPE_CHECKING:
    from tutor.grading import Grader

DATA = FOLDER / "grading.jsonl"
SCORES = (0, 1, 2)


def read(path: Path = DATA) -> list[Graded]:
    return graded(path.stem, path.parent)


def confusion(truth: Sequence[int], given: Sequence[int]) -> np.ndarray:
    """Rows: graded by hand; columns: given by the grader."""
    table = np.zeros((len(SCORES), len(SCORES)), dtype=np.int64)
    for wanted, got in zip(truth, given, strict=True):
        table[wanted, got] += 1
    return table


def agreement(table: np.ndarray) -> float:
    """Quadratic weighted kappa of a confusion table; NaN where all scores are one and the same."""
    distance = np.subtract.outer(SCORES, SCORES) ** 2
    chance = np.outer(table.sum(1), table.sum(0)) / max(table.sum(), 1)
    expected = float((distance * chance).sum())
    return 1 - float((distance * table).sum()) / expected if expected else float("nan")


def kappa(truth: Sequence[int], given: Sequence[int]) -> float:
    return agreement(confusion(truth, given))


def scores(grader: Grader, cases: Sequence[Graded]) -> list[int]:
    return [grader.grade(case.question, case.answer).score for case in cases]


def main(arguments: Sequence[str] | None = None) -> None:
    from tutor import corpus
    from tutor.encoder import SentenceEncoder
    from tutor.grading import Grader

    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", type=Path, default=root / "models" / "encoder")
    parser.add_argument("--worst", action="store_true", help="list the answers graded differently")
    options = parser.parse_args(arguments)
    grader = Grader(corpus.load(root / "corpus"), SentenceEncoder(options.encoder))
    cases = read()
    for split in ("tune", "test"):
        chosen = [c for c in cases if c.split == split]
        truth, given = [c.score for c in chosen], scores(grader, chosen)
        same = sum(a == b for a, b in zip(truth, given, strict=True))
        print(f"{split}: kappa = {kappa(truth, given):.3f}, n = {len(chosen)}, iguais = {same}")
        print("  à mão \\ dada    0    1    2")
        for score, row in zip(SCORES, confusion(truth, given), strict=True):
            print(f"  {score:12d} " + " ".join(f"{n:4d}" for n in row))
        if options.worst:
            for case, got in zip(chosen, given, strict=True):
                if got != case.score:
                    print(f"  {case.id}: {case.score} -> {got}: {case.answer[:110]}")


if __name__ == "__main__":
    main()
