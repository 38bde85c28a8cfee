"""An index, opened: documents, passages and the four indexes over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from clusterqa.chunking import CHUNKER
from clusterqa.corpus import corpus_digests
from clusterqa.errors import StoreError
from clusterqa.index import build, store
from clusterqa.index.build import Models
from clusterqa.index.late import LateIndex
from clusterqa.index.lexical import LexicalIndex
from clusterqa.index.records import read_documents, read_passages
from clusterqa.index.translated import TranslatedIndex
from clusterqa.index.vector import VectorIndex
from clusterqa.types import Document, Passage


@dataclass(frozen=True, slots=True)
class Index:
    """One generation, verified and open.

    `failures` holds, by id, why a document is not in it. Row `r` of every leg is `passages[r]`.
    """

    folder: Path
    documents: Mapping[str, Document]
    failures: Mapping[str, str]
    passages: tuple[Passage, ...]
    lexical: LexicalIndex
    translated: TranslatedIndex
    vectors: VectorIndex
    late: LateIndex


def open_index(root: Path, models: Models, model_name: str) -> Index:
    """Open the generation in force, after comparing every file with its checksum.

    Raises:
        StoreError: there is none, it is damaged, or another model made it.
    """
    generation = store.current(root)
    if generation is None:
        raise StoreError(f"no index in '{root}'; build one with: clusterqa index")
    folder, manifest = generation.folder, generation.manifest
    if manifest.fingerprint != models.fingerprint:
        raise StoreError(
            f"the index in '{root}' was built with model '{manifest.model}' in another version or "
            f"setting than '{model_name}'; rebuild with: clusterqa index --model {model_name}"
        )
    store.verify(generation)
    passages = read_passages(folder / build.PASSAGES)
    return Index(
        folder=folder,
        failures=manifest.failures,
        documents={each.id: each for each in read_documents(folder / build.DOCUMENTS)},
        passages=passages,
        lexical=LexicalIndex(folder / build.LEXICAL, len(passages)),
        translated=TranslatedIndex(folder / build.TRANSLATED),
        vectors=VectorIndex(folder / build.VECTORS, len(passages)),
        late=LateIndex(folder / build.LATE, models.tokens),
    )


def is_stale(
    root: Path, corpus_folder: Path, models: Models, model_name: str, passage_size: int
) -> bool:
    """Whether there is no index yet, or what it was built from has changed since: the corpus, the
    splitting, or what the model of this name is (a new version of clusterqa brings new weights).

    An index whose corpus folder is gone, or that was built with a model of another name, is not
    stale: it cannot or should not be replaced unasked.

    Raises:
        StoreError: the index is damaged.
    """
    generation = store.current(root)
    if generation is None:
        return True
    manifest = generation.manifest
    if not corpus_folder.is_dir() or manifest.model != model_name:
        return False
    built_from = (manifest.fingerprint, manifest.sources, manifest.passage_size, manifest.chunker)
    now = (models.fingerprint, corpus_digests(corpus_folder), passage_size, CHUNKER)
    return built_from != now
