"""What an optimizer problem asks for: the weight, the moments, the step, every step."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.named_roles import Mention, Roles

WITH_AND_WITHOUT = (
    r"(?:com e sem|sem e com) (?:a )?correc\w+|sem (?:a )?correc\w+ e com|antes e (?:depois|apos)"
)
_CUE = re.compile(
    r"\b(?:calcul\w+|como fica(?:m|ria|riam)?|list(?:e|ar|a)(?= )|relate|registr(?:e|ar)|"
    r"preench\w+|complet(?:e|ar)|escreva|"
    r"forneca|exiba|onde(?! [a-z]_)|determin\w+|encontr\w+|ach(?:e|ar)|obtenha|obter|comput\w+|"
    r"qua(?:l|is)|"
    r"quanto|qto|qnto|mostr\w+|find|what|diga|quero(?: saber)?|da(?:r)? (?:o|a|os|as)|"
    r"de(?= [oa]s? )|informe|apresente|valor(?:es)?(?= d[aeo]s? )|que(?= (?:taxa|peso|valor|lr|"
    r"gradiente|beta|lambda|fator))|pra quanto|para quanto|preciso d[eo])(?!\w)"
)
_SENTENCE = re.compile(r"(?<!\d)\.(?!\d)|\.(?=\s|$)|[?!;\n]")
# What may stand between the cue and what it asks for.
_LEAD = re.compile(
    r"\W*(?:(?:o|a|os|as|e|eh|era|foi|sera|seria|fica|vale|valem|valeria|valia|valor|valores|"
    r"d[eo]s?|"
    r"da|das|nov[oa]s?|proxim[oa]|final|finais|atual|cada|um|uma|is|the|new|of|value|quanto|qual|"
    r"saber|me|sao|ser|deve|vai|dar|ficar|tudo|vetor|do passo|numerico)\W+)*"
)
_AND = re.compile(
    r"\s*(?:,|/|[()]|\be\b|\band\b|;|\s)*\s*(?:(?:o|a|os|as|d[eo]s?|da|nov[oa]s?|valor|tambem|"
    r"the|lote|batch|"
    r"medi[oa]|perda|loss|funcao|sua?|seus?|respectiv\w+)\s+)*"
)
_MOVES = (
    r"(?:quanto|qto|quanto que) (?:o peso |o parametro |o w |w |ele )?"
    r"(?:muda|mudou|varia|variou|anda|andou|se move|se moveu|se desloca|e (?:o )?deslocad)\w*|"
    r"delta ?w(?! ?=)|que passo (?:e|foi|sera) dado|(?:qual|quanto) (?:e |foi )?o passo dado"
)
_EVERY = (
    r"todos os (?:valores de )?(?:w|pesos)|"
    r"valores d[eo]s? (?:w|pesos?|x|theta) (?:nos|nas|apos os|apos as|depois dos|para os)|"
    r"(?:trajetoria|sequencia) (?:de |dos |do )?(?:w|pesos?|theta)|"
    r"(?:apos|depois de|em|a) cada (?:um dos |uma das |um|uma)?(?:\w+ )?"
    r"(?:passos?|iteracao|iteracoes|atualizacao)(?! (?:mostre|explique))|"
    r"(?:em|apos|depois de) cada um[a]?|"
    r"(?:passo a passo|sucessiv[ao]s) (?:d[eo]s? )?(?:w|pesos?|valores)|"
    r"(?:valores|pesos?|w|theta) (?:d[eo]s? (?:w|pesos?|theta) )?(?:nas|nos|das|dos) (?:\w+ )?"
    r"primeir[ao]s (?:\w+ )?(?:iteracoes|passos)|"
    r"(?:complet|preench)\w+ (?:a |o )?(?:coluna|tabela|quadro).*"
)
# In what is asked: "nos dois passos", "os três primeiros pesos", "em ambos os passos".
_EVERY_ASKED = (
    r"(?<!depois )(?<!apos )(?<!fim )(?<!final )(?<!termino )"
    r"(?:n[ao]s|d[ao]s|ambos os|cada um d[ao]s) (?:[a-z]+ )?(?:primeir[ao]s )?(?:[a-z]+ )?"
    r"(?:passos|iteracoes|atualizacoes)|"
    r"(?:[a-z]+ )?primeiros (?:[a-z]+ )?(?:pesos?|valores|parametros)"
)
_TARGETS = {"m0": "m", "v0": "v", "m_hat": "m_hat", "v_hat": "v_hat", "update": "update",
            "gradient": "gradient", "w": "w", "w_after": "w", "y": "w", "v_after": "v",
            "m_after": "m", "rate": "rate"}  # fmt: skip
_NOUN = re.compile(r"peso|param|theta|w")
_NO_TARGET = re.compile(
    r"(?: e [mvs]_?\d?)?\s*(?:sao |estao |comecam |e |iniciam )?(?:zerad|nul|em zero|= ?zero|zero)"
)


def asked_names(statement: Statement, roles: Roles) -> tuple[Mention, ...]:
    """The names without a value that the message asks for; those right after "qual o" first."""
    direct, inside = _asked(statement, roles)
    return tuple(direct or inside)


def _asked(statement: Statement, roles: Roles) -> tuple[list[Mention], list[Mention]]:
    """The names that stand right after an interrogative, and all that stand in its sentence."""
    text = statement.folded
    open_ = [m for m in roles.open if not _NO_TARGET.match(text, m.end)]
    direct: list[Mention] = []
    inside: list[Mention] = []
    for start, end in _segments(text):
        listed = [m for m in open_ if start <= m.start < end and m not in inside]
        inside += listed
        position = start
        for mention in listed:
            pattern = _LEAD if position == start else _AND
            if pattern.fullmatch(text, position, mention.start):
                direct.append(mention)
                position = mention.end
            elif position != start:
                break
    return direct, inside


def asks_directly(statement: Statement, roles: Roles, *keys: str) -> str | None:
    """The first of `keys` that stands right after an interrogative."""
    text = statement.folded
    for start, end in _segments(text):
        for mention in roles.open:
            inside = start <= mention.start < end and mention.key in keys
            if inside and _LEAD.fullmatch(text, start, mention.start):
                return mention.key
    return None


# "o v corrigido, quanto fica?": what is asked stands before.
_TRAILS = re.compile(r"^\W*(?:fica|e|eh|vale|da|deu|valem|ficam|seria|sera)?\W*$")


def _segments(text: str) -> list[tuple[int, int]]:
    """From each interrogative (or order) to the end of its sentence."""
    segments: list[tuple[int, int]] = []
    begin = 0
    for stop in [*_SENTENCE.finditer(text), None]:
        end = stop.start() if stop else len(text)
        cues = [cue.end() for cue in _CUE.finditer(text, begin, end)]
        question = (stop is not None and stop.group() == "?") or not text[end:].strip(" .?!\n")
        if not cues and question and text[begin:end].strip():
            # "…, lr = 0,1. novo w?": the last clause asks
            clause = re.split(r"[,:](?!\d)|=>|->", text[begin:end])[-1]
            cues = [end - len(clause)]
        segments += [(cue, end) if _TRAILS.sub("", text[cue:end]) else (begin, cue) for cue in cues]
        begin = stop.end() if stop else len(text)
    return segments


_LOSS_AFTER = re.compile(
    r"\b(?:perda|loss|custo|funcao|erro|[flj](?: ?\(\w+\))?)\b[^?.;]{0,30}\b(?:depois|apos|"
    r"nov[oa]|final|"
    r"resultante|atualizad[oa]|nesse|no (?:novo|fim|final))\b|\b(?:nov[oa]|"
    r"final) (?:valor d[aeo] )?"
    r"(?:perda|loss|custo|funcao|erro)"
)


_LOSS_DROP = (
    r"(?:quanto|qto) (?:a |o )?(?:perda|loss|custo|funcao|erro|l|f) (?:diminui\w*|ca(?:i|iu)|"
    r"baix\w+|"
    r"vari\w+|mud\w+|reduz\w*|melhor\w+)|(?:quanto (?:diminui|cai|caiu)\w*|reducao|queda|"
    r"diminuicao) "
    r"(?:d?a |n?a |no )(?:perda|loss|custo|funcao|erro)"
)
_WHERE = (
    r"(?:anda|vai|fica|para|termina|chega|cai) (?:pra |para |em )?onde|"
    r"onde (?:\w+ ){0,3}(?:fica|para|termina|chega|deixa|vai)"
)
_LIMIT = (
    r"(?:tende|tendera?|convergira?|converge|estabiliza\w*|se aproxima)(?: \w+)?|(?:velocidade|"
    r"valor) "
    r"(?:limite|terminal|maxim[ao]|de regime|final de regime)|em regime|no limite|"
    r"estado estacionario"
)


_INDEXED = re.compile(
    r"(?<![\w])(w|theta|x|p|m|v|s)_?\(?([1-9]\d?)\)?(?![\w.,]*\d)(?!\w)"
    r"(?!\s*[=:]\s*[-\d\[(])"
)


def asked_indexed(statement: Statement) -> tuple[tuple[str, int], ...]:
    """ "calcule v1, v2 e w2": the letters and steps that are asked for by index."""
    text = statement.folded
    return tuple(
        dict.fromkeys(
            (found[1], int(found[2]))
            for a, b in _segments(text)
            for found in _INDEXED.finditer(text, a, b)
        )
    )


def asked_steps(statement: Statement, roles: Roles) -> tuple[int, ...]:
    """ "theta depois do passo 1 e do passo 2", "x1 e x2": the steps whose values are asked."""
    text = statement.folded
    indexed = {index for _, index in asked_indexed(statement)}
    if indexed:
        return tuple(sorted(indexed))
    inside = [
        value
        for a, b in _segments(text)
        for value in roles.steps
        if a <= value.start < b and value.is_scalar and "." not in value.text
    ]
    return tuple(sorted({int(value.scalar("o passo")[0]) for value in inside}))


def _asks_loss(statement: Statement) -> bool:
    text = statement.folded
    return any(_LOSS_AFTER.search(text, a, b) for a, b in _segments(text))


def wanted(statement: Statement, roles: Roles) -> tuple[str, ...]:
    """What the message asks for: parts of the state, the weight, all steps."""
    folded = statement.folded
    wants: list[str] = []
    direct, inside = _asked(statement, roles)
    for mention in direct or inside:
        words = folded[mention.start : mention.end]
        if mention.key == "gradient" and (mention not in direct or words.startswith("de ")):
            continue  # "faça um passo de gradiente"
        key = _TARGETS.get(mention.key, "w" if re.fullmatch(r"w\d", mention.key) else "")
        if mention.key == "w_after" and not _NOUN.search(folded[mention.start : mention.end]):
            continue  # "fica em quanto": the subject is what is asked
        if mention.key == "lr" and "passo" in folded[mention.start : mention.end]:
            key = "update"  # "qual o tamanho do passo?"
        if key:
            wants.append(key)
    if re.search(r"momentos? (?:corrigidos?|com correcao)|momentos? .{0,40}corrigidos", folded):
        wants += ["m", "v", "m_hat", "v_hat"]
    elif re.search(
        r"(?:os |dois )(?:dois )?momentos\b|primeiro e (?:o )?segundo momentos?", folded
    ):
        wants += ["m", "v"]
    if statement.has(WITH_AND_WITHOUT) and {"m", "v"} & set(wants):
        wants += [f"{each}_hat" for each in ("m", "v") if each in wants]
    if statement.has(_LOSS_DROP):
        wants = [each for each in wants if each != "w"] + ["loss_drop"]
    elif _asks_loss(statement):
        wants.append("loss")
    if wants and "w" not in wants and statement.has(_WHERE):
        wants.append("w")
    if statement.has(_MOVES):
        wants = [each for each in wants if each != "w"] + ["update"]
    if set(wants) <= {"w"}:
        wants = []
    if statement.has(_LIMIT) and {"v", "m"} & set(wants):
        wants.append("limit")
    asked = " ; ".join(folded[a:b] for a, b in _segments(folded))
    if Statement(asked).has(_EVERY_ASKED) or (
        statement.has(_EVERY)
        and not re.search(r"w_?\d\s*=\s*[-\d\[]", folded.replace("w0", "").replace("w_0", ""))
    ):
        wants.append("all")
    return tuple(dict.fromkeys(wants))
