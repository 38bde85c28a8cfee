"""`manifest.toml`: what is known of each document of a corpus folder."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any

from clusterqa.errors import CorpusError
from clusterqa.types import Language, Source

MANIFEST = "manifest.toml"
_LANGUAGES: dict[str, Language] = {"zh": "zh", "en": "en"}
_SOURCE_FIELDS = tuple(each.name for each in fields(Source))
_KNOWN_KEYS = {"id", "file", "original", "pages", "title", "language", *_SOURCE_FIELDS}


@dataclass(frozen=True, slots=True)
class Entry:
    """One `[[document]]` table. Paths are relative to the corpus folder, in POSIX form."""

    id: str
    file: str
    title: str = ""
    language: Language | None = None
    original: str = ""
    pages: str = ""
    source: Source = field(default_factory=Source)


def read_manifest(folder: Path) -> tuple[Entry, ...]:
    """The entries of `folder/manifest.toml`; none where there is no such file.

    Raises:
        CorpusError: the file is not TOML, or an entry is wrong.
    """
    path = folder / MANIFEST
    if not path.is_file():
        return ()
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("document", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"'{path}' is not valid TOML: {error}; mend the file") from error
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CorpusError(f"'{path}': documents are written as [[document]] tables; mend the file")
    entries = tuple(_entry(path, table) for table in tables)
    ids = [entry.id for entry in entries]
    for id_ in ids:
        if ids.count(id_) > 1:
            raise CorpusError(f"'{path}': id '{id_}' is given twice; make the ids unique")
    return entries


def _entry(path: Path, table: Mapping[str, Any]) -> Entry:
    name = table.get("id", "?")
    for key, value in table.items():
        if key not in _KNOWN_KEYS:
            raise CorpusError(f"'{path}', document '{name}': unknown key '{key}'; remove it")
        if not isinstance(value, str):
            raise CorpusError(f"'{path}', document '{name}': '{key}' must be text in quotes")
    for key in ("id", "file"):
        if not table.get(key):
            raise CorpusError(f"'{path}', document '{name}': '{key}' is missing; add it")
    for key in ("file", "original", "pages"):
        _check_inside(path, table.get(key, ""))
    language = table.get("language", "")
    if language and language not in _LANGUAGES:
        raise CorpusError(f"'{path}', document '{name}': language '{language}' is not zh or en")
    return Entry(
        id=table["id"],
        file=table["file"],
        title=table.get("title", ""),
        language=_LANGUAGES.get(language),
        original=table.get("original", ""),
        pages=table.get("pages", ""),
        source=Source(**{key: table.get(key, "") for key in _SOURCE_FIELDS}),
    )


def _check_inside(path: Path, relative: str) -> None:
    parts = PurePosixPath(relative).parts
    if relative.startswith("/") or ".." in parts:
        raise CorpusError(f"'{path}': '{relative}' is outside the corpus folder; move the file in")
