from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.text import fold, language, normalise, sentences


def test_equivalent_spellings_become_one() -> None:
    composed, decomposed = "atenção", "atenc\u0327a\u0303o"
    assert normalise(decomposed) == composed
    assert normalise("aten\u200bção\ufeff") == composed
    assert normalise("ＢＥＲＴ") == "BERT"
    assert normalise("a\r\nb   c") == "a\nb c"


def test_subscripts_and_superscripts_keep_their_meaning() -> None:
    assert normalise("10⁻³ e β₂ e ½") == "10⁻³ e β₂ e ½"


@given(st.text(max_size=300))
def test_normalise_is_idempotent_and_clean(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert not any(ord(c) < 32 and c != "\n" for c in once)


def test_fold_compares_without_case_or_accents() -> None:
    assert fold("Validação CRUZADA") == "validacao cruzada"


def test_sentences_leave_formulas_and_abbreviations_whole() -> None:
    text = "Use $a = 1. B$ sempre. Vale p. ex. Para BERT! E $$x.\nY$$ também. Fim"
    assert sentences(text) == [
        "Use $a = 1. B$ sempre.",
        "Vale p. ex. Para BERT!",
        "E $$x.\nY$$ também.",
        "Fim",
    ]


def test_language_needs_clear_english() -> None:
    assert language("What is the role of the query in attention?") == "en"
    assert language("o que o masking faz no decoder?") == "pt"
    assert language("explica o dropout and batch norm pra mim") == "pt"
    assert language("BERT vs GPT") == "pt"
