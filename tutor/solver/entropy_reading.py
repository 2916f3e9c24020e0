"""Reading problems of entropy, cross-entropy of two distributions and KL divergence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.classes import SOFTMAX, log_base
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector
from tutor.solver.groups import Group, groups
from tutor.solver.inputs import assume
from tutor.solver.numbers import WORDS, Value
from tutor.solver.several import Part
from tutor.solver.softmax import softmax

KL = r"d_?kl|kl|kullback(?:[ -]leibler)?|divergencia|entropia relativa"
_CROSS = r"entropias? cruzadas?|cross[ -]?entropy|h\( ?\w+ ?, ?\w+ ?\)"
_ENTROPY = r"entropia(?! (?:cruzada|relativa))|h\( ?\w+ ?\)|shannon"
_ORDER = re.compile(
    r"(?:kl|kullback\w*|d)\s*\(\s*(\w+)\s*(?:\|{1,2}|\\?parallel|‖|,|;|:|/{1,2})\s*(\w+)\s*\)"
    r"|\bkl (?:de|d[aeo]) (\w+) (?:para|em relacao a|contra|com relacao a|a) (\w+)"
)
_CROSS_ORDER = re.compile(r"\bh\(\s*(\w+)\s*[,;]\s*(\w+)\s*\)")
_EACH_OTHER = re.compile(r"\b(?:cada (?:um|uma)|tod[ao]s)\b[^.;]{0,20}\b(?:outr|demais|rest)\w*")
_TWO_OUTCOMES = r"moeda|bernoulli|binari[ao]|cara|sim ou nao|duas (?:classes|saidas|opcoes)"
_GIVEN_ENTROPY = re.compile(
    r"\bh ?\( ?(\w+)(?: ?, ?(\w+))? ?\)\s*(?:=|e|vale|:)\s*(\d+(?:[.,]\d+)?)"
    r"|\b(entropia cruzada|cross[ -]?entropy|entropia)\b[^.;\n\d]{0,40}?(?:=|e|vale|foi|de|:)\s*"
    r"(\d+(?:[.,]\d+)?)"
)
_SPELLED = re.compile(
    r"(?<![\w-])("
    + "|".join(sorted((w for w in WORDS if w != "meia"), key=len, reverse=True))
    + r")"
    r"(?= (?!vez|unic|distrib|forma|fonte|variavel|moeda|urna|dado|caixa|modelo|rede)[a-z]{3})"
)


def is_entropy(statement: Statement) -> bool:
    return statement.has(KL) or statement.has(_ENTROPY)


def entropy_parts(statement: Statement) -> list[Part] | None:
    difference = _difference(statement)
    if difference is not None:
        return [("KL", "kl_difference", difference)]
    found = _softmaxed(statement, _distributions(statement))
    kl, cross = statement.has(KL), statement.has(_CROSS)
    entropy = statement.has(_ENTROPY)
    if not found:
        return None
    base = log_base(statement)
    if base is None and (kl or cross) and entropy:
        base = math.e  # one base for all that is compared
    common: dict[str, Json] = {} if base is None else {"base": base}
    _check(found)
    parts: list[Part] = []
    first, second = _ordered(statement, found, _ORDER if kl else _CROSS_ORDER)
    if kl or cross:
        if second is None:
            inputs: dict[str, Json] = {"kl": True, "p": [*first[0]], **common}
            raise MissingData(
                "Falta a segunda distribuição (q). Escreva-a, por exemplo, q = [0,5; 0,5].",
                Problem("entropy", inputs),
            )
        if len(first[0]) != len(second[0]):
            raise SolverError(
                f"As duas distribuições precisam ter o mesmo tamanho, mas têm {len(first[0])} e "
                f"{len(second[0])} valores."
            )
        if any(a > 0 and b == 0 for a, b in zip(first[0], second[0], strict=True)):
            raise SolverError(
                "Onde p é positivo, q não pode ser 0: a divergência KL e a entropia cruzada "
                "seriam infinitas."
            )
    notes = [note for _, note in found if note]
    if entropy and (len(found) == 1 or not (kl or cross) or _wants_own_entropy(statement)):
        for index, (p, _) in enumerate(found if not (kl or cross) else [first], 1):
            inputs = {"p": [*p], **common}
            assume(inputs, *notes)
            name = "entropia" if len(found) == 1 or kl or cross else f"{index}ª"
            parts.append((name, "entropy", inputs))
    if cross and second is not None:
        inputs = {"probabilities": [*second[0]], "target": [*first[0]], **common}
        assume(inputs, *notes)
        parts.append(("entropia_cruzada", "cross_entropy", inputs))
    if kl and second is not None:
        both = _both_orders(statement)
        inputs = {"kl": True, "p": [*first[0]], "q": [*second[0]], **common}
        assume(inputs, *notes)
        if both:
            turned = {**inputs, "p": inputs["q"], "q": inputs["p"]}
            names = [f"KL({a}||{b})" for a, b in both]
            parts += [(names[0], "entropy", inputs), (names[1], "entropy", turned)]
        else:
            parts.append(("KL", "entropy", inputs))
    return parts


def _wants_own_entropy(statement: Statement) -> bool:
    return statement.has(
        r"(?:calcul\w+|obtenha|determine|qual|ache|de|quero)[^.;?\n]{0,30}" + f"(?:{_ENTROPY})"
    ) or statement.has(rf"(?:{_ENTROPY})[^.?\n]{{0,40}}(?:,| e )[^.?\n]{{0,40}}(?:{_CROSS}|{KL})")


def _both_orders(statement: Statement) -> list[tuple[str, str]]:
    found = [tuple(m for m in each.groups() if m) for each in _ORDER.finditer(statement.folded)]
    pairs = [(each[0], each[1]) for each in found if len(each) == 2]
    return pairs[:2] if len(pairs) > 1 and pairs[0] == pairs[1][::-1] else []


Distribution = tuple[list[float], str]  # and what was assumed to read it


def _distributions(statement: Statement) -> list[Distribution]:
    found = _groups(statement)
    if found:
        return [(list(g.numbers), note) for g, note in found]
    scalars = [v for v in statement.scalars if v.percent or not v.scalar()[0].is_integer()]
    if len(scalars) == 2 and _EACH_OTHER.search(statement.folded):
        one, each = (v.scalar()[0] for v in scalars)
        count = round((1 - one) / each) if each > 0 else 0
        if count > 0 and abs(one + count * each - 1) < 0.011:
            return [([one] + [each] * count, f"São {count} outras, para que a soma seja 1.")]
    if len(scalars) == 1 and statement.has(_TWO_OUTCOMES):
        p = scalars[0].scalar()[0]
        if 0 <= p <= 1 and (scalars[0].percent or not p.is_integer()):
            return [([p, 1 - p], f"A outra possibilidade tem probabilidade {plain(1 - p)}.")]
    uniform = _uniform(statement)
    return [uniform] if uniform is not None else _counted(statement)


_EVEN = (
    r"uniformes?|honest[ao]|just[ao]|nao viciad[ao]|equiprova\w*|maxim[ao]|mesma probabilidade|"
    r"igualmente provave(?:l|is)"
)


def _uniform(statement: Statement) -> Distribution | None:
    """ "um dado honesto", "a entropia máxima de 16 classes"."""
    if not statement.has(_EVEN):
        return None
    whole = [v.scalar()[0] for v in statement.scalars if v.scalar()[0].is_integer()]
    spelled = [WORDS[m[1]] for m in _SPELLED.finditer(statement.folded)]
    counts = [n for n in [*whole, *spelled] if n > 1]
    known = 6 if statement.has("dado") else 2 if statement.has("moeda") else 0
    if len(statement.scalars) > len(whole) or len(counts) > 1 or not (counts or known):
        return None
    count = int(counts[0]) if counts else known
    if count > 100_000:
        return None
    return [1 / count] * count, f"São {count} possibilidades com a mesma probabilidade."


def _softmaxed(statement: Statement, found: list[Distribution]) -> list[Distribution]:
    """The entropy of a softmax's output, where the logits are given."""
    logits = statement.has(SOFTMAX, r"logits?") and not statement.has(KL)
    if not logits or len(found) != 1:
        return found
    if abs(sum(found[0][0]) - 1) <= 0.011 and min(found[0][0]) >= 0:
        return found
    row = [float(p) for p in softmax(found[0][0])]
    return [(row, f"A softmax de {plain_vector(found[0][0])} dá {plain_vector(row)}.")]


