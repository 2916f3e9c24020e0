"""Hits -> in-context-learning prompt: the nearest reviewed answers, then the student's question.

The nearest entry stands last before the question. The text that an entry contributes depends on
the style that was asked for (whole answer, simpler version, example, key points), so that a model
which answers from its context answers in that style.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tutor.records import Example, Hit, Prompt, Shot, Style

QUESTION, ANSWER, STUDENT, TUTOR = "<|p|>", "<|r|>", "<|aluno|>", "<|tutor|>"
END = "<|fim|>"
_MARKS = (QUESTION, ANSWER, STUDENT, TUTOR, END, "<|pad|>")


def reviewed_text(example: Example, style: Style) -> str:
    """The reviewed text of an entry in the style that was asked for."""
    if style == "simple":
        return example.simpler
    if style == "example":
        return example.worked_example
    if style == "short":
        return " ".join(_sentence(point) for point in example.key_points[:3])
    if style == "detailed":
        return f"{example.answer}\n\n{example.worked_example}"
    return example.answer


def _sentence(point: str) -> str:
    return point if point.endswith((".", "!", "?", ":")) else f"{point}."


def heading(example: Example) -> str:
    """The question of an entry as a prompt shows it."""
    return example.title


def build(
    question: str,
    style: Style,
    hits: Sequence[Hit],
    budget: int,
    count_tokens: Callable[[str], int],
) -> Prompt:
    """As many of `hits` (nearest first) as fit `budget` tokens, the nearest in any case.

    Marks of the prompt's own grammar are taken out of the student's text.
    """
    asked = strip_marks(question)
    shots: list[Shot] = []
    for hit in hits:
        shot = Shot(hit.example.id, heading(hit.example), reviewed_text(hit.example, style))
        if shots and count_tokens(render([*shots, shot], asked)) > budget:
            break
        shots.append(shot)
    text = render(shots, asked)
    return Prompt(tuple(shots), asked, style, text, count_tokens(text))


def render(shots: Sequence[Shot], question: str) -> str:
    """The prompt as the embedded model reads it; the nearest entry last."""
    context = "".join(f"{QUESTION}{s.question}{ANSWER}{s.answer}" for s in reversed(shots))
    return f"{context}{STUDENT}{question}{TUTOR}"


def strip_marks(text: str) -> str:
    for mark in _MARKS:
        text = text.replace(mark, " ")
    return " ".join(text.split())
