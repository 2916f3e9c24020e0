"""Masked language modelling: how many tokens are chosen, masked, replaced and kept."""

from __future__ import annotations

import re
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, forget, number, strings
from tutor.solver.quantities import only_number, quantity, with_conventions
from tutor.solver.registry import Family
from tutor.solver.sentences import sentence_of

_MASKING = "mlm_masking"

_MLM = (
    r"mlm|masked[ -](?:lm|language)\w*|mascarad\w+|mascara(?:r|mos|mento|s)?|masking|\[mask\]|"
    r"mask\w*|bert"
)
_MASK = r"\[?mask\]?"
_MASK_PARTS = {
    "mask": rf"(?:viram|viraram|sao|token|tokens|pel[oa]|por|com) {_MASK}|\[mask\]",
    "random": r"aleatori[oa]s?|random|outr[oa]s? (?:token|palavra)s?|ao acaso|sortead[oa]s?",
    "unchanged": r"inalterad[oa]s?|sem (?:mudanca|alteracao|trocar)|mantid[oa]s?|intact[oa]s?|"
    r"igua(?:l|is)|como estao|nao mudam|ficam como|unchanged|original|originais",
    "rest": r"(?:nao|sem ser|fora da) (?:sao |serao |foram )?(?:selec\w+|escolhid\w+|mascarad\w+|"
    r"sortead\w+ para)|nao (?:precisa\w*|tenta\w*|tem que|tem de) (?:prever|adivinhar)|"
    r"de fora|"
    r"fora da selecao",
    "changed": r"(?:ficam|aparecem|sao|estao) (?:diferentes|alterad[oa]s|modificad[oa]s)|"
    r"(?:diferentes|alterad[oa]s) d[oa]|mudam de fato",
    "loss": r"(?:entram|contam|contribuem|usad\w+|participam|conta|entra) (?:na|para a|"
    r"no calculo d[ae]) "
    r"(?:loss|perda|funcao de perda)",
    "selected": r"(?:mascarad[oa]s|selecionad[oa]s|escolhid[oa]s|previst[oa]s|preditos|mascara\w*)",
}
_EACH_CASE = r"(?:em|de|para) cada (?:caso|tipo|grupo|categoria|uma? d[ao]s)"
_NUMBER = r"(?<![\w.,])(\d{1,3}(?:[. ]\d{3})+|\d{1,12})(?![.,]?\d)(?: ?(mil|k|milhoes|milhao)\b)?"
_SCALE = {"mil": 1e3, "k": 1e3, "milhao": 1e6, "milhoes": 1e6}
_PERCENT = r"(?<![\d.,])(-?\d{1,4}(?:[.,]\d+)?) ?%"
_SPLIT = re.compile(
    r"(?<![\d.,])(\d{1,3}) ?%? ?[/,\- ] ?(?:e )?(\d{1,3}) ?%? ?(?:[/,\- ]|"
    r"e) ?(?:e )?(\d{1,3}) ?%?(?![\d.,]*\d)"
)
_INSTEAD = (
    r"(?:em vez d[eoa]s?|ao inves d[eoa]s?|no lugar d[eoa]s?|e nao) (?:usuais |"
    r"tradicionais |habituais )?"
)
_ASKS_TOTAL = (
    r"quant[oa]s (?:tokens|palavras)\W+(?:\w+\W+){0,2}?(?:havia|tinha|ha|tem|existia\w*|"
    r"ao todo|no total|"
    r"foram|era\w*|possu\w+)|tamanho d[aoe]s? (?:sequencia|corpus|texto|lote|entrada)|"
    r"total de tokens|"
    r"comprimento d[aoe]s? (?:sequencia|texto)"
)


def _match_masking(statement: Statement) -> float:
    if not statement.has(_MLM) or statement.has(r"atencao|attention|causal|softmax|scores?"):
        return 0.0
    asks = (
        r"quant[oa]s",
        "calcul\\w+",
        "how many",
        "numero",
        "total de",
        "qual (?:o |e o )?tamanho",
    )
    if statement.conceptual or not statement.has(*asks):
        return 0.0
    other = re.sub(_MASK_PARTS["loss"], "", statement.folded)
    if re.search(r"\b(?:parametros?|perplexidade|entropia|loss)\b", other):
        return 0.0
    known = _known_part(statement) is not None or _token_count(statement) is not None
    return 0.9 if known or sentence_of(statement) else 0.0


def _whole(match: re.Match[str]) -> int:
    return round(int(re.sub(r"[. ]", "", match[1])) * _SCALE.get(match[2] or "", 1))


