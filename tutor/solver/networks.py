"""Output size, parameters, multiply-adds, receptive field and flatten size of layers."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import partial
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.format import table
from tutor.solver.inputs import CLAIMED, Inputs, assume, assumptions, strings
from tutor.solver.layer_asks import (
    ACTIVATIONS,
    EFFECTIVE,
    FIELD,
    FLATTEN,
    OPERATIONS,
    OUTPUT,
    PARAMETERS,
    asked_in,
    asks_apart,
    asks_each,
    asks_total,
    region,
)
from tutor.solver.layer_code import read_code
from tutor.solver.layer_joint import activations, each_layer, effective_kernel, joined, rivals
from tutor.solver.layer_rivals import completed, split_rivals
from tutor.solver.layer_roles import mentions
from tutor.solver.layer_text import (
    CONVOLUTION,
    POOLING,
    SHORTCUT,
    read_input,
    read_layers,
    read_output,
    rewrite,
    unbiased,
    whole,
)
from tutor.solver.layer_words import without_tables
from tutor.solver.layers import (
    Layer,
    Shape,
    apply,
    integer,
    kernel_of,
    operations,
    out_channels,
    output_axis,
    padding_of,
    per_axis,
    receptive_field,
    weights_of,
)
from tutor.solver.named import unchanged
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family

_ASKS = {
    FIELD: r"campos? receptivos?|receptive field|rf",
    OPERATIONS: (
        r"macs?|multiplicac\w+|multiply[ -]?(?:add|accumulate)s?|flops?|operac(?:oes|ao)|"
        r"somas|custo computacional"
    ),
    PARAMETERS: (
        r"parametros?|params?|pesos (?:treinaveis|tem|ha|existem|sao)|quantos pesos|"
        r"quantidade de pesos|numero de pesos|parameters?"
    ),
    FLATTEN: r"flatten|achat\w+|flattened|entradas? da (?:primeira )?camada (?:densa|linear)",
    OUTPUT: (
        r"tamanhos?|dimens(?:ao|oes)|shape|formato|saidas?|altura|largura|output|size|resolucao|"
        r"volume|comprimento|fica|forma|mapas?|resultado"
    ),
}
_SIZE_TOO = (
    r"(?:tamanho|shape|formato?|dimens(?:ao|oes)|qual(?: e| sera)?|quais) (?:(?:d?[aeo]s?|do) )?"
    r"(?:(?:mapa|tensor|volume|tamanho|shape) )?(?:d?[aeo]s? )?saidas?|output (?:size|shape)|"
    r"saida e (?:quantos|o numero|os parametros)"
)
_WRITTEN = r"n ?\+ ?2 ?[*·]? ?p ?- ?[fk]\b"  # floor((n + 2p - f)/s) + 1
_LABELS = {
    OUTPUT: "Tamanho da saída",
    PARAMETERS: "Número de parâmetros",
    OPERATIONS: "Multiplicações e somas (MACs)",
    FIELD: "Campo receptivo",
    FLATTEN: "Tamanho depois do flatten",
}


_UNKNOWN_INPUTS = re.compile(
    r"\b(?:Linear|Dense)\s*\(\s*(?:in_features\s*=\s*)?(?:\?|_{2,}|[xXnN])\s*,"
)


def _asked(statement: Statement) -> str | None:
    prose = Statement(re.sub(r"flatten\s*\(\s*\)", " ", statement.folded))  # a layer, no question
    if re.search(_WRITTEN, prose.folded):
        return OUTPUT
    if _UNKNOWN_INPUTS.search(statement.text) and not statement.has(_ASKS[PARAMETERS]):
        return FLATTEN
    asked = asked_in(statement.folded)
    if ACTIVATIONS in asked or EFFECTIVE in asked:
        asked.append(OUTPUT)
    if asked:
        return next((kind for kind in _ASKS if kind in asked), None)
    return next((kind for kind, pattern in _ASKS.items() if prose.has(pattern)), None)


def _plain_rows(statement: Statement) -> Statement:
    return Statement(without_tables(statement.source)) if "|" in statement.source else statement


_BLOCK = r"(?:bloco|bottleneck)[^.;?]{0,20} \d ?[x×] ?\d"
_DESCRIBED = re.compile(
    r"\W*(?:camada )?(?:conv\w*|max[- ]?pool\w*|avg[- ]?pool\w*|pooling|filtro|kernel)\b"
)


def _only_described(statement: Statement) -> bool:
    """ "conv 3x3 com stride 2 em 32x32": a layer and its input; what comes out is meant."""
    if "?" in statement.text or len(statement.folded.split()) > 12 or _asked(statement):
        return False
    if statement.asks_concept or _DESCRIBED.match(statement.folded) is None:
        return False
    on_input = re.search(r"\b(?:em|sobre|entrada|imagem|input)\b[^.;]{0,20}\d", statement.folded)
    return on_input is not None and statement.has(r"\d+ ?x ?\d+")


def _match(kind: str, statement: Statement) -> float:
    statement = _plain_rows(statement)
    code = read_code(statement.text)
    if kind == FLATTEN and _asked(statement) == FLATTEN and _bare_shape(statement):
        return 0.92
    convolves = bool(code) or statement.has(
        CONVOLUTION,
        POOLING,
        SHORTCUT,
        _ASKS[FIELD],
        _BLOCK,
    )
    convolves = convolves or re.search(_WRITTEN, statement.folded) is not None
    if not convolves or not statement.values:
        return 0.0
    if (OUTPUT if _only_described(statement) else _asked(statement)) != kind:
        return 0.0
    if code and all(layer["op"] == "linear" for layer in code):
        return 0.0
    if statement.has(
        r"(?:qual|que|quanto de|what) (?:e |is |deve ser |deveria ser |foi )?(?:o |the )?"
        r"(?:valor d[eo] |tamanho d[eo] )?(?:padding|stride|kernel|filtro)"
    ):
        return 0.0  # the inverse problem
    if statement.asks_concept and not statement.asks_value and not _concrete(statement):
        return 0.0
    if any(len(value.readings[0].shape) == 2 for value in statement.arrays):
        return 0.0
    asks = statement.asks_value or statement.has(r"qual|quais|what|how|quantos?|quantas?")
    needs_input = kind in (OUTPUT, OPERATIONS, FLATTEN) and not code
    if not asks and needs_input and read_input(statement, {}, False) is None:
        return 0.0
    # The layer must be described: "parâmetros da ResNet com 1000 classes" has none.
    layers = code or read_layers(statement, {})
    if kind == PARAMETERS and layers and {"in", "filters"} <= set(layers[0]):
        return 0.96  # "bloco: conv 3x3 64→64 …" is no transformer's block
    if layers:
        return 0.92
    described = statement.has(r"stride|padding|canais|filtros?|dilatac\w+|passo")
    asks = statement.asks_quantity and not statement.asks_concept
    if kind == FIELD:
        return 0.6 if statement.has(CONVOLUTION) and not statement.asks_concept else 0.0
    described = described or kind == OUTPUT  # the layer is asked for
    return 0.6 if described and asks and read_input(statement, {}, False) else 0.0


def _concrete(statement: Statement) -> bool:
    """ "Preciso de: tamanho da saída e MACs" of a layer with its input is no question of ideas."""
    told = {each.role for each in mentions(rewrite(statement).folded) if each.role}
    return (
        bool(asked_in(statement.folded))
        and len(told) >= 3
        and not statement.has(
            r"por ?que|"
            r"pq"
        )
    )


def _bare_shape(statement: Statement) -> bool:
    """ "flatten de 7x7x64": a shape and no layer."""
    if statement.has(CONVOLUTION, POOLING) or statement.asks_concept:
        return False
    return any(value.dimensions and value.size == 3 for value in statement.values)


_GEOMETRY = (("kernel", 1), ("stride", 1), ("dilation", 1), ("padding", 0))


def _read_output(inputs: dict[str, Json], statement: Statement) -> None:
    """ "com saída 14×14": the input that one layer makes it from; its multiplications are those
    of the output positions, whatever the padding."""
    told, layers = read_output(statement), _layers(inputs)
    if told is None or "input" in inputs or len(layers) != 1 or layers[0]["op"] != "conv":
        return
    told = [*told, *told] if len(told) == 1 else told[:2]
    shape: dict[str, Json] = {}
    layer = layers[0]
    parts = [per_axis(layer, key, default, 2) for key, default in _GEOMETRY]
    if layer.get("padding") == "same" or any(len(part) != 2 for part in parts):
        return
    shape["size"] = [
        (told[axis] - 1) * s + d * (k - 1) + 1 - 2 * p
        for axis, (k, s, d, p) in enumerate(zip(*parts, strict=True))
    ]
    inputs["input"] = shape
    assume(
        inputs,
        f"Li {told[0]}×{told[1]} como o tamanho da saída; as multiplicações são as de cada "
        "posição da saída.",
    )


def _parse(kind: str, statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    statement = _plain_rows(statement)
    if previous is not None and statement.has(r"retroced\w+"):
        return None
    asked = _asked(statement)
    if previous is None:
        inputs["kind"] = kind
    elif asked is not None and not (asked == OUTPUT and not statement.asks_value):
        inputs["kind"] = asked
    rivals_text = split_rivals(rewrite(statement).folded) if previous is None else None
    layers = read_layers(statement if rivals_text is None else Statement(rivals_text[0]), inputs)
    if rivals_text is not None and layers:
        named = re.search(rf"{CONVOLUTION}|dens[ao]|linear|mlp", rivals_text[1])
        right = Statement(rivals_text[1] if named else f"conv {rivals_text[1]}")
        other = completed(read_layers(right, {}), layers, right.folded)
        layers = completed(layers, other, "")
        inputs["rival"] = [*completed(other, layers, "")]
    if kind == FLATTEN and _UNKNOWN_INPUTS.search(statement.text):
        layers = _before_unknown(layers)
    one = any(layer.get("axes") == 1 for layer in layers) or _one_dimensional(inputs)
    if previous is not None and isinstance(inputs.get("layers"), list):
        if layers and (len(layers) > 1 or read_code(statement.text)):
            inputs["layers"] = [dict(layer) for layer in layers]
        else:
            inputs["layers"] = _revise(inputs["layers"], statement)
    elif layers:
        inputs["layers"] = [dict(layer) for layer in layers]
    shape = read_input(statement, inputs, one)
    if shape is not None and (previous is None or _gives_input(statement, inputs)):
        inputs["input"] = shape
    elif previous is not None and "input" not in inputs and statement.scalars and not layers:
        _fill(inputs, statement)
    if previous is None and inputs["kind"] == OPERATIONS:
        _read_output(inputs, statement)
    _share_channels(inputs, layers, statement)
    if statement.has(r"flops?") and inputs["kind"] == OPERATIONS and not statement.has("macs?"):
        inputs["flops"] = True
    if unbiased(rewrite(statement).folded) and layers and not read_code(statement.text):
        rival = inputs.get("rival")
        for layer in [*_layers(inputs), *(rival if isinstance(rival, list) else [])]:
            if isinstance(layer, dict) and layer["op"] in ("conv", "linear"):
                layer["bias"] = False
    if (
        statement.has(r"shape|formato|volume|dimensoes|forma|tensor", r"quantos (?:mapas|canais)")
        or "axes" in inputs
    ):
        inputs["full"] = True
    deep = re.search(r"\b(?:profundidade|canais)\b", region(statement.folded)) is not None
    if deep and inputs["kind"] == OUTPUT:
        inputs["full"] = True
    elif statement.has(r"altura|largura|lado|espacial|espaciais|resolucao|comprimento"):
        inputs["full"] = False
    if statement.has(r"altura e (?:a )?largura", r"height and width", r"largura e (?:a )?altura"):
        inputs["sides"] = True
    if asked is not None:
        _read_wishes(inputs, statement)
    if unchanged(inputs, previous):
        return None
    _complete(inputs)
    return inputs


def _before_unknown(layers: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """The layers up to the dense one whose inputs are the "?"."""
    end = next((i for i, each in enumerate(layers) if each["op"] == "linear" and "in" not in each),
               len(layers))  # fmt: skip
    return layers[:end]


def _read_wishes(inputs: dict[str, Json], statement: Statement) -> None:
    """Several quantities at once, those of each layer, and whether channels belong to the size."""
    for key in ("also", "each", "total", "apart"):
        inputs.pop(key, None)
    if asks_apart(statement.folded):
        inputs["apart"] = True
    also = asked_in(statement.folded)
    if statement.has(_SIZE_TOO) and OUTPUT not in also:
        also = [OUTPUT, *also]
    if "input" not in inputs:
        also = [kind for kind in also if kind not in (OUTPUT, ACTIVATIONS, OPERATIONS)]
    if FLATTEN in also and inputs["kind"] != FLATTEN:
        also.remove(FLATTEN)  # "os parâmetros da densa depois do flatten"
    if len(also) > 1 or (also and also[0] in (ACTIVATIONS, EFFECTIVE)):
        inputs["also"] = [*also]
    if len(_layers(inputs)) > 1 and asks_each(statement.folded):
        inputs["each"] = True
        inputs["total"] = asks_total(statement.folded)
    if statement.has(r"quantas vezes|razao|proporcao"):
        inputs["ratio"] = True
    if inputs["kind"] in (OUTPUT, PARAMETERS) and re.search(
        r"\bcanais\b", region(statement.folded)
    ):
        inputs["full"] = True


def _one_dimensional(inputs: Inputs) -> bool:
    return any(layer.get("axes") == 1 for layer in _layers(inputs))


def _layers(inputs: Inputs) -> list[dict[str, Json]]:
    layers = inputs.get("layers")
    return (
        [layer for layer in layers if isinstance(layer, dict)] if isinstance(layers, list) else []
    )


def _gives_input(statement: Statement, inputs: Inputs) -> bool:
    if "input" not in inputs:
        return True
    return statement.has(
        r"entradas?|imagem|imagens|input|volume|tensor|mapa|sinal|comprimento|tamanho"
    )


_REVISED = ("stride", "padding", "dilation", "groups", "filters", "in")


def _revise(layers: Json, statement: Statement) -> list[Json]:
    """The layers before with what a follow-up changes: "e com stride 2?", "e com kernel 5x5?"."""
    changes: dict[str, Json] = {}
    plain = rewrite(statement)
    for mention in mentions(plain.folded):
        key = "in" if mention.role in ("channels", "entering") else mention.role
        if key in _REVISED and key not in changes:
            changes[key] = whole(mention.sides, key)
    bare = [layer for layer in read_layers(statement, {}) if "kernel" in layer]
    if bare:
        changes["kernel"] = bare[0]["kernel"]
    if plain.has(r"same"):
        changes["padding"] = "same"
    if plain.has(r"valid"):
        changes["padding"] = "valid"
    if plain.has(r"sem (?:o )?(?:bias|vies)"):
        changes["bias"] = False
    elif plain.has(r"com (?:o )?(?:bias|vies)"):
        changes["bias"] = True
    if plain.has(r"depthwise"):
        changes["depthwise"] = True
    revised: list[Json] = []
    listed = layers if isinstance(layers, list) else []
    only = sum(1 for layer in listed if isinstance(layer, dict) and layer["op"] == "conv")
    for layer in listed:
        if isinstance(layer, dict) and (
            layer["op"] == "conv" or (not only and layer["op"] == "pool")
        ):
            layer = {**layer, **changes}
            if "filters" in changes and layer["op"] == "pool":
                layer.pop("filters")
        revised.append(layer)
    return revised


def _fill(inputs: dict[str, Json], statement: Statement) -> None:
    """A bare number answers the question that was asked."""
    missing = inputs.get("missing")
    if missing == "input":
        n = statement.scalars[0].count("o tamanho da entrada", 1, 10**7)
        inputs["input"] = {"size": [n] if _one_dimensional(inputs) else [n, n]}
    elif missing in ("in", "filters") and len(_layers(inputs)) == 1:
        layer = {**_layers(inputs)[0], missing: statement.scalars[0].count("canais", 1, 10**7)}
        inputs["layers"] = [layer]


def _share_channels(inputs: dict[str, Json], layers: object, statement: Statement) -> None:
    """Channels named once ("entrada com 3 canais") belong to the input."""
    found = _layers(inputs)
    if not found:
        return
    first = found[0]
    shape = inputs.get("input")
    if isinstance(shape, dict):
        first_conv = next((layer for layer in found if layer["op"] == "conv"), None)
        if "channels" not in shape and first_conv is not None and "in" in first_conv:
            inputs["input"] = {**shape, "channels": first_conv["in"]}
        elif "channels" not in shape:
            told = next(
                (
                    m
                    for m in mentions(rewrite(statement).folded)
                    if m.role in ("channels", "in", "entering")
                ),
                None,
            )
            if told is not None:
                inputs["input"] = {**shape, "channels": whole(told.sides, "in")}
            elif statement.has(r"rgb|colorid[ao]s?"):
                inputs["input"] = {**shape, "channels": 3}
            elif statement.has(r"tons de cinza|grayscale|escala de cinza"):
                inputs["input"] = {**shape, "channels": 1}
    elif "in" not in first and first["op"] == "conv" and statement.has(r"rgb|colorid[ao]s?"):
        inputs["layers"] = [{**first, "in": 3}, *found[1:]]


def _complete(inputs: dict[str, Json]) -> None:
    kind = str(inputs["kind"])
    layers = _layers(inputs)
    inputs.pop("missing", None)
    inputs.pop("pending", None)

    def ask(key: str, message: str) -> MissingData:
        inputs["missing"] = key
        return MissingData(message, Problem(kind, inputs))

    shape = inputs.get("input")
    flat = kind == FLATTEN and isinstance(shape, dict) and "channels" in shape
    channels_in = integer(shape.get("channels")) if isinstance(shape, dict) else 0
    if not layers and not flat:
        raise ask("kernel", "Falta o tamanho do filtro. Escreva, por exemplo, kernel 3x3.")
    _check_channels(layers, channels_in)
    if any("filters" in each and integer(each["filters"]) < 1 for each in layers):
        raise SolverError("O número de filtros precisa ser um número inteiro maior que zero.")
    if any(min(kernel_of(layer)) < 1 for layer in layers if "kernel" in layer):
        raise SolverError(
            "O tamanho do kernel precisa ser um número inteiro maior que zero. Confira os dados."
        )
    if kind in (OUTPUT, OPERATIONS, FLATTEN) and not isinstance(shape, dict):
        raise ask("input", "Falta o tamanho da entrada. Escreva, por exemplo, entrada 32x32x3.")
    channels = integer(shape.get("channels")) if isinstance(shape, dict) else 0
    convs = [layer for layer in layers if layer["op"] == "conv"]
    if kind in (PARAMETERS, OPERATIONS):
        if convs and "in" not in convs[0] and not channels:
            raise ask(
                "in", "Faltam os canais de entrada. Escreva, por exemplo, 3 canais de entrada."
            )
        if any("filters" not in each and each.get("depthwise") is not True for each in convs):
            raise ask("filters", "Falta o número de filtros. Escreva, por exemplo, 64 filtros.")
        if any(each.get("separable") is True and "filters" not in each for each in convs):
            raise ask("filters", "Faltam os canais de saída. Escreva, por exemplo, 64 filtros.")
        if not convs and not any(each["op"] in ("linear", "norm") for each in layers):
            assume(inputs, "O pooling não tem parâmetros.")
    needs_map = any(each["op"] == "linear" and "in" not in each for each in layers[1:]) and convs
    if kind == PARAMETERS and needs_map and not isinstance(shape, dict):
        raise ask("input", "Falta o tamanho da entrada. Escreva, por exemplo, entrada 32x32x3.")
    if kind == FLATTEN:
        last = convs[-1] if convs else None
        if not channels and (last is None or "filters" not in last):
            raise ask(
                "filters", "Falta o número de canais (filtros). Escreva, por exemplo, 64 filtros."
            )
    if kind in (OUTPUT, OPERATIONS, FLATTEN, FIELD):
        for key, sentence in (
            ("stride", "Usei stride 1."),
            ("padding", "Usei padding 0 (sem padding)."),
        ):
            silent = any(key not in each for each in layers if each["op"] == "conv")
            known = [each for each in inputs.get("assumptions") or [] if each != sentence]  # type: ignore[union-attr]
            inputs["assumptions"] = known
            if silent and not (kind == FIELD and key == "padding"):
                assume(inputs, sentence)
    if any(each["op"] == "pool" and each.get("stride") == each.get("kernel") for each in layers):
        assume(inputs, "O stride do pooling é igual à janela, o usual.")
    if kind == PARAMETERS and any("bias" not in each for each in convs):
        assume(inputs, "Contei um bias por filtro.")


def _check_channels(layers: list[dict[str, Json]], entering: int) -> None:
    """The channels that a layer is said to take are those that reach it."""
    for layer in layers:
        told = integer(layer.get("in")) if layer["op"] == "conv" else 0
        if told and entering and told != entering:
            raise SolverError(
                f"Os dados não combinam: a camada recebe {told} canais, mas chegam {entering} a "
                "ela. Confira os canais."
            )
        if layer["op"] == "conv":
            entering = integer(layer.get("filters")) or (
                (told or entering) if layer.get("depthwise") is True else 0
            )
        elif layer["op"] not in ("pool", "norm", "global"):
            entering = 0


# ----------------------------------------------------------------------- solve


def _expanded(layers: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """A depthwise separable convolution is two layers: depthwise, then 1x1."""
    found: list[dict[str, Json]] = []
    for layer in layers:
        if layer.get("separable") is True:
            depthwise = {k: v for k, v in layer.items() if k not in ("filters", "separable")}
            point: dict[str, Json] = {
                "op": "conv",
                "axes": layer.get("axes", 2),
                "kernel": 1,
            }
            point |= {key: layer[key] for key in ("filters", "bias") if key in layer}
            found += [depthwise, point]
        else:
            found.append(layer)
    return found


def _shape_of(inputs: Inputs) -> Shape | None:
    shape = inputs.get("input")
    if not isinstance(shape, dict):
        return None
    size = shape.get("size")
    listed = tuple(integer(each) for each in size) if isinstance(size, list) else ()
    channels = integer(shape.get("channels")) or None
    return Shape(listed, channels, integer(shape.get("batch")) or None)


def solve(inputs: Inputs) -> Solution:
    also = strings(inputs.get("also"))
    if len(also) > 1:
        return joined(inputs, also, [_solve_one({**inputs, "kind": kind}, kind) for kind in also])
    kind = also[0] if also else str(inputs["kind"])
    return _solve_rivals(inputs, kind) if "rival" in inputs else _solve_one(inputs, kind)


def _solve_rivals(inputs: Inputs, kind: str) -> Solution:
    one = {key: value for key, value in inputs.items() if key != "rival"}
    first, second = _solve_one(one, kind), _solve_one({**one, "layers": inputs["rival"]}, kind)
    compared = rivals(first, second, inputs.get("ratio") is True)
    return replace(compared, problem=Problem(str(inputs["kind"]), inputs))


def _flattened(layers: list[dict[str, Json]]) -> list[dict[str, Json]]:
    """A dense layer takes the map before it as one vector."""
    found: list[dict[str, Json]] = []
    for layer in layers:
        if layer["op"] == "linear" and found and found[-1]["op"] in ("conv", "pool", "norm"):
            found.append({"op": "flatten"})
        found.append(layer)
    return found


def _solve_one(inputs: Inputs, kind: str) -> Solution:
    layers = _flattened(_expanded(_layers(inputs)))
    start = _shape_of(inputs)
    if kind == FIELD:
        return _solve_field(inputs, layers)
    if kind == EFFECTIVE:
        return effective_kernel(inputs, layers[0])
    if kind == PARAMETERS:
        return _solve_parameters(inputs, layers, start)
    assert start is not None
    shapes = [start]
    for layer in layers:
        shapes.append(apply(layer, shapes[-1]))
    if kind == OPERATIONS:
        return _solve_operations(inputs, layers, shapes)
    if kind == ACTIVATIONS:
        sized = {**inputs, "kind": OUTPUT}
        return activations(inputs, shapes[-1], _solve_output(sized, layers, shapes))
    output = _solve_output(inputs, layers, shapes)
    if inputs.get("each") is True and kind == OUTPUT:
        values = [_output_value(inputs, shape, _order(inputs)) for shape in shapes[1:]]
        output = each_layer(output, [_name(layer) for layer in layers], values, None)
    return output


def _short_names(layers: list[dict[str, Json]]) -> list[str]:
    """conv1, pool1, conv2, fc1: for the results of each layer."""
    words, seen, names = {"linear": "fc"}, dict[str, int](), []
    for layer in layers:
        word = words.get(str(layer["op"]), str(layer["op"]))
        seen[word] = seen.get(word, 0) + 1
        names.append(f"{word}{seen[word]}")
    return names


def _name(layer: Layer) -> str:
    op = str(layer["op"])
    if op == "conv":
        word = "Convolução transposta" if layer.get("transposed") is True else "Convolução"
        word = "Convolução depthwise" if layer.get("depthwise") is True else word
        return f"{word} {'×'.join(str(k) for k in kernel_of(layer))}"
    if op == "pool":
        word = "Average pooling" if layer.get("pool") == "avg" else "Max pooling"
        return f"{word} {'×'.join(str(k) for k in kernel_of(layer))}"
    return {
        "linear": "Camada densa",
        "flatten": "Flatten",
        "norm": "Normalização",
        "global": "Pooling global",
    }[op]


def _show(shape: Shape, order: str = "last") -> str:
    if not shape.size:
        return str(shape.channels) if shape.channels is not None else "?"
    size = [str(n) for n in shape.size]
    if shape.channels is not None:
        size = [str(shape.channels), *size] if order == "first" else [*size, str(shape.channels)]
    return " × ".join(size)


def _list_of(shape: Shape, order: str) -> list[Json]:
    size: list[Json] = [*shape.size]
    if shape.channels is not None:
        size = [shape.channels, *size] if order == "first" else [*size, shape.channels]
    return [shape.batch, *size] if shape.batch is not None else size


def _order(inputs: Inputs) -> str:
    shape = inputs.get("input")
    return str(shape.get("order", "last")) if isinstance(shape, dict) else "last"


def _output_step(layer: Layer, before: Shape, after: Shape, order: str) -> str:
    if layer["op"] not in ("conv", "pool"):
        return f"{_show(before, order)} → {_show(after, order)}"
    axes, lines = len(before.size), []
    pads = padding_of(layer, axes, before.size)
    names = [""] if axes == 1 else ["altura", "largura"]
    for axis in range(axes):
        n, k = before.size[axis], per_axis(layer, "kernel", 1, axes)[axis]
        s, d = per_axis(layer, "stride", 1, axes)[axis], per_axis(layer, "dilation", 1, axes)[axis]
        low, high = pads[axis]
        label = rf"\text{{{names[axis]}: }}" if axes > 1 and axis < 2 else ""
        both = rf"2 \cdot {low}" if low == high else f"({low} + {high})"
        if layer.get("transposed") is True:
            extra = integer(layer.get("output_padding"))
            body = rf"({n} - 1) \cdot {s} - {both} + {d} \cdot ({k} - 1) + 1"
            body += f" + {extra}" if extra else ""
        else:
            reach = rf"{d} \cdot ({k} - 1) - 1" if d > 1 else str(k)
            body = rf"\left\lfloor \dfrac{{{n} + {both} - {reach}}}{{{s}}} \right\rfloor + 1"
        lines.append(rf"${label}{body} = {after.size[axis]}$")
        if axes == 2 and axis == 0 and _square(layer, before, after):
            lines[-1] = lines[-1].replace(r"\text{altura: }", "")
            break
    if after.channels is not None:
        lines.append(f"Canais na saída: {after.channels}.")
    return "\n\n".join(lines)


def _square(layer: Layer, before: Shape, after: Shape) -> bool:
    same = len(set(before.size)) == 1 and len(set(after.size)) == 1
    return same and len(set(per_axis(layer, "kernel", 1, 2))) == 1


def _solve_output(inputs: Inputs, layers: list[dict[str, Json]], shapes: list[Shape]) -> Solution:
    kind, order, final = str(inputs["kind"]), _order(inputs), shapes[-1]
    flatten = kind == FLATTEN
    steps = [
        Step(
            "Fórmula",
            r"$o = \left\lfloor \dfrac{n + 2p - d(k-1) - 1}{s} \right\rfloor + 1$ "
            "(sem dilatação, $d = 1$: $n + 2p - k$ no numerador)",
        )
    ]
    for index, layer in enumerate(layers):
        title = _name(layer) if len(layers) == 1 else f"{index + 1}. {_name(layer)}"
        steps.append(Step(title, _output_step(layer, shapes[index], shapes[index + 1], order)))
    value: Json
    if flatten:
        spatial = next((s for s in reversed(shapes) if s.size), final)
        flat = spatial.flat
        if flat is None:
            raise SolverError("Não sei quantos canais chegam ao flatten. Dê o número de filtros.")
        value = flat
        product = " × ".join(str(n) for n in (*spatial.size, spatial.channels))
        steps.append(Step("Flatten", f"{product} = {flat}"))
        result = f"O vetor tem {flat} elementos ({product})."
    else:
        value = _output_value(inputs, final, order)
        shown = _show(final, order)
        if final.batch is not None:
            shown = f"{final.batch} × {shown}"
        result = f"Saída: {shown}"
    return Solution(
        problem=Problem(kind, inputs),
        title=_LABELS[kind],
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(_positions_check(layers, shapes),),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(
            inputs, value, [] if flatten else _output_mistakes(inputs, layers, shapes)
        ),
    )


def _output_value(inputs: Inputs, final: Shape, order: str) -> Json:
    if not final.size:
        if final.batch is not None:
            return [final.batch, final.channels]
        return final.channels
    full = inputs.get("full")
    claimed = inputs.get(CLAIMED)
    if isinstance(claimed, str) and re.fullmatch(r"\d+", claimed.strip()):
        full = False  # the student speaks of the spatial size
    square = len(set(final.size)) == 1
    if full is not False and final.channels is not None:
        return _list_of(final, order)
    if final.batch is not None and full is not False:
        return _list_of(final, order)
    if square and full is not True and inputs.get("sides") is not True:
        return final.size[0]
    return final.size[0] if len(final.size) == 1 else [*final.size]


def _positions_check(layers: list[dict[str, Json]], shapes: list[Shape]) -> Check:
    """Counts the places of the window one by one."""
    passed = True
    for layer, before, after in zip(layers, shapes, shapes[1:], strict=False):
        if layer["op"] not in ("conv", "pool") or max((*before.size, 0)) > 100_000:
            continue
        axes = len(before.size)
        pads = padding_of(layer, axes, before.size)
        for axis in range(axes):
            k = per_axis(layer, "kernel", 1, axes)[axis]
            s = per_axis(layer, "stride", 1, axes)[axis]
            d = per_axis(layer, "dilation", 1, axes)[axis]
            n = before.size[axis]
            reach = d * (k - 1) + 1
            if layer.get("transposed") is True:  # the convolution it undoes gives the input back
                out = after.size[axis] - integer(layer.get("output_padding"))
                passed = passed and output_axis(out, k, s, d, pads[axis]) == n
            else:
                total = n + sum(pads[axis])
                passed = passed and len(range(0, total - reach + 1, s)) == after.size[axis]
    return Check(
        "Contagem das posições", passed, "as posições da janela, contadas uma a uma, conferem"
    )


def _output_mistakes(
    inputs: Inputs, layers: list[dict[str, Json]], shapes: list[Shape]
) -> list[Mistake]:
    if len(layers) != 1 or layers[0]["op"] not in ("conv", "pool") or len(shapes[0].size) > 2:
        return []
    layer, before, after = layers[0], shapes[0], shapes[1]
    axes = len(before.size)
    found: list[Mistake] = []

    def add(sizes: list[float], clause: str) -> None:
        value = _output_value(inputs, after, _order(inputs))
        if isinstance(value, list):
            spatial = iter(sizes)
            listed = [
                next(spatial) if index in _spatial_places(value, after, _order(inputs)) else each
                for index, each in enumerate(value)
            ]
            found.append(([float(x) for x in listed if isinstance(x, (int, float))], clause))
            found.append((sizes[0], clause))
        else:
            found.append((sizes[0], clause))

    settings = [
        (
            before.size[a],
            per_axis(layer, "kernel", 1, axes)[a],
            per_axis(layer, "stride", 1, axes)[a],
            per_axis(layer, "dilation", 1, axes)[a],
            sum(padding_of(layer, axes, before.size)[a]),
        )
        for a in range(axes)
    ]
    add(
        [(n + p / 2 - d * (k - 1) - 1) // s + 1 for n, k, s, d, p in settings],
        "se soma o padding uma vez só (falta contar os dois lados, 2p)",
    )
    add([(n - d * (k - 1) - 1) // s + 1 for n, k, s, d, p in settings], "se esquece do padding")
    add([(n + p - d * (k - 1) - 1) // s for n, k, s, d, p in settings], "se esquece do +1")
    add([n + p - d * (k - 1) for n, k, s, d, p in settings], "se esquece do stride")
    add([(n + p - k) // s + 1 for n, k, s, d, p in settings], "se esquece da dilatação")
    add(
        [(n + p - d * (k - 1) - 1) / s + 1 for n, k, s, d, p in settings],
        "se esquece de arredondar para baixo (o piso da divisão)",
    )
    add(
        [math.ceil((n + p - d * (k - 1) - 1) / s) + 1 for n, k, s, d, p in settings],
        "se arredonda a divisão para cima em vez de para baixo",
    )
    add([(n + p) // s for n, k, s, d, p in settings], "se divide só pelo stride")
    return found


def _spatial_places(value: list[Json], shape: Shape, order: str) -> range:
    start = (1 if shape.batch is not None else 0) + (
        1 if order == "first" and shape.channels is not None else 0
    )
    return range(start, start + len(shape.size))


def _chain(
    layers: list[dict[str, Json]], start: Shape | None
) -> list[tuple[int | None, Shape | None]]:
    """(channels entering each layer, its input shape where known)."""
    found: list[tuple[int | None, Shape | None]] = []
    channels, shape = (start.channels if start else None), start
    for layer in layers:
        entering = integer(layer["in"]) if "in" in layer else channels
        found.append((entering, shape))
        if shape is not None and shape.size:
            shape = apply(layer, Shape(shape.size, entering, shape.batch))
            channels = shape.channels
        elif layer["op"] == "linear":
            channels, shape = integer(layer["out"]), None
        elif layer["op"] == "conv":
            channels = out_channels(layer, entering)
        elif layer["op"] == "flatten":
            channels = shape.flat if shape is not None else None
    return found


def _solve_parameters(
    inputs: Inputs, layers: list[dict[str, Json]], start: Shape | None
) -> Solution:
    steps = [
        Step(
            "Fórmula",
            r"$\text{parâmetros} = k_h \cdot k_w \cdot \dfrac{C_{in}}{\text{grupos}} "
            r"\cdot C_{out} + C_{out}$ (o último termo são os bias)",
        )
    ]
    total, second, all_weights, all_biases = 0, 0, 0, 0
    lines, counts = [], []
    for layer, (channels, _) in zip(layers, _chain(layers, start), strict=True):
        weights, biases = weights_of(layer, channels)
        total += weights + biases
        counts.append(weights + biases)
        all_weights, all_biases = all_weights + weights, all_biases + biases
        second += _second_count(layer, channels, biases)
        lines.append((_name(layer), _parameter_line(layer, channels, weights, biases)))
    for index, (name, line) in enumerate(lines, 1):
        if line:
            steps.append(Step(name if len(lines) == 1 else f"{index}. {name}", line))
    if len(lines) > 1:
        steps.append(Step("Soma", f"Total: {total} parâmetros."))
    mistakes: list[Mistake] = [
        (all_weights, "se esquece dos bias"),
        (all_weights + all_biases, "se conta os bias, que a camada não tem"),
        (all_weights + 1, "se conta um bias só para a camada, e não um por filtro"),
    ]
    if len(layers) == 1 and layers[0]["op"] == "conv":
        layer, channels = layers[0], _chain(layers, start)[0][0]
        filters, k = out_channels(layer, channels) or 0, math.prod(kernel_of(layer))
        mistakes += [
            (all_weights + filters, "se soma os bias, que a camada não tem"),
            (k * filters + filters, "se esquece dos canais de entrada"),
            (k * filters, "se esquece dos canais de entrada e dos bias"),
            (k * (channels or 1), "se conta um filtro só e esquece os bias"),
            (k * (channels or 1) + 1, "se conta um filtro só"),
            (k * (channels or 1) * filters + filters, "se esquece dos grupos"),
            (
                k * (channels or 1) * filters + (channels or 1),
                "se conta um bias por canal de entrada",
            ),
        ]
    solution = Solution(
        problem=Problem(PARAMETERS, inputs),
        title=_LABELS[PARAMETERS],
        result=f"{total} parâmetros ({all_weights} pesos + {all_biases} bias)",
        value=total,
        steps=tuple(steps),
        checks=(Check("Contagem por filtro", second == total, f"filtro a filtro dá {second}"),),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, total, mistakes),
    )
    if inputs.get("apart") is True:
        apart: Json = {"pesos": all_weights, "bias": all_biases, "total": total}
        return replace(solution, value=apart, remarks=())
    if inputs.get("each") is not True:
        return solution
    counted = [index for index, count in enumerate(counts) if count]
    names = _short_names([layers[index] for index in counted])
    listed = [counts[index] for index in counted]
    return each_layer(solution, names, listed, total if inputs.get("total") is True else None)


def _second_count(layer: Layer, channels: int | None, biases: int) -> int:
    """Filter by filter instead of by the product."""
    if layer["op"] == "conv":
        entering = integer(layer["in"]) if "in" in layer else channels or 1
        groups = entering if layer.get("depthwise") is True else integer(layer.get("groups"), 1)
        filters = out_channels(layer, entering) or 0
        one = sum(math.prod(kernel_of(layer)) for _ in range(min(entering // groups, 10**5)))
        return filters * (one + (1 if biases else 0))
    if layer["op"] == "linear":
        entering = integer(layer["in"]) if "in" in layer else channels or 0
        return integer(layer["out"]) * (entering + (1 if biases else 0))
    return sum(weights_of(layer, channels)) if layer["op"] == "norm" else 0


def _parameter_line(layer: Layer, channels: int | None, weights: int, biases: int) -> str:
    op, total = layer["op"], weights + biases
    if op == "conv":
        entering = integer(layer["in"]) if "in" in layer else channels or 1
        groups = entering if layer.get("depthwise") is True else integer(layer.get("groups"), 1)
        k = r" \cdot ".join(str(each) for each in kernel_of(layer))
        share = rf"\dfrac{{{entering}}}{{{groups}}}" if groups > 1 else str(entering)
        tail = f" + {biases} = {weights} + {biases} = {total}" if biases else f" = {total}"
        return rf"${k} \cdot {share} \cdot {out_channels(layer, entering)}{tail}$"
    if op == "linear":
        entering = integer(layer["in"]) if "in" in layer else channels or 0
        tail = f" + {biases} = {total}" if biases else f" = {total}"
        return rf"${entering} \cdot {integer(layer['out'])}{tail}$"
    if op == "norm":
        return f"Uma escala e um deslocamento por canal: ${weights} + {biases} = {total}$"
    return "Sem parâmetros."


def _solve_operations(
    inputs: Inputs, layers: list[dict[str, Json]], shapes: list[Shape]
) -> Solution:
    steps = [
        Step(
            "Fórmula",
            r"$\text{MACs} = H_{out} \cdot W_{out} \cdot C_{out} \cdot k_h \cdot k_w "
            r"\cdot C_{in}/\text{grupos}$",
        )
    ]
    total, second = 0, 0
    rows = []
    for layer, before, after in zip(layers, shapes, shapes[1:], strict=False):
        entering = Shape(before.size, integer(layer["in"]) if "in" in layer else before.channels)
        count = operations(layer, entering, after)
        weights, _ = weights_of(layer, entering.channels)
        places = math.prod(before.size if layer.get("transposed") is True else after.size)
        second += sum(weights for _ in range(min(places, 10**5))) if places <= 10**5 else count
        total += count
        rows.append([_name(layer), _show(after), str(weights), str(count)])
    steps.append(Step("Cada camada", table(["camada", "saída", "pesos por posição", "MACs"], rows)))
    flops = inputs.get("flops") is True
    value = 2 * total if flops else total
    notes = [*assumptions(inputs), "Não contei as somas dos bias."]
    if flops:
        steps.append(Step("FLOPs", f"$2 \\cdot {total} = {value}$"))
        notes.append("Contei cada MAC como 2 FLOPs (uma multiplicação e uma soma).")
    return Solution(
        problem=Problem(OPERATIONS, inputs),
        title=_LABELS[OPERATIONS],
        result=f"{value} FLOPs" if flops else f"{value} multiplicações-somas (MACs)",
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Contagem por posição", second == total, "pesos somados posição a posição conferem"
            ),
        ),
        assumptions=tuple(notes),
        remarks=precise_remarks(
            inputs,
            value,
            [
                (total if flops else 2 * total, "se conta FLOPs em vez de MACs, ou o contrário"),
                (
                    sum(int(row[2]) for row in rows),
                    "se conta só os pesos, sem as posições da saída",
                ),
            ],
        ),
    )


def _solve_field(inputs: Inputs, layers: list[dict[str, Json]]) -> Solution:
    axes = integer(layers[0].get("axes"), 2)
    traces = [receptive_field([*layers], axis) for axis in range(min(axes, 2))]
    finals = [trace[-1][0] for trace in traces]
    value: Json = finals[0] if len(set(finals)) == 1 else [*finals]
    steps = [
        Step(
            "Fórmula",
            r"$r_l = r_{l-1} + d_l(k_l - 1)\,j_{l-1},\quad j_l = j_{l-1} s_l$, com "
            r"$r_0 = j_0 = 1$",
        )
    ]
    field, jump = 1, 1
    for index, (layer, (after, next_jump)) in enumerate(zip(layers, traces[0], strict=True), 1):
        if layer["op"] in ("conv", "pool"):
            k = per_axis(layer, "kernel", 1, axes)[0]
            d = per_axis(layer, "dilation", 1, axes)[0]
            factor = rf"{d} \cdot ({k} - 1)" if d > 1 else f"({k} - 1)"
            steps.append(
                Step(
                    f"{index}. {_name(layer)}",
                    rf"$r = {field} + {factor} \cdot {jump} = {after}$, $j = {next_jump}$",
                )
            )
        field, jump = after, next_jump
    back = 1  # from the last unit back to the input
    for layer in reversed(layers):
        if layer["op"] in ("conv", "pool"):
            k, s, d = (per_axis(layer, key, 1, axes)[0] for key in ("kernel", "stride", "dilation"))
            back = (back - 1) * s + d * (k - 1) + 1
    without = 1 + sum(per_axis(x, "kernel", 1, axes)[0] - 1 for x in layers if "kernel" in x)
    shown = "×".join(str(each) for each in (finals if axes > 1 else finals[:1]))
    return Solution(
        problem=Problem(FIELD, inputs),
        title=_LABELS[FIELD],
        result=f"Campo receptivo: {shown}",
        value=value,
        steps=tuple(steps),
        checks=(
            Check("De trás para a frente", back == finals[0], f"r = (r−1)s + d(k−1) + 1 dá {back}"),
        ),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(
            inputs,
            value,
            [
                (without, "se esquece dos strides (e da dilatação) das camadas anteriores"),
                (
                    sum(per_axis(x, "kernel", 1, axes)[0] for x in layers if "kernel" in x),
                    "se somam os tamanhos dos filtros",
                ),
                (
                    math.prod(per_axis(x, "kernel", 1, axes)[0] for x in layers if "kernel" in x),
                    "se multiplicam os tamanhos dos filtros",
                ),
            ],
        ),
    )


# -------------------------------------------------------------------- exercise


def _exercise(kind: str, random: Random) -> tuple[str, dict[str, Json]]:
    n, k = random.choice([28, 32, 64, 224]), random.choice([3, 5, 7])
    s, p = random.choice([1, 2]), random.choice([0, 1, 2])
    filters, channels = random.choice([8, 16, 32, 64]), random.choice([1, 3, 16])
    layer: dict[str, Json] = {"op": "conv", "axes": 2, "kernel": [k, k], "stride": s, "padding": p}
    inputs: dict[str, Json] = {"kind": kind, "layers": [layer], "assumptions": []}
    if kind == OUTPUT:
        inputs["input"] = {"size": [n, n]}
        text = (
            f"Qual é o tamanho da saída de uma convolução com kernel {k}x{k}, stride {s} e "
            f"padding "
            f"{p} sobre uma entrada {n}x{n}?"
        )
    elif kind == FIELD:
        layers: list[Json] = [{**layer, "padding": 0}]
        inputs["layers"] = layers
        pieces = [f"conv {k}x{k} com stride {s}"]
        for _ in range(random.randint(1, 3)):
            k, s = random.choice([3, 5]), random.choice([1, 2])
            layers.append({"op": "conv", "axes": 2, "kernel": [k, k], "stride": s})
            pieces.append(f"conv {k}x{k} com stride {s}")
        text = f"Calcule o campo receptivo depois de: {'; '.join(pieces)}."
    elif kind == PARAMETERS:
        layer["in"], layer["filters"] = channels, filters
        text = (
            f"Quantos parâmetros tem uma camada convolucional com {filters} filtros {k}x{k} e "
            f"{channels} canais de entrada, com bias?"
        )
    else:
        layer["filters"] = filters
        inputs["input"] = {"size": [n, n], "channels": channels, "order": "last"}
        asked = {
            OPERATIONS: "Quantas multiplicações-somas (MACs) faz",
            FLATTEN: "Quantos elementos tem o vetor depois do flatten da saída de",
        }[kind]
        text = (
            f"{asked} uma convolução com {filters} filtros {k}x{k}, stride {s} e padding {p} "
            f"sobre "
            f"uma entrada {n}x{n}x{channels}?"
        )
    return text, inputs


_KINDS = tuple(_LABELS)
FAMILIES: tuple[Family, ...] = tuple(
    Family(
        kind,
        _LABELS[kind],
        "cnn_resnet",
        "1",
        partial(_match, kind),
        partial(_parse, kind),
        solve,
        partial(_exercise, kind),
        adopts={other: ("layers",) for other in _KINDS if other != kind},
    )
    for kind in _KINDS
)
