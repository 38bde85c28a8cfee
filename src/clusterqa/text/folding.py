"""Folding a string for search, with a map from every folded character back to its source offset."""

import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import opencc

from clusterqa.text.characters import CJK, CJK_PUNCTUATION

_COMBINING = "\u0300-\u036f\u3099\u309a\u20d0-\u20f0"
# Characters that NFKC and lower-casing map one to one, whatever stands beside them (unless a
# combining mark follows): handled as whole runs, which keeps folding near the speed of C.
_ONE_TO_ONE = re.compile(
    f"[\x00-\x7f\u3001-\u303e\u3400-\u4dbf\u4e00-\u9fff\uff01-\uff5e]+(?![{_COMBINING}])"
)
_CLUSTER = re.compile(f".[{_COMBINING}]*", re.DOTALL)
_WIDE = CJK + CJK_PUNCTUATION
_LOOSE_SPACE = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])|(?<=\s)\s+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded string and where each of its characters came from.

    `text[i]` was made from the source characters from `starts[i]` to `ends[i]`.
    """

    text: str
    starts: "array[int]"
    ends: "array[int]"

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The source span that the folded span `[start, end)` was made from.

        Raises:
            ValueError: the folded span is empty or outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no folded span {start}:{end} in a text of {len(self.text)}")
        return self.starts[start], self.ends[end - 1]


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _simplify(text: str) -> str:
    """Traditional to simplified characters, never changing the length."""
    converted: str = _to_simplified().convert(text)
    if len(converted) == len(text):
        return converted
    each = (str(_to_simplified().convert(character)) for character in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(each, text, strict=True))


def _pieces(text: str) -> Iterator[tuple[int, int, bool]]:
    """Spans of `text` with whether the span folds one character to one."""
    position = 0
    while position < len(text):
        run = _ONE_TO_ONE.match(text, position)
        if run:
            yield position, run.end(), True
            position = run.end()
            continue
        cluster = _CLUSTER.match(text, position)
        assert cluster is not None  # any character matches
        yield position, cluster.end(), False
        position = cluster.end()


def fold(text: str) -> Folded:
    """Fold `text` for search: NFKC, lower case, simplified characters, loose white space dropped.

    White space beside a CJK character goes (`2014 年` and `2014年` fold alike); other runs of it
    become one space.
    """
    parts: list[str] = []
    starts, ends = array("L"), array("L")
    for start, end, one_to_one in _pieces(text):
        folded = unicodedata.normalize("NFKC", text[start:end]).lower()
        parts.append(folded)
        if one_to_one:
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        else:
            starts.extend([start] * len(folded))
            ends.extend([end] * len(folded))
    return _without_loose_space(Folded(_simplify("".join(parts)), starts, ends))


def _without_loose_space(folded: Folded) -> Folded:
    parts: list[str] = []
    starts, ends = array("L"), array("L")
    position = 0
    gaps = [match.span() for match in _LOOSE_SPACE.finditer(folded.text)]
    for gap_start, gap_end in [*gaps, (len(folded.text), len(folded.text))]:
        parts.append(folded.text[position:gap_start])
        starts.extend(folded.starts[position:gap_start])
        ends.extend(folded.ends[position:gap_start])
        position = gap_end
    return Folded(re.sub(r"\s", " ", "".join(parts)), starts, ends)


def fold_text(text: str) -> str:
    """The folded string alone; see `fold`."""
    return fold(text).text
