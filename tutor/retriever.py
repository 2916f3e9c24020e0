"""Dense and lexical retrieval, fused, with the router's opinion -> hits, best first.

Dense: the best cosine among an entry's passages. Lexical: BM25 (Robertson & Zaragoza 2009)
over the words' stems, the mean of the best three of the same passages, divided by the query's best.
Entry: the router's log chance of the entry. The weights were fitted on corpus queries held out from
every training (LOG.md), never on eval's.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import bm25s
import numpy as np
import Stemmer

from tutor.index import Index
from tutor.records import Corpus, Encoder, Example, Hit
from tutor.text import words


@dataclass(frozen=True)
class Weights:
    dense: float = 1.0
    lexical: float = 0.4
    entry: float = 0.32
    listed: float = 0.04  # the exam's own questions come before a concept card that is as near


BEST_PASSAGES = 3  # several students asked alike: that says more than one who did
LEAST = -8.0  # a log chance below this says no more than this


_STOP = frozenset(
    "a o as os um uma uns umas de do da dos das em no na nos nas por pelo pela para pra"
    " pro com sem e ou que qual quais como se eu ele ela isso esse essa este esta me te vc"
    " voce the of in and to is are an it for on with what how why does do i".split()
)


def analyse(text: str) -> list[str]:
    """Stems (Portuguese Snowball) of the words that carry meaning."""
    found = [w for w in words(text) if w not in _STOP]
    return _STEMMER.stemWords(found)


logging.getLogger("bm25s").setLevel(logging.WARNING)  # it speaks at level DEBUG unasked
_STEMMER = Stemmer.Stemmer("portuguese")


class Retriever:
    def __init__(
        self, corpus: Corpus, encoder: Encoder, index: Index, weights: Weights | None = None
    ) -> None:
        self._encoder, self._index = encoder, index
        self._weights = weights or Weights()
        self._examples: dict[str, Example] = {e.id: e for e in corpus.examples}
        self._order = list(self._examples)
        place = {example_id: i for i, example_id in enumerate(self._order)}
        self._owner = np.array([place[p.example_id] for p in index.passages])
        self._passages = [np.flatnonzero(self._owner == i) for i in range(len(self._order))]
        self._listed = np.array([e.collection == "lista2" for e in corpus.examples], np.float32)
        stems = [analyse(p.text) or ["∅"] for p in index.passages]
        self._bm25 = bm25s.BM25(method="lucene")
        self._bm25.index(stems, show_progress=False)
        self._seen = Counter(stem for found in stems for stem in set(found))

    def search(
        self, text: str, count: int = 8, entries: Mapping[str, float] | None = None
    ) -> tuple[Hit, ...]:
        """The `count` best entries for `text`; `entries` maps ids to log chances (Route)."""
        dense, best_passage = self._dense(text)
        lexical = self._lexical(text)
        w = self._weights
        score = w.dense * dense + w.lexical * lexical + w.listed * self._listed
        if entries:
            chances = np.array([max(entries.get(i, LEAST), LEAST) for i in self._order], np.float32)
            score = score + w.entry * (1.0 - chances / LEAST)
        best = np.argsort(-score, kind="stable")[:count]
        total = w.dense + w.lexical + w.listed + w.entry
        return tuple(
            Hit(
                self._examples[self._order[i]],
                float(np.clip(score[i] / total, 0.0, 1.0)),
                float(dense[i]),
                float(lexical[i]),
                self._index.passages[best_passage[i]].text,
            )
            for i in best
        )

    def coverage(self, text: str) -> float:
        """How much of what `text` says is spoken of in the material, 0..1.

        The share of its stems that at least two passages hold, each weighed by its inverse
        document frequency, so that a rare word counts for more than a common one.
        """
        weights = {
            stem: log(len(self._owner) / (1 + self._seen[stem])) for stem in set(analyse(text))
        }
        known = sum(weight for stem, weight in weights.items() if self._seen[stem] >= 2)
        return known / (sum(weights.values()) or 1.0)

    def _dense(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Best cosine of each entry and the passage that has it."""
        near, cosines = self._index.search(self._encoder.encode([text])[0], len(self._owner))
        owners, first = np.unique(self._owner[near], return_index=True)  # nearest of each entry
        scores = np.full(len(self._order), -1.0, np.float32)
        places = np.zeros(len(self._order), np.int64)
        scores[owners], places[owners] = cosines[first], near[first]
        return scores, places

    def _lexical(self, text: str) -> np.ndarray:
        stems: Sequence[str] = [s for s in analyse(text) if s in self._bm25.vocab_dict]
        scores = np.zeros(len(self._order), np.float32)
        if stems:
            found = self._bm25.get_scores(list(stems))
            for place, passages in enumerate(self._passages):
                best = min(BEST_PASSAGES, len(passages))
                scores[place] = np.partition(found[passages], -best)[-best:].mean()
        top = scores.max()
        return scores / top if top > 0 else scores
