"""Softmax and cross-entropies: the list's questions, PyTorch as oracle, notations, follow-ups."""

from __future__ import annotations

import math
from random import Random

import pytest
import torch
import torch.nn.functional as F
from scipy.special import log_softmax, softmax

from tutor.errors import MissingData, SolverError
from tutor.records import Solution
from tutor.solver import solve
from tutor.solver.format import plain_matrix, plain_vector

QUESTION_2 = (
    "Dado [10,5,3,1,8] como saída de uma rede neural para um problema de cinco classes ([*ford, "
    "volks, gm, bmw, honda*]) onde a classe verdadeira do exemplo é *ford*. Calcule a entropia "
    "cruzada deste exemplo."
)
QUESTION_13B = (
    "13. Considere um problema de análise de sentimento com as classes positivo, neutro e "
    "negativo. (b) Considere um exemplo da classe positiva, e uma que rede produz como saída os "
    "valores [0.5,0,1]. Qual é o valor da cross-entropy neste caso?"
)


def solved(text: str, previous: Solution | None = None) -> Solution:
    solution = solve(text, previous.problem if previous else None)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), solution.checks
    return solution


def test_questions_of_the_list() -> None:
    assert solved(QUESTION_2).value == pytest.approx(0.13375, abs=1e-5)
    assert solved(QUESTION_13B).value == pytest.approx(1.18027, abs=1e-5)


LOGITS = [2.0, 1.0, 0.1]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("tenho logits 2, 1 e 0,1 e a classe certa é a primeira, qual a entropia cruzada?", 0),
        ("tenho logits 2, 1 e 0,1 e a classe certa e a terceira, qual a entropia cruzada?", 2),
        ("calcula a cross entropy, saida [2; 1; 0,1], classe 2", 1),
        ("cross-entropy de [2, 1, 0.1] com índice 0", 0),
        ("cross-entropy de [2, 1, 0.1] com índice 2", 2),
        ("cross-entropy de [2, 1, 0.1] com target = 1", 1),
        ("cross-entropy de [2, 1, 0.1], classe 3", 2),
        ("cross-entropy de [2, 1, 0.1], classe 1 contando a partir de zero", 1),
        ("entropia cruzada: logits 2 1 0,1 classes gato cachorro peixe, verdadeira peixe", 2),
        ("entropia cruzada com gato=2, cachorro=1 e peixe=0,1, classe correta cachorro", 1),
        ("entropia cruzada {'gato': 2, 'cachorro': 1, 'peixe': 0.1}, a resposta certa é gato", 0),
        ("calcule a entropia cruzada da 2ª classe com logits (2, 1, 0.1)", 1),
        ("calcule a cross entropy\nlogits:\n2\n1\n0,1\nclasse correta: a última", 2),
        (r"entropia cruzada de $z = \begin{bmatrix}2 \\ 1 \\ 0{,}1\end{bmatrix}$, $y = 0$", 0),
        ("loss dos logits [2; 1; 0,1] se a classe for a segunda?", 1),
        ("classes [a, b, c], saída [2, 1, 0.1], classe verdadeira b: entropia cruzada?", 1),
        ("calcule a entropia cruzada\n| gato | cachorro | peixe |\n|---|---|---|\n| 2 | 1 | 0,1 |\n"
         "classe verdadeira: gato", 0),
        ("alvo [0, 1, 0], logits [2; 1; 0,1]: calcule a entropia cruzada", 1),
    ],
)  # fmt: skip
def test_ways_to_type_it(text: str, index: int) -> None:
    expected = -log_softmax(LOGITS)[index]
    assert solved(text).value == pytest.approx(expected, rel=1e-9)


def test_against_torch() -> None:
    random = Random(7)
    for _ in range(300):
        n = random.randint(2, 8)
        scale = random.choice([1, 5, 100])
        logits = [round(random.uniform(-scale, scale), 2) for _ in range(n)]
        index = random.randrange(n)
        smoothing = random.choice([0, 0, 0.1, 0.25])
        text = (
            f"entropia cruzada dos logits {plain_vector(logits)}, índice {index} contando do zero"
        )
        if smoothing:
            text += f", label smoothing {smoothing}"
        expected = F.cross_entropy(
            torch.tensor(logits, dtype=torch.float64),
            torch.tensor(index),
            label_smoothing=smoothing,
        )
        assert solved(text).value == pytest.approx(expected.item(), rel=1e-6, abs=1e-9), text


