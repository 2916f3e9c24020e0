"""A run: the suites that were asked for, one after another, and the check for contamination."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval import cases, contamination
from eval.baselines import Ranker, rankers
from eval.cases import sample
from eval.contamination import Match
from eval.harness import Journal, Subject
from eval.results import Options, SuiteResult
from eval.suites import dialogues, grounding, icl, latency, numeric, retrieval, scope
from tutor.records import Corpus

SANITY = (
    "A sanity check, not evidence: the list's own statements are in the index (without their label "
    "“Questão N.”, by which the tutor would find them)."
)
QUERIES = (
    "Student queries written apart from those that fitted the models. The queries of one question "
    "are alike, so the intervals, which take them as independent, are narrower than they should be."
)
CONCEPTS = (
    "Queries of concept cards that no model was trained on. The cards themselves are in the index."
)


@dataclass(frozen=True)
class Run:
    """Everything that a report shows. `stamp`: name -> value."""

    stamp: Mapping[str, str]
    options: Options
    suites: tuple[SuiteResult, ...]
    contaminated: tuple[Match, ...]

    @property
    def errors(self) -> int:
        return sum(len(suite.errors) for suite in self.suites)

    @property
    def whole(self) -> bool:
        """Whether every suite ran on all of its cases."""
        return self.options.limit is None and {s.name for s in self.suites} == set(SUITES)


class Bench:
    """What the suites share. `load` is called when the first suite needs the models."""

    def __init__(
        self, corpus: Corpus, load: Callable[[], Subject], options: Options, journal: Journal
    ) -> None:
        self.corpus, self.options, self.journal = corpus, options, journal
        self._load = load

    @cached_property
    def subject(self) -> Subject:
        return self._load()

    @cached_property
    def rankers(self) -> Mapping[str, Ranker]:
        return rankers(self.corpus)

    def retrieval(self, name: str, note: str, found: Sequence[cases.Query]) -> SuiteResult:
        chosen = sample(found, self.options.limit, self.options.seed)
        return retrieval.run(
            name, note, chosen, self.subject, self.options, self.journal, self.rankers
        )


def _lista(bench: Bench) -> SuiteResult:
    return bench.retrieval("lista", SANITY, cases.of_list(bench.corpus))


def _queries(bench: Bench) -> SuiteResult:
    return bench.retrieval("queries", QUERIES, cases.queries("queries"))


def _concepts(bench: Bench) -> SuiteResult:
    return bench.retrieval("concepts", CONCEPTS, cases.queries("concepts"))


def _scope(bench: Bench) -> SuiteResult:
    options = bench.options
    outside = sample(cases.queries("scope"), options.limit, options.seed)
    inside = sample(scope.two_a_question(cases.queries("queries")), options.limit, options.seed)
    return scope.run(outside, inside, bench.subject, options, bench.journal)


def _dialogues(bench: Bench) -> SuiteResult:
    chosen = sample(cases.dialogues(), bench.options.limit, bench.options.seed)
    return dialogues.run(chosen, bench.subject, bench.options, bench.journal)


def _numeric(bench: Bench) -> SuiteResult:
    chosen = sample(cases.numeric(), bench.options.limit, bench.options.seed)
    return numeric.run(chosen, bench.subject, bench.options, bench.journal)


def _grounding(bench: Bench) -> SuiteResult:
    return grounding.run(bench.corpus, bench.options, bench.journal)


def _icl(bench: Bench) -> SuiteResult:
    chosen = sample(cases.of_list(bench.corpus), bench.options.limit, bench.options.seed)
    return icl.run(chosen, bench.subject, bench.options, bench.journal)


def _latency(bench: Bench) -> SuiteResult:
    options = bench.options
    explained = scope.two_a_question(cases.queries("queries"))[::2]
    computed = [n for n in cases.numeric() if not n.error][::10]
    texts = [(q.id, q.text) for q in explained] + [(n.id, n.text) for n in computed]
    return latency.run(
        sample(texts, options.limit, options.seed), bench.subject, options, bench.journal
    )


SUITES: Mapping[str, Callable[[Bench], SuiteResult]] = {
    "lista": _lista,
    "queries": _queries,
    "concepts": _concepts,
    "scope": _scope,
    "dialogues": _dialogues,
    "numeric": _numeric,
    "grounding": _grounding,
    "icl": _icl,
    "latency": _latency,
}


def run(names: Sequence[str], bench: Bench, stamp: Mapping[str, str]) -> Run:
    """The named suites in the registry's order."""
    found = contamination.matches(
        contamination.eval_texts(), contamination.corpus_texts(bench.corpus)
    )
    results = tuple(SUITES[name](bench) for name in SUITES if name in names)
    return Run(stamp, bench.options, results, tuple(found))
