"""A Llama decoder on ONNX Runtime, with its key-value cache in our hands.

Touvron et al. 2023: rotary positions (Su et al. 2021), RMS norm, SwiGLU. The cache is one buffer a
layer that the attention writes into in place, so that a token costs no copy of what came before,
and tokens that turn out wrong are taken back by forgetting how many there were.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tutor.engine.graph import MICROSOFT, Contents, Graph, Values, read
from tutor.errors import ModelError

WIDTHS = 16  # a head's width must be a multiple of this for GroupQueryAttention


class Llama:
    def __init__(self, directory: Path, threads: int) -> None:
        """Raises ModelError where the folder holds another architecture."""
        config, weights = read(
            directory,
            {
                "model_type": "llama",
                "hidden_act": "silu",
                "attention_bias": False,
                "mlp_bias": False,
            },
        )
        if config["head_dim"] % WIDTHS:
            raise ModelError(f"O motor rápido pede head_dim múltiplo de {WIDTHS}.")
        self.longest: int = config["max_position_embeddings"]
        self.vocabulary: int = config["vocab_size"]
        self.layers: int = config["num_hidden_layers"]
        self.cache_heads: int = config["num_key_value_heads"]
        self.width: int = config["head_dim"]
        self._graph = _graph(config, weights)
        cache = ("float32", [1, self.cache_heads, "places", self.width])
        inputs: Values = {
            "ids": ("int64", [1, "tokens"]),
            "wanted": ("int64", ["outputs"]),
            "last": ("int32", [1]),
            "total": ("int32", []),
        }
        outputs: Values = {"logits": ("float32", [1, "outputs", self.vocabulary])}
        for name in self.cache_names():
            inputs[f"past.{name}"] = outputs[f"present.{name}"] = cache
        self.session = self._graph.session(inputs, outputs, threads)

    def cache_names(self) -> list[str]:
        return [f"{part}.{i}" for i in range(self.layers) for part in ("key", "value")]

    def start(self, ids: Sequence[int], room: int) -> Reading:
        """Has read `ids`, and can read `room` tokens more as far as the model's positions go."""
        return Reading(self, ids, min(len(ids) + room, self.longest))


class Reading:
    """What the model has read so far: its cache, and the logits of what comes next."""

    def __init__(self, model: Llama, ids: Sequence[int], places: int) -> None:
        self._model, self._places = model, places
        self._binding = model.session.io_binding()
        shape = (1, model.cache_heads, places, model.width)
        self._cache = {name: np.zeros(shape, np.float32) for name in model.cache_names()}
        for name, buffer in self._cache.items():
            for bind, side in (
                (self._binding.bind_input, "past"),
                (self._binding.bind_output, "present"),
            ):
                bind(f"{side}.{name}", "cpu", 0, np.float32, shape, buffer.ctypes.data)
        self.length = 0
        self.logits = self.feed(ids)[-1]

    def has_room(self, tokens: int) -> bool:
        return self.length + tokens <= self._places

    def feed(self, ids: Sequence[int], outputs: int = 1) -> np.ndarray:
        """Logits after each of the last `outputs` of `ids`; shape (outputs, vocabulary)."""
        self.length += len(ids)
        wanted = np.arange(len(ids) - outputs, len(ids))
        logits = np.empty((1, outputs, self._model.vocabulary), np.float32)
        binding = self._binding
        binding.bind_cpu_input("ids", np.array([ids], np.int64))
        binding.bind_cpu_input("wanted", wanted)
        binding.bind_cpu_input("last", np.array([self.length - 1], np.int32))
        binding.bind_cpu_input("total", np.array(self.length, np.int32))
        binding.bind_output("logits", "cpu", 0, np.float32, logits.shape, logits.ctypes.data)
        self._model.session.run_with_iobinding(binding)
        self.logits = logits[0, -1]
        return logits[0]

    def forget(self, tokens: int) -> None:
        """Takes the last tokens back; the logits are those of the next `feed`."""
        self.length -= tokens


