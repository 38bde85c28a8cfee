"""Citations are cut from the stored source, compared with it, and only then shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.answering import FEATURES, Answerer, Confidence, cite, verify_citation
from clusterqa.index import Index, Models, build_index, open_index
from clusterqa.retrieval import LEGS, Retriever, make_legs
from clusterqa.text import sentence_spans
from clusterqa.types import Document, Query
from support import CHINESE, FixedLeg, make_document

SURE = Confidence(bias=9.0, weights={}, means={}, deviations={})
UNSURE = Confidence(bias=-9.0, weights={}, means={}, deviations={})
QUESTION = Query("湖北有多少个产业集群？", "zh")
DOCUMENT = make_document(CHINESE)


@pytest.fixture
def index(built: Path, models: Models) -> Index:
    return open_index(built, models, "bundled")


def answerer(index: Index, models: Models, confidence: Confidence = SURE) -> Answerer:
    retriever = Retriever(index.passages, make_legs(index, models.embedder))
    return Answerer(index, retriever, confidence, threshold=0.5)


# One citation


def test_a_citation_says_where_its_quote_stands() -> None:
    document = replace(
        make_document("前言。\n一、规模\n湖北有90个集群。武汉最大。\n"), page_starts=(0, 9)
    )
    start = document.text.index("武汉")
    citation = cite(document, 3, start, start + 5)
    assert citation.quote == "武汉最大。"
    assert (citation.marker, citation.document, citation.title) == (3, "doc", "题目")
    assert (citation.section, citation.page) == (("一、规模",), 2)
    assert (citation.start, citation.end) == (start, start + 5)
    assert citation.sha256 == document.sha256


def test_a_citation_is_not_verified_before_it_was_checked() -> None:
    assert not cite(DOCUMENT, 1, 0, 4).verified


@pytest.mark.parametrize("span", [(3, 3), (5, 2), (-1, 4), (0, len(CHINESE) + 1)])
def test_a_span_outside_the_document_cannot_be_cited(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no span"):
        cite(DOCUMENT, 1, *span)


@given(st.data())
def test_any_span_of_the_stored_source_verifies(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(CHINESE) - 1))
    end = data.draw(st.integers(start + 1, len(CHINESE)))
    citation = verify_citation(cite(DOCUMENT, 1, start, end), {"doc": DOCUMENT})
    assert citation.verified
    assert citation.quote == CHINESE[start:end]


@pytest.mark.parametrize("width", ["２０１４年，湖北：（產業）；", "\u3000\u3000“引文”……", "ﬁne—①"])
def test_a_quote_equals_the_source_byte_for_byte(width: str) -> None:
    document = make_document(width)
    assert cite(document, 1, 0, len(width)).quote.encode() == width.encode()


ALTERED = {
    "another number": CHINESE.replace("90个", "91个"),
    "the opposite": CHINESE.replace("最大", "最小"),
    "a negation": CHINESE.replace("领先", "不领先"),
    "a space": CHINESE.replace("2014年", "2014 年"),
    "other punctuation": CHINESE.replace("，", ","),
    "a change elsewhere": CHINESE + "又及。",
}


@pytest.mark.parametrize("change", ALTERED)
def test_a_citation_of_a_source_that_was_altered_does_not_verify(change: str) -> None:
    start = CHINESE.index("2014年")
    citation = cite(DOCUMENT, 1, start, len(CHINESE))
    assert not verify_citation(citation, {"doc": make_document(ALTERED[change])}).verified


def test_a_quote_that_was_altered_does_not_verify() -> None:
    citation = replace(cite(DOCUMENT, 1, 0, 4), quote="湖北之产")
    assert not verify_citation(citation, {"doc": DOCUMENT}).verified


def test_a_quote_at_another_place_does_not_verify() -> None:
    citation = cite(DOCUMENT, 1, 0, 4)
    moved = replace(citation, start=citation.start + 1, end=citation.end + 1)
    assert not verify_citation(moved, {"doc": DOCUMENT}).verified


def test_a_quote_of_another_document_does_not_verify() -> None:
    citation = replace(cite(DOCUMENT, 1, 0, 4), document="other")
    assert not verify_citation(citation, {"doc": DOCUMENT}).verified
    assert not verify_citation(citation, {"other": make_document("别的。", "other")}).verified


def test_what_once_verified_is_checked_anew() -> None:
    citation = replace(cite(DOCUMENT, 1, 0, 4), verified=True, quote="别的东西")
    assert not verify_citation(citation, {"doc": DOCUMENT}).verified


# An answer's citations


def test_every_citation_of_an_answer_is_a_whole_sentence_of_one_of_its_hits(
    index: Index, models: Models
) -> None:
    answer = answerer(index, models).answer(QUESTION, 5)
    assert answer.citations
    for citation in answer.citations:
        document = index.documents[citation.document]
        assert document.text[citation.start : citation.end] == citation.quote
        assert (citation.start, citation.end) in sentence_spans(document.text)
        assert any(
            hit.passage.document == citation.document
            and hit.passage.start <= citation.start < citation.end <= hit.passage.end
            for hit in answer.hits
        )
        assert citation.verified


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("襄阳发展什么汽车？", "襄阳发展新能源汽车。"),
        ("销售收入是多少亿元？", "2014年，湖北有90个产业集群，销售收入14734亿元。"),
        (
            "Which year did the steel works of Wuhan open?",
            "The steel works of Wuhan opened in 1958.",
        ),
    ],
)
def test_the_sentence_that_answers_is_cited_first(
    index: Index, models: Models, question: str, sentence: str
) -> None:
    query = Query(question, "zh" if question[0] > "z" else "en")
    assert answerer(index, models).answer(query, 5).citations[0].quote == sentence


def test_markers_count_from_1_and_stand_behind_their_quotes(index: Index, models: Models) -> None:
    answer = answerer(index, models).answer(Query("武汉和襄阳有什么产业？", "zh"), 5)
    assert [citation.marker for citation in answer.citations] == list(
        range(1, len(answer.citations) + 1)
    )
    expected = [f"{citation.quote} [{citation.marker}]" for citation in answer.citations]
    assert answer.text == "\n".join(expected)


def test_an_abstention_says_nothing_but_keeps_the_nearest_misses(
    index: Index, models: Models
) -> None:
    answer = answerer(index, models, UNSURE).answer(QUESTION, 5)
    assert answer.abstained
    assert (answer.text, answer.citations) == (None, ())
    assert len(answer.hits) == 5
    assert answer.rejected == 0


def test_an_answer_is_no_abstention(index: Index, models: Models) -> None:
    answer = answerer(index, models).answer(QUESTION, 5)
    assert not answer.abstained
    assert answer.confidence == pytest.approx(1.0, abs=1e-3)


def test_nothing_found_is_an_abstention_without_confidence(index: Index) -> None:
    nothing = {name: FixedLeg([0.0] * len(index.passages)) for name in LEGS}
    answer = Answerer(index, Retriever(index.passages, nothing), SURE, 0.5).answer(QUESTION, 5)
    assert answer.abstained
    assert answer.confidence == 0
    assert answer.hits == ()


class EditedBehindOurBack(dict):
    """Documents that change between the cutting of a quote and its check."""

    def get(self, key: str, default: object = None) -> Document:
        return make_document(self[key].text.replace("90个", "19个"), key)


def test_a_citation_that_does_not_verify_is_not_shown_and_is_counted(
    index: Index, models: Models
) -> None:
    sound = answerer(index, models).answer(QUESTION, 5)
    edited = replace(index, documents=EditedBehindOurBack(index.documents))
    answer = answerer(edited, models).answer(QUESTION, 5)
    assert answer.rejected == len(sound.citations) > 0
    assert (answer.abstained, answer.text, answer.citations) == (True, None, ())
    assert answer.hits


def altered(document: Document) -> Document:
    """The same record with another text, as an edit behind the index's back would leave it."""
    return replace(document, text=document.text.replace("90个", "19个"))


