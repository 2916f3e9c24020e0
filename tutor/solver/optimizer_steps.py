"""The formula of an optimizer and each of its steps, written out in LaTeX."""

from __future__ import annotations

import numpy as np

from tutor.solver.descent import ADAM, Row, gain_of, polynomial_of, scale_of
from tutor.solver.format import tex, tex_signed, tex_vector
from tutor.solver.inputs import Inputs, number
from tutor.solver.optimizer_results import shown


def formula(inputs: Inputs) -> str:
    method = str(inputs["method"])
    decay = number(inputs.get("weight_decay")) != 0
    gradient = r"g_t \leftarrow g_t + \lambda w_{t-1};\quad " if decay and method != "adamw" else ""
    inside = inputs.get("epsilon_inside") is True
    convention = str(inputs.get("convention"))
    scale = {"ema": r"(1-\beta)\,g_t", "rate": r"\eta\,g_t"}.get(convention, "g_t")
    scale = rf"{tex(number(inputs['gain']))}\,g_t" if "gain" in inputs else scale
    step = {"rate": "- v_t", "signed": "+ v_t"}.get(convention, r"- \eta\,v_t")
    joint = "+" if convention != "signed" else r"- \eta"

    def root(symbol: str) -> str:
        return rf"\sqrt{{{symbol} + \epsilon}}" if inside else rf"\sqrt{{{symbol}}} + \epsilon"

    if method == "sgd":
        body = r"w_t = w_{t-1} - \eta\,g_t"
    elif method == "momentum":
        body = rf"v_t = \beta v_{{t-1}} {joint} {scale},\quad w_t = w_{{t-1}} {step}"
    elif method == "nesterov":
        body = rf"v_t = \beta v_{{t-1}} + {scale},\quad "
        if inputs.get("lookahead") is True:
            body += r"w_t = w_{t-1} - \eta\,v_t,\quad g_t = \nabla L(w_{t-1} - \eta\beta v_{t-1})"
        else:
            body += rf"w_t = w_{{t-1}} - \eta\,({scale} + \beta v_t)"
    elif method == "adagrad":
        body = (
            rf"G_t = G_{{t-1}} + g_t^2,\quad w_t = w_{{t-1}} - \dfrac{{\eta\,g_t}}{{{root('G_t')}}}"
        )
    elif method == "rmsprop":
        body = (
            r"v_t = \beta v_{t-1} + (1-\beta)\,g_t^2,\quad "
            rf"w_t = w_{{t-1}} - \dfrac{{\eta\,g_t}}{{{root('v_t')}}}"
        )
    else:
        body = _adam_formula(inputs, root)
    return f"${gradient}{body}$"


def _adam_formula(inputs: Inputs, root: object) -> str:
    corrected = inputs.get("bias_correction") is not False
    hat = r"\hat " if corrected else ""
    body = (
        r"m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t,\quad v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2"
    )
    if corrected:
        body += (
            r",\quad \hat m_t = \dfrac{m_t}{1-\beta_1^t},\quad \hat v_t = \dfrac{v_t}{1-\beta_2^t}"
        )
    assert callable(root)
    shrink = r"(1-\eta\lambda)\,w_{t-1}" if inputs["method"] == "adamw" else "w_{t-1}"
    return body + rf",\quad w_t = {shrink} - \eta\,\dfrac{{{hat}m_t}}{{{root(hat + 'v_t')}}}"


