"""BPE training: the merges that k iterations learn from word counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.bpe_asks import ordinal_merge, read_asks
from tutor.solver.bpe_corpus import Corpus, read_corpus, read_marker, read_text
from tutor.solver.fields import Statement
from tutor.solver.format import listing, table, tokens
from tutor.solver.inputs import Inputs, assumptions
from tutor.solver.merges import Pair, bpe, count_pairs, merge, read_merges
from tutor.solver.numbers import WORDS, word_number
from tutor.solver.registry import Family
from tutor.solver.segmentation import BPE, WORDPIECE
from tutor.solver.token_words import bare_words

_TRAIN = (
    r"trein\w+|aprend\w+|constru\w+|primeir[ao]s? (?:\w+ )?(?:merges?|fus\w+|regras|mescl\w+)|"
    r"proxim[ao]s? (?:\w+ )?(?:merges?|fus\w+)|"
    r"(?:quais|qual) (?:seria[mo]? |sao |e )?(?:as? |os? )?"
    r"(?:\w+ )?(?:merges?|fus\w+|par(?:es)? mais freq\w+)|(?:faca|realize|execute|aplique|rode) "
    r"(?:\w+ )?(?:iterac(?:oes|ao)|passos?|merges?|fus(?:oes|ao))|frequenci\w+|contage[nm]s?|"
    r"corpus|train\w*|"
    r"learn\w*|(?:depois de|apos) (?:\w+ ){1,2}(?:merges|fusoes)"
)

_LEARNT = r"(?:merges?|fusoes|regras|mesclas|pares) (?:ja )?(?:foram )?aprendid[oa]s"
_TEACHES = r"trein\w+|aprend\w+|train\w*|learn\w*"
KIND = "bpe_training"
_COUNT_NAMES = (
    "primeiros merges",
    "proximos merges",
    "primeiras fusoes",
    "merges",
    "merge",
    "fusoes",
    "fusao",
    "mesclas",
    "mesclagens",
    "juncoes",
    "unioes",
    "iteracoes",
    "iteracao",
    "rodadas",
    "passos",
    "pares",
    "num_merges",
    "n_merges",
    "k",
)

_ENGLISH = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_WORDED = "|".join(word for word, n in WORDS.items() if n > 1 and word != "meia")
# The number right before its unit wins: "dois merges com 4 × gato".
_STEPS_BEFORE = re.compile(
    rf"(?<![\w.,-])([1-9]\d{{0,5}}|{_WORDED}|{'|'.join(_ENGLISH)}) (?:primeir[oa]s |proxim[oa]s )?"
    r"(?:merges?|fus(?:oes|ao)|mescl\w+|juncoes|unioes|iterac(?:oes|ao)|rodadas?|passos?|steps?)\b"
)


def _match(statement: Statement) -> float:
    teaches = statement.has(_TRAIN)
    if statement.has(WORDPIECE):
        return 0.0
    pair = re.search(r"\bpar \(\w{1,4}, ?\w{1,4}\)", statement.folded)
    if not statement.has(BPE) and not (
        pair or statement.has(r"merges?|fus(?:ao|oes)|fund\w+|mescl\w+")
    ):
        return 0.0
    named = statement.has(BPE) or statement.has(r"par(?:es)?|k")
    merges = read_merges(statement)[0]
    try:
        corpus = read_corpus(statement)
    except SolverError:
        return 0.97 if teaches and (not merges or statement.has(_TEACHES)) else 0.0
    if corpus is not None and (len(corpus.counts) > 1 or statement.has(_TEACHES)):
        asks_count = any(_name_of(ask) == "pair" for ask in _asks(statement, corpus))
        return 0.97 if asks_count or not _is_given(statement, merges) else 0.0
    if merges or not teaches or not named:
        return 0.0  # "'l o', 'lo w'": merges, and no corpus of several words
    if read_text(statement) is not None:
        return 0.97
    if statement.asks_concept or not (statement.asks_value or statement.commands):
        return 0.0
    return 0.55 if statement.has(_TEACHES) else 0.0


def _is_given(statement: Statement, merges: Sequence[Pair]) -> bool:
    """Are these the merges to apply, and no words and counts that look like some?"""
    if not merges:
        return False
    learnt = statement.has(_LEARNT) and not statement.has(r"com os (?:\w+ )?aprendidos")
    return learnt or all(a.isalpha() and b.isalpha() for a, b in merges)


def _asks(statement: Statement, corpus: Corpus) -> list[Json]:
    return read_asks(statement, list(corpus.counts), corpus.end)


def _name_of(ask: Json) -> str:
    return str(ask[0]) if isinstance(ask, list) and ask else ""


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {k: v for k, v in (previous or {}).items() if k != "merges"}
    before = dict(inputs)
    corpus = read_corpus(statement)
    if corpus is None and previous is None:
        corpus = read_text(statement) or _single_word(statement)
    if corpus is not None:
        inputs["counts"] = dict(corpus.counts)
    counts = inputs.get("counts")
    words = list(counts) if isinstance(counts, dict) else []
    asks = read_asks(statement, words, corpus.end if corpus is not None else 0) if words else []
    if previous is not None and corpus is None and not asks and _new_word(statement, inputs):
        return None  # "agora tokenize lowest": the family of given merges takes it
    if asks or previous is None:
        inputs["asked"] = list(asks)
    if statement.has(r"alfabetic\w+", r"alfabeto", r"lexicografic\w+", r"alphabetic\w*"):
        inputs["ties"] = "alphabetical"
    elif statement.has(r"(?:aparece|apareceu|ocorre|surge|vem|visto|lido)\w* (?:primeiro|antes)"):
        inputs["ties"] = "first"
    marker = read_marker(statement, words if corpus is not None else [])
    if marker is not None:
        inputs["marker"] = marker or None
    _read_steps(statement, inputs, previous)
    if previous is not None and inputs == before:
        return None
    if not isinstance(inputs.get("counts"), dict):
        raise MissingData(
            "Para treinar o BPE faltam as palavras com as frequências. Escreva, por exemplo, "
            "low: 5, lower: 2, newest: 6.",
            Problem(KIND, inputs),
        )
    if "k" not in inputs:
        raise MissingData(
            "Quantos merges devo aprender? Escreva, por exemplo, 3 merges.",
            Problem(KIND, inputs),
        )
    return inputs


def _single_word(statement: Statement) -> Corpus | None:
    """ "treine o BPE na palavra 'abracadabra'": one word, once."""
    quoted = re.findall(r"""["']([^\W\d_]{3,60})["']""", statement.text)
    if len(quoted) == 1 and statement.has(r"trein\w+|train"):
        return Corpus({quoted[0]: 1}, statement.text.find(quoted[0]) + len(quoted[0]) + 1)
    return None


def _new_word(statement: Statement, inputs: Inputs) -> bool:
    return bool(bare_words(statement, False)) and "k" in inputs


_WANTED_SIZE = re.compile(
    r"\bvocab(?:ulario)? (?:\w+ )?(?:ter|tenha|com|de|chegar a|atingir|"
    r"atinja)(?: exatamente)? (\d{1,4}) "
    r"(?:simbolos|tokens|entradas|itens)"
)


def _merges_for(size: int, inputs: Inputs) -> int:
    """ "até o vocabulário ter 9 símbolos": each merge adds one to the symbols of the corpus."""
    counts = inputs["counts"]
    marker = str(inputs.get("marker") or "")
    words = list(counts) if isinstance(counts, dict) else []
    base = {symbol for word in words for symbol in _symbols(str(word), marker)}
    if size <= len(base):
        raise SolverError(
            f"O corpus já tem {len(base)} símbolos, e o vocabulário pedido tem {size}: não sobra "
            "nenhum merge. Confira os números."
        )
    return min(100, size - len(base))


def _read_steps(statement: Statement, inputs: dict[str, Json], previous: Inputs | None) -> None:
    """How many merges to learn."""
    asks = inputs.get("asked")
    asks = asks if isinstance(asks, list) else []
    nth = ordinal_merge(statement)
    before = _STEPS_BEFORE.search(statement.folded)
    steps: int | None
    if before is not None:
        steps = _ENGLISH.get(before[1]) or word_number(before[1]) or int(before[1])
        if steps is not None and steps > 100:
            raise SolverError("O número de merges precisa ser no máximo 100.")
    else:
        steps = statement.count(*_COUNT_NAMES, what="o número de merges", low=1, high=100)
    if nth is not None:
        inputs["k"] = max(nth, steps or 0)
    elif steps is not None:
        inputs["k"] = steps
    elif any(_name_of(ask) == "until" for ask in asks):
        inputs["k"] = 100
    elif (size := _WANTED_SIZE.search(statement.folded)) is not None and "counts" in inputs:
        inputs["k"] = _merges_for(int(size[1]), inputs)
    elif previous is None and statement.has(
        r"(?:d?[oe]|qual) par mais freq\w+", r"(?:um|1|uma) (?:merge|fusao|iteracao|passo)",
        r"par (?:escolhido|juntado|fundido)", r"qual par", r"que par",
    ):  # fmt: skip
        inputs["k"] = 1
    elif previous is not None and "k" not in previous and statement.bare.isdigit():
        inputs["k"] = max(1, min(100, int(statement.bare)))
    elif (
        "k" not in inputs
        and asks
        and all(_name_of(ask) in ("pair", "pairs", "tied") for ask in asks)
    ):
        after = [ask[-1] for ask in asks if isinstance(ask, list)]
        inputs["k"] = max([0, *(number for number in after if isinstance(number, int))])


@dataclass(frozen=True)
class _Round:
    """One merge of the training: the counts it chose from, and the corpus after it."""

    pairs: dict[Pair, int]
    best: Pair
    tied: tuple[Pair, ...]
    words: dict[tuple[str, ...], int]

    @property
    def top(self) -> int:
        return self.pairs[self.best]


def _start(counts: Mapping[str, int], marker: str) -> dict[tuple[str, ...], int]:
    words: dict[tuple[str, ...], int] = {}
    for word, times in counts.items():
        symbols = _symbols(word, marker)
        words[symbols] = words.get(symbols, 0) + times
    return words


def _symbols(word: str, marker: str) -> tuple[str, ...]:
    return (*word.removesuffix(marker or "</w>"), *([marker] if marker else []))


def _train(words: dict[tuple[str, ...], int], k: int, alphabetical: bool) -> list[_Round]:
    rounds: list[_Round] = []
    for _ in range(k):
        pairs = count_pairs(words)
        if not pairs:
            break
        top = max(pairs.values())
        tied = tuple(pair for pair, times in pairs.items() if times == top)
        best = min(tied) if alphabetical else tied[0]
        words = _merged_words(words, best)
        rounds.append(_Round(pairs, best, tied, words))
    return rounds


def _solve(inputs: Inputs) -> Solution:
    raw = inputs["counts"]
    counts = {str(word): int(times) for word, times in raw.items()} if isinstance(raw, dict) else {}  # type: ignore[arg-type]
    k = int(inputs["k"])  # type: ignore[arg-type]
    marker = str(inputs.get("marker") or "")
    alphabetical = inputs.get("ties") == "alphabetical"
    words = _start(counts, marker)
    rounds = _train(words, k, alphabetical)
    learned = [each.best for each in rounds]
    steps = [
        Step(
            "Início: cada palavra em caracteres",
            table(["palavra", "frequência"], [[tokens(w), str(n)] for w, n in words.items()]),
        ),
        *(_step(number, each) for number, each in enumerate(rounds, 1)),
    ]
    notes = list(assumptions(inputs))
    if any(len(each.tied) > 1 for each in rounds):
        rule = (
            "o primeiro em ordem alfabética" if alphabetical else "o que aparece primeiro no corpus"
        )
        notes.append(f"Em caso de empate de frequência escolhi {rule}.")
    if len(rounds) < k < 100:
        notes.append(f"Depois de {len(rounds)} merges não há mais pares para juntar.")
    merges: Json = [list(pair) for pair in learned]
    results = _results(inputs, counts, marker, words, rounds)
    shown_merges = ", ".join(f"`{a}` + `{b}` → `{a + b}`" for a, b in learned)
    lines = [line for _, _, line in results]
    steps += [Step("Resultado pedido", line) for line in lines]
    if learned:
        lines.append(f"Merges aprendidos, em ordem: {shown_merges}")
    value: Json = merges
    if len(results) == 1:
        value = results[0][1]
    elif results:
        value = {name: each for name, each, _ in results}
    return Solution(
        problem=Problem(KIND, {**inputs, "merges": merges}),
        title="Treinamento do BPE",
        result="\n\n".join(lines),
        value=value,
        steps=tuple(steps),
        checks=_checks(counts, marker, rounds, words),
        assumptions=tuple(dict.fromkeys(notes)),
        example_id="16",
    )


def _step(number: int, each: _Round) -> Step:
    ordered = sorted(each.pairs.items(), key=lambda item: -item[1])[:6]
    shown = "; ".join(f"`{a}`+`{b}`: {times}" for (a, b), times in ordered)
    tied = listing([f"`{a}`+`{b}`" for a, b in each.tied[:6]])
    a, b = each.best
    return Step(
        f"Merge {number}",
        f"Pares mais frequentes: {shown}. Escolhido: `{a}` + `{b}` → `{a + b}`, {each.top} vezes"
        + (f" (empate entre {tied})" if len(each.tied) > 1 else "")
        + ".\n\nCorpus: "
        + "; ".join(f"{tokens(w)} ({n})" for w, n in list(each.words.items())[:20]),
    )


def _checks(
    counts: Mapping[str, int],
    marker: str,
    rounds: Sequence[_Round],
    start: dict[tuple[str, ...], int],
) -> tuple[Check, ...]:
    words = rounds[-1].words if rounds else start
    learned = [each.best for each in rounds]
    original = sum(len("".join(_symbols(w, marker))) * n for w, n in counts.items())
    kept = sum(len("".join(w)) * n for w, n in words.items())
    again = {tuple(bpe(_symbols(w, marker), learned)[0]) for w in counts}
    return (
        Check("O corpus não perdeu letras", original == kept, f"{kept} letras antes e depois"),
        Check(
            "Os merges aprendidos refazem o corpus",
            again == set(words),
            "aplicar os merges em ordem a cada palavra dá a segmentação final",
        ),
    )


def _results(
    inputs: Inputs,
    counts: Mapping[str, int],
    marker: str,
    start: dict[tuple[str, ...], int],
    rounds: Sequence[_Round],
) -> list[tuple[str, Json, str]]:
    """(name, value, Portuguese line) of each result that is asked for besides the merges."""
    asked = inputs.get("asked")
    found: list[tuple[str, Json, str]] = []
    learned = [each.best for each in rounds]
    words = rounds[-1].words if rounds else start
    for ask in asked if isinstance(asked, list) else []:
        kind, *details = ask if isinstance(ask, list) else [ask]
        if kind == "merges":
            found.append(("merges", [list(pair) for pair in learned], "Os merges estão abaixo."))
        elif kind == "pair":
            found.append(_pair_count(details, start, rounds))
        elif kind == "tied":
            found.append(_tied_pairs(start, details[0]))
        elif kind == "pairs":
            found.append(_all_pairs(start, rounds, details[0]))
        elif kind == "until":
            found.append(_until_whole(str(details[0]), marker, rounds))
        elif kind == "newest":
            newest = "".join(learned[-1]) if learned else ""
            found.append(("token", newest, f"Último símbolo criado: `{newest}`."))
        elif kind == "new":
            made = [a + b for a, b in learned]
            found.append(("tokens", list(made), f"Tokens novos, em ordem: {tokens(made)}."))
        elif kind == "total":
            total = sum(len(word) * times for word, times in words.items())
            found.append(("tokens", total, f"O corpus fica com **{total}** tokens."))
        elif kind in ("size", "vocabulary"):
            base = sorted({symbol for word in start for symbol in word})
            symbols: list[Json] = [*base, *(a + b for a, b in learned)]
            line = (
                f"Vocabulário: {len(base)} símbolos iniciais + {len(learned)} merges = "
                f"**{len(symbols)}** símbolos: {tokens([str(each) for each in symbols])}."
            )
            size = kind == "size"
            found.append(
                ("tamanho" if size else "vocabulario", len(symbols) if size else symbols, line)
            )
        elif kind == "words":
            found += _word_results(details, learned, marker)
        elif kind == "nth":
            found += _one_merge(details, rounds)
        elif kind == "counted":
            found += _counted_merges(bool(details[0]), str(details[1]), rounds)
    return found


def _until_whole(word: str, marker: str, rounds: Sequence[_Round]) -> tuple[str, Json, str]:
    """How many merges make the word one token."""
    learned = [each.best for each in rounds]
    for number in range(1, len(learned) + 1):
        if len(bpe(_symbols(word, marker), learned[:number])[0]) == 1:
            return "merges", number, f"“{word}” vira um só token com **{number}** merges."
    raise SolverError(f"Com esse corpus “{word}” nunca vira um só token.")


def _tied_pairs(start: dict[tuple[str, ...], int], number: Json) -> tuple[str, Json, str]:
    index = int(number) if isinstance(number, int) else 1
    rounds = _train(start, index, False)
    if len(rounds) < index:
        raise SolverError(f"Não há um merge de número {index}: o corpus só permite {len(rounds)}.")
    tied = rounds[-1].tied
    shown = listing([f"`{a}`+`{b}`" for a, b in tied])
    return "pares", [list(pair) for pair in tied], f"Pares com {rounds[-1].top} vezes: {shown}."


def _all_pairs(
    start: dict[tuple[str, ...], int], rounds: Sequence[_Round], after: Json
) -> tuple[str, Json, str]:
    index = after if isinstance(after, int) else 0
    counts = count_pairs(rounds[index - 1].words if 0 < index <= len(rounds) else start)
    value: dict[str, Json] = {f"({a}, {b})": times for (a, b), times in counts.items()}
    return "pares", value, "; ".join(f"`{a}`+`{b}`: {n}" for (a, b), n in counts.items())


def _pair_count(
    details: Sequence[Json], start: dict[tuple[str, ...], int], rounds: Sequence[_Round]
) -> tuple[str, Json, str]:
    raw, after = details
    a, b = (str(each) for each in raw) if isinstance(raw, list) else ("", "")
    words = start
    told = ""
    if isinstance(after, int):
        words = rounds[after - 1].words if 0 < after <= len(rounds) else start
        told = f" depois de {after} merges"
    elif isinstance(after, list):
        for pair in after:
            if isinstance(pair, list):
                words = _merged_words(words, (str(pair[0]), str(pair[1])))
                told = f" depois de fundir `{pair[0]}` e `{pair[1]}`"
    times = count_pairs(words).get((a, b), 0)
    return f"({a}, {b})", times, f"O par `{a}` + `{b}` aparece **{times}** vezes{told}."


def _word_results(
    details: Sequence[Json], learned: Sequence[Pair], marker: str
) -> list[tuple[str, Json, str]]:
    raw, form = details
    listed = [str(word) for word in raw] if isinstance(raw, list) else []
    cut = {word: bpe(_symbols(word, marker), learned)[0] for word in listed}
    line = "; ".join(
        f"{word} → {tokens(pieces)} ({len(pieces)} token{'s' * (len(pieces) > 1)})"
        for word, pieces in cut.items()
    )
    if form == "both" and len(cut) == 1:
        pieces = next(iter(cut.values()))
        return [("tokens", list(pieces), line), ("quantidade", len(pieces), f"São {len(pieces)}.")]
    values: dict[str, Json] = {w: len(p) if form == "count" else list(p) for w, p in cut.items()}
    return [("palavras", next(iter(values.values())) if len(values) == 1 else values, line)]


def _one_merge(details: Sequence[Json], rounds: Sequence[_Round]) -> list[tuple[str, Json, str]]:
    number, counted, named = details
    index = int(number) if isinstance(number, int) else 0
    if not rounds or index > len(rounds):
        raise SolverError(f"Não há um merge de número {index}: o corpus só permite {len(rounds)}.")
    each = rounds[index - 1]
    a, b = each.best
    line = f"Merge {index or len(rounds)}: `{a}` + `{b}` → `{a + b}`, {each.top} vezes."
    found: list[tuple[str, Json, str]] = [("par", [a, b], line)] if named else []
    if counted:
        found.append((str(counted), each.top, f"O par aparece **{each.top}** vezes."))
    return found


def _counted_merges(
    named: bool, name: str, rounds: Sequence[_Round]
) -> list[tuple[str, Json, str]]:
    if len(rounds) == 1:
        return _one_merge([1, name, named], rounds)
    counts: list[Json] = [each.top for each in rounds]
    line = "Contagens: " + ", ".join(
        f"`{each.best[0]}`+`{each.best[1]}`: {each.top}" for each in rounds
    )
    merges: list[Json] = [list(each.best) for each in rounds]
    plural = {"frequencia": "frequencias"}.get(name, "contagens")
    found: list[tuple[str, Json, str]] = [("merges", merges, line)] if named else []
    return [*found, (plural, counts, line)]


def _merged_words(words: Mapping[tuple[str, ...], int], pair: Pair) -> dict[tuple[str, ...], int]:
    merged: dict[tuple[str, ...], int] = {}
    for word, times in words.items():
        after = tuple(merge(word, pair))
        merged[after] = merged.get(after, 0) + times
    return merged


_CORPORA = (
    {"low": 5, "lower": 2, "newest": 6, "widest": 3},
    {"casa": 6, "casado": 3, "casamento": 2, "mesa": 4},
    {"rede": 7, "redes": 3, "parede": 2},
    {"banana": 4, "cabana": 3, "bana": 2},
)


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    base = random.choice(_CORPORA)
    counts: dict[str, Json] = {word: times + random.randint(0, 3) for word, times in base.items()}
    k = random.randint(2, 4)
    listed = ", ".join(f"{word}: {times}" for word, times in counts.items())
    return (
        f"Treine o BPE com k = {k} merges sobre o corpus com as frequências {listed}. "
        "Quais são os merges?",
        {"counts": counts, "k": k},
    )


TRAINING = Family(
    KIND, "Treinamento do BPE", "tokenizacao", "16", _match, _parse, _solve, _exercise
)
