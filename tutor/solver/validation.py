"""Cross-validation: how many trainings, on how many examples; split sizes; fold scores."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, table, tex
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget
from tutor.solver.numbers import Value
from tutor.solver.quantities import only_number, quantities, quantity, with_conventions
from tutor.solver.registry import Family

_CV = "cross_validation"
_SPLIT = "split_sizes"
_STATISTICS = "fold_statistics"

_EXAMPLES = (
    r"(?:\w+ )?(?:exemplos?|amostras?|instancias?|registros?|observacoes|observacao|imagens|imagem|"
    r"dados|pontos|frases|linhas|pacientes|documentos|textos|samples?|examples?|images?|itens|"
    r"data points|elementos|casos|sentencas|tweets|reviews|emails|e-mails|fotos|comentarios|ex)"
)
_DATASET = (
    r"n|n_samples|dataset|data set|base(?: de dados)?|conjunto(?: de dados)?|total(?: de "
    r"exemplos)?|"
    r"numero de exemplos|tamanho d[oae] (?:dataset|base|conjunto)(?: de dados)?|len\(x\)"
)

# ------------------------------------------------------------ cross-validation

_NESTED = (
    r"nested|aninhad\w+|validacao cruzada interna|outer|inner|(?:\w+ )?folds? (?:extern|intern)\w+|"
    r"(?:loops?|lacos?|camadas?|ciclos?) (?:extern|intern|interior|exterior)\w*|"
    r"(?:folds?|particoes|partes|fatias|dobras|grupos|divisoes)(?: \w+)? (?:extern|intern)\w+|"
    r"(?:por|de|la|folds?|fatias) (?:fora|dentro)(?=.{0,60}(?:por|de|la|\d) (?:fora|dentro)(?!\w))"
)
_LOO = (
    r"leave[ -]?one[ -]?out|loo|loocv|loo-cv|deixa(?:r|ndo)?[ -]uma?[ -](?:de )?fora|"
    r"test\w+ (?:em )?(?:so |apenas )?(?:uma?|1)(?: \w+)? (?:de cada|por|a cada) vez"
)
_LPO = re.compile(r"leave[ -](?P<a>\d+|two|three)[ -]out|leave[ -]p[ -]out\D{1,30}?(?P<b>\d+)")
_FOLDS = (
    r"k[ -]?folds?|\w+[ -]folds?|folds?|validacao[ -]cruzada|cross[ -]?val\w*|cv|kfold|"
    r"stratifiedkfold|gridsearchcv|randomizedsearchcv|repeatedkfold|dobras?"
)
_RIVAL_LOOP = (
    r"(?:(?:folds?|particoes|partes|fatias|dobras|grupos|divisoes) )?(?:(?:n[oa]|d[oa]|"
    r"para [oa]|pr[oa]|in the) )?"
    r"(?:(?:loop|laco|camada|ciclo|nivel|cv|parte|validacao) )?(?:mais )?"
)
_OUTER = r"(?:extern[oa]s?|exterior(?:es)?|outer|(?:(?:por|de|la) )?fora)"
_INNER = r"(?:intern[oa]s?|interior(?:es)?|inner|(?:(?:por|de|la) )?dentro)"
_LOOP_NAME = r"(?:[ _-]?(?:cv|loop|folds?|k|splits|n_splits))?"
_REPEATS = r"repetic(?:oes|ao)|vezes|rodadas|repeats?|repetitions?|x repetid\w+"
_GRID = (
    r"combinac(?:oes|ao)|configurac(?:oes|ao)|hiper-?parametros?|candidatos?|"
    r"pontos d[ae] (?:grade|grid)|modelos? candidatos?|combinations?|configs?|"
    r"conjuntos? de (?:hiper-?)?parametros|hyperparameters?|settings"
)
_AXIS = (
    r"(?:valores|opcoes|niveis|values) (?:de|do|da|dos|das|para|pra|of|for)\b|"
    r"taxas de aprendiza(?:do|gem)|learning rates?|lrs|batch sizes|tamanhos de (?:batch|lote)|"
    r"dropouts|otimizadores|arquiteturas|kernels|valores"
)
_FITS_ASKED = re.compile(
    r"(?:quant[oa]s|qnts|qts|how many|numero (?:total )?de|total de|n[.º°o]? de) "
    r"(?:(?!n[oa]s? |para |pra |em |por |exemplos|amostras|dados|imagens|instancias)\w+ ){0,3}?"
    r"(?:modelos?|treinos?|treinamentos?|fits?|ajustes?|vezes|execucoes|rodadas|iteracoes|"
    r"models|trainings?|folds|redes|particoes|partes|grupos)|quantas vezes|treina\w* quant\w+|"
    r"(?:fits|treinamentos|treinos|modelos)\b(?=.{0,20}\?)"
)
_SIZES_ASKED = re.compile(
    r"(?:quant[oa]s|qnts|qts|how many|numero de|tamanhos?|quantidade|size of|porcentagem|"
    r"percentual|"
    r"proporcao|fracao|quantos por cento|quanto(?! tempo))\b(?P<rest>[^?\n]{0,80})"
)
_HOLDOUT = re.compile(
    r"(\d{1,2}(?:[.,]\d+)?) ?%(?: \w+){0,4}? teste?\b|\bteste?\b(?: \w+| ?[=:(]){0,3} ?"
    r"(\d{1,2}(?:[.,]\d+)?) ?%"
)
_TIME = re.compile(
    r"(?:leva|demora|dura|gasta|custa|takes?|precisa de|"
    r"tempo)\w*\s(?:\w+\s){0,4}?(\d+(?:[.,]\d+)?) ?"
    r"(segundos?|seg|s|minutos?|min|horas?|h|dias?)(?!\w)"
)
_ADVICE = (
    r"melhor|pior|recomend\w+|ideal|vale a pena|compensa|vies|variancia|vantag\w+|diferenca|"
    r"por ?que|pq|deve\w*|risco"
)
_REFIT = r"refits?|retrein\w+|reajust\w+|treino final|treinamento final|treina\w* de novo"


def _match_cv(statement: Statement) -> float:
    if not statement.has(_FOLDS, _NESTED, _LOO, r"leave[ -](?:\w+)[ -]out"):
        return 0.0
    asks = _FITS_ASKED.search(statement.folded) or _SIZES_ASKED.search(statement.folded)
    if asks is None and not statement.asks_value:
        bare = statement.values and not statement.asks_concept and not statement.has(_ADVICE)
        return 0.5 if bare and _examples(statement) is not None else 0.0
    if statement.conceptual and not (statement.values and asks):
        # "quantos modelos o leave-one-out treina?" has no number: it is about the idea.
        return 0.0
    units = _EXAMPLES + r"|folds?|fatias|particoes|partes|dobras"
    if not statement.values and quantity(statement, units) is None:
        return 0.0
    if statement.has(_STATISTICS_WORDS) and statement.arrays:
        return 0.3
    return 0.92


def _examples(statement: Statement) -> int | None:
    return quantity(
        statement, _EXAMPLES, _DATASET, "o número de exemplos", 1, 10**9,
        but_not=r"folds?|partes|grupos|repeticoes|vezes|combinacoes|classes|particoes",
    )  # fmt: skip


def _parse_cv(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    _read_method(statement, inputs)
    _read_counts(statement, inputs)
    _read_questions(statement, inputs, previous is not None)
    changed = {key: value for key, value in inputs.items() if before.get(key) != value}
    if previous is not None and not changed:
        number = only_number(statement, "o valor")
        if number is None:
            return None
        inputs[_first_gap(inputs) or ("outer" if inputs.get("method") == "nested" else "k")] = (
            number
        )
    elif previous is not None and _first_gap(before) and set(changed) <= {"k"}:
        # "5 folds" completes the gap that was asked about, whatever it was.
        gap = _first_gap(before)
        if gap in ("outer", "inner"):
            inputs[gap] = inputs.pop("k")
    _complete_cv(inputs)
    return inputs


def _read_method(statement: Statement, inputs: dict[str, Json]) -> None:
    leave = _LPO.search(statement.folded)
    if statement.has(_NESTED):
        inputs["method"] = "nested"
    elif statement.has(_LOO):
        inputs["method"] = "loo"
    elif leave is not None:
        inputs["method"] = "lpo"
        words = {"two": 2, "three": 3}
        typed = leave["a"] or leave["b"]
        inputs["p"] = words.get(typed) or int(typed[:9])
    elif statement.has(_FOLDS) and inputs.get("method") != "nested":
        inputs["method"] = "kfold"


def _read_counts(statement: Statement, inputs: dict[str, Json]) -> None:
    n = _examples(statement)
    alone = statement.scalars[0] if len(statement.scalars) == 1 else None
    if n is None and inputs.get("method") == "loo" and "n" not in inputs and alone is not None:
        n = alone.count("o número de exemplos", 1, 10**9)  # "150 flores, faço loo"
    if n is not None:
        inputs["n"] = n
    nested = inputs.get("method") == "nested"
    pair = re.search(r"(?<![\w.,])(\d{1,3}) ?[x×] ?(\d{1,3})(?![\w.,])", statement.folded)
    tight = re.search(r"(?<![\w.,])(\d{1,3}) ?[x×] ?(\d{1,3})[ -]?(?:fold|cv)", statement.folded)
    if nested:
        for key, side in (("outer", _OUTER), ("inner", _INNER)):
            k = quantity(
                statement, _RIVAL_LOOP + side, rf"k?_?{side}{_LOOP_NAME}|k_(?:{key[:3]}|{key[:2]})",
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
            but_not=rf"{_EXAMPLES}|{_REPEATS}|{_GRID}|{_AXIS}|mil",
        )  # fmt: skip
        if k is not None:
            inputs["k"] = k
        if tight:
            inputs["repeats"], inputs["k"] = int(tight[1]), int(tight[2])
    repeats = quantity(
        statement, _REPEATS, r"repetid[oa]s?|n_repeats|repetindo|repeat(?:ed)?|repetir",
        "as repetições", 1, 10**6,
    )  # fmt: skip
    if repeats is not None and not nested and inputs.get("method") != "loo":
        inputs["repeats"] = repeats
    combinations = _grid(statement, inputs)
    if combinations is not None:
        inputs["combinations"] = combinations
    holdout = _HOLDOUT.search(statement.folded)
    if holdout:
        inputs["holdout"] = float((holdout[1] or holdout[2]).replace(",", ".")) / 100
    time = _TIME.search(statement.folded)
    if time:
        inputs["time"] = float(time[1].replace(",", "."))
        inputs["unit"] = time[2]
    if statement.has(_REFIT):
        inputs["refit"] = not statement.has(rf"sem (?:o |contar (?:o |os )?)?(?:{_REFIT})")


def _grid(statement: Statement, inputs: dict[str, Json]) -> int | None:
    axes = quantities(statement, _AXIS, "", "os valores de cada hiperparâmetro", 1, 10**6)
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
    found = quantity(
        statement, _GRID, r"combinac(?:oes|ao)|configurac(?:oes|ao)|n_iter|grade de|grid de",
        "as combinações de hiperparâmetros", 1, 10**9,
    )  # fmt: skip
    if axes and (found is None or len(axes) > 1):
        if len(axes) > 1:
            assume(inputs, "Todas as combinações dos valores dos hiperparâmetros são testadas "
                   f"({' × '.join(map(str, axes))} = {math.prod(axes)}).")  # fmt: skip
        return math.prod(axes)
    if found is not None and found > 1 and statement.has(rf"{found} hiper-?parametros?"):
        assume(inputs, f"Li {found} hiperparâmetros como {found} configurações candidatas.")
    if found is None and statement.has("grid", "grade", "param_grid", "gridsearchcv", "valores"):
        sizes = [value.size for value in statement.arrays if value.bracketed]
        if sizes:
            assume(inputs, "Todas as combinações das listas de hiperparâmetros são testadas "
                   f"({' × '.join(map(str, sizes))} = {math.prod(sizes)}).")  # fmt: skip
            return math.prod(sizes)
    return found


def _read_questions(statement: Statement, inputs: dict[str, Json], follow_up: bool) -> None:
    asked: list[str] = []
    folded = statement.folded
    if re.search(
        r"quanto tempo|tempo total|how long|quantas horas|quantos (?:minutos|dias)", folded
    ):
        asked.append("time")
    for match in _SIZES_ASKED.finditer(folded):
        rest = match["rest"].split(" quant")[0]
        about_models = _FITS_ASKED.match(folded, match.start()) is not None
        if about_models and not re.search(r"exemplos|amostras|dados", rest[:30]):
            continue
        share = match.group().startswith(("porcent", "percent", "propor", "frac", "quantos por"))
        share = share or bool(re.match(r"quanto\b.{0,12}%", match.group()))
        train = re.search(r"trein|train", rest) is not None
        test = re.search(r"test|valida(?:cao|r)(?! cruzada)|de fora", rest) is not None
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
    if _FITS_ASKED.search(folded) and not re.search(
        r"quant[oa]s (?:exemplos|amostras|dados|instancias|imagens)[^?]{0,40}\?\s*$", folded
    ):
        asked.append("fits")
    if asked:
        inputs["asked"] = list(dict.fromkeys(asked))
    elif not follow_up:
        inputs["asked"] = []


def _asked(inputs: Inputs) -> list[str]:
    asked = inputs.get("asked")
    return [str(item) for item in asked] if isinstance(asked, list) else []


def _first_gap(inputs: Inputs) -> str | None:
    method = inputs.get("method")
    asked = _asked(inputs)
    sizes = "n" not in inputs and bool({"train", "test"} & set(asked)) and "share" not in asked
    if method == "nested":
        return next(
            (key for key in ("outer", "inner") if key not in inputs), "n" if sizes else None
        )
    if method == "kfold":
        return "k" if "k" not in inputs else "n" if sizes else None
    return "n" if "n" not in inputs else None


def _complete_cv(inputs: dict[str, Json]) -> None:
    inputs.setdefault("method", "kfold")
    gap = _first_gap(inputs)
    questions = {
        "outer": "Quantos folds externos (outer) tem a validação aninhada? Por exemplo: 5 folds "
        "externos.",
        "inner": "Quantos folds internos (inner) tem a validação aninhada? Por exemplo: 3 folds "
        "internos.",
        "k": "Falta o número de folds. Por exemplo: k = 5.",
        "n": "Falta o número de exemplos. Por exemplo: n = 150.",
    }
    if gap is not None:
        raise MissingData(questions[gap], Problem(_CV, inputs))
    available = _available(inputs)
    if available is None:
        return
    for key in ("k", "outer"):
        if key in inputs and _int(inputs, key) > available:
            raise SolverError(
                f"Não dá para fazer {_int(inputs, key)} folds com {available} exemplos: cada fold "
                "precisa de pelo menos um exemplo."
            )
    if inputs["method"] in ("loo", "lpo") and available <= _int(inputs, "p", 1):
        raise SolverError("Há exemplos de menos: precisa sobrar pelo menos um para o treino.")


def _int(inputs: Inputs, key: str, default: int = 1) -> int:
    value = inputs.get(key)
    return int(value) if isinstance(value, (int, float)) else default


def _available(inputs: Inputs) -> int | None:
    """The examples that cross-validation divides: all but the hold-out test part."""
    if "n" not in inputs:
        return None
    share = inputs.get("holdout")
    n = _int(inputs, "n")
    return n - math.ceil(n * share - 1e-9) if isinstance(share, float) else n


def fold_sizes(n: int, k: int) -> list[int]:
    """As scikit-learn: the first n mod k folds have one example more."""
    return [n // k + (index < n % k) for index in range(k)]


def _solve_cv(inputs: Inputs) -> Solution:
    method = str(inputs.get("method"))
    combinations, repeats = _int(inputs, "combinations"), _int(inputs, "repeats")
    n = _available(inputs)
    steps: list[Step] = []
    notes = list(assumptions(inputs))
    checks: list[Check] = []
    mistakes: list[Mistake] = []
    conventions: list[tuple[float, str]] = []
    factors: list[tuple[int, str]] = []
    refits = 0
    if isinstance(inputs.get("holdout"), float) and n is not None:
        total = _int(inputs, "n")
        steps.append(Step("Separar o teste", rf"Teste final: ${total - n}$ exemplos; sobram "
                     rf"${total} - {total - n} = {n}$ para a validação cruzada."))  # fmt: skip
    if method == "nested":
        outer, inner = _int(inputs, "outer"), _int(inputs, "inner")
        factors = [(outer, "folds externos"), (inner, "folds internos")]
        refits = outer
        k, title = outer, "Validação cruzada aninhada (nested)"
    elif method == "loo":
        k, title = n or 1, "Leave-one-out"
        factors = [(k, "exemplos (um fold cada)")]
        steps.append(Step("Ideia", "Leave-one-out é o k-fold com $k = n$: cada exemplo é o teste "
                     "uma vez e os outros $n-1$ treinam."))  # fmt: skip
    elif method == "lpo":
        p = _int(inputs, "p")
        k, title = math.comb(n or 1, p), f"Leave-{p}-out"
        factors = [(k, f"escolhas de {p} exemplos")]
        steps.append(Step("Número de divisões", rf"$\binom{{{n}}}{{{p}}} = {k}$"))
    else:
        k = _int(inputs, "k")
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
            inner_train, inner_test = _inner_sizes(train, _int(inputs, "inner"))
            value |= {
                "inner_train": _collapse(inner_train),
                "inner_validation": _collapse(inner_test),
            }
            steps.append(Step("Dentro do laço interno", f"Cada treino externo "
                                                        f"(de {_several(train)} "
                         f"exemplos) divide-se em {_int(inputs, 'inner')}: treino interno com "
                         f"{_several(inner_train)} e validação "
                         f"com {_several(inner_test)}."))  # fmt: skip
    answer: Json = dict(value)
    asked = _asked(inputs)
    if "share" in asked:
        share = _share(method, k, n, _int(inputs, "p", 1))
        wanted = [part for part in ("train", "test") if part in asked]
        both = {"train": 100 * (1 - share), "test": 100 * share}
        answer = both[wanted[0]] if len(wanted) == 1 else dict(both)
        parts = [f"treino: {plain(both['train'])}% dos exemplos; teste: {plain(both['test'])}%"]
        steps.append(Step("Proporções", rf"teste: $\dfrac{{1}}{{k}} = {tex(share)}$; treino: "
                     rf"$\dfrac{{k-1}}{{k}} = {tex(1 - share)}$"))  # fmt: skip
    elif "time" in asked and "time" in inputs:
        duration = inputs["time"]
        time = float(duration) * total_fits if isinstance(duration, (int, float)) else 0.0
        unit = str(inputs.get("unit"))
        steps.append(Step("Tempo total", rf"${total_fits} \times {tex(time / total_fits)} = "
                     rf"{tex(time)}$ {unit}, um treino depois do outro."))  # fmt: skip
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
            order = {"fits": 0, "train": 1, "test": 1}[known[0]]
            parts = parts[order:] + parts[:order]
        elif known:
            answer = {part: value[part] for part in known}
    return Solution(
        problem=Problem(_CV, inputs),
        title=title,
        result="; ".join(parts)[0].upper() + "; ".join(parts)[1:] + ".",
        value=answer,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, answer, conventions, mistakes),
        example_id={"loo": "3", "nested": "7"}.get(method),
    )


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
        p = _int(inputs, "p") if method == "lpo" else 1
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
    k = _int(inputs, "outer" if method == "nested" else "k")
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


# ----------------------------------------------------------------- split sizes

_PART_WORDS = {
    "train": r"trein\w*|train(?:ing)?|train_size",
    "validation": r"valida(?:cao|tion|r)|val|dev|valid|desenvolvimento",
    "test": r"test\w*|test_size",
}
_PART_NAMES = {"train": "treino", "validation": "validação", "test": "teste"}
_RATIO = re.compile(
    r"(?<![\w.,/])(\d{1,3}(?:[.,]\d{1,3})?) ?%? ?([/:x-]|,? e |, ) ?(\d{1,3}(?:[.,]\d{1,3})?) ?%?"
    r"(?: ?(?:\2|,? e |, ) ?(\d{1,3}(?:[.,]\d{1,3})?) ?%?)?(?![\w/]|[.,]\d)"
)
_PERCENT = r"(\d{1,3}(?:[.,]\d{1,4})?) ?%"
_SPLIT_WORDS = (
    r"divid\w*|divis\w+|separ\w+|split\w*|particion\w+|reparti\w+|train_test_split|hold[ -]?out|"
    r"quant[oa]s? .{0,60}(?:trein|test|valid)\w*|train_size|test_size|quantos ficam|ficam quantos"
)


def _match_split(statement: Statement) -> float:
    if statement.has(_FOLDS, _NESTED, _LOO):
        return 0.0
    parts = sum(statement.has(words) for words in _PART_WORDS.values())
    shares = _shares(statement)
    if not shares or not statement.values:
        return 0.0
    if statement.conceptual or (statement.has(_ADVICE) and not statement.has("quant[oa]s")):
        return 0.0
    about_data = parts or statement.has(_EXAMPLES, r"dataset|base|conjunto")
    if statement.has(_SPLIT_WORDS) and about_data:
        return 0.9
    return 0.6 if parts >= 2 and _split_n(statement) is not None else 0.0


def _shares(statement: Statement) -> dict[str, float]:
    """Part -> its share, in the order train, validation, test; {} if none is given."""
    folded = statement.folded
    found: dict[str, float] = {}
    for part, words in _PART_WORDS.items():
        before = re.search(rf"{_PERCENT}(?: (?:\w+ ){{0,3}}?)(?:{words})(?!\w)", folded)
        after = re.search(
            rf"(?<!\w)(?:{words})(?:[ =:(]|com|de|sao){{1,8}}(?:{_PERCENT}|"
            rf"(0[.,]\d{{1,4}})(?![\d%]))",
            folded,
        )
        if before and (after is None or not _name_first(folded)):
            found[part] = float(before[1].replace(",", ".")) / 100
        elif after:
            typed = after[1] or after[2]
            found[part] = float(typed.replace(",", ".")) / (100 if after[1] else 1)
        elif before:
            found[part] = float(before[1].replace(",", ".")) / 100
    if found:
        return found
    return _ratio(folded)


def _name_first(folded: str) -> bool:
    """ "treino 70%, teste 30%": does a part's name stand before the first percentage?"""
    percent = re.search(_PERCENT, folded)
    name = re.search("|".join(_PART_WORDS.values()), folded)
    return bool(percent and name and name.start() < percent.start())


