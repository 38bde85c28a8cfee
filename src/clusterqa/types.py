"""The nouns of clusterqa. Frozen data and protocols; nothing else, and no import of the rest.

Spans are character offsets into `Document.text`, end exclusive: for every passage
`document.text[p.start:p.end] == p.text`. A score is higher-is-better everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Language = Literal["zh", "en"]
Mode = Literal["hybrid", "lexical", "translated", "dense", "late"]
FloatArray = NDArray[np.float32]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document's outline: `path` holds the headings from the outermost to its own."""

    start: int
    end: int
    level: int
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of where a document came from; empty strings where nothing is."""

    author: str = ""
    institution: str = ""
    kind: str = ""
    date: str = ""
    number: str = ""
    source: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its outline. `sha256` is the digest of the UTF-8 bytes of `text`.

    `page_starts` holds the offset at which each page begins, empty where pages are unknown.
    """

    id: str
    title: str
    language: Language
    text: str
    sha256: str
    sections: tuple[Section, ...] = ()
    page_starts: tuple[int, ...] = ()
    source: Source = field(default_factory=Source)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that is retrieved as one. `id` comes from content and place."""

    id: str
    document: str
    start: int
    end: int
    text: str
    section: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as asked, with its language."""

    text: str
    language: Language


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage: its fused score, its raw score in each leg, and its rank, from 1, in
    each leg that found it (scored it above 0)."""

    passage: Passage
    score: float
    ranks: Mapping[str, int]
    leg_scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """The hits of one query, best first, and the milliseconds that each stage took."""

    query: Query
    hits: tuple[Hit, ...]
    milliseconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Citation:
    """A verbatim quote and its place. `sha256` is the digest of the document that it was cut from.

    `verified` says that the stored source had this quote at this place when it was last checked.
    """

    marker: int
    document: str
    title: str
    section: tuple[str, ...]
    page: int | None
    start: int
    end: int
    quote: str
    sha256: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question. An abstention has no `text` and no citations; its hits are the
    nearest misses. `confidence` (0 to 1) estimates that the first hits answer the question.
    `rejected` counts citations that did not verify and are therefore not shown."""

    query: Query
    abstained: bool
    confidence: float
    text: str | None
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    milliseconds: Mapping[str, float]
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote that answers a judged question, white space ignored."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True)
class Judgment:
    """A question with the evidence that answers it; any one item of evidence suffices."""

    id: str
    question: str
    language: Language
    kind: str
    answerable: bool
    evidence: tuple[Evidence, ...]
    split: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be read, with the reason in one line."""

    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of a folder that could be read, and the failures."""

    documents: tuple[Document, ...]
    failures: tuple[Failure, ...] = ()


class Embedder(Protocol):
    """Turns texts into vectors that are compared by inner product."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would: model, weights, prompts, settings."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of passages, shape `(len(texts), dimension)`."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors of questions, shape `(len(texts), dimension)`."""
        ...


class Leg(Protocol):
    """One way of ranking the whole index."""

    def scores(self, query: Query) -> FloatArray:
        """A score for every passage, in index order, 0 where the leg has nothing to say."""
        ...

    def reach(self, query: Query) -> float:
        """The share of the question that the leg can see in this index, from 0 to 1: what its
        scores count for."""
        ...


class Progress(Protocol):
    """Told how much of a stage is done."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` steps of `stage` are finished."""
        ...
