"""BPE training: how words and counts are written, and what may be asked besides the merges."""

from __future__ import annotations

import pytest

from tests.solver.test_tokenization import value
from tutor.errors import SolverError
from tutor.solver import solve


@pytest.mark.parametrize(
    "text",
    [
        "Treine o BPE com 2 merges: gato: 4, gata: 3, pato: 2",
        'Treine o BPE com 2 merges sobre {"gato": 4, "gata": 3, "pato": 2}.',
        'As buscas foram "gato" (4 vezes), "gata" (3 vezes) e "pato" (2 vezes). Quais as duas '
        "primeiras fusões do BPE?",
        'Treine um BPE de dois merges com 4 × "gato", 3 × "gata" e 2 × "pato".',
        "treino de bpe, gato 4x, gata 3x, pato 2x, dois merges",
        "As palavras gato, gata e pato têm frequências 4, 3 e 2, respectivamente. Quais os dois "
        "primeiros merges do BPE?",
        '"gato" aparece quatro vezes, "gata" aparece três vezes e "pato" aparece duas vezes. '
        "Treine o BPE por 2 iterações.",
        "| palavra | frequência |\n|---|---|\n| gato | 4 |\n| gata | 3 |\n| pato | 2 |\n\n"
        "Treine o BPE até obter dois merges.",
        "gato(4) gata(3) pato(2) >> bpe do zero, 2 merges",
        "bpe, counts = Counter({'gato': 4, 'gata': 3, 'pato': 2}); num_merges = 2. merges?",
        "Train BPE for two merges on the words gato 4, gata 3, pato 2.",
    ],
)
def test_ways_of_writing_words_with_counts(text: str) -> None:
    assert value(text) == [["a", "t"], ["g", "at"]]


_CORPUS = "Treine o BPE com o corpus hug: 10, pug: 5, pun: 12, bun: 4, hugs: 5. "


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Quais os 3 primeiros merges?", [["u", "g"], ["u", "n"], ["h", "ug"]]),
        ("Qual é o segundo merge?", ["u", "n"]),
        ("Faça 3 merges. Qual é o último merge?", ["h", "ug"]),
        ("Quantas vezes o par mais frequente aparece?", 20),
        ("Qual o primeiro par e quantas vezes ele aparece?", {"par": ["u", "g"], "contagem": 20}),
        ("Em 2 merges, com quantas ocorrências cada par foi escolhido?", [20, 16]),
        ("Com 3 fusões, que tokens novos entram no vocabulário?", ["ug", "un", "hug"]),
        ("Com 2 merges, qual o símbolo criado por último?", "un"),
        ('Quantos merges são precisos para "hug" virar um único token?', 3),
        ("Treine até o vocabulário ter 9 símbolos.", [["u", "g"], ["u", "n"]]),
        ("Após 3 merges, qual o tamanho do vocabulário?", 10),
        ("Com 3 merges, como fica a palavra nova 'bug'?", ["b", "ug"]),
        ("Com 2 merges, quantos tokens tem a palavra nova 'hugun'?", 3),
        ("Qual a contagem inicial do par (p, u)?", 17),
        ("Qual a contagem do par (h, ug) depois de fundir (u, g)?", 15),
        (
            "Depois de 3 merges, como fica cada uma das palavras?",
            {"hug": ["hug"], "pug": ["p", "ug"], "pun": ["p", "un"], "bun": ["b", "un"],
             "hugs": ["hug", "s"]},
        ),
    ],
)  # fmt: skip
def test_what_is_asked(question: str, expected: object) -> None:
    assert value(_CORPUS + question) == expected


def test_end_of_word_symbol_only_where_wanted() -> None:
    words = "sol: 8, solo: 3, rol: 2. "
    assert value(f"Treine o BPE com 3 merges: {words}Sem símbolo de fim de palavra.")[2] == [
        "sol",
        "o",
    ]
    assert value(f"Treine o BPE com 3 merges: {words}Use </w> no fim das palavras.")[2] == [
        "sol",
        "</w>",
    ]
    marked = 'Treine o BPE com 3 merges: "sol_" 8 vezes, "solo_" 3 vezes, "rol_" 2 vezes.'
    assert value(marked)[2] == ["sol", "_"]


@pytest.mark.parametrize(
    "text",
    [
        "Treine BPE com 2 merges: palavras vela, velas, leva; frequências 5, 3.",
        "Treine BPE com 2 merges: vela (5), velas, leva (1).",
        "corpus: vela 5, velas, leva 1. acha os dois primeiros merges",
        "Treine BPE com 2 merges: vela: 5, velas: -3, leva: 1.",
        "Treine BPE com 2 merges: vela: 5, velas: 2,5, leva: 1.",
        '"vela" aparece 5 vezes, "leva" aparece algumas vezes. Treine um BPE de 1 merge.',
    ],
)
def test_counts_that_are_no_counts_are_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Um BPE parte de 90 caracteres e faz 1 500 merges. Tamanho do vocabulário?", 1590),
        ("Quantos merges faz um BPE de vocabulário com 8000 tokens e 150 caracteres?", 7850),
        ("BPE de bytes com 1000 merges e 2 tokens especiais: tamanho do vocabulário?", 1258),
    ],
)
def test_size_of_the_vocabulary(text: str, expected: int) -> None:
    assert value(text) == expected
