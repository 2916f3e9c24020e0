"""Layers and their input in a student's prose: "conv 3x3, 64 filtros, stride 2, em 32x32x3"."""

from __future__ import annotations

import re

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.inputs import assume
from tutor.solver.layer_code import keras_shape, read_code
from tutor.solver.layers import kernel_of
from tutor.solver.named import assignments
from tutor.solver.numbers import Value, word_number

CONVOLUTION = (
    r"conv|convs|convoluc(?:ao|oes)|convolucion(?:al|ais)|convolutional|convolution|conv[123]d|"
    r"depthwise|cnn|filtros?|kernels?"
)
POOLING = (
    r"(?:max|avg|average|mean|media)?[- ]?pool(?:ing)?s?(?:[123]d)?|subamostragem|maxpool\w*|"
    r"avgpool\w*"
)
# The 1x1 convolution that makes the sizes of a skip connection agree.
SHORTCUT = r"adaptador|(?:conv\w* de )?projecao|atalho|shortcut|projection"
_LAYER_WORD = re.compile(
    r"\b(?:(?:camadas? )?(?:de )?(?:conv\w*|depthwise\w*|max[- ]?pool\w*|average[- ]pool\w*|"
    r"avg[- ]?pool\w*|pool\w*)|camadas?(?= (?:de )?\d{1,2}x\d))\b"
)
_LARGEST = 10**7
_NAMES: dict[str, tuple[str, ...]] = {
    "kernel": (
        "kernel",
        "kernels",
        "kernel size",
        "kernel_size",
        "tamanho do kernel",
        "filtro",
        "filtros",
        "tamanho do filtro",
        "nucleo",
        "janela",
        "k",
        "f",
        "mascara",
        "filter",
        "filters",
        "filtro de tamanho",
        "filtros de tamanho",
        "kernel de tamanho",
        "tamanho de filtro",
        "kernels de tamanho",
        "janela de tamanho",
        "pooling",
        "max pooling",
        "maxpool",
        "pool",
        "maxpooling",
        "average pooling",
        "conv",
        "convolucao",
        "convolucoes",
        "convolucional",
        "convolucionais",
        "avgpool",
        "max-pooling",
        "pool size",
        "convs",
        "convolution",
        "depthwise",
        "depthwise separable",
        "depthwise separavel",
        "separable",
        "separavel",
        "separavel em profundidade",
        "depthwise convolution",
        "convolucao depthwise",
        "tamanho de kernel",
        "filters of size",
        "filter of size",
        "kernel of size",
        "kernels of size",
        "filter size",
        "filters of",
    ),
    "stride": ("stride", "strides", "passo", "passada", "s", "salto"),
    "padding": ("padding", "pad", "preenchimento", "p", "zero-padding", "zero padding", "paddings"),
    "dilation": (
        "dilatacao",
        "dilation",
        "taxa de dilatacao",
        "dilatado",
        "dilatada",
        "d",
        "dilation rate",
    ),
    "groups": ("grupos", "groups", "g"),
    "filters": (
        "numero de filtros",
        "out_channels",
        "out channels",
        "canais de saida",
        "c_out",
        "cout",
        "quantidade de filtros",
        "output channels",
    ),
    "in": (
        "canais de entrada",
        "in_channels",
        "in channels",
        "c_in",
        "cin",
        "canais",
        "channels",
        "input channels",
        "profundidade",
    ),
    "input": (
        "entrada",
        "imagem",
        "imagens",
        "input",
        "mapa",
        "mapa de entrada",
        "mapa de caracteristicas",
        "volume",
        "tensor",
        "x",
        "image",
        "tamanho",
        "tamanho da entrada",
        "comprimento",
        "sequencia",
        "entrada de tamanho",
        "imagem de tamanho",
        "n",
        "h",
        "w",
        "sinal",
        "lado",
        "shape",
        "dimensao",
        "dimensoes",
        "entrada de dimensao",
        "feature map",
        "randn",
        "zeros",
        "formato",
        "vetor",
        "resolucao",
        "entradas",
        "sinal de tamanho",
        "mapas",
        "size",
        "batch",
        "lote",
    ),
}
COUNTED = {
    "filters": (
        "filtros",
        "filters",
        "kernels",
        "de saida",
        "canais de saida",
        "out channels",
        "mapas de saida",
        "filtro",
        "feature maps",
        "mapas de caracteristicas",
        "output channels",
    ),
    "in": (
        "canais de entrada",
        "canal de entrada",
        "mapas de entrada",
        "canais",
        "canal",
        "input channels",
        "channels",
    ),
    "groups": ("grupos", "groups"),
}


