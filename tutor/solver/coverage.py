"""Which numbers of a text a parsed problem leaves unused: a sign that it was read too narrowly.

A family that takes only half of the data computes something that was not asked for. `unused`
compares the numbers of the text with those of the parsed inputs. What does not stand there in some
form (a percentage, a count, an index, a sum) and is no known noise (an enumeration, a story's
"16 GB") is left over; the registry then tries the next family, or asks back.

For a family this means: what parse understood must be found again in the inputs it returns (as a
number, in a list, as the length of a list, or within a string). A datum that is read and needs no
place there (ranks that only give the order) goes in as a list under any key, for instance "read".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.inputs import Inputs
from tutor.solver.numbers import Value

_INDICES = frozenset({"target", "targets", "row", "asked", "index", "position"})
_OPERATORS = frozenset("(+*/^=-·")
_KEEPS = re.compile(r"\b(?:mant\w+|preserv\w+|conserv\w+)\b[^.;]*$")  # "manter 32x32"
_DIGITS = re.compile(r"-?\d+(?:[.,]\d+)?")
# "16 GB", "30 épocas", "12 torres": a whole number that counts what follows it. "5 vezes" is data.
_COUNTS_THING = re.compile(
    r"[ ]?(?:mil |de )?(?!(?:vezes|com|para|pra|por|em|no|na|nos|nas|qual|quanto|quantos|casos|que|"
    r"sem|and|calcul\w*|se|sobre|dos|das|ou|nats?|bits?|passos?)\b)[a-z][a-z\-]+"
)
# "época 30", "imagem 512", "aluno 3": the number is the name of a thing.
_NAMES_THING = re.compile(
    r"\b(?:epoca|imagem|aluno|aluna|exemplo|paciente|rodada|experimento|versao|modelo|grupo|turma|"
    r"sala|linha|coluna|amostra|dia|semana|mes|ano|gpu|batch|lote|minilote|camada|token|palavra|"
    r"resnet|vgg|bert|gpt|adam|fold|classe|posicao|indice|base|questao|caso|problema|parte|letra|"
    r"python|pytorch|cuda|seed|semente|random_state|dimensao|step|passo|iteracao)s?"
    r"\s*(?:numero |n[.º]? ?)?#?$"
)
_CLOCK = re.compile(r"\d{1,2}\s?[h:]\s?\d{0,2}")
# "as classes vão de 0 a 4"
_RANGE_OF_CLASSES = re.compile(
    r"\b(?:classes|indices|rotulos|numerad[ao]s|contad[ao]s)\b[^.;]{0,25}\bde [01] (?:a|ate) $"
)
_ENUMERATES = re.compile(r"(?:^|\n)\s*[(\[#-]{0,2}$")  # "1) p a" one a line
_RATIO = re.compile(r"\d{1,3}(?:[/-]\d{1,3}){1,2}")


def unused(statement: Statement, inputs: Inputs, result: Json = None) -> tuple[Value, ...]:
    """The values of the text that the inputs do not hold in any form, in order.

    Nor is a number left over that only repeats the result ("vai pra 2,99 mesmo?").
    """
    found = [*_numbers(dict(inputs)), *_numbers(result)]
    known = frozenset(_key(number) for number in found)
    left = [
        value
        for value in statement.values
        if not _accounted(statement, value, known) and not _is_noise(statement, value)
    ]
    if "combinations" in inputs:  # of a grid only the lengths of the lists count
        left = [value for value in left if value.size < 2]
    return () if _are_ranks(left) else (*left, *_lost_twins(statement, Counter(map(_key, found))))


def _are_ranks(left: Sequence[Value]) -> bool:
    """{'t': 0, '##o': 1, …}: whole numbers that only count the entries of a list."""
    numbers = sorted({value.text for value in left}, key=len)
    return len(left) > 2 and all(each.isdigit() and int(each) <= len(left) + 3 for each in numbers)


def _lost_twins(statement: Statement, found: Counter[float]) -> Iterator[Value]:
    """ "… e porta 0,5. Se a temperatura for 0,5": the same number twice, but read only once."""
    typed: dict[float, list[Value]] = {}
    for value in statement.scalars:
        number = value.readings[0].data
        formula = statement.folded[max(0, value.start - 2) : value.start].strip()[-1:]
        if value.bracketed or formula in _OPERATORS:
            continue
        if isinstance(number, float) and not number.is_integer():
            typed.setdefault(_key(number), []).append(value)
    for number, values in typed.items():
        if len(values) > found[number] > 0:
            yield values[-1]


def _is_noise(statement: Statement, value: Value) -> bool:
    if _RANGE_OF_CLASSES.search(statement.folded, max(0, value.start - 60), value.start):
        return True
    if value.ordinal or _CLOCK.match(statement.folded, value.start):
        return True
    before = statement.folded[max(0, value.start - 40) : value.start]
    after = statement.folded[value.end : value.end + 40]
    if _ENUMERATES.search(before) and re.match(r"\s*[).:\-]", after):
        return True
    if value.dimensions:
        return _KEEPS.search(before) is not None
    if value.text in ("0", "1"):  # of formulas: "1 - beta^t", "n - 1", "a partir de 0"
        return True
    whole = value.is_scalar and re.fullmatch(r"\d{1,9}(?:\.\d{3})*", value.text) is not None
    return whole and bool(_COUNTS_THING.match(after) or _NAMES_THING.search(before))


def _accounted(statement: Statement, value: Value, known: frozenset[float]) -> bool:
    if any(all(_held(n, known) for n in _leaves(each.data)) for each in value.readings):
        return True
    # "80/10/10" and "70-15-15": no fraction, but shares
    shares = _RATIO.search(statement.folded, max(0, value.start - 6), value.end + 8)
    return shares is not None and all(
        _held(float(each) / 100, known) for each in re.findall(r"\d+", shares.group())
    )


def _held(number: float, known: frozenset[float]) -> bool:
    if not math.isfinite(number):
        return True
    forms = [number, -number, number * 1000]
    if 0 < number < 1:
        forms += [number * 100, 1 - number]
    return any(_key(form) in known for form in forms)


def _numbers(value: Json, key: str = "") -> Iterator[float]:
    """Every number of the inputs, the lengths of their lists and the numbers in their texts."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, (int, float)):
        yield float(value)
        if key in _INDICES:  # counts from zero
            yield value + 1.0
    elif isinstance(value, str):
        yield from (float(found.replace(",", ".")) for found in _DIGITS.findall(value))
    elif isinstance(value, list):
        yield float(len(value))
        if len(value) == 2 and all(isinstance(each, int) for each in value):
            yield float(abs(value[0] - value[1]))  # type: ignore[operator]
        for each in value:
            yield from _numbers(each, key)
    else:
        yield float(len(value))
        counts = [float(each) for each in value.values() if isinstance(each, int)]
        # "acertei 30 dos 45" is kept as {tp: 30, fp: 15}
        yield from (one + other for one in counts for other in counts)
        yield sum(counts)
        # "do restante, 25%": a share of what another share left
        shares = [each for each in value.values() if isinstance(each, float) and 0 < each < 1]
        yield from (one / (1 - other) for one in shares for other in shares)
        for name, each in value.items():
            yield from _numbers(name)
            yield from _numbers(each, name)


def _leaves(data: object) -> Iterator[float]:
    if isinstance(data, list):
        for item in data:
            yield from _leaves(item)
    elif isinstance(data, float):
        yield data


def _key(number: float) -> float:
    return float(f"{number:.5g}") if math.isfinite(number) else number
