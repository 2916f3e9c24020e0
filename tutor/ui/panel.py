"""The evidence of an answer: kept as a card of plain JSON in the browser, shown as HTML.

A card comes back from the browser, so it is read as strangers' data: every text is escaped and
entries of the corpus are looked up by id.
"""

from __future__ import annotations

import json
from typing import cast

from tutor.records import Answer, Corpus, Example, Figure, Json, Solution
from tutor.ui import entry, figures, strings
from tutor.ui.markdown import inline, plain

Card = dict[str, Json]
MAX_TEXT = 12_000  # characters of a prompt that a card keeps
MAX_FIGURE = 16_000  # characters of a figure's JSON

# ------------------------------------------------------------------ Answer -> card


def card(answer: Answer) -> Card:
    """What the panel shows of an answer and nothing else."""
    return {
        "standalone": answer.question.standalone
        if answer.question.standalone != answer.question.text
        else None,
        "mode": answer.mode,
        "topic": answer.route.topic if answer.route and answer.mode != "abstained" else None,
        "sources": [
            [hit.example.id, round(hit.score, 3), round(hit.dense, 3), round(hit.lexical, 3),
             hit.passage[:400]]
            for hit in answer.hits
        ],
        "solution": _solution(answer.solution) if answer.solution else None,
        "verdict": [
            [each.sentence, each.supported, each.example_id, each.reason]
            for each in answer.verdict.sentences
        ]
        if answer.verdict and answer.draft and answer.draft.text
        else [],
        "prompt": {
            "text": answer.prompt.text[:MAX_TEXT],
            "shots": len(answer.prompt.shots),
            "tokens": answer.prompt.n_tokens,
            "model": answer.draft.model if answer.draft else None,
        }
        if answer.prompt
        else None,
        "notes": list(answer.notes),
        "timings": {stage: round(seconds, 4) for stage, seconds in answer.timings.items()},
    }  # fmt: skip


def _solution(solution: Solution) -> Card:
    figure = solution.figure
    drawn: Json = None
    if figure is not None:
        drawn = {"kind": figure.kind, "title": figure.title, "data": dict(figure.data)}
        if len(json.dumps(drawn)) > MAX_FIGURE:
            drawn = None
    return {
        "checks": [[check.name, check.passed, check.detail] for check in solution.checks],
        "assumptions": list(solution.assumptions),
        "remarks": list(solution.remarks),
        "figure": drawn,
    }


# -------------------------------------------------------------------- card -> HTML


