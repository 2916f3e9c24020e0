"""How nearly a sentence says what a key point or a false claim says.

Works for every entry, with or without a rubric. Lexical: the share of the point's stems, weighted
by how rare they are in the corpus, that one sentence (or two in a row) of the answer holds.
Meaning: the cosine of the sentence encoder. Two sentences that negate differently, or that put two
opposites in each other's place, do not say the same however near they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

import Stemmer

from tutor.grading.spelling import canonical
from tutor.text import words

REPEATED = 0.8  # share of a false claim's stems that a sentence holds in their order

_STEMMER = Stemmer.Stemmer("portuguese")
_SMALL_WORDS = (
    "a o as os um uma uns umas de do da dos das em no na nos nas por pelo pela pelos pelas para com"
    " e ou que se ao aos ja isso isto esse essa este esta ele ela eles elas sao foi ser ha tem ter"
    " muito mais como seu sua seus suas qual quais eh porque quando pois entao assim tambem la vai"
    " fica ficam uso usa usar usado usam so apenas somente cada the of in and to is it"
)
_STOP = frozenset(_SMALL_WORDS.split())
_NEGATIONS = frozenset(
    ("nao", "nunca", "nem", "sem", "jamais", "nenhum", "nenhuma", "ninguem", "tampouco")
)
_UNIVERSAL = re.compile(
    r"\b(?:tod[oa]s?|sempre|qualquer|so|apenas|somente|nunca|basta\w*|impossivel|unic[oa])\b"
)
# Stems of opposites: a sentence with one where the point has the other says something else.
_OPPOSITE_WORDS = (
    ("encoder", "decoder"),
    ("aumenta aumentar cresce sobe", "diminui diminuir reduz reduzir cai encolhe"),
    ("antes", "depois apos"),
    ("anterior anteriores passado", "futuro posterior seguinte"),
    ("treino", "teste"),
    ("treino", "validacao"),
    ("validacao", "teste"),
    ("maior maximo", "menor minimo"),
    ("interno", "externo"),
    ("bert", "gpt"),
    ("query", "value"),
    ("soma somada", "concatenacao concatenada"),
    ("raras rara", "frequentes frequente"),
    ("origem", "destino"),
    ("linha", "coluna"),
    ("otimista", "pessimista"),
    ("superior", "inferior"),
    ("par pares", "impar impares"),
    ("entrada", "saida"),
    ("alta altas alto", "baixa baixas baixo"),
    ("mesma mesmo igual", "diferente distinto"),
)
_OPPOSITES = tuple(
    (frozenset(_STEMMER.stemWords(a.split())), frozenset(_STEMMER.stemWords(b.split())))
    for a, b in _OPPOSITE_WORDS
)


@lru_cache(maxsize=8192)
def stem_list(text: str) -> tuple[str, ...]:
    found = [w for w in words(canonical(text)) if w not in _STOP and w not in _NEGATIONS]
    return tuple(s for s in _STEMMER.stemWords(found) if not s.replace(".", "").isdigit())


@lru_cache(maxsize=8192)
def stems(text: str) -> frozenset[str]:
    return frozenset(stem_list(text))


def repeats(claim: str, sentence: str) -> bool:
    """Whether the sentence makes the claim in nearly its words: order, negation and reach alike."""
    wanted, said = stem_list(claim), stem_list(sentence)
    if len(wanted) < 3 or "$" in claim or negative(claim) != negative(sentence):
        return False
    if _UNIVERSAL.search(canonical(claim)) and not _UNIVERSAL.search(canonical(sentence)):
        return False
    common = sum(
        b.size for b in SequenceMatcher(None, wanted, said, autojunk=False).get_matching_blocks()
    )
    return common >= max(REPEATED * len(wanted), 0.5 * len(said)) and not swapped(
        stems(claim), stems(sentence)
    )


@lru_cache(maxsize=8192)
def negative(text: str) -> bool:
    return sum(w in _NEGATIONS for w in words(canonical(text))) % 2 == 1


@lru_cache(maxsize=8192)
def numbers(text: str) -> frozenset[float]:
    return frozenset(
        float(n) for n in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?!\w)", canonical(text))
    )


class Weights:
    """How much a stem says: rare ones more (inverse document frequency over reviewed texts)."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: dict[str, int] = {}
        total = 0
        for text in texts:
            total += 1
            for stem in stems(text):
                counts[stem] = counts.get(stem, 0) + 1
        self._counts, self._total = counts, max(total, 1)

    def of(self, stem: str) -> float:
        return math.log(1 + self._total / (1 + self._counts.get(stem, 0)))

    def share(self, wanted: frozenset[str], held: frozenset[str]) -> float:
        whole = sum(self.of(s) for s in sorted(wanted))
        return sum(self.of(s) for s in sorted(wanted & held)) / whole if whole else 0.0


def swapped(wanted: frozenset[str], said: frozenset[str]) -> bool:
    """Whether `said` has an opposite of something in `wanted` in its place."""
    for one, other in _OPPOSITES:
        for a, b in ((one, other), (other, one)):
            if wanted & a and not wanted & b and said & b and not said & a:
                return True
    return False


def statement(text: str) -> bool:
    """Whether a text states something: a verb or small words between the terms, no row of terms."""
    told = words(text)
    small = sum(w in _STOP or w in _NEGATIONS for w in told) / max(len(told), 1)
    if len(told) >= 10 and small < 0.08 and not re.search(r"[,.;:=→>\[\d]", text):
        return False
    if len(told) < 4 or small > 0.15 or re.search(r"[=→>:\[\d]", text):
        return True
    return any(_VERB.fullmatch(w) and w not in _NOUNS for w in told)


_NOUNS = frozenset(
    ("encoder", "decoder", "transformer", "layer", "linear", "escalar", "similar", "tensor")
)
_VERB = re.compile(
    r"e|eh|sao|ser|foi|esta|fica\w*|vira\w*|tem|ter|faz\w*|da|dao|ve|le|vem|vao|vai|usa\w*|usad\w+|gera\w*"
    r"|\w{2,}(?:ar|er|ir|ando|endo|indo|aram|eram|iram|ava|avam|ou|iu)"
    r"|aprend\w+|trein[ae]m?|calcul[ae]m?|divid\w+|represent[ae]m?|serve\w*|mede|diz|pode\w*|deve\w*|soma|somam"
    r"|olha\w*|prev\w+|receb\w+|aplica\w*|depend\w+|combin\w+|mult\w+ca|mostra\w*|indica\w*|permit\w+|evita\w*"
    r"|reduz\w*|aument\w+|diminu\w+|precis\w+|atualiz\w+|escolh\w+|começ\w+|comec\w+|mant\w+|coloc\w+|satur\w+"
)
