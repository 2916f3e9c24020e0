"""Trains the router: the trained encoder's layers with one head for intent and one for topic.

Only the first layers are kept: routing needs less than retrieval, and the file stays small.
"""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

import torch
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from tutor import hashes
from tutor.records import Corpus, Intent
from tutor.router import LONGEST
from tutor.text import fold

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recipe:
    layers: int = 3
    epochs: int = 4
    batch: int = 32
    learning_rate: float = 1e-4
    smoothing: float = 0.05
    seed: int = 20261123


@dataclass(frozen=True)
class Labelled:
    text: str
    intent: int
    topic: int  # -100 where the query has none


def labels(corpus: Corpus) -> list[str]:
    return [f"intent:{name}" for name in get_args(Intent)] + [
        f"topic:{t.id}" for t in corpus.topics
    ]


def labelled(corpus: Corpus) -> list[Labelled]:
    """The corpus queries and, for the topic head alone, the entries' own questions and aliases."""
    intents = {name: i for i, name in enumerate(get_args(Intent))}
    topics = {topic.id: i for i, topic in enumerate(corpus.topics)}
    topic_of = {e.id: topics[e.topic] for e in corpus.examples}
    kind_of = {e.id: e.kind for e in corpus.examples}
    rows = [
        Labelled(q.text, intents[q.intent], topic_of[q.target] if q.target else -100)
        for q in corpus.queries
    ]
    for example in corpus.examples:
        intent = intents["conceptual"] if kind_of[example.id] == "conceptual" else -100
        for text in (example.title, example.question, *example.aliases):
            rows.append(Labelled(text, intent, topic_of[example.id]))
    return rows


def is_held_out(text: str) -> bool:
    """One query in ten is kept out of training: thresholds and calibration are read off these."""
    return sha256(fold(text).encode()).digest()[0] % 10 == 0


def train(corpus: Corpus, encoder: Path, target: Path, recipe: Recipe | None = None) -> None:
    """Writes models/router from the weights of models/encoder."""
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)
    rng = random.Random(recipe.seed)
    names = labels(corpus)
    intents = len(get_args(Intent))
    tokenizer = PreTrainedTokenizerFast.from_pretrained(encoder)
    model = BertForSequenceClassification.from_pretrained(
        encoder,
        dtype=torch.float32,
        num_hidden_layers=recipe.layers,
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: i for i, name in enumerate(names)},
    )
    data = [row for row in labelled(corpus) if not is_held_out(row.text)]
    per_epoch = (len(data) + recipe.batch - 1) // recipe.batch
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=per_epoch * recipe.epochs, pct_start=0.1
    )
    loss_of = torch.nn.CrossEntropyLoss(label_smoothing=recipe.smoothing)
    model.train()
    for epoch in range(recipe.epochs):
        rng.shuffle(data)
        for start in range(0, len(data), recipe.batch):
            batch = data[start : start + recipe.batch]
            inputs = tokenizer(
                [row.text for row in batch],
                padding=True,
                truncation=True,
                max_length=LONGEST,
                return_tensors="pt",
            )
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(**inputs).logits.float()
            wanted = (
                torch.tensor([r.intent for r in batch]),
                torch.tensor([r.topic for r in batch]),
            )
            parts = (logits[:, :intents], logits[:, intents:])
            loss = sum(
                (
                    loss_of(part, want)
                    for part, want in zip(parts, wanted, strict=True)
                    if (want >= 0).any()
                ),
                torch.zeros(()),
            )
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            schedule.step()
        log.info("router: epoch %d of %d, last loss %.3f", epoch + 1, recipe.epochs, loss.item())
    model.eval().half().save_pretrained(target)
    tokenizer.save_pretrained(target)
    hashes.write(target)
