"""The index on disk: generations, atomic switch, checksums, staleness, builds that are killed."""

import ast
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
import pytest

from clusterqa.chunking import split
from clusterqa.corpus import load_corpus
from clusterqa.embedding import BundledEmbedder, StaticModel
from clusterqa.errors import CorpusError, StoreError
from clusterqa.index import Built, Index, Models, build_index, is_stale, open_index, store
from clusterqa.types import FloatArray
from support import SOURCE, TINY_PAIRS, TINY_WORDS, make_table, run_python, write_tiny_model

SIZE = 60


def silent(stage: str, done: int, total: int) -> None:
    pass


def build(corpus: Path, root: Path, models: Models) -> Built:
    return build_index(corpus, root, models, "bundled", SIZE, silent)


def generation(root: Path) -> Path:
    return root / (root / "CURRENT").read_text("utf-8").split()[0]


def files_of(folder: Path) -> list[str]:
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    return sorted(listed)


class CountingEmbedder:
    """The tiny model, with what it was asked to embed."""

    def __init__(self, model: StaticModel, name: str = "counting") -> None:
        self._embedder = BundledEmbedder(model)
        self.fingerprint = f"{name}:{model.sha256}"
        self.dimension = model.dimension
        self.embedded: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        self.embedded += texts
        return self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        return self._embedder.embed_queries(texts)


class FailingEmbedder(CountingEmbedder):
    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        raise MemoryError


def counting(models: Models, name: str = "counting") -> tuple[Models, CountingEmbedder]:
    embedder = CountingEmbedder(models.tokens, name)
    return Models(embedder, models.tokens, models.table), embedder


# Generations


def test_the_first_build_is_generation_1_and_in_force(built: Path) -> None:
    assert generation(built).name == "generation-000001"


def test_current_holds_the_sha256_of_the_manifest_in_force(built: Path) -> None:
    manifest = (generation(built) / "manifest.json").read_bytes()
    digest = hashlib.sha256(manifest).hexdigest()
    assert (built / "CURRENT").read_text("utf-8") == f"generation-000001 {digest}\n"


def test_a_build_puts_the_next_generation_in_force_and_keeps_the_one_before(
    built: Path, corpus: Path, models: Models
) -> None:
    build(corpus, built, models)
    assert generation(built).name == "generation-000002"
    assert sorted(path.name for path in built.glob("gen*")) == [
        "generation-000001",
        "generation-000002",
    ]


def test_older_generations_are_removed(built: Path, corpus: Path, models: Models) -> None:
    for _ in range(3):
        build(corpus, built, models)
    assert sorted(path.name for path in built.glob("gen*")) == [
        "generation-000003",
        "generation-000004",
    ]


def test_a_build_leaves_nothing_but_generations_current_and_lock(built: Path) -> None:
    assert {path.name for path in built.iterdir()} <= {"CURRENT", ".lock", "generation-000001"}


def test_the_manifest_lists_every_file_with_its_sha256(built: Path) -> None:
    folder = generation(built)
    listed = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
    there = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    expected = {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in there.items()
        if name != "manifest.json" and not name.endswith(".lock")
    }
    assert listed == expected
    assert {"documents.jsonl", "passages.jsonl", "vectors.faiss", "late.npz"} <= set(listed)


def test_an_index_that_is_open_still_answers_after_two_more_builds(
    built: Path, corpus: Path, models: Models
) -> None:
    index = open_index(built, models, "bundled")
    before = index.lexical.scores("产业集群")
    build(corpus, built, models)
    build(corpus, built, models)
    np.testing.assert_array_equal(index.lexical.scores("产业集群"), before)


def test_reading_an_index_changes_none_of_its_files(built: Path, models: Models) -> None:
    folder = generation(built)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    index = open_index(built, models, "bundled")
    index.lexical.scores("产业集群")
    index.translated.scores("cluster", "en")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


# What is stored


def test_documents_and_passages_come_back_as_they_went_in(
    built: Path, corpus: Path, models: Models
) -> None:
    index = open_index(built, models, "bundled")
    documents = load_corpus(corpus).documents
    assert tuple(index.documents.values()) == documents
    assert index.passages == tuple(p for document in documents for p in split(document, SIZE))


