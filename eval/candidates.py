"""`python -m eval.candidates`: which way of making the encoder finds entries it was never taught.

Every fourth entry is held out: none of its texts and none of its students' queries is in the
training of any candidate. The test is those queries, searched among all entries by the entries' own
passages only, so that neither a known query nor a head helps. All candidates get the same number
of steps on queries. The table goes into LOG.md.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from transformers import AutoTokenizer, BertForMaskedLM

from eval.baselines import bm25, dense, fused
from eval.metrics import Rate
from tutor import build, settings
from tutor.index import Index
from tutor.records import Corpus, StudentQuery
from tutor.retriever import Retriever, Weights
from tutor.training import encoder as recipe
from tutor.training import vocabulary
from tutor.training.contrastive import Schedule, Trainer
from tutor.training.precision import autocast

log = logging.getLogger(__name__)

STEPS, PROSE_STEPS, MASKED_STEPS = 120, 160, 160
TESTED = 900  # queries about held-out entries
DIMENSIONS = (64, 128, 256, 384)
ALONE = Weights(lexical=0.0, entry=0.0, listed=0.0)
FUSED = Weights(entry=0.0)


@dataclass(frozen=True)
class Start:
    """What a candidate is before it sees a query."""

    portuguese: bool = False
    adaptation: str = "none"  # none, masked or pairs


CANDIDATES = {
    "MiniLM, untouched": (Start(), False),
    "MiniLM + queries": (Start(), True),
    "Portuguese vocabulary": (Start(True), False),
    "Portuguese vocabulary + queries": (Start(True), True),
    "Portuguese vocabulary + masked words + queries": (Start(True, "masked"), True),
    "Portuguese vocabulary + neighbouring sentences + queries": (Start(True, "pairs"), True),
}


class Rows:
    """A model as an Encoder, its rows cut to the first `dimension` coordinates."""

    def __init__(self, model: SentenceTransformer, dimension: int = 384) -> None:
        self._model, self.dimension = model, dimension

    def encode(self, texts: list[str]) -> np.ndarray:
        found = np.asarray(self._model.encode(list(texts), show_progress_bar=False), np.float32)
        cut = found[:, : self.dimension]
        return cut / np.linalg.norm(cut, axis=1, keepdims=True)


def is_held_out(entry: str | None) -> bool:
    return entry is not None and sha256(f"candidates/{entry}".encode()).digest()[0] % 4 == 0


def taught(corpus: Corpus) -> Corpus:
    """What the candidates may see."""
    return replace(
        corpus,
        examples=tuple(e for e in corpus.examples if not is_held_out(e.id)),
        queries=tuple(q for q in corpus.queries if not is_held_out(q.target)),
    )


def test_of(corpus: Corpus) -> list[StudentQuery]:
    asked = [q for q in corpus.queries if is_held_out(q.target)]
    return Random(0).sample(asked, min(TESTED, len(asked)))


def made(name: str, corpus: Corpus, prose: Path, run: Path) -> SentenceTransformer:
    """The candidate, from its checkpoints where it was begun before."""
    start, with_queries = CANDIDATES[name]
    folder = recipe.base_model()
    if start.portuguese:
        folder = run / "vocabulary"
        if not (folder / "model.safetensors").exists():
            texts = recipe.weighted_texts(taught(corpus), prose)
            vocabulary.adapt(recipe.base_model(), folder, texts, recipe.Recipe().added_words)
    model = SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = recipe.LONGEST_IN_TRAINING
    plan = replace(recipe.Recipe(), prose_steps=PROSE_STEPS)
    if start.adaptation == "pairs":
        slow = Schedule(PROSE_STEPS, learning_rate=1e-4, embedding_rate=6e-4)
        pairs = recipe.prose_pairs(prose, plan)
        Trainer(model, run / "pairs", slow).fit(recipe.prose_batches(pairs, plan))
    if start.adaptation == "masked":
        unmask(model, folder, [one for one, _ in recipe.prose_pairs(prose, plan)])
    if with_queries:
        known = taught(corpus)
        batches = recipe.query_batches(known, recipe.resembling(model, known), plan)
        slug = "".join(c if c.isalnum() else "-" for c in name)
        Trainer(model, run / slug, Schedule(STEPS, learning_rate=1e-4)).fit(batches)
    model.max_seq_length = recipe.LONGEST
    return model.eval()


def unmask(model: SentenceTransformer, folder: Path, sentences: list[str]) -> None:
    """Masked language modelling on prose (Devlin et al. 2019: 15%, of these 80/10/10), in place."""
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    core = model[0].auto_model
    task = BertForMaskedLM(core.config)
    task.bert.embeddings, task.bert.encoder = core.embeddings, core.encoder
    task.tie_weights()
    optimizer = torch.optim.AdamW(task.parameters(), lr=3e-4)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-4, total_steps=MASKED_STEPS)
    task.train()
    for step, batch in zip(range(MASKED_STEPS), _batches(sentences, 96), strict=False):
        ids = tokenizer(batch, padding=True, truncation=True, max_length=40, return_tensors="pt")
        inputs, labels = _masked(ids["input_ids"], tokenizer)
        with autocast():
            loss = task(inputs, attention_mask=ids["attention_mask"], labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(task.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        plan.step()
        if step % 20 == 0:
            log.info("masked words: step %d, loss %.2f", step, loss.item())


def _batches(texts: list[str], size: int) -> Iterator[list[str]]:
    return (texts[start : start + size] for start in range(0, len(texts), size))


def _masked(ids: torch.Tensor, tokenizer: AutoTokenizer) -> tuple[torch.Tensor, torch.Tensor]:
    special = torch.isin(ids, torch.tensor(tokenizer.all_special_ids))
    chosen = (torch.rand(ids.shape) < 0.15) & ~special
    labels = ids.masked_fill(~chosen, -100)
    fate = torch.rand(ids.shape)
    shown = torch.where(chosen & (fate < 0.8), tokenizer.mask_token_id, ids)
    random = torch.randint(len(tokenizer), ids.shape)
    return torch.where(chosen & (fate >= 0.9), random, shown), labels


def share(corpus: Corpus, rank: Callable[[str], list[str]], asked: list[StudentQuery]) -> Rate:
    return Rate.of(rank(q.text)[0] == q.target for q in asked)


def by_retriever(corpus: Corpus, rows: Rows, weights: Weights) -> Callable[[str], list[str]]:
    bare = replace(corpus, queries=())
    retriever = Retriever(bare, rows, Index.build(bare, rows), weights)
    return lambda text: [hit.example.id for hit in retriever.search(text, 1)]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.candidates", description=__doc__)
    parser.add_argument("--prose", type=Path, required=True)
    parser.add_argument("--run", type=Path, default=Path("runs/candidates"))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=CANDIDATES, default=list(CANDIDATES))
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(chosen.threads)
    corpus = build.read_corpus(settings.from_environment())
    asked = test_of(corpus)
    english = [q for q in asked if q.style == "english"]
    chosen.run.mkdir(parents=True, exist_ok=True)
    out = chosen.run / "results.jsonl"

    def note(name: str, rank: Callable[[str], list[str]]) -> None:
        row = {"name": name, "all": str(share(corpus, rank, asked)),
               "english": str(share(corpus, rank, english))}  # fmt: skip
        log.info("%s", row)
        with out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")

    for name in chosen.only:
        torch.manual_seed(0)
        model = made(name, corpus, chosen.prose, chosen.run)
        rows = Rows(model)
        if name == "MiniLM, untouched":
            lexical = bm25(corpus)
            note("BM25 over entries", lexical)
            note("BM25 + MiniLM, reciprocal ranks", fused(lexical, dense(corpus, rows.encode)))
        note(name, by_retriever(corpus, rows, ALONE))
        note(f"{name}; fused with BM25", by_retriever(corpus, rows, FUSED))
        if CANDIDATES[name][0].adaptation == "pairs":
            for size in DIMENSIONS[:-1]:
                cut = Rows(model, size)
                note(f"{name}, first {size} of 384", by_retriever(corpus, cut, ALONE))
    return 0


if __name__ == "__main__":
    sys.exit(main())
