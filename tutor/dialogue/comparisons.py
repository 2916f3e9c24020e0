"""Comparisons with a turn before: "qual a diferença pro anterior?", "e comparado ao GPT?"."""

from __future__ import annotations

import re

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import GENERIC, Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import CONTINUES_TEXT, Reading, capital, core_of, entry_of
from tutor.dialogue.terms import pair_in, parallel_names, subject_of
from tutor.text import words

_BOTH = (
    r"(?:eles|elas|os dois|as duas|esses dois|essas duas|ess[ae]s|ambos|ambas|um e (?:o )?outro"
    r"|uma e (?:a )?outra|dois|duas|them|both|the two|these two|those two)"
)


DIFFERENCE = (
    r"(?:diferencas?|difere|diferem|muda|compar\w+|differences?|differ|contraste|semelhancas?"
    r"|em comum|versus|vs)"
)


_BOTH_COMPARED = re.compile(
    rf"\b{DIFFERENCE}\b(?: \w+)? (?:entre |between |de |d)?{_BOTH}\b|\bcompar\w+ {_BOTH}\b"
    rf"|\bde um (?:pr[oa]|para o?) outro\b"
    rf"|\bqual (?:d{_BOTH}|del[ea]s|d[oa]s d(?:ois|uas)|of them|of the two)\b|\bwhich (?:one"
    rf"|of them)\b|\bhow do they differ\b"
    r"|\b(?:os dois|as duas|both|eles|elas) (?:sao|e|are) (?:a mesma coisa|iguais|diferentes"
    r"|the same)\b"
    r"|\bqual (?:e )?(?:o |a )?(?:melhor|mais \w+)(?: dos dois| das duas| deles| delas)?$"
    r"|\bo que (?:eles|elas|os dois|as duas) t[e]m em comum\b"
    r"|^(?:e )?(?:qual )?(?:e )?(?:a )?diferenca$|^what.?s the difference$|^what is the difference$"
)


# "e em relação ao dropout?", "e comparado com o Adam?"
_AGAINST = re.compile(
    r"^(?:e |mas |agora )?(?:em relacao|comparad[oa]|em comparacao|frente|perto|contra|versus|vs"
    r"|compared|in relation)\b"
)
_IN_TABLE = re.compile(
    r"^(?:(?:me )?(?:faz|faca|coloca|poe|mostra|monta|bota|quero|da pra por|isso|put it|show)\s+)*"
    r"(?:isso )?(?:n?uma|em(?: uma)?|as a|in a)\s*(?:tabel\w+|quadro|table)(?: comparativ[ao])?"
    r"(?: (?:com )?(?:os|as) (?:dois|duas|tres))?$"
)
_EACH = re.compile(r"\bcada (?:um|uma|qual)(?: del[ea]s)?\b")


_BEFORE_COMPARED = re.compile(
    rf"\b{DIFFERENCE}\b(?: (?:disso|dele|dela|desse|dessa|deste|desta|isso|ess[ae]|est[ae]|it"
    rf"|that))? (?:pr[oa]|para [oa]|com [oa]|d[oa]|em relacao (?:ao|a)|ao|a|from|to|with) "
    r"(?:the )?(?:questao |pergunta |topico |assunto |conceito )?(?:anterior|outr[oa]"
    r"|primeir[oa]|passad[oa]|previous(?: one)?|other(?: one)?|(?:d[eo]"
    r"|que (?:eu )?perguntei) antes|last one)\b"
)


_SIDES = frozenset(
    "between dois duas ambos ambas outro outra anterior them both two other one previous first last"
    " question tabela quadro table".split()
)


_TERM_COMPARED = re.compile(
    rf"(?:\b{DIFFERENCE}\b(?: (?:isso|disso|dele|dela|desse|dessa|deste|desta|del[ea]s|ess[ae]"
    rf"|que tem|it|that|this))?|\bmelhor|\bpior|\bmais (?!ou)\w+|\bigual|\b(?:a )?mesma coisa"
    rf"|\bcomparad[oa]|\bbetter|\bworse|\bthe same)"
    r" (?:pr[oa]s?|para [oa]s?|para|com [oa]s?|com|d[oa]s?|de|em relacao (?:ao|a)|ao?s?|a|from"
    r"|to|with|as|than|(?:do )?que [oa]s?|(?:do )?que)?\s*(?:the )?$"
)


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "qual a diferença entre eles?", "… pro anterior?", "… pro GPT?"."""
    last = past.last
    if last is None or len(asked.words) > 14:
        return None
    named = {f.term for f in asked.terms}
    if not named and _IN_TABLE.search(asked.bare):
        return Reading(f"{last.standalone} (numa tabela)")
    pair = pair_in(core_of(last))
    if pair and _EACH.search(asked.bare):
        each = _EACH.sub(f"{pair[0].name} e {pair[1].name}", asked.bare)
        return Reading(f"{capital(each)}?")
    degree = words(" ".join(re.findall(r"\bmais (\w+)", asked.bare)))
    compared = [w for w in asked.content if not re.match(DIFFERENCE, w) and w not in degree]
    if any(not entries.known_to(last, w) and w not in _SIDES for w in compared) and not named:
        return None
    if not named and _BOTH_COMPARED.search(asked.bare):
        if pair:
            return Reading(_phrased(pair[0].name, pair[1].name, asked), entry_of(last))
        return _compare_turns(asked, past, entries)
    if not named and _BEFORE_COMPARED.search(asked.bare):
        return _compare_turns(asked, past, entries)
    if len(named) != 1 or re.search(r"\bentre\b|\bbetween\b", asked.bare):
        return None
    found = asked.terms[0]
    lead = asked.flat[: found.start].rstrip()
    subject = subject_of(core_of(last), found.term)
    if _AGAINST.match(asked.opened) and subject and not asked.flat[found.end :].strip(" ?!."):
        return Reading(_phrased(subject.name, found.term.name, asked))
    tail = re.sub(r"^[\s?!.,;:]+$", "", asked.flat[found.end :])
    if tail or not _TERM_COMPARED.search(f"{lead} ") or _owns_subject(lead):
        return None
    ids = tuple(dict.fromkeys((*entry_of(last), *entries.titled(found.term))))
    both = ids if len(ids) > 1 else ()
    first = subject.name if subject else entries.name(last)
    return Reading(_phrased(first, found.term.name, asked), both)


def _compare_turns(asked: Message, past: Past, entries: Entries) -> Reading | None:
    last, before = past.last, past.before_last
    if last is None:
        return None
    if before is None:
        return entries.about(asked, last, entry_of(last))
    names = parallel_names(core_of(before), core_of(last)) or (
        entries.name(before),
        entries.name(last),
    )
    return Reading(_phrased(*names, asked), (*entry_of(before), *entry_of(last)))


def _phrased(one: str, other: str, asked: Message) -> str:
    if re.search(
        r"\b(?:melhor|pior|better|worse|usad[oa]|usar|escolh\w+|rapid[oa]|mais)\b", asked.bare
    ):
        return f"{capital(CONTINUES_TEXT.sub('', asked.text))} (comparando {one} e {other})"
    return f"Qual é a diferença entre {one} e {other}?"


def _owns_subject(lead: str) -> bool:
    """Whether the clause before the term names something of its own to compare."""
    said = [w for w in words(re.sub(rf"\b{DIFFERENCE}\b", "", lead)) if w not in GENERIC]
    return bool(said)
