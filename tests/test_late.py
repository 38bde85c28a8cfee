"""The late-interaction leg, against MaxSim written out in plain Python."""

import math
from pathlib import Path

import numpy as np
import pytest

from clusterqa.embedding import StaticModel
from clusterqa.index.late import LateIndex, build_late, soft_idf

TEXTS = [
    "湖北的产业集群",
    "Wuhan steel, wuhan cars",
    "湖北 cluster",
    "",
    "unheard words",
    "武汉 steel",
]


def make(folder: Path, texts: list[str], model: StaticModel) -> LateIndex:
    build_late(folder / "late.npz", texts, model)
    return LateIndex(folder / "late.npz", model)


def tokens(model: StaticModel, text: str) -> list[list[float]]:
    ids = sorted(set(model.token_ids([text.lower()])[0].tolist()))
    return [model.vectors(np.asarray([each]))[0].astype(float).tolist() for each in ids]


def cosine(one: list[float], other: list[float]) -> float:
    dot = sum(a * b for a, b in zip(one, other, strict=True))
    return dot / math.sqrt(sum(a * a for a in one)) / math.sqrt(sum(b * b for b in other))


def best(asked: list[float], passage: list[list[float]]) -> float:
    """The greatest cosine; a negative one counts 0."""
    return max((max(0.0, cosine(asked, given)) for given in passage), default=0.0)


def maxsim(question: str, texts: list[str], model: StaticModel) -> list[float]:
    passages = [tokens(model, text) for text in texts]
    rows = [[best(asked, passage) for passage in passages] for asked in tokens(model, question)]
    count = len(texts)
    common = [sum(similarity**2 for similarity in row) for row in rows]
    weights = [math.log(1 + (count - each + 0.5) / (each + 0.5)) for each in common]
    return [
        sum(w * row[column] for w, row in zip(weights, rows, strict=True)) / sum(weights)
        for column in range(count)
    ]


@pytest.mark.parametrize(
    "question", ["湖北的产业", "steel in Wuhan", "集群 cluster", "unheard", "群群群"]
)
def test_scores_are_the_weighted_mean_of_the_best_matches(
    tmp_path: Path, tiny_model: StaticModel, question: str
) -> None:
    scores = make(tmp_path, TEXTS, tiny_model).scores(question)
    np.testing.assert_allclose(scores, maxsim(question, TEXTS, tiny_model), atol=1e-5)


def test_a_passage_with_every_token_of_the_question_scores_1(
    tmp_path: Path, tiny_model: StaticModel
) -> None:
    scores = make(tmp_path, TEXTS, tiny_model).scores("产业集群")
    assert scores[0] == pytest.approx(1.0, abs=1e-5)
    assert scores[0] == scores.max()


def test_scores_lie_between_0_and_1(tmp_path: Path, tiny_model: StaticModel) -> None:
    late = make(tmp_path, TEXTS, tiny_model)
    for question in TEXTS:
        scores = late.scores(question)
        assert ((scores >= 0) & (scores <= 1 + 1e-6)).all()


def test_a_passage_without_tokens_scores_0(tmp_path: Path, tiny_model: StaticModel) -> None:
    late = make(tmp_path, ["", "湖北", ""], tiny_model)
    scores = late.scores("湖北")
    assert scores.tolist() == pytest.approx([0, 1, 0], abs=1e-5)


@pytest.mark.parametrize("texts", [["湖北", "武汉"], ["", ""]])
def test_a_question_without_tokens_scores_0(
    tmp_path: Path, tiny_model: StaticModel, texts: list[str]
) -> None:
    assert make(tmp_path, texts, tiny_model).scores(" ").tolist() == [0, 0]


def test_repeating_a_word_of_a_passage_changes_nothing(
    tmp_path: Path, tiny_model: StaticModel
) -> None:
    once, often = make(tmp_path, ["湖北 steel", "湖北湖北 steel steel"], tiny_model).scores("湖北")
    assert once == often


def test_passage_and_question_are_folded_alike(tmp_path: Path, tiny_model: StaticModel) -> None:
    late = make(tmp_path, ["ＷＵＨＡＮ 產業", "steel"], tiny_model)
    assert late.scores("wuhan 产业").tolist()[0] == pytest.approx(1.0, abs=1e-5)


def test_one_text_is_compared_as_an_indexed_passage_is(
    tmp_path: Path, tiny_model: StaticModel
) -> None:
    late = make(tmp_path, TEXTS, tiny_model)
    question = "武汉 steel 产业"
    for row, text in enumerate(TEXTS):
        np.testing.assert_allclose(
            late.similarity_to(question, text), late.similarities(question)[:, row], atol=1e-6
        )


def test_soft_idf_by_hand() -> None:
    # Squares of the similarities to 4 passages sum to 1.25: ln(1 + (4 - 1.25 + 0.5) / 1.75).
    similarities = np.asarray([[1.0, 0.5, 0, 0], [1, 1, 1, 1]], dtype=np.float32)
    expected = [math.log(1 + 3.25 / 1.75), math.log(1 + 0.5 / 4.5)]
    np.testing.assert_allclose(soft_idf(similarities), expected, rtol=1e-6)
