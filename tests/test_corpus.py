from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tutor import corpus as corpus_files
from tutor.errors import CorpusError
from tutor.records import Corpus

IDS = [str(n) for n in range(1, 13)] + ["13a", "13b"] + [str(n) for n in range(14, 43)]


def test_the_list_is_complete_and_in_order(listed: Corpus) -> None:
    assert [e.id for e in listed.examples] == IDS


def test_the_data_of_the_list_stands_exactly(listed: Corpus) -> None:
    statements = {e.id: e.question for e in listed.examples}
    for id_, pieces in {
        "2": ("10", "5", "3", "1", "8", "ford", "volks", "gm", "bmw", "honda"),
        "13b": ("0.5", "0", "1"),
        "16": ("compu", "inteligência", "computação"),
        "17": ("computa", "fa", "##c", "##a", "##o", "##m", "facom", "computacao"),
        "28": ("Joao", "gosta", "de", "Chocolate"),
    }.items():
        text = statements[id_].replace("0{,}5", "0.5").replace("0,5", "0.5")
        for piece in pieces:
            assert piece in text, (id_, piece)


def test_every_question_has_queries_of_every_style(corpus: Corpus) -> None:
    styles: dict[str, dict[str, int]] = {}
    for query in corpus.queries:
        if query.target in IDS:
            counts = styles.setdefault(query.target, {})
            counts[query.style] = counts.get(query.style, 0) + 1
    assert set(styles) == set(IDS)
    for id_, counts in styles.items():
        assert sum(counts.values()) >= 24, id_
        assert set(counts) >= {"formal", "whatsapp", "keywords", "indirect", "english", "mixed"}


def test_development_queries_are_kept_apart(corpus: Corpus) -> None:
    """At least eight a question, none of them equal to a text that fits the models."""
    known = {corpus_files.fold(q.text) for q in corpus.queries}
    known |= {corpus_files.fold(a) for e in corpus.examples for a in e.aliases}
    lines = (ROOT / "eval" / "data" / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    development = [json.loads(line) for line in lines]
    for id_ in IDS:
        assert sum(d["target"] == id_ for d in development) >= 8, id_
    assert not [d["text"] for d in development if corpus_files.fold(d["text"]) in known]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return tmp_path / "corpus"


def test_every_problem_is_listed_in_one_message(copy: Path) -> None:
    first = next((copy / "lista2").glob("01-*.md"))
    first.write_text(first.read_text(encoding="utf-8").replace("## Errata", "## Errada"))
    second = next((copy / "lista2").glob("25-*.md"))
    second.write_text(
        second.read_text(encoding="utf-8").replace("topic: atencao", "topic: culinaria")
    )
    with (copy / "queries" / "scope.jsonl").open("a", encoding="utf-8") as out:
        out.write('{"text": "sem alvo"}\n')
    with pytest.raises(CorpusError) as caught:
        corpus_files.load(copy)
    message = str(caught.value)
    assert first.name in message and "nesta ordem" in message
    assert second.name in message and "culinaria" in message
    assert "scope.jsonl:" in message and "JSON inválida" in message


def test_broken_yaml_and_missing_front_matter_name_the_file(copy: Path) -> None:
    (copy / "lista2" / "03-quebrado.md").write_text("---\nid: [\n---\n## Pergunta\n")
    (copy / "lista2" / "04-vazio.md").write_text("nada")
    with pytest.raises(CorpusError) as caught:
        corpus_files.load(copy)
    assert "03-quebrado.md:1: YAML inválido" in str(caught.value)
    assert "04-vazio.md:1:" in str(caught.value)


def test_unknown_target_of_a_query_is_refused(copy: Path) -> None:
    line = {"text": "o que é isso?", "target": "99", "style": "formal", "intent": "conceptual"}
    (copy / "queries" / "x.jsonl").write_text(json.dumps(line))
    with pytest.raises(CorpusError, match="target '99'"):
        corpus_files.load(copy)
