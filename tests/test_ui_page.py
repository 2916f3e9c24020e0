"""The page in Chromium with a tutor that needs no models: every control does what it says."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from ui_chromium import ROOT, Student, chromium, free_port, served

from tutor.ui import strings

pytestmark = pytest.mark.timeout(900)  # a busy machine is no fault of the page
PAYLOAD = (
    '<script>alert(1)</script> <img src=x onerror="alert(2)"> ![i](http://evil.example/x.png) '
    "2*3*4 _a_ [b](javascript:alert(3)) R$ 5 e R$ 10 $\\href{javascript:alert(4)}{x}$ "
    '<div style="position:fixed;inset:0;z-index:9999">tampa</div>\n# t\n```mermaid\ngraph TD\n```'
)


def command(port: int, state: Path, seconds: float) -> list[str]:
    return [sys.executable, str(ROOT / "tests" / "ui_fake.py"), str(port), str(state), str(seconds)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def port(state: Path) -> Iterator[int]:
    port = free_port()
    with served(command(port, state, 0.02), port, {}):
        yield port


@pytest.fixture(scope="module")
def slow() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    port = free_port()
    with served(command(port, Path("unused"), 0.6), port, {}) as process:
        yield port, process


@pytest.fixture
def student(browser: Browser, port: int) -> Iterator[Student]:
    student = Student(browser, port)
    yield student
    student.close()
    assert student.elsewhere == []
    assert student.errors == []


def test_ask_follow_up_and_see_the_evidence(student: Student) -> None:
    reply = student.ask("Qual é a função da multiplicação da Query pela Key?")
    assert "compatibilidade" in reply
    assert student.page.locator("#chat .bot-row .katex").count() > 3
    assert "$" not in student.page.locator("#chat .bot-row p").first.inner_text()
    assert "Questão 25" in student.evidence()
    source = student.page.locator("#evidence .source").first
    source.locator("summary").click()
    assert strings.MISCONCEPTIONS in source.inner_text()
    assert source.locator(".katex").count() > 3
    student.click(student.page.locator("#chat .option").first)
    assert len(student.questions()) == 2
    follow_up = student.ask("por quê?")
    assert follow_up.startswith("Entendi como:")
    assert student.page.get_by_role("button", name=strings.NOT_THAT).count() == 1
    again = student.click(student.page.get_by_role("button", name=strings.NOT_THAT))
    assert not again.startswith("Entendi como:")
    assert len(student.questions()) == 3
    student.page.locator("#shown input").click()
    student.page.get_by_role("option").first.click()
    student.wait_until(lambda: "Questão 25" in student.evidence())


def test_retry_edit_undo_reload_clear(student: Student) -> None:
    student.ask("O que é dropout?")
    student.click(student.page.get_by_label("Tentar novamente").last)
    assert len(student.questions()) == 1
    student.page.get_by_label("Editar").last.click()
    box = student.page.locator("#chat textarea")
    assert box.input_value().strip("\u2060") == "O que é dropout?"
    box.fill("O que é weight decay?")
    edited = student.click(student.page.locator("#chat").get_by_label("Enviar"))
    assert student.questions()[-1].endswith("weight decay?")
    student.page.reload()
    student.wait_until(lambda: student.replies() == [edited])
    assert "Questão 10" in student.evidence()
    student.page.get_by_label("Desfazer").last.click()
    student.wait_until(lambda: student.questions() == [])
    assert student.page.locator("#message textarea").input_value() == "O que é weight decay?"
    student.page.keyboard.press("Tab")
    student.ask("O que é dropout?")
    student.page.locator("#clear").click()
    student.wait_until(lambda: student.questions() == [])
    student.page.reload()
    student.page.wait_for_timeout(1500)
    assert student.questions() == []


def test_stop_in_mid_stream(browser: Browser, slow: tuple[int, subprocess.Popen[bytes]]) -> None:
    student = Student(browser, slow[0])
    student.send("O que é a conexão residual?")
    student.wait_until(lambda: student.replies() and "soma" in student.replies()[-1])
    student.page.locator("#stop").click()
    stopped = student.reply()
    assert "Resposta interrompida" in stopped
    student.page.wait_for_timeout(1500)
    assert student.replies() == [stopped]
    # A short message would repeat the last turn: of the stopped one there is none.
    assert not student.ask("por quê?").startswith("Entendi como:")
    assert "weight decay" in student.ask("O que é weight decay?")
    assert student.errors == []
    student.close()


def test_sigterm_delivers_the_answer_in_flight(
    browser: Browser, slow: tuple[int, subprocess.Popen[bytes]]
) -> None:
    student = Student(browser, slow[0])
    student.send("O que é weight decay?")
    student.wait_until(lambda: student.replies() and "Pensando" not in student.replies()[-1])
    slow[1].send_signal(signal.SIGTERM)
    assert strings.MODES["reference"] in student.reply()
    assert slow[1].wait(30) == 0
    student.close()


def test_the_conversation_survives_a_kill(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with served(command(port, tmp_path, 0.0), port, {}) as process:
        student = Student(browser, port)
        reply = student.ask("Qual é a função da multiplicação da Query pela Key?")
        student.page.get_by_label("Gostei", exact=True).last.click()
        student.page.get_by_text(strings.FEEDBACK_SAVED).wait_for()
        process.kill()
        process.wait(30)
    assert "Like" in (tmp_path / "feedback.jsonl").read_text(encoding="utf-8")
    with served(command(port, tmp_path, 0.0), port, {}):
        student.page.goto(student.origin)
        student.wait_until(lambda: student.replies() == [reply])
        assert "Questão 25" in student.evidence()
        assert student.ask("por quê?").startswith("Entendi como:")
    student.close()


def serious(student: Student) -> list[str]:
    """What axe-core finds on the page that a student with a disability stumbles over."""
    found = Axe().run(student.page).response["violations"]
    return [
        f"{each['id']}: {[node['html'][:160] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, port: int, scheme: str) -> None:
    student = Student(browser, port, color_scheme=scheme)
    found = serious(student)
    student.ask("Calcule a softmax de [2, 1, 0]")
    student.ask("Qual é a função da multiplicação da Query pela Key?")
    for summary in student.page.locator("#evidence .fold > summary").all():
        summary.click()
    student.page.locator("#evidence .source summary").first.click()
    student.page.locator("#examples button").first.click()
    found += serious(student)
    for tab in (strings.TAB_QUESTIONS, strings.TAB_ABOUT):
        student.page.get_by_role("tab", name=tab).click()
        student.page.wait_for_timeout(300)
        found += serious(student)
    assert found == []
    student.close()


def test_from_an_answer_to_its_entry_and_back(student: Student) -> None:
    student.ask("Qual é a função da multiplicação da Query pela Key?")
    student.page.locator("#open-entry").click()
    student.page.locator("#entry h2", has_text="Query vezes Key").wait_for()
    assert student.page.locator("#list input:checked").get_attribute("value") == "25"
    student.page.locator("#related input").click()
    student.page.get_by_role("option").first.click()
    student.page.locator("#entry h2", has_text="Value").wait_for()
    student.page.get_by_role("button", name=strings.ASK_ERRATA).click()
    student.wait_until(lambda: len(student.questions()) == 2)
    assert strings.ERRATA_MESSAGE.format(id="26") in student.questions()[-1]
    student.reply()


def test_strangers_text_stays_text(student: Student) -> None:
    student.ask(PAYLOAD)
    asked = student.questions()[-1].replace("\u2060", "").replace("\ufeff", "")
    for text in ("<script>alert(1)</script>", "![i](http:", "2*3*4", "R$ 5 e R$ 10", "# t", "<div"):
        assert text in asked, text
    for selector in ("img", "script", "h1", "[style*='position']", "a[href^='javascript']", "svg"):
        assert student.page.locator(f"#chat .user-row .prose {selector}").count() == 0, selector
    student.ask("por quê?")
    assert student.page.locator("#evidence img, #evidence script").count() == 0
    student.page.reload()
    student.wait_until(lambda: len(student.questions()) == 2)


def test_an_error_is_an_apology_without_details(student: Student) -> None:
    reply = student.ask("explode")
    assert strings.SORRY in reply
    assert "secret detail" not in student.page.content()
    assert "Traceback" not in student.page.content()


def test_judgements_are_saved(student: Student, state: Path) -> None:
    student.ask("O que é dropout?")
    student.page.get_by_label("Gostei", exact=True).last.click()
    student.page.get_by_text(strings.FEEDBACK_SAVED).wait_for()
    student.page.locator("#chat .extra-feedback").last.hover()
    student.page.get_by_role("button", name=strings.WRONG_SOURCE).last.click()
    file = state / "feedback.jsonl"
    student.wait_until(lambda: strings.WRONG_SOURCE in file.read_text(encoding="utf-8"))


def test_the_questions_are_browsed_and_asked(student: Student) -> None:
    student.page.get_by_role("tab", name=strings.TAB_QUESTIONS).click()
    assert student.page.locator("#list label").count() == 43
    student.page.get_by_label(strings.BROWSE_SEARCH).press_sequentially("wordpiece")
    student.wait_until(lambda: student.page.locator("#list label").count() == 3)
    student.page.locator("#list label").first.click()
    student.page.locator("#entry h2", has_text="WordPiece").wait_for()
    assert strings.ERRATA in student.page.locator("#entry").inner_text()
    student.page.get_by_label(strings.COLLECTIONS["concepts"]).check()
    student.wait_until(lambda: "Conceito" in student.page.locator("#entry").inner_text())
    assert student.click(student.page.locator("#ask-about"))
    assert len(student.questions()) == 1


def test_examples_by_topic(student: Student) -> None:
    student.page.locator("#examples button").first.click()
    sample = student.page.locator(".sample").first
    text = sample.inner_text()
    student.click(sample)
    assert student.questions() == [f"\u2060{text}"]


def test_two_students_at_once_do_not_meet(browser: Browser, port: int) -> None:
    one, other = Student(browser, port), Student(browser, port)
    one.send("Calcule a softmax de [2, 1, 0]")
    other.send("O que é dropout?")
    assert "softmax" in one.reply()
    assert "Dropout" in other.reply()
    assert (len(one.questions()), len(other.questions())) == (1, 1)
    one.close()
    other.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(
    browser: Browser, port: int, scheme: str
) -> None:
    student = Student(
        browser, port, viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True
    )
    student.ask("Calcule a softmax de [2, 1, 0]")
    for tab in (strings.TAB_CHAT, strings.TAB_QUESTIONS, strings.TAB_ABOUT):
        student.page.get_by_role("tab", name=tab).click()
        student.page.wait_for_timeout(200)
        width = student.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, tab
    dark = student.page.evaluate("document.body.classList.contains('dark')")
    assert dark is (scheme == "dark")
    student.close()


def test_keyboard_alone_is_enough(student: Student) -> None:
    student.page.locator("#message textarea").focus()
    student.page.keyboard.type("O que é dropout?")
    student.page.keyboard.press("Enter")
    student.page.wait_for_selector("#stop")
    student.reply()
    for _ in range(60):
        student.page.keyboard.press("Tab")
        if student.page.evaluate("document.activeElement.matches('#evidence .source summary')"):
            break
    outline = student.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    student.page.keyboard.press("Enter")
    assert student.page.locator("#evidence .source[open]").count() == 1
