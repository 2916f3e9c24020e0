from __future__ import annotations

import pytest

from tests.conftest import HashingEncoder
from tutor.index import Index
from tutor.records import Corpus
from tutor.retriever import Retriever, Weights, analyse


@pytest.fixture(scope="module")
def retriever(listed: Corpus) -> Retriever:
    encoder = HashingEncoder()
    return Retriever(listed, encoder, Index.build(listed, encoder))


def test_every_question_in_its_own_words_finds_itself(listed: Corpus, retriever: Retriever) -> None:
    for example in listed.examples:
        assert retriever.search(example.question)[0].example.id == example.id


def test_hits_are_ordered_bounded_and_distinct(retriever: Retriever) -> None:
    hits = retriever.search("máscara na atenção", 8)
    scores = [h.score for h in hits]
    assert scores == sorted(scores, reverse=True) and all(0 <= s <= 1 for s in scores)
    assert len({h.example.id for h in hits}) == len(hits) == 8


def test_words_that_nobody_wrote_do_not_break_it(retriever: Retriever) -> None:
    for text in ("", "xyzzy", "de a o", "😀", "a" * 10_000):
        assert retriever.search(text)


def test_the_routers_entries_are_a_soft_prior(listed: Corpus) -> None:
    encoder = HashingEncoder()
    index = Index.build(listed, encoder)
    strong = Retriever(listed, encoder, index, Weights(entry=10.0))
    assert strong.search("o que é value?", 1, {"36": -0.1, "26": -3.0})[0].example.id == "36"
    assert strong.search("o que é value?", 1)[0].example.id != "36"


def test_stems_join_inflections() -> None:
    assert analyse("as camadas ocultas") == analyse("Camada oculta") != analyse("saída")
