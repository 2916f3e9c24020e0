"""The data of an optimizer problem made complete: defaults said, gaps asked for, shapes fitted."""

from __future__ import annotations

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.descent import ADAM, LABELS, polynomial_of, steps_of
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume, floats, forget, is_matrix, number, strings

_ASKS = {
    "gradient": (
        "Falta o gradiente de cada passo (por exemplo, gradientes 2 e -1) ou a função "
        "(por exemplo, f(w) = (w - 3)^2)."
    ),
    "lr": "Falta a taxa de aprendizado. Escreva, por exemplo, lr = 0,1.",
    "w": "Falta o peso inicial. Escreva, por exemplo, w0 = 1.",
    "beta": "Falta o coeficiente β do momentum. Escreva, por exemplo, beta = 0,9.",
    "weight_decay": "Falta o λ do weight decay. Escreva, por exemplo, lambda = 0,01.",
}


def complete(inputs: dict[str, Json]) -> None:
    """Defaults are assumed and said; what has none is asked for."""
    method = str(inputs["method"])
    inputs.pop("missing", None)
    inputs.pop("pending", None)
    wants = inputs.get("wants")
    only_state = isinstance(wants, list) and "w" not in wants and set(strings(wants)) - {"all"}
    function = "loss" in inputs or "derivative" in inputs
    missing: list[str] = []
    if not function and not inputs.get("gradients"):
        missing.append("gradient")
    needs_rate = not only_state or "update" in wants  # type: ignore[operator]
    slope = list(strings(wants)) == ["gradient"] and steps_of(inputs) == 1
    if "lr" not in inputs and (needs_rate or function) and not slope:
        missing.append("lr")
    if "w" not in inputs and (not only_state or function):
        missing.append("w")
    if method in ("momentum", "nesterov") and "beta" not in inputs and _needs_beta(inputs):
        missing.append("beta")
    if method == "adamw" and "weight_decay" not in inputs:
        missing.append("weight_decay")
    if missing:
        inputs["missing"] = missing[0]
        name = LABELS[method]
        message = " ".join(_ASKS[key] for key in missing)
        raise MissingData(f"{name}: {message[0].lower()}{message[1:]}", Problem(method, inputs))
    _check_signs(inputs)
    _defaults(inputs, method)
    _fit_shapes(inputs)
    _fit_steps(inputs, function)


def _needs_beta(inputs: Inputs) -> bool:
    """Not in one step from rest with v = βv + g: there β multiplies zero."""
    moving = any(floats(inputs.get("v0"))) or number(inputs.get("v0")) != 0
    plain_sum = inputs.get("convention", "ema") in ("sum", "rate", "signed")
    return steps_of(inputs) > 1 or moving or not plain_sum or inputs["method"] == "nesterov"


_NEVER_NEGATIVE = {
    "lr": "A taxa de aprendizado",
    "epsilon": "O ε",
    "weight_decay": "O λ do weight decay",
}


def _check_signs(inputs: Inputs) -> None:
    for key, name in _NEVER_NEGATIVE.items():
        if number(inputs.get(key)) < 0:
            raise SolverError(
                f"{name} não pode ser {'negativa' if key == 'lr' else 'negativo'}, mas li "
                f"{plain(number(inputs[key]))}. Confira o valor."
            )
    v0 = inputs.get("v0")
    squares = str(inputs["method"]) in (*ADAM, "rmsprop", "adagrad")
    if squares and v0 is not None and min(floats(v0) if isinstance(v0, list) else [number(v0)]) < 0:
        raise SolverError(
            "A média dos gradientes ao quadrado (v) não pode ser negativa. Confira o valor."
        )


