"""The first step after which the weight passes a limit: "em que passo w fica abaixo de 8?"."""

from __future__ import annotations

import re

import numpy as np

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.descent import run
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, number, strings
from tutor.solver.optimizer_results import quantity

_MOST = 1000
_QUESTION = re.compile(
    r"\b(?:(?:em|a partir de|depois de|apos|com) (?:que|qual|quantos|quantas)|quantos|quantas) "
    r"(?:passos?|iterac\w+|atualizac\w+|steps?)\b[^?;\n]{0,60}?"
    r"(?P<way>abaixo de|menor (?:do )?que|inferior a|acima de|maior (?:do )?que|superior a|"
    r"passa de|"
    r"ultrapassa|cai (?:para|a)|chega a|atinge|menos (?:de|que)) (?P<limit>-?\d+(?:[.,]\d+)?)"
)


def read_until(inputs: dict[str, Json], statement: Statement) -> Statement:
    """The limit, and the message without it."""
    found = _QUESTION.search(statement.folded)
    if found is None:
        return statement
    inputs["until"] = float(found["limit"].replace(",", "."))
    below = re.match(r"abaixo|menor|inferior|cai|menos", found["way"])
    above = re.match(r"acima|maior|superior|passa|ultrapassa", found["way"])
    inputs["until_way"] = "below" if below else "above" if above else "reach"
    text = statement.folded
    return Statement(f"{text[: found.start('way')]} ; {text[found.end() :]}")


def steps_until(inputs: Inputs) -> int:
    """The number of steps after which the limit is passed."""
    limit, way = number(inputs["until"]), str(inputs["until_way"])
    wants = [name for name in strings(inputs.get("wants")) if name not in ("all", "w")]
    name = wants[0] if wants else "w"
    rows = run({**inputs, "steps": _MOST})
    start = float(np.ravel(rows[0].before)[0])
    for row in rows:
        found = quantity(inputs, row, name)
        value = float(np.ravel(row.after if found is None else found)[0])
        falling = way == "below" or (way == "reach" and start > limit)
        tolerance = 1e-12 * (1 + abs(limit)) if way == "reach" else 0.0
        if value < limit + tolerance if falling else value > limit - tolerance:
            return row.t
    raise SolverError(
        f"Em {_MOST} passos o valor não passa de {plain(limit)}. Confira os dados do enunciado."
    )
