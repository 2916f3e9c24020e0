"""Reading an optimizer problem: the method, hyperparameters, gradients and function."""

from __future__ import annotations

import re

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem
from tutor.solver.descent import ADAM, LABELS, polynomial_of
from tutor.solver.fields import Statement
from tutor.solver.format import plain
from tutor.solver.inputs import Inputs, assume, floats, forget, is_matrix, strings
from tutor.solver.named import assignments
from tutor.solver.numbers import Value, word_number
from tutor.solver.polynomials import read_polynomial

MAX_STEPS = 1000

# The order is the precedence: "Adam com momentum" is Adam.
METHODS = {
    "adamw": r"adam ?-?w",
    "adam": r"adam",
    "rmsprop": r"rms ?-?prop",
    "adagrad": r"ada ?-?grad",
    "nesterov": r"nesterov|nag",
    "momentum": r"momentum|momento|heavy ball|bola pesada",
    "sgd": (
        r"sgd|gradiente descendente|descida (?:do|de|por|pelo|em) gradiente|gradient descent|"
        r"descida (?:mais )?ingreme|descida estocastica|metodo do gradiente"
    ),
}
_MOMENTS = r"(?:primeiros?|segundos?) momentos?|momentos?(?: (?:de primeira|1|2))"
# States of a later step, by the names that exercises give them: m2, v2, s1.
_STATES = {letter: tuple(f"{letter}{i}" for i in range(1, 10)) for letter in "mvs"}
_NAMES: dict[str, tuple[str, ...]] = {
    "lr": (
        "taxa de aprendizado",
        "taxa de aprendizagem",
        "taxa de aprendizado inicial",
        "taxa",
        "learning rate",
        "learning_rate",
        "lr",
        "eta",
        "alpha",
        "alfa",
        "step size",
        "tamanho do passo",
        "tx",
        "tx de aprendizado",
        "tx aprendizado",
        "passo de tamanho",
    ),
    "beta1": ("beta1", "b1", "betas1"),
    "beta2": ("beta2", "b2"),
    "betas": ("betas", "beta1 e beta2", "beta1, beta2", "beta1,beta2"),
    "beta": (
        "beta",
        "rho",
        "gamma",
        "mu",
        "momentum",
        "momento",
        "fator de momento",
        "decay rate",
        "fator de decaimento",
        "taxa de decaimento",
        "decay",
        "decaimento",
        "fator",
        "coeficiente",
        "coeficiente de momento",
        "fator de esquecimento",
    ),
    "epsilon": ("epsilon", "eps", "xi"),
    "weight_decay": (
        "weight decay",
        "weight_decay",
        "lambda",
        "lambd",
        "wd",
        "decaimento de peso",
        "decaimento de pesos",
        "decaimento dos pesos",
        "coeficiente de regularizacao",
        "regularizacao l2",
        "fator de regularizacao",
        "l2",
        "regularizacao",
    ),
    "w": (
        "w0",
        "peso inicial",
        "pesos iniciais",
        "pesos",
        "peso",
        "w",
        "theta0",
        "theta",
        "parametro inicial",
        "parametros",
        "parametro",
        "x0",
        "x",
        "ponto inicial",
        "ponto",
        "valor inicial",
        "comecando em",
        "comecando de",
        "comecando",
        "partindo de",
        "partindo",
        "inicio",
        "inicializacao",
        "inicializado",
        "peso atual",
        "w atual",
        "weights",
        "weight",
        "start",
        "starting at",
        "comeca em",
        "vetor de pesos",
        "inicial",
    ),
    "gradient": (
        "gradientes",
        "gradiente",
        "gradients",
        "gradient",
        "grads",
        "grad",
        "g",
        "derivadas",
        "derivada",
        "dl/dw",
        "dj/dw",
        "dw",
        "dl",
        "gradiente constante",
        "sequencia de gradientes",
        "gradientes sucessivos",
        "vetor gradiente",
    ),
    "m0": ("m0", *_STATES["m"], "m anterior", "m", "primeiro momento"),
    "v0": (
        "v0",
        "s0",
        *_STATES["v"],
        *_STATES["s"],
        "v anterior",
        "velocidade inicial",
        "velocidade",
        "v",
        "s",
        "segundo momento",
        "g_acumulado",
        "acumulador",
        "cache",
        "velocidade anterior",
    ),
    "t": ("t", "passo", "iteracao", "step", "passo numero", "passo t"),
    **{f"g{i}": (f"g{i}", f"grad{i}", f"gradiente{i}") for i in range(1, 11)},
    **{f"w{i}": (f"w{i}", f"theta{i}") for i in range(1, 5)},
    "y": ("y", "y0"),
}
_STEP_WORDS = r"passos|iterac(?:oes|ao)|steps|epocas|atualizac(?:oes|ao)|updates|vezes"
_VARIABLE = r"(?:theta|[wxyzbuv])_?\d?"
_DERIVATIVE_CUE = (
    r"[flj]\s*'\s*\(\s*[a-z]+\s*\)\s*(?:=|:|e\b)",
    r"grad(?:iente)?\s*(?:d[ae] )?(?:[flj]\b)?\s*(?:\(\s*[a-z]\w*\s*\))?\s*"
    r"(?:=|:|e\b|dado por|igual a)?",
    r"d[flj]\s*/\s*d[a-z]\w?\s*(?:=|:|e\b)",
    r"derivada\s*(?:=|:|e\b)?",
)
_LOSS_CUE = (
    rf"\b(?:f|l|j|e|c|loss|perda|"
    rf"custo)\s*\(\s*{_VARIABLE}(?:\s*,\s*{_VARIABLE}){{0,3}}\s*\)\s*(?:=|:|e\b)",
    r"\b(?:loss|perda|custo|funcao|f|l|j|minimi\w+|otimiz\w+)\s+(?:de (?:custo|perda) |objetivo )?"
    r"(?:a funcao |a perda )?(?:[flj]\s*)?(?:=|:|e\b|dada por)?",
    r"\b(?:loss|[flj])\s*=",
)
_OF_WHAT = re.compile(
    r"\b(gradientes?|derivadas?|grad)\s+(?:(?:parcia(?:l|is)|calculad[oa])\s+)?"
    r"(?:(?:d[aeo]s?|em relacao (?:a|ao|aos|as)|no|na)\s+(?:funcao (?:de )?)?"
    r"(?:loss|perda|custo|erro|pesos?|parametros?|theta|[wlj])(?![\w(])\s*){1,2}"
)
_TAIL_STEPS = re.compile(
    rf"(?<=\d)\s*(?:,|;|\be)\s*(?=\d{{1,4}} (?:{_STEP_WORDS}|passo|step|epoca)\b)"
)
_UPDATE = (
    r"tamanho (?:efetivo )?do passo|passo efetivo|taxa (?:de aprendizado )?efetiva|delta ?w|"
    r"atualizacao (?:do peso|delta)|quanto (?:o peso )?(?:muda|varia)|variacao (?:do|no) peso"
)


