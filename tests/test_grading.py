from __future__ import annotations

import json

import pytest
from conftest import HashingEncoder

from eval.grading import DATA, kappa, read, scores
from tutor.grading import Grade, Grader, record
from tutor.grading.english import portuguese
from tutor.grading.language import assigned, found, sentences
from tutor.grading.rubrics import RUBRICS
from tutor.grading.spelling import canonical
from tutor.records import Corpus


@pytest.fixture(scope="module")
def grader(listed: Corpus) -> Grader:
    return Grader(listed, HashingEncoder())


def text(answer: str) -> list[str]:
    return sentences(canonical(answer))


# ---------------------------------------------------------------------- language


def test_field_terms_get_one_spelling() -> None:
    assert canonical("Entropia Cruzada (0,5)") == canonical("cross-entropy (0.5)")
    assert canonical("Q e K vêm do codificador") == canonical("query e key vem do encoder")
    assert canonical("o q e k vem do encoder") == "o query e key vem do encoder"


def test_patterns_count_only_where_affirmed() -> None:
    assert found("valid\\w* > atualiz", text("A validação atualiza os pesos."))
    assert not found("valid\\w* > atualiz", text("A validação não atualiza os pesos."))
    assert not found("valid\\w* > atualiz", text("A validação serve? O treino atualiza."))
    claim = "É falso que a validação atualiza os pesos."
    assert not found("valid\\w* > atualiz", text(claim), denials=True)


@pytest.mark.parametrize(
    ("sentence", "pairs"),
    [
        ("a query vem do decoder e a key e o value do encoder", ("decoder", "encoder", "encoder")),
        (
            "do decoder vem a query e do encoder a key e o value",
            ("decoder", "encoder", "encoder"),
        ),
        ("query e key vem do encoder e o value do decoder", ("encoder", "encoder", "decoder")),
    ],
)
def test_who_gives_what_to_whom(sentence: str, pairs: tuple[str, ...]) -> None:
    given = assigned(sentence)
    assert tuple(next(iter(given[k])) for k in ("query", "key", "value")) == pairs


# ----------------------------------------------------------------------- grades


def test_reviewed_texts_are_full(grader: Grader, listed: Corpus) -> None:
    for example in listed.examples:
        for full in (example.answer, " ".join(example.key_points)):
            grade = grader.grade(example.id, full)
            assert (grade.score, grade.misconceptions) == (2, ()), (example.id, grade)


def test_listed_false_claims_are_never_full_and_their_denial_is_no_mistake(
    grader: Grader, listed: Corpus
) -> None:
    missed = []
    for example in listed.examples:
        for misconception in example.misconceptions:
            claim = misconception.claim
            grade = grader.grade(example.id, claim)
            assert grade.score < 2, (example.id, claim)
            if not grade.misconceptions:
                missed.append(claim)
            denial = grader.grade(example.id, f"Não é verdade que {claim[0].lower()}{claim[1:]}")
            assert not denial.misconceptions, (example.id, claim)
    assert len(missed) <= 5, missed


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("31", "Q e K vêm do encoder e V vem do decoder."),
        ("31", "o value vem do decoder, a query e a key do encoder"),
        ("32", "a mascara deixa a matriz QK^T diagonal"),
        ("24", "porque a soma conserva os ângulos entre os embeddings"),
        ("27", "representa as palavras com forte relação entre si"),
        ("40", "o BERT serve para gerar texto e o GPT para classificar"),
        ("3", "usa k = 1"),
    ],
)
def test_what_contradicts_the_core_gets_nothing(grader: Grader, question: str, wrong: str) -> None:
    grade = grader.grade(question, wrong)
    assert grade.score == 0
    assert grade.misconceptions
    assert all(point.met != "yes" for point in grade.points)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("4", "O teste, porque a validação atualiza os pesos da rede."),
        ("20", "contexto similar, pq ele preve a palavra central a partir do contexto"),
        ("36", "mascara 15% dos tokens e preve quais eram; precisa de pessoas rotulando os dados"),
    ],
)
def test_a_slip_beside_what_is_right_leaves_one(grader: Grader, question: str, answer: str) -> None:
    grade = grader.grade(question, answer)
    assert grade.score == 1
    assert grade.misconceptions


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("3", "faz k igual a n, treina com todos menos um e testa nesse"),
        ("31", "o Q vem do decoder e o K e V do encoder"),
        ("31", "Não é verdade que Q e K vêm do encoder: Q vem do decoder, e K e V, do encoder"),
        ("32", "poe -infinito nas posicoes futuras antes da softmax e o peso delas fica 0"),
        ("2", "0,134"),
        ("13b", "deu 1.18"),
        ("17", "fa ##c ##o ##m / computa ##c ##a ##o"),
        ("28", "João -> Chocolate\ngosta -> João\nde -> gosta, de\nChocolate -> João"),
    ],
)  # fmt: skip
def test_short_everyday_answers_can_be_full(grader: Grader, question: str, answer: str) -> None:
    assert grader.grade(question, answer).score == 2


