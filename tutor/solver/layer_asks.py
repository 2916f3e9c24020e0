"""Which results a network exercise asks for, in the order in which it asks for them."""

from __future__ import annotations

import re

OUTPUT, PARAMETERS, OPERATIONS, FIELD, FLATTEN = (
    "conv_output",
    "conv_parameters",
    "conv_operations",
    "receptive_field",
    "flatten_size",
)
ACTIVATIONS, EFFECTIVE = "activations", "effective_kernel"  # only beside or inside the others

_SIZE = (
    r"tamanhos?|dimens(?:ao|oes)|shape|formatos?|altura|largura|size|resolucao|volume|lado|"
    r"comprimento|forma"
)
# Clearly asked for.
_STRONG = {
    FIELD: r"campos? receptivos?|receptive field|\brf\b|quant\w+ (?:pixels?|pontos|posicoes|"
           r"amostras)"
           r"[^.?]{0,40}\b(?:enxerga|ve|influencia|depende)",
    OPERATIONS: r"\bmacs?\b|multiplicac\w+|multiply[ -]?(?:add|accumulate)s?|\bflops?\b|"
                r"operac(?:oes|ao)|\bsomas\b|custo computacional",
    PARAMETERS: r"\bparametros?\b|\bparams?\b|\btreinaveis\b|\bparameters?\b|\bpesos\b|\bweights\b",
    FLATTEN: r"\bflatten\w*|\bachat\w+|entradas? da (?:primeira )?(?:camada )?(?:densa|linear)|"
             r"entra na (?:camada )?(?:densa|linear)|\bvetor\b",
    ACTIVATIONS: r"\bativac(?:oes|ao)\b|quantos (?:numeros|valores|elementos|"
                 r"neuronios)\b[^.?]{0,40}"
                 r"\b(?:saida|volume|mapa|tensor)",
    EFFECTIVE: r"(?:kernel|filtro|tamanho|lado|extensao|alcance) (?:\w+ )?efetiv[oa]|"
               r"effective (?:kernel|size)|"
               r"efetiv[oa] do (?:kernel|filtro)",
    OUTPUT: rf"\b(?:{_SIZE})\b[^.?;:]{{0,30}}\b(?:saidas?|mapas?|final|output|resultado|"
            rf"resultante)|"
            r"output (?:size|shape)|shape|formato|"
            rf"\bqual (?:e |sera |fica |seria )?(?:o |a )?(?:{_SIZE}|saida)\b|\bquanto sobra|"
            r"\bquant[oa]s (?:pontos|passos|posicoes|amostras|valores|mapas)\b|"
            r"\bsaida e (?:quantos|o numero|os parametros)",
}  # fmt: skip
_STRONG_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _STRONG.items()}
_BEGINS = re.compile(
    r"\b(?:qua(?:l|is)|quant[oa]s?|qnt\w*|qts|calcul\w+|determin\w+|diga|informe|obtenha|escrev\w+|"
    r"ach[ea]r?|"
    r"encontr\w+|preciso|quero|me da|de (?:o|a|os|as)|dar|"
    r"da(?! (?:camada|projecao|primeira|segunda))|"
    r"mostre|what|how|find|compare|total de|"
    r"numero de|n[ºo°.]* de|diz|fala|estim\w+|conte|some)\b"
)
_SENTENCE = re.compile(r"[.;?!\n](?!\d)")
_EACH = re.compile(
    r"\b(?:apos|depois de|em|de|para|por|a) cada(?! (?:alternativa|opcao|caso))(?: uma?)?"
    r"(?: d?[aoe]s?)?(?: \d+| tres| duas|"
    r" quatro)?"
    r"(?: (?:camadas?|etapas?|passos?|conv\w*|blocos?|operac\w+|pooling))?\b|"
    r"\bcada (?:camada|etapa|passo|bloco|uma das)|\bcamada (?:a|por) camada\b|"
    r"\bpasso a passo dos tamanhos|"
    r"\bapos as (?:duas|tres|quatro|\d) camadas, respectivamente|\btamanhos intermediarios"
)


def region(text: str) -> str:
    """What is said from the first word that asks on, each sentence of it; "" where none asks."""
    parts, position = [], 0
    for match in _BEGINS.finditer(text):
        if match.start() < position:
            continue
        end = _SENTENCE.search(text, match.end())
        position = end.end() if end else len(text)
        parts.append(text[match.start() : position])
    return " ".join(parts)


def asked_in(text: str) -> list[str]:
    """The kinds that are clearly asked for, as they are asked."""
    asking = re.sub(r"\([^()?]{0,60}\)", " ", region(text))  # "(sem contar os bias)"
    asking = re.sub(r"flatten\s*\(\s*\)", " ", asking)
    places = {
        kind: found.start()
        for kind, pattern in _STRONG_PATTERNS.items()
        if (found := pattern.search(asking))
    }
    if FLATTEN in places and OUTPUT in places and PARAMETERS not in places:
        places.pop(OUTPUT)  # "qual o tamanho do vetor depois do flatten"
    if ACTIVATIONS in places or EFFECTIVE in places:
        nested = _STRONG_PATTERNS[OUTPUT].search(
            _STRONG_PATTERNS[ACTIVATIONS].sub(" ", _STRONG_PATTERNS[EFFECTIVE].sub(" ", asking))
        )
        if nested is None:
            places.pop(OUTPUT, None)
    if FLATTEN in places:
        places.pop(ACTIVATIONS, None)
    return sorted(places, key=lambda kind: places[kind])


def asks_each(text: str) -> bool:
    """ "após cada camada", "em cada etapa", and not "cada camada tem 64 filtros"."""
    asking = region(text) or text
    return _EACH.search(asking) is not None or _AND_THE_OTHER.search(text) is not None


# "a depthwise tem quantos parâmetros? E a pointwise?"
_AND_THE_OTHER = re.compile(
    r"\bquant[oa]s[^?]{0,80}\?\s+e (?:a|o|na|no|da|do) (?:camada )?"
    r"(?:pointwise|depthwise|dens[ao]|segund[ao]|primeir[ao]|outr[ao]|ultim[ao]|conv\w*|linear)"
)


def asks_total(text: str) -> bool:
    return re.search(r"\b(?:total|soma(?:dos)?|ao todo|juntas?|no fim)\b", region(text)) is not None


def asks_apart(text: str) -> bool:
    """Weights and biases, each for itself: "quantos pesos e quantos bias"."""
    asking = region(text)
    biases = r"(?:quant[oa]s|numero de|n[ºo]\.? de) (?:sao )?(?:os )?(?:bias\w*|vies\w*)|separad\w+"
    return re.search(r"\bpesos?\b", asking) is not None and re.search(biases, asking) is not None
