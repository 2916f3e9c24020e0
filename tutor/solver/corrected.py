"""Self-corrections: "stride 2, digo, 1", "padding 1 (ops, 2)", "classe gato, aliás, cachorro".

What the student takes back is dropped before any number is read, so that no family computes with
it; `corrected` also says what was replaced, and the solution states it.
"""

from __future__ import annotations

import re

from tutor.solver.text import fold

_NUMBER = r"-?\d+(?:[.,]\d+)?(?:\s?[x×]\s?\d+){0,3}%?"
_DATUM = rf"(?:[\[(][^\[\]()\n]{{1,80}}[\])]|{_NUMBER})"
# Words that take back what was said; "não" does so only between commas.
_WORDS = (
    r"digo|alias|quer dizer|ou melhor|melhor dizendo|minto|ops+|opa|correcao|corrigindo|perdao|"
    r"me enganei|errei|desculpa|foi mal|epa|perai|pera(?=\s*[,!.])|i mean|sorry"
)
_OPEN = r"(?=[\s,;.(\-…])[\s,;.\-…]{0,6}(?P<open>\()?\s?"
_CLOSE = r"(?(open)\s?\))"
_IS = r"(?:(?:e|eh|era|sao|eram|foi)\s+)?"
_UNIT = r"(?:\s+(?!(?:e|ou|com|de|em|sem|para|pra)\b)[a-z]{2,14}(?: de (?:entrada|saida))?)?"
_TAKES_BACK = rf"(?:(?:{_WORDS})\b[\s,:!.…]{{0,4}}|nao[,!]\s*)"


def _correction(mark: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.,])(?P<old>{_DATUM})(?P<unit>{_UNIT}){_OPEN}{mark}{_IS}(?P<new>{_DATUM})"
        rf"(?P<after>{_UNIT}){_CLOSE}"
    )


_OF_NUMBER = _correction(_TAKES_BACK)
# … which is the true class in "previsto 0, na verdade 1"
_ACTUALLY = _correction(r"(?:mas )?na verdade,?\s+")
_TRUE_CLASS = re.compile(r"\b(?:previs|predi|prob|rotul|class|alvo|cert[ao]|verdadeir)")
_OF_WORD = re.compile(
    rf"\b(?P<old>[a-z]\w{{1,19}}){_OPEN}(?:digo|minto|ops|ou melhor|alias)\b[\s,:]{{1,3}}"
    rf"(?:(?:a|o|e|era)\s+)?(?P<new>[a-z]\w{{1,19}}){_CLOSE}(?![\w]|\s*(?:=|\d))"
)
# "… desculpa, o stride é 1": a name that had another value before
_OF_NAMED = re.compile(
    rf"{_OPEN}(?:mas )?(?:{_WORDS})\b[\s,:!.…]{{0,4}}(?:(?:o|a|os|as|que)\s+){{0,2}}"
    rf"(?P<name>[a-z]\w{{2,15}})(?: (?:e|eh|era|sao|vale|de))?\s*[=:]?\s*(?P<new>{_DATUM}){_CLOSE}"
)
_DENIED = re.compile(
    rf"(?P<kept>{_NUMBER})[\s,]{{1,3}}(?:\((?:e )?nao {_NUMBER}\)|e nao {_NUMBER})(?![\w%])"
)
_ANY = re.compile(rf"\b(?:{_WORDS}|nao|na verdade)\b")
_YES_OR_NO = re.compile(r"\bsim\b")  # then "não" is a class
_MOST = 20


def corrected(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what the student took back, and a Portuguese sentence for each."""
    notes: list[str] = []
    folded = fold(text)
    if _ANY.search(folded) is None or _YES_OR_NO.search(folded):
        return text, ()
    text = _with_new_values(text, notes)
    actually = [] if _TRUE_CLASS.search(fold(text)) else [_ACTUALLY]
    for pattern in (_OF_NUMBER, _OF_WORD, *actually):
        while len(notes) < _MOST and (match := pattern.search(fold(text))) is not None:
            old, new = (text[slice(*match.span(name))] for name in ("old", "new"))
            notes.append(_note(old, new))
            unit = ""  # "16, não, 32 filtros" names the unit once
            if "unit" in match.groupdict():
                unit = text[slice(*match.span("after" if match["after"] else "unit"))]
            text = text[: match.start()] + new + unit + text[match.end() :]
    while (denied := _DENIED.search(fold(text))) is not None:  # "stride 1 (e não 2)"
        text = text[: denied.end("kept")] + text[denied.end() :]
    return text, tuple(notes)


def _with_new_values(text: str, notes: list[str]) -> str:
    start = 0
    while len(notes) < _MOST and (match := _OF_NAMED.search(fold(text), start)) is not None:
        start = match.end()
        before = list(
            re.finditer(
                rf"\b{match['name']}(?: (?:e|eh|era|de|vale))?\s*[=:]?\s*(?P<old>{_DATUM})",
                fold(text[: match.start()]),
            )
        )
        if before:
            begin, end = before[-1].span("old")
            new = text[slice(*match.span("new"))]
            notes.append(_note(text[begin:end], new))
            text = text[:begin] + new + text[end : match.start()] + text[match.end() :]
            start = match.start()
    return text


def _note(old: str, new: str) -> str:
    return f"Você se corrigiu: usei `{new.strip()}` no lugar de `{old.strip()}`."
