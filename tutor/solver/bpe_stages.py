"""What is asked of a BPE tokenization besides its end: the state after a merge, the merges used."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import tokens
from tutor.solver.inputs import Inputs
from tutor.solver.merges import Pair, bpe
from tutor.solver.numbers import word_number
from tutor.solver.token_asks import ORDINAL, ordinal_of

_MERGE = r"(?:merges?|fus(?:ao|oes)|mesclagens?|jun(?:cao|coes)|regras?|uni(?:ao|oes)|pares)"
_PASS = r"(?:passos?|etapas?|iterac(?:ao|oes)|aplicac(?:ao|oes)|substituic(?:ao|oes))"
_AFTER_NTH = re.compile(
    rf"\b(?:depois|apos|logo apos|ao (?:fim|final)|ate|"
    rf"after)(?: de aplicar)?(?: d?[oa])? {ORDINAL} "
    rf"(?P<unit>{_MERGE}|{_PASS})"
)
_BEFORE_NTH = re.compile(
    rf"\b(?:antes|before)(?: de aplicar)?(?: d?[oa])? {ORDINAL} (?P<unit>{_MERGE}|{_PASS})"
)
_NUMBERED = re.compile(
    rf"\b(?:depois|apos|logo apos|ate)(?: de aplicar)?(?: d?[oa])? (?P<unit>{_MERGE}|{_PASS}) "
    r"(?:de )?(?:numero |n[.º]? ?|rank |#)?(?P<digits>\d{1,2})\b"
)
_FIRST_FEW = re.compile(
    r"\b(?:depois|apos|so|somente|apenas|usando|aplicando|com)(?: de| d?os| d?as| aplicar|"
    r" usando| so"
    rf"| somente| apenas| com)* (?:(?P<digits>\d{{1,2}})|(?P<word>\w+)) (?P<first>primeir[oa]s )?"
    rf"(?P<unit>{_MERGE}|{_PASS})(?: da lista)?\b"
)
_FIRST_FEW_TOO = re.compile(
    r"\bprimeir[oa]s (?:(?P<digits>\d{1,2})|(?P<word>dois|duas|tres|quatro|cinco|seis)) "
    rf"(?P<unit>{_MERGE}|{_PASS})"
)
_USED = re.compile(
    rf"\b(?P<what>qua(?:l|is)|quant[oa]s|que)\b(?: dess[ea]s| dest[ea]s| [oa]s|"
    rf" sao)*(?: \w+)? {_MERGE}"
    r" (?:\w+ ){0,3}?(?:aplicad\w+|usad\w+|utilizad\w+|executad\w+|feit[oa]s|ocorre\w*|acontece\w*|"
    r"aplica\w*|usa|usam|realizad\w+|se aplica\w*)"
)
_END_USED = re.compile(
    rf"\b(?P<which>primeir|ultim)[oa] {_MERGE} (?:a ser |que (?:e|foi|sera) |que se )?"
    r"(?:aplicad[oa]|usad[oa]|aplica|executad[oa])|"
    rf"\b(?:qual|que) {_MERGE} (?:e |sera |foi )?(?:aplicad[oa]|"
    rf"usad[oa]) (?:por )?(?P<where>primeir|ultim)"
)


def note_stage(statement: Statement, inputs: dict[str, Json], merges: Sequence[Pair]) -> None:
    """Keep in `inputs["stage"]` what is asked of the way and not of its end."""
    folded = statement.folded
    end = _END_USED.search(folded)
    used = _USED.search(folded)
    if end is not None:
        first = "primeir" in (end["which"], end["where"])
        inputs["stage"] = ["used", "first" if first else "last"]
    elif used is not None:
        inputs["stage"] = ["used", "count" if used["what"].startswith("quant") else "all"]
    else:
        stage = _stage(statement, merges)
        if stage is not None:
            inputs["stage"] = list(stage)


def _stage(statement: Statement, merges: Sequence[Pair]) -> tuple[str, int] | None:
    folded = statement.folded
    for pattern, shift in ((_AFTER_NTH, 0), (_NUMBERED, 0), (_BEFORE_NTH, -1)):
        match = pattern.search(folded)
        if match is not None:
            number = int(match["digits"]) if pattern is _NUMBERED else ordinal_of(match)
            return _unit(match), (number or 0) + shift
    for pattern in (_FIRST_FEW_TOO, _FIRST_FEW):
        for match in pattern.finditer(folded):
            number = int(match["digits"]) if match["digits"] else word_number(match["word"])
            if number is None or re.match(r"[uo]m[a]?$", match["word"] or ""):
                continue
            # "com 3 merges: …" counts the list that follows
            if number == len(merges) and not match.groupdict().get("first"):
                continue
            return _unit(match), number
    for place, (a, b) in enumerate(merges, 1):
        named = (
            r"""\b(?:depois|apos)(?: de aplicar| de fundir|"""
            r""" de juntar)?(?: d?[oae])?(?: merge| par)? """
        )
        pair = rf"""[("']+{re.escape(a)}["']?\s*[,+ ]\s*["']?{re.escape(b)}[)"']"""
        if re.search(named + pair, statement.text):
            return "list", place
    return None


def _unit(match: re.Match[str]) -> str:
    return "pass" if re.fullmatch(_PASS, match["unit"]) else "list"


def stage_of(
    inputs: Inputs, words: Sequence[tuple[str, list[str]]], merges: Sequence[Pair]
) -> tuple[dict[str, Json], str] | None:
    """For each (word, its characters) what the asked stage gives, and the Portuguese result."""
    stage = inputs.get("stage")
    if not isinstance(stage, list) or len(stage) != 2:
        return None
    kind, detail = stage
    found: dict[str, Json] = {}
    lines: list[str] = []
    for word, symbols in words:
        trace = bpe(symbols, merges)[1]
        if kind == "used":
            found[word] = _used(str(detail), [merges[rank] for rank, _ in trace])
            shown = ", ".join(f"`{merges[r][0]}` + `{merges[r][1]}`" for r, _ in trace) or "nenhum"
            lines.append(f"{word}: merges aplicados, em ordem: {shown} ({len(trace)}).")
            continue
        number = int(detail) if isinstance(detail, int) else 0
        state = _state(word, symbols, merges, str(kind), number)
        found[word] = list(state)
        unit = "passo" if kind == "pass" else "merge"
        lines.append(f"{word} depois do {unit} {number}: {tokens(state)} ({len(state)} símbolos).")
    return found, " ".join(lines)


def _used(form: str, used: Sequence[Pair]) -> Json:
    if form == "count":
        return len(used)
    if form == "all" or not used:
        return [list(pair) for pair in used]
    return list(used[0] if form == "first" else used[-1])


def _state(
    word: str, symbols: Sequence[str], merges: Sequence[Pair], kind: str, number: int
) -> list[str]:
    trace = bpe(symbols, merges)[1]
    if kind == "pass":
        if number > len(trace):
            raise SolverError(
                f"“{word}” só passa por {len(trace)} merges com essa lista; não há um passo "
                f"{number}."
            )
        return list(trace[number - 1][1]) if number else list(symbols)
    if number > len(merges):
        raise SolverError(
            f"A lista tem só {len(merges)} merges; não há um merge de número {number}. "
            "Confira o enunciado."
        )
    return bpe(symbols, merges[:number])[0]
