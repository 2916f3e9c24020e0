"""Cross-entropy: from logits or probabilities, with class indices or soft targets.

From logits it is computed by log-sum-exp, so that logits of 1000 work, and checked by a
second formulation. A batch is reduced by mean or sum; label smoothing mixes the one-hot
target with the uniform distribution (ε/K each), as PyTorch does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.classes import (
    BINARY,
    CROSS_ENTROPY,
    LOGIT_NAMES,
    LOSS,
    PROBABILITY_NAMES,
    SOFTMAX,
    TARGET_NAMES,
    class_names,
    class_pairs,
    element_change,
    known_classes,
    log_base,
    mentions,
    numbers_of,
    sums_to_one,
    target_index,
    unknown_class,
)
from tutor.solver.fields import Names, Statement, index_of
from tutor.solver.format import listing, plain, plain_vector, table, tex, tex_signed, tex_vector
from tutor.solver.inputs import (
    Inputs,
    assume,
    assumptions,
    floats,
    forget,
    is_matrix,
    number,
    strings,
)
from tutor.solver.inputs import rows as rows_of
from tutor.solver.numbers import Value, word_number
from tutor.solver.registry import Family
from tutor.solver.softmax import log_softmax, softmax
from tutor.solver.told import Told, alike, read_told

_KIND = "cross_entropy"
_CLASS_CUES = (
    r"classes?|logits?|rotulos?|labels?|targets?|sentiment\w*|positiv[aeo]|neutr[ao]|negativ[aeo]|"
    r"cert[ao]|corret[ao]|verdadeir[ao]"
)
_OTHER_LOSS = (
    r"mse|mae|rmse|erro quadratico|erro absoluto|quadratica|hinge|l2|l1|huber|perplexidade"
)
_PROBABILITY = (
    r"probabilidades?|probs?|apos (?:a |o )?soft ?-?max|depois d[ao] soft ?-?max|"
    r"saidas? d[ao] soft ?-?max|ja (?:com|passou pel[ao]) soft ?-?max|soft ?-?max ja aplicad[ao]|"
    r"distribuicao (?:prevista|predita)|y_hat|yhat"
)
# What students call the loss when they do not name it, and how they ask for it.
_WEAK_LOSS = (
    rf"{LOSS}|custa|penalidade|punicao|castigo|prejuizo|erro|entropia|penalty|cost|nll|"
    r"negative log[ -]likelihood|quanto (?:da|dava|fica|vale|deve)|qnt\w* (?:da|dava|fica)|"
    r"da -?\d[\d.,]* ou -?\d[\d.,]*|quem (?:acertou|errou)|f\.cross_entropy|calcul\w+|"
    r"que (?:numero|valor)|devolve\w*|compute|find"
)
_WEAK_CUES = (
    rf"{_CLASS_CUES}|exemplo|era|ford|volks|gm|bmw|honda|quem (?:acertou|errou)|correct|true|"
    rf"label|alvo|gabarito|indice|index|foto|montadoras?|"
    r"marcas?|carros?|pessoa|frase|comentario|resenha|review|right"
)
_NEGATIVE_LOG = (
    r"-\s?(?:log|ln)|(?:log(?:aritmo)?|ln) negativo|menos (?:o )?(?:log\w*|ln)|"
    r"negative log(?:arithm)?|f\.cross_entropy"
)
_ELSEWHERE = (
    r"atencao|attention|pesos?|matriz|gradientes?|taxa|lr|stride|kernel|folds?|mse|values?|"
    r"perplexidade|derivada|acuracia|precisao|recall|dropout|posicao \d+|neuronio"
)
_SCALED = re.compile(
    r"\bmultiplicad[ao]s? por (\d{1,4}(?:[.,]\d{1,6})?|dois|tres|quatro|cinco|dez)|"
    r"\b(dobrad[ao]s?|dobrassem|dobrasse|o dobro)\b"
)
_SMOOTHING_NAMES = (
    "label smoothing", "label_smoothing", "suavizacao de rotulos", "suavizacao dos rotulos",
    "suavizacao", "smoothing",
)  # fmt: skip
_TRUE_PROBABILITY = re.compile(
    r"probabilidade\b[^.;\n]{0,40}?\b(?:classe|resposta|palavra|token)\b[^.;\n\d]{0,20}"
    r"\b(?:corret[ao]|verdadeir[ao]|cert[ao]|real|alvo)"
    r"|(?:a|para a|da|na) (?:classe )?(?:corret[ao]|verdadeir[ao]|cert[ao])"
)


# -------------------------------------------------------------------- parsing


def _match(statement: Statement) -> float:
    if statement.has(BINARY) or (statement.conceptual and read_told(statement) is None):
        return 0.0
    if statement.has(CROSS_ENTROPY):
        return 0.95
    if statement.has(SOFTMAX) and statement.has(_NEGATIVE_LOG) and statement.arrays:
        return 0.94
    about = statement.has(LOSS) and statement.has(_CLASS_CUES)
    if about and not statement.has(_OTHER_LOSS) and (statement.arrays or class_pairs(statement)):
        return 0.6
    if not statement.has(_OTHER_LOSS, _ELSEWHERE) and statement.has(_WEAK_LOSS):
        listed = any(1 < value.size <= 100 for value in statement.arrays)
        return 0.45 if (listed and statement.has(_WEAK_CUES)) or read_told(statement) else 0.0
    return 0.0


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None or statement.has(CROSS_ENTROPY):
        return _parse_named(statement, previous)
    try:
        return _parse_named(statement, None)
    except SolverError:
        if statement.has(LOSS) and statement.has(_CLASS_CUES) and statement.arrays:
            raise
        return None  # the loss is not named and the data are not those of a classifier


def _parse_named(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    told = read_told(statement) if previous is None else None
    if told is not None and not any(value.bracketed for value in statement.arrays):
        return _parse_told(statement, told)
    output = _output_value(statement)
    names = class_names(statement, output.size if output is not None else None)
    if names is not None and (previous is None or names.bracketed):
        inputs["classes"] = list(names.items)
    elif "classes" not in inputs and output is not None:
        known = known_classes(statement, output.size)
        if known is not None:
            inputs["classes"] = list(known)
            assume(inputs, f"Usei as classes na ordem da lista: {listing(known)}.")
    before = dict(inputs)
    _read_outputs(statement, inputs, previous)
    _read_target(statement, inputs, names, previous is not None)
    _read_options(statement, inputs, previous)
    _scale(statement, inputs, previous)
    if previous is not None and _same(before, inputs) and names is None:
        return None
    if "logits" not in inputs and "probabilities" not in inputs:
        raise MissingData(
            "Para a entropia cruzada faltam as saídas da rede (logits ou probabilidades). "
            "Escreva-as, por exemplo, [2; 1; 0,1].",
            Problem(_KIND, inputs),
        )
    _check_classes(inputs)
    if "target" not in inputs:
        if "pending_class" in inputs:
            raise MissingData(
                f"Não sei em que posição está a classe “{inputs['pending_class']}”. "
                "Diga a lista das classes na ordem das saídas (por exemplo [ford, volks, gm]) "
                "ou o número da classe.",
                Problem(_KIND, inputs),
            )
        listed = strings(inputs.get("classes"))
        example = f"“{listed[0]}”" if listed else "“a primeira” ou “índice 0”"
        raise MissingData(
            f"Qual é a classe verdadeira? Diga o nome ou o número, por exemplo {example}.",
            Problem(_KIND, inputs),
        )
    _check_target(inputs)
    return inputs


def _parse_told(statement: Statement, told: Told) -> dict[str, Json]:
    """Each number with its class in running prose."""
    inputs: dict[str, Json] = {"logits": [*told.logits]}
    assume(inputs, told.note)
    if told.classes:
        inputs["classes"] = [*told.classes]
    if told.target is not None:
        inputs["target"] = told.target
    else:
        _read_target(statement, inputs, told.span, False)
        position = alike(statement, told.classes, told.span) if "target" not in inputs else None
        if position is not None:
            inputs["target"] = position
    _read_options(statement, inputs, None)
    if "target" not in inputs:
        raise MissingData(
            "Qual é a classe verdadeira? Diga o nome ou o número, por exemplo “a primeira”.",
            Problem(_KIND, inputs),
        )
    _check_target(inputs)
    return inputs


def _same(before: Inputs, after: Inputs) -> bool:
    skip = {"assumptions"}
    return {k: v for k, v in before.items() if k not in skip} == {
        k: v for k, v in after.items() if k not in skip
    }


def _read_outputs(statement: Statement, inputs: dict[str, Json], previous: Inputs | None) -> None:
    """logits or probabilities: an array, named numbers, or one changed element."""
    classes = strings(inputs.get("classes"))
    value = _output_value(statement)
    if value is not None:
        says_probability = _calls_probability(statement, value)
        size = len(classes) or None
        data, assumption = numbers_of(value, "as saídas da rede", size, says_probability)
        forget(inputs, "Li ", "As saídas", "As probabilidades")
        assume(inputs, assumption)
        _store(statement, inputs, data, says_probability)
        return
    pairs = class_pairs(statement)
    if classes and len(pairs) > 0:
        known = [(name, v) for name, v in pairs if index_of(name, classes) is not None]
        pairs = known if len(known) == len(classes) else []
    if len(pairs) > 1 and previous is None:
        data = [v.scalar(name)[0] for name, v in pairs]
        inputs["classes"] = [name for name, _ in pairs]
        _store(statement, inputs, data, statement.has(_PROBABILITY))
        return
    key = "probabilities" if "probabilities" in inputs else "logits"
    current = inputs.get(key)
    if previous is not None and isinstance(current, list) and not is_matrix(current):
        changed = element_change(statement, floats(current), classes)
        if changed is not None:
            inputs[key] = list(changed)
            return
    if previous is None or "logits" not in previous:
        single = _single_probability(statement)
        if single is None and inputs.get("single") and len(statement.scalars) == 1:
            single = statement.scalars[0].scalar("a probabilidade")[0]
        if single is not None:
            if not 0 < single <= 1:
                raise SolverError(
                    f"A probabilidade da classe correta precisa estar entre 0 e 1 (e não ser 0), "
                    f"mas li {plain(single)}."
                )
            inputs["probabilities"] = [single]
            inputs["target"] = 0
            inputs["single"] = True


def _calls_probability(statement: Statement, value: Value) -> bool:
    if statement.has("logits?"):
        return False
    named = statement.find(*PROBABILITY_NAMES)
    if named is not None and named.value is value:
        return True
    # "as probabilidades e a perda do vetor …" asks for them; they are given only if they sum to 1.
    readings = [reading.data for reading in value.readings if not reading.problem]
    return statement.has(_PROBABILITY) and any(
        all(sums_to_one(row) for row in rows_of(data)) for data in readings if data
    )


def _output_value(statement: Statement) -> Value | None:
    """The array of outputs: named as such, or the first that is not the target's."""
    targets = statement.find(*TARGET_NAMES)
    found = statement.find(*LOGIT_NAMES, *PROBABILITY_NAMES)
    if found is not None and found.value in statement.arrays:
        is_target = targets is not None and targets.value is found.value
        if not is_target or len(statement.arrays) == 1:
            return found.value
    for value in statement.arrays:
        if targets is None or value is not targets.value:
            return value
    return None


