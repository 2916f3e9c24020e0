"""Trains the forest that tells true paraphrases of the material from false ones.

True: paraphrases of the concept cards' sentences, written by hand (corpus/paraphrases.jsonl).
False: hand-written fluent ones, the cards' misconceptions, sentences of neighbouring cards, and
true ones (paraphrased or verbatim) with a negation, a number, a term or a role changed by a rule.
Folds of the cross-validation that sets the threshold never share a card; the list's questions are
not used.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from tutor import hashes
from tutor.errors import ModelError
from tutor.grounding.judge import FOREST, LIMITS, described
from tutor.grounding.lexicon import OPPOSED_WORDS
from tutor.records import Corpus, Example
from tutor.text import sentences

log = logging.getLogger(__name__)

PARAPHRASES = "paraphrases.jsonl"
TRUE, WRITTEN = "paraphrase", "false paraphrase"
RELATED = 2  # entries beside its own that a sentence is held against, as in a prompt
_MATH = re.compile(r"(\$\$.+?\$\$|\$[^$]+\$|`[^`]*`)", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}(?:-\w+)*")
_LONG_WORD = re.compile(r"[^\W\d_]{5,}(?:-\w+)*|[A-Z]{2,}[\w-]*")
_DIGITS = re.compile(r"\d+")
_VERB = re.compile(
    r"\b(?:é|são|tem|têm|usa|usam|pode|podem|vem|vêm|faz|fazem|dá|dão|fica|ficam|recebe|calcula"
    r"|depende|muda|precisa|permite|evita|reduz|aumenta|começa|mantém|torna|deve|devem)\b"
)
_HINGE = re.compile(r",? enquanto (?:o |a |os |as )?|; (?:o |a |os |as )?|, e (?:o |a |os |as )?")


@dataclass(frozen=True)
class Recipe:
    trees: int = 160
    leaf: int = 2  # fewest rows of a leaf
    folds: int = 8
    weight: float = 0.4  # of a false sentence made by rule or found, against a written one
    # Shares of the false sentences that must lie under the threshold. Some of those made by rule
    # are harmless (two members of a list swapped), hence the lower share.
    written_refused: float = 0.995
    made_refused: float = 0.985
    seed: int = 20261123


@dataclass(frozen=True)
class Row:
    card: str
    kind: str
    text: str
    true: bool


@dataclass(frozen=True)
class Scored:
    """What the cross-validation says of every row."""

    rows: tuple[Row, ...]
    scores: np.ndarray
    threshold: float


def paraphrases(root: Path) -> list[Row]:
    """What was written by hand, from corpus/paraphrases.jsonl; raises ModelError without it."""
    path = root / PARAPHRASES
    if not path.is_file():
        raise ModelError(f"Falta {path.name} no corpus: sem paráfrases não há o que treinar.")
    found = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Row(f["entry"], TRUE if f["true"] else WRITTEN, f["text"], bool(f["true"])) for f in found
    ]


def rows(corpus: Corpus, written: Sequence[Row], seed: int) -> list[Row]:
    """The written sentences and the false ones that are made of them and of their cards."""
    rng = random.Random(seed)
    cards = {e.id: e for e in corpus.examples if e.collection == "concepts"}
    used = [cards[card] for card in dict.fromkeys(row.card for row in written)]
    made = list(written)
    for row in written:
        if row.true:
            made += _corrupted(row.card, row.text, "of a paraphrase", 2, rng)
    for card in used:
        made += [Row(card.id, "misconception", m.claim, False) for m in card.misconceptions]
        for sentence in (*card.key_points, *sentences(card.answer)):
            made += _corrupted(card.id, sentence, "of a reviewed sentence", 1, rng)
        strangers = [
            s
            for e in cards.values()
            if e.topic == card.topic and e is not card
            for s in e.key_points
        ]
        chosen = rng.sample(strangers, min(3, len(strangers)))
        made += [Row(card.id, "of another card", s, False) for s in chosen]
    return made


def _corrupted(card: str, text: str, kind: str, most: int, rng: random.Random) -> Iterator[Row]:
    ways = list(CORRUPTIONS)
    rng.shuffle(ways)
    found = ((way.__name__.strip("_"), way(text, rng)) for way in ways)
    fitting = [(name, bad) for name, bad in found if bad is not None and bad != text]
    for name, bad in fitting[:most]:
        yield Row(card, f"{name} {kind}", bad, False)


def _negation(text: str, rng: random.Random) -> str | None:
    """ "não" taken away, or put before a verb."""
    if " não " in text:
        return text.replace(" não ", " ", 1)
    found = _places(_VERB, text)
    if not found:
        return None
    verb = rng.choice(found)
    return f"{text[: verb.start()]}não {text[verb.start() :]}"


def _number(text: str, rng: random.Random) -> str | None:
    found = list(_DIGITS.finditer(text))
    if not found:
        return None
    digits = rng.choice(found)
    return (
        f"{text[: digits.start()]}{int(digits.group()) + rng.randint(1, 3)}{text[digits.end() :]}"
    )


def _opposite(text: str, rng: random.Random) -> str | None:
    """One word becomes one that the lexicon sets against it."""
    found = [m for m in _places(_WORD, text) if m.group().lower() in OPPOSED_WORDS]
    if not found:
        return None
    word = rng.choice(found)
    other = rng.choice(OPPOSED_WORDS[word.group().lower()])
    return text[: word.start()] + other + text[word.end() :]


def _swap(text: str, rng: random.Random) -> str | None:
    """Two words with the same ending change places, so that the sentence stays fluent."""
    found = _places(_LONG_WORD, text)
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 2 :]
        if a.group().lower() != b.group().lower() and a.group()[-1] == b.group()[-1]
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    between = text[a.end() : b.start()]
    return text[: a.start()] + b.group() + between + a.group() + text[b.end() :]


def _sides(text: str, rng: random.Random) -> str | None:
    """The subjects of two contrasted clauses change places ("A faz x, e B faz y")."""
    hinge = rng.choice(list(_HINGE.finditer(text)) or [None])
    if hinge is None:
        return None
    first, second = _LONG_WORD.search(text[: hinge.start()]), _LONG_WORD.search(text, hinge.end())
    if first is None or second is None or first.group().lower() == second.group().lower():
        return None
    between = text[first.end() : second.start()]
    return text[: first.start()] + second.group() + between + first.group() + text[second.end() :]


CORRUPTIONS: tuple[Callable[[str, random.Random], str | None], ...] = (
    _negation, _number, _opposite, _opposite, _swap, _sides,
)  # fmt: skip


def _places(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """Matches outside formulas and code."""
    inside = [(m.start(), m.end()) for m in _MATH.finditer(text)]
    return [m for m in pattern.finditer(text) if not any(a <= m.start() < b for a, b in inside)]


def train(corpus: Corpus, root: Path, target: Path, recipe: Recipe | None = None) -> Scored:
    """Writes models/grounding; `root` is the folder of the corpus."""
    from sklearn.ensemble import ExtraTreesClassifier
    from sklearn.model_selection import GroupKFold

    recipe = recipe or Recipe()
    examples: dict[str, Example] = {e.id: e for e in corpus.examples}
    kept: list[Row] = []
    numbers: list[dict[str, float]] = []
    for row in rows(corpus, paraphrases(root), recipe.seed):
        card = examples[row.card]
        sources = [card, *(examples[i] for i in card.related[:RELATED] if i in examples)]
        found = described(row.text, sources)
        if found is not None:
            kept.append(row)
            numbers.append(found[1])
    names = sorted(numbers[0])
    x = np.array([[n[name] for name in names] for n in numbers])
    y = np.array([row.true for row in kept])
    written = np.array([row.kind in (TRUE, WRITTEN) for row in kept])
    weights = np.where(written, 1.0, recipe.weight)
    log.info("grounding: %d sentences, %d of them true", len(kept), int(y.sum()))

    def forest() -> ExtraTreesClassifier:
        return ExtraTreesClassifier(
            recipe.trees, min_samples_leaf=recipe.leaf, random_state=recipe.seed
        )

    scores = np.zeros(len(kept))
    cards = np.array([row.card for row in kept])
    for inside, outside in GroupKFold(recipe.folds).split(x, y, cards):
        fitted = forest().fit(x[inside], y[inside], weights[inside])
        scores[outside] = fitted.predict_proba(x[outside])[:, 1]
    threshold = strictest(kept, scores, recipe)
    _save(forest().fit(x, y, weights), names, threshold, target)
    return Scored(tuple(kept), scores, threshold)


def strictest(rows: Sequence[Row], scores: np.ndarray, recipe: Recipe) -> float:
    """The threshold under which enough of the written and of the other false sentences lie."""
    groups = (
        ([row.kind == WRITTEN for row in rows], recipe.written_refused),
        ([not row.true and row.kind != WRITTEN for row in rows], recipe.made_refused),
    )
    return max(
        float(np.quantile(scores[group], share, method="higher"))
        for group, share in groups
        if any(group)
    )


def _save(forest: object, names: Sequence[str], threshold: float, target: Path) -> None:
    """All trees in one table of nodes; a leaf has feature -1 and the share of true sentences."""
    trees = [estimator.tree_ for estimator in forest.estimators_]  # type: ignore[attr-defined]
    starts = np.cumsum([0, *(t.node_count for t in trees)])
    value = [t.value[:, 0, 1] / t.value[:, 0].sum(axis=1) for t in trees]
    table: dict[str, np.ndarray] = {
        "roots": starts[:-1].astype(np.int32),
        "feature": np.concatenate([np.maximum(t.feature, -1) for t in trees]).astype(np.int8),
        "limit": np.concatenate([t.threshold for t in trees]),
        "left": np.concatenate(
            [t.children_left + s for t, s in zip(trees, starts, strict=False)]
        ).astype(np.int32),
        "right": np.concatenate(
            [t.children_right + s for t, s in zip(trees, starts, strict=False)]
        ).astype(np.int32),
        "value": np.concatenate(value).astype(np.float32),
    }
    target.mkdir(parents=True, exist_ok=True)
    save_file(table, target / FOREST)
    limits = {"features": list(names), "threshold": round(threshold, 4)}
    (target / LIMITS).write_text(json.dumps(limits, indent=1) + "\n", encoding="utf-8")
    hashes.write(target)


def curve(scored: Scored) -> Iterator[tuple[float, float, float, float]]:
    """Threshold, share of true accepted, share of written false refused, share of the rest."""
    true = np.array([row.true for row in scored.rows])
    written = np.array([row.kind == WRITTEN for row in scored.rows])
    for refused in (0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.0):
        threshold = float(np.quantile(scored.scores[written], refused, method="higher"))
        over = scored.scores > threshold
        yield (
            threshold,
            float(over[true].mean()),
            float((~over)[written].mean()),
            float((~over)[~true & ~written].mean()),
        )
