"""MSE, RMSE and MAE between two lists of numbers; entropy and KL divergence of distributions."""

from __future__ import annotations

import math
import re
from random import Random

import numpy as np

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver.claims import Mistake, remarks
from tutor.solver.classes import CROSS_ENTROPY, log_base, sums_to_one
from tutor.solver.fields import Statement
from tutor.solver.format import plain, plain_vector, tex, tex_signed, tex_vector
from tutor.solver.inputs import Inputs, assume, assumptions, floats, number
from tutor.solver.numbers import Value
from tutor.solver.registry import Family
from tutor.solver.several import Part

_TRUE_NAMES = (
    "valores reais", "valor real", "valores verdadeiros", "reais", "verdadeiros", "y_true",
    "alvos", "alvo", "targets", "target", "rotulos", "esperados", "y",
)  # fmt: skip
_PREDICTED_NAMES = (
    "valores preditos", "valores previstos", "predicoes", "previsoes", "predicao", "previsao",
    "preditos", "previstos", "y_pred", "y_hat", "yhat", "y chapeu", "saidas", "saida",
)  # fmt: skip

# ---------------------------------------------------------- regression losses

_ERROR_KIND = "regression_loss"
_MEASURES = {
    "huber": r"huber|smooth ?l1",
    "rmse": r"rmse|raiz do (?:mse|erro quadratico medio)|root mean squared? error",
    "mae": (
        r"mae|erro(?: medio)? absoluto(?: medio)?|erro medio absoluto|l1 ?loss|mean absolute error"
    ),
    "mse": r"mse|eqm|erro(?: medio)? quadratico(?: medio)?|mean squared? error|perda quadratica",
}
_LABELS = {"huber": "Huber", "mse": "MSE", "rmse": "RMSE", "mae": "MAE"}


def measures(statement: Statement) -> list[str]:
    """All that the text names; "raiz do MSE" is no MSE."""
    rest = statement.folded
    found: list[tuple[int, str]] = []
    for key, words in _MEASURES.items():
        match = re.search(rf"(?<!\w)(?:{words})(?!\w)", rest)
        if match:
            found.append((match.start(), key))
            rest = re.sub(rf"(?<!\w)(?:{words})(?!\w)", lambda each: " " * len(each.group()), rest)
    return [key for _, key in sorted(found)]


def _measure(statement: Statement) -> str | None:
    found = measures(statement)
    return next((key for key in _MEASURES if key in found), None)


def regression_parts(statement: Statement) -> list[Part] | None:
    """ "MSE e MAE": one result for each."""
    inputs = _parse_error(statement, None)
    if inputs is None:
        return None
    return [(_LABELS[key], _ERROR_KIND, {**inputs, "measure": key}) for key in measures(statement)]


def _match_error(statement: Statement) -> float:
    if statement.conceptual or _measure(statement) is None:
        return 0.0
    return 0.9 if statement.values else 0.4


