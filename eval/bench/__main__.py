"""`python -m eval.bench`: how fast the tutor's parts are, beside the libraries they replace.

Each part runs in a process of its own, so that memory and start are its own; figures of one part
are ratios within one run. The result is printed, and kept with --write in docs/bench.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from math import isnan
from pathlib import Path
from typing import Any

from tutor import settings
from tutor.settings import ROOT

PARTS = {
    "decoder": "Decoder",
    "encoder": "Encoder",
    "start": "Start",
    "growth": "Retrieval from 43 to 1,000,000 entries",
}
PACKAGES = ("onnxruntime", "torch", "transformers", "sentence-transformers", "faiss-cpu")
PAGE = Path(ROOT) / "docs" / "bench.md"
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few prompts, no million entries")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--write", action="store_true", help="keep the tables in docs/bench.md")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.part:
        sys.stdout.write(json.dumps(_measure(chosen.part, chosen.quick)))
        return 0
    tables = [_header()]
    for part in chosen.only:
        tables.append(f"### {PARTS[part]}\n\n{_table(_apart(part, chosen.quick))}")
        sys.stdout.write(f"{tables[-1]}\n\n")
        sys.stdout.flush()
    if chosen.write:
        _keep("\n\n".join(tables))
    return 0


def _measure(part: str, quick: bool) -> list[dict[str, Any]]:
    """Imports only what its part needs."""
    chosen = settings.from_environment()
    if part == "decoder":
        from eval.bench import decoder

        return [asdict(row) for row in decoder.run(chosen, quick)]
    if part == "encoder":
        from eval.bench import encoder

        return [asdict(row) for row in encoder.run(chosen, quick)]
    if part == "start":
        from eval.bench import start

        return [asdict(row) for row in start.run(quick)]
    from eval.bench import growth

    return [asdict(point) for point in growth.run(chosen.threads, quick)]


def _apart(part: str, quick: bool) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "eval.bench", "--part", part, *(["--quick"] * quick)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def _header() -> str:
    cores = os.cpu_count()
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {cores} cores, "
        f"load {load} when the run began; Python {platform.python_version()}, {packages}."
    )


def _table(rows: list[dict[str, Any]]) -> str:
    lines = _growth(rows) if "entries" in rows[0] else _figures(rows)
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(rows: list[dict[str, Any]]) -> list[list[str]]:
    head = ["measure", "value", ""]
    return [head, *([r["name"], _number(r["value"], r["unit"]), r["note"]] for r in rows)]


def _growth(rows: list[dict[str, Any]]) -> list[list[str]]:
    head = ["index", "entries", "build, s", "a query, ms", "found first", "MB"]
    return [
        head,
        *(
            [
                r["index"],
                f"{r['entries']:,}",
                f"{r['build']:.2f}",
                f"{r['query']:.2f}",
                f"{r['found']:.2f}",
                f"{r['megabytes']:.1f}",
            ]
            for r in rows
        ),
    ]


def _number(value: float, unit: str) -> str:
    """Three digits, whole numbers whole; nothing where nothing was measured."""
    if isnan(value):
        return ""
    digits = f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def _keep(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
