"""Reading problems of perplexity: what each number is, and which results are asked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import assume
from tutor.solver.numbers import Value, word_number
from tutor.solver.several import Part

PERPLEXITY = r"perplexidades?|perplexity|perplexities|ppl"
_KIND = "perplexity"
_LOG = (
    r"(?:log|ln)(?:aritmos?)?(?:[ -]?(?:d[ae]s? )?(?:probabilidades?|probs?|likelihood|p|"
    r"verossimilhancas?))(?: ?\(\w*\))?|logp\w*|logprobs?"
)
_LOSS = (
    r"perdas?|loss(?:es)?|entropias?(?: cruzadas?)?|nll|cross[ -]?entropy|ce|custo|"
    r"negative log[ -]likelihood"
)
_PROBABILITY = (
    r"probabilidades?|probs?|p ?\([^)]{1,40}\)|p_?\w?|atribu\w+|deu|deram|receb\w+|assign\w*|"
    r"chances?|previu|tiveram|teve"
)
_CUE = re.compile(
    rf"(?<!\w)(?:(?P<ppl>{PERPLEXITY})|(?P<log>{_LOG})|(?P<loss>{_LOSS})|"
    rf"(?P<vocabulary>vocabulario|vocab|\|v\||uniformemente entre)|(?P<prob>{_PROBABILITY}))(?!\w)"
)
_UNIT = re.compile(r"\s*(?:nats?|bits?)\b")
_COUNT = re.compile(r"\s*(?:tokens?|palavras|posicoes|simbolos|caracteres|passos)\b")
_COUNT_BEFORE = re.compile(r"\b(?:n|tokens|palavras|t|comprimento|tamanho)\s*(?:=|:|e|de)\s*$")
_WHOLE = (
    r"(?:frase|sequencia|sentenca) (?:inteira|toda|completa)|conjunta|produto d[ae]s? prob\w*|"
    r"probabilidade (?:total )?d[ae] (?:\w+ )?(?:frase|sequencia|sentenca)"
)
_TOTAL = r"tota(?:l|is)|soma\w*|somad[ao]s?|sum|acumulad[ao]"
_MEAN = r"medi[ao]|mean|frase|sequencia|por token|tokens?|palavras?|batch|lote"
_EACH = r"cada (?:um|uma|modelo)|d[eo]s dois|de ambos|dos modelos|respectivas?|compare"
_RATIO = r"por quanto|dividida|fator|quantas vezes|razao|quanto (?:caiu|diminuiu|melhorou)"
_ASKS = re.compile(
    r"\?|\b(?:calcul\w+|determin\w+|obtenh\w+|encontr\w+|ache|qua(?:l|is)|quanto|diga|informe|mostre|"
    r"converta|compare|what|quero)\b"
)


@dataclass(frozen=True)
class _Datum:
    role: str
    numbers: tuple[float, ...]
    value: Value


def is_perplexity(statement: Statement) -> bool:
    guessed = statement.has("vocabulario", "vocab", "tokens") and statement.has(r"uniforme\w*")
    return statement.has(PERPLEXITY) or (guessed and statement.has(_LOSS))


def perplexity_parts(statement: Statement) -> list[Part] | None:
    data = _data(statement)
    if data is None:
        return None
    base = 2.0 if statement.has("bits?", "log_?2", "base 2") else None
    if statement.has(r"base (?:e|natural)", "nats?", "ln"):
        base = None
    common: dict[str, Json] = {"assumptions": []}
    if base:
        common["base"] = base
    counts = [d.numbers[0] for d in data if d.role == "count"]
    by_role = {
        role: [d for d in data if d.role == role]
        for role in ("ppl", "loss", "log", "prob", "vocabulary")
    }
    if counts and counts[0] < 1:
        raise SolverError("O número de tokens precisa ser pelo menos 1. Confira os dados.")
    given = [role for role, found in by_role.items() if found]
    if len(given) != 1 or len(counts) > 1:
        return None
    role = given[0]
    numbers = [n for d in by_role[role] for n in d.numbers]
    tokens = int(counts[0]) if counts else _spelled_count(statement)
    wants_loss = _wants_loss(statement, role)
    if role == "ppl":
        return _from_perplexities(statement, numbers, common)
    if role == "vocabulary":
        if len(numbers) != 1 or not numbers[0].is_integer():
            return None
        if not statement.has(PERPLEXITY) or (wants_loss and not _wants_perplexity(statement)):
            return [("perda", _KIND, {**common, "perplexity": numbers[0]})]
        return [("perplexidade", _KIND, {**common, "uniform": int(numbers[0])})]
    if role == "log":
        if any(n > 0 for n in numbers) and any(n < 0 for n in numbers):
            raise SolverError(
                "As log-probabilidades têm sinais diferentes; log de uma probabilidade é negativo "
                "ou zero. Confira os números."
            )
        mean = statement.has(r"medi[ao]", "mean") and not statement.has(_TOTAL)
        problem = _of_logs(numbers, tokens, common, mean)
    elif role == "loss":
        several = _several_losses(statement, numbers, common, by_role["loss"])
        if several is not None:
            return several
        problem = _of_losses(statement, numbers, tokens, common)
    else:
        problem = _of_probabilities(statement, numbers, counts, tokens, common)
    if problem is None:
        return None
    parts: list[Part] = []
    if wants_loss:
        parts.append(("perda", _KIND, {**problem, "asked": "loss"}))
    if not wants_loss or _wants_perplexity(statement):
        parts.append(("perplexidade", _KIND, problem))
    return parts


def _data(statement: Statement) -> list[_Datum] | None:
    found: list[_Datum] = []
    previous = 0
    for value in statement.values:
        if value.ordinal or value.dimensions:
            continue
        numbers = tuple([value.scalar()[0]] if value.is_scalar else value.vector("os valores")[0])
        role = _role(statement, value, previous)
        if role == "vocabulary" and value.is_scalar:
            numbers = (float(value.count("o vocabulário", 2)),)
        if role == "":
            if value.is_scalar and numbers[0].is_integer() and _label(statement, value):
                continue
            role = found[-1].role if found and found[-1].role not in ("count", "") else ""
            if role == "":
                return None
        found.append(_Datum(role, numbers, value))
        previous = previous if role == "count" else value.end
    return found or None


def _label(statement: Statement, value: Value) -> bool:
    before = statement.folded[max(0, value.start - 20) : value.start]
    return (
        re.search(r"(?:modelo|epoca|token|palavra|base|log_?|gpt-?|passo)\s*$", before) is not None
    )


def _role(statement: Statement, value: Value, previous: int) -> str:
    after = statement.folded[value.end : value.end + 30]
    before = statement.folded[max(0, value.start - 30) : value.start]
    uniform = statement.has(r"uniforme\w*|ao acaso|equiprovav\w+")
    if uniform and value.is_scalar and value.scalar()[0] >= 2:
        return "vocabulary"
    if value.is_scalar and (_COUNT.match(after) or _COUNT_BEFORE.search(before)):
        whole = value.scalar()[0].is_integer() or re.fullmatch(r"\d{1,3}(?:\.\d{3})+", value.text)
        if whole:
            return "vocabulary" if re.search(r"\bentre (?:os )?$", before) else "count"
    lead = re.split(r"[?!]\s|\.\s|\n(?=\s*\S)", statement.folded[previous : value.start])[-1]
    cues = list(_CUE.finditer(lead))
    if cues:
        role = str(cues[-1].lastgroup)
        named = [str(each.lastgroup) for each in cues]
        if role == "prob" and cues[-1].group().startswith(("deu", "receb", "teve", "tiv", "p")):
            named = [each for each in named if each != "prob"]
            return named[-1] if named and named[-1] in ("log", "loss", "ppl") and not re.match(
                r"p ?[(=]", cues[-1].group()
            ) and not re.search(r"(?<!log-)(?<!log )\bprob", lead) else "prob"  # fmt: skip
        return role
    if _UNIT.match(after):
        return "loss"
    # The table's or the list's own name stands before other numbers.
    earlier = list(_CUE.finditer(statement.folded[: value.start]))
    if not previous and earlier and str(earlier[-1].lastgroup) in ("log", "prob", "loss"):
        return str(earlier[-1].lastgroup)
    return ""


def _asking(statement: Statement) -> str:
    sentences = re.split(r"(?<=[.?!;])\s+|\n", statement.folded)
    asking = [each for each in sentences if _ASKS.search(each)]
    return " ".join(asking or sentences)


def _wants_perplexity(statement: Statement) -> bool:
    return re.search(rf"(?<!\w)(?:{PERPLEXITY})(?!\w)", _asking(statement)) is not None


def _wants_loss(statement: Statement, role: str) -> bool:
    text = _asking(statement)
    if role in ("loss", "ppl"):
        return False
    pattern = (
        rf"\b(?:calcul\w+|determin\w+|obtenh\w+|ache|qua(?:l|is)|quanto|diga|e)\b[^.;?\n]{{0,25}}?"
        rf"(?<!\w)(?:{_LOSS})(?!\w)(?! de \d)"
    )
    return re.search(pattern, text) is not None


def _spelled_count(statement: Statement) -> int | None:
    for match in re.finditer(r"(\w+) (?:tokens|palavras|posicoes)\b", statement.folded):
        number = word_number(match[1])
        if number and number > 1:
            return number
    return None


def _from_perplexities(
    statement: Statement, numbers: Sequence[float], common: dict[str, Json]
) -> list[Part] | None:
    for each in numbers:
        if each < 1:
            raise SolverError(f"A perplexidade nunca é menor que 1, mas li {plain(each)}.")
    if len(numbers) == 1:
        return [("perda", _KIND, {**common, "perplexity": numbers[0]})]
    if statement.has("diferenca", "quanto (?:caiu|diminuiu|reduziu)", "reducao", _RATIO):
        ratio = max(numbers) / min(numbers)
        inputs: dict[str, Json] = {**common, "perplexity": ratio}
        assume(
            inputs,
            "A diferença das perdas é o logaritmo da razão das perplexidades, "
            f"{plain(max(numbers))}/{plain(min(numbers))}.",
        )
        return [("diferença", _KIND, inputs)] if len(numbers) == 2 else None
    return [(f"PPL {plain(each)}", _KIND, {**common, "perplexity": each}) for each in numbers]


def _several_losses(
    statement: Statement, numbers: Sequence[float], common: dict[str, Json], data: Sequence[_Datum]
) -> list[Part] | None:
    """Two models' losses: a perplexity for each, or their ratio."""
    if len(data) < 2 or any(len(datum.numbers) > 1 for datum in data):
        return None
    if len(numbers) == 2 and statement.has(_RATIO):
        inputs: dict[str, Json] = {**common, "losses": [abs(numbers[0] - numbers[1])]}
        assume(
            inputs,
            "A razão de duas perplexidades é a exponencial da diferença das perdas: "
            f"{plain(max(numbers))} − {plain(min(numbers))}.",
        )
        return [("razão", _KIND, inputs)]
    if statement.has(_EACH) or not statement.has(_MEAN):
        return [(f"perda {plain(each)}", _KIND, {**common, "losses": [each]}) for each in numbers]
    return None


