"""Reading a classification problem: logits, class names, the true class by name or number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.fields import Names, Statement, is_connector, same_word
from tutor.solver.numbers import ORDINALS, Value, word_number
from tutor.solver.text import fold

CROSS_ENTROPY = (
    r"entropias? cruzadas?|cross[ _-]?entropy|f\.cross_entropy|crossentropy|crossentropyloss|"
    r"cross ?entropia|xent|"
    r"entropia categorica|categorical|nll(?:loss)?|log[ -]?verossimilhanca negativa|log ?-?loss|ce"
)
BINARY = (
    r"entropias? cruzadas? binarias?|(?:f\.)?binary[ _-]cross[ _-]?entropy(?:_with_logits)?|"
    r"binary_crossentropy|bce|bceloss|bcewithlogits\w*|"
    r"bcewithlogits(?:loss)?|log ?-?loss binari[ao]|entropia binaria|cross[ -]?entropy binaria"
)
SOFTMAX = r"soft ?-?max"
LOSS = r"loss|perda|custo|funcao de custo"
LOG_SOFTMAX = (
    r"(?:log|logaritmo)(?: natural)? d[ae]s? probabilidades?|log[ -_]?soft ?-?max|"
    r"log(?:aritmo)? (?:da|do) soft ?-?max"
)
ATTENTION = (
    r"q\W{0,4}k(?:\W{0,3}t)?|quer(?:y|ies)|keys?|value|self[ -]?attention|atencao|attention|"
    r"mascara|matriz (?:de )?(?:pesos|scores)|d_?k"
)
LOGIT_NAMES = (
    "logits", "logitos", "logit", "scores", "escores", "saidas", "saida", "ativacoes", "outputs",
    "output", "z", "x", "valores", "valor", "vetor", "entradas", "entrada", "softmax", "produz",
    "produziu", "rede",
)  # fmt: skip
PROBABILITY_NAMES = (
    "probabilidades", "probabilidade", "probs", "prob", "distribuicao prevista", "predicoes",
    "distribuicao predita", "previsoes", "predicao", "previsao", "y_hat", "yhat", "q", "p",
)  # fmt: skip
TARGET_NAMES = (
    "distribuicao alvo", "distribuicao verdadeira", "distribuicao real", "rotulos suaves",
    "soft targets", "soft target", "soft labels", "one-hot", "one hot", "onehot", "alvos", "alvo",
    "targets", "target", "rotulos", "rotulo", "labels", "label", "y_true", "y",
    "classes verdadeiras", "classes corretas", "classes certas", "classes reais", "gabaritos",
    "gabarito", "indices",
)  # fmt: skip
_CUE = re.compile(
    r"\b(?:(?:true|correct|actual|right) (?:class|label|entry|one)|class|correct|true|entry|"
    r"(?:classe?|categoria|rotulo|resposta|label|saida) "
    r"(?:verdadeira?|corret[ao]|cert[ao]|real|alvo|"
    r"esperad[ao]|positiva|desejad[ao])|verdadeir[ao]|corret[ao]|cert[ao]|real|alvo|target|rotulo|"
    r"ground truth|"
    r"label|gabarito|esperad[ao]|desejad[ao]|exemplo|classe|y|indice|posicao|verdade)\b"
)
_INDEX = re.compile(
    r"\b(classe?|categoria|rotulo|label|alvo|target|indice|index|posicao|y|y_true|verdadeir[ao]|"
    r"corret[ao]|cert[ao]|gabarito|resposta)\b((?:\W|\b(?:verdadeir[ao]|corret[ao]|cert[ao]|real|alvo|do|da|"
    r"era|foi|eh|vale|"
    r"exemplo|de|e|a|o|numero|indice|classe|saida|opcao|for|fosse|seja|com|n|=|"
    r":)\b){0,16}?)(\d{1,4})(?![\w]|[.,]\d)"
)
_ORDINAL_WORD = re.compile(
    rf"\b((?:{'|'.join(ORDINALS)})[ao]|ultim[ao]|first|second|third|fourth|fifth|last)\b|"
    rf"(?<![\w.,])(\d{{1,2}})[ ]?[ºªoa](?!\w)"
)
# "o terceiro logit", "do terceiro exemplo": no class
_OTHER_NOUN = re.compile(
    r"\s*(?:logit|valor|elemento|saida|numero|componente|exemplo|amostra|caso|imagem)"
)
_TARGET_TENSOR = re.compile(r"tensor\(\s*\[\s*(\d{1,4})\s*\]")
_CODE = r"np|numpy|torch|pytorch|tensor|tf|keras|f\.cross_entropy"
_ENGLISH_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}
ZERO_BASED = (
    r"(?:contando|comec\w+|indexad[ao]s?|a partir|iniciando|indices?(?: de)?|base)"
    r"(?: \w+){0,3}? (?:0|zero)|(?:classes|indices|rotulos)[^.;\d]{0,25} de 0 (?:a|ate) \d+|"
    r"0-based|base[ -]?0|(?:do|de|no|em) zero"
)
_ONE_BASED = (
    r"(?:contando|comecando|comeca|indexad[ao]s?|a partir|iniciando)(?: \w+){0,3}? (?:1|um)|"
    r"1-based|base[ -]?1"
)


def numbers_of(value: Value, what: str, size: int | None, probabilities: bool) -> tuple[Json, str]:
    """A vector, or the rows of a batch; a list that sums to 1 is preferred for probabilities."""
    if len(value.readings[0].shape) == 2 and 1 not in value.readings[0].shape:
        matrix, note = value.matrix(what)
        return [list(row) for row in matrix], note
    accept = sums_to_one if probabilities else None
    vector, note = value.vector(what, size, accept)
    return list(vector), note


def sums_to_one(numbers: Sequence[float]) -> bool:
    return all(0 <= n <= 1 for n in numbers) and abs(sum(numbers) - 1) <= 0.011


def class_names(statement: Statement, size: int | None = None) -> Names | None:
    """The list of class names; `size` allows names that only spaces separate."""
    listed = statement.names_after(
        "classes possiveis", "classes", "categorias", "rotulos", "labels", "sentimentos"
    )
    if listed is not None and (listed.bracketed or len(listed.items) > 1):
        fits = size is None or len(listed.items) == size
        return listed if fits else _of_size(statement, size) or listed
    if size is not None and size > 1:
        spaced = re.search(
            r"\bclasses\s*(?:sao\s+|:\s*|=\s*)?"
            rf"((?:[^\W\d]+\s+){{{size - 1}}}[^\W\d]+)\s*(?:[.,;!?\n]|$)",
            statement.folded,
        )
        if spaced and not {"e", "a", "de", "com"} & set(spaced.group(1).split()):
            words = tuple(statement.text[spaced.start(1) : spaced.end(1)].split())
            return Names(words, spaced.start(1), spaced.end(1), bracketed=False)
        spaced_list = _spaced_list(statement, size)
        if spaced_list is not None:
            return spaced_list
    listed = next((names for names in statement.name_lists if len(names.items) > 1), None)
    if listed is not None or size is None or size < 2:
        return listed if size is None else _of_size(statement, size) or listed
    return _list_of_size(statement, size)


def _of_size(statement: Statement, size: int | None) -> Names | None:
    """The bracketed list with as many names as there are outputs: not a table's header."""
    return next((names for names in statement.name_lists if len(names.items) == size), None)


