"""Which stride, padding or kernel takes an input of size n to an output of size o."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions, number
from tutor.solver.layer_roles import mentions
from tutor.solver.layer_text import CONVOLUTION, POOLING, read_layers, rewrite
from tutor.solver.layers import output_axis, per_axis
from tutor.solver.registry import Family

_KIND = "conv_inverse"
_SETTINGS = {"stride": r"stride|passo|passada", "padding": r"padding", "kernel": r"kernel|filtro"}
_SYMBOLS = {"stride": "s", "padding": "p", "kernel": "k"}
_ASKED = (
    r"(?:qual|que|quanto|what)(?: (?:e|deve ser|deveria ser|foi|is|must be))?(?: (?:o|the))?"
    r"(?: (?:valor|tamanho) d[oe])?"
)
_SIDE = r"(\d{1,5})(?:x\d{1,5}){0,2}"
_CHANGE = re.compile(
    r"\b(?:transform|lev|reduz|convert|pass|vai|entrada|input|mapa|imagem|turn|tak)\w*[^?.\d]{0,30}"
    rf"\b{_SIDE}\b[^?.\d]{{0,30}}?(?:\bem\b|\bpara\b|->|\bpra\b|\binto\b|\bto\b|\bsaida\b|\boutput\b|"
    r"\bvir\w+|\bresult\w+ em\b|\bfi(?:ca|que|car) com\b|\bger(?:a|ar|e)\b)"
    rf"[^?.\d]{{0,25}}{_SIDE}\b"
)
_LARGEST = 10**5


def _unknown(statement: Statement) -> str | None:
    for key, words in _SETTINGS.items():
        if statement.has(rf"{_ASKED} (?:{words})"):
            return key
    return None


def _match(statement: Statement) -> float:
    if _unknown(statement) is None or not statement.has(CONVOLUTION, POOLING):
        return 0.0
    return 0.95 if _change(rewrite(statement).folded) else 0.0


def _change(text: str) -> tuple[int, int, str] | None:
    """The sides of the input and the output, and the words that tell them."""
    match = _CHANGE.search(text)
    if match is not None:
        return int(match[1]), int(match[2]), match.group()
    told = mentions(text)
    sides = [next((m for m in told if m.role == role), None) for role in ("input", "output")]
    if sides[0] is None or sides[1] is None:
        return None
    spoken = text[sides[0].start : sides[0].end]
    return int(sides[0].sides[0]), int(sides[1].sides[0]), spoken


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    plain = rewrite(statement)
    unknown = _unknown(statement)
    if unknown is not None:
        inputs["unknown"] = unknown
    change = _change(plain.folded)
    if change is not None:
        inputs["input"], inputs["output"] = change[:2]
        plain = Statement(plain.folded.replace(change[2], " ; "))
    layers = read_layers(plain, {})
    for key in _SETTINGS:
        if key == inputs.get("unknown"):
            continue
        names = ("kernel", "filtro") if key == "kernel" else (key, "passo")[: 1 + (key == "stride")]
        found = plain.count(*names, low=0 if key == "padding" else 1, high=999)
        if found is None and key == "kernel" and layers:
            found = per_axis(layers[0], "kernel", 1, 1)[0]
        if found is not None:
            inputs[key] = found
    if previous is not None and inputs == before:
        return None
    for key, default in (("stride", 1), ("padding", 0)):
        if key not in inputs and key != inputs["unknown"]:
            inputs[key] = default
            assume(inputs, f"Usei {key} {default}.")
    if "kernel" not in inputs and inputs["unknown"] != "kernel":
        raise MissingData(
            "Qual é o tamanho do kernel? Escreva, por exemplo, kernel 3.", Problem(_KIND, inputs)
        )
    return inputs


def _fits(inputs: Inputs, candidate: int) -> tuple[int, int]:
    """The output size with a value of the unknown, and what the division leaves over."""
    settings = {key: int(number(inputs.get(key))) for key in _SETTINGS}
    settings[str(inputs["unknown"])] = candidate
    n, s, p, k = int(number(inputs["input"])), *settings.values()
    return output_axis(n, k, s, 1, (p, p)), (n + 2 * p - k) % s


def _solve(inputs: Inputs) -> Solution:
    unknown, wanted = str(inputs["unknown"]), int(number(inputs["output"]))
    n = int(number(inputs["input"]))
    if not 0 < n <= _LARGEST or not 0 < wanted <= _LARGEST:
        raise SolverError("Os tamanhos da entrada e da saída precisam ser maiores que zero.")
    low = 0 if unknown == "padding" else 1
    high = n + 2 * int(number(inputs.get("padding")))
    found = [each for each in range(low, high + 1) if _fits(inputs, each)[0] == wanted]
    if not found:
        raise SolverError(
            f"Nenhum {unknown} leva uma entrada de tamanho {n} a uma saída de tamanho {wanted} com "
            "os outros dados. Confira os números."
        )
    exact = [each for each in found if _fits(inputs, each)[1] == 0] or found
    value: Json = exact[0] if len(exact) == 1 else [*exact[:20]]
    shown = {key: str(int(number(inputs.get(key)))) for key in _SETTINGS}
    shown[unknown] = _SYMBOLS[unknown]
    formula = (
        rf"\left\lfloor \dfrac{{{n} + 2 \cdot {shown['padding']} - {shown['kernel']}}}"
        rf"{{{shown['stride']}}} \right\rfloor + 1 = {wanted}"
    )
    listed = " ou ".join(str(each) for each in exact[:5])
    notes = list(assumptions(inputs))
    if len(found) > len(exact):
        notes.append("Outros valores também servem, mas deixam posições da entrada sem usar.")
    return Solution(
        problem=Problem(_KIND, inputs),
        title=f"O {unknown} que dá o tamanho pedido",
        result=f"{unknown.capitalize()} {listed}",
        value=value,
        steps=(
            Step("Condição", f"${formula}$"),
            Step("Resolver", f"${_SYMBOLS[unknown]} = {listed}$"),
        ),
        checks=(
            Check(
                "O tamanho da saída confere",
                all(_fits(inputs, each)[0] == wanted for each in exact),
                f"com {unknown} {exact[0]} a saída tem tamanho {_fits(inputs, exact[0])[0]}",
            ),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    stride, kernel = random.choice([1, 2, 3]), random.choice([3, 5, 7])
    padding = random.randint(0, kernel // 2)
    out = random.randint(8, 40)
    n = (out - 1) * stride + kernel - 2 * padding
    return (
        f"Uma convolução com kernel {kernel} e padding {padding} transforma um mapa de {n}x{n} em "
        f"um de {out}x{out}. Qual é o stride?",
        {
            "unknown": "stride",
            "kernel": kernel,
            "padding": padding,
            "input": n,
            "output": out,
            "assumptions": [],
        },
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND,
        "Stride, padding ou kernel desconhecido",
        "cnn_resnet",
        None,
        _match,
        _parse,
        _solve,
        _exercise,
    ),
)
