"""Steps of SGD, momentum, Nesterov, AdaGrad, RMSProp, Adam and AdamW."""

from __future__ import annotations

from functools import partial
from random import Random

import numpy as np

from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.descent import (
    ADAM,
    LABELS,
    SLIPS,
    Row,
    closed_form,
    gradient_at,
    is_vector,
    loss_at,
    polynomial_of,
    run,
    variables_of,
)
from tutor.solver.descent_text import read
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.named_roles import assign
from tutor.solver.optimizer_examples import CLIPS
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_names import METHODS, method_of
from tutor.solver.optimizer_results import result_of, shown
from tutor.solver.optimizer_steps import formula, worked
from tutor.solver.optimizer_until import steps_until
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.optimizer_wants import wanted
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family
from tutor.solver.update_rules import read_rules

_SHOWN_STEPS = 12  # steps that are written out; the rest is in the figure
_DATA = (
    r"gradientes?|gradients?|grads?|g_?\d?|taxa(?: de aprendizad\w+)?|lr|eta|learning[ _]rate|"
    r"w_?0?|pesos?|f\(\w+\)|beta_?\d?|momentos?"
)


def _match(method: str, statement: Statement) -> float:
    if statement.conceptual or statement.has(r"kg|m/s|newtons?|massa"):
        return 0.0
    if method == "adam" and method_of(statement) is None:
        found = assign(clean(statement)[0], VOCABULARY, LISTS).values
        if {"beta1", "beta2"} <= set(found) and _GRADIENTS & set(found):
            return 0.9
        named = statement.has(r"betas|beta_?1|b1") and statement.has(r"betas|beta_?2|b2")
        step = statement.has(r"gradientes?|grads?|g") and statement.has(r"pesos?|w_?0?|parametros?")
        return 0.7 if named and step and statement.has(r"taxa|lr|eta|learning rate") else 0.0
    written = method_of(statement)
    if written is None and method == "sgd":
        return _implied(statement)
    if written != method:
        return 0.0
    # Enough data, or the wish for a step: "as equações do Adam com β₁ = 0,9" has neither.
    loss = clean(statement)[1:] != (None, None)
    given = statement.has(_DATA) and bool(statement.values)
    if not statement.asks_value and not loss and len(statement.values) < 2:
        return 0.0
    if statement.has(r"quantos|quantas|memoria", r"batch|lote|exemplos") and not (
        loss or statement.has(r"gradientes?|grads?|g")
    ):
        return 0.0
    if read_rules(statement.folded).method == method:
        return 0.97  # the rules themselves are written out
    return 0.9 if given or loss else 0.6


def _implied(statement: Statement) -> float:
    """A step without the name of its method: a weight, its gradient (or the loss) and a rate."""
    if not statement.values or statement.has(_OTHER_SUBJECT):
        return 0.0
    cleaned, loss, derivative = clean(statement)
    if len(statement.values) < 2 and loss is None:
        return 0.0
    found = assign(cleaned, VOCABULARY, LISTS).values
    if {"beta", "beta1", "beta2", "betas", "m0", "v0", "m_hat", "v_hat"} & set(found):
        return 0.0
    function = loss is not None or derivative is not None
    weight = "w" in found or "w1" in found or "w2" in found
    given = [weight, "lr" in found, function or _GRADIENTS & set(found) != set()]
    if all(given) or (function and "lr" in found and weight):
        return 0.93
    if function and weight and "gradient" in wanted(cleaned, assign(cleaned, VOCABULARY, LISTS)):
        return 0.9
    if statement.has(CLIPS) and _GRADIENTS & set(found):
        return 0.9
    # One of the three lacks and the new weight is asked for: worth a question back.
    stepping = statement.has(r"(?:nov[oa]|proxim[oa]) (?:peso|w|theta|parametro)|atualiz\w+")
    return 0.85 if sum(given) == 2 and stepping else 0.0


_GRADIENTS = {"gradient", "g1", "g2"}
_OTHER_SUBJECT = (
    r"softmax|entropia|cross[ -]entropy|sigmoide?|logits?|entradas?|camadas?|conv\w*|saida|"
    r"l_?2|l_?1|weight[ _-]?decay|decaimento.*|regulariza\w+|media movel.*"
)


