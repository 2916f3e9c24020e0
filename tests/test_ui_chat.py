"""The conversation's moves, without a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from ui_fake import FakeTutor

from tutor.errors import ModelError
from tutor.records import Corpus
from tutor.settings import Settings
from tutor.ui import strings
from tutor.ui.browser import Browser
from tutor.ui.chat import Chat
from tutor.ui.conversation import MAX_MESSAGE, Entry
from tutor.ui.feedback import Feedback
from tutor.ui.loading import Loading
from tutor.ui.server import Answering


@pytest.fixture
def chat(corpus: Corpus, tmp_path: Path) -> Chat:
    loading = Loading(lambda: FakeTutor(corpus, Settings()))  # type: ignore[arg-type,return-value]
    loading.get()
    return Chat(loading, Feedback(tmp_path), Answering())


def whole(parts: Iterator[str | Entry]) -> Entry:
    *_, last = parts
    assert isinstance(last, Entry)
    return last


def answered(chat: Chat, *texts: str) -> list[Entry]:
    entries: list[Entry] = []
    for text in texts:
        entries = chat.ask(entries, text)
        entries = [*entries[:-1], whole(chat.answer(entries))]
    return entries


def test_an_answer_streams_and_ends_whole(chat: Chat) -> None:
    parts = list(chat.answer(chat.ask([], "O que é dropout?")))
    texts = [part for part in parts if isinstance(part, str)]
    assert len(texts) > 2
    assert all(b.startswith(a) for a, b in pairwise(texts))
    last = parts[-1]
    assert isinstance(last, Entry)
    assert last.turn is not None
    assert last.card is not None
    assert last.reply


def test_a_follow_up_gets_the_history_and_not_that_does_not(chat: Chat) -> None:
    entries = answered(chat, "O que é dropout?", "por quê?")
    assert entries[-1].turn is not None
    assert "dropout" in entries[-1].turn.standalone
    again = chat.choose(entries, strings.NOT_THAT)
    assert len(again) == len(entries)
    assert again[-1].alone
    last = whole(chat.answer(again))
    assert last.turn is not None
    assert "dropout" not in last.turn.standalone


def test_retry_edit_undo_forget_what_followed(chat: Chat) -> None:
    entries = answered(chat, "O que é dropout?", "por quê?")
    assert chat.retry(entries, 0) == [Entry("O que é dropout?")]
    assert chat.retry(entries, 9) == entries
    assert chat.edit(entries, 1, "E o BERT?")[1:] == [Entry("E o BERT?")]
    assert chat.undo(entries, 1) == (entries[:1], "por quê?")
    assert chat.undo(entries, 7) == (entries, "")


def test_blank_and_huge_messages(chat: Chat) -> None:
    assert chat.ask([], " \u2060\ufeff\n") == []
    asked = chat.ask([], "x" * (MAX_MESSAGE + 1))
    assert asked[0].reply == strings.TOO_LONG.format(length=MAX_MESSAGE + 1, limit=MAX_MESSAGE)
    assert len(asked[0].text) < 300


def test_an_unexpected_error_becomes_an_apology(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    last = whole(chat.answer(chat.ask([], "explode")))
    assert last.reply == strings.SORRY
    assert "secret detail" not in last.reply
    assert "secret detail" in caplog.text


def test_an_error_for_students_is_shown_as_it_is(tmp_path: Path) -> None:
    def load() -> FakeTutor:
        raise ModelError("Falta a pasta do modelo.")

    chat = Chat(Loading(load), Feedback(tmp_path), Answering())  # type: ignore[arg-type]
    last = whole(chat.answer(chat.ask([], "oi")))
    assert last.reply == "Falta a pasta do modelo."
    assert last.turn is None


def test_the_first_question_waits_for_the_models(corpus: Corpus, tmp_path: Path) -> None:
    gate = threading.Event()

    def load() -> FakeTutor:
        gate.wait(10)
        return FakeTutor(corpus, Settings())

    answering = Answering()
    chat = Chat(Loading(load), Feedback(tmp_path), answering)  # type: ignore[arg-type]
    parts = chat.answer(chat.ask([], "O que é dropout?"))
    assert next(parts) == strings.LOADING
    assert answering.count == 1
    gate.set()
    assert whole(parts).turn is not None
    assert answering.count == 0


def test_stop_keeps_what_was_shown(chat: Chat) -> None:
    asked = chat.ask([], "O que é dropout?")
    assert chat.stop(asked, "\u2060Dropout é")[-1].reply == f"Dropout é\n\n{strings.STOPPED}"
    assert chat.stop(asked, strings.THINKING)[-1].reply == strings.STOPPED
    assert chat.stop([], "x") == []


def test_judgements_are_kept_on_disk_and_in_the_conversation(chat: Chat, tmp_path: Path) -> None:
    entries = chat.judge(answered(chat, "O que é dropout?"), 0, "Dislike")
    assert entries[0].judgement == "Dislike"
    assert "Dislike" in (tmp_path / "feedback.jsonl").read_text(encoding="utf-8")
    assert chat.judge(entries, 5, "Like") == entries
    assert chat.judge(entries, 0, None)[0].judgement is None


# ------------------------------------------------------------------- the list's questions


def test_all_entries_of_the_list_can_be_browsed(corpus: Corpus) -> None:
    browser = Browser(corpus)
    listed = browser.find("lista2", "", "")
    assert len(listed) == 43
    by_topic = [browser.find("lista2", topic, "") for _, topic in browser.topics("lista2")[1:]]
    assert sum(map(len, by_topic)) == 43
    assert [e.id for e in browser.find("lista2", "atencao", "QUERY vezes")] == ["25"]
    for example in listed:
        shown = browser.html(example.id)
        assert example.id in browser.message(example.id)
        assert "\n" not in shown
        assert strings.REVIEWED_ANSWER in shown
    assert strings.BROWSE_NOTHING in browser.html("nenhuma")
    assert browser.message(None) == ""


def test_every_topic_has_examples(corpus: Corpus) -> None:
    browser = Browser(corpus)
    for topic in corpus.topics:
        assert browser.examples_of(topic.id), topic.id