def _token_count(statement: Statement) -> int | None:
    each = re.search(rf"{_NUMBER} (?:tokens|palavras)(?: em)? (?:cada|por)", statement.folded)
    many = re.search(
        rf"{_NUMBER} (?:sequencias|frases|sentencas|exemplos|textos|documentos|linhas)",
        statement.folded,
    )
    if many is None:
        batch = rf"(?:lote|batch)(?: size)?(?: de| com| =|:)? ?{_NUMBER}"
        many = re.search(batch, statement.folded)
    length = each or re.search(rf"{_NUMBER} (?:tokens|palavras)", statement.folded)
    if many is not None and length is not None:
        return _whole(many) * _whole(length)
    return quantity(
        statement, r"(?:\w+ )??(?:tokens|palavras)",
        r"n|sequencia(?: de)?|frase de|seq_?len|comprimento|tokens|palavras",
        "o número de tokens", 1, 10**12,
    )  # fmt: skip


def _known_part(statement: Statement) -> tuple[str, int] | None:
    """The number of tokens of one part, where the total is asked: "480 viraram [MASK]"."""
    if not re.search(_ASKS_TOTAL, statement.folded):
        return None
    for part in ("rest", "mask", "random", "unchanged", "loss", "selected"):
        match = re.search(
            rf"{_NUMBER} (?!%)(?:\w+ ){{0,6}}?(?:{_MASK_PARTS[part]})", statement.folded
        )
        if match is not None:
            return part, _whole(match)
    return None


def _shares(statement: Statement) -> list[float] | None:
    """The parts [MASK], random and unchanged: "80/10/10", or each by its name."""
    folded = re.sub(rf"{_INSTEAD}{_SPLIT.pattern}", " ", statement.folded)
    for split in _SPLIT.finditer(folded):
        parts = [int(split[i]) / 100 for i in (1, 2, 3)]
        if abs(sum(parts) - 1) < 1e-9:
            return parts
        if "/" in split.group():
            raise SolverError(
                f"As três partes {split.group().strip()} somam {plain(100 * sum(parts))}%, e não "
                "100%. Confira os valores."
            )
    named: dict[str, float] = {}
    for part in ("mask", "random", "unchanged"):
        match = re.search(
            rf"{_PERCENT}(?: (?!e\b)[^\W\d]+){{0,4}}? (?:{_MASK_PARTS[part]})|"
            rf"(?:{_MASK_PARTS[part]}) ?(?:em|:|=|\()? ?{_PERCENT}",
            folded,
        )
        if match is not None:
            named[part] = float((match[1] or match[2]).replace(",", ".")) / 100
    if len(named) == 2:
        lacking = next(part for part in ("mask", "random", "unchanged") if part not in named)
        if re.search(r"\b(?:o )?rest(?:o|ante|antes)\b|\bdemais\b", folded):
            named[lacking] = 1 - sum(named.values())
    if len(named) < 3:
        return None
    if abs(sum(named.values()) - 1) > 1e-9:
        raise SolverError(
            f"As três partes somam {plain(100 * sum(named.values()))}%, e não 100%. Confira os "
            f"valores."
        )
    return [named["mask"], named["random"], named["unchanged"]]


def _rate(statement: Statement, shares: list[float] | None) -> float | None:
    """The share of the tokens that is chosen: the percentage that is none of the three parts."""
    folded = re.sub(rf"{_INSTEAD}{_PERCENT}", " ", statement.folded)
    split = next((m for m in _SPLIT.finditer(folded) if "%" in m.group()), None)
    parts = [round(100 * share, 6) for share in shares or []]
    for match in re.finditer(_PERCENT, folded):
        number = float(match[1].replace(",", "."))
        if split is not None and split.start() <= match.start() < split.end():
            continue
        behind = folded[match.end() : match.end() + 40]
        of_part = re.match(
            r" ?(?:deles|delas|desses|dess[ae]s?|dos (?:selecionados|escolhidos)|viram|"
            r"sao trocad\w+|"
            r"\W*(?:por |pelo )?(?:\[mask|aleat|inalt|mantid|igua))", behind
        )  # fmt: skip
        if of_part and (not parts or number in parts):
            continue
        if not 0 < number <= 100:
            raise SolverError(
                f"A taxa de mascaramento precisa ficar entre 0% e 100%, mas li {match[1]}%."
            )
        return number / 100
    named = statement.scalar("mlm_probability", "taxa", "p")
    return named if named is not None and 0 < named < 1 else None


