"""Trains the embedded GPT: first copying, then Portuguese, then answering from context.

A small model that has not learnt to copy never answers from its context, and copying comes from
many small steps on procedural data with few symbols that widen as it succeeds, not from many
tokens (Olsson et al. 2022, "In-context Learning and Induction Heads", describe the mechanism).

Three phases, each resumable from its last checkpoint:
  copy    random spans repeated, a pool of ids that widens with accuracy
  mixed   half prose, half in-context examples made from prose
  answer  in-context examples from the concept cards, loss on the answer only, some prose replay
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from tqdm import trange
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from tutor import hashes
from tutor.records import Corpus
from tutor.training.data import (
    END,
    PAD,
    SPECIAL_TOKENS,
    Cards,
    ContextExample,
    Entry,
    held_out_concepts,
    prose_example,
    read_prose,
    sections,
)
from tutor.training.precision import autocast

log = logging.getLogger(__name__)

IGNORED = -100  # label of a token without loss (PyTorch's convention)


@dataclass(frozen=True)
class Recipe:
    """Sizes and schedule; every number here was chosen by the measurements in LOG.md."""

    vocabulary: int = 4096
    width: int = 256
    layers: int = 8
    heads: int = 4
    feed_forward: int = 768
    positions: int = 2048
    copy_steps: int = 3000
    mixed_steps: int = 2200  # length of the schedule …
    mixed_until: int = 1500  # … of which this much is run
    answer_steps: int = 700
    answer_length: int = 1664  # tokens of a training row in phase `answer`
    learning_rate: float = 1e-3
    seed: int = 20261123


def train_tokenizer(texts: Iterator[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """Byte-level BPE (Sennrich et al. 2016; bytes as in Radford et al. 2019), digits split."""
    core = Tokenizer(models.BPE())
    core.normalizer = normalizers.NFC()
    core.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    core.decoder = decoders.ByteLevel()
    core.train_from_iterator(
        texts,
        trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=list(SPECIAL_TOKENS),
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        ),
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        eos_token=END,
        pad_token=PAD,
        additional_special_tokens=list(SPECIAL_TOKENS[2:]),
        clean_up_tokenization_spaces=False,
    )


def new_model(recipe: Recipe, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    torch.manual_seed(recipe.seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=recipe.width,
            num_hidden_layers=recipe.layers,
            num_attention_heads=recipe.heads,
            num_key_value_heads=recipe.heads,
            intermediate_size=recipe.feed_forward,
            max_position_embeddings=recipe.positions,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


Batch = tuple[np.ndarray, np.ndarray]  # ids and labels, int64 of shape (sequences, tokens)


def copy_batch(rng: np.random.Generator, pool: np.ndarray, length: int, size: int = 16) -> Batch:
    """Noise, then a random span repeated to the end; loss only on what can be copied."""
    ids = rng.choice(pool, (size, length))
    labels = np.full((size, length), IGNORED)
    for row in range(size):
        start = int(rng.integers(0, length // 4))
        span = int(rng.integers(4, max(5, (length - start) // 2)))
        place = np.arange(length - start) % span
        ids[row, start:] = ids[row, start : start + span][place]
        labels[row, start + span + 1 :] = ids[row, start + span + 1 :]
    return ids, labels


def pack_prose(stream: np.ndarray, rng: np.random.Generator, size: int, length: int) -> Batch:
    starts = rng.integers(0, len(stream) - length, size)
    ids = np.stack([stream[s : s + length] for s in starts]).astype(np.int64)
    return ids, ids.copy()


def encode_example(
    tokenizer: PreTrainedTokenizerFast, example: ContextExample, answer_only: bool
) -> tuple[list[int], list[int]]:
    prompt = tokenizer(example.prompt())["input_ids"]
    answer = [*tokenizer(example.answer)["input_ids"], tokenizer.eos_token_id]
    labels = [IGNORED] * len(prompt) if answer_only else list(prompt)
    return prompt + answer, labels + answer


def pack_examples(
    make: Callable[[], tuple[list[int], list[int]]], size: int, length: int, pad: int
) -> Batch:
    """One example a row (a second one where it fits whole); longer ones are drawn again."""
    ids = np.full((size, length), pad)
    labels = np.full((size, length), IGNORED)
    for row in range(size):
        used = 0
        for _ in range(8):
            some_ids, some_labels = make()
            end = used + len(some_ids)
            if end > length:
                continue
            ids[row, used:end], labels[row, used:end] = some_ids, some_labels
            used = end
            if used > 0.7 * length:
                break
    return ids, labels


class Trainer:
    """What the three phases share: the update in bf16, checkpoints, a line of log now and then."""

    def __init__(self, model: LlamaForCausalLM, run: Path, threads: int) -> None:
        torch.set_num_threads(threads)
        self.model, self.run = model, run
        self.forward = torch.compile(model.forward)
        self.history = run / "history.jsonl"

    def optimizer(self, learning_rate: float) -> torch.optim.AdamW:
        decay = [p for p in self.model.parameters() if p.dim() > 1]
        rest = [p for p in self.model.parameters() if p.dim() <= 1]
        groups = [{"params": decay, "weight_decay": 0.1}, {"params": rest, "weight_decay": 0.0}]
        return torch.optim.AdamW(groups, lr=learning_rate, betas=(0.9, 0.98))

    def step(self, optimizer: torch.optim.Optimizer, batch: Batch) -> tuple[float, float]:
        """One update; returns the loss in nats a token and the share of tokens predicted right."""
        ids, labels = (torch.from_numpy(np.ascontiguousarray(part)) for part in batch)
        with autocast():
            logits = self.forward(input_ids=ids).logits
        wanted = labels[:, 1:].reshape(-1)
        flat = logits[:, :-1].reshape(-1, logits.shape[-1]).float()
        loss = torch.nn.functional.cross_entropy(flat, wanted, ignore_index=IGNORED)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seen = wanted != IGNORED
        right = (flat.argmax(-1)[seen] == wanted[seen]).float().mean().item()
        return loss.item(), right

    def note(self, **numbers: object) -> None:
        line = json.dumps({"time": round(time.time(), 1), **numbers})
        log.info(line)
        with self.history.open("a", encoding="utf-8") as out:
            out.write(line + "\n")

    def save(self, name: str) -> None:
        self.model.save_pretrained(self.run / name)


def learn_to_copy(trainer: Trainer, recipe: Recipe) -> None:
    rng = np.random.default_rng(recipe.seed)
    words = np.arange(len(SPECIAL_TOKENS), recipe.vocabulary)
    order = rng.permutation(words)  # the pool grows along it
    pool, length, smooth = 256, 64, 0.0
    optimizer = trainer.optimizer(recipe.learning_rate)
    for step in trange(recipe.copy_steps, desc="copy"):
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * min(1.0, (step + 1) / 100)
        loss, right = trainer.step(optimizer, copy_batch(rng, order[:pool], length))
        smooth = 0.95 * smooth + 0.05 * right
        if smooth > 0.85 and pool < len(order):
            pool, length, smooth = min(len(order), pool * 3 // 2), 128, 0.6
        if step % 100 == 0:
            trainer.note(
                phase="copy", step=step, loss=round(loss, 3), right=round(smooth, 3), pool=pool
            )
        if pool == len(order) and smooth > 0.97:
            break
    trainer.note(phase="copy", step=step, right=round(smooth, 4), pool=pool, done=True)
    trainer.save("copy")


def learn_portuguese(
    trainer: Trainer,
    recipe: Recipe,
    tokenizer: PreTrainedTokenizerFast,
    stream: np.ndarray,
    pool: list[Entry],
    held: list[Entry],
) -> None:
    rng, dice = np.random.default_rng(recipe.seed + 1), random.Random(recipe.seed + 1)
    optimizer = trainer.optimizer(recipe.learning_rate)
    pad = tokenizer.pad_token_id

    def make(entries: list[Entry]) -> Callable[[], tuple[list[int], list[int]]]:
        return lambda: encode_example(tokenizer, prose_example(entries, dice), answer_only=True)

    prose_loss, context_right = 8.0, 0.0
    for step in trange(recipe.mixed_until, desc="mixed"):
        decay = 1.0 - 0.9 * step / recipe.mixed_steps
        for group in optimizer.param_groups:
            group["lr"] = recipe.learning_rate * decay * min(1.0, (step + 1) / 50)
        if step % 2:
            loss, _ = trainer.step(optimizer, pack_prose(stream, rng, 4, 512))
            prose_loss = 0.98 * prose_loss + 0.02 * loss
        else:
            batch = pack_examples(make(pool), 2, 1024, pad)
            _, right = trainer.step(optimizer, batch)
            context_right = 0.98 * context_right + 0.02 * right
        if step % 100 == 99:
            trainer.note(
                phase="mixed",
                step=step,
                prose_nats=round(prose_loss, 3),
                context_right=round(context_right, 4),
            )
        if step % 500 == 499:
            held_out = pack_examples(make(held), 8, 1024, pad)
            trainer.note(phase="mixed", step=step, held_out_right=accuracy(trainer.model, held_out))
            trainer.save("mixed")
    trainer.save("mixed")


def learn_to_answer(
    trainer: Trainer,
    recipe: Recipe,
    tokenizer: PreTrainedTokenizerFast,
    stream: np.ndarray,
    pool: list[Entry],
    cards: Cards,
    held: Cards,
) -> None:
    """Half concept cards, a third entries of prose, the rest prose; loss on answers only."""
    rng, dice = np.random.default_rng(recipe.seed + 2), random.Random(recipe.seed + 2)
    peak = recipe.learning_rate * 0.4
    optimizer = trainer.optimizer(peak)
    pad, length = tokenizer.pad_token_id, recipe.answer_length

    def from_cards() -> tuple[list[int], list[int]]:
        return encode_example(tokenizer, cards.example(), answer_only=True)

    def from_prose() -> tuple[list[int], list[int]]:
        return encode_example(tokenizer, prose_example(pool, dice), answer_only=True)

    def from_held() -> tuple[list[int], list[int]]:
        return encode_example(tokenizer, held.example(missing=0.0, swapped=0.0), answer_only=True)

    held_out = pack_examples(from_held, 12, length, pad)
    right_cards, right_prose = 0.0, 0.0
    for step in trange(recipe.answer_steps, desc="answer"):
        decay = 1.0 - step / recipe.answer_steps
        for group in optimizer.param_groups:
            group["lr"] = peak * decay * min(1.0, (step + 1) / 50)
        turn = step % 8
        if turn == 7:
            trainer.step(optimizer, pack_prose(stream, rng, 1, length))
        elif turn in (1, 3, 5):
            _, right = trainer.step(optimizer, pack_examples(from_prose, 1, length, pad))
            right_prose = 0.97 * right_prose + 0.03 * right
        else:
            _, right = trainer.step(optimizer, pack_examples(from_cards, 1, length, pad))
            right_cards = 0.97 * right_cards + 0.03 * right
        if step % 100 == 99:
            trainer.note(
                phase="answer",
                step=step,
                cards_right=round(right_cards, 4),
                prose_right=round(right_prose, 4),
            )
        if step % 300 == 299:
            trainer.note(
                phase="answer", step=step, held_out_right=accuracy(trainer.model, held_out)
            )
            trainer.save("answer")
    trainer.save("answer")


@torch.no_grad()
def accuracy(model: LlamaForCausalLM, batch: Batch) -> float:
    """Share of labelled tokens that are the model's first choice."""
    ids, labels = (torch.from_numpy(part) for part in batch)
    wanted = labels[:, 1:]
    seen = wanted != IGNORED
    choice = model(input_ids=ids).logits[:, :-1].argmax(-1)
    return round((choice[seen] == wanted[seen]).float().mean().item(), 4)


