"""Matrices of an attention exercise: found by their names, multiplied, shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import ArrayLike

from tutor.errors import SolverError
from tutor.records import Figure, Json
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import tex, tex_matrix, tex_vector
from tutor.solver.inputs import floats, is_matrix, number, rows
from tutor.solver.numbers import Value, word_number

Q_NAMES = ("queries", "query", "consultas", "consulta", "matriz q", "q")
K_NAMES = ("keys", "key", "chaves", "chave", "matriz k", "k")
V_NAMES = ("vetores de valor", "values", "value", "valores", "conteudos", "matriz v", "v")
WEIGHT_NAMES = (
    "pesos de atencao", "matriz de atencao", "attention matrix", "attention weights", "weights",
    "matriz de pesos", "pesos",
    "probabilidades de atencao", "matriz de ativacao", "a",
)  # fmt: skip
OTHER = (
    r"cabecas?|heads?|parametros|dimens\w+|posicional|flops|memoria|complexidade|tamanho|camadas?"
)
MAX_SIDE = 64
_ROW_ASKED = re.compile(
    r"\b(?:d[ao]|pr[ao]|para [oa]|a|o) (?:(?P<last>ultim[ao])|(?P<nth>\d{1,2})[ºªao]|"
    r"(?P<word>[a-z]{5,9}[ao])) (?:token|palavra|linha|posicao)\b"
    r"|\b(?:d[ao]|pr[ao]|para [oa]) (?:token|palavra|linha|posicao) (?P<digits>\d{1,2})\b"
)
_ROW_OF_TOKEN = re.compile(
    r"\b(?:qua(?:l|is)|que|para|quem)\b[^.;?\n]{0,40}?"
    r"(?:[\"'](\w+)[\"']|\b(?:token|palavra) (\w+)) (?:olha|atende|presta|foca|pode|aponta|da)\b"
    r"|\b(?:d[aeo]|para|pr[ao])(?: [ao])? (?:(?:token|palavra) [\"']?(\w+)|[\"'](\w+)[\"'])"
)
_TIMES = re.compile(r"\s*\)?\s*(?:@|x|×|·|\*|vezes|times|pel[ao]|por)[^;\n\[]{0,40}$")


def named(statement: Statement, names: Sequence[str]) -> Value | None:
    found = statement.find(*names)
    return found.value if found is not None and found.value in statement.arrays else None


_NEXT_ROW = re.compile(r"[\s,;]*(?:e|and)?\s*")


def stacked(statement: Statement, first: Value) -> list[Value]:
    """The vectors that go on after `first`: "chaves [1, 1], [0, 1] e [2, 0]"."""
    if len(first.readings[0].shape) != 1 or not first.bracketed:
        return [first]
    found = [first]
    for value in statement.arrays:
        if value.start < found[-1].end:
            continue
        gap = statement.folded[found[-1].end : value.start]
        alike = len(value.readings[0].shape) == 1 and value.bracketed
        if not alike or not _NEXT_ROW.fullmatch(gap) or len(found) == MAX_SIDE:
            break
        found.append(value)
    return found


def row_asked(statement: Statement, rows_given: int, tokens: Sequence[str] = ()) -> int | None:
    """Which row is wanted: "a nova representação do terceiro token"."""
    for match in _ROW_ASKED.finditer(statement.folded):
        if match["last"]:
            return rows_given - 1
        nth = word_number(match["word"]) if match["word"] else int(match["digits"] or match["nth"])
        if nth is not None and 1 <= nth <= rows_given:
            return nth - 1
    for match in _ROW_OF_TOKEN.finditer(statement.folded):
        name = next(each for each in match.groups() if each)
        position = index_of(name, tokens)
        if position is not None and position < rows_given:
            return position
    return None


def matrix_or_vector(value: Value, what: str) -> tuple[Json, str]:
    listed = len(value.readings[0].shape) == 1 and not value.readings[0].problem
    running = listed and not value.bracketed  # "0,2; 1,4 e -0,6" are numbers one by one
    if not running and any(
        len(reading.shape) == 2 and not reading.problem for reading in value.readings
    ):
        matrix, note = value.matrix(what)
        return [list(row) for row in matrix], note
    vector, note = value.vector(what)
    return list(vector), note


def product(a: ArrayLike, b: ArrayLike, name_a: str, name_b: str) -> np.ndarray:
    left, right = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if left.shape[-1] != right.shape[0]:
        raise SolverError(
            f"Não dá para multiplicar {name_a} ({shape(left)}) por {name_b} ({shape(right)}): o "
            "número de colunas da primeira precisa ser igual ao número de linhas da segunda."
        )
    return left @ right


def shape(array: np.ndarray) -> str:
    return "×".join(str(side) for side in array.shape)


def as_given(value: np.ndarray, single_query: bool, single_key: bool) -> Json:
    if single_query and single_key:
        return float(value[0, 0])
    return value[0].tolist() if single_query else value.tolist()


def tex_of(value: Json) -> str:
    if is_matrix(value):
        return tex_matrix(rows(value))
    return tex_vector(floats(value)) if isinstance(value, list) else tex(number(value))


def heatmap(weights: np.ndarray, tokens: Sequence[str]) -> Figure:
    def labels(size: int) -> list[Json]:
        return list(tokens) if len(tokens) == size else [str(i) for i in range(1, size + 1)]

    return Figure(
        "heatmap",
        "Pesos de atenção",
        {
            "rows": labels(weights.shape[0]),
            "columns": labels(weights.shape[1]),
            "values": weights.tolist(),
        },
    )


def small_matrix(random: Random, n: int, m: int, low: int = -1, high: int = 2) -> list[Json]:
    return [[float(random.randint(low, high)) for _ in range(m)] for _ in range(n)]


def product_asked(statement: Statement) -> bool:
    """Two matrices with a product sign or word between or about them."""
    matrices = [v for v in statement.arrays if len(v.readings[0].shape) == 2]
    if len(matrices) != 2:
        return False
    between = statement.folded[matrices[0].end : matrices[1].start]
    return bool(_TIMES.match(between)) or statement.has(r"multipl\w+", "produto", "vezes", "times")