_COUNT_FOLLOWS = re.compile(
    r"(?<=\d),\s(?=\d{1,7} (?:\w+ )?(?:filtros?|filters?|cana(?:l|is)|channels?|kernels?|grupos?|"
    r"mapas?|camadas?|neuronios?|imagens|entradas?|saidas?)\b)"
)


def rewrite(statement: Statement) -> Statement:
    """ "3 por 3" -> "3x3", "(3, 3)" after kernel -> "3x3"; "sem padding" -> "padding 0"."""
    text = statement.folded
    text = re.sub(r"(?<=\d) (?:por|by) (?=\d)", "x", text)
    text = re.sub(r"\b(um|dois|tres|cinco|sete) por \1\b", _square, text)
    text = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d{1,6}\b)", "x", text)
    text = re.sub(r"(?<![\w\d])\(\s*(\d{1,6})\s*,\s*(\d{1,6})\s*\)", r" \1x\2 ", text)
    text = _COUNT_FOLLOWS.sub(" com ", text)  # "padding 1, 64 filtros" is no list
    text = re.sub(r"\bin ?= ?(?=\d)", "in_channels = ", text)
    text = re.sub(r"\bout ?= ?(?=\d)", "out_channels = ", text)
    text = re.sub(r"\b(?:sem|nenhum|no|without) (?:zero[- ]?)?padding\b", "padding 0 ", text)
    text = re.sub(r"\b(?:stride|passo) (?:de )?(?:um|one|unitario)\b", "stride 1 ", text)
    text = re.sub(r"\b(\w+) (?:de )?(um|dois|duas|tres|quatro|zero)\b", _digit, text)
    return Statement(text)


def _square(match: re.Match[str]) -> str:
    return f"{word_number(match.group(1))}x{word_number(match.group(1))}"


def _digit(match: re.Match[str]) -> str:
    if match.group(1) not in ("stride", "padding", "passo", "dilatacao", "kernel", "pad"):
        return match.group()
    return f"{match.group(1)} {word_number(match.group(2))}"


def read_layers(statement: Statement, inputs: dict[str, Json]) -> list[dict[str, Json]]:
    """The layers of the message: code first, prose otherwise; [] without a kernel."""
    code = read_code(statement.text)
    if code:
        return code
    prose = rewrite(statement)
    pieces = [
        (layer, times)
        for text, times in _pieces(prose.folded)
        if "kernel" in (layer := _read_layer(Statement(text), text))
    ]
    if len(pieces) <= 1:
        layer = _read_layer(prose, prose.folded)
        if "kernel" not in layer:
            return []
        told = {"filters", "stride"} & set(layer)
        if layer["kernel"] == 1 and not told and "kernel" not in prose.folded:
            return []  # "o atalho" is named, and no layer of it is described
        if prose.has(SHORTCUT) and not re.search(r"\dx\d|kernel|filtro \d", prose.folded):
            assume(inputs, "A projeção do atalho é uma convolução 1×1, a usual.")
        times = pieces[0][1] if pieces else 1
        pieces = [(layer, times)]
    layers = [dict(layer) for layer, times in pieces for _ in range(min(times, 200))]
    layers = _each_its_own(layers, prose.folded)
    if prose.has(r"flatten|achat\w+") and len(layers) > 1:
        layers.append({"op": "flatten"})
    return layers


_ORDINAL = re.compile(r"\b(?:primeir|segund|terceir|quart)[ao]\b")


