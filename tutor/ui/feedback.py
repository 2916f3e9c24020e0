"""Like, dislike and "wrong source": appended to one local file, never sent anywhere."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

MAX_FILE = 20_000_000  # bytes; then nothing more is recorded until somebody moves the file
MAX_FIELD = 2_000  # characters of one text


class FeedbackFull(OSError):
    """The file has reached its largest size."""


class Feedback:
    """Appends one JSON line a judgement; a line is on disk when `record` returns."""

    def __init__(self, folder: Path, max_file: int = MAX_FILE) -> None:
        self._path = folder / "feedback.jsonl"
        self._max_file = max_file
        self._lock = threading.Lock()

    def record(self, judgement: str, fields: Mapping[str, str | None]) -> None:
        """Raises OSError where the line cannot be kept."""
        line = {"time": datetime.now(UTC).isoformat(timespec="seconds"), "judgement": judgement}
        line |= {name: (text or "")[:MAX_FIELD] for name, text in fields.items()}
        data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a+b") as file:
                end = file.seek(0, os.SEEK_END)
                if end + len(data) >= self._max_file:
                    raise FeedbackFull(f"{self._path.name} has reached {self._max_file} bytes")
                if end and _torn(file, end):
                    file.write(b"\n")
                file.write(data)
                file.flush()
                os.fsync(file.fileno())


def _torn(file: IO[bytes], end: int) -> bool:
    """Whether a line was being written when the machine or the program died."""
    file.seek(end - 1)
    return file.read(1) != b"\n"
