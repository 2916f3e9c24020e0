"""The real tutor in a real browser: a concept, a follow-up and a calculation, read off the page."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from ui_chromium import Student, chromium, free_port, served

from tutor.ui import strings


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    state = tmp_path_factory.mktemp("state")
    environment = {"TUTOR_PORT": str(port), "TUTOR_STATE": str(state), "TUTOR_THREADS": "2"}
    with served([sys.executable, "app.py"], port, environment):
        yield port


@pytest.fixture
def student(browser: Browser, port: int) -> Iterator[Student]:
    student = Student(browser, port)
    yield student
    student.close()
    assert student.elsewhere == []
    assert student.errors == []


def test_a_concept_then_a_follow_up(student: Student) -> None:
    reply = student.ask("Qual é a função da multiplicação da Query pela Key na self-attention?")
    assert any(strings.MODES[mode] in reply for mode in ("reference", "generated"))
    assert student.page.locator("#chat .bot-row .katex").count() > 0
    assert student.page.locator("#evidence .source").first.inner_text().count("Questão 25") == 1
    for text in (strings.TOPIC, "Atenção", strings.PROMPT, strings.TIMINGS):
        assert text in student.evidence()
    follow_up = student.ask("me dá um exemplo")
    assert follow_up.startswith("Entendi como:")
    assert "Questão 25" in student.evidence()


def test_a_calculation(student: Student) -> None:
    reply = student.ask("Calcule a softmax de [2, 1, 0]")
    assert strings.MODES["computed"] in reply
    assert "0,6652" in reply
    assert "0,2447" in reply
    assert strings.CHECKS in student.evidence()
    assert student.page.locator("#evidence .figure").count() == 1
    changed = student.ask("e se fosse [1, 1, 1, 1]?")
    assert "0,25" in changed


def test_outside_the_material_there_are_no_sources(student: Student) -> None:
    student.ask("Qual é a receita do bolo de cenoura?")
    assert strings.MODES["abstained"] in student.evidence()
    assert student.page.locator("#evidence .source").count() == 0


def test_a_phone_in_the_dark(browser: Browser, port: int) -> None:
    student = Student(
        browser, port, viewport={"width": 390, "height": 844}, color_scheme="dark", has_touch=True
    )
    assert student.ask("O que é in-context learning?")
    assert student.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert student.page.evaluate("document.body.classList.contains('dark')")
    student.close()


def test_a_script_stays_text(student: Student) -> None:
    payload = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    student.ask(f"{payload} o que é BERT?")
    asked = student.questions()[-1].replace("\u2060", "").replace("\ufeff", "")
    assert payload in asked
    assert student.page.locator("#chat .prose script, #chat .prose img").count() == 0
