"""What is asked and what is expected: the sets of eval/data and the list itself.

Authors who saw neither the corpus queries nor the tutor wrote the held-out sets. Those that were
looked at while the tutor was made flatter it; reports show the two apart.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from tutor.records import Corpus, Json

T = TypeVar("T")
DATA = Path(__file__).resolve().parent / "data"
_LABEL = re.compile(r"\AQuestão \d+(?:\([a-z]\))?[.:]\s*")

# What the list's numeric questions come to, worked by hand from their statements.
LIST_VALUES: dict[str, Json] = {
    "2": 0.13375132519225407,  # ln(1 + e^-5 + e^-7 + e^-9 + e^-2)
    "13b": 1.1802696706417346,  # ln(e^0.5 + e^0 + e^1) - 0.5
    "16": {
        "inteligência": ["i", "n", "t", "e", "l", "i", "g", "ê", "n", "cia"],
        "computação": ["compu", "t", "a", "ç", "ã", "o"],
    },
    "17": {"facom": ["fa", "##c", "##o", "##m"], "computacao": ["computa", "##c", "##a", "##o"]},
    "28": [["Chocolate"], ["Joao"], ["gosta", "de"], ["Joao"]],
    "29": [[9, 10, 11], [0, 1, 2], [9, 11, 13], [0, 1, 2]],
}
LIST_TOLERANCE = 1e-3

HELD_OUT, LOOKED_AT = "held out", "development, looked at"
# Suite -> what its figures are worth -> files, the more telling ones first.
SETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "students": {HELD_OUT: ("students",)},
    "queries": {LOOKED_AT: ("queries",)},
    "concepts": {HELD_OUT: ("students-concepts",), LOOKED_AT: ("concepts",)},
    "scope": {HELD_OUT: ("scope-h", "scope-b"), LOOKED_AT: ("scope",)},
    "dialogues": {
        HELD_OUT: ("dialogues-h",),
        LOOKED_AT: ("dialogues", "dialogues-b", "dialogues-c", "dialogues-d"),
    },
    "numeric": {
        HELD_OUT: ("numeric-h",),
        LOOKED_AT: (
            "numeric",
            "numeric-tuning",
            "numeric-second",
            "numeric-a",
            "numeric-b",
            "numeric-c",
            "numeric-e",
            "numeric-final",
        ),
    },
    "grounding": {HELD_OUT: ("grounding",)},
    "grading": {HELD_OUT: ("grading-final",), LOOKED_AT: ("grading", "grading-tuning")},
}


@dataclass(frozen=True)
class Query:
    """A message of one turn. `target`: the entry that it asks for."""

    id: str
    text: str
    target: str | None
    style: str
    intent: str


@dataclass(frozen=True)
class Numeric:
    """A problem in free text. `error`: the data is wrong or incomplete and must be asked back."""

    id: str
    text: str
    value: Json
    tolerance: float
    family: str
    error: bool


@dataclass(frozen=True)
class Expected:
    """What one turn of a dialogue must come to; `parts` are the names that the case fixes.

    `question_ids`: the entries that are right; more than one where the turn leaves it open.
    """

    parts: tuple[str, ...]
    question_ids: tuple[str | None, ...]
    modes: tuple[str, ...]
    value: Json
    style: str | None


@dataclass(frozen=True)
class Dialogue:
    id: str
    turns: tuple[tuple[str, Expected], ...]


@dataclass(frozen=True)
class Graded:
    """A student's answer to a question of the list, graded by hand: 0, 1 or 2."""

    id: str
    question: str
    answer: str
    score: int
    split: str


@dataclass(frozen=True)
class Restated:
    """A sentence about an entry in other words; `kind` says how a false one was made."""

    id: str
    entry: str
    text: str
    kind: str
    true: bool


def of_list(corpus: Corpus) -> list[Query]:
    """The list's own statements, numeric ones included, without "Questão 25." in front.

    With the label the tutor would find the entry by its number and the figure would mean nothing.
    """
    return [
        Query(f"L{e.id}", _LABEL.sub("", e.question), e.id, "list", e.kind)
        for e in corpus.examples
        if e.collection == "lista2"
    ]


def files(suite: str) -> tuple[str, ...]:
    """Every file of a suite."""
    return tuple(name for names in SETS[suite].values() for name in names)


def queries(name: str, folder: Path = DATA) -> list[Query]:
    return [
        Query(row["id"], row["text"], row.get("target"), row["style"], row["intent"])
        for row in _rows(folder / f"{name}.jsonl")
    ]


def numeric(name: str, folder: Path = DATA) -> list[Numeric]:
    return [
        Numeric(
            row["id"],
            row["text"],
            row["value"],
            row["tolerance"],
            row["family"],
            bool(row.get("error", False)),
        )
        for row in _rows(folder / f"{name}.jsonl")
    ]


def dialogues(name: str, folder: Path = DATA) -> list[Dialogue]:
    return [
        Dialogue(row["id"], tuple((t["text"], _expected(t["expect"])) for t in row["turns"]))
        for row in _rows(folder / f"{name}.jsonl")
    ]


def restated(name: str, folder: Path = DATA) -> list[Restated]:
    return [
        Restated(row["id"], row["entry"], row["text"], row["kind"], row["true"])
        for row in _rows(folder / f"{name}.jsonl")
    ]


def graded(name: str, folder: Path = DATA) -> list[Graded]:
    return [
        Graded(row["id"], row["question"], row["answer"], row["score"], row["split"])
        for row in _rows(folder / f"{name}.jsonl")
    ]


def _expected(row: dict[str, Any]) -> Expected:
    ids = row["question_any"] if "question_any" in row else [row.get("question_id")]
    return Expected(
        parts=tuple(sorted("question_id" if p == "question_any" else p for p in row)),
        question_ids=tuple(ids),
        modes=tuple(row.get("mode_any", ())),
        value=row.get("value"),
        style=row.get("style"),
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def sample(cases: Sequence[T], limit: int | None, seed: int) -> list[T]:
    """`limit` cases drawn with `seed`, in their own order; all of them without a limit."""
    if limit is None or limit >= len(cases):
        return list(cases)
    chosen = random.Random(seed).sample(range(len(cases)), limit)
    return [cases[i] for i in sorted(chosen)]
