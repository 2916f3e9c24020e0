"""Skip connections: y = F(x) + x, with or without projection, and whether the shapes fit."""

from __future__ import annotations

import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain_vector, tex_matrix, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats, is_matrix, rows
from tutor.solver.named import unchanged
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_KIND = "skip_connection"
_SKIP = (
    r"skip[ -]?connections?|skip|conex(?:ao|oes) (?:residua(?:l|is)|de atalho)|residual|"
    r"residua(?:l|is)|atalho|shortcut|bloco residual|f\(x\) ?\+ ?(?:w\w* ?)?x|x ?\+ ?f\(x\)|resnet"
)
_F_NAMES = (
    "f(x)",
    "f (x)",
    "fx",
    "f",
    "saida do bloco",
    "saida da camada",
    "saida das camadas",
    "bloco",
    "ramo",
    "saida do ramo",
    "fluxo",
    "residuo",
)
_X_NAMES = ("x", "entrada", "identidade", "input", "atalho", "vetor de entrada")
_W_NAMES = ("ws", "w_s", "w", "projecao", "matriz de projecao", "matriz", "wp", "p", "projection")


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.has(_SKIP):
        return 0.0
    shapes = _shapes(statement)
    if _points(statement) is not None:
        return 0.95
    if len(shapes) > 1 and not statement.has(r"parametros?"):
        return 0.9
    return 0.95 if statement.arrays and not statement.has(r"parametros?|softmax|atencao") else 0.0


def _shapes(statement: Statement) -> list[list[int]]:
    found = []
    for value in statement.values:
        data = value.readings[0].data
        if value.dimensions and isinstance(data, list):
            found.append([int(each) for each in data if isinstance(each, float)])
    return found


_POINT = re.compile(
    r"(?<!\w)f ?\( ?(?:x|-?\d{1,9}(?:[.,]\d{1,9})?) ?\) ?(?:=|vale|e) ?(-?\d{1,9}(?:[.,]\d{1,9})?)"
    r"(?![\w]|[.,]\d)"
)


def _points(statement: Statement) -> tuple[float, float] | None:
    """ "x = 3 e F(x) = 4" (or "F(3) = 4"): one number each."""
    x, output = statement.find("x", "entrada"), _POINT.search(statement.folded)
    if x is None or output is None or not x.value.is_scalar:
        return None
    return x.value.scalar("x")[0], float(output[1].replace(",", "."))


def _find(statement: Statement, names: tuple[str, ...], free: list[Value]) -> Value | None:
    for name in names:
        position = -1
        while (position := statement.folded.find(name, position + 1)) >= 0:
            end = position + len(name)
            alone = not statement.folded[max(0, position - 1) : position].isalnum()
            whole = not statement.folded[end : end + 1].isalnum()
            value = next((v for v in free if v.start >= end), None)
            gap = statement.folded[end : value.start] if value is not None else "?"
            inside = position > 1 and statement.folded[position - 2 : position] == "f("
            if (
                alone
                and whole
                and not inside
                and value is not None
                and len(gap) < 16
                and (
                    gap.strip(" =:,(")
                    in ("", "e", "de", "dada por", "igual a", "vale", "e igual a", "e dada por")
                )
            ):
                return value
    return None


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    free = list(statement.arrays)
    named: dict[str, Value] = {}
    free = _read_branch(inputs, statement, free)
    for key, names in (("f", _F_NAMES), ("x", _X_NAMES), ("w", _W_NAMES)):
        value = _find(statement, names, free)
        if value is not None and value not in named.values():
            named[key] = value
            free.remove(value)
    for key in ("x",) if "branch" in inputs else ("x", "f", "w"):
        if key not in named and key not in inputs and free:
            named[key] = free.pop(0)
    for key, value in named.items():
        inputs[key] = _array(value, inputs)
    points = _points(statement) if not statement.arrays else None
    if points is not None:
        inputs["x"], inputs["f"] = [points[0]], [points[1]]
    zero = re.search(
        r"f ?\(x\) ?(?:=|:|for|e|vale|igual a)+ ?(?:0|zero|nulo)(?![\w.,]\d)", statement.folded
    )
    if zero and "x" in inputs and "w" not in inputs:
        inputs["f"] = np.zeros_like(_numpy(inputs["x"])).tolist()
    shapes = _shapes(statement)
    if not named and len(shapes) > 1:
        inputs["shapes"] = [list(shapes[0]), list(shapes[1])]
    if statement.has(r"relu"):
        inputs["relu"] = True
    if "branch" in inputs and "x" in inputs:
        inputs["f"] = _branch_output(inputs)
    if _BOTH.search(statement.folded):
        inputs["both"] = inputs["relu"] = True
    elif statement.has(r"(?:sem|antes d[ae]|before(?: the)?) (?:a )?relu"):
        inputs.pop("relu", None)
    if unchanged(inputs, previous):
        return None
    inputs.pop("pending", None)
    if "shapes" in inputs and "x" not in inputs:
        return inputs
    for key, name in (("x", "a entrada x"), ("f", "a saída F(x) do bloco")):
        if key not in inputs:
            raise MissingData(
                f"Falta {name} da skip connection. Escreva, por exemplo, x = [1; 2] e "
                "F(x) = [0,5; -1].",
                Problem(_KIND, inputs),
            )
    return inputs


