"""Text -> what the browser may show: formulas kept, everything else that is active made inert.

Formulas travel between delimiters that nobody types, a word joiner and dollar signs, so "R$ 5"
is never a formula. The word joiner is invisible and `tutor.text.normalise` removes it: a message
that is copied or edited on the page reads as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from markdown_it import MarkdownIt

JOINER = "\u2060"  # invisible; breaks Markdown and HTML syntax without being seen
BLANK = "\ufeff"  # invisible white space: an asterisk between two of them is an asterisk
LATEX_DELIMITERS: list[dict[str, str | bool]] = [
    {"left": f"{JOINER}$$", "right": f"$${JOINER}", "display": True},
    {"left": f"{JOINER}$", "right": f"${JOINER}", "display": False},
]

# Inline formulas follow Pandoc: no space inside the dollars, no digit after the closing one.
_TOKEN = re.compile(
    r"(?P<fence>^```[^\n]*\n.*?^```[ \t]*$)"
    r"|(?P<code>`[^`\n]+`)"
    r"|(?P<escaped>\\\$)"
    r"|(?P<currency>(?<![A-Za-z])(?:R|US|U)\$(?=[\s\d]|$))"
    r"|(?P<display>\$\$[^$]+\$\$)"
    r"|(?P<inline>\$(?=[^\s$])[^$\n]*(?<=[^\s\\])\$(?!\d))",
    re.MULTILINE | re.DOTALL,
)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_IMAGE = re.compile(r"!\[")
# What Markdown makes links or boxes of: addresses, "[text](address)", "[text]: address", "[ ]".
_LINK = re.compile(
    r"(?<=:)(?=//)|(?<=[Ww]{3})(?=\.)|(?<=\w)(?=@\w)|(?<=\])(?=[(\[:])|(?<=\[)(?=[ xX]\])"
)
_DIAGRAM = re.compile(r"(?<=```|~~~)(\s*)(?=mermaid)", re.IGNORECASE)
_LINE = re.compile(r"^(?=.)", re.MULTILINE)
# Commands that define macros, link, load, or move and size things at will: shown, not obeyed.
_WILD = re.compile(
    r"\\(?:rule|[hm]?kern|[hm]skip|hspace|raisebox|smash|[lrc]?lap|math[lrc]lap|[gex]?def|let|char"
    r"|futurelet|(?:re)?newcommand|providecommand|href|url|includegraphics|html\w*)(?![A-Za-z])"
)
HELPLINE = "[cvv.org.br](https://cvv.org.br)"  # the one link that the tutor gives
HALVES = re.compile("[\ud800-\udfff]")  # surrogates, which no valid text has
_INVISIBLE = re.compile(f"[{JOINER}{BLANK}\ud800-\udfff]")

_renderer = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable("table")
_renderer.disable(["image", "autolink", "link", "reference"])


def shown(text: str) -> str:
    """Markdown of the tutor for the chat: formulas marked; tags, images and links inert."""
    return _map(visible(text), _inert)


def typed(text: str) -> str:
    """A student's message for the chat: every character as typed, only formulas are rendered."""
    return _LINE.sub(JOINER, _map(visible(text), _literal, keep_code=False))


def visible(text: str) -> str:
    """The text without the characters that this module inserts, and without half ones."""
    return _INVISIBLE.sub("", text)


def html(text: str) -> str:
    """Markdown -> HTML on one line, safe by construction: raw HTML is escaped, no links, no images.

    It has no line break, so a Markdown component passes it through as one block.
    """
    formulas: list[str] = []

    def hide(match: re.Match[str]) -> str:
        kind, token = match.lastgroup, match.group()
        if _is_formula(match):
            formulas.append(_formula(token))
            return f"\ue000{len(formulas) - 1}\ue001"
        return "$" if kind == "escaped" else token

    rendered = _renderer.render(_TOKEN.sub(hide, visible(text).translate({0xE000: "", 0xE001: ""})))
    rendered = re.sub("\ue000(\\d+)\ue001", lambda m: formulas[int(m.group(1))], rendered)
    return one_line(rendered)


def inline(text: str) -> str:
    """The same for a text of one paragraph, without the paragraph's tags."""
    rendered = html(" ".join(text.split()))
    inner = rendered.removeprefix("<p>").removesuffix("</p>")
    return rendered if "<p>" in inner else inner


def plain(text: str) -> str:
    """Text as it is, escaped for HTML, on one line."""
    return one_line(escape(visible(text), quote=True))


def one_line(rendered: str) -> str:
    return rendered.strip().replace("\n", "&#10;")


def _map(text: str, outside: Callable[[str], str], keep_code: bool = True) -> str:
    """Formulas marked, none inside code where asked, `outside` applied to all other text."""
    parts: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if _is_formula(match):
            new = _formula(token)
        elif kind in ("code", "fence") and keep_code:
            # What we take for code may not be code for the browser's Markdown: inert as well.
            new = outside(token)
        else:
            continue
        parts += [outside(text[end : match.start()]), new]
        end = match.end()
    return "".join([*parts, outside(text[end:])])


def _is_formula(match: re.Match[str]) -> bool:
    return match.lastgroup in ("display", "inline") and not _WILD.search(match.group())


def _formula(token: str) -> str:
    """A formula between our delimiters, on one line, without what HTML could read as a tag."""
    dollars = "$$" if token.startswith("$$") else "$"
    tex = " ".join(token.strip("$").split())
    tex = re.sub(r"\s*<\s*", r" \\lt ", tex)
    tex = re.sub(r"\s*>\s*", r" \\gt ", tex)
    return f"{JOINER}{dollars}{tex.strip()}{dollars}{JOINER}"


def _inert(text: str) -> str:
    return HELPLINE.join(_dead(part) for part in text.split(HELPLINE))


def _dead(text: str) -> str:
    text = _DIAGRAM.sub(f"\\1{JOINER}", text)  # a fence of another language: shown, not drawn
    return _LINK.sub(JOINER, _IMAGE.sub(f"!{JOINER}[", _TAG.sub(f"<{JOINER}", text)))


def _literal(text: str) -> str:
    """No character of it is Markdown any more; all that is inserted is invisible."""
    text = re.sub(r"([*_~`])", f"{BLANK}\\1{BLANK}", text)
    text = re.sub(r"([<&\\!\]|])", f"\\1{JOINER}", text)
    return _LINK.sub(JOINER, text)
