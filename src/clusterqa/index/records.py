"""Documents and passages as JSON lines."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from clusterqa.types import Document, Passage, Section, Source


def write_records(path: Path, records: Iterable[Document | Passage]) -> None:
    """Write one JSON object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for record in records:
            stream.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")


def read_documents(path: Path) -> tuple[Document, ...]:
    """The documents that `write_records` wrote."""
    return tuple(_document(json.loads(line)) for line in _lines(path))


def read_passages(path: Path) -> tuple[Passage, ...]:
    """The passages that `write_records` wrote."""
    return tuple(
        Passage(**(values | {"section": tuple(values["section"])}))
        for values in map(json.loads, _lines(path))
    )


def _lines(path: Path) -> Iterable[str]:
    # Not `splitlines`: it also breaks at separators that JSON strings may hold.
    return path.read_text("utf-8").rstrip("\n").split("\n")


def _document(values: dict[str, Any]) -> Document:
    sections = tuple(
        Section(**(section | {"path": tuple(section["path"])})) for section in values["sections"]
    )
    structured = {
        "sections": sections,
        "page_starts": tuple(values["page_starts"]),
        "source": Source(**values["source"]),
    }
    return Document(**(values | structured))
