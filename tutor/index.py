"""The FAISS index over the corpus's passages: built, saved, checked, loaded, searched.

On disk, under index/: `passages-<hash>.jsonl`, `vectors-<hash>.faiss` and `manifest.json`. The
manifest names the two files with their SHA-256 and says of which corpus and encoder they were
made; replacing it is the one atomic step of a save. FAISS itself notices no flipped bit.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np

from tutor import hashes
from tutor.errors import StaleIndex
from tutor.records import Corpus, Encoder, Example

MANIFEST = "manifest.json"
FORMAT = 1


@dataclass(frozen=True)
class Passage:
    """A text that leads to an entry.

    `kind`: question, title, alias, point, answer, simpler or query.
    """

    example_id: str
    kind: str
    text: str


@dataclass(frozen=True)
class Manifest:
    format: int
    corpus: str  # hash of the corpus files
    encoder: str  # hash of the encoder's files
    passages_file: str
    passages_sha256: str
    vectors_file: str
    vectors_sha256: str
    count: int
    dimension: int


def passages_of(example: Example) -> list[Passage]:
    texts = [
        ("question", example.question),
        ("title", example.title),
        *(("alias", alias) for alias in example.aliases),
        *(("point", point) for point in example.key_points),
        ("answer", example.answer),
        ("simpler", example.simpler),
    ]
    return [Passage(example.id, kind, text) for kind, text in texts]


def passages(corpus: Corpus) -> list[Passage]:
    """Every entry's own passages, then the student queries that are known to ask for it."""
    own = [p for example in corpus.examples for p in passages_of(example)]
    asked = [Passage(q.target, "query", q.text) for q in corpus.queries if q.target is not None]
    return own + asked


class Index:
    """Vectors of the passages in FAISS (inner product of unit rows = cosine), float16."""

    def __init__(self, store: faiss.Index, entries: Sequence[Passage]) -> None:
        self._store = store
        self.passages = tuple(entries)

    @classmethod
    def build(cls, corpus: Corpus, encoder: Encoder) -> Index:
        entries = passages(corpus)
        store = faiss.IndexScalarQuantizer(
            encoder.dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        rows = encoder.encode([p.text for p in entries])
        store.train(rows)
        store.add(rows)
        return cls(store, entries)

    def without(self, texts: Collection[str]) -> Index:
        """This index as if nobody had ever asked these texts: their queries are left out."""
        kept = [i for i, p in enumerate(self.passages) if p.kind != "query" or p.text not in texts]
        store = faiss.IndexFlatIP(self._store.d)
        store.add(self._store.reconstruct_n(0, self._store.ntotal)[kept])
        return Index(store, [self.passages[i] for i in kept])

    def search(self, vector: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Places in `passages` and cosines of the nearest ones, nearest first.

        `vector` has shape (d,); both results have shape (min(count, passages),).
        """
        count = min(count, len(self.passages))
        cosines, places = self._store.search(vector[None, :].astype(np.float32), count)
        return places[0], cosines[0]

    def save(self, folder: Path, corpus_hash: str, encoder_hash: str) -> Manifest:
        """Writes new files beside the old ones, then replaces the manifest, then clears up."""
        folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(asdict(p), ensure_ascii=False) + "\n" for p in self.passages)
        passages_file = _store_bytes(folder, "passages", ".jsonl", lines.encode())
        vectors_file = _store_bytes(
            folder, "vectors", ".faiss", faiss.serialize_index(self._store).tobytes()
        )
        manifest = Manifest(
            FORMAT,
            corpus_hash,
            encoder_hash,
            passages_file.name,
            hashes.of_file(passages_file),
            vectors_file.name,
            hashes.of_file(vectors_file),
            len(self.passages),
            self._store.d,
        )
        _replace(folder / MANIFEST, (json.dumps(asdict(manifest), indent=1) + "\n").encode())
        for old in [*folder.glob("passages-*"), *folder.glob("vectors-*")]:
            if old not in (passages_file, vectors_file):
                old.unlink()
        return manifest

    @classmethod
    def load(cls, folder: Path, corpus_hash: str, encoder_hash: str) -> Index:
        """Raises StaleIndex if the index is missing, damaged, or of another corpus or encoder."""
        manifest = read_manifest(folder)
        if (manifest.corpus, manifest.encoder) != (corpus_hash, encoder_hash):
            raise StaleIndex("O índice é de outra versão do corpus ou do encoder.")
        content = []
        for name, expected in (
            (manifest.passages_file, manifest.passages_sha256),
            (manifest.vectors_file, manifest.vectors_sha256),
        ):
            path = folder / Path(name).name
            if not path.is_file() or hashes.of_file(path) != expected:
                raise StaleIndex(f"O arquivo {path.name} do índice está ausente ou danificado.")
            content.append(path.read_bytes())
        entries = [Passage(**json.loads(line)) for line in content[0].decode().splitlines()]
        store = faiss.deserialize_index(np.frombuffer(content[1], dtype=np.uint8))
        if store.ntotal != len(entries) or store.d != manifest.dimension:
            raise StaleIndex("O índice e as passagens não têm o mesmo tamanho.")
        return cls(store, entries)


def read_manifest(folder: Path) -> Manifest:
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        manifest = Manifest(**fields)
    except FileNotFoundError as error:
        raise StaleIndex("Ainda não há índice.") from error
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError) as error:
        raise StaleIndex("O manifesto do índice está danificado.") from error
    if manifest.format != FORMAT:
        raise StaleIndex("O índice tem um formato de outra versão do programa.")
    return manifest


def _store_bytes(folder: Path, stem: str, suffix: str, content: bytes) -> Path:
    """Writes `content` under a name that carries its own hash."""
    partial = folder / f".{stem}-{os.getpid()}{suffix}"
    partial.write_bytes(content)
    path = folder / f"{stem}-{hashes.of_file(partial)[:12]}{suffix}"
    partial.replace(path)
    return path


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}-{os.getpid()}")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