class Panel:
    """Draws cards; needs the corpus for the sources."""

    def __init__(self, corpus: Corpus) -> None:
        self._examples = {example.id: example for example in corpus.examples}
        self._topics = {topic.id: topic.label for topic in corpus.topics}
        self._references = corpus.references

    def html(self, card: Card | None) -> str:
        """One line of HTML; a card that is not as we write them gets a sentence instead."""
        if card is None:
            return f'<div class="evidence"><p class="quiet">{plain(strings.PANEL_EMPTY)}</p></div>'
        try:
            parts = [
                self._head(card),
                self._figure(card),
                self._sources(card),
                self._solution(card),
                self._verdict(card),
                self._prompt(card),
                self._notes(card),
                self._timings(card),
            ]
        except (KeyError, TypeError, ValueError, AttributeError):
            return f'<div class="evidence"><p>{plain(strings.PANEL_BROKEN)}</p></div>'
        return f'<div class="evidence">{"".join(parts)}</div>'

    def _head(self, card: Card) -> str:
        mode = str(card["mode"])
        lines = [
            f'<p class="mode mode-{plain(mode)}"><strong>{plain(strings.MODES[mode])}</strong>'
            f"<span>{plain(strings.MODE_MEANINGS[mode])}</span></p>"
        ]
        if card["standalone"]:
            lines.append(_fact(strings.AS_UNDERSTOOD, inline(str(card["standalone"]))))
        if card["topic"] in self._topics:
            lines.append(_fact(strings.TOPIC, plain(self._topics[str(card["topic"])])))
        return "".join(lines)

    def _figure(self, card: Card) -> str:
        drawn = _object(card["solution"]).get("figure")
        if drawn is None:
            return ""
        fields = _object(drawn)
        if fields["kind"] not in figures.KINDS:
            raise ValueError("a figure of an unknown kind")
        return figures.html(
            Figure(fields["kind"], str(fields["title"]), _object(fields["data"]))  # type: ignore[arg-type]
        )

    def _sources(self, card: Card) -> str:
        found = ""
        for source in _rows(card["sources"], 5):
            example = self._examples.get(str(source[0]))
            if example is not None:
                score, dense, lexical = (float(cast(float, each)) for each in source[1:4])
                found += self._source(example, score, dense, lexical, str(source[4]))
        return _block(strings.SOURCES, found, "sources") if found else ""

    def _source(
        self, example: Example, score: float, dense: float, lexical: float, passage: str
    ) -> str:
        parts = strings.SCORE_PARTS.format(
            dense=figures.number(dense), lexical=figures.number(lexical)
        )
        return (
            f'<details class="source"><summary><span>{inline(entry.label(example))}</span> '
            f'<span class="score">{plain(figures.number(score))}</span></summary>'
            f'<p class="quiet">{strings.SCORE} {plain(figures.number(score))} ({plain(parts)}). '
            f"{strings.PASSAGE}: {inline(passage)}</p>"
            f"{entry.body(example, self._references)}</details>"
        )

    def _solution(self, card: Card) -> str:
        solution = _object(card["solution"])
        if not solution:
            return ""
        checks = "".join(
            f'<li class="{"yes" if passed else "no"}">'
            f"<strong>{strings.CHECK_PASSED if passed else strings.CHECK_FAILED}</strong> "
            f"{inline(str(name))}: {inline(str(detail))}</li>"
            for name, passed, detail in _rows(solution["checks"], 3)
        )
        blocks = _block(strings.CHECKS, f'<ul class="marks">{checks}</ul>') if checks else ""
        for title, name in ((strings.ASSUMPTIONS, "assumptions"), (strings.REMARKS, "remarks")):
            blocks += _items(title, solution[name])
        return blocks

    def _verdict(self, card: Card) -> str:
        rows = _rows(card["verdict"], 4)
        if not rows:
            return ""
        shown = card["mode"] == "generated"
        sentences = ""
        for sentence, supported, example_id, reason in rows:
            example = self._examples.get(str(example_id))
            source = f" · {plain(entry.number(example))}" if example else ""
            sentences += (
                f'<li class="{"yes" if supported else "no"}">'
                f"<strong>{strings.VERDICT_PASSED if supported else strings.VERDICT_FAILED}"
                f'{source}</strong> {inline(str(sentence))} <span class="quiet">'
                f"{plain(str(reason))}</span></li>"
            )
        note = strings.VERDICT_NOTE_SHOWN if shown else strings.VERDICT_NOTE_HIDDEN
        return _fold(
            strings.VERDICT, f'<p class="quiet">{plain(note)}</p><ul class="marks">{sentences}</ul>'
        )

    def _prompt(self, card: Card) -> str:
        prompt = _object(card["prompt"])
        if not prompt:
            return ""
        size = strings.PROMPT_SIZE.format(
            shots=prompt["shots"],
            tokens=prompt["tokens"],
            model=prompt["model"] or strings.PROMPT_NO_MODEL,
        )
        text = plain(str(prompt["text"]))
        return _fold(
            strings.PROMPT,
            f'<p class="quiet">{plain(size)}</p><pre class="prompt" tabindex="0">{text}</pre>',
        )

    def _notes(self, card: Card) -> str:
        return _items(strings.NOTES, card["notes"])

    def _timings(self, card: Card) -> str:
        timings = {stage: float(cast(float, s)) for stage, s in _object(card["timings"]).items()}
        if not timings:
            return ""
        rows = "".join(
            f'<tr><th scope="row">{plain(strings.STAGES.get(stage, stage))}</th>'
            f"<td>{_milliseconds(seconds)}</td></tr>"
            for stage, seconds in timings.items()
        )
        total = _milliseconds(sum(timings.values()))
        rows += f'<tr class="total"><th scope="row">{strings.TOTAL}</th><td>{total}</td></tr>'
        return _fold(f"{strings.TIMINGS} ({total})", f'<table class="timings">{rows}</table>')


def _object(value: Json) -> Card:
    """The object, or an empty one for null; anything else is malformed."""
    if value is not None and not isinstance(value, dict):
        raise TypeError("not an object")
    return value or {}


def _rows(value: Json, width: int) -> list[list[Json]]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    rows = [row for row in value if isinstance(row, list) and len(row) == width]
    if len(rows) != len(value):
        raise ValueError("a row of another width")
    return rows


def _items(title: str, value: Json) -> str:
    if not isinstance(value, list):
        raise TypeError("not a list")
    items = "".join(f"<li>{inline(str(each))}</li>" for each in value)
    return _block(title, f"<ul>{items}</ul>") if items else ""


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s".replace(".", ",")


def _fact(title: str, content: str) -> str:
    return f'<p class="fact"><strong>{plain(title)}:</strong> {content}</p>'


def _block(title: str, content: str, kind: str = "plain") -> str:
    return f'<section class="block block-{kind}"><h2>{plain(title)}</h2>{content}</section>'


def _fold(title: str, content: str) -> str:
    return f'<details class="fold"><summary>{plain(title)}</summary>{content}</details>'
