"""Numbers of an optimizer problem that have no name: known noise, the one datum that lacks, or
something to ask about."""

from __future__ import annotations

import re

from tutor.errors import MissingData
from tutor.records import Json, Problem
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import assume, floats
from tutor.solver.named_roles import Roles
from tutor.solver.numbers import Value

# "4 exemplos", "3 dias", "2 GPUs": a number of other things.
_COUNTED = re.compile(r"\s?(?!e\b|ou\b|de\b|com\b|qual\b|quanto\b|e\b|em\b|no\b|na\b)[a-z]{3,}")
_IN_FORMULA = re.compile(r"[*·/^(]\s*$|(?:\*\*)\s*$")
_AFTER_FORMULA = re.compile(r"\s*(?:[*·/^]|-\s*[a-z(])")
_NAMES = {"lr": "a taxa de aprendizado", "w": "o peso inicial", "gradients": "o gradiente"}


def settle_loose(inputs: dict[str, Json], statement: Statement, roles: Roles) -> None:
    loose = [value for value in roles.loose if not _noise(value, statement, inputs)]
    if not loose:
        return
    function = "loss" in inputs or "derivative" in inputs
    lacks = [key for key in _NAMES if key not in inputs and not (key == "gradients" and function)]
    if len(loose) == 1 and len(lacks) == 1 and loose[0].is_scalar:
        number = loose[0].scalar(_NAMES[lacks[0]])[0]
        if lacks[0] == "lr" and not 0 < number <= 2:
            return
        inputs[lacks[0]] = [number] if lacks[0] == "gradients" else number
        assume(inputs, f"Li {plain(number)} como {_NAMES[lacks[0]]}.")
        return
    if not lacks and all(value.is_scalar for value in loose):
        raise MissingData(
            f"Não sei o que é o número {loose[0].text} no enunciado. Escreva-o com o nome, por "
            "exemplo lr = 0,1 ou beta = 0,9, ou tire-o se ele não entra na conta.",
            Problem(str(inputs["method"]), inputs),
        )


def _noise(value: Value, statement: Statement, inputs: dict[str, Json]) -> bool:
    text = statement.folded
    if _IN_FORMULA.search(text[: value.start]) or _AFTER_FORMULA.match(text, value.end):
        return True
    if value.is_scalar and _COUNTED.match(text, value.end) and "." not in value.text:
        return True
    if not value.is_scalar:
        return False
    known = [each for each in inputs.values() if isinstance(each, (int, float))]
    known += [each for listed in inputs.values() for each in floats(listed)]
    return value.scalar()[0] in known
