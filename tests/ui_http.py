"""A browser without a window: the page's own calls over plain HTTP, with a cookie of its own."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from typing import Any

import httpx

from eval.load import Api, patched

JOIN, DATA = "/gradio_api/queue/join", "/gradio_api/queue/data"


class Visitor:
    """`cookie=False`: one who never opened the page."""

    def __init__(self, port: int, cookie: bool = True) -> None:
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60.0)
        self.session = secrets.token_hex(8)
        if cookie:
            self.client.get("/").raise_for_status()
        self.api = Api.read(self.client.get("/config").raise_for_status().json())

    def join(self, function: object, data: object, session: str | None = None) -> httpx.Response:
        call = {
            "fn_index": function, "data": data, "session_hash": session or self.session,
            "event_data": None, "trigger_id": None,
        }  # fmt: skip
        plain = json.dumps(call)  # ASCII only, so that it may hold what is no valid text
        return self.client.post(JOIN, content=plain, headers={"content-type": "application/json"})

    def events(self) -> Iterator[dict[str, Any]]:
        """What the session's stream says until its call has ended."""
        query = {"session_hash": self.session}
        with self.client.stream("GET", DATA, params=query) as response:
            for line in response.iter_lines():
                if line:
                    event = json.loads(line.removeprefix("data:"))
                    yield event
                    if event["msg"] in ("process_completed", "unexpected_error", "close_stream"):
                        return

    def call(self, function: object, data: object) -> list[Any]:
        """The outputs of one call."""
        self.join(function, data).raise_for_status()
        so_far: list[Any] = []
        for event in self.events():
            if event["msg"] == "process_generating":
                so_far = patched(so_far, event["output"]["data"])
            elif event["msg"] == "process_completed":
                so_far = so_far or event["output"]["data"]
        return so_far

    def ask(self, message: str, kept: object = None) -> list[Any]:
        """The conversation, as the browser keeps it, after the answer."""
        asked = self.call(self.api.send, [kept or [], message])[0]
        return list(self.call(self.api.answer, [asked])[0])
