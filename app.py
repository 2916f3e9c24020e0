"""Starts the web page: settings -> corpus and tutor -> page -> server (tutor/ui/server.py)."""

from __future__ import annotations

import logging
import sys

from tutor import settings
from tutor.errors import TutorError
from tutor.ui.server import serve


def main() -> int:
    """Exit code 0 after a stop; 1 with a Portuguese message where the tutor cannot start."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        return serve(settings.from_environment())
    except TutorError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
