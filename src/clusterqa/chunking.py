"""Document to Passages: whole sentences, exact spans, no overlap, never across a section."""

import hashlib
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from clusterqa.text.characters import CLOSERS, REFERENCE_MARK
from clusterqa.types import Document, Passage, Section

# Names this way of splitting; an index made by another is stale.
CHUNKER = "sections-sentences-3"

# From the coarsest break to the finest. Each pattern is kept at the end of its piece.
_TAIL = rf"[{CLOSERS}]*(?:{REFERENCE_MARK})*"
PARAGRAPHS = (r"[\r\n]+",)
SENTENCES = (rf"[。！？!?]+{_TAIL}[\r\n]*", r"\.[\"')\]]*\s+", r"[；;]", r"[，,：:]", r"\s", "")


def split(document: Document, size: int) -> tuple[Passage, ...]:
    """The passages of `document`, in order; joined, they reproduce its text.

    Args:
        document: the document with its sections.
        size: the most characters of a passage, its heading lines not counted; a sentence that is
            longer is cut at a ； or ，.
    """
    passages = []
    for start, body, end, path in _blocks(document):
        for piece_start, piece_end in _pieces(document.text[body:end], size):
            first = start if piece_start == 0 else body + piece_start
            passages.append(_passage(document, first, body + piece_end, path))
    return tuple(passages)


def _blocks(document: Document) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
    """`(start, body, end, section path)` of the text under each heading, heading lines from `start`
    to `body`. A heading without text of its own, and the bare title, go with what follows."""
    bounds = [0, *(section.start for section in document.sections), len(document.text)]
    paths = [(), *(section.path for section in document.sections)]
    start = 0
    for index, path in enumerate(paths):
        heading, end = bounds[index], bounds[index + 1]
        body = _line_end(document.text, heading, end) if index > 0 else heading
        is_last = index == len(paths) - 1
        text = document.text[body:end].strip()
        if not is_last and (not text or text == document.title):
            continue
        yield start, body if document.text[body:end].strip() else start, end, path
        start = end


def _line_end(text: str, start: int, limit: int) -> int:
    lines = text[start:limit].splitlines(keepends=True)
    return start + len(lines[0]) if lines else limit


def _pieces(body: str, size: int) -> Iterator[tuple[int, int]]:
    """Spans of pieces of at most `size` characters: short paragraphs together, long ones divided.

    With no overlap, separators kept at the end and white space not stripped, the pieces of
    langchain-text-splitters are a partition, so a running sum is exact; its `add_start_index`
    is not, on repeated text.
    """
    start = end = 0
    for paragraphs in _split_text(body, size, PARAGRAPHS):
        for piece in _evenly(paragraphs, size):
            if piece.strip() and body[start:end].strip():
                yield start, end
                start = end
            end += len(piece)  # a run of blank lines stays with the piece beside it
    if start < end:
        yield start, end


def _evenly(text: str, size: int) -> list[str]:
    """As few pieces as sentences allow, filled alike: the least room in which they are no more."""
    length = max(1, _length(text))
    least, most = math.ceil(length / math.ceil(length / size)), size
    best = _split_text(text, size, SENTENCES)
    while least < most:
        middle = (least + most) // 2
        pieces = _split_text(text, middle, SENTENCES)
        if len(pieces) <= len(best):
            best, most = pieces, middle
        else:
            least = middle + 1
    return best


def _length(text: str) -> int:
    """What counts against the size: a line break at the end does not."""
    return len(text.rstrip("\r\n"))


def _split_text(block: str, size: int, separators: Sequence[str]) -> list[str]:
    # Imported here, since it takes 0.3 s and asking a built index needs no splitter.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size,
        chunk_overlap=0,
        length_function=_length,
        separators=list(separators),
        is_separator_regex=True,
        keep_separator="end",
        strip_whitespace=False,
    )
    return splitter.split_text(block)


def _passage(document: Document, start: int, end: int, path: tuple[str, ...]) -> Passage:
    text = document.text[start:end]
    content = f"{document.id}\n{start}\n{text}".encode()
    return Passage(
        id=hashlib.sha256(content).hexdigest()[:16],
        document=document.id,
        start=start,
        end=end,
        text=text,
        section=path,
        page=page_of(document, start),
    )


def page_of(document: Document, offset: int) -> int | None:
    """The page, from 1, that holds the character at `offset`; None where pages are unknown."""
    return bisect_right(document.page_starts, offset) or None


def section_at(document: Document, offset: int) -> Section | None:
    """The innermost section that holds the character at `offset`."""
    holding = [s for s in document.sections if s.start <= offset < s.end]
    return max(holding, key=lambda section: section.level, default=None)