def _each_its_own(layers: list[dict[str, Json]], folded: str) -> list[dict[str, Json]]:
    """ "duas convoluções 3x3: a primeira leva 3 canais a 16, a segunda leva 16 a 32"."""
    parts = _ORDINAL.split(folded)[1:]
    if len(layers) < 2 or len(parts) != len(layers) or len({str(each) for each in layers}) > 1:
        return layers
    own = []
    for layer, part in zip(layers, parts, strict=True):
        size = "x".join(str(k) for k in kernel_of(layer))
        text = f"conv {size} {part}"
        own.append({**layer, **{k: v for k, v in _read_layer(Statement(text), text).items()
                                if k not in ("kernel", "op", "axes")}})  # fmt: skip
    return own


def _pieces(folded: str) -> list[tuple[str, int]]:
    """The message cut before each layer word, with how many such layers ("duas convoluções")."""
    starts = [match.start() for match in _LAYER_WORD.finditer(folded)]
    pieces = []
    for index, start in enumerate(starts[:100]):
        end = starts[index + 1] if index + 1 < len(starts) else len(folded)
        before = re.search(r"(\w+)? ?(?<!\w)(\w+) $", folded[max(0, start - 25) : start])
        times = 1
        if before and before.group(1) not in ("stride", "padding", "passo", "kernel", "pad"):
            word = before.group(2)
            number = int(word) if re.fullmatch(r"[0-9]{1,3}", word) else word_number(word)
            plural = re.match(r"camadas|\w*(?:coes|poolings|convs|ais)\b|conv \d", folded[start:])
            times = number if number and plural else 1
        pieces.append((folded[start:end], times))
    return pieces


def _read_layer(statement: Statement, text: str) -> dict[str, Json]:
    found = assignments(statement, _NAMES)
    pools = re.search(r"pool", text) is not None
    convolves = re.search(r"\bconv|filtro|kernel", text) is not None
    pooling = (pools and not re.search(r"\bconv", text)) or re.match(
        r"(?:max|av\w+)?[- ]?pool", text
    )
    layer: dict[str, Json] = {"op": "pool" if pooling or (not convolves and pools) else "conv"}
    one_dimensional = re.search(r"\b(?:conv)?1-?d\b|unidimensional|uma dimensao|comprimento", text)
    layer["axes"] = 1 if one_dimensional else 2
    kernel = _kernel(found, statement)
    if kernel is None and layer["op"] == "conv" and re.search(rf"\b(?:{SHORTCUT})\b", text):
        kernel = [1]
    if kernel is None:
        return layer
    layer["kernel"] = list(kernel[:2]) if len(kernel) > 1 else kernel[0]
    if len(kernel) == 3:
        layer["in"] = kernel[2]
    for key, names in COUNTED.items():
        number = count_before(statement, names)
        if number is not None:
            layer[key] = number
    change = re.search(
        r"(?<![\w.,])(\d{1,7})(?: canais)? (?:para|->|to) (\d{1,7}) (?:canais|mapas|channels)", text
    ) or re.search(
        r"(?<![\w.,])(\d{1,7})(?: (?:canais|channels|mapas))(?: de entrada)? "
        r"(?:para|pra|em|a|->|to) "
        r"(\d{1,7})(?![\w.,]*\d)|(?:leva|de) (\d{1,7}) (?:para|pra|a|->) (\d{1,7})(?!x|[\w.,]*\d)|"
        r"(?<![\w.,])(\d{1,7}) canais (?:de )?entra\w*\b.{0,40}?(?<![\w.,])(\d{1,7}) canais "
        r"(?:de )?sai",
        text,
    )
    if change:
        entering, leaving = (int(each) for each in change.groups() if each)
        layer["in"], layer["filters"] = entering, leaving
    for key in ("stride", "padding", "dilation", "groups", "filters", "in"):
        if key in found and key not in layer:
            layer[key] = _setting(found[key][0], key)
    if (
        re.search(r"\bsame\b|mesmo tamanho|mesma (?:dimensao|resolucao)", text)
        and "padding" not in found
    ):
        layer["padding"] = "same"
    if re.search(r"\b(?:em tons de cinza|grayscale|escala de cinza|preto e branco)\b", text):
        layer.setdefault("in", 1)
    if re.search(r"\brgb\b|colorid", text):
        layer.setdefault("in", 3)
    if re.search(
        r"\b(?:sem|without|no) (?:o )?(?:bias|vies)|bias ?= ?false|ignor\w+ (?:o )?(?:bias|vies)",
        text,
    ):
        layer["bias"] = False
    if re.search(r"transpost|transpose|deconv", text):
        layer["transposed"] = True
    if re.search(r"depthwise", text):
        layer["depthwise"] = True
        if re.search(r"separ", text):
            layer["separable"] = True
    if layer["op"] == "pool":
        layer.setdefault("stride", layer["kernel"])
        layer["pool"] = "avg" if re.search(r"av\w*g|media|medio|mean", text) else "max"
        for key in ("filters", "in", "groups"):
            layer.pop(key, None)
    return layer


