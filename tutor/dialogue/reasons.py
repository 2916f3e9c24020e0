"""The bare question why: "e por quê?", "qual o motivo?"."""

from __future__ import annotations

import re

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, core_of, entry_of, lowers
from tutor.dialogue.terms import flatten, terms_named
from tutor.records import Turn
from tutor.text import language

WHY = re.compile(
    r"^(?:e |mas |and |but )?(?:(?:mas )?por que(?: que)?(?: (?:isso|disso|nao|assim|sera"
    r"|e assim|isso acontece|acontece isso|acontece|e isso|ocorre|isso e assim|motivo|razao"
    r"|raios))*"
    r"|(?:qual|que) (?:e )?(?:o |a )?(?:motivo|razao|causa|porque|por que)(?: disso)?"
    r"|o por que(?: disso)?|(?:por|a troco de) que(?: motivo| razao)|por qual (?:motivo|razao)"
    r"|(?:me )?(?:explica|explique|diz|diga)(?: o)? por que(?: disso)?|why(?: not| so| is that"
    r"| is this| though)?|how come|why does (?:that|this|it) happen|for what reason)\W*$"
)  # fmt: skip


# "por que divide …?", "pq ficou tão menor?": a reason asked of no subject that the message names.
_OF_RESULT = re.compile(
    r"^(?:e |mas |and |but |entao )*(?:por que|why|(?:pra|para) que)(?: que)? "
    r"(?:(?:serve|e|foi|seria|nao|se|tem) )*"
    r"(?:(?:deu|da|dao|fica|ficam|divid\w+|multiplic\w+|soma|subtrai|us[ao]|precisa|explode|cresce"
    r"|diminui|aumenta|cai|sobe|muda|vira|sai|aparece|zera|some|eleva|tira|normaliza|pega|corrige"
    r"|tao|tanto|ess[ea]s?|isso|el[ea]s?|did|does|is)\b|\w{2,}(?:ou|iu|eu)\b)"
)
_SO = re.compile(r"\b(?:assim|tao|tanto|desse jeito)\b")


def asks(asked: Message) -> bool:
    return WHY.match(asked.opened) is not None


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    last = past.last
    if last is None or not asks(asked):
        return None
    return Reading(_because(entries.context(last)), entry_of(last), last.problem)


def of_result(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "pq ficou tão menor sem ela?" after a computation: about what was computed."""
    last = past.last
    if last is None or last.problem is None or len(asked.words) > 14 or asked.style != "normal":
        return None
    return _leaning(asked, last, entries)


def unsaid(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "pq aumentou?": a short reason asked of what the message does not name."""
    last = past.last
    if last is None or len(asked.words) > 6 or not past.is_newest(last):
        return None
    return _leaning(asked, last, entries)


def _leaning(asked: Message, last: Turn, entries: Entries) -> Reading | None:
    leans = _OF_RESULT.match(asked.opened) or (_SO.search(asked.opened) and len(asked.words) <= 9)
    foreign = {f.term for f in asked.terms} - terms_named(f"{core_of(last)} {entries.name(last)}")
    if not leans or foreign:
        return None
    return entries.about(asked, last, () if asked.content or asked.terms else entry_of(last))


def _because(question: str) -> str:
    """The question why, in a form that grants nothing which the question before left open."""
    flat = flatten(question)
    if re.match(r"(?:por que|porque|pq|why)\b", flat):
        return f"Explique melhor: {question}"
    how = re.match(r"(?:como|quando) (?:e que )?(?=(?:o|a|os|as|um|uma) \w+)", flat)
    if how:
        return f"Por que {question[how.end() :]}"
    does = re.match(r"how (?=(?:does|do|is|are|can) )", flat)
    if does:
        return f"Why {question[does.end() :]}"
    if language(question) == "en":
        return f"Explain why: {question}"
    inside = question[:1].lower() + question[1:] if lowers(question) else question
    return f"Explique o porquê: {inside}"
