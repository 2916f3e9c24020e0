"""Who may import whom (README, architecture), read off the syntax tree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = [*sorted((ROOT / "tutor").rglob("*.py")), ROOT / "app.py"]

LEAVES = {"records", "errors", "text", "ngrams"}
STAGES = {
    "corpus", "encoder", "index", "retriever", "router", "smalltalk", "prompt",
    "generator", "hashes", "solution", "practice", "reference", "huggingface", "scope",
}  # fmt: skip
ALLOWED = {
    "index": {"hashes"},
    "retriever": {"index"},
    "encoder": {"hashes", "engine", "reference"},
    "router": {"hashes"},
    "scope": {"hashes", "retriever"},
    "generator": {"hashes", "prompt", "settings", "engine", "reference", "huggingface"},
    "huggingface": {"generator"},
    "grounding": {"hashes"},
}
HEAVY = {
    "torch": {"reference.py", "huggingface.py"},
    "transformers": {"reference.py", "huggingface.py"},
    "onnx": {"graph.py"},
    "onnxruntime": {"graph.py"},
    "sentence_transformers": set(),
    "faiss": {"index.py"},
    "gradio": {"app.py"},
}


def imports(path: Path, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def local(path: Path) -> set[str]:
    """Names of the modules of `tutor` that a file imports, as "index" or "solver"."""
    names = {i.split(".")[1] for i in imports(path) if i.startswith("tutor.") and i.count(".") >= 1}
    known = {p.stem for p in (ROOT / "tutor").glob("*.py")} | {
        "solver",
        "dialogue",
        "training",
        "ui",
        "grading",
        "grounding",
        "engine",
    }
    return names & known


def test_leaves_import_nothing_local() -> None:
    for name in LEAVES - {"errors"}:
        assert not local(ROOT / "tutor" / f"{name}.py"), name
    assert not local(ROOT / "tutor" / "errors.py")


@pytest.mark.parametrize("name", sorted(STAGES))
def test_stages_import_only_leaves_and_what_they_are_built_on(name: str) -> None:
    found = local(ROOT / "tutor" / f"{name}.py")
    assert found <= LEAVES | ALLOWED.get(name, set()), found


@pytest.mark.parametrize("package", ["solver", "grading", "grounding", "dialogue", "engine"])
def test_packages_import_only_leaves_and_themselves(package: str) -> None:
    for path in (ROOT / "tutor" / package).glob("*.py"):
        assert local(path) <= LEAVES | {package} | ALLOWED.get(package, set()), path.name


def test_nothing_imports_eval_or_the_interface() -> None:
    for path in FILES:
        assert not {i for i in imports(path) if i.split(".")[0] == "eval"}, path
        if path.parent.name != "ui" and path.name not in ("app.py", "cli.py"):
            assert "ui" not in local(path), path


def test_heavy_packages_stay_in_their_files() -> None:
    for path in FILES:
        roots = {i.split(".")[0] for i in imports(path)}
        if path.parent.name == "training":
            continue
        for package, homes in HEAVY.items():
            if package == "gradio" and path.parent.name == "ui":
                continue
            assert package not in roots or path.name in homes, f"{path.name} imports {package}"


def test_cli_and_pipeline_load_models_only_when_used() -> None:
    for name in ("cli.py", "pipeline.py"):
        top = {i.split(".")[0] for i in imports(ROOT / "tutor" / name, top_level_only=True)}
        assert not top & {"torch", "transformers", "faiss", "gradio", "onnxruntime"}
