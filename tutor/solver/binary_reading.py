"""Reading a binary cross-entropy: labels and outputs, in any order, and what is asked of them."""

from __future__ import annotations

import math
import re

from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver.binary import KIND, checked_binary, told_label
from tutor.solver.classes import BINARY, log_base
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector
from tutor.solver.inputs import assume
from tutor.solver.numbers import Value
from tutor.solver.several import Part
from tutor.solver.wants import read_wants

_LABEL = (
    r"rotulos?(?: (?:verdadeiros?|reais|real))?|labels?|alvos?|targets?|y|y_true|gabaritos?|"
    r"classes? (?:reais|real|verdadeiras?|corretas?|certas?)|valor(?:es)? (?:real|reais|"
    r"verdadeiros?)|verdade|resposta certa|classes?|true"
)
_LOGIT = (
    r"logits?|z|scores?|escores?|saidas? linear\w*|pre-?ativac\w+|antes d[ao] sigm\w+|sigmoide? de|"
    r"sigma"
)
_PROBABILITY = (
    r"probabilidades?|probs?|previs(?:ao|oes)|predic\w+|previu|preve|prevista?s?|p|q|y_hat|p_hat|"
    r"y_pred|confiancas?|chances?|saidas?|sigmoide?|deu|deram|estimou|modelo|respondeu|disse"
)
_CUE = re.compile(
    rf"(?<![\w'])(?:(?P<label>{_LABEL})|(?P<logit>{_LOGIT})|(?P<probability>{_PROBABILITY}))(?![\w])"
)
_SENTENCE = re.compile(r"[?!]\s|\.\s|\n(?=\s*\S)")
_COUNTS = re.compile(
    r"\W*(?:\w+ )?(?:exemplos?|amostras?|casas|clientes|pacientes|transacoes|imagens|e-?mails?|"
    r"mensagens|previsoes|neuronios?|saidas|etiquetas|classes|torres|dias)\b(?! (?:foi|=))"
)
_POSITIVE = re.compile(
    r"\b(?:classe|exemplos?|rotulo|amostra|paciente|caso|e|era|foi|para um)\s+(?:\w+ )?"
    r"(?:da classe )?(positiv|negativ)[ao]"
)
BINARY_FORMULA = r"\(1 ?- ?y\w*\) ?[*·]? ?(?:log|ln)"
LOG_LOSS = r"log[ -]?loss|perda logaritmica|logistic loss|perda logistica"


def binary_data(statement: Statement) -> bool:
    """Labels of zeros and ones beside as many outputs, or one chance of an event that came."""
    arrays = [value for value in statement.arrays if value.size > 1]
    if len(arrays) == 2 and arrays[0].size == arrays[1].size:
        return any(_zeros_and_ones(value) for value in arrays)
    return told_label(statement) is not None or _POSITIVE.search(statement.folded) is not None


def _zeros_and_ones(value: Value) -> bool:
    numbers = value.vector("os rótulos")[0] if not value.is_scalar else [value.scalar()[0]]
    return all(number in (0, 1) for number in numbers)


def binary_parts(statement: Statement) -> list[Part] | None:
    """None where a number is left over or what is read is no binary problem."""
    weighed = _from_weights(statement)
    if weighed is not None:
        return _parts(statement, checked_binary(weighed), statement.folded)
    labels: list[float] = []
    outputs: dict[str, list[float]] = {"logit": [], "probability": [], "": []}
    spans: list[tuple[int, int]] = []
    previous = 0
    for value in statement.values:
        if value.ordinal or value.dimensions:
            continue
        if value.is_scalar and _noise(statement, value):
            continue
        numbers = [value.scalar()[0]] if value.is_scalar else value.vector("os dados")[0]
        role = _role(statement, value, previous)
        if role == "probability" and any(not 0 <= each <= 1 for each in numbers):
            role = "" if _sure(statement) else role
        (labels if role == "label" else outputs[role]).extend(numbers)
        spans.append((value.start, value.end))
        previous = value.end
    alone = all(value.is_scalar for value in statement.values)
    if alone and len(labels) == 1 and statement.has("fosse", "se tivesse", "em vez d[eo]"):
        return _each(statement, labels, outputs)
    inputs = _inputs(statement, labels, outputs)
    if inputs is None:
        return None
    folded = statement.folded
    for start, end in spans:
        folded = folded[:start] + " " * (end - start) + folded[end:]
    try:
        checked = checked_binary(inputs)
    except MissingData:
        raise
    except SolverError:
        return None  # the family itself says what is wrong
    return _parts(statement, checked, folded)


def _each(
    statement: Statement, labels: list[float], outputs: dict[str, list[float]]
) -> list[Part] | None:
    """ "p = 0,9 … e se p fosse 0,1?": one loss for each of the outputs."""
    parts: list[Part] = []
    for role, numbers in outputs.items():
        for number in numbers:
            only = {name: [number] if name == role else [] for name in outputs}
            one = _inputs(statement, list(labels), only)
            if one is None:
                return None
            parts.append((plain(number), KIND, checked_binary(one)))
    return parts or None


