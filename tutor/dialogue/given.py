"""What was already given of an entry, so that asking for more of it does not repeat it."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.dialogue import reasons
from tutor.dialogue.message import Message
from tutor.dialogue.past import Past
from tutor.records import Aim, Style


def times(past: Past, aim: Aim, style: Style, ids: Sequence[str]) -> int:
    """How often the same was asked of the same entry, since the talk last came to the entry."""
    count = 0
    for turn in reversed(past.recent):
        if len(ids) != 1 or turn.example_id != ids[0]:
            break
        if aim == "reason":
            count += reasons.asks(Message(turn.text))
        elif style != "normal":
            count += turn.style == style and turn.mode in ("generated", "reference")
    return count
