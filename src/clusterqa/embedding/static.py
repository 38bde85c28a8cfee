"""A sentence-transformers `StaticEmbedding` model read without torch.

The same folder loads with `SentenceTransformer(path)`; both give the same vectors (tested).
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from clusterqa.errors import ModelUnavailableError
from clusterqa.types import FloatArray, IntArray


class StaticModel:
    """Token vectors and their mean.

    Weights are 8-bit whole numbers with a scale for each token (the tensors `embeddings` and
    `weights`), a layout that sentence-transformers reads too.

    Args:
        folder: a saved sentence-transformers model whose first module is a `StaticEmbedding`.

    Raises:
        ModelUnavailableError: the folder does not hold such a model.
    """

    def __init__(self, folder: Path) -> None:
        module = folder / "0_StaticEmbedding"
        module = module if module.is_dir() else folder
        try:
            self._tokenizer = Tokenizer.from_file(str(module / "tokenizer.json"))
            tensors = load_file(module / "model.safetensors")
            self._steps, self._scales = tensors["embeddings"], tensors["weights"]
            self.sha256 = _digest(module / "tokenizer.json", module / "model.safetensors")
        except Exception as error:  # tokenizers raises a bare Exception
            raise ModelUnavailableError(
                f"no StaticEmbedding model in '{folder}': {error}; reinstall clusterqa"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._steps.shape[1])

    def token_ids(self, texts: Sequence[str]) -> list[IntArray]:
        """The vocabulary ids of each text, in order."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.asarray(encoding.ids, dtype=np.int64) for encoding in encodings]

    def vectors(self, ids: IntArray) -> FloatArray:
        """Token vectors of vocabulary `ids`, shape `(len(ids), dimension)`, not normalised."""
        steps = self._steps[ids].astype(np.float32)
        return np.asarray(steps * self._scales[ids, None], dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Unit mean vectors, shape `(len(texts), dimension)`; zero for a text without tokens."""
        means = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, ids in enumerate(self.token_ids(texts)):
            if ids.size:
                means[row] = self.vectors(ids).mean(axis=0)
        return unit(means)


def unit(vectors: FloatArray) -> FloatArray:
    """Rows scaled to length 1; zero rows stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)


def _digest(*paths: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
