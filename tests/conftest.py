"""Fakes that stand in for the neural stages: deterministic, instant, honest about being small."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from tutor import corpus as corpus_files
from tutor.records import Corpus, Prompt, Route
from tutor.text import words

ROOT = Path(__file__).resolve().parent.parent


class HashingEncoder:
    """Bag of hashed words and word starts: near texts share words."""

    dimension = 256

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or ["∅"]:
                for piece in (word, word[:5]):
                    digest = hashlib.sha256(piece.encode()).digest()
                    row[digest[0]] += 1.0 if digest[1] % 2 else -1.0
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


class FixedRouter:
    """Always the same route."""

    def __init__(self, intent: str = "conceptual", scope: float = 1.0) -> None:
        self.intent, self.scope = intent, scope

    def route(self, text: str) -> Route:
        return Route("atencao", self.intent, 0.9, {"atencao": 1.0}, scope_probability=self.scope)  # type: ignore[arg-type]


class EchoGenerator:
    """Writes the nearest shot's answer, or whatever it was told to write."""

    name = "eco"

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.prompts: list[Prompt] = []

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def stream(self, prompt: Prompt) -> Iterator[str]:
        self.prompts.append(prompt)
        yield self.text if self.text is not None else prompt.shots[0].answer


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    return corpus_files.load(ROOT / "corpus")


@pytest.fixture(scope="session")
def listed(corpus: Corpus) -> Corpus:
    """The list alone, without concept cards and queries: small enough for fakes."""
    examples = tuple(e for e in corpus.examples if e.collection == "lista2")
    return Corpus(examples, corpus.topics, (), corpus.references)
