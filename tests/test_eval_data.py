"""The development sets are whole, and none of them has leaked into what fits the models."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from eval import cases, contamination
from eval.contamination import corpus_texts, eval_texts, grams, matches
from tutor.records import Corpus
from tutor.training.data import held_out_concepts


def test_no_eval_text_is_a_corpus_text(corpus: Corpus) -> None:
    found = matches(eval_texts(), corpus_texts(corpus))
    assert not found, "\n".join(f"{m.case}: {m.text!r} ≈ {m.corpus_text!r}" for m in found)


def test_contamination_finds_equal_and_nearly_equal_texts_only() -> None:
    known = ["O que é a Query na self-attention?", "Explique o bias correction do Adam.", "oi"]
    texts = [
        ("equal", "o que e a QUERY na self-attention"),
        ("near", "Explique o bias correction do Adam!!! :)"),
        ("one word more", "mas o que é a query na self-attention?"),
        ("other", "O que é o Value na cross-attention?"),
        ("short", "OI!"),
        ("wordless", "🙃🙃"),
    ]
    assert {m.case for m in matches(texts, known)} == {"equal", "near", "one word more", "short"}


def test_prefix_filtering_misses_nothing(corpus: Corpus) -> None:
    known = [e.question for e in corpus.examples if e.collection == "lista2"]
    texts = [(str(i), f"{text[: int(len(text) * 0.9)]} ok") for i, text in enumerate(known)]
    expected = {
        case
        for case, text in texts
        if max(len(grams(text) & grams(k)) / len(grams(text) | grams(k)) for k in known)
        >= contamination.NEAR
    }
    assert {m.case for m in matches(texts, known)} == expected
    assert expected


def test_every_target_is_an_entry_and_every_question_has_its_queries(corpus: Corpus) -> None:
    ids = {e.id for e in corpus.examples}
    listed = {e.id for e in corpus.examples if e.collection == "lista2"}
    asked = Counter(q.target for q in cases.queries("queries"))
    assert set(asked) == listed
    assert min(asked.values()) >= 8
    assert {q.target for q in cases.queries("concepts")} <= ids


def test_every_file_belongs_to_one_set() -> None:
    named = Counter(name for suite in cases.SETS for name in cases.files(suite))
    assert set(named.values()) == {1}
    assert {path.stem for path in cases.DATA.glob("*.jsonl")} == set(named)


def test_every_query_asks_for_an_entry_with_a_style_and_intent(corpus: Corpus) -> None:
    ids = {e.id for e in corpus.examples}
    for suite in ("students", "queries", "concepts"):
        for name in cases.files(suite):
            assert {q.target for q in cases.queries(name)} <= ids
    listed = {e.id for e in corpus.examples if e.collection == "lista2"}
    assert {q.target for q in cases.queries("students")} == listed


def test_ids_are_unique() -> None:
    counts = Counter(case for case, _ in eval_texts())
    assert [case for case, n in counts.items() if n > 1] == []
    for read, suite in ((cases.numeric, "numeric"), (cases.dialogues, "dialogues")):
        own = Counter(case.id for name in cases.files(suite) for case in read(name))
        assert max(own.values()) == 1, suite


def test_held_out_concepts_are_those_that_the_encoder_never_sees(corpus: Corpus) -> None:
    assert {q.target for q in cases.queries("concepts")} == held_out_concepts(corpus)


def test_list_values_are_what_the_statements_come_to() -> None:
    def loss(logits: list[float], place: int) -> float:
        shares = np.exp(np.array(logits)) / np.exp(np.array(logits)).sum()
        return float(-np.log(shares[place]))

    assert cases.LIST_VALUES["2"] == pytest.approx(loss([10, 5, 3, 1, 8], 0))
    assert cases.LIST_VALUES["13b"] == pytest.approx(loss([0.5, 0, 1], 0))
    weights = np.array([[0, 0, 0, 1], [1, 0, 0, 0], [0, 1, 1, 0], [1, 0, 0, 0]])
    assert cases.LIST_VALUES["29"] == (weights @ np.arange(12).reshape(4, 3)).tolist()
    numeric = {q.target for q in cases.queries("queries") if q.intent == "numeric"}
    assert numeric <= set(cases.LIST_VALUES)


def test_the_list_is_asked_without_its_labels(corpus: Corpus) -> None:
    found = cases.of_list(corpus)
    assert len(found) == 43
    assert not [q.text for q in found if q.text.startswith("Questão")]


def test_samples_are_the_same_for_the_same_seed() -> None:
    assert cases.sample(range(100), 5, 1) == cases.sample(range(100), 5, 1)
    assert cases.sample(range(100), 5, 1) != cases.sample(range(100), 5, 2)
    assert cases.sample(range(3), None, 0) == [0, 1, 2]
