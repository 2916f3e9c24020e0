"""A Portuguese word-piece vocabulary for an English model.

Pieces that Portuguese never uses go; frequent words that the tokenizer broke into pieces become
pieces of their own, with the mean of their former pieces' embeddings (as in Hewitt 2021,
"Initializing New Word Embeddings for Pretrained Language Models"). A sentence then takes about
half the tokens, and a common word is one symbol instead of an English-looking string.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer

log = logging.getLogger(__name__)

RAREST = 20  # weighted occurrences below which a word or a piece is not worth a row
LONGEST_WORD = 20  # characters; longer "words" are identifiers and addresses
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_PLAIN_WORD = re.compile(r"[a-z]+")

WeightedText = tuple[str, int]


def count_words(core: Tokenizer, texts: Iterable[WeightedText]) -> Counter[str]:
    """Words as the model's tokenizer normalises them (lower case, no accents), by weight."""
    counts: Counter[str] = Counter()
    for text, weight in texts:
        for word, _ in core.pre_tokenizer.pre_tokenize_str(core.normalizer.normalize_str(text)):
            counts[word] += weight
    return counts


def choose(
    core: Tokenizer, counts: Counter[str], added: int
) -> tuple[list[str], dict[str, list[str]]]:
    """Pieces that stay, in the old order, and `added` new words with the pieces they replace."""
    broken: dict[str, list[str]] = {}
    saved: Counter[str] = Counter()  # tokens that a piece of its own would save
    for word, count in counts.items():
        if count >= RAREST and len(word) <= LONGEST_WORD and _PLAIN_WORD.fullmatch(word):
            pieces = core.encode(word, add_special_tokens=False).tokens
            if len(pieces) > 1:
                broken[word], saved[word] = pieces, count * (len(pieces) - 1)
    new = {word: broken[word] for word, _ in saved.most_common(added)}
    used: Counter[str] = Counter()
    for word, count in counts.items():
        if word not in new:
            for piece in core.encode(word, add_special_tokens=False).tokens:
                used[piece] += count
    kept = [
        piece
        for piece, _ in sorted(core.get_vocab().items(), key=lambda item: item[1])
        if used[piece] >= RAREST or len(piece.removeprefix("##")) == 1 or piece in _SPECIAL
    ]
    return kept, new


def adapt(source: Path, target: Path, texts: Iterable[WeightedText], added: int) -> None:
    """Saves to `target` the model of `source` with a vocabulary made for `texts`."""
    core: Tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    core.no_truncation()
    core.no_padding()
    kept, new = choose(core, count_words(core, texts), added)
    model = SentenceTransformer(str(source), device="cpu")
    bert: Any = model[0].auto_model
    bert.set_input_embeddings(_embeddings(bert.get_input_embeddings().weight.data, core, kept, new))
    bert.config.vocab_size = len(kept) + len(new)
    model.save(str(target))
    _write_tokenizer(core, [*kept, *new], target)
    log.info("vocabulary: %d pieces kept, %d words added", len(kept), len(new))


def _embeddings(
    rows: torch.Tensor, core: Tokenizer, kept: list[str], new: dict[str, list[str]]
) -> torch.nn.Embedding:
    ids = core.get_vocab()
    made = [rows[ids[piece]] for piece in kept]
    for pieces in new.values():
        former = rows[[ids[piece] for piece in pieces]]
        mean = former.mean(0)  # shorter than its parts: stretched to their length
        made.append(mean / mean.norm() * former.norm(dim=1).mean())
    embeddings = torch.nn.Embedding(len(made), rows.shape[1], padding_idx=0)
    embeddings.weight.data = torch.stack(made).clone()
    return embeddings


def _write_tokenizer(core: Tokenizer, pieces: list[str], target: Path) -> None:
    ids = {piece: i for i, piece in enumerate(pieces)}
    state = json.loads(core.to_str())
    state["model"]["vocab"] = ids
    for token in state["added_tokens"]:
        token["id"] = ids[token["content"]]
    for special in state["post_processor"].get("special_tokens", {}).values():
        special["ids"] = [ids[token] for token in special["tokens"]]
    (target / "tokenizer.json").write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    (target / "vocab.txt").unlink(missing_ok=True)
