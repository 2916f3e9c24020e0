"""Suites `lista`, `students`, `queries`, `concepts`: is the right question found and answered?

Each message goes through the whole pipeline; the baselines rank the same entries for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from eval.baselines import Ranker
from eval.cases import LIST_TOLERANCE, LIST_VALUES, Query
from eval.claims import Misconceptions, points_covered
from eval.harness import Journal, Outcome, Subject, caught
from eval.metrics import (
    Paired,
    Rate,
    hit,
    mean_reciprocal_rank,
    percentile,
    rank_of,
    same_value,
)
from eval.results import Item, Options, Plot, SuiteResult, Table
from eval.runner import measured
from tutor.records import Example

TUTOR = "tutor"
STYLES = ("formal", "paraphrase", "whatsapp", "keywords", "indirect", "english", "mixed")


def run(
    name: str,
    note: str,
    cases: Sequence[Query],
    subject: Subject,
    options: Options,
    journal: Journal,
    rankers: Mapping[str, Ranker],
) -> SuiteResult:
    known = Misconceptions(subject.corpus.examples)
    items = measured(
        name,
        cases,
        journal,
        lambda case: [_item(name, case, subject, options, rankers, known)],
    )
    return SuiteResult(
        name,
        note,
        items,
        _rates(items, options.k),
        "right question answered",
        {
            "MRR": mean_reciprocal_rank([_rank(i, TUTOR) for i in items]),
            "median seconds": percentile([i.seconds for i in items], 0.5),
        },
        (
            _against_baselines(items, [TUTOR, *rankers], options.k, len(subject.examples)),
            *_by_style(items, options.k),
            Table("Modes", ("mode", "messages"), tuple((m, str(n)) for m, n in _modes(items))),
            _by_question(items),
        ),
        (_topic_plot(items), _rank_plot(items), _coverage_plot(items)),
    )


def _item(
    suite: str,
    case: Query,
    subject: Subject,
    options: Options,
    rankers: Mapping[str, Ranker],
    known: Misconceptions,
) -> Item:
    outcome = subject.ask(case.text)
    ranked, error = caught(lambda: _ranked(case, subject, outcome), options.timeout)
    order, topic = ranked or ([], None)
    target = subject.examples[str(case.target)]
    rankings = {TUTOR: order} | {name: rank(case.text) for name, rank in rankers.items()}
    detail: dict[str, Any] = {
        "style": case.style,
        "ranks": {name: rank_of(target.id, found) for name, found in rankings.items()},
        "topic": target.topic,
        "topic_found": topic,
        "false_claims": [
            f"{f.sentence} ≈ {f.claim} ({f.example_id})" for f in known.found(outcome.text)
        ],
        "numeric_right": _numeric_right(suite, target, outcome),
    }
    if target.kind == "conceptual":
        detail["points"] = len(target.key_points)
        detail["points_covered"] = points_covered(target, outcome.text)
        detail["points_copied"] = {
            name: points_covered(target, subject.examples[found[0]].answer) if found else 0
            for name, found in rankings.items()
        }
    rank = rank_of(target.id, order)
    return Item(
        suite,
        case.id,
        case.text,
        passed=outcome.error is None and error is None and outcome.example_id == target.id,
        expected=target.id,
        got=outcome.example_id,
        mode=outcome.mode,
        retrieved=tuple(order[: max(options.k, 3)]),
        prompt=outcome.prompt,
        output=outcome.text,
        seconds=outcome.seconds,
        error=outcome.error or error,
        badness=float(rank or len(subject.examples)),
        detail=detail,
    )


def _ranked(case: Query, subject: Subject, outcome: Outcome) -> tuple[list[str], str]:
    """Ids of all entries, best first, and the router's topic."""
    order = [hit.example.id for hit in subject.hits(case.text, outcome)]
    return order, subject.route(case.text, outcome).topic


def _numeric_right(suite: str, target: Example, outcome: Outcome) -> bool | None:
    """Only the list's own wording fixes a value: a student's query may ask for another one."""
    if suite != "lista" or target.id not in LIST_VALUES:
        return None
    return same_value(LIST_VALUES[target.id], outcome.value, LIST_TOLERANCE)


def _rank(item: Item, system: str) -> int | None:
    ranks = item.detail["ranks"]
    return ranks[system] if isinstance(ranks, dict) else None


def _rates(items: Sequence[Item], k: int) -> dict[str, Rate]:
    conceptual = [i for i in items if "points" in i.detail]
    explained = [i for i in items if i.mode in ("generated", "reference")]
    numeric = [i.detail["numeric_right"] for i in items if i.detail["numeric_right"] is not None]
    rates = {
        "right question answered": Rate.of(i.passed for i in items),
        "right question first": Rate.of(hit(_rank(i, TUTOR), 1) for i in items),
        f"right question in the first {k}": Rate.of(hit(_rank(i, TUTOR), k) for i in items),
        "topic right": Rate.of(i.detail["topic"] == i.detail["topic_found"] for i in items),
        "key points covered": _points(conceptual),
        "draft shown, of those explained": Rate.of(i.mode == "generated" for i in explained),
        "declined though inside (lower is better)": Rate.of(i.mode == "abstained" for i in items),
        "with a false claim (lower is better)": Rate.of(
            bool(i.detail["false_claims"]) for i in items if i.error is None
        ),
    }
    if numeric:
        rates["numeric right"] = Rate.of(bool(n) for n in numeric)
    return rates


