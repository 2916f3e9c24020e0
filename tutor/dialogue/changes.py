"""Numeric follow-ups: one datum of the last problem changes, or a missing one is given."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.dialogue.entries import Entries
from tutor.dialogue.message import DEFINITION, GENERIC, QUESTION_WORD, Message
from tutor.dialogue.past import Past
from tutor.dialogue.reading import Reading, core_of, entry_of
from tutor.dialogue.reasons import WHY
from tutor.dialogue.terms import terms_named
from tutor.records import Json, Turn
from tutor.text import fold, words

_CHANGE = re.compile(
    r"^(?:e |mas |and |agora |entao |but )*(?:se\b|com\b|agora\b|refa[zc]\w*|recalcul\w+|troc\w+"
    r"|mud[ae]\w*|substitu\w+|us[ae]\w*|considere?|supon\w+|dobr\w+"
    r"|aument\w+|diminu\w+|repet\w+|pass[ae]\b|continu\w+|para\b|what if\b|if\b|now\b|redo\b"
    r"|change\b|with\b|for\b|try\b|test[ae]\w*|mais um passo|outro passo"
    r"|(?:volt|bot|coloc|deix|tir|faz|por|ponh)\w*\b(?=.*\d)|poe\b|sem\b"
    r"|mesma coisa\b|dess[ae] vez\b)"
)


_REDO = re.compile(
    r"^(?:e |agora )*(?:e se\b|se\b.*\bfosse|refa[zc]|recalcul|repet|troc|mud[ae]"
    r"|dobr|agora\b|(?:resolv|calcul|faz|faca)\w* (?:isso )?(?:de novo|novamente|outra vez)"
    r"|outr[oa]s? (?:palavra|frase|valor|vetor|classe|sequencia|token)s?\b"
    r"|(?:(?:mas|me|eu|aqui|pra mim|no meu|minha conta|meu resultado) )*"
    r"(?:deu|dei|achei|obtive|encontrei|cheguei|i got)\b|redo|what if|try again)"
)


_LISTED = re.compile(r"\[[^\]]*\]|\([^)]*\)|\"[^\"]*\"")
_LONGEST_DATUM = 8  # words beside the numbers of a message that gives data


_CHANGE_SUFFIX = re.compile(r"^(?P<root>.*) \(agora: (?P<changes>.*)\)$", re.DOTALL)


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


# "a terceira então": which one of the data is meant.
_NTH = re.compile(
    r"^(?:(?:e|era|eh|agora|mas|se|for|fosse|na verdade|digo|quis dizer)[ ,]+)*(?:[nd]?[ao]s? )?"
    r"(?:classe |linha |palavra |posicao |token |saida )?(?:correta |certa )?(?:era |e |foi )?"
    r"(?:[ao] )?"
    r"(?:primeir|segund|terceir|quart|quint|sext|penultim|ultim)[ao]"
    r"(?: (?:classe|linha|palavra|posicao|token|saida))?(?: (?:entao|agora|mesmo|na verdade))?$"
)


# Asks for a meaning or a reason, whatever numbers it names: nothing is computed for it.
_ASKS_IDEA = re.compile(
    r"^(?:e |mas |entao |and |but )*(?:(?:mas )?por que\b|why\b|(?:pra|para) que\b|how come\b"
    r"|qual (?:e )?(?:a |o )?(?:ideia|motivo|razao|vantagem|desvantagem|utilidade|intuicao|sentido"
    r"|funcao d[aeo]\b|papel)|(?:o que|oq) (?:(?:essa?|esse|isso|ele|ela) )?(?:\w+ ){0,2}?"
    r"(?:significa\w*|quer dizer|representa\w*|indica\w*|diz\b|tem a ver|me diz)"
    r"|como (?:eu )?interpret\w+|what does (?:that|this|it) mean"
    r"|isso (?:e|eh|ta) (?:bom|ruim|muito|alto|baixo))"
)


_STEP = re.compile(r"\b(?:passos?|steps?)\b")
_STEPS = re.compile(
    r"\b(?:\d+|um|dois|duas|tres|quatro|cinco|seis|dez|two|three|outro) (?:passos?|steps?|epocas?"
    r"|iterac\w+)\b"
)


# Asks how much there is of something, and gives a number for it.
_HOW_MUCH = re.compile(
    r"\b(?:quant[oa]s?|how (?:many|much)|(?:qual|what) (?:e |is |seria |fica )?(?:o |a |the )?"
    r"(?:lado|altura|largura|tamanho|valor|numero|total|shape|dimensao|saida|output|perda|loss"
    r"|acuracia|perplexidade|resultado))\b.*\d|\d.*\b(?:quant[oa]s?|how (?:many|much))\b"
)


_OPTION = re.compile(
    r"^(?:(?:e|mas|agora|and|now) )*(?:sem|com|so|apenas|usando|without|with|only|just"
    r"|em (?:bits|nats|base|percent|porcent))\b"
)
# "e da sigmoide nesse ponto?"
_SAME = re.compile(
    r"\b(?:[nd]?ess[ea]s?|mesm[ao]s?) (?:ponto|valor(?:es)?|dados?|numeros?|vetor(?:es)?|entradas?"
    r"|logits|saidas?|contas?|matriz(?:es)?|gradientes?|pesos?|probabilidades)\b"
)


# Plain orders to compute; "como calcula …?" asks for an explanation and is none.
_COMPUTE = re.compile(
    r"^(?:(?:quero|queria|preciso|pode|podes|poderia|consegue|me ajuda a|ajuda a|bora|vamos|agora|e"
    r"|please|can you)\s+)*"
    r"(?:(?:me )?(?:calcul|comput)(?:a|e|ar)|resolv(?:a|e|er)|tokeniz(?:a|e|ar)|multiplic(?:a|ar)"
    r"|multiplique|(?:faz|faca|fazer) (?:(?:um|uma|dois|duas|tres|os?|as?|\d)\s)?(?:passos?|conta"
    r"|calculo|tokenizacao)|quanto (?:e|da|fica|vale)|calculate|compute|tokeni[sz]e|multiply)\b"
    r"|\bquero (?:so )?(?:a|o) (?:tokenizacao|conta|valor|numero)\b|\bcomo fica [\"“'‘`]"
)


def asks_number(asked: Message) -> bool:
    """Whether the message orders a computation, with or without the data for it."""
    return any(pattern.search(asked.opened) for pattern in (_COMPUTE, _HOW_MUCH))


def asks_idea(asked: Message) -> bool:
    """Whether the message wants a meaning or a reason and no number."""
    return _ASKS_IDEA.search(asked.opened) is not None and not asks_number(asked)


def may_give(asked: Message) -> bool:
    """Whether a message that no rule claims may still give data: numbers and little prose."""
    prose = [w for w in words(_LISTED.sub(" ", asked.opened)) if not w[0].isdigit()]
    return asked.has_data and len(prose) <= _LONGEST_DATUM and not asks_idea(asked)


# Asks what something is, does or is good for; "qual a perda?" asks for a number.
_OF_IDEAS = re.compile(
    r"\b(?:o que (?!da\b|fica\b|sai\b)|oq\b|por que|why|explic\w+|explain|significa\w*|defin\w+"
    r"|serve\w*|(?:pra|para) que\b|difere\w*|diferenca|defeito|vantage\w+|conserta|funciona\w*"
    r"|acontece\w*|faz diferenca|como (?:deve|funciona|se|eh?|escolh\w+|ajuda|interpret\w+)\b"
    r"|ajuda com|precisa|e melhor|e pior|e igual|quando (?:usa\w*|e que|devo)|existe\w*|tem a ver"
    r"|what (?:is|are|does|do)|difference|better|worse|when)\b"
)
_LONGEST_CHANGE = 25  # words of a message that changes a computation without saying so
_LONGEST_BARE = 8  # the same of one without a number: "recall", "e o F1 da segunda classe?"


def may_continue(asked: Message) -> bool:
    """Whether a message that no rule took for it may still go on with the last computation."""
    count = len(asked.words)
    if not count or count > (_LONGEST_CHANGE if asked.has_data else _LONGEST_BARE):
        return False
    if asked.style != "normal" or asks_idea(asked):
        return False
    return _OF_IDEAS.search(asked.flat) is None


def only_data(asked: Message, past: Past) -> bool:
    """Whether the message gives nothing but a new value of a datum: "troca o beta pra 0,5"."""
    turn = past.numeric
    if turn is None or turn.problem is None or turn is not past.last or not asked.has_data:
        return False
    known = _names(turn.problem.inputs) | _DATA_WORDS
    said = [w for w in asked.content if not (w[0].isdigit() or w in known or _CHANGE.match(w))]
    return not said and len(asked.words) <= 9 and not _ASKS_MEANING.search(asked.flat)


def option(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "em nats", where no other rule knows better."""
    turn = past.numeric
    if turn is None or not may_change(asked, past):
        return None
    return Reading(_with_change(turn, asked.text), entry_of(turn), turn.problem)


