"""The rates and factors of a schedule, by their names or else by their order."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import assume, number
from tutor.solver.named_roles import assign
from tutor.solver.schedule_words import FALLS, FROM_TO, NUMBER, RATE, UNIT, WARMUP

_WHEN = re.compile(
    r"\b(?:(?:em|a partir de|com|apos|depois de) (?:que|qual|quantas?|quantos?) "
    rf"(?:e a primeira )?{UNIT}|quando a taxa|quant[ao]s {UNIT})"
)
_LIMIT = re.compile(
    r"\b(?P<strict>abaixo de|menor (?:do )?que|inferior a)|(?:cheg\w+ a|ating\w+|"
    r"fica(?:r)?(?: em| igual a)?"
    r"|vale(?:r|ria)?|vira|alcanc\w+|for|seja|e de|cai(?:r|a)? (?:para|a|ate))\s*$"
)
_ROLES: dict[str, str] = {
    "base": (
        rf"(?:{RATE})(?: de aprendizad\w+)? (?:inicial|base|de partida|maxima?|max|de pico|alvo|"
        r"original)|(?:lr|eta|taxa)_?(?:0|max|base|inicial|init\w*|initial|peak)|"
        r"(?:taxa |lr )?(?:inicial|maxim[ao]|de pico|pico)|base_lr|max_lr|initial_lr|"
        rf"(?:comec|part|inici|sa)(?:a|ando|e|indo|ou|iu)(?: (?:em|de|com))?|a partir de|"
        r"valor (?:inicial|maximo|de pico)|taxas?(?: de aprendizad\w+)?|lr|learning[ _-]?rates?|"
        r"eta|tx"
    ),
    "end": (
        rf"(?:{RATE})(?: de aprendizad\w+)? (?:final|minima?|min)|(?:lr|eta|taxa)_?(?:min|final|"
        rf"end|f)|"
        r"(?:taxa |lr )?(?:minim[ao]|final)|valor (?:final|minimo)|piso|fim"
    ),
    "gamma": (
        r"gamma|fator(?: de (?:decaimento|reducao|queda))?|decay[ _]rate|multiplic\w+ por|"
        r"multiplic\w+ (?:a taxa|o lr|ela) por|coeficiente|base do decaimento|decay_factor"
    ),
    "divisor": r"(?:divid\w+|reduz\w+|corta\w*) (?:a taxa |o lr |ela )?por(?: um fator(?: de)?)?|"
    r"(?:cai|caiu|caindo|decai|diminui) por um fator(?: de)?|"
    r"(?:reduz\w+|cai|caindo|diminui\w*) (?:em|de) um fator(?: de)?|(?:cai|reduz\w*|"
    r"caiu)(?= \d+ ?(?:x\b|vezes))",
    "k": r"k|(?:constante|taxa|coeficiente) de decaimento|decay",
    "power": r"potencia|expoente|grau|power|p",
    "d_model": r"d_?model|dimensao(?: do modelo)?",
    "threshold": r"threshold",
    "start": r"start",
}
VOCABULARY: Mapping[str, re.Pattern[str]] = {
    key: re.compile(rf"(?<![\w'])(?:{pattern})(?![\w'])") for key, pattern in _ROLES.items()
}
_UP_TO = re.compile(rf"\b(?:ate|para|atinge|chega a|a) (?:a |o |uma? )?(?={NUMBER})")


def read_rates(inputs: dict[str, Json], text: str, statement: Statement) -> None:
    """What is no count: rates, factors, exponents, by name and then by order."""
    text = _read_formula(inputs, text)
    rising = "warmup" in inputs and inputs["schedule"] != "noam"
    factor, text = _factor(text)
    if factor is not None:
        inputs["gamma"] = factor
    text = _read_limit(inputs, text)
    moved = FROM_TO.search(text)
    if moved:
        around = text[max(0, moved.start() - 60) : moved.start()]
        warm = rising and (
            inputs["schedule"] == "constant"
            or re.search(rf"{WARMUP}|\b(?:sobe|cresce|aumenta)", around) is not None
        )
        one, other = ("start", "lr_base") if warm else ("lr_base", "lr_end")
        told = f"{one} = {moved[1]} ; {other} = {moved[2]}"
        text = f"{text[: moved.start()]} ; {told} ; {text[moved.end() :]}"
    else:
        text = _named_ends(text, rising)
    cleaned = Statement(text)
    roles = assign(cleaned, VOCABULARY)
    for key, values in roles.values.items():
        value = next((each for each in values if not each.percent), values[0])
        if not value.is_scalar:
            continue
        amount = value.scalar(key)[0]
        if key == "divisor":
            if amount <= 0:
                raise SolverError(
                    "A taxa não pode ser dividida por zero ou por um número negativo."
                )
            inputs["gamma"] = 1 / amount if amount > 1 else amount
            inputs["read"] = [amount]
        elif key == "k" and inputs["schedule"] not in ("natural", "inverse"):
            inputs["gamma"] = 1 - amount if value.percent else amount
        elif key == "gamma" and inputs["schedule"] in ("natural", "inverse"):
            inputs["k"] = amount
        elif key == "base" and value.percent:
            inputs["gamma"] = 1 - amount
        else:
            inputs[key] = amount
    loose = [v.scalar("a taxa")[0] for v in roles.loose if v.is_scalar and not v.percent]
    for key in ("base", "end"):
        if (
            key not in inputs
            and loose
            and (key == "base" or inputs["schedule"] in ("cosine", "linear"))
        ):
            inputs[key] = loose.pop(0)
            name = "taxa inicial" if key == "base" else "taxa final"
            assume(inputs, f"Li {plain(number(inputs[key]))} como a {name}.")


_SYMBOL = r"(?:lr|eta|taxa|learning_rate)_?\w*(?: ?\( ?\w+ ?\))?"
_SHAPE_OF = re.compile(  # "η(t) = 0,2 · e^(-0,1 t)", "lr = lr0/(1 + k·t)", "0,1 · 0,95^t"
    rf"(?:{_SYMBOL}\s*(?:=|:)\s*)?(?P<base>{NUMBER}|(?:lr|eta)_?\w*)\s*(?:"
    rf"[*·]\s*(?:e\s?(?:\^|\*\*)|exp)\s?[({{]?\s?-\s?(?P<rate>{NUMBER}|k|\w+)\s?[*·]?\s?t?\s?[)}}]?"
    rf"|/\s*\(\s*1\s*\+\s*(?P<k>{NUMBER}|\w+)\s*[*·]?\s*t?\s*\)"
    rf"|[*·]\s*\(?\s?(?P<gamma>{NUMBER}|gamma|\w+)\s?\)?\s?(?:\^|\*\*)\s?[({{]?\s?(?:t|epoca|n)"
    rf"(?:\s?/\s?(?P<period>\d+|\w+))?\s?[)}}]?"
    rf"|/\s*(?:sqrt|√|raiz de)\s?\(?\s?t\s?\)?)"
)


def _read_formula(inputs: dict[str, Json], text: str) -> str:
    """The numbers inside of a formula; without it, nothing there can be mistaken for data."""
    found = _SHAPE_OF.search(text)
    if found is None:
        return text
    for group, key in (("base", "base"), ("rate", "k"), ("k", "k"), ("gamma", "gamma"),
                       ("period", "period")):  # fmt: skip
        number_ = found[group]
        if number_ and number_[0].isdigit():
            inputs[key] = Statement(number_).values[0].scalar(key)[0]
    return f"{text[: found.start()]} ; {text[found.end() :]}"


def _named_ends(text: str, rising: bool) -> str:
    """ "até 0,01 … até 0": the peak of the warm-up, the end of the decay."""
    has_base = re.search(
        rf"(?<!\w)(?:lr_?(?:0|max)|{RATE})(?: \w+)? ?(?:=|:|e|de|em)? ?{NUMBER}", text
    )
    if re.search(r"\b(?:ate|a|para) zero\b", text):
        text = re.sub(r"\b(?:ate|a|para) zero\b", "; lr_end = 0 ;", text)
    places = [m for m in _UP_TO.finditer(text) if not re.search(r"\d\s*$", text[: m.start()])]
    for index in reversed(range(len(places))):
        place = places[index]
        if place.group().startswith("a ") and not rising:
            continue
        peak = rising and index == 0 and not has_base
        name = "lr_base" if peak else "lr_end"
        text = f"{text[: place.start()]} ; {name} = {text[place.end() :]}"
    return text


_WORD_FACTORS = (
    (r"\b(?:(?:pel|[aà]|para )?a? ?metade|divid\w+ (?:por|ao) (?:dois|meio))\b", 0.5),
    (r"\bdecima parte\b|\bum decimo\b", 0.1),
    (r"\bum terco\b|\bterca parte\b", 1 / 3),
)
_PART = re.compile(
    rf"\b(?:para|a|em|por) 1/(\d+)\b(?: d[oa] valor)?|\b{FALLS} (\d+) ?(?:x\b|vezes\b)"
)
_PERCENT = re.compile(rf"{FALLS}(?P<gap>[^.;?\d]{{0,40}}?)(?P<share>\d+(?:[.,]\d+)?) ?%")


def _factor(text: str) -> tuple[float | None, str]:
    """ "pela metade", "10% por época", "para 1/10": the factor, and the text without it."""
    for pattern, factor in _WORD_FACTORS:
        found = re.search(pattern, text)
        if found:
            return factor, f"{text[: found.start()]} ; {text[found.end() :]}"
    found = _PART.search(text)
    if found and float(found[1] or found[2]) > 0:
        return 1 / float(found[1] or found[2]), f"{text[: found.start()]} ; {text[found.end() :]}"
    found = _PERCENT.search(text)
    if found:
        share = float(found["share"].replace(",", ".")) / 100
        kept = re.search(r"\b(?:para|mantem|fica com)\s*$", found["gap"])
        return share if kept else 1 - share, f"{text[: found.start()]} ; {text[found.end() :]}"
    return None, text


def _read_limit(inputs: dict[str, Json], text: str) -> str:
    """ "em que época a taxa fica abaixo de 0,01": the value that is to be reached."""
    when = _WHEN.search(text)
    if when is None:
        return text
    for each in re.finditer(rf"(?<![\w.,]){NUMBER}", text):
        limit = _LIMIT.search(text[max(0, each.start() - 25) : each.start()].rstrip())
        if limit:
            inputs["strict"] = bool(limit["strict"])
            return f"{text[: each.start()]} ; threshold = {text[each.start() :]}"
    return text