# "a saída antes e depois da ReLU", "y e depois ReLU(y)"
_BOTH = re.compile(
    r"\b(?:antes e (?:depois|apos)|com e sem) (?:d?a )?relu|"
    r"\by\b[^.;?]{0,40}\be (?:depois |tambem |em seguida )?(?:a )?relu ?\( ?y ?\)"
)


def _read_branch(inputs: dict[str, Json], statement: Statement, free: list[Value]) -> list[Value]:
    """F(x) = W2·ReLU(W1·x): two weight matrices; the arrays that are left."""
    layers = [_find(statement, names, free) for names in (("w1", "w_1"), ("w2", "w_2"))]
    if any(each is None for each in layers):
        return free
    matrices = [each.matrix(f"W{n}")[0] for n, each in enumerate(layers, 1) if each is not None]
    inputs["branch"] = [[list(row) for row in matrix] for matrix in matrices]
    inputs["inner_relu"] = statement.has(r"relu entre|relu ?\( ?w_?1|(?:e |com )?relu no meio")
    return [each for each in free if each not in layers]


def _branch_output(inputs: Inputs) -> Json:
    branch = inputs["branch"]
    assert isinstance(branch, list)
    first, second = (np.array(rows(each), dtype=float) for each in branch)
    x = _numpy(inputs["x"])
    for matrix, size in ((first, len(x)), (second, len(first))):
        if matrix.shape[1] != size:
            raise SolverError(
                f"A matriz {_shape(matrix)} não multiplica um vetor de tamanho {size}: confira os "
                "tamanhos de W1, W2 e x."
            )
    hidden = first @ x
    hidden = np.maximum(hidden, 0) if inputs.get("inner_relu") is True else hidden
    output: list[Json] = [float(each) for each in second @ hidden]
    return output


def _branch_steps(inputs: Inputs) -> list[Step]:
    branch = inputs.get("branch")
    if not isinstance(branch, list):
        return []
    first, second = (np.array(rows(each), dtype=float) for each in branch)
    hidden = first @ _numpy(inputs["x"])
    steps = [Step("Primeira camada", rf"$W_1 x = {_tex(hidden)}$")]
    if inputs.get("inner_relu") is True:
        hidden = np.maximum(hidden, 0)
        steps.append(Step("ReLU entre as camadas", rf"$h = {_tex(hidden)}$"))
    return [*steps, Step("Segunda camada", rf"$F(x) = W_2 h = {_tex(second @ hidden)}$")]


def _array(value: Value, inputs: dict[str, Json]) -> Json:
    if len(value.readings[0].shape) == 2:
        matrix, note = value.matrix("a matriz")
        assume(inputs, note)
        return [list(row) for row in matrix]
    numbers, note = value.vector("o vetor")
    assume(inputs, note)
    return list(numbers)


def _numpy(value: Json) -> np.ndarray:
    return np.array(rows(value) if is_matrix(value) else floats(value), dtype=float)


def _tex(array: np.ndarray) -> str:
    return tex_matrix(array) if array.ndim == 2 else tex_vector(array.tolist())


