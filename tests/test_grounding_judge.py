"""The classifier behind grounding: what it reads, what it accepts, what it must not."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest

from eval import cases
from eval.harness import Journal
from eval.results import Options
from eval.suites import grounding as suite
from tests.conftest import ROOT
from tutor import grounding
from tutor.errors import ModelError
from tutor.grounding.features import features
from tutor.grounding.judge import Judge, described, evidence
from tutor.grounding.lexicon import OPPOSITE, SAME, alike, stem
from tutor.grounding.reading import read
from tutor.records import Corpus, Example
from tutor.training import grounding as training

MODEL = ROOT / "models" / "grounding"


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(MODEL)


@pytest.fixture
def attention(listed: Corpus) -> Example:
    return next(e for e in listed.examples if e.id == "25")


def against(claim: str, known: str) -> dict[str, float]:
    return features(read(claim), read(known), read(known).stems, ())


def test_synonyms_are_alike_and_opposites_are_not() -> None:
    assert alike(stem("reduzir"), stem("diminui"))
    assert alike(stem("divisão"), stem("dividido"))
    assert not alike(stem("aumenta"), stem("diminui"))
    assert stem("decoder") in OPPOSITE[stem("encoder")]


def test_opposition_goes_both_ways_and_never_joins_equals() -> None:
    for one, others in OPPOSITE.items():
        assert one not in others
        assert all(one in OPPOSITE[other] for other in others)
    assert all(SAME.values())


def test_the_agent_of_a_passive_is_read_first() -> None:
    passive = [t.stem for t in read("O gradiente é calculado pelo backpropagation.").terms]
    active = [t.stem for t in read("O backpropagation calcula o gradiente.").terms]
    assert passive[0] == active[0] == stem("backpropagation")


def test_formulas_and_numbers_are_read_whole() -> None:
    values = {
        t.stem for t in read("Divide-se por $\\sqrt{d_k}$, em 2 passos e 12,5% do tempo.").terms
    }
    assert {"\\sqrt{d_k}", "2", "12.5"} <= values
    assert stem("divide") in values


@pytest.mark.parametrize(
    ("claim", "feature"),
    [
        ("A máscara aumenta o erro do encoder.", "flipped"),
        ("A máscara não reduz o erro do encoder.", "denials"),
        ("A máscara reduz o erro do decoder.", "flipped"),
        ("A máscara reduz em 3 vezes o erro do encoder.", "numbers"),
        ("A máscara reduz sempre o erro do encoder.", "scope_new"),
        ("O gato reduz o erro do encoder.", "unknown_anywhere"),
        ("O encoder reduz o erro da máscara.", "discord"),
    ],
)
def test_each_way_to_say_something_else_shows(claim: str, feature: str) -> None:
    known = "A máscara reduz o erro do encoder."
    assert against(known, known)[feature] == 0
    assert against(claim, known)[feature] > 0


def test_a_swap_is_seen_as_something_that_swapping_back_repairs() -> None:
    known = "A query vem do decoder, a key e o value vêm do encoder."
    swapped = "A query vem do encoder, a key e o value vêm do decoder."
    assert against(swapped, known)["gain"] > 0 == against(known, known)["gain"]


def test_evidence_is_the_entry_that_says_it(listed: Corpus) -> None:
    sources = [e for e in listed.examples if e.id in ("25", "26")]
    found = described("O value não entra no cálculo dos pesos.", sources)
    assert found is not None
    assert found[0] == "26"
    assert described("…", sources) is None
    assert described("O value é um vetor.", []) is None


def test_evidence_knows_the_misconceptions(attention: Example) -> None:
    assert len(evidence(attention).false) == len(attention.misconceptions)


def test_reviewed_sentences_score_far_above_their_corruptions(judge: Judge, listed: Corpus) -> None:
    rng = random.Random(3)
    kept, broken = [], []
    for example in listed.examples[:12]:
        for sentence in example.key_points:
            for corrupt in training.CORRUPTIONS:
                bad = corrupt(sentence, rng)
                if bad is not None and bad != sentence:
                    broken.append(judge.score(bad, [example])[0])
            kept.append(judge.score(sentence, [example])[0])
    assert np.mean(kept) > np.mean(broken) + 0.3
    assert np.mean(np.array(broken) > judge.threshold) < 0.03


def test_without_a_judge_only_what_is_verbatim_is_supported(judge: Judge, listed: Corpus) -> None:
    accepted = 0
    by_id = {e.id: e for e in listed.examples}
    for said in cases.restated("grounding"):
        if said.true:
            sources = [by_id[said.entry]]
            strict = grounding.check(said.text, sources).supported
            loose = grounding.check(said.text, sources, judge).supported
            assert loose or not strict
            accepted += loose and not strict
    assert accepted > 0


def test_a_paraphrase_is_cited(judge: Judge, listed: Corpus) -> None:
    by_id = {e.id: e for e in listed.examples}
    for said in cases.restated("grounding"):
        verdict = grounding.check(said.text, [by_id[said.entry]], judge)
        if verdict.supported:
            assert grounding.cited(verdict) == said.entry


@pytest.mark.parametrize("name", ["forest.safetensors", "limits.json"])
def test_a_damaged_model_is_refused(tmp_path: Path, name: str) -> None:
    for path in MODEL.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    Judge(tmp_path)
    (tmp_path / name).write_bytes((tmp_path / name).read_bytes()[:-1] + b"!")
    with pytest.raises(ModelError):
        Judge(tmp_path)


def test_paraphrases_are_of_cards_and_four_to_two(corpus: Corpus) -> None:
    found = training.paraphrases(ROOT / "corpus")
    cards = {e.id for e in corpus.examples if e.collection == "concepts"}
    assert {row.card for row in found} <= cards
    for card in {row.card for row in found}:
        assert [row.true for row in found if row.card == card].count(True) == 4
    assert len({row.text for row in found}) == len(found)


def test_training_rows_are_whole_and_the_same_for_the_same_seed(corpus: Corpus) -> None:
    written = [r for r in training.paraphrases(ROOT / "corpus") if r.card == "c-softmax"]
    made = training.rows(corpus, written, 1)
    assert made == training.rows(corpus, written, 1)
    assert sum(r.true for r in made) == 4
    assert {"misconception", "of another card"} <= {r.kind for r in made}


def test_training_saves_what_the_judge_loads(corpus: Corpus, tmp_path: Path) -> None:
    """A forest of a few trees on a few cards: the saved trees vote as scikit-learn's do."""
    lines = (ROOT / "corpus" / training.PARAPHRASES).read_text(encoding="utf-8").splitlines()
    (tmp_path / training.PARAPHRASES).write_text("\n".join(lines[:48]), encoding="utf-8")
    target = tmp_path / "model"
    scored = training.train(corpus, tmp_path, target, training.Recipe(trees=8, folds=2))
    small = Judge(target)
    assert small.threshold == pytest.approx(scored.threshold, abs=1e-4)
    card = {e.id: e for e in corpus.examples}
    scores = {
        true: np.mean(
            [small.score(r.text, [card[r.card]])[0] for r in scored.rows if r.true == true]
        )
        for true in (True, False)
    }
    assert scores[True] > scores[False] + 0.3
    points = list(training.curve(scored))
    assert [p[1] for p in points] == sorted((p[1] for p in points), reverse=True)


def test_training_without_paraphrases_says_so(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="paraphrases"):
        training.train(corpus, tmp_path, tmp_path / "model")


def test_restated_sentences_are_three_true_and_three_false_an_entry(listed: Corpus) -> None:
    found = cases.restated("grounding")
    for example in listed.examples:
        if example.collection == "lista2":
            own = [r.true for r in found if r.entry == example.id]
            assert (own.count(True), own.count(False)) == (3, 3), example.id
    assert {r.text for r in found}.isdisjoint(r.text for r in training.paraphrases(ROOT / "corpus"))


def test_the_suite_keeps_verbatim_and_paraphrases_apart(corpus: Corpus, tmp_path: Path) -> None:
    result = suite.run(corpus, Options(limit=3), Journal(tmp_path / "items.jsonl"))
    assert result.rates["false paraphrases refused"].total == 9
    assert result.rates["true paraphrases accepted"].total == 9
    assert any("shipped" in row[0] for row in result.tables[1].rows)
    assert all("paraphrase" not in i.detail for i in result.items if i.id.endswith(": whole"))
