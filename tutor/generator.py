"""Prompt -> stream of text: the embedded GPT, any Hugging Face model, any OpenAI-like endpoint.

All three implement the Generator protocol. Decoding is greedy: the same question, the same answer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import Any

import httpx
import torch
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    DynamicCache,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    TextIteratorStreamer,
)

from tutor import hashes
from tutor.errors import GeneratorError
from tutor.prompt import END
from tutor.records import Generator, Prompt
from tutor.settings import Settings
from tutor.text import sentences

log = logging.getLogger(__name__)

INSTRUCTION = (
    "Você é um tutor de redes neurais para estudantes brasileiros. Responda em português do "
    "Brasil, de forma curta e correta, usando somente as respostas revisadas dos exemplos. Se elas "
    "não respondem à pergunta, diga: Não encontrei isso no material. Não escreva números que não "
    "estejam nos exemplos."
)


class EmbeddedGPT:
    """The small Llama-architecture model in models/generator.

    Faithful decoding (the default): the model writes whole sentences of its context, none twice.
    It chooses which sentence comes next and when to stop; inside a sentence only tokens that
    continue it are allowed. A model of this size copies well but not perfectly, and one wrong
    token in three hundred can turn an answer false (LOG.md). Free decoding is kept for
    measurement.
    """

    def __init__(self, directory: Path, longest: int, faithful: bool = True) -> None:
        """`longest`: tokens of a draft. Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
        self._end = self._tokenizer.convert_tokens_to_ids(END)
        self._longest, self._faithful = longest, faithful

    @property
    def name(self) -> str:
        return "GPT embutido"

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text)["input_ids"])

    def stream(self, prompt: Prompt) -> Iterator[str]:
        if self._faithful and prompt.shots:
            yield from self._sentences(prompt)
        else:
            yield from self._free(prompt)

    @torch.inference_mode()
    def _sentences(self, prompt: Prompt) -> Iterator[str]:
        """Sentences of the shots, chosen and ordered by the model, until it ends the answer."""
        encoded = self._tokenizer(prompt.text, return_offsets_mapping=True)
        ids: list[int] = encoded["input_ids"]
        unused = _sentence_spans(prompt, encoded["offset_mapping"])
        state = _State(self._model, ids)
        written, spoken = 0, False
        while unused:
            # Spans that agree with what has been written of this sentence so far.
            live, place = list(unused), 0
            while True:
                following = {ids[span.start + place] for span in live if place < span.length}
                if place == 0 and written and state.ends(self._end, following):
                    return
                best = state.best(following)
                live = [s for s in live if place < s.length and ids[s.start + place] == best]
                place += 1
                if len(live) == 1 or all(s.length == place for s in live):
                    break
                state.feed([best])
                written += 1
            chosen = live[0]
            # The rest of the sentence is decided: one forward pass reads all of it.
            rest = ids[chosen.start + place - 1 : chosen.start + chosen.length]
            if written + len(rest) > self._longest or not state.has_room(len(rest)):
                return
            state.feed(rest)
            written += len(rest)
            unused = [s for s in unused if s.text != chosen.text]
            yield (chosen.lead or "\n\n") + chosen.text if spoken else chosen.text
            spoken = True

    @torch.inference_mode()
    def _free(self, prompt: Prompt) -> Iterator[str]:
        """Plain greedy decoding over the whole vocabulary."""
        state = _State(self._model, self._tokenizer(prompt.text)["input_ids"])
        ids: list[int] = []
        shown = ""
        while len(ids) < self._longest and state.has_room(1) and not _loops(ids):
            best = state.best(None)
            if best == self._end:
                return
            ids.append(best)
            text = self._tokenizer.decode(ids, skip_special_tokens=True)
            if not text.endswith("\ufffd"):  # a character whose bytes are not all there yet
                yield text[len(shown) :]
                shown = text
            state.feed([best])


class _State:
    """The model's key-value cache and its logits for the next token."""

    def __init__(self, model: LlamaForCausalLM, ids: list[int]) -> None:
        self._model = model
        self._cache = DynamicCache(config=model.config)
        self._length = 0
        self.feed(ids)

    def feed(self, ids: list[int]) -> None:
        self._length += len(ids)
        self._logits = self._model(
            input_ids=torch.tensor([ids]), past_key_values=self._cache, logits_to_keep=1
        ).logits[0, -1]

    def has_room(self, tokens: int) -> bool:
        return self._length + tokens <= int(self._model.config.max_position_embeddings)

    def ends(self, end: int, following: set[int]) -> bool:
        """Whether the end is likelier than all allowed continuations together."""
        chances = torch.softmax(self._logits, 0)
        return bool(chances[end] > chances[sorted(following)].sum())

    def best(self, allowed: set[int] | None) -> int:
        """The likeliest next token (of `allowed`, the lowest id where two are equal)."""
        if allowed is None:
            return int(self._logits.argmax())
        choices = sorted(allowed)
        return choices[int(self._logits[choices].argmax())]


@dataclass(frozen=True)
class _Span:
    """A sentence of the context: its tokens' place in the prompt, and how it was set apart."""

    start: int
    length: int
    text: str
    lead: str  # what sets it apart from the sentence before it: a blank, a new paragraph


