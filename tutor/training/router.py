"""Trains the router's heads on the rows of the frozen encoder."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

import torch
from safetensors.torch import save_file
from torch import nn

from tutor import hashes
from tutor.records import Corpus, Encoder, Intent
from tutor.router import LABELS, WEIGHTS
from tutor.text import fold

log = logging.getLogger(__name__)

UNKNOWN = -100  # a text without a topic (or intent) of its own: no loss


@dataclass(frozen=True)
class Recipe:
    hidden: int = 256
    dropout: float = 0.3
    noise: float = 0.02  # standard deviation added to each coordinate of a unit row
    epochs: int = 40
    batch: int = 128
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    smoothing: float = 0.02
    seed: int = 20261123


@dataclass(frozen=True)
class Labelled:
    text: str
    intent: int
    topic: int


class Heads(nn.Module):
    def __init__(self, width: int, intents: int, topics: int, recipe: Recipe) -> None:
        super().__init__()
        self.hidden = nn.Linear(width, recipe.hidden)
        self.intent = nn.Linear(recipe.hidden, intents)
        self.topic = nn.Linear(recipe.hidden, topics)
        self.activation, self.dropout = nn.GELU(approximate="tanh"), nn.Dropout(recipe.dropout)

    def forward(self, rows: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.dropout(self.activation(self.hidden(rows)))
        return self.intent(hidden), self.topic(hidden)


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


def is_held_out(text: str) -> bool:
    """One text in ten is kept out of training: thresholds and calibration are read off these."""
    return sha256(fold(text).encode()).digest()[0] % 10 == 0


def train(corpus: Corpus, encoder: Encoder, target: Path, recipe: Recipe | None = None) -> None:
    """Writes models/router."""
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    data = [row for row in labelled(corpus) if not is_held_out(row.text)]
    rows = torch.from_numpy(encoder.encode([row.text for row in data]))
    intents = torch.tensor([row.intent for row in data])
    topics = torch.tensor([row.topic for row in data])
    heads = Heads(encoder.dimension, len(get_args(Intent)), len(corpus.topics), recipe)
    optimizer = torch.optim.AdamW(
        heads.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay
    )
    steps = recipe.epochs * -(-len(data) // recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    loss_of = nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
    heads.train()
    for epoch in range(recipe.epochs):
        for batch in torch.randperm(len(data)).split(recipe.batch):
            said = heads(rows[batch] + recipe.noise * torch.randn(len(batch), rows.shape[1]))
            loss = loss_of(said[0], intents[batch]) + loss_of(said[1], topics[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        if epoch % 10 == 9:
            log.info("router: epoch %d of %d, loss %.3f", epoch + 1, recipe.epochs, loss.item())
    target.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous() for k, v in heads.state_dict().items()}, target / WEIGHTS)
    labels = {"intents": list(get_args(Intent)), "topics": [t.id for t in corpus.topics]}
    (target / LABELS).write_text(json.dumps(labels, indent=1) + "\n", encoding="utf-8")
    hashes.write(target)
