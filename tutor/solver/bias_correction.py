"""The factor 1 − β^t of a bias correction: its value, what it divides, when it passes a limit."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, forget, number
from tutor.solver.moving_average import AVERAGE, CORRECTION, GRADIENT, beta_error
from tutor.solver.named import assignments, unchanged
from tutor.solver.numbers import Value
from tutor.solver.optimizer_table import untabled
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family

_FACTOR = "bias_correction"
_FACTOR_NAMES = {
    "beta1": ("beta1",),
    "beta2": ("beta2",),
    "beta": ("beta", "rho"),
    "t": ("t", "passo", "iteracao", "step", "n", "passos"),
    "m": (
        "m_t",
        "m",
        "m1",
        "m2",
        "m3",
        "m5",
        "m10",
        "primeiro momento",
        "media",
        "media movel",
        "v_t",
        "v",
        "v1",
        "v2",
        "v3",
        "segundo momento",
        "momento",
        "s",
    ),
}
# "por qual fator se divide m no passo 5": the divisor of the correction without its name.
_DIVIDES = (
    r"(?:por )?(?:qual|que|quanto) (?:fator |valor |numero )?(?:se )?(?:divid\w+) (?:o )?"
    r"(?:m|v|primeiro momento|segundo momento)(?:_?t)?|"
    r"fator (?:que |pelo qual )?(?:se )?divide (?:o )?[mv]"
)


def _match_factor(statement: Statement) -> float:
    if statement.has(_DIVIDES) and statement.has(r"beta_?[12]?") and not statement.arrays:
        return 0.94
    if statement.conceptual or not statement.values or statement.arrays:
        return 0.0
    if untabled(statement.folded) != statement.folded:
        return 0.0
    if statement.has(GRADIENT, r"w_?0", r"theta_?0", r"lr", r"taxa de aprendizad\w+"):
        return 0.0
    if statement.has(r"parametros?|quantos pesos|conv\w*|atalho|filtros?|cana(?:l|is)"):
        return 0.0  # the bias of a layer
    if statement.has(AVERAGE) and statement.has(r"observac\w+|serie|dados|valores"):
        return 0.0
    hats = r"[mv]_?\w?[\u0302](?:_?\w+)?|hat\W?\W?[mv]\S*|[mv][_ ]?(?:t[_ ]?)?(?:hat|chapeu)\S*"
    if not statement.has(
        CORRECTION,
        r"fator(?:es)? de correc?ao",
        r"1 ?- ?beta_?\d? ?(?:\^|\*\*) ?t",
        hats,
        r"divisor da correcao",
        r"por quanto (?:se |eu )?divid\w+ (?:o |a )?[mvs]",
        r"(?:o )?fator 1 ?- ?beta\S*",
        r"desenviesad[ao]|sem vies",
        r"corrig\w+",
    ):
        return 0.0
    return 0.96


def _parse_factor(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    found = assignments(statement, _FACTOR_NAMES)
    for key in ("beta1", "beta2", "beta"):
        if key in found and found[key][0].is_scalar:
            value = found[key][0].scalar("o β")[0]
            if not 0 <= value < 1:
                raise beta_error(value)
            inputs[key] = value
            forget(inputs, "Assumi β")
            if key == "beta":
                inputs.pop("beta1", None)
                inputs.pop("beta2", None)
            else:
                inputs.pop("beta", None)
    if "t" in found and found["t"][0].is_scalar:
        inputs["t"] = found["t"][0].count("o passo t", 1, 10**6)
    else:
        t = statement.count("passo", "iteracao", "passos", "iteracoes", low=1, high=10**6)
        ordinal = next((v for v in statement.values if v.ordinal), None)
        if t is None and ordinal is not None:
            t = ordinal.count("o passo t", 1, 10**6)
        index = re.search(
            r"(?<![a-z])[mv][_ ]?(?:hat|chapeu|\u0302)?_?(\d{1,3})(?![\w.,]*\d)", statement.folded
        )
        if t is None and index is not None and int(index[1]) > 0:
            t = int(index[1])  # "m₃ = 0,271"
        if t is not None:
            inputs["t"] = t
    threshold = statement.has(_WHICH_STEP) and statement.find("passa de", "passa", "chega a",
        "ultrapassa", "atinge", "maior que", "acima de", "supera", "pelo menos")  # fmt: skip
    if threshold and "t" not in inputs:
        return _parse_threshold(inputs, threshold.value)
    if "m" in found and found["m"][0].is_scalar:
        inputs["m"] = found["m"][0].scalar("a média")[0]
    m, v = statement.find("m", "m_t"), statement.find("v", "v_t")
    if m is not None and v is not None and m.value is not v.value:
        inputs["m"] = m.value.scalar("m")[0]
        inputs["v"] = v.value.scalar("v")[0]
    if previous is not None and not found and statement.scalars:
        bare = statement.scalars[0]
        if "t" in inputs:
            inputs["beta"] = bare.scalar("β")[0]
            if not 0 <= number(inputs["beta"]) < 1:
                raise beta_error(number(inputs["beta"]))
        else:
            inputs["t"] = bare.count("t", 1, 10**6)
    if statement.has(r"multiplic\w+|amplific\w+|quantas vezes|aument\w+|1 ?/ ?\(1"):
        inputs["inverse"] = True
    if unchanged(inputs, previous):
        return None
    if "t" not in inputs:
        raise MissingData(
            "Falta o número do passo para a correção de viés. Escreva, por exemplo, t = 3.",
            Problem(_FACTOR, inputs),
        )
    if not any(key in inputs for key in ("beta", "beta1", "beta2")):
        second = statement.has(r"segundo momento|[vs]_?(?:t|hat|chapeu)?")
        inputs["beta"] = 0.999 if second else 0.9
        assume(inputs, f"Assumi β = {plain(number(inputs['beta']))}, o valor usual.")
    return inputs


_WHICH_STEP = r"(?:em|a partir de|com) (?:que|qual|quantos) passos?(?: \w)?|quantos passos"


def _parse_threshold(inputs: dict[str, Json], value: Value) -> dict[str, Json]:
    """ "em que passo o fator passa de 0,99?": the first t with 1 - β^t above it."""
    inputs["threshold"] = value.scalar("o limite")[0]
    if not 0 <= number(inputs["threshold"]) < 1:
        raise SolverError("O fator 1 − β^t fica entre 0 e 1: o limite precisa ficar entre eles.")
    if not any(key in inputs for key in ("beta", "beta1", "beta2")):
        inputs["beta"] = 0.9
        assume(inputs, "Assumi β = 0,9, o valor usual.")
    return inputs


def _solve_threshold(inputs: Inputs) -> Solution:
    beta = number(next(inputs[key] for key in ("beta", "beta1", "beta2") if key in inputs))
    limit = number(inputs["threshold"])
    exact = math.log1p(-limit) / math.log(beta) if beta else 0.0
    t = max(1, math.floor(exact) + 1)
    while t > 1 and 1 - beta ** (t - 1) > limit:
        t -= 1
    before, after = 1 - beta ** (t - 1), 1 - beta**t
    return Solution(
        problem=Problem(_FACTOR, inputs),
        title="Passo em que o fator da correção passa do limite",
        result=rf"$t = {t}$: $1 - \beta^{{{t}}} = {tex(after, 6)} > {tex(limit)}$",
        value=t,
        steps=(
            Step("Condição", rf"$1 - {tex(beta)}^t > {tex(limit)}$"),
            Step(
                "Isolar t",
                rf"$t > \dfrac{{\ln(1 - {tex(limit)})}}{{\ln {tex(beta)}}} = {tex(exact, 4)}$",
            ),
        ),
        checks=(
            Check(
                "O passo anterior ainda não passa",
                before <= limit < after,
                f"t = {t - 1}: {plain(before, 6)}; t = {t}: {plain(after, 6)}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, t, [(t - 1, "se arredonda para baixo")]),
    )


def _solve_factor(inputs: Inputs) -> Solution:
    if "threshold" in inputs:
        return _solve_threshold(inputs)
    t = int(number(inputs["t"]))
    names = {"beta": r"\beta", "beta1": r"\beta_1", "beta2": r"\beta_2"}
    keys = [key for key in names if key in inputs]
    steps = [Step("Fórmula", r"$\hat m_t = \dfrac{m_t}{1 - \beta^t}$: o fator é $1 - \beta^t$")]
    factors: dict[str, float] = {}
    passed = True
    for key in keys:
        beta = number(inputs[key])
        factors[key] = 1 - beta**t
        second = -math.expm1(t * math.log(beta)) if beta else 1.0
        weights = (1 - beta) * float(np.sum(beta ** np.arange(min(t, 10**6))))
        passed = passed and math.isclose(weights, second, rel_tol=1e-6)
        steps.append(
            Step(
                f"Fator com β = {plain(beta)}",
                rf"$1 - {names[key]}^{{{t}}} = 1 - {tex(beta)}^{{{t}}} = 1 - {tex(beta**t, 6)} = "
                rf"{tex(factors[key], 6)}$; dividir por ele é multiplicar por "
                rf"${tex(1 / factors[key], 6)}$.",
            )
        )
    first = factors[keys[0]]
    mistakes: list[Mistake] = []
    if "m" in inputs and len(keys) == 1:
        m = number(inputs["m"])
        value: Json = m / first
        steps.append(
            Step("Dividir", rf"$\dfrac{{{tex(m)}}}{{{tex(first, 6)}}} = {tex(m / first, 6)}$")
        )
        result = rf"valor corrigido: ${tex(m / first, 6)}$ (fator $1-\beta^t = {tex(first, 6)}$)"
        beta = number(inputs[keys[0]])
        mistakes = [
            (m, "se esquece da correção"),
            (m * first, "se multiplica pelo fator em vez de dividir"),
            (m / (1 - beta), "se esquece o expoente t (divide por 1−β)"),
            (m / beta**t, "se divide por β^t em vez de 1−β^t"),
        ]
    elif len(keys) == 1:
        value = 1 / first if inputs.get("inverse") is True else first
        result = (
            rf"$1 - \beta^{{{t}}} = {tex(first, 6)}$, isto é, a média é multiplicada por "
            rf"${tex(1 / first, 6)}$"
        )
        beta = number(inputs[keys[0]])
        mistakes = [
            (beta**t, "se dá β^t em vez de 1−β^t"),
            (1 - beta, "se esquece o expoente t"),
            (1 / first, "se dá o multiplicador 1/(1−β^t) em vez do divisor 1−β^t"),
        ]
    elif {"m", "v"} <= set(inputs) and {"beta1", "beta2"} <= set(factors):
        m_hat = number(inputs["m"]) / factors["beta1"]
        v_hat = number(inputs["v"]) / factors["beta2"]
        value = {"m_hat": m_hat, "v_hat": v_hat}
        result = rf"$\hat m = {tex(m_hat, 6)}$ e $\hat v = {tex(v_hat, 6)}$"
        steps.append(Step("Dividir cada um pelo seu fator", result))
    else:
        value = {"m": factors["beta1"], "v": factors["beta2"]}
        result = (
            rf"$1 - \beta_1^{{{t}}} = {tex(factors['beta1'], 6)}$ e "
            rf"$1 - \beta_2^{{{t}}} = {tex(factors['beta2'], 6)}$"
        )
    return Solution(
        problem=Problem(_FACTOR, inputs),
        title=f"Correção de viés no passo {t}",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "O fator é a soma dos pesos da média",
                passed,
                "(1−β)·Σ β^i de i = 0 a t−1 dá o mesmo",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, mistakes),
    )


def _exercise_factor(random: Random) -> tuple[str, dict[str, Json]]:
    beta, t = random.choice([0.9, 0.99, 0.999, 0.8]), random.randint(1, 10)
    return (
        f"Calcule o fator de correção de viés no passo t = {t} com β = {plain(beta)}.",
        {"beta": beta, "t": t, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _FACTOR,
        "Fator da correção de viés",
        "otimizadores",
        "8",
        _match_factor,
        _parse_factor,
        _solve_factor,
        _exercise_factor,
    ),
)
