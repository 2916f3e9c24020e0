"""What happens when a student sends, retries, edits, stops or judges: entries in, entries out.

Nothing of a conversation is kept here: it lives in the browser and comes with every event, so
students who use the page at once cannot meet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from tutor.errors import TutorError
from tutor.pipeline import turn_of
from tutor.records import Answer
from tutor.ui import strings
from tutor.ui.conversation import MAX_MESSAGE, Entry, history
from tutor.ui.feedback import Feedback
from tutor.ui.loading import Loading
from tutor.ui.markdown import visible
from tutor.ui.panel import card

log = logging.getLogger(__name__)

WAIT = 0.5  # seconds between two signs that the models are still being loaded


@dataclass(frozen=True)
class Chat:
    """The conversation's moves; shared by all sessions because it holds none of them."""

    loading: Loading
    feedback: Feedback
    answering: Callable[[], AbstractContextManager[None]]  # held while an answer is written

    # ------------------------------------------------------------------- before the answer

    def ask(self, entries: list[Entry], message: str, alone: bool = False) -> list[Entry]:
        """The message at the end, its reply awaited; a blank one changes nothing."""
        message = visible(message).strip()
        if not message:
            return entries
        if len(message) > MAX_MESSAGE:
            reply = strings.TOO_LONG.format(length=len(message), limit=MAX_MESSAGE)
            return [*entries, Entry(f"{message[:200]}…", reply)]
        return [*entries, Entry(message, alone=alone)]

    def choose(self, entries: list[Entry], option: str) -> list[Entry]:
        """A suggestion is asked; "não foi isso" asks the last message again, without history."""
        if option == strings.NOT_THAT and entries:
            return self.ask(entries[:-1], entries[-1].text, alone=True)
        return self.ask(entries, option)

    def retry(self, entries: list[Entry], index: int) -> list[Entry]:
        """The message at `index` again; what followed it is forgotten."""
        return self.edit(entries, index, entries[index].text) if index < len(entries) else entries

    def edit(self, entries: list[Entry], index: int, message: str) -> list[Entry]:
        return self.ask(entries[:index], message)

    def undo(self, entries: list[Entry], index: int) -> tuple[list[Entry], str]:
        """The entries before `index`, and the message to be written again."""
        if not 0 <= index < len(entries):
            return entries, ""
        return entries[:index], entries[index].text

    # ---------------------------------------------------------------------------- the answer

    def answer(self, entries: list[Entry]) -> Iterator[str | Entry]:
        """The reply so far, each time longer; last the entry as it is to be kept."""
        asked = entries[-1]
        with self.answering():
            while not self.loading.wait(WAIT):  # in short waits, so that "Parar" can end it
                yield strings.LOADING
            try:
                tutor = self.loading.get()
                before = [] if asked.alone else history(entries[:-1])
                yield from _stream(tutor.stream(asked.text, before), asked)
            except TutorError as error:  # its text is for students
                yield replace(asked, reply=str(error))
            except Exception:  # the page's last resort: logged here, an apology there
                log.exception("no answer to a message of %d characters", len(asked.text))
                yield replace(asked, reply=strings.SORRY)

    def stop(self, entries: list[Entry], so_far: str) -> list[Entry]:
        """The awaited reply as far as it was shown."""
        if not entries or entries[-1].reply is not None:
            return entries
        so_far = visible(so_far).strip()
        shown = [] if so_far in ("", strings.THINKING, strings.LOADING) else [so_far]
        reply = "\n\n".join([*shown, strings.STOPPED])
        return [*entries[:-1], replace(entries[-1], reply=reply)]

    # ---------------------------------------------------------------------------- afterwards

    def judge(self, entries: list[Entry], index: int, judgement: str | None) -> list[Entry]:
        """Keeps a judgement on disk and in the conversation; raises OSError where it cannot."""
        if not 0 <= index < len(entries):
            return entries
        judged = entries[index]
        if judgement is not None:
            turn = judged.turn
            self.feedback.record(
                judgement,
                {
                    "message": judged.text,
                    "standalone": turn.standalone if turn else None,
                    "mode": turn.mode if turn else None,
                    "example_id": turn.example_id if turn else None,
                    "reply": judged.reply,
                },
            )
        return [*entries[:index], replace(judged, judgement=judgement), *entries[index + 1 :]]


def _stream(parts: Iterator[str | Answer], asked: Entry) -> Iterator[str | Entry]:
    so_far = ""
    for part in parts:
        if isinstance(part, Answer):
            yield replace(
                asked,
                reply=part.text,
                card=card(part),
                turn=turn_of(part),
                suggestions=part.suggestions,
            )
        else:
            so_far += part
            yield so_far