def _asked_parts(statement: Statement) -> list[str]:
    """The parts that are asked for, in the order of the answer."""
    folded = statement.folded
    if re.search(_EACH_CASE, folded):
        asked = ["mask", "random", "unchanged"]
    else:
        asked = [
            part
            for part in ("mask", "random", "unchanged")
            if statement.has(_MASK_PARTS[part]) and not _only_told(statement, part)
        ]
    selected = re.search(
        r"(?:quant[oa]s|how many|numero|total|quantidade)(?: (?!nao\b)\w+){0,4}? "
        rf"(?:{_MASK_PARTS['selected']})",
        folded,
    )
    if selected is not None:
        asked.insert(0, "selected")
    return asked + [
        part for part in ("rest", "loss", "changed") if statement.has(_MASK_PARTS[part])
    ]


def _only_told(statement: Statement, part: str) -> bool:
    """Does the part stand only beside its percentage, as data?"""
    told = rf"{_PERCENT}(?: (?!e\b)[^\W\d]+){{0,4}}? (?:{_MASK_PARTS[part]})"
    rest = re.sub(told, " ", statement.folded)
    rest = re.sub(r"\b(?:supon\w+|assum\w+|considerando|sabendo) que [^.;?]*", " ", rest)
    return not re.search(rf"(?<!\w)(?:{_MASK_PARTS[part]})(?!\w)", rest)


