"""Polynomials in a student's text, such as ``(w - 3)^2 + 0,5w``: read, evaluated, derived.

A recursive-descent reader over tokens; nothing is evaluated as code, and the degree, the
number of terms and the depth are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.solver.format import tex

_MAX_DEGREE = 12
_MAX_TERMS = 60
_MAX_DEPTH = 20
_MAX_LENGTH = 400
_NUMBER = re.compile(r"\d{1,15}(?:[.,]\d{1,15})?")
_VARIABLE = re.compile(r"(?:theta|[wxyzbuv])_?\d?(?![a-z\d_(]|'\()")
_SPACE = re.compile(r"[ \t]*")

# One term: the powers of its variables, sorted by name.
Monomial = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Polynomial:
    terms: Mapping[Monomial, float]

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(sorted({name for monomial in self.terms for name, _ in monomial}))

    def at(self, point: Mapping[str, float]) -> float:
        total = 0.0
        for monomial, coefficient in self.terms.items():
            product = coefficient
            for name, power in monomial:
                product *= point[name] ** power
            total += product
        return total

    def derivative(self, variable: str) -> Polynomial:
        terms: dict[Monomial, float] = {}
        for monomial, coefficient in self.terms.items():
            powers = dict(monomial)
            power = powers.pop(variable, 0)
            if power == 0:
                continue
            if power > 1:
                powers[variable] = power - 1
            key = tuple(sorted(powers.items()))
            terms[key] = terms.get(key, 0.0) + coefficient * power
        return Polynomial(terms)

    def tex(self) -> str:
        ordered = sorted(self.terms.items(), key=lambda item: -sum(p for _, p in item[0]))
        text = ""
        for monomial, coefficient in ordered:
            if coefficient == 0:
                continue
            sign = "-" if coefficient < 0 else "+"
            size = abs(coefficient)
            body = " ".join(_tex_power(name, power) for name, power in monomial)
            number = "" if size == 1 and body else tex(size)
            joint = f" {sign} " if text else ("-" if sign == "-" else "")
            text += joint + number + ("\\," if number and body else "") + body
        return text or "0"


def _tex_power(name: str, power: int) -> str:
    match = re.fullmatch(r"([a-z]+)_?(\d?)", name)
    base, index = (match[1], match[2]) if match else (name, "")
    base = r"\theta" if base == "theta" else base
    base += f"_{{{index}}}" if index else ""
    return base if power == 1 else f"{base}^{{{power}}}"


def read_polynomial(text: str, start: int = 0) -> tuple[Polynomial, int] | None:
    """The longest polynomial (folded text) at `start` and where it ends; None without one."""
    reader = _Reader(text[: start + _MAX_LENGTH], start)
    terms = reader.sum(0)
    if terms is None:
        return None
    return Polynomial({key: value for key, value in terms.items() if value != 0}), reader.position


_Terms = dict[Monomial, float]


class _Reader:
    def __init__(self, text: str, position: int) -> None:
        self.text = text
        self.position = position

    def sum(self, depth: int) -> _Terms | None:
        if depth > _MAX_DEPTH:
            return None
        sign = self._sign()
        total = self._product(depth)
        if total is None:
            return None
        total = {key: sign * value for key, value in total.items()}
        while True:
            before = self.position
            self._skip()
            operator = self.text[self.position : self.position + 1]
            if operator not in ("+", "-"):
                self.position = before
                return total
            self.position += 1
            term = self._product(depth)
            if term is None:
                self.position = before
                return total
            factor = -1.0 if operator == "-" else 1.0
            for key, value in term.items():
                total[key] = total.get(key, 0.0) + factor * value

    def _product(self, depth: int) -> _Terms | None:
        total = self._power(depth)
        if total is None:
            return None
        while True:
            before = self.position
            self._skip()
            spaced = self.position > before
            operator = self.text[self.position : self.position + 1]
            if operator and operator in "*·/":
                self.position += 1
                factor = self._power(depth)
                if factor is not None and operator == "/":
                    divisor = factor.get((), 0.0)
                    factor = {(): 1 / divisor} if len(factor) == 1 and divisor else None
            elif spaced and not self._variable_follows(total):
                factor = None
            else:  # 2w, 3(w-1)
                factor = None if operator.isdigit() else self._power(depth)
            if factor is None:
                self.position = before
                return total
            total = _multiply(total, factor)

    def _variable_follows(self, total: _Terms) -> bool:
        """ "2 w", but not "w^2 w = 1"."""
        match = _VARIABLE.match(self.text, self.position)
        if match is None or list(total) != [()]:
            return False
        return re.match(r"\s*[=:]", self.text[match.end() :]) is None

    def _power(self, depth: int) -> _Terms | None:
        base = self._atom(depth)
        if base is None:
            return None
        match = re.compile(r"[ \t]*(?:\^|\*\*)[ \t]*(?:[{(][ ]?(\d{1,2})[ ]?[})]|(\d{1,2}))").match(
            self.text, self.position
        )
        if match is None:
            return base
        power = int(match[1] or match[2])
        if power > _MAX_DEGREE:
            raise SolverError(f"O grau da função é alto demais (o limite é {_MAX_DEGREE}).")
        self.position = match.end()
        total: _Terms = {(): 1.0}
        for _ in range(power):
            total = _multiply(total, base)
        return total

    def _atom(self, depth: int) -> _Terms | None:
        self._skip()
        number = _NUMBER.match(self.text, self.position)
        if number:
            self.position = number.end()
            return {(): float(number.group().replace(",", "."))}
        variable = _VARIABLE.match(self.text, self.position)
        if variable:
            self.position = variable.end()
            return {((variable.group().replace("_", ""), 1),): 1.0}
        if self.text[self.position : self.position + 1] != "(":
            return None
        opened = self.position
        self.position += 1
        inner = self.sum(depth + 1)
        self._skip()
        if inner is None or self.text[self.position : self.position + 1] != ")":
            self.position = opened
            return None
        self.position += 1
        return inner

    def _sign(self) -> float:
        self._skip()
        if self.text[self.position : self.position + 1] == "-":
            self.position += 1
            return -1.0
        return 1.0

    def _skip(self) -> None:
        gap = _SPACE.match(self.text, self.position)
        if gap:
            self.position = gap.end()


def _multiply(one: _Terms, other: _Terms) -> _Terms:
    total: _Terms = {}
    for first, a in one.items():
        for second, b in other.items():
            powers = dict(first)
            for name, power in second:
                powers[name] = powers.get(name, 0) + power
            key = tuple(sorted(powers.items()))
            if sum(power for _, power in key) > _MAX_DEGREE or len(total) > _MAX_TERMS:
                raise SolverError(
                    f"A função é complicada demais: aceito polinômios até o grau {_MAX_DEGREE}."
                )
            total[key] = total.get(key, 0.0) + a * b
    return total


def point_of(variables: Sequence[str], numbers: Sequence[float]) -> dict[str, float]:
    return dict(zip(variables, numbers, strict=True))
