"""BPE training: the merges that k iterations learn from word counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.format import listing, table, tokens
from tutor.solver.inputs import Inputs, assumptions
from tutor.solver.merges import TUPLE, Pair, bpe, count_pairs, merge, read_merges
from tutor.solver.pieces import STOP
from tutor.solver.registry import Family
from tutor.solver.segmentation import BPE, WORDPIECE
from tutor.solver.text import fold

_TRAIN = (
    r"trein\w+|aprend\w+|constru\w+|primeir[ao]s? (?:\w+ )?(?:merges?|fus\w+|regras|mescl\w+)|"
    r"proxim[ao]s? (?:\w+ )?(?:merges?|fus\w+)|"
    r"(?:quais|qual) (?:seria[mo]? |sao |e )?(?:as? |os? )?"
    r"(?:\w+ )?(?:merges?|fus\w+|par(?:es)? mais freq\w+)|(?:faca|realize|execute|aplique|rode) "
    r"(?:\w+ )?(?:iteracoes|passos|merges|fusoes)|frequenci\w+|contagens?|corpus"
)

_LEARNT = r"(?:merges?|fusoes|regras|mesclas|pares) (?:ja )?(?:foram )?aprendid[oa]s"
_WORD = re.compile(r"[^\W\d_][\w\-]*")
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
    "iteracoes",
    "iteracao",
    "passos",
    "k",
)
_COUNTED = re.compile(
    r"""["']?([^\W\d_][\w\-]{0,60}(?:</w>)?)["']?\s*(?:[:=(x×,]|->|\s)"""
    r"""\s*(\d{1,7})\b(?:\s*(?:vezes|x)\b)?"""
)
_COUNTED_BEFORE = re.compile(r"""\b(\d{1,7})\s*(?:x|×|vezes)?\s*["']([^\W\d_][\w\-]{0,60})["']""")
_NOT_WORDS = frozenset(
    [*_COUNT_NAMES, *STOP, "questao", "exercicio", "n", "tamanho", "tem", "aparece"]
)


def _match(statement: Statement) -> float:
    if not statement.has(BPE) or statement.has(WORDPIECE):
        return 0.0
    if not statement.has(_TRAIN):
        return 0.0
    if TUPLE.search(statement.text):
        return 0.0  # the merges are given
    if statement.has(_LEARNT) and read_merges(statement)[0]:
        return 0.0
    if _counts(statement):
        return 0.97
    if read_merges(statement)[0]:
        return 0.0  # "'l o', 'lo w'": merges, and no corpus of several words
    if _corpus(statement):
        return 0.97
    if statement.asks_concept or not (statement.asks_value or statement.commands):
        return 0.0
    return 0.55 if statement.has(r"trein\w+", r"aprend\w+") else 0.0


def _counts(statement: Statement) -> dict[str, int]:
    """ "low: 5, lower: 2" -> counts; at least two words, or one where it says corpus."""
    found: dict[str, int] = {}
    for match in _COUNTED.finditer(statement.text):
        if fold(match.group(1)) not in _NOT_WORDS:
            found[match.group(1)] = int(match.group(2))
    if not found:
        for match in _COUNTED_BEFORE.finditer(statement.text):
            found[match.group(2)] = int(match.group(1))
    return found


def _corpus(statement: Statement) -> dict[str, int]:
    """A quoted text of several words, or the words after "corpus:"."""
    quoted = re.findall(r"""["']([^"'\n]{3,2000})["']""", statement.text)
    texts = [each for each in quoted if len(each.split()) > 1]
    if not texts:
        match = re.search(
            r"\b(?:corpus|texto|palavras)\s*(?:e|=)?\s*[:=]\s*([^\n.;]{3,2000})", statement.folded
        )
        if match:
            texts = [statement.text[match.start(1) : match.end(1)]]
    found: dict[str, int] = {}
    for each in texts:
        for word in _WORD.findall(each):
            found[word.lower()] = found.get(word.lower(), 0) + 1
    return found if len(found) > 0 and sum(found.values()) > 1 else {}


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {k: v for k, v in (previous or {}).items() if k != "merges"}
    before = dict(inputs)
    counts = _counts(statement) or (_corpus(statement) if previous is None else {})
    if counts:
        if len(counts) > 200 or any(len(word) > 60 for word in counts):
            raise SolverError("O corpus é grande demais: use até 200 palavras distintas.")
        if any(times < 1 for times in counts.values()):
            raise SolverError(
                "As frequências das palavras precisam ser números inteiros positivos."
            )
        inputs["counts"] = dict(counts)
    steps = statement.count(*_COUNT_NAMES, what="o número de merges", low=1, high=100)
    if steps is not None:
        inputs["k"] = steps
    elif previous is None and statement.has(
        r"o primeiro (?:merge|par)", r"a primeira fusao", r"par mais frequente", "primeiro merge"
    ):
        inputs["k"] = 1
    elif previous is not None and "k" not in previous and statement.bare.isdigit():
        inputs["k"] = max(1, min(100, int(statement.bare)))
    if statement.has(r"ordem alfabetica", r"alfabeticamente", r"lexicografic\w+"):
        inputs["ties"] = "alphabetical"
    if (
        statement.has("</w>", "fim de palavra", "final de palavra", "end of word")
        or "</w>" in statement.text
    ):
        inputs["marker"] = "</w>"
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


