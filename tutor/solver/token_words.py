"""The words that a tokenization exercise is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import islice

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.inputs import assume
from tutor.solver.text import fold

Span = tuple[int, int]

# Common words that may begin like a piece ("fa": faz).
_OTHER_WORDS = frozenset(
    """
    faz fazer faca faco falta familia fala como com comum seria mesmo mesma tenho inteira inicio
    pedaco pedacos pecas peca pega pego pegar para cada resultado regra usando
""".split()
)


_SPELLED = re.compile(r"(?<![\w+,])[^\W\d_](?:[- ][^\W\d_]){3,}(?![\w+])")
_ANY_WORD = re.compile(r"[^\W\d_]{3,}")
_EXERCISE_WORDS = re.compile(r"tokeni\w+|merges?|bpe|wordpiece|palavras?|vocab\w*")


def spelled_words(statement: Statement, skip: Sequence[Span]) -> list[str]:
    """A word given letter by letter: s-o-l-a, c o m p u t a ç ã o (and no " e" after it)."""
    return [
        re.sub(r"[- ]", "", re.sub(r" [ea]$", "", match.group()))
        for match in _SPELLED.finditer(statement.text)
        if not any(a <= match.start() < b for a, b in skip)
    ][:1]


def fitting_words(statement: Statement, symbols: Sequence[str], skip: Sequence[Span]) -> list[str]:
    """The word of the text that holds the longest of the learned symbols, if one does."""
    wanted = sorted({fold(symbol) for symbol in symbols if len(symbol) > 1}, key=len, reverse=True)
    best: tuple[int, int] | None = None
    for match in _ANY_WORD.finditer(statement.text):
        word = fold(match.group())
        if word in wanted or any(a <= match.start() < b for a, b in skip):
            continue
        if _EXERCISE_WORDS.fullmatch(word):
            continue
        held = next((len(symbol) for symbol in wanted if symbol in word), 0)
        if held and (best is None or held > best[0]):
            best = held, match.start()
    # Two letters stand in too many words to tell which one is meant.
    return _listed_from(statement, best[1], skip) if best is not None and best[0] > 2 else []


def _listed_from(statement: Statement, position: int, skip: Sequence[Span]) -> list[str]:
    """The word at `position` and those listed after it: "cavalo, cavalos e cavas"."""
    return _words_at(
        statement, position, lambda start: not any(a <= start < b for a, b in skip), frozenset()
    )


def opened_words(statement: Statement, openings: Sequence[str], skip: Sequence[Span]) -> list[str]:
    """The word of the text that begins with one of the vocabulary's first pieces and goes on."""
    wanted = [fold(piece) for piece in openings if len(piece) > 1]
    for match in _ANY_WORD.finditer(statement.text):
        word = fold(match.group())
        if any(a <= match.start() < b for a, b in skip) or _EXERCISE_WORDS.fullmatch(word):
            continue
        if word in _OTHER_WORDS or word in wanted:
            continue
        if any(word.startswith(piece) for piece in wanted):
            return _listed_from(statement, match.start(), skip)
    return []


MAX_CUES = 20  # places where merges or words may begin; more is no exercise
MAX_WORDS = 50
MAX_LENGTH = 200

_VERB = (
    r"(?:tokeniz(?:e|a|am|ar|o|acao)|segment(?:e|a|ar)|divid(?:a|e|ir)|quebr(?:e|a|ar)|"
    r"decomp(?:onha|oe|or)|separ(?:e|a|ar)|cort(?:e|a|ar)|part(?:a|e|ir)|codifi(?:que|ca|car)|"
    r"particion(?:e|a|ar)|process(?:e|a|ar)|fatie)"
)
_QUOTED = re.compile(r"""["']([^\W\d_][\w\-]{0,199}(?: [^\W\d_][\w\-]{0,199}){0,5})["']""")
_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na um uma palavra palavras texto frase termo token tokens bpe wordpiece
    merges merge vocabulario considerando lista regras apos cada essa esse
    esta este isso ai agora entao depois ok sim nao obrigado obrigada entendi valeu porque
    quando como qual quais onde quem tokenize tokenizar tokenizacao aplique aplicando segundo
    conforme usa use usar sem mesmo mesma outra outras outro tambem ser seria ficaria fica se
    fosse for legal certo errado beleza tokenizador piece word continua explica explique exemplo
    serve mais menos resultado treine treinar iteracoes passos fusoes fusao corpus seus suas ter
    ne ordem sequencia seguida seguintes minusculas subpalavras prioridade rank digitos caracteres
    subtokens pedacos pecas bert frases sentenca cada uma dele dela nosso meu minha
