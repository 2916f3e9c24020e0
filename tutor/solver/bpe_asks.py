"""What is asked of a BPE training: the merges, one of them, counts, the vocabulary, tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.records import Json
from tutor.solver.fields import Statement
from tutor.solver.merges import Pair
from tutor.solver.numbers import word_number
from tutor.solver.text import fold
from tutor.solver.token_words import STOP

_MERGE = (
    r"(?:merges?|fus(?:ao|oes)|par(?:es)?|mescla(?:gem)?s?|jun(?:cao|coes)|regras?|uni(?:ao|oes))"
)
_ORDINAL = (
    r"(primeir|segund|terceir|quart|quint|sext|setim|oitav|non|decim)[oa]|(\d{1,3})\s?[º°ªoa]"
)
_NTH = re.compile(
    rf"\b(?:qual (?:e |seria |foi |sera )?)?(?:[oa] )?(?:{_ORDINAL})\b(?: e ultim[oa])? "
    rf"(?:{_MERGE}|passo|iteracao|rodada)\b"
)
_LAST = re.compile(rf"\bultim[oa] {_MERGE}\b")
_HOW_OFTEN = re.compile(
    r"\bquantas vezes|\bquantas ocorrencias|\bcom (?:que|qual) (?:frequencia|contagem)|"
    r"\b(?:qua(?:l|is) (?:e |sao |foi |era |seria )?(?:as? )?|e (?:as? |suas? |respectivas? )|"
    r"junto com (?:as? |suas? ))(?:su[ao]s? |respectivas? )?(?:contagem|contagens|frequencias?)\b"
    r"(?! d(?:as|e cada) palavras?)"
)
_WHICH = re.compile(
    rf"\b(?:qua(?:l|is)|que|liste|mostre|diga|escreva|informe)\b[^.;?]{{0,40}}?{_MERGE}\b"
)
_PAIR = re.compile(
    r"""\bpar(?:es)? (?:de simbolos )?[("'\[]*([^\s"'(),+\[\]]{1,20})["']?\s*(?:[,+]\s*|\s+e\s+)"""
    r"""["']?([^\s"'(),+\[\]?.]{1,20})["')\]]*|"""
    r"""[(\[]\s*["']?([^\s"'(),+\[\]]{1,20})["']?\s*,\s*["']?([^\s"'(),+\[\]]{1,20})["']?\s*[)\]]"""
)
_AFTER = re.compile(r"\b(?:depois|apos|uma vez|com) (?:de |d[oa]s? |que )?[^.;?]{0,40}$")
_JOINED = re.compile(
    r"\b(?:fund\w+|junt\w+|mescl\w+|aplic\w+|merge|fusao|unir|une)"
    r"(?: (?:de|d?[oa]s?|par|merge|fusao|simbolos|primeiro|e|tambem))*\s*$"
)
_AT_FIRST = (
    r"inicial\w*|antes de qualquer|antes d[oae]s? (?:primeir\w+|merges?|fus\w+|"
    r"trein\w+)|no (?:comeco|inicio)|de inicio"
)
_STATE = re.compile(
    r"\bcomo (?:e que )?(?:fica|ficam|ficaria|ficariam|esta|estao|e|sao|seria)\b(?: \w+)?"
    r" (?:cada|as|a|o|os|todas|segmentad\w+|representad\w+|escrit\w+|dividid\w+|tokenizad\w+)\b|"
    r"\bsegmentac(?:ao|oes)\b|\bestado (?:final )?do corpus|\brepresentac(?:ao|oes)\b|"
    r"\bcorpus (?:segmentado|tokenizado|resultante|final)\b|\bquais (?:sao )?os tokens de\b|"
    r"\bcomo (?:cada|as|a|o|os) palavras?\b|\b(?:tokenize|segmente|divida|quebre|separe)\b"
)
_VOCABULARY = re.compile(
    r"\b(?:qual|liste|mostre|escreva|de|monte|quais|diga|obtenha|"
    r"apresente)\b[^.;?]{0,40}\bvocabulario\b"
    r"|\bvocabulario (?:final|resultante|aprendido)\b"
)
_TIED = re.compile(r"\b(?:quais|que|quant[oa]s) (?:\w+ ){0,2}?pares (?:\w+ ){0,2}?empat\w+")
_ALL_PAIRS = re.compile(
    r"\b(?:contagens?|frequencias?|tabela)\b[^.;?]{0,20}"
    r"\b(?:de (?:todos os|cada)|dos|de) par(?:es)?\b(?! mais)|"
    r"\bquantas vezes (?:aparece )?cada par\b(?! (?:foi|e) escolhid)"
)
_LAST_TOKEN = re.compile(
    r"\b(?:qual|que) (?:e )?o? ?(?:simbolo|token) (?:\w+ ){0,2}?(?:criad|gerad|formad|"
    r"aprendid)o por ultimo|"
    r"\bultimo (?:simbolo|token) (?:criad|gerad|formad|aprendid|nov)o"
)
_UNTIL_WHOLE = re.compile(
    rf"\bquant[oa]s {_MERGE}\b[^.;?]{{0,50}}?[\"']?([^\W\d_][\w-]+)[\"']? "
    r"(?:vire|virar|seja|ser|torne|tornar|fique|ficar)(?:-se)?(?: em)? (?:um unico|um so|"
    r"apenas um|1) (?:token|simbolo)"
)
_NEW_TOKENS = re.compile(
    r"\b(?:tokens?|simbolos?|pecas?) nov[oa]s\b|\bnov[oa]s (?:tokens|simbolos|pecas)\b|"
    r"\b(?:tokens|simbolos) (?:sao |foram )?(?:criad|adicionad|acrescentad|gerad)[oa]s"
)
_SIZE = re.compile(
    r"\b(?:tamanho|cardinalidade) (?:final )?d[oe] vocabulario|"
    r"\bquant[oa]s (?:\w+ ){1,2}(?:tem|ha no|"
    r"fica no|"
    r"ficam no|no|possui)(?: o)? vocabulario|\bvocabulario (?:\w+ )?(?:tem|fica com|"
    r"passa a ter) quant[oa]s"
)
_TOTAL = re.compile(
    r"\bquant[oa]s (?:tokens|simbolos|pedacos)\b[^.;?]{0,30}\b(?:corpus|texto|total|todo)\b|"
    r"\b(?:corpus|texto)\b[^.;?]{0,30}\b(?:tem|fica com|ocupa) quant[oa]s (?:tokens|simbolos)"
)
_HOW_MANY = re.compile(r"\bquant[oa]s(?: e quais)? (?:tokens|pedacos|simbolos|subpalavras)\b")
_TOKENS_TOO = re.compile(r"\bquant[oa]s e quais\b|\bquais e quant[oa]s\b|\bquais\b")
_NEW_WORD = re.compile(
    r"\b(?:nova palavra|palavra (?:nova|desconhecida|inedita|nunca vista|fora do corpus)|palavra)"
    r"""\s*[:=]?\s*["']?([^\W\d_][\w\-]+)|"""
    r"""\b(?:tokeniz\w+|segment\w+|divid\w+|quebr\w+|separ\w+|como fica(?:ria)?|codifi\w+)\s+"""
    r"""(?:(?:a|o|com|para|palavra|nova)\s+)*["']?([^\W\d_][\w\-]+)"""
)


