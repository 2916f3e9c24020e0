"""Suite `grading`: do the grader's scores agree with answers graded by hand?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from eval.cases import Graded
from eval.grading import SCORES, agreement, confusion
from eval.harness import Journal, caught
from eval.metrics import Rate, percentile
from eval.results import Item, Options, Plot, SuiteResult, Table
from eval.runner import measured
from tutor.grading import Grader

NOTE = (
    "Scores of 0, 1 or 2. Quadratic weighted kappa: 1 is full agreement, 0 what chance gives. Its "
    "95% interval is from resampled questions, since the answers to one question are alike."
)
RESAMPLED = 1000


def run(cases: Sequence[Graded], grader: Grader, options: Options, journal: Journal) -> SuiteResult:
    items = measured("grading", cases, journal, lambda case: [_item(case, grader, options)])
    given = [i for i in items if i.error is None]
    table = confusion([i.expected for i in given], [i.got for i in given])
    low, high = interval(given, options.seed)
    rates = {
        "same score": Rate.of(i.passed for i in items),
        "off by two (lower is better)": Rate.of(abs(i.expected - i.got) == 2 for i in given),
    }
    figures = {
        "weighted kappa": agreement(table),
        "weighted kappa, 2.5%": low,
        "weighted kappa, 97.5%": high,
    }
    names = tuple(str(score) for score in SCORES)
    rows = tuple((name, *map(str, row)) for name, row in zip(names, table, strict=True))
    return SuiteResult(
        "grading",
        NOTE,
        items,
        rates,
        "same score",
        figures,
        (Table("By hand (rows) and given", ("by hand", *names), rows),),
        (
            Plot(
                "heatmap",
                "Score by hand (rows) and given",
                names,
                tuple(tuple(float(n) for n in row) for row in table),
                names,
            ),
        ),
    )


def _item(case: Graded, grader: Grader, options: Options) -> Item:
    grade, error = caught(lambda: grader.grade(case.question, case.answer), options.timeout)
    got = grade.score if grade else None
    return Item(
        "grading",
        case.id,
        case.answer,
        passed=got == case.score,
        expected=case.score,
        got=got,
        output=grade.hint if grade else "",
        error=error,
        badness=float(abs(case.score - got)) if got is not None else 3.0,
        detail={"question": case.question, "split": case.split},
    )


def interval(items: Sequence[Item], seed: int) -> tuple[float, float]:
    """Percentile bootstrap over questions; NaN for no items."""
    by_question: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        by_question[str(item.detail["question"])].append(item)
    if not by_question:
        return float("nan"), float("nan")
    tables = np.stack(
        [confusion([i.expected for i in own], [i.got for i in own]) for own in by_question.values()]
    )
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(tables), (RESAMPLED, len(tables)))
    found = [agreement(tables[places].sum(0)) for places in drawn]
    kappas = [kappa for kappa in found if kappa == kappa]  # NaN: one score only was drawn
    return percentile(kappas, 0.025), percentile(kappas, 0.975)
