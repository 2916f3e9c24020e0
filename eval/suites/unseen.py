"""Suite `unseen`: what the tutor says to a question of the list that it has never been given.

Each entry is taken out of index, corpus and prompts in turn, with its student queries; then its
own statement is asked. What can be right then comes from other entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eval.cases import Query
from eval.claims import Misconceptions, points_covered
from eval.harness import Journal, Subject
from eval.metrics import Rate
from eval.results import Item, SuiteResult, Table
from eval.runner import Verdict, item, measured

NOTE = (
    "The whole tutor, each time without the entry that is asked for: no verdict on it, but what is "
    "left. An answer passes when it makes no known false claim, so does a refusal. `icl` has the "
    "same for the generator alone (“own entry barred”)."
)


def run(cases: Sequence[Query], subject: Subject, journal: Journal) -> SuiteResult:
    known = Misconceptions(subject.corpus.examples)
    items = measured("unseen", cases, journal, lambda case: [_item(case, subject, known)])
    conceptual = [i for i in items if "points" in i.detail]
    answered = [i for i in conceptual if i.mode in ("generated", "reference")]
    rates = {
        "key points covered": _points(conceptual, "points_covered"),
        "key points covered, of those answered": _points(answered, "points_covered"),
        "key points in the draft, of those answered": _points(answered, "points_drafted"),
        "declined": Rate.of(i.mode == "abstained" for i in conceptual),
        "computed, of the numeric": Rate.of(
            i.mode == "computed" for i in items if i not in conceptual
        ),
        "with a false claim (lower is better)": Rate.of(
            bool(i.detail["false_claims"]) for i in items if i.error is None
        ),
    }
    modes = Counter(str(i.mode) for i in items).most_common()
    tables = (
        Table("Modes", ("mode", "questions"), tuple((m, str(n)) for m, n in modes)),
        _by_question(items),
    )
    return SuiteResult("unseen", NOTE, items, rates, None, tables=tables)


def _item(case: Query, subject: Subject, known: Misconceptions) -> Item:
    target = subject.examples[str(case.target)]
    outcome = subject.without(target.id).ask(case.text)
    claims = [f"{f.sentence} ≈ {f.claim} ({f.example_id})" for f in known.found(outcome.text)]
    detail: dict[str, object] = {"false_claims": claims}
    if target.kind == "conceptual":
        draft = outcome.answer.draft if outcome.answer else None
        detail["points"] = len(target.key_points)
        detail["points_covered"] = points_covered(target, outcome.text)
        detail["points_drafted"] = points_covered(target, draft.text) if draft else 0
    verdict = Verdict(not claims, target.id, outcome.example_id, 1.0 + len(claims), detail)
    return item("unseen", f"{case.id}, barred", case.text, outcome, verdict)


def _points(items: Sequence[Item], measure: str) -> Rate:
    return Rate(
        sum(int(i.detail[measure]) for i in items), sum(int(i.detail["points"]) for i in items)
    )


def _by_question(items: Sequence[Item]) -> Table:
    rows = tuple(
        (
            str(i.expected),
            str(i.got or "—"),
            str(i.mode),
            f"{i.detail['points_covered']}/{i.detail['points']}" if "points" in i.detail else "",
            "; ".join(i.detail["false_claims"]),
        )
        for i in items
    )
    header = ("question", "answered from", "mode", "key points", "false claims")
    return Table("By question", header, rows, long=True)
