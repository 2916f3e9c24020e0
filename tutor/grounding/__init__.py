"""Is every sentence of a draft supported by what was retrieved?

A sentence is supported when a reviewed sentence says it nearly verbatim (`verbatim`), or when a
classifier trained on true and corrupted paraphrases is sure that it says the same (`judge`). The
classifier is asked only about what is not verbatim, and only where one is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tutor.grounding.judge import Judge
from tutor.grounding.verbatim import NEGATIONS, content, tokens, verdict
from tutor.records import Example, SentenceVerdict, Verdict
from tutor.text import sentences

__all__ = ["NEGATIONS", "Judge", "check", "cited", "content", "reviewed_sentences", "tokens"]


def check(draft: str, sources: Sequence[Example], judge: Judge | None = None) -> Verdict:
    """One verdict a sentence; the draft is supported if it has sentences and all of them are."""
    reviewed = [(e.id, content(s)) for e in sources for s in reviewed_sentences(e)]

    def judged(sentence: str) -> SentenceVerdict:
        found = verdict(sentence, reviewed)
        if found.supported or judge is None:
            return found
        return judge.verdict(sentence, sources) or found

    verdicts = tuple(judged(sentence) for sentence in sentences(draft))
    return Verdict(bool(verdicts) and all(v.supported for v in verdicts), verdicts)


def reviewed_sentences(example: Example) -> Iterable[str]:
    for text in (example.answer, example.simpler, example.worked_example, *example.key_points):
        yield from sentences(text)


def cited(verdict: Verdict) -> str | None:
    """The entry that supports most sentences, the first one where two do equally."""
    counts: dict[str, int] = {}
    for sentence in verdict.sentences:
        if sentence.example_id is not None:
            counts[sentence.example_id] = counts.get(sentence.example_id, 0) + 1
    return max(counts, key=lambda i: counts[i]) if counts else None
