"""How well a stretch of text answers to the words of a question, in either language."""

import numpy as np

from clusterqa.index.late import LateIndex, soft_idf
from clusterqa.index.translated import TranslatedIndex
from clusterqa.text import content_words
from clusterqa.types import FloatArray, Query


class QuestionMatcher:
    """Compares texts with one question.

    Args:
        query: the question.
        late: gives the similarity of tokens and how common each question token is.
        translated: gives which words translate which, and how common each question word is.
    """

    def __init__(self, query: Query, late: LateIndex, translated: TranslatedIndex) -> None:
        self._query = query
        self._late = late
        self._translated = translated
        self._token_weights = soft_idf(late.similarities(query.text))
        self._words = sorted(set(content_words(query.text)))
        self._word_weights = np.asarray(
            [translated.idf(word, query.language) for word in self._words], dtype=np.float32
        )

    def similarity(self, text: str) -> float:
        """Mean MaxSim of the question's tokens in `text`, weighted by soft idf, from 0 to 1."""
        return _weighted_mean(self._late.similarity_to(self._query.text, text), self._token_weights)

    def coverage(self, text: str) -> float:
        """The share of the question's content words that `text` holds or translates, weighted by
        idf, from 0 to 1. A word the index does not know counts as not held."""
        present = set(content_words(text))
        held = [self._probability(word, present) for word in self._words]
        return _weighted_mean(np.asarray(held, dtype=np.float32), self._word_weights)

    def unknown(self) -> float:
        """The share of the question's content words that no word of the index stands for, from 0
        to 1."""
        known = [
            min(1.0, sum(self._translated.matches(word, self._query.language).values()))
            for word in self._words
        ]
        return 1.0 - _weighted_mean(np.asarray(known, dtype=np.float32), self._word_weights)

    def _probability(self, word: str, present: set[str]) -> float:
        matches = self._translated.matching_words(word, self._query.language)
        return min(1.0, sum(matches.get(other, 0.0) for other in present))


def _weighted_mean(values: FloatArray, weights: FloatArray) -> float:
    total = float(weights.sum())
    return float(values @ weights) / total if total > 0 else 0.0
