"""How the student wants to be answered: shorter, simpler, with an example, in detail."""

from __future__ import annotations

import re

from tutor.records import Question, Style

LABELS: dict[Style, str] = {
    "short": "em resumo",
    "simple": "em palavras simples",
    "example": "com um exemplo",
    "detailed": "em detalhes",
}


STYLES: dict[Style, re.Pattern[str]] = {
    "short": re.compile(
        r"\bresum(?:e|a|ir|ido|idamente|indo|ao)\b(?! de texto)|\b(?:um|em|faz|faca|o"
        r"|so o) resumo\b(?! de texto)"
        r"|^resum(?:o|inho)\b(?! de texto)|(?<!num )(?<!no )(?<!meu )\bresumo\W*$"
        r"|(?:^|\b(?:resposta|versao|algo|expli\w+|faz|fala|seja|texto)\b |[,;] )(?:(?:bem"
        r"|um pouco|muito) )?mais (?:curt|brev|suscint|sucint|diret|objetiv)[oae]\w*"
        r"|\b(?:ser|seja|deixar?|ficar?|fica) (?:bem |um pouco )?"
        r"mais (?:curt|brev|diret|objetiv)[oae]\w*"
        r"|\bcurtinh[oa]\b|\bresposta (?:bem )?(?:curta|breve|direta)|^(?:bem )?curto\W*$"
        r"|\bresum(?:inho|idinho)\b|\bencurt\w+|\bsintetiz\w+|\bbrevemente\b"
        r"|\bsej[ae] (?:breve|direto)|\b(?:numa|em uma|em 1|em duas|em 2|em poucas|em tres"
        r"|em 3) (?:so |unica )?(?:frases?|linhas?|palavras)(?=\W*(?:por favor|please|pra mim|$))"
        r"|\btl ?;? ?dr\b|\brapidinho\b|\bdireto ao ponto\b|\bsem enrola\w+|\bso o (?:essencial"
        r"|principal)\b"
        r"|\b(?:muito|mt) (?:longo|grande|comprido|texto)(?=\W*$|\s*[,.;!])|\btextao\b"
        r"|\bsummari[sz]e\w*|\bshort(?:er|en)\b|\bin short\b|\bbriefly\b|\b(?:in|one) (?:one "
        r"|a )?sentence\b|\btoo long\b"
    ),
    "example": re.compile(
        r"\b(?:da|de(?= (?:um|uns|algum|outro|mais) )|dar"
        r"|mostr\w+|traz|traga|faz|faca|cit[ae]\w*|tem|coloca|quero|queria"
        r"|me|manda|mande|arruma|outros?|mais|(?<!prompt )com) "
        r"(?:ai |me |nos |aqui )?(?:um|uns|algum|outros?|mais um|mais"
        r"|so um)? ?exemplos?\b(?! (?:da classe|de treino|rotulad))"
        r"|^(?:e )?(?:(?:um|outro|algum|mais um|por|uns) )?exemplos?\W*$|\bexemplifi\w+"
        r"|\bexemplos?(?: praticos?| concretos?| numericos?| com numeros?| com contas?)"
        r"|^(?:(?:me )?(?:mostr\w+|expli\w+|faz|refaz|agora|ver|quero ver) )*com numeros?\W*$"
        r"|^(?:e )?na pratica\W*$|\bcomo (?:fica|e|funciona|seria) (?:isso )?na pratica\b"
        r"|\bcaso (?:pratico|concreto|real)\b|^mais um\W*$|^tipo(?: o que)?\W*$"
        r"|\b(?:give|show|have|want|need|with|see|through)\b(?: \w+){0,2}? (?:an?|another"
        r"|one more|some|any) (?:\w+ )?examples?\b|^(?:(?:an?|another|one more"
        r"|some) )?examples?\W*(?:please)?\W*$|^(?:for )?(?:examples?|instance)\W*$"
        r"|\bin practice\W*$|\bfor (?:example|instance)\W*$"
    ),
    "detailed": re.compile(
        r"\bdetalh(?:a|ar|e|es|ado|ada|adamente|amento)\b|\baprofund\w+|\bmais (?:a )?fundo\b"
        r"|\ba fundo\b"
        r"|\b(?:expli\w+|fal[ae]|conta|conte|diz|diga|desenvolv\w+) (?:um pouco |bem "
        r"|isso )?(?:mais|melhor)\b(?! (?:simples|facil|devagar|curto))"
        r"|^desenvolv\w+|^(?:pode )?continu[ae]r?\W*$|\bpasso a passo\b|(?:^|\b(?:resposta"
        r"|versao|texto|algo|expli\w+) |[,;] )(?:bem |um pouco )?mais (?:completo|longo"
        r"|complet[ao]|extens[oa])\b|^mais (?:info\w*|detalhes)|\bresposta completa\b"
        r"|^(?:quero |deixa eu )?(?:me )?(?:ver|mostr\w+|cade) (?:as?|os?) "
        r"(?:contas?|calculos?)\W*$"
        r"|\bmais sobre (?:isso|ess[ae]|o assunto)\b|^(?:quero saber |me (?:fala"
        r"|conta) )?mais\W*$|\belaborate\b|\bmore details?\b|\bin (?:more )?(?:depth|detail)\b"
        r"|\bstep[ -]by[ -]step\b"
        r"|\btell me more\b|^(?:go on|continue|more|expand)\b"
    ),
    "simple": re.compile(
        r"\b(?:de )?(?:uma |um )?(?:forma|jeito|maneira|modo|linguagem|versao|palavras) (?:bem "
        r"|mais |muito )?(?:simples|facil|facilitada|simplificad[ao]|clara)\b"
        r"|\bem palavras simples\b|\bsimplific(?:a|ar|ue|car|que)\b|\bsimplifi(?:que|ca)\w*\W*$"
        r"|^(?:e )?(?:bem )?simples\W*$"
        r"|\b(?:expli\w+|fal[ae]\w*|diz|diga|respond\w+|mostr\w+|faz|versao"
        r"|algo) (?:\w+ ){0,3}?(?:bem |mais )(?:simples|facil|devagar|simplesmente)\b"
        r"|^(?:\w+ )?(?:um pouco |bem |muito )?mais (?:simples|facil|simplesinho|claro"
        r"|devagar)\b|[,;:] (?:bem |mais )+(?:simples|facil)\b"
        r"|\bcomo se (?:eu )?(?:fosse|tivesse|estivesse|for)\b[^?.!]*|\bpr?a (?:um "
        r"|uma )?(?:leigo|crianca|iniciante|burro)s?\b|\btipo (?:pr?a? )?crianca\b|\bpara (?:um "
        r"|uma )?(?:leigo|crianca|iniciante)s?\b"
        r"|\bexpli\w+ (?:isso |essa |tudo )?(?:de novo|novamente|outra vez)\b"
        r"|^(?:(?:voce|vc|tu) )?(?:pode |podes |poderia |consegue )?repetir(?: isso)?\W*$"
        r"|\bem portugues (?:bem )?(?:simples|claro|direto)\b|^(?:de novo|repete"
        r"|repita|desenha)\W*$|\bde outr[ao] (?:jeito|forma|maneira|modo)\b|\b(?:em|com"
        r"|por) outras palavras\b|\boutra explicacao\b|\b(?:uma|alguma|faz) analogia\b"
        r"|^como assim\b|\bem portugues claro\b|\bsimpler\b|\bsimply\W*$|\bin (?:simple|plain"
        r"|simpler) (?:words|terms|english)\b|\bexplain (?:\w+ )?(?:again|like)\b[^?.!]*"
        r"|\blike i'?m\b[^?.!]*"
    ),
}  # fmt: skip


