"""Fixtures for all tests, and the guard that keeps the whole suite off the network."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent / "offline"))

import offline_guard

from clusterqa import api
from clusterqa.config import Settings
from clusterqa.corpus import load_corpus
from clusterqa.embedding import BundledEmbedder, StaticModel
from clusterqa.index import Models, build_index
from clusterqa.translation import TranslationTable
from clusterqa.types import Document
from support import CHINESE, ENGLISH, ROOT, TINY_PAIRS, TINY_WORDS, make_table, write_tiny_model

settings.register_profile(
    "clusterqa",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("clusterqa")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "reaches_out: tries the network, and is refused")
    offline_guard.install()
    os.environ.pop("CLUSTERQA_DEBUG", None)


@pytest.fixture(autouse=True)
def offline(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test that reached for the network, even if what it called hid the refusal."""
    before = len(offline_guard.attempts)
    yield
    if request.node.get_closest_marker("reaches_out") is None:
        assert offline_guard.attempts[before:] == []


@pytest.fixture(scope="session")
def paper() -> Document:
    """The real paper, as the corpus holds it."""
    documents = {document.id: document for document in load_corpus(ROOT / "corpus").documents}
    return documents["paper"]


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A StaticEmbedding folder with a vector of its own for each of `TINY_WORDS`."""
    return write_tiny_model(tmp_path_factory.mktemp("tiny"), TINY_WORDS)


@pytest.fixture(scope="session")
def tiny_model(tiny_folder: Path) -> StaticModel:
    return StaticModel(tiny_folder)


@pytest.fixture(scope="session")
def tiny_table() -> TranslationTable:
    return make_table(TINY_PAIRS)


@pytest.fixture(scope="session")
def models(tiny_model: StaticModel, tiny_table: TranslationTable) -> Models:
    """Models small enough to build an index in a fraction of a second."""
    return Models(BundledEmbedder(tiny_model), tiny_model, tiny_table)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with a Chinese and an English document."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "clusters.txt").write_text(CHINESE, "utf-8")
    (folder / "notes.md").write_text(ENGLISH, "utf-8")
    return folder


@pytest.fixture
def built(corpus: Path, tmp_path: Path, models: Models) -> Path:
    """The root of an index over `corpus`, made with the tiny `models`."""
    root = tmp_path / "index"
    build_index(corpus, root, models, "bundled", 60, lambda *_: None)
    return root


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a user has it: the corpus of the repository, and its index with the shipped
    models. For reading only."""
    folder = tmp_path_factory.mktemp("workplace")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    api.build(Settings(corpus=folder / "corpus", index=folder / "index"))
    return folder
