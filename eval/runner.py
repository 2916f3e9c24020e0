"""From cases to items: the loop that every suite shares, and what is kept of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from eval.harness import Journal, Outcome
from eval.progress import bar
from eval.results import Item

T = TypeVar("T")


@dataclass(frozen=True)
class Verdict:
    """What a suite makes of one outcome."""

    passed: bool
    expected: Any
    got: Any
    badness: float = 1.0
    detail: Mapping[str, Any] = field(default_factory=dict)


def measured(
    suite: str, cases: Sequence[T], journal: Journal, measure: Callable[[T], Iterable[Item]]
) -> tuple[Item, ...]:
    """The items of all cases, each in the journal as soon as it is there."""
    return tuple(journal.add(item) for case in bar(cases, suite) for item in measure(case))


def item(suite: str, case: str, text: str, outcome: Outcome, verdict: Verdict) -> Item:
    """An error, a time-out or NaN fails whatever the verdict."""
    return Item(
        suite,
        case,
        text,
        passed=verdict.passed and outcome.error is None,
        expected=verdict.expected,
        got=verdict.got,
        mode=outcome.mode,
        retrieved=outcome.hits,
        prompt=outcome.prompt,
        output=outcome.text,
        seconds=outcome.seconds,
        error=outcome.error,
        badness=verdict.badness,
        detail=verdict.detail,
    )
