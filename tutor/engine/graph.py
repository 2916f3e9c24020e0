"""An ONNX graph under construction, and the ONNX Runtime session that it becomes.

Weights never enter the graph's file format: the session reads them where they lie in memory.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from tutor.errors import ModelError

try:
    import onnxruntime as ort
    from onnx import TensorProto, helper
    from onnxruntime.capi import onnxruntime_pybind11_state as failures
except ImportError as missing:
    raise ModelError(
        f"O ONNX Runtime não carrega ({missing}). Rode `pip install -e .` de novo, "
        "ou use TUTOR_ENGINE=torch."
    ) from missing

MICROSOFT = "com.microsoft"  # ONNX Runtime's own fused operators
OPSET = 17
CONFIG, WEIGHTS = "config.json", "model.safetensors"
TYPES = {"float32": TensorProto.FLOAT, "int32": TensorProto.INT32, "int64": TensorProto.INT64}

REFUSED = (failures.Fail, failures.InvalidArgument, failures.InvalidGraph,
           failures.NotImplemented, failures.RuntimeException)  # fmt: skip

Dimension = int | str  # a number, or the name of a dimension that varies
Values = dict[str, tuple[str, Sequence[Dimension]]]  # name -> type, shape


class Contents(dict[str, Any]):
    """A model's configuration, or its tensors, by name."""

    def __missing__(self, name: str) -> Any:
        raise ModelError(f"Falta {name} nos arquivos do modelo.")


class Graph:
    """Nodes and weights in the order in which they are added; values are known by name."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._weights: dict[str, np.ndarray] = {}

    def weight(self, name: str, value: np.ndarray) -> str:
        self._weights[name] = np.ascontiguousarray(value, dtype=np.float32)
        return name

    def add(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """Adds a node; "" stands for an input or output that is left out. Returns its first
        output's name."""
        self._nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))
        return outputs[0]

    def session(self, inputs: Values, outputs: Values, threads: int) -> ort.InferenceSession:
        """Reads the weights of this graph for as long as it lives: keep both.

        Raises ModelError where ONNX Runtime refuses the graph.
        """
        graph = helper.make_graph(
            self._nodes,
            "tutor",
            [_value(name, *kind) for name, kind in inputs.items()],
            [_value(name, *kind) for name, kind in outputs.items()],
            [_external(name, value) for name, value in self._weights.items()],
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
            ir_version=8,
        )
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Two sessions and FAISS share few cores: a thread that has nothing to do must not spin.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        values = [ort.OrtValue.ortvalue_from_numpy(v) for v in self._weights.values()]
        options.add_external_initializers(list(self._weights), values)
        try:
            return ort.InferenceSession(
                model.SerializeToString(), options, providers=["CPUExecutionProvider"]
            )
        except REFUSED as error:
            raise ModelError(
                f"O ONNX Runtime não aceitou o modelo. Use TUTOR_ENGINE=torch. ({error})"
            ) from error


def _value(name: str, kind: str, shape: Sequence[Dimension]) -> Any:
    return helper.make_tensor_value_info(name, TYPES[kind], list(shape))


def _external(name: str, value: np.ndarray) -> TensorProto:
    """A tensor whose data the session is given apart from the graph."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=value.shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="memory")
    tensor.external_data.add(key="offset", value="0")
    tensor.external_data.add(key="length", value=str(value.nbytes))
    return tensor


def read(directory: Path, expected: dict[str, Any]) -> tuple[Contents, Contents]:
    """A model folder's configuration and weights; raises ModelError if it is of another kind.

    What a configuration does not mention is as expected: `transformers` leaves defaults out.
    """
    try:
        config = Contents(json.loads((directory / CONFIG).read_text(encoding="utf-8")))
        weights = Contents(load_file(directory / WEIGHTS))
    except (OSError, json.JSONDecodeError, SafetensorError, TypeError) as error:
        raise ModelError(f"Não consegui ler o modelo em {directory.name}/: {error}") from error
    for key, value in expected.items():
        if config.get(key, value) != value:
            raise ModelError(
                f"{directory.name}/{CONFIG}: {key} = {config[key]!r} não é do motor rápido "
                f"(que espera {value!r}). Use TUTOR_ENGINE=torch."
            )
    return config, weights
