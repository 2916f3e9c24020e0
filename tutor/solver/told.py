"""A classification example told in prose: "10 pra ford, 5 pra gm …, e era mesmo um ford"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.solver.fields import Names, Statement
from tutor.solver.numbers import word_number

_SMALL = "zero|meio|meia|um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez"
_NUMBER = rf"(?<![\w.,^])(?P<number>-?\d{{1,9}}(?:[.,]\d{{1,9}})?|(?:{_SMALL})(?!\w))"
_TO = r"\s*(?:(?:pra|pro|para|for|p/|pras|pros|no|na|em)\s+(?:[oa]s?\s+|the\s+)?|p/\s*)"
_WORD = r"(?P<name>[a-z_][\w\-]*)"
_TO_NAME = re.compile(_NUMBER + _TO + _WORD)
_IN_BRACKETS = re.compile(_NUMBER + r"\s*\(\s*(?P<name>[a-z_][\w\- ]{0,30}?)\s*\)")
_RIGHT = r"(?:cert[ao]|corret[ao]|verdadeir[ao]|right|correct|true)"
_TO_RIGHT = re.compile(_NUMBER + _TO + rf"(?:\w+\s+)?{_RIGHT}\b")
_EQUAL = re.compile(
    rf"(?P<count>\d{{1,3}}|{_SMALL})\s+(?:saidas|escores|logits|notas|scores|valores)\s+"
    r"(?:\w+\s+){0,2}?iguais(?:\W+(?:tod[ao]s\s+)?(?:a|valendo|com valor)\s+"
    rf"(?P<number>-?\d{{1,9}}(?:[.,]\d{{1,9}})?|(?:{_SMALL})))?"
)
_GUESSES = re.compile(rf"(?P<count>\d{{1,4}}|{_SMALL}) (?:classes|categorias|opcoes)\b")
_UNIFORM = (
    r"uniform\w*|(?:ao )?acaso|(?:a )?mesma probabilidade|igualmente provave(?:l|is)|equiprova\w*|"
    r"probabilidades? igua(?:l|is)"
)
_POWER = re.compile(r"(?<!\w)e\^\(?(-?\d{1,4}(?:[.,]\d{1,9})?)\)?")
_PERCENT = re.compile(
    r"(?<![\w.,^])(?P<number>-?\d{1,3}(?:[.,]\d{1,6})?)\s?%\s+"
    r"(?:(?:de|para|pra|pro|em|no|na|o|a|um|uma|chance|probabilidade|confianca|certeza|ser|for)\s+)"
    r"{0,5}(?P<name>[a-z_][\w\-]*)"
)
_SAYS_PROBABILITY = r"probabilidades? (?:previstas?|preditas?|dadas?|da soft ?-?max|foram|eram)"
_P_OF = re.compile(
    r"(?<!\w)p\(\s*(?P<name>[a-z_][\w\-]*)\s*\)\s*[=:]\s*"
    r"(?P<number>\d{1,3}(?:[.,]\d{1,9})?(?:\s?%)?)"
)
_NO_NAMES = frozenset(
    "cada mim todas todos tudo que o a um uma outra outro demais resto treino teste ele ela".split()
)

_NO_CLASS = frozenset(
    "acerto acuracia accuracy precisao recall validacao dos das do da dropout desconto e".split()
)


@dataclass(frozen=True)
class Told:
    """Outputs read in prose; `target` only where the prose gives it with the number."""

    logits: list[float]
    classes: list[str]
    span: Names | None = None  # the part of the text that gives the numbers
    target: int | None = None
    note: str = ""
    probabilities: bool = False  # `logits` holds probabilities


def read_told(statement: Statement) -> Told | None:
    for reader in (_probabilities, _pairs, _right_and_others, _equal, _uniform, _powers):
        told = reader(statement)
        if told is not None:
            return told
    return None


def _probabilities(statement: Statement) -> Told | None:
    """ "70% gato, 20% cachorro e 10% peixe" and "p(gato) = 0,7; p(peixe) = 0,3"."""
    for pattern in (_P_OF, _PERCENT):
        matches = [
            match
            for match in pattern.finditer(statement.folded)
            if pattern is _P_OF or match["name"] not in _NO_NAMES | _NO_CLASS
        ]
        names = [match["name"] for match in matches]
        if len(matches) < 2 or len(set(names)) != len(names):
            continue
        numbers = [_number(match["number"].rstrip(" %")) for match in matches]
        percent = pattern is _PERCENT or all("%" in match["number"] for match in matches)
        numbers = [each / 100 for each in numbers] if percent else numbers
        classes = tuple(statement.text[m.start("name") : m.end("name")] for m in matches)
        span = Names(classes, matches[0].start(), matches[-1].end(), bracketed=False)
        return Told(numbers, list(classes), span, probabilities=True)
    return None


def _pairs(statement: Statement) -> Told | None:
    for pattern in (_IN_BRACKETS, _TO_NAME):
        matches = [
            match
            for match in pattern.finditer(statement.folded)
            if pattern is _IN_BRACKETS or match["name"].split()[0] not in _NO_NAMES
        ]
        names = [match["name"] for match in matches]
        if len(matches) < 2 or len(set(names)) != len(names):
            continue
        numbers = [_number(match["number"]) for match in matches]
        classes = tuple(statement.text[m.start("name") : m.end("name")] for m in matches)
        span = Names(classes, matches[0].start(), matches[-1].end(), bracketed=False)
        likely = statement.has("probabilidades?") and abs(sum(numbers) - 1) <= 0.011
        likely = likely and all(0 <= each <= 1 for each in numbers)
        given = likely or statement.has(_SAYS_PROBABILITY)
        return Told(numbers, list(classes), span, probabilities=given)
    return None


def _right_and_others(statement: Statement) -> Told | None:
    match = _TO_RIGHT.search(statement.folded)
    if match is None:
        return None
    others = [
        number
        for value in statement.values
        if value.start != match.start("number") and not value.ordinal and not value.dimensions
        for number in (value.vector("as saídas")[0] if not value.is_scalar else [value.scalar()[0]])
    ]
    if len(others) < 2:
        return None
    note = "Pus a classe correta em primeiro lugar; a ordem das outras não muda a perda."
    return Told([_number(match["number"]), *others], [], None, 0, note)


def _equal(statement: Statement) -> Told | None:
    match = _EQUAL.search(statement.folded)
    if match is None:
        return None
    count = int(_number(match["count"]))
    if not 2 <= count <= 100:
        return None
    logit = _number(match["number"]) if match["number"] else 0.0
    note = "Com todas as saídas iguais, a perda é a mesma para qualquer classe correta."
    return Told([logit] * count, [], None, 0, note)


def _uniform(statement: Statement) -> Told | None:
    """A network that guesses uniformly among so many classes."""
    match = _GUESSES.search(statement.folded)
    if match is None or statement.arrays or not statement.has(_UNIFORM):
        return None
    count = int(_number(match["count"]))
    if not 2 <= count <= 1000 or not (statement.asks_quantity or statement.asks_value):
        return None
    note = "Na saída uniforme cada classe tem a mesma probabilidade, seja qual for a correta."
    return Told([0.0] * count, [], None, 0, note)


def _powers(statement: Statement) -> Told | None:
    powers = _POWER.findall(statement.folded)
    if len(powers) < 3 or statement.has("tanh", "sigmoide?"):
        return None
    note = "Li os expoentes de e como os logits."
    return Told([_number(each) for each in powers], [], None, None, note)


def _number(text: str) -> float:
    if text in ("meio", "meia"):
        return 0.5
    word = word_number(text)
    return float(word) if word is not None else float(text.replace(",", "."))


def alike(statement: Statement, classes: list[str], span: Names | None) -> int | None:
    """The class that the text outside `span` names in another form: "gostei" … "gostou"."""
    inside = (span.start, span.end) if span is not None else (0, 0)
    words = [
        match.group()
        for match in re.finditer(r"[^\W\d_]+", statement.folded)
        if not inside[0] <= match.start() < inside[1]
    ]
    order = sorted(range(len(classes)), key=lambda i: -len(classes[i].split()))
    for index in order:
        wanted = re.findall(r"[^\W\d_]+", Statement(classes[index]).folded)
        size = len(wanted)
        for start in range(len(words) - size + 1):
            pairs = zip(wanted, words[start : start + size], strict=True)
            if size and all(a == b or (len(a) > 4 and a[:-2] == b[: len(a) - 2]) for a, b in pairs):
                return index
    return None