@pytest.mark.parametrize(
    "junk",
    ["", " ", "não sei", "asdf qwer", "😀", "query key value encoder softmax", "n" * 100_000],
)
def test_what_states_nothing_gets_nothing(grader: Grader, listed: Corpus, junk: str) -> None:
    for example in listed.examples:
        assert grader.grade(example.id, junk).score == 0, example.id


def test_the_question_copied_gets_nothing(grader: Grader, listed: Corpus) -> None:
    for example in listed.examples:
        assert grader.grade(example.id, example.question).score == 0, example.id


def test_the_answer_to_another_question_is_hardly_ever_full(grader: Grader) -> None:
    full = {c.question: c.answer for c in read() if c.score == 2 and c.id.endswith("-a")}
    others = [(q, o) for q in full for o in full if q != o]
    graded = [grader.grade(q, full[o]).score for q, o in others]
    assert graded.count(2) <= 0.005 * len(graded)
    assert graded.count(0) >= 0.9 * len(graded)


def test_numbers_are_compared_with_tolerance(grader: Grader) -> None:
    assert grader.grade("2", "L = 0.1338").score == 2
    assert grader.grade("2", "softmax dá 0,8748 e aplico -ln").score == 1
    assert grader.grade("2", "L = 1,338").score == 0
    assert grader.grade("16", "i n t e l i g ê n cia; compu ta ç ã o").score == 1
    assert grader.grade("29", "[[9,10,11],[0,1,2],[9,11,13],[0,1,2]]").score == 1


def test_evidence_is_quoted_and_the_hint_gives_no_key_point_away(
    grader: Grader, listed: Corpus
) -> None:
    points = {e.id: e.key_points for e in listed.examples}
    for case in read():
        grade = grader.grade(case.question, case.answer)
        for point in grade.points:
            assert bool(point.evidence) == (point.met != "no"), (case.id, point)
        assert grade.hint and grade.hint.count("\n") == 0
        assert not any(point in grade.hint for point in points[case.question])


def test_entries_without_a_rubric_are_graded_by_their_key_points(corpus: Corpus) -> None:
    grader = Grader(corpus, HashingEncoder())
    card = next(e for e in corpus.examples if e.collection == "concepts")
    assert grader.grade(card.id, " ".join(card.key_points)).score == 2
    assert grader.grade(card.id, "não sei").score == 0
    with pytest.raises(KeyError):
        grader.grade("999", "resposta")


@pytest.mark.parametrize(
    ("question", "answer", "score"),
    [
        ("12", "The loss takes raw logits and already applies log-softmax internally.", 2),
        (
            "24",
            "Adding keeps the same dimension; concatenation would increase the size and cost.",
            2,
        ),
        ("4", "The validation error, because it is measured during training.", 0),
    ],
)
def test_english_answers_are_read_alike(
    grader: Grader, question: str, answer: str, score: int
) -> None:
    assert grader.grade(question, answer).score == score


