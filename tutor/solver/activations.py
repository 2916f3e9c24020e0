"""Activation functions, their derivatives and a neuron that uses one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.activation_reading import asks_input, read_activation
from tutor.solver.claims import Mistake, remarks
from tutor.solver.classes import BINARY, CROSS_ENTROPY
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_signed, tex_vector
from tutor.solver.inputs import (
    Inputs,
    assume,
    assumptions,
    floats,
    is_matrix,
    number,
    rows,
    strings,
)
from tutor.solver.registry import Family

_erf = np.vectorize(math.erf, otypes=[float])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def _normal(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + _erf(x / math.sqrt(2)))


@dataclass(frozen=True)
class Activation:
    """`slope` is the inclination of leaky ReLU and ELU where x < 0; others ignore it."""

    name: str
    pattern: str
    value: Callable[[np.ndarray, float], np.ndarray]
    derivative: Callable[[np.ndarray, float], np.ndarray]
    formula: str
    derivative_formula: str
    slope: float | None = None


_LIST = (
    Activation(
        "sigmoid",
        r"sigm(?:o|oi)?ide?s?|sigmoidal|logistic[ao]|sigma|logistic|funcao logistica",
        lambda x, a: _sigmoid(x),
        lambda x, a: _sigmoid(x) * _sigmoid(-x),
        r"\sigma(x) = \dfrac{1}{1 + e^{-x}}",
        r"\sigma'(x) = \sigma(x)\,(1 - \sigma(x))",
    ),
    Activation(
        "tanh",
        r"tanh|tan[ -]?h|tangente hiperbolica|tgh",
        lambda x, a: np.tanh(x),
        lambda x, a: 4 * _sigmoid(2 * x) * _sigmoid(-2 * x),
        r"\tanh(x) = \dfrac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        r"\tanh'(x) = 1 - \tanh^2(x)",
    ),
    Activation(
        "leaky_relu",
        r"leaky[ _-]?relu|prelu|relu com vazamento|lrelu",
        lambda x, a: np.where(x > 0, x, a * x),
        lambda x, a: np.where(x > 0, 1.0, a),
        r"\text{LeakyReLU}(x) = x \text{ se } x > 0,\ \alpha x \text{ se } x \le 0",
        r"\text{LeakyReLU}'(x) = 1 \text{ se } x > 0,\ \alpha \text{ se } x < 0",
        0.01,
    ),
    Activation(
        "gelu",
        r"gelu",
        lambda x, a: x * _normal(x),
        lambda x, a: _normal(x) + x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi),
        r"\text{GELU}(x) = x\,\Phi(x)",
        r"\text{GELU}'(x) = \Phi(x) + x\,\varphi(x)",
    ),
    Activation(
        "elu",
        r"elu",
        lambda x, a: np.where(x > 0, x, a * np.expm1(np.minimum(x, 0))),
        lambda x, a: np.where(x > 0, 1.0, a * np.exp(np.minimum(x, 0))),
        r"\text{ELU}(x) = x \text{ se } x > 0,\ \alpha(e^{x} - 1) \text{ se } x \le 0",
        r"\text{ELU}'(x) = 1 \text{ se } x > 0,\ \alpha e^{x} \text{ se } x < 0",
        1.0,
    ),
    Activation(
        "relu",
        r"relu|re-lu|rectified linear(?: unit)?|unidade linear retificada",
        lambda x, a: np.maximum(x, 0.0),
        lambda x, a: np.where(x > 0, 1.0, 0.0),
        r"\text{ReLU}(x) = \max(0, x)",
        r"\text{ReLU}'(x) = 1 \text{ se } x > 0,\ 0 \text{ se } x < 0",
    ),
    Activation(
        "softplus",
        r"soft ?-?plus",
        lambda x, a: np.logaddexp(0, x),
        lambda x, a: _sigmoid(x),
        r"\text{softplus}(x) = \ln(1 + e^{x})",
        r"\text{softplus}'(x) = \sigma(x)",
    ),
    Activation(
        "silu",
        r"silu|swish",
        lambda x, a: x * _sigmoid(x),
        lambda x, a: _sigmoid(x) * (1 + x * _sigmoid(-x)),
        r"\text{SiLU}(x) = x\,\sigma(x)",
        r"\text{SiLU}'(x) = \sigma(x)\,(1 + x(1 - \sigma(x)))",
    ),
)
ACTIVATIONS: Mapping[str, Activation] = {each.name: each for each in _LIST}
LABELS = {
    "sigmoid": "sigmoide", "tanh": "tanh", "leaky_relu": "Leaky ReLU", "gelu": "GELU",
    "elu": "ELU", "relu": "ReLU", "softplus": "softplus", "silu": "SiLU",
}  # fmt: skip
_DERIVATIVE = r"derivadas?|deriv(?:e|ar|o)|gradientes?|inclinacao|derivative"
_NEURON = r"neuronios?|perceptron|pesos?|bias|vies"
_WEIGHTS = r"pesos?|bias|vies|w_?\d?|perceptron"
_WEIGHTED = re.compile(r"\bw ?(?:\^t|_?i)? ?[·*.] ?x")
_SATURATES = r"satur\w+"
_RANGE = r"maxim[ao]|minim[ao]|maior|menor|intervalo|limites?|imagem|sempre"
_POINT_NAMES = (
    "x",
    "z",
    "entradas",
    "entrada",
    "ponto",
    "valores",
    "valor",
    "pontos",
    "vetor",
    "em",
)
_OUTPUT = re.compile(
    r"\b(?:saida|ativacao|output)\b[^.;,\n\d]{0,40}?(?:\b(?:e|vale|foi|fosse|for|de|igual|deu)\b|=)"
    r"\W*(?:[a-z]\s*=\s*)?-?\d"
)
_NUMERIC_STEP = 1e-5
_PRIME = re.compile(r"\w\s*['’′´]\s*\(")  # Lagrange's notation: f'(2)
SATURATED = 0.01  # a derivative below this is called saturated


def functions_in(statement: Statement) -> list[str]:
    """The activation functions that the text names, in order."""
    return list(dict.fromkeys(name for name, _, _ in functions_named(statement)))


def functions_named(statement: Statement) -> list[tuple[str, int, int]]:
    found: list[tuple[int, str, int]] = []
    text = statement.folded
    for each in _LIST:
        pattern = re.compile(rf"(?<![a-z])(?:{each.pattern})(?![a-z])")
        for match in pattern.finditer(text):
            found.append((match.start(), each.name, match.end()))
        text = pattern.sub(lambda m: " " * len(m.group()), text)
    named = [(name, start, end) for start, name, end in sorted(found)]
    return [
        each
        for each, following in zip(named, [*named[1:], None], strict=False)
        if following is None or not _TAKEN_BACK.fullmatch(statement.folded[each[2] : following[1]])
    ]


# "leaky relu... não, relu"
_TAKEN_BACK = re.compile(
    r"[\s.,(…-]*(?:nao|digo|alias|ops|quer dizer|ou melhor|minto)[\s,:]+(?:a )?"
)


# ----------------------------------------------------------------- activation

_KIND = "activation"


def _match(statement: Statement) -> float:
    if not functions_in(statement) or statement.has(CROSS_ENTROPY, BINARY):
        return 0.0
    if asks_input(statement) and statement.values and not statement.has(_WEIGHTS):
        return 0.9
    if statement.conceptual:
        return 0.0
    if _WEIGHTED.search(statement.folded):
        return 0.0  # σ(w·x + b) is a neuron
    if statement.has(_WEIGHTS) or not statement.values:
        asks = statement.has(r"calcul\w+", r"quanto \w+")
        return 0.5 if asks and not statement.has(_NEURON) else 0.0
    return 0.0 if statement.has(_RANGE) and not statement.arrays else 0.85


_SIGMOID_PRODUCT = re.compile(
    r"(?:sigmoide?|sigma) ?\( ?(-?\d{1,6}(?:[.,]\d{1,9})?) ?\) ?[*·×x]? ?"
    r"\( ?1 ?- ?(?:sigmoide?|sigma) ?\( ?\1 ?\) ?\)"
)


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs = _parse_new(statement) if previous is None else _parse_change(statement, previous)
    if inputs is None or not strings(inputs.get("functions")):
        return None
    if inputs.get("x") is None:
        raise MissingData(
            "Em que valor devo calcular a função? Escreva, por exemplo, x = 0,5.",
            Problem(_KIND, inputs),
        )
    return inputs


def _parse_new(statement: Statement) -> dict[str, Json] | None:
    product = _SIGMOID_PRODUCT.search(statement.folded)
    if product is not None:
        inputs: dict[str, Json] = {"functions": ["sigmoid"], "derivative": True, "both": False}
        inputs["x"] = float(product[1].replace(",", "."))
        assume(inputs, "σ(x)·(1 − σ(x)) é a derivada da sigmoide em x.")
        return inputs
    sloped = [each.name for each in _LIST if each.slope is not None]
    return read_activation(statement, functions_named(statement), sloped)


def _parse_change(statement: Statement, previous: Inputs) -> dict[str, Json] | None:
    """What a follow-up changes: the function, the point, the slope, value or derivative."""
    inputs: dict[str, Json] = dict(previous)
    functions = functions_in(statement)
    if functions:
        inputs["functions"] = list(functions)
        inputs.pop("inverse", None)
        inputs.pop("points", None)
    if statement.has(_DERIVATIVE) or _PRIME.search(statement.folded):
        inputs["derivative"] = True
        both = statement.has(r"\w+\W{0,2} e (?:a |da )?(?:sua |respectiva )?derivada")
        inputs["both"] = both and not statement.has(r"(?:so|somente|apenas) a derivada")
    slope_names = ("alpha", "alfa", "slope", "negative_slope", "inclinacao negativa", "inclinacao")
    slope = statement.find(*slope_names, "a")
    points = [*statement.arrays, *statement.scalars]
    if slope is not None and slope.value.is_scalar and _has_slope(inputs):
        inputs["slope"] = slope.value.scalar("a inclinação")[0]
        points = [v for v in points if v is not slope.value]
    named = statement.find(*_POINT_NAMES)
    value = named.value if named is not None and named.value in points else None
    if value is None and points:
        value = points[0]
    if value is not None:
        _store_points(statement, inputs, [value] if value.size > 1 else points)
    return None if inputs == dict(previous) else inputs


def _has_slope(inputs: Inputs) -> bool:
    return any(ACTIVATIONS[n].slope is not None for n in strings(inputs.get("functions")))


def _store_points(statement: Statement, inputs: dict[str, Json], values: Sequence) -> None:
    first = values[0]
    shape = first.readings[0].shape
    if len(shape) == 2 and 1 not in shape:
        inputs["x"], note = first.matrix("a entrada")
    elif not first.is_scalar:
        inputs["x"], note = first.vector("a entrada")
    elif len(values) > 1 and all(v.is_scalar for v in values):
        numbers = list(dict.fromkeys(v.scalar("x")[0] for v in values))
        inputs["x"], note = (numbers if len(numbers) > 1 else numbers[0]), ""
    else:
        inputs["x"], note = first.scalar("x")
    assume(inputs, note)
    if _OUTPUT.search(statement.folded) and inputs.get("derivative"):
        inputs["from_output"] = True
    else:
        inputs.pop("from_output", None)


def _solve(inputs: Inputs) -> Solution:
    names = strings(inputs["functions"])
    if inputs.get("inverse"):
        if names[0] not in ("sigmoid", "tanh"):
            raise SolverError(
                f"Só sei achar a entrada pela saída da sigmoide e da tanh, e não da "
                f"{LABELS[names[0]]}."
            )
        return _solve_inverse(inputs, names[0])
    derivative, both = bool(inputs.get("derivative")), bool(inputs.get("both"))
    x = np.asarray(inputs["x"], dtype=float)
    steps: list[Step] = []
    checks: list[Check] = []
    notes = list(assumptions(inputs))
    values: dict[str, Json] = {}
    mistakes: list[Mistake] = []
    points = inputs.get("points")
    for name in names:
        each = ACTIVATIONS[name]
        if isinstance(points, dict):
            x = np.asarray(points[name], dtype=float)
        slope = number(inputs.get("slope"), each.slope or 0.0)
        if each.slope is not None and "slope" not in inputs:
            notes.append(rf"Usei $\alpha = {tex(slope)}$ (o valor usual) na {LABELS[name]}.")
        if inputs.get("from_output"):
            value = _from_output(name, x, steps, notes)
            values[f"{name}_derivative"] = value.tolist()
            checks.append(_range_check(name, value))
            continue
        if not derivative or both:
            value = each.value(x, slope)
            values[name] = value.tolist()
            steps.append(Step(f"Fórmula da {LABELS[name]}", f"${each.formula}$"))
            steps.append(Step("Substituição", _substitution(name, x, value, slope)))
            checks.append(second_formulation(name, x, value, slope))
            mistakes += _value_mistakes(name, x)
        if derivative:
            value = each.derivative(x, slope)
            if "upstream" in inputs:
                steps.append(Step("Derivada local", f"${_tex(value.tolist())}$"))
                value = value * _checked_upstream(inputs, x)
                values[f"{name}_derivative"] = value.tolist()
                steps.append(
                    Step(
                        "Regra da cadeia",
                        f"gradiente que chega vezes a derivada local: ${_tex(value.tolist())}$",
                    )
                )
                continue
            values[f"{name}_derivative"] = value.tolist()
            steps.append(
                Step(f"Fórmula da derivada da {LABELS[name]}", f"${each.derivative_formula}$")
            )
            steps.append(Step("Substituição", _derivative_substitution(name, x, value, slope)))
            checks.append(_derivative_check(each, x, value, slope))
            mistakes += _derivative_mistakes(name, x, each, slope)
            if name in ("relu", "leaky_relu") and bool((x == 0).any()):
                notes.append(
                    f"A {LABELS[name]} não é derivável em 0; usei a convenção do PyTorch "
                    "(derivada do lado negativo)."
                )
            if name in ("sigmoid", "tanh"):
                steps.append(_saturation_step(name, x, value))
    if len(names) == 1 and len(values) == 2:  # also by the names that are shown
        aliases = {LABELS[names[0]]: values[names[0]], "derivada": values[f"{names[0]}_derivative"]}
        result: Json = {**values, **aliases}
    else:
        result = next(iter(values.values())) if len(values) == 1 else dict(values)
    named_points = strings(inputs.get("named_points"))
    if isinstance(result, list) and len(result) == len(named_points) > 1:
        result = dict(zip(named_points, result, strict=True))
    shown = "; ".join(f"{_label(key)} $= {_tex(value)}$" for key, value in values.items())
    title = LABELS[names[0]] if len(names) == 1 else "Funções de ativação"
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Gradiente que passa pela " + LABELS[names[0]]
        if "upstream" in inputs
        else ("Derivada da " if derivative and not both else "") + title,
        result=shown,
        value=result,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(notes),
        remarks=remarks(inputs, result, mistakes),
        example_id="11" if set(names) & {"sigmoid"} else None,
    )


def _checked_upstream(inputs: Inputs, x: np.ndarray) -> np.ndarray:
    upstream = np.asarray(inputs["upstream"], dtype=float)
    if upstream.shape != x.shape:
        raise SolverError(
            f"O gradiente que chega tem {upstream.size} números, mas há {x.size} pré-ativações."
        )
    return upstream


def _solve_inverse(inputs: Inputs, name: str) -> Solution:
    """The x at which the sigmoid or the tanh takes a given value."""
    y = np.asarray(inputs["x"], dtype=float)
    low = 0.0 if name == "sigmoid" else -1.0
    if bool((y <= low).any() or (y >= 1).any()):
        raise SolverError(
            f"A {LABELS[name]} só toma valores entre {plain(low)} e 1 (sem as pontas), mas li "
            f"{_plain(y.tolist())}."
        )
    value = np.log(y / (1 - y)) if name == "sigmoid" else np.arctanh(y)
    formula = (
        r"x = \ln\dfrac{y}{1 - y}"
        if name == "sigmoid"
        else r"x = \dfrac{1}{2}\ln\dfrac{1 + y}{1 - y}"
    )
    again = ACTIVATIONS[name].value(value, 0.0)
    result: Json = value.tolist()
    return Solution(
        problem=Problem(_KIND, inputs),
        title=f"Entrada que dá esta saída da {LABELS[name]}",
        result=f"$x = {_tex(result)}$",
        value=result,
        steps=(
            Step("Fórmula inversa", f"${formula}$"),
            Step("Substituição", f"$y = {_tex(y.tolist())}$: $x = {_tex(result)}$"),
        ),
        checks=(
            Check(
                "De volta",
                bool(np.allclose(again, y, rtol=1e-9, atol=1e-12)),
                f"a {LABELS[name]} desse x dá {_plain(again.tolist())}",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(
            inputs,
            result,
            [
                (ACTIVATIONS[name].value(y, 0.0).ravel(), "se aplica a função em vez da inversa"),
                (-value.ravel(), "se troca numerador e denominador"),
            ],
        ),
    )


def _plain(value: Json) -> str:
    return plain_vector(floats(value)) if isinstance(value, list) else plain(number(value))


def _label(key: str) -> str:
    name = key.removesuffix("_derivative")
    return f"derivada da {LABELS[name]}" if key != name else LABELS[name]


def _tex(value: Json) -> str:
    if is_matrix(value):
        return r",\ ".join(tex_vector(row) for row in rows(value))
    return tex_vector(floats(value)) if isinstance(value, list) else tex(number(value))


def _substitution(name: str, x: np.ndarray, value: np.ndarray, slope: float) -> str:
    lines = []
    for a, b in list(zip(x.ravel().tolist(), value.ravel().tolist(), strict=True))[:12]:
        shown, result = tex(a), tex(b)
        middle = {
            "sigmoid": rf"\dfrac{{1}}{{1 + e^{{{tex(-a)}}}}}",
            "tanh": (
                rf"\dfrac{{e^{{{shown}}} - e^{{{tex(-a)}}}}}"
                rf"{{e^{{{shown}}} + e^{{{tex(-a)}}}}}"
            ),
            "relu": rf"\max(0;\ {shown})",
            "leaky_relu": shown if a > 0 else rf"{tex(slope)} \cdot {tex_signed(a)}",
            "gelu": rf"{shown} \cdot \Phi({shown})",
            "elu": shown if a > 0 else rf"{tex(slope)}(e^{{{shown}}} - 1)",
            "softplus": rf"\ln(1 + e^{{{shown}}})",
            "silu": rf"{shown} \cdot \sigma({shown})",
        }[name]
        lines.append(f"$x = {shown}$: ${middle} = {result}$")
    return "\n\n".join(lines)


def _derivative_substitution(name: str, x: np.ndarray, value: np.ndarray, slope: float) -> str:
    lines = []
    for a, b in list(zip(x.ravel().tolist(), value.ravel().tolist(), strict=True))[:12]:
        point = np.array(a)
        inner = {
            "sigmoid": lambda p: (
                rf"{tex(float(_sigmoid(p)))} \cdot (1 - {tex(float(_sigmoid(p)))}) = "
            ),
            "tanh": lambda p: rf"1 - {tex_signed(float(np.tanh(p)))}^2 = ",
        }.get(name, lambda p: "")(point)
        lines.append(f"$x = {tex(a)}$: ${inner}{tex(b)}$")
    return "\n\n".join(lines)


def second_formulation(name: str, x: np.ndarray, value: np.ndarray, slope: float) -> Check:
    """A second formulation of each function."""
    small = np.clip(x, -700, 700)
    second = {
        "sigmoid": lambda: np.exp(-np.logaddexp(0, -x)),
        "tanh": lambda: 2 * _sigmoid(2 * x) - 1,
        "relu": lambda: (x + np.abs(x)) / 2,
        "leaky_relu": lambda: np.maximum(x, 0) + slope * np.minimum(x, 0),
        "gelu": lambda: x / 2 * (1 + _erf(x / math.sqrt(2))),
        "elu": lambda: np.maximum(x, 0) + slope * (np.exp(np.minimum(small, 0)) - 1),
        "softplus": lambda: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
        "silu": lambda: x * np.exp(-np.logaddexp(0, -x)),
    }[name]()
    return Check(
        f"Segunda formulação da {LABELS[name]}",
        bool(np.allclose(second, value, rtol=1e-9, atol=1e-12)),
        "outra forma da mesma função dá o mesmo valor",
    )


def _derivative_check(each: Activation, x: np.ndarray, value: np.ndarray, slope: float) -> Check:
    h = _NUMERIC_STEP * np.maximum(1.0, np.abs(x))
    numeric = (each.value(x + h, slope) - each.value(x - h, slope)) / (2 * h)
    smooth = np.abs(x) > 2 * h  # the kinks of ReLU and its kin are at 0
    if each.name not in ("relu", "leaky_relu", "elu"):
        smooth = np.ones_like(smooth)
    agree = bool(np.allclose(np.where(smooth, numeric, value), value, rtol=1e-4, atol=1e-6))
    return Check(
        f"Derivada numérica da {LABELS[each.name]}",
        agree,
        "[f(x+h) − f(x−h)] / 2h dá o mesmo valor",
    )


def _range_check(name: str, value: np.ndarray) -> Check:
    top = 0.25 if name == "sigmoid" else 1.0
    inside = bool((value >= 0).all() and (value <= top + 1e-12).all())
    return Check("Limite da derivada", inside, f"a derivada fica entre 0 e {plain(top)}")


def _from_output(name: str, y: np.ndarray, steps: list[Step], notes: list[str]) -> np.ndarray:
    """The derivative from the function's own output: a(1 − a), 1 − a²."""
    low, high = (0.0, 1.0) if name == "sigmoid" else (-1.0, 1.0)
    if name not in ("sigmoid", "tanh"):
        raise SolverError(f"Para a derivada da {LABELS[name]} preciso da entrada x, não da saída.")
    if bool((y < low).any() or (y > high).any()):
        raise SolverError(
            f"A saída da {LABELS[name]} fica entre {plain(low)} e {plain(high)}; confira o número."
        )
    value = y * (1 - y) if name == "sigmoid" else 1 - y * y
    formula = r"\sigma' = a(1 - a)" if name == "sigmoid" else r"\tanh' = 1 - a^2"
    steps.append(Step(f"Derivada da {LABELS[name]} pela saída $a$", f"${formula}$"))
    steps.append(
        Step("Substituição", f"$a = {_tex(y.tolist())}$: derivada $= {_tex(value.tolist())}$")
    )
    notes.append(f"Li o número dado como a saída $a$ da {LABELS[name]}, não como a entrada.")
    return value


