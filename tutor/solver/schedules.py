"""Schedules of the learning rate: steps, exponential, cosine, linear, warm-up and the like."""

from __future__ import annotations

import math
from random import Random

from tutor.errors import SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, floats, number
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family
from tutor.solver.roots import roots
from tutor.solver.schedule_text import match, parse
from tutor.solver.schedule_words import KIND

_TITLES = {
    "step": "em degraus",
    "milestones": "em degraus nos marcos",
    "exponential": "exponencial",
    "natural": "exponencial",
    "cosine": "cosseno",
    "linear": "linear",
    "polynomial": "polinomial",
    "inverse": "inverso no tempo",
    "root": "com a raiz do tempo",
    "constant": "constante depois do warm-up",
    "noam": "Noam (Transformer)",
}
_FORMULAS = {
    "step": r"\eta_t = \eta_0\,\gamma^{\lfloor t/s \rfloor}",
    "milestones": r"\eta_t = \eta_0\,\gamma^{k}, \text{ com } k = \text{marcos já passados}",
    "exponential": r"\eta_t = \eta_0\,\gamma^{t}",
    "natural": r"\eta_t = \eta_0\,e^{-kt}",
    "cosine": r"\eta_t = \eta_{\min} + \tfrac{1}{2}(\eta_{\max} - \eta_{\min})"
    r"\left(1 + \cos\dfrac{\pi t}{T}\right)",
    "linear": r"\eta_t = \eta_0 + (\eta_{\text{fim}} - \eta_0)\,\dfrac{t}{T}",
    "polynomial": r"\eta_t = \eta_{\text{fim}} + (\eta_0 - \eta_{\text{fim}})"
    r"\left(1 - \dfrac{t}{T}\right)^p",
    "inverse": r"\eta_t = \dfrac{\eta_0}{1 + k t}",
    "root": r"\eta_t = \dfrac{\eta_0}{\sqrt{t}}",
    "constant": r"\eta_t = \eta_{\max}",
    "noam": r"\eta_t = d_{\text{model}}^{-1/2}\,\min\left(t^{-1/2},\ t \cdot "
    r"\text{warmup}^{-3/2}\right)",
}
_MOST_STEPS = 10**7


def rate_at(inputs: Inputs, t: float) -> float:
    """The learning rate at step or epoch t."""
    kind = str(inputs["schedule"])
    base, end = number(inputs.get("base")), number(inputs.get("end"))
    warmup = number(inputs.get("warmup"))
    if kind == "noam":
        size = number(inputs["d_model"])
        return number(inputs.get("scale"), 1.0) * size**-0.5 * min(t**-0.5, t * warmup**-1.5)
    if warmup and t < warmup:
        start = number(inputs.get("start"))
        return start + (base - start) * t / warmup
    t -= warmup
    total = number(inputs.get("total"), math.inf)
    share = min(1.0, t / total) if math.isfinite(total) and total else 0.0
    gamma, k = number(inputs.get("gamma"), 1.0), number(inputs.get("k"))
    period = number(inputs.get("period"), 1.0)
    if kind == "step":
        return base * gamma ** math.floor(t / period + 1e-9)
    if kind == "milestones":
        return base * gamma ** sum(t >= each for each in floats(inputs["milestones"]))
    if kind == "exponential":
        return base * gamma ** (t / period)
    if kind == "natural":
        return base * math.exp(-k * t)
    if kind == "cosine":
        return end + 0.5 * (base - end) * (1 + math.cos(math.pi * share))
    if kind == "linear":
        return base + (end - base) * share
    if kind == "polynomial":
        return end + (base - end) * (1 - share) ** number(inputs.get("power"), 1.0)
    if kind == "inverse":
        return base / (1 + k * t)
    if kind == "root":
        return base / math.sqrt(t) if t > 0 else base
    return base


