"""The penalty of the weights, L2 or L1, alone or added to a loss."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_signed
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.named import assignments, unchanged
from tutor.solver.numbers import Value
from tutor.solver.optimizer_names import method_of
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family

_PENALTY = "l2_penalty"
REGULARISES = (
    r"weight[ -_]?decay|decaimento (?:de|dos|do) pesos?|regulariza\w+|penalidade|penalizacao|"
    r"penalty|l2|l1|ridge|lasso|norma|wd|encolhimento|lambda"
)
_PENALTY_NAMES = {
    "weight_decay": (
        "lambda",
        "weight decay",
        "weight_decay",
        "wd",
        "coeficiente",
        "coeficiente de regularizacao",
        "fator de regularizacao",
        "alpha",
    ),
    "w": ("pesos", "peso", "w", "vetor de pesos", "parametros", "theta", "weights", "w0"),
    "loss": (
        "loss",
        "perda",
        "custo",
        "perda original",
        "perda dos dados",
        "erro",
        "mse",
        "perda base",
    ),
}
RATE = r"lr|eta|taxa de aprendizad\w+|learning[ _]rate|taxa"


def _match_penalty(statement: Statement) -> float:
    norm = statement.has(r"lambda") and re.search(r"‖\w+‖|\|\|? ?\w ?\|", statement.folded)
    if statement.conceptual or not statement.values:
        return 0.0
    if not norm and not statement.has(REGULARISES):
        return 0.0
    if statement.has(RATE, r"gradientes?|grad|dropout") or method_of(statement) is not None:
        return 0.0
    found = assignments(statement, _PENALTY_NAMES)
    asks = statement.asks_value or (statement.has("penalidade") and statement.arrays)
    if not asks and not ("weight_decay" in found and "w" in found):
        return 0.0
    return 0.9 if "weight_decay" in found or "w" in found or statement.arrays else 0.0


def _parse_penalty(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    found = assignments(statement, _PENALTY_NAMES)
    used = [value for values in found.values() for value in values]
    if "weight_decay" in found:
        inputs["weight_decay"] = found["weight_decay"][0].scalar("o λ")[0]
    weights = found.get("w") or [value for value in statement.arrays if value not in used]
    if weights:
        inputs["w"] = _weights(weights[0], inputs)
    elif previous is not None and not found and statement.scalars:
        if "weight_decay" not in inputs:
            inputs["weight_decay"] = statement.scalars[0].scalar("o λ")[0]
        elif "w" not in inputs:
            inputs["w"] = [statement.scalars[0].scalar("o peso")[0]]
    if "loss" in found and found["loss"][0].is_scalar:
        inputs["loss"] = found["loss"][0].scalar("a perda")[0]
    if statement.has(r"l1|lasso|norma 1|norma um"):
        inputs["norm"] = 1
    elif statement.has(r"l2|ridge"):
        inputs["norm"] = 2
    if _halved(statement):
        inputs["half"] = True
    if unchanged(inputs, previous):
        return None
    for key, message in (
        ("w", "Faltam os pesos para a penalidade. Escreva-os, por exemplo, w = [1; -2; 0,5]."),
        ("weight_decay", "Falta o λ da penalidade. Escreva, por exemplo, lambda = 0,01."),
    ):
        if key not in inputs:
            raise MissingData(message, Problem(_PENALTY, inputs))
    if number(inputs["weight_decay"]) < 0:
        raise SolverError(
            "O λ da penalidade não pode ser negativo, mas li "
            f"{plain(number(inputs['weight_decay']))}. Confira o valor."
        )
    forget(inputs, "Usei")
    if inputs.get("norm") != 1 and inputs.get("half") is not True:
        assume(inputs, "Usei a penalidade λ‖w‖², sem o fator 1/2 (há quem use (λ/2)‖w‖²).")
    return inputs


def _halved(statement: Statement) -> bool:
    """Is the penalty written with the factor 1/2?"""
    return statement.has(
        r"lambda ?/ ?2",
        r"1/2 ?[*·]? ?lambda",
        r"\(?lambda/2\)?",
        r"0[.,]5 ?[*·]? ?lambda",
        r"fator (?:de )?(?:1/2|meio|um meio|0[.,]5)",
        r"lambda sobre (?:2|dois)",
    )


def _weights(value: Value, inputs: dict[str, Json]) -> list[Json]:
    if value.is_scalar:
        return [value.scalar("o peso")[0]]
    if len(value.readings[0].shape) == 2:
        rows, note = value.matrix("os pesos")
        assume(inputs, note)
        return [each for row in rows for each in row]
    numbers, note = value.vector("os pesos")
    assume(inputs, note)
    return list(numbers)


def _solve_penalty(inputs: Inputs) -> Solution:
    w, decay = floats(inputs["w"]), number(inputs["weight_decay"])
    l1, half = inputs.get("norm") == 1, inputs.get("half") is True
    norm = math.fsum(abs(each) if l1 else each * each for each in w)
    penalty = decay * norm / (2 if half else 1)
    symbol = r"\lVert w \rVert_1" if l1 else r"\lVert w \rVert_2^2"
    front = r"\dfrac{\lambda}{2}" if half else r"\lambda"
    terms = " + ".join(
        (rf"\lvert {tex(each)} \rvert" if l1 else f"{tex_signed(each)}^2") for each in w[:12]
    ) + (r" + \cdots" if len(w) > 12 else "")
    shown = rf"\dfrac{{{tex(decay)}}}{{2}}" if half else tex(decay)
    steps = [
        Step("Fórmula", rf"$\text{{penalidade}} = {front}\,{symbol}$"),
        Step("Norma", rf"${symbol} = {terms} = {tex(norm)}$"),
        Step("Penalidade", rf"${shown} \cdot {tex(norm)} = {tex(penalty, 6)}$"),
    ]
    value = penalty
    result = rf"Penalidade: ${tex(penalty, 6)}$"
    if "loss" in inputs:
        value = number(inputs["loss"]) + penalty
        steps.append(
            Step(
                "Somar à perda",
                rf"${tex(number(inputs['loss']))} + {tex(penalty, 6)} = {tex(value, 6)}$",
            )
        )
        result = rf"Perda total: ${tex(value, 6)}$ (penalidade ${tex(penalty, 6)}$)"
    array = np.asarray(w)
    second = float(np.abs(array).sum() if l1 else array @ array)
    base = value - penalty
    root = math.sqrt(math.fsum(each * each for each in w))
    mistakes: list[Mistake] = [
        (base + norm, "se esquece de multiplicar por λ"),
        (base + decay * root, "se esquece de elevar a norma ao quadrado"),
        (
            base + decay * norm / 2 if not half else base + decay * norm,
            "se usa o fator 1/2 de outra convenção" if not half else "se esquece do fator 1/2",
        ),
        (base + decay * sum(abs(each) for each in w), "se usa a norma L1 em vez da L2"),
        (base + decay * sum(w) ** 2, "se eleva ao quadrado a soma em vez de cada peso"),
        (penalty, "se dá só a penalidade, sem a perda"),
        (base - penalty, "se subtrai a penalidade"),
    ]
    return Solution(
        problem=Problem(_PENALTY, inputs),
        title="Penalidade de weight decay" + (" (L1)" if l1 else ""),
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(second, norm, rel_tol=1e-9, abs_tol=1e-12),
                f"a norma pelo produto interno dá {plain(second, 6)}",
            ),
            Check("Não negativa", penalty >= 0 or decay < 0, "λ ≥ 0 e norma ≥ 0"),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, mistakes),
    )


def _exercise_penalty(random: Random) -> tuple[str, dict[str, Json]]:
    w: list[Json] = [round(random.uniform(-3, 3), 1) for _ in range(random.randint(2, 5))]
    decay = random.choice([0.1, 0.01, 0.05])
    return (
        f"Calcule a penalidade L2 λ‖w‖² dos pesos {plain_vector(floats(w))} "
        f"com λ = {plain(decay)}.",
        {"w": w, "weight_decay": decay, "norm": 2, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _PENALTY,
        "Penalidade de weight decay",
        "otimizadores",
        "10",
        _match_penalty,
        _parse_penalty,
        _solve_penalty,
        _exercise_penalty,
    ),
)
