"""The encoder engine against sentence-transformers: a query at a time, and the same ranking."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.bench import texts
from eval.bench.measure import Row, Spent, megabytes, timed
from tutor.encoder import SentenceEncoder
from tutor.records import Encoder
from tutor.settings import Settings

NEAREST = 10
PIECE = 10


def run(settings: Settings, quick: bool) -> list[Row]:
    folder = settings.models / "encoder"
    queries = texts.queries(settings, 20 if quick else 200)
    passages = texts.passages(settings, 100 if quick else 500)
    before = megabytes()
    engine, engine_start = timed(lambda: SentenceEncoder(folder, threads=settings.threads))
    engine_memory, before = megabytes() - before, megabytes()
    theirs, their_start = timed(lambda: _SentenceTransformer(str(folder), settings.threads))
    their_memory = megabytes() - before
    # Side by side, a piece of the queries at a time: what else the machine does slows both.
    own, other, spent, their_spent = [], [], Spent(), Spent()
    for start in range(0, len(queries), PIECE):
        some = queries[start : start + PIECE]
        rows, time = _one_by_one(engine, some)
        own.append(rows)
        spent += time
        rows, time = _one_by_one(theirs, some)
        other.append(rows)
        their_spent += time
    ours, reference = np.concatenate(own), np.concatenate(other)
    order = _ranking(engine, ours, passages), _ranking(theirs, reference, passages)
    count = len(queries)
    faster = their_spent.wall / spent.wall
    cpu = their_spent.cpu / spent.cpu
    return [
        Row("engine: a query", 1000 * spent.wall / count, "ms",
            f"{faster:.1f} times as fast as sentence-transformers; "
            f"by processor time {cpu:.1f} times"),
        Row("sentence-transformers: a query", 1000 * their_spent.wall / count, "ms"),
        Row(f"queries with the same {NEAREST} nearest in the same order",
            float((order[0] == order[1]).all(axis=1).sum()),
            f"of {count}", f"{len(passages)} passages"),
        Row("largest difference of a coordinate", float(np.abs(ours - reference).max()), ""),
        Row("engine: start", engine_start.wall, "s",
            f"sentence-transformers, imports included: {their_start.wall:.1f} s"),
        Row("engine: memory", engine_memory, "MB",
            f"sentence-transformers: {their_memory:.0f} MB"),
    ]  # fmt: skip


class _SentenceTransformer:
    """sentence-transformers with float32 weights, as an Encoder."""

    def __init__(self, folder: str, threads: int) -> None:
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(threads)
        self._model = SentenceTransformer(folder, device="cpu").float()
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows: np.ndarray = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return rows


def _one_by_one(encoder: Encoder, queries: Sequence[str]) -> tuple[np.ndarray, Spent]:
    encoder.encode(["a primeira passagem é mais lenta"])
    return timed(lambda: np.concatenate([encoder.encode([query]) for query in queries]))


def _ranking(encoder: Encoder, rows: np.ndarray, passages: list[str]) -> np.ndarray:
    return np.argsort(-rows @ encoder.encode(passages).T, axis=1, kind="stable")[:, :NEAREST]
