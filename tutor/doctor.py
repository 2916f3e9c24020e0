"""What is installed, which models are there, and whether every hash is right."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from tutor import build, hashes
from tutor.errors import ModelError, StaleIndex
from tutor.index import Index
from tutor.settings import Settings

PACKAGES = (
    "onnxruntime", "onnx", "torch", "transformers", "sentence-transformers", "faiss-cpu", "gradio",
    "numpy", "bm25s",
)  # fmt: skip


def report(settings: Settings) -> tuple[bool, list[str]]:
    """Whether everything is in order, and a line for each thing looked at.

    Raises CorpusError where the corpus itself cannot be read.
    """
    whole, lines = True, []
    for package in PACKAGES:
        try:
            lines.append(f"ok    {package} {version(package)}")
        except PackageNotFoundError:
            whole = False
            lines.append(f"FALTA {package}: rode `pip install -e .`")
    for name in ("encoder", "router", "grounding", "generator"):
        try:
            files = hashes.verify(settings.models / name)
            lines.append(f"ok    modelo {name}: {len(files)} arquivos conferidos")
        except ModelError as error:
            whole = False
            lines.append(f"ERRO  {error}")
    corpus = build.read_corpus(settings)
    lines.append(f"ok    corpus: {len(corpus.examples)} entradas, {len(corpus.queries)} consultas")
    try:
        index = Index.load(
            settings.index, build.corpus_hash(settings.corpus), build.encoder_hash(settings)
        )
        lines.append(f"ok    índice: {len(index.passages)} passagens conferidas")
    except (StaleIndex, FileNotFoundError) as error:
        whole = False
        lines.append(f"AVISO índice: {error} Ele é refeito ao iniciar, ou por `tutor build`.")
    lines.append(f"ok    gerador configurado: {settings.generator}")
    return whole, lines
