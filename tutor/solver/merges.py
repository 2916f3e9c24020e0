"""The merges of a BPE exercise: reading them from text, and applying them in rank order."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice, pairwise

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.text import fold
from tutor.solver.token_words import MAX_CUES, STOP

Pair = tuple[str, str]

MERGE_WORDS = (
    r"merges?|fusoes|fusao|mesclas?|mesclagens|mesclagem|juncoes|juncao|regras|pares|unioes|uniao|"
    r"colagens|colagem|instrucoes|merge (?:tables?|lists?|rules?)|tabela de (?:merges|juncoes)"
)

TUPLE = re.compile(
    r"""\(\s*['"]?([^'"(),\s]{1,40})['"]?\s*,\s*['"]?([^'"(),\s]{1,40})['"]?\s*\)"""
    r"""(?:\s*(?::|->|=>|=)\s*['"]?([^\s'",;}\])]{1,80}))?"""
)
# The same in square brackets, [['c', 'o'], ['co', 'm']] or [c, o], where the pairs are plausible.
_SQUARE = re.compile(
    r"""\[\s*['"]?([^'"(),\s\[\]]{1,40})['"]?\s*,\s*['"]?([^'"(),\s\[\]]{1,40})['"]?\s*\]"""
)
_EMPTY = re.compile(rf"\b(?:{MERGE_WORDS})(?:\s+\w{{1,10}})?\s*[=:]?\s*[\[({{]\s*[\])}}]")
_BESIDE = re.compile(r"[\s\[{:=,;]*(?:sao|são|e)?[\s\[{:=,;]*")
_NO_PAIR = re.compile(
    r"""\(\s*['"]?[^\W\d_]{1,20}['"]?(?:\s*,\s*['"]?[^\W\d_]{1,20}['"]?){2,20}\s*\)"""
    r"""|\(\s*['"][^\W\d_]{1,20}['"]\s*,?\s*\)"""
)
_ALONE = re.compile(r"(?<=\))\s*[,;]\s*(\(\s*[^\W\d_]{1,20}\s*\))")
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
    r"""\s*(?:\d{1,3}\s*[.):\-]\s*|[-*•]\s+)?"""
    r"""['"]?([^\s'",:;]{1,40})['"]?[\s,]+['"]?([^\s'",:;]{1,40})['"]?\s*[,;.]?\s*$"""
)
_ENUMERATED = re.compile(r"^\s*\d{1,3}\s*[.):\-]?\s+")


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


def as_pairs(value: Json) -> list[Pair]:
    if not isinstance(value, list):
        return []
    return [(str(each[0]), str(each[1])) for each in value if isinstance(each, list)]


def read_merges(statement: Statement) -> tuple[list[Pair], list[tuple[int, int]]]:
    """The merges in rank order and where they stand in the text."""
    text = statement.text
    tuples = list(TUPLE.finditer(text))
    if tuples:
        pairs = [(m.group(1), m.group(2)) for m in tuples]
        ranks = [m.group(3) for m in tuples]
        if all(rank is not None and rank.isdigit() for rank in ranks):
            order = sorted(range(len(pairs)), key=lambda i: int(ranks[i] or 0))
            pairs = [pairs[i] for i in order]
        said = [rank for rank in _said_ranks(text, tuples) if rank is not None]
        if len(said) == len(pairs):
            pairs = [pairs[i] for i in sorted(range(len(pairs)), key=lambda i: said[i])]
        return pairs, [m.span() for m in tuples]
    squares = list(_SQUARE.finditer(text))
    if squares and re.search(rf"\b(?:{MERGE_WORDS})\b", statement.folded):
        pairs = [(m.group(1), m.group(2)) for m in squares]
        if plausible(pairs):
            return pairs, [m.span() for m in squares]
    reversed_ = [m for m in _REVERSED.finditer(text) if m[2] + m[3].rstrip(".") == m[1]]
    if len(reversed_) > 1 or (reversed_ and "←" in text):
        return [(m[2], m[3].rstrip(".")) for m in reversed_], [m.span() for m in reversed_]
    ranked = _ranked_lines(text)
    if ranked[0]:
        return ranked
    arrows = [m for m in _ARROW.finditer(text) if m.group(1) + m.group(2) == m.group(3).rstrip(".")]
    if arrows:
        spans = [(m.start(1), m.end(3)) for m in arrows]
        return [(m.group(1), m.group(2)) for m in arrows], spans
    for read in (_said_merges, _tabled_merges, _dictated):
        pairs, spans = read(text)
        if len(pairs) > 1:
            return pairs, spans
    plus = list(_PLUS.finditer(text))
    if plus:
        return [(m.group(1), m.group(2)) for m in plus], [m.span() for m in plus]
    return _listed_merges(statement)


