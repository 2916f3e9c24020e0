"""Message + history -> a standalone question ("Entendi como: …"), by rules alone.

Each rule reads the message against the turns before it and either returns a
reading or passes it on; `RULES` lists them from the most to the least certain.
A message that no rule claims is a question of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tutor.dialogue import (
    changes,
    claims,
    closings,
    comparisons,
    corrections,
    ellipses,
    former,
    frames,
    given,
    pronouns,
    reasons,
    references,
    switches,
)
from tutor.dialogue.entries import ABOUT, Entries
from tutor.dialogue.message import Message, before_style
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, capital
from tutor.dialogue.styles import shown
from tutor.records import Aim, Corpus, Question, Turn
from tutor.text import normalise

__all__ = ["ABOUT", "Dialogue", "shown"]

SHORT = 12  # words of a question that may lean on the one before without saying so
Rule = Callable[[Message, Past, Entries], Reading | None]
RULES: tuple[Rule, ...] = (
    references.named,
    former.turn,
    comparisons.read,
    changes.read,
    reasons.read,
    reasons.of_result,
    former.in_style,
    former.topic,
    switches.read,
    claims.read,
    pronouns.read,
    ellipses.read,
    reasons.unsaid,
    changes.option,
)


class Dialogue:
    """Reads messages against the turns before them; holds no state of a conversation."""

    def __init__(self, corpus: Corpus) -> None:
        self._entries = Entries(corpus)

    def understand(self, message: str, history: Sequence[Turn]) -> Question:
        text = normalise(message)
        asked = Message(text)
        past = Past(history)
        if past.turns and closings.closes(asked):
            return Question(text, text, language=asked.language, aim="closing")
        if past.last is not None and corrections.corrects(asked):
            return self._corrected(text, asked, past)
        reading = self._read(asked, past)
        if reading is None and past.turns and (head := before_style(text)):
            reading = self._read(Message(head), past)  # "volta no dropout e me dá um exemplo"
        aim = _aim(asked, past)
        datum = frames.framed(asked, past)
        nearby = past.problem if changes.may_continue(asked) else None
        if reading is None:
            tried = past.problem if changes.may_give(asked) else None
            after = past.last if len(asked.words) <= SHORT else None
            return Question(
                text, text, asked.style, (), tried, False, asked.language, aim,
                after=after, nearby=nearby, datum=datum,
            )  # fmt: skip
        if reading.repeats and reading.problem is not None:
            aim = "repeat"
        follow_up = reading.standalone != text or bool(reading.example_ids and past.turns)
        return Question(
            text,
            reading.standalone,
            asked.style,
            reading.example_ids,
            # What can be made of "e sem bias correction?", the solver knows.
            reading.problem or (past.problem if changes.may_change(asked, past) else None),
            follow_up,
            asked.language,
            aim,
            given.times(past, aim, asked.style, reading.example_ids),
            nearby=nearby,
            datum=datum,
        )

    def _read(self, asked: Message, past: Past) -> Reading | None:
        readings = (rule(asked, past, self._entries) for rule in RULES)
        return next((reading for reading in readings if reading is not None), None)

    def _corrected(self, text: str, asked: Message, past: Past) -> Question:
        """The message before, read anew: as the student says now, or else without its history."""
        wrong, rejected = corrections.misread(past.turns)
        said = corrections.meant(asked)
        if said or wrong is None:
            # "a key" alone stands in the place of a term of the last question, as "e a key?" does.
            again = f"e {said}?" if 0 < len(said.split()) <= 3 else said or text
            read = self.understand(again, past.turns)
            own = read.standalone == again or read.standalone.startswith(f"{capital(said)} no ")
            standalone = said if own else read.standalone
            # The entry shown is not what was meant, unless the student goes on about it.
            denied = rejected[:1] if not read.example_ids and corrections.denies(asked) else ()
            return replace(
                read, text=text, standalone=standalone, is_follow_up=True, rejected=denied
            )
        meant = corrections.meant(Message(wrong.text)) or wrong.text
        if not Message(meant).content:  # "e por quê?" says nothing by itself
            return Question(text, text, language=asked.language)
        alone = self.understand(meant, ())
        return replace(
            alone, text=text, is_follow_up=True, aim="correction", rejected=rejected,
            example_ids=tuple(i for i in alone.example_ids if i not in rejected),
        )  # fmt: skip


def _aim(asked: Message, past: Past) -> Aim:
    if past.last is not None and reasons.asks(asked):
        return "reason"
    if claims.quotes(asked) or (past.last is not None and claims.asks_key(asked)):
        return "claim"
    if changes.asks_number(asked) or changes.only_data(asked, past):
        return "number"
    if past.problem is not None and changes.asks_idea(asked):
        return "explanation"
    return "answer"