def _from_weights(statement: Statement) -> dict[str, Json] | None:
    """A logistic regression's z = w·x + b, where weights and inputs are given."""
    w, x = statement.find("w", "pesos", "peso"), statement.find("x", "entradas", "entrada")
    label = statement.find("y", "rotulo", "label", "alvo", "target", "classe real")
    if w is None or x is None or label is None or not label.value.is_scalar:
        return None
    rows = [
        [value.scalar()[0]] if value.is_scalar else value.vector("os dados")[0]
        for value in (w.value, x.value)
    ]
    if len(rows[0]) != len(rows[1]):
        return None
    bias = statement.scalar("b", "bias", "vies") or 0.0
    z = math.fsum(a * b for a, b in zip(*rows, strict=True)) + bias
    inputs: dict[str, Json] = {"logits": [z], "targets": [label.value.scalar()[0]]}
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    assume(
        inputs,
        f"O logit é z = w·x + b, com w = {plain_vector(rows[0])}, x = {plain_vector(rows[1])} e "
        f"b = {plain(bias)}: z = {plain(z)}.",
    )
    return inputs


def _sure(statement: Statement) -> bool:
    return statement.has(r"logits?")


def _noise(statement: Statement, value: Value) -> bool:
    number = value.scalar()[0]
    before = statement.folded[max(0, value.start - 12) : value.start]
    after = statement.folded[value.end : value.end + 30]
    if value.percent or not number.is_integer():
        return False
    if re.search(r"(?:base|log_?|\(|-\s)\s*$", before) and re.match(r"\s*-\s*[a-z(]", after):
        return True  # of the formula (1 - y)
    return _COUNTS.match(after) is not None or re.search(r"(?:base|log_?)\s*$", before) is not None


def _role(statement: Statement, value: Value, previous: int) -> str:
    begin = max(previous, value.start - 80)
    lead = _SENTENCE.split(statement.folded[begin : value.start])[-1]
    after = re.match(
        r"[ ]*%?[ ]*(?:de |como )?(?:chance|probabilidade|confianca|certeza)",
        statement.folded[value.end : value.end + 30],
    )
    if after:
        return "probability"
    found = list(_CUE.finditer(lead))
    return str(found[-1].lastgroup) if found else ""


def _inputs(
    statement: Statement, labels: list[float], outputs: dict[str, list[float]]
) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {}
    if not labels:
        word = _POSITIVE.search(statement.folded)
        told = told_label(statement)
        if word:
            labels = [1.0 if word[1] == "positiv" else 0.0]
        elif told is not None:
            labels = [told]
            assume(inputs, f"Li o que aconteceu como rótulo y = {told:.0f}.")
        elif len(outputs[""]) > 1 and all(each in (0, 1) for each in outputs[""]):
            labels, outputs[""] = outputs[""], []
    given = [name for name in ("logit", "probability", "") if outputs[name]]
    if len(given) != 1:
        return None
    numbers = outputs[given[0]]
    if given[0] == "logit":
        inputs["logits"] = [*numbers]
    elif given[0] == "probability" or all(0 <= each <= 1 for each in numbers):
        inputs["probabilities"] = [*numbers]
        if given[0] == "":
            assume(inputs, "Li o valor dado como probabilidade (saída da sigmoide), não logit.")
    else:
        inputs["logits"] = [*numbers]
    if labels:
        inputs["targets"] = [*labels]
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    return inputs


_ASKS_CHANCE = re.compile(
    r"\bprobabilidade\b(?! (?:foi|de entrada|dada|era|e \d))|"
    r"\bsaida d[ao] sigmoid\w*|\by_hat\b|\bp\b|"
    r"\b(?:sigma ?\(\w*\)|sigmoide?(?: d\w \w+)?) e (?:a |o )?(?:bce|perda|entropia|loss)"
)


def _parts(statement: Statement, inputs: dict[str, Json], outside: str) -> list[Part] | None:
    wants = read_wants(outside)
    parts: list[Part] = []
    logits = inputs.get("logits")
    if isinstance(logits, list) and _ASKS_CHANCE.search(wants.text):
        x: Json = logits[0] if len(logits) == 1 else [*logits]
        parts.append(
            ("p", "activation", {"functions": ["sigmoid"], "x": x, "derivative": False,
                                 "both": False, "assumptions": []}),
        )  # fmt: skip
    mean = statement.has(r"medi[ao]", "mean")
    denied = statement.has(r"nao (?:tire|faca|calcule|divida|e)(?: \w+)? medi[ao]")
    total = statement.has(r"som(?:a|e|ar|ada|adas)", "sum", "total")
    if mean and total and not denied:
        parts.append(("média", KIND, {**inputs, "reduction": "mean"}))
        parts.append(("soma", KIND, {**inputs, "reduction": "sum"}))
    else:
        reduction = {"reduction": "sum" if total else "mean"} if mean or total else {}
        parts.append(("BCE", KIND, {**inputs, **reduction}))
    single = isinstance(inputs.get("targets"), list) and len(inputs["targets"]) == 1  # type: ignore[arg-type]
    given = inputs.get("probabilities")
    if logits is None and isinstance(given, list) and len(given) == 1:
        p = float(str(given[0]))
        if 0 < p < 1:
            logits = [math.log(p / (1 - p))]
    if "gradient" in wants and isinstance(logits, list) and single:
        turned = {**inputs, "asked": "gradient", "logits": logits}
        if given is not None:
            assume(turned, f"O logit de p = {plain(float(str(given[0])))} é ln(p/(1 − p)).")  # type: ignore[index]
        gradient = ("dL/dz", KIND, turned)
        losses = re.findall(rf"(?<!\w)(d[ae] )?(?:{BINARY}|loss|perda)(?!\w)", wants.text)
        parts = [*parts, gradient] if "" in losses or "alem d" in wants.text else [gradient]
    return parts
