"""Judged questions: how they are read, and which passages their evidence makes relevant."""

import itertools
import json
import re
from pathlib import Path

import pytest

from clusterqa.chunking import split
from clusterqa.config import Settings
from clusterqa.errors import JudgmentError
from clusterqa.evaluation import load_judgments, relevant_passages
from clusterqa.types import Document, Evidence, Judgment
from support import ROOT, make_document, make_passage

QUESTIONS = ROOT / "eval/questions.jsonl"
GOOD = {
    "id": "q1",
    "question": "湖北有多少个集群？",
    "language": "zh",
    "kind": "number",
    "answerable": True,
    "evidence": [{"document": "doc", "quote": "90个"}],
    "split": "dev",
}
NO = {**GOOD, "id": "q2", "answerable": False, "evidence": []}


def write(folder: Path, *lines: object) -> Path:
    path = folder / "questions.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", "utf-8")
    return path


# Reading


def test_a_line_is_a_judgment(tmp_path: Path) -> None:
    (judgment, other) = load_judgments(write(tmp_path, GOOD, NO))
    assert judgment == Judgment(
        "q1", "湖北有多少个集群？", "zh", "number", True, (Evidence("doc", "90个"),), "dev"
    )
    assert other.evidence == ()


def test_empty_lines_and_unknown_keys_are_skipped(tmp_path: Path) -> None:
    path = write(tmp_path, "", {**GOOD, "note": "x"}, "   ")
    assert [judgment.id for judgment in load_judgments(path)] == ["q1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a JSON object"),
        ({**GOOD, "id": ""}, "'id' is missing or is not text"),
        ({**GOOD, "question": None}, "'question' is missing or is not text"),
        ({**GOOD, "question": "  "}, "'question' is missing or is not text"),
        ({**GOOD, "kind": 3}, "'kind' is missing or is not text"),
        ({**GOOD, "language": "fr"}, "language 'fr' is not zh or en"),
        ({**GOOD, "answerable": "yes"}, "'answerable' is not true or false"),
        ({**GOOD, "evidence": None}, "'evidence' is not a list"),
        ({**GOOD, "evidence": ["quote"]}, "each evidence has a 'document' and a 'quote'"),
        ({**GOOD, "evidence": [{"document": "doc"}]}, "each evidence has a 'document' and a"),
        ({**GOOD, "evidence": [{"document": "d", "quote": " "}]}, "each evidence has a"),
        ({**GOOD, "evidence": []}, "an answerable question, and no other, has evidence"),
        ({**GOOD, "answerable": False}, "an answerable question, and no other, has evidence"),
    ],
)
def test_a_malformed_line_is_one_clear_error(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(JudgmentError) as error:
        load_judgments(write(tmp_path, NO, line))
    assert said in str(error.value)
    assert "questions.jsonl', line 2: " in str(error.value)
    assert "\n" not in str(error.value)


def test_an_id_given_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgmentError, match="id 'q1' is given twice"):
        load_judgments(write(tmp_path, GOOD, NO, GOOD))


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgmentError, match="holds no question"):
        load_judgments(write(tmp_path, ""))


def test_a_file_that_is_missing_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(JudgmentError, match="cannot be read"):
        load_judgments(tmp_path / "gone.jsonl")
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(JudgmentError, match="cannot be read"):
        load_judgments(tmp_path / "bad.jsonl")


# Relevance


def relevant(text: str, quote: str, cuts: list[int], document: str = "doc") -> set[str]:
    """The passages, named a, b, c, ..., of `text` cut at `cuts` that `quote` makes relevant."""
    bounds = [0, *cuts, len(text)]
    passages = [
        make_passage(chr(ord("a") + n), text[start:end], start=start)
        for n, (start, end) in enumerate(itertools.pairwise(bounds))
    ]
    judgment = Judgment("q", "?", "zh", "number", True, (Evidence(document, quote),))
    return set(relevant_passages(judgment, {"doc": make_document(text)}, passages))


@pytest.mark.parametrize(
    ("cut", "expected"),
    [
        (2, {"b"}),  # the whole quote
        (3, {"b"}),  # 1 and 7 of 8 characters
        (5, {"b"}),  # 3 and 5
        (6, {"a", "b"}),  # 4 and 4: half is enough
        (7, {"a"}),  # 5 and 3
        (10, {"a"}),
    ],
)
def test_a_passage_with_half_of_the_quote_is_relevant(cut: int, expected: set[str]) -> None:
    assert relevant("甲乙12345678丙丁", "12345678", [cut]) == expected


