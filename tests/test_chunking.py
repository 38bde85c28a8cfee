"""Documents to passages: whole sentences, exact spans, never across a section."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.chunking import page_of, section_at, split
from clusterqa.config import Settings
from clusterqa.corpus.outline import heading_level
from clusterqa.text import sentence_spans
from clusterqa.types import Document
from support import make_document

SIZE = Settings().passage_size
CHINESE = st.text(st.sampled_from("湖北产业集群，。；：！“”（）\n"), min_size=1, max_size=200)
ENGLISH = st.text(st.sampled_from("ab cluster. E,;!\n"), min_size=1, max_size=200)
HEADINGS = st.sampled_from(
    ["一、甲\n", "1.乙\n", "（1）丙。\n", "# Ding\n", "\u3000\u3000文。\n", "\n\n"]
)
MIXED = st.lists(HEADINGS | CHINESE | ENGLISH, min_size=1, max_size=6).map("".join)
HOSTILE = st.text(min_size=1, max_size=120) | st.text(
    st.sampled_from("a。.\n\r\u2028\x0b\u3000 \t一、1.#[](p)”🙂"), min_size=1, max_size=150
)
TEXTS = MIXED | HOSTILE


@given(TEXTS, st.integers(5, 60))
def test_passages_joined_reproduce_the_text(text: str, size: int) -> None:
    passages = split(make_document(text), size)
    assert "".join(passage.text for passage in passages) == text


@given(TEXTS, st.integers(5, 60))
def test_every_span_is_exact(text: str, size: int) -> None:
    for passage in split(make_document(text), size):
        assert text[passage.start : passage.end] == passage.text != ""


def repetitive(seed: int) -> str:
    """Policy-like text that says the same few things again and again."""
    rng = random.Random(seed)
    clauses = ["甲", "甲甲", "甲甲甲甲甲甲", "甲甲甲甲甲甲甲甲甲甲甲甲"]
    ends = ["，", "；", "。", "。", "。\n", "\n"]
    return "".join(rng.choice(clauses) + rng.choice(ends) for _ in range(300))


def unique(text: str) -> str:
    """`text` with a code point of its own for every 甲."""
    fresh = iter(range(0x20000, 0x2A6D0))
    return "".join(chr(next(fresh)) if character == "甲" else character for character in text)


@pytest.mark.parametrize("seed", range(10))
def test_repeated_text_is_split_where_text_of_unique_characters_is(seed: int) -> None:
    text = repetitive(seed)
    twin = split(make_document(unique(text)), 60)
    spans = [(passage.start, passage.end) for passage in split(make_document(text), 60)]
    assert spans == [(passage.start, passage.end) for passage in twin]


@pytest.mark.parametrize("seed", range(3))
def test_each_character_of_a_passage_stands_where_the_span_says(seed: int) -> None:
    text = unique(repetitive(seed))
    places = {
        character: offset for offset, character in enumerate(text) if character > "\U00020000"
    }
    for passage in split(make_document(text), 60):
        for offset, character in enumerate(passage.text, start=passage.start):
            assert places.get(character, offset) == offset


@given(MIXED, st.integers(20, 60))
def test_no_passage_crosses_a_section(text: str, size: int) -> None:
    document = make_document(text)
    for passage in split(document, size):
        inside = [s for s in document.sections if passage.start < s.start < passage.end]
        before = text[passage.start : inside[-1].start] if inside else ""
        others = [line for line in before.split("\n") if line.strip()]
        assert all(heading_level(line) is not None for line in others)


@given(MIXED, st.integers(20, 60))
def test_a_passage_has_the_path_of_the_section_that_it_ends_in(text: str, size: int) -> None:
    document = make_document(text)
    for passage in split(document, size):
        holding = section_at(document, passage.end - 1)
        assert passage.section == (holding.path if holding else ())


@given(MIXED, st.integers(20, 60))
def test_no_passage_is_longer_than_the_size_but_for_its_headings(text: str, size: int) -> None:
    for passage in split(make_document(text), size):
        lines = passage.text.splitlines(keepends=True)
        body = [line for line in lines if heading_level(line) is None]
        if body:
            assert sum(len(line) for line in body) <= size


@pytest.mark.parametrize("size", [80, 200, SIZE, 500])
def test_only_a_sentence_over_the_size_is_cut(paper: Document, size: int) -> None:
    bounds = {passage.start for passage in split(paper, size)}
    cut = [
        paper.text[start:end]
        for start, end in sentence_spans(paper.text)
        if any(start < bound < end for bound in bounds)
    ]
    assert all(len(sentence) > size for sentence in cut)


def test_no_sentence_of_the_paper_is_over_the_default_size(paper: Document) -> None:
    assert max(end - start for start, end in sentence_spans(paper.text)) <= SIZE


def test_a_sentence_over_the_size_is_cut_behind_a_comma() -> None:
    text = "，".join(["湖北产业集群"] * 20) + "。"
    passages = split(make_document(text), 40)
    assert all(passage.text[-1] in "，。" for passage in passages)


def test_a_reference_mark_stays_with_its_sentence() -> None:
    text = "产业规模占比很大。[1](p10)德国也是这样的。" * 10
    assert all(
        p.text.startswith("产业") or p.text.startswith("德国")
        for p in split(make_document(text), 30)
    )


def test_a_closing_quote_stays_with_its_sentence() -> None:
    text = "他说：“产业集群发展很快。”然后离开了会场。" * 10
    assert not [p for p in split(make_document(text), 30) if p.text.startswith("”")]


def test_no_passage_of_the_paper_is_a_bare_heading(paper: Document) -> None:
    for passage in split(paper, SIZE):
        lines = [line for line in passage.text.splitlines() if line.strip()]
        assert not all(heading_level(line) is not None for line in lines)


def test_headings_without_text_of_their_own_go_with_what_follows() -> None:
    text = "一、总体\n1.规模\n湖北有很多集群。\n"
    (passage,) = split(make_document(text), SIZE)
    assert passage.text == text
    assert passage.section == ("一、总体", "1.规模")


def test_text_before_the_first_heading_has_no_section() -> None:
    first, second = split(make_document("前言。\n一、总体\n正文。\n"), SIZE)
    assert (first.text, first.section) == ("前言。\n", ())
    assert (second.text, second.section) == ("一、总体\n正文。\n", ("一、总体",))


def test_two_sections_of_one_number_are_kept_apart(paper: Document) -> None:
    ends = {passage.section[1] for passage in split(paper, SIZE) if len(passage.section) > 1}
    assert {"2.优化产业集群发展环境", "2.积极推动长江经济带产业协同发展"} <= ends


def test_ideographic_spaces_at_the_start_are_kept() -> None:
    (passage,) = split(make_document("\u3000\u3000湖北的产业集群。"), SIZE)
    assert (passage.start, passage.text) == (0, "\u3000\u3000湖北的产业集群。")


def test_a_passage_has_the_page_that_it_starts_on(paper: Document) -> None:
    for passage in split(paper, SIZE):
        assert passage.page == sum(start <= passage.start for start in paper.page_starts)


def test_the_pages_of_the_paper_run_from_1_to_12(paper: Document) -> None:
    pages = [passage.page for passage in split(paper, SIZE)]
    assert sorted(set(pages)) == list(range(1, 13))


@pytest.mark.parametrize(("offset", "page"), [(0, 1), (9, 1), (10, 2), (24, 2), (25, 3), (99, 3)])
def test_a_page_begins_at_its_first_character(offset: int, page: int) -> None:
    document = Document("d", "t", "zh", "x" * 100, "", page_starts=(0, 10, 25))
    assert page_of(document, offset) == page


def test_a_text_without_pages_has_no_page() -> None:
    assert page_of(make_document("湖北"), 1) is None


def test_the_innermost_section_holds_an_offset() -> None:
    document = make_document("一、总体\n文。\n1.规模\n文。\n")
    holding = section_at(document, document.text.rindex("文"))
    assert holding is not None
    assert holding.path == ("一、总体", "1.规模")


def test_ids_of_equal_texts_at_two_places_differ() -> None:
    passages = split(make_document("产业集群发展很快。\n" * 40), 50)
    assert len({passage.id for passage in passages}) == len(passages)
    assert len({passage.text for passage in passages}) < len(passages)


def test_ids_come_from_content_and_place_alone() -> None:
    before = split(make_document("一、总体\n湖北。\n二、范围\n武汉。\n", title="甲"), SIZE)
    after = split(make_document("一、总体\n湖北。\n二、范围\n襄阳。\n", title="乙"), SIZE)
    assert before[0].id == after[0].id
    assert before[1].id != after[1].id


def test_no_passage_is_the_bare_title_of_its_document() -> None:
    text = "湖北的产业集群\n一、规模\n湖北有90个集群。\n"
    passages = split(make_document(text, title="湖北的产业集群"), SIZE)
    assert [passage.text for passage in passages] == [text]


@pytest.mark.parametrize("blank", ["\n", " \n", "\r\n", "\t", "\u3000"])
def test_a_run_of_white_space_is_no_passage(blank: str) -> None:
    text = f"湖北的产业集群。{blank * 700}武汉的汽车产业。\n"
    assert all(passage.text.strip() for passage in split(make_document(text), SIZE))


@given(TEXTS, st.integers(5, 60))
def test_no_passage_is_blank_unless_the_text_is(text: str, size: int) -> None:
    passages = split(make_document(text), size)
    assert all(passage.text.strip() for passage in passages) or not text.strip()


def test_a_sentence_of_just_the_size_is_not_cut() -> None:
    text = "产" * 29 + "，" + "业" * 19 + "。\n"
    assert [passage.text for passage in split(make_document(text), 50)] == [text]


def test_a_line_break_behind_a_full_passage_is_no_passage() -> None:
    text = "产" * 49 + "。\n"
    assert all(passage.text.strip() for passage in split(make_document(text), 50))


def test_a_text_with_old_mac_line_ends_is_split_by_section() -> None:
    text = "一、总体\r湖北有集群。\r二、范围\r武汉有汽车。\r"
    assert [passage.section for passage in split(make_document(text), SIZE)] == [
        ("一、总体",),
        ("二、范围",),
    ]


def test_windows_line_ends_are_kept_and_split_alike() -> None:
    text = "一、总体\r\n湖北有集群。\r\n二、范围\r\n武汉有汽车。\r\n"
    passages = split(make_document(text), SIZE)
    assert [re.sub(r"\s", "", passage.text) for passage in passages] == [
        "一、总体湖北有集群。",
        "二、范围武汉有汽车。",
    ]


def test_a_closing_heading_without_text_is_kept() -> None:
    passages = split(make_document("一、总体\n湖北。\n二、附录\n"), SIZE)
    assert "".join(passage.text for passage in passages).endswith("二、附录\n")
