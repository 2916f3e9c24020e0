from __future__ import annotations

import pytest

from tutor import grounding
from tutor.records import Corpus, Example


@pytest.fixture
def attention(listed: Corpus) -> Example:
    return next(e for e in listed.examples if e.id == "25")


def test_reviewed_answers_are_supported_by_themselves(listed: Corpus) -> None:
    for example in listed.examples:
        verdict = grounding.check(example.answer, [example])
        assert verdict.supported, (example.id, verdict)
        assert grounding.cited(verdict) == example.id


def test_leaving_a_little_out_is_allowed(attention: Example) -> None:
    said = "Query e key são projeções lineares aprendidas das representações."
    assert grounding.check(said, [attention]).supported


@pytest.mark.parametrize(
    "false",
    [
        "Query e key não são projeções lineares aprendidas das representações dos tokens.",
        "Query e value são projeções lineares aprendidas das representações dos tokens.",
        "Os escores são multiplicados por $\\sqrt{d_k}$ e passam por um softmax em cada linha, "
        "que os transforma em pesos que somam 1.",
        "Os escores são divididos por $\\sqrt{d_v}$ e passam por um softmax em cada linha, "
        "que os transforma em pesos que somam 1.",
        "Cada linha de $A$ soma 2 e diz quanto o token $i$ atende a cada token $j$.",
        "Cada linha de $A$ soma 1 e diz quanto o token $j$ atende a cada token $i$.",
        "A atenção foi inventada em Paris.",
    ],
)
def test_what_nobody_reviewed_is_not_supported(attention: Example, false: str) -> None:
    verdict = grounding.check(false, [attention])
    assert not verdict.supported
    assert verdict.sentences[0].reason


def test_a_dropped_negation_is_noticed(attention: Example) -> None:
    assert not grounding.check("Os escores são pesos.", [attention]).supported


def test_an_empty_draft_is_not_supported(attention: Example) -> None:
    assert not grounding.check("", [attention]).supported


def test_one_bad_sentence_fails_the_draft(attention: Example) -> None:
    verdict = grounding.check(attention.answer + " O gato comeu o gradiente.", [attention])
    assert not verdict.supported
    assert [s.supported for s in verdict.sentences].count(False) == 1
