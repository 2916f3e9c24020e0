"""Reading a matrix of attention: to which tokens each row gives its weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.attention_question import question
from tutor.solver.attention_roles import roles
from tutor.solver.fields import Statement, index_of
from tutor.solver.format import listing, plain, plain_matrix
from tutor.solver.inputs import Inputs, assume, assumptions, rows, strings
from tutor.solver.matrices import (
    K_NAMES,
    OTHER,
    Q_NAMES,
    V_NAMES,
    heatmap,
    named,
    product_asked,
    row_asked,
)
from tutor.solver.numbers import Value

KIND = "attention_rows"
_READS = (
    r"linhas?|relacion\w+|atend\w+|prest\w+ atencao|olh\w+|foc\w+|da atencao|dao atencao|"
    r"relac\w+|lig\w+|apont\w+|quem|influenci\w+|linked|links?|principal|relevantes?|attends?|"
    r"mais atencao|correspond\w+|quais (?:sao )?(?:as )?palavras|quais tokens|para quem"
)


_QUOTED_TOKEN = r"(?:(?:de|da|do|for|palavra|token|a|o|the|pesos|que)\s+){0,3}[\"']?([a-z]\w*)"
_ROW_OF = (
    re.compile(r"[\"']?([a-z]\w*)[\"']? (?:tem|com|has) (?:a )?(?:linha|fileira|row|pesos)"),
    re.compile(rf"\b(?:linha|fileira|row|pesos?(?: de atencao)?)\s+{_QUOTED_TOKEN}"),
    re.compile(rf"\b(?:palavra|token|para|for)\s+{_QUOTED_TOKEN}"),
)
_FIRST_ROW = r"primeira (?:linha|palavra|fileira)|first (?:row|token|word)"


def match(statement: Statement) -> float:
    matrix = _a_matrix(statement)
    if matrix is None and _stacked_rows(statement):
        listed = _stacked_rows(statement)
        return 0.94 if len(_tokens(statement, len(listed))) == len(listed[0]) else 0.0
    if matrix is None:
        return 0.92 if _one_row(statement) is not None and statement.has(_READS) else 0.0
    if named(statement, V_NAMES) is matrix and len(statement.arrays) == 1:
        return 0.0
    rows_given = matrix.readings[0].data if isinstance(matrix.readings[0].data, list) else []
    tokens = _tokens(statement, len(rows_given))
    if product_asked(statement):
        return 0.0
    if not statement.has(_READS):
        square = len(tokens) == len(rows_given) and len(statement.arrays) == 1
        return 0.5 if square and tokens and not statement.has(OTHER) else 0.0
    if named(statement, Q_NAMES) and named(statement, K_NAMES):
        return 0.0
    if len(tokens) == len(rows_given) > 1 and len(statement.arrays) == 1:
        return 0.94
    if not statement.has(r"atencao|attention|softmax|palavras?|tokens?|q\W{0,3}k"):
        return 0.0
    if product_asked(statement):
        return 0.0
    return 0.94 if _tokens(statement, len(rows_given)) else 0.6


def _a_matrix(statement: Statement) -> Value | None:
    return next((v for v in statement.arrays if len(v.readings[0].shape) == 2), None)


def _stacked_rows(statement: Statement) -> list[list[float]]:
    """A matrix that is written row by row: "[0,8 0,1 0,1], [0,2 0,2 0,6], …"."""
    given = roles(statement)
    values = given.get("weights", [])
    if len(values) < 2 or {"V", "Q", "K", "scores"} & set(given):
        return []
    listed = [value.vector("uma linha de pesos")[0] for value in values]
    return listed if len({len(row) for row in listed}) == 1 else []


def _tokens(statement: Statement, size: int = 0) -> list[str]:
    fitting = [names for names in statement.name_lists if len(names.items) == size > 1]
    if fitting:
        return list(fitting[0].items)
    listed = statement.names_after("tokens", "palavras", "frase", "sentenca", "token", "palavra")
    if listed is None:
        listed = next((names for names in statement.name_lists if len(names.items) > 1), None)
    if listed is not None:
        return list(listed.items)
    spaced = re.search(
        r"\b(?:tokens|palavras|frase|sentenca)\s*:?\s*"
        rf"((?:[^\W\d]+\s+){{{max(size - 1, 1)}}}[^\W\d]+)\s*(?:[.,;:!?\n]|$)",
        statement.folded,
    )
    if spaced:
        return statement.text[spaced.start(1) : spaced.end(1)].split()
    quoted = re.search(r"""["']([^"'\n]{3,300}?\s[^"'\n]{1,300})["']""", statement.text)
    if quoted:
        return quoted.group(1).split()
    known = re.search(r"\bjoao gosta (?:de )?chocolate\b", statement.folded)
    words = statement.text[known.start() : known.end()].split() if known else []
    return words if len(words) == size else []