# "não entendi": asks for something simpler where little else is said, but opens many a question.
CONFUSED = re.compile(
        r"\b(?:nao|nem|inda nao) (?:\w+ )?(?:entendi|entendo|entend[eo]u|peguei|saquei"
        r"|compreendi|captei|fez sentido|ficou claro|consegui entender|to entendendo)(?: nada"
        r"| direito| muito bem| bem)?\b"
        r"|\b(?:entendi|captei|saquei) (?:foi )?nada\b|\bboiei\b|\b(?:to|estou|fiquei) (?:meio "
        r"|bem |muito )?(?:perdid|confus|boiand)[oa]?\b"
        r"|\b(?:ficou|ta|esta|continua|ainda) (?:ta |esta |meio |muito |bem |bastante )*(?:confuso"
        r"|dificil|complicado)\b|^(?:muito )?(?:complicado|confuso|dificil)\W*$"
        r"|\b(?:i )?(?:don'?t|didn'?t|do not|did not) (?:\w+ )?(?:get|understand"
        r"|follow)(?: (?:it|that|this))?\b|\bi(?:'m| am) (?:lost|confused)\b"
)  # fmt: skip


# What may surround a style without adding a subject: "pode resumir isso pra mim, por favor?"
FILLER = re.compile(
    r"\b(?:expli(?:ca|que|car|cacao|ca-me)|me|mostr\w+|passos?|calculo|conta|isso|isto|ess[ae]"
    r"|est[ae]|resposta|respostas|por favor|de novo|novamente|outra|outro|vez"
    r"|pra|para|mim|agora|ai|um|uma|uns|pouco|bem|a|o|e|as|os|de|do|da|so|ja|pode|podes|poderia"
    r"|consegue|faz|faca|fazer|mais|menos|muito|tudo"
    r"|nada|disso|dele|dela|nisso|aqui|la|eu|voce|ser|seria|tem|ter|como|ainda|direito|quero"
    r"|queria|favor|tutor|professor|prof|ok|entao|mas|ta|tambem|assim"
    r"|please|it|that|this|again|for|to|you|can|could|would|now|in|the|an|just|make|i|give"
    r"|explain|answer|still|and|but|ficou|parte|pra mim|mesmo|talvez|melhor"
    r"|kk+|rs+|haha\w*|com|em|que|texto|explicacao|exemplos?|oi|na|no|se|and|what|about|is|pls"
    r"|ideias?|pontos?|principa\w+|contas?|calculos?|ver|repet\w+|traduz\w*"
    r"|numeros?|numeric[oa]s?|pratic[oa]s?|concret[oa]s?|reais|real|numbers?"
    r"|manda|consegue|possivel|da pra|hein|ne|versao|linguagem|jeito|forma)\b|[^\w\s]"
)  # fmt: skip


def without_style(text: str) -> str:
    for pattern in (*STYLES.values(), CONFUSED):
        text = pattern.sub(" ", text)
    return " ".join(text.split()).strip(" ,;:.!?")


def shown(question: Question) -> str:
    """The standalone question as the student reads it after "Entendi como:", with its style."""
    label = LABELS.get(question.style)
    return (
        f"{question.standalone} ({label})"
        if label and question.is_follow_up
        else question.standalone
    )
