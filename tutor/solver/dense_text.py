"""The sizes of dense layers in prose: "4 entradas, duas camadas ocultas de 10 e 3 saídas"."""

from __future__ import annotations

import math
import re

from tutor.errors import SolverError
from tutor.solver.layer_words import plain_layers

# "784 -> 128 -> 10", "784-128-10"
_CHAIN = re.compile(
    r"(?<![\w.,])\d{1,9}(?:\s*(?:->|-|>|→)\s*\d{1,9}){1,30}(?![\w.,]\w)|"
    r"(?<![\w.,])\d{1,9}(?:x\d{1,9}){2,30}(?![\w.,]\w)"
)
# "de 4096 para 1000", "recebe 300 e sai 50"
_CHANGE = re.compile(
    r"\b(?:de|leva|from|projeta|mapeia) (\d{1,9})"
    r"(?: (?:entradas|features|atributos|neuronios|unidades|dimensoes|valores))? "
    r"(?:para|pra|->|to|a|em) (\d{1,9})(?![\w.,]*\d)(?! (?:camadas?))|"
    r"\b(?:recebe|entram?|tem|chegam?) (\d{1,9})\b[^.;?]{0,30}?\b(?:sai|saem|devolve|produz|"
    r"gera|solta) (\d{1,9})"
)
_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,9}(?:x\d{1,9}){0,3}(?![\w]|[.,]\d|%)")
_UNITS = (
    ("layers", r"(?:camadas?|layers?) (?:oculta|escondida|intermediaria|hidden|dens[ao])s?|"
               r"hidden layers?"),
    ("in", r"(?:(?:neuronios?|unidades|nos|dimensoes|variaveis|valores|sinais) )?(?:de|"
           r"na(?: camada)? de|na) entrada|"
           r"entradas?|features|atributos|inputs?|caracteristicas|pixels?|pixeis|variaveis|"
           r"sensores|"
           r"medidas|preditores"),
    ("out", r"(?:(?:neuronios?|unidades|nos) )?(?:de|na(?: camada)? de|na) saida|saidas?|"
            r"classes|outputs?|"
            r"categorias|rotulos|logits"),
    ("hidden", r"(?:neuronios?|unidades|units|nos|ocult[ao]s?|escondid[ao]s?|neurons?)"),
    ("channels", r"canais|filtros|mapas|channels"),
    ("other", r"parametros|pesos|bias\w*|vies\w*|epocas|exemplos|imagens|macs|flops|casas|passos|"
              r"camadas?"),
)  # fmt: skip
_UNIT_PATTERNS = tuple((role, re.compile(rf"\s+(?:{words})\b")) for role, words in _UNITS)
_NAMES = (
    ("hidden", r"(?:camadas? )?(?:ocult[ao]s?|escondid[ao]s?|intermediari[ao]s?|"
               r"hidden(?:[ _]size)?)"),
    ("out", r"(?:camada de )?saidas?|output|out_?features|out|ultima(?: camada)?"),
    ("in", r"(?:camada de )?entradas?|input|in_?features|in|recebe(?:ndo)?|vetor(?:es)?|"
           r"imagens?|mapas?|"
           r"volume|tensor|embedding|h"),
    ("hidden", r"neuronios|densas?|lineares|linear|dense|fc|unidades"),
)  # fmt: skip
_NAME_PATTERN = re.compile(
    "|".join(
        f"(?P<{role}{n}>(?<![\\w])(?:{words})(?![\\w]))" for n, (role, words) in enumerate(_NAMES)
    )
)
_HIDDEN = r"ocult[ao]|escondid[ao]|intermediari[ao]|hidden layers?"
_BETWEEN = re.compile(
    r"(?:[\s:=,(\[-]|->|\b(?:de|do|da|com|tem|tendo|uma?|tamanho|tamanhos|dimensao|dimensoes|e|"
    r"sao|cada|"
    r"size|of|with|logo|depois|achatad[ao]s?|por|neuronios|unidades|em|a|o|as|os|for|is|"
    r"respectivamente)\b)*"
)
_LIST_GAP = re.compile(
    r"\s*(?:,|;|/|e|,\s*e|->|depois|por fim)\s*(?:(?:de|com|outra de|"
    r"uma de) )?"
)


# "o mapa achatado de 48 canais de 5x5"
_FLATTENED = re.compile(
    r"(?<![\w.,])(\d{1,5}) (?:canais|mapas) (?:de )?(\d{1,5})x(\d{1,5})(?![\dx])"
)


def _entries(match: re.Match[str]) -> str:
    return f"{math.prod(int(each) for each in match.groups())} entradas"


def dense_sizes(folded: str) -> list[int]:
    """The sizes in order: inputs, hidden layers, outputs; [] where none is told."""
    text = plain_layers(folded)
    if re.search(r"achat|flatten", text):
        text = _FLATTENED.sub(_entries, text)
    change = _CHANGE.search(text)
    chain = next(
        (
            found
            for found in _CHAIN.finditer(text)
            if "->" in found.group() or len(re.findall(r"\d+", found.group())) > 2
        ),
        None,
    )
    if chain is not None and not re.match(
        r"\s*(?:canais|mapas|filtros|pixels)", text[chain.end() :]
    ):
        sides = [int(each) for each in re.findall(r"\d+", chain.group())]
        if "x" not in chain.group() or not re.search(r"imag|entrada|mapa|tensor|volume", text):
            return sides
    if change is not None:
        return [int(each) for each in change.groups() if each]
    roles = _roles(text)
    hidden = roles["hidden"]
    for times in roles["layers"][:1]:
        if len(hidden) == 1 and 1 <= times <= 100:
            hidden = hidden * times
        elif hidden and times not in (len(hidden), 1):
            raise SolverError(
                f"São {times} camadas, mas li {len(hidden)} tamanhos. Escreva um tamanho para "
                f"cada "
                "camada, ou um só que valha para todas."
            )
    if not roles["in"] and roles["out"] and re.search(_HIDDEN, text):
        return []  # hidden neurons and outputs, and no inputs
    return [*roles["in"][:1], *hidden, *roles["out"][:1]]


def told_roles(folded: str) -> dict[str, list[int]]:
    """The numbers by their role: in, hidden, out (for inverse questions)."""
    return _roles(plain_layers(folded))


def _roles(text: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {
        role: [] for role in ("in", "out", "hidden", "layers", "channels", "other", "")
    }
    last, end = "", 0
    for match in _NUMBER.finditer(text):
        role = _role(text, match, end)
        if not role and last in ("hidden",) and _LIST_GAP.fullmatch(text, end, match.start()):
            role = last
        size = 1
        for side in match.group().split("x"):
            size *= int(side)
        if role == "channels" and found["in"] and last == "in":
            found["in"][-1] *= size  # "mapa 6x6 com 256 canais"
        elif role == "in" and last == "channels" and "x" in match.group():
            found["in"].append(size * found["channels"][-1])
        else:
            found[role].append(size)
        last, end = role, match.end()
    return found


def _role(text: str, match: re.Match[str], begin: int) -> str:
    unit = next((role for role, words in _UNIT_PATTERNS if words.match(text, match.end())), "")
    if unit:
        return unit
    nearest = ""
    for name in _NAME_PATTERN.finditer(text, max(begin, match.start() - 50), match.start()):
        if _BETWEEN.fullmatch(text, name.end(), match.start()):
            nearest = str(name.lastgroup)[:-1]
    return nearest
