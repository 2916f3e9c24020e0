"""The last line of Adam alone: w − η·m̂/(√v̂ + ε), where m̂ and v̂ are given."""

from __future__ import annotations

import math
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex, tex_signed
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.named_roles import assign
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.registry import Family

_KIND = "adam_update"
_NO_EPSILON = r"(?:eps\w*|epsilon) (?:desprezivel|nulo|zero|= ?0)|(?:sem|ignor\w+) (?:o )?eps\w*"


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    found = assign(clean(statement)[0], VOCABULARY, LISTS).values
    return 0.98 if "m_hat" in found and "v_hat" in found else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    found = assign(clean(statement)[0], VOCABULARY, LISTS).values
    for key in ("lr", "w", "epsilon", "m_hat", "v_hat"):
        if key in found:
            inputs[key] = found[key][0].scalar(key)[0]
    if statement.has(_NO_EPSILON):
        inputs["epsilon"] = 0.0
    if previous is not None and inputs == before:
        return None
    for key, ask in (("lr", "a taxa de aprendizado. Escreva, por exemplo, lr = 0,001"),
                     ("w", "o peso atual. Escreva, por exemplo, w = 1")):  # fmt: skip
        if key not in inputs:
            raise MissingData(f"Adam: falta {ask}.", Problem(_KIND, inputs))
    if number(inputs["v_hat"]) < 0:
        raise SolverError("v̂ é uma média de quadrados e não pode ser negativo. Confira o valor.")
    if "epsilon" not in inputs:
        inputs["epsilon"] = 1e-8
        assume(inputs, "Assumi ε = 1e-8.")
    if number(inputs["v_hat"]) == 0 and number(inputs["epsilon"]) == 0:
        raise SolverError("Com v̂ = 0 e ε = 0 o passo seria uma divisão por zero.")
    return inputs


def _solve(inputs: Inputs) -> Solution:
    m, v, rate, w, epsilon = (
        number(inputs[key]) for key in ("m_hat", "v_hat", "lr", "w", "epsilon")
    )
    step = rate * m / (math.sqrt(v) + epsilon)
    value = w - step
    back = (w - value) * (v**0.5 + epsilon)
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Adam: a atualização com m̂ e v̂ dados",
        result=rf"$w = {tex(value, 6)}$",
        value=value,
        steps=(
            Step("Fórmula", r"$w \leftarrow w - \eta\,\dfrac{\hat m}{\sqrt{\hat v} + \epsilon}$"),
            Step(
                "Substituição",
                rf"$w = {tex(w)} - {tex(rate)} \cdot \dfrac{{{tex(m)}}}{{\sqrt{{{tex(v)}}} + "
                rf"{tex(epsilon)}}} = {tex(w)} - {tex_signed(step, 6)} = {tex(value, 6)}$",
            ),
        ),
        checks=(
            Check(
                "De volta a η·m̂",
                math.isclose(back, rate * m, rel_tol=1e-6, abs_tol=1e-9 * (1 + abs(w))),
                f"(w − w')·(√v̂ + ε) = {plain(back)}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [
            (w + step, "se soma o passo em vez de subtrair"),
            (w - rate * m / (v + epsilon) if v + epsilon else w, "se esquece a raiz de v̂"),
            (w - rate * m, "se esquece de dividir por √v̂"),
        ]),
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    m, v = round(random.uniform(-1, 1), 2), round(random.uniform(0.01, 1), 2)
    w, rate = float(random.randint(-3, 3)), random.choice([0.1, 0.01, 0.05])
    return (
        f"No Adam, m_hat = {plain(m)} e v_hat = {plain(v)}. Com w = {plain(w)}, lr = {plain(rate)} "
        "e epsilon = 0, qual é o novo peso?",
        {"m_hat": m, "v_hat": v, "w": w, "lr": rate, "epsilon": 0.0, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Atualização do Adam", "otimizadores", "6", _match, _parse, _solve, _exercise
    ),
)  # fmt: skip
