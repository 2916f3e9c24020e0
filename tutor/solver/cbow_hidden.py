"""The hidden layer of CBOW: the mean (or the sum) of the context words' vectors."""

from __future__ import annotations

from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain_vector, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, rows
from tutor.solver.registry import Family

_KIND = "cbow_hidden"
_HIDDEN = (
    r"(?:camada|vetor|representacao|estado) (?:oculta|escondida|intermediaria|oculto|de entrada|"
    r"da camada oculta)|hidden|medias?|soma\w*|vetor h|h"
)


def _match(statement: Statement) -> float:
    if not statement.has("cbow", "continuous bag") or not statement.has(_HIDDEN):
        return 0.0
    if statement.has(r"softmax|scores?|probabilidades?|perda|loss|produto"):
        return 0.0
    return 0.95 if any(value.size > 1 for value in statement.arrays) else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    vectors: list[list[float]] = []
    for value in statement.arrays:
        if value.size > 1:
            vectors += value.matrix("os vetores do contexto")[0]
    if vectors:
        inputs["vectors"] = [list(vector) for vector in vectors]
    if statement.has(r"soma\w*") and not statement.has(r"medias?"):
        inputs["operation"] = "sum"
    elif statement.has(r"medias?"):
        inputs["operation"] = "mean"
    if previous is not None and inputs == previous:
        return None
    if len(vectors or rows(inputs.get("vectors"))) < 2:
        raise MissingData(
            "Quais são os vetores das palavras do contexto? Escreva-os, por exemplo, (1, 0) e "
            "(0, 2).",
            Problem(_KIND, inputs),
        )
    if "operation" not in inputs:
        inputs["operation"] = "mean"
        assume(inputs, "A camada oculta do CBOW é a média dos vetores do contexto.")
    return inputs


def _solve(inputs: Inputs) -> Solution:
    vectors = rows(inputs["vectors"])
    sizes = {len(vector) for vector in vectors}
    if len(sizes) > 1:
        raise SolverError(
            "Os vetores do contexto têm tamanhos diferentes "
            f"({', '.join(str(len(vector)) for vector in vectors)}); eles precisam ter o mesmo."
        )
    total = np.sum(np.array(vectors), axis=0)
    mean = inputs.get("operation") != "sum"
    result = total / len(vectors) if mean else total
    value: Json = [float(each) for each in result]
    added = " + ".join(tex_vector(vector) for vector in vectors)
    steps = [Step("Soma dos vetores do contexto", rf"${added} = {tex_vector(total.tolist())}$")]
    if mean:
        steps.append(
            Step("Média", rf"$h = \frac{{1}}{{{len(vectors)}}} {tex_vector(total.tolist())} = "
                 rf"{tex_vector(result.tolist())}$")
        )  # fmt: skip
    second = np.array([sum(v[i] for v in vectors) for i in range(sizes.pop())])
    return Solution(
        problem=Problem(_KIND, dict(inputs)),
        title="Camada oculta do CBOW",
        result=f"h = **{plain_vector(result.tolist())}**",
        value=value,
        steps=tuple(steps),
        checks=(
            Check("Componente a componente", bool(np.allclose(second, total)), plain_vector(total)),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(total, "se soma sem dividir pelo número de vetores")]),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    vectors: list[Json] = [[float(random.randint(-3, 4)) for _ in range(3)] for _ in range(3)]
    written = "; ".join(
        "(" + ", ".join(str(int(x)) for x in vector) + ")" for vector in rows(vectors)
    )
    return (
        f"No CBOW, os vetores das palavras do contexto são {written}. Calcule a média deles, o "
        f"vetor "
        "da camada oculta.",
        {"vectors": vectors, "operation": "mean"},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Camada oculta do CBOW", "embeddings", None, _match, _parse, _solve, _exercise),
)