def _parse(method: str, statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs = read(statement, previous, method)
    if inputs is not None and previous is None and method_of(statement) is None:
        assume(inputs, "Usei um passo simples de gradiente descendente (SGD): w ← w − ηg.")
    return inputs


def solve(inputs: Inputs) -> Solution:
    method = str(inputs["method"])
    decays = method == "sgd" and number(inputs.get("weight_decay")) != 0
    if "until" in inputs:
        inputs = {**inputs, "steps": steps_until(inputs)}
    rows = run(inputs)
    vector = is_vector(inputs) or len(variables_of(inputs)) > 1
    value, result = result_of(inputs, rows, vector)
    if "until" in inputs:
        value, result = rows[-1].t, f"passo {rows[-1].t}: {result}"
    steps = [Step("Fórmula", formula(inputs))]
    loss = polynomial_of(inputs, "loss")
    if loss is not None:
        partials = r",\quad ".join(
            rf"\partial L/\partial {_tex_name(name)} = {loss.derivative(name).tex()}"
            for name in loss.variables
        )
        steps.append(Step("Gradiente da função", f"${partials}$"))
    first = rows[:_SHOWN_STEPS]
    for row in first:
        steps.append(Step(f"Passo {row.t}", worked(inputs, row, vector)))
    if len(rows) > len(first):
        steps.append(
            Step(
                "Demais passos",
                f"Do passo {first[-1].t + 1} ao {rows[-1].t}, a mesma conta; "
                f"no fim, $w = {shown(rows[-1].after, vector)}$.",
            )
        )
    return Solution(
        problem=Problem("weight_decay" if decays else method, inputs),
        title=f"{LABELS[method]}{' com weight decay' if decays else ''}: {len(rows)} passo"
        + ("s" if len(rows) > 1 else ""),
        result=result,
        value=value,
        steps=tuple(steps),
        checks=_checks(inputs, rows),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, _mistakes(inputs, value, vector)),
        figure=_figure(inputs, rows),
    )


def _tex_name(name: str) -> str:
    return name.replace("theta", r"\theta ")


# ---------------------------------------------------------- checks and remarks


def _checks(inputs: Inputs, rows: list[Row]) -> tuple[Check, ...]:
    final = rows[-1].after
    second = closed_form(inputs, rows)
    found = [
        Check(
            "Segunda formulação",
            bool(np.allclose(second, final, rtol=1e-7, atol=1e-9)),
            "as somas fechadas sobre todos os gradientes dão o mesmo: "
            + plain_vector(second.tolist(), 6),
        )
    ]
    if polynomial_of(inputs, "loss") is not None:
        found.append(_numeric_gradient(inputs, rows[0]))
    if inputs["method"] in ADAM and inputs.get("bias_correction") is not False:
        first = rows[0]
        if first.t == 1 and "m0" not in inputs and "v0" not in inputs:
            agree = np.allclose(first.state["m_hat"], first.used)
            agree = agree and np.allclose(first.state["v_hat"], first.used**2)
            found.append(
                Check("No passo 1, m̂ = g e v̂ = g²", bool(agree), "a correção desfaz o zero inicial")
            )
    return tuple(found)


def _numeric_gradient(inputs: Inputs, row: Row) -> Check:
    w, estimates = row.before, []
    for index in range(len(w)):
        h = 1e-5 * max(1.0, abs(float(w[index])))
        shift = np.zeros_like(w)
        shift[index] = h
        upper, lower = loss_at(inputs, w + shift), loss_at(inputs, w - shift)
        assert upper is not None and lower is not None
        estimates.append((upper - lower) / (2 * h))
    exact = gradient_at(inputs, 0, w)
    scale = 1 + float(np.abs(exact).max())
    return Check(
        "Gradiente por diferenças finitas",
        bool(np.allclose(estimates, exact, atol=1e-4 * scale)),
        "[L(w+h) − L(w−h)]/2h ≈ " + plain_vector(estimates, 4),
    )


