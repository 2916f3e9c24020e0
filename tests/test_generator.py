"""The OpenAI-compatible generator against a local fake server; the embedded model for real."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch
from transformers import LlamaForCausalLM

from tests.conftest import ROOT, EchoGenerator
from tutor.errors import GeneratorError, ModelError
from tutor.generator import EmbeddedGPT, OpenAIEndpoint, messages
from tutor.huggingface import HuggingFaceModel
from tutor.prompt import build
from tutor.records import Corpus, Hit, Prompt
from tutor.text import sentences

KEY = "segredo-muito-secreto"


REQUESTS: list[dict] = []


class Handler(BaseHTTPRequestHandler):
    """Answers as the first path segment says."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        REQUESTS.append({"body": body, "key": self.headers.get("Authorization")})
        case = self.path.split("/")[1]
        if case == "slow":
            time.sleep(2)
        if case == "broken":
            self.send_error(500)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        if case == "garbage":
            self.wfile.write(b"data: {isto nao e json\n\n")
            return
        for piece in ("A query ", "procura", "."):
            event = {"choices": [{"delta": {"content": piece}}]}
            self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.write(b": comentario\n\ndata: [DONE]\n\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()


@pytest.fixture
def prompt(listed: Corpus) -> Prompt:
    hits = [Hit(e, 0.9, 0.9, 0.5, e.title) for e in listed.examples[:2]]
    return build("o que faz a query?", "normal", hits, 10_000, EchoGenerator().count_tokens)


def endpoint(url: str, timeout: float = 5.0) -> OpenAIEndpoint:
    return OpenAIEndpoint("modelo", url, KEY, timeout, 100)


def test_deltas_are_streamed_and_the_request_is_deterministic(server: str, prompt: Prompt) -> None:
    assert list(endpoint(f"{server}/good").stream(prompt)) == ["A query ", "procura", "."]
    sent = REQUESTS[-1]
    assert sent["key"] == f"Bearer {KEY}"
    assert sent["body"]["temperature"] == 0 and sent["body"]["stream"] is True
    assert sent["body"]["messages"] == messages(prompt)


def test_shots_are_turns_with_the_nearest_last(prompt: Prompt) -> None:
    chat = messages(prompt)
    assert [m["role"] for m in chat] == ["system"] + ["user", "assistant"] * 2 + ["user"]
    assert chat[-2]["content"] == prompt.shots[0].answer
    assert chat[-1]["content"] == "o que faz a query?"


@pytest.mark.parametrize(
    ("case", "said"), [("broken", "500"), ("garbage", "não entendi"), ("slow", "demorou")]
)
def test_failures_become_portuguese_errors_without_the_key(
    server: str, prompt: Prompt, caplog: pytest.LogCaptureFixture, case: str, said: str
) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(GeneratorError, match=said) as caught:
        list(endpoint(f"{server}/{case}", timeout=0.5).stream(prompt))
    assert KEY not in str(caught.value) and KEY not in caplog.text


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "isto nao e um endereco"])
def test_nobody_at_the_address(prompt: Prompt, url: str) -> None:
    with pytest.raises(GeneratorError):
        list(endpoint(url).stream(prompt))


@pytest.fixture(scope="module")
def embedded() -> EmbeddedGPT:
    return EmbeddedGPT(ROOT / "models" / "generator", 780)


def test_free_decoding_is_the_plain_greedy_one(prompt: Prompt) -> None:
    free = EmbeddedGPT(ROOT / "models" / "generator", 40, faithful=False)
    ours = "".join(free.stream(prompt))
    model = LlamaForCausalLM.from_pretrained(
        ROOT / "models" / "generator", dtype=torch.float32
    ).eval()
    ids = torch.tensor([free._tokenizer.encode(prompt.text).ids])
    made = model.generate(ids, max_new_tokens=40, do_sample=False)[0, ids.shape[1] :].tolist()
    assert ours == free._tokenizer.decode(made, skip_special_tokens=True).rstrip("\ufffd")
    assert len(ours) > 40


def test_faithful_decoding_writes_only_sentences_of_its_context(
    embedded: EmbeddedGPT, listed: Corpus
) -> None:
    for first in (0, 7, 15, 27, 33, 40):
        hits = [Hit(e, 0.9, 0.9, 0.5, e.title) for e in listed.examples[first : first + 3]]
        asked = build(listed.examples[first].title, "normal", hits, 1250, embedded.count_tokens)
        known = [s for shot in asked.shots for s in sentences(shot.answer)]
        written = [piece.strip() for piece in embedded.stream(asked)]
        assert written and all(piece in known for piece in written)
        assert len(set(written)) == len(written)


def test_both_engines_write_the_same_draft(embedded: EmbeddedGPT, listed: Corpus) -> None:
    reference = EmbeddedGPT(ROOT / "models" / "generator", 780, engine="torch")
    for first in (2, 19, 36):
        hits = [Hit(e, 0.9, 0.9, 0.5, e.title) for e in listed.examples[first : first + 3]]
        asked = build(listed.examples[first].title, "normal", hits, 1250, embedded.count_tokens)
        assert list(embedded.stream(asked)) == list(reference.stream(asked))


def test_a_longest_draft_is_kept(prompt: Prompt) -> None:
    short = EmbeddedGPT(ROOT / "models" / "generator", 60)
    assert short.count_tokens("".join(short.stream(prompt))) <= 60


def test_the_same_prompt_gets_the_same_draft(embedded: EmbeddedGPT, prompt: Prompt) -> None:
    assert "".join(embedded.stream(prompt)) == "".join(embedded.stream(prompt))


def test_a_hugging_face_folder_can_take_its_place(prompt: Prompt) -> None:
    """Any causal model that transformers loads; here our own files, as a plain folder."""
    other = HuggingFaceModel(str(ROOT / "models" / "generator"), 12)
    assert other.count_tokens("olá") > 0
    assert "".join(other.stream(prompt))


def test_an_unknown_model_is_a_clear_error() -> None:
    with pytest.raises(GeneratorError, match="TUTOR_GENERATOR"):
        HuggingFaceModel("models/nao-existe", 10)


def test_damaged_weights_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("generator")
    for path in (ROOT / "models" / "generator").iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-5] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelError, match="danificado"):
        EmbeddedGPT(folder, 10)
