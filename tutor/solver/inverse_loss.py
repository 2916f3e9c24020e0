"""The inverse problem of a cross-entropy: which probability of the right class gives this loss."""

from __future__ import annotations

import math
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.classes import CROSS_ENTROPY, LOSS, log_base
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.registry import Family

_KIND = "probability_from_loss"
_ASKED = (
    r"(?:qual|que|quanto vale|what)(?: \w+){0,2} (?:probabilidade|probability|confianca)|"
    r"(?:calcule|encontre|determine|ache|obtenha) (?:a |essa )?probabilidade"
)
_NAMES = (
    "entropia cruzada media", "entropia cruzada", "cross-entropy", "cross entropy", "perda media",
    "perda", "loss", "bce", "ce",
)  # fmt: skip


def _match(statement: Statement) -> float:
    if statement.asks_idea or statement.arrays or len(statement.scalars) != 1:
        return 0.0
    if statement.has("batch", "lote", "perplexidade", "softmax", r"logits?", r"perplexity"):
        return 0.0
    given = statement.find(*_NAMES)
    asked = statement.has(_ASKED) and statement.has(CROSS_ENTROPY, LOSS)
    return 0.97 if asked and given is not None else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    found = statement.find(*_NAMES)
    value = found.value if found is not None else None
    if previous is not None and value is None and len(statement.scalars) == 1:
        value = statement.scalars[0]
    if value is not None and value.is_scalar:
        inputs["loss"] = value.scalar("a perda")[0]
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    if previous is not None and inputs == before:
        return None
    if "loss" not in inputs:
        raise MissingData(
            "Qual é o valor da perda? Escreva, por exemplo, perda = 0,7.", Problem(_KIND, inputs)
        )
    if number(inputs["loss"]) < 0:
        raise SolverError(
            f"A entropia cruzada nunca é negativa, mas li {plain(number(inputs['loss']))}: −ln p "
            "é maior ou igual a 0 para toda probabilidade p."
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    loss, base = number(inputs["loss"]), number(inputs.get("base"), math.e)
    value = base**-loss
    log = r"\ln" if base == math.e else rf"\log_{{{plain(base)}}}"
    power = "e" if base == math.e else plain(base)
    back = -math.log(value) / math.log(base) if value > 0 else math.inf
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Probabilidade a partir da perda",
        result=rf"$p = {power}^{{-{tex(loss)}}} = {tex(value)}$ "
        f"(cerca de {plain(100 * value, 2)}%) na classe correta.",
        value=value,
        steps=(
            Step("Fórmula", rf"$L = -{log} p$, em que $p$ é a probabilidade da classe correta"),
            Step("Isolar p", rf"$p = {power}^{{-L}} = {power}^{{-{tex(loss)}}} = {tex(value)}$"),
        ),
        checks=(
            Check(
                "De volta à perda",
                math.isclose(back, loss, rel_tol=1e-9, abs_tol=1e-9),
                f"−log p = {plain(back)}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(math.exp(loss), "se esquece o sinal de menos"),
                                        (1 - value, "se dá a probabilidade do erro")]),
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    loss = round(random.uniform(0.05, 3), 2)
    return (
        f"Uma entropia cruzada de {plain(loss)} corresponde a que probabilidade na classe correta?",
        {"loss": loss, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Probabilidade a partir da perda", "perdas_ativacoes", "13",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
