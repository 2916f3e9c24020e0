"""Update rules that a message writes out: "v = 0.9 v + 0.1 g e w = w - 0.5 v".

A rule holds data (β, the rate) and the convention. `read_rules` takes both out of the text and
puts the numbers back under their usual names, so that no state is read as "v = 0.9".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_NUMBER = r"(?:\d{1,9}(?:[.,]\d{1,12})?)"
_SYMBOL = r"(?:beta_?[12]?|mu|rho|gamma|alpha|alfa|eta|lr|lambda|taxa)"
_COEFFICIENT = rf"\(?\s?(?:1\s?-\s?)?(?:{_NUMBER}|{_SYMBOL})\s?\)?"
_ASSIGN = r"\s{0,2}(?:=|<-|:=|←)\s{0,2}"
_TIMES = r"\s{0,2}[*·×]?\s{0,2}"
_BEFORE = r"(?:_?\(?t\s?-\s?1\)?|_?\d|_t|_old|_anterior|\(t\s?-\s?1\))?"
_AFTER = r"(?:_t\+1|_t|_novo|_new|_?\d|\(t\))?"
_STATE = re.compile(
    rf"(?<![\w'])(?P<state>[vsmgu]|ema|buf(?:fer)?|vel(?:ocity|ocidade)?|mom|cache|acc){_AFTER}{_ASSIGN}(?P<keep>{_COEFFICIENT}){_TIMES}"
    rf"(?P=state){_BEFORE}\s{{0,2}}(?P<sign>[+-])\s{{0,2}}(?P<gain>{_COEFFICIENT})?{_TIMES}"
    rf"(?P<item>gradiente|grad|g|x|y){_AFTER}(?P<square>\s?(?:\^|\*\*)\s?2)?(?!\w)"
)
_WEIGHT = re.compile(
    rf"(?<![\w'])(?P<w>w|theta|x|p){_AFTER}(?:{_ASSIGN}(?P=w){_BEFORE}\s{{0,2}}(?P<sign>[+-])"
    rf"|\s{{0,2}}(?P<short>[+-])=)\s{{0,2}}(?P<rate>{_COEFFICIENT})?{_TIMES}"
    rf"(?:[vsmu]|buf(?:fer)?|vel(?:ocity|ocidade)?|mom){_AFTER}(?!\w)"
)


@dataclass(frozen=True)
class Rules:
    text: str  # the folded message, each rule replaced by its numbers
    method: str | None = None  # momentum, rmsprop, adam or average, as far as the rules tell
    convention: str | None = None  # of momentum: ema, sum, rate (η inside v), signed (w + v)
    gain: float | None = None  # what multiplies g, if it is a number of its own


def read_rules(folded: str) -> Rules:
    states = list(_STATE.finditer(folded))
    if not states:
        return Rules(folded)
    weight = _WEIGHT.search(folded)
    squares = [each for each in states if each["square"]]
    plain = [each for each in states if not each["square"]]
    facts = {match.span(): "" for match in states}
    names = ("beta1", "beta2") if squares and plain else ("beta", "beta")
    for matches, name in ((plain, names[0]), (squares, names[1])):
        for match in matches:
            facts[match.span()] = _fact(name, _number(match["keep"]))
    convention, gain = None, None
    if squares and plain:
        method = "adam"
    elif squares:
        method = "rmsprop"
    else:
        method = "average" if plain[0]["item"] in "xy" else "momentum"
        convention, gain, rate = _convention(plain[0], weight)
        if rate is not None:
            facts[plain[0].span()] += _fact("lr", rate)
    if weight is not None:
        facts[weight.span()] = _fact("lr", _number(weight["rate"]))
    text = folded
    for (start, end), fact in sorted(facts.items(), reverse=True):
        text = f"{text[:start]} ; {fact}{text[end:]}"
    return Rules(text, method, convention, gain)


def _convention(
    state: re.Match[str], weight: re.Match[str] | None
) -> tuple[str, float | None, float | None]:
    """The convention of momentum, its own gain and the learning rate inside the velocity."""
    keep, gain = _number(state["keep"]), _number(state["gain"])
    typed = state["gain"] or ""
    averaged = re.search(r"1\s?-", typed) is not None
    averaged = averaged or (keep is not None and gain is not None and _same(keep + gain, 1))
    if state["sign"] == "-":
        return "signed", None, gain
    named_rate = re.search(r"eta\b|lr|taxa|alpha|alfa", typed) is not None and "beta" not in typed
    bare = weight is not None and weight["rate"] is None
    if named_rate or (bare and gain is not None and not averaged):
        return "rate", None, gain
    if bare and averaged and gain is not None and re.search(r"1\s?-", typed) is None:
        return "rate", None, gain  # v = 0.9 v + 0.1 g and w = w - v: 0.1 is the rate
    if averaged:
        return "ema", None, None
    return "sum", gain, None


def _number(text: str | None) -> float | None:
    match = re.fullmatch(rf"\(?\s?(1\s?-\s?)?({_NUMBER})\s?\)?", text or "")
    if match is None:
        return None
    number = float(match[2].replace(",", "."))
    return 1 - number if match[1] else number


def _fact(name: str, number: float | None) -> str:
    return "" if number is None else f"{name} = {number!r} ; "


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, abs_tol=1e-9)