def _parse_error(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    measure = _measure(statement)
    if measure is not None:
        inputs["measure"] = measure
    delta = statement.find("delta", "limiar")
    if delta is not None and delta.value.is_scalar:
        inputs["delta"] = delta.value.scalar("o delta")[0]
    if previous is None and _read_errors(statement, inputs):
        return inputs
    predicted = _named(statement, _PREDICTED_NAMES, None)
    true = _named(statement, _TRUE_NAMES, predicted)
    values = list(statement.arrays) if len(statement.arrays) > 1 else list(statement.scalars)
    values = [v for v in values if delta is None or v is not delta.value]
    rest = [v for v in values if v is not predicted and v is not true]
    if previous is None or (len(rest) == 2 and true is None and predicted is None):
        if true is None and rest:
            true = rest.pop(0)
        if predicted is None and rest:
            predicted = rest.pop(0)
    elif len(rest) == 1 and predicted is true and "predicted" not in inputs:
        predicted = rest[0]
    for key, value, what in (
        ("true", true, "os valores reais"),
        ("predicted", predicted, "as previsões"),
    ):
        if value is not None:
            inputs[key] = _numbers(value, what, inputs)
    if previous is not None and inputs == before:
        return None
    for key, what in (("true", "os valores reais (y)"), ("predicted", "as previsões (ŷ)")):
        if not floats(inputs.get(key)):
            raise MissingData(
                f"Para o erro faltam {what}. Escreva, por exemplo, y = [1; 2] e ŷ = [1,5; 2].",
                Problem(_ERROR_KIND, inputs),
            )
    y, p = floats(inputs["true"]), floats(inputs["predicted"])
    if len(y) != len(p):
        raise SolverError(
            f"São {len(y)} valores reais e {len(p)} previsões; precisam ser tantos quantos."
        )
    return inputs


_ERRORS = re.compile(
    r"\b(?:erros?(?: cometidos?)?|residuos?|desvios|diferencas?)\b(?! (?:quadr|abs|medio|entre))"
    r"[^.;?\n\d]{0,25}$"
)


def _read_errors(statement: Statement, inputs: dict[str, Json]) -> bool:
    """ "os erros foram 1, -2 e 3": the differences themselves."""
    data = statement.arrays or statement.scalars
    data = tuple(v for v in data if not (v.is_scalar and v.scalar()[0] == inputs.get("delta")))
    if len(data) != 1 or not _ERRORS.search(statement.folded[: data[0].start]):
        return False
    errors = _numbers(data[0], "os erros", inputs)
    inputs["true"], inputs["predicted"] = errors, [0.0 for _ in floats(errors)]
    assume(inputs, "Li os números como os erros y − ŷ.")
    return True


def _named(statement: Statement, names: tuple[str, ...], other: Value | None) -> Value | None:
    found = statement.find(*names)
    return found.value if found is not None and found.value is not other else None


def _numbers(value: Value, what: str, inputs: dict[str, Json]) -> Json:
    if value.is_scalar:
        return [value.scalar(what)[0]]
    vector, note = value.vector(what)
    assume(inputs, note)
    return list(vector)


def _solve_error(inputs: Inputs) -> Solution:
    measure = str(inputs["measure"])
    if measure == "huber":
        return _solve_huber(inputs)
    y, p = np.asarray(floats(inputs["true"])), np.asarray(floats(inputs["predicted"]))
    errors = y - p
    mse, mae = float(np.mean(errors**2)), float(np.mean(np.abs(errors)))
    value = {"mse": mse, "rmse": math.sqrt(mse), "mae": mae}[measure]
    inner = r"|y_i - \hat y_i|" if measure == "mae" else r"(y_i - \hat y_i)^2"
    mean = rf"\dfrac{{1}}{{n}} \sum_i {inner}"
    formula = rf"\sqrt{{{mean}}}" if measure == "rmse" else mean
    parts = np.abs(errors) if measure == "mae" else errors**2
    steps = [
        Step("Fórmula", rf"$\text{{{_LABELS[measure]}}} = {formula}$"),
        Step("Diferenças", rf"$y - \hat y = {tex_vector(errors.tolist())}$"),
        Step(
            "Valores absolutos" if measure == "mae" else "Quadrados",
            rf"${tex_vector(parts.tolist())}$, soma ${tex(float(parts.sum()))}$",
        ),
        Step("Média", rf"${tex(float(parts.sum()))} / {len(y)} = {tex(float(parts.mean()))}$"),
    ]
    if measure == "rmse":
        steps.append(Step("Raiz", rf"$\sqrt{{{tex(mse)}}} = {tex(value)}$"))
        second = float(np.linalg.norm(errors) / math.sqrt(len(y)))
    elif measure == "mse":
        second = float((y @ y - 2 * (y @ p) + p @ p) / len(y))
    else:
        second = float((np.maximum(y, p) - np.minimum(y, p)).sum() / len(y))
    mistakes: list[Mistake] = [
        (float(parts.sum()), "se somam os erros sem dividir por n"),
        (float(parts.mean()) / 2, "se usa o fator 1/2"),
        (float(parts.sum()) / 2, "se usa ½ da soma em vez da média"),
        (abs(float(errors.mean())), "se tira a média dos erros com sinal"),
    ]
    mistakes += [
        (other, f"se calcula o {_LABELS[name]} em vez do {_LABELS[measure]}")
        for name, other in (("mse", mse), ("rmse", math.sqrt(mse)), ("mae", mae))
        if name != measure
    ]
    return Solution(
        problem=Problem(_ERROR_KIND, inputs),
        title=_LABELS[measure],
        result=rf"$\text{{{_LABELS[measure]}}} = {tex(value)}$",
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(second, value, rel_tol=1e-6, abs_tol=1e-9),
                f"{plain(second, 6)}",
            ),
            Check("Não negativo", value >= 0, "o erro nunca é negativo"),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, mistakes),
    )


