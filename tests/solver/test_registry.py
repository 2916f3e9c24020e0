"""What every family owes: exercises that parse back, None for concepts, no crash, speed."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from tutor.errors import SolverError
from tutor.records import Check, Json, Problem, Solution
from tutor.solver import exercise, families, registry, solve
from tutor.solver.inputs import Inputs

KINDS = [family.kind for family in families()]


def same(one: Json, other: Json) -> bool:
    """Equal, numbers but for rounding."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return one == pytest.approx(other)
    return one == other


@pytest.mark.parametrize("kind", KINDS)
def test_exercises_parse_back(kind: str) -> None:
    for seed in range(25):
        made = exercise(kind, seed)
        assert made.solution.problem.kind == kind
        assert all(check.passed for check in made.solution.checks), made
        solution = solve(made.statement)
        assert solution is not None, made.statement
        assert solution.problem.kind == kind, made.statement
        assert same(solution.value, made.solution.value), made.statement
        assert solution.result and solution.steps and solution.topic
        assert exercise(kind, seed) == made


def test_unknown_kind() -> None:
    with pytest.raises(SolverError, match="Não conheço"):
        exercise("nada", 1)


@pytest.mark.parametrize(
    "text",
    [
        "o que é entropia cruzada?",
        "explique o Adam",
        "questão 25",
        "resolve a questão 2",
        "me explica a 13b",
        "Qual é a função da multiplicação da Query vezes Key na self-attention do transformer?",
        "Explique porque não é necessário aplicar softmax na última camada da rede antes de "
        "calcular cross-entropy.",
        "13. (a) Como deve ser o setup da última camada da rede ao utilizar cross-entropy com as "
        "classes positivo, neutro e negativo?",
        "por que a entropia cruzada começa em 0,69 com 2 classes?",
        "como calcular a entropia cruzada?",
        "O que acontece com palavras pouco frequentes no tokenizador WordPiece?",
        "qual a diferença entre BPE e WordPiece?",
        "por que dividir por raiz de d_k = 64?",
        "O que é Value na self-attention do transformer?",
        "qual a derivada da sigmoid?",
        "por que a relu é melhor que a sigmoid?",
        "quando usar BERT em vez do GPT-2?",
        "oi, tudo bem?",
        "obrigado!",
        "",
        "   ",
        "???",
    ],
)
def test_conceptual_is_not_mine(text: str) -> None:
    assert solve(text) is None


def test_too_long() -> None:
    with pytest.raises(SolverError, match="longo demais"):
        solve("calcule a softmax de " + "1 " * 50_000)
    assert solve("explique " * 5_000) is None


_PIECE_WORDS = r"""
    calcule a entropia cruzada softmax de [ ] ( ) { } ; , . 0,5 1 -2 1e999 nan inf 1/0 ## 'a' :
    -> classe ford primeira índice 3 logits probabilidades y p z = q k v [[1,2],[3,4]] [1,2;3]
    Q= K= V= máscara causal bpe merges ('a','b') wordpiece vocabulário palavra tokenize treine
    sigmoid tanh relu derivada em perplexidade loss e se agora com deu certo? % 10^400 1×10^-3 ٣
    ² ½ \frac{1}{2} \begin{bmatrix} & \\ \end{bmatrix} | --- − 2ª três 3x3 [UNK] tokens linha
    1.2.3 neurônio pesos w x bias d_k=0 temperatura 0 soma média log2 [[]] anterior multiplique
    adam beta1 passos gradiente taxa kernel stride padding folds acurácia matriz confusão
"""
_PIECES = [*_PIECE_WORDS.split(), "\n"]


def _mutated(random: Random, statement: str) -> str:
    text = list(statement)
    for _ in range(random.randint(0, 6)):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.5:
            text.insert(at, random.choice(_PIECES))
        else:
            del text[at : at + random.randint(1, 8)]
    return "".join(text)


def test_fuzz() -> None:
    """Whatever is typed: a solution, None or a Portuguese error, never another exception."""
    random = Random(2024)
    statements = [exercise(kind, seed).statement for kind in KINDS for seed in range(3)]
    previous: Problem | None = None
    for _ in range(3000):
        if random.random() < 0.5:
            text = " ".join(random.choice(_PIECES) for _ in range(random.randint(1, 25)))
        else:
            text = _mutated(random, random.choice(statements))
        try:
            solution = solve(text, previous if random.random() < 0.5 else None)
        except SolverError as error:
            assert str(error)
            problem = getattr(error, "problem", None)
            previous = problem if isinstance(problem, Problem) else previous
        else:
            previous = solution.problem if solution is not None else previous


def test_fresh_process_is_light() -> None:
    code = (
        "import sys, tutor.solver as s; s.solve('softmax de [1; 2; 3]'); "
        "heavy = {'torch', 'scipy', 'transformers', 'sklearn', 'tokenizers'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert time.perf_counter() - start < 5  # the limit of half a second is measured unloaded


def test_failed_check_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    family = registry.family_of("softmax")
    assert family is not None
    wrong = Check("Conferência", False, "não bate")

    def broken(inputs: Inputs) -> Solution:
        return replace(family.solve(inputs), checks=(wrong,))

    patched = tuple(
        replace(each, solve=broken) if each.kind == "softmax" else each for each in families()
    )
    monkeypatch.setattr(registry, "families", lambda: patched)
    with pytest.raises(SolverError, match="conferência falhou"):
        solve("softmax de [1; 2; 3]")


def test_named_values_get_a_remark() -> None:
    solution = solve("acurácias dos folds [0,8; 0,9]: média e desvio? meu resultado deu 0,85")
    assert solution is not None and "confere com um dos valores" in solution.remarks[0]


@pytest.mark.parametrize(
    "word", ["a=1 ", "[1,2] ", '"a" ', "c+o ", "##a ", "1 pra a ", "softmax 0,5 "]
)
def test_long_texts_are_quick(word: str) -> None:
    start = time.process_time()
    for text in (word * (3_900 // len(word)), word * (19_900 // len(word))):
        with suppress(SolverError):
            solve(text)
    assert time.process_time() - start < 1.5  # the goal of 100 ms is measured unloaded
