"""True and predicted labels that are no two lists: pairs, a table of two columns, a threshold."""

from __future__ import annotations

import re

from tutor.errors import SolverError
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.numbers import Value

TRUE_WORD = (
    r"(?:gold|y_?true|y|reais|real|verdadeir[oa]s?|corret[oa]s?|gabarito|esperad[oa]s?|true|actual)"
)
PREDICTED_WORD = (
    r"(?:y_?pred|y_?hat|previs[ta]\w*|predit[oa]s?|predic\w+|predicted|preds?|modelo|saidas?|"
    r"classificad[oa]s?|estimad[oa]s?)"
)
_LABEL = r"['\"“]?([^\W_][\w-]{0,29})['\"”]?"
_ARROW = re.compile(rf"(?<![\w.,]){_LABEL}[ \t]*(?:->|=>|→)[ \t]*{_LABEL}(?![\w=])")
_LINE = re.compile(
    rf"^[ \t]*(?:[-*•][ \t]*)?{_LABEL}[ \t]*[,;/|][ \t]*{_LABEL}[ \t]*$", re.MULTILINE
)
_PAIR = re.compile(rf"\(\s*{_LABEL}\s*[,;/]\s*{_LABEL}\s*\)")

Labels = tuple[list[str], list[str]]


def label_pairs(statement: Statement) -> Labels | None:
    """ "gato -> cão" (one a line or in a row), "(gato, cão)" or a table of two columns."""
    if not re.search(rf"(?<!\w){TRUE_WORD}(?!\w)", statement.folded):
        return None
    for pattern in (_ARROW, _LINE, _PAIR):
        found = list(pattern.finditer(statement.text))
        if pattern is not _ARROW:  # the header of a table is no pair of labels
            found = [each for each in found if not _is_header(each[1])]
        if len(found) > 2 and (pattern is _ARROW or _named_before(statement, found[0].start())):
            return _in_order(statement, found[0].start(), [(m[1], m[2]) for m in found])
    rows = [names for names in statement.name_lists if len(names.items) == 2]
    if len(rows) > 2 and _is_header(rows[0].items[0]) and _is_header(rows[0].items[1]):
        pairs = [(names.items[0], names.items[1]) for names in rows[1:]]
        return _in_order(statement, rows[0].end, pairs)
    return None


def _is_header(word: str) -> bool:
    return re.fullmatch(rf"{TRUE_WORD}|{PREDICTED_WORD}", word.lower()) is not None


def _named_before(statement: Statement, start: int) -> bool:
    head = statement.folded[:start]
    return re.search(rf"(?<!\w){PREDICTED_WORD}(?!\w)", head) is not None


def _in_order(statement: Statement, start: int, pairs: list[tuple[str, str]]) -> Labels:
    head = statement.folded[:start]
    true = re.search(rf"(?<!\w){TRUE_WORD}(?!\w)", head)
    predicted = re.search(rf"(?<!\w){PREDICTED_WORD}(?!\w)", head)
    first, second = [one for one, _ in pairs], [other for _, other in pairs]
    swapped = true is not None and predicted is not None and predicted.start() < true.start()
    return (second, first) if swapped else (first, second)


_THRESHOLD = re.compile(
    r"\b(?:limiar|threshold|corte|cut ?-?off)\b[^\d\n]{0,25}(?P<number>\d(?:[.,]\d+)?|\d{1,3} ?%)"
    r"|(?:>=|≥|>|acima de|a partir de|maior(?:es)? (?:ou iguais? a|que|do que)|pelo menos) ?"
    r"(?P<other>0[.,]\d+)"
)
_STRICT = re.compile(
    r"(?:>(?!=)|\bacima d[eo]|\bmaior(?:es)? (?:que|do que))(?! ou igual)"
    r"(?: ?(?:[oe] )?(?:limiar|threshold|corte)| ?0[.,]\d)"
)
_SCORES = (
    r"(?:probabilidades?|probs?|scores?|escores?|y_(?:prob|score|proba|hat)|saidas?|sigmoides?)"
)


def thresholded(statement: Statement) -> tuple[Labels, float, list[float]] | None:
    """Labels from probabilities and a threshold; the labels are the list of zeros and ones."""
    if not re.search(rf"(?<!\w){_SCORES}(?!\w)", statement.folded):
        return None
    cut = _THRESHOLD.search(statement.folded)
    lists = [value for value in statement.arrays if value.size > 1]
    binary = [value for value in lists if _is_binary(value)]
    scores = [value for value in lists if value not in binary]
    if cut is None or len(binary) != 1 or len(scores) != 1:
        return None
    typed = (cut["number"] or cut["other"]).replace(",", ".")
    limit = float(typed.rstrip(" %")) / (100 if "%" in typed else 1)
    true = [int(x) for x in binary[0].vector("os rótulos")[0]]
    probabilities, _ = scores[0].vector("as probabilidades", len(true))
    if any(not 0 <= p <= 1 for p in probabilities) or not 0 <= limit <= 1:
        wrong = next((p for p in probabilities if not 0 <= p <= 1), limit)
        raise SolverError(f"Uma probabilidade fica entre 0 e 1, mas li {plain(wrong)}.")
    strict = _STRICT.search(statement.folded) is not None
    predicted = [int(p > limit if strict else p >= limit) for p in probabilities]
    return ([*map(str, true)], [*map(str, predicted)]), limit, probabilities


def _is_binary(value: Value) -> bool:
    if not re.fullmatch(r"[\[(]?[01\s,;]+[\])]?", value.text):
        return False
    return all(x in (0, 1) for x in value.vector("os rótulos")[0])
