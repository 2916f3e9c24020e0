"""Layers and their input in a student's prose: "conv 3x3, 64 filtros, stride 2, em 32x32x3"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.inputs import assume
from tutor.solver.layer_code import keras_shape, read_code
from tutor.solver.layer_roles import Mention, Sides, mentions
from tutor.solver.layer_words import keeps_size, plain_layers

CONVOLUTION = (
    r"conv\d+x\d+|"
    r"conv|convs|convoluc(?:ao|oes)|convolucion(?:al|ais)|convolutional|convolution|conv[123]d|"
    r"depthwise|cnn|filtros?|kernels?"
)
POOLING = (
    r"(?:max|avg|average|mean|media)?[- ]?pool(?:ing)?s?(?:[123]d)?|subamostragem|maxpool\w*|"
    r"avgpool\w*"
)
# The 1x1 convolution that makes the sizes of a skip connection agree.
SHORTCUT = r"adaptador|(?:conv\w* de )?projecao|atalho|shortcut|projection"
_LARGEST = 10**7
_LARGEST_KERNEL = 15  # of two sides that nothing names
_HEADS = re.compile(
    r"(?P<flatten>\bflatten(?:ed)?\b|\bachat\w+)|"
    r"(?P<global>\bglobal[- ](?:average|avg|max)[- ]pool\w*|\b(?:average |max |"
    r"avg )?pool\w* global|"
    r"\bgap\b)|"
    r"(?P<norm>\bbatch ?norm\w*)|"
    r"(?P<pool>\b(?:max|av\w*|sum|mean)?[- ]?pool(?:s|ing|ings)?(?:[12]-?d)?\b)|"
    r"(?P<linear>\bdens[ao]s?\b|\bfc\b|\blinear(?:es)?\b|\bfully[ -]connected\b|\bdense\b)|"
    r"(?P<conv>\b(?:conv(?!incent|ers|em|ite)\w*|(?:depth|point)wise))"
)
_ENDS_PIECE = re.compile(
    r"->|;|\n|\. |\bdepois\b|\bseguid[ao]s?\b|\bapos\b|\+|\(\d\)|\blogo\b|\boutra\b"
)
_OF_ALL = re.compile(r"\b(?:tod[ao]s|cada(?: uma?)?|ambas|ambos|nas (?:duas|tres|\d))\b")
_PER_LAYER = (
    "kernel",
    "stride",
    "padding",
    "dilation",
    "groups",
    "filters",
    "in",
    "channels",
    "units",
)


def rewrite(statement: Statement) -> Statement:
    """The message with sizes as 3x3, settings by their names and numbers in digits."""
    return Statement(plain_layers(statement.folded))


# "4 camadas conv", and not "3 camadas: (1) conv"
_COUNTS_NEXT = re.compile(r"\s*(?:camadas?|blocos|layers|vezes)?\s*(?:de|com|da|a)?\s*")


@dataclass
class _Piece:
    """A layer word, and the numbers that belong to it."""

    op: str
    start: int
    end: int
    mentioned: list[Mention]
    text: str = ""

    def has(self, role: str) -> bool:
        return any(each.role == role for each in self.mentioned)


def read_layers(statement: Statement, inputs: dict[str, Json]) -> list[dict[str, Json]]:
    """The layers of the message: code first, prose otherwise; [] without a kernel."""
    code = read_code(statement.text)
    if code:
        return code
    text = rewrite(statement).folded
    told = mentions(text)
    pieces = _pieces(text, told)
    layers = [layer for piece in pieces for layer in _expanded(piece, told)]
    layers = [layer for layer in layers if "kernel" in layer or layer["op"] not in ("conv", "pool")]
    kernels = [layer for layer in layers if "kernel" in layer]
    if not kernels:
        return []
    if _only_a_shortcut(kernels, text):
        assume(inputs, "A projeção do atalho é uma convolução 1×1, a usual.")
        if not ({"filters", "stride"} & set(kernels[0])):
            return []  # "o atalho" is named, and no layer of it is described
    _share(layers, told, text)
    _read_colours(layers, text)
    if re.search(r"\bentre (?:elas|eles|as duas|as convs?)\b", text) and len(pieces) > 1:
        raise SolverError(
            "Não sei a ordem exata das camadas. Escreva-as na ordem, por exemplo: conv 5x5 -> "
            "maxpool 2x2 -> conv 5x5."
        )
    times = _REPEATED.search(text)
    if times and len(pieces) > 1 and int(times[1]) <= 50:
        assume(inputs, f"Repeti o bloco inteiro {times[1]} vezes.")
        return layers * int(times[1])
    return _each_its_own(layers, text)


def _read_colours(layers: list[dict[str, Json]], text: str) -> None:
    """An image in colours has three channels, and enters the first layer."""
    if layers[0]["op"] != "conv":
        return
    if re.search(r"\b(?:em tons de cinza|grayscale|escala de cinza|preto e branco)\b", text):
        layers[0].setdefault("in", 1)
    if re.search(r"\brgb\b|colorid", text):
        layers[0].setdefault("in", 3)


# "…, três vezes": the whole block again
_REPEATED = re.compile(r"(?<![\w.,])(\d{1,2}) vezes\b(?! (?:mais|menos|maior|menor|o|a))")


def _only_a_shortcut(layers: list[dict[str, Json]], text: str) -> bool:
    named = re.search(rf"\b(?:{SHORTCUT})\b", text) is not None
    return named and len(layers) == 1 and re.search(r"\dx\d|kernel|filtro \d", text) is None


def _pieces(text: str, told: list[Mention]) -> list[_Piece]:
    """The message cut at its layer words; those without a kernel of their own refer to others."""
    heads = [
        _Piece(str(match.lastgroup), match.start(), match.end(), [])
        for match in list(_HEADS.finditer(text))[:100]
        if re.search(r"\b(?:sem|nem)(?: \w+)? $", text[: match.start()]) is None
    ]
    if not any(head.op in ("conv", "pool") for head in heads):
        heads = [_Piece("conv", 0, 0, [])]
    for mention in told:
        owner = _owner(heads, mention, text)
        if mention.role == "layers" and len(heads) > 1:
            between = text[mention.end : owner.start] if owner.start > mention.start else "?"
            if not _COUNTS_NEXT.fullmatch(between):
                continue  # "as três camadas" of them all
        owner.mentioned.append(mention)
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        head.text = text[head.start : following.start if following else len(text)]
    windows = [head for head in heads if head.op in ("conv", "pool")]
    own = [head for head in windows if _described(head, text)]
    if len(own) <= 1 and not _chained(heads):
        one = own[0] if own else windows[0]
        return _by_kernels(_Piece(one.op, 0, one.end, list(told), text))
    kept: list[_Piece] = []
    for head in heads:
        if head.op == "conv" and not _described(head, text):
            if kept and kept[-1].op == "conv":  # "dessa convolução": the same layer again
                kept[-1].mentioned += head.mentioned
                kept[-1].text += head.text
            continue
        kept.append(head)
    return kept


def _described(head: _Piece, text: str) -> bool:
    """A layer with its kernel; a pointwise one is always 1x1."""
    pointwise = text[head.start : head.end] == "pointwise" and head.has("filters")
    return head.has("kernel") or pointwise


def _by_kernels(piece: _Piece) -> list[_Piece]:
    """ "1x1 (256->64), 3x3 (64->64), 1x1 (64->256)": each kernel begins a layer, where as many
    filters, channels or layers are told as kernels."""
    starts = [each for each in piece.mentioned if _looks_like_kernel(each)]
    counts = {
        role: sum(each.role == role for each in piece.mentioned)
        for role in ("filters", "in", "stride")
    }
    counts["layers"] = next((int(m.sides[0]) for m in piece.mentioned if m.role == "layers"), 0)
    if len(starts) < 2 or len(starts) not in counts.values():
        return [piece]
    ends = [each.start for each in starts[1:]] + [10**9]
    pieces = []
    for kernel, end in zip(starts, ends, strict=True):
        own = [each for each in piece.mentioned if kernel.start < each.start < end]
        own = [each for each in own if each.role != "layers"]
        mentioned = [Mention("kernel", kernel.values, kernel.start, kernel.end), *own]
        text = piece.text[kernel.start - piece.start : end - piece.start]
        pieces.append(_Piece(piece.op, kernel.start, kernel.end, mentioned, f"conv {text}"))
    return pieces


def _looks_like_kernel(mention: Mention) -> bool:
    sides = mention.sides
    if len(mention.values) > 1 or mention.role not in ("kernel", ""):
        return False
    return len(sides) == 2 and max(sides) <= _LARGEST_KERNEL


def _chained(heads: list[_Piece]) -> bool:
    """conv … pooling … dense layer, each described."""
    windows = [head for head in heads if head.op in ("conv", "pool") and head.has("kernel")]
    dense = [
        head
        for head in heads
        if head.op == "linear" and (head.has("units") or (head.has("in") and head.has("filters")))
    ]
    return bool(windows) and bool(dense)


def _owner(heads: list[_Piece], mention: Mention, text: str) -> _Piece:
    """The layer word before a number, or the next one where a new part began in between."""
    before = [head for head in heads if head.start <= mention.start]
    after = [head for head in heads if head.start > mention.start]
    if not before:
        return heads[0]
    if after and mention.role in (*_PER_LAYER, "layers"):
        gap = text[before[-1].end : mention.start]
        between = text[mention.end : after[0].start]
        if _ENDS_PIECE.search(gap) and not _ENDS_PIECE.search(between):
            return after[0]
        if mention.role == "layers" and _COUNTS_NEXT.fullmatch(between):
            return after[0]
    return before[-1]


def _expanded(piece: _Piece, told: list[Mention]) -> list[dict[str, Json]]:
    """The layers of one piece: "três convoluções", "kernels 3, 5 e 3"."""
    settings: dict[str, list[Sides]] = {}
    for mention in piece.mentioned:
        if mention.role in _PER_LAYER:
            settings.setdefault(mention.role, list(mention.values))
    # "duas convs: 3x3 stride 2 e 5x5 stride 1": as many mentions of each as layers
    times = next((int(m.sides[0]) for m in piece.mentioned if m.role == "layers"), 1)
    for role in settings:
        each = [m for m in piece.mentioned if m.role == role]
        if 1 < times == len(each):
            settings[role] = [m.sides for m in each]
    listed = {role: values for role, values in settings.items() if len(values) > 1}
    count = max([times, *(len(values) for values in listed.values())])
    for role, values in listed.items():
        if len(values) != count:
            raise SolverError(
                f"São {count} camadas, mas li {len(values)} valores de {_PORTUGUESE[role]}. "
                "Escreva um valor para cada camada, ou um só que valha para todas."
            )
    layers = []
    for index in range(min(count, 200)):
        chosen = {
            role: values[index] if len(values) > 1 else values[0]
            for role, values in settings.items()
        }
        layers.append(_layer(piece, chosen))
    return layers


_PORTUGUESE = {
    "kernel": "kernel", "stride": "stride", "padding": "padding", "dilation": "dilatação",
    "groups": "grupos", "filters": "filtros", "in": "canais de entrada", "channels": "canais",
    "units": "neurônios",
}  # fmt: skip


def _layer(piece: _Piece, settings: dict[str, Sides]) -> dict[str, Json]:
    text = piece.text
    if piece.op not in ("conv", "pool"):
        layer: dict[str, Json] = {"op": piece.op}
        if "units" in settings:
            layer["out"] = whole(settings["units"], "units")
        elif piece.op == "linear" and {"in", "filters"} <= set(settings):  # "densa 400→120"
            layer["in"] = whole(settings["in"], "in")
            layer["out"] = whole(settings["filters"], "filters")
        elif piece.op == "linear":
            return {"op": "conv"}  # an allusion, no layer
        return layer
    layer = {"op": piece.op, "axes": 1 if _is_one_dimensional(text) else 2}
    kernel = _kernel(settings, text, piece.op)
    if kernel is not None:
        layer["kernel"] = kernel
    if len(settings.get("kernel", ())) == 3:
        layer["in"] = int(settings["kernel"][2])
    for key in ("stride", "padding", "dilation", "groups", "filters", "in"):
        if key in settings and key not in layer:
            layer[key] = whole(settings[key], key)
    if "channels" in settings:
        layer["channels"] = whole(settings["channels"], "in")
    if "padding" not in layer and keeps_size(text):
        layer["padding"] = "same"
    if unbiased(text):
        layer["bias"] = False
    if re.search(r"transpost|transpose|deconv", text):
        layer["transposed"] = True
    if re.search(r"depthwise|separave(?:l|is)|separable", text):
        layer["depthwise"] = True
        if re.search(r"separ", text):
            layer["separable"] = True
    if piece.op == "pool" and "kernel" in layer:
        layer.setdefault("stride", layer["kernel"])
        layer["pool"] = "avg" if re.search(r"\bav\w*g|media|medio|mean", text) else "max"
        for key in ("filters", "in", "groups", "channels"):
            layer.pop(key, None)
    return layer


_UNBIASED = re.compile(
    r"\b(?:sem|without|no) (?:(?:o|os|contar o|contar os|contar|usar) )?(?:bias\w*|vies\w*)|"
    r"bias ?= ?false|(?:ignor|desconsider|desprez)\w+ (?:o |os )?(?:bias\w*|vies\w*)"
)


_BIASED = re.compile(r"\b(?:com|c/|incluindo|mais) (?:o |os |um )?(?:bias|vies)")


def unbiased(text: str) -> bool:
    """ "sem bias", and not "parâmetros com bias e MACs (sem contar bias)"."""
    return _UNBIASED.search(text) is not None and _BIASED.search(text) is None


def _is_one_dimensional(text: str) -> bool:
    return (
        re.search(
            r"\b(?:(?:conv|pool\w*|maxpool\w*|avgpool\w*)?1-?d\b|unidimensional|uma dimensao|"
            r"comprimento|"
            r"sinal|audio|ecg|serie temporal|sequencia|amostras|espectro\b)",
            text,
        )
        is not None
    )


def _kernel(settings: dict[str, Sides], text: str, op: str) -> Json:
    if "kernel" in settings:
        sides = settings["kernel"][:2]
        if any(each != each // 1 or not 0 < each < _LARGEST for each in sides):
            return 0  # 0x0, -3 or 2,5: said to be wrong once the problem is complete
        return [int(each) for each in sides] if len(sides) > 1 else int(sides[0])
    if op == "pool" and "stride" in settings:
        return int(settings["stride"][0]) or None
    if op == "conv" and re.search(rf"\b(?:{SHORTCUT}|pointwise)\b", text):
        return [1] if re.search(rf"\b(?:{SHORTCUT})\b", text) else 1
    return None


def whole(sides: Sides, key: str) -> Json:
    low = 0 if key == "padding" else 1
    negative = " (uma quantidade não pode ser negativa)" if min(sides) < 0 else ""
    if any(each != each // 1 or not low <= each <= _LARGEST for each in sides):
        raise SolverError(
            f"Para {_PORTUGUESE[key]} preciso de um número inteiro entre {low} e {_LARGEST}, "
            f"mas li `{'x'.join(f'{each:g}' for each in sides)}`{negative}."
        )
    return [int(each) for each in sides] if len(sides) > 1 else int(sides[0])


def _share(layers: list[dict[str, Json]], told: list[Mention], text: str) -> None:
    """What is said of all layers ("stride 1 em todas"), and whose channels "16 canais" are."""
    windows = [layer for layer in layers if layer["op"] in ("conv", "pool")]
    convs = [layer for layer in layers if layer["op"] == "conv"]
    for mention in told:
        around = text[max(0, mention.start - 45) : mention.end + 40]
        if len(windows) < 2 or mention.role not in _PER_LAYER or not _OF_ALL.search(around):
            continue
        if len(mention.values) > 1:
            continue
        for layer in windows if mention.role in ("stride", "padding") else convs:
            if mention.role not in layer and mention.role not in ("kernel", "units"):
                layer[mention.role] = whole(mention.sides, mention.role)
    leaving = next((each for each in told if each.role == "output" and len(each.sides) == 3), None)
    if leaving is not None and len(convs) == 1 and layers[-1] is convs[0]:
        convs[0].setdefault("filters", whole(leaving.sides[2:], "filters"))  # "saída 16x16x256"
    entering = next((each for each in told if each.role == "entering"), None)
    if entering is not None and convs and layers[0] is convs[0]:
        convs[0].setdefault("in", whole(entering.sides, "in"))
    if unbiased(text) and _OF_ALL.search(text):
        for layer in layers:
            layer["bias"] = False
    told_channels = [layer for layer in convs if "channels" in layer]
    makes = len(told_channels) > 1 and not any("filters" in layer for layer in told_channels)
    for layer in told_channels:
        channels = layer.pop("channels")
        if (makes and layer is not convs[0]) or (makes and len(told_channels) == len(convs)):
            layer["filters"] = channels
        elif "in" not in layer and layer is convs[0]:
            layer["in"] = channels
    if re.search(r"canais (?:em|para) tod|\(entrada e saida\)|canais na entrada e na saida", text):
        for layer in convs:
            if "in" in layer:
                layer.setdefault("filters", layer["in"])
            elif "filters" in layer:
                layer.setdefault("in", layer["filters"])


_ORDINAL = re.compile(r"\b(?:primeir|segund|terceir|quart)[ao]\b")


def _each_its_own(layers: list[dict[str, Json]], folded: str) -> list[dict[str, Json]]:
    """ "duas convoluções 3x3: a primeira leva 3 canais a 16, a segunda leva 16 a 32"."""
    parts = _ORDINAL.split(folded)[1:]
    if len(layers) < 2 or len(parts) != len(layers) or len({str(each) for each in layers}) > 1:
        return layers
    own = []
    for layer, part in zip(layers, parts, strict=True):
        piece = _Piece(str(layer["op"]), 0, 0, mentions(part), part)
        read = _expanded(piece, [])[0]
        own.append({**layer, **{k: v for k, v in read.items() if k not in ("op", "axes")}})
    _share(own, [], "")
    return own


# ----------------------------------------------------------------------- input


def read_input(statement: Statement, inputs: dict[str, Json], one_dimensional: bool) -> Json:
    """{"size", "channels", "batch", "order"} of the input, or None."""
    keras = keras_shape(statement.text)
    if keras:
        return _shape(keras, "last", one_dimensional, inputs)
    plain = plain_layers(Statement(_without_calls(statement.text)).folded)
    torch = (
        re.search(r"\b(?:nn|torch|Conv[12]d|Linear)\b|NCHW|\[?N,\s*C", statement.text) is not None
    )
    order = "first" if torch or re.search(r"nchw|c ?x ?h ?x ?w|\(c, ?h, ?w\)", plain) else ""
    told = mentions(plain)
    kernels = {m.start for p in _pieces(plain, told) for m in p.mentioned if m.role == "kernel"}
    found = _input_sides([each for each in told if each.start not in kernels])
    if found is None:
        return None
    if any(each != each // 1 or not 0 < each <= _LARGEST for each in found):
        raise SolverError(
            "O tamanho da entrada precisa ser um número inteiro maior que zero. Confira os dados."
        )
    numbers = [int(each) for each in found]
    if len(numbers) > 1:
        return _shape(numbers, order, one_dimensional, inputs)
    if not one_dimensional:
        numbers = numbers * 2
        assume(
            inputs,
            f"Li a entrada de tamanho {numbers[0]} como quadrada ({numbers[0]}×{numbers[0]}).",
        )
    return {"size": list(numbers)}


def _input_sides(told: list[Mention]) -> Sides | None:
    """Named with its sides, then unnamed with sides, then one number: "sinal de 100 amostras"."""
    named = [each.sides for each in told if each.role == "input"]
    free = [each.sides for each in told if not each.role]
    lengths = [each.sides for each in told if each.role == "length"]
    for candidates in (
        [sides for sides in named if len(sides) > 1],
        [sides for sides in free if len(sides) > 2],
        [sides for sides in free if len(sides) > 1],
        lengths,
        named,
    ):
        if candidates:
            return candidates[0]
    return None


def read_output(statement: Statement) -> list[int] | None:
    """The size of the output where the message tells it: "com saída 14×14"."""
    for each in mentions(rewrite(statement).folded):
        if each.role == "output" and all(side == side // 1 > 0 for side in each.sides):
            return [int(side) for side in each.sides]
    return None


def _without_calls(text: str) -> str:
    """The text without the arguments of layer calls, whose numbers are no input."""
    pattern = (
        r"\b(?:nn\.)?(?:Conv\w*|\w*Pool\w*|Linear|Dense|BatchNorm\w*|Depthwise\w*|Dropout\w*|"
        r"LayerNorm)\s*"
    )
    return re.sub(pattern + r"\((?:[^()]|\([^()]*\)){0,200}\)", " camada ", text)


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
