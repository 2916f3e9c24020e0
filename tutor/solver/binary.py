"""Binary cross-entropy, from logits (stable softplus form) or from probabilities."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.classes import BINARY, log_base
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, tex
from tutor.solver.inputs import Inputs, assume, assumptions, floats, number
from tutor.solver.loss_steps import log_name, reduction_step
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

KIND = "binary_cross_entropy"
_BINARY_LOGITS = ("logits", "logit", "z", "scores", "score", "saida linear")
_BINARY_PROBABILITIES = (
    "probabilidades", "probabilidade", "previsoes", "previsao", "predicoes", "predicao", "y_hat",
    "yhat", "y_pred", "saida da sigmoide", "saida da sigmoid", "saidas", "saida", "p", "sigmoide",
    "sigmoid", "confianca", "modelo preve", "modelo previu", "previu", "preve", "deu",
)  # fmt: skip
_BINARY_TARGETS = (
    "rotulos verdadeiros", "rotulo verdadeiro", "rotulos", "rotulo", "labels", "label", "alvos",
    "alvo", "targets", "target", "y_true", "classe verdadeira", "classe real", "classe correta",
    "classes", "classe", "valor real", "valor verdadeiro", "verdadeiro", "gabarito", "y",
)  # fmt: skip


def _match_binary(statement: Statement) -> float:
    if statement.conceptual or not statement.has(BINARY):
        return 0.0
    return 0.97


def _parse_binary(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    paired = _paired(statement) if previous is None else None
    if paired is not None:
        inputs["targets"], inputs["probabilities"] = [*paired[0]], [*paired[1]]
        return checked_binary(inputs)
    targets = statement.find(*_BINARY_TARGETS)
    used = targets.value if targets is not None else None
    if targets is not None:
        inputs["targets"] = _binary_data(targets.value, "o rótulo")
    else:
        word = re.search(
            r"\b(?:classe|exemplo|rotulo)\s+(?:e\s+)?(positiv|negativ)", statement.folded
        )
        told = told_label(statement)
        if word:
            inputs["targets"] = [1.0 if word.group(1) == "positiv" else 0.0]
        elif previous is None and told is not None:
            inputs["targets"] = [told]
            assume(inputs, f"Li o que aconteceu como rótulo y = {told:.0f}.")
    logits = statement.find(*_BINARY_LOGITS)
    probabilities = statement.find(*_BINARY_PROBABILITIES)
    if logits is not None and logits.value is not used:
        inputs["logits"] = _binary_data(logits.value, "o logit")
        inputs.pop("probabilities", None)
    elif probabilities is not None and probabilities.value is not used:
        inputs["probabilities"] = _binary_data(probabilities.value, "a probabilidade")
        inputs.pop("logits", None)
    else:
        rest = [v for v in (*statement.arrays, *statement.scalars) if v is not used]
        rest = [v for v in rest if v.percent] or rest  # "12 torres, 25% de chance"
        if len(rest) == 1:
            _place_bare(inputs, rest[0])
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    if statement.has("soma", "somada", "sum"):
        inputs["reduction"] = "sum"
    elif statement.has("media", "mean"):
        inputs["reduction"] = "mean"
    if previous is not None and before == inputs:
        return None
    return checked_binary(inputs)


# "0,85 de chance de ser spam e o e-mail não era spam": the event, and whether it came.
_CHANCE = re.compile(
    r"\b(?:chances?|probabilidades?|confianca|certeza) (?:de |da |do |que )"
    r"(?:(?:ser|haver|ter|estar|ocorrer|e|era|seja|um|uma|o|a) )*([a-z]{3,30})"
)
_NO = r"(?:nao|nunca|sem|nenhum[a]?)"


def told_label(statement: Statement) -> float | None:
    """1 where the event of "chance de chuva" is said to have come, 0 where it is denied."""
    chance = _CHANCE.search(statement.folded)
    if chance is None:
        return None
    stem = chance[1][: max(4, len(chance[1]) // 2)]  # cancelamento … cancelou
    again = re.compile(rf"\b({_NO}\s+(?:\w+ ){{0,3}}?)?{stem}[a-z]{{0,8}}\b")
    rest = re.split(r"\b(?:qual|quanto|calcul\w+|determine)\b|\?", statement.folded[chance.end() :])
    found = {again_match[1] is None for again_match in again.finditer(rest[0])}
    return None if len(found) != 1 else float(found.pop())


_LABEL_OF_EACH = re.compile(r"(?<!\w)y_?\d? ?= ?(\d)(?![\w]|[.,]\d)")
_CHANCE_OF_EACH = re.compile(r"(?<!\w)p_?\d? ?= ?(-?\d{1,3}(?:[.,]\d{1,9})?)(?![\w%]|[.,]\d)")


def _paired(statement: Statement) -> tuple[list[float], list[float]] | None:
    """ "(y=1, p=0,9), (y=0, p=0,2)": several examples, each with its label."""
    labels = [float(each) for each in _LABEL_OF_EACH.findall(statement.folded)]
    chances = [float(each.replace(",", ".")) for each in _CHANCE_OF_EACH.findall(statement.folded)]
    several = len(labels) > 1 and len(chances) > 1 and not statement.arrays
    return (labels, chances) if several else None


def _binary_data(value: Value, what: str) -> Json:
    if value.is_scalar:
        return [value.scalar(what)[0]]
    return list(value.vector(what)[0])


def _place_bare(inputs: dict[str, Json], value: Value) -> None:
    """A number without a name fills what is missing."""
    data = _binary_data(value, "o valor")
    numbers = floats(data)
    if "logits" not in inputs and "probabilities" not in inputs:
        if all(0 <= n <= 1 for n in numbers):
            inputs["probabilities"] = data
            assume(inputs, "Li o valor dado como probabilidade (saída da sigmoide), não logit.")
        else:
            inputs["logits"] = data
    elif "targets" not in inputs and all(n in (0, 1) for n in numbers):
        inputs["targets"] = data


def checked_binary(inputs: dict[str, Json]) -> dict[str, Json]:
    outputs = floats(inputs.get("logits", inputs.get("probabilities")))
    if not outputs:
        raise MissingData(
            "Para a entropia cruzada binária falta a saída da rede: o logit (por exemplo z = 1,2) "
            "ou a probabilidade (por exemplo p = 0,8).",
            Problem(KIND, inputs),
        )
    targets = floats(inputs.get("targets"))
    if not targets:
        raise MissingData(
            "Qual é o rótulo verdadeiro? Escreva, por exemplo, y = 1.",
            Problem(KIND, inputs),
        )
    if len(targets) == 1 and len(outputs) > 1:
        targets = targets * len(outputs)
        inputs["targets"] = list(targets)
    if len(targets) != len(outputs):
        raise SolverError(
            f"São {len(outputs)} saídas e {len(targets)} rótulos. "
            "Precisa haver um rótulo (0 ou 1) para cada saída."
        )
    if any(not 0 <= t <= 1 for t in targets):
        raise SolverError("Na entropia cruzada binária o rótulo é 0 ou 1.")
    if "logits" not in inputs:
        if any(not 0 <= p <= 1 for p in outputs):
            raise SolverError(
                f"{plain_vector(outputs[:8])} não é probabilidade: precisa estar entre 0 e 1. "
                "Se é logit, escreva “logit”."
            )
        if any(
            (t > 0 and p == 0) or (t < 1 and p == 1) for t, p in zip(targets, outputs, strict=True)
        ):
            raise SolverError(
                "A probabilidade dada à classe verdadeira é 0, e −ln 0 é infinito: a entropia "
                "cruzada não tem valor finito."
            )
    return inputs


def _solve_binary(inputs: Inputs) -> Solution:
    from_logits = "logits" in inputs
    outputs = np.array(floats(inputs["logits"] if from_logits else inputs["probabilities"]))
    targets = np.array(floats(inputs["targets"]))
    base = number(inputs.get("base"), math.e)
    scale = math.log(base)
    if from_logits:
        losses = (
            np.maximum(outputs, 0) - outputs * targets + np.log1p(np.exp(-abs(outputs)))
        ) / scale
        p = 0.5 * (1 + np.tanh(outputs / 2))
        second = (
            targets * np.logaddexp(0, -outputs) + (1 - targets) * np.logaddexp(0, outputs)
        ) / scale
    else:
        p = outputs
        losses = -_xlogy(targets, p) / scale - _xlogy(1 - targets, 1 - p) / scale
        z = np.log(np.clip(p, 1e-300, None)) - np.log1p(-np.clip(p, None, 1 - 1e-16))
        second = (targets * np.logaddexp(0, -z) + (1 - targets) * np.logaddexp(0, z)) / scale
    reduction = str(inputs.get("reduction", "mean"))
    value = float(losses.sum() if reduction == "sum" else losses.mean())
    log = log_name(base)
    steps = [
        Step(
            "Fórmula",
            rf"$L = -[\,y\,{log} p + (1-y)\,{log}(1-p)\,]$"
            + (r", com $p = \sigma(z) = \dfrac{1}{1+e^{-z}}$" if from_logits else ""),
        )
    ]
    for index, (out, q, t, loss) in enumerate(zip(outputs, p, targets, losses, strict=True), 1):
        suffix = f" (exemplo {index})" if len(outputs) > 1 else ""
        if index > 20:
            break
        if from_logits:
            steps.append(
                Step(f"Sigmoide{suffix}", rf"$p = \sigma({tex(float(out))}) = {tex(float(q))}$")
            )
        steps.append(
            Step(
                f"Substituição{suffix}", _binary_substitution(float(q), float(t), float(loss), log)
            )
        )
    if len(outputs) > 1:
        steps.append(reduction_step([float(x) for x in losses], reduction, value))
    notes = list(assumptions(inputs))
    if inputs.get("asked") == "gradient" and from_logits and len(outputs) == 1:
        return _gradient(inputs, float(outputs[0]), float(p[0]), float(targets[0]), steps)
    if "base" not in inputs:
        notes.append("Usei o logaritmo natural (ln).")
    if len(outputs) > 1 and "reduction" not in inputs:
        notes.append("Usei a média sobre os exemplos.")
    checks = (
        Check(
            "Segunda formulação",
            bool(np.allclose(second, losses, rtol=1e-7, atol=1e-9)),
            "softplus do logit: " + listing([plain(float(s), 6) for s in second]),
        ),
        Check("Perda não negativa", bool((losses >= -1e-12).all()), "L ≥ 0"),
    )
    mistakes: list[Mistake] = [
        (value * scale / math.log(10), "se usa log₁₀ em vez do logaritmo natural"),
        (value * scale / math.log(2), "se usa log₂ em vez do logaritmo natural"),
        (-value, "se esquece do sinal de menos"),
    ]
    swapped = -_xlogy(1 - targets, p) - _xlogy(targets, 1 - p)
    mistakes.append((float(swapped.mean()) / scale, "se troca o rótulo (0 por 1)"))
    if len(outputs) > 1:
        other = float(losses.mean() if reduction == "sum" else losses.sum())
        clause = "se tira a média" if reduction == "sum" else "se somam as perdas sem dividir"
        mistakes.append((other, clause))
    if not from_logits:
        q = 0.5 * (1 + np.tanh(p / 2))
        twice = -_xlogy(targets, q) - _xlogy(1 - targets, 1 - q)
        mistakes.append((float(twice.mean()) / scale, "se aplica a sigmoide de novo"))
    return Solution(
        problem=Problem(KIND, inputs),
        title="Entropia cruzada binária",
        result=rf"Entropia cruzada binária: $L \approx {tex(value)}$",
        value=value,
        steps=tuple(steps),
        checks=checks,
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, mistakes),
    )


def _gradient(inputs: Inputs, z: float, p: float, y: float, steps: list[Step]) -> Solution:
    """∂L/∂z = σ(z) − y."""
    value, h = p - y, 1e-5

    def loss(at: float) -> float:
        return float(np.logaddexp(0, at)) - at * y

    numeric = (loss(z + h) - loss(z - h)) / (2 * h)
    return Solution(
        problem=Problem(KIND, inputs),
        title="Gradiente da entropia cruzada binária em relação ao logit",
        result=rf"$\dfrac{{\partial L}}{{\partial z}} = {tex(value)}$",
        value=value,
        steps=(
            *steps[1:2],
            Step(
                "Gradiente",
                rf"$\dfrac{{\partial L}}{{\partial z}} = \sigma(z) - y = {tex(p)} - {tex(y)} = "
                rf"{tex(value)}$",
            ),
        ),
        checks=(
            Check(
                "Diferenças finitas",
                math.isclose(numeric, value, rel_tol=1e-4, abs_tol=1e-6),
                "(L(z + h) − L(z − h))/2h dá o mesmo valor",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(-value, "se troca o sinal"), (p, "se esquece de y")]),
    )


def _xlogy(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x·ln y with 0·ln 0 = 0."""
    return np.where(x == 0, 0.0, x * np.log(np.where(x == 0, 1.0, y)))


