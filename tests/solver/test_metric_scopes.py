"""Metrics by class and average, data of classifiers in other layouts, sizes of folds and parts."""

from __future__ import annotations

import pytest

from tests.solver.test_validation import value
from tutor.errors import SolverError
from tutor.solver import solve
from tutor.solver.fields import Statement
from tutor.solver.metric_scopes import uniform, wants_of


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        (
            "a precisão de cada classe, o F1 macro e a acurácia",
            [("precision", "each"), ("f1", "macro"), ("accuracy", "")],
        ),
        ("precisão por classe e a macro", [("precision", "each"), ("precision", "macro")]),
        ("calcule precisão, recall e F1 ponderado",
         [("precision", "weighted"), ("recall", "weighted"), ("f1", "weighted")]),
        ("a média macro da precisão e a média micro do recall",
         [("precision", "macro"), ("recall", "micro")]),
        ("recall da classe gato e precisão de cão",
         [("recall", "class gato"), ("precision", "class cão")]),
        ("acurácia e F1", [("accuracy", ""), ("f1", "")]),
    ],
)  # fmt: skip
def test_each_metric_has_its_own_scope(text: str, wants: list[tuple[str, str]]) -> None:
    assert wants_of(Statement(text), ["gato", "cão"]) == wants


def test_one_average_of_all_metrics_is_uniform() -> None:
    assert uniform([("accuracy", ""), ("f1", "macro"), ("recall", "macro")])
    assert not uniform([("precision", "macro"), ("recall", "micro")])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Contagens por classe (VP, FP, FN): rio (20, 5, 5), mar (10, 10, 2). Dê a precisão "
            "micro e a precisão macro.",
            {"micro": 30 / 45, "macro": 0.65},
        ),
        (
            "Classe sol: VP = 6, FP = 2, FN = 2; classe lua: VP = 9, FP = 1, FN = 3. Qual o recall "
            "macro?",
            0.75,
        ),
        (
            "classe X com 9 VP e 1 FP, classe Y com 3 VP e 5 FP. Qual é a precisão macro?",
            (0.9 + 3 / 8) / 2,
        ),
        (
            "verdadeiro e previsto, um por linha:\nuva -> uva\nuva -> pera\npera -> pera\n"
            "kiwi -> kiwi\nQual o recall de cada classe?",
            {"kiwi": 1.0, "pera": 1.0, "uva": 0.5},
        ),
        (
            "Limiar 0,6. Probabilidades: 0,9 0,55 0,6 0,1. Rótulos: 1 1 0 0. Quantos VP, FP, FN e "
            "VN?",
            {"VP": 1, "FP": 1, "FN": 1, "VN": 1},
        ),
        (
            "30 doentes com teste positivo, 10 doentes com teste negativo, 6 sadios com teste "
            "positivo e 54 sadios com teste negativo. Qual a precisão?",
            30 / 36,
        ),
        ("80 sadios e 20 doentes, e o modelo diz sempre sadio. Qual é a acurácia?", 0.8),
        ("O F1 é 0,6 e a precisão é 0,5. Qual é o recall?", 0.75),
        ("Acertou 45 de 60. Qual a acurácia e a taxa de erro?", {"acuracia": 0.75, "erro": 0.25}),
        (
            "y_true = [1, 0, 1, 1], y_pred = [1, 0, 0, 1]. Monte a matriz de confusão na ordem 0, "
            "1 e dê a acurácia.",
            {"matriz": [[1, 0], [1, 2]], "accuracy": 0.75},
        ),
    ],
)
def test_data_of_classifiers_in_other_layouts(text: str, expected: object) -> None:
    got = value(text)
    if isinstance(expected, dict) and "matriz" not in expected:
        assert got == {key: pytest.approx(x) for key, x in expected.items()}
    elif isinstance(expected, float):
        assert got == pytest.approx(expected)
    else:
        assert got == expected


@pytest.mark.parametrize(
    "text",
    [
        "VP = 0 e FP = 0. Qual é a precisão?",
        "A acurácia deu 1,0 com VP=30, FN=4, FP=2, VN=64. Calcule as demais métricas.",
        "O F1 é 0,9 e o recall é 0,4. Qual é a precisão?",
        "grid search com 5 folds e vários valores de C: quantos treinos?",
    ],
)
def test_what_cannot_be_is_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Com mil duzentas e quarenta amostras em oito folds, quantas ficam em cada fold?", 155),
        (
            "Tenho 180 plantas e faço validação cruzada com 6 partes: quantas plantas ficam no "
            "treino e quantas na validação?",
            {"train": 150, "test": 30},
        ),
        ("Cada treino leva 20 minutos. Em 6-fold com 3 configurações, sem refit, quantas horas "
         "dura tudo?", 6.0),
        (
            "Das 900 amostras, 2/3 vão pro treino, 1/6 para validação e o restante para teste. "
            "Quantas em cada parte?",
            {"train": 600, "validation": 150, "test": 150},
        ),
        (
            "Separei 20% dos 1000 exemplos para teste e depois 25% do que sobrou para validação. "
            "Quantos ficaram para treino, validação e teste?",
            {"train": 600, "validation": 200, "test": 200},
        ),
        ("GridSearchCV de 4 folds com C em [0.1, 1, 10] e três kernels, sem refit: quantos "
         "modelos treina?", 36),
    ],
)  # fmt: skip
def test_sizes_of_folds_and_parts(text: str, expected: object) -> None:
    assert value(text) == expected
