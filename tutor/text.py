"""Plain text: normal forms, folding, words, sentences. Imports nothing local."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

_INVISIBLE = dict.fromkeys(
    (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xAD)
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WORD = re.compile(r"\w+(?:-\w+)*")
_MATH = re.compile(r"\$\$.+?\$\$|\$[^$\n]+?\$", re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
# A sentence ends at . ! ? followed by space and something that opens a new one.
_SENTENCE_END = re.compile(r"(?<=[.!?])[)\"'*_]*\s+(?=[\"'(*_\-`$\\]*[A-ZÀ-ÖØ-Þ0-9])")
_ABBREVIATIONS = (
    "p. ex.",
    "ex.",
    "et al.",
    "vs.",
    "fig.",
    "eq.",
    "cap.",
    "sec.",
    "i.e.",
    "e.g.",
    "Prof.",
)

_ENGLISH = frozenset(
    "the what how why is are does do which when where who can could should would of in"
    " and to a an with for it its that this between explain give me example you your use"
    " used difference mean means not i my we tell about if from on only same instead they"
    " there explain".split()
)
_PORTUGUESE = frozenset(
    "o os as um uma que qual quais como por porque pq quando onde quem pode de do da dos"
    " das em no na nos nas e para pra pro com sem se eu vc você voce me explica explique"
    " exemplo é eh sao são não nao isso esse essa ele ela meu minha mais menos entre serve"
    " serviria funciona diferença então é uso usar tem ter ao à dá ser está ta tá oq q".split()
)


def normalise(text: str) -> str:
    """NFC, without invisible or control characters, blank runs collapsed; line breaks are kept.

    Full-width and other compatibility letters and digits become plain ones, so that the same
    question in another Unicode form gets the same answer.
    """
    text = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    if not text.isascii():
        text = "".join(_plain(c) for c in text)
    text = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


@lru_cache(maxsize=4096)
def _plain(character: str) -> str:
    """Mathematical, full-width and circled letters and digits as plain ones; the rest as it is."""
    form = unicodedata.normalize("NFKC", character)
    wide = 0xFF00 <= ord(character) <= 0xFF5E or 0x1D400 <= ord(character) <= 0x1D7FF
    return form if wide else character


def fold(text: str) -> str:
    """Lower case without accents: the form in which texts are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def words(text: str) -> list[str]:
    return _WORD.findall(fold(text))


def sentences(text: str) -> list[str]:
    """Sentences of Markdown prose; formulas and code are never cut, blank lines always cut."""
    kept: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kept.append(match.group())
        return f"\ue000{len(kept) - 1}\ue001"

    hidden = _CODE.sub(hide, _MATH.sub(hide, text))
    for abbreviation in _ABBREVIATIONS:
        hidden = hidden.replace(f"{abbreviation} ", abbreviation.replace(".", "\ue002") + " ")
    pieces = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+[.)]) )", hidden):
        pieces += _SENTENCE_END.split(block)
    shown = (
        re.sub("\ue000(\\d+)\ue001", lambda m: kept[int(m.group(1))], piece) for piece in pieces
    )
    return [piece.replace("\ue002", ".").strip() for piece in shown if piece.strip()]


def alike(one: str, other: str) -> bool:
    """Whether two sentences share most of the shorter one's words."""
    first, second = set(words(one)), set(words(other))
    return len(first & second) >= 0.6 * min(len(first), len(second))


def language(text: str) -> Literal["pt", "en"]:
    """English only where English function words clearly outnumber Portuguese ones."""
    found = re.findall(r"[^\W\d_]+", text.lower())
    english = sum(word in _ENGLISH for word in found)
    portuguese = sum(word in _PORTUGUESE for word in found)
    accents = len(re.findall("[ãõçáéíóúâêô]", text.lower()))
    return "en" if english >= 2 and english > 2 * (portuguese + accents) else "pt"