def solve(inputs: Inputs) -> Solution:
    if "unknown" in inputs:
        return _solve_unknown(inputs)
    if "threshold" in inputs:
        return _solve_when(inputs)
    times = floats(inputs["t"])
    rates = [rate_at(inputs, t) for t in times]
    value: Json = list(rates) if len(rates) > 1 else rates[0]
    steps = [_formula(inputs), *(_substituted(inputs, t) for t in times[:20])]
    listed = r",\ ".join(
        rf"\eta_{{{plain(t)}}} = {tex(rate, 8)}"
        for t, rate in zip(times[:20], rates[:20], strict=True)
    )
    return Solution(
        problem=Problem(KIND, inputs),
        title=_title(inputs),
        result=f"${listed}$",
        value=value,
        steps=tuple(steps),
        checks=(_check(inputs, times[-1], rates[-1]),),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, _mistakes(inputs, times[-1], value)),
        figure=_figure(inputs, times),
    )


def _title(inputs: Inputs) -> str:
    title = f"Taxa de aprendizado: decaimento {_TITLES[str(inputs['schedule'])]}"
    if inputs["schedule"] in ("constant", "noam"):
        title = f"Taxa de aprendizado: {_TITLES[str(inputs['schedule'])]}"
    elif "warmup" in inputs:
        title += " depois de warm-up linear"
    return title


def _formula(inputs: Inputs) -> Step:
    kind = str(inputs["schedule"])
    text = f"${_FORMULAS[kind]}$"
    if kind == "exponential" and number(inputs.get("period"), 1.0) != 1:
        text = r"$\eta_t = \eta_0\,\gamma^{t/s}$"
    if "warmup" in inputs and kind != "noam":
        text = (
            r"No warm-up, $\eta_t = \eta_{\max}\,\dfrac{t}{\text{warmup}}$; depois dele "
            f"(com $t$ contado a partir do seu fim), {text}"
        )
    return Step("Fórmula", text)


def _substituted(inputs: Inputs, t: float) -> Step:
    kind, rate = str(inputs["schedule"]), rate_at(inputs, t)
    base, end = tex(number(inputs.get("base"))), tex(number(inputs.get("end")))
    gamma, k = tex(number(inputs.get("gamma"), 1.0)), tex(number(inputs.get("k")))
    warmup = number(inputs.get("warmup"))
    title = f"t = {plain(t)}"
    if kind == "noam":
        size, w = tex(number(inputs["d_model"])), tex(warmup)
        body = rf"{size}^{{-1/2}} \cdot \min({tex(t)}^{{-1/2}},\ {tex(t)} \cdot {w}^{{-3/2}})"
        return Step(title, rf"$\eta = {body} = {tex(rate, 8)}$")
    if warmup and t < warmup:
        start = number(inputs.get("start"))
        front = f"{tex(start)} + ({base} - {tex(start)})" if start else base
        return Step(title, rf"$\eta = {front} \cdot \dfrac{{{tex(t)}}}{{{tex(warmup)}}} = "
                    rf"{tex(rate, 8)}$ (ainda no warm-up)")  # fmt: skip
    t -= warmup
    total = tex(number(inputs.get("total")))
    period = number(inputs.get("period"), 1.0)
    passed = sum(t >= each for each in floats(inputs.get("milestones")))
    power = tex(number(inputs.get("power"), 1.0))
    exponent = tex(t) if period == 1 else f"{tex(t)}/{tex(period)}"
    body = {
        "step": rf"{base} \cdot {gamma}^{{\lfloor {tex(t)}/{tex(period)} \rfloor}} = "
        rf"{base} \cdot {gamma}^{{{math.floor(t / period + 1e-9)}}}",
        "milestones": rf"{base} \cdot {gamma}^{{{passed}}}",
        "exponential": rf"{base} \cdot {gamma}^{{{exponent}}}",
        "natural": rf"{base} \cdot e^{{-{k} \cdot {tex(t)}}}",
        "cosine": rf"{end} + \tfrac{{1}}{{2}}({base} - {end})\left(1 + "
        rf"\cos\dfrac{{\pi \cdot {tex(t)}}}{{{total}}}\right)",
        "linear": rf"{base} + ({end} - {base}) \cdot \dfrac{{{tex(t)}}}{{{total}}}",
        "polynomial": rf"{end} + ({base} - {end})\left(1 - \dfrac{{{tex(t)}}}{{{total}}}"
        rf"\right)^{{{power}}}",
        "inverse": rf"\dfrac{{{base}}}{{1 + {k} \cdot {tex(t)}}}",
        "root": rf"\dfrac{{{base}}}{{\sqrt{{{tex(t)}}}}}",
        "constant": base,
    }[kind]
    return Step(title, rf"$\eta = {body} = {tex(rate, 8)}$")


