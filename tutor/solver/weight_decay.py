"""A step of gradient descent with weight decay."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData
from tutor.records import Json, Problem
from tutor.solver import optimizers
from tutor.solver.descent_text import read
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_names import method_of
from tutor.solver.registry import Family
from tutor.solver.weight_penalty import RATE, REGULARISES

_DECAY = "weight_decay"


def _match_decay(statement: Statement) -> float:
    if statement.conceptual or not statement.values or method_of(statement) is not None:
        return 0.0
    if not statement.has(RATE):
        return 0.0
    if not statement.has(REGULARISES):
        implied = statement.has(r"coeficiente|constante") and statement.has(r"parametro|peso")
        return 0.7 if implied and statement.has(r"gradientes?|grad") else 0.0
    return 0.9


def _with_its_name(statement: Statement) -> Statement:
    """ "coeficiente 0,05" and "um parâmetro que vale 5" in the usual words."""
    text = re.sub(r"\b(parametro|peso) que vale\b", r"\1 =", statement.folded)
    if not statement.has(REGULARISES):
        text = re.sub(r"\b(?:coeficiente|constante)\b", "weight decay", text)
    return Statement(text)


def _parse_decay(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    statement = _with_its_name(statement) if previous is None else statement
    if previous is None and statement.has(
        r"gradiente (?:e |for |= ?)?(?:zero|nulo)|gradiente = ?0(?![.,\d])|sem gradiente|"
        r"gradiente d[aeo] \w+ (?:e |for )?(?:zero|nulo)|so o decaimento|"
        r"apenas o decaimento|somente o decaimento"
    ):
        inputs["gradients"] = [0.0]
    if previous is None:
        inputs["method"] = "sgd"
        loss = clean(statement)[1:] != (None, None)
        if "gradients" in inputs and not loss:
            inputs["zero"] = True
        if "gradients" in inputs and statement.has(
            r"multiplic\w+|(?:por )?(?:que|qual) fator|fator (?:multiplicativo|de encolhimento)"
        ):
            inputs["w"] = 1.0
            assume(inputs, "O fator é o que um peso 1 vira em um passo sem gradiente: 1 − ηλ.")
    merged = read(statement, inputs, "sgd")
    if merged is None:
        return None
    if merged.get("zero") and isinstance(merged.get("gradients"), list):
        w = merged.get("w")
        if isinstance(w, list):
            merged["gradients"] = [[0.0] * len(w)]
    if "weight_decay" not in merged:
        raise MissingData(
            "Falta o λ do weight decay. Escreva, por exemplo, lambda = 0,01.",
            Problem(_DECAY, {**merged, "missing": "weight_decay"}),
        )
    return merged


def _exercise_decay(random: Random) -> tuple[str, dict[str, Json]]:
    w, g = round(random.uniform(-3, 3), 1), round(random.uniform(0.1, 2), 1)
    lr, decay = random.choice([0.1, 0.01]), random.choice([0.1, 0.01, 0.05])
    return (
        f"Com weight decay λ = {plain(decay)}, taxa de aprendizado {plain(lr)}, gradiente "
        f"{plain(g)} e peso inicial w0 = {plain(w)}, calcule o novo peso w ← (1−ηλ)w − ηg.",
        {
            "method": "sgd",
            "w": w,
            "gradients": [g],
            "lr": lr,
            "weight_decay": decay,
            "assumptions": [],
        },
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _DECAY,
        "Passo com weight decay",
        "otimizadores",
        "10",
        _match_decay,
        _parse_decay,
        optimizers.solve,
        _exercise_decay,
        adopts={"l2_penalty": ("method",)},
    ),
)
