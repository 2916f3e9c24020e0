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
from tutor.solver.numbers import Value
from tutor.solver.quantities import quantity
from tutor.solver.registry import Family

_KIND = "score_scaling"
_SIZE = ("d_k", "dk", "d_{k}", "dimensao das chaves", "dimensao da chave", "dimensao das keys",
         "dimensao da key", "d_head", "head_dim")  # fmt: skip
_ABOUT = (
    r"d_?k|q ?[·*.x]? ?k\w*|scores?|escores?|atencao|attention|softmax|quer(?:y|ies)|keys?|chaves?|"
    r"consultas?"
)
_SCALED = (
    r"(?:depois|apos) d[ae] (?:escala\w*|divis\w+|divid\w+)|escalad[ao]|divid\w+|escalonad[ao]|"
    r"scaled|"
    r"normalizad[ao]|entra na softmax|vai (?:pra|para) a softmax|escala"
)
_DIVISOR = (
    r"por quanto (?:se )?(?:e )?(?:divid\w+|\w+ divid\w+)|por qual (?:valor|numero|fator)|"
    r"(?:fator|constante|valor) d[ea] (?:escala\w*|normaliza\w+|divisao)|divisor|"
    r"(?:quanto|qual)[^?.;]{0,12} (?:vale |e )?(?:a )?(?:raiz|sqrt)\W*(?:de )?d_?k"
)
_WANTS_SIZE = (
    r"(?:qual|quanto|determin\w+|ache|encontre|calcul\w+|descubra)[^?.;,]{0,30} d_?k(?!\w)"
)
_WANTS_RAW = (
    r"(?:qual|quanto|determin\w+|ache|encontre|calcul\w+)[^?.;,]{0,40} (?:q ?[·*.x]? ?k|"
    r"antes d[ae]|"
    r"sem (?:a )?escala|nao escalad\w+|original|brut[ao]|produto (?:escalar|interno))"
)
_AFTER_SCALE = re.compile(
    r"(?:escalad[ao]|depois|apos|divid\w+|virou|passou|tornou|ficou|scaled|normalizad[ao])"
    r"[^;.?\d]{0,40}$"
)


def _match(statement: Statement) -> float:
    if statement.arrays or not statement.has(_ABOUT) or statement.asks_idea:
        return 0.0
    size = _size(statement)
    if size is None and (_from_heads(statement) is None or not statement.has(_DIVISOR)):
        numbers = len(statement.scalars) == 2 and statement.has(_SCALED)
        return 0.96 if numbers and statement.has(_WANTS_SIZE) else 0.0
    if statement.has(_DIVISOR):
        return 0.96
    if statement.has(r"cabecas?", "d_?model"):
        return 0.0
    scored = bool(_scores(statement)) and statement.has(_SCALED, _WANTS_RAW)
    return 0.96 if scored and not statement.asks_concept else 0.0


def _from_heads(statement: Statement) -> int | None:
    """d_k = d_model / h, where both are given."""
    model = quantity(statement, "", r"d_?model|embed_?dim|dimensao do modelo|dimensao")
    heads = quantity(statement, r"cabecas?|heads?", r"num_?heads|n_?heads|h|heads|cabecas")
    return model // heads if model and heads and model % heads == 0 else None


def _size(statement: Statement) -> Value | None:
    """The value of d_k; "dividir por √d_k, 4" gives none."""
    found = statement.find(*_SIZE)
    if found is None or "," in statement.folded[found.start : found.value.start]:
        return None
    return found.value


def _scores(statement: Statement) -> list[Value]:
    size = _size(statement)
    found = [v for v in statement.scalars if v is not size]
    claim = statement.claim  # "o produto deu 24" reports the score itself where there is no other
    return found if found or claim is None or not claim.is_scalar else [claim]


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    size = _size(statement)
    if size is not None:
        inputs["d_k"] = size.count("d_k")
    elif previous is None and _from_heads(statement):
        inputs["d_k"] = _from_heads(statement)
        inputs["read"] = [value.scalar()[0] for value in statement.scalars]  # d_model and h
    if not statement.has(_DIVISOR):
        _read_scores(statement, inputs)
    if previous is not None and inputs == before:
        return None
    if inputs.get("asked") != "d_k" and number(inputs.get("d_k")) <= 0:
        raise SolverError("d_k precisa ser um inteiro positivo, por exemplo d_k = 64.")
    return inputs


def _read_scores(statement: Statement, inputs: dict[str, Json]) -> None:
    """The score before the scale and after it; the one that is missing is asked for."""
    found = _scores(statement)
    if "d_k" in inputs and len(found) > 1:
        raise SolverError("Li mais de um score. Mande um só score com o d_k dele.")
    if len(found) == 2:
        first, second = (value.scalar("o score")[0] for value in found)
        swapped = abs(second) > abs(first)
        inputs["score"], inputs["scaled"] = (second, first) if swapped else (first, second)
        inputs["asked"] = "d_k"
    elif found:
        value = found[0]
        lead = statement.folded[max(0, value.start - 70) : value.start]
        after = _AFTER_SCALE.search(lead) and not statement.has(r"nao (?:foi )?escalad[ao]")
        if statement.has(_WANTS_RAW) and after:
            inputs["scaled"], inputs["asked"] = value.scalar("o score")[0], "score"
        else:
            inputs["score"] = value.scalar("o score")[0]


def _solve_inverse(inputs: Inputs) -> Solution:
    """d_k from a score before and after the scale, or the score before it from d_k."""
    scaled = number(inputs["scaled"])
    if inputs["asked"] == "d_k":
        score = number(inputs["score"])
        if not scaled or score / scaled <= 0:
            raise SolverError(
                "Com esses scores não há d_k: os dois precisam ter o mesmo sinal e não ser zero."
            )
        value: Json = (score / scaled) ** 2
        line = rf"$\sqrt{{d_k}} = \dfrac{{{tex(score)}}}{{{tex(scaled)}}} = {tex(score / scaled)}$"
        result = rf"$d_k = {tex(number(value))}$"
        check = math.isclose(score / math.sqrt(number(value)), scaled)
    else:
        root = math.sqrt(number(inputs["d_k"]))
        value = scaled * root
        line = rf"$q \cdot k = {tex(scaled)} \cdot \sqrt{{d_k}} = {tex(scaled)} \cdot {tex(root)}$"
        result = rf"$q \cdot k = {tex(number(value))}$"
        check = math.isclose(number(value) / root, scaled, abs_tol=1e-12)
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Escala por √d_k, ao contrário",
        result=result,
        value=value,
        steps=(Step("Isolando o que falta", line),),
        checks=(Check("De volta ao score escalado", check, plain(scaled)),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, []),
    )


def _solve(inputs: Inputs) -> Solution:
    if "asked" in inputs:
        return _solve_inverse(inputs)
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