def test_a_quote_over_three_passages_with_less_than_half_in_each_has_none() -> None:
    assert relevant("123456789", "123456789", [3, 6]) == set()


def test_white_space_counts_neither_in_the_quote_nor_in_the_text() -> None:
    # 2014年有90: 8 characters in all, 4 before the cut.
    assert relevant("甲。2014 \n\n 年有90个。", "2014年 有90", [7]) == {"a", "b"}


def test_a_quote_that_stands_in_several_places_makes_each_relevant() -> None:
    assert relevant("有90个。无。有90个。", "90个", [5, 7]) == {"a", "c"}


def test_any_one_item_of_evidence_suffices() -> None:
    text = "有90个。无。共九十。"
    passages = [
        make_passage(name, text[start:end], start=start)
        for name, start, end in (("a", 0, 5), ("b", 5, 7), ("c", 7, 11))
    ]
    evidence = (Evidence("doc", "90个"), Evidence("doc", "九十"))
    judgment = Judgment("q", "?", "zh", "number", True, evidence)
    assert relevant_passages(judgment, {"doc": make_document(text)}, passages) == {"a", "c"}


def test_passages_of_other_documents_are_not_relevant() -> None:
    document = make_document("有90个。")
    other = make_passage("other", "有90个。", document="elsewhere")
    judgment = Judgment("q", "?", "zh", "number", True, (Evidence("doc", "90个"),))
    assert relevant_passages(judgment, {"doc": document}, [other]) == frozenset()


def test_a_quote_that_is_not_in_the_corpus_is_an_error() -> None:
    with pytest.raises(JudgmentError, match="question 'q': its quote is not in 'doc': 91个"):
        relevant("有90个。", "91个", [])


def test_a_document_that_is_not_in_the_corpus_is_an_error() -> None:
    with pytest.raises(JudgmentError, match="question 'q': no document 'gone' in the corpus"):
        relevant("有90个。", "90个", [], document="gone")


# The questions that are shipped


@pytest.fixture(scope="module")
def shipped() -> tuple[Judgment, ...]:
    return load_judgments(QUESTIONS)


def numbers_of(judgments: list[Judgment]) -> set[str]:
    return {judgment.id.rsplit("-", 1)[0] for judgment in judgments}


def test_there_are_60_answerable_and_15_unanswerable_questions_in_both_languages(shipped) -> None:
    for language in ("zh", "en"):
        asked = [judgment for judgment in shipped if judgment.language == language]
        assert len(numbers_of([judgment for judgment in asked if judgment.answerable])) >= 60
        assert len(numbers_of([judgment for judgment in asked if not judgment.answerable])) >= 15


def test_the_two_languages_of_a_question_share_all_but_its_words(shipped) -> None:
    by_number: dict[str, list[Judgment]] = {}
    for judgment in shipped:
        by_number.setdefault(judgment.id.rsplit("-", 1)[0], []).append(judgment)
    for pair in by_number.values():
        one, other = pair
        assert {one.language, other.language} == {"zh", "en"}
        assert (one.kind, one.answerable, one.evidence, one.split) == (
            (other.kind, other.answerable, other.evidence, other.split)
        )


def test_every_kind_is_asked_in_both_splits(shipped) -> None:
    kinds = {"number", "date", "list", "entity", "explanation", "comparison"}
    for split_ in ("dev", "test"):
        mine = [judgment for judgment in shipped if judgment.split == split_]
        assert {judgment.kind for judgment in mine if judgment.answerable} == kinds
        assert any(not judgment.answerable for judgment in mine)
    assert {judgment.split for judgment in shipped} == {"dev", "test"}


def test_no_question_is_asked_twice(shipped) -> None:
    questions = [judgment.question for judgment in shipped]
    assert len(set(questions)) == len(questions)


def test_every_quote_is_in_the_paper_and_makes_a_passage_relevant(shipped, paper: Document) -> None:
    passages = split(paper, Settings().passage_size)
    documents = {paper.id: paper}
    without = [
        judgment.id
        for judgment in shipped
        if judgment.answerable and not relevant_passages(judgment, documents, passages)
    ]
    assert without == []


def test_no_question_repeats_the_wording_of_its_evidence(shipped) -> None:
    for judgment in shipped:
        for evidence in judgment.evidence:
            runs = {judgment.question[i : i + 12] for i in range(len(judgment.question) - 11)}
            # The name of a document has no other wording.
            wording = re.sub("《.*?》", "", evidence.quote)
            assert not any(run in wording for run in runs), judgment.id
