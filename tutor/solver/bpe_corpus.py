"""The corpus of a BPE training: words with their counts, in whatever way they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tutor.errors import SolverError
from tutor.solver.fields import Statement
from tutor.solver.numbers import WORDS
from tutor.solver.text import fold
from tutor.solver.token_words import STOP

_MAX_WORDS, _MAX_LETTERS = 200, 60
# Words that stand by a number and are none of the corpus.
_NOT_WORDS = frozenset(
    """
    primeiros proximos primeiras merges merge fusoes fusao mesclas iteracoes iteracao passos k
    questao exercicio n tamanho tem aparece vezes vez e com x palavra palavras frequencia
    frequencias contagem contagens corpus rodadas etapas de faca exactly exatamente ate obter apos
    depois for times count counts freq item lista rank passo pares par letra
    """.split()
) | (STOP - frozenset(["ver"]))

_NAMES = frozenset(
    """merges merge fusoes fusao mesclas iteracoes iteracao passos k n num_merges palavra palavras
    frequencia frequencias contagem contagens corpus count counts freq rank questao
    exercicio""".split()
)
_HEADS = frozenset("palavras palavra corpus e com merges sao as".split())  # of a list of words

_SPELLED = "|".join(sorted((w for w in WORDS if w not in ("zero", "meia")), key=len, reverse=True))
_UNKNOWN = r"muit[ao]s|vari[ao]s|pouc[ao]s|algum[ao]s|divers[ao]s|\?+|[a-z](?= vezes| ?x\b)"
_TIMES = r"(?:vezes|(?:unica )?vez|ocorrencias?|x\b|×|times|aparicoes|repeticoes)"
_LETTERS = r"[^\W\d_](?:[\w\-]{0,60})(?:</w>|[_$▁])?"
_WORD_FIRST = re.compile(
    rf"""(?<![\w"'-])["'(]?(?P<word>{_LETTERS})["']?\)?"""
    r"""(?:[ \t]*(?:[:=(x×,\[|/]|->|-(?!\d))\s*|[ \t]+)(?:(?:que |ela |ele )?(?:aparece|apareceu|"""
    r"""aparecem|"""
    r"""ocorre|ocorreu|surge|surgiu|foi vista|foi visto|se repete|repetid[oa]|tem|com|"""
    r"""frequencia|freq|"""
    r"""contagem|conta|vista|de|f|n|count|[=:])(?!\w)\s*){0,4}["']?"""
    rf"""(?:(?P<count>-?\d{{1,9}})(?![\d%]|[.,]\d*[a-z]?\d|º|ª|[ao]\b|\s*(?:merges?|fusoes|"""
    rf"""tokens?|simbolos?|passos|"""
    r"""iteracoes|palavras|caracteres|letras|bytes|regras|pares|mescl\w+))|"""
    rf"""(?P<spelled>{_SPELLED})(?=\s+{_TIMES})|(?P<unknown>{_UNKNOWN})(?=\s*{_TIMES}|\s*[,;.)]))"""
    rf"""(?!\s*[x×]\s*["'])(?:\s*{_TIMES})?""",
    re.IGNORECASE,
)
_COUNT_FIRST = re.compile(
    rf"""(?<![\w.,-])(?:(?P<count>-?\d{{1,9}})|(?P<spelled>{_SPELLED})|(?P<unknown>(?!)))\s*"""
    rf"""(?:(?:{_TIMES}|\*)\s*(?:de\s+|a palavra\s+)?["']?|"""
    rf"""(?:de\s+)?["'])(?P<word>{_LETTERS})["']?""",
    re.IGNORECASE,
)
_NUMBERS = r"-?\d{1,9}(?:\s*(?:,\s*e\s+|[,;]|\be\b)\s*-?\d{1,9})+"
_LISTED_COUNTS = re.compile(
    r"(?:frequencias?|contagens?|counts?|vezes|freqs?|respectivamente|ocorrencias)"
    rf"(?:\s+(?:respectivas|sao|absolutas|dadas por|de|iguais a))*\W{{1,4}}(?P<numbers>{_NUMBERS})|"
    rf"(?P<before>{_NUMBERS})\s*(?:vezes|ocorrencias|,? ?respectivamente)"
)
_QUOTED_TEXT = re.compile(r"""["']([^"'\n]{3,2000})["']""")
_TOLD_TEXT = re.compile(
    r"\b(?:corpus|texto|palavras|frase|dados)\s*(?:de treino|de treinamento|e|eh|=)?\s*[:=]\s*"
    r"([^\n.;?]{3,2000})"
)
_ANY_WORD = re.compile(r"[^\W\d_][\w\-]*(?:</w>)?")
_JOINS = re.compile(r"""[\s,;"'()\[\]{}|]*(?:(?:e|and|a|o|palavra|mais)\b[\s,;"'()\[\]{}|]*)*""")
_MARKERS = ("</w>", "_", "▁", "$", "#", "·")


@dataclass(frozen=True)
class Corpus:
    """word -> count in the order of the text, and where it stands there."""

    counts: dict[str, int]
    end: int = 0


def read_corpus(statement: Statement) -> Corpus | None:
    """The words that the message counts; None where it counts none."""
    listed = _each_as_often(statement) or _parallel_lists(statement)
    if listed is not None:
        return listed
    tries = [_counted(statement, pattern) for pattern in (_WORD_FIRST, _COUNT_FIRST)]
    best = max(tries, key=lambda found: (len(found), found[-1].end if found else 0))
    if not best:
        return None
    _check_between(statement, best)
    counts: dict[str, int] = {}
    for each in best:
        counts[each.word] = counts.get(each.word, 0) + each.count
    return Corpus(_bounded(counts), best[-1].end)


def read_text(statement: Statement) -> Corpus | None:
    """A corpus as a text: in quotes, in brackets, or after "corpus:"; each word counts once."""
    texts = [m for m in _QUOTED_TEXT.finditer(statement.text) if len(m[1].split()) > 1]
    if texts:
        words = [word for match in texts for word in _ANY_WORD.findall(match[1])]
        end = texts[-1].end()
    else:
        lists = [n for n in statement.name_lists if len(n.items) > 2 and _all_words(n.items)]
        told = _TOLD_TEXT.search(statement.folded)
        if lists:
            words, end = [w for item in lists[0].items for w in item.split()], lists[0].end
        elif told:
            words, end = _ANY_WORD.findall(statement.text[told.start(1) : told.end(1)]), told.end()
        else:
            return None
    counts: dict[str, int] = {}
    for word in words:
        if fold(word) not in ("e", "com"):
            counts[word.lower()] = counts.get(word.lower(), 0) + 1
    return Corpus(_bounded(counts), end) if sum(counts.values()) > 1 else None


def _all_words(items: Sequence[str]) -> bool:
    return all(len(item) > 1 and _ANY_WORD.fullmatch(item) for item in items)


@dataclass(frozen=True)
class _Counted:
    """A word with its count as typed, at text[start:end]."""

    word: str
    typed: str
    start: int
    end: int

    @property
    def count(self) -> int:
        number = WORDS.get(self.typed)
        if number is not None:
            return number
        if not self.typed.lstrip("-").isdigit():
            raise SolverError(
                f"Falta um número: quantas vezes aparece a palavra “{self.word}”? Escreva, por "
                "exemplo, low: 5, lower: 2."
            )
        return int(self.typed)


def _counted(statement: Statement, pattern: re.Pattern[str]) -> list[_Counted]:
    found: list[_Counted] = []
    for match in pattern.finditer(statement.folded):
        word = statement.text[match.start("word") : match.end("word")]
        typed = next(match[name] for name in ("count", "spelled", "unknown") if match[name])
        # 'este': 2 and "pelo: 9" are words all the same; "merges: 3" is none
        tight = statement.folded[match.end("word")] in ":='\"(" and fold(word) not in _NAMES
        if (tight or fold(word) not in _NOT_WORDS) and len(word) > 1:
            found.append(_Counted(word, typed, *match.span()))
    return found


def _check_between(statement: Statement, found: Sequence[_Counted]) -> None:
    """A word before or among the counted ones that has no count of its own."""
    lead = _UNCOUNTED_LEAD.search(statement.folded[: found[0].start])
    if lead is not None and lead[1] not in _NOT_WORDS:
        word = statement.text[lead.start(1) : lead.end(1)]
        raise SolverError(f"Falta a frequência da palavra “{word}”.")
    for before, after in pairwise(found):
        gap = statement.text[before.end : after.start]
        alone = re.fullmatch(
            rf"""[)\]]?\s*[,;]\s*["'(]?({_LETTERS})["']?\s*(?:[,;]|\be\b)\s*["'(]*""", gap
        )
        if alone and fold(alone[1]) not in _NOT_WORDS:
            raise SolverError(f"Falta a frequência da palavra “{alone[1]}”.")
        strange = re.search(r"""[^\W\d_][\w-]*["']?\s*[:=(]\s*([^\s;)]+)""", gap)
        if strange and fold(strange.group().split(":")[0]).strip() not in _NOT_WORDS:
            raise SolverError(
                f"Não entendi a frequência em “{strange.group().strip(',')}”: preciso de um número "
                "inteiro positivo de vezes para cada palavra."
            )


_UNCOUNTED_LEAD = re.compile(
    rf"""\b(?:palavras|corpus|dados|contagens|"""
    rf"""frequencias)\s*:?\s+(?:["']?{_LETTERS}["']?\s*,\s*)*"""
    rf"""["']?({_LETTERS})["']?\s*(?:,\s*e|,|\be)\s*["'(]*$"""
)
_EACH = re.compile(
    rf"(?:(?P<a>\d{{1,7}}|{_SPELLED}) (?:{_TIMES}) cada|cada (?:uma|"
    rf"palavra)(?: delas)?(?: aparece| ocorre|"
    rf" com| tem)*(?: frequencia| contagem)? (?P<b>\d{{1,7}}|{_SPELLED})|"
    rf"todas (?:elas )?(?:com|aparecem|tem|"
    rf"ocorrem)(?: frequencia| contagem)?(?: de)? (?P<c>\d{{1,7}}|{_SPELLED}))"
)


def _each_as_often(statement: Statement) -> Corpus | None:
    """ "banana, bandana e cabana (uma vez cada)": one count for every word of the list."""
    match = _EACH.search(statement.folded)
    if match is None:
        return None
    typed = match["a"] or match["b"] or match["c"]
    words = _words_before(statement, match.start())
    times = WORDS[typed] if typed in WORDS else int(typed)
    return Corpus(_bounded(dict.fromkeys(words, times)), match.end()) if len(words) > 1 else None


def _parallel_lists(statement: Statement) -> Corpus | None:
    """ "palavras a, b, c; frequências 5, 3, 2" and the two columns of a table."""
    folded = statement.folded
    match = _LISTED_COUNTS.search(folded)
    if match is not None:
        group = "numbers" if match["numbers"] else "before"
        numbers, start, end = match[group], match.start(), match.end()
    else:
        column = re.search(r"\]\n\[((?:\s*-?\d{1,9}\s*(?:\\\\)?)+)\]", folded)
        if column is None:
            return None
        numbers, start, end = column[1], column.start() + 1, column.end()
    counts = [int(each) for each in re.findall(r"-?\d+", numbers)]
    words = _words_before(statement, start)
    if len(words) < 2:
        return None
    if len(words) != len(counts):
        raise SolverError(
            f"Li {len(words)} palavras ({', '.join(words[:8])}), mas {len(counts)} frequências. "
            "Dê a cada palavra a sua frequência, por exemplo, low: 5, lower: 2."
        )
    return Corpus(_bounded(dict(zip(words, counts, strict=True))), end)


def _words_before(statement: Statement, position: int) -> list[str]:
    """The last list of words that ends before `position`."""
    for names in reversed(statement.name_lists):
        if names.end <= position and len(names.items) > 1 and _all_words(names.items):
            return list(names.items)
    item = rf"""["']?({_LETTERS})["']?"""
    run = re.compile(rf"""{item}(?:(?:\s*[,;]\s*(?:e\s+)?|\s+e\s+){item}){{1,200}}""")
    found: list[str] = []
    for match in run.finditer(statement.text, 0, position):
        words = [w for w in _ANY_WORD.findall(match.group()) if fold(w) not in _HEADS]
        if len(words) > 1:
            found = words
    return found


def _bounded(counts: dict[str, int]) -> dict[str, int]:
    if len(counts) > _MAX_WORDS or any(len(word) > _MAX_LETTERS for word in counts):
        raise SolverError(f"O corpus é grande demais: use até {_MAX_WORDS} palavras distintas.")
    if any(times < 1 for times in counts.values()):
        raise SolverError("As frequências das palavras precisam ser números inteiros positivos.")
    return counts


_END = r"</w>|(?:fim|final|termino) d[ae]s? palavras?|end[- ]of[- ]word|fim|final"
_MARKED = (
    r"(?:marcador(?:es)?|simbolos?|sinal|sinais|tokens?|caracter(?:e|es)?|marcas?)"
    r"(?: especi(?:al|ais))?"
)
_NO_MARKER = re.compile(
    rf"\b(?:sem|nao|no(?= end)|without|ignor\w+|dispens\w+|desconsider\w+|nenhum)\b"
    rf"(?: \w+){{0,3}}? (?:{_MARKED} )?(?:d[eo] )?(?:{_END})(?!\w)"
)
_MARKER = re.compile(rf"\b{_MARKED} d[eo] (?:{_END})(?!\w)|</w>")
_TOLD_MARKER = re.compile(r"""["'(=:]\s*(</w>|[_▁$#·])|\s(</w>|[_▁])(?=[\s.,;)]|$)""")


def read_marker(statement: Statement, counts: Sequence[str]) -> str | None:
    """The end-of-word symbol: "" where the message wants none, None where it says nothing."""
    for marker in _MARKERS:
        if counts and all(word.endswith(marker) and len(word) > 1 for word in counts):
            return marker
    if _NO_MARKER.search(statement.folded):
        return ""
    if not _MARKER.search(statement.folded):
        return None
    told = _TOLD_MARKER.search(statement.text)
    return (told[1] or told[2]) if told else "</w>"
