from __future__ import annotations

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from tests.conftest import ROOT
from tutor.encoder import SentenceEncoder

FOLDER = ROOT / "models" / "encoder"
TEXTS = ["O que é atenção?", "pq usar softmax", "What is BPE?", "a " * 400, ""]


@pytest.fixture(scope="module", params=["onnx", "torch"])
def encoder(request: pytest.FixtureRequest) -> SentenceEncoder:
    return SentenceEncoder(FOLDER, request.param)


@pytest.fixture(scope="module")
def theirs() -> SentenceTransformer:
    return SentenceTransformer(str(FOLDER), device="cpu").float()


def test_rows_are_unit_float32_in_the_order_of_the_texts(encoder: SentenceEncoder) -> None:
    rows = encoder.encode(TEXTS)
    assert rows.dtype == np.float32 and rows.shape == (len(TEXTS), encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)
    for row, text in zip(rows, TEXTS, strict=True):
        np.testing.assert_allclose(row, encoder.encode([text])[0], atol=1e-5)


def test_it_agrees_with_sentence_transformers(
    encoder: SentenceEncoder, theirs: SentenceTransformer
) -> None:
    rows = theirs.encode(TEXTS, normalize_embeddings=True)
    np.testing.assert_allclose(encoder.encode(TEXTS), rows, atol=1e-5)
