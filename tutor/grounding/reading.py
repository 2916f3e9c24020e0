"""A sentence as the classifier reads it: its terms in order, what they stand in, what is denied."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tutor.grounding.lexicon import DENIALS, LIGHT, OPPOSITE, SCOPES, stem
from tutor.text import fold

_FUNCTION = frozenset(
    "a o as os um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para pra"
    " com e ou que se ao aos à às como nem não sem".split()
)
_TOKEN = re.compile(
    r"\$\$.+?\$\$|\$[^$]+\$|`[^`]*`|\d+(?:[.,]\d+)*%?|\w+(?:-\w+)*|[,.;:()—]", re.DOTALL
)
_PUNCTUATION = frozenset(",.;:()—")
_BREAKS = _PUNCTUATION | frozenset("enquanto mas porém porque pois já".split())
_CLITIC = re.compile(r"-(?:se|lo|la|los|las|o|a|os|as|lhe|lhes)$")
_VERBAL = re.compile(r"\w{2,}(?:[ai]d[oa]s?|[aei]r|[ai]m|[aei]nd?o)$|.*-se$")
_PASSIVE = re.compile(r"\b(?:é|são|foi|foram|ser|sendo|fica\w*)\s+(?:\w+\s+)?\w+[aeiu]d[oa]s?\b")
_COUNTS = {
    word: str(number)
    for number, names in enumerate(
        "zero;único única;dois duas;três;quatro;cinco;seis;sete;oito;nove;dez".split(";")
    )
    for word in names.split()
}
# Words that stay in force until the next term: "a partir das vizinhas", "antes da soma".
_STRONG_MARKS = frozenset("partir antes depois vez invés".split())
_MARKS = {
    word: name
    for name, words in {
        "by": "por pelo pela pelos pelas",
        "to": "para ao à",
        "with": "com",
        "without": "sem",
        "of": "do da de dos",
        "in": "em no na nos nas num numa",
    }.items()
    for word in words.split()
}
_DENIED = 2  # terms after a negation that it may deny


@dataclass(frozen=True)
class Term:
    """A content word, number or formula."""

    stem: str
    clause: int
    denied: bool
    mark: str  # preposition in front: "by", "to", "partir" …
    value: bool = False  # a number or formula, which has no synonyms
    verbal: bool = False  # looks like a verb form, whose place in the sentence is freer


@dataclass(frozen=True)
class Reading:
    terms: tuple[Term, ...]
    scopes: frozenset[str]  # "only", "all", "always" … (lexicon.SCOPES)
    denials: int
    passive: bool

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(term.stem for term in self.terms)


@lru_cache(maxsize=16384)
def read(sentence: str) -> Reading:
    terms: list[Term] = []
    scopes: set[str] = set()
    clause = denials = denied = 0
    mark = ""
    plain = sentence.replace("*", "")
    for token in _TOKEN.findall(plain):
        lowered = token.lower()
        word = _CLITIC.sub("", lowered)
        if word in _BREAKS:
            clause, denied, mark = clause + 1, 0, ""
            if word in _PUNCTUATION:
                continue
        value = _value(token, word)
        root = value or stem(word)
        if value is None:
            if fold(word) in DENIALS:
                denials, denied = denials + 1, _DENIED
            if root in SCOPES:
                scopes.add(SCOPES[root])
            if word in _STRONG_MARKS:
                mark = word
            elif word in _MARKS and mark not in _STRONG_MARKS:
                mark = _MARKS[word]
            if word in _FUNCTION or fold(word) in DENIALS or root in SCOPES:
                continue
            if root in LIGHT and root not in OPPOSITE:
                continue
        elif root in SCOPES:
            scopes.add(SCOPES[root])
        verbal = value is None and bool(_VERBAL.match(lowered))
        terms.append(Term(root, clause, denied > 0, mark, value is not None, verbal))
        denied, mark = max(0, denied - 1), ""
    return Reading(_active(terms), frozenset(scopes), denials, bool(_PASSIVE.search(plain)))


def _value(token: str, word: str) -> str | None:
    """A number as digits, a formula or code without blanks; None for words."""
    if token[0] in "$`":
        return "".join(token.strip("$`").replace("{,}", ",").split()) or None
    if token[0].isdigit():
        return token.rstrip("%").replace(".", "").replace(",", ".")
    return _COUNTS.get(word)


def _active(terms: Sequence[Term]) -> tuple[Term, ...]:
    """The agent of a passive ("é calculado pelo encoder") goes to the front of its clause."""
    ordered: list[Term] = []
    start = 0
    for place, term in enumerate(terms):
        if place and term.clause != terms[place - 1].clause:
            start = len(ordered)
        if term.mark == "by" and ordered[start:] and ordered[-1].verbal:
            ordered.insert(start, term)
        else:
            ordered.append(term)
    return tuple(ordered)