def method_of(statement: Statement) -> str | None:
    replaced = re.search(r"(?:em vez|ao inves|no lugar) d[eoa] (?:o )?\S+", statement.folded)
    if replaced:  # "L2 em vez de AdamW"
        statement = Statement(statement.folded.replace(replaced.group(), " "))
    for method, pattern in METHODS.items():
        if statement.has(pattern):
            return "momentum" if method == "nesterov" and _negated(statement) else method
    return None


def _negated(statement: Statement) -> bool:
    return statement.has(r"sem nesterov", r"nesterov ?= ?false")


def clean(statement: Statement) -> tuple[Statement, str | None, str | None]:
    """The message without its function, and the function: (…, loss, derivative)."""
    text = statement.folded
    text = re.sub(r"\b([mvsgw])_?[({]?\(?t\s*-\s*1\)?[)}]?(?!\w)", r"\g<1>0", text)
    text = re.sub(r"\b([wg])_\(?t\)?(?=\s*(?:=|:|e\s)\s*[-\[(\d])", r"\1", text)
    text = _OF_WHAT.sub(r"\1 ", text)
    text = _TAIL_STEPS.sub(" com ", text)
    for cues, is_loss in ((_LOSS_CUE[:1], True), (_DERIVATIVE_CUE, False), (_LOSS_CUE[1:], True)):
        for cue in cues:
            for match in re.finditer(cue, text):
                found = read_polynomial(text, match.end())
                if found is None or not found[0].variables:
                    continue
                polynomial, end = found
                expression = text[match.end() : end].strip()
                follows = re.match(r"\s*(?:=|'|\w)", text[end:])
                alone = re.fullmatch(_VARIABLE, expression) is not None
                if alone and ((is_loss and "(" not in match.group()) or follows):
                    continue
                if not is_loss and (len(polynomial.variables) > 1 or alone):
                    continue
                rest = text[: match.start()] + " ; " + text[end:]
                return Statement(rest), *((expression, None) if is_loss else (None, expression))
    return Statement(text), None, None