def _ratio(folded: str) -> dict[str, float]:
    for match in _RATIO.finditer(folded):
        numbers = [float(g.replace(",", ".")) for g in (match[1], match[3], match[4]) if g]
        for total in (100, 1, 10):
            if math.isclose(sum(numbers), total) and all(number > 0 for number in numbers):
                keys = ["train", "validation", "test"] if len(numbers) == 3 else ["train", "test"]
                no_test = re.search(r"(?<!\w)test", folded) is None
                if len(numbers) == 2 and no_test and re.search(_PART_WORDS["validation"], folded):
                    keys = ["train", "validation"]
                return {key: x / total for key, x in zip(keys, numbers, strict=True)}
    return {}


def _split_n(statement: Statement) -> int | None:
    return quantity(statement, _EXAMPLES, _DATASET, "o número de exemplos", 1, 10**12)


def _parse_split(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    shares = _shares(statement)
    if shares:
        inputs["shares"] = dict(_completed(shares, statement))
        forget(inputs, "O resto")
        if len(shares) == 1:
            rest = next(k for k in ("train", "test") if k not in shares)
            assume(inputs, f"O resto dos exemplos ficou para {_PART_NAMES[rest]}.")
    n = _split_n(statement)
    if n is None and previous is not None and not shares:
        n = only_number(statement, "o número de exemplos")
    if n is not None:
        inputs["n"] = n
    asked = [
        part for part, words in _PART_WORDS.items()
        if re.search(rf"(?:quant[oa]s|tamanho|numero)[^?.\n]{{0,60}}\b(?:{words})(?!\w)",
                     re.sub(rf"{_PERCENT}[^?.]{{0,40}}?(?:{words})", "", statement.folded))
    ]  # fmt: skip
    if asked or previous is None:
        inputs["asked"] = list(asked)
    if statement.has("train_test_split", "sklearn", "scikit-learn", "scikit", "test_size"):
        inputs["sklearn"] = True
    if previous is not None and inputs == before:
        return None
    if "shares" not in inputs:
        raise MissingData(
            "Quais são as porcentagens de cada parte? Por exemplo: 70% treino, 15% validação e 15% "
            "teste.",
            Problem(_SPLIT, inputs),
        )
    if "n" not in inputs:
        raise MissingData(
            "Falta o número total de exemplos. Por exemplo: n = 1000.", Problem(_SPLIT, inputs)
        )
    return inputs


def _completed(shares: dict[str, float], statement: Statement) -> dict[str, float]:
    """Shares that sum to 1: what is left goes to the part that was not named."""
    if any(not 0 < share <= 1 for share in shares.values()):
        raise SolverError("Cada porcentagem precisa ficar entre 0 e 100%.")
    total = sum(shares.values())
    missing = [part for part in _PART_WORDS if part not in shares]
    named = [p for p in missing if statement.has(_PART_WORDS[p])]
    if total < 1 - 1e-9 and (len(shares) == 1 or named):
        rest = named[0] if named else "test" if "train" in shares else "train"
        shares = {**shares, rest: 1 - total}
    elif not math.isclose(total, 1):
        raise SolverError(
            f"As porcentagens somam {plain(100 * total, 2)}%, e não 100%. Confira os valores de "
            "treino, validação e teste."
        )
    return {part: shares[part] for part in _PART_WORDS if part in shares}


def _solve_split(inputs: Inputs) -> Solution:
    n = _int(inputs, "n")
    raw = inputs["shares"]
    given = raw if isinstance(raw, dict) else {}
    shares = {str(k): float(v) for k, v in given.items() if isinstance(v, (int, float))}
    exact = {part: round(n * share, 9) for part, share in shares.items()}
    whole = all(number == int(number) for number in exact.values())
    notes = list(assumptions(inputs))
    if inputs.get("sklearn") and len(shares) == 2 and "test" in shares:
        sizes = {part: 0 for part in shares}
        sizes["test"] = math.ceil(n * shares["test"])  # with its floating point error, as there
        sizes[next(p for p in shares if p != "test")] = n - sizes["test"]
        if not whole:
            notes.append("Arredondei o teste para cima, como o train_test_split do scikit-learn; o "
                         "treino é o resto.")  # fmt: skip
    else:
        sizes = _largest_remainders(exact, n)
        if not whole:
            notes.append("Nem todas as partes dão um número inteiro: arredondei de modo que a soma "
                         f"continue {n} (o que falta vai para a parte com maior "
                         f"fração).")  # fmt: skip
    steps = [Step("Fórmula", "tamanho da parte = porcentagem × total de exemplos")]
    for part, share in shares.items():
        text = rf"${tex(share)} \times {n} = {tex(exact[part])}$"
        if exact[part] != sizes[part]:
            text += rf", arredondado para ${sizes[part]}$"
        steps.append(Step(_PART_NAMES[part].capitalize(), text))
    asked = inputs.get("asked")
    wanted = [str(p) for p in asked if str(p) in sizes] if isinstance(asked, list) else []
    value: Json = sizes[wanted[0]] if len(wanted) == 1 else {k: v for k, v in sizes.items()}
    mistakes: list[Mistake] = []
    if len(wanted) == 1:
        mistakes = [
            (sizes[p], f"se dá o tamanho de {_PART_NAMES[p]}") for p in sizes if p != wanted[0]
        ]
        mistakes.append((math.floor(exact[wanted[0]]), "se corta a parte fracionária sem "
                                                       "distribuir "
                         "os exemplos que sobram"))  # fmt: skip
    return Solution(
        problem=Problem(_SPLIT, inputs),
        title="Divisão dos dados",
        result=listing([f"{_PART_NAMES[p]}: **{size}**" for p, size in sizes.items()])
        + " exemplos.",
        value=value,
        steps=tuple(steps),
        checks=(
            Check("A soma é n", sum(sizes.values()) == n, f"soma das "
                                                          f"partes: {sum(sizes.values())}"),
            Check("Erro menor que um exemplo",
                  all(abs(sizes[p] - exact[p]) < 1 + 1e-9 for p in sizes),
                  "cada parte difere menos de 1 da porcentagem exata"),
        ),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=remarks(inputs, value, mistakes),
    )  # fmt: skip


def _largest_remainders(exact: dict[str, float], n: int) -> dict[str, int]:
    sizes = {part: math.floor(number) for part, number in exact.items()}
    by_remainder = sorted(exact, key=lambda part: sizes[part] - exact[part])
    for part in by_remainder[: n - sum(sizes.values())]:
        sizes[part] += 1
    return sizes


def _exercise_split(random: Random) -> tuple[str, dict[str, Json]]:
    train, validation, test = random.choice(
        [(70, 15, 15), (80, 10, 10), (60, 20, 20), (50, 25, 25)]
    )
    n = random.randint(10, 300) * random.choice([10, 20, 100])
    return (
        f"Dividimos um dataset de {n} exemplos em {train}% treino, {validation}% validação e "
        f"{test}% teste. Calcule o tamanho das partes.",
        {"n": n, "asked": [], "assumptions": [],
         "shares": {"train": train / 100, "validation": validation / 100, "test": test / 100}},
    )  # fmt: skip


# ------------------------------------------------------------- scores of folds

_STATISTICS_WORDS = (
    r"medias?(?! ?-? ?(?:moveis|movel|exponencia\w+|ponderad\w+))|mean|desvios?(?:[ -]padrao)?|dp|"
    r"std|"
    r"standard deviation|erro padrao|variancia"
)
_SCORES = (
    r"folds?|acuraci\w+|scores?|validacao cruzada|cross[ -]?val\w*|accurac\w+|f1|resultados?|"
    r"desempenhos?|rodadas|execucoes|notas|erros"
)
_OTHERS = (
    r"logits?|softmax|entropia|cross[ -]?entropy|perplexidade|batch|lote|layer ?norm|batch ?norm|"
    r"momentum|adam|gradientes?|pooling|ema|macro|precisao|pesos?|mse|erro quadratico"
)
_DEVIATION = r"desvios?(?:[ -]padrao)?|dp|std|standard deviation|sd"


def _match_statistics(statement: Statement) -> float:
    if not statement.has(_STATISTICS_WORDS) or statement.conceptual:
        return 0.0
    if statement.has(_OTHERS) or not _score_list(statement):
        return 0.0
    return 0.95 if statement.has(_SCORES) else 0.45


def _score_list(statement: Statement) -> list[float]:
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
    numbers, _ = value.vector("os resultados dos folds")
    if percent and len(numbers) > 1:
        numbers = [x / 100 for x in numbers[:-1]] + numbers[-1:]
    return numbers


def _parse_statistics(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    listed = _score_list(statement)
    if listed:
        inputs["scores"] = list(listed)
        inputs["assumptions"] = []
        inputs["percent"] = any(value.percent for value in statement.values)
    asked = [
        name for name, words in (
            ("mean", r"medias?|mean|average"), ("std", _DEVIATION), ("variance", r"variancia"),
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
    asked = [name for name in _asked(inputs) if name in values]
    value: Json = values[asked[0]] if len(asked) == 1 else {name: values[name] for name in asked}
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
        _CV, "Validação cruzada", "validacao", "3", _match_cv, _parse_cv, _solve_cv, _exercise_cv,
    ),
    Family(
        _SPLIT, "Divisão dos dados", "validacao", "5",
        _match_split, _parse_split, _solve_split, _exercise_split,
    ),
    Family(
        _STATISTICS, "Média e desvio padrão dos folds", "validacao", None,
        _match_statistics, _parse_statistics, _solve_statistics, _exercise_statistics,
    ),
)  # fmt: skip
