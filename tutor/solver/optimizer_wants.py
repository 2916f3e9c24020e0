"""What an optimizer problem asks for: the weight, the moments, the step, every step."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement

_UPDATE = (
    r"tamanho (?:efetivo )?do passo|passo efetivo|taxa (?:de aprendizado )?efetiva|delta ?w|"
    r"atualizacao (?:do peso|delta)|quanto (?:o peso |o parametro )?(?:muda|varia|anda|se move)|"
    r"variacao (?:do|no) peso"
)


WITH_AND_WITHOUT = (
    r"(?:com e sem|sem e com) (?:a )?correc\w+|sem (?:a )?correc\w+ e com|antes e (?:depois|apos)"
)


def wanted(statement: Statement) -> tuple[str, ...]:
    """What the message asks for besides the final parameter: parts of the state, all steps."""
    folded = statement.folded
    asked = re.sub(r"[=:]\s*[-\[(\d][^a-z]*", " = ", folded)
    wants: list[str] = []
    for key, letter in (("m_hat", "m"), ("v_hat", "[vs]")):
        hat = re.compile(
            rf"(?<![a-z])(?:{letter}[_ ]?\d?[\u0302^]_?\w?|hat\s?\(?\{{?\s?{letter}\}}?\)?_?\w?\b|"
            rf"{letter}[_ ]?\d?[_ ]?(?:hat|chapeu)|{letter} corrigido)"
        )
        if hat.search(asked):
            wants.append(key)
            asked = hat.sub(" ", asked)  # "m̂ e v̂" ask for no m and no v
    tail = re.split(
        r"\b(?:calcul\w*|determin\w*|encontr\w*|ach[ea]r?|obtenha|compute|qua(?:l|is)|quanto|qto|"
        r"mostr\w*|find|what|de os|da os|diga|quero)\b",
        asked,
    )[1:]
    tail = tail or re.findall(r"[^.;:!?\n]*(?=\?\s*$)", asked)[:1]  # "…, betas padrão. m1 e v1?"
    for piece in tail:
        if re.search(r"(?<![\w^'])m(?:_?[1-9t])?(?![\w'\u0302^=])(?!\s*[=:])(?!_)", piece):
            wants.append("m")
        if re.search(r"(?<![\w^'])[vs](?:_?[1-9t])?(?![\w'\u0302^=])(?!\s*[=:])(?!_)", piece):
            wants.append("v")
    if re.search(
        r"\be\[ ?g\^?2 ?\](?!(?:_\w+)?(?: \w+)? ?[=:]? ?\d)|"
        r"media dos (?:gradientes ao )?quadrad\w+(?! \w* ?\d)",
        asked,
    ) and (not re.search(r"\bw_?\d?\b(?!\s*[=:])|pesos?\b", asked)):
        wants.append("v")
    if re.search(
        r"\bo acumulador\b(?! \w* ?[=:])|(?:quanto|qual) (?:\w+ ){0,2}acumulad\w+(?! \w+ ?[=:])",
        asked,
    ):
        wants.append("v")
    if re.search(
        r"velocidade (?:final|apos|depois|no)|"
        r"a velocidade\b(?! (?:anterior|inicial|atual|era|e|vale)\b)",
        asked,
    ):
        wants.append("v")
    if re.search(r"momentos? (?:corrigidos?|com correcao)|momentos? .{0,40}corrigidos", asked):
        wants += ["m", "v", "m_hat", "v_hat"]
    elif re.search(r"(?:os |dois )(?:dois )?momentos\b|primeiro e (?:o )?segundo momentos?", asked):
        wants += ["m", "v"]
    else:
        for word, key in (("primeiro", "m"), ("segundo", "v")):
            if re.search(rf"{word} momento", asked):
                wants.append(key)
    both = statement.has(WITH_AND_WITHOUT)
    if both and {"m", "v"} & set(wants):
        wants += [f"{each}_hat" for each in ("m", "v") if each in wants]
    if statement.has(_UPDATE):
        wants.append("update")
    if statement.has(
        r"todos os (?:valores de )?(?:w|pesos)",
        r"valores d[eo]s? (?:w|pesos?|x) (?:nos|apos os|depois dos|para os)",
        r"(?:trajetoria|sequencia) (?:de |dos )?(?:w|pesos)",
        r"(?:apos|depois de|em|a) cada (?:um dos |uma das )?(?:\w+ )?"
        r"(?:passos?|iteracao|iteracoes|atualizacao)"
        r"(?! (?:mostre|explique))",
        r"w_?1\s*(?:,|e)\s*(?:w_?2\s*(?:,|e)\s*)?w_?[2-9](?!\s*=)",
    ) and not re.search(r"w_?\d\s*=\s*[-\d\[]", folded.replace("w0", "").replace("w_0", "")):
        wants.append("all")
    weight = re.search(
        r"(?:novo|proximo|peso|pesos|valor|atualiz\w+|final)\b[^.?]{0,25}\b(?:w|pesos?|theta|"
        r"parametros?)\b|"
        r"\bnov[oa]s? (?:w|peso)|\bw_?[1-9t]\b(?!\s*[=:])|\bw_?(?:novo|new)|e (?:o )?w\b|"
        r"\batualize\b|o peso\b(?!\s+(?:inicial|e\b|=|:|vale))|peso (?:depois|apos|atualizado)",
        asked,
    )
    if wants and weight:
        wants.append("w")
    return tuple(dict.fromkeys(wants))
