"""A run: the suites that were asked for, one after another, and the check for contamination."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar, get_args

from eval import cases, contamination, rivals
from eval.baselines import Ranker, rankers
from eval.cases import HELD_OUT, LOOKED_AT, sample
from eval.contamination import Match
from eval.harness import Journal, Subject
from eval.results import Options, SuiteResult
from eval.suites import (
    dialogues,
    grading,
    grounding,
    icl,
    latency,
    numeric,
    prose,
    retrieval,
    router,
    scope,
    unseen,
)
from tutor.generator import EmbeddedGPT
from tutor.grading import Grader
from tutor.records import Corpus, Intent
from tutor.training.data import held_out_concepts

T = TypeVar("T")

SANITY = (
    "A sanity check, not evidence: the list's own statements are in the index (without their label "
    "“Questão N.”, by which the tutor would find them)."
)
ALIKE = (
    "The queries of one question are alike, so the intervals, which take them as independent, are "
    "narrower than they should be."
)
STUDENTS = (
    "Queries about the list's entries by an author who saw neither the corpus queries nor what the "
    f"tutor answers; nothing was tuned to them. {ALIKE}"
)
QUERIES = (
    "Student queries written apart from those that fitted the models, but looked at while the "
    f"tutor was made. {ALIKE}"
)
CONCEPTS = "Queries about concept cards. The cards themselves are in the index."
NEW_CARDS, KNOWN_CARDS = "card that the encoder never saw", "card with other training queries"
LEFT_OUT = "a tenth of the corpus texts, left out of the heads' training"


@dataclass(frozen=True)
class Run:
    """Everything that a report shows. `stamp`: name -> value; `left_out`: suites that could not
    run, with the reason."""

    stamp: Mapping[str, str]
    options: Options
    suites: tuple[SuiteResult, ...]
    contaminated: tuple[Match, ...]
    left_out: Mapping[str, str]

    @property
    def errors(self) -> int:
        return sum(len(suite.errors) for suite in self.suites)

    @property
    def whole(self) -> bool:
        """Whether every suite that could run did, on all of its cases."""
        ran = {suite.name for suite in self.suites}
        return self.options.limit is None and ran | set(self.left_out) == set(SUITES)


class Bench:
    """What the suites share. `load` is called when the first suite needs the models; `prose` is
    the folder of the training's prose."""

    def __init__(
        self,
        corpus: Corpus,
        load: Callable[[], Subject],
        options: Options,
        journal: Journal,
        prose: Path | None = None,
    ) -> None:
        self.corpus, self.options, self.journal, self.prose = corpus, options, journal, prose
        self._load = load

    @cached_property
    def subject(self) -> Subject:
        return self._load()

    @cached_property
    def rankers(self) -> Mapping[str, Ranker]:
        return rankers(self.corpus)

    def sample(self, found: Sequence[T]) -> list[T]:
        return sample(found, self.options.limit, self.options.seed)

    def sets(self, suite: str, read: Callable[[str], list[T]]) -> Iterator[tuple[str, list[T]]]:
        """What the figures of each set of the suite are worth, and its cases."""
        for label, files in cases.SETS[suite].items():
            yield label, self.sample([case for name in files for case in read(name)])

    def retrieval(self, name: str, note: str, found: Sequence[cases.Query]) -> SuiteResult:
        return retrieval.run(
            name, note, found, self.subject, self.options, self.journal, self.rankers
        )


def _lista(bench: Bench) -> Iterator[SuiteResult]:
    yield bench.retrieval("lista", SANITY, bench.sample(cases.of_list(bench.corpus)))


def _students(bench: Bench) -> Iterator[SuiteResult]:
    for label, found in bench.sets("students", cases.queries):
        yield replace(bench.retrieval("students", STUDENTS, found), label=label)


def _queries(bench: Bench) -> Iterator[SuiteResult]:
    for label, found in bench.sets("queries", cases.queries):
        yield replace(bench.retrieval("queries", QUERIES, found), label=label)


def _concepts(bench: Bench) -> Iterator[SuiteResult]:
    """Cards that no model was trained on apart from those that have training queries too."""
    new = held_out_concepts(bench.corpus)
    for label, found in bench.sets("concepts", cases.queries):
        groups = {
            NEW_CARDS: [q for q in found if q.target in new],
            KNOWN_CARDS: [q for q in found if q.target not in new],
        }
        for group, own in groups.items():
            if own:
                result = bench.retrieval("concepts", CONCEPTS, own)
                yield replace(result, label=f"{label}, {group}")


