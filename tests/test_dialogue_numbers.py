"""Numeric conversations: the dialogue reads each message, the solver computes what it says."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tutor import solver
from tutor.corpus import load
from tutor.dialogue import Dialogue
from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem, Question, Turn

ROOT = Path(__file__).parent.parent
ASKS = "asks"  # the solver asks for what is missing


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue(load(ROOT / "corpus"))


def answer(question: Question) -> tuple[Json, Problem | None, str | None]:
    """Value, problem and entry, as the pipeline takes them from the solver."""
    if question.aim in ("reason", "explanation"):
        return None, None, None
    try:
        solution = solver.solve(question.datum or question.text, question.problem)
        if solution is None and question.is_follow_up and question.problem is None:
            solution = solver.solve(question.standalone)
    except MissingData as error:
        problem = error.problem
        return ASKS, problem if isinstance(problem, Problem) else None, None
    except SolverError:
        return ASKS, question.problem, None
    if solution is None:
        return None, None, None
    return solution.value, solution.problem, solution.example_id


def sigmoid_slope(x: float) -> float:
    s = 1 / (1 + math.exp(-x))
    return s * (1 - s)


def softmax(*logits: float) -> list[Json]:
    powers = [math.exp(each) for each in logits]
    return [each / sum(powers) for each in powers]


def entropy(logits: list[float], target: int) -> float:
    return math.log(sum(math.exp(each) for each in logits)) - logits[target]


TALKS: dict[str, list[tuple[str, Json]]] = {
    "one datum after another": [
        ("um passo de SGD: w=1, lr=0,1, gradiente 2", 0.8),
        ("agora com lr 0,5", 0.0),
        ("ops, era 0,3", 0.4),
        ("e se o gradiente fosse -2?", 1.6),
        ("e se w começasse em 0?", 0.6),
    ],
    "a number in the place of another": [
        ("cross entropy com logits [2, 1, 0] e classe certa a primeira", entropy([2, 1, 0], 0)),
        ("e se a certa fosse a terceira?", entropy([2, 1, 0], 2)),
        ("troca o 2 por 5", entropy([5, 1, 0], 2)),
        ("a segunda então", entropy([5, 1, 0], 1)),
    ],
    "values without their name": [
        ("softmax de [1, 2, 3]", softmax(1, 2, 3)),
        ("e com temperatura 2?", softmax(0.5, 1, 1.5)),
        ("e 0,5?", softmax(2, 4, 6)),
        ("ops, era [1, 2, 4]", softmax(2, 4, 8)),
    ],
    "bare numbers": [
        ("momentum com beta 0,9, lr 0,1, w0=0, gradientes 1 e 1, v = beta v + g", -0.29),
        ("faz mais um passo com gradiente 1", -0.561),
        ("agora com beta 0,5", -0.425),
        ("0,8", -0.524),
        ("e se o segundo gradiente fosse 3?", -0.1 * (1 + 3.8 + 4.04)),
    ],
    "an option of the method": [
        ("Adam: w=1, lr=0,1, beta1=0,9, beta2=0,999, gradiente 2. quanto fica w?", 0.9),
        ("e sem bias correction?", 1 - 0.1 * 0.2 / (math.sqrt(0.004) + 1e-8)),
        ("com a correção mas lr 0,01", 0.99),
    ],
    "another quantity of the same data": [
        ("TP=30 FP=10 FN=20, qual o f1?", 2 / 3),
        ("e a precisão?", 0.75),
        ("e o recall?", 0.6),
        ("e a precisão se FP for 30?", 0.5),
    ],
    "another function at the same place": [
        ("tanh de 0,5", math.tanh(0.5)),
        ("e a derivada?", 1 - math.tanh(0.5) ** 2),
        ("e da sigmoide nesse ponto?", sigmoid_slope(0.5)),
        ("e em -1?", sigmoid_slope(-1)),
    ],
    "data over two messages": [
        ("faz um passo de SGD com w = 2 e gradiente 3", ASKS),
        ("taxa de aprendizado 0,1", 1.7),
        ("e se fosse 0,01?", 1.97),
    ],
    "the values come later": [
        ("multiplica a matriz de atenção [[0,1],[1,0]] pelo value", ASKS),
        ("V = [[1,2],[3,4]]", [[3, 4], [1, 2]]),
    ],
    "a row of the matrix": [
        ("tokens [Bia, viu, Ana] e a matriz de atenção [[0,1,0],[1,0,0],[0,0,1]]. "
         "que palavras cada linha relaciona?", [["viu"], ["Bia"], ["Ana"]]),
        ("e se a primeira linha fosse [0, 0, 1]?", [["Ana"], ["Bia"], ["Ana"]]),
    ],
    "a rate that rises": [
        ("precision 0,8 e recall 0,5, qual o f1?", 0.8 / 1.3),
        ("e se o recall subir pra 0,8?", 0.8),
    ],
    "a unit": [
        ("quanto é a entropia de [0.5, 0.5] em bits?", 1.0),
        ("em nats", math.log(2)),
    ],
    "a number that is no question of the list": [
        ("se o d_model é 256 e são 4 cabeças, qual o d_k?", 64),
        ("e com 16?", 16),
        ("e se o d_model for 960 e 12 cabeças?", 80),
    ],
    "layers": [
        ("quantos parâmetros tem uma camada densa de 10 entradas e 5 saídas?", 55),
        ("sem bias", 50),
        ("e com 20 entradas?", 100),
        ("ops, 30", 150),
    ],
    "what a value means is no value": [
        ("Calcule QK^T sem escala, com Q = [[1, 2], [3, 4]] e K = [[0, 1], [1, 0]]",
         [[2, 1], [4, 3]]),
        ("e por que divide pela raiz de dk depois?", None),
    ],
    "another list": [
        ("calcula o MSE de y=[2,4] e yhat=[3,4]", 0.5),
        ("e se o yhat for [2,4]?", 0.0),
        ("e com [5,4]", 4.5),
    ],
    "the other part": [
        ("k-fold com 100 exemplos e k=5: quantos exemplos no treino de cada rodada?", 80),
        ("e no teste?", 20),
        ("e com k=10?", 10),
    ],
    "a mean": [
        ("mse entre [1,2,3] e [1,2,5]", 4 / 3),
        ("e o mae?", 2 / 3),
        ("e se o 5 fosse 4?", 1 / 3),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(TALKS))
def test_every_value_is_the_one_meant(dialogue: Dialogue, name: str) -> None:
    history: list[Turn] = []
    for message, wanted in TALKS[name]:
        question = dialogue.understand(message, history)
        value, problem, entry = answer(question)
        if isinstance(wanted, float):
            assert value == pytest.approx(wanted, abs=1e-9), (message, question)
        elif isinstance(wanted, list) and isinstance(wanted[0], float):
            assert value == pytest.approx(wanted), (message, question)
        else:
            assert value == wanted, (message, question)
        mode = "clarify" if value == ASKS else "computed" if problem else "reference"
        history.append(Turn(message, question.standalone, mode, entry, problem))  # type: ignore[arg-type]


def test_a_number_that_occurs_twice_is_asked_about() -> None:
    first = solver.solve("softmax de [2, 2, 1]")
    assert first is not None
    with pytest.raises(MissingData, match="aparece 2 vezes"):
        solver.solve("troca o 2 por 5", first.problem)


def test_a_swap_of_a_number_that_is_not_there_changes_nothing() -> None:
    first = solver.solve("softmax de [3, 2, 1]")
    assert first is not None
    assert solver.solve("troca o 7 por 5", first.problem) is None