def prepare(
    recipe: Recipe, prose: Path, run: Path
) -> tuple[PreTrainedTokenizerFast, np.ndarray, list[Entry], list[Entry]]:
    """Tokenizer, prose as one stream of ids, and the entries of training and held-out documents."""
    documents = list(read_prose(prose / "pt-prose.jsonl.xz"))
    kept = _weigh(documents, random.Random(recipe.seed))
    tokenizer_path = run / "tokenizer"
    if tokenizer_path.exists():
        tokenizer = PreTrainedTokenizerFast.from_pretrained(tokenizer_path)
    else:
        tokenizer = train_tokenizer((d["text"] for d in kept), recipe.vocabulary)
        tokenizer.save_pretrained(tokenizer_path)
    ids: list[int] = []
    for document in kept:
        ids += [*tokenizer(document["text"])["input_ids"], tokenizer.eos_token_id]
    entries = [e for d in kept for e in sections(d["text"])]
    held_documents = read_prose(prose / "pt-prose-heldout.jsonl.xz")
    held = [e for d in held_documents if d["domain"] == "dl" for e in sections(d["text"])]
    return tokenizer, np.asarray(ids, dtype=np.uint16), entries, held


def _weigh(documents: list[dict[str, str]], rng: random.Random) -> list[dict[str, str]]:
    """All of deep learning and general prose, a fifth of the machine-translated `tech` part."""
    kept = [d for d in documents if d["domain"] != "tech" or rng.random() < 0.2]
    rng.shuffle(kept)
    return kept


