"""The late-interaction index: for every question token its most similar passage token.

MaxSim (Khattab & Zaharia, SIGIR 2020) over the static token vectors of the bundled model, each
question token weighted by a soft idf: a token is as common as the passages are similar to it.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clusterqa.embedding.static import StaticModel, unit
from clusterqa.text import fold_text
from clusterqa.types import FloatArray


def build_late(path: Path, texts: Sequence[str], model: StaticModel) -> None:
    """Write the distinct token ids of each passage text to `path`."""
    distinct = [np.unique(ids) for ids in model.token_ids([fold_text(text) for text in texts])]
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([ids.size for ids in distinct], out=starts[1:])
    tokens = np.concatenate([np.zeros(0, dtype=np.int64), *distinct])
    vocabulary, local = np.unique(tokens, return_inverse=True)
    np.savez(
        path,
        allow_pickle=False,
        starts=starts,
        tokens=local.astype(np.int32),
        vocabulary=vocabulary.astype(np.int32),
    )


class LateIndex:
    """A built late-interaction index, for reading.

    Args:
        path: what `build_late` wrote.
        model: the model whose tokens it holds.
    """

    def __init__(self, path: Path, model: StaticModel) -> None:
        with np.load(path, allow_pickle=False) as arrays:
            starts = np.asarray(arrays["starts"], dtype=np.int64)
            self._tokens: NDArray[np.int32] = np.asarray(arrays["tokens"])
            vocabulary = np.asarray(arrays["vocabulary"], dtype=np.int64)
        self._size = starts.size - 1
        self._filled = np.flatnonzero(np.diff(starts))
        self._starts = starts[:-1][self._filled]
        self._model = model
        self._vectors = unit(model.vectors(vocabulary))

    def similarities(self, question: str) -> FloatArray:
        """The greatest cosine of each distinct question token in each passage, shape
        `(tokens, passages)`; a negative one counts 0."""
        ids = np.unique(self._model.token_ids([fold_text(question)])[0])
        best = np.zeros((ids.size, self._size), dtype=np.float32)
        if not ids.size or not self._filled.size:
            return best
        cosines = np.maximum(unit(self._model.vectors(ids)) @ self._vectors.T, 0.0)
        for row, cosine in enumerate(cosines):
            best[row, self._filled] = np.maximum.reduceat(cosine[self._tokens], self._starts)
        return best

    def similarity_to(self, question: str, text: str) -> FloatArray:
        """The greatest cosine of each distinct question token in any `text`, shape `(tokens,)`, in
        the order of `similarities`."""
        asked, given = self._model.token_ids([fold_text(question), fold_text(text)])
        asked = np.unique(asked)
        if not asked.size or not given.size:
            return np.zeros(asked.size, dtype=np.float32)
        cosines = unit(self._model.vectors(asked)) @ unit(self._model.vectors(np.unique(given))).T
        return np.asarray(np.maximum(cosines, 0.0).max(axis=1), dtype=np.float32)

    def scores(self, question: str) -> FloatArray:
        """The idf-weighted mean of `similarities`, between 0 and 1, shape `(passages,)`."""
        similarities = self.similarities(question)
        weights = soft_idf(similarities)
        return np.asarray(weights @ similarities / max(float(weights.sum()), 1e-9), np.float32)


def soft_idf(similarities: FloatArray) -> FloatArray:
    """Lucene's idf with the sum of squared similarities as document frequency, shape `(tokens,)`:
    squared, since hardly any passage is without some token of cosine 0.3."""
    size = similarities.shape[1]
    frequency = (similarities**2).sum(axis=1)
    return np.asarray(np.log1p((size - frequency + 0.5) / (frequency + 0.5)), dtype=np.float32)
