"""What may be asked of a BPE or WordPiece tokenization, and how words and pieces are given."""

from __future__ import annotations

import pytest

from tests.solver.test_tokenization import value
from tutor.errors import SolverError
from tutor.solver import solve

_PIECES = "WordPiece com o vocabulário {o, jog, joga, ##ador, ##dor, ##a, ##s}. "
_MERGES = "BPE com os merges (c,a), (ca,s), (a,s), (cas,a). "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (_PIECES + 'Qual o segundo token de "jogador"?', "##dor"),
        (_PIECES + 'Qual o último token de "jogas"?', "##s"),
        (_PIECES + 'Quantos tokens, ao todo, dão "jogador" e "jogas"?', 4),
        (_PIECES + "Das palavras joga, jogos e bola, quantas viram [UNK]?", 2),
        (_PIECES + "Quais das palavras joga, jogos e bola viram [UNK]?", ["jogos", "bola"]),
        (_PIECES + "Tokenize joga e jogas.", {"joga": ["joga"], "jogas": ["joga", "##s"]}),
        (
            _PIECES + 'Qual a sequência de tokens da frase "o jogador joga"?',
            ["o", "joga", "##dor", "joga"],
        ),
        (
            _PIECES + 'Tokenize a frase "o jogador" e acrescente [CLS] e [SEP].',
            ["[CLS]", "o", "joga", "##dor", "[SEP]"],
        ),
        (_PIECES + 'Tokenize "jogá" e não remova os acentos.', ["[UNK]"]),
        (_MERGES + 'Como está "casas" depois do segundo merge?', ["cas", "a", "s"]),
        (_MERGES + 'Como está "casas" antes do segundo merge?', ["ca", "s", "a", "s"]),
        (_MERGES + 'Quantos merges são aplicados em "casas"?', 3),
        (_MERGES + 'Quais merges são usados em "asas"?', [["a", "s"]]),
        (
            _MERGES + 'Qual a sequência completa da frase "casas caras"?',
            ["cas", "as", "ca", "r", "as"],
        ),
        ('No BPE, (a, s) tem prioridade 2 e (c, a) tem prioridade 1. Tokenize "cas".', ["ca", "s"]),
        ('BPE de dígitos com os merges "3 1 -> 31", "31 4 -> 314". Tokenize 31431.', ["314", "31"]),
        (_PIECES + "Qual das palavras jogador e jogadoras gera menos tokens?", "jogador"),
        (
            "Se eu tirar o merge (ca, s) da lista (c,a), (ca,s), (a,s), como fica casas no BPE?",
            ["ca", "s", "as"],
        ),
        (
            'Com os merges c a; ca s, qual o resultado do BPE em "casa" e "caso"?',
            {"casa": ["cas", "a"], "caso": ["cas", "o"]},
        ),
        (
            "peças:\nmal\n##inha\n##a\npalavras:\nmalinha\nmala\nUse o WordPiece.",
            {"malinha": ["mal", "##inha"], "mala": ["mal", "##a"]},
        ),
        (
            'As peças iniciais são "mal" e "bol"; as de continuação (com ##) são "inha" e "a". '
            'Tokenize "bolinha" com o WordPiece.',
            ["bol", "##inha"],
        ),
        (
            'Um amigo tokenizou "malas" como [mal, ##as] com o vocabulário WordPiece mal, mala, '
            "##a, ##as, ##s. Qual a saída correta?",
            ["mala", "##s"],
        ),
    ],
)
def test_results_asked(text: str, expected: object) -> None:
    assert value(text) == expected


def test_remark_on_proposed_tokens() -> None:
    solution = solve(_MERGES + 'Meu colega disse que "casas" dá [ca, sas]. Está certo?')
    assert solution is not None
    assert solution.value == ["cas", "as"]
    assert "não está certa" in solution.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        'BPE: (a, b) tem rank 1 e (b, c) tem rank 1. Tokenize "abc".',
        _MERGES + 'Como fica "casas" depois do sétimo merge?',
        _PIECES + 'Qual o quinto token de "jogador"?',
        'Tokenize "malha" com o WordPiece; o vocabulário tem 20 mil entradas, entre elas "mal".',
        "Com o vocabulário WordPiece [UNK], ma, ##la, ##s, qual a tokenização?",
    ],
)
def test_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
