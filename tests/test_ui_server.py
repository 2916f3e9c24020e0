"""The server refuses an address that it cannot have, in words."""

from __future__ import annotations

import socket
from dataclasses import replace

import gradio as gr
import pytest

from tutor.errors import SettingsError
from tutor.settings import Settings
from tutor.ui.server import Answering, run


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