def test_a_document_with_odd_line_ends_comes_back_as_it_went_in(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    text = "一、甲\r\n文\u2028字\x85行\x0b\x0c。\u3000\n\n“引”\ufeff \x1e\n"
    (corpus / "odd.txt").write_bytes(text.encode())
    build(corpus, tmp_path / "index", models)
    index = open_index(tmp_path / "index", models, "bundled")
    assert index.documents["odd.txt"].text == text
    own = [passage.text for passage in index.passages if passage.document == "odd.txt"]
    assert "".join(own) == text


def test_vectors_are_those_of_the_passages_in_their_order(built: Path, models: Models) -> None:
    index = open_index(built, models, "bundled")
    texts = []
    for passage in index.passages:
        title = index.documents[passage.document].title
        texts.append("\n".join([title, *passage.section, passage.text]))
    np.testing.assert_allclose(
        index.vectors.vectors(), models.embedder.embed_passages(texts), atol=1e-6
    )


def test_a_file_that_could_not_be_read_is_kept_with_its_reason(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    (corpus / "bad.txt").write_bytes(b"\xff\xfe\x00\x81")
    built = build(corpus, tmp_path / "index", models)
    index = open_index(tmp_path / "index", models, "bundled")
    assert [failure.document for failure in built.corpus.failures] == ["bad.txt"]
    assert "not UTF-8 text" in index.failures["bad.txt"]
    assert set(index.documents) == {"clusters.txt", "notes.md"}


def test_no_file_of_the_index_is_a_pickle(built: Path) -> None:
    for path in generation(built).rglob("*"):
        if path.is_file():
            assert not path.read_bytes().startswith(b"\x80"), path
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                assert all(arrays[name].dtype != object for name in arrays)


def test_the_source_never_unpickles() -> None:
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {"pickle", "dill", "joblib", "shelve", "marshal"} & set(names), path
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant) and node.value.value is False, path


# Damage


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


DAMAGE = {
    "a flipped bit": flip,
    "a lost byte": lambda data: data[:-1],
    "an added byte": lambda data: data + b"\n",
    "no content": lambda data: b"",
    "zeros": lambda data: bytes(len(data)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_to_any_file_is_reported_by_its_name(
    built: Path, models: Models, damage: str
) -> None:
    folder = generation(built)
    for name in files_of(folder):
        sound = (folder / name).read_bytes()
        (folder / name).write_bytes(DAMAGE[damage](sound))
        with pytest.raises(StoreError, match="the index is damaged") as error:
            open_index(built, models, "bundled")
        assert str(folder / name) in str(error.value)
        assert "rebuild with: clusterqa index" in str(error.value)
        (folder / name).write_bytes(sound)
    open_index(built, models, "bundled")


def test_any_missing_file_is_reported_by_its_name(built: Path, models: Models) -> None:
    folder = generation(built)
    for name in [*files_of(folder), "manifest.json"]:
        sound = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(StoreError, match="rebuild with: clusterqa index") as error:
            open_index(built, models, "bundled")
        assert str(folder / name) in str(error.value)
        (folder / name).write_bytes(sound)


def test_faiss_never_reads_a_file_whose_checksum_is_wrong(
    built: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(faiss, "read_index", lambda path: read.append(path))
    path = generation(built) / "vectors.faiss"
    path.write_bytes(flip(path.read_bytes()))
    with pytest.raises(StoreError, match="damaged"):
        open_index(built, models, "bundled")
    assert read == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b"\xff\xfe"])
def test_a_damaged_manifest_is_reported_by_its_name(
    built: Path, models: Models, content: bytes
) -> None:
    path = generation(built) / "manifest.json"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="rebuild with: clusterqa index") as error:
        open_index(built, models, "bundled")
    assert str(path) in str(error.value)


def test_any_flipped_bit_of_the_manifest_is_noticed(built: Path, models: Models) -> None:
    path = generation(built) / "manifest.json"
    sound = path.read_bytes()
    unnoticed = []
    for place in range(0, len(sound), 11):
        path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
        try:
            open_index(built, models, "bundled")
        except StoreError:
            continue
        unnoticed.append(place)
    assert unnoticed == []


def test_an_index_of_another_format_says_so(built: Path, models: Models) -> None:
    path = generation(built) / "manifest.json"
    content = json.loads(path.read_text("utf-8")) | {"format": 999}
    path.write_text(json.dumps(content), "utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (built / "CURRENT").write_text(f"{path.parent.name} {digest}\n", "utf-8")
    with pytest.raises(StoreError, match=r"another version of clusterqa; rebuild with: clusterqa"):
        open_index(built, models, "bundled")


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\xff\n", b"generation-000001\n", b"generation-000009 00\n"),
        *(b"../elsewhere 00\n", b"generation-\x00 00\n", b"generation-000001 00 00\n"),
    ],
)
def test_a_damaged_current_is_reported_by_its_name(
    built: Path, models: Models, content: bytes
) -> None:
    (built / "CURRENT").write_bytes(content)
    with pytest.raises(StoreError, match="rebuild with: clusterqa index") as error:
        open_index(built, models, "bundled")
    assert "CURRENT" in str(error.value)