def _of_logs(
    numbers: Sequence[float], tokens: int | None, common: dict[str, Json], mean: bool = False
) -> dict[str, Json] | None:
    losses = [abs(each) for each in numbers]
    if len(losses) == 1 and tokens:
        return {**common, "total_log": losses[0], "tokens": tokens}
    if len(losses) > 1 or mean:
        return {**common, "losses": [*losses]}
    raise MissingData(
        "Para a perplexidade falta o número de tokens: de quantos é essa soma? Escreva, por "
        "exemplo, 50 tokens.",
        Problem(_KIND, dict(common)),
    )


def _of_losses(
    statement: Statement, numbers: Sequence[float], tokens: int | None, common: dict[str, Json]
) -> dict[str, Json] | None:
    if len(numbers) == 1 and statement.has(_TOTAL):
        if tokens is None:
            return _of_logs(numbers, None, common)
        return {**common, "total_log": numbers[0], "tokens": tokens}
    if any(each < 0 for each in numbers):
        return None
    return {**common, "losses": [*numbers]}


def _of_probabilities(
    statement: Statement,
    numbers: Sequence[float],
    counts: Sequence[float],
    tokens: int | None,
    common: dict[str, Json],
) -> dict[str, Json] | None:
    if any(not 0 < each <= 1 for each in numbers):
        raise SolverError("As probabilidades dos tokens precisam ser maiores que 0 e no máximo 1.")
    if len(numbers) == 1 and tokens:
        if statement.has(r"cada(?: um| uma)?", "todos", "sempre"):
            return {**common, "probabilities": [numbers[0]] * min(tokens, 1000)}
        if statement.has(_WHOLE) or statement.has("frase", "sequencia", "sentenca", "texto"):
            inputs = {**common, "total_log": -math.log(numbers[0]), "tokens": tokens}
            inputs.pop("base", None)
            assume(inputs, f"−ln {plain(numbers[0])} é a perda total da sequência.")
            return inputs
        return None
    if counts and len(numbers) > 1 and counts[0] != len(numbers):
        raise SolverError(
            f"São {int(counts[0])} tokens, mas há {len(numbers)} probabilidades. Precisa haver uma "
            "para cada token."
        )
    return {**common, "probabilities": [*numbers]} if numbers else None
