"""Reading a cross-validation: the method, its counts, what is asked, and what is missing."""

from __future__ import annotations

import math
import re

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.fields import Statement
from tutor.solver.fold_names import (
    AXIS,
    EXAMPLES,
    FITS_ASKED,
    FOLDS,
    GRID,
    HOLDOUT,
    INNER,
    KIND,
    LOO,
    LOOP_NAME,
    LPO,
    NESTED,
    OUTER,
    REFIT,
    REPEATS,
    RIVAL_LOOP,
    SIZES_ASKED,
    TIME,
    examples_of,
)
from tutor.solver.inputs import Inputs, assume
from tutor.solver.quantities import quantities, quantity


def read_method(statement: Statement, inputs: dict[str, Json]) -> None:
    leave = LPO.search(statement.folded)
    if statement.has(NESTED):
        inputs["method"] = "nested"
    elif statement.has(LOO):
        inputs["method"] = "loo"
    elif leave is not None:
        inputs["method"] = "lpo"
        words = {"two": 2, "three": 3}
        typed = leave["a"] or leave["b"]
        inputs["p"] = words.get(typed) or int(typed[:9])
    elif statement.has(FOLDS) and inputs.get("method") != "nested":
        inputs["method"] = "kfold"


def read_counts(statement: Statement, inputs: dict[str, Json]) -> None:
    n = examples_of(statement)
    alone = statement.scalars[0] if len(statement.scalars) == 1 else None
    if n is None and inputs.get("method") == "loo" and "n" not in inputs and alone is not None:
        n = alone.count("o número de exemplos", 1, 10**9)  # "150 flores, faço loo"
    if n is not None:
        inputs["n"] = n
    nested = inputs.get("method") == "nested"
    pair = re.search(r"(?<![\w.,])(\d{1,3}) ?[x×] ?(\d{1,3})(?![\w.,])", statement.folded)
    tight = re.search(r"(?<![\w.,])(\d{1,3}) ?[x×] ?(\d{1,3})[ -]?(?:fold|cv)", statement.folded)
    if nested:
        for key, side in (("outer", OUTER), ("inner", INNER)):
            k = quantity(
                statement, RIVAL_LOOP + side, rf"k?_?{side}{LOOP_NAME}|k_(?:{key[:3]}|{key[:2]})",
                f"os folds {'externos' if key == 'outer' else 'internos'}", 2, 10**6,
            )  # fmt: skip
            if k is not None:
                inputs[key] = k
        if pair and "outer" not in inputs:
            inputs["outer"], inputs["inner"] = int(pair[1]), int(pair[2])
    elif inputs.get("method") != "loo":
        k = quantity(
            statement,
            r"folds?|dobras?|partes(?: iguais)?|particoes|grupos|blocos|subconjuntos|splits",
            r"k|n_splits|cv|k[ -]?folds?|folds|numero de folds|kfold",
            "k (o número de folds)", 2, 10**9,
            but_not=rf"{EXAMPLES}|{REPEATS}|{GRID}|{AXIS}|mil",
        )  # fmt: skip
        if k is not None:
            inputs["k"] = k
        if tight:
            inputs["repeats"], inputs["k"] = int(tight[1]), int(tight[2])
    repeats = quantity(
        statement, REPEATS, r"repetid[oa]s?|n_repeats|repetindo|repeat(?:ed)?|repetir",
        "as repetições", 1, 10**6,
    )  # fmt: skip
    if repeats is not None and not nested and inputs.get("method") != "loo":
        inputs["repeats"] = repeats
    combinations = _grid(statement, inputs)
    if combinations is None and "combinations" not in inputs and re.search(
        r"\b(?:vari[ao]s|algu(?:ns|mas)|divers[ao]s) (?:valores|combinac\w+|configurac\w+|"
        r"hiper-?parametros)\b", statement.folded
    ):  # fmt: skip
        raise MissingData(
            "Quantos valores (ou combinações) de hiperparâmetros são testados? Por exemplo: 6 "
            "combinações.",
            Problem(KIND, inputs),
        )
    if combinations is not None:
        inputs["combinations"] = combinations
    holdout = HOLDOUT.search(re.sub(r"(?<=\d) ?por cento\b", "%", statement.folded))
    if holdout:
        inputs["read"] = [float((holdout[1] or holdout[2]).replace(",", "."))]
        inputs["holdout"] = float((holdout[1] or holdout[2]).replace(",", ".")) / 100
    time = TIME.search(statement.folded)
    if time:
        inputs["time"] = float(time[1].replace(",", "."))
        inputs["unit"] = time[2]
    unit = re.search(r"quant[oa]s (horas|minutos|dias|segundos)", statement.folded)
    if unit:
        inputs["wanted_unit"] = unit[1]
    if statement.has(REFIT):
        inputs["refit"] = not statement.has(rf"sem (?:o |contar (?:o |os )?)?(?:{REFIT})")


