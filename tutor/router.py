"""BERT classifier: topic, intent and confidence of a standalone question, in one forward pass.

The label set of models/router holds both: `intent:<name>` and `topic:<id>`; each group has its own
softmax.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from tutor import hashes
from tutor.records import Intent, Route

LONGEST = 96  # tokens of a message that are read


class Router:
    def __init__(self, directory: Path) -> None:
        """Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = BertForSequenceClassification.from_pretrained(
            directory, dtype=torch.float32
        ).eval()
        labels = self._model.config.id2label
        self._intents = {
            i: name.removeprefix("intent:")
            for i, name in labels.items()
            if name.startswith("intent:")
        }
        self._topics = {
            i: name.removeprefix("topic:")
            for i, name in labels.items()
            if name.startswith("topic:")
        }

    @torch.inference_mode()
    def route(self, text: str) -> Route:
        inputs = self._tokenizer(text, truncation=True, max_length=LONGEST, return_tensors="pt")
        logits = self._model(**inputs).logits[0]
        intents = _softmax(logits, self._intents)
        topics = _softmax(logits, self._topics)
        intent = cast(Intent, max(intents, key=lambda name: intents[name]))
        return Route(
            topic=max(topics, key=lambda name: topics[name]),
            intent=intent,
            confidence=intents[intent],
            topic_probabilities=topics,
            scope_probability=1.0 - intents["out_of_scope"],
        )


def _softmax(logits: torch.Tensor, names: dict[int, str]) -> dict[str, float]:
    chances = torch.softmax(logits[list(names)], 0).tolist()
    return dict(zip(names.values(), chances, strict=True))
