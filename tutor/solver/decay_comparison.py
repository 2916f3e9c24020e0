"""AdamW against Adam with L2, side by side on the same data."""

from __future__ import annotations

from random import Random

from tutor.records import Json, Problem, Solution, Step
from tutor.solver import optimizers
from tutor.solver.claims import on_named_values
from tutor.solver.descent_text import read
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_vector
from tutor.solver.inputs import Inputs, assumptions, floats, forget
from tutor.solver.named_roles import assign
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.registry import Family

_KIND = "decay_comparison"
_DECOUPLED = r"adam-?w|(?:decaimento|weight decay|decay) desacoplado|decoupled"
_PENALISED = (
    r"adam (?:com |\+ ?|e |usando |with )?(?:a |o )?"
    r"(?:regularizacao |penalidade |weight decay )?l2|"
    r"adam\+l2|(?:contra|versus|vs\.?|com|e|x) (?:o |a )?(?:regularizacao |penalidade )?l2|"
    r"adam (?:comum |normal |puro )?com (?:weight decay|decaimento|regularizacao|penalidade)|"
    r"l2 (?:no|dentro do|somado ao) gradiente"
)


def _match(statement: Statement) -> float:
    if not (statement.has(_DECOUPLED) and statement.has(_PENALISED)):
        return 0.0
    if statement.has(r"(?:em vez|ao inves|no lugar) d[eoa].*"):
        return 0.0
    found = assign(clean(statement)[0], VOCABULARY, LISTS).values
    return 0.97 if "gradient" in found or len(found) > 2 else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    # "AdamW" and "L2" name the methods here, and no datum ("L2: w = 1").
    inputs = read(statement, previous, "adamw")
    if inputs is None:
        return None
    inputs["method"] = "adamw"
    forget(inputs, "Li o weight decay")
    return inputs


def _solve(inputs: Inputs) -> Solution:
    both = {
        "adamw": optimizers.solve({**inputs, "method": "adamw"}),
        "adam_l2": optimizers.solve({**inputs, "method": "adam"}),
    }
    labels = {"adamw": "AdamW", "adam_l2": "Adam com L2"}
    value: dict[str, Json] = {key: solution.value for key, solution in both.items()}
    steps: list[Step] = []
    for key, solution in both.items():
        steps += [Step(f"{labels[key]}: {step.title}", step.text) for step in solution.steps]
    steps.append(Step("A diferença", _difference(value)))
    return Solution(
        problem=Problem(_KIND, inputs),
        title="AdamW e Adam com L2, lado a lado",
        result="; ".join(f"{labels[key]}: ${_tex(value[key])}$" for key in both),
        value=value,
        steps=tuple(steps),
        checks=tuple(check for solution in both.values() for check in solution.checks),
        assumptions=assumptions(inputs),
        remarks=on_named_values(inputs, value),
    )


def _tex(value: Json) -> str:
    return tex_vector(floats(value), 6) if isinstance(value, list) else tex(_float(value), 6)


def _float(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def _difference(value: dict[str, Json]) -> str:
    one, other = value["adamw"], value["adam_l2"]
    if isinstance(one, list) and isinstance(other, list):
        gaps = [a - b for a, b in zip(floats(one), floats(other), strict=True)]
        amount = plain_vector(gaps, 6)
    else:
        amount = plain(_float(one) - _float(other), 6)
    return (
        "No AdamW o decaimento $\\eta\\lambda w$ sai direto do peso; no Adam com L2 ele entra no "
        "gradiente e é dividido por $\\sqrt{\\hat v}$ como o resto, por isso quase some. "
        f"AdamW − L2 = {amount}."
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    w, g = round(random.uniform(0.5, 3), 1), round(random.uniform(0.1, 2), 1)
    lr, decay = random.choice([0.1, 0.01]), random.choice([0.1, 0.01, 0.05])
    return (
        f"Calcule o novo peso depois de um passo de AdamW e de Adam com L2, com w0 = {plain(w)}, "
        f"gradiente {plain(g)}, taxa de aprendizado {plain(lr)}, weight decay λ = {plain(decay)}, "
        "β1 = 0,9, β2 = 0,999 e ε = 1e-8.",
        {
            "method": "adamw",
            "w": w,
            "gradients": [g],
            "lr": lr,
            "weight_decay": decay,
            "beta1": 0.9,
            "beta2": 0.999,
            "epsilon": 1e-8,
            "assumptions": [],
        },
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND,
        "AdamW e Adam com L2",
        "otimizadores",
        "10",
        _match,
        _parse,
        _solve,
        _exercise,
        adopts={"adamw": ("weight_decay",), "adam": ("weight_decay",)},
    ),
)
