"""A claim that the student quotes ("mas no gabarito diz que …") against what the review found.

What is answered is reviewed text: the misconception that says the same, and the errata of the
original key. Nothing is said of the student's own sentence, which may be true.
"""

from __future__ import annotations

import re

from tutor.records import Example, Misconception
from tutor.text import fold, words

MATCHED = 0.5  # share of a false claim's words that the message has to say
_KEY = re.compile(r"\b(?:gabarito|resposta (?:original|oficial)|answer key)\b")
_NEGATIONS = frozenset("nao nunca nem sem not never no nenhum nenhuma isn doesn".split())
_COMMON = frozenset(
    "para por que com uma uns umas dos das nos nas pelo pela mais isso esse essa ser sao foi tem"
    " sobre entre como quando mas ele ela porque pois the that and mesmo mesma toda todo".split()
)


def answer(example: Example, message: str) -> str:
    """What the review says of the claim in `message`, about the entry it was made of."""
    parts = []
    same = matched(example, message)
    if same is not None:
        parts.append(
            f"Entre os equívocos revisados está este: **“{same.claim}”** É falso. {same.why}"
        )
    of_key = _KEY.search(fold(message)) is not None
    reviewed = example.collection == "lista2"
    faulty = reviewed and fold(example.errata).strip(" .") != "nenhuma"
    if faulty and (of_key or (same is None and _says(example.errata, message))):
        parts.append(
            f"**O que a revisão diz do gabarito original desta questão:** {example.errata}"
        )
    elif of_key and reviewed and not faulty:
        parts.append("A revisão não encontrou erro no gabarito original desta questão.")
    if parts:
        return "\n\n".join(parts)
    return (
        "Não encontrei essa afirmação entre os erros revisados deste assunto; compare com a "
        f"resposta revisada:\n\n{example.answer}"
    )


def matched(example: Example, message: str) -> Misconception | None:
    """The misconception that says most of what `message` says and denies as it does."""
    said = _stems(message)
    shares = [
        (len(said & claim) / len(claim), -place)
        for place, each in enumerate(example.misconceptions)
        if (claim := _stems(each.claim))
        and _denies(each.claim) == _denies(message)
    ]  # fmt: skip
    best = max(shares, default=(0.0, 0))
    return example.misconceptions[-best[1]] if best[0] >= MATCHED else None


def _says(text: str, message: str) -> bool:
    said = _stems(message)
    return len(said & _stems(text)) >= max(2, MATCHED * len(said))


def _stems(text: str) -> set[str]:
    """Starts of the words that carry meaning."""
    return {w[:5] for w in words(text) if len(w) > 2 and w not in _COMMON | _NEGATIONS}


def _denies(text: str) -> bool:
    return sum(w in _NEGATIONS for w in words(text)) % 2 == 1
