"""A forest of decision trees that tells true paraphrases of the material from false ones.

It is meant to be strict: a wrong sentence shown is worse than a good one refused. Trained by
`tutor.training.grounding`; here it runs in plain NumPy.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tutor import hashes
from tutor.grounding.features import coverage, features
from tutor.grounding.reading import Reading, read
from tutor.records import Example, SentenceVerdict
from tutor.text import sentences

FOREST, LIMITS = "forest.safetensors", "limits.json"
_LEAF = -1
_LONGEST_PAIR = 500  # characters of two sentences that are read as one piece of evidence
_PER_TERM = 0.01  # of two windows that cover a sentence equally, the shorter one is evidence


@dataclass(frozen=True)
class Evidence:
    """An entry as the judge reads it: each sentence, each two neighbours, what is known false."""

    id: str
    windows: tuple[Reading, ...]
    stems: frozenset[str]
    false: tuple[Reading, ...]


@lru_cache(maxsize=512)
def evidence(example: Example) -> Evidence:
    windows = []
    for text in (example.answer, example.simpler, example.worked_example, *example.key_points):
        own = sentences(text)
        pairs = (f"{a} {b}" for a, b in pairwise(own))
        windows += [read(s) for s in (*own, *(p for p in pairs if len(p) <= _LONGEST_PAIR))]
    return Evidence(
        example.id,
        tuple(windows),
        frozenset().union(*(w.stems for w in windows)),
        tuple(read(m.claim) for m in example.misconceptions),
    )


def described(sentence: str, sources: Sequence[Example]) -> tuple[str, dict[str, float]] | None:
    """The entry whose evidence is nearest and the features against it; None without any terms."""
    claim = read(sentence)
    if not claim.terms:
        return None
    pieces = [(source, w) for source in map(evidence, sources) for w in source.windows]
    if not pieces:
        return None
    source, known = max(pieces, key=lambda p: coverage(claim, p[1]) - _PER_TERM * len(p[1].terms))
    return source.id, features(claim, known, source.stems, source.false)


class Judge:
    def __init__(self, directory: Path) -> None:
        """Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        trees = load_file(directory / FOREST)
        self._feature, self._left, self._right = (
            trees[name].astype(np.int64) for name in ("feature", "left", "right")
        )
        self._limit, self._value = trees["limit"], trees["value"]
        self._roots = trees["roots"].astype(np.int64)
        limits = json.loads((directory / LIMITS).read_text(encoding="utf-8"))
        self._names: list[str] = limits["features"]
        self.threshold: float = limits["threshold"]

    def score(self, sentence: str, sources: Sequence[Example]) -> tuple[float, str | None]:
        """How sure it is that the sources say the sentence (0..1), and which entry does."""
        found = described(sentence, sources)
        if found is None:
            return 0.0, None
        example_id, numbers = found
        return self._chance(
            np.array([numbers[name] for name in self._names], dtype=np.float32)
        ), example_id

    def verdict(self, sentence: str, sources: Sequence[Example]) -> SentenceVerdict | None:
        """A verdict where it is sure that the sentence is a true paraphrase."""
        score, example_id = self.score(sentence, sources)
        if score <= self.threshold:
            return None
        return SentenceVerdict(
            sentence, True, example_id, "diz com outras palavras o mesmo que a resposta revisada"
        )

    def _chance(self, row: np.ndarray) -> float:
        """The mean over the trees of the share of true sentences in the leaf of `row`."""
        nodes = self._roots
        while (inner := self._feature[nodes] != _LEAF).any():
            below = row[self._feature[nodes]] <= self._limit[nodes]
            nodes = np.where(inner, np.where(below, self._left[nodes], self._right[nodes]), nodes)
        return float(self._value[nodes].mean())
