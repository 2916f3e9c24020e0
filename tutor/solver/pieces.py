"""Reading a tokenization exercise in prose: pieces between commas or spaces, and the words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.inputs import assume
from tutor.solver.text import fold

Span = tuple[int, int]

_ITEM = re.compile(r"""[^\s,;:()\[\]{}"'.!?/=]+""")
# What may stand between two pieces of one list.
_COMMA = re.compile(r"""["'\s]*(?:[,;/]["'\s]*(?:(?:e|and|ou)\s["'\s]*)?|\s(?:e|and)\s["'\s]*)""")
_SPACE = re.compile(r"""[ \t\n]+|["'][ \t\n]+["']""")
_CUE = re.compile(
    r"\b(?:vocabularios?|vocab|vocabulary|dicionario|listas?|pedacos|pecas|pieces|tokens|entradas|"
    r"contains?|contem|tenho|tem|has|only|apenas|so)\b"
)
_RIVAL = re.compile(
    r"\b(?:vira|fica|ficou|deu|da|em|dividiu|tirei|nao|tirar|sem|without|vao|ou|"
    r"ficaria|gives?|como)\W*$"
)
_NO_PIECE_WORDS = """
    a o as os e de do da dos das com para por em no na um uma vocabulario vocab vocabulary tem so
    dicionario lista pedacos pecas pieces tokens tenho contem contains dispoe apenas entradas with
    the has have of if is are my sao eh wordpiece piece word palavra sobra usando use using dado
    dada dados given only sendo seja como existe ha temos havia seguintes seguinte abaixo que se
    vira fica deu ou in tokenize tokenizar mas nao and ficou inclui includes include = : meu
    """
_NO_PIECE = frozenset(_NO_PIECE_WORDS.split())


# Common words that may begin like a piece ("fa": faz).
_OTHER_WORDS = frozenset(
    """
    faz fazer faca faco falta familia fala como com comum seria mesmo mesma tenho inteira inicio
    pedaco pedacos pecas peca pega pego pegar para cada resultado regra usando
""".split()
)


@dataclass(frozen=True)
class _Item:
    text: str
    start: int
    end: int

    @property
    def inner(self) -> bool:
        return re.match(r"##\w", self.text) is not None


def vocabulary_run(statement: Statement) -> tuple[list[str], list[Span]]:
    """The list around the pieces that begin with ##: "fa, ##c, ##a e ##o", "fa ##c ##o ##m"."""
    text = statement.text
    items = [
        _Item(m.group(), m.start(), m.end())
        for m in _ITEM.finditer(text)
        if m.group() not in ("e", "and", "ou")  # they stand between two pieces
    ]
    groups: list[tuple[int, list[_Item]]] = []
    index = 0
    while index < len(items):
        if not items[index].inner:
            index += 1
            continue
        first = _leftmost(text, items, index)
        last = _rightmost(text, items, index)
        group = items[first : last + 1]
        groups.append((_rank(statement.folded, group), group))
        index = last + 1
    if not groups:
        return [], []
    best = max(groups, key=lambda each: (each[0], len(each[1])))[1]
    # All the lists are no vocabulary: what else is written as pieces is no word to tokenize.
    spans = [(group[0].start, group[-1].end) for _, group in groups]
    return [item.text for item in best], spans


def _rank(folded: str, group: Sequence[_Item]) -> int:
    lead = re.split(r"[.?!]\s", folded[max(0, group[0].start - 45) : group[0].start])[-1]
    if _RIVAL.search(lead):
        return 0
    return 2 if _CUE.search(lead) else 1


def _leftmost(text: str, items: Sequence[_Item], index: int) -> int:
    while index > 0:
        gap = text[items[index - 1].end : items[index].start]
        before = items[index - 1]
        if not (_COMMA.fullmatch(gap) or _SPACE.fullmatch(gap)):
            break
        if fold(before.text) in _NO_PIECE or (before.inner and len(before.text) < 3):
            break
        index -= 1
    return index


def _rightmost(text: str, items: Sequence[_Item], index: int) -> int:
    while index + 1 < len(items):
        gap = text[items[index].end : items[index + 1].start]
        after = items[index + 1]
        listed = _COMMA.fullmatch(gap) is not None
        if not listed and not (_SPACE.fullmatch(gap) and after.inner):
            break
        if not after.inner and (fold(after.text) in _NO_PIECE or not _ends(text, items, index + 1)):
            break
        index += 1
    return index


def _ends(text: str, items: Sequence[_Item], index: int) -> bool:
    """Is the item alone in its place of the list, and not the beginning of a clause?"""
    if index + 1 == len(items):
        return True
    gap = text[items[index].end : items[index + 1].start]
    return _SPACE.fullmatch(gap) is None or items[index + 1].inner


