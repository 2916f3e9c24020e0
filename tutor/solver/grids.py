"""A small 2-D convolution and max or average pooling by hand."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_matrix, tex, tex_matrix, tex_signed
from tutor.solver.grid_text import grids, stacked, wanted_entry, with_plain_rows
from tutor.solver.inputs import Inputs, assume, assumptions, forget, is_matrix, number, rows
from tutor.solver.layer_text import rewrite
from tutor.solver.named import unchanged
from tutor.solver.registry import Family

_CONVOLVE, _POOL = "convolution", "pooling"
_CONVOLUTION = (
    r"conv\w*|convoluc(?:ao|oes)|correlacao(?: cruzada)?|cross[- ]correlation|filtros?|kernels?"
)
_POOLING = r"(?:max|avg|average|mean|media|min)?[- ]?pool(?:ing)?|subamostragem"
_KERNEL_NAMES = ("kernel", "filtro", "nucleo", "mascara", "filter", "k", "f", "w")
_INPUT_NAMES = (
    "matriz",
    "entrada",
    "imagem",
    "mapa",
    "mapa de caracteristicas",
    "input",
    "image",
    "x",
    "a",
    "i",
    "feature map",
    "matriz de entrada",
    "pooling",
    "max pooling",
)
_MOST_STEPS = 16
_KEPT = re.compile(r"\b(?:nao|sem) (?:se )?(?:invert|vir|gir|rotacion|flip)\w*")


def _match(kind: str, statement: Statement) -> float:
    statement = with_plain_rows(statement)
    if statement.has(r"gridsearch\w*|param_grid|svm|folds?|cv"):
        return 0.0
    if statement.conceptual or not statement.arrays:
        return 0.0
    pools, convolves = statement.has(_POOLING), statement.has(_CONVOLUTION)
    if kind == _POOL:
        return 0.94 if pools and grids(statement) else 0.0
    if not convolves or statement.has(r"nn\.\w+|conv[23]d|shape|parametros?|campo receptivo"):
        return 0.0
    named = len(grids(statement)) > 1 and statement.has(r"conv1d|conv\w* 1-?d|convoluc\w+")
    if named and not pools:
        return 0.985  # "x = [1, 0, 2] e w = [0,5; -1]" are no neuron's
    return 0.93 if not pools and grids(statement) else 0.0


def _parse(kind: str, statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    statement = with_plain_rows(statement)
    found_grids = grids(statement)
    kernel = statement.find(*_KERNEL_NAMES) if kind == _CONVOLVE else None
    kernel_value = kernel.value if kernel is not None and kernel.value in found_grids else None
    entry = statement.find(*_INPUT_NAMES)
    entry_value = entry.value if entry is not None and entry.value in found_grids else None
    rest = [value for value in found_grids if value not in (kernel_value, entry_value)]
    rows_given = stacked(([entry_value] if entry_value else []) + rest, statement)
    if rows_given is not None:
        inputs["matrix"], inputs["matrix_1d"] = [[*row] for row in rows_given], False
        entry_value, rest = None, []
    elif entry_value is None and rest and (kernel_value is None or len(found_grids) > 1):
        entry_value = rest.pop(0)
    if kind == _CONVOLVE and kernel_value is None and rest:
        kernel_value = rest.pop(0)
    for key, value in (("matrix", entry_value), ("kernel", kernel_value)):
        if value is not None:
            matrix, note = value.matrix("a matriz")
            inputs[key] = [list(row) for row in matrix]
            inputs[f"{key}_1d"] = len(value.readings[0].shape) == 1
            assume(inputs, note)
    if kind == _POOL and rest and rows_given is None:
        inputs["maps"] = [[list(row) for row in value.matrix("o mapa")[0]] for value in rest]
    _read_wishes(kind, inputs, statement)
    plain_text = rewrite(statement)
    for key, names, low in (
        ("stride", ("stride", "strides", "passo", "passada"), 1),
        ("padding", ("padding", "pad", "preenchimento"), 0),
    ):
        found = plain_text.find(*names)
        if found is not None and found.value.is_scalar:
            inputs[key] = found.value.count(key, low, 1000)
    if statement.has("same"):
        inputs["padding"] = "same"
    if kind == _POOL:
        _read_window(inputs, plain_text)
    elif not _KEPT.search(statement.folded) and statement.has(
        r"convolucao matematica|kernel (?:invertido|rotacionado|girado)|flip\w*|"
        r"invert\w+ o (?:kernel|filtro)|convolve2d|rotacion\w+ (?:o )?(?:kernel|filtro)"
    ):
        inputs["flip"] = True
    if statement.has(r"relu"):
        inputs["relu"] = True
    bias = statement.scalar("bias", "vies", "b") if kind == _CONVOLVE else None
    if bias is not None:
        inputs["bias"] = bias
    if unchanged(inputs, previous):
        return None
    _complete(kind, inputs)
    return inputs


def _read_wishes(kind: str, inputs: dict[str, Json], statement: Statement) -> None:
    """One entry only, a global pooling, both poolings, the map before and after the ReLU."""
    folded = statement.folded
    if kind == _POOL:
        if re.search(r"\bglobal|\bgap\b", folded):
            inputs["global"] = True
        averages = re.search(r"\b(?:average|avg|media|medio|mean)\b", folded)
        if averages and re.search(r"\bmax", folded):
            inputs["both"] = True
    inputs["asking"] = folded[-300:]


def _read_window(inputs: dict[str, Json], statement: Statement) -> None:
    for value in statement.values:
        data = value.readings[0].data
        if value.dimensions and isinstance(data, list) and len(data) == 2:
            after = statement.folded[value.end : value.end + 20].lstrip()
            if after.startswith(("matriz", "entrada", "[")):
                continue
            before = statement.folded[max(0, value.start - 14) : value.start]
            if "matriz" in before or "entrada" in before or "imagem" in before:
                continue
            inputs["window"] = [int(float(each)) for each in data if isinstance(each, float)]
            if not all(float(each) >= 1 for each in data if isinstance(each, float)):
                raise SolverError("A janela do pooling precisa ter pelo menos 1×1.")
            break
    else:
        found = statement.find("janela", "kernel", "filtro", "pool", "pooling", "tamanho")
        if found is not None and found.value.is_scalar:
            n = found.value.count("a janela", 1, 1000)
            flat = statement.has(r"1-?d|unidimensional") or inputs.get("matrix_1d") is True
            inputs["window"] = [1, n] if flat else [n, n]
    if statement.has(
        r"(?:avg|average|mean|media)[- ]?(?:pool\w*)?|medio|pooling (?:por|de|da) media"
    ):
        inputs["how"] = "avg"
    elif statement.has(r"max\w*(?:[- ]?pool\w*)?|maximo"):
        inputs["how"] = "max"


def _complete(kind: str, inputs: dict[str, Json]) -> None:
    inputs.pop("pending", None)
    if not is_matrix(inputs.get("matrix")):
        raise MissingData(
            "Falta a matriz de entrada. Escreva, por exemplo, [[1, 2, 0], [0, 1, 3], [2, 1, 1]].",
            Problem(kind, inputs),
        )
    if kind == _CONVOLVE:
        if not is_matrix(inputs.get("kernel")):
            raise MissingData(
                "Falta o kernel. Escreva, por exemplo, kernel [[1, 0], [0, -1]].",
                Problem(kind, inputs),
            )
        forget(inputs, "Usei", "Como nas redes", "Inverti")
        assume(
            inputs,
            "Inverti o kernel (convolução matemática)."
            if inputs.get("flip") is True
            else "Como nas redes neurais, calculei a correlação cruzada: o kernel não é invertido.",
        )
    elif inputs.get("global") is True:
        forget(inputs, "Usei", "O stride")
    else:
        forget(inputs, "Usei", "O stride")
        if "window" not in inputs:
            inputs["window"] = [2, 2]
            assume(inputs, "Usei janela 2×2, a usual.")
        if "stride" not in inputs:
            assume(inputs, "O stride é igual à janela, o usual no pooling.")
        if "how" not in inputs:
            inputs["how"] = "max"
            assume(inputs, "Usei max pooling.")
    if kind == _CONVOLVE:
        if "stride" not in inputs:
            assume(inputs, "Usei stride 1.")
        if "padding" not in inputs:
            assume(inputs, "Usei padding 0 (sem padding).")


def _padded(inputs: Inputs, window: tuple[int, int], fill: float) -> np.ndarray:
    x = np.array(rows(inputs["matrix"]), dtype=float)
    padding = inputs.get("padding")
    if padding == "same":
        widths = [((k - 1) // 2, k - 1 - (k - 1) // 2) for k in window]
    else:
        widths = [(int(number(padding)), int(number(padding)))] * 2
    if _is_signal(inputs):
        widths[0] = (0, 0)
    return np.pad(x, widths, constant_values=fill)


def _is_signal(inputs: Inputs) -> bool:
    """A 1-D convolution: a vector and a vector."""
    return inputs.get("matrix_1d") is True and inputs.get("kernel_1d") is True


def _strides(inputs: Inputs, window: tuple[int, int]) -> tuple[int, int]:
    if "stride" in inputs:
        return int(number(inputs["stride"])), int(number(inputs["stride"]))
    return window if "window" in inputs else (1, 1)


def _windows(x: np.ndarray, window: tuple[int, int], stride: tuple[int, int]) -> np.ndarray:
    if x.shape[0] < window[0] or x.shape[1] < window[1]:
        raise SolverError(
            f"A janela {window[0]}×{window[1]} não cabe na matriz {x.shape[0]}×{x.shape[1]}. "
            "Confira os tamanhos."
        )
    view = np.lib.stride_tricks.sliding_window_view(x, window)
    return view[:: stride[0], :: stride[1]]


def _convolve(inputs: Inputs, kernel: np.ndarray, padding: bool = True) -> np.ndarray:
    given = inputs if padding else {**inputs, "padding": 0}
    window = (kernel.shape[0], kernel.shape[1])
    x = _padded(given, window, 0.0)
    return np.einsum("ijkl,kl->ij", _windows(x, window, _strides(inputs, window)), kernel)


def _solve_convolve(inputs: Inputs) -> Solution:
    kernel = np.array(rows(inputs["kernel"]), dtype=float)
    used = kernel[::-1, ::-1] if inputs.get("flip") is True else kernel
    window = (used.shape[0], used.shape[1])
    stride, bias = _strides(inputs, window), number(inputs.get("bias"))
    out = _convolve(inputs, used) + bias
    x = _padded(inputs, window, 0.0)
    entry = wanted_entry(str(inputs.get("asking", "")), *out.shape)
    steps = [
        Step(
            "Fórmula",
            r"$y_{ij} = \sum_a \sum_b x_{i s + a,\, j s + b}\, k_{ab}$"
            + (" $+\\ b$" if bias else ""),
        )
    ]
    if inputs.get("padding") not in (None, 0):
        steps.append(Step("Entrada com padding", f"${tex_matrix(x)}$"))
    if inputs.get("flip") is True:
        steps.append(Step("Kernel invertido", f"${tex_matrix(used)}$"))
    lines: list[str] = []
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            if len(lines) == _MOST_STEPS or used.size > 25:
                break
            part = x[
                i * stride[0] : i * stride[0] + window[0], j * stride[1] : j * stride[1] + window[1]
            ]
            terms = " + ".join(
                rf"{tex_signed(float(a))} \cdot {tex_signed(float(b))}"
                for a, b in zip(part.ravel(), used.ravel(), strict=True)
            )
            tail = f" + {tex_signed(bias)}" if bias else ""
            lines.append(rf"$y_{{{i + 1},{j + 1}}} = {terms}{tail} = {tex(float(out[i, j]))}$")
    if lines:
        steps.append(Step("Cada posição", "\n\n".join(lines)))
    second = _convolve_by_shifts(x, used, stride) + bias
    mistakes: list[Mistake] = []
    final = np.maximum(out, 0) if inputs.get("relu") is True else out
    if inputs.get("relu") is True:
        steps.append(Step("ReLU", f"${tex_matrix(final)}$"))
    value: Json = final[0].tolist() if _is_signal(inputs) else final.tolist()
    result = f"${tex_matrix(final)}$"
    if entry is not None and not _is_signal(inputs):
        value = float(final[entry])
        result = f"Posição ({entry[0] + 1}, {entry[1] + 1}): ${tex(value)}$. Mapa todo: {result}"
    mistakes.append((_convolve(inputs, used[::-1, ::-1]).ravel() + bias, "se inverte o kernel"))
    if bias:
        mistakes.append((out.ravel() - bias, "se esquece do bias"))
    return Solution(
        problem=Problem(_CONVOLVE, inputs),
        title="Convolução 1-D" if _is_signal(inputs) else "Convolução 2-D",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Segunda formulação",
                bool(np.allclose(second, out)),
                "a soma das entradas deslocadas, vezes cada peso, dá a mesma matriz",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=_heat(final, "Saída da convolução"),
    )


def _convolve_by_shifts(x: np.ndarray, kernel: np.ndarray, stride: tuple[int, int]) -> np.ndarray:
    height = (x.shape[0] - kernel.shape[0]) // stride[0] + 1
    width = (x.shape[1] - kernel.shape[1]) // stride[1] + 1
    total = np.zeros((height, width))
    for a in range(kernel.shape[0]):
        for b in range(kernel.shape[1]):
            shifted = x[
                a : a + height * stride[0] : stride[0], b : b + width * stride[1] : stride[1]
            ]
            total += kernel[a, b] * shifted[:height, :width]
    return total


def _heat(matrix: np.ndarray, title: str) -> Figure:
    return Figure(
        "heatmap",
        title,
        {
            "rows": [str(i + 1) for i in range(matrix.shape[0])],
            "columns": [str(j + 1) for j in range(matrix.shape[1])],
            "values": matrix.tolist(),
        },
    )


def _solve_pool(inputs: Inputs) -> Solution:
    maps = inputs.get("maps")
    if isinstance(maps, list) and maps:
        one_map = {**inputs, "maps": []}
        each = [_solve_pool({**one_map, "matrix": one}) for one in [inputs["matrix"], *maps]]
        return _together(inputs, each, [solution.value for solution in each])
    if inputs.get("both") is True:
        each = [_solve_pool({**inputs, "how": how, "both": False}) for how in ("max", "avg")]
        return _together(inputs, each, {"max": each[0].value, "media": each[1].value})
    if inputs.get("global") is True:
        matrix = rows(inputs["matrix"])
        sides: list[Json] = [len(matrix), len(matrix[0])]
        whole = _solve_pool({**inputs, "window": sides, "stride": 1, "padding": 0, "global": False})
        value = float(np.array(whole.value)[0, 0])
        return replace(whole, title=f"{whole.title.split(' pool')[0]} pooling global",
                       result=f"${tex(value)}$", value=value,
                       problem=Problem(_POOL, inputs))  # fmt: skip
    return _solve_pool_windows(inputs)


def _together(inputs: Inputs, solutions: list[Solution], value: Json) -> Solution:
    """Several maps, or both kinds of pooling of one."""
    return replace(
        solutions[0],
        problem=Problem(_POOL, inputs),
        title=" e ".join(dict.fromkeys(each.title for each in solutions)),
        result="\n\n".join(f"{each.title}: {each.result}" for each in solutions),
        value=value,
        steps=tuple(step for each in solutions for step in each.steps),
        checks=tuple(check for each in solutions for check in each.checks),
        assumptions=tuple(dict.fromkeys(text for each in solutions for text in each.assumptions)),
        remarks=(),
    )


def _solve_pool_windows(inputs: Inputs) -> Solution:
    sizes = inputs["window"]
    assert isinstance(sizes, list)
    window = (int(number(sizes[0])), int(number(sizes[1])))
    stride, average = _strides(inputs, window), inputs.get("how") == "avg"
    x = _padded(inputs, window, 0.0 if average else -np.inf)
    parts = _windows(x, window, stride)
    out = parts.mean(axis=(2, 3)) if average else parts.max(axis=(2, 3))
    lines: list[str] = []
    passed = True
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            cells = [
                float(x[i * stride[0] + a, j * stride[1] + b])
                for a in range(window[0])
                for b in range(window[1])
            ]
            best = sum(cells) / len(cells) if average else sorted(cells)[-1]
            passed = passed and abs(best - float(out[i, j])) <= 1e-9 * max(1.0, abs(best))
            listed = r";\ ".join(tex(each) for each in cells if np.isfinite(each))
            word = r"\text{média}" if average else r"\max"
            if len(lines) < _MOST_STEPS and len(cells) <= 25:
                lines.append(rf"$y_{{{i + 1},{j + 1}}} = {word}({listed}) = {tex(best)}$")
    name = "Average pooling" if average else "Max pooling"
    given = rows(inputs["matrix"])
    left = ((len(given) - window[0]) % stride[0], (len(given[0]) - window[1]) % stride[1])
    notes = list(assumptions(inputs))
    if any(left) and not inputs.get("padding"):
        notes.append("As linhas ou colunas que sobram no fim são ignoradas (piso da divisão).")
    other = parts.max(axis=(2, 3)) if average else parts.mean(axis=(2, 3))
    return Solution(
        problem=Problem(_POOL, inputs),
        title=f"{name} {window[0]}×{window[1]} com stride {stride[0]}",
        result=f"${tex_matrix(out)}$",
        value=out.tolist(),
        steps=(Step("Cada janela", "\n\n".join(lines) or "Uma conta por janela."),),
        checks=(Check("Janela a janela", passed, "cada célula recontada confere"),),
        assumptions=tuple(notes),
        remarks=remarks(
            inputs,
            out.tolist(),
            [
                (
                    other.ravel(),
                    "se usa o máximo em vez da média"
                    if average
                    else "se usa a média em vez do máximo",
                ),
                (parts.min(axis=(2, 3)).ravel(), "se usa o mínimo"),
                (parts.sum(axis=(2, 3)).ravel(), "se soma os valores sem dividir"),
            ],
        ),
        figure=_heat(out, name),
    )


def _exercise_convolve(random: Random) -> tuple[str, dict[str, Json]]:
    n, k = random.choice([4, 5]), random.choice([2, 3])
    matrix: list[Json] = [[float(random.randint(0, 5)) for _ in range(n)] for _ in range(n)]
    kernel: list[Json] = [[float(random.randint(-1, 1)) for _ in range(k)] for _ in range(k)]
    text = (
        f"Calcule a convolução da matriz {plain_matrix(rows(matrix))} com o kernel "
        f"{plain_matrix(rows(kernel))}, stride 1 e sem padding."
    )
    return text, {"matrix": matrix, "kernel": kernel, "stride": 1, "padding": 0, "assumptions": []}


def _exercise_pool(random: Random) -> tuple[str, dict[str, Json]]:
    how = random.choice(["max", "avg"])
    matrix: list[Json] = [[float(random.randint(0, 9)) for _ in range(4)] for _ in range(4)]
    name = "max pooling" if how == "max" else "average pooling"
    stride = random.choice([1, 2])
    text = (
        f"Aplique {name} com janela 2x2 e stride {plain(stride)} na matriz "
        f"{plain_matrix(rows(matrix))}."
    )
    inputs: dict[str, Json] = {
        "matrix": matrix,
        "window": [2, 2],
        "stride": stride,
        "how": how,
        "assumptions": [],
    }
    return text, inputs


FAMILIES: tuple[Family, ...] = (
    Family(
        _CONVOLVE,
        "Convolução 2-D à mão",
        "cnn_resnet",
        "1",
        partial(_match, _CONVOLVE),
        partial(_parse, _CONVOLVE),
        _solve_convolve,
        _exercise_convolve,
    ),
    Family(
        _POOL,
        "Pooling à mão",
        "cnn_resnet",
        "1",
        partial(_match, _POOL),
        partial(_parse, _POOL),
        _solve_pool,
        _exercise_pool,
        adopts={_CONVOLVE: ("matrix",)},
    ),
)
