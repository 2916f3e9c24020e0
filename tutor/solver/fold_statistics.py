"""Mean and deviation of the scores of folds."""

from __future__ import annotations

import math
import re
import statistics
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.fold_names import STATISTICS_WORDS
from tutor.solver.fold_text import asked_of
from tutor.solver.format import listing, plain, plain_vector, table, tex
from tutor.solver.inputs import Inputs, assumptions, floats
from tutor.solver.numbers import Value
from tutor.solver.quantities import quantity, with_conventions
from tutor.solver.registry import Family

_STATISTICS = "fold_statistics"
_SCORES = (
    r"folds?|acuraci\w+|scores?|validacao cruzada|cross[ -]?val\w*|accurac\w+|f1|resultados?|"
    r"desempenhos?|rodadas|execucoes|notas|erros"
)
_OTHERS = (
    r"logits?|softmax|entropia|cross[ -]?entropy|perplexidade|batch|lote|layer ?norm|batch ?norm|"
    r"momentum|adam|gradientes?|pooling|ema|macro|precisao|pesos?|mse|erro quadratico"
)
_DEVIATION = r"desvios?(?:[ -]padrao)?|dp|std|standard deviation|sd"


# "3 de 20, 1 de 20, …": errors or hits of each fold
_HITS = re.compile(r"(?<![\w.,])(\d{1,6}) ?(?:/|de|em|dos|das) ?(\d{1,6})(?![\w%]|[.,]\d)")


def _match_statistics(statement: Statement) -> float:
    if not statement.has(STATISTICS_WORDS) or statement.conceptual:
        return 0.0
    if statement.has(_OTHERS) or not _score_list(statement):
        return 0.0
    if statement.has(r"vetor(?:es)?|embeddings?|cbow|camada oculta"):
        return 0.0
    return 0.95 if statement.has(_SCORES) else 0.45


def _score_list(statement: Statement) -> list[float]:
    counted = [(int(m[1]), int(m[2])) for m in _HITS.finditer(statement.folded)]
    if len(counted) > 1 and statement.has(r"folds?|rodadas?|particoes|partes"):
        return [part / whole for part, whole in counted if whole]
    for value in statement.arrays:
        if value.size > 1 or ";" in value.text:
            return _list_of(value)
    percents = [value.scalar()[0] for value in statement.scalars if value.percent]
    if len(percents) > 1:
        return percents
    decimals = [v.scalar()[0] for v in statement.scalars if re.search(r"\d[.,]\d", v.text)]
    return decimals if len(decimals) > 1 else []


def _list_of(value: Value) -> list[float]:
    """A list of scores; "0,8; 0,7 e 0,9%" too, where the last sign stands for all."""
    items = [item for item in re.split(r"[;\n]| e ", value.text.strip("[](){} ")) if item.strip()]
    percent = value.text.count("%") == 1 and value.text.rstrip("]) ").endswith("%")
    if len(items) > 2 and all(re.fullmatch(r"\s*-?\d+(?:[.,]\d+)?\s?%?\s*", i) for i in items):
        numbers = [float(item.strip(" %").replace(",", ".")) for item in items]
        return [x / 100 for x in numbers] if "%" in value.text else numbers
    accuracies = any(
        all(0 <= x <= 1 for x in _leaves(reading.data))
        for reading in value.readings
        if not reading.problem and not value.percent
    )
    if accuracies:  # [0,8] is 0.8 and not 0 and 8
        numbers, _ = value.vector(
            "os resultados dos folds", accept=lambda items: all(0 <= x <= 1 for x in items)
        )
    else:
        numbers, _ = value.vector("os resultados dos folds")
    if percent and len(numbers) > 1:
        numbers = [x / 100 for x in numbers[:-1]] + numbers[-1:]
    return numbers


def _leaves(data: object) -> list[float]:
    if isinstance(data, list):
        return [leaf for item in data for leaf in _leaves(item)]
    return [float(data)] if isinstance(data, (int, float)) else []


