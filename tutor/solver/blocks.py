"""The weight matrices of attention and of the feed-forward part, with their shapes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Block:
    """A weight matrix or vector: what it is and its shape."""

    name: str
    shape: tuple[int, ...]
    times: int = 1

    @property
    def size(self) -> int:
        return math.prod(self.shape) * self.times

    @property
    def tex(self) -> str:
        product = r" \times ".join(
            str(n) for n in (*([self.times] if self.times > 1 else []), *self.shape)
        )
        return rf"{product} = {self.size}" if len(self.shape) + (self.times > 1) > 1 else product


def attention_blocks(d: int, heads: int, d_k: int, d_v: int, bias: bool) -> list[Block]:
    blocks = [
        Block("$W^Q$ e $W^K$ (todas as cabeças)", (d, heads * d_k), 2),
        Block("$W^V$ (todas as cabeças)", (d, heads * d_v)),
        Block("$W^O$", (heads * d_v, d)),
    ]
    if bias:
        blocks += [Block("bias de $Q$ e $K$", (heads * d_k,), 2), Block("bias de "
                                                                          "$V$", (heads * d_v,)),
                   Block("bias de $O$", (d,))]  # fmt: skip
    return blocks


def named_blocks(parts: str, d: int, heads: int, d_k: int, d_v: int, bias: bool) -> list[Block]:
    """Only some of W^Q, W^K, W^V and W^O, perhaps of one head."""
    shapes = {"q": (d, heads * d_k), "k": (d, heads * d_k), "v": (d, heads * d_v),
              "o": (heads * d_v, d)}  # fmt: skip
    where = " (uma cabeça)" if heads == 1 else ""
    blocks = [Block(f"$W^{each.upper()}${where}", shapes[each]) for each in parts]
    if bias:
        blocks += [Block(f"bias de ${each.upper()}$", (shapes[each][1],)) for each in parts]
    return blocks


def ffn_blocks(d: int, d_ff: int, bias: bool) -> list[Block]:
    blocks = [Block("$W_1$", (d, d_ff)), Block("$W_2$", (d_ff, d))]
    if bias:
        blocks += [Block("$b_1$", (d_ff,)), Block("$b_2$", (d,))]
    return blocks


def counted(blocks: list[Block]) -> int:
    """The elements of arrays of these shapes, without making them."""
    return sum(int(np.broadcast_to(0, block.shape).size) * block.times for block in blocks)
