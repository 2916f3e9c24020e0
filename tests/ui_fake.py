"""A tutor without models for the page's tests: real corpus, real solver, a trivial search."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tutor import build, prompt, solver
from tutor.pipeline import worked
from tutor.records import (
    Answer,
    Corpus,
    Draft,
    Example,
    Hit,
    Prompt,
    Question,
    Route,
    SentenceVerdict,
    Shot,
    Turn,
    Verdict,
)
from tutor.settings import Settings
from tutor.text import sentences, words
from tutor.ui.chat import Chat
from tutor.ui.feedback import Feedback
from tutor.ui.loading import Loading
from tutor.ui.page import Page
from tutor.ui.server import Answering, run


class FakeTutor:
    """Answers by the words that a message shares with a question; follow-ups repeat the last."""

    def __init__(self, corpus: Corpus, settings: Settings, seconds: float = 0.0) -> None:
        self.corpus, self.settings = corpus, settings
        self._seconds = seconds  # between two pieces

    def stream(self, message: str, history: Sequence[Turn] = ()) -> Iterator[str | Answer]:
        answer = self.answer(message, history)
        for sentence in sentences(answer.text):
            yield f"{sentence} "
            time.sleep(self._seconds)
        yield answer

    def answer(self, message: str, history: Sequence[Turn] = ()) -> Answer:
        if message == "explode":
            raise RuntimeError("secret detail")
        solution = solver.solve(message)
        if solution is not None:
            route = Route(solution.topic or "fundamentos", "numeric", 1.0)
            question = Question(message, message)
            return Answer(
                worked(solution), "computed", question, route=route, solution=solution,
                problem=solution.problem, timings={"solve": 0.004},
            )  # fmt: skip
        follows = bool(history) and len(words(message)) < 4
        standalone = f"{message} ({history[-1].standalone})" if follows else message
        question = Question(message, standalone, is_follow_up=follows)
        hits = tuple(self._search(standalone))
        best = hits[0].example
        text = prompt.reviewed_text(best, "normal")
        verdict = Verdict(False, (
            SentenceVerdict(best.key_points[0], True, best.id, "igual a um ponto-chave"),
            SentenceVerdict("A matriz soma 2 por linha.", False, None, "nenhum trecho diz isso"),
        ))  # fmt: skip
        shots = tuple(Shot(h.example.id, h.example.question, h.example.answer) for h in hits)
        shown = "\n\n".join(f"P: {shot.question}\nR: {shot.answer}" for shot in shots)
        return Answer(
            text, "reference", question,
            route=Route(best.topic, "conceptual", 0.9), hits=hits, example_id=best.id,
            prompt=Prompt(shots, standalone, "normal", shown, 812),
            draft=Draft("A matriz soma 2 por linha.", "end", 9, "tutor-gpt"), verdict=verdict,
            suggestions=tuple(example.aliases[0] for example in self._related(best)),
            timings={"dialogue": 0.001, "route": 0.03, "retrieve": 0.02, "generate": 1.2},
        )  # fmt: skip

    def _search(self, text: str) -> list[Hit]:
        wanted = set(words(text))

        def score(example: Example) -> float:
            found = set(words(" ".join([example.title, example.question, *example.aliases])))
            return len(wanted & found) / (len(wanted) or 1)

        ranked = sorted(self.corpus.examples, key=score, reverse=True)[:3]
        return [Hit(e, score(e), score(e), score(e), e.key_points[0]) for e in ranked]

    def _related(self, example: Example) -> list[Example]:
        by_id = {e.id: e for e in self.corpus.examples}
        return [by_id[i] for i in example.related[:3] if i in by_id]


def main() -> None:
    """Serves the page with this tutor: port, folder for feedback, seconds between pieces, and
    another corpus where there should be one."""
    port, state, seconds = int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
    settings = replace(Settings(), port=port, state=state)
    if sys.argv[4:]:
        settings = replace(settings, corpus=Path(sys.argv[4]))
    corpus = build.read_corpus(settings)
    answering = Answering()
    loading = Loading(lambda: FakeTutor(corpus, settings, seconds))  # type: ignore[arg-type,return-value]
    chat = Chat(loading, Feedback(state), answering)
    run(Page(corpus, chat, concurrency=2).build(), settings, answering)


if __name__ == "__main__":
    main()
