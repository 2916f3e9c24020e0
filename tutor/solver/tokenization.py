"""BPE with given merges, BPE training from word counts and WordPiece with a given vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.format import listing, table, tokens
from tutor.solver.inputs import Inputs, assume, assumptions, strings
from tutor.solver.pieces import fitting_words, opened_words, spelled_words, vocabulary_run
from tutor.solver.registry import Family
from tutor.solver.text import fold

Pair = tuple[str, str]

_BPE = r"bpe|byte[ -]?pair(?:[ -]?encoding)?"
_WORDPIECE = r"word[ -]?piece"
_ORDER = (
    r"tokenize|tokeniza|tokenizar|tokenizo|tokenizem|faca a tokenizacao|qual (?:e )?a tokenizacao|"
    r"como fica(?:ria)?(?: a tokenizacao)?|aplique|aplica|segmente|divida|quebre|quais (?:sao )?os "
    r"tokens|resultado da tokenizacao|tokenizacao d[aeo]s?|calcule|mostre|faz a tokenizacao|resolva"
)
_TRAIN = (
    r"trein\w+|aprend\w+|constru\w+|primeir[ao]s? (?:\w+ )?(?:merges?|fus\w+|regras|mescl\w+)|"
    r"proxim[ao]s? (?:\w+ )?(?:merges?|fus\w+)|"
    r"(?:quais|qual) (?:seria[mo]? |sao |e )?(?:as? |os? )?"
    r"(?:\w+ )?(?:merges?|fus\w+|par(?:es)? mais freq\w+)|(?:faca|realize|execute|aplique|rode) "
    r"(?:\w+ )?(?:iteracoes|passos|merges|fusoes)|frequenci\w+|contagens?|corpus"
)
_MERGE_WORDS = (
    r"merges?|fusoes|fusao|mesclas?|mesclagens|mesclagem|juncoes|juncao|regras|pares|unioes|uniao|"
    r"colagens|colagem|instrucoes|merge (?:tables?|lists?|rules?)|tabela de (?:merges|juncoes)"
)
MAX_CUES = 20  # places where merges or words may begin; more is no exercise
MAX_WORDS = 50
MAX_LENGTH = 200

_WORD = re.compile(r"[^\W\d_][\w\-]*")
_TUPLE = re.compile(
    r"""\(\s*['"]?([^'"(),\s]{1,40})['"]?\s*,\s*['"]?([^'"(),\s]{1,40})['"]?\s*\)"""
    r"""(?:\s*(?::|->|=>|=)\s*['"]?([^\s'",;}\])]{1,80}))?"""
)
_SYMBOL = r"""[^\s'"+,;:(){}\[\]]{1,40}"""
# A lookahead, so that a word before the pair does not hide it; `a + b` must spell the result.
_ARROW = re.compile(
    rf"""(?<![^\s'"(\[{{,;:+])(?=['"]?({_SYMBOL})['"]?(?:\s*[+,]\s*|\s+)['"]?({_SYMBOL})['"]?"""
    rf"""\s*(?:->|=>|=|:)\s*['"]?({_SYMBOL}))"""
)
_PLUS = re.compile(
    r"""['"]?([^\s'"+,;:(){}\[\]\d]{1,40})['"]?\s*\+\s*['"]?([^\s'"+,;:.?!(){}\[\]]{1,40})"""
)
_LINE = re.compile(
    r"""\s*(?:\d{1,3}\s*[.):\-]\s*|"
    r"[-*•]\s+)?['"]?([^\s'",:;]{1,40})['"]?[\s,]+['"]?([^\s'",:;]{1,40})['"]?\s*[,;.]?\s*$"""
)
_ENUMERATED = re.compile(r"^\s*\d{1,3}\s*[.):\-]?\s+")
_QUOTED = re.compile(r"""["']([^\W\d_][\w\-]{0,199}(?: [^\W\d_][\w\-]{0,199}){0,5})["']""")
_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na um uma palavra palavras texto frase termo token tokens bpe wordpiece
    merges merge vocabulario considerando dada dadas dado dados lista regras apos cada essa esse
    esta este isso ai agora entao depois ok sim nao obrigado obrigada entendi valeu porque
    quando como qual quais onde quem tokenize tokenizar tokenizacao aplique aplicando segundo
    conforme usa use usar sem mesmo mesma outra outras outro tambem ser seria ficaria fica se
    fosse for legal certo errado beleza tokenizador piece word continua explica explique exemplo
    serve mais menos resultado treine treinar iteracoes passos fusoes fusao corpus seus suas ter
    ne
"""
_STOP = frozenset(_STOP_WORDS.split())
# After "palavra" almost any word may be the one to tokenize, "token" among them.
_SHORT_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na considerando dada dadas segundo conforme usar palavra palavras
"""
_SHORT_STOP = frozenset(_SHORT_STOP_WORDS.split())


# ------------------------------------------------------------------ algorithms


def bpe(
    symbols: Sequence[str], merges: Sequence[Pair]
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The final symbols, and after each merge its rank (0-based) and the symbols."""
    ranks: dict[Pair, int] = {}
    for rank, pair in enumerate(merges):
        ranks.setdefault(pair, rank)
    current = list(symbols)
    trace: list[tuple[int, list[str]]] = []
    while len(current) > 1:
        best = min(
            (ranks[pair] for pair in pairwise(current) if pair in ranks),
            default=None,
        )
        if best is None:
            break
        current = merge(current, merges[best])
        trace.append((best, list(current)))
    return current, trace


def merge(symbols: Sequence[str], pair: Pair) -> list[str]:
    """Every occurrence of the pair, from left to right, becomes one symbol."""
    merged: list[str] = []
    index = 0
    while index < len(symbols):
        if tuple(symbols[index : index + 2]) == pair:
            merged.append(pair[0] + pair[1])
            index += 2
        else:
            merged.append(symbols[index])
            index += 1
    return merged


def count_pairs(words: Mapping[tuple[str, ...], int]) -> dict[Pair, int]:
    """Pair -> its count, in order of first appearance."""
    counts: dict[Pair, int] = {}
    for word, times in words.items():
        for pair in pairwise(word):
            counts[pair] = counts.get(pair, 0) + times
    return counts


def wordpiece(
    word: str, vocabulary: Sequence[str]
) -> tuple[list[str], list[tuple[str, list[str], str | None]]]:
    """The tokens, and for each position the rest, what was tried and what was found."""
    known = set(vocabulary)
    found: list[str] = []
    trace: list[tuple[str, list[str], str | None]] = []
    start = 0
    while start < len(word):
        prefix = "##" if start else ""
        tried: list[str] = []
        match = None
        for end in range(len(word), start, -1):
            piece = prefix + word[start:end]
            if piece in known:
                match = piece
                start = end
                break
            tried.append(piece)
        trace.append(
            (
                prefix + word[start if match is None else start - len(match) + len(prefix) :],
                tried,
                match,
            )
        )
        if match is None:
            return ["[UNK]"], trace
        found.append(match)
    return found, trace


# --------------------------------------------------------------- reading data


def read_merges(statement: Statement) -> tuple[list[Pair], list[tuple[int, int]]]:
    """The merges in rank order and where they stand in the text."""
    text = statement.text
    tuples = list(_TUPLE.finditer(text))
    if tuples:
        pairs = [(m.group(1), m.group(2)) for m in tuples]
        ranks = [m.group(3) for m in tuples]
        if all(rank is not None and rank.isdigit() for rank in ranks):
            order = sorted(range(len(pairs)), key=lambda i: int(ranks[i] or 0))
            pairs = [pairs[i] for i in order]
        return pairs, [m.span() for m in tuples]
    arrows = [m for m in _ARROW.finditer(text) if m.group(1) + m.group(2) == m.group(3).rstrip(".")]
    if arrows:
        spans = [(m.start(1), m.end(3)) for m in arrows]
        return [(m.group(1), m.group(2)) for m in arrows], spans
    plus = list(_PLUS.finditer(text))
    if plus:
        return [(m.group(1), m.group(2)) for m in plus], [m.span() for m in plus]
    return _listed_merges(statement)


def _listed_merges(statement: Statement) -> tuple[list[Pair], list[tuple[int, int]]]:
    """Lines "c i", or "merges: c i, ci a; c o"."""
    text, folded = statement.text, statement.folded
    found: list[Pair] = []
    spans: list[tuple[int, int]] = []
    cues = re.finditer(rf"\b(?:{_MERGE_WORDS})\b[^:\n=]{{0,60}}[:=]", folded)
    for cue in islice(cues, MAX_CUES):
        end = re.search(
            r"\.(?:\s|$)|\n\s*\n|\b(?:tokeniz|palavras?\b|faca\b|aplique\b|aplica\b)|$",
            folded[cue.end() :],
        )
        stop = cue.end() + (end.start() if end else 0)
        position = cue.end()
        for piece in re.split(r"([,;\n])", text[cue.end() : stop]):
            cleaned = _ENUMERATED.sub("", piece).strip(" []{}()\"'\t")
            words = [word.strip("\"'") for word in re.split(r"[\s+]+", cleaned) if word]
            if len(words) == 2 and all(0 < len(word) <= 40 for word in words):
                found.append((words[0], words[1]))
                spans.append((position, position + len(piece)))
            position += len(piece)
        if found:
            return found, spans
    for names in statement.name_lists:
        pairs = _split_symbols(names.items)
        if pairs:
            return pairs, [(names.start, names.end)]
    if not re.search(rf"\b(?:{_MERGE_WORDS})\b", folded):
        return [], []
    run = _merge_run(text, folded)
    if run is not None:
        return run
    position = 0
    for line in text.split("\n"):
        match = _LINE.match(line)
        if match and not match.group(1).endswith(":"):
            found.append((match.group(1), match.group(2)))
            spans.append((position, position + len(line)))
        position += len(line) + 1
    return found, spans


_RUN_CUE = re.compile(
    rf"\b(?:merge (?:table|list|rules?)|{_MERGE_WORDS})(?: (?:sao|only has|"
    r"has|only|are|tem so|so tem|tem|na ordem|em ordem))?\s*[:=]?\s+"
)


def _merge_run(text: str, folded: str) -> tuple[list[Pair], list[tuple[int, int]]] | None:
    """ "merges co com comp compu", "merges c i / ci a": the symbols right after the cue."""
    for cue in islice(_RUN_CUE.finditer(folded), MAX_CUES):
        end = re.compile(r"[.?!:\n]|$").search(text, cue.end())
        stop = end.start() if end else len(text)
        content = text[cue.end() : stop]
        if "/" in content:
            parts = [part.split() for part in content.split("/")]
            if all(len(part) == 2 for part in parts):
                return [(a, b) for a, b in parts], [(cue.start(), stop)]
        symbols = [each for each in re.split(r"[\s,;]+|\band\b", content) if each and each != "e"]
        for count in range(len(symbols), 1, -1):
            pairs = _split_symbols(symbols[:count]) if count <= 60 else []
            chained = any(len(a + b) > 2 for a, b in pairs)
            if chained and fold(symbols[0]) not in _STOP:
                return pairs, [(cue.start(), stop)]
    return None


def _split_symbols(symbols: Sequence[str]) -> list[Pair]:
    """{co, com, ci, cia}: each symbol from two that are known by then; [] if one is not."""
    known: set[str] = set()
    pairs: list[Pair] = []
    for symbol in symbols:
        cuts = [
            i
            for i in range(len(symbol) - 1, 0, -1)
            if all(len(part) == 1 or part in known for part in (symbol[:i], symbol[i:]))
        ]
        if not cuts:
            return []
        pairs.append((symbol[: cuts[0]], symbol[cuts[0] :]))
        known.add(symbol)
    return pairs


def read_words(statement: Statement, skip: Sequence[tuple[int, int]]) -> list[str]:
    """The words to tokenize: quoted ones outside `skip`, or those that a cue introduces."""
    text, folded = statement.text, statement.folded

    def outside(start: int) -> bool:
        return not any(a <= start < b for a, b in skip)

    quoted = [
        word
        for m in _QUOTED.finditer(text)
        if outside(m.start()) and not _BECOMES.search(folded[max(0, m.start() - 25) : m.start()])
        for word in m.group(1).split()
    ]
    if quoted:
        return _distinct(quoted)
    cues = (
        r"\b(?:palavras?|words?)\b(?:\s+(?:e|eh|sao|is|seguintes?|abaixo|a seguir)\b)*\s*[:=]?\s*",
        r"\b(?:tokeniz(?:e|a|ar|o|acao)|segmente|divida|quebre)\b"
        r"(?:\s+(?:a|o|as|os|d[aeo]s?|para|em "
        r"subpalavras|com bpe|por bpe|palavras?|termos?|texto))*\s*[:=]?\s*",
        r"\bcomo (?:fica|ficaria|tokeniza|segmenta|quebra|divide)\s+(?:a palavra\s+)?",
        r"\b(?:termos?|texto|string|frase|em|para|de)\s*[:=]?\s*",
        r"\b(?:wordpiece|bpe)\s+",
        r"^\s*(?=\S+ (?:no|com o|pelo|em) (?:wordpiece|bpe)\b)",
    )
    for cue in cues:
        for match in islice(re.finditer(cue, folded), MAX_CUES):
            stop = _SHORT_STOP if cue is cues[0] else _STOP
            words = _words_at(statement, match.end(), outside, stop)
            if words:
                return _distinct(words)
    return []


def _words_at(
    statement: Statement, position: int, outside: Callable[[int], bool], stop: frozenset[str]
) -> list[str]:
    """A single word or "a, b e c" that begins here."""
    text, folded = statement.text, statement.folded
    words: list[str] = []
    bracket = re.compile(r"[\[(]").match(text, position)
    if bracket:
        position = bracket.end()
    while True:
        match = re.compile(r"[\s*\"']*([^\W\d_][\w\-]*)[*\"']*").match(text, position)
        if match is None or fold(match.group(1)) in stop or not outside(match.start(1)):
            return words
        if words and not _ITEM_ENDS.match(folded, match.end()):
            return words  # "a palavra banana, qual o resultado?"
        words.append(match.group(1))
        separator = re.compile(r"\s*,\s*(?:e\s+)?|\s+(?:e|ou)\s+").match(text, match.end())
        if separator is None:
            return words
        position = separator.end()
        if len(folded) <= position:
            return words


_BECOMES = re.compile(r"(?:\b(?:vira|viram|virar|gera|forma|da|em|inteiro|termina)|->|=)\s*$")
_ITEM_ENDS = re.compile(
    r"\s*(?:[,.;:!?)\]\n]|$)|\s+(?:e|ou|com|usando|no|na|pelo|pela|em|por|segundo|pro|pra|and)\b"
)


def _distinct(words: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(words))
    if len(kept) > MAX_WORDS:
        raise SolverError(f"São palavras demais: no máximo {MAX_WORDS} de cada vez.")
    if any(len(word) > MAX_LENGTH for word in kept):
        raise SolverError(f"Há uma palavra longa demais (mais de {MAX_LENGTH} letras).")
    return kept


def _bare_words(statement: Statement, pending: bool) -> list[str]:
    """A follow-up or reply that is only a word: "computador", "e comum?"."""
    match = re.fullmatch(
        r"\W*(?:(?:e|agora|mas)\s+)?(?:(?:com|para|pra|se fosse|se for|a|o|da|do)\s+){0,2}"
        r"(?:palavra\s+)?[\"']?([^\W\d_][\w\-]*)[\"']?\W*",
        statement.folded,
    )
    if match is None or match.group(1) in _STOP:
        return []
    begins = re.match(r"\W*(?:e|agora|mas)\s", statement.folded)
    if not pending and not begins and "palavra" not in statement.folded:
        return []
    return [statement.text[match.start(1) : match.end(1)]]


def _normal_case(words: Sequence[str], pieces: Sequence[str], inputs: dict[str, Json]) -> list[str]:
    """Lower case where the merges or the vocabulary have none but lower case."""
    has_upper = any(piece != piece.lower() for piece in pieces if piece != "[UNK]")
    if has_upper or all(word == word.lower() for word in words):
        return list(words)
    assume(inputs, "Passei as palavras para minúsculas, como os símbolos dados.")
    return [word.lower() for word in words]


def _value(results: Mapping[str, list[str]]) -> Json:
    if len(results) == 1:
        return list(next(iter(results.values())))
    return {word: list(pieces) for word, pieces in results.items()}


def _result_line(results: Mapping[str, list[str]]) -> str:
    if len(results) == 1:
        word, pieces = next(iter(results.items()))
        return f"{word} → {tokens(pieces)} ({len(pieces)} token{'s' if len(pieces) > 1 else ''})"
    return "; ".join(f"{word} → {tokens(pieces)}" for word, pieces in results.items())


# ------------------------------------------------------------------------ BPE

_BPE_KIND = "bpe"
_END_MARKERS = ("</w>", "_", "</s>", "▁")


def _match_bpe(statement: Statement) -> float:
    if statement.has(_WORDPIECE) and not statement.has(_BPE):
        return 0.0
    named = statement.has(_BPE)
    if not named and not (statement.has(_MERGE_WORDS) and statement.has(_ORDER)):
        return 0.9 if _spells_merges(statement) else 0.0
    merges, spans = read_merges(statement)
    if merges and (not statement.asks_concept or _bpe_words(statement, merges, spans)):
        return 0.95
    if statement.asks_concept or not statement.has(_ORDER):
        return 0.0
    return 0.5


def _spells_merges(statement: Statement) -> bool:
    """ "g+a, ga+t, gat+o e a palavra gatos": merges of letters and a word that holds them."""
    if "##" in statement.text:
        return False
    merges, spans = read_merges(statement)
    words = _bpe_words(statement, merges, spans) if len(merges) > 1 else []
    known: set[str] = set()
    strange = 0
    for a, b in merges:
        strange += any(len(part) > 1 and part not in known for part in (a, b))
        known.add(a + b)
    return 2 * strange < len(merges) and any(
        a + b in fold(word) for word in words for a, b in merges
    )


def _parse_bpe(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    merges, spans = read_merges(statement) if _mentions_merges(statement, previous) else ([], [])
    if merges:
        _store_merges(statement, inputs, merges)
    words = _bpe_words(statement, merges, spans)
    if previous is not None and not words:
        words = _bare_words(statement, not strings(previous.get("words")))
    if words:
        inputs["words"] = list(words)
    if previous is not None and inputs == before:
        return None
    if not inputs.get("merges"):
        raise MissingData(
            "Faltam os merges do BPE, na ordem. Escreva-os, por exemplo, ('c', 'i'), ('ci', 'a').",
            Problem(_BPE_KIND, inputs),
        )
    if not strings(inputs.get("words")):
        raise MissingData(
            "Qual palavra devo tokenizar com esses merges? Escreva-a entre aspas.",
            Problem(_BPE_KIND, inputs),
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
    return statement.has(_MERGE_WORDS) or _TUPLE.search(statement.text) is not None


def _store_merges(statement: Statement, inputs: dict[str, Json], merges: list[Pair]) -> None:
    known = _pairs(inputs.get("merges"))
    if known and statement.has(
        r"sem", r"remov\w+", r"tir(?:e|ar|ando)", r"nao (?:existisse|houvesse)"
    ):
        merges = [pair for pair in known if pair not in merges]
    elif known and statement.has(
        r"adicion\w+", r"acrescent\w+", r"inclu\w+", r"mais (?:o|os|um)", "tambem"
    ):
        merges = known + [pair for pair in merges if pair not in known]
    inputs["merges"] = [list(pair) for pair in merges]


def _pairs(value: Json) -> list[Pair]:
    if not isinstance(value, list):
        return []
    return [(str(each[0]), str(each[1])) for each in value if isinstance(each, list)]


def _solve_bpe(inputs: Inputs) -> Solution:
    data = dict(inputs)
    merges = _pairs(inputs["merges"])
    pieces = [piece for pair in merges for piece in pair]
    words = _normal_case(strings(inputs["words"]), pieces, data)
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
    value = _value(results)
    return Solution(
        problem=Problem(_BPE_KIND, data),
        title="Tokenização BPE",
        result=_result_line(results),
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        figure=_merge_tree(words[0], merges, marker),
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


def _merge_tree(word: str, merges: Sequence[Pair], marker: tuple[str, bool] | None) -> Figure:
    """The word's merges as nodes: [label, left child or null, right child or null]."""
    nodes: list[Json] = []
    current: list[int] = []
    for symbol in _symbols(word, marker):
        nodes.append([symbol, None, None])
        current.append(len(nodes) - 1)
    labels = [str(node[0]) for node in nodes if isinstance(node, list)]
    _, trace = bpe(labels, merges)
    for rank, _state in trace:
        a, b = merges[rank]
        index = 0
        joined: list[int] = []
        while index < len(current):
            pair = [labels[i] for i in current[index : index + 2]]
            if pair == [a, b]:
                nodes.append([a + b, current[index], current[index + 1]])
                labels.append(a + b)
                joined.append(len(nodes) - 1)
                index += 2
            else:
                joined.append(current[index])
                index += 1
        current = joined
    return Figure("tree", f"Merges de “{word}”", {"nodes": nodes, "roots": list(current)})


_ROOTS = ("computacao", "banana", "casamento", "programa", "rede", "camada", "maracuja", "atencao")


def _exercise_bpe(random: Random) -> tuple[str, dict[str, Json]]:
    word = random.choice(_ROOTS)
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


# --------------------------------------------------------------- BPE training

_TRAIN_KIND = "bpe_training"
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
    r"""["']?([^\W\d_][\w\-]{0,60}(?:</w>)?)["']?\s*(?:[:=(x×,]|->|"
    r"\s)\s*(\d{1,7})\b(?:\s*(?:vezes|x)\b)?"""
)
_COUNTED_BEFORE = re.compile(r"""\b(\d{1,7})\s*(?:x|×|vezes)?\s*["']([^\W\d_][\w\-]{0,60})["']""")
_NOT_WORDS = frozenset(
    [*_COUNT_NAMES, *_STOP, "questao", "exercicio", "n", "tamanho", "tem", "aparece"]
)


def _match_training(statement: Statement) -> float:
    if not statement.has(_BPE) or statement.has(_WORDPIECE):
        return 0.0
    if not statement.has(_TRAIN):
        return 0.0
    if _TUPLE.search(statement.text):
        return 0.0  # the merges are given
    if _counts(statement) or _corpus(statement):
        return 0.97
    if statement.asks_concept or statement.asks_value is False:
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


def _parse_training(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
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
            Problem(_TRAIN_KIND, inputs),
        )
    if "k" not in inputs:
        raise MissingData(
            "Quantos merges devo aprender? Escreva, por exemplo, 3 merges.",
            Problem(_TRAIN_KIND, inputs),
        )
    return inputs


def _solve_training(inputs: Inputs) -> Solution:
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
        problem=Problem(_TRAIN_KIND, {**inputs, "merges": value}),
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


def _exercise_training(random: Random) -> tuple[str, dict[str, Json]]:
    base = random.choice(_CORPORA)
    counts: dict[str, Json] = {word: times + random.randint(0, 3) for word, times in base.items()}
    k = random.randint(2, 4)
    listed = ", ".join(f"{word}: {times}" for word, times in counts.items())
    return (
        f"Treine o BPE com k = {k} merges sobre o corpus com as frequências {listed}. "
        "Quais são os merges?",
        {"counts": counts, "k": k},
    )


# ------------------------------------------------------------------ WordPiece

_WORDPIECE_KIND = "wordpiece"
_PIECE = r"(?:\[UNK\]|\[CLS\]|\[SEP\]|\[MASK\]|\[PAD\]|#{0,2}[^\s,;\[\](){}\"'#:.!?]{1,60})"
_VOCABULARY_CUE = re.compile(r"\b(?:vocabularios?|vocab|vocabulary|dicionario)\b")


def _match_wordpiece(statement: Statement) -> float:
    named = statement.has(_WORDPIECE)
    if re.search(r"##\w", statement.text):
        vocabulary, spans = read_vocabulary(statement)
        if len(vocabulary) > 1 and _wordpiece_words(statement, vocabulary, spans):
            return 0.96
        if len(vocabulary) > 2 and not statement.asks_concept:
            return 0.96 if named or statement.has(_ORDER) else 0.0
    if not named or statement.has(_BPE):
        return 0.0
    if statement.asks_concept or not statement.has(_ORDER):
        return 0.0
    return 0.5


def read_vocabulary(statement: Statement) -> tuple[list[str], list[tuple[int, int]]]:
    """The vocabulary's pieces and where they stand: around the pieces that begin with ##."""
    text, folded = statement.text, statement.folded
    if "##" not in text and not _VOCABULARY_CUE.search(folded):
        return [], []
    candidates: list[tuple[list[str], tuple[int, int]]] = []
    for match in re.finditer(r"[\[({]((?:[^\[\](){}]|\[[A-Z]{3,4}\]){1,8000})[\])}]", text):
        pieces = _pieces(match.group(1))
        if "##" in match.group(1) and not re.search(r"[,;\n]", match.group(1)):
            continue  # "(sobra computa fa ##c)": prose
        if pieces and ("##" in match.group(1) or _cued(folded, match.start())):
            candidates.append((pieces, match.span()))
    if candidates:
        pieces, span = max(candidates, key=lambda each: len(each[0]))
        return pieces, [span]
    return _vocabulary_run(statement)


def _cued(folded: str, position: int) -> bool:
    return _VOCABULARY_CUE.search(folded[max(0, position - 40) : position]) is not None


def _pieces(content: str) -> list[str]:
    parts = [part.strip(" \t\n\"'*`") for part in re.split(r"[,;\n]|\s(?=\S)", content)]
    found = [part.split(":")[0].strip("\"' ") for part in parts if part]
    return [each for each in found if each and re.fullmatch(_PIECE, each)]


def _vocabulary_run(statement: Statement) -> tuple[list[str], list[tuple[int, int]]]:
    """Pieces one a line, or a run of pieces between commas or spaces after "vocabulário:"."""
    text, folded = statement.text, statement.folded
    lines = text.split("\n")
    position = 0
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for line in lines:
        bare = line.strip(" \t-*•,;\"'`")
        bare = re.sub(r"^\d{1,4}\s*[.):\-]?\s+", "", bare)
        if bare and re.fullmatch(_PIECE, bare):
            found.append(bare)
            spans.append((position, position + len(line)))
        position += len(line) + 1
    if len(found) > 1 and any(piece.startswith("##") for piece in found):
        return found, spans
    if "##" in text:
        return vocabulary_run(statement)
    cue = _VOCABULARY_CUE.search(folded)
    if cue is None:
        return [], []
    begin = cue.end()
    lead = re.compile(r"\s*(?:abaixo|a seguir|seguinte|e|=|:|com|dado|d[oe] |wordpiece|\s)*").match(
        folded, begin
    )
    begin = lead.end() if lead else begin
    run = re.compile(
        rf"[\s\"']*{_PIECE}[\"']*(?:(?:\s*[,;]\s*(?:e\s+)?|\s+e\s+|\s+)[\"']*{_PIECE}[\"']*)*"
    )
    match = run.match(text, begin)
    if match is None:
        return [], []
    return _trimmed_run(text, match.start(), match.end())


def _trimmed_run(text: str, start: int, end: int) -> tuple[list[str], list[tuple[int, int]]]:
    """A run such as "fa, ##c, ##a e ##o tokenize facom" ends at its last piece or comma."""
    found: list[str] = []
    position = start
    last = start
    pattern = re.compile(
        rf"[\s\"']*(?P<piece>{_PIECE})[\"']*(?P<gap>\s*[,;]\s*(?:e\s+)?|\s+e\s+|\s+|$)"
    )
    while position < end:
        match = pattern.match(text, position)
        if match is None:
            tail = re.compile(rf"[\s\"']*({_PIECE})").match(text, position)
            if tail:
                found.append(tail.group(1))
                last = tail.end()
            break
        piece = match["piece"]
        if fold(piece) in _SHORT_STOP | {"tokenize", "tokens"} or re.fullmatch(_ORDER, fold(piece)):
            break
        found.append(piece)
        last = match.end("piece")
        position = match.end()
        if match["gap"].strip() == "" and match["gap"] and text[position : position + 2] != "##":
            upcoming = re.compile(_PIECE).match(text, position)
            if upcoming and "##" not in text[position:end]:
                break
    return found, [(start, last)]


def _wordpiece_words(
    statement: Statement, vocabulary: Sequence[str], spans: Sequence[tuple[int, int]]
) -> list[str]:
    """The words to tokenize; a piece of the vocabulary is none where another word stands."""
    words = [word for word in read_words(statement, spans) if not word.startswith("##")]
    openings = [piece for piece in vocabulary if not piece.startswith("##")]
    rest = [word for word in words if word not in vocabulary]
    if not any(fold(word).startswith(fold(piece)) for word in rest for piece in openings):
        rest = opened_words(statement, openings, spans) or rest
    return rest or words


def _parse_wordpiece(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    vocabulary, spans = read_vocabulary(statement)
    if vocabulary:
        known = strings(inputs.get("vocabulary"))
        if known and statement.has(r"adicion\w+", r"acrescent\w+", r"inclu\w+", "tambem"):
            vocabulary = known + [piece for piece in vocabulary if piece not in known]
        inputs["vocabulary"] = list(dict.fromkeys(vocabulary))
    words = _wordpiece_words(statement, vocabulary, spans)
    if previous is not None and not words:
        words = _bare_words(statement, not strings(previous.get("words")))
    if words:
        inputs["words"] = list(words)
    if previous is not None and inputs == before:
        return None
    if not strings(inputs.get("vocabulary")):
        raise MissingData(
            "Falta o vocabulário do WordPiece. Escreva-o, por exemplo, [fa, computa, ##c, ##o].",
            Problem(_WORDPIECE_KIND, inputs),
        )
    if all(piece.startswith("##") for piece in strings(inputs["vocabulary"])):
        raise MissingData(
            "No vocabulário que li só há pedaços de meio de palavra (com ##). Quais são os pedaços "
            "iniciais? Escreva a lista inteira, por exemplo, [fa, computa, ##c, ##o].",
            Problem(_WORDPIECE_KIND, {k: v for k, v in inputs.items() if k != "vocabulary"}),
        )
    if not strings(inputs.get("words")):
        raise MissingData(
            "Qual palavra devo tokenizar com esse vocabulário? Escreva-a entre aspas.",
            Problem(_WORDPIECE_KIND, inputs),
        )
    return inputs


def _solve_wordpiece(inputs: Inputs) -> Solution:
    data = dict(inputs)
    vocabulary = strings(inputs["vocabulary"])
    words = _normal_case(strings(inputs["words"]), vocabulary, data)
    results: dict[str, list[str]] = {}
    steps = [
        Step(
            "Regra",
            "Da esquerda para a direita, pega-se o maior pedaço que está no vocabulário; no meio "
            "da palavra os pedaços levam `##`. Se nada serve, a palavra toda vira `[UNK]`.",
        )
    ]
    checks: list[Check] = []
    notes = list(assumptions(data))
    for word in words:
        final, trace = wordpiece(word, vocabulary)
        used = word
        if final == ["[UNK]"] and all(
            piece == fold(piece) for piece in vocabulary if piece != "[UNK]"
        ):
            plain_final, plain_trace = wordpiece(fold(word), vocabulary)
            if plain_final != ["[UNK]"]:
                notes.append(
                    f"O vocabulário não tem acentos; tirei os de “{word}”, como faz o BERT "
                    "uncased. Com os acentos ela seria `[UNK]`."
                )
                final, trace, used = plain_final, plain_trace, fold(word)
        results[word] = final
        for number, (rest, tried, match) in enumerate(trace, 1):
            steps.append(Step(f"“{word}”: posição {number}", _wordpiece_step(rest, tried, match)))
        if final == ["[UNK]"]:
            steps.append(
                Step(
                    f"“{word}”: fim",
                    "Um pedaço ficou sem correspondência: a palavra inteira é `[UNK]`.",
                )
            )
            checks.append(
                Check(
                    f"“{word}” não pode ser formada por esta regra",
                    True,
                    "a busca gulosa parou sem pedaço",
                )
            )
            continue
        rejoined = final[0] + "".join(piece.removeprefix("##") for piece in final[1:])
        checks.append(
            Check(
                f"Os tokens de “{word}” formam a palavra",
                rejoined == used,
                "+".join(final) + f" = {rejoined}",
            )
        )
        known = set(vocabulary)
        checks.append(
            Check(
                "Todos estão no vocabulário",
                all(p in known for p in final),
                listing([f"`{p}`" for p in final]),
            )
        )
    return Solution(
        problem=Problem(_WORDPIECE_KIND, data),
        title="Tokenização WordPiece",
        result=_result_line(results),
        value=_value(results),
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        example_id="17",
    )


def _wordpiece_step(rest: str, tried: Sequence[str], match: str | None) -> str:
    shown = list(tried) if len(tried) <= 12 else [*tried[:6], "…", *tried[-5:]]
    failed = f"não estão no vocabulário: {tokens(shown)}. " if tried else ""
    if match is None:
        return f"Resta `{rest}`; {failed}Nenhum pedaço serve."
    return f"Resta `{rest}`; {failed}Maior pedaço encontrado: `{match}`."


def _exercise_wordpiece(random: Random) -> tuple[str, dict[str, Json]]:
    word = random.choice(_ROOTS)
    cut = random.randint(2, len(word) - 2)
    letters = sorted(set(word[cut:]))
    vocabulary = [word[:cut], *(f"##{letter}" for letter in letters)]
    if len(word) - cut > 3 and random.random() < 0.6:
        vocabulary.append(f"##{word[cut : cut + 2]}")
    if random.random() < 0.2:
        vocabulary.remove(f"##{letters[-1]}")
    random.shuffle(vocabulary)
    statement = (
        f'Com o WordPiece e o vocabulário [{", ".join(vocabulary)}], tokenize a palavra "{word}".'
    )
    return statement, {"vocabulary": list(vocabulary), "words": [word]}


FAMILIES: tuple[Family, ...] = (
    Family(
        _TRAIN_KIND, "Treinamento do BPE", "tokenizacao", "16",
        _match_training, _parse_training, _solve_training, _exercise_training,
    ),
    Family(
        _BPE_KIND, "Tokenização BPE", "tokenizacao", "16",
        _match_bpe, _parse_bpe, _solve_bpe, _exercise_bpe,
        adopts={_TRAIN_KIND: ("merges", "words")},
    ),
    Family(
        _WORDPIECE_KIND, "Tokenização WordPiece", "tokenizacao", "17",
        _match_wordpiece, _parse_wordpiece, _solve_wordpiece, _exercise_wordpiece,
    ),
)  # fmt: skip