_RANK = r"(?:rank|prioridade|ordem|posicao|indice|numero)"
_RANK_AFTER = re.compile(
    rf"\W*(?:(?:tambem|tem|com|de|e|esta|recebe|fica|na|o|a)\s+)*{_RANK}\s*(?:=|:|"
    rf"\be\b)?\s*(\d{{1,3}})"
)
_RANK_BEFORE = re.compile(
    rf"{_RANK}\s*(?:=|:)?\s*(\d{{1,3}})\s*(?:(?:[:=>-]|e|o|par|para|do|ao)\s*)*$"
)


def _said_ranks(text: str, tuples: Sequence[re.Match[str]]) -> list[int | None]:
    """The rank that stands by each pair: "(u, a) com prioridade 2", "rank 1: (l, u)"."""
    folded = fold(text)
    after: list[int | None] = []
    before: list[int | None] = []
    for place, match in enumerate(tuples):
        end = tuples[place + 1].start() if place + 1 < len(tuples) else len(folded)
        start = tuples[place - 1].end() if place else 0
        behind = _RANK_AFTER.match(folded, match.end(), end)
        ahead = _RANK_BEFORE.search(folded[start : match.start()])
        after.append(int(behind[1]) if behind else None)
        before.append(int(ahead[1]) if ahead else None)
    return after if after.count(None) <= before.count(None) else before


def check_ranks(statement: Statement) -> None:
    """Refuse two merges of the same rank: which one comes first cannot be told."""
    tuples = list(TUPLE.finditer(statement.text))
    given = [m.group(3) for m in tuples]
    ranks: list[int | None] = [int(r) if r and r.isdigit() else None for r in given]
    if None in ranks:
        ranks = _said_ranks(statement.text, tuples)
    for place, rank in enumerate(ranks):
        twin = ranks.index(rank)
        if (
            rank is not None
            and twin != place
            and tuples[twin].groups()[:2] != tuples[place].groups()[:2]
        ):
            raise SolverError(
                f"Dois merges têm a mesma prioridade, {rank}: `{tuples[twin].group()}` e "
                f"`{tuples[place].group()}`. Qual deles vem primeiro?"
            )


_SAYS_JOINED = re.compile(
    rf"""(?<!\w)['"(]?({_SYMBOL})['"]?\s+(?:com|mais|junta com|seguido de)\s+"""
    rf"""(?:[oa] (?!que\b))?['"]?({_SYMBOL})['"]?\)?,?\s+(?:que\s+)?"""
    rf"""(?:vira|viram|da|dá|forma|formam|fica|gera|geram|resulta em|=|->|=>)\s+"""
    rf"""(?:o |a )?['"]?({_SYMBOL})"""
)


def _said_merges(text: str) -> tuple[list[Pair], list[tuple[int, int]]]:
    """ "s com a que vira sa, depois sa com l que vira sal": only where the result agrees."""
    said = [m for m in _SAYS_JOINED.finditer(text) if m[1] + m[2] == m[3].rstrip(".")]
    return [(m[1], m[2]) for m in said], [m.span() for m in said]


_REVERSED = re.compile(
    rf"""(?<![\w'"])['"]?({_SYMBOL})['"]?\s*(?:←|<-|<=|"""
    rf"""vem de)\s*['"]?({_SYMBOL})['"]?(?:\s*\+\s*|\s+)"""
    rf"""['"]?({_SYMBOL})['"]?"""
)
_RANKED = re.compile(r"^\s*(\d{1,3})\s*(?:->|=>|:|\||-)\s*(\S.*)$")
_BARE_PAIR = re.compile(rf"""['"(]*({_SYMBOL})['"]*\s*[\s,+]\s*['"]*({_SYMBOL})['")]*[;,.]?""")


