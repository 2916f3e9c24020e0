"""Suite `scope`: what is outside the material is declined, what is inside is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from eval.cases import Query
from eval.harness import Journal, Subject
from eval.metrics import Rate
from eval.progress import bar
from eval.results import Item, Options, SuiteResult, Table

NOTE = (
    "Outside: mode abstained and no sources (gibberish and personal messages may also get a fixed "
    "reply). Inside: two development queries a question, which must not be declined."
)
_FIXED_REPLY = frozenset({"gibberish", "personal"})  # styles that a fixed reply serves as well
_WANTED: dict[str, tuple[str, ...]] = {
    "smalltalk": ("smalltalk",),
    "practice": ("practice",),
    "out_of_scope": ("abstained",),
}


def run(
    outside: Sequence[Query],
    inside: Sequence[Query],
    subject: Subject,
    options: Options,
    journal: Journal,
) -> SuiteResult:
    items = [journal.add(_outside(case, subject)) for case in bar(outside, "scope")]
    kept = [journal.add(_inside(case, subject)) for case in bar(inside, "scope, inside")]
    by_intent = {intent: [i for i in items if i.detail["intent"] == intent] for intent in _WANTED}
    rates = {
        "outside the material, declined": Rate.of(i.passed for i in by_intent["out_of_scope"]),
        "inside the material, declined (lower is better)": Rate.of(not i.passed for i in kept),
        "small talk answered as such": Rate.of(i.passed for i in by_intent["smalltalk"]),
        "practice requests answered with an exercise": Rate.of(
            i.passed for i in by_intent["practice"]
        ),
        "all as they should be": Rate.of(i.passed for i in [*items, *kept]),
    }
    return SuiteResult(
        "scope", NOTE, (*items, *kept), rates, "all as they should be", tables=(_by_style(items),)
    )


def two_a_question(queries: Sequence[Query]) -> list[Query]:
    """The first formal and the first WhatsApp query of each question."""
    chosen: dict[tuple[str | None, str], Query] = {}
    for query in queries:
        if query.style in ("formal", "whatsapp"):
            chosen.setdefault((query.target, query.style), query)
    return list(chosen.values())


def _outside(case: Query, subject: Subject) -> Item:
    outcome = subject.ask(case.text)
    wanted = _WANTED[case.intent]
    if case.style in _FIXED_REPLY:
        wanted = (*wanted, "smalltalk")
    silent = case.intent != "out_of_scope" or not outcome.hits
    return Item(
        "scope",
        case.id,
        case.text,
        passed=outcome.error is None and outcome.mode in wanted and silent,
        expected=list(wanted),
        got=outcome.mode,
        mode=outcome.mode,
        retrieved=outcome.hits,
        prompt=outcome.prompt,
        output=outcome.text,
        seconds=outcome.seconds,
        error=outcome.error,
        # An explanation of something that the material does not cover is the worst.
        badness=1.0 + (outcome.mode in ("generated", "reference", "computed")),
        detail={"intent": case.intent, "style": case.style},
    )


def _inside(case: Query, subject: Subject) -> Item:
    outcome = subject.ask(case.text)
    return Item(
        "scope",
        f"in-{case.id}",
        case.text,
        passed=outcome.error is None and outcome.mode not in ("abstained", "smalltalk"),
        expected="an answer",
        got=outcome.mode,
        mode=outcome.mode,
        retrieved=outcome.hits,
        prompt=outcome.prompt,
        output=outcome.text,
        seconds=outcome.seconds,
        error=outcome.error,
        badness=1.5,
        detail={"intent": case.intent, "style": case.style},
    )


def _by_style(items: Sequence[Item]) -> Table:
    rows = []
    for style in dict.fromkeys(str(i.detail["style"]) for i in items):
        own = [i for i in items if i.detail["style"] == style]
        modes = Counter(str(i.mode) for i in own).most_common()
        rows.append(
            (style, str(Rate.of(i.passed for i in own)), ", ".join(f"{m}×{n}" for m, n in modes))
        )
    return Table("By kind of message", ("kind", "as it should be", "modes"), tuple(rows))
