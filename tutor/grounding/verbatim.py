"""Does a reviewed sentence say a sentence with the same content words in the same order?

The same numbers and formulas and the same negations, too. Leaving a little out is allowed; adding,
swapping or negating is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from tutor.records import SentenceVerdict
from tutor.text import fold

NEGATIONS = frozenset(
    "nao nunca nem sem jamais nenhum nenhuma tampouco exceto apenas somente so not no".split()
)
_FUNCTION = (
    frozenset(
        "a o as os um uma uns umas de do da dos das em no na nos nas por pelo pela pelos"
        " pelas para pra com e ou que se ao aos entao assim logo ja tambem isso isto esse essa"
        " este esta eles elas ele ela sao foi ser estar portanto pois como seu sua seus"
        " suas".split()
    )
    - NEGATIONS
)
_TOKEN = re.compile(r"\$\$.+?\$\$|\$[^$]+\$|\d+(?:[.,]\d+)*|\w+(?:-\w+)*", re.DOTALL)
LEFT_OUT = 0.25  # share of a reviewed sentence's content words that may be missing


def tokens(sentence: str) -> list[str]:
    """Folded words, numbers and whole formulas (blanks inside formulas do not count)."""
    found = _TOKEN.findall(sentence)
    return ["".join(t.split()) if t.startswith("$") else fold(t) for t in found]


def content(sentence: str) -> list[str]:
    return [t for t in tokens(sentence) if t not in _FUNCTION]


def verdict(sentence: str, reviewed: Sequence[tuple[str, list[str]]]) -> SentenceVerdict:
    claimed = content(sentence)
    if not claimed:
        return SentenceVerdict(sentence, True, None, "sem afirmação")
    best_reason, best_share = "nenhuma frase revisada diz isso", 0.0
    for example_id, known in reviewed:
        if claimed == known:
            return SentenceVerdict(sentence, True, example_id, "igual a uma frase revisada")
        shared = len(set(claimed) & set(known)) / len(set(claimed))
        if shared < 0.8:
            continue
        fault = _difference(claimed, known)
        if fault is None:
            return SentenceVerdict(sentence, True, example_id, "diz o mesmo que uma frase revisada")
        if shared > best_share:
            best_reason, best_share = fault, shared
    return SentenceVerdict(sentence, False, None, best_reason)


def _difference(claimed: list[str], known: list[str]) -> str | None:
    """What makes `claimed` say something else than `known`, or None."""
    matcher = SequenceMatcher(None, known, claimed, autojunk=False)
    missing = 0
    for step, i1, i2, j1, j2 in matcher.get_opcodes():
        if step in ("insert", "replace"):
            return f"acrescenta ou troca: {' '.join(claimed[j1:j2])}"
        if step == "delete":
            lost = known[i1:i2]
            if NEGATIONS.intersection(lost):
                return f"perde a negação ou a restrição: {' '.join(lost)}"
            missing += len(lost)
    if missing > LEFT_OUT * len(known):
        return "deixa de fora uma parte grande da frase revisada"
    return None
