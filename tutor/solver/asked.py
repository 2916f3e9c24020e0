"""The results that a message asks for by name: "obtenha a média e o desvio padrão" -> two.

`results_asked` finds the coordinated nouns after an asking word. The registry compares their number
with what a solution gives, and says so where two results are asked for and one would be given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tutor.records import Json, Solution
from tutor.solver.fields import Statement
from tutor.solver.text import fold

# Names of the same quantity are one line; the first word that fits counts, so longer names first.
_QUANTITIES = {
    "loss": r"perdas?|loss|custo|entropias? cruzadas?(?: binarias?)?|cross[ -]?entropy|ce|bce|"
    r"log[ -]?loss|nll",
    "kl": r"divergencias?(?: de)?(?: kl| kullback\S*)?|(?:d_?)?kl",
    "entropy": r"entropia(?! cruzada)",
    "perplexity": r"perplexidades?",
    "probability": r"(?:vetor (?:de|das) )?(?:probabilidades?|probs?)|chances?|distribuicao",
    "gradient": r"gradientes?|d[ly] ?/ ?d[a-z]\w*",
    "derivative": r"derivadas?",
    "temperature": r"temperatura",
    "logit": r"logits?",
    "matrix": r"matriz de confusao",
    "accuracy": r"acuracias?",
    "precision": r"precis(?:ao|oes)(?! de)",
    "recall": r"recalls?|revocac\w+|sensibilidades?",
    "specificity": r"especificidades?",
    "f1": r"f1(?:[ -]?score)?",
    "error": r"taxa de erro",
    "mean": r"medias?",
    "std": r"desvios?(?: padrao)?",
    "standard_error": r"erro padrao",
    "cosine": r"cossenos?|similaridade (?:do |de )?cosseno",
    "dot": r"produto (?:escalar|interno)",
    "norm": r"normas?",
    "distance": r"distancia",
    "angle": r"angulo",
    "receptive": r"campo receptivo",
    "parameters": r"(?:numero |total |n[º.]? )?(?:de )?parametros|"
    r"pesos e (?:bias(?:es)?|vies(?:es)?)",
    "weights": r"pesos?(?: de atencao)?",
    "bias": r"bias(?:es)?|vies(?:es)?",
    "macs": r"macs?|flops|multiplicacoes(?:[ -]acumulacoes)?",
    "output": r"(?:tamanho|formato|forma|dimensao|dimensoes|shape)(?: d[ae] saida)?|saidas?",
    "tokens": r"tokens",
    "merges": r"merges|fusoes",
    "count": r"contagem",
}
_NOUN = re.compile(
    "|".join(rf"(?P<{name}>(?<!\w)(?:{pattern})(?!\w))" for name, pattern in _QUANTITIES.items())
)
_ASKS = re.compile(
    r"\b(?:calcul(?:e|ar|a)|comput(?:e|ar)|determin(?:e|ar)|obtenha|obter|encontr(?:e|ar)|"
    r"ach(?:e|ar)|diga|dizer|inform[ea]|de(?= [oa]s? )|forneca|mostr[ea]|escreva|monte|volte|"
    r"quero|queria|apresente|preciso d[eao]s?:?|me (?:da|diz|diga|fala)|qual|quais|"
    r"quanto (?:vale|valem|e|sao|da|dao|fica|ficam)|quant[oa]s)"
    r"(?: (?:e|eh|era|foi|sera|seria|sao|fica|ficam|tambem|pra mim|me|as|ao?s?))?\s*:?\s+"
)
_WHICH = re.compile(rf"\bque\s+(?={_NOUN.pattern})")
# "… 10 e-mails. Precisão e recall?": a question without a verb.
_BARE = re.compile(r"(?:^|[.;!?\n]\s*|:\s+)(?=[a-z][^.;:!?\n\d|]{2,80}\?)")
_FILLER = re.compile(
    r"(?:(?:o|a|os|as|valor(?:es)?|resultado|novo|nova|d[aeo]s?|primeiro|tambem|quant[oa]s|qual|e|"
    r"so|apenas|seus?|suas?|entao|diga|calcule)\s+){0,5}"
)
_TAIL = re.compile(
    r"(?:[\s,;]+|\b(?:e|o|a|os|as|quant[oa]s|diga|qual))+$"
)  # of the noun phrase before
_NEXT = re.compile(
    r"\s*(?:,\s*(?:e\s+|mais\s+)?|\be(?: tambem)?\s+|\+\s*|\bmais\s+|\balem d[aoe]s?\s+)"
    r"(?:\(?[ivx]{1,3}\)\s*)?"
    r"(?=[a-z])"
)
_HAS_VALUE = re.compile(r"\s*[=:]?\s*[\[(]*-?\d")  # "saída [2; 1]" is a datum
_ENDS = re.compile(
    r"[.?!;\n](?:\s|$)|:\s|\b(?:com|sabendo|dad[oa]s?|quando|se|usando|sendo|considerando|entre|for|"
    r"fosse|where)\b|\(|="
)


@dataclass(frozen=True)
class Request:
    """One result that is asked for: its quantity and text[start:end] of its noun phrase."""

    quantity: str
    name: str
    start: int
    end: int


def results_asked(statement: Statement) -> tuple[Request, ...]:
    """The results that are asked for by name, in the order of the text."""
    folded = statement.folded
    found: dict[int, Request] = {}
    for pattern in (_ASKS, _WHICH, _BARE):
        for asks in pattern.finditer(folded):
            for request in _requests(folded, asks.end()):
                name = statement.text[request.start : request.start + len(request.name)]
                found.setdefault(request.start, replace(request, name=name[:50]))
    return tuple(found[start] for start in sorted(found))


def names_result(folded: str) -> bool:
    """Whether the folded text names a quantity that is no datum of its own ("lr 0,1")."""
    return any(not _HAS_VALUE.match(folded, noun.end()) for noun in _NOUN.finditer(folded))


def _requests(folded: str, start: int) -> tuple[Request, ...]:
    stop = _ENDS.search(folded, start)
    end = stop.start() if stop else len(folded)
    found: list[tuple[str, int]] = []
    position = start
    while position < end:
        lead = _FILLER.match(folded, position, end)
        noun = _NOUN.match(folded, lead.end() if lead else position, end)
        if noun is not None and not _HAS_VALUE.match(folded, noun.end()):
            found.append((str(noun.lastgroup), noun.start()))
        elif not found:
            break
        following = _NEXT.search(folded, noun.end() if noun else position, end)
        if following is None:
            break
        position = following.end()
    if not found:
        return ()
    ends = [*(begin for _, begin in found[1:]), end]
    return tuple(
        Request(name, _TAIL.sub("", folded[begin:until]), begin, until)
        for (name, begin), until in zip(found, ends, strict=True)
    )


# "dê os dois números", "compare o custo de … com o de …"
_SEVERAL = re.compile(
    r"\b(?:(?:[oa]s |ess[ea]s )?(?:dois|duas|tres|quatro) (?:numeros|valores|totais|resultados|"
    r"respostas|contas)|compare o (?:custo|numero|total|resultado|valor))\b"
)
# Quantities that the title, the result or the value of their solution always names.
_SHOWN = {
    name: re.compile(rf"(?<![a-z])(?:{_QUANTITIES[name]}{more})(?![a-z])")
    for name, more in {
        "loss": "|perda\\w*|l",
        "kl": "",
        "entropy": "|h|perda\\w*|entropias?.*",
        "perplexity": "|ppl",
        "probability": "|softmax|probabilidad\\w+|p",
        "gradient": "",
        "temperature": "|t",
        "matrix": "|matrix|confus\\w+",
        "accuracy": "|accuracy|acertos",
        "precision": "|macro|micro",
        "recall": "|macro|micro",
        "specificity": "",
        "f1": "|f_1|medida f|f-score|macro|micro",
        "std": "",
        "cosine": "|cosine",
        "dot": "|dot",
        "distance": "|distance|euclid\\w+",
        "receptive": "",
        "parameters": "|parameters",
        "macs": "",
    }.items()
}


def missing(statement: Statement, solution: Solution) -> tuple[str, ...]:
    """The results that are asked for by name and that the solution does not give."""
    several = _SEVERAL.search(statement.folded)
    if several and isinstance(solution.value, (int, float)):
        return (statement.text[several.start() : several.end()],)
    requests = results_asked(statement)
    if not requests:
        return ()
    shown = fold(f"{solution.title} {solution.result} {_keys(solution.value)}")
    lacking = [
        each.name
        for each in requests
        if each.quantity in _SHOWN and not _SHOWN[each.quantity].search(shown)
    ]
    if not lacking and not _holds(solution.value, len({each.quantity for each in requests})):
        lacking = [each.name for each in requests]
    return tuple(dict.fromkeys(lacking))


def lacks(folded: str, solution: Solution) -> bool:
    """Whether a solution gives none of the quantities that a short message names."""
    named = {
        str(noun.lastgroup)
        for noun in _NOUN.finditer(folded)
        if not _HAS_VALUE.match(folded, noun.end())
    } & set(_SHOWN)
    shown = fold(f"{solution.title} {solution.result} {_keys(solution.value)}")
    return bool(named) and not any(_SHOWN[name].search(shown) for name in named)


def _keys(value: Json) -> str:
    return " ".join(value) if isinstance(value, dict) else ""


def _holds(value: Json, wanted: int) -> bool:
    """Can `value` be this many results?"""
    if wanted < 2 or isinstance(value, dict):
        return True
    if isinstance(value, list):
        return len(value) == wanted or not all(isinstance(each, (int, float)) for each in value)
    return False
