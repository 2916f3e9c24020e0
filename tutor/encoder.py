"""Texts -> unit float32 rows: the MiniLM-based sentence encoder in models/encoder.

The directory is in sentence-transformers format (transformer, mean pooling, normalisation:
Reimers & Gurevych 2019, "Sentence-BERT"), but that library is not imported: tests hold both
engines to its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from tokenizers import Tokenizer
from tqdm import tqdm

from tutor import hashes

WORTH_A_BAR = 1000  # texts from which progress is shown
LONGEST = 128  # tokens of a text that are read


class _Model(Protocol):
    dimension: int

    def rows(self, batch: Sequence[Sequence[int]]) -> np.ndarray: ...


class SentenceEncoder:
    """Implements the Encoder protocol."""

    def __init__(
        self, directory: Path, engine: str = "onnx", threads: int = 2, batch_size: int = 64
    ) -> None:
        """`engine`: "onnx" or "torch". Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.no_padding()
        self._model = _load(directory, engine, threads)
        self._batch_size = batch_size
        # The router and the retriever ask for the same message's row, one after the other.
        self._one = lru_cache(maxsize=64)(lambda text: self._encode([text]))

    @property
    def dimension(self) -> int:
        return self._model.dimension

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), rows of unit Euclidean length."""
        return self._one(texts[0]).copy() if len(texts) == 1 else self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts of similar length share a batch, so that little padding is computed; rows come
        back in the order of `texts`."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        starts = range(0, len(order), self._batch_size)
        for start in tqdm(starts, desc="vetores", disable=len(order) < WORTH_A_BAR):
            batch = order[start : start + self._batch_size]
            encoded = self._tokenizer.encode_batch([texts[i] for i in batch])
            rows[batch] = self._model.rows([e.ids for e in encoded])
        return rows


def _load(directory: Path, engine: str, threads: int) -> _Model:
    if engine == "torch":
        from tutor.reference import TorchBert

        return TorchBert(directory, threads)
    from tutor.engine.bert import Bert

    return Bert(directory, threads)
