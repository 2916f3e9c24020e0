"""The web server: the page built from settings, Gradio mounted, the door in front, a calm stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI, Response

from tutor import build, pipeline
from tutor.errors import SettingsError
from tutor.records import Corpus
from tutor.settings import Settings
from tutor.ui import strings
from tutor.ui.chat import Chat
from tutor.ui.door import App, Door
from tutor.ui.feedback import Feedback
from tutor.ui.loading import Loading
from tutor.ui.page import STYLE, Page, theme

SCRIPT = Path(__file__).parent / "page.js"
STOP_SECONDS = 20  # an answer in flight may take this long to end after SIGTERM


class Answering:
    """Counts the answers that are being written, so that a stop can wait for them."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        return self._count

    @contextlib.contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1


def application(blocks: gr.Blocks) -> App:
    """The ASGI application: FastAPI without its API pages, Gradio mounted, the door in front."""
    app = FastAPI(title=strings.TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    names = json.dumps(dict(strings.BUTTONS), ensure_ascii=False)
    script = SCRIPT.read_text(encoding="utf-8").replace('"{{BUTTONS}}"', names)
    app.get("/page.js")(lambda: Response(script, media_type="text/javascript"))
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=0,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme(),
        css_paths=[STYLE],
        head='<script src="/page.js" defer></script>',
    )
    return Door(app)


class _Server(uvicorn.Server):
    """Says when it is ready; on a stop waits for answers in flight, not for open pages."""

    def __init__(self, config: uvicorn.Config, answering: Answering, url: str) -> None:
        super().__init__(config)
        self._answering, self._url = answering, url

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            sys.stdout.write(f"{strings.READY.format(url=self._url)}\n")
            sys.stdout.flush()

    async def shutdown(self, sockets: list[Any] | None = None) -> None:
        for server in self.servers:
            server.close()
        for _ in range(10 * STOP_SECONDS):
            if not self._answering.count:
                break
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.3)  # the last piece is on its way
        await super().shutdown(sockets)


def _warm(settings: Settings, corpus: Corpus) -> pipeline.Tutor:
    """The loaded tutor after one answer: the first forward passes are the slow ones."""
    tutor = pipeline.load(settings, corpus)
    tutor.answer("O que é softmax?")
    return tutor


def serve(settings: Settings) -> int:
    """Serves until SIGINT or SIGTERM; the models load while the page is already open."""
    corpus = build.read_corpus(settings)
    answering = Answering()
    chat = Chat(Loading(lambda: _warm(settings, corpus)), Feedback(settings.state), answering)
    run(Page(corpus, chat, concurrency=settings.threads).build(), settings, answering)
    return 0


def run(blocks: gr.Blocks, settings: Settings, answering: Answering) -> None:
    """The page at the settings' address, whose URL is printed once connections are accepted."""
    config = uvicorn.Config(
        application(blocks),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=1,
        http="h11",  # the one that limits how long headers may be
        h11_max_incomplete_event_size=32_768,
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    server = _Server(config, answering, f"http://{host}:{settings.port}")
    with _listening(settings) as listening, contextlib.suppress(KeyboardInterrupt):
        # Once stopped, uvicorn raises the signal again for whoever came before it: nobody.
        signal.signal(signal.SIGTERM, lambda *_: None)
        server.run(sockets=[listening])


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=1024)
    except OSError as error:
        raise SettingsError(
            strings.NO_ADDRESS.format(host=settings.host, port=settings.port, why=error.strerror)
        ) from error