def read(statement: Statement, previous: Inputs | None, default: str) -> dict[str, Json] | None:
    """The inputs of an optimizer problem; None if the text says nothing of it."""
    inputs: dict[str, Json] = dict(previous or {"assumptions": []})
    before = {key: value for key, value in inputs.items() if key != "assumptions"}
    cleaned, loss, derivative = clean(statement)
    method = method_of(statement)
    if method is not None and not (previous is not None and _only_asks(statement, method, inputs)):
        inputs["method"] = method
    if method is None and inputs.get("method") == "adamw" and statement.has("l2"):
        inputs["method"] = "adam"  # the penalty in the gradient
    inputs.setdefault("method", default)
    found = assignments(cleaned, _NAMES)
    _read_function(inputs, loss, derivative)
    _read_numbers(inputs, cleaned, found, previous is not None)
    _read_parameters(inputs, cleaned, found)
    _read_options(inputs, statement)
    if previous is not None and not found:
        _fill_gap(inputs, cleaned, loss is not None or derivative is not None)
    changed = {key: value for key, value in inputs.items() if key != "assumptions"}
    if previous is not None and changed == before:
        return None
    _complete(inputs)
    return inputs


def _only_asks(statement: Statement, method: str, inputs: Inputs) -> bool:
    """ "momentum 0,8" in a follow-up to Adam or Nesterov changes a number, not the method."""
    if method != "momentum" or inputs.get("method") in (None, "sgd"):
        return False
    return statement.find("momentum", "momento") is not None or statement.has(_MOMENTS)


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
            _given(inputs, "beta1", pair[0])
            _given(inputs, "beta2", pair[1])
    rename = {"beta": "beta1"} if adam else {"beta1": "beta", "beta2": "beta"}
    for key in ("beta", "beta1", "beta2", "epsilon", "weight_decay"):
        if key in found and found[key][0].is_scalar:
            _given(inputs, rename.get(key, key), found[key][0].scalar(key)[0])
    if statement.has(r"(?:sem|ignor\w+|despreze|desconsider\w+) (?:o )?(?:epsilon|eps)"):
        _given(inputs, "epsilon", 0.0)
    for key, low, high in (("beta", 0, 1), ("beta1", 0, 1), ("beta2", 0, 1)):
        value = inputs.get(key)
        if isinstance(value, (int, float)) and not low <= value < high:
            raise SolverError(
                f"O coeficiente β precisa estar entre 0 e 1 (menor que 1), mas li {plain(value)}."
            )
    steps = _steps(statement)
    if steps is None and statement.has(r"(?:mais|outro) um passo|mais um passo") and revised:
        steps = int(inputs.get("steps") or 1) + 1  # type: ignore[arg-type]
    elif steps is None and statement.has(r"(?:um|uma) (?:unic[ao] |so )?(?:passo|iteracao)"):
        steps = 1 if revised else None
    if steps is not None:
        inputs["steps"] = steps
    if "t" in found and found["t"][0].is_scalar and ("m0" in found or "v0" in found):
        inputs["t"] = found["t"][0].count("o passo t", 1, 10**6)


