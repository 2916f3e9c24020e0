"""Pronouns that stand for what was spoken of: "pra que ele serve?", "quem criou isso?"."""

from __future__ import annotations

import re

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import GENERIC, PRONOUN, TO_TUTOR, Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import CONTINUES_TEXT, Reading, capital, core_of, entry_of
from tutor.dialogue.terms import (
    ADJECTIVE,
    STRONG_PATTERN,
    Term,
    flatten,
    pair_in,
    terms_in,
    terms_in_order,
    terms_named,
)
from tutor.records import Problem, Turn
from tutor.text import words

_THING_VERB = re.compile(
    r"\b(?:criou|inventou|propos|desenvolveu|serve|servem|usa|usar|uso|funciona|chama|significa"
    r"|o que e|what is"
    r"|invented|created|proposed|work|works|used for)\b"
)


_NTH = re.compile(r"\b(?P<lead>d|n)?(?P<article>[oa]) (?P<which>primeir|segund)[oa](?: del[ea]s)?$")


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "pra que ele serve?", "quem criou isso?"."""
    last = past.last
    if last is None or sum(not w[0].isdigit() for w in asked.words) > 16:
        return None
    nth = _NTH.search(asked.bare)
    if nth:
        return _of_two(nth, asked, past, entries)
    pronoun = PRONOUN.search(asked.opened)
    if pronoun is None or (pronoun.group() == "that" and len(asked.words) > 7):
        return None
    opening = asked.opened[: pronoun.start()]
    said = [w for w in words(STRONG_PATTERN.sub(" ", opening)) if w not in GENERIC]
    if said or TO_TUTOR.search(asked.flat):
        return None  # the pronoun stands for something that the message itself names
    named = words(" ".join(f.term.name for f in asked.terms))
    said = [w for w in asked.content if not w[0].isdigit()]
    new = [w for w in said if not entries.known_to(last, w) and w not in named]
    if len(new) > 2:
        return None
    if terms_in(opening):  # "o BERT usa isso?"
        short = pronoun.group("what") is not None and len(asked.words) <= 7 and not new
        return entries.about(asked, last, ()) if short else None
    other = {f.term for f in asked.terms} - terms_named(core_of(last))
    if (pronoun.group("what") or "").startswith("ess"):
        after = words(asked.opened[pronoun.end() :])[:1]
        if after and after[0] not in GENERIC and not entries.known_to(last, after[0]):
            return None  # "esse bleu": names something new
    if other and pronoun.lastgroup is None and len(asked.words) > 8:
        return None
    ids = () if other else entry_of(last)
    subject = _pronoun_subject(pronoun, asked, last)
    if subject is not None:
        return with_subject(asked, subject, ids, last.problem)
    return entries.about(asked, last, ids)


def _of_two(nth: re.Match[str], asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "como evitar o primeiro?": of the two terms compared, or of the last two subjects."""
    last, before = past.last, past.before_last
    if last is None:
        return None
    second = nth.group("which") == "segund"
    pair = pair_in(core_of(last))
    if pair:
        name, ids = pair[second].name, entries.titled(pair[second])
        article = "a" if pair[second].gender == "f" else "o"
    elif before is not None:
        turn = last if second else before
        name, ids, article = entries.name(turn), entry_of(turn), nth.group("article")
    else:
        return None
    text = f"{asked.bare[: nth.start()]}{nth.group('lead') or ''}{article} {name}"
    return Reading(f"{capital(text)}?", ids)


def _pronoun_subject(pronoun: re.Match[str], asked: Message, last: Turn) -> Term | None:
    who = pronoun.group("who")
    things = [t for t in terms_in_order(core_of(last)) if t.gender != ADJECTIVE]
    if who in ("eles", "elas") or pronoun.group() in ("they", "them"):
        return None
    if who:
        fitting = [t for t in things if t.gender == ("f" if who == "ela" else "m")]
        return fitting[0] if fitting else None
    bare = pronoun.group("what") in ("isso", "isto") or pronoun.group() in (
        "it",
        "this",
        "that",
    )
    return things[0] if things and bare and _THING_VERB.search(asked.opened) else None


def with_subject(
    asked: Message,
    subject: Term,
    ids: tuple[str, ...],
    problem: Problem | None = None,
) -> Reading:
    """The message with its pronoun replaced by what it stands for."""
    flat = flatten(asked.text)
    pronoun = PRONOUN.search(flat)
    if pronoun is None:
        return Reading(asked.text, ids, problem)
    article = "a" if subject.gender == "f" else "o"
    contraction = pronoun.group("with") or pronoun.group("contracted") or ""
    english = pronoun.lastgroup is None
    new = subject.name if english else f"{contraction}{article} {subject.name}"
    text = asked.text[: pronoun.start()] + new + asked.text[pronoun.end() :]
    return Reading(capital(CONTINUES_TEXT.sub("", text)), ids, problem)
