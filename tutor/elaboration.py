"""What an entry still has to say: the reason why, another example, more detail, in other words.

Everything is reviewed text that was not shown yet; where there is no more of it, the answer says
so and names the reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tutor.records import Example, Question
from tutor.text import alike, fold, sentences

_CAUSE = re.compile(
    r"\b(?:porque|por isso|pois|ja que|uma vez que|visto que|de modo que|para que|devid[oa] a"
    r"|gracas a|por causa d[aeo]s?|motivos?|razao|razoes|causas?|(?:isso|o que) (?:evita|permite"
    r"|faz|impede|reduz|mantem|da|torna|aumenta|acelera|diminui|ajuda))\b|^como [^,]{5,90}, "
)
_FOLLOWS = re.compile(r"\b(?:portanto|assim|com isso|logo)\b")  # weaker signs of a reason
# A sentence that opens like this is hardly understood without the one before it.
_LEANS = re.compile(
    r"^(?:isso|assim|por isso|portanto|logo|com isso|ess[ae]s?|est[ae]s?|el[ae]s?|nesse|dess[ae]s?"
    r"|nele|nela|tambem|ja|mas|o mesmo|ambos|ambas)\b"
)
REASONS = 3  # sentences given for one "por quê?"


def more(
    example: Example, question: Question, related: Sequence[Example], references: Mapping[str, str]
) -> str | None:
    """What answers `question` about `example` after what was given before it; None where the
    ordinary answer does."""
    if question.aim == "reason":
        computed = question.problem is not None
        pages = _reasons(example, numbers=not computed)
        ended = "O material revisado não diz mais do que isso sobre o porquê."
        if computed and not pages:
            ended = (
                "Cada passo da conta segue da fórmula com que ela começa; o material revisado não "
                "diz mais do que isso sobre o porquê."
            )
    elif question.given == 0:
        return None
    elif question.style == "example":
        pages = [
            f"Desta questão há um só exemplo revisado, o que já mostrei. Este é de um assunto "
            f"vizinho, **{other.title}**:\n\n{other.worked_example}"
            for other in related
        ]
        ended = "Não há mais exemplos revisados deste assunto. Você pode pedir um exercício."
    elif question.style == "detailed":
        pages = _details(example)
        ended = "O material revisado não traz mais detalhes do que estes."
    elif question.style == "simple":
        pages = [
            f"De outro jeito, com um exemplo:\n\n{example.worked_example}",
            "Por partes, só as ideias principais:\n\n" + _bullets(example.key_points),
        ]
        ended = "Já expliquei de três jeitos. Diga qual parte ficou confusa, que eu sigo daí."
    elif question.style == "short":
        pages = [f"Numa frase só: {example.key_points[0]}"]
        ended = f"Mais curto do que isso não dá: {example.key_points[0]}"
    else:
        return None
    # The first page of a reason is new; of the other kinds the ordinary answer was the first.
    page = question.given if question.aim == "reason" else question.given - 1
    if page < len(pages):
        return pages[page]
    source = sources(example, references)
    return f"{ended} {source}".strip() if question.style != "short" else ended


def sources(example: Example, references: Mapping[str, str]) -> str:
    """The works that the entry was checked against, in one line."""
    known = [references[ref].rstrip(". ") for ref in example.refs if ref in references]
    return f"Para ir além: {'; '.join(known)}." if known else ""


def _reasons(example: Example, numbers: bool) -> list[str]:
    """The entry's sentences that say why; without `numbers`, none with the entry's own data."""
    said: list[str] = []
    for sign in (_CAUSE, _FOLLOWS):
        for text in (example.answer, "\n\n".join(example.key_points)):
            for each in _causes(text, sign, numbers):
                if len(said) < REASONS and not any(alike(each, other) for other in said):
                    said.append(each)
    pages = []
    if said:
        pages.append("O porquê, nas palavras da resposta revisada:\n\n" + _bullets(said))
    whys = [
        f"Não é que “{each.claim.rstrip('.')}”: {each.why}"
        for each in example.misconceptions
        if numbers or not re.search(r"\d", each.claim + each.why)
    ]
    if whys:
        pages.append(
            "O que costuma confundir aqui, e por que não é assim:\n\n" + _bullets(whys[:REASONS])
        )
    if numbers or not re.search(r"\d", example.simpler):
        pages.append(f"Mais intuitivamente:\n\n{example.simpler}")
    return pages


def _causes(text: str, sign: re.Pattern[str], numbers: bool) -> list[str]:
    """Sentences that give a cause or a purpose, with the one before where they lean on it."""
    found: list[str] = []
    before = ""
    for sentence in _whole(sentences(text)):
        plain = fold(sentence)
        if sign.search(plain) and (numbers or not re.search(r"\d", sentence)):
            leans = _LEANS.match(plain) and before and before not in found
            whole = f"{before} {sentence}" if leans else sentence
            found.append(f"{whole[:-1]}." if whole.endswith(":") else whole)
        before = sentence
    return found


def _whole(pieces: Sequence[str]) -> list[str]:
    """`pieces` with those joined that a displayed formula set apart in mid-sentence."""
    joined: list[str] = []
    for piece in pieces:
        open_ended = joined and not joined[-1].endswith((".", "!", "?", ":"))
        if joined and (piece[0].islower() or (open_ended and piece.startswith("$$"))):
            joined[-1] += f" {piece}"
        else:
            joined.append(piece)
    return joined


def _details(example: Example) -> list[str]:
    claims = [f"“{each.claim.rstrip('.')}”: {each.why}" for each in example.misconceptions]
    pages = []
    if claims:
        pages.append("Além do que já mostrei, os equívocos comuns aqui:\n\n" + _bullets(claims))
    if has_errata(example):
        pages.append(f"Sobre o gabarito original desta questão: {example.errata}")
    return pages


def has_errata(example: Example) -> bool:
    return example.collection == "lista2" and fold(example.errata).strip(" .") != "nenhuma"


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {' '.join(line.split())}" for line in lines)
