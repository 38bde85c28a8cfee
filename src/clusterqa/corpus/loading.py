"""Files to Documents. One bad file never stops the others: it becomes a Failure with a reason."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from clusterqa.corpus.manifest import MANIFEST, Entry, read_manifest
from clusterqa.corpus.outline import outline
from clusterqa.errors import CorpusError
from clusterqa.text import detect_language
from clusterqa.types import Corpus, Document, Failure

SUFFIXES = (".txt", ".md")
# A megabyte of Chinese text is a 700-page book; the limit keeps a stray dump out.
MAX_BYTES = 64 * 1024 * 1024


def corpus_files(folder: Path) -> tuple[Entry, ...]:
    """What a corpus folder holds: its manifest's entries, then the other text files, by path.

    Raises:
        CorpusError: the folder is missing or empty, or its manifest is wrong.
    """
    if not folder.is_dir():
        raise CorpusError(
            f"no corpus folder '{folder}'; name one that exists: clusterqa index FOLDER"
        )
    listed = read_manifest(folder)
    taken = {entry.file for entry in listed} | {entry.original for entry in listed}
    found = tuple(Entry(id=path, file=path) for path in _text_files(folder) if path not in taken)
    if not listed and not found:
        raise CorpusError(
            f"corpus folder '{folder}' holds no document ({', '.join(SUFFIXES)}); "
            f"put some in, then run: clusterqa index {folder}"
        )
    return listed + found


def _text_files(folder: Path) -> Iterator[str]:
    for root, directories, names in os.walk(folder, followlinks=False):
        directories[:] = sorted(name for name in directories if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or name == MANIFEST or path.suffix.lower() not in SUFFIXES:
                continue
            yield path.relative_to(folder).as_posix()


def corpus_digests(folder: Path) -> dict[str, str]:
    """The sha256 of every file that the documents of `folder` are made from, by POSIX path.

    Raises:
        CorpusError: the folder is missing or empty, or its manifest is wrong.
    """
    names = {MANIFEST}
    for entry in corpus_files(folder):
        names |= {entry.file, entry.pages} - {""}
    paths = {name: folder / name for name in sorted(names)}
    return {_printable(name): _digest_file(path) for name, path in paths.items() if path.is_file()}


def _digest_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # an unreadable file is listed as a failure when it is loaded
        return ""


def load_corpus(folder: Path) -> Corpus:
    """Read every document of `folder`.

    Raises:
        CorpusError: the folder is missing or empty, its manifest is wrong, or no file is readable.
    """
    documents: list[Document] = []
    failures = []
    for entry in corpus_files(folder):
        try:
            if entry.id in {document.id for document in documents}:
                raise CorpusError(f"'{entry.file}' is also an id in {MANIFEST}; change that id")
            documents.append(load_document(folder, entry))
        except CorpusError as error:
            failures.append(Failure(_printable(entry.id), _printable(str(error))))
    if not documents:
        raise CorpusError(
            f"no document of '{folder}' could be read; the first: {failures[0].reason}"
        )
    return Corpus(tuple(documents), tuple(failures))


def load_document(folder: Path, entry: Entry) -> Document:
    """Read one document with its outline and pages.

    Raises:
        CorpusError: the file is missing, outside the folder, too large, empty or not text.
    """
    text = _read_text(folder, entry.file)
    data = text.encode("utf-8")
    digest = hashlib.sha256(data).hexdigest()
    return Document(
        id=entry.id,
        title=entry.title or _first_line(text),
        language=entry.language or detect_language(text),
        text=text,
        sha256=digest,
        sections=outline(text),
        page_starts=_page_starts(folder, entry, digest),
        source=entry.source,
    )


def _printable(text: str) -> str:
    """`text` with what is not UTF-8 in it escaped, as in a file name from another system."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _read_text(folder: Path, relative: str) -> str:
    if _printable(relative) != relative:
        raise CorpusError(f"'{relative}' has a name that is not UTF-8; rename the file")
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CorpusError(f"'{relative}' is a link out of the corpus folder; copy the file in")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CorpusError(f"'{relative}' is over {MAX_BYTES >> 20} MB; split it")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"'{relative}' is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    except OSError as error:
        raise CorpusError(f"'{relative}' cannot be read: {error.strerror}") from error
    if "\x00" in text:
        raise CorpusError(f"'{relative}' is not text: it has NUL bytes; remove it")
    if not text.strip():
        raise CorpusError(f"'{relative}' is empty; remove it or put text in")
    return text


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].lstrip("#").strip()[:120]


def _page_starts(folder: Path, entry: Entry, digest: str) -> tuple[int, ...]:
    """Page offsets from the sidecar that cleaning wrote, as long as it is of this very text."""
    if not entry.pages:
        return ()
    try:
        pages = json.loads((folder / entry.pages).read_bytes())
        matches = pages["sha256"] == digest
        starts = tuple(int(start) for start in pages["starts"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(f"'{entry.pages}' cannot be read: {error}; clean it anew") from error
    if not matches:
        raise CorpusError(
            f"'{entry.pages}' belongs to another text than '{entry.file}'; make it anew with: "
            f"python -m clusterqa.corpus.cleaning"
        )
    return starts
