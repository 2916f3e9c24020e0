"""Entries whose answer is a number, tokens or a matrix: the student's against the reviewed one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from tutor.grading.language import denied, found, sentences
from tutor.grading.spelling import canonical
from tutor.text import fold, normalise


@dataclass
class Findings:
    """What an answer shows; `points` maps a key point to (met, evidence)."""

    score: int = 0
    points: dict[int, tuple[str, str]] = field(default_factory=dict)
    slips: list[tuple[int | str, str]] = field(default_factory=list)

    def note(self, point: int, met: bool, evidence: str) -> None:
        if met:
            self.points[point] = ("yes", evidence)


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?")


def _numbers(text: str) -> list[tuple[float, str]]:
    return [(float(m.group()), m.group()) for m in _NUMBER.finditer(text)]


def _near(text: str, value: float, slack: float = 0.002) -> str | None:
    """The student's number that is `value`, rounded to at least two decimals or within `slack`."""
    for number, written in _numbers(text):
        decimals = len(written.partition(".")[2])
        if decimals >= 2 and abs(number - value) <= max(slack, 0.51 * 10**-decimals):
            return written
    return None


def _loss(
    answer: str,
    value: float,
    probability: float,
    wrong: dict[int, tuple[float, ...]],
    points: tuple[int, int, int],
    method: str,
) -> Findings:
    """A cross-entropy: the value is enough; the probability or the method alone is half."""
    found_ = Findings()
    answer = canonical(answer)
    text = sentences(answer)
    logits, middle, last = points
    loss, share = _near(answer, value), _near(answer, probability, 0.003)
    percent = next((w for n, w in _numbers(answer) if abs(n - 100 * probability) < 0.6), None)
    softmax = found("softmax | exponen | e\\^ | exp", text)
    log = found(method, text)
    found_.note(logits, softmax is not None, softmax or "")
    found_.note(middle, bool(share or percent), share or percent or "")
    found_.note(last, loss is not None, loss or "")
    for claim, numbers in wrong.items():
        for number in numbers:
            evidence = _near(answer, number, 0.001)
            if evidence and not loss and not denied(answer):
                found_.slips.append((claim, evidence))
                break
    if loss:
        found_.score = 2
    elif share or (not found_.slips and (percent or (softmax and log))):
        found_.score = 1
    return found_


_LOG = "log | ln | -log | -ln"


def five_classes(answer: str) -> Findings:
    result = _loss(
        answer,
        0.1338,
        0.8748,
        {1: (0.993, 0.9933, 0.370, 0.3704), 0: (2.303, -2.303, 2.3026, -2.30), 3: (1.0017,)},
        (0, 1, 3),
        _LOG,
    )
    log = found(_LOG, sentences(canonical(answer)))
    result.note(2, log is not None and result.score > 0, log or "")
    logit = found("-? ?(ln|log) ?\\(? ?10\\b", sentences(canonical(answer)), denials=True)
    if logit and result.score < 2:
        result.slips.append((0, logit))
        result.score = min(result.score, 1)
    return result


def sentiment(answer: str) -> Findings:
    result = _loss(
        answer, 1.1803, 0.3072, {0: (0.693, 0.6931), 2: (0.680, 0.6803, 0.5065)}, (0, 2, 3), _LOG
    )
    answer = canonical(answer)
    total = _near(answer, 5.367, 0.01)
    result.note(1, total is not None, total or "")
    hit = found("(rede |ela )?(acertou|acerta)", sentences(answer), denials=True)
    if hit:
        result.slips.append((1, hit))
        result.score = min(result.score, 1)
    return result


# ---------------------------------------------------------------------- tokens


def _pieces(answer: str) -> list[str]:
    """Everything between separators, folded: "[fa, ##c]" -> fa, ##c."""
    spaced = re.sub(r"[\[\](){},;|/+\"“”'`´’\-–—>→=:.\n_·•]+", " ", fold(normalise(answer)))
    return re.sub(r"#\s+#|#\s*#\s*", "##", spaced).split()


def _contains(pieces: list[str], wanted: list[str]) -> bool:
    """`wanted` stands in `pieces` and no further single letter or continuation goes on after it."""
    width = len(wanted)
    for i in range(len(pieces) - width + 1):
        if pieces[i : i + width] == wanted:
            following = pieces[i + width] if i + width < len(pieces) else ""
            if not following.startswith("##"):
                return True
    return False