def _solve(inputs: Inputs) -> Solution:
    if "x" not in inputs:
        return _solve_shapes(inputs)
    x, f = _numpy(inputs["x"]), _numpy(inputs["f"])
    steps = [Step("Fórmula", r"$y = F(x) + W_s x$" if "w" in inputs else r"$y = F(x) + x$")]
    steps += _branch_steps(inputs)
    identity = x
    if "w" in inputs:
        w = _numpy(inputs["w"])
        w = w if w.ndim == 2 else w[None, :]
        if w.shape[1] == x.shape[0]:
            identity = w @ x
            steps.append(
                Step("Projeção", rf"$W_s x = {tex_matrix(w)} {_tex(x)} = {_tex(identity)}$")
            )
        elif x.ndim == 2 and x.shape[1] == w.shape[0]:
            identity = x @ w
            steps.append(Step("Projeção", rf"$x W_s = {_tex(identity)}$"))
        elif x.ndim == 1 and w.shape[0] == x.shape[0]:
            identity = x @ w
            steps.append(
                Step("Projeção", rf"$x W_s = {_tex(x)} {tex_matrix(w)} = {_tex(identity)}$")
            )
        else:
            raise SolverError(
                f"A projeção {w.shape[0]}×{w.shape[1]} não multiplica uma entrada de tamanho "
                f"{x.shape[0]}: o número de colunas da matriz precisa ser o tamanho de x."
            )
    if identity.shape != f.shape:
        raise SolverError(
            f"A soma não é possível: F(x) tem forma {_shape(f)} e x, {_shape(identity)}. "
            "É preciso uma projeção (matriz W_s ou convolução 1×1) que leve x ao tamanho de F(x)."
        )
    y = f + identity
    steps.append(
        Step("Soma elemento a elemento", rf"$y = {_tex(f)} + {_tex(identity)} = {_tex(y)}$")
    )
    final = np.maximum(y, 0) if inputs.get("relu") is True else y
    if inputs.get("relu") is True:
        steps.append(Step("ReLU depois da soma", rf"$\max(0, y) = {_tex(final)}$"))
    second = np.array([a + b for a, b in zip(f.ravel(), identity.ravel(), strict=True)])
    mistakes = [
        (f.ravel(), "se esquece de somar a identidade"),
        ((f * identity).ravel(), "se multiplica em vez de somar"),
        ((f - identity).ravel(), "se subtrai a identidade"),
        (np.concatenate([f.ravel(), identity.ravel()]), "se concatena em vez de somar"),
        (y.ravel(), "se esquece da ReLU depois da soma"),
        ((np.maximum(f, 0) + identity).ravel(), "se aplica a ReLU antes da soma"),
    ]
    value: Json = final.tolist()
    if inputs.get("both") is True:
        value = {"y": y.tolist(), "relu": final.tolist()}
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Skip connection com projeção" if "w" in inputs else "Skip connection",
        result=f"$y = {_tex(final)}$"
        if inputs.get("both") is not True
        else f"$y = {_tex(y)}$; depois da ReLU: ${_tex(final)}$",
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Tirar F(x) devolve a identidade",
                bool(np.allclose(y - f, identity, atol=1e-12 * (1 + float(np.abs(y).max())))),
                "y − F(x) = identidade",
            ),
            Check(
                "Elemento a elemento",
                bool(np.allclose(second, y.ravel())),
                "cada soma recontada confere",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, final.tolist(), mistakes),
    )


def _shape(array: np.ndarray) -> str:
    return "×".join(str(n) for n in array.shape)


def _solve_shapes(inputs: Inputs) -> Solution:
    shapes = inputs["shapes"]
    assert isinstance(shapes, list)
    one, other = (list(map(int, floats(shape))) for shape in shapes[:2])
    fits = one == other
    names = "×".join(map(str, one)), "×".join(map(str, other))
    if fits:
        result = f"Sim: as formas são iguais ({names[0]}), e a soma é direta."
    else:
        result = f"Não: {names[0]} e {names[1]} são diferentes; é preciso uma projeção do atalho."
    steps = [
        Step(
            "Regra",
            "A soma da skip connection é elemento a elemento: as formas precisam ser iguais.",
        )
    ]
    if not fits and len(one) == len(other) == 3:
        steps.append(
            Step(
                "Como resolver",
                "Uma convolução 1×1 no atalho ajusta os canais, e o stride dela ajusta altura e "
                "largura.",
            )
        )
    return Solution(
        problem=Problem(_KIND, inputs),
        title="As formas da skip connection",
        result=result,
        value=fits,
        steps=tuple(steps),
        checks=(
            Check(
                "Dimensão a dimensão",
                fits
                == (
                    len(one) == len(other) and all(a == b for a, b in zip(one, other, strict=False))
                ),
                f"{names[0]} contra {names[1]}",
            ),
        ),
        assumptions=assumptions(inputs),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.randint(2, 4)
    x: list[Json] = [round(random.uniform(-3, 3), 1) for _ in range(n)]
    f: list[Json] = [round(random.uniform(-3, 3), 1) for _ in range(n)]
    return (
        f"Calcule a saída da skip connection y = F(x) + x com x = {plain_vector(floats(x))} e "
        f"F(x) = {plain_vector(floats(f))}.",
        {"x": x, "f": f, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Skip connection", "cnn_resnet", "14", _match, _parse, _solve, _exercise),
)
