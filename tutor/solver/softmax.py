"""Softmax (with temperature) and log-softmax, stable for logits of any size."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import ArrayLike

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.chosen import one_of, ratio_of
from tutor.solver.claims import Mistake, remarks
from tutor.solver.classes import (
    ATTENTION,
    BINARY,
    CROSS_ENTROPY,
    LOG_SOFTMAX,
    LOGIT_NAMES,
    LOSS,
    SOFTMAX,
    check_class_count,
    class_names,
    class_pairs,
    element_change,
    numbers_of,
)
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, table, tex, tex_signed, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats, is_matrix, number, strings
from tutor.solver.inputs import rows as rows_of
from tutor.solver.registry import Family
from tutor.solver.told import read_told


def softmax(logits: ArrayLike, temperature: float = 1.0) -> np.ndarray:
    z = np.asarray(logits, dtype=float) / temperature
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def log_softmax(logits: ArrayLike, temperature: float = 1.0) -> np.ndarray:
    z = np.asarray(logits, dtype=float) / temperature
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


_SOFTMAX_KIND = "softmax"
_LOG_SOFTMAX_KIND = "log_softmax"
_TEMPERATURE_NAMES = ("temperatura", "temperature", "temp", "tau", "t")


def _match_softmax(statement: Statement) -> float:
    if statement.conceptual:
        # "e a softmax?" takes the logits of the problem before.
        named = statement.has(SOFTMAX) and not statement.asks_concept
        if named and statement.unreadable:
            return 0.9
        if not named and statement.has("probabilidades", "probs", "distribuicao"):
            named = re.match(r"\W*e (?:as|a|quais) ", statement.folded) is not None
        return 0.5 if named and len(statement.folded.split()) < 5 else 0.0
    if statement.has(r"(?:qual|que)(?: (?!com\b)\w+){0,3}? temperatura", "what temperature"):
        return 0.0
    if statement.has(LOG_SOFTMAX):
        return 0.0
    if not statement.has(SOFTMAX):
        wanted = statement.has("logits?", "escores?", "scores?", "notas?") and statement.has(
            "probabilidades?", "chances?", r"distribuicao de probabilidade"
        )
        given = bool(statement.arrays or class_pairs(statement) or read_told(statement))
        return 0.5 if wanted and given and not statement.has(CROSS_ENTROPY, BINARY) else 0.0
    if statement.has(LOG_SOFTMAX) or statement.has(CROSS_ENTROPY, BINARY):
        return 0.0
    if statement.has(r"mascara\w*", "mask(?:ed|ing)?", "causal"):
        return 0.0  # a softmax without the mask would be wrong
    if statement.has(ATTENTION):
        return 0.3
    return 0.55 if statement.has(LOSS) else 0.9


def _match_log_softmax(statement: Statement) -> float:
    if not statement.has(LOG_SOFTMAX) or statement.conceptual:
        return 0.0
    return 0.93


def _parse_softmax(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    return _parse_softmax_as(_SOFTMAX_KIND, statement, previous)


def _parse_log_softmax(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    return _parse_softmax_as(_LOG_SOFTMAX_KIND, statement, previous)


def _parse_softmax_as(
    kind: str, statement: Statement, previous: Inputs | None
) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {} if previous is None else {**previous, "assumptions": []}
    temperature = statement.scalar(*_TEMPERATURE_NAMES, what="a temperatura")
    changed = temperature is not None
    if temperature is not None:
        if temperature <= 0:
            raise SolverError("A temperatura da softmax precisa ser maior que zero.")
        inputs["temperature"] = temperature
    pairs = class_pairs(statement)
    if statement.arrays:
        found = statement.find(*LOGIT_NAMES)
        value = (
            found.value
            if found is not None and found.value in statement.arrays
            else statement.arrays[0]
        )
        names = class_names(statement)
        size = len(names.items) if names is not None else None
        inputs["logits"], assumption = numbers_of(value, "os logits", size, False)
        if names is not None and len(names.items) == len(rows_of(inputs["logits"])[0]):
            inputs["classes"] = list(names.items)
        elif previous is not None and len(strings(inputs.get("classes"))) != len(
            rows_of(inputs["logits"])[0]
        ):
            inputs.pop("classes", None)
        assume(inputs, assumption)
        changed = True
    elif previous is None and len(pairs) > 1:
        inputs["logits"] = [value.scalar(name)[0] for name, value in pairs]
        inputs["classes"] = [name for name, _ in pairs]
        changed = True
    elif previous is None and (told := read_told(statement)) is not None:
        inputs["logits"], inputs["classes"] = [*told.logits], [*told.classes]
        assume(inputs, told.note)
        changed = True
    elif previous is not None and isinstance(inputs.get("logits"), list):
        element = element_change(
            statement, floats(inputs["logits"]), strings(inputs.get("classes"))
        )
        if element is not None:
            inputs["logits"] = list(element)
            changed = True
    if previous is not None and not changed:
        before = inputs.get("asked")
        if not isinstance(inputs.get("logits"), list):
            return None
        chosen = _with_choice(statement, inputs, changed=False)
        return chosen if chosen.get("asked") != before else None
    logits = inputs.get("logits")
    if not isinstance(logits, list) or not logits:
        raise MissingData(
            "Faltam os logits para a softmax. Escreva-os, por exemplo, [2; 1; 0,1].",
            Problem(kind, inputs),
        )
    check_class_count(statement, len(rows_of(logits)[0]))
    inputs.setdefault("temperature", 1.0)
    return _with_choice(statement, inputs, changed=changed)


def _with_choice(
    statement: Statement, inputs: dict[str, Json], *, changed: bool
) -> dict[str, Json]:
    """Note where one probability or a ratio is asked for."""
    if is_matrix(inputs["logits"]):
        return inputs
    logits = floats(inputs["logits"])
    position = one_of(statement, logits, strings(inputs.get("classes")))
    ratio = ratio_of(statement, len(logits))
    if changed or position is not None or ratio is not None:
        inputs.pop("asked", None)
    if ratio is not None:
        inputs["asked"] = [*ratio]
    elif position is not None:
        inputs["asked"] = position
    return inputs


def _choose(inputs: Inputs, values: np.ndarray, steps: list[Step]) -> tuple[Json, str]:
    """The probability (or its logarithm, or the ratio of two) that was asked for, and its name."""
    asked = inputs.get("asked")
    classes = strings(inputs.get("classes"))
    if isinstance(asked, list):
        i, j = (int(each) for each in floats(asked))
        value = float(values[i] / values[j])
        shown = rf"$p_{i + 1} / p_{j + 1} = {tex(value)}$"
        steps.append(Step("Razão", shown))
        return value, shown
    position = int(number(asked))
    value = float(values[position])
    name = classes[position] if position < len(classes) else f"a {position + 1}ª classe"
    shown = rf"Para {name}: ${tex(value)}$"
    steps.append(Step("O que foi pedido", shown))
    return (name if inputs.get("named") else value), shown


def _solve_softmax(inputs: Inputs) -> Solution:
    rows = rows_of(inputs["logits"])
    temperature = number(inputs.get("temperature"), 1.0)
    classes = strings(inputs.get("classes"))
    probabilities = softmax(rows, temperature)
    second = np.array([_softmax_by_differences(row, temperature) for row in rows])
    batch = is_matrix(inputs["logits"])
    value: Json = probabilities.tolist() if batch else probabilities[0].tolist()
    steps = [Step("Fórmula", _softmax_formula(temperature))]
    for index, row in enumerate(rows, 1):
        steps += _softmax_steps(row, temperature, classes, f" (linha {index})" if batch else "")
    checks = (
        Check(
            "As probabilidades somam 1",
            bool(np.allclose(probabilities.sum(axis=1), 1)),
            "soma: " + listing([plain(float(p.sum()), 6) for p in probabilities]),
        ),
        Check(
            "Segunda formulação",
            bool(np.allclose(second, probabilities[:, :_CHECKED], atol=1e-9)),
            "1/Σⱼ e^(zⱼ−zᵢ) dá os mesmos valores",
        ),
    )
    mistakes: list[Mistake] = []
    if not batch:
        z = np.asarray(rows[0])
        if temperature != 1:
            mistakes.append((softmax(z), "se esquece de dividir os logits pela temperatura"))
            mistakes.append((softmax(z * temperature), "se multiplica pela temperatura"))
        if z.sum() != 0:
            mistakes.append((z / z.sum(), "se divide cada logit pela soma, sem a exponencial"))
        mistakes.append((np.exp(z / temperature), "se esquece de dividir pela soma"))
        mistakes.append((softmax(probabilities[0]), "se aplica a softmax duas vezes"))
    shown = r",\ ".join(tex_vector(row) for row in probabilities)
    result = rf"$\text{{softmax}}(z) = {shown}$" + _named(classes, probabilities, batch)
    if "asked" in inputs and not batch:
        value, chosen = _choose(inputs, probabilities[0], steps)
        result = f"{chosen}; {result}"
    return Solution(
        problem=Problem(_SOFTMAX_KIND, inputs),
        title="Softmax" if temperature == 1 else "Softmax com temperatura",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=checks,
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure(
            "bars",
            "Probabilidades da softmax",
            {
                "labels": list(classes)
                or [f"classe {i + 1}" for i in range(probabilities.shape[1])],
                "values": probabilities[0].tolist(),
            },
        ),
    )


def _softmax_formula(temperature: float) -> str:
    if temperature == 1:
        return r"$p_i = \dfrac{e^{z_i}}{\sum_j e^{z_j}}$"
    return rf"$p_i = \dfrac{{e^{{z_i/T}}}}{{\sum_j e^{{z_j/T}}}}$, com $T = {tex(temperature)}$"


_CHECKED = 200  # of a row: the second formulation costs the square of its length


def _softmax_by_differences(row: Sequence[float], temperature: float) -> list[float]:
    z = np.asarray(row, dtype=float) / temperature
    return [float(1 / np.exp(np.minimum(z - each, 700)).sum()) for each in z[:_CHECKED]]


def _softmax_steps(
    row: Sequence[float], temperature: float, classes: Sequence[str], suffix: str
) -> list[Step]:
    z = np.asarray(row, dtype=float) / temperature
    shift = float(z.max()) if np.abs(z).max() > 20 else 0.0
    powers = np.exp(z - shift)
    steps = []
    if temperature != 1:
        steps.append(
            Step(
                f"Dividir pela temperatura{suffix}",
                rf"$z/T = {tex_vector(row)} / {tex(temperature)} = {tex_vector(z)}$",
            )
        )
    if shift:
        steps.append(
            Step(
                f"Subtrair o maior logit{suffix}",
                "Isso não muda a softmax e evita exponenciais enormes: "
                rf"$z - {tex_signed(shift)} = {tex_vector(z - shift)}$",
            )
        )
    names = list(classes) if len(classes) == len(row) else [str(i + 1) for i in range(len(row))]
    total = float(powers.sum())
    body = [
        [name, f"${tex(float(a))}$", f"${tex(float(b))}$", f"${tex(float(b) / total)}$"]
        for name, a, b in zip(names, z - shift, powers, strict=True)
    ][:50]
    steps.append(
        Step(
            f"Exponenciais e soma{suffix}",
            rf"Soma das exponenciais: ${tex(total)}$."
            + "\n\n"
            + table(["classe", "$z$", "$e^{z}$", "$p$"], body),
        )
    )
    return steps


def _named(classes: Sequence[str], probabilities: np.ndarray, batch: bool) -> str:
    if batch or len(classes) != probabilities.shape[1]:
        return ""
    best = int(probabilities[0].argmax())
    return f" — a maior é a de {classes[best]} ({plain(100 * float(probabilities[0][best]), 2)}%)"


def _solve_log_softmax(inputs: Inputs) -> Solution:
    rows = rows_of(inputs["logits"])
    temperature = number(inputs.get("temperature"), 1.0)
    logs = log_softmax(rows, temperature)
    batch = is_matrix(inputs["logits"])
    value: Json = logs.tolist() if batch else logs[0].tolist()
    steps = [
        Step("Fórmula", r"$\log p_i = z_i - \ln \sum_j e^{z_j}$ (logaritmo natural)"),
    ]
    for index, row in enumerate(rows, 1):
        z = np.asarray(row) / temperature
        total = float(np.logaddexp.reduce(z))
        suffix = f" (linha {index})" if batch else ""
        steps.append(Step(f"Log da soma{suffix}", rf"$\ln \sum_j e^{{z_j}} = {tex(total)}$"))
        steps.append(
            Step(
                f"Subtrair de cada logit{suffix}",
                rf"${tex_vector(z)} - {tex_signed(total)} = {tex_vector(z - total)}$",
            )
        )
    second = np.array(
        [
            np.asarray(r) / temperature - np.logaddexp.reduce(np.asarray(r) / temperature)
            for r in rows
        ]
    )
    checks = (
        Check(
            "As exponenciais somam 1",
            bool(np.allclose(np.exp(logs).sum(axis=1), 1)),
            "Σ e^(log p) = 1",
        ),
        Check(
            "Segunda formulação",
            bool(np.allclose(second, logs)),
            "log-sum-exp acumulado dá o mesmo",
        ),
    )
    result = r"$\log\text{softmax}(z) = " + r"\ ".join(tex_vector(r) for r in logs) + "$"
    if inputs.get("asked") == "logsumexp":
        sums = [float(np.logaddexp.reduce(np.asarray(row) / temperature)) for row in rows]
        value = [*sums] if batch else sums[0]
        result = rf"$\ln \sum_j e^{{z_j}} = {', '.join(tex(each) for each in sums)}$; {result}"
    elif isinstance(inputs.get("asked"), int) and not batch:
        value, chosen = _choose(inputs, logs[0], steps)
        result = f"{chosen}; {result}"
    return Solution(
        problem=Problem(_LOG_SOFTMAX_KIND, inputs),
        title="Log-softmax",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=checks,
        assumptions=assumptions(inputs),
        remarks=remarks(
            inputs,
            value,
            [
                (softmax(rows[0], temperature), "se esquece do logaritmo"),
                (logs[0] / math.log(10), "se usa log₁₀ em vez do logaritmo natural"),
                (logs[0] / math.log(2), "se usa log₂ em vez do logaritmo natural"),
                (-logs[0], "se troca o sinal"),
            ],
        ),
    )


def _random_logits(random: Random, size: int) -> list[float]:
    return [round(random.uniform(-2, 5), 1) for _ in range(size)]


def _exercise_softmax(random: Random) -> tuple[str, dict[str, Json]]:
    logits = _random_logits(random, random.randint(3, 5))
    temperature = random.choice([1.0, 1.0, 0.5, 2.0, 4.0])
    extra = f" com temperatura {plain(temperature)}" if temperature != 1 else ""
    return (
        f"Calcule a softmax{extra} dos logits {plain_vector(logits)}.",
        {"logits": list(logits), "temperature": temperature, "assumptions": []},
    )


def _exercise_log_softmax(random: Random) -> tuple[str, dict[str, Json]]:
    logits = _random_logits(random, random.randint(3, 5))
    return (
        f"Calcule a log-softmax dos logits {plain_vector(logits)}.",
        {"logits": list(logits), "temperature": 1.0, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _SOFTMAX_KIND, "Softmax", "perdas_ativacoes", "12",
        _match_softmax, _parse_softmax, _solve_softmax, _exercise_softmax,
        adopts={"cross_entropy": ("logits",), "log_softmax": ("logits",)},
    ),
    Family(
        _LOG_SOFTMAX_KIND, "Log-softmax", "perdas_ativacoes", "12",
        _match_log_softmax, _parse_log_softmax, _solve_log_softmax,
        _exercise_log_softmax,
        adopts={"cross_entropy": ("logits",), "softmax": ("logits",)},
    ),
)  # fmt: skip