def _kernel(found: dict[str, list[Value]], statement: Statement) -> list[int] | None:
    for value in found.get("kernel", []):
        numbers = _sizes(value)
        following = statement.folded[value.end : value.end + 24].lstrip()
        if value.is_scalar and re.match(
            r"(?:filtros|canais|filters|kernels|mapas|neuron)", following
        ):
            continue  # "conv com 64 filtros": a count
        if numbers is None and (value.is_scalar or value.dimensions):
            return [0]  # 0x0, -3 or 2,5: said to be wrong once the problem is complete
        if numbers is not None:
            return numbers
    for value in statement.values:  # "5x5 kernels", "64 3x3 filters"
        after = statement.folded[value.end : value.end + 12].lstrip()
        before = statement.folded[: value.start].rstrip()
        named = re.match(r"(?:kernel|filt|conv|janela|max|pool|depthwise)", after) or re.search(
            r"\bcamadas?(?: de)?$", before
        )
        if value.dimensions and named:
            return _sizes(value) or [0]
    return None


def _sizes(value: Value) -> list[int] | None:
    data = value.readings[0].data
    if value.is_scalar:
        number = value.scalar("o tamanho")[0]
        return [int(number)] if number == int(number) and 0 < number < _LARGEST else None
    if not isinstance(data, list) or not 1 <= len(data) <= 5:
        return None
    numbers = [each for each in data if isinstance(each, float) and each == each // 1]
    if len(numbers) != len(data) or any(not 0 < each < _LARGEST for each in numbers):
        return None
    return [int(each) for each in numbers]


def _setting(value: Value, key: str) -> Json:
    low = 0 if key == "padding" else 1
    if value.is_scalar:
        return value.count(key, low, _LARGEST)
    numbers = _sizes(value)
    if numbers is None:
        raise SolverError(f"Não entendi o valor de {key}: `{value.text[:30]}`.")
    return list(numbers)


def count_before(statement: Statement, names: tuple[str, ...]) -> int | None:
    """ "64 filtros", "64 filtros 3x3", "dezesseis filtros"."""
    for name in names:
        match = re.search(
            rf"(?<![\w.,])(\d{{1,7}}|\w{{3,10}}) (?:de )?(?:\d+x\d+ )?{re.escape(name)}(?!\w)",
            statement.folded,
        )
        if match:
            word = match.group(1)
            number = int(word) if word.isdigit() else word_number(word)
            if number is not None:
                return number
    return None


# ----------------------------------------------------------------------- input


def read_input(statement: Statement, inputs: dict[str, Json], one_dimensional: bool) -> Json:
    """{"size", "channels", "batch", "order"} of the input, or None."""
    keras = keras_shape(statement.text)
    if keras:
        return _shape(keras, "last", one_dimensional, inputs)
    text = _without_calls(statement.text)
    cased = Statement(text)
    plain = rewrite(cased)
    torch = (
        re.search(r"\b(?:nn|torch|Conv[12]d|Linear)\b|NCHW|\[?N,\s*C", statement.text) is not None
    )
    order = "first" if torch or re.search(r"nchw|c ?x ?h ?x ?w|\(c, ?h, ?w\)", plain.folded) else ""
    for value in plain.values:
        numbers = _sizes(value)
        if numbers is None or len(numbers) < 2:
            continue
        if value.dimensions and len(numbers) == 2 and _is_kernel(plain, value):
            continue
        if len(numbers) >= 3 and _is_kernel(plain, value) and not _is_input(plain, value):
            continue
        return _shape(numbers, order, one_dimensional, inputs)
    found = assignments(plain, {**_NAMES, "filters": (*_NAMES["filters"], "filtros")})
    for value in found.get("input", []):
        numbers = _sizes(value)
        after = plain.folded[value.end : value.end + 20].lstrip()
        if (
            re.match(r"(?:cana(?:l|is)|filtros?|channels?|mapas?|imagens|camadas?)", after)
            or numbers is None
        ):
            continue
        if not one_dimensional:
            assume(
                inputs,
                f"Li a entrada de tamanho {numbers[0]} como quadrada ({numbers[0]}×{numbers[0]}).",
            )
            numbers = numbers * 2
        return {"size": list(numbers)}
    return None


def _without_calls(text: str) -> str:
    """The text without the arguments of layer calls, whose numbers are no input."""
    pattern = (
        r"\b(?:nn\.)?(?:Conv\w*|\w*Pool\w*|Linear|Dense|BatchNorm\w*|Depthwise\w*|Dropout\w*|"
        r"LayerNorm)\s*"
    )
    return re.sub(pattern + r"\((?:[^()]|\([^()]*\)){0,200}\)", " camada ", text)


def _is_kernel(statement: Statement, value: Value) -> bool:
    before = statement.folded[max(0, value.start - 40) : value.start]
    after = statement.folded[value.end : value.end + 14].lstrip()
    if _is_input(statement, value):
        return False
    return bool(
        re.search(
            r"(?:kernels?|filtros?|janela|filters?|nucleo|conv\w*|pool\w*|mascara|depthwise|stride|"
            r"padding|pad|dilatacao|dilation|k)\s*(?:(?:de|tamanho|com|=|:|do|da|e|size|um|"
            r"uma)\s*)*$",
            before,
        )
        or re.match(r"(?:kernel|filt|conv|max|pool|janela)", after)
    )


def _is_input(statement: Statement, value: Value) -> bool:
    before = statement.folded[max(0, value.start - 45) : value.start]
    return (
        re.search(
            r"(?:entradas?|imagem|imagens|input|mapas?|volume|tensor|image|randn|shape|"
            r"sobre um\w*|em um\w*|caracteristicas|sinal|rgb)"
            r"\s*(?:(?:de|tamanho|com|=|:|do|da|e|dimensao|dimensoes|shape|\(|x|formato|rgb|"
            r"colorida|"
            r"entrada|por|forma|a)\s*)*$",
            before,
        )
        is not None
    )


def _shape(
    numbers: list[int], order: str, one_dimensional: bool, inputs: dict[str, Json]
) -> dict[str, Json]:
    if one_dimensional:
        if len(numbers) == 3:
            return _input([numbers[2]], numbers[1], numbers[0], "first")
        if len(numbers) == 2:
            return _input([numbers[1]], numbers[0], None, "first")
        return _input(numbers[:1], None, None, "")
    if len(numbers) == 2:
        return _input(numbers, None, None, "")
    if len(numbers) == 4:
        if order != "first" and numbers[3] in (1, 3) and numbers[1] == numbers[2] != numbers[3]:
            return _input(numbers[1:3], numbers[3], numbers[0], "last")
        return _input(numbers[2:], numbers[1], numbers[0], "first")
    if len(numbers) != 3:
        raise SolverError("A forma da entrada precisa de 2 a 4 números, por exemplo 32x32x3.")
    first = order == "first" or (
        not order
        and (
            numbers[1] == numbers[2] != numbers[0]
            or (numbers[0] in (1, 3) and numbers[2] not in (1, 3))
        )
    )
    if first:
        assume(inputs, f"Li a entrada como canais × altura × largura: {numbers[0]} canal(is).")
        return _input(numbers[1:], numbers[0], None, "first")
    assume(inputs, f"Li a entrada como altura × largura × canais: {numbers[2]} canal(is).")
    return _input(numbers[:2], numbers[2], None, "last")


def _input(size: list[int], channels: int | None, batch: int | None, order: str) -> dict[str, Json]:
    shape: dict[str, Json] = {"size": list(size)}
    if channels is not None:
        shape["channels"] = channels
    if batch is not None:
        shape["batch"] = batch
    if order:
        shape["order"] = order
    return shape
