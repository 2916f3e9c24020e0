"""Reading a problem of activation functions: which functions, at which points, and what is asked.

A number is an input ("em x = 2", "tanh(0,5)"), an output ("a sigmoide vale 0,9"), the slope of a
leaky ReLU or a gradient from above, by the last word before it that tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import assume
from tutor.solver.numbers import Value

_SLOPE = (
    r"alpha|alfa|slope|negative_slope|inclinac\w+(?: negativa)?|coeficiente|"
    r"fator(?: de vazamento)?|"
    r"vazamento|parametro|a"
)
_OUTPUT = (
    r"saidas?|saiu|responde\w*|resulta\w*|resultou|devolve\w*|produz\w*|cuspi\w*|retorn\w*|deu|"
    r"vale|valha|valer|"
    r"valendo|valesse|valia|igual a|ativac(?:ao|oes)|resultado|"
    r"dar|der|atinj\w+|atinge|chegue a|"
    r"d\u00e1|seja|\)\s?=|y|a\s?="
)
_INPUT = (
    r"em|de|para|pra|x|z|entradas?|pontos?|pre-?ativac\w+|quando|aplicad[ao]s?|recebe\w*|"
    r"argumento|"
    r"valores|logit|no|na|com|centro|\("
)
_UPSTREAM = r"gradientes?(?! d[ao])|de cima|upstream|chega\w*|chegou"
_CUE = re.compile(
    rf"(?<![\w])(?:(?P<upstream>{_UPSTREAM})|(?P<output>{_OUTPUT})|(?P<slope>{_SLOPE})|"
    rf"(?P<input>{_INPUT}))(?![\w])"
)
_WHICH = (
    r"(?:qual|quais|que|quanto|ache|encontre|determine|calcul\w+|obtenha|quero|descubra|what|onde|"
    r"diga|recupere)"
)
_ASKS_INPUT = re.compile(
    rf"\b{_WHICH}\b[^.;?\n]{{0,50}}\b(?:entradas?|[xz]|logits?|pre-?ativac(?:ao|oes)|argumento|ponto|"
    r"input|valor de (?:x|z|entrada))\b(?!\s*[=:]?\s*-?\d)"
    r"|\binvers[ao] d[aeo]\b|\blogit (?:de|da probabilidade)\b|\barctanh\b|\batanh\b"
)
DERIVATIVE = r"derivadas?|deriv(?:e|ar|o)|inclinacao(?! (?:negativa|de|e|=|:)? ?-?\d)|derivative"
_BOTH = re.compile(
    r"[\w)?],?\W{0,2} (?:e|mais|alem de|com) (?:tambem )?(?:a |da |as |de )?"
    r"(?:sua |suas |respectivas? )?derivadas?"
    r"|[\w)?],?\W{0,2} e (?:me )?(?:fala|diz|diga|da|mostra|calcul\w+|inform\w+) "
    r"(?:tb |tbm |tambem )?(?:a |as )?derivadas?"
    r"|derivadas? e (?:o )?(?:seu )?valor|alem d[ao] (?:derivada|valor|saida)"
)
_ONLY = r"(?:so|somente|apenas) (?:a |as )?derivadas?"
_PRIME = r"\s*['’′´]"


def asks_input(statement: Statement) -> bool:
    """ "que entrada faz a sigmoide valer 0,9?" """
    return _ASKS_INPUT.search(statement.folded) is not None and not statement.has(DERIVATIVE)


@dataclass(frozen=True)
class Called:
    """One function that the text names at `start`, called with `argument` or not."""

    name: str
    start: int
    end: int
    primed: bool
    argument: Value | None


def read_activation(
    statement: Statement, mentions: Sequence[tuple[str, int, int]], sloped: Sequence[str]
) -> dict[str, Json] | None:
    """The inputs of a new problem; `mentions` are (name, start, end) of the functions."""
    if re.search(r"\b(?:alpha|alfa|slope)\s*=\s*(?:[a-z]|\?)", statement.folded):
        raise SolverError("Falta o valor de α (a inclinação). Escreva, por exemplo, α = 0,1.")
    called = [_called(statement, *mention) for mention in mentions]
    roles: list[tuple[Value, str]] = []
    previous = 0
    for value in statement.values:
        if value.ordinal or value.dimensions:
            continue
        role = _role(statement, value, previous, called)
        if any(each.argument is value for each in called) and _is_expression(statement, value):
            raise SolverError(
                "Não calculo expressões dentro da função. Escreva o número já calculado, por "
                "exemplo ReLU(3)."
            )
        call = next((each for each in called if each.argument is value), None)
        others = [v for v in statement.values if v is not value]
        sloping = call is not None and call.name in sloped and others and value.is_scalar
        if sloping and 0 < value.scalar()[0] < 1:
            role = "slope"  # "Leaky ReLU (0,01)" and the points elsewhere
        slope = re.search(r"\ba\s*=\s*$", statement.folded[: value.start])
        if slope and role == "output" and set(sloped) & {each.name for each in called}:
            role = "slope"
        if role == "slope" and not set(sloped) & {each.name for each in called}:
            role = "input"
        roles.append((value, role))
        previous = value.end
    inputs: dict[str, Json] = {"functions": list(dict.fromkeys(each.name for each in called))}
    for value, role in roles:
        if role == "slope" and value.is_scalar:
            inputs["slope"] = value.scalar("a inclinação")[0]
    data = [value for value, role in roles if role in ("input", "output")]
    upstream = [value for value, role in roles if role == "upstream"]
    outputs = [value for value, role in roles if role == "output"]
    _read_wants(statement, inputs, called)
    wants_input = asks_input(statement) and not inputs["derivative"]
    if upstream and not data:
        data, upstream = upstream, []
    if not data:
        return inputs
    if wants_input and outputs and len(outputs) == len(data):
        inputs["inverse"] = True
        inputs["functions"] = inputs["functions"][:1]  # type: ignore[index]
    elif outputs and len(outputs) == len(data) and inputs["derivative"] and not inputs["both"]:
        inputs["from_output"] = True
    if upstream and inputs["derivative"] is False:
        inputs["derivative"] = True
    if upstream:
        inputs["upstream"] = _points(upstream, inputs)
        inputs["both"] = False
    own = _own_points(statement, called, data)
    if own:
        inputs["points"] = {name: _points(values, inputs) for name, values in own.items()}
        inputs["x"] = _points([v for values in own.values() for v in values], inputs)
    else:
        inputs["x"] = _points(data, inputs)
        named = _named_points(statement, data)
        if named and not inputs["both"] and len(called) and len(set(named)) == len(named):
            inputs["named_points"] = [*named]
    return inputs


def _is_expression(statement: Statement, value: Value) -> bool:
    after = statement.folded[value.end : value.end + 4]
    return re.match(r"\s*[+*/-]\s*\d", after) is not None and not value.bracketed


def _called(statement: Statement, name: str, start: int, end: int) -> Called:
    primed = re.match(_PRIME, statement.folded[end : end + 3])
    after = end + (primed.end() if primed else 0)
    bracket = re.match(r"\s*\(", statement.folded[after : after + 3])
    value = None
    if bracket:
        begin = after + bracket.end() - 1
        value = next((v for v in statement.values if begin <= v.start <= begin + 2), None)
    return Called(name, start, end, primed is not None, value)


def _role(statement: Statement, value: Value, previous: int, called: Sequence[Called]) -> str:
    if any(each.argument is value for each in called):
        return "input"
    begin = max(previous, value.start - 90)
    lead = re.split(r"[?!\n;]|\.\s", statement.folded[begin : value.start])[-1]
    if re.search(r"\(\s*[a-z]\s*\)\s*=\s*$", lead):
        return "output"  # "tanh(x) = 0,6"
    offset = value.start - len(lead)
    found: list[str] = []
    for match in _CUE.finditer(lead):
        kind = str(match.lastgroup)
        word = match.group()
        typed = statement.text[offset + match.start() : offset + match.end()]
        if word == "a" and not re.match(r"\s*=", lead[match.end() :]):
            continue
        if word == "y" and not re.match(r"\s*=", lead[match.end() :]):
            continue
        if word.startswith(")") and not re.search(r"\(\s*[a-z]\s*$", lead[: match.start()]):
            continue  # f(x) = 0,25 and not "(z) ="
        if word in ("vale", "seja", "valer") and re.search(r"\b[xz]\s*$", lead[: match.start()]):
            kind = "input"
        if kind == "slope" and word.startswith("inclinac") and "negativ" not in lead:
            kind = "slope" if re.match(r"\s*(?:de|=|e|:)?\s*$", lead[match.end() :]) else "input"
        if typed.lower() in ("da",):
            continue
        found.append(kind)
    if re.search(r"\bd\u00e1\s*$", statement.text[begin : value.start].lower()):
        return "output"
    last = next((kind for kind in reversed(found) if kind != "input"), "")
    if found and found[-1] == "input":
        # "a saída para x = 2", "o valor da sigmoide em 2"; "saída de 0,35"
        told = re.search(r"\b(?:saida|ativacao|valor|resposta) de\s*$", lead)
        strong = re.search(
            r"\b(?:em|[xz]\s*(?:=|:|vale|igual a)?|ponto|para|pra|entradas?|pre-?ativac\w+ ?\w*|"
            r"quando|"
            r"centro|argumento)\W*(?:[xz]\s*=?)?\W*(?:sao|eram|foram|foi|e|vale)?\W*$",
            lead,
        )
        if last in ("slope", "upstream") and not strong:
            return last
        return "output" if told and last == "output" and not strong else "input"
    return found[-1] if found else "input"


def _read_wants(statement: Statement, inputs: dict[str, Json], called: Sequence[Called]) -> None:
    folded = statement.folded
    derivative = statement.has(DERIVATIVE) or any(each.primed for each in called)
    saturation = statement.has(r"satur\w+")
    valued = any(each.argument is not None and not each.primed for each in called)
    unprimed = any(not each.primed for each in called)
    both = any(each.primed for each in called) and (valued or unprimed)
    # é is no "e": "qual é a derivada"
    verbs = "".join("#" if each in "éÉ" else folded[i] for i, each in enumerate(statement.text))
    match = _BOTH.search(verbs)
    if match and not re.search(r"\bderivad", folded[: match.start()]):
        both = True
    if saturation and not derivative:
        derivative = both = True
    if statement.has(_ONLY):
        both = False
    inputs["derivative"], inputs["both"] = derivative, both and derivative
    if not derivative and statement.has(r"gradientes?"):
        inputs["derivative"] = True


def _own_points(
    statement: Statement, called: Sequence[Called], data: Sequence[Value]
) -> dict[str, list[Value]]:
    """ "softplus em 1 e gelu em 2", "tanh(1), sigmoid(2)": each function at its own points."""
    names = list(dict.fromkeys(each.name for each in called))
    if len(names) < 2:
        return {}
    own: dict[str, list[Value]] = {name: [] for name in names}
    for value in data:
        before = [each for each in called if each.end <= value.start]
        if not before:
            return {}
        own[before[-1].name].append(value)
    return own if all(own.values()) else {}


def _named_points(statement: Statement, data: Sequence[Value]) -> list[str]:
    """ "em z = 0 … e em z = 8": the names of points that are given one by one."""
    found: list[str] = []
    for value in data:
        match = re.search(r"\b([xz])\s*=\s*$", statement.folded[: value.start])
        if match is None or not value.is_scalar:
            return []
        found.append(f"{match[1]}={plain(value.scalar()[0])}")
    return found if len(found) > 1 else []


def _points(values: Sequence[Value], inputs: dict[str, Json]) -> Json:
    if len(values) == 1 and not values[0].is_scalar:
        value = values[0]
        shape = value.readings[0].shape
        if len(shape) == 2 and 1 not in shape:
            matrix, note = value.matrix("a entrada")
            assume(inputs, note)
            return [[*row] for row in matrix]
        decimal = _decimal(value)
        if decimal is not None:
            assume(inputs, f"Li `{value.text.strip('()[] ')}` como um número decimal.")
            return decimal
        vector, note = value.vector("a entrada")
        assume(inputs, note)
        return [*vector]
    numbers: list[float] = []
    for value in values:
        decimal = None if value.is_scalar else _decimal(value)
        if decimal is not None:
            numbers.append(decimal)
        elif value.is_scalar:
            numbers.append(value.scalar("x")[0])
        else:
            numbers += value.vector("a entrada")[0]
    numbers = list(dict.fromkeys(numbers))
    if not numbers:
        raise SolverError("Em que valor devo calcular a função? Escreva, por exemplo, x = 0,5.")
    return [*numbers] if len(numbers) > 1 else numbers[0]


def _decimal(value: Value) -> float | None:
    """ "tanh(3,1)": in a call of a function of one number the comma is decimal."""
    match = re.fullmatch(r"\(\s*(-?\d{1,6}),(\d{1,9})\s*\)", value.text)
    return float(f"{match[1]}.{match[2]}") if match else None
