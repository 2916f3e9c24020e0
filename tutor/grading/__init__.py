"""A student's answer -> a grade with the words that earned it; deterministic, no language model.

Answers are read in one spelling (`spelling`: terms, abbreviations, everyday words; hedges left
out), English ones through a glossary (`english`).

How marks are given. Each question of the list has a rubric (`rubrics`): ideas that the question
asks for carry one or two marks, further ones half a mark; two marks are a full answer. So a short
answer with the essential ideas is full and not every key point is needed. Ideas are looked for
sentence by sentence, affirmed and not negated. A key point whose words or meaning a sentence holds
(`meaning`) also earns its marks. Entries without a rubric: the first key point weighs three, the
second two, the others one each, partly met counts half; four are full if the first is among them,
one and a half is a score of 1.

What is wrong lowers it: a fatal slip (it contradicts the core) leaves 1 if what is said apart from
it earns that and the verdict asked for is not the wrong one, else nothing; any other slip leaves at
most 1, and a student who denies a false claim has not made it. Entries that ask for numbers or
tokens are compared with the reviewed ones (`numeric`). A copied statement, a list of terms that
states nothing, an answer to another question (its words are those of another entry), or one that
makes no point of this question earns 0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tutor.grading import meaning
from tutor.grading.english import portuguese
from tutor.grading.language import denied, found, sentences
from tutor.grading.numeric import NUMERIC, Findings
from tutor.grading.rubrics import RUBRICS, Rubric, Slip
from tutor.grading.spelling import canonical
from tutor.records import Corpus, Encoder, Example, Json
from tutor.text import fold, language, normalise, words

Met = Literal["yes", "partly", "no"]

LONGEST, MOST = 3000, 60  # characters and sentences of an answer that are read
SAID, SAID_PARTLY = 0.62, 0.4  # share of a key point's weighted stems that a sentence holds
MEANT, MEANT_PARTLY = 0.86, 0.7  # cosine of a sentence and a key point
ELSEWHERE, FAR_ELSEWHERE = 0.3, 0.5  # how much nearer another entry is: not full, off the question
FEW = 8  # stems below which an answer is too short to say which entry it is near
FULL, HALF = 2.0, 0.5  # marks for a score of 2 and of 1
BESIDE_SLIP = 0.75  # marks that an answer with a slip needs for a score of 1
BESIDE_FATAL = 0.75  # marks apart from a fatal slip that are needed for a score of 1
_EPSILON = 1e-9
_CLAUSE = re.compile(r"[,:()](?!\d)|\be (?=(?:o|a|os|as)\b)")


@dataclass(frozen=True)
class PointVerdict:
    """A key point of the entry and the student's own words that make it."""

    point: str
    met: Met
    evidence: str


@dataclass(frozen=True)
class WrongClaim:
    """A false claim that the answer makes, why it is false, and the student's words."""

    claim: str
    why: str
    evidence: str


@dataclass(frozen=True)
class Grade:
    example_id: str
    score: Literal[0, 1, 2]
    points: tuple[PointVerdict, ...]
    misconceptions: tuple[WrongClaim, ...]
    hint: str


def record(grade: Grade, answer_id: str | None = None) -> dict[str, Json]:
    """A grade as a JSON line; without `answer_id` its id is the question's."""
    return {
        "id": answer_id if answer_id is not None else grade.example_id,
        "question": grade.example_id,
        "score": grade.score,
        "points": [{"point": p.point, "met": p.met, "evidence": p.evidence} for p in grade.points],
        "misconceptions": [m.claim for m in grade.misconceptions],
        "hint": grade.hint,
    }


@dataclass(frozen=True)
class _Answer:
    """An answer as the stages read it: sentences as written, and the same in canonical spelling."""

    written: tuple[str, ...]
    plain: tuple[str, ...]

    def quote(self, plain: str) -> str:
        """The student's own words for a canonical sentence or a part of one."""
        for written, known in zip(self.written, self.plain, strict=True):
            if plain == known:
                return written
        pieces = [re.escape(p).replace(r"\.", "[.,]") for p in fold(plain).split()]
        between = r"[^\w#]*" if len(pieces) > 1 else ""
        for written in self.written:
            low = fold(written)
            match = re.search(between.join(pieces), low) if len(low) == len(written) else None
            if match:
                return written[match.start() : match.end()]
        return " ".join(self.written)


