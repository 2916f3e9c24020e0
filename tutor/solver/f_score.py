"""The F measure from precision and recall."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.confusion_counts import cells_of
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions
from tutor.solver.metric_names import ASKED, ratio
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_F_SCORE = "f_score"


def rates_of(statement: Statement) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("precision", "recall"):
        pattern = rf"(?<!\w)(?:{ASKED[name]}|{'p' if name == 'precision' else 'r'})(?!\w)"
        for match in re.finditer(pattern, statement.folded):
            preceding = re.search(r"(\d+(?:[.,]\d+)? ?%) de $", statement.folded[: match.start()])
            if preceding and name not in found:
                found[name] = float(preceding[1].rstrip(" %").replace(",", ".")) / 100
            gap = re.compile(
                r"\s{0,3}(?:d[ao] classe ['\"]?\w+['\"]?\s)?(?:\((?:\w+)\)\s?)?"
                r"(?:=|:|de|e|foi|igual a|com|deu|sendo|vale|"
                r"\s){0,4}\s{0,3}$"
            )
            for value in statement.values:
                close = match.end() <= value.start < match.end() + 45
                if (
                    close
                    and gap.match(statement.folded[match.end() : value.start])
                    and value.is_scalar
                ):
                    found.setdefault(name, _rate(value))
                    break
    return found


def _rate(value: Value) -> float:
    number, _ = value.scalar("a precisão ou a revocação")
    if not value.percent and 2 <= number <= 100:
        number /= 100  # "precisão 80"
    if not 0 <= number <= 1:
        raise SolverError("A precisão e a revocação ficam entre 0 e 1 (ou entre 0% e 100%).")
    return number


_BETA = re.compile(r"(?<!\w)f[ _-]?(?:beta)?[ _-]?(?:\(?beta ?= ?)?(0[.,]\d+|[2-9])(?![\w.,]*\d)")


def _match_f(statement: Statement) -> float:
    if statement.conceptual or not statement.has(ASKED["f1"], r"f[ _-]?beta", "f2", r"f0[.,]\d+"):
        return 0.0
    rates = rates_of(statement)
    if not rates or cells_of(statement):
        return 0.0
    return 0.97 if len(rates) == 2 else 0.6


def _parse_f(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    inputs.update(rates_of(statement))
    beta = _BETA.search(statement.folded)
    named = statement.scalar("beta")
    if beta:
        inputs["beta"] = float(beta[1].replace(",", "."))
    elif named is not None:
        if named <= 0:
            raise SolverError("O beta da medida F precisa ser maior que zero.")
        inputs["beta"] = named
    if previous is not None and inputs == before:
        value = statement.scalars[0] if len(statement.scalars) == 1 else None
        gap = next((k for k in ("precision", "recall") if k not in inputs), None)
        if value is None or gap is None:
            return None
        inputs[gap] = _rate(value)
    for key, name in (("precision", "a precisão"), ("recall", "a revocação (recall)")):
        if key not in inputs:
            raise MissingData(
                f"Falta {name}. Por exemplo: {name[2:]} = 0,8.", Problem(_F_SCORE, inputs)
            )
    inputs.setdefault("beta", 1.0)
    inputs.setdefault("assumptions", [])
    return inputs


def _solve_f(inputs: Inputs) -> Solution:
    p, r, beta = (float(inputs[key]) for key in ("precision", "recall", "beta"))  # type: ignore[arg-type]
    square = beta**2
    value = ratio((1 + square) * p * r, square * p + r)
    name = "F_1" if beta == 1 else rf"F_{{{tex(beta)}}}"
    formula = (
        r"$F_1 = \dfrac{2PR}{P+R}$" if beta == 1
        else rf"${name} = \dfrac{{(1+\beta^2)PR}}{{\beta^2 P + R}}$, com $\beta = {tex(beta)}$"
    )  # fmt: skip
    top = rf"{tex(1 + square)} \times {tex(p)} \times {tex(r)}"
    bottom = rf"{tex(p)} + {tex(r)}" if beta == 1 else rf"{tex(square)} \times {tex(p)} + {tex(r)}"
    inverse = 0.0 if not p or not r else (1 + square) / (1 / p + square / r)
    return Solution(
        problem=Problem(_F_SCORE, inputs),
        title="Medida F",
        result=rf"${name} = {tex(value)}$",
        value=value,
        steps=(Step("Fórmula", formula),
               Step("Substituição", rf"${name} = \dfrac{{{top}}}{{{bottom}}} = {tex(value)}$")),
        checks=(Check("Média harmônica dos inversos", math.isclose(inverse, value, abs_tol=1e-12),
                      f"(1 + β²)/(1/P + β²/R) = {plain(inverse)}"),
                Check("Entre a menor e a maior", min(p, r) - 1e-12 <= value <= max(p, r) + 1e-12,
                      f"entre {plain(min(p, r))} e {plain(max(p, r))}")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [
            ((p + r) / 2, "se usa a média aritmética, e não a harmônica"),
            (p * r, "se multiplica precisão por revocação"),
            (ratio(p * r, p + r), "se esquece o fator 2"),
            (math.sqrt(p * r), "se usa a média geométrica"),
        ]),
    )  # fmt: skip


def _exercise_f(random: Random) -> tuple[str, dict[str, Json]]:
    p, r = round(random.uniform(0.5, 0.95), 2), round(random.uniform(0.3, 0.9), 2)
    return (
        f"Um modelo tem precisão de {plain(p)} e revocação de {plain(r)}. Calcule o F1.",
        {"precision": p, "recall": r, "beta": 1.0, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_F_SCORE, "Medida F", "validacao", None, _match_f, _parse_f, _solve_f, _exercise_f),
)
