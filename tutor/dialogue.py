"""Message + history -> a standalone question ("Entendi como: …"), by rules alone.

Each rule reads the message against the turns before it and either returns a
reading or passes it on; `Dialogue._rules` lists them from the most to the least
certain. A message that no rule claims is a question of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from tutor.records import Corpus, Example, Json, Problem, Question, Style, Turn
from tutor.text import fold, language, normalise, words

RECENT = 12  # turns that a follow-up may refer to; "a primeira que perguntei" sees all
_SKIPPED = ("smalltalk", "abstained", "practice")  # turns without a subject of their own
_LONGEST_CONTEXT = 160  # characters of a former question worth repeating; beyond it, its title
_STYLE_LABELS: dict[Style, str] = {
    "short": "em resumo",
    "simple": "em palavras simples",
    "example": "com um exemplo",
    "detailed": "em detalhes",
}

# ---------------------------------------------------------------------- terms

# One line a family of parallel terms, which may stand for one another in a question ("e a key?").
# Name, gender, other spellings; "~" marks words that are terms only where the family is at hand.
_FAMILIES = """
Query f: queries, ~q, ~consulta | Key f: keys, ~k, ~chave, ~chaves | Value m: values, ~v, ~valor, ~valores
BERT m: | GPT m: gpt-2, gpt-3, gpt2, gpt3, gpts, chatgpt | T5 m: | RoBERTa m: | seq2seq m: sequence to sequence, sequence-to-sequence
BPE m: byte pair encoding, byte-pair encoding | WordPiece m: word piece, word-piece | SentencePiece m: | Unigram m:
Adam m: | AdamW m: | momentum m: momento | RMSProp m: rms prop | SGD m: | AdaGrad m: | Nesterov m:
sigmoide f: função logística, logística, sigmoid, sigmóide | tanh f: tangente hiperbólica | ReLU f: | Leaky ReLU f: | GELU f: | softmax f:
encoder m: codificador | decoder m: decodificador
self-attention f: self attention, autoatenção, auto-atenção | cross-attention f: cross attention, atenção cruzada | masked attention f: masked self-attention, masked self attention, atenção mascarada | multi-head attention f: multi-head self-attention, multi head attention, multihead, multi-head, multi head, múltiplas cabeças
conjunto de validação m: erro de validação, dados de validação, ~validação | conjunto de teste m: erro de teste, dados de teste, ~teste | conjunto de treino m: erro de treino, conjunto de treinamento, dados de treino, ~treino
k-fold m: kfold, k fold, validação cruzada, cross-validation, cross validation | leave-one-out m: leave one out, loo, loocv | validação cruzada aninhada f: nested cross-validation, nested cv, nested, validação cruzada interna, validação aninhada | holdout m: hold-out
laço interno m: inner loop, loop interno, ~interno | laço externo m: outer loop, loop externo, ~externo
soma f: somar | concatenação f: concatenar, concat
seno m: | cosseno m: coseno
Skip-gram m: skip gram, skipgram | CBOW m: | GloVe m: | FastText m: | word2vec m:
weight decay m: decaimento de pesos | dropout m: | L2 f: regularização l2 | L1 f: regularização l1 | early stopping m: | batch norm m: batch normalization, batchnorm | layer norm m: layer normalization, layernorm
zero-shot m: zero shot | one-shot m: one shot | few-shot m: few shot
in-context learning m: icl, in context learning | fine-tuning m: fine tuning, finetuning, ajuste fino | pré-treinamento m: pré-treino, pretraining, pre-training
CNN f: cnns, rede convolucional, redes convolucionais | MLP m: mlps | RNN f: rnns, rede recorrente, redes recorrentes | LSTM f: lstms | GRU f: | ResNet f: resnets | Transformer m: transformers
cross-entropy f: cross entropy, entropia cruzada, crossentropy | MSE m: erro quadrático médio | hinge loss f: hinge
masked LM m: mlm, masked language model, masked language modeling | NSP f: next sentence prediction | LM causal m: causal lm, modelagem causal
análise de sentimento f: ~sentimento | tradução f: traduzir | classificação f: classificar | regressão f: | geração de texto f: gerar texto
acurácia f: accuracy | precisão f: precision | recall m: revocação | F1 m: f1-score
beta1 m: beta 1, β1 | beta2 m: beta 2, β2 | epsilon m: ε
overfitting m: sobreajuste | underfitting m: subajuste
max pooling m: | average pooling m:
pouco frequentes -: raras, incomuns | muito frequentes -: frequentes, comuns
contexto similar m: ~contexto | significado similar m: ~significado
"""  # noqa: E501
# Terms that stand for themselves: a question about one of them needs no turn before it.
_SINGLE_TERMS = """
bias correction f: correção de viés | positional encoding m: codificação posicional, pe posicional
tokenização f: tokenizador, tokenizer | backpropagation f: backprop, retropropagação | learning rate f: taxa de aprendizado
skip connection f: skip connections, conexão residual, conexões residuais | bloco residual m:
teacher forcing m: | RLHF m: | SFT m: | perceptron m: | vanishing gradient m: gradiente que some
data leakage m: vazamento de dados | GAN f: gans | autoencoder m: | transfer learning m:
word embedding m: word embeddings, embeddings | convolução f: convoluções | pooling m: | stride m: | padding m:
beam search m: | perplexidade f: | PCA m: | SMOTE m: | one-hot m: one hot | logits m: logit | atenção f: attention
"""  # noqa: E501
_ADJECTIVE = "-"


@dataclass(frozen=True)
class _Term:
    name: str
    gender: str  # m, f or - (an adjective, which takes no article)
    family: int  # equal numbers are parallel terms; single terms have their own


@dataclass(frozen=True)
class _Found:
    start: int
    end: int
    term: _Term


def _flat(text: str) -> str:
    """`fold` that keeps every character's position, so that matches index the original."""
    folded = ((c, fold(c)) for c in text)
    return "".join(form if len(form) == 1 else c.lower()[:1] or c for c, form in folded)


def _read_terms() -> tuple[dict[str, _Term], dict[str, _Term]]:
    strong: dict[str, _Term] = {}
    weak: dict[str, _Term] = {}
    lines = [line for line in _FAMILIES.splitlines() if line]
    singles = [one for line in _SINGLE_TERMS.splitlines() if line for one in line.split(" | ")]
    for family, line in enumerate(lines + singles):
        for entry in line.split(" | "):
            head, _, spellings = entry.partition(":")
            name, gender = head.strip().rsplit(" ", 1)
            term = _Term(name, gender, family)
            for spelling in (name, *spellings.split(",")):
                form = _flat(spelling.strip())
                if form:
                    (weak if form.startswith("~") else strong)[form.lstrip("~")] = term
    return strong, weak


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])")


_STRONG, _WEAK = _read_terms()
_STRONG_PATTERN = _pattern(_STRONG)
_ANY_PATTERN = _pattern([*_STRONG, *_WEAK])


def _terms(flat: str, weak: bool = False) -> list[_Found]:
    pattern = _ANY_PATTERN if weak else _STRONG_PATTERN
    known = {**_WEAK, **_STRONG} if weak else _STRONG
    return [_Found(m.start(), m.end(), known[m.group()]) for m in pattern.finditer(flat)]


# ------------------------------------------------------------------- messages

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
_OPENER = re.compile(
    r"^(?:(?:ok|okay|ta bom|ta certo|ta|certo|entendi|hm+|hum+|ah+|aham|beleza|valeu"
    r"|muito obrigad[oa]"
    r"|obrigad[oa]|legal|show|massa|otimo|perfeito|entao|tambem|ai|oi+|ola|prof|professora?"
    r"|tutor|cara"
    r"|mano|por favor|sim|thanks|thank you|great|cool|got it|i see|please|hey|hi|bom|boa|nossa|eita"
    r"|uai|ue|so)(?![\w-])[\s,.!;:]*)+"
)
_CONTINUES = re.compile(r"^(?:e|mas|and|but|agora|ja|or|ou)(?![\w'-])[\s,]*(?!se\b)")

