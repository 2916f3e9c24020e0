"""A conversation as the browser keeps it: plain JSON, read back as strangers' data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from tutor.records import Json, Mode, Problem, Style, Turn
from tutor.ui import strings
from tutor.ui.markdown import HALVES, shown, typed
from tutor.ui.panel import Card

MAX_ENTRIES = 30  # older ones are forgotten
MAX_MESSAGE = 4_000  # characters that a student may send at once
MAX_REPLY = 40_000
Message = dict[str, Any]  # one message of the chat component


@dataclass(frozen=True)
class Entry:
    """A message and its reply; `reply` is None while it is awaited."""

    text: str
    reply: str | None = None
    card: Card | None = None
    turn: Turn | None = None
    suggestions: tuple[str, ...] = ()
    judgement: str | None = None
    alone: bool = False  # to be read without the history ("não foi isso")


def load(kept: object) -> list[Entry]:
    """The entries that the browser kept; what is not as we write it is left out."""
    if not isinstance(kept, list):
        return []
    # Half a character (a lone surrogate) cannot be sent back to the browser.
    whole = json.loads(HALVES.sub("", json.dumps(kept[-MAX_ENTRIES:], ensure_ascii=False)))
    entries = [_entry(each) for each in whole]
    return [entry for entry in entries if entry is not None]


def save(entries: Sequence[Entry]) -> list[Json]:
    return [
        {
            "text": entry.text,
            "reply": entry.reply,
            "card": entry.card,
            "turn": _turn_json(entry.turn) if entry.turn else None,
            "suggestions": list(entry.suggestions),
            "judgement": entry.judgement,
            "alone": entry.alone,
        }
        for entry in entries[-MAX_ENTRIES:]
    ]


def history(entries: Sequence[Entry]) -> list[Turn]:
    return [entry.turn for entry in entries if entry.turn is not None]


def messages(entries: Sequence[Entry], pending: str | None = None) -> list[Any]:
    """The chat's messages, two an entry; `pending` stands for the reply that is awaited."""
    found: list[Any] = []
    for index, entry in enumerate(entries):
        found.append({"role": "user", "content": typed(entry.text)})
        reply = entry.reply if entry.reply is not None else pending
        if reply is None:
            continue
        message: Message = {"role": "assistant", "content": _with_signs(entry, shown(reply))}
        if index == len(entries) - 1 and entry.reply is not None:
            message["options"] = [{"value": each} for each in options(entry)]
        found.append(message)
    return found


def options(entry: Entry) -> list[str]:
    """What can be clicked under the last answer."""
    reread = entry.card is not None and entry.card.get("standalone")
    return [*entry.suggestions, *([strings.NOT_THAT] if reread else [])]


def judgements(entries: Sequence[Entry]) -> list[str | None]:
    return [entry.judgement for entry in entries if entry.reply is not None]


def close(entries: Sequence[Entry]) -> list[Entry]:
    """Replies that nobody will write any more (the page was left) are marked as interrupted."""
    return [
        replace(entry, reply=strings.STOPPED) if entry.reply is None else entry for entry in entries
    ]


def _with_signs(entry: Entry, reply: str) -> str:
    """The reply between how the message was understood and which kind of answer it is."""
    if entry.card is None:
        return reply
    parts = [reply]
    standalone = entry.card.get("standalone")
    if standalone:
        words = typed(" ".join(str(standalone).split()))  # the student's, not Markdown
        understood = strings.UNDERSTOOD.format(standalone=words)
        parts.insert(0, f"> {understood}")
    mode = strings.MODES.get(str(entry.card.get("mode")))
    if mode and entry.card.get("mode") != "smalltalk":
        parts.append(f"*{mode}*")
    return "\n\n".join(parts)


# ---------------------------------------------------------------- reading and writing


def _entry(kept: object) -> Entry | None:
    if not isinstance(kept, dict) or not isinstance(kept.get("text"), str):
        return None
    reply, card, judgement = kept.get("reply"), kept.get("card"), kept.get("judgement")
    suggestions = kept.get("suggestions")
    return Entry(
        text=kept["text"][:MAX_MESSAGE],
        reply=reply[:MAX_REPLY] if isinstance(reply, str) else None,
        card=card if isinstance(card, dict) else None,
        turn=_turn(kept.get("turn")),
        suggestions=tuple(each[:300] for each in suggestions[:4] if isinstance(each, str))
        if isinstance(suggestions, list)
        else (),
        judgement=judgement[:40] if isinstance(judgement, str) else None,
        alone=kept.get("alone") is True,
    )


def _turn_json(turn: Turn) -> Card:
    problem = turn.problem
    return {
        "text": turn.text,
        "standalone": turn.standalone,
        "mode": turn.mode,
        "example_id": turn.example_id,
        "problem": {"kind": problem.kind, "inputs": dict(problem.inputs)} if problem else None,
        "style": turn.style,
    }


def _turn(kept: object) -> Turn | None:
    if not isinstance(kept, dict):
        return None
    text, standalone, example_id = (
        kept.get("text"), kept.get("standalone"), kept.get("example_id"),
    )  # fmt: skip
    mode: Any = kept.get("mode")
    style: Any = kept.get("style")
    if not isinstance(text, str) or not isinstance(standalone, str):
        return None
    if mode not in get_args(Mode) or style not in get_args(Style):
        return None
    return Turn(
        text[:MAX_MESSAGE],
        standalone[:MAX_MESSAGE],
        mode,
        example_id if isinstance(example_id, str) else None,
        _problem(kept.get("problem")),
        style,
    )


def _problem(kept: object) -> Problem | None:
    if not isinstance(kept, dict):
        return None
    kind, inputs = kept.get("kind"), kept.get("inputs")
    if not isinstance(kind, str) or not isinstance(inputs, dict):
        return None
    return Problem(kind, inputs)