def _spaced_list(statement: Statement, size: int) -> Names | None:
    """ "p/ banana maca uva", "(pos neu neg)": as many words as there are outputs."""
    words = rf"((?:[a-z]{{2,20}} ){{{size - 1}}}[a-z]{{2,20}})"
    begins = rf"(?:^|\bp/|\bpara|\bpra|[,;:])\s*{words}\s*(?:[,.;]|com\b)"
    for pattern in (rf"\({words}\)", begins):
        match = re.search(pattern, statement.folded)
        if match is None:
            continue
        items = match.group(1).split()
        if not any(is_connector(item) or _CUE.fullmatch(item) for item in items):
            typed = tuple(statement.text[match.start(1) : match.end(1)].split())
            return Names(typed, match.start(1), match.end(1), bracketed=False)
    return None


def _list_of_size(statement: Statement, size: int) -> Names | None:
    """ "(saídas …) para positivo, neutro e negativo": a list of exactly `size` words."""
    word = r"[^\W\d_][\w\-]*"
    pattern = (
        rf"(?<!, )(?<![\w\-])({word}(?:\s*,\s*{word}){{{size - 2}}}(?:\s*,\s*|\s+e\s+){word})(?!\w)"
    )
    for match in re.finditer(pattern, statement.text):
        items = tuple(re.split(r"\s*,\s*|\s+e\s+", match.group(1)))
        if len(items) == size and not any(fold(item) in _NOT_CLASSES for item in items):
            return Names(items, match.start(), match.end(), bracketed=False)
    return None


