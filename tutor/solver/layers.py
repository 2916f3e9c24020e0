"""Layers as plain JSON: output sizes, parameters, multiply-adds and receptive fields.

A layer is a dict with "op" (conv, pool, linear, flatten, norm, global) and what that needs;
a shape is a dict with "size" (one number a spatial dimension), "channels" and "batch".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.records import Json

Layer = Mapping[str, Json]


@dataclass(frozen=True)
class Shape:
    size: tuple[int, ...]  # empty after flatten
    channels: int | None = None
    batch: int | None = None

    @property
    def flat(self) -> int | None:
        return None if self.channels is None else self.channels * math.prod(self.size)


def integer(value: Json, default: int = 0) -> int:
    return int(value) if isinstance(value, (int, float)) else default


def per_axis(layer: Layer, key: str, default: int, axes: int) -> list[int]:
    """A setting for each spatial axis; one number counts for all."""
    value = layer.get(key)
    listed = (
        [integer(each) for each in value] if isinstance(value, list) else [integer(value, default)]
    )
    return listed * axes if len(listed) == 1 else listed[:axes]


def padding_of(layer: Layer, axes: int, size: tuple[int, ...]) -> list[tuple[int, int]]:
    """Zeros added before and after on each axis."""
    value = layer.get("padding")
    if value == "valid" or value is None:
        return [(0, 0)] * axes
    if value != "same":
        return [(p, p) for p in per_axis(layer, "padding", 0, axes)]
    found = []
    for n, k, s, d in _axes(layer, axes, size):
        out = math.ceil(n / s)
        total = max(0, (out - 1) * s + d * (k - 1) + 1 - n)
        found.append((total // 2, total - total // 2))
    return found


def _axes(layer: Layer, axes: int, size: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    kernel = per_axis(layer, "kernel", 1, axes)
    stride = per_axis(layer, "stride", 1, axes)
    dilation = per_axis(layer, "dilation", 1, axes)
    for name, each in (("kernel", kernel), ("stride", stride), ("dilatação", dilation)):
        if min(each, default=1) < 1:
            raise SolverError(
                f"O valor de {name} precisa ser um número inteiro maior que zero, mas li "
                f"{min(each)}. Confira os dados."
            )
    return list(zip(size, kernel, stride, dilation, strict=True))


def output_axis(n: int, k: int, s: int, d: int, pads: tuple[int, int]) -> int:
    return (n + sum(pads) - d * (k - 1) - 1) // s + 1


def apply(layer: Layer, shape: Shape) -> Shape:
    """The shape after a layer; an error where the layer does not fit."""
    op = layer["op"]
    if op == "flatten":
        return Shape((), shape.flat, shape.batch)
    if op == "linear":
        return Shape((), integer(layer["out"]), shape.batch)
    if op == "global":
        target = layer.get("out")
        size = tuple(per_axis({"out": target}, "out", 1, len(shape.size))) if target else ()
        return Shape(size or (1,) * len(shape.size), shape.channels, shape.batch)
    if op == "norm":
        return shape
    axes = len(shape.size)
    if axes == 0:
        raise SolverError("Há uma convolução ou pooling depois do flatten; confira a ordem.")
    pads = padding_of(layer, axes, shape.size)
    if any(side < 0 for pad in pads for side in pad):
        raise SolverError("O padding não pode ser negativo. Confira os dados.")
    sizes: list[int] = []
    for (n, k, s, d), pad in zip(_axes(layer, axes, shape.size), pads, strict=True):
        if layer.get("transposed") is True:
            out = (n - 1) * s - sum(pad) + d * (k - 1) + 1 + integer(layer.get("output_padding"))
        else:
            out = output_axis(n, k, s, d, pad)
        if out < 1:
            raise SolverError(
                f"O filtro de tamanho {k} não cabe na entrada de tamanho {n} com padding {pad[0]}: "
                "a saída teria tamanho menor que 1. Confira os dados."
            )
        sizes.append(out)
    return Shape(tuple(sizes), out_channels(layer, shape.channels), shape.batch)


def out_channels(layer: Layer, channels: int | None) -> int | None:
    if layer["op"] == "pool":
        return channels
    if layer["op"] != "conv":
        return channels
    if layer.get("depthwise") is True and "filters" not in layer:
        return channels
    return integer(layer["filters"]) if "filters" in layer else None


def weights_of(layer: Layer, channels: int | None) -> tuple[int, int]:
    """(weights, biases) of a layer whose input has `channels` channels."""
    op = layer["op"]
    biased = layer.get("bias") is not False
    if op == "linear":
        inputs = integer(layer["in"]) if "in" in layer else channels
        if inputs is None:
            raise SolverError("Não sei quantas entradas a camada densa tem.")
        out = integer(layer["out"])
        return inputs * out, out if biased else 0
    if op == "norm":
        features = integer(layer.get("out"), channels or 0)
        return features, features
    if op != "conv":
        return 0, 0
    entering = integer(layer["in"]) if "in" in layer else channels
    if entering is None:
        raise SolverError("Não sei quantos canais de entrada a convolução tem.")
    kernel = math.prod(kernel_of(layer))
    groups = entering if layer.get("depthwise") is True else integer(layer.get("groups"), 1)
    filters = out_channels(layer, entering)
    assert filters is not None
    if entering % groups or filters % groups:
        raise SolverError(
            f"O número de grupos ({groups}) precisa dividir os canais de entrada ({entering}) e os "
            f"de saída ({filters})."
        )
    return kernel * (entering // groups) * filters, filters if biased else 0


def kernel_of(layer: Layer) -> list[int]:
    """The kernel with one number an axis: a single number means a square, unless 1-D."""
    axes = integer(layer.get("axes"), 2)
    return per_axis(layer, "kernel", 1, axes)


def operations(layer: Layer, before: Shape, after: Shape) -> int:
    """Multiply-adds of one example, biases left out."""
    weights, _ = weights_of(layer, before.channels)
    if layer["op"] == "norm":
        return 0
    if layer["op"] == "conv":
        positions = before.size if layer.get("transposed") is True else after.size
        return weights * math.prod(positions)
    return weights


def receptive_field(layers: list[Layer], axis: int = 0) -> list[tuple[int, int]]:
    """(receptive field, jump) after each layer, along one axis."""
    field, jump, found = 1, 1, []
    for layer in layers:
        if layer["op"] in ("conv", "pool"):
            axes = integer(layer.get("axes"), 2)
            k = per_axis(layer, "kernel", 1, axes)[min(axis, axes - 1)]
            s = per_axis(layer, "stride", 1, axes)[min(axis, axes - 1)]
            d = per_axis(layer, "dilation", 1, axes)[min(axis, axes - 1)]
            field += d * (k - 1) * jump
            jump *= s
        found.append((field, jump))
    return found
