"""What a student typed -> one plain notation, before any number is read.

Unicode variants of digits, minus signs and superscripts become ASCII; Greek
letters become their names; LaTeX loses its markup (``\\frac{1}{2}`` -> ``1/2``,
``0{,}5`` -> ``0,5``, ``\\begin{bmatrix}1 & 2 \\\\ 3 & 4\\end{bmatrix}`` ->
``[1 & 2 \\\\ 3 & 4]``). Everything is linear in the length of the text.
"""

from __future__ import annotations

import math
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
    "ŷ": "y_hat", "Ŷ": "y_hat", "ᵀ": "^T", "⊤": "^T", "√": "sqrt ", "\r": "\n",
    "\u2028": "\n", "\t": "\t",
}  # fmt: skip
_SUPERSCRIPT_RUN = re.compile(f"[{''.join(_SUPERSCRIPT)}]+")
# "1 000 000" with a no-break or thin space is one number; with plain spaces it is a list.
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
# Long white space says nothing and would make patterns with \s* slow.
_LONG_SPACES = re.compile(r"[^\S\n]{4,}")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_SPACED_MINUS = re.compile(r"([\[(,;=&|])([ \t]*)-[ \t]+(?=[\d.])")

# "(1/2,1)", "[1/3,1/3,1/3]": whole numbers and fractions; no denominator is 3,1.
_TIGHT_FRACTIONS = re.compile(
    r"(?<=[\[(])-?\d{1,6}(?:/\d{1,6}(?:,-?\d{1,6}(?:/\d{1,6})?){1,64}"
    r"|(?:,-?\d{1,6}){1,64}/\d{1,6}(?:,-?\d{1,6}(?:/\d{1,6})?){1,64})(?=[\])])"
)
# "0,2 / 0,5 / 0,3" lists numbers: a fraction has one slash.
_SLASHED = re.compile(
    r"(?<![\w.,/])[-+]?\d{1,9}(?:[.,]\d{1,9})?(?:[ ]?/[ ]?[-+]?\d{1,9}(?:[.,]\d{1,9})?){2,200}"
    r"(?![\w/]|[.,]\d)"
)

# "0,3 | 1,3 | -0,7" in a sentence: bars between the numbers of a list.
_BARRED = re.compile(
    r"(?<![\w.,|])[-+]?\d{1,9}(?:[.,]\d{1,9})?(?: ?\| ?[-+]?\d{1,9}(?:[.,]\d{1,9})?){2,200}"
    r"(?![\w|]|[.,]\d| ?\|)"
)

_NUMERIC_CELL = re.compile(r"[-+]?(?:[\d.]|inf)")
_LATEX_ENVIRONMENT = re.compile(
    r"\\(begin|end)\s*\{\s*(?:[a-zA-Z]?matrix|smallmatrix|array|pmatrix)\*?\s*\}"
    r"(?:\s*\{[lcr|\s]{1,40}\})?"
)
_LATEX_FRACTION = re.compile(
    r"\\[dt]?frac\s*\{\s*([-+]?[\d.,]{1,40})\s*\}\s*\{\s*([\d.,]{1,40})\s*\}"
)
_SHORT_FRACTION = re.compile(r"\\[dt]?frac[ ]?(\d)[ ]?(\d)(?!\d)")  # \\frac12
_LATEX_WRAPPER = re.compile(
    r"\\(?:text|texttt|textrm|textsf|mathtt|mathrm|mathsf|mathcal|mathbf|mathit|operatorname|textbf|textit|mathbb|boldsymbol|bm)"
    r"\s*\{([^{}]{0,200})\}"
)
_LATEX_HAT = re.compile(r"\\(?:wide)?hat\s*(?:\{\s*([py])\s*\}|([py])(?![a-zA-Z]))")
_LATEX_SCRIPT = re.compile(r"([\^_])\s*\{\s*([^{}\s]{1,40})\s*\}")
_LATEX_SQRT = re.compile(r"\\sqrt\s*\{([^{}]{0,80})\}")
_LATEX_SPACE = re.compile(
    r"\\(?:[,;:!> ]|(?:quad|qquad|left|right|big|Big|displaystyle)(?![a-zA-Z]))"
)
_LATEX_NAMES = {
    "cdot": "·", "times": "×", "to": "->", "rightarrow": "->", "infty": "inf",
    "varepsilon": "epsilon", "top": "T",
}  # fmt: skip
_LATEX_COMMAND = re.compile(r"\\([a-zA-Z]{1,30})")


