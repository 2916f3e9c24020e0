"""Several questions in one message ("a) … b) …"), and the options of a multiple-choice one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from tutor.errors import MissingData, SolverError
from tutor.records import Solution

_MARK = re.compile(r"(?:(?<![^\s(])|(?<=^))(?<!\w\()([a-eA-E])\)\s*(?=\S)")
_ROMAN = re.compile(r"(?<!\w)\((i{1,3}|iv|v)\)\s*(?=\S)")
_LAST_AND = re.compile(r"[\s,;]+(?:e)?\s*$")
_NO_WORD = re.compile(r"[^A-Za-zÀ-ÿ]*(?:[a-zA-Z]{1,2}\W*)?[^A-Za-zÀ-ÿ]*")
_MOST = 5
_ELLIPTIC = re.compile(r"(?:d[aeo]s?|com|para|pra|em|n[ao]s?)\s", re.IGNORECASE)
_COMPARES = re.compile(r"\b[cC]ompare\b:?")  # orders nothing that a part does not


def split(text: str) -> tuple[str, tuple[str, ...]]:
    """What stands before "a)", and what follows each letter; no parts where there are no two."""
    marks = list(_MARK.finditer(text))
    letters = "".join(mark[1].lower() for mark in marks)
    romans = list(_ROMAN.finditer(text))
    if not marks and [mark[1] for mark in romans] == ["i", "ii", "iii", "iv", "v"][: len(romans)]:
        marks, letters = romans, "abcde"[: len(romans)]
    if not 1 < len(marks) <= _MOST or letters != "abcde"[: len(marks)]:
        return text, ()
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = [text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)]
    return text[: marks[0].start()].rstrip(" \t("), tuple(
        _LAST_AND.sub("", each.strip(" \n(;")) for each in parts
    )


def are_options(parts: Sequence[str]) -> bool:
    """Only numbers after the letters: answers to choose from, and no data."""
    return bool(parts) and all(_NO_WORD.fullmatch(each) for each in parts)


def solve_each(
    stem: str, parts: Sequence[str], solve: Callable[[str], Solution | None]
) -> Solution | None:
    """Every part with what was said before it; None where one of them is no numeric problem."""
    solutions: list[Solution] = []
    stem = _COMPARES.sub("", stem)
    for letter, part in zip("abcde", parts, strict=False):
        if letter != "a" and _ELLIPTIC.match(part):
            # "a) parâmetros de uma conv …; b) de uma densa …": what is asked for is said once
            head = _ELLIPTIC.split(parts[0], maxsplit=1)[0]
            part = f"{head}{part}"
        try:
            solution = solve(f"{stem}\n{part}")
        except MissingData as error:
            raise MissingData(f"Item {letter}): {error}", error.problem) from None
        except SolverError as error:
            raise SolverError(f"Item {letter}): {error}") from None
        if solution is None:
            return None
        solutions.append(solution)
    return _joined(solutions)


def _joined(solutions: Sequence[Solution]) -> Solution:
    lettered = list(zip("abcde", solutions, strict=False))
    figure = next((each.figure for each in solutions if each.figure is not None), None)
    return replace(
        solutions[-1],
        title="; ".join(f"{letter}) {each.title}" for letter, each in lettered),
        result="\n\n".join(f"**{letter})** {each.result}" for letter, each in lettered),
        value=[each.value for each in solutions],
        steps=tuple(
            replace(step, title=f"{letter}) {step.title}")
            for letter, each in lettered
            for step in each.steps
        ),
        checks=tuple(
            replace(check, name=f"{letter}) {check.name}")
            for letter, each in lettered
            for check in each.checks
        ),
        assumptions=tuple(dict.fromkeys(text for each in solutions for text in each.assumptions)),
        remarks=tuple(dict.fromkeys(text for each in solutions for text in each.remarks)),
        figure=figure,
    )
