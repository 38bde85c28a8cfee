"""The Retriever: a question in, hits out, each with its rank in every leg."""

import time
from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from clusterqa.errors import ConfigError
from clusterqa.retrieval.fusion import ranks, standardised_sum
from clusterqa.types import FloatArray, Hit, Leg, Mode, Passage, Query, Retrieval

MODES: tuple[Mode, ...] = get_args(Mode)


class Retriever:
    """Ranks passages.

    Args:
        passages: in index order.
        legs: by name; each scores every passage.
    """

    def __init__(self, passages: Sequence[Passage], legs: Mapping[str, Leg]) -> None:
        self._passages = passages
        self._legs = legs

    def search(self, query: Query, k: int, mode: Mode = "hybrid") -> Retrieval:
        """The `k` best passages for `query`, best first, no passage twice.

        Args:
            query: the question.
            k: the most hits; fewer where fewer passages have anything to do with the question.
            mode: `hybrid`, or the name of the one leg to rank by.

        Raises:
            ConfigError: there is no such mode.
        """
        if mode not in MODES:
            raise ConfigError(f"no mode '{mode}'; one of: {', '.join(MODES)}")
        names = list(self._legs) if mode == "hybrid" else [mode]
        scores, milliseconds = self._score(query, names)
        started = time.perf_counter()
        fused = self._fuse(query, scores) if mode == "hybrid" else scores[mode]
        found = np.any([each > 0 for each in scores.values()], axis=0)
        hits = self._hits(fused, found, scores, k)
        milliseconds["fusion"] = _since(started)
        return Retrieval(query, hits, milliseconds)

    def _fuse(self, query: Query, scores: Mapping[str, FloatArray]) -> FloatArray:
        return standardised_sum(scores, {name: self._legs[name].reach(query) for name in scores})

    def _score(
        self, query: Query, names: Sequence[str]
    ) -> tuple[dict[str, FloatArray], dict[str, float]]:
        scores, milliseconds = {}, {}
        for name in names:
            started = time.perf_counter()
            scores[name] = self._legs[name].scores(query)
            milliseconds[name] = _since(started)
        return scores, milliseconds

    def _hits(
        self, fused: FloatArray, found: np.ndarray, scores: Mapping[str, FloatArray], k: int
    ) -> tuple[Hit, ...]:
        places = {name: ranks(each) for name, each in scores.items()}
        order = np.argsort(-fused, kind="stable")
        return tuple(
            Hit(
                passage=self._passages[row],
                score=float(fused[row]),
                ranks={
                    name: int(each[row]) for name, each in places.items() if scores[name][row] > 0
                },
                leg_scores={name: float(each[row]) for name, each in scores.items()},
            )
            for row in order[found[order]][:k].tolist()
        )


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
