"""The patterns that are looked for in what a student says, and who goes with whom in it.

Pattern language: alternatives stand between " | "; the terms of an alternative, regular
expressions that begin at a word's start, between " > " (in this order) or " & " (in any order),
all in one sentence; what follows " ~ " must not be in it. "!" before an alternative: its negation
belongs to it; every other alternative counts only where it is affirmed. "^" at a term's start:
the start of the answer. "@query=decoder" asks who gives what to whom.
"""

# ruff: noqa: E501 (a table of patterns is easier to read one entry a line)
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

_SENTENCE = re.compile(r"(?<=[^\d\s])[.!?]+(?=\s|$)|(?<=\d)[.!?](?=\s|$)|[;\n]+")

_HARD = r"\b(?:nao|nunca|jamais|sem|nem|nenhum|nenhuma|ninguem|tampouco)\b"
_IDIOM = re.compile(
    r"\bnao (?=so\b|apenas\b|somente\b|importa|necessariamente|obstante)|\bsem duvida"
)
_NEGATED = re.compile(
    _HARD + r"|\b(?:em vez de|ao inves de|diferente d\w+|ao contrario d\w+|"
    r"incorret\w*|errado)\b|\bse (?:\w+ ){0,4}\w+(?:asse|esse|isse|osse)m?\b"
)
_PREVENTED = re.compile(r"\b(?:evita\w*|impede\w*|impedir)\b")
_HARD_NEGATION = re.compile(_HARD)
_NEAR = re.compile(r"\bsem\b")
_BOUNDARY = re.compile(
    r"[,;:()]|\b(?:mas|porem|enquanto|pois|porque|sendo|entao|senao|ja que|e sim|so que)\b"
)
_DENIED = re.compile(
    r"\b(?:nao e verdade|e falso|falso que|errado (?:dizer|pensar|achar)|erro (?:achar|pensar|dizer)|mito\b"
    r"|equivoco|engano|nao (?:se )?pode(?:mos)? (?:dizer|afirmar)|(?:acham|pensam|dizem) que"
    r"|gabarito (?:diz|afirma)|contrario do que)"
)
_REACH = 5  # words over which a negation before a term still negates it


_DENIED_PART = re.compile(_DENIED.pattern + r".*?(?:[:;]|\be sim\b|\bna verdade\b|\bmas sim\b)")


def sentences(text: str) -> list[str]:
    """Sentences of canonical text; decimals are not cut.

    Questions state nothing; what is said to be false before a correction is left out.
    """
    found, start = [], 0
    for match in _SENTENCE.finditer(text):
        if "?" not in match.group():
            found.append(text[start : match.start()])
        start = match.end()
    found.append(text[start:])
    stated = (_DENIED_PART.sub(" ", s).strip(" :;,") for s in found)
    return [s for s in stated if s]


# -------------------------------------------------------------------- patterns


@dataclass(frozen=True)
class _Alternative:
    terms: tuple[re.Pattern[str], ...]
    first_only: bool
    own_negation: bool
    names_negation: bool = False  # a negation is among its words: inside a match it is no denial
    unless: re.Pattern[str] | None = None
    role: tuple[str, str] | None = None


@cache
def _alternatives(pattern: str) -> tuple[_Alternative, ...]:
    return tuple(_alternative(a.strip()) for a in pattern.split(" | "))


def _alternative(text: str) -> _Alternative:
    if text.startswith("@"):
        left, right = text[1:].split("=")
        return _Alternative((), False, False, role=(left, right))
    text, _, exception = text.partition(" ~ ")
    unless = re.compile(rf"(?<!\w)(?:{exception})") if exception else None
    own = text.startswith("!")
    text = text.removeprefix("!").strip()
    terms = tuple(_term(t) for t in text.split(" & "))
    names = _HARD_NEGATION.search(text) is not None
    return _Alternative(terms, text.startswith("^"), own, names, unless)


def _term(text: str) -> re.Pattern[str]:
    """A term, or several that follow one another within a short stretch."""
    parts = (_gaps(t.strip()) for t in text.split(" > "))
    return re.compile(".{0,150}?".join(rf"(?<!\w)(?:{part})" for part in parts))


def _gaps(pattern: str) -> str:
    """Words that may stand between two others may be followed by a comma."""
    return pattern.replace(r" (\w+ ){", r"(?:-\w+)?,? (?:[\w-]+,? ){").replace(
        r"(\w+ ){", r"(?:[\w-]+,? ){"
    )


def found(pattern: str, text: list[str], denials: bool = False) -> str | None:
    """The first sentence where `pattern` is affirmed; with `denials`, sentences that deny are skipped."""
    for alternative in _alternatives(pattern):
        if alternative.role is not None:
            for sentence in text:
                left, right = alternative.role
                denied = denials and _DENIED.search(sentence)
                if not denied and assigned(sentence).get(left) == {right}:
                    return sentence
            continue
        for sentence in text[:1] if alternative.first_only else text:
            if _affirmed(alternative, sentence, denials):
                return sentence
    return None


def _affirmed(alternative: _Alternative, sentence: str, denials: bool) -> bool:
    if alternative.unless is not None and alternative.unless.search(sentence):
        return False
    if len(alternative.terms) == 1:
        return any(
            _stands(sentence, m, alternative, denials)
            for m in alternative.terms[0].finditer(sentence)
        )
    for term in alternative.terms:
        if not any(
            _stands(sentence, m, alternative, denials, reach=2) for m in term.finditer(sentence)
        ):
            return False
    return True


