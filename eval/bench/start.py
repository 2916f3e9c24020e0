"""Seconds from `python app.py` to the page and to its first answer, asked as a browser asks."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from eval.bench.measure import Row, cpu_seconds, peak_megabytes
from tutor.settings import ROOT

QUESTION = "Por que a atenção divide por raiz de d_k?"
PATIENCE = 300.0  # seconds
SESSION = "bench"


def run(quick: bool) -> list[Row]:
    """One cold start and, unless quick, two more; the median of each figure."""
    tries = [_start() for _ in range(1 if quick else 3)]
    middle = sorted(tries, key=lambda t: t["answer"])[len(tries) // 2]
    return [
        Row("`python app.py` to the page", middle["page"], "s"),
        Row("`python app.py` to the first answer", middle["answer"], "s", "goal: under 8"),
        Row("processor time until then", middle["cpu"], "s", "one idle core would take this long"),
        Row("peak memory of the server", middle["memory"], "MB"),
    ]


def _start() -> dict[str, float]:
    port = _free_port()
    began = time.perf_counter()
    with (
        _server(port) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client,
    ):
        _wait_for(client, process)
        page = time.perf_counter() - began
        answered = _ask(client)
        answer = time.perf_counter() - began
        cpu = cpu_seconds(process.pid)
        if "d_k" not in answered:
            raise RuntimeError(f"not an answer: {answered[:200]}")
        return {"page": page, "answer": answer, "cpu": cpu, "memory": peak_megabytes(process.pid)}


@contextmanager
def _server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, str(Path(ROOT) / "app.py")],
        cwd=ROOT,
        env={**os.environ, "TUTOR_PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            client.get("/").raise_for_status()  # sets the session's cookie
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError(f"the server ended with code {process.returncode}")


def _ask(client: httpx.Client) -> str:
    """What the page does when a message is sent: one event stores it, the next one answers."""
    events = {d["api_name"]: d for d in client.get("/config").json()["dependencies"]}
    kept = _event(client, events["_sent"]["id"], [None, QUESTION])[0]
    answer = next(d for name, d in events.items() if name.startswith("_answered"))
    return json.dumps(_event(client, answer["id"], [kept]), ensure_ascii=False)


def _event(client: httpx.Client, index: int, data: list[Any]) -> list[Any]:
    event = {"data": data, "fn_index": index, "session_hash": SESSION, "trigger_id": None}
    client.post("/gradio_api/queue/join", json=event).raise_for_status()
    address = f"/gradio_api/queue/data?session_hash={SESSION}"
    with client.stream("GET", address) as response:
        for line in response.iter_lines():
            message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if message.get("msg") == "process_completed":
                result: list[Any] = message["output"]["data"]
                return result
    raise RuntimeError("the event stream ended without a result")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
