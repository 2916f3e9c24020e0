"""The decoder engine against `transformers.generate`: same output, tokens a second, start, memory.

Weights, prompts and number of new tokens are the same for all; a token counts from the first new
one on, so that reading the prompt (about as fast everywhere) is a row of its own.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from eval.bench import texts
from eval.bench.measure import Row, Spent, megabytes, timed
from tutor.engine.greedy import GUESSES, greedy
from tutor.prompt import END
from tutor.settings import Settings

NEW = 64  # tokens a prompt


class _Side:
    """One way to decode: its tokens, and the time it spent on prompts and on tokens."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.prompt, self.tokens = Spent(), Spent()
        self.made: list[list[int]] = []

    def add(self, ids: list[int], began: Spent, first: Spent, ended: Spent) -> None:
        self.made.append(ids)
        self.prompt += first - began
        self.tokens += ended - first

    @property
    def count(self) -> int:
        return sum(len(ids) - 1 for ids in self.made)

    def rates(self) -> tuple[float, float]:
        """Tokens a second by the clock and by processor time."""
        return self.count / self.tokens.wall, self.count / self.tokens.cpu


def run(settings: Settings, quick: bool) -> list[Row]:
    folder = settings.models / "generator"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made = texts.prompts(settings, 200, lambda text: len(tokenizer.encode(text).ids))
    prompts = [tokenizer.encode(p.text).ids for p in made][: 4 if quick else 200]

    before = megabytes()
    engine, engine_start = timed(lambda: _engine(folder, settings.threads))
    engine_memory, before = megabytes() - before, megabytes()
    reference, reference_start = timed(lambda: _reference(folder, settings.threads))
    reference_memory = megabytes() - before

    theirs = _Side("`transformers.generate`")
    lookup = _Side("`transformers.generate`, its prompt lookup")
    plain, ours = _Side("engine, a token a pass"), _Side("engine, as shipped")
    sides = [theirs, plain, ours]
    end: int = tokenizer.token_to_id(END) or 0
    for place, ids in enumerate(prompts):
        _write(ours, engine, ids, end, GUESSES)
        _write(plain, engine, ids, end, 0)
        _generate(theirs, reference, ids)
        if place < len(prompts) // 4:
            _generate(lookup, reference, ids, prompt_lookup_num_tokens=GUESSES)
    rows = []
    wall, cpu = theirs.rates()
    for side in (*sides, lookup):
        own_wall, own_cpu = side.rates()
        note = f"{own_wall / wall:.1f} times; by processor time {own_cpu / cpu:.1f} times"
        rows.append(Row(f"{side.name}: tokens a second", own_wall, "", note))
    same = sum(a == b for a, b in zip(ours.made, theirs.made, strict=True))
    same_plain = sum(a == b for a, b in zip(plain.made, theirs.made, strict=True))
    tokens = sum(len(ids) for ids in prompts)
    return [
        Row("prompts with the same greedy output", same, f"of {len(prompts)}",
            f"{NEW} tokens each; a token a pass: {same_plain}"),
        *rows,
        Row("engine: prompt tokens read a second", tokens / ours.prompt.wall, "",
            f"{theirs.prompt.wall / ours.prompt.wall:.1f} times `transformers`"),
        Row("engine: start, imports included", engine_start.wall, "s",
            f"`transformers`: {reference_start.wall:.1f} s"),
        Row("engine: memory", engine_memory, "MB", f"`transformers`: {reference_memory:.0f} MB"),
        Row("llama.cpp", float("nan"), "", _llama_cpp()),
    ]  # fmt: skip


def _engine(folder: Path, threads: int) -> Any:
    from tutor.engine.llama import Llama

    return Llama(folder, threads)


def _reference(folder: Path, threads: int) -> Any:
    from tutor.reference import TorchLlama

    return TorchLlama(folder, threads).model


def _write(side: _Side, engine: Any, ids: list[int], end: int, guesses: int) -> None:
    began = Spent.now()
    tokens = greedy(engine, ids, NEW, guesses)
    made = [next(tokens)]
    first = Spent.now()
    for token in tokens:
        if made[-1] == end:
            break
        made.append(token)
    side.add(made, began, first, Spent.now())


class _Stamps:
    """A streamer that notes when the prompt and each token came."""

    def __init__(self) -> None:
        self.times: list[Spent] = []

    def put(self, tokens: object) -> None:
        self.times.append(Spent.now())

    def end(self) -> None:
        self.times.append(Spent.now())


def _generate(side: _Side, model: Any, ids: list[int], **options: Any) -> None:
    import torch

    stamps, began = _Stamps(), Spent.now()
    made = model.generate(
        torch.tensor([ids]),
        attention_mask=torch.ones(1, len(ids), dtype=torch.long),
        max_new_tokens=NEW,
        do_sample=False,
        streamer=stamps,
        **options,
    )
    side.add(made[0, len(ids) :].tolist(), began, stamps.times[1], stamps.times[-1])


def _llama_cpp() -> str:
    if importlib.util.find_spec("llama_cpp") is None:
        return "not compared: no wheel for this machine, and it is not compiled from source here"
    return "installed, but not compared: it needs the weights as GGUF"
