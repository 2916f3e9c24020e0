"""What students call the optimizers and their data."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement
from tutor.solver.update_rules import read_rules

# The order is the precedence: "Adam com momentum" is Adam.
METHODS = {
    "adamw": r"adam-?w|adam w(?=[, ]|$)(?! ?[=:/])",
    "adam": r"adam",
    "rmsprop": r"rms ?-?prop",
    "adagrad": r"ada ?-?grad",
    "nesterov": r"nesterov|nag",
    "momentum": r"momentum|momento|heavy ball|bola pesada",
    "sgd": (
        r"sgd|gradiente descendente|descida (?:do|de|por|pelo|em) gradiente|gradient descent|"
        r"descida (?:mais )?ingreme|passos? d[eo] gradiente|descida estocastica|"
        r"metodo do gradiente|gd"
    ),
}
MOMENTS = r"(?:primeiros?|segundos?) momentos?|momentos?(?: (?:de primeira|1|2))"
# States of a later step, by the names that exercises give them: m2, v2, s1.
_STATES = {letter: tuple(f"{letter}{i}" for i in range(1, 10)) for letter in "mvs"}
NAMES: dict[str, tuple[str, ...]] = {
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
        "a partir de",
        "saindo de",
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
        "gradiente atual",
        "novo gradiente",
        "gradiente novo",
        "gradiente do passo",
        "gradiente do primeiro passo",
        "gradiente no primeiro passo",
        "gradiente na primeira iteracao",
        "gradiente da primeira iteracao",
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
        "acumulado",
        "acumulou",
        "acumulados",
        "acumulador",
        "media dos quadrados",
        "media atual dos quadrados",
        "media dos gradientes ao quadrado",
        "soma dos quadrados",
        "soma acumulada",
        "velocidade atual",
        "cache",
        "velocidade anterior",
    ),
    "t": ("t", "passo", "iteracao", "step", "passo numero", "passo t"),
    **{f"g{i}": (f"g{i}", f"grad{i}", f"gradiente{i}") for i in range(1, 11)},
    **{f"w{i}": (f"w{i}", f"theta{i}") for i in range(1, 5)},
    "y": ("y", "y0"),
}
STEP_WORDS = (
    r"iterations?|epochs|passos|iterac(?:oes|ao)|steps|epocas|atualizac(?:oes|ao)|updates|vezes"
)


def method_of(statement: Statement) -> str | None:
    replaced = re.search(r"(?:em vez|ao inves|no lugar) d[eoa] (?:o )?\S+", statement.folded)
    if replaced:  # "L2 em vez de AdamW"
        statement = Statement(statement.folded.replace(replaced.group(), " "))
    for method, pattern in METHODS.items():
        if statement.has(pattern):
            return "momentum" if method == "nesterov" and _negated(statement) else method
    written = read_rules(statement.folded).method
    if written is None and statement.has(r"acumuladores (?:nulos|zerados|em zero|iguais a zero)"):
        return "adam"  # the one with two of them
    return None if written == "average" else written


def _negated(statement: Statement) -> bool:
    return statement.has(r"sem nesterov", r"nesterov ?= ?false")
