"""A datum of an optimizer step from its result: "o peso foi de 2 para 1,7: qual era a taxa?".

The forward run is the equation: whatever is asked for (η, β, λ, a gradient, the value before) is
the number for which the run ends at the given result.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from random import Random

from tutor.errors import MissingData, SolverError
from tutor.records import Check, Json, Problem, Solution, Step
from tutor.solver import optimizers
from tutor.solver.claims import on_named_values
from tutor.solver.descent import ADAM, LABELS, polynomial_of, run
from tutor.solver.descent_text import collect
from tutor.solver.fields import Statement
from tutor.solver.format import plain, tex
from tutor.solver.inputs import Inputs, assume, assumptions, floats, number
from tutor.solver.named_roles import Mention, Roles, assign
from tutor.solver.numbers import Value
from tutor.solver.optimizer_complete import complete
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_names import method_of
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.optimizer_wants import asked_names
from tutor.solver.registry import Family
from tutor.solver.roots import roots

_KIND = "optimizer_inverse"
_AVERAGE = (
    r"medias? move(?:l|is)(?: exponencia(?:l|is))?|ema|mme|ewma|media exponencial|"
    r"suavizacao exponencial"
)
# The words of an average of anything, in those of the velocity of momentum.
_AVERAGE_WORDS = (
    (rf"\b(?:{_AVERAGE})(?: anterior)?(?! ?=)", "v"),
    (r"\b(?:comec\w+|estava|partia|partiu|partindo|era|valia|inicia\w*|anterior)\b"
     r"(?: (?:em|de|com|era|valia|e))?(?= (?:zero|-?\d))", "v0 ="),
    (r"\b(?:foi (?:para|pra)|passou (?:a|para)(?: valer)?|ficou(?: em)?|virou|vale|valendo|deu|"
     r"agora e|(?:subiu|caiu) (?:para|pra)|resultou em|"
     r"obt\w+(?:-se)?)(?= v?\b)(?: v ?=)?", "v_after ="),
    (r"\b(?:(?:nova |novo |uma |primeira |unica )*(?:observacao|amostra|medida|leitura|entrada)|"
     r"(?:o )?(?:valor|dado)(?: novo| observado)?|novo (?:valor|dado)|x)\b(?= ?[=:]| (?:de |e |"
     r"for |foi )?-?\d)|\bx_?[1t]\b",
     "gradiente"),
    (r"(?<=v0 = )zero\b", "0"),
)  # fmt: skip
_AFTER = re.compile(
    r"\b(?:nov[oa]s?|final|finais|resultante|atualizad[oa]|depois|seguinte|virou|viraram|ficou|"
    r"ficaram|passou|foi (?:para|pra)|chegou|resultou|deu|obt\w+|[wvm]_after|terminou|acabou)\b"
)
_GOT = re.compile(r"\b(?:obt\w+(?:-se)?|deu|resultou(?: em)?|depois|novo|nova|agora)\b")
_BEFORE = re.compile(r"\b(?:anterior|inicial|antig[oa]|antes|previ[oa]|era|valia|estava)\b|0\s*$")
_WEIGHT_BEFORE = re.compile(
    r"\b(?:antes|inicia\w*|anterior|original|de partida|era|valia|comec\w+|part\w+)\b"
)
_MINIMUM = r"(?:o |ao |no )?(?:ponto de )?minimo"
_STATES = {"v0": "v", "m0": "m", "v_after": "v", "m_after": "m", "m_hat": "m_hat", "v_hat": "v_hat"}
_MOVES = ("w", "change", "size")  # results that the weight shows
_WEIGHTS = frozenset({"w", "w_after", "w1", "w2", "w3"})
_NAMES = {
    "lr": ("a taxa de aprendizado", r"\eta"),
    "beta": ("β", r"\beta"),
    "beta1": ("β₁", r"\beta_1"),
    "beta2": ("β₂", r"\beta_2"),
    "weight_decay": ("o λ do weight decay", r"\lambda"),
    "gradient": ("o gradiente", "g"),
    "w": ("o peso de antes", "w"),
    "v0": ("o valor de antes de v", "v_0"),
    "m0": ("o valor de antes de m", "m_0"),
}


def _match(statement: Statement) -> float:
    if statement.conceptual or not statement.values:
        return 0.0
    read = _read(statement)
    return 0.0 if read is None else 0.985


# --------------------------------------------------------------------- reading


def _read(statement: Statement) -> tuple[str, Statement, Roles] | None:
    """What is asked for, the message in the words of the vocabulary, and its roles."""
    average = _is_average(statement)
    if average:
        text = clean(statement)[0].folded
        for pattern, words in _AVERAGE_WORDS:
            text = re.sub(pattern, words, text)
        statement = Statement(text)
    cleaned = clean(statement)[0]
    roles = assign(cleaned, VOCABULARY, LISTS)
    asked = _unknown(cleaned, roles)
    if asked is None or not _result(cleaned, roles, statement):
        return None
    optimizer = average or method_of(statement) is not None
    if not optimizer and asked != "lr" and not {"lr", "beta", "beta1"} & set(roles.values):
        return None
    return asked, statement, roles


def _is_average(statement: Statement) -> bool:
    return statement.has(_AVERAGE) and method_of(statement) in (None, "momentum")


def _unknown(cleaned: Statement, roles: Roles) -> str | None:
    """The datum that is asked for; None where the message asks for a result."""
    for mention in asked_names(cleaned, roles):
        key = mention.key
        words = cleaned.folded[mention.start : mention.end]
        if re.fullmatch(r"g\d", key):
            key = "gradient"
        if key == "lr" and words.startswith("passo"):
            continue
        if key in _NAMES and key not in ("w", "v0", "m0", "gradient"):
            return key if key not in roles.values else None
        if key == "decay":
            return key
        if key == "gradient":
            return key if not _gradients_given(roles) else None
        around = cleaned.folded[max(0, mention.start - 25) : mention.end + 25]
        if key in ("w", "v0", "m0") and _WEIGHT_BEFORE.search(around):
            return key
    return None


def _gradients_given(roles: Roles) -> bool:
    return "gradient" in roles.values or any(
        key[0] == "g" and key[1:].isdigit() for key in roles.values
    )


def _result(cleaned: Statement, roles: Roles, statement: Statement) -> bool:
    anchored = {"w", "w1", "v0", "gradient", "g1", "m0"} & set(roles.values) != set()
    return (
        (anchored and _single_loose(roles))
        or bool(_sides(cleaned, roles)[1])
        or "update" in roles.values
        or (statement.has(_MINIMUM) and clean(statement)[1] is not None)
    )


def _single_loose(roles: Roles) -> bool:
    """ "… e obteve 2,2": the only number without a name is the result."""
    return len(roles.loose) == 1 and roles.loose[0].is_scalar


def _sides(cleaned: Statement, roles: Roles) -> tuple[dict[str, Value], dict[str, Value]]:
    """The values of w, v and m before the step and after it."""
    before: dict[str, Value] = {}
    after: dict[str, Value] = {}
    for letter in ("w", "v", "m", "m_hat", "v_hat"):
        pairs = [
            (mention, value)
            for mention, value in roles.pairs
            if (letter == "w" and mention.key in _WEIGHTS) or _STATES.get(mention.key) == letter
        ]
        told = [_side(cleaned, mention, value) for mention, value in pairs]
        if len(pairs) > 1 and "after" not in told:
            still_open = [i for i, side in enumerate(told) if side == "open"]
            told[still_open[-1] if still_open else -1] = "after"
        for (_, value), side in zip(pairs, told, strict=True):
            (after if side == "after" else before).setdefault(letter, value)
    return before, after


def _side(cleaned: Statement, mention: Mention, value: Value) -> str:
    text = cleaned.folded[mention.start : value.start]
    if mention.key.endswith(("_after", "_hat")):
        return "after"
    if _BEFORE.search(cleaned.folded[mention.start : mention.end]):
        return "before"
    lead = re.split(r"[.;,?!:]", cleaned.folded[max(0, mention.start - 20) : mention.start])[-1]
    if _AFTER.search(text) or _GOT.search(lead):
        return "after"
    index = re.search(r"[wvm]_?(\d)", text)
    return "after" if index and index[1] != "0" else "open"


def _parse(statement: Statement, previous: Inputs | None) -> dict[str, Json] | None:
    if previous is not None:
        return _revised(statement, previous)
    read = _read(statement)
    if read is None:
        return None
    average = _is_average(statement)
    asked, statement, _ = read
    gathered = collect(statement, None, _default_method(statement))
    if gathered is None:
        return None
    inputs, roles = gathered.inputs, gathered.roles
    for key in ("wants", "w", "v0", "m0"):
        inputs.pop(key, None)
    before, after = _sides(gathered.cleaned, roles)
    method = str(inputs["method"])
    if average:
        inputs["convention"] = "ema"
    if asked == "decay":
        asked = "beta" if method in ("momentum", "nesterov", "rmsprop") else "weight_decay"
    if asked == "beta" and method in ADAM:
        asked = "beta2" if "v" in after and "m" not in after else "beta1"
    for letter, value in before.items():
        key = "w" if letter == "w" else _state_key(letter, method)
        inputs[key] = _plain(value)
    _target(inputs, statement, roles, after)
    inputs["unknown"] = asked = _state_key(asked[0], method) if asked in ("v0", "m0") else asked
    inputs.pop(asked, None)
    if asked == "gradient":
        inputs.pop("gradients", None)
    _complete(inputs)
    return inputs


def _default_method(statement: Statement) -> str:
    method = method_of(statement)
    if method is not None:
        return method
    found = assign(clean(statement)[0], VOCABULARY, LISTS)
    named = {mention.key for mention, _ in found.pairs} | {mention.key for mention in found.open}
    return "momentum" if named & {"beta", "v0", "v_after"} else "sgd"


def _state_key(letter: str, method: str) -> str:
    return "v0" if method not in ADAM or letter == "v" else "m0"


def _plain(value: Value) -> Json:
    if value.is_scalar:
        return value.scalar("o valor")[0]
    return list(value.vector("o valor")[0])


def _target(
    inputs: dict[str, Json], statement: Statement, roles: Roles, after: dict[str, Value]
) -> None:
    """The result that the step is to give."""
    for letter in ("w", "v", "m", "m_hat", "v_hat"):
        if letter in after:
            inputs["result"], inputs["target"] = letter, _plain(after[letter])
            return
    if _single_loose(roles) and "update" not in roles.values:
        letter = "v" if "v0" in inputs and "w" not in inputs else "w"
        inputs["result"], inputs["target"] = letter, _plain(roles.loose[0])
        what = "o peso" if letter == "w" else "v"
        assume(inputs, f"Li {roles.loose[0].text} como {what} depois do passo.")
        return
    if "update" in roles.values:
        amount = roles.values["update"][0].scalar("a variação do peso")[0]
        delta = statement.has(r"delta.*|diminui\w*|variacao.*|mudanca.*|ca(?:i|iu)|reduziu.*")
        inputs["result"] = "change" if delta or amount < 0 else "size"
        inputs["target"] = amount
        return
    loss = polynomial_of(inputs, "loss")
    if loss is not None and len(loss.variables) == 1:
        slope = loss.derivative(loss.variables[0])
        found = roots(lambda x: slope.at({loss.variables[0]: x}), "signed")
        if len(found) == 1:
            inputs["result"], inputs["target"] = "w", found[0]
            assume(inputs, f"O mínimo da função está em {loss.variables[0]} = {plain(found[0])}.")


def _complete(inputs: dict[str, Json]) -> None:
    """Everything but the unknown has to be there."""
    if "target" not in inputs:
        raise MissingData(
            "Falta o resultado do passo, de onde a conta parte de trás para frente. Escreva, por "
            "exemplo: o peso novo é 1,9.",
            Problem(_KIND, inputs),
        )
    trial = {**inputs, **_with(inputs, 0.5)}
    if inputs["result"] not in _MOVES:
        trial["wants"] = [inputs["result"]]
    elif inputs["result"] != "w":
        trial.setdefault("w", 0.0)
    try:
        complete(trial)
    except MissingData as error:
        raise MissingData(
            f"Para achar {_NAMES[str(inputs['unknown'])][0]} de trás para frente: {error}",
            Problem(_KIND, inputs),
        ) from None
    for key, value in trial.items():
        if key not in (str(inputs["unknown"]), "gradients", "wants"):
            inputs[key] = value
    if inputs["unknown"] != "gradient" and "gradients" in trial:
        inputs["gradients"] = trial["gradients"]


def _revised(statement: Statement, previous: Inputs) -> dict[str, Json] | None:
    if "unknown" not in previous or "method" not in previous:
        return None
    gathered = collect(statement, previous, str(previous["method"]))
    if gathered is None:
        return None
    inputs = gathered.inputs
    _, after = _sides(gathered.cleaned, gathered.roles)
    if after:
        _target(inputs, statement, gathered.roles, after)
    inputs["unknown"] = previous["unknown"]
    _complete(inputs)
    return inputs


# --------------------------------------------------------------------- solving


def _with(inputs: Inputs, x: float) -> dict[str, Json]:
    """The unknown set to x, as an input of the forward run."""
    unknown = str(inputs["unknown"])
    if unknown != "gradient":
        return {unknown: x}
    steps = inputs.get("steps")
    return {"gradients": [x] * (steps if isinstance(steps, int) else 1)}


def _forward(inputs: Inputs, index: int) -> Callable[[float], float]:
    """x -> the result of the run, component `index`, minus what it is to be."""
    result = str(inputs["result"])
    target = inputs["target"]
    goal = floats(target)[index] if isinstance(target, list) else number(target)
    parts = {
        key: floats(inputs[key])[index]
        for key in ("w", "v0", "m0")
        if isinstance(inputs.get(key), list)
    }
    gradients = inputs.get("gradients")
    if isinstance(gradients, list) and gradients and isinstance(gradients[0], list):
        parts["gradients"] = [floats(each)[index] for each in gradients]  # type: ignore[assignment]

    def gap(x: float) -> float:
        rows = run({**inputs, **parts, **_with(inputs, x)})
        last = rows[-1]
        if result == "w":
            return float(last.after[0]) - goal
        if result in ("change", "size"):
            moved = float(last.after[0] - rows[0].before[0])
            return (abs(moved) if result == "size" else moved) - goal
        state = last.state.get(result, last.state.get("v"))
        assert state is not None
        return float(state[0]) - goal

    return gap


_DOMAIN = {"lr": "positive", "weight_decay": "positive", "beta": "unit", "beta1": "unit",
           "beta2": "unit"}  # fmt: skip


def _solve(inputs: Inputs) -> Solution:
    unknown = str(inputs["unknown"])
    name, symbol = _NAMES[unknown]
    target = inputs["target"]
    size = len(floats(target)) if isinstance(target, list) else 1
    found: list[list[float]] = []
    for index in range(size):
        gap = _forward(inputs, index)
        if abs(gap(0.25) - gap(0.75)) < 1e-13 and abs(gap(0.25) - gap(0.6)) < 1e-13:
            if size > 1 and abs(gap(0.25)) < 1e-9 and unknown in _DOMAIN:
                continue  # a component without gradient tells nothing
            raise SolverError(
                f"Com esses dados o resultado não depende de {symbol_of(unknown)}, por isso não dá "
                "para achar esse valor. Confira os dados."
            )
        found.append(roots(gap, _DOMAIN.get(unknown, "signed")))
    if any(not each for each in found) or not found:
        raise SolverError(
            f"Nenhum valor possível de {symbol_of(unknown)} leva a esse resultado. "
            "Confira os dados (o sinal do gradiente, o valor de antes e o de depois)."
        )
    per_component = unknown not in _DOMAIN and size > 1
    if not per_component and any(
        not math.isclose(each[0], found[0][0], rel_tol=1e-3, abs_tol=1e-6) for each in found
    ):
        raise SolverError(
            f"Cada componente daria um valor diferente de {symbol_of(unknown)}: "
            + "; ".join(plain(each[0], 6) for each in found)
            + ". Confira os dados."
        )
    chosen = [max(each) if len(each) == 2 else each[0] for each in found]
    inputs = dict(inputs)
    several = next((each for each in found if len(each) > 1), None)
    if several is not None:
        assume(
            inputs,
            "Há mais de um valor que dá esse resultado ("
            + " e ".join(plain(each, 6) for each in several)
            + "); usei o maior.",
        )
    value: Json = list(chosen) if per_component else chosen[0]
    forward = {**inputs, **_with(inputs, chosen[0])}
    if inputs["result"] not in _MOVES:
        forward["wants"] = [inputs["result"]]
    steps = [
        Step("O que se procura", _wish(inputs, name, symbol)),
        _isolated(_forward(inputs, 0), symbol, chosen[0]),
    ]
    if size == 1:
        back = optimizers.solve(forward)
        steps += [replace(step, title=f"Conferência: {step.title}") for step in back.steps]
    listed = "; ".join(tex(each, 6) for each in chosen) if per_component else tex(chosen[0], 6)
    return Solution(
        problem=Problem(_KIND, inputs),
        title=f"{LABELS[str(inputs['method'])]} de trás para frente: {name}",
        result=rf"${symbol} = {'(' + listed + ')' if per_component else listed}$",
        value=value,
        steps=tuple(steps),
        checks=(
            Check(
                "O passo com esse valor dá o resultado",
                all(
                    abs(_forward(inputs, i)(x)) < 1e-7 * (1 + abs(x))
                    for i, x in enumerate(chosen if per_component else chosen[:1])
                ),
                "refeito para a frente",
            ),
        ),
        assumptions=assumptions(inputs),
        remarks=on_named_values(inputs, value),
    )


def symbol_of(unknown: str) -> str:
    return {"lr": "η", "weight_decay": "λ", "gradient": "g", "w": "w"}.get(
        unknown, _NAMES[unknown][0]
    )


def _wish(inputs: Inputs, name: str, symbol: str) -> str:
    target = inputs["target"]
    listed = (
        "(" + "; ".join(tex(each, 6) for each in floats(target)) + ")"
        if isinstance(target, list)
        else tex(number(target), 6)
    )
    reached = {
        "w": rf"o peso depois do passo seja ${listed}$",
        "change": rf"o peso mude ${listed}$",
        "size": rf"o passo tenha tamanho ${listed}$",
    }.get(str(inputs["result"]), rf"${inputs['result']}$ depois do passo seja ${listed}$")
    return f"{name[:1].upper()}{name[1:]} (${symbol}$) para que {reached}."


def _isolated(gap: Callable[[float], float], symbol: str, x: float) -> Step:
    """The equation, isolated where it is of the first degree."""
    zero, slope = gap(0.0), gap(1.0) - gap(0.0)
    straight = math.isclose(gap(2.0), zero + 2 * slope, rel_tol=1e-9, abs_tol=1e-9)
    if straight and slope:
        return Step(
            "Isolar",
            rf"A diferença entre o resultado do passo e o valor dado é de primeiro grau em "
            rf"${symbol}$: ${tex(zero, 6)} + ({tex(slope, 6)})\,{symbol} = 0$, logo "
            rf"${symbol} = \dfrac{{{tex(-zero, 6)}}}{{{tex(slope, 6)}}} = {tex(x, 6)}$.",
        )
    return Step("Isolar", rf"A equação do passo, resolvida em ${symbol}$, dá ${tex(x, 6)}$.")


def _exercise(random: Random) -> tuple[str, dict[str, Json]]:
    lr, g = random.choice([0.1, 0.2, 0.05]), random.choice([-3.0, -2.0, 1.5, 2.5, 4.0])
    w = float(random.randint(1, 6))
    after = round(w - lr * g, 6)
    return (
        f"Depois de um passo de SGD com gradiente {plain(g)}, o peso foi de {plain(w)} para "
        f"{plain(after)}. Qual foi a taxa de aprendizado?",
        {
            "method": "sgd", "w": w, "gradients": [g], "unknown": "lr", "result": "w",
            "target": after, "assumptions": [],
        },
    )  # fmt: skip


FAMILIES: tuple[Family, ...] = (
    Family(
        _KIND, "Otimizador de trás para frente", "otimizadores", "9",
        _match, _parse, _solve, _exercise,
    ),
)  # fmt: skip
