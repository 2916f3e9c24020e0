"""Suite `dialogues`: whole conversations; each turn is judged with the tutor's own history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.cases import Dialogue, Expected
from eval.harness import Journal, Outcome, Subject
from eval.metrics import Rate, same_value
from eval.results import Item, SuiteResult, Table
from eval.runner import Verdict, item, measured
from eval.values import as_json
from tutor.pipeline import turn_of
from tutor.records import Turn

NOTE = (
    "A turn is right when everything that its case fixes is: question, mode, value (within 0.001), "
    "style. A mistake stays in the history, as it would for a student."
)
TOLERANCE = 1e-3


def run(cases: Sequence[Dialogue], subject: Subject, journal: Journal) -> SuiteResult:
    items = measured("dialogues", cases, journal, lambda case: _turns(case, subject))
    whole: dict[str, bool] = {}
    for turn in items:
        dialogue = str(turn.detail["dialogue"])
        whole[dialogue] = whole.get(dialogue, True) and turn.passed
    first = [i for i in items if i.detail["turn"] == 1]
    later = [i for i in items if i.detail["turn"] != 1]
    rates = {
        "turns right": Rate.of(i.passed for i in items),
        "first turns right": Rate.of(i.passed for i in first),
        "follow-ups right": Rate.of(i.passed for i in later),
        "dialogues right from end to end": Rate.of(whole.values()),
    }
    for part, name in (
        ("question_id", "question"),
        ("mode_any", "mode"),
        ("value", "value"),
        ("style", "style"),
    ):
        verdicts = [_part(item, part) for item in items]
        rates[f"{name} right"] = Rate.of(v for v in verdicts if v is not None)
    return SuiteResult("dialogues", NOTE, items, rates, "turns right", tables=(_failures(items),))


def _turns(dialogue: Dialogue, subject: Subject) -> Iterator[Item]:
    history: tuple[Turn, ...] = ()
    for number, (text, expected) in enumerate(dialogue.turns, 1):
        outcome = subject.ask(text, history)
        parts = judged(expected, outcome)
        standalone = outcome.answer.question.standalone if outcome.answer else ""
        verdict = Verdict(
            all(parts.values()),
            _wanted(expected),
            {"question_id": outcome.example_id, "value": as_json(outcome.value)},
            float(sum(not right for right in parts.values())),
            {
                "dialogue": dialogue.id,
                "turn": number,
                "parts": dict(parts),
                "standalone": standalone,
            },
        )
        yield item("dialogues", f"{dialogue.id}.{number}", text, outcome, verdict)
        if outcome.answer is not None:
            history = (*history, turn_of(outcome.answer))


def judged(expected: Expected, outcome: Outcome) -> dict[str, bool]:
    """Verdict of each part that the case fixes; an error fails them all."""
    answer = outcome.answer
    if answer is None:
        return dict.fromkeys(expected.parts, False)
    verdicts = {
        "question_id": outcome.example_id in expected.question_ids,
        "mode_any": outcome.mode in expected.modes,
        "value": outcome.value is None
        if expected.value is None
        else same_value(expected.value, outcome.value, TOLERANCE),
        "style": answer.question.style == expected.style,
    }
    return {part: verdicts[part] for part in expected.parts}


def _wanted(expected: Expected) -> dict[str, object]:
    known = {
        "question_id": list(expected.question_ids),
        "mode_any": list(expected.modes),
        "value": expected.value,
        "style": expected.style,
    }
    return {part: known[part] for part in expected.parts}


def _part(item: Item, part: str) -> bool | None:
    parts = item.detail["parts"]
    return parts.get(part) if isinstance(parts, dict) else None


def _failures(items: Sequence[Item]) -> Table:
    rows = tuple(
        (
            i.id,
            i.text,
            str(i.detail["standalone"]),
            ", ".join(
                part
                for part in ("question_id", "mode_any", "value", "style")
                if _part(i, part) is False
            ),
            f"{i.mode}, {i.got['question_id'] if isinstance(i.got, dict) else None}",
        )
        for i in items
        if not i.passed
    )
    return Table(
        "Turns that went wrong",
        ("turn", "message", "understood as", "wrong", "got"),
        rows,
        long=True,
    )
