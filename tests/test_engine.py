"""The ONNX engine against the PyTorch reference, on small random models and on the shipped ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, LlamaConfig, LlamaForCausalLM

from tests.conftest import ROOT
from tutor.encoder import SentenceEncoder
from tutor.engine import graph
from tutor.engine.bert import Bert
from tutor.engine.greedy import Decoder, greedy
from tutor.engine.llama import Llama
from tutor.errors import ModelError
from tutor.reference import TorchBert, TorchLlama

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def llama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of another shape than the shipped one: grouped heads, an output table of its own."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=97, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
        num_attention_heads=6, num_key_value_heads=2, head_dim=16, max_position_embeddings=128,
        tie_word_embeddings=False, bos_token_id=None, eos_token_id=0, initializer_range=0.3,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("llama")
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=97, hidden_size=48, intermediate_size=80, num_hidden_layers=2,
        num_attention_heads=4, max_position_embeddings=64, initializer_range=0.3,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("bert")
    BertModel(config).save_pretrained(folder)
    return folder


def test_bert_gives_the_reference_rows_whatever_shares_the_batch(bert_folder: Path) -> None:
    batch = [RNG.integers(1, 97, size).tolist() for size in (2, 5, 17, 64)]
    ours = Bert(bert_folder, 1).rows(batch)
    np.testing.assert_allclose(ours, TorchBert(bert_folder, 1).rows(batch), atol=1e-5)


def test_llama_gives_the_reference_logits_in_pieces_of_any_size(llama_folder: Path) -> None:
    ids = RNG.integers(1, 97, 60).tolist()
    with torch.inference_mode():
        wanted = TorchLlama(llama_folder, 1).model(torch.tensor([ids])).logits[0].numpy()
    reading = Llama(llama_folder, 1).start(ids[:20], 40)
    np.testing.assert_allclose(reading.logits, wanted[19], atol=1e-3)
    np.testing.assert_allclose(reading.feed(ids[20:21])[0], wanted[20], atol=1e-3)
    np.testing.assert_allclose(reading.feed(ids[21:50], 29), wanted[21:50], atol=1e-3)
    reading.feed(ids[:7])
    reading.forget(7)
    np.testing.assert_allclose(reading.feed(ids[50:60], 3), wanted[57:60], atol=1e-3)


@pytest.mark.parametrize("kind", [Llama, TorchLlama])
def test_readings_of_one_model_do_not_mix(llama_folder: Path, kind: type) -> None:
    model = kind(llama_folder, 1)
    alone = model.start([5, 6, 7], 4).feed([8])
    one = model.start([5, 6, 7], 4)
    model.start([9, 10, 11, 12], 4).feed([3, 3])
    np.testing.assert_array_equal(one.feed([8]), alone)


@pytest.mark.parametrize("kind", [Llama, TorchLlama])
@pytest.mark.parametrize("guesses", [0, 1, 7])
def test_guessing_ahead_changes_no_token(llama_folder: Path, kind: type, guesses: int) -> None:
    reference = TorchLlama(llama_folder, 1).model
    for ids in ([4, 8, 15, 16, 23, 42] * 5, [7] * 12, RNG.integers(1, 97, 30).tolist()):
        wanted = reference.generate(
            torch.tensor([ids]), max_new_tokens=50, min_new_tokens=50, do_sample=False,
            eos_token_id=None,
        )  # fmt: skip
        assert (
            list(greedy(kind(llama_folder, 1), ids, 50, guesses)) == wanted[0, len(ids) :].tolist()
        )


class _Reciter:
    """A decoder that goes on 0, 1, 2, 3, 4, 0, 1 … whatever it reads, and counts its passes."""

    def start(self, ids: Sequence[int], room: int) -> _Reciter:
        self.passes, self.length = 0, 0
        self.feed(ids)
        return self

    def has_room(self, tokens: int) -> bool:
        return True

    def feed(self, ids: Sequence[int], outputs: int = 1) -> np.ndarray:
        self.passes, self.length = self.passes + 1, self.length + len(ids)
        places = np.arange(self.length - outputs, self.length)
        logits = np.eye(5)[places % 5]
        self.logits = logits[-1]
        return logits

    def forget(self, tokens: int) -> None:
        self.length -= tokens


def test_a_good_guess_saves_passes() -> None:
    model = _Reciter()
    wanted = [n % 5 for n in range(100)]
    assert list(greedy(model, [4], 100, guesses=0))[:99] == wanted[:99] and model.passes >= 100
    assert list(greedy(model, [4], 100, guesses=7)) == wanted and model.passes < 30
    # A prompt that misleads costs nothing but the guesses.
    assert list(greedy(model, [0, 1, 2, 0, 1, 2, 4, 0, 1, 4], 100))[:99] == [
        (n + 9) % 5 for n in range(99)
    ]


@pytest.mark.parametrize("kind", [Llama, TorchLlama])
def test_decoding_ends_where_the_positions_end(llama_folder: Path, kind: type) -> None:
    model: Decoder = kind(llama_folder, 1)
    assert len(list(greedy(model, [3] * 100, 60))) == 28
    assert len(list(islice(greedy(model, [3] * 100, 10), 60))) == 10


def test_another_architecture_is_refused_with_a_way_out(tmp_path: Path, bert_folder: Path) -> None:
    with pytest.raises(ModelError, match="TUTOR_ENGINE=torch"):
        Llama(bert_folder, 1)
    for path in bert_folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "num_hidden_layers": 3}))
    with pytest.raises(ModelError, match=r"encoder\.layer\.2"):
        Bert(tmp_path, 1)
    (tmp_path / "model.safetensors").write_bytes(b"isto nao e um modelo")
    with pytest.raises(ModelError, match="Não consegui ler"):
        Bert(tmp_path, 1)


def test_a_graph_that_the_runtime_refuses_is_a_clear_error() -> None:
    broken = graph.Graph()
    broken.add("NaoExiste", ["x"], ["y"])
    with pytest.raises(ModelError, match="ONNX Runtime não aceitou"):
        broken.session({"x": ("float32", [1])}, {"y": ("float32", [1])}, 1)


def test_without_onnx_runtime_there_is_a_clear_error_and_no_silent_switch() -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from tutor import pipeline; from tutor.settings import Settings\n"
        "from tutor.errors import ModelError\n"
        "try: pipeline.load(Settings())\n"
        "except ModelError as error: print(error)"
    )
    assert "TUTOR_ENGINE=torch" in _run(code)


def test_a_question_is_answered_without_torch(tmp_path: Path) -> None:
    """In a fresh process, the server's modules included; over the list alone, indexed anew."""
    shutil.copytree(ROOT / "corpus" / "lista2", tmp_path / "corpus" / "lista2")
    for name in ("topics.yaml", "references.yaml"):
        shutil.copy(ROOT / "corpus" / name, tmp_path / "corpus" / name)
    code = (
        "import sys; import tutor.ui.server; from tutor import pipeline, settings\n"
        "answer = pipeline.load(settings.from_environment()).answer('questão 25')\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'sklearn'}\n"
        "print(answer.example_id, answer.mode, sorted(heavy & set(sys.modules)))"
    )
    said = _run(code, TUTOR_CORPUS=str(tmp_path / "corpus"), TUTOR_INDEX=str(tmp_path / "index"))
    assert said.split() == ["25", "generated", "[]"]


def test_the_ranking_is_the_reference_one() -> None:
    texts = ["pq divide por raiz de dk", "o que é BPE?", "What is dropout?", "perplexidade = ?"]
    passages = [f"{text} {n}" for n in range(20) for text in texts]
    orders = []
    for engine in ("onnx", "torch"):
        encoder = SentenceEncoder(ROOT / "models" / "encoder", engine)
        orders.append(np.argsort(-encoder.encode(texts) @ encoder.encode(passages).T, axis=1))
    assert (orders[0][:, :10] == orders[1][:, :10]).all()


def _run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout
