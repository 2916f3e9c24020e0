"""Claims that the student quotes against the answer: "mas no gabarito diz que …"."""

from __future__ import annotations

import re

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, core_of, entry_of
from tutor.dialogue.terms import terms_named
from tutor.text import words

_SAYS = (
    r"(?:diz\w*|disse\w*|fal[aoe]u?\w*|afirm\w+|ta(?:va)?|esta(?:va)?|tem|tinha|coloc\w+|po[es]"
    r"|escrev\w+|respond\w+|explic\w+|jur\w+|garant\w+|defend\w+|ach[ao]u?|consta\w*|li|vi|ouvi"
    r"|says?|said|claims?|claimed|states?)"
)
_KEY = (
    r"(?:gabarito|resposta (?:original|oficial|do gabarito)|solucao (?:original|oficial)"
    r"|answer key)"
)
_OTHERS = (
    r"(?:professora?|prof|slides?|livro|apostila|colegas?|amig[oa]s?|monitora?|video|chatgpt|gemini"
    r"|internet|google|wikipedia|aula|artigo|caderno|resumo|anotac\w+|site|blog|tutorial|youtube"
    r"|gente|namorad[oa]|irma[o]?|book|professor|slides|friend|classmate|teacher)"
)
_QUOTED = re.compile(
    rf"\b(?:{_KEY})\b.{{0,40}}?\b{_SAYS}\b"
    rf"|\b{_SAYS}\b.{{0,20}}\b(?:n[oa]|d[oa]|in the) (?:{_KEY})\b"
    rf"|\b(?:um|uma|meu|minha|o|a|os|as|no|na|do|da|num|numa|my|the) (?:\w+ )?{_OTHERS}\b"
    rf".{{0,30}}?\b{_SAYS}\b"
    r"|^(?:mas |but )(?:eu )?(?:li|vi|ouvi|achei|achava|pensei|pensava|aprendi"
    r"|i (?:read|thought|heard)|isn'?t|nao (?:e|seria|era|sao|deveria))\b"
)
# "o que o gabarito diz?" asks for the claim instead of quoting one.
_ASKS = re.compile(
    rf"\b(?:o que|qual|como|what)\b[^,.:]{{0,20}}\b(?:{_KEY}|{_OTHERS})\b.{{0,12}}\b{_SAYS}\W*$"
)
_FAULT = re.compile(
    r"\b(?:err\w+|cert[oa]s?|corret[oa]|falh\w+|confi\w+|incomplet[oa]|faltou?|falta|right|wrong)\b"
)
_SOMEBODY = re.compile(rf"(?:{_KEY}|{_OTHERS}|{_SAYS}|mas|but|solucao|resposta|original|oficial)")
LONGEST = 40  # words of a message that is about the turn before; a longer one speaks for itself


def quotes(asked: Message) -> bool:
    """Whether the message sets somebody's word against the material."""
    return _QUOTED.search(asked.flat) is not None and not _ASKS.search(asked.flat)


def asks_key(asked: Message) -> bool:
    """ "o gabarito dessa tá certo?", "o que o gabarito diz?": about the original key itself."""
    return (
        len(asked.words) <= 12
        and re.search(rf"\b{_KEY}\b", asked.flat) is not None
        and (_FAULT.search(asked.flat) is not None or _ASKS.search(asked.flat) is not None)
    )


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """A claim that speaks of what the last entry speaks of is about that entry."""
    last = past.last
    if last is None or len(asked.words) > LONGEST or not (quotes(asked) or asks_key(asked)):
        return None
    said = [w for w in asked.content if not (_SOMEBODY.fullmatch(w) or _FAULT.fullmatch(w))]
    named = terms_named(core_of(last))
    foreign = {
        f.term
        for f in asked.terms
        if not all(entries.known_to(last, w) for w in words(f.term.name))
    }
    known = sum(entries.known_to(last, w) for w in said)
    if foreign - named or 3 * known < 2 * len(said):
        return None
    return entries.about(asked, last, entry_of(last))
