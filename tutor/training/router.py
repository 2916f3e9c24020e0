"""Trains the router's heads on the rows of the frozen encoder and on the messages' words."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import get_args

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

from tutor import hashes
from tutor.index import passages
from tutor.records import Corpus, Encoder, Intent
from tutor.router import BUCKETS, LABELS, WEIGHTS, buckets
from tutor.text import fold

log = logging.getLogger(__name__)

UNKNOWN = -100  # a text without a topic (or intent) of its own: no loss


@dataclass(frozen=True)
class Recipe:
    hidden: int = 256
    dropout: float = 0.3
    noise: float = 0.02  # standard deviation added to each coordinate of a unit row
    epochs: int = 8
    batch: int = 128
    learning_rate: float = 2e-3
    surface_rate: float = 2e-2
    balance: float = 0.5  # an intent counts by its rarity to this power
    weight_decay: float = 0.02
    smoothing: float = 0.02
    entry_epochs: int = 20
    entry_scale: float = 10.0
    seed: int = 20261123


@dataclass(frozen=True)
class Labelled:
    text: str
    intent: int
    topic: int


@dataclass(frozen=True)
class Features:
    """What the heads see of some texts."""

    rows: torch.Tensor  # float32, (texts, width)
    buckets: Sequence[np.ndarray]  # of each text (tutor.router.buckets)

    def batch(self, places: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Rows, all buckets in one line, and where each text's buckets begin."""
        chosen = [self.buckets[i] for i in places.tolist()]
        starts = np.cumsum([0, *(len(each) for each in chosen)])[:-1]
        return self.rows[places], torch.from_numpy(np.concatenate(chosen)), torch.from_numpy(starts)