def _scope(bench: Bench) -> Iterator[SuiteResult]:
    for label, found in bench.sets("scope", cases.queries):
        if label == LOOKED_AT:  # the older set asks nothing that is inside
            inside = scope.two_a_question(cases.queries("queries"))
            found = [*found, *bench.sample(inside)]
        yield replace(scope.run(found, bench.subject, bench.journal), label=label)


def _dialogues(bench: Bench) -> Iterator[SuiteResult]:
    for label, found in bench.sets("dialogues", cases.dialogues):
        yield replace(dialogues.run(found, bench.subject, bench.journal), label=label)


def _numeric(bench: Bench) -> Iterator[SuiteResult]:
    for label, found in bench.sets("numeric", cases.numeric):
        yield replace(numeric.run(found, bench.subject, bench.journal), label=label)


def _grading(bench: Bench) -> Iterator[SuiteResult]:
    grader = Grader(bench.corpus, bench.subject.encoder)
    for label, found in bench.sets("grading", cases.graded):
        yield replace(grading.run(found, grader, bench.options, bench.journal), label=label)


def _unseen(bench: Bench) -> Iterator[SuiteResult]:
    found = bench.sample(cases.of_list(bench.corpus))
    yield unseen.run(found, bench.subject, bench.journal)


def _grounding(bench: Bench) -> Iterator[SuiteResult]:
    yield grounding.run(bench.corpus, bench.options, bench.journal)


def _icl(bench: Bench) -> Iterator[SuiteResult]:
    found = bench.sample(cases.of_list(bench.corpus))
    yield icl.run(found, bench.subject, bench.options, bench.journal)


def _router(bench: Bench) -> Iterator[SuiteResult]:
    known = rivals.texts(bench.corpus, held_out=False)
    against = rivals.fitted(known, bench.subject.encoder)
    left_out = rivals.texts(bench.corpus, held_out=True)
    groups = {
        HELD_OUT: _asked(bench.corpus),
        LEFT_OUT: [(f"corpus-{number}", text) for number, text in enumerate(left_out, 1)],
    }
    for label, found in groups.items():
        result = router.run(
            bench.sample(found), bench.subject, against, bench.options, bench.journal
        )
        yield replace(result, label=label)


def _asked(corpus: Corpus) -> list[tuple[str, rivals.Text]]:
    """The held-out messages of one turn, with the classes that the router knows."""
    topic_of = {e.id: e.topic for e in corpus.examples}
    names = [
        name for suite in ("students", "concepts", "scope") for name in cases.SETS[suite][HELD_OUT]
    ]
    return [
        (q.id, rivals.Text(q.text, q.intent, topic_of[q.target] if q.target else None))
        for name in names
        for q in cases.queries(name)
        if q.intent in get_args(Intent)
    ]


def _latency(bench: Bench) -> Iterator[SuiteResult]:
    explained = scope.two_a_question(cases.queries("queries"))[::2]
    computed = [n for n in cases.numeric("numeric") if not n.error][::10]
    texts = [(q.id, q.text) for q in explained] + [(n.id, n.text) for n in computed]
    yield latency.run(bench.sample(texts), bench.subject, bench.options, bench.journal)


def _prose(bench: Bench) -> Iterator[SuiteResult]:
    generator = bench.subject.generator
    assert bench.prose is not None and isinstance(generator, EmbeddedGPT), _hindered(bench)
    model = prose.Model(generator._decoder, generator._tokenizer)
    texts = bench.sample(prose.documents(bench.prose))
    yield replace(prose.run(texts, model, bench.options, bench.journal), label=HELD_OUT)


SUITES: Mapping[str, Callable[[Bench], Iterator[SuiteResult]]] = {
    "students": _students,
    "queries": _queries,
    "lista": _lista,
    "concepts": _concepts,
    "scope": _scope,
    "dialogues": _dialogues,
    "numeric": _numeric,
    "grading": _grading,
    "unseen": _unseen,
    "grounding": _grounding,
    "icl": _icl,
    "router": _router,
    "prose": _prose,
    "latency": _latency,
}


def _hindered(bench: Bench) -> str | None:
    """Why `prose` cannot run."""
    if bench.prose is None:
        return "needs --prose FOLDER"
    if not isinstance(bench.subject.generator, EmbeddedGPT):
        return "needs the embedded generator"
    return None


def run(names: Sequence[str], bench: Bench, stamp: Mapping[str, str]) -> Run:
    """The named suites in the registry's order."""
    found = contamination.matches(
        contamination.eval_texts(), contamination.corpus_texts(bench.corpus)
    )
    reason = _hindered(bench) if "prose" in names else None
    left_out = {"prose": reason} if reason else {}
    results = tuple(
        result
        for name in SUITES
        if name in names and name not in left_out
        for result in SUITES[name](bench)
    )
    return Run(stamp, bench.options, results, tuple(found), left_out)
