"""Every type that flows through the tutor.

Frozen dataclasses without behaviour; the two protocols at the end say what an
encoder and a generator must offer. Nothing local is imported here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

Mode = Literal[
    "computed", "generated", "reference", "practice", "clarify", "abstained", "smalltalk"
]
Intent = Literal["conceptual", "numeric", "practice", "smalltalk", "out_of_scope"]
Style = Literal["normal", "short", "simple", "example", "detailed"]
# What a message wants apart from its style: an answer, a number, what a number means or why it is
# so, the reason of what was said, a word on a claim that it quotes, another reading of the last
# message, or nothing more ("valeu").
Aim = Literal[
    "answer", "number", "explanation", "reason", "claim", "correction", "closing", "repeat"
]

# --------------------------------------------------------------------- corpus


@dataclass(frozen=True)
class Misconception:
    """A false claim that students make and why it is false."""

    claim: str
    why: str


@dataclass(frozen=True)
class Example:
    """One reviewed entry of the corpus: a question of the list or a concept card."""

    id: str
    topic: str
    kind: Literal["conceptual", "numeric"]
    collection: Literal["lista2", "concepts"]
    title: str
    question: str
    answer: str
    key_points: tuple[str, ...]
    misconceptions: tuple[Misconception, ...]
    worked_example: str
    simpler: str
    errata: str
    refs: tuple[str, ...]
    related: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Topic:
    id: str
    label: str
    description: str


@dataclass(frozen=True)
class StudentQuery:
    """A student-style query that fits models (corpus/queries) or measures them (eval/queries)."""

    text: str
    target: str | None  # Example.id, or None where nothing of the corpus answers it
    style: str
    intent: Intent


@dataclass(frozen=True)
class Corpus:
    examples: tuple[Example, ...]
    topics: tuple[Topic, ...]
    queries: tuple[StudentQuery, ...]
    references: Mapping[str, str]


# --------------------------------------------------------------------- solver


@dataclass(frozen=True)
class Problem:
    """A numeric problem as understood so far; plain JSON, so that a follow-up can change it."""

    kind: str
    inputs: Mapping[str, Json]


@dataclass(frozen=True)
class Step:
    """One step of a worked solution; `text` is Markdown with LaTeX between dollar signs."""

    title: str
    text: str


@dataclass(frozen=True)
class Check:
    """An independent check of a result: a second formulation or an invariant."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Figure:
    """A figure as data; the interface draws it.

    `kind`: heatmap (rows x columns), lines (series over x), bars, table, tree.
    """

    kind: Literal["heatmap", "lines", "bars", "table", "tree"]
    title: str
    data: Mapping[str, Json]


@dataclass(frozen=True)
class Solution:
    problem: Problem
    title: str
    result: str  # Markdown with LaTeX, one or two lines, the answer first
    value: Json  # full precision
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    assumptions: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()  # e.g. which mistake yields the student's own number
    figure: Figure | None = None
    example_id: str | None = None  # the list's question of this family
    topic: str | None = None


@dataclass(frozen=True)
class Exercise:
    """A generated exercise: its statement parses back to the problem that `solution` solves."""

    kind: str
    seed: int
    statement: str
    solution: Solution


# ------------------------------------------------------------------- dialogue


@dataclass(frozen=True)
class Turn:
    """What the dialogue remembers of an answered turn; plain data that a browser can keep."""

    text: str
    standalone: str
    mode: Mode
    example_id: str | None = None
    problem: Problem | None = None
    style: Style = "normal"


@dataclass(frozen=True)
class Question:
    """A message made standalone."""

    text: str  # as typed, normalised
    standalone: str  # what is answered; equals `text` unless it was a follow-up
    style: Style = "normal"
    example_ids: tuple[str, ...] = ()  # entries the message names ("questão 25", "a anterior")
    problem: Problem | None = None  # the problem that a numeric follow-up changes
    is_follow_up: bool = False
    language: Literal["pt", "en"] = "pt"
    aim: Aim = "answer"
    given: int = 0  # how often the same was given of the same entry in the turns before
    rejected: tuple[str, ...] = ()  # entries that the student says were not meant
    after: Turn | None = None  # what a short question of its own may go on about
    nearby: Problem | None = None  # the last problem, which the message may change unsaid
    datum: str = ""  # a value with the name that the message leaves out: "lr 0,3" for "ops, 0,3"


# ------------------------------------------------------------------ retrieval


@dataclass(frozen=True)
class Route:
    topic: str
    intent: Intent
    confidence: float  # probability of the intent, 0..1
    topic_probabilities: Mapping[str, float] = field(default_factory=dict)
    entry_log_chances: Mapping[str, float] = field(default_factory=dict)  # Example.id -> ln p
    scope_probability: float = 1.0  # probability that the material covers it, 0..1


@dataclass(frozen=True)
class Hit:
    """A retrieved entry. `score` is the fused score, 0..1; higher is nearer."""

    example: Example
    score: float
    dense: float
    lexical: float
    passage: str  # the passage that matched best


# ----------------------------------------------------------------- generation


@dataclass(frozen=True)
class Shot:
    """One in-context example."""

    example_id: str
    question: str
    answer: str


@dataclass(frozen=True)
class Prompt:
    """An in-context-learning prompt; `shots` nearest first, `text` as our own model reads it."""

    shots: tuple[Shot, ...]
    question: str
    style: Style
    text: str
    n_tokens: int

    @property
    def example_ids(self) -> tuple[str, ...]:
        return tuple(shot.example_id for shot in self.shots)


@dataclass(frozen=True)
class Draft:
    text: str
    stop_reason: Literal["end", "length", "repetition", "error"]
    n_tokens: int
    model: str


@dataclass(frozen=True)
class SentenceVerdict:
    sentence: str
    supported: bool
    example_id: str | None
    reason: str


@dataclass(frozen=True)
class Verdict:
    supported: bool
    sentences: tuple[SentenceVerdict, ...]


@dataclass(frozen=True)
class Answer:
    """An answer with all its evidence; nothing has to be rerun to show or measure it."""

    text: str
    mode: Mode
    question: Question
    route: Route | None = None
    hits: tuple[Hit, ...] = ()
    example_id: str | None = None
    solution: Solution | None = None
    problem: Problem | None = None  # for mode clarify: understood so far
    prompt: Prompt | None = None
    draft: Draft | None = None
    verdict: Verdict | None = None
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # e.g. why a generator fell back
    timings: Mapping[str, float] = field(default_factory=dict)  # stage -> seconds


# ------------------------------------------------------------------ protocols


class Encoder(Protocol):
    @property
    def dimension(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), rows of unit Euclidean length."""
        ...


class Generator(Protocol):
    @property
    def name(self) -> str: ...

    def count_tokens(self, text: str) -> int: ...

    def stream(self, prompt: Prompt) -> Iterator[str]:
        """Pieces of text whose concatenation is the draft; raises GeneratorError."""
        ...