def _grid(statement: Statement, inputs: dict[str, Json]) -> int | None:
    axes = quantities(statement, AXIS, "", "os valores de cada hiperparâmetro", 1, 10**6)
    each = quantity(statement, r"(?:valores|opcoes|niveis)(?: \w+)? (?:para |de |por )?cada", "")
    whole = re.findall(
        r"(?<!\w)(\w{1,20})[ -](?:hiper-?parametros?|hyperparameters?)(?: \w+){0,2}?,? (?:com|e|"
        r"tendo|with)\b",
        statement.folded,
    )
    if (each or len(axes) == 1) and whole and statement.has(r"cada(?: um)?", "each"):
        count = quantity(statement, r"hiper-?parametros?|hyperparameters?", "", low=1, high=20)
        value = each or axes[0]
        if count is not None:
            assume(inputs, f"Uma grade completa: {value} valores em cada um de {count} "
                   "hiperparâmetros.")  # fmt: skip
            return value**count
    listed = _listed_axes(statement)
    if listed and statement.has("grid", "grade", "param_grid", "gridsearchcv", "busca"):
        sizes = [*listed, *axes]
        assume(inputs, "Todas as combinações dos valores dos hiperparâmetros são testadas "
               f"({' × '.join(map(str, sizes))} = {math.prod(sizes)}).")  # fmt: skip
        return math.prod(sizes)
    found = quantity(
        statement, GRID, r"combinac(?:oes|ao)|configurac(?:oes|ao)|n_iter|grade de|grid de",
        "as combinações de hiperparâmetros", 1, 10**9,
    )  # fmt: skip
    if axes and (found is None or len(axes) > 1):
        if len(axes) > 1:
            assume(inputs, "Todas as combinações dos valores dos hiperparâmetros são testadas "
                   f"({' × '.join(map(str, axes))} = {math.prod(axes)}).")  # fmt: skip
        return math.prod(axes)
    if found is not None and found > 1 and statement.has(rf"{found} hiper-?parametros?"):
        assume(inputs, f"Li {found} hiperparâmetros como {found} configurações candidatas.")
    if found is None and listed and statement.has("valores"):
        assume(inputs, "Todas as combinações das listas de hiperparâmetros são testadas "
               f"({' × '.join(map(str, listed))} = {math.prod(listed)}).")  # fmt: skip
        return math.prod(listed)
    return found


def _listed_axes(statement: Statement) -> list[int]:
    """The lengths of "C ∈ {0,1; 1; 10}" and "kernel = ['linear', 'rbf']"."""
    sizes = [value.size for value in statement.arrays if value.bracketed]
    named = [each for each in statement.name_lists if statement.text[each.start] in "[{"]
    return sizes + [len(each.items) for each in named]


# "e no teste?" after the size of the other part.
_OTHER_PART = re.compile(
    r"\W*(?:e |mas |agora )*(?:(?:quantos )?(?:n[oa]|d[eo]|pr[ao]|para|[oa]) )?"
    r"(?:conjunto de )?(treino|treinamento|test|teste|validacao)\W*$"
)


# "quantos exemplos há no treino interno e na validação interna"
_LOOP_PART = re.compile(r"\b(treino|teste|validacao) (in|ex)tern[ao]s?\b(?! d[eo]| com)")
_LOOP_PARTS = {
    ("tr", "in"): "train", ("tr", "ex"): "train", ("te", "ex"): "test", ("va", "ex"): "test",
    ("te", "in"): "validation", ("va", "in"): "validation",
}  # fmt: skip


def _first_question(folded: str) -> int:
    asks = SIZES_ASKED.search(folded)
    return asks.start() if asks else len(folded)


