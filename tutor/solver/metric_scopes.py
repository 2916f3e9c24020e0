"""Which metric is asked for what: of a class, of each class, or as an average of the classes.

"a precisão de cada classe, o F1 macro e a acurácia" is [precision, each], [f1, macro], [accuracy].
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.solver.fields import Statement, index_of
from tutor.solver.metric_names import ASKED, AVERAGES

EACH = "each"
CLASS = "class "  # followed by the name
_EACH_WORDS = (
    r"(?:(?:de|em|da|para|pra|por) )?(?:cada|todas as) (?:uma? d[ao]s )?(?:classes?|categorias?|"
    r"rotulos?|uma?)|"
    r"(?:de|da|do) cada (?!fold|modelo|rodada|particao|execucao|dobra)[a-z]+|"
    r"por (?:classe|categoria|rotulo)|individua(?:l|is)|per[ -]class"
)
_METRIC = "|".join(rf"(?P<{name}>{words})" for name, words in ASKED.items())
_SCOPE = "|".join(
    rf"(?P<{name}>{words})" for name, words in {**AVERAGES, EACH: _EACH_WORDS}.items()
)
_MENTION = re.compile(rf"(?<!\w)(?:{_METRIC}|{_SCOPE})(?!\w)")
# Between a metric and the scope that belongs to it, or between two scopes of it.
_GLUE = re.compile(r"(?:[\s,;:()/+-]|\b(?:e|as?|os?|d[aeo]s?|medias?|tambem|na versao|em|and)\b)*")
_COORDINATED = re.compile(r"(?:[\s,;/+]|\b(?:e|as?|os?|and)\b)*")
_NAME = re.compile(
    r"\s?(?:em |no |na |para |pra |(?:d[aeo]|of) )?(?:[ao] )?(?:classes? |categoria |class )?"
    r"['\"“]?(?P<name>\w[\w-]*)"
)
_LINKED = re.compile(r"\s?(?:(?:d[aeo]|para|pra|of|n[ao]|em) |classe )")
_FOR_EACH = re.compile(r"\b(?:para|pra|de|em) cada (?:classe|categoria|rotulo)\b(?! t[ei])")

Want = tuple[str, str]


def wants_of(statement: Statement, classes: Sequence[str] = ()) -> list[Want]:
    """(metric, scope) in the order of the text; the scope is "" where none is told."""
    found: list[tuple[str, list[str], int, int]] = []  # metric, scopes, start, end
    waiting: list[str] = []  # scopes before their metric: "a média macro da precisão"
    folded = statement.folded
    end = 0
    for match in _MENTION.finditer(folded):
        name = str(match.lastgroup)
        gap = folded[end : match.start()]
        if name not in ASKED:
            if found and not waiting and _GLUE.fullmatch(gap) and not _leads(folded, match):
                found[-1][1].append(name)
            else:
                waiting.append(name)
        else:
            near = _GLUE.fullmatch(gap) is not None
            found.append((name, waiting if near else [], match.start(), match.end()))
            scope = _class_after(folded, match.end(), classes)
            if scope:
                found[-1][1].append(scope)
            waiting = []
        end = match.end()
    _share(folded, found)
    if _FOR_EACH.search(folded) and not any(scopes for _, scopes, _, _ in found):
        found = [(m, [] if m == "accuracy" else [EACH], i, j) for m, _, i, j in found]
    wants = [
        (metric, scope)
        for metric, scopes, _, _ in found
        for scope in (scopes if scopes and metric != "accuracy" else [""])
    ]
    return list(dict.fromkeys(wants))


def _leads(folded: str, match: re.Match[str]) -> bool:
    """Does a metric follow that the scope belongs to: "macro-F1", "média macro da precisão"?"""
    rest = re.match(rf"(?:[ -]|d[aeo]s? ?)*(?:{'|'.join(ASKED.values())})(?!\w)",
                    folded[match.end() :])  # fmt: skip
    return rest is not None


def _class_after(folded: str, end: int, classes: Sequence[str]) -> str | None:
    """ "recall da classe doente", "precisão de gato"."""
    match = _NAME.match(folded, end)
    if not classes or match is None or _LINKED.match(folded, end) is None:
        return None
    index = index_of(match["name"], classes)
    return f"{CLASS}{classes[index]}" if index is not None else None


def _share(folded: str, found: list[tuple[str, list[str], int, int]]) -> None:
    """ "precisão, recall e F1 macro": the scope at the end of a list is that of all its items."""
    for here, after in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        joined = _COORDINATED.fullmatch(folded[here[3] : after[2]])
        leading = any(scope in AVERAGES for scope in here[1])
        if joined and not here[1] and here[0] != "accuracy" and after[0] != "accuracy":
            here[1].extend(after[1])
        elif joined and leading and not after[1] and "" not in here[1]:
            after[1].extend(here[1])  # "macro-precisão, recall e F1"


def uniform(wants: Sequence[Want]) -> bool:
    """Do all metrics (but the accuracy, which has no averages) have the same scopes?"""
    scopes: dict[str, set[str]] = {}
    for metric, scope in wants:
        if metric != "accuracy":
            scopes.setdefault(metric, set()).add(scope)
    each = list(scopes.values())
    plain = all(scope in ("", *AVERAGES) for chosen in each for scope in chosen)
    accuracy = any(metric == "accuracy" for metric, _ in wants)
    several = accuracy and any(len(chosen) > 1 for chosen in each)
    return plain and not several and all(one == each[0] for one in each)
