"""The four legs: each scores every passage for a question."""

from collections.abc import Mapping
from dataclasses import dataclass

from clusterqa.index import Index
from clusterqa.index.late import LateIndex
from clusterqa.index.lexical import LexicalIndex
from clusterqa.index.translated import TranslatedIndex
from clusterqa.index.vector import VectorIndex
from clusterqa.types import Embedder, FloatArray, Leg, Query

LEGS = ("lexical", "translated", "dense", "late")


@dataclass(frozen=True, slots=True)
class LexicalLeg:
    """BM25 over words and bigrams."""

    index: LexicalIndex

    def scores(self, query: Query) -> FloatArray:
        """BM25 scores, shape `(passages,)`."""
        return self.index.scores(query.text)

    def reach(self, query: Query) -> float:
        """The share of the question's terms that some passage holds."""
        return self.index.reach(query.text)


@dataclass(frozen=True, slots=True)
class _SeesAll:
    """A leg that understands every question in either language."""

    def reach(self, query: Query) -> float:
        """The whole of it."""
        return 1.0


@dataclass(frozen=True, slots=True)
class TranslatedLeg(_SeesAll):
    """BM25 across languages."""

    index: TranslatedIndex

    def scores(self, query: Query) -> FloatArray:
        """BM25 scores from expected frequencies, shape `(passages,)`."""
        return self.index.scores(query.text, query.language)


@dataclass(frozen=True, slots=True)
class DenseLeg(_SeesAll):
    """Cosine of sentence embeddings."""

    index: VectorIndex
    embedder: Embedder

    def scores(self, query: Query) -> FloatArray:
        """Cosines, shape `(passages,)`."""
        return self.index.scores(self.embedder.embed_queries([query.text])[0])


@dataclass(frozen=True, slots=True)
class LateLeg(_SeesAll):
    """Late interaction over token vectors."""

    index: LateIndex

    def scores(self, query: Query) -> FloatArray:
        """Weighted mean MaxSim, shape `(passages,)`."""
        return self.index.scores(query.text)


def make_legs(index: Index, embedder: Embedder) -> Mapping[str, Leg]:
    """The legs over an open index, by name, in the order of `LEGS`."""
    return {
        "lexical": LexicalLeg(index.lexical),
        "translated": TranslatedLeg(index.translated),
        "dense": DenseLeg(index.vectors, embedder),
        "late": LateLeg(index.late),
    }
