"""What a run was made of: code, data, models, versions, machine; no path, no person."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tutor import hashes
from tutor.build import corpus_hash
from tutor.index import MANIFEST
from tutor.settings import ROOT, Settings

PACKAGES = ("torch", "transformers", "faiss-cpu", "bm25s", "numpy", "sentence-transformers")
SHORT = 12  # digits of a hash that a report shows


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")


def of(settings: Settings, when: str) -> Mapping[str, str]:
    """Name -> value, in the order in which reports show them."""
    stamp = {
        "when": when,
        "git": git_hash(ROOT),
        "corpus": corpus_hash(settings.corpus)[:SHORT],
        "index": _file(settings.index / MANIFEST),
    }
    for model in ("encoder", "router", "generator"):
        stamp[model] = _file(settings.models / model / hashes.HASHES)
    stamp["answering model"] = settings.generator
    stamp["python"] = platform.python_version()
    for package in PACKAGES:
        stamp[package] = _version(package)
    cores = f"{os.cpu_count()} cores, {settings.threads} threads used"
    stamp["machine"] = f"{platform.system()} {platform.machine()}, {cores}"
    return stamp


def git_hash(root: Path) -> str:
    """The commit, with "+" where files of it were changed; "no git" outside a clone."""
    try:
        commit = _git(root, "rev-parse", "--short=12", "HEAD")
        return commit + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "no git"


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=root, capture_output=True, text=True, check=True, timeout=30
    )
    return done.stdout.strip()


def _file(path: Path) -> str:
    return hashes.of_file(path)[:SHORT] if path.is_file() else "missing"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