def _graph(config: Contents, w: Contents) -> Graph:
    g, epsilon = Graph(), config["rms_norm_eps"]
    heads, cache_heads = config["num_attention_heads"], config["num_key_value_heads"]
    table = g.weight("model.embed_tokens.weight", w["model.embed_tokens.weight"])
    cosines, sines = _rotations(config)
    turns = [g.weight("cosines", cosines), g.weight("sines", sines)]

    def linear(x: str, *names: str) -> str:
        """One product for all of `names`, side by side."""
        joined = np.concatenate([w[f"{n}.weight"].T for n in names], axis=1)
        return g.add("MatMul", [x, g.weight(names[0], joined)], [f"{names[0]}.out"])

    def norm(x: str, name: str) -> str:
        scale = g.weight(f"{name}.weight", w[f"{name}.weight"])
        return g.add("SimplifiedLayerNormalization", [x, scale], [name], epsilon=epsilon, axis=-1)

    def add_norm(x: str, residual: str, name: str) -> tuple[str, str]:
        """The norm of the sum, and the sum itself."""
        scale = g.weight(f"{name}.weight", w[f"{name}.weight"])
        g.add(
            "SkipSimplifiedLayerNormalization",
            [x, residual, scale],
            [name, "", "", f"{name}.sum"],
            MICROSOFT,
            epsilon=epsilon,
        )
        return name, f"{name}.sum"

    stream = g.add("Gather", [table, "ids"], ["embedded"])
    x = norm(stream, "model.layers.0.input_layernorm")
    last = config["num_hidden_layers"] - 1
    for i in range(last + 1):
        layer = f"model.layers.{i}"
        attention = f"{layer}.self_attn"
        qkv = linear(x, *(f"{attention}.{part}_proj" for part in "qkv"))
        past = [f"past.key.{i}", f"past.value.{i}"]
        mixed = g.add(
            "GroupQueryAttention",
            [qkv, "", "", *past, "last", "total", *turns],
            [f"{attention}.mixed", f"present.key.{i}", f"present.value.{i}"],
            MICROSOFT,
            num_heads=heads,
            kv_num_heads=cache_heads,
            do_rotary=1,
        )
        attended = linear(mixed, f"{attention}.o_proj")
        x, stream = add_norm(attended, stream, f"{layer}.post_attention_layernorm")
        both = linear(x, f"{layer}.mlp.gate_proj", f"{layer}.mlp.up_proj")
        gate, up = f"{layer}.gate", f"{layer}.up"
        g.add("Split", [both], [gate, up], axis=-1)
        open_ = g.add("QuickGelu", [gate], [f"{gate}.open"], MICROSOFT, alpha=1.0)  # = SiLU
        g.add("Mul", [open_, up], [f"{layer}.gated"])
        x = linear(f"{layer}.gated", f"{layer}.mlp.down_proj")
        if i < last:
            x, stream = add_norm(x, stream, f"model.layers.{i + 1}.input_layernorm")
    g.add("Add", [x, stream], ["read"])
    g.add("Gather", ["read", "wanted"], ["read.wanted"], axis=1)
    final = norm("read.wanted", "model.norm")
    head = "model.embed_tokens" if config["tie_word_embeddings"] else "lm_head"
    g.add("MatMul", [final, g.weight("head", w[f"{head}.weight"].T)], ["logits"])
    return g


def _rotations(config: Contents) -> tuple[np.ndarray, np.ndarray]:
    """Cosines and sines of each position's angles; each of shape (positions, head_dim / 2)."""
    width = config["head_dim"]
    rotary = config["rope_parameters"]
    if rotary["rope_type"] != "default":
        raise ModelError("O motor rápido só conhece posições rotativas simples.")
    base = rotary["rope_theta"]
    frequencies = 1.0 / base ** (np.arange(0, width, 2, dtype=np.float32) / width)
    positions = np.arange(config["max_position_embeddings"], dtype=np.float32)
    angles = np.outer(positions, frequencies).astype(np.float32)
    return np.cos(angles), np.sin(angles)