_SPELLED = re.compile(r"(?<![\w+,])[^\W\d_](?:[- ][^\W\d_]){3,}(?![\w+])")
_ANY_WORD = re.compile(r"[^\W\d_]{3,}")
_EXERCISE_WORDS = re.compile(r"tokeni\w+|merges?|bpe|wordpiece|palavras?|vocab\w*")


def spelled_words(statement: Statement, skip: Sequence[Span]) -> list[str]:
    """A word given letter by letter: s-o-l-a, c o m p u t a ç ã o (and no " e" after it)."""
    return [
        re.sub(r"[- ]", "", re.sub(r" [ea]$", "", match.group()))
        for match in _SPELLED.finditer(statement.text)
        if not any(a <= match.start() < b for a, b in skip)
    ][:1]


def fitting_words(statement: Statement, symbols: Sequence[str], skip: Sequence[Span]) -> list[str]:
    """The word of the text that holds the longest of the learned symbols, if one does."""
    wanted = sorted({fold(symbol) for symbol in symbols if len(symbol) > 1}, key=len, reverse=True)
    best: tuple[int, str] | None = None
    for match in _ANY_WORD.finditer(statement.text):
        word = fold(match.group())
        if word in wanted or any(a <= match.start() < b for a, b in skip):
            continue
        if _EXERCISE_WORDS.fullmatch(word):
            continue
        held = next((len(symbol) for symbol in wanted if symbol in word), 0)
        if held and (best is None or held > best[0]):
            best = held, match.group()
    # Two letters stand in too many words to tell which one is meant.
    return [best[1]] if best is not None and best[0] > 2 else []


def opened_words(statement: Statement, openings: Sequence[str], skip: Sequence[Span]) -> list[str]:
    """The word of the text that begins with one of the vocabulary's first pieces and goes on."""
    wanted = [fold(piece) for piece in openings if len(piece) > 1]
    for match in _ANY_WORD.finditer(statement.text):
        word = fold(match.group())
        if any(a <= match.start() < b for a, b in skip) or _EXERCISE_WORDS.fullmatch(word):
            continue
        if word in _OTHER_WORDS or word in wanted:
            continue
        if any(word.startswith(piece) for piece in wanted):
            return [match.group()]
    return []


# ------------------------------------------------------------- words to tokenize

MAX_CUES = 20  # places where merges or words may begin; more is no exercise
MAX_WORDS = 50
MAX_LENGTH = 200

_QUOTED = re.compile(r"""["']([^\W\d_][\w\-]{0,199}(?: [^\W\d_][\w\-]{0,199}){0,5})["']""")
_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na um uma palavra palavras texto frase termo token tokens bpe wordpiece
    merges merge vocabulario considerando lista regras apos cada essa esse
    esta este isso ai agora entao depois ok sim nao obrigado obrigada entendi valeu porque
    quando como qual quais onde quem tokenize tokenizar tokenizacao aplique aplicando segundo
    conforme usa use usar sem mesmo mesma outra outras outro tambem ser seria ficaria fica se
    fosse for legal certo errado beleza tokenizador piece word continua explica explique exemplo
    serve mais menos resultado treine treinar iteracoes passos fusoes fusao corpus seus suas ter
    ne
"""
STOP = frozenset(_STOP_WORDS.split())
# After "palavra" almost any word may be the one to tokenize, "token" among them.
_SHORT_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na considerando segundo conforme usar palavra palavras
"""
SHORT_STOP = frozenset(_SHORT_STOP_WORDS.split())


def read_words(statement: Statement, skip: Sequence[tuple[int, int]]) -> list[str]:
    """The words to tokenize: quoted ones outside `skip`, or those that a cue introduces."""
    text, folded = statement.text, statement.folded

    def outside(start: int) -> bool:
        return not any(a <= start < b for a, b in skip)

    quoted = [
        word
        for m in _QUOTED.finditer(text)
        if outside(m.start()) and not _BECOMES.search(folded[max(0, m.start() - 25) : m.start()])
        for word in m.group(1).split()
    ]
    if quoted:
        return _distinct(quoted)
    cues = (
        r"\b(?:palavras?|words?)\b(?:\s+(?:e|eh|sao|is|seguintes?|abaixo|a seguir)\b)*\s*[:=]?\s*",
        r"\b(?:tokeniz(?:e|a|ar|o|acao)|segmente|divida|quebre)\b"
        r"(?:\s+(?:a|o|as|os|d[aeo]s?|para|em "
        r"subpalavras|com bpe|por bpe|palavras?|termos?|texto)\b)*\s*[:=]?\s*",
        r"\bcomo (?:fica|ficaria|tokeniza|segmenta|quebra|divide)\s+(?:a palavra\s+)?",
        r"\b(?:termos?|texto|string|frase|em|para|de)\b\s*[:=]?\s*",
        r"\b(?:wordpiece|bpe)\s+",
        r"^\s*(?=\S+ (?:no|com o|pelo|em) (?:wordpiece|bpe)\b)",
    )
    for cue in cues:
        for match in islice(re.finditer(cue, folded), MAX_CUES):
            stop = SHORT_STOP if cue is cues[0] else STOP
            words = _words_at(statement, match.end(), outside, stop)
            if words:
                return _distinct(words)
    return []


