"""Accuracy, precision, recall, F1 and the confusion matrix, whatever form the data has."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem, Solution
from tutor.solver.confusion_binary import solve_binary, solve_hits
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
)
from tutor.solver.f_score import rates_of
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing, plain_matrix
from tutor.solver.inputs import Inputs, assume, floats, number, strings
from tutor.solver.inputs import rows as rows_of
from tutor.solver.metric_names import (
    ALL,
    AVERAGES,
    CELL,
    CELLS,
    CONFUSION,
    KIND,
    NEGATIVE,
    POSITIVE,
    asked_of,
    letters,
)
from tutor.solver.quantities import quantity
from tutor.solver.registry import Family
from tutor.solver.text import fold

_PARTIAL = r"(?:exemplos|amostras|casos|pacientes|imagens|pessoas) (?:positiv|negativ|da classe)\w*"
_FOREIGN = r"bleu|rouge|perplexidade|entropia|loss|softmax|k[ -]?folds?|folds?"


def _match_metrics(statement: Statement) -> float:
    asked = asked_of(statement) or statement.has(ALL, CONFUSION)
    if asked and label_lists(statement) is not None:
        return 0.95
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
        return 0.7
    return 0.4 if statement.asks_value and not rates_of(statement) else 0.0


def _parse_metrics(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    _read_data(statement, inputs)
    asked = asked_of(statement)
    if statement.has(ALL):
        asked = []
    if statement.has(r"taxa de erros?|error rate"):
        inputs["error"] = True
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
    if statement.has(CONFUSION) and (previous is None or not asked):
        built = statement.has(r"(?:monte|construa|faca|montar|construir|qual (?:e |seria )?a)")
        inputs["show_matrix"] = built and not asked
    if previous is not None and inputs == before:
        return None
    _check_data(inputs)
    nothing_asked = not asked and not averages and not statement.has(ALL, CONFUSION)
    if previous is None and nothing_asked and not statement.asks_value:
        # Bare data complete the question before it, if there is one.
        raise MissingData(
            "O que devo calcular com essas contagens: acurácia, precisão, revocação, F1 ou todas?",
            Problem(KIND, inputs),
        )
    return inputs


def _read_data(statement: Statement, inputs: dict[str, Json]) -> None:
    lists = label_lists(statement)
    matrix = None if lists else square_matrix(statement)
    if lists is None and matrix is None and statement.has(CONFUSION):
        check_square(statement)
    wrong = bad_cell(statement)
    if wrong is not None:
        natural(wrong)
    told = {} if lists or matrix else word_problem(statement)
    cells = {} if lists or matrix else {**told, **cells_of(statement)}
    hits = None if lists or matrix or cells else hits_of(statement)
    if lists:
        true, predicted = lists
        labels = ordered(true, predicted)
        counts = [[0] * len(labels) for _ in labels]
        for t, p in zip(true, predicted, strict=True):
            row, column = index_of(t, labels), index_of(p, labels)
            counts[row or 0][column or 0] += 1
        replace_data(inputs, matrix=[[*row] for row in counts], classes=list(labels))
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
    matrix = inputs.get("matrix")
    if isinstance(matrix, list) and not sum(map(sum, rows_of(matrix))):
        raise SolverError("A matriz de confusão está toda zerada: não há exemplos.")


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
    if "hits" in inputs:
        return solve_hits(inputs)
    matrix = inputs.get("matrix")
    if matrix is None:
        typed = inputs["cells"]
        given = typed if isinstance(typed, dict) else {}
        return solve_binary(inputs, {k: int(number(v)) for k, v in given.items()})
    counts = np.asarray(rows_of(matrix))
    classes = strings(inputs.get("classes"))
    averaged = bool(strings(inputs.get("averages")))
    if len(counts) == 2 and "positive" in inputs and not averaged:
        positive = str(inputs.get("class", inputs["positive"]))
        p = index_of(positive, classes) or 0
        q = 1 - p
        cells = {"tp": counts[p][p], "fn": counts[p][q], "fp": counts[q][p], "tn": counts[q][q]}
        return solve_binary(inputs, {name: int(count) for name, count in cells.items()})
    if len(counts) == 1:
        cells = {"tp": counts[0][0], "fn": 0, "fp": 0, "tn": 0}
        if fold(classes[0]) in NEGATIVE:
            cells = {"tp": 0, "fn": 0, "fp": 0, "tn": counts[0][0]}
        return solve_binary(inputs, {name: int(count) for name, count in cells.items()})
    return solve_multiclass(inputs, counts, classes)


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
