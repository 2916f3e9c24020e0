from __future__ import annotations

from pathlib import Path

import pytest

from tutor.errors import SettingsError
from tutor.settings import Settings, from_environment


def test_defaults_are_local_and_private() -> None:
    settings = from_environment({})
    assert settings.host == "127.0.0.1" and settings.generator == "embedded"


def test_values_are_read_by_type() -> None:
    settings = from_environment(
        {"TUTOR_PORT": "8080", "TUTOR_INDEX": "outro", "TUTOR_TIMEOUT": "2.5"}
    )
    assert (settings.port, settings.index, settings.timeout) == (8080, Path("outro"), 2.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TUTOR_PORT", "porta"),
        ("TUTOR_GENERATOR", "magico"),
        ("TUTOR_SHOTS", "0"),
        ("TUTOR_ENGINE", "turbo"),
    ],
)
def test_a_bad_value_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({name: value})


def test_the_key_is_never_shown() -> None:
    assert "abc123" not in repr(Settings(api_key="abc123"))
