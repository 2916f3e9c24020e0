"""Accuracy, precision, recall, F1 and the confusion matrix, whatever form the data has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem, Solution
from tutor.solver.class_counts import class_counts
from tutor.solver.class_metrics import check_counts, read_wants, solve_class_counts
from tutor.solver.confusion_binary import solve_binary, solve_cells, solve_hits
from tutor.solver.confusion_classes import solve_multiclass
from tutor.solver.confusion_counts import bad_cell, cells_of, hits_of, natural, word_problem
from tutor.solver.confusion_labels import (
    check_square,
    label_lists,
    ordered,
    read_class,
    read_matrix,
    replace_data,
    square_matrix,
    told_order,
)
from tutor.solver.f_score import rates_of
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing, plain, plain_matrix
from tutor.solver.inputs import Inputs, assume, floats, number, strings
from tutor.solver.inputs import rows as rows_of
from tutor.solver.label_data import label_pairs, thresholded
from tutor.solver.metric_names import (
    ALL,
    AVERAGES,
    CELL,
    CELL_WORDS,
    CELLS,
    CONFUSION,
    KIND,
    NEGATIVE,
    POSITIVE,
    asked_of,
    letters,
)
from tutor.solver.metric_scopes import CLASS, EACH, uniform, wants_of
from tutor.solver.quantities import quantity
from tutor.solver.registry import Family
from tutor.solver.text import fold

_PARTIAL = r"(?:exemplos|amostras|casos|pacientes|imagens|pessoas) (?:positiv|negativ|da classe)\w*"
_MAIN = r"precis(?:ao|oes)|precision|recalls?|revocac\w+|f1\S*|acuraci\w*"
_FOREIGN = r"bleu|rouge|perplexidade|entropia|loss|softmax|k[ -]?folds?|folds?"


# "quantos VP, FP, FN e VN?": the cells themselves are asked for
_CELLS_ASKED = re.compile(
    rf"\b(?:quant[oa]s|qua(?:l|is)|conte|calcule|determine|diga|monte|ache|de|os valores de) "
    rf"(?:(?:foram|sao|os|as|ha|tem|temos) )*(?:{CELL_WORDS})(?!\w)(?! ?[=:])"
)


def _labels(statement: Statement) -> tuple[list[str], list[str]] | None:
    """The true and the predicted labels, however they are laid out."""
    found = thresholded(statement)
    return found[0] if found else label_lists(statement) or label_pairs(statement)


def _match_metrics(statement: Statement) -> float:
    cells_asked = _CELLS_ASKED.search(statement.folded) is not None
    asked = asked_of(statement) or cells_asked or statement.has(ALL, CONFUSION)
    if asked and _labels(statement) is not None:
        return 0.95
    if asked and class_counts(statement):
        return 0.98  # whatever else could be read of one of the classes
    if statement.conceptual and not (statement.values and CELL.search(statement.folded)):
        return 0.0
    cells = cells_of(statement)
    if bad_cell(statement) is not None and asked:
        return 0.96
    if len(cells) >= 2:
        return 0.96 if asked else 0.7
    if not asked:
        return 0.0
    if statement.has(CONFUSION):
        return 0.95 if statement.gives_list or statement.asks_value else 0.0
    if hits_of(statement) is not None or word_problem(statement):
        return 0.9
    if statement.has(_FOREIGN) or statement.asks_concept:
        return 0.0
    if square_matrix(statement) is not None:
        told = statement.has(r"linhas?|colunas?|classes?|matriz|tabela")
        return 0.97 if told and statement.has(_MAIN) else 0.7
    return 0.4 if statement.asks_value and not rates_of(statement) else 0.0


def _parse_metrics(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    _read_data(statement, inputs)
    asked = asked_of(statement)
    inputs["count_cells"] = _CELLS_ASKED.search(statement.folded) is not None
    if statement.has(ALL):
        asked = []
    if statement.has(r"taxa de erros?|error rate"):
        inputs["error"] = True
        inputs["both"] = "accuracy" in asked and statement.has(
            r"acuraci\w*|accurac\w+|acc|acertos? global|taxa de acertos?"
        )
        asked = [*asked, "accuracy"] if "accuracy" not in asked else asked
    elif asked:
        inputs.pop("error", None)
    if asked or previous is None or statement.has(ALL):
        inputs["asked"] = list(asked)
    averages = [name for name, words in AVERAGES.items() if statement.has(words)]
    if averages:
        inputs["averages"] = list(averages)
        inputs.pop("class", None)
    read_class(statement, inputs)
    _read_wants(statement, inputs, asked)
    if statement.has(CONFUSION) and (previous is None or not asked):
        inputs["show_matrix"] = _MATRIX_ASKED.search(statement.folded) is not None
    found = re.search(
        r"\b(?:achou|encontrou|obteve|chegou a|calculou) (\d+[.,]\d+)\b", statement.folded
    )
    if found:  # somebody's result that is to be corrected
        inputs["read"] = [float(found[1].replace(",", "."))]
    if previous is not None and inputs == before:
        return None
    _check_data(inputs)
    _check_accuracy(statement, inputs)
    nothing_asked = not asked and not averages and not statement.has(ALL, CONFUSION)
    if previous is None and nothing_asked and not statement.asks_value:
        # Bare data complete the question before it, if there is one.
        raise MissingData(
            "O que devo calcular com essas contagens: acurácia, precisão, revocação, F1 ou todas?",
            Problem(KIND, inputs),
        )
    return inputs


_MATRIX_ASKED = re.compile(
    rf"\b(?:mont|constru|faca|faz|escrev|dig[ao]|mostr|obt|obtenh|calcul|determin|de|apresent|"
    rf"qual|forneca|preench|quero)\w*(?: (?:e|seria|fica|como|pra mim))?(?: a)? (?:{CONFUSION})"
    rf"(?! (?:\w+ )?(?:abaixo|acima|a seguir|seguinte|anterior|dad[ao]|\())"
)


def _read_wants(statement: Statement, inputs: dict[str, Json], asked: Sequence[str]) -> None:
    """The scope of each metric, where it is not the same for all."""
    given = inputs.get("per_class")
    classes = list(given) if isinstance(given, dict) else strings(inputs.get("classes"))
    wants = wants_of(statement, classes)
    if given and not wants:
        wants = [("precision", EACH), ("recall", EACH), ("f1", EACH)]
    if given:
        wants = [
            (metric, scope or ("macro" if metric != "accuracy" else "")) for metric, scope in wants
        ]
    scopes = {scope for metric, scope in wants if metric != "accuracy"}
    one_class = len(scopes) == 1 and next(iter(scopes)).startswith(CLASS)
    if not wants or ((uniform(wants) or one_class) and not given):
        if asked:
            inputs.pop("wants", None)
        return
    inputs["wants"] = [[metric, scope] for metric, scope in wants]


def _read_data(statement: Statement, inputs: dict[str, Json]) -> None:
    if each := class_counts(statement):
        replace_data(inputs, per_class={name: dict(cells) for name, cells in each.items()})
        return
    lists = _labels(statement)
    if cut := thresholded(statement):
        inputs["read"] = [cut[1], *cut[2]]
    matrix = None if lists else square_matrix(statement)
    if lists is None and matrix is None and statement.has(CONFUSION):
        check_square(statement)
    wrong = bad_cell(statement)
    if wrong is not None:
        natural(wrong)
    told = {} if lists or matrix else word_problem(statement)
    cells = {} if lists or matrix else {**told, **cells_of(statement)}
    inputs["percent"] = statement.has(r"em (?:%|porcentage\w+|percentua\w+)", "em %") or (
        re.search(r"\bem ?%", statement.folded) is not None
    )
    hits = None if lists or matrix or cells else hits_of(statement)
    if lists:
        true, predicted = lists
        sorted_labels = ordered(true, predicted)
        labels = told_order(statement, sorted_labels)
        counts = [[0] * len(labels) for _ in labels]
        for t, p in zip(true, predicted, strict=True):
            row, column = index_of(t, labels), index_of(p, labels)
            counts[row or 0][column or 0] += 1
        replace_data(inputs, matrix=[[*row] for row in counts], classes=list(labels))
        inputs["told_order"] = labels != sorted_labels or statement.has(
            "ordem", "order", "labels ?="
        )
        positive = next((x for x in labels if fold(x) in POSITIVE), None)
        if len(labels) == 2 and positive is not None:
            inputs["positive"] = positive
        elif len(labels) == 1 and fold(labels[0]) in (*POSITIVE, *NEGATIVE):
            inputs["positive"] = labels[0]
    elif matrix:
        read_matrix(statement, inputs, matrix)
    elif cells:
        known = inputs.get("cells")
        merged = {**known, **cells} if isinstance(known, dict) else dict(cells)
        replace_data(inputs, cells=dict(merged))
        total = quantity(
            statement,
            r"(?:exemplos|amostras|instancias|casos|pacientes|e-?mails|imagens|pessoas|testes)"
            r"(?: no total| ao todo)?|no total|ao todo",
            r"total(?: de \w+)?", low=1,
        )  # fmt: skip
        missing = [name for name in CELLS if name not in merged]
        given = sum(int(n) for n in merged.values() if isinstance(n, (int, float)))
        if not missing and total is not None and total != given and not statement.has(_PARTIAL):
            raise SolverError(
                f"Os dados não combinam: VP + FP + FN + VN = {given}, e não {total} exemplos. "
                "Confira as contagens."
            )
        if len(missing) == 1 and total is not None and total >= given:
            merged = {**merged, missing[0]: total - given}
            inputs["cells"] = dict(merged)
            assume(inputs, f"{letters(missing[0])} = {total} − {given} = {total - given} (o "
                           f"resto do "
                   "total).")  # fmt: skip
    elif hits:
        replace_data(inputs, hits=list(hits))


def _check_data(inputs: dict[str, Json]) -> None:
    asked = strings(inputs.get("asked"))
    problem = Problem(KIND, inputs)
    if "per_class" in inputs:
        check_counts(inputs)
        return
    if not any(key in inputs for key in ("matrix", "cells", "hits")):
        raise MissingData(
            "Faltam os dados do classificador. Dê as contagens (VP = 50, FP = 10, FN = 5, VN = "
            "35), a "
            "matriz de confusão [[50, 5], [10, 35]] ou as listas y_true = [1, 0, 1] e "
            "y_pred = [1, 1, 1].",
            problem,
        )
    right, total = floats(inputs["hits"]) if "hits" in inputs else (0.0, 0.0)
    if not 0 <= right <= total:
        raise SolverError(
            f"Os dados não combinam: {int(max(right, total - right))} não cabe em {int(total)} "
            "exemplos. Confira as contagens."
        )
    if isinstance(inputs.get("cells"), dict) and min(_counts(inputs), default=0) < 0:
        raise SolverError("Os dados não combinam: uma das contagens ficaria negativa. Confira-as.")
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
            example = ", ".join(f"{letters(name)} = 10" for name in missing)
            raise MissingData(
                f"Falta{'m' if len(missing) > 1 else ''} "
                f"{listing([letters(name) for name in missing])}. Por exemplo: {example}.",
                problem,
            )
    _check_undefined(inputs, asked)
    matrix = inputs.get("matrix")
    if isinstance(matrix, list) and not sum(map(sum, rows_of(matrix))):
        raise SolverError("A matriz de confusão está toda zerada: não há exemplos.")


def _check_undefined(inputs: Inputs, asked: Sequence[str]) -> None:
    """One metric alone, of counts that are typed, must exist: 0/0 is no number."""
    cells = inputs.get("cells")
    if not isinstance(cells, dict) or asked not in (["precision"], ["recall"]):
        return
    if sum(number(cells.get(name)) for name in _needed(asked)) == 0:
        name, why = (
            ("precisão", "nenhum exemplo foi previsto como positivo (VP + FP = 0)")
            if asked == ["precision"]
            else ("revocação", "não há nenhum exemplo positivo (VP + FN = 0)")
        )
        raise SolverError(
            f"A {name} é 0/0, isto é, indefinida: {why}. O scikit-learn devolve 0 com um aviso. "
            "Confira as contagens."
        )


_REPORTED_ACCURACY = re.compile(
    r"\b(?:acc|acur\w*|accuracy)\b(?: \w+){0,2}? ?(?:=|:|de|deu|foi|e)? "
    r"?(\d{1,3}(?:[.,]\d+)?) ?(%?)(?!\w)"
)


def _check_accuracy(statement: Statement, inputs: Inputs) -> None:
    """ "a acurácia é 0,9 e VP = …; calcule as demais": the counts must give that accuracy."""
    cells, found = inputs.get("cells"), _REPORTED_ACCURACY.search(statement.folded)
    others = statement.has(r"demais|outras(?: metricas)?|restantes")
    if not others or found is None or not isinstance(cells, dict) or len(cells) < len(CELLS):
        return
    told = float(found[1].replace(",", ".")) / (
        100 if found[2] or float(found[1].replace(",", ".")) > 1 else 1
    )
    counts = {name: number(count) for name, count in cells.items()}
    accuracy = (counts["tp"] + counts["tn"]) / (sum(counts.values()) or 1)
    if abs(told - accuracy) > 0.006:
        raise SolverError(
            f"Os dados não combinam: com essas contagens a acurácia é {plain(accuracy)}, e não "
            f"{plain(told)}. Confira os números."
        )


def _counts(inputs: Inputs) -> list[float]:
    cells = inputs.get("cells")
    return [number(each) for each in cells.values()] if isinstance(cells, dict) else []


def _needed(asked: Sequence[str]) -> list[str]:
    wanted = {
        "accuracy": {"tp", "fp", "fn", "tn"}, "precision": {"tp", "fp"}, "recall": {"tp", "fn"},
        "f1": {"tp", "fp", "fn"}, "specificity": {"tn", "fp"}, "fpr": {"tn", "fp"},
    }  # fmt: skip
    needed: set[str] = set().union(*(wanted[name] for name in asked)) if asked else set(CELLS)
    return [name for name in CELLS if name in needed]


def _solve_metrics(inputs: Inputs) -> Solution:
    if "per_class" in inputs:
        return solve_class_counts(inputs)
    if "hits" in inputs:
        return solve_hits(inputs)
    matrix = inputs.get("matrix")
    if matrix is None:
        typed = inputs["cells"]
        given = typed if isinstance(typed, dict) else {}
        counts = {k: int(number(v)) for k, v in given.items()}
        both = inputs.get("count_cells") and len(counts) == len(CELLS)
        return solve_cells(inputs, counts) if both else solve_binary(inputs, counts)
    table = np.asarray(rows_of(matrix))
    classes = strings(inputs.get("classes"))
    averaged = bool(strings(inputs.get("averages")) or read_wants(inputs.get("wants")))
    if len(table) == 2 and "positive" in inputs and not averaged:
        positive = str(inputs.get("class", inputs["positive"]))
        p = index_of(positive, classes) or 0
        q = 1 - p
        cells = {"tp": table[p][p], "fn": table[p][q], "fp": table[q][p], "tn": table[q][q]}
        whole = {name: int(count) for name, count in cells.items()}
        return (
            solve_cells(inputs, whole) if inputs.get("count_cells") else solve_binary(inputs, whole)
        )
    if len(table) == 1:
        cells = {"tp": table[0][0], "fn": 0, "fp": 0, "tn": 0}
        if fold(classes[0]) in NEGATIVE:
            cells = {"tp": 0, "fn": 0, "fp": 0, "tn": table[0][0]}
        return solve_binary(inputs, {name: int(count) for name, count in cells.items()})
    return solve_multiclass(inputs, table, classes)


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


FAMILIES: tuple[Family, ...] = (
    Family(
        KIND, "Métricas de classificação", "validacao", None,
        _match_metrics, _parse_metrics, _solve_metrics, _exercise_metrics,
    ),
)  # fmt: skip
