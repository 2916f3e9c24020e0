"""A small grammar of expressions with functions: sums, products and calls, also in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tutor.records import Json


@dataclass(frozen=True)
class Token:
    kind: str  # number, function, again, named (the "x =" before a number), an operator, "?"
    value: Json = None
    derived: bool = False


@dataclass(frozen=True)
class Call:
    name: str
    argument: Expression
    derived: bool = False


@dataclass(frozen=True)
class Operation:
    operator: str
    left: Expression
    right: Expression
    loose: bool = False  # "f de 0 vezes 4": the words allow f(0·4) too


Expression = float | list[float] | Call | Operation


def read_expression(tokens: Sequence[Token]) -> Expression | None:
    """The longest expression that is more than one function of a number; None without one."""
    best: Expression | None = None
    longest = 0
    for start in range(len(tokens)):
        found = _sum(tokens, start)
        if found is None or found[1] - start <= longest or not _is_composed(found[0]):
            continue
        best, longest = found[0], found[1] - start
    return best


def _is_composed(expression: Expression) -> bool:
    if isinstance(expression, Operation):
        return _calls(expression)
    return isinstance(expression, Call) and isinstance(expression.argument, (Call, Operation))


def _calls(expression: Expression) -> bool:
    if isinstance(expression, Operation):
        return _calls(expression.left) or _calls(expression.right)
    return isinstance(expression, Call)


Parsed = tuple[Expression, int] | None  # and the position after it


def _sum(tokens: Sequence[Token], at: int) -> Parsed:
    return _chain(tokens, at, ("+", "-"), _product)


def _product(tokens: Sequence[Token], at: int) -> Parsed:
    return _chain(tokens, at, ("*",), _factor)


def _chain(tokens: Sequence[Token], at: int, operators: tuple[str, ...], operand) -> Parsed:
    found: Parsed = operand(tokens, at)
    while found is not None and _kind(tokens, found[1]) in operators:
        following: Parsed = operand(tokens, found[1] + 1)
        if following is None:
            break
        loose = _kind(tokens, found[1] - 2) == "of" and _kind(tokens, found[1] + 1) == "number"
        operation = Operation(_kind(tokens, found[1]), found[0], following[0], loose)
        found = operation, following[1]
    return found


def _kind(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].kind if 0 <= at < len(tokens) else ""


def _factor(tokens: Sequence[Token], at: int) -> Parsed:
    kind = _kind(tokens, at)
    if kind == "number":
        value = tokens[at].value
        return (value, at + 1) if isinstance(value, (float, list)) else None  # type: ignore[return-value]
    if kind == "named":
        return _factor(tokens, at + 1)
    if kind in ("double", "half"):
        after = at + 1 + (_kind(tokens, at + 1) == "of")
        inner = _factor(tokens, after)
        return (
            (Operation("*", 2.0 if kind == "double" else 0.5, inner[0]), inner[1])
            if inner
            else None
        )
    if kind == "(":
        inside = _sum(tokens, at + 1)
        if inside is None or _kind(tokens, inside[1]) != ")":
            return None
        return inside[0], inside[1] + 1
    return _call(tokens, at) if kind == "function" else None


def _call(tokens: Sequence[Token], at: int) -> Parsed:
    token = tokens[at]
    after, times = at + 1, 1
    if _kind(tokens, after) == "again":
        times, after = int(tokens[after].value), after + 1  # type: ignore[arg-type]
    if _kind(tokens, after) == "of":
        after += 1
    elif _kind(tokens, after) == "function":
        pass  # "a sigmoide da relu de 2"
    elif _kind(tokens, after) not in ("(", "number"):
        return None
    argument = _factor(tokens, after)
    if argument is None:
        return None
    call = Call(str(token.value), argument[0], token.derived)
    for _ in range(times - 1):
        call = replace(call, argument=call)
    return call, argument[1]
