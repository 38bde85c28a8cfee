"""Fitting the confidence: logistic regression on whether the first hits answer a question.

Three kinds of sample: answerable questions; unanswerable ones; and answerable ones whose relevant
passages are taken out of the hits, which shows what the nearest misses of a good question are like.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clusterqa.answering import FEATURES, Answerer, Confidence
from clusterqa.evaluation.judgments import relevant_passages
from clusterqa.types import Judgment, Query

Kind = Literal["answerable", "unanswerable", "masked"]
Vector = NDArray[np.float64]

# What each kind counts for in sum: outcomes even, and so are the two kinds of no.
_SHARES: dict[Kind, float] = {"answerable": 0.5, "unanswerable": 0.25, "masked": 0.25}
_PENALTY = 0.01
_FOLDS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """The features of one retrieval. Samples of one `group` are never divided between folds."""

    features: tuple[float, ...]
    kind: Kind
    group: str


def samples(answerer: Answerer, judgments: Sequence[Judgment]) -> Iterator[Sample]:
    """The samples of judged questions; the two languages of a question are one group."""
    everything = len(answerer.index.passages)
    for judgment in judgments:
        query = Query(judgment.question, judgment.language)
        retrieval = answerer.retriever.search(query, everything)
        group = judgment.id.rsplit("-", 1)[0]
        relevant = relevant_passages(judgment, answerer.index.documents, answerer.index.passages)
        misses = tuple(hit for hit in retrieval.hits if hit.passage.id not in relevant)
        kind: Kind = "answerable" if judgment.answerable else "unanswerable"
        yield _sample(answerer.features(retrieval), kind, group)
        if judgment.answerable:
            masked = answerer.features(replace(retrieval, hits=misses))
            yield _sample(masked, "masked", group)


def _sample(features: dict[str, float], kind: Kind, group: str) -> Sample:
    return Sample(tuple(features.get(name, 0.0) for name in FEATURES), kind, group)


def fit(data: Sequence[Sample]) -> Confidence:
    """Logistic regression with an L2 penalty, by Newton's method."""
    features = np.asarray([sample.features for sample in data], dtype=np.float64)
    outcome = np.asarray([sample.kind == "answerable" for sample in data], dtype=np.float64)
    kinds = [sample.kind for sample in data]
    importance = np.asarray([_SHARES[kind] / kinds.count(kind) for kind in kinds])
    means, deviations = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.hstack([(features - means) / deviations, np.ones((len(data), 1))])
    penalty = np.diag([_PENALTY] * len(FEATURES) + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (importance * (probability - outcome)) + penalty @ weights
        spread = importance * probability * (1 - probability)
        curvature = (design * spread[:, None]).T @ design + penalty
        weights -= np.linalg.solve(curvature, gradient)
    rows = (weights[:-1], means, deviations)
    named = [dict(zip(FEATURES, row.tolist(), strict=True)) for row in rows]
    return Confidence(float(weights[-1]), *named)


def cross_validated(data: Sequence[Sample]) -> list[float]:
    """The confidence of each sample from a model fitted without its fold."""
    groups = sorted({sample.group for sample in data})
    folds = [groups.index(sample.group) % _FOLDS for sample in data]
    models = [
        fit([sample for sample, other in zip(data, folds, strict=True) if other != fold])
        for fold in range(_FOLDS)
    ]
    return [
        models[fold](dict(zip(FEATURES, sample.features, strict=True)))
        for sample, fold in zip(data, folds, strict=True)
    ]
