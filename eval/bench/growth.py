"""How retrieval and memory grow with the number of entries: FAISS flat, HNSW and IVF.

Random unit rows: only their number and width are the corpus's. A query is one of them, disturbed
to a cosine of 0.7, and found where that row comes first. Rows without any clusters are the hardest
case for HNSW and IVF.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np

from eval.bench.measure import Spent, timed

WIDTH = 384
SIZES = (43, 1_000, 10_000, 100_000, 1_000_000)
QUERIES = 20
NEAREST = 10  # entries that a search asks for
COSINE = 0.7  # of a query and the row that it was made of
SLOW_TO_BUILD = 100_000  # entries from which a graph takes too long to build here
BLOCK = 50_000  # rows made at once, so that a million of them never lie there twice


@dataclass(frozen=True)
class Point:
    """One index at one size."""

    index: str
    entries: int
    build: float  # seconds
    query: float  # milliseconds
    found: float  # share of queries whose row comes first
    megabytes: float


def _flat() -> Any:
    return faiss.IndexFlatIP(WIDTH)


def _half() -> Any:
    """What the tutor uses (tutor/index.py)."""
    return faiss.IndexScalarQuantizer(
        WIDTH, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    )


def _graph() -> Any:
    index = faiss.IndexHNSWSQ(WIDTH, faiss.ScalarQuantizer.QT_fp16, 32, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction, index.hnsw.efSearch = 40, 64
    return index


def _lists(entries: int) -> Any:
    count = max(1, int(entries**0.5 / 2))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(WIDTH), WIDTH, count, faiss.ScalarQuantizer.QT_fp16,
        faiss.METRIC_INNER_PRODUCT,
    )  # fmt: skip
    index.nprobe, index.cp.niter, index.cp.max_points_per_centroid = max(1, count // 20), 4, 39
    return index


def run(threads: int, quick: bool) -> list[Point]:
    faiss.omp_set_num_threads(threads)
    points = []
    for entries in SIZES[:-1] if quick else SIZES:
        queries, places = _queries(entries)
        makers: dict[str, Callable[[], Any]] = {"flat fp16": _half}
        if entries < SIZES[-1]:
            makers["flat fp32"] = _flat
        if entries <= SLOW_TO_BUILD // (10 if quick else 1):
            makers["HNSW fp16"] = _graph
        makers["IVF fp16"] = lambda entries=entries: _lists(entries)
        points += [
            _measure(name, make(), entries, queries, places) for name, make in makers.items()
        ]
    return points


def _rows(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, WIDTH), dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def _blocks(entries: int) -> list[tuple[int, int]]:
    """Seed and size of each block of rows."""
    starts = range(0, entries, BLOCK)
    return [(1 + s // BLOCK, min(BLOCK, entries - s)) for s in starts]


def _queries(entries: int) -> tuple[np.ndarray, np.ndarray]:
    """Disturbed rows of the first block, and where the rows lie that they were made of."""
    first = _rows(*_blocks(entries)[0])
    places = np.linspace(0, len(first) - 1, QUERIES).astype(int)
    rows, noise = first[places], _rows(0, QUERIES)
    noise -= (noise * rows).sum(axis=1, keepdims=True) * rows
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    return (COSINE * rows + (1 - COSINE**2) ** 0.5 * noise).astype(np.float32), places


def _measure(name: str, index: Any, entries: int, queries: np.ndarray, places: np.ndarray) -> Point:
    build = Spent()
    for number, block in enumerate(_blocks(entries)):
        rows = _rows(*block)
        if number == 0:
            build += timed(lambda rows=rows: index.train(rows))[1]
        build += timed(lambda rows=rows: index.add(rows))[1]
    index.search(queries[:1], NEAREST)  # the first one is slower
    first, spent = timed(
        lambda: np.concatenate([index.search(q[None], NEAREST)[1][:, 0] for q in queries])
    )
    return Point(
        name,
        entries,
        build.wall,
        1000 * spent.wall / len(queries),
        float((first == places).mean()),
        faiss.serialize_index(index).nbytes / 2**20 if entries < SIZES[-1] else _size(entries),
    )


def _size(entries: int) -> float:
    """Of a million rows, by arithmetic: writing them out would hold them twice."""
    return entries * (2 * WIDTH + 8) / 2**20
