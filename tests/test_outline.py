"""The outline of a text: headings become nested sections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterqa.corpus.outline import heading_level, outline

ONE = "一、世界级产业集群的基本特征"
TWO = "二、湖北培育世界级产业集群的基础条件分析"
THREE = "三、长江经济带建设背景下湖北培育世界级产业集群的产业选择"
FOUR = "四、长江经济带建设背景下我省培育世界级产业集群的对策建议"
STANDARDS = "1.湖北培育世界级产业集群的选择标准"
FIELDS = "2.湖北培育世界级产业集群的重点领域"
CORE = "1.提升产业集群核心竞争力"
SETTING = "2.优化产业集群发展环境"
TOGETHER = "2.积极推动长江经济带产业协同发展"  # the paper numbers two parts 2.
OF_THE_PAPER = [
    (ONE,),
    (ONE, "1.产业规模在行业内占有较大的比重"),
    (ONE, "2.拥有世界一流的行业领军企业"),
    (ONE, "3.形成高效的专业化分工体系与协作网络"),
    (ONE, "4.具有世界领先的核心技术和持续创新能力"),
    (TWO,),
    (TWO, "1.工业基础良好，集群效应凸显"),
    (TWO, "2.国家级开发区是产业集群发展的重要载体"),
    (TWO, "3.创新能力增强，部分技术和产品达到国内领先水平"),
    (THREE,),
    (THREE, STANDARDS),
    (THREE, STANDARDS, "（1）符合长江经济带建设的整体战略导向"),
    (THREE, STANDARDS, "（2）产业具有良好的成长性并符合未来产业发展趋势"),
    (THREE, STANDARDS, "（3）在湖北实现创新驱动及参与国际产业竞争中能够发挥重要带动作用"),
    (THREE, FIELDS),
    (THREE, FIELDS, "（1）汽车及零部件产业"),
    (THREE, FIELDS, "（2）电子信息产业"),
    (THREE, FIELDS, "（3）高端装备制造业"),
    (FOUR,),
    (FOUR, CORE),
    (FOUR, CORE, "（1）大力培育产业集群龙头企业"),
    (FOUR, CORE, "（2）形成向全球价值链高端延伸的国际竞争新优势"),
    (FOUR, CORE, "（3）打造集群品牌，树立产业集群的整体优势与价值"),
    (FOUR, SETTING),
    (FOUR, SETTING, "（1）完善产业集群政策扶持体系"),
    (FOUR, SETTING, "（2）加强公共服务平台体系建设"),
    (FOUR, SETTING, "（3）加强与海外产业集群的合作"),
    (FOUR, TOGETHER),
    (FOUR, TOGETHER, "（1）加强重点领域合作"),
    (FOUR, TOGETHER, "（2）推动企业跨区域兼并重组"),
    (FOUR, TOGETHER, "（3）加强共性技术和关键技术研发合作"),
    (FOUR, TOGETHER, "（4）提升武汉引领带动作用"),
]


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in outline(text)]


def test_the_outline_of_the_paper_is_the_one_it_has(paper) -> None:
    assert [section.path for section in paper.sections] == OF_THE_PAPER


def test_each_section_of_the_paper_starts_with_its_heading(paper) -> None:
    for section in paper.sections:
        assert paper.text.startswith(section.path[-1], section.start)
        assert section.start == 0 or paper.text[section.start - 1] == "\n"


def test_a_section_ends_where_the_next_begins_that_is_not_inside_it(paper) -> None:
    by_path = {section.path: section for section in paper.sections}
    assert by_path[ONE,].end == by_path[TWO,].start
    assert by_path[ONE, "1.产业规模在行业内占有较大的比重"].end == (
        by_path[ONE, "2.拥有世界一流的行业领军企业"].start
    )
    assert by_path[THREE, FIELDS, "（3）高端装备制造业"].end == by_path[FOUR,].start
    assert by_path[FOUR,].end == by_path[FOUR, TOGETHER].end == len(paper.text)


@pytest.mark.parametrize(
    "lines",
    [
        [
            "第一编 总则",
            "第一章 目标",
            "第一节 范围",
            "一、总体",
            "（一）要求",
            "1.基础",
            "（1）规模",
            "①数量",
        ],
        ["# One", "## Two", "### Three", "#### Four"],
        ["一、总体", "1、基础"],
        ["第二章 目标", "（二）要求", "2．基础"],
        ["1. Introduction", "(1) Scope"],
        ["1 Introduction", "(2) Scope"],
    ],
)
def test_the_families_of_numbering_nest(lines: list[str]) -> None:
    titles = [line.lstrip("# ") for line in lines]
    expected = [tuple(titles[: depth + 1]) for depth in range(len(titles))]
    assert paths("\n正文。\n".join(lines)) == expected


@pytest.mark.parametrize(
    "line",
    [
        "2014年，湖北有90个产业集群。",
        "3.5个百分点",
        "14734亿元",
        "一是加强合作。",
        "一方面，要加强合作。",
        "",
        "   ",
        "#没有空格",
        "1.首先，建立平台。其次，加强合作。",
        "1." + "湖北产业" * 20,
    ],
)
def test_other_lines_are_no_headings(line: str) -> None:
    assert heading_level(line) is None


def test_equal_levels_stand_beside_each_other() -> None:
    assert paths("1.甲\n文\n2.乙\n文\n2.丙\n文") == [("1.甲",), ("2.乙",), ("2.丙",)]


def test_a_text_without_headings_has_no_sections() -> None:
    assert outline("湖北的产业集群。\n武汉的汽车。") == ()


def test_a_heading_keeps_its_name_without_its_last_full_stop() -> None:
    assert paths("1.优化环境。\n文") == [("1.优化环境",)]


def test_windows_line_ends_are_no_part_of_a_heading() -> None:
    text = "前言\r\n一、总体\r\n文\r\n二、范围\r\n文\r\n"
    assert paths(text) == [("一、总体",), ("二、范围",)]
    assert [text[section.start :][:4] for section in outline(text)] == ["一、总体", "二、范围"]


LINES = st.lists(
    st.sampled_from(
        ["一、甲", "（一）乙", "1.丙", "（1）丁", "# 戊", "正文。", "", " 2.己 ", "x\u2028", "\r"]
    )
)


@given(LINES)
def test_sections_nest_and_never_overlap_otherwise(lines: list[str]) -> None:
    text = "\n".join(lines)
    sections = outline(text)
    for one in sections:
        assert 0 <= one.start < one.end <= len(text)
        assert one.level == len(one.path)
        for other in sections:
            apart = other.end <= one.start or one.end <= other.start
            inside = one.start <= other.start and other.end <= one.end
            around = other.start <= one.start and one.end <= other.end
            assert apart or inside or around
            if other.start > one.start and inside:
                assert other.path[: one.level] == one.path


@given(LINES)
def test_sections_come_in_the_order_of_the_text(lines: list[str]) -> None:
    starts = [section.start for section in outline("\n".join(lines))]
    assert starts == sorted(set(starts))
