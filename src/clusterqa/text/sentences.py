"""Sentences as exact spans."""

import re

from clusterqa.text.characters import CLOSERS, REFERENCE_MARK

# Abbreviations after which a full stop does not end an English sentence.
_ABBREVIATIONS = (
    r"\b[A-Z]",
    r"\bNo",
    r"\bvs",
    r"\bMr",
    r"\bDr",
    r"\bSt",
    r"\bFig",
    r"e\.g",
    r"i\.e",
)
# The number of a heading or a list item, at the start of its line.
_LABELS = (r"^\d", r"^\d\d", r"^\d\.\d")
_ABBREVIATION = "".join(f"(?<!{before})" for before in (*_ABBREVIATIONS, *_LABELS))
_END = re.compile(
    rf"""
    (?: [。！？!?]+ | (?:…|\.\.\.)+(?=\s|$) | {_ABBREVIATION}\.(?=[{CLOSERS}]*\s+[^a-z\s]) )
    [{CLOSERS}]*
    (?: \s*{REFERENCE_MARK} )*
    | \n+
    """,
    re.VERBOSE | re.MULTILINE,
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Spans `(start, end)` of the sentences of `text`, in order, without outer white space.

    Sentences end at 。！？!? with the closing quotes and reference marks behind them, at an English
    full stop before a new sentence, and at every line break. Every character that is not white
    space lies in exactly one span.
    """
    spans = []
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            spans.append((left, right))
        start = end
    return spans
