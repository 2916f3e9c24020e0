"""Cross-validation: how many trainings, on how many examples."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake
from tutor.solver.fields import Statement
from tutor.solver.fold_names import (
    ADVICE,
    EXAMPLES,
    FITS_ASKED,
    FOLDS,
    KIND,
    LOO,
    NESTED,
    SIZES_ASKED,
    STATISTICS_WORDS,
    examples_of,
)
from tutor.solver.fold_text import (
    asked_of,
    available,
    complete,
    first_gap,
    integer_of,
    read_counts,
    read_method,
    read_questions,
)
from tutor.solver.format import listing, plain, tex
from tutor.solver.inputs import Inputs, assumptions
from tutor.solver.quantities import only_number, quantity, with_conventions
from tutor.solver.registry import Family


def _match_cv(statement: Statement) -> float:
    if not statement.has(FOLDS, NESTED, LOO, r"leave[ -](?:\w+)[ -]out"):
        return 0.0
    asks = FITS_ASKED.search(statement.folded) or SIZES_ASKED.search(statement.folded)
    claims = statement.claim is not None and statement.has(r"trein\w+|modelos|fits|ajustes")
    if asks is None and not statement.asks_value and not claims:
        bare = statement.values and not statement.asks_concept and not statement.has(ADVICE)
        return 0.5 if bare and examples_of(statement) is not None else 0.0
    if statement.conceptual and not (statement.values and asks):
        # "quantos modelos o leave-one-out treina?" has no number: it is about the idea.
        return 0.0
    units = EXAMPLES + r"|folds?|fatias|particoes|partes|dobras"
    if not statement.values and quantity(statement, units) is None:
        return 0.0
    if statement.has(STATISTICS_WORDS) and statement.arrays:
        return 0.3
    return 0.92


_CLASS_PER_FOLD = re.compile(r"\bquant[oa]s (?:\w+ ){0,2}(?:positiv|negativ)[ao]s?\b")
_OF_CLASS = (
    r"(?<![\w.,])(\d{{1,9}}) (?:(?:exemplos|amostras|casos|sao|d[ae]|na|classe) ){{0,3}}{}[ao]s?\b"
)
_FOLDS_OF = re.compile(r"\bfolds? (?:de|com) (\d{1,9}) (?:\w+ )?(?:em )?cada\b")


def _check_classes(statement: Statement, inputs: Inputs) -> None:
    """ "100 exemplos, 120 positivos", "100 exemplos em 5 folds de 30 cada": contradictions."""
    n, k = inputs.get("n"), inputs.get("k")
    if not isinstance(n, int):
        return
    found = [re.search(_OF_CLASS.format(stem), statement.folded) for stem in ("positiv", "negativ")]
    counts = [int(match[1]) for match in found if match]
    if any(count > n for count in counts) or (len(counts) == 2 and sum(counts) != n):
        raise SolverError(
            f"Os dados não combinam: são {n} exemplos no total, mas as classes têm "
            f"{listing([str(count) for count in counts])}. Confira as contagens."
        )
    each = _FOLDS_OF.search(statement.folded)
    if each and isinstance(k, int) and abs(int(each[1]) * k - n) >= k:
        raise SolverError(
            f"Os dados não combinam: {k} folds de {each[1]} exemplos são {int(each[1]) * k}, e não "
            f"{n}. Confira as contagens."
        )


def _parse_cv(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    read_method(statement, inputs)
    read_counts(statement, inputs)
    _check_classes(statement, inputs)
    if _CLASS_PER_FOLD.search(statement.folded):
        return None  # the sizes of the folds are no answer to it
    read_questions(statement, inputs, previous is not None)
    changed = {key: value for key, value in inputs.items() if before.get(key) != value}
    if previous is not None and not changed:
        number = only_number(statement, "o valor")
        if number is None:
            return None
        inputs[first_gap(inputs) or ("outer" if inputs.get("method") == "nested" else "k")] = number
    elif previous is not None and first_gap(before) and set(changed) <= {"k"}:
        # "5 folds" completes the gap that was asked about, whatever it was.
        gap = first_gap(before)
        if gap in ("outer", "inner"):
            inputs[gap] = inputs.pop("k")
    complete(inputs)
    return inputs


def fold_sizes(n: int, k: int) -> list[int]:
    """As scikit-learn: the first n mod k folds have one example more."""
    return [n // k + (index < n % k) for index in range(k)]


def _solve_cv(inputs: Inputs) -> Solution:
    method = str(inputs.get("method"))
    combinations, repeats = integer_of(inputs, "combinations"), integer_of(inputs, "repeats")
    n = available(inputs)
    steps: list[Step] = []
    notes = list(assumptions(inputs))
    checks: list[Check] = []
    mistakes: list[Mistake] = []
    conventions: list[tuple[float, str]] = []
    factors: list[tuple[int, str]] = []
    refits = 0
    if isinstance(inputs.get("holdout"), float) and n is not None:
        total = integer_of(inputs, "n")
        steps.append(Step("Separar o teste", rf"Teste final: ${total - n}$ exemplos; sobram "
                     rf"${total} - {total - n} = {n}$ para a validação cruzada."))  # fmt: skip
    if method == "nested":
        outer, inner = integer_of(inputs, "outer"), integer_of(inputs, "inner")
        factors = [(outer, "folds externos"), (inner, "folds internos")]
        refits = outer
        k, title = outer, "Validação cruzada aninhada (nested)"
    elif method == "loo":
        k, title = n or 1, "Leave-one-out"
        factors = [(k, "exemplos (um fold cada)")]
        steps.append(Step("Ideia", "Leave-one-out é o k-fold com $k = n$: cada exemplo é o teste "
                     "uma vez e os outros $n-1$ treinam."))  # fmt: skip
    elif method == "lpo":
        p = integer_of(inputs, "p")
        k, title = math.comb(n or 1, p), f"Leave-{p}-out"
        factors = [(k, f"escolhas de {p} exemplos")]
        steps.append(Step("Número de divisões", rf"$\binom{{{n}}}{{{p}}} = {k}$"))
    else:
        k = integer_of(inputs, "k")
        title = f"Validação cruzada com {k} folds"
        factors = [(k, "folds")]
    if repeats > 1 and method != "nested":
        factors.insert(0, (repeats, "repetições"))
        title += f", repetida {repeats} vezes"
    if combinations > 1:
        factors.append((combinations, "combinações de hiperparâmetros"))
        refits = refits or 1
    fits = math.prod(factor for factor, _ in factors)
    counted = bool(inputs.get("refit")) and refits > 0
    product = r" \times ".join(rf"{f}" for f, _ in factors)
    meaning = " × ".join(name for _, name in factors)
    steps.append(Step("Número de treinamentos", f"{meaning}: ${product} = {fits}$"))
    if method == "nested":
        steps.append(Step("Retreino do melhor", "Em cada fold externo, a melhor configuração do "
                                                "laço "
                     f"interno é treinada de novo em todo o treino externo: mais ${refits}$ "
                     f"treinamentos, ${fits} + {refits} = {fits + refits}$ no total."))  # fmt: skip
        if combinations == 1 and "combinations" not in inputs:
            notes.append("Não foi dito quantas combinações de hiperparâmetros são testadas: contei "
                         "uma só. Com m combinações, multiplique por m.")  # fmt: skip
    elif refits:
        steps.append(Step("Treino final", "Se o modelo é treinado de novo com todos os dados e a "
                     f"melhor combinação (refit), há mais um: ${fits} + 1 "
                     f"= {fits + 1}$."))  # fmt: skip
    total_fits = fits + refits if counted else fits
    if refits:
        with_or_without = fits if counted else fits + refits
        clause = ("sem contar os retreinos" if counted else
                  f"contando "
                  f"também {_plural(refits, 'retreino final', 'retreinos finais')}")  # fmt: skip
        conventions.append((with_or_without, clause))
        notes.append(
            f"Contei também {_plural(refits, 'retreino', 'retreinos')} com a melhor configuração."
            if counted
            else "O número dado conta só os treinamentos da busca; com o retreino da melhor "
            f"configuração são {fits + refits}."
        )
    numbers = [factor for factor, _ in factors]
    if len(numbers) > 1:
        mistakes += [
            (sum(numbers), "se soma em vez de multiplicar"),
            *[(fits / f, f"se esquece de multiplicar por {f} ({name})") for f, name in factors],
        ]
    mistakes += [(k - 1, "se conta só k − 1 (a fração de treino), e não os k folds"),
                 (fits + 1, "se soma um treinamento a mais")]  # fmt: skip
    if method == "loo":
        mistakes.append((1, "se confunde o tamanho do teste com o número de treinamentos"))
    if fits <= 100_000:
        counter = sum(1 for _ in np.ndindex(*numbers))
        checks.append(
            Check("Contagem um a um", counter == fits, f"os laços fazem {counter} treinos")
        )
    value: dict[str, Json] = {"fits": total_fits}
    parts: list[str] = [_fits_sentence(total_fits)]
    sizes = _sizes(method, inputs, n, k)
    if sizes is not None:
        train, test = sizes
        value |= {"train": _collapse(train), "test": _collapse(test)}
        parts.append(f"treino com {_several(train)} e teste com {_several(test)} exemplos em cada")
        steps.append(_size_step(method, inputs, n or 0, train, test))
        checks.append(Check("Treino + teste = n", all(a + b == n for a, b in zip(train, test,
                      strict=True)), f"{train[0]} + {test[0]} = {n}"))  # fmt: skip
        tested = sum(test) if len(test) == k else k * test[0]
        if method != "lpo" and k <= 10_000:
            checks.append(Check("Cada exemplo é testado uma vez", tested == n,
                          f"soma dos testes: {tested}"))  # fmt: skip
        if method == "nested":
            inner_train, inner_test = _inner_sizes(train, integer_of(inputs, "inner"))
            value |= {
                "inner_train": _collapse(inner_train),
                "inner_validation": _collapse(inner_test),
            }
            parts.append(f"dentro de cada um, treino interno com {_several(inner_train)} e "
                         f"validação interna com {_several(inner_test)}")  # fmt: skip
            steps.append(Step("Dentro do laço interno", f"Cada treino externo "
                                                        f"(de {_several(train)} "
                         f"exemplos) divide-se em {integer_of(inputs, 'inner')}: treino "
                         f"interno com "
                         f"{_several(inner_train)} e validação "
                         f"com {_several(inner_test)}."))  # fmt: skip
    answer: Json = dict(value)
    asked = asked_of(inputs)
    if "share" in asked:
        share = _share(method, k, n, integer_of(inputs, "p", 1))
        wanted = [part for part in ("train", "test") if part in asked]
        both = {"train": 100 * (1 - share), "test": 100 * share}
        answer = both[wanted[0]] if len(wanted) == 1 else dict(both)
        parts = [f"treino: {plain(both['train'])}% dos exemplos; teste: {plain(both['test'])}%"]
        steps.append(Step("Proporções", rf"teste: $\dfrac{{1}}{{k}} = {tex(share)}$; treino: "
                     rf"$\dfrac{{k-1}}{{k}} = {tex(1 - share)}$"))  # fmt: skip
    elif "time" in asked and "time" in inputs:
        duration = inputs["time"]
        time = float(duration) * total_fits if isinstance(duration, (int, float)) else 0.0
        unit, factor = _time_unit(str(inputs.get("unit")), str(inputs.get("wanted_unit", "")))
        steps.append(Step("Tempo total", rf"${total_fits} \times {tex(time / total_fits)} = "
                     rf"{tex(time)}$ {unit}, um treino depois do outro."))  # fmt: skip
        if factor != 1:
            converted = f"${tex(time)}$ {unit} são ${tex(time * factor)}$ {inputs['wanted_unit']}."
            steps.append(Step("Conversão", converted))
            time, unit = time * factor, str(inputs["wanted_unit"])
        answer, parts = time, [f"{plain(time)} {unit} no total ({total_fits} treinamentos)"]
    else:
        known = [part for part in asked if part in value]
        if len(known) == 1:
            answer = value[known[0]]
            conventions = conventions if known == ["fits"] else []
            if known != ["fits"] and isinstance(answer, (int, float)) and n:
                mistakes = [(n - answer, "se troca o tamanho do treino pelo do teste"),
                            (total_fits, "se dá o número de treinamentos"),
                            (n, "se usam todos os exemplos")]  # fmt: skip
            order = {"fits": 0, "train": 1, "test": 1}.get(known[0], len(parts))
            parts = parts[order:] + parts[:order]
        elif known:
            answer = {part: value[part] for part in known}
    return Solution(
        problem=Problem(KIND, inputs),
        title=title,
        result="; ".join(parts)[0].upper() + "; ".join(parts)[1:] + ".",
        value=answer,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, answer, conventions, mistakes),
        example_id={"loo": "3", "nested": "7"}.get(method),
    )


_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _time_unit(unit: str, wanted: str) -> tuple[str, float]:
    """The unit that was typed, and the factor to the one that is asked for."""
    if not wanted or wanted[0] not in _SECONDS or unit[:1] not in _SECONDS:
        return unit, 1.0
    return unit, _SECONDS[unit[0]] / _SECONDS[wanted[0]]


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _fits_sentence(fits: int) -> str:
    return f"**{fits}** {'treinamento' if fits == 1 else 'treinamentos'}"


def _sizes(
    method: str, inputs: Inputs, n: int | None, k: int
) -> tuple[list[int], list[int]] | None:
    """Training and test sizes of the folds; two are enough where all are alike."""
    if n is None:
        return None
    if method in ("loo", "lpo"):
        p = integer_of(inputs, "p") if method == "lpo" else 1
        return [n - p], [p]
    test = fold_sizes(n, k) if k <= 10_000 else [n // k]
    return [n - each for each in test], test


def _inner_sizes(train: Sequence[int], inner: int) -> tuple[list[int], list[int]]:
    if min(train) < inner:
        raise SolverError(
            f"Não dá para fazer {inner} folds internos: cada treino externo só tem {min(train)} "
            "exemplos."
        )
    distinct = sorted(set(train), reverse=True)
    pairs = {(size - part, part) for size in distinct for part in set(fold_sizes(size, inner))}
    ordered = sorted(pairs, reverse=True)
    return [a for a, _ in ordered], [b for _, b in ordered]


def _collapse(sizes: Sequence[int]) -> Json:
    if len(set(sizes)) == 1:
        return sizes[0]
    return [*sizes] if len(sizes) <= 50 else [*sorted(set(sizes), reverse=True)]


def _several(sizes: Sequence[int]) -> str:
    return " ou ".join(str(size) for size in sorted(set(sizes), reverse=True))


def _size_step(
    method: str, inputs: Inputs, n: int, train: Sequence[int], test: Sequence[int]
) -> Step:
    if method in ("loo", "lpo"):
        p = test[0]
        return Step("Tamanhos", rf"Teste: ${p}$. Treino: ${n} - {p} = {n - p}$.")
    k = integer_of(inputs, "outer" if method == "nested" else "k")
    if n % k == 0:
        return Step(
            "Tamanhos",
            rf"Teste: $\dfrac{{n}}{{k}} = \dfrac{{{n}}}{{{k}}} = {n // k}$. Treino: "
            rf"${n} - {n // k} = {train[0]}$.",
        )
    counts = Counter(test)
    described = listing([f"{count} folds com {size}" if count > 1 else f"1 fold com {size}"
                         for size, count in sorted(counts.items(), reverse=True)])  # fmt: skip
    return Step(
        "Tamanhos",
        rf"${n} = {k} \times {n // k} + {n % k}$, por isso {described} exemplos de teste "
        "(os primeiros folds recebem um a mais, como no scikit-learn); o treino é o resto.",
    )


def _share(method: str, k: int, n: int | None, p: int) -> float:
    if method in ("loo", "lpo") and n:
        return p / n
    return 1 / k


def _exercise_cv(random: Random) -> tuple[str, dict[str, Json]]:
    kind = random.choice(["kfold", "kfold", "loo", "nested", "repeated"])
    k = random.choice([3, 4, 5, 8, 10])
    n = k * random.randint(10, 120) + random.choice([0, 0, 0, 2])
    base: dict[str, Json] = {"assumptions": []}
    if kind == "loo":
        return (
            f"Um dataset tem {n} exemplos e usamos leave-one-out. Quantos modelos são treinados?",
            {**base, "method": "loo", "n": n, "asked": ["fits"]},
        )
    if kind == "nested":
        outer, inner, grid = k, random.choice([2, 3, 4]), random.randint(2, 12)
        return (
            f"Numa validação cruzada aninhada com {outer} folds externos, {inner} folds internos e "
            f"{grid} combinações de hiperparâmetros, quantos treinamentos há na busca?",
            {**base, "method": "nested", "outer": outer, "inner": inner, "combinations": grid,
             "asked": ["fits"]},
        )  # fmt: skip
    if kind == "repeated":
        repeats = random.choice([2, 3, 5, 10])
        return (
            f"Quantos modelos são treinados em uma validação cruzada com {k} folds e {repeats} "
            "repetições?",
            {**base, "method": "kfold", "k": k, "repeats": repeats, "asked": ["fits"]},
        )
    return (
        f"Com {n} exemplos e k-fold com k = {k}, qual é o tamanho do treino em cada rodada?",
        {**base, "method": "kfold", "k": k, "n": n, "asked": ["train"]},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        KIND, "Validação cruzada", "validacao", "3", _match_cv, _parse_cv, _solve_cv, _exercise_cv,
    ),
)  # fmt: skip