class Grader:
    def __init__(self, corpus: Corpus, encoder: Encoder) -> None:
        self._examples = {e.id: e for e in corpus.examples}
        self._encoder = encoder
        self._weights = meaning.Weights(p for e in corpus.examples for p in e.key_points)
        self._rows: dict[str, np.ndarray] = {}
        self._vocabularies: dict[str, dict[str, frozenset[str]]] = {}

    def grade(self, example_id: str, answer: str) -> Grade:
        """Raises KeyError where the corpus has no entry `example_id`."""
        example = self._examples[example_id]
        answer = answer[: 10 * LONGEST]  # what is invisible in it may be most of it
        read = _read(answer, example)
        if not read.plain:
            return self._decide(example, Findings(), ())
        verdicts = self._points(example, read)
        rubric = RUBRICS.get(example_id)
        if example_id in NUMERIC:
            findings = NUMERIC[example_id](answer[:LONGEST])
        elif rubric is not None:
            findings = _by_rubric(rubric, read, verdicts)
        else:
            findings = _by_weight(verdicts)
        claims = (
            []
            if example_id in NUMERIC and findings.score == 2
            else self._listed_claims(example, read)
        )
        if claims and findings.score:
            findings.score = 1
        apart = self._apart(example, read)
        if example_id not in NUMERIC and apart > ELSEWHERE:
            findings.score = 0 if apart > FAR_ELSEWHERE else min(findings.score, 1)
        for point, (met, evidence) in verdicts.items():
            if point not in findings.points and (met != "yes" or example_id not in NUMERIC):
                findings.points[point] = (met, evidence)
        if findings.score == 0 and not findings.slips and not claims and rubric is not None:
            findings.points = {k: ("partly", e) for k, (_, e) in findings.points.items()}
        slips = [*findings.slips, *claims]
        return self._decide(example, findings, _wrong(example, slips, read), read)

    # ------------------------------------------------------------ key points

    def _points(self, example: Example, read: _Answer) -> dict[int, tuple[str, str]]:
        """What the sentences say of the key points by their stems and their meaning."""
        units = [
            *read.plain,
            *(f"{a} {b}" for a, b in zip(read.plain, read.plain[1:], strict=False)),
        ]
        if example.id not in self._rows:
            self._rows[example.id] = self._encoder.encode(list(example.key_points))
        cosines = self._rows[example.id] @ self._encoder.encode(list(read.written)).T
        verdicts: dict[int, tuple[str, str]] = {}
        for k, point in enumerate(example.key_points):
            wanted, negated = meaning.stems(point), meaning.negative(point)
            best: tuple[int, float, str] = (0, 0.0, "")
            for i, unit in enumerate(units):
                said = meaning.stems(unit)
                share = self._weights.share(wanted, said)
                near = float(cosines[k, i]) if i < len(read.plain) else 0.0
                level = 2 if share >= SAID or (near >= MEANT and share >= SAID_PARTLY) else 0
                if not level and (share >= SAID_PARTLY or (near >= MEANT_PARTLY and share >= 0.2)):
                    level = 1
                if level and meaning.swapped(wanted, said):
                    level = 0
                if level == 2 and (
                    meaning.negative(unit) != negated
                    or not meaning.numbers(point) <= meaning.numbers(unit)
                ):
                    level = 1
                evidence = read.plain[i] if i < len(read.plain) else read.plain[i - len(read.plain)]
                best = max(best, (level, share, evidence))
            if best[0]:
                verdicts[k] = ("yes" if best[0] == 2 else "partly", best[2])
        return verdicts

    def _listed_claims(self, example: Example, read: _Answer) -> list[tuple[int | str, str]]:
        """Listed false claims that a sentence makes in nearly the same words, negated alike."""
        claims: list[tuple[int | str, str]] = []
        for k, misconception in enumerate(example.misconceptions):
            for sentence in read.plain:
                if not denied(sentence) and meaning.repeats(misconception.claim, sentence):
                    claims.append((k, sentence))
                    break
        return claims

    def _apart(self, example: Example, read: _Answer) -> float:
        """How much more of the answer's words another entry of the collection has than this one."""
        said = meaning.stems(" ".join(read.plain))
        if len(said) < FEW:
            return 0.0
        vocabularies = self._vocabularies.get(example.collection)
        if vocabularies is None:
            vocabularies = self._vocabularies[example.collection] = {
                e.id: _vocabulary(e)
                for e in self._examples.values()
                if e.collection == example.collection
            }
        shares = {k: self._weights.share(said, known) for k, known in vocabularies.items()}
        own = shares.pop(example.id)
        return max(shares.values(), default=0.0) - own

    # ---------------------------------------------------------------- result

    def _decide(
        self,
        example: Example,
        findings: Findings,
        wrong: Sequence[WrongClaim],
        read: _Answer | None = None,
    ) -> Grade:
        points = []
        for k, point in enumerate(example.key_points):
            met, evidence = findings.points.get(k, ("no", ""))
            quoted = read.quote(evidence) if read is not None else evidence
            points.append(PointVerdict(point, met, quoted if evidence else ""))  # type: ignore[arg-type]
        score = max(0, min(2, findings.score))
        hint = self._hint(example, score, points, wrong)
        return Grade(example.id, score, tuple(points), tuple(wrong), hint)  # type: ignore[arg-type]

    def _hint(
        self,
        example: Example,
        score: int,
        points: Sequence[PointVerdict],
        wrong: Sequence[WrongClaim],
    ) -> str:
        if wrong and example.kind == "numeric":
            return f"Confira de onde vem “{_short(wrong[0].evidence)}”: refaça esse passo."
        if wrong:
            quoted = _short(wrong[0].evidence)
            return (
                f"Reveja este trecho: “{quoted}”. Confira se é isso mesmo que acontece e por quê."
            )
        worth = _worth(example.id)
        open_points = [
            (p.met == "partly", -worth.get(k, 0.0), k)
            for k, p in enumerate(points)
            if p.met != "yes"
        ]
        missing = points[min(open_points)[2]] if open_points else None
        if missing is None:
            return "Resposta completa."
        about = self._about(missing.point, example.question)
        if score == 2:
            return f"Resposta certa. Para ir além, comente também: {about}."
        if score == 1:
            return f"Está no caminho. Falta explicar melhor: {about}."
        return f"Ainda falta o principal. Releia a pergunta e pense em: {about}."

    def _about(self, point: str, question: str) -> str:
        """Two or three telling words of a key point: what to think of, not the answer."""
        asked = meaning.stems(question)
        plain = re.sub(r"\$[^$]*\$|`[^`]*`|\[[^\]]*\]|\([^)]*\)", " ", point)
        candidates = [w for w in re.findall(r"[^\W\d_]{4,}", plain) if meaning.stems(w)]
        fresh = [w for w in candidates if not meaning.stems(w) & asked] or candidates
        rarest = sorted((-self._weights.of(min(meaning.stems(w))), w) for w in set(fresh))
        telling = {w for _, w in rarest[:3]}
        chosen = [w for w in dict.fromkeys(fresh) if w in telling]
        return ", ".join(f"“{w.lower()}”" for w in chosen) or "cada passo da conta"