def _groups(statement: Statement) -> list[tuple[Group, str]]:
    found: list[tuple[Group, str]] = []
    for group in groups(statement):
        if len(group.rows) > 1:
            return []
        whole = all(n.is_integer() and n >= 0 for n in group.numbers) and not group.sums_to_one
        if whole and sum(group.numbers) > 1 and not group.percent and not found:
            return _from_counts(group)
        found.append((group, group.note))
    return found


def _from_counts(group: Group) -> list[tuple[Group, str]]:
    total = sum(group.numbers)
    row = tuple(n / total for n in group.numbers)
    note = f"Li {plain_vector(group.numbers)} como contagens e dividi pela soma, {plain(total)}."
    return [(Group((row,), group.start, group.end, group.names), note)]


def _counted(statement: Statement) -> list[Distribution]:
    """ "oito bolas: cinco pretas, duas brancas e uma dourada": counts in words."""
    digits = _SPELLED.sub(lambda match: str(WORDS[match[1]]), statement.folded)
    if digits == statement.folded:
        digits = statement.folded
    again = Statement(digits)
    numbers: list[Value] = [v for v in again.scalars if v.scalar()[0].is_integer()]
    if len(numbers) != len(again.scalars):
        return []
    counts = [v.scalar()[0] for v in numbers]
    if len(counts) > 2 and counts[0] == sum(counts[1:]):
        counts = counts[1:]  # the total comes first
    elif len(counts) > 2 and counts[-1] == sum(counts[:-1]):
        counts = counts[:-1]
    if len(counts) < 2 or any(count < 0 for count in counts):
        return []
    total = sum(counts)
    note = f"Li {plain_vector(counts)} como contagens e dividi pela soma, {plain(total)}."
    return [([count / total for count in counts], note)]