def _ranked_lines(text: str) -> tuple[list[Pair], list[tuple[int, int]]]:
    """One merge a line after its rank, "0 -> v e"; a line that is no pair may explain itself."""
    pairs: list[tuple[int, Pair]] = []
    spans: list[tuple[int, int]] = []
    strange = ""
    position = 0
    for line in text.split("\n"):
        match = _RANKED.match(line)
        if match is not None:
            told = _BARE_PAIR.fullmatch(match[2].strip())
            told = told or re.search(rf"({_SYMBOL})\s*\+\s*({_SYMBOL})", match[2])
            if told is None:
                strange = strange or line.strip()
            else:
                pairs.append((int(match[1]), (told[1], told[2])))
                spans.append((position, position + len(line)))
        position += len(line) + 1
    if len(pairs) < 2 or not plausible([pair for _, pair in pairs]) or strange:
        return [], []
    return [pair for _, pair in sorted(pairs, key=lambda each: each[0])], spans


_DICTATED = re.compile(rf"(?<!\w)({_SYMBOL}) com ({_SYMBOL})(?!\w)")


_JOINS = re.compile(
    rf"\b(?:junt|un|fund|combin)(?:a|e|am|em|ir|ar)\s+(?:o |a )?['\"]?({_SYMBOL}?)['\"]?\s+"
    rf"(?:e|com|a|\+)\s+(?:o (?=\S\S))?['\"]?({_SYMBOL})"
)


def _dictated(text: str) -> tuple[list[Pair], list[tuple[int, int]]]:
    """ "m com i depois n com h depois nh com a": each part a letter or made before."""
    known: set[str] = set()
    pairs: list[Pair] = []
    spans: list[tuple[int, int]] = []
    for match in [*_JOINS.finditer(text)] or [*_DICTATED.finditer(text)]:
        parts = (match[1], match[2].rstrip("."))
        if all(len(part) == 1 or part in known for part in parts):
            pairs.append(parts)
            spans.append(match.span())
            known.add("".join(parts))
    # The parts of a pair may be made by a later reading of it: "mi com nha".
    return (pairs, spans) if len(pairs) > 1 else ([], [])


_UNREADABLE = re.compile(
    r"\b(?:ilegive\w+|apagad\w+|borrad\w+|rasurad\w+|manchad\w+|incomplet\w+|nao (?:lembro|"
    r"consigo ler|"
    r"da (?:pra|para) ler|sei (?:qual|o resto))|faltando|faltou)\b"
)
_ELLIPSIS = re.compile(r"(?:\.\.\.|…|\betc\b|\?{2,})")


def check_gaps(statement: Statement, spans: Sequence[tuple[int, int]]) -> None:
    """Refuse a list of merges of which something is unreadable or left out."""
    if not spans:
        return
    folded = statement.folded
    start, end = min(a for a, _ in spans), max(b for _, b in spans)
    inside = " § ".join(folded[b:a] for (_, b), (a, _) in pairwise(sorted(spans)) if b < a)
    behind = folded[end : end + 12]
    left_out = (
        _UNREADABLE.search(folded[max(0, start - 60) : end + 60])
        or _ELLIPSIS.search(inside)
        or re.match(r"\W{0,3}(?:\.\.\.|…|etc\b)", behind)
        or re.search(r"\d[.)]\s*\(?[a-z?_ -]{0,20}\)?\s*[,;]?\s*\d[.)]", inside)
    )
    if left_out:
        raise SolverError(
            "A lista de merges parece incompleta ou ilegível em algum ponto "
            f"(“{left_out.group().strip()}”). Mande a lista inteira, na ordem."
        )


_CELLS = re.compile(
    r"""(?:\[|\\\\)\s*(?:\d{1,3}\s*&\s*)?['"(]*([^\s'",;&\[\]()+]{1,40})['"]*"""
    r"""(?:\s*[,+&]\s*|\s+)['"]*([^\s'",;&\[\]()+\\]{1,40})['")]*(?=\s*(?:&|\\\\|\]))"""
)