def _store(
    statement: Statement, inputs: dict[str, Json], data: Json, says_probability: bool
) -> None:
    each = rows_of(data)
    distribution = all(sums_to_one(row) for row in each)
    softly = all(0 < p < 1 for row in each for p in row)
    if says_probability and not distribution:
        shown = listing([plain(sum(row)) for row in each[:4]])
        if all(0 <= p <= 1 for row in each for p in row):
            assume(
                inputs,
                f"As probabilidades dadas somam {shown}, não 1; usei só a da classe verdadeira.",
            )
        else:
            raise SolverError(
                f"As saídas foram chamadas de probabilidades, mas {plain_vector(each[0][:8])} não "
                "está entre 0 e 1. Se são logits, escreva “logits”."
            )
    if says_probability or (distribution and softly and not statement.has("logits?")):
        if not says_probability:
            assume(
                inputs,
                "As saídas somam 1, por isso as li como probabilidades (softmax já aplicada). "
                "Se forem logits, escreva “logits”.",
            )
        inputs["probabilities"] = data
        inputs.pop("logits", None)
    else:
        inputs["logits"] = data
        inputs.pop("probabilities", None)
    inputs.pop("single", None)


def _single_probability(statement: Statement) -> float | None:
    """ "deu probabilidade 0,7 para a classe correta": the loss needs no more."""
    if not statement.has(r"probabilidade", r"\d+ ?% de (?:confianca|chance|certeza)", "confianca"):
        return None
    if not _TRUE_PROBABILITY.search(statement.folded):
        return None
    candidates = [v for v in statement.scalars if 0 <= v.scalar()[0] <= 1]
    if len(candidates) != 1:
        return None
    return candidates[0].scalar("a probabilidade")[0]


