"""Questions that leave out their subject: "como calcula?", "e as vantagens?"."""

from __future__ import annotations

import re

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import DEFINITION, GENERIC, QUESTION_WORD, TO_TUTOR, Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, core_of, entry_of
from tutor.dialogue.terms import terms_named
from tutor.text import words

# Single words that ask something about what was just said.
_LONE = re.compile(
    r"^(?:font[ei]s?|referencias?|certeza|serio|gabarito|formulas?|equac\w+"
    r"|(?:des)?vantage\w+|limitac\w+|problemas?|quando|onde|quem|como|quanto|quantos|quantas"
    r"|quais|qual|intuicao|motivo|conclusao|source|sources|really|how|when|where|who|verdade"
    r"|sempre|nunca|mesmo|always|never|ambos|ambas|todos|todas|tudo|nenhum\w?|so)$"
)


# "não entendi a parte do softmax": a part of what was said.
_PART = re.compile(r"\b(?:parte|pedaco|trecho|historia|negocio|linha|termo) (?:d[aeo]s?|que)\b")
# "o que muda se eu tirar o softmax?": what was said, under another condition.
_SUPPOSES = re.compile(
    r"^(?:(?:o )?que (?:que )?(?:muda\w*|acontec\w+)|como fica\w*) (?:se|sem|com)\b"
    r"|^se (?:eu|a gente)\b"
    r"|^what (?:happens|changes) (?:if|without)\b"
)
# "de onde vem a query?": a place within what was spoken of.
_WHERE = re.compile(r"^(?:(?:d[ea] )?a?onde|quem|where|who)\b")
# "nesse caso", "nessa questão": the place that was spoken of, not a thing.
_HERE = re.compile(
    r"\bn(?:esse|essa|este|esta|isso) (?:caso|questao|exemplo|situacao|contexto|problema|tarefa)\b"
    r"|\bin (?:this|that) case\b"
)


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "como calcula?", "e quais as vantagens?", "pq a raiz?", "mas no gabarito diz que…"."""
    last = past.last
    if last is None or len(asked.words) > 14 or not asked.words:
        return None
    if TO_TUTOR.search(asked.flat):
        return None
    if _HERE.search(asked.opened) and not asked.terms and last.problem is None:
        familiar = all(entries.known_to(last, w) for w in asked.content)
        return entries.about(asked, last, entry_of(last) if familiar else ())
    definition = DEFINITION.match(asked.bare)
    if definition and len(definition.group(1).strip()) > 3 and not asked.continues:
        named = [w for w in words(definition.group(1)) if w not in GENERIC]
        if named:
            return None
    told = [w for w in (*asked.content, *words(" ".join(f.term.name for f in asked.terms)))]
    if all(entries.known_to(last, w) for w in told):
        if _PART.search(asked.opened):
            return entries.about(asked, last, entry_of(last))
        if _SUPPOSES.search(asked.bare) and len(asked.words) <= 10:
            return entries.about(asked, last, ())
    if asked.terms:
        lacks_object = re.search(
            r"\b(?:usa|faz|precisa|consegue|tem|serve|muda|funciona|pode)$", asked.opened
        )
        shared = {f.term for f in asked.terms} <= terms_named(core_of(last))
        if asked.continues and lacks_object and not definition:
            return entries.about(asked, last, entry_of(last) if shared else ())
        if _WHERE.match(asked.bare) and all(entries.known_to(last, w) for w in told):
            return entries.about(asked, last, ())
        return None
    if not asked.content:
        if len(asked.words) == 1 and not _LONE.match(asked.bare):
            return None
        return entries.about(asked, last, entry_of(last))
    # An opening "e …" leans on the turn before even where it brings a word of its own.
    asks = asked.continues or len(asked.content) <= 2 or QUESTION_WORD.search(asked.bare)
    known = sum(entries.known_to(last, w) for w in asked.content)
    if (asks and known == len(asked.content)) or (
        asked.continues and 3 * known >= 2 * len(asked.content)
    ):
        # A word that the entry has and its question has not may rather ask for a neighbour.
        same = set(asked.content) <= set(words(core_of(last)))
        return entries.about(asked, last, entry_of(last) if same else ())
    if definition and definition.group(1).strip() and asked.continues and len(asked.content) == 1:
        return None
    if asked.continues and len(asked.words) <= 10 and past.is_newest(last):
        return entries.about(asked, last, ())
    return None
