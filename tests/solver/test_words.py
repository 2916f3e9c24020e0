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
