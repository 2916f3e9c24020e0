"""A rule for plain requests of something to practise; the router knows the others."""

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
