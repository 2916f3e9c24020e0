"""Scaled dot-product attention: QKᵀ, scaling, mask, softmax, weights · V; and reading the rows."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import ArrayLike

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement, index_of
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
from tutor.solver.numbers import Value
from tutor.solver.registry import Family

_KIND = "attention"
_ATTENTION = (
    r"atencao|attention|self[ -]?attention|auto[ -]?atencao|q\W{0,3}k(?:\W{0,2}t)?|qkt|"
    r"quer(?:y|ies)|keys?|scores?|escores?"
)
# "scores" alone may be the outputs of any classifier.
_SCORES_OF_ATTENTION = r"atencao|attention|q\W{0,3}k(?:\W{0,2}t)?|qkt|quer(?:y|ies)|keys?|d_?k|raiz"
_Q_NAMES = ("queries", "query", "consultas", "consulta", "matriz q", "q")
_K_NAMES = ("keys", "key", "chaves", "chave", "matriz k", "k")
_KT_NAMES = ("k^t", "kt", "k transposta", "k transposto")
_V_NAMES = ("vetores de valor", "values", "value", "valores", "conteudos", "matriz v", "v")
_SCORE_NAMES = (
    "qk^t", "q.k^t", "q*k^t", "q·k^t", "q k^t", "q . k^t", "q * k^t", "q · k^t", "q × k^t",
    "qk transposto", "qk transposta", "qkt", "scores", "score", "escores", "pontuacoes",
)  # fmt: skip
_WEIGHT_NAMES = (
    "pesos de atencao", "matriz de atencao", "attention matrix", "attention weights", "weights",
    "matriz de pesos", "pesos",
    "probabilidades de atencao", "matriz de ativacao", "a",
)  # fmt: skip
_OTHER = (
    r"cabecas?|heads?|parametros|dimens\w+|posicional|flops|memoria|complexidade|tamanho|camadas?"
)
_CAUSAL = r"causal|masked|mascarad[ao]|look[ -]?ahead|triangular|autorregressiv[ao]|decoder|futuro"
_STAGES = ("scores", "scaled", "weights", "output")
MAX_SIDE = 64


# ------------------------------------------------------------------ parsing


def _match(statement: Statement) -> float:
    if statement.conceptual:
        return 0.0
    if not statement.arrays:
        asks = statement.has(r"calcul\w+", r"compute") and not statement.asks_concept
        named = statement.has(r"atencao|attention|self[ -]?attention|q\W{0,3}k\W{0,2}t")
        return 0.4 if asks and named and not statement.has(_OTHER) else 0.0
    keys = _named(statement, _K_NAMES) or _named(statement, _KT_NAMES) or _numbered(statement, "k")
    queries = _named(statement, _Q_NAMES) or _named(statement, ("x",))
    if queries and keys and (statement.has(_ATTENTION) or _named(statement, _V_NAMES)):
        return 0.94
    about = statement.has(_SCORES_OF_ATTENTION, _CAUSAL, "mascara", "mask")
    if _named(statement, _SCORE_NAMES) and about:
        return 0.93
    if queries and statement.asks_value and statement.has(r"atencao|attention|q\W{0,3}k\W{0,2}t"):
        return 0.6
    projected = statement.has(r"w_?q") and statement.has(r"w_?k")
    return 0.92 if projected and _named(statement, ("x",)) else 0.0


def _named(statement: Statement, names: Sequence[str]) -> Value | None:
    found = statement.find(*names)
    return found.value if found is not None and found.value in statement.arrays else None


def _numbered(statement: Statement, letter: str) -> list[Value]:
    """k1 = [..], k2 = [..], …"""
    found: list[Value] = []
    for index in range(1, MAX_SIDE + 1):
        value = _named(statement, (f"{letter}{index}",))
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
    if statement.has(
        r"sem (?:a |o )?(?:escala\w*|escalonamento|dividir|divisao|raiz|normaliza\w*)",
        r"nao escalad[ao]",
        r"unscaled",
    ):
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
    if previous is not None and inputs == before:
        return None
    _check(inputs)
    return inputs


def _read_matrices(statement: Statement, inputs: dict[str, Json]) -> None:
    for key, names, letter in (("Q", _Q_NAMES, "q"), ("K", _K_NAMES, "k"), ("V", _V_NAMES, "v")):
        numbered = _numbered(statement, letter)
        if numbered:
            inputs[key] = [
                list(value.vector(f"{letter}{i}")[0]) for i, value in enumerate(numbered, 1)
            ]
            continue
        value = _named(statement, names)
        if value is not None:
            inputs[key], note = _matrix_or_vector(value, f"a matriz {key}")
            assume(inputs, note)
    transposed = _named(statement, _KT_NAMES)
    if transposed is not None and _named(statement, _SCORE_NAMES) is not transposed:
        matrix, note = transposed.matrix("a matriz Kᵀ")
        inputs["K"] = np.asarray(matrix).T.tolist()
        assume(inputs, note)
    scores = _named(statement, _SCORE_NAMES)
    if scores is not None and "K" not in inputs:
        inputs["scores"], note = _matrix_or_vector(scores, "os scores")
        assume(inputs, note)
    x = _named(statement, ("x", "embeddings", "entrada", "entradas"))
    if x is not None:
        for key in "QKV":
            weight = _named(statement, (f"w_{key.lower()}", f"w^{key.lower()}"))
            if weight is not None:
                product = _product(x.matrix("X")[0], weight.matrix(f"W_{key}")[0], "X", f"W_{key}")
                inputs[key] = product.tolist()


def _matrix_or_vector(value: Value, what: str) -> tuple[Json, str]:
    if any(len(reading.shape) == 2 and not reading.problem for reading in value.readings):
        matrix, note = value.matrix(what)
        return [list(row) for row in matrix], note
    vector, note = value.vector(what)
    return list(vector), note


def _product(a: ArrayLike, b: ArrayLike, name_a: str, name_b: str) -> np.ndarray:
    left, right = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    if left.shape[-1] != right.shape[0]:
        raise SolverError(
            f"Não dá para multiplicar {name_a} ({_shape(left)}) por {name_b} ({_shape(right)}): o "
            "número de colunas da primeira precisa ser igual ao número de linhas da segunda."
        )
    return left @ right


def _shape(array: np.ndarray) -> str:
    return "×".join(str(side) for side in array.shape)


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
    if "V" in inputs and not statement.has(
        r"(?:quais|calcul\w+|obtenha|encontre|determine|mostre)(?: sao)? "
        r"(?:os |as |a )?(?:pesos|scores|matriz de (?:pesos|atencao))"
    ):
        return "output"
    if statement.has("softmax", "pesos", "weights", "probabilidades", "distribuicao"):
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
                f"A máscara é {_shape(allowed)}, mas os scores são {n_queries}×{n_keys}."
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
    result = _as_given(value, single_query, single_key and stage in ("scores", "scaled"))
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
        result=rf"${names[stage]} = {_tex(result)}$",
        value=result,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=tuple(notes),
        remarks=remarks(
            inputs, result, _mistakes(inputs, stage, scores, d_k, bool(scale), allowed)
        ),
        figure=_heatmap(weights, tokens),
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


def _as_given(value: np.ndarray, single_query: bool, single_key: bool) -> Json:
    if single_query and single_key:
        return float(value[0, 0])
    return value[0].tolist() if single_query else value.tolist()


def _tex(value: Json) -> str:
    if is_matrix(value):
        return tex_matrix(rows(value))
    return tex_vector(floats(value)) if isinstance(value, list) else tex(number(value))


def _heatmap(weights: np.ndarray, tokens: Sequence[str]) -> Figure:
    def labels(size: int) -> list[Json]:
        return list(tokens) if len(tokens) == size else [str(i) for i in range(1, size + 1)]

    return Figure(
        "heatmap",
        "Pesos de atenção",
        {
            "rows": labels(weights.shape[0]),
            "columns": labels(weights.shape[1]),
            "values": weights.tolist(),
        },
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


def _small(random: Random, n: int, m: int, low: int = -1, high: int = 2) -> list[Json]:
    return [[float(random.randint(low, high)) for _ in range(m)] for _ in range(n)]


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    n, d = random.randint(2, 3), random.choice([2, 4])
    q, k, v = _small(random, n, d), _small(random, n, d), _small(random, n, 2, 0, 5)
    mask = random.random() < 0.3
    given = (
        f"Q = {plain_matrix(rows(q))}, K = {plain_matrix(rows(k))} e V = {plain_matrix(rows(v))}"
    )
    extra = " com máscara causal" if mask else ""
    inputs: dict[str, Json] = {"Q": q, "K": k, "V": v, "scale": True, "stage": "output"}
    if mask:
        inputs["mask"] = "causal"
    return f"Calcule a saída da atenção escalada{extra} com {given}.", inputs


# --------------------------------------------------------------- reading rows

_ROWS_KIND = "attention_rows"
_READS = (
    r"linhas?|relacion\w+|atend\w+|prest\w+ atencao|olh\w+|foc\w+|da atencao|dao atencao|"
    r"relac\w+|lig\w+|apont\w+|quem|influenci\w+|linked|links?|principal|relevantes?|attends?|"
    r"mais atencao|correspond\w+|quais (?:sao )?(?:as )?palavras|quais tokens|para quem"
)


_QUOTED_TOKEN = r"(?:(?:de|da|do|for|palavra|token|a|o|the|pesos|que)\s+){0,3}[\"']?([a-z]\w*)"
_ROW_OF = (
    re.compile(r"[\"']?([a-z]\w*)[\"']? (?:tem|com|has) (?:a )?(?:linha|fileira|row|pesos)"),
    re.compile(rf"\b(?:linha|fileira|row)\s+{_QUOTED_TOKEN}"),
    re.compile(rf"\b(?:palavra|token|para|for)\s+{_QUOTED_TOKEN}"),
)
_FIRST_ROW = r"primeira (?:linha|palavra|fileira)|first (?:row|token|word)"


def _match_rows(statement: Statement) -> float:
    matrix = _a_matrix(statement)
    if matrix is None:
        return 0.92 if _one_row(statement) is not None and statement.has(_READS) else 0.0
    if _named(statement, _V_NAMES) is matrix and len(statement.arrays) == 1:
        return 0.0
    rows_given = matrix.readings[0].data if isinstance(matrix.readings[0].data, list) else []
    tokens = _tokens(statement, len(rows_given))
    if _product_asked(statement):
        return 0.0
    if not statement.has(_READS):
        square = len(tokens) == len(rows_given) and len(statement.arrays) == 1
        return 0.5 if square and tokens and not statement.has(_OTHER) else 0.0
    if _named(statement, _Q_NAMES) and _named(statement, _K_NAMES):
        return 0.0
    if len(tokens) == len(rows_given) > 1 and len(statement.arrays) == 1:
        return 0.94
    if not statement.has(r"atencao|attention|softmax|palavras?|tokens?|q\W{0,3}k"):
        return 0.0
    if _product_asked(statement):
        return 0.0
    return 0.94 if _tokens(statement, len(rows_given)) else 0.6


def _a_matrix(statement: Statement) -> Value | None:
    return next((v for v in statement.arrays if len(v.readings[0].shape) == 2), None)


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


def _parse_rows(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
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
        if previous is not None and _named(statement, _V_NAMES) is value:
            return None
        matrix, note = value.matrix("a matriz de atenção")
        inputs["weights"] = [list(row) for row in matrix]
        assume(inputs, note)
    tokens = _tokens(statement, len(rows(inputs.get("weights"))))
    if tokens:
        inputs["tokens"] = list(tokens)
    if value is not None:
        inputs.pop("row", None)
    if previous is not None and inputs == before:
        return None
    weights = rows(inputs.get("weights"))
    if not weights[0]:
        raise MissingData(
            "Falta a matriz de atenção. Escreva-a, por exemplo, [[0, 1], [1, 0]].",
            Problem(_ROWS_KIND, inputs),
        )
    tokens = strings(inputs.get("tokens"))
    if not tokens:
        raise MissingData(
            "Quais são os tokens, na ordem das linhas? Escreva-os, por exemplo, [João, gosta].",
            Problem(_ROWS_KIND, inputs),
        )
    if len(tokens) != len(weights[0]) or (len(tokens) != len(weights) and "row" not in inputs):
        raise SolverError(
            f"São {len(tokens)} tokens, mas a matriz é {len(weights)}×{len(weights[0])}. "
            "Precisa haver uma linha e uma coluna para cada token."
        )
    return inputs


def _solve_rows(inputs: Inputs) -> Solution:
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
    positive = all(
        float(weights[i, names.index(str(c))]) == float(weights[i].max()) or binary
        for i, listed in enumerate(chosen.values())
        for c in strings(listed)
    )
    return Solution(
        problem=Problem(_ROWS_KIND, inputs),
        title="A que cada token dá atenção",
        result=shown,
        value=list(chosen.values()),  # in the order of the rows
        steps=tuple(steps),
        checks=(
            Check(
                "Pesos escolhidos", positive, "os tokens escolhidos têm os maiores pesos da linha"
            ),
        ),
        assumptions=tuple(notes),
        remarks=tuple(said),
        figure=_heatmap(weights, tokens) if "row" not in inputs else None,
        example_id="28",
    )


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


def _exercise_rows(random: Random) -> tuple[str, dict[str, Json]]:
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


# ---------------------------------------------------------------- weights · V

_VALUES_KIND = "weighted_values"
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
_TIMES = re.compile(r"\s*\)?\s*(?:@|x|×|·|\*|vezes|times|pel[ao]|por)[^;\n\[]{0,40}$")
_EVENLY = r"(?:atencao |pesos? |por )?igual(?:mente)?|pesos? iguais|uniforme(?:mente)?|o mesmo peso"
_WEIGHTS_BEFORE = re.compile(
    r"\b(?:pesos?|linha|fileira|distribu\w+|proporcoes|weights?|atencao|row)\b[^\[\](){}]{0,40}$"
)


def _product_asked(statement: Statement) -> bool:
    """Two matrices with a product sign or word between or about them."""
    matrices = [v for v in statement.arrays if len(v.readings[0].shape) == 2]
    if len(matrices) != 2:
        return False
    between = statement.folded[matrices[0].end : matrices[1].start]
    return bool(_TIMES.match(between)) or statement.has(r"multipl\w+", "produto", "vezes", "times")


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


def _match_values(statement: Statement) -> float:
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
    if _named(statement, _V_NAMES) is not None and statement.has(_EARLIER):
        return 0.95
    if _product_asked(statement) and not _named(statement, _K_NAMES):
        return 0.95 if _named(statement, _V_NAMES) else 0.7
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
            r"determine",
            r"compute",
        )
    ):
        return 0.0
    if _named(statement, _K_NAMES) and _named(statement, _Q_NAMES):
        return 0.0
    value = _named(statement, _V_NAMES)
    weights = _weights_of(statement, value)
    if value is not None and (weights is not None or statement.has(_EARLIER)):
        return 0.95
    if statement.has(_EARLIER) and len(statement.arrays) == len(_QUESTION_28):
        return 0.8
    return 0.7 if _product_asked(statement) else 0.0


def _weights_of(statement: Statement, value: Value | None) -> Value | None:
    named = _named(statement, _WEIGHT_NAMES)
    if named is not None and named is not value:
        return named
    others = [v for v in statement.arrays if v is not value]
    return others[0] if len(others) == 1 or (value is None and others) else None


def _parse_values(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    stacked = _stacked_values(statement) if previous is None else None
    if stacked is not None:
        first, listed = stacked
        inputs["weights"] = (
            [*first] if isinstance(first, list) else _matrix_or_vector(first, "os pesos")[0]
        )
        inputs["V"] = [list(row) for row in listed]
        return inputs
    value = _named(statement, _V_NAMES)
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
            if waits or _named(statement, _WEIGHT_NAMES) is value:
                value, weights = None, value
        elif rest:
            value = rest[0]
    if weights is not None:
        inputs["weights"], note = _matrix_or_vector(weights, "a matriz de pesos")
        assume(inputs, note)
    if value is not None:
        inputs["V"], note = _matrix_or_vector(value, "a matriz V")
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
            Problem(_VALUES_KIND, inputs),
        )
    if "V" not in inputs:
        raise MissingData(
            "Falta a matriz V (Value). Escreva-a, por exemplo, V = [[1, 2], [3, 4]].",
            Problem(_VALUES_KIND, inputs),
        )
    a, v = np.asarray(rows(inputs["weights"])), np.asarray(rows(inputs["V"]))
    if a.shape[1] != v.shape[0] and not is_matrix(inputs["V"]) and v.size == a.shape[1]:
        inputs["V"] = [[each] for each in floats(inputs["V"])]
    elif max(*a.shape, *v.shape) > MAX_SIDE:
        raise SolverError(f"As matrizes são grandes demais: use até {MAX_SIDE}×{MAX_SIDE}.")
    _product(rows(inputs["weights"]), rows(inputs["V"]), "a matriz de pesos", "V")
    return inputs


def _solve_values(inputs: Inputs) -> Solution:
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
        Step("Dimensões", f"({_shape(a)}) · ({_shape(v)}) = ({_shape(value)})"),
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
    mistakes: list[Mistake] = []
    if a.shape[0] == a.shape[1]:
        mistakes.append(((a.T @ v).ravel(), "se transpõe a matriz de pesos"))
    if a.shape == v.shape:
        mistakes.append(((a * v).ravel(), "se multiplica elemento a elemento"))
    return Solution(
        problem=Problem(_VALUES_KIND, inputs),
        title="Pesos de atenção · V",
        result=rf"$A V = {_tex(result)}$",
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
        figure=_heatmap(a, strings(inputs.get("tokens"))),
        example_id="29",
    )


def _exercise_values(random: Random) -> tuple[str, dict[str, Json]]:
    n = random.randint(2, 4)
    weights: list[Json] = []
    for _ in range(n):
        cut = sorted(random.randint(0, 10) for _ in range(n - 1))
        parts = [b - a for a, b in zip([0, *cut], [*cut, 10], strict=True)]
        weights.append([part / 10 for part in parts])
    v = _small(random, n, random.randint(2, 3), 0, 9)
    statement = (
        f"Multiplique a matriz de pesos de atenção {plain_matrix(rows(weights))} pela matriz de "
        f"Value V = {plain_matrix(rows(v))}."
    )
    return statement, {"weights": weights, "V": v}


FAMILIES: tuple[Family, ...] = (
    Family(_KIND, "Atenção escalada", "atencao", "25", _match, _parse, _solve, _exercise),
    Family(
        _ROWS_KIND, "A que cada token dá atenção", "atencao", "28",
        _match_rows, _parse_rows, _solve_rows, _exercise_rows,
        adopts={_KIND: ("weights", "tokens"), _VALUES_KIND: ("weights", "tokens")},
    ),
    Family(
        _VALUES_KIND, "Pesos de atenção · V", "atencao", "29",
        _match_values, _parse_values, _solve_values, _exercise_values,
        adopts={_ROWS_KIND: ("weights",), _KIND: ("weights",)},
    ),
)  # fmt: skip
