"""Token ids of many texts in two flat arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Ragged:
    """Ids of text ``i`` are ``ids[indptr[i]:indptr[i + 1]]``; both int64, ``indptr`` one longer."""

    ids: NDArray[np.int64]
    indptr: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, index: int) -> NDArray[np.int64]:
        return self.ids[self.indptr[index] : self.indptr[index + 1]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> Ragged:
        """Pack rows of ids."""
        indptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=indptr[1:])
        ids = np.fromiter((i for row in rows for i in row), np.int64, int(indptr[-1]))
        return cls(ids, indptr)

    def take(self, rows: NDArray[np.int64], limit: int | None = None) -> Ragged:
        """Return the texts ``rows``, each cut to its first ``limit`` ids."""
        lengths = self.indptr[rows + 1] - self.indptr[rows]
        if limit is not None:
            lengths = np.minimum(lengths, limit)
        indptr = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=indptr[1:])
        shift = np.repeat(self.indptr[rows] - indptr[:-1], lengths)
        return Ragged(self.ids[np.arange(indptr[-1]) + shift], indptr)

    def owners(self) -> NDArray[np.int64]:
        """Return the text that each id belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))


def encode(tokenizer: Tokenizer, texts: Iterable[str]) -> Ragged:
    """Tokenize folded texts."""
    rows: list[list[int]] = []
    stream = iter(texts)
    while batch := list(islice(stream, _BATCH)):
        encodings = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        rows += [e.ids for e in encodings]
    return Ragged.of(rows)
