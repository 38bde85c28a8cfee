"""Generations on disk: built aside, checksummed, switched atomically, verified before reading.

index/
  CURRENT                  the name of the generation in force
  generation-000002/       one whole index; manifest.json lists its files with their sha256
  generation-000001/       the one before
  .lock                    held by whoever builds
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from clusterqa.errors import StoreError

FORMAT = 1
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
_PREFIX = "generation-"
_BUILDING = ".building"
_REBUILD = "rebuild with: clusterqa index"
KEPT_GENERATIONS = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation was built from, and the digest of each of its files.

    `sources` maps each file of the corpus folder to its sha256; `failures` maps each document that
    could not be read to the reason.
    """

    fingerprint: str
    model: str
    passage_size: int
    chunker: str
    sources: Mapping[str, str]
    failures: Mapping[str, str]
    files: Mapping[str, str]
    format: int = FORMAT


def digest_file(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def building(root: Path) -> Iterator[Path]:
    """An empty folder to build a generation in, under the lock; removed if it is not published.

    Raises:
        StoreError: another process is building, or `root` cannot be written.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(root / ".lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise StoreError(
            f"another process is building '{root}'; wait for it, then retry"
        ) from error
    except OSError as error:
        raise StoreError(f"index folder '{root}' cannot be written: {error.strerror}") from error
    try:
        for litter in root.glob(f"{_BUILDING}*"):
            shutil.rmtree(litter, ignore_errors=True)
        folder = root / f"{_BUILDING}-{os.getpid()}"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"index folder '{root}' cannot be written: {error.strerror}") from error
    finally:
        lock.release()


def publish(root: Path, folder: Path, manifest: Manifest) -> Path:
    """Make what was built in `folder` the generation in force; the one before is kept."""
    files = {
        path.relative_to(folder).as_posix(): digest_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }
    content = asdict(manifest) | {"files": files}
    _write(folder / MANIFEST, json.dumps(content, ensure_ascii=False, indent=1))
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)
    numbers = [_number(path) for path in root.glob(f"{_PREFIX}*")]
    target = root / f"{_PREFIX}{max(numbers, default=0) + 1:06d}"
    folder.rename(target)
    _write(root / f"{CURRENT}.new", f"{target.name} {digest_file(target / MANIFEST)}\n")
    _sync(root / f"{CURRENT}.new")
    (root / f"{CURRENT}.new").replace(root / CURRENT)
    _sync(root)
    for old in sorted(root.glob(f"{_PREFIX}*"), key=_number)[:-KEPT_GENERATIONS]:
        shutil.rmtree(old, ignore_errors=True)
    return target


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation's folder and its manifest."""

    folder: Path
    manifest: Manifest


def current(root: Path) -> Generation | None:
    """The generation in force, its manifest intact; None where no index was built yet.

    Raises:
        StoreError: `CURRENT` names a generation that is not there, or the manifest is damaged or of
            another version of clusterqa.
    """
    pointer = root / CURRENT
    try:
        name, digest = pointer.read_text("utf-8").split()
        folder = root / name
        if not name.startswith(_PREFIX) or "/" in name or not folder.is_dir():
            raise StoreError(f"'{pointer}' names '{name}', which is not there; {_REBUILD}")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"'{pointer}' cannot be read; {_REBUILD}") from error
    return Generation(folder, _read_manifest(folder / MANIFEST, digest))


def _read_manifest(path: Path, digest: str) -> Manifest:
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != digest:
            raise StoreError(f"the index is damaged: '{path}' was changed; {_REBUILD}")
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise StoreError(
                f"'{path.parent}' was built by another version of clusterqa; {_REBUILD}"
            )
        return Manifest(**content)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the index is damaged: '{path}' cannot be read; {_REBUILD}") from error


def verify(generation: Generation) -> None:
    """Compare every file of a generation with its checksum, before anything parses it.

    Raises:
        StoreError: a file is missing or was changed; the message names it.
    """
    for name, expected in generation.manifest.files.items():
        path = generation.folder / name
        try:
            intact = digest_file(path) == expected
        except OSError as error:
            raise StoreError(f"the index is damaged: '{path}' is missing; {_REBUILD}") from error
        if not intact:
            raise StoreError(f"the index is damaged: '{path}' was changed; {_REBUILD}")


def _number(path: Path) -> int:
    digits = path.name.removeprefix(_PREFIX)
    return int(digits) if digits.isdigit() else 0


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
