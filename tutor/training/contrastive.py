"""Contrastive training of a sentence encoder: the update, its checkpoints, its curve.

Multiple negatives ranking (Henderson et al. 2017) in both directions, on the whole vector and on
its first quarter or so (Matryoshka, Kusupati et al. 2022), so that shorter rows stay useful.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from torch.nn.functional import cross_entropy, normalize
from tqdm import tqdm

from tutor.training.precision import autocast

log = logging.getLogger(__name__)

CHUNK = 36  # texts of like length that are encoded together: little padding


@dataclass(frozen=True)
class Batch:
    """Pairs (query, text near it), one of each subject; `strangers` are near to none of them."""

    pairs: Sequence[tuple[str, str]]
    strangers: Sequence[str] = ()


@dataclass(frozen=True)
class Schedule:
    steps: int
    learning_rate: float
    embedding_rate: float | None = None  # new word embeddings have more to learn than layers
    scale: float = 20.0
    nested: int = 128  # dimensions of the short vector …
    nested_weight: float = 0.3  # … and what its loss counts
    save_every: int = 100


def encode(model: SentenceTransformer, texts: Sequence[str]) -> torch.Tensor:
    """Rows of `texts`, in their order, computed in chunks of like length."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    rows = [
        model(model.preprocess([texts[i] for i in order[start : start + CHUNK]]))[
            "sentence_embedding"
        ]
        for start in range(0, len(order), CHUNK)
    ]
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(rows)[back].float()


def loss_of(rows: torch.Tensor, pairs: int, scale: float) -> torch.Tensor:
    """Loss of the first `pairs` rows against the next `pairs`; rows after those are negatives."""
    rows = normalize(rows)
    asked, near = rows[:pairs], rows[pairs:]
    right = torch.arange(pairs)
    forward = cross_entropy(asked @ near.T * scale, right)
    return (forward + cross_entropy(near[:pairs] @ asked.T * scale, right)) / 2


class Trainer:
    """One phase of training in `run`: resumes from its checkpoint, leaves a history beside it."""

    def __init__(self, model: SentenceTransformer, run: Path, schedule: Schedule) -> None:
        self.model, self.run, self.schedule = model, run, schedule
        words = [p for n, p in model.named_parameters() if "word_embeddings" in n]
        layers = [p for n, p in model.named_parameters() if "word_embeddings" not in n]
        rates = [schedule.embedding_rate or schedule.learning_rate, schedule.learning_rate]
        self.optimizer = torch.optim.AdamW(
            [
                {"params": words, "lr": rates[0], "weight_decay": 0.0},
                {"params": layers, "lr": rates[1], "weight_decay": 0.01},
            ]
        )
        self.plan = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, rates, total_steps=schedule.steps, pct_start=0.1
        )

    def fit(self, batches: Iterator[Batch]) -> None:
        """Runs the schedule over `batches`, which must be the same ones on every start."""
        done = self._resume()
        self.model.train()
        rest = islice(batches, done, self.schedule.steps)
        for step in tqdm(range(done, self.schedule.steps), desc=self.run.name, initial=done):
            loss = self._update(next(rest))
            if step % 10 == 0:
                self._note(step, loss)
            if step % self.schedule.save_every == self.schedule.save_every - 1:
                self._save(step + 1)
        self._save(self.schedule.steps)

    def _update(self, batch: Batch) -> float:
        texts = [p[0] for p in batch.pairs] + [p[1] for p in batch.pairs] + [*batch.strangers]
        with autocast():
            rows = encode(self.model, texts)
        count, plan = len(batch.pairs), self.schedule
        whole = loss_of(rows, count, plan.scale)
        short = loss_of(rows[:, : plan.nested], count, plan.scale)
        (whole + plan.nested_weight * short).backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.plan.step()
        return whole.item()

    def _note(self, step: int, loss: float) -> None:
        line = json.dumps({"time": round(time.time(), 1), "step": step, "loss": round(loss, 4)})
        with (self.run / "history.jsonl").open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    def _save(self, step: int) -> None:
        state = self.optimizer.state_dict()["state"]
        flat = {f"{i}.{k}": v.contiguous() for i, slot in state.items() for k, v in slot.items()}
        self.model.save(str(self.run / "model"))
        save_file(flat, self.run / "optimizer.safetensors")
        plan = {"step": step, "schedule": self.plan.state_dict()["last_epoch"]}
        (self.run / "state.json").write_text(json.dumps(plan), encoding="utf-8")

    def _resume(self) -> int:
        """Loads the checkpoint where there is one; returns the steps already made."""
        self.run.mkdir(parents=True, exist_ok=True)
        if not (self.run / "state.json").exists():
            return 0
        done = int(json.loads((self.run / "state.json").read_text(encoding="utf-8"))["step"])
        saved = SentenceTransformer(str(self.run / "model"), device="cpu")
        self.model.load_state_dict(saved.state_dict())
        slots: dict[int, dict[str, Any]] = {}
        for name, value in load_file(self.run / "optimizer.safetensors").items():
            place, key = name.split(".", 1)
            slots.setdefault(int(place), {})[key] = value
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": slots, "param_groups": groups})
        for _ in range(done):
            self.plan.step()
        log.info("%s: resumed at step %d", self.run.name, done)
        return done