def _read_target(
    statement: Statement, inputs: dict[str, Json], names: Names | None, follow_up: bool
) -> None:
    """The true class(es) by name or number, or a distribution over the classes."""
    if inputs.get("single") and statement.scalars:
        return
    classes = strings(inputs.get("classes"))
    outputs = inputs.get("logits", inputs.get("probabilities"))
    each = rows_of(outputs) if isinstance(outputs, list) and outputs else []
    n_classes = len(each[0]) if each else (len(classes) or None)
    n_rows = len(each) if is_matrix(outputs) else 1
    value = _target_array(statement)
    if value is not None and value.size == 1 and n_rows == 1:
        inputs["target"] = value.count("o índice da classe", 0)
        assume(inputs, "Contei os índices a partir de 0, como o PyTorch.")
        return
    if value is not None:
        _store_target_array(statement, inputs, value, n_classes, n_rows)
        return
    if n_rows > 1 and classes:
        named = _batch_names(statement, classes, n_rows)
        if named is not None:
            inputs["target"] = list(named)
            return
    if classes:
        found = mentions(statement, classes, names)
        if len(found) == 1 or (found and n_rows == 1 and len(found) < len(classes)):
            inputs["target"] = found[0]
            inputs.pop("pending_class", None)
            forget(inputs, "Contei")
            return
        unknown = unknown_class(statement)
        if unknown is not None and target_index(statement, n_classes, follow_up) is None:
            raise SolverError(
                f"A classe “{unknown}” não está na lista {listing(classes)}. "
                "Diga uma das classes da lista."
            )
    indexed = target_index(statement, n_classes, follow_up)
    if indexed is None and re.fullmatch(r"\d{1,4}", statement.bare) and "target" not in inputs:
        only = int(statement.bare)
        index = only if only == 0 else only - 1
        indexed = index, f"Contei as classes a partir de {0 if only == 0 else 1}."
    if indexed is not None:
        inputs["target"] = indexed[0]
        inputs.pop("pending_class", None)
        forget(inputs, "Contei")
        assume(inputs, indexed[1])
        return
    if not classes:
        unknown = unknown_class(statement)
        if unknown is not None:
            inputs["pending_class"] = unknown
            inputs.pop("target", None)
    elif "pending_class" in inputs:
        position = index_of(str(inputs["pending_class"]), classes)
        if position is not None:
            inputs["target"] = position
            del inputs["pending_class"]


