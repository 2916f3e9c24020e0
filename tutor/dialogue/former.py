"""Turns that a message goes back to: "a anterior", "o que perguntei antes?", "resume"."""

from __future__ import annotations

import re

from tutor.dialogue.claims import quotes
from tutor.dialogue.entries import Entries
from tutor.dialogue.message import GENERIC, Message
from tutor.dialogue.past import Past
from tutor.dialogue.pronouns import with_subject
from tutor.dialogue.reading import Reading, again, core_of, entry_of, without_why
from tutor.dialogue.terms import terms_in, terms_named
from tutor.records import Turn
from tutor.text import words

_RETURN = re.compile(
    r"^(?:(?:agora|vamos|podemos|quero|da pra)\s+)*(?:volta\w*|retoma\w*|retorn\w+"
    r"|go(?:ing)? back|back)\s+(?:ao?s?|na|no|pro|pra|para o|para a|to|the|d[oa]|em|à|um pouco)\b"
)


_PREVIOUS = re.compile(
    r"^(?:(?:e|and|volta\w*|retoma\w*|vamos|pode|quero|ver|me|expli\w+|resum\w+|mostra|fala|sobre"
    r"|agora|ir|go|back|repete|de novo)\s+)*"
    r"(?:(?:para a|para o|pra|pro|na|no|da|do|a|o|as|to|the)\s+)*(?:questao |pergunta |assunto "
    r"|topico |tema |duvida |resposta )?"
    r"(?:anterior|passad[ao]|(?:question |one |pergunta |questao )?de antes|antes dess[ae]|de antes"
    r"|previous(?: question| one)?|last but one|penultim[ao])(?: questao| pergunta| de novo"
    r"| da lista)?$"
)


_BACK_ONE = re.compile(r"^(?:pode )?(?:volta\w*|retorn\w+|go back) (?:uma|um|one|1)$")


_NEXT = re.compile(
    r"^(?:(?:e|vamos|pode|quero|ver|me|expli\w+|mostra|agora|ir|vai|pula|passa|avanca|manda"
    r"|seguir|segue)\s+)*(?:(?:para a|pra|na|da|a|to|the)\s+)*"
    r"(?:questao |pergunta )?(?:proxima|seguinte|next)(?: (?:questao|pergunta|question"
    r"|one))?(?: da lista| por favor)?$"
)


_ASKED = re.compile(
    r"\b(?:o que|qual|que) (?:foi |era |e )?(?:que )?(?:eu )?(?:te )?(?:tinha "
    r"|havia )?(?:perguntei|perguntado|falei)\b"
    r"|\bqual (?:foi|era|e) (?:a )?minha (?:ultima )?(?:pergunta|duvida)|\b(?:minha"
    r"|a) ultima pergunta\b(?: que (?:eu )?fiz)?$"
    r"|\bwhat did i ask\b|\bmy (?:last|previous) question\b|\bdo que (?:a gente|nos"
    r"|voce) (?:tava|estava|estavamos|falava)"
)


_ORDINAL = re.compile(
    r"\b(?P<nth>primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|first|second"
    r"|third)\s*(?:(?:pergunta|questao|coisa|duvida|topico|assunto|question|thing)\s*)?"
    r"(?:que )?(?:eu )?(?:te )?(?:perguntei|fiz|falei|mandei|i asked|da conversa|de todas"
    r"|de hoje)\b"
    r"|\b(?:minha|my) (?P<mine>primeir[ao]|segund[ao]|terceir[ao]|first|second"
    r"|third) (?:pergunta|duvida|questao|question)"
    r"|\b(?:volta\w*|retoma\w*|go back) (?:(?:pra|para|para a|na|a|ao|pro|to"
    r"|the)\s)*(?P<back>primeir[ao]|segund[ao]|terceir[ao]|first)(?: (?:pergunta|questao|duvida"
    r"|question|coisa|assunto))?$"
)  # fmt: skip


_NTH = {"primeir": 0, "first": 0, "segund": 1, "second": 1, "terceir": 2, "third": 2, "quart": 3}


def turn(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "a anterior", "a próxima", "a primeira que perguntei", "o que perguntei antes?"."""
    if past.last is None:
        return None
    text = asked.rest if asked.style != "normal" else asked.opened
    nth = _ORDINAL.search(text)
    if nth:
        word = nth.group("nth") or nth.group("mine") or nth.group("back")
        place = next(n for stem, n in _NTH.items() if word.startswith(stem))
        return again(past.content[min(place, len(past.content) - 1)])
    if _ASKED.search(text) and len(asked.words) <= 12 and not asked.terms:
        before = re.search(r"antes d(?:iss|ess|est)[oae]|before (?:that|this)|penultim", text)
        return again((past.asked_before if before else None) or past.last)
    if _PREVIOUS.match(text) or _BACK_ONE.match(text):
        if past.before_last is not None and not text.endswith("da lista"):
            return again(past.before_last)
        return _neighbour(past.last, -1, entries)
    if _NEXT.match(text):
        return _neighbour(past.last, +1, entries)
    return None


def _neighbour(turn: Turn, step: int, entries: Entries) -> Reading | None:
    if turn.example_id not in entries.listed:
        return None
    place = entries.listed.index(turn.example_id) + step
    if not 0 <= place < len(entries.listed):
        return None
    example = entries.examples[entries.listed[place]]
    return Reading(entries.question(example), (example.id,))


def in_style(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "resume", "mais simples", "dá um exemplo"."""
    if past.last is None or not asked.asks_only_style:
        return None
    subject = entries.subject(past.last) if quotes(Message(past.last.text)) else None
    text = subject or without_why(past.last.standalone)
    numeric = past.numeric
    same = numeric is not None and numeric.standalone == past.last.standalone
    problem = past.problem if same else past.last.problem
    return Reading(text, entry_of(past.last), problem, repeats=True)


def topic(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "volta pro BPE", "voltando ao BERT, como ele é treinado?"."""
    lead = _RETURN.match(asked.opened)
    terms = [f.term for f in terms_in(asked.opened)]
    if lead is None:
        return None
    if not terms:
        said = [w for w in words(asked.opened[lead.end() :]) if w not in GENERIC]
        asked_whole = (t for t in reversed(past.recent) if entries.subject(t) is None)
        spoken = (t for t in asked_whole if set(said) <= set(words(core_of(t))))
        turn = next(spoken, None) if said and len(said) <= 4 else None
        return again(turn) if turn else None
    rest = words(asked.opened[terms_in(asked.opened)[0].end :])
    turn = next((t for t in reversed(past.recent) if terms[0] in terms_named(core_of(t))), None)
    if rest:
        return with_subject(asked, terms[0], ())
    return again(turn) if turn else None