def _points(items: Sequence[Item]) -> Rate:
    return Rate(
        sum(int(i.detail["points_covered"]) for i in items),
        sum(int(i.detail["points"]) for i in items),
    )


def _copied(items: Sequence[Item], system: str) -> Rate:
    conceptual = [i for i in items if "points" in i.detail]
    covered = [i.detail["points_copied"][system] for i in conceptual]
    return Rate(sum(covered), sum(int(i.detail["points"]) for i in conceptual))


def _against_baselines(
    items: Sequence[Item], systems: Sequence[str], k: int, entries: int
) -> Table:
    answered = [i.passed for i in items]
    rows = [
        (
            "tutor, whole pipeline",
            str(Rate.of(answered)),
            "",
            "",
            str(_points([i for i in items if "points" in i.detail])),
            "",
        )
    ]
    first = [hit(_rank(i, TUTOR), 1) for i in items]
    for system in systems:
        ranks = [_rank(i, system) for i in items]
        own = [hit(rank, 1) for rank in ranks]
        rows.append(
            (
                f"{system}, nearest answer copied",
                str(Rate.of(own)),
                str(Rate.of(hit(rank, k) for rank in ranks)),
                f"{mean_reciprocal_rank(ranks):.3f}",
                str(_copied(items, system)),
                "" if system == TUTOR else str(Paired.of(first, own)),
            )
        )
    rows.append(("chance", f"{1 / entries:.1%}", f"{k / entries:.1%}", "", "", ""))
    header = (
        "system",
        "right first",
        f"in the first {k}",
        "MRR",
        "key points covered",
        "tutor's ranking against it",
    )
    return Table("Against baselines", header, tuple(rows))


def _by_style(items: Sequence[Item], k: int) -> tuple[Table, ...]:
    styles = sorted({str(i.detail["style"]) for i in items}, key=lambda s: (*STYLES, s).index(s))
    if len(styles) < 2:
        return ()
    rows = []
    for style in styles:
        of_style = [i for i in items if i.detail["style"] == style]
        ranks = [_rank(i, TUTOR) for i in of_style]
        rows.append(
            (
                style,
                str(Rate.of(i.passed for i in of_style)),
                str(Rate.of(hit(r, 1) for r in ranks)),
                str(Rate.of(hit(r, k) for r in ranks)),
                f"{mean_reciprocal_rank(ranks):.3f}",
            )
        )
    header = ("style", "answered right", "right first", f"in the first {k}", "MRR")
    return (Table("By style", header, tuple(rows)),)


def _modes(items: Sequence[Item]) -> list[tuple[str, int]]:
    return Counter(str(i.mode) for i in items).most_common()


def _by_question(items: Sequence[Item]) -> Table:
    """A row a question: what was retrieved first, the modes, key points, value, seconds."""
    rows = []
    for target in dict.fromkeys(str(i.expected) for i in items):
        own = [i for i in items if i.expected == target]
        found = Counter(i.retrieved[0] if i.retrieved else "—" for i in own).most_common(3)
        points = [i for i in own if "points" in i.detail]
        right = [i.detail["numeric_right"] for i in own if i.detail["numeric_right"] is not None]
        rows.append(
            (
                target,
                f"{sum(i.passed for i in own)}/{len(own)}",
                ", ".join(f"{name}×{n}" if len(own) > 1 else name for name, n in found),
                ", ".join(f"{m}×{n}" if len(own) > 1 else m for m, n in _modes(own)),
                f"{_points(points).passed}/{_points(points).total}" if points else "",
                {True: "yes", False: "NO"}.get(right[0], "") if right else "",
                f"{percentile([i.seconds for i in own], 0.5):.2f}",
            )
        )
    header = (
        "question",
        "answered right",
        "retrieved first",
        "mode",
        "key points",
        "numeric right",
        "seconds",
    )
    return Table("By question", header, tuple(rows), long=True)


def _topic_plot(items: Sequence[Item]) -> Plot:
    topics = sorted(
        {str(i.detail["topic"]) for i in items} | {str(i.detail["topic_found"]) for i in items}
    )
    counts = Counter((str(i.detail["topic"]), str(i.detail["topic_found"])) for i in items)
    values = tuple(tuple(float(counts[a, b]) for b in topics) for a in topics)
    return Plot(
        "heatmap",
        "Topic: expected (rows) and found by the router",
        tuple(topics),
        values,
        tuple(topics),
    )


def _rank_plot(items: Sequence[Item]) -> Plot:
    ranks = [_rank(i, TUTOR) for i in items]
    bins = [str(n) for n in range(1, 11)]
    values = [float(sum(r == n for r in ranks)) for n in range(1, 11)]
    values.append(float(sum(r is None or r > 10 for r in ranks)))
    return Plot(
        "bars", "Rank of the right question", (*bins, ">10"), (tuple(values),), unit="messages"
    )


def _coverage_plot(items: Sequence[Item]) -> Plot:
    targets = list(dict.fromkeys(str(i.expected) for i in items if "points" in i.detail))
    shares = [
        _points([i for i in items if i.expected == target and "points" in i.detail]).share
        for target in targets
    ]
    return Plot(
        "bars",
        "Share of key points covered, a question",
        tuple(targets),
        (tuple(shares),),
        unit="share",
    )
