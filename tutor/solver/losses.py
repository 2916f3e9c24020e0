"""Cross-entropy: from logits or probabilities, with class indices or soft targets.

From logits it is computed by log-sum-exp, so that logits of 1000 work, and checked by a
second formulation. A batch is reduced by mean or sum; label smoothing mixes the one-hot
target with the uniform distribution (ε/K each), as PyTorch does.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import remarks
from tutor.solver.classes import (
    BINARY,
    CROSS_ENTROPY,
    LOGIT_NAMES,
    LOSS,
    PROBABILITY_NAMES,
    SOFTMAX,
    TARGET_NAMES,
    ZERO_BASED,
    check_class_count,
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
from tutor.solver.format import listing, plain, plain_vector, tex, tex_vector
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
from tutor.solver.loss_steps import (
    class_name,
    logit_steps,
    loss_checks,
    loss_formula,
    loss_mistakes,
    probability_steps,
    reduction_step,
)
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
_FORMULA = (
    r"-\s?(?:sum\w*|soma|\\sum|Σ|σ)?[\s_{}\w]{0,8}?\s?(?:\b\w{1,2}_?\w?\s?[*·]?\s?)?"
    r"(?:ln|log)\s?\(?\s?(?:p|q|y_hat|p_hat)(?:_\w+)?|h\(p, ?q\)"
)
_ELSEWHERE = (
    r"atencao|attention|pesos?|matriz|gradientes?|taxa|lr|stride|kernel|folds?|mse|values?|"
    r"perplexidade|derivada|acuracia|precisao|recall|dropout|posicao \d+|neuronio"
)
_GRADIENT = (
    r"gradiente[^.;\n]{0,60}(?:logits?|saidas?|z)|p ?- ?y|derivada[^.;\n]{0,60}logits?|"
    r"(?:y_hat|p_hat) ?- ?y|dl ?/ ?dz\w*"
)
_CALLED = re.compile(
    r"\b(?:probabilidades?|probs?|distribuicao|p_hat|y_hat)\b[^.;?!\n]{0,60}?"
    r"(?:foram|sao|eram|=|:|deu|deram|iguais a|valem|previstas|preditas|estimadas)\s*"
    r"(?:(?:as|os|de|um|uma|a|o|vetor|lista|seguintes)\s+){0,2}\W*$"
    r"|(?<!antes da )(?<!antes de )\b(?:(?:apos|depois) d?[ao] ?|(?:saida|resultado) d[ao] )?"
    r"soft ?-?max\b[^.;?!\n]{0,30}?(?:foi|foram|sao|eram|deu|deram|saiu|sairam|produziu|retornou|"
    r"devolveu|cuspiu|gerou)\s*\W*$"
    r"|\b(?:saidas?|resultado) d[ao] soft ?-?max\s*[:=]\s*$"
    r"|\bsaidas?[^.;:?!\n]{0,20} (?:apos|depois d[ao]) (?:a |o )?soft ?-?max\s*[:=]\s*$"
)
_ASKED = re.compile(
    r"\b(?:calcul\w+|qua(?:l|is)|determine|encontre|obtenha|converta|ache|de|quanto)\b"
    r"(?:\W+(?:sao|e|as|a|os|o|softmax|essas|suas))*\W+$"
)
_SCALED = re.compile(
    r"\bmultiplicad[ao]s? por (\d{1,4}(?:[.,]\d{1,6})?|dois|tres|quatro|cinco|dez)|"
    r"\b(dobrad[ao]s?|dobrassem|dobrasse|o dobro)\b"
)
_BATCH_SIZE = re.compile(r"\b(?:batch|lote) (?:de|com) (\d{1,4})\b(?! (?:classes|logits|saidas))")
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
    if _by_formula(statement):
        return 0.94
    if _smoothed(statement):
        return 0.9
    if statement.has(SOFTMAX) and statement.has(_NEGATIVE_LOG) and statement.arrays:
        return 0.94
    about = statement.has(LOSS) and statement.has(_CLASS_CUES)
    if about and not statement.has(_OTHER_LOSS) and (statement.arrays or class_pairs(statement)):
        return 0.6
    if not statement.has(_OTHER_LOSS, _ELSEWHERE) and statement.has(_WEAK_LOSS):
        listed = any(1 < value.size <= 100 for value in statement.arrays)
        return 0.45 if (listed and statement.has(_WEAK_CUES)) or read_told(statement) else 0.0
    return 0.0


def _smoothed(statement: Statement) -> bool:
    """ "label smoothing 0,1, logits [2; 1; 0], classe 0": only that loss smooths its labels."""
    named = statement.has(r"label[ _]smoothing", r"suavizacao d[eo]s? rotulos?")
    return bool(
        named and statement.has("logits?") and statement.arrays and not statement.asks_concept
    )


def _by_formula(statement: Statement) -> bool:
    """ "−ln p_c", "−Σ y ln p" with data, where the loss has no name."""
    if (
        statement.has(r"\(1 ?- ?\w+\)", r"perplexidade", "kl", "entropia d[aeo]")
        or not statement.values
    ):
        return False
    return statement.has(_FORMULA) and not statement.asks_concept


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is None:
        examples = _read_examples(statement) or _read_true_probabilities(statement)
        if examples is not None:
            return examples
    named = statement.has(CROSS_ENTROPY) or _by_formula(statement) or _smoothed(statement)
    if previous is not None or named:
        return _parse_named(statement, previous)
    try:
        return _parse_named(statement, None)
    except SolverError:
        listed = statement.arrays or len(class_pairs(statement)) > 1
        if statement.has(LOSS) and statement.has(_CLASS_CUES) and listed:
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
    if statement.has(_GRADIENT):
        inputs["asked"] = "gradient"
    elif previous is not None and statement.has(LOSS, CROSS_ENTROPY):
        inputs.pop("asked", None)
    if previous is not None and _same(before, inputs) and names is None:
        return None
    if "logits" not in inputs and "probabilities" not in inputs:
        raise MissingData(
            "Para a entropia cruzada faltam as saídas da rede (logits ou probabilidades). "
            "Escreva-as, por exemplo, [2; 1; 0,1].",
            Problem(_KIND, inputs),
        )
    _check_classes(inputs)
    if previous is None and not inputs.get("single") and statement.has(CROSS_ENTROPY):
        outputs = inputs.get("logits", inputs.get("probabilities"))
        check_class_count(statement, len(rows_of(outputs)[0]))
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


_EXAMPLE = re.compile(
    r"\b(?:exemplo|amostra|imagem|ex\.?) ?(\d{1,2})\s*[:)=-]|\b(\d{1,2})[ºo] exemplo\s*:"
)


def _read_examples(statement: Statement) -> dict[str, Json] | None:
    """ "Exemplo 1: logits 1; 2 e rótulo 0. Exemplo 2: …": a batch in prose."""
    cuts = [match.start() for match in _EXAMPLE.finditer(statement.folded)]
    if not 1 < len(cuts) <= _MAX_EXAMPLES or not statement.has(CROSS_ENTROPY, LOSS):
        return None
    convention = "contando a partir de 0" if statement.has(ZERO_BASED) else ""
    logits: list[Json] = []
    targets: list[Json] = []
    inputs: dict[str, Json] = {}
    for begin, end in zip(cuts, [*cuts[1:], len(statement.text)], strict=True):
        head = _EXAMPLE.match(statement.folded, begin)
        part = Statement(f"{statement.text[head.end() if head else begin : end]} {convention}")
        each = _parse_named(part, None)
        if each is None or "logits" not in each or not isinstance(each.get("target"), int):
            return None
        logits.append(each["logits"])
        targets.append(each["target"])
        assume(inputs, *strings(each.get("assumptions")))
    if len({len(floats(row)) for row in logits}) > 1:
        raise SolverError(
            "Os exemplos têm números diferentes de logits: "
            f"{listing([str(len(floats(row))) for row in logits])}. Confira os dados."
        )
    inputs.update(logits=logits, target=targets)
    _read_options(statement, inputs, None)
    return inputs


_MAX_EXAMPLES = 20
_RIGHT_ONES = re.compile(
    r"\b(?:probabilidades?|confianca)\b[^.;\n]{0,30}?\b(?:classes?|respostas?|tokens?|rotulos?) "
    r"(?:corret[ao]s?|cert[ao]s?|verdadeir[ao]s?)(?: (?:foi|foram|de|iguais a|e|sao))?\W*$"
)


def _read_true_probabilities(statement: Statement) -> dict[str, Json] | None:
    """ "probabilidade da classe correta 0,9, 0,6 e 0,3" in three examples: their mean loss."""
    each = _EACH_RIGHT.findall(statement.folded)
    prose = not statement.arrays and not statement.has(r"logits?", BINARY)
    if len(each) > 1 and prose and statement.has(_TRUE_CLASS):
        listed = Statement("[" + "; ".join(number.replace(",", ".") for number in each) + "]")
        return _true_batch(statement, listed.arrays[0])
    value = statement.arrays[0] if len(statement.arrays) == 1 else None
    if value is None or not _RIGHT_ONES.search(statement.folded[: value.start]):
        return None
    return _true_batch(statement, value)


_EACH_RIGHT = re.compile(r"(?<!\w)p_?\d? ?= ?(\d(?:[.,]\d{1,9})?)(?![\w]|[.,]\d)")
_TRUE_CLASS = r"classes? (?:cert[ao]|corret[ao]|verdadeir[ao])"


def _true_batch(statement: Statement, value: Value) -> dict[str, Json]:
    numbers, note = value.vector("as probabilidades")
    check_batch(statement, len(numbers))
    if any(not 0 < each <= 1 for each in numbers):
        raise SolverError(
            "A probabilidade da classe correta precisa ser maior que 0 e no máximo 1, mas li "
            f"{plain_vector(numbers[:8])}."
        )
    inputs: dict[str, Json] = {
        "probabilities": [[each, 1 - each] for each in numbers],
        "target": [0] * len(numbers),
    }
    assume(inputs, note, "Juntei as outras classes em uma: a perda só depende da correta.")
    _read_options(statement, inputs, None)
    return inputs


def _parse_told(statement: Statement, told: Told) -> dict[str, Json]:
    """Each number with its class in running prose."""
    inputs: dict[str, Json] = {}
    if told.probabilities:
        _store(statement, inputs, [*told.logits], True)
    else:
        inputs["logits"] = [*told.logits]
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
        # "gato 60%, cachorro 70%": logits are no percentages.
        percentages = all(v.text.rstrip().endswith("%") for _, v in pairs)
        _store(statement, inputs, data, percentages or statement.has(_PROBABILITY))
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
    sentence = re.split(r"[.;?!]\s|\n", statement.folded[max(0, value.start - 120) : value.start])
    called = _CALLED.search(sentence[-1])
    if called and not _ASKED.search(sentence[-1][: called.start()]):
        return True
    after = statement.folded[value.end : value.end + 40]
    if re.match(
        r"\W{0,3}(?:(?:como|sao|foram) (?:as )?probabilidades?|"
        r"(?:e|era|foi|sao|foram) as? saidas? d[ao] soft ?-?max)\b",
        after,
    ):
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


def check_batch(statement: Statement, examples: int) -> None:
    """ "batch de 3" with two rows is a contradiction."""
    told = _BATCH_SIZE.search(statement.folded)
    if told and 1 < examples != int(told[1]):
        raise SolverError(
            f"O enunciado fala de um batch de {told[1]} exemplos, mas há dados de {examples}. "
            "Confira os dados."
        )


def _store(
    statement: Statement, inputs: dict[str, Json], data: Json, says_probability: bool
) -> None:
    each = rows_of(data)
    check_batch(statement, len(each))
    distribution = all(sums_to_one(row) for row in each)
    softly = all(0 < p < 1 for row in each for p in row)
    if says_probability and not distribution:
        shown = listing([plain(sum(row)) for row in each[:4]])
        if all(0 <= p <= 1 for row in each for p in row):
            raise SolverError(
                f"As probabilidades dadas somam {shown}, e não 1. Confira os números; se são "
                "logits, escreva “logits”; se só a probabilidade da classe verdadeira importa, "
                "mande só ela, por exemplo: a classe certa teve probabilidade 0,7."
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


def store_outputs(
    statement: Statement, inputs: dict[str, Json], data: Json, says_probability: bool
) -> None:
    """Outputs that nothing calls logits: as probabilities where they are some."""
    _store(statement, inputs, data, says_probability)


def check_problem(inputs: dict[str, Json]) -> None:
    """Raises the error of a problem whose outputs, classes and target do not fit."""
    _check_classes(inputs)
    _check_target(inputs)


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
            without = {key: value for key, value in inputs.items() if key != "target"}
            raise MissingData(
                f"A classe “{unknown}” não está na lista {listing(classes)}. "
                "Diga uma das classes da lista.",
                Problem(_KIND, without),
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
    if batch and reduction == "none":
        return _each(inputs, losses, each, targets, temperature, base, from_logits)
    classes = strings(inputs.get("classes"))
    steps = [Step("Fórmula", loss_formula(inputs, from_logits, base))]
    for index, (row, target) in enumerate(zip(each, targets, strict=True)):
        suffix = f" (exemplo {index + 1})" if batch else ""
        if from_logits:
            steps += logit_steps(row, target, temperature, base, classes, losses[index], suffix)
        else:
            steps += probability_steps(row, target, base, classes, losses[index], suffix, inputs)
    if batch:
        steps.append(reduction_step(losses, str(reduction), value))
    notes = list(assumptions(inputs))
    if "base" not in inputs:
        notes.append("Usei o logaritmo natural (ln).")
    if batch and "reduction" not in inputs:
        notes.append("Usei a média sobre os exemplos do lote (a convenção mais comum).")
    unit = {2.0: " bits", 10.0: " (log₁₀)"}.get(base, "")
    name = f" para a classe {class_name(inputs, classes)}" if class_name(inputs, classes) else ""
    if inputs.get("asked") == "gradient" and from_logits and not batch:
        return _gradient(inputs, softmax(each[0], temperature), targets[0], tuple(steps))
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Entropia cruzada" + (" do lote" if batch else ""),
        result=rf"Entropia cruzada{name}: $L \approx {tex(value)}${unit}",
        value=value,
        steps=tuple(steps),
        checks=loss_checks(each, targets, temperature, base, from_logits, losses),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, loss_mistakes(inputs, each, targets, losses, value, base)),
        example_id="13b" if len(each[0]) == 3 else "2",
    )


def _each(
    inputs: Inputs,
    losses: list[float],
    each: list[list[float]],
    targets: list[list[float]],
    temperature: float,
    base: float,
    from_logits: bool,
) -> Solution:
    """The loss of every example of a batch, not reduced."""
    value: Json = [*losses]
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Entropia cruzada de cada exemplo",
        result=rf"$L = {tex_vector(losses)}$",
        value=value,
        steps=(
            Step("Fórmula", loss_formula(inputs, from_logits, base)),
            Step("Cada exemplo", rf"${tex_vector(losses)}$, sem média nem soma"),
        ),
        checks=loss_checks(each, targets, temperature, base, from_logits, losses),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value),
    )


def _gradient(
    inputs: Inputs, p: np.ndarray, target: Sequence[float], steps: tuple[Step, ...]
) -> Solution:
    """∂L/∂z = p − y (divided by the temperature, where there is one)."""
    temperature = number(inputs.get("temperature"), 1.0)
    gradient = (p - np.asarray(target)) / temperature
    z = np.asarray(floats(inputs["logits"]))
    width = 1e-5
    second = [
        (
            float(-(log_softmax(z + width * unit, temperature) * target).sum())
            - float(-(log_softmax(z - width * unit, temperature) * target).sum())
        )
        / (2 * width)
        for unit in np.eye(len(z))
    ]
    formula = r"$\dfrac{\partial L}{\partial z} = p - y$"
    if temperature != 1:
        formula = r"$\dfrac{\partial L}{\partial z} = \dfrac{p - y}{T}$"
    value: Json = gradient.tolist()
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Gradiente da entropia cruzada em relação aos logits",
        result=rf"$\dfrac{{\partial L}}{{\partial z}} = {tex_vector(gradient)}$",
        value=value,
        steps=(
            *steps[:2],
            Step("Gradiente", f"{formula}: ${tex_vector(p)} - {tex_vector(target)}$"),
        ),
        checks=(
            Check(
                "Diferenças finitas",
                bool(np.allclose(second, gradient, atol=1e-6)),
                "(L(z + h) − L(z − h))/2h dá os mesmos valores",
            ),
            Check("Soma zero", abs(float(gradient.sum())) < 1e-9, "as componentes somam 0"),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(
            inputs, value, [(p, "se esquece de subtrair y"), (-gradient, "se troca o sinal")]
        ),
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
