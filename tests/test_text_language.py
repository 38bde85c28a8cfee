"""Which language a text is in."""

import pytest

from clusterqa.text import detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("湖北有多少个产业集群？", "zh"),
        ("What does the paper say?", "en"),
        ("Made in China 2025 对湖北的产业集群有什么影响？", "zh"),
        ("What is 光谷 known for?", "en"),
        ("湖北的 GDP", "zh"),
        ("How many 产业集群 are there in the province?", "en"),
    ],
)
def test_the_language_is_that_of_most_of_the_words(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["2014", "", "14734 + 3?", "…"])
def test_a_text_without_words_has_the_default_language(text: str) -> None:
    assert detect_language(text) == "zh"
    assert detect_language(text, default="en") == "en"


def test_the_paper_is_chinese(paper) -> None:
    assert detect_language(paper.text) == "zh"
