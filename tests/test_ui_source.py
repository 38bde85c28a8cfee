"""Passages on the page: exact marks, exact text, and nothing of a document taken for markup."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.answering import cite, verify_citation
from clusterqa.chunking import split
from clusterqa.types import Answer, Document, Passage
from clusterqa.ui import render
from clusterqa.ui.asking import Turn
from clusterqa.ui.source_text import (
    PARAGRAPHS_AROUND,
    citations_within,
    context_html,
    context_span,
    passage_html,
)
from clusterqa.ui.texts import ZH
from support import make_document
from ui_support import Parsed, make_answer, make_hit, show

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</bdi></h2><iframe srcdoc=x>",
    '" onmouseover="alert(1)" x=\'',
    "&lt;b&gt; &amp; &#60;i&#62;",
    "[a](javascript:alert(1)) $$x$$ ${x} {{x}}",
    "\u202eevil\u202c\r\x0b\x85",
)
# One line of anything that may stand in a document or a question.
LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\n"), max_size=40)


@given(st.data())
def test_the_marked_text_is_the_cited_span(paper: Document, data: st.DataObject) -> None:
    passage = data.draw(st.sampled_from(split(paper, 240)))
    start = data.draw(st.integers(passage.start, passage.end - 1))
    end = data.draw(st.integers(start + 1, passage.end))
    citation = cite(paper, 1, start, end)
    html = passage_html(paper, passage, citations_within(passage, [citation]))
    assert Parsed(html).text == passage.text
    assert Parsed(html).inside["mark"] == citation.quote


def test_of_a_repeated_sentence_the_cited_one_is_marked() -> None:
    document = make_document("集群发展。集群发展。集群发展。")
    passage = split(document, 240)[0]
    html = passage_html(document, passage, [cite(document, 1, 5, 10)])
    assert html.startswith('<span class="line">集群发展。<mark>集群发展。</mark>集群发展。')


def test_a_citation_of_other_words_or_another_place_is_not_marked() -> None:
    document = make_document("产业集群有53个。")
    passage = split(document, 240)[0]
    citation = cite(document, 1, 0, 9)
    wrong = [
        replace(citation, quote="产业集群有35个。"),
        replace(citation, document="other"),
        replace(citation, end=citation.end + 1),
        replace(citation, start=-1),
    ]
    assert citations_within(passage, [citation, *wrong]) == (citation,)


def test_adjoining_citations_are_both_marked() -> None:
    document = make_document("一句。二句。\n三句。")
    passage = split(document, 240)[0]
    html = passage_html(document, passage, [cite(document, 1, 0, 3), cite(document, 2, 3, 10)])
    assert Parsed(html).inside["mark"] == document.text


def test_every_context_is_the_source_around_the_passage(paper: Document) -> None:
    for passage in split(paper, 240):
        start, end = context_span(paper, passage)
        parsed = Parsed(context_html(paper, passage, [cite(paper, 1, *_some_span(passage))]))
        assert start <= passage.start < passage.end <= end
        assert parsed.text == paper.text[start:end]
        assert parsed.inside["here"] == passage.text
        assert parsed.inside["mark"] == paper.text[slice(*_some_span(passage))]
        assert start == 0 or paper.text[start : passage.start].count("\n") >= PARAGRAPHS_AROUND
        assert end == len(paper.text) or (
            paper.text[passage.end : end].count("\n") >= PARAGRAPHS_AROUND
        )


def _some_span(passage: Passage) -> tuple[int, int]:
    return passage.start + 1, (passage.start + passage.end) // 2 + 2


def test_the_context_of_a_passage_in_an_endless_line_is_bounded() -> None:
    document = make_document("产业集群发展很快。" * 20_000)
    passage = split(document, 240)[100]
    start, end = context_span(document, passage)
    assert start <= passage.start < passage.end <= end


def hostile(text: str) -> tuple[Document, Answer, str]:
    """`text` as title, heading, passage, quote, question and document id."""
    document = make_document(f"一、{text}\n{text}产业集群。\n", id_=f"{text}id", title=f"{text}题")
    passage = Passage("p", document.id, 0, len(document.text), document.text, (f"{text}节",), 3)
    citation = verify_citation(cite(document, 1, 0, passage.end), {document.id: document})
    answer = make_answer(document, question=f"{text}问", abstained=False)
    answer = replace(answer, hits=(make_hit(passage),), citations=(citation,))
    return document, answer, show(answer, document)


@given(LINES | st.sampled_from(PAYLOADS))
def test_no_text_changes_the_elements_of_the_page(text: str) -> None:
    # Characters that end a line end an element of the passage too; their number is the same here.
    line = "".join(character for character in text if len(f"a{character}b".splitlines()) == 1)
    document, answer, html = hostile(line)
    assert Parsed(html).elements == Parsed(hostile("甲")[2]).elements
    text_shown = Parsed(html).text
    assert text_shown.count(document.title) >= 2
    assert document.text.rstrip("\n") in text_shown
    assert answer.query.text in text_shown


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_failed_file_or_error_is_shown_as_text(payload: str) -> None:
    failed = render.status(1, 2, {payload: payload}, ZH)
    assert Parsed(failed).text.count(payload) == 2
    assert Parsed(failed).elements == Parsed(render.status(1, 2, {"甲": "乙"}, ZH)).elements
    error = render.result(Turn("q", error=payload), {}, "en")
    assert payload in Parsed(error).text
    assert Parsed(error).elements == Parsed(render.result(Turn("q", error="x"), {}, "en")).elements


def test_a_hit_of_an_unknown_document_shows_its_id_and_no_context(paper: Document) -> None:
    answer = make_answer(paper)
    html = render.result(Turn("q", answer), {}, "en")
    assert "paper" in Parsed(html).text
    assert "data-context" not in html