def _check(found: Sequence[Distribution]) -> None:
    for p, _ in found:
        if any(not 0 <= each <= 1 for each in p) or abs(sum(p) - 1) > 0.011:
            raise SolverError(
                f"{plain_vector(p[:8])} não é uma distribuição: precisa ter números entre 0 e 1 "
                f"que somem 1, mas a soma é {plain(sum(p))}."
            )


def _ordered(
    statement: Statement, found: Sequence[Distribution], order: re.Pattern[str]
) -> tuple[Distribution, Distribution | None]:
    """The first and the second argument, by the names that the text gives the two."""
    if len(found) != 2:
        return found[0], None
    match = order.search(statement.folded) or _ORDER.search(statement.folded)
    names = [name for name in match.groups() if name] if match else []
    listed = _groups(statement)
    if len(names) == 2 and len(listed) == 2:
        places = [_place(statement, name, [g for g, _ in listed]) for name in names]
        if places == [1, 0]:
            return found[1], found[0]
        return found[0], found[1]
    roles = [
        _true(statement, g, listed[i - 1][0].end if i else 0) for i, (g, _) in enumerate(listed)
    ]
    if roles == [False, True]:
        return found[1], found[0]
    return found[0], found[1]


def _true(statement: Statement, group: Group, previous: int) -> bool:
    lead = statement.folded[max(previous, group.start - 60) : group.start]
    return re.search(r"\b(?:verdadeir|real|alvo|target|rotulo|professor|p\b)", lead) is not None


def _place(statement: Statement, name: str, found: Sequence[Group]) -> int | None:
    """Which of the groups has this name right before it."""
    best: tuple[int, int] | None = None
    for index, group in enumerate(found):
        begin = found[index - 1].end if index else 0
        lead = statement.folded[begin : group.start]
        stem = name if len(name) < 4 else name[: max(4, len(name) - 2)]
        hits = list(re.finditer(rf"(?<![\w(|]){re.escape(stem)}", lead))
        if hits:
            distance = len(lead) - hits[-1].end()
            if best is None or distance < best[1]:
                best = (index, distance)
    return best[0] if best else None


def _difference(statement: Statement) -> dict[str, Json] | None:
    """KL from H(p, q) and H(p), without the distributions."""
    if not statement.has(KL) or any(value.size > 1 for value in statement.arrays):
        return None
    cross: float | None = None
    own: float | None = None
    for match in _GIVEN_ENTROPY.finditer(statement.folded):
        number = float((match[3] or match[5]).replace(",", "."))
        crossed = match[2] is not None or (match[4] or "").startswith(("entropia c", "cross"))
        if crossed:
            cross = number
        else:
            own = number
    if cross is None or own is None:
        return None
    if cross < own:
        raise SolverError(
            f"A entropia cruzada ({plain(cross)}) nunca é menor que a entropia ({plain(own)}): a "
            "divergência KL seria negativa. Confira os números."
        )
    return {"cross": cross, "own": own, "assumptions": []}
