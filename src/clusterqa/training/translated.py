"""The measure of a word table: retrieval across languages by probabilistic structured queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clusterqa.training.alignment import Translations

Floats = NDArray[np.float32]
K1, B = 1.2, 0.75


def translated_scores(
    queries: Sequence[Sequence[str]],
    passages: Sequence[Sequence[str]],
    given: Sequence[str],
    target: Sequence[str],
    rows: Translations,
) -> Floats:
    """Return BM25 scores (queries, passages) of queries in the other language.

    The frequency of a query word in a passage, and the number of passages with it, are expected
    values over the passage's words (PSQ; Darwish & Oard 2003). ``given`` are the words of the
    passages' language, ``target`` of the queries', ``rows`` the beliefs by given word.
    """
    columns = _columns(queries, target)
    given_ids = {word: index for index, word in enumerate(given)}
    frequency = np.zeros((len(passages), len(columns)), np.float32)
    documents = np.zeros(len(columns), np.float32)
    for number, words in enumerate(passages):
        for word, count in Counter(words).items():
            for other, belief in rows.row(given_ids[word]) if word in given_ids else ():
                column = columns.get(other)
                if column is not None:
                    frequency[number, column] += belief * count
                    documents[column] += belief
    lengths = np.array([len(words) for words in passages], np.float32)
    norm = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-12))
    parts = frequency * (K1 + 1) / (frequency + norm[:, None])
    idf = np.log1p(np.maximum(len(passages) - documents + 0.5, 0.0) / (documents + 0.5))
    parts *= idf
    target_ids = {word: index for index, word in enumerate(target)}
    scores = np.zeros((len(queries), len(passages)), np.float32)
    for number, words in enumerate(queries):
        chosen = {columns[target_ids[w]] for w in words if w in target_ids}
        scores[number] = parts[:, sorted(chosen)].sum(axis=1)
    return scores


def _columns(queries: Sequence[Sequence[str]], target: Sequence[str]) -> dict[int, int]:
    """Number the known query words."""
    wanted = {word for words in queries for word in words}
    known = [index for index, word in enumerate(target) if word in wanted]
    return {index: column for column, index in enumerate(known)}