_STYLES: dict[Style, re.Pattern[str]] = {
    "short": re.compile(
        r"\bresum(?:e|a|ir|ido|idamente|indo|ao)\b(?! de texto)|\b(?:um|em|faz|faca|o"
        r"|so o) resumo\b(?! de texto)"
        r"|^resum(?:o|inho)\b(?! de texto)|(?<!num )(?<!no )(?<!meu )\bresumo\W*$"
        r"|(?:^|\b(?:resposta|versao|algo|expli\w+|faz|fala|seja|texto)\b |[,;] )(?:(?:bem"
        r"|um pouco|muito) )?mais (?:curt|brev|suscint|sucint|diret|objetiv)[oae]\w*"
        r"|\bcurtinh[oa]\b|\bresposta (?:bem )?(?:curta|breve|direta)|^(?:bem )?curto\W*$"
        r"|\bencurt\w+|\bsintetiz\w+|\bbrevemente\b"
        r"|\bsej[ae] (?:breve|direto)|\b(?:numa|em uma|em 1|em duas|em 2|em poucas|em tres"
        r"|em 3) (?:so |unica )?(?:frases?|linhas?|palavras)(?=\W*(?:por favor|please|pra mim|$))"
        r"|\btl ?;? ?dr\b|\brapidinho\b|\bdireto ao ponto\b|\bsem enrola\w+|\bso o (?:essencial"
        r"|principal)\b"
        r"|\b(?:muito|mt) (?:longo|grande|comprido|texto)\W*$|\btextao\b"
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
        r"|\bexemplos?(?: pratico| concreto| numerico)"
        r"|^(?:e )?na pratica\W*$|\bcomo (?:fica|e|funciona|seria) (?:isso )?na pratica\b"
        r"|\bcaso (?:pratico|concreto|real)\b|^mais um\W*$"
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
        r"|\bexpli\w+ (?:isso |essa |tudo )?(?:de novo|novamente|outra vez)\b|^(?:de novo|repete"
        r"|repita|desenha)\W*$|\bde outr[ao] (?:jeito|forma|maneira|modo)\b|\b(?:em|com"
        r"|por) outras palavras\b|\boutra explicacao\b|\b(?:uma|alguma|faz) analogia\b"
        r"|^como assim\b|\bem portugues claro\b|\bsimpler\b|\bsimply\W*$|\bin (?:simple|plain"
        r"|simpler) (?:words|terms|english)\b|\bexplain (?:\w+ )?(?:again|like)\b[^?.!]*"
        r"|\blike i'?m\b[^?.!]*"
    ),
}  # fmt: skip
# "não entendi": asks for something simpler where little else is said, but opens many a question.
_CONFUSED = re.compile(
        r"\b(?:nao|nem|inda nao) (?:\w+ )?(?:entendi|entendo|entend[eo]u|peguei|saquei"
        r"|compreendi|captei|fez sentido|ficou claro|consegui entender|to entendendo)(?: nada"
        r"| direito| muito bem| bem)?\b"
        r"|\b(?:entendi|captei|saquei) (?:foi )?nada\b|\bboiei\b|\b(?:to|estou|fiquei) (?:meio "
        r"|bem |muito )?(?:perdid|confus|boiand)[oa]?\b|\bficou (?:meio |muito )?(?:confuso"
        r"|dificil|complicado)\b|^(?:muito )?(?:complicado|confuso|dificil)\W*$"
        r"|\b(?:i )?(?:don'?t|didn'?t|do not|did not) (?:\w+ )?(?:get|understand"
        r"|follow)(?: (?:it|that|this))?\b|\bi(?:'m| am) (?:lost|confused)\b"
)  # fmt: skip
# What may surround a style without adding a subject: "pode resumir isso pra mim, por favor?"
_FILLER = re.compile(
    r"\b(?:expli(?:ca|que|car|cacao|ca-me)|me|mostr\w+|passos?|calculo|conta|isso|isto|ess[ae]"
    r"|est[ae]|resposta|respostas|por favor|de novo|novamente|outra|outro|vez"
    r"|pra|para|mim|agora|ai|um|uma|uns|pouco|bem|a|o|e|as|os|de|do|da|so|ja|pode|podes|poderia"
    r"|consegue|faz|faca|fazer|mais|menos|muito|tudo"
    r"|nada|disso|dele|dela|nisso|aqui|la|eu|voce|ser|seria|tem|ter|como|ainda|direito|quero"
    r"|queria|favor|tutor|professor|prof|ok|entao|mas|ta|tambem|assim"
    r"|please|it|that|this|again|for|to|you|can|could|would|now|in|the|an|just|make|i|give"
    r"|explain|answer|still|and|but|ficou|parte|pra mim|mesmo|talvez|melhor"
    r"|kk+|rs+|haha\w*|com|em|que|texto|explicacao|exemplos?|oi|na|no|se|and|what|about|is|pls"
    r"|manda|consegue|possivel|da pra|hein|ne|versao|linguagem|jeito|forma)\b|[^\w\s]"
)  # fmt: skip
_WHY = re.compile(
    r"^(?:e |mas |and |but )?(?:(?:mas )?por que(?: que)?(?: (?:isso|disso|nao|assim|sera"
    r"|e assim|isso acontece|acontece isso|acontece|e isso|ocorre|isso e assim|motivo|razao"
    r"|raios))*"
    r"|(?:qual|que) (?:e )?(?:o |a )?(?:motivo|razao|causa|porque|por que)(?: disso)?"
    r"|o por que(?: disso)?|(?:por|a troco de) que(?: motivo| razao)|por qual (?:motivo|razao)"
    r"|(?:me )?(?:explica|explique|diz|diga)(?: o)? por que(?: disso)?|why(?: not| so| is that"
    r"| is this| though)?|how come|why does (?:that|this|it) happen|for what reason)\W*$"
)  # fmt: skip

# Words that ask without naming a subject; a message of only these leans on the turn before it.
_GENERIC = frozenset(
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
        " fazem feito"
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
        " continua preocupar"
        " the is are was it that this they them its does do did how what why when where who"
        " which can could"
        " should would use used work works need so to of from in for on and or an any there always"
        " really mean"
        " means advantage advantages disadvantage formula source invented created proposed you i"
        " my me"
        " true right wrong sure purpose point case about"
    )
)
_QUESTION_WORD = re.compile(
    r"\b(?:qual|quais|como|que|quem|quando|onde|quanto|quantos|quantas|por que|explique|explica"
    r"|defina|calcule"
    r"|calcula|descreva|compare|what|how|why|when|where|who|which|explain|compute|calculate"
    r"|define|is|are|does|do"
    r"|serve|servem|funciona|precisa|preciso|pode|posso|deve|devo|usa|usar|faz|fazer|tem|sao"
    r"|existe|acontece|muda|vale)\b"
)
_DEFINITION = re.compile(
    r"^(?:me )?(?:(?:explica|explique|diz|diga|sabe|defin[ae]|conceitu[ae])\s+)?(?:o que (?:e"
    r"|sao|significa|quer dizer|seria)"
    r"|what (?:is|are|does)|defin[ae]|conceito de|explain)\s+(?:mesmo )?(?:um |uma |o |a |os "
    r"|as |an? |the )?([^?!.]+)"
)
_PRONOUN = re.compile(
    r"\b(?:(?P<with>d|n)?(?P<who>el[ea]s?)|(?P<contracted>d|n)?(?P<what>isso|isto|ess[ea]s?"
    r"|aquilo)|it|they|them|this|that)\b"
)
_THING_VERB = re.compile(
    r"\b(?:criou|inventou|propos|desenvolveu|serve|servem|usa|usar|uso|funciona|chama|significa"
    r"|o que e|what is"
    r"|invented|created|proposed|work|works|used for)\b"
)


def _mend(word: str) -> str:
    """A word that is one slip away from one a rule hangs on, as that one."""
    if len(word) < 5 or word in _MENDED or word.rstrip("s") in _MENDED or word in _GENERIC:
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


# Right words one slip away from a mended one.
_RIGHT_WORDS = frozenset(
    "valeu valem valor volto voltas entende entenda transforme transformar".split()
)