# The class sets of the list's questions 13 and 2, in their order.
_KNOWN_SETS = (
    ("positivo", "neutro", "negativo"),
    ("positive", "neutral", "negative"),
    ("ford", "volks", "gm", "bmw", "honda"),
)


def known_classes(statement: Statement, size: int) -> tuple[str, ...] | None:
    """The list's own classes, where the text names one of them and gives no list."""
    for names in _KNOWN_SETS:
        if len(names) == size and any(_word_matches(statement.folded, name) for name in names):
            return names
    return None


def class_pairs(statement: Statement) -> list[tuple[str, Value]]:
    """ford=10, volks=5, …: at least two classes with their own numbers."""
    skip = {
        "classe", "classes", "indice", "logit", "logits", "temperatura", "rotulo", "alvo", "de",
        "e", "y", "t", "a", "o", "saida", "saidas", "target", "label", "com", "softmax", "valor",
        "valores", "posicao", "smoothing", "suavizacao", "epsilon", "eps", "alpha", "base", "log",
        "em", "para", "da", "do", "igual", "vale", "fosse", "for", "se", "foi", "p", "prob", "z",
        "probabilidade", "probabilidades", "tenho", "sao", "que", "entre", "tau", "fator", "n",
        "produz", "produziu", "deu", "x", "q", "exemplo", "exemplos", "loss", "perda", "dos", "das",
        "scores", "vetor", "entrada",
    }  # fmt: skip
    found = [(name, value) for name, value in statement.pairs if fold(name) not in skip]
    names = [fold(name) for name, _ in found]
    return found if len(found) > 1 and len(set(names)) == len(names) else []


_INSTEAD = re.compile(
    r"\b(?:em vez d[eoa]|ao inves d[eoa]|no lugar d[eoa]|e nao|nao era|instead of)\s+"
    r"(?:um |uma |o |a |an? )?$"
)


def mentions(statement: Statement, classes: Sequence[str], skip: Names | None) -> list[int]:
    """Positions in `classes` of the classes that the text names, those after a cue first."""
    near: list[int] = []
    far: list[int] = []
    spans = [(names.start, names.end) for names in statement.name_lists if len(names.items) > 1]
    if skip is not None:
        spans.append((skip.start, skip.end))
    valued = {value.start for _, value in statement.pairs}
    for index, name in enumerate(classes):
        for match in _word_matches(statement.folded, name):
            if any(a <= match[0] < b for a, b in spans):
                continue
            following = next((v for v in statement.values if v.start >= match[1]), None)
            if following is not None and following.start in valued:
                gap = statement.folded[match[1] : following.start]
                if len(gap) < 4 and is_connector(gap):
                    continue  # "ford = 10" gives a logit, not the class
            lead = statement.folded[max(0, match[0] - 45) : match[0]]
            if _INSTEAD.search(lead):
                continue  # "um bmw em vez do ford"
            cue = next(reversed(list(_CUE.finditer(lead))), None)
            # "A", "e": only right after a cue, or as all that the message says ("quis dizer gm")
            short = len(name) < 3 and len(statement.folded.split()) > 4
            if cue is not None and is_connector(lead[cue.end() :]):
                near.append(index)
            elif not short:
                far.append(index)
    ordered = near or far
    return list(dict.fromkeys(ordered))


