"""Claims of the original key and of others, against misconceptions and errata."""

from __future__ import annotations

import pytest

from tutor import rebuttal
from tutor.records import Corpus, Example


def example(corpus: Corpus, id_: str) -> Example:
    return next(e for e in corpus.examples if e.id == id_)


@pytest.mark.parametrize(
    ("id_", "message", "parts"),
    [
        ("24", "mas no gabarito diz que a soma conserva os ângulos", ["Isso é falso: somar"]),
        ("31", "a resposta original diz que a key e a query vêm do encoder", ["troca os papéis"]),
        ("32", "o gabarito fala que a máscara deixa a matriz diagonal", ["triangular inferior"]),
        ("24", "meu colega disse que a soma dobra o tamanho do vetor", ["É falso", "concatenação"]),
        ("25", "uma amiga respondeu que a matriz QK^T é simétrica", ["É falso", "projeções"]),
        ("19", "no gabarito diz que a palavra comum vira um token só", ["não encontrou erro"]),
    ],
)
def test_a_quoted_claim_is_put_right(
    corpus: Corpus, id_: str, message: str, parts: list[str]
) -> None:
    text = rebuttal.answer(example(corpus, id_), message)
    assert all(part in text for part in parts), text


def test_a_true_claim_is_not_called_false(corpus: Corpus) -> None:
    entry = example(corpus, "24")
    for message in (
        "o professor disse que a soma não preserva os ângulos entre os embeddings",
        "meu colega falou que a soma não dobra o tamanho do vetor de entrada",
    ):
        assert rebuttal.matched(entry, message) is None
        assert "É falso." not in rebuttal.answer(entry, message)


def test_an_unknown_claim_gets_the_reference_and_says_so(corpus: Corpus) -> None:
    entry = example(corpus, "25")
    text = rebuttal.answer(entry, "meu primo disse que isso só funciona em inglês")
    assert "Não encontrei essa afirmação" in text and entry.answer in text


def test_every_misconception_meets_itself(corpus: Corpus) -> None:
    for entry in corpus.examples:
        for each in entry.misconceptions:
            assert rebuttal.matched(entry, f"a colega disse que {each.claim}") is not None
