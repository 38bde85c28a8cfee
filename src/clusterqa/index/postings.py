"""Compressed sparse rows, the shape of every posting list: per row, which columns hold what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rows:
    """Row `r` holds `columns[starts[r]:starts[r + 1]]` with `values` beside them."""

    starts: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]

    def row(self, index: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The columns and values of one row."""
        span = slice(self.starts[index], self.starts[index + 1])
        return self.columns[span], self.values[span]

    def arrays(self, name: str) -> dict[str, NDArray[np.generic]]:
        """The arrays under names that `from_arrays` understands, for `np.savez`."""
        return {
            f"{name}_starts": self.starts,
            f"{name}_columns": self.columns.astype(np.int32),
            f"{name}_values": self.values,
        }


def from_arrays(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Rows:
    """The rows that `Rows.arrays` named `name`."""
    return Rows(
        np.asarray(arrays[f"{name}_starts"], dtype=np.int64),
        np.asarray(arrays[f"{name}_columns"], dtype=np.int64),
        np.asarray(arrays[f"{name}_values"], dtype=np.float32),
    )


def from_rows(rows: Sequence[Mapping[int, float]]) -> Rows:
    """Rows from one mapping of column to value each."""
    starts = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([len(row) for row in rows], out=starts[1:])
    columns = [column for row in rows for column in row]
    values = [value for row in rows for value in row.values()]
    return Rows(starts, np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=np.float32))


def invert(texts: Iterable[Mapping[str, float]]) -> tuple[list[str], Rows]:
    """An inverted index: the distinct terms, sorted, and for each the texts with its frequency.

    Args:
        texts: for each, its terms with their frequencies.
    """
    postings: dict[str, dict[int, float]] = {}
    for number, terms in enumerate(texts):
        for term, frequency in terms.items():
            postings.setdefault(term, {})[number] = frequency
    words = sorted(postings)
    return words, from_rows([postings[word] for word in words])
