"""Reading an optimizer problem: the method, hyperparameters, gradients and function."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.descent import ADAM, polynomial_of, steps_of, variables_of
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume, floats, number
from tutor.solver.named_roles import Roles, assign
from tutor.solver.numbers import Value, word_number
from tutor.solver.optimizer_complete import complete, given
from tutor.solver.optimizer_data import with_data
from tutor.solver.optimizer_examples import add_bias, average_examples, read_clip
from tutor.solver.optimizer_function import clean
from tutor.solver.optimizer_loose import settle_loose
from tutor.solver.optimizer_names import MOMENTS, STEP_WORDS, method_of
from tutor.solver.optimizer_table import untabled
from tutor.solver.optimizer_until import read_until
from tutor.solver.optimizer_vocabulary import LISTS, VOCABULARY
from tutor.solver.optimizer_wants import WITH_AND_WITHOUT, asked_indexed, asked_steps, wanted
from tutor.solver.update_rules import read_rules

MAX_STEPS = 1000
_SHRINKS = r"(?:que|qual) fator|por quanto (?:\w+ ){0,3}multiplic\w+|fator de encolhimento"
_NO_GRADIENT = (
    r"(?:so|apenas|somente) (?:existe |ha |atua |com )?(?:o )?(?:decaimento|weight decay|decay).*|"
    r"(?:gradientes?|grads?|gradients?|g) (?:e |for |sao |is |= ?|: ?)?(?:zero|nulos?|zerados?)|"
    r"(?:zero|no|sem) (?:gradientes?|gradients?)"
)


def read(statement: Statement, previous: Inputs | None, default: str) -> dict[str, Json] | None:
    """The inputs of an optimizer problem; None if the text says nothing of it."""
    gathered = collect(statement, previous, default)
    if gathered is None:
        return None
    complete(gathered.inputs)
    return gathered.inputs


@dataclass(frozen=True)
class Gathered:
    """What a message says, before defaults are assumed and gaps asked for."""

    inputs: dict[str, Json]
    roles: Roles
    cleaned: Statement


def collect(statement: Statement, previous: Inputs | None, default: str) -> Gathered | None:
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = {key: value for key, value in inputs.items() if key != "assumptions"}
    rules = read_rules(statement.folded)
    cleaned, loss, derivative = clean(Statement(rules.text) if rules.method else statement)
    cleaned = read_until(inputs, read_clip(inputs, cleaned))
    method = method_of(statement)
    if method is not None and not (previous is not None and _only_asks(statement, method, inputs)):
        inputs["method"] = method
    if method is None and inputs.get("method") == "adamw" and statement.has("l2"):
        inputs["method"] = "adam"  # the penalty in the gradient
    inputs.setdefault("method", default)
    roles = assign(cleaned, VOCABULARY, LISTS)
    found = _by_method(roles.values, str(inputs["method"]))
    _refuse_conflicts(roles, str(inputs["method"]))
    _read_function(inputs, loss, derivative)
    _read_numbers(inputs, cleaned, found, previous is not None)
    _read_step(inputs, roles, cleaned)
    _read_parameters(inputs, cleaned, found)
    average_examples(inputs, statement)
    add_bias(inputs, roles)
    _note_formulas(inputs, statement)
    examples = with_data(statement.folded)
    if examples is not None:
        assume(inputs, examples.note)
    still = "gradients" in inputs and not any(floats(inputs["gradients"]))
    if "w" not in inputs and still and statement.has(_SHRINKS):
        inputs["w"] = 1.0
        assume(inputs, "O fator é o que um peso 1 vira em um passo sem gradiente: 1 − ηλ.")
    _read_options(inputs, Statement(rules.text) if rules.method else statement)
    _read_wants(inputs, statement, cleaned, roles)
    if rules.convention is not None and inputs["method"] in ("momentum", "nesterov"):
        given(inputs, "convention", rules.convention)
        inputs.pop("gain", None)
        if rules.gain is not None:
            inputs["gain"] = rules.gain
    if previous is not None and not found:
        _fill_gap(inputs, cleaned, loss is not None or derivative is not None)
    elif previous is None:
        settle_loose(inputs, cleaned, roles)
    changed = {key: value for key, value in inputs.items() if key != "assumptions"}
    if previous is not None and changed == before:
        return None
    return Gathered(inputs, roles, cleaned)


def _note_formulas(inputs: dict[str, Json], statement: Statement) -> None:
    """The numbers of a penalty's formula and of a table's rows have been read, and are no data."""
    read: list[Json] = []
    text = clean(statement)[0].folded
    if "penalidade pela metade" in text:
        read += [2.0, 0.5]
    if untabled(statement.folded) != statement.folded:
        read += [float(step) for step in range(1, 1 + steps_of(inputs))]
    if "penalidade inteira" in text and inputs.get("method") == "sgd" and "penalty" not in inputs:
        decay = number(inputs.get("weight_decay"))
        inputs["weight_decay"], inputs["penalty"] = 2 * decay, "full"
        read.append(decay)
        assume(inputs, "Derivei a penalidade λw²: o seu gradiente é 2λw.")
    if read:
        inputs["read"] = read


def _by_method(found: dict[str, list[Value]], method: str) -> dict[str, list[Value]]:
    """A "decaimento" without more is the memory of RMSProp and the λ of AdamW."""
    if "decay" not in found:
        return found
    key = "beta" if method in ("momentum", "nesterov", "rmsprop") else "weight_decay"
    return {**{key: found["decay"]}, **{k: v for k, v in found.items() if k != "decay"}}


_ONE_VALUE = {
    "lr": "a taxa de aprendizado", "beta": "β", "beta1": "β₁", "beta2": "β₂", "epsilon": "ε",
    "weight_decay": "o λ",
}  # fmt: skip


def _refuse_conflicts(roles: Roles, method: str) -> None:
    for key, (one, other) in roles.conflicts.items():
        if key in _ONE_VALUE and not (key == "lr" and method == "rmsprop"):
            raise SolverError(
                f"Li dois valores para {_ONE_VALUE[key]}: {one.text} e {other.text}. "
                "Qual dos dois vale?"
            )


def _read_step(inputs: dict[str, Json], roles: Roles, cleaned: Statement) -> None:
    """ "no passo 5", with the state before it: the number of the step that is taken."""
    numbers = [value for value in roles.steps if value.is_scalar]
    later = [int(key[1:]) for key in roles.values if re.fullmatch(r"g\d", key)]
    named = re.search(r"\b(\d{1,3}) ?[ºo°] (?:gradiente|passo)|\bg_?(\d)\b", cleaned.folded)
    if "m0" in roles.values and len(later) <= 1 and named and not numbers:
        inputs["t"] = int(named[1] or named[2])
        return
    if len({value.text for value in numbers}) == 1 and (
        "m0" in roles.values or "v0" in roles.values
    ):
        inputs["t"] = numbers[0].count("o passo t", 1, 10**6)


def _only_asks(statement: Statement, method: str, inputs: Inputs) -> bool:
    """ "momentum 0,8" in a follow-up to Adam or Nesterov changes a number, not the method."""
    if method != "momentum" or inputs.get("method") in (None, "sgd"):
        return False
    return statement.find("momentum", "momento") is not None or statement.has(MOMENTS)


def _read_function(inputs: dict[str, Json], loss: str | None, derivative: str | None) -> None:
    if loss is None and derivative is None:
        return
    for key in ("loss", "derivative", "gradients"):
        inputs.pop(key, None)
    inputs["loss" if loss is not None else "derivative"] = loss or derivative


def _read_numbers(
    inputs: dict[str, Json], statement: Statement, found: dict[str, list[Value]], revised: bool
) -> None:
    adam = inputs["method"] in ADAM
    rates = found.get("lr", [])
    if inputs["method"] == "rmsprop" and len(rates) > 1 and "beta" not in found:
        # torch.optim.RMSprop(lr=0.01, alpha=0.99): alpha is the decay there
        alpha = statement.find("alpha", "alfa")
        if alpha is not None and alpha.value in rates:
            found = {**found, "beta": [alpha.value]}
            rates = [value for value in rates if value is not alpha.value]
    if rates:
        inputs["lr"] = rates[0].scalar("a taxa de aprendizado")[0]
    if "betas" in found:
        pair, _ = found["betas"][0].vector("os betas", 2)
        if len(pair) == 2:
            given(inputs, "beta1", pair[0])
            given(inputs, "beta2", pair[1])
    rename = {"beta": "beta1"} if adam else {"beta1": "beta", "beta2": "beta"}
    for key in ("beta", "beta1", "beta2", "epsilon", "weight_decay"):
        if key in found and found[key][0].is_scalar:
            given(inputs, rename.get(key, key), found[key][0].scalar(key)[0])
    if statement.has(r"(?:sem|ignor\w+|despreze|desconsider\w+) (?:o )?(?:epsilon|eps)"):
        given(inputs, "epsilon", 0.0)
    for key, low, high in (("beta", 0, 1), ("beta1", 0, 1), ("beta2", 0, 1)):
        value = inputs.get(key)
        if isinstance(value, (int, float)) and not low <= value < high:
            raise SolverError(
                f"O coeficiente β precisa estar entre 0 e 1 (menor que 1), mas li {plain(value)}."
            )
    steps = _steps(statement) or _asked_step(inputs, statement)
    if steps is None and statement.has(r"(?:mais|outro) um passo|mais um passo") and revised:
        known = inputs.get("gradients")
        taken = inputs.get("steps") or (len(known) if isinstance(known, list) else 1)
        steps = int(taken) + 1  # type: ignore[arg-type]
    elif steps is None and statement.has(
        r"(?:um|uma) (?:unic[ao] |so )?(?:passo|iteracao)",
        r"(?:so|apenas|somente) o primeiro passo",
    ):
        steps = 1 if revised else None
    if steps is not None:
        inputs["steps"] = steps
    if re.search(r"(?<!\w)t\s*=\s*(?:0(?![\w.,])|-)", statement.folded) and adam:
        raise SolverError(
            "No Adam os passos contam a partir de t = 1: com t = 0 a correção de viés dividiria "
            "por 1 − β⁰ = 0. Confira o passo."
        )


def _steps(statement: Statement) -> int | None:
    """ "3 passos", "três iterações", "passos = 3"."""
    match = re.search(
        rf"(?<![\w.,])(\d{{1,9}}|[a-z]{{4,9}}) (?:primeir[ao]s )?(?:{STEP_WORDS}|"
        r"pesos gerados|gradientes (?:iguais|identicos|constantes|de valor)|"
        r"(?<=primeiros )(?:pesos|valores))\b",
        statement.folded,
    )
    if match is None or (not match[1].isdigit() and word_number(match[1]) is None):
        match = re.search(
            rf"(?<!nos )(?<!nas )\b(?:{STEP_WORDS})\s*[=:]\s*(\d{{1,9}})\b(?![.,]\d)",
            statement.folded,
        )
    if match is None:
        return None
    if statement.folded[: match.start(1)].endswith("-"):
        raise SolverError("O número de passos não pode ser negativo.")
    steps = int(match[1]) if match[1].isdigit() else word_number(match[1])
    if steps is None or not 1 <= steps <= MAX_STEPS:
        raise SolverError(f"O número de passos precisa estar entre 1 e {MAX_STEPS}.")
    return steps


def _asked_step(inputs: Inputs, statement: Statement) -> int | None:
    """ "quanto vale w_2?" after a function of one weight asks for two steps."""
    function = polynomial_of(inputs, "loss") or polynomial_of(inputs, "derivative")
    if "steps" in inputs or function is None or len(function.variables) != 1:
        return None
    name = re.escape(function.variables[0][0])
    asked = re.findall(rf"(?<![\w^]){name}_?([1-9])(?![\w.,]*\d)(?!\s*[=:^])", statement.folded)
    return max(map(int, asked), default=None)


def _read_parameters(
    inputs: dict[str, Json], statement: Statement, found: dict[str, list[Value]]
) -> None:
    components = [found[f"w{i}"][0] for i in range(1, 5) if f"w{i}" in found]
    steps_given = [found[f"g{i}"][0] for i in range(1, 11) if f"g{i}" in found]
    plural = statement.has("gradientes|gradients|grads")
    singular = not plural and statement.has("gradiente|gradient|g")
    if "w" in found and "y" in found and found["w"][0].is_scalar:
        inputs["w"] = [found[key][0].scalar("o ponto inicial")[0] for key in ("w", "y")]
    elif "w" in found:
        inputs["w"] = _parameter(found["w"][0], "o peso inicial", inputs)
    elif components and all(value.is_scalar for value in components):
        numbers: list[Json] = [value.scalar("o peso")[0] for value in components]
        inputs["w"] = numbers if len(numbers) > 1 else numbers[0]
    w = inputs.get("w")
    gradients: list[Json] = []
    if steps_given:
        gradients = [_parameter(value, "o gradiente", inputs) for value in steps_given]
        if len(components) > 1 and len(gradients) == len(components) and "w" not in found:
            gradients = [gradients]
    elif "gradient" in found:
        values = found["gradient"]
        gradients = _gradients(values, w, singular, inputs)
    elif "w" in found and not ("loss" in inputs or "derivative" in inputs):
        # "w0 = [1; 2] e [0,1; 0,3]": what is left over
        named = {id(value) for values in found.values() for value in values}
        rest = [value for value in statement.arrays if id(value) not in named]
        if rest and "gradients" not in inputs:
            gradients = _gradients(rest, w, singular, inputs)
    changed = _nth_gradients(statement, found, inputs)
    if changed:
        inputs["gradients"] = changed
    elif gradients:
        inputs["gradients"] = gradients
        inputs.pop("loss", None)
        inputs.pop("derivative", None)
        if "steps" in inputs and not statement.has(STEP_WORDS) and len(gradients) > 1:
            inputs.pop("steps")
    if not inputs.get("gradients") and "gradient" not in found and statement.has(_NO_GRADIENT):
        w = inputs.get("w")
        inputs["gradients"] = [[0.0] * len(w)] if isinstance(w, list) else [0.0]
    for key in ("m0", "v0"):
        if key in found:
            inputs[key] = _parameter(found[key][0], "o momento anterior", inputs)


_NTH_GRADIENT = re.compile(r"\b([a-z]{5,8}[ao]) grad(?:iente)?\b(?=[^\d\[.;]{0,20}$)")


def _nth_gradients(
    statement: Statement, found: dict[str, list[Value]], inputs: Inputs
) -> list[Json]:
    """The gradients before, one of them changed or added: "o terceiro gradiente é 2", "g2 = 3"."""
    known = inputs.get("gradients")
    if not isinstance(known, list) or not known:
        return []
    steps = inputs.get("steps")
    changed = known * steps if len(known) == 1 and isinstance(steps, int) else [*known]
    changed = changed if len(known) > 1 else changed[: max(1, len(changed) - 1)]
    new = {i - 1: found[f"g{i}"][0] for i in range(1, 11) if f"g{i}" in found}
    for value in found.get("gradient", []):
        nth = _NTH_GRADIENT.search(statement.folded[: value.start])
        place = word_number(nth[1]) if nth else None
        if place is not None:
            new[place - 1] = value
        elif statement.has(r"(?:mais|outro) um passo|mais um passo|outro passo"):
            new[len(changed)] = value
    if not new or (0 in new and len(new) > 1):
        return []  # a sequence of its own
    for place, value in sorted(new.items()):
        if place > len(changed):
            return []
        changed[place : place + 1] = [value.scalar("o gradiente")[0]]
    return changed


def _gradients(values: list[Value], w: Json, singular: bool, inputs: dict[str, Json]) -> list[Json]:
    if len(values) > 1:
        return [_parameter(value, "os gradientes", inputs) for value in values]
    value = values[0]
    if value.is_scalar:
        return [value.scalar("o gradiente")[0]]
    size = len(w) if isinstance(w, list) else None
    if len(value.readings[0].shape) == 2 and 1 not in value.readings[0].shape:
        rows, note = value.matrix("os gradientes")
        assume(inputs, note)
        return [list(row) for row in rows]
    numbers, note = value.vector("os gradientes", size)
    assume(inputs, note)
    if size is not None and len(numbers) == size:
        return [list(numbers)]
    if w is None and singular and len(numbers) > 1:
        return [list(numbers)]
    return list(numbers)


def _parameter(value: Value, what: str, inputs: dict[str, Json]) -> Json:
    if value.is_scalar:
        return value.scalar(what)[0]
    numbers, note = value.vector(what)
    assume(inputs, note)
    return list(numbers)


def _read_options(inputs: dict[str, Json], statement: Statement) -> None:
    method = inputs["method"]
    if method in ADAM and not statement.has(WITH_AND_WITHOUT):
        if statement.has(
            r"sem (?:a |o |usar |fazer |aplicar )*(?:bias[ -]?correction|correc?ao)"
            r"(?: (?:de|do) (?:vies|bias))?",
            r"sem corrigir(?: o)? (?:vies|bias)",
            r"(?:without|w/o|no) (?:the )?bias[ -]correction",
            r"bias[ -]correction (?:off|desligad[ao])",
            r"bias_correction ?= ?false",
            r"ignor\w+ a correcao(?: de vies)?",
            r"nao (?:use|usa|aplique|aplica|usar) (?:a )?correcao(?: de vies)?",
        ):
            inputs["bias_correction"] = False
        elif statement.has(r"com (?:a )?(?:correcao|bias[ -]?correction)(?: de vies)?"):
            inputs["bias_correction"] = True
    if method in ("momentum", "nesterov"):
        _read_convention(inputs, statement)
    if statement.has(
        r"(?:eps\w*|xi) (?:fica |esta |vai )?dentro da raiz",
        r"dentro da raiz",
        r"sqrt ?\(\s?[vsg](?:_t|_hat)?\s?\+\s?(?:eps\w*|xi)",
    ):
        inputs["epsilon_inside"] = True


def _read_wants(
    inputs: dict[str, Json], statement: Statement, cleaned: Statement, roles: Roles
) -> None:
    letters: dict[str, Json] = {}
    if statement.has(r"theta_?\d?") and not statement.has(r"w_?\d?"):
        letters["w"] = "theta"
    if statement.has("s_?t?") and not statement.has(r"v_?\d?t?") and inputs["method"] == "rmsprop":
        letters["v"] = "s"
    if letters:
        inputs["letters"] = letters
    wants = wanted(cleaned, roles)
    at = () if _names_components(inputs) else asked_steps(cleaned, roles)
    inputs.pop("at", None)
    inputs.pop("indexed", None)
    indexed = () if _names_components(inputs) else asked_indexed(cleaned)
    if len({letter for letter, _ in indexed}) > 1 and not any("_hat" in each for each in wants):
        inputs["indexed"] = [f"{letter}{index}" for letter, index in indexed]
    if "t" not in inputs and at and (len(at) > 1 or at[0] != steps_of(inputs)):
        inputs["at"] = list(at)
        if "steps" not in inputs and steps_of(inputs) < at[-1]:
            inputs["steps"] = at[-1]
    if len(variables_of(inputs)) > 1:
        wants = tuple(each for each in wants if each != "all")  # w1 and w2 are no steps
    if wants:
        inputs["wants"] = list(wants)
    elif "wants" in inputs and not statement.values and statement.has(r"w_?\d?|pesos?"):
        inputs.pop("wants")  # "e o novo peso?" after the moments


def _names_components(inputs: Inputs) -> bool:
    """Are w1 and w2 the components of one vector here, and no steps?"""
    return len(variables_of(inputs)) > 1 or "bias" in inputs


def _read_convention(inputs: dict[str, Json], statement: Statement) -> None:
    formula = re.search(
        r"\bv\w*\s*(?:=|<-|:=)\s*[^\s=]{0,12}?\s*[*·]?\s*v\S{0,8}\s*(\+|-)\s*(\(?\s*1\s*-|"
        r"\(?0[.,]\d+\s*\)?\s*[*·]?\s*g)?",
        statement.folded,
    )
    polyak = (
        r"pytorch|polyak|heavy[ -]ball|bola pesada|torch|keras|soma|acumulad[ao]|classico|"
        r"sem (?:o )?\(? ?1 ?- ?beta ?\)?|sem o fator"
    )
    averaged = (
        r"ema|mme|media movel(?: exponencial)?|\(? ?1 ?- ?(?:beta|mu|gamma|rho) ?\)?|dampening"
    )
    if formula is not None:
        given(inputs, "convention", "ema" if formula.group(2) else "sum")
    elif statement.has(polyak):
        given(inputs, "convention", "sum")
    elif statement.has(averaged) or re.search(r"1 ?- ?(?:beta|mu|gamma)", statement.folded):
        given(inputs, "convention", "ema")


def _fill_gap(inputs: dict[str, Json], statement: Statement, has_function: bool) -> None:
    """A bare "0,1" answers the question that was asked."""
    missing = inputs.get("missing")
    if has_function or not isinstance(missing, str) or not statement.values:
        return
    value = statement.values[0]
    if missing == "gradient":
        inputs["gradients"] = _gradients([value], inputs.get("w"), False, inputs)
    elif missing == "w":
        inputs["w"] = _parameter(value, "o peso inicial", inputs)
    else:
        inputs[missing] = value.scalar(missing)[0]