def _steps(statement: Statement) -> int | None:
    """ "3 passos", "três iterações", "passos = 3"."""
    match = re.search(
        rf"(?<![\w.,])(\d{{1,9}}|[a-z]{{4,9}}) (?:primeir[ao]s )?(?:{_STEP_WORDS})\b",
        statement.folded,
    )
    if match is None or (not match[1].isdigit() and word_number(match[1]) is None):
        match = re.search(rf"\b(?:{_STEP_WORDS})\s*[=:]\s*(\d{{1,9}})\b", statement.folded)
    if match is None:
        return None
    steps = int(match[1]) if match[1].isdigit() else word_number(match[1])
    if steps is None or not 1 <= steps <= MAX_STEPS:
        raise SolverError(f"O número de passos precisa estar entre 1 e {MAX_STEPS}.")
    return steps


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
    if gradients:
        inputs["gradients"] = gradients
        inputs.pop("loss", None)
        inputs.pop("derivative", None)
        if "steps" in inputs and not statement.has(_STEP_WORDS) and len(gradients) > 1:
            inputs.pop("steps")
    for key in ("m0", "v0"):
        if key in found and re.search(
            r"\b(?:m|v|s)_?0|anterior|inicia|acumulad|cache|velocidade"
            r"|(?<!\w)[mvs]_?[1-9]?\s*=\s*[-+]?\d",  # a state given as a number: s = 0,5
            statement.folded,
        ):
            inputs[key] = _parameter(found[key][0], "o momento anterior", inputs)


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
    if method in ADAM:
        if statement.has(
            r"sem (?:a |o |usar |fazer |aplicar )*(?:bias[ -]?correction|correc?ao)"
            r"(?: (?:de|do) (?:vies|bias))?",
            r"sem corrigir(?: o)? (?:vies|bias)",
            r"without bias[ -]correction",
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
        r"sqrt ?\(?\s?[vs](?:_t|_hat)?\s?\+\s?(?:eps\w*|xi)",
    ):
        inputs["epsilon_inside"] = True
    wants = _wanted(statement)
    if wants:
        inputs["wants"] = list(wants)
    elif "wants" in inputs and not statement.values and statement.has(r"w_?\d?|pesos?"):
        inputs.pop("wants")  # "e o novo peso?" after the moments


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
        _given(inputs, "convention", "ema" if formula.group(2) else "sum")
    elif statement.has(polyak):
        _given(inputs, "convention", "sum")
    elif statement.has(averaged) or re.search(r"1 ?- ?(?:beta|mu|gamma)", statement.folded):
        _given(inputs, "convention", "ema")


