from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import HashingEncoder
from tutor.errors import StaleIndex
from tutor.index import MANIFEST, Index, read_manifest
from tutor.records import Corpus


@pytest.fixture
def folder(tmp_path: Path, listed: Corpus) -> Path:
    Index.build(listed, HashingEncoder()).save(tmp_path, "corpus", "encoder")
    return tmp_path


def test_a_saved_index_finds_what_the_built_one_finds(folder: Path, listed: Corpus) -> None:
    encoder = HashingEncoder()
    built, loaded = Index.build(listed, encoder), Index.load(folder, "corpus", "encoder")
    vector = encoder.encode([listed.examples[7].question])[0]
    for ours, theirs in zip(built.search(vector, 20), loaded.search(vector, 20), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert loaded.passages[loaded.search(vector, 1)[0][0]].example_id == listed.examples[7].id


def test_cosines_agree_with_numpy(listed: Corpus) -> None:
    encoder = HashingEncoder()
    index = Index.build(listed, encoder)
    rows = encoder.encode([p.text for p in index.passages])
    vector = encoder.encode(["por que usar softmax na atenção?"])[0]
    places, cosines = index.search(vector, len(rows))
    np.testing.assert_allclose(cosines, (rows @ vector)[places], atol=2e-3)  # float16 rows


@pytest.mark.parametrize("stem", ["vectors-*", "passages-*"])
def test_one_flipped_bit_is_noticed(folder: Path, stem: str) -> None:
    path = next(folder.glob(stem))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(StaleIndex, match="danificado"):
        Index.load(folder, "corpus", "encoder")


def test_another_corpus_or_encoder_is_refused(folder: Path) -> None:
    for hashes in (("other", "encoder"), ("corpus", "other")):
        with pytest.raises(StaleIndex, match="outra versão"):
            Index.load(folder, *hashes)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 1}'])
def test_a_damaged_manifest_is_refused(folder: Path, content: str) -> None:
    (folder / MANIFEST).write_text(content)
    with pytest.raises(StaleIndex):
        Index.load(folder, "corpus", "encoder")


def test_a_manifest_cannot_point_outside_its_folder(folder: Path) -> None:
    fields = json.loads((folder / MANIFEST).read_text())
    fields["passages_file"] = "../../etc/passwd"
    (folder / MANIFEST).write_text(json.dumps(fields))
    with pytest.raises(StaleIndex, match="passwd"):
        Index.load(folder, "corpus", "encoder")


def test_missing_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(StaleIndex, match="Ainda não há"):
        Index.load(tmp_path, "corpus", "encoder")


def test_saving_again_leaves_one_index(folder: Path, listed: Corpus) -> None:
    smaller = Corpus(listed.examples[:5], listed.topics, (), listed.references)
    Index.build(smaller, HashingEncoder()).save(folder, "c2", "e2")
    assert len(list(folder.glob("vectors-*"))) == len(list(folder.glob("passages-*"))) == 1
    assert read_manifest(folder).count == len(Index.load(folder, "c2", "e2").passages)