def _check(inputs: Inputs, t: float, rate: float) -> Check:
    """The rate by logarithms (or by products), not by the same formula."""
    kind, warmup = str(inputs["schedule"]), number(inputs.get("warmup"))
    base, end = number(inputs.get("base")), number(inputs.get("end"))
    after = t - warmup
    if kind in ("step", "milestones") and after >= 0:
        other = base
        period = number(inputs.get("period"), 1.0)
        marks = floats(inputs.get("milestones")) or [
            period * i for i in range(1, int(after / period + 1e-9) + 1)
        ]
        for mark in marks[:10000]:
            other *= number(inputs["gamma"]) if after >= mark - 1e-9 else 1.0
        return Check("Produto degrau a degrau", _same(other, rate), plain(other, 8))
    if kind == "cosine" and after >= 0:
        share = min(1.0, after / number(inputs["total"]))
        other = end + (base - end) * math.cos(math.pi * share / 2) ** 2
        return Check("Pela fórmula cos²(πt/2T)", _same(other, rate), plain(other, 8))
    if kind in ("exponential", "natural") and after >= 0 and rate > 0:
        slope = -number(inputs.get("k")) if kind == "natural" else math.log(
            number(inputs["gamma"])) / number(inputs.get("period"), 1.0)  # fmt: skip
        other = math.exp(math.log(base) + slope * after)
        return Check("Por logaritmos", _same(other, rate), plain(other, 8))
    low, high = min(base, end, number(inputs.get("start"))), max(base, end)
    inside = kind == "noam" or low - 1e-12 <= rate <= high + 1e-12
    return Check("Entre a menor e a maior taxa", inside and rate >= 0, plain(rate, 8))


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-15)


def _mistakes(inputs: Inputs, t: float, value: Json) -> list[Mistake]:
    if isinstance(value, list):
        return []
    base, gamma = number(inputs.get("base")), number(inputs.get("gamma"), 1.0)
    period = number(inputs.get("period"), 1.0)
    found: list[Mistake] = []
    if inputs["schedule"] == "step":
        found.append((base * gamma ** (t / period), "se não arredonda t/s para baixo"))
        found.append((base * gamma**t, "se aplica o fator a cada época"))
    if inputs["schedule"] in ("step", "exponential"):
        found.append((base * gamma * t, "se multiplica pelo tempo em vez de elevar a ele"))
    if inputs["schedule"] == "cosine":
        total, end = number(inputs["total"]), number(inputs.get("end"))
        found.append((base + (end - base) * t / total, "se usa o decaimento linear"))
    if inputs["schedule"] == "natural":
        found.append((base * (1 - number(inputs["k"])) ** t, "se usa (1−k)^t em vez de e^(−kt)"))
    return found


def _figure(inputs: Inputs, times: list[float]) -> Figure:
    last = max([*times, number(inputs.get("total")) + number(inputs.get("warmup")), 1.0])
    first = 1.0 if inputs["schedule"] in ("noam", "root") else 0.0
    x = [first + (last - first) * i / 60 for i in range(61)]
    return Figure(
        "lines",
        "A taxa de aprendizado no tempo",
        {
            "x": list(x),
            "series": [{"name": "η", "values": [rate_at(inputs, t) for t in x]}],
            "x_label": "t",
            "y_label": "taxa",
        },
    )


# --------------------------------------------------------------- the other way


