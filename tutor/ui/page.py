"""The page: components, and which event calls which move of `Chat` and `Browser`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from tutor.records import Corpus
from tutor.ui import conversation, strings
from tutor.ui.browser import Browser
from tutor.ui.chat import Chat
from tutor.ui.conversation import Entry
from tutor.ui.markdown import LATEX_DELIMITERS, shown
from tutor.ui.panel import Panel

STYLE = Path(__file__).parent / "style.css"
# Not secrets: they only name where this page's conversation lies in the browser.
STORAGE_KEY, STORAGE_SECRET = "tutor-conversa-1", "tutor-de-redes-neurais"
FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
MONO = ["ui-monospace", "Cascadia Mono", "DejaVu Sans Mono", "monospace"]

Update = Any  # a component's new value, new properties, or gr.skip()


def theme() -> gr.themes.Base:
    """Calm and without a font that has to be fetched."""
    return gr.themes.Base(
        primary_hue="teal", secondary_hue="slate", neutral_hue="slate", font=FONTS, font_mono=MONO,
        radius_size="md",
    )  # fmt: skip


class Page:
    """Builds the Blocks; `concurrency` answers are written at a time, the rest queue."""

    def __init__(self, corpus: Corpus, chat: Chat, concurrency: int) -> None:
        self._chat, self._panel, self._browser = chat, Panel(corpus), Browser(corpus)
        self._corpus, self._concurrency = corpus, concurrency

    def build(self) -> gr.Blocks:
        with gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True) as blocks:
            self._kept = gr.BrowserState([], storage_key=STORAGE_KEY, secret=STORAGE_SECRET)
            gr.Markdown(f"# {strings.TITLE}\n{strings.SUBTITLE}", elem_id="top", container=False)
            with gr.Tabs(elem_id="tabs") as self._tabs:
                with gr.Tab(strings.TAB_CHAT, id="chat"):
                    self._chat_tab()
                with gr.Tab(strings.TAB_QUESTIONS, id="questions"):
                    self._questions_tab()
                with gr.Tab(strings.TAB_ABOUT, id="about"):
                    gr.Markdown(_help(), elem_id="help")
            self._wire()
            blocks.load(self._opened, [self._kept], self._view, api_visibility="private")
        blocks.queue(
            max_size=200, default_concurrency_limit=16, api_open=False, status_update_rate="auto"
        )
        return blocks

    # ------------------------------------------------------------------------ components

    def _chat_tab(self) -> None:
        with gr.Row(elem_id="desk"):
            with gr.Column(scale=7, min_width=320, elem_id="talk"):
                self._chatbot = gr.Chatbot(
                    label=strings.CHAT_LABEL,
                    show_label=False,
                    container=False,
                    autoscroll=False,  # page.js shows an answer from its beginning
                    elem_id="chat",
                    height="100%",
                    editable="user",
                    latex_delimiters=LATEX_DELIMITERS,
                    buttons=["copy"],
                    feedback_options=("Like", "Dislike", strings.WRONG_SOURCE),
                    placeholder=strings.PLACEHOLDER,
                    examples=[{"text": text} for text in strings.OPENING_EXAMPLES],
                    sanitize_html=True,
                    allow_tags=False,
                    group_consecutive_messages=False,
                    layout="bubble",
                )
                with gr.Row(elem_id="ask"):
                    self._message = gr.Textbox(
                        label=strings.MESSAGE_LABEL,
                        show_label=False,
                        container=False,
                        placeholder=strings.MESSAGE_HINT,
                        lines=1,
                        max_lines=6,
                        scale=8,
                        autofocus=True,
                        elem_id="message",
                    )
                    self._send = gr.Button(
                        strings.SEND, variant="primary", scale=1, min_width=88, elem_id="send"
                    )
                    self._stop = gr.Button(
                        strings.STOP, variant="stop", scale=1, min_width=88, visible=False,
                        elem_id="stop",
                    )  # fmt: skip
                with gr.Row(elem_id="below"):
                    with gr.Accordion(
                        strings.EXAMPLES, open=False, elem_id="examples"
                    ) as self._examples:
                        self._topic = gr.Dropdown(
                            [(topic.label, topic.id) for topic in self._corpus.topics],
                            value=self._corpus.topics[0].id,
                            label=strings.EXAMPLES_TOPIC,
                            filterable=False,
                        )
                        first = self._browser.examples_of(self._corpus.topics[0].id)
                        self._samples = [
                            gr.Button(
                                first[i] if i < len(first) else "",
                                visible=i < len(first),
                                size="sm",
                                elem_classes="sample",
                            )
                            for i in range(4)
                        ]
                    self._clear = gr.Button(
                        strings.CLEAR, size="sm", variant="secondary", elem_id="clear", scale=0
                    )
            with (
                gr.Column(scale=4, min_width=300, elem_id="side"),
                gr.Accordion(strings.PANEL, open=True, elem_id="panel"),
            ):
                self._shown = gr.Dropdown(
                    [], label=strings.PANEL_CHOICE, visible=False, filterable=False,
                    elem_id="shown",
                )  # fmt: skip
                self._open = gr.Button(
                    strings.OPEN_ENTRY, size="sm", visible=False, elem_id="open-entry"
                )
                self._evidence = gr.Markdown(
                    self._panel.html(None),
                    latex_delimiters=LATEX_DELIMITERS,
                    sanitize_html=True,
                    elem_id="evidence",
                )

    def _questions_tab(self) -> None:
        collections = self._browser.collections()
        collection = collections[0][1]
        examples = self._browser.find(collection, "", "")
        with gr.Row(elem_id="library"):
            with gr.Column(scale=4, min_width=300, elem_id="filters"):
                self._collection = gr.Radio(
                    collections, value=collection, label=strings.BROWSE_COLLECTION
                )
                self._browse_topic = gr.Dropdown(
                    self._browser.topics(collection), value="", label=strings.BROWSE_TOPIC,
                    filterable=False,
                )  # fmt: skip
                self._search = gr.Textbox(
                    label=strings.BROWSE_SEARCH,
                    placeholder=strings.BROWSE_SEARCH_HINT,
                    max_length=100,
                )
                self._choice = gr.Radio(
                    self._browser.choices(examples),
                    value=examples[0].id,
                    label=strings.BROWSE_LIST,
                    elem_id="list",
                )
            with gr.Column(scale=7, min_width=320, elem_id="reading"):
                with gr.Row():
                    self._ask_about = gr.Button(
                        strings.ASK_ABOUT, variant="primary", size="sm", elem_id="ask-about"
                    )
                    self._ask_errata = gr.Button(
                        strings.ASK_ERRATA, size="sm", elem_id="ask-errata",
                        visible=bool(self._browser.errata_message(examples[0].id)),
                    )  # fmt: skip
                self._reading = gr.Markdown(
                    self._browser.html(examples[0].id),
                    latex_delimiters=LATEX_DELIMITERS,
                    sanitize_html=True,
                    elem_id="entry",
                )
                self._related = gr.Dropdown(
                    self._browser.related(examples[0].id), value=None, label=strings.RELATED,
                    filterable=False, elem_id="related",
                )  # fmt: skip

    # ---------------------------------------------------------------------------- events

    def _wire(self) -> None:
        """Every move ends in the same view; those that ask go on to the answer."""
        quick: dict[str, Any] = {
            "api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None,
        }  # fmt: skip
        self._view = [
            self._kept, self._chatbot, self._shown, self._evidence, self._send, self._stop,
            self._open,
        ]  # fmt: skip
        view, kept, message = self._view, self._kept, self._message
        asking = [
            gr.on([message.submit, self._send.click], self._sent, [kept, message],
                  [*view, message], **quick),
            self._chatbot.example_select(self._picked, kept, view, **quick),
            self._chatbot.option_select(self._picked, kept, view, **quick),
            self._chatbot.retry(self._retried, kept, view, **quick),
            self._chatbot.edit(self._edited, kept, view, **quick),
            self._ask_about.click(self._asked_about, [kept, self._choice], [*view, self._tabs],
                                  **quick),
            self._ask_errata.click(self._asked_errata, [kept, self._choice], [*view, self._tabs],
                                   **quick),
            *(sample.click(self._sampled, [kept, sample], [*view, self._examples], **quick)
              for sample in self._samples),
        ]  # fmt: skip
        answers = [
            event.then(
                self._answered, kept, view, api_visibility="private", show_progress="hidden",
                concurrency_id="answer", concurrency_limit=self._concurrency,
            )
            for event in asking
        ]  # fmt: skip
        # First the end of the answer, then the view: a late piece must not be drawn over it.
        self._stop.click(None, cancels=answers, api_visibility="private").then(
            self._stopped, [kept, self._chatbot], view, **quick
        )
        self._chatbot.undo(self._undone, kept, [*view, message], **quick)
        self._chatbot.like(self._judged, kept, kept, **quick)
        gr.on([self._clear.click, self._chatbot.clear], self._cleared, None, view,
              cancels=answers, **quick)  # fmt: skip
        self._shown.input(
            self._evidence_of, [kept, self._shown], [self._evidence, self._open], **quick
        )
        self._topic.input(self._samples_of, self._topic, self._samples, **quick)
        filters = [self._collection, self._browse_topic, self._search]
        read = [self._reading, self._ask_about, self._ask_errata, self._related]
        listed = [self._choice, *read]
        self._collection.input(
            lambda name: gr.Dropdown(choices=self._browser.topics(name), value=""),
            self._collection, self._browse_topic, **quick,
        ).then(self._listed, filters, listed, **quick)  # fmt: skip
        searched = [self._browse_topic.input, self._search.input, self._search.submit]
        gr.on(searched, self._listed, filters, listed,
              trigger_mode="always_last", **quick)  # fmt: skip
        self._choice.input(self._read, self._choice, read, **quick)
        opened = [self._tabs, *filters, *listed]
        self._open.click(self._opened_entry, [kept, self._shown], opened, **quick)
        self._related.input(self._opened_related, self._related, opened, **quick)

    def _see(self, entries: list[Entry]) -> list[Update]:
        """The view of a conversation: kept, chat, choice, evidence, send, stop, open."""
        waiting = bool(entries) and entries[-1].reply is None
        answered = [i for i, entry in enumerate(entries) if entry.card is not None]
        last = answered[-1] if answered else None
        return [
            conversation.save(entries),
            gr.Chatbot(
                value=conversation.messages(entries, strings.THINKING),
                feedback_value=conversation.judgements(entries),
            ),
            gr.Dropdown(
                choices=[(_choice_label(i, entries[i]), i) for i in answered],
                value=last,
                visible=len(answered) > 1,
            ),
            self._panel.html(entries[last].card if last is not None else None),
            gr.Button(visible=not waiting),
            gr.Button(visible=waiting),
            gr.Button(visible=last is not None and self._entry_of(entries[last]) is not None),
        ]

    def _entry_of(self, entry: Entry) -> str | None:
        """The list's entry or concept card that an answer is about."""
        found = self._browser.get(entry.turn.example_id) if entry.turn else None
        return found.id if found else None

    def _opened(self, kept: object) -> list[Update]:
        return self._see(conversation.close(conversation.load(kept)))

    def _sent(self, kept: object, message: str) -> list[Update]:
        entries = conversation.load(kept)
        if _busy(entries):
            return [*_nothing(7), message]
        return [*self._see(self._chat.ask(entries, message)), ""]

    def _picked(self, kept: object, event: gr.SelectData) -> list[Update]:
        entries = conversation.load(kept)
        value = event.value
        option = value.get("text") or value.get("value") if isinstance(value, dict) else value
        if _busy(entries) or not isinstance(option, str):
            return _nothing(7)
        return self._see(self._chat.choose(entries, option))

    def _sampled(self, kept: object, text: str) -> list[Update]:
        entries = conversation.load(kept)
        if _busy(entries):
            return _nothing(8)
        return [*self._see(self._chat.ask(entries, text)), gr.Accordion(open=False)]

    def _asked_about(self, kept: object, example_id: str | None) -> list[Update]:
        return self._asked(kept, self._browser.message(example_id))

    def _asked_errata(self, kept: object, example_id: str | None) -> list[Update]:
        return self._asked(kept, self._browser.errata_message(example_id))

    def _asked(self, kept: object, message: str) -> list[Update]:
        """A question from the browser, asked in the chat."""
        entries = conversation.load(kept)
        view = _nothing(7) if _busy(entries) else self._see(self._chat.ask(entries, message))
        return [*view, gr.Tabs(selected="chat")]

    def _retried(self, kept: object, event: gr.RetryData) -> list[Update]:
        entries = conversation.load(kept)
        if _busy(entries):
            return _nothing(7)
        return self._see(self._chat.retry(entries, _entry_index(event.index)))

    def _edited(self, kept: object, event: gr.EditData) -> list[Update]:
        entries = conversation.load(kept)
        if _busy(entries):
            return self._see(entries)
        return self._see(self._chat.edit(entries, _entry_index(event.index), str(event.value)))

    def _undone(self, kept: object, event: gr.UndoData) -> list[Update]:
        entries = conversation.load(kept)
        if _busy(entries):
            return [*_nothing(7), gr.skip()]
        left, text = self._chat.undo(entries, _entry_index(event.index))
        return [*self._see(left), text]

    def _answered(self, kept: object) -> Iterator[list[Update]]:
        """Streams the awaited reply; only the chat changes until it is whole."""
        entries = conversation.load(kept)
        if not entries or entries[-1].reply is not None:
            yield _nothing(7)
            return
        for part in self._chat.answer(entries):
            if isinstance(part, Entry):
                yield self._see([*entries[:-1], part])
            else:
                yield [gr.skip(), conversation.messages(entries, part), *_nothing(5)]

    def _stopped(self, kept: object, chat: list[Any]) -> list[Update]:
        return self._see(self._chat.stop(conversation.load(kept), _last_reply(chat)))

    def _judged(self, kept: object, event: gr.LikeData) -> Update:
        entries = conversation.load(kept)
        judgement = _judgement(event.liked)
        try:
            entries = self._chat.judge(entries, _entry_index(event.index), judgement)
        except OSError:
            gr.Warning(strings.FEEDBACK_FAILED, title=strings.NOTICE)
            return gr.skip()
        if judgement is not None:
            gr.Info(strings.FEEDBACK_SAVED, duration=3, title=strings.NOTICE)
        return conversation.save(entries)

    def _cleared(self) -> list[Update]:
        return self._see([])

    def _evidence_of(self, kept: object, index: int | None) -> list[Update]:
        chosen = _chosen(conversation.load(kept), index)
        known = chosen is not None and self._entry_of(chosen) is not None
        return [self._panel.html(chosen.card if chosen else None), gr.Button(visible=known)]

    def _opened_entry(self, kept: object, index: int | None) -> list[Update]:
        """From an answer to its entry among the list's questions."""
        chosen = _chosen(conversation.load(kept), index)
        return self._opened_related(self._entry_of(chosen) if chosen else None)

    def _opened_related(self, example_id: str | None) -> list[Update]:
        """The entry, in the whole list or collection that it belongs to."""
        example = self._browser.get(example_id)
        if example is None:
            return _nothing(9)
        name = example.collection
        examples = self._browser.find(name, "", "")
        return [
            gr.Tabs(selected="questions"),
            name,
            gr.Dropdown(choices=self._browser.topics(name), value=""),
            "",
            gr.Radio(choices=self._browser.choices(examples), value=example.id),
            *self._read(example.id),
        ]

    def _samples_of(self, topic: str) -> list[Update]:
        texts = self._browser.examples_of(topic)
        return [
            gr.Button(texts[i], visible=True) if i < len(texts) else gr.Button(visible=False)
            for i in range(len(self._samples))
        ]

    def _listed(self, collection: str, topic: str, words: str) -> list[Update]:
        examples = self._browser.find(collection, topic or "", words or "")
        first = examples[0].id if examples else None
        return [
            gr.Radio(choices=self._browser.choices(examples), value=first),
            *self._read(first),
        ]

    def _read(self, example_id: str | None) -> list[Update]:
        """The entry, and where one can go from it."""
        related = self._browser.related(example_id)
        return [
            self._browser.html(example_id),
            gr.Button(visible=self._browser.get(example_id) is not None),
            gr.Button(visible=bool(self._browser.errata_message(example_id))),
            gr.Dropdown(choices=related, value=None, visible=bool(related)),
        ]