def test_a_damaged_index_is_mended_by_the_next_build(
    built: Path, corpus: Path, models: Models
) -> None:
    path = generation(built) / "passages.jsonl"
    path.write_bytes(b"damaged")
    build(corpus, built, models)
    assert len(open_index(built, models, "bundled").passages) > 0


def test_no_index_says_how_to_build_one(tmp_path: Path, models: Models) -> None:
    with pytest.raises(StoreError, match=r"no index in '.*'; build one with: clusterqa index"):
        open_index(tmp_path, models, "bundled")


# The model changed


def test_an_index_of_another_model_is_refused_with_the_command_that_rebuilds(
    built: Path, models: Models, tmp_path: Path
) -> None:
    other = StaticModel(write_tiny_model(tmp_path / "other", TINY_WORDS, seed=9))
    changed = Models(BundledEmbedder(other), models.tokens, models.table)
    with pytest.raises(StoreError, match="rebuild with: clusterqa index --model other") as error:
        open_index(built, changed, "other")
    assert "was built with model 'bundled'" in str(error.value)


@pytest.mark.parametrize("part", ["tokens", "table"])
def test_a_new_version_of_the_bundled_parts_is_noticed(
    built: Path, models: Models, tmp_path: Path, part: str
) -> None:
    parts = {
        "tokens": lambda: StaticModel(write_tiny_model(tmp_path / "other", TINY_WORDS, seed=9)),
        "table": lambda: make_table(TINY_PAIRS | {"钢铁": {"steel": 0.9}}),
    }
    values = {"embedder": models.embedder, "tokens": models.tokens, "table": models.table}
    with pytest.raises(StoreError, match="rebuild with: clusterqa index"):
        open_index(built, Models(**values | {part: parts[part]()}), "bundled")


# Staleness


def edit(corpus: Path) -> None:
    path = corpus / "clusters.txt"
    path.write_text(path.read_text("utf-8").replace("90个", "91个"), "utf-8")


