"""Suite `icl`: does the generator use its context? The 43 entries with other in-context examples.

The pipeline's own retrieval gives the nearest entries; each arm changes what the prompt holds.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from eval.cases import Query
from eval.claims import Misconceptions, points_covered
from eval.harness import Journal, Subject, caught
from eval.metrics import Paired, Rate, percentile
from eval.results import Item, Options, SuiteResult, Table
from eval.runner import measured
from tutor import grounding
from tutor.records import Draft, Example, Hit
from tutor.text import sentences

NEAREST = "nearest 3"
BARRED = "nearest 3, own entry barred"
COPY = "copy the nearest answer"
ARMS = ("no context", "random context", "nearest 1", NEAREST, BARRED, COPY)
NOTE = (
    "What the generator writes for the list's own statements, before grounding decides. An "
    "unsupported sentence is one that neither the prompt's entries nor the three nearest ones say. "
    "“Would be shown”: it ended, every sentence is supported by what the pipeline would check it "
    "against, and the nearest entry supports most of them."
)


_NOTHING: dict[str, Any] = {
    "shown": False, "points_covered": 0, "sentences": 0, "unsupported": 0,
    "false_claims": [], "tokens": 0, "stop": "error",
}  # fmt: skip


@dataclass(frozen=True)
class Context:
    """In-context examples of an arm, and the entries that a shown draft must be supported by."""

    shots: tuple[Hit, ...]
    checked: tuple[Example, ...]


def run(
    cases: Sequence[Query], subject: Subject, options: Options, journal: Journal
) -> SuiteResult:
    known = Misconceptions(subject.corpus.examples)

    def ablated(case: Query) -> Iterator[Item]:
        nearest, error = caught(partial(_nearest, case, subject), options.timeout)
        if nearest is None:
            target = subject.examples[str(case.target)]
            yield from (_failed(case, arm, target, str(error)) for arm in ARMS)
            return
        for arm, context in _contexts(case, nearest, options.seed).items():
            yield _item(case, arm, context, nearest, subject, options, known)

    items = measured("icl", cases, journal, ablated)
    of_arm = {arm: [i for i in items if i.detail["arm"] == arm] for arm in ARMS}
    nearest_three = of_arm[NEAREST]
    rates = {
        "key points covered, nearest 3": _points(nearest_three),
        "key points covered, no context": _points(of_arm["no context"]),
        "would be shown, nearest 3": Rate.of(bool(i.detail["shown"]) for i in nearest_three),
        "drafts with a false claim, nearest 3 (lower is better)": Rate.of(
            bool(i.detail["false_claims"]) for i in nearest_three if i.error is None
        ),
    }
    return SuiteResult(
        "icl", NOTE, items, rates, "would be shown, nearest 3", tables=(_table(of_arm),)
    )


def _nearest(case: Query, subject: Subject) -> tuple[Hit, ...]:
    return subject.hits(case.text, subject.ask(case.text))


def _contexts(case: Query, nearest: Sequence[Hit], seed: int) -> Mapping[str, Context]:
    three = tuple(nearest[:3])
    others = tuple(h for h in nearest if h.example.id != case.target)
    strangers = tuple(
        random.Random(f"{seed}|{case.id}").sample(others[3:], min(3, len(others[3:])))
    )
    entries = tuple(h.example for h in three)
    return {
        "no context": Context((), entries),
        "random context": Context(strangers, entries),
        "nearest 1": Context(three[:1], entries[:1]),
        NEAREST: Context(three, entries),
        BARRED: Context(others[:3], tuple(h.example for h in others[:3])),
        COPY: Context(three[:1], entries[:1]),
    }


def _failed(case: Query, arm: str, target: Example, error: str) -> Item:
    """No entry could be retrieved, so that no arm has a prompt."""
    return Item(
        "icl",
        f"{case.id}, {arm}",
        case.text,
        passed=False,
        expected=case.target,
        error=error,
        detail={
            **_NOTHING,
            "arm": arm,
            "points": len(target.key_points),
            "conceptual": target.kind == "conceptual",
        },
    )


def _item(
    case: Query,
    arm: str,
    context: Context,
    nearest: Sequence[Hit],
    subject: Subject,
    options: Options,
    known: Misconceptions,
) -> Item:
    target = subject.examples[str(case.target)]
    if arm == COPY:
        draft, prompt, error = Draft(nearest[0].example.answer, "end", 0, "copy"), "", None
    else:
        made, error = caught(lambda: subject.draft(case.text, context.shots), options.timeout)
        draft, prompt = made or (Draft("", "error", 0, ""), "")
    sources = {
        e.id: e for e in (*context.checked, *(h.example for h in (*context.shots, *nearest[:3])))
    }
    loose = grounding.check(draft.text, list(sources.values()))
    strict = grounding.check(draft.text, list(context.checked))
    best = context.checked[0].id
    shown = draft.stop_reason == "end" and strict.supported and grounding.cited(strict) == best
    return Item(
        "icl",
        f"{case.id}, {arm}",
        case.text,
        passed=error is None and shown,
        expected=target.id,
        got=grounding.cited(loose),
        retrieved=tuple(h.example.id for h in context.shots),
        prompt=prompt,
        output=draft.text,
        error=error,
        # Failures of the arm that the tutor uses come first, then by sentences nobody reviewed.
        badness=(100.0 if arm == NEAREST else 0.0) + sum(not s.supported for s in loose.sentences),
        detail={
            "arm": arm,
            "shown": shown,
            "points": len(target.key_points),
            "points_covered": points_covered(target, draft.text),
            "conceptual": target.kind == "conceptual",
            "sentences": len(sentences(draft.text)),
            "unsupported": sum(not s.supported for s in loose.sentences),
            "false_claims": [
                f"{f.sentence} ≈ {f.claim} ({f.example_id})" for f in known.found(draft.text)
            ],
            "tokens": draft.n_tokens,
            "stop": draft.stop_reason,
        },
    )


def _points(items: Sequence[Item]) -> Rate:
    conceptual = [i for i in items if i.detail["conceptual"]]
    return Rate(
        sum(int(i.detail["points_covered"]) for i in conceptual),
        sum(int(i.detail["points"]) for i in conceptual),
    )


def _table(of_arm: Mapping[str, Sequence[Item]]) -> Table:
    shown = [bool(i.detail["shown"]) for i in of_arm[NEAREST]]
    rows = []
    for arm, items in of_arm.items():
        own = [bool(i.detail["shown"]) for i in items]
        unsupported = Rate(
            sum(int(i.detail["unsupported"]) for i in items),
            sum(int(i.detail["sentences"]) for i in items),
        )
        rows.append(
            (
                arm,
                str(_points(items)),
                str(unsupported),
                str(Rate.of(bool(i.detail["false_claims"]) for i in items if i.error is None)),
                str(Rate.of(own)),
                "" if arm == NEAREST else str(Paired.of(shown, own)),
                f"{percentile([float(i.detail['tokens']) for i in items], 0.5):.0f}",
            )
        )
    header = (
        "context",
        "key points covered (conceptual entries)",
        "unsupported sentences",
        "drafts with a false claim",
        "would be shown",
        "shown: nearest 3 against it",
        "median tokens",
    )
    return Table("Ablation of the context", header, tuple(rows))