def _wanted(statement: Statement) -> tuple[str, ...]:
    """What the message asks for besides the final parameter: parts of the state, all steps."""
    folded = statement.folded
    asked = re.sub(r"[=:]\s*[-\[(\d][^a-z]*", " = ", folded)
    wants: list[str] = []
    hats = {
        "m_hat": r"m[_ ]?\d?[\u0302^]|hat\(?\{?m|m[_ ]?\d?[_ ]?(?:hat|chapeu)|m corrigido",
        "v_hat": (
            r"[vs][_ ]?\d?[\u0302^]|hat\(?\{?[vs]|[vs][_ ]?\d?[_ ]?(?:hat|chapeu)|[vs] corrigido"
        ),
    }
    for key, pattern in hats.items():
        if re.search(rf"(?<![a-z])(?:{pattern})", asked):
            wants.append(key)
    tail = re.split(
        r"\b(?:calcul\w*|determin\w*|encontr\w*|ach[ea]r?|obtenha|compute|qua(?:l|is)|quanto|qto|"
        r"mostr\w*|find|what|de os|da os)\b",
        asked,
    )[1:]
    for piece in tail:
        if re.search(r"(?<![\w^'])m(?:_?[1-9t])?(?![\w'\u0302^=])(?!\s*[=:])(?!_)", piece):
            wants.append("m")
        if re.search(r"(?<![\w^'])[vs](?:_?[1-9t])?(?![\w'\u0302^=])(?!\s*[=:])(?!_)", piece):
            wants.append("v")
    if re.search(r"velocidade (?:final|apos|depois|no)|a velocidade\b", asked):
        wants.append("v")
    if re.search(r"momentos? (?:corrigidos?|com correcao)|momentos? .{0,40}corrigidos", asked):
        wants += ["m", "v", "m_hat", "v_hat"]
    elif re.search(r"(?:os |dois )(?:dois )?momentos\b|primeiro e (?:o )?segundo momentos?", asked):
        wants += ["m", "v"]
    else:
        for word, key in (("primeiro", "m"), ("segundo", "v")):
            if re.search(rf"{word} momento", asked):
                wants.append(key)
    if statement.has(_UPDATE):
        wants.append("update")
    if statement.has(
        r"todos os (?:valores de )?(?:w|pesos)",
        r"valores d[eo]s? (?:w|pesos?|x) (?:nos|apos os|depois dos|para os)",
        r"(?:trajetoria|sequencia) (?:de |dos )?(?:w|pesos)",
        r"(?:apos|depois de|em|a) cada (?:um dos |uma das )?(?:\w+ )?"
        r"(?:passos?|iteracao|iteracoes|atualizacao)"
        r"(?! (?:mostre|explique))",
        r"w_?1\s*(?:,|e)\s*(?:w_?2\s*(?:,|e)\s*)?w_?[2-9](?!\s*=)",
    ) and not re.search(r"w_?\d\s*=\s*[-\d\[]", folded.replace("w0", "").replace("w_0", "")):
        wants.append("all")
    weight = re.search(
        r"(?:novo|proximo|peso|pesos|valor|atualiz\w+|final)\b[^.?]{0,25}\b(?:w|pesos?|theta|"
        r"parametros?)\b|"
        r"\bnov[oa]s? (?:w|peso)|\bw_?[1-9t]\b(?!\s*[=:])|\bw_?(?:novo|new)|e (?:o )?w\b|"
        r"\batualize\b|o peso\b(?!\s+(?:inicial|e\b|=|:|vale))|peso (?:depois|apos|atualizado)",
        asked,
    )
    if wants and weight:
        wants.append("w")
    return tuple(dict.fromkeys(wants))


_ASKS = {
    "gradient": (
        "Falta o gradiente de cada passo (por exemplo, gradientes 2 e -1) ou a função "
        "(por exemplo, f(w) = (w - 3)^2)."
    ),
    "lr": "Falta a taxa de aprendizado. Escreva, por exemplo, lr = 0,1.",
    "w": "Falta o peso inicial. Escreva, por exemplo, w0 = 1.",
    "weight_decay": "Falta o λ do weight decay. Escreva, por exemplo, lambda = 0,01.",
}


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


def _complete(inputs: dict[str, Json]) -> None:
    """Defaults are assumed and said; what has none is asked for."""
    method = str(inputs["method"])
    inputs.pop("missing", None)
    inputs.pop("pending", None)
    wants = inputs.get("wants")
    only_state = isinstance(wants, list) and "w" not in wants and "all" not in wants and wants
    function = "loss" in inputs or "derivative" in inputs
    missing: list[str] = []
    if not function and not inputs.get("gradients"):
        missing.append("gradient")
    needs_rate = not only_state or "update" in wants  # type: ignore[operator]
    if "lr" not in inputs and (needs_rate or function):
        missing.append("lr")
    if "w" not in inputs and (not only_state or function):
        missing.append("w")
    if method == "adamw" and "weight_decay" not in inputs:
        missing.append("weight_decay")
    if missing:
        inputs["missing"] = missing[0]
        name = LABELS[method]
        message = " ".join(_ASKS[key] for key in missing)
        raise MissingData(f"{name}: {message[0].lower()}{message[1:]}", Problem(method, inputs))
    _defaults(inputs, method)
    _fit_shapes(inputs)
    _fit_steps(inputs, function)


