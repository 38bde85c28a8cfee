"""Several scores of the same passages to one."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clusterqa.types import FloatArray

# Passages among the first of any leg: what the scores are standardised over. Over the whole of a
# large index nearly every lexical score is 0, and a single match would be dozens of deviations.
POOL = 100
# How far below the mean a leg may put a passage, in deviations: that it does not find a passage is
# little evidence against it, and a leg gone wrong cannot sink what another finds.
FLOOR = -2.0


def standardised_sum(
    scores: Mapping[str, FloatArray], reach: Mapping[str, float], pool: int = POOL
) -> FloatArray:
    """The sum of standardised leg scores (CombSUM over z-scores), shape `(passages,)`.

    Mean and deviation are those over the pool: every passage among the `pool` first of some leg. A
    leg that tells no passage of the pool from another adds nothing.

    Args:
        scores: of every passage in each leg.
        reach: what each leg counts for.
        pool: how many first passages of each leg are pooled.
    """
    pooled = np.unique(np.concatenate([_first(each, pool) for each in scores.values()]))
    total = np.zeros_like(next(iter(scores.values())))
    for name, each in scores.items():
        deviation = float(each[pooled].std())
        if deviation > 1e-9:
            standard = (each - each[pooled].mean()) / deviation
            total += reach[name] * np.maximum(standard, FLOOR)
    return total


def ranks(scores: FloatArray) -> NDArray[np.int64]:
    """The rank of each passage, from 1; ties go by index order."""
    order = np.argsort(-scores, kind="stable")
    places = np.empty(scores.size, dtype=np.int64)
    places[order] = np.arange(1, scores.size + 1)
    return places


def _first(scores: FloatArray, count: int) -> NDArray[np.int64]:
    if scores.size <= count:
        return np.arange(scores.size)
    return np.argpartition(-scores, count)[:count]
