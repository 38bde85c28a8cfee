"""Embedding models: the bundled bilingual one, and any sentence-transformers model."""

from clusterqa.embedding.bundled import BUNDLED, BundledEmbedder, load_bundled_model
from clusterqa.embedding.loading import load_embedder
from clusterqa.embedding.static import StaticModel

__all__ = ["BUNDLED", "BundledEmbedder", "StaticModel", "load_bundled_model", "load_embedder"]
