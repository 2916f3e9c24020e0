"""Reading a schedule of the learning rate: its shape, its counts of steps, its rates.

The counts (whole numbers by "épocas", "passos", "t", "T") are taken out first, each by what it
counts: the period, the warm-up, the milestones, the moment asked for, the total. What remains are
rates and factors, by their names or else by their order.
"""

from __future__ import annotations

import re

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume, number
from tutor.solver.named_roles import assign
from tutor.solver.optimizer_wants import asked_names
from tutor.solver.schedule_counts import read_counts
from tutor.solver.schedule_rates import VOCABULARY, read_rates
from tutor.solver.schedule_words import KIND, RATE, shape_of


def match(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    if statement.has(r"gradientes?|grads?|pesos?|w_?0?|conv\w*|gotas?|dropout"):
        return 0.0
    rate = statement.has(RATE) or statement.has(r"\w*lr") or statement.has("noam")
    if not rate or shape_of(statement) is None:
        return 0.0
    if not (statement.asks_value or statement.asks_quantity or "?" in statement.text):
        return 0.0
    return 0.96


def parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return _revised(statement, previous)
    inputs: dict[str, Json] = {"assumptions": []}
    shape = shape_of(statement)
    if shape is None:
        return None
    inputs["schedule"] = shape
    text = read_counts(inputs, statement)
    read_rates(inputs, text, statement)
    _read_unknown(inputs, text, statement)
    _complete(inputs, statement)
    return inputs


def _read_unknown(inputs: dict[str, Json], text: str, statement: Statement) -> None:
    """ "que fator leva a taxa de 0,1 a 0,01 em 20 épocas?": γ, k or η₀ from the rate at t."""
    cleaned = Statement(text)
    roles = assign(cleaned, VOCABULARY)
    names = [m for m in asked_names(cleaned, roles) if m.key in ("gamma", "k", "base")]
    asked = names[0].key if names else None
    if asked == "base":
        words = cleaned.folded[names[0].start : names[0].end]
        asked = asked if re.search(r"inicial|partida|original|0|comec", words) else None
        if asked and "base" in inputs:  # "a taxa na época 20 é 0,05"
            inputs["end"] = inputs.pop("base")
        if asked and "end" not in inputs and "t" in inputs and roles.loose:
            inputs["end"] = roles.loose[-1].scalar("a taxa")[0]
    if asked is None or asked in inputs:
        return
    if inputs["schedule"] in ("exponential", "step", "natural", "inverse") and "end" in inputs:
        inputs["threshold"] = inputs.pop("end")
    if "t" not in inputs and "total" in inputs:
        inputs["t"] = [inputs.pop("total")]
    if "threshold" in inputs and "t" in inputs:
        inputs["unknown"] = asked


def _revised(statement: Statement, previous: Inputs) -> dict[str, Json] | None:
    if "schedule" not in previous:
        return None
    inputs = dict(previous)
    before = dict(inputs)
    text = read_counts(inputs, statement, revised=True)
    read_rates(inputs, text, statement)
    if statement.values and inputs == before and isinstance(before.get("missing"), str):
        inputs[str(before["missing"])] = statement.values[0].scalar("o valor")[0]
        if before["missing"] == "t":
            inputs["t"] = [number(inputs["t"])]
    if inputs == before:
        return None
    inputs.pop("missing", None)
    _complete(inputs, statement)
    return inputs


_NEEDS = {
    "step": ("base", "gamma", "period"),
    "milestones": ("base", "gamma", "milestones"),
    "exponential": ("base", "gamma"),
    "natural": ("base", "k"),
    "cosine": ("base", "total"),
    "linear": ("base", "total"),
    "polynomial": ("base", "total"),
    "inverse": ("base", "k"),
    "root": ("base",),
    "constant": ("base", "warmup"),
    "noam": ("d_model", "warmup"),
}
_ASKS = {
    "base": "a taxa inicial (ou máxima). Escreva, por exemplo, taxa inicial 0,1",
    "gamma": "o fator que multiplica a taxa. Escreva, por exemplo, fator 0,5",
    "period": "de quantas em quantas épocas a taxa cai. Escreva, por exemplo, a cada 10 épocas",
    "milestones": "as épocas em que a taxa cai. Escreva, por exemplo, nas épocas 30 e 60",
    "k": "a constante de decaimento. Escreva, por exemplo, k = 0,05",
    "total": "o número total de épocas (ou passos) do decaimento. Escreva, por exemplo, T = 100",
    "warmup": "o número de passos do warm-up. Escreva, por exemplo, warm-up de 1000 passos",
    "d_model": "o d_model. Escreva, por exemplo, d_model = 512",
    "t": "em que época (ou passo) você quer a taxa. Escreva, por exemplo, na época 20",
}


def _complete(inputs: dict[str, Json], statement: Statement) -> None:
    schedule = str(inputs["schedule"])
    if (
        schedule == "exponential"
        and "period" in inputs
        and not statement.has(r"continu\w+|t ?/ ?\w+|decay_?steps")
    ):  # "exponencial … a cada 10 épocas"
        moments = inputs.get("t")
        period = number(inputs["period"])
        if not isinstance(moments, list) or any(number(t) % period for t in moments):
            inputs["schedule"] = schedule = "step"
            assume(inputs, "A taxa cai em degraus, de uma vez a cada período, e não aos poucos.")
    if schedule == "polynomial" and statement.has("quadratic[ao]"):
        inputs.setdefault("power", 2.0)
    if schedule in ("cosine", "linear", "polynomial") and "end" not in inputs:
        inputs["end"] = 0.0
        assume(inputs, "Assumi que o decaimento vai até a taxa 0.")
    needs = [key for key in _NEEDS[schedule] if key != inputs.get("unknown")]
    if schedule == "natural" and "k" not in inputs and "gamma" in inputs:
        inputs["k"] = inputs.pop("gamma")
    missing = [key for key in needs if key not in inputs]
    if "t" not in inputs and "threshold" not in inputs:
        missing.append("t")
    if missing:
        raise MissingData(
            "Cronograma da taxa de aprendizado: falta "
            + "; falta ".join(_ASKS[key] for key in missing)
            + ".",
            Problem(KIND, {**inputs, "missing": missing[0]}),
        )
    _check_values(inputs)


def _check_values(inputs: Inputs) -> None:
    for key in ("base", "end", "k", "d_model"):
        if number(inputs.get(key)) < 0:
            raise SolverError(
                f"Li {plain(number(inputs[key]))}: a taxa e as constantes do cronograma não podem "
                "ser negativas. Confira o valor."
            )
    if not 0 < number(inputs.get("gamma"), 1.0) <= 1:
        raise SolverError(
            f"O fator de decaimento precisa estar entre 0 e 1, mas li "
            f"{plain(number(inputs['gamma']))}. Confira o valor."
        )
    for key in ("period", "total", "warmup"):
        if key in inputs and number(inputs[key]) <= 0:
            raise SolverError(
                "O número de épocas ou passos precisa ser positivo. Confira os dados."
            )
    moments = inputs.get("t")
    if isinstance(moments, list) and inputs["schedule"] == "noam" and 0 in moments:
        raise SolverError("No cronograma Noam os passos contam a partir de 1.")