class Heads(nn.Module):
    def __init__(self, width: int, intents: int, topics: int, recipe: Recipe) -> None:
        super().__init__()
        self.surface = nn.EmbeddingBag(BUCKETS, intents + topics, mode="sum")
        nn.init.zeros_(self.surface.weight)
        self.hidden = nn.Linear(width, recipe.hidden)
        self.intent = nn.Linear(recipe.hidden, intents)
        self.topic = nn.Linear(recipe.hidden, topics)
        self.activation, self.dropout = nn.GELU(approximate="tanh"), nn.Dropout(recipe.dropout)

    def forward(
        self, rows: torch.Tensor, buckets: torch.Tensor, starts: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of shape (texts, intents) and (texts, topics)."""
        hidden = self.dropout(self.activation(self.hidden(rows)))
        lengths = torch.diff(starts, append=torch.tensor([len(buckets)])).clamp(min=1)
        by_words = self.surface(buckets, starts) / lengths.sqrt()[:, None]
        intents = self.intent(hidden)
        count = intents.shape[1]
        return intents + by_words[:, :count], self.topic(hidden) + by_words[:, count:]


def labelled(corpus: Corpus) -> list[Labelled]:
    """The corpus queries and, as conceptual ones, the entries' own questions and aliases."""
    intents = {name: i for i, name in enumerate(get_args(Intent))}
    topics = {topic.id: i for i, topic in enumerate(corpus.topics)}
    topic_of = {e.id: topics[e.topic] for e in corpus.examples}
    rows = [
        Labelled(q.text, intents[q.intent], topic_of[q.target] if q.target else UNKNOWN)
        for q in corpus.queries
    ]
    for example in corpus.examples:
        intent = intents["conceptual"] if example.kind == "conceptual" else UNKNOWN
        for text in (example.title, example.question, *example.aliases):
            rows.append(Labelled(text, intent, topic_of[example.id]))
    return rows


class Remembering:
    """An Encoder that computes no text twice."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.dimension = encoder, encoder.dimension
        self._known: dict[str, np.ndarray] = {}

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known.update(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


def train_entries(
    corpus: Corpus, encoder: Encoder, places: dict[str, int], recipe: Recipe
) -> nn.Linear:
    """Logits of the entries (`places`: their columns) from rows, a linear layer."""
    texts = [(q.text, q.target) for q in corpus.queries if q.target and not is_held_out(q.text)]
    texts += [(p.text, p.example_id) for p in passages(replace(corpus, queries=()))]
    rows = torch.from_numpy(encoder.encode([text for text, _ in texts]))
    wanted = torch.tensor([places[str(entry)] for _, entry in texts])
    head = nn.Linear(rows.shape[1], len(places))
    nn.init.zeros_(head.bias)
    optimizer = torch.optim.AdamW(head.parameters(), lr=5e-3, weight_decay=0.01)
    steps = recipe.entry_epochs * -(-len(texts) // recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    for _ in range(recipe.entry_epochs):
        for batch in torch.randperm(len(texts)).split(recipe.batch):
            noisy = rows[batch] + 0.03 * torch.randn(len(batch), rows.shape[1])
            loss = loss_of(recipe.entry_scale * head(noisy), wanted[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
    for parameter in head.parameters():  # rows are of length one: the scale belongs to the weights
        parameter.data *= recipe.entry_scale
    return head


def weights_of(classes: torch.Tensor, power: float) -> torch.Tensor:
    """What each class counts: its rarity to the power, one in the mean over the texts."""
    known = classes[classes != UNKNOWN]
    counts = torch.bincount(known, minlength=len(get_args(Intent))).clamp(min=1).float()
    weights = (len(known) / counts) ** power
    return weights * len(known) / (weights * counts).sum()


def is_held_out(text: str) -> bool:
    """One text in ten is kept out of training: thresholds and calibration are read off these."""
    return sha256(fold(text).encode()).digest()[0] % 10 == 0


def train(corpus: Corpus, encoder: Encoder, target: Path, recipe: Recipe | None = None) -> None:
    """Writes models/router."""
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    data = [row for row in labelled(corpus) if not is_held_out(row.text)]
    encoder = Remembering(encoder)
    rows = torch.from_numpy(encoder.encode([row.text for row in data]))
    features = Features(rows, [buckets(row.text) for row in data])
    intents = torch.tensor([row.intent for row in data])
    topics = torch.tensor([row.topic for row in data])
    heads = Heads(encoder.dimension, len(get_args(Intent)), len(corpus.topics), recipe)
    dense = [p for name, p in heads.named_parameters() if not name.startswith("surface")]
    optimizer = torch.optim.AdamW(
        [
            {"params": dense, "lr": recipe.learning_rate, "weight_decay": recipe.weight_decay},
            {"params": [heads.surface.weight], "lr": recipe.surface_rate, "weight_decay": 0.0},
        ]
    )
    steps = recipe.epochs * -(-len(data) // recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
    balanced = nn.CrossEntropyLoss(
        weights_of(intents, recipe.balance), label_smoothing=recipe.smoothing
    )
    heads.train()
    for epoch in range(recipe.epochs):
        for batch in torch.randperm(len(data)).split(recipe.batch):
            own, found, starts = features.batch(batch)
            said = heads(own + recipe.noise * torch.randn_like(own), found, starts)
            loss = balanced(said[0], intents[batch]) + loss_of(said[1], topics[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        if epoch % 4 == 3:
            log.info("router: epoch %d of %d, loss %.3f", epoch + 1, recipe.epochs, loss.item())
    target.mkdir(parents=True, exist_ok=True)
    places = {example.id: i for i, example in enumerate(corpus.examples)}
    entries = train_entries(corpus, encoder, places, recipe)
    weights = heads.state_dict() | {f"entry.{k}": v for k, v in entries.state_dict().items()}
    weights["surface.weight"] = weights["surface.weight"].half()
    save_file({k: v.contiguous() for k, v in weights.items()}, target / WEIGHTS)
    labels = {
        "intents": list(get_args(Intent)),
        "topics": [t.id for t in corpus.topics],
        "entries": list(places),
    }
    (target / LABELS).write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    hashes.write(target)
