"""What a student typed -> one plain notation, before any number is read.

Unicode variants of digits, minus signs and superscripts become ASCII; Greek
letters become their names; LaTeX loses its markup (``\\frac{1}{2}`` -> ``1/2``,
``0{,}5`` -> ``0,5``, ``\\begin{bmatrix}1 & 2 \\\\ 3 & 4\\end{bmatrix}`` ->
``[1 & 2 \\\\ 3 & 4]``). Everything is linear in the length of the text.
"""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPT = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True))
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon",
    "η": "eta", "θ": "theta", "λ": "lambda", "μ": "mu", "µ": "mu", "ρ": "rho", "σ": "sigma",
    "τ": "tau", "φ": "phi", "ω": "omega", "Δ": "delta", "∇": "grad ",
}  # fmt: skip
_CHARACTERS = {
    **dict.fromkeys("−‐‑‒–﹣－⁻", "-"),
    **dict.fromkeys("“”„«»", '"'),
    **dict.fromkeys("‘’´`", "'"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    **_GREEK,
    "—": " - ", "º": "º", "ª": "ª", "°": "º", "∞": "inf", "⇒": "->", "→": "->", "⟶": "->",
    "⋅": "·", "∙": "·", "•": "·", "✕": "×", "⨯": "×", "⁄": "/", "÷": "/", "，": ",", "；": ";",
    "ᵀ": "^T", "⊤": "^T", "√": "sqrt ", "\r": "\n", "\u2028": "\n", "\t": "\t",
}  # fmt: skip
_SUPERSCRIPT_RUN = re.compile(f"[{''.join(_SUPERSCRIPT)}]+")
# "1 000 000" with a no-break or thin space is one number; with plain spaces it is a list.
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
# Long white space says nothing and would make patterns with \s* slow.
_LONG_SPACES = re.compile(r"[^\S\n]{4,}")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_SPACED_MINUS = re.compile(r"([\[(,;=&|])([ \t]*)-[ \t]+(?=[\d.])")

_NUMERIC_CELL = re.compile(r"[-+]?(?:[\d.]|inf)")
_LATEX_ENVIRONMENT = re.compile(
    r"\\(begin|end)\s*\{\s*(?:[a-zA-Z]?matrix|smallmatrix|array|pmatrix)\*?\s*\}"
    r"(?:\s*\{[lcr|\s]{1,40}\})?"
)
_LATEX_FRACTION = re.compile(
    r"\\[dt]?frac\s*\{\s*([-+]?[\d.,]{1,40})\s*\}\s*\{\s*([\d.,]{1,40})\s*\}"
)
_LATEX_WRAPPER = re.compile(
    r"\\(?:text|mathrm|mathbf|mathit|operatorname|textbf|textit|mathbb|boldsymbol|bm)"
    r"\s*\{([^{}]{0,200})\}"
)
_LATEX_SCRIPT = re.compile(r"([\^_])\s*\{\s*([^{}\s]{1,40})\s*\}")
_LATEX_SQRT = re.compile(r"\\sqrt\s*\{([^{}]{0,80})\}")
_LATEX_SPACE = re.compile(r"\\(?:[,;:!> ]|quad|qquad|left|right|big|Big|displaystyle)(?![a-zA-Z])")
_LATEX_NAMES = {
    "cdot": "·", "times": "×", "to": "->", "rightarrow": "->", "infty": "inf",
    "varepsilon": "epsilon", "top": "T",
}  # fmt: skip
_LATEX_COMMAND = re.compile(r"\\([a-zA-Z]{1,30})")


def normalise(text: str) -> str:
    """`text` in plain notation; case and accents are kept."""
    text = unicodedata.normalize("NFC", text)
    text = _SPACED_THOUSANDS.sub("", text)
    text = _SUPERSCRIPT_RUN.sub(
        lambda run: "^" + "".join(_SUPERSCRIPT[c] for c in run.group()), text
    )
    text = "".join(_plain(character) for character in text)
    text = _BLANK_LINES.sub("\n\n", _LONG_SPACES.sub("   ", text))
    if "\\" in text or "$" in text or "{" in text:
        text = _without_latex(text)
    if "|" in text:
        text = _without_tables(text)
    return _SPACED_MINUS.sub(r"\1\2-", text)


def fold(text: str) -> str:
    """Lower case without accents, the same length as `text`, so that positions agree."""
    return "".join(_base(character) for character in text)


def _without_tables(text: str) -> str:
    """Markdown tables -> [column names] [row names] [a & b \\\\ c & d]."""
    output: list[str] = []
    block: list[list[str]] = []
    for line in [*text.split("\n"), ""]:
        bare = line.strip()
        if (bare.startswith("|") and bare.count("|") > 1) or (bare.count("|") > 1 and block):
            cells = [cell.strip(" *`") for cell in bare.strip("|").split("|")]
            if not all(re.fullmatch(r":?-{2,}:?|", cell) for cell in cells):
                block.append(cells)
            continue
        output.extend(_table(block))
        block = []
        output.append(line)
    return "\n".join(output[:-1]) if not text.endswith("\n") else "\n".join(output)


def _table(block: list[list[str]]) -> list[str]:
    if not block:
        return []
    lines: list[str] = []
    if not any(_NUMERIC_CELL.match(cell) for cell in block[0]):
        lines.append("[" + "; ".join(cell for cell in block[0] if cell) + "]")
        block = block[1:]
    if block and all(row and not _NUMERIC_CELL.match(row[0]) for row in block):
        if any(row[0] for row in block):
            lines.append("[" + "; ".join(row[0] for row in block) + "]")
        block = [row[1:] for row in block]
    if block:
        lines.append("[" + " \\\\ ".join(" & ".join(row) for row in block) + "]")
    return lines


def _plain(character: str) -> str:
    if character < "\x7f" and character != "\r" and character != "`":
        return character
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", character)
    return compatible.replace("\u2044", "/") if len(compatible) <= 4 else character


def _base(character: str) -> str:
    if character < "\x7f":
        return character.lower()
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def _without_latex(text: str) -> str:
    text = (
        text.replace("{,}", ",")
        .replace("{.}", ".")
        .replace("$$", " ")
        .replace("$", " ")
        .replace("\\%", "%")
    )
    text = text.replace("\\_", "_").replace("\\{", "(").replace("\\}", ")")
    if "\\" not in text and "^" not in text and "_" not in text:
        return _LONG_SPACES.sub("   ", text)
    text = _LATEX_ENVIRONMENT.sub(lambda m: "[" if m.group(1) == "begin" else "]", text)
    # The row separator must survive the removal of commands.
    text = text.replace("\\\\", "\x00")
    text = _LATEX_SPACE.sub(" ", text)
    text = _LATEX_WRAPPER.sub(r"\1", text)
    text = _LATEX_FRACTION.sub(r"\1/\2", text)
    text = _LATEX_SCRIPT.sub(r"\1\2", text)
    text = _LATEX_SQRT.sub(r"sqrt(\1)", text)
    text = _LATEX_COMMAND.sub(lambda m: _LATEX_NAMES.get(m.group(1), m.group(1)), text)
    return _LONG_SPACES.sub("   ", text.replace("\x00", "\\\\"))