def _target_array(statement: Statement) -> Value | None:
    output = _output_value(statement)
    found = statement.find(*TARGET_NAMES)
    if found is not None and found.value in statement.arrays and found.value is not output:
        return found.value
    others = [value for value in statement.arrays if value is not output]
    if len(others) == 1 and (found is None or not found.value.is_scalar):
        return others[0]
    return None


def _store_target_array(
    statement: Statement,
    inputs: dict[str, Json],
    value: Value,
    n_classes: int | None,
    n_rows: int,
) -> None:
    shape = value.readings[0].shape
    if len(shape) == 2 and 1 not in shape:
        matrix, note = value.matrix("o alvo")
        inputs["target"] = [list(row) for row in matrix]
        assume(inputs, note)
        return
    size = n_classes if n_rows == 1 else None
    numbers, note = value.vector("o alvo", size, sums_to_one if n_rows == 1 else None)
    forget(inputs, "Contei")
    if n_rows == 1:
        assume(inputs, note)
        inputs["target"] = list(numbers)
        return
    if any(n != int(n) for n in numbers) or len(numbers) != n_rows:
        raise SolverError(
            f"São {n_rows} exemplos, por isso preciso de {n_rows} classes verdadeiras (inteiros), "
            f"mas li {plain_vector(numbers[:8])}."
        )
    one_based = n_classes is not None and max(numbers) == n_classes and min(numbers) >= 1
    assume(
        inputs,
        "Contei as classes a partir de 1."
        if one_based
        else "Contei os índices das classes a partir de 0.",
    )
    inputs["target"] = [int(n) - (1 if one_based else 0) for n in numbers]


