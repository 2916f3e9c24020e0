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
from tutor.prompt import ANSWER, END, QUESTION, STUDENT, TUTOR, reviewed_text
from tutor.records import Corpus, Example, Style

PAD = "<|pad|>"
SPECIAL_TOKENS = (END, PAD, QUESTION, ANSWER, STUDENT, TUTOR)

NOT_IN_MATERIAL = "Não encontrei isso no material."
_ASKED: dict[Style, tuple[str, ...]] = {
    "normal": ("{}",),
    "simple": ("{}", "explica de um jeito mais simples: {}", "Explique de forma simples: {}"),
    "example": ("{}", "dá um exemplo: {}", "Dê um exemplo: {}"),
    "short": ("{}", "resume: {}", "Em poucas palavras: {}"),
    "detailed": ("{}", "Explique em detalhes: {}"),
}

_WORD = re.compile(r"[^\W\d_]{4,}")
_FRAMES = (
    "{}",
    "O que é {}?",
    "Explique {}.",
    "me explica {}",
    "Como funciona {}?",
    "{}: o que é?",
)


def held_out_concepts(corpus: Corpus) -> frozenset[str]:
    """Concept cards that neither encoder nor generator is trained on: a fifth of them.

    They had no queries when both were made. Those that they have now are in the index, and the
    router's heads are trained on them.
    """
    chosen = Path(__file__).with_name("held_out_concepts.txt").read_text(encoding="utf-8").split()
    return frozenset(e.id for e in corpus.examples) & frozenset(chosen)


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
        raise ModelError(
            f"Pacote de prosa não encontrado: {path}. Indique a pasta com --prose."
        ) from error


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


def prose_example(
    pool: Sequence[Entry], rng: random.Random, missing: float = 0.05
) -> ContextExample:
    """An in-context example from prose; the right entry stands in a random place, or is missing."""
    entries = rng.sample(pool, rng.choice((2, 3, 3, 4)))
    gold = entries[0]
    question = pseudo_question(gold, rng)
    if rng.random() < missing:
        return ContextExample(tuple(entries[1:]), question, NOT_IN_MATERIAL)
    shown = list(entries)
    rng.shuffle(shown)
    return ContextExample(tuple(shown), question, gold.answer)


class Cards:
    """In-context examples from the concept cards: the entry to be used among its neighbours.

    The right entry mostly stands last, as retrieval puts it; it stands elsewhere often enough that
    the question has to be read, and is missing now and then. Numbers and terms are swapped in
    context and answer alike in some examples, so that only copying from the context is right.
    """

    STYLES: tuple[Style, ...] = (
        ("normal",) * 6 + ("simple",) * 2 + ("example",) * 2 + ("short", "detailed")
    )

    def __init__(self, corpus: Corpus, held_out: frozenset[str], rng: random.Random) -> None:
        """Only concept cards that are not in `held_out`; never a question of the list."""
        cards = [e for e in corpus.examples if e.collection == "concepts" and e.id not in held_out]
        self._cards, self._rng = cards, rng
        self._by_topic: dict[str, list[Example]] = {}
        self._queries: dict[str, list[str]] = {e.id: [e.question, *e.aliases] for e in cards}
        for card in cards:
            self._by_topic.setdefault(card.topic, []).append(card)
        for query in corpus.queries:
            if query.target in self._queries:
                self._queries[query.target].append(query.text)

    def example(self, missing: float = 0.08, swapped: float = 0.4) -> ContextExample:
        rng = self._rng
        gold = rng.choice(self._cards)
        style = rng.choice(self.STYLES)
        neighbours = [e for e in self._by_topic[gold.topic] if e is not gold]
        others = rng.sample(neighbours, min(len(neighbours), rng.choice((0, 1, 1, 2))))
        while len(others) < rng.choice((0, 1, 2, 2)):
            stranger = rng.choice(self._cards)
            if stranger is not gold and stranger not in others:
                others.append(stranger)
        asked = rng.choice(_ASKED[style]).format(rng.choice(self._queries[gold.id]))
        shown = [self._entry(e, style) for e in others]
        answer = reviewed_text(gold, style)
        if shown and rng.random() < missing:
            answer = NOT_IN_MATERIAL
        else:
            place = len(shown) if rng.random() < 0.65 else rng.randint(0, len(shown))
            shown.insert(place, Entry(self._heading(gold), answer))
        made = ContextExample(tuple(shown), asked, answer)
        return swap_terms(made, rng) if rng.random() < swapped else made

    def _entry(self, example: Example, style: Style) -> Entry:
        return Entry(self._heading(example), reviewed_text(example, style))

    def _heading(self, example: Example) -> str:
        return (
            example.title
            if self._rng.random() < 0.7
            else self._rng.choice(self._queries[example.id])
        )


def swap_terms(example: ContextExample, rng: random.Random) -> ContextExample:
    """The example with some numbers and words replaced by others, everywhere alike.

    Words change places with words of the same example, so that the text stays in the vocabulary
    of the field; the question keeps its words, or it could not be matched any more.
    """
    whole = " ".join(e.answer for e in example.entries)
    asked = set(_WORD.findall(example.question.lower()))
    terms = sorted({w for w in _WORD.findall(whole) if w.lower() not in asked and w.islower()})
    chosen = rng.sample(terms, min(len(terms), rng.randint(2, 8)))
    swaps = dict(zip(chosen, chosen[1:] + chosen[:1], strict=True))
    digits = {d: rng.choice("0123456789") for d in "23456789"} if rng.random() < 0.5 else {}

    def change(text: str) -> str:
        text = _WORD.sub(lambda m: swaps.get(m.group(), m.group()), text)
        return "".join(digits.get(c, c) for c in text)

    entries = tuple(Entry(e.question, change(e.answer)) for e in example.entries)
    answer = example.answer if example.answer == NOT_IN_MATERIAL else change(example.answer)
    return ContextExample(entries, example.question, answer)
