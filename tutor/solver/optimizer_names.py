"""What students call the optimizers and their data."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.update_rules import read_rules

# The order is the precedence: "Adam com momentum" is Adam.
METHODS = {
    "adamw": r"adam-?w|adam w(?=[, ]|$)(?! ?[=:/])",
    "adam": r"adam",
    "rmsprop": r"rms ?-?prop",
    "adagrad": r"ada ?-?grad",
    "nesterov": r"nesterov|nag",
    "momentum": r"momentum|momento|heavy ball|bola pesada",
    "sgd": (
        r"sgd|gradiente descendente|descida (?:do|de|por|pelo|em) gradiente|gradient descent|"
        r"descida (?:mais )?ingreme|passos? d[eo] gradiente|descida estocastica|"
        r"metodo do gradiente|gd"
    ),
}
MOMENTS = r"(?:primeiros?|segundos?) momentos?|momentos?(?: (?:de primeira|1|2))"
STEP_WORDS = (
    r"iterations?|epochs|passos|iterac(?:oes|ao)|steps|epocas|atualizac(?:oes|ao)|updates|vezes"
)


def method_of(statement: Statement) -> str | None:
    replaced = re.search(r"(?:em vez|ao inves|no lugar) d[eoa] (?:o )?\S+", statement.folded)
    if replaced:  # "L2 em vez de AdamW"
        statement = Statement(statement.folded.replace(replaced.group(), " "))
    for method, pattern in METHODS.items():
        if statement.has(pattern):
            return "momentum" if method == "nesterov" and _negated(statement) else method
    written = read_rules(statement.folded).method
    if written is None and statement.has(r"acumuladores (?:nulos|zerados|em zero|iguais a zero)"):
        return "adam"  # the one with two of them
    return None if written == "average" else written


def _negated(statement: Statement) -> bool:
    return statement.has(r"sem nesterov", r"nesterov ?= ?false")