def _defaults(inputs: dict[str, Json], method: str) -> None:
    forget(inputs, "Assumi", "Usei", "Li o weight decay")
    if method in ADAM:
        _default(inputs, "beta1", 0.9, "Assumi β₁ = 0,9, o valor usual.")
        _default(inputs, "beta2", 0.999, "Assumi β₂ = 0,999, o valor usual.")
        if method == "adam" and "weight_decay" in inputs:
            assume(
                inputs,
                "Li o weight decay no Adam como penalidade L2 (g ← g + λw), como no "
                "PyTorch; no AdamW o decaimento fica fora da parte adaptativa.",
            )
    elif method not in ("sgd", "adagrad"):
        _default(inputs, "beta", 0.9, "Assumi β = 0,9, o valor usual.")
    if method in (*ADAM, "rmsprop", "adagrad"):
        _default(inputs, "epsilon", 1e-8, "Assumi ε = 1e-8.")
        if inputs.get("epsilon_inside") is not True and method not in ADAM:
            assume(inputs, "Usei ε fora da raiz: √v + ε.")
    if method == "momentum":
        _default(
            inputs,
            "convention",
            "ema",
            "Usei a convenção de média móvel, v = βv + (1−β)g; com v = βv + g "
            "(PyTorch, Polyak) o resultado é outro.",
        )
    if method == "nesterov":
        _default(inputs, "convention", "sum", "")
        inputs["lookahead"] = "loss" in inputs or "derivative" in inputs
        memory = "βv + (1−β)g" if inputs["convention"] == "ema" else "βv + g"
        assume(
            inputs,
            f"Usei v = {memory} com o gradiente no ponto adiantado w − ηβv, e w ← w − ηv."
            if inputs["lookahead"]
            else f"Usei a forma do PyTorch para gradientes dados: v = {memory}, "
            "e w ← w − η(g + βv).",
        )


def _default(inputs: dict[str, Json], key: str, value: Json, sentence: str) -> None:
    """`value` unless given; what was assumed once stays assumed, and said, in follow-ups."""
    assumed = strings(inputs.get("assumed"))
    if key not in inputs:
        inputs[key] = value
        assumed.append(key)
        inputs["assumed"] = list(assumed)
    if key in assumed:
        assume(inputs, sentence)


def _given(inputs: dict[str, Json], key: str, value: Json) -> None:
    """A datum of the text: no longer an assumption."""
    inputs[key] = value
    inputs["assumed"] = [each for each in strings(inputs.get("assumed")) if each != key]


def _fit_shapes(inputs: dict[str, Json]) -> None:
    w, gradients = inputs.get("w"), inputs.get("gradients")
    loss = polynomial_of(inputs, "loss") or polynomial_of(inputs, "derivative")
    if loss is not None:
        size = len(floats(w)) if isinstance(w, list) else 1
        if size != len(loss.variables):
            raise SolverError(
                f"A função tem {len(loss.variables)} variável(is) ({', '.join(loss.variables)}), "
                f"mas o ponto inicial tem {size} número(s)."
            )
        return
    if not isinstance(gradients, list) or w is None:
        return
    sizes = {len(each) if isinstance(each, list) else 0 for each in gradients}
    expected = len(w) if isinstance(w, list) else 0
    if not is_matrix(w) and sizes == {expected}:
        return
    if expected == 0 and sizes == {1}:
        inputs["gradients"] = [floats(each)[0] for each in gradients]
        return
    if expected and sizes == {0} and len(gradients) == expected:
        inputs["gradients"] = [list(gradients)]
        return
    raise SolverError(
        "O gradiente de cada passo precisa ter o mesmo tamanho do peso: "
        f"o peso tem {max(expected, 1)} número(s) e os gradientes, "
        f"{', '.join(str(max(size, 1)) for size in sorted(sizes))}."
    )


def _fit_steps(inputs: dict[str, Json], function: bool) -> None:
    forget(inputs, "O gradiente foi dado uma vez", "Usei só os")
    steps, gradients = inputs.get("steps"), inputs.get("gradients")
    if function or not isinstance(steps, int) or not isinstance(gradients, list):
        return
    if len(gradients) == 1 and steps > 1:
        assume(inputs, f"O gradiente foi dado uma vez: usei o mesmo nos {steps} passos.")
    elif steps > len(gradients):
        inputs["missing"] = "gradient"
        raise MissingData(
            f"São {steps} passos, mas há só {len(gradients)} gradientes. Escreva os {steps} "
            "gradientes em ordem, por exemplo: gradientes 2; -1; 0,5.",
            Problem(str(inputs["method"]), inputs),
        )
    elif steps < len(gradients):
        assume(inputs, f"Usei só os {steps} primeiros dos {len(gradients)} gradientes dados.")