def _word_matches(folded: str, name: str) -> list[tuple[int, int]]:
    if " " in name.strip():
        pattern = re.escape(fold(name).strip())
        return [m.span() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded)]
    return [m.span() for m in re.finditer(r"[\w\-]+", folded) if same_word(m.group(), name)]


def target_index(
    statement: Statement, n_classes: int | None, follow_up: bool = False
) -> tuple[int, str] | None:
    """A class given by its number: (0-based index, the convention in words).

    In a follow-up "e se for a terceira?" needs no word such as "classe" beside it.
    """
    folded = statement.folded
    code = _TARGET_TENSOR.search(folded)
    if code is not None:
        return int(code.group(1)), "Contei os índices a partir de 0, como o PyTorch."
    for match in _ORDINAL_WORD.finditer(folded):
        context = folded[max(0, match.start() - 50) : match.end() + 25]
        if not _CUE.search(context) and not (follow_up and len(folded) < 60):
            continue
        if _OTHER_NOUN.match(folded, match.end()):
            continue
        word = match.group(1)
        if word and word.startswith(("ultim", "last")):
            if n_classes is None:
                continue
            return n_classes - 1, ""
        english = _ENGLISH_ORDINALS.get(word) if word else None
        number = english or (word_number(word) if word else int(match.group(2)))
        if number:
            return number - 1, ""
    for match in _INDEX.finditer(folded):
        number = int(match.group(3))
        if re.search(r"(?:^|[\s=:])-$", folded[: match.start(3)]):
            raise SolverError(
                f"A classe −{number} não existe: as classes contam a partir de 0 ou de 1."
            )
        after = folded[match.end() : match.end() + 12]
        if re.match(r"\s*(?:classes|exemplos|logits|/|%|,\s*\d|;\s*\d|e \d)", after):
            continue
        return _convention(statement, match.group(1) + match.group(2), number, n_classes)
    return None


def _convention(
    statement: Statement, cue: str, number: int, n_classes: int | None
) -> tuple[int, str]:
    explicit_zero, explicit_one = statement.has(ZERO_BASED), statement.has(_ONE_BASED)
    if explicit_one and not explicit_zero:
        zero_based = False
    elif explicit_zero or number == 0:
        zero_based = True
    elif statement.has(_CODE):
        zero_based = n_classes is None or number < n_classes or "alvo" in cue or "target" in cue
    elif n_classes is not None and number == n_classes:
        zero_based = False
    else:
        zero_based = re.search(r"indice|index|\by\b|y_true|target|label", cue) is not None
    index = number if zero_based else number - 1
    if explicit_zero or explicit_one:
        return index, ""
    if zero_based:
        return index, (
            f"Contei os índices a partir de 0 (o índice {number} é a {number + 1}ª classe)."
        )
    return index, f"Contei as classes a partir de 1 (a classe {number} é a {number}ª da lista)."


_CLASS_COUNT = re.compile(
    r"(?<![\w.,])(\d{1,4}|dois|duas|tres|quatro|cinco|seis|sete|oito|nove|dez) "
    r"(?P<noun>classes|categorias|rotulos possiveis|elementos|posicoes|componentes|logits|saidas)\b"
    r"(?! d[eo] )"
)


