"""Layer sizes, parameters, hand convolutions and skip connections against PyTorch."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from tutor.errors import MissingData, SolverError
from tutor.solver import exercise, solve

KINDS = (
    "conv_output", "conv_parameters", "conv_operations", "receptive_field", "flatten_size",
    "dense_parameters", "convolution", "pooling", "skip_connection",
)  # fmt: skip


def value_of(text: str, previous=None):
    solution = solve(text, previous)
    assert solution is not None, text
    assert all(check.passed for check in solution.checks), (text, solution.checks)
    return solution.value


def _setting(random: Random) -> tuple[int, int, int, int, int]:
    n, k = random.randint(12, 64), random.randint(1, 5)
    return n, k, random.randint(1, 4), random.randint(0, 3), random.randint(1, 2)


def test_output_size_in_prose_agrees_with_pytorch() -> None:
    import torch

    random = Random("output")
    for _ in range(150):
        n, k, s, p, d = _setting(random)
        layer = torch.nn.Conv2d(1, 1, k, s, p, d)
        expected = layer(torch.zeros(1, 1, n, n)).shape[-1]
        text = (
            f"Qual o tamanho da saída de uma convolução com kernel {k}x{k}, stride {s}, "
            f"padding {p} e dilatação {d} sobre uma entrada {n}x{n}?"
        )
        assert value_of(text) == expected, text


def test_code_agrees_with_pytorch() -> None:
    import torch

    random = Random("code")
    for _ in range(100):
        n, k, s, p, d = _setting(random)
        groups = random.choice([1, 1, 2])
        bias = random.choice([True, False])
        layer = torch.nn.Conv2d(4, 8, k, s, p, d, groups, bias)
        code = (
            f"nn.Conv2d(4, 8, kernel_size={k}, stride={s}, padding={p}, dilation={d}, "
            f"groups={groups}, bias={bias})"
        )
        expected = list(layer(torch.zeros(2, 4, n, n + 3)).shape)
        assert value_of(f"{code} em um tensor [2, 4, {n}, {n + 3}]: shape de saída?") == expected
        count = sum(each.numel() for each in layer.parameters())
        assert value_of(f"quantos parâmetros tem {code}?") == count


def test_sequential_agrees_with_pytorch() -> None:
    from torch import nn

    code = (
        "nn.Conv2d(1, 6, 5, padding=2), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.AvgPool2d(2), "
        "nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 10)"
    )
    model = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Linear(120, 10),
    )  # fmt: skip
    expected = sum(each.numel() for each in model.parameters())
    assert value_of(f"nn.Sequential({code}): quantos parâmetros?") == expected
    assert value_of(f"nn.Sequential({code}) com entrada [4, 1, 28, 28]: shape da saída?") == [4, 10]


def test_hand_convolution_and_pooling_agree_with_pytorch() -> None:
    import torch

    random = Random("hand")
    for _ in range(80):
        h, w, k = random.randint(3, 6), random.randint(3, 6), random.randint(2, 3)
        s, p = random.randint(1, 2), random.randint(0, 1)
        x = [[random.randint(-3, 9) for _ in range(w)] for _ in range(h)]
        kernel = [[random.randint(-2, 2) for _ in range(k)] for _ in range(k)]
        given = torch.tensor(x, dtype=torch.float64)[None, None]
        weight = torch.tensor(kernel, dtype=torch.float64)[None, None]
        expected = torch.nn.functional.conv2d(given, weight, stride=s, padding=p)[0, 0].tolist()
        text = f"Calcule a convolução de {x} com o kernel {kernel}, stride {s}, padding {p}."
        assert value_of(text) == expected, text
        for name, pool in (("max", torch.nn.functional.max_pool2d),
                           ("average", torch.nn.functional.avg_pool2d)):  # fmt: skip
            pooled = pool(given, 2, s)[0, 0].tolist()
            text = f"Aplique {name} pooling 2x2 com stride {s} na matriz {x}"
            found = value_of(text)
            assert [x for row in found for x in row] == pytest.approx(
                [x for row in pooled for x in row]
            ), text


def test_mlp_agrees_with_pytorch() -> None:
    from torch import nn

    random = Random("mlp")
    for _ in range(50):
        sizes = [random.randint(1, 300) for _ in range(random.randint(3, 5))]
        layers = [nn.Linear(a, b) for a, b in pairwise(sizes)]
        expected = sum(p.numel() for layer in layers for p in layer.parameters())
        chain = "-".join(map(str, sizes))
        assert value_of(f"quantos parâmetros tem um MLP {chain}?") == expected
        assert value_of(f"quantos parâmetros tem uma rede densa {sizes}?") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("entrada 32x32x3, 16 filtros 5x5, stride 1, sem padding: qual a saída?", [28, 28, 16]),
        ("imagem de 227 com filtro 11 e stride 4: tamanho da saída?", 55),
        ("What is the output size of a 7x7 conv, stride 2, padding 3, on a 224x224 image?", 112),
        ("conv 1D com kernel 5, stride 2, entrada de tamanho 100: tamanho da saída?", 48),
        ("entrada 7x9 com kernel 3x2 stride 1, qual o tamanho da saída?", [5, 8]),
        ("conv 3x3 com padding same e stride 2 em 15x15, qual o tamanho da saída?", 8),
        ("max pooling 2x2 stride 2 em mapa 15x15, tamanho da saída?", 7),
        ("Quantos parâmetros tem uma conv com 64 filtros 3x3 e 3 canais de entrada?", 1792),
        ("quantos parametros tem conv depthwise 3x3 com 32 canais?", 320),
        ("parametros: conv depthwise separable 3x3, 32 canais de entrada, 64 filtros", 2432),
        ("quantas multiplicações faz uma conv com 64 filtros 3x3 sobre 56x56x64 com padding 1?",
         115605504),
        ("Calcule o campo receptivo de três convoluções 3x3 com stride 1", 7),
        ("campo receptivo: conv 3x3, max pooling 2x2 com stride 2 e outra conv 3x3", 8),
        ("Imagem 28x28x1 passa por conv com 32 filtros 3x3 sem padding, depois max pooling 2x2, e "
         "flatten. Quantos elementos tem o flatten?", 5408),
        ("camada densa com 784 entradas e 128 neurônios: quantos parâmetros?", 100480),
        ("quantos parâmetros tem uma rede com 4 entradas, duas camadas ocultas de 8 neurônios e "
         "3 saídas?", 139),
        ("skip connection: x = [1; 2], F(x) = [0,5; -1], qual a saída?", [1.5, 1]),
        ("skip connection com projeção: x=[1,2], Ws=[[1,0],[0,1],[1,1]], F(x)=[1,1,1]. calcule y",
         [2, 3, 4]),
        ("posso somar na skip connection 56x56x64 com 28x28x128? qual o resultado?", False),
    ],
)  # fmt: skip
def test_free_text(text: str, expected: object) -> None:
    assert value_of(text) == expected


def test_follow_ups() -> None:
    text = "Qual o tamanho da saída de uma convolução 3x3, stride 2, padding 1 sobre 32x32?"
    first = solve(text)
    assert first is not None and first.value == 16
    second = solve("e com stride 1?", first.problem)
    assert second is not None and second.value == 32
    assert value_of("e com kernel 5x5?", second.problem) == 30
    third = solve("e quantos parâmetros com 16 filtros e 3 canais de entrada?", second.problem)
    assert third is not None and third.value == 448
    assert value_of("e sem bias?", third.problem) == 432
    grid = solve("Calcule a convolução de [[1,2,3],[4,5,6],[7,8,9]] com kernel [[1,0],[0,-1]]")
    assert grid is not None
    assert value_of("e com stride 2?", grid.problem) == [[-4]]


def test_missing_data_is_asked_for_and_completed() -> None:
    with pytest.raises(MissingData, match="entrada") as error:
        solve("qual a saída de uma conv 3x3 com stride 1?")
    assert value_of("28x28", error.value.problem) == 26
    with pytest.raises(MissingData, match="entradas") as error:
        solve("quantos parametros tem uma camada densa com 128 neuronios?")
    assert value_of("784", error.value.problem) == 100480


def test_wrong_data() -> None:
    with pytest.raises(SolverError, match="não cabe"):
        solve("kernel de 40x40 em entrada 32x32, tamanho da saida?")
    with pytest.raises(SolverError, match="projeção"):
        solve("skip connection x=[1,2], F(x)=[1,2,3], calcule")
    with pytest.raises(SolverError, match="grupos"):
        solve("quantos parâmetros tem nn.Conv2d(3, 8, 3, groups=2)?")


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        (
            "Quantos parâmetros tem uma conv com 64 filtros 3x3 e 3 canais de entrada? deu 1728",
            "bias",
        ),
        ("quantos parâmetros tem um MLP 784-128-10? deu 101632", "bias"),
        ("tamanho da saída: kernel 3x3, stride 1, padding 1, entrada 32x32. deu 31", "dois lados"),
        ("tamanho da saída: kernel 3x3, stride 2, padding 0, entrada 32x32. deu 15,5", "piso"),
    ],
)
def test_mistakes_are_named(text: str, clause: str) -> None:
    solution = solve(text)
    assert solution is not None
    assert len(solution.remarks) == 1
    assert "não está certo" in solution.remarks[0] and clause in solution.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "o que é stride?",
        "o que é stride 2?",
        "quantos parâmetros o BERT-base tem?",
        "quantos parâmetros tem o BERT-base com 12 camadas?",
        "quantos parametros tem a ResNet-50?",
        "quantos parâmetros tem a ResNet-50 com 1000 classes?",
        "por que usar kernel 3x3?",
        "quantas camadas tem a VGG-16?",
        "O que é skip connection?",
        "Para que serve uma convolução 1x1?",
        "Qual a diferença entre max pooling 2x2 e stride 2?",
    ],
)
def test_conceptual_questions_are_not_mine(text: str) -> None:
    assert solve(text) is None


@pytest.mark.parametrize("kind", KINDS)
def test_exercises_parse_back(kind: str) -> None:
    for seed in range(30):
        made = exercise(kind, seed)
        assert value_of(made.statement) == made.solution.value, made.statement