def test_what_an_altered_source_would_say_is_not_shown_and_is_counted(
    index: Index, models: Models
) -> None:
    documents = {id_: altered(document) for id_, document in index.documents.items()}
    answer = answerer(replace(index, documents=documents), models).answer(QUESTION, 5)
    assert not any("19个" in citation.quote for citation in answer.citations)
    assert answer.rejected > 0


def test_a_passage_of_blank_lines_among_the_hits_is_no_obstacle(
    corpus: Path, tmp_path: Path, models: Models
) -> None:
    (corpus / "blank.txt").write_text("湖北的产业集群\n" + "\n" * 500 + "90个。", "utf-8")
    build_index(corpus, tmp_path / "index", models, "bundled", 60, lambda *_: None)
    index = open_index(tmp_path / "index", models, "bundled")
    for row in range(len(index.passages)):
        best = {
            name: FixedLeg([float(r == row) for r in range(len(index.passages))]) for name in LEGS
        }
        Answerer(index, Retriever(index.passages, best), SURE, 0.5).answer(QUESTION, 5)


@pytest.mark.parametrize("feature", FEATURES)
def test_the_confidence_does_not_depend_on_how_many_hits_are_wanted(
    index: Index, models: Models, feature: str
) -> None:
    one, nothing = {feature: 1.0}, {feature: 0.0}
    asked = answerer(index, models, Confidence(0.0, weights=one, means=nothing, deviations=one))
    confidences = {asked.answer(QUESTION, k).confidence for k in (1, 3, 5)}
    assert len(confidences) == 1
