"""The benchmark's own arithmetic: what it counts, not how fast anything is."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from eval.bench import __main__ as bench
from eval.bench import growth, measure, texts
from tests.conftest import ROOT
from tutor.settings import Settings


def test_time_is_told_by_the_clock_and_by_the_processors() -> None:
    total, spent = measure.timed(lambda: sum(range(1000)))
    assert total == 499500 and spent.wall > 0.0 and spent.cpu >= 0.0
    both = measure.Spent(2.0, 1.0) + measure.Spent(3.0, 2.0)
    assert (both - measure.Spent(1.0, 1.0)) == measure.Spent(4.0, 2.0)


@pytest.mark.parametrize("read", [measure.megabytes, measure.peak_megabytes])
def test_memory_of_this_process_is_read(read: object) -> None:
    assert callable(read) and 10.0 < read(os.getpid()) < 100_000.0
    assert np.isnan(read(2**30))


def test_texts_are_drawn_with_a_fixed_seed() -> None:
    settings = Settings()
    made = texts.prompts(settings, 3, len)
    assert made == texts.prompts(settings, 3, len)
    assert all(prompt.shots for prompt in made)
    assert len(set(texts.queries(settings, 20))) == len(set(texts.passages(settings, 20))) == 20


def test_a_query_is_its_row_disturbed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "BLOCK", 40)
    rows = np.concatenate([growth._rows(*block) for block in growth._blocks(100)])
    assert rows.shape == (100, growth.WIDTH)
    queries, places = growth._queries(100)
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1.0, atol=1e-5)
    np.testing.assert_allclose((queries * rows[places]).sum(1), growth.COSINE, atol=1e-5)


@pytest.mark.parametrize("name", ["flat fp16", "flat fp32", "HNSW fp16"])
def test_an_index_finds_the_rows_that_queries_were_made_of(name: str) -> None:
    makers = {"flat fp16": growth._half, "flat fp32": growth._flat, "HNSW fp16": growth._graph}
    point = growth._measure(name, makers[name](), 500, *growth._queries(500))
    assert point.found == 1.0 and point.entries == 500
    width = 4 if name == "flat fp32" else 2
    assert point.megabytes >= 500 * 384 * width / 2**20


def test_tables_are_kept_between_their_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "bench.md"
    page.write_text((ROOT / "docs" / "bench.md").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(bench, "PAGE", page)
    table = bench._table([{"name": "a query", "value": 2.5, "unit": "ms", "note": "twice"}])
    for _ in range(2):
        bench._keep(table)
    text = page.read_text(encoding="utf-8")
    assert text.count("| a query | 2.5 ms | twice |") == 1
    assert text.startswith("# Speed") and bench.END in text


def test_growth_has_a_table_of_its_own() -> None:
    point = {"index": "flat", "entries": 1_000_000, "build": 1.0, "query": 2.0,
             "found": 1.0, "megabytes": 740.0}  # fmt: skip
    assert "| flat | 1,000,000 | 1.00 | 2.00 | 1.00 | 740.0 |" in bench._table([point])