def test_batches_against_torch() -> None:
    random = Random(8)
    for _ in range(60):
        n, k = random.randint(2, 4), random.randint(3, 5)
        logits = [[round(random.uniform(-4, 4), 1) for _ in range(k)] for _ in range(n)]
        targets = [random.randrange(k - 1) for _ in range(n)]
        reduction, word = random.choice([("mean", "média"), ("sum", "soma")])
        text = (
            f"Calcule a entropia cruzada ({word}) dos logits {plain_matrix(logits)} com rótulos "
            f"[{', '.join(map(str, targets))}]."
        )
        expected = F.cross_entropy(
            torch.tensor(logits, dtype=torch.float64), torch.tensor(targets), reduction=reduction
        )
        assert solved(text).value == pytest.approx(expected.item(), rel=1e-6), text


def test_soft_targets_and_probabilities() -> None:
    solution = solved("cross-entropy logits = [2, 1, 0.1], alvo = [0.8, 0.1, 0.1]")
    expected = -sum(t * p for t, p in zip([0.8, 0.1, 0.1], log_softmax(LOGITS), strict=True))
    assert solution.value == pytest.approx(expected)
    text = "a rede deu as probabilidades [0,7; 0,2; 0,1]; classe correta: a segunda. Cross entropy?"
    assert solved(text).value == pytest.approx(-math.log(0.2))
    text = "probabilidade 0,7 para a classe correta: calcule a entropia cruzada"
    assert solved(text).value == pytest.approx(-math.log(0.7))
    assert solved(text + " em bits").value == pytest.approx(-math.log2(0.7))


def test_huge_logits() -> None:
    assert solved("cross entropy de [1000; -1000; 0], índice 1").value == pytest.approx(2000)
    value = solved("softmax de [1000; 999; 0]").value
    assert value == pytest.approx(softmax([1000, 999, 0]).tolist())


def test_softmax_with_temperature_and_batch() -> None:
    solution = solved("softmax de [2; 1; 0,1] com temperatura 0,5")
    assert solution.value == pytest.approx(softmax([4, 2, 0.2]).tolist())
    assert solved("log-softmax de [2; 1; 0,1]").value == pytest.approx(log_softmax(LOGITS).tolist())
    rows = solved("calcule a softmax de [[1, 2], [3, 3]]").value
    assert rows == [pytest.approx(softmax([1, 2]).tolist()), [0.5, 0.5]]


def test_binary_against_torch() -> None:
    random = Random(9)
    for _ in range(100):
        z, y = round(random.uniform(-30, 30), 2), random.randint(0, 1)
        expected = F.binary_cross_entropy_with_logits(
            torch.tensor(z, dtype=torch.float64), torch.tensor(float(y), dtype=torch.float64)
        ).item()
        text = f"binary cross entropy com logit {str(z).replace('.', ',')} e rótulo {y}"
        assert solved(text).value == pytest.approx(expected, rel=1e-6, abs=1e-12), text
    assert solved("BCE com p = 0,8 e y = 0").value == pytest.approx(-math.log(0.2))
    text = "entropia cruzada binária: y = [1; 0; 1], probabilidades [0,9; 0,2; 0,6]"
    expected = -(math.log(0.9) + math.log(0.8) + math.log(0.6)) / 3
    assert solved(text).value == pytest.approx(expected)


def test_follow_ups() -> None:
    first = solved(QUESTION_2)
    honda = solved("e se a classe fosse honda?", first)
    assert honda.value == pytest.approx(2.13375, abs=1e-5)
    changed = solved("e com o logit da ford = 8?", honda)
    assert changed.value == pytest.approx(-log_softmax([8, 5, 3, 1, 8])[4])
    third = solved("e se for a terceira?", first)
    assert third.value == pytest.approx(7.13375, abs=1e-5)
    assert solved("e qual a softmax?", first).value == pytest.approx(
        softmax([10, 5, 3, 1, 8]).tolist()
    )
    assert solve("e por quê?", first.problem) is None
    assert solve("o que é a softmax?", first.problem) is None
    fresh = solved(QUESTION_13B, first)
    assert fresh.value == pytest.approx(1.18027, abs=1e-5)
    with pytest.raises(SolverError, match="fiat"):
        solve("e se fosse a classe fiat?", first.problem)


