"""Scaled dot-product attention: QKᵀ, scaling, mask, softmax, weights · V."""

from __future__ import annotations

import math
from random import Random

import numpy as np

from tutor.errors import MissingData
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver import attention_rows, weighted_values
from tutor.solver.attention_asked import Pick
from tutor.solver.attention_text import KIND, allowed_keys, match, parse
from tutor.solver.causal import CAUSAL
from tutor.solver.claims import Mistake, remarks
from tutor.solver.format import listing, plain, plain_matrix, tex, tex_matrix, tex_vector
from tutor.solver.inputs import (
    Inputs,
    assumptions,
    is_matrix,
    number,
    rows,
    strings,
)
from tutor.solver.matrices import (
    as_given,
    heatmap,
    small_matrix,
    tex_of,
)
from tutor.solver.registry import Family

# ------------------------------------------------------------------ solving


def _softmax_rows(scores: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    hidden = scores if allowed is None else np.where(allowed, scores, -np.inf)
    powers = np.exp(hidden - hidden.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _solve(inputs: Inputs) -> Solution:
    stage = str(inputs.get("stage", "weights"))
    steps: list[Step] = []
    checks: list[Check] = []
    notes = list(assumptions(inputs))
    scale = inputs.get("scale")
    if "scores" in inputs and "K" not in inputs:
        scores = np.asarray(rows(inputs["scores"]))
        width = inputs.get("d_k")
        if scale is None:
            scale = width is not None
            if not scale:
                notes.append("Não foi dado $d_k$; usei os scores como estão, sem dividir por √d_k.")
        if scale and width is None:
            raise MissingData(
                "Para escalar os scores preciso de d_k. Escreva, por exemplo, d_k = 64.",
                Problem(KIND, inputs),
            )
        d_k = number(width, 1.0)
        single_query = not is_matrix(inputs["scores"])
        single_key = False
        steps.append(Step("Scores dados", rf"$QK^T = {tex_matrix(scores)}$"))
    else:
        q, k = np.asarray(rows(inputs["Q"])), np.asarray(rows(inputs["K"]))
        single_query = not is_matrix(inputs["Q"])
        single_key = not is_matrix(inputs["K"])
        scores = q @ k.T
        d_k = number(inputs.get("d_k"), float(q.shape[1]))
        scale = scale is not False
        if "d_k" in inputs and d_k != q.shape[1]:
            notes.append(
                f"Usei d_k = {plain(d_k)} na escala, como dado, embora Q e K tenham "
                f"{q.shape[1]} colunas."
            )
        steps.append(Step("Fórmula", _formula(stage, bool(scale))))
        steps.append(Step("Produto QKᵀ", _score_step(q, k, scores)))
        second = np.array(
            [[math.fsum(a * b for a, b in zip(x, y, strict=True)) for y in k] for x in q]
        )
        checks.append(
            Check(
                "Produtos escalares",
                bool(np.allclose(second, scores)),
                "cada score recalculado como Σ qᵢkᵢ",
            )
        )
    scaled = scores / math.sqrt(d_k) if scale else scores
    if scale and stage != "scores":
        steps.append(
            Step(
                "Escala por √d_k",
                rf"$\dfrac{{QK^T}}{{\sqrt{{{tex(d_k)}}}}} = {tex_matrix(scaled)}$",
            )
        )
    allowed = allowed_keys(inputs.get("mask"), *scores.shape)
    weights = _softmax_rows(scaled, allowed)
    value = {"scores": scores, "scaled": scaled}.get(stage, weights)
    if stage in ("weights", "output"):
        if allowed is not None:
            hidden = np.where(allowed, scaled, -np.inf)
            steps.append(
                Step("Máscara", rf"As posições escondidas viram $-\infty$: ${tex_matrix(hidden)}$")
            )
            checks.append(
                Check(
                    "Máscara",
                    bool((weights[~allowed] == 0).all()),
                    "as posições escondidas têm peso 0",
                )
            )
        steps.append(Step("Softmax em cada linha", _softmax_step(weights)))
        sums = weights.sum(axis=1)
        checks.append(
            Check(
                "Cada linha soma 1",
                bool(np.allclose(sums, 1)),
                listing([plain(float(s), 6) for s in sums]),
            )
        )
    if stage == "output":
        v = np.asarray(rows(inputs["V"]))
        value = weights @ v
        steps.append(
            Step(
                "Pesos · V", rf"${tex_matrix(weights)} \cdot {tex_matrix(v)} = {tex_matrix(value)}$"
            )
        )
        inside = (value >= v.min(axis=0) - 1e-9).all() and (value <= v.max(axis=0) + 1e-9).all()
        checks.append(
            Check(
                "Média ponderada",
                bool(inside),
                "cada coluna fica entre o menor e o maior valor de V",
            )
        )
    result = as_given(value, single_query, single_key and stage in ("scores", "scaled"))
    picked = Pick.from_inputs(inputs, single_query)
    if picked != Pick():
        result = picked.of(value[0] if single_query else value)
        steps.append(Step("A parte pedida", f"{picked.described()}: ${tex_of(result)}$"))
    shown = tex_of(result)
    if inputs.get("both") and picked == Pick():
        unscaled = as_given(_softmax_rows(scores, allowed), single_query, single_key=False)
        steps.append(Step("Sem a divisão por √d_k", f"${tex_of(unscaled)}$"))
        shown = rf"{shown}\quad\text{{(sem a escala: }}{tex_of(unscaled)}\text{{)}}"
        result = {"sem escala": unscaled, "com escala": result}
    names = {
        "scores": "QK^T",
        "scaled": r"QK^T/\sqrt{d_k}",
        "weights": r"\text{pesos}",
        "output": r"\text{saída}",
    }
    tokens = strings(inputs.get("tokens"))
    return Solution(
        problem=Problem(KIND, {**inputs, "weights": weights.tolist()}),
        title={
            "scores": "Scores de atenção (produto escalar)",
            "scaled": "Scores escalados",
            "weights": "Pesos de atenção",
            "output": "Atenção escalada por produto escalar",
        }[stage],
        result=rf"${names[stage]} = {shown}$",
        value=result,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(notes),
        remarks=remarks(
            inputs, result, _mistakes(inputs, stage, scores, d_k, bool(scale), allowed)
        ),
        figure=heatmap(weights, tokens),
        example_id={"scores": "25", "scaled": "25", "weights": "28", "output": "29"}[stage],
    )


def _formula(stage: str, scale: bool) -> str:
    inner = r"\dfrac{QK^T}{\sqrt{d_k}}" if scale else "QK^T"
    return {
        "scores": "$S = QK^T$: cada score é o produto escalar de uma query por uma key",
        "scaled": rf"$S = {inner}$",
        "weights": rf"$A = \text{{softmax}}\left({inner}\right)$, linha a linha",
        "output": rf"$\text{{Attention}}(Q, K, V) = \text{{softmax}}\left({inner}\right) V$",
    }[stage]


def _score_step(q: np.ndarray, k: np.ndarray, scores: np.ndarray) -> str:
    terms = " + ".join(
        rf"{tex(float(a))} \cdot {tex(float(b))}" for a, b in list(zip(q[0], k[0], strict=True))[:8]
    )
    return (
        rf"${tex_matrix(q)} \cdot {tex_matrix(k)}^T = {tex_matrix(scores)}$; por exemplo, o "
        rf"primeiro é ${terms} = {tex(float(scores[0, 0]))}$"
    )


def _softmax_step(weights: np.ndarray) -> str:
    return "\n\n".join(
        f"linha {i}: ${tex_vector(row)}$" for i, row in enumerate(weights[:16].tolist(), 1)
    )


def _mistakes(
    inputs: Inputs,
    stage: str,
    scores: np.ndarray,
    d_k: float,
    scale: bool,
    allowed: np.ndarray | None,
) -> list[Mistake]:
    v = np.asarray(rows(inputs["V"])) if stage == "output" else None

    def finish(weights: np.ndarray) -> np.ndarray:
        return (weights if v is None else weights @ v).ravel()

    found: list[Mistake] = []
    if stage == "scaled":
        return [
            (scores.ravel(), "se esquece de dividir por √d_k"),
            ((scores / d_k).ravel(), "se divide por d_k em vez de √d_k"),
        ]
    if stage == "scores":
        return [
            ((scores / math.sqrt(d_k)).ravel(), "se divide por √d_k, o que aqui não foi pedido")
        ]
    used = scores / math.sqrt(d_k) if scale else scores
    if scale:
        found.append((finish(_softmax_rows(scores, allowed)), "se esquece de dividir por √d_k"))
        found.append(
            (finish(_softmax_rows(scores / d_k, allowed)), "se divide por d_k em vez de √d_k")
        )
    if allowed is not None:
        found.append((finish(_softmax_rows(used, None)), "se esquece da máscara"))
    found.append(
        (finish(_softmax_rows(used.T, None).T), "se aplica a softmax nas colunas em vez das linhas")
    )
    found.append((finish(used), "se esquece da softmax"))
    return found


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n, d = random.randint(2, 3), random.choice([2, 4])
    q, k, v = (
        small_matrix(random, n, d),
        small_matrix(random, n, d),
        small_matrix(random, n, 2, 0, 5),
    )
    mask = random.random() < 0.3
    given = (
        f"Q = {plain_matrix(rows(q))}, K = {plain_matrix(rows(k))} e V = {plain_matrix(rows(v))}"
    )
    extra = " com máscara causal" if mask else ""
    inputs: dict[str, Json] = {"Q": q, "K": k, "V": v, "scale": True, "stage": "output"}
    if mask:
        inputs["mask"] = "causal"
    return f"Calcule a saída da atenção escalada{extra} com {given}.", inputs


FAMILIES: tuple[Family, ...] = (
    Family(KIND, "Atenção escalada", "atencao", "25", match, parse, _solve, _exercise),
    CAUSAL,
    Family(
        attention_rows.KIND, "A que cada token dá atenção", "atencao", "28", attention_rows.match,
        attention_rows.parse, attention_rows.solve, attention_rows.exercise,
        adopts={
            KIND: ("weights", "tokens"), weighted_values.KIND: ("weights", "tokens"),
        },
    ),
    Family(
        weighted_values.KIND, "Pesos de atenção · V", "atencao", "29", weighted_values.match,
        weighted_values.parse, weighted_values.solve, weighted_values.exercise,
        adopts={attention_rows.KIND: ("weights",), KIND: ("weights",)},
    ),
)  # fmt: skip
