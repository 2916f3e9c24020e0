"""Any causal language model that `transformers` can load (TUTOR_GENERATOR=hf:…)."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Empty
from threading import Thread
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, TextIteratorStreamer

from tutor.errors import GeneratorError
from tutor.generator import INSTRUCTION, messages
from tutor.records import Prompt


class HuggingFaceModel:
    """Implements the Generator protocol, with the model's own chat template."""

    def __init__(self, model_id: str, longest: int, threads: int = 2) -> None:
        torch.set_num_threads(threads)
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
