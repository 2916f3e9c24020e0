"""WordPiece with a given vocabulary: the longest piece that fits, from left to right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.fields import Statement
from tutor.solver.format import listing, tokens
from tutor.solver.inputs import Inputs, assumptions, strings
from tutor.solver.pieces import vocabulary_run
from tutor.solver.registry import Family
from tutor.solver.segmentation import (
    BPE,
    ORDER,
    ROOTS,
    WORDPIECE,
)
from tutor.solver.text import fold
from tutor.solver.token_asks import claimed_tokens, note_asks, on_claim, result_line, value_of
from tutor.solver.token_words import (
    SHORT_STOP,
    accent_rule,
    accents_count,
    bare_words,
    normal_case,
    opened_words,
    read_sentence,
    read_words,
)

_KIND = "wordpiece"
_PIECE = r"(?:\[UNK\]|\[CLS\]|\[SEP\]|\[MASK\]|\[PAD\]|#{0,2}[^\s,;\[\](){}\"'#:.!?]{1,60})"
_VOCABULARY_CUE = re.compile(r"\b(?:vocabularios?|vocab|vocabulary|dicionario)\b")


def wordpiece(
    word: str, vocabulary: Sequence[str]
) -> tuple[list[str], list[tuple[str, list[str], str | None]]]:
    """The tokens, and for each position the rest, what was tried and what was found."""
    known = set(vocabulary)
    found: list[str] = []
    trace: list[tuple[str, list[str], str | None]] = []
    start = 0
    while start < len(word):
        prefix = "##" if start else ""
        tried: list[str] = []
        match = None
        for end in range(len(word), start, -1):
            piece = prefix + word[start:end]
            if piece in known:
                match = piece
                start = end
                break
            tried.append(piece)
        trace.append(
            (
                prefix + word[start if match is None else start - len(match) + len(prefix) :],
                tried,
                match,
            )
        )
        if match is None:
            return ["[UNK]"], trace
        found.append(match)
    return found, trace


_EMPTY = re.compile(
    r"\b(?:vocabularios?|vocab|vocabulary)(?:\s+\w{1,10})?\s*[=:]?\s*[\[({]\s*[\])}]"
)


def _match(statement: Statement) -> float:
    named = statement.has(WORDPIECE)
    vocabulary, spans = read_vocabulary(statement) if named or "##" in statement.text else ([], [])
    if any(re.match(r"##\w", piece) for piece in vocabulary):
        if len(vocabulary) > 1 and _wordpiece_words(statement, vocabulary, spans):
            return 0.96
        if len(vocabulary) > 2 and not statement.asks_concept:
            return 0.96 if named or statement.has(ORDER) else 0.0
    if not named or statement.has(BPE):
        return 0.0
    bare = re.match(r"\W*word ?piece (?:de|em|d[ao]|para) [\"']", statement.folded)
    asks = statement.has(ORDER, "palavras?") or (
        re.search(r"[\"'][^\W\d_]{2,40}[\"']", statement.text) and statement.has(_ASKS)
    )
    if statement.asks_concept or not (bare or asks):
        return 0.0
    return 0.5


_ASKS = (
    r"qua(?:l|is) (?:e |sao |seria |foi )?(?:a |o |as |os )?(?:saida|resultado|tokens|segmentacao|"
    r"divisao|pedacos)|(?:como|o que) (?:o |a )?word ?piece \w+|quant[oa]s tokens"
)
_MANY_ENTRIES = re.compile(
    r"\b(?:\d{1,3} mil|\d{2,3}[. ]?\d{3}|milhares de)\s+(?:de )?(?:entradas|tokens|pecas|"
    r"pedacos|palavras)"
)
_SAMPLE = re.compile(
    r"\b(?:entre (?:el[ea]s|as quais|os quais)|por exemplo|etc|inclusive|dentre)\b"
)


def _is_sample(statement: Statement, vocabulary: Sequence[str]) -> bool:
    """Are these only some of the pieces: "30 mil entradas, entre elas …"?"""
    many = _MANY_ENTRIES.search(statement.folded) and len(vocabulary) < 100
    return bool(many and (len(vocabulary) < 3 or _SAMPLE.search(statement.folded)))


def read_vocabulary(statement: Statement) -> tuple[list[str], list[tuple[int, int]]]:
    """The vocabulary's pieces and where they stand: around the pieces that begin with ##."""
    text, folded = statement.text, statement.folded
    if "##" not in text and not _VOCABULARY_CUE.search(folded):
        return [], []
    if not re.search(r"##\w", text):
        pieces, spans = _by_role(statement)
        if pieces:
            return pieces, spans
    candidates: list[tuple[list[str], tuple[int, int]]] = []
    for match in re.finditer(r"[\[({]((?:[^\[\](){}]|\[[A-Z]{3,4}\]){1,8000})[\])}]", text):
        pieces = _pieces(match.group(1))
        if re.fullmatch(r"UNK|CLS|SEP|MASK|PAD", match.group(1)):
            continue
        if "##" in text and "##" not in match.group(1):
            continue  # "(WordPiece)", beside a list in prose
        if "##" in match.group(1) and not re.search(r"[,;\n]", match.group(1)):
            continue  # "(sobra computa fa ##c)": prose
        if pieces and ("##" in match.group(1) or _cued(folded, match.start())):
            candidates.append((pieces, match.span()))
    outside = [each for each in candidates if not _is_claim(text, *each)]
    if outside or (candidates and text.count("##") == sum(p.count("##") for p in candidates[0][0])):
        candidates = outside or candidates
        pieces, span = max(candidates, key=lambda each: len(each[0]))
        return pieces, [span]
    return _vocabulary_run(statement)


