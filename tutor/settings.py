"""Settings: the only reader of the environment (variables TUTOR_*)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from tutor.errors import SettingsError

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Everything that can be set; each field is read from TUTOR_<FIELD IN CAPITALS>."""

    corpus: Path = ROOT / "corpus"
    index: Path = ROOT / "index"
    models: Path = ROOT / "models"
    state: Path = ROOT / "var"  # feedback is kept here, on this machine only
    host: str = "127.0.0.1"
    port: int = 7860
    threads: int = 2
    engine: str = "onnx"  # what runs our own models: "onnx", or "torch" (slower, the reference)
    # "embedded", "hf:<model id or folder>", or "openai:<model name>" at `endpoint`.
    generator: str = "embedded"
    endpoint: str = "http://127.0.0.1:8000/v1"
    api_key: str = field(default="", repr=False)  # never shown or logged
    timeout: float = 30.0  # seconds that a remote generator may take
    shots: int = 3  # in-context examples in a prompt
    prompt_tokens: int = 1250  # budget of a prompt, in the embedded model's tokens
    answer_tokens: int = 780  # longest draft, in tokens


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the environment; raises SettingsError that names the variable."""
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for item in fields(Settings):
        name = f"TUTOR_{item.name.upper()}"
        if name in environment:
            kind = type(getattr(Settings(), item.name))
            try:
                values[item.name] = kind(environment[name])
            except ValueError as error:
                raise SettingsError(
                    f"{name} deve ser do tipo {kind.__name__}; recebi {environment[name]!r}."
                ) from error
    settings = Settings(**values)  # type: ignore[arg-type]
    if not settings.generator.startswith(("hf:", "openai:")) and settings.generator != "embedded":
        raise SettingsError(
            "TUTOR_GENERATOR deve ser embedded, hf:<modelo> ou openai:<modelo>; "
            f"recebi {settings.generator!r}."
        )
    if settings.engine not in ("onnx", "torch"):
        raise SettingsError(f"TUTOR_ENGINE deve ser onnx ou torch; recebi {settings.engine!r}.")
    for name in ("threads", "shots", "prompt_tokens", "answer_tokens", "timeout"):
        if getattr(settings, name) <= 0:
            raise SettingsError(f"TUTOR_{name.upper()} deve ser maior que zero.")
    return settings
