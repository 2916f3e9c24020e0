"""Training examples made of words: skip-gram and CBOW windows, MLM masks, causal LM targets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing, plain, table, tex, tokens
from tutor.solver.inputs import Inputs, assume, assumptions, forget, number, strings
from tutor.solver.quantities import only_number, quantity, with_conventions
from tutor.solver.registry import Family

_SKIP_GRAM = "skip_gram_pairs"
_CBOW = "cbow_pairs"
_MASKING = "mlm_masking"
_CAUSAL = "causal_lm_examples"

_MAX_WORDS = 200

# ------------------------------------------------------------------- sentences

_WORD = re.compile(r"\[[A-Za-z]{2,6}\]|[^\W_]+(?:[-'][^\W_]+)*")
_LEAD = re.compile(
    r"(?<!\w)(?:(?:frase|sentenca|texto|sequencia|corpus|oracao|sentence|tokens|palavras)"
    r"(?: (?:e|abaixo|seguinte|dada))?\s?[:=]|para\s?:)\s*(?!quant|qua[li]|liste|calcul)"
)
_AFTER = re.compile(
    r"(?<!\w)(?:frase|sentenca|sentence|oracao|texto)\s+"
    r"(?!(?:de|com|tem|tendo|possui|que tem) (?:\d|\w+ (?:palavras|tokens)))(?=[a-z])"
)
# Where an unquoted sentence ends: the request goes on.
_END = re.compile(
    r"[?\n;:]|\.(?=\s|$)|,? (?:com|e)? ?(?:uma? )?(?:janela|window|raio)\b|,? (?:calcule|quais|"
    r"quantos|"
    r"quantas|liste|gere|monte|qual|usando|considere|de)? ?(?:os |as )?(?:pares|exemplos|skip|"
    r"cbow|gere|"
    r"liste|quais|quantos|quantas)\b"
)


def sentence_of(statement: Statement) -> list[str]:
    """The words of the sentence: in quotes, in brackets, or after "frase:"; [] if there is none."""
    quoted = [m for m in re.finditer(r"[\"']([^\"'\n]{1,2000})[\"'](?!\w)", statement.text)]
    for match in quoted:
        words = _WORD.findall(match[1])
        if len(words) > 1:
            return _bounded(words)
    for names in statement.name_lists:
        if len(names.items) > 1 and statement.text[names.start] == "[":
            return _bounded([word for item in names.items for word in item.split()])
    for lead in (_LEAD, _AFTER):
        found = lead.search(statement.folded)
        if found:
            end = _END.search(statement.folded, found.end())
            stop = end.start() if end else len(statement.text)
            words = _WORD.findall(statement.text[found.end() : stop])
            if len(words) > 1:
                return _bounded(words)
    return []


def _bounded(words: list[str]) -> list[str]:
    if len(words) > _MAX_WORDS:
        raise SolverError(f"A frase é longa demais (o limite é de {_MAX_WORDS} palavras).")
    return words


_WINDOW_NAMES = (
    r"palavras? (?:de|para|a) cada lado|de cada lado|para cada lado|vizinh[oa]s (?:de|para) cada "
    r"lado|"
    r"palavras? (?:antes|a esquerda)|on each side",
    r"janela|window(?:_?size)?|raio|c|m|contexto|tamanho d[ae] (?:janela|contexto)|"
    r"context(?:_?size)?",
)
_LENGTH_NAMES = (
    r"palavras(?! (?:de|para|a|antes|por))|tokens|words",
    r"frase de|sequencia de|n|comprimento",
)


def _window(statement: Statement) -> int | None:
    return quantity(
        statement, *_WINDOW_NAMES, what="a janela", low=0, high=1000,
        but_not="palavras(?! de cada)|tokens|pares",
    )  # fmt: skip


# ---------------------------------------------------------- skip-gram and CBOW

_PAIRS = r"pares|par|exemplos|amostras|pairs|treino|contextos?|janela|window"


def _match_skip_gram(statement: Statement) -> float:
    if _context_of(statement) and statement.has("janela", "window") and sentence_of(statement):
        return 0.0 if statement.has("cbow") else 0.9
    if not statement.has(r"skip[ -]?grams?", "sgns"):
        pairs = statement.has(r"pares (?:de )?\(?(?:centro|palavra|central|centr\w+)\W")
        if not (pairs and statement.has("janela", "window")):
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
    if not statement.has("cbow"):
        return 0.0
    return 0.92 if _asks_window(statement) else _only_named(statement)


def _only_named(statement: Statement) -> float:
    """ "e o cbow?" takes the sentence and the window of the problem before."""
    return 0.5 if len(statement.folded.split()) < 5 and not statement.asks_concept else 0.0


def _asks_window(statement: Statement) -> bool:
    if not statement.has(_PAIRS):
        return False
    listing_asked = statement.has(r"quais", "quant[oa]s", "gere", "liste", "calcule", "monte")
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
        length = quantity(statement, *_LENGTH_NAMES, what="o número de palavras", high=10**9)
        if length is not None and "words" not in inputs:
            inputs["length"] = length
    window = _window(statement)
    total = quantity(statement, r"palavras (?:no total|ao todo)", "", low=1, high=1000)
    if window is not None and total is None:
        inputs["window"] = window
    centre = re.search(
        r"(?:palavra|token|termo)(?: (?:central|alvo|do centro|de centro))?(?: e| for| =|"
        r":)? ?[\"']([^\"']+)[\"']"
        r"|(?:centro|central|center|alvo)(?: e| for|:| =| em| na "
        r"palavra)? ?[\"']?([^\W\d_][\w-]*)[\"']?"
        r"|contextos? d[aeo] (?:palavra )?[\"']?([^\W\d_][\w-]*)[\"']?",
        statement.folded,
    )
    known = strings(inputs.get("words"))
    around = _context_of(statement)
    position = index_of(around, known) if around is not None and known else None
    if position is not None:
        inputs["centre"], inputs["context"] = known[position], True
    elif centre and known:
        typed = next(group for group in centre.groups() if group)
        index = index_of(typed, known)
        if index is not None:
            inputs["centre"] = known[index]
    count = statement.has(r"quant[oa]s", "how many", "numero de", "qnts")
    lists = statement.has(r"quais", "liste", "gere", "mostre", "monte", "escreva", "which")
    if count or lists:
        inputs["count"] = count and not lists
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
        return Solution(
            problem=Problem(_SKIP_GRAM, inputs),
            title="Pares do skip-gram",
            result=f"**{count}** pares (centro, contexto).",
            value=count,
            steps=(formula,),
            checks=(_count_check(length, window, count),),
            assumptions=assumptions(inputs),
            remarks=remarks(inputs, count, mistakes),
            example_id="20",
        )
    pairs = skip_gram_pairs(words, window)
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


_SENTENCES = (
    "o gato dorme no sofá", "a rede aprende os pesos", "o modelo prevê a próxima palavra",
    "redes neurais aprendem representações úteis", "o aluno estuda para a prova",
)  # fmt: skip


def _exercise_window(kind: str, random: Random) -> tuple[str, dict[str, Json]]:
    sentence = random.choice(_SENTENCES)
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


# ------------------------------------------------------------------ MLM masking

_MLM = (
    r"mlm|masked[ -](?:lm|language)\w*|mascarad\w+|mascara(?:r|mos|mento|s)?|masking|\[mask\]|"
    r"mask\w*|bert"
)
_MASK_PARTS = {
    "mask": r"viram \[?mask\]?|\[mask\]|troca\w* por \[?mask\]?|(?:substitu\w+|troc\w+) (?:por|"
    r"pelo token) "
    r"\[?mask\]?|viram mask|token mask",
    "random": r"aleatori[oa]s?|random|outr[oa]s? (?:token|palavra)s?",
    "unchanged": r"inalterad[oa]s?|sem (?:mudanca|alteracao|trocar)|mantid[oa]s?|intact[oa]s?|"
    r"iguais|"
    r"como estao|nao mudam|ficam como|unchanged",
}
_SELECTED = (
    r"mascarad[oa]s|selecionad[oa]s|escolhid[oa]s|previst[oa]s|sao mascarad\w*|mascara\w*|preditos"
)


def _match_masking(statement: Statement) -> float:
    if not statement.has(_MLM) or statement.has(r"atencao|attention|causal|softmax|scores?"):
        return 0.0
    if statement.conceptual or not statement.has(r"quant[oa]s", "calcul\\w+", "how many", "numero"):
        return 0.0
    if statement.has("parametros?", "perplexidade", "entropia|loss"):
        return 0.0
    return 0.9 if _token_count(statement) is not None or sentence_of(statement) else 0.0


def _token_count(statement: Statement) -> int | None:
    return quantity(
        statement, r"(?:\w+ )??(?:tokens|palavras)",
        r"n|sequencia(?: de)?|frase de|seq_?len|comprimento|tokens|palavras",
        "o número de tokens", 1, 10**12,
    )  # fmt: skip


def _parse_masking(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    words = sentence_of(statement)
    n = _token_count(statement)
    if n is not None:
        inputs["n"] = n
    elif words:
        inputs["n"] = len(words)
    split = re.search(
        r"(\d{1,3}) ?%? ?[/,-] ?(\d{1,3}) ?%? ?(?:[/,-]|e) ?(\d{1,3})(?![\d])", statement.folded
    )
    if split and sum(int(split[i]) for i in (1, 2, 3)) == 100:
        inputs["split"] = [int(split[i]) / 100 for i in (1, 2, 3)]
    elif split and "/" in split.group():
        total = sum(int(split[i]) for i in (1, 2, 3))
        raise SolverError(
            f"As três partes {split.group().strip()} somam {total}%, e não 100%. "
            "Confira os valores."
        )
    rate = re.search(
        r"(?<![\d.,])(-?\d{1,4}(?:[.,]\d+)?) ?%(?! ?[/,-] ?\d)(?! (?:deles|delas|desses|"
        r"dos selecionados|viram|"
        r"aleatori|\[mask|inalterad|mantid))", statement.folded,
    )  # fmt: skip
    named = statement.scalar("mlm_probability", "taxa", "p")
    if rate and (not split or rate.start() < split.start()):
        inputs["rate"] = float(rate[1].replace(",", ".")) / 100
        if not 0 < number(inputs["rate"]) <= 1:
            raise SolverError(
                f"A taxa de mascaramento precisa ficar entre 0% e 100%, mas li {rate[1]}%."
            )
    elif named is not None and 0 < named < 1:
        inputs["rate"] = named
    asked = [part for part, words_ in _MASK_PARTS.items() if statement.has(words_)]
    if re.search(rf"(?:quant[oa]s|how many)(?: \w+){{0,4}}? (?:{_SELECTED})", statement.folded):
        asked.insert(0, "selected")
    if asked or previous is None:
        inputs["asked"] = list(asked)
    if previous is not None and inputs == before:
        value = only_number(statement, "o número de tokens")
        if value is None:
            return None
        inputs["n"] = value
    if "n" not in inputs:
        raise MissingData(
            "Quantos tokens tem a sequência? Por exemplo: 128 tokens.", Problem(_MASKING, inputs)
        )
    if "rate" not in inputs:
        inputs["rate"] = 0.15
        assume(inputs, "A taxa de mascaramento é de 15%, como no BERT.")
    elif inputs["rate"] != 0.15:
        forget(inputs, "A taxa")
    inputs.setdefault("assumptions", [])
    return inputs


def _solve_masking(inputs: Inputs) -> Solution:
    n, rate = int(number(inputs["n"])), number(inputs["rate"])
    raw = inputs.get("split")
    split = [number(x) for x in raw] if isinstance(raw, list) else [0.8, 0.1, 0.1]
    selected = round(n * rate, 9)
    parts = {
        "selected": selected,
        "mask": round(selected * split[0], 9),
        "random": round(selected * split[1], 9),
        "unchanged": round(selected * split[2], 9),
    }
    labels = {
        "selected": "escolhidos para a previsão", "mask": "trocados por [MASK]",
        "random": "trocados por um token aleatório", "unchanged": "deixados como estão",
    }  # fmt: skip
    steps = [Step("Tokens escolhidos", rf"${tex(rate)} \times {n} = {tex(selected)}$")]
    for name, share in zip(("mask", "random", "unchanged"), split, strict=True):
        steps.append(Step(labels[name].capitalize(), rf"${tex(share)} \times {tex(selected)} = "
                     rf"{tex(parts[name])}$"))  # fmt: skip
    notes = list(assumptions(inputs))
    if raw is None:
        notes.append("Dos escolhidos, 80% viram [MASK], 10% um token aleatório e 10% ficam como "
                     "estão "
                     "(Devlin et al., 2019).")  # fmt: skip
    if any(value != int(value) for value in parts.values()):
        notes.append("Os valores não inteiros são esperados (médias): a escolha é sorteada, e na "
                     "prática "
                     f"são cerca de {round(selected)} tokens escolhidos.")  # fmt: skip
    asked = [name for name in strings(inputs.get("asked")) if name in parts]
    value: Json = parts[asked[0]] if len(asked) == 1 else (
        {name: parts[name] for name in asked} if asked else dict(parts)
    )  # fmt: skip
    order = [*asked, *[name for name in parts if name not in asked]]
    result = "; ".join(f"{labels[name]}: **{plain(parts[name])}**" for name in order)
    mistakes: list[Mistake] = []
    conventions: list[tuple[float, str]] = []
    if len(asked) == 1:
        name = asked[0]
        exact = parts[name]
        if exact != int(exact):
            conventions = [(float(int(exact)), "arredondando para um inteiro"),
                           (float(int(exact) + 1), "arredondando para um inteiro")]  # fmt: skip
        if name != "selected":
            share = dict(zip(("mask", "random", "unchanged"), split, strict=True))[name]
            mistakes = [(selected, "se dão todos os escolhidos"),
                        (n * share, f"se aplicam os {plain(100 * share)}% a todos os tokens, e "
                                    f"não só "
                         "aos escolhidos")]  # fmt: skip
        else:
            mistakes = [(parts["mask"], "se contam só os que viram [MASK]"),
                        (n - selected, "se contam os que não foram escolhidos")]  # fmt: skip
    return Solution(
        problem=Problem(_MASKING, inputs),
        title="Mascaramento do MLM",
        result=result[0].upper() + result[1:] + ".",
        value=value,
        steps=tuple(steps),
        checks=(Check("As três partes somam os escolhidos",
                      abs(sum(parts[p] for p in ("mask", "random", "unchanged")) - selected) < 1e-6,
                      f"soma: {plain(parts['mask'] + parts['random'] + parts['unchanged'])}"),
                Check("Não mais que n", selected <= n, f"{plain(selected)} de {n}")),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, value, conventions, mistakes),
    )  # fmt: skip


def _exercise_masking(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.choice([100, 128, 200, 256, 400, 512, 1000])
    return (
        f"No pré-treino do BERT (masked LM), quantos tokens são selecionados e quantos viram "
        f"[MASK], são "
        f"trocados por um token aleatório ou ficam inalterados em uma sequência de {n} tokens?",
        {"n": n, "rate": 0.15, "asked": ["selected", "mask", "random", "unchanged"],
         "assumptions": ["A taxa de mascaramento é de 15%, como no BERT."]},
    )  # fmt: skip


# -------------------------------------------------------------------- causal LM

_LANGUAGE_MODEL = (
    r"causal(?: lm| language model\w*)?|clm|autorregressiv\w+|auto-regressiv\w+|gpt(?:-?\d)?|"
    r"proxim[oa] (?:palavra|token)|next[ -](?:token|word)(?: prediction)?|modelos? de linguagem|"
    r"teacher forcing|language model\w*"
)
_EXAMPLES = (
    r"exemplos|pares|previsoes|predicoes|alvos?|targets?|entradas? e (?:saidas?|alvos?)|"
    r"predictions?|deslocad\w+"
)


def _match_causal(statement: Statement) -> float:
    if not statement.has(_LANGUAGE_MODEL) or not statement.has(_EXAMPLES):
        return 0.0
    if statement.has("perplexidade", "loss", "entropia", "parametros?", "atencao", "masked|mlm"):
        return 0.0
    if statement.asks_concept and not statement.asks_value:
        return 0.0
    has_count = quantity(statement, *_LENGTH_NAMES) is not None
    asks = statement.has(r"quant[oa]s|quais|liste|gere|monte|mostre|how many|escreva")
    return 0.85 if asks and (has_count or sentence_of(statement)) else 0.0


def _parse_causal(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    words = sentence_of(statement)
    if words:
        inputs["words"] = list(words)
        inputs.pop("length", None)
    else:
        length = quantity(statement, *_LENGTH_NAMES, what="o número de tokens", high=10**9)
        if length is not None:
            inputs["length"] = length
            inputs.pop("words", None)
    for key, pattern in (("begin", r"bos|<s>|\[bos\]|<bos>|<\|?startoftext|inicio de (?:frase|"
                                   r"sentenca)|"
                          r"token (?:de )?inicio"),
                         ("end", r"eos|</s>|\[eos\]|<eos>|<\|?endoftext|fim de (?:frase|sentenca)|"
                          r"token (?:de )?fim")):  # fmt: skip
        if re.search(pattern, statement.folded):
            inputs[key] = not re.search(
                rf"sem (?:o |os |usar )?(?:token )?(?:{pattern})", statement.folded
            )
    if statement.has(r"quant[oa]s|quais|liste|gere|monte|mostre|how many|escreva"):
        inputs["count"] = statement.has(r"quant[oa]s|how many") and not statement.has(
            r"quais|liste|mostre"
        )
    if previous is not None and inputs == before:
        value = only_number(statement, "o número de tokens")
        if value is None:
            return None
        inputs["length"] = value
        inputs.pop("words", None)
    inputs.setdefault("assumptions", [])
    if "words" not in inputs and "length" not in inputs:
        raise MissingData(
            'Qual é a frase (ou quantos tokens ela tem)? Por exemplo: "o gato dorme".',
            Problem(_CAUSAL, inputs),
        )
    return inputs


def _solve_causal(inputs: Inputs) -> Solution:
    begin, end = bool(inputs.get("begin")), bool(inputs.get("end"))
    words = strings(inputs.get("words"))
    length = len(words) or int(number(inputs.get("length")))
    sequence = ["<bos>"] * begin + words + ["<eos>"] * end if words else []
    total = length + begin + end
    count = max(total - 1, 0)
    steps = [Step("Alvos deslocados", "O alvo de cada posição é o token seguinte; o último não tem "
                  rf"seguinte: ${total} - 1 = {count}$ previsões.")]  # fmt: skip
    pairs = [(sequence[:i], sequence[i]) for i in range(1, len(sequence))]
    if pairs:
        steps.append(Step("Entrada → alvo", table(["contexto", "alvo"], [
            [tokens(context), f"`{target}`"] for context, target in pairs[:60]])))  # fmt: skip
    notes = list(assumptions(inputs))
    if words and "length" not in inputs:
        notes.append("Cada palavra conta como um token (o GPT usa subpalavras).")
    if not begin and not end:
        notes.append(
            "Sem tokens de início (BOS) e de fim (EOS); cada um deles acrescenta um exemplo."
        )
    value: Json = count
    if pairs and not inputs.get("count", True):
        value = [[list(context), target] for context, target in pairs]
    shown = "; ".join(f"{' '.join(context)} → {target}" for context, target in pairs[:5])
    return Solution(
        problem=Problem(_CAUSAL, inputs),
        title="Exemplos do modelo de linguagem causal",
        result=f"**{count}** previsões"
        + (f": {shown}" if shown else "")
        + ("; …." if len(pairs) > 5
               else "."),
        value=value,
        steps=tuple(steps),
        checks=(Check("Entradas e alvos", count == (len(pairs) if pairs else total - 1),
                      listing([f"{count} alvos", f"{total} tokens"])),),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, count, [(float(count + 1), "contando também o token de "
                                                                    "início "
                                                  "ou o de fim")] if not begin and not end else [],
                                 [(count * (count + 1) // 2, "se contam todos os tokens dos "
                                                             "contextos")]),
    )  # fmt: skip


def _exercise_causal(random: Random) -> tuple[str, dict[str, Json]]:
    sentence = random.choice(_SENTENCES)
    return (
        "Quantos exemplos de previsão do próximo token um modelo de linguagem causal tira da frase "
        f'"{sentence}"?',
        {"words": list(sentence.split()), "count": True, "assumptions": []},
    )


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
    Family(
        _MASKING, "Mascaramento do MLM", "bert", "36",
        _match_masking, _parse_masking, _solve_masking, _exercise_masking,
    ),
    Family(
        _CAUSAL, "Exemplos do modelo causal", "gpt", "38",
        _match_causal, _parse_causal, _solve_causal, _exercise_causal,
    ),
)  # fmt: skip
