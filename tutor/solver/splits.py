"""Sizes of training, validation and test parts."""

from __future__ import annotations

import math
import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.fold_names import ADVICE, DATASET, EXAMPLES, FOLDS, LOO, NESTED
from tutor.solver.fold_text import integer_of
from tutor.solver.format import listing, plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, forget
from tutor.solver.numbers import word_number
from tutor.solver.quantities import only_number, quantity
from tutor.solver.registry import Family

_SPLIT = "split_sizes"
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


_LEFT = r"(?:quant[oa]s|qnt\w*|o que) (?:\w+ )?(?:sobra|resta)m?"


# "quantos positivos e quantos negativos vão para o teste": not the sizes of the parts
_OF_CLASS = re.compile(r"\bquant[oa]s (?:\w+ )?(?:positiv|negativ|d[ae] cada classe)")


def _match_split(statement: Statement) -> float:
    if statement.has(FOLDS, NESTED, LOO) or _OF_CLASS.search(statement.folded):
        return 0.0
    parts = sum(statement.has(words) for words in _PART_WORDS.values())
    shares = _shares(statement)
    if not shares or not statement.values:
        return 0.0
    if statement.conceptual or (statement.has(ADVICE) and not statement.has("quant[oa]s")):
        return 0.0
    about_data = parts or statement.has(EXAMPLES, r"dataset|base|conjunto")
    if statement.has(_SPLIT_WORDS, _LEFT) and about_data:
        return 0.9
    if len(shares) == 3 and _BARE_N.search(statement.folded):
        return 0.6
    asks = statement.asks_value or statement.asks_quantity
    return 0.6 if asks and parts >= 2 and _split_n(statement) is not None else 0.0


def _shares(statement: Statement) -> dict[str, float]:
    """Part -> its share, in the order train, validation, test; {} if none is given."""
    folded = with_percents(statement.folded)
    found: dict[str, float] = {}
    for part, words in _PART_WORDS.items():
        before = re.search(rf"{_PERCENT}(?: (?:\w+ ){{0,4}}?)(?:{words})(?!\w)", folded)
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
        return _of_the_rest(folded, found)
    return _ratio(folded) or (_wrong_ratio(folded) if statement.has(_SPLIT_WORDS) else {})


_PARTS = {"meio": 2, "terco": 3, "quarto": 4, "quinto": 5, "sexto": 6, "oitavo": 8, "decimo": 10}
_WORD_SHARE = re.compile(
    rf"\b(um|dois|duas|tres|quatro) ({'|'.join(_PARTS)})s?\b|\bmetade\b"
    r"|(?<![\w.,/])([1-9]) ?/ ?([1-9]\d?)(?![\w/%]|[.,]\d)"
)


def with_percents(folded: str) -> str:
    """ "um quinto", "3/5" and "10 por cento" as percentages."""
    text = re.sub(r"(?<=\d) ?por cento\b", "%", folded)
    return _WORD_SHARE.sub(_as_percent, text)


def _as_percent(match: re.Match[str]) -> str:
    if match[3]:
        top, bottom = int(match[3]), int(match[4])
    elif match[1]:
        top, bottom = word_number(match[1]) or 1, _PARTS[match[2]]
    else:
        top, bottom = 1, 2
    return f"{100 * top / bottom:.4f}%" if top < bottom else match.group()


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


def _of_the_rest(folded: str, found: dict[str, float]) -> dict[str, float]:
    """ "20% teste; do restante, 25% validação": 25% of the other 80%."""
    rest = re.search(r"\b(?:d|n)[oae]s? (?:rest(?:ante|o)s?|que (?:sobr|rest)\w+|sobra)\b", folded)
    if rest is None or not {"test", "validation"} <= set(found) or "train" in found:
        return found
    later = "validation" if re.search(_PART_WORDS["validation"], folded[rest.end() :]) else "test"
    other = "test" if later == "validation" else "validation"
    return {**found, later: found[later] * (1 - found[other])}


def _wrong_ratio(folded: str) -> dict[str, float]:
    """ "70/20/20": shares whose sum is said to be wrong."""
    match = re.search(
        r"(?<![\w.,/])(\d{2,3})%? ?/ ?(\d{1,3})%? ?/ ?(\d{1,3})%?(?![\w/]|[.,]\d)", folded
    )
    if match is None or max(map(int, match.groups())) > 100:
        return {}
    return {part: int(x) / 100 for part, x in zip(_PART_WORDS, match.groups(), strict=True)}


# "divida 1000 em 60/20/20", "80/10/10 de 2500": the number has no noun.
_BARE_N = re.compile(
    r"\bdivid\w+ (?:os |as )?(\d{2,9}) em\b|\d ?/ ?\d{1,3} ?/ ?\d{1,3}%? de (\d{2,9})\b(?! ?%)"
)


def _split_n(statement: Statement) -> int | None:
    told = quantity(statement, EXAMPLES, DATASET, "o número de exemplos", 1, 10**12)
    bare = _BARE_N.search(statement.folded) if told is None else None
    if told is not None or bare is not None:
        return int(bare[1] or bare[2]) if bare else told
    shares = with_percents(statement.folded)
    counts = {
        int(match[1].replace(".", ""))
        for match in re.finditer(
            r"(?<![\w.,/:-])(\d{1,3}(?:\.\d{3})+|\d{2,9})(?= [a-z]{4,})", shares
        )
        if not re.match(r" ?%|[/:-]\d|[.,]\d", shares[match.end() :])
    }
    return counts.pop() if len(counts) == 1 else None


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
    if len(shares) == 1 and statement.has(_LEFT):
        asked = [next(part for part in ("test", "train") if part not in shares)]
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
    n = integer_of(inputs, "n")
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


FAMILIES: tuple[Family, ...] = (
    Family(
        _SPLIT, "Divisão dos dados", "validacao", "5",
        _match_split, _parse_split, _solve_split, _exercise_split,
    ),
)  # fmt: skip
