"""Measures and the report, against ir-measures and sums by hand."""

import random
from types import SimpleNamespace

import ir_measures
import pytest
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG
from scipy.stats import mannwhitneyu

from clusterqa.evaluation import evaluate, report_json, report_text
from clusterqa.evaluation.measures import MEASURES, auroc, ndcg, reciprocal_rank, success
from clusterqa.retrieval import LEGS, MODES, Retriever
from clusterqa.types import Answer, Evidence, Judgment, Query
from support import FixedLeg, make_document, make_passage

ORACLES = {
    "recall@1": Success @ 1,
    "recall@5": Success @ 5,
    "recall@10": Success @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}


# Each measure


def random_run(seed: int) -> tuple[list[bool], set[str], list[str]]:
    rng = random.Random(seed)
    names = [f"p{number:02d}" for number in range(40)]
    relevant = set(rng.sample(names, rng.randint(1, 14)))
    found = rng.sample(names, rng.randint(0, 20))
    return [name in relevant for name in found], relevant, found


@pytest.mark.parametrize("measure", ORACLES)
def test_a_measure_agrees_with_ir_measures(measure: str) -> None:
    oracle = ORACLES[measure]
    for seed in range(150):
        ranked, relevant, found = random_run(seed)
        qrels = [Qrel("q", name, 1) for name in relevant]
        # Scores fall strictly, so that no tool breaks a tie its own way.
        run = [ScoredDoc("q", name, float(-rank)) for rank, name in enumerate(found)]
        # ir-measures gives nothing for a query without a single hit: such a miss counts 0 here.
        expected = ir_measures.calc_aggregate([oracle], qrels, run)[oracle] if run else 0.0
        assert MEASURES[measure](ranked, len(relevant)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("ranked", "k", "expected"),
    [([True], 1, 1), ([False, True], 1, 0), ([False, True], 2, 1), ([], 5, 0), ([False] * 9, 9, 0)],
)
def test_success_by_hand(ranked: list[bool], k: int, expected: float) -> None:
    assert success(ranked, k) == expected


@pytest.mark.parametrize(
    ("ranked", "expected"),
    [
        ([True, True], 1.0),
        ([False, False, True], 1 / 3),
        ([False] * 9 + [True], 0.1),
        ([False] * 10 + [True], 0.0),
        ([], 0.0),
    ],
)
def test_reciprocal_rank_by_hand(ranked: list[bool], expected: float) -> None:
    assert reciprocal_rank(ranked, 10) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranked", "relevant", "expected"),
    [
        ([True], 1, 1.0),
        ([False, True], 1, 0.63093),  # 1 / log2 3
        ([True, False, True], 3, 0.70392),  # (1 + 1/2) / (1 + 0.63093 + 1/2)
        ([False] * 10 + [True], 1, 0.0),
        ([True] * 10, 30, 1.0),
        ([False], 0, 0.0),
        ([], 2, 0.0),
    ],
)
def test_ndcg_by_hand(ranked: list[bool], relevant: int, expected: float) -> None:
    assert ndcg(ranked, relevant, 10) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("seed", range(10))
def test_auroc_agrees_with_the_u_statistic(seed: int) -> None:
    rng = random.Random(seed)
    yes = [round(rng.random(), 1) for _ in range(rng.randint(1, 30))]
    no = [round(rng.random() - 0.2, 1) for _ in range(rng.randint(1, 30))]
    expected = mannwhitneyu(yes, no).statistic / (len(yes) * len(no))
    assert auroc(yes, no) == pytest.approx(expected, abs=1e-9)


def test_auroc_of_nothing_is_a_half() -> None:
    assert auroc([], [0.1]) == auroc([0.1], []) == 0.5


# The report

TEXT = "甲一。乙二。丙三。丁四。"
PASSAGES = [
    make_passage(name, TEXT[n * 3 : n * 3 + 3], start=n * 3) for n, name in enumerate("abcd")
]


