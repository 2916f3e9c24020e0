"""Suite `latency`: seconds of each stage; reported, never a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from eval.harness import Journal, Subject, attempt
from eval.metrics import percentile
from eval.results import Item, Options, Plot, SuiteResult, Table
from eval.runner import measured

NOTE = (
    "One message after another on this machine, three more beforehand to warm up. The figures "
    "depend on the machine and on what else it does; they are reported and decide nothing."
)
WARM_UP = 3


def run(
    texts: Sequence[tuple[str, str]], subject: Subject, options: Options, journal: Journal
) -> SuiteResult:
    """`texts`: (id, text). Not taken from the memory of other suites: each is asked again."""
    for case, text in texts[:WARM_UP]:
        _item(case, text, subject, options)
    items = measured("latency", texts, journal, lambda case: [_item(*case, subject, options)])
    stages: dict[str, list[float]] = {}
    for item in items:
        for stage, seconds in item.detail.items():
            stages.setdefault(stage, []).append(float(seconds))
    stages["whole answer"] = [i.seconds for i in items if i.error is None]
    for mode in dict.fromkeys(str(i.mode) for i in items):
        stages[f"whole answer, {mode}"] = [i.seconds for i in items if i.mode == mode]
    rows = tuple(
        (
            stage,
            str(len(s)),
            f"{percentile(s, 0.5):.3f}",
            f"{percentile(s, 0.95):.3f}",
            f"{max(s, default=0.0):.3f}",
        )
        for stage, s in stages.items()
    )
    whole = stages["whole answer"]
    return SuiteResult(
        "latency",
        NOTE,
        items,
        {},
        None,
        {"p50 seconds": percentile(whole, 0.5), "p95 seconds": percentile(whole, 0.95)},
        (Table("Seconds a stage", ("stage", "messages", "p50", "p95", "longest"), rows),),
        (
            Plot(
                "bars",
                "p95 seconds a stage",
                tuple(stages),
                (tuple(percentile(s, 0.95) for s in stages.values()),),
                unit="seconds",
            ),
        ),
    )


def _item(case: str, text: str, subject: Subject, options: Options) -> Item:
    outcome = attempt(lambda: subject.tutor.answer(text), options.timeout)
    return Item(
        "latency",
        case,
        text,
        passed=outcome.error is None,
        mode=outcome.mode,
        output=outcome.text,
        seconds=outcome.seconds,
        error=outcome.error,
        detail=dict(outcome.answer.timings) if outcome.answer else {},
    )
