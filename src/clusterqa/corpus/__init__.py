"""Documents and where they come from: manifest, loading, cleaning, outline."""

from clusterqa.corpus.loading import corpus_digests, corpus_files, load_corpus, load_document
from clusterqa.corpus.manifest import Entry

__all__ = ["Entry", "corpus_digests", "corpus_files", "load_corpus", "load_document"]
