"""The inverse problem of a softmax of two logits: which temperature gives this ratio or share."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.classes import SOFTMAX
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex
from tutor.solver.inputs import Inputs, assumptions, floats, number
from tutor.solver.registry import Family
from tutor.solver.softmax import softmax

_KIND = "softmax_temperature"
_ASKED = (
    r"(?:qual|que|what|ache|encontre|determine|calcule|com que|quanto)"
    r"(?: \w+){0,3}? (?:temperatura|temperature)"
)
_NUMBER = r"(\d{1,6}(?:[.,]\d{1,9})?)( ?%)?(?![\w]|[.,]\d)"
_RATIO = re.compile(
    rf"\braz(?:ao|oes)\b[^\d;?\n]{{0,80}}?(?:igual a|seja|de|for|vale|fique|=)"
    rf"[^\d?\n]{{0,12}}{_NUMBER}"
)
_SHARE = re.compile(
    r"\bprobabilidade\b[^\d;?\n]{0,60}?(?<!\w)(?:igual a|seja|ser|de|for|vale|fique|em|"
    r"para|a|=) ?" + _NUMBER
)


def _match(statement: Statement) -> float:
    wanted = statement.has(_ASKED) and statement.has(SOFTMAX, r"logits?", r"probabilidades?")
    return 0.97 if wanted and statement.arrays and _goal(statement) else 0.0


def _goal(statement: Statement) -> tuple[str, float] | None:
    for name, pattern in (("ratio", _RATIO), ("share", _SHARE)):
        match = pattern.search(statement.folded)
        if match:
            value = float(match[1].replace(",", "."))
            return name, value / 100 if match[2] else value
    return None


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    if statement.arrays:
        inputs["logits"] = [*statement.arrays[0].vector("os logits", 2)[0]]
    goal = _goal(statement)
    if goal is not None:
        inputs["goal"], inputs["wanted"] = goal
    if previous is not None and inputs == before:
        return None
    if "wanted" not in inputs:
        raise MissingData(
            "Que razão ou probabilidade a temperatura deve dar? Por exemplo: razão igual a 3.",
            Problem(_KIND, inputs),
        )
    logits, wanted = floats(inputs["logits"]), number(inputs["wanted"])
    if len(logits) != 2:
        raise SolverError(
            f"Sei achar a temperatura para dois logits, mas li {plain_vector(logits[:8])}. "
            "Com mais classes, diga quais duas."
        )
    if logits[0] == logits[1]:
        raise SolverError("Com logits iguais as probabilidades são iguais em toda temperatura.")
    share = inputs["goal"] == "share"
    if share and (not 0 < wanted < 1 or wanted == 0.5):
        raise SolverError(
            "Com dois logits diferentes a probabilidade fica entre 0 e 1 e nunca é 0,5, em toda "
            f"temperatura, mas li {plain(wanted)}."
        )
    if not share and wanted <= 1:
        raise SolverError(
            f"A razão da maior para a menor probabilidade é maior que 1, mas li {plain(wanted)}."
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    logits, wanted = sorted(floats(inputs["logits"]), reverse=True), number(inputs["wanted"])
    share = inputs["goal"] == "share"
    high = max(wanted, 1 - wanted)  # below a half it is the share of the smaller logit
    ratio = high / (1 - high) if share else wanted
    gap = logits[0] - logits[1]
    value = gap / math.log(ratio)
    first, second = (float(each) for each in softmax(logits, value))
    steps = [Step("Razão", r"$\dfrac{p_1}{p_2} = e^{(z_1 - z_2)/T}$: a soma se cancela")]
    if share:
        steps.append(
            Step(
                "Da probabilidade à razão",
                rf"$\dfrac{{p}}{{1-p}} = {tex(ratio)}$, com duas classes",
            )
        )
    steps.append(
        Step("Isolar T", rf"$T = \dfrac{{{tex(gap)}}}{{\ln {tex(ratio)}}} = {tex(value)}$")
    )
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Temperatura da softmax",
        result=rf"$T = {tex(value)}$",
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Softmax com essa temperatura",
                math.isclose(first, ratio * second, rel_tol=1e-6),
                f"probabilidades {plain(first)} e {plain(second)}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(1 / value, "se inverte a temperatura"),
                                        (gap / ratio, "se esquece o logaritmo")]),
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    low = random.randint(-2, 2)
    logits, ratio = [float(low + random.randint(1, 5)), float(low)], random.randint(2, 9)
    return (
        f"Que temperatura divide os logits {plain_vector(logits)} para que a razão entre as duas "
        f"probabilidades seja igual a {ratio}?",
        {"logits": [*logits], "goal": "ratio", "wanted": float(ratio), "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Temperatura da softmax", "perdas_ativacoes", "12",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
