"""The one parser of numbers in Portuguese text: scalars, vectors and matrices.

`scan(text)` finds every numeric value of a normalised text, in order. A value that
can be read in more than one way (``[0,5; 1,2]``: two decimals or a 2 x 2 matrix?)
keeps its `readings`, the likeliest first; who uses the value says what it expects
(`vector(size)`, `matrix()`, `scalar()`, `count()`) and gets the first reading that
fits, with the assumption that was made in words.

Nothing here evaluates text, every pattern is linear and the size is bounded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tutor.errors import SolverError

MAX_CHARACTERS = 20_000
MAX_NUMBERS = 2_000
MAX_DEPTH = 16

Nested = float | list["Nested"]

# One number without its decimal comma: 1, -2.5, .5, 1.234.567, 3e-4, 2×10^-3, 10^-3, 1/2, 15%.
_DIGITS = r"(?:\d+(?:\.\d+)*\.?(?![\d.])|\.\d+)"
_EXPONENT = (
    r"(?:[eE][-+]?\d{1,6}"
    r"|[ ]?[x×·*][ ]?10[ ]?(?:\^|\*\*)[ ]?\(?[-+]?\d{1,6}\)?"
    r"|[ ]?[x×]10-\d{1,3}"
    r"|\^\(?[-+]?\d{1,4}\)?)"
)
_ATOM = re.compile(
    rf"(?P<sign>[-+]?)(?:(?P<digits>{_DIGITS})(?P<exponent>{_EXPONENT}?)"
    rf"(?P<divisor>(?:[ ]?/[ ]?\d+(?:[.,]\d+)?)?)(?P<percent>(?:[ ]?%)?)"
    r"|(?P<special>inf(?:inito|inity)?|nan)\b)",
    re.IGNORECASE,
)
_EXPONENT_VALUE = re.compile(r"([-+]?\d{1,6})\)?$")
_SEPARATOR = re.compile(r"(?:[\s,;&|]|\\\\|(?<=\s)e(?=\s))+")
_ANY_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DIGIT_RUN = re.compile(r"\d+")
_NUMERIC_CHARACTERS = re.compile(r"[\d\s.,;&|\\+\-*/^%()\[\]{}eEx×·infatINFAToy]*")

# Where a number may begin in running text: not inside an identifier (beta1, resnet-50, 2.5.1b).
_START = re.compile(
    r"(?<![\w.,^])(?<!\w-)(?:[-+](?=[\d.i]))?(?:\d|\.\d|inf(?:init[oy])?\b|nan\b)", re.IGNORECASE
)
_SPECIAL = re.compile(r"[-+]?(?:inf(?:init[oy])?|nan)\b", re.IGNORECASE)
_DIMENSIONS = re.compile(r"\d{1,9}(?:[ ]?[x×][ ]?\d{1,9})+(?![\w^])(?![ ]?(?:\^|\*\*))")
_SCIENTIFIC = re.compile(r"\d[\d.,]{0,40}[ ]?[x×·*][ ]?10[ ]?(?:\^|\*\*|-\d)")
_GLUE = re.compile(r"[ \t]*[,;]?[ \t]*\n[ \t]*|[ \t]*(?:[,;][ \t]*)?(?:e[ \t]+)?")
# "d_model=1024 16 cabeças": the 16 counts what follows it and is no second value.
_COUNTED = re.compile(
    r"[ ]*(?:e )?\d{1,9} (?:cabe[cç]as?|heads?|camadas?|layers?|filtros?|canais|tokens?|[eé]pocas?|"
    r"passos?|folds?|exemplos?|neur[oô]nios?|classes|merges)\b",
    re.IGNORECASE,
)
_NUMERIC_LINE = re.compile(r"[ \t]*[-+.\d][-+.\d\s,;eE/%^×·*]*$")
_ORDINAL = re.compile(r"[ ]?[ºª]|[oa](?!\w)")
_TIGHT_RUN = re.compile(r"(?:[-+]?\d[\d.]*,)+[-+]?\d[\d.]*")

WORDS = {
    "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "tres": 3, "quatro": 4, "cinco": 5,
    "seis": 6, "sete": 7, "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12, "treze": 13,
    "quatorze": 14, "catorze": 14, "quinze": 15, "dezesseis": 16, "dezasseis": 16,
    "dezessete": 17, "dezoito": 18, "dezenove": 19, "vinte": 20, "meia": 6, "cem": 100,
}  # fmt: skip
ORDINALS = {
    "primeir": 1, "segund": 2, "terceir": 3, "quart": 4, "quint": 5, "sext": 6, "setim": 7,
    "oitav": 8, "non": 9, "decim": 10,
}  # fmt: skip


_NOT_A_NUMBER = "Não entendi o número"


class _NotANumber(SolverError):
    """Text that looks like a number and is none (1.2.3); shown only if the datum is needed."""


@dataclass(frozen=True)
class Reading:
    """One way to read a value: plain nested lists, their shape and what was assumed."""

    data: Nested
    assumption: str = ""
    problem: str = ""  # ragged rows and the like: an error only if nothing else fits
    nested: bool = False  # written with brackets inside brackets

    @property
    def shape(self) -> tuple[int, ...]:
        shape: list[int] = []
        data = self.data
        while isinstance(data, list):
            shape.append(len(data))
            if not data:
                break
            data = data[0]
        return tuple(shape)


@dataclass(frozen=True)
class Value:
    """A numeric value of the text at `text[start:end]`."""

    text: str
    start: int
    end: int
    readings: tuple[Reading, ...]
    bracketed: bool = False
    ordinal: bool = False
    dimensions: bool = False  # written as 3x3 or 32×32×3
    parts: tuple[str, ...] = ()  # of 10,5,3,1,8: for an expected size, see `vector`

    @property
    def percent(self) -> bool:
        return "%" in self.text

    @property
    def is_scalar(self) -> bool:
        return self.readings[0].shape == () and not self.readings[0].problem

    @property
    def size(self) -> int:
        """How many numbers the likeliest reading has."""
        return sum(1 for _ in _leaves(self.readings[0].data))

    def scalar(self, what: str = "o valor") -> tuple[float, str]:
        for reading in self.readings:
            data = reading.data
            while isinstance(data, list) and len(data) == 1:
                data = data[0]
            if not isinstance(data, list):
                return finite(data, what), reading.assumption
        raise SolverError(
            f"Esperava um só número para {what}, mas li `{_short(self.text)}`. "
            "Escreva um número, por exemplo 0,5."
        )

    def count(self, what: str = "a quantidade", low: int = 1, high: int = 10**12) -> int:
        """A whole number; ``1.000`` is read as one thousand here."""
        raw = self.text.strip()
        if re.fullmatch(r"\d{1,3}(?:\.\d{3}){1,4}", raw) and not raw.startswith("0"):
            number = float(raw.replace(".", ""))
        else:
            number, _ = self.scalar(what)
        if number != int(number) or not low <= number <= high:
            raise SolverError(
                f"Para {what} preciso de um número inteiro entre {low} e {high}, "
                f"mas li `{_short(self.text)}`."
            )
        return int(number)

    def vector(
        self,
        what: str = "o vetor",
        size: int | None = None,
        accept: Callable[[list[float]], bool] | None = None,
        allow_infinite: bool = False,
    ) -> tuple[list[float], str]:
        """The first reading that is a vector of `size` and that `accept` likes."""
        found: tuple[list[float], str] | None = None
        problem = ""
        for reading in self._vector_readings(size):
            data = _as_vector(reading)
            if data is None:
                problem = problem or reading.problem
                continue
            if found is None:
                found = data, reading.assumption
            if (size is None or len(data) == size) and (accept is None or accept(data)):
                found = data, reading.assumption
                break
        if found is None:
            raise SolverError(
                problem
                or f"Esperava uma lista de números para {what}, mas li `{_short(self.text)}`. "
                "Escreva, por exemplo, [0,5; 1,2; -3]."
            )
        if not allow_infinite:
            for number in found[0]:
                finite(number, what)
        return found

    def matrix(
        self,
        what: str = "a matriz",
        accept: Callable[[list[list[float]]], bool] | None = None,
        allow_infinite: bool = False,
    ) -> tuple[list[list[float]], str]:
        """The first reading that is a matrix and that `accept` likes; a vector is one row."""
        found: tuple[list[list[float]], str] | None = None
        problem = ""
        candidates = sorted(self.readings, key=lambda reading: len(reading.shape) != 2)
        for reading in candidates:
            if reading.problem:
                problem = problem or reading.problem
                continue
            rows = _as_matrix(reading)
            if rows is None:
                continue
            if found is None:
                found = rows, reading.assumption
            if accept is None or accept(rows):
                found = rows, reading.assumption
                break
        if found is None:
            raise SolverError(
                problem
                or f"Esperava uma matriz para {what}, mas li `{_short(self.text)}`. "
                "Escreva, por exemplo, [[1, 2], [3, 4]]."
            )
        if not allow_infinite:
            for number in _leaves(found[0]):
                finite(number, what)
        return found

    def _vector_readings(self, size: int | None) -> list[Reading]:
        readings = list(self.readings)
        if size is None or not self.parts or any(r.shape == (size,) for r in readings):
            return readings
        groupings = _groupings(self.parts, size)
        if len(groupings) == 1:
            readings.append(Reading(groupings[0], _DECIMAL_ASSUMED))
        elif len(groupings) > 1:
            raise SolverError(
                f"Esperava {size} números em `{_short(self.text)}`, e a vírgula pode ser decimal "
                "ou separador. Separe os números com ponto e vírgula, por exemplo [0,5; 0; 1]."
            )
        return readings


_DECIMAL_ASSUMED = "Li a vírgula como separador decimal."
_SEPARATOR_ASSUMED = (
    "Li a vírgula como separador entre números (para decimais, use ponto e vírgula entre eles)."
)


def finite(number: float, what: str) -> float:
    if math.isfinite(number):
        return number
    raise SolverError(
        f"Não posso usar {what}: há um valor que não é um número finito (NaN, infinito ou grande "
        "demais). "
        "Use números comuns, por exemplo 0,5 ou 1e-3."
    )


def scan(text: str) -> tuple[Value, ...]:
    """Every numeric value of a text that `normalise` returned, in order, without overlap."""
    check_size(text)
    if len(text) > MAX_NUMBERS and (
        len(_ANY_NUMBER.findall(text)) > MAX_NUMBERS
        # 1,1,1,… may be decimals: at least every other run of digits is a number of its own.
        or len(_DIGIT_RUN.findall(text)) > 2 * MAX_NUMBERS
    ):
        raise _too_many()
    partner = _partners(text)
    values: list[Value] = []
    position, count = 0, 0
    while position < len(text):
        value = None
        if position in partner:
            value = _bracket_value(text, position, partner[position], partner)
            if value is None:
                position += 1
                continue
        else:
            limit = _next_bracket(text, position, partner)
            for value in _run_values(text, position, limit):
                values.append(value)
                count += value.size
            position = limit
            if count > MAX_NUMBERS:
                raise _too_many()
            continue
        values.append(value)
        count += value.size
        if count > MAX_NUMBERS:
            raise _too_many()
        position = value.end
    return tuple(values)


def check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise SolverError(
            f"O texto é longo demais para o resolvedor (mais de {MAX_CHARACTERS} caracteres). "
            "Envie só o enunciado com os dados."
        )


def _too_many() -> SolverError:
    return SolverError(f"Há números demais (o limite é {MAX_NUMBERS}). Envie um exemplo menor.")


def word_number(word: str) -> int | None:
    """``tres`` -> 3, ``terceira`` -> 3 (folded text)."""
    if word in WORDS:
        return WORDS[word]
    if word[-1:] in ("a", "o") and word[:-1] in ORDINALS:
        return ORDINALS[word[:-1]]
    return None


# ------------------------------------------------------------------- brackets


def _partners(text: str) -> dict[int, int]:
    """Index of each opening bracket -> index of its closing one; unmatched ones are left out."""
    closing = {"]": "[", ")": "(", "}": "{"}
    stack: list[int] = []
    partner: dict[int, int] = {}
    for index, character in enumerate(text):
        if character in "[({":
            stack.append(index)
            if len(stack) > MAX_DEPTH * 4:
                raise SolverError(
                    f"Há colchetes aninhados demais (o limite é {MAX_DEPTH}). "
                    "Escreva a matriz como [[1, 2], [3, 4]]."
                )
        elif character in closing and stack and text[stack[-1]] == closing[character]:
            partner[stack.pop()] = index
    return partner


def _next_bracket(text: str, position: int, partner: dict[int, int]) -> int:
    for index in range(position, len(text)):
        if text[index] in "[({" and index in partner:
            return index
    return len(text)


def _bracket_value(text: str, start: int, end: int, partner: dict[int, int]) -> Value | None:
    content = text[start + 1 : end]
    if not _NUMERIC_CHARACTERS.fullmatch(content) or not any(c.isdigit() for c in content):
        return None
    readings = _readings(lambda policy: _group(text, start, end, partner, policy, 0))
    if not readings:
        return None
    bare = content.strip().replace(" ", "")
    parts = tuple(bare.split(",")) if _TIGHT_RUN.fullmatch(bare) else ()
    return Value(text[start : end + 1], start, end + 1, readings, True, parts=parts)


def _readings(read: Callable[[str], Reading | None]) -> tuple[Reading, ...]:
    """The distinct readings under the three policies, the likeliest first; () if not numeric."""
    readings: list[Reading] = []
    for policy in ("likely", "separators", "decimals"):
        try:
            reading = read(policy)
        except _NotANumber as error:
            reading = Reading([], "", str(error))
        if reading is None:
            return ()
        if all(repr(reading.data) != repr(other.data) for other in readings):
            readings.append(reading)
    likeliest = readings[0]
    if likeliest.problem and likeliest.nested:
        # Ragged rows are not repaired by gluing some of their numbers together.
        readings = [r for r in readings if r is likeliest or 1 not in r.shape]
    return tuple(sorted(readings, key=lambda reading: bool(reading.problem)))


def _group(
    text: str, start: int, end: int, partner: dict[int, int], policy: str, depth: int
) -> Reading | None:
    """The reading of a bracket group, or None where it holds something that is no number."""
    if depth > MAX_DEPTH:
        raise SolverError(
            f"Há colchetes aninhados demais (o limite é {MAX_DEPTH}). "
            "Escreva a matriz como [[1, 2], [3, 4]]."
        )
    children: list[tuple[int, int]] = []
    outside: list[str] = []
    position = start + 1
    while position < end:
        if position in partner and text[position] in "[({":
            children.append((position, partner[position]))
            outside.append(" ")
            position = partner[position] + 1
        else:
            outside.append(text[position])
            position += 1
    rest = "".join(outside)
    if not children:
        return _flat(rest, policy, text[start])
    if rest.strip(" \n\t,;") != "":
        return None
    readings = [_group(text, a, b, partner, policy, depth + 1) for a, b in children]
    if any(reading is None for reading in readings):
        return None
    known = [reading for reading in readings if reading is not None]
    if len(known) == 1 and text[start] != "[":
        return known[0]
    problem = next((reading.problem for reading in known if reading.problem), "")
    if not problem and len({reading.shape for reading in known}) > 1:
        problem = _ragged([_length(reading.data) for reading in known])
    # Between nested brackets a comma that separates is no assumption worth telling.
    noted = [reading.assumption for reading in known if reading.assumption == _DECIMAL_ASSUMED]
    assumption = noted[0] if noted else ""
    return Reading([reading.data for reading in known], assumption, problem, nested=True)


# ------------------------------------------------------ flat lists of numbers


@dataclass(frozen=True)
class _Atom:
    text: str
    separator: str  # what stands before it: "", "tight", "comma", "space", "and", "cell", "row"


def _atoms(content: str) -> list[_Atom] | None:
    """The numbers of a text that holds nothing else, or None."""
    atoms: list[_Atom] = []
    position = 0
    gap = _SEPARATOR.match(content)
    if gap:
        position = gap.end()
    separator = ""
    while position < len(content):
        match = _ATOM.match(content, position)
        if match is None or match.end() == position:
            return None
        atoms.append(_Atom(match.group(), separator))
        position = match.end()
        gap = _SEPARATOR.match(content, position)
        if gap is None:
            if position < len(content):
                return None
            break
        separator = _separator_kind(gap.group())
        position = gap.end()
    return _closed_by_and(atoms)


def _separator_kind(gap: str) -> str:
    if ";" in gap or "\\\\" in gap:
        return "row"
    if gap == ",":
        return "tight"
    if "\n" in gap and "," not in gap:
        return "row"
    if "&" in gap or "|" in gap:
        return "cell"
    if "," in gap:
        return "comma"
    return "and" if "e" in gap else "space"


def _closed_by_and(atoms: list[_Atom]) -> list[_Atom]:
    """``0,8; 0,7 e 0,9``: where only semicolons separate, the "e" before the last is one too."""
    kinds = {atom.separator for atom in atoms}
    same = "row" if "row" in kinds and not kinds & {"comma", "space", "cell"} else "comma"
    return [replace(atom, separator=same) if atom.separator == "and" else atom for atom in atoms]


def _flat(content: str, policy: str, bracket: str) -> Reading | None:
    atoms = _atoms(content)
    if atoms is None:
        return None
    if not atoms:
        return Reading([], "", "A lista está vazia. Escreva os números, por exemplo [0,5; 1,2].")
    decimals, assumption = _comma_is_decimal(atoms, policy, bracket)
    rows: list[list[float]] = [[]]
    index = 0
    while index < len(atoms):
        atom = atoms[index]
        if atom.separator == "row":
            rows.append([])
        following = atoms[index + 1] if index + 1 < len(atoms) else None
        if decimals and following and following.separator == "tight" and _joins(atom, following):
            rows[-1].append(_number(f"{atom.text},{following.text}"))
            index += 2
        else:
            rows[-1].append(_number(atom.text))
            index += 1
    data, problem = _arrange(rows)
    if bracket != "[" and isinstance(data, list) and len(data) == 1 and not problem:
        data = data[0]  # sigmoid(2), and a single number in running text
    return Reading(data, assumption, problem)


def _arrange(rows: list[list[float]]) -> tuple[Nested, str]:
    lengths = [len(row) for row in rows]
    if len(rows) == 1:
        return list(rows[0]), ""
    if max(lengths) == 1:
        return [row[0] for row in rows], ""
    nested: list[Nested] = [list(row) for row in rows]
    return nested, _ragged(lengths) if len(set(lengths)) > 1 else ""


def _comma_is_decimal(atoms: list[_Atom], policy: str, bracket: str) -> tuple[bool, str]:
    """Is a comma between two digits decimal? And the assumption to state, if it is one."""
    if not any(atom.separator == "tight" for atom in atoms):
        return False, ""
    possible = _pairs_only(atoms)
    if policy == "separators":
        return False, _SEPARATOR_ASSUMED
    if policy == "decimals":
        return possible, _DECIMAL_ASSUMED if possible else ""
    if any("." in atom.text and not _is_thousands(atom.text) for atom in atoms):
        return False, ""  # the point is the decimal sign here
    if not possible:
        return False, ""
    others = {atom.separator for atom in atoms} - {"", "tight"}
    if others:  # 0,5; 1,2 and 0,5 1,2 and 0,5, 1,2
        return True, _DECIMAL_ASSUMED if _ambiguous(atoms) else ""
    if len(atoms) == 2 and (not bracket or (bracket == "(" and atoms[0].text.strip("+-") == "0")):
        return True, ""
    if any(re.match(r"[-+]?0\d", atom.text) for atom in atoms):  # 05 is no number by itself
        return True, _DECIMAL_ASSUMED
    return False, _SEPARATOR_ASSUMED if _all_zero_led(atoms) else ""


def _ambiguous(atoms: list[_Atom]) -> bool:
    """Would every item also be a pair of numbers (``1,2; 3,4``)?"""
    tight = sum(atom.separator == "tight" for atom in atoms)
    return 2 * tight == len(atoms)


def _all_zero_led(atoms: list[_Atom]) -> bool:
    return len(atoms) % 2 == 0 and all(atom.text.strip("+-") == "0" for atom in atoms[::2])


def _pairs_only(atoms: list[_Atom]) -> bool:
    """Does every run of tight commas fall into pairs that make decimal numbers?"""
    chain: list[_Atom] = []
    for atom in [*atoms, _Atom("", "end")]:
        if atom.separator == "tight":
            chain.append(atom)
            continue
        if len(chain) > 1:
            pairs = zip(chain[::2], chain[1::2], strict=False)
            if len(chain) % 2 or not all(_joins(whole, part) for whole, part in pairs):
                return False
        chain = [atom]
    return True


def _joins(whole: _Atom, fraction: _Atom) -> bool:
    head = whole.text.strip("+-")
    plain = head.isdigit() or _is_thousands(head)
    return plain and fraction.text[:1].isdigit() and "." not in fraction.text


def _is_thousands(text: str) -> bool:
    return re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:\.\d{3})+", text) is not None


def _groupings(parts: tuple[str, ...], size: int) -> list[list[Nested]]:
    """The ways (at most two) to read ``0,5,0,1`` as `size` numbers."""
    joins = len(parts) - size
    if not 0 < joins <= len(parts) // 2 or len(parts) > 200:
        return []
    atoms = [_Atom(part, "tight") for part in parts]
    if any(_ATOM.fullmatch(part) is None for part in parts):
        return []
    found: list[list[Nested]] = []
    stack: list[tuple[int, int, tuple[float, ...]]] = [(0, joins, ())]
    while stack and len(found) < 2:
        index, left, numbers = stack.pop()
        if index == len(parts):
            if left == 0:
                found.append(list(numbers))
            continue
        if 2 * left > len(parts) - index:
            continue
        if not re.match(r"[-+]?0\d", parts[index]):
            stack.append((index + 1, left, (*numbers, _number(parts[index]))))
        if left and index + 1 < len(parts) and _joins(atoms[index], atoms[index + 1]):
            number = _number(f"{parts[index]},{parts[index + 1]}")
            stack.append((index + 2, left - 1, (*numbers, number)))
    return found


# -------------------------------------------------------------- running text


def _run_values(text: str, start: int, limit: int) -> Iterator[Value]:
    """The values of running text between brackets: numbers and runs such as ``2, 1 e 0,1``."""
    position = start
    while True:
        match = _START.search(text, position, limit)
        if match is None:
            return
        begin = match.start()
        dimensions = _DIMENSIONS.match(text, begin, limit)
        if dimensions and not _SCIENTIFIC.match(text, begin, limit):
            sizes: list[Nested] = [
                float(part) for part in re.split(r"[ ]?[x×][ ]?", dimensions.group())
            ]
            yield Value(
                dimensions.group(), begin, dimensions.end(), (Reading(sizes),), dimensions=True
            )
            position = dimensions.end()
            continue
        end, ordinal = _run_end(text, begin, limit)
        if end == begin:
            position = match.end()
            continue
        value = _run(text, begin, end, ordinal)
        if value is not None:
            yield value
        position = end


def _run_end(text: str, begin: int, limit: int) -> tuple[int, bool]:
    """Where the run of numbers that begins at `begin` ends, and whether it is an ordinal."""
    end = begin
    position = begin
    while True:
        item = _item_end(text, position, limit)
        if item == position:
            return end, False
        ordinal = _ORDINAL.match(text, item, limit)
        if ordinal:
            return (ordinal.end(), True) if end == begin else (end, False)
        if item < limit and (text[item].isalnum() or text[item] == "_"):
            return end, False
        end = item
        glue = _GLUE.match(text, item, limit)
        if glue is None or glue.end() == item or glue.end() >= limit:
            return end, False
        if glue.group().strip() in ("", "e") and _COUNTED.match(text, item, limit):
            return end, False
        if "\n" in glue.group():
            newline = text.find("\n", glue.end(), limit)
            line = text[glue.end() : newline if newline >= 0 else limit]
            if not _NUMERIC_LINE.match(line):
                return end, False
        position = glue.end()
        following = text[position : position + 1]
        infinite = _SPECIAL.match(text, position, limit)  # "1, NaN, 3" is one list
        if not (infinite or following.isdigit() or following in "-+."):
            return end, False
        if _DIMENSIONS.match(text, position, limit) and not _SCIENTIFIC.match(
            text, position, limit
        ):
            return end, False


def _item_end(text: str, position: int, limit: int) -> int:
    """The end of one item: atoms joined by commas without spaces (0,5 or 10,5,3,1,8)."""
    end = position
    while True:
        match = _ATOM.match(text, end, limit)
        if match is None or match.end() == end:
            return position if end == position else end - 1
        end = match.end()
        if text[end : end + 1] != "," or end + 1 >= limit:
            break
        following = text[end + 1]
        if not (following.isdigit() or (following in "-+." and text[end + 2 : end + 3].isdigit())):
            break
        end += 1
    if end < limit and text[end] == "%":
        end += 1
    # The full stop of a sentence is not part of the number.
    return end - 1 if text[end - 1] == "." else end


def _run(text: str, begin: int, end: int, ordinal: bool) -> Value | None:
    raw = text[begin:end]
    content = raw.rstrip("ºªoa ") if ordinal else raw
    american = re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+", content)
    if american:
        reading = Reading(float(content.replace(",", "")), "Li a vírgula como separador de milhar.")
        return Value(raw, begin, end, (reading,))
    readings = _readings(lambda policy: _flat(content, policy, ""))
    if not readings or readings[0].problem.startswith(_NOT_A_NUMBER):
        return None
    if len(readings) == 1 and re.fullmatch(r"[-+]?[1-9]\d{0,2}\.\d{3}", content):
        assumption = f"Li `{content}` com ponto decimal (e não separador de milhar)."
        readings = (Reading(readings[0].data, assumption),)
    parts = tuple(content.split(",")) if _TIGHT_RUN.fullmatch(content) else ()
    return Value(raw, begin, end, readings, ordinal=ordinal, parts=parts)


# -------------------------------------------------------------------- numbers


def _number(text: str) -> float:
    """One number as text (with at most one decimal comma) -> float; overflow gives infinity."""
    whole, comma, fraction = text.partition(",")
    match = _ATOM.fullmatch(f"{whole.replace('.', '')}.{fraction}" if comma else whole)
    if match is None:
        raise _NotANumber(f"{_NOT_A_NUMBER} `{_short(text)}`. Escreva, por exemplo, 0,5.")
    sign = -1.0 if match["sign"] == "-" else 1.0
    if match["special"]:
        return math.nan if match["special"].lower() == "nan" else sign * math.inf
    digits = match["digits"].rstrip(".")
    if digits.count(".") > 1:
        if not _is_thousands(digits):
            raise _NotANumber(
                f"{_NOT_A_NUMBER} `{_short(text)}`: há mais de um ponto. "
                "Escreva, por exemplo, 1234,5."
            )
        digits = digits.replace(".", "")
    number = sign * float(digits) if len(digits) <= 400 else sign * math.inf
    number = _with_exponent(number, digits, sign, match["exponent"])
    if match["divisor"]:
        divisor = float(match["divisor"].strip(" /").replace(",", "."))
        if divisor == 0:
            raise _NotANumber(f"{_NOT_A_NUMBER} `{_short(text)}`: o denominador é zero.")
        number /= divisor
    return number / 100 if match["percent"] else number


def _with_exponent(number: float, digits: str, sign: float, exponent: str) -> float:
    if not exponent:
        return number
    found = _EXPONENT_VALUE.search(exponent)
    power = int(found.group(1)) if found else 0
    if exponent.startswith("^"):
        # -10^-3 is -(10^-3): the sign is applied last
        try:
            return sign * float(digits) ** power
        except OverflowError:
            return sign * math.inf
        except ZeroDivisionError:
            return math.inf
    if abs(power) > 400:
        return 0.0 if power < 0 or number == 0 else number * math.inf
    # Through the decimal text, so that 1e-3 and 1×10^-3 are the same float.
    return sign * float(f"{digits}e{power}")


# -------------------------------------------------------------------- helpers


def _ragged(lengths: list[int]) -> str:
    listed = ", ".join(str(length) for length in lengths[:8])
    return (
        f"As linhas da matriz têm tamanhos diferentes ({listed}). "
        "Todas as linhas precisam do mesmo número de colunas."
    )


def _length(data: Nested) -> int:
    return len(data) if isinstance(data, list) else 1


def _leaves(data: object) -> Iterator[float]:
    if isinstance(data, list):
        for item in data:
            yield from _leaves(item)
    elif isinstance(data, float):
        yield data


def _as_vector(reading: Reading) -> list[float] | None:
    """A vector; one row or one column of a matrix counts as one."""
    if reading.problem or not isinstance(reading.data, list):
        return None
    shape = reading.shape
    if len(shape) == 1 or (len(shape) == 2 and 1 in shape):
        return list(_leaves(reading.data))
    return None


def _as_matrix(reading: Reading) -> list[list[float]] | None:
    data = reading.data
    if not isinstance(data, list):
        return None
    if len(reading.shape) == 1:
        return [list(_leaves(data))]
    if len(reading.shape) == 2:
        return [list(_leaves(row)) for row in data]
    return None


def _short(text: str) -> str:
    flat = " ".join(text[:200].split())
    return flat if len(flat) <= 40 else f"{flat[:37]}..."
