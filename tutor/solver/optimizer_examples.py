"""What stands around the plain step: a bias beside the weights, the gradients of the examples of a
batch, and gradient clipping."""

from __future__ import annotations

import re

import numpy as np

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.descent import polynomial_of
from tutor.solver.fields import Statement
from tutor.solver.inputs import assume, floats
from tutor.solver.named_roles import Roles

_EXAMPLES = (
    r"(?:gradientes?|media) medi[oa]s?|media (?:d[eo]s? )?(?:\w+ )?gradientes?|"
    r"(?:pel|com |usando |usa |n)a media(?! movel)|media (?:do|no) (?:mini-?)?(?:lote|batch)|"
    r"gradientes? (?:individua(?:l|is)|(?:por|de cada|d[oe]s?)(?: \w+){0,2} (?:exemplos?|"
    r"amostras?))|"
    r"(?:exemplos?|amostras?) (?:do|no|de um|num|desse) (?:mini[ -]?)?(?:lote|batch)|"
    r"(?:mini[ -]?)?(?:lote|batch)(?:es)? (?:de|com|tem|tamanho) (?:\w+ )?(?:exemplos?|amostras?|"
    r"\d+)|"
    r"(?:por|de cada|cada) (?:exemplo|amostra)"
)
_SUM = (
    r"(?:pel|com |usando |usa )a soma|soma d[oe]s gradientes|gradiente (?:soma|somad[oa]|"
    r"total) d[oe] lote|somad[oa]s|somando"
)
_SUCCESSIVE = (
    r"passos|iterac\w+|(?:mini-?)?(?:batches|lotes) (?:consecutivos|sucessivos|seguidos)|"
    r"primeiros (?:mini-?)?(?:batches|lotes)|cada (?:mini-?)?(?:batch|lote)"
)


def average_examples(inputs: dict[str, Json], statement: Statement) -> None:
    """The gradients of the examples of one batch are one step, with their mean."""
    gradients = inputs.get("gradients")
    if not isinstance(gradients, list) or len(gradients) < 2 or "examples" in inputs:
        return
    summed = statement.has(_SUM)
    if not (statement.has(_EXAMPLES) or summed) or statement.has(_SUCCESSIVE):
        return
    if len({isinstance(each, list) for each in gradients}) > 1:
        return
    w = inputs.get("w")
    if not isinstance(gradients[0], list) and isinstance(w, list) and len(w) > 1:
        return
    stacked = np.array(gradients, dtype=float)
    mean = stacked.sum(axis=0) if summed else stacked.mean(axis=0)
    inputs["examples"] = gradients
    inputs["gradients"] = [mean.tolist()]
    inputs.pop("steps", None)
    if not summed:
        assume(inputs, f"Usei a média dos gradientes dos {len(gradients)} exemplos do lote.")


def add_bias(inputs: dict[str, Json], roles: Roles) -> None:
    """A bias is one more parameter: the vector of parameters ends with it."""
    values = [value for mention, value in roles.pairs if mention.key == "bias"]
    if not values or not all(value.is_scalar for value in values):
        return
    b = values[0].scalar("o viés")[0]
    w = inputs.get("w")
    weights: list[Json] = [*floats(w)] if isinstance(w, list) else [] if w is None else [w]
    loss = polynomial_of(inputs, "loss")
    if loss is not None:
        if "b" not in loss.variables or len(weights) != len(loss.variables) - 1:
            return
        place = loss.variables.index("b")
        inputs["w"] = [*weights[:place], b, *weights[place:]]
        inputs["bias"] = place
        return
    own = [value for mention, value in roles.pairs if mention.key == "db"]
    slope = own[0] if own else values[1] if len(values) > 1 else None
    if slope is None or not slope.is_scalar:
        return
    db = slope.scalar("o gradiente do viés")[0]
    if not weights:
        inputs["w"], inputs["gradients"] = b, [db]
        return
    gradients = inputs.get("gradients")
    if not isinstance(gradients, list):
        return
    first = gradients[0] if gradients and isinstance(gradients[0], list) else gradients
    if len(floats(first)) != len(weights) or (first is not gradients and len(gradients) > 1):
        return
    inputs["w"], inputs["bias"] = [*weights, b], len(weights)
    inputs["gradients"] = [[*floats(first), db]]


# ------------------------------------------------------------------- clipping

CLIPS = (
    r"clip\w*|recort\w+|gradient clipping|corte (?:de|do) gradiente|trunca\w* (?:o |"
    r"do )?gradiente"
)
_LIMIT = re.compile(
    r"\b(?:norma (?:maxima|max|limite)(?: (?:no|do|para o) (?:gradient )?clipping)?|max_?norm|"
    r"clip_?(?:norm|value|val)|limiar|limite|threshold|"
    rf"(?:{CLIPS})(?: de gradientes?)?(?: (?:por|pela|na|de|da) (?:norma|valor)(?: (?:maxim[ao]|"
    rf"l2))?)?|"
    r"norma)(?P<gap>[^\d.;?\[(]{0,25}?)(?P<limit>\d+(?:[.,]\d+)?)(?![\d.,]*\d)"
)
_BY_VALUE = r"por valor|por componente|por elemento|cada componente|clip_?val(?:ue)?|entre - ?\d.*"


def read_clip(inputs: dict[str, Json], statement: Statement) -> Statement:
    """The limit of gradient clipping, and the message without it."""
    if not statement.has(CLIPS):
        return statement
    found = _LIMIT.search(statement.folded)
    if found is None:
        return statement
    limit = float(found["limit"].replace(",", "."))
    if limit <= 0:
        raise SolverError("O limite do gradient clipping precisa ser positivo. Confira o valor.")
    by_value = statement.has(_BY_VALUE)
    inputs.pop("clip_value" if not by_value else "clip_norm", None)
    inputs["clip_value" if by_value else "clip_norm"] = limit
    text = f"{statement.folded[: found.start()]} ; {statement.folded[found.end() :]}"
    return Statement(re.sub(rf"\b(?:{CLIPS})\b", " ", text))
