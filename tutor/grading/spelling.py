"""How students write, brought to one spelling: field terms, abbreviations, everyday words.

Hedges ("acho que", "não sei dizer") are left out: they neither state nor deny anything.
"""

# ruff: noqa: E501 (a table of patterns is easier to read one entry a line)
from __future__ import annotations

import re

from tutor.text import fold, normalise

# Field terms that students write in many ways -> one spelling, on folded text.
_TERMS: tuple[tuple[str, str], ...] = (
    (r"\\(?:mathrm|text|mathbf|operatorname|left|right|dfrac|frac|displaystyle|quad|qquad)\b", " "),
    (r"\\(?:hat|bar|tilde)\b", " "),
    (r"\\beta", "β"),
    (r"\\lambda", "λ"),
    (r"\\eta", "η"),
    (r"\\alpha", "α"),
    (r"\\epsilon", "ε"),
    (r"\\(?:leftarrow|gets)", "<-"),
    (r"\\sqrt", "sqrt"),
    (r"\\(?:cdot|times)", "*"),
    (r"\\approx", "≈"),
    (r"\\infty", "∞"),
    (r"\\,|\\;", " "),
    (r"\{,\}", "."),
    (r"(?<=\d),(?=\d)", "."),
    (r"[{}$`\"“”'’\[\]«»\\]", " "),
    (r"\*\*", " "),
    (r"[·⋅∙]", "*"),
    ("\u0302", ""),
    (r"\bpq\b|\bpor que\b|\bpor causa\b", "porque"),
    (r"\bvcs?\b", "voce"),
    (r"\bdps\b", "depois"),
    (r"\b(?:mto|mt|mta)s?\b", "muito"),
    (r"\bmsm\b", "mesmo"),
    (r"\b(?:tb|tbm)\b", "tambem"),
    (r"\b(?:naum|ñ|nn)\b", "nao"),
    (
        r"\bn (?=(?:precis|tem|us|mud|atualiz|da|faz|conseg|pod|ve|foi|trein|serv|ger|sao|era|vai|ha)\w*)",
        "nao ",
    ),
    (r"\bpro\b", "para o"),
    (r"\bpra\b", "para"),
    (r"\bqk ?\^? ?t?\b|\bq ?[*.·x] ?k\b", "query key"),
    (r"\bw_?q\b", "wquery"),
    (r"\b(?:consultas)\b", "query"),
    (r"\b(?:queries|querys)\b", "query"),
    (r"\b(?:chaves?|keys)\b", "key"),
    (r"\bvalues\b", "value"),
    (r"\bq(?= ?(?:e|,|/) ?k\b| vem\b| do decoder| da decoder| (?:sai|e) d)|\bq(?= ?= ?)", "query"),
    (r"\bk(?= ?(?:e|,|/) ?(?:o )?v\b)|(?<=query e )k\b|(?<=query, )k\b|(?<=query/)k\b", "key"),
    (r"(?<=key e )v\b|(?<=key e o )v\b|(?<=key, )v\b|(?<=key/)v\b|(?<=key,)v\b", "value"),
    (
        r"\b(?:cross|entropia)[ -]?(?:entropy|cruzada)(?: ?loss)?\b|\bcrossentropyloss\b",
        "crossentropy",
    ),
    (r"\bentropia crusada\b|\bperda de entropia cruzada\b", "crossentropy"),
    (r"\bback ?-?prop\w*|\bretro-?propag\w*", "backprop"),
    (r"\bcodificador(?:es)?\b|\bencoders\b|\benconder\b", "encoder"),
    (r"\bdecodificador(?:es)?\b|\bdecoders\b", "decoder"),
    (r"\bover-? ?fit\w*|\bsobre-?ajust\w*|\bsuper-? ?ajust\w*", "overfitting"),
    (r"\bfine-? ?tun\w*|\bajuste fino\b|\bfinetun\w*", "finetuning"),
    (
        r"\blearning[ -]rate\b|\btaxas? de aprendi\w+|\blr\b|\bpasso de aprendizado\b",
        "learningrate",
    ),
    (r"\bbi-?direc?ci?onal\w*|\bbidirectional\b", "bidirecional"),
    (r"\bmenos infinito|-\s?inf\w*|-\s?∞|\binfinito negativo|-oo\b", " menosinfinito "),
    (r"\bskip-? ?gram\b", "skipgram"),
    (r"\bpre-? ?trein\w*", "pretreinado"),
    (r"\b(?:sigmoid[ea]?|(?:funcao )?logistica|sigmoidal)\b", "sigmoide"),
    (r"\blog-? ?softmax\b", "logsoftmax"),
    (r"\bseq(?:uence)?-?2-?seq\w*|\bsequence[ -]to[ -]sequence", "seq2seq"),
    (r"\b1 ?[x×*] ?1\b|\b1 por 1\b", "1x1"),
    (r"\brms ?-? ?prop\b", "rmsprop"),
    (r"\bgradientes?\b|\bgradients?\b|\bgrads?\b", "grad"),
    (
        r"\bcodificac\w+ posicion\w+|\bpositional encodings?|\bencodings? posiciona\w+|\bpe\b",
        "posenc",
    ),
    (r"\bhiper-? ?param\w*|\bhyperparam\w*", "hiperparametros"),
    (r"\btokens\b", "token"),
    (r"\bpalavras\b", "palavra"),
    (r"\binputs?\b", "entrada"),
    (r"\boutputs?\b", "saida"),
    (r"\blayers?\b", "camada"),
    (r"\bcamadas escondidas\b", "camadas ocultas"),
    (r"\b(?:fold|conjunto|base|set|dados) test\b|\btest set\b", "teste"),
)
# Everyday words for what the rubrics name, on text whose field terms have one spelling already.
_EVERYDAY: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:eu )?(?:acho|creio|imagino|suponho)(?: eu)?(?: que)?\b|\bsei la\b|\b(?:eu )?nao (?:sei|lembro|recordo|faco ideia|tenho (?:certeza|ideia))(?: (?:dizer|explicar|responder|bem|direito|se|muito bem))*\b",
        " ",
    ),
    (r"\bdeep(?: learning| network)?\b", "profunda"),
    (r"\b(?:camada|camadas) escondidas?\b", "camadas ocultas"),
    (
        r"\b(?:um |uma )?(?:monte|montao|porcao|pilha|punhado|bocado) de\b|\bbastantes?(?= \w+s\b)",
        "muitas",
    ),
    (r"\b(?:praticamente|virtualmente|basicamente)\b", "quase"),
    (r"\b(?:desprezive(?:l|is)|insignificantes?|infim[ao]s?|irrisori[ao]s?)\b", "quase zero"),
    (r"\bnul[ao]s?\b", "zero"),
    (r"\b(?:inclinac\w+|declive|coeficiente angular)\b", "derivada"),
    (r"\b(?:chat[ao]s?|horizonta(?:l|is)|deitad[ao]s?|planinh[ao])\b", "achatada"),
    (
        r"\b(?:sinal|erro|correcao|informacao)(?: de erro)? que (?:volta|retorna|chega nas primeiras)\b",
        "grad",
    ),
    (
        r"\b(?:se )?apagando\b|\bse apaga\w*|\bevapor\w+|\bmingu\w+|\besmaec\w+|\bdefinh\w+|\benfraquec\w+",
        "some",
    ),
    (r"\b(?:trechinho|pedacinho|trecho|cachinho|naco|caquinho|lasca|pecinha)(s?)\b", r"pedaco\1"),
    (
        r"\b(?:picad|fatiad|retalhad|esquartejad|picotad|desmontad|desmembrad|partid)([ao]s?)\b",
        r"dividid\1",
    ),
    (
        r"\b(?:pica|fatia|picota|retalha|desmonta|desmembra|parte)(m?)-?(?:se)? (?=(?:a |as |o |os |em )?(?:palavra|ela|pedaco|varios|subpalavra))",
        r"divide\1 ",
    ),
    (r"\b(?:incomun?s?|pouco (?:frequente|comum|usad[ao])s?|exotic[ao]s?)\b", "rara"),
    (r"\b(?:sortead[ao]s?|de qualquer jeito|ao acaso)\b", "aleatorio"),
    (r"\b(?:fors\b|(?<=dois )for\b|for (?=(?:de|externo|interno|mais)\b))", "loop "),
    (
        r"\b(?:trancad|guardad|reservad|escondid[ao] ate o fim|engavetad)([ao]s?)\b",
        r"separad\1 de fora",
    ),
    (
        r"\b(?:ninguem|nada) (?:\w+ )?(?:toc|mex|olh|us|encost)ou\b|\bintact[ao]s?\b|\bvirgem\b|\bintocad[ao]s?\b",
        "nunca usado inalterado",
    ),
    (r"\b(?:com )?(?:o que|as que|os que|tudo que|a parte que) (?:sobr|rest)\w+", "restante"),
    (r"\b(?:pacientes?|individuos?|registros?|instancias?|clientes?)\b", "exemplo"),
    (
        r"\b(?:melhor(?:es)?|mais|maior|alem) (?:do )?(?:que|do que) (?:ele |ela |o modelo |a rede |o que )?(?:realmente|de fato|na verdade|a realidade|entrega\w*|o real|e de verdade|vai ser)",
        "otimista",
    ),
    (
        r"\b(?:dados?|exemplos?|casos?) (?:que )?(?:nov[ao]s?|nunca vist[ao]s?|desconhecid[ao]s?|de fora)\b",
        "dados novos ineditos",
    ),
    (
        r"\b(?:fiquei|fica|ficar|ficamos|ficou) com (?=[ao]s? (?:que|melhor|de maior))|\b(?:peguei|pega|pegamos|pegar|pegou) (?=[ao]s? (?:melhor|que deu))",
        "escolhe ",
    ),
    (r"\bcampe(?:ao|a)\b|\bvencedor\w*", "melhor escolhido"),
    (
        r"\b(?:lado a lado|(?:um |uma )?(?:do|ao) lado d[ao] outr[ao])\b|\b(?:grud|emend|encaixot)\w+",
        "concatenar",
    ),
    (
        r"\b(?:alarg|engord|incha|avolum|dobr|cresc)(?:a|am|ar|ando|aria|ariam|e|em|er|eria|eriam|endo|ou|aram)\b",
        "aumenta",
    ),
    (r"\b(?:mais leve|leve computacionalmente|economic[ao])\b", "barato"),
    (r"\brecheio\b", "conteudo"),
    (r"\bporcentage(?:m|ns)\b|\bpercentua(?:l|is)\b", "pesos"),
    (r"\bpesad([ao]s?) (?=pel[ao]|por)", r"ponderad\1 "),
    (r"\bna proporcao d[ao]\b", "ponderada pela"),
    (
        r"\b(?:valor|numero|escore)?s? ?(?:enorme|gigante|imenso|bem|super|altamente|extremamente) (?:valor )?negativ\w+|\bnegativ[ao]s? (?:enorme|gigante|imenso|bem grande|demais|infinit[ao])",
        " menosinfinito",
    ),
    (
        r"\b(?:nao|sem) deix\w+ (?:\w+ ){0,3}(?:ver|olhar|enxergar|espiar|acessar|consultar)\b|\bimpe\w+ (?:\w+ ){0,3}(?:ver|olhar|enxergar|espiar|acessar|veja|consultar)\b|\btap(?:a|ar|ando|ou|am)\b|\bsom(?:e|em|ir)-?(?:se)? com\b|\bborr(?:a|ar|ando)\b",
        "esconde",
    ),
    (
        r"\b(?:antes e (?:o que vem )?(?:d?e? ?)?depois|de um lado e d[eo] outro|para tras e para (?:a )?frente|frente e verso)\b",
        "bidirecional",
    ),
    (
        r"\b(?:o que|as que|os que|que|aquilo que) (?:vem|estao|esta|aparece\w*|vier\w*|fica\w*|vao vir|ainda vem) (?:\w+ )?(?:depois|a frente|na frente|a direita|adiante)\b|\ba direita d[eoa]\b|\bdepois d[eoa] ?t[_ ]?i?\b|\bmais adiante\b",
        "futuro",
    ),
    (r"\bantes d[eoa] ?t[_ ]?i\b|\bque ja (?:passaram|vieram|foram)\b", "anterior"),
    (
        r"\b(?:casos?|exercicios?|perguntas?|problemas?|questoes|frases?) (?:ja )?(?:resolvid|respondid|classificad|pront)[ao]s?\b|\bgabarit[ao]d[ao]s?\b",
        "exemplos",
    ),
    (
        r"\b(?:do (?:mesmo )?jeito que|como) (?:ja )?(?:est\w+|eram|sao)\b|\bquiet[ao]s?\b|\bdo mesmo jeito\b",
        "inalterado",
    ),
    (
        r"\bninguem precisa\b|\bnao (?:ha|tem) (?:a )?necessidade de\b|\bnem precisa\b|\bdispensa\b",
        "nao precisa",
    ),
    (
        r"\b(?:espia|espi|fuc|xeret|cutuc)(?:a|ar|ando|am|ou)?\b|\bpergunt\w+ (?=(?:a|ao|para|pra|a frase|as)\b)|\bdar? uma olhada\b",
        "consulta ",
    ),
    (r"\b(?:chut|adivinh)(?:a|ar|ando|am|e|ou)\b|\bdescobr\w+ (?=qua(?:l|is))", "prever "),
    (r"\b(?:repara|sacar|sacam|nota|enxerga)(?:r|m|ndo)? (?=(?:em|n[ao]s?|num|numa)\b)", "foca "),
    (r"\bpor (?:baixo dos panos|tras|conta propria|dentro dela)\b|\bsozinha\b", "internamente"),
    (r"\bna mao\b|\bmanualmente\b|\ba mao\b", "manual"),
)
_COMPILED = tuple((re.compile(p), r) for p, r in (*_TERMS, *_EVERYDAY))
_CAPITALS = (
    (re.compile(r"\bQ\b"), " query "),
    (re.compile(r"\bK\b"), " key "),
    (re.compile(r"\bV\b"), " value "),
)


def canonical(text: str) -> str:
    """Folded text with field terms, abbreviations and decimal commas in one spelling."""
    text = normalise(text)
    for pattern, word in _CAPITALS:
        text = pattern.sub(word, text)
    text = fold(text.replace("−", "-").replace("²", "^2"))
    for pattern, word in _COMPILED:
        text = pattern.sub(word, text)
    return "\n".join(" ".join(line.split()) for line in text.split("\n"))
