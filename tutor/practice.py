"""Practising: plain requests for an exercise, giving up, and the student's own result."""

from __future__ import annotations

import re

from tutor.text import fold

# An exercise; a definite article in front of it ("no exercício dos carros") names a known one.
_THING = (
    r"(?:exerc\w*|quiz\w*|simulad\w+|desafi\w+|challenges?|problem(?:as?|s|inhas?)?|quest(?:ao|oes"
    r"|ion"
    r"|ions|oezinhas?|aozinha)|perguntas?|perguntinhas?|contas?|continhas?|calculos?|mini\s?provas?"
    r"|provas?\s(?:simulad\w+|(?:pra|para|com|c|de|so)\s)|itens|item|drills?|mock\s(?:exam|test)s?"
    r"|computations?|joguinho|jogo\sde\sperguntas)"
)
_SOME = (
    r"(?:uma?|uns|umas|mais|outr[oa]s?|algum|alguma|alguns|algumas|nov[oa]s?|bo[am]|bons|boas|boa"
    r"|facil|faceis|dificil|dificeis|rapid[oa]s?|curt[oa]s?|pequen[oa]s?|simples|proxim[oa]s?|ai|ae"
    r"|duas|dois|tres|quatro|cinco|seis|dez|\d+|(?:lista|serie|tipo|bateria)\sde|pra\smim|para\smim"
    r"|comigo|de|me|so|an|another|some|more|one|few|practice|random|tricky|quick|exam-style)"
)
_ORDER = (
    r"(?:(?:(?<=\bme\s)|(?<=\bai\s)|^)(?:da|de)|da(?=\s(?:uma?|uns|umas|mais|outr))|dar|manda|mande"
    r"|mandar|passa|passe|passar|bota|bote|poe|ponha|cri[ae]|criar|ger[ae]"
    r"|gerar|mont[ae]|montar|faz|faca|fazer|prop(?:oe|onha|or)|elabor[ae]|elaborar|sugira|sugere"
    r"|invent[ae]|inventar|bol[ae]|bolar|solt[ae]|jog[ae]|jogue|arranj[ae]|arrum[ae]|formul[ae]"
    r"|formular|apresent[ae]|sorteia|sorteie|forne(?:ce|ca)|peca|escolh[ae]|traz|traga|recomenda"
    r"|give|make\sup|make|create|send|generate|write|invent|prepare)"
)
_WISH = (
    r"(?:quero|queria|gostaria|preciso|precisava|peco|solicito|desejo|tem|teria|ha|existem?|bora"
    r"|vamos|vamo|resolver|tentar|responder(?:\sa)?|have|need|want|get|recomenda\sque\seu\sresolva)"
)
_GIVE = rf"(?:{_ORDER}|{_WISH})"
_DOING = (
    r"(?:fa[czs]\w*|calcul\w+|resolv\w+|tent\w+|respond\w+|tokeniz\w+|segment\w+|identifi\w+"
    r"|execut\w+|list\w+|mascar\w+|decid\w+|trein\w+|pratic\w+|ach[eoa]\w*|junt\w+|explic\w+"
    r"|diss?\w*"
    r"|digo|exercit\w+|quebr\w+|escolh\w+|aplic\w+|fix\w+|work|solve|compute|try|tokenize"
    r"|practi[cs]e"
    r"|answer|do|calculate)"
)
_REQUESTS = re.compile(
    rf"""
      \b{_GIVE}(?:-me)?\s+(?:{_SOME}\s+){{0,5}}{_THING}\b(?!\s*\d)(?!\s+d[oa]s?\s+(?:lista\s+)?\d)
    | \b(?:give|make|create|invent|generate|send|need|want|have|get|do)\s+(?:me\s+|up\s+)?
        (?:an?|another|one|some|\d+)\s+(?:[\w-]+\s+){{0,4}}?
        (?:exercise|question|problem|quiz|drill|challenge|computation)s?\b
    | \b{_ORDER}\b(?!\s+(?:minha|meu|o|a)\s).{{1,90}}?\b(?:que|q|para|pra|pro|e|and|let)\s+
        (?:que\s+)?(?:eu|me|i)\b(?:\s+\w+){{0,3}}?\s+{_DOING}\b
    | \b{_ORDER}\b.{{1,60}}\b(?:eu|i|me)\b.{{1,30}}\b(?:na\s+mao|by\s+hand|sozinh[oa])\b
    | \b(?:pra|para)\s+(?:eu|mim)\s+(?:mesm[oa]\s+)?(?:tentar\s+|ir\s+)?{_DOING}\b
    | \b(?:me|vai\s+me)\s+(?:\w+\s+)?(?:test[ae]|desafi[ae]|avali[ae]|sabatin[ae]|cobr[ae]
        |interrog(?:a|ue)|pergunt[ae]|fazendo\s+perguntas|arguia|argua|toma\s+a\s+materia)\b
    | \b(?:pergunt[ea]|faca|avalie|teste|desafie|peca|interrogue|questione)-me\b
    | \b(?:voce|vc)\s+(?:me\s+)?pergunta\b | \b(?:pergunta|pergunte)\s+(?:ai|algo|alguma|uma)\b
    | \b(?:test[ae]|avali[ae]|ve|veja|check)\w*\s+(?:se\s+eu|o\s+que\s+eu\s+sei
        |(?:os?\s+)?meus?\s|my\s+)
    | \b(?:quero|gostaria\s+de|desejo)\s+ser\s+(?:avaliad|cobrad|testad|sabatinad)
    | \b(?:quero|queria|bora|vamos|vamo|preciso|gostaria\s+de|posso|desejo|prefiro|let\s+me|let's
        |i\s+want\s+to|want\s+to)\s+(?:\w+\s+)?(?:praticar|exercitar|practi[cs]e|treinar
        (?!\s+(?:uma?|o|a|os|as|com|meus?|minhas?|todos?|varios|\d|ate|do|no|na|sem)\b(?!\s+{_THING})))\b
        (?!.{{0,60}}\b(?:epocas?|modelo|robo|dataset|gpu|lote|dados)\b)
    | \b(?:quiz|test|drill|try|challenge|ask|exam)\s+me\b | \bbe\s+(?:quizzed|tested)\b
    | \bpractice\s+(?:problem|question|exercise)s?\b | \bquiz\s+time\b | \bmock\s+(?:exam|test)\b
    | ^(?:mais|outr[ao]s?|nov[ao]s?|proxim[ao]s?|next|another|random)\s+(?:{_SOME}\s+)?{_THING}\b
        (?!\s*\d).{{0,60}}$
    | ^(?:quiz|simulado|sabatina|desafio|prova\s+simulada|praticar|exercicios?)\b(?!\s+d[oa]s?\s)
        (?!.*\b(?:resol|respo|gabarito)).{{0,40}}$
    | ^(?:uma?\s+)?quest(?:ao|oes)\s+(?!d[oa]s?\b|\d|anterior|passada|seguinte).{{0,40}}
        \b(?:treino|treinar|praticar|prova)$
    | ^questoes\s+(?!d[oa]s?\b|\d|anteriores|de\s+\d).{{2,40}}$ | ^questao\s+(?:de\s+)?prova\s
    | \b(?:test|check)\s+my\s | \b(?:quero|queria)\s+(?:responder|tentar\s+outr)
    | ^(?:uma?\s+)?(?:quiz|exerc\w*|conta|continha|pergunta)\s+(?:de|sobre|of|on)\s.{{2,50}}
        \b(?:pode\s+ser|pode\s+mandar|manda|bora|pra\s+(?:mim|eu))\b
    """,
    re.VERBOSE,
)  # fmt: skip
# A question about something, an order to solve, or an exercise that is already known.
_EXPLAINS = re.compile(
    r"^(?:oi|ola|e|mas|entao|professor|tutor|\W)*(?:como|por ?que|porque|pq|qua(?:l|is)\b(?! exerc)"
    r"|o que|oq|quando|quant[oa]s?|em que|de que|d[ae] onde|onde|what|how|why|which|when|where)\b"
    r"|\b(?:resolvid[oa]s?|solved|da(?:o|r)? (?:erro|problema)|passo a passo|e verdade|explica\w*"
    r" (?:como|por|o|a)|me (?:explica|explique|mostra como)|(?:n[oa]s?|dos?|das|aquel[ea]s?"
    r"|ness[ae]"
    r"|dess[ae]) (?:exerc\w*|questao|problema|pergunta|tarefa|conta))\b"
    r"|\b(?:da|dar|deu|tem|teria|ha|dando|nao|sem) (?:\w+ )?problemas?\b(?! de | pra | para "
    r"| sobre )"
    r"|\b(?:da|a) (?:questao|pergunta) (?:anterior|\d|d[oa])|\bgabarito\b"
)
_ANOTHER = re.compile(
    r"^\W*(?:(?:ok|certo|beleza|boa|legal|valeu|agora|e|bora|pode|por favor|pfv?|me|tem|da|manda"
    r"|faz"
    r"|faca|gera|gere|cria|crie|passa|passe|mande|bota|quero|queria|vamos|ve|give|let|try|do|solta"
    r"|gostaria de|proponha|resolver|tentar|one|de)\W+)*"
    r"(?:(?:mais|so mais) (?:uma?|dois|duas|tres|\d)|(?:uma? )?outr[ao]s?(?: vez)?|uma? (?:nov[ao]"
    r"|mais"
    r" (?:facil|dificil)|dificil|facil|parecid[ao]|igual|semelhante)|(?:o|a)? ?proxim[ao]|de novo"
    r"|another|one more|a (?:harder|easier|similar|new) one|more|next)"
    r"(?:\W+(?:uma?|igual\w*|parecid[ao]s?|semelhantes?|dess[ea]s?(?: tipo)?|do mesmo (?:tipo|jeito"
    r"|genero)|assim|que nem(?: ess[ea])?|como ess[ea]|com (?:outros|novos) (?:numeros|valores"
    r"|dados)"
    r"|so q?(?:ue)? ?(?:mudando|trocando|com) \w+ ?\w*|mais (?:dificil|facil|dificeis|faceis)"
    r"|pra mim"
    r"|por favor|pfv?|pf|agora|ai|agr|like th(?:at|is)|please|of those|one|a ess[ea]|ao anterior"
    r"|vez"
    r"|exerc\w*|quest(?:ao|oes)|conta|problema|so|que|mas|diferentes?|com outr[oa]s numeros"
    r"|com numeros)\b)*(?:\W+ess[ea] (?:foi|era|tava|estava|ta) .{1,20})?\W*$"
    r"|\bvariac\w+ (?:d[oa]|dess[ea]) (?:exerc\w*|problema|questao|conta)"
    r"|\b(?:troc[ae]|mud[ae]|muda|altere|change)\w* os (?:numeros|valores|dados)\b.*\b(?:outr|nov"
    r"|vez"
    r"|mand|faz|da)\w*"
)


