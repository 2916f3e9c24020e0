"""A follow-up as a whole statement: the data of the problem before with what the message asks.

"TP = 42, FP = 8, FN = 18. Precisão?" and then "e o recall?" is "TP = 42, FP = 8, FN = 18. e o
recall?"; "agora com FN 6" is the same statement with another number. Unlike a family's own reading
of a follow-up, this needs no knowledge of the problem: any family may answer the new text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from tutor.errors import SolverError
from tutor.records import Problem, Solution
from tutor.solver.asked import lacks, names_result
from tutor.solver.fields import Statement
from tutor.solver.registry import again, solve
from tutor.solver.text import fold

_LIST = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_NUMBER = r"(?<![\w.,^/-])[-+−]?\d+(?:[.,]\d+)?(?:e-?\d+)?%?(?![\w]|[.,]\d)"
_VALUE = re.compile(rf"{_LIST}|{_NUMBER}")
_SENTENCE = re.compile(r"(?<=[?!;\n])\s*|(?<=[^\W\d_]\.|[\d\])]\.)\s+")
# What may stand between a datum's name and its value.
_CONNECTS = (
    r"(?:\s|[=:(]|\b(?:de|do|da|pra|para|pro|por|igual|a|ao|for|fosse|virar?|e|eh|seja|cai\w*"
    r"|sob\w*)\b)*"
)
# Asks for a reason, a meaning, advice: nothing that the data before would answer.
_IDEA = re.compile(
    r"\b(?:por ?que|pq|pra que|para que|o que (?:e|eh|sao|significa|quer dizer|muda|acontece)|oq"
    r"|serve|significa|diferenca|quando (?:usar|eu|se)|como (?:se |eu )?\w+[ae]r?\b|explica\w*"
    r"|defin\w+|entendi|vantage\w+|melhor|pior|escolh\w+|interpret\w+|why|what is|means?"
    r"|exemplo|exercicio|gabarito|questao|lista|usa|usam|precisa|confia\w*"
    r"|ajuda|resolve|defeito|sempre|onde|cade)\b"
)
_GOES_ON = re.compile(
    r"\b(?:a partir d\w+|mais um|outro|proxim[oa]|depois (?:disso|dai|dess\w+)|em seguida"
    r"|continu[ae]|em cima d\w+|disso|desse|dessa|esse resultado|then|next)\b"
)
_FUNCTION = re.compile(r"\b(?:(?:log[ -]?)?softmax|sigmoide?|relu|tanh|gelu)\b")
# "soma em vez de média", "troca a relu pela tanh"
_WORD_SWAP = re.compile(
    r"\b(?P<new>[a-z]{3,}) (?:em vez|no lugar|ao inves) d[eoa] (?P<old>[a-z]{3,})\b"
    r"|\b(?:em vez|no lugar|ao inves) d[eoa] (?P<old2>[a-z]{3,}),? (?:\w+ )?(?P<new2>[a-z]{3,})\b"
)
_ORIGINAL = re.compile(r"\b(?:origina(?:l|is)|do (?:inicio|comeco)|de antes|la de cima)\b")
_OPENS = re.compile(r"^(?:e|agora|entao|mas|ai|ok|ta|and|now|so)\b[\s,]*")
_ORDINAL = re.compile(
    r"\b(?:[oa]|d[oa]|com [oa])\s+(?P<nth>primeir|segund|terceir|ultim)[oa]"
    r"(?:\s+(?:vetor|lista|matriz))?\b"
)
_NTH = {"primeir": 0, "segund": 1, "terceir": 2, "ultim": -1}
_TOGGLE = re.compile(r"\b(?P<how>com|sem) (?:a |o )?(?P<what>[a-z_]{3,})")
# "troca o 4 por 9", "5 em vez de 3"
_SWAPS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?:troc|substitu|mud)\w* (?:[oa] )?(?P<old>{_NUMBER}) (?:\w+ ){{0,3}}"
        rf"(?:por|pra|para) (?P<new>{_NUMBER})",
        rf"(?P<new>{_NUMBER}) (?:em vez d[eo]|no lugar d[eo]|e n[aã]o)(?: o)? (?P<old>{_NUMBER})",
        rf"(?:em vez|no lugar) d[eo] (?P<old>{_NUMBER}),? (?:\w+ )?(?P<new>{_NUMBER})",
    )
)
# Names of the same datum.
_SAME_NAMES = (
    ("lr", "taxa", "eta", "alfa", "alpha", "passo"), ("fp", "falsos positivos"),
    ("tp", "vp"), ("tn", "vn"), ("w", "w0", "peso"), ("g", "gradiente", "grad"),
    ("beta", "momentum", "momento"), ("kernel", "filtro"), ("eps", "epsilon"),
    ("lambda", "λ", "decay"), ("t", "temperatura"), ("n", "exemplos"), ("x", "entrada"),
)  # fmt: skip
_ALIASES = {name: tuple(n for n in line if n != name) for line in _SAME_NAMES for name in line}
_MOST_WORDS = 22
_GENERIC = frozenset(
    "a o as os e de do da dos das em no na nos nas para pra pro por com sem se um uma que qual fica"
    " ficou agora novo nova resto igual mesmo mesma for fosse so isso esse essa desse dessa meu"
    " troca muda usa era sao dois tres caso vez valor valores numero total quanto quantos".split()
)


@dataclass(frozen=True)
class Restated:
    """The solution of a follow-up and the whole statement that it was read as."""

    statement: str
    solution: Solution


def restated(message: str, told: Sequence[tuple[str, Problem]]) -> Restated | None:
    """The follow-up as a statement of its own, where one can be made that the solver takes.

    `told`: the numeric messages before, oldest first, each with the problem that it came to.
    """
    flat = fold(message)
    if not told or len(flat.split()) > _MOST_WORDS or _IDEA.search(flat):
        return None
    given = _VALUE.search(message) is not None
    if _GOES_ON.search(flat):
        return None  # the result before is a datum of the next, which no restated text holds
    wants = names_result(flat) or _FUNCTION.search(flat) or Statement(message).asks_quantity
    if not (given or wants or _WORD_SWAP.search(flat)):
        return None
    base = _running(told, original=_ORIGINAL.search(flat) is not None)
    if base is None:
        return None
    before = _solved(base)
    for text in _candidates(base, message):
        solution = _solved(text)
        if solution is None or lacks(flat, solution):
            continue
        if not given and before is not None and solution.value == before.value:
            continue  # something else was asked for
        return Restated(text, solution)
    return None


def surer(message: str, own: Solution) -> bool:
    """Whether the restated message rather than the family's own reading is what was meant: the
    family gives another result than the one asked for, or cannot know which list is the first."""
    flat = fold(message)
    return lacks(flat, own) or (_ORDINAL.search(flat) is not None and "[" in message)


def _running(told: Sequence[tuple[str, Problem]], original: bool) -> str | None:
    """The text of the problem as it stands after the turns before; None where no text can be
    shown to come to the same."""
    base: str | None = None
    if told and again(told[-1][1]) is None:  # asked back: the last message is mended
        return told[-1][0]
    for text, problem in told:
        value = again(problem)
        if value is None:
            continue
        tries = [text] if base is None else [text, *_candidates(base, text)]
        found = next((t for t in tries if (s := _solved(t)) and s.value == value.value), None)
        if found is not None and not (original and base is not None):
            base = found
        elif not original:
            base = None if base is None else _STALE + base.removeprefix(_STALE)
    return None if base is None or base.startswith(_STALE) else base


_STALE = "\0"


@lru_cache(maxsize=512)
def _solved(text: str) -> Solution | None:
    try:
        return solve(text)
    except SolverError:
        return None


def _candidates(base: str, message: str) -> Iterator[str]:
    """Whole statements that the message may mean, the most certain ones first."""
    base = base.removeprefix(_STALE)
    data, _ = _split(base)
    plain = message.strip()
    renamed = _renamed(base, plain)
    if renamed is not None:
        yield renamed
    worded = _word_swapped(base, plain)
    if worded is not None:
        yield worded
    given = list(_VALUE.finditer(plain))
    if not given:
        toggled = _toggled(base, plain)
        if toggled != base:
            yield toggled
        if data:
            yield f"{data.rstrip(' .;,')}. {plain}"
        bare = _without_lead(base)
        if bare:
            yield f"{bare.rstrip(' ?.!')}. {plain}"
        yield f"{base.rstrip(' ?.!')}. {plain}"
        return
    edited = _edited(base, plain)
    if edited is not None:
        edited = _toggled(edited, plain)
        asked = _asking(plain)
        if asked:
            left, _ = _split(edited)
            if left:
                yield f"{left.rstrip(' .;,')}. {asked}"
        yield edited
    resolved = _with_ordinals(base, plain)
    if resolved is not None:
        yield resolved
    if data and names_result(fold(plain)):
        yield f"{data.rstrip(' .;,')}. {plain}"


def _split(text: str) -> tuple[str, str]:
    """The sentences that give data, and those that ask."""
    pieces = [piece.strip() for piece in _SENTENCE.split(text) if piece and piece.strip()]
    data = [p for p in pieces if _VALUE.search(p) or not _asks(p)]
    asks = [p for p in pieces if p not in data]
    if not asks:
        data = [_tail_cut(p) for p in data]
    return " ".join(d for d in data if d), " ".join(asks)


def _asks(piece: str) -> bool:
    statement = Statement(piece)
    return piece.endswith("?") or statement.asks_quantity or names_result(statement.folded)


def _tail_cut(piece: str) -> str:
    """A sentence without the clause after its last datum, where that asks for a result."""
    values = list(_VALUE.finditer(piece))
    if not values:
        return piece
    end = values[-1].end()
    return piece[:end] if names_result(fold(piece[end:])) else piece


def _without_lead(text: str) -> str:
    """From the first datum on: "[1, 2] e [2, 1]" of "cosseno entre [1, 2] e [2, 1]"."""
    first = _VALUE.search(text)
    if first is None or not names_result(fold(text[: first.start()])):
        return ""
    named = re.search(r"[\w]+\s*[=:]\s*$", text[: first.start()])
    return text[named.start() if named else first.start() :]


def _asking(message: str) -> str:
    """The clause of a message with data that names a result: ", e me dá a perda"."""
    last = list(_VALUE.finditer(message))[-1]
    tail = message[last.end() :].strip(" ,.;:")
    return tail if names_result(fold(tail)) else ""


def _toggled(base: str, message: str) -> str:
    """ "sem bias" in the place of "com bias", where the message says so."""
    for match in _TOGGLE.finditer(fold(message)):
        other = "sem" if match["how"] == "com" else "com"
        pattern = rf"\b{other} (?=(?:a |o )?{re.escape(match['what'])}\b)"
        base = re.sub(pattern, f"{match['how']} ", base, flags=re.IGNORECASE)
    return base


def _edited(base: str, message: str) -> str | None:
    """`base` with each value of the message in the place of the one that has its name."""
    flat = fold(message)
    if len(flat) != len(message):
        return None
    placed, new = 0, list[str]()
    swap = next((m for pattern in _SWAPS if (m := pattern.search(message))), None)
    for value in _VALUE.finditer(message):
        if swap and swap.start("old") <= value.start() < swap.end("old"):
            continue
        places = _places(base, flat, value)
        if len(places) != 1 and swap and swap.start("new") <= value.start() < swap.end("new"):
            old = re.escape(swap["old"])
            spots = re.finditer(rf"(?<![\w.,^]){old}(?![\w]|[.,]\d)", base)
            places = [spot.span() for spot in spots]
        named = re.search(r"([a-zλβηε]\w*)\s*[=:]?\s*$", flat[: value.start()])
        if not places and named and len(named[1]) > 2 and named[1] not in _GENERIC:
            new.append(f"{named[1]} {value.group()}")  # a datum that was not given before
            continue
        if len(places) != 1:
            return None
        start, end = places[0]
        base = base[:start] + value.group() + base[end:]
        placed += 1
    if not placed:
        return None
    return f"{', '.join(new)}; {base}" if new else base


def _places(base: str, flat: str, value: re.Match[str]) -> list[tuple[int, int]]:
    """Where in `base` the value stands that this one of the message replaces."""
    low = fold(base)
    if len(low) != len(base):
        return []
    listed = value.group().startswith("[")
    values = [v for v in _VALUE.finditer(base) if v.group().startswith("[") == listed]
    lead = flat[: value.start()]
    words_before = [w for w in re.findall(r"[a-z_]\w*", lead)[-4:] if w not in _GENERIC]
    after = re.match(r"\W{0,2}([a-z_]\w*)(?:\W+([a-z_]\w*))?", flat[value.end() :])
    words_after = [w for w in (after.groups() if after else ()) if w and w not in _GENERIC]
    for word in reversed(words_before):
        of_name = _element(base, word)
        if of_name is not None and not listed:
            return [of_name]
    pairs = pairwise(words_before)  # "falsos negativos" is FN
    initials = [one[0] + other[0] for one, other in pairs]
    wanted = [*reversed(words_before), *initials, *words_after]
    for word in [name for w in wanted for name in (w, *_ALIASES.get(w, ()))]:
        stem = re.escape(word[: max(4, len(word) - 2)]) + r"\w*"
        found = [
            (v.start(), v.end())
            for v in values
            if re.search(rf"(?<!\w){stem}{_CONNECTS}$", low[: v.start()])
        ] or [
            (v.start(), v.end())
            for v in values
            if re.match(rf"\s*(?:[a-z]+ )?{stem}(?!\w)", low[v.end() :])
        ]
        if found:
            return found
    return []


def _names(base: str) -> Iterator[list[str]]:
    """The lists of names in a statement: [gato, cachorro], (ford, gm)."""
    for match in re.finditer(r"[\[(]([^\[\]()\d=]+,[^\[\]()\d=]+)[\])]", base):
        yield [fold(name).strip(" '\"") for name in match[1].split(",")]


def _word_swapped(base: str, message: str) -> str | None:
    match = _WORD_SWAP.search(fold(message))
    if match is None or len(fold(base)) != len(base):
        return None
    old, new = match["old"] or match["old2"], match["new"] or match["new2"]
    places = list(re.finditer(rf"\b{old}\b", fold(base)))
    if len(places) != 1:
        return None
    return base[: places[0].start()] + new + base[places[0].end() :]


def _element(base: str, name: str) -> tuple[int, int] | None:
    """Where the number stands that belongs to a name, by its place in a list of as many."""
    for names in _names(base):
        if name not in names:
            continue
        for numbers in re.finditer(r"\[[^\[\]]*\]", base):
            inside = list(
                re.finditer(r"[-+−]?\d+(?:[.,]\d+)?(?=\s*(?:[;\]]|,\s|,[-\d]))", numbers[0])
            )
            if len(inside) == len(names):
                one = inside[names.index(name)]
                return numbers.start() + one.start(), numbers.start() + one.end()
    return None


def _renamed(base: str, message: str) -> str | None:
    """ "e se fosse gato?": another name of the list where one of it was said to be the one."""
    said = re.findall(r"\w+", fold(message))
    for names in _names(base):
        new = [w for w in said if w in names]
        if len(new) != 1:
            continue
        low, listed = fold(base), re.search(r"[\[(][^\[\]()\d=]+,[^\[\]()\d=]+[\])]", base)
        if listed is None or len(low) != len(base):
            return None
        places = [
            m.span()
            for name in names
            for m in re.finditer(rf"\b{re.escape(name)}\b", low)
            if not listed.start() <= m.start() < listed.end()
        ]
        if len(places) == 1 and not names_result(" ".join(said)):
            start, end = places[0]
            return base[:start] + new[0] + base[end:]
    return None


def _with_ordinals(base: str, message: str) -> str | None:
    """ "e entre o primeiro e [2, 4, 4]?": the first list of the problem before, by its place."""
    lists = re.findall(_LIST, base)
    found = list(_ORDINAL.finditer(fold(message)))
    if len(lists) < 2 or not found or len(fold(message)) != len(message):
        return None
    if re.search(r"\b(?:troc|mud|substitu)\w*", fold(message)):
        if len(found) != 1:
            return None
        value = _VALUE.search(message, found[0].end())
        place = _NTH[found[0]["nth"]]
        if value is None or not value.group().startswith("[") or place >= len(lists):
            return None
        spots = [m.span() for m in re.finditer(_LIST, base)]
        start, end = spots[place]
        return base[:start] + value.group() + base[end:]
    text = message
    for match in reversed(found):
        place = _NTH[match["nth"]]
        if place >= len(lists):
            return None
        text = f"{text[: match.start()]}{lists[place]}{text[match.end() :]}"
    lead = base[: base.index(lists[0])]
    pair = _VALUE.search(text)
    return f"{lead}{text[pair.start() :]}" if pair and names_result(fold(lead)) else text
