"""Citations: cut from the stored source, and compared with it before they are shown."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from clusterqa.chunking import page_of, section_at
from clusterqa.types import Citation, Document


def cite(document: Document, marker: int, start: int, end: int) -> Citation:
    """The citation of `document.text[start:end]`, not verified yet.

    Raises:
        ValueError: the span is empty or outside the document.
    """
    if not 0 <= start < end <= len(document.text):
        raise ValueError(f"no span {start}:{end} in '{document.id}'")
    section = section_at(document, start)
    return Citation(
        marker=marker,
        document=document.id,
        title=document.title,
        section=section.path if section else (),
        page=page_of(document, start),
        start=start,
        end=end,
        quote=document.text[start:end],
        sha256=document.sha256,
        verified=False,
    )


def verify_citation(citation: Citation, documents: Mapping[str, Document]) -> Citation:
    """The citation with `verified` as the stored documents say now: same source, same words, same
    place."""
    document = documents.get(citation.document)
    verified = (
        document is not None
        and hashlib.sha256(document.text.encode("utf-8")).hexdigest() == citation.sha256
        and document.text[citation.start : citation.end] == citation.quote
    )
    return replace(citation, verified=verified)
