"""A gradient through several layers with the same activation: the product of their derivatives."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.activations import LABELS, functions_in
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.numbers import word_number
from tutor.solver.registry import Family

_KIND = "gradient_chain"
_TOP = {"sigmoid": 0.25, "tanh": 1.0, "relu": 1.0}
_BEST = r"maxim[ao]s?|maior(?: possivel)?|melhor (?:das hipoteses|caso|dos casos)|no maximo|pico"
_LAYERS = re.compile(
    r"(?<![\w.,])(\d{1,3}|\w+) camadas\b|\b(?:profundidade|camadas)\s*(?:=|:|de|e)?\s*(\d{1,3})"
)
_NUMBER = r"(-?\d{1,4}(?:[.,]\d{1,9})?)(?![\w]|[.,]\d)"
_DERIVATIVE = re.compile(
    r"\bderivadas?\b(?! maxim)[^.;\n\d]{0,40}?"
    rf"\s*(?:cerca de |aproximadamente )?{_NUMBER}"
)
_WEIGHT = re.compile(
    rf"\bpesos?\b[^.;\n\d]{{0,40}}?(?:vale[m]?|iguais a|igual a|sao|de|e|=)\s*{_NUMBER}"
)
_FACTOR = (
    r"fator|por quanto|multiplicad[ao]|que fracao|sobra|chega|quanto (?:resta|sobra|chega)|produto|"
    r"atenua\w*|encolhe\w*|reduz\w*|gradiente na primeira|quantas vezes"
)


def _layers(statement: Statement) -> int | None:
    for match in _LAYERS.finditer(statement.folded):
        typed = match[1] or match[2]
        count = int(typed) if typed.isdigit() else word_number(typed)
        if count is not None:
            return count
    return None


def _match(statement: Statement) -> float:
    about = statement.has("gradientes?", r"retropropag\w+|backprop\w*|derivadas?")
    if not about or _layers(statement) is None or not statement.has(_FACTOR):
        return 0.0
    if not functions_in(statement) and not _DERIVATIVE.search(statement.folded):
        return 0.0
    told = statement.has(_BEST) or _DERIVATIVE.search(statement.folded)
    asks = statement.asks_quantity or statement.asks_value or statement.has("por quanto", "fator")
    return 0.97 if told and asks and not statement.has("por ?que", "explique") else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    layers = _layers(statement)
    if layers is not None:
        inputs["layers"] = layers
    functions = functions_in(statement)
    if functions:
        inputs["function"] = functions[0]
    given = _DERIVATIVE.search(statement.folded)
    if given:
        inputs["derivative"] = _number(given[1])
    elif functions and functions[0] in _TOP:
        inputs["derivative"] = _TOP[functions[0]]
        assume(inputs, f"A maior derivada da {LABELS[functions[0]]} é {plain(_TOP[functions[0]])}.")
    weight = _WEIGHT.search(statement.folded)
    if weight:
        inputs["weight"] = _number(weight[1])
    if previous is not None and inputs == before:
        return None
    if "derivative" not in inputs or "layers" not in inputs:
        raise MissingData(
            "Quanto vale a derivada em cada camada e quantas são as camadas? Escreva, por exemplo, "
            "derivada = 0,25 e 5 camadas.",
            Problem(_KIND, inputs),
        )
    top = _TOP.get(str(inputs.get("function")), math.inf)
    if not 0 <= number(inputs["derivative"]) <= top:
        raise SolverError(
            f"A derivada da {LABELS[str(inputs['function'])]} fica entre 0 e {plain(top)}, mas li "
            f"{plain(number(inputs['derivative']))}."
        )
    if not 1 <= number(inputs["layers"]) <= 1000:
        raise SolverError("O número de camadas precisa estar entre 1 e 1000.")
    return inputs


def _number(typed: str) -> float:
    return float(typed.replace(",", "."))


def _solve(inputs: Inputs) -> Solution:
    layers, derivative = int(number(inputs["layers"])), number(inputs["derivative"])
    weight = number(inputs.get("weight"), 1.0)
    each = derivative * weight
    value = each**layers
    product = math.prod([each] * layers)
    base = tex(derivative) if weight == 1 else rf"({tex(derivative)} \cdot {tex(weight)})"
    notes = list(assumptions(inputs))
    if "weight" not in inputs:
        notes.append("Não contei os pesos (como se fossem 1).")
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Gradiente através de várias camadas",
        result=rf"Fator: ${base}^{{{layers}}} = {tex(value)}$",
        value=value,
        steps=(
            Step("Regra da cadeia", "Cada camada multiplica o gradiente pela derivada da ativação"
                 " (e pelo peso)."),
            Step("Produto", rf"${base}^{{{layers}}} = {tex(value)}$"),
        ),
        checks=(
            Check("Produto termo a termo", math.isclose(product, value, abs_tol=1e-300),
                  f"multiplicando um a um: {plain(product)}"),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, [(each * layers, "se soma em vez de multiplicar")]),
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    layers, name = random.randint(2, 8), "sigmoid"
    return (
        f"O gradiente atravessa {layers} camadas com sigmoide, cada uma com a derivada máxima. Por "
        "qual fator ele é multiplicado, sem contar os pesos?",
        {"layers": layers, "function": name, "derivative": 0.25, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Gradiente através de várias camadas", "perdas_ativacoes", "11",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
