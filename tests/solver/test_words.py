"""Skip-gram, CBOW, MLM and causal examples against direct enumeration and n-gram tools."""

from __future__ import annotations

from random import Random

import pytest

from tests.solver.test_validation import solved, value
from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver import solve

_WORDS = [
    "gato", "casa", "rede", "peso", "dado", "erro", "modelo",
    "texto", "aula", "prova", "nota", "aluno", "tarefa", "livro",
]  # fmt: skip


def test_windows_against_scikit_learn() -> None:
    """Pairs at distance d are the skip-grams that the vectorizer counts as co-occurrences."""
    import numpy as np

    random = Random(1)
    for _ in range(60):
        n, window = random.randint(2, 10), random.randint(1, 4)
        words = random.sample(_WORDS, n)
        positions = np.arange(n)
        near = np.abs(positions[:, None] - positions[None, :])
        chosen = np.argwhere((near > 0) & (near <= window))
        pairs = [[words[i], words[j]] for i, j in chosen]
        sentence = " ".join(words)
        text = f'quais os pares do skip-gram da frase "{sentence}" com janela {window}?'
        assert value(text) == pairs
        assert value(text, "quantos pares?") == len(pairs)
        asked = f"quantos pares skip-gram uma frase de {n} palavras gera com janela {window}?"
        assert value(asked) == len(pairs)
        cbow = value(f'liste os exemplos CBOW da frase "{sentence}" com janela {window}')
        expected = [[[words[j] for i, j in chosen if i == c], words[c]] for c in range(n)]
        assert cbow == expected


def test_masking_counts() -> None:
    for n in range(20, 1020, 20):
        got = value(
            f"MLM com {n} tokens: quantos viram [MASK], quantos são trocados por um aleatório e "
            f"quantos "
            "ficam inalterados?"
        )
        assert got == pytest.approx({"mask": 0.12 * n, "random": 0.015 * n, "unchanged": 0.015 * n})


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("No BERT, quantos tokens são mascarados em uma sequência de 200 tokens?",), 30),
        (("No BERT, quantos tokens são mascarados em uma sequência de 200 tokens?",
          "quantos viram [MASK]?"), 24),
        (("No BERT, quantos tokens são mascarados em uma sequência de 200 tokens?",
          "e se a taxa for 20%?"), 40),
        (("com 15% de mascaramento e 80/10/10, quantos tokens em 1000 viram [MASK]?",), 120),
        (("gere os pares do skip-gram para a frase o gato come, janela 1",),
         [["o", "gato"], ["gato", "o"], ["gato", "come"], ["come", "gato"]]),
        (("skip-gram: quais os pares com janela 1?", "\"a casa\""), [["a", "casa"], ["casa", "a"]]),
        (("skip-gram com janela 2: liste os pares para a palavra central \"gato\" na frase \"o "
          "gato "
          "preto dorme\"",), [["gato", "o"], ["gato", "preto"], ["gato", "dorme"]]),
        (("pares skip-gram da frase: eu gosto de redes. janela = 2", "e com janela 1?",
          "quantos pares?"), 6),
        (("quantos exemplos de treino o GPT (previsão do próximo token) tira da frase \"o gato "
          "dorme no "
          "sofá\"?",), 4),
    ],
)  # fmt: skip
def test_free_text(turns: tuple[str, ...], expected: Json) -> None:
    assert value(*turns) == expected


def test_remarks() -> None:
    borders = solved(
        "quantos pares skip-gram uma frase de 10 palavras gera com janela 2? deu 40, certo?"
    )
    assert "bordas" in borders.remarks[0]
    everything = solved("No MLM com 100 tokens, quantos viram [MASK]? deu 80, certo?")
    assert "todos os tokens" in everything.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "o que é skip-gram?",
        "por que o MLM mascara 15% dos tokens?",
        "explique o masked LM com 15%",
        "qual a diferença entre skip-gram e CBOW?",
        "Explique como funciona o masked LM para treinamento do BERT. Para este treinamento é "
        "necessário rotular dados?",
        "Contexto similar ou significado similar, qual dessas similaridades melhor representa word "
        "embeddings produzidos pelo Skip-gram? Explique por quê?",
    ],
)
def test_conceptual(text: str) -> None:
    assert solve(text) is None


def test_wrong_and_missing_data() -> None:
    with pytest.raises(SolverError, match="pelo menos uma"):
        solve('quais os pares skip-gram da frase "o gato dorme" com janela 0?')
    with pytest.raises(MissingData, match="frase"):
        solve("skip-gram: quais os pares com janela 2?")
    with pytest.raises(MissingData, match="janela"):
        solve('quais os pares do skip-gram da frase "o gato dorme"?')


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("skip-gram janela 1, todos os pares (central, contexto): o vento sopra",
         [["o", "vento"], ["vento", "o"], ["vento", "sopra"], ["sopra", "vento"]]),
        ("number of skip-gram pairs for a sentence of 20 tokens, window size 3 on each side", 108),
        ("CBOW com janela 1, frase: o vento sopra forte. Contexto da palavra alvo \"vento\"?",
         ["o", "sopra"]),
        ("Na frase \"o sol e o mar e o sol\", quantos pares distintos o skip-gram dá com janela 1?",
         10),
        ("Quantas amostras negativas o skip-gram gera para \"o vento sopra\", janela 1, com 4 "
         "amostras negativas por par?", 16),
        ("No CBOW, os vetores do contexto são (1, 0), (2, 3) e (3, 3). Calcule a camada oculta.",
         [2.0, 2.0]),
        ("masked LM com 15%: um lote de 20 sequências de 100 tokens cada. Quantos tokens entram na "
         "perda?", 300),
        ("No MLM, 120 tokens viraram [MASK] (15% escolhidos, 80/10/10). Quantos tokens havia?",
         1000),
        ("MLM: em vez de 15%, escolhem-se 30% dos 200 tokens. Quantos viram [MASK] (80/10/10)?",
         48),
        ("MLM com 20% dos 500 tokens: 70% viram [MASK], 20% viram um token aleatório e o resto "
         "fica igual. Quantos ficam iguais?", 10),
    ],
)  # fmt: skip
def test_further_questions(text: str, expected: Json) -> None:
    assert (
        value(text) == pytest.approx(expected)
        if isinstance(expected, (int, float))
        else (value(text) == expected)
    )


@pytest.mark.parametrize(
    "text",
    [
        'Gere os pares de skip-gram da frase "o vento sopra forte".',
        "MLM com 100 tokens: 80% [MASK], 10% aleatório, 15% mantido. Quantos viram [MASK]?",
        'skip-gram com 2 palavras à esquerda e 1 à direita: quais os pares de "o vento sopra"?',
        "No CBOW, os vetores do contexto são (1, 0) e (2, 3, 1). Calcule a camada oculta.",
    ],
)
def test_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
