"""What a group of numbers is: logits, probabilities, their logarithms, a target or losses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.solver.fields import Statement
from tutor.solver.groups import Group
from tutor.solver.text import fold

_GAVE = (
    r"deu|deram|da|foi|foram|sao|eram|produziu|produz|retornou|devolveu|cuspiu|gerou|saiu|sairam|"
    r"resultou|ficou|ficaram"
)
# The last of these before the numbers, or the first right after them, says what they are.
_ROLES = (
    (
        "log_probabilities",
        r"log[ -_]?soft ?-?max|log[ -]?prob\w*|logaritmos? das probabilidades",
    ),
    (
        "losses",
        r"(?:perdas?|losses|entropias? cruzadas?) (?:individuais|de cada\b|d[eo]s? exemplos?|por "
        r"exemplo|foram|sao)|perdas|losses",
    ),
    (
        "target",
        r"alvos?|targets?|soft (?:targets?|labels?)|(?:rotulos?|labels?) suaves?|one[- ]?hot|"
        r"y_true|"
        r"gabaritos?|distribuic\w+ (?:verdadeira|real|alvo)|rotulos?|labels?|y|professor|teacher|"
        r"classes (?:verdadeiras|corretas|certas|reais)|anotador\w*|y_real",
    ),
    (
        "probabilities",
        rf"probabilidades?|probs?|chances?|confiancas?|(?:apos|depois d[ao]) (?:a |o )?soft ?-?max|"
        rf"saidas? d[ao] soft ?-?max|soft ?-?max\b[^.;\n]{{0,30}}\b(?:{_GAVE})|y_hat|p_hat|"
        r"predic\w+|previs(?:ao|oes)|previu|previst[ao]s?|predit[ao]s?|p|q",
    ),
    (
        "logits",
        r"logits?|logitos?|scores?|escores?|pontuac\w+|pre-?ativac\w+|saidas? linear\w*|"
        r"saidas? brutas?|antes d[ao] soft ?-?max|sem soft ?-?max|valores brutos|z",
    ),
    (
        "outputs",
        r"produz\w*|emiti\w+|emite|cusp\w+|devolv\w+|saidas?|gerou|retornou|deu|deram|outputs?|out|"
        r"solt\w+|apareceu|entreg\w+|respond\w+|notas?|ativac\w+|x",
    ),
)
_CUE = re.compile(
    "|".join(rf"(?P<{name}>(?<![\w']) ?(?:{pattern})(?![\w]))" for name, pattern in _ROLES)
)
_ASKS = re.compile(
    r"\b(?:calcul\w+|qua(?:l|is)|determine|encontre|obtenha|converta|ache|quanto|diga|informe|"
    r"mostre|quero|volte|aplique|aplica|entropia cruzada|perda|what|compute)\b"
)
_CODE = re.compile(r"\b(?:np|numpy|torch|tf)\.(?:as)?(?:array|tensor|matrix|constant)\b|\btensor\b")
_RIGHT = r"(?:classes?|rotulos?|respostas?|tokens?|palavras?) (?:verdadeir|corret|cert)[ao]s?"
# "as probabilidades da classe correta em três exemplos foram …"
_OF_THE_RIGHT_ONE = re.compile(
    rf"\b(?:prob\w*|confiancas?|chances?)\b[^.;:\n]{{0,40}}?\b{_RIGHT}\b"
    rf"|\b(?:a|as|na|nas|da|das|para [ao]s?) {_RIGHT}[^.;:\n]{{0,40}}"
    r"\b(?:prob\w*|confiancas?|chances?)"
    rf"|\b(?:a|as|na|nas|para [ao]s?) {_RIGHT}(?: (?:foi|foram|de|e))?\W*$"
)
_TARGET_LEAD = re.compile(r"\b(?:alvo|target|rotulo|professor|soft label)s?\b[^.;\n]*$")
_SENTENCE = re.compile(r"[.?!]\s|\n(?=\s*\S)")
_NEAR = 90
_AFTER = re.compile(
    r"\W{0,3}(?:(?:estes|esses|isso|que|ja|os numeros) )?"
    r"(?:(?:sao|eram|foram|como|eh|era|foi) (?:as? )?)"
)


def role_of(statement: Statement, group: Group, others: Sequence[Group]) -> str:
    """One of the names in _ROLES, or "" where nothing says it."""
    if group.percent and not group.sums_to_one:
        lead = statement.folded[max(0, group.start - _NEAR) : group.start].replace("prob.", "prob ")
        if _OF_THE_RIGHT_ONE.search(lead):
            return "right_probabilities"
    if group.percent:
        return (
            "target"
            if _TARGET_LEAD.search(statement.folded[: group.start][-60:])
            else "probabilities"
        )
    begin = max((each.end for each in others if each.end <= group.start), default=0)
    begin = max(begin, group.start - _NEAR)
    lead = _CODE.sub(" ", statement.folded[begin : group.start]).replace("prob.", "prob ")
    lead = _SENTENCE.split(lead)[-1]
    if group.letter:
        return {"p": "probabilities", "q": "probabilities", "y": "target", "t": "target"}.get(
            group.letter, "logits"
        )
    end = min((each.start for each in others if each.start >= group.end), default=10**9)
    after = _SENTENCE.split(statement.folded[group.end : min(end, group.end + 60)])[0]
    # é is a verb and "e" none
    spoken = statement.text[group.end : group.end + len(after)].replace("é", "eh")
    after = fold(spoken)
    if fits_right(group) and re.match(
        rf"\W{{0,3}}(?:para|pra|na|a|da|as?) (?:as? )?{_RIGHT}", after
    ):
        return "right_probabilities"
    told = re.match(r"\W*\(([^)]{3,40})\)", after) or (
        _AFTER.match(after) and re.match(r"(.{3,40})", after)
    )
    if told:
        match = _CUE.search(told.group(1))
        if match and match.lastgroup not in ("outputs", "target"):
            return str(match.lastgroup)
    fits = all(0 < each <= 1 for each in group.numbers)
    right = _OF_THE_RIGHT_ONE.search(lead)
    if right and fits and not ("," in right.group() and group.sums_to_one):
        return "right_probabilities"
    found = list(_CUE.finditer(lead))
    for match in reversed(found):
        role = str(match.lastgroup)
        if role in ("probabilities", "losses") and _is_asked(lead, match):
            continue
        if role == "target" and _names_a_class(lead, match):
            continue
        return role
    return ""


def fits_right(group: Group) -> bool:
    return all(0 < each <= 1 for each in group.numbers) and not group.sums_to_one


def _is_asked(lead: str, match: re.Match[str]) -> bool:
    """ "as probabilidades para os logits": wanted, and no name of these numbers."""
    gap = lead[match.end() :]
    asked = _ASKS.search(lead[: match.start()])
    return asked is not None and not re.fullmatch(r"[\s:=(\[]*|.*\b(?:foram|sao|eram)\b.*", gap)


def _names_a_class(lead: str, match: re.Match[str]) -> bool:
    """ "rótulo 2; logits": the label has its own value before these numbers."""
    gap = lead[match.end() :]
    return re.search(r"[a-z0-9]\w*\W*(?:[,;.]\s*\w+|\se\s\W*$)", gap) is not None
