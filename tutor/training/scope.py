"""Fits what decides whether the material covers a message (tutor.scope).

The words' weights come from the corpus queries that train models; the logistic regression and its
threshold from those held out of every training, each judged as if nobody had asked it before and
by words of other files than its own: the private student is another author too.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tqdm import tqdm

from tutor import hashes
from tutor.index import Index
from tutor.pipeline import HITS
from tutor.records import Corpus, Encoder
from tutor.retriever import Retriever
from tutor.router import Router
from tutor.scope import BUCKETS, RULE, WORDS, Rule, Signs, buckets, signs
from tutor.text import normalise
from tutor.training.router import is_held_out

log = logging.getLogger(__name__)

SMOOTHING = 0.1  # added to the count of every piece
RIDGE = 1.0
FOLDS = 10
TOLERATED = 0.02  # share of the inside that may be declined
OUTSIDE = "out_of_scope"
JUDGED = ("conceptual", "numeric", OUTSIDE)  # small talk and exercises are other rules' business


@dataclass
class Count:
    """How many texts hold each piece."""

    texts: int = 0
    holding: np.ndarray = field(default_factory=lambda: np.zeros(BUCKETS, np.float32))

    def add(self, found: np.ndarray) -> None:
        self.texts += 1
        self.holding[found] += 1

    def minus(self, other: Count) -> Count:
        return Count(self.texts - other.texts, self.holding - other.holding)

    def logarithm(self) -> np.ndarray:
        return np.log((self.holding + SMOOTHING) / (self.texts + 2 * SMOOTHING))


class WordCounts:
    """Pieces of the training texts, inside and outside, in all and of each file."""

    def __init__(self, corpus: Corpus, files: dict[str, str]) -> None:
        self._all = {True: Count(), False: Count()}
        self._of: dict[tuple[bool, str], Count] = defaultdict(Count)
        for query in corpus.queries:
            if query.intent == "smalltalk" or is_held_out(query.text):
                continue
            inside, found = query.intent != OUTSIDE, buckets(query.text)
            self._all[inside].add(found)
            self._of[inside, files[query.text]].add(found)

    def weights(self, but: str | None = None) -> np.ndarray:
        """Naive Bayes' weight of each piece, shape (BUCKETS,); `but`: a file that is left out."""
        inside, outside = (
            whole if but is None else whole.minus(self._of.get((side, but), Count()))
            for side, whole in self._all.items()
        )
        return (inside.logarithm() - outside.logarithm()).astype(np.float32)


def train(corpus: Corpus, encoder: Encoder, index: Index, folder: Path, target: Path) -> None:
    """Writes its two files beside the router's heads; `folder`: the files of corpus queries."""
    files = files_of(folder)
    counts = WordCounts(corpus, files)
    held = [q for q in corpus.queries if q.intent in JUDGED and is_held_out(q.text)]
    router = Router(target, encoder)
    unseen = index.without({q.text for q in held})
    retriever = Retriever(corpus, encoder, unseen)
    foreign = {name: counts.weights(name) for name in {files[q.text] for q in held}}
    rows = []
    for query in tqdm(held, desc="sinais"):
        route = router.route(query.text)
        hits = retriever.search(query.text, HITS, route.entry_log_chances)
        covered = retriever.coverage(query.text)
        rows.append(astuple(signs(query.text, route, hits, covered, foreign[files[query.text]])))
    inside = np.array([q.intent != OUTSIDE for q in held])
    rule, chances = fit(np.array(rows), inside)
    declined = chances < rule.threshold
    log.info(
        "scope: declines %d of %d held-out texts outside and %d of %d inside (%d folds)",
        declined[~inside].sum(), (~inside).sum(), declined[inside].sum(), inside.sum(), FOLDS,
    )  # fmt: skip
    save_file({"words": counts.weights()}, target / WORDS)
    (target / RULE).write_text(json.dumps(asdict(rule), indent=1) + "\n", encoding="utf-8")
    hashes.write(target)


def files_of(folder: Path) -> dict[str, str]:
    """Text -> name of the file that it stands in."""
    return {
        normalise(json.loads(line)["text"]): path.stem
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }


def fit(rows: np.ndarray, inside: np.ndarray) -> tuple[Rule, np.ndarray]:
    """The rule, and each row's chance under a rule that was fitted without it (cross-validated).

    `rows` has shape (texts, signs). The threshold is the highest that declines no more of the
    inside than is tolerated, read off those chances.
    """
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    chances = np.empty(len(rows))
    for left_out in range(FOLDS):
        known = fold != left_out
        rule = _regression(rows[known], inside[known])
        chances[~known] = [rule.chance(Signs(*row)) for row in rows[~known]]
    ranked = np.sort(chances[inside])
    whole = _regression(rows, inside)
    return Rule(whole.weights, whole.bias, float(ranked[int(TOLERATED * len(ranked))])), chances


def _regression(rows: np.ndarray, inside: np.ndarray) -> Rule:
    """Logistic regression with a ridge penalty on standardised signs, by Newton's method."""
    centre, spread = rows.mean(0), rows.std(0) + 1e-9
    design = np.column_stack([(rows - centre) / spread, np.ones(len(rows))])
    penalty = np.diag([RIDGE] * rows.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1.0 / (1.0 + np.exp(-design @ weights))
        gradient = design.T @ (chance - inside) + penalty @ weights
        curvature = (design.T * (chance * (1.0 - chance))) @ design + penalty
        weights -= np.linalg.solve(curvature, gradient)
    each = weights[:-1] / spread
    return Rule(Signs(*map(float, each)), float(weights[-1] - each @ centre), 0.5)
