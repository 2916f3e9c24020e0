"""The list's questions and the concept cards: filtered, listed, opened."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.records import Corpus, Example
from tutor.text import fold
from tutor.ui import entry, strings
from tutor.ui.markdown import inline, plain


@dataclass(frozen=True)
class Browser:
    """Read only; shared by all sessions."""

    corpus: Corpus

    def collections(self) -> list[tuple[str, str]]:
        """(label, value) of what can be shown; a collection without entries is left out."""
        present = {example.collection for example in self.corpus.examples}
        return [(text, name) for name, text in strings.COLLECTIONS.items() if name in present]

    def topics(self, collection: str) -> list[tuple[str, str]]:
        """(label, value), with how many entries each topic has; the empty value means all."""
        examples = [e for e in self.corpus.examples if e.collection == collection]
        counts = [
            (topic, sum(example.topic == topic.id for example in examples))
            for topic in self.corpus.topics
        ]
        return [
            (f"{strings.ALL_TOPICS} ({len(examples)})", ""),
            *((f"{topic.label} ({count})", topic.id) for topic, count in counts if count),
        ]

    def find(self, collection: str, topic: str, words: str) -> list[Example]:
        """The entries that pass all filters, in the list's order."""
        wanted = fold(words).split()
        found = []
        for example in self.corpus.examples:
            if example.collection == collection and topic in ("", example.topic):
                text = fold(f"{entry.label(example)} {example.question}")
                if all(word in text for word in wanted):
                    found.append(example)
        return found

    def choices(self, examples: list[Example]) -> list[tuple[str, str]]:
        return [(_short(example), example.id) for example in examples]

    def get(self, example_id: str | None) -> Example | None:
        return next((e for e in self.corpus.examples if e.id == example_id), None)

    def html(self, example_id: str | None) -> str:
        """The whole entry, or a sentence where there is none."""
        example = self.get(example_id)
        if example is None:
            return f'<p class="quiet">{plain(strings.BROWSE_NOTHING)}</p>'
        topics = {topic.id: topic.label for topic in self.corpus.topics}
        return (
            f'<article><p class="quiet">{plain(entry.number(example))} · '
            f"{plain(topics.get(example.topic, example.topic))}</p>"
            f"<h2>{inline(example.title)}</h2>"
            f"{entry.body(example, self.corpus.references)}</article>"
        )

    def message(self, example_id: str | None) -> str:
        """What is asked in the chat about an entry: the list's question by its number."""
        example = self.get(example_id)
        if example is None:
            return ""
        return example.question if example.collection == "concepts" else _statement(example)

    def errata_message(self, example_id: str | None) -> str:
        """What is asked about what the original key has wrong; empty where it has nothing."""
        example = self.get(example_id)
        if example is None or not entry.has_errata(example):
            return ""
        return strings.ERRATA_MESSAGE.format(id=example.id)

    def related(self, example_id: str | None) -> list[tuple[str, str]]:
        """(label, id) of the entries that an entry names as related."""
        example = self.get(example_id)
        found = [self.get(each) for each in example.related] if example else []
        return [(entry.label(each), each.id) for each in found if each is not None]

    def examples_of(self, topic: str) -> list[str]:
        """Up to four questions that students ask about a topic."""
        asked = [
            example.aliases[0]
            for example in self.corpus.examples
            if example.topic == topic and example.aliases
        ]
        return asked[:4]


def _short(example: Example) -> str:
    if example.collection == "lista2":
        return f"{example.id}. {example.title}"
    return example.title


def _statement(example: Example) -> str:
    """The statement, opened by its number so that the right entry is meant."""
    number = entry.number(example)
    text = example.question
    return text if text.startswith(number) else f"{number}. {text}"
