"""Named quantities, lists of names and pairs in a student's free text.

A `Statement` is one message, normalised once. Names are given without accents and in
lower case ("taxa de aprendizado"); they match accents, capitals and small variations
("β₂", "beta_2", "beta2"). What a family asks for and does not find is None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tutor.solver.corrected import corrected
from tutor.solver.numbers import MAX_CHARACTERS, Value, scan, word_number
from tutor.solver.text import fold, normalise

# Words that may stand between a name and its value: "a classe verdadeira do exemplo é a ford".
_CONNECTOR_WORDS = """
    a o as os e é eh de do da dos das em no na nos nas ao aos igual vale valem valendo valor valores
    pra pro vira virar virasse comeca comecar comecasse
    foi foram valia valiam for fosse fossem seja sejam sendo sao ser era eram para como com um uma
    the is of are entre agora inicial tem tendo la dada dado dados dadas fixo fixa seguintes
    seguinte abaixo
    -> = := : , ( [ ' " - | ~ ≈ *
    alpha eta lr lambda beta gamma epsilon eps mu rho tau t k n d
    np numpy array matrix matriz vetor tensor torch
"""
_CONNECTORS = frozenset(_CONNECTOR_WORDS.split())
_TOKEN = re.compile(r"->|:=|\w+|[^\w\s]")
_WORD = re.compile(r"\w+")
_GAP_LIMIT = 60
_CHAIN = re.compile(r"=\s*(?:matriz )?[a-z]\w{0,11}\s*(?==)")  # Q = K = [[1, 0]]
_CODE = re.compile(r"\b(?:np|numpy|torch|tf)\.(?:as)?(?:array|tensor|matrix|constant)\b")
# "a query do token "gato" é (1, 2)"
_OF_TOKEN = re.compile(r"\b(?:token|palavra)\s+(?:[\"'][^\"']{1,30}[\"']|\d{1,3}(?=\s+e\b))")
_OTHER_SYMBOL = re.compile(r"\b[a-df-z]\b")  # another one-letter name, or the article "a"

# Numbers that are names of something else, not data.
_REFERENCE = re.compile(
    r"\b(?:questao|questoes|exercicio|exerc|ex|pergunta|item|lista|prova|aula|capitulo|cap|secao|"
    r"pagina|slide|figura|tabela|q|numero da questao)\s*[.:#]?\s*(?:n\s*[.º°o]?\s*)?\d{1,3}[a-d]?"
    r"(?:\s*\(?[a-d]\)?(?=[\s,.:)]|$))?(?!\d|[.,]\d)"
)
_ENUMERATION = re.compile(r"^\s*\(?\d{1,2}[a-d]?\s*[.)\-](?=\s|\()")
# "arredonde para 3 casas", "com 4 algarismos": how to write the result.
_ROUNDING = re.compile(
    r"\b(?:a |com |para |ate |em |to )?\d{1,2} (?:casas?|algarismos|digitos|decimais|decimals?|"
    r"decimal places|significant)\b"
)
_YEAR = re.compile(
    r"(?:et al\.?,?\s*|\(\s*)(?:19|20)\d\d\s*\)?|\([a-z][a-z .\-]{1,30} (?:19|20)\d\d\)"
)

_COMPUTE = re.compile(
    r"\b(?:calcul\w*|comput(?:e|ar|a)\b|quanto\b|quantos\b|quantas\b|qnto\b|determin\w+|obtenha|"
    r"encontr(?:e|ar)\b|ach(?:e|ar)\b|apli(?:que|car|ca)\b|resolv\w+|"
    r"(?:tokeniz|segment)(?:e|ar|a|o)\b|"
    r"faca\b|fazer a tokenizacao|multipli\w+|passo a passo|mostr(?:e|a)\b|refaz\w*|refaca|"
    r"qual (?:e |seria |sera |fica )?(?:o |a )?(?:valor|resultado|saida|perda|loss|perplexidade|"
    r"entropia|softmax|derivada|gradiente|media|tokenizacao|matriz|acuracia|precisao|novo peso)|"
    r"quais (?:sao )?(?:as |os )?(?:probabilidades|valores|pesos|tokens|palavras)|"
    r"deu|da quanto|confere|certo\?|resultado)\b"
)
_CONCEPT = re.compile(
    r"\b(?:o que (?:e|sao|significa|representa|faz|acontece)|oq (?:e|sao|significa)|que significa|"
    r"expli(?:que|ca|car)|descrev\w+ (?:o )?(?:procedimento|processo)|como deve|"
    r"como (?:se |eu |posso |devo |a gente |que )*"
    r"(?:calcul|comput|faz|faco|aplic|usa|e feit|e calculad|sao)\w*|por ?que|pq|"
    r"qual (?:e )?a (?:diferenca|vantagem|funcao|ideia|relacao|utilidade|intuicao|importancia)|"
    r"(?:para|pra) que(?! [ao]s? [^?.;]{0,60}\b(?:seja|fique|valha)\b)|como funciona|vantage\w+|"
    r"quando (?:e |eu )?(?:usar|devo|se|utilizar|aplicar|posso|vale|recomendado)|"
    r"desvantage\w+|defin\w+|conceito|e possivel|pode(?:mos)? (?:ser|usar)|existe|"
    r"compare(?![^.;]*\d)|"
    r"diferenca|serve|significado|devo|deveria|"
    r"preciso(?! (?:pra|para|d[aeo]s?|disso|entregar|hoje|saber|achar|urgente)\b)|"
    r"faz sentido|costuma|geralmente|normalmente|"
    r"intuicao|verdadeiro ou falso)\b"
)
_COMMAND = re.compile(
    r"\b(?:calcul(?:e|a|ar|o)|comput(?:e|ar)|determin(?:e|ar)|obtenha|(?:tokeniz|segment)(?:e|a|ar)|aplique|"
    r"treine|resolv(?:a|e|er)|faca|faz(?:er)? (?:um|uma|dois|duas|tres|\d+) (?:passos?|iterac\w+)|"
    r"efetue|multiplique|multiplicar?(?= (?:\w+ ){0,3}(?:matriz(?:es)?|vetor(?:es)?|q|k)\b)|"
    r"encontre|ache|quanto (?:e|da|fica|vale)|"
    r"quant[oa]s (?:parametros|treinamentos|treinos|ajustes|multiplicacoes|macs|flops|pesos))\b"
)
# It asks for a number, a list or a shape in so many words.
_QUANTITY = re.compile(
    r"\b(?:quanto|quant[oa]s|qnt\w*|qts|how (?:many|much)|what (?:is|are|s) the|work out|find|"
    r"determin\w+|compute|qua(?:l|is)(?: \w+){0,2}? (?:valor\w*|resultado|saidas?|perda|loss|custo|"
    r"perplexidade|media|matriz|output\w*|dimensao|dimensoes|tamanho|forma|shape|numero|tokens|"
    r"fator|pesos?|probabilidades?|acuracia|precisao|recall|f1|entropia|softmax|vetor|derivada|"
    r"ce|logits?|cross[ -]?entropy|bce|pedacos|subpalavras|pares|total|palavras?|combinacoes|"
    r"relac\w+|similaridade|distancia|scores?|escores?|taxa|angulo|produto|perplexity|"
    r"componentes?|norma|modulo|gradientes?|beta\w*|lr|eta|lambda)|"
    r"que (?:padding|stride|kernel|dilatacao|temperatura|logit|entrada|saida|fator|taxa|peso|perda|"
    r"media|numero|probabilidade|tamanho|porcentagem|valor|vetor|"
    r"custo|mistura|resultado|resposta|"
    r"pedacos)|o que sai|deveria dar|"
    r"qua(?:l|is) (?:e|sao|seria|da)\W*\?|que diferenca[^.?\n]{0,20}\b(?:logits?|z_?\d)|"
    r"quero (?:a|o|as|os) (?:entrada|saida|valor|perda|loss|vetor|prob\w*|derivada|entropia|"
    r"softmax|resultado|logit|[xz])\b|"
    r"como (?:fica|ficaria|fas|faz|corto|cubro|tokeniza)|fica(?:ria)? quanto|da quanto|"
    r"qual [^?.;]{0,40}\b(?:mais|menos) tokens|"
    r"how (?:does|is|are|do) [^?]{0,60}(?:split|tokenized?|segment\w*)|"
    r"(?:vou|vai) (?:pra|para|pro) (?:quanto|-?\d)|(?:pra|para) quanto|ne\W*$|novo (?:peso|valor)|"
    r"cert[oa] ?\?|confere|correto ?\?|quem (?:acertou|olha|aponta|da|se liga|errou)|"
    r"e isso mesmo|ta ok|(?:custo|erro|perda|loss) e (?:mesmo )?(?:ln|log|-?\d)|"
    r"qua(?:l|is)(?: \w+){0,3}? (?:padding|stride|kernel|campo receptivo|folds?)|"
    r"qual (?:e )?(?:o |a )?(?:lado|altura|largura) d[aeo]|"
    r"(?:calculate|evaluate|give|show) (?:me )?the)"
    r"|(?:^|[.;:,!?]\s*)(?:de [oa]s?|diga|informe|apresente|estime|indique|forneca|escreva|realize|"
    r"apli\w+|mostre|verifique|some|apply)\b"
)
# Asks for a reason, a meaning or advice, whatever the numbers.
_IDEA = re.compile(
    r"\b(?:quer dizer|significa\w*|e dai|o que (?:houve|aconteceu|acontece|concluo|cancela|muda|"
    r"ha de errado|esta mal|falta|se aplica|e (?:o|a|um|uma)|does|aconteceria)|isso tem nome|"
    r"tem de errado|o que (?:\w+ ){1,4}(?:muda|faz|significa)|"
    r"qual (?:e )?(?:a |o )?(?:origem|papel|logica|moral|problema|causa|razao|motivo|roteiro|"
    r"formula|finalidade)|"
    r"que formula|deve-se|raciocinio|pode ser|needed|necessari[ao]|por ?que|pq|porque|why|"
    r"how does (?:that|this|it)|"
    r"qual d[ao]s (?:duas|dois)|qual delas|em que (?:etapa|momento)|de que maneira|a que se deve|"
    r"isso funciona|quais delas|ou uso|eh? (?:a|o) \w+ ou (?:a|o)|que ajuste|que tipo de|"
    r"sobre quais|"
    r"o que (?:ela|ele) guarda|eh oq|dizer oq|oq (?:e|eh)|faz sentido|ganha essa briga)\b"
)
_ORDERED = re.compile(
    r"(?:^|[.;:!?,\n]\s*|\b(?:e|me|pra|para|quero|ajuda a|pode|consegue|favor|vamos|preciso)\s+)"
    + _COMMAND.pattern
)
_PRACTICE = re.compile(
    r"\b(?:crie|cria|gere|gera|exercicios?|mand[ae]|apresente|(?<!de um )(?<!do )exemplos?|"
    r"(?:pra|para|p) eu|me da|por que|como)\b"
)
_WHY = re.compile(r"\b(?:por ?que|pq)\b")
_FOLLOW_UP = re.compile(
    r"^\W*(?:(?:e|mas|entao|ta|ok|certo|beleza|blz|legal|hmm?|ah|tbm|tambem|agr)\W+)*(?:e\W+)?"
    r"(?:se\b|agora\b|agr\b|refa\w+|com\b|para\b|pra\b|troca\w*|troque|muda\w*|mude|usando\b|"
    r"use\b|usa\b|mesm[ao]s?\b|qu?ando\b|no caso\b|caso\b|considerando\b|sem\b|faz\b|repete\b|"
    r"repita\b|so que\b|a classe\b|o \w+ (?:fosse|for)\b|deu\b|recalcul\w+|supon\w+|"
    r"altera\w*|altere)"
)
_REFERS_BACK = re.compile(
    r"\b(?:anterior\w*|de antes|d?ess[ea]s? (?:mesm[ao]s? )?\w+|disso|nisso|nesse caso|"
    r"(?:os |as )?mesm[ao]s? \w+)\b"
)
_CLAIM = re.compile(
    r"\b(?:deu|achei|achou|encontrei|encontrou|obtive|obteve|chegou (?:em|a|no)|respondeu|"
    r"(?:disse|diz|falou|afirma|jura|acha) que (?:e|da|deu|vale)|"
    r"cheguei (?:em|a|no)|calculei|meu (?:resultado|valor)"
    r"(?: (?:foi|e|deu))?|minha (?:resposta|conta)(?: (?:foi|e|deu))?|"
    r"gabarito (?:diz|e|da|deu|fala)"
    r"(?: que e)?|(?:a )?resposta (?:e|seria|da) (?:mesmo )?|resultado (?:e|seria|foi) (?:mesmo )?|"
    r"(?:esta|ta) certo (?:que )?(?:e|da)?|imprimiu|confere se da|respondi|botei|coloquei|contei|"
    r"marquei)\s*"
    r"(?:(?:como resposta|aqui|"
    r"(?:uma? )?(?:bce|ce|loss|perda|custo|entropia cruzada|kl)(?: de)?|"
    r"pra mim|que|e|de|igual a|uns?|aproximadamente|cerca de|=|:|≈|~|[ao])"
    r"\s*){0,3}$"
)


# "a rede deu [2, 1]" is data; "deu [2, 1], certo?" is the student's own result.
_NETWORK_GAVE = re.compile(
    r"\b(?:rede|modelo|classificador|camada|neuronio|softmax|saida|sistema|soma|total|tokens?|"
    r"palavras?|frase|texto|log\w*|verossimilhanca|gradiente|derivada|backprop\w*|"
    r"backward|regulariza\w+|perda|loss|entropia|bce)\s+(?:neural\s+)?"
    r"(?:me\s+)?(?:deu|calculei)\W*$"
)
# "deu 4 para arroz, 1 para feijão": outputs
_TO_EACH = re.compile(r"\s?%?\s(?:para|pra|pro|de chance)\s[a-z]")
# "…; 0,134 tá ok?"
_CLAIM_AFTER = re.compile(
    r"\s*[,.;]?\s*(?:isso |is that |that s )?(?:ta|esta|e|eh)?\s*(?:ok|certo|certa|correto|confere|"
    r"isso mesmo|bate|procede|right|correct)\W*(?:$|\?)"
)
# "…, sai [8, 7]?"
_EXPECTED = re.compile(r"\b(?:sai|da|fica|vai dar|resulta em|resultado e|e mesmo|seria)\s*$")
# "o F1 deu 0,72 …; qual era a precisão?": a question that does not ask whether it is right.
_ASKS_ELSE = re.compile(r"[.,;?!\n][^.,;?!\n]{0,40}?\b(?:qua(?:l|is)|quant[oa]s?|que|calcule)\b")
_ASKS_CHECK = re.compile(
    r"\b(?:onde|cert[oa]\s*(?:\?|$)|(?:ta|esta|qual [oa]|eh?) (?:\w+ )?(?:cert|corret)[oa]\b|"
    r"confere|corret[oa]\s*\?|errad[oa]|errei|erro|isso mesmo|bate|achei|meu|minha|verifi\w+)\b"
)
_VERIFY = re.compile(
    r"\b(?:(?<!classe )(?<!resposta )cert[oa]|"
    r"confere|corret[oa]|errad[oa]|isso mesmo|achei|meu|minha)\b"
)


@dataclass(frozen=True)
class Found:
    """A value that stands by a name."""

    value: Value
    name: str
    start: int  # of the name


@dataclass(frozen=True)
class Names:
    """A list of words such as [ford, volks, gm] at text[start:end]."""

    items: tuple[str, ...]
    start: int
    end: int
    bracketed: bool = True


class Statement:
    """One message of a student, read lazily."""

    def __init__(self, source: str) -> None:
        self.source = source
        # Longer texts are refused by `scan`; they are cut so that nothing else runs over them.
        self.text, self.corrections = corrected(normalise(source[: MAX_CHARACTERS + 1]))
        self.folded = fold(self.text)

    # ------------------------------------------------------------ what it asks

    def has(self, *patterns: str) -> bool:
        """Does any of the regular expressions (folded, on word boundaries) occur?"""
        return any(re.search(rf"(?<!\w)(?:{pattern})(?!\w)", self.folded) for pattern in patterns)

    @cached_property
    def asks_value(self) -> bool:
        """Does it ask for a computation in so many words?"""
        return _COMPUTE.search(self.folded) is not None

    @cached_property
    def asks_concept(self) -> bool:
        return _CONCEPT.search(self.folded) is not None

    @cached_property
    def conceptual(self) -> bool:
        """A question about ideas: no computation is asked and no list of numbers is given."""
        if any(value.size > 1 and not value.dimensions for value in self.values):
            return _WHY.search(self.folded) is not None and not self.asks_value
        if self.asks_concept:
            return not (self.asks_value and self.values)
        return not self.asks_value and not self.values

    @cached_property
    def commands(self) -> bool:
        """Does it order a computation ("calcule a softmax"), and not an exercise or a concept?"""
        ordered = _COMMAND.search(self.folded) is not None
        return ordered and not self.asks_concept and _PRACTICE.search(self.folded) is None

    @cached_property
    def asks_quantity(self) -> bool:
        """Does it want a number, a list or a shape ("quantos parâmetros", "qual a perda")?"""
        return self.commands or _QUANTITY.search(self.folded) is not None

    @cached_property
    def orders(self) -> bool:
        """`commands` where a clause begins: "calcule …", and not "a perda já a calcula"."""
        return self.commands and _ORDERED.search(self.folded) is not None

    @cached_property
    def asks_idea(self) -> bool:
        """Does it want a reason, a meaning or advice and no result?"""
        asked = (
            _ORDERED.search(self.folded) is not None or _QUANTITY.search(self.folded) is not None
        )
        return _IDEA.search(self.folded) is not None and not asked

    @cached_property
    def gives_list(self) -> bool:
        return any(value.size > 1 for value in self.arrays)

    @cached_property
    def opens_as_follow_up(self) -> bool:
        """ "e se…", "agora com…", "refaz com…"."""
        return _FOLLOW_UP.match(self.folded) is not None

    @cached_property
    def refers_back(self) -> bool:
        """Does it point at what came before ("a matriz anterior", "esses logits", "disso")?"""
        return _REFERS_BACK.search(self.folded) is not None

    # ----------------------------------------------------------------- numbers

    @cached_property
    def _all_values(self) -> tuple[Value, ...]:
        return _alike(scan(self.text))

    @cached_property
    def claim(self) -> Value | None:
        """The result that the student reports: "deu 5,14, certo?"."""
        for value in self._all_values:
            if value.ordinal or value.dimensions or value.start in self._references:
                continue
            lead = self.folded[max(0, value.start - 60) : value.start]
            reported = _CLAIM.search(lead) and not _NETWORK_GAVE.search(lead)
            reported = reported and not self._is_given(value)
            if reported and _TO_EACH.match(self.folded, value.end):
                reported = (
                    _ASKS_CHECK.search(self.folded, value.end) and self._all_values[0].size > 1
                )
            if reported and (value.size == 1 or _VERIFY.search(self.folded)):
                return value
            after = value.is_scalar and _CLAIM_AFTER.match(self.folded, value.end)
            expected = _EXPECTED.search(lead) and self.folded[value.end :].strip() == "?"
            others = [each for each in self._all_values if each is not value]
            told = any(each.size > 1 for each in others) or (after and len(others) > 1)
            if (after or expected) and told:
                return value
        return None

    def _is_given(self, value: Value) -> bool:
        """Is the reported result a datum, because something else is asked about it?"""
        after = _ASKS_ELSE.search(self.folded, value.end)
        return after is not None and _ASKS_CHECK.search(self.folded) is None

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """All numeric data: without question numbers, years and the student's own result."""
        return tuple(
            value
            for value in self._all_values
            if value.start not in self._references and value is not self.claim
        )

    @cached_property
    def arrays(self) -> tuple[Value, ...]:
        """The values with more than one number (or in square brackets), dimensions left out."""
        return tuple(
            value
            for value in self.values
            if not value.dimensions
            and (value.size > 1 or (value.bracketed and value.text[0] == "["))
        )

    @cached_property
    def scalars(self) -> tuple[Value, ...]:
        return tuple(
            value
            for value in self.values
            if value.is_scalar and not value.ordinal and not value.dimensions
        )

    @cached_property
    def _references(self) -> frozenset[int]:
        spans = [
            match.span()
            for pattern in (_REFERENCE, _YEAR, _ENUMERATION, _ROUNDING)
            for match in pattern.finditer(self.folded)
        ]
        return frozenset(
            value.start
            for value in self._all_values
            if value.size == 1 and any(a <= value.start and value.end <= b + 1 for a, b in spans)
        )

    # ------------------------------------------------------------ named values

    def find(self, *names: str, before: bool = False) -> Found | None:
        """The value that follows one of `names` ("beta1 = 0,9", "d_k: 64", "stride 2").

        With `before`, also the value that stands right before a name ("3 passos").
        Earlier names have precedence.
        """
        for name in names:
            for match in name_pattern(name).finditer(self.folded):
                value = self._value_after(match.end(), symbol=len(name) < 3)
                if value is not None:
                    return Found(value, name, match.start())
            if before:
                for match in name_pattern(name).finditer(self.folded):
                    value = self._value_before(match.start())
                    if value is not None:
                        return Found(value, name, match.start())
        return None

    def scalar(self, *names: str, what: str = "") -> float | None:
        found = self.find(*names)
        if found is not None:
            return found.value.scalar(what or names[0])[0]
        for name in names:  # "temperatura zero"
            for match in name_pattern(name).finditer(self.folded):
                spelled = self._word_after(match.end())
                if spelled is not None:
                    return float(spelled)
        return None

    def count(self, *names: str, what: str = "", low: int = 1, high: int = 10**12) -> int | None:
        """A whole number by a name, before or after it, in digits or in words ("três passos")."""
        found = self.find(*names, before=True)
        if found is not None and found.value.size == 1 and not found.value.percent:
            return found.value.count(what or names[0], low, high)
        for name in names:
            for match in name_pattern(name).finditer(self.folded):
                number = self._word_by(match.start(), match.end())
                if number is not None and low <= number <= high:
                    return number
        return None

    def find_vector(
        self, *names: str, size: int | None = None, what: str = ""
    ) -> tuple[list[float], str] | None:
        """The vector after a name, with the assumption that reading it took."""
        found = self.find(*names)
        if found is None or found.value.is_scalar:
            return None
        return found.value.vector(what or names[0], size)

    def find_matrix(self, *names: str, what: str = "") -> tuple[list[list[float]], str] | None:
        """The matrix after a name; a vector is one row."""
        found = self.find(*names)
        if found is None or found.value.is_scalar:
            return None
        return found.value.matrix(what or names[0])

    def _value_after(self, position: int, symbol: bool = False) -> Value | None:
        for value in self.values:
            if value.start >= position:
                if value.start - position > _GAP_LIMIT:
                    return None
                gap = _CODE.sub("", _CHAIN.sub("", self.folded[position : value.start]))
                gap = _OF_TOKEN.sub(" ", gap)
                if symbol and _OTHER_SYMBOL.search(gap.replace("igual a", "=")):
                    return None  # "A·V A = [[1, 0]]": the matrix is not V's
                return value if is_connector(gap) else None
        return None

    def _value_before(self, position: int) -> Value | None:
        for value in reversed(self.values):
            if value.end <= position:
                gap = self.folded[value.end : position]
                return value if gap.strip() in ("", "de", "x") and len(gap) < 6 else None
        return None

    def _word_by(self, start: int, end: int) -> int | None:
        before = _WORD.findall(self.folded[max(0, start - 20) : start])
        if before and word_number(before[-1]) is not None:
            return word_number(before[-1])
        return self._word_after(end)

    def _word_after(self, end: int) -> int | None:
        gap: list[str] = []
        for token in _TOKEN.findall(self.folded[end : end + 30]):
            number = word_number(token)
            if number is not None and token not in ("um", "uma"):
                return number
            if token not in _CONNECTORS:
                return None
            gap.append(token)
        return None

    # ------------------------------------------------------------ lists of names

    @cached_property
    def name_lists(self) -> tuple[Names, ...]:
        """The bracketed lists of words, e.g. [ford, volks, gm] or ("positivo", "neutro")."""
        found: list[Names] = []
        for match in re.finditer(r"[\[({]([^\[\](){}]{1,4000})[\])}]", self.text):
            if _CALL.search(self.text[max(0, match.start() - 40) : match.start() + 1]):
                continue  # H(p, q) and F.cross_entropy(logits, y) are no lists of names
            names = _name_items(match.group(1), match.start() + 1)
            if names and (len(names) > 1 or match.group().startswith("[")):
                found.append(Names(names, match.start(), match.end()))
        return tuple(found)

    def names_after(self, *names: str) -> Names | None:
        """The list of words that follows a name: "as classes ford, volks e gm"."""
        for name in names:
            for match in name_pattern(name).finditer(self.folded):
                for listed in self.name_lists:
                    gap = self.folded[match.end() : max(match.end(), listed.start)]
                    if listed.start >= match.end() and is_connector(gap):
                        return listed
                found = _prose_list(self.text, self.folded, match.end())
                if found is not None:
                    return found
        return None

    @cached_property
    def pairs(self) -> tuple[tuple[str, Value], ...]:
        """Words each with its own number: "ford=10, volks: 5", {'ford': 10}, "ford 10, gm 3"."""
        pattern = re.compile(r"""([^\W\d][\w\-]*)["'*]{0,2}\s*(?::|=|->|\s)\s*$""")
        found: list[tuple[str, Value]] = []
        for value in self.values:
            if value.size != 1 or value.ordinal:
                continue
            begin = max(0, value.start - 60)
            match = pattern.search(self.text[begin : value.start])
            if match:
                found.append((match.group(1), value))
        return tuple(found)

    @cached_property
    def unreadable(self) -> str:
        """What is wrong with a list such as [2, abc, 1] or [] ("" where nothing is)."""
        if re.search(r"\[\s*\]", self.text):
            return "A lista `[]` está vazia. "
        gap = _EMPTY_ITEM.search(self.text)
        if gap is not None:
            return f"Na lista `{gap.group()}` falta um número entre dois separadores. "
        unset = _UNSET.search(self.text)
        if unset is not None and _SET.search(self.text):
            return f"Falta o valor de `{unset.group(1)}`. "
        if _UNKNOWN_ITEM.search(self.text):
            return "Falta um número no lugar de “?”. "
        for match in _ANY_LIST.finditer(self.text):
            items = [item.strip() for item in re.split(r"[,;]", match.group(1)) if item.strip()]
            numeric = [item for item in items if _NUMBER.fullmatch(item)]
            if numeric and len(numeric) == len(items) - 1:
                strange = next(item for item in items if item not in numeric)
                if len(items) == 2 and (len(strange) < 2 or not strange[0].isalpha()):
                    continue  # an interval [0, k]
                if re.fullmatch(r"[^\W\d_]\w{0,19}|\?+|", strange):
                    return (
                        f"Na lista `[{match.group(1).strip()}]` o item `{strange}` não é um "
                        "número. "
                    )
        return ""

    @cached_property
    def negative_count(self) -> str:
        """A quantity of things that is written negative: "-8 filtros" ("" where none is)."""
        match = _NEGATIVE_COUNT.search(self.folded)
        return match.group(1) if match else ""

    @cached_property
    def bare(self) -> str:
        """The message without punctuation at its ends: a one-word reply such as "honda"."""
        return self.folded.strip(" \t\n.,;:!?()[]'\"")


def name_pattern(name: str) -> re.Pattern[str]:
    """Whole words of a folded name; beta1 also matches beta_1, beta 1 and beta^1."""
    cached = _NAME_PATTERNS.get(name)
    if cached is None:
        pieces = [re.escape(piece) for piece in re.split(r"[\s_]+", name)]
        body = r"[\s_\-]{1,3}".join(pieces)
        body = re.sub(r"(?<=[a-z])(?=\d)", r"[\\s_^{]{0,2}", body)
        cached = re.compile(rf"(?<![\w]){body}(?![a-z\d]|_[a-z])")
        _NAME_PATTERNS[name] = cached
    return cached


_EMPTY_ITEM = re.compile(r"[\[(]\s*-?\d[-\d\s.,;]{0,80}?[;,]\s*[;,][-\d\s.,;]{0,80}[\])]")
_UNSET = re.compile(r"([^\W\d_]\w{0,20})[ ]?[=:][ ]?(?=[,;])")
_SET = re.compile(r"[^\W\d_]\w{0,20}[ ]?[=:][ ]?-?\d")
_UNKNOWN_ITEM = re.compile(
    r"\d[ ]?[,;/][ ](?:--+|_{2,})[ ]?[,;/][ ]?-?\d|"
    r"\d[ ]?[,;][ ]?\?+[ ]?[,;][ ]?-?\d|\d[ ]?[,;][ ]?-?\d[\d.,]*[ ]?[,;][ ]?\?+(?=[ \])])"
)
_NEGATIVE_COUNT = re.compile(
    r"(?:^|[a-z=:(] )(-\d{1,9} (?:filtros|canais|neuronios|unidades|camadas|cabecas|heads|"
    r"tokens|folds|exemplos|amostras|imagens|merges|fusoes|classes|epocas|passos|iteracoes|"
    r"palavras|grupos|"
    r"entradas|saidas|dimensoes))\b"
)
_ANY_LIST = re.compile(r"\[([^\[\](){}\n]{3,200})\]")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|\.\d+)(?:[eE][-+]?\d+)?%?")
_NAME_PATTERNS: dict[str, re.Pattern[str]] = {}


def is_connector(gap: str) -> bool:
    """May this (folded) text stand between a name and its value?"""
    if len(gap) > _GAP_LIMIT:
        return False
    return all(t in _CONNECTORS for t in _TOKEN.findall(_CODE.sub("", gap)))


def same_word(one: str, other: str) -> bool:
    """Equal but for case, accents and gender or number ("positiva", "Positivo")."""
    a, b = fold(one).strip(), fold(other).strip()
    if a == b:
        return True
    return len(a) > 3 and len(b) > 3 and _stem(a) == _stem(b)


def _stem(word: str) -> str:
    word = word.removesuffix("s")
    return word[:-1] if word[-1:] in "aoe" else word


def index_of(word: str, items: Sequence[str]) -> int | None:
    """Position of a name in a list, exact spelling first, or None."""
    for test in (lambda a, b: a == b, lambda a, b: fold(a) == fold(b), same_word):
        for index, item in enumerate(items):
            if test(word, item):
                return index
    return None


_TIGHT_PAIR = re.compile(r"\(-?\d{1,3},-?\d{1,3}\)")


def _alike(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """ "v1=(1,0), v2=(0,1)": where one such pair can only be a vector, (0,1) is no decimal."""
    pairs = [value for value in values if _TIGHT_PAIR.fullmatch(value.text)]
    if not any(value.readings[0].shape == (2,) for value in pairs):
        return values
    return tuple(
        replace(value, readings=tuple(sorted(value.readings, key=lambda r: r.shape != (2,))))
        if value in pairs
        else value
        for value in values
    )


_CALL = re.compile(r"(?:(?<!\w)[A-Za-z]|(?<!\w)[A-Za-z]\w{0,15}[._]\w{1,20})\($")
_IN_ORDER = re.compile(r"^\s*(?:(?:n(?:a|essa|esta) )?ordem(?: e)?|em ordem)\s+", re.IGNORECASE)
_COUNT_OF = re.compile(r"\d+(?: \w+)?")
_COUNTED_NAME = re.compile(r"[^\d\s][^\d]* [-+]?\d+")
_STRIP = " \t\n*_\"'`."
_ITEM = re.compile(r"[^\W_][\w\-#\[\]./+ ]{0,40}")


def _name_items(content: str, _start: int) -> tuple[str, ...]:
    if ":" in content or "=" in content:
        return ()
    parts = re.split(r"[,;|\n]", _IN_ORDER.sub("", content))
    items = [part.strip(_STRIP) for part in parts if part.strip(_STRIP)]
    if not items or any(not _ITEM.fullmatch(item) for item in items):
        return ()
    if all(re.fullmatch(r"[-+\d.,eE/%\s]+|inf|-inf|nan", item) for item in items):
        return ()
    if any(item.isdigit() for item in items) and any(_COUNTED_NAME.fullmatch(i) for i in items):
        return ()  # "gato 1,4; peixe 2,2": names with their numbers
    if any(len(item.split()) > 4 for item in items) or all(map(_COUNT_OF.fullmatch, items)):
        return ()  # prose, or "(2,0 pontos)"
    return tuple(items)


_NO_NAME = frozenset("classe rotulo alvo target label gabarito".split())
_PROSE_ITEM = re.compile(r"[\s*'\"]*([^\W\d_][\w\-]*)[*'\"]*")
_PROSE_SEPARATOR = re.compile(r"\s*,\s*(?:(?:e|ou)\s+)?|\s+(?:e|ou)\s+|\s*;\s*")
_PROSE_END = re.compile(r"\s*(?:[.;:!?\n)(\[=]|$)|\s+-\s")
_PROSE_LEAD = re.compile(r"\s*(?:(?:sao|possiveis|como|=|:|as|os|das|dos|de|da|do)(?!\w)\s*)*")


def _prose_list(text: str, folded: str, start: int) -> Names | None:
    """ "(as classes) positivo, neutro e negativo" -> three names; "e" closes the list."""
    lead = _PROSE_LEAD.match(folded, start)
    begin = position = lead.end() if lead else start
    items: list[str] = []
    last = False  # did "e" or "ou" announce the last item?
    while len(items) < 200:
        item = _PROSE_ITEM.match(text, position)
        if item is None:
            break
        separator = _PROSE_SEPARATOR.match(text, item.end())  # é is no "e"
        if separator is None and not last and not _PROSE_END.match(folded, item.end()):
            break  # ", exemplo positivo" is no item any more
        if fold(item.group(1)) in _NO_NAME:
            break  # "…, honda e classe certa bmw"
        items.append(item.group(1))
        position = item.end()
        if separator is None or last:
            break
        last = re.search(r"\b(?:e|ou)\b", separator.group()) is not None
        position = separator.end()
    if len(items) < 2:
        return None
    return Names(tuple(items), begin, position, bracketed=False)
