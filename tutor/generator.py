"""Prompt -> stream of text: the embedded GPT, any Hugging Face model, any OpenAI-like endpoint.

All three implement the Generator protocol. Decoding is greedy: the same question, the same answer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
from tokenizers import Tokenizer

from tutor import hashes
from tutor.engine.greedy import Decoder, greedy
from tutor.errors import GeneratorError, ModelError
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

    def __init__(
        self,
        directory: Path,
        longest: int,
        faithful: bool = True,
        engine: str = "onnx",
        threads: int = 2,
    ) -> None:
        """`longest`: tokens of a draft; `engine`: "onnx" or "torch". Raises ModelError where a
        file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._decoder = _decoder(directory, engine, threads)
        end = self._tokenizer.token_to_id(END)
        if end is None:
            raise ModelError(f"O vocabulário em {directory.name}/ não tem a marca {END}.")
        self._end = end
        self._longest, self._faithful = longest, faithful

    @property
    def name(self) -> str:
        return "GPT embutido"

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text).ids)

    def stream(self, prompt: Prompt) -> Iterator[str]:
        if self._faithful and prompt.shots:
            yield from self._sentences(prompt)
        else:
            yield from self._free(prompt)

    def _sentences(self, prompt: Prompt) -> Iterator[str]:
        """Sentences of the shots, chosen and ordered by the model, until it ends the answer."""
        encoded = self._tokenizer.encode(prompt.text)
        ids = encoded.ids
        unused = _sentence_spans(prompt, encoded.offsets)
        state = self._decoder.start(ids, self._longest)
        written, spoken = 0, False
        while unused:
            # Spans that agree with what has been written of this sentence so far.
            live, place = list(unused), 0
            while True:
                following = {ids[span.start + place] for span in live if place < span.length}
                if place == 0 and written and _ends(state.logits, self._end, following):
                    return
                best = _best(state.logits, following)
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

    def _free(self, prompt: Prompt) -> Iterator[str]:
        """Plain greedy decoding over the whole vocabulary."""
        ids: list[int] = []
        shown = ""
        for token in greedy(self._decoder, self._tokenizer.encode(prompt.text).ids, self._longest):
            if token == self._end or _loops(ids):
                return
            ids.append(token)
            text = self._tokenizer.decode(ids, skip_special_tokens=True)
            if not text.endswith("\ufffd"):  # a character whose bytes are not all there yet
                yield text[len(shown) :]
                shown = text


def _decoder(directory: Path, engine: str, threads: int) -> Decoder:
    if engine == "torch":
        from tutor.reference import TorchLlama

        return TorchLlama(directory, threads)
    from tutor.engine.llama import Llama

    return Llama(directory, threads)


def _ends(logits: np.ndarray, end: int, following: set[int]) -> bool:
    """Whether the end is likelier than all allowed continuations together."""
    weights = np.exp(logits - logits.max())
    return bool(weights[end] > weights[sorted(following)].sum())


def _best(logits: np.ndarray, allowed: set[int]) -> int:
    """The likeliest of the allowed tokens, the lowest id where two are equal."""
    choices = sorted(allowed)
    return choices[int(logits[choices].argmax())]


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
        from tutor.huggingface import HuggingFaceModel

        return HuggingFaceModel(name, settings.answer_tokens, settings.threads)
    if kind == "openai":
        return OpenAIEndpoint(
            name, settings.endpoint, settings.api_key, settings.timeout, settings.answer_tokens
        )
    return EmbeddedGPT(
        settings.models / "generator",
        settings.answer_tokens,
        engine=settings.engine,
        threads=settings.threads,
    )
