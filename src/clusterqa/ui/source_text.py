"""A stretch of a document as HTML: its characters unchanged, citations and a passage marked."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from clusterqa.chunking import section_at
from clusterqa.types import Citation, Document, Passage
from clusterqa.ui.markup import element, escape

Span = tuple[int, int]

# Paragraphs shown on each side of a passage, at least, and characters, at most.
PARAGRAPHS_AROUND = 2
CHARACTERS_AROUND = 6000


def citations_within(passage: Passage, citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """The citations whose span lies in `passage` and has there exactly the words quoted."""
    return tuple(
        citation
        for citation in citations
        if citation.document == passage.document
        and passage.start <= citation.start < citation.end <= passage.end
        and _cut(passage, citation) == citation.quote
    )


def _cut(passage: Passage, citation: Citation) -> str:
    return passage.text[citation.start - passage.start : citation.end - passage.start]


def passage_html(document: Document | None, passage: Passage, citations: Sequence[Citation]) -> str:
    """The passage, with `<mark>` around the citations; the text of the HTML is the passage's.

    Args:
        document: its document, for the headings; None where it is not known.
        passage: what to show.
        citations: which lie in it, as `citations_within` says.
    """
    marks = [(citation.start, citation.end) for citation in citations]
    return _lines(passage.text, passage.start, _headings(document), marks, None)


def context_span(document: Document, passage: Passage) -> Span:
    """What to show around `passage`: its section, and at least two paragraphs on each side."""
    section = section_at(document, passage.start)
    start, end = (section.start, section.end) if section else (passage.start, passage.end)
    start = min(start, _paragraphs_before(document, passage.start))
    end = max(end, _paragraphs_after(document, passage.end))
    return (
        _line_start(document.text, max(start, passage.start - CHARACTERS_AROUND)),
        _line_end(document.text, min(end, passage.end + CHARACTERS_AROUND)),
    )


def context_html(document: Document, passage: Passage, citations: Sequence[Citation]) -> str:
    """The text around `passage`, with the passage in `.here` and its citations in `<mark>`."""
    start, end = context_span(document, passage)
    marks = [(citation.start, citation.end) for citation in citations]
    here = (passage.start, passage.end)
    return _lines(document.text[start:end], start, _headings(document), marks, here)


def _headings(document: Document | None) -> frozenset[int]:
    return frozenset(section.start for section in document.sections) if document else frozenset()


def _paragraphs_before(document: Document, position: int) -> int:
    """Where the `PARAGRAPHS_AROUND`th paragraph before the line of `position` starts, headings and
    empty lines not counted."""
    start = _line_start(document.text, position)
    found = 0
    while start > 0 and found < PARAGRAPHS_AROUND:
        end, start = start, _line_start(document.text, start - 1)
        found += _is_paragraph(document, start, end)
    return start


def _paragraphs_after(document: Document, position: int) -> int:
    """Where the `PARAGRAPHS_AROUND`th paragraph after the line of `position` ends."""
    inside_line = position > 0 and document.text[position - 1] != "\n"
    end = _line_end(document.text, position) if inside_line else position
    found = 0
    while end < len(document.text) and found < PARAGRAPHS_AROUND:
        start, end = end, _line_end(document.text, end)
        found += _is_paragraph(document, start, end)
    return end


def _is_paragraph(document: Document, start: int, end: int) -> bool:
    return start not in _headings(document) and not document.text[start:end].isspace()


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _line_end(text: str, position: int) -> int:
    newline = text.find("\n", position)
    return len(text) if newline < 0 else newline + 1


def _lines(
    text: str, offset: int, headings: frozenset[int], marks: Sequence[Span], here: Span | None
) -> str:
    """A block for each line, its line break inside: so the text of the HTML is `text` itself."""
    written = []
    for line in text.splitlines(keepends=True):
        end = offset + len(line)
        content = "".join(_pieces(line, offset, end, marks, here))
        kind = "line heading" if offset in headings else "line"
        written.append(element("span", content, class_=kind))
        offset = end
    return "".join(written)


def _pieces(
    line: str, start: int, end: int, marks: Sequence[Span], here: Span | None
) -> Iterator[str]:
    spans = [*marks, here] if here else marks
    bounds = {start, end, *(bound for span in spans for bound in span if start < bound < end)}
    cuts = sorted(bounds)
    for left, right in pairwise(cuts):
        piece = escape(line[left - start : right - start])
        if any(first <= left and right <= last for first, last in marks):
            piece = element("mark", piece)
        if here and here[0] <= left and right <= here[1]:
            piece = element("span", piece, class_="here")
        yield piece
