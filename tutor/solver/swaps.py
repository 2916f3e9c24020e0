"""One number of the problem before in the place of another: "troca o 2 por 5"."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tutor.errors import MissingData
from tutor.records import Json, Problem
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs

_NUMBER = r"[-+]?\d+(?:[.,]\d+)?"
_OLD, _NEW = rf"(?P<old>{_NUMBER})", rf"(?P<new>{_NUMBER})(?![\w]|[.,]\d)"
_SWAPS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:troc|substitu|mud|alter)\w* (?:[oa] |ess[ea] |aquel[ea] )?{_OLD} "
        rf"(?:por|pel[oa]|pr[ao]|para) (?:[oa] |um )?{_NEW}",
        rf"\b(?:[oa]|ess[ea]|aquel[ea]) {_OLD} (?:fosse|for|era|virar|virasse|vira|na verdade e) "
        rf"(?:um )?{_NEW}",
        rf"\b(?:em vez|ao inves|no lugar) d[eo] {_OLD},? (?:\w+ ){{0,2}}{_NEW}",
        rf"{_NEW} (?:em vez d[eo]|ao inves d[eo]|no lugar d[eo]|e nao)(?: o| um)? {_OLD}",
        rf"\bnao (?:e|era) {_OLD},? (?:e|era|mas|e sim|mas sim) {_NEW}",
    )
)
# "e se o recall subir pra 0,8?": the new value, whatever the way to it.
_BECOMES = re.compile(
    r"(?<=\w) (?:sob|sub|ca[ií]|des[cç]|aument|diminu|abaix|baix|pass|mud|troc|alter|vir)\w* "
    r"(?:pra|para|pro|a|até|ate) (?=[-+]?\d|\[)",
    re.IGNORECASE,
)
# Keys whose numbers count something of the program and not of the student.
_NO_DATUM = frozenset({"target", "asked", "row", "assumptions"})


def with_values(text: str) -> str:
    """A follow-up with "= 0,8" in the place of "subir pra 0,8"."""
    return _BECOMES.sub(" = ", text)


def swapped(statement: Statement, previous: Problem) -> dict[str, Json] | None:
    """The inputs with the number changed; None where the message changes none of them."""
    found = next((m for pattern in _SWAPS if (m := pattern.search(statement.folded))), None)
    if found is None:
        return None
    old, new = (float(found[name].replace(",", ".")) for name in ("old", "new"))
    places = sum(_count(value, old) for value in _data(previous.inputs).values())
    if places > 1:
        raise MissingData(
            f"O {plain(old)} aparece {places} vezes nos dados. Qual deles devo trocar? Escreva o "
            "nome do dado e o valor novo, ou a lista inteira.",
            previous,
        )
    if places == 0:
        return None
    changed = {key: _with(value, old, new) for key, value in _data(previous.inputs).items()}
    return {**previous.inputs, **changed}


_BARE = re.compile(
    rf"\W*(?:(?:e|mas|agora|entao|ok|and|now)\W+)*(?:(?:se|if)\W+)?"
    rf"(?:(?:for|fosse|forem|fossem|era|com|usar|usando|with|de|tiver|tivesse)\W+)*(?P<new>{_NUMBER})\W*"
)
_FAR = 1.5  # a datum that is so many times as far from the new value is not the one that is meant


@dataclass(frozen=True)
class Changed:
    """Inputs with another number, and what is said of it."""

    inputs: dict[str, Json]
    said: str


def bare(statement: Statement, previous: Problem) -> Changed | None:
    """The inputs with "e com 16?" in the place of the only number, or of the one that is clearly
    the nearest: 8 heads and not d_model 512. None where that is open."""
    found = _BARE.fullmatch(statement.folded)
    if found is None:
        return None
    new = float(found["new"].replace(",", "."))
    whole = new.is_integer() and "," not in found["new"] and "." not in found["new"]
    apart = sorted(
        (abs(math.log(new / value)), key, value)
        for key, value in _data(previous.inputs).items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        if value > 0 and new > 0 and isinstance(value, int) == whole
    )
    if not apart or (len(apart) > 1 and apart[1][0] < _FAR * apart[0][0]):
        return None
    _, key, old = apart[0]
    inputs = {**previous.inputs, key: int(new) if whole else new}
    return Changed(inputs, f"Troquei {plain(old)} por {plain(new)}.")


def _data(inputs: Inputs) -> dict[str, Json]:
    return {key: value for key, value in inputs.items() if key not in _NO_DATUM}


def _is(value: Json, number: float) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == number


def _count(value: Json, number: float) -> int:
    if isinstance(value, list):
        return sum(_count(each, number) for each in value)
    if isinstance(value, dict):
        return sum(_count(each, number) for each in value.values())
    return int(_is(value, number))


def _with(value: Json, old: float, new: float) -> Json:
    if isinstance(value, list):
        return [_with(each, old, new) for each in value]
    if isinstance(value, dict):
        return {key: _with(each, old, new) for key, each in value.items()}
    if not _is(value, old):
        return value
    return int(new) if isinstance(value, int) and new.is_integer() else new
