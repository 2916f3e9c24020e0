"""One entry of the corpus, a question or a concept card, as HTML."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.records import Example
from tutor.ui import strings
from tutor.ui.markdown import html, inline, plain

NO_ERRATA = ("", "nenhuma", "nenhuma.")


def label(example: Example) -> str:
    """Plain text: "Questão 25 · Query vezes Key na self-attention"."""
    return f"{number(example)} · {example.title}"


def number(example: Example) -> str:
    if example.collection == "lista2":
        return strings.QUESTION_NUMBER.format(id=example.id)
    return strings.CONCEPT


def has_errata(example: Example) -> bool:
    return example.errata.strip().lower() not in NO_ERRATA


def body(example: Example, references: Mapping[str, str], whole: bool = True) -> str:
    """The entry's sections; without `whole` the statement and the title are left out."""
    sections = [_section(strings.STATEMENT, html(example.question))] if whole else []
    sections.append(_section(strings.REVIEWED_ANSWER, html(example.answer), "answer"))
    if has_errata(example):
        sections.append(_section(strings.ERRATA, html(example.errata), "errata"))
    if example.key_points:
        points = "".join(f"<li>{inline(point)}</li>" for point in example.key_points)
        sections.append(_section(strings.KEY_POINTS, f"<ul>{points}</ul>"))
    if example.misconceptions:
        claims = "".join(
            f"<li><strong>“{inline(m.claim)}”</strong> {inline(m.why)}</li>"
            for m in example.misconceptions
        )
        sections.append(_section(strings.MISCONCEPTIONS, f"<ul>{claims}</ul>"))
    if example.worked_example:
        sections.append(_section(strings.WORKED_EXAMPLE, html(example.worked_example)))
    if example.simpler:
        sections.append(_section(strings.SIMPLER, html(example.simpler)))
    if example.refs:
        refs = "".join(f"<li>{plain(references.get(ref, ref))}</li>" for ref in example.refs)
        sections.append(_section(strings.REFERENCES, f'<ul class="refs">{refs}</ul>'))
    return f'<div class="entry">{"".join(sections)}</div>'


def _section(title: str, content: str, kind: str = "plain") -> str:
    return f'<section class="part part-{kind}"><h3>{plain(title)}</h3>{content}</section>'
