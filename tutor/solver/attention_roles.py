"""Which array of a message is Q, K, V, the scores, the weights, the mask or a projection.

An array takes the role whose name stands nearest before it ("as chaves de “cão” e “sol” são
[2, 0] e [1, 1]": both are keys); names that stand together take the arrays that follow one by
one, or share the only one ("Q = K = V = [[1, 0], [0, 1]]").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tutor.solver.fields import Statement
from tutor.solver.numbers import Value
from tutor.solver.text import fold

_INDEX = r"(?:_?\{?[\w']{1,12}\}?)?"
_ROLE = re.compile(
    r"(?<![\w])(?:"
    r"(?P<W>w_?\^?\{?_?(?P<part>[qkvo])\}?|matriz de projecao (?:de |da )?(?P<part2>[qkv])\b)|"
    r"(?P<scores>q\w{0,5} ?[·*x×.@]? ?k\w{0,5} ?(?:\^?\(?t(?:op)?\)?|transpost[ao]|\.t)|qkt|"
    r"q ?[·*@] ?k|"
    r"(?:scores?|escores?|pontuac\w+|logits de atencao|"
    r"produtos? escalar(?:es)?(?=[^\[\](){}.;?]{0,60}\b(?:deu|deram|foi|foram|sao|valem|"
    r"resultou)\b))"
    r"(?: (?:de |da )?(?:self[ -]?)?(?:atencao|attention))?)|"
    r"(?P<mask>mascaras?|mask|attention_mask)|"
    r"(?P<weights>pesos?(?: de atencao)?|weights?|coeficientes?(?: de atencao)?|alphas?|"
    r"probabilidades?(?: de atencao)?|distribuicao(?: de atencao)?|"
    r"(?:matriz|linha|mapa|distribuicao) (?:de |da )?(?:atencao|softmax)|attn\w*|a(?= ?=)|"
    r"softmax\([^()]{0,40}(?:\([^()]{0,12}\)[^()]{0,12})?\))|"
    r"(?P<kt>k ?\^?\(?t\)?|k transpost[ao]|keys? transpost[ao]s?)|"
    r"(?P<Q>quer(?:y|ies)|consultas?|qs?(?:_?\{?\w{1,12}\}?)?(?=\W))|"
    r"(?P<K>keys?|chaves?|ks?(?:_\{?\w{1,12}\}?|\d{1,2})?(?=\W))|"
    r"(?P<V>values?|valores|valor|conteudos?|vs?(?:_\{?\w{1,12}\}?|\d{1,2})?(?=\W))|"
    r"(?P<X>x|embeddings?|entradas?)"
    r")(?![\w])"
)
# Between names of one group: "Q, K e V", "Q = K = V", "a query, a key e o value".
_TOGETHER = re.compile(r"\s*(?:,|;|e|=|/|and|,\s*e)\s*(?:(?:as?|os?|matriz(?:es)?)\s+)?")
_BETWEEN_ALIKE = re.compile(r"[\s,;:|&]*(?:e|and|\\\\)?[\s,;]*")
_NEAR = 90
_ENDS = re.compile(r"[?!]|\.(?=\s)(?!\s*(?:de|da)\b)")
_SHARING = frozenset(("Q", "K", "V", "kt"))


@dataclass(frozen=True)
class _Name:
    role: str
    start: int
    end: int


def roles(statement: Statement) -> Mapping[str, list[Value]]:
    """The arrays of each role, in the order of the text."""
    found = _columns(statement)
    if found:
        return found
    arrays = [value for value in statement.arrays if not _is_call(statement, value)]
    index, before, last = 0, 0, ""
    while index < len(arrays):
        value = arrays[index]
        names = _names(statement.folded, before, value.start)
        group = _group(statement.folded, names, value.start)
        taken = 1
        if len(group) > 1:
            following = _run(statement.folded, arrays[index:])
            taken = len(group) if len(group) <= following else 1
            for offset, name in enumerate(group):
                each = arrays[index + offset] if taken > 1 else value
                found.setdefault(name.role, []).append(each)
            last = group[-1].role if taken == 1 else ""
        elif group:
            last = group[0].role
            found.setdefault(last, []).append(value)
        elif last and _goes_on(statement.folded[before : value.start]):
            found[last].append(value)
        else:
            limit = arrays[index + 1].start if index + 1 < len(arrays) else len(statement.folded)
            last = _called_after(statement.folded, value.end, limit)
            if last:
                found.setdefault(last, []).append(value)
        index += taken
        before = arrays[index - 1].end
    return found


def _columns(statement: Statement) -> dict[str, list[Value]]:
    """A table with a column of vectors for each role (header "token | query | key | value")."""
    for listed in statement.name_lists:
        names = [_ROLE.fullmatch(fold(item)) for item in listed.items]
        heads = [
            next(each for each in _ROLE.groupindex if name[each] and each in _KINDS)
            for name in names
            if name is not None and not name["X"]
        ]
        cells = [value for value in statement.arrays if value.start > listed.end]
        if len(heads) < 2 or len(set(heads)) < len(heads) or not cells or len(cells) % len(heads):
            continue
        return {head: cells[column :: len(heads)] for column, head in enumerate(heads)}
    return {}


def _names(folded: str, start: int, end: int) -> list[_Name]:
    names: list[_Name] = []
    for match in _ROLE.finditer(folded, max(start, end - 160), end):
        role = str(match.lastgroup)
        role = next((name for name in _ROLE.groupindex if match[name] and name in _KINDS), role)
        if role == "W":
            role = f"W_{(match['part'] or match['part2']).upper()}"
        plural = match.group() in ("valores", "valor")
        if match.group() == "a" and _LETTERED.search(folded):
            continue  # "chaves: a = [1, 0], b = [0, 1]"
        after_result = names and names[-1].role in ("scores", "weights")
        if after_result and plural:
            continue  # "os scores têm os valores [1, 2]"
        if after_result and _owned(
            folded[names[-1].end : match.start()], folded[match.end() : end]
        ):
            continue  # "scores de uma query: [1, 2]"
        names.append(_Name(role, match.start(), match.end()))
    return names


_LETTERED = re.compile(r"(?<!\w)b ?= ?[\[(]")
_KINDS = frozenset(("W", "scores", "mask", "weights", "kt", "Q", "K", "V", "X"))


def _owned(between: str, after: str) -> bool:
    """Does the name only say whose scores they are ("de uma query: …", "contra as chaves são")?"""
    return _OF.fullmatch(between) is not None and _NO_VALUE.match(after) is not None


_OF = re.compile(
    r"[^\[\](){}.;?]{0,25}\b(?:d[aeo]s?|para|pr[ao]|sobre|contra|com|em relacao a|entre)\s+"
    r"(?:(?:um|uma|cada|as?|os?|todas|tres|duas|quatro|\d) ?){0,2}"
)
_NO_VALUE = re.compile(r"(?!\s*(?:=|$|[\[(\d]|(?:e|vale)\s*[\[(\d=]))")


def _group(folded: str, names: list[_Name], end: int) -> list[_Name]:
    """The nearest name, with those that stand together with it."""
    if not names or end - names[-1].end > _NEAR or _ENDS.search(folded, names[-1].end, end):
        return []
    group = [names[-1]]
    for name in reversed(names[:-1]):
        known = any(name.role == each.role for each in group)
        apart = not {name.role, group[0].role} <= _SHARING
        if known or apart or not _TOGETHER.fullmatch(folded, name.end, group[0].start):
            break
        group.insert(0, name)
    return group


_CALLED = re.compile(
    r"\s*(?:\(|,? ?(?:e|como|sendo|sao|d[aeo]s?)\s+)(?:as?|os?|uma?)?\s*(?:matriz )?"
)


def _called_after(folded: str, end: int, limit: int) -> str:
    """The role named right after an array: "[1, 2] é a query", "a linha [2, 1] da matriz QKᵀ"."""
    lead = _CALLED.match(folded, end, limit)
    name = _ROLE.match(folded, lead.end(), limit) if lead else None
    if name is None:
        return ""
    role = next(each for each in _ROLE.groupindex if name[each] and each in _KINDS)
    return role if role != "W" else ""


def _run(folded: str, arrays: Sequence[Value]) -> int:
    """How many arrays follow each other with nothing but separators between them."""
    count = 1
    while count < len(arrays):
        gap = folded[arrays[count - 1].end : arrays[count].start]
        if not _BETWEEN_ALIKE.fullmatch(gap):
            break
        count += 1
    return count


_MAKES_ARRAY = re.compile(r"(?:array|tensor|matrix|constant|matriz|vetor)$")


def _is_call(statement: Statement, value: Value) -> bool:
    """The arguments of a call, k.transpose(-2, -1), are no data."""
    lead = statement.folded[max(0, value.start - 12) : value.start]
    if value.text[0] == "[" and value.size == 1 and lead[-1:].isalnum():
        return True  # out[0] is an index
    return value.text[0] == "(" and lead[-1:].isalnum() and not _MAKES_ARRAY.search(lead)


def _goes_on(gap: str) -> bool:
    """Does the list go on ("[1, 0], “sol” = [0, 1] e [2, 2]")?"""
    return len(gap) <= 40 and _ENDS.search(gap) is None and "?" not in gap


def numbered_scalars(statement: Statement, letter: str) -> list[float]:
    """v1 = 6, v2 = 3, …: the values of numbered names, in their order."""
    found: list[float] = []
    for index in range(1, 65):
        match = re.search(
            rf"(?<!\w){letter}_?\{{?{index}\}}? ?(?:=|e|:|vale)\s*(?=[-\d.])", statement.folded
        )
        value = next((v for v in statement.scalars if match and v.start == match.end()), None)
        if value is None:
            break
        found.append(value.scalar()[0])
    return found
