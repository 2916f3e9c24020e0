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
from tutor.solver.inputs import Inputs, assume, assumptions, floats, number
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_KIND = "perplexity"
_WHICH_TOKENS = (
    "Para a perplexidade falta o número de tokens: de quantos é essa soma? Escreva, por exemplo, "
    "a perda total 46 de 20 tokens."
)
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
    turned = _parse_turned(statement)
    if turned is not None:
        return turned
    says_probability = statement.has(
        r"probabilidades?",
        r"probs?",
        "p",
        r"atribui\w*",
        r"assign\w*",
        r"tokens? (?:cert|corret)[ao]s?",
    )
    log_probability = statement.has(
        r"(?:log|ln)(?:aritmos?)?[ -]?(?:d[ae]s? )?(?:probabilidades?|probs?|likelihood|p|"
        r"verossimilhancas?)(?: ?\(\w*\))?|logp\w*|logprobs?"
    )
    tokens = None
    if (
        counted := re.search(
            r"(?<![\d.,])(\d{1,9}) (?:tokens?|palavras|probabilidades)\b", statement.folded
        )
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
        for key in ("losses", "probabilities", "total_log", "tokens", "uniform", "perplexity"):
            inputs.pop(key, None)
        summed = tokens is not None and statement.has(r"tota(?:l|is)", "soma", "somad[ao]", "sum")
        whole = statement.has(r"tota(?:l|is)", "somad[ao]") and not statement.has("medi[ao]")
        if whole and tokens is None and len(numbers) == 1:
            raise MissingData(_WHICH_TOKENS, Problem(_KIND, inputs))
        if log_probability or summed:
            if len(numbers) == 1 and tokens is not None:
                inputs["total_log"] = abs(numbers[0])
                inputs["tokens"] = tokens
            elif len(numbers) == 1 and not statement.has(r"medi[ao]", "mean"):
                raise MissingData(_WHICH_TOKENS, Problem(_KIND, inputs))
            else:
                inputs["losses"] = [abs(n) for n in numbers]
        elif (says_probability and found is None) or (
            previous is not None and "probabilities" in previous and found is None
        ):
            inputs["probabilities"] = list(numbers)
            if counted is not None and len(numbers) > 1 and tokens != len(numbers):
                raise SolverError(
                    f"São {tokens} tokens, mas há {len(numbers)} probabilidades. Precisa haver uma "
                    "para cada token."
                )
        else:
            inputs["losses"] = list(numbers)
    if statement.has("bits", "log2", "log_2", "base 2"):
        inputs["base"] = 2.0
    if previous is not None and inputs == before:
        return None
    _check(inputs)
    return inputs


_UNIFORM = re.compile(
    r"\buniforme(?:mente)?\b[^;\n\d]{0,80}\b(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![,.]\d)"
    r"|\b(?:vocabulario|vocab)\b[^;\n\d]{0,30}(\d{1,3}(?:\.\d{3})+|\d{1,9})(?![,.]\d)"
    r"[^.;\n]{0,60}\buniforme\b"
)
_LOSS_ASKED = re.compile(
    r"\b(?:qual|quanto|quais|calcul\w+|ache|encontre|determine|what)\b[^.;?\n]{0,40}"
    r"\b(?:perda|loss|entropia|nll|cross[ -]?entropy|bits|nats)\b"
)


def _parse_turned(statement: Statement) -> dict[str, Json] | None:
    """A uniform model over a vocabulary, or the loss that a perplexity comes from."""
    uniform = _UNIFORM.search(statement.folded)
    if uniform:
        size = int((uniform[1] or uniform[2]).replace(".", "") or 0)
        if size < 1:
            raise SolverError("O vocabulário precisa ter pelo menos um token.")
        return {"uniform": size, "assumptions": []}
    given = _given_perplexity(statement)
    if given is None:
        return None
    perplexity = given.scalar("a perplexidade")[0]
    if perplexity < 1:
        raise SolverError(f"A perplexidade nunca é menor que 1, mas li {plain(perplexity)}.")
    inputs: dict[str, Json] = {"perplexity": perplexity, "assumptions": []}
    if statement.has("bits", "log2", "log_2", "base 2"):
        inputs["base"] = 2.0
    return inputs


_NAMED = re.compile(
    rf"(?<!\w)(?:(?P<perplexity>{_PERPLEXITY})|(?P<other>perdas?|loss|losses|entropia|nll|"
    r"cross[ -]?entropy|probabilidades?|probs?|tokens?|palavras|base|log\w*))(?!\w)"
)


def _given_perplexity(statement: Statement) -> Value | None:
    """The only number, where the last name before it is the perplexity's and a loss is asked."""
    numbers = [
        value
        for value in statement.scalars
        if not re.match(r"\s*(?:tokens?|palavras)\b", statement.folded[value.end :])
    ]
    if len(numbers) != 1 or statement.arrays:
        return None
    lead = re.split(r"[;?\n]|\.\s", statement.folded[: numbers[0].start])[-1]
    cues = list(_NAMED.finditer(lead))
    if not cues or cues[-1].lastgroup != "perplexity":
        return None
    return numbers[0] if _LOSS_ASKED.search(statement.folded) else None


def _solve_turned(inputs: Inputs) -> Solution:
    if "uniform" in inputs:
        size = int(inputs["uniform"])  # type: ignore[arg-type]
        value, again = float(size), math.exp(math.fsum([math.log(size) / size] * min(size, 10**5)))
        steps: tuple[Step, ...] = (
            Step("Probabilidade de cada token", rf"$p = 1/{size}$"),
            Step("Perda", rf"$-\ln(1/{size}) = \ln {size} = {tex(math.log(size))}$"),
            Step("Exponencial", rf"$\text{{PPL}} = e^{{\ln {size}}} = {size}$"),
        )
        right = size > 10**5 or math.isclose(again, value, rel_tol=1e-9)
        check = Check("Média das perdas iguais", right, "todas as perdas são ln V")
        result = rf"Perplexidade: $\text{{PPL}} = {tex(value)}$ (o tamanho do vocabulário)"
        mistakes: list[Mistake] = [(math.log(size), "se dá a perda em vez da exponencial dela")]
    else:
        perplexity = float(inputs["perplexity"])  # type: ignore[arg-type]
        base = 2.0 if inputs.get("base") == 2.0 else math.e
        value = math.log(perplexity) / math.log(base)
        log = r"\log_2" if base == 2.0 else r"\ln"
        unit = "bits" if base == 2.0 else "nats"
        steps = (
            Step("Fórmula", rf"$\text{{PPL}} = e^{{L}}$, logo $L = {log} \text{{PPL}}$"),
            Step("Substituição", rf"$L = {log} {tex(perplexity)} = {tex(value)}$ {unit}"),
        )
        check = Check(
            "De volta",
            math.isclose(base**value, perplexity, rel_tol=1e-9),
            f"a exponencial dá {plain(base**value, 6)}",
        )
        result = rf"Perda média: $L \approx {tex(value)}$ {unit}"
        mistakes = [
            (math.log2(perplexity), "se usa log₂ em vez do logaritmo natural"),
            (math.log10(perplexity), "se usa log₁₀ em vez do logaritmo natural"),
        ]
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Perplexidade",
        result=result,
        value=value,
        steps=steps,
        checks=(check,),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _check(inputs: dict[str, Json]) -> None:
    if not any(key in inputs for key in ("losses", "probabilities", "total_log")):
        raise MissingData(
            "Para a perplexidade falta a perda média (por exemplo loss = 2,3) ou as probabilidades "
            "dos tokens corretos (por exemplo [0,5; 0,2; 0,1]).",
            Problem(_KIND, inputs),
        )
    if "tokens" in inputs and number(inputs["tokens"]) < 1:
        raise SolverError("O número de tokens precisa ser pelo menos 1. Confira os dados.")
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
    if "uniform" in inputs or "perplexity" in inputs:
        return _solve_turned(inputs)
    base = 2.0 if inputs.get("base") == 2.0 else math.e
    if inputs.get("asked") == "loss":
        return _solve_loss(inputs, base)
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


def _solve_loss(inputs: Inputs, base: float) -> Solution:
    """The mean loss per token, before its exponential."""
    if "probabilities" in inputs:
        p = floats(inputs["probabilities"])
        total, count = -math.fsum(math.log(each) for each in p) / math.log(base), len(p)
        second = -math.log(float(np.prod(p))) / math.log(base) if len(p) <= 30 else total
    elif "total_log" in inputs:
        total, count = number(inputs["total_log"]), int(number(inputs["tokens"]))
        second = total
    else:
        losses = floats(inputs["losses"])
        total, count = math.fsum(losses), len(losses)
        second = float(np.sum(losses))
    value, unit = total / count, "bits" if base == 2.0 else "nats"
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Perda média por token",
        result=rf"Perda média: $L \approx {tex(value)}$ {unit}",
        value=value,
        steps=(
            Step("Soma das perdas", rf"$-\sum_i \log p_i = {tex(total)}$ {unit}"),
            Step("Média", rf"${tex(total)}/{count} = {tex(value)}$"),
        ),
        checks=(Check("Segunda formulação", math.isclose(second, total, rel_tol=1e-9), "soma"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(total, "se soma em vez de tirar a média")]),
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
# "para as classes verdadeiras de quatro exemplos": a probability for each example
_EACH_CLASS = (
    r"classes (?:verdadeiras|corretas|certas)|(?:classe|resposta) (?:verdadeira|correta|certa) "
    r"(?:de|em) (?:cada|\w+) (?:um d[oe]s )?(?:exemplos?|amostras?|imagens)"
)
_EACH_LOSS = (
    r"perdas (?:individuais|de cada|d[eo]s? \w+|foram|sao|por exemplo|por token)|"
    r"losses (?:were|are)|"
    r"(?:perda|loss) (?:de cada|por) (?:exemplo|token)"
)
_LOSS = r"loss|perdas?|losses|custo|entropia cruzada|cross[ -]?entropy|nll"
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


def _listed_losses(statement: Statement) -> list[float]:
    """The only list of the message."""
    if len(statement.arrays) != 1 or statement.has("probabilidades?", "logits?"):
        return []
    return statement.arrays[0].vector("as perdas")[0]


def _match_tokens(statement: Statement) -> float:
    if statement.conceptual or statement.has(_PERPLEXITY, "logits?", "atencao", "attention"):
        return 0.0
    if statement.has(_EACH_LOSS) and statement.has(r"medi[ao]", "mean", _TOTAL):
        return 0.95 if _listed_losses(statement) else 0.0
    if not statement.has(_LOSS) or not statement.has(_TOKENS, _EACH_CLASS):
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
    if statement.has(_EACH_LOSS) and _listed_losses(statement):
        inputs["losses"] = [*_listed_losses(statement)]
        if any(loss < 0 for loss in floats(inputs["losses"])):
            raise SolverError("A entropia cruzada de um exemplo não pode ser negativa.")
    elif numbers:
        inputs["probabilities"] = [*numbers]
        inputs.pop("losses", None)
        if statement.has(_EACH_CLASS):
            inputs["of"] = "classes"
    if statement.has(_TOTAL):
        inputs["reduction"] = "sum"
    elif statement.has(r"medi[ao]|mean"):
        inputs["reduction"] = "mean"
    given = "probabilities" in inputs or "losses" in inputs
    if not given or (previous is not None and inputs == before):
        return None
    _check(inputs)
    return inputs


def _solve_tokens(inputs: Inputs) -> Solution:
    if "losses" in inputs:
        return _solve_listed(inputs)
    p = floats(inputs["probabilities"])
    losses = [-math.log(each) for each in p]
    what = "das classes corretas" if inputs.get("of") == "classes" else "dos tokens corretos"
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
        title=f"Perda a partir das probabilidades {what}",
        result=rf"Entropia cruzada {'total' if summed else 'média'}: $L \approx {tex(value)}$",
        value=value,
        steps=(
            Step("Fórmula", rf"Em cada posição, $-\ln p$, com as probabilidades {what}"),
            Step("Perda de cada um", f"${terms}$"),
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


def _solve_listed(inputs: Inputs) -> Solution:
    """Losses that are given one by one."""
    losses = floats(inputs["losses"])
    total = math.fsum(losses)
    summed = inputs.get("reduction") == "sum"
    value = total if summed else total / len(losses)
    running = 0.0
    for count, loss in enumerate(losses, 1):
        running += (loss - running) / count
    name = "Soma" if summed else "Média"
    other = total / len(losses) if summed else total
    clause = "se tira a média em vez de somar" if summed else "se somam em vez de tirar a média"
    shown = " + ".join(tex(loss) for loss in losses[:12]) + (" + …" if len(losses) > 12 else "")
    formula = shown if summed else rf"\dfrac{{{shown}}}{{{len(losses)}}}"
    return Solution(
        problem=Problem(_TOKEN_LOSS, inputs),
        title=f"{name} das perdas",
        result=rf"{name} das perdas: ${tex(value)}$",
        value=value,
        steps=(Step(name, rf"${formula} = {tex(value)}$"),),
        checks=(
            Check(
                "Média acumulada",
                math.isclose(running * len(losses), total, rel_tol=1e-9, abs_tol=1e-12),
                f"somando uma a uma: {plain(running, 6)} de média",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(other, clause)]),
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
