"""The dense leg, against a dot product by brute force."""

from pathlib import Path

import numpy as np
import pytest

from clusterqa.errors import StoreError
from clusterqa.index.vector import VectorIndex, build_vectors


def unit_rows(count: int, dimension: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def make(folder: Path, vectors: np.ndarray) -> VectorIndex:
    build_vectors(folder / "vectors.faiss", np.asarray(vectors, dtype=np.float32))
    return VectorIndex(folder / "vectors.faiss", len(vectors))


def test_scores_are_dot_products_in_the_order_of_the_rows(tmp_path: Path) -> None:
    vectors, questions = unit_rows(300, 16), unit_rows(20, 16, seed=1)
    index = make(tmp_path, vectors)
    for question in questions:
        expected = [
            sum(float(a) * float(b) for a, b in zip(row, question, strict=True)) for row in vectors
        ]
        np.testing.assert_allclose(index.scores(question), expected, atol=1e-6)


def test_equal_is_1_orthogonal_is_0_and_opposite_is_minus_1(tmp_path: Path) -> None:
    index = make(tmp_path, np.asarray([[0, -1], [1, 0], [0, 1]]))
    assert index.scores(np.asarray([0, 1], dtype=np.float32)).tolist() == [-1, 0, 1]


def test_every_passage_is_scored_even_a_repeated_one(tmp_path: Path) -> None:
    vectors = np.repeat(unit_rows(1, 8), 5, axis=0)
    scores = make(tmp_path, vectors).scores(vectors[0])
    np.testing.assert_allclose(scores, np.ones(5), atol=1e-6)


def test_a_question_without_tokens_scores_0(tmp_path: Path) -> None:
    scores = make(tmp_path, unit_rows(4, 8)).scores(np.zeros(8, dtype=np.float32))
    assert scores.tolist() == [0, 0, 0, 0]


def test_stored_vectors_come_back_exactly(tmp_path: Path) -> None:
    vectors = unit_rows(30, 16)
    np.testing.assert_array_equal(make(tmp_path, vectors).vectors(), vectors)


def test_the_dimension_is_that_of_the_vectors(tmp_path: Path) -> None:
    assert make(tmp_path, unit_rows(3, 7)).dimension == 7


def test_another_number_of_vectors_than_passages_is_refused(tmp_path: Path) -> None:
    make(tmp_path, unit_rows(3, 4))
    with pytest.raises(StoreError, match="3 vectors for 4 passages; rebuild with: clusterqa index"):
        VectorIndex(tmp_path / "vectors.faiss", 4)


def test_a_file_that_is_no_vector_index_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vectors.faiss").write_bytes(b"no index at all")
    with pytest.raises(StoreError, match="rebuild with: clusterqa index"):
        VectorIndex(tmp_path / "vectors.faiss", 1)