def _solve_huber(inputs: Inputs) -> Solution:
    delta = number(inputs.get("delta"), 1.0)
    if delta <= 0:
        raise SolverError("O δ da perda de Huber precisa ser maior que zero.")
    errors = np.asarray(floats(inputs["true"])) - np.asarray(floats(inputs["predicted"]))
    size = np.abs(errors)
    each = np.where(size <= delta, errors**2 / 2, delta * (size - delta / 2))
    clipped = np.minimum(size, delta)
    second = float(np.mean(clipped * (size - clipped / 2)))
    value = float(each.mean())
    notes = list(assumptions(inputs))
    if "delta" not in inputs:
        notes.append("Usei δ = 1, o valor usual.")
    return Solution(
        problem=Problem(_ERROR_KIND, inputs),
        title="Perda de Huber",
        result=rf"Perda de Huber: ${tex(value)}$",
        value=value,
        steps=(
            Step(
                "Fórmula",
                r"$\tfrac{1}{2} e^2$ se $|e| \le \delta$; senão $\delta\,(|e| - \delta/2)$",
            ),
            Step("Erros", rf"$e = {tex_vector(errors.tolist())}$, $\delta = {tex(delta)}$"),
            Step("Perdas e média", rf"${tex_vector(each.tolist())}$, média ${tex(value)}$"),
        ),
        checks=(
            Check("Segunda formulação", math.isclose(second, value, abs_tol=1e-12), "erro cortado"),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, [(float(np.mean(errors**2)) / 2, "se usa só ½e²")]),
    )


def _exercise_error(random: Random) -> tuple[str, dict[str, Json]]:
    size = random.randint(2, 4)
    measure = random.choice(["mse", "rmse", "mae"])
    y: list[Json] = [float(random.randint(0, 9)) for _ in range(size)]
    p: list[Json] = [float(a) + random.choice([-2, -1, 0, 1, 0.5]) for a in floats(y)]
    return (
        f"Calcule o {_LABELS[measure]} para os valores reais y = {plain_vector(floats(y))} e as "
        f"previsões {plain_vector(floats(p))}.",
        {"measure": measure, "true": y, "predicted": p},
    )


# --------------------------------------------------------------- entropy, KL

_ENTROPY_KIND = "entropy"
_KL = r"kl|kullback(?:[ -]leibler)?|divergencia kl|entropia relativa"


def _match_entropy(statement: Statement) -> float:
    if statement.conceptual or statement.has(
        CROSS_ENTROPY, "perplexidade", "perplexity", "cruzada"
    ):
        return 0.0
    if statement.has(_KL) and statement.arrays:
        return 0.9
    if not statement.has("entropia") or not statement.arrays:
        return 0.0
    first = statement.arrays[0]
    fits = any(isinstance(r.data, list) and sums_to_one(floats(r.data)) for r in first.readings)
    bare = re.match(r"\W*(?:calcule |qual (?:e )?)?(?:a )?entropia d[aeo]\b", statement.folded)
    return 0.8 if fits or bare or statement.has(r"distribuic\w+") else 0.0


