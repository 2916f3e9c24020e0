"""The same data with two optimizers, or with both conventions of momentum, side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from tutor.records import Json, Problem, Solution
from tutor.solver import optimizers
from tutor.solver.claims import on_named_values
from tutor.solver.descent import LABELS
from tutor.solver.descent_text import read
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs
from tutor.solver.named_roles import assign
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_names import METHODS
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.registry import Family

_KIND = "optimizer_comparison"
_EACH = (
    r"cada (?:um|uma)|(?:n|d)?(?:os|as) (?:dois|duas)|ambos|ambas|compar\w+|versus|vs|x|contra|"
    r"lado a lado|com (?:um|uma) e com (?:o outro|a outra)"
)
_CONVENTIONS = (
    r"(?:duas|ambas(?: as)?|cada|2) (?:convenc\w+|formas?|formulac\w+|versoes)(?: d[eo] momentum)?"
)
_NAMES = {"sum": "v = βv + g", "ema": "v = βv + (1−β)g"}
# The rules of both conventions are no data here.
_RULE = re.compile(
    r"v\w*\s*(?:=|←|<-)\s*(?:beta|mu|rho) ?[*·]? ?v\w*\s*\+\s*(?:\(?1 ?- ?(?:beta|mu|"
    r"rho)\)? ?[*·]? ?)?"
    r"g(?:_?t)?\b"
)


def _methods(statement: Statement) -> list[str]:
    """The optimizers that a message names, in its order; AdamW is no Adam."""
    found: dict[str, int] = {}
    text = statement.folded
    for method, pattern in METHODS.items():
        match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)
        if match is not None:
            found[method] = match.start()
            text = text[: match.start()] + "#" * len(match.group()) + text[match.end() :]
    if "momentum" in found and statement.has(r"(?:sgd|gd) com momentum"):
        found.pop("sgd", None)
    return sorted(found, key=lambda method: found[method])


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    both = statement.has(_CONVENTIONS) and statement.has(METHODS["momentum"])
    named = _methods(statement)
    if not both and not (len(named) == 2 and statement.has(_EACH)):
        return 0.0
    if statement.has(r"(?:em vez|ao inves|no lugar) d[eoa].*") or "adamw" in named:
        return 0.0
    found = assign(clean(statement)[0], VOCABULARY, LISTS).values
    return 0.975 if ("gradient" in found or "g1" in found) and "lr" in found else 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return None
    # "em cada uma" is about the two, and not about every step.
    statement = Statement(re.sub(r"\b(?:em|com|para) cada um[a]?\b", " ", statement.folded))
    runs: dict[str, Json] = {}
    if statement.has(_CONVENTIONS):
        text = _RULE.sub(" ", statement.folded)
        for convention in ("sum", "ema"):
            inputs = read(Statement(text), None, "momentum")
            if inputs is None:
                return None
            runs[convention] = {**inputs, "convention": convention}
    else:
        named = _methods(statement)
        for method in named:
            others = [METHODS[each] for each in named if each != method]
            text = re.sub(rf"(?<!\w)(?:{'|'.join(others)})(?!\w)", " ", statement.folded)
            inputs = read(Statement(text), None, method)
            if inputs is None:
                return None
            runs[method] = {**inputs, "method": method}
    return {"assumptions": [], "runs": runs}


def _solve(inputs: Inputs) -> Solution:
    runs = inputs["runs"]
    assert isinstance(runs, dict)
    solved = {key: optimizers.solve(each) for key, each in runs.items() if isinstance(each, dict)}
    names = {key: _NAMES.get(key) or LABELS[key] for key in solved}
    value: dict[str, Json] = {key: solution.value for key, solution in solved.items()}
    return Solution(
        problem=Problem(_KIND, inputs),
        title=" e ".join(names.values()) + ", com os mesmos dados",
        result="; ".join(f"{names[key]}: {each.result}" for key, each in solved.items()),
        value=value,
        steps=tuple(
            replace(step, title=f"{names[key]}: {step.title}")
            for key, each in solved.items()
            for step in each.steps
        ),
        checks=tuple(
            replace(check, name=f"{names[key]}: {check.name}")
            for key, each in solved.items()
            for check in each.checks
        ),
        assumptions=tuple(
            dict.fromkeys(
                text
                for each in solved.values()
                for text in each.assumptions
                if "convenção de média móvel" not in text or "sum" not in solved
            )
        ),
        remarks=on_named_values(inputs, value),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    w, g = float(random.randint(1, 5)), float(random.randint(1, 4))
    common: dict[str, Json] = {
        "w": w, "gradients": [g], "steps": 2, "lr": 0.1, "epsilon": 1e-8, "assumptions": [],
    }  # fmt: skip
    return (
        f"Compare AdaGrad e RMSProp (β = 0,9): w = {plain(w)}, lr = 0,1, gradiente {plain(g)} em 2 "
        "passos e ε = 1e-8. Qual é o peso final em cada um?",
        {
            "assumptions": [],
            "runs": {
                "adagrad": {**common, "method": "adagrad"},
                "rmsprop": {**common, "method": "rmsprop", "beta": 0.9},
            },
        },
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Dois otimizadores com os mesmos dados", "otimizadores", "9",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