def _saturation_step(name: str, x: np.ndarray, derivative: np.ndarray) -> Step:
    top = 0.25 if name == "sigmoid" else 1.0
    worst = float(derivative.min())
    verdict = (
        "está saturada: o gradiente quase não passa" if worst < SATURATED else "não está saturada"
    )
    where = "" if x.size == 1 else " (no ponto de menor derivada)"
    return Step(
        "Saturação",
        f"A maior derivada possível da {LABELS[name]} é {plain(top)} (em 0). Aqui ela vale "
        f"${tex(worst)}${where}, {plain(100 * worst / top, 2)}% do máximo: a função {verdict}.",
    )


def _value_mistakes(name: str, x: np.ndarray) -> list[Mistake]:
    if name == "sigmoid":
        return [
            (_sigmoid(-x).ravel(), "se troca o sinal do expoente (e^x em vez de e^−x)"),
            ((_sigmoid(x) * _sigmoid(-x)).ravel(), "se calcula a derivada em vez do valor"),
            (np.tanh(x).ravel(), "se usa a tanh em vez da sigmoide"),
        ]
    if name == "tanh":
        return [
            (_sigmoid(x).ravel(), "se usa a sigmoide em vez da tanh"),
            (np.tan(x).ravel(), "se usa a tangente comum em vez da hiperbólica"),
        ]
    if name in ("relu", "leaky_relu"):
        return [
            (np.abs(x).ravel(), "se toma o módulo em vez do máximo com 0"),
            (x.ravel(), "se repete a entrada"),
        ]
    return []


