"""What a causal mask lets each token see: how many positions, which tokens, how many −∞."""

from __future__ import annotations

import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing
from tutor.solver.inputs import Inputs, assumptions, number, strings
from tutor.solver.numbers import word_number
from tutor.solver.quantities import quantity
from tutor.solver.registry import Family

_KIND = "causal_mask"
_MASK = (
    r"mascara (?:\w+ )?(?:causal|triangular|autorregressiva)|causal mask|look[ -]?ahead mask|"
    r"atencao (?:causal|mascarada)|masked (?:self-?)?(?:attention|atencao)|mascara causal|decoder|"
    r"(?:auto-?)?atencao mascarada"
)
_HIDDEN = (
    r"-\s?inf(?:inito)?|menos infinito|mascarad[ao]s|bloquead[ao]s|escondid[ao]s|zerad[ao]s|"
    r"ficam? (?:em )?zero|viram? (?:0|zero)|ocult[ao]s|"
    r"(?:forcad|igualad|postos?|colocad)\w* (?:a|em) (?:0|zero)|"
    r"zeros?|nao pode[m]? (?:ver|atender|olhar|acessar)|proibid[ao]s|anulad[ao]s"
)
_SEEN = (
    r"atend\w+|ve[rj]?|enxerg\w+|olh\w+|acess\w+|visiveis|permitid[ao]s|ve|veem|pesos nao nulos|"
    r"nao (?:sao )?mascarad[ao]s|attend\w*"
)
_COUNT = r"quant[oa]s|qts|qnts|how many|numero de"
_WHICH = r"quais|que|which"
_SENTENCE = re.compile(
    r"\b(?:frase|sentenca|sequencia|tokens?|palavras)\b\s*[:=]?\s*[\"'\[(]?"
    r"([^\W\d_][\w\-]*(?:[ ,]+[^\W\d_][\w\-]*){1,30})[\"'\])]?\s*(?:[.;:\n]|$)"
)
_NTH = re.compile(
    r"\b(?:(\d{1,3})[ºªao]|([a-z]{5,9}[ao])) (?:token|posicao|palavra)\b"
    r"|\b(?:token|posicao|palavra)(?: de numero| numero| n)? (\d{1,3})\b"
)
_NAMED = re.compile(
    r"\b(?:token|palavra|linha) [\"']?([^\W\d_][\w\-]*)|[\"']([^\W\d_][\w\-]*)[\"']"
)
MAX_TOKENS = 512


def _match(statement: Statement) -> float:
    if not statement.has(_MASK) or statement.asks_idea or statement.gives_list:
        return 0.0
    asked = statement.has(_COUNT) or (statement.has(_WHICH) and _tokens(statement))
    sized = bool(statement.scalars) or bool(_tokens(statement)) or _dimensions(statement)
    if not asked or not sized or not statement.has(_HIDDEN, _SEEN, r"nao nul[ao]s"):
        return 0.0
    return 0.95


def _dimensions(statement: Statement) -> bool:
    return any(value.dimensions for value in statement.values)


def _tokens(statement: Statement) -> list[str]:
    for names in statement.name_lists:
        if len(names.items) > 1:
            return list(names.items)
    quoted = re.search(r"[\"']([^\W\d_][^\"'\n]*(?: [^\"'\n ]+)+)[\"']", statement.text)
    if quoted:
        return quoted[1].rstrip(".!?").split()
    match = _SENTENCE.search(statement.folded)
    if match is None:
        return []
    typed = statement.text[match.start(1) : match.end(1)]
    return [word for word in re.split(r"[ ,]+", typed) if word]


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    tokens = _tokens(statement)
    size = quantity(
        statement, r"tokens?|palavras|posicoes", r"n|sequencia(?: de)?|comprimento", "os tokens"
    )
    square = next((v for v in statement.values if v.dimensions), None)
    if tokens and size is None:
        inputs["tokens"], inputs["n"] = list(tokens), len(tokens)
    elif size is not None:
        inputs["n"] = size
        inputs.pop("tokens", None)
    elif square is not None:
        inputs["n"] = int(square.vector("a matriz")[0][0])
    _read_position(statement, inputs)
    if statement.has(_COUNT):
        inputs["asked"] = "count"
    elif statement.has(_WHICH):
        inputs["asked"] = "which"
    negated = statement.has(rf"nao (?:sao |ficam |estao |viram )?(?:{_HIDDEN})", r"nao nul[ao]s",
                            r"diferentes de zero")  # fmt: skip
    if statement.has(_HIDDEN) and not negated:
        inputs["hidden"] = True
    elif negated or statement.has(_SEEN):
        inputs["hidden"] = False
    if previous is not None and inputs == before:
        return None
    if "n" not in inputs:
        raise MissingData(
            "Quantos tokens tem a sequência? Escreva, por exemplo, 5 tokens.",
            Problem(_KIND, inputs),
        )
    n = int(number(inputs["n"]))
    if not 1 <= n <= MAX_TOKENS:
        raise SolverError(f"O número de tokens precisa estar entre 1 e {MAX_TOKENS}.")
    if "position" in inputs and not 1 <= number(inputs["position"]) <= n:
        raise SolverError(
            f"São {n} tokens, por isso não há um token {int(number(inputs['position']))}."
        )
    return inputs


