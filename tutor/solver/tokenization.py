"""BPE with given merges; the families of tokenization."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from random import Random

from tutor.errors import MissingData
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.bpe_corpus import read_marker
from tutor.solver.bpe_stages import note_stage, stage_of
from tutor.solver.bpe_training import KIND as TRAINED
from tutor.solver.bpe_training import TRAINING
from tutor.solver.bpe_vocabulary import VOCABULARY
from tutor.solver.fields import Statement
from tutor.solver.format import table, tokens
from tutor.solver.inputs import Inputs, assumptions, strings
from tutor.solver.merge_tree import merge_tree
from tutor.solver.merges import (
    MERGE_WORDS,
    TUPLE,
    Pair,
    as_pairs,
    bpe,
    check_gaps,
    check_merges,
    check_ranks,
    merge,
    plausible,
    read_merges,
)
from tutor.solver.registry import Family
from tutor.solver.segmentation import (
    BPE,
    ORDER,
    ROOTS,
    WORDPIECE,
)
from tutor.solver.text import fold
from tutor.solver.token_asks import claimed_tokens, note_asks, on_claim, result_line, value_of
from tutor.solver.token_words import (
    accent_rule,
    bare_words,
    fitting_words,
    normal_case,
    numbers_to_cut,
    read_sentence,
    read_words,
    spelled_words,
)
from tutor.solver.wordpiece import WORDPIECE_FAMILY

_KIND = "bpe"
_END_MARKERS = ("</w>", "_", "</s>", "▁")


def _match(statement: Statement) -> float:
    if statement.has(WORDPIECE) and not statement.has(BPE):
        return 0.0
    named = statement.has(BPE)
    if not named and not (statement.has(MERGE_WORDS) and statement.has(ORDER)):
        return 0.9 if _spells_merges(statement) else 0.0
    merges, spans = read_merges(statement)
    if merges and (not statement.asks_concept or _bpe_words(statement, merges, spans)):
        return 0.95
    if statement.asks_concept or not statement.has(ORDER, "palavras?"):
        return 0.0
    return 0.5


def _spells_merges(statement: Statement) -> bool:
    """ "g+a, ga+t, gat+o e a palavra gatos": merges of letters and a word that holds them."""
    if "##" in statement.text:
        return False
    merges, spans = read_merges(statement)
    words = _bpe_words(statement, merges, spans) if len(merges) > 1 else []
    return plausible(merges) and any(a + b in fold(word) for word in words for a, b in merges)


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    merges, spans = read_merges(statement) if _mentions_merges(statement, previous) else ([], [])
    merges = _without_removed(statement, merges)
    check_merges(statement, spans)
    check_ranks(statement)
    check_gaps(statement, spans)
    if merges:
        _store_merges(statement, inputs, merges)
    sentence = read_sentence(statement, spans)
    words = sentence or _bpe_words(statement, merges, spans)
    claimed = claimed_tokens(statement, words, spans)
    if previous is not None and not words:
        words = bare_words(statement, not strings(previous.get("words")))
    if words:
        inputs["words"] = list(dict.fromkeys(words))
        for key in ("sentence", "stage", "claimed_tokens"):
            inputs.pop(key, None)
    if sentence:
        inputs["sentence"] = list(sentence)
    if claimed:
        inputs["claimed_tokens"] = list(claimed)
    accent_rule(statement, inputs)
    marker = read_marker(statement, [])
    if marker is not None:
        inputs["marker"] = marker
    note_stage(statement, inputs, as_pairs(inputs.get("merges")))
    read = _numbers_beside(statement.text, spans)
    if read:
        inputs["read"] = list(read)
    note_asks(statement, inputs)
    if previous is not None and inputs == before:
        return None
    if not inputs.get("merges"):
        raise MissingData(
            "Faltam os merges do BPE, na ordem. Escreva-os, por exemplo, ('c', 'i'), ('ci', 'a').",
            Problem(_KIND, inputs),
        )
    if not strings(inputs.get("words")):
        raise MissingData(
            "Qual palavra devo tokenizar com esses merges? Escreva-a entre aspas.",
            Problem(_KIND, inputs),
        )
    return inputs


_REMOVED = re.compile(
    r"\b(?:sem|tir\w+|remov\w+|exclu\w+|apag\w+|elimin\w+)(?: o| a)?(?: merge| regra| par|"
    r" fusao)?\s*$"
)


def _without_removed(statement: Statement, merges: list[Pair]) -> list[Pair]:
    """ "sem o merge (bol, a)", said of a list that holds it in the same message."""
    gone = [
        (match[1], match[2])
        for match in TUPLE.finditer(statement.text)
        if _REMOVED.search(statement.folded[max(0, match.start() - 40) : match.start()])
    ]
    kept = [pair for pair in merges if pair not in gone]
    listed = any(merges.count(pair) > 1 for pair in gone)
    return kept if listed and kept else merges


def _numbers_beside(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """The numbers in the merges and their ranks: read, and no other data."""
    found = [m.group() for a, b in spans for m in re.finditer(r"\d+", text[a:b])]
    ranks = [re.search(r"(\d{1,3})\W{0,4}$", text[max(0, a - 8) : a]) for a, _ in spans]
    return found + [rank[1] for rank in ranks if rank]


def _bpe_words(
    statement: Statement, merges: Sequence[Pair], spans: Sequence[tuple[int, int]]
) -> list[str]:
    """The words to tokenize; a symbol of the merges is none where another word stands."""
    words = numbers_to_cut(statement, [a + b for a, b in merges], spans)
    if words:
        return words
    words = read_words(statement, spans)
    joined = [a + b for a, b in merges]
    kept = [word for word in words if len(word) > 2 or word not in joined] or words
    if not any(symbol in fold(word) != symbol for word in kept for symbol in joined):
        spelled = spelled_words(statement, spans) if merges else []
        kept = spelled or fitting_words(statement, joined, spans) or kept
    return kept


def _mentions_merges(statement: Statement, previous: Inputs | None) -> bool:
    if previous is None or not previous.get("merges"):
        return True
    return statement.has(MERGE_WORDS) or TUPLE.search(statement.text) is not None


def _store_merges(statement: Statement, inputs: dict[str, Json], merges: list[Pair]) -> None:
    known = as_pairs(inputs.get("merges"))
    if known and statement.has(
        r"sem", r"remov\w+", r"tir(?:e|ar|ando)", r"nao (?:existisse|houvesse)"
    ):
        merges = [pair for pair in known if pair not in merges]
    elif known and statement.has(
        r"adicion\w+", r"acrescent\w+", r"inclu\w+", r"mais (?:o|os|um)", "tambem"
    ):
        merges = known + [pair for pair in merges if pair not in known]
    inputs["merges"] = [list(pair) for pair in merges]


def _solve(inputs: Inputs) -> Solution:
    data = dict(inputs)
    merges = as_pairs(inputs["merges"])
    pieces = [piece for pair in merges for piece in pair]
    words = normal_case(strings(inputs["words"]), pieces, data)
    if "sentence" in data:
        data["sentence"] = list(normal_case(strings(data["sentence"]), pieces, data))
    marker = _end_marker(merges) or _told_marker(inputs)
    results: dict[str, list[str]] = {}
    steps: list[Step] = [Step("Merges em ordem", _merge_table(merges))]
    checks: list[Check] = []
    notes = list(assumptions(data))
    if marker:
        notes.append(f"Os merges usam o marcador de fim de palavra `{marker[0]}`, que acrescentei.")
    for word in words:
        symbols = _symbols(word, marker)
        final, trace = bpe(symbols, merges)
        results[word] = final
        steps.append(Step(f"“{word}”: início", tokens(symbols)))
        for rank, state in trace:
            a, b = merges[rank]
            steps.append(
                Step(f"“{word}”: merge {rank + 1}", f"`{a}` + `{b}` → `{a + b}`: {tokens(state)}")
            )
        steps.append(Step(f"“{word}”: fim", _why_stop(final, trace)))
        rejoined = "".join(final)
        checks.append(
            Check(
                f"Os tokens de “{word}” formam a palavra",
                rejoined == "".join(symbols),
                "+".join(final) + f" = {rejoined}",
            )
        )
        left = [pair for pair in pairwise(final) if pair in set(merges)]
        checks.append(
            Check(
                f"Nenhum merge restante em “{word}”", not left, "nenhum par vizinho está na lista"
            )
        )
        once = list(symbols)
        for pair in merges:
            once = merge(once, pair)
        if once != final:
            notes.append(
                f"Percorrer a lista uma só vez daria {tokens(once)} para “{word}”; usei a regra do "
                "BPE: a cada passo, o par presente de menor posição na lista."
            )
    value, result = value_of(results, data), result_line(results, data)
    stage = stage_of(data, [(word, _symbols(word, marker)) for word in results], merges)
    if stage is not None:
        by_word, result = stage
        value = next(iter(by_word.values())) if len(by_word) == 1 else dict(by_word)
        steps.append(Step("Resultado pedido", result))
    return Solution(
        problem=Problem(_KIND, data),
        title="Tokenização BPE",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=on_claim(strings(inputs.get("claimed_tokens")), results),
        figure=merge_tree([(word, _symbols(word, marker)) for word in results], merges),
        example_id="16",
    )


def _end_marker(merges: Sequence[Pair]) -> tuple[str, bool] | None:
    """The end-of-word marker of the merges and whether it is a symbol of its own."""
    for marker in _END_MARKERS[:3]:
        if any(marker in pair for pair in merges):
            return marker, True
        if len(marker) > 1 and any(b.endswith(marker) for _, b in merges):
            return marker, False
    return None


def _told_marker(inputs: Inputs) -> tuple[str, bool] | None:
    """The end-of-word marker that the message wants although no merge holds it."""
    marker = inputs.get("marker")
    return (marker, True) if isinstance(marker, str) and marker else None


def _symbols(word: str, marker: tuple[str, bool] | None) -> list[str]:
    symbols = list(word)
    if marker is None:
        return symbols
    if marker[1]:
        return [*symbols, marker[0]]
    return [*symbols[:-1], symbols[-1] + marker[0]]


def _merge_table(merges: Sequence[Pair]) -> str:
    rows = [[str(i), f"`{a}` + `{b}`", f"`{a + b}`"] for i, (a, b) in enumerate(merges[:60], 1)]
    return table(["ordem", "par", "símbolo novo"], rows)


def _why_stop(final: Sequence[str], trace: Sequence[object]) -> str:
    if len(final) == 1:
        return f"A palavra virou um só token: {tokens(final)}."
    if not trace:
        return f"Nenhum par vizinho está na lista de merges; ficam os caracteres: {tokens(final)}."
    return f"Nenhum outro par vizinho está na lista: {tokens(final)}."


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    word = random.choice(ROOTS)
    symbols = list(word)
    merges: list[Pair] = []
    for _ in range(random.randint(3, 5)):
        if len(symbols) < 3:
            break
        at = random.randrange(len(symbols) - 1)
        pair = (symbols[at], symbols[at + 1])
        merges.append(pair)
        symbols = merge(symbols, pair)
    written = ", ".join(f"('{a}', '{b}')" for a, b in merges)
    statement = (
        f'Considere o BPE com os merges {written}, nesta ordem. Tokenize a palavra "{word}".'
    )
    return statement, {"merges": [list(pair) for pair in merges], "words": [word]}


FAMILIES: tuple[Family, ...] = (
    TRAINING,
    VOCABULARY,
    Family(
        _KIND, "Tokenização BPE", "tokenizacao", "16", _match, _parse, _solve, _exercise,
        adopts={TRAINED: ("merges", "words")},
    ),
    WORDPIECE_FAMILY,
)  # fmt: skip
