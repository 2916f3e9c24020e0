"""Exponential moving averages, with or without their bias correction."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_signed
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.named import assignments, unchanged
from tutor.solver.optimizer_names import method_of
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family
from tutor.solver.update_rules import read_rules

_EMA = "ema"
_SHOWN = 20
AVERAGE = (
    r"medias? move(?:l|is)(?: exponencia(?:l|is))?|ema|mme|ewma|exponential(?:ly)?(?: weighted)? "
    r"moving averages?|moving averages?|media exponencial|suavizacao exponencial"
)
# The average of gradients without its name: "acumulador", "m corrigido".
_ACCUMULATOR = r"acumulador\w*|m corrigido|m_hat|primeiro momento corrigido"
CORRECTION = r"bias[ -]?correction|correc?ao (?:de|do) (?:vies|bias)|corrigid[ao]s?|com correcao"
GRADIENT = r"gradientes?|grads?|gradients?|g_?\d?"


def beta_error(beta: float) -> SolverError:
    return SolverError(f"O coeficiente β precisa estar entre 0 e 1, mas li {plain(beta)}.")


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


# "com peso 0,8 no passado": β; "peso 0,2 para o valor novo": 1 − β.
_WEIGHT = (
    r"\bpeso (?:de |igual a )?(0?[.,]\d+) "
    r"(?:n[ao]|d[ao]|a[ao]?|para [ao]|pra [ao]|sobre [ao]) "
)
_PAST = re.compile(
    _WEIGHT + r"(?:passado|historico|media (?:anterior|antiga)|(?:valor )?anterior|antig\w+)"
)
_NEW = re.compile(_WEIGHT + r"(?:valor |dado |leitura )?(?:nov[oa]|atual|mais recente|presente)")


def _match_ema(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    if read_rules(statement.folded).method == "average":
        return 0.97 if statement.asks_value or statement.asks_quantity else 0.5
    if not statement.has(AVERAGE):
        told = (
            statement.has(_ACCUMULATOR) and statement.has(GRADIENT) and method_of(statement) is None
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
    statement = Statement(_PAST.sub(r"beta = \1", _NEW.sub(r"alpha = \1", statement.folded)))
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
    elif statement.has(CORRECTION):
        inputs["corrected"] = True
    if statement.has(
        r"todos os (?:valores|termos)",
        r"(?:em|a|apos|para|depois de) cada (?:uma? )?(?:d[ao]s )?(?:\w+ )?(?:passos?|instantes?|"
        r"valor(?:es)?|t|dias?|leituras?|observac\w+|medidas?|dados?)",
        r"[vsm]_?1\s*(?:,|e)\s*[vsm]_?2",
        r"(?:d[ao]s|[ao]s) (?:dois|duas|tres|quatro|cinco|seis|sete|\d+) (?:valores|medias|passos)",
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
        raise beta_error(number(inputs["beta"]))
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
    r"(?:valor|versao) ajustad[ao]|(?:crua?|bruta?|sem correcao)[^.?]{0,30} e [^.?]{0,25}"
    r"(?:corrigid[ao]|com correcao)"
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
    if inputs.get("both") is True and inputs.get("all") is True:
        value = {"raw": list(raw), "corrected": list(averages)}
    elif inputs.get("both") is True:
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


FAMILIES: tuple[Family, ...] = (
    Family(
        _EMA,
        "Média móvel exponencial",
        "otimizadores",
        "8",
        _match_ema,
        _parse_ema,
        _solve_ema,
        _exercise_ema,
    ),
)