class _Message:
    """A message as the rules read it."""

    def __init__(self, text: str) -> None:
        self.text = text
        flat = re.sub(r"([a-z])\1{2,}", r"\1", _flat(text))
        tokens = re.findall(r"[\w'-]+|[^\w\s]|\s+", flat)
        mended = (_ABBREVIATIONS.get(t, t if t in _RIGHT_WORDS else _mend(t)) for t in tokens)
        self.flat = " ".join("".join(mended).split())
        if _STANDALONE_KEY.search(self.flat):  # "q" was Query or a question's number, not "que"
            self.flat = " ".join(flat.split())

    @cached_property
    def opened(self) -> str:
        """Without "ok, valeu," before what is asked, and without marks at the end."""
        return _OPENER.sub("", self.flat).rstrip(" ?!.,;:…") or self.flat

    @cached_property
    def continues(self) -> bool:
        """Opens with "e …", "mas …", "então …", "and …"; "é …" does not."""
        return (
            self.bare != self.opened or re.match(r"(?:\w+[ ,.!]+)?entao\b", self.flat) is not None
        )

    @cached_property
    def bare(self) -> str:
        states = re.match(r"\W*(?:é|eh)(?!\w)", self.text.lower()) is not None
        return self.opened if states else _CONTINUES.sub("", self.opened)

    @cached_property
    def words(self) -> list[str]:
        return words(self.opened)

    @cached_property
    def terms(self) -> list[_Found]:
        return _terms(self.flat)

    @cached_property
    def style(self) -> Style:
        for style, pattern in _STYLES.items():
            if pattern.search(self.opened) or pattern.search(self.flat):
                return style
        confused = len(self.words) <= 9 and _CONFUSED.search(self.flat)
        return "simple" if confused else "normal"

    @cached_property
    def rest(self) -> str:
        """What the message says apart from the style it asks for."""
        if self.style == "normal":
            return self.opened
        return _without_style(self.opened)

    @cached_property
    def asks_only_style(self) -> bool:
        return self.style != "normal" and not _FILLER.sub("", self.rest).strip()

    @cached_property
    def content(self) -> list[str]:
        """Words that are neither function words nor generic questions."""
        return [w for w in words(self.rest) if (w not in _GENERIC and len(w) > 1) or w.isdigit()]

    @cached_property
    def has_data(self) -> bool:
        return re.search(r"\d|\[", self.flat) is not None

    @cached_property
    def language(self) -> Literal["pt", "en"]:
        if language(self.text) == "en":
            return "en"
        found = set(words(self.flat))
        return "en" if found & _ENGLISH_ONLY and not found & _PORTUGUESE_ONLY else "pt"


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

# ------------------------------------------------------- references to entries

_UNITS = (
    "zero um dois tres quatro cinco seis sete oito nove dez onze doze treze quatorze quinze"
    " dezesseis"
    " dezessete dezoito dezenove"
).split()
_TENS = {"vinte": 20, "trinta": 30, "quarenta": 40}
_NUMBERS = {word: n for n, word in enumerate(_UNITS) if n > 1} | _TENS | {"catorze": 14}
_NUMBERS |= {
    f"{ten} e {_UNITS[n]}": value + n for ten, value in _TENS.items() for n in range(1, 10)
}
_NUMBER = r"(?:\d{1,2}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + r")"
_LETTER = r"(?:\s?[(.]?\s?(?:letra )?(?P<{0}>[ab])\)?(?![\w]))?"
_NAMED = (
    r"(?:questao|questoes|quest|qst|qtao|questaum|questions?|exercicios?|exerc|perguntas?|itens"
    r"|item|q)"
    r"\.?\s*(?:de )?(?:n[ºo°.]*\s*|numeros?\s+|#)?"
)
_NEXT_NUMBER = (
    r"(?:\s*(?:,|e|and|&|vs\.?|x|com|ou)\s*(?:a|as|da|pra|na|com a)?\s*(?:questao\s+|q)?)"
    rf"(?P<more>{_NUMBER})" + _LETTER.format("more_letter")
)
_BY_NAME = re.compile(
    rf"(?<![\w]){_NAMED}(?P<number>{_NUMBER})(?![\d,.]\d)" + _LETTER.format("letter") + r"(?![\w%])"
)
_BY_LETTER = re.compile(
    r"(?<![\w.,])(?P<number>13)\s?[(.]?\s?(?:letra )?(?P<letter>[ab])\)?(?![\w])"
    r"|\bletra (?P<letter_first>[ab]) da 13\b"
)
_BARE = re.compile(
    r"^(?:(?:agora|e|volta\w*|retoma\w*|vamos|vai|ir|pula|passa|quero|me|ver|expli\w+|resolv\w+"
    r"|respond\w+|gabarito|resposta|solucao"
    r"|faz|faca|fala|mostra|resum\w+|detalh\w+|ajuda\w*|go|back|explain|solve|answer|show|duvida"
    r"|preciso|agora|pode)\s+)*"
    rf"(?:para a|pra|na|da|com a|sobre a|a|to|on|com|n[ºo°])\s+(?:numero\s+"
    rf"|n[ºo°]\s*)?(?P<number>{_NUMBER})" + _LETTER.format("letter")
    + r"(?P<others>(?:\s*(?:,|e|and|&)\s*(?:a |as |da |na )?\d{1,2}(?: ?[ab]\b)?)*)"
    r"(?:\s*(?:de novo|novamente|da lista|por favor|please|again|inteira|toda|tambem|mais|bem"
    r"|de forma|simples|facil|curt\w+|resumid\w+|em resumo|(?:em )?detalh\w+"
    r"|com (?:um )?exemplo|passo a passo|em uma frase|melhor))*$"
    r"|^#?(?P<whole>\d{1,2})\s?(?P<whole_letter>[ab])?$"
)  # fmt: skip
_BETWEEN = re.compile(
    r"\b(?:entre|compar\w+|between) (?:a |as )?"
    r"(?=(?P<number>\d{1,2})(?P<letter>[ab])?(?![\w-])(?! \w+s\b))"
)
_FOLLOWING = re.compile(_NEXT_NUMBER)
# What surrounds a reference without adding to it: "me explica a questão 25 da lista"
_AROUND = re.compile(
    r"\b(?:volta\w*|retoma\w*|vamos|vai|ir|pula|passa|quero|queria|ver|expli\w+|resolv\w+"
    r"|respond\w+|respost\w+|gabarito|solucao|faz|faca|fazer"
    r"|fala|falar|mostra\w*|ajuda\w*|go|back|solve|show|duvida|preciso|sobre|lista|prova|agora"
    r"|questao|questoes|numero|como|qual|que|diz|pede|cai|entender|and|let|us"
    r"|lets|question|about|seria|tambem|inteira|duas|enunciado|pergunta|tenho|estou|com|na|no|to"
    r"|em|outra|mandar?|pro|next|falta|comigo|vc|voce)\b"
)

