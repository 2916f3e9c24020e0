"""Thirty students on one page: `python -m eval.load --students 30 --minutes 10 --pause 10 [--url]`.

Each student has a browser's cookie, a session and a conversation of its own, and speaks to the
page as a browser does: over Gradio's queue, with the whole conversation in every call. Every
message carries the student's private word; a word of another student in anything that comes back
is a leak. Without --url a server is started for the test; its memory is read only then.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from eval.metrics import percentile
from tutor.ui import strings

ROOT = Path(__file__).resolve().parent.parent
API = "/gradio_api/queue"
SIGNS = (strings.THINKING, strings.LOADING)  # shown while nothing has been answered
FIRST_TOKEN = 3.0  # seconds: the slowest that the 95th percentile may be
GROWTH = 0.10  # share by which the server's memory may grow once it is warm
SYLLABLES = ("zu", "ve", "lo", "ka", "mi", "xe", "po", "dri", "nu", "gba")

QUESTIONS = (
    "Qual é a função da multiplicação da Query pela Key na self-attention?",
    "por quê?",
    "me dá um exemplo",
    "Calcule a softmax de [{a}, 1, 0]",
    "e se fosse [{b}, 2, 1]?",
    "O que é dropout?",
    "explica mais simples",
    "Qual a diferença entre k-fold e leave-one-out?",
    "questão 9",
    "e no caso do RMSProp?",
    "Quanto é a entropia cruzada se a classe certa tem probabilidade 0,{a}?",
    "O que é in-context learning?",
    "Por que somar o positional encoding em vez de concatenar?",
    "mais curto",
    "Me dá um exercício de softmax",
    "mostra a resposta",
    "Qual é a capital da França?",
    "Quando usar BERT e quando usar GPT?",
    "obrigado!",
    "Para que serve a máscara na masked attention?",
)


@dataclass
class Figures:
    """What all students saw, in seconds from the press of a key."""

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Api:
    """Which of the page's functions sends a message and which answers it."""

    send: int
    trigger: int
    answer: int

    @classmethod
    def read(cls, config: dict[str, Any]) -> Api:
        """From the page's own description of itself."""
        ids = {c["props"].get("elem_id"): c["id"] for c in config["components"]}
        events = config["dependencies"]
        target = [ids["message"], "submit"]
        send = next(e["id"] for e in events if target in e["targets"])
        answer = next(e["id"] for e in events if e["trigger_after"] == send)
        return cls(send, ids["message"], answer)


class Student:
    """One browser: its cookie, its session, its conversation, its private word."""

    def __init__(self, url: str, number: int, words: Sequence[str], figures: Figures) -> None:
        self._random = random.Random(number)
        self._session = secrets.token_hex(8)
        self._number, self._words, self._figures = number, words, figures
        self._client = httpx.AsyncClient(base_url=url, timeout=120.0)
        self._kept: Any = []

    async def study(self, until: float, pause: float) -> None:
        """Asks until the time is over; the first message comes at a moment of its own."""
        async with self._client:
            await asyncio.sleep(self._random.uniform(0, pause))
            (await self._client.get("/")).raise_for_status()  # brings the cookie
            api = Api.read((await self._client.get("/config")).raise_for_status().json())
            turn = self._number  # students are at different places of the list
            while time.monotonic() < until:
                await self._ask(api, QUESTIONS[turn % len(QUESTIONS)])
                turn += 1
                await asyncio.sleep(pause * self._random.uniform(0.8, 1.2))

    async def _ask(self, api: Api, question: str) -> None:
        a, b = self._random.randint(1, 9), self._random.randint(1, 9)
        message = f"{question.format(a=a, b=b)} ({self._words[self._number]})"
        start = time.monotonic()
        try:
            await self._converse(api, message, start)
        except (httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            self._figures.errors.append(f"{type(error).__name__}: {error} ({message})")

    async def _converse(self, api: Api, message: str, start: float) -> None:
        async for data in self._call(api.send, [self._kept, message], api.trigger):
            self._kept = data[0]
        first: float | None = None
        async for data in self._call(api.answer, [self._kept], None):
            if first is None and reply_of(data) not in ("", *SIGNS):
                first = time.monotonic() - start
            self._look(data)
        self._kept = data[0]
        last = self._kept[-1]
        own = self._words[self._number] in last["text"]
        if first is None or not own or last["reply"] in (None, strings.SORRY, strings.STOPPED):
            raise ValueError(f"no answer: {last['reply']}")
        self._figures.first.append(first)
        self._figures.whole.append(time.monotonic() - start)

    async def _call(self, function: int, data: list[Any], trigger: int | None) -> AsyncIterator:
        """The data of each event of one call, the last one whole."""
        call = {
            "data": data, "fn_index": function, "session_hash": self._session,
            "event_data": None, "trigger_id": trigger,
        }  # fmt: skip
        (await self._client.post(f"{API}/join", json=call)).raise_for_status()
        so_far: list[Any] = []
        query = {"session_hash": self._session}
        async with self._client.stream("GET", f"{API}/data", params=query) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                event = json.loads(line.removeprefix("data:")) if line else {"msg": ""}
                if event["msg"] == "process_generating":
                    so_far = patched(so_far, event["output"]["data"])
                    yield so_far
                elif event["msg"] == "process_completed":
                    if not event["success"]:
                        raise ValueError(f"the page failed: {event['output']}")
                    yield so_far or event["output"]["data"]
                    return
                elif event["msg"] in ("unexpected_error", "close_stream"):
                    raise ValueError(f"the page ended the call: {event}")

    def _look(self, data: object) -> None:
        seen = json.dumps(data, ensure_ascii=False)
        foreign = [w for i, w in enumerate(self._words) if i != self._number and w in seen]
        self._figures.leaks += [f"{self._words[self._number]} saw {word}" for word in foreign]


def reply_of(data: Sequence[Any]) -> str:
    """What the page shows of the reply so far."""
    chat = data[1]
    value = chat.get("value") if isinstance(chat, dict) else chat
    last = value[-1] if isinstance(value, list) and value else None
    if not isinstance(last, dict) or last.get("role") != "assistant":
        return ""
    content = last["content"]
    return content if isinstance(content, str) else "".join(p.get("text", "") for p in content)


def patched(before: list[Any], edits: list[Any]) -> list[Any]:
    """Gradio sends the first state whole, then only what changed."""
    if not before:
        return edits
    return [_edited(value, changes) for value, changes in zip(before, edits, strict=True)]


def _edited(value: Any, changes: list[Any]) -> Any:
    value = json.loads(json.dumps(value))
    for action, path, new in changes:
        if not path:
            value = new if action == "replace" else value + new
            continue
        target = value
        for step in path[:-1]:
            target = target[step]
        if action == "replace":
            target[path[-1]] = new
        elif action == "append":
            target[path[-1]] += new
        elif action == "delete":
            del target[path[-1]]
        elif isinstance(target, list):
            target.insert(path[-1], new)
        else:
            target[path[-1]] = new
    return value


# ------------------------------------------------------------------------- the server


@dataclass(frozen=True)
class Server:
    """The page under test; `pid` is known where it was started here."""

    url: str
    pid: int | None = None

    def memory(self) -> float | None:
        """Resident memory in MiB."""
        if self.pid is None:
            return None
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))

    def busy(self) -> float | None:
        """Seconds of processor time so far."""
        if self.pid is None:
            return None
        stat = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _server(url: str | None) -> Iterator[Server]:
    if url is not None:
        yield Server(url.rstrip("/"))
        return
    with socket.socket() as found, tempfile.TemporaryDirectory() as state:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
        found.close()
        variables = {**os.environ, "TUTOR_PORT": str(port), "TUTOR_STATE": state}
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=variables)
        try:
            _wait(f"http://127.0.0.1:{port}", process)
            yield Server(f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.terminate()
            process.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"the server ended with code {process.returncode}")