def _defaults(inputs: dict[str, Json], method: str) -> None:
    forget(inputs, "Assumi", "Usei", "Li o weight decay")
    if method in ADAM:
        _default(inputs, "beta1", 0.9, "Assumi β₁ = 0,9, o valor usual.")
        _default(inputs, "beta2", 0.999, "Assumi β₂ = 0,999, o valor usual.")
        if method == "adam" and "weight_decay" in inputs:
            assume(
                inputs,
                "Li o weight decay no Adam como penalidade L2 (g ← g + λw), como no "
                "PyTorch; no AdamW o decaimento fica fora da parte adaptativa.",
            )
    elif method not in ("sgd", "adagrad"):
        _default(inputs, "beta", 0.9, "Assumi β = 0,9, o valor usual.")
    if method in (*ADAM, "rmsprop", "adagrad"):
        _default(inputs, "epsilon", 1e-8, "Assumi ε = 1e-8.")
        if inputs.get("epsilon_inside") is not True and method not in ADAM:
            assume(inputs, "Usei ε fora da raiz: √v + ε.")
    if method == "momentum":
        _default(
            inputs,
            "convention",
            "ema",
            "Usei a convenção de média móvel, v = βv + (1−β)g; com v = βv + g "
            "(PyTorch, Polyak) o resultado é outro.",
        )
    if method == "nesterov":
        _default(inputs, "convention", "sum", "")
        inputs["lookahead"] = "loss" in inputs or "derivative" in inputs
        memory = "βv + (1−β)g" if inputs["convention"] == "ema" else "βv + g"
        assume(
            inputs,
            f"Usei v = {memory} com o gradiente no ponto adiantado w − ηβv, e w ← w − ηv."
            if inputs["lookahead"]
            else f"Usei a forma do PyTorch para gradientes dados: v = {memory}, "
            "e w ← w − η(g + βv).",
        )


def _default(inputs: dict[str, Json], key: str, value: Json, sentence: str) -> None:
    """`value` unless given; what was assumed once stays assumed, and said, in follow-ups."""
    assumed = strings(inputs.get("assumed"))
    if key not in inputs:
        inputs[key] = value
        assumed.append(key)
        inputs["assumed"] = list(assumed)
    if key in assumed:
        assume(inputs, sentence)


def given(inputs: dict[str, Json], key: str, value: Json) -> None:
    """A datum of the text: no longer an assumption."""
    inputs[key] = value
    inputs["assumed"] = [each for each in strings(inputs.get("assumed")) if each != key]


def _fit_shapes(inputs: dict[str, Json]) -> None:
    w, gradients = inputs.get("w"), inputs.get("gradients")
    loss = polynomial_of(inputs, "loss") or polynomial_of(inputs, "derivative")
    if loss is not None:
        size = len(floats(w)) if isinstance(w, list) else 1
        if size != len(loss.variables):
            raise SolverError(
                f"A função tem {len(loss.variables)} variável(is) ({', '.join(loss.variables)}), "
                f"mas o ponto inicial tem {size} número(s)."
            )
        return
    if not isinstance(gradients, list) or w is None:
        return
    sizes = {len(each) if isinstance(each, list) else 0 for each in gradients}
    expected = len(w) if isinstance(w, list) else 0
    if not is_matrix(w) and sizes == {expected}:
        return
    if expected == 0 and sizes == {1}:
        inputs["gradients"] = [floats(each)[0] for each in gradients]
        return
    if expected and sizes == {0} and len(gradients) == expected:
        inputs["gradients"] = [list(gradients)]
        return
    if sizes == {0} and len(gradients) > 1:
        sizes = {len(gradients)}
    raise SolverError(
        "O gradiente de cada passo precisa ter o mesmo tamanho do peso: "
        f"o peso tem {max(expected, 1)} número(s) e os gradientes, "
        f"{', '.join(str(max(size, 1)) for size in sorted(sizes))}."
    )


def _fit_steps(inputs: dict[str, Json], function: bool) -> None:
    forget(inputs, "O gradiente foi dado uma vez", "Usei só os")
    steps, gradients = inputs.get("steps"), inputs.get("gradients")
    if function or not isinstance(steps, int) or not isinstance(gradients, list):
        return
    if len(gradients) == 1 and steps > 1:
        assume(inputs, f"O gradiente foi dado uma vez: usei o mesmo nos {steps} passos.")
    elif steps > len(gradients):
        inputs["missing"] = "gradient"
        raise MissingData(
            f"São {steps} passos, mas há só {len(gradients)} gradientes. Escreva os {steps} "
            "gradientes em ordem, por exemplo: gradientes 2; -1; 0,5.",
            Problem(str(inputs["method"]), inputs),
        )
    elif steps < len(gradients):
        assume(inputs, f"Usei só os {steps} primeiros dos {len(gradients)} gradientes dados.")
