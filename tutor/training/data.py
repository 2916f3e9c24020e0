"""Training text: Portuguese prose, and in-context examples made from it and from the concept cards.

The 42 questions of the list never appear here: they are what the generator is measured on.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import ModelError
from tutor.prompt import ANSWER, END, QUESTION, STUDENT, TUTOR

PAD = "<|pad|>"
SPECIAL_TOKENS = (END, PAD, QUESTION, ANSWER, STUDENT, TUTOR)

NOT_IN_MATERIAL = "Não encontrei isso no material."

_WORD = re.compile(r"[^\W\d_]{4,}")
_FRAMES = ("{}", "O que é {}?", "Explique {}.", "me explica {}", "Como funciona {}?", "{}: o que é?")


@dataclass(frozen=True)
class Entry:
    """A question with its answer, as it stands in a prompt's context."""

    question: str
    answer: str


@dataclass(frozen=True)
class ContextExample:
    """A whole in-context example: entries, the student's question, the answer to be written."""

    entries: tuple[Entry, ...]
    question: str
    answer: str

    def prompt(self) -> str:
        context = "".join(f"{QUESTION}{e.question}{ANSWER}{e.answer}" for e in self.entries)
        return f"{context}{STUDENT}{self.question}{TUTOR}"


def read_prose(path: Path) -> Iterator[dict[str, str]]:
    """Documents of a `.jsonl.xz` prose pack (fields `domain`, `text`)."""
    try:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)
    except FileNotFoundError as error:
        raise ModelError(f"Pacote de prosa não encontrado: {path}. Indique a pasta com --prose.") from error


def sections(text: str, shortest: int = 220, longest: int = 1100) -> Iterator[Entry]:
    """Heading and paragraph pairs of a Markdown document: the raw material of pseudo questions."""
    heading = ""
    for block in text.split("\n\n"):
        block = block.strip()
        if block.startswith("#"):
            heading = block.lstrip("# ").strip()
            continue
        if heading and shortest <= len(block) <= longest and not block.startswith(("-", "*", "1.")):
            yield Entry(heading[:90], " ".join(block.split()))


def pseudo_question(entry: Entry, rng: random.Random) -> str:
    """A question about `entry`: its heading in a frame, or some of its own words in any order."""
    if rng.random() < 0.45:
        return rng.choice(_FRAMES).format(entry.question)
    words = list(dict.fromkeys(_WORD.findall(entry.answer)))
    rng.shuffle(words)
    picked = " ".join(words[: rng.randint(3, 7)])
    return rng.choice(("{}", "{}?", "como é isso de {}", "fala sobre {}")).format(picked.lower())


def prose_example(pool: Sequence[Entry], rng: random.Random, missing: float = 0.05) -> ContextExample:
    """An in-context example from prose; the right entry stands in a random place, or is missing."""
    entries = rng.sample(pool, rng.choice((2, 3, 3, 4)))
    gold = entries[0]
    question = pseudo_question(gold, rng)
    if rng.random() < missing:
        return ContextExample(tuple(entries[1:]), question, NOT_IN_MATERIAL)
    shown = list(entries)
    rng.shuffle(shown)
    return ContextExample(tuple(shown), question, gold.answer)
