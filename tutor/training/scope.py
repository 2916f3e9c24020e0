"""Fits what decides whether the material covers a message (tutor.scope).

The next student is another author, so nothing is judged by what its own author taught: the files
of corpus queries are dealt into hands, and each hand's texts get their signs from a router and from
words' weights that were trained on the other hands, and from an index without them. On these signs
the logistic regression and its threshold are fitted. (The encoder is the same for all.)
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from safetensors.numpy import save_file
from tqdm import tqdm

from tutor import hashes
from tutor.index import Index
from tutor.pipeline import HITS
from tutor.records import Corpus, Encoder, StudentQuery
from tutor.retriever import Retriever
from tutor.router import Router
from tutor.scope import BUCKETS, RULE, WORDS, Rule, Signs, buckets, signs
from tutor.text import normalise
from tutor.training import router as router_heads
from tutor.training.router import Remembering

log = logging.getLogger(__name__)

SMOOTHING = 0.1  # added to the count of every piece
RIDGE = 1.0
FOLDS = 10
HANDS = 6
FROM_A_FILE = 200  # texts that are judged, so that no author outweighs the others
TOLERATED = 0.03  # share of the inside that may be declined; a sixth of it is vague on purpose
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

    def logarithm(self) -> np.ndarray:
        return np.log((self.holding + SMOOTHING) / (self.texts + 2 * SMOOTHING))


def word_weights(queries: Iterable[StudentQuery]) -> np.ndarray:
    """Naive Bayes' weight of each piece of a word, inside against outside, shape (BUCKETS,)."""
    inside, outside = Count(), Count()
    for query in queries:
        if query.intent != "smalltalk":
            (outside if query.intent == OUTSIDE else inside).add(buckets(query.text))
    return (inside.logarithm() - outside.logarithm()).astype(np.float32)


def train(corpus: Corpus, encoder: Encoder, index: Index, folder: Path, target: Path) -> None:
    """Writes its two files beside the router's heads; `folder`: the files of corpus queries."""
    files, encoder = files_of(folder), Remembering(encoder)
    judged, rows = [], []
    for hand in tqdm(dealt(sorted(set(files.values()))), desc="sinais"):
        own = tuple(q for q in corpus.queries if files[q.text] in hand)
        others = replace(
            corpus, queries=tuple(q for q in corpus.queries if files[q.text] not in hand)
        )
        weights = word_weights(others.queries)
        retriever = Retriever(corpus, encoder, index.without({q.text for q in own}))
        with TemporaryDirectory() as heads:
            router_heads.train(others, encoder, Path(heads))
            router = Router(Path(heads), encoder)
        for query in _drawn(own, files):
            route = router.route(query.text)
            hits = retriever.search(query.text, HITS, route.entry_log_chances)
            covered = retriever.coverage(query.text)
            rows.append(astuple(signs(query.text, route, hits, covered, weights)))
            judged.append(query)
    inside = np.array([q.intent != OUTSIDE for q in judged])
    rule, chances = fit(np.array(rows), inside)
    declined = chances < rule.threshold
    log.info(
        "scope: declines %d of %d texts outside and %d of %d inside, by other authors' models",
        declined[~inside].sum(), (~inside).sum(), declined[inside].sum(), inside.sum(),
    )  # fmt: skip
    save_file({"words": word_weights(corpus.queries)}, target / WORDS)
    (target / RULE).write_text(json.dumps(asdict(rule), indent=1) + "\n", encoding="utf-8")
    hashes.write(target)


def dealt(names: Sequence[str]) -> list[frozenset[str]]:
    """The files in hands, one after another, so that neighbours by name are apart."""
    return [frozenset(names[i::HANDS]) for i in range(HANDS) if names[i::HANDS]]


def _drawn(queries: Sequence[StudentQuery], files: Mapping[str, str]) -> Iterator[StudentQuery]:
    """Of each file as many of the texts to judge as count, chosen by a hash of the text."""
    taken: Counter[str] = Counter()
    for query in sorted(queries, key=lambda q: sha256(q.text.encode()).digest()):
        name = files[query.text]
        if query.intent in JUDGED and taken[name] < FROM_A_FILE:
            taken[name] += 1
            yield query


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