_ROLES = {
    "": r"comeco|inicio|inicia(?:l|is)|raiz|raizes|sem ##|sem o ##",
    "##": r"continuacao|continuam|meio|intern[oa]s|com ##|com o ##|sufixos?|que comecam com ##",
}
_ITEM = r"""["']?([^\W\d_]{1,30})["']?"""
_ITEMS = re.compile(rf"""{_ITEM}(?:(?:\s*[,;]\s*(?:e\s+)?|\s+e\s+){_ITEM})*""")


def _by_role(statement: Statement) -> tuple[list[str], list[tuple[int, int]]]:
    """ "peças de começo "ven" e "vend", de continuação (com ##) "edor" e "as"": told apart"""
    """in words."""
    text, folded = statement.text, statement.folded
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for prefix, names in _ROLES.items():
        cue = re.search(rf"\b(?:{names})(?!\w)(?: (?:de|da) palavra)?", folded)
        if cue is None:
            return [], []
        lead = re.compile(r"(?:\s|\([^)]*\)|:|=|\bsao\b|\bdas?\b|\bde\b|\bpalavras?\b)*").match(
            folded, cue.end()
        )
        listed = _ITEMS.match(text, lead.end() if lead else cue.end())
        if listed is None:
            return [], []
        quoted = re.findall(r"""["']([^"']{1,30})["']""", listed.group())
        items = quoted or re.split(r"\s*[,;]\s*(?:e\s+)?|\s+e\s+", listed.group())
        found += [prefix + item for item in items]
        spans.append((cue.start(), listed.end()))
    return found, spans


def _is_claim(text: str, pieces: Sequence[str], span: tuple[int, int]) -> bool:
    """Do the pieces spell a word of the text, while other pieces stand elsewhere?"""
    spelled = "".join(piece.removeprefix("##") for piece in pieces)
    rest = text[: span[0]] + text[span[1] :]
    return "##" in rest and re.search(rf"(?<!\w){re.escape(spelled)}(?!\w)", rest) is not None


def _cued(folded: str, position: int) -> bool:
    return _VOCABULARY_CUE.search(folded[max(0, position - 40) : position]) is not None


def _pieces(content: str) -> list[str]:
    parts = [part.strip(" \t\n\"'*`") for part in re.split(r"[,;\n]|\s(?=\S)", content)]
    found = [part.split(":")[0].strip("\"' ") for part in parts if part]
    return [each for each in found if each and re.fullmatch(_PIECE, each)]


