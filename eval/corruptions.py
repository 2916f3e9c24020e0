"""True sentences made false in one place each, to see whether grounding notices.

A corruption returns None where the sentence offers no place for it. Formulas are changed by
`number` alone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tutor.text import fold

Corruption = Callable[[str, random.Random], "str | None"]

_MATH = re.compile(r"(\$\$.+?\$\$|\$[^$]+\$|`[^`]*`)", re.DOTALL)
_DIGITS = re.compile(r"\d+")
_NOT = re.compile(r"\b[Nn]ão ")
_VERBS = (
    "é são está estão foi tem têm usa usam pode podem vem vêm faz fazem calcula mede aprende recebe"
    " recebem representa depende muda precisa permite indica diz soma contribui produz gera evita"
    " reduz aumenta prevê começa passa passam entra entram serve mostra mantém torna deve devem"
    " fica ficam aplica compara divide multiplica combina combinam treina avalia estima exige ajuda"
)
_VERB = re.compile(rf"\b(?:{'|'.join(_VERBS.split())})\b")
_OPPOSITES = (
    ("encoder", "decoder"), ("query", "key"), ("value", "key"), ("treino", "teste"),
    ("treinamento", "inferência"), ("validação", "teste"), ("maior", "menor"), ("BERT", "GPT"),
    ("linha", "coluna"), ("linhas", "colunas"), ("antes", "depois"), ("mais", "menos"),
    ("aumenta", "diminui"), ("aumentar", "diminuir"), ("primeiro", "segundo"),
    ("primeira", "segunda"), ("média", "soma"), ("softmax", "sigmoide"), ("seno", "cosseno"),
    ("momentum", "RMSProp"), ("entrada", "saída"), ("esquerda", "direita"),
    ("positivo", "negativo"), ("positiva", "negativa"), ("alta", "baixa"), ("alto", "baixo"),
    ("sempre", "nunca"), ("raras", "frequentes"), ("BPE", "WordPiece"), ("centro", "contexto"),
    ("anterior", "seguinte"), ("passado", "futuro"), ("gradiente", "peso"), ("viés", "variância"),
    ("supervisionado", "não supervisionado"), ("profunda", "rasa"), ("logits", "probabilidades"),
    ("autoatenção", "convolução"), ("perda", "acurácia"), ("palavra", "frase"),
    ("palavras", "frases"), ("origem", "tradução"), ("classe", "camada"), ("token", "peso"),
    ("tokens", "pesos"), ("matriz", "constante"), ("vetor", "escalar"), ("todas", "poucas"),
    ("todos", "poucos"),
)  # fmt: skip
_OPPOSITE = {a: b for pair in reversed(_OPPOSITES) for a, b in (pair[::-1], pair)}
_WORD = re.compile(r"\w+(?:-\w+)*")


def negation(sentence: str, rng: random.Random) -> str | None:
    """ "não" taken away, or put before a verb."""
    parts = _MATH.split(sentence)
    for place in range(0, len(parts), 2):
        if _NOT.search(parts[place]):
            parts[place] = _NOT.sub("", parts[place], count=1)
            return "".join(parts)
    found = [(p, m) for p in range(0, len(parts), 2) for m in _VERB.finditer(parts[p])]
    if not found:
        return None
    place, verb = rng.choice(found)
    text = parts[place]
    parts[place] = f"{text[: verb.start()]}não {text[verb.start() :]}"
    return "".join(parts)


def subjects(sentence: str, rng: random.Random) -> str | None:
    """Two terms of the sentence change places, unless they are only listed side by side."""
    found = [m for m in _prose_words(sentence) if fold(m.group()) in _TERMS]
    pairs = [
        (a, b)
        for i, a in enumerate(found)
        for b in found[i + 1 :]
        if fold(a.group()) != fold(b.group())
        and sentence[a.end() : b.start()].strip() not in ("e", "ou", ",", "", "/")
    ]
    if not pairs:
        return None
    a, b = rng.choice(pairs)
    return (
        sentence[: a.start()] + b.group() + sentence[a.end() : b.start()] + a.group()
        + sentence[b.end() :]
    )  # fmt: skip


def term(sentence: str, rng: random.Random) -> str | None:
    """One term becomes its opposite or neighbour."""
    found = [m for m in _prose_words(sentence) if m.group() in _OPPOSITE]
    if not found:
        return None
    word = rng.choice(found)
    return sentence[: word.start()] + _OPPOSITE[word.group()] + sentence[word.end() :]


def number(sentence: str, rng: random.Random) -> str | None:
    """One number becomes another, in a formula too."""
    found = list(_DIGITS.finditer(sentence))
    if not found:
        return None
    digits = rng.choice(found)
    changed = str(int(digits.group()) + rng.randint(1, 3)).zfill(len(digits.group()))
    return sentence[: digits.start()] + changed + sentence[digits.end() :]


CORRUPTIONS: dict[str, Corruption] = {
    "negation flipped": negation,
    "subjects swapped": subjects,
    "term swapped": term,
    "number changed": number,
}

_FURTHER = """
    adam transformer modelo rede camada camadas erro gradientes embedding embeddings posição
    posições queries keys values escores vocabulário merges conteúdo contexto frase frases classes
    máscara cabeça cabeças linguagem tarefa exemplo exemplos parâmetros
"""
_TERMS = frozenset(map(fold, [*_OPPOSITE, *_FURTHER.split()]))


def _prose_words(sentence: str) -> list[re.Match[str]]:
    inside = [(m.start(), m.end()) for m in _MATH.finditer(sentence)]
    return [m for m in _WORD.finditer(sentence) if not any(a <= m.start() < b for a, b in inside)]
