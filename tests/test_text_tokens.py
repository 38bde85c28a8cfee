"""Tokens: Chinese words, Latin words, numbers with their units, bigrams."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.text import content_words, fold_text, grams, is_stop_word, stem, tokenize

MIXED = st.text(st.sampled_from("湖北产业集群的和14734亿元%.,年 abC-é𠮷かな한_\n"), max_size=60)


def numbers(text: str) -> set[str]:
    return {token.term for token in tokenize(fold_text(text)) if token.kind == "number"}


@given(MIXED | st.text(max_size=60))
def test_tokens_stand_at_their_spans_in_order_and_apart(text: str) -> None:
    folded = fold_text(text)
    end = 0
    for token in tokenize(folded):
        assert end <= token.start < token.end <= len(folded)
        assert folded[token.start : token.end].replace(",", "") == token.term
        end = token.end


@given(MIXED)
def test_every_letter_figure_and_character_is_in_a_token(text: str) -> None:
    folded = fold_text(text)
    covered = {o for token in tokenize(folded) for o in range(token.start, token.end)}
    missing = [folded[offset] for offset in range(len(folded)) if offset not in covered]
    assert not [character for character in missing if character.isalnum()]


@given(MIXED)
def test_no_term_holds_white_space(text: str) -> None:
    terms = content_words(text) + grams(text)
    assert all(term and not re.search(r"\s", term) for term in terms)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("14734亿元", ["14734", "14734亿", "亿元"]),
        ("14,734 亿元", ["14734", "14734亿", "亿元"]),
        ("90个", ["90", "90个"]),
        ("14%", ["14", "14%"]),
        ("１４％", ["14", "14%"]),
        ("3.2", ["3.2"]),
        ("in 1958", ["1958"]),
    ],
)
def test_a_number_is_a_term_bare_and_with_its_unit(text: str, terms: list[str]) -> None:
    assert content_words(text) == terms


@pytest.mark.parametrize(("text", "term"), [("5G", "5g"), ("H200", "h200"), ("CO2", "co2")])
def test_figures_inside_a_name_are_no_number(text: str, term: str) -> None:
    assert content_words(text) == [term]
    assert numbers(text) == set()


def test_a_decimal_before_a_latin_unit_is_one_number() -> None:
    assert numbers("装机2.25MW") == {"2.25"}


def test_numbers_are_compared_without_separators_and_width() -> None:
    assert numbers("收入1,473亿，增长１４％，12.8") == {"1473", "14", "12.8"}


@pytest.mark.parametrize(
    ("one", "other"), [("clusters", "cluster"), ("Industries", "industry"), ("built", "built")]
)
def test_english_words_meet_in_their_stem(one: str, other: str) -> None:
    assert content_words(one) == content_words(other) == [stem(other)]


def test_stop_words_of_both_languages_are_no_content() -> None:
    assert content_words("the clusters of Hubei") == ["cluster", "hubei"]
    assert content_words("湖北的集群") == ["湖北", "集群"]


def test_traditional_and_simplified_text_have_the_same_terms() -> None:
    assert content_words("湖北產業集群發展") == content_words("湖北产业集群发展")
    assert grams("產業集群") == grams("产业集群")


def test_grams_are_the_pairs_of_neighbours_within_a_run() -> None:
    assert grams("产业集群，汽车") == ["产业", "业集", "集群", "汽车"]


def test_grams_go_over_a_line_break_inside_chinese_text() -> None:
    assert grams("产业\n集群") == ["产业", "业集", "集群"]


@given(st.text(st.sampled_from("湖北产业集群世界级的了"), min_size=2, max_size=30), st.data())
def test_the_grams_of_any_part_are_grams_of_the_whole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 2))
    part = text[start : data.draw(st.integers(start + 2, min(len(text), start + 6)))]
    assert set(grams(part)) <= set(grams(text))
    assert grams(part) or is_stop_word(part)


def test_a_lone_character_is_its_own_gram() -> None:
    assert grams("A车B") == ["车"]


def test_words_outside_the_basic_plane_stand_at_their_spans() -> None:
    text = "𠮷野家集群"
    assert [text[token.start : token.end] for token in tokenize(text)][-1] == "集群"
