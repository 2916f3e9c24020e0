"""Perplexity: from a mean loss, from losses or from the probabilities of the right tokens."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats
from tutor.solver.registry import Family

_KIND = "perplexity"
_PERPLEXITY = r"perplexidades?|perplexity|ppl"
_LOSS_NAMES = (
    "cross-entropy loss", "cross entropy media", "entropia cruzada media", "entropia cruzada",
    "cross entropy", "perdas", "perda media", "perda", "losses", "loss media", "loss", "nll",
    "entropia",
)  # fmt: skip


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.has(_PERPLEXITY):
        return 0.0
    return 0.97


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    says_probability = statement.has(r"probabilidades?", r"probs?", "p")
    log_probability = statement.has(r"log ?-?(?:probabilidades?|probs?|likelihood|verossimilhanca)")
    tokens = None
    if (
        counted := re.search(r"(?<![\d.,])(\d{1,9}) (?:tokens?|palavras)\b", statement.folded)
    ) is not None:
        tokens = int(counted[1])  # "20 tokens é 46": the number before the word counts them
    elif statement.has(r"tokens?|palavras"):
        tokens = statement.count("tokens", "palavras", "token")
    found = statement.find(*_LOSS_NAMES)
    data = [v for v in (*statement.arrays, *statement.scalars)]
    if found is not None:
        data = [found.value, *[v for v in data if v is not found.value]]
    if tokens is not None:
        data = [v for v in data if not (v.is_scalar and v.scalar()[0] == tokens)] or data
    if data:
        value = data[0]
        if value.is_scalar and len(data) > 1 and all(v.is_scalar for v in data):
            numbers, note = [v.scalar("o valor")[0] for v in data], ""
        elif value.is_scalar:
            numbers, note = [value.scalar("a perda")[0]], ""
        else:
            numbers, note = value.vector("os valores")
        assume(inputs, note)
        for key in ("losses", "probabilities", "total_log", "tokens"):
            inputs.pop(key, None)
        summed = tokens is not None and statement.has(r"tota(?:l|is)", "soma", "somad[ao]", "sum")
        if log_probability or summed:
            if len(numbers) == 1 and tokens is not None:
                inputs["total_log"] = abs(numbers[0])
                inputs["tokens"] = tokens
            else:
                inputs["losses"] = [abs(n) for n in numbers]
        elif (says_probability and found is None) or (
            previous is not None and "probabilities" in previous and found is None
        ):
            inputs["probabilities"] = list(numbers)
        else:
            inputs["losses"] = list(numbers)
    if statement.has("bits", "log2", "log_2", "base 2"):
        inputs["base"] = 2.0
    if previous is not None and inputs == before:
        return None
    _check(inputs)
    return inputs


def _check(inputs: dict[str, Json]) -> None:
    if not any(key in inputs for key in ("losses", "probabilities", "total_log")):
        raise MissingData(
            "Para a perplexidade falta a perda média (por exemplo loss = 2,3) ou as probabilidades "
            "dos tokens corretos (por exemplo [0,5; 0,2; 0,1]).",
            Problem(_KIND, inputs),
        )
    if any(not 0 < p <= 1 for p in floats(inputs.get("probabilities"))):
        raise SolverError("As probabilidades dos tokens precisam ser maiores que 0 e no máximo 1.")
    if any(loss < 0 for loss in floats(inputs.get("losses"))):
        raise SolverError(
            "A entropia cruzada não pode ser negativa. Se são log-probabilidades, escreva "
            "“log-probabilidades”."
        )
    if any(loss > 700 for loss in floats(inputs.get("losses"))):
        raise SolverError("Essa perda é grande demais: a perplexidade não cabe em um número.")


def _solve(inputs: Inputs) -> Solution:
    base = 2.0 if inputs.get("base") == 2.0 else math.e
    steps: list[Step] = []
    mistakes: list[Mistake] = []
    symbol = "2" if base == 2.0 else "e"
    if "probabilities" in inputs:
        p = floats(inputs["probabilities"])
        mean = -math.fsum(math.log(each) for each in p) / len(p)
        value = math.exp(mean)
        steps.append(Step("Fórmula", r"$\text{PPL} = \exp\left(-\frac{1}{N}\sum_i \ln p_i\right)$"))
        terms = " + ".join(rf"\ln {tex(each)}" for each in p[:12])
        steps.append(Step("Perda média", rf"$-\dfrac{{{terms}}}{{{len(p)}}} = {tex(mean)}$"))
        second = float(np.prod(1 / np.asarray(p)) ** (1 / len(p))) if len(p) <= 30 else value
        detail = f"média geométrica de 1/p: {plain(second, 6)}"
        mistakes.append((math.exp(mean * len(p)), "se soma em vez de tirar a média"))
        mistakes.append((1 / (sum(p) / len(p)), "se inverte a média das probabilidades"))
        symbol, exponent = "e", mean
    else:
        if "total_log" in inputs:
            total, count = float(inputs["total_log"]), int(inputs["tokens"])  # type: ignore[arg-type]
            mean = total / count
            steps.append(Step("Perda média por token", rf"${tex(total)}/{count} = {tex(mean)}$"))
        else:
            losses = floats(inputs["losses"])
            mean = math.fsum(losses) / len(losses)
            if len(losses) > 1:
                steps.append(
                    Step("Perda média", rf"média de ${tex_vector(losses)}$: ${tex(mean)}$")
                )
                mistakes.append(
                    (float(np.mean(np.power(base, losses))), "se tira a média das perplexidades")
                )
        value = base**mean
        steps.insert(0, Step("Fórmula", rf"$\text{{PPL}} = {symbol}^{{\text{{perda média}}}}$"))
        second = math.exp(mean * math.log(base))
        detail = f"exp(perda · ln base): {plain(second, 6)}"
        other = 2.0**mean if base != 2.0 else math.exp(mean)
        mistakes.append((other, "se usa a base errada (2 em vez de e, ou o contrário)"))
        mistakes.append((mean, "se dá a perda em vez da exponencial dela"))
        exponent = mean
    steps.append(
        Step("Exponencial", rf"$\text{{PPL}} = {symbol}^{{{tex(exponent)}}} = {tex(value)}$")
    )
    notes = list(assumptions(inputs))
    if "base" not in inputs and "probabilities" not in inputs:
        notes.append("Considerei a perda em nats (logaritmo natural), como no PyTorch.")
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Perplexidade",
        result=rf"Perplexidade: $\text{{PPL}} \approx {tex(value)}$",
        value=value,
        steps=tuple(steps),
        checks=(
            Check("Segunda formulação", math.isclose(second, value, rel_tol=1e-9), detail),
            Check("Pelo menos 1", value >= 1 - 1e-12, "a perplexidade nunca é menor que 1"),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    if random.random() < 0.5:
        loss = round(random.uniform(0.5, 4), 2)
        return (
            f"Um modelo de linguagem tem entropia cruzada média de {plain(loss)}. "
            "Calcule a perplexidade.",
            {"losses": [loss], "assumptions": []},
        )
    p: list[Json] = [round(random.uniform(0.05, 0.9), 2) for _ in range(random.randint(3, 5))]
    return (
        "Calcule a perplexidade de um modelo que deu aos tokens corretos as probabilidades "
        f"{plain_vector(floats(p))}.",
        {"probabilities": p, "assumptions": []},
    )


# ------------------------------------------------- mean loss over the right tokens

_TOKEN_LOSS = "token_loss"
_TOKENS = (
    r"palavras?|tokens?|lacunas?|tradu\w+|tradutor|gerador|mascarad[ao]s?|tapad[ao]s?|mlm|"
    r"modelo de linguagem|language model|words?"
)
_LOSS = r"loss|perda|custo|entropia cruzada|cross[ -]?entropy|nll"
_TOTAL = r"soma(?:da|r)?|total|perda d[ao] (?:frase|sequencia) inteira"


def _probabilities(statement: Statement) -> list[float]:
    """All numbers of the message, if each may be the probability of a token."""
    numbers = [
        number
        for value in statement.values
        if not value.ordinal and not value.dimensions
        for number in (
            [value.scalar("a probabilidade")[0]]
            if value.is_scalar
            else value.vector("as probabilidades")[0]
        )
    ]
    fits = len(numbers) > 1 and all(0 < number < 1 for number in numbers)
    return numbers if fits else []


def _match_tokens(statement: Statement) -> float:
    if statement.conceptual or statement.has(_PERPLEXITY, "logits?", "atencao", "attention"):
        return 0.0
    if not statement.has(_LOSS) or not statement.has(_TOKENS):
        return 0.0
    if any(len(value.readings[0].shape) > 1 for value in statement.arrays):
        return 0.0
    if not statement.has(r"probabilidades?|probs?|prob|deu|deram|chances?|atribuiu"):
        return 0.0
    return 0.96 if _probabilities(statement) else 0.0


def _parse_tokens(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = dict(inputs)
    numbers = _probabilities(statement)
    if numbers:
        inputs["probabilities"] = [*numbers]
    if statement.has(_TOTAL):
        inputs["reduction"] = "sum"
    elif statement.has(r"medi[ao]|mean"):
        inputs["reduction"] = "mean"
    if "probabilities" not in inputs or (previous is not None and inputs == before):
        return None
    _check(inputs)
    return inputs


def _solve_tokens(inputs: Inputs) -> Solution:
    p = floats(inputs["probabilities"])
    losses = [-math.log(each) for each in p]
    total = math.fsum(losses)
    summed = inputs.get("reduction") == "sum"
    value = total if summed else total / len(p)
    notes = list(assumptions(inputs))
    if "reduction" not in inputs:
        notes.append(f"Usei a média por token, a convenção usual; a soma é {plain(total)}.")
    product = math.prod(p)
    second = -math.log(product) if product > 1e-300 else total
    other, clause = (
        (total / len(p), "se tira a média em vez de somar")
        if summed
        else (total, "se somam as perdas em vez de tirar a média")
    )
    mistakes: list[Mistake] = [
        (other, clause),
        (-math.log(sum(p) / len(p)), "se toma o logaritmo da média das probabilidades"),
        (value / math.log(10), "se usa log₁₀ em vez de ln"),
        (value / math.log(2), "se usa log₂ em vez de ln"),
    ]
    terms = ",\\ ".join(rf"-\ln {tex(a)} = {tex(b)}" for a, b in zip(p, losses, strict=True))
    mean = rf"\dfrac{{{tex(total)}}}{{{len(p)}}} = {tex(total / len(p))}"
    return Solution(
        problem=Problem(_TOKEN_LOSS, inputs),
        title="Perda sobre os tokens corretos",
        result=rf"Entropia cruzada {'total' if summed else 'média'}: $L \approx {tex(value)}$",
        value=value,
        steps=(
            Step("Fórmula", r"Em cada posição, $-\ln p(\text{token correto})$"),
            Step("Perda de cada token", f"${terms}$"),
            Step("Soma" if summed else "Média", f"${tex(total) if summed else mean}$"),
        ),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(second, total, rel_tol=1e-9, abs_tol=1e-12),
                f"−ln do produto das probabilidades: {plain(second, 6)}",
            ),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise_tokens(random: Random) -> tuple[str, dict[str, Json]]:
    p: list[Json] = [round(random.uniform(0.05, 0.9), 2) for _ in range(random.randint(2, 4))]
    return (
        "Um modelo de linguagem deu aos tokens corretos as probabilidades "
        f"{plain_vector(floats(p))}. Calcule a perda média (entropia cruzada).",
        {"probabilities": p, "reduction": "mean", "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Perplexidade", "gpt", "38", _match, _parse, _solve, _exercise),
    Family(
        _TOKEN_LOSS, "Perda sobre os tokens corretos", "gpt", "38",
        _match_tokens, _parse_tokens, _solve_tokens, _exercise_tokens,
        adopts={_KIND: ("probabilities",)},
    ),
)  # fmt: skip