def _batch_names(statement: Statement, classes: Sequence[str], n_rows: int) -> list[int] | None:
    """ "classes verdadeiras: gato e peixe" or [gato, peixe] for a batch."""
    listed = list(statement.name_lists)
    for name in ("verdadeiras", "corretas", "certas", "reais", "alvos", "rotulos", "targets"):
        after = statement.names_after(name)
        if after is not None:
            listed.append(after)
    for names in listed:
        indices = [index_of(item, classes) for item in names.items]
        if len(indices) == n_rows and list(names.items) != list(classes):
            known = [index for index in indices if index is not None]
            if len(known) == n_rows:
                return known
    return None


def _read_options(statement: Statement, inputs: dict[str, Json], previous: Inputs | None) -> None:
    smoothing = statement.scalar(*_SMOOTHING_NAMES, what="o label smoothing")
    if smoothing is None and statement.has("label smoothing", "suavizacao"):
        smoothing = statement.scalar("epsilon", "eps", "alpha", "fator", what="o label smoothing")
    if smoothing is not None:
        if not 0 <= smoothing < 1:
            raise SolverError("O label smoothing precisa estar entre 0 e 1, por exemplo 0,1.")
        inputs["smoothing"] = smoothing
    if statement.has(r"sem (?:label )?(?:smoothing|suavizacao)"):
        inputs.pop("smoothing", None)
    temperature = statement.scalar("temperatura", "temperature", what="a temperatura")
    if temperature is not None:
        if temperature <= 0:
            raise SolverError("A temperatura da softmax precisa ser maior que zero.")
        inputs["temperature"] = temperature
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    if statement.has(r"soma(?:da|r)?(?: d[aeo]s?)?(?: \w+)?", "reduction ?= ?.?sum.?", "sum"):
        inputs["reduction"] = "sum"
    elif statement.has("media", "mean"):
        inputs["reduction"] = "mean"


def _scale(statement: Statement, inputs: dict[str, Json], previous: Inputs | None) -> None:
    """ "se os escores fossem multiplicados por dois"."""
    match = _SCALED.search(statement.folded)
    logits = inputs.get("logits")
    if match is None or not isinstance(logits, list) or is_matrix(logits):
        return
    typed = match.group(1) or "dois"
    word = word_number(typed)
    factor = float(word) if word is not None else float(typed.replace(",", "."))
    if previous is None and any(value.text == typed for value in statement.arrays):
        return
    inputs["logits"] = [factor * each for each in floats(logits)]
    assume(inputs, f"Multipliquei os logits dados por {plain(factor)}, como pedido.")


def _check_classes(inputs: dict[str, Json]) -> None:
    classes = strings(inputs.get("classes"))
    outputs = inputs.get("logits", inputs.get("probabilities"))
    each = rows_of(outputs)
    if not each or not each[0]:
        raise MissingData(
            "A lista das saídas da rede está vazia. Escreva-as, por exemplo, [2; 1; 0,1].",
            Problem(_KIND, {k: v for k, v in inputs.items() if k not in ("logits",)}),
        )
    if inputs.get("single"):
        inputs.pop("classes", None)
        return
    if classes and len(classes) != len(each[0]):
        raise SolverError(
            f"Há {len(each[0])} saídas {plain_vector(each[0][:8])}, mas {len(classes)} classes "
            f"({listing(classes[:8])}). Precisa haver uma saída para cada classe."
        )
    if len(each[0]) == 1:
        raise SolverError(
            "Com uma só saída a entropia cruzada com softmax é sempre 0. Se o problema é binário, "
            "escreva “entropia cruzada binária”; senão, dê uma saída para cada classe."
        )