def _tokens(
    answer: str, words: dict[int, list[str]], method: dict[int, str], loose: bool
) -> Findings:
    """Both words right: full. One, or right pieces without their ##, or the method: half."""
    result, pieces, text = Findings(), _pieces(answer), sentences(fold(answer))
    right = 0
    half = False
    for point, wanted in words.items():
        if _contains(pieces, wanted):
            result.note(point, True, " ".join(wanted))
            right += 1
        elif loose and _contains(pieces, [w.removeprefix("##") for w in wanted]):
            result.points[point] = ("partly", " ".join(w.removeprefix("##") for w in wanted))
            half = True
    explained = 0
    for point, pattern in method.items():
        evidence = found(pattern, text)
        result.note(point, evidence is not None, evidence or "")
        explained += evidence is not None
    result.score = 2 if right == 2 else 1 if right or half or explained >= 2 else 0
    return result


def bpe(answer: str) -> Findings:
    result = _tokens(
        answer,
        {2: [*"intelig", *"en", "cia"], 3: ["compu", *"tacao"]},
        {
            0: "caracter | letra por letra | letras",
            1: "ordem > merge | merge > ordem | ordem da lista",
        },
        loose=False,
    )
    unknown = found("unk", sentences(fold(answer)), denials=True)
    if unknown:
        result.slips.append((2, unknown))
        result.score = min(result.score, 1)
    return result


def wordpiece(answer: str) -> Findings:
    result = _tokens(
        answer,
        {2: ["fa", "##c", "##o", "##m"], 3: ["computa", "##c", "##a", "##o"]},
        {
            0: "maior (pedac|prefix|sub|token|parte) | gulos | mais long",
            1: "## > (continu|meio|nao inic)|prefixo ##",
        },
        loose=True,
    )
    plain = [p for p, (met, _) in result.points.items() if met == "partly"]
    if plain and not denied(fold(answer)):
        result.slips.append((0, result.points[plain[0]][1]))
    return result


# -------------------------------------------------------------------- attention

_NAMES = ("joao", "gosta", "de", "chocolate")
_ROWS = ({3}, {0}, {1, 2}, {0})
_ITSELF = re.compile(
    r"\b(?:ele|si|ela) mesm[oa]\b|\bsi propri[oa]\b|\bconsigo\b|\bde \(?(?:ele|ela)\b"
)


_ROW_LABEL = (
    r"(?:na |a )?\b(?:linha|row) ?(?:\d|um|dois|tres|quatro|primeira|segunda|terceira|quarta)\b"
    r" ?[:\-–)]?|\b\d[a-z]?[).:] "
)
_NEXT_ROW = (
    r",? (?:e|enquanto) (?=(?:joao|gosta|chocolate)"
    r" (?:se|olha|com|presta|atende|foca|->|→|consulta))"
)
_ROW_DE = r"(?:(?:e|o|a|ja|palavra|token) )*de\b(?! (?:joao|gosta|chocolate)\b(?! e))"
_DE_TOO = r"(?:\be|[-→>,+&/=]) ?(?:com |o |a )?(?:proprio )?de\b|\bde\b ?e\b"


def _of_de(parts: list[str]) -> bool:
    """Whether the part before the last comma tells the row of "de"."""
    return len(parts) > 1 and re.match(r"\s*" + _ROW_DE, parts[-2]) is not None


def _segments(text: str) -> list[str]:
    """Parts between separators; a lone name after a comma goes on with the part before it."""
    parts: list[str] = []
    for part in re.split(r"[;.\n]|(,)(?! ?(?:e )?(?:ele|si|ela|consigo)\b)", text):
        if part == ",":
            parts.append(",")
        elif part is not None and parts[-1:] == [","] and part.strip() in _NAMES and _of_de(parts):
            parts[-2:] = [f"{parts[-2]}, {part.strip()}"]
        elif part is not None:
            parts.append(part)
    return [p for p in parts if p != ","]


def _relations(answer: str) -> dict[int, set[int]]:
    """Row -> columns as the student tells them, one segment a row."""
    text = re.sub(r"[\[\]\"“”'`*]", "", fold(normalise(answer)))
    text = re.sub(_ROW_LABEL, ". ", text)
    text = re.sub(_NEXT_ROW, ". ", text)
    rows: dict[int, set[int]] = {}
    for segment in _segments(text):
        segment = segment.strip(" -:•")
        names = re.findall(r"\b(?:joao|gosta|chocolate)\b", segment)
        own = re.match(_ROW_DE, segment)
        if own:
            row, rest = 2, segment[own.end() :]
        elif names:
            row = _NAMES.index(names[0])
            rest = segment[segment.index(names[0]) + len(names[0]) :]
        else:
            continue
        columns = {_NAMES.index(n) for n in re.findall(r"\b(?:joao|gosta|chocolate)\b", rest)}
        if row == 2 and (_ITSELF.search(rest) or re.search(_DE_TOO, rest)):
            columns.add(2)
        if _ITSELF.search(rest) and row != 2:
            columns.add(row)
        if columns and row not in rows:
            rows[row] = columns
    return rows