def _mistakes(inputs: Inputs, value: Json, vector: bool) -> list[Mistake]:
    if isinstance(value, dict) or "claimed" not in inputs:
        return []
    found: list[Mistake] = []
    for slip, clause in SLIPS.items():
        if slip in ("l2", "no_decay", "decoupled", "decay_without_rate") and not number(
            inputs.get("weight_decay")
        ):
            continue
        rows = run(inputs, slip)
        if not rows:
            continue
        wrong, _ = result_of(inputs, rows, vector)
        numbers = (
            [wrong] if isinstance(wrong, (int, float)) else np.ravel(np.asarray(wrong)).tolist()
        )
        if wrong != value:
            found.append(([float(each) for each in numbers], clause))
    return found


def _figure(inputs: Inputs, rows: list[Row]) -> Figure | None:
    if "w" not in inputs or len(rows) < 2:
        return None
    points = [rows[0].before, *(row.after for row in rows)]
    x: list[Json] = [rows[0].t - 1, *(row.t for row in rows)]
    names = variables_of(inputs) or tuple(
        "w" if len(points[0]) == 1 else f"w{i + 1}" for i in range(len(points[0]))
    )
    series: list[Json] = [
        {"name": name, "values": [float(point[i]) for point in points]}
        for i, name in enumerate(names[:6])
    ]
    losses = [loss_at(inputs, point) for point in points]
    if losses[0] is not None:
        series.append({"name": "perda", "values": [float(each or 0.0) for each in losses]})
    return Figure(
        "lines",
        "O parâmetro a cada passo",
        {"x": x, "series": series, "x_label": "passo", "y_label": "valor"},
    )


# -------------------------------------------------------------------- exercise


def _exercise(method: str, random: Random) -> tuple[str, dict[str, Json]]:
    n = random.randint(1, 3) if method in ("sgd", *ADAM) else random.randint(2, 3)
    gradients: list[Json] = [
        round(random.choice([-1, 1]) * random.uniform(0.2, 3), 1) for _ in range(n)
    ]
    w = round(random.uniform(-2, 3), 1)
    lr = random.choice([0.1, 0.01, 0.05, 0.2])
    inputs: dict[str, Json] = {
        "method": method,
        "gradients": gradients,
        "w": w,
        "lr": lr,
        "assumptions": [],
    }
    extra = ""
    if method in ("momentum", "nesterov", "rmsprop"):
        inputs["beta"] = random.choice([0.9, 0.8, 0.5])
        extra = f", β = {plain(number(inputs['beta']))}"
    if method in ADAM:
        inputs["beta1"], inputs["beta2"] = 0.9, random.choice([0.999, 0.99])
        extra = f", β1 = 0,9, β2 = {plain(number(inputs['beta2']))}, ε = 1e-8"
        inputs["epsilon"] = 1e-8
    if method in ("rmsprop", "adagrad"):
        inputs["epsilon"] = 1e-8
        extra += ", ε = 1e-8"
    if method == "adamw":
        inputs["weight_decay"] = random.choice([0.1, 0.01])
        extra += f", weight decay λ = {plain(number(inputs['weight_decay']))}"
    if method == "momentum":
        inputs["convention"] = random.choice(["ema", "sum"])
        extra += " e v = βv + (1−β)g" if inputs["convention"] == "ema" else " e v = βv + g"
    if method == "nesterov":
        inputs["convention"], inputs["lookahead"] = "sum", False
    names = {
        "sgd": "do gradiente descendente",
        "momentum": "do SGD com momentum",
        "nesterov": "do momentum de Nesterov",
        "adagrad": "do AdaGrad",
        "rmsprop": "do RMSProp",
        "adam": "do Adam",
        "adamw": "do AdamW",
    }
    listed = "; ".join(plain(float(g)) for g in gradients if isinstance(g, float))
    asked = "um passo" if n == 1 else f"{n} passos"
    given = f"gradiente {listed}" if n == 1 else f"gradientes [{listed}]"
    statement = (
        f"Calcule o novo peso depois de {asked} {names[method]} com w0 = {plain(w)}, taxa de "
        f"aprendizado {plain(lr)}{extra}. Use {given}."
    )
    return statement, inputs


_TOPIC = "otimizadores"
FAMILIES: tuple[Family, ...] = tuple(
    Family(
        method,
        LABELS[method],
        _TOPIC,
        "10" if method == "adamw" else "9",
        partial(_match, method),
        partial(_parse, method),
        solve,
        partial(_exercise, method),
        adopts={other: ("method",) for other in METHODS if other != method},
    )
    for method in METHODS
)
