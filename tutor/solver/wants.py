"""Which results of a classifier's problem a message asks for, and in which words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tutor.solver.classes import CROSS_ENTROPY, LOG_SOFTMAX
from tutor.solver.fields import index_of
from tutor.solver.numbers import word_number

_SENTENCE = re.compile(r"(?<=[.?!;])\s+|\n")
_ASKING = re.compile(
    r"\?|\b(?:calcul\w+|comput\w+|determin\w+|obtenh\w+|encontr\w+|ach(?:e|a|ar)|diga|inform\w+|"
    r"de|quero|queria|quer|preciso|precisava|mostr\w+|escrev\w+|volt\w+|apli\w+|qua(?:l|is)|quanto|"
    r"recalcul\w+|compar\w+|some|medi[ao]|soma\w*|me da|what|find|qto|qnt\w*|valor)\b"
)
_LOSS = (
    rf"{CROSS_ENTROPY}|loss|perdas?|custo|nll|negative log[ -]likelihood|"
    r"-\s?(?:ln|log) ?\(?p\w*|"
    r"-\s?(?:ln|log) (?:dela|dessa|disso|d[ae])\b[^.;?\n]{0,25}|"
    r"log[ -]verossimilhanca negativa|h\( ?\w+, ?\w+ ?\)"
)
_QUANTITIES = {
    "gradient": (
        r"gradientes?|d ?l ?/ ?d ?z\w*|derivadas?[^.;\n]{0,60}\blogits?|(?:y_hat|p_hat|p) ?- ?y"
    ),
    "logsumexp": (
        r"log[ -_]?sum[ -_]?exp|lse|(?:ln|log\w*) d[ao] soma d[ae]s? exponenciais|"
        r"logaritmo da soma d[ae]s? exponenciais"
    ),
    "log_softmax": LOG_SOFTMAX,
    "loss": _LOSS,
    "probabilities": r"probabilidades|probs|distribuic(?:ao|oes)|chances|porcentagens",
    "softmax": r"soft ?-?max",
    "one": (
        r"probabilidade|prob|chance|(?:quanto|quantos?) (?:ela |ele |cada um[a]? )?"
        r"(?:recebe|leva|fica com|ganha)|porcentagem|percentual|confianca|probability|p_?\d{1,2}"
    ),
    "ratio": r"quantas vezes|raz(?:ao|oes)|p_?\d ?/ ?p_?\d",
    "class": (
        r"(?:qual|que|para qual|pra qual|em qual|a) classe (?:\w+ ){0,2}?(?:sobra|recebe|leva|"
        r"ganha|"
        r"vence|prevista|predita|escolhida|e (?:a )?(?:prevista|mais|escolhida)|o modelo|a rede|"
        r"tem|fica)|(?:qual|que) (?:e )?(?:a )?classe prevista|quem (?:ganha|vence)"
    ),
}
_LARGEST = re.compile(
    r"\b(?:maior|maxim[ao]|mais (?:provavel|alta|probabilidade)|vencedora|"
    r"predita|prevista|escolhida|largest)\b"
)
_SMALLEST = re.compile(
    r"\b(?:menor|minim[ao]|menos (?:provavel|probabilidade)|mais baixa|smallest|sobra menos)\b"
)
_NTH = re.compile(
    r"\b(\w+[ao]|\d{1,2}[ªºao])\s+(?:classe|posicao|saida|opcao|logit|elemento|palavra|token)"
    r"|\bd[ao] (primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|quint[ao]|ultim[ao])\b"
)
_NUMBERED = re.compile(r"\b(?:classe|posicao|saida|logit)\s+(\d{1,2})\b")
_WORD = re.compile(r"[\w\-]+")


@dataclass(frozen=True)
class Wants:
    """`names` are keys of _QUANTITIES in the order of the text, each with the word used."""

    names: dict[str, str] = field(default_factory=dict)
    text: str = ""  # what asks
    whole: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.names


def read_wants(folded: str) -> Wants:
    """`folded` is the text with the data blanked out."""
    sentences = [each for each in _SENTENCE.split(folded.replace("prob.", "prob ")) if each.strip()]
    asking = [each for each in sentences if _ASKING.search(each)]
    for chosen in (asking, sentences):
        text = " \n".join(chosen)
        names = _quantities(text)
        if names:
            return Wants(names, text, folded)
    return Wants()


def _quantities(text: str) -> dict[str, str]:
    found: list[tuple[int, str, str]] = []
    for name, pattern in _QUANTITIES.items():
        match = re.search(rf"(?<![\w'])(?:{pattern})(?!\w)", text)
        if match:
            found.append((match.start(), name, match.group()))
            if name in ("log_softmax", "logsumexp"):
                text = text.replace(match.group(), " " * len(match.group()))
    return {name: word for _, name, word in sorted(found)}


_RATIO = re.compile(r"\bp_?(\d{1,2})\s?/\s?p_?(\d{1,2})\b")


def asked_ratio(text: str, size: int, classes: Sequence[str]) -> tuple[int, int] | None:
    """ "quantas vezes a classe 2 é mais provável que a classe 1", "p1/p2": counted from 0."""
    match = _RATIO.search(text)
    found = [int(each) - 1 for each in match.groups()] if match else []
    if not found and re.search(r"\bquantas vezes\b|\braz(?:ao|oes)\b|\bdiferenca\b", text):
        places: list[tuple[int, int]] = [
            (m.start(), int(m[1]) - 1) for m in _NUMBERED.finditer(text)
        ]
        for word in _WORD.finditer(text):
            position = index_of(word.group(), classes) if len(word.group()) > 1 else None
            ordinal = word_number(word.group()) if word.group()[-1:] in "ao" else None
            if position is not None:
                places.append((word.start(), position))
            elif ordinal and word.group() not in ("uma",):
                places.append((word.start(), ordinal - 1))
        found = list(dict.fromkeys(position for _, position in sorted(places)))
    fits = len(found) == 2 and all(0 <= each < size for each in found)
    return (found[0], found[1]) if fits else None


def asked_extremes(text: str) -> list[str]:
    """ "a maior e a menor": both names, in the order of the text; [] where not both are asked."""
    found = [
        (name, each.search(text)) for name, each in (("maior", _LARGEST), ("menor", _SMALLEST))
    ]
    places = [(match.start(), name) for name, match in found if match is not None]
    return [name for _, name in sorted(places)] if len(places) == 2 else []


def asked_entry(text: str, numbers: Sequence[float], classes: Sequence[str]) -> int | None:
    """The position of the only entry that the asking `text` wants, or None where it wants all."""
    if _LARGEST.search(text):
        return max(range(len(numbers)), key=numbers.__getitem__)
    if _SMALLEST.search(text):
        return min(range(len(numbers)), key=numbers.__getitem__)
    named = {
        position
        for word in _WORD.finditer(text)
        if (len(word.group()) > 1 or re.search(r"\b(?:d[aeo]|classe) $", text[: word.start()]))
        and (position := index_of(word.group(), classes)) is not None
    }
    if len(named) == 1:
        return named.pop()
    for match in _NTH.finditer(text):
        word = match[1] or match[2]
        if word.startswith("ultim"):
            return len(numbers) - 1
        position = word_number(word) or int(re.sub(r"\D", "", word) or 0)
        if 1 <= position <= len(numbers):
            return position - 1
    counted = _NUMBERED.search(text) or re.search(r"(?<!\w)p_?(\d{1,2})(?!\w| ?[/=])", text)
    if counted and 1 <= int(counted[1]) <= len(numbers):
        return int(counted[1]) - 1
    return None
