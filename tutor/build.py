"""The offline page: corpus -> validated entries -> vectors -> index on disk."""

from __future__ import annotations

import logging
from pathlib import Path

from tutor import corpus as corpus_files
from tutor import hashes
from tutor.errors import StaleIndex
from tutor.index import Index
from tutor.records import Corpus, Encoder
from tutor.settings import Settings

log = logging.getLogger(__name__)


def corpus_hash(root: Path) -> str:
    """Changes with every file that passages are made of."""
    paths = [*root.rglob("*.md"), *root.rglob("*.yaml"), *root.rglob("*.jsonl")]
    aside = ("README.md", "REVIEW.md", "paraphrases.jsonl")
    return hashes.of_files(root, [p for p in paths if p.name not in aside])


def encoder_hash(settings: Settings) -> str:
    return hashes.of_file(settings.models / "encoder" / hashes.HASHES)


def build(settings: Settings, corpus: Corpus, encoder: Encoder) -> Index:
    """Builds the index and saves it; the old one stays in place until the new one is whole."""
    # Taken before: files that change meanwhile must leave the index stale, not mislabelled.
    made_of = corpus_hash(settings.corpus), encoder_hash(settings)
    index = Index.build(corpus, encoder)
    index.save(settings.index, *made_of)
    return index


def load_or_build(settings: Settings, corpus: Corpus, encoder: Encoder) -> Index:
    """The index on disk if it is whole and of this corpus and encoder, else a new one."""
    try:
        return Index.load(settings.index, corpus_hash(settings.corpus), encoder_hash(settings))
    except StaleIndex as reason:
        log.warning("%s Refazendo o índice…", reason)
        return build(settings, corpus, encoder)


def read_corpus(settings: Settings) -> Corpus:
    return corpus_files.load(settings.corpus)
