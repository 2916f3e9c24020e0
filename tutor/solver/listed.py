"""The numeric questions of the list as problems: "na questão 2, e se a classe for volks?"."""

from __future__ import annotations

import re

from tutor.records import Json, Problem

_MATRIX: Json = [
    [0.0, 0.0, 0.0, 1.0],
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 1.0, 0.0],
    [1.0, 0.0, 0.0, 0.0],
]
_VALUE: Json = [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0], [9.0, 10.0, 11.0]]
_MERGES: Json = [["c", "i"], ["ci", "a"], ["c", "o"], ["co", "m"], ["com", "p"], ["comp", "u"]]

QUESTIONS: dict[str, Problem] = {
    "2": Problem(
        "cross_entropy",
        {
            "classes": ["ford", "volks", "gm", "bmw", "honda"],
            "logits": [10.0, 5.0, 3.0, 1.0, 8.0],
            "target": 0,
        },
    ),
    "13b": Problem(
        "cross_entropy",
        {"classes": ["positivo", "neutro", "negativo"], "logits": [0.5, 0.0, 1.0], "target": 0},
    ),
    "16": Problem("bpe", {"merges": _MERGES, "words": ["inteligência", "computação"]}),
    "17": Problem(
        "wordpiece",
        {
            "vocabulary": ["computa", "fa", "##c", "##a", "##o", "##m"],
            "words": ["facom", "computacao"],
        },
    ),
    "28": Problem(
        "attention_rows",
        {"weights": _MATRIX, "tokens": ["Joao", "gosta", "de", "Chocolate"]},
    ),
    "29": Problem("weighted_values", {"weights": _MATRIX, "V": _VALUE}),
}
_NAMED = re.compile(
    r"\b(?:questao|exercicio|pergunta|numero|q)\s*(?:n\s*[.º°]?\s*)?(\d{1,2})\s*\(?([ab])?\b"
)


# The list's questions by what they are about.
_ABOUT = {
    "2": r"(?:exemplo|exercicio|ex|questao|conta|perda|resultado|na) (?:d[aeo]s? )?(?:\w+ )?"
    r"(?:montadoras|carros|marcas)",
    "13b": r"(?:exemplo|exercicio|ex|questao|conta|letra b) d[eo] sentimento|13 letra b",
    "29": r"matriz d[eo] joao vezes o value",
}


# "a probabilidade deu 0,3072": not about the result of the question.
_INTERMEDIATE = re.compile(r"\b(?:prob\w*|chances?|logsumexp|somas?|exponencia\w+|exp|softmax)\b")


def question_in(folded: str, with_data: bool = False) -> Problem | None:
    """The problem of the question that the (folded) text names, if it is one of these."""
    match = _NAMED.search(folded)
    if match is None:
        if with_data or _INTERMEDIATE.search(folded):
            return None
        about = (key for key, each in _ABOUT.items() if re.search(rf"\b(?:{each})\b", folded))
        return QUESTIONS.get(next(about, ""))
    number, part = match.group(1), match.group(2) or ""
    if number == "13":
        part = "b" if part != "a" else "a"
    return QUESTIONS.get(number + part)