def check_class_count(statement: Statement, outputs: int) -> None:
    """ "4 classes" with three logits is a contradiction."""
    match = _CLASS_COUNT.search(statement.folded)
    if match is None:
        return
    told = int(match[1]) if match[1].isdigit() else word_number(match[1])
    if told is not None and told > 1 and outputs > 1 and told != outputs:
        raise SolverError(
            f"O enunciado fala de {told} {match['noun']}, mas há {outputs} números. Precisa haver "
            "um para cada: confira os dados."
        )


def log_base(statement: Statement) -> float | None:
    if statement.has(r"log_?2|log na base 2|base 2|base dois|em bits|bits"):
        return 2.0
    if statement.has(r"log_?10|log na base 10|base 10|base dez|logaritmo decimal"):
        return 10.0
    if statement.has(r"ln|log natural|logaritmo natural|base e|em nats|nats"):
        return math.e
    return None


def element_change(
    statement: Statement, numbers: list[float], classes: Sequence[str]
) -> list[float] | None:
    """ "e com o logit da ford = 8?", "se o primeiro logit fosse 5"."""
    changed = list(numbers)
    touched = False
    if not statement.scalars:
        return None
    for index, name in enumerate(classes):
        if len(name) < 2:
            continue
        found = statement.find(fold(name))
        if found is not None and found.value.is_scalar and index < len(changed):
            changed[index], _ = found.value.scalar(name)
            touched = True
    if touched:
        return changed
    for match in _ORDINAL_WORD.finditer(statement.folded):
        word = match.group(1)
        number = (
            len(numbers)
            if word and word.startswith("ultim")
            else (word_number(word) if word else int(match.group(2)))
        )
        value = next((v for v in statement.scalars if v.start >= match.end()), None)
        if value is None or not number or number > len(changed):
            continue
        gap = statement.folded[match.end() : value.start]
        if re.fullmatch(
            r"\s*(?:logit|valor|elemento|saida|numero|componente|score|termo)?"
            r"[\s=:]*(?:(?:e|for|fosse|vale|valesse|virar|mudar|para|pra|igual|a|passar"
            r"|ser|de)\s+){0,4}",
            gap,
        ):
            changed[number - 1], _ = value.scalar("o logit")
            touched = True
    return changed if touched else None


_UNKNOWN = re.compile(
    r"\b(?:classe?|categoria|rotulo|resposta|label|alvo) "
    r"(?:verdadeira?|corret[ao]|cert[ao]|real|alvo|esperad[ao])?\s*(?:do exemplo )?"
    r"(?:e|eh|=|:|for|fosse|seja|era)\s+(?:a |o )?['\"*]?([a-z][\w\-]*)"
    r"|\bse (?:a classe )?(?:for|fosse|seja) (?:a |o |da )?(?:classe )?['\"*]?([a-z][\w\-]*)"
)
_UNKNOWN_BARE = re.compile(
    r"\bclasse (?:(?:verdadeira|correta|certa|alvo|real) )?['\"*]?([a-z][\w\-]*)['\"*]?\W*"
    r"(?:$|[.,;?!)\n])"
)
_NOT_CLASS_WORDS = """
    a o um uma qual calcule e o que classe de do da para indice numero outra outro mesma mesmo y
    saida opcao resposta
    verdadeira correta certa alvo real positiva negativa esperada prevista majoritaria
    igual zero dois duas tres quatro cinco primeira segunda terceira quarta quinta sexta setima
    oitava nona decima ultima primeiro segundo terceiro quarto quinto ultimo
"""
_NOT_CLASSES = frozenset(_NOT_CLASS_WORDS.split())


def unknown_class(statement: Statement) -> str | None:
    """The word given as the true class, where no list of classes holds it."""
    match = _UNKNOWN.search(statement.folded)
    group = 1 if match is None or match.group(1) else 2
    match = match or _UNKNOWN_BARE.search(statement.folded)
    if match is None or match.group(group) in _NOT_CLASSES:
        return None
    return statement.text[match.start(group) : match.end(group)]
