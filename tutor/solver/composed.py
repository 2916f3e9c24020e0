"""Activation functions inside an expression: "3 vezes a sigmoide de 0", "tanh(relu(-1))",
"1 - sigmoide(2)", "a sigmoide duas vezes em 1", "relu em -2 e depois softplus".
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

import numpy as np

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.activations import ACTIVATIONS, LABELS, functions_named, second_formulation
from tutor.solver.classes import CROSS_ENTROPY
from tutor.solver.expressions import Call, Expression, Operation, Token, read_expression
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.numbers import Value, scan, word_number
from tutor.solver.registry import Family

_KIND = "composed_activation"
_SOFTMAX = re.compile(r"(?<![a-z])(?<!log[ -])(?<!log)soft ?-?max(?![a-z])")
_ELSEWHERE = r"neuronios?|perceptron|pesos?|bias|vies|camadas?|rede|logits?|satur\w+|atencao"
_SPACE = re.compile(r"(?:\s|,(?!\d)|\b(?:a|o|as|os|da|do|funcao|valor|resultado)\b)+")
_TOKENS = (
    ("*", re.compile(r"vezes\b|multiplicad[ao] por\b|[*·×]|x(?=\s*-?\d)")),
    ("+", re.compile(r"mais\b|\+")),
    ("-", re.compile(r"menos\b|-")),
    ("(", re.compile(r"\(")),
    (")", re.compile(r"\)")),
    ("of", re.compile(r"(?:de|em|no|na|para)\b")),
    ("double", re.compile(r"dobro\b")),
    ("half", re.compile(r"metade\b")),
    ("derivative", re.compile(r"derivada\b(?: de| da)?")),
)
_AGAIN = re.compile(r"\s*(\w+|\d) vezes(?: seguidas| sucessivas)?(?= (?:em|a|ao|no|na|de|sobre)\b)")
_VARIABLE = re.compile(r"[xz](?!\w)(?:\s*(?:=|vale|igual a)\s*)?")
_LOGARITHM = re.compile(r"ln ?\(?(\d{1,6})\)?")
_THEN = re.compile(r"\b(?:depois|em seguida|seguid[ao] (?:de|da|por)|entao|por fim|no resultado)\b")
_FIRST_WHAT_FOLLOWS = re.compile(r"\b(?:depois|apos|em cima) d[aeo]\b|\bapos\b|\bda\s*$")
_MOST_APPLIED = 10


def _mentions(statement: Statement) -> list[tuple[str, int, int]]:
    found = [("softmax", m.start(), m.end()) for m in _SOFTMAX.finditer(statement.folded)]
    return sorted([*functions_named(statement), *found], key=lambda each: each[1])


def _tokens(statement: Statement) -> list[Token]:
    """The message as numbers, functions and operators; "?" for every other word."""
    folded = statement.folded
    # of all numbers: the "1 -" of "1 - sigmoide(2)" looks like the number of a question
    values = {value.start: value for value in scan(statement.text)}
    names = {start: (name, end) for name, start, end in _mentions(statement)}
    found: list[Token] = []
    position = 0
    while position < len(folded) and len(found) < 200:
        if position in names:
            name, end = names[position]
            primed = re.match(r"\s*['’′]", folded[end:])
            found.append(Token("function", name, derived=primed is not None))
            position = end + (primed.end() if primed else 0)
            again = _AGAIN.match(folded, position)
            times = (word_number(again[1]) or _whole(again[1])) if again else None
            if again and times and times <= _MOST_APPLIED:
                found.append(Token("again", times))
                position = again.end()
            continue
        if position in values:
            value = values[position]
            found.append(_number(value))
            position = value.end
            continue
        logarithm = _LOGARITHM.match(folded, position)
        if logarithm and float(logarithm[1]) > 0:
            found.append(Token("number", math.log(float(logarithm[1]))))
            position = logarithm.end()
            continue
        space = _SPACE.match(folded, position)
        variable = _VARIABLE.match(folded, position)
        if space:
            position = space.end()
        elif variable:
            found.append(_variable(statement, variable))
            position = variable.end()
        else:
            kind, end = _operator(folded, position)
            if kind == "derivative":
                following = next((s for s in names if end <= s < end + 12), None)
                if following is not None:
                    name, end = names[following]
                    found.append(Token("function", name, derived=True))
                    position = end
                    continue
                kind = "?"
            found.append(Token(kind))
            position = end
    return found


def _whole(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _operator(folded: str, position: int) -> tuple[str, int]:
    for kind, pattern in _TOKENS:
        match = pattern.match(folded, position)
        if match:
            return kind, match.end()
    word = re.compile(r"\w+|.", re.DOTALL).match(folded, position)
    return "?", word.end() if word else position + 1


def _variable(statement: Statement, match: re.Match[str]) -> Token:
    """ "x = 2" is its number, and x elsewhere the number that it has there."""
    if not match.group()[-1:].isalpha():
        return Token("named")
    found = statement.find(match.group().strip())
    return _number(found.value) if found is not None else Token("?")


def _number(value: Value) -> Token:
    decimal = re.fullmatch(r"\(\s*(-?\d{1,6}),(\d{1,9})\s*\)", value.text)
    if decimal:  # "tanh(3,1)"
        return Token("number", float(f"{decimal[1]}.{decimal[2]}"))
    try:
        return Token("number", value.scalar()[0] if value.is_scalar else [*value.vector("x")[0]])
    except SolverError:
        return Token("?")  # a matrix is none of these functions' data


# -------------------------------------------------------------------- parsing


def _sequence(statement: Statement) -> Expression | None:
    """ "relu em -2 e depois a softplus", "a sigmoide depois da relu em 1": one after the other."""
    called = _mentions(statement)
    if len(called) < 2 or len(statement.values) != 1 or statement.has("derivadas?"):
        return None
    gaps = [statement.folded[a[2] : b[1]] for a, b in pairwise(called)]
    if all(_FIRST_WHAT_FOLLOWS.search(gap) for gap in gaps):
        called = called[::-1]
    elif not all(_THEN.search(gap) for gap in gaps):
        return None
    data = _number(statement.values[0]).value
    if not isinstance(data, (float, list)):
        return None
    expression: Expression = data  # type: ignore[assignment]
    for name, _, _ in called:
        expression = Call(name, expression)
    return expression


def _expression(statement: Statement) -> Expression | None:
    if not functions_named(statement) or not statement.values:
        return None
    found = read_expression(_tokens(statement))
    return found if found is not None else _sequence(statement)


def _match(statement: Statement) -> float:
    if statement.conceptual or statement.has(CROSS_ENTROPY, _ELSEWHERE):
        return 0.0
    return 0.995 if _expression(statement) is not None else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return None
    expression = _expression(statement)
    if expression is None:
        return None
    inputs: dict[str, Json] = {"expression": _packed(expression), "assumptions": []}
    if isinstance(expression, Operation) and expression.loose:
        inputs["assumptions"] = [
            f"Li a conta como {_written(expression)}: a função vale só para o primeiro número."
        ]
    return inputs


def _packed(expression: Expression) -> Json:
    if isinstance(expression, Call):
        return {
            "function": expression.name,
            "of": _packed(expression.argument),
            "derived": expression.derived,
        }
    if isinstance(expression, Operation):
        return {
            "operator": expression.operator,
            "left": _packed(expression.left),
            "right": _packed(expression.right),
        }
    return [*expression] if isinstance(expression, list) else expression


def _unpacked(value: Json) -> Expression:
    if isinstance(value, dict) and "function" in value:
        return Call(str(value["function"]), _unpacked(value["of"]), bool(value.get("derived")))
    if isinstance(value, dict):
        return Operation(
            str(value["operator"]), _unpacked(value["left"]), _unpacked(value["right"])
        )
    return [number(each) for each in value] if isinstance(value, list) else number(value)


# -------------------------------------------------------------------- solving


@dataclass
class _Work:
    steps: list[Step]
    checks: list[Check]


def _written(expression: Expression) -> str:
    if isinstance(expression, Call):
        name = LABELS.get(expression.name, expression.name)
        inner = _written(expression.argument)
        return f"{name}{'′' if expression.derived else ''}({inner})"
    if isinstance(expression, Operation):
        sign = {"*": "·", "-": "−"}.get(expression.operator, expression.operator)
        return f"{_written(expression.left)} {sign} {_written(expression.right)}"
    return _shown(np.asarray(expression))


def _shown(value: np.ndarray) -> str:
    return plain(float(value), 6) if value.ndim == 0 else plain_vector(value.tolist())


def _evaluate(expression: Expression, work: _Work) -> np.ndarray:
    if isinstance(expression, Call):
        x = _evaluate(expression.argument, work)
        value = _called(expression, x, work)
        label = LABELS.get(expression.name, expression.name)
        if expression.derived:
            label = f"derivada da {label}"
        work.steps.append(Step(f"A {label}", f"{label}({_shown(x)}) = {_shown(value)}"))
        return value
    if isinstance(expression, Operation):
        left, right = (_evaluate(each, work) for each in (expression.left, expression.right))
        if left.ndim and right.ndim and left.shape != right.shape:
            raise SolverError("Os vetores da conta têm tamanhos diferentes. Confira os dados.")
        value = {"*": left * right, "+": left + right, "-": left - right}[expression.operator]
        sign = {"*": "·", "-": "−"}.get(expression.operator, expression.operator)
        work.steps.append(Step("Conta", f"{_shown(left)} {sign} {_shown(right)} = {_shown(value)}"))
        return value
    return np.asarray(expression, dtype=float)


def _called(call: Call, x: np.ndarray, work: _Work) -> np.ndarray:
    if call.name == "softmax":
        if x.ndim == 0 or call.derived:
            raise SolverError("A softmax precisa de um vetor, por exemplo [2; 1; 0,1].")
        powers = np.exp(x - x.max())
        return powers / powers.sum()
    each = ACTIVATIONS[call.name]
    slope = each.slope or 0.0
    if call.derived:
        return each.derivative(x, slope)
    value = each.value(x, slope)
    work.checks.append(second_formulation(call.name, x, value, slope))
    return value


def _solve(inputs: Inputs) -> Solution:
    expression = _unpacked(inputs["expression"])
    work = _Work([Step("Expressão", _written(expression))], [])
    value = _evaluate(expression, work)
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Conta com funções de ativação",
        result=f"{_written(expression)} = {_shown(value)}",
        value=value.tolist(),
        steps=tuple(work.steps),
        checks=tuple(dict.fromkeys(work.checks)),
        assumptions=assumptions(inputs),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    inner, outer = random.sample(["sigmoid", "tanh", "softplus", "relu"], 2)
    x = round(random.choice([-1, 1]) * random.uniform(0.2, 2), 1)
    factor = float(random.randint(2, 5))
    expression = Operation("*", factor, Call(outer, Call(inner, x)))
    statement = f"Calcule {plain(factor)} · {LABELS[outer]}({LABELS[inner]}({plain(x)}))."
    return statement, {"expression": _packed(expression), "assumptions": []}


FAMILIES: Sequence[Family] = (
    Family(
        _KIND, "Conta com funções de ativação", "perdas_ativacoes", None,
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