def _parse_statistics(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    listed = _score_list(statement)
    if listed:
        inputs["scores"] = list(listed)
        hits = [int(each) for m in _HITS.finditer(statement.folded) for each in m.groups()]
        inputs["read"] = [*hits]
        inputs["assumptions"] = []
        inputs["percent"] = any(value.percent for value in statement.values)
    inputs["points"] = bool(inputs.get("percent")) and (
        statement.has(r"pontos? percentua(?:l|is)|p\.?p\.?|em porcentage(?:m|ns)")
        or re.search(r"\bem ?%", statement.folded) is not None
    )
    asked = [
        name for name, words in (
            ("mean", r"medi[ao]s?|mean|average"), ("std", _DEVIATION), ("variance", r"variancia"),
            ("standard_error", r"erro padrao|standard error"),
        ) if statement.has(words)
    ]  # fmt: skip
    if "standard_error" in asked and not statement.has(r"desvios?"):
        asked = [name for name in asked if name != "std"]
    if asked:
        inputs["asked"] = list(asked)
    if statement.has(r"populaciona(?:l|is)|ddof ?= ?0|divid\w+ por n(?! ?-)|population"):
        inputs["population"] = True
    elif statement.has(r"amostra(?:l|is)|ddof ?= ?1|n ?- ?1|sample"):
        inputs["population"] = False
    if previous is not None and inputs == before:
        return None
    if len(floats(inputs.get("scores"))) < 2:
        raise MissingData(
            "Faltam os resultados dos folds. Escreva-os, por exemplo, [0,81; 0,79; 0,85].",
            Problem(_STATISTICS, inputs),
        )
    folds = quantity(statement, r"folds?|rodadas|execucoes", r"k", low=1, high=10**6)
    if listed and folds is not None and folds != len(listed):
        raise SolverError(
            f"São {folds} folds, mas há {len(listed)} resultados. Escreva um resultado por fold."
        )
    scores = floats(inputs["scores"])
    rates = statement.has(r"acuracias?|accurac\w+|precis(?:ao|oes)|recalls?|f1\S*")
    if rates and (min(scores) < 0 or (min(scores) <= 1 < max(scores) < 2)):
        strange = min(scores) if min(scores) < 0 else max(scores)
        raise SolverError(
            f"Uma acurácia (ou precisão, revocação, F1) fica entre 0 e 1, ou entre 0% e 100%, mas "
            f"li {plain(strange)}. Confira o valor."
        )
    if max(abs(score) for score in floats(inputs["scores"])) > 1e100:
        raise SolverError("Os resultados dos folds são grandes demais. Confira os números.")
    inputs.setdefault("asked", ["mean", "std"])
    return inputs


def _solve_statistics(inputs: Inputs) -> Solution:
    scores = floats(inputs["scores"])
    n = len(scores)
    population = bool(inputs.get("population"))
    mean = math.fsum(scores) / n
    squares = math.fsum((x - mean) ** 2 for x in scores)
    sample_std, population_std = math.sqrt(squares / (n - 1)), math.sqrt(squares / n)
    std = population_std if population else sample_std
    values: dict[str, float] = {
        "mean": mean, "std": std, "variance": std**2, "standard_error": sample_std / math.sqrt(n),
    }  # fmt: skip
    asked = [name for name in asked_of(inputs) if name in values]
    scale = {name: 100.0 ** (1 + (name == "variance")) for name in values}
    told = {
        name: value * scale[name] if inputs.get("points") else value
        for name, value in values.items()
    }
    value: Json = told[asked[0]] if len(asked) == 1 else {name: told[name] for name in asked}
    divisor = "n" if population else "n-1"
    count = n if population else n - 1
    steps = [
        Step("Média", rf"$\bar x = \dfrac{{1}}{{{n}}}\sum_i x_i = "
                      rf"\dfrac{{{tex(math.fsum(scores))}}}"
             rf"{{{n}}} = {tex(mean)}$"),
    ]  # fmt: skip
    if asked != ["mean"]:
        body = [
            [str(i), f"${tex(x)}$", f"${tex(x - mean)}$", f"${tex((x - mean) ** 2)}$"]
            for i, x in enumerate(scores[:50], 1)
        ]
        steps += [
            Step("Desvios ao quadrado", rf"Soma: ${tex(squares)}$." + "\n\n"
                 + table(["fold", "$x$", r"$x - \bar x$", r"$(x-\bar x)^2$"], body)),
            Step("Desvio padrão", rf"$s = \sqrt{{\dfrac{{\sum (x_i-\bar x)^2}}{{{divisor}}}}} = "
                 rf"\sqrt{{\dfrac{{{tex(squares)}}}{{{count}}}}} = {tex(std)}$"),
        ]  # fmt: skip
    if "standard_error" in asked:
        steps.append(Step("Erro padrão", rf"$s/\sqrt{{n}} = {tex(sample_std)}/\sqrt{{{n}}} = "
                     rf"{tex(values['standard_error'])}$"))  # fmt: skip
    notes = list(assumptions(inputs))
    conventions: list[tuple[float, str]] = []
    if asked != ["mean"]:
        notes.append(
            f"Desvio padrão {'populacional (divide por n)' if population else 'amostral (n − 1)'}; "
            f"o {'amostral (n − 1)' if population else 'populacional (divide por n)'} seria "
            f"{plain(sample_std if population else population_std)}."
        )
        other = sample_std if population else population_std
        name = "amostral (n − 1)" if population else "populacional (divide por n)"
        if asked == ["std"]:
            conventions = [(other, f"para o desvio {name}")]
        if asked == ["variance"]:
            conventions = [(other**2, f"para a variância {name}")]
    names = {"mean": "média", "std": "desvio padrão", "variance": "variância",
             "standard_error": "erro padrão"}  # fmt: skip
    shown = listing([f"{names[name]} ${tex(values[name])}$" for name in asked])
    if inputs.get("percent") and "variance" not in asked:
        shown += " (" + listing([f"{plain(100 * values[name])}%" for name in asked]) + ")"
    array = np.asarray(scores)
    second = float(array.std(ddof=0 if population else 1))
    return Solution(
        problem=Problem(_STATISTICS, inputs),
        title="Média e desvio padrão dos folds",
        result=shown[0].upper() + shown[1:],
        value=value,
        steps=tuple(steps),
        checks=(
            Check("Segunda formulação", math.isclose(second, std, rel_tol=1e-9, abs_tol=1e-12)
                  and math.isclose(statistics.fmean(scores), mean, rel_tol=1e-9, abs_tol=1e-12),
                  "média e desvio por outro algoritmo dão o mesmo"),
            Check("Desvios somam zero",
                  abs(math.fsum(x - mean for x in scores)) <= 1e-9 * max(1.0, abs(mean) * n),
                  "Σ(xᵢ − média) = 0"),
        ),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, value, conventions, [
            (std**2, "se esquece da raiz (essa é a variância)"),
            (std, "se tira a raiz (esse é o desvio padrão)"),
            (statistics.median(scores), "se usa a mediana"),
            (math.fsum(scores), "se soma sem dividir por n"),
            (math.fsum(abs(x - mean) for x in scores) / n, "se usa o desvio absoluto médio"),
        ]),
        figure=Figure("bars", "Resultado de cada fold", {
            "labels": [f"fold {i}" for i in range(1, n + 1)], "values": list(scores)}),
    )  # fmt: skip


def _exercise_statistics(random: Random) -> tuple[str, dict[str, Json]]:
    center = random.uniform(0.6, 0.9)
    scores = [
        round(center + random.uniform(-0.08, 0.08), 2) for _ in range(random.choice([3, 5, 5]))
    ]
    if len(set(scores)) == 1:
        scores[0] = round(scores[0] + 0.03, 2)
    return (
        f"As acurácias dos folds foram {plain_vector(scores)}. Calcule a média e o desvio padrão.",
        {"scores": list(scores), "asked": ["mean", "std"], "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _STATISTICS, "Média e desvio padrão dos folds", "validacao", None,
        _match_statistics, _parse_statistics, _solve_statistics, _exercise_statistics,
    ),
)  # fmt: skip
