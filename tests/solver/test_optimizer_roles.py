"""Where the data of an optimizer problem may stand, and what it may ask for."""

from __future__ import annotations

import pytest

from tutor.errors import SolverError
from tutor.solver import solve


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("meu peso está em 6 e o backward deu -2. usando 0,5 de taxa, pra quanto vai o peso?", 7),
        ("peso 0,4; gradiente 3; lr 0,1 => novo peso = ?", 0.1),
        ("w ← w − η∂L/∂w com w=2, η=0.5, ∂L/∂w=-4. Novo w?", 4),
        ("SGD: peso 1, com 0,2 de taxa de aprendizado e 3 de gradiente. Qual o novo peso?", 0.4),
        ("No AdaGrad o acumulador está em 16 e vem um gradiente 3. Com lr 0,5 e epsilon "
         "desprezível, qual o tamanho do passo dado?", 0.3),
        ("AdamW no primeiro passo, peso de 2 com gradiente 3, lr igual a 0,01 e decaimento de 0,1: "
         "qual o novo peso?", 1.988),
        ("Adam: β1 e β2 iguais a 0,9 e 0,99, lr = 0,1, w = 1 e gradiente 5. Qual o w?", 0.9),
        ("momentum com v0 = w0 = 0, beta 0,5, lr 0,1, v = βv + g. Gradientes nos dois primeiros "
         "passos: 2 e 4. Qual o peso final?", -0.7),
    ],
)  # fmt: skip
def test_values_find_their_roles(text: str, expected: float) -> None:
    solution = solve(text)
    assert solution is not None
    assert solution.value == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "momentum: beta = 0,9 e também beta = 0,8, v = 0, g = 2, lr = 0,1, w = 1. Novo w?",
        "peso 2 e lr 0,1: qual o novo peso pelo gradiente descendente?",
    ],
)
def test_contradictions_and_gaps_are_asked_back(text: str) -> None:
    with pytest.raises(SolverError):
        solve(text)
