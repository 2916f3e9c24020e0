"""A classifier's problem of any shape: which results are asked, each by its family.

`classification.read` says what the numbers are and `wants` what is asked; here the two become
problems of the softmax, the cross-entropy and their kin. What is not complete is left to them:
they ask back.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

import numpy as np

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver import several
from tutor.solver.binary_reading import BINARY_FORMULA, LOG_LOSS, binary_data, binary_parts
from tutor.solver.class_data import Reading
from tutor.solver.classes import (
    BINARY,
    CROSS_ENTROPY,
    LOG_SOFTMAX,
    LOSS,
    SOFTMAX,
    check_class_count,
)
from tutor.solver.classification import read
from tutor.solver.divergences import measures, regression_parts
from tutor.solver.entropy_reading import entropy_parts, is_entropy
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector
from tutor.solver.groups import without_number
from tutor.solver.inputs import Inputs, assume
from tutor.solver.losses import check_batch, check_problem, store_outputs
from tutor.solver.perplexity_reading import is_perplexity, perplexity_parts
from tutor.solver.registry import Family
from tutor.solver.several import Part
from tutor.solver.softmax import log_softmax
from tutor.solver.wants import Wants, asked_entry, asked_extremes, asked_ratio, read_wants

_SUBJECT = (
    rf"{SOFTMAX}|{CROSS_ENTROPY}|{LOG_SOFTMAX}|{LOSS}|perdas|logits?|log[ -_]?sum[ -_]?exp|nll|"
    r"label[ _]?smoothing|log[ -]?loss|bce\w*|d ?l ?/ ?d ?z\w*|-\s?(?:ln|log) ?\(? ?p\w*"
)
_ELSEWHERE = (
    r"atencao|attention|q\W{0,4}k(?:\W{0,3}t)?|[qk] ?=|quer(?:y|ies)|keys?|mascara\w*|mask\w*|"
    r"causal|d_?k|perplexidade|perplexity|"
    r"ppl|neuronios?|sigmoide?s?|mse|mae|rmse|hinge|huber|gradiente descendente|"
    r""
    r"pesos?|acuracia|precisao|recall|f1|bigrama|kl|kullback\w*|divergencia|"
    r"tokens? corretos?|mlm|mascarad[ao]s?"
)
_ENTROPY_DATA = r"bolas|urna|dado|cartas|fichas"
_BINARY_TURNED = (
    r"(?:qual|que|em que|quanto vale)(?: \w+){0,2} (?:probabilidade|p|logit|z)\b[^.;?]{0,60}"
    r"\b(?:vale|igual|seja|de|da) (?:\w+ )?[\d]|(?:vale|foi|igual a) (?:\w+ )?[\d.,]+[^?]{0,50}"
    r"(?:qual|que) (?:\w+ )?(?:probabilidade|p|logit)"
)
_FOR_RATIO = r"(?:qual|que)(?: (?!com\b)\w+){0,3}? (?:temperatura|diferenca|logit)"


Reader = Callable[[Statement], list[Part] | None]


def _reader(statement: Statement) -> Reader | None:
    """Who reads this message; None where it is about something else."""
    if is_perplexity(statement):
        return perplexity_parts if statement.values else None
    if len(measures(statement)) > 1:
        return regression_parts
    if is_entropy(statement) and not statement.has(BINARY):
        return entropy_parts if statement.values or statement.has(_ENTROPY_DATA) else None
    formula = statement.has(BINARY_FORMULA) and not statement.has("logits", "matriz")
    told = statement.has(LOG_LOSS) and binary_data(statement)
    if statement.has(BINARY) or told or (formula and statement.scalars):
        return None if statement.has(_BINARY_TURNED) else binary_parts
    scored = statement.has(r"e?scores?", r"pontuac\w+") and statement.has(r"prob\w*", "chances?")
    about = scored or statement.has(_SUBJECT)
    if statement.has(_ELSEWHERE, _FOR_RATIO) or not about:
        return None
    return _classifier_parts


def _match(statement: Statement) -> float:
    reader = _reader(statement)
    if reader is None or statement.unreadable:
        return 0.0
    spelled = reader is entropy_parts and statement.has(_ENTROPY_DATA)
    return 0.0 if statement.conceptual and not spelled else 0.99


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return several.revise(statement, previous)
    reader = _reader(statement)
    parts = reader(statement) if reader is not None else None
    return several.pack(parts) if parts else None


def _classifier_parts(statement: Statement) -> list[Part] | None:
    lacking = without_number(statement)
    if lacking:
        raise SolverError(f"Falta o número de “{lacking}”. Escreva o valor de cada classe.")
    try:
        reading = read(statement)
        if reading is not None:
            check_class_count(statement, reading.size)
            check_batch(statement, max(len(reading.rows), len(reading.right)))
    except SolverError:
        return None  # the family that is asked says what is wrong
    if reading is None or reading.unused:
        return None
    return _parts(statement, reading, read_wants(reading.outside(statement.folded)))


def _parts(statement: Statement, reading: Reading, wants: Wants) -> list[Part]:
    if _COMBINED.search(wants.text):
        raise SolverError(
            "Ainda não combino probabilidades entre si (soma, diferença, produto). Peça as "
            "probabilidades, que eu calculo cada uma."
        )
    if reading.losses or reading.right:
        return _from_losses(reading, wants)
    if not reading.rows or reading.unknown:
        return []
    if reading.separate:
        return _compared(statement, reading, wants)
    if any(temperature <= 0 for temperature in reading.temperatures):
        return []
    temperatures = reading.temperatures or [1.0]
    parts: list[Part] = []
    for temperature in temperatures:
        label = f"T={plain(temperature)}" if len(temperatures) > 1 else ""
        each = _for_temperature(statement, reading, wants, temperature)
        if not each:
            return []
        parts += [(f"{label} {name}".strip() if len(each) > 1 or not label else label, kind, inputs)
                  for name, kind, inputs in each]  # fmt: skip
    return parts


def _compared(statement: Statement, reading: Reading, wants: Wants) -> list[Part]:
    """Several outputs, each with a result of its own: two softmaxes, two networks' losses."""
    parts: list[Part] = []
    for index, row in enumerate(reading.rows, 1):
        own = replace(reading, rows=[row], separate=False, batch=False)
        each = _parts(statement, own, wants)
        if len(each) != 1:
            return []
        parts += [(f"{index}º", kind, inputs) for _, kind, inputs in each]
    return parts


