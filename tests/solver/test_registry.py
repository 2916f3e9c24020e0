"""What every family owes: exercises that parse back, None for concepts, no crash, speed."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from eval.bench.fuzz import fuzz
from eval.bench.hostile import hostile_texts, long_texts
from tutor.errors import SolverError
from tutor.records import Check, Json, Solution
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


def test_fuzz() -> None:
    """Whatever is typed: a solution, None or a Portuguese error, never another exception."""
    report = fuzz(hostile_texts(2024, 2_000), seed=2024)
    assert not report.crashes, report.crashes[0]
    assert sum(report.outcomes.values()) == 2_000
    # The messages are not all rubbish: every outcome occurs.
    assert all(report.outcomes[each] > 20 for each in ("computed", "asked", "flagged", "none"))


def test_hostile_texts_are_the_same_for_a_seed() -> None:
    assert list(hostile_texts(7, 50)) == list(hostile_texts(7, 50))
    assert list(hostile_texts(7, 50)) != list(hostile_texts(8, 50))


def test_fresh_process_is_light() -> None:
    """No heavy library is imported for an answer, neither by the solver nor by the command."""
    heavy = (
        "{'torch', 'scipy', 'transformers', 'sentence_transformers', 'sklearn', 'tokenizers', "
        "'gradio', 'faiss'}"
    )
    for code in (
        "import sys, tutor.solver as s; s.solve('softmax de [1; 2; 3]'); ",
        "import sys; from tutor.cli import main; main(['solve', 'softmax de [1; 2; 3]']); ",
    ):
        check = f"found = {heavy} & set(sys.modules); assert not found, found"
        subprocess.run([sys.executable, "-c", code + check], check=True, capture_output=True)


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


def test_the_longest_texts_are_answered_or_refused() -> None:
    """No other exception; how long they take is printed by the benchmark."""
    report = fuzz(long_texts())
    assert not report.crashes, report.crashes[0]
    assert report.outcomes["flagged"] > 10


@pytest.mark.parametrize("place", ["begin", "end"])
def test_a_long_message_with_an_exercise_is_told_so(place: str) -> None:
    padding = "A rede neural do enunciado foi treinada com muitos dados de imagens. " * 80
    order = "Calcule a softmax dos logits [1; 2; 3]."
    with pytest.raises(SolverError, match="longa demais"):
        solve(order + padding if place == "begin" else padding + order)
    assert solve(padding) is None


def test_a_bare_number_says_what_it_replaced() -> None:
    first = solve("d_model = 512 e 8 cabeças, qual o d_k?")
    assert first is not None and first.value == 64
    then = solve("e com 16?", first.problem)
    assert then is not None and then.value == 32
    assert "Troquei 8 por 16." in then.assumptions
