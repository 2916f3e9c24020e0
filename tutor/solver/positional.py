"""The sinusoidal positional encoding of Vaswani et al. (2017): vectors, entries, tables, sums."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, table, tex, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.numbers import word_number
from tutor.solver.quantities import only_number, quantity
from tutor.solver.registry import Family

_ENCODING = "positional_encoding"
_NEARNESS = "positional_similarity"
_SUM = "positional_sum"

_PE = (
    r"positional[ -]encodings?|codificac(?:ao|oes) posiciona(?:l|is)|encodings? posiciona(?:l|is)|"
    r"position(?:al)? embeddings?|embeddings? posiciona(?:l|is)|pes?|codificac(?:ao|oes) (?:de|da) "
    r"posic(?:ao|oes)|vetor(?:es)? (?:de posicao|posiciona(?:l|is))|sinusoida\w*|senoida\w*"
)
_BETWEEN = r"similaridade|produto|dot|cosine|cosseno entre|parecid\w+|similar(?:es)?"
_DIFFERENCE = re.compile(r"pe ?[(\[_] ?(\d{1,9}) ?[)\]]? ?- ?pe ?[(\[_] ?(\d{1,9})")
_MAX_DIMENSION = 4096
_MAX_POSITIONS = 512
_BASE = 10_000.0

_ENTRY = re.compile(
    r"(?<!\w)pe ?_?[\[({] ?(?:pos(?:icao)? ?= ?)?(?P<pos>\d{1,9}|pos|p|t) ?[,;] ?"
    r"(?:(?P<name>2i ?\+ ?1|2i|i|j|k|d|dim)?(?: ?= ?)?)(?P<index>\d{1,6})? ?[\])}]"
)
_ENTRY_COMMA = re.compile(r"(?<!\w)pe ?_?[\[({] ?(\d{1,9}) ?[\])}]")
_INDEX = re.compile(
    r"(?<!\w)(?:componente|indice|entrada|elemento|coordenada|coluna|component|index|dimensao|dim)"
    r"(?: de indice| numero| n)?(?: ?2i| ?i| ?j)?(?: ?=| e| de)? ?(?P<index>\d{1,6})(?![\w]|[.,]\d)"
)
_PAIR_INDEX = re.compile(r"(?<![\w])(?:com |e |para |,? ?)i ?= ?(\d{1,6})(?![\w.,]*\d)")
_NUMBERS = r"\d{1,9}(?:(?: ?[,;] ?| e | ?, e | a | ate | to |-| and )\d{1,9}){0,200}"
_POSITIONS = re.compile(
    rf"(?<!\w)(?:posic(?:ao|oes)|pos|positions?|tokens? (?:n[ao]s? )?(?:posic(?:ao|oes))?|"
    rf"palavras?)"
    rf"(?: ?[=:]| de| em| numero| index| entre as?)?"
    rf" ?[\[({{]? ?(?P<list>{_NUMBERS})(?![\w%]|[.,]\d)"
)
_ORDINAL_POSITION = re.compile(
    r"(?<!\w)(\w{1,15}|\d{1,3}[ªaº]) (?:posic(?:ao)|palavra|token)(?!\w)|(?:posic(?:ao)) (zero|um|"
    r"dois|tres|quatro|cinco|"
    r"seis|sete|oito|nove|dez)(?!\w)"
)
_FIRST = re.compile(
    r"(?<!\w)(?:(?P<a>\d{1,4}|\w{1,12}) primeir[oa]s (?:posic(?:oes)|tokens|palavras)|"
    r"primeir[oa]s (?P<b>\d{1,4}|\w{1,12}) "
    r"(?:posic(?:oes)|tokens|palavras))"
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


def encode(position: float, dimension: int, base: float = _BASE) -> np.ndarray:
    """PE(pos, 2i) = sin(pos / base^(2i/d)), PE(pos, 2i+1) = cos(pos / base^(2i/d))."""
    vector = np.zeros(dimension)
    for index in range(dimension):
        angle = position / base ** (2 * (index // 2) / dimension)
        vector[index] = math.cos(angle) if index % 2 else math.sin(angle)
    return vector


def _about(statement: Statement) -> bool:
    return statement.has(_PE) or (
        statement.has("posic(?:ao|oes)", "pos") and statement.has("d_?model", "seno", "embeddings?")
    )


def _wants_sum(statement: Statement) -> bool:
    has_vector = bool(statement.arrays) and statement.has("embeddings?", "vetor", "x", "token", "e")
    return has_vector and (
        statement.has(r"som\w+|adicion\w+|final|entrada") or "+" in statement.text
    )


def _open(statement: Statement) -> bool:
    """Mine, and a computation (numbers and either a request or no question about ideas)."""
    if not _about(statement) or not any(c.isdigit() for c in statement.folded):
        return False
    asks = statement.has(
        r"calcul\w*|qual(?: e| o| a)?|quanto|monte|vetor|tabela|valor|comput\w+|obtenha"
    )
    if statement.conceptual:
        return False
    return bool(statement.values) and (asks or not statement.asks_concept)


def _match_encoding(statement: Statement) -> float:
    if not _open(statement):
        return 0.0
    if statement.has(r"parametros?|atencao multi|cabecas?|heads?"):
        return 0.2
    if _DIFFERENCE.search(statement.folded):
        return 0.96
    return 0.91 if statement.has(_PE) else 0.6


def _match_similarity(statement: Statement) -> float:
    if not _open(statement) or _DIFFERENCE.search(statement.folded):
        return 0.0
    # "seno nas dimensões pares e cosseno nas ímpares" is the formula and no similarity.
    cosine = statement.has("cosseno") and not statement.has("senos?", "sin", "sen")
    return 0.95 if cosine or statement.has(_BETWEEN) else 0.0


def _match_sum(statement: Statement) -> float:
    return 0.96 if _open(statement) and _wants_sum(statement) else 0.0


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
    """One component: "PE(3, 1)", "PE(pos, 2i) com i = 1", "componente 3"."""
    entry = _ENTRY.search(statement.folded)
    index: int | None = None
    if entry:
        if entry["pos"].isdigit():
            inputs["positions"] = [int(entry["pos"])]
        name = (entry["name"] or "").replace(" ", "")
        given = entry["index"]
        pair = _PAIR_INDEX.search(statement.folded)
        if name in ("2i", "2i+1"):
            if given is not None and name == "2i":
                index = int(given)  # PE(3, 2i=4): component 4
            elif given is not None and name == "2i+1":
                index = int(given)
            elif pair:
                index = 2 * int(pair[1]) + (name == "2i+1")
        elif given is not None:
            index = int(given)
        elif name and pair:
            index = int(pair[1])
    else:
        has_model = re.search(r"(?<!\w)(?:d_?model|d) ?[=:]? ?(?:de )?\d", statement.folded)
        for found in _INDEX.finditer(statement.folded):
            named_dimension = found.group().startswith("dim")
            if not named_dimension or has_model:
                index = int(found["index"])
                break
    if index is not None:
        inputs["index"] = index
        forget(inputs, "O índice")
        assume(inputs, "O índice do componente conta a partir de 0 (par: seno; ímpar: cosseno).")


def _read_positions(statement: Statement, inputs: dict[str, Json]) -> None:
    folded = statement.folded
    found: list[int] = []
    half = re.search(
        r"(?<!\w)(?:posicao|position|pos) ?[=:]? ?(\d{1,6}[.,]\d{1,6})(?![\w.,]*\d)", folded
    )
    if half:
        raise SolverError(
            f"A posição precisa ser um número inteiro, mas li {half[1]}. Para duas posições "
            "escreva, por exemplo, “posições 1 e 5”."
        )
    decimals = [value for value in statement.arrays if re.search(r"\d[.,]\d", value.text)]
    for match in _POSITIONS.finditer(folded):
        if not any(value.start <= match.start("list") < value.end for value in decimals):
            found += _expand(match["list"])  # and not "o token (0,1; 0,2)", its embedding
    single = _ENTRY_COMMA.search(folded)
    if not found and single:
        found = [int(single[1])]
    first = _FIRST.search(folded)
    if not found and first:
        typed = first["a"] or first["b"]
        count = int(typed) if typed.isdigit() else word_number(typed)
        if count:
            found = list(range(count))
            assume(inputs, "As posições contam a partir de 0, como no artigo.")
    if not found:
        for match in _ORDINAL_POSITION.finditer(folded):
            if match[2]:
                found.append(word_number(match[2]) or 0)
                continue
            typed = match[1]
            rank = int(re.sub(r"\D", "", typed)) if typed[0].isdigit() else _ordinal(typed)
            if rank:
                found.append(rank - 1)
                forget(inputs, "As posições")
                assume(inputs, "As posições contam a partir de 0: a primeira palavra está na "
                               "posição "
                       "0.")  # fmt: skip
    if not found:
        short = re.search(rf"(?<!\w)(?:p|t|pos) ?= ?({_NUMBERS})(?![\w.,]*\d)", folded)
        if short:
            found = _expand(short[1])
    between = re.search(
        r"(?<!\w)entre (?:a |as |o )?(\d{1,9}) e (?:a |o )?(\d{1,9})(?![\w.,]*\d)", folded
    )
    if not found and between:
        found = [int(between[1]), int(between[2])]
    if not found and "positions" not in inputs:
        length = quantity(statement, *_LENGTH, what="o número de posições", high=_MAX_POSITIONS)
        if length is not None:
            found = list(range(length))
            assume(inputs, "As posições contam a partir de 0, como no artigo.")
    if found:
        if len(found) > _MAX_POSITIONS:
            raise SolverError(f"São posições demais (o limite aqui é {_MAX_POSITIONS}).")
        inputs["positions"] = list(dict.fromkeys(found))


def _ordinal(word: str) -> int | None:
    rank = word_number(word)
    return rank if rank is not None and word.startswith(
        ("prim", "segund", "terc", "quart", "quint", "sext", "setim", "oitav", "non", "decim")
    ) else None  # fmt: skip


def _expand(text: str) -> list[int]:
    """ "0, 1 e 2" -> 0, 1, 2; "0 a 3" -> 0, 1, 2, 3."""
    span = re.fullmatch(r"(\d+)(?: a | ate | to |-)(\d+)", text)
    if span:
        low, high = int(span[1]), int(span[2])
        if high - low > _MAX_POSITIONS:
            raise SolverError(f"São posições demais (o limite aqui é {_MAX_POSITIONS}).")
        return list(range(low, high + 1)) if low <= high else [low, high]
    return [int(digits) for digits in re.findall(r"\d+", text)]


def _read_base(statement: Statement, inputs: dict[str, Json]) -> None:
    base = statement.scalar("base", "constante", what="a base")
    if base is not None and base > 1 and base != _BASE:
        inputs["base"] = base
        forget(inputs, "A base")
        assume(inputs, f"A base é {plain(base)} em vez de 10000, como você pediu.")


def _read(statement: Statement, previous: Inputs | None) -> tuple[dict[str, Json], bool]:
    """What the text says, merged with the problem before; and whether anything changed."""
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    if statement.has(r"(?:pos(?:icao)?|position)\s*=?\s*-\s*\d+"):
        raise SolverError("A posição precisa ser um número inteiro maior ou igual a zero.")
    _read_index(statement, inputs)
    _read_dimension(statement, inputs, previous is not None)
    _read_positions(statement, inputs)
    _read_base(statement, inputs)
    return inputs, inputs != before


def _complete(kind: str, inputs: dict[str, Json], needed: int) -> None:
    positions = floats(inputs.get("positions"))
    if len(positions) < needed:
        raise MissingData(
            "Entre quais duas posições? Por exemplo: posições 1 e 4."
            if needed == 2
            else "Falta a posição. Por exemplo: pos = 3.",
            Problem(kind, inputs),
        )
    if "d_model" not in inputs:
        raise MissingData(
            "Falta a dimensão do modelo. Por exemplo: d_model = 4.", Problem(kind, inputs)
        )
    dimension = _dimension(inputs)
    if dimension % 2 and "index" not in inputs:
        raise MissingData(
            f"d_model = {dimension} é ímpar: cada seno faz par com um cosseno, por isso d_model "
            "precisa ser par. Qual é o d_model? Por exemplo: d_model = 4.",
            Problem(kind, {key: value for key, value in inputs.items() if key != "d_model"}),
        )
    if "index" in inputs and not 0 <= number(inputs["index"]) < dimension:
        raise SolverError(
            f"Com d_model = {dimension} os componentes vão de 0 a {dimension - 1}; não existe o "
            f"{int(number(inputs['index']))}."
        )


def _dimension(inputs: Inputs) -> int:
    return int(number(inputs.get("d_model")))


def _base(inputs: Inputs) -> float:
    return number(inputs.get("base"), _BASE)


def _parse_encoding(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None and (statement.has(_BETWEEN) or _wants_sum(statement)):
        return None
    inputs, changed = _read(statement, previous)
    difference = _DIFFERENCE.search(statement.folded)
    if difference:
        inputs["positions"] = [int(difference[1]), int(difference[2])]
        inputs["asked"] = "difference"
    elif changed:
        inputs.pop("asked", None)
    if previous is not None:
        if (
            statement.has(r"vetor(?: todo| inteiro| completo)?|completo|inteiro")
            and "index" in inputs
        ):
            del inputs["index"]
            forget(inputs, "O índice")
            changed = True
        if not changed:
            value = only_number(statement, "o valor", 0, 10**9)
            if value is None:
                return None
            inputs.update({"positions": [value]} if "d_model" in inputs or "positions" not in inputs
                          else {"d_model": value})  # fmt: skip
    _complete(_ENCODING, inputs, 1)
    if len(floats(inputs["positions"])) * _dimension(inputs) > 20_000:
        raise SolverError("A tabela é grande demais: peça menos posições ou um d_model menor.")
    return inputs


def _parse_similarity(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs, changed = _read(statement, previous)
    measure = None
    if statement.has(r"produto (?:escalar|interno)|dot"):
        measure = "dot"
    elif statement.has(r"cossenos?|cosine|similaridade"):
        measure = "cosine"
    if measure is not None and inputs.get("measure") != measure:
        inputs["measure"] = measure
        changed = True
    if previous is not None and not changed:
        return None
    known = floats((previous or {}).get("positions"))
    given = floats(inputs.get("positions"))
    if previous is not None and len(given) == 1 and len(known) == 2:
        inputs["positions"] = [int(known[0]), int(given[0])]
    inputs.setdefault("measure", "cosine")
    _complete(_NEARNESS, inputs, 2)
    inputs.pop("index", None)
    return inputs


def _parse_sum(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs, changed = _read(statement, previous)
    arrays = [
        value
        for value in statement.arrays
        if value.size > 1 and not _is_positions(statement, value.start)
    ]
    if arrays:
        embedding, note = arrays[0].vector("o embedding")
        inputs["embedding"] = [*embedding]
        forget(inputs, "Li ")
        assume(inputs, note)
        changed = True
    if statement.has(r"(?:multipli\w+|escal\w+|vezes|·|×|x)[^.]{0,30}(?:sqrt|raiz)"):
        inputs["scaled"] = True
        changed = True
    if previous is not None and not changed:
        return None
    embedding = floats(inputs.get("embedding"))
    if not embedding:
        raise MissingData(
            "Falta o embedding da palavra. Por exemplo: embedding = [0,5; -0,2; 0,1; 0,9].",
            Problem(_SUM, inputs),
        )
    if "d_model" in inputs and _dimension(inputs) != len(embedding):
        raise SolverError(
            f"O embedding tem {len(embedding)} componentes e d_model é {_dimension(inputs)}: para "
            "somar, os dois tamanhos precisam ser iguais."
        )
    inputs["d_model"] = len(embedding)
    inputs.pop("index", None)
    _complete(_SUM, inputs, 1)
    if len(floats(inputs["positions"])) != 1:
        raise SolverError("Para a soma dê uma só posição, por exemplo pos = 2.")
    return inputs


def _is_positions(statement: Statement, start: int) -> bool:
    return re.search(r"(?:posic(?:ao|oes)|pos)\s*[=:]?\s*$", statement.folded[:start]) is not None


# ---------------------------------------------------------------------- solving

_FORMULA = (
    r"$PE_{(pos,2i)} = \sin\left(\dfrac{pos}{10000^{2i/d}}\right)$ e "
    r"$PE_{(pos,2i+1)} = \cos\left(\dfrac{pos}{10000^{2i/d}}\right)$"
)


def _formula(inputs: Inputs) -> Step:
    return Step("Fórmula", _FORMULA.replace("10000", plain(_base(inputs)).replace(",", "{,}"))
                + f", com $d = {_dimension(inputs)}$ e ângulos em radianos")  # fmt: skip


def _components(position: int, inputs: Inputs, only: int | None = None) -> str:
    """The table of components of one position (at most 16 are written out)."""
    dimension, base = _dimension(inputs), _base(inputs)
    indices = [only] if only is not None else list(range(min(dimension, 16)))
    body = []
    for k in indices:
        i = k // 2
        angle = position / base ** (2 * i / dimension)
        function = r"\cos" if k % 2 else r"\sin"
        value = math.cos(angle) if k % 2 else math.sin(angle)
        shown = base_text(base)
        body.append([
            str(k), str(i), rf"${position}/{shown}^{{{2 * i}/{dimension}}} = {tex(angle)}$",
            rf"${function}({tex(angle)}) = {tex(value)}$",
        ])  # fmt: skip
    text = table(["componente", "$i$", "ângulo (rad)", "valor"], body)
    return text + ("\n\n… e assim por diante." if only is None and dimension > 16 else "")


def base_text(base: float) -> str:
    return plain(base).replace(",", "{,}")


def _rotated(position: int, dimension: int, base: float) -> np.ndarray:
    """The encoding as powers of a rotation: an independent way to the same numbers."""
    vector = np.zeros(dimension)
    for i in range((dimension + 1) // 2):
        rotation = cmath.exp(1j * math.exp(-math.log(base) * 2 * i / dimension) * position)
        vector[2 * i] = rotation.imag
        if 2 * i + 1 < dimension:
            vector[2 * i + 1] = rotation.real
    return vector


def _checks(positions: Sequence[int], inputs: Inputs) -> tuple[Check, ...]:
    dimension, base = _dimension(inputs), _base(inputs)
    rows = np.array([encode(p, dimension, base) for p in positions])
    second = np.array([_rotated(p, dimension, base) for p in positions])
    even = dimension // 2 * 2
    pairs = rows[:, 0:even:2] ** 2 + rows[:, 1:even:2] ** 2
    tolerance = 1e-9 * max(1, max(positions, default=1))
    return (
        Check("sen² + cos² = 1 em cada par", bool(np.allclose(pairs, 1)), f"{pairs.size} pares"),
        Check("Como rotação no plano complexo", bool(np.allclose(rows, second, atol=tolerance)),
              "a parte imaginária e a real de e^{iω·pos} dão o mesmo"),
    )  # fmt: skip


def _variants(position: int, inputs: Inputs) -> list[tuple[np.ndarray, str]]:
    """Encodings that common mistakes give, each with what the mistake is."""
    d, base = _dimension(inputs), _base(inputs)
    k = np.arange(d)
    exponent = 2 * (k // 2) / d
    angle = position / base**exponent
    naive = position / base ** (2 * k / d)
    single = position / base ** ((k // 2) / d)
    degrees = np.radians(angle)

    def of(angles: np.ndarray) -> np.ndarray:
        return np.where(k % 2, np.cos(angles), np.sin(angles))

    return [
        (of(degrees), "a calculadora está em graus, e não em radianos"),
        (np.where(k % 2, np.sin(angle), np.cos(angle)), "se trocam o seno e o cosseno"),
        (of(naive), "se usa o índice do componente no lugar de i (o expoente é 2i/d, com o mesmo i "
         "para o seno e o cosseno do par)"),
        (of(single), "se esquece o 2 do expoente 2i/d"),
        (encode(position + 1, d, base), "se contam as posições a partir de 1"),
        (encode(max(position - 1, 0), d, base), "se usa a posição anterior"),
        (np.concatenate([np.sin(angle[::2]), np.cos(angle[1::2])]),
         "se põem primeiro todos os senos e depois todos os cossenos"),
        (np.where(k % 2, np.cos(position * base**exponent), np.sin(position * base**exponent)),
         "se multiplica por 10000^{2i/d} em vez de dividir"),
    ]  # fmt: skip


def _solve_encoding(inputs: Inputs) -> Solution:
    positions = [int(p) for p in floats(inputs["positions"])]
    dimension, base = _dimension(inputs), _base(inputs)
    index = int(number(inputs["index"])) if "index" in inputs else None
    rows = [[float(x) for x in encode(p, dimension, base)] for p in positions]
    steps = [_formula(inputs)]
    for position in positions[:6]:
        steps.append(Step(f"Posição {position}", _components(position, inputs, index)))
    value: Json
    mistakes: list[Mistake] = []
    one = len(positions) == 1
    if index is not None:
        values = [row[index] for row in rows]
        value = values[0] if one else list(values)
        result = "; ".join(rf"$PE({p}, {index}) = {tex(x)}$" for p, x in zip(positions, values,
                           strict=True))  # fmt: skip
        if one:
            mistakes = [(float(v[index]), why) for v, why in _variants(positions[0], inputs)]
    elif one:
        value = list(rows[0])
        result = rf"$PE({positions[0]}) = {tex_vector(rows[0])}$"
        mistakes = [(v.tolist(), why) for v, why in _variants(positions[0], inputs)]
    elif inputs.get("asked") == "difference":
        apart = [a - b for a, b in zip(rows[0], rows[1], strict=True)]
        value = [*apart]
        result = rf"$PE({positions[0]}) - PE({positions[1]}) = {tex_vector(apart)}$"
        steps.append(Step("Diferença", result))
        mistakes = [([-each for each in apart], "se troca a ordem da subtração")]
    else:
        value = [list(row) for row in rows]
        result = "; ".join(rf"$PE({p}) = {tex_vector(r)}$" for p, r in list(zip(positions, rows,
                           strict=True))[:6])  # fmt: skip
        if len(positions) > 6:
            result += "; …"
    return Solution(
        problem=Problem(_ENCODING, inputs),
        title="Codificação posicional senoidal",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=_checks(positions, inputs),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure("heatmap", "Codificação posicional", {
            "rows": [f"pos {p}" for p in positions],
            "columns": [str(k) for k in range(dimension)],
            "values": [list(row) for row in rows],
        }),
    )  # fmt: skip


def _solve_similarity(inputs: Inputs) -> Solution:
    positions = [int(p) for p in floats(inputs["positions"])]
    dimension, base = _dimension(inputs), _base(inputs)
    rows = np.array([encode(p, dimension, base) for p in positions])
    cosine = inputs.get("measure") != "dot"
    dots = rows @ rows.T
    norms = np.linalg.norm(rows, axis=1)
    if cosine and not norms.all():
        raise SolverError("O cosseno com um vetor nulo não existe (d_model = 1 na posição 0).")
    values = dots / np.outer(norms, norms) if cosine else dots
    p, q = positions[0], positions[1]
    name = "similaridade de cosseno" if cosine else "produto escalar"
    omega = base ** (-2 * np.arange(dimension // 2) / dimension)
    closed = float(np.cos(omega * (p - q)).sum())
    terms = " + ".join(tex(float(math.cos(w * (p - q)))) for w in omega[:10])
    steps = [
        _formula(inputs),
        *[Step(f"Posição {each}", rf"$PE({each}) = {tex_vector(encode(each, dimension, base))}$")
          for each in positions[:6]],
        Step("Produto escalar", rf"$PE({p}) \cdot PE({q}) = {tex(float(dots[0, 1]))}$"),
    ]  # fmt: skip
    if cosine:
        steps.append(Step("Cosseno", r"As normas são "
                     rf"${tex(float(norms[0]))}$ e ${tex(float(norms[1]))}$ (com $d$ par, sempre "
                     rf"$\sqrt{{d/2}}$): "
                     rf"$\dfrac{{{tex(float(dots[0, 1]))}}}{{{tex(float(norms[0]))} "
                     rf"\times {tex(float(norms[1]))}}} = "
                     rf"{tex(float(values[0, 1]))}$"))  # fmt: skip
    checks = list(_checks(positions, inputs))
    if dimension % 2 == 0:
        steps.append(Step("Só a distância importa", r"$PE(p)\cdot PE(q) = \sum_i \cos(\omega_i "
                                                    r"(p-q))"
                     rf" = {terms} = {tex(closed)}$"))  # fmt: skip
        checks.append(Check("Soma de cos(ωᵢ(p−q))", math.isclose(closed, float(dots[0, 1]),
                      abs_tol=1e-8 * max(1, p, q)), plain(closed)))  # fmt: skip
    single = len(positions) == 2
    value: Json = float(values[0, 1]) if single else [list(map(float, row)) for row in values]
    mistakes: list[Mistake] = []
    if single:
        mistakes = [(float(dots[0, 1]), "se esquece de dividir pelas normas"),
                    (float(dots[0, 1]) / dimension, "se divide por d em vez do produto das normas "
                                                    "(d/2)"),
                    (float(dots[0, 1] / np.outer(norms, norms)[0, 1]), "se divide pelas normas "
                                                                       "(esse é o "
                     "cosseno)")]  # fmt: skip
    pairs = [(i, j) for i in range(len(positions)) for j in range(i + 1, len(positions))][:12]
    return Solution(
        problem=Problem(_NEARNESS, inputs),
        title="Similaridade entre posições",
        result=name.capitalize() + ": " + listing([
            rf"posições {positions[i]} e {positions[j]} ${tex(float(values[i, j]))}$"
            for i, j in pairs]),
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure("heatmap", name.capitalize(), {
            "rows": [f"pos {x}" for x in positions], "columns": [f"pos {x}" for x in positions],
            "values": [list(map(float, row)) for row in values]}),
    )  # fmt: skip


def _solve_sum(inputs: Inputs) -> Solution:
    position = int(floats(inputs["positions"])[0])
    embedding = np.asarray(floats(inputs["embedding"]))
    code = encode(position, len(embedding), _base(inputs))
    scale = math.sqrt(len(embedding)) if inputs.get("scaled") else 1.0
    total = embedding * scale + code
    steps = [_formula(inputs), Step(f"Posição {position}", _components(position, inputs))]
    if scale != 1:
        steps.append(Step("Escala", rf"$\sqrt{{d}}\,x = {tex_vector(embedding * scale)}$"))
    steps.append(Step("Soma", rf"${tex_vector(embedding * scale)} + {tex_vector(code)} = "
                      rf"{tex_vector(total)}$"))  # fmt: skip
    value: Json = [float(x) for x in total]
    mistakes: list[Mistake] = [((embedding * scale + v).tolist(), why)
                               for v, why in _variants(position, inputs)]  # fmt: skip
    mistakes += [
        (code.tolist(), "se dá só o positional encoding, sem somar o embedding"),
        ((embedding * code).tolist(), "se multiplica em vez de somar"),
        ((embedding * math.sqrt(len(embedding)) + code).tolist(), "se multiplica o embedding por "
                                                                  "√d "
         "antes (o artigo faz isso, mas o enunciado não pediu)"),
    ]  # fmt: skip
    return Solution(
        problem=Problem(_SUM, inputs),
        title="Embedding + codificação posicional",
        result=rf"$x + PE({position}) = {tex_vector(total)}$",
        value=value,
        steps=tuple(steps),
        checks=(*_checks([position], inputs),
                Check("Subtraindo o PE volta o embedding",
                      bool(np.allclose(total - code, embedding * scale)), plain_vector(embedding))),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        example_id="24",
    )  # fmt: skip


def _exercise_encoding(random: Random) -> tuple[str, dict[str, Json]]:
    dimension = random.choice([4, 4, 6, 8])
    position = random.randint(1, 9)
    base: dict[str, Json] = {"d_model": dimension, "positions": [position], "assumptions": []}
    if random.random() < 0.6:
        return (
            f"Calcule o positional encoding da posição {position} com d_model = {dimension}.",
            base,
        )
    index = random.randrange(dimension)
    note = "O índice do componente conta a partir de 0 (par: seno; ímpar: cosseno)."
    return (
        f"Com d_model = {dimension}, calcule PE({position}, {index}) do positional encoding.",
        {**base, "index": index, "assumptions": [note]},
    )


def _exercise_similarity(random: Random) -> tuple[str, dict[str, Json]]:
    dimension = random.choice([4, 8])
    p, q = random.sample(range(10), 2)
    measure = random.choice(["cosine", "dot"])
    name = "a similaridade de cosseno" if measure == "cosine" else "o produto escalar"
    return (
        f"Calcule {name} entre os positional encodings das posições {p} e {q} com d_model = "
        f"{dimension}.",
        {"d_model": dimension, "positions": [p, q], "measure": measure, "assumptions": []},
    )


def _exercise_sum(random: Random) -> tuple[str, dict[str, Json]]:
    embedding = [round(random.uniform(-1, 1), 1) for _ in range(4)]
    position = random.randint(1, 6)
    return (
        f"Some o embedding {plain_vector(embedding)} com o positional encoding da posição "
        f"{position}.",
        {"embedding": list(embedding), "positions": [position], "d_model": 4, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _ENCODING, "Codificação posicional", "posicional", "22",
        _match_encoding, _parse_encoding, _solve_encoding, _exercise_encoding,
        adopts={_NEARNESS: ("d_model", "positions"), _SUM: ("d_model", "positions")},
    ),
    Family(
        _NEARNESS, "Similaridade entre posições", "posicional", "23",
        _match_similarity, _parse_similarity, _solve_similarity, _exercise_similarity,
        adopts={_ENCODING: ("d_model", "measure")},
    ),
    Family(
        _SUM, "Embedding + codificação posicional", "posicional", "24",
        _match_sum, _parse_sum, _solve_sum, _exercise_sum,
        adopts={_ENCODING: ("d_model", "embedding")},
    ),
)  # fmt: skip
