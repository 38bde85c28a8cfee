"""Measures of one ranked list, by the names of ir-measures, which they agree with (tested).

`ranked` holds, for each rank from 1, whether the hit there is relevant.
"""

import math
from collections.abc import Callable, Mapping, Sequence


def success(ranked: Sequence[bool], k: int) -> float:
    """Success@k: 1 if a relevant hit is among the first k, else 0. Any evidence suffices, so this
    is what open-domain question answering calls recall@k (Karpukhin et al., EMNLP 2020)."""
    return float(any(ranked[:k]))


def reciprocal_rank(ranked: Sequence[bool], k: int) -> float:
    """RR@k: 1 / rank of the first relevant hit, 0 if none is among the first k."""
    return next((1 / rank for rank, hit in enumerate(ranked[:k], start=1) if hit), 0.0)


def ndcg(ranked: Sequence[bool], relevant: int, k: int) -> float:
    """nDCG@k with binary gains and log2 discounts (Järvelin & Kekäläinen, TOIS 2002).

    Args:
        ranked: relevance by rank.
        relevant: how many relevant passages there are in all.
        k: the cut-off.
    """
    gained = sum(1 / math.log2(rank + 1) for rank, hit in enumerate(ranked[:k], start=1) if hit)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, k) + 1))
    return gained / ideal if ideal else 0.0


MEASURES: Mapping[str, Callable[[Sequence[bool], int], float]] = {
    "recall@1": lambda ranked, relevant: success(ranked, 1),
    "recall@5": lambda ranked, relevant: success(ranked, 5),
    "recall@10": lambda ranked, relevant: success(ranked, 10),
    "MRR@10": lambda ranked, relevant: reciprocal_rank(ranked, 10),
    "nDCG@10": lambda ranked, relevant: ndcg(ranked, relevant, 10),
}


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The probability that a positive scores above a negative, ties counted half; 0.5 if either is
    empty (Hanley & McNeil, Radiology 1982)."""
    if not positives or not negatives:
        return 0.5
    wins = sum((p > n) + (p == n) / 2 for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))