def _for_temperature(
    statement: Statement, reading: Reading, wants: Wants, temperature: float
) -> list[Part]:
    parts: list[Part] = []
    loss = "loss" in wants
    if "gradient" in wants and (reading.targets or reading.soft):
        inputs = _loss_inputs(statement, _with_logits(reading), temperature)
        inputs["asked"] = "gradient"
        parts.append(("gradiente", "cross_entropy", inputs))
        loss = (
            loss
            and re.search(r"\b(?:perda|loss) e\b|\be (?:a )?(?:perda|loss)\b", wants.text)
            is not None
        )
    probabilities = _wants_probabilities(wants, loss or bool(parts))
    if "logsumexp" in wants:
        inputs = _logits(reading, temperature)
        inputs["asked"] = "logsumexp"
        parts.append(("logsumexp", "log_softmax", inputs))
    if ("log_softmax" in wants and reading.role != "log_probabilities" and not loss) or (
        "log_softmax" in wants
        and reading.role == "log_probabilities"
        and not loss
        and not probabilities
    ):
        inputs = _logits(reading, temperature)
        _one_entry(reading, wants, inputs)
        parts.append(("log-softmax", "log_softmax", inputs))
    elif probabilities and not ((loss or parts) and _given_probabilities(reading)):
        parts += _probability_parts(reading, wants, temperature)
    if not loss and not parts and reading.role == "probabilities" and reading.sums_to_one:
        raise SolverError(
            "Esses números já são probabilidades (somam 1): aplicar a softmax de novo daria outra "
            "coisa. Diga o que quer calcular com elas, ou escreva “logits” se são logits."
        )
    if loss and "one" in wants and not probabilities and not parts:
        asked = _right_probability(reading, wants, temperature)
        parts += asked
    if loss:
        losses = _loss_parts(statement, reading, wants, temperature)
        if not losses:
            return []
        parts += losses
    return parts


