"""Entries that a message names by number: "questão 25", "a 13b", "diferença entre a 3 e a 7"."""

from __future__ import annotations

import re

from tutor.dialogue.comparisons import DIFFERENCE
from tutor.dialogue.entries import Entries
from tutor.dialogue.message import Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading
from tutor.dialogue.styles import FILLER, without_style

_UNITS = (
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze"
    " dezesseis"
    " dezessete dezoito dezenove"
).split()


_TENS = {"vinte": 20, "trinta": 30, "quarenta": 40}


_NUMBERS = {word: n for n, word in enumerate(_UNITS) if n > 1} | _TENS | {"catorze": 14}


_NUMBERS |= {
    f"{ten} e {_UNITS[n]}": value + n for ten, value in _TENS.items() for n in range(1, 10)
}


_NUMBER = r"(?:\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"


_LETTER = r"(?:\s?[(.]?\s?(?:letra )?(?P<{0}>[ab])\)?(?![\w]))?"


_NAMED = (
    r"(?:questao|questoes|quest|qst|qtao|questaum|questions?|exercicios?|exerc|perguntas?|itens"
    r"|item|q)"
    r"\.?\s*(?:de )?(?:n[ºo°.]*\s*|numeros?\s+|#)?"
)


_NEXT_NUMBER = (
    r"(?:\s*(?:,|e|and|&|vs\.?|x|com|ou)\s*(?:a|as|da|pra|na|com a)?\s*(?:questao\s+|q)?)"
    rf"(?P<more>{_NUMBER})" + _LETTER.format("more_letter")
)


_BY_NAME = re.compile(
    rf"(?<![\w]){_NAMED}(?P<number>{_NUMBER})(?![\d,.]\d)" + _LETTER.format("letter") + r"(?![\w%])"
)


_BY_LETTER = re.compile(
    r"(?<![\w.,])(?P<number>13)\s?[(.]?\s?(?:letra )?(?P<letter>[ab])\)?(?![\w])"
    r"|\bletra (?P<letter_first>[ab]) da 13\b"
)


_BARE = re.compile(
    r"^(?:(?:agora|e|volta\w*|retoma\w*|vamos|vai|ir|pula|passa|quero|me|ver|expli\w+|resolv\w+"
    r"|respond\w+|gabarito|resposta|solucao"
    r"|faz|faca|fala|mostra|resum\w+|detalh\w+|ajuda\w*|go|back|explain|solve|answer|show|duvida"
    r"|preciso|agora|pode|to|estou|tenho|fiquei|com|uma|um pouco|travei|travad[oa]|empaquei|parei"
    r"|nao|entendi|entendo|errei|perdid[oa]|estudando|vendo|fazendo)\s+)*"
    rf"(?:para a|pra|na|da|com a|sobre a|a|to|on|com|n[ºo°])\s+(?:numero\s+"
    rf"|n[ºo°]\s*)?(?P<number>{_NUMBER})" + _LETTER.format("letter")
    + r"(?P<others>(?:\s*(?:,|e|and|&)\s*(?:a |as |da |na )?\d{1,2}(?: ?[ab]\b)?)*)"
    r"(?:\s*(?:de novo|novamente|da lista|por favor|please|again|inteira|toda|tambem|mais|bem"
    r"|de forma|simples|facil|curt\w+|resumid\w+|em resumo|(?:em )?detalh\w+"
    r"|pra mim|para mim|com (?:um )?exemplo|passo a passo|em uma frase|melhor))*$"
    r"|^#?(?P<whole>\d{1,2})\s?(?P<whole_letter>[ab])?$"
)  # fmt: skip


_WITH = re.compile(r"^(?:(?:e|agora|mas) )*(?:com|para|pra) (?:n[ºo°] ?)?\d")


_BETWEEN = re.compile(
    r"\b(?:entre|compar\w+|between) (?:a |as )?"
    r"(?=(?P<number>\d{1,2})(?P<letter>[ab])?(?![\w-])(?! \w+s\b))"
)


_FOLLOWING = re.compile(_NEXT_NUMBER)


