"""The door in front of Gradio: sizes, paths, origins and sessions are checked before it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tutor.ui import strings

MAX_BODY = 4_000_000  # bytes: a whole conversation with its evidence, and no more
MAX_HEADERS = 32_768  # bytes
BODY_SECONDS = 20.0  # time a body may take to arrive
REST_SECONDS = 2.0  # time the rest of a refused body may take, so that the refusal is read
MAX_SESSIONS = 10_000
COOKIE = "tutor_sessao"

# What the page needs of Gradio; uploads, files, proxies, API pages and the rest stay closed.
_OPEN = re.compile(
    r"/(?:page\.js|assets/.+|static/.+|svelte/.+|theme\.css|favicon\.ico|manifest\.json"
    r"|robots\.txt|config/?|gradio_api/(?:queue/(?:join|data)|heartbeat/[\w-]+|cancel|reset"
    r"|startup-events|app_id))?"
)
_SESSION_PATHS = re.compile(r"/gradio_api/(?:queue/|cancel|heartbeat/(?P<session>[\w-]+))")
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_EXTERNAL_META = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*?/>', re.DOTALL)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Sessions:
    """Which browser, by its cookie, owns which of Gradio's session hashes: its first user."""

    def __init__(self, size: int = MAX_SESSIONS) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()
        self._size = size

    def allow(self, session: str, cookie: str) -> bool:
        owner = self._owners.setdefault(session, cookie)
        self._owners.move_to_end(session)
        while len(self._owners) > self._size:
            self._owners.popitem(last=False)
        return secrets.compare_digest(owner, cookie)


class Door:
    """ASGI middleware: refuses early what the page never sends, adds the security headers."""

    def __init__(self, app: App, max_body: int = MAX_BODY) -> None:
        self._app, self._max_body = app, max_body
        self._sessions = Sessions()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)
        else:  # the page has no web socket
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _headers(scope)
        nonce = secrets.token_urlsafe(16)
        cookie = _cookie(headers.get("cookie", ""))
        fresh = None if cookie else secrets.token_urlsafe(24)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
            await _refuse(send, 431, strings.HEADERS_TOO_LARGE)
            return
        if not _OPEN.fullmatch(scope["path"]) or scope["method"] not in ("GET", "HEAD", "POST"):
            await _refuse(send, 404, strings.NOT_FOUND)
            return
        if scope["method"] == "POST" and not _same_origin(headers):
            await _refuse(send, 403, strings.OTHER_ORIGIN)
            return
        try:
            body = await asyncio.wait_for(self._body(headers, receive), BODY_SECONDS)
        except TimeoutError:
            await _refuse(send, 408, strings.BODY_TOO_SLOW)
            return
        if body is None:
            await _refuse(send, 413, strings.BODY_TOO_LARGE, receive)
            return
        if not self._may_use(scope, body, cookie):
            await _refuse(send, 403, strings.OTHER_SESSION)
            return
        page = scope["path"] == "/"
        sender = _Sender(send, nonce, fresh if page else None, rewrite=page)
        await self._app(_plain_scope(scope) if page else scope, _replay(body, receive), sender)

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes | None:
        """The whole body, or None as soon as it is larger than allowed, whatever it announced."""
        announced = headers.get("content-length", "0")
        if not announced.isdigit() or int(announced) > self._max_body:
            return None
        body, more = bytearray(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            body += message.get("body", b"")
            if len(body) > self._max_body:
                return None
            more = message.get("more_body", False)
        return bytes(body)

    def _may_use(self, scope: Scope, body: bytes, cookie: str | None) -> bool:
        """A session's events are only for the browser that opened it."""
        if not _SESSION_PATHS.match(scope["path"]):
            return True
        session = _session(scope, body)
        return cookie is not None and session is not None and self._sessions.allow(session, cookie)


class _Sender:
    """Passes a response on with our headers; a page's scripts get the nonce."""

    def __init__(self, send: Send, nonce: str, cookie: str | None, rewrite: bool) -> None:
        self._send, self._nonce, self._cookie, self._rewrite = send, nonce, cookie, rewrite
        self._start: Message | None = None
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            dropped = (b"server", b"content-length") if self._rewrite else (b"server",)
            kept = [(k, v) for k, v in message["headers"] if k.lower() not in dropped]
            message = {**message, "headers": [*kept, *_security(self._nonce, self._cookie)]}
            if self._rewrite:
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            page = _page(bytes(self._body), self._nonce)
            length = (b"content-length", str(len(page)).encode())
            await self._send({**self._start, "headers": [*self._start["headers"], length]})
            message = {"type": "http.response.body", "body": page}
        await self._send(message)


def _page(page: bytes, nonce: str) -> bytes:
    """Gradio's page in Portuguese, without links to elsewhere, its scripts allowed by the nonce."""
    page = page.replace(b'lang="en"', b'lang="pt-BR"', 1)
    page = _EXTERNAL_META.sub(b"", page)
    return _SCRIPT.sub(f'<script nonce="{nonce}"'.encode(), page)


def _security(nonce: str, cookie: str | None) -> list[tuple[bytes, bytes]]:
    policy = (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; media-src 'none'; "
        "object-src 'none'; frame-src 'none'; worker-src 'self' blob:; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'none'"
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
    }
    if cookie is not None:
        headers["set-cookie"] = f"{COOKIE}={cookie}; Path=/; HttpOnly; SameSite=Lax"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def _headers(scope: Scope) -> dict[str, str]:
    return {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}


def _plain_scope(scope: Scope) -> Scope:
    """Without what would compress the page before its scripts get their nonce."""
    headers = [(k, v) for k, v in scope["headers"] if k.lower() != b"accept-encoding"]
    return {**scope, "headers": headers}


def _cookie(header: str) -> str | None:
    try:
        found = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return found.value if found and re.fullmatch(r"[\w-]{20,64}", found.value) else None


def _same_origin(headers: dict[str, str]) -> bool:
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")


def _session(scope: Scope, body: bytes) -> str | None:
    """The session hash that a request is about."""
    beat = _SESSION_PATHS.match(scope["path"])
    found: object
    if beat and beat["session"]:
        found = beat["session"]
    elif scope["method"] != "POST":
        query = parse_qs(scope["query_string"].decode("latin-1"))
        found = query.get("session_hash", [None])[0]
    else:
        try:
            fields = json.loads(body or b"null")
        except ValueError:
            return None
        found = fields.get("session_hash") if isinstance(fields, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= 64 else None


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever comes (the disconnect)."""
    pending = [body]

    async def replayed() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replayed


async def _refuse(send: Send, status: int, text: str, receive: Receive | None = None) -> None:
    """`receive`: where the client still sends; closed at once, it would never read the reply."""
    body = text.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *_security(secrets.token_urlsafe(16), None),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": receive is not None})
    if receive is not None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_discard(receive), REST_SECONDS)
        await send({"type": "http.response.body", "body": b""})


async def _discard(receive: Receive) -> None:
    more = True
    while more:
        message = await receive()
        more = message["type"] == "http.request" and message.get("more_body", False)