def _one_row(statement: Statement) -> tuple[Value, list[str], str] | None:
    """One row of weights, all tokens, and the token whose row it is."""
    vectors = [v for v in statement.arrays if len(v.readings[0].shape) == 1 and v.size > 1]
    if len(vectors) != 1 or not statement.has(r"linhas?|pesos?|row|fileira|atencao|attention"):
        return None
    tokens = _tokens(statement, vectors[0].size)
    if len(tokens) != vectors[0].size:
        return None
    if statement.has(_FIRST_ROW):
        return vectors[0], tokens, tokens[0]
    for pattern in _ROW_OF:
        for match in pattern.finditer(statement.folded):
            position = index_of(match[1], tokens)
            if position is not None:
                return vectors[0], tokens, tokens[position]
    return None


def parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    value = _a_matrix(statement)
    one = _one_row(statement) if value is None else None
    if one is not None:
        vector, note = one[0].vector("a linha de pesos", len(one[1]))
        inputs.update(weights=[[*vector]], tokens=[*one[1]], row=one[2])
        assume(inputs, note)
        return inputs
    if value is not None:
        if previous is not None and named(statement, V_NAMES) is value:
            return None
        matrix, note = value.matrix("a matriz de atenção")
        inputs["weights"] = [list(row) for row in matrix]
        assume(inputs, note)
    elif previous is None and _stacked_rows(statement):
        inputs["weights"] = [list(row) for row in _stacked_rows(statement)]
    tokens = _tokens(statement, len(rows(inputs.get("weights"))))
    if tokens:
        inputs["tokens"] = list(tokens)
    if value is None and _read_row(statement, inputs):
        return inputs
    if value is not None:
        inputs.pop("row", None)
    asked = row_asked(statement, len(rows(inputs.get("weights"))), strings(inputs.get("tokens")))
    wanted = question(statement, strings(inputs.get("tokens")))
    row = wanted.row if wanted.row is not None else asked
    given = {"asked": row, "column": wanted.column, "amount": wanted.amount or None,
             "total": wanted.total or None, "one": wanted.one or None}  # fmt: skip
    if inputs != before or row is not None or wanted.column is not None:
        for key, each in given.items():
            inputs.pop(key, None)
            if each is not None:
                inputs[key] = each
    if previous is not None and inputs == before:
        return None
    weights = rows(inputs.get("weights"))
    if not weights[0]:
        raise MissingData(
            "Falta a matriz de atenção. Escreva-a, por exemplo, [[0, 1], [1, 0]].",
            Problem(KIND, inputs),
        )
    tokens = strings(inputs.get("tokens"))
    if not tokens:
        raise MissingData(
            "Quais são os tokens, na ordem das linhas? Escreva-os, por exemplo, [João, gosta].",
            Problem(KIND, inputs),
        )
    if len(tokens) != len(weights[0]) or (len(tokens) != len(weights) and "row" not in inputs):
        raise SolverError(
            f"São {len(tokens)} tokens, mas a matriz é {len(weights)}×{len(weights[0])}. "
            "Precisa haver uma linha e uma coluna para cada token."
        )
    return inputs


def _read_row(statement: Statement, inputs: dict[str, Json]) -> bool:
    """ "e se a primeira linha fosse [0, 1]?": a row of the matrix before in its new form."""
    before = rows(inputs.get("weights"))
    fitting = [v for v in statement.arrays if v.readings[0].shape == (len(before[0]),)]
    place = row_asked(statement, len(before), strings(inputs.get("tokens")))
    if len(fitting) != 1 or place is None or "row" in inputs:
        return False
    new, note = fitting[0].vector("a linha de pesos", len(before[0]))
    inputs["weights"] = [[*(new if i == place else row)] for i, row in enumerate(before)]
    inputs.pop("asked", None)
    assume(inputs, note)
    return True


