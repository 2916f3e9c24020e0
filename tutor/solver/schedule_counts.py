"""The counts of a schedule: whole numbers of epochs or steps, each by what it counts."""

from __future__ import annotations

import re

from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import assume, number
from tutor.solver.numbers import word_number
from tutor.solver.schedule_words import COUNT, CUE, NUMBER, UNIT, WARMUP

# "de 0,2 no passo 0 até 0,02 no passo 1000"
_BETWEEN = re.compile(
    rf"\bde ({NUMBER}) (?:n[ao] {UNIT} (\d+) )(?:a|ate|para|pra) ({NUMBER}) n[ao] {UNIT} (\d+)\b"
)


def _whole(text: str) -> float | None:
    if text[0].isdigit():
        text = text.rstrip(".")
        grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", text)
        return float(text.replace(".", "")) if grouped or text.isdigit() else None
    spelled = word_number(text)
    return None if spelled is None else float(spelled)


class _Text:
    """The folded message, from which what was read is taken out."""

    def __init__(self, folded: str) -> None:
        self.folded = folded

    def take(self, pattern: str, start: int = 0) -> float | None:
        """The (first) whole number of the first match that has one; the match is blanked out."""
        for match_ in re.compile(pattern).finditer(self.folded, start):
            found = _whole(match_.group(1))
            if found is not None:
                self.blank(match_.start(1), match_.end())
                return found
        return None

    def blank(self, start: int, end: int) -> None:
        self.folded = (
            self.folded[:start] + " ; " + " " * max(0, end - start - 3) + self.folded[end:]
        )


_MOMENT = (
    rf"(?:{UNIT}|t|instante)\s*(?:numero |n[ºo°]\.? |=|:|de numero )?\s*"
    r"(\d[\d.]*(?:(?:\s*,\s*|\s+e\s+(?:n[ao] (?:"
    + UNIT
    + r" )?)?|\s*;\s*)\d[\d.]*(?![.,]\d|\s*"
    + UNIT
    + r"))*)(?![.,]?\d)"
)
_ORDINAL = rf"\b(\d+) ?[ªºa°] ?{UNIT}"
_CALLED = r"\b(?:lr|eta|taxa|n) ?\( ?(\d+) ?\)"
_ELAPSED = (
    r"(?:apos|depois d[aeo]s?|passad[ao]s|decorrid[ao]s|ao (?:fim|final|termino) d[aeo]s?|"
    rf"completad[ao]s) {COUNT} {UNIT}"
)


_PLAIN = r"(\d[\d.]*)(?![.,]?\d)"
_WARMUP_STEPS = (
    rf"\b(?:{WARMUP})\s*(?:=|:|de)?\s*{_PLAIN}(?: {UNIT})?",
    rf"\b(?:{WARMUP})\b(?:[^.;?\d]|\d+[.,]\d+|e-\d|\b0\b){{0,70}}?\b{COUNT} {UNIT}",
    rf"\b{COUNT} {UNIT} (?:iniciais )?(?:de|do|com|no|em) (?:{WARMUP})",
    rf"\b(?:n[ao]s )?primeir[ao]s {COUNT} {UNIT}\b",
    rf"\bn[ao]s {COUNT} primeir[ao]s {UNIT}\b",
)
_TOTAL = (  # counted from the start
    rf"\b(?:ate|no|na) (?:o |a )?{UNIT} {_PLAIN}",
    rf"\b(?:total|treino|treinamento|ao todo)(?: \w+){{0,3}}? {_PLAIN}(?: {UNIT})?",
    rf"\b{_PLAIN} {UNIT} (?:no total|ao todo|de treino|totais)\b",
)
_DURATION = (rf"(?<!\w)t(?:_?max|_?total)?\s*(?:=|:)\s*{_PLAIN}", rf"\b{COUNT} {UNIT}\b")


def _first(text: _Text, patterns: tuple[str, ...]) -> float | None:
    for pattern in patterns:
        found = text.take(pattern)
        if found is not None:
            return found
    return None