_PREVIOUS = re.compile(
    r"^(?:(?:e|and|volta\w*|retoma\w*|vamos|pode|quero|ver|me|expli\w+|resum\w+|mostra|fala|sobre"
    r"|agora|ir|go|back|repete|de novo)\s+)*"
    r"(?:(?:para a|para o|pra|pro|na|no|da|do|a|o|as|to|the)\s+)*(?:questao |pergunta |assunto "
    r"|topico |tema |duvida |resposta )?"
    r"(?:anterior|passad[ao]|(?:question |one |pergunta |questao )?de antes|antes dess[ae]"
    r"|previous(?: question| one)?|last but one|penultim[ao])(?: questao| pergunta| de novo"
    r"| da lista)?$"
)
_NEXT = re.compile(
    r"^(?:(?:e|vamos|pode|quero|ver|me|expli\w+|mostra|agora|ir|vai|pula|passa|avanca|manda"
    r"|seguir|segue)\s+)*(?:(?:para a|pra|na|da|a|to|the)\s+)*"
    r"(?:questao |pergunta )?(?:proxima|seguinte|next)(?: (?:questao|pergunta|question"
    r"|one))?(?: da lista| por favor)?$"
)
_ASKED = re.compile(
    r"\b(?:o que|qual|que) (?:foi |era |e )?(?:que )?(?:eu )?(?:te )?(?:tinha "
    r"|havia )?(?:perguntei|perguntado|falei)\b"
    r"|\bqual (?:foi|era|e) (?:a )?minha (?:ultima )?(?:pergunta|duvida)|\b(?:minha"
    r"|a) ultima pergunta\b(?: que (?:eu )?fiz)?$"
    r"|\bwhat did i ask\b|\bmy (?:last|previous) question\b|\bdo que (?:a gente|nos"
    r"|voce) (?:tava|estava|estavamos|falava)"
)
_ORDINAL = re.compile(
    r"\b(?P<nth>primeir[ao]|segund[ao]|terceir[ao]|quart[ao]|first|second"
    r"|third)\s*(?:(?:pergunta|questao|coisa|duvida|topico|assunto|question|thing)\s*)?"
    r"(?:que )?(?:eu )?(?:te )?(?:perguntei|fiz|falei|mandei|i asked|da conversa|de todas"
    r"|de hoje)\b"
    r"|\b(?:minha|my) (?P<mine>primeir[ao]|segund[ao]|terceir[ao]|first|second"
    r"|third) (?:pergunta|duvida|questao|question)"
    r"|\b(?:volta\w*|retoma\w*|go back) (?:(?:pra|para|para a|na|a|ao|pro|to"
    r"|the)\s)*(?P<back>primeir[ao]|segund[ao]|terceir[ao]|first)(?: (?:pergunta|questao|duvida"
    r"|question|coisa|assunto))?$"
)  # fmt: skip
_NTH = {"primeir": 0, "first": 0, "segund": 1, "second": 1, "terceir": 2, "third": 2, "quart": 3}
_RETURN = re.compile(
    r"^(?:(?:agora|vamos|podemos|quero|da pra)\s+)*(?:volta\w*|retoma\w*|retorn\w+"
    r"|go(?:ing)? back|back)\s+(?:ao?s?|na|no|pro|pra|para o|para a|to|the|d[oa]|em|à|um pouco)\b"
)

# ----------------------------------------------------------------- comparisons

_BOTH = (
    r"(?:eles|elas|os dois|as duas|esses dois|essas duas|ess[ae]s|ambos|ambas|um e (?:o )?outro"
    r"|uma e (?:a )?outra|dois|duas|them|both|the two|these two|those two)"
)
_DIFFERENCE = (
    r"(?:diferencas?|difere|diferem|muda|compar\w+|differences?|differ|contraste|semelhancas?"
    r"|em comum|versus|vs)"
)
_BOTH_COMPARED = re.compile(
    rf"\b{_DIFFERENCE}\b(?: \w+)? (?:entre |between |de |d)?{_BOTH}\b|\bcompar\w+ {_BOTH}\b"
    rf"|\bde um (?:pr[oa]|para o?) outro\b"
    rf"|\bqual (?:d{_BOTH}|del[ea]s|d[oa]s d(?:ois|uas)|of them|of the two)\b|\bwhich (?:one"
    rf"|of them)\b|\bhow do they differ\b"
    r"|\b(?:os dois|as duas|both|eles|elas) (?:sao|e|are) (?:a mesma coisa|iguais|diferentes"
    r"|the same)\b"
    r"|\bqual (?:e )?(?:o |a )?(?:melhor|mais \w+)(?: dos dois| das duas| deles| delas)?$"
    r"|\bo que (?:eles|elas|os dois|as duas) t[e]m em comum\b"
    r"|^(?:e )?(?:qual )?(?:e )?(?:a )?diferenca$|^what.?s the difference$|^what is the difference$"
)
_BEFORE_COMPARED = re.compile(
    rf"\b{_DIFFERENCE}\b(?: (?:disso|dele|dela|desse|dessa|deste|desta|isso|ess[ae]|est[ae]|it"
    rf"|that))? (?:pr[oa]|para [oa]|com [oa]|d[oa]|em relacao (?:ao|a)|ao|a|from|to|with) "
    r"(?:the )?(?:questao |pergunta |topico |assunto |conceito )?(?:anterior|outr[oa]"
    r"|primeir[oa]|passad[oa]|previous(?: one)?|other(?: one)?|(?:d[eo]"
    r"|que (?:eu )?perguntei) antes|last one)\b"
)
_SIDES = frozenset(
    "between dois duas ambos ambas outro outra anterior them both two other one previous first last"
    " question tabela quadro table".split()
)
_TERM_COMPARED = re.compile(
    rf"(?:\b{_DIFFERENCE}\b(?: (?:isso|disso|dele|dela|desse|dessa|deste|desta|del[ea]s|ess[ae]"
    rf"|que tem|it|that|this))?|\bmelhor|\bpior|\bmais (?!ou)\w+|\bigual|\b(?:a )?mesma coisa"
    rf"|\bcomparad[oa]|\bbetter|\bworse|\bthe same)"
    r" (?:pr[oa]s?|para [oa]s?|para|com [oa]s?|com|d[oa]s?|de|em relacao (?:ao|a)|ao?s?|a|from"
    r"|to|with|as|than|(?:do )?que [oa]s?|(?:do )?que)?\s*(?:the )?$"
)
_AND_THE = re.compile(r"(?:e|and) (?:o|a|the)\b|(?:o|a)\b")
_OTHER = re.compile(
    r"^(?:e |and |mas )(?:quanto |sobre |what about |n|d|para |com |pr|com |a)?(?:[oa]s? "
    r"|the )?(?:outr[oa]s?|other(?: one)?|segund[oa])(?: (?:caso|termo|modelo|metodo|question))?$"
)

# --------------------------------------------------------------- substitutions

_LEAD = (
    r"(?:(?:quanto (?:ao?s?|à)|sobre|acerca d[eo]|no caso (?:d[aeo]s?)?|para o caso d[aeo]"
    r"|em relacao ao?|what about|how about|in the case of|se (?:fosse|for|usar|usasse|fossem"
    r"|eu usar|a gente usar|eu usasse)"
    r"|com|para|pra|pros?|nos?|nas?|em|n?uma?|d[eoa]s?|[oa]s?|ao|pel[oa]|the|for|in|with|an?|on"
    r"|ja|so|com relacao ao?|quero saber (?:d[aeo]s?|sobre))\s+)"
)
_PHRASE = re.compile(rf"^(?P<lead>{_LEAD}*)(?P<noun>[^?!]+)$")
_SAFE_LEAD = re.compile(
    r"^(?:no caso|what about|how about|quanto|sobre|em relacao|se |n[oa]s? "
    r"|pr[oa] |com |para |in the|for |with |quero saber)"
)
_DEFINES = re.compile(
    r"^(?:o que (?:e|sao|significa)|(?:pra|para) que|qual (?:e )?(?:o|a)?\s?(?:funcao|papel"
    r"|objetivo|utilidade)|expli\w+|defin\w+|fal[ae]|como funciona|what (?:is|are|does)|explain)\b"
)
_MASCULINE = {
    "o": "a", "do": "da", "no": "na", "ao": "à", "pelo": "pela", "um": "uma", "num": "numa",
    "pro": "pra", "os": "as", "dos": "das", "nos": "nas",
}  # fmt: skip
_FEMININE = {f: m for m, f in _MASCULINE.items()}

# ---------------------------------------------------------- changes to numbers