def solve(inputs: Inputs) -> Solution:
    weights = np.asarray(rows(inputs["weights"]))
    tokens = strings(inputs["tokens"])
    names = _unique(tokens)
    owners = [str(inputs["row"])] if "row" in inputs else names
    binary = bool(np.isin(weights, (0.0, 1.0)).all())
    chosen: dict[str, Json] = {}
    steps: list[Step] = []
    for name, row in zip(owners, weights, strict=True):
        top = float(row.max())
        picked = [i for i, w in enumerate(row) if (w > 0 if binary else w >= top - 1e-9)]
        chosen[name] = [names[i] for i in picked]
        shown = ", ".join(f"{n} {plain(float(w))}" for n, w in zip(names, row, strict=True))
        steps.append(
            Step(
                f"Linha de “{name}”",
                f"{shown} → {listing([names[i] for i in picked]) or 'nenhuma'}",
            )
        )
    bad = [
        f"a linha de “{n}” soma {plain(float(r.sum()))}"
        for n, r in zip(owners, weights, strict=True)
        if abs(r.sum() - 1) > 0.011 or (r < 0).any()
    ]
    notes = list(assumptions(inputs))
    notes.append(
        "Em cada linha, o token da linha é a query e as colunas são as keys."
        + ("" if binary else " Como há pesos graduados, dei o token de maior peso de cada linha.")
    )
    said: list[str] = []
    if bad:
        said.append(
            f"{listing(bad).capitalize()}: a saída de uma softmax somaria 1 em cada linha, por "
            "isso esta matriz não é, a rigor, resultado de softmax. Para dois tokens com o mesmo "
            "peso a linha teria 0,5 e 0,5."
        )
    shown = "; ".join(f"{n} → {listing(strings(c)) or 'nenhuma'}" for n, c in chosen.items())
    answer: Json  # in the order of the rows
    if "row" in inputs:
        only = strings(next(iter(chosen.values())))
        answer = only[0] if len(only) == 1 and not binary else [*only]
    else:
        answer, shown = _answered(inputs, weights, names, [strings(c) for c in chosen.values()])
        answer = list(chosen.values()) if answer is None else answer
        shown = shown or "; ".join(
            f"{n} → {listing(strings(c)) or 'nenhuma'}" for n, c in chosen.items()
        )
    positive = all(
        float(weights[i, names.index(str(c))]) == float(weights[i].max()) or binary
        for i, listed in enumerate(chosen.values())
        for c in strings(listed)
    )
    return Solution(
        problem=Problem(KIND, inputs),
        title="A que cada token dá atenção",
        result=shown,
        value=answer,
        steps=tuple(steps),
        checks=(
            Check(
                "Pesos escolhidos", positive, "os tokens escolhidos têm os maiores pesos da linha"
            ),
        ),
        assumptions=tuple(notes),
        remarks=tuple(said),
        figure=heatmap(weights, tokens) if "row" not in inputs else None,
        example_id="28",
    )


def _answered(
    inputs: Inputs, weights: np.ndarray, names: Sequence[str], chosen: Sequence[Sequence[str]]
) -> tuple[Json, str]:
    """The one row, column or weight that is asked about, or (None, "") for the whole matrix."""
    row, column = inputs.get("asked"), inputs.get("column")
    binary = bool(np.isin(weights, (0.0, 1.0)).all())
    if inputs.get("total"):
        sums = weights.sum(axis=0)
        best = int(sums.argmax())
        shown = ", ".join(f"{n} {plain(float(t))}" for n, t in zip(names, sums, strict=True))
        return names[best], f"Soma das colunas: {shown}. Quem mais recebe atenção: {names[best]}"
    if isinstance(row, int) and isinstance(column, int) and inputs.get("amount"):
        weight = float(weights[row, column])
        return weight, f"{names[row]} dá a {names[column]} o peso {plain(weight)}"
    if isinstance(row, int):
        picked = list(chosen[row])
        single = len(picked) == 1 and not binary and bool(inputs.get("one"))
        shown = f"{names[row]} → {listing(picked) or 'nenhuma'}"
        return (picked[0] if single else [*picked]), shown
    if isinstance(column, int):
        given = weights[:, column]
        picked = [n for n, w in zip(names, given, strict=True) if w >= given.max() - 1e-9]
        if binary:
            picked = [n for n, w in zip(names, given, strict=True) if w > 0]
        shown = f"quem mais olha para {names[column]}: {listing(picked) or 'nenhuma'}"
        single = len(picked) == 1 and not binary and bool(inputs.get("one"))
        return (picked[0] if single else [*picked]), shown
    return None, ""


def _unique(tokens: Sequence[str]) -> list[str]:
    """Repeated tokens get their position: de, de (4)."""
    seen: set[str] = set()
    found: list[str] = []
    for index, token in enumerate(tokens, 1):
        found.append(f"{token} ({index})" if token in seen else token)
        seen.add(token)
    return found


_SENTENCES = (
    ("João", "gosta", "de", "chocolate"),
    ("o", "gato", "dorme"),
    ("Maria", "estuda", "redes", "neurais"),
)


def exercise(random: Random) -> tuple[str, dict[str, Json]]:
    tokens = list(random.choice(_SENTENCES))
    size = len(tokens)
    weights: list[Json] = []
    for _ in range(size):
        at = random.randrange(size)
        weights.append([1.0 if i == at else 0.0 for i in range(size)])
    statement = (
        f"Considere os tokens [{', '.join(tokens)}] e a matriz de atenção "
        f"{plain_matrix(rows(weights))}. Quais são as palavras que essa matriz relaciona em cada "
        "linha?"
    )
    return statement, {"weights": weights, "tokens": list(tokens)}
