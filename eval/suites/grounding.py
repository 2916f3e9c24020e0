"""Suite `grounding`: does the check stop drafts that were made false, and let true ones pass?

Drafts are the list's reviewed answers with one sentence corrupted, against the entry and its
first two related ones; true drafts are reviewed texts, whole or with a sentence left out. Beside
them single sentences in other words, true and false, written by hand and seen by no training.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from eval import cases
from eval.corruptions import CORRUPTIONS
from eval.harness import Journal, caught
from eval.metrics import Rate
from eval.results import Item, Options, SuiteResult, Table
from eval.runner import measured
from tutor import grounding, settings
from tutor.grounding import Judge
from tutor.records import Corpus, Example
from tutor.text import sentences

NOTE = (
    "Recall: false drafts that the check refuses. Precision: refused drafts that were false; it "
    "depends on how many of each kind there are, so the share of true drafts refused is beside it. "
    "Those drafts are reviewed sentences, verbatim or corrupted in one place. Paraphrases are "
    "single sentences in other words (eval/data/grounding.jsonl): a draft of several is shown only "
    "where all of its sentences are supported. Their author also wrote the training's paraphrases "
    "and the features, so another author's may fare differently."
)
EACH = 3  # sentences of an answer that each corruption is tried on
REFUSED = (0.9, 0.95, 0.98, 0.99, 1.0)  # shares of false paraphrases for which the curve is shown
FOREIGN, BELIEVED = "sentence of another entry", "misconception of the entry"


@dataclass(frozen=True)
class Draft:
    id: str
    kind: str
    text: str
    false: bool


def run(
    corpus: Corpus, options: Options, journal: Journal, judge: Judge | None = None
) -> SuiteResult:
    """With the judge that the tutor ships, unless another one is given."""
    shipped = judge or Judge(settings.from_environment().models / "grounding")
    listed = [e for e in corpus.examples if e.collection == "lista2"][: options.limit]
    examples = {e.id: e for e in corpus.examples}
    restated = [r for name in cases.files("grounding") for r in cases.restated(name)]

    def sources_of(example: Example) -> list[Example]:
        return [example, *(examples[i] for i in example.related[:2] if i in examples)]

    def checked(example: Example) -> Iterator[Item]:
        sources = sources_of(example)
        rng = random.Random(f"{options.seed}|{example.id}")
        for draft in drafts(example, sources, corpus.examples, rng):
            yield _item(draft, example, sources, shipped, options.timeout)
        for said in restated:
            if said.entry == example.id:
                draft = Draft(said.id, _kind(said), said.text, not said.true)
                found = _item(draft, example, sources, shipped, options.timeout)
                score = shipped.score(said.text, sources)[0]
                yield replace(found, detail={**found.detail, "paraphrase": True, "score": score})

    items = measured("grounding", listed, journal, checked)
    verbatim = [i for i in items if "paraphrase" not in i.detail]
    paraphrased = [i for i in items if "paraphrase" in i.detail]
    refused = [i for i in verbatim if i.got == "refused"]
    rates = {
        "recall: false drafts refused": _refused(verbatim, false=True),
        "precision: refused drafts that were false": Rate.of(
            bool(i.detail["false"]) for i in refused
        ),
        "true drafts refused (lower is better)": _refused(verbatim, false=False),
        "false paraphrases refused": _refused(paraphrased, false=True),
        "true paraphrases accepted": Rate.of(
            i.got == "shown" for i in paraphrased if not i.detail["false"]
        ),
    }
    return SuiteResult(
        "grounding",
        NOTE,
        items,
        rates,
        "recall: false drafts refused",
        tables=(_by_kind(items), _curve(paraphrased, shipped.threshold)),
        label=cases.HELD_OUT,  # the classifier never saw the list, nor these paraphrases
    )


def _kind(said: cases.Restated) -> str:
    return "true paraphrase" if said.true else f"false paraphrase: {said.kind}"


def _refused(items: Sequence[Item], false: bool) -> Rate:
    return Rate.of(i.got == "refused" for i in items if bool(i.detail["false"]) == false)


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


def _item(
    draft: Draft, example: Example, sources: Sequence[Example], judge: Judge, timeout: float
) -> Item:
    verdict, error = caught(lambda: grounding.check(draft.text, sources, judge), timeout)
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


def _curve(items: Sequence[Item], shipped: float) -> Table:
    """What other thresholds on the judge's score would do with the paraphrases."""
    false = sorted(float(i.detail["score"]) for i in items if i.detail["false"])
    true = [float(i.detail["score"]) for i in items if not i.detail["false"]]
    limits = [false[min(int(share * len(false)), len(false) - 1)] for share in REFUSED if false]
    rows = []
    for limit in sorted({*limits, shipped}):
        shown = [s > limit for s in (*true, *false)]
        right = Rate(sum(shown[: len(true)]), sum(shown))
        rows.append(
            (
                f"{limit:.3f}{' (shipped)' if limit == shipped else ''}",
                str(Rate.of(s <= limit for s in false)),
                str(Rate.of(s > limit for s in true)),
                str(right),
            )
        )
    header = ("accepted above", "false refused", "true accepted", "accepted that were true")
    return Table("Paraphrases by threshold (score alone)", header, tuple(rows))