def ordinal_merge(statement: Statement) -> int | None:
    """Which single merge is asked for: "qual o terceiro merge?" -> 3."""
    found: int | None = None
    for match in _NTH.finditer(statement.folded):
        number = word_number(f"{match[1]}o") if match[1] else int(match[2])
        found = max(found or 0, number or 0) or None
    return found


def read_asks(statement: Statement, counts: Sequence[str], end: int) -> list[Json]:
    """The results wanted, as [name, …]; [] where they are the merges alone."""
    folded = statement.folded
    # "dê" asks, and "de" does not.
    asking = fold(re.sub(r"\bdê\b", "diga", statement.text, flags=re.IGNORECASE))
    asked: list[Json] = []
    if _TIED.search(folded):
        return [["tied", ordinal_merge(statement) or 1]]
    whole = _UNTIL_WHOLE.search(folded)
    if whole is not None:
        return [["until", statement.text[whole.start(1) : whole.end(1)]]]
    if _ALL_PAIRS.search(folded):
        return [["pairs", _merges_before(statement)]]
    for pair, after in _asked_pairs(statement):
        asked.append(["pair", list(pair), after])
    if asked:
        return asked
    words = _asked_words(statement, counts, end)
    new = [word for word in words if fold(word) not in [fold(each) for each in counts]]
    many = _HOW_MANY.search(folded) is not None
    if _TOTAL.search(folded) and not new:
        asked.append(["total"])
    elif new:
        both = many and _TOKENS_TOO.search(folded) is not None
        asked.append(["words", list(new), "both" if both else "count" if many else "tokens"])
    elif _STATE.search(folded):
        known = [word for word in words if word in counts]
        asked.append(["words", list(known or counts), "count" if many else "tokens"])
    known = [word for word in words if word in counts]
    if not asked and known and re.search(r"\btokens?\b|\bpedacos\b", folded):
        asked.append(["words", list(known), "tokens"])
    if asked and re.search(r"(?<!\w)\(?a\)|\(i\)", folded):
        asked.insert(0, ["merges"])  # "a) treine … b) tokenize …": both are asked
    if _LAST_TOKEN.search(folded):
        return [*asked, ["newest"]]
    if _NEW_TOKENS.search(folded):
        asked.append(["new"])
    if _SIZE.search(folded):
        asked.append(["size"])
    elif _VOCABULARY.search(folded) and ["new"] not in asked:
        asked.append(["vocabulary"])
    often = _HOW_OFTEN.search(folded)
    nth = ordinal_merge(statement)
    which = _WHICH.search(asking) is not None
    if often is not None and not asked:
        name = "frequencia" if "frequencia" in often[0] else "contagem"
        asked.append(["counted", which, name] if nth is None else ["nth", nth, name, which])
    elif (
        nth is not None and not asked and not re.search(rf"\bate (?:[oa] )?(?:{_ORDINAL})", folded)
    ):
        asked.append(["nth", nth, "", True])
    elif _LAST.search(folded) and not asked:
        asked.append(["nth", 0, "", True])
    elif asked and re.search(
        rf"\b(?:quais|liste|mostre|diga|escreva)(?: sao)?(?: [oa]s)?(?: \w+){{0,2}} {_MERGE}\b",
        asking,
    ):
        asked.insert(0, ["merges"])
    return asked


