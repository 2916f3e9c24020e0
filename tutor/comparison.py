"""Two or three entries side by side: what is compared, and an answer from their reviewed text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tutor.dialogue.terms import STRONG, STRONG_PATTERN, flatten, terms_in
from tutor.records import Corpus, Example
from tutor.text import alike, fold, sentences, words

MOST = 3  # sides of a comparison
ROWS = 3  # key points of each side in the table
_CUE = re.compile(
    r"\b(?:diferencas?|difere\w*|compar\w+|versus|vs|contraste\w*|semelhancas?|em comum|tabela"
    r"|quadro|differences?|differ|compared?|comparison|contrast|table|melhor|pior|better|worse"
    r"|em relacao a|distinguir|distincao)\b|(?<=\w) x (?=\w)"
)
_DEFINES = re.compile(
    r"^(?:o que (?:e|sao|significa)|what (?:is|are))(?: (?:mesmo )?(?:uma?|os?|as?|an?|the))? (.+?)"
    r"(?: and .*| e (?:por|para|como|quando|qual) .*)?\??$"
)
_AROUND = frozenset(
    words(
        "qual quais é a o as os diferença diferenças entre e de do da dos das compare comparar"
        " compara comparação comparando versus vs x ou numa uma em um tabela quadro me mostra"
        " mostre faz faça monta explica explique por favor principal principais os dois as duas"
        " três sobre com pra para no na melhor pior usar qual é mais que semelhanças comum tem"
        " difere diferem diferente diferentes relação ao à quero queria saber entender pode"
        " poderia what is the difference between and compare in table a of vs how do they differ"
        " from to please better different lado vantagem vantagens desvantagem agora eu não"
        " entendi sei confundo confundindo sempre até distinguir método métodos função funções"
        " técnica técnicas algoritmo algoritmos rede redes modelo modelos camada tipo tipos são"
        " mesma coisa resumo rápido rapidinho breve curto resumida resumido resumidamente"
    )
)


class Comparison:
    """Finds the entries that a comparison names, by the names that the corpus gives them."""

    def __init__(self, corpus: Corpus) -> None:
        self._examples = corpus.examples
        self._names: dict[str, Example] = {}
        for example in corpus.examples:
            for name in _names(example):
                self._names.setdefault(name, example)
        terms = {canonical(form) for form in STRONG}
        longest = sorted({*self._names, *terms}, key=len, reverse=True)
        self._pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w-])"
        )

    def sides(self, text: str, find: Callable[[str], Example | None]) -> tuple[Example, ...]:
        """The two or three entries that `text` compares and says nothing else about; else none.

        `find` looks for the entry of a term that no entry has for its name.
        """
        plain = canonical(text)
        named = [m.group() for m in self._pattern.finditer(plain)]
        if not 2 <= len(dict.fromkeys(named)) <= MOST or not self._purely(plain):
            return ()
        found = [self._names.get(name) or find(name) for name in dict.fromkeys(named)]
        entries = tuple(dict.fromkeys(e for e in found if e is not None))
        return entries if len(entries) == len(dict.fromkeys(named)) else ()

    def covering(self, text: str) -> tuple[str, ...]:
        """Ids of the entries that have all terms of a pure comparison for their own subject."""
        plain = canonical(text)
        terms = self._named(plain)
        if len(terms) < 2 or not self._purely(plain):
            return ()
        return tuple(
            e.id for e in self._examples if any(terms <= self._named(t) for t in _subjects(e))
        )

    def _purely(self, plain: str) -> bool:
        """Whether the text compares what it names and speaks of nothing else."""
        rest = words(self._pattern.sub(" ", plain))
        return _CUE.search(plain) is not None and all(w in _AROUND for w in rest)

    def names_in(self, text: str) -> frozenset[str]:
        """The things that `text` names, each in one spelling."""
        return self._named(canonical(text))

    def _named(self, plain: str) -> frozenset[str]:
        return frozenset(m.group() for m in self._pattern.finditer(plain))


def canonical(text: str) -> str:
    """Folded, with every known term in one spelling ("LOO" -> "leave-one-out")."""
    flat = flatten(text)
    found = {flat[f.start : f.end]: fold(f.term.name) for f in terms_in(flat)}
    return STRONG_PATTERN.sub(lambda m: found[m.group()], flat)


def asked(text: str) -> bool:
    """Whether `text` compares anything at all."""
    return _CUE.search(canonical(text)) is not None


def wants_table(text: str) -> bool:
    return re.search(r"\b(?:tabela|quadro|table)\b", fold(text)) is not None


def write(sides: Sequence[Example]) -> str:
    """Definitions, a table of key points, and the sentences of either that speak of the other."""
    parts = [f"- **{short(e)}**: {_definition(e)} *(fonte: {e.title})*" for e in sides]
    text = "\n".join(parts) + "\n\n" + table(sides)
    contrast = _contrast(sides)
    if contrast:
        return text + "\n\n**O contraste, nas respostas revisadas:**\n\n" + "\n".join(
            f"- {line}" for line in contrast
        )  # fmt: skip
    return text + "\n\nO material não traz uma comparação direta; estas são as ideias de cada lado."


def _names(example: Example) -> list[str]:
    """What the entry is called: its title without brackets, what is in them, what it defines."""
    found = []
    if example.collection == "concepts":
        title, _, inside = example.title.partition("(")
        found += [title, inside.rstrip(") ")]
    asked = [m.group(1) for a in example.aliases if (m := _DEFINES.match(flatten(a)))]
    found += [a for a in asked if len(a.split()) <= 4]
    forms = (re.sub(r"^(?:funcao|token|o token) ", "", canonical(n).strip(" ?")) for n in found)
    return [form for form in forms if len(form) > 1]


def _terms(text: str) -> set[str]:
    return {m.group() for m in STRONG_PATTERN.finditer(canonical(text))}


def _subjects(example: Example) -> list[str]:
    """The texts that say what the entry is about: its title, and aliases that compare."""
    return [canonical(t) for t in (example.title, *example.aliases) if t == example.title
            or _CUE.search(canonical(t))]  # fmt: skip


def short(example: Example) -> str:
    return example.title.partition(" (")[0]


def _definition(example: Example) -> str:
    first = next(iter(sentences(example.answer)), "")
    return first if first.endswith(".") and "\n" not in first else example.key_points[0]


def _points(example: Example) -> list[str]:
    """Its key points that say more than its definition."""
    return [p for p in example.key_points if not alike(p, _definition(example))]


def table(sides: Sequence[Example]) -> str:
    rows = ["| " + " | ".join(short(e) for e in sides) + " |", "| --- " * len(sides) + "|"]
    for place in range(min(ROWS, *(len(_points(e)) for e in sides))):
        rows.append("| " + " | ".join(_cell(_points(e)[place]) for e in sides) + " |")
    return "\n".join(rows)


def _cell(text: str) -> str:
    """A bar would end the cell; in formulas it has another name."""
    formula = re.sub(r"\$[^$]*\$", lambda m: m.group().replace("|", r"\vert "), text)
    return " ".join(formula.replace("|", r"\|").split())


def _contrast(sides: Sequence[Example]) -> list[str]:
    found: list[str] = []
    for example in sides:
        others = [
            re.compile(r"(?<![\w-])" + re.escape(name) + r"(?![\w-])")
            for other in sides
            if other is not example
            for name in _names(other) or sorted(_terms(other.title))
        ]
        texts = [example.answer, "\n\n".join(example.key_points)]
        for sentence in (s for text in texts for s in sentences(text)):
            if sentence.endswith(":") or alike(sentence, _definition(example)):
                continue
            if any(p.search(canonical(sentence)) for p in others) and not any(
                alike(sentence, f) for f in found
            ):
                found.append(" ".join(sentence.split()))
    return found[:MOST]
