"""The outline of a Chinese or English text: headings become nested Sections."""

import re
from dataclasses import dataclass

from clusterqa.types import Section

_NUMERAL = "[一二三四五六七八九十百零〇]+"
# Families of numbering from the outermost to the innermost, as Chinese official and academic
# writing nests them. A document may leave out any of them.
_FAMILIES = (
    re.compile(r"#\s+\S"),
    re.compile(r"##\s+\S"),
    re.compile(r"###\s+\S"),
    re.compile(r"####+\s+\S"),
    re.compile(rf"第(?:{_NUMERAL}|\d+)[编部篇]"),
    re.compile(rf"第(?:{_NUMERAL}|\d+)章"),
    re.compile(rf"第(?:{_NUMERAL}|\d+)节"),
    re.compile(rf"{_NUMERAL}、"),
    re.compile(rf"[（(]{_NUMERAL}[）)]"),
    re.compile(r"\d{1,2}(?:[.．、](?!\d)|\s(?=\D))"),
    re.compile(r"[（(]\d{1,2}[）)]"),
    re.compile(r"[①-⑳]"),
)
# Longest heading seen in the paper has 35 characters; a longer line that starts with a number is a
# numbered paragraph, not a heading.
_LONGEST_HEADING = 60
_SENTENCE_INSIDE = re.compile(r"[。！？；](?=.)")


@dataclass(frozen=True, slots=True)
class _Heading:
    start: int
    level: int
    title: str


def heading_level(line: str) -> int | None:
    """Nesting level of a heading line (0 outermost, gaps allowed), or None for other lines."""
    stripped = line.strip()
    if not stripped or len(stripped) > _LONGEST_HEADING or _SENTENCE_INSIDE.search(stripped):
        return None
    for level, family in enumerate(_FAMILIES):
        if family.match(stripped):
            return level
    return None


def _headings(text: str) -> list[_Heading]:
    found = []
    position = 0
    for line in text.splitlines(keepends=True):
        level = heading_level(line)
        if level is not None:
            title = line.strip().lstrip("#").strip().rstrip("。：:")
            found.append(_Heading(position, level, title))
        position += len(line)
    return found


def outline(text: str) -> tuple[Section, ...]:
    """The Sections of `text` in order of their start; a section ends where the next begins that is
    not inside it. Text before the first heading belongs to no section."""
    headings = _headings(text)
    sections = []
    open_headings: list[_Heading] = []
    for index, heading in enumerate(headings):
        open_headings = [h for h in open_headings if h.level < heading.level] + [heading]
        following = (h.start for h in headings[index + 1 :] if h.level <= heading.level)
        path = tuple(h.title for h in open_headings)
        end = next(following, len(text))
        sections.append(Section(heading.start, end, len(open_headings), path))
    return tuple(sections)
