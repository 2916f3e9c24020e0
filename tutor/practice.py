"""Practising: plain requests for an exercise, giving up, and the student's own result."""

from __future__ import annotations

import re

from tutor.text import fold

_THING = (
    r"(?:exerc\w+|exercises?|quiz\w*|simulad\w+|desafi\w+|problem\w*|quest(?:ao|oes|ions?)"
    r"|perguntas?|tarefas?)"
)
_REQUESTS = re.compile(
    rf"""\b(?:
      (?:me\s+)?(?:da|de|dar|manda\w*|passa\w*|cria\w*|crie|gera\w*|gere|monta\w*|monte|faz|faca
        |faz\w*|prop\w+|elabor\w+|suger\w+|sugira|inventa\w*|bol[ae]|bolar|solta|joga|quero|queria
        |gostaria|preciso|give|make|create|send|want)
        \s+(?:\w+\s+){{0,4}}?{_THING}\b(?!\s*\d)
    | (?:me|vai\s+me)\s+(?:test[ae]\w*|desafi\w+|avali[ae]\w*|sabatin\w+|cobr[ae])\b
    | test[ae]\w*\s+(?:o\s+que\s+eu\s+sei|meus?\s+\w+|my\s+\w+|me)\b
    | (?:quero|queria|bora|vamos|preciso|gostaria\s+de|posso)\s+(?:praticar|treinar|exercitar)\b
    | quiz\s+me | test\s+me | practice\s+(?:problem|question|exercise)s?
    | ^(?:exercicios?|quiz|simulado|treino|mais\s+(?:um|uma)|outr[ao])\b
        (?!.*\b(?:resol|respo)\w*).{{0,40}}$
    )""",
    re.VERBOSE,
)  # fmt: skip


def requested(text: str) -> bool:
    """Whether `text` plainly asks for an exercise, a quiz or a question to answer."""
    return _REQUESTS.search(fold(text)[:200]) is not None


_GIVES_UP = re.compile(
    r"\b(?:mostr\w+|ver|qual(?: e)?|manda|me (?:da|de|diz)|conta)\b.{0,20}"
    r"\b(?:resposta|solucao|gabarito|resolucao|resultado)\b"
    r"|\bdesisto\b|^(?:nao sei|resposta|solucao|gabarito)\W*$|\bshow me the (?:answer|solution)\b"
    r"|\bi give up\b"
)
_RESULT = re.compile(
    r"^(?:(?:eu|acho|que|deu|da|fica|ficou|minha|meu|a|o|resposta|resultado|final|e|eh|seria|da+|i"
    r"|got|it|is|my|answer|d_k|x|w|pe|l|=|:|~|≈)\s*)*[\[({]*\s*[-−+]?\d[\d\s.,;eE+\-−×^%()\[\]]*"
    r"(?:tokens?|folds?|parametros?|nats?|vezes)?\s*[.?!]*$"
)
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?(?:[eE]-?\d+)?")


def gives_up(text: str) -> bool:
    """Whether the student asks for the solution of the exercise."""
    return _GIVES_UP.search(fold(text)[:200]) is not None


def result(text: str) -> list[float] | None:
    """The numbers of a message that gives nothing but a result; None for any other message."""
    if len(text) > 300 or _RESULT.match(fold(text).strip()) is None:
        return None
    found = [each.replace("−", "-").replace(",", ".") for each in _NUMBER.findall(_spread(text))]
    return [float(each) for each in found][:64]


def _spread(text: str) -> str:
    """Commas between integers of a bracketed list separate; other commas are decimal."""
    if re.fullmatch(r"[^\d\[(]*[\[(][\s\d,\-−]*[\])]\W*", text) and text.count(",") > 1:
        return text.replace(",", " ")
    return text.replace(", ", "; ")
