"""Every suite from end to end with fake models, and what the reports make of it."""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from eval import cases, compare, page, plots, readme, report, rivals, run, summary, terminal
from eval.__main__ import main, verdict
from eval.baselines import bm25, dense, fused
from eval.cases import Expected
from eval.contamination import Match
from eval.corruptions import CORRUPTIONS, negation
from eval.grading import agreement, confusion
from eval.harness import (
    Barred,
    Journal,
    Outcome,
    Subject,
    TimedOut,
    attempt,
    deadline,
    finite,
    read_journal,
)
from eval.metrics import Rate
from eval.results import Item, Options, Plot, SuiteResult
from eval.run import SUITES, Bench, Run
from eval.suites import grading, prose, router, scope
from eval.suites.dialogues import judged
from tests.conftest import ROOT, EchoGenerator, FixedRouter, HashingEncoder
from tutor.index import Index
from tutor.pipeline import Tutor
from tutor.prompt import END
from tutor.records import Answer, Corpus, Prompt, Question
from tutor.retriever import Retriever
from tutor.settings import Settings


class Copier(EchoGenerator):
    """Copies the nearest shot; without one it invents."""

    def stream(self, prompt: Prompt) -> Iterator[str]:
        yield prompt.shots[0].answer if prompt.shots else "A rede sonha com ovelhas elétricas."


class Broken(EchoGenerator):
    def stream(self, prompt: Prompt) -> Iterator[str]:
        raise RuntimeError("out of order")


@pytest.fixture(scope="module")
def entries(corpus: Corpus) -> Corpus:
    """All entries with a few student queries: small enough for fakes."""
    return replace(corpus, queries=corpus.queries[::40])


@pytest.fixture(scope="module")
def retriever(entries: Corpus) -> Retriever:
    encoder = HashingEncoder()
    return Retriever(entries, encoder, Index.build(entries, encoder))


def subject(entries: Corpus, retriever: Retriever, generator: EchoGenerator) -> Subject:
    tutor = Tutor(Settings(), entries, retriever, FixedRouter(), generator)  # type: ignore[arg-type]
    return Subject(tutor, timeout=20.0)


