"""The names by which exercises call the data of an optimizer, as patterns over folded text."""

from __future__ import annotations

import re

from tutor.solver.named_roles import Vocabulary

_STATE_BEFORE = r"(?: (?:anterior|inicial|atual|acumulad[oa]|antig[oa]|de antes|previ[oa]))"
_INDEX = r"(?:_?[0-9]|_?t)?"

_PATTERNS: dict[str, str] = {
    "lr": (
        r"(?:taxa|tx)(?: inicial| fixa| constante)?(?: (?:de )?(?:aprend\w*|treino|treinamento))?"
        r"(?: inicial| fixa| constante)?|learning[ _-]?rate|lr_?0?|eta_?0?|alpha|alfa|"
        r"step[ _-]?size|tamanho (?:d[eo] )?passo|passo de tamanho|"
        r"passo(?=(?: de| e|:| ?=)? ?(?:0?[.,]\d|1/\d))"
    ),
    "beta1": r"betas?[ _^]{0,2}1|b_?1",
    "beta2": r"betas?[ _^]{0,2}2|b_?2",
    "betas": r"betas|os dois betas",
    "beta": (
        r"beta|rho|gamma|mu|(?:fator|coeficiente|termo|parametro|constante|valor)"
        r" d[eo] (?:momentum|momento|esquecimento|inercia|suavizacao)|momentum|momento|inercia|"
        r"fator|coeficiente|forgetting factor|smoothing"
    ),
    # Which one it is depends on the method: RMSProp's β or AdamW's λ.
    "decay": (
        r"(?:fator|taxa|coeficiente|constante) de (?:decaimento|decay)|decay(?:[ _-]rate)?|"
        r"decaimento"
    ),
    "epsilon": r"epsilon|eps|xi",
    "weight_decay": (
        r"weight[ _-]?decay|lambda|lambd|wd|(?:(?:fator|taxa|coeficiente|termo|constante) d[eo] )?"
        r"(?:decaimento d[eo]s? pesos?|regularizacao(?: l_?2)?|weight[ _-]?decay|"
        r"penalidade(?: l_?2)?)|regularizacao l_?2|l_?2|decaimento desacoplado"
    ),
    "w": (
        r"(?:nov[oa]s? |vetor (?:de |dos )?|valor(?:es)? (?:atual |inicial )?d[eo]s? )?"
        r"(?:(?:pesos?|parametros?|weights?)(?: (?:novos?|atua(?:l|is)|inicia(?:l|is)|w|theta))?|"
        r"w|theta)(?:_?[05-9t]|_?(?:novo|new|atual|inicial|old|antigo))?|"
        r"[wxp]_?0|p(?= (?:inicial|vale|valendo|termina|final|comeca))|(?<=onde )p|x|"
        r"pontos?(?: inicia(?:l|is)| de partida)?|(?:chute|valor) inicial|"
        r"(?:comec|inici|part|sa)(?:a|ando|e|ei|indo|imos|amos|ou|iu)(?: (?:em|de|com|no|do|na))?|"
        r"a partir d[eo]|inicio|inicializ\w+|start(?:s|ing)?(?: (?:at|from))?|estamos em|estou em"
    ),
    "gradient": (
        r"(?:(?:vetor|sequencia|novo|valor do|valores do) )?(?:de )?"
        r"(?:gradientes?|gradients?|grads?)(?: (?:novo|atual|constante|medio|"
        r"estimado|seguinte|w))?|"
        r"g(?:_?t)?|derivadas?(?: parcia(?:l|is))?|"
        r"d[ ]?[lejcf][ ]?/[ ]?d ?(?:w|theta|x|p)(?:_?t)?|d[lw]|backprop\w*|backward|inclinacao"
    ),
    "m0": (
        rf"m_?[0-9]?{_STATE_BEFORE}?|m_?t|primeiro momento{_STATE_BEFORE}?|"
        rf"medias? (?:movel |moveis )?(?:exponencial )?dos gradientes{_STATE_BEFORE}?"
    ),
    "v0": (
        rf"[vs]_?[0-9]?{_STATE_BEFORE}?|[vs]_?t|segundo momento{_STATE_BEFORE}?|"
        rf"(?:termo de )?velocidade{_STATE_BEFORE}{{0,2}}|"
        rf"(?:valor )?acumul\w+(?: (?:dos|de) (?:gradientes|quadrados)(?: ao quadrado)?)?"
        rf"{_STATE_BEFORE}?|"
        rf"(?:medias?|somas?)(?: (?:movel|acumulada|exponencial|atual|corrente)){{0,2}} d[eo]s? "
        rf"(?:quadrados|gradientes? (?:ao quadrado|quadrados?)|g\^?2)(?: dos gradientes)?"
        rf"{_STATE_BEFORE}?|soma acumulada{_STATE_BEFORE}?|cache{_STATE_BEFORE}?|"
        rf"e ?\[ ?g ?(?:\^|\*\*)? ?2 ?\](?:_\w+)?{_STATE_BEFORE}?|g acumulado"
    ),
    "v_after": (
        r"v_after|nov[oa] (?:velocidade|acumulador|v|media(?: movel)?)|"
        r"(?:velocidade|acumulador|v)_?(?: (?:nov[oa]|final|atualizad[oa]|seguinte)|novo|nova)"
    ),
    "m_after": r"m_after|nov[oa] (?:m|primeiro momento)|(?:m|primeiro momento)_?(?: nov[oa]|novo)",
    "m_hat": r"m_hat",
    "v_hat": r"v_hat",
    **{f"g{i}": rf"(?:g|grad|gradiente|d[lejcf]/dw|dw)_?{i}" for i in range(1, 5)},
    **{f"g{i}": rf"(?:g|grad)_?{i}" for i in range(5, 10)},
    **{f"w{i}": rf"(?:w|theta|peso|x)_?{i}" for i in range(1, 5)},
    "w_after": (
        r"w_after|(?:pesos?|w|theta|parametros?) (?:final|resultante|seguinte|atualizado|depois)|"
        r"vir(?:ou|aram|asse)|(?:ficou|ficaram|fica|terminou|acabou|parou)"
        r"(?: (?:em|com|valendo|igual a|sendo))?|passou a (?:valer|ser)|"
        r"(?:foi|vai|caiu|subiu|mudou|desceu|passou) (?:para|pra)|resultou em|cheg(?:ou|ue|ar|"
        r"ava|aram|uem) (?:exatamente )?(?:a|em|ao)"
    ),
    "y": r"y_?0?",
    "bias": r"bias|vies|b_?0?",
    "db": r"d[ ]?[lejcf][ ]?/[ ]?d ?b|db|grad(?:iente)? (?:d[eo]|em|no|para o) (?:b(?:ias)?|"
    r"vies)|grad_b",
    "rate": r"(?:taxa|lr)(?: de aprend\w+)? efetiva|learning rate efetiv\w+|passo efetivo por \w+",
    "update": (
        r"delta ?w|tamanho (?:efetivo )?do passo|passo efetivo|atualizacao(?: do peso)?|"
        r"(?:variacao|mudanca|deslocamento) (?:do|no) (?:peso|parametro)|variacao"
    ),
}
VOCABULARY: Vocabulary = {
    key: re.compile(rf"(?<![\w'])(?:{pattern})(?![\w']|\^)") for key, pattern in _PATTERNS.items()
}
LISTS = frozenset({"gradient", *(f"g{i}" for i in range(1, 10))})