def pretrain(prose: Path, run: Path, recipe: Recipe | None = None, threads: int = 2) -> None:
    """Phases `copy` and `mixed`; what a checkpoint in `run` already holds is not done again."""
    recipe = recipe or Recipe()
    run.mkdir(parents=True, exist_ok=True)
    (run / "recipe.json").write_text(json.dumps(asdict(recipe), indent=1))
    tokenizer, stream, entries, held = prepare(recipe, prose, run)
    log.info("%d tokens of prose, %d entries, %d held out", len(stream), len(entries), len(held))
    done = next((run / n for n in ("mixed", "copy") if (run / n).exists()), None)
    model = LlamaForCausalLM.from_pretrained(done) if done else new_model(recipe, tokenizer)
    trainer = Trainer(model, run, threads)
    if done is None:
        learn_to_copy(trainer, recipe)
    if done is None or done.name == "copy":
        learn_portuguese(trainer, recipe, tokenizer, stream, entries, held)


def finetune(
    corpus: Corpus,
    prose: Path,
    run: Path,
    target: Path,
    recipe: Recipe | None = None,
    threads: int = 2,
) -> None:
    """Phase `answer` from the checkpoint of `mixed`; writes the model directory `target`."""
    recipe = recipe or Recipe()
    held_out = held_out_concepts(corpus)
    tokenizer, stream, entries, _ = prepare(recipe, prose, run)
    model = LlamaForCausalLM.from_pretrained(run / "mixed")
    trainer = Trainer(model, run, threads)
    cards = Cards(corpus, held_out, random.Random(recipe.seed + 3))
    everything_else = frozenset(e.id for e in corpus.examples) - held_out
    held = Cards(corpus, everything_else, random.Random(recipe.seed + 4))
    learn_to_answer(trainer, recipe, tokenizer, stream, entries, cards, held)
    model.half().save_pretrained(target)
    tokenizer.save_pretrained(target)
    hashes.write(target)
