"""The dense index: inner product over unit vectors, in FAISS."""

from pathlib import Path

import faiss
import numpy as np

from clusterqa.errors import StoreError
from clusterqa.types import FloatArray


def build_vectors(path: Path, vectors: FloatArray) -> None:
    """Write a flat inner-product index of `vectors`, shape `(n, dimension)`."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors, dtype=np.float32))
    faiss.write_index(index, str(path))


class VectorIndex:
    """A built dense index, for reading. The file's checksum is verified before it is opened.

    Raises:
        StoreError: FAISS cannot read the file, or it holds another number of vectors.
    """

    def __init__(self, path: Path, size: int) -> None:
        # One thread a query: with another process busy, two were 4-15 times slower.
        faiss.omp_set_num_threads(1)
        try:
            self._index = faiss.read_index(str(path))
        except RuntimeError as error:
            raise StoreError(
                f"'{path}' is not a vector index; rebuild with: clusterqa index"
            ) from error
        if self._index.ntotal != size:
            raise StoreError(
                f"'{path}' holds {self._index.ntotal} vectors for {size} passages; "
                f"rebuild with: clusterqa index"
            )

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    def scores(self, vector: FloatArray) -> FloatArray:
        """Inner product of `vector`, shape `(dimension,)`, with every passage, shape `(size,)`."""
        size = self._index.ntotal
        products, rows = self._index.search(vector[None, :].astype(np.float32), size)
        scores = np.zeros(size, dtype=np.float32)
        found = rows[0] >= 0
        scores[rows[0][found]] = products[0][found]
        return scores

    def vectors(self) -> FloatArray:
        """The stored vectors, shape `(size, dimension)`, in index order."""
        return np.asarray(self._index.reconstruct_n(0, self._index.ntotal), dtype=np.float32)