def read_questions(statement: Statement, inputs: dict[str, Json], follow_up: bool) -> None:
    asked: list[str] = []
    folded = statement.folded
    if re.search(
        r"quanto tempo|tempo total|how long|quantas horas|quantos (?:minutos|dias|segundos)", folded
    ):
        asked.append("time")
    for match in SIZES_ASKED.finditer(folded):
        rest = match["rest"].split(" quant")[0]
        about_models = FITS_ASKED.match(folded, match.start()) is not None
        if about_models and not re.search(r"exemplos|amostras|dados", rest[:30]):
            continue
        share = match.group().startswith(("porcent", "percent", "propor", "frac", "quantos por"))
        share = share or bool(re.match(r"quanto\b.{0,12}%", match.group() + match["rest"]))
        train = re.search(r"trein|train", rest) is not None
        test = re.search(r"test|valida(?:cao|r)(?! cruzada)|de fora", rest) is not None
        # "com quantos exemplos cada um": those of its training
        train = train or (
            not test
            and folded[max(0, match.start() - 4) : match.start()] == "com "
            and re.search(r"cada (?:uma?|modelo|treino)\b", rest) is not None
        )
        # "exemplos por fold" are those of the test part, unless the text says which.
        test = test or (
            not train
            and re.search(
                r"folds?|parte|grupo|dobra|"
                r"particao",
                rest,
            )
            is not None
        )
        asked += ["train"] * train + ["test"] * test + ["share"] * (share and (train or test))
    if FITS_ASKED.search(folded) and not re.search(
        r"quant[oa]s (?:exemplos|amostras|dados|instancias|imagens)[^?]{0,40}\?\s*$", folded
    ):
        asked.append("fits")
    part = _OTHER_PART.match(folded) if follow_up else None
    if part and {"train", "test"} & set(asked_of(inputs)):
        asked = ["train" if part[1].startswith("tr") else "test"]
    loops = [
        ("inner_" * (match[2] == "in") + _LOOP_PARTS[match[1][:2], match[2]])
        for match in _LOOP_PART.finditer(folded, _first_question(folded))
    ]
    sizes = re.search(rf"(?:quant[oa]s|tamanhos?)[^.;]{{0,20}}\b(?:{EXAMPLES}|d[aoe])\b", folded)
    if inputs.get("method") == "nested" and loops and sizes:
        asked = [*loops, *[part for part in asked if part in ("fits", "time")]]
    if asked:
        inputs["asked"] = list(dict.fromkeys(asked))
    elif not follow_up:
        inputs["asked"] = []


def asked_of(inputs: Inputs) -> list[str]:
    asked = inputs.get("asked")
    return [str(item) for item in asked] if isinstance(asked, list) else []


def first_gap(inputs: Inputs) -> str | None:
    method = inputs.get("method")
    asked = asked_of(inputs)
    sizes = "n" not in inputs and bool({"train", "test"} & set(asked)) and "share" not in asked
    if method == "nested":
        return next(
            (key for key in ("outer", "inner") if key not in inputs), "n" if sizes else None
        )
    if method == "kfold":
        return "k" if "k" not in inputs else "n" if sizes else None
    return "n" if "n" not in inputs else None


_UNITS = {
    "k": "folds",
    "outer": "folds externos",
    "inner": "folds internos",
    "repeats": "repetição",
    "p": "exemplo de fora",
}


def complete(inputs: dict[str, Json]) -> None:
    inputs.setdefault("method", "kfold")
    gap = first_gap(inputs)
    questions = {
        "outer": "Quantos folds externos (outer) tem a validação aninhada? Por exemplo: 5 folds "
        "externos.",
        "inner": "Quantos folds internos (inner) tem a validação aninhada? Por exemplo: 3 folds "
        "internos.",
        "k": "Falta o número de folds. Por exemplo: k = 5.",
        "n": "Falta o número de exemplos. Por exemplo: n = 150.",
    }
    if gap is not None:
        raise MissingData(questions[gap], Problem(KIND, inputs))
    for key, low in (("k", 2), ("outer", 2), ("inner", 2), ("repeats", 1), ("p", 1)):
        if key in inputs and integer_of(inputs, key) < low:
            raise SolverError(
                f"Preciso de pelo menos {low} {_UNITS[key]}, mas li {integer_of(inputs, key)}."
            )
    divided = available(inputs)
    if divided is None:
        return
    for key in ("k", "outer"):
        if key in inputs and integer_of(inputs, key) > divided:
            raise SolverError(
                f"Não dá para fazer {integer_of(inputs, key)} folds com {divided} "
                "exemplos: cada fold precisa de pelo menos um exemplo."
            )
    if inputs["method"] in ("loo", "lpo") and divided <= integer_of(inputs, "p", 1):
        raise SolverError("Há exemplos de menos: precisa sobrar pelo menos um para o treino.")


def integer_of(inputs: Inputs, key: str, default: int = 1) -> int:
    value = inputs.get(key)
    return int(value) if isinstance(value, (int, float)) else default


def available(inputs: Inputs) -> int | None:
    """The examples that cross-validation divides: all but the hold-out test part."""
    if "n" not in inputs:
        return None
    share = inputs.get("holdout")
    n = integer_of(inputs, "n")
    return n - math.ceil(n * share - 1e-9) if isinstance(share, float) else n