def _parse_masking(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    known = _known_part(statement)
    if known is not None:
        inputs["known"] = list(known)
        inputs.pop("n", None)
    else:
        words = sentence_of(statement)
        n = _token_count(statement)
        if n is not None or words:
            inputs["n"] = n if n is not None else len(words)
            inputs.pop("known", None)
    shares = _shares(statement)
    if shares is not None:
        inputs["split"] = list(shares)
    rate = _rate(statement, shares)
    if rate is not None:
        inputs["rate"] = rate
    asked = _asked_parts(statement) if known is None else []
    if asked or previous is None:
        inputs["asked"] = list(asked)
    if previous is not None and inputs == before:
        value = only_number(statement, "o número de tokens")
        if value is None:
            return None
        inputs["n"] = value
    # numbers that are read and multiplied, or mentioned as what does not hold
    instead = re.search(rf"{_INSTEAD}{_PERCENT}", statement.folded)
    told = [float(instead[1]) / 100] if instead else []
    inputs["read"] = [*_factors(statement), *told, *(round(100 * each) for each in shares or [])]
    if "n" not in inputs and "known" not in inputs:
        raise MissingData(
            "Quantos tokens tem a sequência? Por exemplo: 128 tokens.", Problem(_MASKING, inputs)
        )
    if "rate" not in inputs:
        inputs["rate"] = 0.15
        assume(inputs, "A taxa de mascaramento é de 15%, como no BERT.")
    elif inputs["rate"] != 0.15:
        forget(inputs, "A taxa")
    inputs.setdefault("assumptions", [])
    return inputs


def _factors(statement: Statement) -> list[Json]:
    """The factors of the number of tokens: 64 sequences, 125 tokens each."""
    return [
        _whole(match)
        for match in re.finditer(
            rf"{_NUMBER} (?:sequencias|frases|sentencas|exemplos|textos|documentos|linhas|"
            rf"tokens|palavras)",
            statement.folded,
        )
    ]


def _solve_masking(inputs: Inputs) -> Solution:
    rate = number(inputs["rate"])
    raw = inputs.get("split")
    split = [number(x) for x in raw] if isinstance(raw, list) else [0.8, 0.1, 0.1]
    if isinstance(inputs.get("known"), list):
        return _solve_inverse(inputs, rate, split)
    n = int(number(inputs["n"]))
    selected = round(n * rate, 9)
    parts = {
        "selected": selected,
        "mask": round(selected * split[0], 9),
        "random": round(selected * split[1], 9),
        "unchanged": round(selected * split[2], 9),
        "rest": round(n - selected, 9),
        "changed": round(selected * (split[0] + split[1]), 9),
        "loss": selected,
    }
    labels = {
        "selected": "escolhidos para a previsão", "mask": "trocados por [MASK]",
        "random": "trocados por um token aleatório", "unchanged": "deixados como estão",
        "rest": "não escolhidos", "changed": "diferentes do original",
        "loss": "que entram na perda",
    }  # fmt: skip
    steps = [Step("Tokens escolhidos", rf"${tex(rate)} \times {n} = {tex(selected)}$")]
    for name, share in zip(("mask", "random", "unchanged"), split, strict=True):
        steps.append(Step(labels[name].capitalize(), rf"${tex(share)} \times {tex(selected)} = "
                     rf"{tex(parts[name])}$"))  # fmt: skip
    notes = list(assumptions(inputs))
    if raw is None:
        notes.append("Dos escolhidos, 80% viram [MASK], 10% um token aleatório e 10% ficam como "
                     "estão "
                     "(Devlin et al., 2019).")  # fmt: skip
    if any(value != int(value) for value in parts.values()):
        notes.append("Os valores não inteiros são esperados (médias): a escolha é sorteada, e na "
                     "prática "
                     f"são cerca de {round(selected)} tokens escolhidos.")  # fmt: skip
    asked = [name for name in strings(inputs.get("asked")) if name in parts]
    shown = ("selected", "mask", "random", "unchanged")
    value: Json = parts[asked[0]] if len(asked) == 1 else (
        {name: parts[name] for name in asked or shown}
    )  # fmt: skip
    order = [*asked, *[name for name in shown if name not in asked]]
    result = "; ".join(f"{labels[name]}: **{plain(parts[name])}**" for name in order)
    mistakes: list[Mistake] = []
    conventions: list[tuple[float, str]] = []
    if len(asked) == 1:
        name = asked[0]
        exact = parts[name]
        if exact != int(exact):
            conventions = [(float(int(exact)), "arredondando para um inteiro"),
                           (float(int(exact) + 1), "arredondando para um inteiro")]  # fmt: skip
        if name in ("mask", "random", "unchanged"):
            share = dict(zip(("mask", "random", "unchanged"), split, strict=True))[name]
            mistakes = [(selected, "se dão todos os escolhidos"),
                        (n * share, f"se aplicam os {plain(100 * share)}% a todos os tokens, e "
                                    f"não só "
                         "aos escolhidos")]  # fmt: skip
        elif name == "selected":
            mistakes = [(parts["mask"], "se contam só os que viram [MASK]"),
                        (n - selected, "se contam os que não foram escolhidos")]  # fmt: skip
    return Solution(
        problem=Problem(_MASKING, inputs),
        title="Mascaramento do MLM",
        result=result[0].upper() + result[1:] + ".",
        value=value,
        steps=tuple(steps),
        checks=(Check("As três partes somam os escolhidos",
                      abs(sum(parts[p] for p in ("mask", "random", "unchanged")) - selected) < 1e-6,
                      f"soma: {plain(parts['mask'] + parts['random'] + parts['unchanged'])}"),
                Check("Não mais que n", selected <= n, f"{plain(selected)} de {n}")),
        assumptions=tuple(dict.fromkeys(notes)),
        remarks=with_conventions(inputs, value, conventions, mistakes),
    )  # fmt: skip


def _solve_inverse(inputs: Inputs, rate: float, split: list[float]) -> Solution:
    """The total from the number of tokens of one part."""
    known = inputs["known"]
    part, given = (str(known[0]), int(number(known[1]))) if isinstance(known, list) else ("", 0)
    shares = {
        "mask": rate * split[0], "random": rate * split[1], "unchanged": rate * split[2],
        "selected": rate, "loss": rate, "rest": 1 - rate,
        "changed": rate * (split[0] + split[1]),
    }  # fmt: skip
    share = round(shares[part], 12)
    if not share:
        raise SolverError("Essa parte é de 0% dos tokens; o total não se pode achar a partir dela.")
    total = round(given / share, 6)
    value = int(total) if total == int(total) else total
    return Solution(
        problem=Problem(_MASKING, inputs),
        title="Mascaramento do MLM: o total de tokens",
        result=f"**{plain(value)}** tokens ao todo.",
        value=value,
        steps=(
            Step("Parte conhecida", rf"${tex(given)}$ tokens são ${tex(share)}$ do total"),
            Step("Total", rf"${tex(given)} / {tex(share)} = {tex(value)}$"),
        ),
        checks=(Check("A parte do total dá o número dado", abs(total * share - given) < 1e-3,
                      f"{plain(total * share)}"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(given / rate, "se divide só pela taxa de mascaramento")]),
    )  # fmt: skip


def _exercise_masking(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.choice([100, 128, 200, 256, 400, 512, 1000])
    return (
        f"No pré-treino do BERT (masked LM), quantos tokens são selecionados e quantos viram "
        f"[MASK], são "
        f"trocados por um token aleatório ou ficam inalterados em uma sequência de {n} tokens?",
        {"n": n, "rate": 0.15, "asked": ["selected", "mask", "random", "unchanged"],
         "assumptions": ["A taxa de mascaramento é de 15%, como no BERT."]},
    )  # fmt: skip


FAMILIES: tuple[Family, ...] = (
    Family(
        _MASKING, "Mascaramento do MLM", "bert", "36",
        _match_masking, _parse_masking, _solve_masking, _exercise_masking,
    ),
)  # fmt: skip