"""
STOP = frozenset(_STOP_WORDS.split())
# After "palavra" almost any word may be the one to tokenize, "token" among them.
_SHORT_STOP_WORDS = """
    a o as os e de do da dos das com para por usando utilizando pelo pela abaixo acima seguinte
    seguintes que em no na considerando segundo conforme usar palavra palavras wordpiece bpe
    quantas quantos qual quais como quando me diga mostre
"""
SHORT_STOP = frozenset(_SHORT_STOP_WORDS.split())


def read_words(statement: Statement, skip: Sequence[tuple[int, int]]) -> list[str]:
    """The words to tokenize: quoted ones outside `skip`, or those that a cue introduces."""
    text, folded = statement.text, statement.folded

    def outside(start: int) -> bool:
        return not any(a <= start < b for a, b in skip)

    quoted = [
        word
        for m in _QUOTED.finditer(text)
        if outside(m.start())
        and not _KEY.match(folded, m.end())
        and not _BECOMES.search(text[max(0, m.start() - 25) : m.start()].lower())
        for word in m.group(1).split()
    ]
    if quoted:
        return _distinct(quoted)
    cues = (
        r"\b(?:palavras?|words?)\b(?:\s+(?:e|eh|sao|is|seguintes?|abaixo|"
        r"a seguir)\b)*\s*[:=]?\s*(?:[-*·]\s+)?",
        rf"\b{_VERB}\b(?:\s+(?:a|o|as|os|d[aeo]s?|para|em "
        r"subpalavras|com bpe|por bpe|palavras?|termos?|texto|sequencia|string)\b)*\s*[:=]?\s*",
        r"\bcomo (?:fica|ficaria|tokeniza|segmenta|quebra|divide)\s+(?:a palavra\s+)?",
        r"\b(?:lista|itens|strings|nomes|verbos)\b\s*[:=]?\s*",
        r"\b(?:termos?|texto|string|frase|sequencia|em|para|de)\b\s*[:=]?\s*",
        r"\b(?:wordpiece|bpe)\s+",
        r"^\s*(?=\S+ (?:no|com o|pelo|em) (?:wordpiece|bpe)\b)",
    )
    for cue in cues:
        for match in islice(re.finditer(cue, folded), MAX_CUES):
            stop = SHORT_STOP if cue is cues[0] else STOP
            words = _words_at(statement, match.end(), outside, stop)
            if words and (cue is not cues[3] or len(words) > 1):
                return _distinct(words)
    return []


_SENTENCE = re.compile(r"\b(?:frases?|sentencas?|sentence|texto|oracao|enunciado)\b")
_BY_WORD = r"cada palavra|por palavra|palavra por palavra|cada uma das palavras|each word|palavras"
# A sentence is cut word by word unless its tokens are wanted in a row.
_IN_A_ROW = (
    r"sequencia|entrada|\[?(?:cls|sep)\]?|tokens especiais|complet[oa]|inteir[oa]|"
    r"na ordem em que|quant[oa]s|"
    r"numero de|total|(?:primeir|segund|terceir|quart|quint|ultim)[oa] token|(?:lista|"
    r"sequence) (?:de|of) tokens"
)
_UNQUOTED = re.compile(
    r"\b(?:(?:frase|sentenca|sentence|oracao)(?: (?:e|eh|abaixo|seguinte))?|texto(?: (?:e|"
    r"eh))?(?=\s*[:=]))"
    r"\s*[:=]?\s+(?!(?:com|usando|tem|de|em|toda|inteira|abaixo|completa|vai|deve|pode|foi|"
    r"esta|fica|"
    r"vira|que|acima|sera|tera|e|no|na)\b)([^\W\d_][^.?!;:,\n\"]{2,300})"
)
_SENTENCE_ENDS = re.compile(
    r"\s(?:com|usando|no|pelo|segundo|(?:e|dado) o vocab\w*|e os merges|wordpiece|bpe|quantos|qual|"
    r"quais|tokeniz\w+)\s"
)


def read_sentence(statement: Statement, skip: Sequence[Span]) -> list[str]:
    """The words of a sentence whose tokens are wanted in a row; [] where words are wanted."""
    folded = statement.folded
    if not _SENTENCE.search(folded) or statement.has(_BY_WORD):
        return []
    if not statement.has(_IN_A_ROW):
        return []
    for match in re.finditer(r"""["']([^"'\n]{3,500})["']""", statement.text):
        inside = any(a <= match.start() < b for a, b in skip)
        words = re.findall(r"[^\W_][\w-]*", match[1])
        if len(words) > 1 and not inside and len(words) <= MAX_WORDS:
            return words
    told = _UNQUOTED.search(folded)
    if told is None or any(a <= told.start(1) < b for a, b in skip):
        return []
    ends = _SENTENCE_ENDS.search(folded, told.start(1), told.end(1))
    stop = ends.start() if ends else told.end(1)
    words = re.findall(r"[^\W_][\w-]*", statement.text[told.start(1) : stop])
    return words if 1 < len(words) <= MAX_WORDS else []


def numbers_to_cut(statement: Statement, symbols: Sequence[str], skip: Sequence[Span]) -> list[str]:
    """Words of digits ("20242050") where the learned symbols are digits."""
    digits = [symbol for symbol in symbols if any(c.isdigit() for c in symbol)]
    found = [
        match.group()
        for match in re.finditer(r"(?<![\w.,])\w*\d\w*(?![\w]|[.,]\d)", statement.text)
        if not any(a <= match.start() < b for a, b in skip)
    ]
    return [word for word in found if any(s in word != s for s in digits)] if digits else []


def _words_at(
    statement: Statement, position: int, outside: Callable[[int], bool], stop: frozenset[str]
) -> list[str]:
    """A single word or "a, b e c" that begins here."""
    text, folded = statement.text, statement.folded
    words: list[str] = []
    bracket = re.compile(r"[\[(]").match(text, position)
    if bracket:
        position = bracket.end()
    while True:
        match = re.compile(r"[\s*\"']*([^\W\d_][\w\-]*)[*\"']*").match(text, position)
        if (
            match is None
            or fold(match.group(1)) in stop | _SPECIAL_TOKENS
            or not outside(match.start(1))
        ):
            return words
        if _GIVEN.match(folded, match.start(1)):
            return words  # "tokenize, dados os merges …"; the word may be "dados" itself
        listed = _ITEM_ENDS.match(folded, match.end()) and not _ANNOUNCES.match(
            folded, match.start(1)
        )
        if words and not listed:
            return words  # "a palavra banana, qual o resultado?"
        words.append(match.group(1))
        separator = _NEXT_WORD.match(text, match.end())
        if separator is None:
            return words
        position = separator.end()
        if len(folded) <= position:
            return words


_SPECIAL_TOKENS = frozenset({"unk", "cls", "sep", "pad", "mask"})
# "carro e de carroça", "a palavra queijo e a palavra aqui": each word with its own introduction.
_NEXT_WORD = re.compile(
    r"""["'*]*(?:\s*,\s*(?:e\s+)?|\s+(?:e|ou)\s+|\s*;\s*|[ \t]*\n\s*(?:[-*•·]\s*|"""
    r"""\d{1,2}[.)]\s*)?)"""
    r"""(?:(?:(?:de|da|do|em|para|a|o)\s+)?(?:a\s+|o\s+)?palavra\s+|(?:de|em|"""
    r"""para)\s+(?=["'(]?[^\W\d_]{2}))?"""
)
_KEY = re.compile(r"\s*:\s*[(\[]")  # {'ho': ('h', 'o')}
_BECOMES = re.compile(
    r"(?:\b(?:vira|viram|virar|gera|forma|dá|inteiro|termina|(?:result|divid|quebr|transform|"
    r"termin)\w* "
    r"em)|->|=)\s*$"
)
_GIVEN = re.compile(r"dad[ao]s?\s+(?:[ao]s?|estes?|estas?|merges?|esses?|essas?|que|seguintes)\b")
_ANNOUNCES = re.compile(r"(?:merges?|vocab\w*|regras|pecas|pedacos|lista)\b|[^\W\d_][\w\-]*\s*[:=]")
_ITEM_ENDS = re.compile(
    r"\s*(?:[,.;:!?)\]\n]|$)|\s+(?:e|ou|com|usando|no|na|pelo|pela|em|por|segundo|pro|pra|and|"
    r"vira|viram|fica|ficam|da|dao|gera|geram|resulta|resultam|sao|tem|produz|produzem|quantos|"
    r"quantas|recebe|recebem|termina|terminam)\b"
)