def _given_probabilities(reading: Reading) -> bool:
    """Are the outputs probabilities already, as the loss will read them?"""
    sums = all(all(0 < p < 1 for p in row) and abs(sum(row) - 1) <= 0.011 for row in reading.rows)
    return reading.role == "probabilities" or (reading.role in ("", "outputs") and sums)


def _with_logits(reading: Reading) -> Reading:
    """Probabilities as logits (their logarithms), for the gradient p − y."""
    if not _given_probabilities(reading) or any(p <= 0 for row in reading.rows for p in row):
        return reading
    rows = [[math.log(p) for p in row] for row in reading.rows]
    given = "; ".join(plain_vector(row) for row in reading.rows)
    note = f"Como logits usei ln p: a softmax deles devolve as probabilidades dadas, {given}."
    return replace(reading, rows=rows, role="logits", notes=[*reading.notes, note])


def _wants_probabilities(wants: Wants, beside: bool) -> bool:
    """With a loss, only where the text lists them among the results."""
    if not beside:
        return any(name in wants for name in ("probabilities", "softmax", "one", "class", "ratio"))
    given = (
        r"(?:a partir d|dad|com |usando|segundo|sobre )\w* ?(?:as )?(?:probabilidades|distribuic)"
    )
    return "probabilities" in wants and re.search(given, wants.text) is None


def _logits(reading: Reading, temperature: float) -> dict[str, Json]:
    rows: Json = [[*row] for row in reading.rows] if reading.batch else [*reading.rows[0]]
    inputs: dict[str, Json] = {"logits": rows, "temperature": temperature, "assumptions": []}
    if reading.classes:
        inputs["classes"] = [*reading.classes]
    assume(inputs, *(note for note in reading.notes if note.startswith("Li ")))
    return inputs


_TRUE_ONE = re.compile(r"\b\w+ (?:verdadeir|corret|cert|real)[ao]?\b")
_OF_ONE = re.compile(r"\bd[ao] (?:primeir|segund|terceir|quart|quint|ultim)[ao]\b")
# What is made of several results: no family does it, and each alone is not what is asked.
_COMBINED = re.compile(
    r"\bsoma d[aeo]s? (?:duas|dois|tres|probabilidades|maiores|menores)|\bprodutos? d[ae]s prob"
    r"|\bdiferenca entre (?:as|a) (?:duas |maior |menor )?prob|\bmedia d[ae]s prob"
)


def _one_entry(reading: Reading, wants: Wants, inputs: dict[str, Json]) -> int | None:
    singular = (
        "one" in wants
        or _OF_ONE.search(wants.text)
        or re.search(r"\b(?:a|o|logaritmo da|log da) (?:prob|log)", wants.text)
    )
    if reading.batch or not singular or "probabilities" in wants:
        return None
    text = wants.whole if re.search(r"\bess[ae]\b", wants.text) else wants.text
    if reading.targets and _TRUE_ONE.search(text):
        position: int | None = reading.targets[0]
    else:
        position = asked_entry(text, reading.rows[0], reading.classes)
    if position is not None:
        inputs["asked"] = position
    return position


def _probability_parts(reading: Reading, wants: Wants, temperature: float) -> list[Part]:
    inputs = _logits(reading, temperature)
    if reading.role == "log_probabilities":
        assume(inputs, "Log-probabilidades servem de logits: a softmax delas dá as probabilidades.")
    if "ratio" in wants:
        ratio = asked_ratio(wants.text, reading.size, reading.classes)
        if ratio is None or reading.batch:
            return []
        return [("razão", "softmax", {**inputs, "asked": [*ratio]})]
    extremes = asked_extremes(wants.text)
    if extremes and not reading.batch:
        chosen_by = {"maior": np.argmax, "menor": np.argmin}
        return [
            (name, "softmax", {**inputs, "asked": int(chosen_by[name](reading.rows[0]))})
            for name in extremes
        ]
    position = _one_entry(reading, wants, inputs)
    if "class" in wants and reading.classes and not reading.batch:
        if position is None:
            position = int(np.argmax(reading.rows[0]))
        chosen = {**inputs, "asked": position}
        parts: list[Part] = [("classe", "softmax", {**chosen, "named": True})]
        return [*parts, ("probabilidade", "softmax", chosen)] if "one" in wants else parts
    return [("probabilidade" if position is not None else "probabilidades", "softmax", inputs)]


