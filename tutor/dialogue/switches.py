"""Another term in the place of one that the last question named: "e a key?", "e no BERT?"."""

from __future__ import annotations

import re
from dataclasses import replace

from tutor.dialogue.entries import LONGEST_CONTEXT, QUESTION_NUMBER, Entries
from tutor.dialogue.message import CONTINUES, GENERIC, PRONOUN, QUESTION_WORD, Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, again, capital, core_of, entry_of
from tutor.dialogue.terms import Found, Term, flatten, terms_in, terms_named
from tutor.records import Turn
from tutor.text import words

_AND_THE = re.compile(r"(?:e|and) (?:o|a|the)\b|(?:o|a)\b")


_OTHER = re.compile(
    r"^(?:e |and |mas )(?:quanto |sobre |what about |n|d|para |com |pr|com |a)?(?:[oa]s? "
    r"|the )?(?:outr[oa]s?|contrari[oa]|opost[oa]|other(?: one)?|opposite|segund[oa])"
    r"(?: (?:caso|termo|modelo|metodo|question))?$"
)


_THE_OTHERS = re.compile(r"\bd?[oa]s outr[oa]s (?:dois|duas)\b|\b(?:of )?the other two\b")


_LEAD = (
    r"(?:(?:quanto (?:ao?s?|à)|sobre|acerca d[eo]|no caso (?:d[aeo]s?)?|para o caso d[aeo]"
    r"|em relacao ao?|what about|how about|in the case of|se (?:fosse|for|usar|usasse|fossem"
    r"|eu usar|a gente usar|eu usasse)"
    r"|com|para|pra|pros?|nos?|nas?|em|n?uma?|d[eoa]s?|[oa]s?|ao|pel[oa]|the|for|in|with|an?|on"
    r"|ja|so|com relacao ao?|quero saber (?:d[aeo]s?|sobre))\s+)"
)


_PHRASE = re.compile(rf"^(?P<lead>{_LEAD}*)(?P<noun>[^?!]+)$")


# Between the terms of "e a key e o value?".
_LISTED = re.compile(r"\b(?:e|ou|and|or|[oa]s?|d[oa]s?|n[oa]s?|the)\b|,")


_SAFE_LEAD = re.compile(
    r"^(?:no caso|what about|how about|quanto|sobre|em relacao|se |n[oa]s? "
    r"|pr[oa] |com |para |in the|for |with |quero saber)"
)


_DEFINES = re.compile(
    r"^(?:o que (?:e|sao|significa)|(?:pra|para) que|qual (?:e )?(?:o|a)?\s?(?:funcao|papel"
    r"|objetivo|utilidade)|expli\w+|defin\w+|fal[ae]|como funciona|what (?:is|are|does)|explain)\b"
)


_MASCULINE = {
    "o": "a", "do": "da", "no": "na", "ao": "à", "pelo": "pela", "um": "uma", "num": "numa",
    "pro": "pra", "os": "as", "dos": "das", "nos": "nas",
}  # fmt: skip


