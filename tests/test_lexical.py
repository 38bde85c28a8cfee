"""The lexical leg: BM25 as Lucene defines it, over our own terms, worked out by hand."""

import math
import random
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from clusterqa.chunking import split
from clusterqa.index.lexical import FIELD_WEIGHTS, LexicalIndex, build_lexical
from clusterqa.text import content_words, grams, index_terms
from clusterqa.text.tokens import is_stop_word
from clusterqa.types import Document

K1, B = 1.2, 0.75
TEXTS = [
    "武汉的钢铁产业集群",
    "武汉的汽车，武汉的钢铁",
    "steel works of Wuhan",
    "襄阳发展新能源汽车产业",
    "cars and steel and cars",
]
CONTEXTS = ["湖北的产业", "湖北的产业\n武汉", "Notes", "", "Notes\nCars"]
TERMS = {"words": content_words, "grams": grams}


def make(folder: Path, texts: list[str], contexts: list[str] | None = None) -> LexicalIndex:
    folder.mkdir(exist_ok=True)
    build_lexical(
        folder / "lexical",
        [index_terms(text) for text in texts],
        [index_terms(context) for context in contexts or [""] * len(texts)],
    )
    return LexicalIndex(folder / "lexical", len(texts))


def bm25(question: list[str], texts: list[list[str]]) -> np.ndarray:
    """BM25 (Lucene's idf) of each text, straight from the formula."""
    mean = sum(len(text) for text in texts) / len(texts)
    scores = np.zeros(len(texts))
    for term, asked in Counter(question).items():
        holding = sum(term in text for text in texts)
        idf = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for row, text in enumerate(texts):
            tf = text.count(term)
            norm = K1 * (1 - B + B * len(text) / mean) if mean else 0.0
            scores[row] += asked * idf * (K1 + 1) * tf / (tf + norm) if tf else 0.0
    return scores


def test_a_score_worked_out_by_hand(tmp_path: Path) -> None:
    # 3 passages of 1, 2 and 1 terms; 'steel' is in one: idf = ln(1 + 2.5 / 1.5) = 0.980829,
    # norm = 1.2 x (0.25 + 0.75 x 1 / (4 / 3)) = 0.975, score = 0.980829 x 2.2 / 1.975.
    scores = make(tmp_path, ["steel", "cars cars", "people"]).scores("steel")
    np.testing.assert_allclose(scores, [1.092569, 0, 0], atol=1e-5)


@pytest.mark.parametrize(
    "question",
    [
        "武汉的钢铁",
        "汽车产业",
        "steel in Wuhan",
        "cars cars steel",
        "湖北产业集群有多少汽车",
        "notes",
        "武汉 steel 汽车",
    ],
)
def test_scores_are_the_weighted_bm25_of_the_four_fields(tmp_path: Path, question: str) -> None:
    expected = np.zeros(len(TEXTS))
    for field, weight in FIELD_WEIGHTS.items():
        terms = TERMS[field.removeprefix("context_")]
        searched = CONTEXTS if field.startswith("context_") else TEXTS
        expected += weight * bm25(terms(question), [terms(text) for text in searched])
    scores = make(tmp_path, TEXTS, CONTEXTS).scores(question)
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)


def test_a_term_that_a_passage_has_more_often_scores_more(tmp_path: Path) -> None:
    one, two, none = make(tmp_path, ["steel cars", "steel steel", "people cars"]).scores("steel")
    assert two > one > none == 0


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_a_term_of_most_passages_still_scores_above_0(tmp_path: Path, share: float) -> None:
    texts = ["产业集群" if row < 20 * share else "汽车" for row in range(20)]
    scores = make(tmp_path, texts).scores("产业集群")
    assert (scores > 0).tolist() == [text == "产业集群" for text in texts]


def test_any_part_of_a_chinese_passage_finds_it(tmp_path: Path, paper: Document) -> None:
    passages = split(paper, 240)
    lexical = make(tmp_path, [passage.text for passage in passages])
    rng = random.Random(1)
    for row, passage in enumerate(passages):
        runs = re.findall("[\u4e00-\u9fff]{2,}", passage.text)
        for _ in range(60):
            run = rng.choice(runs)
            length = rng.randint(2, min(6, len(run)))
            start = rng.randint(0, len(run) - length)
            part = run[start : start + length]
            if not is_stop_word(part):
                assert lexical.scores(part)[row] > 0, part


def test_a_part_that_goes_over_a_word_boundary_finds_its_passage(tmp_path: Path) -> None:
    texts = ["长江经济带建设", "武汉的汽车产业"]
    assert (make(tmp_path, texts).scores("济带建") > 0).tolist() == [True, False]


def test_a_traditional_question_finds_simplified_text(tmp_path: Path) -> None:
    lexical = make(tmp_path, ["湖北产业集群发展", "武汉汽车"])
    np.testing.assert_array_equal(lexical.scores("產業集群發展"), lexical.scores("产业集群发展"))


@pytest.mark.parametrize("figure", ["14734", "14,734", "１４７３４", "14734亿元", "14734 亿"])
def test_a_figure_is_found_however_it_is_written(tmp_path: Path, figure: str) -> None:
    scores = make(tmp_path, ["收入14734亿元", "收入4734亿元", "收入很多"]).scores(figure)
    assert scores.argmax() == 0
    assert scores[0] > scores[1]


def test_a_heading_above_a_passage_is_searched_too(tmp_path: Path) -> None:
    scores = make(tmp_path, ["武汉", "武汉"], ["钢铁", "汽车"]).scores("汽车")
    assert scores[1] > scores[0] == 0


@pytest.mark.parametrize(
    "question", ["words:steel", "steel AND cars", '"steel', "steel~2 [a TO z]", "-steel", "*", "(("]
)
def test_no_question_is_read_as_a_query_language(tmp_path: Path, question: str) -> None:
    scores = make(tmp_path, ["steel", "cars"]).scores(question)
    plain = make(tmp_path / "plain", ["steel", "cars"]).scores(re.sub(r"\W", " ", question))
    np.testing.assert_array_equal(scores, plain)


@pytest.mark.parametrize("question", ["", "。", "的", "the", "zzz"])
def test_a_question_without_known_terms_scores_0(tmp_path: Path, question: str) -> None:
    assert not make(tmp_path, TEXTS).scores(question).any()


def test_a_long_question_is_answered(tmp_path: Path, paper: Document) -> None:
    lexical = make(tmp_path, [paper.text[:200], paper.text[200:2200]])
    assert lexical.scores(paper.text[200:2200]).argmax() == 1


def test_scores_belong_to_their_rows_in_a_large_index(tmp_path: Path) -> None:
    texts = [f"steel number {row}" for row in range(500)]
    lexical = make(tmp_path, texts)
    assert [lexical.scores(f"{row}").argmax() for row in range(0, 500, 37)] == list(
        range(0, 500, 37)
    )


@pytest.mark.parametrize(
    ("question", "reach"),
    [
        ("steel", 1),
        ("steel cars", 1),
        ("steel trains", 1 / 2),
        ("steel steel trains", 1 / 2),
        ("trains", 0),
        ("notes", 1),  # stands in a heading alone
        ("钢铁", 1),  # the word and the bigram
        ("steel 火车", 1 / 3),  # of the terms steel, the word 火车 and the bigram 火车
        ("", 0),
        ("的", 0),
    ],
)
def test_reach_is_the_share_of_the_terms_that_some_passage_holds(
    tmp_path: Path, question: str, reach: float
) -> None:
    assert make(tmp_path, TEXTS, CONTEXTS).reach(question) == pytest.approx(reach)
