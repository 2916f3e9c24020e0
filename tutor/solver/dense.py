"""Parameters of a dense layer and of a whole multilayer perceptron."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.dense_text import dense_sizes, told_roles
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions, forget, strings
from tutor.solver.layer_asks import asks_apart, asks_each, asks_total, region
from tutor.solver.layer_code import read_code
from tutor.solver.layer_words import plain_layers
from tutor.solver.layers import integer
from tutor.solver.named import unchanged
from tutor.solver.precise import precise_remarks
from tutor.solver.registry import Family

_KIND = "dense_parameters"
_DENSE = (
    r"dens[ao]s?|fully[ -]connected|(?:totalmente|completamente) conectad[ao]s?|linear(?:es)?|mlp|"
    r"perceptron(?: multi ?-?camadas)?|rede neural|rede|fc|feed[ -]?forward|neuronios?|dense"
)
_NEW_LAYER = r"camada (?:nova|de classificacao|final)|cabeca de classificacao|classification head"
_HIDDEN_SIZE = re.compile(r"\b(?:hidden(?:[ _]size)?|h(?= ?=))\s*(?:=|:|de|e)?\s*(\d{1,6})\b")
_PARAMETERS = r"parametros?|params?|pesos|parameters?"
_OPERATIONS = r"macs?|multiplicac\w+|flops?|operac(?:oes|ao)"
_LARGEST = 10**9


def _match(statement: Statement) -> float:
    code = read_code(statement.text)
    if code and any(layer["op"] != "linear" for layer in code):
        return 0.0
    told = statement.values or re.search(r"\d", plain_layers(statement.folded))
    if not statement.has(_PARAMETERS, _OPERATIONS) or not told:
        return 0.0
    if statement.has(
        r"conv\w*|lstm|gru|rnn|gpt\w*|atencao|attention|transformer|embeddings?|"
        r"heads?|cabecas?|d_?model|d_?ff|ffn|vocabulario|d_?k"
    ):
        return 0.0
    if statement.has(r"bert\w*") and not statement.has(_NEW_LAYER):
        return 0.0
    if not code and not statement.has(_DENSE, _NEW_LAYER):
        return 0.0
    if statement.asks_concept and not statement.asks_value:
        return 0.0
    if _inverse(statement) is not None:
        return 0.96
    return 0.95 if code or len(_sizes(statement)) > 1 else 0.3


def _sizes(statement: Statement) -> list[int]:
    """The sizes of the layers in order: inputs, hidden layers, outputs."""
    for value in statement.arrays:
        if (value.bracketed or value.size > 2) and not value.dimensions:
            numbers, _ = value.vector("os tamanhos das camadas")
            if len(numbers) > 1 and all(n == int(n) and 0 < n < _LARGEST for n in numbers):
                return [int(n) for n in numbers]
    hidden_size = _HIDDEN_SIZE.search(statement.folded)
    sizes = dense_sizes(statement.folded)
    if hidden_size and len(sizes) == 1 and re.search(_NEW_LAYER, statement.folded):
        sizes = [int(hidden_size[1]), *sizes]
    return sizes


_ASKS_SIDE = (
    ("in", r"quant[oa]s (?:entradas|features|atributos|valores|caracteristicas)|"
           r"(?:numero|quantidade|tamanho) d[ea]s? (?:entradas?|vetor de entrada)"),
    ("out", r"quant[oa]s (?:neuronios|unidades|saidas|classes)|"
            r"(?:numero|quantidade) de (?:neuronios|unidades|saidas)"),
)  # fmt: skip
_TOLD_COUNT = re.compile(r"(?<![\w.,])(\d{1,12}) (?:parametros|pesos|params)")


def _inverse(statement: Statement) -> dict[str, Json] | None:
    """ "tem 5130 parâmetros e 10 neurônios: quantas entradas?"."""
    text = plain_layers(statement.folded)
    asking, count = region(text), _TOLD_COUNT.search(text)
    side = next((key for key, words in _ASKS_SIDE if re.search(words, asking)), None)
    if side is None or count is None:
        return None
    roles = told_roles(text)
    other = roles["in"] if side == "out" else [*roles["hidden"], *roles["out"]]
    if len(other) != 1:
        return None
    return {"unknown": side, "count": int(count[1]), "known": other[0]}


def _parse_inverse(inputs: dict[str, Json], statement: Statement) -> None:
    """The layer that has so many parameters; an error where none has."""
    biased = not statement.has(r"sem (?:o )?(?:bias|vies)")
    count, known = integer(inputs["count"]), integer(inputs["known"])
    if inputs["unknown"] == "in":
        size, left = divmod(count - (known if biased else 0), known)
    else:
        size, left = divmod(count, known + (1 if biased else 0))
    if left or size < 1:
        raise SolverError(
            f"Nenhum número inteiro dá {count} parâmetros com os outros dados. Confira os números."
        )
    pair = [size, known] if inputs["unknown"] == "in" else [known, size]
    inputs["layers"], inputs["bias"] = [[*pair, biased]], biased
    if biased and not statement.has(r"com (?:o )?(?:bias|vies)"):
        assume(inputs, "Considerei um bias por neurônio.")


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    inverse = _inverse(statement) if previous is None else None
    if inverse is not None:
        inputs |= inverse
        _parse_inverse(inputs, statement)
        return inputs
    code = [layer for layer in read_code(statement.text) if layer["op"] == "linear"]
    sizes = _sizes(statement)
    if code:
        inputs["layers"] = [_layer(layer, code, index) for index, layer in enumerate(code)]
    elif previous is None or len(sizes) > 1:
        if len(sizes) > 1:
            text = plain_layers(statement.folded)
            sides = re.findall(r"\d+", " ".join(re.findall(r"\d+(?:x\d+)+", text)))
            counts = [*told_roles(text)["layers"], *told_roles(text)["channels"]]
            inputs["read"] = [*(int(each) for each in sides), *counts]  # 28x28 is one size
            inputs["layers"] = [[a, b, True] for a, b in pairwise(sizes)]
        elif sizes:
            entering = re.search(r"entrada|input|features|atributos|pixels", statement.folded)
            inputs["known"], inputs["known_is"] = sizes[0], "in" if entering else "out"
    elif previous is not None and "layers" not in inputs and (sizes or statement.scalars):
        given = sizes[0] if sizes else statement.scalars[0].count("o tamanho", 1, _LARGEST)
        known = integer(inputs.get("known"), 0)
        if known:
            pair = [known, given] if inputs.get("known_is") == "in" else [given, known]
            inputs["layers"] = [[*pair, True]]
    elif previous is not None and sizes:
        inputs["layers"] = _changed(inputs["layers"], sizes[0], statement)
    biased = None
    if statement.has(
        r"sem (?:o )?(?:bias|vies)|(?:ignor|desprez|desconsider)\w+ (?:o |os )?(?:bias|vies)|"
        r"bias ?= ?false"
    ):
        biased = False
    elif statement.has(r"com (?:o )?(?:bias|vies)|inclu\w+ (?:o |os )?(?:bias|vies)"):
        biased = True
    if biased is not None and not code:
        inputs["bias"] = biased
    wishes = _wishes(statement)
    if wishes or previous is None:
        inputs.pop("wishes", None)
    if wishes:
        inputs["wishes"] = [*wishes]
    if unchanged(inputs, previous):
        return None
    inputs.pop("pending", None)
    if "layers" not in inputs:
        missing = {
            "in": "Falta o número de neurônios (saídas) da camada.",
            "out": "Falta o número de entradas da camada.",
        }
        raise MissingData(
            missing.get(str(inputs.get("known_is")), "Faltam as entradas e saídas de cada camada.")
            + " Escreva só ele ou a rede toda, por exemplo 784 -> 128 -> 10.",
            Problem(_KIND, inputs),
        )
    if any(integer(size) < 1 for pair in _pairs(inputs) for size in pair[:2]):
        raise SolverError(
            "Cada camada precisa de um número inteiro e positivo de entradas e de neurônios. "
            "Confira os tamanhos."
        )
    forget(inputs, "Contei")
    if "bias" not in inputs and not code:
        assume(inputs, "Contei um bias por neurônio.")
    return inputs


def _wishes(statement: Statement) -> list[str]:
    """What is asked beside the parameters: weights and biases apart, each layer, MACs."""
    asking = region(statement.folded) or statement.folded
    found = []
    if asks_apart(statement.folded):
        found.append("apart")
    if asks_each(statement.folded):
        found.append("each")
        if asks_total(statement.folded):
            found.append("total")
    if re.search(rf"\b(?:{_OPERATIONS})\b", asking):
        found.append("macs")
        if re.search(rf"\b(?:{_PARAMETERS})\b", asking):
            found.append("parameters")
    return found


def _value(wishes: list[str], counts: list[tuple[int, int]]) -> Json:
    """The result as it is asked for, from the (weights, biases) of each layer."""
    weights, biases = (sum(column) for column in zip(*counts, strict=True))
    if "macs" in wishes:
        both = "parameters" in wishes
        return {"parametros": weights + biases, "macs": weights} if both else weights
    if "apart" in wishes:
        return {"pesos": weights, "bias": biases, "total": weights + biases}
    if "each" in wishes and len(counts) > 1:
        each: list[Json] = [w + b for w, b in counts]
        if "total" not in wishes:
            return each
        named = {f"camada {n}": count for n, count in enumerate(each, 1)}
        return {**named, "total": weights + biases}
    return weights + biases


def _pairs(inputs: Inputs) -> list[list[Json]]:
    layers = inputs.get("layers")
    return [each for each in layers if isinstance(each, list)] if isinstance(layers, list) else []


def _layer(layer: dict[str, Json], code: list[dict[str, Json]], index: int) -> list[Json]:
    entering = layer.get("in", code[index - 1]["out"] if index else None)
    if entering is None:
        raise SolverError(
            "Não sei quantas entradas a primeira camada tem. Escreva, por exemplo, "
            "Linear(784, 128)."
        )
    return [entering, layer["out"], layer.get("bias") is not False]


def _changed(layers: Json, size: int, statement: Statement) -> list[Json]:
    listed = (
        [list(layer) for layer in layers if isinstance(layer, list)]
        if isinstance(layers, list)
        else []
    )
    if statement.has(r"entradas?|features|atributos|inputs?"):
        listed[0][0] = size
    elif statement.has(r"saidas?|classes|outputs?") or len(listed) == 1:
        listed[-1][1] = size
    else:
        listed[0][1] = listed[1][0] = size
    return [list(layer) for layer in listed]


def _solve(inputs: Inputs) -> Solution:
    if "unknown" in inputs:
        return _solve_inverse(inputs)
    return _solve_count(inputs)


def _solve_inverse(inputs: Inputs) -> Solution:
    pair, count = _pairs(inputs)[0], integer(inputs["count"])
    side = 0 if inputs["unknown"] == "in" else 1
    forward = _solve_count({k: v for k, v in inputs.items() if k != "unknown"})
    name = "entradas" if side == 0 else "neurônios"
    biases = integer(pair[1]) if pair[2] is True else 0
    return replace(
        forward,
        problem=Problem(_KIND, inputs),
        title=f"Quantos {name}" if side else f"Quantas {name}",
        result=f"{integer(pair[side])} {name}",
        value=integer(pair[side]),
        steps=(
            Step("Condição", rf"$n_{{in}} \cdot n_{{out}} + {biases} = {count}$"),
            *forward.steps,
        ),
        checks=(Check("De volta", forward.value == count, f"a camada tem mesmo {count}"),),
    )


def _solve_count(inputs: Inputs) -> Solution:
    layers = inputs["layers"]
    assert isinstance(layers, list)
    total, weights_total, biases_total, second = 0, 0, 0, 0
    steps = [
        Step(
            "Fórmula",
            r"$\text{parâmetros} = n_{in} \cdot n_{out} + n_{out}$ (o último termo são os bias)",
        )
    ]
    counts: list[tuple[int, int]] = []
    for index, layer in enumerate(layers, 1):
        assert isinstance(layer, list)
        a, b = integer(layer[0]), integer(layer[1])
        biased = layer[2] is True and inputs.get("bias") is not False
        weights, biases = a * b, b if biased else 0
        total, weights_total = total + weights + biases, weights_total + weights
        biases_total += biases
        second += b * (a + (1 if biased else 0))
        counts.append((weights, biases))
        tail = f" + {b} = {weights + biases}" if biased else f" = {weights}"
        steps.append(Step(f"Camada {index}", rf"${a} \cdot {b}{tail}$"))
    if len(layers) > 1:
        steps.append(Step("Soma", f"Total: {total} parâmetros."))
    first, last = layers[0], layers[-1]
    assert isinstance(first, list) and isinstance(last, list)
    mistakes: list[Mistake] = [
        (weights_total, "se esquece dos bias"),
        (
            weights_total + sum(integer(x[1]) for x in layers if isinstance(x, list)),
            "se conta os bias, que a rede não tem",
        ),
        (weights_total + len(layers), "se conta um bias só por camada"),
        (weights_total + biases_total + integer(first[0]), "se conta bias também para as entradas"),
        (
            weights_total + sum(integer(x[0]) for x in layers if isinstance(x, list)),
            "se conta um bias por entrada, e não por neurônio",
        ),
    ]
    wishes = strings(inputs.get("wishes"))
    value = _value(wishes, counts)
    result = f"{total} parâmetros ({weights_total} pesos + {biases_total} bias)"
    if "macs" in wishes:
        steps.append(Step("MACs", f"Uma multiplicação-soma por peso: {weights_total}."))
        result = f"{weights_total} multiplicações-somas (MACs); {result}"
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Parâmetros da camada densa" if len(layers) == 1 else "Parâmetros do MLP",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(Check("Neurônio a neurônio", second == total, f"n_out · (n_in + 1) dá {second}"),),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, value, mistakes),
    )


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    sizes = [random.choice([64, 100, 784, 32])]
    sizes += [random.choice([16, 32, 128, 50]) for _ in range(random.randint(0, 2))]
    sizes.append(random.choice([2, 3, 10]))
    layers: list[Json] = [[a, b, True] for a, b in pairwise(sizes)]
    chain = " -> ".join(str(each) for each in sizes)
    text = f"Quantos parâmetros tem uma rede densa (MLP) {chain}, com bias?"
    return text, {"layers": layers, "bias": True, "assumptions": []}


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND,
        "Parâmetros de camadas densas",
        "fundamentos",
        None,
        _match,
        _parse,
        _solve,
        _exercise,
    ),
)