_CHANGE = re.compile(
    r"^(?:e |mas |and |agora |entao |but )*(?:se\b|com\b|agora\b|refa[zc]\w*|recalcul\w+|troc\w+"
    r"|mud[ae]\w*|substitu\w+|us[ae]\w*|considere?|supon\w+|dobr\w+"
    r"|aument\w+|diminu\w+|repet\w+|pass[ae]\b|continu\w+|para\b|what if\b|if\b|now\b|redo\b"
    r"|change\b|with\b|for\b|try\b|test[ae]\w*|mais um passo|outro passo)"
)
_REDO = re.compile(
    r"^(?:e |agora )*(?:e se\b|se\b.*\bfosse|refa[zc]|recalcul|repet|troc|mud[ae]"
    r"|dobr|agora\b|(?:resolv|calcul|faz|faca)\w* (?:isso )?(?:de novo|novamente|outra vez)"
    r"|outr[oa]s? (?:palavra|frase|valor|vetor|classe|sequencia|token)s?\b"
    r"|(?:(?:mas|me|eu|aqui|pra mim|no meu|minha conta|meu resultado) )*"
    r"(?:deu|dei|achei|obtive|encontrei|cheguei|i got)\b|redo|what if|try again)"
)
_CHANGE_SUFFIX = re.compile(r"^(?P<root>.*) \(agora: (?P<changes>.*)\)$", re.DOTALL)
_PREFIXES = re.compile(r"^(?:Explique o porquê|Explique melhor|Explain why): ")
_ABOUT = re.compile(r" \(sobre: (?P<context>.*)\)$", re.DOTALL)
_QUESTION_NUMBER = re.compile(r"^Questão\s+\d+\s*(?:\([ab]\))?\.\s*", re.IGNORECASE)


# The student sets somebody's word against the answer: "mas no gabarito diz que …".
_CLAIMED = re.compile(
    r"\b(?:gabarito|professora?|prof|slides?|livro|apostila|colegas?|amig[oa]|monitor|video"
    r"|chatgpt|internet|wikipedia|aula|artigo)\b.{0,30}\b(?:diz|disse|dizia|fala|falou|falava|ta"
    r"|esta|estava|era|tinha|afirma|li|vi)\b"
    r"|^(?:mas |but )(?:eu )?(?:li|vi|ouvi|achei|achava|pensei|pensava|aprendi|i (?:read|thought"
    r"|heard)|isn'?t|nao (?:e|seria|era|sao|deveria))\b|\bthe (?:answer key|book|professor"
    r"|slides?) says?\b"
)
# Said to the tutor about itself, not about the subject.
_TO_TUTOR = re.compile(
    r"\b(?:voces?|tu|you|yourself)\b(?! (?:disse|falou|explicou|usou|mostrou|calculou|fez"
    r"|colocou|said|used|mentioned|show\w*|pode|consegue|can|explain))"
)
# Single words that ask something about what was just said.
_LONE = re.compile(
    r"^(?:font[ei]s?|referencias?|certeza|serio|gabarito|formulas?|equac\w+"
    r"|(?:des)?vantage\w+|limitac\w+|problemas?|quando|onde|quem|como|quanto|quantos|quantas"
    r"|quais|qual|intuicao|motivo|conclusao|source|sources|really|how|when|where|who|verdade)$"
)


# Words that name a datum rather than a subject, in "beta 0,9" and "k = 3, n = 10".
_DATA_WORDS = frozenset(
    words(
        "classe rótulo alvo beta beta1 beta2 lr taxa aprendizado alpha alfa eta lambda epsilon"
        " eps logits saída saídas"
        " vetor vetores gradiente gradientes passos peso pesos w x y z tokens palavra palavras"
        " merges vocabulário épocas"
        " folds dobras cabeças heads linha linhas coluna colunas matriz valor valores"
        " temperatura entrada resultado deu"
        " igual inicial final dado dados número números stride padding filtro filtros kernel"
        " canais dimensão tamanho"
        " class label learning rate steps gradient weight weights step value values target true"
        " k n d"
    )
)
_ASKS_MEANING = re.compile(
    r"\b(?:o que|que|significa\w*|por que|why|means?|versus|vs|diferenca"
    r"|explica\w*|serve|qual|quer dizer)\b"
)


@dataclass(frozen=True)
class _Reading:
    standalone: str
    example_ids: tuple[str, ...] = ()
    problem: Problem | None = None