def _words_at(
    statement: Statement, position: int, outside: Callable[[int], bool], stop: frozenset[str]
) -> list[str]:
    """A single word or "a, b e c" that begins here."""
    text, folded = statement.text, statement.folded
    words: list[str] = []
    bracket = re.compile(r"[\[(]").match(text, position)
    if bracket:
        position = bracket.end()
    while True:
        match = re.compile(r"[\s*\"']*([^\W\d_][\w\-]*)[*\"']*").match(text, position)
        if match is None or fold(match.group(1)) in stop or not outside(match.start(1)):
            return words
        if _GIVEN.match(folded, match.start(1)):
            return words  # "tokenize, dados os merges …"; the word may be "dados" itself
        listed = _ITEM_ENDS.match(folded, match.end()) and not _ANNOUNCES.match(
            folded, match.start(1)
        )
        if words and not listed:
            return words  # "a palavra banana, qual o resultado?"
        words.append(match.group(1))
        separator = _NEXT_WORD.match(text, match.end())
        if separator is None:
            return words
        position = separator.end()
        if len(folded) <= position:
            return words


# "carro e de carroça", "a palavra queijo e a palavra aqui": each word with its own introduction.
_NEXT_WORD = re.compile(
    r"""["'*]*(?:\s*,\s*(?:e\s+)?|\s+(?:e|ou)\s+)"""
    r"""(?:(?:(?:de|da|do|em|para|a|o)\s+)?(?:a\s+|o\s+)?palavra\s+|(?:de|em|para)\s+(?=["'(]?[^\W\d_]{2}))?"""
)
_BECOMES = re.compile(r"(?:\b(?:vira|viram|virar|gera|forma|da|em|inteiro|termina)|->|=)\s*$")
_GIVEN = re.compile(r"dad[ao]s?\s+(?:[ao]s?|estes?|estas?|merges?|esses?|essas?|que|seguintes)\b")
_ANNOUNCES = re.compile(r"(?:merges?|vocab\w*|regras|pecas|pedacos|lista)\b|[^\W\d_][\w\-]*\s*[:=]")
_ITEM_ENDS = re.compile(
    r"\s*(?:[,.;:!?)\]\n]|$)|\s+(?:e|ou|com|usando|no|na|pelo|pela|em|por|segundo|pro|pra|and)\b"
)


def _distinct(words: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(words))
    if len(kept) > MAX_WORDS:
        raise SolverError(f"São palavras demais: no máximo {MAX_WORDS} de cada vez.")
    if any(len(word) > MAX_LENGTH for word in kept):
        raise SolverError(f"Há uma palavra longa demais (mais de {MAX_LENGTH} letras).")
    return kept


def bare_words(statement: Statement, pending: bool) -> list[str]:
    """A follow-up or reply that is only a word: "computador", "e comum?"."""
    match = re.fullmatch(
        r"\W*(?:(?:e|agora|mas)\s+)?(?:(?:com|para|pra|se fosse|se for|a|o|da|do)\s+){0,2}"
        r"(?:palavra\s+)?[\"']?([^\W\d_][\w\-]*)[\"']?\W*",
        statement.folded,
    )
    if match is None or match.group(1) in STOP:
        return []
    begins = re.match(r"\W*(?:e|agora|mas)\s", statement.folded)
    if not pending and not begins and "palavra" not in statement.folded:
        return []
    return [statement.text[match.start(1) : match.end(1)]]


def normal_case(words: Sequence[str], pieces: Sequence[str], inputs: dict[str, Json]) -> list[str]:
    """Lower case where the merges or the vocabulary have none but lower case."""
    has_upper = any(piece != piece.lower() for piece in pieces if piece != "[UNK]")
    if has_upper or all(word == word.lower() for word in words):
        return list(words)
    assume(inputs, "Passei as palavras para minúsculas, como os símbolos dados.")
    return [word.lower() for word in words]