def _sentence_spans(prompt: Prompt, offsets: list[tuple[int, int]]) -> list[_Span]:
    """A sentence's span starts where the one before it ends, so that what sets them apart (a
    blank, a new paragraph) is the model's to expect, as it was in training."""
    at = {begin: i for i, (begin, end) in enumerate(offsets) if end > begin}
    after = {end: i + 1 for i, (begin, end) in enumerate(offsets) if end > begin}
    spans, cursor = [], 0
    for shot in reversed(prompt.shots):
        cursor = prompt.text.index(shot.answer, cursor)
        first = at[cursor]
        for sentence in sentences(shot.answer):
            begin = prompt.text.index(sentence, cursor)
            lead = prompt.text[cursor:begin]
            cursor = begin + len(sentence)
            spans.append(_Span(first, after[cursor] - first, sentence, lead))
            first = after[cursor]
    return spans


def _loops(ids: list[int], period: int = 24) -> bool:
    """Whether the last 2 * period tokens are the same thing twice."""
    return len(ids) >= 2 * period and ids[-period:] == ids[-2 * period : -period]


class HuggingFaceModel:
    """Any causal language model that `transformers` can load, with its own chat template."""

    def __init__(self, model_id: str, longest: int) -> None:
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(model_id)
            self._model = AutoModelForCausalLM.from_pretrained(model_id).eval()
        except (OSError, ValueError) as error:
            raise GeneratorError(
                f"Não consegui carregar o modelo {model_id!r}. Confira TUTOR_GENERATOR."
            ) from error
        self._id, self._longest = model_id, longest

    @property
    def name(self) -> str:
        return self._id

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text)["input_ids"])

    def stream(self, prompt: Prompt) -> Iterator[str]:
        inputs = self._inputs(prompt)
        streamer = TextIteratorStreamer(
            self._tokenizer, skip_prompt=True, skip_special_tokens=True, timeout=120.0
        )
        arguments = {
            **inputs,
            "streamer": streamer,
            "max_new_tokens": self._longest,
            "do_sample": False,
        }
        thread = Thread(target=self._model.generate, kwargs=arguments, daemon=True)
        thread.start()
        try:
            yield from streamer
        except Empty as error:  # generation died or stalls in its thread
            raise GeneratorError("O modelo local demorou demais para responder.") from error
        thread.join()

    def _inputs(self, prompt: Prompt) -> dict[str, Any]:
        if self._tokenizer.chat_template:
            made: Any = self._tokenizer.apply_chat_template(
                messages(prompt),
                add_generation_prompt=True,
                return_tensors="pt",
                return_dict=True,
            )
            return dict(made)
        shots = "".join(f"Pergunta: {s.question}\nResposta: {s.answer}\n\n" for s in prompt.shots)
        text = f"{INSTRUCTION}\n\n{shots}Pergunta: {prompt.question}\nResposta:"
        return dict(self._tokenizer(text, return_tensors="pt"))


class OpenAIEndpoint:
    """A chat-completions endpoint (OpenAI API, vLLM, Ollama, llama.cpp server …), streamed."""

    def __init__(
        self, model: str, endpoint: str, api_key: str, timeout: float, longest: int
    ) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._client = httpx.Client(headers=headers, timeout=timeout)
        self._model, self._url, self._longest = (
            model,
            f"{endpoint.rstrip('/')}/chat/completions",
            longest,
        )

    @property
    def name(self) -> str:
        return self._model

    def count_tokens(self, text: str) -> int:
        """An estimate: four characters a token."""
        return len(text) // 4 + 1

    def stream(self, prompt: Prompt) -> Iterator[str]:
        request = {
            "model": self._model,
            "messages": messages(prompt),
            "temperature": 0,
            "seed": 0,
            "max_tokens": self._longest,
            "stream": True,
        }
        try:
            with self._client.stream("POST", self._url, json=request) as response:
                response.raise_for_status()
                yield from _events(response.iter_lines())
        except httpx.HTTPStatusError as error:
            raise GeneratorError(
                f"O modelo remoto respondeu com o erro {error.response.status_code}."
            ) from error
        except httpx.TimeoutException as error:
            raise GeneratorError("O modelo remoto demorou demais para responder.") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeneratorError("Não consegui falar com o modelo remoto.") from error


def _events(lines: Iterator[str]) -> Iterator[str]:
    """Text deltas of a server-sent event stream of chat completions."""
    for line in lines:
        data = line.removeprefix("data:").strip()
        if not line.startswith("data:") or not data:
            continue
        if data == "[DONE]":
            return
        try:
            delta = json.loads(data)["choices"][0]["delta"].get("content")
        except (json.JSONDecodeError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise GeneratorError("O modelo remoto mandou uma resposta que não entendi.") from error
        if delta:
            yield str(delta)


def messages(prompt: Prompt) -> list[dict[str, str]]:
    """The prompt as a chat: the in-context examples are turns, farthest first."""
    chat = [{"role": "system", "content": INSTRUCTION}]
    for shot in reversed(prompt.shots):
        chat.append({"role": "user", "content": shot.question})
        chat.append({"role": "assistant", "content": shot.answer})
    chat.append({"role": "user", "content": prompt.question})
    return chat


def load(settings: Settings) -> Generator:
    """The generator that the settings name."""
    kind, _, name = settings.generator.partition(":")
    if kind == "hf":
        return HuggingFaceModel(name, settings.answer_tokens)
    if kind == "openai":
        return OpenAIEndpoint(
            name, settings.endpoint, settings.api_key, settings.timeout, settings.answer_tokens
        )
    return EmbeddedGPT(settings.models / "generator", settings.answer_tokens)
