"""Whole quantities with their unit in running text: "150 exemplos", "5-fold", "k = 10", "10 mil".

The number before a unit wins over the number after a name, so that "100 exemplos em 5 folds"
has 100 examples. Also: a reply that is only a number, and conventions that make another
result right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from functools import lru_cache

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import CLAIMED, Inputs
from tutor.solver.numbers import WORDS, scan, word_number

_SCALES = {
    "mil": 1e3, "k": 1e3, "mi": 1e6, "m": 1e6, "milhao": 1e6, "milhoes": 1e6, "million": 1e6,
    "bi": 1e9, "bilhao": 1e9, "bilhoes": 1e9,
}  # fmt: skip
_TENS = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70,
    "oitenta": 80, "noventa": 90,
}  # fmt: skip
_HUNDREDS = {
    stem + ending: 100 * (index + 2)
    for index, stem in enumerate(
        "duzent trezent quatrocent quinhent seiscent setecent oitocent novecent".split()
    )
    for ending in ("os", "as")
} | {"cem": 100, "cento": 100}
_SMALL = "|".join(sorted(WORDS, key=len, reverse=True))
_DOZENS = rf"(?:{'|'.join(_TENS)})(?: e (?:{_SMALL}))?"
_HUNDRED = rf"(?:{'|'.join(_HUNDREDS)})(?: e (?:{_DOZENS}|{_SMALL}))?"
# "mil trezentas e vinte", "cento e cinquenta", "trinta e dois"
_WORDED = (
    rf"(?:(?:{_HUNDRED}|{_DOZENS}|{_SMALL}) )?mil (?:e )?(?:{_HUNDRED}|{_DOZENS}|{_SMALL})"
    rf"|{_HUNDRED}|{_DOZENS}"
)
_NUMBER = (
    r"(?<![\w.,^/])(?P<number>(?:(?<=[\s=(:,])-)?"
    r"(?:\d{1,3}(?:\.\d{3})+|\d{1,3}(?: 000)+|\d{1,18}(?:[.,]\d{1,12})?(?:e\+?\d{1,2})?"
    r"(?:\^\d{1,2})?)(?![.,]?\d)"
    rf"|(?:{_WORDED}|{_SMALL}|mil)(?!\w))"
    r"(?:[ ]?(?P<scale>mil|milhao|milhoes|million|mi|bi|bilhao|bilhoes|k|m)(?!\w))?(?![\w^%]|[ ]%|"
    r"[/:-]\d)"
)
# What may stand between a name and its number.
_LINK = (
    r"(?:[ \t\n]{0,3}(?:=|:|->|\(|\[|~|is|of|de|do|da|e|com|sao|tem|tendo|igual|a|o|for|fosse|"
    r"fossem|seja|sejam|valendo|vale|valor|total|tamanho|usando|usa|size|with|to|para|pra|foi|"
    r"foram|agora|em|loop|folds?|cv|k|n|contem|possui|'|\"|\*)){0,5}[ \t\n]{0,3}"
)


@lru_cache(maxsize=512)
def _patterns(units: str, names: str, but_not: str) -> tuple[re.Pattern[str], ...]:
    patterns = []
    if units:
        patterns.append(re.compile(rf"{_NUMBER}[ \t\n*]{{0,3}}-?[ ]?(?:de )?(?:{units})(?!\w)"))
    if names:
        other = rf"(?![ -](?:{but_not})(?!\w))" if but_not else ""
        patterns.append(re.compile(rf"(?<![\w])(?:{names})(?!\w){_LINK}{_NUMBER}{other}"))
    return tuple(patterns)


def quantity(
    statement: Statement,
    units: str = "",
    names: str = "",
    what: str = "a quantidade",
    low: int = 1,
    high: int = 10**12,
    but_not: str = "",
) -> int | None:
    """The first whole number before one of `units` or after one of `names` (folded regexes).

    A number after a name does not count if one of the units `but_not` follows it: in "k-fold
    com 100 exemplos" k is not 100.
    """
    found = quantities(statement, units, names, what, low, high, but_not)
    return found[0] if found else None


def quantities(
    statement: Statement,
    units: str = "",
    names: str = "",
    what: str = "a quantidade",
    low: int = 1,
    high: int = 10**12,
    but_not: str = "",
) -> list[int]:
    """All of them, those before a unit first."""
    claim = statement.claim
    found: list[int] = []
    for pattern in _patterns(units, names, but_not):
        for match in pattern.finditer(statement.folded):
            start = match.start("number")
            if claim is not None and claim.start <= start < claim.end:
                continue
            typed_digits = match["number"][0] in "-0123456789" and not match["scale"]
            if typed_digits and not _is_datum(statement, start):
                continue
            found.append(_whole(_value(match["number"], match["scale"]), what, low, high))
    return found


def _is_datum(statement: Statement, start: int) -> bool:
    """Is the number at `start` data, and not the number of a question or a year?"""
    return any(value.start <= start < value.end for value in statement.values)


def _value(text: str, scale: str | None) -> float:
    factor = _SCALES.get(scale or "", 1.0)
    if text == "mil":
        return 1000.0
    word = word_number(text)
    if word is not None:
        return word * factor
    if text[0].isalpha():
        return _worded(text) * factor
    text = text.replace(" ", "")
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.lstrip("-")
    if "^" in text:
        base, _, power = text.partition("^")
        return sign * float(base.replace(",", ".")) ** int(power)
    if re.fullmatch(r"[1-9]\d{0,2}(?:[.,]\d{3})+", text):
        text = re.sub(r"[.,]", "", text)
    return sign * factor * float(text.replace(",", "."))


def _worded(text: str) -> float:
    total = current = 0
    for word in text.split():
        if word == "mil":
            total, current = total + 1000 * (current or 1), 0
        elif word != "e":
            current += _TENS.get(word) or _HUNDREDS.get(word) or word_number(word) or 0
    return float(total + current)


def _whole(number: float, what: str, low: int, high: int) -> int:
    if not math.isfinite(number) or number != int(number) or not low <= number <= high:
        raise SolverError(
            f"Para {what} preciso de um número inteiro entre {low} e {high}, "
            f"mas li {plain(number)}."
        )
    return int(number)


_REPLY = frozenset({
    "e", "com", "para", "pra", "se", "for", "fosse", "fossem", "forem", "agora", "sao", "era",
    "eram", "de", "em", "uns", "umas", "ser", "sera", "tem", "sim", "ok", "seriam", "usando",
    "mil", "and", "with", "k", "m", "mi", "bi", "agr", "entao", "mas", "quero", "pode",
    "coloca", "usa",
})  # fmt: skip


def only_number(statement: Statement, what: str, low: int = 1, high: int = 10**12) -> int | None:
    """The number of a short reply: "10", "e com 10?", "são dez"."""
    words = re.findall(r"\w+", statement.folded)
    if len(words) > 7 or statement.claim is not None:
        return None
    if any(w not in _REPLY and not w[0].isdigit() and word_number(w) is None for w in words):
        return None  # "explique a 13" is no reply
    matches = [m for m in re.finditer(_NUMBER, statement.folded)
               if m["number"][0] not in "-0123456789" or m["scale"]
               or _is_datum(statement, m.start("number"))]  # fmt: skip
    numbers = [m for m in matches if m["number"] not in ("um", "uma") or len(matches) == 1]
    if len(numbers) != 1:
        return None
    return _whole(_value(numbers[0]["number"], numbers[0]["scale"]), what, low, high)


def with_conventions(
    inputs: Inputs,
    value: Json,
    conventions: Iterable[tuple[float, str]],
    mistakes: Iterable[Mistake] = (),
) -> tuple[str, ...]:
    """`claims.remarks`, but a result that another stated convention makes right is no mistake.

    `conventions`: (the number under it, a Portuguese clause after "está certo").
    """
    typed = inputs.get(CLAIMED)
    if isinstance(typed, str) and isinstance(value, (int, float)):
        for number, clause in conventions:
            if not _same(typed, float(value)) and _same(typed, number):
                return (f"O seu resultado ({typed}) está certo {clause}.",)
    return remarks(inputs, value, mistakes)


def _same(typed: str, number: float) -> bool:
    values = scan(typed)
    if len(values) != 1 or not values[0].is_scalar:
        return False
    given, _ = values[0].scalar()
    digits = typed.replace("%", "").strip().replace(".", ",")
    places = len(digits.rpartition(",")[2]) if "," in digits else 0
    places += 2 if values[0].percent else 0
    return abs(given - number) <= max(0.51 * min(10.0**-places, 0.1), 1e-9 * abs(number))
