"""Several results of one network exercise together: each layer's own, or different quantities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.inputs import Inputs, assumptions
from tutor.solver.layer_asks import (
    ACTIVATIONS,
    EFFECTIVE,
    FIELD,
    FLATTEN,
    OPERATIONS,
    OUTPUT,
    PARAMETERS,
)
from tutor.solver.layers import Layer, Shape, kernel_of, per_axis

KEYS = {
    OUTPUT: "saida",
    PARAMETERS: "parametros",
    OPERATIONS: "macs",
    FIELD: "campo_receptivo",
    FLATTEN: "flatten",
    ACTIVATIONS: "ativacoes",
    EFFECTIVE: "kernel_efetivo",
}


def joined(inputs: Inputs, kinds: Sequence[str], solutions: Sequence[Solution]) -> Solution:
    """One solution with the value of each quantity by its name."""
    value: dict[str, Json] = {
        KEYS[kind]: each.value for kind, each in zip(kinds, solutions, strict=True)
    }
    titles = [each.title[:1].lower() + each.title[1:] for each in solutions]
    title = ", ".join(titles[:-1]) + " e " + titles[-1]
    return replace(
        solutions[0],
        problem=Problem(str(inputs["kind"]), inputs),
        title=title[:1].upper() + title[1:],
        result="\n\n".join(each.result for each in solutions),
        value=value,
        steps=tuple(step for each in solutions for step in each.steps),
        checks=tuple(dict.fromkeys(check for each in solutions for check in each.checks)),
        assumptions=tuple(dict.fromkeys(text for each in solutions for text in each.assumptions)),
        remarks=(),
    )


def rivals(first: Solution, second: Solution, ratio: bool) -> Solution:
    """Two alternatives with the same quantity, and how many times larger the larger one is."""
    value: Json = [first.value, second.value]
    result = f"Primeira: {first.result}\n\nSegunda: {second.result}"
    a, b = first.value, second.value
    steps = [
        *(replace(step, title=f"Primeira — {step.title}") for step in first.steps),
        *(replace(step, title=f"Segunda — {step.title}") for step in second.steps),
    ]
    if isinstance(a, (int, float)) and isinstance(b, (int, float)) and min(a, b) > 0:
        larger = max(a, b) / min(a, b)
        steps.append(Step("Comparação", rf"$\dfrac{{{max(a, b)}}}{{{min(a, b)}}} = {larger:.4g}$"))
        result += f"\n\nA maior tem {larger:.4g} vezes o valor da menor.".replace(".", ",", 1)
        if ratio:
            value = {"primeira": a, "segunda": b, "razao": larger}
    return replace(
        first,
        title=f"{first.title}: duas alternativas",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(*first.checks, *second.checks),
        assumptions=tuple(dict.fromkeys((*first.assumptions, *second.assumptions))),
        remarks=(),
    )


def activations(inputs: Inputs, final: Shape, output: Solution) -> Solution:
    """How many numbers the volume of the output holds."""
    sides = [*final.size, *([final.channels] if final.channels is not None else [])]
    count = math.prod(sides)
    product = " × ".join(str(side) for side in sides)
    return replace(
        output,
        problem=Problem(str(inputs["kind"]), inputs),
        title="Ativações da saída",
        result=f"A saída tem {count} valores ({product}).",
        value=count,
        steps=(*output.steps, Step("Ativações", f"{product} = {count}")),
        remarks=(),
    )


def effective_kernel(inputs: Inputs, layer: Layer) -> Solution:
    """The reach of a dilated kernel: d(k - 1) + 1."""
    axes = len(kernel_of(layer))
    pairs = [
        (k, d) for k, d in zip(kernel_of(layer), per_axis(layer, "dilation", 1, axes), strict=True)
    ]
    sides = [d * (k - 1) + 1 for k, d in pairs]
    value: Json = sides[0] if len(set(sides)) == 1 else [*sides]
    k, d = pairs[0]
    return Solution(
        problem=Problem(str(inputs["kind"]), inputs),
        title="Kernel efetivo",
        result=f"Kernel efetivo: {'×'.join(str(side) for side in sides)}",
        value=value,
        steps=(Step("Kernel efetivo", rf"$d(k-1) + 1 = {d} \cdot ({k} - 1) + 1 = {sides[0]}$"),),
        checks=(
            Check(
                "Posições que o kernel alcança",
                all(
                    len(range(0, (k - 1) * d + 1)) == s
                    for (k, d), s in zip(pairs, sides, strict=True)
                ),
                "contadas da primeira à última",
            ),
        ),
        assumptions=assumptions(inputs),
    )


def each_layer(
    solution: Solution, names: Sequence[str], values: Sequence[Json], total: Json
) -> Solution:
    """The value of every layer; with their total where it is asked for too."""
    value: Json = (
        [*values] if total is None else {**dict(zip(names, values, strict=True)), "total": total}
    )
    listed = "; ".join(f"{name}: {_shown(each)}" for name, each in zip(names, values, strict=True))
    return replace(
        solution,
        result=f"{listed}." if total is None else f"{listed}. Total: {_shown(total)}.",
        value=value,
        remarks=(),
    )


def _shown(value: Json) -> str:
    return "×".join(str(each) for each in value) if isinstance(value, list) else str(value)
