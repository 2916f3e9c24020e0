"""Reading an attention exercise: matrices, scale, mask, and what is asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.attention_asked import NOT_SCALED, SCALED, entry_asked, stage_asked
from tutor.solver.attention_roles import numbered_scalars, roles
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain
from tutor.solver.inputs import Inputs, assume, floats, is_matrix, number, rows, strings
from tutor.solver.matrices import MAX_SIDE, OTHER, matrix_or_vector, product, row_asked, shape
from tutor.solver.numbers import Value, word_number

KIND = "attention"
_ATTENTION = (
    r"atencao|attention|self[ -]?attention|auto[ -]?atencao|q\W{0,3}k(?:\W{0,2}t)?|qkt|"
    r"quer(?:y|ies)|keys?|scores?|escores?"
)
# "scores" alone may be the outputs of any classifier.
_SCORES_OF_ATTENTION = (
    r"atencao|attention|q\W{0,3}k(?:\W{0,2}t)?|qkt|quer(?:y|ies)|keys?|d_?k|"
    r"raiz|sqrt|chaves?|consultas?|escalad[ao]s?"
)
_CAUSAL = r"causal|masked|mascarad[ao]|look[ -]?ahead|triangular|autorregressiv[ao]|decoder|futuro"
_SCALED_ALREADY = (
    r"ja (?:foram |estao |sao )?(?:escalad[ao]s|dividid[ao]s|normalizad[ao]s)|"
    r"(?:scores?|escores?) escalad[ao]s(?= (?:de|sao|foram|=|:))"
)
_NOT_SCALED = r"(?:ainda )?nao (?:foram |estao )?escalad[ao]s?|sem escala(?= ainda)|unscaled"
_BOTH_SCALES = (
    r"com e sem (?:a |o )?(?:escala\w*|divisao|raiz|fator)|"
    r"sem e com (?:a |o )?(?:escala\w*|divisao)|"
    r"(?:deix|esquec)\w+ (?:de )?(?:dividir|escalar)(?=[^?]*\be (?:quais|qual|quanto|os|as))"
)
_WHOLE_FORMULA = r"softmax\W{0,3}q\W{0,3}k(?:\W{0,3}t)?[^a-z]{0,3}(?:/\W*sqrt\W*d_?k)?[^a-z]{0,5}v"
_OUTPUT_ASKED = (
    r"(?:saida|output) d[ae] (?:self[ -]?)?(?:atencao|attention)|"
    r"(?:qual|calcul\w+|obtenha|encontre|determine|ache|mostre) (?:e |seria )?(?:a |o )?"
    r"(?:saida|output|resultado final|vetor de contexto|nova representacao)(?: d[ae] (?:self[ -]?)?"
    r"(?:atencao|attention|camada))?"
)


# ------------------------------------------------------------------ parsing


def match(statement: Statement) -> float:
    if statement.conceptual:
        return 0.0
    if not statement.arrays:
        asks = statement.has(r"calcul\w+", r"compute") and not statement.asks_concept
        asked = statement.has(r"atencao|attention|self[ -]?attention|q\W{0,3}k\W{0,2}t")
        return 0.4 if asks and asked and not statement.has(OTHER) else 0.0
    given = roles(statement)
    projected = "X" in given and {"W_Q", "W_K"} <= set(given)
    if projected and not statement.has(r"formato|shape|dimens\w+"):
        return 0.95
    about = statement.has(_SCORES_OF_ATTENTION, _CAUSAL, "mascara", "mask")
    if "Q" in given and ("K" in given or "kt" in given):
        if statement.has("coss?enos?", "cosine") and not statement.has("softmax", "saida"):
            return 0.0
        computed = statement.has(r"produtos? escalar(?:es)?", "softmax", r"escalad[ao]s?")
        return 0.95 if about or computed or statement.has(_ATTENTION) else 0.6
    if "scores" in given or (
        about and "weights" not in given and _given_scores(statement) is not None
    ):
        return 0.94 if about else 0.0
    if "Q" in given and statement.asks_value and statement.has(_ATTENTION):
        return 0.6
    return 0.0


def parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = {k: v for k, v in (previous or {}).items() if k != "weights"}
    before = dict(inputs)
    _read_matrices(statement, inputs)
    _read_scale(statement, inputs, previous)
    _read_mask(statement, inputs)
    stage = _stage(statement, inputs, previous)
    if stage is not None:
        inputs["stage"] = stage
    if stage == "weights" and inputs.get("scale") and statement.has(_BOTH_SCALES):
        inputs["both"] = True
    sizes = {len(rows(inputs.get("Q", inputs.get("scores")))), len(_keys(inputs))}
    listed = [names for names in statement.name_lists if len(names.items) in sizes - {1}]
    if listed:
        inputs["tokens"] = list(listed[0].items)
    _read_entry(statement, inputs, before, previous)
    if previous is not None and inputs == before:
        return None
    _check(inputs)
    return inputs


def _read_scale(statement: Statement, inputs: dict[str, Json], previous: Inputs | None) -> None:
    d_k = statement.count("d_k", "dk", "d_{k}", "dimensao das chaves", what="d_k")
    divisor = _DIVISOR.search(statement.folded)
    if d_k is None and divisor and "scores" in inputs:
        d_k = int(divisor[1])  # scores / np.sqrt(4)
    if d_k is not None:
        inputs["d_k"] = d_k
    given = "scores" in inputs and "K" not in inputs
    already = statement.has(_SCALED_ALREADY) or (given and _scaled_before(statement))
    unscaled = NOT_SCALED.search(statement.folded) is not None
    if already:
        inputs["scale"] = False
        assume(inputs, "Os scores já estavam escalados; não dividi de novo por √d_k.")
    elif unscaled and not (d_k is not None and given):
        inputs["scale"] = False
    elif SCALED.search(statement.folded) or d_k is not None or statement.has(r"d_?k", "raiz"):
        inputs["scale"] = True
    elif previous is None and statement.has(r"softmax\W{1,3}q\W{0,3}k\W{0,3}t?"):
        inputs["scale"] = False
        assume(inputs, r"Segui a fórmula escrita, softmax(QKᵀ), sem dividir por √d_k.")


_DIVISOR = re.compile(r"(?:sqrt|raiz(?: quadrada)?(?: de)?)\s*\(?\s*(\d{1,5})(?![\w.,]*\d)")
_SCORE_WORD = re.compile(r"\b(?:scores?|escores?|pontuac\w+|qk\w*|q ?k ?\^?t|produtos?|linha)\b")


def _scaled_before(statement: Statement) -> bool:
    """Do the words about the given scores call them scaled ("escores escalados 1, 2 e 0")?"""
    values = roles(statement).get("scores", [])
    if not values:
        return False
    lead = statement.folded[max(0, values[0].start - 90) : values[0].start]
    named = list(_SCORE_WORD.finditer(lead))
    about = lead[named[-1].start() :] if named else lead
    behind = re.split(r"[?;\n.,]", statement.folded[values[0].end : values[0].end + 60])[0]
    about += " " + behind if re.match(r"\s*\(|,? (?:ja|d[aeo])\b", behind) else ""
    said = SCALED.search(about) is not None or re.search(r"/\s*(?:sqrt|raiz)", about) is not None
    return said and NOT_SCALED.search(about) is None and "dk =" not in about


def _read_entry(
    statement: Statement, inputs: dict[str, Json], before: Inputs, previous: Inputs | None
) -> None:
    """Which row, column or extreme of the result is wanted."""
    tokens = strings(inputs.get("tokens"))
    given = rows(inputs.get("Q", inputs.get("scores")))
    if previous is None or inputs != before:
        for key in ("row", "column", "extreme", "percent"):
            inputs.pop(key, None)
    stage = inputs.get("stage")
    across = rows(inputs.get("V"))[0] if stage == "output" else _keys(inputs)
    asked = row_asked(statement, len(given), tokens)
    picked = entry_asked(statement, len(given), len(across), tokens)
    row = picked.row if picked.row is not None else asked
    masked = row == asked and statement.has(_PAD)  # "o último token é padding"
    if row is not None and len(given) > 1 and not masked:
        inputs["row"] = row
    if picked.column is not None:
        inputs["column"] = picked.column
    if picked.extreme:
        inputs["extreme"] = picked.extreme
    if picked.percent and stage == "weights":
        inputs["percent"] = True


def _keys(inputs: Inputs) -> Sequence[object]:
    return rows(inputs["K"]) if "K" in inputs else rows(inputs.get("scores"))[0]


def _read_matrices(statement: Statement, inputs: dict[str, Json]) -> None:
    given = roles(statement)
    for key in ("Q", "K", "V", "scores"):
        values = given.get(key, [])
        if values and (key != "scores" or "K" not in given):
            inputs[key], note = _as_rows(values, key)
            assume(inputs, note)
    if "V" not in given:
        column = numbered_scalars(statement, "v")
        if len(column) > 1:
            inputs["V"] = [[each] for each in column]
    if "kt" in given:
        matrix, note = given["kt"][0].matrix("a matriz Kᵀ")
        inputs["K"] = np.asarray(matrix).T.tolist()
        assume(inputs, note)
    if "scores" not in given and "K" not in given:
        scores = _given_scores(statement)
        if scores is not None:
            inputs["scores"], note = matrix_or_vector(scores, "os scores")
            assume(inputs, note)
    if "X" in given:
        x = rows(_as_rows(given["X"], "X")[0])
        for key in "QKV":
            if f"W_{key}" in given:
                weight = given[f"W_{key}"][0].matrix(f"W_{key}")[0]
                inputs[key] = product(x, weight, "X", f"W_{key}").tolist()


def _as_rows(values: Sequence[Value], key: str) -> tuple[Json, str]:
    """One matrix or vector, or vectors that are its rows."""
    called = "os scores" if key == "scores" else f"a matriz {key}"
    if len(values) == 1:
        return matrix_or_vector(values[0], called)
    vectors: list[list[float]] = []
    for value in values:
        vectors += rows(matrix_or_vector(value, f"uma linha de {key}")[0])
    _check_rows(key, vectors)
    return [list(row) for row in vectors], ""


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


_PAD = r"\[?<?pad(?:ding)?>?\]?|preenchimento|acolchoamento"
_HIDDEN_TOKEN = (
    r"(?:(?:e|eh|sao|for|forem|seja|como|foi|foram|esta|estao|um|uma|de|token|tokens|so|"
    r"apenas) ){0,4}"
    rf"(?:{_PAD}|mascarad[ao]s?|ignorad[ao]s?|escondid[ao]s?|bloquead[ao]s?)"
)
_NTH_HIDDEN = re.compile(
    r"\b(?:(?P<last>ultim[ao]s?)(?: (?P<many>dois|duas|tres|quatro|[2-9]))?|"
    r"(?P<ord>[a-z]{5,9}[ao])|(?P<nth>\d{1,2})[ºªoa])"
    r"(?: (?:token|posicao|palavra|chave|coluna|key)s?)?(?: d[aeo] (?:lote|sequencia|frase|batch|"
    rf"sentenca))?,? {_HIDDEN_TOKEN}(?!\w)"
    r"|\b(?:token|posicao|posicoes|palavra|chave|coluna|key)s?\s+(?P<first>\d{1,2})"
    rf"(?:\s*(?:,|e)\s*(?P<second>\d{{1,2}}))?,? {_HIDDEN_TOKEN}(?!\w)"
    rf"|(?:{_PAD}) (?:esta |fica )?n[ao]s? (?:(?P<last2>ultim[ao])|posicao (?P<third>\d{{1,2}}))"
)


def _read_mask(statement: Statement, inputs: dict[str, Json]) -> None:
    if statement.has(
        r"sem (?:usar |aplicar )?(?:a |qualquer |nenhuma )?mascara\w*", r"sem masking"
    ):
        inputs.pop("mask", None)
        return
    masks = roles(statement).get("mask", [])
    if masks:
        value = masks[0]
        if len(value.readings[0].shape) == 2:
            inputs["mask"] = _mask_matrix(value)
        else:
            numbers, _ = value.vector("a máscara", allow_infinite=True)
            additive = any(n == -math.inf or n < -1 for n in numbers)
            inputs["mask"] = {"keys": [int(n == 0 if additive else n != 0) for n in numbers]}
        return
    hidden = _hidden_positions(statement)
    if hidden:
        inputs["mask"] = {"padding": [*hidden], "causal": statement.has(_CAUSAL)}
    elif statement.has(_PADDING_MASK) and not isinstance(inputs.get("mask"), dict):
        raise MissingData(
            "Quais tokens são padding? Escreva, por exemplo, o token 3 é padding.",
            Problem(KIND, inputs),
        )
    elif statement.has(_CAUSAL) or inputs.get("mask") == "causal":
        inputs["mask"] = _causal(statement, inputs)


def _hidden_positions(statement: Statement) -> list[int]:
    """Which tokens are padding; the last ones count from the end (-1)."""
    found: list[int] = []
    for match in _NTH_HIDDEN.finditer(statement.folded):
        if match["last"] or match["last2"]:
            many = match["many"] or "1"
            count = int(many) if many.isdigit() else word_number(many) or 1
            found += [-position for position in range(1, count + 1)]
        elif match["ord"]:
            nth = word_number(match["ord"])
            found += [nth] if nth else []
        elif match["nth"]:
            found.append(int(match["nth"]))
        else:
            found += [int(each) for each in match.group("first", "second", "third") if each]
    for listed in _TOKEN_LIST.finditer(statement.folded) if not found else ():
        items = [item.strip(" \"'") for item in re.split(r"[,;|]", listed[1])]
        padded = [i for i, item in enumerate(items, 1) if re.fullmatch(_PAD, item)]
        if len(padded) < len(items):
            found += padded if not found else []
    return found


_TOKEN_LIST = re.compile(r"[\[({]([^\[\](){}\n]*(?:\[pad\][^\[\](){}\n]*)*)[\])}]")
_PADDING_MASK = (
    r"(?:mascara|masking|mask|mascarando|mascare)(?: \w+){0,3}? (?:padding|pad|preenchimento)"
)


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
            Problem(KIND, {**inputs, "mask": "causal"}),
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
    asked = stage_asked(statement) if previous is None else None
    if asked == "attention":
        return "output" if "V" in inputs else "weights"
    if asked == "scores" and SCALED.search(statement.folded):
        asked = "scores" if NOT_SCALED.search(statement.folded) else "scaled"
    if asked is not None and not statement.has(_WHOLE_FORMULA):
        return asked
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
                    Problem(KIND, inputs),
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
                Problem(KIND, inputs),
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


def allowed_keys(mask: Json, n_queries: int, n_keys: int) -> np.ndarray | None:
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
            keep[index - 1 if index > 0 else index] = False
        allowed = np.tile(keep, (n_queries, 1))
        if mask.get("causal"):
            allowed &= np.tril(np.ones((n_queries, n_keys), dtype=bool), k=n_keys - n_queries)
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
