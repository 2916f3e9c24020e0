"""Layers written as PyTorch or Keras code: ``nn.Conv2d(3, 16, kernel_size=3, padding=1)``."""

from __future__ import annotations

import math
import re

from tutor.errors import SolverError
from tutor.records import Json

_CALL = re.compile(
    r"\b(ConvTranspose[12]d|Conv2DTranspose|DepthwiseConv2D|Conv[123][dD]|MaxPool[123]d|"
    r"AvgPool[123]d|"
    r"MaxPooling[123]D|AveragePooling[123]D|AdaptiveAvgPool[12]d|AdaptiveMaxPool[12]d|"
    r"GlobalAveragePooling[12]D|GlobalMaxPooling[12]D|Linear|Dense|Flatten|BatchNorm[12]d|"
    r"BatchNormalization|LayerNorm)\s*\("
)
_SHAPE = re.compile(
    r"(?:input_shape|Input|shape)\s*(?:=\s*)?\(?\s*(?:shape\s*=\s*)?\(([\d\s,]{1,40})\)"
)
_TORCH = ("in", "filters", "kernel", "stride", "padding", "dilation", "groups", "bias")
_TRANSPOSED = ("in", "filters", "kernel", "stride", "padding", "output_padding", "groups", "bias")
_KERAS = ("filters", "kernel", "stride", "padding")
_POOL = ("kernel", "stride", "padding", "dilation")
_KEYWORDS = {
    "in_channels": "in",
    "out_channels": "filters",
    "kernel_size": "kernel",
    "filters": "filters",
    "strides": "stride",
    "stride": "stride",
    "padding": "padding",
    "dilation": "dilation",
    "dilation_rate": "dilation",
    "groups": "groups",
    "bias": "bias",
    "use_bias": "bias",
    "pool_size": "kernel",
    "in_features": "in",
    "out_features": "out",
    "units": "out",
    "input_dim": "in",
    "output_padding": "output_padding",
    "output_size": "out",
    "num_features": "out",
}
_LARGEST = 10**7


def read_code(text: str) -> list[dict[str, Json]]:
    """The layers of the calls in `text` (case kept), in order."""
    layers: list[dict[str, Json]] = []
    for match in _CALL.finditer(text):
        name = match.group(1)
        layer = _layer(name, _arguments(text, match.end()))
        if layer is not None:
            layers.append(layer)
    return layers


def keras_shape(text: str) -> list[int] | None:
    """input_shape=(28, 28, 1): height, width, channels."""
    match = _SHAPE.search(text)
    if match is None:
        return None
    return [int(each) for each in re.findall(r"\d{1,7}", match.group(1))]


def _arguments(text: str, start: int) -> list[tuple[str, str]]:
    """(keyword or "", value) for each argument of the call that opens before `start`."""
    depth, begin, found = 0, start, []
    for index in range(start, min(len(text), start + 300)):
        character = text[index]
        if character in ",)" and depth == 0:
            piece = text[begin:index].strip()
            if piece:
                keyword, equals, value = piece.partition("=")
                found.append((keyword.strip(), value.strip()) if equals else ("", piece))
            begin = index + 1
            if character == ")":
                break
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
    return found


def _layer(name: str, arguments: list[tuple[str, str]]) -> dict[str, Json] | None:
    lower = name.lower()
    keras = name[-1] == "D" or name in ("Dense", "Conv2DTranspose")
    axes = int(re.sub(r"\D", "", name) or 2)
    if lower == "flatten":
        return {"op": "flatten"}
    if lower.startswith(("adaptive", "global")):
        values = _named(arguments, ("out",))
        return {"op": "global", "axes": axes, **({"out": values["out"]} if "out" in values else {})}
    if lower.startswith(("batchnorm", "layernorm")):
        return {"op": "norm", **_named(arguments, ("out",))}
    if lower in ("linear", "dense"):
        values = _named(arguments, ("out",) if keras else ("in", "out", "bias"))
        return {"op": "linear", **values} if "out" in values else None
    if "pool" in lower:
        values = _named(arguments, _POOL)
        if "kernel" not in values:
            values["kernel"] = 2
        values.setdefault("stride", values["kernel"])
        return {"op": "pool", "axes": axes, "pool": "avg" if "av" in lower else "max", **values}
    transposed = "transpose" in lower
    if lower.startswith("depthwise"):
        values = _named(arguments, ("kernel", "stride", "padding"))
        return (
            {"op": "conv", "axes": axes, "depthwise": True, **values}
            if "kernel" in values
            else None
        )
    order = _KERAS if keras else _TRANSPOSED if transposed else _TORCH
    values = _named(arguments, order)
    if "kernel" not in values or "filters" not in values:
        return None
    if transposed:
        values["transposed"] = True
    return {"op": "conv", "axes": axes, **values}


def _named(arguments: list[tuple[str, str]], order: tuple[str, ...]) -> dict[str, Json]:
    values: dict[str, Json] = {}
    for position, (keyword, raw) in enumerate(arguments):
        key = (
            _KEYWORDS.get(keyword, "")
            if keyword
            else (order[position] if position < len(order) else "")
        )
        value = _value(raw)
        if key and value is not None:
            values[key] = value
    return values


_PRODUCT = re.compile(r"\d{1,6}(?:\s*[*×x]\s*\d{1,6}){1,4}")  # Linear(8*6*6, 10)


def _times(product: str) -> int:
    return math.prod(int(each) for each in re.findall(r"\d+", product))


def _value(raw: str) -> Json:
    bare = raw.strip("'\" ").lower()
    if bare in ("same", "valid"):
        return bare
    if bare in ("true", "false"):
        return bare == "true"
    raw = _PRODUCT.sub(lambda found: str(_times(found.group())), raw)
    numbers = [int(each) for each in re.findall(r"\d{1,9}", raw)]
    if not numbers or re.search(r"[a-z.]", bare):
        return None
    if any(each > _LARGEST for each in numbers):
        raise SolverError(f"O número {max(numbers)} é grande demais para uma camada.")
    listed: list[Json] = list(numbers)
    return listed if raw.strip().startswith(("(", "[")) and len(numbers) > 1 else numbers[0]
