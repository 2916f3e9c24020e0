"""Attention weights times the values: the weighted sum of the rows of V."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.attention_asked import stage_asked
from tutor.solver.attention_roles import numbered_scalars, roles
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_matrix, tex, tex_vector
from tutor.solver.inputs import (
    Inputs,
    assume,
    assumptions,
    floats,
    is_matrix,
    number,
    rows,
    strings,
)
from tutor.solver.matrices import (
    K_NAMES,
    MAX_SIDE,
    Q_NAMES,
    V_NAMES,
    WEIGHT_NAMES,
    heatmap,
    matrix_or_vector,
    named,
    product,
    product_asked,
    row_asked,
    shape,
    small_matrix,
    tex_of,
)
from tutor.solver.numbers import Value

KIND = "weighted_values"
# The matrix of the list's question 28, which its question 29 calls "a matriz anterior".
_QUESTION_28 = (
    (0.0, 0.0, 0.0, 1.0),
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 1.0, 0.0),
    (1.0, 0.0, 0.0, 0.0),
)
_EARLIER = (
    r"(?:matriz|resultado|pesos|softmax) (?:de \w+ )?(?:\w+ )?(?:anterior\w*|de antes|da questao|"
    r"passad[ao]|do joao)|(?:matriz|tabela|pesos)(?: de \w+){0,3} d[eo] [\"']?joao"
)
_EVENLY = r"(?:atencao |pesos? |por )?igual(?:mente)?|pesos? iguais|uniforme(?:mente)?|o mesmo peso"
_WEIGHTS_BEFORE = re.compile(
    r"\b(?:pesos?|linha|fileira|distribu\w+|proporcoes|weights?|atencao|row)\b[^\[\](){}]{0,40}$"
)


def _stacked_values(statement: Statement) -> tuple[Value | list[float], list[list[float]]] | None:
    """ "pesos 0,3 0,3 0,4 e values [1, 2] [3, 4] [5, 6]": n weights and n vectors."""
    vectors = [v for v in statement.arrays if len(v.readings[0].shape) == 1]
    if len(statement.arrays) < 2 or len(vectors) < 2:
        return None
    first, rest = statement.arrays[0], [v for v in vectors if v is not statement.arrays[0]]
    if len(rest) < len(statement.arrays) - 1:
        return None
    listed = [value.vector("o value")[0] for value in rest]
    same_length = len({len(each) for each in listed}) == 1
    if first not in vectors:  # a matrix of weights, then its values one by one
        shape = first.readings[0].shape
        return (
            (first, listed) if len(shape) == 2 and shape[1] == len(rest) and same_length else None
        )
    alike = {value.size for value in vectors}
    if statement.has(_EVENLY) and len(alike) == 1:
        every = [value.vector("o value")[0] for value in vectors]
        return [1 / len(every)] * len(every), every
    if first.size == len(rest) and same_length and _are_weights(statement, first):
        return first, listed
    scalars = [v.scalar("o peso")[0] for v in statement.scalars]
    listed = [value.vector("o value")[0] for value in vectors]
    if len(scalars) == len(vectors) and len({len(each) for each in listed}) == 1:
        return scalars, listed
    return None


def _are_weights(statement: Statement, value: Value) -> bool:
    """Called weights, or a distribution."""
    numbers, _ = value.vector("os pesos")
    if all(0 <= number <= 1 for number in numbers) and abs(sum(numbers) - 1) < 0.011:
        return True
    lead = statement.folded[max(0, value.start - 60) : value.start]
    return _WEIGHTS_BEFORE.search(lead) is not None


_ABOUT = (
    r"atencao|attention|values?|softmax|tokens?|contexto|cabecas?|v_?\d|v|saida|representac\w+|"
    r"chaves?|keys?"
)
_REST = r"(?:o )?(?:resto|restante|que (?:sobra|falta))"


def _by_roles(statement: Statement) -> tuple[list[list[float]], list[list[float]], bool] | None:
    """Weights (rows), values (rows) and whether one row of weights was given, by their names."""
    given = roles(statement)
    if {"Q", "K", "kt", "scores", "X"} & set(given) or not statement.has(_ABOUT):
        return None
    values = _value_rows(statement, given.get("V", []))
    if not values:
        return None
    listed = given.get("weights", [])
    if len(listed) == 1:
        data, _ = _weights_data(listed[0])
        return rows(data), values, not is_matrix(data)
    if listed:
        return [value.vector("uma linha de pesos")[0] for value in listed], values, False
    weights = _loose_weights(statement, len(values))
    return ([weights], values, True) if weights else None


def _value_rows(statement: Statement, given: list[Value]) -> list[list[float]]:
    if not given:
        return [[each] for each in numbered_scalars(statement, "v")]
    if len(given) == 1:
        data, _ = matrix_or_vector(given[0], "a matriz V")
        return rows(data) if is_matrix(data) else [[each] for each in floats(data)]
    return [value.vector("o value")[0] for value in given]


def _loose_weights(statement: Statement, count: int) -> list[float]:
    """ "70% para o primeiro e o resto para o segundo", "sol 0,8, mar 0,2": one number a value."""
    found = [v.scalar("o peso")[0] for v in statement.scalars if not _NAMED_SIZE.search(
        statement.folded[max(0, v.start - 12) : v.start])]  # fmt: skip
    found = [weight for weight in found if 0 <= weight <= 1]
    if len(found) == count - 1 and statement.has(_REST):
        found.append(1 - math.fsum(found))
    return found if len(found) == count and abs(math.fsum(found) - 1) < 0.021 else []


_NAMED_SIZE = re.compile(r"(?:d_?k|d_?v|d_?model|v_?\d) ?(?:=|e|:)? ?$")


def match(statement: Statement) -> float:
    if statement.has("sgd", "momentum", r"adam\w*", "rmsprop", "adagrad", "gradientes?"):
        return 0.0  # "v" is a velocity there
    asks_whom = stage_asked(statement) is None and statement.has(r"qua(?:l|is) (?:token|palavra)s?")
    if _by_roles(statement) is not None and not statement.conceptual and not asks_whom:
        return 0.96
    if statement.has(r"softmax\W{0,3}q\W{0,3}k") and named(statement, Q_NAMES):
        return 0.0
    if statement.has("cosseno", "cosine", "similaridade"):
        return 0.0
    about = statement.has(
        r"pesos?", r"linha", "fileira", r"distribui\w*", "atencao", "weights?", r"proporc\w+",
        r"olha\w*", r"aponta\w*", r"presta\w*", "token",
    )  # fmt: skip
    values = statement.has(
        r"valu?e?s?", r"valor(?:es)?", r"vetor(?:es)?", r"conteudos?", "v", "vale", "vetor",
        r"ingredientes?", r"pegar", r"linhas",
    )  # fmt: skip
    if about and values and _stacked_values(statement) is not None:
        return 0.9
    if named(statement, V_NAMES) is not None and statement.has(_EARLIER):
        return 0.95
    if product_asked(statement) and not named(statement, K_NAMES):
        return 0.95 if named(statement, V_NAMES) else 0.7
    checked = statement.claim is not None and len(statement.arrays) == 2
    if not statement.arrays or not (
        checked
        or statement.has(
            r"multipli\w+",
            r"produto",
            "vezes",
            r"saida",
            r"media ponderada",
            r"calcul\w+",
            "x",
            r"a ?[·.@*] ?v",
            "multiply",
            "output",
            r"(?:nova )?representacao",
            r"vetor de contexto",
            r"resultado",
            r"determine",
            r"compute",
        )
    ):
        return 0.0
    if named(statement, K_NAMES) and named(statement, Q_NAMES):
        return 0.0
    value = named(statement, V_NAMES)
    weights = _weights_of(statement, value)
    if value is not None and (weights is not None or statement.has(_EARLIER)):
        return 0.95
    if statement.has(_EARLIER) and len(statement.arrays) == len(_QUESTION_28):
        return 0.8
    if weights is not None and statement.has(r"pel[ao] (?:matriz )?(?:v|values?)"):
        return 0.6  # the values themselves are missing
    return 0.7 if product_asked(statement) else 0.0


def _weights_of(statement: Statement, value: Value | None) -> Value | None:
    weights = named(statement, WEIGHT_NAMES)
    if weights is not None and weights is not value:
        return weights
    others = [v for v in statement.arrays if v is not value]
    return others[0] if len(others) == 1 or (value is None and others) else None


def _weights_data(value: Value) -> tuple[Json, str]:
    """(0,5; 0,5) is one row of weights and no matrix of zeros and fives."""
    if len(value.readings[0].shape) == 1:
        numbers, note = value.vector("os pesos")
        fractions = all(0 <= number <= 1 for number in numbers)
        if fractions or abs(math.fsum(numbers) - 1) < 1e-9:  # [-0,2; 1,2]: one row all the same
            return [*numbers], note
    return matrix_or_vector(value, "a matriz de pesos")


def parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    named_parts = _by_roles(statement) if previous is None else None
    if named_parts is not None:
        weights_rows, value_rows, single = named_parts
        inputs["weights"] = [*weights_rows[0]] if single else [[*row] for row in weights_rows]
        inputs["V"] = [[*row] for row in value_rows]
        _same_sizes(weights_rows, value_rows)
        return _checked(statement, inputs)
    stacked = _stacked_values(statement) if previous is None else None
    if stacked is not None:
        first, listed = stacked
        inputs["weights"] = [*first] if isinstance(first, list) else _weights_data(first)[0]
        inputs["V"] = [list(row) for row in listed]
        return _checked(statement, inputs)
    value = named(statement, V_NAMES)
    weights = _weights_of(statement, value)
    vectors = [v for v in statement.arrays if len(v.readings[0].shape) == 1]
    if previous is None and statement.has(_EARLIER) and len(vectors) == len(_QUESTION_28):
        # "a matriz de Joao pela matriz cujas linhas são [0, 1, 2], [3, 4, 5], …"
        inputs["V"] = [[*v.vector("o value")[0]] for v in vectors]
        value = weights = None
    elif value is None:
        rest = [v for v in statement.arrays if v is not weights]
        if previous is not None and len(statement.arrays) == 1:
            value, weights = statement.arrays[0], None
            waits = "V" in inputs and "weights" not in inputs
            if waits or named(statement, WEIGHT_NAMES) is value:
                value, weights = None, value
        elif rest:
            value = rest[0]
    if weights is not None:
        inputs["weights"], note = _weights_data(weights)
        assume(inputs, note)
    if value is not None:
        inputs["V"], note = matrix_or_vector(value, "a matriz V")
        assume(inputs, note)
    if previous is not None and inputs == before:
        return None
    is_question_29 = statement.has(_EARLIER) and len(rows(inputs.get("V"))) == len(_QUESTION_28)
    if "weights" not in inputs and previous is None and is_question_29:
        inputs["weights"] = [list(row) for row in _QUESTION_28]
        assume(inputs, "Como “matriz anterior” usei a da questão 28 da lista.")
    if "weights" not in inputs:
        raise MissingData(
            "Qual é a matriz de pesos de atenção que devo multiplicar por V? Escreva-a, por "
            "exemplo, [[0, 1], [1, 0]].",
            Problem(KIND, inputs),
        )
    if "V" not in inputs:
        raise MissingData(
            "Falta a matriz V (Value). Escreva-a, por exemplo, V = [[1, 2], [3, 4]].",
            Problem(KIND, inputs),
        )
    a, v = np.asarray(rows(inputs["weights"])), np.asarray(rows(inputs["V"]))
    if a.shape[1] != v.shape[0] and not is_matrix(inputs["V"]) and v.size == a.shape[1]:
        inputs["V"] = [[each] for each in floats(inputs["V"])]
    elif max(*a.shape, *v.shape) > MAX_SIDE:
        raise SolverError(f"As matrizes são grandes demais: use até {MAX_SIDE}×{MAX_SIDE}.")
    product(rows(inputs["weights"]), rows(inputs["V"]), "a matriz de pesos", "V")
    return _checked(statement, inputs)


def _same_sizes(weights: list[list[float]], values: list[list[float]]) -> None:
    for what, listed in (("As linhas de pesos", weights), ("Os values", values)):
        sizes = {len(row) for row in listed}
        if len(sizes) > 1:
            raise SolverError(f"{what} têm tamanhos diferentes. Confira os números.")
    if max(len(weights[0]), len(values), len(values[0])) > MAX_SIDE:
        raise SolverError(f"As matrizes são grandes demais: use até {MAX_SIDE}×{MAX_SIDE}.")
    product(weights, values, "a matriz de pesos", "V")


_CALLED_WEIGHTS = r"pesos|softmax|probabilidades?|distribuicao|attention weights|weights"
_AS_MATRICES = r"multipli\w+|produto|matmul|vezes|a ?[·.@*x×] ?v|np\.array|@"


def _checked(statement: Statement, inputs: dict[str, Json]) -> dict[str, Json]:
    """Rows that are called weights of attention have to be distributions; the matrix of zeros
    and ones of question 28, or a plain product of matrices, need not."""
    weights = np.asarray(rows(inputs["weights"]))
    asked = row_asked(statement, len(weights), strings(inputs.get("tokens")))
    inputs.pop("row", None)
    if asked is not None and len(weights) > 1:
        inputs["row"] = asked
    plain_product = statement.has(_AS_MATRICES) or not statement.has(_CALLED_WEIGHTS)
    if plain_product or bool(np.isin(weights, (0.0, 1.0)).all()):
        return inputs
    if bool((weights < 0).any()):
        raise SolverError(
            "Há pesos de atenção negativos; a softmax só dá pesos entre 0 e 1. Confira os números "
            "(ou peça só o produto das matrizes)."
        )
    sums = weights.sum(axis=1)
    wrong = [i for i, total in enumerate(sums) if abs(total - 1) > 0.021]
    if wrong:
        which = "" if len(weights) == 1 else f" da linha {wrong[0] + 1}"
        raise SolverError(
            f"Os pesos de atenção{which} somam {plain(float(sums[wrong[0]]))}, e não 1. Confira os "
            "números (ou peça só o produto das matrizes)."
        )
    return inputs


def solve(inputs: Inputs) -> Solution:
    a, v = np.asarray(rows(inputs["weights"])), np.asarray(rows(inputs["V"]))
    value = a @ v
    second = np.array(
        [[math.fsum(x * y for x, y in zip(row, col, strict=True)) for col in v.T] for row in a]
    )
    steps = [
        Step(
            "Fórmula",
            r"$\text{saída}_i = \sum_j a_{ij}\, v_j$: cada linha é a soma dos values com os pesos "
            "dessa linha",
        ),
        Step("Dimensões", f"({shape(a)}) · ({shape(v)}) = ({shape(value)})"),
    ]
    for i, (row, out) in enumerate(zip(a[:16], value[:16], strict=True), 1):
        terms = (
            " + ".join(
                rf"{tex(float(w))} \cdot {tex_vector(v[j].tolist())}"
                for j, w in enumerate(row)
                if w
            )
            or "0"
        )
        steps.append(Step(f"Linha {i}", rf"${terms} = {tex_vector(out.tolist())}$"))
    said: list[str] = []
    unequal = [str(i) for i, s in enumerate(a.sum(axis=1), 1) if abs(s - 1) > 0.011]
    if unequal:
        said.append(
            f"A linha {listing(unequal)} dos pesos não soma 1: ali o resultado é uma soma, não uma "
            "média ponderada, dos values."
            if len(unequal) == 1
            else f"As linhas {listing(unequal)} dos pesos não somam 1: ali o resultado é uma soma, "
            "não uma média ponderada, dos values."
        )
    single = not is_matrix(inputs["weights"])
    result: Json = value[0].tolist() if single else value.tolist()
    if "row" in inputs and not single:
        chosen = int(number(inputs["row"]))
        result = value[chosen].tolist()
        steps.append(Step("A linha pedida", rf"linha {chosen + 1}: ${tex_vector(value[chosen])}$"))
    mistakes: list[Mistake] = []
    if a.shape[0] == a.shape[1]:
        mistakes.append(((a.T @ v).ravel(), "se transpõe a matriz de pesos"))
    if a.shape == v.shape:
        mistakes.append(((a * v).ravel(), "se multiplica elemento a elemento"))
    return Solution(
        problem=Problem(KIND, inputs),
        title="Pesos de atenção · V",
        result=rf"$A V = {tex_of(result)}$",
        value=result,
        steps=tuple(steps),
        checks=(
            Check(
                "Produto refeito",
                bool(np.allclose(second, value)),
                "cada elemento recalculado como Σ aᵢⱼvⱼ",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=(*remarks(inputs, result, mistakes), *said),
        figure=heatmap(a, strings(inputs.get("tokens"))),
        example_id="29",
    )


def exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.randint(2, 4)
    weights: list[Json] = []
    for _ in range(n):
        cut = sorted(random.randint(0, 10) for _ in range(n - 1))
        parts = [b - a for a, b in zip([0, *cut], [*cut, 10], strict=True)]
        weights.append([part / 10 for part in parts])
    v = small_matrix(random, n, random.randint(2, 3), 0, 9)
    statement = (
        f"Multiplique a matriz de pesos de atenção {plain_matrix(rows(weights))} pela matriz de "
        f"Value V = {plain_matrix(rows(v))}."
    )
    return statement, {"weights": weights, "V": v}
