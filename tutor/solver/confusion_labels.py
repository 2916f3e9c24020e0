"""A confusion matrix in a student's text: typed, or from true and predicted labels."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.confusion_counts import natural
from tutor.solver.fields import Statement, index_of, same_word
from tutor.solver.inputs import assume, forget, strings
from tutor.solver.metric_names import ASKED, CONFUSION, NEGATIVE, POSITIVE
from tutor.solver.text import fold

_TRUE_LABELS = (
    r"gold|y_?true|y_?real|y_?test|y|rotulos? (?:reais|verdadeiros?)|(?:classes|valores) "
    r"(?:reais|verdadeir[oa]s)|verdadeir[oa]s?|reais|real|gabarito|esperad[oa]s?|ground truth|"
    r"targets?|true(?: labels)?|corret[oa]s?|labels|rotulos?"
)
_PREDICTED_LABELS = (
    r"y_?pred|y_?hat|predic(?:oes|ao)|previs(?:oes|ao)|previst[oa]s?|predit[oa]s?|predicted|preds?|"
    r"(?:classes|valores) (?:previst|predit)[oa]s|saidas?(?: do modelo)?|respostas do modelo|"
    r"classificad[oa]s?|estimad[oa]s?|modelo|predictions?"
)


def label_lists(statement: Statement) -> tuple[list[str], list[str]] | None:
    """The true and the predicted labels, as words, if both lists are there."""
    true = _labels_after(statement, _TRUE_LABELS)
    predicted = _labels_after(statement, _PREDICTED_LABELS)
    if true is None or predicted is None or len(true) < 2:
        return None
    if len(true) != len(predicted):
        raise SolverError(
            f"Há {len(true)} rótulos verdadeiros e {len(predicted)} previstos: as duas listas "
            "precisam do mesmo tamanho."
        )
    return true, predicted


def _labels_after(statement: Statement, names: str) -> list[str] | None:
    opening = r"[ \t]{0,3}(?:(?:sao|foram|e|do modelo|=|:|de)[ \t]{0,3}){0,3}"
    for match in re.finditer(rf"(?<!\w)(?:{names})(?!\w){opening}", statement.folded):
        rest = statement.text[match.end() : match.end() + 4000]
        listed = re.match(r"(?:np\.)?(?:array\()?[\[({]([^\[\](){}]+)[\])}]", rest)
        if listed is None and match.group().rstrip()[-1:] in ":=":
            listed = re.match(
                r"([^\n;|?]+?)(?=[.;?]\s|[\n;?]|\.?$|\s/\s|\s(?:e\s)?\w+\s?[=:])", rest
            )
        if listed is None or "=" in listed[1]:
            continue
        separator = r"[,;]" if re.search(r"[,;]", listed[1]) else r"\s+"
        if re.search(r"[,;]", listed[1]) and re.search(r"\w\s+e\s+\w+\s*$", listed[1]):
            separator = r"[,;]|\s+e\s+"
        items = [item.strip(" \t\n'\"*") for item in re.split(separator, listed[1])]
        items = [item for item in items if item]
        if len(items) > 1 and all(len(item) <= 30 for item in items):
            return items
    return None


def square_matrix(statement: Statement) -> list[list[float]] | None:
    for value in statement.arrays:
        if value.size < 4 or math.isqrt(value.size) ** 2 != value.size:
            continue
        rows, _ = value.matrix("a matriz de confusão")
        if len(rows) == len(rows[0]):
            return rows
        flat = [x for row in rows for x in row]
        if statement.has(CONFUSION) and len(flat) == 4:
            return [flat[:2], flat[2:]]
    return None


def _class_names(statement: Statement, size: int) -> list[str] | None:
    found = statement.names_after(
        "classes",
        "labels",
        "rotulos",
        "categorias",
        "ordem das classes",
        "ordem",
        "order",
        "classe",
    )
    candidates = [] if found is None else [list(found.items)]
    if (table := _table_names(statement, size)) is not None:
        candidates.insert(0, table)
    candidates += [list(names.items) for names in statement.name_lists]
    candidates += [
        re.split(r"\s*[,/]\s*|\s+(?:e|and|x|vs\.?)\s+", match.group().strip())
        for match in _LISTED.finditer(statement.text)
    ]
    names = next(
        (each for each in candidates if len(each) == size and not any(map(_no_class, each))), None
    )
    if names is None and size == 2:
        first = _FIRST_CLASS.search(statement.folded)
        if first and not _no_class(first[1]) and fold(first[1]) not in (*POSITIVE, *NEGATIVE):
            names = [first[1], f"não {first[1]}"]
    return names


_AXIS_WORD = re.compile(
    r"^(?:previst\w+|predit\w+|predicted|pred|real|reais|verdadeir\w+|true|actual|modelo)[: ]+",
    re.IGNORECASE,
)


def _table_names(statement: Statement, size: int) -> list[str] | None:
    """The classes of a table whose head says "previsto sim | previsto não"."""
    rows = [[_AXIS_WORD.sub("", item) for item in each.items] for each in statement.name_lists]
    fitting = [row for row in rows if len(row) == size]
    same = len(fitting) > 1 and {*map(fold, fitting[0])} == {*map(fold, fitting[1])}
    return fitting[1] if same else None


# "gato/cachorro/ave", "linhas reais: gato, cachorro, ave"
_LISTED = re.compile(
    r"(?<![\w/])[^\W\d][\w-]*(?:\s?/\s?[^\W\d][\w-]*)+(?![\w/])"
    r"|(?<=: )[^\W\d][\w-]*(?:, (?:e )?[^\W\d][\w-]*)+(?: (?:e|and) [^\W\d][\w-]*)?"
    r"(?=\s*[).;:\n])"
)
_FIRST_CLASS = re.compile(
    r"(?:primeir[oa]|first) (?:linha|coluna|classe|row|class)?(?: ?/ ?(?:coluna|column))?"
    r"(?: (?:e|is)| ?[=:])+ (?:a |o |classe )*([a-z][\w-]*)"
)
_NO_CLASS = re.compile(
    r"linhas?|colunas?|reais|real|previst\w+|verdadeir\w+|predit\w+|rows?|col\w*|actual|predicted|"
    r"true|y_\w+|[tfv][pn]|classes?|mesma|media|macro|micro|primeir\w|segund\w"
)


def _no_class(word: str) -> bool:
    """Is it a word about the matrix or the name of a metric?"""
    plain = fold(word).strip()
    metric = any(re.fullmatch(pattern, plain) for pattern in ASKED.values())
    return metric or _NO_CLASS.fullmatch(plain) is not None


_PLACE = r"(primeir|segund|first|second)\w*"
_POSITIVE_PLACE = re.compile(
    rf"(positiv|negativ)\w*(?: class)?(?: (?!positiv|negativ)\w+| ?[=:]){{0,3}} {_PLACE}|"
    rf"{_PLACE}(?: (?!positiv|negativ)\w+| ?[=:/]){{0,3}} (positiv|negativ)"
)


def _positive_place(statement: Statement) -> int | None:
    """0 or 1: the row of the positive class, where the text tells it by its place."""
    match = _POSITIVE_PLACE.search(statement.folded)
    if match is None:
        return None
    index = 0 if (match[2] or match[3]) in ("primeir", "first") else 1
    return index if (match[1] or match[4]) == "positiv" else 1 - index


def check_square(statement: Statement) -> None:
    """An error that says what is wrong with a typed confusion matrix that is none."""
    for value in statement.arrays:
        if value.size < 2:
            continue
        rows, _ = value.matrix("a matriz de confusão")
        if len(rows) != len(rows[0]) and not (len(rows) == 1 and len(rows[0]) == 4):
            raise SolverError(
                f"A matriz de confusão precisa ser quadrada (uma linha e uma coluna por classe), "
                f"mas a sua é {len(rows)}×{len(rows[0])}."
            )


def replace_data(inputs: dict[str, Json], **data: Json) -> None:
    """New data replace the old ones, whatever form those had."""
    for key in (
        "matrix",
        "classes",
        "cells",
        "hits",
        "positive",
        "order",
        "class",
        "per_class",
        "wants",
    ):
        inputs.pop(key, None)
    forget(inputs, "A matriz", "VP", "FP", "FN", "VN", "As linhas")
    inputs.update(data)
    inputs.setdefault("assumptions", [])


def ordered(true: Sequence[str], predicted: Sequence[str]) -> list[str]:
    labels: list[str] = []
    for label in (*true, *predicted):
        if index_of(label, labels) is None:
            labels.append(label)
    if all(re.fullmatch(r"-?\d+", label) for label in labels):
        return sorted(labels, key=int)
    return sorted(labels, key=fold)


def told_order(statement: Statement, labels: list[str]) -> list[str]:
    """The labels in the order that the text prescribes: "na ordem gato, cão, ave"."""
    match = re.search(
        r"\b(?:ordem|order|labels|classes)\b"
        r"(?: das? (?:classes|linhas)| dos rotulos)?[\s:=(\[]*(?=\S)",
        statement.folded,
    )
    while match:
        rest = re.split(r"\s*[,;/]\s*|\s+e\s+", statement.text[match.end() :][:400])
        words = [re.sub(r"^\W+|\W.*$", "", word, flags=re.DOTALL) for word in rest[: len(labels)]]
        places = [index_of(word, labels) if word else None for word in words]
        if len(places) == len(labels) and sorted(p for p in places if p is not None) == [
            *range(len(labels))
        ]:
            return [labels[p] for p in places if p is not None]
        match = re.compile(match.re.pattern).search(statement.folded, match.end())
    return labels


def read_matrix(statement: Statement, inputs: dict[str, Json], matrix: list[list[float]]) -> None:
    counts = [[natural(number) for number in row] for row in matrix]
    transposed = statement.has(
        r"linhas?(?: \w+| ?[=:]){0,3} (?:previst|predit|predic|previs)\w*",
        r"colunas?(?: \w+| ?[=:]){0,3} (?:reais|real|verdadeir\w+|gabarito)",
        r"rows?(?: \w+| ?[=:]){0,2} predicted",
        r"(?:columns?|cols?)(?: \w+| ?[=:]){0,2} (?:true|actual)",
    )  # fmt: skip
    stated = transposed or statement.has(
        r"linhas?(?: \w+| ?[=:]){0,3} (?:reais|real|verdadeir\w+)",
        r"rows?(?: \w+| ?[=:]){0,2} (?:true|actual)",
    )
    if transposed:
        counts = [list(row) for row in zip(*counts, strict=True)]
    names = _class_names(statement, len(counts))
    replace_data(inputs, matrix=[list(row) for row in counts])
    if not stated:
        assume(inputs, "A matriz tem as classes verdadeiras nas linhas e as previstas nas colunas.")
    if names:
        inputs["classes"] = list(names)
    if len(counts) != 2:
        return
    place = _positive_place(statement)
    if place is not None:
        names = names or (["positiva", "negativa"] if place == 0 else ["negativa", "positiva"])
        inputs["classes"], inputs["positive"] = list(names), names[place]
    elif names:
        positive = next((n for n in names if fold(n) in POSITIVE), None)
        positive = positive or (next((n for n in names if n.startswith("não ")), None) and names[0])
        if positive is None and any(fold(n) in NEGATIVE for n in names):
            positive = next(n for n in names if fold(n) not in NEGATIVE)
        inputs["positive"] = positive or names[0]
        if positive is None:
            assume(inputs, f"A matriz: tomei {names[0]} (a primeira) como a classe positiva.")
    elif statement.has(r"sklearn|scikit(?:-learn)?|confusion_matrix|classes? 0|\[?vn"):
        inputs["classes"], inputs["positive"] = ["0", "1"], "1"
        assume(inputs, "A matriz está na ordem do scikit-learn: [[VN, FP], [FN, VP]].")
    else:
        inputs["classes"], inputs["positive"] = ["positiva", "negativa"], "positiva"
        assume(inputs, "A matriz tem a classe positiva primeiro: [[VP, FN], [FP, VN]] (o "
                       "scikit-learn "
               "usa a ordem contrária, [[VN, FP], [FN, VP]]).")  # fmt: skip


_GENERIC = re.compile(
    r"positiv\w+|negativ\w+|real|verdadeir\w+|prevista|correta|cert[ao]|majoritaria|minoritaria|"
    r"de|do|da|e|em|com|que|se|na|no|para|por"
)


def read_class(statement: Statement, inputs: dict[str, Json]) -> None:
    """The class that "precisão da classe B" or "classe positiva = B" names."""
    classes = strings(inputs.get("classes"))
    matrix = inputs.get("matrix")
    if not classes and isinstance(matrix, list) and len(matrix) > 2:
        zero = statement.has("classes? 0")
        classes = [str(i + (not zero)) for i in range(len(matrix))]
        inputs["classes"] = list(classes)
        assume(inputs, f"A matriz: numerei as classes a partir de {classes[0]}.")
    positive = re.search(
        r"(?<!\w)positiv[oa](?: ?[=:]| e| sendo| como)? (?:a |o |classe )*([\w-]+)",
        statement.folded,
    )
    asked = re.search(
        r"(?:da|para a|pra|na|para|of|for)(?: a)? (?:classe|class|categoria|rotulo) ['\"]?([\w-]+)",
        statement.folded,
    ) or re.search(
        rf"(?:{ASKED['precision']}|{ASKED['recall']}|{ASKED['f1']}) (?:de|do|da|para|pra) "
        r"['\"]?([\w-]+)",
        statement.folded,
    )
    if positive and (index := index_of(positive[1], classes)) is not None and len(classes) == 2:
        inputs["positive"] = classes[index]
        forget(inputs, "A matriz: tomei")
    elif asked and (index := index_of(asked[1], classes)) is not None:
        inputs["class"] = classes[index]
        inputs.pop("averages", None)
    elif asked and "classe" in asked.group() and classes and not _GENERIC.fullmatch(asked[1]):
        if asked[1] in ("0", "1") and len(classes) == 2 and classes[0] in ("positiva", "negativa"):
            inputs["classes"], inputs["positive"] = ["0", "1"], "1"
            inputs["class"] = asked[1]
            forget(inputs, "A matriz")
            assume(inputs, "A matriz tem a classe 0 primeiro e a 1 depois, como no scikit-learn.")
        else:
            raise SolverError(
                f"A classe {asked[1]} não está entre as classes da matriz ({', '.join(classes)})."
            )
    elif len(statement.bare.split()) <= 3 and classes:
        last = statement.bare.split()[-1] if statement.bare.split() else ""
        if any(same_word(last, name) for name in classes):
            inputs["class"] = classes[index_of(last, classes) or 0]
