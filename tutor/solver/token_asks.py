"""What is asked of a tokenized word or sentence: the tokens, how many, one of them, the [UNK]s."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.format import tokens
from tutor.solver.inputs import Inputs, strings
from tutor.solver.numbers import word_number
from tutor.solver.text import fold

_TOKEN = r"(?:tokens?|pedacos?|subtokens?|simbolos?|subpalavras?|pecas?|fichas?|pieces?)"
ORDINAL = (
    r"(?:(?P<word>primeir|segund|terceir|quart|quint|sext|setim|oitav|non|decim)[oa]|"
    r"(?P<digits>\d{1,2})\s?[º°ªoa])"
)
_HOW_MANY = re.compile(
    rf"\bquant[oa]s(?: e quais)? (?:\w+ )?{_TOKEN}|\b(?:qual (?:e )?o )?(?:numero|quantidade|"
    rf"total) "
    rf"(?:total )?de {_TOKEN}|\bhow many {_TOKEN}|{_TOKEN}[:,]? quant[oa]s\b"
)
_WHICH = re.compile(
    rf"\b(?:qua(?:l|is)(?: sao)?(?: [oa]s?)?|liste(?: [oa]s)?|mostre(?: [oa]s)?|de [oa]s|"
    rf"e) {_TOKEN}"
    r"|\b(?:liste|mostre|escreva|diga)-[oa]s\b|\bquant[oa]s e quais\b|\bquais e quant[oa]s\b|"
    r"\be quais\b"
)
_ASKS_AGAIN = re.compile(r"\b(?:quais|mostr\w+|tokeniz\w+|segment\w+)\b")
_TOTAL = re.compile(
    r"\b(?:ao todo|no total|em total|total de|somad[oa]s|somando|juntas|juntos|soma|in total|"
    r"a frase (?:toda|inteira)|numero total)\b"
)
_NTH = re.compile(rf"{ORDINAL} (?:e ultim[oa] )?{_TOKEN}\b")
_NUMBERED = re.compile(rf"\b{_TOKEN} (?:de )?(?:numero|n[.º]|na posicao|de posicao) (\d{{1,2}})\b")
_LAST = re.compile(rf"\bultim[oa] {_TOKEN}\b|\b{_TOKEN} final\b(?! d)")
_UNKNOWN = r"\[?unk\]?|desconhecid[oa]s?"
_HOW_MANY_UNKNOWN = re.compile(
    rf"\bquant[oa]s\b[^.;?]{{0,60}}?(?:{_UNKNOWN})|\b(?:numero|"
    rf"quantidade) de (?:tokens )?(?:{_UNKNOWN})"
)
_WHICH_UNKNOWN = re.compile(
    rf"\bqua(?:l|is)\b[^.;?]{{0,60}}?\b(?:vira\w*|da|dao|gera\w*|produz\w*|resulta\w*|fica\w*|"
    rf"torna\w*|"
    rf"sao|e|recebe\w*|termina\w*)(?: (?:em|como|um|o|mapead\w+|para|a))* (?:{_UNKNOWN})"
)
_SPECIAL = re.compile(r"\[?\b(?:cls|sep)\b\]?|\btokens? especia(?:l|is)\b")
_WITH_SPECIAL = re.compile(
    r"\b(?:com|inclu\w+|acrescent\w+|adicion\w+|contando|ponha|coloque|colocando)\b[^.;?]{0,20}?"
    r"(?:\[?cls\b|tokens? especia)"
)
_NO_SPECIAL = re.compile(
    r"\b(?:sem|nem|nao|without|ignor\w+|desconsider\w+|desprez\w+|exceto|exclu\w+)\b"
    r"[^.;?]{0,30}?(?:\[cls\]|\[sep\]|tokens? especia)"
)


_EXTREME = re.compile(
    r"\bqual (?:del[ea]s|das|dos|dessas|destas|palavra)\b[^.;?]{0,60}?"
    rf"\b(?P<which>mais|menos) {_TOKEN}"
)


def note_asks(statement: Statement, inputs: dict[str, Json]) -> None:
    """What is wanted, kept in `inputs`: "asked", "total" and "special"."""
    folded = statement.folded
    nth = _nth(folded)
    if _HOW_MANY_UNKNOWN.search(folded):
        inputs["asked"] = "unknown count"
    elif _WHICH_UNKNOWN.search(folded):
        inputs["asked"] = "unknown"
    elif _HOW_MANY.search(folded):
        inputs["asked"] = "both" if _WHICH.search(folded) else "count"
        if _TOTAL.search(folded):
            inputs["total"] = True
    elif nth is not None:
        inputs["asked"] = ["nth", nth]
    elif (extreme := _EXTREME.search(folded)) is not None:
        inputs["asked"] = "most" if extreme["which"] == "mais" else "fewest"
    elif _ASKS_AGAIN.search(folded):
        inputs.pop("asked", None)
    if _WITH_SPECIAL.search(folded) or (_SPECIAL.search(folded) and not _in_vocabulary(folded)):
        inputs["special"] = _NO_SPECIAL.search(folded) is None


def _in_vocabulary(folded: str) -> bool:
    """Do [CLS] and [SEP] stand only in the list of the pieces?"""
    marks = list(re.finditer(r"\[(?:cls|sep)\]", folded))
    return bool(marks) and all(
        re.search(r"[,{\n]\s*[\"']?$|\[\s*[\"']?$", folded[: m.start()])
        or re.match(r"[\"']?\s*[,}\n:]", folded[m.end() :])
        for m in marks
    )


def _nth(folded: str) -> int | None:
    """1 for the first token, -1 for the last."""
    match = _NTH.search(folded)
    if match is not None:
        return ordinal_of(match)
    numbered = _NUMBERED.search(folded)
    if numbered is not None:
        return int(numbered[1])
    return -1 if _LAST.search(folded) else None


def ordinal_of(match: re.Match[str]) -> int | None:
    return int(match["digits"]) if match["digits"] else word_number(f"{match['word']}o")


Cut = Mapping[str, list[str]]


def _sequence(cut: Cut, inputs: Inputs) -> list[str] | None:
    """The tokens of a sentence in a row, or of one word with [CLS] and [SEP]."""
    words = strings(inputs.get("sentence"))
    special = inputs.get("special") is True
    if not words and not (special and len(cut) == 1):
        return None
    listed = [piece for word in words or list(cut) for piece in cut[word]]
    return ["[CLS]", *listed, "[SEP]"] if special else listed


def value_of(cut: Cut, inputs: Inputs) -> Json:
    """The result that is asked for; by word where there are several words and no sentence."""
    asked = inputs.get("asked")
    unknown = [word for word, pieces in cut.items() if pieces == ["[UNK]"]]
    if asked == "unknown count":
        words = strings(inputs.get("sentence")) or list(cut)
        return sum(word in unknown for word in words)
    if asked == "unknown":
        return list(unknown)
    if asked in ("most", "fewest"):
        sizes = {word: len(pieces) for word, pieces in cut.items()}
        extreme = max(sizes.values()) if asked == "most" else min(sizes.values())
        best = [word for word, size in sizes.items() if size == extreme]
        return best[0] if len(best) == 1 else list(best)
    sequence = _sequence(cut, inputs)
    by_word: dict[str, list[str]] = {"": sequence} if sequence is not None else dict(cut)
    if asked in ("count", "both"):
        counts: dict[str, Json] = {word: len(pieces) for word, pieces in by_word.items()}
        total = sum(len(pieces) for pieces in by_word.values())
        number: Json = total if inputs.get("total") or len(counts) == 1 else counts
        if asked == "count":
            return number
        return {"tokens": _all_of(by_word), "quantidade": number}
    if isinstance(asked, list) and len(asked) == 2 and isinstance(asked[1], int):
        chosen: dict[str, Json] = {w: _one_of(w, p, asked[1]) for w, p in by_word.items()}
        return next(iter(chosen.values())) if len(chosen) == 1 else chosen
    return _all_of(by_word)


def _all_of(by_word: Cut) -> Json:
    if len(by_word) == 1:
        return list(next(iter(by_word.values())))
    return {word: list(pieces) for word, pieces in by_word.items()}


def _one_of(word: str, pieces: Sequence[str], number: int) -> str:
    if number > len(pieces) or number == 0:
        raise SolverError(
            f"{f'“{word}”' if word else 'A frase'} só tem {len(pieces)} token"
            f"{'s' * (len(pieces) > 1)} ({tokens(pieces)}); não há um token de número {number}."
        )
    return pieces[number - 1 if number > 0 else number]


def result_line(cut: Cut, inputs: Inputs) -> str:
    sequence = _sequence(cut, inputs)
    asked, value = inputs.get("asked"), value_of(cut, inputs)
    if sequence is not None:
        line = f"{tokens(sequence)} ({len(sequence)} token{'s' * (len(sequence) > 1)})"
    else:
        line = "; ".join(
            f"{word} → {tokens(p)} ({len(p)} token{'s' * (len(p) > 1)})" for word, p in cut.items()
        )
    if asked in ("most", "fewest"):
        listed = ", ".join([value] if isinstance(value, str) else strings(value))
        return f"**{listed}**. {line}"
    if asked == "unknown count":
        return f"**{value}** → `[UNK]`. {line}"
    if asked == "unknown":
        listed = ", ".join(f"“{word}”" for word in strings(value)) or "nenhuma"
        return f"Viram `[UNK]`: {listed}. {line}"
    if isinstance(asked, list) and isinstance(value, str):
        return f"`{value}`. {line}"
    if inputs.get("total") and isinstance(value, int):
        return f"**{value}** tokens ao todo. {line}"
    return line


_CLAIMED = re.compile(
    r"\[([^\[\]()]{2,200})\]|((?:#{0,2}[^\W\d_]{1,30}\s*[|+/·-]\s*){1,20}#{0,2}[^\W\d_]{1,30})"
)
_CLAIMS = re.compile(
    r"\b(?:como|vira|viram|deu|dao|da|ficou|fica|e|obtive|achei|respond\w+|respost\w+|"
    r"resultado|saida|"
    r"tokenizou|tokenizei|diz\w*|disse|marquei|fiz|tirei|conclui\w*|afirm\w+|acha|"
    r"acho)\b[^.;?]{0,45}$"
)


def claimed_tokens(
    statement: Statement, words: Sequence[str], skip: Sequence[tuple[int, int]]
) -> list[str]:
    """The student's (or a colleague's) own tokens of one of the words; [] if there are none."""
    for match in _CLAIMED.finditer(statement.text):
        if any(a <= match.start() < b for a, b in skip):
            continue
        content = match[1] or match[2]
        parts = [p.strip(" \t\"'") for p in re.split(r"[,;|+/·\s-]+", content)]
        parts = [part for part in parts if part]
        spelled = "".join(part.removeprefix("##") for part in parts)
        known = any(fold(spelled) == fold(word) for word in words)
        lead = statement.folded[max(0, match.start() - 60) : match.start()]
        if known and len(parts) > 1 and _CLAIMS.search(lead):
            return parts
    return []


def on_claim(claimed: Sequence[str], cut: Cut) -> tuple[str, ...]:
    """The remark about tokens that somebody proposed."""
    if not claimed:
        return ()
    if list(claimed) in [list(pieces) for pieces in cut.values()]:
        return (f"A segmentação {tokens(claimed)} está certa.",)
    return (f"A segmentação {tokens(claimed)} não está certa; compare com os passos.",)
