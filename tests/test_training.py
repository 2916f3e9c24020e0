"""How training examples are made; the loops themselves run on a model of a few thousand weights."""

from __future__ import annotations

import json
import lzma
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from tests.conftest import HashingEncoder
from tutor.errors import ModelError
from tutor.prompt import ANSWER, STUDENT, TUTOR, reviewed_text
from tutor.records import Corpus
from tutor.router import Router
from tutor.text import words
from tutor.training import encoder, generator, router, vocabulary
from tutor.training.data import (
    NOT_IN_MATERIAL,
    Cards,
    ContextExample,
    Entry,
    held_out_concepts,
    prose_example,
    read_prose,
    sections,
    swap_terms,
)


def _word_pieces() -> Tokenizer:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "re", "##des", "##d", "x", "##y", "##z"]
    known = {piece: i for i, piece in enumerate(pieces)}
    core = Tokenizer(models.WordPiece(known, unk_token="[UNK]"))
    core.normalizer = normalizers.BertNormalizer()
    core.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return core


PARAGRAPH = "A rede ajusta os pesos com o gradiente da perda, passo a passo, até convergir. " * 4


def test_sections_pair_headings_with_their_paragraphs() -> None:
    text = f"# Treino\n\n{PARAGRAPH}\n\n## Curto\n\nPouco.\n\n- item\n\n## Fim\n\n{PARAGRAPH}"
    assert [e.question for e in sections(text)] == ["Treino", "Fim"]


def test_prose_examples_hold_the_answer_in_their_context() -> None:
    pool = [Entry(f"Assunto {i}", f"{i} {PARAGRAPH}") for i in range(9)]
    rng = random.Random(0)
    for _ in range(50):
        made = prose_example(pool, rng, missing=0.0)
        assert made.answer in [e.answer for e in made.entries]
        assert made.prompt().count(ANSWER) == len(made.entries)
        assert made.prompt().endswith(TUTOR) and made.prompt().count(STUDENT) == 1
    missing = prose_example(pool, rng, missing=1.0)
    assert missing.answer == NOT_IN_MATERIAL


def test_the_list_is_never_in_the_generators_data(corpus: Corpus) -> None:
    listed = {
        reviewed_text(e, style)
        for e in corpus.examples
        if e.collection == "lista2"
        for style in ("normal", "simple", "example", "short", "detailed")
    }
    cards = Cards(corpus, held_out_concepts(corpus), random.Random(1))
    for _ in range(400):
        made = cards.example(swapped=0.0)
        assert made.answer not in listed
        assert not listed & {e.answer for e in made.entries}


def test_held_out_concepts_are_a_fifth_and_never_shown(corpus: Corpus) -> None:
    held = held_out_concepts(corpus)
    concepts = [e for e in corpus.examples if e.collection == "concepts"]
    assert 0.15 < len(held) / len(concepts) < 0.25
    hidden = {e.answer for e in concepts if e.id in held}
    cards = Cards(corpus, held, random.Random(2))
    for _ in range(400):
        assert not hidden & {e.answer for e in cards.example(swapped=0.0).entries}


def test_swaps_change_context_and_answer_alike() -> None:
    text = "O gradiente atualiza pesos enquanto perdas diminuem durante treinos longos."
    made = swap_terms(ContextExample((Entry("q", text),), "gradiente?", text), random.Random(3))
    assert made.answer == made.entries[0].answer != text
    assert "gradiente" in made.answer  # a word of the question keeps its place
    assert sorted(words(made.answer)) == sorted(words(text))


def test_a_copy_batch_repeats_its_span() -> None:
    ids, labels = generator.copy_batch(np.random.default_rng(0), np.arange(10, 50), 64)
    assert ids.shape == labels.shape == (16, 64)
    wanted = labels != generator.IGNORED
    assert wanted.any() and (ids[wanted] == labels[wanted]).all()
    assert not wanted[:, 0].any()


def test_a_missing_prose_pack_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="--prose"):
        list(read_prose(tmp_path / "nada.xz"))


def test_prose_is_read_line_by_line(tmp_path: Path) -> None:
    with lzma.open(tmp_path / "p.xz", "wt", encoding="utf-8") as out:
        out.write(json.dumps({"text": "olá", "domain": "dl"}) + "\n")
    assert [d["text"] for d in read_prose(tmp_path / "p.xz")] == ["olá"]


def test_query_batches_hold_every_question_once(corpus: Corpus) -> None:
    recipe = encoder.Recipe(noise=0.0)
    hard = [e.id for e in corpus.examples if e.collection == "concepts"][:5]
    batch = next(encoder.query_batches(corpus, hard, recipe))
    queries = {q.text: q for q in corpus.queries}
    asked = [queries[query].target for query, _ in batch.pairs]
    assert len(asked) == len(set(asked))
    listed = {e.id for e in corpus.examples if e.collection == "lista2"}
    assert len(listed & set(asked)) >= 41  # one is left out where both texts are the same
    assert all(query != other for query, other in batch.pairs)
    assert len(batch.strangers) == recipe.strangers_a_batch
    assert all(queries[text].target is None for text in batch.strangers)


def test_a_slip_changes_one_thing() -> None:
    rng = random.Random(0)
    text = "por que dividir pela raiz de dk"
    slips = [encoder.slip(text, 1.0, rng) for _ in range(50)]
    assert all(len(text) - 9 <= len(s) <= len(text) for s in slips)
    assert sum(s != text for s in slips) > 40
    assert encoder.slip(text, 0.0, rng) == text


def test_new_words_start_from_their_pieces() -> None:
    core = _word_pieces()
    counts = Counter({"redes": 100, "re": 50, "xyz": 3})
    kept, new = vocabulary.choose(core, counts, added=1)
    assert new == {"redes": ["re", "##des"]}
    assert "re" in kept and "##des" not in kept and "[UNK]" in kept
    rows = torch.tensor([[float(i), 1.0] for i in range(core.get_vocab_size())])
    made = vocabulary._embeddings(rows, core, kept, new).weight
    parts = rows[[core.get_vocab()["re"], core.get_vocab()["##des"]]]
    direction = torch.nn.functional.normalize(parts.mean(0), dim=0)
    assert torch.allclose(torch.nn.functional.normalize(made[-1], dim=0), direction)
    assert made[-1].norm().item() == pytest.approx(parts.norm(dim=1).mean().item())


def test_router_heads_learn_and_load(corpus: Corpus, tmp_path: Path) -> None:
    """From training to the loaded router on a fake encoder: better than always guessing."""
    corpus = replace(corpus, queries=corpus.queries[::8])
    router.train(corpus, HashingEncoder(), tmp_path, router.Recipe(epochs=6))
    loaded = Router(tmp_path, HashingEncoder())
    held = [q for q in corpus.queries if router.is_held_out(q.text)]
    right = sum(loaded.route(q.text).intent == q.intent for q in held)
    commonest = max(sum(q.intent == i for q in held) for i in {q.intent for q in held})
    assert right > commonest
    route = loaded.route("oi")
    assert sum(route.topic_probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert 0 <= route.scope_probability <= 1
