"""The online page: message + history -> Answer. Read it from top to bottom.

understand -> small talk? -> route -> solver? -> retrieve -> prompt -> generate -> ground -> answer
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import exp, isnan, log

from tutor import grounding, practice, prompt, smalltalk, solver
from tutor.dialogue import Dialogue
from tutor.errors import GeneratorError, MissingData, SolverError
from tutor.records import (
    Answer,
    Corpus,
    Draft,
    Example,
    Generator,
    Hit,
    Json,
    Mode,
    Problem,
    Question,
    Route,
    Solution,
    Turn,
)
from tutor.retriever import Retriever, analyse
from tutor.router import Router
from tutor.settings import Settings
from tutor.solution import worked
from tutor.text import normalise, sentences

logger = logging.getLogger(__name__)

HITS = 6  # entries that an answer shows as its sources at most
NOT_IN_MATERIAL = "Não encontrei isso no material."
CHECKED = "Tente resolver e me mande só o resultado: eu confiro."
COMPARED = "Tente resolver. Depois peça “mostra a resposta” e compare."


@dataclass(frozen=True)
class Thresholds:
    """Where the tutor declines: a logistic regression over three signs that the material covers a
    message, fitted on corpus queries held out from training (LOG.md)."""

    router: float = 1.43  # weight of the router's log-odds of being in scope
    nearest: float = 5.86  # weight of the best cosine
    coverage: float = 6.56  # weight of the share of its words that the material speaks of
    bias: float = -11.30
    covered: float = 0.55  # probability from which the material covers it
    conceptual: float = 0.7  # router's confidence that overrules the rule for practice
    source: float = 0.72  # share of the best hit's score that another source must reach


class Clock:
    """Seconds that each stage took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self._last
        self._last = now


