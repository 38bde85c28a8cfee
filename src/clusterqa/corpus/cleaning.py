"""From text as a PDF gave it to clean paragraphs: lines joined, page furniture dropped, no word
changed. Page breaks are kept as offsets.

    python -m clusterqa.corpus.cleaning ORIGINAL CLEANED --title TITLE

writes the text to CLEANED and the page starts beside it (`CLEANED` with the suffix `.pages.json`).
"""

import argparse
import hashlib
import json
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from clusterqa.corpus.outline import heading_level
from clusterqa.text.characters import CJK, CJK_PUNCTUATION, REFERENCE_MARK

_PAGE_NUMBER = re.compile(r"\d{1,4}")
_FOOTNOTE_ANCHOR = re.compile(r"\*\d{0,2}")
_MARK = re.compile(REFERENCE_MARK)
_WIDE = CJK + CJK_PUNCTUATION + "“”‘’—…·"
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_WIDE}])[ \t]+|[ \t]+(?=[{_WIDE}])")
_LATIN_SEAM = re.compile(r"[A-Za-z,.;:)][A-Za-z0-9(]|[0-9][A-Za-z(]")
_SENTENCE_END = re.compile(r"[。！？：；.!?:][”’」』）)]*$")
# A line below this share of the full width ended its paragraph: in the paper every line inside a
# paragraph fills at least 0.93 of it.
_FULL_LINE = 0.85


@dataclass(frozen=True, slots=True)
class CleanText:
    """Paragraphs, one a line, and the offset at which each page starts."""

    text: str
    page_starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    starts_page: bool


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line)


def _body_lines(original: str) -> list[_Line]:
    """Lines without page numbers and blank lines.

    The extraction marks a page break by a space at the start of the first line of the new page, or
    by the printed number of the page that ended; a number is dropped only where it is that page's.
    """
    lines: list[_Line] = []
    page, at_break = 0, False
    for raw in original.splitlines():
        text = raw.strip()
        if not text:
            continue
        if _PAGE_NUMBER.fullmatch(text) and int(text) == page:
            at_break = True
            continue
        starts_page = at_break or raw.startswith((" ", "\f"))
        page += starts_page
        lines.append(_Line(text, starts_page))
        at_break = False
    return lines


def _full_width(lines: list[_Line]) -> float:
    widths = sorted(_width(line.text) for line in lines)
    return widths[int(len(widths) * 0.75)] if widths else 0


def _joins(before: str, line: str, following: str, full: float, title: str) -> bool:
    """Whether `following` goes on with the paragraph `before`, whose last line is `line`."""
    if title.startswith(before) and before != title:
        return True
    if _MARK.fullmatch(following):
        return True
    if heading_level(before) is not None or heading_level(following) is not None:
        return False
    if following.startswith("【") or before == title:
        return False
    if _MARK.fullmatch(line) or _width(line) >= _FULL_LINE * full:
        return True
    # A superscript mark cuts its line short, in mid-sentence.
    return _width(before) > full and not _SENTENCE_END.search(before)


def _seam(before: str, following: str) -> str:
    return " " if _LATIN_SEAM.fullmatch(before[-1] + following[0]) else ""


def clean(original: str, title: str = "") -> CleanText:
    """Clean a hard-wrapped extraction.

    Args:
        original: the text with its line breaks.
        title: the document's title; first lines that spell it are joined.
    """
    title = re.sub(r"\s", "", title)
    lines = [line for line in _body_lines(original) if not _FOOTNOTE_ANCHOR.fullmatch(line.text)]
    full = _full_width(lines)
    paragraphs: list[str] = []
    page_starts: list[int] = []
    last, offset = "", 0
    for line in lines:
        text = _SPACE_IN_CHINESE.sub("", line.text)
        if paragraphs and _joins(paragraphs[-1], last, text, full, title):
            seam = _seam(paragraphs[-1], text)
        else:
            paragraphs.append("")
            seam, offset = "", offset + (len(paragraphs) > 1)
        if line.starts_page:
            page_starts.append(offset + len(seam))
        paragraphs[-1] += seam + text
        offset += len(seam + text)
        last = text
    return CleanText("\n".join(paragraphs) + "\n" if paragraphs else "", tuple(page_starts))


def main() -> None:
    """Clean one file; see the module's first lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("original", type=Path)
    parser.add_argument("cleaned", type=Path)
    parser.add_argument("--title", default="")
    arguments = parser.parse_args()
    cleaned = clean(arguments.original.read_bytes().decode("utf-8"), arguments.title)
    data = cleaned.text.encode("utf-8")
    arguments.cleaned.write_bytes(data)
    pages = {"sha256": hashlib.sha256(data).hexdigest(), "starts": cleaned.page_starts}
    arguments.cleaned.with_suffix(".pages.json").write_text(json.dumps(pages) + "\n", "utf-8")


if __name__ == "__main__":
    main()
