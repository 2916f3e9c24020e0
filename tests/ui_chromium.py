"""A server of the page in its own process, and Chromium on it, for the browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SECONDS = 60_000  # milliseconds, for machines that are busy with something else


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(
    command: Sequence[str], port: int, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server of the page until it answers; ends it afterwards."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=variables)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with code {process.returncode}")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.2)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or the one that Playwright installed."""
    system = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system, args=ARGUMENTS)
        yield browser
        browser.close()


class Student:
    """A browser window on the page: what a student does, and what happened behind it."""

    def __init__(self, browser: Browser, port: int, **options: Any) -> None:
        options = {"viewport": {"width": 1280, "height": 860}, "locale": "pt-BR", **options}
        self.context = browser.new_context(**options)
        self.origin = f"http://127.0.0.1:{port}"
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(SECONDS)
        self.elsewhere: list[str] = []  # requests to other origins
        self.errors: list[str] = []  # script errors, refused content, dialogs
        self.page.on("request", self._requested)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._logged)
        self.open()

    def open(self) -> None:
        self.page.goto(self.origin)
        self.page.wait_for_selector("#message textarea")
        self.page.wait_for_selector("#chat")
        self.page.wait_for_load_state("networkidle")

    def close(self) -> None:
        self.context.close()

    def send(self, text: str) -> None:
        """Types a message and waits until it stands on the page (its answer may be whole then)."""
        before = len(self.questions())
        self.page.locator("#message textarea").fill(text)
        self.page.keyboard.press("Enter")
        self.wait_until(lambda: len(self.questions()) > before)

    def ask(self, text: str) -> str:
        """The whole reply to a message, as it reads on the page."""
        self.send(text)
        return self.reply()

    def click(self, control: Locator) -> str:
        """The whole reply to what a control asks."""
        control.click()
        self.page.wait_for_selector("#stop")
        return self.reply()

    def reply(self) -> str:
        """The last reply once it is whole."""
        while True:
            self.wait_until(self._at_rest)
            said = self.replies()
            self.page.wait_for_timeout(400)
            if self._at_rest() and self.replies() == said:
                return said[-1]

    def _at_rest(self) -> bool:
        """Every message has a reply and nothing is being written."""
        return (
            self.page.locator("#stop").count() == 0
            and self.page.locator("#send").count() == 1
            and len(self.replies()) == len(self.questions()) > 0
        )

    def questions(self) -> list[str]:
        return self.page.locator("#chat .user-row").all_inner_texts()

    def replies(self) -> list[str]:
        return self.page.locator("#chat .bot-row").all_inner_texts()

    def evidence(self) -> str:
        return self.page.locator("#evidence").inner_text()

    def wait_until(self, holds: Any) -> None:
        for _ in range(SECONDS // 50):
            if holds():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError("the page did not come to that state")

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def _dialog(self, dialog: Any) -> None:
        self.errors.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _logged(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)
