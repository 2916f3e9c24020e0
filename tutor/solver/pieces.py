"""Reading a vocabulary in prose: the pieces between commas or spaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.solver.fields import Statement
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
        if (fold(before.text) in _NO_PIECE and not _is_listed(before, gap)) or (
            before.inner and len(before.text) < 3
        ):
            break
        index -= 1
    return index


def _is_listed(item: _Item, gap: str) -> bool:
    """ "o, ##s": a short word before a comma is a piece of the list."""
    return gap.lstrip("\"'").startswith(",") and len(item.text) < 3


def _rightmost(text: str, items: Sequence[_Item], index: int) -> int:
    while index + 1 < len(items):
        gap = text[items[index].end : items[index + 1].start]
        after = items[index + 1]
        listed = _COMMA.fullmatch(gap) is not None
        follows = index + 2 < len(items) and items[index + 2].inner and items[index].inner
        if not listed and not (_SPACE.fullmatch(gap) and (after.inner or follows)):
            break
        between = index + 2 < len(items) and items[index].inner and items[index + 2].inner
        if between and len(after.text) > 2:
            index += 1  # "##bom para ##bola"
            continue
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
