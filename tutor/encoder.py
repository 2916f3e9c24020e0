"""Texts -> unit float32 rows: the MiniLM-based sentence encoder in models/encoder.

The directory is in sentence-transformers format (transformer, mean pooling, normalisation:
Reimers & Gurevych 2019, "Sentence-BERT"). It is read here with `transformers` alone, because
importing sentence-transformers takes several seconds; a test holds the two to the same rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm
from transformers import BertModel, PreTrainedTokenizerFast
from transformers.utils import logging as transformers_logging

from tutor import hashes

# Reports of a normal load (a pooler that is not used, progress bars) are not for students.
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

WORTH_A_BAR = 1000  # texts from which progress is shown
LONGEST = 128  # tokens of a text that are read


class SentenceEncoder:
    """Implements the Encoder protocol."""

    def __init__(self, directory: Path, batch_size: int = 64) -> None:
        """Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = BertModel.from_pretrained(
            directory, dtype=torch.float32, add_pooling_layer=False
        ).eval()
        self._batch_size = batch_size
        # The router and the retriever ask for the same message's row, one after the other.
        self._one = lru_cache(maxsize=64)(lambda text: self._encode([text]))

    @property
    def dimension(self) -> int:
        return int(self._model.config.hidden_size)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """float32 of shape (len(texts), dimension), rows of unit Euclidean length."""
        return self._one(texts[0]).copy() if len(texts) == 1 else self._encode(texts)

    @torch.inference_mode()
    def _encode(self, texts: Sequence[str]) -> np.ndarray:
        """Texts of similar length share a batch, so that little padding is computed; rows come
        back in the order of `texts`."""
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        starts = range(0, len(order), self._batch_size)
        for start in tqdm(starts, desc="vetores", disable=len(order) < WORTH_A_BAR):
            batch = order[start : start + self._batch_size]
            inputs = self._tokenizer(
                [texts[i] for i in batch],
                padding=True,
                truncation=True,
                max_length=LONGEST,
                return_tensors="pt",
            )
            hidden = self._model(**inputs).last_hidden_state
            mask = inputs["attention_mask"].unsqueeze(-1).to(hidden.dtype)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            rows[batch] = torch.nn.functional.normalize(mean, dim=1).numpy()
        return rows
