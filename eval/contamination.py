"""Is a text of the eval also a text that the models were fitted on or that the index holds?

Nearly equal: Jaccard index of the sets of folded character 5-grams of at least 0.8. Two sets that
are so alike share one of the rarest fifth (and one more) of either's grams, so only texts that do
are compared (prefix filtering, Bayardo et al. 2007).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import cases
from tutor.records import Corpus
from tutor.text import words

NEAR = 0.8
GRAM = 5


@dataclass(frozen=True)
class Match:
    """An eval text and the corpus text that it (nearly) equals."""

    case: str
    text: str
    corpus_text: str
    likeness: float


def grams(text: str) -> frozenset[str]:
    """Character 5-grams of the folded words; a shorter text is one gram."""
    plain = " ".join(words(text))
    if len(plain) <= GRAM:
        return frozenset([plain])
    return frozenset(plain[i : i + GRAM] for i in range(len(plain) - GRAM + 1))


def eval_texts(folder: Path = cases.DATA) -> list[tuple[str, str]]:
    """Every text of every set, with "file: id"."""
    found: list[tuple[str, str, str]] = []
    for suite in ("students", "queries", "concepts", "scope"):
        for name in cases.files(suite):
            found += [(name, q.id, q.text) for q in cases.queries(name, folder)]
    for name in cases.files("numeric"):
        found += [(name, n.id, n.text) for n in cases.numeric(name, folder)]
    for name in cases.files("grading"):
        found += [(name, g.id, g.answer) for g in cases.graded(name, folder)]
    for name in cases.files("grounding"):
        found += [(name, r.id, r.text) for r in cases.restated(name, folder)]
    for name in cases.files("dialogues"):
        for dialogue in cases.dialogues(name, folder):
            for turn, (text, _) in enumerate(dialogue.turns, 1):
                found.append((name, f"{dialogue.id}.{turn}", text))
    return [(f"{name}: {case}", text) for name, case, text in found]


def corpus_texts(corpus: Corpus) -> list[str]:
    return [q.text for q in corpus.queries] + [a for e in corpus.examples for a in e.aliases]


def matches(texts: Iterable[tuple[str, str]], known: Sequence[str]) -> list[Match]:
    """Of each eval text the nearest corpus text, where that is too near; nearest pairs first."""
    known_grams = [grams(text) for text in known]
    frequency = Counter(gram for found in known_grams for gram in found)
    owners: defaultdict[str, list[int]] = defaultdict(list)
    for place, found in enumerate(known_grams):
        for gram in _rarest(found, frequency):
            owners[gram].append(place)
    result = []
    for case, text in texts:
        own = grams(text)
        if own == {""}:  # no words at all: emoji, punctuation
            continue
        candidates = {place for gram in _rarest(own, frequency) for place in owners.get(gram, ())}
        near = [(len(own & known_grams[p]) / len(own | known_grams[p]), -p) for p in candidates]
        likeness, place = max(near, default=(0.0, 0))
        if likeness >= NEAR:
            result.append(Match(case, text, known[-place], likeness))
    return sorted(result, key=lambda m: (-m.likeness, m.case))


def _rarest(found: frozenset[str], frequency: Counter[str]) -> list[str]:
    count = len(found) - math.ceil(NEAR * len(found)) + 1
    return sorted(found, key=lambda gram: (frequency[gram], gram))[:count]
