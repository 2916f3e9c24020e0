"""The decision whether the material covers a message, and how it is fitted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FixedRouter, HashingEncoder
from tutor import hashes
from tutor.errors import ModelError
from tutor.index import Index
from tutor.records import Corpus, Hit, StudentQuery
from tutor.router import Router
from tutor.scope import BUCKETS, RULE, Rule, Scope, Signs, buckets, signs
from tutor.training import router as heads
from tutor.training import scope
from tutor.training.router import is_held_out


def test_pieces_are_the_same_for_equivalent_spellings() -> None:
    assert (buckets("Atenção") == buckets("atencao")).all()
    assert len(buckets("")) == 0
    assert buckets("o que é BPE?").max() < BUCKETS


def test_signs_of_a_message(listed: Corpus) -> None:
    one, other = listed.examples[:2]
    hits = (Hit(one, 0.9, 0.4, 1.0, ""), Hit(other, 0.8, 0.7, 1.0, ""))
    route = FixedRouter(scope=0.5).route("x")
    weights = np.ones(BUCKETS, np.float32)
    found = signs("bpe", route, hits, 0.25, weights)
    assert found.router == 0.0 and found.coverage == 0.25
    assert found.nearest == 0.7 and found.lead == pytest.approx(0.3)
    count = len(buckets("bpe"))
    assert found.words == pytest.approx(count / np.sqrt(count + 1))
    assert np.isfinite(signs("bpe", FixedRouter(scope=0.0).route("x"), hits, 0, weights).router)


def test_every_sign_raises_the_chance() -> None:
    rule = Rule(Signs(1.0, 2.0, 3.0, 4.0, 5.0), -1.0, 0.5)
    nothing = rule.chance(Signs(0.0, 0.0, 0.0, 0.0, 0.0))
    assert nothing == pytest.approx(1 / (1 + np.e))
    for place in range(5):
        raised = [0.0] * 5
        raised[place] = 1.0
        assert rule.chance(Signs(*raised)) > nothing
    assert rule.chance(Signs(-1e9, 0.0, 0.0, 0.0, 0.0)) == pytest.approx(0.0)


def test_a_regression_finds_what_separates() -> None:
    """One sign tells the classes apart, the others are noise."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(400, 5))
    inside = np.arange(400) % 4 != 0
    rows[:, 3] += 3.0 * inside
    rule, chances = scope.fit(rows, inside)
    assert rule.weights.coverage > 3 * abs(rule.weights.router)
    assert (chances[inside] < rule.threshold).mean() <= scope.TOLERATED
    assert (chances[~inside] < rule.threshold).mean() > 0.5


@pytest.fixture(scope="module")
def small(corpus: Corpus) -> Corpus:
    """The list and a tenth of the queries, with all that are held out of these."""
    examples = tuple(e for e in corpus.examples if e.collection == "lista2")
    listed = {e.id for e in examples} | {None}
    queries = [q for q in corpus.queries if q.target in listed]
    held = [q for q in queries if is_held_out(q.text)][::4]
    known = [q for q in queries if not is_held_out(q.text)][::10]
    return Corpus(examples, corpus.topics, tuple(held + known), corpus.references)


def _write(folder: Path, queries: tuple[StudentQuery, ...]) -> None:
    folder.mkdir()
    for name, part in (("one", queries[::2]), ("other", queries[1::2])):
        lines = "".join(json.dumps({"text": q.text}) + "\n" for q in part)
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8")


def test_fitted_files_load_and_tell_inside_from_outside(small: Corpus, tmp_path: Path) -> None:
    encoder, target = HashingEncoder(), tmp_path / "router"
    _write(tmp_path / "queries", small.queries)
    heads.train(small, encoder, target, heads.Recipe(epochs=2))
    with pytest.raises(ModelError, match="train router"):
        Scope(target)
    index = Index.build(small, encoder)
    scope.train(small, encoder, index, tmp_path / "queries", target)
    loaded, router = Scope(target), Router(target, encoder)
    near = (Hit(small.examples[0], 1.0, 0.6, 1.0, ""),)
    inside = loaded.chance("como a atenção usa a query", router.route("atenção"), near, 1.0)
    outside = loaded.chance("receita de bolo", router.route("bolo"), near, 0.0)
    assert inside > outside
    assert 0 < loaded.rule.threshold < 1
    (target / RULE).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError):
        Scope(target)
    hashes.write(target)


def test_words_weigh_by_the_side_that_uses_them() -> None:
    queries = (
        StudentQuery("zumbido grave", None, "formal", "out_of_scope"),
        StudentQuery("perda neural", "1", "formal", "conceptual"),
        StudentQuery("oi zumbido", None, "formal", "smalltalk"),
    )
    weights = scope.word_weights(queries)
    assert (weights[buckets("zumbido")] < 0).all() and (weights[buckets("perda")] > 0).all()
    assert (weights[np.setdiff1d(buckets("oi"), buckets("zumbido grave perda neural"))] == 0).all()


def test_hands_hold_each_file_once() -> None:
    names = [f"file-{i:02}" for i in range(23)]
    hands = scope.dealt(names)
    assert sorted(name for hand in hands for name in hand) == names
    assert len(hands) == scope.HANDS and all(len(hand) < 5 for hand in hands)
    assert scope.dealt(["one", "other"]) == [{"one"}, {"other"}]


def test_an_index_without_texts_keeps_everything_else(small: Corpus) -> None:
    index = Index.build(small, HashingEncoder())
    gone = {q.text for q in small.queries[:5] if q.target is not None}
    rest = index.without(gone)
    assert not gone & {p.text for p in rest.passages if p.kind == "query"}
    assert {p for p in index.passages if p.kind != "query"} <= set(rest.passages)
    text = rest.passages[3].text
    places, cosines = rest.search(HashingEncoder().encode([text])[0], 1)
    assert rest.passages[places[0]].text == text and cosines[0] == pytest.approx(1.0, abs=1e-2)