def worked(inputs: Inputs, row: Row, vector: bool) -> str:
    method, t = str(inputs["method"]), row.t
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(f"${line}$")

    g = row.used
    expression = polynomial_of(inputs, "loss") or polynomial_of(inputs, "derivative")
    if expression is not None:
        say(rf"g_{{{t}}} = \nabla L = {shown(row.gradient, vector)}")
    else:
        say(rf"g_{{{t}}} = {shown(row.gradient, vector)}")
    if method != "adamw" and number(inputs.get("weight_decay")):
        decay = number(inputs["weight_decay"])
        say(
            rf"g_{{{t}}} + \lambda w = {shown(row.gradient, vector)} + {tex(decay)} \cdot "
            rf"{_par(row.before, vector)} = {shown(g, vector)}"
        )
    for key, way in (("clip_norm", "norma"), ("clip_value", "valor")):
        if key in inputs:
            limit = tex(number(inputs[key]))
            say(rf"\text{{clipping por {way} {limit}: }} g_{{{t}}} = {shown(row.gradient, vector)}")
    _say_state(inputs, row, vector, say)
    scale = scale_of(inputs, number(inputs.get("lr")))
    rate = tex(number(inputs.get("lr")))
    if "w" not in inputs:
        if "lr" in inputs:
            say(rf"\text{{passo}} = {shown(scale * row.update, vector)}")
        return "\n\n".join(lines)
    start, shrunk = shown(row.before, vector), ""
    if method == "adamw":
        decay = number(inputs["weight_decay"])
        shrunk = rf"(1 - {rate} \cdot {tex(decay)}) \cdot "
        start = shrunk + _par(row.before, vector)
    if method in ("adagrad", "rmsprop", *ADAM):
        say(rf"\text{{direção}} = {shown(row.update, vector)}")
    say(
        rf"w_{{{t}}} = {start} - {tex_signed(scale)} \cdot {_par(row.update, vector)} = "
        rf"{shown(row.after, vector)}"
    )
    return "\n\n".join(lines)


def _say_state(inputs: Inputs, row: Row, vector: bool, say: object) -> None:
    assert callable(say)
    method, t, g = str(inputs["method"]), row.t, row.used
    if method in ("momentum", "nesterov"):
        beta, v = number(inputs["beta"]), row.state["v"]
        scale = gain_of(inputs, number(inputs.get("lr")))
        before = (v - scale * g) / beta if beta else np.zeros_like(v)
        factor = rf"{tex_signed(scale)} \cdot " if scale != 1 else ""
        say(
            rf"v_{{{t}}} = {tex(beta)} \cdot {_par(before, vector)} + {factor}{_par(g, vector)}"
            rf" = {shown(v, vector)}"
        )
    elif method == "adagrad":
        v = row.state["v"]
        say(
            rf"G_{{{t}}} = {shown(v - g * g, vector)} + {_par(g, vector)}^2 = "
            rf"{shown(v, vector)},\quad "
            rf"\sqrt{{G_{{{t}}}}} = {shown(np.sqrt(v), vector)}"
        )
    elif method == "rmsprop":
        say(_average_line("v", number(inputs["beta"]), row.state["v"], g, 2, t, vector))
        say(rf"\sqrt{{v_{{{t}}}}} = {shown(np.sqrt(row.state['v']), vector)}")
    elif method in ADAM:
        for name, key, power in (("m", "beta1", 1), ("v", "beta2", 2)):
            say(_average_line(name, number(inputs[key]), row.state[name], g, power, t, vector))
        for name, key in (("m", "beta1"), ("v", "beta2")):
            if f"{name}_hat" in row.state:
                divisor = 1 - number(inputs[key]) ** t
                say(
                    rf"\hat {name}_{{{t}}} = \dfrac{{{shown(row.state[name], vector)}}}"
                    rf"{{1 - {tex(number(inputs[key]))}^{{{t}}}}} = "
                    rf"\dfrac{{{shown(row.state[name], vector)}}}{{{tex(divisor, 6)}}} = "
                    rf"{shown(row.state[name + '_hat'], vector)}"
                )


def _average_line(
    name: str, beta: float, now: np.ndarray, g: np.ndarray, power: int, t: int, vector: bool
) -> str:
    before = (now - (1 - beta) * g**power) / beta if beta else np.zeros_like(now)
    before = np.where(np.abs(before) < 1e-12 * np.maximum(1, np.abs(now)), 0.0, before)
    squared = "^2" if power == 2 else ""
    return (
        rf"{name}_{{{t}}} = {tex(beta)} \cdot {_par(before, vector)} + {tex(1 - beta)} \cdot "
        rf"{_par(g, vector)}{squared} = {shown(now, vector)}"
    )


def _par(numbers: np.ndarray, vector: bool) -> str:
    return tex_vector(numbers.tolist(), 6) if vector else tex_signed(float(numbers[0]), 6)