def _distinct(words: Sequence[str]) -> list[str]:
    kept = list(dict.fromkeys(words))
    if len(kept) > MAX_WORDS:
        raise SolverError(f"São palavras demais: no máximo {MAX_WORDS} de cada vez.")
    if any(len(word) > MAX_LENGTH for word in kept):
        raise SolverError(f"Há uma palavra longa demais (mais de {MAX_LENGTH} letras).")
    return kept


def bare_words(statement: Statement, pending: bool) -> list[str]:
    """A follow-up or reply that is only a word: "computador", "e comum?"."""
    match = re.fullmatch(
        r"\W*(?:(?:e|agora|mas)\s+)?(?:(?:com|para|pra|se fosse|se for|a|o|da|do)\s+){0,2}"
        r"(?:palavra\s+)?[\"']?([^\W\d_][\w\-]*)[\"']?\W*",
        statement.folded,
    )
    if match is None or match.group(1) in STOP:
        return []
    begins = re.match(r"\W*(?:e|agora|mas)\s", statement.folded)
    if not pending and not begins and "palavra" not in statement.folded:
        return []
    return [statement.text[match.start(1) : match.end(1)]]


def normal_case(words: Sequence[str], pieces: Sequence[str], inputs: dict[str, Json]) -> list[str]:
    """Lower case where the merges or the vocabulary have none but lower case."""
    has_upper = any(piece != piece.lower() for piece in pieces if piece != "[UNK]")
    if has_upper or all(word == word.lower() for word in words):
        return list(words)
    assume(inputs, "Passei as palavras para minúsculas, como os símbolos dados.")
    return [word.lower() for word in words]


