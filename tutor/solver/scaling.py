"""The scaling of one attention score: q·k / √d_k, and the divisor √d_k by itself."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.registry import Family

_KIND = "score_scaling"
_SIZE = ("d_k", "dk", "d_{k}", "dimensao das chaves", "dimensao da chave", "dimensao das keys")
_SCORE = re.compile(
    r"\b(?:q ?[·*.x]? ?k\w*(?:\^t)?|produto (?:escalar|interno)|score|escore|dot product)\b"
    r"[^\d;?\n]{0,40}?(?<!\w)(?:e|=|de|vale|deu|foi|igual a|:)\s*"
    r"(-?\d{1,9}(?:[.,]\d{1,9})?)(?![\w]|[.,]\d)"
)
_SCALED = (
    r"(?:depois|apos) d[ae] escala\w*|escalad[ao]|divid\w+|escalonad[ao]|scaled|normalizad[ao]"
)
_DIVISOR = (
    r"por quanto (?:se )?(?:e )?(?:divid\w+|\w+ divid\w+)|por qual (?:valor|numero|fator)|"
    r"fator de escala(?:mento)?|divisor"
)


def _match(statement: Statement) -> float:
    if statement.arrays or statement.find(*_SIZE) is None or statement.has(r"cabecas?", "d_?model"):
        return 0.0
    if statement.has(_DIVISOR):
        return 0.96
    scored = _SCORE.search(statement.folded)
    return 0.96 if scored and statement.has(_SCALED) and not statement.asks_concept else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    size = statement.find(*_SIZE)
    if size is not None:
        inputs["d_k"] = size.value.count("d_k")
    score = _SCORE.search(statement.folded)
    if score is not None and not statement.has(_DIVISOR):
        inputs["score"] = float(score[1].replace(",", "."))
    if previous is not None and inputs == before:
        return None
    if number(inputs.get("d_k")) <= 0:
        raise SolverError("d_k precisa ser um inteiro positivo, por exemplo d_k = 64.")
    return inputs


def _solve(inputs: Inputs) -> Solution:
    size, root = int(number(inputs["d_k"])), math.sqrt(number(inputs["d_k"]))
    steps = [Step("Divisor", rf"$\sqrt{{d_k}} = \sqrt{{{size}}} = {tex(root)}$")]
    checks = [Check("Quadrado do divisor", math.isclose(root * root, size), plain(root * root))]
    if "score" not in inputs:
        value, result = root, rf"$\sqrt{{d_k}} = {tex(root)}$"
        wrong = [(float(size), "se esquece a raiz"), (1 / root, "se dá o fator que multiplica")]
    else:
        score = number(inputs["score"])
        value = score / root
        result = rf"$\dfrac{{q \cdot k}}{{\sqrt{{d_k}}}} = {tex(value)}$"
        line = rf"$\dfrac{{{tex(score)}}}{{{tex(root)}}} = {tex(value)}$"
        steps.append(Step("Score escalado", line))
        back = value * root
        checks.append(
            Check("De volta ao produto", math.isclose(back, score, abs_tol=1e-9), plain(back))
        )
        wrong = [(score / size, "se divide por d_k, sem a raiz"), (score, "se esquece a escala")]
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Escala por √d_k",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, wrong),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    size, score = random.choice([4, 16, 25, 64, 100]), random.randint(2, 40)
    return (
        f"O produto escalar q·k é {score} e d_k = {size}. Qual o valor do score escalado?",
        {"d_k": size, "score": float(score), "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Escala por √d_k", "transformers", "25", _match, _parse, _solve, _exercise
    ),
)  # fmt: skip