def _tabled_merges(text: str) -> tuple[list[Pair], list[tuple[int, int]]]:
    r"""The rows of a table, "[1 & e, i & ei \\\\ 2 & ei, r & eir]"."""
    if " & " not in text:
        return [], []
    rows = list(_CELLS.finditer(text))
    pairs = [(m[1], m[2]) for m in rows]
    if len(pairs) < 2 or not plausible(pairs):
        return [], []
    start = rows[0].start()
    return pairs, [(start, text.find("]", rows[-1].end() - 1) + 1)]


def check_merges(statement: Statement, spans: Sequence[tuple[int, int]]) -> None:
    """Refuse what was meant as merges and is none: an empty list, ('c', 'a', 's')."""
    _check_results(statement.text, bool(spans))
    named = re.search(rf"\b(?:{MERGE_WORDS})\b", statement.folded)
    if named is None:
        return
    for strange in islice(_NO_PAIR.finditer(statement.text, named.end()), MAX_CUES):
        before = max((end for _, end in spans if end <= strange.start()), default=named.end())
        if _BESIDE.fullmatch(statement.text, before, strange.start()):
            raise SolverError(
                f"Um merge junta exatamente dois símbolos, mas li `{strange.group()}`. "
                "Escreva, por exemplo, ('c', 'i'), ('ci', 'a')."
            )
    alone = _ALONE.search(statement.text)
    if spans and alone is not None:
        raise SolverError(
            f"Um merge junta exatamente dois símbolos, mas li `{alone[1]}`. "
            "Escreva, por exemplo, ('c', 'i'), ('ci', 'a')."
        )
    if not spans and _EMPTY.search(statement.folded):
        raise SolverError(
            "A lista de merges está vazia. Escreva-os na ordem, por exemplo, ('c', 'i'), "
            "('ci', 'a')."
        )


_CLAIMED_RESULT = re.compile(
    rf"""\(\s*['"]?({_SYMBOL})['"]?\s*,\s*['"]?({_SYMBOL})['"]?\s*\)\s*(?:->|=>|:|=)\s*"""
    rf"""['"]?({_SYMBOL})|"""
    rf"""(?<![\w'"])['"]?({_SYMBOL})['"]?(?:[ \t]*\+[ \t]*|"""
    rf"""[ \t]+)['"]?({_SYMBOL})['"]?[ \t]*(?:->|=>)\s*"""
    rf"""['"]?({_SYMBOL})"""
)
_HALF = re.compile(r"""\(\s*['"]?[^\W\d_]{1,20}['"]?\s*,\s*['"]*\s*\)|\(\s*['"]*\s*,\s*['"]?\w""")


def _check_results(text: str, others: bool) -> None:
    """Refuse "bo + l -> bal" and "(co, )": what was meant cannot be told."""
    for match in _CLAIMED_RESULT.finditer(text):
        a, b, c = (part for part in match.groups() if part is not None)
        c = c.rstrip(".`")
        if c.isdigit() or a + b == c or (a + b).replace("</w>", "") == c or len(a + b) > 12:
            continue
        if match[1] is None and not (set(c) & set(a + b) and others):
            continue  # "a regra -> texto" is prose
        raise SolverError(
            f"O merge de `{a}` com `{b}` daria `{a + b}`, mas o enunciado diz `{c}`. "
            "Confira esse merge e mande a lista de novo."
        )
    half = _HALF.search(text)
    if half is not None and others:
        raise SolverError(
            f"Um merge junta exatamente dois símbolos, mas li `{half.group()}`. "
            "Escreva, por exemplo, ('c', 'i'), ('ci', 'a')."
        )


_PAIR_START = re.compile(r"(?<!\w)[^\W\d_] [^\W\d_](?!\w)")


def _longest_spaced(text: str) -> tuple[list[Pair], list[tuple[int, int]]] | None:
    """The longest run of "s s, e ss, i a" anywhere in the text; two pairs at least."""
    best: tuple[list[Pair], list[tuple[int, int]]] | None = None
    end = 0
    for start in islice(_PAIR_START.finditer(text), 4 * MAX_CUES):
        if start.start() < end:
            continue
        pairs, length = _spaced_pairs(text[start.start() :])
        if len(pairs) > 1 and (best is None or len(pairs) > len(best[0])):
            end = start.start() + length
            best = pairs, [(start.start(), end)]
    return best


