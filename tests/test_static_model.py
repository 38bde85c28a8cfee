"""The light loader of StaticEmbedding models, against arithmetic done by hand."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.processors import TemplateProcessing

from clusterqa.embedding import BundledEmbedder, StaticModel, load_bundled_model, load_embedder
from clusterqa.embedding.static import unit
from clusterqa.errors import ModelUnavailableError
from support import TINY_DIMENSION, tiny_vectors, write_tiny_model

WORDS = ("集", "群", "wuhan", "steel")
UNKNOWN, JI, QUN, WUHAN, STEEL = range(5)
VECTORS = tiny_vectors(5, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("model"), WORDS, VECTORS)


@pytest.fixture(scope="module")
def model(folder: Path) -> StaticModel:
    return StaticModel(folder)


def mean_of(*rows: int) -> np.ndarray:
    total = sum(VECTORS[row].astype(np.float64) for row in rows) / len(rows)
    return total / np.sqrt((total**2).sum())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("集群", (JI, QUN)),
        ("wuhan steel", (WUHAN, STEEL)),
        ("steel steel wuhan", (STEEL, STEEL, WUHAN)),
        ("集 wuhan", (JI, WUHAN)),
        ("nowhere", (UNKNOWN,)),
        ("nowhere 集", (UNKNOWN, JI)),
    ],
)
def test_a_text_is_the_unit_mean_of_its_token_vectors(
    model: StaticModel, text: str, rows: tuple[int, ...]
) -> None:
    np.testing.assert_allclose(model.encode([text])[0], mean_of(*rows), atol=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_text_without_tokens_is_zero(model: StaticModel, text: str) -> None:
    assert not model.encode([text]).any()


def test_each_text_has_its_row(model: StaticModel) -> None:
    rows = model.encode(["集", "", "wuhan"])
    np.testing.assert_allclose(rows[0], mean_of(JI), atol=1e-6)
    np.testing.assert_allclose(rows[2], mean_of(WUHAN), atol=1e-6)


def test_no_texts_give_no_rows(model: StaticModel) -> None:
    assert model.encode([]).shape == (0, TINY_DIMENSION)


def test_token_ids_keep_order_and_repeats(model: StaticModel) -> None:
    ids = model.token_ids(["群集集", "", "steel"])
    assert [row.tolist() for row in ids] == [[QUN, JI, JI], [], [STEEL]]


def test_a_token_vector_is_its_steps_times_its_scale(model: StaticModel) -> None:
    found = model.vectors(np.asarray([STEEL, JI]))
    np.testing.assert_array_equal(found, VECTORS[[STEEL, JI]])


def test_padding_and_truncation_of_a_saved_tokenizer_are_off(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, WORDS, VECTORS)
    path = str(folder / "0_StaticEmbedding/tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.enable_truncation(1)
    tokenizer.enable_padding(length=8)
    tokenizer.save(path)
    assert StaticModel(folder).token_ids(["集群"])[0].tolist() == [JI, QUN]


def test_special_tokens_of_a_saved_tokenizer_are_not_added(tmp_path: Path) -> None:
    folder = write_tiny_model(tmp_path, WORDS, VECTORS)
    path = str(folder / "0_StaticEmbedding/tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.post_processor = TemplateProcessing(
        single="steel $A", special_tokens=[("steel", STEEL)]
    )
    tokenizer.save(path)
    assert StaticModel(folder).token_ids(["集群"])[0].tolist() == [JI, QUN]


def test_a_module_folder_alone_loads_too(folder: Path, model: StaticModel) -> None:
    alone = StaticModel(folder / "0_StaticEmbedding")
    np.testing.assert_array_equal(alone.encode(["集"]), model.encode(["集"]))


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_a_missing_or_damaged_file_is_one_clear_error(tmp_path: Path, name: str) -> None:
    folder = write_tiny_model(tmp_path, WORDS, VECTORS)
    path = folder / "0_StaticEmbedding" / name
    path.write_bytes(b"not what it was")
    with pytest.raises(ModelUnavailableError, match="no StaticEmbedding model"):
        StaticModel(folder)
    path.unlink()
    with pytest.raises(ModelUnavailableError, match="no StaticEmbedding model"):
        StaticModel(folder)


def test_the_fingerprint_follows_weights_and_tokenizer(tmp_path: Path, folder: Path) -> None:
    other_weights = VECTORS.copy()
    other_weights[STEEL, 0] += 1 / 64
    prints = {
        BundledEmbedder(StaticModel(each)).fingerprint
        for each in (
            folder,
            write_tiny_model(tmp_path / "weights", WORDS, other_weights),
            write_tiny_model(tmp_path / "words", (*WORDS[:3], "iron"), VECTORS),
        )
    }
    assert len(prints) == 3


def test_the_fingerprint_is_the_same_wherever_the_model_lies(tmp_path: Path, folder: Path) -> None:
    copy = write_tiny_model(tmp_path, WORDS, VECTORS)
    assert (
        BundledEmbedder(StaticModel(copy)).fingerprint
        == BundledEmbedder(StaticModel(folder)).fingerprint
    )


def test_rows_become_unit_length_and_zero_stays_zero() -> None:
    rows = unit(np.asarray([[3.0, 4.0], [0.0, 0.0]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.6, 0.8], [0.0, 0.0]], atol=1e-7)


@pytest.mark.parametrize("text", ["ＷＵＨＡＮ", "Wuhan", "wuhan"])
def test_the_bundled_embedder_sees_folded_text(model: StaticModel, text: str) -> None:
    found = BundledEmbedder(model).embed_passages([text])[0]
    np.testing.assert_allclose(found, mean_of(WUHAN), atol=1e-6)


def test_questions_and_passages_are_embedded_alike(model: StaticModel) -> None:
    embedder = BundledEmbedder(model)
    np.testing.assert_array_equal(
        embedder.embed_queries(["集群"]), embedder.embed_passages(["集群"])
    )


def test_the_bundled_model_is_the_default_and_is_read_once() -> None:
    assert load_bundled_model() is load_bundled_model()
    assert load_embedder("bundled").fingerprint.startswith("bundled:")


def test_the_bundled_model_puts_translations_beside_each_other() -> None:
    pairs = {
        "产业集群": "industrial cluster",
        "长江经济带": "Yangtze River Economic Belt",
        "汽车工业": "automobile industry",
        "销售收入": "sales revenue",
        "科技创新": "scientific and technological innovation",
        "龙头企业": "leading enterprises",
        "电子信息": "electronic information",
        "农业": "agriculture",
        "环境保护": "environmental protection",
        "高等教育": "higher education",
    }
    embedder = load_embedder("bundled")
    cosines = embedder.embed_queries(list(pairs)) @ embedder.embed_passages(list(pairs.values())).T
    nearest = cosines.argmax(axis=1)
    assert (nearest == np.arange(len(pairs))).mean() >= 0.9


def test_the_bundled_vectors_are_of_unit_length() -> None:
    vectors = load_embedder("bundled").embed_passages(["湖北的产业集群", "steel works"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)
