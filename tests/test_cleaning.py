"""From a PDF's text to clean paragraphs: nothing but line breaks and page furniture goes."""

import json
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.corpus import cleaning
from clusterqa.corpus.cleaning import clean
from support import ROOT

ORIGINAL = (ROOT / "corpus/original/paper.txt").read_bytes().decode("utf-8")
CLEANED = (ROOT / "corpus/paper.txt").read_bytes().decode("utf-8")
STARTS = json.loads((ROOT / "corpus/paper.pages.json").read_text("utf-8"))["starts"]
TITLE = "长江经济带建设背景下湖北打造世界级产业集群的对策研究"
# What a page of the original has beside its text: two printed page numbers, a footnote's anchor.
FURNITURE = {"5", "11", "*1"}


def packed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_cleaning_the_original_again_gives_the_committed_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "paper.txt"
    original = str(ROOT / "corpus/original/paper.txt")
    monkeypatch.setattr(sys, "argv", ["cleaning", original, str(target), "--title", TITLE])
    cleaning.main()
    for name in ("paper.txt", "paper.pages.json"):
        assert (tmp_path / name).read_bytes() == (ROOT / "corpus" / name).read_bytes()


def test_no_word_of_the_paper_is_changed() -> None:
    kept = [line for line in ORIGINAL.splitlines() if line.strip() not in FURNITURE]
    assert packed("".join(kept)) == packed(CLEANED)


def test_only_the_page_numbers_and_the_anchor_are_dropped() -> None:
    dropped = [line.strip() for line in ORIGINAL.splitlines() if line.strip() in FURNITURE]
    assert sorted(dropped) == sorted(FURNITURE)


@pytest.mark.parametrize("page", [5, 11])
def test_a_page_starts_behind_the_printed_number_of_the_page_before(page: int) -> None:
    following = re.split(rf"\n\s*{page}\s*\n", ORIGINAL)[1]
    at_start = packed(CLEANED[STARTS[page] :])
    assert at_start.startswith(packed(following[:60]))


def test_every_other_page_starts_at_an_indented_line_of_the_original() -> None:
    lines = [line for line in ORIGINAL.splitlines() if line.startswith(" ") and line.strip()]
    others = [start for page, start in enumerate(STARTS, start=1) if page not in (6, 12)]
    for line, start in zip(lines, others, strict=True):
        assert packed(CLEANED[start:]).startswith(packed(line))


def test_no_paragraph_of_the_paper_is_cut_in_mid_sentence() -> None:
    paragraphs = CLEANED.splitlines()[3:]
    ends = re.compile(r"[。：”]$|\]\(p\d+\)$|^[一二三四]、")
    assert [line for line in paragraphs if not ends.search(line)] == []


def test_no_paragraph_of_the_paper_starts_with_a_closing_mark() -> None:
    assert not [line for line in CLEANED.splitlines() if re.match(r"[，。；：、）》”\[]", line)]


def test_no_space_is_left_inside_chinese_text() -> None:
    assert re.findall(r"[\u4e00-\u9fff，。] | [\u4e00-\u9fff，。]", CLEANED) == []


LINES = st.lists(
    st.text(st.sampled_from("湖北产业集群，。；：“”（）abcAB .,19%\u3000\t"), max_size=30),
    max_size=12,
)


@given(LINES, st.sampled_from(["", "湖北产业", "ab"]))
def test_cleaning_any_lines_keeps_every_character_but_white_space(
    lines: list[str], title: str
) -> None:
    # A line of figures alone may be a page number: the next test's matter.
    lines = [line for line in lines if not re.fullmatch(r"\s*\d+\s*", line)]
    assert packed(clean("\n".join(lines), title).text) == packed("".join(lines))


@given(LINES)
def test_page_starts_rise_and_stay_inside_the_text(lines: list[str]) -> None:
    cleaned = clean("\n".join(lines))
    assert list(cleaned.page_starts) == sorted(cleaned.page_starts)
    assert all(0 <= start < len(cleaned.text) for start in cleaned.page_starts)


def wrap(paragraphs: list[str], width: int) -> str:
    lines = [p[i : i + width] for p in paragraphs for i in range(0, len(p), width)]
    return "\n\n".join(lines)


def test_wrapped_chinese_paragraphs_come_back_as_they_were() -> None:
    paragraphs = [
        "培育世界级产业集群是建设长江经济带的关键环节，也是湖北全面提升产业竞争力的需求。",
        "湖北要想走在前列，加快打造世界级产业集群无疑是重要抓手，2014年产值为14734亿元。",
    ]
    assert clean(wrap(paragraphs, 11)).text == "".join(f"{p}\n" for p in paragraphs)


def test_a_heading_stays_a_line_of_its_own() -> None:
    original = "一、基本特征\n\n湖北产业集群湖北产业集群\n湖北产业集群湖北产业集群\n完。"
    assert clean(original).text.splitlines()[0] == "一、基本特征"


def test_a_reference_mark_on_a_line_of_its_own_joins_the_sentence_before_it() -> None:
    original = "湖北产业集群发展迅速。\n[1](p10)\n德国纺织产业也是这样的。"
    assert clean(original).text == "湖北产业集群发展迅速。[1](p10)德国纺织产业也是这样的。\n"


def test_a_number_that_is_not_the_page_s_is_kept() -> None:
    assert packed(clean("湖北产业集群\n147\n亿元").text) == "湖北产业集群147亿元"


def test_a_page_starts_at_its_first_word_and_not_at_the_space_before_it() -> None:
    lines = "The steel works of the city grew\n fast and the people who lived on\nthem too."
    cleaned = clean(lines)
    assert [cleaned.text[start:][:4] for start in cleaned.page_starts] == ["fast"]


def test_english_words_of_two_lines_are_kept_apart() -> None:
    lines = "The steel works of the city grew\nfast and the people who lived on\nthem too."
    assert clean(lines).text.split() == lines.split()


def test_an_english_word_and_a_figure_of_two_lines_are_kept_apart() -> None:
    lines = "The steel works of the city grew in\n1958 and the people who lived there\ntoo."
    assert "grew in 1958" in clean(lines).text


def test_nothing_cleans_to_nothing() -> None:
    assert clean("\n \n").text == ""
    assert clean("").page_starts == ()