# What surrounds a reference without adding to it: "me explica a questão 25 da lista"
_AROUND = re.compile(
    r"\b(?:volta\w*|retoma\w*|vamos|vai|ir|pula|passa|quero|queria|ver|expli\w+|resolv\w+"
    r"|respond\w+|respost\w+|gabarito|solucao|faz|faca|fazer"
    r"|fala|falar|mostra\w*|ajuda\w*|go|back|solve|show|duvida|preciso|sobre|lista|prova|agora"
    r"|questao|questoes|numero|como|qual|que|diz|pede|cai|entender|and|let|us"
    r"|lets|question|about|seria|tambem|inteira|duas|enunciado|pergunta|tenho|estou|com|na|no|to"
    r"|em|outra|mandar?|pro|next|falta|comigo|vc|voce)\b"
)


def named(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "questão 25", "q25", "a 13b", "volta na 9"."""
    ids, remaining = _references(asked, past, entries)
    if not ids:
        return None
    problem = past.last.problem if past.last and past.last.example_id in ids else None
    left = FILLER.sub("", _AROUND.sub("", without_style(remaining))).strip()
    if left and len(ids) == 2 and re.search(rf"\b{DIFFERENCE}\b", remaining):
        return Reading(_difference(ids[0], ids[1], entries), ids)
    if left:
        titles = "; ".join(entries.examples[i].title for i in ids)
        return Reading(f"{asked.text} (sobre: {titles})", ids, problem)
    return Reading(" ".join(entries.question(entries.examples[i]) for i in ids), ids)


def _references(asked: Message, past: Past, entries: Entries) -> tuple[tuple[str, ...], str]:
    """Ids named in the message, in order, and the message without them."""
    text = asked.opened
    between = None if _counts(past) else _BETWEEN.search(text)  # "e entre 5 e 8?": positions
    match = _BY_NAME.search(text) or between or _BY_LETTER.search(text)
    if match is None:
        bare = _BARE.match(text) or _BARE.match(without_style(text))
        if bare is None or (_is_datum(bare, text) and _counts(past)):
            letter = re.match(r"^(?:e |agora )?(?:a |na )?(?:letra |item )([ab])$", text)
            if letter and past.last and (past.last.example_id or "").startswith("13"):
                return (f"13{letter.group(1)}",), ""
            return (), text
        number = bare.group("number") or bare.group("whole")
        ids = _ids_of(number, bare.group("letter") or bare.group("whole_letter"), entries)
        for more in _FOLLOWING.finditer(bare.group("others") or ""):
            ids = (*ids, *_ids_of(more.group("more"), more.group("more_letter"), entries))
        return tuple(dict.fromkeys(ids)), ""
    groups = match.groupdict()
    letter_text = groups.get("letter") or groups.get("letter_first")
    ids = _ids_of(groups.get("number") or "13", letter_text, entries)
    end = match.end("number") if match.re is _BETWEEN else match.end()
    while ids and (following := _FOLLOWING.match(text, end)):
        added = _ids_of(following.group("more"), following.group("more_letter"), entries)
        if not added:
            break
        ids, end = tuple(dict.fromkeys((*ids, *added))), following.end()
    return ids, f"{text[: match.start()]} {text[end:]}"


def _counts(past: Past) -> bool:
    """Whether the talk is of numbers: a computation, or a question that gave data for one."""
    last = past.last
    data = last is not None and len(re.findall(r"\d+", last.text)) > 1
    return past.numeric is not None or past.asked_back or data


def _is_datum(bare: re.Match[str], text: str) -> bool:
    """Whether after a computation the number is rather one of its data: "16", "e com 16?"."""
    return bool(bare.group("whole")) or _WITH.match(text) is not None


def _ids_of(number: str, letter: str | None, entries: Entries) -> tuple[str, ...]:
    value = int(number) if number.isdigit() else _NUMBERS[number]
    if f"{value}{letter or ''}" in entries.examples:
        return (f"{value}{letter or ''}",)
    parts = [i for i in entries.listed if re.fullmatch(rf"{value}[a-z]?", i)]
    return tuple(parts)


def _difference(one: str, other: str, entries: Entries) -> str:
    first, second = (entries.examples[i].title for i in (one, other))
    return f"Qual é a diferença entre “{first}” e “{second}”?"
