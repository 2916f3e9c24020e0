"""Conversations through the whole pipeline, with fakes in place of the neural stages."""

from __future__ import annotations

import pytest

from tests.conftest import EchoGenerator, FixedRouter, HashingEncoder
from tutor.index import Index
from tutor.pipeline import IN_PORTUGUESE, NOT_CHANGED, Tutor, turn_of
from tutor.records import Answer, Corpus, Turn
from tutor.retriever import Retriever
from tutor.settings import Settings


@pytest.fixture(scope="module")
def tutor(corpus: Corpus) -> Tutor:
    encoder = HashingEncoder()
    retriever = Retriever(corpus, encoder, Index.build(corpus, encoder))
    return Tutor(Settings(), corpus, retriever, FixedRouter(), EchoGenerator())  # type: ignore[arg-type]


def talk(tutor: Tutor, *messages: str) -> list[Answer]:
    answers: list[Answer] = []
    history: list[Turn] = []
    for message in messages:
        answers.append(tutor.answer(message, history))
        history.append(turn_of(answers[-1]))
    return answers


def test_why_gives_reasons_and_not_the_answer_again(tutor: Tutor) -> None:
    first, second, third = talk(tutor, "questão 24", "e por quê?", "por quê?")
    assert {a.example_id for a in (first, second, third)} == {"24"}
    assert second.mode == third.mode == "reference"
    assert first.text not in second.text and second.text != third.text


def test_another_example_is_another(tutor: Tutor) -> None:
    _, first, second = talk(tutor, "questão 25", "dá um exemplo", "outro exemplo")
    assert first.text == tutor.examples["25"].worked_example
    assert first.text not in second.text and "assunto vizinho" in second.text


def test_a_quoted_claim_of_the_key_meets_the_errata(tutor: Tutor) -> None:
    for messages in (
        ("questão 24", "mas no gabarito diz que a soma conserva os ângulos"),
        ("no gabarito da questão 24 diz que a soma conserva os ângulos, tá certo?",),
    ):
        answer = talk(tutor, *messages)[-1]
        assert answer.example_id == "24" and tutor.examples["24"].errata in answer.text
        assert answer.hits[0].example.id == "24"


def test_two_questions_are_both_answered_briefly(tutor: Tutor) -> None:
    (answer,) = talk(tutor, "o que é dropout? e o que é beam search?")
    assert [h.example.id for h in answer.hits] == ["c-dropout", "c-beam-search"]
    assert answer.example_id == "c-dropout"
    assert "**1. Dropout**" in answer.text and "**2. Beam search**" in answer.text


def test_two_sentences_about_one_subject_are_one_question(tutor: Tutor) -> None:
    (answer,) = talk(tutor, "o que é dropout? como o dropout funciona?")
    assert answer.example_id == "c-dropout" and "**2." not in answer.text


@pytest.mark.parametrize("message", ["what is dropout?", "why is dropout used in training?"])
def test_an_english_question_is_told_of_the_language(tutor: Tutor, message: str) -> None:
    *pieces, answer = tutor.stream(message)
    assert isinstance(answer, Answer)
    assert answer.text.startswith(IN_PORTUGUESE) and answer.text.count(IN_PORTUGUESE) == 1
    assert "".join(str(p) for p in pieces).startswith(IN_PORTUGUESE)  # the page shows the same


def test_a_portuguese_question_is_not(tutor: Tutor) -> None:
    assert IN_PORTUGUESE not in talk(tutor, "o que é self-attention?")[0].text


def test_suggestions_are_related_and_were_not_asked_yet(tutor: Tutor) -> None:
    related = tutor.examples["25"].related
    first, *_, last = talk(tutor, "questão 25", f"questão {related[0]}", "questão 25")
    titles = {i: tutor.examples[i].aliases[0] for i in related}
    assert first.suggestions[0] == titles[related[0]]
    assert titles[related[0]] not in last.suggestions
    assert titles[related[1]] in last.suggestions
    assert tutor.examples["25"].aliases[0] not in last.suggestions


def test_not_that_shows_another_entry(tutor: Tutor) -> None:
    first, second, third = talk(
        tutor, "como o dropout regulariza a rede?", "não foi isso", "também não foi isso, não"
    )
    assert second.mode == "reference" and second.text.startswith("Desculpe.")
    assert len({first.example_id, second.example_id}) == 2
    assert third.example_id != first.example_id


def test_goodbye_is_small_talk_and_shows_no_source(tutor: Tutor) -> None:
    *_, answer = talk(tutor, "o que é dropout?", "obrigada, era isso")
    assert answer.mode == "smalltalk" and not answer.hits and "De nada" in answer.text


def test_an_order_to_compute_without_data_is_asked_back(tutor: Tutor) -> None:
    first, second = talk(tutor, "calcula o softmax pra mim", "[1, 1]")
    assert first.mode == "clarify" and second.mode == "computed"
    assert second.solution is not None and second.solution.value == pytest.approx([0.5, 0.5])


def test_why_after_a_computation_explains_instead_of_computing(tutor: Tutor) -> None:
    first, second, third = talk(
        tutor, "calcule a softmax de [2, 1, 0]", "e por quê?", "e de [0, 0, 0]?"
    )
    assert first.mode == third.mode == "computed" and second.mode == "reference"
    assert third.solution is not None
    assert third.solution.value == pytest.approx([1 / 3] * 3)


def test_an_empty_or_endless_message_leaves_the_conversation_whole(tutor: Tutor) -> None:
    answers = talk(tutor, "questão 25", "", "não " * 20_000, "valeu " * 5_000, "e por quê?")
    assert all(a.text for a in answers) and answers[-1].example_id == "25"


def test_a_change_that_is_not_understood_is_asked_back_and_the_problem_kept(tutor: Tutor) -> None:
    _, asked, again = talk(tutor, "softmax de [1, 2]", "troca o beta pra 0,5", "e de [0, 0]?")
    assert asked.mode == "clarify" and asked.text == NOT_CHANGED
    assert again.solution is not None and again.solution.value == [0.5, 0.5]


def test_an_exercise_tried_and_given_up_is_solved(tutor: Tutor) -> None:
    _, tried, shown = talk(
        tutor, "me dá um exercício de softmax", "0,123", "desisto, mostra a resposta"
    )
    assert tried.mode == shown.mode == "computed"
    assert tried.solution and shown.solution
    assert shown.solution.value == tried.solution.value


def test_what_is_refused_is_not_shown_again(tutor: Tutor) -> None:
    first, second = talk(tutor, "o que é dropout?", "não era isso, quero saber de beam search")
    assert first.example_id == "c-dropout" and second.example_id == "c-beam-search"
    assert "c-dropout" in second.question.rejected
