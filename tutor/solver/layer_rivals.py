"""Two alternatives in one exercise: "uma 7x7 contra três 3x3", "a mesma sem grupos"."""

from __future__ import annotations

import re
from itertools import pairwise

from tutor.records import Json
from tutor.solver.dense_text import dense_sizes

_COMPARES = re.compile(
    r"\b(?:contra|versus|vs|compar\w+|cada (?:alternativa|opcao|uma das (?:duas|opcoes))|"
    r"quantas vezes (?:mais|menos|menor\w*|maior\w*)|em vez de|"
    r"qua(?:l|nto)s? (?:\w+ )?(?:economiza\w*|reduz\w*|a mais|a menos)|razao entre)\b"
)
_BETWEEN = re.compile(
    r"(?:(?<!\w)b\)|\b(?:contra|versus|vs\.?|em vez d[ea]|que a mesma|do que (?:a|uma)|"
    r"com a (?:mesma)?|com uma|com [oa]s? d[ea]s?|"
    r"com [oa]|e (?:de |em |a |com )?(?:uma|a|da|na)(?: mesma| versao)?)\b)"
    r"(?= ?[^.;?\n]{0,30}?(?:\bconv|depthwise|\d ?x ?\d|pointwise|agrupada|sem grupos|separ|"
    r"camadas?\b|dens[ao]|linear|mlp))"
)
_PLAIN = r"\b(?:sem grupos|padrao|normal|comum|tradicional|usual|cheia|completa|densa)\b"
_LAYER = re.compile(r"conv|depthwise|\d ?x ?\d|pointwise|dens[ao]|linear|mlp")
_SHARED = ("axes", "kernel", "stride", "padding", "dilation", "in", "bias")


def split_rivals(folded: str) -> tuple[str, str] | None:
    """The texts of two compared alternatives; None where nothing is compared."""
    if _COMPARES.search(folded) is None:
        return None
    for cut in _BETWEEN.finditer(folded):
        left, right = folded[: cut.start()], folded[cut.end() :]
        if _LAYER.search(left) and _LAYER.search(right):
            return left, right
    return None


def completed(
    own: list[dict[str, Json]], other: list[dict[str, Json]], text: str
) -> list[dict[str, Json]]:
    """An alternative with what it shares with the other one: "a mesma conv sem grupos"."""
    if re.search(r"\b(?:dens[ao]|linear|mlp)\b", text) and not re.search(r"conv|\dx\d", text):
        biased = re.search(r"sem (?:bias|vies)", text) is None
        return [
            {"op": "linear", "in": a, "out": b, "bias": biased}
            for a, b in pairwise(dense_sizes(text))
        ]
    if not other:
        return own
    first, last = other[0], other[-1]
    if not own:
        own = [{"op": first["op"], **{k: v for k, v in first.items() if k in _SHARED}}]
        if "filters" in last:
            own[0]["filters"] = last["filters"]
        if not re.search(_PLAIN, text):
            own[0].update({k: first[k] for k in ("groups", "depthwise", "separable") if k in first})
    if re.search(r"depthwise|separ", text):
        own = [{**own[0], "depthwise": True, **({"separable": True} if "separ" in text else {})}]
    own = [dict(layer) for layer in own]
    convs = [layer for layer in own if layer["op"] == "conv"]
    if convs and "in" not in convs[0] and "in" in first:
        convs[0]["in"] = first["in"]
    for layer in convs:
        if (
            "filters" not in layer
            and "filters" in last
            and (layer.get("depthwise") is not True or layer.get("separable"))
        ):
            layer["filters"] = last["filters"]
        if "bias" not in layer and "bias" in first:
            layer["bias"] = first["bias"]
    return own
