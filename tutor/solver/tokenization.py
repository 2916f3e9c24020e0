"""BPE with given merges; the families of tokenization."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from tutor.errors import MissingData
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.bpe_training import KIND as TRAINED
from tutor.solver.bpe_training import TRAINING
from tutor.solver.fields import Statement
from tutor.solver.format import listing, table, tokens
from tutor.solver.inputs import Inputs, assumptions, strings
from tutor.solver.merges import (
    MERGE_WORDS,
    TUPLE,
    Pair,
    as_pairs,
    bpe,
    check_merges,
    merge,
    plausible,
    read_merges,
)
from tutor.solver.pieces import bare_words, fitting_words, normal_case, read_words, spelled_words
from tutor.solver.registry import Family
from tutor.solver.segmentation import (
    BPE,
    ORDER,
    ROOTS,
    WORDPIECE,
    note_count,
    result_line,
    value_of,
)
from tutor.solver.text import fold
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
    check_merges(statement, spans)
    if merges:
        _store_merges(statement, inputs, merges)
    words = _bpe_words(statement, merges, spans)
    if previous is not None and not words:
        words = bare_words(statement, not strings(previous.get("words")))
    if words:
        inputs["words"] = list(words)
    note_count(statement, inputs)
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


def _bpe_words(
    statement: Statement, merges: Sequence[Pair], spans: Sequence[tuple[int, int]]
) -> list[str]:
    """The words to tokenize; a symbol of the merges is none where another word stands."""
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
    marker = _end_marker(merges)
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
    value = value_of(results, inputs)
    return Solution(
        problem=Problem(_KIND, data),
        title="Tokenização BPE",
        result=result_line(results),
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        figure=_merge_tree(words, merges, marker),
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


_TREE_NODES = 400
_TREE_DEPTH = 40  # of what the interface draws


def _merge_tree(
    words: Sequence[str], merges: Sequence[Pair], marker: tuple[str, bool] | None
) -> Figure | None:
    """The merges of each word as nodes: [label, left child or null, right child or null]."""
    nodes: list[Json] = []
    roots: list[Json] = []
    drawn: list[str] = []
    for word in words:
        symbols = _symbols(word, marker)
        if len(nodes) + 2 * len(symbols) > _TREE_NODES:
            break
        tree = _Tree(nodes, symbols)
        for rank, _state in bpe(symbols, merges)[1]:
            tree.merge(merges[rank])
        if tree.depth > _TREE_DEPTH:
            return None
        roots.extend(tree.roots)
        drawn.append(f"“{word}”")
    title = f"Merges de {listing(drawn)}"
    return Figure("tree", title, {"nodes": nodes, "roots": roots}) if drawn else None


class _Tree:
    """The roots of one word among the nodes of the figure, lowest level first."""

    def __init__(self, nodes: list[Json], symbols: Sequence[str]) -> None:
        self._nodes = nodes
        self._level = dict.fromkeys(range(len(nodes), len(nodes) + len(symbols)), 1)
        self._label = dict(zip(self._level, symbols, strict=True))
        self.roots = list(self._level)
        nodes.extend([symbol, None, None] for symbol in symbols)

    @property
    def depth(self) -> int:
        return max(self._level.values(), default=0)

    def merge(self, pair: Pair) -> None:
        """Every occurrence of the pair, from left to right, gets a node above its two."""
        joined: list[int] = []
        index = 0
        while index < len(self.roots):
            left, *right = self.roots[index : index + 2]
            if right and (self._label[left], self._label[right[0]]) == pair:
                above = len(self._nodes)
                self._nodes.append(["".join(pair), left, right[0]])
                self._label[above] = "".join(pair)
                self._level[above] = 1 + max(self._level[left], self._level[right[0]])
                joined.append(above)
                index += 2
            else:
                joined.append(left)
                index += 1
        self.roots = joined


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
    Family(
        _KIND, "Tokenização BPE", "tokenizacao", "16", _match, _parse, _solve, _exercise,
        adopts={TRAINED: ("merges", "words")},
    ),
    WORDPIECE_FAMILY,
)  # fmt: skip