def _binary_substitution(p: float, target: float, loss: float, log: str) -> str:
    if target == 1:
        return rf"$y = 1$: $L = -{log} {tex(p)} = {tex(loss)}$"
    if target == 0:
        return rf"$y = 0$: $L = -{log}(1 - {tex(p)}) = {tex(loss)}$"
    return (
        rf"$y = {tex(target)}$: $L = -{tex(target)} \cdot {log} {tex(p)} - "
        rf"{tex(1 - target)} \cdot {log}(1 - {tex(p)}) = {tex(loss)}$"
    )


def _exercise_binary(random: Random) -> tuple[str, dict[str, Json]]:
    target = float(random.randint(0, 1))
    if random.random() < 0.5:
        logit = round(random.uniform(-3, 3), 1)
        return (
            f"Calcule a entropia cruzada binária para o logit z = {plain(logit)} e o rótulo "
            f"y = {plain(target)}.",
            {"targets": [target], "logits": [logit], "assumptions": []},
        )
    p = round(random.uniform(0.05, 0.95), 2)
    return (
        f"Calcule a entropia cruzada binária para a probabilidade p = {plain(p)} e o rótulo "
        f"y = {plain(target)}.",
        {"targets": [target], "probabilities": [p], "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        KIND, "Entropia cruzada binária", "perdas_ativacoes", "2",
        _match_binary, _parse_binary, _solve_binary, _exercise_binary,
    ),
)  # fmt: skip