class Tutor:
    """Holds the loaded stages; has no state of any conversation, so threads may share it."""

    def __init__(
        self,
        settings: Settings,
        corpus: Corpus,
        retriever: Retriever,
        router: Router,
        generator: Generator,
        fallback: Generator | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self.settings, self.corpus = settings, corpus
        self.examples: dict[str, Example] = {e.id: e for e in corpus.examples}
        self._retriever, self._router = retriever, router
        self._generator, self._fallback = generator, fallback
        self._dialogue = Dialogue(corpus)
        self._limits = thresholds or Thresholds()

    def answer(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """The whole answer at once."""
        return next(part for part in self.stream(message, history) if isinstance(part, Answer))

    def stream(self, message: str, history: Sequence[Turn] = ()) -> Iterator[str | Answer]:
        """Pieces of text as they are ready, then the Answer, whose text is the final one.

        Only text that has been computed, reviewed or verified is ever yielded.
        """
        answer = self._answer(message, history)
        shown = 0
        for sentence in sentences(answer.text):
            end = answer.text.index(sentence, shown) + len(sentence)
            yield answer.text[shown:end]
            shown = end
        yield answer

    # ------------------------------------------------------------- the stages in their order

    def _answer(self, message: str, history: Sequence[Turn]) -> Answer:
        clock = Clock()
        text = normalise(message)
        reply = smalltalk.nonsense(text) or smalltalk.care(text)
        if reply is not None:
            return Answer(reply, "smalltalk", Question(text, text), timings=clock.seconds)
        question = self._dialogue.understand(text, history)
        clock.stage("dialogue")

        checked = self._check_exercise(text, question, history, clock)
        if checked is not None:
            return checked

        route = self._router.route(question.standalone)
        clock.stage("route")
        computed = self._solve(question, route, clock)
        if computed is not None:
            return computed

        named = [self.examples[i] for i in question.example_ids if i in self.examples]
        if not named and self._wants_practice(text, route):
            return self._practice(question, route, history, clock)
        # After a question back, "sim" or "ok" answers it and is no small talk.
        if not named and not (history and history[-1].mode == "clarify"):
            reply = smalltalk.reply(text, sure=route.intent == "smalltalk")
            if reply is not None:
                clock.stage("smalltalk")
                return Answer(reply, "smalltalk", question, route=route, timings=clock.seconds)

        hits = self._retrieve(question, route, named)
        clock.stage("retrieve")
        if not named and not self._covers(question.standalone, route, hits):
            return self._decline(question, route, hits, clock)
        if len(named) > 1:
            return self._compare(question, route, named, hits, clock)
        return self._explain(question, route, hits, clock)

    def _solve(self, question: Question, route: Route, clock: Clock) -> Answer | None:
        """A computed answer, a question back, or None where there is nothing to compute.

        Where data are missing and nothing was computed before, the router decides whether the
        student wants a computation ("calcule a softmax") or an explanation ("como se calcula?").
        """
        try:
            solution = solver.solve(question.text, question.problem)
            if solution is None and question.is_follow_up and question.problem is None:
                solution = solver.solve(question.standalone)
        except SolverError as fault:
            clock.stage("solve")
            if question.problem is None and route.intent not in ("numeric", "practice"):
                return None
            understood = fault.problem if isinstance(fault, MissingData) else question.problem
            problem = understood if isinstance(understood, Problem) else None
            return Answer(
                str(fault), "clarify", question, route=replace(route, intent="numeric"),
                problem=problem, timings=clock.seconds,
            )  # fmt: skip
        clock.stage("solve")
        return None if solution is None else self._computed(question, solution, clock)

    def _computed(
        self, question: Question, solution: Solution, clock: Clock, verdict: str = ""
    ) -> Answer:
        hits = self._sources(question, solution)
        clock.stage("retrieve")
        return Answer(
            f"{verdict}\n\n{worked(solution)}".strip(),
            "computed",
            question,
            route=Route(solution.topic or "fundamentos", "numeric", 1.0),
            hits=hits,
            example_id=solution.example_id,
            solution=solution,
            problem=solution.problem,
            suggestions=self._suggest(solution.example_id, ()),
            timings=clock.seconds,
        )

    def _check_exercise(
        self, text: str, question: Question, history: Sequence[Turn], clock: Clock
    ) -> Answer | None:
        """After an exercise: the solution where it is asked for, a verdict on a result."""
        last = history[-1] if history and history[-1].mode == "practice" else None
        if last is None:
            return None
        claimed = practice.result(text)
        if not practice.gives_up(text) and claimed is None:
            return None
        family = solver.family_of(last.problem.kind) if last.problem else None
        if last.problem is None or family is None:
            if last.example_id not in self.examples or claimed is not None:
                return None
            named = replace(question, example_ids=(last.example_id,))
            example = self.examples[last.example_id]
            route = Route(example.topic, "practice", 1.0)
            return self._explain(named, route, (Hit(example, 1.0, 1.0, 1.0, example.title),), clock)
        solution = family.solve(last.problem.inputs)
        clock.stage("solve")
        if claimed is None:
            return self._computed(question, solution, clock)
        right = _agrees(claimed, _numbers(solution.value))
        if not right and len(claimed) == 1:  # the solver may know which mistake gives this number
            try:
                told = solver.solve(f"deu {text.strip()}", last.problem)
            except SolverError:
                told = None
            if told is not None and told.value == solution.value:
                solution = told
        verdict = "**Isso mesmo, está certo.**" if right else "**Ainda não.** Veja a conta:"
        return self._computed(question, solution, clock, verdict)

    def _sources(self, question: Question, solution: Solution) -> tuple[Hit, ...]:
        """The family's own question of the list first, then what lies near in the same topic."""
        text = f"{solution.title}. {question.standalone[:400]}"
        topics = {solution.topic: 1.0} if solution.topic else None
        hits = self._retriever.search(text, HITS, topics)
        if solution.example_id in self.examples:
            return _first([self.examples[solution.example_id]], hits)[:3]
        return tuple(h for h in hits if h.example.topic == solution.topic)[:3]

    def _retrieve(
        self, question: Question, route: Route, named: Sequence[Example]
    ) -> tuple[Hit, ...]:
        hits = self._retriever.search(question.standalone, HITS, route.topic_probabilities)
        return _first(named, hits) if named else hits

    def _wants_practice(self, text: str, route: Route) -> bool:
        sure = route.intent == "conceptual" and route.confidence >= self._limits.conceptual
        return route.intent == "practice" or (practice.requested(text) and not sure)

    def _covers(self, text: str, route: Route, hits: Sequence[Hit]) -> bool:
        """Whether the material answers this, from the router, the retriever and the words."""
        limits = self._limits
        chance = min(max(route.scope_probability, 1e-4), 1.0 - 1e-4)
        evidence = (
            limits.router * log(chance / (1.0 - chance))
            + limits.nearest * max(hit.dense for hit in hits)
            + limits.coverage * self._retriever.coverage(text)
            + limits.bias
        )
        return 1.0 / (1.0 + exp(-evidence)) >= limits.covered

    def _explain(
        self, question: Question, route: Route, hits: tuple[Hit, ...], clock: Clock
    ) -> Answer:
        """Generated from the nearest entries if every sentence is supported, else the reference."""
        best = hits[0]
        sources = tuple(h for h in hits if h.score >= self._limits.source * best.score)
        # An entry that the student named (or asks more about) needs no rivals in the context.
        shots = sources[: 1 if question.example_ids else self.settings.shots]
        built = prompt.build(
            question.standalone,
            question.style,
            shots,
            self.settings.prompt_tokens,
            self._generator.count_tokens,
        )
        clock.stage("prompt")
        draft, notes = self._draft(built)
        clock.stage("generate")
        verdict = grounding.check(draft.text, [self.examples[i] for i in built.example_ids])
        clock.stage("ground")
        # A draft about another entry than the nearest one is true but may miss the question.
        good = (
            draft.stop_reason == "end"
            and verdict.supported
            and grounding.cited(verdict) == best.example.id
        )
        mode: Mode = "generated" if good else "reference"
        text = draft.text if good else prompt.reviewed_text(best.example, question.style)
        return Answer(
            text,
            mode,
            question,
            route=route,
            hits=sources,
            example_id=best.example.id,
            prompt=built,
            draft=draft,
            verdict=verdict,
            suggestions=self._suggest(best.example.id, hits),
            notes=notes,
            timings=clock.seconds,
        )

    def _draft(self, built: prompt.Prompt) -> tuple[Draft, tuple[str, ...]]:
        """What the generator writes; a remote one that fails is replaced by the embedded one."""
        notes: tuple[str, ...] = ()
        for generator in (self._generator, self._fallback):
            if generator is None:
                continue
            try:
                text = "".join(generator.stream(built)).strip()
            except GeneratorError as error:
                logger.warning("generator %s: %s", generator.name, error)
                notes += (str(error),)
                continue
            n_tokens = generator.count_tokens(text)
            stop = "end" if n_tokens < self.settings.answer_tokens - 1 else "length"
            return Draft(text, stop, n_tokens, generator.name), notes  # type: ignore[arg-type]
        return Draft("", "error", 0, self._generator.name), notes

    # ------------------------------------------------------------------- the other modes

    def _compare(
        self,
        question: Question,
        route: Route,
        named: Sequence[Example],
        hits: tuple[Hit, ...],
        clock: Clock,
    ) -> Answer:
        """Two or three entries side by side, from their reviewed key points."""
        parts = [
            f"**{e.title}**\n" + "\n".join(f"- {point}" for point in e.key_points[:4])
            for e in named[:3]
        ]
        ids = {e.id for e in named}
        return Answer(
            "\n\n".join(parts),
            "reference",
            question,
            route=route,
            hits=tuple(h for h in hits if h.example.id in ids),
            example_id=named[0].id,
            suggestions=self._suggest(named[0].id, hits),
            timings=clock.seconds,
        )

    def _practice(
        self, question: Question, route: Route, history: Sequence[Turn], clock: Clock
    ) -> Answer:
        """An exercise of the topic that was asked for; the same request in the same place of a
        conversation gets the same one."""
        known = route.topic_probabilities.get(route.topic, 0.0) >= 0.5
        topic = route.topic if known else None
        place = f"{question.text}|{len(history)}"
        seed = int.from_bytes(sha256(place.encode()).digest()[:4], "big")
        kinds = _kinds_named(question.text) or [
            f.kind for f in solver.families() if topic is None or f.topic == topic
        ]
        if kinds:
            exercise = solver.exercise(kinds[seed % len(kinds)], seed)
            # Only numbers can be compared; pieces of words are for the student to compare.
            checkable = not any(isnan(number) for number in _numbers(exercise.solution.value))
            text = f"{exercise.statement}\n\n{CHECKED if checkable else COMPARED}"
            problem: Problem | None = exercise.solution.problem
            example_id = exercise.solution.example_id
        else:
            asked = {turn.example_id for turn in history}
            listed = [
                e for e in self.corpus.examples if e.collection == "lista2" and e.topic == topic
            ]
            fresh = [e for e in listed if e.id not in asked] or listed or list(self.corpus.examples)
            chosen = fresh[seed % len(fresh)]
            text = (
                f"{chosen.question}\n\nTente responder com as suas palavras. "
                "Depois peça: “mostra a resposta”."
            )
            problem, example_id = None, chosen.id
        clock.stage("practice")
        return Answer(
            text,
            "practice",
            question,
            route=route,
            example_id=example_id,
            problem=problem,
            timings=clock.seconds,
        )

    def _decline(
        self, question: Question, route: Route, hits: Sequence[Hit], clock: Clock
    ) -> Answer:
        """Outside the material: says so, names the nearest topics, shows no sources."""
        labels = {t.id: t.label for t in self.corpus.topics}
        nearest = list(dict.fromkeys(labels[h.example.topic] for h in hits))[:3]
        text = (
            f"{NOT_IN_MATERIAL} Eu respondo sobre a lista de redes neurais; os assuntos mais "
            f"próximos que eu cubro são: {', '.join(nearest)}."
        )
        listed = [h.example for h in hits if h.example.collection == "lista2"]
        return Answer(
            text,
            "abstained",
            question,
            route=replace(route, intent="out_of_scope"),
            suggestions=tuple(e.title for e in listed[:2]),
            timings=clock.seconds,
        )

    def _suggest(self, example_id: str | None, hits: Sequence[Hit]) -> tuple[str, ...]:
        """Up to three next questions, from what is related; no model is asked."""
        if example_id not in self.examples:
            return ()
        related = [
            self.examples[i] for i in self.examples[example_id].related if i in self.examples
        ]
        others = [h.example for h in hits if h.example.id != example_id]
        chosen = list(
            dict.fromkeys(e.aliases[0] if e.aliases else e.title for e in related + others)
        )
        return tuple(chosen[:3])


def _kinds_named(text: str) -> list[str]:
    """The families whose title shares most words with the request ("exercício de softmax")."""
    asked = set(analyse(text))
    shared = {
        f.kind: len(asked & set(analyse(f"{f.title} {f.kind.replace('_', ' ')}")))
        for f in solver.families()
    }
    most = max(shared.values())
    return [kind for kind, count in shared.items() if count == most] if most else []


def _numbers(value: Json) -> list[float]:
    """All numbers of a result, in order; empty if it holds anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return [float("nan")]
    if isinstance(value, int | float):
        return [float(value)]
    parts = value.values() if isinstance(value, dict) else value
    return [number for part in parts for number in _numbers(part)]


def _agrees(claimed: Sequence[float], true: Sequence[float]) -> bool:
    """Right to two decimals or one percent; NaN agrees with nothing."""
    return len(claimed) == len(true) and all(
        abs(c - t) <= max(0.006, 0.01 * abs(t)) for c, t in zip(claimed, true, strict=True)
    )


def _first(named: Sequence[Example], hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """The named entries in front; the rest of the hits after them."""
    found = {h.example.id: h for h in hits}
    front = [found.get(e.id) or Hit(e, 1.0, 1.0, 0.0, e.title) for e in named]
    ids = {e.id for e in named}
    top = max((h.score for h in hits), default=1.0)
    front = [replace(h, score=max(h.score, top)) for h in front]
    return (*front, *(h for h in hits if h.example.id not in ids))


def turn_of(answer: Answer) -> Turn:
    """What the history keeps of an answer."""
    return Turn(
        answer.question.text,
        answer.question.standalone,
        answer.mode,
        answer.example_id,
        answer.problem,
        answer.question.style,
    )


def load(settings: Settings) -> Tutor:
    """Loads every stage; raises TutorError with a Portuguese message where a part is missing."""
    import torch

    from tutor import build, generator
    from tutor.encoder import SentenceEncoder

    torch.set_num_threads(settings.threads)
    corpus = build.read_corpus(settings)
    encoder = SentenceEncoder(settings.models / "encoder")
    index = build.load_or_build(settings, corpus, encoder)
    chosen = generator.load(settings)
    embedded = isinstance(chosen, generator.EmbeddedGPT)
    return Tutor(
        settings,
        corpus,
        Retriever(corpus, encoder, index),
        Router(settings.models / "router", encoder),
        chosen,
        None if embedded else generator.load(replace(settings, generator="embedded")),
    )