def _vocabulary_run(statement: Statement) -> tuple[list[str], list[tuple[int, int]]]:
    """Pieces one a line, or a run of pieces between commas or spaces after "vocabulário:"."""
    text, folded = statement.text, statement.folded
    lines = text.split("\n")
    position = 0
    found: list[str] = []
    spans: list[tuple[int, int]] = []
    for line in lines:
        bare = line.strip(" \t-*•,;\"'`")
        bare = re.sub(r"^\d{1,4}\s*[.):\-]?\s+", "", bare)
        if re.fullmatch(r"(?:as )?(?:palavras?|words?)\b.*[:=]", fold(line.strip())):
            break  # the words to tokenize follow, one a line
        if bare and re.fullmatch(_PIECE, bare):
            found.append(bare)
            spans.append((position, position + len(line)))
        position += len(line) + 1
    if len(found) > 1 and any(piece.startswith("##") for piece in found):
        return found, spans
    if "##" in text:
        return vocabulary_run(statement)
    cue = _VOCABULARY_CUE.search(folded)
    if cue is None:
        return [], []
    begin = cue.end()
    lead = re.compile(r"\s*(?:abaixo|a seguir|seguinte|e|=|:|com|dado|d[oe] |wordpiece|\s)*").match(
        folded, begin
    )
    begin = lead.end() if lead else begin
    run = re.compile(
        rf"[\s\"']*{_PIECE}[\"']*(?:(?:\s*[,;]\s*(?:e\s+)?|\s+e\s+|\s+)[\"']*{_PIECE}[\"']*)*"
    )
    match = run.match(text, begin)
    if match is None:
        return [], []
    return _trimmed_run(text, match.start(), match.end())


def _trimmed_run(text: str, start: int, end: int) -> tuple[list[str], list[tuple[int, int]]]:
    """A run such as "fa, ##c, ##a e ##o tokenize facom" ends at its last piece or comma."""
    found: list[str] = []
    position = start
    last = start
    pattern = re.compile(
        rf"[\s\"']*(?P<piece>{_PIECE})[\"']*(?P<gap>\s*[,;]\s*(?:e\s+)?|\s+e\s+|\s+|$)"
    )
    while position < end:
        match = pattern.match(text, position)
        if match is None:
            tail = re.compile(rf"[\s\"']*({_PIECE})").match(text, position)
            if tail:
                found.append(tail.group(1))
                last = tail.end()
            break
        piece = match["piece"]
        if fold(piece) in SHORT_STOP | {"tokenize", "tokens"} or re.fullmatch(ORDER, fold(piece)):
            break
        found.append(piece)
        last = match.end("piece")
        position = match.end()
        if match["gap"].strip() == "" and match["gap"] and text[position : position + 2] != "##":
            upcoming = re.compile(_PIECE).match(text, position)
            if upcoming and "##" not in text[position:end]:
                break
    return found, [(start, last)]


def _wordpiece_words(
    statement: Statement, vocabulary: Sequence[str], spans: Sequence[tuple[int, int]]
) -> list[str]:
    """The words to tokenize; a piece of the vocabulary is none where another word stands."""
    words = [word for word in read_words(statement, spans) if not word.startswith("##")]
    openings = [piece for piece in vocabulary if not piece.startswith("##")]
    rest = [word for word in words if word not in vocabulary]
    if not any(fold(word).startswith(fold(piece)) for word in rest for piece in openings):
        rest = opened_words(statement, openings, spans) or rest
        return rest or words
    return words


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    vocabulary, spans = read_vocabulary(statement)
    if not vocabulary and _EMPTY.search(statement.folded):
        raise SolverError(
            "O vocabulário está vazio. Escreva os pedaços, por exemplo, [fa, computa, ##c, ##o]."
        )
    if _is_sample(statement, vocabulary):
        vocabulary = []
    if vocabulary:
        known = strings(inputs.get("vocabulary"))
        if known and statement.has(r"adicion\w+", r"acrescent\w+", r"inclu\w+", "tambem"):
            vocabulary = known + [piece for piece in vocabulary if piece not in known]
        inputs["vocabulary"] = list(dict.fromkeys(vocabulary))
    sentence = read_sentence(statement, spans)
    words = sentence or _wordpiece_words(statement, vocabulary, spans)
    claimed = claimed_tokens(statement, words, spans)
    if previous is not None and not words:
        words = bare_words(statement, not strings(previous.get("words")))
    if words:
        inputs["words"] = list(dict.fromkeys(words))
        for key in ("sentence", "claimed_tokens"):
            inputs.pop(key, None)
    if sentence:
        inputs["sentence"] = list(sentence)
    if claimed:
        inputs["claimed_tokens"] = list(claimed)
    accent_rule(statement, inputs)
    note_asks(statement, inputs)
    if previous is not None and inputs == before:
        return None
    if not strings(inputs.get("vocabulary")):
        raise MissingData(
            "Falta o vocabulário do WordPiece. Escreva-o, por exemplo, [fa, computa, ##c, ##o].",
            Problem(_KIND, inputs),
        )
    only = statement.has(r"apenas|so|somente|unic[oa]s")
    if not only and all(piece.startswith("##") for piece in strings(inputs["vocabulary"])):
        raise MissingData(
            "No vocabulário que li só há pedaços de meio de palavra (com ##). Quais são os pedaços "
            "iniciais? Escreva a lista inteira, por exemplo, [fa, computa, ##c, ##o].",
            Problem(_KIND, {k: v for k, v in inputs.items() if k != "vocabulary"}),
        )
    if not strings(inputs.get("words")):
        raise MissingData(
            "Qual palavra devo tokenizar com esse vocabulário? Escreva-a entre aspas.",
            Problem(_KIND, inputs),
        )
    return inputs


