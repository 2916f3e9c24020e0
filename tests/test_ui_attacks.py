"""Untrusted text stays text: every payload as a message, a reply, a follow-up, in the history that
the browser keeps and in the corpus. Nothing runs, nothing is fetched, nothing covers a control."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import payloads
import pytest
from playwright.sync_api import Browser, Route
from ui_chromium import ROOT, Student, chromium, free_port, served

from tutor import corpus as corpus_files
from tutor.ui import strings
from tutor.ui.conversation import MAX_ENTRIES, MAX_MESSAGE

pytestmark = pytest.mark.timeout(900)  # a busy machine is no fault of the page
PAYLOADS = payloads.read()
LISTED = [e for e in corpus_files.load(ROOT / "corpus").examples if e.collection == "lista2"]
BY_NUMBER = {example.id: example for example in LISTED}

# Controls that something else lies upon, elements that only a stranger's markup could have made.
STATE = """
() => {
  const covered = ["#send", "#message textarea", "#clear"].filter((name) => {
    const control = document.querySelector(name);
    if (!control || !control.checkVisibility()) return false;
    const box = control.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    return top === null || !(control.contains(top) || top.contains(control));
  });
  const made = [...document.querySelectorAll("#chat .prose, #evidence, #entry, #list, .sample")]
    .flatMap((place) => [...place.querySelectorAll(
      "script, img, iframe, object, embed, video, audio, form, input:not([type=radio]), style,"
      + "link, base, meta, dialog, textarea, marquee, a, [onload], [onerror], [onclick], [onfocus],"
      + "[style*=fixed], [popover], foreignObject, animate, .mermaid svg, [id^=mermaid]")])
    .map((element) => element.outerHTML.slice(0, 200));
  return {covered, made, ran: window.ran ?? null, path: location.pathname + location.hash};
}
"""
UNTOUCHED = {"covered": [], "made": [], "ran": None, "path": "/"}


def command(port: int, state: Path, *more: str) -> list[str]:
    fake = str(ROOT / "tests" / "ui_fake.py")
    return [sys.executable, fake, str(port), str(state), "0", *more]


def untouched(student: Student) -> bool:
    found = student.page.evaluate(STATE)
    assert found == UNTOUCHED
    assert student.elsewhere == []
    assert student.errors == []
    return True


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    port = free_port()
    with served(command(port, tmp_path_factory.mktemp("state")), port, {}):
        yield port


def test_the_payloads_are_many_and_the_combinations_complete() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 300
    groups = payloads.groups()
    for name, lines in payloads.combinations().items():
        assert groups[name] == lines


def batches(limit: int) -> Iterator[str]:
    """All payloads, as many to a message as it may hold."""
    message = ""
    for payload in PAYLOADS:
        if message and len(message) + len(payload) + 2 > limit:
            yield message
            message = ""
        message = f"{message}\n\n{payload}" if message else payload
    yield message


def test_in_messages_and_in_follow_ups(browser: Browser, port: int) -> None:
    student = Student(browser, port)
    for message in batches(MAX_MESSAGE - 100):
        student.ask(message)
        untouched(student)
        assert student.ask("por quê?").startswith("Entendi como:")
        untouched(student)
    shown = "".join(student.questions()).replace("\u2060", "").replace("\ufeff", "")
    for text in ("<script>alert(1)</script>", "[clique](javascript:alert(1))", "{{7*7}}"):
        assert text in shown
    student.close()


def kept(found: Sequence[str]) -> list[dict[str, Any]]:
    """A conversation as a browser could have kept it: a payload an entry, all in the last card."""
    entries: list[dict[str, Any]] = [
        {"text": each, "reply": each, "card": None, "turn": None, "suggestions": [each]}
        for each in found
    ]
    entries[-1]["suggestions"] = list(found[:4])
    entries[-1]["card"] = {
        "standalone": "\n".join(found),
        "mode": "reference",
        "topic": found[0],
        "sources": [["25", 0.9, 0.9, 0.9, "\n".join(found)]],
        "solution": {
            "checks": [[each, True, each] for each in found],
            "assumptions": list(found),
            "remarks": list(found),
            "figure": {"kind": "table", "title": found[0],
                       "data": {"columns": ["a"], "rows": [[each] for each in found]}},
        },
        "verdict": [[each, True, each, each] for each in found],
        "prompt": {"text": "\n".join(found), "shots": found[0], "tokens": 1, "model": found[0]},
        "notes": list(found),
        "timings": dict.fromkeys(found, 0.1),
    }  # fmt: skip
    return entries


def restore(student: Student, found: Sequence[str]) -> None:
    """Opens the page on a conversation with these payloads, as if the browser had kept it."""

    def changed(route: Route) -> None:
        """The page asks the server to show what it kept: here, something else."""
        call = json.loads(route.request.post_data or "null")
        call["data"] = [kept(found)]
        route.continue_(post_data=json.dumps(call))

    student.page.route("**/queue/join*", changed, times=1)
    student.page.goto(student.origin)
    student.wait_until(lambda: len(student.replies()) == len(found))
    student.page.locator("#evidence .mode").wait_for()
    unfold(student)


def unfold(student: Student) -> None:
    student.page.evaluate(
        "document.querySelectorAll('#evidence details').forEach((each) => { each.open = true })"
    )


def test_in_a_history_that_the_browser_kept(browser: Browser, port: int) -> None:
    student = Student(browser, port)
    for start in range(0, len(PAYLOADS), MAX_ENTRIES):
        restore(student, PAYLOADS[start : start + MAX_ENTRIES])
        untouched(student)
    replies = student.replies()
    student.page.reload()  # once more, from what the browser itself has now
    student.wait_until(lambda: student.replies() == replies)
    untouched(student)
    student.close()


# ------------------------------------------------------------------------------ corpus


def poisoned(folder: Path) -> int:
    """A copy of the corpus with a payload in every text of the list's entries; how many."""
    real = ROOT / "corpus"
    (folder / "lista2").mkdir(parents=True)
    for name in ("topics.yaml", "references.yaml"):
        shutil.copy(real / name, folder / name)
    shutil.copytree(real / "concepts", folder / "concepts")
    rest = iter(PAYLOADS)
    used = 0

    def line() -> str:
        nonlocal used
        payload = next(rest, None)
        used += payload is not None
        text = " ".join((payload or "ok").split()).encode("utf-8", "replace").decode()
        return f"{text} $" if text.count("$") % 2 else text

    for path in sorted((real / "lista2").glob("*.md")):
        example = BY_NUMBER[path.name.split("-")[0].lstrip("0")]
        fields = {
            "id": example.id, "topic": example.topic, "kind": "conceptual",
            "title": f"{example.id} {line()}", "refs": [], "related": list(example.related),
            "aliases": [f"{example.id} {line()}"],
        }  # fmt: skip
        front = "\n".join(f"{name}: {json.dumps(value)}" for name, value in fields.items())
        points = "\n".join(f"- ponto {line()}" for _ in range(3))
        answer = f"{line()}\n\n{'palavra ' * 60}\n\n{line()}"
        sections = {
            "Pergunta": f"pergunta {line()}", "Resposta": answer, "Pontos-chave": points,
            "Equívocos": f"- **Algo.** {line()}", "Exemplo": f"{line()} ok",
            "Mais simples": f"{line()} ok", "Errata": f"{line()} ok",
        }  # fmt: skip
        body = "\n\n".join(f"## {name}\n\n{text}" for name, text in sections.items())
        (folder / "lista2" / path.name).write_text(f"---\n{front}\n---\n{body}\n", encoding="utf-8")
    return used


def test_in_the_corpus(browser: Browser, tmp_path: Path) -> None:
    assert poisoned(tmp_path / "corpus") == len(PAYLOADS)
    port = free_port()
    with served(command(port, tmp_path / "state", str(tmp_path / "corpus")), port, {}):
        student = Student(browser, port)
        student.page.get_by_role("tab", name=strings.TAB_QUESTIONS).click()
        labels = student.page.locator("#list label")
        assert labels.count() == len(LISTED)
        for index, example in enumerate(LISTED):
            labels.nth(index).click()
            student.page.locator("#entry h2", has_text=example.id).wait_for()
            untouched(student)
        student.click(student.page.locator("#ask-about"))
        untouched(student)
        for number in ("1 palavra", "20 palavra"):
            student.ask(number)
            unfold(student)
            untouched(student)
        student.close()
