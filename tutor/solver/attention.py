"""Scaled dot-product attention: QKᵀ, scaling, mask, softmax, weights · V."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver import attention_rows, weighted_values
from tutor.solver.causal import CAUSAL
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_matrix, tex, tex_matrix, tex_vector
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
    OTHER,
    Q_NAMES,
    V_NAMES,
    as_given,
    heatmap,
    matrix_or_vector,
    named,
    product,
    row_asked,
    shape,
    small_matrix,
    stacked,
    tex_of,
)
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_KIND = "attention"
_ATTENTION = (
    r"atencao|attention|self[ -]?attention|auto[ -]?atencao|q\W{0,3}k(?:\W{0,2}t)?|qkt|"
    r"quer(?:y|ies)|keys?|scores?|escores?"
)
# "scores" alone may be the outputs of any classifier.
_SCORES_OF_ATTENTION = r"atencao|attention|q\W{0,3}k(?:\W{0,2}t)?|qkt|quer(?:y|ies)|keys?|d_?k|raiz"
_KT_NAMES = ("k^t", "kt", "k transposta", "k transposto")
_SCORE_NAMES = (
    "qk^t", "q.k^t", "q*k^t", "q·k^t", "q k^t", "q . k^t", "q * k^t", "q · k^t", "q × k^t",
    "qk transposto", "qk transposta", "qkt", "scores", "score", "escores", "pontuacoes",
)  # fmt: skip
_CAUSAL = r"causal|masked|mascarad[ao]|look[ -]?ahead|triangular|autorregressiv[ao]|decoder|futuro"
_SCALED_ALREADY = (
    r"ja (?:foram |estao |sao )?(?:escalad[ao]s|dividid[ao]s|normalizad[ao]s)|"
    r"(?:scores?|escores?) escalad[ao]s(?= (?:de|sao|foram|=|:))"
)
_NOT_SCALED = r"(?:ainda )?nao (?:foram |estao )?escalad[ao]s?|sem escala(?= ainda)|unscaled"
_WHOLE_FORMULA = r"softmax\W{0,3}q\W{0,3}k(?:\W{0,3}t)?[^a-z]{0,3}(?:/\W*sqrt\W*d_?k)?[^a-z]{0,5}v"
_OUTPUT_ASKED = (
    r"(?:saida|output) d[ae] (?:self[ -]?)?(?:atencao|attention)|"
    r"(?:qual|calcul\w+|obtenha|encontre|determine|ache|mostre) (?:e |seria )?(?:a |o )?"
    r"(?:saida|output|resultado final|vetor de contexto|nova representacao)(?: d[ae] (?:self[ -]?)?"
    r"(?:atencao|attention|camada))?"
)


# ------------------------------------------------------------------ parsing


def _match(statement: Statement) -> float:
    if statement.conceptual:
        return 0.0
    if not statement.arrays:
        asks = statement.has(r"calcul\w+", r"compute") and not statement.asks_concept
        asked = statement.has(r"atencao|attention|self[ -]?attention|q\W{0,3}k\W{0,2}t")
        return 0.4 if asks and asked and not statement.has(OTHER) else 0.0
    keys = named(statement, K_NAMES) or named(statement, _KT_NAMES) or _numbered(statement, "k")
    queries = named(statement, Q_NAMES) or named(statement, ("x",))
    if (
        queries
        and keys
        and statement.has(r"escalad[ao]s?", "scaled", r"sqrt\W*d_?k", r"raiz de d_?k")
    ):
        return 0.95
    if queries and keys and (statement.has(_ATTENTION) or named(statement, V_NAMES)):
        return 0.94
    about = statement.has(_SCORES_OF_ATTENTION, _CAUSAL, "mascara", "mask")
    if named(statement, _SCORE_NAMES) and about:
        return 0.93
    if about and _given_scores(statement) is not None:
        return 0.93
    if _SHARED.search(statement.folded[: statement.arrays[0].start]):
        return 0.93
    if queries and statement.asks_value and statement.has(r"atencao|attention|q\W{0,3}k\W{0,2}t"):
        return 0.6
    projected = statement.has(r"w_?q") and statement.has(r"w_?k")
    return 0.92 if projected and named(statement, ("x",)) else 0.0


def _numbered(statement: Statement, letter: str) -> list[Value]:
    """k1 = [..], k2 = [..], …"""
    found: list[Value] = []
    for index in range(1, MAX_SIDE + 1):
        value = named(statement, (f"{letter}{index}",))
        if value is None:
            break
        found.append(value)
    return found


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {k: v for k, v in (previous or {}).items() if k != "weights"}
    before = dict(inputs)
    _read_matrices(statement, inputs)
    d_k = statement.count("d_k", "dk", "d_{k}", "dimensao das chaves", what="d_k")
    if d_k is not None:
        inputs["d_k"] = d_k
    if statement.has(_SCALED_ALREADY):
        inputs["scale"] = False
        assume(inputs, "Os scores já estavam escalados; não dividi de novo por √d_k.")
    elif statement.has(
        r"sem (?:a |o )?(?:escala\w*|escalonamento|dividir|divisao|raiz|normaliza\w*)",
        r"nao escalad[ao]",
        r"unscaled",
    ) and not (d_k is not None and statement.has(_NOT_SCALED)):
        inputs["scale"] = False
    elif statement.has(
        r"com (?:a )?escala\w*",
        r"escalad[ao]s?",
        r"scaled",
        r"raiz",
        r"sqrt",
        r"divid\w+ por",
        r"d_?k",
    ):
        inputs["scale"] = True
    elif previous is None and statement.has(r"softmax\W{1,3}q\W{0,3}k\W{0,3}t?"):
        inputs["scale"] = False
        assume(inputs, r"Segui a fórmula escrita, softmax(QKᵀ), sem dividir por √d_k.")
    _read_mask(statement, inputs)
    stage = _stage(statement, inputs, previous)
    if stage is not None:
        inputs["stage"] = stage
    listed = [names for names in statement.name_lists if len(names.items) > 1]
    if listed:
        inputs["tokens"] = list(listed[0].items)
    given = rows(inputs.get("Q", inputs.get("scores")))
    asked = row_asked(statement, len(given), strings(inputs.get("tokens")))
    if asked is not None and len(given) > 1 and not statement.has("padding|pad"):
        inputs["row"] = asked
    elif previous is None or inputs != before:
        inputs.pop("row", None)
    if previous is not None and inputs == before:
        return None
    _check(inputs)
    return inputs


def _read_matrices(statement: Statement, inputs: dict[str, Json]) -> None:
    for key, names, letter in (("Q", Q_NAMES, "q"), ("K", K_NAMES, "k"), ("V", V_NAMES, "v")):
        numbered = _numbered(statement, letter)
        if numbered:
            inputs[key] = [
                list(value.vector(f"{letter}{i}")[0]) for i, value in enumerate(numbered, 1)
            ]
            continue
        value = named(statement, names)
        if value is None:
            continue
        each = stacked(statement, value)
        if len(each) > 1:
            inputs[key] = [list(row.vector(f"uma linha de {key}")[0]) for row in each]
            _check_rows(key, rows(inputs[key]))
        else:
            inputs[key], note = matrix_or_vector(value, f"a matriz {key}")
            assume(inputs, note)
    _read_shared(statement, inputs)
    transposed = named(statement, _KT_NAMES)
    if transposed is not None and named(statement, _SCORE_NAMES) is not transposed:
        matrix, note = transposed.matrix("a matriz Kᵀ")
        inputs["K"] = np.asarray(matrix).T.tolist()
        assume(inputs, note)
    scores = named(statement, _SCORE_NAMES) or _given_scores(statement)
    if scores is not None and "K" not in inputs:
        inputs["scores"], note = matrix_or_vector(scores, "os scores")
        assume(inputs, note)
    x = named(statement, ("x", "embeddings", "entrada", "entradas"))
    if x is not None:
        for key in "QKV":
            weight = named(statement, (f"w_{key.lower()}", f"w^{key.lower()}"))
            if weight is not None:
                inputs[key] = product(
                    x.matrix("X")[0], weight.matrix(f"W_{key}")[0], "X", f"W_{key}"
                ).tolist()


_GIVEN_SCORES = re.compile(
    r"\b(?:scores?|escores?|pontuacoes|produtos? escalar(?:es)?|q ?k ?\^?t)\b[^\[\]{}.;]{0,90}"
    r"(?:\b(?:foram|sao|eram|deu|deram|valem|e)|[:=)])\s*$"
)


def _given_scores(statement: Statement) -> Value | None:
    """ "os escores de um token em relação a três tokens são 2, 0 e 1"."""
    candidates = [v for v in statement.arrays if not v.dimensions]
    if len(candidates) != 1 or statement.has("values?", "matriz v", "posicional"):
        return None
    lead = statement.folded[max(0, candidates[0].start - 130) : candidates[0].start]
    return candidates[0] if _GIVEN_SCORES.search(lead) else None


def _check_rows(key: str, matrix: Sequence[Sequence[float]]) -> None:
    sizes = [str(len(row)) for row in matrix]
    if len(set(sizes)) > 1:
        raise SolverError(
            f"Os vetores de {key} têm tamanhos diferentes ({listing(sizes[:8])}). "
            "Todos precisam do mesmo número de componentes."
        )


_SHARED = re.compile(r"\bq\s*(?:,|e|=)\s*k(?:\s*(?:,|e|=)\s*v)?\b[^\[\](){}\d]{0,40}$")


def _read_shared(statement: Statement, inputs: dict[str, Json]) -> None:
    """ "Q, K e V iguais a [[1, 0], [0, 1]]": one matrix for all."""
    if len(statement.arrays) != 1 or ("Q" in inputs and "K" in inputs):
        return
    value = statement.arrays[0]
    shared = _SHARED.search(statement.folded[: value.start])
    if shared is None:
        return
    matrix, note = value.matrix("Q, K e V")
    for key in ("Q", "K", "V") if re.search(r"\bv\b", shared.group()) else ("Q", "K"):
        inputs[key] = [list(row) for row in matrix]
    assume(inputs, note)


def _read_mask(statement: Statement, inputs: dict[str, Json]) -> None:
    if statement.has(r"sem (?:a )?mascara", r"sem masking"):
        inputs.pop("mask", None)
        return
    found = statement.find("mascara de padding", "mascara de preenchimento", "mascara", "mask")
    if found is not None and found.value in statement.arrays:
        shape = found.value.readings[0].shape
        if len(shape) == 2:
            inputs["mask"] = _mask_matrix(found.value)
        else:
            numbers, _ = found.value.vector("a máscara", allow_infinite=True)
            inputs["mask"] = {"keys": [0 if n == 0 or n < -1 else 1 for n in numbers]}
        return
    padding = re.search(
        r"(?:token|posicao|tokens|posicoes|palavra)\s+(\d{1,2})(?:\s*(?:,|e)\s*(\d{1,2}))?\s+"
        r"(?:e|sao|for|forem|seja|como)?\s*(?:de |um )?(?:padding|pad|preenchimento|\[pad\])",
        statement.folded,
    )
    if padding:
        inputs["mask"] = {"padding": [int(each) for each in padding.groups() if each]}
        return
    if statement.has(
        r"ultim[ao]s? (?:token|posicao|palavra|coluna)[^.;\n]{0,20}(?:padding|pad|preenchimento)"
    ):
        inputs["mask"] = {"padding": [-1]}
    elif statement.has(_CAUSAL) or inputs.get("mask") == "causal":
        inputs["mask"] = _causal(statement, inputs)


def _causal(statement: Statement, inputs: dict[str, Json]) -> Json:
    """The causal mask; for one row of scores it takes the position of its token."""
    scores = inputs.get("scores")
    if not isinstance(scores, list) or is_matrix(scores):
        return "causal"
    position = statement.count("token", "posicao", "linha", "palavra", "position", what="a posição")
    if position is None:
        raise MissingData(
            "Com a máscara causal preciso saber de que token é essa linha de scores. Escreva, por "
            "exemplo, token 2.",
            Problem(_KIND, {**inputs, "mask": "causal"}),
        )
    if position > len(scores):
        raise SolverError(f"São {len(scores)} scores, por isso não há um token {position}.")
    return {"keys": [int(index < position) for index in range(len(scores))]}


def _mask_matrix(value: Value) -> Json:
    """1 = may be seen. Additive masks (0 and −inf) and 0/1 masks are told apart by −inf."""
    matrix, _ = value.matrix("a máscara", allow_infinite=True)
    additive = any(n == -math.inf or n < -1 for row in matrix for n in row)
    return [[int(n == 0 if additive else n != 0) for n in row] for row in matrix]


def _stage(statement: Statement, inputs: Inputs, previous: Inputs | None) -> str | None:
    """What is asked for: scores, scaled scores, weights or the output."""
    if statement.has(r"(?:so|somente|apenas) (?:os |as )?(?:pesos|softmax|probabilidades)"):
        return "weights"
    if statement.has(r"(?:so|somente|apenas) (?:os |as |o )?(?:scores?|escores?|produto)"):
        return "scores"
    if previous is not None and statement.has(r"sem (?:a |o )?(?:escala|raiz|divi)\w*"):
        return None
    if previous is not None and not statement.has(
        r"escal\w+",
        "raiz",
        "saida",
        "pesos",
        "scores?",
        "softmax",
        "v",
        "values?",
        r"atencao completa",
    ):
        return None
    if statement.has(_WHOLE_FORMULA) or statement.has(_OUTPUT_ASKED):
        return "output"
    if "V" in inputs and not statement.has(
        r"(?:quais|calcul\w+|obtenha|encontre|determine|mostre)(?: sao)? "
        r"(?:os |as |a )?(?:pesos|scores|matriz de (?:pesos|atencao))"
    ):
        return "output"
    if statement.has(
        "softmax", "pesos", "weights", "probabilidades", "distribuicao",
        r"quant[oa] (?:d[ae] )?atencao", r"atencao (?:que )?cada (?:chave|key|token|palavra)",
    ):  # fmt: skip
        return "weights"
    if statement.has(r"escal\w+", "scaled", "raiz", "sqrt", r"divid\w+"):
        return "scaled"
    if statement.has(r"scores?", "escores?", "produto", r"q\W{0,3}k(?:\W{0,2}t)?", r"multipli\w+"):
        asked_attention = statement.has(
            r"(?:calcul\w+|qual) (?:a |e a )?(?:self[ -]?attention|atencao|attention)"
        )
        return "weights" if asked_attention else "scores"
    return "weights" if previous is None else None


def _check(inputs: dict[str, Json]) -> None:
    if "scores" not in inputs:
        for key, example in (("Q", "Q = [[1, 0], [0, 1]]"), ("K", "K = [[1, 1], [0, 1]]")):
            if not isinstance(inputs.get(key), list):
                raise MissingData(
                    f"Para a atenção falta a matriz {key}. Escreva-a, por exemplo, {example}.",
                    Problem(_KIND, inputs),
                )
        q, k = np.asarray(rows(inputs["Q"])), np.asarray(rows(inputs["K"]))
        if q.shape[1] != k.shape[1]:
            raise SolverError(
                f"Q tem {q.shape[1]} colunas e K tem {k.shape[1]}: para QKᵀ as duas precisam ter o "
                "mesmo número de colunas (d_k)."
            )
        told = inputs.get("d_k")
        if told is not None and number(told) != q.shape[1] and inputs.get("scale") is not False:
            raise SolverError(
                f"Os dados não combinam: d_k = {plain(number(told))}, mas Q e K têm {q.shape[1]} "
                "colunas, e d_k é o número de colunas. Confira os dois."
            )
        n_keys = k.shape[0]
    else:
        n_keys = len(rows(inputs["scores"])[0])
    if inputs.get("stage") == "output":
        if not isinstance(inputs.get("V"), list):
            raise MissingData(
                "Falta a matriz V (Value). Escreva-a, por exemplo, V = [[1, 2], [3, 4]].",
                Problem(_KIND, inputs),
            )
        if len(rows(inputs["V"])) != n_keys:
            if not is_matrix(inputs["V"]) and len(floats(inputs["V"])) == n_keys:
                inputs["V"] = [[each] for each in floats(inputs["V"])]
            else:
                raise SolverError(
                    f"V tem {len(rows(inputs['V']))} linhas, mas há {n_keys} chaves: precisa haver "
                    "um value para cada key."
                )
    for key in ("Q", "K", "V", "scores"):
        if key in inputs and max(np.asarray(rows(inputs[key])).shape) > MAX_SIDE:
            raise SolverError(f"A matriz {key} é grande demais: use até {MAX_SIDE}×{MAX_SIDE}.")


# ------------------------------------------------------------------ solving


def _allowed(mask: Json, n_queries: int, n_keys: int) -> np.ndarray | None:
    """True where a query may see a key."""
    if mask is None:
        return None
    if mask == "causal":
        return np.tril(np.ones((n_queries, n_keys), dtype=bool), k=n_keys - n_queries)
    if isinstance(mask, dict):
        keep = np.ones(n_keys, dtype=bool)
        if "keys" in mask:
            flags = floats(mask["keys"])
            if len(flags) != n_keys:
                raise SolverError(f"A máscara tem {len(flags)} posições, mas há {n_keys} chaves.")
            keep = np.asarray(flags) > 0
        for position in floats(mask.get("padding")):
            index = int(position)
            if index > n_keys:
                raise SolverError(f"O token {index} não existe: há só {n_keys} chaves.")
            keep[index - 1 if index > 0 else -1] = False
        allowed = np.tile(keep, (n_queries, 1))
    else:
        allowed = np.asarray(rows(mask)) > 0
        if allowed.shape != (n_queries, n_keys):
            raise SolverError(
                f"A máscara é {shape(allowed)}, mas os scores são {n_queries}×{n_keys}."
            )
    if not allowed.any(axis=1).all():
        raise SolverError(
            "A máscara esconde todas as chaves de uma linha; a softmax não existe aí."
        )
    return allowed


def _softmax_rows(scores: np.ndarray, allowed: np.ndarray | None) -> np.ndarray:
    hidden = scores if allowed is None else np.where(allowed, scores, -np.inf)
    powers = np.exp(hidden - hidden.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def _solve(inputs: Inputs) -> Solution:
    stage = str(inputs.get("stage", "weights"))
    steps: list[Step] = []
    checks: list[Check] = []
    notes = list(assumptions(inputs))
    scale = inputs.get("scale")
    if "scores" in inputs and "K" not in inputs:
        scores = np.asarray(rows(inputs["scores"]))
        width = inputs.get("d_k")
        if scale is None:
            scale = width is not None
            if not scale:
                notes.append("Não foi dado $d_k$; usei os scores como estão, sem dividir por √d_k.")
        if scale and width is None:
            raise MissingData(
                "Para escalar os scores preciso de d_k. Escreva, por exemplo, d_k = 64.",
                Problem(_KIND, inputs),
            )
        d_k = number(width, 1.0)
        single_query = not is_matrix(inputs["scores"])
        single_key = False
        steps.append(Step("Scores dados", rf"$QK^T = {tex_matrix(scores)}$"))
    else:
        q, k = np.asarray(rows(inputs["Q"])), np.asarray(rows(inputs["K"]))
        single_query = not is_matrix(inputs["Q"])
        single_key = not is_matrix(inputs["K"])
        scores = q @ k.T
        d_k = number(inputs.get("d_k"), float(q.shape[1]))
        scale = scale is not False
        if "d_k" in inputs and d_k != q.shape[1]:
            notes.append(
                f"Usei d_k = {plain(d_k)} na escala, como dado, embora Q e K tenham "
                f"{q.shape[1]} colunas."
            )
        steps.append(Step("Fórmula", _formula(stage, bool(scale))))
        steps.append(Step("Produto QKᵀ", _score_step(q, k, scores)))
        second = np.array(
            [[math.fsum(a * b for a, b in zip(x, y, strict=True)) for y in k] for x in q]
        )
        checks.append(
            Check(
                "Produtos escalares",
                bool(np.allclose(second, scores)),
                "cada score recalculado como Σ qᵢkᵢ",
            )
        )
    scaled = scores / math.sqrt(d_k) if scale else scores
    if scale and stage != "scores":
        steps.append(
            Step(
                "Escala por √d_k",
                rf"$\dfrac{{QK^T}}{{\sqrt{{{tex(d_k)}}}}} = {tex_matrix(scaled)}$",
            )
        )
    allowed = _allowed(inputs.get("mask"), *scores.shape)
    weights = _softmax_rows(scaled, allowed)
    value = {"scores": scores, "scaled": scaled}.get(stage, weights)
    if stage in ("weights", "output"):
        if allowed is not None:
            hidden = np.where(allowed, scaled, -np.inf)
            steps.append(
                Step("Máscara", rf"As posições escondidas viram $-\infty$: ${tex_matrix(hidden)}$")
            )
            checks.append(
                Check(
                    "Máscara",
                    bool((weights[~allowed] == 0).all()),
                    "as posições escondidas têm peso 0",
                )
            )
        steps.append(Step("Softmax em cada linha", _softmax_step(weights)))
        sums = weights.sum(axis=1)
        checks.append(
            Check(
                "Cada linha soma 1",
                bool(np.allclose(sums, 1)),
                listing([plain(float(s), 6) for s in sums]),
            )
        )
    if stage == "output":
        v = np.asarray(rows(inputs["V"]))
        value = weights @ v
        steps.append(
            Step(
                "Pesos · V", rf"${tex_matrix(weights)} \cdot {tex_matrix(v)} = {tex_matrix(value)}$"
            )
        )
        inside = (value >= v.min(axis=0) - 1e-9).all() and (value <= v.max(axis=0) + 1e-9).all()
        checks.append(
            Check(
                "Média ponderada",
                bool(inside),
                "cada coluna fica entre o menor e o maior valor de V",
            )
        )
    result = as_given(value, single_query, single_key and stage in ("scores", "scaled"))
    if "row" in inputs and not single_query:
        chosen = int(number(inputs["row"]))
        steps.append(Step("A linha pedida", rf"linha {chosen + 1}: ${tex_vector(value[chosen])}$"))
        result = value[chosen].tolist()
    names = {
        "scores": "QK^T",
        "scaled": r"QK^T/\sqrt{d_k}",
        "weights": r"\text{pesos}",
        "output": r"\text{saída}",
    }
    tokens = strings(inputs.get("tokens"))
    return Solution(
        problem=Problem(_KIND, {**inputs, "weights": weights.tolist()}),
        title={
            "scores": "Scores de atenção",
            "scaled": "Scores escalados",
            "weights": "Pesos de atenção",
            "output": "Atenção escalada por produto escalar",
        }[stage],
        result=rf"${names[stage]} = {tex_of(result)}$",
        value=result,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(notes),
        remarks=remarks(
            inputs, result, _mistakes(inputs, stage, scores, d_k, bool(scale), allowed)
        ),
        figure=heatmap(weights, tokens),
        example_id={"scores": "25", "scaled": "25", "weights": "28", "output": "29"}[stage],
    )


def _formula(stage: str, scale: bool) -> str:
    inner = r"\dfrac{QK^T}{\sqrt{d_k}}" if scale else "QK^T"
    return {
        "scores": "$S = QK^T$: cada score é o produto escalar de uma query por uma key",
        "scaled": rf"$S = {inner}$",
        "weights": rf"$A = \text{{softmax}}\left({inner}\right)$, linha a linha",
        "output": rf"$\text{{Attention}}(Q, K, V) = \text{{softmax}}\left({inner}\right) V$",
    }[stage]


def _score_step(q: np.ndarray, k: np.ndarray, scores: np.ndarray) -> str:
    terms = " + ".join(
        rf"{tex(float(a))} \cdot {tex(float(b))}" for a, b in list(zip(q[0], k[0], strict=True))[:8]
    )
    return (
        rf"${tex_matrix(q)} \cdot {tex_matrix(k)}^T = {tex_matrix(scores)}$; por exemplo, o "
        rf"primeiro é ${terms} = {tex(float(scores[0, 0]))}$"
    )


def _softmax_step(weights: np.ndarray) -> str:
    return "\n\n".join(
        f"linha {i}: ${tex_vector(row)}$" for i, row in enumerate(weights[:16].tolist(), 1)
    )


def _mistakes(
    inputs: Inputs,
    stage: str,
    scores: np.ndarray,
    d_k: float,
    scale: bool,
    allowed: np.ndarray | None,
) -> list[Mistake]:
    v = np.asarray(rows(inputs["V"])) if stage == "output" else None

    def finish(weights: np.ndarray) -> np.ndarray:
        return (weights if v is None else weights @ v).ravel()

    found: list[Mistake] = []
    if stage == "scaled":
        return [
            (scores.ravel(), "se esquece de dividir por √d_k"),
            ((scores / d_k).ravel(), "se divide por d_k em vez de √d_k"),
        ]
    if stage == "scores":
        return [
            ((scores / math.sqrt(d_k)).ravel(), "se divide por √d_k, o que aqui não foi pedido")
        ]
    used = scores / math.sqrt(d_k) if scale else scores
    if scale:
        found.append((finish(_softmax_rows(scores, allowed)), "se esquece de dividir por √d_k"))
        found.append(
            (finish(_softmax_rows(scores / d_k, allowed)), "se divide por d_k em vez de √d_k")
        )
    if allowed is not None:
        found.append((finish(_softmax_rows(used, None)), "se esquece da máscara"))
    found.append(
        (finish(_softmax_rows(used.T, None).T), "se aplica a softmax nas colunas em vez das linhas")
    )
    found.append((finish(used), "se esquece da softmax"))
    return found


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n, d = random.randint(2, 3), random.choice([2, 4])
    q, k, v = (
        small_matrix(random, n, d),
        small_matrix(random, n, d),
        small_matrix(random, n, 2, 0, 5),
    )
    mask = random.random() < 0.3
    given = (
        f"Q = {plain_matrix(rows(q))}, K = {plain_matrix(rows(k))} e V = {plain_matrix(rows(v))}"
    )
    extra = " com máscara causal" if mask else ""
    inputs: dict[str, Json] = {"Q": q, "K": k, "V": v, "scale": True, "stage": "output"}
    if mask:
        inputs["mask"] = "causal"
    return f"Calcule a saída da atenção escalada{extra} com {given}.", inputs


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Atenção escalada", "atencao", "25", _match, _parse, _solve, _exercise),
    CAUSAL,
    Family(
        attention_rows.KIND, "A que cada token dá atenção", "atencao", "28", attention_rows.match,
        attention_rows.parse, attention_rows.solve, attention_rows.exercise,
        adopts={
            _KIND: ("weights", "tokens"), weighted_values.KIND: ("weights", "tokens"),
        },
    ),
    Family(
        weighted_values.KIND, "Pesos de atenção · V", "atencao", "29", weighted_values.match,
        weighted_values.parse, weighted_values.solve, weighted_values.exercise,
        adopts={attention_rows.KIND: ("weights",), _KIND: ("weights",)},
    ),
)  # fmt: skip
