"""The target that label smoothing makes of a one-hot vector."""

from __future__ import annotations

import math
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.class_data import Reading
from tutor.solver.class_options import count_of, smoothing_in
from tutor.solver.class_target import true_class
from tutor.solver.classes import class_names, target_index
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.registry import Family

_MOST = 1000
_KIND = "smoothed_target"
_SMOOTHING = r"label[ _]?smoothing|suaviza\w+|smoothed"
_TARGET = (
    r"alvos?(?: suavizad[ao]s?)?|vetor(?:-| )alvo|targets?|rotulos?(?: suavizad[ao]s?)?|"
    r"valor(?:es)?"
)
_OUTPUTS = r"logits?|probabilidades?|perda|loss|entropia|previs\w+|saida da rede"


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.has(_SMOOTHING) or statement.has(_OUTPUTS):
        return 0.0
    asked = statement.has(_TARGET, "classe (?:certa|correta)")
    asks = statement.asks_quantity or statement.asks_value or "?" in statement.text
    return 0.97 if asked and asks and (statement.values or statement.orders) else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    smoothing = smoothing_in(statement.folded)
    if smoothing is not None:
        inputs["smoothing"] = smoothing
    hot = next((v for v in statement.arrays if sorted(v.vector()[0])[-2:] == [0, 1]), None)
    if hot is not None:
        row = hot.vector("o one-hot")[0]
        inputs["classes"], inputs["target"] = len(row), row.index(1.0)
    names = class_names(statement)
    count = count_of(statement, "classes|categorias|saidas|rotulos possiveis")
    if count is None and names is not None and len(names.items) > 1 and hot is None:
        count = len(names.items)
    if count is not None and count > 1:
        inputs["classes"] = count
    if number(inputs.get("classes")) > _MOST:
        raise SolverError(f"São classes demais para escrever o alvo (o limite é {_MOST}).")
    _read_target(statement, inputs, names.items if names is not None else ())
    if previous is not None and inputs == before:
        return None
    if "smoothing" not in inputs or "classes" not in inputs:
        what = "o ε da suavização" if "smoothing" not in inputs else "o número de classes"
        raise MissingData(
            f"Para o alvo com label smoothing falta {what}. Escreva, por exemplo, ε = 0,1 e 5 "
            "classes.",
            Problem(_KIND, inputs),
        )
    if not 0 <= number(inputs["smoothing"]) <= 1:
        raise SolverError("O label smoothing precisa estar entre 0 e 1, por exemplo 0,1.")
    target = inputs.get("target")
    if isinstance(target, int) and not 0 <= target < number(inputs["classes"]):
        raise SolverError(f"A classe pedida não existe: são {inputs['classes']} classes.")
    return inputs


def _read_target(statement: Statement, inputs: dict[str, Json], names: tuple[str, ...]) -> None:
    count = inputs.get("classes")
    if not isinstance(count, int) or "target" in inputs:
        return
    reading = Reading(rows=[[0.0] * count], classes=list(names))
    found = true_class(statement, reading) if names else None
    if found is None:
        indexed = target_index(statement, count)
        found = indexed[0] if indexed is not None else None
        if indexed is not None:
            assume(inputs, indexed[1])
    if found is not None:
        inputs["target"] = found


def _solve(inputs: Inputs) -> Solution:
    epsilon, count = number(inputs["smoothing"]), int(number(inputs["classes"]))
    right, wrong = 1 - epsilon + epsilon / count, epsilon / count
    target = inputs.get("target")
    value: Json
    shown = rf"classe certa ${tex(right)}$, cada uma das outras ${tex(wrong)}$"
    if isinstance(target, int):
        vector = [right if index == target else wrong for index in range(count)]
        value = [*vector]
        result = rf"Alvo: ${tex_vector(vector)}$"
    else:
        value = {"correta": right, "errada": wrong}
        result = f"Alvo: {shown}"
    steps = (
        Step("Fórmula", r"$t_i = (1-\varepsilon)\,\mathbb{1}[i = y] + \varepsilon/K$"),
        Step("Cada errada", rf"$\varepsilon/K = {tex(epsilon)}/{count} = {tex(wrong)}$"),
        Step("A certa", rf"$1 - {tex(epsilon)} + {tex(wrong)} = {tex(right)}$"),
    )
    total = right + (count - 1) * wrong
    notes = [*assumptions(inputs), "Reparti ε entre todas as K classes, como o PyTorch."]
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Alvo com label smoothing",
        result=result,
        value=value,
        steps=steps,
        checks=(Check("Soma 1", math.isclose(total, 1.0), f"soma: {plain(total)}"),),
        assumptions=tuple(notes),
        remarks=remarks(inputs, right, [(1 - epsilon, "se reparte ε só entre as erradas")]),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    count, epsilon = random.randint(3, 6), random.choice([0.1, 0.2, 0.3])
    target = random.randrange(count)
    return (
        f"Escreva o vetor alvo com label smoothing de {plain(epsilon)}, {count} classes e classe "
        f"correta a {target + 1}ª.",
        {"smoothing": epsilon, "classes": count, "target": target, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Alvo com label smoothing", "perdas_ativacoes", None,
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
