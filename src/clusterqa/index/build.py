"""Corpus folder to index: read, split, embed what is new, write, switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from clusterqa.chunking import CHUNKER, split
from clusterqa.corpus import corpus_digests, load_corpus
from clusterqa.embedding import StaticModel
from clusterqa.errors import StoreError
from clusterqa.index import store
from clusterqa.index.late import build_late
from clusterqa.index.lexical import build_lexical
from clusterqa.index.records import read_documents, read_passages, write_records
from clusterqa.index.translated import build_translated
from clusterqa.index.vector import VectorIndex, build_vectors
from clusterqa.text import Terms, index_terms
from clusterqa.translation import TranslationTable
from clusterqa.types import Corpus, Document, Embedder, FloatArray, Passage, Progress

DOCUMENTS = "documents.jsonl"
PASSAGES = "passages.jsonl"
VECTORS = "vectors.faiss"
LEXICAL = "lexical"
TRANSLATED = "translated"
LATE = "late.npz"
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Models:
    """What an index is built and searched with: the dense leg's embedder, the bundled model of the
    late leg and the word table of the translated leg."""

    embedder: Embedder
    tokens: StaticModel
    table: TranslationTable

    @property
    def fingerprint(self) -> str:
        """Changes whenever any of the three does."""
        return f"{self.embedder.fingerprint}+{self.tokens.sha256[:8]}+{self.table.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class Built:
    """The outcome of a build."""

    folder: Path
    corpus: Corpus
    passages: int
    embedded: int


def context(document: Document, passage: Passage) -> str:
    """What stands above a passage: the document's title and the section path."""
    return "\n".join([document.title, *passage.section])


def search_text(document: Document, passage: Passage) -> str:
    """What the dense, late and translated legs search: the context and the passage."""
    return f"{context(document, passage)}\n{passage.text}"


def build_index(
    corpus_folder: Path,
    root: Path,
    models: Models,
    model_name: str,
    passage_size: int,
    progress: Progress,
) -> Built:
    """Build a generation from a corpus folder and put it in force.

    Passages that the generation before held under the same model are not embedded again.

    Raises:
        CorpusError: the corpus is missing, empty or unreadable.
        StoreError: the index folder cannot be written, or another process is building it.
    """
    sources = corpus_digests(corpus_folder)
    corpus = load_corpus(corpus_folder)
    pairs = _split_all(corpus.documents, passage_size, progress)
    with store.building(root) as folder:
        texts = [search_text(document, passage) for document, passage in pairs]
        known = _known_vectors(root, models.fingerprint)
        vectors, embedded = _embed(texts, known, models.embedder, progress)
        passages = [passage for _, passage in pairs]
        write_records(folder / DOCUMENTS, corpus.documents)
        write_records(folder / PASSAGES, passages)
        build_vectors(folder / VECTORS, vectors)
        bodies, contexts = _terms(pairs, progress)
        build_lexical(folder / LEXICAL, bodies, contexts)
        build_translated(folder / TRANSLATED, bodies, contexts, models.table)
        build_late(folder / LATE, texts, models.tokens)
        manifest = store.Manifest(
            fingerprint=models.fingerprint,
            model=model_name,
            passage_size=passage_size,
            chunker=CHUNKER,
            sources=sources,
            failures={failure.document: failure.reason for failure in corpus.failures},
            files={},
        )
        target = store.publish(root, folder, manifest)
    return Built(target, corpus, len(passages), embedded)


def _split_all(
    documents: Sequence[Document], size: int, progress: Progress
) -> list[tuple[Document, Passage]]:
    pairs = []
    for number, document in enumerate(documents, start=1):
        pairs += [(document, passage) for passage in split(document, size)]
        progress("split", number, len(documents))
    return pairs


def _terms(
    pairs: Sequence[tuple[Document, Passage]], progress: Progress
) -> tuple[list[Terms], list[Terms]]:
    """The terms of each passage and of its context, which the passages of a section share."""
    of_context = cache(index_terms)
    bodies, contexts = [], []
    for number, (document, passage) in enumerate(pairs, start=1):
        bodies.append(index_terms(passage.text))
        contexts.append(of_context(context(document, passage)))
        progress("words", number, len(pairs))
    return bodies, contexts


def _known_vectors(root: Path, fingerprint: str) -> dict[str, FloatArray]:
    """Searched text to vector, from the generation in force if the same models made it."""
    try:
        generation = store.current(root)
        if generation is None or generation.manifest.fingerprint != fingerprint:
            return {}
        store.verify(generation)
    except StoreError:  # a damaged index is no reason not to build a sound one
        return {}
    folder = generation.folder
    documents = {document.id: document for document in read_documents(folder / DOCUMENTS)}
    passages = read_passages(folder / PASSAGES)
    vectors = VectorIndex(folder / VECTORS, len(passages)).vectors()
    texts = (search_text(documents[passage.document], passage) for passage in passages)
    return dict(zip(texts, vectors, strict=True))


def _embed(
    texts: Sequence[str], known: dict[str, FloatArray], embedder: Embedder, progress: Progress
) -> tuple[FloatArray, int]:
    vectors = np.zeros((len(texts), embedder.dimension), dtype=np.float32)
    new = [row for row, text in enumerate(texts) if text not in known]
    for row, text in enumerate(texts):
        if text in known:
            vectors[row] = known[text]
    for start in range(0, len(new), _BATCH):
        rows = new[start : start + _BATCH]
        vectors[rows] = embedder.embed_passages([texts[row] for row in rows])
        progress("embed", start + len(rows), len(new))
    return vectors, len(new)
