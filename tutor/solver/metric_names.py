"""What students call the metrics of a classifier and the cells of its confusion matrix."""

from __future__ import annotations

import re

from tutor.solver.fields import Statement

KIND = "classification_metrics"
ASKED = {
    "accuracy": r"acuraci\w*|accurac\w+|accuracy_score|acc|acur|"
    r"acerto global|taxa de acertos?|taxa de erros?|"
    r"error rate",
    "precision": r"precis(?:ao|oes)|precision(?:_score)?|prec|valor preditivo positivo|vpp|ppv",
    "recall": r"recalls?(?:_score)?|revocac(?:ao|oes)|sensibilidades?|sensitivity|cobertura|"
    r"abrangencia|rev|rec|"
    r"taxa de verdadeiros positivos|tpr|tvp",
    "specificity": r"especificidades?|specificity|tnr|taxa de verdadeiros negativos",
    "fpr": r"taxa de falsos? positivos?|fpr|false positive rate",
    "f1": r"f[ -_]?1(?:[ _-]?(?:score|measure))?|f[ -]?score|f[ -]?measure|medida[ -]f\w*|media "
    r"harmonica",
}
NAMES = {
    "accuracy": "acurácia", "precision": "precisão", "recall": "revocação", "f1": "F1",
    "specificity": "especificidade", "fpr": "taxa de falsos positivos",
}  # fmt: skip
ALL = r"todas|tudo|m[ei]tricas|classification_report|metrics"
CONFUSION = r"matriz(?:es)? de confus\w+|confusion[ _]matrix|tabela de contingencia"
AVERAGES = {
    "macro": r"macro\w*",
    "micro": r"micro\w*",
    "weighted": r"weighted|ponderad\w+|media ponderada",
}
CELLS = {
    "tp": r"tps?|vps?|true positives?|verdadeir[oa]s?[ -]positiv[oa]s?|positiv[oa]s? "
    r"verdadeir[oa]s?",
    "fp": r"fps?|false positives?|fals[oa]s?[ -]positiv[oa]s?|positiv[oa]s? fals[oa]s?|alarmes? "
    r"falsos?",
    "fn": r"fns?|false negatives?|fals[oa]s?[ -]negativ[oa]s?|negativ[oa]s? fals[oa]s?",
    "tn": r"tns?|vns?|true negatives?|verdadeir[oa]s?[ -]negativ[oa]s?|negativ[oa]s? "
    r"verdadeir[oa]s?",
}
CELL = re.compile(
    "|".join(rf"(?P<{name}>(?<![\w])(?:{words})(?![\w]))" for name, words in CELLS.items())
)
CELL_WORDS = "|".join(CELLS.values())
POSITIVE = (
    "1", "positivo", "positiva", "pos", "sim", "spam", "true", "yes", "doente", "fraude", "+",
    "verdadeiro", "p", "s",
)  # fmt: skip
NEGATIVE = ("0", "negativo", "negativa", "neg", "nao", "ham", "false", "no", "saudavel", "normal",
             "-1", "falso", "nao-spam", "n", "legitimo")  # fmt: skip


def asked_of(statement: Statement) -> list[str]:
    return [name for name, words in ASKED.items() if statement.has(words)]


def letters(cell: str) -> str:
    return {"tp": "VP", "fp": "FP", "fn": "FN", "tn": "VN"}[cell]


def ratio(part: float, whole: float) -> float:
    """0 where the metric is undefined (0/0), as scikit-learn does."""
    return part / whole if whole else 0.0


def harmonic(precision: float, recall: float) -> float:
    return ratio(2 * precision * recall, precision + recall)