def test_missing_data_is_completed() -> None:
    with pytest.raises(MissingData, match="saídas") as first:
        solve("calcule a entropia cruzada")
    with pytest.raises(MissingData, match="classe verdadeira") as second:
        solve("[10,5,3,1,8]", first.value.problem)
    solution = solve("a terceira", second.value.problem)
    assert solution is not None
    assert solution.value == pytest.approx(7.13375, abs=1e-5)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("deu 0,13", "certo"),
        ("deu 0,058", "log₁₀"),
        ("achei 0,193", "log₂"),
        ("encontrei 2,13", "honda"),
        ("meu resultado foi 0,875", "softmax"),
        ("deu -2,30", "logit"),
        ("deu 42", "não confere"),
    ],
)
def test_students_own_result(claim: str, words: str) -> None:
    assert words in " ".join(solved(f"{QUESTION_2} {claim}, certo?").remarks)
    assert words in " ".join(solved(f"{claim}, certo?", solved(QUESTION_2)).remarks)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("entropia cruzada de [1; nan; 2], classe 1", "finito"),
        ("entropia cruzada de [1e999; 2], classe 1", "finito"),
        ("entropia cruzada de [[1, 2], [3]] com rótulos [0, 1]", "tamanhos diferentes"),
        ("entropia cruzada de [10; 5; 3], classe 7", "não existe"),
        ("entropia cruzada de [10; 5; 3], classes [a, b], classe verdadeira a", "3 saídas"),
        (
            "entropia cruzada das probabilidades [0,5; 0,5; 0], classe correta a terceira",
            "infinito",
        ),
        ("calcule a softmax de [1; 2] com temperatura 0", "maior que zero"),
        ("entropia cruzada de [1; 2; 3] com alvo [0,5; 0,9; 0]", "soma"),
        ("binary cross entropy com p = 1,3 e y = 1", "entre 0 e 1"),
    ],
)
def test_wrong_data(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"Sejam os logits $z=\begin{pmatrix}0{,}2 & 1{,}4 & 2{,}0\end{pmatrix}$ e a classe "
         r"verdadeira de índice 1 (contando a partir de 0). Determine $\mathcal{L}=-\log p_c$.",
         -log_softmax([0.2, 1.4, 2.0])[1]),
        (r"Considere $\hat{p}=[0.05,\,0.80,\,0.15]$ e $y=[0,1,0]$. Calcule "
         r"$-\sum_i y_i\ln\hat{p}_i$.", -math.log(0.8)),
        ("se o modelo deu 92% de chance pra classe certa, a loss (−ln p) é quanto?",
         -math.log(0.92)),
        ("verdadeira p = (1/2, 1/4, 1/4) e prevista q = (0,4; 0,4; 0,2). Cross-entropy H(p,q)?",
         -(0.5 * math.log(0.4) + 0.25 * math.log(0.4) + 0.25 * math.log(0.2))),
        ("Exemplo 1: logits 1,2; -0,3; 0,4 e rótulo 2. Exemplo 2: logits 0; 0,9; 0,1 e rótulo 1. "
         "Índices a partir de 0. Média das entropias cruzadas?",
         -(log_softmax([1.2, -0.3, 0.4])[2] + log_softmax([0, 0.9, 0.1])[1]) / 2),
        ("Questão 1 (2,0 pontos). Na ordem [banana, maçã, uva], uma foto de uva teve a saída "
         "[1,8; 0,2; 3,1]. Calcule a entropia cruzada.", -log_softmax([1.8, 0.2, 3.1])[2]),
        ("| classe | logit |\n|---|---|\n| spam | 1,5 |\n| promo | -0,5 |\n| normal | 2,0 |\n\nO "
         "e-mail era spam. Qual a perda (cross-entropy)?", -log_softmax([1.5, -0.5, 2.0])[0]),
        ("label smoothing de 0,1 e 4 classes, logits [2; 0,5; -1; 0], classe de índice 0 "
         "(zero-based), quanto vale a cross-entropy?",
         float(F.cross_entropy(torch.tensor([[2.0, 0.5, -1.0, 0.0]], dtype=torch.float64),
                               torch.tensor([0]), label_smoothing=0.1))),
    ],
)  # fmt: skip
def test_formulas_tables_and_examples(text: str, expected: float) -> None:
    assert solved(text).value == pytest.approx(expected, rel=1e-9)


def test_gradient_against_torch() -> None:
    random = Random(28)
    for _ in range(30):
        logits = [round(random.uniform(-3, 3), 2) for _ in range(random.randint(2, 6))]
        target = random.randrange(len(logits))
        z = torch.tensor([logits], dtype=torch.float64, requires_grad=True)
        F.cross_entropy(z, torch.tensor([target])).backward()
        text = (
            f"gradiente da entropia cruzada em relação aos logits {plain_vector(logits)}, classe "
            f"verdadeira {target + 1}"
        )
        assert solved(text).value == pytest.approx(z.grad[0].tolist(), abs=1e-9)  # type: ignore[index]


def test_a_bare_number_is_the_students_own_result() -> None:
    first = solved("entropia cruzada de [2,1,0] classe 1")
    right = solved("0,41", first)
    assert right.value == first.value and "está certo" in right.remarks[0]
    wrong = solved("0,18", first)
    assert wrong.value == first.value and "log₁₀" in wrong.remarks[0]
    assert solved("0,6", solved("sigmoid de 0")).value == pytest.approx(1 / (1 + math.exp(-0.6)))
