"""The bundled bilingual model as an Embedder. It sees folded text."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from clusterqa.embedding.static import StaticModel
from clusterqa.text import fold_text
from clusterqa.types import FloatArray

BUNDLED = "bundled"
_FOLDER = Path(__file__).parent / "bilingual"


@cache
def load_bundled_model() -> StaticModel:
    """The bundled model; read once in a process, since it never changes."""
    return StaticModel(_FOLDER)


class BundledEmbedder:
    """Embeds questions and passages alike: the model was trained without prompts."""

    def __init__(self, model: StaticModel) -> None:
        self._model = model

    @property
    def fingerprint(self) -> str:
        """Digest of the weights and the tokenizer."""
        return f"{BUNDLED}:{self._model.sha256[:16]}"

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._model.dimension

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape `(len(texts), dimension)`."""
        return self._model.encode([fold_text(text) for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape `(len(texts), dimension)`."""
        return self.embed_passages(texts)
