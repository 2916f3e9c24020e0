"""Follow-ups as whole statements: what is asked next of the data before."""

import pytest

from tutor import solver

COUNTS = "TP = 30, FP = 10, FN = 20, TN = 40. Acurácia?"


def told(text: str) -> list[tuple[str, object]]:
    solution = solver.solve(text)
    assert solution is not None
    return [(text, solution.problem)]


@pytest.mark.parametrize(
    ("first", "message", "value"),
    [
        (COUNTS, "precisão", 0.75),
        (COUNTS, "e o recall?", 0.6),
        (COUNTS, "se os falsos negativos caírem pra 10, quanto fica o recall?", 0.75),
    ],
)
def test_the_data_before_answers_what_is_asked_next(first: str, message: str, value: float) -> None:
    found = solver.restated(message, told(first))  # type: ignore[arg-type]
    assert found is not None
    assert found.solution.value == pytest.approx(value)


@pytest.mark.parametrize(
    "message", ["o que é recall?", "por que o recall importa?", "mais um passo com taxa 0,1", "oi"]
)
def test_ideas_and_steps_that_go_on_are_left_alone(message: str) -> None:
    assert solver.restated(message, told(COUNTS)) is None  # type: ignore[arg-type]
