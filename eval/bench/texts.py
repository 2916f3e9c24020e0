"""What the models are timed on: prompts and queries drawn from the corpus with a fixed seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tutor import corpus, prompt
from tutor.records import Hit, Prompt
from tutor.settings import Settings

SHOTS = 3


def prompts(settings: Settings, count: int, count_tokens: Callable[[str], int]) -> list[Prompt]:
    """Queries of the corpus with their entry and others drawn at random as context."""
    known, random = corpus.load(settings.corpus), Random(0)
    entries = {e.id: e for e in known.examples}
    asked = [q for q in known.queries if q.target in entries]
    made = []
    for query in random.sample(asked, count):
        target = entries[query.target or ""]
        others = random.sample([e for e in known.examples if e is not target], SHOTS - 1)
        hits = [Hit(e, 1.0, 1.0, 1.0, e.title) for e in (target, *others)]
        made.append(prompt.build(query.text, "normal", hits, settings.prompt_tokens, count_tokens))
    return made


def queries(settings: Settings, count: int) -> list[str]:
    known = corpus.load(settings.corpus)
    return Random(1).sample(sorted({q.text for q in known.queries}), count)


def passages(settings: Settings, count: int) -> list[str]:
    """Titles and key points of the entries, as the index holds them."""
    known = corpus.load(settings.corpus)
    texts = {text for e in known.examples for text in (e.title, *e.key_points)}
    return Random(2).sample(sorted(texts), count)
