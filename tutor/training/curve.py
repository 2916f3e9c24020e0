"""Training curves as a picture, from the history that a phase leaves."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path

from tutor.errors import ModelError


def draw(picture: Path, phases: Sequence[Path], measure: str = "loss") -> None:
    """Writes a PNG with one panel for each folder in `phases` (its history.jsonl)."""
    if importlib.util.find_spec("matplotlib") is None:
        raise ModelError('Instale o projeto com o extra "train" para desenhar as curvas.')
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5 * len(phases), 3.2), layout="constrained")
    axes = figure.subplots(1, len(phases), squeeze=False)[0]
    for axis, phase in zip(axes, phases, strict=True):
        lines = (phase / "history.jsonl").read_text(encoding="utf-8").splitlines()
        notes = [n for n in map(json.loads, lines) if measure in n]
        axis.plot([n["step"] for n in notes], [n[measure] for n in notes])
        axis.set(title=phase.name, xlabel="step", ylabel=measure)
        axis.grid(alpha=0.3)
    figure.savefig(picture, dpi=120)
