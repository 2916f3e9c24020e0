"""The sentence of an exercise about words: skip-gram windows, masks, next words."""

from __future__ import annotations

import re

from tutor.errors import SolverError
from tutor.solver.fields import Statement

_MAX_WORDS = 200

_WORD = re.compile(r"\[[A-Z]{2,6}\]|[^\W_]+(?:[-'][^\W_]+)*")
_LEAD = re.compile(
    r"(?<!\w)(?:(?:frase|sentenca|texto|sequencia|corpus|oracao|sentence|tokens|palavras)"
    r"(?: (?:e|abaixo|seguinte|dada))?\s?[:=]|para\s?:)\s*(?!quant|qua[li]|liste|calcul)"
)
_AFTER = re.compile(
    r"(?<!\w)(?:frase|sentenca|sentence|oracao|texto)\s+"
    r"(?!(?:de|com|tem|tendo|possui|que tem|of|with) (?:\d|\w+ (?:palavras|tokens|words)))(?=[a-z])"
)
# Where an unquoted sentence ends: the request goes on.
_END = re.compile(
    r"[?\n;:]|\.(?=\s|$)|,? (?:com|e)? ?(?:uma? )?(?:janela|window|raio)\b|,? (?:calcule|quais|"
    r"quantos|"
    r"quantas|liste|gere|monte|qual|usando|considere|de)? ?(?:os |as )?(?:pares|exemplos|skip|"
    r"cbow|gere|"
    r"liste|quais|quantos|quantas)\b"
)


def sentence_of(statement: Statement) -> list[str]:
    """The words of the sentence: in quotes, in brackets, or after "frase:"; [] if there is none."""
    quoted = [m for m in re.finditer(r"[\"']([^\"'\n]{1,2000})[\"'](?!\w)", statement.text)]
    for match in quoted:
        words = _WORD.findall(match[1])
        if len(words) > 1:
            return _bounded(words)
    for names in statement.name_lists:
        if len(names.items) > 1 and statement.text[names.start] == "[":
            return _bounded([word for item in names.items for word in item.split()])
    for lead in (_LEAD, _AFTER):
        found = lead.search(statement.folded)
        if found:
            end = _END.search(statement.folded, found.end())
            stop = end.start() if end else len(statement.text)
            words = _WORD.findall(statement.text[found.end() : stop])
            if len(words) > 1:
                return _bounded(words)
    return _after_colon(statement)


_ASKS = re.compile(
    r"\b(?:qua(?:l|is)|quant[oa]s?|liste|gere|monte|calcule|mostre|escreva|janela|pares|window|"
    r"contextos?|"
    r"skip|cbow|mlm|mask|tokens?|alvo|how|what)\b|\d|="
)


def _after_colon(statement: Statement) -> list[str]:
    """ "todos os pares: a rede aprende padrões": a clause of words at the end, or at the start."""
    text, folded = statement.text, statement.folded
    tail = re.search(r":\s*([^:.?!\n]{3,300})[.!?]?\s*$", folded)
    head = re.match(r"\s*([^:.?!\n]{3,300}?)\s*(?:\.|:| - |\n)\s", folded)
    for match in (tail, head):
        if match is not None and not _ASKS.search(match[1]):
            words = _WORD.findall(text[match.start(1) : match.end(1)])
            if len(words) > 1:
                return _bounded(words)
    return []


def _bounded(words: list[str]) -> list[str]:
    if len(words) > _MAX_WORDS:
        raise SolverError(f"A frase é longa demais (o limite é de {_MAX_WORDS} palavras).")
    return words


LENGTH_NAMES = (
    r"palavras(?! (?:de|para|a|antes|por))|tokens|words",
    r"frase de|sequencia de|n|comprimento",
)

SENTENCES = (
    "o gato dorme no sofá", "a rede aprende os pesos", "o modelo prevê a próxima palavra",
    "redes neurais aprendem representações úteis", "o aluno estuda para a prova",
)  # fmt: skip
