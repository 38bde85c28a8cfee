"""Measures of a model on held-out pairs: mean vectors and late interaction.

Every query has one right passage; a passage that several queries share stands once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from clusterqa.training.ragged import Ragged, encode

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Task:
    """Queries, passages, and the index of the right passage of each query."""

    name: str
    queries: list[str]
    passages: list[str]
    right: NDArray[np.int64]

    @classmethod
    def from_pairs(
        cls, name: str, pairs: Sequence[tuple[str, str]], others: Sequence[str] = ()
    ) -> Task:
        """Make a task of (query, passage) pairs; ``others`` are passages that no query asks for."""
        passages = list(dict.fromkeys([*(p for _, p in pairs), *others]))
        place = {p: i for i, p in enumerate(passages)}
        right = np.array([place[p] for _, p in pairs], np.int64)
        return cls(name, [q for q, _ in pairs], passages, right)


@dataclass(frozen=True, slots=True)
class Measures:
    """Recall at 1 and 5 and mean reciprocal rank (over the full list), each from 0 to 1."""

    recall1: float
    recall5: float
    mrr: float

    def __str__(self) -> str:
        return f"R@1 {self.recall1:.3f}  R@5 {self.recall5:.3f}  MRR {self.mrr:.3f}"


def measure(scores: Floats, right: NDArray[np.int64]) -> Measures:
    """Measure ``scores`` (queries, passages), higher better; ties count against it."""
    own = np.take_along_axis(scores, right[:, None], axis=1)
    ranks = (scores >= own).sum(axis=1)
    return Measures(
        float((ranks <= 1).mean()), float((ranks <= 5).mean()), float((1.0 / ranks).mean())
    )


def mean_vectors(weights: Floats, texts: Ragged) -> Floats:
    """Return unit mean token vectors (texts, dims); a text without tokens is zero."""
    sums = np.zeros((len(texts), weights.shape[1]), np.float32)
    filled = np.flatnonzero(np.diff(texts.indptr))
    if len(filled):
        sums[filled] = np.add.reduceat(weights[texts.ids], texts.indptr[filled], axis=0)
    return unit(sums)


def unit(vectors: Floats) -> Floats:
    """Return rows of length one; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def dense_scores(weights: Floats, queries: Ragged, passages: Ragged) -> Floats:
    """Return cosines of mean vectors, (queries, passages)."""
    return np.asarray(mean_vectors(weights, queries) @ mean_vectors(weights, passages).T)


def late_scores(weights: Floats, queries: Ragged, passages: Ragged) -> Floats:
    """Return late-interaction scores, (queries, passages), from 0 to 1.

    For each query token the best squared cosine to a token of the passage, averaged with a soft
    inverse document frequency: log(1 + (N - df + 0.5) / (df + 0.5)) where df is the sum of the
    token's best squared cosines over the N passages (MaxSim of Khattab & Zaharia 2020; the idf as
    in BM25).
    """
    types, query_ids = np.unique(queries.ids, return_inverse=True)
    kinds, passage_ids = np.unique(passages.ids, return_inverse=True)
    query_units, passage_units = unit(weights[types]), unit(weights[kinds])
    filled = np.flatnonzero(np.diff(passages.indptr))
    best = np.zeros((len(types), len(passages)), np.float32)
    for start in range(0, len(types), 256):
        cosines = np.maximum(query_units[start : start + 256] @ passage_units.T, 0.0) ** 2
        best[start : start + 256, filled] = np.maximum.reduceat(
            cosines[:, passage_ids], passages.indptr[filled], axis=1
        )
    df = best.sum(axis=1)
    idf = np.asarray(np.log1p((len(passages) - df + 0.5) / (df + 0.5)), np.float32)
    idf *= np.linalg.norm(weights[types], axis=1) > 0
    owners = queries.owners()
    scores = np.zeros((len(queries), len(passages)), np.float32)
    total = np.zeros(len(queries), np.float32)
    np.add.at(scores, owners, best[query_ids] * idf[query_ids, None])
    np.add.at(total, owners, idf[query_ids])
    return np.asarray(scores / np.maximum(total, 1e-12)[:, None], np.float32)


def evaluate(tokenizer: Tokenizer, weights: Floats, task: Task) -> dict[str, Measures]:
    """Return the measures of mean vectors (``dense``) and late interaction (``late``)."""
    queries, passages = encode(tokenizer, task.queries), encode(tokenizer, task.passages)
    return {
        "dense": measure(dense_scores(weights, queries, passages), task.right),
        "late": measure(late_scores(weights, queries, passages), task.right),
    }


def neighbours(tokenizer: Tokenizer, weights: Floats, word: str, count: int = 6) -> list[str]:
    """Return the tokens nearest by cosine to the mean vector of ``word``, best first."""
    vector = mean_vectors(weights, encode(tokenizer, [word]))[0]
    order = np.argsort(-(unit(weights) @ vector))[:count]
    return [str(tokenizer.id_to_token(int(i))) for i in order]
