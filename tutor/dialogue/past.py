"""The turns that a message may lean on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tutor.dialogue.reading import core_of
from tutor.dialogue.terms import STRONG, Term, terms_in_order, terms_named
from tutor.records import Problem, Turn

RECENT = 12  # turns that a follow-up may refer to; "a primeira que perguntei" sees all


_SKIPPED = ("smalltalk", "abstained", "practice")  # turns without a subject of their own


class Past:
    """The turns that a message may lean on, newest last."""

    def __init__(self, history: Sequence[Turn]) -> None:
        self.turns = history
        self.content = [t for t in history if t.mode not in _SKIPPED]
        recent = [t for t in history[-RECENT:] if t.mode not in _SKIPPED]
        self.recent = recent or self.content[-1:]

    @property
    def last(self) -> Turn | None:
        return self.recent[-1] if self.recent else None

    @cached_property
    def before_last(self) -> Turn | None:
        """The newest turn on another entry than the last one's."""
        last = self.last
        if last is None:
            return None
        others = (t for t in reversed(self.recent[:-1]) if t.example_id != last.example_id)
        return next((t for t in others if t.example_id), None)

    @property
    def asked_before(self) -> Turn | None:
        """The question before the last one; "resume" and the like ask none of their own."""
        last = self.last
        others = (t for t in reversed(self.recent[:-1]) if last and t.standalone != last.standalone)
        return next(others, None)

    @cached_property
    def numeric(self) -> Turn | None:
        return next((t for t in reversed(self.recent[-4:]) if t.problem is not None), None)

    @property
    def problem(self) -> Problem | None:
        return self.numeric.problem if self.numeric else None

    @property
    def asked_back(self) -> bool:
        return bool(self.turns) and self.turns[-1].mode == "clarify"

    def is_newest(self, turn: Turn) -> bool:
        """Whether no turn that was declined lies between `turn` and the message."""
        return not self.turns or self.turns[-1].mode != "abstained"

    @cached_property
    def other_term(self) -> Term | None:
        """The counterpart of what was last spoken of: of the pair named before, or of two."""
        if self.last is None:
            return None
        now = terms_in_order(core_of(self.last))
        for turn in reversed(self.recent[-5:-1]):
            for term in now:
                paired = {
                    t for t in terms_named(core_of(turn)) if t.family == term.family and t != term
                }
                if len(paired) == 1 and not paired & set(now):
                    return paired.pop()
        for term in now:
            others = {t for t in STRONG.values() if t.family == term.family and t != term}
            if len(others) == 1 and not others & set(now):
                return others.pop()
        return None

    @cached_property
    def other_two(self) -> tuple[Term, ...]:
        """The two terms that make three with the one last spoken of; else none."""
        for term in terms_in_order(core_of(self.last)) if self.last else ():
            family = {t for t in STRONG.values() if t.family == term.family}
            if len(family) == 3:
                return tuple(t for t in dict.fromkeys(STRONG.values()) if t in family - {term})
        return ()
