"""A value that stands without its name: "ops, era 0,3" after "agora com lr 0,5"."""

from __future__ import annotations

import re

from tutor.dialogue.message import Message
from tutor.dialogue.past import Past

_LIST = r"\[[^\[\]]*\]"
_SIZE = r"\d+\s?[x×]\s?\d+"
_NUMBER = r"[-−+]?\d+(?:[.,]\d+)?(?:e-?\d+)?%?"
_VALUE = rf"(?:{_LIST}|{_SIZE}|{_NUMBER})"
_BARE = re.compile(
    r"^(?:(?:e|mas|agora|ou|ah|nao|ops|opa|na verdade|digo|errei|desculpa|perdao|se|com"
    r"|em|pra|para|por|de|d[ao]|usa|usando|fosse|for|forem|fossem|era|eh|eram|seria|troca|muda|poe|bota|tenta|what"
    r"|if|with|now|it|was|is|about)[\s,.!:;]+)*"
    rf"(?P<value>{_VALUE})(?:\W+(?:entao|agora|mesmo|na verdade|dessa vez|instead|now))?\W*$"
)
# The kinds of values; one of a kind is replaced by another of it.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (_LIST, _SIZE, rf"(?<![\w.,^]){_NUMBER}(?![\w]|[.,]\d|\s?[x×]\s?\d)")
)


def framed(asked: Message, past: Past) -> str:
    """The message in the words of the last one that named the datum; empty if none did."""
    bare = _BARE.match(asked.flat)
    if bare is None or past.last is None or past.last.problem is None:
        return ""
    for turn in reversed(past.recent):
        if turn.problem is None:
            return ""
        if _BARE.match(Message(turn.text).flat):
            continue
        values = _values(turn.text, bare["value"])
        if len(values) != 1:
            return ""
        place = values[0]
        return turn.text[: place.start()] + bare["value"] + turn.text[place.end() :]
    return ""


def _values(text: str, value: str) -> list[re.Match[str]]:
    """The values in `text` of the kind of `value`; a list's numbers are none of their own."""
    kind = next(kind for kind in _KINDS if kind.fullmatch(value))
    if kind is not _KINDS[0]:
        text = _KINDS[0].sub(lambda found: " " * len(found.group()), text)
    return list(kind.finditer(text))