def normalise(text: str) -> str:
    """`text` in plain notation; case and accents are kept."""
    text = unicodedata.normalize("NFC", text).replace("p\u0302", "p_hat")
    text = _SPACED_THOUSANDS.sub("", text)
    text = _SUPERSCRIPT_RUN.sub(
        lambda run: "^" + "".join(_SUPERSCRIPT[c] for c in run.group()), text
    )
    text = "".join(_plain(character) for character in text)
    text = _BLANK_LINES.sub("\n\n", _LONG_SPACES.sub("   ", text))
    if "\\" in text or "$" in text or "{" in text:
        text = _without_latex(text)
    if "|" in text:
        text = _without_tables(_with_outer_bars(text))
        text = _BARRED.sub(lambda listed: listed.group().replace("|", ";"), text)
    text = _ALIGNED.sub(_without_alignment, text)
    if "ln" in text:
        text = _LOGARITHM.sub(_logarithm, text)
    text = _without_words(text)
    if "/" in text:
        text = _TIGHT_FRACTIONS.sub(lambda listed: listed.group().replace(",", "; "), text)
        text = _SLASHED.sub(_without_slashes, text)
    return _SPACED_MINUS.sub(r"\1\2-", text)


def _without_slashes(match: re.Match[str]) -> str:
    """The slashes of a list, not those of a date (12/03/2024)."""
    listed = match.group()
    dated = " " not in listed and "," not in listed and "." not in listed
    return listed if dated else listed.replace("/", ";")


_UNITS = {
    "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "três": 3, "quatro": 4,
    "cinco": 5, "seis": 6, "sete": 7, "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12,
    "treze": 13, "quatorze": 14, "catorze": 14, "quinze": 15, "dezesseis": 16, "dezessete": 17,
    "dezoito": 18, "dezenove": 19, "vinte": 20,
}  # fmt: skip
_SPELLED = "|".join(sorted(_UNITS, key=len, reverse=True))
_SPELLED_LIST = re.compile(
    rf"(?<![\w-])(?:menos )?(?:{_SPELLED})"
    rf"(?:(?:, (?:e )?|; | e | )(?:menos )?(?:{_SPELLED})){{2,40}}(?![\w-])",
    re.IGNORECASE,
)
# "a sigmoide de menos dois", "x = menos um", and not "cinco menos dois".
_SPELLED_NEGATIVE = re.compile(
    rf"(?:(?<=\bde )|(?<=\bem )|(?<== )|(?<=\bvale )|(?<=\bfoi ))menos ({_SPELLED})(?![\w-])",
    re.IGNORECASE,
)
_SPELLED_DECIMAL = re.compile(
    rf"(?<![\w-])(menos )?({_SPELLED}) (?:v[ií]rgula|ponto) ({_SPELLED})( {_SPELLED})?(?![\w-])",
    re.IGNORECASE,
)
_SPELLED_FRACTION = re.compile(
    rf"(?<![\w-])({_SPELLED}) (d[eé]cim|cent[eé]sim|mil[eé]sim)[oa]s?(?!\w)", re.IGNORECASE
)
# "três quartos" in a list; "um quarto exemplo" is an ordinal
_SPELLED_SHARE = re.compile(
    rf"(?<![\w-])(menos )?({_SPELLED}) (mei|ter[cç]|quart|quint|sext|oitav)[oa]s?"
    r"(?=\s*(?:[,;.?!)\]]|e\b|$))",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(temperatura|tau|fator|taxa|beta|alfa|gama|dropout|momentum|limiar)(?: de| igual a| =)? "
    r"mei[oa]\b",
    re.IGNORECASE,
)
_SHARES = {"mei": 2, "ter": 3, "qua": 4, "qui": 5, "sex": 6, "oit": 8}
_SPELLED_ITEM = re.compile(rf"(menos )?\b({_SPELLED})\b", re.IGNORECASE)


def _without_words(text: str) -> str:
    """ "menos dois, zero e um" -> "-2; 0; 1", "nove décimos" and "zero vírgula nove" -> "0,9"."""
    text = _HALF.sub(r"\1 0,5", text)
    text = _SPELLED_FRACTION.sub(_decimal, text)
    text = _SPELLED_SHARE.sub(_share, text)
    text = _SPELLED_DECIMAL.sub(_with_comma, text)
    text = _SPELLED_LIST.sub(_digits_of, text)
    return _SPELLED_NEGATIVE.sub(lambda found: f"-{_UNITS[found.group(1).lower()]}", text)


# "[ln 2, 0, ln 3]"
_LOGARITHM = re.compile(
    r"(?:(?<=[\[(,;&])|(?<=\d e))(\s*-?)(?:\s*)ln\s?\(?(\d{1,6})\)?(?=\s*[\],;)&]|\s+e\s+-?\d)"
    r"|(?:(?<=\bde )|(?<=\bem )|(?<=[xz]=)|(?<=[xz] = ))(-?)ln\s?\(?(\d{1,6})\)?(?![\d.,]*\d)"
)


def _logarithm(match: re.Match[str]) -> str:
    sign, typed = match.group(1) or match.group(3) or "", match.group(2) or match.group(4)
    number = int(typed)
    return f"{sign}{math.log(number):.15g}" if number > 0 else match.group()