def _check_target(inputs: dict[str, Json]) -> None:
    target = inputs["target"]
    outputs = inputs.get("logits", inputs.get("probabilities"))
    each = rows_of(outputs)
    size = len(each[0])
    if is_matrix(outputs) and not isinstance(target, list):
        raise MissingData(
            f"São {len(each)} exemplos: diga a classe verdadeira de cada um, por exemplo [0, 2].",
            Problem(_KIND, {k: v for k, v in inputs.items() if k != "target"}),
        )
    if isinstance(target, int) and not 0 <= target < size:
        raise SolverError(
            f"A classe pedida não existe: são {size} classes (índices de 0 a {size - 1})."
        )
    if not isinstance(target, list):
        return
    if is_matrix(outputs) and not is_matrix(target):
        if any(not 0 <= index < size for index in floats(target)):
            raise SolverError(
                f"Uma das classes pedidas não existe: são {size} classes (índices de 0 a "
                f"{size - 1})."
            )
        return
    soft = rows_of(target)
    if len(soft) != len(each) or any(len(row) != size for row in soft):
        raise SolverError(
            f"O alvo precisa de {size} números, um para cada classe, mas tem {len(soft[0])}."
        )
    if any(p < 0 for row in soft for p in row) or any(abs(sum(row) - 1) > 0.011 for row in soft):
        raise SolverError(
            "O alvo precisa ser uma distribuição: números não negativos que somam 1. "
            f"O que li soma {plain(sum(soft[0]))}."
        )


# -------------------------------------------------------------------- solving


def _solve(inputs: Inputs) -> Solution:
    from_logits = "logits" in inputs
    outputs = inputs["logits"] if from_logits else inputs["probabilities"]
    each = rows_of(outputs)
    temperature = number(inputs.get("temperature"), 1.0)
    base = number(inputs.get("base"), math.e)
    targets = _target_rows(inputs, len(each), len(each[0]))
    logs = _log_probabilities(each, temperature, from_logits, targets) / math.log(base)
    losses = [
        -float(sum(t * lp for t, lp in zip(target, row, strict=True) if t))
        for target, row in zip(targets, logs, strict=True)
    ]
    total = sum(losses)
    reduction = inputs.get("reduction", "mean")
    batch = is_matrix(outputs)
    value = total / len(losses) if batch and reduction == "mean" else total
    value = max(value, 0.0) if abs(value) < 1e-300 else value
    classes = strings(inputs.get("classes"))
    steps = [Step("Fórmula", _formula(inputs, from_logits, base))]
    for index, (row, target) in enumerate(zip(each, targets, strict=True)):
        suffix = f" (exemplo {index + 1})" if batch else ""
        if from_logits:
            steps += _logit_steps(row, target, temperature, base, classes, losses[index], suffix)
        else:
            steps += _probability_steps(row, target, base, classes, losses[index], suffix, inputs)
    if batch:
        steps.append(reduction_step(losses, str(reduction), value))
    notes = list(assumptions(inputs))
    if "base" not in inputs:
        notes.append("Usei o logaritmo natural (ln).")
    if batch and "reduction" not in inputs:
        notes.append("Usei a média sobre os exemplos do lote (a convenção mais comum).")
    unit = {2.0: " bits", 10.0: " (log₁₀)"}.get(base, "")
    name = f" para a classe {_class_name(inputs, classes)}" if _class_name(inputs, classes) else ""
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Entropia cruzada" + (" do lote" if batch else ""),
        result=rf"Entropia cruzada{name}: $L \approx {tex(value)}${unit}",
        value=value,
        steps=tuple(steps),
        checks=_checks(each, targets, temperature, base, from_logits, losses),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, _mistakes(inputs, each, targets, losses, value, base)),
        example_id="13b" if len(each[0]) == 3 else "2",
    )