def _solve(inputs: Inputs) -> Solution:
    raw = inputs["counts"]
    counts = {str(word): int(times) for word, times in raw.items()} if isinstance(raw, dict) else {}  # type: ignore[arg-type]
    k = int(inputs["k"])  # type: ignore[arg-type]
    marker = inputs.get("marker")
    words: dict[tuple[str, ...], int] = {}
    for word, times in counts.items():
        symbols = (*word.removesuffix("</w>"), *([str(marker)] if marker else []))
        words[symbols] = words.get(symbols, 0) + times
    steps = [
        Step(
            "Início: cada palavra em caracteres",
            table(["palavra", "frequência"], [[tokens(w), str(n)] for w, n in words.items()]),
        )
    ]
    learned: list[Pair] = []
    notes = list(assumptions(inputs))
    checks: list[Check] = []
    for number in range(1, k + 1):
        pairs = count_pairs(words)
        if not pairs:
            notes.append(f"Depois de {number - 1} merges não há mais pares para juntar.")
            break
        top = max(pairs.values())
        tied = [pair for pair, times in pairs.items() if times == top]
        best = min(tied) if inputs.get("ties") == "alphabetical" else tied[0]
        if len(tied) > 1:
            rule = (
                "o primeiro em ordem alfabética"
                if inputs.get("ties")
                else "o que aparece primeiro no corpus"
            )
            notes.append(f"Em caso de empate de frequência escolhi {rule}.")
        ordered = sorted(pairs.items(), key=lambda item: -item[1])[:6]
        shown = "; ".join(f"`{a}`+`{b}`: {times}" for (a, b), times in ordered)
        learned.append(best)
        words = _merged_words(words, best)
        tie_note = (
            f" (empate entre {listing([f'`{a}`+`{b}`' for a, b in tied[:6]])})"
            if len(tied) > 1
            else ""
        )
        steps.append(
            Step(
                f"Merge {number}",
                f"Pares mais frequentes: {shown}. Escolhido: `{best[0]}` + `{best[1]}` → "
                f"`{best[0] + best[1]}`, {top} vezes{tie_note}.\n\nCorpus: "
                + "; ".join(f"{tokens(w)} ({n})" for w, n in list(words.items())[:20]),
            )
        )
    original = sum(len(w.removesuffix("</w>")) * n for w, n in counts.items())
    kept = sum(len("".join(w).removesuffix("</w>")) * n for w, n in words.items())
    checks.append(
        Check("O corpus não perdeu letras", original == kept, f"{kept} letras antes e depois")
    )
    again = [
        bpe([*w.removesuffix("</w>"), *([str(marker)] if marker else [])], learned)[0]
        for w in counts
    ]
    checks.append(
        Check(
            "Os merges aprendidos refazem o corpus",
            {tuple(each) for each in again} == set(words),
            "aplicar os merges em ordem a cada palavra dá a segmentação final",
        )
    )
    value: Json = [list(pair) for pair in learned]
    shown_merges = ", ".join(f"`{a}` + `{b}` → `{a + b}`" for a, b in learned)
    return Solution(
        problem=Problem(KIND, {**inputs, "merges": value}),
        title="Treinamento do BPE",
        result=f"Merges aprendidos, em ordem: {shown_merges}",
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        example_id="16",
    )


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
