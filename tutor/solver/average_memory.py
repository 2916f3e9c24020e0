"""How far a moving average remembers: its window 1/(1−β), and the weight of an old observation."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.moving_average import AVERAGE
from tutor.solver.registry import Family

_KIND = "ema_memory"
_WINDOW = (
    r"(?:janela|memoria|horizonte) (?:efetiv[ao]|aproximad[ao]|equivalente)|"
    r"tamanho (?:efetivo )?da (?:janela|memoria)|"
    r"quant[oa]s (?:ultim[oa]s )?(?:observac\w+|valores|passos|dias|pontos|amostras|dados|"
    r"gradientes)[^?]{0,50}? (?:leva|considera|equivale|lembra|memoria)\w*"
)
_AGO = re.compile(
    r"\b(?:peso|contribuicao|influencia|coeficiente)\b[^.?]{0,60}?\b(?:ha|a|de|visto ha)? ?"
    r"(\d{1,4}) (?:passos?|dias?|iterac\w+|instantes?|observac\w+|valores) "
    r"(?:atras|antes|anterior\w*)"
)


def _match(statement: Statement) -> float:
    if not statement.has(AVERAGE, r"beta\w*") or len(statement.arrays) > 0:
        return 0.0
    asks = statement.has(_WINDOW) or _AGO.search(statement.folded) is not None
    return 0.98 if asks and statement.values else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    beta = statement.scalar("beta", "beta1", "beta2", "rho", "gamma", "decaimento", "fator")
    if beta is not None:
        inputs["beta"] = beta
    ago = _AGO.search(statement.folded)
    if ago is not None:
        inputs["ago"] = int(ago[1])
    if previous is not None and inputs == before:
        return None
    if "beta" not in inputs:
        raise MissingData(
            "Falta o β da média móvel. Escreva, por exemplo, beta = 0,9.", Problem(_KIND, inputs)
        )
    if not 0 <= number(inputs["beta"]) < 1:
        raise SolverError(
            f"O coeficiente β precisa estar entre 0 e 1, mas li {plain(number(inputs['beta']))}."
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    beta = number(inputs["beta"])
    shown = tex(beta)
    if "ago" in inputs:
        ago = int(number(inputs["ago"]))
        value = (1 - beta) * beta**ago
        title = f"Peso da observação de {ago} passos atrás"
        steps = (
            Step("Fórmula", r"$v_t = \sum_k (1-\beta)\beta^k x_{t-k}$: $(1-\beta)\beta^k$"),
            Step("Substituição", rf"$(1 - {shown}) \cdot {shown}^{{{ago}}} = {tex(value, 8)}$"),
        )
        rest = sum((1 - beta) * beta**k for k in range(ago))
        check = Check(
            "Os pesos mais novos e a cauda somam 1",
            math.isclose(rest + value / (1 - beta), 1.0, rel_tol=1e-9),
            "Σ (1−β)β^k = 1",
        )
        mistakes = [(beta**ago, "se esquece do fator 1−β"), ((1 - beta) ** ago, "se eleva 1−β")]
    else:
        value = 1 / (1 - beta)
        title = "Janela efetiva da média móvel"
        steps = (
            Step("Fórmula", r"Cerca de $\dfrac{1}{1-\beta}$ observações têm peso relevante."),
            Step("Substituição", rf"$\dfrac{{1}}{{1 - {shown}}} = {tex(value, 6)}$"),
        )
        check = Check(
            "De volta", math.isclose(1 - 1 / value, beta, abs_tol=1e-12), "1 − 1/janela = β"
        )
        mistakes = [(1 / beta if beta else 0.0, "se divide por β")]
    value = float(f"{value:.12g}")
    return Solution(
        problem=Problem(_KIND, inputs),
        title=title,
        result=f"${tex(value, 8)}$",
        value=value,
        steps=steps,
        checks=(check,),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    beta, ago = random.choice([0.9, 0.8, 0.5]), random.randint(2, 6)
    return (
        f"Na média móvel exponencial com β = {plain(beta)}, qual é o peso da observação de {ago} "
        "passos atrás?",
        {"beta": beta, "ago": ago, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Memória da média móvel", "otimizadores", "8", _match, _parse, _solve, _exercise
    ),
)  # fmt: skip
