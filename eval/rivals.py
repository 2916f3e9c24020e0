"""What the router must beat: TF-IDF with logistic regression, and the nearest labelled text.

Both are fitted on the texts that the router's heads were trained on, no others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np

from tutor.records import Corpus, Encoder, Intent
from tutor.text import fold

if TYPE_CHECKING:
    from tutor.training.router import Labelled


@dataclass(frozen=True)
class Guess:
    """A class and how likely it is said to be; None where a system gives no probability."""

    label: str
    chance: float | None


Classifier = Callable[[str], Mapping[str, Guess]]  # a text -> "intent" and "topic"


@dataclass(frozen=True)
class Text:
    """A text with its classes; None where it has none of its own."""

    text: str
    intent: str | None
    topic: str | None


def texts(corpus: Corpus, held_out: bool) -> list[Text]:
    """The labelled texts of the corpus: those the router was trained on, or those left out."""
    from tutor.training.router import is_held_out, labelled

    names = get_args(Intent), [topic.id for topic in corpus.topics]
    return [_named(r, *names) for r in labelled(corpus) if is_held_out(r.text) is held_out]


def _named(row: Labelled, intents: Sequence[str], topics: Sequence[str]) -> Text:
    intent = intents[row.intent] if row.intent >= 0 else None
    return Text(row.text, intent, topics[row.topic] if row.topic >= 0 else None)


def fitted(known: Sequence[Text], encoder: Encoder) -> dict[str, Classifier]:
    """Both of them by name."""
    return {
        "TF-IDF + logistic regression": regression(known),
        "nearest labelled text": nearest(known, encoder),
    }


def regression(known: Sequence[Text]) -> Classifier:
    """Words and character n-grams of the folded text, a regression a task."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    def trained(pairs: Sequence[tuple[str, str]]) -> Callable[[str], Guess]:
        features = make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2),
        )
        model = make_pipeline(features, LogisticRegression(C=10.0, max_iter=300, tol=1e-3))
        model.fit([fold(text) for text, _ in pairs], [label for _, label in pairs])

        def guess(text: str) -> Guess:
            chances = model.predict_proba([fold(text)])[0]
            best = int(chances.argmax())
            return Guess(str(model.classes_[best]), float(chances[best]))

        return guess

    intent = trained([(t.text, t.intent) for t in known if t.intent is not None])
    topic = trained([(t.text, t.topic) for t in known if t.topic is not None])
    return lambda text: {"intent": intent(text), "topic": topic(text)}


def nearest(known: Sequence[Text], encoder: Encoder) -> Classifier:
    """The classes of the text with the best cosine in the tutor's own encoder."""
    rows = encoder.encode([t.text for t in known])

    def best(cosines: np.ndarray, labels: Sequence[str | None]) -> Guess:
        place = next(i for i in np.argsort(-cosines, kind="stable") if labels[i] is not None)
        return Guess(str(labels[place]), None)

    intents, topics = [t.intent for t in known], [t.topic for t in known]

    def classify(text: str) -> Mapping[str, Guess]:
        cosines = rows @ encoder.encode([text])[0]
        return {"intent": best(cosines, intents), "topic": best(cosines, topics)}

    return classify
