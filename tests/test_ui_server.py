"""The server: its address, its refusals, whose conversation is whose, and what survives its end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import httpx
import pytest
from ui_chromium import ROOT, free_port, served
from ui_http import DATA, JOIN, Visitor

from tutor.errors import SettingsError
from tutor.settings import Settings
from tutor.ui.server import Answering, run

# Signs of a path, a traceback or a part of the program in a reply.
INSIDE = ("traceback", 'file "', "site-packages", ".py", str(ROOT), "/usr", "/home", "/lib/",
          "uvicorn", "starlette", "fastapi", "pydantic", "exception")  # fmt: skip


def test_a_port_in_use_is_said_in_portuguese() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"porta {port}.*TUTOR_PORT"):
            run(gr.Blocks(), replace(Settings(), port=port), Answering())


def test_answers_in_flight_are_counted() -> None:
    answering = Answering()
    with answering(), answering():
        assert answering.count == 2
    assert answering.count == 0


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    state = tmp_path_factory.mktemp("state")
    fake = str(ROOT / "tests" / "ui_fake.py")
    with served([sys.executable, fake, str(port), str(state), "0"], port, {}):
        yield port


def inside(reply: str) -> list[str]:
    return [sign for sign in INSIDE if sign in reply.lower()]


# ------------------------------------------------------------------- whose conversation


def test_a_stolen_session_shows_nothing(port: int) -> None:
    owner, thief, stranger = Visitor(port), Visitor(port), Visitor(port, cookie=False)
    kept = owner.ask("O que é dropout? xirimbaba")
    assert "xirimbaba" in json.dumps(kept)
    owner.join(owner.api.send, [kept, "por quê? xirimbaba"]).raise_for_status()
    for other in (thief, stranger):
        replies = [
            other.client.get(DATA, params={"session_hash": owner.session}),
            other.client.get(f"/gradio_api/heartbeat/{owner.session}"),
            other.join(other.api.send, [[], "x"], session=owner.session),
            other.client.post("/gradio_api/cancel", json={
                "session_hash": owner.session, "fn_index": owner.api.send, "event_id": "x"}),
        ]  # fmt: skip
        assert [reply.status_code for reply in replies] == [403] * 4
        assert not any("xirimbaba" in reply.text for reply in replies)
    # The owner's own call was neither ended nor read by them.
    assert any(e["msg"] == "process_completed" and e["success"] for e in owner.events())


def test_a_new_browser_starts_with_nothing(port: int) -> None:
    Visitor(port).ask("O que é dropout? xirimbaba")
    assert "xirimbaba" not in json.dumps(Visitor(port).ask("por quê?"))


# ----------------------------------------------------------------------------- refusals


def calls(visitor: Visitor) -> Iterator[tuple[str, httpx.Response]]:
    """Requests that the page never makes, and their replies."""
    client = visitor.client
    client.headers["connection"] = "close"  # what is refused may end its connection
    for path in ("/nada", "/gradio_api/file=/etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/%7f",
                 "/assets/../../app.py", "/static/%00", "/assets/%2e%2e%2fx", "/static/x.js",
                 "/gradio_api/heartbeat/%ff", "/gradio_api/upload", "/config/x"):  # fmt: skip
        yield path, client.get(path)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        yield method, client.request(method, "/")
    for path in ("/", "/config", JOIN, DATA, "/gradio_api/reset", "/gradio_api/cancel"):
        for body in (b"", b"{", b"[]", b"null", b'"x"', b'{"session_hash":', b"\xff\xfe", b"1e999"):
            yield f"{path} {body!r}", client.post(path, content=body)
        yield f"{path} large", client.post(path, content=b"x" * 4_000_001)
    for path in (JOIN, "/gradio_api/cancel", "/gradio_api/reset"):
        for fields in ({}, {"fn_index": "x"}, {"fn_index": 10**9, "data": []}, {"event_id": []},
                       {"fn_index": -1, "data": []}, {"data": {}, "fn_index": None}):  # fmt: skip
            body_fields = {"session_hash": visitor.session, **fields}
            yield f"{path} {fields}", client.post(path, json=body_fields)
    yield "no session", client.get(DATA)


def test_refusals_say_nothing_of_the_inside(port: int) -> None:
    visitor = Visitor(port)
    statuses = set()
    for what, reply in calls(visitor):
        statuses.add(reply.status_code)
        assert inside(reply.text) == [], f"{what}: {reply.text[:300]}"
        assert "server" not in reply.headers
    assert {403, 404, 413} <= statuses


def test_calls_with_wrong_data_say_nothing_of_the_inside(port: int) -> None:
    visitor = Visitor(port)
    api = visitor.api
    for function, data in (
        (api.send, []), (api.send, [[], 1]), (api.send, [None, None]), (api.send, [{}, {"a": 1}]),
        (api.send, [[], "\ud83d"]), (api.send, [[{"text": "\ud83d"}], "oi"]), (api.answer, [3]),
        (api.answer, [[{"text": "explode"}]]), (api.answer, [[{"text": "x", "card": 1}] * 99]),
    ):  # fmt: skip
        reply = visitor.join(function, data)
        said = reply.text
        if reply.status_code == 200:
            said += json.dumps(list(visitor.events()))
        assert inside(said) == [], said[:600]
    assert "dropout" in json.dumps(visitor.ask("O que é dropout?")).lower()  # it still answers


def test_a_web_socket_and_garbage_are_refused(port: int) -> None:
    upgrade = (
        b"GET /gradio_api/queue/join HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
        b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==\r\n\r\n"
    )
    long = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n"
    for sent in (upgrade, b"\x16\x03\x01\x00\x00\r\n\r\n", b"GET / HTTP/9\r\n\r\n", long):
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(sent)
            said = wire.recv(65_536).decode("latin-1")
        assert inside(said) == [], said[:300]
        assert not said.startswith(("HTTP/1.1 101", "HTTP/1.1 200"))


# ------------------------------------------------------------------------ a sudden end

RECORDER = """
import sys
from pathlib import Path
from tutor.ui.feedback import Feedback
kept = Feedback(Path(sys.argv[1]))
for number in range(100_000):
    kept.record("Like", {"message": f"{number} " + "x" * 500})
    print(number, flush=True)
"""


def test_feedback_survives_a_kill(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    for _ in range(50):
        process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    said = 49 + len(process.stdout.read().splitlines())
    process.wait()
    text = (tmp_path / "feedback.jsonl").read_text(encoding="utf-8")
    lines = text.splitlines() if text.endswith("\n") else text.splitlines()[:-1]
    assert [int(json.loads(line)["message"].split()[0]) for line in lines][: said + 1] == list(
        range(said + 1)
    )
