"""One plain notation for the text of a network exercise, before the roles of numbers are read."""

from __future__ import annotations

import re

from tutor.solver.numbers import word_number

_PAIR_OF_SIDES = (
    (r"altura (?:de )?(\d+)(?: \w+)?,? (?:e|por|x) (?:a )?largura (?:de )?(\d+)", r"\1x\2"),
    (r"largura (?:de )?(\d+)(?: \w+)?,? (?:e|por|x) (?:a )?altura (?:de )?(\d+)", r"\2x\1"),
    (r"(\d+)(?: \w+)? (?:de |na )?\(?altura\)?,? (?:e|por|x) (\d+)(?: \w+)? (?:de |"
     r"na )?\(?largura\)?",
     r"\1x\2"),
    (r"(\d+)(?: \w+)? (?:de |na )?\(?largura\)?,? (?:e|por|x) (\d+)(?: \w+)? (?:de |"
     r"na )?\(?altura\)?",
     r"\2x\1"),
    (r"\bh ?= ?(\d+)\s*(?:,|e|;)\s*w ?= ?(\d+)", r"entrada \1x\2"),
)  # fmt: skip
_LETTERS = {"k": "kernel", "f": "kernel", "s": "stride", "p": "padding", "d": "dilatacao"}
_NO_PADDING = (
    r"\b(?:sem|nenhum|no|without|zero)(?: nenhum| qualquer)? (?:zero[- ]?)?"
    r"(?:padding|pad|preenchimento)\b(?! (?:de )?[1-9])|"
    r"\b(?:padding|preenchimento) (?:nenhum|nulo|zero)\b|\bpadding ?[=:]? ?[\"']?valid[oa]?[\"']?|"
    r"\b(?:convolucao|conv|modo|padding) [\"']?valid[oa]?[\"']?|[\"']valid[\"']|\(valid[oa]?\)"
)
_SAME = (
    r"\bsame\b|\b(?:mesm[oa]|igual) (?:tamanho|dimensao|resolucao|lado)\b|"
    r"\bque (?:mantem|preserva|conserva) (?:o tamanho|a (?:dimensao|resolucao))"
)
_NOT_A_COUNT = ("um", "uma", "meia")
_SPELLED_AFTER = (
    r"\b(stride|strides|padding|passo|dilatacao|kernel|pad|passada)( (?:de |e |igual a )?)"
    r"(um|uma|one)\b"
)


def plain_layers(text: str) -> str:
    """`text` (folded) with sizes as 3x3, settings by their names and numbers in digits.

    "(3, 3)" and "3 por 3" -> "3x3"; "s=2", "conv 7x7/2" -> "stride 2"; "sem preenchimento" ->
    "padding 0"; "três convoluções" -> "3 convolucoes".
    """
    text = re.sub(r"(?<=\d)\.(?=\d{3}(?![\d.,]))", "", text)  # 1.000 positions
    text = re.sub(r"\bzero[- ]padding\b(?= (?:de )?\d|\s*=)", "padding", text)
    text = re.sub(_SPELLED_AFTER, r"\g<1>\g<2>1", text)
    text = re.sub(r"\b(?:passo|stride) unitario\b", "stride 1", text)
    text = re.sub(_NO_PADDING, " padding 0 ", text)
    text = _COMPOUND.sub(_sum, text)
    text = re.sub(r"\b[a-z]{3,12}\b", _digits, text)
    text = re.sub(r"(?<=\d) (?:por|by) (?=\d)", "x", text)
    text = re.sub(r"(?<=\d)\s*[x×*]\s*(?=\d{1,6}\b)", "x", text)
    text = re.sub(r"\bconv(\d)-(\d+)\b", r"conv \1x\1 \2 filtros", text)  # VGG's "conv3-64"
    text = re.sub(r"\b(conv|pool|maxpool|avgpool)(?=\d{1,2}x\d)", r"\1 ", text)
    text = re.sub(r"(\dx\d{1,2}) ?/ ?(\d)(?![\d.,])", r"\1 stride \2", text)
    text = re.sub(r"(?<![\w)])\(\s*(\d+(?:\s*,\s*\d+)+)\s*,?\)", _joined, text)
    text = re.sub(r"(?<=[=\w] )\[\s*(\d{1,6}(?:\s*,\s*\d{1,6}){1,3})\s*\]", _joined, text)
    text = re.sub(r"(?<==)\(\s*(\d+(?:\s*,\s*\d+)+)\s*\)", _joined, text)
    for pattern, plain in _PAIR_OF_SIDES:
        text = re.sub(pattern, plain, text)
    text = re.sub(r"(?<![\w'])([ksp]) ?= ?(?=[\d-])", _named, text)
    text = re.sub(r"(?<![\w'])(?:([fd]) ?= ?)(?=\d)(?!\d+[.,]\d)", _named, text)
    text = re.sub(r"(?<![\w.,'])([ksp])(\d{1,2})(?=[\s,;.)\-/>]|[ksp]\d|$)", _short, text)
    return text