def _asked_pairs(statement: Statement) -> list[tuple[Pair, Json]]:
    """The pairs whose counts are asked, each with what is merged before: [] or how many."""
    folded, text = statement.folded, statement.text
    asks = re.search(r"contage[nm]s?|frequencias?|quantas (?:vezes|ocorrencias)|soma", folded)
    if asks is None:
        return []
    found: list[tuple[Pair, Json]] = []
    clause = 0
    for match in _PAIR.finditer(text):
        a, b = (group for group in match.groups() if group is not None)
        if (
            a.isdigit()
            or b.isdigit()
            or fold(a) in ("mais", "de")
            or fold(b) in STOP - {"a", "o", "e"}
        ):
            continue
        lead = folded[max(clause, match.start() - 45) : match.start()]
        pair = (a, b)
        if _JOINED.search(lead) and found:
            known = found[-1][1]  # "… do par (ar, t) depois de fundir (a, r)"
            merged = list(known) if isinstance(known, list) else []
            found[-1] = (found[-1][0], [*merged, list(pair)])
        elif _AFTER.search(lead) and _JOINED.search(lead):
            continue
        else:
            found.append((pair, []))
        clause = match.end()
    if found and len(found) == 1 and not found[0][1]:
        found[0] = (found[0][0], _merges_before(statement))
    return found


def _merges_before(statement: Statement) -> Json:
    if statement.has(_AT_FIRST):
        return []
    after = re.search(
        rf"\b(?:depois|apos) (?:de |d[oa]s? )?(?:(\d{{1,2}})|(\w+)) {_MERGE}", statement.folded
    )
    if after is None:
        return []
    number = int(after[1]) if after[1] else word_number(after[2])
    return number or []


def _asked_words(statement: Statement, counts: Sequence[str], end: int) -> list[str]:
    """The words whose tokens are asked: quoted after the corpus, or introduced as such."""
    rest = statement.text[end:]
    quoted = [m for m in re.findall(r"""["']([^\W\d_][\w\-]+)["']""", rest)]
    if not quoted:
        known = {fold(word) for word in counts}
        quoted = [
            rest[m.start(i) : m.end(i)]
            for m in _NEW_WORD.finditer(fold(rest))
            for i in (1, 2)
            if m[i] and (m[i] in known or m[i] not in _COMMON)
        ]
    return list(dict.fromkeys(word for word in quoted if len(word) > 1))


_COMMON = STOP | frozenset(
    """palavras corpus nova novas cada todas merges aprendidas aprendidos seguinte usando corpora
    final resultante divide quebra separada segmentada dividida merge treino tres duas quatro essas
    elas ela depois desse disso vocabulario dividir vira mais frequente frequentes tokens token
    caracteres em inicial iniciais original com que tem""".split()
)
