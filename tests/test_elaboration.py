"""Why, once more, and in more detail: reviewed text that was not shown yet, or an honest end."""

from __future__ import annotations

import re

import pytest

from tutor import elaboration
from tutor.records import Corpus, Example, Problem, Question, Style
from tutor.text import fold


def example(corpus: Corpus, id_: str) -> Example:
    return next(e for e in corpus.examples if e.id == id_)


def said(corpus: Corpus, id_: str, question: Question) -> str:
    entry = example(corpus, id_)
    related = [example(corpus, i) for i in entry.related]
    return elaboration.more(entry, question, related, corpus.references) or ""


def why(given: int = 0, problem: Problem | None = None) -> Question:
    return Question("e por quê?", "…", aim="reason", given=given, problem=problem)


def again(style: Style, given: int) -> Question:
    return Question("…", "…", style, given=given)


def test_every_reason_is_reviewed_and_none_repeats_the_answer(corpus: Corpus) -> None:
    for entry in corpus.examples:
        text = said(corpus, entry.id, why())
        reviewed = "\n".join(
            (entry.answer, entry.simpler, *entry.key_points, *(m.why for m in entry.misconceptions))
        )
        plain = " ".join(reviewed.split())
        for line in text.splitlines():
            if line.startswith("- ") and not line.startswith("- Não é que"):
                parts = re.split(r"(?<=[.!?]) ", line[2:].rstrip("."))
                assert all(part.rstrip(".") in plain for part in parts), (entry.id, line)
        assert entry.answer not in text


def test_a_reason_is_picked_by_its_causal_words(corpus: Corpus) -> None:
    text = said(corpus, "24", why())
    assert "O principal motivo é a dimensão" in text
    assert len([line for line in text.splitlines() if line.startswith("- ")]) <= 3


def test_asking_why_again_brings_something_new_until_nothing_is_left(corpus: Corpus) -> None:
    pages = [said(corpus, "c-dropout", why(given)) for given in range(5)]
    assert len(set(pages[:4])) == 4
    assert "não diz mais do que isso" in pages[3] and "Srivastava" in pages[3]
    assert pages[3] == pages[4]


def test_after_a_computation_no_number_of_another_problem_is_told(corpus: Corpus) -> None:
    problem = Problem("cross_entropy", {"logits": [1, 2, 3], "target": 0})
    for id_ in ("2", "13b", "29", "9"):
        for given in range(4):
            body = said(corpus, id_, why(given, problem)).split("Para ir além")[0]
            assert not re.search(r"\d", body), (id_, body)


def test_another_example_is_a_neighbours_and_says_so(corpus: Corpus) -> None:
    texts = [said(corpus, "24", again("example", given)) for given in range(1, 7)]
    neighbour = example(corpus, example(corpus, "24").related[0])
    assert neighbour.worked_example in texts[0] and neighbour.title in texts[0]
    assert "Não há mais exemplos revisados" in texts[-1]


def test_more_detail_brings_misconceptions_then_errata_then_the_source(corpus: Corpus) -> None:
    first, second, third = (said(corpus, "24", again("detailed", n)) for n in (1, 2, 3))
    assert "preserva os ângulos" in first
    assert example(corpus, "24").errata in second
    assert "não traz mais detalhes" in third and "Attention Is All You Need" in third


@pytest.mark.parametrize("style", ["short", "simple"])
def test_the_same_style_twice_is_not_the_same_text(corpus: Corpus, style: Style) -> None:
    entry = example(corpus, "25")
    text = said(corpus, "25", again(style, 1))
    assert text and text not in (entry.simpler, entry.answer)


def test_what_was_not_given_yet_is_the_ordinary_answers_matter(corpus: Corpus) -> None:
    for style in ("normal", "short", "simple", "example", "detailed"):
        assert said(corpus, "25", Question("…", "…", style)) == ""  # type: ignore[arg-type]


def test_errata_without_fault_are_none(corpus: Corpus) -> None:
    assert not elaboration.has_errata(example(corpus, "19"))
    assert elaboration.has_errata(example(corpus, "24"))
    assert fold(example(corpus, "19").errata) == "nenhuma"


def test_no_reason_begins_in_mid_sentence(corpus: Corpus) -> None:
    """A displayed formula sets the end of a sentence apart: "tem média 0, logo …"."""
    for entry in corpus.examples:
        lines = said(corpus, entry.id, why()).splitlines()
        assert not any(line[2].islower() for line in lines if line.startswith("- ")), entry.id
