"""Classification metrics and vector similarity against scikit-learn and SciPy."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from tests.solver.test_validation import solved, value
from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver import solve


def test_counts_against_sklearn() -> None:
    from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

    random = Random(1)
    layouts = (
        "VP = {tp}, FP = {fp}, FN = {fn}, VN = {tn}: calcule as métricas",
        "tp {tp} fp {fp} fn {fn} tn {tn} calcule as metricas",
        "{tp} verdadeiros positivos, {fp} falsos positivos, {fn} falsos negativos e {tn} "
        "verdadeiros "
        "negativos. Quais são a acurácia, a precisão, a revocação e o F1?",
        "tn, fp, fn, tp = {tn}, {fp}, {fn}, {tp}. calcule acurácia, precision, recall e f1",
    )
    for _ in range(100):
        cells = {name: random.randint(0, 60) for name in ("tp", "fp", "fn", "tn")}
        if not sum(cells.values()):
            continue
        true = [1] * (cells["tp"] + cells["fn"]) + [0] * (cells["fp"] + cells["tn"])
        predicted = [1] * cells["tp"] + [0] * cells["fn"] + [1] * cells["fp"] + [0] * cells["tn"]
        expected = {
            "accuracy": accuracy_score(true, predicted),
            "precision": precision_score(true, predicted, zero_division=0),
            "recall": recall_score(true, predicted, zero_division=0),
            "f1": f1_score(true, predicted, zero_division=0),
        }
        for layout in layouts:
            got = value(layout.format(**cells))
            assert got == pytest.approx(expected), layout


def test_matrices_and_labels_against_sklearn() -> None:
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

    random = Random(2)
    for _ in range(100):
        classes = ["A", "B", "C", "D"][: random.choice([3, 4])]
        true = classes + [random.choice(classes) for _ in range(random.randint(5, 20))]
        predicted = [c if random.random() < 0.6 else random.choice(classes) for c in true]
        matrix = confusion_matrix(true, predicted, labels=classes).tolist()
        text = f"y_true = [{', '.join(true)}], y_pred = [{', '.join(predicted)}]. Calcule "
        typed = f"matriz de confusão {matrix} (linhas = verdadeiras), calcule "
        for name, average in (("macro", "macro"), ("micro", "micro"), ("ponderado", "weighted")):
            p, r, f, _ = precision_recall_fscore_support(
                true, predicted, labels=classes, average=average, zero_division=0
            )
            for metric, expected in (("precisão", p), ("recall", r), ("F1", f)):
                assert value(f"{text}o {metric} {name}") == pytest.approx(expected)
                assert value(f"{typed}o {metric} {name}") == pytest.approx(expected)
        assert value(f"{text}a acurácia") == pytest.approx(accuracy_score(true, predicted))
        p, _, _, _ = precision_recall_fscore_support(
            true, predicted, labels=classes, zero_division=0
        )
        assert value(f"{text}a precisão da classe B") == pytest.approx(p[1])


def test_f_scores_against_sklearn() -> None:
    from sklearn.metrics import fbeta_score, precision_score, recall_score

    random = Random(3)
    for _ in range(50):
        true = [1, 0, *(random.randint(0, 1) for _ in range(20))]
        predicted = [1, 0, *(random.randint(0, 1) for _ in range(20))]
        p, r = precision_score(true, predicted), recall_score(true, predicted)
        text = f"precisão {p:.12f} e recall {r:.12f}, calcule o "
        assert value(text + "F1") == pytest.approx(fbeta_score(true, predicted, beta=1))
        assert value(text + "F2") == pytest.approx(fbeta_score(true, predicted, beta=2))


def test_similarity_against_scipy() -> None:
    from scipy.spatial import distance

    random = Random(4)
    for _ in range(100):
        size = random.randint(2, 6)
        a, b = ([round(random.uniform(-3, 3), 2) for _ in range(size)] for _ in range(2))
        comma = [" ; ".join(str(x).replace(".", ",") for x in vector) for vector in (a, b)]
        for x, y in ((str(a), str(b)), (f"[{comma[0]}]", f"[{comma[1]}]")):
            pair = f"a = {x} e b = {y}"
            assert value(f"similaridade de cosseno: {pair}") == pytest.approx(
                1 - distance.cosine(a, b)
            )
            assert value(f"distância euclidiana de {pair}") == pytest.approx(
                distance.euclidean(a, b)
            )
            assert value(f"produto escalar entre {pair}") == pytest.approx(float(np.dot(a, b)))


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("TP=50, FP=10, FN=5, TN=35, calcule a precisão", "e se FP=50?"), 0.5),
        (("TP=50, FP=10, FN=5, TN=35, calcule a precisão", "e o recall?"), 50 / 55),
        (("TP=50, FP=10, FN=5, TN=35, calcule a precisão", "e o recall?", "e se FN=20?"), 50 / 70),
        (("verdadeiros positivos: 8; falsos positivos: 2; qual a "
          "precisão?", "e o recall?", "FN = 4"),
         8 / 12),
        (("calcule a acurácia", "VP=1 FP=2 FN=3 VN=4"), 0.5),
        (("matriz de confusão [[50,10],[5,35]] qual a acurácia?",), 0.85),
        (("matriz de confusão [[50,10],[5,35]] qual a acurácia?", "e a precisão?"), 50 / 55),
        (("confusion_matrix(y_true, y_pred) = [[90, 5],[3, 2]], what is the recall?",), 0.4),
        (("reais: gato, gato, cachorro, cachorro; previstos: gato, cachorro, cachorro, cachorro. "
          "Qual o recall da classe gato?",), 0.5),
        (("o modelo acertou 85 de 100 exemplos, qual a acurácia?",), 0.85),
        (("temos 100 exemplos, VP=40, FP=10, FN=5, qual a acurácia?",), 0.85),
        (("De 100 e-mails, 40 são spam. O modelo marcou 35 como spam, dos quais 30 eram mesmo "
          "spam. "
          "Calcule a precisão",), 30 / 35),
        (("especificidade com VN=80 e FP=20",), 0.8),
        (("precisão de 90% e revocação de 50%. calcule o f1",), 0.9 / 1.4),
        (("cosseno entre [1,2,3] e [4,5,6]", "e a distância euclidiana?"), 27**0.5),
        (("produto escalar entre [1,2,3] e [4,5,6]", "e se b = [1;0;0]?"), 1),
    ],
)  # fmt: skip
def test_free_text(turns: tuple[str, ...], expected: Json) -> None:
    assert value(*turns) == pytest.approx(expected)


def test_remarks_name_the_mistake() -> None:
    swapped = solved("VP=50, FP=10, FN=5, VN=35. A precisão deu 0,9091, certo?")
    assert "revocação" in swapped.remarks[0] and "não está certo" in swapped.remarks[0]
    mean = solved("precisão 0,9 e recall 0,5, qual o F1? deu 0,7")
    assert "média aritmética" in mean.remarks[0]
    dot = solved("cosseno entre (1, 0) e (1, 1) deu 1, certo?")
    assert "normas" in dot.remarks[0]
    assert "está certo" in solved("VP=50, FP=10: precisão? deu 0,83 aqui").remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "o que é precisão?",
        "qual a diferença entre precisão e recall?",
        "como calcular o F1?",
        "explique a matriz de confusão",
        "quando usar F1 em vez de acurácia?",
        "por que acurácia de 99% pode ser ruim?",
        "o que é similaridade de cosseno?",
    ],
)
def test_conceptual(text: str) -> None:
    assert solve(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cosseno entre [0,0] e [1,2]", "nulo"),
        ("cosseno entre [1,2,3] e [1,2]", "tamanhos diferentes"),
        ("matriz de confusão [[50,-10],[5,35]] acurácia", "não negativos"),
        ("y_true=[1,0,1], y_pred=[1,0]; qual a acurácia?", "mesmo tamanho"),
        ("calcule o produto escalar de [1e200,1] e [1e200,1]", "finito"),
    ],
)
def test_wrong_data(text: str, message: str) -> None:
    with pytest.raises(SolverError, match=message):
        solve(text)


def test_missing_data_names_it() -> None:
    with pytest.raises(MissingData, match=r"Falta FN\."):
        solve("calcule a revocação com VP=10 e FP=3")
