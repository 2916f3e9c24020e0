"""The online page with fakes in place of the neural stages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import EchoGenerator, FixedRouter, HashingEncoder
from tutor import practice
from tutor.errors import GeneratorError
from tutor.index import Index
from tutor.pipeline import Thresholds, Tutor, turn_of
from tutor.records import Answer, Corpus, Prompt
from tutor.retriever import Retriever
from tutor.settings import Settings

SURE = Thresholds()


def tutor_with(corpus: Corpus, generator=None, router=None, fallback=None, limits=SURE) -> Tutor:
    encoder = HashingEncoder()
    retriever = Retriever(corpus, encoder, Index.build(corpus, encoder))
    return Tutor(
        Settings(), corpus, retriever, router or FixedRouter(), generator or EchoGenerator(),
        fallback, limits,
    )  # fmt: skip


@pytest.fixture(scope="module")
def tutor(listed: Corpus) -> Tutor:
    return tutor_with(listed)


QUESTION = "Qual é a função da multiplicação da Query pela Key na self-attention do Transformer?"


def test_a_supported_draft_is_shown_with_its_evidence(tutor: Tutor) -> None:
    answer = tutor.answer(QUESTION)
    assert answer.mode == "generated" and answer.example_id == "25"
    assert answer.draft is not None and answer.draft.text == answer.text
    assert answer.verdict is not None and answer.verdict.supported
    assert answer.hits[0].example.id == "25" and answer.prompt is not None
    assert {"dialogue", "solve", "route", "retrieve", "generate", "ground"} <= set(answer.timings)


@pytest.mark.parametrize("draft", ["A query vem do decoder de Marte.", "", "x " * 4000])
def test_an_unsupported_draft_is_replaced_by_the_reference(listed: Corpus, draft: str) -> None:
    tutor = tutor_with(listed, EchoGenerator(draft))
    parts = list(tutor.stream(QUESTION))
    answer = parts[-1]
    assert isinstance(answer, Answer) and answer.mode == "reference"
    assert answer.text == tutor.examples["25"].answer
    assert "Marte" not in "".join(p for p in parts if isinstance(p, str))


def test_a_true_draft_about_another_entry_is_not_shown(listed: Corpus) -> None:
    other = next(e for e in listed.examples if e.id == "26")
    assert tutor_with(listed, EchoGenerator(other.answer)).answer(QUESTION).mode == "reference"


class Failing(EchoGenerator):
    name = "remoto"

    def stream(self, prompt: Prompt) -> Iterator[str]:
        raise GeneratorError("O modelo remoto demorou demais para responder.")
        yield ""


def test_a_failing_remote_generator_falls_back_and_says_so(listed: Corpus) -> None:
    answer = tutor_with(listed, Failing(), fallback=EchoGenerator()).answer(QUESTION)
    assert answer.mode == "generated" and answer.draft is not None
    assert answer.draft.model == "eco"
    assert answer.notes == ("O modelo remoto demorou demais para responder.",)


def test_without_any_generator_the_reference_is_shown(listed: Corpus) -> None:
    answer = tutor_with(listed, Failing()).answer(QUESTION)
    assert answer.mode == "reference" and answer.example_id == "25"


def test_outside_the_material_no_source_is_shown(listed: Corpus) -> None:
    tutor = tutor_with(listed, router=FixedRouter("out_of_scope", 0.05))
    answer = tutor.answer("qual a capital da Mongólia interior?")
    assert answer.mode == "abstained" and answer.hits == () and answer.example_id is None
    assert "Não encontrei" in answer.text


def test_numbers_are_computed_and_follow_ups_change_one_datum(tutor: Tutor) -> None:
    first = tutor.answer(
        "logits [10,5,3,1,8], classes [ford, volks, gm, bmw, honda], classe verdadeira ford: "
        "qual a entropia cruzada?"
    )
    assert first.mode == "computed" and first.solution is not None
    assert first.solution.value == pytest.approx(0.13375, abs=1e-4)
    second = tutor.answer("e se a classe fosse honda?", [turn_of(first)])
    assert second.mode == "computed" and second.solution is not None
    assert second.solution.value == pytest.approx(2.13375, abs=1e-4)


def test_missing_data_are_asked_for_and_then_completed(listed: Corpus) -> None:
    tutor = tutor_with(listed, router=FixedRouter("numeric"))
    first = tutor.answer("calcule a entropia cruzada com os logits [2, 1, 0]")
    assert first.mode == "clarify" and "classe" in first.text
    second = tutor.answer("a classe é a 0", [turn_of(first)])
    assert second.mode == "computed"


def test_an_explanation_is_not_mistaken_for_a_problem_without_data(tutor: Tutor) -> None:
    """The router says conceptual: nothing is asked back."""
    answer = tutor.answer("cross-entropy de cinco classes passo a passo")
    assert answer.mode in ("generated", "reference")


def test_named_questions_and_follow_ups_use_the_named_entry(tutor: Tutor) -> None:
    first = tutor.answer("questão 36")
    assert first.example_id == "36"
    second = tutor.answer("dá um exemplo", [turn_of(first)])
    assert second.example_id == "36"
    assert second.text == tutor.examples["36"].worked_example


def test_practice_gives_the_same_exercise_for_the_same_place(listed: Corpus) -> None:
    tutor = tutor_with(listed, router=FixedRouter("practice"))
    first, again = tutor.answer("me dá um exercício"), tutor.answer("me dá um exercício")
    assert first.mode == "practice" and first.text == again.text


def test_what_is_streamed_is_what_is_answered(tutor: Tutor) -> None:
    *pieces, answer = tutor.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert "".join(pieces).strip() == answer.text.strip()


@pytest.mark.parametrize(
    "message", ["", "   ", "😀😀", "?!", "a" * 100_000, "<script>alert(1)</script>"]
)
def test_hostile_messages_get_an_answer(tutor: Tutor, message: str) -> None:
    assert tutor.answer(message).text


def test_an_exercise_is_checked_and_solved(listed: Corpus) -> None:
    tutor = tutor_with(listed, router=FixedRouter("practice"))
    asked = tutor.answer("me dá um exercício de entropia cruzada")
    assert asked.mode == "practice" and asked.problem is not None
    solved = tutor.answer("mostra a resposta", [turn_of(asked)])
    assert solved.mode == "computed" and solved.solution is not None
    assert solved.solution.problem.kind == asked.problem.kind
    value = solved.solution.value
    right = str(value).replace(".", ",")
    if isinstance(value, float):
        assert "está certo" in tutor.answer(f"deu {right}", [turn_of(asked)]).text
        assert "está certo" in tutor.answer(right, [turn_of(asked)]).text
        assert "Ainda não" in tutor.answer("acho que é 77,7", [turn_of(asked)]).text


def test_an_exercise_is_of_the_family_that_was_named(listed: Corpus) -> None:
    tutor = tutor_with(listed, router=FixedRouter("practice"))
    asked = tutor.answer("quero um exercício de softmax")
    assert asked.problem is not None and "softmax" in asked.problem.kind


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("deu 0,5", [0.5]),
        ("[0,66; 0,24; 0,10]", [0.66, 0.24, 0.10]),
        ("acho que é 0.66, 0.24, 0.1", [0.66, 0.24, 0.1]),
        ("[1, 2, 3]", [1, 2, 3]),
        ("32", [32]),
        ("o que é softmax?", None),
        ("softmax de [1, 2, 3]", None),
        ("e com 3 classes?", None),
    ],
)
def test_a_bare_result_is_told_from_a_question(text: str, numbers: list[float] | None) -> None:
    assert practice.result(text) == numbers