_FEMININE = {f: m for m, f in _MASCULINE.items()}


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "e a key?", "e no caso do BERT?", "e o outro?"."""
    last = past.last
    if last is None:
        return None
    if _OTHER.match(asked.opened):
        term = past.other_term
        if term is not None:
            reading = _replaced(last, term, entries) or entries.in_context(term.name, last)
            before = past.before_last
            if before and not reading.example_ids and term in terms_named(core_of(before)):
                return replace(reading, example_ids=entry_of(before))
            return reading
        return again(past.before_last) if past.before_last else None
    others = _THE_OTHERS.search(asked.bare)
    if others:
        both = " e ".join(t.name for t in past.other_two)
        return Reading(capital(_THE_OTHERS.sub(f"de {both}", asked.bare)) + "?") if both else None
    head, comma, tail = asked.opened.partition(", ")
    if comma and asked.continues and len(head.split()) <= 6 and not _says_more(tail):
        of_head = read(Message(head), past, entries)
        if of_head is not None and not of_head.standalone.endswith(")"):
            return replace(of_head, standalone=f"{of_head.standalone.rstrip('?')}, {tail}?")
    text = CONTINUES.sub("", asked.rest if asked.style != "normal" else asked.opened)
    phrase = _PHRASE.match(text)
    if phrase is None or not text:
        return None
    lead, noun = phrase.group("lead"), phrase.group("noun").strip()
    if asked.continues and len(terms_in(noun)) > 1 and not _LISTED.sub("", _unnamed(noun)).strip():
        known = all(entries.known_to(last, w) for f in asked.terms for w in words(f.term.name))
        return entries.about(asked, last, entry_of(last)) if known else None
    if len(noun.split()) > 5 or _verbal(noun):
        return None
    found = terms_in(noun, weak=True)
    whole = len(found) == 1 and found[0].start == 0 and not noun[found[0].end :].strip()
    term = found[0].term if found else None
    opened = asked.continues or bool(_SAFE_LEAD.match(lead))
    doubtful = asked.flat.endswith("?") and whole and not lead
    if term is not None and (opened or doubtful):
        replaced = _replaced(last, term, entries, noun if not whole else "")
        if replaced is not None:
            return replaced
        if whole and not terms_in(noun) and term.family in _families(last, entries):
            return Reading(f"{capital(term.name)}?")
    if not opened or (asked.style != "normal" and not asked.continues and not lead):
        return None
    return _noun_in_context(asked, past, noun, term if terms_in(noun) else None, entries)


def _families(last: Turn, entries: Entries) -> set[int]:
    """The families of terms that the last turn is about."""
    return {t.family for t in terms_named(f"{core_of(last)} {entries.name(last)}")}


def _says_more(tail: str) -> bool:
    """Whether the clause after a comma has a subject of its own."""
    return any(w not in GENERIC for w in words(tail)) or not QUESTION_WORD.search(tail)


def _replaced(last: Turn, term: Term, entries: Entries, noun: str = "") -> Reading | None:
    """The last question about `term` instead of the parallel term it named."""
    example = entries.examples.get(last.example_id or "")
    candidates = [core_of(last)]
    if example is not None and len(entries.question(example)) <= LONGEST_CONTEXT / 2:
        candidates.append(entries.question(example))
    for text in candidates:
        flat = flatten(text)
        found = terms_in(flat, weak=True) if last.problem is None else terms_in(flat)
        if any(f.term == term for f in found):
            continue
        others = [f for f in found if f.term.family == term.family]
        if len({f.term for f in others}) != 1:
            continue
        new = _substitute(text, others, noun or term.name, term.gender)
        new = re.sub(r"\b(\w+?)s? (\1s?)\b", r"\2", new)  # "palavra" + "palavras comuns"
        # A definition asked of a term that one title holds is that entry's question.
        ids = entries.titled(term) if _DEFINES.match(flat) else ()
        return Reading(new, ids, last.problem)
    return None


def _noun_in_context(
    asked: Message, past: Past, noun: str, term: Term | None, entries: Entries
) -> Reading | None:
    last = past.last
    if last is None:
        return None
    if term is not None:
        whole = any(noun == noun[f.start : f.end] for f in terms_in(noun))
        typed = asked.text.rstrip(" ?!.").split()[-len(noun.split()) :]
        if whole and _AND_THE.match(asked.opened):
            defined = entries.defined(term.name, last)
            if defined is not None:
                return Reading(QUESTION_NUMBER.sub("", defined.question), (defined.id,))
            titled = entries.titled(term)
            if titled:
                return Reading(f"O que é {term.name}?", titled)
        return entries.in_context(term.name if whole else " ".join(typed), last)
    content = [w for w in words(noun) if w not in GENERIC]
    if not content:
        return None
    known = 2 * sum(entries.known_to(last, w) for w in content) >= len(content)
    if not known and not past.is_newest(last):
        return None  # the turn in between was declined: this goes on about that
    return entries.about(asked, last, entry_of(last) if known else ())


def _substitute(text: str, found: list[Found], name: str, gender: str) -> str:
    """`text` with `name` at every place found, and the article before it agreeing."""
    for place in reversed(found):
        before, after = text[: place.start], text[place.end :]
        if gender in "mf" and place.term.gender in "mf":
            before = _agreeing(before, gender)
        new = capital(name) if not before.strip() else name
        text = before + new + after
    return text


def _agreeing(before: str, gender: str) -> str:
    match = re.search(r"(\w+) $", before)
    table = _MASCULINE if gender == "f" else _FEMININE
    if match is None or match.group(1).lower() not in table:
        return before
    word = match.group(1)
    new = table[word.lower()]
    return before[: match.start()] + (capital(new) if word[0].isupper() else new) + " "


def _unnamed(noun: str) -> str:
    """`noun` without the terms in it."""
    for place in reversed(terms_in(noun)):
        noun = noun[: place.start] + noun[place.end :]
    return noun


def _verbal(noun: str) -> bool:
    return (
        QUESTION_WORD.search(noun) is not None
        or PRONOUN.search(noun) is not None
        or bool(re.search(r"\b(?:e|sao|era|foi|esta|vai|entre|nao|sei|ser|ter)\b", noun))
    )
