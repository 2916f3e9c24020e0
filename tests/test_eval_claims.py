"""The rules that say which key points and which false claims an answer makes."""

from __future__ import annotations

from eval.claims import Misconceptions, covered, numbers, points_covered, stems
from tutor.records import Corpus


def test_latex_and_portuguese_decimals_become_words_and_numbers() -> None:
    assert numbers(r"A perda é $0{,}1338$ com 5 classes") == {0.1338, 5.0}
    assert "softmax" in stems(r"$\mathrm{softmax}(QK^T)$")
    assert not stems(r"\begin{bmatrix}1\\2\end{bmatrix} 3,5")


def test_a_point_needs_its_words_and_all_its_numbers() -> None:
    point = "A entropia cruzada do exemplo é aproximadamente 0,1338."
    assert covered(point, "Aproximadamente, a entropia cruzada deste exemplo vale $0{,}1338$.")
    assert not covered(point, "Aproximadamente, a entropia cruzada deste exemplo vale 0,1400.")
    assert not covered(point, "O valor é 0,1338.")


def test_reviewed_answers_cover_their_own_points_and_others_do_not(listed: Corpus) -> None:
    total = sum(len(e.key_points) for e in listed.examples)
    own = sum(points_covered(e, e.answer) for e in listed.examples)
    others = [*listed.examples[1:], listed.examples[0]]
    strange = sum(points_covered(e, o.answer) for e, o in zip(listed.examples, others, strict=True))
    assert own >= 0.93 * total
    assert strange <= 0.15 * total


def test_a_false_claim_is_found_and_its_denial_is_not(listed: Corpus) -> None:
    known = Misconceptions(listed.examples)
    claim = "Na cross-attention a query e a key vêm do encoder e o value vem do decoder."
    assert [f.example_id for f in known.found(f"Veja. {claim}")] == ["31"]
    assert not known.found(
        "Na cross-attention a query e a key não vêm do encoder e o value não vem do decoder."
    )
    assert not known.found(
        "Na cross-attention a query vem do decoder, e a key e o value vêm do encoder."
    )


def test_reviewed_texts_make_almost_no_false_claim(corpus: Corpus) -> None:
    known = Misconceptions(corpus.examples)
    found = [f for e in corpus.examples for f in known.found(f"{e.answer}\n\n{e.simpler}")]
    assert len(found) <= 3, found
