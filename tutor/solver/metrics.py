"""Classification metrics (from counts, a matrix, labels or rates) and similarity of vectors."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import islice
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement, index_of, same_word
from tutor.solver.format import (
    listing,
    plain,
    plain_matrix,
    plain_vector,
    table,
    tex,
    tex_signed,
)
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number, strings
from tutor.solver.inputs import rows as rows_of
from tutor.solver.numbers import Value, word_number
from tutor.solver.quantities import quantity
from tutor.solver.registry import Family
from tutor.solver.text import fold

_METRICS = "classification_metrics"
_F_SCORE = "f_score"
_SIMILARITY = "vector_similarity"

# ------------------------------------------------------- what is asked and given

_ASKED = {
    "accuracy": r"acuraci\w*|accurac\w+|acerto global|taxa de acertos?|taxa de erros?|error rate",
    "precision": r"precis(?:ao|oes)|precision|prec|valor preditivo positivo|vpp|ppv",
    "recall": r"recall|revocac(?:ao|oes)|sensibilidades?|sensitivity|cobertura|abrangencia|rev|rec|"
    r"taxa de verdadeiros positivos|tpr|tvp",
    "specificity": r"especificidades?|specificity|tnr|taxa de verdadeiros negativos",
    "fpr": r"taxa de falsos positivos|fpr|false positive rate",
    "f1": r"f[ -_]?1(?:[ -]?(?:score|measure))?|f[ -]?score|f[ -]?measure|medida[ -]f\w*|media "
    r"harmonica",
}
_NAMES = {
    "accuracy": "acurácia", "precision": "precisão", "recall": "revocação", "f1": "F1",
    "specificity": "especificidade", "fpr": "taxa de falsos positivos",
}  # fmt: skip
_ALL = r"todas|tudo|m[ei]tricas|classification_report|metrics"
_CONFUSION = r"matriz(?:es)? de confus\w+|confusion[ _]matrix|tabela de contingencia"
_AVERAGES = {
    "macro": r"macro\w*",
    "micro": r"micro\w*",
    "weighted": r"weighted|ponderad\w+|media ponderada",
}
_CELLS = {
    "tp": r"tps?|vps?|true positives?|verdadeir[oa]s?[ -]positiv[oa]s?|positiv[oa]s? "
    r"verdadeir[oa]s?",
    "fp": r"fps?|false positives?|fals[oa]s?[ -]positiv[oa]s?|positiv[oa]s? fals[oa]s?|alarmes? "
    r"falsos?",
    "fn": r"fns?|false negatives?|fals[oa]s?[ -]negativ[oa]s?|negativ[oa]s? fals[oa]s?",
    "tn": r"tns?|vns?|true negatives?|verdadeir[oa]s?[ -]negativ[oa]s?|negativ[oa]s? "
    r"verdadeir[oa]s?",
}
_CELL = re.compile(
    "|".join(rf"(?P<{name}>(?<![\w])(?:{words})(?![\w]))" for name, words in _CELLS.items())
)
_CELL_NUMBER = r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+|\d{1,12}|[a-z]+)(?![\w%]|[.,]\d)"
_AFTER = re.compile(
    r"(?: ?\([^)]{0,30}\))?[\s*\"']{0,3}(?:=|:|->|sao|foi|foram|e|igual a|de|deu|,)?\s{0,3}\*{0,2}"
    + _CELL_NUMBER
)
_BEFORE = re.compile(_CELL_NUMBER + r"[\s*]{1,3}(?:de |sao |foram |casos de |exemplos )?\(?$")
_TRUE_LABELS = (
    r"y_?true|y_?real|y_?test|y|rotulos? (?:reais|verdadeiros?)|(?:classes|valores) "
    r"(?:reais|verdadeir[oa]s)|verdadeir[oa]s?|reais|real|gabarito|esperad[oa]s?|ground truth|"
    r"targets?|true(?: labels)?|corret[oa]s?|labels|rotulos?"
)
_PREDICTED_LABELS = (
    r"y_?pred|y_?hat|predic(?:oes|ao)|previs(?:oes|ao)|previst[oa]s?|predit[oa]s?|predicted|preds?|"
    r"(?:classes|valores) (?:previst|predit)[oa]s|saidas?(?: do modelo)?|respostas do modelo|"
    r"classificad[oa]s?|estimad[oa]s?|modelo|predictions?"
)
_POSITIVE = (
    "1", "positivo", "positiva", "pos", "sim", "spam", "true", "yes", "doente", "fraude", "+",
    "verdadeiro", "p", "s",
)  # fmt: skip
_NEGATIVE = ("0", "negativo", "negativa", "neg", "nao", "ham", "false", "no", "saudavel", "normal",
             "-1", "falso", "nao-spam", "n", "legitimo")  # fmt: skip
_FOREIGN = r"bleu|rouge|perplexidade|entropia|loss|softmax|k[ -]?folds?|folds?"


def _asked_of(statement: Statement) -> list[str]:
    return [name for name, words in _ASKED.items() if statement.has(words)]


def _cells(statement: Statement) -> dict[str, int]:
    """TP, FP, FN, TN as far as they are given, whichever side of its name each number stands."""
    folded = statement.folded
    if statement.claim is not None:
        claim = statement.claim
        folded = folded[: claim.start] + " " * (claim.end - claim.start) + folded[claim.end :]
    after: dict[str, int] = {}
    before: dict[str, int] = {}
    labels = list(islice(_CELL.finditer(folded), 40))
    listed = _listed_cells(statement, labels)
    if listed:
        return listed
    for match in labels:
        name = str(match.lastgroup)
        following = _AFTER.match(folded, match.end())
        if following and (number := _count(following[1])) is not None:
            after.setdefault(name, number)
        preceding = _BEFORE.search(folded[max(0, match.start() - 40) : match.start()])
        if preceding and (number := _count(preceding[1])) is not None:
            before.setdefault(name, number)
    explicit = re.search(rf"(?:{_CELLS['tp']}|{_CELLS['fp']})\)? ?[=:]", folded) is not None
    return after if len(after) > len(before) or (explicit and after) else before


def _listed_cells(statement: Statement, labels: Sequence[re.Match[str]]) -> dict[str, int]:
    """ "VP, FP, FN e VN = 50, 10, 5, 35"."""
    for first in range(len(labels)):
        run = [labels[first]]
        for label in labels[first + 1 :]:
            gap = statement.folded[run[-1].end() : label.start()]
            if not re.fullmatch(r"[\s,;/]{1,3}(?:e )?|\s(?:e|and)\s", gap):
                break
            run.append(label)
        if len(run) < 3:
            continue
        for value in statement.values:
            gap = statement.folded[run[-1].end() : value.start]
            if value.start >= run[-1].end() and len(gap) < 60 and value.size == len(run):
                numbers, _ = value.vector("as contagens", len(run))
                return {
                    str(label.lastgroup): _natural(number)
                    for label, number in zip(run, numbers, strict=True)
                }
    return {}


def _count(text: str) -> int | None:
    if text[0].isdigit():
        return int(text.replace(".", ""))
    return word_number(text)


def _natural(number: float) -> int:
    if number != int(number) or number < 0:
        raise SolverError(
            "As contagens da matriz de confusão precisam ser números inteiros e não negativos, mas "
            f"li {plain(number)}."
        )
    return int(number)


def _label_lists(statement: Statement) -> tuple[list[str], list[str]] | None:
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
            listed = re.match(r"([^\n;|?]+?)(?=[.;?]\s|[\n;?]|\.?$|\s(?:e\s)?\w+\s?[=:])", rest)
        if listed is None:
            continue
        separator = r"[,;]" if re.search(r"[,;]", listed[1]) else r"\s+"
        if re.search(r"[,;]", listed[1]) and re.search(r"\w\s+e\s+\w+\s*$", listed[1]):
            separator = r"[,;]|\s+e\s+"
        items = [item.strip(" \t\n'\"*") for item in re.split(separator, listed[1])]
        items = [item for item in items if item]
        if len(items) > 1 and all(len(item) <= 30 for item in items):
            return items
    return None


def _matrix(statement: Statement) -> list[list[float]] | None:
    for value in statement.arrays:
        if value.size < 4 or math.isqrt(value.size) ** 2 != value.size:
            continue
        rows, _ = value.matrix("a matriz de confusão")
        if len(rows) == len(rows[0]):
            return rows
        flat = [x for row in rows for x in row]
        if statement.has(_CONFUSION) and len(flat) == 4:
            return [flat[:2], flat[2:]]
    return None


def _class_names(statement: Statement, size: int) -> list[str] | None:
    found = statement.names_after("classes", "labels", "rotulos", "categorias", "ordem", "classe")
    if found is not None and len(found.items) == size:
        return list(found.items)
    for names in statement.name_lists:
        if len(names.items) == size and statement.text[names.start] == "[":
            return list(names.items)
    return None


# -------------------------------------------------------- classification: parse


def _match_metrics(statement: Statement) -> float:
    asked = _asked_of(statement) or statement.has(_ALL, _CONFUSION)
    if asked and _label_lists(statement) is not None:
        return 0.95
    if statement.conceptual and not (statement.values and _CELL.search(statement.folded)):
        return 0.0
    cells = _cells(statement)
    if len(cells) >= 2:
        return 0.96 if asked else 0.7
    if not asked:
        return 0.0
    if statement.has(_CONFUSION):
        return 0.95 if _matrix(statement) or statement.asks_value else 0.0
    if _hits(statement) is not None or _word_problem(statement):
        return 0.9
    if statement.has(_FOREIGN) or statement.asks_concept:
        return 0.0
    if _matrix(statement) is not None:
        return 0.7
    return 0.4 if statement.asks_value and not _rates(statement) else 0.0


def _hits(statement: Statement) -> tuple[int, int] | None:
    """(right, all) of "acertou 85 de 100" or "85 acertos em 100 exemplos"."""
    folded = statement.folded
    number = r"(\d{1,3}(?:\.\d{3})+|\d{1,12})(?![\w%]|[.,]\d)"
    noun = r"(?: \w+){0,2}?"
    for sign, words in (
        (1, r"acert\w+|corret\w+|certos"),
        (-1, r"err(?:ou|a|os?|aram)|incorret\w+"),
    ):
        pattern = (
            rf"(?:{words})(?: exatamente| so| apenas)? {number}{noun} (?:de|em|dos|das|dentre|"
            rf"entre) "
            rf"(?:os |as |um total de )?{number}"
        )
        other = (
            rf"(?<![\w.,]){number} (?:\w+ )?(?:{words}){noun} (?:de|em|dos|das|dentre|entre) "
            rf"(?:os |as |"
            rf"um total de )?{number}"
        )
        swapped = (
            rf"(?:de|em|dos|das|com|sao|foram|tem) (?:um total de "
            rf")?{number} ?[^\d?.]{{0,60}}(?:{words}) {number}(?!\d)"
        )
        for expression, first in ((pattern, True), (other, True), (swapped, False)):
            found = re.search(expression, folded)
            if found:
                part, total = (found[1], found[2]) if first else (found[2], found[1])
                a, b = int(part.replace(".", "")), int(total.replace(".", ""))
                if a <= b and b > 0:
                    return (a if sign > 0 else b - a), b
    return None


_TOTAL = (
    r"(?<![\w.,])(\d{1,9})(?![\w%]|[.,]\d) (?:e-?mails?|exemplos|pacientes|pessoas|amostras|"
    r"imagens|"
    r"mensagens|transacoes|casos|documentos|textos|tweets|instancias|testes|frases|comentarios|"
    r"fotos)"
)
_ACTUAL = (
    r"(?<![\w.,])(\d{1,9})(?![\w%]|[.,]\d)(?: \w+)?? (?:sao|eram|tem|tinham|estao|estavam|"
    r"pertencem)"
    r"(?: (?:de fato|realmente|mesmo|a|na|da|classe))*? (\w[\w-]*)"
)
_MARKED = (
    r"(?:modelo|classificador|rede|sistema|filtro|teste|ele|algoritmo|e)\s?(?:\w+ )??"
    r"(?:marcou|previu|classificou|detectou|apontou|identificou|rotulou|disse que|acusou)(?: que)? "
    r"(?:como \w+ )?(\d{1,9})(?![\w%]|[.,]\d)"
)
_RIGHTLY = (
    r"(?:d[oae]s quais|deles|delas|desses|dessas|destes|destas|sendo(?: que)?|mas|e|so|apenas|,|"
    r"\() "
    r"?(?:so |apenas |somente )?(\d{1,9})(?![\w%]|[.,]\d)(?: deles| delas)?(?: \w+)?? "
    r"(?:corret\w+|certos?|estavam certos|acert\w+|de fato|realmente|eram(?: mesmo| de fato| "
    r"realmente)?|"
    r"sao(?: mesmo| de fato| realmente)|verdadeir\w+|tinham)"
)


def _word_problem(statement: Statement) -> dict[str, int]:
    """ "De 100 e-mails, 40 são spam; o modelo marcou 35 como spam, dos quais 30 corretos"."""
    folded = statement.folded
    marked = re.search(_MARKED, folded)
    actual = re.search(_ACTUAL, folded[: marked.start()] if marked else folded)
    right = re.search(_RIGHTLY, folded[marked.end() :]) if marked else None
    if marked is None or actual is None or right is None:
        return {}
    positives, predicted, tp = int(actual[1]), int(marked[1]), int(right[1])
    cells = {"tp": tp, "fp": predicted - tp, "fn": positives - tp}
    total = re.search(_TOTAL, folded)
    if total and int(total[1]) >= sum(cells.values()) and total.start() <= actual.start():
        cells["tn"] = int(total[1]) - sum(cells.values())
    if min(cells.values()) < 0:
        return {}
    return cells


def _parse_metrics(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    _read_data(statement, inputs)
    asked = _asked_of(statement)
    if statement.has(_ALL):
        asked = []
    if statement.has(r"taxa de erros?|error rate"):
        inputs["error"] = True
        asked = [*asked, "accuracy"] if "accuracy" not in asked else asked
    elif asked:
        inputs.pop("error", None)
    if asked or previous is None or statement.has(_ALL):
        inputs["asked"] = list(asked)
    averages = [name for name, words in _AVERAGES.items() if statement.has(words)]
    if averages:
        inputs["averages"] = list(averages)
        inputs.pop("class", None)
    _read_class(statement, inputs)
    if statement.has(_CONFUSION) and (previous is None or not asked):
        built = statement.has(r"(?:monte|construa|faca|montar|construir|qual (?:e |seria )?a)")
        inputs["show_matrix"] = built and not asked
    if previous is not None and inputs == before:
        return None
    _check_data(inputs)
    nothing_asked = not asked and not averages and not statement.has(_ALL, _CONFUSION)
    if previous is None and nothing_asked and not statement.asks_value:
        # Bare data complete the question before it, if there is one.
        raise MissingData(
            "O que devo calcular com essas contagens: acurácia, precisão, revocação, F1 ou todas?",
            Problem(_METRICS, inputs),
        )
    return inputs


def _read_data(statement: Statement, inputs: dict[str, Json]) -> None:
    lists = _label_lists(statement)
    matrix = None if lists else _matrix(statement)
    cells = {} if lists or matrix else _cells(statement) or _word_problem(statement)
    hits = None if lists or matrix or cells else _hits(statement)
    if lists:
        true, predicted = lists
        labels = _ordered(true, predicted)
        counts = [[0] * len(labels) for _ in labels]
        for t, p in zip(true, predicted, strict=True):
            row, column = index_of(t, labels), index_of(p, labels)
            counts[row or 0][column or 0] += 1
        _replace(inputs, matrix=[[*row] for row in counts], classes=list(labels))
        positive = next((x for x in labels if fold(x) in _POSITIVE), None)
        if len(labels) == 2 and positive is not None:
            inputs["positive"] = positive
        elif len(labels) == 1 and fold(labels[0]) in (*_POSITIVE, *_NEGATIVE):
            inputs["positive"] = labels[0]
    elif matrix:
        _read_matrix(statement, inputs, matrix)
    elif cells:
        known = inputs.get("cells")
        merged = {**known, **cells} if isinstance(known, dict) else dict(cells)
        _replace(inputs, cells=dict(merged))
        total = quantity(
            statement,
            r"(?:exemplos|amostras|instancias|casos|pacientes|e-?mails|imagens|pessoas|testes)"
            r"(?: no total| ao todo)?|no total|ao todo",
            r"total(?: de \w+)?", low=1,
        )  # fmt: skip
        missing = [name for name in _CELLS if name not in merged]
        given = sum(int(n) for n in merged.values() if isinstance(n, (int, float)))
        if len(missing) == 1 and total is not None and total >= given:
            merged = {**merged, missing[0]: total - given}
            inputs["cells"] = dict(merged)
            assume(inputs, f"{_letters(missing[0])} = {total} − {given} = {total - given} (o "
                           f"resto do "
                   "total).")  # fmt: skip
    elif hits:
        _replace(inputs, hits=list(hits))


def _letters(cell: str) -> str:
    return {"tp": "VP", "fp": "FP", "fn": "FN", "tn": "VN"}[cell]


def _replace(inputs: dict[str, Json], **data: Json) -> None:
    """New data replace the old ones, whatever form those had."""
    for key in ("matrix", "classes", "cells", "hits", "positive", "order", "class"):
        inputs.pop(key, None)
    forget(inputs, "A matriz", "VP", "FP", "FN", "VN", "As linhas")
    inputs.update(data)
    inputs.setdefault("assumptions", [])


def _ordered(true: Sequence[str], predicted: Sequence[str]) -> list[str]:
    labels: list[str] = []
    for label in (*true, *predicted):
        if index_of(label, labels) is None:
            labels.append(label)
    if all(re.fullmatch(r"-?\d+", label) for label in labels):
        return sorted(labels, key=int)
    return sorted(labels, key=fold)


def _read_matrix(statement: Statement, inputs: dict[str, Json], matrix: list[list[float]]) -> None:
    counts = [[_natural(number) for number in row] for row in matrix]
    transposed = statement.has(
        r"linhas?(?: \w+| ?[=:]){0,3} (?:previst|predit|predic|previs)\w*",
        r"colunas?(?: \w+| ?[=:]){0,3} (?:reais|real|verdadeir\w+)",
        r"rows?(?: \w+){0,2} predicted", r"columns?(?: \w+){0,2} (?:true|actual)",
    )  # fmt: skip
    stated = transposed or statement.has(r"linhas?(?: \w+| ?[=:]){0,3} (?:reais|real|verdadeir\w+)")
    if transposed:
        counts = [list(row) for row in zip(*counts, strict=True)]
    names = _class_names(statement, len(counts))
    _replace(inputs, matrix=[list(row) for row in counts])
    if not stated:
        assume(inputs, "A matriz tem as classes verdadeiras nas linhas e as previstas nas colunas.")
    if names:
        inputs["classes"] = list(names)
    if len(counts) != 2:
        return
    if names:
        positive = next((n for n in names if fold(n) in _POSITIVE), None)
        if positive is None and any(fold(n) in _NEGATIVE for n in names):
            positive = next(n for n in names if fold(n) not in _NEGATIVE)
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


def _read_class(statement: Statement, inputs: dict[str, Json]) -> None:
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
        rf"(?:{_ASKED['precision']}|{_ASKED['recall']}|{_ASKED['f1']}) (?:de|do|da|para|pra) "
        r"['\"]?([\w-]+)",
        statement.folded,
    )
    if positive and (index := index_of(positive[1], classes)) is not None and len(classes) == 2:
        inputs["positive"] = classes[index]
        forget(inputs, "A matriz: tomei")
    elif asked and (index := index_of(asked[1], classes)) is not None:
        inputs["class"] = classes[index]
        inputs.pop("averages", None)
    elif len(statement.bare.split()) <= 3 and classes:
        last = statement.bare.split()[-1] if statement.bare.split() else ""
        if any(same_word(last, name) for name in classes):
            inputs["class"] = classes[index_of(last, classes) or 0]


def _check_data(inputs: dict[str, Json]) -> None:
    asked = strings(inputs.get("asked"))
    problem = Problem(_METRICS, inputs)
    if not any(key in inputs for key in ("matrix", "cells", "hits")):
        raise MissingData(
            "Faltam os dados do classificador. Dê as contagens (VP = 50, FP = 10, FN = 5, VN = "
            "35), a "
            "matriz de confusão [[50, 5], [10, 35]] ou as listas y_true = [1, 0, 1] e "
            "y_pred = [1, 1, 1].",
            problem,
        )
    if "hits" in inputs and set(asked) - {"accuracy"}:
        raise MissingData(
            "Só com o total de acertos dá para a acurácia; para as outras métricas faltam VP, FP, "
            "FN "
            "e VN. Por exemplo: VP = 50, FP = 10, FN = 5, VN = 35.",
            problem,
        )
    cells = inputs.get("cells")
    if isinstance(cells, dict):
        needed = _needed(asked)
        missing = [name for name in needed if name not in cells]
        if missing:
            example = ", ".join(f"{_letters(name)} = 10" for name in missing)
            raise MissingData(
                f"Falta{'m' if len(missing) > 1 else ''} "
                f"{listing([_letters(name) for name in missing])}. Por exemplo: {example}.",
                problem,
            )
    matrix = inputs.get("matrix")
    if isinstance(matrix, list) and not sum(map(sum, rows_of(matrix))):
        raise SolverError("A matriz de confusão está toda zerada: não há exemplos.")


def _needed(asked: Sequence[str]) -> list[str]:
    wanted = {
        "accuracy": {"tp", "fp", "fn", "tn"}, "precision": {"tp", "fp"}, "recall": {"tp", "fn"},
        "f1": {"tp", "fp", "fn"}, "specificity": {"tn", "fp"}, "fpr": {"tn", "fp"},
    }  # fmt: skip
    needed: set[str] = set().union(*(wanted[name] for name in asked)) if asked else set(_CELLS)
    return [name for name in _CELLS if name in needed]


# -------------------------------------------------------- classification: solve


def _ratio(part: float, whole: float) -> float:
    """0 where the metric is undefined (0/0), as scikit-learn does."""
    return part / whole if whole else 0.0


def _harmonic(precision: float, recall: float) -> float:
    return _ratio(2 * precision * recall, precision + recall)


def _solve_metrics(inputs: Inputs) -> Solution:
    if "hits" in inputs:
        return _solve_hits(inputs)
    matrix = inputs.get("matrix")
    if matrix is None:
        typed = inputs["cells"]
        given = typed if isinstance(typed, dict) else {}
        return _solve_binary(inputs, {k: int(number(v)) for k, v in given.items()})
    counts = np.asarray(rows_of(matrix))
    classes = strings(inputs.get("classes"))
    averaged = bool(strings(inputs.get("averages")))
    if len(counts) == 2 and "positive" in inputs and not averaged:
        positive = str(inputs.get("class", inputs["positive"]))
        p = index_of(positive, classes) or 0
        q = 1 - p
        cells = {"tp": counts[p][p], "fn": counts[p][q], "fp": counts[q][p], "tn": counts[q][q]}
        return _solve_binary(inputs, {name: int(count) for name, count in cells.items()})
    if len(counts) == 1:
        cells = {"tp": counts[0][0], "fn": 0, "fp": 0, "tn": 0}
        if fold(classes[0]) in _NEGATIVE:
            cells = {"tp": 0, "fn": 0, "fp": 0, "tn": counts[0][0]}
        return _solve_binary(inputs, {name: int(count) for name, count in cells.items()})
    return _solve_multiclass(inputs, counts, classes)


def _solve_hits(inputs: Inputs) -> Solution:
    right, total = (int(x) for x in floats(inputs["hits"]))
    error = bool(inputs.get("error"))
    part = total - right if error else right
    value = part / total
    name = "taxa de erro" if error else "acurácia"
    word = "erros" if error else "acertos"
    return Solution(
        problem=Problem(_METRICS, inputs),
        title=name.capitalize(),
        result=rf"{name.capitalize()}: $\dfrac{{{part}}}{{{total}}} = {tex(value)}$ "
        f"({plain(100 * value, 2)}%)",
        value=value,
        steps=(Step("Fórmula", rf"{name} $= \dfrac{{\text{{{word}}}}}{{\text{{total}}}} = "
                    rf"\dfrac{{{part}}}{{{total}}} = {tex(value)}$"),),
        checks=(Check("Entre 0 e 1", 0 <= value <= 1, plain(value)),
                Check("Acertos + erros = total", right + (total - right) == total,
                      f"{right} + {total - right} = {total}")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(1 - value, "se troca acertos por erros"),
                                        (_ratio(part, total - part), "se divide acertos por "
                                                                     "erros")]),
    )  # fmt: skip


def _solve_binary(inputs: Inputs, cells: dict[str, int]) -> Solution:
    tp, fp, fn, tn = (cells.get(name, 0) for name in ("tp", "fp", "fn", "tn"))
    asked = strings(inputs.get("asked")) or ["accuracy", "precision", "recall", "f1"]
    precision, recall = _ratio(tp, tp + fp), _ratio(tp, tp + fn)
    values = {
        "accuracy": _ratio(tp + tn, tp + fp + fn + tn),
        "precision": precision,
        "recall": recall,
        "specificity": _ratio(tn, tn + fp),
        "fpr": _ratio(fp, tn + fp),
        "f1": _harmonic(precision, recall),
    }
    if inputs.get("error"):
        values["accuracy"] = 1 - values["accuracy"]
    fractions = {
        "accuracy": (r"\dfrac{VP + VN}{VP + FP + FN + VN}", tp + tn, tp + fp + fn + tn),
        "precision": (r"\dfrac{VP}{VP + FP}", tp, tp + fp),
        "recall": (r"\dfrac{VP}{VP + FN}", tp, tp + fn),
        "specificity": (r"\dfrac{VN}{VN + FP}", tn, tn + fp),
        "fpr": (r"\dfrac{FP}{FP + VN}", fp, tn + fp),
    }
    notes = list(assumptions(inputs))
    names = dict(_NAMES)
    if inputs.get("error"):
        names["accuracy"] = "taxa de erro"
        fractions["accuracy"] = (r"\dfrac{FP + FN}{VP + FP + FN + VN}", fp + fn, tp + fp + fn + tn)
    known = ", ".join(f"{_letters(c)} = {cells[c]}" for c in ("tp", "fp", "fn", "tn") if c in cells)
    steps = [Step("Contagens", f"${known}$" + _positive_note(inputs))]
    needed = [name for name in fractions if name in asked or (name in ("precision", "recall")
              and "f1" in asked)]  # fmt: skip
    for name in needed:
        formula, part, whole = fractions[name]
        shown = rf"${formula} = \dfrac{{{part}}}{{{whole}}} = {tex(values[name])}$"
        if whole == 0:
            shown = rf"${formula} = \dfrac{{0}}{{0}}$: indefinida; por convenção, 0."
            notes.append(f"A {names[name]} é 0/0 (indefinida); usei 0, como o scikit-learn.")
        steps.append(Step(names[name].capitalize(), shown))
    if "f1" in asked:
        steps.append(Step("F1", r"$F_1 = \dfrac{2PR}{P + R} = \dfrac{2 \times "
                     rf"{tex(precision)} "
                     rf"\times {tex(recall)}}}{{{tex(precision)} + {tex(recall)}}} "
                     rf"= {tex(values['f1'])}$"))  # fmt: skip
    direct = _ratio(2 * tp, 2 * tp + fp + fn)
    checks = [
        Check("Todas entre 0 e 1", all(0 <= v <= 1 for v in values.values()), "0 ≤ métrica ≤ 1"),
    ]
    if "f1" in asked:
        checks.append(Check("F1 pela segunda fórmula", math.isclose(direct, values["f1"],
                      abs_tol=1e-12), f"2·VP/(2·VP + FP + FN) = {plain(direct)}"))  # fmt: skip
    if {"tp", "fp", "fn", "tn"} <= set(cells):
        total = tp + fp + fn + tn
        hits = 1 - _ratio(fp + fn, total) if total else 0.0
        expected = 1 - values["accuracy"] if inputs.get("error") else values["accuracy"]
        checks.append(Check("Acurácia = 1 − erros/total", math.isclose(hits, expected,
                      abs_tol=1e-12), f"1 − {fp + fn}/{total} = {plain(hits)}"))  # fmt: skip
    value: Json = values[asked[0]] if len(asked) == 1 else {name: values[name] for name in asked}
    if inputs.get("show_matrix"):
        value = [[tp, fn], [fp, tn]]
        notes.append("A matriz tem as classes verdadeiras nas linhas e a positiva primeiro: "
                     "[[VP, FN], [FP, VN]].")  # fmt: skip
    result = "; ".join(f"{names[name]} = **{plain(values[name])}**" for name in asked)
    if inputs.get("show_matrix"):
        result = (
            f"Matriz de confusão [[VP, FN], [FP, VN]] "
            f"= {plain_matrix([[tp, fn], [fp, tn]])}; {result}"
        )
    return Solution(
        problem=Problem(_METRICS, inputs),
        title="Métricas de classificação" if len(asked) > 1 else names[asked[0]].capitalize(),
        result=result[0].upper() + result[1:],
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=remarks(inputs, value, _binary_mistakes(asked, values, tp, fp, fn, tn)),
        figure=_heatmap([[tp, fn], [fp, tn]], ["positiva", "negativa"])
        if set(_CELLS) <= set(cells) else None,
    )  # fmt: skip


def _positive_note(inputs: Inputs) -> str:
    positive = inputs.get("class", inputs.get("positive"))
    return f" (classe positiva: {positive})" if positive not in (None, "positiva") else ""


def _binary_mistakes(
    asked: Sequence[str], values: dict[str, float], tp: int, fp: int, fn: int, tn: int
) -> list[Mistake]:
    if len(asked) != 1:
        return []
    name = asked[0]
    total = tp + fp + fn + tn
    mistakes: list[Mistake] = [
        (values[other], f"se calcula a {_NAMES[other]} em vez da {_NAMES[name]}")
        for other in ("precision", "recall", "accuracy", "specificity", "f1")
        if other != name
    ]
    if name == "f1":
        mean = (values["precision"] + values["recall"]) / 2
        mistakes.insert(0, (mean, "se usa a média aritmética de precisão e revocação, e não a "
                            "harmônica"))  # fmt: skip
        mistakes.append((_ratio(tp, tp + fp + fn), "se esquece o fator 2 (índice de Jaccard)"))
        mistakes.append((values["precision"] * values["recall"], "se multiplica precisão por "
                         "revocação"))  # fmt: skip
        mistakes.append((values["f1"] / 2, "se esquece o fator 2"))
    mistakes += [
        (_ratio(tp, total), "se divide VP pelo total"),
        (1 - values[name], "se calcula o complemento (1 − a métrica)"),
        (_ratio(tn, tn + fn), "se calcula o valor preditivo negativo"),
    ]
    return mistakes


def _heatmap(rows: Sequence[Sequence[float]], names: Sequence[str]) -> Figure:
    return Figure(
        "heatmap",
        "Matriz de confusão (linhas: verdadeira; colunas: prevista)",
        {"rows": list(names), "columns": list(names), "values": [list(row) for row in rows]},
    )


def _solve_multiclass(inputs: Inputs, counts: np.ndarray, classes: Sequence[str]) -> Solution:
    names = (
        list(classes) if len(classes) == len(counts) else [str(i + 1) for i in range(len(counts))]
    )
    total = float(counts.sum())
    tp = counts.diagonal()
    support, predicted = counts.sum(axis=1), counts.sum(axis=0)
    per = {
        "precision": [_ratio(float(a), float(b)) for a, b in zip(tp, predicted, strict=True)],
        "recall": [_ratio(float(a), float(b)) for a, b in zip(tp, support, strict=True)],
        "specificity": [_ratio(float(total - support[i] - predicted[i] + tp[i]),
                               float(total - support[i])) for i in range(len(tp))],
    }  # fmt: skip
    per["fpr"] = [1 - x for x in per["specificity"]]
    per["f1"] = [_harmonic(p, r) for p, r in zip(per["precision"], per["recall"], strict=True)]
    accuracy = float(tp.sum()) / total
    averages = strings(inputs.get("averages"))
    chosen = inputs.get("class")
    asked = strings(inputs.get("asked")) or ["accuracy", "precision", "recall", "f1"]
    notes = list(assumptions(inputs))

    def of(metric: str, average: str) -> float:
        if metric == "accuracy":
            return 1 - accuracy if inputs.get("error") else accuracy
        if average == "micro" and metric in ("precision", "recall", "f1"):
            return accuracy
        weights = support / total if average == "weighted" else np.full(len(tp), 1 / len(tp))
        return float(np.dot(per[metric], weights))

    body = [
        [
            name,
            *[f"${tex(per[m][i])}$" for m in ("precision", "recall", "f1")],
            str(int(support[i])),
        ]
        for i, name in enumerate(names)
    ]
    steps = [
        Step("Por classe", "Precisão = diagonal / soma da coluna; revocação = diagonal / soma da "
                           "linha."
             "\n\n" + table(["classe", "precisão", "revocação", "F1", "exemplos"], body)),
        Step("Acurácia", rf"$\dfrac{{\text{{diagonal}}}}{{\text{{total}}}} = "
             rf"\dfrac{{{int(tp.sum())}}}{{{int(total)}}} = {tex(accuracy)}$"),
    ]  # fmt: skip
    value: Json
    mistakes: list[Mistake] = []
    if chosen is not None:
        index = index_of(str(chosen), names) or 0
        single = {m: accuracy if m == "accuracy" else per[m][index] for m in asked}
        value = single[asked[0]] if len(asked) == 1 else dict(single)
        result = "; ".join(
            f"{_NAMES[m]} da classe {chosen} = **{plain(single[m])}**" for m in asked
        )
        if len(asked) == 1 and asked[0] in ("precision", "recall"):
            other = "recall" if asked[0] == "precision" else "precision"
            mistakes = [
                (per[other][index], f"se calcula a {_NAMES[other]} (linha e coluna trocadas)")
            ]
    else:
        if not averages:
            averages = ["macro"]
            if set(asked) - {"accuracy"}:
                notes.append("Dei a média macro (média simples das classes); a micro, aqui, é "
                             "igual à "
                             "acurácia.")  # fmt: skip
        labels = {"macro": "macro", "micro": "micro", "weighted": "ponderada"}
        for average in averages:
            for metric in (m for m in asked if m != "accuracy"):
                steps.append(
                    _average_step(metric, average, per[metric], support, of(metric, average))
                )
        table_of = {a: {m: of(m, a) for m in asked} for a in averages}
        if len(averages) > 1:
            value = {a: (v[asked[0]] if len(asked) == 1 else dict(v)) for a, v in table_of.items()}
        else:
            only = table_of[averages[0]]
            value = only[asked[0]] if len(asked) == 1 else dict(only)
        result = "; ".join(
            f"{_NAMES[m]}{'' if m == 'accuracy' else ' ' + labels[a]} = **{plain(table_of[a][m])}**"
            for a in averages for m in asked if m != "accuracy" or a == averages[0]
        )  # fmt: skip
        if len(asked) == 1 and len(averages) == 1:
            metric, average = asked[0], averages[0]
            mistakes = [(of(metric, other), f"se usa a média {labels[other]}")
                        for other in labels if other != average]  # fmt: skip
            if metric == "f1":
                p, r = of("precision", average), of("recall", average)
                mistakes.append((_harmonic(p, r), "se tira o F1 das médias de precisão e "
                                                  "revocação, em "
                                 "vez da média dos F1"))  # fmt: skip
            if metric in ("precision", "recall"):
                other = "recall" if metric == "precision" else "precision"
                mistakes.append((of(other, average), f"se calcula a {_NAMES[other]}"))
    if inputs.get("show_matrix"):
        value = counts.astype(int).tolist()
        result = f"Matriz de confusão ({', '.join(names)}) = {plain_matrix(value)}; {result}"  # type: ignore[arg-type]
    errors = float(counts.sum() - tp.sum())
    weighted_recall = float(np.dot(per["recall"], support / total))
    return Solution(
        problem=Problem(_METRICS, inputs),
        title="Métricas de classificação (várias classes)",
        result=result[0].upper() + result[1:],
        value=value,
        steps=tuple(steps),
        checks=(
            Check("Linhas e colunas somam o total",
                  bool(support.sum() == total and predicted.sum() == total), f"total {int(total)}"),
            Check("Acurácia = 1 − erros/total",
                  math.isclose(1 - errors / total, accuracy, abs_tol=1e-12),
                  f"1 − {int(errors)}/{int(total)}"),
            Check("Revocação ponderada = acurácia", math.isclose(weighted_recall, accuracy,
                  abs_tol=1e-9), plain(weighted_recall)),
        ),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=remarks(inputs, value, mistakes),
        figure=_heatmap(counts.tolist(), names),
    )  # fmt: skip


def _average_step(
    metric: str, average: str, per: Sequence[float], support: np.ndarray, value: float
) -> Step:
    name = _NAMES[metric].capitalize()
    if average == "micro":
        return Step(f"{name} micro", "Somam-se VP, FP e FN de todas as classes; com uma classe por "
                    rf"exemplo, isso é a acurácia: ${tex(value)}$.")  # fmt: skip
    if average == "weighted":
        return Step(f"{name} ponderada", "Média ponderada pelo número de exemplos de cada classe: "
                    rf"${tex(value)}$")  # fmt: skip
    terms = " + ".join(tex(x) for x in per[:10])
    return Step(f"{name} macro", rf"$\dfrac{{{terms}}}{{{len(per)}}} = {tex(value)}$")


def _exercise_metrics(random: Random) -> tuple[str, dict[str, Json]]:
    base: dict[str, Json] = {"assumptions": []}
    if random.random() < 0.6:
        cells: dict[str, Json] = {
            "tp": random.randint(20, 90), "fp": random.randint(3, 30),
            "fn": random.randint(3, 30), "tn": random.randint(20, 90),
        }  # fmt: skip
        return (
            f"Um classificador teve VP = {cells['tp']}, FP = {cells['fp']}, FN = {cells['fn']} e "
            f"VN = {cells['tn']}. Calcule a acurácia, a precisão, a revocação e o F1.",
            {**base, "cells": cells, "asked": ["accuracy", "precision", "recall", "f1"]},
        )
    counts = [[random.randint(20, 50) if i == j else random.randint(1, 9) for j in range(3)]
              for i in range(3)]  # fmt: skip
    return (
        f"Calcule o F1 macro da matriz de confusão {plain_matrix(counts)} (linhas = verdadeiras) "
        f"das "
        "classes A, B e C.",
        {**base, "matrix": [list(row) for row in counts], "classes": ["A", "B", "C"],
         "asked": ["f1"], "averages": ["macro"]},
    )  # fmt: skip


# ----------------------------------------------------- F from precision and recall


def _rates(statement: Statement) -> dict[str, float]:
    found: dict[str, float] = {}
    for name in ("precision", "recall"):
        pattern = rf"(?<!\w)(?:{_ASKED[name]}|{'p' if name == 'precision' else 'r'})(?!\w)"
        for match in re.finditer(pattern, statement.folded):
            gap = re.compile(
                r"\s{0,3}(?:\((?:\w+)\)\s?)?(?:=|:|de|e|foi|igual a|com|deu|sendo|vale|"
                r"\s){0,4}\s{0,3}$"
            )
            for value in statement.values:
                close = match.end() <= value.start < match.end() + 30
                if (
                    close
                    and gap.match(statement.folded[match.end() : value.start])
                    and value.is_scalar
                ):
                    found.setdefault(name, _rate(value))
                    break
            preceding = re.search(r"(\d+(?:[.,]\d+)? ?%) de $", statement.folded[: match.start()])
            if preceding and name not in found:
                found[name] = float(preceding[1].rstrip(" %").replace(",", ".")) / 100
    return found


def _rate(value: Value) -> float:
    number, _ = value.scalar("a precisão ou a revocação")
    if 1 < number <= 100:
        number /= 100  # "precisão 80"
    if not 0 <= number <= 1:
        raise SolverError("A precisão e a revocação ficam entre 0 e 1 (ou entre 0% e 100%).")
    return number


_BETA = re.compile(r"(?<!\w)f[ _-]?(?:beta)?[ _-]?(?:\(?beta ?= ?)?(0[.,]\d+|[2-9])(?![\w.,]*\d)")


def _match_f(statement: Statement) -> float:
    if statement.conceptual or not statement.has(_ASKED["f1"], r"f[ _-]?beta", "f2", r"f0[.,]\d+"):
        return 0.0
    rates = _rates(statement)
    if not rates or _cells(statement):
        return 0.0
    return 0.97 if len(rates) == 2 else 0.6


def _parse_f(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    inputs.update(_rates(statement))
    beta = _BETA.search(statement.folded)
    named = statement.scalar("beta")
    if beta:
        inputs["beta"] = float(beta[1].replace(",", "."))
    elif named is not None:
        if named <= 0:
            raise SolverError("O beta da medida F precisa ser maior que zero.")
        inputs["beta"] = named
    if previous is not None and inputs == before:
        value = statement.scalars[0] if len(statement.scalars) == 1 else None
        gap = next((k for k in ("precision", "recall") if k not in inputs), None)
        if value is None or gap is None:
            return None
        inputs[gap] = _rate(value)
    for key, name in (("precision", "a precisão"), ("recall", "a revocação (recall)")):
        if key not in inputs:
            raise MissingData(
                f"Falta {name}. Por exemplo: {name[2:]} = 0,8.", Problem(_F_SCORE, inputs)
            )
    inputs.setdefault("beta", 1.0)
    inputs.setdefault("assumptions", [])
    return inputs


def _solve_f(inputs: Inputs) -> Solution:
    p, r, beta = (float(inputs[key]) for key in ("precision", "recall", "beta"))  # type: ignore[arg-type]
    square = beta**2
    value = _ratio((1 + square) * p * r, square * p + r)
    name = "F_1" if beta == 1 else rf"F_{{{tex(beta)}}}"
    formula = (
        r"$F_1 = \dfrac{2PR}{P+R}$" if beta == 1
        else rf"${name} = \dfrac{{(1+\beta^2)PR}}{{\beta^2 P + R}}$, com $\beta = {tex(beta)}$"
    )  # fmt: skip
    top = rf"{tex(1 + square)} \times {tex(p)} \times {tex(r)}"
    bottom = rf"{tex(p)} + {tex(r)}" if beta == 1 else rf"{tex(square)} \times {tex(p)} + {tex(r)}"
    inverse = 0.0 if not p or not r else (1 + square) / (1 / p + square / r)
    return Solution(
        problem=Problem(_F_SCORE, inputs),
        title="Medida F",
        result=rf"${name} = {tex(value)}$",
        value=value,
        steps=(Step("Fórmula", formula),
               Step("Substituição", rf"${name} = \dfrac{{{top}}}{{{bottom}}} = {tex(value)}$")),
        checks=(Check("Média harmônica dos inversos", math.isclose(inverse, value, abs_tol=1e-12),
                      f"(1 + β²)/(1/P + β²/R) = {plain(inverse)}"),
                Check("Entre a menor e a maior", min(p, r) - 1e-12 <= value <= max(p, r) + 1e-12,
                      f"entre {plain(min(p, r))} e {plain(max(p, r))}")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [
            ((p + r) / 2, "se usa a média aritmética, e não a harmônica"),
            (p * r, "se multiplica precisão por revocação"),
            (_ratio(p * r, p + r), "se esquece o fator 2"),
            (math.sqrt(p * r), "se usa a média geométrica"),
        ]),
    )  # fmt: skip


def _exercise_f(random: Random) -> tuple[str, dict[str, Json]]:
    p, r = round(random.uniform(0.5, 0.95), 2), round(random.uniform(0.3, 0.9), 2)
    return (
        f"Um modelo tem precisão de {plain(p)} e revocação de {plain(r)}. Calcule o F1.",
        {"precision": p, "recall": r, "beta": 1.0, "assumptions": []},
    )


# ------------------------------------------------------------ similarity of vectors

_MEASURES = {
    "cosine": r"cossenos?|cosine|cos|similaridades?(?! entre (?:as )?posic)|similarity",
    "dot": r"produtos? (?:escalar(?:es)?|internos?)|dot(?:[ -]product)?|inner product|np\.dot",
    "euclidean": r"distancias?(?: euclidianas?)?|euclidian[oa]s?|euclidean|l2",
    "manhattan": r"manhattan|l1|city ?block",
}
_MEASURE_NAMES = {
    "cosine": "similaridade de cosseno", "dot": "produto escalar",
    "euclidean": "distância euclidiana", "manhattan": "distância de Manhattan",
}  # fmt: skip
_ATTENTION = (
    r"query|queries|keys?|atencao|attention|q ?[·*x×@]? ?k(?:\^?t)?|softmax|logits?|pesos?|"
    r"posic(?:ao|oes)|d_model|position\w*|regularizac\w+|weight decay|gradientes?"
)


def _measures(statement: Statement) -> list[str]:
    found = [name for name, words in _MEASURES.items() if statement.has(words)]
    if statement.has(
        r"(?:similaridade|distancia) (?:de |do |por )?(?:cosseno|coseno)", "cosine distance"
    ):
        found = [name for name in found if name not in ("euclidean",)]
        if statement.has(r"distancia (?:de |do |por )?cosseno", "cosine distance"):
            found = ["cosine_distance", *[n for n in found if n != "cosine"]]
    if "manhattan" in found and not statement.has(r"euclidian\w+|l2"):
        found = [name for name in found if name != "euclidean"]
    if statement.has(r"(?:produto|dot|interno|escalar)") and not statement.has(
        r"coss?enos?|cosine|cos"
    ):
        found = [name for name in found if name != "cosine"]
    return found


def _two_vectors(statement: Statement) -> list[list[float]]:
    vectors: list[list[float]] = []
    arrays = [value for value in statement.arrays if value.size > 1]
    sizes = [value.size for value in arrays]
    if len(arrays) == 1 and len(arrays[0].readings[0].shape) == 2:
        return arrays[0].matrix("os vetores")[0]
    for value in arrays:
        # Another reading of its commas is taken only if it makes the sizes agree.
        shapes = {math.prod(reading.shape) for reading in value.readings if not reading.problem}
        size = min(sizes) if min(sizes) in shapes else None
        vectors.append(value.vector("os vetores", size)[0])
    return vectors


def _vector_names(statement: Statement) -> list[str]:
    names = []
    for value in statement.arrays:
        if value.size > 1:
            named = re.search(r"([^\W\d_]\w*)\s*[=:]\s*$", statement.text[: value.start][-40:])
            names.append(named[1] if named else "")
    return names if all(names) and len(set(names)) == len(names) else []


def _match_similarity(statement: Statement) -> float:
    if statement.conceptual or not _measures(statement):
        return 0.0
    written = [value for value in statement.arrays if value.size > 1]
    if len(written) < 2 and not any(value.bracketed for value in written):
        wants = statement.has(r"vetor(?:es)?|embeddings?", "vectors?") and statement.asks_value
        return 0.3 if wants and not statement.has(_ATTENTION) else 0.0
    if statement.has(_ATTENTION):
        return 0.3
    return 0.93


def _parse_similarity(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    vectors = _two_vectors(statement)
    known = rows_of(inputs["vectors"]) if "vectors" in inputs else []
    if len(vectors) >= 2:
        inputs["vectors"] = [list(v) for v in vectors]
        inputs["names"] = list(_vector_names(statement))
    elif len(vectors) == 1 and known:
        which = 0 if statement.has(r"primeir[oa]|a|u|x|v1") and not statement.has(
            r"segund[oa]|b|v|y|v2") else 1  # fmt: skip
        if len(known) == 1:
            known.append(vectors[0])
        else:
            known[which] = vectors[0]
        inputs["vectors"] = [list(v) for v in known]
    elif len(vectors) == 1:
        inputs["vectors"] = [list(vectors[0])]
    measures = _measures(statement)
    if measures:
        inputs["measures"] = list(measures)
    if vectors:
        inputs["assumptions"] = []
        for value in statement.arrays:
            if value.size > 1 and len(value.readings[0].shape) < 2:
                natural, note = value.vector("os vetores")
                if len(natural) == len(vectors[0]):
                    assume(inputs, note)
    if previous is not None and inputs == before:
        return None
    listed = rows_of(inputs["vectors"]) if "vectors" in inputs else []
    if len(listed) < 2:
        missing = "os dois vetores" if not listed else "o segundo vetor"
        raise MissingData(
            f"Falta{'m' if not listed else ''} {missing}. Por exemplo: [1; 2; 3]"
            + (" e [0,5; 1; 2]." if not listed else "."),
            Problem(_SIMILARITY, inputs),
        )
    sizes = {len(row) for row in listed}
    if len(sizes) > 1:
        raise SolverError(
            f"Os vetores têm tamanhos diferentes ({', '.join(str(len(row)) for row in listed)}): "
            "para compará-los, precisam da mesma dimensão."
        )
    inputs.setdefault("measures", ["cosine"])
    if any("cosine" in m for m in strings(inputs["measures"])) and any(not any(r) for r in listed):
        raise SolverError("O cosseno com o vetor nulo não existe: a norma dele é zero.")
    return inputs


def measure(name: str, a: np.ndarray, b: np.ndarray) -> float:
    if name == "dot":
        return float(a @ b)
    if name == "euclidean":
        return float(np.linalg.norm(a - b))
    if name == "manhattan":
        return float(np.abs(a - b).sum())
    # Scaled first, so that the squares of huge components do not overflow.
    a, b = a / np.abs(a).max(), b / np.abs(b).max()
    cosine = float(a @ b) / (float(np.linalg.norm(a)) * float(np.linalg.norm(b)))
    cosine = max(-1.0, min(1.0, cosine))
    return 1 - cosine if name == "cosine_distance" else cosine


def _solve_similarity(inputs: Inputs) -> Solution:
    vectors = [np.asarray(row) for row in rows_of(inputs["vectors"])]
    measures = strings(inputs["measures"])
    names = {**_MEASURE_NAMES, "cosine_distance": "distância de cosseno"}
    if len(vectors) > 2:
        return _solve_pairs(inputs, vectors, measures[0], names[measures[0]])
    a, b = vectors
    values = {name: measure(name, a, b) for name in measures}
    steps: list[Step] = []
    checks: list[Check] = []
    dot, na, nb = float(a @ b), float(np.linalg.norm(a)), float(np.linalg.norm(b))
    terms = " + ".join(
        rf"{tex_signed(float(x))} \times {tex_signed(float(y))}"
        for x, y in zip(a[:12], b[:12], strict=True)
    ) + (r" + \ldots" if len(a) > 12 else "")
    product = Step("Produto escalar", rf"$a \cdot b = {terms} = {tex(dot)}$")
    if {"dot", "cosine", "cosine_distance"} & set(measures):
        steps.append(product)
        half = (float(((a + b) ** 2).sum()) - float(((a - b) ** 2).sum())) / 4
        checks.append(Check("Identidade de polarização", math.isclose(half, dot, rel_tol=1e-9,
                      abs_tol=1e-9 * (na * na + nb * nb + 1e-300)), "(‖a+b‖² − ‖a−b‖²)/4 dá o "
                                                                    "mesmo produto"))  # fmt: skip
    if {"cosine", "cosine_distance"} & set(measures):
        cosine = measure("cosine", a, b)
        steps.append(
            Step("Normas", rf"$\lVert a \rVert = {tex(na)}$ e $\lVert b \rVert = {tex(nb)}$")
        )
        steps.append(Step("Cosseno", r"$\cos(a, b) = \dfrac{a \cdot b}{\lVert a \rVert \lVert b "
                     rf"\rVert}} = \dfrac{{{tex(dot)}}}{{{tex(na)} "
                     rf"\times {tex(nb)}}} = {tex(cosine)}$"))  # fmt: skip
        unit = 1 - float(((a / na - b / nb) ** 2).sum()) / 2 if math.isfinite(na * nb) else cosine
        checks.append(Check("Pelos vetores unitários", math.isclose(unit, cosine, abs_tol=1e-9),
                      f"1 − ‖â − b̂‖²/2 = {plain(unit)}"))  # fmt: skip
        if "cosine_distance" in measures:
            steps.append(
                Step("Distância de cosseno", rf"$1 - {tex_signed(cosine)} = {tex(1 - cosine)}$")
            )
    if "euclidean" in measures:
        squares = " + ".join(
            f"({tex(float(x))} - {tex_signed(float(y))})^2"
            for x, y in zip(a[:12], b[:12], strict=True)
        ) + (r" + \ldots" if len(a) > 12 else "")
        steps.append(
            Step("Distância euclidiana", rf"$\sqrt{{{squares}}} = {tex(values['euclidean'])}$")
        )
        second = math.dist(a.tolist(), b.tolist())
        checks.append(Check("Segunda formulação", math.isclose(second, values["euclidean"],
                      rel_tol=1e-9, abs_tol=1e-12), f"hipotenusa "
                                                    f"acumulada: {plain(second)}"))  # fmt: skip
    if "manhattan" in measures:
        steps.append(
            Step("Distância de Manhattan", rf"$\sum_i |a_i - b_i| = {tex(values['manhattan'])}$")
        )
        second = math.fsum(abs(x - y) for x, y in zip(a.tolist(), b.tolist(), strict=True))
        checks.append(Check("Soma exata", math.isclose(second, values["manhattan"], rel_tol=1e-9,
                      abs_tol=1e-12), plain(second)))  # fmt: skip
    value: Json = values[measures[0]] if len(measures) == 1 else dict(values)
    mistakes: list[Mistake] = []
    if measures == ["cosine"]:
        mistakes = [
            (dot, "se esquece de dividir pelas normas (esse é o produto escalar)"),
            (_ratio(dot, (na * nb) ** 2), "se esquece a raiz das normas"),
            (_ratio(dot, na + nb), "se somam as normas em vez de multiplicá-las"),
            (1 - values["cosine"], "se calcula a distância de cosseno (1 − cosseno)"),
            (math.degrees(math.acos(values["cosine"])), "se dá o ângulo em graus"),
            (math.acos(values["cosine"]), "se dá o ângulo em radianos"),
            (_ratio(dot, na**2), "se divide só pela norma do primeiro vetor, ao quadrado"),
        ]
    elif measures == ["euclidean"]:
        mistakes = [(values["euclidean"] ** 2, "se esquece da raiz quadrada"),
                    (float(np.abs(a - b).sum()), "se somam as diferenças absolutas "
                                                 "(Manhattan)")]  # fmt: skip
    elif measures == ["dot"] and na and nb:
        mistakes = [(measure("cosine", a, b), "se divide pelas normas (esse é o cosseno)"),
                    (float(a.sum() * b.sum()), "se multiplica a soma dos componentes")]  # fmt: skip
    result = "; ".join(rf"{names[n]}: $\approx {tex(v)}$" if v != round(v, 4) else
                       rf"{names[n]}: ${tex(v)}$" for n, v in values.items())  # fmt: skip
    return Solution(
        problem=Problem(_SIMILARITY, inputs),
        title=listing([names[n] for n in measures]).capitalize(),
        result=result[0].upper() + result[1:],
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _solve_pairs(inputs: Inputs, vectors: Sequence[np.ndarray], name: str, title: str) -> Solution:
    values = [[measure(name, a, b) for b in vectors] for a in vectors]
    labels = strings(inputs.get("names"))
    if len(labels) != len(vectors):
        labels = [f"v{i}" for i in range(1, len(vectors) + 1)]
    body = [
        [label, *[f"${tex(x)}$" for x in row]] for label, row in zip(labels, values, strict=True)
    ]
    pairs = [(i, j) for i in range(len(vectors)) for j in range(i + 1, len(vectors))]
    nearest = (min if "distance" in name or name in ("euclidean", "manhattan") else max)(
        pairs, key=lambda pair: values[pair[0]][pair[1]]
    )
    i, j = nearest
    symmetric = bool(np.allclose(values, np.transpose(values)))
    return Solution(
        problem=Problem(_SIMILARITY, inputs),
        title=f"{title.capitalize()} entre todos os pares",
        result=f"Os mais próximos são {labels[i]} e {labels[j]} ({title} ${tex(values[i][j])}$).",
        value=[list(row) for row in values],
        steps=(Step("Todos os pares", table(["", *labels], body)),),
        checks=(Check("Matriz simétrica", symmetric, "a medida não depende da ordem"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, [list(row) for row in values]),
        figure=Figure("heatmap", title.capitalize(), {"rows": list(labels), "columns": list(labels),
                      "values": [list(row) for row in values]}),
    )  # fmt: skip


def _exercise_similarity(random: Random) -> tuple[str, dict[str, Json]]:
    size = random.choice([2, 3, 4])
    vectors = [[float(random.randint(-4, 5)) for _ in range(size)] for _ in range(2)]
    for vector in vectors:
        if not any(vector):
            vector[0] = 1.0
    name = random.choice(["cosine", "cosine", "dot", "euclidean"])
    article = "o" if name == "dot" else "a"
    return (
        f"Calcule {article} {_MEASURE_NAMES[name]} dos vetores a = {plain_vector(vectors[0])} e "
        f"b = {plain_vector(vectors[1])}.",
        {"vectors": [list(v) for v in vectors], "measures": [name], "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _METRICS, "Métricas de classificação", "validacao", None,
        _match_metrics, _parse_metrics, _solve_metrics, _exercise_metrics,
    ),
    Family(_F_SCORE, "Medida F", "validacao", None, _match_f, _parse_f, _solve_f, _exercise_f),
    Family(
        _SIMILARITY, "Similaridade e distância de vetores", "embeddings", "20",
        _match_similarity, _parse_similarity, _solve_similarity, _exercise_similarity,
    ),
)  # fmt: skip
