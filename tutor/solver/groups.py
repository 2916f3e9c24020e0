"""Numbers that belong together: a list, or names each with its own number in running text.

"raiva 1,3, medo 0,9 e nojo -0,2", "80% cachorro, 20% lobo" and "[2; 1; 0]" are one group each,
however the names stand to the numbers. What a group means is for `roles` to say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tutor.solver.fields import Statement
from tutor.solver.numbers import Value

_TOKEN = re.compile(r"->|[^\W\d][\w\-]*|\d+|[^\w\s]|\n")
_SEPARATORS = frozenset([",", ";", "/", "|", "\n", "e", "ou", "and"])
_GLUE = frozenset(
    """
    para pra pro p a o as os de da do das dos na no nas nos em ao ser = : -> com tem vale valia
    ficou e' recebeu for of the chance chances probabilidade prob logit logits score escore um uma
    " ' * ` classe token palavra saida
    """.split()
)  # fmt: skip
# A word that says what a number is or does: never the name of a class beside its number.
_NO_NAME = frozenset(
    """
    temperatura temp t tau epsilon eps alpha smoothing suavizacao indice index posicao y x p q z
    alvo target rotulo label classes exemplos exemplo amostras casas bits nats base log ln perda
    loss mean media soma total que se foi deu dar era eram sao e foram qual quanto calcule
    entropia
    cruzada softmax cross entropy bce lote batch camada camadas passos epoca resultado
    respectivamente nessa ordem uniforme certa correta verdadeira certo deram produziu previu cada
    todas outras
    demais inf nan k n w bias vies peso entrada nao-sei vetor array tensor
    """.split()
)  # fmt: skip
_INDEXED = re.compile(r"[a-z]_?\d{1,2}")
_MOST_WORDS = 3


@dataclass(frozen=True)
class Group:
    """Numbers at text[start:end] and, where each has one, their names."""

    rows: tuple[tuple[float, ...], ...]
    start: int
    end: int
    names: tuple[str, ...] = ()
    value: Value | None = None  # where it was written as one list
    percent: bool = False
    letter: str = ""  # of z1 = 2, z2 = 1
    note: str = ""

    @property
    def numbers(self) -> tuple[float, ...]:
        return self.rows[0]

    @property
    def size(self) -> int:
        return len(self.rows[0])

    @property
    def sums_to_one(self) -> bool:
        return all(
            all(0 <= each <= 1 for each in row) and abs(sum(row) - 1) <= 0.011 for row in self.rows
        )


def groups(statement: Statement) -> list[Group]:
    """All groups of two and more numbers, in order."""
    values = [
        value
        for value in statement.values
        if not value.ordinal and not value.dimensions and not is_label(statement, value)
    ]
    found: list[Group] = []
    index = 0
    while index < len(values):
        value = values[index]
        if not value.is_scalar:
            found.append(_listed(value))
            index += 1
            continue
        chain = _chain(statement, values[index:])
        if chain is not None:
            found.append(chain)
            index += chain.size
        else:
            index += 1
    return [group for group in found if group.size > 1 or len(group.rows) > 1]


_NUMBERLESS = re.compile(
    r"\d\s*[;,]\s*(?:e )?([a-z][\w\-]{0,30})(?:\s*[=:]\s*|\s)([a-z][\w\-]{0,20}|\?{1,3})?\s*[;,]\s*"
    r"(?:e )?[a-z][\w\-]{0,30}\s*[=:]?\s*-?\d"
)


def without_number(statement: Statement) -> str:
    """The name in "gato 1,2; cão ?; rato 0,3" that has no number of its own."""
    chains = [group for group in groups(statement) if group.names]
    match = _NUMBERLESS.search(statement.folded)
    if match is None or len(statement.scalars) < 2:
        return ""
    if any(group.start <= match.start(1) < group.end for group in chains):
        return ""
    return statement.text[match.start(1) : match.end(1)]


def is_label(statement: Statement, value: Value) -> bool:
    """ "Modelo 1: …": a number that names what follows."""
    after = statement.folded[value.end : value.end + 2]
    plain = value.is_scalar and value.text.isdigit() and len(value.text) < 3
    return plain and re.match(r":\s|\)", after) is not None


def _listed(value: Value) -> Group:
    shape = value.readings[0].shape
    if len(shape) == 2 and 1 not in shape:
        matrix, note = value.matrix("os dados")
        rows = tuple(tuple(row) for row in matrix)
    else:
        # Written with several commas, a list that sums to 1 is a distribution.
        vector, note = value.vector("os dados", accept=lambda row: abs(sum(row) - 1) <= 0.011)
        rows = (tuple(vector),)
    return Group(rows, value.start, value.end, value=value, percent=value.percent, note=note)


def _chain(statement: Statement, values: Sequence[Value]) -> Group | None:
    """The names and numbers that begin with the first of `values`, or None."""
    scalars = []
    for value in values:
        if not value.is_scalar:
            break
        scalars.append(value)
    form, names, used = "", [], [scalars[0]]
    for before, after in pairwise(scalars):
        kind, name = _between(statement, before.end, after.start)
        if not name or (form and kind and kind != form):
            break
        form = form or kind
        names.append(name)
        used.append(after)
    if len(used) < 2:
        return None
    widest = max(len(name.split()) for name in names)
    first = _words_before(statement, used[0].start, widest)
    last = _words_after(statement, used[-1].end, widest)
    if form == "before" or (not form and first and not last):
        named = [first, *names]
    else:
        named = [*names, last]
    folded = [Statement(name).folded for name in named]
    if not all(named) or len(set(folded)) != len(folded):
        return None
    letter = ""
    if all(_INDEXED.fullmatch(name) for name in folded):
        letter, named = folded[0][0], []
    begin, end = used[0].start, used[-1].end
    if named and named[0] == first:
        begin = statement.text.rfind(first, 0, begin)
    elif named:
        end = statement.text.find(last, end) + len(last)
    numbers = tuple(value.scalar()[0] for value in used)
    percent = all(value.percent for value in used)
    return Group((numbers,), begin, end, tuple(named), percent=percent, letter=letter)


def _between(statement: Statement, start: int, end: int) -> tuple[str, str]:
    """The name between two numbers, and whether it belongs to the one "before" which it stands or
    comes "after" ("" where no separator tells)."""
    if end - start > 60:
        return "", ""
    tokens = [(m.group(), m.start() + start) for m in _TOKEN.finditer(statement.folded[start:end])]
    # é is a verb and no separator
    tokens = [(t if statement.text[at] not in "éÉ" else "e'", at) for t, at in tokens]
    if tokens and tokens[0][0] in (")", "]", "%"):
        tokens = tokens[1:]
    leading = bool(tokens) and tokens[0][0] in _SEPARATORS
    trailing_part = [token for token, _ in tokens]
    while trailing_part and (trailing_part[-1] in _GLUE or trailing_part[-1] == "("):
        trailing_part.pop()
    trailing = bool(trailing_part) and trailing_part[-1] in _SEPARATORS
    kept = [
        (token, at)
        for token, at in tokens
        if token not in _SEPARATORS and token not in _GLUE and token not in "()"
    ]
    letters = [(token, at) for token, at in tokens if token in ("a", "o", "p")]
    if not kept and len(letters) == 1:
        kept = letters  # a class that is called A
    if not 1 <= len(kept) <= _MOST_WORDS:
        return "", ""
    words = [token for token, _ in kept]
    name = statement.text[kept[0][1] : kept[-1][1] + len(words[-1])]
    if not all(word[0].isalpha() for word in words) or set(words) & _NO_NAME:
        return "", ""
    if any(separator in name for separator in ",;/|\n"):
        return "", ""
    if leading == trailing:
        return "", name
    return ("before" if leading else "after"), name


def _words_before(statement: Statement, position: int, most: int) -> str:
    """The name right before a number: "… logits mesa 2,0" -> mesa."""
    begin = max(0, position - 60)
    found: list[tuple[str, int]] = []
    for match in reversed(list(_TOKEN.finditer(statement.folded[begin:position]))):
        token = match.group()
        if (token in _GLUE or token in "()") and not found:
            continue
        named = token[0].isalpha() and token not in _NO_NAME and token not in _SEPARATORS
        if not named or token in _GLUE or len(found) == most:
            break
        found.insert(0, (token, match.start() + begin))
    if not found:
        letter = re.search(
            r"(?:(?:^|[:;,.(]\s*|classe )([ao])\s?|(?<!\w)([ao])\s?[=:]\s?)$",
            statement.folded[begin:position],
        )
        if letter is None:
            return ""
        return statement.text[begin + letter.start(1 if letter[1] else 2)]
    return statement.text[found[0][1] : found[-1][1] + len(found[-1][0])]


def _words_after(statement: Statement, position: int, most: int) -> str:
    found: list[tuple[str, int]] = []
    for match in _TOKEN.finditer(statement.folded[position : position + 60]):
        token = match.group()
        if (token in _GLUE or token in "()") and token != ")" and not found:
            continue
        named = token[0].isalpha() and token not in _NO_NAME and token not in _SEPARATORS
        if not named or token in _GLUE or len(found) == most:
            break
        found.append((token, match.start() + position))
    if not found:
        return ""
    return statement.text[found[0][1] : found[-1][1] + len(found[-1][0])]
