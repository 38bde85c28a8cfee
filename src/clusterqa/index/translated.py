"""The translated index: BM25 across languages by probabilistic structured queries.

For a question word q, the expected frequency in a passage is the sum over its words z of
P(q|z) tf(z), and the expected document frequency the sum of P(q|z) df(z) (Darwish & Oard, SIGIR
2003), with the table's belief that q and z translate each other as P(q|z); BM25 is computed from
these. A word stands for itself with 1, and in the same language its paraphrases count a little, so
that passages in the question's language are ranked on the same scale. Words of the context, the
title and section path, count a fraction of a word of the text (BM25F; Robertson, Zaragoza & Taylor,
CIKM 2004).
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clusterqa.index.postings import Rows, from_arrays, from_rows, invert
from clusterqa.text import Terms, content_words, detect_language
from clusterqa.translation import OTHER, TranslationTable
from clusterqa.types import FloatArray, Language

K1 = 1.2
B = 0.75
# The dev split hardly tells weights from 0 to 0.3 apart; what tells look-alike documents apart is
# in their titles.
CONTEXT_WEIGHT = 0.15
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")


def build_translated(
    folder: Path, texts: Sequence[Terms], contexts: Sequence[Terms], table: TranslationTable
) -> None:
    """Write an index of passages to an empty `folder`.

    Beside the postings it holds, for each language of a question, which question words stand for
    which of the passages' words: the part of `table` that this collection needs.

    Args:
        folder: where to.
        texts: the terms of the passages, in index order.
        contexts: for each, those of what stands above it: document title and section path.
        table: which words translate which.
    """
    folder.mkdir()
    frequencies = [_frequencies(*fields) for fields in zip(texts, contexts, strict=True)]
    words, postings = invert(frequencies)
    arrays = postings.arrays("postings")
    arrays["lengths"] = np.asarray([sum(each.values()) for each in frequencies], np.float32)
    (folder / "words.txt").write_text("\n".join(words), "utf-8")
    for language in _LANGUAGES:
        question_words, sources = _sources(words, table, language)
        (folder / f"{language}.txt").write_text("\n".join(question_words), "utf-8")
        arrays |= sources.arrays(language)
    np.savez(folder / "arrays.npz", allow_pickle=False, **arrays)


def _frequencies(text: Terms, context: Terms) -> dict[str, float]:
    """Each term with how often it stands in the text, and for a fraction in the context."""
    weighted = {word: float(count) for word, count in Counter(text.words).items()}
    for word, count in Counter(context.words).items():
        weighted[word] = weighted.get(word, 0.0) + CONTEXT_WEIGHT * count
    return weighted


def _sources(
    words: Sequence[str], table: TranslationTable, language: Language
) -> tuple[list[str], Rows]:
    """For each question word of `language`: the passage words it stands for, with P(it | word)."""
    found: dict[str, dict[int, float]] = {}
    for row, word in enumerate(words):
        others = table.translations(word, OTHER[language])
        if detect_language(word) == language:
            others = table.paraphrases(word, language) | others
        for other, probability in others.items():
            # 2014 may stand for 2014年, never for 2013, however alike their use.
            if other != word and not _are_different_figures(other, word):
                found.setdefault(other, {})[row] = probability
    question_words = sorted(found)
    return question_words, from_rows([found[word] for word in question_words])


def _are_different_figures(word: str, other: str) -> bool:
    figures = _FIGURE.findall(word), _FIGURE.findall(other)
    return all(figures) and figures[0] != figures[1]


class TranslatedIndex:
    """A built translated index, for reading.

    Args:
        folder: what `build_translated` wrote.
    """

    def __init__(self, folder: Path) -> None:
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            self._postings = from_arrays(arrays, "postings")
            self._lengths = np.asarray(arrays["lengths"], dtype=np.float32)
            self._sources = {language: from_arrays(arrays, language) for language in _LANGUAGES}
        self._words = _read_words(folder / "words.txt")
        self._names = list(self._words)
        self._question_words = {
            language: _read_words(folder / f"{language}.txt") for language in _LANGUAGES
        }
        mean = float(self._lengths.mean()) if self._lengths.size else 1.0
        self._norms = K1 * (1 - B + B * self._lengths / max(mean, 1.0))

    def matches(self, word: str, language: Language) -> dict[int, float]:
        """The passage words (rows) that `word` matches, with the probability of each."""
        found: dict[int, float] = {}
        row = self._question_words[language].get(word)
        if row is not None:
            columns, values = self._sources[language].row(row)
            found = dict(zip(columns.tolist(), values.tolist(), strict=True))
        own = self._words.get(word)
        if own is not None:
            found[own] = 1.0
        return found

    def matching_words(self, word: str, language: Language) -> dict[str, float]:
        """As `matches`, by the words themselves; a word of no passage still matches itself."""
        rows = self.matches(word, language)
        return {word: 1.0} | {self._names[row]: value for row, value in rows.items()}

    def idf(self, word: str, language: Language) -> float:
        """How telling a question word is: Lucene's idf of its expected document frequency."""
        _, document_frequency = self._expected(self.matches(word, language))
        return _idf(document_frequency, self._lengths.size)

    def scores(self, question: str, language: Language) -> FloatArray:
        """BM25 from expected frequencies, shape `(passages,)`; 0 for no match."""
        scores = np.zeros(self._lengths.size, dtype=np.float32)
        for word in content_words(question):
            frequencies, document_frequency = self._expected(self.matches(word, language))
            if document_frequency > 0:
                weights = frequencies * (K1 + 1) / (frequencies + self._norms)
                scores += _idf(document_frequency, self._lengths.size) * weights
        return scores

    def _expected(self, matches: dict[int, float]) -> tuple[FloatArray, float]:
        frequencies = np.zeros(self._lengths.size, dtype=np.float32)
        document_frequency = 0.0
        for word, probability in matches.items():
            passages, counts = self._postings.row(word)
            frequencies[passages] += probability * counts
            # A word that stands only in a passage's context is that much less of a find there.
            document_frequency += probability * float(np.minimum(counts, 1.0).sum())
        return frequencies, min(document_frequency, float(self._lengths.size))


def _idf(document_frequency: float, size: int) -> float:
    """Lucene's idf: above 0 however common the word."""
    return float(np.log1p((size - document_frequency + 0.5) / (document_frequency + 0.5)))


def _read_words(path: Path) -> dict[str, int]:
    return {word: row for row, word in enumerate(path.read_text("utf-8").split("\n")) if word}
