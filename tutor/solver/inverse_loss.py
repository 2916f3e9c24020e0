"""The inverse problems of a cross-entropy and of a softmax of two classes.

Which probability of the right class (or which logit) gives this loss, and which difference of
two logits gives this probability.
"""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.classes import BINARY, CROSS_ENTROPY, LOSS, SOFTMAX, log_base
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.numbers import Value
from tutor.solver.registry import Family
from tutor.solver.wants import asked_ratio

_KIND = "probability_from_loss"
_WHICH = r"(?:qual|que|quanto|what|calcul\w+|encontre|determine|ache|obtenha|descubra|diga)"
_ASKED = (
    rf"{_WHICH}\b[^.;?\n]{{0,40}}?\b(?P<what>probabilidade|probability|prob|confianca|chance|p|"
    r"y_hat|logit|z)"
)
_GIVEN = re.compile(
    rf"(?<!\w)(?:(?P<loss>{CROSS_ENTROPY}|{BINARY}|{LOSS}|custo|- ?(?:ln|log) ?\(? ?p\w* ?\)?)|"
    r"(?P<other>probabilidades?|prob|chance|confianca|logits?|p|y_hat|p_hat|z|y|rotulo|label|alvo|target|"
    r"classe))(?!\w)"
)
_LABEL = re.compile(
    r"\b(?:y|rotulo|label|alvo|target)\s*(?:=|:|e|de|igual a)?\s*(?:e |era )?([01])\b"
)


def _losses(statement: Statement) -> list[Value]:
    """The numbers whose nearest name before them is the loss."""
    found: list[Value] = []
    for value in statement.scalars:
        if re.match(r"\s*(?:classes|exemplos|amostras|tokens)\b", statement.folded[value.end :]):
            continue
        if re.search(r"(?:base|log_?)\s*$", statement.folded[: value.start]):
            continue
        lead = re.split(r"[;?\n]|\.\s", statement.folded[: value.start])[-1]
        cues = list(_GIVEN.finditer(lead))
        unit = re.match(r"\s*(?:nats?|bits?)\b", statement.folded[value.end :])
        bare = not cues and value.text and statement.has(CROSS_ENTROPY, BINARY, LOSS)
        if (cues and cues[-1].lastgroup == "loss") or unit or (bare and unit):
            found.append(value)
    return found


def _match(statement: Statement) -> float:
    if (
        statement.asks_idea
        or statement.arrays
        or not statement.has(CROSS_ENTROPY, LOSS, BINARY, r"-? ?(?:ln|log) ?\(? ?p\w*")
    ):
        return 0.0
    if statement.has(
        "batch", "lote", "perplexidade", "perplexity", "media", "pesos?", "gradientes?"
    ):
        return 0.0
    if statement.has(r"logits") or not statement.has(_ASKED):
        return 0.0
    return 0.995 if len(_losses(statement)) == 1 else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    losses = _losses(statement)
    value = losses[0] if losses else None
    if previous is not None and value is None and len(statement.scalars) == 1:
        value = statement.scalars[0]
    if value is not None and value.is_scalar:
        inputs["loss"] = value.scalar("a perda")[0]
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    label = _LABEL.search(statement.folded)
    negative = statement.has(r"(?:exemplo|classe|rotulo|amostra)(?: \w+)? negativ[ao]")
    if label or negative:
        inputs["label"] = 0 if negative else int(label[1]) if label else 1
    asked = re.search(_ASKED, statement.folded)
    if asked and previous is None and asked["what"] in ("logit", "z"):
        inputs["asked"] = "logit"
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
    right = base**-loss
    negative = inputs.get("label") == 0
    p = 1 - right if negative else right
    log = r"\ln" if base == math.e else rf"\log_{{{plain(base)}}}"
    power = "e" if base == math.e else plain(base)
    back = -math.log(right) / math.log(base) if right > 0 else math.inf
    steps = [
        Step("Fórmula", rf"$L = -{log} p$, em que $p$ é a probabilidade da classe correta"),
        Step("Isolar p", rf"$p = {power}^{{-L}} = {power}^{{-{tex(loss)}}} = {tex(right)}$"),
    ]
    result = (
        rf"$p = {power}^{{-{tex(loss)}}} = {tex(right)}$ (cerca de {plain(100 * right, 2)}%) na "
        "classe correta."
    )
    value = p
    if negative:
        steps.append(
            Step("Rótulo 0", rf"$L = -{log}(1 - p)$, logo $p = 1 - {tex(right)} = {tex(p)}$")
        )
        result = rf"$p = 1 - {power}^{{-{tex(loss)}}} = {tex(p)}$, com o rótulo $y = 0$."
    if inputs.get("asked") == "logit":
        if not 0 < p < 1:
            raise SolverError("Com essa perda a probabilidade é 0 ou 1, e o logit é infinito.")
        value = math.log(p / (1 - p))
        steps.append(Step("Logit", rf"$z = \ln\dfrac{{p}}{{1-p}} = {tex(value)}$"))
        result = rf"$z = {tex(value)}$, que dá $p = {tex(p)}$."
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Probabilidade a partir da perda",
        result=result,
        value=value,
        steps=tuple(steps),
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


# ------------------------------------------------- two logits from a probability

