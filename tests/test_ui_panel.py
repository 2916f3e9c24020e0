"""Cards keep the evidence, come back from the browser as strangers' data, and draw safely."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ui_fake import FakeTutor

from tutor import solver
from tutor.records import Corpus, Figure
from tutor.settings import Settings
from tutor.ui import entry, figures, strings
from tutor.ui.conversation import Entry, close, history, judgements, load, messages, options, save
from tutor.ui.feedback import Feedback
from tutor.ui.markdown import visible
from tutor.ui.panel import Panel, card

_SCALAR = st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | st.text(max_size=9)
_JSON = st.recursive(
    _SCALAR,
    lambda each: st.lists(each, max_size=4) | st.dictionaries(st.text(max_size=6), each),
    max_leaves=12,
)
_FIELDS = (
    "standalone", "mode", "topic", "sources", "solution", "verdict", "prompt", "notes", "timings",
)  # fmt: skip


@pytest.fixture(scope="module")
def tutor(corpus: Corpus) -> FakeTutor:
    return FakeTutor(corpus, Settings())


def test_a_conceptual_answer_shows_all_its_evidence(tutor: FakeTutor, corpus: Corpus) -> None:
    answer = tutor.answer("Qual é a função da multiplicação da Query pela Key?")
    shown = Panel(corpus).html(card(answer))
    for text in (
        strings.MODES["reference"], strings.SOURCES, "Questão 25", strings.ERRATA,
        strings.MISCONCEPTIONS, strings.VERDICT, strings.VERDICT_FAILED, strings.PROMPT,
        strings.TIMINGS, "812 tokens",
    ):  # fmt: skip
        assert text in shown, text
    assert "\n" not in shown


def test_a_card_survives_the_browser(tutor: FakeTutor, corpus: Corpus) -> None:
    made = card(tutor.answer("Calcule a softmax de [2, 1, 0]"))
    back = json.loads(json.dumps(made))
    assert Panel(corpus).html(back) == Panel(corpus).html(made)
    assert strings.CHECKS in Panel(corpus).html(back)
    assert "<figure" in Panel(corpus).html(back)


# A busy machine is no fault of the card.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNTIMED
@given(st.fixed_dictionaries({name: _JSON for name in _FIELDS}) | st.dictionaries(st.text(), _JSON))
def test_any_card_is_drawn_or_refused_in_words(corpus: Corpus, made: dict[str, Any]) -> None:
    shown = Panel(corpus).html(made)
    assert shown.startswith('<div class="evidence">')


def test_strangers_text_in_a_card_is_escaped(tutor: FakeTutor, corpus: Corpus) -> None:
    bad = "<img src=x onerror=alert(1)>"
    made = card(tutor.answer("O que é dropout?"))
    made |= {"standalone": bad, "notes": [bad], "timings": {bad: 1.0}}
    made["prompt"] = {"text": bad, "shots": bad, "tokens": bad, "model": bad}
    made["verdict"] = [[bad, True, bad, bad]]
    made["solution"] = {
        "checks": [[bad, True, bad]], "assumptions": [bad], "remarks": [bad],
        "figure": {"kind": "bars", "title": bad, "data": {"labels": [bad], "values": [1]}},
    }  # fmt: skip
    shown = Panel(corpus).html(made)
    assert "&lt;img" in shown
    assert "<img" not in shown


def test_every_family_of_figure_is_drawn() -> None:
    drawn = 0
    for family in solver.families():
        figure = solver.exercise(family.kind, 3).solution.figure
        if figure is not None:
            drawn += 1
            assert figures.html(figure).startswith("<figure")
    assert drawn >= 3


@pytest.mark.parametrize(
    "figure",
    [
        Figure("table", "t", {"columns": ["a", "<b>"], "rows": [[1.5, "<i>"]]}),
        Figure("heatmap", "h", {"rows": ["<r>"], "columns": ["c"], "values": [[0.25]]}),
        Figure("lines", "l", {"x": [0, 1], "series": [{"name": "<s>", "values": [1, 2]}]}),
        Figure("tree", "t", {"nodes": [["<a>", None, None]], "roots": [0]}),
    ],
)
def test_labels_are_escaped(figure: Figure) -> None:
    assert not re.search(r"<(?:b|i|r|s|a)>", figures.html(figure))


@pytest.mark.parametrize(
    "figure",
    [
        Figure("bars", "b", {"labels": ["a"], "values": [float("nan")]}),
        Figure("bars", "b", {"labels": ["a"], "values": []}),
        Figure("heatmap", "h", {"rows": [], "columns": [], "values": [[1]]}),
        Figure("lines", "l", {"x": [1], "series": []}),
        Figure("tree", "t", {"nodes": [["a", 0, 0]], "roots": [0]}),
        Figure("table", "t", {}),
    ],
)
def test_bad_figures_are_refused(figure: Figure) -> None:
    with pytest.raises(figures.BadFigure):
        figures.html(figure)


def test_errata_are_shown_only_where_there_are_some(corpus: Corpus) -> None:
    by_id = {example.id: example for example in corpus.examples}
    assert strings.ERRATA in entry.body(by_id["25"], corpus.references)
    assert strings.ERRATA not in entry.body(by_id["c-dropout"], corpus.references)


# ------------------------------------------------------------------------ conversation


def test_a_conversation_comes_back_from_the_browser_as_it_went(tutor: FakeTutor) -> None:
    from tutor.pipeline import turn_of

    answer = tutor.answer("Calcule a softmax de [2, 1, 0]")
    entries = [
        Entry("oi", "olá", judgement="Like"),
        Entry("Calcule", answer.text, card(answer), turn_of(answer), ("e agora?",), None, True),
        Entry("espera"),
    ]
    back = load(json.loads(json.dumps(save(entries))))
    assert [(e.text, e.reply, e.turn, e.suggestions, e.judgement, e.alone) for e in back] == [
        (e.text, e.reply, e.turn, e.suggestions, e.judgement, e.alone) for e in entries
    ]
    assert history(back) == [turn_of(answer)]
    assert judgements(back) == ["Like", None]
    assert close(back)[-1].reply == strings.STOPPED


@UNTIMED
@given(_JSON | st.lists(st.fixed_dictionaries({"text": st.text(), "turn": _JSON, "card": _JSON})))
def test_any_stored_value_is_read(kept: Any) -> None:
    for each in load(kept):
        assert isinstance(each.text, str)
    messages(load(kept))


def test_two_messages_an_entry_and_options_only_under_the_last() -> None:
    entries = [
        Entry("a", "b", suggestions=("x",)),
        Entry("c", "d", {"standalone": "c de a", "mode": "reference"}, suggestions=("y",)),
    ]
    made = messages(entries)
    assert [m["role"] for m in made] == ["user", "assistant"] * 2
    assert "options" not in made[1]
    assert options(entries[1]) == ["y", strings.NOT_THAT]
    assert "Entendi como: c de a" in visible(made[3]["content"])
    assert messages([*entries, Entry("e")], "…")[-1]["content"] == "…"


# ---------------------------------------------------------------------------- feedback


def test_feedback_is_appended_and_bounded(tmp_path: Any) -> None:
    kept = Feedback(tmp_path / "state", max_file=400)
    kept.record("Like", {"message": "ação", "reply": None})
    kept.record(strings.WRONG_SOURCE, {"message": "x" * 50, "reply": "y"})
    lines = (tmp_path / "state" / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["judgement"] for line in lines] == ["Like", strings.WRONG_SOURCE]
    with pytest.raises(OSError, match="has reached"):
        kept.record("Like", {"message": "z" * 400})
    assert len((tmp_path / "state" / "feedback.jsonl").read_bytes()) <= 400
