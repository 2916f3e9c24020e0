"""The precision or recall from F1 and the other, and a count from a rate."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.confusion_counts import cells_of
from tutor.solver.f_score import rates_of
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assumptions, number
from tutor.solver.metric_names import ASKED, NAMES
from tutor.solver.registry import Family

_KIND = "metric_inverse"
_F1 = re.compile(
    rf"(?<!\w)(?:{ASKED['f1']})(?:[ =:(]|de|deu|foi|e|igual a|vale|sendo|era|ficou em)*"
    r"(?P<number>0?[.,]\d+|1|0|\d{1,2}(?:[.,]\d+)? ?%)(?![\w%])"
)
_QUESTION = re.compile(
    r"\b(?:qua(?:l|is)|quanto|calcul\w+|determin\w+|ache|descubra|encontre|obtenha|que)\b"
    r"[^.;\d]{0,50}"
)


def _known(statement: Statement) -> dict[str, float]:
    """F1 and one rate, where the other rate is asked for."""
    found = _F1.search(statement.folded)
    rates = rates_of(statement)
    if found is None or len(rates) != 1 or cells_of(statement):
        return {}
    typed = found["number"].replace(",", ".")
    f1 = float(typed.rstrip(" %")) / (100 if "%" in typed else 1)
    return {"f1": f1, **rates}


def _match(statement: Statement) -> float:
    known = _known(statement)
    if not known or statement.conceptual:
        return 0.0
    other = "recall" if "precision" in known else "precision"
    asked = any(
        re.search(rf"(?<!\w)(?:{ASKED[other]})(?!\w)", each.group())
        for each in _QUESTION.finditer(statement.folded)
    )
    bare = re.search(rf"(?<!\w)(?:{ASKED[other]})\s*\?", statement.folded)
    return 0.98 if asked or bare else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    known = _known(statement)
    if not known:
        return None
    return {**known, "assumptions": []}


def _solve(inputs: Inputs) -> Solution:
    given = "precision" if "precision" in inputs else "recall"
    other = "recall" if given == "precision" else "precision"
    f1, rate = number(inputs["f1"]), number(inputs[given])
    bottom = 2 * rate - f1
    value = f1 * rate / bottom if bottom > 0 else math.inf
    if not 0 <= value <= 1 + 1e-9:
        raise SolverError(
            f"Os dados não combinam: com {NAMES[given]} {plain(rate)}, o F1 não pode ser "
            f"{plain(f1)} (a {NAMES[other]} sairia do intervalo de 0 a 1). Confira os valores."
        )
    p, r = ("P", "R") if other == "precision" else ("R", "P")
    back = 2 * value * rate / (value + rate) if value + rate else 0.0
    return Solution(
        problem=Problem(_KIND, inputs),
        title=f"{NAMES[other].capitalize()} a partir do F1",
        result=rf"{NAMES[other].capitalize()}: ${tex(value)}$",
        value=value,
        steps=(
            Step("Isolar", rf"$F_1 = \dfrac{{2PR}}{{P+R}} \Rightarrow "
                 rf"{p} = \dfrac{{F_1 \cdot {r}}}{{2{r} - F_1}}$"),
            Step("Substituição", rf"${p} = \dfrac{{{tex(f1)} \times {tex(rate)}}}"
                 rf"{{2 \times {tex(rate)} - {tex(f1)}}} = {tex(value)}$"),
        ),
        checks=(Check("De volta ao F1", math.isclose(back, f1, abs_tol=1e-9), plain(back)),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(2 * f1 - rate, "se trata o F1 como média aritmética")]),
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    rate, f1 = random.choice([(0.6, 0.72), (0.5, 0.6), (0.8, 0.75), (0.9, 0.85), (0.7, 0.75)])
    return (
        f"O F1 é {plain(f1)} e a revocação é {plain(rate)}. Qual é a precisão?",
        {"f1": f1, "recall": rate, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Precisão ou revocação a partir do F1", "validacao", None,
           _match, _parse, _solve, _exercise),
)  # fmt: skip
