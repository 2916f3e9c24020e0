"""Malformed data: each gets a message that says what is wrong, and no value."""

from __future__ import annotations

import pytest

from tutor.errors import MissingData, SolverError
from tutor.records import Problem
from tutor.solver import solve

CASES = [
    ("softmax de [2, abc, 1]", "`abc` não é um número"),
    ("softmax de [] por favor", "está vazia"),
    ("bpe palavra casa merges []", "merges está vazia"),
    ("bpe palavra casa com merges (c,a,s)", r"exatamente dois símbolos.*\(c,a,s\)"),
    ("bpe com merges (c,a), (s,a,l), palavra casal", "exatamente dois símbolos"),
    ("wordpiece com vocabulário [] e palavra casa", "vocabulário está vazio"),
    ('Faça o WordPiece de "jogador".', "Falta o vocabulário"),
    ("usa wordpiece com o vocabulário computa, fa, ##c, ##a, ##o, ##m", "Qual palavra"),
    ("calcula softmax(QK^T)V com Q=[[1,0],[0,1]] e K=[[1,0],[0,1]]", "Falta a matriz V"),
    ("Calcule a saída da atenção com Q = [[1, 0]] e K = [[1, 1]].", "Falta a matriz V"),
    ("query [1, 0], keys [1, 1] e [0, 1, 2]: quais os scores?", "tamanhos diferentes"),
    ("Pesos de atenção [0.5, 0.6] e V = [[1],[2]], qual a saída?", "somam 1,1, e não 1"),
    ("Pesos de atenção [1.5, -0.5] e V = [[1],[2]], qual a saída?", "negativos"),
    ("probabilidades previstas [0.7, 0.5, 0.3], classe certa a primeira: entropia cruzada?",
     "somam 1,5, e não 1"),
    ("As probabilidades da softmax foram 0,5, 0,4 e 0,3 e a classe certa é a primeira. Entropia "
     "cruzada?", "somam 1,2, e não 1"),
    ("Probabilidades previstas: [0.8, 0.3, -0.1]; classe correta: primeira. Quanto é -ln p?",
     "não está entre 0 e 1"),
    ("F.cross_entropy com logits [1.0, 2.0, 0.5] e target 3", "de 0 a 2"),
    ("entropia cruzada de [1; 2; 3] com classe de índice 3 contando a partir de 0", "de 0 a 2"),
    ("A classe verdadeira é gato. Qual a perda de entropia cruzada?", "faltam as saídas"),
    ("Exemplo 1: logits 1; 2; 3 e rótulo 2. Exemplo 2: logits 0; 1 e rótulo 1. Índices a partir de "
     "0. Entropia cruzada média?", "números diferentes de logits"),
    ("Entropia cruzada binária para probabilidade prevista 0,7 (não sei o rótulo).", "rótulo"),
    ("qual o x em que a sigmoide vale 1,2?", "entre 0 e 1"),
    ("PE da posição 2 com d_model 5", "ímpar"),
    ("PE da posição -2 com d_model 4", "maior ou igual a zero"),
    ("d_model=512 e 7 cabeças, d_k?", "não é divisível"),
    ("d_model = 512, 8 cabeças e d_k = 32, qual a dimensão de cada cabeça?", "não combinam"),
    ("conv 3x3 com stride 0 em 32x32", "stride"),
    ("max pool 2x2 stride 0 em 10x10", "stride"),
    ("filtro 5x5 em entrada 3x3", "não cabe"),
    ('skip-gram "o gato bebe leite": pares?', "tamanho da janela"),
    ('pares de treino skipgram: "eu amo redes neurais"', "tamanho da janela"),
    ('wordpiece de "jogando"', "Falta o vocabulário"),
    ("previu gato 60%, cachorro 70%; era gato. qual a entropia cruzada", "somam 1,3, e não 1"),
    ("softmax saiu [0.2, 0.5, 0.4], classe 1, qual a loss?", "somam 1,1, e não 1"),
    ("logits gato 2, cachorro 1. era pato. perda?", "Qual é a classe verdadeira"),
    ("softmax de 1, 2, ? com T=0,5", "no lugar de"),
    ("sigmoide de [1, abc]", "`abc` não é um número"),
    ("batch de 3 com logits [[1,2],[3,4]] e classes 0 e 1, CE média?", "batch de 3"),
    ("batch com 4 exemplos, probabilidades da classe certa 0,5; 0,2; 0,9. CE média?", "batch de 4"),
    ("np.array([0.2, 0.9]) é a saída da softmax e a classe é 0. cross entropy?", "somam 1,1"),
    ("Conv2d(in_channels=3, out_channels=8, kernel_size=3, stride=0) entrada 3x32x32, output "
     "shape?", "stride"),
    ("perplexidade de 0 tokens com loss total 10", "pelo menos 1"),
    ("label smoothing com epsilon 1,5, logits [1,2,3], classe 0", "entre 0 e 1"),
    ("entropia de [0,3; -0,1; 0,8]", "não é uma distribuição"),
    ("vetores tem 3 dimensões: [1,2] e [3,4], cosseno?", "3 dimensões"),
    ("divida 1000 em 60/30/20", "somam 110%"),
    ("5-fold com 100 exemplos, 120 da classe positiva, quantos positivos por fold?",
     "não combinam"),
    ("10-fold, 100 exemplos, 30 positivos e 80 negativos: quantos positivos por fold?",
     "não combinam"),
    ("dataset de 100 com 5 folds de 30 exemplos cada, quantos por treino?", "não combinam"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), CASES, ids=[text[:50] for text, _ in CASES])
