"""Temperature, smoothing and base of a classifier's problem, and the numbers with no role."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from tutor.solver.class_data import Reading
from tutor.solver.classes import log_base
from tutor.solver.fields import Statement
from tutor.solver.groups import is_label
from tutor.solver.numbers import Value, word_number

_NUMBER = r"(?P<number>-?\d{1,4}(?:[.,]\d{1,9})?(?: ?%)?)(?![\w]|[.,]\d)"
_WORDS_BETWEEN = r"(?: ?\(?[a-z_]\w*\)?){0,5}?\s*[=:]?\s*"
_TEMPERATURE = re.compile(rf"\b(?:temperaturas?|temperature|temp|tau|t)\b{_WORDS_BETWEEN}{_NUMBER}")
_CHANGES = re.compile(
    r"\b(?:temperatura|t)\b[^.;\n\d]{0,40}\bde (\d{1,3}(?:[.,]\d{1,4})?) (?:para|a|ate) "
    r"(\d{1,3}(?:[.,]\d{1,4})?)(?![\w]|[.,]\d)"
)
_SMOOTHING = re.compile(
    rf"\b(?:label[ _]?smoothing|smoothing|suavizac\w+|epsilon|eps)\b{_WORDS_BETWEEN}{_NUMBER}"
    rf"|(?P<before>\d{{1,2}}(?:[.,]\d{{1,6}})?(?: ?%)?) de (?:label[ _]?smoothing|suavizac\w+)"
)
_SMOOTHED = re.compile(r"\b(?:label[ _]?smoothing|suaviza\w+)\b")


# "a softmax e como fica com temperatura 2": both
_AND_WITHOUT = re.compile(
    r"\be (?:depois |tambem |qual |como |quais )*(?:seria\w*|fica\w*)? ?com (?:a )?"
    r"(?:temperatura|t\b)"
    r"|\b(?:com e sem|sem e com) temperatura|\bsem temperatura\b"
)


def read_options(statement: Statement, reading: Reading) -> None:
    outside = reading.outside(statement.folded)
    change = _CHANGES.search(outside)
    for index in (1, 2):
        if change is None:
            break
        _add_temperature(reading, change[index], change.start(index), change.end(index))
    for match in _TEMPERATURE.finditer(outside):
        _add_temperature(reading, match["number"], match.start("number"), match.end())
    if len(reading.temperatures) == 1 and _AND_WITHOUT.search(outside):
        reading.temperatures = [1.0, *reading.temperatures]
    spelled = statement.scalar("temperatura", "temperature")
    if spelled is not None and not reading.temperatures:
        reading.temperatures.append(spelled)
    arrays = [v for v in statement.arrays if re.search(r"\b(?:temperaturas|t)\W{0,4}(?:de )?$",
              statement.folded[max(0, v.start - 20) : v.start])]  # fmt: skip
    for value in arrays:
        named = statement.folded[: value.start].rstrip(" =:(").endswith("temperaturas")
        if not named and abs(sum(value.vector("as temperaturas")[0]) - 1) < 0.011:
            continue  # "alvo t = (0,1; 0,9)"
        reading.temperatures = list(value.vector("as temperaturas")[0])
    if _SMOOTHED.search(outside):
        for match in _SMOOTHING.finditer(outside):
            typed = match["number"] or match["before"]
            number = _number(typed)
            group = "number" if match["number"] else "before"
            reading.spans.append(match.span(group))
            if reading.smoothing is None:
                reading.smoothing = number
    reading.base = log_base(statement)
    both = statement.has(
        r"(?:nats?|ln|natural)\b[^.;?]{0,30}\be\b[^.;?]{0,20}\b(?:bits?|log_?2|base 2)"
    )
    swapped = statement.has(r"(?:bits?|log_?2)\b[^.;?]{0,30}\be\b[^.;?]{0,20}\b(?:nats?|ln)")
    if both or swapped:
        reading.bases = [math.e, 2.0] if both else [2.0, math.e]


def _add_temperature(reading: Reading, typed: str, start: int, end: int) -> None:
    number = _number(typed)
    reading.spans.append((start, end))
    if number not in reading.temperatures:
        reading.temperatures.append(number)


def _number(typed: str) -> float:
    plain_number = float(typed.rstrip(" %").replace(",", "."))
    return plain_number / 100 if typed.endswith("%") else plain_number


# A number that counts what is there, or is part of a formula or of a convention.
_COUNTS = re.compile(
    r"\W*(?:\w+ )?(?:classes?|categorias|saidas|exemplos?|amostras?|imagens|fotos|tokens?|palavras|"
    r"rotulos|neuronios|epocas|gb|mb|horas|dias|semanas|alunos|"
    r"casas|anotadores|opcoes|linhas|logits|posicoes|elementos|frutas|animais)\b"
)
_CONVENTION = re.compile(
    r"(?:de [01] (?:a|ate)|vao|numerad[ao]s|indexad[ao]s|"
    r"lote de|batch de|minilote de|base|log_?|a partir d[eo]|comecando (?:em|d[eo]|com)|"
    r"contando d[eo]|do|k|n|c|indice|index|"
    r"classe|posicao|y|rotulo|label|target|alvo|numero|exemplo|ex|caso|item)\s*[=:]?\s*"
    r"(?:e |a |de |do )?$"
)
# Of the story: how it was trained, which picture it was.
_STORY = re.compile(
    r"\b(?:batch(?: size)?|lote|lr|taxa de aprendizado|learning rate|epocas?|imagem|foto|"
    r"aluno|seed|semente|dropout)\s*(?:=|de|:)?\s*$"
)
_THE_OTHERS = re.compile(r"\b(?:outr[ao]s?|demais|resto)\b[^.;]{0,30}$")
_FORMULA = re.compile(r"[(+*/·^-]\s*$|^\s*[)+*/·^-]|^\s*-\s*[a-z]")


def unused_values(statement: Statement, reading: Reading) -> Iterable[Value]:
    for value in statement.values:
        if value.ordinal or value.dimensions or is_label(statement, value):
            continue
        if any(a <= value.start < b for a, b in reading.spans):
            continue
        before = statement.folded[max(0, value.start - 36) : value.start]
        after = statement.folded[value.end : value.end + 24]
        whole = value.is_scalar and value.scalar()[0].is_integer()
        if _THE_OTHERS.search(before) and value.is_scalar and value.scalar()[0] == 0:
            continue
        if _STORY.search(before):
            continue
        if whole and (_COUNTS.match(after) or _CONVENTION.search(before)):
            continue
        if whole and (_FORMULA.search(before) or _FORMULA.match(after)):
            continue
        yield value


def smoothing_in(folded: str) -> float | None:
    match = _SMOOTHING.search(folded)
    return _number(match["number"] or match["before"]) if match else None


def count_of(statement: Statement, noun: str) -> int | None:
    """ "8 classes", "cinco classes", "K = 5"."""
    match = re.search(rf"(?<![\w.,])(\w+) (?:{noun})\b", statement.folded)
    if match:
        word = match[1]
        return int(word) if word.isdigit() else word_number(word)
    match = re.search(r"\bk ?= ?(\d{1,4})\b", statement.folded)
    return int(match[1]) if match else None
