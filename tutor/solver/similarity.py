"""Similarity and distance of vectors: cosine, dot product, Euclidean and Manhattan."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, table, tex, tex_signed
from tutor.solver.inputs import Inputs, assume, assumptions, strings
from tutor.solver.inputs import rows as rows_of
from tutor.solver.metric_names import ratio
from tutor.solver.numbers import Value
from tutor.solver.registry import Family
from tutor.solver.text import fold

_SIMILARITY = "vector_similarity"
_MEASURES = {
    "cosine": r"cossenos?|cosine|cos|similaridades?(?! entre (?:as )?posic)|similarity",
    "dot": r"produtos? (?:escalar(?:es)?|internos?)|dot(?:[ -]product)?|inner product|np\.dot",
    "euclidean": r"distancias?(?: euclidianas?)?|euclidian[oa]s?|euclidean|l2",
    "manhattan": r"manhattan|l1|city ?block",
    "angle": r"(?:(?:qual|quanto|calcul\w+|determine|ache|find|what)[^.?;\n]{0,25} )?"
    r"(?:angulo|angle) (?:em graus |in degrees )?(?:entre|between|formado)",
}
_MEASURE_NAMES = {
    "cosine": "similaridade de cosseno", "dot": "produto escalar",
    "euclidean": "distância euclidiana", "manhattan": "distância de Manhattan",
    "angle": "ângulo em graus",
}  # fmt: skip
_ATTENTION = (
    r"query|queries|keys?|atencao|attention|q ?[·*x×@]? ?k(?:\^?t)?|softmax|logits?|pesos?|"
    r"posic(?:ao|oes)|d_model|position\w*|regularizac\w+|weight decay|gradientes?"
)


def _measures(statement: Statement) -> list[str]:
    found = [name for name, words in _MEASURES.items() if statement.has(words)]
    if "angle" in found:
        asked = statement.asks_quantity or statement.has(r"calcul\w+", "em graus", "qual")
        return ["angle"] if asked and not statement.has(r"muda\w*", "conserva") else []
    if statement.has(
        r"(?:similaridade|distancia) (?:de |do |por )?(?:cosseno|coseno)", "cosine distance"
    ):
        found = [name for name in found if name not in ("euclidean",)]
        if statement.has(r"distancia (?:de |do |por )?cosseno", "cosine distance"):
            found = ["cosine_distance", *[n for n in found if n != "cosine"]]
    if "manhattan" in found and not statement.has(r"euclidian\w+|l2"):
        found = [name for name in found if name != "euclidean"]
    if statement.has(r"(?:produto|dot|interno|escalar)") and not statement.has(
        r"coss?enos?|cosine|cos"
    ):
        found = [name for name in found if name != "cosine"]
    return found


_PENALTY = (
    r"soma dos quadrados|lambda|penalidade|penalizacao|regulariza\w+|weight decay|loss|perda|ridge"
)


def _written(statement: Statement) -> list[Value]:
    """The vectors; "(3,4)" is one too where another vector is written."""
    found = [
        value
        for value in statement.values
        if not value.dimensions and (value.size > 1 or _is_pair(value))
    ]
    return found if len(found) > 1 else [value for value in found if value.size > 1]


def _is_pair(value: Value) -> bool:
    return value.bracketed and any(
        math.prod(reading.shape) > 1 for reading in value.readings if not reading.problem
    )


def _two_vectors(statement: Statement) -> list[list[float]]:
    vectors: list[list[float]] = []
    arrays = _written(statement)
    sizes = [value.size for value in arrays]
    if len(arrays) == 1 and len(arrays[0].readings[0].shape) == 2:
        return arrays[0].matrix("os vetores")[0]
    for value in arrays:
        # Another reading of its commas is taken only if it makes the sizes agree.
        shapes = {math.prod(reading.shape) for reading in value.readings if not reading.problem}
        size = max(2, min(sizes)) if max(2, min(sizes)) in shapes else None
        vectors.append(value.vector("os vetores", size)[0])
    return vectors


def _vector_names(statement: Statement) -> list[str]:
    names = []
    for value in statement.arrays:
        if value.size > 1:
            named = re.search(
                r"([^\W\d_]\w*)['\"”]?\s*(?:[=:]|é)\s*$", statement.text[: value.start][-40:]
            )
            names.append(named[1] if named else "")
    return names if all(names) and len(set(names)) == len(names) else []


_FORMULA = re.compile(
    r"[a-z]\w* ?[-−] ?[a-z]\w* ?\+ ?[a-z]\w*|[a-z]\w* ?\+ ?[a-z]\w* ?[-−] ?[a-z]\w*"
)
_ONE = re.compile(
    r"\b(?:de|do|da|entre) ['\"]?(?P<one>\w+)['\"]?,? (?:e|com|a|ao|para) "
    r"(?:cada (?:uma? )?|[oa]s )"
    r"(?:d[aoe]s? )?(?:[oa]s )?(?:outr[oa]s|demais|dois|duas|dema)|"
    r"(?:mais (?:parecid|proxim|semelhante|similar)\w*) (?:com|de|d[oa]|a|ao) ['\"]?(?P<other>\w+)"
)


def _against_others(statement: Statement, names: list[str]) -> Json:
    """The name of the vector that is compared with each of the others; None for all pairs."""
    match = _ONE.search(statement.folded)
    found = (match["one"] or match["other"]) if match else None
    return next((name for name in names if found and fold(name) == found), None)


def _match_similarity(statement: Statement) -> float:
    if statement.conceptual or not _measures(statement):
        return 0.0
    if statement.has(_PENALTY) and not statement.has(r"coss?enos?|cosine|euclidian\w+|manhattan"):
        return 0.0
    written = _written(statement)
    if len(written) < 2 and not any(value.bracketed for value in written):
        wants = statement.has(r"vetor(?:es)?|embeddings?", "vectors?") and statement.asks_value
        return 0.3 if wants and not statement.has(_ATTENTION) else 0.0
    if statement.has(_ATTENTION):
        return 0.3 if any(value.bracketed for value in written) else 0.0
    return 0.93


def _parse_similarity(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    vectors = _two_vectors(statement)
    known = rows_of(inputs["vectors"]) if "vectors" in inputs else []
    if len(vectors) >= 2:
        inputs["vectors"] = [list(v) for v in vectors]
        inputs["names"] = list(_vector_names(statement))
    elif len(vectors) == 1 and known:
        which = 0 if statement.has(r"primeir[oa]|a|u|x|v1") and not statement.has(
            r"segund[oa]|b|v|y|v2") else 1  # fmt: skip
        if len(known) == 1:
            known.append(vectors[0])
        else:
            known[which] = vectors[0]
        inputs["vectors"] = [list(v) for v in known]
    elif len(vectors) == 1:
        inputs["vectors"] = [list(vectors[0])]
    measures = _measures(statement)
    if measures:
        inputs["measures"] = list(measures)
    if vectors:
        inputs["assumptions"] = []
        for value in statement.arrays:
            if value.size > 1 and len(value.readings[0].shape) < 2:
                natural, note = value.vector("os vetores")
                if len(natural) == len(vectors[0]):
                    assume(inputs, note)
    if previous is not None and inputs == before:
        return None
    listed = rows_of(inputs["vectors"]) if "vectors" in inputs else []
    if len(vectors) > 2:
        if _FORMULA.search(statement.folded):
            return None  # "rei - homem + mulher": the vectors are first to be combined
        inputs["one"] = _against_others(statement, [str(each) for each in _vector_names(statement)])
    told = re.search(r"(?<![\w.,])(\d{1,4}) (?:dimensoes|componentes)\b", statement.folded)
    if told and len(vectors) > 1 and all(len(each) != int(told[1]) for each in vectors):
        raise SolverError(
            f"O enunciado fala de vetores com {told[1]} dimensões, mas os que li têm "
            f"{len(vectors[0])}. Confira os dados."
        )
    if len(listed) < 2:
        missing = "os dois vetores" if not listed else "o segundo vetor"
        raise MissingData(
            f"Falta{'m' if not listed else ''} {missing}. Por exemplo: [1; 2; 3]"
            + (" e [0,5; 1; 2]." if not listed else "."),
            Problem(_SIMILARITY, inputs),
        )
    sizes = {len(row) for row in listed}
    if len(sizes) > 1:
        raise SolverError(
            f"Os vetores têm tamanhos diferentes ({', '.join(str(len(row)) for row in listed)}): "
            "para compará-los, precisam da mesma dimensão."
        )
    inputs.setdefault("measures", ["cosine"])
    if any(m == "angle" or "cosine" in m for m in strings(inputs["measures"])) and any(
        not any(r) for r in listed
    ):
        raise SolverError("O cosseno com o vetor nulo não existe: a norma dele é zero.")
    return inputs


def measure(name: str, a: np.ndarray, b: np.ndarray) -> float:
    if name == "dot":
        return float(a @ b)
    if name == "euclidean":
        return float(np.linalg.norm(a - b))
    if name == "manhattan":
        return float(np.abs(a - b).sum())
    # Scaled first, so that the squares of huge components do not overflow.
    a, b = a / np.abs(a).max(), b / np.abs(b).max()
    cosine = float(a @ b) / (float(np.linalg.norm(a)) * float(np.linalg.norm(b)))
    cosine = max(-1.0, min(1.0, cosine))
    if name == "angle":
        a, b = a / np.linalg.norm(a), b / np.linalg.norm(b)  # acos is inexact for small angles
        gap, total = float(np.linalg.norm(a - b)), float(np.linalg.norm(a + b))
        return math.degrees(2 * math.atan2(gap, total))
    return 1 - cosine if name == "cosine_distance" else cosine


def _solve_similarity(inputs: Inputs) -> Solution:
    vectors = [np.asarray(row) for row in rows_of(inputs["vectors"])]
    measures = strings(inputs["measures"])
    names = {**_MEASURE_NAMES, "cosine_distance": "distância de cosseno"}
    if len(vectors) > 2:
        return _solve_pairs(inputs, vectors, measures[0], names[measures[0]])
    a, b = vectors
    values = {name: measure(name, a, b) for name in measures}
    steps: list[Step] = []
    checks: list[Check] = []
    dot, na, nb = float(a @ b), float(np.linalg.norm(a)), float(np.linalg.norm(b))
    terms = " + ".join(
        rf"{tex_signed(float(x))} \times {tex_signed(float(y))}"
        for x, y in zip(a[:12], b[:12], strict=True)
    ) + (r" + \ldots" if len(a) > 12 else "")
    product = Step("Produto escalar", rf"$a \cdot b = {terms} = {tex(dot)}$")
    if {"dot", "cosine", "cosine_distance", "angle"} & set(measures):
        steps.append(product)
        half = (float(((a + b) ** 2).sum()) - float(((a - b) ** 2).sum())) / 4
        checks.append(Check("Identidade de polarização", math.isclose(half, dot, rel_tol=1e-9,
                      abs_tol=1e-9 * (na * na + nb * nb + 1e-300)), "(‖a+b‖² − ‖a−b‖²)/4 dá o "
                                                                    "mesmo produto"))  # fmt: skip
    if {"cosine", "cosine_distance", "angle"} & set(measures):
        cosine = measure("cosine", a, b)
        steps.append(
            Step("Normas", rf"$\lVert a \rVert = {tex(na)}$ e $\lVert b \rVert = {tex(nb)}$")
        )
        steps.append(Step("Cosseno", r"$\cos(a, b) = \dfrac{a \cdot b}{\lVert a \rVert \lVert b "
                     rf"\rVert}} = \dfrac{{{tex(dot)}}}{{{tex(na)} "
                     rf"\times {tex(nb)}}} = {tex(cosine)}$"))  # fmt: skip
        unit = 1 - float(((a / na - b / nb) ** 2).sum()) / 2 if math.isfinite(na * nb) else cosine
        checks.append(Check("Pelos vetores unitários", math.isclose(unit, cosine, abs_tol=1e-9),
                      f"1 − ‖â − b̂‖²/2 = {plain(unit)}"))  # fmt: skip
        if "cosine_distance" in measures:
            steps.append(
                Step("Distância de cosseno", rf"$1 - {tex_signed(cosine)} = {tex(1 - cosine)}$")
            )
    if "angle" in measures:
        steps.append(
            Step("Ângulo", rf"$\arccos({tex(measure('cosine', a, b))}) = {tex(values['angle'])}°$")
        )
    if "euclidean" in measures:
        squares = " + ".join(
            f"({tex(float(x))} - {tex_signed(float(y))})^2"
            for x, y in zip(a[:12], b[:12], strict=True)
        ) + (r" + \ldots" if len(a) > 12 else "")
        steps.append(
            Step("Distância euclidiana", rf"$\sqrt{{{squares}}} = {tex(values['euclidean'])}$")
        )
        second = math.dist(a.tolist(), b.tolist())
        checks.append(Check("Segunda formulação", math.isclose(second, values["euclidean"],
                      rel_tol=1e-9, abs_tol=1e-12), f"hipotenusa "
                                                    f"acumulada: {plain(second)}"))  # fmt: skip
    if "manhattan" in measures:
        steps.append(
            Step("Distância de Manhattan", rf"$\sum_i |a_i - b_i| = {tex(values['manhattan'])}$")
        )
        second = math.fsum(abs(x - y) for x, y in zip(a.tolist(), b.tolist(), strict=True))
        checks.append(Check("Soma exata", math.isclose(second, values["manhattan"], rel_tol=1e-9,
                      abs_tol=1e-12), plain(second)))  # fmt: skip
    value: Json = values[measures[0]] if len(measures) == 1 else dict(values)
    mistakes: list[Mistake] = []
    if measures == ["cosine"]:
        mistakes = [
            (dot, "se esquece de dividir pelas normas (esse é o produto escalar)"),
            (ratio(dot, (na * nb) ** 2), "se esquece a raiz das normas"),
            (ratio(dot, na + nb), "se somam as normas em vez de multiplicá-las"),
            (1 - values["cosine"], "se calcula a distância de cosseno (1 − cosseno)"),
            (math.degrees(math.acos(values["cosine"])), "se dá o ângulo em graus"),
            (math.acos(values["cosine"]), "se dá o ângulo em radianos"),
            (ratio(dot, na**2), "se divide só pela norma do primeiro vetor, ao quadrado"),
        ]
    elif measures == ["euclidean"]:
        mistakes = [(values["euclidean"] ** 2, "se esquece da raiz quadrada"),
                    (float(np.abs(a - b).sum()), "se somam as diferenças absolutas "
                                                 "(Manhattan)")]  # fmt: skip
    elif measures == ["dot"] and na and nb:
        mistakes = [(measure("cosine", a, b), "se divide pelas normas (esse é o cosseno)"),
                    (float(a.sum() * b.sum()), "se multiplica a soma dos componentes")]  # fmt: skip
    result = "; ".join(rf"{names[n]}: $\approx {tex(v)}$" if v != round(v, 4) else
                       rf"{names[n]}: ${tex(v)}$" for n, v in values.items())  # fmt: skip
    return Solution(
        problem=Problem(_SIMILARITY, inputs),
        title=listing([names[n] for n in measures]).capitalize(),
        result=result[0].upper() + result[1:],
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _solve_pairs(inputs: Inputs, vectors: Sequence[np.ndarray], name: str, title: str) -> Solution:
    values = [[measure(name, a, b) for b in vectors] for a in vectors]
    labels = strings(inputs.get("names"))
    if len(labels) != len(vectors):
        labels = [f"v{i}" for i in range(1, len(vectors) + 1)]
    body = [
        [label, *[f"${tex(x)}$" for x in row]] for label, row in zip(labels, values, strict=True)
    ]
    one = inputs.get("one")
    if isinstance(one, str) and one in labels:
        return _solve_one(inputs, values[labels.index(one)], labels, one, name, title)
    pairs = [(i, j) for i in range(len(vectors)) for j in range(i + 1, len(vectors))]
    nearest = (min if "distance" in name or name in ("euclidean", "manhattan") else max)(
        pairs, key=lambda pair: values[pair[0]][pair[1]]
    )
    i, j = nearest
    symmetric = bool(np.allclose(values, np.transpose(values)))
    return Solution(
        problem=Problem(_SIMILARITY, inputs),
        title=f"{title.capitalize()} entre todos os pares",
        result=f"Os mais próximos são {labels[i]} e {labels[j]} ({title} ${tex(values[i][j])}$).",
        value=[list(row) for row in values],
        steps=(Step("Todos os pares", table(["", *labels], body)),),
        checks=(Check("Matriz simétrica", symmetric, "a medida não depende da ordem"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, [list(row) for row in values]),
        figure=Figure("heatmap", title.capitalize(), {"rows": list(labels), "columns": list(labels),
                      "values": [list(row) for row in values]}),
    )  # fmt: skip


def _solve_one(
    inputs: Inputs, row: Sequence[float], labels: Sequence[str], one: str, name: str, title: str
) -> Solution:
    others = {label: x for label, x in zip(labels, row, strict=True) if label != one}
    lowest = "distance" in name or name in ("euclidean", "manhattan", "angle")
    nearest = (min if lowest else max)(others, key=lambda label: others[label])
    listed = "; ".join(f"{label}: ${tex(x)}$" for label, x in others.items())
    return Solution(
        problem=Problem(_SIMILARITY, inputs),
        title=f"{title.capitalize()} de {one} com os outros",
        result=f"{listed}. O mais próximo de {one} é **{nearest}**.",
        value={**others, "mais_proximo": nearest},
        steps=(Step("Cada par", table(["vetor", title],
                    [[a, f"${tex(x)}$"] for a, x in others.items()])),),
        checks=(Check("O próprio vetor é o mais próximo de si",
                      all(row[labels.index(one)] <= x + 1e-9 if lowest else
                          row[labels.index(one)] >= x - 1e-9 or name == "dot" for x in row),
                      "nenhum outro fica mais perto do que ele mesmo"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, dict(others)),
    )  # fmt: skip


def _exercise_similarity(random: Random) -> tuple[str, dict[str, Json]]:
    size = random.choice([2, 3, 4])
    vectors = [[float(random.randint(-4, 5)) for _ in range(size)] for _ in range(2)]
    for vector in vectors:
        if not any(vector):
            vector[0] = 1.0
    name = random.choice(["cosine", "cosine", "dot", "euclidean"])
    article = "o" if name == "dot" else "a"
    return (
        f"Calcule {article} {_MEASURE_NAMES[name]} dos vetores a = {plain_vector(vectors[0])} e "
        f"b = {plain_vector(vectors[1])}.",
        {"vectors": [list(v) for v in vectors], "measures": [name], "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _SIMILARITY, "Similaridade e distância de vetores", "embeddings", "20",
        _match_similarity, _parse_similarity, _solve_similarity, _exercise_similarity,
    ),
)  # fmt: skip
