"""Prompt -> stream of text: the embedded GPT, any Hugging Face model, any OpenAI-compatible endpoint.

All three implement the Generator protocol. Decoding is greedy: the same question, the same answer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
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

log = logging.getLogger(__name__)

INSTRUCTION = (
    "Você é um tutor de redes neurais para estudantes brasileiros. Responda em português do Brasil, "
    "de forma curta e correta, usando somente as respostas revisadas dos exemplos. Se elas não "
    "respondem à pergunta, diga: Não encontrei isso no material. Não escreva números que não estejam "
    "nos exemplos."
)


class EmbeddedGPT:
    """The small Llama-architecture model in models/generator.

    It answers by copying from its context, so decoding guesses ahead: the continuation of the last
    few tokens' latest occurrence is proposed, and one forward pass checks all of it (prompt lookup
    decoding, Saxena 2023; exact greedy output as in Leviathan et al. 2023).
    """

    NGRAM = 3  # tokens that must match before a continuation is proposed
    AHEAD = 12  # tokens proposed at once

    def __init__(self, directory: Path, longest: int) -> None:
        """`longest`: tokens of a draft. Raises ModelError where a file is missing or damaged."""
        hashes.verify(directory)
        self._tokenizer = PreTrainedTokenizerFast.from_pretrained(directory)
        self._model = LlamaForCausalLM.from_pretrained(directory, dtype=torch.float32).eval()
        self._end = self._tokenizer.convert_tokens_to_ids(END)
        self._longest = longest

    @property
    def name(self) -> str:
        return "GPT embutido"

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer(text)["input_ids"])

    def stream(self, prompt: Prompt) -> Iterator[str]:
        shown = ""
        ids: list[int] = []
        for new in self._tokens(self._tokenizer(prompt.text)["input_ids"]):
            ids += new
            text = self._tokenizer.decode(ids, skip_special_tokens=True)
            if not text.endswith("\ufffd"):  # a character whose bytes are not all there yet
                yield text[len(shown) :]
                shown = text

    @torch.inference_mode()
    def _tokens(self, prompt: list[int]) -> Iterator[list[int]]:
        """Greedy tokens in groups, as many as one forward pass confirms."""
        cache = DynamicCache(config=self._model.config)
        room = self._model.config.max_position_embeddings - len(prompt)
        sequence, pending = list(prompt), list(prompt)
        left = min(self._longest, room)
        while left > 0:
            guess = self._continuation(sequence)[: max(0, left - 1)]
            block = torch.tensor([pending + guess])
            logits = self._model(
                input_ids=block,
                past_key_values=cache,
                logits_to_keep=len(guess) + 1,
            ).logits[0]
            choices = logits.argmax(-1).tolist()
            agreed = 0
            while agreed < len(guess) and choices[agreed] == guess[agreed]:
                agreed += 1
            new = choices[: agreed + 1]
            if agreed < len(guess):
                cache.crop(agreed - len(guess))  # a negative number of tokens: taken off the end
            if self._end in new:
                new = new[: new.index(self._end)]
                if new:
                    yield new
                return
            yield new
            sequence += new
            pending = new[-1:]
            left -= len(new)
            if _loops(sequence[len(prompt) :]):
                return

    def _continuation(self, sequence: list[int]) -> list[int]:
        """What followed the last NGRAM tokens where they occurred before, latest first."""
        tail = sequence[-self.NGRAM :]
        for start in range(len(sequence) - self.NGRAM - 1, -1, -1):
            if sequence[start : start + self.NGRAM] == tail:
                follow = start + self.NGRAM
                return sequence[follow : follow + self.AHEAD]
        return []


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
        arguments = {**inputs, "streamer": streamer, "max_new_tokens": self._longest, "do_sample": False}
        thread = Thread(target=self._model.generate, kwargs=arguments, daemon=True)
        thread.start()
        yield from streamer
        thread.join()

    def _inputs(self, prompt: Prompt) -> dict[str, Any]:
        if self._tokenizer.chat_template:
            return dict(
                self._tokenizer.apply_chat_template(
                    messages(prompt), add_generation_prompt=True, return_tensors="pt", return_dict=True
                )
            )
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
        self._model, self._url, self._longest = model, f"{endpoint.rstrip('/')}/chat/completions", longest

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