def _derivative_mistakes(name: str, x: np.ndarray, each: Activation, slope: float) -> list[Mistake]:
    found: list[Mistake] = [(each.value(x, slope).ravel(), "se dá o valor da função, sem derivar")]
    if name == "sigmoid":
        found.append(((x * (1 - x)).ravel(), "se usa x(1 − x) com a entrada no lugar da saída"))
        found.append(((1 - _sigmoid(x)).ravel(), "se esquece do fator σ(x)"))
    if name == "tanh":
        found.append(((1 - np.tanh(x)).ravel(), "se esquece de elevar a tanh ao quadrado"))
        found.append(((1 - x * x).ravel(), "se usa 1 − x² com a entrada no lugar da saída"))
    return found


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    name = random.choice(["sigmoid", "tanh", "relu", "leaky_relu", "gelu", "softplus", "silu"])
    derivative = random.random() < 0.5
    x = round(random.choice([-1, 1]) * random.uniform(0.1, 3), 1)
    what = "a derivada da" if derivative else "o valor da"
    inputs: dict[str, Json] = {
        "functions": [name], "derivative": derivative, "both": False, "x": x, "assumptions": [],
    }  # fmt: skip
    return f"Calcule {what} {LABELS[name]} em x = {plain(x)}.", inputs


# --------------------------------------------------------------------- neuron

