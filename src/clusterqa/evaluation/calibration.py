"""Fitting the confidence: logistic regression on whether a judged question is answerable."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from clusterqa.answering import FEATURES, Answerer, Confidence
from clusterqa.types import Judgment, Query

_PENALTY = 1.0
_FOLDS = 5
# Hits whose scores the features see, whatever k an asker wants.
_DEPTH = 10

Matrix = NDArray[np.float64]


def fit(features: Matrix, answerable: Matrix) -> Confidence:
    """A Confidence from features, shape `(questions, len(FEATURES))`, and outcomes 0 or 1.

    Newton's method with an L2 penalty. The two outcomes weigh the same in
    sum, so that 0.5 divides them evenly.
    """
    means, deviations = features.mean(axis=0), features.std(axis=0) + 1e-9
    design = np.hstack([(features - means) / deviations, np.ones((len(features), 1))])
    share = answerable.mean()
    sample = np.where(answerable == 1, 0.5 / share, 0.5 / (1 - share))
    penalty = np.diag([_PENALTY] * features.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        probability = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (sample * (probability - answerable)) + penalty @ weights
        curvature = (design * (sample * probability * (1 - probability))[:, None]).T @ design
        weights -= np.linalg.solve(curvature + penalty, gradient)
    rows = (weights[:-1], means, deviations)
    named = [dict(zip(FEATURES, row.tolist(), strict=True)) for row in rows]
    return Confidence(float(weights[-1]), *named)


def cross_validated(features: Matrix, answerable: Matrix, groups: Sequence[str]) -> Matrix:
    """Confidences of each question from a model fitted without its fold; groups stay together."""
    names = sorted(set(groups))
    folds = np.asarray([names.index(group) % _FOLDS for group in groups])
    confidences = np.zeros(len(features))
    for fold in range(_FOLDS):
        model = fit(features[folds != fold], answerable[folds != fold])
        for row in np.flatnonzero(folds == fold):
            confidences[row] = model(dict(zip(FEATURES, features[row], strict=True)))
    return confidences


def feature_matrix(answerer: Answerer, judgments: Sequence[Judgment]) -> Matrix:
    """The features of each question, shape `(questions, len(FEATURES))`."""
    rows = []
    for judgment in judgments:
        query = Query(judgment.question, judgment.language)
        found = answerer.features(answerer.retriever.search(query, _DEPTH))
        rows.append([found.get(name, 0.0) for name in FEATURES])
    return np.asarray(rows, dtype=np.float64)