def _target_rows(inputs: Inputs, n_rows: int, size: int) -> list[list[float]]:
    target = inputs["target"]
    if is_matrix(target):
        chosen = rows_of(target)
    elif isinstance(target, list) and not is_matrix(
        inputs.get("logits", inputs.get("probabilities"))
    ):
        chosen = [floats(target)]
    else:
        indices = floats(target) if isinstance(target, list) else [number(target)] * n_rows
        chosen = [[1.0 if j == int(i) else 0.0 for j in range(size)] for i in indices]
    smoothing = number(inputs.get("smoothing"), 0.0)
    if smoothing:
        chosen = [[(1 - smoothing) * t + smoothing / size for t in row] for row in chosen]
    return chosen


def _log_probabilities(
    each: list[list[float]], temperature: float, from_logits: bool, targets: list[list[float]]
) -> np.ndarray:
    if from_logits:
        return log_softmax(each, temperature)
    for row, target in zip(each, targets, strict=True):
        for p, t in zip(row, target, strict=True):
            if t > 0 and p <= 0:
                raise SolverError(
                    "A probabilidade da classe verdadeira é 0, e −ln 0 é infinito: a entropia "
                    "cruzada não tem valor finito. Confira as probabilidades."
                )
    array = np.asarray(each, dtype=float)
    return np.log(np.where(array > 0, array, 1.0))


def log_name(base: float) -> str:
    """The logarithm of this base in LaTeX."""
    return {2.0: r"\log_2", 10.0: r"\log_{10}"}.get(base, r"\ln")


def _formula(inputs: Inputs, from_logits: bool, base: float) -> str:
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


def _logit_steps(
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
    hard = _hard(target)
    if hard is None:
        steps.append(_soft_step(target, p, base, loss, suffix))
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


def _hard(target: Sequence[float]) -> int | None:
    """The class of a one-hot target."""
    if sum(1 for t in target if t) == 1 and max(target) == 1:
        return int(np.argmax(target))
    return None


def _soft_step(
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


def _probability_steps(
    row: Sequence[float],
    target: Sequence[float],
    base: float,
    classes: Sequence[str],
    loss: float,
    suffix: str,
    inputs: Inputs,
) -> list[Step]:
    hard = _hard(target)
    if hard is None:
        return [_soft_step(target, row, base, loss, suffix)]
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


def _class_name(inputs: Inputs, classes: Sequence[str]) -> str:
    target = inputs["target"]
    if isinstance(target, int) and target < len(classes):
        return str(classes[target])
    return ""


def _checks(
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


def _mistakes(
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
            right = {2.0: "log₂", 10.0: "log₁₀"}.get(base, "o logaritmo natural")
            found.append((natural / math.log(other), f"se usa {name} em vez de {right}"))
    if len(losses) > 1:
        if inputs.get("reduction") == "sum":
            found.append((value / len(losses), "se tira a média em vez de somar"))
        else:
            found.append((value * len(losses), "se somam as perdas em vez de tirar a média"))
        return found
    found.append((-value, "se esquece do sinal de menos"))
    row, target = each[0], targets[0]
    hard = _hard(target)
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


# ------------------------------------------------------------------ exercises

_CLASS_SETS = (
    ("gato", "cachorro", "peixe"),
    ("positivo", "neutro", "negativo"),
    ("ford", "volks", "gm", "bmw", "honda"),
    ("maçã", "banana", "uva", "laranja"),
)


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    classes = list(random.choice(_CLASS_SETS))
    logits: list[float] = [round(random.uniform(-1, 5), 1) for _ in classes]
    target = random.randrange(len(classes))
    statement = (
        f"Uma rede produz os logits {plain_vector(logits)} para as classes "
        f"[{', '.join(classes)}]. A classe verdadeira é {classes[target]}. "
        "Calcule a entropia cruzada."
    )
    return statement, {
        "classes": list(classes), "logits": list(logits), "target": target, "assumptions": [],
    }  # fmt: skip


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Entropia cruzada", "perdas_ativacoes", "2",
        _match, _parse, _solve, _exercise,
        adopts={"softmax": ("logits", "target"), "log_softmax": ("logits", "target")},
    ),
)  # fmt: skip
