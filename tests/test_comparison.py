"""Comparisons: which entries a question compares, and an answer made of their reviewed text."""

from __future__ import annotations

import pytest

from tests.conftest import EchoGenerator, FixedRouter, HashingEncoder
from tutor import comparison
from tutor.comparison import Comparison
from tutor.index import Index
from tutor.pipeline import Thresholds, Tutor, turn_of
from tutor.records import Corpus, Example
from tutor.retriever import Retriever
from tutor.settings import Settings


@pytest.fixture(scope="module")
def compare(corpus: Corpus) -> Comparison:
    return Comparison(corpus)


@pytest.fixture(scope="module")
def tutor(corpus: Corpus) -> Tutor:
    encoder = HashingEncoder()
    retriever = Retriever(corpus, encoder, Index.build(corpus, encoder))
    return Tutor(Settings(), corpus, retriever, FixedRouter(), EchoGenerator(), None, Thresholds())  # type: ignore[arg-type]


def nothing(name: str) -> Example | None:
    return None


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("Qual a diferença entre dropout e batch norm?", ["c-dropout", "c-batch-normalization"]),
        ("overfitting x underfitting", ["c-overfitting", "c-underfitting"]),
        ("compara GRU, LSTM e RNN em uma tabela", ["c-gru", "c-lstm", "c-rnn"]),
        ("what is the difference between precision and recall?", ["c-precisao", "c-revocacao"]),
        ("max pooling vs average pooling", ["c-max-pooling", "c-average-pooling"]),
        ("tanh, relu e gelu numa tabela", ["c-tanh", "c-relu", "c-gelu"]),
    ],
)
def test_the_sides_of_a_comparison(compare: Comparison, text: str, ids: list[str]) -> None:
    assert [e.id for e in compare.sides(text, nothing)] == ids


@pytest.mark.parametrize(
    "text",
    [
        "o que é dropout?",
        "dropout e batch norm",  # nothing is compared
        "por que a LSTM sofre menos que a RNN com o desaparecimento do gradiente?",
        "qual a diferença entre dropout e batch norm na inferência do meu classificador de gatos?",
        "diferença entre dropout e xyz",
        "",
    ],
)
def test_other_questions_compare_nothing(compare: Comparison, text: str) -> None:
    assert compare.sides(text, nothing) == ()


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        ("LOO vs k-fold", "3"),
        ("Adam, RMSProp e momentum numa tabela", "9"),
        ("qual a diferença entre BERT e GPT?", "40"),
        ("GRU vs LSTM", "c-gru"),
        ("layer norm x batch norm", "c-layer-normalization"),
    ],
)
def test_an_entry_that_is_about_the_comparison_covers_it(
    compare: Comparison, text: str, id_: str
) -> None:
    assert id_ in compare.covering(text)


def test_a_comparison_is_made_of_reviewed_text(corpus: Corpus) -> None:
    one, other = (next(e for e in corpus.examples if e.id == i) for i in ("c-gru", "c-lstm"))
    text = comparison.write([one, other])
    assert "fonte: GRU" in text and "fonte: LSTM" in text
    assert "| GRU | LSTM |" in text
    assert "três quartos" in text  # the contrast that the entries have
    reviewed = " ".join(" ".join((e.answer, *e.key_points)).replace("|", "") for e in (one, other))
    for row in [line for line in text.splitlines() if line.startswith("| ")][2:]:
        for cell in row.strip("| ").split(" | "):
            assert " ".join(cell.split()) in " ".join(reviewed.split())


def test_no_cell_of_a_table_is_cut_by_a_bar(corpus: Corpus) -> None:
    for one, other in zip(corpus.examples[::2], corpus.examples[1::2], strict=False):
        rows = comparison.table([one, other]).splitlines()
        assert {row.replace(r"\|", "").count("|") for row in rows} == {3}, (one.id, other.id)


def test_two_entries_answer_side_by_side_with_both_sources(tutor: Tutor) -> None:
    answer = tutor.answer("qual a diferença entre dropout e early stopping?")
    assert answer.mode == "reference" and answer.example_id == "c-dropout"
    assert [h.example.id for h in answer.hits] == ["c-dropout", "c-early-stopping"]
    assert "| Dropout | Early stopping |" in answer.text


def test_an_entry_that_covers_the_comparison_answers_alone(tutor: Tutor) -> None:
    answer = tutor.answer("LOO vs k-fold")
    assert answer.example_id == "3" and "| --- |" not in answer.text


def test_in_relation_to_another_compares_with_the_last_subject(tutor: Tutor) -> None:
    first = tutor.answer("o que é dropout?")
    second = tutor.answer("e em relação ao early stopping?", [turn_of(first)])
    assert {h.example.id for h in second.hits} == {"c-dropout", "c-early-stopping"}
    third = tutor.answer("põe numa tabela", [turn_of(first), turn_of(second)])
    assert "| Dropout | Early stopping |" in third.text


def test_questions_named_together_are_not_compared(tutor: Tutor) -> None:
    answer = tutor.answer("questões 25 e 26")
    assert "comparação direta" not in answer.text
    assert all(tutor.examples[i].title in answer.text for i in ("25", "26"))
