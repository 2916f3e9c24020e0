"""What the door lets through, what it refuses, and what it adds to every response."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

import pytest

from tutor.ui import door as door_module
from tutor.ui.door import COOKIE, Door, Message, Receive, Scope, Send, Sessions

A, B = "a" * 32, "b" * 32


async def gradio(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands in for Gradio: a page with scripts, or an echo of the body."""
    body = (await receive()).get("body", b"")
    if scope["path"] == "/":
        body = (
            b'<html lang="en"><meta property="og:url" content="https://gradio.app/" />'
            b"<script>1</script><script type=module src=x></script></html>"
        )
    headers = [(b"content-length", str(len(body)).encode()), (b"server", b"x")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body[:10], "more_body": True})
    await send({"type": "http.response.body", "body": body[10:]})


def request(
    door: Door,
    path: str,
    method: str = "GET",
    chunks: Sequence[bytes] = (b"",),
    cookie: str | None = None,
    headers: dict[str, str] | None = None,
    query: str = "",
) -> tuple[int, dict[str, str], bytes]:
    pending = list(chunks)
    sent: list[Message] = []

    async def receive() -> Message:
        if not pending:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": pending.pop(0), "more_body": bool(pending)}

    async def send(message: Message) -> None:
        sent.append(message)

    found = {"host": "tutor.local:7860", **(headers or {})}
    if cookie:
        found["cookie"] = f"{COOKIE}={cookie}"
    scope: dict[str, Any] = {
        "type": "http", "method": method, "path": path, "query_string": query.encode(),
        "headers": [(k.encode(), v.encode()) for k, v in found.items()],
    }  # fmt: skip
    asyncio.run(door(scope, receive, send))
    answered = {k.decode(): v.decode() for k, v in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(m.get("body", b"") for m in sent[1:])


def join(door: Door, session: str, cookie: str | None, **more: Any) -> int:
    body = json.dumps({"session_hash": session}).encode()
    path = "/gradio_api/queue/join"
    return request(door, path, "POST", [body], cookie, **more)[0]


def test_the_page_gets_a_nonce_a_language_and_a_cookie() -> None:
    door = Door(gradio)
    status, headers, body = request(door, "/")
    assert status == 200
    nonce = re.search(r"'nonce-([\w-]+)'", headers["content-security-policy"])
    assert nonce is not None
    assert body.count(f'<script nonce="{nonce.group(1)}"'.encode()) == 2
    assert b'lang="pt-BR"' in body
    assert b"gradio.app" not in body
    assert int(headers["content-length"]) == len(body)
    assert "HttpOnly" in headers["set-cookie"]
    assert "server" not in headers
    assert "unsafe-eval" not in headers["content-security-policy"]
    assert "script-src 'self' 'nonce-" in headers["content-security-policy"]
    assert request(door, "/")[1]["content-security-policy"] != headers["content-security-policy"]
    assert "set-cookie" not in request(door, "/", cookie=A)[1]


@pytest.mark.parametrize(
    "path",
    [
        "/docs", "/openapi.json", "/gradio_api/info", "/gradio_api/upload", "/gradio_api/file=/etc",
        "/gradio_api/proxy=http://x", "/gradio_api/call/x", "/monitoring", "/runs", "/vibe-edit",
        "/gradio_api/run/predict", "/gradio_api/openapi.json", "/login",
    ],
)  # fmt: skip
def test_what_the_page_does_not_need_is_closed(path: str) -> None:
    status, headers, _ = request(Door(gradio), path)
    assert status == 404
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("headers", [{}, {"content-length": "5"}, {"content-length": "lots"}])
def test_bodies_are_counted_as_they_stream(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "REST_SECONDS", 0.05)
    door = Door(gradio, max_body=1000)
    path = "/gradio_api/reset"
    assert request(door, path, "POST", [b"x" * 300] * 5, headers=headers)[0] == 413
    if headers != {"content-length": "lots"}:
        assert request(door, path, "POST", [b"x" * 300] * 3, headers=headers)[2] == b"x" * 900


def test_an_announced_size_is_refused_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "REST_SECONDS", 0.05)
    door = Door(gradio, max_body=1000)
    assert request(door, "/config", "POST", [], headers={"content-length": "1001"})[0] == 413


def test_long_headers_are_refused() -> None:
    assert request(Door(gradio), "/", headers={"x": "y" * 40_000})[0] == 431


def test_a_heartbeat_belongs_to_its_session() -> None:
    door = Door(gradio)
    assert join(door, "s1", A) == 200
    assert request(door, "/gradio_api/heartbeat/s1", cookie=A)[0] == 200
    assert request(door, "/gradio_api/heartbeat/s1", cookie=B)[0] == 403


def test_a_body_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "BODY_SECONDS", 0.05)
    assert request(Door(gradio), "/gradio_api/reset", "POST", [])[0] == 408


def test_a_session_belongs_to_the_browser_that_opened_it() -> None:
    door = Door(gradio)
    assert join(door, "s1", A) == 200
    assert join(door, "s1", A) == 200
    assert join(door, "s1", B) == 403
    assert join(door, "s2", None) == 403
    data = "/gradio_api/queue/data"
    assert request(door, data, query="session_hash=s1", cookie=A)[0] == 200
    assert request(door, data, query="session_hash=s1", cookie=B)[0] == 403
    assert request(door, data, cookie=A)[0] == 403
    assert request(door, "/gradio_api/queue/join", "POST", [b"not json"], A)[0] == 403
    assert request(door, "/gradio_api/cancel", "POST", [b"[]"], A)[0] == 403


def test_another_site_cannot_post() -> None:
    door = Door(gradio)
    assert join(door, "s", A, headers={"origin": "https://evil.example"}) == 403
    assert join(door, "s", A, headers={"origin": "http://tutor.local:7860"}) == 200
    assert request(door, "/", "PUT")[0] == 404


def test_old_sessions_are_forgotten() -> None:
    sessions = Sessions(size=2)
    assert all(sessions.allow(name, A) for name in ("1", "2", "3"))
    assert sessions.allow("1", B)
    assert not sessions.allow("3", B)


def test_web_sockets_are_closed() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Door(gradio)({"type": "websocket", "path": "/"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]
