"""Suite `numeric`: problems in free text are computed right, and faulty ones are asked back."""

from __future__ import annotations

from collections.abc import Sequence

from eval.cases import Numeric
from eval.harness import Journal, Subject
from eval.metrics import Rate, same_value
from eval.results import Item, SuiteResult, Table
from eval.runner import Verdict, item, measured
from eval.values import as_json

NOTE = (
    "A value is right within the case's absolute tolerance; a number and a list of that one number "
    "are the same, keys are compared folded, tokens exactly. Faulty data: mode clarify, no value."
)


def run(cases: Sequence[Numeric], subject: Subject, journal: Journal) -> SuiteResult:
    items = measured("numeric", cases, journal, lambda case: [_item(case, subject)])
    sound = [i for i in items if not i.detail["faulty"]]
    faulty = [i for i in items if i.detail["faulty"]]
    rates = {
        "numeric right": Rate.of(i.passed for i in sound),
        "faulty data asked back": Rate.of(i.passed for i in faulty),
        "faulty data computed (lower is better)": Rate.of(i.mode == "computed" for i in faulty),
        "sound data computed wrong (lower is better)": Rate.of(
            i.mode == "computed" and not i.passed for i in sound
        ),
    }
    return SuiteResult("numeric", NOTE, items, rates, "numeric right", tables=(_by_family(items),))


def _item(case: Numeric, subject: Subject) -> Item:
    outcome = subject.ask(case.text)
    right = (
        outcome.mode == "clarify" and outcome.value is None
        if case.error
        else outcome.mode == "computed" and same_value(case.value, outcome.value, case.tolerance)
    )
    badness = 1.0 + (outcome.mode == "computed")  # a wrong number is worse than none
    detail = {"family": case.family, "faulty": case.error}
    verdict = Verdict(right, case.value, as_json(outcome.value), badness, detail)
    return item("numeric", case.id, case.text, outcome, verdict)


def _by_family(items: Sequence[Item]) -> Table:
    rows = []
    for family in dict.fromkeys(str(i.detail["family"]) for i in items):
        own = [i for i in items if i.detail["family"] == family]
        rows.append((family, str(Rate.of(i.passed for i in own))))
    return Table("By family", ("family", "right"), tuple(rows), long=True)
