"""Cross-validation, split sizes and fold scores against scikit-learn and the statistics module."""

from __future__ import annotations

import statistics
from random import Random

import numpy as np
import pytest

from tutor.errors import MissingData, SolverError
from tutor.records import Json, Problem, Solution
from tutor.solver import solve


def solved(text: str, previous: Problem | None = None) -> Solution:
    solution = solve(text, previous)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), solution.checks
    return solution


def value(*turns: str) -> Json:
    """The value after the last turn of a conversation."""
    previous: Problem | None = None
    result: Json = None
    for turn in turns:
        try:
            solution = solved(turn, previous)
        except MissingData as error:
            assert isinstance(error.problem, Problem)
            previous = error.problem
            continue
        previous, result = solution.problem, solution.value
    return result


def test_fold_sizes_against_sklearn() -> None:
    from sklearn.model_selection import KFold, LeaveOneOut, LeavePOut, RepeatedKFold

    random = Random(1)
    for _ in range(150):
        n, k = random.randint(20, 400), random.randint(2, 15)
        folds = list(KFold(k).split(np.zeros(n)))
        test = [len(b) for _, b in folds]
        train = [len(a) for a, _ in folds]
        got = value(f"{n} exemplos em {k}-fold: qual o tamanho do treino e do teste?")
        expected: dict[str, Json] = {
            "train": train[0] if len(set(train)) == 1 else list(train),
            "test": test[0] if len(set(test)) == 1 else list(test),
        }
        assert got == expected
        repeats = random.randint(2, 6)
        fits = RepeatedKFold(n_splits=k, n_repeats=repeats).get_n_splits()
        assert value(f"quantos modelos treina um {k}-fold repetido {repeats} vezes?") == fits
        loo = LeaveOneOut().get_n_splits(np.zeros(n))
        assert value(f"com {n} amostras e leave-one-out, quantos treinamentos?") == loo
    pairs = LeavePOut(2).get_n_splits(np.zeros(30))
    assert value("leave-2-out com 30 exemplos, quantos treinos?") == pairs


def test_grid_search_against_sklearn() -> None:
    from sklearn.model_selection import KFold, ParameterGrid

    random = Random(2)
    for _ in range(50):
        outer, inner, a, b = (random.randint(2, 9) for _ in range(4))
        grid = len(ParameterGrid({"lr": list(range(a)), "dropout": list(range(b))}))
        fits = sum(grid * KFold(inner).get_n_splits() for _ in range(KFold(outer).get_n_splits()))
        text = (
            f"nested cv com {outer} folds externos e {inner} internos, {a} valores de lr e {b} "
            f"valores "
            "de dropout: quantos modelos são treinados?"
        )
        assert value(text) == fits
        assert value(text + " Conte também o refit.") == fits + outer


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("Quantos modelos são treinados em um 10-fold?",), 10),
        (("Quantos modelos são treinados em um 10-fold?", "e com k=5?"), 5),
        (("quantos treinos em 10-fold?", "e com leave-one-out com 150 exemplos?"), 150),
        (("validação cruzada aninhada com 5 folds externos, quantos treinamentos?", "3"), 15),
        (("loop externo com 5 folds e interno com 3 e 4 configurações, quantos treinos?",), 60),
        (("quantos treinos em nested 5x2 com 6 configurações",), 60),
        (("k-fold com 100 exemplos, quantos exemplos por fold?", "cinco"), 20),
        (("GridSearchCV, C=[0.1,1,10], gamma=[0.01,0.1], cv=5: quantos fits?",), 30),
        (("cada treino leva 2 minutos, quanto tempo leva um 10-fold?",), 20),
        (("em 10-fold, qual a porcentagem dos dados usada para treino?",), 90),
        (("1000 exemplos, 20% para teste e 5-fold no restante. quantos exemplos de treino por "
          "fold?",),
         640),
        (("LOO com 10 mil exemplos, quantos treinos?",), 10_000),
        (("How many models are trained in 5-fold cross-validation with 200 samples?",), 5),
        (("1000 exemplos em 70/15/15, quantos no teste?",), 150),
        (("1000 exemplos em 70/15/15, quantos no teste?", "e com 1500?"), 225),
        (("separo 80% pra treino e o resto pra teste, 250 imagens. quantas imagens no "
          "teste?",), 50),
        (("Divida um dataset em 80/20", "1200 exemplos"), {"train": 960, "test": 240}),
    ],
)  # fmt: skip
def test_free_text(turns: tuple[str, ...], expected: Json) -> None:
    assert value(*turns) == expected


