"""Metrics of several classes: each class, and the macro, micro and weighted averages."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.class_metrics import SCOPE_NAMES, read_wants, shape
from tutor.solver.confusion_binary import heatmap
from tutor.solver.fields import index_of
from tutor.solver.format import plain, plain_matrix, table, tex
from tutor.solver.inputs import Inputs, assumptions, number, strings
from tutor.solver.metric_names import KIND, NAMES, harmonic, ratio
from tutor.solver.metric_scopes import CLASS, EACH, Want


def solve_multiclass(inputs: Inputs, counts: np.ndarray, classes: Sequence[str]) -> Solution:
    names = (
        list(classes) if len(classes) == len(counts) else [str(i + 1) for i in range(len(counts))]
    )
    total = float(counts.sum())
    tp = counts.diagonal()
    support, predicted = counts.sum(axis=1), counts.sum(axis=0)
    per = {
        "precision": [ratio(float(a), float(b)) for a, b in zip(tp, predicted, strict=True)],
        "recall": [ratio(float(a), float(b)) for a, b in zip(tp, support, strict=True)],
        "specificity": [ratio(float(total - support[i] - predicted[i] + tp[i]),
                               float(total - support[i])) for i in range(len(tp))],
    }  # fmt: skip
    per["fpr"] = [1 - x for x in per["specificity"]]
    per["f1"] = [harmonic(p, r) for p, r in zip(per["precision"], per["recall"], strict=True)]
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
    wants = read_wants(inputs.get("wants"))
    if wants:
        values: list[tuple[Want, Json]] = []
        shown: list[str] = []
        for metric, scope in wants:
            average = scope if scope in ("macro", "micro", "weighted") else "macro"
            one: Json
            if metric == "accuracy":
                one = of(metric, "")
            elif scope == EACH:
                one = dict(zip(names, per[metric], strict=True))
            elif scope.startswith(CLASS):
                one = per[metric][index_of(scope.removeprefix(CLASS), names) or 0]
            else:
                one = of(metric, average)
                steps.append(
                    _average_step(metric, average, per[metric], support, of(metric, average))
                )
                if not scope:
                    notes.append("Dei a média macro (média simples das classes).")
            values.append(((metric, scope), one))
            label = f"{NAMES[metric]} {SCOPE_NAMES.get(scope, 'de ' + scope.removeprefix(CLASS))}"
            entries = one.items() if isinstance(one, dict) else [("", one)]
            shown += [f"{label.strip()} {key} = **{plain(number(x))}**".replace("  ", " ")
                      for key, x in entries]  # fmt: skip
        value, result = shape(values), "; ".join(shown)
    elif chosen is not None:
        index = index_of(str(chosen), names) or 0
        single = {m: accuracy if m == "accuracy" else per[m][index] for m in asked}
        value = single[asked[0]] if len(asked) == 1 else dict(single)
        result = "; ".join(f"{NAMES[m]} da classe {chosen} = **{plain(single[m])}**" for m in asked)
        if len(asked) == 1 and asked[0] in ("precision", "recall"):
            other = "recall" if asked[0] == "precision" else "precision"
            mistakes = [
                (per[other][index], f"se calcula a {NAMES[other]} (linha e coluna trocadas)")
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
            f"{NAMES[m]}{'' if m == 'accuracy' else ' ' + labels[a]} = **{plain(table_of[a][m])}**"
            for a in averages for m in asked if m != "accuracy" or a == averages[0]
        )  # fmt: skip
        if len(asked) == 1 and len(averages) == 1:
            metric, average = asked[0], averages[0]
            mistakes = [(of(metric, other), f"se usa a média {labels[other]}")
                        for other in labels if other != average]  # fmt: skip
            if metric == "f1":
                p, r = of("precision", average), of("recall", average)
                mistakes.append((harmonic(p, r), "se tira o F1 das médias de precisão e "
                                                  "revocação, em "
                                 "vez da média dos F1"))  # fmt: skip
            if metric in ("precision", "recall"):
                other = "recall" if metric == "precision" else "precision"
                mistakes.append((of(other, average), f"se calcula a {NAMES[other]}"))
    if inputs.get("show_matrix"):
        grid = counts.astype(int).tolist()
        if not strings(inputs.get("asked")):
            value = grid
        else:
            found = value if isinstance(value, dict) else {asked[0]: value}
            value = {"matriz": grid, **found}
        result = f"Matriz de confusão ({', '.join(names)}) = {plain_matrix(grid)}; {result}"
    errors = float(counts.sum() - tp.sum())
    weighted_recall = float(np.dot(per["recall"], support / total))
    return Solution(
        problem=Problem(KIND, inputs),
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
        figure=heatmap(counts.tolist(), names),
    )  # fmt: skip


def _average_step(
    metric: str, average: str, per: Sequence[float], support: np.ndarray, value: float
) -> Step:
    name = NAMES[metric].capitalize()
    if average == "micro":
        return Step(f"{name} micro", "Somam-se VP, FP e FN de todas as classes; com uma classe por "
                    rf"exemplo, isso é a acurácia: ${tex(value)}$.")  # fmt: skip
    if average == "weighted":
        return Step(f"{name} ponderada", "Média ponderada pelo número de exemplos de cada classe: "
                    rf"${tex(value)}$")  # fmt: skip
    terms = " + ".join(tex(x) for x in per[:10])
    return Step(f"{name} macro", rf"$\dfrac{{{terms}}}{{{len(per)}}} = {tex(value)}$")
