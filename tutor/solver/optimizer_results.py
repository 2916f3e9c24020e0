"""What an optimizer problem answers: which quantities, after which steps, as JSON and as LaTeX."""

from __future__ import annotations

import re

import numpy as np

from tutor.records import Json
from tutor.solver.descent import Row, gain_of, loss_at, scale_of
from tutor.solver.format import tex, tex_vector
from tutor.solver.inputs import Inputs, floats, number, strings

_SYMBOLS = {"gradient": r"\text{gradiente } g", "loss": "L",
            "loss_drop": r"\text{queda de } L", "m": "m", "v": "v", "m_hat": r"\hat m",
            "v_hat": r"\hat v", "update": r"\text{passo}", "rate": r"\eta_{\text{ef}}"}  # fmt: skip
_LISTED = 20


def result_of(inputs: Inputs, rows: list[Row], vector: bool) -> tuple[Json, str]:
    """The value that is asked for and the line that shows it."""
    wants = strings(inputs.get("wants"))
    last = rows[-1]
    if "limit" in wants:
        return _limit(inputs, last, vector)
    names = [name for name in wants if name not in ("all", "at")]
    known = [name for name in names if quantity(inputs, last, name) is not None]
    if not known:
        known = ["w"]
    if "indexed" in inputs:
        return _indexed(inputs, rows, vector)
    chosen = _steps(inputs, rows, wants)
    if len(chosen) > 1:
        lines = [
            r",\ ".join(
                rf"{symbol_of(name)}_{{{row.t}}} = {shown(_at(inputs, row, name), vector)}"
                for row in chosen[:_LISTED]
            )
            for name in known
        ]
        value: Json = _column(inputs, chosen, known[0], vector)
        if len(known) > 1:
            value = [
                {key_of(inputs, n): plain_value(inputs, _at(inputs, row, n), vector) for n in known}
                for row in chosen
            ]
        return value, "$" + r";\quad ".join(lines) + "$"
    row = chosen[0]
    if known == ["w"]:
        count = row.t - rows[0].t + 1
        return (
            plain_value(inputs, row.after, vector),
            f"$w_{{{row.t}}} = {shown(row.after, vector)}$ (depois de {count} passo"
            + ("s)" if count > 1 else ")"),
        )
    parts = [
        rf"{symbol_of(name)}{_index(name, row)} = {shown(_at(inputs, row, name), vector)}"
        for name in known
    ]
    result = "$" + r",\ ".join(parts) + "$"
    values = {
        key_of(inputs, name): plain_value(inputs, _at(inputs, row, name), vector) for name in known
    }
    return (next(iter(values.values())) if len(known) == 1 else dict(values)), result


def _indexed(inputs: Inputs, rows: list[Row], vector: bool) -> tuple[Json, str]:
    """ "v1, v2 e w2": each under the name it was asked by, the last ones also without index."""
    value: dict[str, Json] = {}
    parts: list[str] = []
    for name in strings(inputs["indexed"]):
        letter, index = re.fullmatch(r"([a-z]+)(\d+)", name).groups()  # type: ignore[union-attr]
        kind = {"m": "m", "v": "v", "s": "v"}.get(letter, "w")
        row = next((each for each in rows if each.t == int(index)), rows[-1])
        found = _at(inputs, row, kind)
        value[name] = value[key_of(inputs, kind)] = plain_value(inputs, found, vector)
        parts.append(f"{letter}_{{{row.t}}} = {shown(found, vector)}".replace("theta", r"\theta"))
    return value, "$" + r",\ ".join(parts) + "$"


def _steps(inputs: Inputs, rows: list[Row], wants: list[str]) -> list[Row]:
    at = floats(inputs.get("at"))
    if at:
        picked = [row for row in rows if row.t in at]
        if picked:
            return picked
    return rows if "all" in wants else rows[-1:]


def _column(inputs: Inputs, rows: list[Row], name: str, vector: bool) -> Json:
    return [plain_value(inputs, _at(inputs, row, name), vector) for row in rows]


def _at(inputs: Inputs, row: Row, name: str) -> np.ndarray:
    found = quantity(inputs, row, name)
    return row.after if found is None else found


def _index(name: str, row: Row) -> str:
    return "" if name in ("update", "rate") else f"_{{{row.t}}}"


def symbol_of(name: str) -> str:
    return _SYMBOLS.get(name, "w")


def key_of(inputs: Inputs, name: str) -> str:
    """The name of a quantity in the value: the student's own letter, where he has one."""
    letters = inputs.get("letters")
    own = letters.get(name) if isinstance(letters, dict) else None
    return own if isinstance(own, str) else {"gradient": "g"}.get(name, name)


def quantity(inputs: Inputs, row: Row, name: str) -> np.ndarray | None:
    """A quantity of one step; None where the problem has none such."""
    rate = scale_of(inputs, number(inputs.get("lr")))
    if name == "w":
        return row.after if "w" in inputs else None
    if name == "gradient":
        return row.used
    if name == "loss":
        loss = loss_at(inputs, row.after)
        return None if loss is None else np.array(loss)
    if name == "loss_drop":
        one, other = loss_at(inputs, row.before), loss_at(inputs, row.after)
        return None if one is None or other is None else np.array(one - other)
    if name == "update":
        return rate * row.update
    if name == "rate":  # what multiplies the gradient (or m̂) of AdaGrad, RMSProp and Adam
        second = row.state.get("v_hat", row.state.get("v"))
        if "lr" not in inputs or second is None or inputs["method"] in ("momentum", "nesterov"):
            return None
        epsilon = number(inputs.get("epsilon"))
        inside = inputs.get("epsilon_inside") is True
        return np.asarray(
            rate / (np.sqrt(second + epsilon) if inside else np.sqrt(second) + epsilon)
        )
    if name == "m" and "m" not in row.state:
        name = "v"  # momentum has one state, whatever its letter
    return row.state.get(name)


def _limit(inputs: Inputs, row: Row, vector: bool) -> tuple[Json, str]:
    """Where the velocity tends to with this gradient at every step: v = βv + kg."""
    beta, gain = number(inputs.get("beta"), 0.9), gain_of(inputs, number(inputs.get("lr")))
    limit = gain * row.used / (1 - beta)
    factor = tex(gain, 6)
    return plain_value({}, limit, vector), (
        rf"$v_\infty = \dfrac{{{factor}\,g}}{{1 - \beta}} = {shown(limit, vector)}$ "
        r"(onde $v = \beta v + " + factor + r"\,g$ deixa de mudar)"
    )


def plain_value(inputs: Inputs, numbers: np.ndarray, vector: bool) -> Json:
    if numbers.ndim == 0:
        return float(numbers)
    listed: list[Json] = [float(each) for each in numbers]
    bias = inputs.get("bias")
    if isinstance(bias, int) and len(listed) > bias:
        weights = [*listed[:bias], *listed[bias + 1 :]]
        return {"w": weights if len(weights) > 1 else weights[0], "b": listed[bias]}
    return listed if vector else listed[0]


def shown(numbers: np.ndarray, vector: bool) -> str:
    if numbers.ndim == 0:
        return tex(float(numbers), 6)
    return tex_vector(numbers.tolist(), 6) if vector else tex(float(numbers[0]), 6)
