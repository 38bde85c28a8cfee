"""The JSON that other programs rely on; docs/architecture.md has the shapes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from clusterqa.api import Scored
from clusterqa.index import Index
from clusterqa.types import Answer, Citation, Hit


def answer_json(answer: Answer) -> dict[str, Any]:
    """An answer as `ask --json` prints it."""
    return {
        "question": answer.query.text,
        "language": answer.query.language,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "answer": answer.text,
        "citations": [citation_json(citation) for citation in answer.citations],
        "rejected_citations": answer.rejected,
        "hits": [hit_json(hit) for hit in answer.hits],
        "milliseconds": _rounded(answer.milliseconds),
    }


def search_json(scored: Scored, id_: str | None) -> dict[str, Any]:
    """A search result as a line of `search --json`."""
    retrieval = scored.retrieval
    return {
        "id": id_,
        "question": retrieval.query.text,
        "language": retrieval.query.language,
        "hits": [hit_json(hit) for hit in retrieval.hits],
        "abstained": scored.abstained,
        "confidence": round(scored.confidence, 4),
        "milliseconds": _rounded(retrieval.milliseconds),
    }


def citation_json(citation: Citation) -> dict[str, Any]:
    """One citation."""
    return {
        "marker": citation.marker,
        "document": citation.document,
        "title": citation.title,
        "section": list(citation.section),
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "sha256": citation.sha256,
        "verified": citation.verified,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit; `ranks` are from 1 in each leg, null in one that did not find the passage."""
    passage = hit.passage
    return {
        "passage": passage.id,
        "document": passage.document,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "section": list(passage.section),
        "page": passage.page,
        "score": round(hit.score, 6),
        "ranks": {leg: hit.ranks.get(leg) for leg in hit.leg_scores},
    }


def documents_json(index: Index) -> Iterator[dict[str, Any]]:
    """The lines of `corpus list --json`: indexed documents, then those that could not be read."""
    passages = Counter(passage.document for passage in index.passages)
    for document in index.documents.values():
        yield {
            "id": document.id,
            "title": document.title,
            "kind": document.source.kind,
            "language": document.language,
            "status": "indexed",
            "passages": passages[document.id],
            "digest": False,
            "source": document.source.source,
            "author": document.source.author,
            "date": document.source.date,
            "number": document.source.number,
            "sha256": document.sha256,
        }
    for id_, reason in index.failures.items():
        unknown = dict.fromkeys(("title", "kind", "language", "source"), "")
        yield {
            "id": id_,
            **unknown,
            "status": "failed",
            "passages": 0,
            "digest": False,
            "reason": reason,
        }


def _rounded(milliseconds: Any) -> dict[str, float]:
    rounded = {stage: round(value, 3) for stage, value in milliseconds.items()}
    return rounded | {"total": round(sum(milliseconds.values()), 3)}