def read_counts(inputs: dict[str, Json], statement: Statement, revised: bool = False) -> str:
    text = _Text(statement.folded)
    between = _BETWEEN.search(text.folded)
    if between:
        inputs["total"] = float(between[4]) - float(between[2])
        inputs["read"] = [float(between[2]), float(between[4])]
        head, tail = text.folded[: between.start()], text.folded[between.end() :]
        text.folded = f"{head}de {between[1]} para {between[3]}{tail}"
    _read_moments(inputs, text, revised)
    period = text.take(rf"\ba cada {COUNT} {UNIT}\b")
    period = period or text.take(rf"\b(?:degraus?|step|intervalos?|periodo) de {COUNT} {UNIT}\b")
    period = period or text.take(r"\b(?:step_?size|decay_?steps|periodo)\s*(?:=|:|de)?\s*(\d+)")
    if period is not None:
        inputs["period"] = period
    _read_milestones(inputs, text, statement)
    warmup = _first(text, _WARMUP_STEPS if statement.has(WARMUP) else ())
    if warmup is not None:
        inputs["warmup"] = warmup
    absolute, relative = _first(text, _TOTAL), _first(text, _DURATION)
    if absolute is not None:
        inputs["total"] = absolute - number(inputs.get("warmup"))
        if "warmup" in inputs:
            assume(inputs, "Contei o total de passos desde o início, com o warm-up incluído.")
            inputs["read"] = [absolute]
    elif relative is not None and "total" not in inputs:
        inputs["total"] = relative
        if "warmup" in inputs:
            assume(inputs, "Contei a duração do decaimento a partir do fim do warm-up.")
    return text.folded


def _read_moments(inputs: dict[str, Json], text: _Text, revised: bool) -> None:
    """The moments asked for: in the asking sentence, or else the only "t = 15"."""
    folded = text.folded
    start, end = _question(folded, revised)
    called = re.compile(_CALLED).search(folded, start, end)
    if called:
        inputs["t"] = [float(called[1])]
        text.blank(*called.span())
        return
    ordinal = re.compile(_ORDINAL).search(folded, start, end)
    if ordinal:
        inputs["t"] = [float(ordinal[1]) - 1]
        assume(
            inputs, f"A {ordinal[1]}ª época é t = {plain(float(ordinal[1]) - 1)} (a 1ª é t = 0)."
        )
        inputs["read"] = [float(ordinal[1])]
        text.blank(*ordinal.span())
        return
    spread = re.compile(rf"\b(?:{UNIT}|t) (?:de )?(\d+) (?:a|ate) (\d+)\b").search(
        folded, start, end
    )
    if spread and int(spread[2]) - int(spread[1]) in range(1, 30):
        inputs["t"] = [float(each) for each in range(int(spread[1]), int(spread[2]) + 1)]
        text.blank(*spread.span())
        return
    for pattern in (_ELAPSED, _MOMENT):
        found = list(re.compile(rf"\b{pattern}").finditer(folded, start, end))
        for each in found:
            lead = folded[max(0, each.start() - 12) : each.start()]
            if re.search(r"\bate (?:o |a )?$", lead):
                continue
            times = [_whole(part.rstrip(".")) for part in re.findall(r"\d[\d.]*|[a-z]{2,9}$",
                     each.group(1))]  # fmt: skip
            known = [t for t in times if t is not None]
            if known:
                inputs["t"] = list(known)
                text.blank(*each.span())
                return
    at = re.compile(r"(?<!\w)t\s*=\s*(\d+)(?![.,]?\d)").search(folded)
    if at and inputs.get("schedule") != "cosine":
        inputs["t"] = [float(at[1])]
        text.blank(*at.span())


def _question(folded: str, revised: bool) -> tuple[int, int]:
    """Where the moment asked for stands: after the interrogative, or else in its sentence."""
    if revised and not CUE.search(folded):
        return 0, len(folded)
    sentences = [
        (m.start(), m.end()) for m in re.finditer(r"(?:[^.?;\n]|\.(?=\S)|;(?! ))+", folded)
    ]
    for begin, end in reversed(sentences):
        cue = CUE.search(folded, begin, end)
        asks = folded[end : end + 1] == "?" or not folded[end:].strip(" .?")
        if cue is None and not asks:
            continue
        for start in (cue.start() if cue else begin, begin):
            if re.compile(rf"\b(?:{_MOMENT}|{_ELAPSED})|{_ORDINAL}|{_CALLED}").search(
                folded, start, end
            ):
                return start, end
    return len(folded), len(folded)


def _read_milestones(inputs: dict[str, Json], text: _Text, statement: Statement) -> None:
    if inputs["schedule"] != "milestones":
        return
    listed = re.compile(
        rf"(?:milestones?\s*=?:?\s*|marcos?\s*(?:em|=|:|n[ao]s (?:{UNIT})?)?\s*|n[ao]s (?:{UNIT} ))"
        r"[\[(]?\s*(\d+(?:(?:\s*[,;]\s*|\s+e\s+)\d+)*)(?![.,]?\d)\s*[\])]?"
    ).search(text.folded)
    if listed is None:
        single = list(re.finditer(rf"\bn[ao] {UNIT} (\d+)(?![.,]?\d)", text.folded))
        if single:
            inputs["milestones"] = [float(each[1]) for each in single]
        for each in reversed(single):
            text.blank(*each.span())
    else:
        inputs["milestones"] = [float(each) for each in re.findall(r"\d+", listed[1])]
        text.blank(*listed.span())