_KEEPS_ACCENTS = re.compile(
    r"\bnao (?:tir|retir|remov|perd|ignor|descart|elimin|normaliz)\w*(?: \w+){0,2} acent|"
    r"\bacentos? (?:nao (?:sao|e|devem ser) \w+|(?:sao |e )?(?:mantid|preservad)\w*|import|"
    r"cont|fazem)|"
    r"\b(?:mant|preserv|conserv|consider|diferenci|distingu)\w*(?: \w+)? acent|"
    r"\bsem (?:remover|tirar|retirar|normalizar)(?: \w+)? acent|"
    r"(?<!un)\bcased\b|\bexatamente como (?:estao|esta|foi|foram)? ?(?:escrit|digitad)"
)
_DROPS_ACCENTS = re.compile(
    r"(?<!nao )(?<!sem )\b(?:tir|retir|remov|elimin|descart)\w*(?: \w+){0,2} acent|\buncased\b|"
    r"\bacentos? (?:sao|foram|e) (?:tirad|removid|retirad|ignorad|eliminad)"
)


def accent_rule(statement: Statement, inputs: dict[str, Json]) -> None:
    """Keep in `inputs["accents"]` whether accents count: "kept" or "dropped", if it is said."""
    if _KEEPS_ACCENTS.search(statement.folded):
        inputs["accents"] = "kept"
    elif _DROPS_ACCENTS.search(statement.folded):
        inputs["accents"] = "dropped"


def accents_count(words: Sequence[str], inputs: dict[str, Json]) -> bool:
    """Are accents to be kept: because it is said, or because both spellings are asked about?"""
    spelled = [fold(word) for word in words]
    return inputs.get("accents") == "kept" or len(set(spelled)) < len(spelled)
