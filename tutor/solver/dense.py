"""Parameters of a dense layer and of a whole multilayer perceptron."""

from __future__ import annotations

import re
from itertools import pairwise
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs, assume, assumptions, forget
from tutor.solver.layer_code import read_code
from tutor.solver.layers import integer
from tutor.solver.named import unchanged
from tutor.solver.numbers import word_number
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
_CHAIN = re.compile(r"(?<![\w.,])\d{1,9}(?:\s*(?:->|-|x|>)\s*\d{1,9}){1,30}(?![\w.,]\w)")
# "de 4096 para 1000", "recebe 300 e sai 50"
_CHANGE = re.compile(
    r"\b(?:de|leva|from) (\d{1,9})(?: (?:entradas|features|atributos|neuronios|unidades))? "
    r"(?:para|->|to|a) (\d{1,9})(?![\w.,]*\d)|"
    r"\b(?:recebe|entram?|tem) (\d{1,9})\b.{0,30}?\b(?:sai|saem|devolve|produz|gera) (\d{1,9})"
)
_NUMBER = r"(\d{1,9}|uma?|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez)"
_LARGEST = 10**9


def _match(statement: Statement) -> float:
    code = read_code(statement.text)
    if code and any(layer["op"] != "linear" for layer in code):
        return 0.0
    if not statement.has(_PARAMETERS) or not statement.values:
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
    return 0.95 if code or len(_sizes(statement)) > 1 else 0.3


def _sizes(statement: Statement) -> list[int]:
    """The sizes of the layers in order: inputs, hidden layers, outputs."""
    folded = statement.folded
    chain = _CHAIN.search(folded)
    change = _CHANGE.search(folded)
    if change:
        return [int(each) for each in change.groups() if each]
    if chain and ("->" in chain.group() or len(re.findall(r"\d+", chain.group())) > 2):
        return [int(each) for each in re.findall(r"\d+", chain.group())]
    for value in statement.arrays:
        if (value.bracketed or value.size > 2) and not value.dimensions:
            numbers, _ = value.vector("os tamanhos das camadas")
            if len(numbers) > 1 and all(n == int(n) and 0 < n < _LARGEST for n in numbers):
                return [int(n) for n in numbers]
    hidden_size = _HIDDEN_SIZE.search(folded)
    first = int(hidden_size[1]) if hidden_size and re.search(_NEW_LAYER, folded) else None
    first = first or _size(
        folded,
        r"(?:neuronios? (?:de|na) entrada|unidades de entrada|entradas?|features|atributos|"
        r"inputs?|caracteristicas|dimensoes de entrada|pixels|pixeis)",
    )
    if first is None:
        found = re.search(
            r"(?:entrada|input|imagens?)\s*(?:de|com|:|=|tamanho|dimensao|dimensoes|\s)*"
            r"(\d{1,6})\s*[x×]\s*(\d{1,6})(?:\s*[x×]\s*(\d{1,4}))?",
            folded,
        )
        if found:
            first = int(found[1]) * int(found[2]) * int(found[3] or 1)
        else:
            found = re.search(
                r"(?:entrada|input|in_features)\s*(?:de|com|:|=|tamanho|dimensao|e\b|"
                r"\s)*(\d{1,9})\b",
                folded,
            )
            first = int(found[1]) if found else None
    last = _size(
        folded,
        r"(?:neuronios? (?:de|na) saida|unidades de saida|saidas?|classes|outputs?|"
        r"neuronios? na camada de saida)",
    )
    if last is None:
        found = re.search(
            r"(?:saida|output|out_features)\s*(?:de|com|:|=|tamanho|dimensao|e\b|\s)*(\d{1,9})\b",
            folded,
        )
        last = int(found[1]) if found else None
    hidden = _hidden(folded)
    return [size for size in (first, *hidden, last) if size is not None]


def _size(folded: str, names: str) -> int | None:
    match = re.search(rf"(?<![\w.,])(?:(?<=\s)-)?{_NUMBER} {names}(?!\w)", folded)
    if match is None:
        return None
    if match.group().startswith("-"):
        return -int(match[1])
    return int(match[1]) if match[1].isdigit() else word_number(match[1])


def _hidden(folded: str) -> list[int]:
    several = re.search(
        rf"{_NUMBER}? ?(?:camadas?|layers?) (?:oculta|escondida|intermediaria|hidden)s? ?"
        r"(?:\(|de|com|:|=|tendo|\s|cada(?: uma)?|tamanhos?)*"
        r"(\d{1,9}(?:\s*(?:,|e|;)\s*\d{1,9}(?!\s*(?:saida|classe|entrada)))*)",
        folded,
    )
    if several:
        sizes = [int(each) for each in re.findall(r"\d+", several[2])]
        word = several[1] or ""
        times = int(word) if word.isdigit() else word_number(word) or 1
        return sizes * times if len(sizes) == 1 and times <= 100 else sizes
    found = re.findall(
        r"(\d{1,9}) (?:neuronios?|unidades|units)(?! (?:de|na camada de|na) (?:entrada|saida))",
        folded,
    )
    return [int(each) for each in found]


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    code = [layer for layer in read_code(statement.text) if layer["op"] == "linear"]
    sizes = _sizes(statement)
    if code:
        inputs["layers"] = [_layer(layer, code, index) for index, layer in enumerate(code)]
    elif previous is None or len(sizes) > 1:
        if len(sizes) > 1:
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
    if statement.has(r"sem (?:o )?(?:bias|vies)|ignor\w+ (?:o |os )?(?:bias|vies)|bias ?= ?false"):
        biased = False
    elif statement.has(r"com (?:o )?(?:bias|vies)|inclu\w+ (?:o |os )?(?:bias|vies)"):
        biased = True
    if biased is not None and not code:
        inputs["bias"] = biased
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
    layers = inputs["layers"]
    assert isinstance(layers, list)
    total, weights_total, biases_total, second = 0, 0, 0, 0
    steps = [
        Step(
            "Fórmula",
            r"$\text{parâmetros} = n_{in} \cdot n_{out} + n_{out}$ (o último termo são os bias)",
        )
    ]
    neurons = 0
    for index, layer in enumerate(layers, 1):
        assert isinstance(layer, list)
        a, b = integer(layer[0]), integer(layer[1])
        biased = layer[2] is True and inputs.get("bias") is not False
        weights, biases = a * b, b if biased else 0
        total, weights_total = total + weights + biases, weights_total + weights
        biases_total += biases
        second += b * (a + (1 if biased else 0))
        neurons += a + b
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
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Parâmetros da camada densa" if len(layers) == 1 else "Parâmetros do MLP",
        result=f"{total} parâmetros ({weights_total} pesos + {biases_total} bias)",
        value=total,
        steps=tuple(steps),
        checks=(Check("Neurônio a neurônio", second == total, f"n_out · (n_in + 1) dá {second}"),),
        assumptions=assumptions(inputs),
        remarks=precise_remarks(inputs, total, mistakes),
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