def _right_probability(reading: Reading, wants: Wants, temperature: float) -> list[Part]:
    """ "a perda e a probabilidade da classe correta"."""
    if _given_probabilities(reading) or reading.batch or not reading.targets:
        return []
    asked = re.search(
        r"\b(?:prob\w*|chance)\b(?:[^.;?\n]{0,40}\b(?:cert|corret|verdadeir)[ao]\b)?", wants.text
    )
    inputs = _logits(reading, temperature)
    if asked and re.search(r"(?:cert|corret|verdadeir)[ao]$", asked.group()):
        position: int | None = reading.targets[0]
    else:
        position = asked_entry(wants.text, reading.rows[0], reading.classes)
    if position is None:
        return []
    return [("probabilidade", "softmax", {**inputs, "asked": position})]


def _loss_inputs(statement: Statement, reading: Reading, temperature: float) -> dict[str, Json]:
    inputs = _logits(reading, temperature)
    if reading.role not in ("logits", "log_probabilities"):
        store_outputs(statement, inputs, inputs.pop("logits"), reading.role == "probabilities")
    if temperature == 1:
        inputs.pop("temperature")
    if reading.soft:
        inputs["target"] = [*reading.soft[0]] if not reading.batch else [[*r] for r in reading.soft]
    elif reading.batch:
        inputs["target"] = [*reading.targets]
    else:
        inputs["target"] = reading.targets[0]
    if reading.smoothing is not None:
        if not 0 <= reading.smoothing < 1:
            raise SolverError("O label smoothing precisa estar entre 0 e 1, por exemplo 0,1.")
        inputs["smoothing"] = reading.smoothing
    if reading.base is not None:
        inputs["base"] = reading.base
    assume(inputs, *reading.notes)
    check_problem(inputs)
    return inputs


def _loss_parts(
    statement: Statement, reading: Reading, wants: Wants, temperature: float
) -> list[Part]:
    if not reading.soft and len(reading.targets) != len(reading.rows):
        return []
    inputs = _loss_inputs(statement, reading, temperature)
    name = _loss_name(wants)
    if reading.batch:
        mean, total = _reductions(statement)
        if statement.has(_EACH_EXAMPLE):
            own: list[Part] = [(name, "cross_entropy", {**inputs, "reduction": "none"})]
            reduced = [("média", "mean")] * mean + [("soma", "sum")] * total
            if reduced:
                own = [("exemplos", *own[0][1:])]
            return [
                *own,
                *((label, "cross_entropy", {**inputs, "reduction": how}) for label, how in reduced),
            ]
        if mean and total:
            return [
                ("média", "cross_entropy", {**inputs, "reduction": "mean"}),
                ("soma", "cross_entropy", {**inputs, "reduction": "sum"}),
            ]
        if mean or total:
            inputs["reduction"] = "sum" if total else "mean"
    if reading.bases:
        units = {2.0: "bits", 10.0: "log10"}
        return [
            (units.get(base, "nats"), "cross_entropy", {**inputs, "base": base})
            for base in reading.bases
        ]
    if reading.smoothing is not None and re.search(
        r"\bsem (?:o |a )?(?:label )?(?:smooth|suav)", wants.text
    ):
        plainly = {key: value for key, value in inputs.items() if key != "smoothing"}
        return [("sem", "cross_entropy", plainly), ("com", "cross_entropy", inputs)]
    return [(name, "cross_entropy", inputs)]


