"""The Retriever: a question in, hits out, each with its rank in every leg."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.errors import ConfigError
from clusterqa.retrieval import LEGS, MODES, Retriever
from clusterqa.types import FloatArray, Query, Retrieval
from support import FixedLeg, make_passage

QUESTION = Query("湖北有多少个产业集群？", "zh")
SCORES = st.floats(-1, 50, width=32)


def retriever(**legs: list[float]) -> Retriever:
    size = len(next(iter(legs.values())))
    passages = [make_passage(f"p{row}") for row in range(size)]
    silent = {name: [0.0] * size for name in LEGS}
    return Retriever(passages, {name: FixedLeg(scores) for name, scores in (silent | legs).items()})


def ids(retrieval: Retrieval) -> list[str]:
    return [hit.passage.id for hit in retrieval.hits]


class CountingLeg:
    def __init__(self, scores: list[float]) -> None:
        self.asked: list[Query] = []
        self._scores = scores

    def scores(self, query: Query) -> FloatArray:
        self.asked.append(query)
        return np.asarray(self._scores, dtype=np.float32)

    def reach(self, query: Query) -> float:
        return 1.0


@given(
    st.lists(st.tuples(SCORES, SCORES, SCORES, SCORES), min_size=1, max_size=30), st.integers(1, 9)
)
def test_no_passage_is_in_a_result_twice(rows: list[tuple[float, ...]], k: int) -> None:
    legs = {name: list(column) for name, column in zip(LEGS, zip(*rows, strict=True), strict=True)}
    found = ids(retriever(**legs).search(QUESTION, k))
    assert len(set(found)) == len(found) <= k


@given(st.lists(st.tuples(SCORES, SCORES, SCORES, SCORES), min_size=1, max_size=30))
def test_hits_come_with_the_highest_score_first(rows: list[tuple[float, ...]]) -> None:
    legs = {name: list(column) for name, column in zip(LEGS, zip(*rows, strict=True), strict=True)}
    scores = [hit.score for hit in retriever(**legs).search(QUESTION, 30).hits]
    assert scores == sorted(scores, reverse=True)


@given(st.lists(SCORES, min_size=1, max_size=30), st.sampled_from(LEGS))
def test_one_leg_s_mode_has_that_leg_s_order(scores: list[float], leg: str) -> None:
    found = retriever(**{leg: scores}).search(QUESTION, 30, leg)
    order = sorted(range(len(scores)), key=lambda row: (-np.float32(scores[row]), row))
    assert ids(found) == [f"p{row}" for row in order if np.float32(scores[row]) > 0]


def test_a_hit_has_its_rank_and_score_in_every_leg() -> None:
    legs = {
        "lexical": [1.0, 7.0, 3.0],
        "translated": [9.0, 8.0, 7.0],
        "dense": [0.1, 0.3, 0.2],
        "late": [0.5, 0.9, 0.1],
    }
    first = retriever(**legs).search(QUESTION, 1).hits[0]
    assert first.passage.id == "p1"
    assert dict(first.ranks) == {"lexical": 1, "translated": 2, "dense": 1, "late": 1}
    assert dict(first.leg_scores) == pytest.approx(
        {"lexical": 7.0, "translated": 8.0, "dense": 0.3, "late": 0.9}
    )


def test_a_passage_of_a_single_leg_is_not_hidden_by_the_others() -> None:
    found = retriever(lexical=[0.0, 0.0, 5.0, 0.0], dense=[0.3, 0.2, 0.0, 0.1])
    assert "p2" in ids(found.search(QUESTION, 4))


@pytest.mark.parametrize("mode", MODES)
def test_what_no_leg_found_is_not_returned(mode: str) -> None:
    nothing = {name: [0.0, 0.0, 0.0] for name in LEGS}
    assert retriever(**nothing).search(QUESTION, 5, mode).hits == ()


def test_a_leg_counts_for_what_it_reaches_of_the_question() -> None:
    passages = [make_passage("a"), make_passage("b")]
    silent = {name: FixedLeg([0.0, 0.0]) for name in LEGS}
    one, other = FixedLeg([2.0, 1.0], reach=0.4), FixedLeg([1.0, 2.0], reach=0.6)
    found = Retriever(passages, silent | {"lexical": one, "dense": other}).search(QUESTION, 2)
    assert [(hit.passage.id, hit.score) for hit in found.hits] == [
        ("b", pytest.approx(0.2)),
        ("a", pytest.approx(-0.2)),
    ]


@pytest.mark.parametrize("similarity", [0.0, -1.0])
def test_an_orthogonal_or_opposite_vector_is_no_find(similarity: float) -> None:
    assert ids(retriever(dense=[similarity, 1.0]).search(QUESTION, 5)) == ["p1"]


def test_equal_passages_come_in_the_order_of_the_index() -> None:
    assert ids(retriever(lexical=[2.0, 2.0, 3.0, 2.0]).search(QUESTION, 5)) == [
        "p2",
        "p0",
        "p1",
        "p3",
    ]


@pytest.mark.parametrize("mode", ["", "Hybrid", "bm25", "lexical,dense"])
def test_an_unknown_mode_is_an_error_and_no_other_mode(mode: str) -> None:
    with pytest.raises(ConfigError, match="one of: hybrid"):
        retriever(lexical=[1.0]).search(QUESTION, 5, mode)


def test_every_leg_ranks_the_question_itself_once() -> None:
    legs = {name: CountingLeg([1.0, 2.0]) for name in LEGS}
    Retriever([make_passage("a"), make_passage("b")], legs).search(QUESTION, 1)
    assert all(leg.asked == [QUESTION] for leg in legs.values())


def test_a_single_mode_asks_no_other_leg() -> None:
    legs = {name: CountingLeg([1.0]) for name in LEGS}
    Retriever([make_passage("a")], legs).search(QUESTION, 1, "late")
    assert {name for name, leg in legs.items() if leg.asked} == {"late"}


def test_the_time_of_each_stage_is_told() -> None:
    spent = retriever(lexical=[1.0]).search(QUESTION, 1).milliseconds
    assert set(spent) == {*LEGS, "fusion"}
    assert all(milliseconds >= 0 for milliseconds in spent.values())


def test_the_modes_are_those_of_the_contract() -> None:
    assert MODES == ("hybrid", "lexical", "translated", "dense", "late")


def test_a_leg_that_did_not_find_a_passage_gives_it_no_rank() -> None:
    first = retriever(dense=[0.9, 0.1]).search(QUESTION, 1).hits[0]
    assert first.ranks["dense"] == 1
    assert first.ranks.get("lexical") is None