def _read_position(statement: Statement, inputs: dict[str, Json]) -> None:
    tokens = strings(inputs.get("tokens"))
    for match in _NAMED.finditer(statement.folded):
        position = index_of(match[1] or match[2], tokens)
        if position is not None:
            inputs["position"] = position + 1
    for match in _NTH.finditer(statement.folded):
        digits = match[1] or match[3]
        nth = int(digits) if digits else word_number(match[2])
        if nth is not None:
            inputs["position"] = nth


def _solve(inputs: Inputs) -> Solution:
    n = int(number(inputs["n"]))
    tokens = strings(inputs.get("tokens")) or [str(i) for i in range(1, n + 1)]
    hidden = bool(inputs.get("hidden"))
    allowed = np.tril(np.ones((n, n), dtype=bool))
    shown = ~allowed if hidden else allowed
    steps = [
        Step("Regra", r"O token $i$ vê as posições $j \le i$: a si mesmo e as anteriores."),
    ]
    what = "escondidas" if hidden else "visíveis"
    mistakes: list[Mistake] = []
    value: Json
    if "position" in inputs:
        position = int(number(inputs["position"]))
        picked = [tokens[j] for j in range(n) if shown[position - 1, j]]
        count = n - position if hidden else position
        steps.append(Step(f"Token {position}", f"posições {what}: {listing(picked) or 'nenhuma'}"))
        check = Check("Contagem", len(picked) == count, f"{len(picked)} na linha {position}")
        value = count if inputs.get("asked") == "count" else list(picked)
        result = f"Token {position} ({tokens[position - 1]}): {count} posições {what}"
        if inputs.get("asked") != "count":
            result += f" — {listing(picked) or 'nenhuma'}"
        if isinstance(value, int):
            mistakes = [(value - 1 if not hidden else value + 1, "se esquece o próprio token"),
                        (n - value, "se contam as outras posições")]  # fmt: skip
    else:
        count = n * (n - 1) // 2 if hidden else n * (n + 1) // 2
        formula = r"\dfrac{n(n-1)}{2}" if hidden else r"\dfrac{n(n+1)}{2}"
        steps.append(Step("Entradas da matriz", rf"${formula} = {count}$, com $n = {n}$"))
        check = Check("Contagem", int(shown.sum()) == count, f"contadas na matriz {n}×{n}: {count}")
        value = count
        if inputs.get("asked") == "which" and "tokens" in inputs:
            value = [[tokens[j] for j in range(n) if shown[i, j]] for i in range(n)]
        result = f"{count} das {n * n} entradas da matriz {n}×{n} são {what}"
        mistakes = [
            (n * n - count, "se contam as outras entradas, as da diagonal ao contrário"),
            (n * n, "se contam todas as entradas"),
        ]
        if not isinstance(value, int):
            mistakes = []
            each = "; ".join(
                f"{token}: {listing(strings(row)) or 'nenhuma'}"
                for token, row in zip(tokens, value, strict=True)
            )
            result = f"Posições {what} de cada token — {each}"
    drawn = n <= 16
    return Solution(
        problem=Problem(_KIND, inputs),
        title="Máscara causal",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=(check,),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure(
            "heatmap",
            "Máscara causal (1 = visível)",
            {"rows": list(tokens), "columns": list(tokens),
             "values": [[float(each) for each in row] for row in allowed]},
        ) if drawn and len(tokens) == n else None,
    )  # fmt: skip


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.randint(4, 9)
    if random.random() < 0.5:
        return (
            f"Com máscara causal em uma sequência de {n} tokens, quantas entradas da matriz de "
            "scores viram menos infinito?",
            {"n": n, "asked": "count", "hidden": True},
        )
    position = random.randint(2, n)
    return (
        f"Com máscara causal em uma sequência de {n} tokens, quantas posições o token {position} "
        "enxerga?",
        {"n": n, "asked": "count", "hidden": False, "position": position},
    )


CAUSAL = Family(_KIND, "Máscara causal", "atencao", "28", _match, _parse, _solve, _exercise)