def _share(match: re.Match[str]) -> str:
    below = _SHARES[match.group(3)[:3].lower()]
    return f"{'-' if match.group(1) else ''}{_UNITS[match.group(2).lower()]}/{below}"


def _with_comma(match: re.Match[str]) -> str:
    minus, whole, *places = match.groups()
    digits = "".join(str(_UNITS[each.strip().lower()]) for each in places if each)
    return f"{'-' if minus else ''}{_UNITS[whole.lower()]},{digits}"


def _decimal(match: re.Match[str]) -> str:
    places = {"d": 1, "c": 2, "m": 3}[match.group(2)[0].lower()]
    digits = str(_UNITS[match.group(1).lower()]).rjust(places + 1, "0")
    return f"{digits[:-places]},{digits[-places:]}"


def _digits_of(match: re.Match[str]) -> str:
    found = _SPELLED_ITEM.findall(match.group())
    return "; ".join(f"{'-' if minus else ''}{_UNITS[word.lower()]}" for minus, word in found)


def fold(text: str) -> str:
    """Lower case without accents, the same length as `text`, so that positions agree."""
    return "".join(_base(character) for character in text)


_INNER_BARS = re.compile(r"[^|\n]{1,60}(?:\|[^|\n]{1,60}){1,20}")


def _with_outer_bars(text: str) -> str:
    """A table whose lines have bars only between the cells gets those at its ends."""
    lines = text.split("\n")
    bars = [
        line.count("|")
        if _INNER_BARS.fullmatch(line.strip()) and not line.strip().startswith("|")
        else 0
        for line in lines
    ]
    for index, count in enumerate(bars):
        beside = (bars[index - 1] if index else 0, bars[index + 1] if index + 1 < len(bars) else 0)
        if count and count in beside:
            lines[index] = f"| {lines[index].strip()} |"
    return "\n".join(lines)


_CELL = r"[-+]?\d{1,9}(?:[.,]\d{1,9})?"
# gato  cão      names of the columns, then rows that begin with a name, set apart by spaces
# gato  8  2
_ALIGNED = re.compile(
    r"^[ \t]{2,}[^\W\d]\w*(?:[ \t]+[^\W\d]\w*){1,12}[ \t]*"
    rf"(?:\n[ \t]*[^\W\d]\w*(?:[ \t]+{_CELL}){{2,13}}[ \t]*){{2,13}}$",
    re.MULTILINE,
)


def _without_alignment(match: re.Match[str]) -> str:
    head, *lines = (line.split() for line in match.group().split("\n"))
    if any(len(line) != len(head) + 1 for line in lines):
        return match.group()
    return "\n".join(_table([["", *head], *lines]))


# Columns with these names are two lists of the examples and no matrix.
_COLUMNS = frozenset(
    "y p z y_hat y_pred y_true real rotulo previsto predito previsao x w g".split()
)


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
    head = [fold(cell) for cell in block[0]]
    if _COLUMNS.issuperset(head) and len({len(row) for row in block}) == 1:
        columns = zip(block[0], zip(*block[1:], strict=True), strict=True) if block[1:] else ()
        return [f"{name} = [{'; '.join(column)}]" for name, column in columns]
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


def _name_of(command: re.Match[str]) -> str:
    """The word for a command; y_i\\ln p stays two words."""
    before = command.string[command.start() - 1 : command.start()]
    name = _LATEX_NAMES.get(command.group(1), command.group(1))
    return f" {name}" if before.isalnum() and name.isalpha() else name


def _without_latex(text: str) -> str:
    text = (
        re.sub(r"(?<=\d)\{,\}(?=\d)", ".", text)
        .replace("{,}", ",")
        .replace("{.}", ".")
        .replace("$$", " ")
        .replace("$", " ")
        .replace("\\%", "%")
    )
    text = _SHORT_FRACTION.sub(r"\1/\2", text.replace("\\#", "#"))
    text = text.replace("\\_", "_").replace("\\{", "(").replace("\\}", ")")
    if "\\" not in text and "^" not in text and "_" not in text:
        return _LONG_SPACES.sub("   ", text)
    text = _LATEX_ENVIRONMENT.sub(lambda m: "[" if m.group(1) == "begin" else "]", text)
    # The row separator must survive the removal of commands.
    text = text.replace("\\\\", "\x00")
    text = _LATEX_SPACE.sub(" ", text)
    text = _LATEX_WRAPPER.sub(r"\1", text)
    text = _LATEX_HAT.sub(lambda m: f" {m.group(1) or m.group(2)}_hat", text)
    text = _LATEX_FRACTION.sub(r"\1/\2", text)
    text = _LATEX_SCRIPT.sub(r"\1\2", text)
    text = _LATEX_SQRT.sub(r"sqrt(\1)", text)
    text = _LATEX_COMMAND.sub(_name_of, text)
    return _LONG_SPACES.sub("   ", text.replace("\x00", "\\\\"))
