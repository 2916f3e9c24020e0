"""A message as the rules read it: folded, abbreviations spelt out, slips mended."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from tutor.dialogue.styles import CONFUSED, FILLER, STYLES, without_style
from tutor.dialogue.terms import Found, flatten, terms_in
from tutor.records import Style
from tutor.text import language, words

_ABBREVIATIONS = {
    "pq": "por que", "pqe": "por que", "porq": "por que", "porque": "por que", "pk": "por que",
    "oq": "o que", "oque": "o que", "q": "que", "n": "nao", "nn": "nao", "ñ": "nao", "num": "nao",
    "vc": "voce", "vcs": "voces", "tb": "tambem", "tbm": "tambem", "exs": "exemplos",
    "msm": "mesmo", "pfv": "por favor", "pf": "por favor", "plz": "please", "pls": "please",
    "dif": "diferenca", "hj": "hoje", "blz": "beleza", "vlw": "valeu", "obg": "obrigado",
    "mto": "muito", "mt": "muito", "dnv": "de novo", "eh": "e", "ctz": "certeza",
    "qto": "quanto", "qdo": "quando", "qnd": "quando", "cmo": "como", "kd": "cade", "ent": "entao",
    "resumi": "resume", "idk": "i dont know", "eli5": "explain like i am five",
}  # fmt: skip


# Words whose misspellings are worth mending, because a rule hangs on them.
_MENDED = (
    "exemplo resume resumo resumir simples simplifica detalha detalhe detalhes questao diferenca"
    " anterior proxima primeira entendi explica explique pratica volta voltar perguntei compara"
    " wordpiece momentum rmsprop softmax sigmoide decoder encoder attention transformer value"
    " dropout query simpler shorter example summarize explain"
).split()


# Right words one slip away from a mended one.
_RIGHT_WORDS = frozenset(
    "valeu valem valor volto voltas entende entenda transforme transformar".split()
)


_OPENER = re.compile(
    r"^(?:(?:ok|okay|ta bom|ta certo|ta|certo|entendi|hm+|hum+|ah+|aham|beleza|valeu"
    r"|muito obrigad[oa]"
    r"|obrigad[oa]|legal|show|massa|otimo|perfeito|entao|tambem|ai|oi+|ola|prof|professora?"
    r"|tutor|cara"
    r"|mano|por favor|sim|thanks|thank you|great|cool|got it|i see|please|hey|hi|bom|boa|nossa|eita"
    r"|uai|ue|so|voltando(?=\s*[:,.])|(?:esquece|deixa)(?: (?:isso|pra la))?(?=\s*[:,.])"
    r"|ops|alias|desculpa)(?![\w-])[\s,.!;:]*)+"
)


# Courtesy at the end, which asks nothing: "exemplo, por favor".
_CLOSER = re.compile(r"(?:[\s,]+(?:por favor|please|por gentileza|ai por favor|prof|tutor))+\W*$")


CONTINUES = re.compile(r"^(?:e|mas|and|but|agora|ja|or|ou)(?![\w'-])[\s,]*(?!se\b)")


# Words that ask without naming a subject; a message of only these leans on the turn before it.
GENERIC = frozenset(
    words(
        "a o as os e é ou um uma uns umas de do da dos das em no na nos nas ao à aos às para pra"
        " pro por pelo"
        " pela com sem que quem qual quais como quando onde quanto quantos quantas porque por se"
        " só também já"
        " ainda mais menos muito pouco bem mal sempre nunca não sim mesmo mesma isso isto esse"
        " essa esses essas"
        " este esta aquilo aquele aquela ele ela eles elas dele dela deles delas nele nela disso"
        " nisso desse"
        " dessa nesse nessa eu me meu minha você tu nós gente mim lhe te ser são foi era fica"
        " ficou está tá ter"
        " tem têm tinha há haver pode podem posso poderia deve devo devem dá dar faz faço fazer"
        " fazem feito sentido"
        " feita vai vou ir usa uso usar usam usado usada usando utiliza utilizar serve servem"
        " servir serviria"
        " funciona funcionam funcionar calcula calculo calcular calculado calculada calculam"
        " aplica aplicar"
        " precisa preciso precisam precisar necessário necessária obrigatório importa importante"
        " vale pena"
        " melhor pior bom boa ruim certo certeza errado verdade falso contrário caso casos"
        " exemplo exemplos"
        " vantagem vantagens desvantagem desvantagens problema problemas benefício limitação"
        " limitações fórmula"
        " equação conta diferença ideia objetivo função papel motivo razão significa quer dizer"
        " muda mudar"
        " acontece acontecer ocorre existe existem existir criou criado inventou inventado"
        " propôs autor artigo"
        " paper fonte referência referências gabarito prova lista questão pergunta resposta"
        " explica explique"
        " explicar fala falar diz diga mostra mostrar conclusão resumo intuição intuitivamente"
        " prática serventia"
        " outra outro outras outros coisa tipo jeito forma maneira vez vezes então aí aqui lá"
        " assim sobre entre"
        " antes depois agora hoje parte trecho pedaço passo próximo último primeiro cada todo"
        " toda todos todas tudo nada cadê vê ver algum"
        " alguma algo alguém ninguém nenhum nenhuma eh né hein cai cair saber sei sabe acho"
        " lembrar decorar"
        " entender entendi quero queria posso tirou veio vem vêm saiu sai daí onde mudaria"
        " continua preocupar puser coloco colocar coloque colocasse boto botar tiro tirar tirasse"
        " remover trocar trocasse menor maior menores maiores alto alta baixo baixa grande pequeno"
        " pequena igual diferente tanto tão"
        " método técnica algoritmo abordagem valor resultado número processo"
        " the is are was it that this they them its does do did how what why when where who"
        " which can could"
        " should would use used work works need so to of from in for on and or an any there always"
        " really mean"
        " means advantage advantages disadvantage formula source invented created proposed you i"
        " my me"
        " true right wrong sure purpose point case about"
    )
)


QUESTION_WORD = re.compile(
    r"\b(?:qual|quais|como|que|quem|quando|onde|quanto|quantos|quantas|por que|explique|explica"
    r"|defina|calcule"
    r"|calcula|descreva|compare|what|how|why|when|where|who|which|explain|compute|calculate"
    r"|define|is|are|does|do"
    r"|serve|servem|funciona|precisa|preciso|pode|posso|deve|devo|usa|usar|faz|fazer|tem|sao"
    r"|existe|acontece|muda|vale)\b"
)


DEFINITION = re.compile(
    r"^(?:me )?(?:(?:explica|explique|diz|diga|sabe|defin[ae]|conceitu[ae])\s+)?(?:o que (?:e"
    r"|sao|significa|quer dizer|seria)"
    r"|what (?:is|are|does)|defin[ae]|conceito de|explain)\s+(?:mesmo )?(?:um |uma |o |a |os "
    r"|as |an? |the )?([^?!.]+)"
)


PRONOUN = re.compile(
    r"\b(?:(?P<with>d|n)?(?P<who>el[ea]s?)|(?P<contracted>d|n)?(?P<what>isso|isto|ess[ea]s?"
    r"|aquilo)|it|they|them|this|that)\b"
)


# Said to the tutor about itself, not about the subject.
TO_TUTOR = re.compile(
    r"\b(?:voces?|tu|you|yourself)\b(?! (?:disse|falou|explicou|usou|mostrou|calculou|fez|tirou"
    r"|colocou|said|used|mentioned|show\w*|pode|consegue|can|explain))"
)


_STANDALONE_KEY = re.compile(
    r"\bque\s?\d|\b(?:a|o|vetor|matriz) que\W*$|\bque (?:e k|k|\*"
    r"|vezes k|x k)\b"
)


_ENGLISH_ONLY = frozenset(
    "why simpler shorter example examples thanks the what how please summarize more again".split()
)


_PORTUGUESE_ONLY = frozenset(
    "o um uma que qual por como e da do de no na exemplo nao isso mais para pra".split()
)


class Message:
    """A message as the rules read it."""

    def __init__(self, text: str) -> None:
        self.text = text
        flat = re.sub(r"([a-z])\1{2,}", r"\1", flatten(text))
        tokens = re.findall(r"[\w'-]+|[^\w\s]|\s+", flat)
        mended = (_ABBREVIATIONS.get(t, t if t in _RIGHT_WORDS else _mend(t)) for t in tokens)
        self.flat = " ".join("".join(mended).split())
        if _STANDALONE_KEY.search(self.flat):  # "q" was Query or a question's number, not "que"
            self.flat = " ".join(flat.split())

    @cached_property
    def opened(self) -> str:
        """Without "ok, valeu," before what is asked, and without marks at the end."""
        asked = _OPENER.sub("", self.flat).rstrip(" ?!.,;:…")
        return _CLOSER.sub("", asked) or asked or self.flat

    @cached_property
    def continues(self) -> bool:
        """Opens with "e …", "mas …", "então …", "and …"; "é …" does not."""
        return (
            self.bare != self.opened or re.match(r"(?:\w+[ ,.!]+)?entao\b", self.flat) is not None
        )

    @cached_property
    def bare(self) -> str:
        states = re.match(r"\W*(?:é|eh)(?!\w)", self.text.lower()) is not None
        return self.opened if states else CONTINUES.sub("", self.opened)

    @cached_property
    def words(self) -> list[str]:
        return words(self.opened)

    @cached_property
    def terms(self) -> list[Found]:
        return terms_in(self.flat)

    @cached_property
    def style(self) -> Style:
        for style, pattern in STYLES.items():
            if any(pattern.search(text) for text in (self.opened, self.bare, self.flat)):
                return style
        confused = len(self.words) <= 9 and CONFUSED.search(self.flat)
        return "simple" if confused else "normal"

    @cached_property
    def rest(self) -> str:
        """What the message says apart from the style it asks for."""
        if self.style == "normal":
            return self.opened
        rest = without_style(self.opened)
        return without_style(self.bare) if rest == self.opened else rest

    @cached_property
    def asks_only_style(self) -> bool:
        return self.style != "normal" and not FILLER.sub("", self.rest).strip()

    @cached_property
    def content(self) -> list[str]:
        """Words that are neither function words nor generic questions."""
        return [w for w in words(self.rest) if (w not in GENERIC and len(w) > 1) or w.isdigit()]

    @cached_property
    def has_data(self) -> bool:
        return re.search(r"\d|\[|\(['\"]?\w+['\"]? ?,", self.flat) is not None

    @cached_property
    def language(self) -> Literal["pt", "en"]:
        if language(self.text) == "en":
            return "en"
        found = set(words(self.flat))
        return "en" if found & _ENGLISH_ONLY and not found & _PORTUGUESE_ONLY else "pt"


_AND = re.compile(r"\s*(?:,|;|\be\b|\band\b|\bmas\b)\s+", re.IGNORECASE)


def before_style(text: str) -> str:
    """What stands before a last clause that only asks for a style; "" where there is none."""
    for clause in reversed(list(_AND.finditer(text))):
        if Message(text[clause.end() :]).asks_only_style:
            return text[: clause.start()].strip()
    return ""


def _mend(word: str) -> str:
    """A word that is one slip away from one a rule hangs on, as that one."""
    if len(word) < 5 or word in _MENDED or word.rstrip("s") in _MENDED or word in GENERIC:
        return word
    close = [known for known in _MENDED if known[0] == word[0] and _one_slip(word, known)]
    return close[0] if len(close) == 1 else word


def _one_slip(a: str, b: str) -> bool:
    """One letter missing, added, changed or two neighbours swapped."""
    if abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    left, right = a[start:], b[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right or left == right[1:] or left[1:] == right[1:]
