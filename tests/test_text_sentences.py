"""Sentences as exact spans."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.text import sentence_spans

HOSTILE = st.text(
    st.sampled_from('湖北产业A b.9。！？…"”』)）[]1(p3)\n \t\u3000\r\u2028.?!；e.g'), max_size=80
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(HOSTILE | st.text(max_size=80))
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    covered = [offset for start, end in spans for offset in range(start, end)]
    assert len(covered) == len(set(covered))
    assert {o for o, c in enumerate(text) if not c.isspace()} <= set(covered)


@given(HOSTILE | st.text(max_size=80))
def test_sentences_are_in_order_and_have_no_outer_white_space(text: str) -> None:
    spans = sentence_spans(text)
    assert spans == sorted(spans)
    assert all(sentence == sentence.strip() != "" for sentence in sentences(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一是创新。二是开放！三是？", ["一是创新。", "二是开放！", "三是？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("（见附件。）另外，", ["（见附件。）", "另外，"]),
        ("真的吗？！是。", ["真的吗？！", "是。"]),
        ("一、规模\n\n湖北", ["一、规模", "湖北"]),
        ("提高；优化；加强。", ["提高；优化；加强。"]),
        ("\u3000\u3000开头。\n\u3000\u3000第二段。", ["开头。", "第二段。"]),
        ("", []),
        (" \n\u3000\n", []),
    ],
)
def test_chinese_sentences_end_at_their_full_stops(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("占比很大。[1](p10)例如，", ["占比很大。[1](p10)", "例如，"]),
        ("占比很大。[12]例如，", ["占比很大。[12]", "例如，"]),
        ("占比很大。[1,3][5-7](pp.3-9)例如，", ["占比很大。[1,3][5-7](pp.3-9)", "例如，"]),
        ("集群[2](p5)发展。", ["集群[2](p5)发展。"]),
    ],
)
def test_a_reference_mark_belongs_to_the_sentence_before_it(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It grew. It fell.", ["It grew.", "It fell."]),
        ("It grew by 3.5 per cent. Then 2.", ["It grew by 3.5 per cent.", "Then 2."]),
        ("Cities, e.g. Wuhan, grew.", ["Cities, e.g. Wuhan, grew."]),
        ("The rest, i.e. Shiyan, fell.", ["The rest, i.e. Shiyan, fell."]),
        ("See Fig. 3 and No. 5 here.", ["See Fig. 3 and No. 5 here."]),
        ("Mr. Bai met Dr. Li vs. St. Paul.", ["Mr. Bai met Dr. Li vs. St. Paul."]),
        ("The U.S. Steel works.", ["The U.S. Steel works."]),
        ("He said “it grew.” They left.", ["He said “it grew.”", "They left."]),
        ("cluster.qa is a name.", ["cluster.qa is a name."]),
        ("Why? Because! Yes.", ["Why?", "Because!", "Yes."]),
        ("It grew...\nIt fell", ["It grew...", "It fell"]),
    ],
)
def test_english_full_stops_end_a_sentence_only_before_a_new_one(
    text: str, expected: list[str]
) -> None:
    assert sentences(text) == expected


def test_the_number_of_a_heading_is_no_sentence() -> None:
    assert sentences("1. Introduction\nThe cluster grew.") == [
        "1. Introduction",
        "The cluster grew.",
    ]