def _solve_when(inputs: Inputs) -> Solution:
    """The first whole t at which the rate is (at most, or below) the threshold."""
    limit = number(inputs["threshold"])
    strict = inputs.get("strict") is True
    rising = inputs["schedule"] == "constant"

    def reached(t: int) -> bool:
        rate = rate_at(inputs, t)
        if rising:
            return rate >= limit * (1 - 1e-12)
        return rate < limit * (1 - 1e-9) if strict else rate <= limit * (1 + 1e-9)

    high = int(number(inputs.get("warmup"))) + 1
    start = 0 if rising else high - 1
    while not reached(high):
        high *= 2
        if high > _MOST_STEPS:
            raise SolverError(
                f"A taxa nunca chega a {plain(limit)} com esse decaimento. Confira os dados."
            )
    low = start
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    before = rate_at(inputs, low - 1) if low > 0 else rate_at(inputs, 0)
    return Solution(
        problem=Problem(KIND, inputs),
        title=f"{_title(inputs)}: quando chega a {plain(limit)}",
        result=rf"$t = {low}$ ($\eta_{{{low}}} = {tex(rate_at(inputs, low), 8)}$)",
        value=low,
        steps=(
            _formula(inputs),
            Step(
                "Procurar o primeiro t",
                rf"$\eta_{{{max(0, low - 1)}}} = {tex(before, 8)}$ e "
                rf"$\eta_{{{low}}} = {tex(rate_at(inputs, low), 8)}$",
            ),
            _substituted(inputs, low),
        ),
        checks=(
            Check("O t anterior ainda não chega", low == start or not reached(low - 1),
                  plain(before, 8)),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, low, [(low - 1, "se para um passo antes")]),
    )  # fmt: skip


_UNKNOWN = {
    "gamma": ("o fator γ", r"\gamma", "positive"),
    "base": ("a taxa inicial", r"\eta_0", "positive"),
    "k": ("a constante k", "k", "positive"),
}


def _solve_unknown(inputs: Inputs) -> Solution:
    """γ, η₀ or k from the rate at one t."""
    unknown, t = str(inputs["unknown"]), floats(inputs["t"])[0]
    goal = number(inputs["threshold"])
    name, symbol, domain = _UNKNOWN[unknown]
    found = roots(lambda x: rate_at({**inputs, unknown: x}, t) / goal - 1, domain)
    if not found:
        raise SolverError(f"Nenhum valor de {name} dá essa taxa em t = {plain(t)}.")
    x = found[0]
    complete = {**inputs, unknown: x}
    return Solution(
        problem=Problem(KIND, inputs),
        title=f"{_title(inputs)}: {name} a partir da taxa",
        result=rf"${symbol} = {tex(x, 8)}$",
        value=x,
        steps=(
            _formula(inputs),
            Step("Isolar", rf"$\eta_{{{plain(t)}}} = {tex(goal, 8)}$ dá ${symbol} = {tex(x, 8)}$"),
            _substituted(complete, t),
        ),
        checks=(
            Check("Com esse valor a taxa é a dada", math.isclose(rate_at(complete, t), goal,
                  rel_tol=1e-6), plain(rate_at(complete, t), 8)),
        ),
        assumptions=assumptions(inputs),
    )  # fmt: skip


# -------------------------------------------------------------------- exercise


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    kind = random.choice(["step", "exponential", "cosine", "linear"])
    base, t = random.choice([0.1, 0.2, 0.4, 0.05]), float(random.randint(5, 40))
    inputs: dict[str, Json] = {"schedule": kind, "base": base, "t": [t], "assumptions": []}
    if kind == "step":
        inputs["gamma"], inputs["period"] = random.choice([0.5, 0.1]), random.choice([10, 15, 20])
        told = (
            f"é multiplicada por {plain(number(inputs['gamma']))} a cada "
            f"{plain(number(inputs['period']))} épocas"
        )
    elif kind == "exponential":
        inputs["gamma"] = random.choice([0.9, 0.95, 0.98])
        told = f"tem decaimento exponencial com fator {plain(number(inputs['gamma']))} por época"
    else:
        inputs["total"], inputs["end"] = random.choice([50, 100, 80]), 0.0
        word = "cosseno" if kind == "cosine" else "linear"
        told = f"tem decaimento {word} até 0 em {plain(number(inputs['total']))} épocas"
    return (
        f"A taxa de aprendizado inicial é {plain(base)} e {told}. "
        f"Calcule a taxa na época {plain(t)}.",
        inputs,
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        KIND, "Cronograma da taxa de aprendizado", "otimizadores", "9",
        match, parse, solve, _exercise,
    ),
)  # fmt: skip