CHANGES = {
    "edited": edit,
    "added": lambda corpus: (corpus / "new.txt").write_text("宜昌的磷化工。", "utf-8"),
    "removed": lambda corpus: (corpus / "notes.md").unlink(),
    "renamed": lambda corpus: (corpus / "notes.md").rename(corpus / "other.md"),
    "described": lambda corpus: (corpus / "manifest.toml").write_text(
        '[[document]]\nid = "c"\nfile = "clusters.txt"\ntitle = "集群"\n', "utf-8"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_index_is_stale_once_its_corpus_is(
    built: Path, corpus: Path, models: Models, change: str
) -> None:
    assert not is_stale(built, corpus, models, "bundled", SIZE)
    CHANGES[change](corpus)
    assert is_stale(built, corpus, models, "bundled", SIZE)


def test_an_index_is_stale_under_another_passage_size(
    built: Path, corpus: Path, models: Models
) -> None:
    assert is_stale(built, corpus, models, "bundled", SIZE + 1)


def other_version(models: Models, folder: Path) -> Models:
    """The same models by name, with other weights."""
    model = StaticModel(write_tiny_model(folder, TINY_WORDS, seed=9))
    return Models(BundledEmbedder(model), model, models.table)


def test_an_index_is_stale_once_its_model_has_other_weights(
    built: Path, corpus: Path, models: Models, tmp_path: Path
) -> None:
    assert is_stale(built, corpus, other_version(models, tmp_path / "new"), "bundled", SIZE)


def test_an_index_of_a_model_of_another_name_is_not_replaced_unasked(
    built: Path, corpus: Path, models: Models, tmp_path: Path
) -> None:
    edit(corpus)
    assert not is_stale(built, corpus, other_version(models, tmp_path / "new"), "other", SIZE)


def test_no_index_is_stale(tmp_path: Path, corpus: Path, models: Models) -> None:
    assert is_stale(tmp_path / "none", corpus, models, "bundled", SIZE)


def test_an_index_whose_corpus_is_gone_is_taken_as_it_is(
    built: Path, corpus: Path, models: Models
) -> None:
    shutil.rmtree(corpus)
    assert not is_stale(built, corpus, models, "bundled", SIZE)


def test_a_new_date_or_a_file_that_is_no_document_makes_nothing_stale(
    built: Path, corpus: Path, models: Models
) -> None:
    (corpus / "notes.md").touch()
    (corpus / "picture.png").write_bytes(b"\x89PNG")
    (corpus / ".hidden.txt").write_text("x", "utf-8")
    assert not is_stale(built, corpus, models, "bundled", SIZE)


def test_a_file_that_failed_is_tried_again_once_it_is_mended(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    (corpus / "bad.txt").write_bytes(b"\xff\xfe\x00\x81")
    root = tmp_path / "index"
    build(corpus, root, models)
    assert not is_stale(root, corpus, models, "bundled", SIZE)
    (corpus / "bad.txt").write_text("宜昌的磷化工。", "utf-8")
    assert is_stale(root, corpus, models, "bundled", SIZE)
    assert build(corpus, root, models).corpus.failures == ()


# Only what is new is embedded


def test_an_unchanged_corpus_is_not_embedded_again(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    ours, embedder = counting(models)
    first = build(corpus, tmp_path / "index", ours)
    assert len(embedder.embedded) == first.embedded == first.passages > 0
    embedder.embedded.clear()
    assert build(corpus, tmp_path / "index", ours).embedded == 0
    assert embedder.embedded == []


def test_only_the_changed_passages_are_embedded_again(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    ours, embedder = counting(models)
    build(corpus, tmp_path / "index", ours)
    embedder.embedded.clear()
    edit(corpus)
    assert build(corpus, tmp_path / "index", ours).embedded == 1
    (text,) = embedder.embedded
    assert "91个" in text


def test_vectors_taken_over_are_those_of_a_fresh_build(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    build(corpus, tmp_path / "index", models)
    (corpus / "a-first.txt").write_text("宜昌的磷化工。", "utf-8")
    edit(corpus)
    build(corpus, tmp_path / "index", models)
    build(corpus, tmp_path / "fresh", models)
    updated, fresh = (open_index(tmp_path / n, models, "bundled") for n in ("index", "fresh"))
    assert updated.passages == fresh.passages
    np.testing.assert_array_equal(updated.vectors.vectors(), fresh.vectors.vectors())


def test_another_model_embeds_everything_again(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    build(corpus, tmp_path / "index", counting(models)[0])
    ours, embedder = counting(models, "other")
    built = build(corpus, tmp_path / "index", ours)
    assert len(embedder.embedded) == built.passages


def test_vectors_of_a_damaged_index_are_not_taken_over(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    ours, embedder = counting(models)
    build(corpus, tmp_path / "index", ours)
    path = generation(tmp_path / "index") / "vectors.faiss"
    path.write_bytes(flip(path.read_bytes()))
    embedder.embedded.clear()
    assert build(corpus, tmp_path / "index", ours).embedded == len(embedder.embedded) > 0


# Builds that fail


def test_a_failed_build_leaves_the_index_in_force_and_no_litter(
    built: Path, corpus: Path, models: Models
) -> None:
    before = sorted(path.name for path in built.iterdir())
    failing = Models(FailingEmbedder(models.tokens), models.tokens, models.table)
    edit(corpus)
    with pytest.raises(MemoryError):
        build(corpus, built, failing)
    assert sorted(path.name for path in built.iterdir()) == before
    assert "90个" in open_index(built, models, "bundled").documents["clusters.txt"].text


def test_a_build_after_a_failed_one_works(built: Path, corpus: Path, models: Models) -> None:
    failing = Models(FailingEmbedder(models.tokens), models.tokens, models.table)
    edit(corpus)
    with pytest.raises(MemoryError):
        build(corpus, built, failing)
    build(corpus, built, models)
    assert "91个" in open_index(built, models, "bundled").documents["clusters.txt"].text


def test_a_corpus_that_is_gone_does_not_touch_the_index(
    built: Path, corpus: Path, models: Models
) -> None:
    shutil.rmtree(corpus)
    with pytest.raises(CorpusError, match="no corpus folder"):
        build(corpus, built, models)
    assert len(open_index(built, models, "bundled").passages) > 0


def test_a_second_builder_is_told_to_wait(built: Path, corpus: Path, models: Models) -> None:
    with (
        store.building(built),
        pytest.raises(StoreError, match=r"another process is building '.*'; wait for it"),
    ):
        build(corpus, built, models)


def test_an_index_can_be_read_while_another_process_builds(built: Path, models: Models) -> None:
    with store.building(built):
        assert len(open_index(built, models, "bundled").passages) > 0


def test_an_index_folder_that_is_a_file_is_one_clear_error(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    (tmp_path / "index").write_text("a file", "utf-8")
    with pytest.raises(StoreError, match="cannot be written"):
        build(corpus, tmp_path / "index", models)


def state(index: Index) -> tuple[list[str], list[float]]:
    texts = [passage.text for passage in index.passages]
    return texts, index.lexical.scores("产业集群").tolist()


def test_a_build_killed_at_any_moment_leaves_an_index_that_answers(
    built: Path, corpus: Path, tiny_folder: Path, tmp_path: Path, models: Models
) -> None:
    old = state(open_index(built, models, "bundled"))
    edit(corpus)
    new = state(open_index(build(corpus, tmp_path / "fresh", models).folder.parent, models, ""))
    script = Path(__file__).with_name("killed_builds.py")
    work = tmp_path / "work"
    arguments = [str(path) for path in (script, corpus, built, tiny_folder, work)]
    work.mkdir()
    finished = run_python(*arguments, "5")
    assert finished.returncode == 0, finished.stderr
    outcome = json.loads(finished.stdout)
    # Every build that should die at a file operation did; a timed one may have been too quick.
    assert len(outcome["killed"]) >= outcome["points"] >= 8
    for root in map(Path, outcome["killed"]):
        assert state(open_index(root, models, "bundled")) in (old, new)
        build(corpus, root, models)
        assert state(open_index(root, models, "bundled")) == new
        left = [path.name for path in root.iterdir() if not path.name.startswith("generation-")]
        assert set(left) <= {"CURRENT", ".lock"}
        assert len(list(root.glob("generation-*"))) <= 2


# Progress


def test_progress_is_what_is_done_of_what_there_is(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    (corpus / "long.txt").write_text(
        "湖北的产业集群发展很快，汽车产业也是这样的。\n" * 900, "utf-8"
    )
    told: dict[str, list[tuple[int, int]]] = {}

    def progress(stage: str, done: int, total: int) -> None:
        told.setdefault(stage, []).append((done, total))

    built = build_index(corpus, tmp_path / "index", models, "bundled", SIZE, progress)
    assert [done for done, _ in told["split"]] == [1, 2, 3]
    assert {total for _, total in told["split"]} == {3}
    steps = [done for done, _ in told["embed"]]
    assert len(steps) > 1
    assert steps == sorted(set(steps))
    assert told["embed"][-1] == (built.passages, built.passages)
    assert {total for _, total in told["embed"]} == {built.passages}
