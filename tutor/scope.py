"""Whether the material covers a message: five signs, weighed by a logistic regression.

Each sign alone is fooled: the encoder holds "k-means" near "k-fold", the share of known words
is high for "receita de bolo com camadas". Together they are not (LOG.md). The fifth is naive Bayes
over the message's stems, pairs of stems and pieces of words, learned from the corpus queries
inside and outside the material. Everything is fitted by tutor.training.scope and lies beside the
router's heads.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from math import exp, log
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

from tutor import hashes
from tutor.errors import ModelError
from tutor.ngrams import hashed, ngrams
from tutor.records import Hit, Route
from tutor.retriever import analyse
from tutor.text import words

WORDS, RULE = "scope.safetensors", "scope.json"
BUCKETS = 1 << 17  # pieces of text share weights where their hashes meet
SURE = 1e-4  # the router's chance is taken to be at least this far from 0 and 1


@dataclass(frozen=True)
class Signs:
    """What speaks for the material covering a message; higher is likelier."""

    router: float  # log-odds of being in scope
    nearest: float  # best cosine
    lead: float  # how far the best cosine is above the next entry's
    coverage: float  # share of its words that the material speaks of
    words: float  # log-likelihood ratio of its words


@dataclass(frozen=True)
class Rule:
    """A logistic regression over the signs and the chance from which a message is covered."""

    weights: Signs
    bias: float
    threshold: float

    def chance(self, signs: Signs) -> float:
        weighed = zip(astuple(self.weights), astuple(signs), strict=True)
        evidence = self.bias + sum(weight * sign for weight, sign in weighed)
        return 1.0 / (1.0 + exp(-max(-500.0, evidence)))


class Scope:
    def __init__(self, directory: Path) -> None:
        """Raises ModelError where a file is missing or damaged."""
        if not {WORDS, RULE} <= set(hashes.verify(directory)):
            raise ModelError(f"Falta {WORDS} em {directory.name}/: rode `tutor train router`.")
        self._words = load_file(directory / WORDS)["words"]
        found = json.loads((directory / RULE).read_text(encoding="utf-8"))
        weights = Signs(*(found["weights"][field.name] for field in fields(Signs)))
        self.rule = Rule(weights, found["bias"], found["threshold"])

    def chance(self, text: str, route: Route, hits: Sequence[Hit], coverage: float) -> float:
        """How likely the material answers `text`, 0..1."""
        return self.rule.chance(signs(text, route, hits, coverage, self._words))


def signs(
    text: str, route: Route, hits: Sequence[Hit], coverage: float, weights: np.ndarray
) -> Signs:
    """`weights` has shape (BUCKETS,); `hits` are of different entries."""
    chance = min(max(route.scope_probability, SURE), 1.0 - SURE)
    nearest = sorted((hit.dense for hit in hits), reverse=True)
    return Signs(
        log(chance / (1.0 - chance)),
        nearest[0],
        nearest[0] - nearest[1] if len(nearest) > 1 else 0.0,
        coverage,
        likelihood(buckets(text), weights),
    )


def likelihood(found: np.ndarray, weights: np.ndarray) -> float:
    """The pieces of a text are far from independent: their sum is tempered by their number."""
    return float(weights[found].sum() / np.sqrt(len(found) + 1))


def buckets(text: str) -> np.ndarray:
    """The distinct hashes of the stems, pairs of stems and pieces of words of `text`."""
    return hashed(ngrams(words(text), analyse(text)), BUCKETS)