_RULE = re.compile(r"[\s|:+-]+")


def without_tables(source: str) -> str:
    """A table of layers as prose, a line a row: "conv1: filtros 6; kernel 5x5"."""
    header: list[str] = []
    lines = []
    for line in source.split("\n"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if "|" in line else []
        if len(cells) < 2:
            header = []
            lines.append(line)
        elif _RULE.fullmatch(line):
            continue
        elif len(cells) != len(header):
            if any(re.search(r"\d", cell) for cell in cells):
                lines.append(line)  # numbers without a header: no table of names
                continue
            header = cells
        else:
            named = "; ".join(
                f"{name} {cell}" for name, cell in zip(header[1:], cells[1:], strict=True)
            )
            lines.append(f"{cells[0]}: {named}")
    return "\n".join(lines)


def keeps_size(text: str) -> bool:
    """ "padding same", "que mantém o tamanho"."""
    return re.search(_SAME, text) is not None


_TENS = {
    word: 10 * ten
    for ten, word in enumerate(
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split(), 2
    )
}
_HUNDREDS = {
    word: 100 * hundred
    for hundred, word in enumerate(
        "cem duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos "
        "novecentos".split(),
        1,
    )
} | {"cento": 100, "duzentas": 200, "trezentas": 300, "quinhentas": 500}
_UNIT_WORD = "uma?|dois|duas|tres|quatro|cinco|seis|sete|oito|nove"
_TEN_WORD = "dez|onze|doze|treze|catorze|quatorze|quinze|dezesseis|dezessete|dezoito|dezenove"
# "duzentos e vinte e sete", "sessenta e quatro": larger parts first
_COMPOUND = re.compile(
    rf"\b(?:(?P<hundreds>{'|'.join(_HUNDREDS)})(?: e (?=[a-z]))?)?"
    rf"(?:(?P<tens>{'|'.join(_TENS)})(?: e (?P<unit>{_UNIT_WORD}))?|(?P<rest>{_TEN_WORD}|"
    rf"{_UNIT_WORD}))?\b"
)


def _sum(match: re.Match[str]) -> str:
    hundreds, tens, unit, rest = match.group("hundreds", "tens", "unit", "rest")
    if not hundreds and not tens:
        return match.group()
    total = _HUNDREDS.get(hundreds or "", 0) + _TENS.get(tens or "", 0)
    total += sum(word_number(word) or 0 for word in (unit, rest) if word)
    gap = " e " if match.group().endswith(" e ") else ""  # "duzentos e meio"
    return f"{total}{gap}"


def _digits(match: re.Match[str]) -> str:
    word = match.group()
    if word in _NOT_A_COUNT or word[:-1] in _ORDINALS:
        return word
    number = word_number(word)
    return word if number is None else str(number)


_ORDINALS = frozenset(
    "primeir segund terceir quart quint sext setim oitav non decim ultim".split()
)  # "o segundo" is no count


def _joined(match: re.Match[str]) -> str:
    return " " + "x".join(re.findall(r"\d+", match.group(1))) + " "


def _named(match: re.Match[str]) -> str:
    return f"{_LETTERS[match.group(1)]} "


def _short(match: re.Match[str]) -> str:
    return f" {_LETTERS[match.group(1)]} {match.group(2)} "