# ------------------------------------------------------------------------ the verdict


async def run(server: Server, students: int, minutes: float, pause: float) -> bool:
    """Runs the test, prints its figures; whether all of them are as they should be."""
    warm = Figures()
    await Student(server.url, 0, ["aquecimento"], warm).study(time.monotonic() + 1, 0.1)
    words = [_word(number) for number in range(students)]
    figures = Figures()
    memory, busy = server.memory(), server.busy()
    started = time.monotonic()
    middle: list[float | None] = []

    async def halfway() -> None:
        await asyncio.sleep(30 * minutes)
        middle.append(server.memory())

    until = started + 60 * minutes
    everyone = (Student(server.url, i, words, figures).study(until, pause) for i in range(students))
    await asyncio.gather(halfway(), *everyone)
    seconds = time.monotonic() - started
    return _report(figures, seconds, [memory, *middle, server.memory()], (busy, server.busy()))


def _word(number: int) -> str:
    """A word that no text holds: three syllables, another for each number below 1,000."""
    first, rest = divmod(number, 100)
    second, third = divmod(rest, 10)
    return f"{SYLLABLES[first]}{SYLLABLES[second]}{SYLLABLES[third]}wq"


def _report(
    figures: Figures,
    seconds: float,
    memory: Sequence[float | None],
    busy: tuple[float | None, float | None],
) -> bool:
    count = len(figures.whole)
    print(f"answers               {count} in {seconds:.0f} s, {count / seconds:.2f} a second")
    print(f"errors                {len(figures.errors)}")
    print(f"foreign text          {len(figures.leaks)}")
    for title, values in (("first token", figures.first), ("whole answer", figures.whole)):
        shown = ", ".join(f"p{p} {percentile(values, p / 100):.2f} s" for p in (50, 95, 99))
        print(f"{title:21} {shown if values else 'none'}")
    if busy[0] is not None and busy[1] is not None and count:
        print(f"processor an answer   {(busy[1] - busy[0]) / count:.2f} s")
    known = [each for each in memory if each is not None]
    flat = True
    if len(known) == 3:
        print("server memory         start {:.0f}, middle {:.0f}, end {:.0f} MiB".format(*known))
        flat = known[2] <= known[1] * (1 + GROWTH)
    for line in sorted({*figures.errors, *figures.leaks})[:20]:
        print(f"  {line}")
    quick = bool(figures.first) and percentile(figures.first, 0.95) < FIRST_TOKEN
    good = quick and flat and not figures.errors and not figures.leaks
    print(f"verdict               {'good' if good else 'NOT good'}")
    return good


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 where the verdict is good, else 1."""
    parser = argparse.ArgumentParser(prog="python -m eval.load", description=__doc__)
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds between messages")
    parser.add_argument("--url", help="a page that runs already, such as http://127.0.0.1:7860")
    chosen = parser.parse_args(arguments)
    with _server(chosen.url) as server:
        return 0 if asyncio.run(run(server, chosen.students, chosen.minutes, chosen.pause)) else 1


if __name__ == "__main__":
    sys.exit(main())
