"""A value that stands without its name: "ops, era 0,3" after "agora com lr 0,5"."""

from __future__ import annotations

import re

from tutor.dialogue.message import Message
from tutor.dialogue.past import Past

_VALUE = r"[-−+]?\d+(?:[.,]\d+)?(?:e-?\d+)?%?"
_BARE = re.compile(
    r"^(?:(?:e|mas|agora|ou|ah|nao|ops|opa|na verdade|digo|errei|desculpa|perdao|se|com"
    r"|em|pra|para|por|de|d[ao]|usa|usando|fosse|for|forem|fossem|era|eh|eram|seria|troca|muda|poe|bota|tenta|what"
    r"|if|with|now|it|was|is|about)[\s,.!:;]+)*"
    rf"(?P<value>{_VALUE})(?:\W+(?:entao|agora|mesmo|na verdade|dessa vez|instead|now))?\W*$"
)
_NUMBERS = re.compile(rf"(?<![\w.,^]){_VALUE}(?![\w]|[.,]\d)")


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
        values = list(_NUMBERS.finditer(turn.text))
        if len(values) != 1:
            return ""
        place = values[0]
        return turn.text[: place.start()] + bare["value"] + turn.text[place.end() :]
    return ""