def _listed_merges(statement: Statement) -> tuple[list[Pair], list[tuple[int, int]]]:
    """Lines "c i", or "merges: c i, ci a; c o"."""
    text, folded = statement.text, statement.folded
    found: list[Pair] = []
    spans: list[tuple[int, int]] = []
    cues = re.finditer(rf"\b(?:{MERGE_WORDS})\b[^:\n=]{{0,60}}[:=]", folded)
    for cue in islice(cues, MAX_CUES):
        end = re.search(
            r"(?<!\d)\.(?:\s|$)|\n\s*\n|\b(?:tokeniz|palavras?\b|faca\b|aplique\b|aplica\b)|$",
            folded[cue.end() :],
        )
        stop = cue.end() + (end.start() if end else 0)
        position = cue.end()
        for piece in re.split(r"([,;\n]|\s(?=\d{1,3}[.)]\s))", text[cue.end() : stop]):
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
    if not re.search(rf"\b(?:{MERGE_WORDS})\b", folded):
        return [], []
    run = _merge_run(text, folded) or _longest_spaced(text)
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
    rf"\b(?:merge (?:table|list|rules?)|{MERGE_WORDS})(?: (?:sao|only has|"
    r"has|only|are|tem so|so tem|tem|na ordem|em ordem))?\s*[:=]?\s+"
)


def _merge_run(text: str, folded: str) -> tuple[list[Pair], list[tuple[int, int]]] | None:
    """ "merges co com comp compu", "merges c i / ci a": the symbols right after the cue."""
    for cue in islice(_RUN_CUE.finditer(folded), MAX_CUES):
        end = re.compile(r"[.?!:\n]|$").search(text, cue.end())
        stop = end.start() if end else len(text)
        content = re.sub(r"['\"]", " ", text[cue.end() : stop])
        if "/" in content:
            parts = [part.split() for part in content.split("/")]
            if all(len(part) == 2 for part in parts):
                return [(a, b) for a, b in parts], [(cue.start(), stop)]
        spelled, length = _spaced_pairs(re.split(r"[.?!:]", text[cue.end() :], maxsplit=1)[0])
        if spelled:
            return spelled, [(cue.start(), cue.end() + length)]
        symbols = [each for each in re.split(r"[\s,;]+|\band\b", content) if each and each != "e"]
        for count in range(len(symbols), 1, -1):
            pairs = _split_symbols(symbols[:count]) if count <= 60 else []
            chained = any(len(a + b) > 2 for a, b in pairs)
            if chained and fold(symbols[0]) not in STOP:
                return pairs, [(cue.start(), stop)]
    return None


def plausible(pairs: Sequence[Pair]) -> bool:
    """Are most parts letters or what earlier pairs made, as in the merges of an exercise?"""
    known: set[str] = set()
    strange = 0
    for a, b in pairs:
        strange += any(len(part) > 1 and part not in known for part in (a, b))
        known.add(a + b)
    return 2 * strange < len(pairs)


_PAIR_GAP = re.compile(
    r"\s*[,;/|\n>]+\s*(?:(?:e|depois|por fim|então|entao)\s+(?=\S+\s+\S+\s*(?:[,;/|\n>.?)]|$)))?"
    r"|\s+(?:e|depois)\s+(?=\S+\s+\S)"
)
_SPACED_PAIR = re.compile(r"""['"\s]*([^\s'",;/|()?!.]{1,40})[ \t]+([^\s'",;/|()?!.]{1,40})['"]?""")


def _spaced_pairs(content: str) -> tuple[list[Pair], int]:
    """ "c i, ci a e c o na palavra …": pairs of letters and of what earlier pairs made; and
    where they end."""
    pairs: list[Pair] = []
    known: set[str] = set()
    position = end = 0
    while True:
        match = _SPACED_PAIR.match(content, position)
        if match is None or not all(
            len(symbol) == 1 or symbol in known or symbol.endswith("</w>")
            for symbol in match.groups()
        ):
            break
        pairs.append((match.group(1), match.group(2)))
        known.add(match.group(1) + match.group(2))
        end = match.end()
        gap = _PAIR_GAP.match(content, end)
        if gap is None:
            break
        position = gap.end()
    alone = len(pairs) == 1 and not content[end:].strip()
    return (pairs, end) if len(pairs) > 1 or alone else ([], 0)


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
