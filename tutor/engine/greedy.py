"""Greedy decoding, a few tokens at a time where the text repeats what was read.

What followed the last tokens when they occurred before is guessed to follow again, and one forward
pass checks the whole guess (Saxena 2023, "Prompt lookup decoding"; Leviathan et al. 2023): the
output is the greedy one, token by token, in fewer passes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

GUESSES = 7  # tokens that a pass checks beside the one that is known


class Reading(Protocol):
    """What a decoder has read so far."""

    logits: np.ndarray  # of the next token; shape (vocabulary,)

    def has_room(self, tokens: int) -> bool: ...

    def feed(self, ids: Sequence[int], outputs: int = 1) -> np.ndarray:
        """Logits after each of the last `outputs` of `ids`; shape (outputs, vocabulary)."""
        ...

    def forget(self, tokens: int) -> None:
        """Takes the last tokens back; `logits` are those of the next `feed`."""
        ...


class Decoder(Protocol):
    def start(self, ids: Sequence[int], room: int) -> Reading:
        """Has read `ids`, and can read `room` tokens more as far as the model's positions go."""
        ...


def greedy(
    decoder: Decoder, ids: Sequence[int], longest: int, guesses: int = GUESSES
) -> Iterator[int]:
    """The likeliest tokens after `ids`, at most `longest`; the caller stops at an end token."""
    reading = decoder.start(ids, longest + guesses)
    text = _Lookup(ids)
    following = [int(reading.logits.argmax())]
    for _ in range(longest):
        if not reading.has_room(1):
            return
        yield following[0]
        text.append(following.pop(0))
        if not following:
            best = text.last
            guess = text.guess(guesses) if reading.has_room(1 + guesses) else []
            chosen = reading.feed([best, *guess], 1 + len(guess)).argmax(axis=1).tolist()
            right = next((i for i, g in enumerate(guess) if g != chosen[i]), len(guess))
            reading.forget(len(guess) - right)
            following = chosen[: right + 1]


class _Lookup:
    """Tokens, and where each run of `RUN` of them was last followed by another one."""

    RUN = 3

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._after: dict[tuple[int, ...], int] = {}
        for token in ids:
            self.append(token)

    @property
    def last(self) -> int:
        return self._ids[-1]

    def append(self, token: int) -> None:
        if len(self._ids) >= self.RUN:
            self._after[tuple(self._ids[-self.RUN :])] = len(self._ids)
        self._ids.append(token)

    def guess(self, count: int) -> list[int]:
        place = self._after.get(tuple(self._ids[-self.RUN :]))
        return [] if place is None else self._ids[place : place + count]