def test_split_sizes() -> None:
    from sklearn.model_selection import train_test_split

    random = Random(3)
    for _ in range(100):
        n, percent = random.randint(10, 2000), random.randint(5, 45)
        train, test = train_test_split(np.zeros(n), test_size=percent / 100)
        got = value(
            f"train_test_split com test_size=0.{percent:02d} em {n} amostras, quais os tamanhos?"
        )
        assert got == {"train": len(train), "test": len(test)}
        parts = value(f"divida {n} exemplos em 70% treino, 15% validação e 15% teste")
        assert isinstance(parts, dict)
        assert sum(int(x) for x in parts.values() if isinstance(x, int)) == n
        for name, share in (("train", 0.7), ("validation", 0.15), ("test", 0.15)):
            size = parts[name]
            assert isinstance(size, int) and abs(size - share * n) < 1


def test_fold_statistics() -> None:
    random = Random(4)
    for _ in range(100):
        scores = [round(random.uniform(0.5, 0.99), 3) for _ in range(random.randint(3, 10))]
        typed = "; ".join(str(x).replace(".", ",") for x in scores)
        got = value(f"As acurácias dos folds foram {typed}. Qual a média e o desvio padrão?")
        assert isinstance(got, dict)
        assert got["mean"] == pytest.approx(statistics.fmean(scores))
        assert got["std"] == pytest.approx(statistics.stdev(scores))
        population = value(f"folds: [{typed}], calcule o desvio padrão populacional")
        assert population == pytest.approx(statistics.pstdev(scores))


def test_remarks() -> None:
    wrong = solved("Com 150 exemplos e leave-one-out, quantos modelos? achei 149, certo?")
    assert "não está certo" in wrong.remarks[0]
    problem = solved(
        "nested com 5 folds externos, 3 internos e 4 combinações, quantos treinos?"
    ).problem
    assert "está certo contando também 5 retreinos" in solved("deu 65, certo?", problem).remarks[0]
    other = solved("folds deram 80, 85 e 90; calcule o desvio padrão. deu 4,08, tá certo?")
    assert "populacional" in other.remarks[0] and other.value == pytest.approx(5)


@pytest.mark.parametrize(
    "text",
    [
        "o que é k-fold?",
        "explique k-fold com k=5",
        "Explique como transformar validação cruzada em leave-one-out.",
        "qual a vantagem do leave-one-out em relação ao 10-fold?",
        "Com 150 exemplos e k=10, o k-fold é melhor que o leave-one-out?",
        "explique como fazer nested cross-validation",
        "por que dividir 70/30?",
        "qual a diferença entre validação e teste?",
    ],
)
def test_conceptual(text: str) -> None:
    assert solve(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("k-fold com 10 exemplos e k=20, quantos treinos?", "20 folds com 10"),
        ("divida 100 exemplos em 70% treino e 50% teste", "somam 120%"),
        ("leave-one-out, qual o tamanho do treino em 1 exemplo?", "menos"),
    ],
)
def test_wrong_data(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


def test_missing_data_names_it() -> None:
    with pytest.raises(MissingData, match="folds internos"):
        solve("validação aninhada com 5 folds externos: quantos treinos?")
    with pytest.raises(MissingData, match="número de exemplos"):
        solve("em 5-fold, quantos exemplos ficam no treino?")
