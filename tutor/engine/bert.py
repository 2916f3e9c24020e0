"""A BERT sentence encoder (token ids -> unit rows) on ONNX Runtime.

Devlin et al. 2019 with mean pooling and normalisation (Reimers & Gurevych 2019). Attention, bias +
GELU, and residual + layer norm are each one operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tutor.engine.graph import MICROSOFT, Contents, Graph, read

PAD = 0


class Bert:
    def __init__(self, directory: Path, threads: int) -> None:
        """Raises ModelError where the folder holds another architecture."""
        config, weights = read(
            directory,
            {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"},
        )
        self.dimension: int = config["hidden_size"]
        self._graph = _graph(config, weights)
        self._session = self._graph.session(
            inputs={"ids": ("int32", ["texts", "tokens"]), "lengths": ("int32", ["texts"])},
            outputs={"hidden": ("float32", ["texts", "tokens", self.dimension])},
            threads=threads,
        )

    def rows(self, batch: Sequence[Sequence[int]]) -> np.ndarray:
        """float32 of shape (len(batch), dimension), rows of unit Euclidean length."""
        lengths = np.array([len(ids) for ids in batch], dtype=np.int32)
        ids = np.full((len(batch), lengths.max()), PAD, dtype=np.int32)
        for row, own in zip(ids, batch, strict=True):
            row[: len(own)] = own
        (hidden,) = self._session.run(None, {"ids": ids, "lengths": lengths})
        real = np.arange(ids.shape[1]) < lengths[:, None]
        # The mean's direction is the sum's.
        total = np.einsum("bsd,bs->bd", hidden, real.astype(np.float32))
        return total / np.linalg.norm(total, axis=1, keepdims=True)


def _graph(config: Contents, w: Contents) -> Graph:
    g, epsilon = Graph(), config["layer_norm_eps"]

    def weights(*names: str) -> list[str]:
        """Vectors and tables as they are; a linear layer's matrix is applied from the right."""
        return [g.weight(n, w[n].T if n.endswith("dense.weight") else w[n]) for n in names]

    def residual(x: str, before: str, dense: str, norm: str, out: str) -> str:
        """LayerNorm(before + dense(x))."""
        product, bias = weights(f"{dense}.weight", f"{dense}.bias")
        g.add("MatMul", [x, product], [f"{out}.product"])
        scales = weights(f"{norm}.weight", f"{norm}.bias")
        inputs = [f"{out}.product", before, *scales, bias]
        return g.add("SkipLayerNormalization", inputs, [out], MICROSOFT, epsilon=epsilon)

    # Every token is of type 0: its embedding is the same for all positions.
    segment = w["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
    places = g.weight("places", w["embeddings.position_embeddings.weight"] + segment)
    (words,) = weights("embeddings.word_embeddings.weight")
    norm = weights("embeddings.LayerNorm.weight", "embeddings.LayerNorm.bias")
    hidden = g.add(
        "EmbedLayerNormalization",
        ["ids", "", words, places, "", *norm],
        ["embedded", ""],
        MICROSOFT,
        epsilon=epsilon,
    )
    last = config["num_hidden_layers"] - 1
    for i in range(last + 1):
        layer = f"encoder.layer.{i}"
        own = [f"{layer}.attention.self.{part}" for part in ("query", "key", "value")]
        joined = g.weight(f"{layer}.qkv", np.concatenate([w[f"{p}.weight"].T for p in own], 1))
        bias = g.weight(f"{layer}.qkv.bias", np.concatenate([w[f"{p}.bias"] for p in own]))
        mixed = g.add(
            "Attention",
            [hidden, joined, bias, "lengths"],
            [f"{layer}.mixed"],
            MICROSOFT,
            num_heads=config["num_attention_heads"],
        )
        out = f"{layer}.attention.output"
        attended = residual(mixed, hidden, f"{out}.dense", f"{out}.LayerNorm", out)
        wide, bias = weights(
            f"{layer}.intermediate.dense.weight", f"{layer}.intermediate.dense.bias"
        )
        g.add("MatMul", [attended, wide], [f"{layer}.wide"])
        active = g.add("BiasGelu", [f"{layer}.wide", bias], [f"{layer}.active"], MICROSOFT)
        out = f"{layer}.output"
        name = "hidden" if i == last else out
        hidden = residual(active, attended, f"{out}.dense", f"{out}.LayerNorm", name)
    return g
