"""Reading positional encodings: positions, components, dimension and base in free text."""

from __future__ import annotations

import re

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume, floats, forget, number
from tutor.solver.numbers import word_number
from tutor.solver.quantities import quantity

PE = (
    r"positional[ -]encodings?|codificac(?:ao|oes) posiciona(?:l|is)|encodings? posiciona(?:l|is)|"
    r"position(?:al)? embeddings?|embeddings? posiciona(?:l|is)|pes?(?:_\S*)?|"
    r"codificac(?:ao|oes) (?:de|da) "
    r"posic(?:ao|oes)|vetor(?:es)? (?:de posicao|posiciona(?:l|is))|sinusoida\w*|senoida\w*"
)
BETWEEN = (
    r"similaridade|distancia|euclidean|produto|dot|cosine|cosseno entre|parecid\w+|"
    r"similar(?:es)?"
)
DIFFERENCE = re.compile(r"pe ?[(\[_] ?(\d{1,9}) ?[)\]]? ?- ?pe ?[(\[_] ?(\d{1,9})")
_MAX_DIMENSION = 4096
_MAX_POSITIONS = 512
BASE = 10_000.0

# PE(3, 2), PE_{(pos, 2i+1)}, PE[3, 0..3]
_ENTRY = re.compile(
    r"(?<!\w)pe ?[_^]? ?[\[({]{1,2} ?(?:pos(?:icao)? ?=? ?)?(?P<pos>\d{1,9}|pos|p|t) ?[,;] ?"
    r"(?P<name>2i ?\+ ?1|2i|i|j|k|d|dim|componente)?(?: ?=? ?)(?P<index>\d{1,6})?"
    r"(?P<range> ?(?:\.{2,3}|a|ate|:) ?\d{1,6})? ?[\])}]"
)
_ALONE = re.compile(
    r"(?<!\w)pe ?[_^]? ?[\[({]{0,2} ?(?:pos ?= ?)?(\d{1,9})(?! ?[,;] ?\w)(?![\w]|"
    r"[.,]\d)"
)
# def pe(pos, d): …: the second argument of a call is the dimension
_SIGNATURE = re.compile(r"\b(?:def )?pe\w*\(\s*(?:pos|p|position|t)\w*\s*,\s*(?:d|dim|d_model)\w*")
_CALL = re.compile(r"(?<!\w)pe\w*\( ?(?:pos\w* ?= ?)?(\d{1,9}) ?, ?(?:d\w* ?= ?)?(\d{1,5}) ?\)")
_LINK = (
    r"(?: ?(?:=|:|igual a|vale(?:ndo)?|de numero|de indice|de|d[ao]|e|for|numero|index|em|"
    r"n[.ºo]))*"
)
_COMPONENT = r"componentes?|indices?|entradas?|elementos?|coordenadas?|colunas?|component|index"
_INDEX = re.compile(
    rf"(?<!\w)(?:{_COMPONENT}|dimensao|dim)(?: ?2i| ?i| ?j)?{_LINK} ?"
    r"(?P<index>\d{1,6})(?P<more>(?:(?:, ?| e |, e )\d{1,6})*)(?![\w]|[.,]\d)"
)
_NTH_INDEX = re.compile(
    r"(?<!\w)(?:(?P<digits>\d{1,4})[ºªao]|(?P<word>[a-z]{5,9}[ao]|ultim[ao])) "
    r"(?:componente|entrada|elemento|coordenada|dimensao|coluna|valor|posicao do vetor)(?!\w)"
)
PAIR_INDEX = re.compile(r"(?<![\w])i ?(?:=|vale|igual a|e) ?(\d{1,6})(?![\w]|[.,]\d)")
_NUMBERS = r"\d{1,9}(?:(?: ?[,;] ?| e | ?, e | a | ate | to |-| and |\.\.)\d{1,9}){0,200}"
_POSITIONS = re.compile(
    rf"(?<!\w)(?:posic(?:ao|oes)|pos|positions?|tokens? (?:n[ao]s? )?(?:posic(?:ao|oes))?|"
    rf"palavras?)(?: entre as?)?{_LINK}"
    rf" ?[\[({{]? ?(?P<list>{_NUMBERS})(?![\w%]|[.,]\d)"
)
_WORD_POSITION = re.compile(
    rf"(?<!\w)(?:posicao|pos){_LINK} (zero|um|uma|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|"
    rf"dez|"
    r"onze|doze|treze|quatorze|catorze|quinze|vinte)(?!\w)"
)
_ORDINAL_POSITION = re.compile(
    r"(?<!\w)(\w{1,15}|\d{1,3}[ªaº]) (?:posic(?:ao)|palavra|token)(?!\w| do vetor)"
)
_FIRST = re.compile(
    r"(?<!\w)(?:(?P<a>\d{1,4}|\w{1,12}) primeir[oa]s (?:posic(?:oes)|tokens|palavras)|"
    r"primeir[oa]s (?P<b>\d{1,4}|\w{1,12}) "
    r"(?:posic(?:oes)|tokens|palavras))"
)
_FROM_ONE = (
    r"(?:a partir d[eo]|comec\w+ (?:em|do|no|pel[ao]|com)|desde o?) (?:1|um)|"
    r"(?:primeira posicao|primeiro token) (?:e|eh|sendo) (?:a |o )?(?:posicao )?(?:1|um)"
)
_LENGTH = (
    r"(?:tokens|palavras|posicoes)", r"comprimento|seq_?len|tamanho da sequencia|seq(?:uencia)?|"
                                     r"max_?len",
)  # fmt: skip
_DIMENSION = (
    r"dimensoes|dims|dimensional|dimensions",
    r"d_?model|d_?emb|dim_?model|embed_?dim|d|dimensao(?: do (?:modelo|embedding|vetor))?|"
    r"dimension|"
    r"dims?|tamanho do (?:embedding|vetor|modelo)|embeddings? de(?: tamanho| dimensao)?",
)  # fmt: skip


