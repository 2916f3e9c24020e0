"""The command line in its own process, as a student or a script calls it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, EchoGenerator, FixedRouter, HashingEncoder
from tutor import cli
from tutor.index import Index
from tutor.pipeline import Thresholds, Tutor
from tutor.records import Corpus
from tutor.retriever import Retriever
from tutor.settings import Settings


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tutor", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


PROBLEM = (
    "logits [10,5,3,1,8], classes [ford, volks, gm, bmw, honda], classe ford: entropia cruzada?"
)


def test_solve_answers_with_steps_and_as_json() -> None:
    shown = run("solve", PROBLEM)
    assert shown.returncode == 0 and "0{,}13" in shown.stdout
    record = json.loads(run("solve", "--json", PROBLEM).stdout)
    assert record["value"] == pytest.approx(0.133753, abs=1e-5)
    assert record["steps"] and all(check["passed"] for check in record["checks"])


def test_solve_imports_no_neural_stage() -> None:
    code = (
        "import sys; from tutor.cli import main; main(['solve', 'softmax de [1, 2, 3]']); "
        "print(sorted({'torch', 'transformers', 'faiss', 'gradio', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_wrong_use_is_explained_without_a_traceback() -> None:
    for arguments in (
        ["solve", "bom dia"],
        ["solve", "entropia cruzada dos logits [1, nan, 3] classe 0"],
        ["ask"],
        ["ask", "--jsonl", "nao-existe.jsonl"],
        ["exercise", "culinaria"],
        ["grade", "sem questão"],
        ["train", "encoder"],
    ):
        done = run(*arguments)
        assert done.returncode in (1, 2), arguments
        assert done.stderr.strip() and "Traceback" not in done.stderr, (arguments, done.stderr)


def test_exercise_is_reproducible() -> None:
    first, again = (
        run("exercise", "softmax", "--seed", "7"),
        run("exercise", "softmax", "--seed", "7"),
    )
    assert first.returncode == 0 and first.stdout == again.stdout
    assert run("exercise", "softmax", "--seed", "8").stdout != first.stdout


@pytest.fixture
def fake(listed: Corpus) -> Tutor:
    encoder = HashingEncoder()
    retriever = Retriever(listed, encoder, Index.build(listed, encoder))
    return Tutor(Settings(), listed, retriever, FixedRouter(), EchoGenerator(), None, Thresholds())  # type: ignore[arg-type]


FIELDS = {
    "id", "entry_id", "turn", "text", "answer", "mode", "intent", "topic", "question_id",
    "standalone",
    "sources", "value", "steps", "seconds",
}  # fmt: skip


def test_jsonl_answers_every_turn_and_survives_bad_lines(
    fake: Tutor, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        json.dumps({"id": "a", "turns": ["questão 25", "e por quê?"]}),
        "isto não é JSON",
        '{"id": "b"}',
        '{"id": "c", "turns": [1]}',
        "[" * 100_000,
        json.dumps({"id": "d", "text": PROBLEM}),
        "",
    ]
    assert cli._converse(fake, io.StringIO("\n".join(lines))) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [r["id"] for r in records] == ["a", "a", None, None, None, None, "d"]
    answered = [r for r in records if "error" not in r]
    assert all(set(r) == FIELDS for r in answered)
    assert [r["turn"] for r in answered] == [0, 1, 0]
    assert answered[0]["question_id"] == answered[1]["question_id"] == "25"
    assert answered[2]["value"] == pytest.approx(0.133753, abs=1e-5)
    assert answered[2]["intent"] == "numeric"


def test_jsonl_reads_a_file(tmp_path: Path, fake: Tutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.pipeline.load", lambda settings: fake)
    path = tmp_path / "conversas.jsonl"
    path.write_text('{"id": 1, "text": "questão 12"}\n', encoding="utf-8")
    assert cli.main(["ask", "--jsonl", str(path)]) == 0


def test_grading_reads_lines_and_survives_bad_ones(
    listed: Corpus,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tutor.encoder.SentenceEncoder", lambda *_: HashingEncoder())
    path = tmp_path / "respostas.jsonl"
    whole = next(e.answer for e in listed.examples if e.id == "25")
    lines = [
        json.dumps({"id": 1, "question": "25", "answer": whole}),
        json.dumps({"id": 2, "question": "31", "answer": "o Q e o K vêm do encoder"}),
        json.dumps({"id": 3, "question": "99", "answer": "?"}),
        "isto não é JSON",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert cli.main(["grade", "--jsonl", str(path)]) == 0
    first, second, third, fourth = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["score"] == 2 and first["id"] == 1
    assert second["score"] == 0 and second["misconceptions"]
    assert "99" in third["error"] and "JSON" in fourth["error"]
