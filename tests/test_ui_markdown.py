"""Formulas survive, money is money, and nothing that a stranger wrote is markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tutor.text import normalise
from tutor.ui.markdown import BLANK, HELPLINE, JOINER, html, inline, plain, shown, typed, visible

PAYLOADS = (
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<style>*{display:none}</style>",
    '<div style="position:fixed;inset:0">x</div>',
    "<iframe src='//evil.example'></iframe>",
    "![x](https://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "[x]: https://evil.example",
    "<https://evil.example>",
    "```mermaid\ngraph TD; A-->B\n```",
    "~~~ Mermaid\ngraph TD; A-->B\n~~~",
    "- ```\u00a0mermaid\n  graph TD; A-->B",
    "````mermaid\ngraph TD; A-->B\n````",
    "$<img src=x onerror=alert(1)>$",
    "$$\\href{javascript:alert(1)}{x}<b>$$",
    "&lt;script&gt;",
    "<!-- x --><b>y</b>",
    "</div></details><h1>x",
    "`` ` `` <img src=x> `` ` ``",
    "\\`<img src=x>`",
    "| `a|<img src=x>` | b |\n|---|---|\n| c | d |",
    "~~~\n```\n~~~\n<img src=x>\n```",
)


@pytest.mark.parametrize(
    "text",
    [
        "custa R$ 5 e R$ 10",
        "R$5 mais R$10",
        "US$ 3 ou US$ 4 por token",
        "de $5 a $10",
        "um $ sozinho",
        r"escapado \$5 e \$6",
        "`$x$` é código",
    ],
)
def test_money_and_code_are_not_formulas(text: str) -> None:
    assert JOINER + "$" not in shown(text)
    assert "$" + JOINER not in shown(text)


@pytest.mark.parametrize("text", ["se $a_1$ então", "$x$", "R$ 5 e $x^2$.", "($n\\times n$)"])
def test_inline_formulas_are_marked(text: str) -> None:
    assert shown(text).count(JOINER + "$") == 1
    assert shown(text).count("$" + JOINER) == 1


def test_display_formula_keeps_double_dollars_on_one_line() -> None:
    assert f"{JOINER}$$\\frac{{1}} {{2}}$${JOINER}" in shown("Assim:\n\n$$\\frac{1}\n{2}$$")


@pytest.mark.parametrize(
    "formula",
    [
        "$\\rule{99em}{99em}$",
        "$$\\def\\x{\\x\\x}\\x$$",
        "$\\href{//evil.example}{x}$",
        "$\\kern-99em x$",
    ],
)
def test_formulas_that_could_cover_the_page_stay_text(formula: str) -> None:
    assert JOINER + "$" not in shown(formula)
    assert JOINER + "$" not in typed(formula).removeprefix(JOINER)
    assert JOINER not in html(formula)


def test_less_than_in_a_formula_is_a_command() -> None:
    assert "\\lt" in shown("$a<b$")
    assert "<" not in shown("$a<b$")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_html_has_only_tags_of_ours(payload: str) -> None:
    for rendered in (html(f"antes {payload} depois"), inline(payload), html(payload)):
        tags = set(re.findall(r"</?([A-Za-z][\w-]*)", rendered))
        assert tags <= {"p", "pre", "code", "em", "strong", "h1", "ul", "li"}, rendered
        assert "\n" not in rendered


@pytest.mark.parametrize("payload", PAYLOADS)
def test_plain_has_no_tag_at_all(payload: str) -> None:
    assert not re.search(r"<[A-Za-z/!]", plain(payload))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_chat_text_opens_no_tag_or_image(payload: str) -> None:
    for rendered in (shown(payload), typed(payload)):
        assert not re.search(r"<[A-Za-z/!?]", rendered)
        assert "![" not in rendered
        assert not re.search(r"(?:```|~~~)\s*mermaid", rendered, re.IGNORECASE)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_typed_only_inserts_invisible_characters(text: str) -> None:
    text = visible(text)
    if "$" not in text:
        assert visible(typed(text)) == text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet="<>!&[]()*_`~$\\ abR5\n", max_size=200))
def test_nothing_shown_opens_a_tag(text: str) -> None:
    for rendered in (typed(text), shown(text)):
        assert not re.search(r"<[A-Za-z/!?]", rendered)
    assert not re.search(r"<(?!/?(?:p|pre|code|em|strong|ul|ol|li|hr|br|blockquote|h\d|table|"
                         r"thead|tbody|tr|th|td)\b)", html(text))  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["https://evil.example", "www.evil.example", "a@evil.example", "[x](//evil.example)",
     "[x][y]", "[y]: //evil.example", "<https://evil.example>"],
)  # fmt: skip
def test_only_the_helpline_is_a_link(text: str) -> None:
    assert normalise(shown(text)) == normalise(text)
    assert not re.search(r"://|www\.|\w@\w|\][(\[:]", shown(text))
    assert HELPLINE in shown(f"ligue: {HELPLINE}.")


def test_what_is_copied_from_the_page_reads_as_typed() -> None:
    assert normalise(typed("w1*x1 + w2*x2 <s>")) == "w1*x1 + w2*x2 <s>"
    assert BLANK in typed("a*b")


def test_tables_and_blank_lines_in_code_stay_in_one_block() -> None:
    rendered = html("|a|b|\n|-|-|\n|1|$x$|\n\n```\nx\n\ny\n```")
    assert rendered.startswith("<table>")
    assert "x&#10;&#10;y" in rendered
