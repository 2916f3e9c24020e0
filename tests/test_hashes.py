from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tutor import hashes
from tutor.errors import ModelError


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "weights").write_bytes(b"1234")
    (tmp_path / "README.md").write_text("card")
    hashes.write(tmp_path)
    return tmp_path


def test_whole_folder_passes_and_its_card_may_change(model: Path) -> None:
    (model / "README.md").write_text("another card")
    assert set(hashes.verify(model)) == {"weights"}


@pytest.mark.parametrize("content", [b"1235", b"", None])
def test_changed_or_missing_files_are_refused(model: Path, content: bytes | None) -> None:
    if content is None:
        (model / "weights").unlink()
    else:
        (model / "weights").write_bytes(content)
    with pytest.raises(ModelError, match="weights"):
        hashes.verify(model)


@pytest.mark.parametrize("content", [None, "{"])
def test_missing_or_damaged_list_is_refused(model: Path, content: str | None) -> None:
    path = model / hashes.HASHES
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(ModelError):
        hashes.verify(model)


@pytest.mark.parametrize("name", ["encoder", "router", "generator"])
def test_shipped_models_are_whole_small_and_safe(name: str) -> None:
    folder = ROOT / "models" / name
    hashes.verify(folder)
    assert (folder / "README.md").read_text(encoding="utf-8").strip()
    for path in folder.rglob("*"):
        assert path.suffix not in (".bin", ".pt", ".pth", ".pkl", ".pickle", ".joblib")
        assert path.stat().st_size <= 50 * 2**20