_EACH_EXAMPLE = (
    r"reduction ?= ?\W?none\W?|(?:perdas?|loss\w*|custo|entropia cruzada|ce)(?: \w+)? "
    r"(?:de|por|em|para) (?:cada(?: um\w?)?(?: exemplo| amostra| imagem)?|exemplo|amostra)|"
    r"perdas individuais(?! d)"
)


def _reductions(statement: Statement) -> tuple[bool, bool]:
    mean = statement.has(r"medi[ao]", "mean")
    total = statement.has(
        r"som(?:a|ada|adas|ar|e|atorio)(?! (?:das exponenciais|1|um))", "sum", "total"
    )
    return mean, total


def _loss_name(wants: Wants) -> str:
    word = wants.names.get("loss", "")
    if word in ("nll", "ce", "loss", "custo"):
        return word.upper() if word in ("nll", "ce") else word
    return "perda" if word.startswith("perda") else "entropia cruzada"


def _from_losses(reading: Reading, wants: Wants) -> list[Part]:
    """The mean or the sum of losses that are given, or of −ln p of the right classes."""
    if "loss" not in wants and not re.search(r"\bmedi[ao]|\bsom", wants.text):
        return []
    total = re.search(r"\b(?:som\w+|total|sum)\b", wants.text) is not None
    inputs: dict[str, Json] = {"assumptions": [], "reduction": "sum" if total else "mean"}
    if reading.separate and not re.search(r"\bmedi[ao]|\bsom|\btotal", wants.text):
        return _each_right(reading)
    if reading.right:
        if reading.rows or reading.losses or not all(0 < each <= 1 for each in reading.right):
            return []
        inputs |= {"probabilities": [*reading.right], "of": "classes"}
    else:
        losses = list(reading.losses)
        if reading.rows:
            if len(reading.targets) != len(reading.rows) or reading.role == "probabilities":
                return []
            logs = log_softmax(reading.rows)
            for row, target, log in zip(reading.rows, reading.targets, logs, strict=True):
                own = -float(log[target])
                losses.append(own)
                assume(
                    inputs,
                    f"Os logits {plain_vector(row)} com a {target + 1}ª classe dão a perda "
                    f"−ln p = {plain(own)}.",
                )
        if any(each < 0 for each in losses):
            return []
        inputs["losses"] = [*losses]
    if total and re.search(r"\bmedi[ao]|\bmean", wants.text):
        return [
            ("média", "token_loss", {**inputs, "reduction": "mean"}),
            ("soma", "token_loss", {**inputs, "reduction": "sum"}),
        ]
    return [("perda", "token_loss", inputs)]


def _each_right(reading: Reading) -> list[Part]:
    """The loss of every probability of a right class, in every base that is asked."""
    bases: list[float | None] = [*reading.bases] or [reading.base]
    parts: list[Part] = []
    for p in reading.right:
        for base in bases:
            inputs: dict[str, Json] = {"probabilities": [p], "target": 0, "single": True}
            if base is not None:
                inputs["base"] = base
            unit = {2.0: "bits", 10.0: "log10"}.get(base or 0.0, "nats")
            parts.append((unit if len(bases) > 1 else plain(p), "cross_entropy", inputs))
    return parts if len(reading.right) == 1 or len(bases) == 1 else []


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    classes = random.choice([["gato", "cachorro", "peixe"], ["maçã", "uva", "pera", "figo"]])
    logits: list[Json] = [round(random.uniform(-2, 4), 1) for _ in classes]
    target = random.randrange(len(classes))
    common: dict[str, Json] = {"classes": [*classes], "logits": logits, "assumptions": []}
    statement = (
        f"Uma rede dá os logits {plain_vector([float(str(x)) for x in logits])} para as classes "
        f"[{', '.join(classes)}], e a classe verdadeira é {classes[target]}. Calcule as "
        "probabilidades e a perda de entropia cruzada."
    )
    return statement, several.pack(
        [
            ("probabilidades", "softmax", {**common, "temperature": 1.0}),
            ("perda", "cross_entropy", {**common, "target": target}),
        ]
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        several.KIND, "Softmax e perda de um classificador", "perdas_ativacoes", "2",
        _match, _parse, several.solve, _exercise,
    ),
)  # fmt: skip
