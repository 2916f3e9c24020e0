"""Metrics of two classes: from VP, FP, FN and VN, or from the hits alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.format import plain, plain_matrix, tex
from tutor.solver.inputs import Inputs, assumptions, floats, strings
from tutor.solver.metric_names import CELLS, KIND, NAMES, harmonic, letters, ratio


def solve_hits(inputs: Inputs) -> Solution:
    if inputs.get("error") and inputs.get("both"):
        scaled: dict[str, Json] = {"percent_values": inputs.get("percent")}
        first = solve_hits({**inputs, "error": False, "both": False, **scaled})
        second = solve_hits({**inputs, "both": False, **scaled})
        return replace(
            second,
            problem=Problem(KIND, inputs),
            title="Acurácia e taxa de erro",
            result=f"{first.result}; {second.result}",
            value={"acuracia": first.value, "erro": second.value},
            steps=(*first.steps, *second.steps),
            checks=(*first.checks, *second.checks),
        )
    right, total = (int(x) for x in floats(inputs["hits"]))
    error = bool(inputs.get("error"))
    part = total - right if error else right
    value = part / total * (100 if inputs.get("percent_values") else 1)
    rate = part / total
    name = "taxa de erro" if error else "acurácia"
    word = "erros" if error else "acertos"
    return Solution(
        problem=Problem(KIND, inputs),
        title=name.capitalize(),
        result=rf"{name.capitalize()}: $\dfrac{{{part}}}{{{total}}} = {tex(rate)}$ "
        f"({plain(100 * rate, 2)}%)",
        value=value,
        steps=(Step("Fórmula", rf"{name} $= \dfrac{{\text{{{word}}}}}{{\text{{total}}}} = "
                    rf"\dfrac{{{part}}}{{{total}}} = {tex(rate)}$"),),
        checks=(Check("Entre 0 e 1", 0 <= rate <= 1, plain(rate)),
                Check("Acertos + erros = total", right + (total - right) == total,
                      f"{right} + {total - right} = {total}")),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(1 - rate, "se troca acertos por erros"),
                                        (ratio(part, total - part), "se divide acertos por "
                                                                     "erros")]),
    )  # fmt: skip


def solve_binary(inputs: Inputs, cells: dict[str, int]) -> Solution:
    tp, fp, fn, tn = (cells.get(name, 0) for name in ("tp", "fp", "fn", "tn"))
    asked = strings(inputs.get("asked")) or ["accuracy", "precision", "recall", "f1"]
    precision, recall = ratio(tp, tp + fp), ratio(tp, tp + fn)
    values = {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "precision": precision,
        "recall": recall,
        "specificity": ratio(tn, tn + fp),
        "fpr": ratio(fp, tn + fp),
        "f1": harmonic(precision, recall),
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
    names = dict(NAMES)
    if inputs.get("error"):
        names["accuracy"] = "taxa de erro"
        fractions["accuracy"] = (r"\dfrac{FP + FN}{VP + FP + FN + VN}", fp + fn, tp + fp + fn + tn)
    known = ", ".join(f"{letters(c)} = {cells[c]}" for c in ("tp", "fp", "fn", "tn") if c in cells)
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
    direct = ratio(2 * tp, 2 * tp + fp + fn)
    checks = [
        Check("Todas entre 0 e 1", all(0 <= v <= 1 for v in values.values()), "0 ≤ métrica ≤ 1"),
    ]
    if "f1" in asked:
        checks.append(Check("F1 pela segunda fórmula", math.isclose(direct, values["f1"],
                      abs_tol=1e-12), f"2·VP/(2·VP + FP + FN) = {plain(direct)}"))  # fmt: skip
    if {"tp", "fp", "fn", "tn"} <= set(cells):
        total = tp + fp + fn + tn
        hits = 1 - ratio(fp + fn, total) if total else 0.0
        expected = 1 - values["accuracy"] if inputs.get("error") else values["accuracy"]
        checks.append(Check("Acurácia = 1 − erros/total", math.isclose(hits, expected,
                      abs_tol=1e-12), f"1 − {fp + fn}/{total} = {plain(hits)}"))  # fmt: skip
    value: Json = values[asked[0]] if len(asked) == 1 else {name: values[name] for name in asked}
    if inputs.get("show_matrix"):
        grid = matrix_shown(inputs, [[tp, fn], [fp, tn]])
        drawn: Json = [list(row) for row in grid]
        value = {"matriz": drawn, **_keyed(value, asked)} if inputs.get("asked") else drawn
        if "told_order" not in inputs or not inputs["told_order"]:
            order = "a positiva primeiro: [[VP, FN], [FP, VN]]"
            if grid != [[tp, fn], [fp, tn]]:
                order = "a 0 primeiro, como no scikit-learn: [[VN, FP], [FN, VP]]"
            notes.append(f"A matriz tem as classes verdadeiras nas linhas e {order}.")
    result = "; ".join(f"{names[name]} = **{plain(values[name])}**" for name in asked)
    if inputs.get("show_matrix"):
        layout = "[[VP, FN], [FP, VN]]" if grid == [[tp, fn], [fp, tn]] else "[[VN, FP], [FN, VP]]"
        result = f"Matriz de confusão {layout} = {plain_matrix(grid)}; {result}"
    return Solution(
        problem=Problem(KIND, inputs),
        title="Métricas de classificação" if len(asked) > 1 else names[asked[0]].capitalize(),
        result=result[0].upper() + result[1:],
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=remarks(inputs, value, _binary_mistakes(asked, values, tp, fp, fn, tn)),
        figure=heatmap([[tp, fn], [fp, tn]], ["positiva", "negativa"])
        if set(CELLS) <= set(cells) else None,
    )  # fmt: skip


def matrix_shown(inputs: Inputs, counts: list[list[int]]) -> list[list[int]]:
    """The matrix in the order that the text tells, or that of the numbers 0 and 1; with other
    names the positive class comes first."""
    classes = strings(inputs.get("classes"))
    ordered = inputs.get("told_order") or all(name.isdigit() for name in classes)
    if ordered and classes and inputs.get("positive") == classes[-1]:
        (tp, fn), (fp, tn) = counts
        return [[tn, fp], [fn, tp]]
    return counts


def _keyed(value: Json, asked: Sequence[str]) -> dict[str, Json]:
    return dict(value) if isinstance(value, dict) else {asked[0]: value}


def solve_cells(inputs: Inputs, cells: dict[str, int]) -> Solution:
    """ "quantos VP, FP, FN e VN?"."""
    solution = solve_binary({**inputs, "show_matrix": True}, cells)
    shown = {letters(name): cells[name] for name in CELLS}
    if asked := strings(inputs.get("asked")):  # "monte VP, FP, FN e VN e calcule a acurácia"
        metrics = solve_binary({**inputs, "show_matrix": False}, cells)
        listed = ", ".join(f"{name} = **{count}**" for name, count in shown.items())
        return replace(
            metrics,
            problem=Problem(KIND, inputs),
            title=f"Contagens e {metrics.title[:1].lower()}{metrics.title[1:]}",
            result=f"{listed}; {metrics.result}",
            value={**shown, **_keyed(metrics.value, asked)},
        )
    return replace(
        solution,
        problem=Problem(KIND, inputs),
        title="Contagens da matriz de confusão",
        result=", ".join(f"{name} = **{count}**" for name, count in shown.items()) + ".",
        value=dict(shown),
        steps=(
            Step("Contagens", "VP: previsto positivo e de fato positivo; FP: previsto positivo, "
                 "mas negativo; FN: previsto negativo, mas positivo; VN: previsto negativo e de "
                 "fato negativo." + _positive_note(inputs)),
        ),
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
        (values[other], f"se calcula a {NAMES[other]} em vez da {NAMES[name]}")
        for other in ("precision", "recall", "accuracy", "specificity", "f1")
        if other != name
    ]
    if name == "f1":
        mean = (values["precision"] + values["recall"]) / 2
        mistakes.insert(0, (mean, "se usa a média aritmética de precisão e revocação, e não a "
                            "harmônica"))  # fmt: skip
        mistakes.append((ratio(tp, tp + fp + fn), "se esquece o fator 2 (índice de Jaccard)"))
        mistakes.append((values["precision"] * values["recall"], "se multiplica precisão por "
                         "revocação"))  # fmt: skip
        mistakes.append((values["f1"] / 2, "se esquece o fator 2"))
    mistakes += [
        (ratio(tp, total), "se divide VP pelo total"),
        (1 - values[name], "se calcula o complemento (1 − a métrica)"),
        (ratio(tn, tn + fn), "se calcula o valor preditivo negativo"),
    ]
    return mistakes


def heatmap(rows: Sequence[Sequence[float]], names: Sequence[str]) -> Figure:
    return Figure(
        "heatmap",
        "Matriz de confusão (linhas: verdadeira; colunas: prevista)",
        {"rows": list(names), "columns": list(names), "values": [list(row) for row in rows]},
    )
