"""Exponential moving averages, their bias correction, and the weight-decay penalty and step."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver import optimizers
from tutor.solver.claims import Mistake
from tutor.solver.descent_text import read
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_signed
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.named import assignments, unchanged
from tutor.solver.numbers import Value
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_names import method_of
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family
from tutor.solver.update_rules import read_rules

_EMA, _FACTOR, _PENALTY, _DECAY = "ema", "bias_correction", "l2_penalty", "weight_decay"
_SHOWN = 20
_AVERAGE = (
    r"medias? move(?:l|is)(?: exponencia(?:l|is))?|ema|mme|ewma|exponential(?:ly)?(?: weighted)? "
    r"moving averages?|moving averages?|media exponencial|suavizacao exponencial"
)
# The average of gradients without its name: "acumulador", "m corrigido".
_ACCUMULATOR = r"acumulador\w*|m corrigido|m_hat|primeiro momento corrigido"
_CORRECTION = r"bias[ -]?correction|correc?ao (?:de|do) (?:vies|bias)|corrigid[ao]s?|com correcao"
_GRADIENT = r"gradientes?|grads?|gradients?|g_?\d?"


def _beta_error(beta: float) -> SolverError:
    return SolverError(f"O coeficiente β precisa estar entre 0 e 1, mas li {plain(beta)}.")


# ------------------------------------------------------------------------- EMA

_EMA_NAMES = {
    "beta": (
        "beta",
        "beta1",
        "rho",
        "gamma",
        "fator de decaimento",
        "decaimento",
        "decay",
        "fator de esquecimento",
        "momentum",
    ),
    "alpha": ("alpha", "alfa", "fator de suavizacao", "peso do valor novo", "suavizacao"),
    "periods": ("periodos", "span", "janela", "n"),
    "initial": (
        "v0",
        "s0",
        "m0",
        "ema0",
        "valor inicial",
        "media inicial",
        "inicializada",
        "inicializado",
        "inicio",
        "partindo de",
        "comecando",
        "v_inicial",
        "inicia",
    ),
    "t": ("t", "passo"),
}


def _match_ema(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    if read_rules(statement.folded).method == "average":
        return 0.95 if statement.asks_value or statement.asks_quantity else 0.5
    if not statement.has(_AVERAGE):
        told = (
            statement.has(_ACCUMULATOR)
            and statement.has(_GRADIENT)
            and method_of(statement) is None
        )
        asks = statement.asks_quantity and not statement.has(r"pesos?|taxa|lr|w_?0?")
        return 0.9 if told and asks and statement.has(r"beta\w*|fator") else 0.0
    if method_of(statement) is not None and statement.has(r"lr|taxa de aprendizad\w+|w_?0"):
        return 0.0
    if not statement.asks_value and not statement.asks_quantity and not statement.arrays:
        return 0.0
    return 0.95


def _parse_ema(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    rules = read_rules(statement.folded)
    statement = Statement(rules.text) if rules.method in ("average", "momentum") else statement
    found = assignments(statement, _EMA_NAMES)
    if "beta" in found:
        inputs["beta"] = found["beta"][0].scalar("o β")[0]
        forget(inputs, "Usei", "Assumi β")
    elif "alpha" in found:
        inputs["beta"] = 1 - found["alpha"][0].scalar("o α")[0]
        forget(inputs, "Usei", "Assumi β")
        assume(inputs, "Usei α como o peso do valor novo: v = (1−α)·v + α·x, isto é, β = 1 − α.")
    else:
        periods = statement.count("periodos", "span") if statement.has(r"periodos|span") else None
        if periods is not None:
            inputs["beta"] = 1 - 2 / (periods + 1)
            assume(inputs, f"Usei α = 2/(N+1) para {periods} períodos.")
    named = [value for values in found.values() for value in values]
    factor = statement.find("fator")
    if "beta" not in inputs and "alpha" not in found and factor is not None:
        inputs["beta"] = factor.value.scalar("o β")[0]
        named.append(factor.value)
    series = next((value for value in statement.arrays if value not in named), None)
    if series is not None:
        numbers, note = series.vector("a série")
        inputs["series"] = list(numbers)
        assume(inputs, note)
    elif not (previous is None and _read_gradients(statement, inputs)):
        loose = [v for v in statement.scalars if v not in named and not v.percent]
        if len(loose) > 1:
            inputs["series"] = [v.scalar("a série")[0] for v in loose]
        elif loose and statement.has(_ONE_DATUM):
            inputs["series"] = [loose[0].scalar("a observação")[0]]
        elif loose and previous is not None and "series" not in inputs:
            inputs["series"] = [loose[0].scalar("a série")[0]]
        elif loose and "beta" not in inputs and previous is not None:
            inputs["beta"] = loose[0].scalar("o β")[0]
    if statement.has(_BOTH):
        inputs["both"] = inputs["corrected"] = True
    if "initial" in found and found["initial"][0].is_scalar:
        inputs["initial"] = found["initial"][0].scalar("o valor inicial")[0]
    elif statement.has(
        r"(?:inicia\w*|comec\w+|v_?0 ?=|inicializ\w+)(?:(?!zero)[^.;,]){0,20}"
        r"(?:o )?(?:primeiro valor|primeir[oa] (?:elemento|dado|observacao)|x_?[01])"
    ):
        inputs["initial"] = "first"
    if statement.has(r"sem (?:a |usar )?(?:bias[ -]?correction|correc?ao)(?: de vies)?"):
        inputs["corrected"] = False
    elif statement.has(_CORRECTION):
        inputs["corrected"] = True
    if statement.has(
        r"todos os (?:valores|termos)",
        r"(?:em|a|apos|para) cada (?:passo|instante|valor|t|dia)",
        r"v_?1\s*(?:,|e)\s*v_?2",
        r"(?:a )?(?:serie|sequencia) (?:suavizada|de medias)",
    ):
        inputs["all"] = True
    if unchanged(inputs, previous):
        return None
    if "series" not in inputs:
        raise MissingData(
            "Faltam os valores da série para a média móvel exponencial. Escreva-os, por exemplo, "
            "[10; 12; 11].",
            Problem(_EMA, inputs),
        )
    if "beta" not in inputs:
        inputs["beta"] = 0.9
        assume(inputs, "Assumi β = 0,9, o valor usual.")
    if not 0 <= number(inputs["beta"]) < 1:
        raise _beta_error(number(inputs["beta"]))
    forget(inputs, "Comecei", "Não apliquei")
    if "initial" not in inputs:
        assume(inputs, "Comecei a média em zero (v₀ = 0).")
    if "corrected" not in inputs and "initial" not in inputs:
        assume(inputs, "Não apliquei a correção de viés, que não foi pedida.")
    return inputs


_ONE_DATUM = r"(?:primeir[oa] |unic[oa] )?(?:observac\w+|valor|dado|amostra|entrada|medida|x_?1)"
_BOTH = (
    r"antes e (?:depois|apos)[^.?]{0,20}corre\w+|com e sem (?:a )?corre\w+|(?:sem e com|"
    r"raw and) \S+|"
    r"(?:valor|versao) ajustad[ao]"
)


def _read_gradients(statement: Statement, inputs: dict[str, Json]) -> bool:
    """ "gradiente 2 no primeiro passo", "gradientes todos iguais a 4 … no passo 3"."""
    value = statement.find("gradientes todos iguais", "gradiente fixo", "gradientes", "gradiente",
                           "gradients", "gradient", "grad", "g")  # fmt: skip
    if value is None or not value.value.is_scalar:
        return False
    steps = statement.count("passo", "passos", "step", "t", what="o passo", high=1000)
    constant = statement.has(r"iguais|fixos?|constantes?|sempre|todos")
    if steps is not None and steps > 1 and not constant:
        return False
    inputs["series"] = [value.value.scalar("o gradiente")[0]] * (steps or 1)
    return True


def moving_averages(
    series: list[float], beta: float, initial: float = 0.0, corrected: bool = False
) -> list[float]:
    averages, v = [], initial
    for t, x in enumerate(series, 1):
        v = beta * v + (1 - beta) * x
        averages.append(v / (1 - beta**t) if corrected else v)
    return averages


def _solve_ema(inputs: Inputs) -> Solution:
    series, beta = floats(inputs["series"]), number(inputs["beta"])
    corrected = inputs.get("corrected") is True
    first = inputs.get("initial") == "first"
    initial = series[0] if first else number(inputs.get("initial"))
    if first:
        raw = [initial, *moving_averages(series[1:], beta, initial)]
    else:
        raw = moving_averages(series, beta, initial)
    averages = [v / (1 - beta**t) for t, v in enumerate(raw, 1)] if corrected else raw
    value: Json = list(averages) if inputs.get("all") is True else averages[-1]
    if inputs.get("both") is True:
        value = {"raw": raw[-1], "corrected": averages[-1]}
    formula = r"v_t = \beta v_{t-1} + (1-\beta) x_t"
    if corrected:
        formula += r",\quad \hat v_t = \dfrac{v_t}{1-\beta^t}"
    steps = [Step("Fórmula", rf"${formula}$, com $\beta = {tex(beta)}$")]
    for t, x in list(enumerate(series, 1))[:_SHOWN]:
        before = raw[t - 2] if t > 1 else initial
        if first and t == 1:
            steps.append(Step("Valor inicial", rf"$v_1 = x_1 = {tex(x)}$"))
            continue
        line = (
            rf"v_{{{t}}} = {tex(beta)} \cdot {tex_signed(before)} + {tex(1 - beta)} \cdot "
            rf"{tex_signed(x)} = {tex(raw[t - 1])}"
        )
        if corrected:
            line += (
                rf",\quad \hat v_{{{t}}} = \dfrac{{{tex(raw[t - 1])}}}{{1 - {tex(beta)}^{{{t}}}}}"
                rf" = {tex(averages[t - 1])}"
            )
        steps.append(Step(f"Passo {t}", f"${line}$"))
    n = len(series)
    start = 1 if first else 0
    weights = [(1 - beta) * beta ** (n - 1 - i) for i in range(start, n)]
    closed = math.fsum(w * x for w, x in zip(weights, series[start:], strict=True))
    closed += beta ** (n - start) * initial
    closed = closed / (1 - beta**n) if corrected else closed
    symbol = rf"\hat v_{{{n}}}" if corrected else f"v_{{{n}}}"
    everything = plain_vector(averages) if inputs.get("all") is True else ""
    return Solution(
        problem=Problem(_EMA, inputs),
        title="Média móvel exponencial" + (" com correção de viés" if corrected else ""),
        result=f"${symbol} = {tex(averages[-1])}$"
        + (f" (todas: {everything})" if everything else "")
        + (f"; antes da correção, $v_{{{n}}} = {tex(raw[-1])}$" if "both" in inputs else ""),
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(closed, averages[-1], rel_tol=1e-8, abs_tol=1e-10),
                f"a soma ponderada com pesos (1−β)β^(t−i) dá {plain(closed, 6)}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, _ema_mistakes(series, beta, corrected, value)),
        figure=Figure(
            "lines",
            "Série e média móvel",
            {
                "x": list(range(1, n + 1)),
                "series": [
                    {"name": "série", "values": list(series)},
                    {"name": "média móvel", "values": list(averages)},
                ],
                "x_label": "passo",
                "y_label": "valor",
            },
        ),
    )


def _ema_mistakes(series: list[float], beta: float, corrected: bool, value: Json) -> list[Mistake]:
    raw = moving_averages(series, beta)
    found: list[tuple[list[float], str]] = [
        (raw, "se esquece da correção de viés"),
        (moving_averages(series, beta, corrected=True), "se aplica a correção de viés"),
        ([v / (1 - beta) for v in raw], "se divide por 1−β em vez de 1−β^t"),
        ([v * (1 - beta**t) for t, v in enumerate(raw, 1)], "se multiplica pelo fator de correção"),
        (moving_averages(series, 1 - beta), "se troca β por 1−β"),
        (
            [series[0], *moving_averages(series[1:], beta, series[0])],
            "se começa a média no primeiro valor em vez de zero",
        ),
        ([sum(series) / len(series)] * len(series), "se tira a média simples"),
    ]
    return [(each if isinstance(value, list) else each[-1], clause) for each, clause in found]


def _exercise_ema(random: Random) -> tuple[str, dict[str, Json]]:
    series: list[Json] = [float(random.randint(5, 30)) for _ in range(random.randint(3, 5))]
    beta = random.choice([0.9, 0.8, 0.5])
    corrected = random.random() < 0.5
    how = "com" if corrected else "sem"
    return (
        f"Calcule a média móvel exponencial, {how} correção de viés, da série "
        f"{plain_vector(floats(series))} com β = {plain(beta)} e v0 = 0.",
        {"series": series, "beta": beta, "initial": 0.0, "corrected": corrected, "assumptions": []},
    )


# -------------------------------------------------------------- bias correction

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
    if statement.has(_GRADIENT, r"w_?0", r"lr", r"taxa de aprendizad\w+"):
        return 0.0
    if statement.has(r"parametros?|quantos pesos|conv\w*|atalho|filtros?|cana(?:l|is)"):
        return 0.0  # the bias of a layer
    if statement.has(_AVERAGE) and statement.has(r"observac\w+|serie|dados|valores"):
        return 0.0
    hats = r"[mv]_?\w?[\u0302](?:_?\w+)?|hat\W?\W?[mv]\S*|[mv][_ ]?(?:t[_ ]?)?(?:hat|chapeu)\S*"
    if not statement.has(
        _CORRECTION,
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
                raise _beta_error(value)
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
                raise _beta_error(number(inputs["beta"]))
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


# ---------------------------------------------------------- penalty and decay

_REGULARISES = (
    r"weight[ -_]?decay|decaimento (?:de|dos|do) pesos?|regulariza\w+|penalidade|penalizacao|"
    r"penalty|l2|l1|ridge|lasso|norma|wd|encolhimento|lambda"
)
_PENALTY_NAMES = {
    "weight_decay": (
        "lambda",
        "weight decay",
        "weight_decay",
        "wd",
        "coeficiente",
        "coeficiente de regularizacao",
        "fator de regularizacao",
        "alpha",
    ),
    "w": ("pesos", "peso", "w", "vetor de pesos", "parametros", "theta", "weights", "w0"),
    "loss": (
        "loss",
        "perda",
        "custo",
        "perda original",
        "perda dos dados",
        "erro",
        "mse",
        "perda base",
    ),
}
_RATE = r"lr|eta|taxa de aprendizad\w+|learning[ _]rate|taxa"


def _match_penalty(statement: Statement) -> float:
    norm = statement.has(r"lambda") and re.search(r"‖\w+‖|\|\|? ?\w ?\|", statement.folded)
    if statement.conceptual or not statement.values:
        return 0.0
    if not norm and not statement.has(_REGULARISES):
        return 0.0
    if statement.has(_RATE, r"gradientes?|grad|dropout") or method_of(statement) is not None:
        return 0.0
    found = assignments(statement, _PENALTY_NAMES)
    asks = statement.asks_value or (statement.has("penalidade") and statement.arrays)
    if not asks and not ("weight_decay" in found and "w" in found):
        return 0.0
    return 0.9 if "weight_decay" in found or "w" in found or statement.arrays else 0.0


def _parse_penalty(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    found = assignments(statement, _PENALTY_NAMES)
    used = [value for values in found.values() for value in values]
    if "weight_decay" in found:
        inputs["weight_decay"] = found["weight_decay"][0].scalar("o λ")[0]
    weights = found.get("w") or [value for value in statement.arrays if value not in used]
    if weights:
        inputs["w"] = _weights(weights[0], inputs)
    elif previous is not None and not found and statement.scalars:
        if "weight_decay" not in inputs:
            inputs["weight_decay"] = statement.scalars[0].scalar("o λ")[0]
        elif "w" not in inputs:
            inputs["w"] = [statement.scalars[0].scalar("o peso")[0]]
    if "loss" in found and found["loss"][0].is_scalar:
        inputs["loss"] = found["loss"][0].scalar("a perda")[0]
    if statement.has(r"l1|lasso|norma 1|norma um"):
        inputs["norm"] = 1
    elif statement.has(r"l2|ridge"):
        inputs["norm"] = 2
    if _halved(statement):
        inputs["half"] = True
    if unchanged(inputs, previous):
        return None
    for key, message in (
        ("w", "Faltam os pesos para a penalidade. Escreva-os, por exemplo, w = [1; -2; 0,5]."),
        ("weight_decay", "Falta o λ da penalidade. Escreva, por exemplo, lambda = 0,01."),
    ):
        if key not in inputs:
            raise MissingData(message, Problem(_PENALTY, inputs))
    if number(inputs["weight_decay"]) < 0:
        raise SolverError(
            "O λ da penalidade não pode ser negativo, mas li "
            f"{plain(number(inputs['weight_decay']))}. Confira o valor."
        )
    forget(inputs, "Usei")
    if inputs.get("norm") != 1 and inputs.get("half") is not True:
        assume(inputs, "Usei a penalidade λ‖w‖², sem o fator 1/2 (há quem use (λ/2)‖w‖²).")
    return inputs


def _halved(statement: Statement) -> bool:
    """Is the penalty written with the factor 1/2?"""
    return statement.has(
        r"lambda ?/ ?2",
        r"1/2 ?[*·]? ?lambda",
        r"\(?lambda/2\)?",
        r"0[.,]5 ?[*·]? ?lambda",
        r"fator (?:de )?(?:1/2|meio|um meio|0[.,]5)",
        r"lambda sobre (?:2|dois)",
    )


def _weights(value: Value, inputs: dict[str, Json]) -> list[Json]:
    if value.is_scalar:
        return [value.scalar("o peso")[0]]
    if len(value.readings[0].shape) == 2:
        rows, note = value.matrix("os pesos")
        assume(inputs, note)
        return [each for row in rows for each in row]
    numbers, note = value.vector("os pesos")
    assume(inputs, note)
    return list(numbers)


def _solve_penalty(inputs: Inputs) -> Solution:
    w, decay = floats(inputs["w"]), number(inputs["weight_decay"])
    l1, half = inputs.get("norm") == 1, inputs.get("half") is True
    norm = math.fsum(abs(each) if l1 else each * each for each in w)
    penalty = decay * norm / (2 if half else 1)
    symbol = r"\lVert w \rVert_1" if l1 else r"\lVert w \rVert_2^2"
    front = r"\dfrac{\lambda}{2}" if half else r"\lambda"
    terms = " + ".join(
        (rf"\lvert {tex(each)} \rvert" if l1 else f"{tex_signed(each)}^2") for each in w[:12]
    ) + (r" + \cdots" if len(w) > 12 else "")
    shown = rf"\dfrac{{{tex(decay)}}}{{2}}" if half else tex(decay)
    steps = [
        Step("Fórmula", rf"$\text{{penalidade}} = {front}\,{symbol}$"),
        Step("Norma", rf"${symbol} = {terms} = {tex(norm)}$"),
        Step("Penalidade", rf"${shown} \cdot {tex(norm)} = {tex(penalty, 6)}$"),
    ]
    value = penalty
    result = rf"Penalidade: ${tex(penalty, 6)}$"
    if "loss" in inputs:
        value = number(inputs["loss"]) + penalty
        steps.append(
            Step(
                "Somar à perda",
                rf"${tex(number(inputs['loss']))} + {tex(penalty, 6)} = {tex(value, 6)}$",
            )
        )
        result = rf"Perda total: ${tex(value, 6)}$ (penalidade ${tex(penalty, 6)}$)"
    array = np.asarray(w)
    second = float(np.abs(array).sum() if l1 else array @ array)
    base = value - penalty
    root = math.sqrt(math.fsum(each * each for each in w))
    mistakes: list[Mistake] = [
        (base + norm, "se esquece de multiplicar por λ"),
        (base + decay * root, "se esquece de elevar a norma ao quadrado"),
        (
            base + decay * norm / 2 if not half else base + decay * norm,
            "se usa o fator 1/2 de outra convenção" if not half else "se esquece do fator 1/2",
        ),
        (base + decay * sum(abs(each) for each in w), "se usa a norma L1 em vez da L2"),
        (base + decay * sum(w) ** 2, "se eleva ao quadrado a soma em vez de cada peso"),
        (penalty, "se dá só a penalidade, sem a perda"),
        (base - penalty, "se subtrai a penalidade"),
    ]
    return Solution(
        problem=Problem(_PENALTY, inputs),
        title="Penalidade de weight decay" + (" (L1)" if l1 else ""),
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(second, norm, rel_tol=1e-9, abs_tol=1e-12),
                f"a norma pelo produto interno dá {plain(second, 6)}",
            ),
            Check("Não negativa", penalty >= 0 or decay < 0, "λ ≥ 0 e norma ≥ 0"),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, mistakes),
    )


def _exercise_penalty(random: Random) -> tuple[str, dict[str, Json]]:
    w: list[Json] = [round(random.uniform(-3, 3), 1) for _ in range(random.randint(2, 5))]
    decay = random.choice([0.1, 0.01, 0.05])
    return (
        f"Calcule a penalidade L2 λ‖w‖² dos pesos {plain_vector(floats(w))} "
        f"com λ = {plain(decay)}.",
        {"w": w, "weight_decay": decay, "norm": 2, "assumptions": []},
    )


def _match_decay(statement: Statement) -> float:
    if statement.conceptual or not statement.values or method_of(statement) is not None:
        return 0.0
    if not statement.has(_RATE):
        return 0.0
    if not statement.has(_REGULARISES):
        implied = statement.has(r"coeficiente|constante") and statement.has(r"parametro|peso")
        return 0.7 if implied and statement.has(r"gradientes?|grad") else 0.0
    return 0.9


def _with_its_name(statement: Statement) -> Statement:
    """ "coeficiente 0,05" and "um parâmetro que vale 5" in the usual words."""
    text = re.sub(r"\b(parametro|peso) que vale\b", r"\1 =", statement.folded)
    if not statement.has(_REGULARISES):
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


_TOPIC = "otimizadores"
FAMILIES: tuple[Family, ...] = (
    Family(
        _EMA,
        "Média móvel exponencial",
        _TOPIC,
        "8",
        _match_ema,
        _parse_ema,
        _solve_ema,
        _exercise_ema,
    ),
    Family(
        _FACTOR,
        "Fator da correção de viés",
        _TOPIC,
        "8",
        _match_factor,
        _parse_factor,
        _solve_factor,
        _exercise_factor,
    ),
    Family(
        _PENALTY,
        "Penalidade de weight decay",
        _TOPIC,
        "10",
        _match_penalty,
        _parse_penalty,
        _solve_penalty,
        _exercise_penalty,
    ),
    Family(
        _DECAY,
        "Passo com weight decay",
        _TOPIC,
        "10",
        _match_decay,
        _parse_decay,
        optimizers.solve,
        _exercise_decay,
        adopts={"l2_penalty": ("method",)},
    ),
)
