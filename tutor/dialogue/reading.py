"""What a rule makes of a message, and the phrases that readings are put together from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.records import Problem, Turn

CONTINUES_TEXT = re.compile(
    r"^(?:(?:e|mas|and|but|ok|então|entao|ah|hm+)(?![\w'-])[\s,.!]*)+", re.IGNORECASE
)


_PREFIXES = re.compile(r"^(?:Explique o porquê|Explique melhor|Explain why): ")


@dataclass(frozen=True)
class Reading:
    standalone: str
    example_ids: tuple[str, ...] = ()
    problem: Problem | None = None
    repeats: bool = False  # nothing is changed: the same again, or in another style


def entry_of(turn: Turn) -> tuple[str, ...]:
    return (turn.example_id,) if turn.example_id else ()


def core_of(turn: Turn) -> str:
    """The turn's question without what earlier readings wrapped around it."""
    return without_why(turn.standalone)


def without_why(standalone: str) -> str:
    return _PREFIXES.sub("", standalone).strip()


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lowers(text: str) -> bool:
    """Whether the first word is an ordinary one, whose capital only opened the sentence."""
    first = text.split(" ", 1)[0]
    return first[1:].islower() or first in ("O", "A", "E", "É")


def again(turn: Turn) -> Reading:
    return Reading(turn.standalone, entry_of(turn), turn.problem, repeats=True)
