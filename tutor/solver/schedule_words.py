"""The words of schedules of the learning rate, and which shape a message speaks of."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement

KIND = "schedule"
RATE = r"taxas?(?: de aprendizad\w+)?|lr\w*|learning[ _-]?rates?|eta\w*|tx|passo de aprendizado"
_SHAPES = {
    "noam": r"noam|d_?model|d_model",
    "milestones": r"multi ?-?step ?(?:lr)?|milestones?|marcos?",
    "cosine": r"cosseno\w*|cosine\w*|cossenoid\w+|cosine ?annealing ?(?:lr)?",
    "step": r"step ?-?lr|step ?-?decay|step_size|em degraus?|por degraus?|degraus?|escada|"
    r"staircase",
    "polynomial": r"polinomial|polynomial\w*|polinomio|quadratico",
    "inverse": r"inverso (?:no|do|com o) tempo|inverse[ -]time\w*|hiperbolic\w+|"
    r"(?:1|[a-z]\w*) ?/ ?\( ?1 ?\+ ?(?:\w+|[\d.,]+) ?[*·]? ?\w+ ?\)|(?:decaimento|decay) 1 ?/ ?t",
    "root": r"raiz|inverse (?:square )?root|inverse sqrt|sqrt ?\(? ?t ?\)?|rsqrt",
    "exponential": r"exponencia\w+|exponential\w*",
    "linear": r"linear(?:mente)?|linearlr",
}
WARMUP = r"warm[ -]?up\w*|aquecimento"
FALLS = (
    r"(?:cai|caia|caindo|caiu|decai\w*|decresce\w*|reduz\w*|diminui\w*|divid\w+|multiplic\w+|"
    r"decaimento|decay|reduc\w+|queda|perde|corta\w*|encolhe|baixa)"
)
UNIT = (
    r"(?:epocas?|passos?|iterac(?:ao|oes)|steps?|updates?|atualizac(?:ao|oes)|epochs?|batches|"
    r"minibatches|lotes)"
)
COUNT = r"(\d{1,3}(?:\.\d{3})+|\d{1,9}|[a-z]{2,9})"
CUE = re.compile(
    r"\b(?:qua(?:l|is)|quanto|qto|calcul\w+|determin\w+|encontr\w+|ache|obtenha|que taxa|what|"
    r"diga|informe|mostre|liste|de (?:a|o)s? taxas?)\b"
)
NUMBER = r"\d+(?:[.,]\d+)?(?:e-?\d+| ?[x*·] ?10\^\(?-?\d+\)?)?"
FROM_TO = re.compile(rf"\bde ({NUMBER}) (?:a|ate|para|pra) ({NUMBER})(?![\d.,]*\d)")


def shape_of(statement: Statement) -> str | None:
    """The kind of the schedule; "constant" is a warm-up alone."""
    folded = statement.folded
    if statement.has(_SHAPES["noam"]):
        return "noam"
    rest = re.sub(rf"(?:{WARMUP})(?: linear(?:mente)?)?|linear(?:mente)? (?=(?:de )?aquec)", " ",
                  folded)  # fmt: skip
    warm = statement.has(WARMUP)
    linear_only = warm and not re.search(FALLS, rest)
    for kind, pattern in _SHAPES.items():
        if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", rest):
            if kind == "linear" and (linear_only or not (re.search(FALLS, rest) or FROM_TO.search(
                    rest) or warm or "linearlr" in rest)):  # fmt: skip
                continue
            if kind == "exponential" and not (re.search(FALLS, rest) or "lr" in rest):
                continue
            if kind == "exponential" and _natural(folded):
                return "natural"
            return kind
    if _natural(folded):
        return "natural"
    if re.search(rf"\ba cada {COUNT} {UNIT}", folded) and re.search(
        rf"{FALLS}|\b(?:gamma|fator|metade)\b", folded
    ):
        return "step"
    falls = re.search(rf"\b{FALLS}\b|\bmetade\b", folded)
    told = _before_question(folded)
    listed = re.search(rf"\bn[ao]s {UNIT} \d+(?:, ?\d+)* e \d+", told)
    if falls and (listed or len(re.findall(rf"\bn[ao] {UNIT} \d+", told)) > 1):
        return "milestones"
    if falls and re.search(rf"\b(?:por|a cada|cada|em cada|toda) {UNIT}\b", folded):
        return "exponential"
    if re.search(r"(?:gamma|[\d.,]+) ?(?:\^|\*\*) ?\(?t", folded):
        return "exponential"
    return "constant" if warm else None


def _natural(folded: str) -> bool:
    return re.search(r"\b(?:e ?(?:\^|\*\*)|exp ?\()\s?[{(]?\s?-", folded) is not None


def _before_question(folded: str) -> str:
    cues = list(CUE.finditer(folded))
    return folded[: cues[-1].start()] if cues else folded
