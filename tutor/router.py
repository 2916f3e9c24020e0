"""Topic, intent and confidence of a standalone question: a BERT classifier.

The sentence encoder is its backbone, frozen: routing and retrieval share one forward pass. What
models/router holds are the heads, each with its own softmax: rows -> hidden (GELU) -> intents and
topics, and rows -> entries, which retrieval takes as one more opinion. To the logits of intents
and topics the message's words and pieces of words add theirs: the row says what a message is
about, the words how it asks ("me passa um…"). Neither alone does as well, nor does a classifier
with a backbone of its own (LOG.md).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import numpy as np
from safetensors.numpy import load_file

from tutor import hashes
from tutor.ngrams import hashed, ngrams
from tutor.records import Encoder, Intent, Route
from tutor.text import words

WEIGHTS, LABELS = "heads.safetensors", "labels.json"
BUCKETS = 1 << 16  # pieces of text share weights where their hashes meet


class Router:
    def __init__(self, directory: Path, encoder: Encoder) -> None:
        """Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._encoder = encoder
        self._weights = {k: v.astype(np.float32) for k, v in load_file(directory / WEIGHTS).items()}
        labels = json.loads((directory / LABELS).read_text(encoding="utf-8"))
        self._intents, self._topics = labels["intents"], labels["topics"]
        self._entries = labels["entries"]

    def route(self, text: str) -> Route:
        w = self._weights
        row = self._encoder.encode([text])[0]
        hidden = _gelu(row @ w["hidden.weight"].T + w["hidden.bias"])
        by_words = surface(text, w["surface.weight"])
        count = len(self._intents)
        intents = _chances(
            hidden @ w["intent.weight"].T + w["intent.bias"] + by_words[:count], self._intents
        )
        topics = _chances(
            hidden @ w["topic.weight"].T + w["topic.bias"] + by_words[count:], self._topics
        )
        intent = max(intents, key=lambda name: intents[name])
        logits = row @ w["entry.weight"].T + w["entry.bias"]
        entries = logits - np.logaddexp.reduce(logits)
        return Route(
            topic=max(topics, key=lambda name: topics[name]),
            intent=cast(Intent, intent),
            confidence=intents[intent],
            topic_probabilities=topics,
            entry_log_chances=dict(zip(self._entries, entries.tolist(), strict=True)),
            scope_probability=1.0 - intents["out_of_scope"],
        )


def buckets(text: str) -> np.ndarray:
    """The hashed words, pairs of words and pieces of words of `text`; int64, distinct."""
    found = words(text)
    return hashed(ngrams(found, found), BUCKETS)


def surface(text: str, weights: np.ndarray) -> np.ndarray:
    """What the words of `text` add to the logits, shape (intents + topics,).

    `weights` has shape (BUCKETS, intents + topics). The features are a unit vector, so that a long
    message says no more than a short one.
    """
    found = buckets(text)
    total: np.ndarray = weights[found].sum(axis=0, dtype=np.float32) / np.sqrt(max(len(found), 1))
    return total


def _gelu(x: np.ndarray) -> np.ndarray:
    """The tanh form of Hendrycks & Gimpel (2016), as the heads were trained."""
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def _chances(logits: np.ndarray, names: list[str]) -> dict[str, float]:
    """Softmax; `logits` has shape (len(names),)."""
    powers = np.exp(logits - logits.max())
    return dict(zip(names, (powers / powers.sum()).tolist(), strict=True))
