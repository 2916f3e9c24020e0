"""Messages that ask two things: "o que é X? e Y?", "o que é X e para que serve Y?"."""

from __future__ import annotations

import re

from tutor.text import fold

LONGEST = 50  # words; a longer message tells a story and asks one thing about it
_ENDS = re.compile(r"(?<=\?)\s+")
_ASKS = (
    r"(?:o que|oq|qual|quais|como|por que|pq|pra que|para que|quando|onde|explica|what|how|why"
    r"|when)"
)
_JOINED = re.compile(rf"^(?P<one>{_ASKS}\b.{{6,}}?) (?:e|and) (?P<other>{_ASKS}\b.{{6,}})$")


def two(text: str) -> tuple[str, str] | None:
    """The two questions of a message; None where there is one, or more than two."""
    if len(text.split()) > LONGEST or "\n" in text:
        return None
    pieces = [piece for piece in _ENDS.split(text.strip()) if len(piece.split()) > 1]
    if len(pieces) == 2 and all(piece.endswith("?") for piece in pieces):
        return pieces[0], pieces[1]
    plain = fold(text)
    joined = _JOINED.match(plain) if len(plain) == len(text) and len(pieces) == 1 else None
    if joined is None:
        return None
    return f"{text[: joined.end('one')]}?", text[joined.start("other") :]
