"""SHA-256 of files and folders: neither FAISS nor a model file notices flipped bits by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from tutor.errors import ModelError

HASHES = "hashes.json"


def of_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def of_files(root: Path, paths: Iterable[Path]) -> str:
    """One hash over names (relative to `root`) and contents of `paths`, in sorted order."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path.relative_to(root).as_posix()}\0{of_file(path)}\n".encode())
    return digest.hexdigest()


def write(directory: Path) -> None:
    """Records the hash of each file of a model directory (its card aside) in hashes.json."""
    files = [p for p in directory.rglob("*") if p.is_file() and p.suffix not in (".md", ".png")]
    hashes = {
        p.relative_to(directory).as_posix(): of_file(p) for p in sorted(files) if p.name != HASHES
    }
    (directory / HASHES).write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")


def verify(directory: Path) -> dict[str, str]:
    """The recorded hashes of a model directory; raises ModelError if a file is not what it was."""
    try:
        hashes = json.loads((directory / HASHES).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"O modelo em {directory.name}/ não está completo: falta {HASHES}. "
            "Baixe o projeto de novo ou rode `tutor train`."
        ) from error
    except json.JSONDecodeError as error:
        raise ModelError(
            f"{directory.name}/{HASHES} está danificado. Baixe o projeto de novo."
        ) from error
    for name, expected in hashes.items():
        path = directory / name
        if not path.is_file() or of_file(path) != expected:
            raise ModelError(
                f"O arquivo {directory.name}/{name} está ausente ou danificado. "
                "Baixe o projeto de novo ou rode `tutor train`."
            )
    return hashes