# --------------------------------------------------------------------- reading


def _read(answer: str, example: Example) -> _Answer:
    """The answer's statements; nothing where it copies the question or states nothing."""
    text = normalise(answer)[:LONGEST]
    told = words(canonical(text))
    if not told or _copies(text, example.question) or not meaning.statement(canonical(text)):
        return _Answer((), ())
    own = portuguese if language(text) == "en" else str
    pairs = []
    for written in _written_sentences(text)[:MOST]:
        plain = sentences(canonical(own(written)))
        if plain:
            pairs.append((written, " ".join(plain)))
    return _Answer(tuple(w for w, _ in pairs), tuple(p for _, p in pairs))


def _written_sentences(text: str) -> list[str]:
    pieces = re.split(r"(?<=[^\d\s][.!?])\s+|(?<=\d[.!?])\s+|[;\n]+", text)
    return [p.strip() for p in pieces if p and p.strip()]


def _copies(text: str, question: str) -> bool:
    """Nearly all of the question's words and hardly any other."""
    asked, said = meaning.stems(question), meaning.stems(text)
    return len(said & asked) >= 0.75 * len(asked) and len(said - asked) <= 0.15 * len(said)


def _vocabulary(example: Example) -> frozenset[str]:
    claims = (f"{m.claim} {m.why}" for m in example.misconceptions)
    texts = (example.question, example.answer, example.simpler, *example.key_points, *claims)
    return frozenset().union(*(meaning.stems(text) for text in texts))


# --------------------------------------------------------------------- scoring


