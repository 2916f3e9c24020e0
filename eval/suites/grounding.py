"""Suite `grounding`: does the check stop drafts that were made false, and let true ones pass?

Drafts are the list's reviewed answers with one sentence corrupted, against the entry and its
first two related ones; true drafts are reviewed texts, whole or with a sentence left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.corruptions import CORRUPTIONS
from eval.harness import Journal, caught
from eval.metrics import Rate
from eval.progress import bar
from eval.results import Item, Options, SuiteResult, Table
from tutor import grounding
from tutor.records import Corpus, Example
from tutor.text import sentences

NOTE = (
    "Recall: false drafts that the check refuses. Precision: refused drafts that were false; it "
    "depends on how many of each kind there are, so the share of true drafts refused is beside it. "
    "True drafts are reviewed sentences: what the check says of a true paraphrase is not measured."
)
EACH = 3  # sentences of an answer that each corruption is tried on
FOREIGN, BELIEVED = "sentence of another entry", "misconception of the entry"


@dataclass(frozen=True)
class Draft:
    id: str
    kind: str
    text: str
    false: bool


def run(corpus: Corpus, options: Options, journal: Journal) -> SuiteResult:
    listed = [e for e in corpus.examples if e.collection == "lista2"][: options.limit]
    examples = {e.id: e for e in corpus.examples}
    items = []
    for example in bar(listed, "grounding"):
        sources = [example, *(examples[i] for i in example.related[:2] if i in examples)]
        for draft in drafts(
            example, sources, corpus.examples, random.Random(f"{options.seed}|{example.id}")
        ):
            items.append(journal.add(_item(draft, example, sources, options.timeout)))
    false = [i for i in items if i.detail["false"]]
    true = [i for i in items if not i.detail["false"]]
    refused = [i for i in items if i.got == "refused"]
    rates = {
        "recall: false drafts refused": Rate.of(i.got == "refused" for i in false),
        "precision: refused drafts that were false": Rate.of(
            bool(i.detail["false"]) for i in refused
        ),
        "true drafts refused (lower is better)": Rate.of(i.got == "refused" for i in true),
    }
    return SuiteResult(
        "grounding",
        NOTE,
        tuple(items),
        rates,
        "recall: false drafts refused",
        tables=(_by_kind(items),),
    )


def drafts(
    example: Example, sources: Sequence[Example], others: Sequence[Example], rng: random.Random
) -> Iterator[Draft]:
    """True and false drafts of one entry; the same for the same seed."""
    own = sentences(example.answer)
    yield Draft("whole", "reviewed answer", example.answer, False)
    yield Draft("simpler", "reviewed simpler answer", example.simpler, False)
    yield Draft("points", "key points", "\n\n".join(example.key_points), False)
    if len(own) > 1:
        left_out = rng.randrange(len(own))
        rest = own[:left_out] + own[left_out + 1 :]
        yield Draft(f"without-{left_out}", "a sentence left out", "\n\n".join(rest), False)
    for kind, corrupt in CORRUPTIONS.items():
        places = [
            (p, bad) for p, s in enumerate(own) if (bad := corrupt(s, rng)) is not None and bad != s
        ]
        for place, bad in rng.sample(places, min(EACH, len(places))):
            yield _with(own, place, bad, kind)
    strangers = [
        s
        for e in others
        if e not in sources and e.collection == "lista2"
        for s in sentences(e.answer)
    ]
    strangers = [s for s in strangers if len(grounding.content(s)) >= 4]
    for stranger in rng.sample(strangers, min(EACH, len(strangers))):
        yield _with(own, rng.randrange(len(own)), stranger, FOREIGN)
    for misconception in example.misconceptions[:EACH]:
        yield _with(own, rng.randrange(len(own)), misconception.claim, BELIEVED)


def _with(own: Sequence[str], place: int, sentence: str, kind: str) -> Draft:
    changed = [*own[:place], sentence, *own[place + 1 :]]
    return Draft(f"{kind}-{place}-{sentence[:24]}", kind, "\n\n".join(changed), True)


def _item(draft: Draft, example: Example, sources: Sequence[Example], timeout: float) -> Item:
    verdict, error = caught(lambda: grounding.check(draft.text, sources), timeout)
    refused = verdict is not None and not verdict.supported
    reasons = (
        [f"{v.sentence} — {v.reason}" for v in verdict.sentences if not v.supported]
        if verdict
        else []
    )
    return Item(
        "grounding",
        f"{example.id}: {draft.id}",
        example.title,
        passed=error is None and refused == draft.false,
        expected="refused" if draft.false else "shown",
        got="error" if error else "refused" if refused else "shown",
        retrieved=tuple(e.id for e in sources),
        output=draft.text,
        error=error,
        badness=1.0
        + draft.false,  # a false draft that is shown is worse than a true one that is not
        detail={"kind": draft.kind, "false": draft.false, "reasons": list(reasons)},
    )


def _by_kind(items: Sequence[Item]) -> Table:
    rows = []
    for kind in dict.fromkeys(str(i.detail["kind"]) for i in items):
        own = [i for i in items if i.detail["kind"] == kind]
        wanted = "refused" if own[0].detail["false"] else "shown"
        rows.append((kind, wanted, str(Rate.of(i.passed for i in own))))
    return Table("By kind of draft", ("draft", "should be", "was"), tuple(rows))
