"""VP, FP, FN and VN in a student's text: by name, in a list or told as a story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from tutor.errors import SolverError
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.metric_names import ASKED, CELL, CELLS
from tutor.solver.numbers import word_number

_CELL_NUMBER = r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+|\d{1,12}|[a-z]+)(?![\w%]|[.,]\d)"
_AFTER = re.compile(
    r"(?: ?\([^)]{0,30}\))?[\s*\"']{0,3}(?:=|:|->|sao|foi|foram|e|igual a|de|deu|for|forem|"
    r"fosse|fossem|era|eram|passa\w*"
    r"|vir(?:a|ar|asse)|pr[ao]|para|,)?(?: (?:a|para|pra|a ser))?\s{0,3}\*{0,2}" + _CELL_NUMBER
)
_BEFORE = re.compile(_CELL_NUMBER + r"[\s*]{1,3}(?:de |sao |foram |casos de |exemplos )?\(?$")


def cells_of(statement: Statement) -> dict[str, int]:
    """TP, FP, FN, TN as far as they are given, whichever side of its name each number stands."""
    folded = statement.folded
    claim = statement.claim
    if claim is not None and not CELL.match(folded, claim.end + 1):  # "deu 10 alarmes falsos"
        folded = folded[: claim.start] + " " * (claim.end - claim.start) + folded[claim.end :]
    after: dict[str, int] = {}
    before: dict[str, int] = {}
    labels = list(islice(CELL.finditer(folded), 40))
    listed = _listed_cells(statement, labels)
    if listed:
        return listed
    for match in labels:
        name = str(match.lastgroup)
        following = _AFTER.match(folded, match.end())
        if following and (number := _count(following[1])) is not None:
            after.setdefault(name, number)
        preceding = _BEFORE.search(folded[max(0, match.start() - 40) : match.start()])
        if preceding and (number := _count(preceding[1])) is not None:
            before.setdefault(name, number)
    explicit = re.search(rf"(?:{CELLS['tp']}|{CELLS['fp']})\)? ?[=:]", folded) is not None
    return after if len(after) > len(before) or (explicit and after) else before


def _listed_cells(statement: Statement, labels: Sequence[re.Match[str]]) -> dict[str, int]:
    """ "VP, FP, FN e VN = 50, 10, 5, 35"."""
    for first in range(len(labels)):
        run = [labels[first]]
        for label in labels[first + 1 :]:
            gap = statement.folded[run[-1].end() : label.start()]
            if not re.fullmatch(r"[\s,;/]{1,3}(?:e )?|\s(?:e|and)\s", gap):
                break
            run.append(label)
        if len(run) < 3:
            continue
        for value in statement.values:
            gap = statement.folded[run[-1].end() : value.start]
            if value.start >= run[-1].end() and len(gap) < 60 and value.size == len(run):
                numbers, _ = value.vector("as contagens", len(run))
                return {
                    str(label.lastgroup): natural(number)
                    for label, number in zip(run, numbers, strict=True)
                }
    return {}


def _count(text: str) -> int | None:
    if text[0].isdigit():
        return int(text.replace(".", ""))
    return word_number(text)


def natural(number: float) -> int:
    if number != int(number) or number < 0:
        raise SolverError(
            "As contagens da matriz de confusão precisam ser números inteiros e não negativos, mas "
            f"li {plain(number)}."
        )
    return int(number)


def hits_of(statement: Statement) -> tuple[int, int] | None:
    """(right, all) of "acertou 85 de 100" or "85 acertos em 100 exemplos"."""
    folded = statement.folded
    both = re.search(
        r"(?<![\w.,])(\d{1,9}) (?:acertos|certas|certos|corretas|corretos) (?:e|,|contra) "
        r"(\d{1,9}) (?:erros|erradas|errados|incorret[ao]s)\b", folded
    )  # fmt: skip
    if both:
        return int(both[1]), int(both[1]) + int(both[2])
    number = r"(\d{1,3}(?:\.\d{3})+|\d{1,12})(?![\w%]|[.,]\d)"
    noun = r"(?: \w+){0,2}?"
    for sign, words in (
        (1, r"acert\w+|corret\w+|certos"),
        (-1, r"err(?:ou|a|os?|aram)|incorret\w+"),
    ):
        pattern = (
            rf"(?:{words})(?: exatamente| so| apenas)? {number}{noun} (?:de|em|dos|das|dentre|"
            rf"entre) "
            rf"(?:os |as |um total de )?{number}"
        )
        other = (
            rf"(?<![\w.,]){number} (?:\w+ )?(?:{words}){noun} (?:de|em|dos|das|dentre|entre) "
            rf"(?:os |as |"
            rf"um total de )?{number}"
        )
        swapped = (
            rf"(?:de|em|dos|das|com|sao|foram|tem) (?:um total de "
            rf")?{number} ?[^\d?.]{{0,60}}(?:{words}) {number}(?!\d)"
        )
        for expression, first in ((pattern, True), (other, True), (swapped, False)):
            found = re.search(expression, folded)
            if found:
                part, total = (found[1], found[2]) if first else (found[2], found[1])
                a, b = int(part.replace(".", "")), int(total.replace(".", ""))
                if b > 0:  # more hits than examples is said to be wrong in `metrics`
                    return (a if sign > 0 else b - a), b
    return None


_TOTAL = (
    r"(?<![\w.,])(\d{1,9})(?![\w%]|[.,]\d) (?:e-?mails?|exemplos|pacientes|pessoas|amostras|"
    r"imagens|"
    r"mensagens|transacoes|casos|documentos|textos|tweets|instancias|testes|frases|comentarios|"
    r"fotos)"
)
_ACTUAL = (
    r"(?<![\w.,])(\d{1,9})(?![\w%]|[.,]\d)(?: \w+)?? (?:sao|eram|tem|tinham|estao|estavam|"
    r"pertencem)"
    r"(?: (?:de fato|realmente|mesmo|a|na|da|classe))*? (\w[\w-]*)"
)
_MARKED = (
    r"(?:modelo|classificador|rede|sistema|filtro|teste|ele|algoritmo|e)\s?(?:\w+ )??"
    r"(?:marcou|previu|classificou|detectou|apontou|identificou|rotulou|disse que|acusou|"
    r"sinalizou|bloqueou|barrou|alertou)(?: que)? "
    r"(?:como \w+ )?(\d{1,9})(?![\w%]|[.,]\d)"
)
_RIGHTLY = (
    r"(?:d[oae]s quais|deles|delas|desses|dessas|destes|destas|sendo(?: que)?|mas|e|so|apenas|,|"
    r"\(),? "
    r"?(?:so |apenas |somente )?(\d{1,9})(?![\w%]|[.,]\d)(?: deles| delas)?(?: \w+)?? "
    r"(?:corret\w+|certos?|estavam certos|acert\w+|de fato|realmente|eram(?: mesmo| de fato| "
    r"realmente)?|"
    r"sao(?: mesmo| de fato| realmente)|verdadeir\w+|tinham)"
)


# "30 dos 45 que o modelo marcou como positivos", "30 corretos entre os 45 marcados"
_AMONG_MARKED = re.compile(
    r"(?<![\w.,])(\d{1,9})(?: \w+)?? (?:de|dos|das|em|entre os|entre as) (\d{1,9})(?: \w+){0,4}? "
    r"(?:marc\w+|previ\w+|predit\w+|classific\w+|apont\w+|rotul\w+|disse)\b"
)
# "detectou 40 das 50 fraudes"
_FOUND = re.compile(
    r"\b(?:detect\w+|encontr\w+|identific\w+|ach(?:ou|amos|aram)|peg(?:ou|amos)|reconhec\w+|"
    r"captur\w+|recuper\w+|acert\w+) (\d{1,9})(?: \w+)? "
    r"(?:de|dos|das|d?entre os|d?entre as) (\d{1,9})(?![\w%]|[.,]\d)"
)
_SICK = (
    r"(?<![\w.,])(\d{1,9}) (doentes|positivos|spams?|fraudes?|fraudulent[oa]s|infectad[oa]s|"
    r"defeituos[oa]s|contaminad[oa]s)"
)
_BAD_CELL = re.compile(
    r"(?: ?\([^)]{0,30}\))? ?(?:=|:) ?(-\d[\d.,]*|\d{1,9}[.,](?!\d{3}\b)\d{1,9})"
)


def bad_cell(statement: Statement) -> float | None:
    """The negative or fractional number of "VP = 5,5"."""
    for label in islice(CELL.finditer(statement.folded), 40):
        if re.search(
            r"(?:taxa|proporcao|fracao|rate) (?:de|of) $", statement.folded[: label.start()]
        ):
            continue
        match = _BAD_CELL.match(statement.folded, label.end())
        if match:
            return float(match[1].rstrip(".,").replace(",", "."))
    return None


_SICK_WORD = (
    r"(?:doent|positiv|spam|fraud|infect|defeit|contamin|malign|reprov|inadimpl|suspeit|invas)\w*"
)
_WELL_WORD = (
    r"(?:sadi|saudav|negativ|bo[na]s|legitim|norma|honest|limp|benign|validos|aprovad|adimpl|ham\b|"
    r"inocent|perfeit|comu)\w*"
)
# "14 sadios com teste positivo", "10 emails bons como spam"
_TOLD_CELL = re.compile(
    rf"(?<![\w.,])(\d{{1,9}})(?: (?!{_SICK_WORD}|{_WELL_WORD})[a-z-]+){{0,2}}? "
    rf"(?:(?P<sick>{_SICK_WORD})|(?P<well>{_WELL_WORD}))(?: [a-z-]+){{0,5}}? "
    rf"(?:como|com|deu|deram|testaram|receberam|previst\w+|classificad\w+|marcad\w+)"
    rf"(?: [a-z-]+){{0,2}}? (?:(?P<said>{_SICK_WORD})|(?P<unsaid>{_WELL_WORD}))"
)


def _told_cells(folded: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in _TOLD_CELL.finditer(folded):
        name = (
            ("tp" if match["said"] else "fn")
            if match["sick"]
            else ("fp" if match["said"] else "tn")
        )
        found.setdefault(name, int(match[1]))
    return found


_ALWAYS = re.compile(
    r"\b(?:sempre (?:\w+ )?|tod[oa]s (?:como|sao|sendo) |tudo (?:como|e) )"
    r"(?:como |que e |a classe )?"
    rf"(?:(?P<sick>{_SICK_WORD})|(?P<well>{_WELL_WORD}))"
)


def _always(statement: Statement) -> dict[str, int]:
    """ "95 sadios e 5 doentes, e o modelo diz sempre sadio"."""
    always = _ALWAYS.search(statement.folded)
    number = r"(?<![\w.,])(\d{1,9}) (?:\w+ )?"
    sick = re.search(rf"{number}{_SICK_WORD}", statement.folded)
    well = re.search(rf"{number}{_WELL_WORD}", statement.folded)
    if always is None or sick is None or well is None or sick.start(1) == well.start(1):
        return {}
    ill, fine = int(sick[1]), int(well[1])
    if always["sick"]:
        return {"tp": ill, "fp": fine, "fn": 0, "tn": 0}
    return {"tp": 0, "fp": 0, "fn": ill, "tn": fine}


def word_problem(statement: Statement) -> dict[str, int]:
    """ "De 100 e-mails, 40 são spam; o modelo marcou 35 como spam, dos quais 30 corretos"."""
    folded = statement.folded
    among = _AMONG_MARKED.search(folded)
    if among:
        return {"tp": int(among[1]), "fp": int(among[2]) - int(among[1])}
    found = _FOUND.search(folded)
    told = _told_cells(folded)
    if len(told) > 2:
        return told
    if found and statement.has(ASKED["precision"], ASKED["recall"], ASKED["f1"]):
        return {**told, "tp": int(found[1]), "fn": int(found[2]) - int(found[1])}
    if always := _always(statement):
        return always
    marked = re.search(_MARKED, folded)
    before = folded[: marked.start()] if marked else folded
    actual = re.search(_ACTUAL, before) or re.search(_SICK, before)
    right = re.search(_RIGHTLY, folded[marked.end() :]) if marked else None
    if marked is None or actual is None or right is None:
        return {}
    positives, predicted, tp = int(actual[1]), int(marked[1]), int(right[1])
    cells = {"tp": tp, "fp": predicted - tp, "fn": positives - tp}
    total = re.search(_TOTAL, re.sub(r"(?<=\d)\.(?=\d{3}\b)", "", folded))
    if total and int(total[1]) >= sum(cells.values()) and total.start() <= actual.start() + 3:
        cells["tn"] = int(total[1]) - sum(cells.values())
    if min(cells.values()) < 0:
        return {}
    return cells
