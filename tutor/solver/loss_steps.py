"""How a cross-entropy is shown: formula, steps, checks and the mistakes that are recognised."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from tutor.records import Check, Step
from tutor.solver.claims import Mistake
from tutor.solver.format import listing, plain, table, tex, tex_signed, tex_vector
from tutor.solver.inputs import Inputs, is_matrix, number, strings
from tutor.solver.softmax import log_softmax, softmax


def log_name(base: float) -> str:
    """The logarithm of this base in LaTeX."""
    return {2.0: r"\log_2", 10.0: r"\log_{10}"}.get(base, r"\ln")


def loss_formula(inputs: Inputs, from_logits: bool, base: float) -> str:
    log = log_name(base)
    soft = isinstance(inputs["target"], list) or number(inputs.get("smoothing")) > 0
    batch_of_indices = is_matrix(inputs.get("logits")) and not is_matrix(inputs["target"])
    if soft and not (batch_of_indices and not number(inputs.get("smoothing"))):
        text = rf"$L = -\sum_i t_i \, {log} p_i$"
    else:
        text = rf"$L = -{log} p_{{\text{{classe verdadeira}}}}$"
    if from_logits:
        exponent = "z_i/T" if number(inputs.get("temperature"), 1.0) != 1 else "z_i"
        other = exponent.replace("_i", "_j")
        text += rf", com $p_i = \dfrac{{e^{{{exponent}}}}}{{\sum_j e^{{{other}}}}}$ (softmax)"
    if number(inputs.get("smoothing")):
        text += (
            rf"; label smoothing $\varepsilon = {tex(number(inputs.get('smoothing')))}$: "
            r"$t_i = (1-\varepsilon)\,\mathbb{1}[i = y] + \varepsilon/K$"
        )
    return text


def logit_steps(
    row: Sequence[float],
    target: Sequence[float],
    temperature: float,
    base: float,
    classes: Sequence[str],
    loss: float,
    suffix: str,
) -> list[Step]:
    steps: list[Step] = []
    z = np.asarray(row) / temperature
    if temperature != 1:
        steps.append(
            Step(
                f"Dividir pela temperatura{suffix}",
                rf"$z/T = {tex_vector(row)}/{tex(temperature)} = {tex_vector(z)}$",
            )
        )
    shift = float(z.max())
    powers = np.exp(z - shift)
    total = float(powers.sum())
    p = softmax(row, temperature)
    names = classes if len(classes) == len(row) else [str(i + 1) for i in range(len(row))]
    body = [
        [n, f"${tex(a)}$", f"${tex(b)}$", f"${tex(c)}$", f"${tex(d)}$"]
        for n, a, b, c, d in zip(
            names, z.tolist(), (z - shift).tolist(), powers.tolist(), p.tolist(), strict=True
        )
    ][:50]
    steps.append(
        Step(
            f"Softmax{suffix}",
            rf"Subtraio o maior valor ($m = {tex(shift)}$), o que não muda o resultado; a soma das "
            rf"exponenciais é ${tex(total)}$."
            + "\n\n"
            + table(["classe", "$z$", "$z - m$", "$e^{z-m}$", "$p$"], body),
        )
    )
    log = log_name(base)
    hard = hard_class(target)
    if hard is None:
        steps.append(soft_step(target, p, base, loss, suffix))
        return steps
    steps.append(
        Step(
            f"Logaritmo da classe verdadeira{suffix}",
            rf"$L = -{log} {tex(float(p[hard]))} = {tex(loss)}$",
        )
    )
    if base == math.e:
        steps.append(
            Step(
                f"O mesmo sem passar pela softmax{suffix}",
                rf"$L = m + \ln \sum_j e^{{z_j - m}} - z_y = {tex(shift)} + \ln {tex(total)} - "
                rf"{tex_signed(float(z[hard]))} = {tex(loss)}$",
            )
        )
    return steps


def hard_class(target: Sequence[float]) -> int | None:
    """The class of a one-hot target."""
    if sum(1 for t in target if t) == 1 and max(target) == 1:
        return int(np.argmax(target))
    return None


def soft_step(
    target: Sequence[float], p: Iterable[float], base: float, loss: float, suffix: str
) -> Step:
    log = log_name(base)
    terms = " ".join(
        rf"- {tex(t)} \cdot {log} {tex(float(q))}"
        for t, q in list(zip(target, p, strict=True))[:12]
        if t
    )
    return Step(
        f"Soma ponderada pelo alvo{suffix}",
        rf"$t = {tex_vector(target)}$; $L = {terms} = {tex(loss)}$",
    )


def probability_steps(
    row: Sequence[float],
    target: Sequence[float],
    base: float,
    classes: Sequence[str],
    loss: float,
    suffix: str,
    inputs: Inputs,
) -> list[Step]:
    hard = hard_class(target)
    if hard is None:
        return [soft_step(target, row, base, loss, suffix)]
    name = "" if inputs.get("single") or len(classes) != len(row) else f" ({classes[hard]})"
    return [
        Step(
            f"Probabilidade da classe verdadeira{suffix}",
            rf"$p = {tex(row[hard])}${name}; as outras não entram, porque o alvo delas é 0.",
        ),
        Step(
            f"Logaritmo{suffix}",
            rf"$L = -{log_name(base)} {tex(row[hard])} = {tex(loss)}$",
        ),
    ]


def reduction_step(losses: Sequence[float], reduction: str, value: float) -> Step:
    terms = " + ".join(tex(loss) for loss in losses[:12]) + (" + …" if len(losses) > 12 else "")
    if reduction == "sum":
        return Step("Soma do lote", rf"$L = {terms} = {tex(value)}$")
    return Step("Média do lote", rf"$L = \dfrac{{{terms}}}{{{len(losses)}}} = {tex(value)}$")


def class_name(inputs: Inputs, classes: Sequence[str]) -> str:
    target = inputs["target"]
    if isinstance(target, int) and target < len(classes):
        return str(classes[target])
    return ""


def loss_checks(
    each: list[list[float]],
    targets: list[list[float]],
    temperature: float,
    base: float,
    from_logits: bool,
    losses: Sequence[float],
) -> tuple[Check, ...]:
    second = []
    for row, target in zip(each, targets, strict=True):
        if from_logits:
            # t·(logΣe^z) − t·z, the sum accumulated pair by pair
            z = [value / temperature for value in row]
            accumulated = z[0]
            for other in z[1:]:
                accumulated = float(np.logaddexp(accumulated, other))
            loss = sum(target) * accumulated - sum(
                t * value for t, value in zip(target, z, strict=True)
            )
        else:
            loss = sum(t * math.log(1 / p) for t, p in zip(target, row, strict=True) if t)
        second.append(loss / math.log(base))
    agree = bool(np.allclose(second, losses, rtol=1e-9, atol=1e-9))
    formula = r"log-sum-exp menos o logit" if from_logits else "logaritmo do inverso"
    found = [
        Check("Segunda formulação", agree, f"{formula}: {listing([plain(s, 6) for s in second])}"),
        Check("Perda não negativa", min(losses) >= -1e-12, "L ≥ 0"),
    ]
    if from_logits:
        sums = softmax(each, temperature).sum(axis=1)
        found.append(
            Check(
                "As probabilidades somam 1",
                bool(np.allclose(sums, 1)),
                "soma: " + listing([plain(float(s), 6) for s in sums]),
            )
        )
    return tuple(found)


def loss_mistakes(
    inputs: Inputs,
    each: list[list[float]],
    targets: list[list[float]],
    losses: Sequence[float],
    value: float,
    base: float,
) -> list[Mistake]:
    from_logits = "logits" in inputs
    found: list[Mistake] = []
    natural = value * math.log(base)
    for other, name in ((math.e, "o logaritmo natural"), (10.0, "log₁₀"), (2.0, "log₂")):
        if abs(other - base) > 1e-9:
            right = {2.0: "de log₂", 10.0: "de log₁₀"}.get(base, "do logaritmo natural")
            found.append((natural / math.log(other), f"se usa {name} em vez {right}"))
    if len(losses) > 1:
        if inputs.get("reduction") == "sum":
            found.append((value / len(losses), "se tira a média em vez de somar"))
        else:
            found.append((value * len(losses), "se somam as perdas em vez de tirar a média"))
        return found
    found.append((-value, "se esquece do sinal de menos"))
    row, target = each[0], targets[0]
    hard = hard_class(target)
    temperature = number(inputs.get("temperature"), 1.0)
    p = softmax(row, temperature) if from_logits else np.asarray(row)
    if hard is None:
        return found
    classes = strings(inputs.get("classes"))
    scale = math.log(base)
    if from_logits:
        logs = log_softmax(row, temperature)
        for index in range(len(row)):
            if index != hard:
                name = classes[index] if classes else f"{index + 1}ª"
                right = classes[hard] if classes else f"{hard + 1}ª"
                found.append(
                    (-float(logs[index]) / scale, f"se usa a classe {name} em vez de {right}")
                )
        found.append((float(p[hard]), "se para na softmax e se esquece do −ln"))
        twice = -float(log_softmax(p)[hard]) / scale
        found.append((twice, "se aplica a softmax duas vezes"))
        if row[hard] > 0:
            found.append((-math.log(row[hard]) / scale, "se esquece da softmax (−ln do logit)"))
            found.append((math.log(row[hard]) / scale, "se toma o ln do logit, sem a softmax"))
            if sum(row) > 0:
                found.append(
                    (
                        -math.log(row[hard] / sum(row)) / scale,
                        "se divide o logit pela soma, em vez de aplicar a softmax",
                    )
                )
        if temperature != 1:
            found.append((-float(log_softmax(row)[hard]) / scale, "se esquece da temperatura"))
        found.append((-float(logs.sum()) / scale, "se somam os −ln de todas as classes"))
    else:
        twice = -float(log_softmax(row)[hard]) / scale
        if len(row) > 1:
            found.append((twice, "se aplica a softmax de novo, sobre probabilidades"))
        for index, q in enumerate(row):
            if index != hard and q > 0:
                name = classes[index] if classes else f"{index + 1}ª"
                found.append((-math.log(q) / scale, f"se usa a probabilidade da classe {name}"))
    found.append((value / len(row), "se divide pelo número de classes"))
    found.append((1 - float(p[hard]), "se calcula 1 − p em vez de −ln p"))
    return found
