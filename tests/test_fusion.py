"""Fusion: several scores of the same passages to one."""

import itertools
from collections.abc import Mapping

import numpy as np
import pytest
from scipy.stats import rankdata, zscore

from clusterqa.retrieval import LEGS
from clusterqa.retrieval import standardised_sum as weighted_sum
from clusterqa.retrieval.fusion import POOL, ranks
from clusterqa.types import FloatArray

JUNK = {
    "uniform": lambda rng, size: rng.random(size),
    "normal": lambda rng, size: np.abs(rng.normal(size=size)),
    "exponential": lambda rng, size: rng.exponential(size=size),
    "cosines": lambda rng, size: rng.normal(0.3, 0.05, size),
    "one match": lambda rng, size: np.eye(size)[rng.integers(size)] * 50,
    "some matches": lambda rng, size: (rng.random(size) < 0.2) * rng.exponential(5, size),
}


def floats(*values: float) -> FloatArray:
    return np.asarray(values, dtype=np.float32)


def standardised_sum(scores: Mapping[str, FloatArray]) -> FloatArray:
    """The sum in which every leg counts alike."""
    return weighted_sum(scores, dict.fromkeys(scores, 1.0))


def place(fused: FloatArray, row: int) -> int:
    return int((fused > fused[row]).sum()) + 1


def test_the_sum_is_that_of_the_standardised_scores() -> None:
    rng = np.random.default_rng(0)
    scores = {name: rng.random(40).astype(np.float32) for name in LEGS}
    expected = sum(zscore(each.astype(float)) for each in scores.values())
    np.testing.assert_allclose(standardised_sum(scores), expected, atol=1e-5)


def test_a_sum_worked_out_by_hand() -> None:
    # Mean 2, deviation sqrt(2 / 3) = 0.816497; mean 3, deviation sqrt(6) = 2.449490.
    scores = {"lexical": floats(1, 2, 3), "dense": floats(0, 3, 6)}
    np.testing.assert_allclose(standardised_sum(scores), [-2.449490, 0, 2.449490], atol=1e-5)
    scores = {"lexical": floats(1, 2, 3), "dense": floats(6, 0, 3)}
    np.testing.assert_allclose(standardised_sum(scores), [0, -1.224745, 1.224745], atol=1e-5)


def test_a_leg_counts_for_its_reach() -> None:
    scores = {"lexical": floats(1, 2, 3), "dense": floats(6, 0, 3)}
    found = weighted_sum(scores, {"lexical": 0.5, "dense": 2.0})
    np.testing.assert_allclose(found, [1.837117, -2.449490, 0.612372], atol=1e-5)


def test_the_scale_of_a_leg_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    lexical, dense = rng.random(30), rng.random(30)
    plain = standardised_sum({"lexical": lexical, "dense": dense})
    scaled = standardised_sum({"lexical": 1000 * lexical + 7, "dense": dense})
    np.testing.assert_allclose(plain, scaled, atol=1e-9)


def test_a_leg_that_tells_nothing_apart_adds_nothing() -> None:
    dense = floats(0.1, 0.5, 0.3)
    alone = standardised_sum({"dense": dense})
    both = standardised_sum({"dense": dense, "lexical": floats(3, 3, 3)})
    np.testing.assert_array_equal(alone, both)


def test_scores_are_standardised_over_the_first_of_each_leg_alone() -> None:
    rng = np.random.default_rng(2)
    lexical = np.concatenate([rng.random(POOL) + 5, np.zeros(5000)]).astype(np.float32)
    expected = zscore(lexical[:POOL].astype(float))
    fused = standardised_sum({"lexical": lexical})
    np.testing.assert_allclose(fused[:POOL], expected, atol=1e-4)


@pytest.mark.parametrize("kind", JUNK)
@pytest.mark.parametrize("size", [60, 100, 1000])
def test_junk_of_one_leg_cannot_push_a_clear_find_of_another_out_of_the_first_five(
    kind: str, size: int
) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        find = int(rng.integers(size))
        clear = rng.random(size)
        clear[find] = 10.0
        fused = standardised_sum({"lexical": JUNK[kind](rng, size), "dense": clear})
        assert place(fused, find) <= 5


@pytest.mark.parametrize("find_leg", LEGS)
def test_whichever_leg_finds_no_other_leg_can_hide_it(find_leg: str) -> None:
    for junk_leg, kind in itertools.product(LEGS, JUNK):
        rng = np.random.default_rng(0)
        clear = rng.random(60)
        clear[30] = 10.0
        silent = {name: np.zeros(60) for name in LEGS}
        junk = silent | {junk_leg: JUNK[kind](rng, 60)}
        assert place(standardised_sum(junk | {find_leg: clear}), 30) <= 5


@pytest.mark.parametrize("kind", JUNK)
def test_a_find_that_two_legs_agree_on_comes_first_over_junk(kind: str) -> None:
    for seed in range(100):
        rng = np.random.default_rng(seed)
        find = int(rng.integers(60))
        clear = rng.random(60)
        clear[find] = 10.0
        junk = JUNK[kind](rng, 60)
        fused = standardised_sum({"lexical": junk, "dense": clear, "late": clear})
        assert place(fused, find) == 1


def test_a_handful_of_equal_junk_cannot_push_a_clear_find_out_of_the_first_five() -> None:
    junk, clear = np.zeros(100), np.zeros(100)
    junk[10:15] = 1.0
    clear[50] = 10.0
    assert place(standardised_sum({"lexical": junk, "dense": clear}), 50) <= 5


def test_one_leg_alone_cannot_sink_a_clear_find_of_another() -> None:
    junk, clear = np.linspace(0.30, 0.31, 60), np.zeros(60)
    junk[50] = 0.0
    clear[50] = 10.0
    assert place(standardised_sum({"lexical": clear, "dense": junk}), 50) <= 5


def test_ranks_start_at_1_for_the_best() -> None:
    scores = np.random.default_rng(3).permutation(50).astype(np.float32)
    np.testing.assert_array_equal(ranks(scores), rankdata(-scores))


def test_equal_scores_are_ranked_in_the_order_of_the_index() -> None:
    assert ranks(floats(1, 3, 1, 3)).tolist() == [3, 1, 4, 2]