def about(statement: Statement) -> bool:
    formula = statement.has("pos") and statement.has(r"10[ .]?000\S*", "senos?", "sin")
    waves = statement.has(
        r"frequencias? angular(?:es)?", "comprimentos? de onda", "senos?", "embeddings?"
    )
    placed = statement.has("posic(?:ao|oes)", "pos")
    sized = (placed or statement.has("i")) and statement.has("d_?model", "d")
    summed = placed and statement.has("d_?model", "seno", "embeddings?")
    return statement.has(PE) or formula or summed or (sized and waves)


def wants_sum(statement: Statement) -> bool:
    has_vector = bool(statement.arrays) and statement.has("embeddings?", "vetor", "x", "token", "e")
    return has_vector and (
        statement.has(r"som\w+|adicion\w+|final|entrada") or "+" in statement.text
    )


def is_code(statement: Statement) -> bool:
    """A function of position and dimension, and a call of it."""
    folded = statement.folded
    return _SIGNATURE.search(folded) is not None and _CALL.search(folded) is not None


def is_open(statement: Statement) -> bool:
    """Mine, and a computation (numbers and either a request or no question about ideas)."""
    spelled = _WORD_POSITION.search(statement.folded) is not None
    if not about(statement) or not (spelled or any(c.isdigit() for c in statement.folded)):
        return False
    if is_code(statement):
        return True
    asks = statement.has(
        r"calcul\w*|qua(?:l|is)(?: e| o| a)?|quanto|monte|vetor|tabela|valor|comput\w+|obtenha"
    )
    if statement.conceptual:
        return False
    return (spelled or bool(statement.values)) and (asks or not statement.asks_concept)


# ---------------------------------------------------------------------- reading


def _read_dimension(statement: Statement, inputs: dict[str, Json], replace_only: bool) -> None:
    explicit = quantity(
        statement, "", r"d_?model|d_?emb|dim_?model|embed_?dim|d", "d_model", 1, _MAX_DIMENSION
    )
    dimension = explicit or quantity(
        statement, *_DIMENSION, what="d_model (a dimensão)", low=1, high=_MAX_DIMENSION
    )
    if dimension is None:
        attached = re.search(r"(?<![\w.,])(\d{1,4})d(?!\w)", statement.folded)
        dimension = int(attached[1]) if attached else None
    if dimension is None:
        return
    # After d_model is known, "dimensão 3" names a component.
    if explicit is None and replace_only and "index" in inputs:
        return
    if dimension > _MAX_DIMENSION:
        raise SolverError(f"d_model é grande demais (o limite aqui é {_MAX_DIMENSION}).")
    inputs["d_model"] = dimension