def relations(answer: str) -> Findings:
    result, told, text = Findings(), _relations(answer), sentences(fold(answer))
    right = [row for row, columns in told.items() if columns == _ROWS[row]]
    for point, needed in ((1, {0, 3}), (2, {1}), (3, {2})):
        named = ", ".join(_NAMES[r] for r in sorted(needed))
        if needed <= set(right):
            result.note(point, True, named)
        elif needed & set(right):
            result.points[point] = ("partly", named)
    sums = found("(linha|soma) > (2|dois)\\b", text)
    result.note(4, sums is not None, sums or "")
    zero = found("zero\\w* exat", text)
    result.note(5, zero is not None, zero or "")
    reading = found("linha > query | coluna > key | linha > consulta", text)
    result.note(0, reading is not None, reading or "")
    result.score = 2 if len(right) == 4 else 1 if right else 0
    if told.get(2) == {2} or told.get(2) == {3}:
        result.slips.append((0, "de"))
    return result


_PRODUCT = ((9, 10, 11), (0, 1, 2), (9, 11, 13), (0, 1, 2))
_AVERAGE = (4.5, 5.5, 6.5)
_MEANING = (
    "context | (nova|novo)\\w* (\\w+ )?(represent|vetor|embedding)"
    " | (soma|media|combinac\\w*) ponderada"
    " | (mistur|combin)\\w* > (value|informac|vetor)"
    " | represent\\w* (\\w+ ){0,4}(atualiz|token|palavra)"
    " | saida da (self-?)?(attention|atencao|self)"
)


def product(answer: str) -> Findings:
    result, text = Findings(), sentences(canonical(answer))
    plain = re.sub(r"[\[\](){}|/]", " ", normalise(answer))
    # A comma between digits parts two integers here or is a decimal comma: read both ways.
    numbers = [n for n, _ in _numbers(plain.replace(",", " "))]
    decimals = [n for n, _ in _numbers(re.sub(r"(?<=\d),(?=\d)", ".", plain))]
    flat = [float(n) for row in _PRODUCT for n in row]
    averaged = flat[:6] + list(_AVERAGE) + flat[9:]
    whole = _run(numbers, flat)
    explained_average = (
        _run(decimals, averaged) and found("media | 0\\.5 | soma 2", text) is not None
    )
    rows = sum(_run(numbers, [float(n) for n in row]) for row in _PRODUCT)
    meaning = found(_MEANING, text)
    if whole or explained_average:
        result.note(0, True, "; ".join(str(list(r)) for r in _PRODUCT))
    elif rows >= 3:
        result.points[0] = ("partly", "linhas certas: " + str(rows))
    result.note(2, meaning is not None, meaning or "")
    shape = found("4 ?[x×] ?3 | vetor por token | um vetor (por|para cada)", text)
    result.note(1, shape is not None, shape or "")
    who = found("joao > (value|valor|vetor|informac\\w*) d[eo] chocolate | joao > chocolate", text)
    result.note(3, who is not None, who or "")
    two = found("soma 2 | 4\\.5", text)
    result.note(4, two is not None, two or "")
    relation = found("represent\\w* (a |as )?(\\w+ )?relac\\w* (entre|d)", text, denials=True)
    if relation:
        result.slips.append((1, relation))
    mean = found("9 ?[,.; ]+11 ?[,.; ]+13.{0,20}\\bmedia\\b", text, denials=True)
    if mean:
        result.slips.append((0, mean))
    right = whole or explained_average
    result.score = (
        2 if right and meaning and not result.slips else 1 if right or meaning or rows == 4 else 0
    )
    return result


def _run(numbers: list[float], wanted: list[float]) -> bool:
    width = len(wanted)
    return any(numbers[i : i + width] == wanted for i in range(len(numbers) - width + 1))


NUMERIC: dict[str, Callable[[str], Findings]] = {
    "2": five_classes, "13b": sentiment, "16": bpe, "17": wordpiece, "28": relations, "29": product,
}  # fmt: skip
