"""What the dialogue knows of the corpus: names, questions and words of its entries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.dialogue.message import Message
from tutor.dialogue.reading import CONTINUES_TEXT, Reading, capital, core_of
from tutor.dialogue.terms import Term, terms_named
from tutor.records import Corpus, Example, Turn
from tutor.text import fold, words

LONGEST_CONTEXT = 160  # characters of a former question worth repeating; beyond it, its title


QUESTION_NUMBER = re.compile(r"^Questão\s+\d+\s*(?:\([ab]\))?\.\s*", re.IGNORECASE)


# What a problem's text holds besides its subject: later changes, lists, named and bare numbers.
_DATA = re.compile(r" \(agora: .*\)$|(?:\w+ ?= ?)?\[.*\]|(?:\w+ ?= ?)?[-+]?\d[\d.,]*", re.DOTALL)


ABOUT = " (sobre: "  # between a follow-up's words and what they are about
_ABOUT = re.compile(r" \(sobre: (?P<context>.*)\)$", re.DOTALL)


class Entries:
    def __init__(self, corpus: Corpus) -> None:
        self.examples = {e.id: e for e in corpus.examples}
        self.listed = [e.id for e in corpus.examples if e.collection == "lista2"]
        self.vocabulary = {e.id: frozenset(map(_stem, _all_words(e))) for e in corpus.examples}
        self.titles = {e.id: terms_named(e.title) for e in corpus.examples}

    def question(self, example: Example) -> str:
        return QUESTION_NUMBER.sub("", example.question)

    def name(self, turn: Turn) -> str:
        example = self.examples.get(turn.example_id or "")
        return example.title if example else core_of(turn).rstrip("?.! ")

    def context(self, turn: Turn) -> str:
        core = core_of(turn)
        short = len(core) <= LONGEST_CONTEXT and "\n" not in core
        # A problem's numbers and a claim ("mas no gabarito …") say little of their subject.
        short = short and turn.problem is None and not CONTINUES_TEXT.match(core)
        if short or turn.example_id in self.examples:
            return core if short else self.name(turn)
        return " ".join(_DATA.sub(" ", core).split()) if turn.problem else core

    def titled(self, term: Term) -> tuple[str, ...]:
        """The entry whose title names the term, where there is only one."""
        ids = [i for i, named in self.titles.items() if term in named]
        return (ids[0],) if len(ids) == 1 else ()

    def known_to(self, turn: Turn, word: str) -> bool:
        return _stem(word) in self.vocabulary.get(turn.example_id or "", frozenset())

    def defined(self, name: str, last: Turn) -> Example | None:
        """The one entry of the last turn's topic that asks what `name` is ("e o value?")."""
        before = self.examples.get(last.example_id or "")
        asks = re.compile(rf"o que e (?:(?:o|a) )?{re.escape(fold(name))}\b")
        found = [
            example
            for example in self.examples.values()
            if before is not None
            and example.topic == before.topic
            and any(asks.search(fold(text)) for text in (example.title, example.question))
        ]
        listed = [example for example in found if example.collection == "lista2"] or found
        return listed[0] if len(listed) == 1 else None

    def in_context(self, name: str, last: Turn) -> Reading:
        return Reading(f"{name[:1].upper()}{name[1:]} no contexto de “{self.name(last)}”", ())

    def subject(self, turn: Turn) -> str | None:
        """What an elliptical question was about; None for a question of its own."""
        nested = _ABOUT.search(core_of(turn))
        return nested.group("context") if nested else None

    def about(self, asked: Message, last: Turn, ids: tuple[str, ...]) -> Reading:
        text = capital(CONTINUES_TEXT.sub("", asked.text))
        context = self.subject(last) or self.context(last).rstrip("?.! ")
        return Reading(f"{text}{ABOUT}{context})", ids, last.problem)


def _all_words(example: Example) -> Iterator[str]:
    texts = (
        example.title,
        example.question,
        example.answer,
        example.worked_example,
        example.simpler,
    )
    for text in (
        *texts,
        *example.key_points,
        *example.aliases,
        example.errata,
        *(m.claim for m in example.misconceptions),
    ):
        yield from words(text)


def _stem(word: str) -> str:
    """Enough of a word to meet its plural and its other endings."""
    folded = fold(word)
    if len(folded) > 6:
        return folded[:6]
    return folded.removesuffix("s") if len(folded) > 4 else folded