class FakeAnswerer:
    """Ranks a, b, c for every question, never d; is as sure as the question's last figure says."""

    def __init__(self) -> None:
        self.index = SimpleNamespace(documents={"doc": make_document(TEXT)}, passages=PASSAGES)
        legs = {name: FixedLeg([3.0, 2.0, 1.0, 0.0]) for name in LEGS}
        self.retriever = Retriever(PASSAGES, legs)

    def answer(self, query: Query, k: int) -> Answer:
        confidence = int(query.text[-1]) / 10
        return Answer(query, confidence < 0.5, confidence, None, (), (), {"all": 2.0})


def judged(id_: str, quote: str, confidence: int, language: str = "zh") -> Judgment:
    evidence = (Evidence("doc", quote),) if quote else ()
    return Judgment(id_, f"问{confidence}", language, "number", bool(quote), evidence)


def run(*judgments: Judgment):
    return evaluate(FakeAnswerer(), judgments, "test", lambda *_: None)


@pytest.mark.parametrize("mode", MODES)
def test_means_are_those_of_the_ranks(mode: str) -> None:
    report = run(judged("q1", "甲一", 9), judged("q2", "丙三", 9))
    assert report.mean(mode, "zh", "recall@1") == 0.5
    assert report.mean(mode, "zh", "recall@5") == 1.0
    assert report.mean(mode, "zh", "MRR@10") == pytest.approx((1 + 1 / 3) / 2)
    assert report.mean(mode, "zh", "nDCG@10") == pytest.approx((1 + 0.5) / 2)


@pytest.mark.parametrize("measure", MEASURES)
def test_a_miss_counts_0_and_is_never_dropped(measure: str) -> None:
    report = run(judged("q1", "甲一", 9), judged("q2", "丁四", 9), judged("q3", "丁四", 9))
    assert report.mean("hybrid", "zh", measure) == pytest.approx(1 / 3)


def test_unanswerable_questions_count_in_no_measure_of_retrieval() -> None:
    report = run(judged("q1", "甲一", 9), judged("q2", "", 1))
    assert report.mean("hybrid", "zh", "recall@1") == 1.0


def test_languages_are_reported_apart() -> None:
    report = run(judged("q1", "甲一", 9), judged("q2", "丁四", 9, "en"))
    assert report.mean("hybrid", "zh", "recall@5") == 1.0
    assert report.mean("hybrid", "en", "recall@5") == 0.0


def test_abstention_by_hand() -> None:
    report = run(
        *(judged(f"y{n}", "甲一", confidence) for n, confidence in enumerate((9, 8, 3))),
        *(judged(f"n{n}", "", confidence) for n, confidence in enumerate((1, 6))),
    )
    found = report.abstention("zh")
    assert found["refused"] == pytest.approx(1 / 2)
    assert found["answered"] == pytest.approx(2 / 3)
    assert found["auroc"] == pytest.approx(5 / 6)  # only 0.3 against 0.6 is the wrong way round


def test_a_question_that_is_not_found_first_is_named() -> None:
    report = run(judged("first", "甲一", 9), judged("third", "丙三", 9), judged("never", "丁四", 9))
    assert [miss["id"] for miss in report_json(report)["misses"]] == ["third", "never"]
    assert "not first: third, never" in report_text(report)


def test_the_report_has_every_mode_language_and_measure() -> None:
    content = report_json(run(judged("q1", "甲一", 9), judged("q2", "甲一", 9, "en")))
    assert set(content["retrieval"]) == set(MODES)
    for languages in content["retrieval"].values():
        assert set(languages) == {"zh", "en"}
        assert all(set(values) == set(ORACLES) for values in languages.values())
    assert (content["split"], content["questions"]) == ("test", 2)


def test_the_text_of_the_report_shows_the_figures() -> None:
    text = report_text(run(judged("q1", "甲一", 9), judged("q2", "丙三", 9)))
    hybrid = next(line for line in text.splitlines() if line.startswith("hybrid"))
    assert hybrid.split() == ["hybrid", "zh", "0.500", "1.000", "1.000", "0.667", "0.750"]


def test_progress_is_told_for_every_question() -> None:
    told: list[tuple[str, int, int]] = []
    judgments = [judged("q1", "甲一", 9), judged("q2", "", 1)]
    evaluate(FakeAnswerer(), judgments, "test", lambda *step: told.append(step))
    assert told == [("evaluate", 1, 2), ("evaluate", 2, 2)]