@pytest.fixture(scope="module")
def whole(entries: Corpus, retriever: Retriever, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Every suite on four cases; `prose` needs a folder and is left out."""
    journal = Journal(tmp_path_factory.mktemp("runs") / "now.jsonl")
    bench = Bench(
        entries,
        lambda: subject(entries, retriever, Copier()),
        Options(limit=4, timeout=20.0),
        journal,
    )
    bench.__dict__["rankers"] = {"BM25 over entries": bm25(entries)}  # MiniLM takes seconds to load
    stamp = {"when": "now", "git": "abc", "corpus": "c", "index": "i", "machine": "m"}
    done = run.run(tuple(SUITES), bench, stamp)
    assert len(journal.path.read_text(encoding="utf-8").splitlines()) == sum(
        len(s.items) for s in done.suites
    )
    assert len(read_journal(journal.path)) == sum(len(s.items) for s in done.suites)
    return done


@pytest.mark.parametrize("name", [name for name in SUITES if name != "prose"])
def test_every_suite_measures_its_cases(whole: Run, name: str) -> None:
    results = [s for s in whole.suites if s.name == name]
    assert {s.label.split(", card")[0] for s in results} >= set(cases.SETS.get(name, {}))
    for suite in results:
        assert suite.items
        assert not suite.errors, [i.error for i in suite.errors]
        assert len({i.id for i in suite.items}) == len(suite.items)
        assert all(0 <= r.passed <= r.total for r in suite.rates.values())
        assert suite.headline is None or suite.rates[suite.headline].total
        assert all(len(row) == len(t.header) for t in suite.tables for row in t.rows)


def test_titles_are_unique_and_prose_says_what_it_needs(whole: Run) -> None:
    titles = [s.title for s in whole.suites]
    assert len(set(titles)) == len(titles)
    assert whole.left_out == {"prose": "needs --prose FOLDER"}
    for shown in (terminal.text(whole), report.markdown(whole), page.html(whole)):
        assert "--prose FOLDER" in shown


def test_held_out_sets_stand_before_those_that_were_looked_at(whole: Run) -> None:
    labels = [s.label for s in whole.suites if s.name in ("scope", "dialogues", "numeric")]
    assert labels == [cases.HELD_OUT, cases.LOOKED_AT] * 3
    assert summary.of(whole)["suites"].keys() >= {"students (held out)", "numeric (held out)"}


def test_a_draft_that_copies_the_nearest_answer_would_be_shown(whole: Run) -> None:
    icl = next(s for s in whole.suites if s.name == "icl")
    by_arm = {str(i.detail["arm"]): i for i in icl.items}
    assert by_arm["nearest 1"].passed
    assert by_arm["copy the nearest answer"].passed
    assert not by_arm["random context"].passed  # it copies an entry that is not the nearest one
    assert not by_arm["no context"].passed
    assert by_arm["no context"].detail["unsupported"] == 1


def test_terminal_markdown_and_page_show_every_suite(whole: Run) -> None:
    for text in (terminal.text(whole, False), report.markdown(whole), page.html(whole)):
        for name in SUITES:
            assert name in text
        assert "%" in text
    html = page.html(whole)
    assert html.count("<svg") >= 10
    for outside in ("<script", "src=", "http:", "https:", "@import"):
        assert outside not in html.replace("http://www.w3.org", "")


def test_report_escapes_what_students_write(whole: Run) -> None:
    item = Item("lista", "x", "<img src=x onerror=alert(1)> | *a*", passed=False, error="boom")
    suite = SuiteResult("lista", "", (item,), {"r": Rate(0, 1)}, "r")
    odd = replace(whole, suites=(suite,))
    assert "<img" not in page.html(odd)
    assert r"\<img" in report.markdown(odd)
    assert "boom" in terminal.text(odd)


def test_summary_is_json_and_makes_the_readme_block(whole: Run, tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    summary.write(path, summary.of(whole))
    read = summary.read(path)
    assert "NaN" not in path.read_text(encoding="utf-8")
    text = f"# T\n{readme.START}\nold\n{readme.END}\nend\n"
    fresh = readme.updated(text, read)
    assert readme.current(fresh) == readme.block(read) == readme.block(summary.of(whole))
    assert fresh.endswith("end\n") and "old" not in fresh
    with pytest.raises(ValueError, match="no block"):
        readme.updated("# T\n", read)


def test_the_readme_shows_the_committed_results() -> None:
    """`python -m eval` writes eval/results.json, `python -m eval --readme` the README's table."""
    committed = summary.read(ROOT / "eval" / "results.json")
    assert readme.current((ROOT / "README.md").read_text(encoding="utf-8")) == readme.block(
        committed
    )


def test_an_earlier_run_is_compared_item_by_item(whole: Run, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "before.jsonl")
    suite = whole.suites[0]
    for item in suite.items:
        journal.add(replace(item, passed=not item.passed))
    lines = "\n".join(compare.lines(whole, journal.path))
    changed = sum(i.passed for i in suite.items)
    assert f"+{changed} −{len(suite.items) - changed}" in lines
    assert "no item in common" in lines


# ------------------------------------------------------------------ failures and exit codes


def test_errors_time_outs_and_nan_count_as_failures(entries: Corpus, retriever: Retriever) -> None:
    outcome = subject(entries, retriever, Broken()).ask("O que é o value na self-attention?")
    assert outcome.answer is None
    assert outcome.error == "RuntimeError: out of order"
    assert judged(Expected(("mode_any",), (None,), ("reference",), None, None), outcome) == {
        "mode_any": False
    }

    def hang() -> Answer:
        time.sleep(5)
        raise AssertionError

    late = attempt(hang, 0.05)
    assert late.error is not None and late.error.startswith("TimedOut")
    assert late.seconds < 2
    assert not finite({"a": [1.0, math.nan]}) and finite({"a": [1, "x", None]})


def test_the_deadline_is_lifted_afterwards() -> None:
    with deadline(0.05):
        pass
    time.sleep(0.1)
    with pytest.raises(TimedOut), deadline(0.05):
        time.sleep(1)


def test_the_exit_code_follows_the_verdicts(whole: Run) -> None:
    good = SuiteResult("lista", "", (), {"r": Rate(9, 10)}, "r")
    empty = SuiteResult("scope", "", (), {"r": Rate(0, 0)}, "r")
    silent = SuiteResult("latency", "", (), {}, None)
    failed = SuiteResult("icl", "", (Item("icl", "x", "", False, error="e"),), {}, None)
    clean = replace(whole, contaminated=(), suites=(good, silent))
    assert verdict(clean, None) == 0
    assert verdict(clean, 0.9) == 0
    assert verdict(clean, 0.91) == 1
    assert verdict(replace(clean, suites=(empty,)), 0.0) == 1
    assert verdict(replace(clean, suites=(failed,)), None) == 1
    assert verdict(replace(clean, contaminated=(Match("a", "b", "c", 1.0),)), None) == 1


def test_wrong_options_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--compare", str(tmp_path / "none.jsonl")]) == 2
    for wrong in (
        ["--suite", "scope,nope"],
        ["--limit", "0"],
        ["--fail-under", "2"],
        ["--prose", str(tmp_path)],
    ):
        with pytest.raises(SystemExit) as stopped:
            main(wrong)
        assert stopped.value.code == 2
    assert "there is no run" in capsys.readouterr().err


def test_errors_stand_first_among_the_failures_then_the_worst() -> None:
    items = (
        Item("s", "passed", "", True),
        Item("s", "mild", "", False, badness=1),
        Item("s", "bad", "", False, badness=9),
        Item("s", "error", "", False, error="e"),
    )
    assert [i.id for i in SuiteResult("s", "", items, {}, None).worst] == ["error", "bad", "mild"]


# -------------------------------------------------------------------------- what suites measure


def test_an_entry_that_is_barred_is_nowhere(entries: Corpus, retriever: Retriever) -> None:
    whole = subject(entries, retriever, Copier())
    barred = whole.without("25")
    text = "Qual é a função da multiplicação da query pela key na self-attention?"
    assert "25" in {h.example.id for h in whole.retriever.search(text, 3)}
    found = barred.retriever.search(text, len(entries.examples))
    assert "25" not in {h.example.id for h in found}
    assert len(found) == len(entries.examples) - 1
    outcome = barred.ask(text)
    assert outcome.error is None
    assert outcome.example_id != "25" and "25" not in outcome.hits
    assert entries.examples == whole.corpus.examples


def test_other_passages_keep_their_place_when_an_entry_is_barred(
    entries: Corpus, retriever: Retriever
) -> None:
    index = retriever._index
    vector = HashingEncoder().encode(["o que é a query"])[0]
    places, cosines = index.search(vector, len(index.passages))
    expected = [
        (index.passages[p], c)
        for p, c in zip(places, cosines, strict=True)
        if index.passages[p].example_id != "25"
    ][:50]
    own = Barred(index, "25")
    mine = [(own.passages[p], c) for p, c in zip(*own.search(vector, 50), strict=True)]
    assert mine == expected


def _message(group: str, covered: float | None, passed: bool) -> Item:
    detail = {"group": group, "covered": covered}
    return Item("scope", f"{group}{covered}", "", passed, detail=detail)


def test_the_rejection_curve_moves_only_what_the_threshold_decided() -> None:
    outside = [_message("outside", c, True) for c in (0.1, 0.3, 0.7)]
    outside += [_message("outside", None, True), _message("outside", None, False)]
    assert scope.declined(outside, 0.5) == Rate(3, 5)
    assert scope.declined(outside, 1.0) == Rate(4, 5)
    inside = [_message("inside", n / 100, True) for n in range(99)]
    inside.append(_message("inside", None, False))
    assert scope.declined(inside, scope.best_threshold(inside)) == Rate(2, 100)


def test_care_is_the_reply_with_the_helpline(entries: Corpus, retriever: Retriever) -> None:
    asked = [
        cases.Query("c1", "quero morrer, não aguento mais", None, "despair", "care"),
        cases.Query("c2", "oi", None, "despair", "care"),
    ]
    journal = Journal(Path(os.devnull))
    found = scope.run(asked, subject(entries, retriever, Copier()), journal)
    assert [i.passed for i in found.items] == [True, False]
    assert found.worst[0].id == "c2"


def test_macro_f1_and_reliability() -> None:
    # class a: precision 1/2, recall 1/1; class b: precision 1/1, recall 1/2; both F1 = 2/3
    assert router.macro_f1([("a", "a"), ("b", "a"), ("b", "b")]) == pytest.approx(2 / 3)
    assert math.isnan(router.macro_f1([]))


def test_rivals_are_fitted_on_nothing_that_was_left_out(corpus: Corpus) -> None:
    few = replace(corpus, queries=corpus.queries[::40])
    known, left_out = rivals.texts(few, held_out=False), rivals.texts(few, held_out=True)
    assert left_out and not {t.text for t in known} & {t.text for t in left_out}
    classify = rivals.nearest(known, HashingEncoder())
    sample = next(t for t in known if t.intent and t.topic)
    assert classify(sample.text)["topic"].label == sample.topic


class Copying:
    """A decoder that expects after each token what followed it the first time."""

    def __init__(self, ids: Sequence[int] = ()) -> None:
        self._read: list[int] = []
        self.logits = self.feed(ids)[-1] if ids else np.zeros(16)

    def start(self, ids: Sequence[int], room: int) -> Copying:
        return Copying(ids)

    def has_room(self, tokens: int) -> bool:
        return True

    def feed(self, ids: Sequence[int], outputs: int = 1) -> np.ndarray:
        rows = np.zeros((len(ids), 16))
        for row, token in zip(rows, ids, strict=True):
            self._read.append(token)
            first = self._read.index(token)
            if first + 1 < len(self._read):
                row[self._read[first + 1]] = 50.0
        return rows[-outputs:]

    def forget(self, tokens: int) -> None:
        del self._read[len(self._read) - tokens :]


@pytest.fixture
def copying() -> prose.Model:
    vocabulary = {f"w{i}": i for i in range(15)} | {END: 15}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="w0"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return prose.Model(Copying(), tokenizer)


def test_bits_are_those_of_a_guess_until_something_repeats(copying: prose.Model) -> None:
    blind = math.log(16)
    assert copying.nats([1, 2, 3, 1, 2]) == pytest.approx([blind, blind, blind, 0.0], abs=1e-6)
    assert copying.choices([1, 2, 3, 1, 2])[3] == 2


def test_prose_counts_bits_a_byte_and_exact_copies(copying: prose.Model, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "now.jsonl")
    done = prose.run([("a", "w1 w2")], copying, Options(limit=1), journal)
    assert done.figures["bits a byte"] == pytest.approx(8 / 5)  # two tokens of 4 bits, 5 bytes
    # With ten tokens to draw from, a long span repeats some and the copier goes astray.
    assert done.rates["random spans copied exactly"].total == len(prose.LENGTHS)
    assert not next(i for i in done.items if i.id == "span-128-0").passed
    assert not done.errors


def test_grading_interval_holds_the_kappa() -> None:
    items = [
        Item("grading", f"{q}-{s}", "", True, expected=s, got=min(s, 1), detail={"question": q})
        for q in range(8)
        for s in (0, 1, 2)
    ]
    low, high = grading.interval(items, 0)
    assert low <= agreement(confusion([0, 1, 2] * 8, [0, 1, 1] * 8)) <= high
    assert math.isnan(grading.interval([], 0)[0])


# ------------------------------------------------------------------------------------- parts


def test_curves_leave_out_what_was_not_measured() -> None:
    drawn = plots.svg(
        Plot("curves", "t", ("x", "y"), ((0.0, math.nan, 1.0), (0.0, 0.5, 1.0)), ("a",))
    )
    assert drawn.count("<circle") == 2
    assert "nan" not in drawn


def test_baselines_rank_every_entry_once(listed: Corpus) -> None:
    lexical = bm25(listed)
    near = dense(listed, HashingEncoder().encode)
    both = fused(lexical, near)
    ids = {e.id for e in listed.examples}
    for rank in (lexical, near, both):
        order = rank("para que serve o value na self-attention")
        assert len(order) == len(ids) and set(order) == ids
    assert lexical("leave-one-out na validação cruzada")[0] == "3"
    assert lexical("∅ zzz")[0] == listed.examples[0].id  # nothing matches: the list's own order


def test_corruptions_change_the_sentence_and_keep_its_formulas() -> None:
    sentence = "O encoder é treinado com 3 camadas e a query vem do decoder, com $K=2$."
    for name, corrupt in CORRUPTIONS.items():
        changed = corrupt(sentence, random.Random(0))
        assert changed is not None and changed != sentence, name
        assert name == "number changed" or "$K=2$" in changed
        assert corrupt("Nada", random.Random(0)) is None
    assert negation("A matriz não é simétrica.", random.Random(0)) == "A matriz é simétrica."
    assert negation("A matriz é quadrada.", random.Random(0)) == "A matriz não é quadrada."


def test_a_turn_is_judged_by_what_its_case_fixes() -> None:
    answer = Answer("t", "reference", Question("a", "a", style="simple"), example_id="9")
    outcome = Outcome(answer, 0.1)
    expected = Expected(("mode_any", "question_id", "style"), ("9",), ("reference",), None, "short")
    assert judged(expected, outcome) == {"mode_any": True, "question_id": True, "style": False}
    value = Expected(("mode_any", "value"), (None,), ("clarify",), None, None)
    assert judged(value, outcome) == {"mode_any": False, "value": True}