_GAP_KIND = "logit_gap"
_GAP_ASKED = (
    rf"{_WHICH}\b[^.;?\n]{{0,40}}?\b(?:diferenca|distancia|vantagem|gap|margem)\b[^.;?\n]{{0,40}}"
)


_GAP_GIVEN = re.compile(
    r"\bz_?1 ?- ?z_?2 ?(?:=|e|vale) ?(-?\d{1,3}(?:[.,]\d{1,6})?)(?![\w]|[.,]\d)"
    r"|\bdiferenca (?:entre (?:os )?(?:dois )?|d[eo]s )logits (?:=|e|e de|de|vale) "
    r"(-?\d{1,3}(?:[.,]\d{1,6})?)(?![\w]|[.,]\d)"
)


def _match_gap(statement: Statement) -> float:
    if _GAP_GIVEN.search(statement.folded) and statement.has(r"prob\w*", "chance"):
        return 0.995
    if not statement.has(_GAP_ASKED) or not statement.has("logits?", r"z_?\d"):
        return 0.0
    return 0.98 if statement.has(SOFTMAX, r"probabilidades?", "chance") else 0.0


def _parse_gap(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    told = _GAP_GIVEN.search(statement.folded)
    if told:
        return {"gap": float((told[1] or told[2]).replace(",", ".")), "assumptions": []}
    listed = [v for v in statement.arrays if v.size > 1]
    if len(listed) == 1:
        row = listed[0].vector("as probabilidades")[0]
        pair = asked_ratio(statement.folded, len(row), ())
        if pair is None or not all(0 < p < 1 for p in row) or abs(sum(row) - 1) > 0.011:
            return None
        first, second = row[pair[0]], row[pair[1]]
        return {"wanted": first / (first + second), "read": [*row], "assumptions": []}
    given = [v for v in statement.scalars if v.percent or 0 < v.scalar()[0] < 1]
    times = re.search(r"(\d+(?:[.,]\d+)?) vezes", statement.folded)
    if len(given) == 1:
        return {"wanted": given[0].scalar("a probabilidade")[0], "assumptions": []}
    if times and not given:
        ratio = float(times[1].replace(",", "."))
        return {"wanted": ratio / (1 + ratio), "assumptions": []}
    if previous is not None:
        return None
    raise MissingData(
        "Que probabilidade a primeira classe deve ter? Escreva, por exemplo, 0,9.",
        Problem(_GAP_KIND, {"assumptions": []}),
    )


def _solve_gap(inputs: Inputs) -> Solution:
    if "gap" in inputs:
        return _solve_gap_given(inputs)
    p = number(inputs["wanted"])
    if not 0 < p < 1:
        raise SolverError(f"A probabilidade fica entre 0 e 1 (sem as pontas), mas li {plain(p)}.")
    value = math.log(p / (1 - p))
    back = 1 / (1 + math.exp(-value))
    return Solution(
        problem=Problem(_GAP_KIND, inputs),
        title="Diferença entre dois logits",
        result=rf"$z_1 - z_2 = {tex(value)}$",
        value=value,
        steps=(
            Step("Softmax de duas classes", r"$p = \dfrac{1}{1 + e^{-(z_1 - z_2)}}$"),
            Step(
                "Isolar a diferença",
                rf"$z_1 - z_2 = \ln\dfrac{{p}}{{1-p}} = \ln\dfrac{{{tex(p)}}}{{{tex(1 - p)}}} = "
                rf"{tex(value)}$",
            ),
        ),
        checks=(Check("De volta", math.isclose(back, p, rel_tol=1e-9), f"p = {plain(back)}"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(-value, "se troca as duas classes"),
                                        (math.log(p), "se toma só ln p")]),
    )  # fmt: skip


def _solve_gap_given(inputs: Inputs) -> Solution:
    """The probability of the first class from the difference of the logits."""
    gap = number(inputs["gap"])
    value = 1 / (1 + math.exp(-gap))
    second = math.exp(gap) / (math.exp(gap) + 1)
    return Solution(
        problem=Problem(_GAP_KIND, inputs),
        title="Probabilidade a partir da diferença dos logits",
        result=rf"$p_1 = {tex(value)}$, $p_2 = {tex(1 - value)}$",
        value=value,
        steps=(
            Step("Softmax de duas classes", r"$p_1 = \dfrac{1}{1 + e^{-(z_1 - z_2)}}$"),
            Step("Substituição", rf"$z_1 - z_2 = {tex(gap)}$: $p_1 = {tex(value)}$"),
        ),
        checks=(Check("Com os logits (d, 0)", math.isclose(second, value), plain(second)),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(1 - value, "se troca as duas classes")]),
    )


def _exercise_gap(random: Random) -> tuple[str, dict[str, Json]]:
    p = random.choice([0.6, 0.7, 0.8, 0.9, 0.95])
    return (
        f"Com duas classes e softmax, que diferença entre os logits dá à primeira classe a "
        f"probabilidade {plain(p)}?",
        {"wanted": p, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Probabilidade a partir da perda", "perdas_ativacoes", "13",
        _match, _parse, _solve, _exercise,
    ),
    Family(
        _GAP_KIND, "Diferença entre dois logits", "perdas_ativacoes", "12",
        _match_gap, _parse_gap, _solve_gap, _exercise_gap,
    ),
)  # fmt: skip
