"""The sinusoidal positional encoding of Vaswani et al. (2017): vectors, entries, tables, sums."""

from __future__ import annotations

import cmath
import math
import re
from collections.abc import Sequence
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Figure, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.fields import Statement
from tutor.solver.format import listing, plain, plain_vector, table, tex, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats, forget, number
from tutor.solver.inputs import rows as rows_of
from tutor.solver.positional_text import (
    BASE,
    BETWEEN,
    DIFFERENCE,
    PAIR_INDEX,
    PE,
    is_code,
    is_open,
    read,
    wants_sum,
)
from tutor.solver.quantities import only_number
from tutor.solver.registry import Family

_ENCODING = "positional_encoding"
_NEARNESS = "positional_similarity"
_SUM = "positional_sum"


def encode(position: float, dimension: int, base: float = BASE) -> np.ndarray:
    """PE(pos, 2i) = sin(pos / base^(2i/d)), PE(pos, 2i+1) = cos(pos / base^(2i/d))."""
    vector = np.zeros(dimension)
    for index in range(dimension):
        angle = position / base ** (2 * (index // 2) / dimension)
        vector[index] = math.cos(angle) if index % 2 else math.sin(angle)
    return vector


def _match_encoding(statement: Statement) -> float:
    if not is_open(statement):
        return 0.0
    if is_code(statement):
        return 0.97
    if statement.has(r"parametros?|atencao multi|cabecas?|heads?"):
        return 0.2
    if DIFFERENCE.search(statement.folded):
        return 0.96
    return 0.91 if statement.has(PE) else 0.6


def _match_similarity(statement: Statement) -> float:
    if not is_open(statement) or DIFFERENCE.search(statement.folded):
        return 0.0
    # "seno nas dimensões pares e cosseno nas ímpares" is the formula and no similarity.
    cosine = statement.has("cosseno") and not statement.has("senos?", "sin", "sen")
    return 0.95 if cosine or statement.has(BETWEEN) else 0.0


def _match_sum(statement: Statement) -> float:
    return 0.96 if is_open(statement) and wants_sum(statement) else 0.0


def _complete(kind: str, inputs: dict[str, Json], needed: int) -> None:
    positions = floats(inputs.get("positions"))
    if len(positions) < needed:
        raise MissingData(
            "Entre quais duas posições? Por exemplo: posições 1 e 4."
            if needed == 2
            else "Falta a posição. Por exemplo: pos = 3.",
            Problem(kind, inputs),
        )
    if "d_model" not in inputs:
        raise MissingData(
            "Falta a dimensão do modelo. Por exemplo: d_model = 4.", Problem(kind, inputs)
        )
    dimension = _dimension(inputs)
    if dimension % 2 and "index" not in inputs:
        raise MissingData(
            f"d_model = {dimension} é ímpar: cada seno faz par com um cosseno, por isso d_model "
            "precisa ser par. Qual é o d_model? Por exemplo: d_model = 4.",
            Problem(kind, {key: value for key, value in inputs.items() if key != "d_model"}),
        )
    outside = [index for index in _indices(inputs) or [] if not 0 <= index < dimension]
    if outside:
        raise SolverError(
            f"Com d_model = {dimension} os componentes vão de 0 a {dimension - 1}; não existe o "
            f"{outside[0]}."
        )


def _indices(inputs: Inputs) -> list[int] | None:
    """The components that are asked for; None: the whole vector."""
    if "index" not in inputs:
        return None
    typed = inputs["index"]
    return [int(each) for each in (floats(typed) if isinstance(typed, list) else [number(typed)])]


def _dimension(inputs: Inputs) -> int:
    return int(number(inputs.get("d_model")))


def _base(inputs: Inputs) -> float:
    return number(inputs.get("base"), BASE)


_WAVE = {
    "wavelength": r"comprimentos? de onda|periodos?|wavelengths?|quantas posicoes (?:ate|para) "
    r"(?:\w+ )?repet\w+",
    "frequency": r"frequencias?(?: angular(?:es)?)?|omegas?|frequenc(?:y|ies)",
    "angle": r"angulos?|argumentos?(?: d[eo] (?:seno|cosseno))?",
    "norm": r"norma|comprimento do vetor|modulo",
}


def _wave_asked(statement: Statement) -> str | None:
    """A property of the sinusoids, and not their values."""
    asked = r"(?:qua(?:l|is)|quanto|calcul\w+|determin\w+|ache|encontre|de|da|obtenha)"
    for name, words in _WAVE.items():
        if re.search(rf"(?<!\w){asked}(?: \w+){{0,4}}? (?:{words})(?!\w)", statement.folded):
            return name
    return None


def _read_wave(statement: Statement, inputs: dict[str, Json]) -> bool:
    wave = _wave_asked(statement)
    if wave is None:
        return False
    inputs["asked"] = wave
    pairs = [int(each) for each in PAIR_INDEX.findall(statement.folded)]
    if "pairs" not in inputs and "index" in inputs and not pairs:
        pairs = [index // 2 for index in _indices(inputs) or []]
    inputs.pop("index", None)
    if pairs:
        inputs["pairs"] = [*pairs]
    needs_position = wave in ("angle", "norm") and "positions" not in inputs
    if "d_model" not in inputs or (needs_position and wave == "angle"):
        _complete(_ENCODING, inputs, 1)
    if any(2 * pair >= _dimension(inputs) for pair in pairs):
        raise SolverError(
            f"Com d_model = {_dimension(inputs)} o índice i vai de 0 a "
            f"{_dimension(inputs) // 2 - 1}."
        )
    return True


def _solve_wave(inputs: Inputs) -> Solution:
    dimension, base, wave = _dimension(inputs), _base(inputs), str(inputs["asked"])
    listed = [int(i) for i in floats(inputs.get("pairs"))] or list(range(dimension // 2))
    position = int(floats(inputs["positions"])[0]) if "positions" in inputs else 0
    omega = {i: base ** (-2 * i / dimension) for i in listed}
    if wave == "norm":
        values = [math.sqrt(dimension / 2)]
        line = rf"cada par soma $\sin^2 + \cos^2 = 1$: $\sqrt{{d/2}} = {tex(values[0])}$"
        check = math.isclose(float(np.linalg.norm(encode(position, dimension, base))), values[0])
    else:
        scale = {"wavelength": 2 * math.pi, "angle": float(position)}.get(wave, 1.0)
        values = [scale / each if wave == "wavelength" else scale * each for each in omega.values()]
        line = "; ".join(
            rf"$i = {i}$: $\omega_i = 1/{base_text(base)}^{{{2 * i}/{dimension}}} = {tex(w)}$, "
            rf"resultado ${tex(v)}$"
            for (i, w), v in zip(omega.items(), values, strict=True)
        )
        logs = [math.exp(-math.log(base) * 2 * i / dimension) for i in listed]
        check = all(math.isclose(a, b) for a, b in zip(logs, omega.values(), strict=True))
    titles = {
        "wavelength": "Comprimento de onda (em posições)", "frequency": "Frequência angular",
        "angle": "Ângulo do seno e do cosseno (em radianos)", "norm": "Norma do vetor de posição",
    }  # fmt: skip
    value: Json = values[0] if len(values) == 1 else [*values]
    return Solution(
        problem=Problem(_ENCODING, inputs),
        title=titles[wave],
        result="; ".join(f"${tex(each)}$" for each in values[:8]),
        value=value,
        steps=(_formula(inputs), Step(titles[wave], line)),
        checks=(Check("Por logaritmos" if wave != "norm" else "Norma do vetor", check, "o mesmo"),),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, []),
    )


def _parse_encoding(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None and (statement.has(BETWEEN) or wants_sum(statement)):
        return None
    inputs, changed = read(statement, previous)
    if previous is None and _read_wave(statement, inputs):
        return inputs
    difference = DIFFERENCE.search(statement.folded)
    if difference:
        inputs["positions"] = [int(difference[1]), int(difference[2])]
        inputs["asked"] = "difference"
    elif changed:
        inputs.pop("asked", None)
    if previous is not None:
        if (
            statement.has(r"vetor(?: todo| inteiro| completo)?|completo|inteiro")
            and "index" in inputs
        ):
            del inputs["index"]
            forget(inputs, "O índice")
            changed = True
        if not changed:
            value = only_number(statement, "o valor", 0, 10**9)
            if value is None:
                return None
            inputs.update({"positions": [value]} if "d_model" in inputs or "positions" not in inputs
                          else {"d_model": value})  # fmt: skip
    _complete(_ENCODING, inputs, 1)
    if len(floats(inputs["positions"])) * _dimension(inputs) > 20_000:
        raise SolverError("A tabela é grande demais: peça menos posições ou um d_model menor.")
    return inputs


def _parse_similarity(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs, changed = read(statement, previous)
    measure = None
    if statement.has(r"distancia euclidian\w+", r"distancia|euclidean"):
        measure = "euclidean"
    elif statement.has(r"produto (?:escalar|interno)|dot") and not statement.has(
        "cossenos?|"
        r"cosine"
    ):
        measure = "dot"
    elif statement.has(r"cossenos?|cosine|similaridade"):
        measure = "cosine"
    if measure is not None and inputs.get("measure") != measure:
        inputs["measure"] = measure
        changed = True
    if previous is not None and not changed:
        return None
    known = floats((previous or {}).get("positions"))
    given = floats(inputs.get("positions"))
    if previous is not None and len(given) == 1 and len(known) == 2:
        inputs["positions"] = [int(known[0]), int(given[0])]
    inputs.setdefault("measure", "cosine")
    _complete(_NEARNESS, inputs, 2)
    inputs.pop("index", None)
    return inputs


def _parse_sum(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs, changed = read(statement, previous)
    arrays = [
        value
        for value in statement.arrays
        if value.size > 1 and not _is_positions(statement, value.start)
    ]
    if arrays:
        embedding, note = arrays[0].vector("o embedding")
        inputs["embedding"] = [*embedding]
        forget(inputs, "Li ")
        assume(inputs, note)
        changed = True
    if statement.has(r"(?:multipli\w+|escal\w+|vezes|·|×|x)[^.]{0,30}(?:sqrt|raiz)"):
        inputs["scaled"] = True
        changed = True
    if previous is not None and not changed:
        return None
    embedding = floats(inputs.get("embedding"))
    if not embedding:
        raise MissingData(
            "Falta o embedding da palavra. Por exemplo: embedding = [0,5; -0,2; 0,1; 0,9].",
            Problem(_SUM, inputs),
        )
    if "d_model" in inputs and _dimension(inputs) != len(embedding):
        raise SolverError(
            f"O embedding tem {len(embedding)} componentes e d_model é {_dimension(inputs)}: para "
            "somar, os dois tamanhos precisam ser iguais."
        )
    inputs["d_model"] = len(embedding)
    inputs.pop("index", None)
    _complete(_SUM, inputs, 1)
    if len(floats(inputs["positions"])) != 1:
        raise SolverError("Para a soma dê uma só posição, por exemplo pos = 2.")
    return inputs


def _is_positions(statement: Statement, start: int) -> bool:
    return re.search(r"(?:posic(?:ao|oes)|pos)\s*[=:]?\s*$", statement.folded[:start]) is not None


# ---------------------------------------------------------------------- solving

_FORMULA = (
    r"$PE_{(pos,2i)} = \sin\left(\dfrac{pos}{10000^{2i/d}}\right)$ e "
    r"$PE_{(pos,2i+1)} = \cos\left(\dfrac{pos}{10000^{2i/d}}\right)$"
)


def _formula(inputs: Inputs) -> Step:
    return Step("Fórmula", _FORMULA.replace("10000", plain(_base(inputs)).replace(",", "{,}"))
                + f", com $d = {_dimension(inputs)}$ e ângulos em radianos")  # fmt: skip


def _components(position: int, inputs: Inputs, only: Sequence[int] | None = None) -> str:
    """The table of components of one position (at most 16 are written out)."""
    dimension, base = _dimension(inputs), _base(inputs)
    indices = list(only) if only is not None else list(range(min(dimension, 16)))
    body = []
    for k in indices:
        i = k // 2
        angle = position / base ** (2 * i / dimension)
        function = r"\cos" if k % 2 else r"\sin"
        value = math.cos(angle) if k % 2 else math.sin(angle)
        shown = base_text(base)
        body.append([
            str(k), str(i), rf"${position}/{shown}^{{{2 * i}/{dimension}}} = {tex(angle)}$",
            rf"${function}({tex(angle)}) = {tex(value)}$",
        ])  # fmt: skip
    text = table(["componente", "$i$", "ângulo (rad)", "valor"], body)
    return text + ("\n\n… e assim por diante." if only is None and dimension > 16 else "")


def base_text(base: float) -> str:
    return plain(base).replace(",", "{,}")


def _rotated(position: int, dimension: int, base: float) -> np.ndarray:
    """The encoding as powers of a rotation: an independent way to the same numbers."""
    vector = np.zeros(dimension)
    for i in range((dimension + 1) // 2):
        rotation = cmath.exp(1j * math.exp(-math.log(base) * 2 * i / dimension) * position)
        vector[2 * i] = rotation.imag
        if 2 * i + 1 < dimension:
            vector[2 * i + 1] = rotation.real
    return vector


def _checks(positions: Sequence[int], inputs: Inputs) -> tuple[Check, ...]:
    dimension, base = _dimension(inputs), _base(inputs)
    rows = np.array([encode(p, dimension, base) for p in positions])
    second = np.array([_rotated(p, dimension, base) for p in positions])
    even = dimension // 2 * 2
    pairs = rows[:, 0:even:2] ** 2 + rows[:, 1:even:2] ** 2
    tolerance = 1e-9 * max(1, max(positions, default=1))
    return (
        Check("sen² + cos² = 1 em cada par", bool(np.allclose(pairs, 1)), f"{pairs.size} pares"),
        Check("Como rotação no plano complexo", bool(np.allclose(rows, second, atol=tolerance)),
              "a parte imaginária e a real de e^{iω·pos} dão o mesmo"),
    )  # fmt: skip


def _variants(position: int, inputs: Inputs) -> list[tuple[np.ndarray, str]]:
    """Encodings that common mistakes give, each with what the mistake is."""
    d, base = _dimension(inputs), _base(inputs)
    k = np.arange(d)
    exponent = 2 * (k // 2) / d
    angle = position / base**exponent
    naive = position / base ** (2 * k / d)
    single = position / base ** ((k // 2) / d)
    degrees = np.radians(angle)

    def of(angles: np.ndarray) -> np.ndarray:
        return np.where(k % 2, np.cos(angles), np.sin(angles))

    return [
        (of(degrees), "a calculadora está em graus, e não em radianos"),
        (np.where(k % 2, np.sin(angle), np.cos(angle)), "se trocam o seno e o cosseno"),
        (of(naive), "se usa o índice do componente no lugar de i (o expoente é 2i/d, com o mesmo i "
         "para o seno e o cosseno do par)"),
        (of(single), "se esquece o 2 do expoente 2i/d"),
        (encode(position + 1, d, base), "se contam as posições a partir de 1"),
        (encode(max(position - 1, 0), d, base), "se usa a posição anterior"),
        (np.concatenate([np.sin(angle[::2]), np.cos(angle[1::2])]),
         "se põem primeiro todos os senos e depois todos os cossenos"),
        (np.where(k % 2, np.cos(position * base**exponent), np.sin(position * base**exponent)),
         "se multiplica por 10000^{2i/d} em vez de dividir"),
    ]  # fmt: skip


def _solve_encoding(inputs: Inputs) -> Solution:
    if inputs.get("asked") in _WAVE:
        return _solve_wave(inputs)
    positions = [int(p) for p in floats(inputs["positions"])]
    dimension, base = _dimension(inputs), _base(inputs)
    indices = _indices(inputs)
    rows = [[float(x) for x in encode(p, dimension, base)] for p in positions]
    steps = [_formula(inputs)]
    for position in positions[:6]:
        steps.append(Step(f"Posição {position}", _components(position, inputs, indices)))
    value: Json
    mistakes: list[Mistake] = []
    one = len(positions) == 1
    if indices is not None:
        pairs = [(p, k) for p in positions for k in indices]
        if isinstance(inputs.get("entries"), list):
            pairs = [(int(p), int(k)) for p, k in rows_of(inputs["entries"])]
        values = [float(encode(p, dimension, base)[k]) for p, k in pairs]
        value = values[0] if len(values) == 1 else [*values]
        if "entries" not in inputs and not one and len(indices) > 1:
            value = [[row[k] for k in indices] for row in rows]
        result = "; ".join(
            rf"$PE({p}, {k}) = {tex(x)}$" for (p, k), x in zip(pairs, values, strict=True)
        )
        if len(values) == 1:
            mistakes = [(float(v[indices[0]]), why) for v, why in _variants(positions[0], inputs)]
    elif one:
        value = list(rows[0])
        result = rf"$PE({positions[0]}) = {tex_vector(rows[0])}$"
        mistakes = [(v.tolist(), why) for v, why in _variants(positions[0], inputs)]
    elif inputs.get("asked") == "difference":
        apart = [a - b for a, b in zip(rows[0], rows[1], strict=True)]
        value = [*apart]
        result = rf"$PE({positions[0]}) - PE({positions[1]}) = {tex_vector(apart)}$"
        steps.append(Step("Diferença", result))
        mistakes = [([-each for each in apart], "se troca a ordem da subtração")]
    else:
        value = [list(row) for row in rows]
        result = "; ".join(rf"$PE({p}) = {tex_vector(r)}$" for p, r in list(zip(positions, rows,
                           strict=True))[:6])  # fmt: skip
        if len(positions) > 6:
            result += "; …"
    return Solution(
        problem=Problem(_ENCODING, inputs),
        title="Codificação posicional senoidal",
        result=result,
        value=value,
        steps=tuple(steps),
        checks=_checks(positions, inputs),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure("heatmap", "Codificação posicional", {
            "rows": [f"pos {p}" for p in positions],
            "columns": [str(k) for k in range(dimension)],
            "values": [list(row) for row in rows],
        }),
    )  # fmt: skip


def _solve_distance(inputs: Inputs, positions: Sequence[int], rows: np.ndarray) -> Solution:
    """‖PE(p) − PE(q)‖, of every pair where there are more than two positions."""
    apart = rows[:, None, :] - rows[None, :, :]
    distances = np.sqrt((apart**2).sum(axis=2))
    p, q, value = positions[0], positions[1], float(distances[0, 1])
    dimension, base = _dimension(inputs), _base(inputs)
    omega = base ** (-2 * np.arange(dimension // 2) / dimension)
    closed = math.sqrt(float((2 - 2 * np.cos(omega * (p - q))).sum()))
    single = len(positions) == 2
    steps = [
        _formula(inputs),
        *[Step(f"Posição {each}", rf"$PE({each}) = {tex_vector(row.tolist())}$")
          for each, row in zip(positions[:6], rows, strict=False)],
        Step("Diferença", rf"$PE({p}) - PE({q}) = {tex_vector(apart[0, 1].tolist())}$"),
        Step("Distância", rf"a raiz da soma dos quadrados: ${tex(value)}$"),
    ]  # fmt: skip
    close = math.isclose(closed, value, abs_tol=1e-8 * max(1, p, q))
    return Solution(
        problem=Problem(_NEARNESS, inputs),
        title="Distância entre posições",
        result=rf"$\lVert PE({p}) - PE({q}) \rVert = {tex(value)}$",
        value=value if single else distances.tolist(),
        steps=tuple(steps),
        checks=(*_checks(positions, inputs),
                Check("Soma de 2 − 2cos(ωᵢ(p−q))", close, plain(closed))),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(value**2, "se esquece da raiz quadrada")]),
    )  # fmt: skip


def _solve_similarity(inputs: Inputs) -> Solution:
    positions = [int(p) for p in floats(inputs["positions"])]
    dimension, base = _dimension(inputs), _base(inputs)
    rows = np.array([encode(p, dimension, base) for p in positions])
    if inputs.get("measure") == "euclidean":
        return _solve_distance(inputs, positions, rows)
    cosine = inputs.get("measure") != "dot"
    dots = rows @ rows.T
    norms = np.linalg.norm(rows, axis=1)
    if cosine and not norms.all():
        raise SolverError("O cosseno com um vetor nulo não existe (d_model = 1 na posição 0).")
    values = dots / np.outer(norms, norms) if cosine else dots
    p, q = positions[0], positions[1]
    name = "similaridade de cosseno" if cosine else "produto escalar"
    omega = base ** (-2 * np.arange(dimension // 2) / dimension)
    closed = float(np.cos(omega * (p - q)).sum())
    terms = " + ".join(tex(float(math.cos(w * (p - q)))) for w in omega[:10])
    steps = [
        _formula(inputs),
        *[Step(f"Posição {each}", rf"$PE({each}) = {tex_vector(encode(each, dimension, base))}$")
          for each in positions[:6]],
        Step("Produto escalar", rf"$PE({p}) \cdot PE({q}) = {tex(float(dots[0, 1]))}$"),
    ]  # fmt: skip
    if cosine:
        steps.append(Step("Cosseno", r"As normas são "
                     rf"${tex(float(norms[0]))}$ e ${tex(float(norms[1]))}$ (com $d$ par, sempre "
                     rf"$\sqrt{{d/2}}$): "
                     rf"$\dfrac{{{tex(float(dots[0, 1]))}}}{{{tex(float(norms[0]))} "
                     rf"\times {tex(float(norms[1]))}}} = "
                     rf"{tex(float(values[0, 1]))}$"))  # fmt: skip
    checks = list(_checks(positions, inputs))
    if dimension % 2 == 0:
        steps.append(Step("Só a distância importa", r"$PE(p)\cdot PE(q) = \sum_i \cos(\omega_i "
                                                    r"(p-q))"
                     rf" = {terms} = {tex(closed)}$"))  # fmt: skip
        checks.append(Check("Soma de cos(ωᵢ(p−q))", math.isclose(closed, float(dots[0, 1]),
                      abs_tol=1e-8 * max(1, p, q)), plain(closed)))  # fmt: skip
    single = len(positions) == 2
    value: Json = float(values[0, 1]) if single else [list(map(float, row)) for row in values]
    mistakes: list[Mistake] = []
    if single:
        mistakes = [(float(dots[0, 1]), "se esquece de dividir pelas normas"),
                    (float(dots[0, 1]) / dimension, "se divide por d em vez do produto das normas "
                                                    "(d/2)"),
                    (float(dots[0, 1] / np.outer(norms, norms)[0, 1]), "se divide pelas normas "
                                                                       "(esse é o "
                     "cosseno)")]  # fmt: skip
    pairs = [(i, j) for i in range(len(positions)) for j in range(i + 1, len(positions))][:12]
    return Solution(
        problem=Problem(_NEARNESS, inputs),
        title="Similaridade entre posições",
        result=name.capitalize() + ": " + listing([
            rf"posições {positions[i]} e {positions[j]} ${tex(float(values[i, j]))}$"
            for i, j in pairs]),
        value=value,
        steps=tuple(steps),
        checks=tuple(checks),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        figure=Figure("heatmap", name.capitalize(), {
            "rows": [f"pos {x}" for x in positions], "columns": [f"pos {x}" for x in positions],
            "values": [list(map(float, row)) for row in values]}),
    )  # fmt: skip


def _solve_sum(inputs: Inputs) -> Solution:
    position = int(floats(inputs["positions"])[0])
    embedding = np.asarray(floats(inputs["embedding"]))
    code = encode(position, len(embedding), _base(inputs))
    scale = math.sqrt(len(embedding)) if inputs.get("scaled") else 1.0
    total = embedding * scale + code
    steps = [_formula(inputs), Step(f"Posição {position}", _components(position, inputs))]
    if scale != 1:
        steps.append(Step("Escala", rf"$\sqrt{{d}}\,x = {tex_vector(embedding * scale)}$"))
    steps.append(Step("Soma", rf"${tex_vector(embedding * scale)} + {tex_vector(code)} = "
                      rf"{tex_vector(total)}$"))  # fmt: skip
    value: Json = [float(x) for x in total]
    mistakes: list[Mistake] = [((embedding * scale + v).tolist(), why)
                               for v, why in _variants(position, inputs)]  # fmt: skip
    mistakes += [
        (code.tolist(), "se dá só o positional encoding, sem somar o embedding"),
        ((embedding * code).tolist(), "se multiplica em vez de somar"),
        ((embedding * math.sqrt(len(embedding)) + code).tolist(), "se multiplica o embedding por "
                                                                  "√d "
         "antes (o artigo faz isso, mas o enunciado não pediu)"),
    ]  # fmt: skip
    return Solution(
        problem=Problem(_SUM, inputs),
        title="Embedding + codificação posicional",
        result=rf"$x + PE({position}) = {tex_vector(total)}$",
        value=value,
        steps=tuple(steps),
        checks=(*_checks([position], inputs),
                Check("Subtraindo o PE volta o embedding",
                      bool(np.allclose(total - code, embedding * scale)), plain_vector(embedding))),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
        example_id="24",
    )  # fmt: skip


def _exercise_encoding(random: Random) -> tuple[str, dict[str, Json]]:
    dimension = random.choice([4, 4, 6, 8])
    position = random.randint(1, 9)
    base: dict[str, Json] = {"d_model": dimension, "positions": [position], "assumptions": []}
    if random.random() < 0.6:
        return (
            f"Calcule o positional encoding da posição {position} com d_model = {dimension}.",
            base,
        )
    index = random.randrange(dimension)
    note = "O índice do componente conta a partir de 0 (par: seno; ímpar: cosseno)."
    return (
        f"Com d_model = {dimension}, calcule PE({position}, {index}) do positional encoding.",
        {**base, "index": index, "assumptions": [note]},
    )


def _exercise_similarity(random: Random) -> tuple[str, dict[str, Json]]:
    dimension = random.choice([4, 8])
    p, q = random.sample(range(10), 2)
    measure = random.choice(["cosine", "dot"])
    name = "a similaridade de cosseno" if measure == "cosine" else "o produto escalar"
    return (
        f"Calcule {name} entre os positional encodings das posições {p} e {q} com d_model = "
        f"{dimension}.",
        {"d_model": dimension, "positions": [p, q], "measure": measure, "assumptions": []},
    )


def _exercise_sum(random: Random) -> tuple[str, dict[str, Json]]:
    embedding = [round(random.uniform(-1, 1), 1) for _ in range(4)]
    position = random.randint(1, 6)
    return (
        f"Some o embedding {plain_vector(embedding)} com o positional encoding da posição "
        f"{position}.",
        {"embedding": list(embedding), "positions": [position], "d_model": 4, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _ENCODING, "Codificação posicional", "posicional", "22",
        _match_encoding, _parse_encoding, _solve_encoding, _exercise_encoding,
        adopts={_NEARNESS: ("d_model", "positions"), _SUM: ("d_model", "positions")},
    ),
    Family(
        _NEARNESS, "Similaridade entre posições", "posicional", "23",
        _match_similarity, _parse_similarity, _solve_similarity, _exercise_similarity,
        adopts={_ENCODING: ("d_model", "measure")},
    ),
    Family(
        _SUM, "Embedding + codificação posicional", "posicional", "24",
        _match_sum, _parse_sum, _solve_sum, _exercise_sum,
        adopts={_ENCODING: ("d_model", "embedding")},
    ),
)  # fmt: skip
