"""Suite `router`: intent and topic of a message, how far their chances can be believed, rivals."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from eval.harness import Journal, Subject, caught
from eval.metrics import Paired, Rate, calibration_error, reliability
from eval.results import Item, Options, Plot, SuiteResult, Table
from eval.rivals import Classifier, Guess, Text
from eval.runner import measured

NOTE = (
    "The router alone, before the dialogue's rules, the solver and retrieval correct it. Macro-F1: "
    "the mean over the classes that occur. Reliability: predictions in ten bins of confidence; the "
    "error is the mean distance of confidence and accuracy. The rivals were fitted on the texts "
    "that the router's heads were trained on."
)
ROUTER = "router"
TASKS = ("intent", "topic")


def run(
    cases: Sequence[tuple[str, Text]],
    subject: Subject,
    rivals: Mapping[str, Classifier],
    options: Options,
    journal: Journal,
) -> SuiteResult:
    """`cases`: (id, text with its classes)."""
    systems = {ROUTER: _router(subject), **rivals}
    items = measured("router", cases, journal, lambda case: _items(*case, systems, options.timeout))
    rates = {f"{t} right": Rate.of(_verdicts(items, t, ROUTER)) for t in TASKS}
    figures = {f"{t} macro-F1": macro_f1(_labels(items, t, ROUTER)) for t in TASKS}
    figures |= {f"{t} calibration error": _error(items, t, ROUTER) for t in TASKS}
    return SuiteResult(
        "router",
        NOTE,
        items,
        rates,
        "intent right",
        figures,
        (
            _against_rivals(items, list(systems)),
            *(_reliability(items, task) for task in TASKS),
            *(_by_class(items, task) for task in TASKS),
        ),
        tuple(_diagram(items, task, list(systems)) for task in TASKS),
    )


def _router(subject: Subject) -> Classifier:
    def classify(text: str) -> Mapping[str, Guess]:
        route = subject.router.route(text)
        return {
            "intent": Guess(route.intent, route.confidence),
            "topic": Guess(route.topic, max(route.topic_probabilities.values())),
        }

    return classify


def _items(
    case: str, text: Text, systems: Mapping[str, Classifier], timeout: float
) -> Iterator[Item]:
    guesses, error = caught(
        lambda: {name: classify(text.text) for name, classify in systems.items()}, timeout
    )
    wanted = {"intent": text.intent, "topic": text.topic}
    asked = [task for task in TASKS if wanted[task] is not None]
    said = {
        name: {task: [guess[task].label, guess[task].chance] for task in TASKS}
        for name, guess in (guesses or {}).items()
    }
    got = {task: said[ROUTER][task][0] for task in asked} if said else None
    yield Item(
        "router",
        case,
        text.text,
        passed=got is not None and all(got[task] == wanted[task] for task in asked),
        expected={task: wanted[task] for task in asked},
        got=got,
        error=error,
        # Sure and wrong is worst.
        badness=sum(
            float(said[ROUTER][task][1] or 0.0)
            for task in asked
            if said and said[ROUTER][task][0] != wanted[task]
        ),
        detail={"wanted": wanted, "said": said},
    )


def _of(items: Sequence[Item], task: str) -> list[Item]:
    return [i for i in items if i.detail["wanted"][task] is not None]


def _labels(items: Sequence[Item], task: str, system: str) -> list[tuple[str, str]]:
    """(wanted, said) of every text that has a class; an error has said nothing."""
    return [
        (i.detail["wanted"][task], i.detail["said"][system][task][0] if i.detail["said"] else "")
        for i in _of(items, task)
    ]


def _verdicts(items: Sequence[Item], task: str, system: str) -> list[bool]:
    return [wanted == said for wanted, said in _labels(items, task, system)]


def macro_f1(labels: Sequence[tuple[str, str]]) -> float:
    """Mean F1 over the classes that occur; NaN without any."""
    from sklearn.metrics import f1_score

    if not labels:
        return math.nan
    wanted, said = zip(*labels, strict=True)
    classes = sorted(set(wanted))
    return float(f1_score(wanted, said, labels=classes, average="macro", zero_division=0.0))


def _chances(items: Sequence[Item], task: str, system: str) -> tuple[list[float], list[bool]]:
    """Confidences and verdicts, of a system that gives confidences."""
    pairs = [
        (i.detail["said"][system][task][1], right)
        for i, right in zip(_of(items, task), _verdicts(items, task, system), strict=True)
        if i.detail["said"]
    ]
    known = [(chance, right) for chance, right in pairs if chance is not None]
    return [c for c, _ in known], [r for _, r in known]


def _error(items: Sequence[Item], task: str, system: str) -> float:
    return calibration_error(reliability(*_chances(items, task, system)))


def _against_rivals(items: Sequence[Item], systems: Sequence[str]) -> Table:
    rows = []
    for task in TASKS:
        own = _verdicts(items, task, ROUTER)
        for system in systems:
            verdicts = _verdicts(items, task, system)
            error = _error(items, task, system)
            rows.append(
                (
                    task,
                    system,
                    str(Rate.of(verdicts)),
                    f"{macro_f1(_labels(items, task, system)):.3f}",
                    "—" if math.isnan(error) else f"{error:.3f}",
                    "" if system == ROUTER else str(Paired.of(own, verdicts)),
                )
            )
    header = ("of", "system", "right", "macro-F1", "calibration error", "router against it")
    return Table("Against rivals", header, tuple(rows))


def _reliability(items: Sequence[Item], task: str) -> Table:
    rows = tuple(
        (f"{b.confidence:.3f}", str(b.right)) for b in reliability(*_chances(items, task, ROUTER))
    )
    return Table(f"Reliability of the {task}", ("mean confidence", "right"), rows, long=True)


def _by_class(items: Sequence[Item], task: str) -> Table:
    labels = _labels(items, task, ROUTER)
    rows = []
    for name in sorted({wanted for wanted, _ in labels}):
        recall = Rate.of(said == name for wanted, said in labels if wanted == name)
        precision = Rate.of(wanted == name for wanted, said in labels if said == name)
        rows.append((name, str(recall), str(precision)))
    return Table(f"By {task}", (task, "recall", "precision"), tuple(rows), long=True)


def _diagram(items: Sequence[Item], task: str, systems: Sequence[str]) -> Plot:
    found = {system: reliability(*_chances(items, task, system)) for system in systems}
    curves = {system: bins for system, bins in found.items() if bins}
    values = [
        row
        for bins in curves.values()
        for row in (
            tuple(b.confidence for b in bins),
            tuple(b.right.share for b in bins),
        )
    ]
    return Plot(
        "curves",
        f"Reliability of the {task}: accuracy over confidence",
        ("confidence", "right"),
        ((0.0, 1.0), (0.0, 1.0), *values),
        ("perfect", *curves),
    )
