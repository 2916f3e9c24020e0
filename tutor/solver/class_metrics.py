"""Metrics from the counts of each class of its own: each class, macro, micro, weighted."""

from __future__ import annotations

import math

from tutor.errors import MissingData
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.class_counts import ClassCounts
from tutor.solver.format import listing, plain, table, tex
from tutor.solver.inputs import Inputs, assumptions, number, strings
from tutor.solver.metric_names import KIND, NAMES, harmonic, letters, ratio
from tutor.solver.metric_scopes import CLASS, EACH, Want, uniform

SCOPE_NAMES = {
    "macro": "macro", "micro": "micro", "weighted": "ponderada", EACH: "por classe", "": "",
}  # fmt: skip
_NEEDS = {"precision": ("tp", "fp"), "recall": ("tp", "fn"), "f1": ("tp", "fp", "fn"),
          "accuracy": ("tp", "fn"), "specificity": ("tn", "fp"), "fpr": ("tn", "fp")}  # fmt: skip


def read_counts(value: Json) -> ClassCounts:
    if not isinstance(value, dict):
        return {}
    return {
        name: {cell: int(number(count)) for cell, count in cells.items()}
        for name, cells in value.items()
        if isinstance(cells, dict)
    }


def read_wants(value: Json) -> list[Want]:
    pairs = [strings(each) for each in value] if isinstance(value, list) else []
    return [(pair[0], pair[1]) for pair in pairs if len(pair) == 2]


def check_counts(inputs: Inputs) -> None:
    """An error where a metric that is asked for needs counts that are not given."""
    counts = read_counts(inputs.get("per_class"))
    given = set.intersection(*(set(cells) for cells in counts.values()))
    needed = {cell for metric, _ in read_wants(inputs.get("wants")) for cell in _NEEDS[metric]}
    lacking = [cell for cell in ("tp", "fp", "fn", "tn") if cell in needed - given]
    if lacking:
        raise MissingData(
            f"Falta {listing([letters(cell) for cell in lacking])} de cada classe. Por exemplo: "
            "classe A: VP = 40, FP = 10, FN = 5; classe B: VP = 12, FP = 3, FN = 8.",
            Problem(KIND, dict(inputs)),
        )


def measured(metric: str, cells: dict[str, int]) -> float:
    tp, fp, fn, tn = (cells.get(name, 0) for name in ("tp", "fp", "fn", "tn"))
    precision, recall = ratio(tp, tp + fp), ratio(tp, tp + fn)
    return {
        "precision": precision, "recall": recall, "f1": harmonic(precision, recall),
        "accuracy": ratio(tp, tp + fn),  # of all classes: every example is of one class
        "specificity": ratio(tn, tn + fp), "fpr": ratio(fp, tn + fp),
    }[metric]  # fmt: skip


def shape(values: list[tuple[Want, Json]]) -> Json:
    """One result is itself; several are by class, by average or by both, as far as they differ."""
    if len(values) == 1:
        return values[0][1]
    metrics = {metric for (metric, _), _ in values}
    named = {}
    for (metric, scope), value in values:
        scope = "por_classe" if scope == EACH else scope.removeprefix(CLASS)
        key = scope if len(metrics) == 1 and scope else "_".join(filter(None, (metric, scope)))
        named[key] = value
    return dict(named)


def solve_class_counts(inputs: Inputs) -> Solution:
    counts = read_counts(inputs["per_class"])
    wants = read_wants(inputs.get("wants"))
    cells = sorted(
        {cell for each in counts.values() for cell in each}, key="tp fp fn tn".split().index
    )
    total = {cell: sum(each[cell] for each in counts.values()) for cell in cells}
    support = [each.get("tp", 0) + each.get("fn", 0) for each in counts.values()]
    shown = [[name, *[str(each[cell]) for cell in cells]] for name, each in counts.items()]
    steps = [Step("Contagens", table(["classe", *map(letters, cells)], shown)
             + "\n\nSomas: "
             + ", ".join(f"${letters(c)} = {total[c]}$" for c in cells))]  # fmt: skip
    values: list[tuple[Want, Json]] = []
    lines: list[str] = []
    flat: list[float] = []
    for metric, scope in wants:
        each = [measured(metric, one) for one in counts.values()]
        name = NAMES[metric]
        value: Json
        if metric == "accuracy" or scope == "micro":
            value = measured(metric, total)
            how = f"com as somas das classes: ${tex(value)}$"
        elif scope == EACH or scope.startswith(CLASS):
            by_name = dict(zip(counts, each, strict=True))
            value = dict(by_name) if scope == EACH else by_name[scope.removeprefix(CLASS)]
            how = "; ".join(f"{one}: ${tex(v)}$" for one, v in by_name.items())
        elif scope == "weighted":
            value = sum(a * w for a, w in zip(each, support, strict=True)) / (sum(support) or 1)
            how = f"média ponderada pelos exemplos de cada classe: ${tex(value)}$"
        else:
            value = math.fsum(each) / len(each)
            how = rf"$\dfrac{{{' + '.join(tex(x) for x in each)}}}{{{len(each)}}} = {tex(value)}$"
        label = f"{name} {SCOPE_NAMES.get(scope, scope)}".strip()
        steps.append(Step(label[0].upper() + label[1:], how))
        found = value if isinstance(value, dict) else {"": value}
        flat += [float(number(x)) for x in found.values()]
        lines += [f"{label} {one} = **{plain(number(x))}**".replace("  ", " ")
                  for one, x in found.items()]  # fmt: skip
        values.append(((metric, scope), value))
    result = "; ".join(lines)
    answer = shape(values)
    return Solution(
        problem=Problem(KIND, inputs),
        title="Métricas de classificação (várias classes)",
        result=result[0].upper() + result[1:],
        value=answer,
        steps=tuple(steps),
        checks=(Check("Todas entre 0 e 1", all(0 <= x <= 1 for x in flat), "0 ≤ métrica ≤ 1"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, answer),
    )


__all__ = ["check_counts", "read_wants", "shape", "solve_class_counts", "uniform"]