def _solve(inputs: Inputs) -> Solution:
    data = dict(inputs)
    vocabulary = strings(inputs["vocabulary"])
    words = normal_case(strings(inputs["words"]), vocabulary, data)
    if "sentence" in data:
        data["sentence"] = list(normal_case(strings(data["sentence"]), vocabulary, data))
    strict = accents_count(words, data)
    results: dict[str, list[str]] = {}
    steps = [
        Step(
            "Regra",
            "Da esquerda para a direita, pega-se o maior pedaço que está no vocabulário; no meio "
            "da palavra os pedaços levam `##`. Se nada serve, a palavra toda vira `[UNK]`.",
        )
    ]
    checks: list[Check] = []
    notes = list(assumptions(data))
    for word in words:
        final, trace = wordpiece(word, vocabulary)
        used = word
        if (
            final == ["[UNK]"]
            and not strict
            and all(piece == fold(piece) for piece in vocabulary if piece != "[UNK]")
        ):
            plain_final, plain_trace = wordpiece(fold(word), vocabulary)
            if plain_final != ["[UNK]"]:
                notes.append(
                    f"O vocabulário não tem acentos; tirei os de “{word}”, como faz o BERT "
                    "uncased. Com os acentos ela seria `[UNK]`."
                )
                final, trace, used = plain_final, plain_trace, fold(word)
        results[word] = final
        for number, (rest, tried, match) in enumerate(trace, 1):
            steps.append(Step(f"“{word}”: posição {number}", _wordpiece_step(rest, tried, match)))
        if final == ["[UNK]"]:
            steps.append(
                Step(
                    f"“{word}”: fim",
                    "Um pedaço ficou sem correspondência: a palavra inteira é `[UNK]`.",
                )
            )
            checks.append(
                Check(
                    f"“{word}” não pode ser formada por esta regra",
                    True,
                    "a busca gulosa parou sem pedaço",
                )
            )
            continue
        rejoined = final[0] + "".join(piece.removeprefix("##") for piece in final[1:])
        checks.append(
            Check(
                f"Os tokens de “{word}” formam a palavra",
                rejoined == used,
                "+".join(final) + f" = {rejoined}",
            )
        )
        known = set(vocabulary)
        checks.append(
            Check(
                "Todos estão no vocabulário",
                all(p in known for p in final),
                listing([f"`{p}`" for p in final]),
            )
        )
    return Solution(
        problem=Problem(_KIND, data),
        title="Tokenização WordPiece",
        result=result_line(results, data),
        value=value_of(results, data),
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=on_claim(strings(inputs.get("claimed_tokens")), results),
        example_id="17",
    )


def _wordpiece_step(rest: str, tried: Sequence[str], match: str | None) -> str:
    shown = list(tried) if len(tried) <= 12 else [*tried[:6], "…", *tried[-5:]]
    failed = f"não estão no vocabulário: {tokens(shown)}. " if tried else ""
    if match is None:
        return f"Resta `{rest}`; {failed}Nenhum pedaço serve."
    return f"Resta `{rest}`; {failed}Maior pedaço encontrado: `{match}`."


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    word = random.choice(ROOTS)
    cut = random.randint(2, len(word) - 2)
    letters = sorted(set(word[cut:]))
    vocabulary = [word[:cut], *(f"##{letter}" for letter in letters)]
    if len(word) - cut > 3 and random.random() < 0.6:
        vocabulary.append(f"##{word[cut : cut + 2]}")
    if random.random() < 0.2:
        vocabulary.remove(f"##{letters[-1]}")
    random.shuffle(vocabulary)
    statement = (
        f'Com o WordPiece e o vocabulário [{", ".join(vocabulary)}], tokenize a palavra "{word}".'
    )
    return statement, {"vocabulary": list(vocabulary), "words": [word]}


WORDPIECE_FAMILY = Family(
    _KIND, "Tokenização WordPiece", "tokenizacao", "17", _match, _parse, _solve, _exercise
)