def _busy(entries: list[Entry]) -> bool:
    """Whether a reply is awaited; says so on the page."""
    busy = bool(entries) and entries[-1].reply is None
    if busy:
        gr.Info(strings.BUSY, duration=3, title=strings.NOTICE)
    return busy


def _nothing(count: int) -> list[Update]:
    return [gr.skip() for _ in range(count)]


def _entry_index(index: int | tuple[int, int]) -> int:
    """The entry that a message belongs to; each has two."""
    return (index if isinstance(index, int) else index[0]) // 2


def _judgement(liked: bool | str | None) -> str | None:
    if liked is None or liked == "":
        return None
    if isinstance(liked, bool):
        return "Like" if liked else "Dislike"
    return liked if liked in ("Like", "Dislike", strings.WRONG_SOURCE) else None


def _last_reply(chat: list[Any]) -> str:
    """The text of the chat's last message if the tutor wrote it."""
    last = chat[-1] if chat else None
    if not isinstance(last, dict) or last.get("role") != "assistant":
        return ""
    content = last.get("content")
    if isinstance(content, str):
        return content
    texts = [part.get("text", "") for part in content or [] if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _chosen(entries: list[Entry], index: int | None) -> Entry | None:
    """The answer whose evidence is shown."""
    return entries[index] if isinstance(index, int) and 0 <= index < len(entries) else None


def _choice_label(index: int, entry: Entry) -> str:
    text = " ".join(entry.text.split())
    return f"{index + 1}. {text[:60]}{'…' if len(text) > 60 else ''}"


def _help() -> str:
    modes = "\n".join(
        f"- **{name}.** {strings.MODE_MEANINGS[mode]}" for mode, name in strings.MODES.items()
    )
    return shown(strings.HELP.format(modes=modes))