class Dialogue:
    """Reads messages against the turns before them; holds no state of a conversation."""

    def __init__(self, corpus: Corpus) -> None:
        self._examples = {e.id: e for e in corpus.examples}
        self._listed = [e.id for e in corpus.examples if e.collection == "lista2"]
        self._vocabulary = {e.id: frozenset(map(_stem, _all_words(e))) for e in corpus.examples}
        self._titles = {
            e.id: {f.term.name for f in _terms(_flat(e.title))} for e in corpus.examples
        }
        self._rules = (
            self._named_entry,
            self._former_turn,
            self._comparison,
            self._changed_data,
            self._why,
            self._same_in_style,
            self._returned_topic,
            self._other_term,
            self._pronoun,
            self._elliptical,
        )

    def understand(self, message: str, history: Sequence[Turn]) -> Question:
        text = normalise(message)
        asked = _Message(text)
        past = _Past(history)
        reading = next((r for rule in self._rules if (r := rule(asked, past)) is not None), None)
        if reading is None:
            problem = past.problem if asked.has_data else None
            return Question(text, text, asked.style, (), problem, False, asked.language)
        follow_up = reading.standalone != text or bool(reading.example_ids and past.turns)
        return Question(
            text,
            reading.standalone,
            asked.style,
            reading.example_ids,
            reading.problem,
            follow_up,
            asked.language,
        )

    # ------------------------------------------------------------------- rules

    def _named_entry(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "questão 25", "q25", "a 13b", "volta na 9"."""
        ids, remaining = self._references(asked, past)
        if not ids:
            return None
        problem = past.last.problem if past.last and past.last.example_id in ids else None
        left = _FILLER.sub("", _AROUND.sub("", _without_style(remaining))).strip()
        if left and len(ids) == 2 and re.search(rf"\b{_DIFFERENCE}\b", remaining):
            return _Reading(self._difference(ids[0], ids[1]), ids)
        if left:
            titles = "; ".join(self._examples[i].title for i in ids)
            return _Reading(f"{asked.text} (sobre: {titles})", ids, problem)
        return _Reading(" ".join(self._question(self._examples[i]) for i in ids), ids)

    def _former_turn(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "a anterior", "a próxima", "a primeira que perguntei", "o que perguntei antes?"."""
        if past.last is None:
            return None
        text = asked.rest if asked.style != "normal" else asked.opened
        nth = _ORDINAL.search(text)
        if nth:
            word = nth.group("nth") or nth.group("mine") or nth.group("back")
            place = next(n for stem, n in _NTH.items() if word.startswith(stem))
            return self._again(past.content[min(place, len(past.content) - 1)])
        if _ASKED.search(text) and len(asked.words) <= 12 and not asked.terms:
            before = re.search(r"antes d(?:iss|ess|est)[oae]|before (?:that|this)|penultim", text)
            return self._again((past.before_last if before else None) or past.last)
        if _PREVIOUS.match(text):
            if past.before_last is not None and not text.endswith("da lista"):
                return self._again(past.before_last)
            return self._neighbour(past.last, -1)
        if _NEXT.match(text):
            return self._neighbour(past.last, +1)
        return None

    def _comparison(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "qual a diferença entre eles?", "… pro anterior?", "… pro GPT?"."""
        last = past.last
        if last is None or len(asked.words) > 14:
            return None
        named = {f.term for f in asked.terms}
        degree = words(" ".join(re.findall(r"\bmais (\w+)", asked.bare)))
        compared = [w for w in asked.content if not re.match(_DIFFERENCE, w) and w not in degree]
        if any(not self._known_to(last, w) and w not in _SIDES for w in compared) and not named:
            return None
        if not named and _BOTH_COMPARED.search(asked.bare):
            pair = _pair(_core(last))
            if pair:
                return _Reading(_compared(pair[0].name, pair[1].name, asked), _ids(last))
            return self._compare_turns(asked, past)
        if not named and _BEFORE_COMPARED.search(asked.bare):
            return self._compare_turns(asked, past)
        if len(named) != 1 or re.search(r"\bentre\b|\bbetween\b", asked.bare):
            return None
        found = asked.terms[0]
        lead = asked.flat[: found.start].rstrip()
        subject = _subject(_core(last), found.term)
        tail = re.sub(r"^[\s?!.,;:]+$", "", asked.flat[found.end :])
        if tail or not _TERM_COMPARED.search(f"{lead} ") or _owns_subject(lead):
            return None
        ids = tuple(dict.fromkeys((*_ids(last), *self._titled(found.term))))
        both = ids if len(ids) > 1 else ()
        first = subject.name if subject else self._name(last)
        return _Reading(_compared(first, found.term.name, asked), both)

    def _changed_data(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "e se a classe fosse honda?", "agora com beta 0,9", "[1,2,3]", "a classe é bmw"."""
        turn = past.numeric
        if turn is None or turn.problem is None:
            few = bool(asked.content) and not asked.terms and len(asked.words) <= 6
            answers = past.asked_back and not _QUESTION_WORD.search(asked.bare)
            if past.last and answers and (asked.has_data or few):
                return _Reading(f"{_core(past.last)} {asked.text}", _ids(past.last))
            return None
        if asked.asks_only_style or _WHY.match(asked.opened):
            return None
        names = _names(turn.problem.inputs)
        mentions = any(w in names for w in words(asked.flat) if w not in _GENERIC)
        changes = _CHANGE.match(asked.opened) is not None
        short = len(asked.words) <= 9
        newest = turn is past.last
        redo = newest and short and (_REDO.match(asked.opened) is not None)
        answers = past.asked_back and newest and short and _DEFINITION.match(asked.bare) is None
        if asked.terms and not asked.has_data and not mentions:
            return None  # "e se usar dropout?": another subject, not another datum
        own = {f.term for f in asked.terms if fold(f.term.name) not in _DATA_WORDS}
        own -= _found(_core(turn))
        plain = all(w in names or w in _DATA_WORDS or w[0].isdigit() for w in asked.content)
        plain = plain and not _ASKS_MEANING.search(asked.flat)
        free = changes and (short or (asked.continues and len(asked.words) <= 16))
        data = asked.has_data and not own and ((short and plain) or free)
        step = short and changes and re.search(r"\bpassos?\b|\bsteps?\b", asked.flat) is not None
        if not (data or (mentions and short) or redo or step or answers):
            return None
        asks = _QUESTION_WORD.search(asked.bare) is not None and not redo and not changes
        if asks and not (asked.has_data or mentions or step):
            return None
        return _Reading(_changed(turn, asked.text), _ids(turn), turn.problem)

    def _why(self, asked: _Message, past: _Past) -> _Reading | None:
        last = past.last
        if last is None or not _WHY.match(asked.opened):
            return None
        return _Reading(_because(self._context(last)), _ids(last), last.problem)

    def _same_in_style(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "resume", "mais simples", "dá um exemplo"."""
        if past.last is None or not asked.asks_only_style:
            return None
        return _Reading(past.last.standalone, _ids(past.last), past.last.problem)

    def _returned_topic(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "volta pro BPE", "voltando ao BERT, como ele é treinado?"."""
        lead = _RETURN.match(asked.opened)
        terms = [f.term for f in _terms(asked.opened)]
        if lead is None or not terms:
            return None
        rest = words(asked.opened[_terms(asked.opened)[0].end :])
        turn = next((t for t in reversed(past.recent) if terms[0] in _found(_core(t))), None)
        if rest:
            return self._with_subject(asked, terms[0], ())
        return self._again(turn) if turn else None

    def _other_term(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "e a key?", "e no caso do BERT?", "e o outro?"."""
        last = past.last
        if last is None:
            return None
        if _OTHER.match(asked.opened):
            term = past.other_term
            if term is not None:
                reading = self._replaced(last, term) or self._in_context(term.name, last)
                before = past.before_last
                if before and not reading.example_ids and term in _found(_core(before)):
                    return replace(reading, example_ids=_ids(before))
                return reading
            return self._again(past.before_last) if past.before_last else None
        text = _CONTINUES.sub("", asked.rest if asked.style != "normal" else asked.opened)
        phrase = _PHRASE.match(text)
        if phrase is None or not text:
            return None
        lead, noun = phrase.group("lead"), phrase.group("noun").strip()
        if len(noun.split()) > 5 or _verbal(noun):
            return None
        found = _terms(noun, weak=True)
        whole = len(found) == 1 and found[0].start == 0 and not noun[found[0].end :].strip()
        term = found[0].term if found else None
        opened = asked.continues or bool(_SAFE_LEAD.match(lead))
        doubtful = asked.flat.endswith("?") and whole and not lead
        if term is not None and (opened or doubtful):
            replaced = self._replaced(last, term, noun if not whole else "")
            if replaced is not None:
                return replaced
        if not opened or (asked.style != "normal" and not asked.continues and not lead):
            return None
        return self._noun_in_context(asked, past, noun, term if _terms(noun) else None)

    def _pronoun(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "pra que ele serve?", "quem criou isso?"."""
        last = past.last
        if last is None or len(asked.words) > 16:
            return None
        pronoun = _PRONOUN.search(asked.opened)
        if pronoun is None or (pronoun.group() == "that" and len(asked.words) > 7):
            return None
        opening = asked.opened[: pronoun.start()]
        said = [w for w in words(_STRONG_PATTERN.sub(" ", opening)) if w not in _GENERIC]
        if said or _TO_TUTOR.search(asked.flat):
            return None  # the pronoun stands for something that the message itself names
        named = words(" ".join(f.term.name for f in asked.terms))
        new = [w for w in asked.content if not self._known_to(last, w) and w not in named]
        if len(new) > 2:
            return None
        if _terms(opening):  # "o BERT usa isso?"
            short = pronoun.group("what") is not None and len(asked.words) <= 7 and not new
            return self._about(asked, last, ()) if short else None
        other = {f.term for f in asked.terms} - _found(_core(last))
        if (pronoun.group("what") or "").startswith("ess"):
            after = words(asked.opened[pronoun.end() :])[:1]
            if after and after[0] not in _GENERIC and not self._known_to(last, after[0]):
                return None  # "esse bleu": names something new
        if other and pronoun.lastgroup is None and len(asked.words) > 8:
            return None
        ids = () if other else _ids(last)
        subject = self._pronoun_subject(pronoun, asked, last)
        if subject is not None:
            return self._with_subject(asked, subject, ids, last.problem)
        return self._about(asked, last, ids)

    def _elliptical(self, asked: _Message, past: _Past) -> _Reading | None:
        """ "como calcula?", "e quais as vantagens?", "pq a raiz?", "mas no gabarito diz que…"."""
        last = past.last
        if last is None or len(asked.words) > 14 or not asked.words:
            return None
        if _TO_TUTOR.search(asked.flat):
            return None
        definition = _DEFINITION.match(asked.bare)
        if definition and len(definition.group(1).strip()) > 3 and not asked.continues:
            named = [w for w in words(definition.group(1)) if w not in _GENERIC]
            if named:
                return None
        if _CLAIMED.search(asked.opened) and not definition:
            about = {f.term for f in asked.terms}
            known = sum(self._known_to(last, w) for w in asked.content)
            mostly_known = 3 * known >= 2 * len(asked.content)
            if about <= _found(_core(last)) if about else mostly_known:
                return self._about(asked, last, _ids(last))
        if asked.terms:
            lacks_object = re.search(
                r"\b(?:usa|faz|precisa|consegue|tem|serve|muda|funciona|pode)$", asked.opened
            )
            shared = {f.term for f in asked.terms} <= _found(_core(last))
            if asked.continues and lacks_object and not definition:
                return self._about(asked, last, _ids(last) if shared else ())
            return None
        if not asked.content:
            if len(asked.words) == 1 and not _LONE.match(asked.bare):
                return None
            return self._about(asked, last, _ids(last))
        # An opening "e …" leans on the turn before even where it brings a word of its own.
        asks = asked.continues or len(asked.content) <= 2 or _QUESTION_WORD.search(asked.bare)
        known = sum(self._known_to(last, w) for w in asked.content)
        if (asks and known == len(asked.content)) or (
            asked.continues and 3 * known >= 2 * len(asked.content)
        ):
            return self._about(asked, last, _ids(last))
        if (
            definition
            and definition.group(1).strip()
            and asked.continues
            and len(asked.content) == 1
        ):
            return None
        if asked.continues and len(asked.words) <= 7 and past.is_newest(last):
            return self._about(asked, last, ())
        return None

    # ----------------------------------------------------------------- readings

    def _references(self, asked: _Message, past: _Past) -> tuple[tuple[str, ...], str]:
        """Ids named in the message, in order, and the message without them."""
        text = asked.opened
        match = _BY_NAME.search(text) or _BETWEEN.search(text) or _BY_LETTER.search(text)
        if match is None:
            bare = _BARE.match(text) or _BARE.match(_without_style(text))
            if bare is None or (bare.group("whole") and (past.numeric or past.asked_back)):
                letter = re.match(r"^(?:e |agora )?(?:a |na )?(?:letra |item )([ab])$", text)
                if letter and past.last and (past.last.example_id or "").startswith("13"):
                    return (f"13{letter.group(1)}",), ""
                return (), text
            number = bare.group("number") or bare.group("whole")
            ids = self._ids_of(number, bare.group("letter") or bare.group("whole_letter"))
            for more in _FOLLOWING.finditer(bare.group("others") or ""):
                ids = (*ids, *self._ids_of(more.group("more"), more.group("more_letter")))
            return tuple(dict.fromkeys(ids)), ""
        groups = match.groupdict()
        letter_text = groups.get("letter") or groups.get("letter_first")
        ids = self._ids_of(groups.get("number") or "13", letter_text)
        end = match.end("number") if match.re is _BETWEEN else match.end()
        while ids and (following := _FOLLOWING.match(text, end)):
            added = self._ids_of(following.group("more"), following.group("more_letter"))
            if not added:
                break
            ids, end = tuple(dict.fromkeys((*ids, *added))), following.end()
        return ids, f"{text[: match.start()]} {text[end:]}"

    def _ids_of(self, number: str, letter: str | None) -> tuple[str, ...]:
        value = int(number) if number.isdigit() else _NUMBERS[number]
        if f"{value}{letter or ''}" in self._examples:
            return (f"{value}{letter or ''}",)
        parts = [i for i in self._listed if re.fullmatch(rf"{value}[a-z]?", i)]
        return tuple(parts)

    def _neighbour(self, turn: Turn, step: int) -> _Reading | None:
        if turn.example_id not in self._listed:
            return None
        place = self._listed.index(turn.example_id) + step
        if not 0 <= place < len(self._listed):
            return None
        example = self._examples[self._listed[place]]
        return _Reading(self._question(example), (example.id,))

    def _again(self, turn: Turn) -> _Reading:
        return _Reading(turn.standalone, _ids(turn), turn.problem)

    def _compare_turns(self, asked: _Message, past: _Past) -> _Reading | None:
        last, before = past.last, past.before_last
        if last is None:
            return None
        if before is None:
            return self._about(asked, last, _ids(last))
        names = _parallel(_core(before), _core(last)) or (self._name(before), self._name(last))
        return _Reading(_compared(*names, asked), (*_ids(before), *_ids(last)))

    def _difference(self, one: str, other: str) -> str:
        first, second = (self._examples[i].title for i in (one, other))
        return f"Qual é a diferença entre “{first}” e “{second}”?"

    def _replaced(self, last: Turn, term: _Term, noun: str = "") -> _Reading | None:
        """The last question about `term` instead of the parallel term it named."""
        example = self._examples.get(last.example_id or "")
        candidates = [_core(last)]
        if example is not None and len(self._question(example)) <= _LONGEST_CONTEXT / 2:
            candidates.append(self._question(example))
        for text in candidates:
            flat = _flat(text)
            found = _terms(flat, weak=True) if last.problem is None else _terms(flat)
            if any(f.term == term for f in found):
                continue
            others = [f for f in found if f.term.family == term.family]
            if len({f.term for f in others}) != 1:
                continue
            new = _substitute(text, others, noun or term.name, term.gender)
            # A definition asked of a term that one title holds is that entry's question.
            ids = self._titled(term) if _DEFINES.match(flat) else ()
            return _Reading(new, ids, last.problem)
        return None

    def _noun_in_context(
        self, asked: _Message, past: _Past, noun: str, term: _Term | None
    ) -> _Reading | None:
        last = past.last
        if last is None:
            return None
        if term is not None:
            whole = any(noun == noun[f.start : f.end] for f in _terms(noun))
            typed = asked.text.rstrip(" ?!.").split()[-len(noun.split()) :]
            if whole and _AND_THE.match(asked.opened):
                defined = self._defined(term.name, last)
                if defined is not None:
                    return _Reading(_QUESTION_NUMBER.sub("", defined.question), (defined.id,))
            return self._in_context(term.name if whole else " ".join(typed), last)
        content = [w for w in words(noun) if w not in _GENERIC]
        if not content:
            return None
        known = 2 * sum(self._known_to(last, w) for w in content) >= len(content)
        if not known and not past.is_newest(last):
            return None  # the turn in between was declined: this goes on about that
        return self._about(asked, last, _ids(last) if known else ())

    def _defined(self, name: str, last: Turn) -> Example | None:
        """The one entry of the last turn's topic that asks what `name` is ("e o value?")."""
        before = self._examples.get(last.example_id or "")
        asks = re.compile(rf"o que e (?:(?:o|a) )?{re.escape(fold(name))}\b")
        found = [
            example
            for example in self._examples.values()
            if before is not None
            and example.topic == before.topic
            and any(asks.search(fold(text)) for text in (example.title, example.question))
        ]
        listed = [example for example in found if example.collection == "lista2"] or found
        return listed[0] if len(listed) == 1 else None

    def _in_context(self, name: str, last: Turn) -> _Reading:
        return _Reading(f"{name[:1].upper()}{name[1:]} no contexto de “{self._name(last)}”", ())

    def _pronoun_subject(self, pronoun: re.Match[str], asked: _Message, last: Turn) -> _Term | None:
        who = pronoun.group("who")
        things = [t for t in _found_in_order(_core(last)) if t.gender != _ADJECTIVE]
        if who in ("eles", "elas") or pronoun.group() in ("they", "them"):
            return None
        if who:
            fitting = [t for t in things if t.gender == ("f" if who == "ela" else "m")]
            return fitting[0] if fitting else None
        bare = pronoun.group("what") in ("isso", "isto") or pronoun.group() in (
            "it",
            "this",
            "that",
        )
        return things[0] if things and bare and _THING_VERB.search(asked.opened) else None

    def _with_subject(
        self,
        asked: _Message,
        subject: _Term,
        ids: tuple[str, ...],
        problem: Problem | None = None,
    ) -> _Reading:
        """The message with its pronoun replaced by what it stands for."""
        flat = _flat(asked.text)
        pronoun = _PRONOUN.search(flat)
        if pronoun is None:
            return _Reading(asked.text, ids, problem)
        article = "a" if subject.gender == "f" else "o"
        contraction = pronoun.group("with") or pronoun.group("contracted") or ""
        english = pronoun.lastgroup is None
        new = subject.name if english else f"{contraction}{article} {subject.name}"
        text = asked.text[: pronoun.start()] + new + asked.text[pronoun.end() :]
        return _Reading(_capital(_CONTINUES_TEXT.sub("", text)), ids, problem)

    def _about(self, asked: _Message, last: Turn, ids: tuple[str, ...]) -> _Reading:
        text = _capital(_CONTINUES_TEXT.sub("", asked.text))
        nested = _ABOUT.search(_core(last))
        context = nested.group("context") if nested else self._context(last).rstrip("?.! ")
        return _Reading(f"{text} (sobre: {context})", ids, last.problem)

    # -------------------------------------------------------------------- facts

    def _question(self, example: Example) -> str:
        return _QUESTION_NUMBER.sub("", example.question)

    def _name(self, turn: Turn) -> str:
        example = self._examples.get(turn.example_id or "")
        return example.title if example else _core(turn).rstrip("?.! ")

    def _context(self, turn: Turn) -> str:
        core = _core(turn)
        short = len(core) <= _LONGEST_CONTEXT and "\n" not in core
        return core if short or turn.example_id not in self._examples else self._name(turn)

    def _titled(self, term: _Term) -> tuple[str, ...]:
        """The entry whose title names the term, where there is only one."""
        ids = [i for i, names in self._titles.items() if term.name in names]
        return (ids[0],) if len(ids) == 1 else ()

    def _known_to(self, turn: Turn, word: str) -> bool:
        return _stem(word) in self._vocabulary.get(turn.example_id or "", frozenset())


class _Past:
    """The turns that a message may lean on, newest last."""

    def __init__(self, history: Sequence[Turn]) -> None:
        self.turns = history
        self.content = [t for t in history if t.mode not in _SKIPPED]
        recent = [t for t in history[-RECENT:] if t.mode not in _SKIPPED]
        self.recent = recent or self.content[-1:]

    @property
    def last(self) -> Turn | None:
        return self.recent[-1] if self.recent else None

    @cached_property
    def before_last(self) -> Turn | None:
        """The newest turn on another entry than the last one's."""
        last = self.last
        if last is None:
            return None
        others = (t for t in reversed(self.recent[:-1]) if t.example_id != last.example_id)
        return next((t for t in others if t.example_id), None)

    @cached_property
    def numeric(self) -> Turn | None:
        return next((t for t in reversed(self.recent[-4:]) if t.problem is not None), None)

    @property
    def problem(self) -> Problem | None:
        return self.numeric.problem if self.numeric else None

    @property
    def asked_back(self) -> bool:
        return bool(self.turns) and self.turns[-1].mode == "clarify"

    def is_newest(self, turn: Turn) -> bool:
        """Whether no turn that was declined lies between `turn` and the message."""
        return not self.turns or self.turns[-1].mode != "abstained"

    @cached_property
    def other_term(self) -> _Term | None:
        """The counterpart of what was last spoken of: of the pair named before, or of two."""
        if self.last is None:
            return None
        now = _found_in_order(_core(self.last))
        for turn in reversed(self.recent[-5:-1]):
            for term in now:
                paired = {t for t in _found(_core(turn)) if t.family == term.family and t != term}
                if len(paired) == 1 and not paired & set(now):
                    return paired.pop()
        for term in now:
            others = {t for t in _STRONG.values() if t.family == term.family and t != term}
            if len(others) == 1 and not others & set(now):
                return others.pop()
        return None


def shown(question: Question) -> str:
    """The standalone question as the student reads it after "Entendi como:", with its style."""
    label = _STYLE_LABELS.get(question.style)
    return (
        f"{question.standalone} ({label})"
        if label and question.is_follow_up
        else question.standalone
    )


# --------------------------------------------------------------------- phrases

_CONTINUES_TEXT = re.compile(
    r"^(?:(?:e|mas|and|but|ok|então|entao|ah|hm+)(?![\w'-])[\s,.!]*)+", re.IGNORECASE
)


def _ids(turn: Turn) -> tuple[str, ...]:
    return (turn.example_id,) if turn.example_id else ()


def _core(turn: Turn) -> str:
    """The turn's question without what earlier readings wrapped around it."""
    return _PREFIXES.sub("", turn.standalone).strip()


def _because(question: str) -> str:
    """The question why, in a form that grants nothing which the question before left open."""
    flat = _flat(question)
    if re.match(r"(?:por que|porque|pq|why)\b", flat):
        return f"Explique melhor: {question}"
    how = re.match(r"(?:como|quando) (?:e que )?(?=(?:o|a|os|as|um|uma) \w+)", flat)
    if how:
        return f"Por que {question[how.end() :]}"
    does = re.match(r"how (?=(?:does|do|is|are|can) )", flat)
    if does:
        return f"Why {question[does.end() :]}"
    if language(question) == "en":
        return f"Explain why: {question}"
    inside = question[:1].lower() + question[1:] if _lowers(question) else question
    return f"Explique o porquê: {inside}"


def _compared(one: str, other: str, asked: _Message) -> str:
    if re.search(
        r"\b(?:melhor|pior|better|worse|usad[oa]|usar|escolh\w+|rapid[oa]|mais)\b", asked.bare
    ):
        return f"{_capital(_CONTINUES_TEXT.sub('', asked.text))} (comparando {one} e {other})"
    return f"Qual é a diferença entre {one} e {other}?"


def _lowers(text: str) -> bool:
    """Whether the first word is an ordinary one, whose capital only opened the sentence."""
    first = text.split(" ", 1)[0]
    return first[1:].islower() or first in ("O", "A", "E", "É")


def _changed(turn: Turn, change: str) -> str:
    match = _CHANGE_SUFFIX.match(turn.standalone)
    change = re.sub(r"^(?:e )?agora[ ,]+", "", change, flags=re.IGNORECASE)
    root = match.group("root") if match else _core(turn)
    changes = f"{match.group('changes')}; {change}" if match else change
    return f"{root} (agora: {changes})"


def _substitute(text: str, found: list[_Found], name: str, gender: str) -> str:
    """`text` with `name` at every place found, and the article before it agreeing."""
    for place in reversed(found):
        before, after = text[: place.start], text[place.end :]
        if gender in "mf" and place.term.gender in "mf":
            before = _agreeing(before, gender)
        new = _capital(name) if not before.strip() else name
        text = before + new + after
    return text


def _agreeing(before: str, gender: str) -> str:
    match = re.search(r"(\w+) $", before)
    table = _MASCULINE if gender == "f" else _FEMININE
    if match is None or match.group(1).lower() not in table:
        return before
    word = match.group(1)
    new = table[word.lower()]
    return before[: match.start()] + (_capital(new) if word[0].isupper() else new) + " "


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _without_style(text: str) -> str:
    for pattern in (*_STYLES.values(), _CONFUSED):
        text = pattern.sub(" ", text)
    return " ".join(text.split()).strip(" ,;:.!?")


def _verbal(noun: str) -> bool:
    return (
        _QUESTION_WORD.search(noun) is not None
        or _PRONOUN.search(noun) is not None
        or bool(re.search(r"\b(?:e|sao|era|foi|esta|vai|entre|nao|sei|ser|ter)\b", noun))
    )


def _owns_subject(lead: str) -> bool:
    """Whether the clause before the term names something of its own to compare."""
    said = [w for w in words(re.sub(rf"\b{_DIFFERENCE}\b", "", lead)) if w not in _GENERIC]
    return bool(said)


def _found(text: str) -> set[_Term]:
    return {f.term for f in _terms(_flat(text))}


def _found_in_order(text: str) -> list[_Term]:
    return list(dict.fromkeys(f.term for f in _terms(_flat(text))))


def _subject(text: str, counterpart: _Term) -> _Term | None:
    """What `text` is about, a parallel of `counterpart` rather than anything else."""
    found = [t for t in _found_in_order(text) if t.gender != _ADJECTIVE and t != counterpart]
    parallel = [t for t in found if t.family == counterpart.family]
    return next(iter(parallel or found), None)


def _pair(text: str) -> tuple[_Term, _Term] | None:
    """The two parallel terms of a question that names exactly two."""
    found = _found_in_order(text)
    for term in found:
        same = [t for t in found if t.family == term.family]
        if len(same) == 2:
            return same[0], same[1]
    return None


def _parallel(one: str, other: str) -> tuple[str, str] | None:
    for first in _found_in_order(one):
        for second in _found_in_order(other):
            if first.family == second.family and first != second:
                return first.name, second.name
    return None


def _names(inputs: Json | object) -> set[str]:
    """Words among a problem's data: classes, tokens, names of steps."""
    found: set[str] = set()
    for value in _strings(inputs):
        found.update(words(value))
    return {w for w in found if len(w) > 1}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _all_words(example: Example) -> Iterator[str]:
    texts = (
        example.title,
        example.question,
        example.answer,
        example.worked_example,
        example.simpler,
    )
    for text in (
        *texts,
        *example.key_points,
        *example.aliases,
        *(m.claim for m in example.misconceptions),
    ):
        yield from words(text)


def _stem(word: str) -> str:
    """Enough of a word to meet its plural and its other endings."""
    folded = fold(word)
    if len(folded) > 6:
        return folded[:6]
    return folded.removesuffix("s") if len(folded) > 4 else folded
