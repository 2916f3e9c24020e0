"""Training examples of skip-gram and CBOW: the words around each word of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import table, tokens
from tutor.solver.inputs import Inputs, assume, assumptions, forget, number, strings
from tutor.solver.numbers import word_number
from tutor.solver.quantities import only_number, quantity
from tutor.solver.registry import Family
from tutor.solver.sentences import LENGTH_NAMES, SENTENCES, sentence_of

_SKIP_GRAM = "skip_gram_pairs"
_CBOW = "cbow_pairs"

_WINDOW_NAMES = (
    r"palavras? (?:de|para|a) cada lado|de cada lado|para cada lado|vizinh[oa]s (?:de|para) cada "
    r"lado|"
    r"palavras? (?:antes|a esquerda)|on each side",
    r"janela|window(?:_?size)?|raio|c|m|contexto|tamanho d[ae] (?:janela|contexto)|"
    r"context(?:_?size)?",
)


def _window(statement: Statement) -> int | None:
    return quantity(
        statement, *_WINDOW_NAMES, what="a janela", low=0, high=1000,
        but_not="palavras(?! de cada)|tokens|pares",
    )  # fmt: skip


# ---------------------------------------------------------- skip-gram and CBOW

_SIDE = r"(\d{1,3}|[a-z]+)(?: palavras?| tokens?| vizinh[oa]s?)?"
_UNEVEN = re.compile(
    rf"\b{_SIDE} (?:a|da|de|na|pela|para a) esquerda(?:,| e)+ (?:e )?{_SIDE} (?:a|da|de|na|"
    rf"pela|para a) direita"
)


def _refuse_uneven(statement: Statement) -> None:
    """ "duas à esquerda e uma à direita": a window with two sizes is not what is computed here."""
    match = _UNEVEN.search(statement.folded)
    if match is not None and match[1] != match[2]:
        raise SolverError(
            "Calculo janelas com o mesmo número de palavras dos dois lados, mas o enunciado dá "
            f"tamanhos diferentes (“{match.group()}”). Qual janela devo usar?"
        )


_PAIRS = r"pares|par|exemplos|amostras|pairs|treino|contextos?|janela|window"


def _match_skip_gram(statement: Statement) -> float:
    if _context_of(statement) and statement.has("janela", "window") and sentence_of(statement):
        return 0.0 if statement.has("cbow") else 0.9
    if not statement.has(r"skip[ -]?grams?", "sgns"):
        pairs = statement.has(r"pares (?:de )?\(?(?:centro|palavra|central|centr\w+)\W")
        centred = statement.has("pares") and statement.has(
            r"palavra central|centro|palavra do centro"
        )
        if not ((pairs or centred) and statement.has("janela", "window")):
            return 0.0
    return 0.92 if _asks_window(statement) else _only_named(statement)


_CONTEXT_OF = re.compile(
    r"\b(?:palavras|tokens|vizinh[ao]s) (?:de|do) contexto d[aeo] (?:palavra )?"
    r"[\"']?([^\W\d_][\w-]*)|"
    r"\b(?:qual|quais|liste|de) (?:e |sao |seria |o |os )*contextos? d[aeo] (?:palavra )?"
    r"[\"']([^\W\d_][\w-]*)"
)


def _context_of(statement: Statement) -> str | None:
    """The word whose neighbours are asked for: "as palavras de contexto de "preto""."""
    match = _CONTEXT_OF.search(statement.folded)
    return next((group for group in match.groups() if group), None) if match else None


def _match_cbow(statement: Statement) -> float:
    if not statement.has("cbow") or any(value.size > 1 for value in statement.arrays):
        return 0.0  # vectors: the hidden layer is asked for
    return 0.92 if _asks_window(statement) else _only_named(statement)


def _only_named(statement: Statement) -> float:
    """ "e o cbow?" takes the sentence and the window of the problem before."""
    return 0.5 if len(statement.folded.split()) < 5 and not statement.asks_concept else 0.0


def _asks_window(statement: Statement) -> bool:
    if not statement.has(_PAIRS):
        return False
    listing_asked = statement.has(
        r"quais", "quant[oa]s", "number of", "numero de", "gere", "liste", "calcule", "monte"
    )
    if (
        listing_asked
        and statement.has("pares", "exemplos de treino")
        and not statement.asks_concept
    ):
        return True
    has_data = bool(sentence_of(statement)) or _window(statement) is not None
    if statement.asks_concept and not (statement.asks_value and has_data):
        return False
    return has_data


def _parse_skip_gram(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None and statement.has("cbow") and not statement.has(r"skip[ -]?gram"):
        return None
    return _parse_window(_SKIP_GRAM, statement, previous)


def _parse_cbow(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None and statement.has(r"skip[ -]?gram") and not statement.has("cbow"):
        return None
    return _parse_window(_CBOW, statement, previous)


_CENTRE = re.compile(
    r"(?:palavra|token|termo)(?: (?:central|alvo|do centro|de centro))?(?: e| for| =|"
    r":)? ?[\"']([^\"'\s]+)[\"']"
    r"|[\"']([^\"'\s]+)[\"'] (?:como|e|for|fosse|is|as)(?: o| a)?(?: palavra| termo)? "
    r"(?:centro|central|alvo|center)"
    r"|(?:centro|central|center|alvo)(?: e| for|:| =| em| na palavra)? ?[\"']?"
    r"([^\W\d_][\w-]*)[\"']?"
    r"|contextos? d[aeo] (?:palavra )?(?!alvo|centr|palavra)[\"']?([^\W\d_][\w-]*)[\"']?"
)


def _parse_window(
    kind: str, statement: Statement, previous: Inputs | None
) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    words = sentence_of(statement)
    told = re.search(r"\bfrase (?:de|com) (\d{1,3}) palavras\b", statement.folded)
    if told and words and int(told[1]) != len(words):
        raise SolverError(
            f"O enunciado fala de {told[1]} palavras, mas a frase tem {len(words)}. "
            "Confira os dados."
        )
    if words:
        inputs["words"] = list(words)
        inputs.pop("centre", None)
        inputs.pop("length", None)
    else:
        length = quantity(statement, *LENGTH_NAMES, what="o número de palavras", high=10**9)
        if length is not None and "words" not in inputs:
            inputs["length"] = length
    window = _window(statement)
    _refuse_uneven(statement)
    total = quantity(statement, r"palavras (?:no total|ao todo)", "", low=1, high=1000)
    if window is not None and total is None:
        inputs["window"] = window
    known = strings(inputs.get("words"))
    around = _context_of(statement)
    position = index_of(around, known) if around is not None and known else None
    if position is not None:
        inputs["centre"], inputs["context"] = known[position], True
    else:
        typed = [group for m in _CENTRE.finditer(statement.folded) for group in m.groups() if group]
        places = [index_of(word, known) for word in typed] if known else []
        place = next((place for place in places if place is not None), None)
        if place is not None:
            inputs["centre"] = known[place]
    count = statement.has(r"quant[oa]s", "how many", "numero de", "number of", "qnts")
    lists = statement.has(r"quais", "liste", "gere", "mostre", "monte", "escreva", "which")
    if count or lists:
        inputs["count"] = count and not lists
    if statement.has(
        r"distint[oa]s",
        r"unic[oa]s",
        r"diferentes",
        r"sem (?:repeti\w+|"
        r"contar repet\w+)",
    ):
        inputs["distinct"] = True
    negatives = re.search(
        r"(\d{1,3}|[a-z]+) (?:amostras|exemplos|palavras|pares)? ?negativ[oa]s (?:por|"
        r"para cada|a cada)",
        statement.folded,
    )
    number_of = int(negatives[1]) if negatives and negatives[1].isdigit() else None
    if negatives and number_of is None:
        number_of = word_number(negatives[1])
    if number_of and statement.has(r"quant[oa]s", "numero de", "total"):
        inputs["negatives"] = number_of
        inputs["with_positive"] = statement.has(
            r"(?:ao todo|no total|total|"
            r"positiv[oa]s e negativ[oa]s)"
        )
    if previous is not None and inputs == before:
        value = only_number(statement, "a janela", 0, 1000)
        if value is None:
            return None
        inputs["window"] = value
    inputs.setdefault("assumptions", [])
    if "words" not in inputs and "length" not in inputs:
        raise MissingData(
            'Qual é a frase? Escreva-a entre aspas, por exemplo "o gato dorme no sofá".',
            Problem(kind, inputs),
        )
    if "window" not in inputs:
        raise MissingData(
            "Falta o tamanho da janela. Por exemplo: janela 2.", Problem(kind, inputs)
        )
    if not number(inputs["window"]):
        raise SolverError("A janela precisa ser de pelo menos uma palavra de cada lado.")
    forget(inputs, "A janela")
    window_size = int(number(inputs["window"]))
    assume(inputs, f"A janela {window_size} toma até {window_size} "
           f"palavra{'s' if window_size > 1 else ''} de cada lado do centro.")  # fmt: skip
    return inputs


def skip_gram_pairs(words: Sequence[str], window: int) -> list[tuple[str, str]]:
    return [
        (centre, words[j])
        for i, centre in enumerate(words)
        for j in range(max(0, i - window), min(len(words), i + window + 1))
        if j != i
    ]


def cbow_pairs(words: Sequence[str], window: int) -> list[tuple[list[str], str]]:
    return [
        ([*words[max(0, i - window) : i], *words[i + 1 : i + window + 1]], centre)
        for i, centre in enumerate(words)
    ]


def pair_count(length: int, window: int) -> int:
    """Each distance 1 … window gives (length - distance) pairs in either direction."""
    reach = min(window, length - 1)
    return 2 * reach * length - reach * (reach + 1)


def _solve_skip_gram(inputs: Inputs) -> Solution:
    words, window = strings(inputs.get("words")), int(number(inputs["window"]))
    length = len(words) or int(number(inputs.get("length")))
    count = pair_count(length, window)
    reach = min(window, length - 1)
    formula = Step(
        "Contagem",
        rf"cada distância $k = 1, \ldots, {reach}$ dá $n - k$ pares em cada sentido: "
        rf"$2\sum_k (n-k) = 2 \times {reach} \times {length} - {reach} \times {reach + 1} "
        rf"= {count}$",
    )
    mistakes: list[Mistake] = [
        (count // 2, "se conta cada par em um só sentido"),
        (2 * window * length, "se esquece de que nas bordas da frase há menos vizinhos"),
        (pair_count(length, max(1, window // 2)) if window > 1 else length,
         "se toma a janela como o total de palavras, e não de cada lado"),
        (length, "se conta um par por palavra"),
    ]  # fmt: skip
    if not words:
        number_of, result, more = count, f"**{count}** pares (centro, contexto).", []
        if inputs.get("negatives"):
            number_of, step = _with_negatives(inputs, count)
            result, more = f"**{number_of}** exemplos. {count} pares positivos.", [step]
        return Solution(
            problem=Problem(_SKIP_GRAM, inputs),
            title="Pares do skip-gram",
            result=result,
            value=number_of,
            steps=(formula, *more),
            checks=(_count_check(length, window, count),),
            assumptions=assumptions(inputs),
            remarks=remarks(inputs, count, mistakes),
            example_id="20",
        )
    pairs = skip_gram_pairs(words, window)
    if inputs.get("distinct"):
        pairs = list(dict.fromkeys(pairs))
    centre = inputs.get("centre")
    if isinstance(centre, str):
        pairs = [pair for pair in pairs if pair[0] == centre]
    rows = []
    for i, word in enumerate(words):
        if isinstance(centre, str) and word != centre:
            continue
        context = [*words[max(0, i - window) : i], *words[i + 1 : i + window + 1]]
        rows.append([f"`{word}`", tokens(context), str(len(context))])
    steps = [Step("Contexto de cada centro", table(["centro", "contexto", "pares"], rows[:60]))]
    if centre is None:
        steps.append(formula)
    shown = ", ".join(f"({a}, {b})" for a, b in pairs[:12]) + (", …" if len(pairs) > 12 else "")
    value: Json = len(pairs) if inputs.get("count") else [[a, b] for a, b in pairs]
    if inputs.get("negatives"):
        value, step = _with_negatives(inputs, len(pairs))
        steps.append(step)
    if inputs.get("context") and not inputs.get("count"):
        value = [b for _, b in pairs]
    return Solution(
        problem=Problem(_SKIP_GRAM, inputs),
        title="Pares do skip-gram",
        result=f"**{len(pairs)}** pares (centro, contexto): {shown}.",
        value=value,
        steps=tuple(steps),
        checks=(
            _count_check(length, window, count),
            Check("Simetria", centre is not None or _symmetric(pairs),
                  "se (a, b) é par, (b, a) também é" if centre is None else "só um centro foi "
                                                                            "pedido"),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, len(pairs), [] if centre else mistakes),
        figure=Figure("table", "Pares do skip-gram", {
            "columns": ["centro", "contexto"], "rows": [[a, b] for a, b in pairs[:200]]}),
        example_id="20",
    )  # fmt: skip


def _with_negatives(inputs: Inputs, positive: int) -> tuple[int, Step]:
    """How many (negative, or all) examples negative sampling makes of the positive pairs."""
    each = int(number(inputs["negatives"]))
    both = bool(inputs.get("with_positive"))
    value = positive * (each + both)
    factor = rf"(1 + {each})" if both else str(each)
    return value, Step("Amostras negativas", rf"${positive} \times {factor} = {value}$")


def _symmetric(pairs: Sequence[tuple[str, str]]) -> bool:
    return sorted(pairs) == sorted((b, a) for a, b in pairs)


def _count_check(length: int, window: int, count: int) -> Check:
    if length <= 20_000:
        second = sum(min(i, window) + min(length - 1 - i, window) for i in range(length))
        return Check("Soma dos vizinhos de cada posição", second == count, f"soma: {second}")
    return Check("Número par", count % 2 == 0, "todo par aparece nos dois sentidos")


def _solve_cbow(inputs: Inputs) -> Solution:
    words, window = strings(inputs.get("words")), int(number(inputs["window"]))
    length = len(words) or int(number(inputs.get("length")))
    if not words:
        return Solution(
            problem=Problem(_CBOW, inputs),
            title="Exemplos do CBOW",
            result=f"**{length}** exemplos: um por palavra central.",
            value=length,
            steps=(Step("Contagem", "No CBOW cada palavra é o alvo uma vez, com todo o contexto "
                                    "junto "
                        f"como entrada: ${length}$ exemplos."),),
            checks=(Check("Um alvo por palavra", length > 0, f"{length} palavras"),),
            assumptions=assumptions(inputs),
            remarks=remarks(inputs, length, [(pair_count(length, window), "se contam os pares do "
                                              "skip-gram")]),
        )  # fmt: skip
    pairs = [pair for pair in cbow_pairs(words, window) if pair[0]]
    centre = inputs.get("centre")
    if isinstance(centre, str):
        pairs = [pair for pair in pairs if pair[1] == centre]
    rows = [[tokens(context), f"`{target}`"] for context, target in pairs]
    value: Json = (
        len(pairs)
        if inputs.get("count")
        else [[list(context), target] for context, target in pairs]
    )
    if isinstance(centre, str) and len(pairs) == 1 and not inputs.get("pairs"):
        context = pairs[0][0]  # the input for one target
        value = len(context) if inputs.get("count") else list(context)
    shown = "; ".join(f"{' '.join(context)} → {target}" for context, target in pairs[:6])
    inputs_count = sum(len(context) for context, _ in pairs)
    expected = inputs_count if centre else pair_count(len(words), window)
    return Solution(
        problem=Problem(_CBOW, inputs),
        title="Exemplos do CBOW",
        result=f"**{len(pairs)}** exemplos (contexto → centro): {shown}"
        + ("; …." if len(pairs) > 6 else "."),
        value=value,
        steps=(Step("Contexto → palavra central", table(["contexto "
                                                         "(entrada)", "alvo"], rows[:60])),),
        checks=(Check("Palavras de contexto = pares do skip-gram", inputs_count == expected,
                      f"{inputs_count} palavras de contexto"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, len(pairs), [(pair_count(len(words), window), "se contam os pares "
                                                                              "do "
                                              "skip-gram")]),
    )  # fmt: skip


def _exercise_window(kind: str, random: Random) -> tuple[str, dict[str, Json]]:
    sentence = random.choice(SENTENCES)
    window = random.choice([1, 2])
    name = "skip-gram" if kind == _SKIP_GRAM else "CBOW"
    extra = "palavra" if window == 1 else "palavras"
    return (
        f"Liste os pares de treino do {name} para a frase \"{sentence}\" com janela {window}.",
        {"words": list(sentence.split()), "window": window, "count": False,
         "assumptions": [f"A janela {window} toma até {window} {extra} de cada lado do centro."]},
    )  # fmt: skip


def _exercise_skip_gram(random: Random) -> tuple[str, dict[str, Json]]:
    return _exercise_window(_SKIP_GRAM, random)


def _exercise_cbow(random: Random) -> tuple[str, dict[str, Json]]:
    return _exercise_window(_CBOW, random)


FAMILIES: tuple[Family, ...] = (
    Family(
        _SKIP_GRAM, "Pares do skip-gram", "embeddings", "20",
        _match_skip_gram, _parse_skip_gram, _solve_skip_gram, _exercise_skip_gram,
        adopts={_CBOW: ("window",)},
    ),
    Family(
        _CBOW, "Exemplos do CBOW", "embeddings", None,
        _match_cbow, _parse_cbow, _solve_cbow, _exercise_cbow,
        adopts={_SKIP_GRAM: ("window",)},
    ),
)  # fmt: skip
