"""Runs the tutor on a case within a time limit, and keeps what came out.

This is the one place that catches every exception: what is measured may fail in any way, and each
failure becomes a listed item instead of the end of the run.
"""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import TypeVar

import numpy as np

from eval.results import Item
from tutor.index import Index
from tutor.pipeline import Tutor
from tutor.prompt import build
from tutor.records import (
    Answer,
    Corpus,
    Draft,
    Encoder,
    Example,
    Generator,
    Hit,
    Question,
    Route,
    Turn,
)
from tutor.retriever import Retriever
from tutor.router import Router
from tutor.text import normalise

T = TypeVar("T")


class TimedOut(Exception):
    """A case took longer than its limit."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raises TimedOut in the body after `seconds`; only in the main thread of a POSIX system."""

    def expire(signum: int, frame: FrameType | None) -> None:
        raise TimedOut(f"more than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, expire)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Outcome:
    """An answer, or why there is none."""

    answer: Answer | None
    seconds: float
    error: str | None = None

    @property
    def example_id(self) -> str | None:
        return self.answer.example_id if self.answer else None

    @property
    def mode(self) -> str:
        return self.answer.mode if self.answer else "error"

    @property
    def text(self) -> str:
        return self.answer.text if self.answer else ""

    @property
    def prompt(self) -> str | None:
        return self.answer.prompt.text if self.answer and self.answer.prompt else None

    @property
    def hits(self) -> tuple[str, ...]:
        return tuple(h.example.id for h in self.answer.hits) if self.answer else ()

    @property
    def value(self) -> object:
        solution = self.answer.solution if self.answer else None
        return solution.value if solution else None


@dataclass
class Subject:
    """The tutor under test and its stages, as it loaded them itself."""

    tutor: Tutor
    timeout: float = 60.0
    _known: dict[str, Outcome] = field(default_factory=dict, repr=False)

    # The very objects that answer students, not a second copy of them that could differ.
    @property
    def retriever(self) -> Retriever:
        return self.tutor._retriever

    @property
    def router(self) -> Router:
        return self.tutor._router

    @property
    def generator(self) -> Generator:
        return self.tutor._generator

    @property
    def encoder(self) -> Encoder:
        return self.tutor._retriever._encoder

    @property
    def corpus(self) -> Corpus:
        return self.tutor.corpus

    @property
    def examples(self) -> dict[str, Example]:
        return self.tutor.examples

    def ask(self, text: str, history: Sequence[Turn] = ()) -> Outcome:
        """The whole pipeline; a first message is asked once, whichever suites hold it."""
        if not history and text in self._known:
            return self._known[text]
        outcome = attempt(lambda: self.tutor.answer(text, history), self.timeout)
        if not history:
            self._known[text] = outcome
        return outcome

    def hits(self, text: str, outcome: Outcome) -> tuple[Hit, ...]:
        """Every entry of the corpus, ranked as the pipeline ranks them for this message."""
        question = (
            outcome.answer.question
            if outcome.answer
            else Question(normalise(text), normalise(text))
        )
        route = self.route(question.standalone, outcome)
        return self.retriever.search(
            question.standalone, len(self.examples), route.entry_log_chances
        )

    def route(self, standalone: str, outcome: Outcome) -> Route:
        """The route that the pipeline took; a computed answer has none from the router."""
        route = outcome.answer.route if outcome.answer else None
        return route if route and route.topic_probabilities else self.router.route(standalone)

    def chance_covered(self, outcome: Outcome) -> float | None:
        """The chance by which the tutor decided whether the material covers a first message; None
        where another rule decided."""
        answer = outcome.answer
        if answer is None or answer.mode not in ("abstained", "generated", "reference"):
            return None
        question, route = answer.question, answer.route
        if route is None or question.example_ids:
            return None
        hits = self.tutor._retrieve(question, route, ())
        return self.tutor.chance_covered(question.standalone, route, hits)

    def without(self, example_id: str) -> Subject:
        """The same tutor, had the entry never been written."""
        tutor, whole = self.tutor, self.tutor.corpus
        corpus = replace(
            whole,
            examples=tuple(e for e in whole.examples if e.id != example_id),
            queries=tuple(q for q in whole.queries if q.target != example_id),
        )
        known = tutor._retriever
        retriever = Retriever(
            corpus, known._encoder, Barred(known._index, example_id), known._weights
        )
        barred = Tutor(
            tutor.settings,
            corpus,
            retriever,
            tutor._router,
            tutor._generator,
            tutor._fallback,
            tutor._limits,
            tutor._scope,
        )
        return Subject(barred, self.timeout)

    def draft(self, question: str, shots: Sequence[Hit]) -> tuple[Draft, str]:
        """What the generator writes with these in-context examples; the draft and its prompt."""
        settings = self.tutor.settings
        count = self.generator.count_tokens
        built = build(question, "normal", shots, settings.prompt_tokens, count)
        text = "".join(self.generator.stream(built)).strip()
        tokens = count(text)
        stop = "end" if tokens < settings.answer_tokens - 1 else "length"
        return Draft(text, stop, tokens, self.generator.name), built.text  # type: ignore[arg-type]


class Barred(Index):
    """An index without the passages of one entry; nothing is encoded anew."""

    def __init__(self, whole: Index, example_id: str) -> None:
        kept = [i for i, p in enumerate(whole.passages) if p.example_id != example_id]
        self._whole = whole
        self.passages = tuple(whole.passages[i] for i in kept)
        self._place = np.full(len(whole.passages), -1)
        self._place[kept] = np.arange(len(kept))

    def search(self, vector: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        places, cosines = self._whole.search(vector, len(self._whole.passages))
        mine = self._place[places]
        return mine[mine >= 0][:count], cosines[mine >= 0][:count]


def attempt(call: Callable[[], Answer], timeout: float) -> Outcome:
    """The answer within `timeout` seconds, or the error, the time-out or the NaN there was."""
    start = time.perf_counter()
    answer, error = caught(call, timeout)
    seconds = time.perf_counter() - start
    if answer is not None and answer.solution is not None and not finite(answer.solution.value):
        error = "NaN or infinity in the value"
    return Outcome(answer, seconds, error)


def caught(call: Callable[[], T], timeout: float) -> tuple[T | None, str | None]:
    """The result of `call`, or None and what went wrong."""
    try:
        with deadline(timeout):
            return call(), None
    except Exception as error:  # noqa: BLE001 (see the module's docstring)
        return None, f"{type(error).__name__}: {error}"


def finite(value: object) -> bool:
    """Whether every number within `value` is one."""
    if isinstance(value, dict):
        return all(finite(v) for v in value.values())
    if isinstance(value, list | tuple):
        return all(finite(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


class Journal:
    """Items as JSON Lines, appended one by one: a run that is cut off keeps what it had."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path

    def add(self, item: Item) -> Item:
        line = json.dumps(asdict(item), ensure_ascii=False, default=str)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")
        return item


def read_journal(path: Path) -> dict[tuple[str, str], bool]:
    """(suite, id) -> verdict of an earlier run."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {(row["suite"], row["id"]): bool(row["passed"]) for row in rows}