def may_change(asked: Message, past: Past) -> bool:
    """ "e sem bias correction?" right after a computation: an option of it, or another subject."""
    near = past.numeric is not None and past.numeric is past.last
    if not near or len(asked.words) > 9 or asks_idea(asked):
        return False
    return _OPTION.match(asked.opened) is not None or _SAME.search(asked.opened) is not None


def read(asked: Message, past: Past, entries: Entries) -> Reading | None:
    """ "e se a classe fosse honda?", "agora com beta 0,9", "[1,2,3]", "a classe é bmw"."""
    turn = past.numeric
    if turn is None or turn.problem is None:
        few = bool(asked.content) and not asked.terms and len(asked.words) <= 6
        answers = past.asked_back and not QUESTION_WORD.search(asked.bare)
        if past.last and answers and (asked.has_data or few):
            return Reading(f"{core_of(past.last)} {asked.text}", entry_of(past.last))
        return None
    if asked.asks_only_style or WHY.match(asked.opened) or asks_idea(asked):
        return None
    names = _names(turn.problem.inputs)
    mentions = any(w in names for w in words(asked.flat) if w not in GENERIC)
    changes = _CHANGE.match(asked.opened) is not None
    short = len(asked.words) <= 9
    newest = turn is past.last
    redo = newest and short and (_REDO.match(asked.opened) is not None)
    if asked.terms and not asked.has_data and not mentions:
        return None  # "e se usar dropout?": another subject, not another datum
    own = {f.term for f in asked.terms if fold(f.term.name) not in _DATA_WORDS}
    own -= terms_named(core_of(turn))
    plain = all(w in names or w in _DATA_WORDS or w[0].isdigit() for w in asked.content)
    plain = plain and not _ASKS_MEANING.search(asked.flat)
    answers = past.asked_back and newest and short and DEFINITION.match(asked.bare) is None
    # "quem ganhou a copa de 2002?" answers nothing that was asked back.
    answers = answers and (plain or mentions or QUESTION_WORD.search(asked.bare) is None)
    free = changes and (short or (asked.continues and len(asked.words) <= 16))
    data = asked.has_data and not own and ((short and plain) or free)
    step = short and (_STEPS if newest and not changes else _STEP).search(asked.flat) is not None
    step = step and (newest or changes)
    nth = newest and _NTH.match(asked.opened) is not None
    if not (data or (mentions and short) or redo or step or answers or nth):
        return None
    asks = QUESTION_WORD.search(asked.bare) is not None and not redo and not changes
    if asks and not (asked.has_data or mentions or step):
        return None
    return Reading(_with_change(turn, asked.text), entry_of(turn), turn.problem)


def _with_change(turn: Turn, change: str) -> str:
    match = _CHANGE_SUFFIX.match(turn.standalone)
    change = re.sub(r"^(?:e )?agora[ ,]+", "", change, flags=re.IGNORECASE)
    root = match.group("root") if match else core_of(turn)
    changes = f"{match.group('changes')}; {change}" if match else change
    return f"{root} (agora: {changes})"


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
