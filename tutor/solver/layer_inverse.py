"""The layer from its result: how many filters, channels or layers, or which input it had."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions
from tutor.solver.layer_asks import region
from tutor.solver.layer_roles import Mention, mentions
from tutor.solver.layer_text import CONVOLUTION, POOLING, read_layers, read_output, rewrite
from tutor.solver.layers import Shape, apply, integer, kernel_of, per_axis, receptive_field
from tutor.solver.registry import Family

_KIND = "layer_inverse"
_MANY = r"quant[oa]s|quantidade de|numero de|n[ºo°]\.? de|qual (?:e |era |foi )?o numero de"
_UNKNOWNS = {
    "layers": rf"(?:{_MANY}) (?:\d+x\d+ )?(?:camadas|convs|convoluc\w+|blocos|vezes|pooling\w*|"
              rf"max-?pool\w*)",
    "filters": rf"(?:{_MANY}) (?:filtros|kernels|canais de saida|mapas de saida|mapas)|"
               r"how many filters",
    "in": rf"(?:{_MANY}) (?:canais de entrada|canais (?:tem|tinha|ha n) ?a (?:entrada|imagem)|"
          rf"canais)",
    "input": r"(?:tamanho|lado|dimens\w+|resolucao|altura|comprimento|formato|shape|largura)"
             r"(?: espacial)? (?:d[aeo]|original d[aeo]) (?:entrada|imagem|mapa de entrada|"
             r"sinal|original)|"
             r"(?:qual|que) (?:e|era|foi|seria|deve ser)? ?(?:a |o )?(?:entrada|imagem original|"
             r"sinal original)|"
             r"input size",
}  # fmt: skip
_FIELD = re.compile(
    r"(?:campo receptivo|receptive field|janela|regiao|enxerg\w+|cobr\w+|alcanc\w+|ve(?:r|"
    r"ja)?)\b[^.;?\d]{0,40}(\d+)(?:x\d+)?"
)
_MOST_LAYERS = 1000


def _unknown(statement: Statement) -> str | None:
    asking = region(rewrite(statement).folded)
    return next((k for k, words in _UNKNOWNS.items() if re.search(rf"\b(?:{words})", asking)), None)


def _target(statement: Statement, unknown: str, told: list[Mention]) -> tuple[str, int] | None:
    """What the result is: the parameters, the side of the output or the receptive field."""
    if unknown in ("filters", "in"):
        count = next((m.sides[0] for m in told if m.role == "parameters"), None)
        return ("parameters", int(count)) if count and count > 1 else None
    output = read_output(statement)
    if unknown == "layers":
        text = rewrite(statement).folded
        field = _FIELD.search(text)
        if field and output is None:
            return "field", int(field[1])
    return ("output", output[0]) if output else None


def _match(statement: Statement) -> float:
    if not statement.has(CONVOLUTION, POOLING, r"camadas? \d+ ?[x×] ?\d+"):
        return 0.0
    unknown = _unknown(statement)
    if unknown is None or statement.has(r"por ?que|pq"):
        return 0.0
    told = mentions(rewrite(statement).folded)
    if _target(statement, unknown, told) is None:
        return 0.0
    has_input = any(m.role in ("input", "length") for m in told)
    return 0.0 if unknown == "input" and has_input else 0.95


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return None
    inputs: dict[str, Json] = {"assumptions": []}
    unknown = _unknown(statement)
    told = mentions(rewrite(statement).folded)
    target = _target(statement, unknown or "", told)
    if unknown is None or target is None:
        return None
    layers = [layer for layer in read_layers(statement, inputs) if layer["op"] in ("conv", "pool")]
    inputs |= {"unknown": unknown, "target": target[0], "wanted": target[1], "layers": [*layers]}
    if not layers:
        raise MissingData(
            "Falta o tamanho do filtro. Escreva, por exemplo, kernel 3x3.", Problem(_KIND, inputs)
        )
    if unknown in ("filters", "in"):
        _check_parameters(inputs, layers[0], unknown)
    for key, sentence in (
        ("stride", "Usei stride 1."),
        ("padding", "Usei padding 0 (sem padding)."),
    ):
        used = target[0] == "output" or (target[0] == "field" and key == "stride")
        if used and any(key not in layer for layer in layers):
            assume(inputs, sentence)
    if unknown == "layers" and target[0] == "output":
        start = next((m.sides[0] for m in told if m.role in ("input", "length", "")), None)
        if start is None:
            raise MissingData("Falta o tamanho da entrada. Escreva, por exemplo, entrada 32x32.",
                              Problem(_KIND, inputs))  # fmt: skip
        inputs["input"] = int(start)
    inputs["pair"] = any(m.role == "output" and len(m.sides) > 1 for m in told)
    return inputs


def _check_parameters(inputs: dict[str, Json], layer: dict[str, Json], unknown: str) -> None:
    other = "in" if unknown == "filters" else "filters"
    if other not in layer and layer.get("depthwise") is not True:
        name = "os canais de entrada" if other == "in" else "o número de filtros"
        raise MissingData(
            f"Para achar o que falta preciso também d{name}. Escreva, por exemplo, 64 "
            f"{'canais de entrada' if other == 'in' else 'filtros'}.",
            Problem(_KIND, inputs),
        )
    if "bias" not in layer:
        assume(inputs, "Contei um bias por filtro.")


def _layer_of(inputs: Inputs) -> dict[str, Json]:
    layers = inputs["layers"]
    assert isinstance(layers, list) and isinstance(layers[0], dict)
    return layers[0]


def _solve(inputs: Inputs) -> Solution:
    unknown, wanted = str(inputs["unknown"]), integer(inputs["wanted"])
    solve = {"filters": _filters, "in": _channels, "layers": _depth, "input": _input}[unknown]
    value, lines, check, result = solve(inputs, wanted)
    title = {
        "filters": "Quantos filtros", "in": "Quantos canais de entrada", "layers": "Quantas "
                                                                                   "camadas",
        "input": "O tamanho da entrada",
    }[unknown]  # fmt: skip
    return Solution(
        problem=Problem(_KIND, inputs),
        title=title,
        result=result,
        value=value,
        steps=tuple(Step("Conta" if n else "Condição", line) for n, line in enumerate(lines)),
        checks=(Check("De volta", check, f"com esse valor o resultado é mesmo {wanted}"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value),
    )


_Found = tuple[Json, list[str], bool, str]


def _impossible(wanted: int, what: str) -> SolverError:
    return SolverError(
        f"Nenhum número inteiro de {what} dá {wanted} com os outros dados. Confira os números."
    )


def _filters(inputs: Inputs, wanted: int) -> _Found:
    layer = _layer_of(inputs)
    groups = integer(layer.get("groups"), 1)
    entering = 1 if layer.get("depthwise") is True else integer(layer["in"]) // groups
    one = math.prod(kernel_of(layer)) * entering
    bias = 0 if layer.get("bias") is False else 1
    count, left = divmod(wanted, one + bias)
    if left or count < 1:
        raise _impossible(wanted, "filtros")
    k = r" \cdot ".join(str(each) for each in kernel_of(layer))
    return (
        count,
        [
            rf"Cada filtro tem ${k} \cdot {entering}{' + 1' if bias else ''} = {one + bias}$ "
            "parâmetros.",
            rf"$\dfrac{{{wanted}}}{{{one + bias}}} = {count}$",
        ],
        sum(one + bias for _ in range(min(count, 10**6))) == wanted,
        f"{count} filtros",
    )


def _channels(inputs: Inputs, wanted: int) -> _Found:
    layer = _layer_of(inputs)
    filters, groups = integer(layer["filters"]), integer(layer.get("groups"), 1)
    biases = 0 if layer.get("bias") is False else filters
    each = math.prod(kernel_of(layer)) * filters
    count, left = divmod(wanted - biases, each)
    if left or count < 1:
        raise _impossible(wanted, "canais de entrada")
    count *= groups
    return (
        count,
        [
            rf"$k_h \cdot k_w \cdot C_{{in}} \cdot {filters} + {biases} = {wanted}$",
            rf"$C_{{in}} = \dfrac{{{wanted} - {biases}}}{{{each}}} = {count}$",
        ],
        each * (count // groups) + biases == wanted,
        f"{count} canais de entrada",
    )


def _input(inputs: Inputs, wanted: int) -> _Found:
    layers = inputs["layers"]
    assert isinstance(layers, list)
    size, lines = wanted, [r"$n = (o - 1)\,s + d(k-1) + 1 - 2p$ (sem sobra na divisão)"]
    read = [layer for layer in layers if isinstance(layer, dict)]
    for layer in reversed(read):
        k, s, d = (per_axis(layer, key, 1, 1)[0] for key in ("kernel", "stride", "dilation"))
        before = size
        if layer.get("padding") == "same":
            size *= s
            lines.append(rf"$n = {before} \cdot {s} = {size}$")
            continue
        p = per_axis(layer, "padding", 0, 1)[0]
        size = (size - 1) * s + d * (k - 1) + 1 - 2 * p
        reach = rf"{d} \cdot ({k} - 1) + 1"
        lines.append(rf"$({before} - 1) \cdot {s} + {reach} - 2 \cdot {p} = {size}$")
    if size < 1:
        raise _impossible(wanted, "posições na entrada")
    shape = Shape((size, size))
    for layer in read:
        shape = apply({**layer, "axes": 2}, shape)
    value: Json = [size, size] if inputs.get("pair") is True else size
    shown = f"{size}×{size}" if inputs.get("pair") is True else str(size)
    strided = any(per_axis(layer, "stride", 1, 1)[0] > 1 for layer in read)
    note = " (o menor tamanho que serve; com a sobra da divisão outros também servem)"
    return value, lines, shape.size[0] == wanted, f"Entrada {shown}{note if strided else ''}"


def _depth(inputs: Inputs, wanted: int) -> _Found:
    layer = {**_layer_of(inputs)}
    if inputs["target"] == "field":
        traces = receptive_field([layer] * _MOST_LAYERS)
        count = next((n for n, (field, _) in enumerate(traces, 1) if field >= wanted), 0)
        if not count:
            raise _impossible(wanted, "camadas")
        fields = [field for field, _ in traces[:count]]
        exact = fields[-1] == wanted
        shown = ", ".join(str(field) for field in fields[:12])
        line = f"Campo receptivo depois de cada camada: {shown}"
        more = "" if exact else f" ({fields[-1]}, o primeiro que alcança {wanted})"
        reached = count == 1 or fields[-2] < wanted <= fields[-1]
        return (
            count,
            ["O campo cresce $d(k-1)\\cdot j$ por camada.", line],
            reached,
            (f"{count} camadas{more}"),
        )
    size, count = integer(inputs["input"]), 0
    sizes = [size]
    while size > wanted and count < _MOST_LAYERS:
        size = apply({**layer, "axes": 1}, Shape((size,))).size[0]
        if size == sizes[-1]:
            break
        count += 1
        sizes.append(size)
    if size != wanted:
        raise _impossible(wanted, "camadas")
    shown = " → ".join(str(each) for each in sizes)
    lines = ["O tamanho depois de cada camada:", shown]
    return count, lines, sizes[-1] == wanted, f"{count} camadas"


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    k, channels = random.choice([3, 5]), random.choice([1, 3, 16])
    filters = random.choice([8, 20, 32])
    wanted = filters * (k * k * channels + 1)
    layer: dict[str, Json] = {
        "op": "conv", "axes": 2, "kernel": [k, k], "in": channels, "bias": True,
    }  # fmt: skip
    return (
        f"Uma convolução {k}x{k} com bias e {channels} canais de entrada tem {wanted} parâmetros. "
        "Quantos filtros ela tem?",
        {"unknown": "filters", "target": "parameters", "wanted": wanted, "layers": [layer],
         "assumptions": []},
    )  # fmt: skip


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Camada a partir do resultado", "cnn_resnet", None,
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
