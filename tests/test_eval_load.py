"""The load script reads the page's stream rightly and judges by what it saw."""

from __future__ import annotations

import pytest

from eval.load import Api, Figures, _report, _word, patched, reply_of
from tutor.ui import strings


def test_every_student_has_a_word_of_its_own() -> None:
    words = [_word(number) for number in range(300)]
    assert len(set(words)) == 300
    assert not any(a in b for a in words for b in words if a != b)


def test_the_page_says_which_functions_send_and_answer() -> None:
    config = {
        "components": [{"id": 9, "props": {"elem_id": "message"}}, {"id": 1, "props": {}}],
        "dependencies": [
            {"id": 4, "targets": [[9, "submit"], [10, "click"]], "trigger_after": None},
            {"id": 7, "targets": [[None, "then"]], "trigger_after": 4},
        ],
    }
    assert Api.read(config) == Api(send=4, trigger=9, answer=7)


def test_changes_are_applied_to_a_copy() -> None:
    before = [[{"role": "assistant", "content": "a"}], 1]
    edits = [[["append", [0, "content"], "b"], ["add", [1], "c"]], []]
    assert patched(before, edits) == [[{"role": "assistant", "content": "ab"}, "c"], 1]
    assert before[0] == [{"role": "assistant", "content": "a"}]
    assert patched([], before) == before
    assert patched(["x", {"k": 1}], [[["replace", [], "y"]], [["delete", ["k"], None]]]) == [
        "y",
        {},
    ]


def test_the_reply_is_the_last_message_if_the_tutor_wrote_it() -> None:
    parts = [{"type": "text", "text": "olá"}]
    assert reply_of([None, {"value": [{"role": "assistant", "content": parts}]}]) == "olá"
    assert reply_of([None, [{"role": "assistant", "content": "oi"}]]) == "oi"
    assert reply_of([None, [{"role": "user", "content": "oi"}]]) == ""


@pytest.mark.parametrize(
    ("figures", "memory", "good"),
    [
        (Figures([0.5], [1.0]), [100.0, 120.0, 121.0], True),
        (Figures([3.5], [4.0]), [100.0, 120.0, 121.0], False),
        (Figures([0.5], [1.0]), [100.0, 120.0, 160.0], False),
        (Figures([0.5], [1.0], errors=["x"]), [None, None, None], False),
        (Figures([0.5], [1.0], leaks=["a saw b"]), [None, None, None], False),
        (Figures(errors=[strings.SORRY]), [None, None, None], False),
    ],
)
def test_the_verdict(figures: Figures, memory: list[float | None], good: bool) -> None:
    assert _report(figures, 60.0, memory, (1.0, 2.0)) is good