_NEURON_KIND = "neuron"


def _match_neuron(statement: Statement) -> float:
    weighted = _WEIGHTED.search(statement.folded) is not None
    if statement.conceptual or not (statement.has(_NEURON) or weighted):
        return 0.0
    vectors = len(statement.arrays)
    if vectors > 1 and statement.has("entradas?", "x") and statement.has("pesos?", "w"):
        return 0.98
    if statement.has("neuronio", "perceptron") and (vectors or statement.has(r"w_?1")):
        return 0.9
    return 0.6 if vectors == 2 and functions_in(statement) else 0.0


_SUM = r"(?:pre-?ativac\w+|soma ponderada|potencial|entrada liquida|valor de z|z)"
_OUT = r"(?:saida|ativacao(?: final)?|resposta)"
_BOTH_OF_A_NEURON = re.compile(
    rf"\b{_SUM}(?:,| e) (?:tambem )?(?:[ao] )?(?:sua )?{_OUT}\b"
    rf"|\b{_OUT}(?:,| e) (?:tambem )?(?:[ao] )?(?:sua )?{_SUM}\b"
)


def _parse_neuron(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    for key, names in (
        ("w", ("vetor de pesos", "pesos", "peso", "w")),
        ("x", ("vetor de entrada", "entradas", "entrada", "x")),
    ):
        found = statement.find(*names)
        if found is not None and found.value in statement.arrays:
            vector, note = found.value.vector("os pesos" if key == "w" else "a entrada")
            inputs[key] = list(vector)
            assume(inputs, note)
        else:
            indexed = [statement.scalar(f"{key}{i}") for i in range(1, 11)]
            listed = [each for each in indexed if each is not None]
            if listed and None not in indexed[: len(listed)]:
                inputs[key] = list(listed)
    bias = statement.scalar("bias", "vies", "b", what="o viés")
    if bias is not None:
        inputs["b"] = bias
    inputs["both"] = _BOTH_OF_A_NEURON.search(statement.folded) is not None
    functions = functions_in(statement)
    if len(functions) > 1:
        raise SolverError(
            "Para o neurônio calculo uma função de ativação por mensagem. Mande uma de cada vez."
        )
    if functions:
        inputs["function"] = functions[0]
    elif statement.has("degrau", "step", "heaviside"):
        inputs["function"] = "step"
    if previous is not None and inputs == before:
        return None
    for key, what in (
        ("x", "as entradas (por exemplo x = [1; 2])"),
        ("w", "os pesos (por exemplo w = [0,5; -1])"),
    ):
        if not floats(inputs.get(key)):
            raise MissingData(f"Para o neurônio faltam {what}.", Problem(_NEURON_KIND, inputs))
    if len(floats(inputs["x"])) != len(floats(inputs["w"])):
        raise SolverError(
            f"São {len(floats(inputs['x']))} entradas e {len(floats(inputs['w']))} pesos; "
            "precisa haver um peso para cada entrada."
        )
    return inputs


def _solve_neuron(inputs: Inputs) -> Solution:
    w, x = floats(inputs["w"]), floats(inputs["x"])
    b = number(inputs.get("b"))
    z = math.fsum(a * c for a, c in zip(w, x, strict=True)) + b
    terms = " + ".join(rf"{tex_signed(a)} \cdot {tex_signed(c)}" for a, c in zip(w, x, strict=True))
    steps = [
        Step("Fórmula", r"$z = \sum_i w_i x_i + b$, saída $a = f(z)$"),
        Step("Soma ponderada", rf"$z = {terms} + {tex_signed(b)} = {tex(z)}$"),
    ]
    notes = list(assumptions(inputs))
    if "b" not in inputs:
        notes.append("Não foi dado viés; usei $b = 0$.")
    name = inputs.get("function")
    value = z
    mistakes: list[Mistake] = []
    if b:
        without = z - b
        if isinstance(name, str) and name in ACTIVATIONS:
            without = float(
                ACTIVATIONS[name].value(np.array(without), ACTIVATIONS[name].slope or 0)
            )
        mistakes.append((without, "se esquece do viés"))
    if name == "step":
        value = 1.0 if z >= 0 else 0.0
        steps.append(
            Step("Ativação degrau", rf"$a = {tex(value)}$, porque $z {'≥' if z >= 0 else '<'} 0$")
        )
        notes.append("No degrau usei a saída 1 para z ≥ 0.")
    elif isinstance(name, str):
        each = ACTIVATIONS[name]
        slope = each.slope or 0.0
        value = float(each.value(np.array(z), slope))
        steps.append(
            Step(
                f"Ativação {LABELS[name]}",
                f"${each.formula}$; {_substitution(name, np.array([z]), np.array([value]), slope)}",
            )
        )
        mistakes.append((z, "se esquece da função de ativação"))
    else:
        notes.append(
            "Não foi dita a função de ativação; dei a soma ponderada $z$ (ativação linear)."
        )
    second = float(np.dot(np.asarray(w), np.asarray(x))) + b
    return Solution(
        problem=Problem(_NEURON_KIND, inputs),
        title="Saída de um neurônio",
        result=rf"Saída do neurônio: $a \approx {tex(value)}$ ($z = {tex(z)}$)",
        value={"z": z, "saída": value} if inputs.get("both") and "function" in inputs else value,
        steps=tuple(steps),
        checks=(
            Check(
                "Produto escalar",
                math.isclose(second, z, rel_tol=1e-9, abs_tol=1e-9),
                f"w·x + b = {plain(second, 6)}",
            ),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise_neuron(random: Random) -> tuple[str, dict[str, Json]]:
    size = random.randint(2, 4)
    w: list[Json] = [round(random.uniform(-1, 1), 1) for _ in range(size)]
    x: list[Json] = [float(random.randint(-3, 3)) for _ in range(size)]
    b = round(random.uniform(-1, 1), 1)
    name = random.choice(["sigmoid", "tanh", "relu"])
    statement = (
        f"Calcule a saída de um neurônio com pesos w = {plain_vector(floats(w))}, entrada "
        f"x = {plain_vector(floats(x))}, viés b = {plain(b)} e ativação {LABELS[name]}."
    )
    return statement, {"w": w, "x": x, "b": b, "function": name, "assumptions": []}


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Função de ativação", "perdas_ativacoes", None,
        _match, _parse, _solve, _exercise,
    ),
    Family(
        _NEURON_KIND, "Saída de um neurônio", "fundamentos", None,
        _match_neuron, _parse_neuron, _solve_neuron, _exercise_neuron,
    ),
)  # fmt: skip
