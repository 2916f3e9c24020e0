"""Sizes in the transformer against the parameters that PyTorch modules really have."""

from __future__ import annotations

from random import Random

import pytest

from tests.solver.test_validation import solved, value
from tutor.errors import MissingData, SolverError
from tutor.records import Json
from tutor.solver import solve


def test_parameters_against_torch() -> None:
    from torch import nn

    def count(module: nn.Module) -> int:
        return sum(p.numel() for p in module.parameters())

    random = Random(1)
    for _ in range(25):
        h, k = random.choice([1, 2, 4]), random.choice([4, 8, 16])
        d, d_ff, vocabulary = h * k, random.choice([16, 64, 100]), random.randint(50, 500)
        sizes = f"d_model = {d}, {h} cabeças"
        for bias, word in ((True, "com"), (False, "sem")):
            attention = nn.MultiheadAttention(d, h, bias=bias)
            text = f"quantos parâmetros tem a multi-head attention com {sizes}, {word} bias?"
            assert value(text) == count(attention)
            ffn = nn.Sequential(nn.Linear(d, d_ff, bias=bias), nn.Linear(d_ff, d, bias=bias))
            text = f"quantos parâmetros tem a FFN com d_model={d} e d_ff={d_ff} {word} bias?"
            assert value(text) == count(ffn)
        encoder = nn.TransformerEncoderLayer(d, h, d_ff)
        text = f"quantos parâmetros tem uma camada do encoder com {sizes} e d_ff = {d_ff}?"
        assert value(text) == count(encoder)
        assert value(text, "e com 6 camadas?") == 6 * count(encoder)
        decoder = nn.TransformerDecoderLayer(d, h, d_ff)
        text = f"quantos parâmetros tem uma camada do decoder com {sizes} e d_ff = {d_ff}?"
        assert value(text) == count(decoder)
        text = (
            f"parâmetros da matriz de embeddings com vocabulário de {vocabulary} e dimensão {d}: "
            f"quantos?"
        )
        assert value(text) == count(nn.Embedding(vocabulary, d))
        assert value(f"com {sizes}, qual a dimensão de cada cabeça?") == attention.head_dim


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("Com d_model = 512 e 8 cabeças, qual a dimensão de cada cabeça?",), 64),
        (("Com d_model = 512 e 8 cabeças, qual a dimensão de cada cabeça?", "e com 16 "
                                                                            "cabeças?"), 32),
        (("d_model=512, h=8, quanto vale d_k?",), 64),
        (("8 cabeças com d_k=64, qual o d_model?",), 512),
        (("quantos parâmetros tem a multi-head attention?", "512"), 4 * 512**2),
        (("quantos parâmetros tem uma camada do encoder do BERT-base?",), 7_087_872),
        (("Quantos parâmetros tem um encoder com 6 camadas, d_model=512, 8 heads e d_ff=2048?",),
         6 * 3_152_384),
        (("Quantos parâmetros tem a matriz de embedding com vocabulário de 30.522 tokens e "
          "dimensão "
          "768?",), 30_522 * 768),
        (("qual o tamanho da matriz de atenção para uma sequencia de 10 tokens?",), [10, 10]),
        (("quantos elementos tem a matriz de atenção com n=512, 12 heads e 12 camadas?",),
         512 * 512 * 144),
        (("na cross-attention com 5 tokens no decoder e 7 tokens no encoder, qual o tamanho da "
          "matriz "
          "de atenção?",), [5, 7]),
        (("how many parameters does multi-head attention have with d_model = 256, without bias?",),
         4 * 256**2),
    ],
)  # fmt: skip
def test_free_text(turns: tuple[str, ...], expected: Json) -> None:
    assert value(*turns) == expected


def test_remarks() -> None:
    text = "quantos parâmetros tem a multi-head attention com d_model=512 e 8 cabeças?"
    forgot = solved(text + " deu 786432, certo?")
    assert "W^O" in forgot.remarks[0]
    bias = solved(text + " deu 1050624, certo?")
    assert "está certo com bias" in bias.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "por que usar multi-head attention com 8 cabeças?",
        "o que é d_k?",
        "explique a FFN do transformer",
        "Quantas cabeças de atenção o BERT-base usa?",
        "o bert tem quantos parametros?",
        "por que dividimos por raiz de d_k com d_k = 64?",
        "qual a vantagem do multi-head?",
    ],
)
def test_conceptual(text: str) -> None:
    assert solve(text) is None


def test_wrong_and_missing_data() -> None:
    with pytest.raises(SolverError, match="não é divisível"):
        solve("d_model=512 e 7 cabeças, qual o d_k?")
    with pytest.raises(MissingData, match="vocabulário"):
        solve("quantos parâmetros tem a matriz de embeddings com d_model = 300?")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quantos parâmetros tem W_Q com d_model = 512 e d_k = 64?", 512 * 64),
        ("d_model 512 e d_k 64 com uma cabeça, quantos parâmetros tem a projeção?", 3 * 512 * 64),
        ("uma cabeça de atenção com d_model = 512 e d_k = 64: quantos parâmetros em W_Q, W_K, W_V?",
         3 * 512 * 64),
        ("parametros por cabeça com d_model=768 e 12 heads?", 3 * 768 * 64),
        ("Quantos parâmetros tem nn.MultiheadAttention(512, 8), com bias?", 4 * 512 * 513),
        ("Cada cabeça tem dimensão 32 e são dezesseis cabeças. Qual o d_model?", 512),
        ("d_model=1024 16 cabeças, d_k?", 64),
        ("d_model=96, seis cabeças. Quais as dimensões das matrizes Wq de cada cabeça?", [96, 16]),
        ("Determine a dimensão de cada cabeça quando o modelo tem dimensão 512 e oito cabeças", 64),
    ],
)  # fmt: skip
def test_one_head_and_its_matrices(text: str, expected: Json) -> None:
    assert value(text) == expected