def requested(text: str) -> bool:
    """Whether `text` plainly asks for an exercise, a quiz or a question to answer."""
    said = fold(text)[:300]
    return _REQUESTS.search(said) is not None and _EXPLAINS.search(said) is None


def another(text: str) -> bool:
    """Whether `text`, said after an exercise or a computed problem, asks for one more like it."""
    return _ANOTHER.search(fold(text)[:200]) is not None


_GIVES_UP = re.compile(
    r"\b(?:mostr\w+|ver|qual(?: e)?|manda|me (?:da|de|diz)|conta)\b.{0,20}"
    r"\b(?:resposta|solucao|gabarito|resolucao|resultado)\b"
    r"|\bdesisto\b|^(?:nao sei|resposta|solucao|gabarito)\W*$|\bshow me the (?:answer|solution)\b"
    r"|\bi give up\b"
)
_RESULT = re.compile(
    r"^(?:(?:eu|acho|que|deu|da|fica|ficou|minha|meu|a|o|resposta|resultado|final|e|eh|seria|da+|i"
    r"|got|it|is|my|answer|d_k|x|w|pe|l|=|:|~|≈)\s*)*[\[({]*\s*[-−+]?\d[\d\s.,;eE+\-−×^%()\[\]]*"
    r"(?:tokens?|folds?|parametros?|nats?|vezes)?\s*[.?!]*$"
)
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?(?:[eE]-?\d+)?")


def gives_up(text: str) -> bool:
    """Whether the student asks for the solution of the exercise."""
    return _GIVES_UP.search(fold(text)[:200]) is not None


def result(text: str) -> list[float] | None:
    """The numbers of a message that gives nothing but a result; None for any other message."""
    if len(text) > 300 or _RESULT.match(fold(text).strip()) is None:
        return None
    found = [each.replace("−", "-").replace(",", ".") for each in _NUMBER.findall(_spread(text))]
    return [float(each) for each in found][:64]


def _spread(text: str) -> str:
    """Commas between integers of a bracketed list separate; other commas are decimal."""
    if re.fullmatch(r"[^\d\[(]*[\[(][\s\d,\-−]*[\])]\W*", text) and text.count(",") > 1:
        return text.replace(",", " ")
    return text.replace(", ", "; ")