def _stands(
    sentence: str,
    match: re.Match[str],
    alternative: _Alternative,
    denials: bool,
    reach: int = _REACH,
) -> bool:
    start = match.start()
    if denials and _DENIED.search(sentence, 0, start):
        return False
    if alternative.own_negation:
        return True
    inside = _IDIOM.sub("", match.group())
    if not alternative.names_negation and _HARD_NEGATION.search(inside):
        return False
    before = sentence[:start]
    cut = max((m.end() for m in _BOUNDARY.finditer(before)), default=0)
    if denials and re.search(r"\bse (?:\w+ ){0,4}\w+(?:asse|esse|isse|osse)m?\b", before):
        return False
    words = _IDIOM.sub("", before[cut:]).split()
    if _NEAR.search(" ".join(words[-2:])):
        return False
    window = " ".join(w for w in words[-reach:] if w != "sem")
    if denials and _PREVENTED.search(window):
        return False
    return _NEGATED.search(window) is None


def denied(text: str) -> bool:
    """Whether something is said to be false ("não é verdade que …")."""
    return _DENIED.search(text) is not None


# ----------------------------------------------------------------------- roles

_ATTENTION = {"query": r"\bquery\b", "key": r"\bkey\b", "value": r"\bvalue\b"}
_STACKS = {
    "encoder": r"\bencoder\b|\borigem\b|\bfrase original\b",
    "decoder": r"\bdecoder\b|\bdestino\b",
}
_LANGUAGES = {"portugues": r"\bportugues\b|\bpt\b", "ingles": r"\bingles\b"}
_MODELS = {"bert": r"\bbert\b", "gpt": r"\bgpt\b"}
_USES = {
    "compreender": r"\bclassific\w*|\bcompree\w*|\bentend\w*|\bsentimento|\bner\b|\bextra(?:ir|cao|tiv)\w*|\brotul\w*",
    "gerar": r"\bger(?:ar|a|acao|ando|e|em|ador)\b|\bchat\w*|\bdialog\w*|\bescrev\w*|\bresum\w*|\bconversa\w*|\bproduzir texto",
}
_PART = re.compile(r"[,;:()]|\be (?=(?:o|a|os|as|no|na|ja) )|\benquanto\b|\bmas\b|\bja (?=o )")
_GIVES = re.compile(
    r"\b(?:vem|sai|saem|ger|fornec|da|dao|mand|produz|envi|tem|us|cria|pass|entr|contribui|fica)\w*|^\W*[=:]"
)
_LIST = re.compile(r"(?:[\s,/&+()]|\b(?:e|o|a|os|as|tambem)\b)*")
_SOFT = re.compile(r"\b(?:tambem|pode|podem|consegue|nao|nem|sem|dificil|dificuldade)\b")


@lru_cache(maxsize=256)
def assigned(sentence: str) -> Mapping[str, set[str]]:
    """Who goes with whom in a sentence: {"query": {"decoder"}, "bert": {"compreender"}, …}."""
    pairs: dict[str, set[str]] = {}
    for left, right in (*_by_order(sentence), *_by_part(sentence)):
        pairs.setdefault(left, set()).add(right)
    return pairs


def _marks(sentence: str, kinds: Mapping[str, str]) -> list[tuple[int, int, str]]:
    return sorted(
        (m.start(), m.end(), name) for name, p in kinds.items() for m in re.finditer(p, sentence)
    )


def _by_order(sentence: str) -> Iterator[tuple[str, str]]:
    """Query, key, value with encoder, decoder: each with the source after it, or the one before
    it where the sentence names the source first ("do decoder vem a query")."""
    lefts, rights = _marks(sentence, _ATTENTION), _marks(sentence, _STACKS)
    if not lefts or not rights:
        return
    earlier = [end for _, end, _ in rights if end <= lefts[0][0]]
    between = sentence[earlier[-1] : lefts[0][0]] if earlier else ""
    source_first = _GIVES.search(between) is not None
    for number, (start, end, left) in enumerate(lefts):
        following = lefts[number + 1][0] if number + 1 < len(lefts) else None
        if source_first:
            before = [r for r in rights if r[1] <= start]
            partner, between = before[-1], sentence[before[-1][1] : start]
        else:
            after = [r for r in rights if r[0] >= end]
            if not after:
                continue
            partner, between = after[0], sentence[end : after[0][0]]
            listed = following is None or following > partner[0]
            if not listed and not _LIST.fullmatch(sentence[end:following]):
                continue  # "a query é dele e as keys do encoder": this source is not the query's
        if not _HARD_NEGATION.search(between):
            yield left, partner[2]


def _by_part(sentence: str) -> Iterator[tuple[str, str]]:
    """Models with uses, stacks with languages: what stands in one part of the sentence."""
    for lefts, rights in ((_MODELS, _USES), (_STACKS, _LANGUAGES)):
        owners = {name for _, _, name in _marks(sentence, lefts)}
        uses = {name for _, _, name in _marks(sentence, rights)}
        if lefts is _MODELS and len(owners) == len(uses) == 1 and not _SOFT.search(sentence):
            yield next(iter(owners)), next(iter(uses))
            continue
        owner: str | None = None
        for part in _PART.split(sentence):
            owners = {name for _, _, name in _marks(part, lefts)}
            if len(owners) > 1:
                owner = None
                continue
            owner = next(iter(owners), owner if lefts is _MODELS else None)
            if owner is None or _SOFT.search(part):
                continue
            uses = {name for _, _, name in _marks(part, rights)}
            if len(uses) == 1:
                yield owner, next(iter(uses))
