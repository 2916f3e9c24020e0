"""Problems in the shapes of exams: tables, stories, code, several items, inverse questions."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver import solve
from tutor.solver.parts import are_options, split


def value_of(text: str) -> Json:
    solution = solve(text)
    assert solution is not None, text
    return solution.value


def softmax(*logits: float) -> list[float]:
    return torch.softmax(torch.tensor(logits, dtype=torch.float64), 0).tolist()


def loss(logits: list[float], target: int) -> float:
    row = torch.tensor([logits], dtype=torch.float64)
    return functional.cross_entropy(row, torch.tensor([target])).item()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qual a softmax de quatro dois e um", softmax(4, 2, 1)),
        ("softmax dos logits menos um, zero e dois", softmax(-1, 0, 2)),
        ("softmax de [ln 2, ln 3, 0]", [2 / 6, 3 / 6, 1 / 6]),
        ("softmax de 0,4 | 1,4 | -0,6", softmax(0.4, 1.4, -0.6)),
        ("softmax de [1; 2] com temperatura dois", softmax(0.5, 1)),
        ("softmax de [1; 2; 0], com 4 casas decimais", softmax(1, 2, 0)),
        (
            "Notas da rede: uva 1,1; figo -0,3; pera 0,8. Que probabilidade (softmax) recebe a "
            "pera?",
            softmax(1.1, -0.3, 0.8)[2],
        ),
    ],
)
def test_softmax(text: str, expected: Json) -> None:
    assert value_of(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Classe | Logit\nfiat | 0,3\nford | 1,2\nhonda | -0,4\nO rótulo verdadeiro é ford. "
            "Calcule a perda (cross-entropy).",
            loss([0.3, 1.2, -0.4], 1),
        ),
        (
            "logits = torch.tensor([[0.2, 0.7, -0.5]])\ny = torch.tensor([2])\n"
            "F.cross_entropy(logits, y) dá quanto?",
            loss([0.2, 0.7, -0.5], 2),
        ),
        (
            "O modelo deu 60% gato, 30% cachorro e 10% peixe; era um cachorro. Qual a perda "
            "(entropia cruzada)?",
            -math.log(0.3),
        ),
        ("p(a)=0.2 p(b)=0.5 p(c)=0.3, classe verdadeira c. cross entropy?", -math.log(0.3)),
        (
            "Dois exemplos com probabilidade da classe correta 0,8, 0,4 e 0,5. Entropia cruzada "
            "média?",
            -(math.log(0.8) + math.log(0.4) + math.log(0.5)) / 3,
        ),
        (
            "a saida antes da softmax foi -1; 0; 2, a classe certa é a terceira, entropia cruzada?",
            loss([-1, 0, 2], 2),
        ),
        (
            "Com probabilidades previstas 0,2 (A), 0,5 (B) e 0,3 (C) e classe real C, calcule a "
            "entropia cruzada em base 2.",
            -math.log2(0.3),
        ),
        (
            "Calcule a entropia cruzada média: exemplo 1 teve p=0,5 na classe certa e o exemplo 2 "
            "teve p=0,25.",
            (math.log(2) + math.log(4)) / 2,
        ),
        ("Se a rede chutar uniformemente entre 8 classes, qual a entropia cruzada?", math.log(8)),
        (
            "Uma rede deu z1 = 0,2, z2 = 1,7 e z3 = -0,9. A resposta certa é a saída 2. Qual a "
            "perda de entropia cruzada?",
            loss([0.2, 1.7, -0.9], 1),
        ),
        ("Uma entropia cruzada de 0,5 corresponde a que probabilidade na classe correta?",
         math.exp(-0.5)),
        ("Em log2, uma cross-entropy de 3 corresponde a que probabilidade na classe correta?",
         0.125),
    ],
)  # fmt: skip
def test_cross_entropy(text: str, expected: float) -> None:
    assert value_of(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y | p\n1 | 0,9\n0 | 0,2\nCalcule a BCE média da tabela.",
         -(math.log(0.9) + math.log(0.8)) / 2),
        ("O modelo disse 0,7 de chance de chuva e não houve chuva. Entropia cruzada binária?",
         -math.log(0.3)),
        ("O modelo disse 0,7 de chance de ser fraude e era fraude. Entropia cruzada binária?",
         -math.log(0.7)),
        ("BCE média: (y=1, p=0,9), (y=0, p=0,2)", -(math.log(0.9) + math.log(0.8)) / 2),
        ("Qual é a binary cross-entropy com logit -0,8 e rótulo 1?", math.log(1 + math.exp(0.8))),
    ],
)  # fmt: skip
def test_binary(text: str, expected: float) -> None:
    assert value_of(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("q·k vale 24 e d_k = 16. Qual o score depois da escala?", 6.0),
        ("sigmoid(0.7)*(1-sigmoid(0.7)) = ?", math.exp(-0.7) / (1 + math.exp(-0.7)) ** 2),
        ("um modelo atribui 0,5 0,5 0,25 aos três tokens corretos. perplexidade?",
         2 ** (4 / 3)),
        ("L(w)=3w^2+2w, w=1, lr=0.1: w depois de 1 passo de gradiente", 0.2),
        ("RMSProp com decay 0,9, E[g²] anterior 0,04, g=0,3, lr=0,01, w=1, eps=0",
         1 - 0.003 / math.sqrt(0.036 + 0.009)),
        ("acurácia com 45 acertos e 5 erros", 0.9),
        ("pesos de atenção (0,5; 0,5) e valores v1=(1,0), v2=(0,1): vetor de saída?", [0.5, 0.5]),
        ("Que temperatura divide os logits [5; 1] para que a razão entre as probabilidades seja 4?",
         4 / math.log(4)),
        ("Qual temperatura faz a probabilidade do segundo ser 20% na softmax dos logits (3; 1)?",
         2 / math.log(4)),
        ("por quanto se divide o produto QK^T quando d_k é 36?", 6.0),
        (
            'A query do token "rei" é (1, 2) e a key do token "sol" é (3; 1). Qual o score de '
            "atenção escalado?",
            5 / math.sqrt(2),
        ),
        ("x = 2, F(2) = 5; com conexão residual qual a saída?", 7.0),
        ("6 camadas com 8 cabeças cada, quantas matrizes de atenção no total?", 48),
        ("F1 por classe: 0,8, 0,6 e 0,1. Qual o macro-F1?", 0.5),
        ("ângulo em graus entre os vetores (1, 0) e (1, 1)?", 45.0),
        ("quantas multiplicações faz uma conv 3x3 de 4 para 8 canais com saída 10x10?",
         10 * 10 * 8 * 4 * 9),
        ("imagem 30 x 20, kernel 3x3 dilatado 2, stride 1 e padding 0: tamanho da saída?",
         [26, 16]),
        ("Quantos modelos treino numa busca em grade com 3 valores de lr e 2 de batch com "
         "validação cruzada de 5 folds?", 30),
        ("perplexidade de um modelo que chuta uniformemente entre 40 tokens", 40.0),
        ("Qual o valor do componente 2i=2 do PE na posição 3 se d = 8?",
         math.sin(3 / 10000 ** (2 / 8))),
        ("Por qual fator se divide m no passo t=3 com beta1=0,9?", 1 - 0.9**3),
        ("w = np.array([1.0, 2.0]); g = np.array([0.5, -1.0]); lr = 0.1; SGD: novo w?",
         [0.95, 2.1]),
        ("m̂ = 0,6 e v̂ = 0,09, lr = 0,1, eps desprezível, w = 1. Qual o novo w no Adam?", 0.8),
    ],
)  # fmt: skip
def test_other_families(text: str, expected: Json) -> None:
    assert np.ravel(value_of(text)) == pytest.approx(np.ravel(expected))  # type: ignore[arg-type]


def test_both_moments_are_corrected() -> None:
    text = "m=0.1, v=0.01 no passo t=1 com beta1=0.9 e beta2=0.99; m corrigido e v corrigido?"
    assert value_of(text) == pytest.approx({"m_hat": 1.0, "v_hat": 1.0})


def test_the_rest_of_a_split() -> None:
    text = "20% de 5000 imagens para teste, quantas sobram para treino?"
    assert 4000 in np.ravel(list(np.atleast_1d(value_of(text))))  # type: ignore[arg-type]


def test_confusion_matrix_set_with_spaces() -> None:
    text = "Matriz de confusão:\n        gato  cão\ngato     7     3\ncão      2     8\nAcurácia?"
    assert value_of(text) == pytest.approx(0.75)


def test_learnt_merges_are_given() -> None:
    text = 'Merges aprendidos, em ordem: 1) r e 2) re d. Como fica a palavra "rede"?'
    assert value_of(text + " (BPE)") == ["red", "e"]


def test_context_of_a_word() -> None:
    text = 'palavras de contexto de "gato" com janela 1 em "o gato preto subiu"'
    assert value_of(text) == ["o", "preto"]


# ------------------------------------------------------------ several questions


def test_items_are_answered_each() -> None:
    text = "Logits 3, 1 e 0. a) softmax com T = 1; b) softmax com T = 2."
    expected = [softmax(3, 1, 0), softmax(1.5, 0.5, 0)]
    assert np.array(value_of(text)) == pytest.approx(np.array(expected))
    solution = solve(text)
    assert solution is not None
    assert "**a)**" in solution.result and "**b)**" in solution.result
    assert all(check.passed for check in solution.checks)


def test_an_item_with_a_gap_is_named() -> None:
    with pytest.raises(MissingData, match=r"Item b\)"):
        solve("Logits 3, 1 e 0. a) softmax b) entropia cruzada")


def test_options_are_no_data() -> None:
    stem = "Calcule o F1 com precisão 0,8 e recall 0,5."
    assert value_of(stem + "\na) 0,40\nb) 0,62\nc) 0,65") == value_of(stem)


def test_split() -> None:
    assert split("x a) um b) dois") == ("x", ("um", "dois"))
    assert split("f(a) e g(b)") == ("f(a) e g(b)", ())
    assert split("a) só um item") == ("a) só um item", ())
    assert are_options(("0,5", "12", "-3 m"))
    assert not are_options(("softmax de 1 e 2", "12"))


# ------------------------------------------------------------------ faulty data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("softmax de [1, 2, abc]", "não é um número"),
        ("softmax de (2; ; 1)", "falta um número"),
        ("softmax de 1, 2, infinito", "finito"),
        ("softmax de 1, NaN, 3", "finito"),
        ("softmax com temperatura zero dos logits 2, 1 e 0", "temperatura"),
        ("A rede tem 4 classes e os logits são 0,3, 1,2 e -0,5. Softmax?", "4 classes"),
        ("entropia cruzada: logits [2; 1; 0,5], classe -1", "não existe"),
        ("Saída da softmax: [0,7; -0,1; 0,4]. Classe 1. Calcule a entropia cruzada.", "entre 0"),
        ("A rede deu 0,6, 0,3 e 0,2 como probabilidades; a correta é a 2ª. perda?", "somam"),
        ("a rede deu 60% gato, 30% cão e 20% rato e era gato, qual a entropia cruzada", "somam"),
        ("entropia cruzada: 120% gato e -20% cão, era gato", "entre 0 e 1"),
        ("binary cross entropy para rótulo 2 e probabilidade 0,6", "rótulo"),
        ("probabilidade da classe correta 0,9, 1,2 e 0,5: entropia cruzada média?", "máximo 1"),
        ("Uma entropia cruzada de -0,5 corresponde a que probabilidade?", "negativa"),
        ("Saída da atenção com Q = [1, 2] e K = [3, 4]", "matriz V"),
        ("score escalado com q=(1,2), k=(3,4) e d_k = 3", "não combinam"),
        ("Adam no passo t = 0 com g=1, w=1, lr=0,1", "t = 1"),
        ("faça -3 passos de Adam com g=1, w=1, lr=0,1", "negativo"),
        ("m̂ = 0,4 e v̂ = -0,04, lr = 0,1, w = 1: novo w no Adam?", "negativo"),
        ("m̂ = 0,4 e v̂ = 0,04, w = 1: novo w no Adam?", "taxa"),
        ("positional encoding pos=1,5 d_model=4", "inteiro"),
        ("conv 3x3 com -8 filtros e 3 canais, parâmetros", "negativa"),
        ("macro-F1 com F1 por classe 0,9, 1,6 e 0,3", "entre 0 e 1"),
        ("MLM: 150% de 100 tokens, quantos mascarados?", "100%"),
        ("MLM 80/10/20 com 100 tokens a 15%, quantos de cada?", "somam 110%"),
        ("ângulo entre (0, 0) e (1, 2) em graus", "nulo"),
        ("F1 com precisão 0,8", "revocação"),
        (
            "Que temperatura divide os logits [2; 2] para que a razão das probabilidades seja 4?",
            "iguais",
        ),
        ("softmax dos logits gato = 2, cachorro = , peixe = 1", "cachorro"),
        ("softmax dos logits 2, ?, 1", "Falta um número"),
        ("Softmax de um vetor com 5 elementos: [1, 2, 3, 4]", "5 elementos"),
        ("A sequência tem 5 tokens com probabilidades 0,5 0,5 0,25. Perplexidade?", "5 tokens"),
        (
            'Frase com 5 palavras "eu gosto muito de": quantos pares skip-gram com janela 1?',
            "5 palavras",
        ),
        ("MLM com 20 tokens e taxa -15%: quantos mascarados?", "entre 0%"),
        ("As 3 acurácias são 0,8, 0,9, 1,2: média e desvio?", "entre 0 e 1"),
        ('BPE na palavra "casa" com merges (c,a), (sa)', "dois símbolos"),
        ("BCE: (y=1, p=0,9), (y=0), (y=1, p=0,3)", "2 saídas e 3 rótulos"),
        ("pesos de atenção (0,5; 0,7) e valores v1=(1,0), v2=(0,1): vetor de saída?", "somam"),
    ],
)
def test_faulty_data_is_asked_back(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


@pytest.mark.parametrize(
    "text",
    [
        "Somar [1,1] a [1,0] e [0,1] muda o ângulo entre eles?",
        "softmax 2x muda oq",
        "Descreva o procedimento para calcular a cross-entropy de um exemplo da classe ford.",
        "multiplicar tudo por 0,999 antes de andar, que consequência tem?",
    ],
)
def test_ideas_stay_ideas(text: str) -> None:
    assert solve(text) is None
