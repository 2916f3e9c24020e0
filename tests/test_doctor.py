from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tutor.doctor import report
from tutor.settings import Settings


def test_the_shipped_project_is_in_order() -> None:
    whole, lines = report(Settings())
    assert whole, "\n".join(lines)
    assert any("índice" in line and "conferidas" in line for line in lines)


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    whole, lines = report(replace(Settings(), models=tmp_path, index=tmp_path))
    assert not whole
    assert sum(line.startswith("ERRO") for line in lines) == 4
    assert any(line.startswith("AVISO índice") for line in lines)
