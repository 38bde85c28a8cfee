"""How sure the retrieval is: features of a question's match, and the model over them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize

from clusterqa.answering import FEATURES, Confidence, QuestionMatcher, load_confidence
from clusterqa.evaluation.calibration import _PENALTY, Sample, cross_validated, fit
from clusterqa.index import Index, Models, open_index
from clusterqa.types import Query

ANSWERED = {"lead": 18.0, "similarity": 1.0, "cosine": 1.0, "coverage": 1.0, "unknown": 0.0}
UNRELATED = {"lead": 3.0, "similarity": 0.0, "cosine": 0.0, "coverage": 0.0, "unknown": 1.0}


# The model


def test_a_probability_worked_out_by_hand() -> None:
    model = Confidence(
        bias=0.5,
        weights={"similarity": 2.0, "coverage": -1.0},
        means={"similarity": 0.4, "coverage": 0.5},
        deviations={"similarity": 0.2, "coverage": 0.25},
    )
    # 0.5 + 2 x (0.6 - 0.4) / 0.2 - (0.25 - 0.5) / 0.25 = 3.5; 1 / (1 + e^-3.5) = 0.970688.
    assert model({"similarity": 0.6, "coverage": 0.25}) == pytest.approx(0.970688, abs=1e-6)


@pytest.mark.parametrize(("bias", "expected"), [(0.0, 0.5), (1e6, 1.0), (-1e6, 0.0)])
def test_no_logit_overflows(bias: float, expected: float) -> None:
    assert Confidence(bias, {}, {}, {})({}) == pytest.approx(expected, abs=1e-9)


def test_the_shipped_model_weighs_every_feature() -> None:
    model = load_confidence()
    assert set(model.weights) == set(model.means) == set(model.deviations) == set(FEATURES)
    assert all(deviation > 0 for deviation in model.deviations.values())


def test_a_full_match_is_answered_and_an_unrelated_question_is_not() -> None:
    model = load_confidence()
    assert model(ANSWERED) > 0.5 > model(UNRELATED)


@pytest.mark.parametrize("feature", ["lead", "cosine", "coverage"])
def test_a_better_match_is_never_less_sure(feature: str) -> None:
    model = load_confidence()
    middle = {name: (ANSWERED[name] + UNRELATED[name]) / 2 for name in FEATURES}
    values = np.linspace(UNRELATED[feature], ANSWERED[feature], 11)
    steps = [model(middle | {feature: float(value)}) for value in values]
    assert steps == sorted(steps)


# Fitting it


def make_samples(count: int, seed: int) -> list[Sample]:
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(count, len(FEATURES))) * [1, 2, 0.5, 1, 3] + 1
    logits = features @ [1.5, 0.5, -1.0, 0.0, 0.2] - 1
    yes = rng.random(count) < 1 / (1 + np.exp(-logits))
    kinds = np.where(yes, "answerable", np.where(rng.random(count) < 0.3, "masked", "unanswerable"))
    rows = zip(features.tolist(), kinds.tolist(), strict=True)
    return [Sample(tuple(row), kind, f"g{number}") for number, (row, kind) in enumerate(rows)]


def test_fitting_finds_the_least_of_the_penalised_loss() -> None:
    data = make_samples(150, seed=0)
    kinds = np.asarray([sample.kind for sample in data])
    features = np.asarray([sample.features for sample in data])
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    sign = np.where(kinds == "answerable", 1, -1)
    # The outcomes weigh the same in sum, and so do the two kinds of no.
    shares = {"answerable": 0.5, "unanswerable": 0.25, "masked": 0.25}
    weigh = np.asarray([shares[kind] / (kinds == kind).sum() for kind in kinds])

    def loss(weights: np.ndarray) -> float:
        logits = standard @ weights[:-1] + weights[-1]
        penalty = 0.5 * _PENALTY * (weights[:-1] ** 2).sum()
        return float((weigh * np.logaddexp(0, -sign * logits)).sum() + penalty)

    least = minimize(loss, np.zeros(len(FEATURES) + 1), tol=1e-12).x
    model = fit(data)
    found = [*(model.weights[name] for name in FEATURES), model.bias]
    np.testing.assert_allclose(found, least, atol=1e-4)


def test_a_fitted_model_tells_the_outcomes_apart() -> None:
    data = make_samples(300, seed=1)
    model = fit(data)
    confidences = [model(dict(zip(FEATURES, each.features, strict=True))) for each in data]
    assert np.corrcoef(confidences, [each.kind == "answerable" for each in data])[0, 1] > 0.4


def test_cross_validation_never_learns_from_the_group_it_judges() -> None:
    # The samples of a group are alike and the features are noise: whoever has seen one of a group
    # knows the rest, and who has not can only guess.
    rng = np.random.default_rng(2)
    features = np.repeat(rng.normal(size=(12, len(FEATURES))), 10, axis=0).tolist()
    kinds = np.repeat(["answerable", "unanswerable", "answerable", "masked"] * 3, 10).tolist()
    grouped = [Sample(tuple(features[n]), kinds[n], f"{n // 10:03d}") for n in range(120)]
    alone = [Sample(tuple(features[n]), kinds[n], f"{n:03d}") for n in range(120)]
    outcome = [kind == "answerable" for kind in kinds]
    assert np.corrcoef(cross_validated(alone), outcome)[0, 1] > 0.4
    assert np.corrcoef(cross_validated(grouped), outcome)[0, 1] < 0.2


# Features


@pytest.fixture
def index(built: Path, models: Models) -> Index:
    return open_index(built, models, "bundled")


def matcher(index: Index, question: str, language: str = "zh") -> QuestionMatcher:
    return QuestionMatcher(Query(question, language), index.late, index.translated)


def test_identical_text_matches_fully(index: Index) -> None:
    text = "湖北有90个产业集群"
    asked = matcher(index, text)
    assert asked.similarity(text) == pytest.approx(1.0, abs=1e-5)
    assert asked.coverage(text) == pytest.approx(1.0, abs=1e-6)


def test_a_text_without_a_word_of_the_question_covers_nothing(index: Index) -> None:
    assert matcher(index, "湖北的产业集群").coverage("people opened") == 0


def test_coverage_is_the_share_of_the_words_weighted_by_idf(index: Index) -> None:
    asked = matcher(index, "襄阳、高校")
    weights = {word: index.translated.idf(word, "zh") for word in ("襄阳", "高校")}
    expected = weights["襄阳"] / sum(weights.values())
    assert asked.coverage("襄阳很大") == pytest.approx(expected, rel=1e-5)


def test_coverage_counts_a_translation_with_its_probability(index: Index) -> None:
    asked = matcher(index, "Hubei", "en")
    assert asked.coverage("湖北很大") == pytest.approx(0.9, rel=1e-5)


def test_a_word_that_no_passage_has_counts_as_not_held(index: Index) -> None:
    assert 0 < matcher(index, "襄阳、火星").coverage("襄阳很大") < 0.5


def test_the_share_of_words_that_the_index_does_not_know_is_told(index: Index) -> None:
    weights = {word: index.translated.idf(word, "zh") for word in ("襄阳", "火星")}
    expected = weights["火星"] / sum(weights.values())
    assert matcher(index, "襄阳、火星").unknown() == pytest.approx(expected, rel=1e-5)
    assert matcher(index, "襄阳的高校").unknown() == 0
    assert matcher(index, "火星、木星").unknown() == 1


def test_a_question_without_words_is_covered_by_nothing(index: Index) -> None:
    assert matcher(index, "？").coverage("湖北？") == 0


def test_an_empty_text_matches_nothing(index: Index) -> None:
    asked = matcher(index, "湖北有90个产业集群")
    assert asked.similarity("") == asked.coverage("") == 0
