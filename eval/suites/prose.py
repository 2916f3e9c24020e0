"""Suite `prose`: the generator as a language model: bits a byte, and spans copied exactly.

Runs only where `--prose FOLDER` names the folder that the models were trained from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from eval.harness import Journal, caught
from eval.metrics import Rate
from eval.results import Item, Options, SuiteResult, Table
from eval.runner import measured
from tutor.engine.greedy import Decoder
from tutor.prompt import END
from tutor.training.data import SPECIAL_TOKENS, read_prose

HELD_OUT_PROSE, DOMAIN = "pt-prose-heldout.jsonl.xz", "dl"
WINDOW = 1024  # tokens read at once, each window without what came before it
LENGTHS = (8, 16, 32, 64, 128)  # tokens of a random span
SPANS = 20  # of each length
SHOWN = 4  # tokens of the span's second time that are given
NOTE = (
    f"Bits a byte on documents about deep learning that no training read, in windows of {WINDOW} "
    "tokens. Copying: random tokens of the whole vocabulary, then their first "
    f"{SHOWN} again; right when every further token of the span is the model's first choice."
)


@dataclass(frozen=True)
class Model:
    """A decoder with its tokenizer."""

    decoder: Decoder
    tokenizer: Tokenizer

    def nats(self, ids: Sequence[int]) -> np.ndarray:
        """-log p of each of `ids` after the one before it, the first one aside."""
        logits = self._logits(ids)
        peak = logits.max(1, keepdims=True)
        norm = peak[:, 0] + np.log(np.exp(logits - peak).sum(1))
        wanted: np.ndarray = logits[np.arange(len(logits)), list(ids[1:])]
        return norm - wanted

    def choices(self, ids: Sequence[int]) -> np.ndarray:
        """The likeliest token after each of `ids` but the last."""
        return self._logits(ids).argmax(1)

    def _logits(self, ids: Sequence[int]) -> np.ndarray:
        reading = self.decoder.start(ids[:1], len(ids))
        first = reading.logits[None]
        if len(ids) == 2:
            return first
        return np.concatenate([first, reading.feed(ids[1:-1], len(ids) - 2)])


def documents(folder: Path) -> list[tuple[str, str]]:
    """(id, text) of the held-out documents of the domain."""
    found = [d["text"] for d in read_prose(folder / HELD_OUT_PROSE) if d["domain"] == DOMAIN]
    return [(f"{DOMAIN}-{number:03d}", text) for number, text in enumerate(found, 1)]


def run(
    texts: Sequence[tuple[str, str]], model: Model, options: Options, journal: Journal
) -> SuiteResult:
    rng = np.random.default_rng(options.seed)
    vocabulary = np.arange(len(SPECIAL_TOKENS), model.tokenizer.get_vocab_size())
    spans = [
        (f"span-{length}-{number}", rng.choice(vocabulary, length).tolist())
        for length in LENGTHS
        for number in range(min(SPANS, options.limit or SPANS))
    ]
    read = measured("prose", texts, journal, lambda c: [_document(*c, model, options.timeout)])
    copied = measured("prose", spans, journal, lambda c: [_span(*c, model, options.timeout)])
    sound = [i for i in read if i.error is None]
    size = sum(int(i.detail["bytes"]) for i in sound)
    bits = sum(float(i.detail["bits"]) for i in sound)
    by_length = {n: [i for i in copied if i.detail["length"] == n] for n in LENGTHS}
    rows = tuple(
        (
            str(length),
            str(Rate.of(i.passed for i in items)),
            str(Rate(sum(int(i.detail["right"]) for i in items), len(items) * (length - SHOWN))),
        )
        for length, items in by_length.items()
    )
    return SuiteResult(
        "prose",
        NOTE,
        (*read, *copied),
        {"random spans copied exactly": Rate.of(i.passed for i in copied)},
        None,
        {
            "bits a byte": bits / size if size else math.nan,
            "tokens a byte": sum(int(i.detail["tokens"]) for i in sound) / size
            if size
            else math.nan,
        },
        (Table("Copying", ("tokens of the span", "whole spans", "tokens"), rows),),
    )


def _windows(ids: Sequence[int], end: int | None) -> Iterator[list[int]]:
    """`end` stands before each window, as between the documents of the training."""
    assert end is not None  # the loader has checked it
    for start in range(0, len(ids), WINDOW):
        yield [end, *ids[start : start + WINDOW]]


def _document(case: str, text: str, model: Model, timeout: float) -> Item:
    ids = model.tokenizer.encode(text).ids
    end = model.tokenizer.token_to_id(END)

    def whole() -> float:
        return math.fsum(float(model.nats(window).sum()) for window in _windows(ids, end))

    nats, error = caught(whole, timeout)
    if nats is not None and not math.isfinite(nats):
        nats, error = None, "NaN or infinity in the loss"
    size = len(text.encode())
    bits = nats / math.log(2) if nats is not None else 0.0
    return Item(
        "prose",
        case,
        text[:80],
        passed=error is None,
        got=round(bits / size, 3),
        error=error,
        detail={"bytes": size, "tokens": len(ids), "bits": bits},
    )


def _span(case: str, span: list[int], model: Model, timeout: float) -> Item:
    choices, error = caught(lambda: model.choices([*span, *span]), timeout)
    following = choices[len(span) + SHOWN - 1 :] if choices is not None else np.empty(0)
    wanted = np.array(span[SHOWN:])
    right = int((following == wanted).sum()) if choices is not None else 0
    return Item(
        "prose",
        case,
        " ".join(map(str, span[:16])),
        passed=right == len(wanted),
        expected=len(wanted),
        got=right,
        error=error,
        badness=float(len(wanted) - right),
        detail={"length": len(span), "right": right},
    )
