"""The tutor, loaded in the background: the page opens at once and the first question waits."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from tutor.errors import TutorError
from tutor.pipeline import Tutor

log = logging.getLogger(__name__)


class Loading:
    """Runs `load` once in a thread; `wait` and `get` are for any number of threads."""

    def __init__(self, load: Callable[[], Tutor]) -> None:
        self._load = load
        self._done = threading.Event()
        self._tutor: Tutor | None = None
        self._error: BaseException | None = None
        threading.Thread(target=self._run, name="loading", daemon=True).start()

    def wait(self, seconds: float) -> bool:
        """Whether loading has ended, well or badly, after at most that long."""
        return self._done.wait(seconds)

    def get(self) -> Tutor:
        """Waits for the tutor; raises what went wrong while it was loaded."""
        self._done.wait()
        if self._tutor is None:
            raise self._error or RuntimeError("the tutor was not loaded")
        return self._tutor

    def _run(self) -> None:
        try:
            self._tutor = self._load()
        except TutorError as error:
            log.error("loading failed: %s", error)
            self._error = error
        except Exception as error:  # kept for `get`, so that every question says so
            log.exception("loading failed")
            self._error = error
        finally:
            self._done.set()