def _parse_entropy(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    inputs: dict[str, Json] = dict(previous or {})
    before = dict(inputs)
    if statement.has(_KL):
        inputs["kl"] = True
    lists = [value.vector("a distribuição", accept=sums_to_one) for value in statement.arrays]
    if lists:
        for _, note in lists:
            assume(inputs, note)
        keys = ("p", "q") if len(lists) > 1 or "p" not in inputs else ("q",)
        if previous is not None and not inputs.get("kl"):
            keys = ("p",)
        for key, (data, _) in zip(keys, lists, strict=False):
            inputs[key] = list(data)
    base = log_base(statement)
    if base is not None:
        inputs["base"] = base
    if previous is not None and inputs == before:
        return None
    wanted = ("p", "q") if inputs.get("kl") else ("p",)
    for key in wanted:
        distribution = floats(inputs.get(key))
        if not distribution:
            raise MissingData(
                f"Falta a distribuição {key}. Escreva-a, por exemplo, {key} = [0,5; 0,5].",
                Problem(_ENTROPY_KIND, inputs),
            )
        if not sums_to_one(distribution):
            raise SolverError(
                f"{plain_vector(distribution[:8])} não é uma distribuição: precisa ter números "
                f"entre 0 e 1 que somem 1, mas a soma é {plain(sum(distribution))}."
            )
    if inputs.get("kl"):
        p, q = floats(inputs["p"]), floats(inputs["q"])
        if len(p) != len(q):
            raise SolverError("As duas distribuições precisam ter o mesmo tamanho.")
        if any(a > 0 and b == 0 for a, b in zip(p, q, strict=True)):
            raise SolverError(
                "Onde p é positivo, q não pode ser 0: a divergência KL seria infinita."
            )
    return inputs


def _solve_entropy(inputs: Inputs) -> Solution:
    base = number(inputs.get("base"), 2.0 if not inputs.get("kl") else math.e)
    scale = math.log(base)
    p = np.asarray(floats(inputs["p"]))
    mask = p > 0
    entropy = -float(np.sum(p[mask] * np.log(p[mask]))) / scale
    log = {2.0: r"\log_2", 10.0: r"\log_{10}"}.get(base, r"\ln")
    unit = {2.0: " bits", 10.0: ""}.get(base, " nats")
    notes = list(assumptions(inputs))
    if inputs.get("kl"):
        q = np.asarray(floats(inputs["q"]))
        value = float(np.sum(p[mask] * np.log(p[mask] / q[mask]))) / scale
        cross = -float(np.sum(p[mask] * np.log(q[mask]))) / scale
        second, detail = cross - entropy, "entropia cruzada menos entropia"
        terms = " + ".join(
            rf"{tex(float(a))} {log} \dfrac{{{tex(float(a))}}}{{{tex(float(b))}}}"
            for a, b in list(zip(p, q, strict=True))[:10]
            if a > 0
        )
        formula = rf"D_{{KL}}(p\,\|\,q) = \sum_i p_i {log} \dfrac{{p_i}}{{q_i}}"
        swapped = float(np.sum(q[q > 0] * np.log(q[q > 0] / np.where(p > 0, p, 1)[q > 0]))) / scale
        mistakes: list[Mistake] = [
            (swapped, "se troca a ordem, D(q‖p)"),
            (cross, "se dá a entropia cruzada, sem subtrair a entropia"),
        ]
        notes.append("Na divergência KL, p é a primeira distribuição da fórmula e q a segunda.")
    else:
        value = entropy
        second = float(np.sum(p[mask] * np.log(1 / p[mask]))) / scale
        detail = "Σ p·log(1/p)"
        terms = " ".join(rf"- {tex(float(a))} {log} {tex(float(a))}" for a in p[mask][:10])
        formula = rf"H(p) = -\sum_i p_i {log} p_i"
        mistakes = [(-value, "se esquece do sinal de menos")]
    for other, name in ((math.e, "ln"), (2.0, "log₂"), (10.0, "log₁₀")):
        if abs(other - base) > 1e-9:
            mistakes.append((value * scale / math.log(other), f"se usa {name} (outra base)"))
    if "base" not in inputs:
        used = "base 2 (bits)" if base == 2.0 else "o logaritmo natural (nats)"
        notes.append(f"Não foi dita a base do logaritmo; usei {used}.")
    title = "Divergência KL" if inputs.get("kl") else "Entropia"
    return Solution(
        problem=Problem(_ENTROPY_KIND, inputs),
        title=title,
        result=rf"{title}: ${tex(value)}${unit}",
        value=value,
        steps=(
            Step("Fórmula", f"${formula}$"),
            Step("Substituição", rf"${terms} = {tex_signed(value)}$"),
        ),
        checks=(
            Check(
                "Segunda formulação",
                math.isclose(second, value, rel_tol=1e-9, abs_tol=1e-9),
                detail,
            ),
            Check("Não negativa", value >= -1e-9, "nunca é negativa"),
        ),
        assumptions=tuple(notes),
        remarks=remarks(inputs, value, mistakes),
    )


def _exercise_entropy(random: Random) -> tuple[str, dict[str, Json]]:
    def distribution(size: int) -> list[Json]:
        cuts = sorted(random.sample(range(1, 20), size - 1))
        return [(b - a) / 20 for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]

    size = random.randint(2, 4)
    p = distribution(size)
    if random.random() < 0.5:
        return (
            f"Calcule a entropia em bits da distribuição {plain_vector(floats(p))}.",
            {"p": p, "base": 2.0},
        )
    q = distribution(size)
    return (
        f"Calcule a divergência KL entre p = {plain_vector(floats(p))} e "
        f"q = {plain_vector(floats(q))} com logaritmo natural.",
        {"kl": True, "p": p, "q": q, "base": math.e},
    )


# ------------------------------------------------------- KL as a difference

_DIFFERENCE_KIND = "kl_difference"


def _parse_difference(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    return None  # `classifier` reads it


def _solve_difference(inputs: Inputs) -> Solution:
    cross, own = number(inputs["cross"]), number(inputs["own"])
    value = cross - own
    return Solution(
        problem=Problem(_DIFFERENCE_KIND, inputs),
        title="Divergência KL",
        result=rf"Divergência KL: ${tex(value)}$",
        value=value,
        steps=(
            Step("Relação", r"$D_{KL}(p\,\|\,q) = H(p, q) - H(p)$"),
            Step("Substituição", rf"${tex(cross)} - {tex(own)} = {tex(value)}$"),
        ),
        checks=(
            Check("De volta", math.isclose(own + value, cross), "H(p) + KL dá H(p, q)"),
            Check("Não negativa", value >= 0, "nunca é negativa"),
        ),
        assumptions=assumptions(inputs),
        remarks=remarks(inputs, value, [(cross + own, "se soma em vez de subtrair")]),
    )


def _exercise_difference(random: Random) -> tuple[str, dict[str, Json]]:
    own = round(random.uniform(0.5, 1.5), 2)
    cross = round(own + random.uniform(0.05, 0.8), 2)
    return (
        f"Sabendo que H(p, q) = {plain(cross)} e H(p) = {plain(own)}, calcule a divergência KL.",
        {"cross": cross, "own": own, "assumptions": []},
    )


FAMILIES: tuple[Family, ...] = (
    Family(
        _ERROR_KIND, "Erro quadrático e absoluto", "perdas_ativacoes", None,
        _match_error, _parse_error, _solve_error, _exercise_error,
    ),
    Family(
        _ENTROPY_KIND, "Entropia e divergência KL", "perdas_ativacoes", None,
        _match_entropy, _parse_entropy, _solve_entropy, _exercise_entropy,
    ),
    Family(
        _DIFFERENCE_KIND, "Divergência KL", "perdas_ativacoes", None,
        lambda statement: 0.0, _parse_difference, _solve_difference, _exercise_difference,
    ),
)  # fmt: skip
