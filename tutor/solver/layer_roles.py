"""What each number of a network exercise is: a kernel, a stride, channels, the input's size …

The unit after a number decides first ("64 filtros"), then the name before it ("stride 2",
"kernels 3, 5 e 3"); a number of several sides that nothing names is the input's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

Sides = tuple[float, ...]  # (3,) or (3, 3) or (32, 32, 3), as typed


@dataclass(frozen=True)
class Mention:
    """A number, or a list of them ("kernels 3, 5 e 3"), and its role ("" where unknown)."""

    role: str
    values: tuple[Sides, ...]
    start: int
    end: int

    @property
    def sides(self) -> Sides:
        return self.values[0]


_NUMBER = re.compile(
    r"(?<![\w.,])(?<!\w[-])-?\d+(?:[.,]\d+)?(?:x\d+(?:[.,]\d+)?){0,5}(?![\w]|[.,]\d)%?"
)
_LOOK = 60  # how far back a name may stand

# After a number; the longer and the more special ones first.
_UNITS: tuple[tuple[str, str], ...] = (
    ("in", r"(?:canais|canal|channels?|mapas)(?: \w+)? (?:de entrada|na entrada|entrando|"
           r"que entram|"
           r"entram?)|input channels?|(?:canais )?entrando|entram\b|mapas de entrada"),
    ("filters", r"(?:filtros?|filters?|kernels|nucleos|detectores)|"
                r"(?:canais|canal|mapas|channels?|feature maps?)(?: \w+)? (?:de|na) saida|"
                r"output channels?|out channels?|(?:canais )?saindo|(?:canais )?(?:saem|sai)\b|"
                r"mapas de caracteristicas|feature maps?|de saida|na saida|del[ea]s\b"),
    ("groups", r"grupos|groups"),
    ("channels", r"canais|canal|channels?|mapas|bandas"),
    ("layers", r"(?:camadas?|blocos|layers|max[- ]?pool\w*|av\w*[- ]pool\w*|poolings|convs|vezes|"
               r"convolucoes|convolucionais|depthwises|conv(?= \d))(?! de entrada| de saida)"),
    ("units", r"neuronios?|unidades|units|classes"),
    ("length", r"amostras|posicoes|pontos|timesteps|passos de tempo|samples|tokens|palavras|"
               r"pixels? de lado|"
               r"pixels de (?:entrada|comprimento)|de (?:comprimento|lado|entrada)"),
    ("parameters", r"parametros|pesos|params|parameters|weights"),
    ("other", r"imagens|exemplos|macs|flops|multiplic\w+|bias|vies\w*|epocas|gpus?|"
              r"ms\b|segundos|bits|bytes|mb\b|passos|folds?|casas|pontos percentuais"),
)  # fmt: skip
_UNIT_PATTERNS = tuple(
    (role, re.compile(rf"\s+(?:\d+x\d+ )?(?:novos |outros |primeiros |unicos )?(?:{words})\b"))
    for role, words in _UNITS
)

_INPUT = (
    r"entradas?|imagem|imagens|input(?: size)?|image|foto|figura|mapas?(?: de caracteristicas)?|"
    r"feature maps?|volume|tensor|sinal|sequencia|matriz|audio|serie|vetor|vem de|chega|recebe|"
    r"randn|zeros|quadro|frame|batch|lote|n|h|espectrograma"
)
_SIZE = r"tamanho|dimens(?:ao|oes)|size|lado|comprimento|resolucao|formato|shape|altura|largura"
# Before a number; where two end at the same place the longer one counts.
_NAMES: tuple[tuple[str, str], ...] = (
    # "filtros 16; kernel 3", "filtros 5x5"
    ("filters_or_kernel", r"filtros(?: de tamanho)?|filters(?: of)?(?: size)?"),
    ("kernel", r"kernels?(?: sizes?| de tamanho| com tamanho)?|filtro|filtros? de tamanho|"
               r"nucleos?|"
               r"janelas?(?: deslizantes?)?|mascaras?|filters?(?: of)?(?: size)?|conv(?:s|"
               r"oluc\w+|olutional)?|"
               r"conv[12]-?d|convolution|(?:max|av\w*|sum)?[- ]?pool(?:ing|s|ings)?(?:[12]-?d)?|"
               r"depthwise|pointwise|separ\w+|pool size|subamostragem|projecao|atalho|"
               r"lado do (?:kernel|filtro)"),
    ("stride", r"strides?|passos?|passadas?|saltos?|hop(?: length)?"),
    ("padding", r"paddings?|pad|preenchimentos?|bordas? de zeros?"),
    ("dilation", r"dilatac(?:ao|oes)|dilations?|dilatad[ao]s?|(?:taxas?|fator|"
                 r"fatores) de dilatacao|"
                 r"dilation rates?|atrous"),
    ("groups", r"grupos|groups|cardinalidade"),
    ("filters", r"(?:numero|quantidade) de filtros|out_?(?: )?channels?|out|"
                r"(?:canais|mapas) (?:de|na) saida|c_?out|output channels"),
    ("in", r"(?:canais|mapas) (?:de|na) entrada|in_?(?: )?channels?|in|c_?in|input channels"),
    ("channels", r"canais|channels|profundidade|c"),
    ("output", r"f\(x\)(?: sai)?|(?:mapa(?: de caracteristicas)? (?:de )?)?saidas?|"
               r"output(?: size| map)?|"
               r"resultado|sai|vira|final"),
    ("input", _INPUT),
    ("size", _SIZE),  # of what, another noun says; alone, it is the input's
    ("layers", r"(?:numero|quantidade) de camadas"),
    ("became", r"foi|ficou|deu|resultou|virou|torna-se|passou a"),  # of what is said before
    ("of_layers", r"camadas?|layers?"),  # "camadas 3x3"
    ("units", r"(?:densas?|lineares|linear|fc|dense)(?: (?:com|de))?"),
)  # fmt: skip
_NAME_PATTERN = re.compile(
    "|".join(f"(?P<{role}>(?<![\\w.])(?:{words})(?![\\w(]))" for role, words in _NAMES)
)
# What may stand between a name and its number.
_BETWEEN = re.compile(
    r"(?:[\s:=,(\[\"'*~-]|->|\b(?:de|do|da|dos|das|e|eh|com|a|o|os|as|um|uma|igual|foi|era|sao|"
    r"tem|tendo|vale|size|tamanho|tamanhos|valor|em|no|na|sobre|por|is|of|the|for|numa?|on|fixo|"
    r"fixa|"
    r"dimensao|dimensoes|lado|comprimento|quadrad[ao]s?|retangular(?:es)?|rgb|colorid[ao]s?|"
    r"cinza|mono|quadrad\w+|dilatad\w+|separave(?:l|is)|agrupad\w+|transposta?s?|padrao|simples|"
    r"comu(?:m|ns)|identic[ao]s?|empilhad[ao]s?|seguid[ao]s?|consecutiv[ao]s?|usual|normal|"
    r"tipo|unic[ao]s?|outr[ao]s?|nov[ao]s?|mesm[ao]s?|primeir[ao]|segund[ao]|"
    r"toda|todas|todos|cada|forma|formato|shape|agora|entrada|binaria?|satelite|medica|"
    r"passa|aplicad[ao]s?|espacial|espaciais|apos|inicial|tipica|valida|size|equal|to|1-?d|2-?d|"
    r"max|avg|media|medio|unidimensional|bidimensional|residual|residuais|nela|nele|fica|ficou)\b)*"
)  # fmt: skip
_LAYERS = re.compile(r" (?:camadas|blocos|layers)\b")
_SUBJECT = re.compile(r"\b(saida|resultado|output|entrada|imagem|sinal|input)\b")
_GOVERNED = re.compile(r"\s*d[aoe]s?\s+(?:\w+\s+)?$")
# "a imagem tem 3 canais": what enters the first layer
_OF_IMAGE = re.compile(
    r"\b(?:imagem|imagens|entradas?|fotos?|input|tensor|image)\b(?! \d)[^.;:\n\d]{0,25}$"
)
_LIST_GAP = re.compile(r"\s*(?:,|;|/|e|,\s*e|depois|->)\s*(?:(?:o|a|de)\s+)?")


# "leva 256 canais para 64", "64→128", "de 16 para 32 canais": the channels that enter and leave.
_CHANGES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.,])(\d+) (?:canais|mapas|channels|filtros)(?: de entrada)? "
        r"(?:para|pra|em|a|->|to|e devolve|e gera|e produz) (\d+)(?![\w]|[.,]\d)",
        r"(?<![\w.,])(\d+) ?(?:->|para|pra|a|to) ?(\d+) (?:canais|mapas|channels|filtros)",
        r"\b(?:leva|de|entre|from|recebe) (\d+) (?:para|pra|a|->|to|e devolve|e gera|"
        r"e produz) (\d+)(?![\w]|[.,]\d)"
        r"(?! ?(?:pixels|pontos|amostras))",
        r"(?<![\w.,>-])(\d+) ?-> ?(\d+)(?![\w]|[.,]\d| ?-> ?\d)",
        r"\bc ?= ?(\d+)()(?: canais)? (?:em tod|na entrada e na saida)",
    )
)


_POINTWISE = re.compile(
    r"\bpointwise\b[^.;\n\d]{0,25}(?:para|pra|com) (\d+) (?:canais|filtros|mapas)"
)


def _changes(text: str) -> dict[int, str]:
    """Start of a number -> in or filters."""
    found: dict[int, str] = {}
    for pattern in _CHANGES:
        for match in pattern.finditer(text):
            if match.start(1) not in found:
                found[match.start(1)], found[match.start(2)] = "in", "filters"
    for match in _POINTWISE.finditer(text):
        found.setdefault(match.start(1), "filters")
    return found


def mentions(text: str) -> list[Mention]:
    """The numbers of `text` (in `plain_layers`' notation) with their roles, in order."""
    found: list[Mention] = []
    names, changes = list(_name_places(text)), _changes(text)
    end = 0
    for match in _NUMBER.finditer(text):
        sides = _sides(match.group())
        role = changes.get(match.start()) or _role(
            text, match, sides, names, max(end, match.start() - _LOOK)
        )
        if role == "channels" and _OF_IMAGE.search(text, max(0, match.start() - 45), match.start()):
            role = "entering"
        last = found[-1] if found else None
        listed = last is not None and not role and _continues(text, last, match.start(), sides)
        if listed and last is not None:
            found[-1] = Mention(last.role, (*last.values, sides), last.start, match.end())
        else:
            found.append(Mention(role, (sides,), match.start(), match.end()))
        end = match.end()
    return [_settled(each, found) for each in found]


def _settled(mention: Mention, told: list[Mention]) -> Mention:
    """ "filtros 16; kernel 3": a count beside a kernel, and the kernel itself without one."""
    if mention.role != "filters_or_kernel":
        return mention
    beside = any(each.role == "kernel" and abs(each.start - mention.start) < _LOOK for each in told)
    counts = beside and len(mention.sides) == 1
    return replace(mention, role="filters" if counts else "kernel")


_PER_LAYER = ("kernel", "stride", "padding", "dilation", "groups")
# What may have several sides; "5 canais e 10x10" are no 10x10 channels.
_SIDED = ("kernel", "stride", "padding", "dilation", "input", "output")
_INSIDE = re.compile(r"\b(?:em|no|na|sobre|numa?|nela|nele|aplicad[ao]s?|on|apos)\b")


def _sides(text: str) -> Sides:
    return tuple(float(each.replace(",", ".")) for each in text.rstrip("%").split("x"))


def _continues(text: str, last: Mention, start: int, sides: Sides) -> bool:
    alike = last.role and len(sides) == len(last.sides) and last.role not in ("input", "output")
    return bool(alike) and _LIST_GAP.fullmatch(text, last.end, start) is not None


def _role(
    text: str, match: re.Match[str], sides: Sides, names: list[tuple[int, int, str]], begin: int
) -> str:
    if match.group().endswith("%"):
        return "other"
    named = _by_name(text, match.start(), names, begin)
    unit = next(
        ((role, found.end()) for role, pattern in _UNIT_PATTERNS
         if (found := pattern.match(text, match.end()))),
        None,
    )  # fmt: skip
    if len(sides) > 1:
        after = text[match.end() : match.end() + 22]
        if re.match(r"\s*(?:pixels|imag\w+|entradas?|input)\b", after):
            return "input"
        if re.match(
            r"\s*(?:kernels?|filt\w+|conv\w*|(?:max|av\w+)?-?pool\w*|janelas?|depthwise)\b", after
        ):
            return "kernel"
        if named == "of_layers":
            return "kernel" if len(sides) == 2 else ""
        if named == "filters_or_kernel":
            return "kernel"
        return named if named in _SIDED else ""
    if unit is not None:
        # "padding 3 canais 16": the word names the next number, unless nothing names this one.
        following = re.match(r"\s*[=:]?\s*-?\d+(?![\dx])", text[unit[1] :])
        names_next = following is not None and not any(
            pattern.match(text, unit[1] + following.end()) for _, pattern in _UNIT_PATTERNS
        )
        # "stride 2 conv 3x3", "k=3 bias=False"
        counts_named = unit[0] in ("layers", "other") and named in _PER_LAYER
        # "rede convolucional: 4 camadas 3x3"
        counts_named = counts_named and not (named == "kernel" and _LAYERS.match(text, match.end()))
        if not (names_next and named) and not counts_named:
            return unit[0]
    return "" if named == "of_layers" else named


def _name_places(text: str) -> Iterable[tuple[int, int, str]]:
    for match in _NAME_PATTERN.finditer(text):
        yield match.start(), match.end(), str(match.lastgroup)


def _by_name(text: str, start: int, names: list[tuple[int, int, str]], begin: int) -> str:
    """The nearest name before; "a entrada da conv é 32": the noun that governs it."""
    for index in range(len(names) - 1, -1, -1):
        first, last, role = names[index]
        if first < begin:
            break
        if last > start:
            continue
        if _BETWEEN.fullmatch(text, last, start) is None:
            return ""
        if index:
            before_first, before_last, governing = names[index - 1]
            governed = _GOVERNED.fullmatch(text, before_last, first)
            if governed and re.match(r"\s*d[ao]", governed.group()) and before_first >= begin:
                role = role if governing == "size" else governing
        if role in ("kernel", "filters_or_kernel") and _INSIDE.search(text, last, start):
            return "input"  # "convolução em 32x32"
        if role == "became":
            subjects = _SUBJECT.findall(text[:first])
            return "output" if subjects and subjects[-1].startswith(("sa", "res", "out")) else ""
        return "input" if role == "size" else role
    return ""