def _by_rubric(rubric: Rubric, read: _Answer, verdicts: dict[int, tuple[str, str]]) -> Findings:
    text = list(read.plain)
    result, marks = Findings(), 0.0
    of_point: dict[int, list[tuple[float, bool]]] = {}
    hits: set[int] = set()
    for number, (worth, point, pattern) in enumerate(rubric.ideas):
        evidence = found(pattern, text)
        of_point.setdefault(point, []).append((worth, evidence is not None))
        if evidence is not None:
            marks += worth
            hits.add(number)
            if point not in result.points or result.points[point][0] != "yes":
                result.points[point] = (
                    "yes" if worth >= _largest(rubric, point) else "partly",
                    evidence,
                )
    for point, (met, evidence) in verdicts.items():
        ideas = of_point.get(point, [])
        if met == "yes" and ideas and not any(hit for _, hit in ideas):
            marks += min(1.0, sum(worth for worth, _ in ideas))
            result.points[point] = ("yes", evidence)
    fatal = _slips(rubric.fatal, text)
    result.slips = [*fatal, *_slips(rubric.slips, text)]
    full = marks >= FULL - _EPSILON and hits.issuperset(rubric.required)
    result.score = 2 if full else 1 if marks >= HALF - _EPSILON else 0
    if fatal:
        others = _unspoilt(text, rubric.fatal)
        rest = sum(worth for worth, _, pattern in rubric.ideas if found(pattern, others))
        # An explanation cannot save the wrong verdict of a question that asks for one.
        asks_verdict = len(rubric.required) == 1
        result.score = 1 if rest >= BESIDE_FATAL - _EPSILON and not asks_verdict else 0
        false = {evidence for _, evidence in fatal}
        result.points = {k: v for k, v in result.points.items() if v[1] not in false}
        verdicts.clear()
    elif result.slips:
        result.score = min(result.score, 1) if marks >= BESIDE_SLIP - _EPSILON else 0
    return result


def _unspoilt(text: list[str], fatal: Sequence[Slip]) -> list[str]:
    """The sentences, or the parts of them, that hold no fatal slip."""
    parts: list[str] = []
    for sentence in text:
        pieces = (
            re.split(r"[,:()](?!\d)|\be (?=(?:o|a|os|as)\b)", sentence)
            if _slips(fatal, [sentence])
            else [sentence]
        )
        parts.extend(p.strip() for p in pieces if p.strip() and not _slips(fatal, [p.strip()]))
    return parts


def _largest(rubric: Rubric, point: int) -> float:
    return max(worth for worth, of, _ in rubric.ideas if of == point)


def _worth(example_id: str) -> dict[int, float]:
    """The most that one idea of a key point earns: the hint names the weightiest missing point."""
    rubric = RUBRICS.get(example_id)
    ideas = rubric.ideas if rubric is not None else ()
    return {p: max(worth for worth, of, _ in ideas if of == p) for _, p, _ in ideas}


def _slips(slips: Sequence[Slip], text: list[str]) -> list[tuple[int | str, str]]:
    hits = []
    for claim, pattern in slips:
        evidence = found(pattern, text, denials=True)
        if evidence is not None:
            hits.append((claim, evidence))
    return hits


def _by_weight(verdicts: dict[int, tuple[str, str]]) -> Findings:
    """An entry without a rubric: key points weighed 3, 2, 1, 1, …; partly counts half."""
    result = Findings(points=dict(verdicts))
    weights = {k: (3.0, 2.0)[k] if k < 2 else 1.0 for k in range(6)}
    earned = sum(weights[k] * (1.0 if met == "yes" else 0.5) for k, (met, _) in verdicts.items())
    first = verdicts.get(0, ("no", ""))[0] != "no"
    result.score = 2 if first and earned >= 4 else 1 if earned >= 1.5 else 0
    return result


def _wrong(
    example: Example, slips: Sequence[tuple[int | str, str]], read: _Answer
) -> tuple[WrongClaim, ...]:
    """Each false claim once, in the order found."""
    claims: dict[str, WrongClaim] = {}
    for claim, evidence in slips:
        if isinstance(claim, int):
            listed = example.misconceptions[claim]
            known, why = listed.claim, listed.why
        else:
            known, why = claim, ""
        claims.setdefault(known, WrongClaim(known, why, read.quote(evidence)))
    return tuple(claims.values())


def _short(evidence: str) -> str:
    return evidence if len(evidence) <= 160 else evidence[:157].rstrip() + "…"