def _read_index(statement: Statement, inputs: dict[str, Json]) -> None:
    """Components: "PE(3, 1)", "PE(pos, 2i) com i = 1", "componente 3", "quarta componente"."""
    if is_code(statement):
        call = list(_CALL.finditer(statement.folded))
        inputs["positions"] = [int(each[1]) for each in call]
        inputs["d_model"] = int(call[-1][2])
        return
    pairs = [int(each) for each in PAIR_INDEX.findall(statement.folded)]
    entries = [
        (int(match["pos"]) if match["pos"].isdigit() else None, index)
        for match in _ENTRY.finditer(statement.folded)
        for index in _indices(match, pairs)
    ]
    given = {position for position, _ in entries if position is not None}
    if given:
        inputs["positions"] = [*dict.fromkeys(p for p, _ in entries if p is not None)]
    indices = [*dict.fromkeys(index for _, index in entries)]
    if not indices:
        indices = _named_components(statement, pairs)
    if len(given) > 1 and len(indices) > 1:
        inputs["entries"] = [[p, index] for p, index in entries if p is not None]
    if indices:
        inputs["index"] = indices[0] if len(indices) == 1 else [*indices]
        forget(inputs, "O índice")
        assume(inputs, "O índice do componente conta a partir de 0 (par: seno; ímpar: cosseno).")


def _indices(entry: re.Match[str], pairs: list[int]) -> list[int]:
    """The components that one PE(…, …) names."""
    name = (entry["name"] or "").replace(" ", "")
    if entry["index"] is not None:
        first = int(entry["index"])
        if not entry["range"]:
            return [first]
        return list(range(first, int(re.sub(r"\D", "", entry["range"])) + 1))
    if name in ("2i", "2i+1"):
        return [2 * pair + (name == "2i+1") for pair in pairs]
    return pairs if name in ("i", "j", "k") else []


def _named_components(statement: Statement, pairs: list[int]) -> list[int]:
    folded = statement.folded
    has_model = re.search(r"(?<!\w)(?:d_?model|d) ?[=:]? ?(?:de |igual a )?\d", folded)
    for found in _INDEX.finditer(folded):
        if not found.group().startswith("dim") or has_model:
            return [int(each) for each in re.findall(r"\d+", found["index"] + found["more"])]
    nth = _NTH_INDEX.search(folded)
    if nth and (nth["word"] or "").startswith("ultim"):
        return [-1]
    if nth:
        rank = int(nth["digits"]) if nth["digits"] else word_number(nth["word"])
        if rank:
            return [rank - 1]
    if len(pairs) != 1 or not statement.has("senos?", "sin", "sen", "cossenos?", "cos"):
        return []
    sine = statement.has("senos?", "sin", "sen", r"2i(?! ?\+)")
    cosine = statement.has("cossenos?", "cos", r"2i ?\+ ?1")
    both = [2 * pairs[0], 2 * pairs[0] + 1]
    return both if sine == cosine else both[:1] if sine else both[1:]


def _read_positions(statement: Statement, inputs: dict[str, Json]) -> None:
    folded = statement.folded
    half = re.search(
        r"(?<!\w)(?:posicao|position|pos) ?[=:]? ?(\d{1,6}[.,]\d{1,6})(?![\w.,]*\d)", folded
    )
    if half:
        raise SolverError(
            f"A posição precisa ser um número inteiro, mas li {half[1]}. Para duas posições "
            "escreva, por exemplo, “posições 1 e 5”."
        )
    if is_code(statement):
        return
    found: list[int] = []
    for read in (_listed_positions, _alone, _first_positions, _ordinal_positions, _short_positions):
        found = read(statement, inputs)
        if found:
            break
    if not found and "positions" not in inputs:
        length = quantity(statement, *_LENGTH, what="o número de posições", high=_MAX_POSITIONS)
        if length is not None:
            found = list(range(length))
            assume(inputs, "As posições contam a partir de 0, como no artigo.")
            inputs["read"] = [length]
    if found:
        if len(found) > _MAX_POSITIONS:
            raise SolverError(f"São posições demais (o limite aqui é {_MAX_POSITIONS}).")
        inputs["positions"] = list(dict.fromkeys(found))


def _listed_positions(statement: Statement, inputs: dict[str, Json]) -> list[int]:
    decimals = [value for value in statement.arrays if re.search(r"\d[.,]\d", value.text)]
    found: list[int] = []
    for match in _POSITIONS.finditer(statement.folded):
        counted = re.match(
            r"(?:palavras?|"
            r"tokens?)\s*$",
            statement.folded[match.start() : match.start("list")],
        )
        dimensions = re.match(r" (?:dimens|dims|palavras|tokens)", statement.folded[match.end() :])
        if dimensions and counted:
            continue
        if not any(value.start <= match.start("list") < value.end for value in decimals):
            found += _expand(match["list"])  # and not "o token (0,1; 0,2)", its embedding
    words = [word_number(match[1]) for match in _WORD_POSITION.finditer(statement.folded)]
    return found + [number for number in words if number is not None]