def test_english_field_terms_become_portuguese() -> None:
    assert portuguese("several hidden layers") == "varias camadas ocultas"
    assert portuguese("Q and K") == "Q e K"


@pytest.mark.parametrize(
    ("question", "answer", "score"),
    [
        ("14", "A saída é F(x)+x. Para ignorar o bloco é preciso aprender F(x) = x.", 1),
        ("14", "Para ignorar o bloco é preciso aprender F(x) = x.", 0),
        ("4", "A validação, porque o teste não participa do treino.", 0),
    ],
)
def test_what_is_right_apart_from_a_fatal_slip_earns_one_but_no_wrong_verdict(
    grader: Grader, question: str, answer: str, score: int
) -> None:
    grade = grader.grade(question, answer)
    assert grade.score == score
    assert grade.misconceptions


def test_a_hedge_states_nothing_and_everyday_words_are_understood(grader: Grader) -> None:
    assert grader.grade("36", "não sei").score == 0
    hedged = "Acho que o teste, porque não participa das escolhas"
    assert grader.grade("4", hedged).score == 2
    assert canonical("picada em trechinhos") == "dividida em pedacos"


def test_evidence_is_the_students_own_words(grader: Grader) -> None:
    answer = "The loss takes raw logits. It already applies log-softmax internally!"
    quoted = [p.evidence for p in grader.grade("12", answer).points if p.evidence]
    assert quoted
    assert all(evidence in answer for evidence in quoted)


def test_an_answer_without_end_is_read_up_to_a_length(grader: Grader) -> None:
    full = "o Q vem do decoder e o K e V do encoder. "
    assert grader.grade("31", full + "x" * 100_000).score == 2
    assert grader.grade("31", "\u200b" * 500 + full).score == 2
    assert grader.grade("31", "a\n" * 50_000).score == 0


def test_record_is_a_json_line(grader: Grader) -> None:
    grade: Grade = grader.grade("31", "Q e K vêm do encoder e V do decoder")
    line = json.loads(json.dumps(record(grade, "r1"), ensure_ascii=False))
    assert list(line) == ["id", "question", "score", "points", "misconceptions", "hint"]
    assert (line["id"], line["question"], line["score"]) == ("r1", "31", 0)
    assert line["points"][0].keys() == {"point", "met", "evidence"}
    assert grade == grader.grade("31", "Q e K vêm do encoder e V do decoder")


# ------------------------------------------------------------------------- eval


def test_every_question_has_a_rubric_or_is_numeric(listed: Corpus) -> None:
    from tutor.grading.numeric import NUMERIC

    assert {e.id for e in listed.examples} == RUBRICS.keys() | NUMERIC.keys()
    for example in listed.examples:
        rubric = RUBRICS.get(example.id)
        if rubric is None:
            continue
        assert all(point < len(example.key_points) for _, point, _ in rubric.ideas)
        listed_claims = [c for c, _ in (*rubric.slips, *rubric.fatal) if isinstance(c, int)]
        assert all(c < len(example.misconceptions) for c in listed_claims)


def test_kappa() -> None:
    assert kappa([0, 1, 2], [0, 1, 2]) == 1
    assert kappa([0, 2], [2, 0]) == -1
    assert kappa([0, 0, 2, 2], [0, 2, 0, 2]) == 0


def test_agreement_with_answers_graded_by_hand(grader: Grader, listed: Corpus) -> None:
    cases = read()
    lines = DATA.read_text(encoding="utf-8").splitlines()
    assert len({c.id for c in cases}) == len(cases) == len(lines) == 5 * len(listed.examples)
    for split in ("tune", "test"):
        chosen = [c for c in cases if c.split == split]
        assert kappa([c.score for c in chosen], scores(grader, chosen)) >= 0.8
    assert not {c.question for c in cases if c.split == "tune"} & {
        c.question for c in cases if c.split == "test"
    }
