"""Which key points an answer makes, and which known false claims it makes: rules, no model.

Key point: covered when at least POINT_SHARE of its content stems are in the answer and so are all
of its numbers. The rule knows nothing of word order or negation: it measures completeness, not
truth. A false claim: a sentence that holds at least CLAIM_SHARE of the content stems of a listed
misconception in the same order, adds few of its own, and negates neither more nor less. The
shares were set on the corpus's own texts, never on what a model wrote; `icl` prints beside its
figures what the rules say of the reviewed answers themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.grounding import NEGATIONS
from tutor.records import Example
from tutor.retriever import analyse
from tutor.text import fold, sentences, words

POINT_SHARE = 0.65
CLAIM_SHARE = 0.8  # of the claim's stems that the sentence holds, in their order
CLAIM_OWN = 0.65  # of the sentence's stems that are the claim's

_LAYOUT = re.compile(
    r"\\(?:begin|end)\{\w+\}|\\(?:mathrm|text|mathbf|mathcal|operatorname|left|right|frac|dfrac"
    r"|quad|qquad|hat|bar|tilde|cdot|times|displaystyle|big|Big|lVert|rVert)\b"
)
_WEAK = frozenset({"sao", "ser", "foi", "for", "ha", "ir", "bem", "vez", "tem", "ter", "vao"})
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?(?![\w])")


def plain(text: str) -> str:
    """Markdown with LaTeX as words and numbers: no layout commands, decimal points."""
    text = _LAYOUT.sub(" ", text.replace("{,}", ".").replace(r"\,", " ").replace("##", "hh"))
    text = re.sub(r"[\\{}$*`]", " ", text)
    return re.sub(r"(?<=\d),(?=\d)", ".", text)


def stem_list(text: str) -> list[str]:
    """Stems of the content words in their order; numbers and negations aside."""
    found = analyse(re.sub(_NUMBER, " ", plain(text)))
    return [
        s
        for s in found
        if s not in _WEAK and s not in NEGATIONS and not s.replace(".", "").isdigit()
    ]


def stems(text: str) -> set[str]:
    return set(stem_list(text))


def numbers(text: str) -> set[float]:
    return {float(n.replace(",", ".")) for n in _NUMBER.findall(plain(text))}


def negations(text: str) -> int:
    return sum(word in NEGATIONS for word in words(fold(text)))


def covered(point: str, answer: str) -> bool:
    """Whether `answer` makes the key point `point`."""
    wanted = stems(point)
    held = len(wanted & stems(answer)) >= POINT_SHARE * len(wanted)
    return held and numbers(point) <= numbers(answer)


def points_covered(example: Example, answer: str) -> int:
    return sum(covered(point, answer) for point in example.key_points)


@dataclass(frozen=True)
class FalseClaim:
    """A sentence of an answer and the misconception of the corpus that it repeats."""

    sentence: str
    claim: str
    example_id: str


class Misconceptions:
    """Every false claim that the corpus lists."""

    def __init__(self, examples: Sequence[Example]) -> None:
        self._known = [
            (m.claim, e.id, stem_list(m.claim), numbers(m.claim), negations(m.claim))
            for e in examples
            for m in e.misconceptions
        ]

    def found(self, answer: str) -> list[FalseClaim]:
        """The sentences of `answer` that make a listed false claim."""
        return [f for sentence in sentences(answer) if (f := self._match(sentence)) is not None]

    def _match(self, sentence: str) -> FalseClaim | None:
        said, counted, negated = stem_list(sentence), numbers(sentence), negations(sentence)
        for claim, example_id, wanted, values, negative in self._known:
            if len(wanted) < 3 or negated != negative or not values <= counted:
                continue
            enough = max(CLAIM_SHARE * len(wanted), CLAIM_OWN * len(said))
            if (
                len(set(wanted) & set(said)) >= enough - 1
                and _common_in_order(wanted, said) >= enough
            ):
                return FalseClaim(sentence, claim, example_id)
        return None


def _common_in_order(left: Sequence[str], right: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(right) + 1)
    for a in left:
        diagonal = 0
        for j, b in enumerate(right, 1):
            diagonal, row[j] = row[j], diagonal + 1 if a == b else max(row[j], row[j - 1])
    return row[-1]
