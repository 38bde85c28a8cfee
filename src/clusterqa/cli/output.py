"""Results for a terminal, and progress on stderr."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from clusterqa.types import Answer, Hit, Language, Progress

if TYPE_CHECKING:
    from clusterqa.api import Scored

_NO_ANSWER: dict[Language, str] = {
    "zh": "语料库中没有找到这个问题的答案。最接近的段落：",
    "en": "The corpus does not answer this question. The nearest passages:",
}


def print_line(text: str) -> None:
    """Write one line of the result."""
    sys.stdout.write(text + "\n")


def print_json(value: Any) -> None:
    """Write one JSON line of the result."""
    print_line(json.dumps(value, ensure_ascii=False))


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """A Progress shown on stderr while the block runs; silent if `quiet` or not on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield report


def answer_lines(answer: Answer) -> Iterator[str]:
    """An answer for reading: the cited sentences, then where each stands, then the passages."""
    if answer.abstained:
        yield f"{_NO_ANSWER[answer.query.language]} (confidence {answer.confidence:.2f})"
    else:
        yield from (answer.text or "").split("\n")
        yield ""
        for citation in answer.citations:
            place = _place(citation.title, citation.section, citation.page)
            yield f"[{citation.marker}] {place} (verified)"
        yield ""
        yield f"confidence {answer.confidence:.2f}; passages:"
    for number, hit in enumerate(answer.hits, start=1):
        yield ""
        yield from hit_lines(number, hit)


def scored_lines(scored: "Scored") -> Iterator[str]:
    """The hits of a search for reading."""
    for number, hit in enumerate(scored.retrieval.hits, start=1):
        yield from hit_lines(number, hit)
        yield ""
    yield f"confidence {scored.confidence:.2f}"


def hit_lines(number: int, hit: Hit) -> Iterator[str]:
    """One hit for reading: its place, its ranks, its text."""
    passage = hit.passage
    ranks = ", ".join(f"{leg} {rank}" for leg, rank in hit.ranks.items())
    yield f"{number}. {_place(passage.document, passage.section, passage.page)}  ({ranks})"
    yield from (f"   {line}" for line in passage.text.strip().split("\n"))


def _place(title: str, section: tuple[str, ...], page: int | None) -> str:
    parts = [title, *section]
    return " › ".join(parts) + (f", p. {page}" if page else "")