def test_message(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


def _missing(text: str, previous: Problem | None = None) -> Problem:
    with pytest.raises(MissingData) as caught:
        solve(text, previous)
    assert isinstance(caught.value.problem, Problem)
    return caught.value.problem


CARS = "entropia cruzada dos logits [10,5,3,1,8] para ford, volks, gm, bmw, honda, classe"


@pytest.mark.parametrize("reply", ["quis dizer gm", "gm", "a classe é gm", "era a gm"])
def test_class_that_is_not_there_is_completed(reply: str) -> None:
    right = solve(f"{CARS} gm")
    first = solve(f"{CARS} ford")
    assert first is not None and right is not None
    for problem in (_missing("e se fosse ferrari?", first.problem), _missing(f"{CARS} ferrari")):
        solution = solve(reply, problem)
        assert solution is not None and solution.value == pytest.approx(right.value)


def test_missing_v_is_completed() -> None:
    problem = _missing("calcule softmax(QK^T)V com Q=[[1,0]] e K=[[1,0],[0,1]]")
    solution = solve("V = [[1, 2], [3, 4]]", problem)
    assert solution is not None and isinstance(solution.value, list)
    assert solution.value[0] == pytest.approx([1.5378828, 2.5378828])


def test_product_of_matrices_needs_no_distribution() -> None:
    solution = solve("multiplique a matriz [[0.5, 0.6]] pela matriz V = [[1],[2]]")
    assert solution is not None and solution.value == [[pytest.approx(1.7)]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("max pool 3x3 stride 2 em 13x13", 6),
        ("label smoothing 0.1 logits [2,1,0] classe 0", 0.507606),
        ("80/10/10 de 2500", {"train": 2000, "validation": 250, "test": 250}),
    ],
)
def test_sound_data_of_the_same_shape(text: str, value: object) -> None:
    solution = solve(text)
    assert solution is not None
    if isinstance(solution.value, list):
        assert set(solution.value) == {value}
    else:
        assert solution.value == pytest.approx(value, abs=1e-5)


def test_positives_in_a_fold_are_not_its_size() -> None:
    assert solve("5-fold, 100 exemplos, 30 positivos: quantos positivos por fold?") is None
