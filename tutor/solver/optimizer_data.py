"""The loss of examples as a function of the parameters: L = (w·x − y)² with x = 2 and y = 6.

What is no parameter is data: its numbers are put into the formula, so that a polynomial in w (and
b) remains, whose gradient the optimizers know. With several examples it is the mean (or the sum).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.solver.polynomials import Polynomial, read_polynomial

_PREDICTION = (
    r"(?:y_?hat|y chapeu|y_?pred|h|a|z|f\(x\)|pred(?:icao)?|previsao|modelo|"
    r"saida)(?:_?\(x\))?"
)
_LOSS = r"(?:l|j|e|c|loss|perda|custo|erro|funcao de (?:perda|custo))(?: ?\([^()]{1,12}\))?"
_QUADRATIC = re.compile(
    r"\b(?:erro quadratico(?: medio)?|mse|perda quadratica|custo quadratico|squared (?:error|loss)|"
    r"perda (?:mse|do erro quadratico))\b"
)
_HALF = re.compile(r"\b(?:1/2|meio|metade d[oe]|dividid[oa] por (?:2|dois)|0[.,]5 ?[*·] ?erro)\b")
_TARGET = (
    r"(?:alvo|target|rotulo|(?:valor |saida )(?:desejad[oa]|esperad[oa]|correta|real|"
    r"verdadeir[oa])|"
    r"resposta (?:certa|correta|desejada)|y verdadeiro|y_true|y real)"
)
_INPUT = r"(?:entradas?|input|feature|atributo)"
_NUMBER = r"-?\d+(?:[.,]\d+)?"
_LIST = rf"[\[(]\s*{_NUMBER}(?:\s*[;,]\s+{_NUMBER}|\s*;\s*{_NUMBER})+\s*[\])]"
_PARAMETER = re.compile(r"w\d?|theta\d?|b")
_PRODUCT = re.compile(r"(?<![a-z_])(w_?\d?|theta_?\d?)[ ]?(x_?\d?)(?![a-z_])")
# "(x, y) = (2, 5)"
_PAIR = re.compile(rf"\(\s*x\s*[,;]\s*[yt]\s*\)\s*=\s*\(\s*({_NUMBER})\s*[,;]\s*({_NUMBER})\s*\)")
_IS = r"\s*(?:=|:|e|vale|valendo|igual a|de|for)?\s*"


@dataclass(frozen=True)
class ExampleLoss:
    text: str  # the message without its formulas and data, but with the loss of the parameters
    note: str


def with_data(text: str) -> ExampleLoss | None:
    """The message with its loss as a function of the parameters; None where no data is in it."""
    plain = _PRODUCT.sub(r"\1·\2", text)
    plain = _PAIR.sub(r" x = \1 ; y = \2 ", plain)
    plain = re.sub(r"(?<=[\d·(+\- ])([wb])\s*\*\s*x", r"\1·x", plain)
    found = _formula(plain)
    if found is None:
        return None
    expression, polynomial, plain, note = found
    names = [name for name in polynomial.variables if not _PARAMETER.fullmatch(name)]
    if not names or len(names) == len(polynomial.variables):
        return None
    columns: dict[str, list[str]] = {}
    for name in names:
        values, plain = _datum(plain, name)
        if not values:
            return None
        columns[name] = values
    count = max(map(len, columns.values()))
    if any(len(values) not in (1, count) for values in columns.values()):
        return None
    terms = []
    for index in range(count):
        term = expression
        for name, values in columns.items():
            number = values[index] if len(values) > 1 else values[0]
            term = re.sub(rf"(?<![\w]){name}(?![\w])", f"({number})", term)
        terms.append(f"({term})")
    total = " + ".join(terms)
    if count > 1:
        summed = re.search(r"\b(?:soma|somatorio|total|sum)\b", text) is not None
        total = f"({total})" if summed else f"({total})/{count}"
        note += f" Usei a {'soma' if summed else 'média'} sobre os {count} exemplos."
    parameters = [name for name in polynomial.variables if _PARAMETER.fullmatch(name)]
    return ExampleLoss(f"l({', '.join(parameters)}) = {total} ; {plain}", note.strip())


def _formula(text: str) -> tuple[str, Polynomial, str, str] | None:
    """The loss in terms of parameters and data, and the message without its formulas."""
    prediction = None
    for match in re.finditer(rf"(?<![\w]){_PREDICTION}\s*(?:=|:|e)\s*", text):
        read = read_polynomial(text, match.end())
        if read is not None and any(_PARAMETER.fullmatch(each) for each in read[0].variables):
            prediction = text[match.end() : read[1]].strip()
            text = f"{text[: match.start()]} ; {text[read[1] :]}"
            break
    for match in re.finditer(rf"(?<![\w]){_LOSS}\s*(?:=|:|e|dada por)\s*", text):
        end = re.compile(
            r"[,;?](?!\d)|\.(?=\s|$)|\s(?:com|para|onde|e|em|sendo|no|na)\s|"
            r"\n"
        ).search(text, match.end())
        stop = end.start() if end else len(text)
        expression = text[match.end() : stop]
        if prediction is not None:
            expression = re.sub(rf"(?<![\w]){_PREDICTION}(?![\w])", f"({prediction})", expression)
        expression = re.sub(rf"(?<![\w])(?:{_TARGET}|t|d)(?![\w])", "y", expression)
        read = read_polynomial(expression)
        if read is None or expression[read[1] :].strip():
            continue
        rest = f"{text[: match.start()]} ; {text[stop:]}"
        return expression.strip(), read[0], rest, ""
    words = _QUADRATIC.search(text)
    if prediction is None or words is None:
        return None
    half = "1/2·" if _HALF.search(text) else ""
    expression = f"{half}(({prediction}) - y)^2"
    read = read_polynomial(expression)
    if read is None:
        return None
    shown = "½(ŷ − y)²" if half else "(ŷ − y)², sem o fator ½"
    rest = f"{text[: words.start()]} ; {text[words.end() :]}"
    return expression, read[0], rest, f"Usei a perda L = {shown}."


def _datum(text: str, name: str) -> tuple[list[str], str]:
    """The number(s) of one variable, and the message without them."""
    words = {"y": rf"|(?:{_TARGET}(?: [ytd](?![\w]))?|[td])", "x": rf"|{_INPUT}(?: x(?![\w]))?"}
    called = rf"(?:{name}{words.get(name, '')})"
    found = re.search(rf"(?<![\w]){called}{_IS}({_LIST}|{_NUMBER})(?![\d\w^])", text)
    if found is None:
        return [], text
    return re.findall(_NUMBER, found[1]), f"{text[: found.start()]} ; {text[found.end() :]}"