def _alone(statement: Statement, inputs: dict[str, Json]) -> list[int]:
    """PE(0) · PE(3), "PE 4"."""
    if _ENTRY.search(statement.folded):
        return []
    return [int(each) for each in _ALONE.findall(statement.folded)]


def _first_positions(statement: Statement, inputs: dict[str, Json]) -> list[int]:
    first = _FIRST.search(statement.folded)
    if first is None:
        return []
    typed = first["a"] or first["b"]
    count = int(typed) if typed.isdigit() else word_number(typed)
    if not count:
        return []
    start = 1 if statement.has(_FROM_ONE) else 0
    assume(inputs, f"As posições contam a partir de {start}"
                   f"{', como no artigo' if not start else ''}.")  # fmt: skip
    return list(range(start, count + start))


def _ordinal_positions(statement: Statement, inputs: dict[str, Json]) -> list[int]:
    found: list[int] = []
    start = 1 if statement.has(_FROM_ONE) else 0
    for match in _ORDINAL_POSITION.finditer(statement.folded):
        typed = match[1]
        rank = int(re.sub(r"\D", "", typed)) if typed[0].isdigit() else _ordinal(typed)
        if rank:
            found.append(rank - 1 + start)
            forget(inputs, "As posições")
            note = "As posições contam a partir de 0: a primeira palavra está na posição 0."
            assume(inputs, note if not start else "As posições contam a partir de 1.")
    return found


def _short_positions(statement: Statement, inputs: dict[str, Json]) -> list[int]:
    short = re.search(rf"(?<!\w)(?:p|t|pos) ?= ?({_NUMBERS})(?![\w.,]*\d)", statement.folded)
    if short:
        return _expand(short[1])
    between = re.search(
        r"(?<!\w)entre (?:a |as |o )?(\d{1,9}) e (?:a |o )?(\d{1,9})(?![\w.,]*\d)", statement.folded
    )
    return [int(between[1]), int(between[2])] if between else []


def _ordinal(word: str) -> int | None:
    rank = word_number(word)
    return rank if rank is not None and word.startswith(
        ("prim", "segund", "terc", "quart", "quint", "sext", "setim", "oitav", "non", "decim")
    ) else None  # fmt: skip


def _expand(text: str) -> list[int]:
    """ "0, 1 e 2" -> 0, 1, 2; "0 a 3" -> 0, 1, 2, 3."""
    span = re.fullmatch(r"(\d+)(?: a | ate | to |-|\.\.)(\d+)", text)
    if span:
        low, high = int(span[1]), int(span[2])
        if high - low > _MAX_POSITIONS:
            raise SolverError(f"São posições demais (o limite aqui é {_MAX_POSITIONS}).")
        return list(range(low, high + 1)) if low <= high else [low, high]
    return [int(digits) for digits in re.findall(r"\d+", text)]


def _read_base(statement: Statement, inputs: dict[str, Json]) -> None:
    base = statement.scalar("base", "constante", what="a base")
    written = re.search(r"(?:pos|\d) ?/ ?\(? ?(\d{2,6}) ?(?:\^|\*\*)", statement.folded)
    swapped = re.search(
        r"(?<![\w.,])(\d{2,6}) (?:no lugar d[eo]|em vez d[eo]|"
        r"ao inves d[eo])s? (?:usual )?10[ .]?000",
        statement.folded,
    )
    swapped = swapped or re.search(
        r"(?:trocando|troque|substitu\w+) (?:o |a (?:constante|base) )?10[ .]?000 por (\d{2,6})",
        statement.folded,
    )
    base = (
        float(swapped[1])
        if swapped
        else base
        if base is not None
        else (float(written[1]) if written else None)
    )
    if statement.has(r"10[ .]?000\S*"):
        inputs["read"] = [*floats(inputs.get("read")), BASE]
    if base is not None and base > 1 and base != BASE:
        inputs["base"] = base
        forget(inputs, "A base")
        assume(inputs, f"A base é {plain(base)} em vez de 10000, como você pediu.")


def read(statement: Statement, previous: Inputs | None) -> tuple[dict[str, Json], bool]:
    """What the text says, merged with the problem before; and whether anything changed."""
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    if statement.has(r"(?:pos(?:icao)?|position)\s*=?\s*-\s*\d+"):
        raise SolverError("A posição precisa ser um número inteiro maior ou igual a zero.")
    _read_index(statement, inputs)
    _read_dimension(statement, inputs, previous is not None)
    _read_positions(statement, inputs)
    _read_base(statement, inputs)
    if inputs.get("index") == -1 and "d_model" in inputs:
        inputs["index"] = int(number(inputs["d_model"])) - 1
    return inputs, inputs != before
