"""Folding for search, and the way back to the source."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.text import fold, fold_text

# Characters that fold alike whatever stands beside them: simplified Han, full-width and ASCII.
SIMPLE = st.text(
    st.sampled_from("湖北产业集群年，。（）：ＡＢｃ０９abCD 127.%\u3000\n"), max_size=40
)
HOSTILE = st.text(max_size=60) | st.text(
    st.sampled_from("產業集群ａ\u0301e\u0301ﬁﷺ①㌔İß\u3000 \t\n\u2028\x1c\x00𠮷か\u3099한가A·…—“”"),
    max_size=60,
)


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("ＧＤＰ１４％", "gdp14%"),
        ("，：；（）！？", ",:;()!?"),
        ("Hubei CLUSTERS", "hubei clusters"),
        ("ﬁne ① ㎞", "fine 1 km"),
        ("cafe\u0301", "café"),
        ("か\u3099", "が"),
        ("產業集羣", "产业集群"),
        ("長江經濟帶", "长江经济带"),
        ("、。《》", "、。《》"),
        ("", ""),
    ],
)
def test_width_case_and_script_are_folded(source: str, folded: str) -> None:
    assert fold_text(source) == folded


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("2014 年", "2014年"),
        ("武汉 CBD 地区", "武汉cbd地区"),
        ("产 业\n集\t群", "产业集群"),
        ("产业\u3000集群", "产业集群"),
        ("增长 。", "增长。"),
        ("world  class\n cluster", "world class cluster"),
        ("\u3000\u3000开头", "开头"),
        (" a b ", " a b "),
    ],
)
def test_white_space_goes_beside_cjk_and_becomes_one_space_elsewhere(
    source: str, folded: str
) -> None:
    assert fold_text(source) == folded


def test_a_span_behind_two_ideographic_spaces_comes_back_exactly() -> None:
    source = "\u3000\u3000湖北省2014 年"
    folded = fold(source)
    start = folded.text.index("2014年")
    assert folded.source_span(start, start + 5) == (5, 11)
    assert source[5:11] == "2014 年"


def test_a_span_of_one_folded_character_is_the_whole_ligature() -> None:
    folded = fold("aﬁb")
    assert folded.text == "afib"
    assert folded.source_span(1, 2) == folded.source_span(2, 3) == (1, 2)


def test_a_base_and_its_combining_mark_come_back_together() -> None:
    folded = fold("xe\u0301y")
    assert folded.source_span(1, 2) == (1, 3)


@pytest.mark.parametrize("span", [(0, 0), (2, 1), (-1, 1), (0, 3)])
def test_a_span_that_is_not_there_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no folded span"):
        fold("产业").source_span(*span)


@given(SIMPLE, st.data())
def test_folding_the_source_of_a_span_again_gives_that_span(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    left, right = folded.source_span(start, end)
    assert fold_text(text[left:right]) == folded.text[start:end]


@given(HOSTILE)
def test_offsets_never_go_back_and_stay_inside_the_source(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= s < e <= len(text) for s, e in zip(folded.starts, folded.ends, strict=True))
    assert sorted(folded.starts) == list(folded.starts)
    assert sorted(folded.ends) == list(folded.ends)


@given(HOSTILE)
def test_no_character_but_white_space_is_lost(text: str) -> None:
    folded = fold(text)
    covered = {o for s, e in zip(folded.starts, folded.ends, strict=True) for o in range(s, e)}
    lost = "".join(text[offset] for offset in range(len(text)) if offset not in covered)
    assert not unicodedata.normalize("NFKC", lost).strip()


@given(HOSTILE)
def test_each_folded_character_is_made_from_the_source_it_points_to(text: str) -> None:
    folded = fold(text)
    for character, start, end in zip(folded.text, folded.starts, folded.ends, strict=True):
        normal = unicodedata.normalize("NFKC", text[start:end]).lower()
        simplified = fold_text(text[start:end])
        assert character in normal or character in simplified or normal.isspace()


def test_simplifying_keeps_the_length_of_every_han_character_and_of_runs_of_them() -> None:
    han = "".join(chr(code) for code in range(0x4E00, 0xA000))
    assert len(fold_text(han)) == len(han)
    assert all(len(fold_text(character)) == 1 for character in han)


def test_a_phrase_whose_character_is_kept_in_simplified_text_stays_aligned() -> None:
    # 乾 is 干 when dry and stays 乾 in 乾隆: folding looks at whole phrases, not single characters.
    folded = fold("乾隆年間乾燥ABC")
    assert folded.text == "乾隆年间干燥abc"
    assert folded.source_span(6, 9) == (6, 9)


def test_folding_twice_changes_nothing_in_the_paper(paper) -> None:
    once = fold_text(paper.text)
    assert fold_text(once) == once
