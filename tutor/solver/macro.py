"""The macro average of a measure that is given for each class: the plain mean."""

from __future__ import annotations

import math
import statistics
from random import Random

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex
from tutor.solver.inputs import Inputs, assume, assumptions, floats
from tutor.solver.metric_names import ASKED, AVERAGES
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_KIND = "macro_average"
_MEASURE = "|".join(ASKED[name] for name in ("precision", "recall", "f1"))


def _listed(statement: Statement) -> list[float] | None:
    """One list, or at least two numbers by class: "F1 de 0,9 (gato) e 0,6 (cão)"."""
    arrays = [value for value in statement.arrays if len(value.readings[0].shape) == 1]
    if len(statement.arrays) == 1 and arrays:
        return _rates(arrays)
    loose = [value for value in statement.scalars if value.percent or _is_fraction(value)]
    return _rates(loose) if not statement.arrays and len(loose) > 1 else None


def _is_fraction(value: Value) -> bool:
    return 0 <= value.scalar()[0] <= 1 and ("," in value.text or "." in value.text)


def _rates(values: list[Value]) -> list[float]:
    if len(values) == 1 and not values[0].is_scalar:
        return list(values[0].vector("as medidas por classe")[0])
    return [value.scalar("a medida")[0] for value in values]


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.has(AVERAGES["macro"]) or not statement.has(_MEASURE):
        return 0.0
    if any(len(value.readings[0].shape) == 2 for value in statement.arrays):
        return 0.0
    return 0.97 if _listed(statement) else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    numbers = _listed(statement)
    if numbers is None:
        return None
    inputs: dict[str, Json] = {"rates": [*numbers], "assumptions": []}
    if all(2 <= each <= 100 for each in numbers):
        inputs["rates"] = [each / 100 for each in numbers]
        assume(inputs, "Li as medidas como porcentagens.")
    elif any(not 0 <= each <= 1 for each in numbers):
        raise SolverError(
            f"F1, precisão e revocação ficam entre 0 e 1 (ou 0% e 100%), mas li "
            f"{plain_vector(numbers[:8])}."
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    rates = floats(inputs["rates"])
    value = sum(rates) / len(rates)
    second = statistics.fmean(rates)
    terms = " + ".join(tex(each) for each in rates[:12]) + (" + \\ldots" if len(rates) > 12 else "")
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Média macro",
        result=rf"Média macro: ${tex(value)}$",
        value=value,
        steps=(
            Step("Fórmula", r"$\text{macro} = \dfrac{1}{C}\sum_c M_c$: cada classe pesa o mesmo"),
            Step("Substituição", rf"$\dfrac{{{terms}}}{{{len(rates)}}} = {tex(value)}$"),
        ),
        checks=(Check("Segunda soma", math.isclose(value, second), plain(second)),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(sum(rates), "se esquece de dividir pelas classes")]),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    rates = [round(random.uniform(0.2, 0.95), 2) for _ in range(random.randint(3, 5))]
    return (
        f"Os F1 das classes são {plain_vector(rates)}. Qual é o macro-F1?",
        {"rates": [*rates], "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Média macro", "validacao", None, _match, _parse, _solve, _exercise),
)
