"""The index: four kinds of posting over one list of passages, in generations on disk."""

from clusterqa.index.build import Built, Models, build_index, search_text
from clusterqa.index.reading import Index, is_stale, open_index

__all__ = ["Built", "Index", "Models", "build_index", "is_stale", "open_index", "search_text"]
