"""Starts the web page: settings -> tutor (loaded in the background) -> page -> server."""

from __future__ import annotations

import logging
import sys

from tutor import build, pipeline, settings
from tutor.errors import TutorError
from tutor.ui import server, strings
from tutor.ui.chat import Chat
from tutor.ui.feedback import Feedback
from tutor.ui.loading import Loading
from tutor.ui.page import Page


def main() -> int:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        chosen = settings.from_environment()
        corpus = build.read_corpus(chosen)
    except TutorError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    answering = server.Answering()
    chat = Chat(Loading(lambda: pipeline.load(chosen)), Feedback(chosen.state), answering)
    blocks = Page(corpus, chat, concurrency=chosen.threads).build()
    server.serve(blocks, chosen, answering, _announce)
    return 0


def _announce(url: str) -> None:
    sys.stdout.write(f"{strings.READY.format(url=url)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
