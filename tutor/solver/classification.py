"""Reading a classifier's problem: outputs, classes, true class and options, whatever their order.

Every number of the text has a role here or is known noise; where one is left over, nothing is
read (`read` gives None) and the families ask back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tutor.solver.class_data import Reading
from tutor.solver.class_options import read_options, unused_values
from tutor.solver.class_target import read_target, target_group, targets_beside, true_class
from tutor.solver.classes import class_names, known_classes
from tutor.solver.example_table import read_example_table
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing, plain
from tutor.solver.groups import Group, groups
from tutor.solver.roles import role_of

_OUTPUT_ROLES = ("logits", "probabilities", "log_probabilities", "outputs", "")


def read(statement: Statement) -> Reading | None:
    table = read_example_table(statement.source)
    if table is not None:
        return _from_table(statement, table.classes, table.rows, table.targets, table.headings)
    found = groups(statement)
    roles = {g.start: role_of(statement, g, [o for o in found if o is not g]) for g in found}
    reading = Reading()
    reading.spans = [(g.start, g.end) for g in found]
    named = {
        role: [g for g in found if roles[g.start] == role]
        for role in ("target", "losses", "right_probabilities")
    }
    outputs = [g for g in found if roles[g.start] in _OUTPUT_ROLES]
    outputs = _one_marked_right(statement, outputs, reading)
    targets = named["target"]
    outputs, targets = _numbered_classes(statement, reading, outputs, targets)
    outputs, targets = _both_distributions(statement, outputs, targets)
    if not outputs and len(targets) == 1 and not targets[0].sums_to_one:
        outputs, targets = targets, []  # "y = [2; 1; 0]" is the output of something
    reading.losses = [n for g in named["losses"] for n in g.numbers]
    reading.right = [n for g in named["right_probabilities"] for n in g.numbers]
    if len(targets) > 1 or len(named["right_probabilities"]) > 1:
        return None
    if outputs:
        reading.role = next((roles[g.start] for g in outputs if roles[g.start]), "")
        reading.notes += [g.note for g in outputs if g.note]
        if len(outputs) > 1 and (len({g.size for g in outputs}) > 1 or _rows(outputs) > 40):
            return None
        reading.rows = [list(row) for g in outputs for row in g.rows]
        reading.batch = len(reading.rows) > 1
        _read_classes(statement, reading, outputs[0])
    read_options(statement, reading)
    if len(outputs) > 1:
        if not targets_beside(statement, reading, outputs):
            one = true_class(statement, reading)
            same = one is not None and statement.has(_ONE_RESULT)
            reading.separate, reading.batch = not same, same
            reading.targets = [] if one is None else [one] * (len(reading.rows) if same else 1)
            if targets:
                target_group(replace(reading, rows=reading.rows[:1]), targets[0])
                return None
    elif outputs:
        read_target(statement, reading, targets)
    if targets and not outputs:
        return None
    if not found:
        _right_ones_apart(statement, reading)
    reading.unused = list(unused_values(statement, reading))
    return reading


_ONE_RESULT = r"medi[ao]|som(?:a|e|ada)|lote|batch|minilote"
_RIGHT_CLASS = (
    r"(?:classes?|respostas?|rotulos?|tokens?|palavras?) (?:cert|corret|verdadeir)[ao]s?|"
    r"(?:acert|verdadeir)\w+|p ?\( ?(?:cert|corret|verdadeir)[ao] ?\)"
)


def _right_ones_apart(statement: Statement, reading: Reading) -> None:
    """ "deu 0,02 para a classe correta … e se tivesse dado 0,98?": one loss for each."""
    values = [v for v in statement.scalars if 0 < v.scalar()[0] <= 1 and "," in v.text + ","]
    chances = statement.has(r"prob\w*|confiancas?|chances?|certeza|p|p_hat|y_hat")
    if len(values) == 1 and not (values[0].percent or values[0].scalar()[0] < 1):
        return
    if (
        chances
        and values
        and statement.has(_RIGHT_CLASS, r"- ?(?:ln|log\w*) ?\(? ?p\w*")
        and all(v.percent or v.scalar()[0] < 1 for v in values)
    ):
        reading.right = [v.scalar()[0] for v in values]
        reading.spans += [(v.start, v.end) for v in values]
        reading.separate = True


def _rows(found: Iterable[Group]) -> int:
    return sum(len(group.rows) for group in found)


def _from_table(
    statement: Statement,
    classes: list[str],
    rows: list[list[float]],
    targets: list[str],
    headings: str,
) -> Reading | None:
    reading = Reading(rows=rows, classes=classes, batch=len(rows) > 1)
    text = f"{statement.folded} {headings}"
    reading.role = "logits" if re.search(r"\b(?:logits?|scores?|escores?)\b", text) else ""
    if not reading.role and re.search(r"\bprob", text):
        reading.role = "probabilities"
    found = [index_of(each, classes) for each in targets]
    if all(each is not None for each in found):
        reading.targets = [each for each in found if each is not None]
    elif all(re.fullmatch(r"\d{1,3}", each) for each in targets):
        numbers = [int(each) for each in targets]
        one = max(numbers) == len(classes) and min(numbers) > 0
        reading.targets = [each - one for each in numbers]
        reading.notes.append(f"Contei as classes a partir de {1 if one else 0}.")
        if not all(0 <= each < len(classes) for each in reading.targets):
            return None
    else:
        return None
    prose = "\n".join(line for line in statement.source.split("\n") if line.count("|") < 2)
    read_options(Statement(prose), reading)
    return reading


# ------------------------------------------------------------------ the classes


def _one_marked_right(statement: Statement, outputs: list[Group], reading: Reading) -> list[Group]:
    """ "0,7 (certa), 0,2 e 0,1": the number before the list belongs to it and is the right one."""
    if len(outputs) != 1 or len(outputs[0].rows) > 1:
        return outputs
    group = outputs[0]
    for value in statement.scalars:
        if _IS_THE_RIGHT_ONE.search(statement.folded[: value.start]):
            reading.spans = [(value.start, value.end), *reading.spans]
            reading.targets = [0]
            reading.notes.append("Pus a classe correta em primeiro lugar: a perda é a mesma.")
            return [replace(group, rows=((value.scalar()[0], *group.numbers),), names=())]
        if not 0 < group.start - value.end < 30 and not 0 < value.start - group.end < 30:
            continue
        first = value.end <= group.start
        gap = statement.folded[value.end : value.end + 30]
        if re.match(r"\s*(?:\(|(?:n|par|pr)?a )\s*(?:a )?(?:classe )?(?:cert|corret|verd)", gap):
            number = value.scalar()[0]
            row = (number, *group.numbers) if first else (*group.numbers, number)
            start, end = min(group.start, value.start), max(group.end, value.end)
            reading.spans = [(start, end), *reading.spans]
            reading.targets = [0 if first else len(row) - 1]
            return [replace(group, rows=(row,), end=end)]
    return outputs


_IS_THE_RIGHT_ONE = re.compile(
    r"\b(?:logit|score|escore|saida|probabilidade|valor) d[ao] (?:classe |resposta )?"
    r"(?:cert|corret|verdadeir)[ao] (?:e|foi|era|vale|igual a|de|=) ?(?:de )?$"
)


def _numbered_classes(
    statement: Statement, reading: Reading, outputs: list[Group], targets: list[Group]
) -> tuple[list[Group], list[Group]]:
    """ "moedas de 5, 10 e 25 centavos": whole numbers that name the classes."""
    if len(outputs) != 2 or len({g.size for g in outputs}) > 1 or _rows(outputs) > 2:
        return outputs, targets
    one, two = outputs
    for names, data in ((one, two), (two, one)):
        if names.value is None or names.value.bracketed:
            continue
        whole = all(n == int(n) and n >= 0 for n in names.numbers)
        distinct = len(set(names.numbers)) == names.size
        again = [v for v in statement.scalars if v.scalar()[0] in names.numbers]
        if whole and distinct and len(again) == 1 and role_of(statement, data, [names]):
            if role_of(statement, names, [data]):
                continue
            reading.classes = [plain(n) for n in names.numbers]
            reading.targets = [names.numbers.index(again[0].scalar()[0])]
            reading.spans.append((again[0].start, again[0].end))
            return [data], targets
    return outputs, targets


def _both_distributions(
    statement: Statement, outputs: list[Group], targets: list[Group]
) -> tuple[list[Group], list[Group]]:
    """ "p = (0,5; 0,5) e q = (0,9; 0,1)": the true one is named so, or p of H(p, q)."""
    if len(outputs) != 2 or targets or not all(g.sums_to_one and len(g.rows) == 1 for g in outputs):
        return outputs, targets
    letters = [_letter_before(statement, g) for g in outputs]
    order = re.search(r"\bh\( ?(\w+) ?, ?(\w+) ?\)", statement.folded)
    first = order[1] if order else "p" if set(letters) == {"p", "q"} else ""
    if first and first in letters:
        target = outputs[letters.index(first)]
        return [g for g in outputs if g is not target], [target]
    return outputs, targets


def _letter_before(statement: Statement, group: Group) -> str:
    match = re.search(r"\b(\w{1,6})\s*[=:]\s*$", statement.folded[: group.start])
    return match[1] if match else ""


def _read_classes(statement: Statement, reading: Reading, group: Group) -> None:
    if reading.classes:
        return
    if group.names:
        reading.classes = list(group.names)
        return
    names = class_names(statement, group.size)
    if names is not None and len(names.items) == group.size:
        reading.classes = list(names.items)
        reading.spans.append((names.start, names.end))
        return
    known = known_classes(statement, group.size)
    if known is not None:
        reading.classes = list(known)
        reading.notes.append(f"Usei as classes na ordem da lista: {listing(known)}.")
