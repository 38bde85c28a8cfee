"""A model's name to an Embedder."""

from clusterqa.embedding.bundled import BUNDLED, BundledEmbedder, load_bundled_model
from clusterqa.types import Embedder


def load_embedder(name: str) -> Embedder:
    """The embedder called `name`: `bundled`, or a sentence-transformers model by name or path.

    Raises:
        ModelUnavailableError: there is no such model here and none can be fetched.
    """
    if name == BUNDLED:
        return BundledEmbedder(load_bundled_model())
    # Importing torch takes over ten seconds: only for those who ask for such a model.
    from clusterqa.embedding.transformer import TransformerEmbedder

    return TransformerEmbedder(name)
