"""The same two models with PyTorch and `transformers`: the reference that the engine is held to.

Used where TUTOR_ENGINE=torch; slower to start and to run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from transformers import BertModel, DynamicCache, LlamaForCausalLM
from transformers.utils import logging as transformers_logging

# Reports of a normal load (a pooler that is not used, progress bars) are not for students.
transformers_logging.set_verbosity_error()
transformers_logging.disable_progress_bar()

PAD = 0


class TorchBert:
    def __init__(self, directory: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self._model = BertModel.from_pretrained(
            directory, dtype=torch.float32, add_pooling_layer=False
        ).eval()
        self.dimension = int(self._model.config.hidden_size)

    @torch.inference_mode()
    def rows(self, batch: Sequence[Sequence[int]]) -> np.ndarray:
        """float32 of shape (len(batch), dimension), rows of unit Euclidean length."""
        width = max(len(ids) for ids in batch)
        ids = torch.tensor([[*own, *[PAD] * (width - len(own))] for own in batch])
        real = torch.tensor([[1] * len(own) + [0] * (width - len(own)) for own in batch])
        hidden = self._model(input_ids=ids, attention_mask=real).last_hidden_state
        total = (hidden * real.unsqueeze(-1)).sum(1)
        return torch.nn.functional.normalize(total, dim=1).numpy()


class TorchLlama:
    def __init__(self, directory: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self.model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()

    def start(self, ids: Sequence[int], room: int) -> TorchReading:
        """Has read `ids`, and can read `room` tokens more as far as the model's positions go."""
        longest = int(self.model.config.max_position_embeddings)
        return TorchReading(self.model, ids, min(len(ids) + room, longest))


class TorchReading:
    """What the model has read so far: its key-value cache, and the logits of what comes next."""

    def __init__(self, model: LlamaForCausalLM, ids: Sequence[int], places: int) -> None:
        self._model, self._places = model, places
        self._cache = DynamicCache(config=model.config)
        self.length = 0
        self.logits = self.feed(ids)[-1]

    def has_room(self, tokens: int) -> bool:
        return self.length + tokens <= self._places

    @torch.inference_mode()
    def feed(self, ids: Sequence[int], outputs: int = 1) -> np.ndarray:
        """Logits after each of the last `outputs` of `ids`; shape (outputs, vocabulary)."""
        self.length += len(ids)
        made = self._model(
            input_ids=torch.tensor([list(ids)]),
            past_key_values=self._cache,
            logits_to_keep=outputs,
        )
        logits: np.ndarray = made.logits[0].numpy()
        self.logits = logits[-1]
        return logits

    def forget(self, tokens: int) -> None:
        """Takes the last tokens back; the logits are those of the next `feed`."""
        if tokens:
            self.length -= tokens
            self._cache.crop(-tokens)
