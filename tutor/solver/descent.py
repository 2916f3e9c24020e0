"""The update rules: a run of an optimizer, step by step, on plain inputs."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from tutor.errors import SolverError
from tutor.records import Json
from tutor.solver.inputs import Inputs, floats, number
from tutor.solver.polynomials import Polynomial, read_polynomial

LABELS = {
    "sgd": "Gradiente descendente (SGD)",
    "momentum": "Momentum",
    "nesterov": "Momentum de Nesterov",
    "adagrad": "AdaGrad",
    "rmsprop": "RMSProp",
    "adam": "Adam",
    "adamw": "AdamW",
}
ADAM = ("adam", "adamw")

# What a student may get wrong; `run` makes the same mistake to recognise its number.
SLIPS = {
    "sign": "se soma o passo em vez de subtrair (sinal trocado)",
    "no_bias_correction": "se esquece da correção de viés",
    "bias_correction": "se aplica a correção de viés, que o enunciado dispensa",
    "first_power": "se divide por 1−β em vez de 1−β^t (esquece o expoente t)",
    "no_root": "se esquece da raiz quadrada no denominador",
    "no_square": "se esquece de elevar o gradiente ao quadrado",
    "swapped": "se troca β₁ por β₂",
    "complement": "se troca β por 1−β",
    "other_convention": "se usa a outra convenção do momentum",
    "no_rate": "se esquece da taxa de aprendizado",
    "no_memory": "se usa só o gradiente do passo, sem a média anterior",
    "no_decay": "se esquece do termo de decaimento dos pesos",
    "l2": "se põe o decaimento no gradiente (L2) em vez de fora da parte adaptativa",
    "decoupled": "se aplica o decaimento fora da parte adaptativa (AdamW)",
    "decay_without_rate": "se decai o peso por λ sem multiplicar pela taxa (1−λ)",
    "same_gradient": "se usa em todos os passos o gradiente do ponto inicial",
    "one_less": "se faz um passo a menos",
    "one_more": "se faz um passo a mais",
}


@dataclass(frozen=True)
class Row:
    """One step: the gradient, the running quantities and the parameter after it."""

    t: int
    before: np.ndarray
    gradient: np.ndarray  # as given
    used: np.ndarray  # with the L2 term, where there is one
    update: np.ndarray  # what the learning rate multiplies
    after: np.ndarray
    state: dict[str, np.ndarray] = field(default_factory=dict)


def is_vector(inputs: Inputs) -> bool:
    if isinstance(inputs.get("w"), list):
        return True
    gradients = inputs.get("gradients")
    return isinstance(gradients, list) and bool(gradients) and isinstance(gradients[0], list)


def array(value: Json) -> np.ndarray:
    return np.array(floats(value) if isinstance(value, list) else [number(value)], dtype=float)


def polynomial_of(inputs: Inputs, key: str) -> Polynomial | None:
    text = inputs.get(key)
    if not isinstance(text, str):
        return None
    found = read_polynomial(text)
    return None if found is None else found[0]


def variables_of(inputs: Inputs) -> tuple[str, ...]:
    for key in ("loss", "derivative"):
        polynomial = polynomial_of(inputs, key)
        if polynomial is not None:
            return polynomial.variables
    return ()


def loss_at(inputs: Inputs, w: np.ndarray) -> float | None:
    loss = polynomial_of(inputs, "loss")
    if loss is None:
        return None
    return loss.at(dict(zip(loss.variables, w.tolist(), strict=True)))


def gradient_at(inputs: Inputs, step: int, w: np.ndarray) -> np.ndarray:
    """The gradient of step `step` (from 0): given, or of the function at `w`."""
    loss, derivative = polynomial_of(inputs, "loss"), polynomial_of(inputs, "derivative")
    if loss is not None:
        if len(loss.variables) != w.size:
            raise SolverError(
                f"A função tem {len(loss.variables)} variável(is), mas o ponto tem {w.size} "
                "valores. Confira os dados."
            )
        point = dict(zip(loss.variables, w.tolist(), strict=True))
        return np.array([loss.derivative(name).at(point) for name in loss.variables])
    if derivative is not None:
        return np.array([derivative.at({derivative.variables[0]: float(w[0])})])
    gradients = inputs["gradients"]
    assert isinstance(gradients, list)
    return array(gradients[min(step, len(gradients) - 1)])


def clip(inputs: Inputs, gradient: np.ndarray) -> np.ndarray:
    """The gradient after clipping, where the problem clips it."""
    if "clip_value" in inputs:
        limit = number(inputs["clip_value"])
        return np.clip(gradient, -limit, limit)
    if "clip_norm" in inputs:
        limit, norm = number(inputs["clip_norm"]), float(np.linalg.norm(gradient))
        return gradient * (limit / norm) if norm > limit else gradient
    return gradient


def steps_of(inputs: Inputs) -> int:
    steps = inputs.get("steps")
    if isinstance(steps, int):
        return steps
    gradients = inputs.get("gradients")
    return len(gradients) if isinstance(gradients, list) and gradients else 1


def scale_of(inputs: Inputs, rate: float) -> float:
    """What multiplies the update: 1 where the rate is already inside the velocity."""
    if inputs["method"] not in ("momentum", "nesterov"):
        return rate
    return {"rate": 1.0, "signed": -1.0}.get(str(inputs.get("convention")), rate)


def gain_of(inputs: Inputs, rate: float) -> float:
    """What multiplies the gradient in the velocity of momentum."""
    if "gain" in inputs:
        return number(inputs["gain"])
    gains = {"ema": 1 - number(inputs.get("beta"), 0.9), "rate": rate, "signed": -rate}
    return gains.get(str(inputs.get("convention")), 1.0)


def run(inputs: Inputs, slip: str = "") -> list[Row]:
    """Every step of the optimizer; `slip` makes one of the mistakes of SLIPS on purpose."""
    method = str(inputs["method"])
    rate = 1.0 if slip == "no_rate" else number(inputs.get("lr"))
    if slip == "sign":
        rate = -rate
    penalty = 0.0 if slip == "no_decay" else number(inputs.get("weight_decay"))
    decoupled = method == "adamw"
    if slip in ("l2", "decoupled"):
        decoupled = slip == "decoupled"
    memory = _Memory(inputs, slip, rate)
    rate = scale_of(inputs, rate)
    start = inputs.get("w")
    w = array(start) if start is not None else np.zeros_like(gradient_at(inputs, 0, np.zeros(1)))
    first = w.copy()
    rows: list[Row] = []
    count = steps_of(inputs) + {"one_less": -1, "one_more": 1}.get(slip, 0)
    offset = int(number(inputs.get("t"), 1)) - 1
    for step in range(count):
        look = w
        if method == "nesterov" and inputs.get("lookahead") is True:
            look = w - rate * memory.beta * memory.m(w)
        if slip == "same_gradient":
            look = first
        gradient = clip(inputs, gradient_at(inputs, step, look))
        used = gradient if decoupled else gradient + penalty * w
        update, state = memory.update(offset + step + 1, used)
        before = w
        if decoupled and penalty:
            w = w * (1 - (penalty if slip == "decay_without_rate" else rate * penalty))
        elif slip == "decay_without_rate":
            update, w = update - penalty * w, w * (1 - penalty)
        w = w - rate * update
        rows.append(Row(offset + step + 1, before, gradient, used, update, w, state))
    return rows


class _Memory:
    """The running averages of one run."""

    def __init__(self, inputs: Inputs, slip: str, rate: float) -> None:
        self.inputs = inputs
        self.rate = rate
        self.method = str(inputs["method"])
        self.slip = slip
        self.beta = number(inputs.get("beta"), 0.9)
        self.beta1 = number(inputs.get("beta1"), 0.9)
        self.beta2 = number(inputs.get("beta2"), 0.999)
        if slip == "swapped":
            self.beta1, self.beta2 = self.beta2, self.beta1
        if slip == "complement":
            self.beta, self.beta1, self.beta2 = 1 - self.beta, 1 - self.beta1, 1 - self.beta2
        self.epsilon = number(inputs.get("epsilon"))
        self.first: np.ndarray | None = None
        self.second: np.ndarray | None = None

    def m(self, like: np.ndarray) -> np.ndarray:
        if self.first is None:
            key = "m0" if self.method in ADAM else "v0"
            start = self.inputs.get(key)
            self.first = array(start) if start is not None else np.zeros_like(like)
        return np.zeros_like(like) if self.slip == "no_memory" else self.first

    def v(self, like: np.ndarray) -> np.ndarray:
        if self.second is None:
            start = self.inputs.get("v0")
            self.second = array(start) if start is not None else np.zeros_like(like)
        return self.second

    def update(self, t: int, g: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        if self.method == "sgd":
            return g, {}
        if self.method in ("momentum", "nesterov"):
            gain = gain_of({**self.inputs, "beta": self.beta}, self.rate)
            if self.slip == "other_convention":
                gain = 1.0 if self.inputs.get("convention") == "ema" else 1 - self.beta
            self.first = self.beta * self.m(g) + gain * g
            if self.method == "nesterov" and self.inputs.get("lookahead") is not True:
                return gain * g + self.beta * self.first, {"v": self.first}
            return self.first, {"v": self.first}
        square = np.abs(g) if self.slip == "no_square" else g * g
        if self.method == "adagrad":
            self.second = self.v(g) + square
            return g / self._root(self.second), {"v": self.second}
        if self.method == "rmsprop":
            self.second = self.beta * self.v(g) + (1 - self.beta) * square
            return g / self._root(self.second), {"v": self.second}
        self.first = self.beta1 * self.m(g) + (1 - self.beta1) * g
        self.second = self.beta2 * self.v(g) + (1 - self.beta2) * square
        corrected = self.inputs.get("bias_correction") is not False
        if self.slip in ("bias_correction", "no_bias_correction"):
            corrected = self.slip == "bias_correction"
        if not corrected:
            state = {"m": self.first, "v": self.second}
            return self.first / self._root(self.second), state
        power = 1 if self.slip == "first_power" else t
        m_hat = self.first / (1 - self.beta1**power)
        v_hat = self.second / (1 - self.beta2**power)
        state = {"m": self.first, "v": self.second, "m_hat": m_hat, "v_hat": v_hat}
        return m_hat / self._root(v_hat), state

    def _root(self, square: np.ndarray) -> np.ndarray:
        if self.slip == "no_root":
            return square + self.epsilon
        if self.inputs.get("epsilon_inside") is True:
            return np.sqrt(square + self.epsilon)
        return np.sqrt(square) + self.epsilon


def closed_form(inputs: Inputs, rows: list[Row]) -> np.ndarray:
    """The final parameter by sums over all gradients instead of step by step."""
    method = str(inputs["method"])
    rate, penalty = number(inputs.get("lr")), number(inputs.get("weight_decay"))
    used, rate = [row.used for row in rows], scale_of(inputs, rate)
    shrink = 1 - rate * penalty if method == "adamw" else 1.0
    total = rows[0].before * shrink ** len(rows)
    for index in range(len(rows)):
        update = _closed_update(inputs, used[: index + 1], rows[index].t)
        total = total - rate * shrink ** (len(rows) - 1 - index) * update
    return total


def _closed_update(inputs: Inputs, used: list[np.ndarray], t: int) -> np.ndarray:
    method = str(inputs["method"])
    n, g = len(used), used[-1]

    def average(beta: float, squared: bool, start: str, scale: float) -> np.ndarray:
        items = [x * x if squared else x for x in used]
        total = scale * sum(beta ** (n - 1 - i) * item for i, item in enumerate(items))
        initial = inputs.get(start)
        return np.asarray(total + (beta**n * array(initial) if initial is not None else 0.0))

    def root(square: np.ndarray) -> np.ndarray:
        epsilon = number(inputs.get("epsilon"))
        if inputs.get("epsilon_inside") is True:
            return np.sqrt(square + epsilon)
        return np.sqrt(square) + epsilon

    beta = number(inputs.get("beta"), 0.9)
    if method == "sgd":
        return g
    if method in ("momentum", "nesterov"):
        scale = gain_of(inputs, number(inputs.get("lr")))
        v = average(beta, False, "v0", scale)
        return (
            v if method == "momentum" or inputs.get("lookahead") is True else scale * g + beta * v
        )
    if method == "adagrad":
        return g / root(average(1.0, True, "v0", 1.0))
    if method == "rmsprop":
        return g / root(average(beta, True, "v0", 1 - beta))
    beta1, beta2 = number(inputs.get("beta1"), 0.9), number(inputs.get("beta2"), 0.999)
    m, v = average(beta1, False, "m0", 1 - beta1), average(beta2, True, "v0", 1 - beta2)
    if inputs.get("bias_correction") is not False:
        m, v = (
            m / -math.expm1(t * math.log(beta1)) if beta1 else m,
            (v / -math.expm1(t * math.log(beta2)) if beta2 else v),
        )
    return m / root(v)
