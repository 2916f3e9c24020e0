"""The online page: message + history -> Answer. Read it from top to bottom.

understand -> small talk? -> route -> solver? -> retrieve -> prompt -> generate -> ground -> answer
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import isnan

from tutor import comparison, elaboration, grounding, practice, prompt, rebuttal, smalltalk, solver
from tutor.comparison import Comparison
from tutor.dialogue import ABOUT, Dialogue, parts
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
from tutor.scope import Scope
from tutor.settings import Settings
from tutor.solution import worked
from tutor.text import normalise, sentences

logger = logging.getLogger(__name__)

HITS = 6  # entries that an answer shows as its sources at most
RECENT = 12  # turns whose data a numeric follow-up may mean
WIDE = 24  # entries that a follow-up chooses among
NOT_IN_MATERIAL = "Não encontrei isso no material."
NOT_CHANGED = (
    "Não entendi o que muda na conta anterior. Escreva o nome do dado e o valor novo, por exemplo "
    "“agora com lr = 0,5”, ou o enunciado inteiro."
)
CHECKED = "Tente resolver e me mande só o resultado: eu confiro."
OTHER_NUMBERS = "Os números abaixo são os do material, não os da sua conta."
IN_PORTUGUESE = (
    "*The reviewed material is in Portuguese, so the answer is too; key terms are kept.*"
)
ANOTHER_READING = "Desculpe. Outra leitura da sua pergunta: **{title}**."
OWN_WORDS, SAID_BEFORE = 0.65, 0.2  # read off dialogues of development (LOG.md)
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
ONE_MORE = Route("fundamentos", "practice", 1.0)  # like the last one, whatever its topic
COMPARED = "Tente resolver. Depois peça “mostra a resposta” e compare."


@dataclass(frozen=True)
class Thresholds:
    """Read off corpus queries held out from training (LOG.md)."""

    sure: float = 0.7  # router's confidence that an exercise of something else is wanted
    own: float = 0.965  # cosine from which a follow-up is an entry's question word for word
    no_data: float = 0.9  # the same, of a message that the solver would ask back about
    idea: float = 0.6  # router's confidence that an idea is asked for, and no number
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
        scope: Scope | None = None,
        judge: grounding.Judge | None = None,
    ) -> None:
        """Without `scope` the router alone decides what the material covers; without `judge` only
        what is nearly verbatim in the material counts as supported."""
        self.settings, self.corpus = settings, corpus
        self.examples: dict[str, Example] = {e.id: e for e in corpus.examples}
        self._retriever, self._router = retriever, router
        self._generator, self._fallback = generator, fallback
        self._dialogue = Dialogue(corpus)
        self._comparison = Comparison(corpus)
        self._limits, self._scope = thresholds or Thresholds(), scope
        self._judge = judge

    def answer(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        """The whole answer at once."""
        return next(part for part in self.stream(message, history) if isinstance(part, Answer))

    def stream(self, message: str, history: Sequence[Turn] = ()) -> Iterator[str | Answer]:
        """Pieces of text as they are ready, then the Answer, whose text is the final one.

        Only text that has been computed, reviewed or verified is ever yielded.
        """
        answer = _noted(self._answer(message, history))
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
        left = smalltalk.without_orders(text)
        if left is not None:
            if not self._asks_of_material(left):
                read = Question(text, text)
                return Answer(smalltalk.orders(text), "abstained", read, timings=clock.seconds)
            text = left
        text = smalltalk.without_greeting(text)
        question = self._dialogue.understand(text, history)
        clock.stage("dialogue")

        if question.aim == "closing":
            reply = smalltalk.reply(text) or smalltalk.reply("obrigado")
            return Answer(str(reply), "smalltalk", question, timings=clock.seconds)
        checked = self._check_exercise(text, question, history, clock)
        if checked is not None:
            return checked
        if history and history[-1].mode in ("practice", "computed") and practice.another(text):
            return self._practice(question, ONE_MORE, history, clock)

        question = self._of_its_own(question, history)
        route = self._router.route(question.standalone)
        clock.stage("route")
        computed = (
            None
            if question.aim in ("reason", "explanation")
            else self._solve(question, route, history, clock)
        )
        if computed is not None:
            return computed

        named = [self.examples[i] for i in question.example_ids if i in self.examples]
        if self._wants_practice(text, route) and (not named or practice.requested(text)):
            return self._practice(question, route, history, clock)
        # After a question back, "sim" or "ok" answers it and is no small talk.
        reread = question.aim == "correction" or bool(question.rejected)
        if not named and not reread and not (history and history[-1].mode == "clarify"):
            replaced = question.is_follow_up and ABOUT not in question.standalone
            sure = route.intent == "smalltalk" and not replaced  # "e a GRU?" is about a term
            reply = smalltalk.reply(text, sure)
            if reply is not None:
                clock.stage("smalltalk")
                return Answer(reply, "smalltalk", question, route=route, timings=clock.seconds)

        hits = self._retrieve(question, route, named)
        clock.stage("retrieve")
        if not named and not self._covers(question.standalone, route, hits):
            return self._decline(question, route, hits, clock)
        asked = _asked(history)
        return (
            self._compare(question, route, named, hits, asked, clock)
            or self._both(question, route, hits, history, clock)
            or self._more(question, route, hits, asked, clock)
            or self._explain(question, route, hits, asked, clock)
        )

    def _of_its_own(self, question: Question, history: Sequence[Turn]) -> Question:
        """A follow-up that is nearly word for word what another entry is asked stands alone."""
        before = {turn.example_id for turn in history[-2:]}
        leans = question.style != "normal" or question.aim != "answer" or question.rejected
        guesses = question.text.lower().startswith(("é ", "eh "))
        if not question.is_follow_up or leans or guesses or set(question.example_ids) - before:
            return question
        nearest = self._retriever.search(question.text, WIDE, None)
        best = max(nearest, key=lambda h: h.dense)
        if best.dense < self._limits.own or best.example.id in before:
            return question
        return replace(question, standalone=question.text, example_ids=(best.example.id,))

    def _asks_of_material(self, text: str) -> bool:
        """Whether what is left of a message beside orders to the tutor is a genuine question."""
        if not text:
            return False
        question, route = Question(text, text), self._router.route(text)
        return self._covers(text, route, self._retrieve(question, route, ()))

    def _solve(
        self, question: Question, route: Route, history: Sequence[Turn], clock: Clock
    ) -> Answer | None:
        """A computed answer, a question back, or None where there is nothing to compute.

        The solver alone decides whether a computation is asked for: it takes 7 of 4,500 questions
        of the corpus that want an explanation for one, where the router misses a third of the
        faulty problems (LOG.md).
        """
        if question.aim == "repeat" and question.style in ("simple", "example"):
            return None  # other words are asked for, and the solver has none
        whole = self._restated(question, history)
        try:
            if question.aim == "repeat" and question.problem is not None:
                solution = solver.again(question.problem) or solver.solve(question.standalone)
            else:
                word = self._bare_word(question, history)
                before = history[-1].problem if word else question.problem
                solution = None if word else self._continued(question)
                if solution is None:
                    solution = solver.solve(question.datum or word or question.text, before)
                    if not question.is_follow_up and _unchanged(solution, before):
                        solution = None  # "regularização L2": its number was no new datum
            if solution is None and question.is_follow_up and question.problem is None:
                solution = solver.solve(question.standalone)
        except SolverError as fault:
            clock.stage("solve")
            if whole is not None:
                read = replace(question, standalone=whole.statement, is_follow_up=True)
                return self._computed(read, whole.solution, history, clock)
            changes = question.problem is not None and question.is_follow_up
            if practice.requested(question.text) and not changes:
                return None
            if not changes and self._asks_idea(question, route):
                return None
            understood = fault.problem if isinstance(fault, MissingData) else question.problem
            problem = understood if isinstance(understood, Problem) else None
            return Answer(
                str(fault), "clarify", question, route=replace(route, intent="numeric"),
                problem=problem, timings=clock.seconds,
            )  # fmt: skip
        clock.stage("solve")
        if whole is not None and (solution is None or solver.surer(question.text, solution)):
            question = replace(question, standalone=whole.statement, is_follow_up=True)
            solution = whole.solution
        if solution is not None:
            return self._computed(question, solution, history, clock)
        if question.aim == "number" and question.is_follow_up and question.problem is not None:
            return Answer(
                NOT_CHANGED, "clarify", question, route=replace(route, intent="numeric"),
                problem=question.problem, timings=clock.seconds,
            )  # fmt: skip
        return None

    def _asks_idea(self, question: Question, route: Route) -> bool:
        """Whether a text that the solver asks back about is rather a question about an idea: the
        router is very sure of it, and next to no numbers are given."""
        few = len(NUMBER.findall(question.text)) < 2 and "[" not in question.text
        few = few and question.aim != "number"  # "calcula a entropia cruzada"
        return few and route.intent == "conceptual" and route.confidence >= self._limits.no_data

    def _bare_word(self, question: Question, history: Sequence[Turn]) -> str:
        """ "bola" after another word was tokenized: quoted, as a word to do the same with."""
        text = question.text.strip(" ?!.")
        last = history[-1] if history else None
        split = last is not None and last.problem is not None and last.mode == "computed"
        if not split or last is None or last.problem is None or not text.isalpha():
            return ""
        family = solver.family_of(last.problem.kind)
        pieces = family is not None and family.topic == "tokenizacao"
        known = smalltalk.small_talk(text)
        return f"e '{text}'?" if pieces and question.style == "normal" and not known else ""

    def _continued(self, question: Question) -> Solution | None:
        """The last computation as a message changes it that no rule of the dialogue took for its
        change: "recall" after an accuracy. What the solver cannot read is none, nor is what
        leaves the result as it was or what the router is sure to be about an idea."""
        last = question.nearby
        if last is None or question.problem is not None or question.example_ids:
            return None
        own = self._router.route(question.text)
        if own.intent == "conceptual" and own.confidence >= self._limits.idea:
            return None
        try:
            solution = solver.solve(question.text, last)
            return None if _unchanged(solution, last) else solution
        except SolverError:
            return None

    def _restated(self, question: Question, history: Sequence[Turn]) -> solver.Restated | None:
        """The message as a whole statement with the data of the problem before it."""
        if question.aim in ("repeat", "claim", "correction"):
            return None
        recent = [t for t in history[-RECENT:] if t.mode not in ("smalltalk", "abstained")]
        told = [(_stated(t), t.problem) for t in recent if t.problem is not None]
        if not told or all(turn.problem is None for turn in recent[-2:]):
            return None
        return solver.restated(question.text, told)

    def _computed(
        self,
        question: Question,
        solution: Solution,
        history: Sequence[Turn],
        clock: Clock,
        verdict: str = "",
    ) -> Answer:
        hits = self._sources(question, solution)
        clock.stage("retrieve")
        short = question.aim == "repeat" and question.style == "short"
        told = f"**{solution.title}**\n\n{solution.result}" if short else worked(solution)
        return Answer(
            f"{verdict}\n\n{told}".strip(),
            "computed",
            question,
            route=Route(solution.topic or "fundamentos", "numeric", 1.0),
            hits=hits,
            example_id=solution.example_id,
            solution=solution,
            problem=solution.problem,
            suggestions=self._suggest(solution.example_id, (), _asked(history)),
            timings=clock.seconds,
        )

    def _check_exercise(
        self, text: str, question: Question, history: Sequence[Turn], clock: Clock
    ) -> Answer | None:
        """After an exercise: the solution where it is asked for, a verdict on a result."""
        last = _exercise(text, history)
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
            hits = (Hit(example, 1.0, 1.0, 1.0, example.title),)
            return self._explain(named, route, hits, _asked(history), clock)
        solution = solver.again(last.problem)
        clock.stage("solve")
        if solution is None:
            return None
        if claimed is None:
            return self._computed(question, solution, history, clock)
        right = _agrees(claimed, _numbers(solution.value))
        if not right and len(claimed) == 1:  # the solver may know which mistake gives this number
            try:
                told = solver.solve(f"deu {text.strip()}", last.problem)
            except SolverError:
                told = None
            if told is not None and told.value == solution.value:
                solution = told
        verdict = "**Isso mesmo, está certo.**" if right else "**Ainda não.** Veja a conta:"
        return self._computed(question, solution, history, clock, verdict)

    def _sources(self, question: Question, solution: Solution) -> tuple[Hit, ...]:
        """The family's own question of the list first, then what lies near in the same topic."""
        text = f"{solution.title}. {question.standalone[:400]}"
        hits = self._retriever.search(text, WIDE)
        if solution.example_id in self.examples:
            return _first([self.examples[solution.example_id]], hits)[:3]
        return tuple(h for h in hits if h.example.topic == solution.topic)[:3]

    def _retrieve(
        self, question: Question, route: Route, named: Sequence[Example]
    ) -> tuple[Hit, ...]:
        found = self._retriever.search(question.standalone, WIDE, route.entry_log_chances)
        if ABOUT in question.standalone and not named:
            found = self._by_own_words(question, found)
        elif question.after is not None and not named:
            found = self._near_what_was_said(question.after, found)
        hits = tuple(h for h in found if h.example.id not in question.rejected)[:HITS]
        return _first(named, hits) if named else hits

    def _by_own_words(self, question: Question, found: Sequence[Hit]) -> tuple[Hit, ...]:
        """A follow-up that brings words of its own: near what was spoken of, and near those."""
        own = {h.example.id: h.score for h in self._retriever.search(question.text, WIDE, None)}
        scored = [
            replace(h, score=h.score + OWN_WORDS * (own.get(h.example.id, 0.0) - h.score))
            for h in found
        ]
        return tuple(sorted(scored, key=lambda h: -h.score))

    def _near_what_was_said(self, turn: Turn, found: Sequence[Hit]) -> tuple[Hit, ...]:
        """ "por que não usar só o produto escalar?" after the cosine: what lies near it first."""
        before = self._retriever.search(turn.standalone[:400], WIDE)
        top = before[0].score
        share = {h.example.id: h.score / top for h in before} | {turn.example_id: 1.0}
        scored = [
            replace(h, score=h.score + SAID_BEFORE * share.get(h.example.id, 0.0)) for h in found
        ]
        return tuple(sorted(scored, key=lambda h: -h.score))

    def _wants_practice(self, text: str, route: Route) -> bool:
        outside = route.intent == "out_of_scope" and route.confidence >= self._limits.sure
        return route.intent == "practice" or (practice.requested(text) and not outside)

    def _covers(self, text: str, route: Route, hits: Sequence[Hit]) -> bool:
        threshold = self._scope.rule.threshold if self._scope else 0.5
        return self.chance_covered(text, route, hits) >= threshold

    def chance_covered(self, text: str, route: Route, hits: Sequence[Hit]) -> float:
        """How likely the material answers this."""
        if self._scope is None:
            return route.scope_probability
        return self._scope.chance(text, route, hits, self._retriever.coverage(text))

    def _explain(
        self,
        question: Question,
        route: Route,
        hits: tuple[Hit, ...],
        asked: frozenset[str],
        clock: Clock,
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
        given = [self.examples[i] for i in built.example_ids]
        verdict = grounding.check(draft.text, given, self._judge)
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
            suggestions=self._suggest(best.example.id, hits, asked),
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
        asked: frozenset[str],
        clock: Clock,
    ) -> Answer | None:
        """Two or three entries side by side, from reviewed text; one that covers the comparison
        as its own subject answers alone."""
        text = question.standalone
        sides: Sequence[Example] = named[: comparison.MOST]
        if len(named) == 1:
            return None
        if not named:
            covering = self._comparison.covering(text)
            sides = self._comparison.sides(text, self._entry_called)
            table = comparison.wants_table(text)
            if covering and not (table and sides):
                best = _first([self.examples[_nearest(covering, hits)]], hits)
                return self._explain(question, route, best, asked, clock)
            if not sides:
                return None
            written = comparison.write(sides)
            if covering:
                whole = self.examples[_nearest(covering, hits)]
                written = f"{whole.answer}\n\n{comparison.table(sides)}"
                sides = (whole, *(e for e in sides if e.id != whole.id))
        elif comparison.asked(text):
            written = comparison.write(sides)
        else:
            written = "\n\n".join(
                f"**{e.title}**\n\n" + "\n".join(f"- {point}" for point in e.key_points[:4])
                for e in sides
            )
        return self._reviewed(question, route, written, _first(sides, ())[:HITS], asked, clock)

    def _entry_called(self, name: str) -> Example | None:
        """The entry that is about a term which none has for its name."""
        hits = self._retriever.search(f"O que é {name}?", 3, None)
        return next(
            (h.example for h in hits if name in comparison.canonical(h.example.title)), None
        )

    def _both(
        self,
        question: Question,
        route: Route,
        hits: tuple[Hit, ...],
        history: Sequence[Turn],
        clock: Clock,
    ) -> Answer | None:
        """A message of two questions about two entries: a short answer to each."""
        asked = parts.two(question.text)
        if asked is None or question.example_ids or question.aim != "answer":
            return None
        if any(smalltalk.small_talk(text) for text in asked):  # "tudo bem? o que é BPE?" asks once
            return None
        found: list[tuple[Question, Example]] = []
        for text in asked:
            before = [*history, *(_brief(q, e) for q, e in found)]
            part = self._dialogue.understand(text, before)
            way = self._router.route(part.standalone)
            named = [self.examples[i] for i in part.example_ids if i in self.examples]
            near = self._retrieve(part, way, named)
            if not named and not self._covers(part.standalone, way, near):
                return None
            found.append((part, near[0].example))
        (first, one), (second, other) = found
        # "quando usar X e quando usar Y?" may be one question that an entry answers whole.
        whole = hits[0].example.id
        names = [self._comparison.names_in(text) for text in asked]
        apart = whole == one.id
        if question.text.count("?") > 1:
            apart = apart or whole == other.id or (all(names) and not names[0] & names[1])
        if one.id == other.id or not apart:
            return None
        written = "\n\n".join(
            f"**{number}. {entry.title}**\n\n{prompt.reviewed_text(entry, 'short')}"
            for number, entry in ((1, one), (2, other))
        )
        read = replace(question, standalone=f"{first.standalone} {second.standalone}")
        seen = frozenset((one.id, other.id))
        return self._reviewed(read, route, written, _first([one, other], ()), seen, clock)

    def _more(
        self,
        question: Question,
        route: Route,
        hits: tuple[Hit, ...],
        asked: frozenset[str],
        clock: Clock,
    ) -> Answer | None:
        """What the entry has to say besides its answer: a reason, a claim put right, another
        example; None where the answer itself is asked for."""
        best = hits[0].example
        if question.aim == "claim":
            text: str | None = rebuttal.answer(best, question.text)
        elif question.aim == "correction":
            again = ANOTHER_READING.format(title=best.title)
            text = f"{again}\n\n{prompt.reviewed_text(best, question.style)}"
        else:
            related = [self.examples[i] for i in best.related if i in self.examples]
            text = elaboration.more(best, question, related, self.corpus.references)
        if text is None:
            return None
        return self._reviewed(question, route, text, hits[:1], asked, clock)

    def _reviewed(
        self,
        question: Question,
        route: Route,
        text: str,
        hits: tuple[Hit, ...],
        asked: frozenset[str],
        clock: Clock,
    ) -> Answer:
        """An answer put together from reviewed text; the first of `hits` is what it is about."""
        clock.stage("compose")
        about = hits[0].example.id
        return Answer(
            text,
            "reference",
            question,
            route=route,
            hits=hits,
            example_id=about,
            suggestions=self._suggest(about, hits, asked | {h.example.id for h in hits}),
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
        last = history[-1].problem if history and practice.another(question.text) else None
        kinds = [last.kind] if last and solver.family_of(last.kind) else _kinds_named(question.text)
        kinds = kinds or [f.kind for f in solver.families() if topic is None or f.topic == topic]
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

    def _suggest(
        self, example_id: str | None, hits: Sequence[Hit], asked: frozenset[str]
    ) -> tuple[str, ...]:
        """Up to three next questions, from what is related and was not asked yet; no model."""
        if example_id not in self.examples:
            return ()
        related = [
            self.examples[i] for i in self.examples[example_id].related if i in self.examples
        ]
        near = dict.fromkeys((*related, *(h.example for h in hits)))
        fresh = [e for e in near if e.id != example_id and e.id not in asked]
        return tuple(e.aliases[0] if e.aliases else e.title for e in fresh[:3])


def _kinds_named(text: str) -> list[str]:
    """The families whose title shares most words with the request ("exercício de softmax"), and
    of those the ones whose title says least else."""
    asked = set(analyse(text))
    titles = {
        f.kind: set(analyse(f"{f.title} {f.kind.replace('_', ' ')}")) for f in solver.families()
    }
    shared = {k: (len(asked & title), -len(title - asked)) for k, title in titles.items()}
    most = max(shared.values())
    return [kind for kind, count in shared.items() if count == most] if most[0] else []


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


def _unchanged(solution: Solution | None, problem: Problem | None) -> bool:
    """Whether a solution comes to what the problem before it came to."""
    if solution is None or problem is None or solution.problem.kind != problem.kind:
        return False
    before = solver.again(problem)
    return before is not None and solution.value == before.value and not solution.remarks


def _exercise(text: str, history: Sequence[Turn]) -> Turn | None:
    """The exercise that the message is about: the turn before, or one tried since and given up."""
    if history and history[-1].mode == "practice":
        return history[-1]
    if not history or history[-1].problem is None or not practice.gives_up(text):
        return None
    set_before = (turn for turn in reversed(history[-4:-1]) if turn.mode == "practice")
    last = next(set_before, None)
    return last if last and last.problem and last.problem.kind == history[-1].problem.kind else None


def _asked(history: Sequence[Turn]) -> frozenset[str]:
    """The entries that the conversation has been about."""
    return frozenset(turn.example_id for turn in history if turn.example_id)


def _nearest(ids: Sequence[str], hits: Sequence[Hit]) -> str:
    """The one of `ids` that was retrieved first."""
    return next((h.example.id for h in hits if h.example.id in ids), ids[0])


def _brief(question: Question, example: Example) -> Turn:
    """A part of a message as a turn that the next part may lean on."""
    return Turn(question.text, question.standalone, "reference", example.id)


def _noted(answer: Answer) -> Answer:
    """Says what the text alone does not: whose numbers these are, why it is in Portuguese."""
    repeated = answer.question.aim == "repeat" and answer.mode in ("generated", "reference")
    if repeated and any(character.isdigit() for character in answer.text):
        answer = replace(answer, text=f"{OTHER_NUMBERS}\n\n{answer.text}")
    if answer.question.language != "en" or answer.mode in ("smalltalk", "computed"):
        return answer
    return replace(answer, text=f"{IN_PORTUGUESE}\n\n{answer.text}")


def _stated(turn: Turn) -> str:
    """The problem of a turn in words: as it was understood, if that is no list of changes."""
    wrapped = " (agora: " in turn.standalone or ABOUT in turn.standalone
    return turn.text if wrapped else turn.standalone


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


def load(settings: Settings, corpus: Corpus | None = None) -> Tutor:
    """Loads every stage, and the corpus unless it is given; raises TutorError with a Portuguese
    message where a part is missing."""
    from tutor import build, generator
    from tutor.encoder import SentenceEncoder

    corpus = corpus or build.read_corpus(settings)
    encoder = SentenceEncoder(settings.models / "encoder", settings.engine, settings.threads)
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
        scope=Scope(settings.models / "router"),
        judge=grounding.Judge(settings.models / "grounding"),
    )
