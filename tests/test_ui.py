"""The states of the page and its two languages, without a browser; tests/browser has the rest."""

import re
import socket
import string
from dataclasses import fields

import pytest

from clusterqa.chunking import split
from clusterqa.errors import ConfigError, QuestionError, StoreError
from clusterqa.retrieval.legs import LEGS
from clusterqa.types import Answer, Document, Language
from clusterqa.ui import render
from clusterqa.ui.address import listen
from clusterqa.ui.asking import take_turn
from clusterqa.ui.languages import preferred_language
from clusterqa.ui.texts import EN, TEXTS, ZH
from support import SOURCE
from ui_support import Parsed, make_answer, make_hit, show

UI = SOURCE / "ui"


class AssistantDouble:
    """Always answers, or fails, in the way it was told to."""

    def __init__(self, outcome: Answer | Exception) -> None:
        self._outcome = outcome

    def ask(self, question: str) -> Answer:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def test_markers_lead_to_cards_and_back(paper: Document) -> None:
    quote = "而且，湖北省过百亿的产业集群已达到53个，这为打造世界级产业集群创造了良好的基础条件。"
    html = show(make_answer(paper, quote), paper)
    targets = set(re.findall(r'data-(?:goto|context)="([^"]+)"', html))
    assert targets <= set(re.findall(r' id="([^"]+)"', html))
    assert "quote-1" in targets
    assert any(target.startswith("passage-") for target in targets)
    assert Parsed(html).text.count(ZH.verified) >= 2


@pytest.mark.parametrize("interface", ["zh", "en"])
@pytest.mark.parametrize("asked", ["zh", "en"])
def test_an_abstention_speaks_the_language_of_the_question(
    paper: Document, interface: Language, asked: Language
) -> None:
    html = show(make_answer(paper, language=asked), paper, interface)
    other: Language = "en" if asked == "zh" else "zh"
    assert TEXTS[asked].abstained in html
    assert TEXTS[other].abstained not in html
    assert TEXTS[interface].nearest in html
    assert "<mark>" not in html


def test_an_abstention_without_any_passage_says_so(paper: Document) -> None:
    html = show(make_answer(paper, hits=()), paper)
    assert ZH.nothing_near in html
    assert ZH.nearest not in html


def test_citations_that_did_not_verify_are_counted(paper: Document) -> None:
    assert ZH.rejected.format(n=2) in show(make_answer(paper, rejected=2), paper)
    assert EN.rejected_one.format(n=1) in show(make_answer(paper, rejected=1), paper, "en")


@pytest.mark.parametrize(
    ("confidence", "level", "percent"),
    [
        (0.0, "low", 1),
        (0.49, "low", 49),
        (0.5, "medium", 50),
        (0.75, "high", 75),
        (1.0, "high", 99),
    ],
)
def test_confidence_never_claims_certainty(
    paper: Document, confidence: float, level: str, percent: int
) -> None:
    html = show(make_answer(paper, confidence=confidence), paper, "en")
    assert EN.confidence.format(level=EN.levels[level], percent=percent) in html


def test_a_leg_that_found_nothing_has_no_rank(paper: Document) -> None:
    hit = make_hit(split(paper, 240)[0], lexical=0.0)
    html = show(make_answer(paper, hits=(hit,)), paper)
    assert f"{ZH.legs['lexical'].name} <b>{ZH.silent_leg}</b>" in html
    assert f"{ZH.legs['translated'].name} <b>3</b>" in html


@pytest.mark.parametrize(
    ("outcome", "question", "line"),
    [
        (QuestionError("empty"), " ", ZH.empty_question),
        (QuestionError("long"), "多" * 3000, ZH.long_question.format(n=3000, limit=2000)),
        (QuestionError("another reason"), "问", "another reason"),
        (StoreError("no index; run: clusterqa index"), "问", "no index; run: clusterqa index"),
        (RuntimeError("/secret/path"), "问", ZH.unexpected),
    ],
)
def test_a_failure_is_one_line(outcome: Exception, question: str, line: str) -> None:
    html = render.result(take_turn(AssistantDouble(outcome), question), {}, "zh")
    assert line in Parsed(html).text
    assert "secret" not in html
    assert "Traceback" not in html


def test_the_first_visit_offers_examples_in_both_languages() -> None:
    html = render.result(None, {}, "en")
    assert EN.welcome in html
    assert html.count("data-question=") == 8


# Texts


def strings(texts: object) -> dict[str, str]:
    """Every string of an interface by the path to it."""
    found = {}
    for field in fields(texts):  # type: ignore[arg-type]
        value = getattr(texts, field.name)
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in [("", value)] if isinstance(value, str) else items:
            if isinstance(item, str):
                found[f"{field.name}.{key}"] = item
            else:
                found |= {f"{field.name}.{key}.{k}": v for k, v in strings(item).items()}
    return found


def test_both_languages_say_the_same_things() -> None:
    zh, en = strings(ZH), strings(EN)
    assert zh.keys() == en.keys()
    assert all(text.strip() for text in [*zh.values(), *en.values()])
    for key in zh:
        assert _formats(zh[key]) == _formats(en[key]), key
    assert set(LEGS) <= ZH.legs.keys()


def _formats(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_chinese_is_written_in_texts_only() -> None:
    for path in [*UI.rglob("*.py"), *UI.rglob("*.js"), *UI.rglob("*.css")]:
        if path.name != "texts.py":
            assert not re.search("[\u4e00-\u9fff]", path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-TW", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,zh;q=0.5", "zh"),
        ("de", "en"),
        ("", "en"),
    ],
)
def test_the_language_follows_the_browser(header: str, language: Language) -> None:
    assert preferred_language(header) == language


# Colours


def test_text_stands_out_from_its_ground() -> None:
    css = (UI / "static" / "style.css").read_text("utf-8")
    for block in re.findall(r"\.gradio-container \{\n((?:  --.*\n)+)", css):
        colours = dict(re.findall(r"--([\w-]+): (#\w{6});", block))
        grounds = {
            "ink": ("paper", "sheet", "here"),
            "soft": ("paper", "sheet"),
            "accent": ("paper", "sheet", "tint"),
            "on-accent": ("accent",),
            "on-mark": ("mark",),
            "good": ("paper", "sheet"),
            "warn": ("paper", "sheet"),
            "bad": ("paper", "sheet"),
        }
        for text, names in grounds.items():
            for name in names:
                assert _contrast(colours[text], colours[name]) >= 4.5, (text, name)


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two colours."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# The address


def test_a_port_in_use_is_said_with_another_to_take() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"port {port} .* clusterqa serve --port {port + 1}"):
            listen("127.0.0.1", port)
    with listen("127.0.0.1", port) as free:
        assert socket.create_connection(free.getsockname(), timeout=5).close() is None


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(ConfigError, match="not between 0 and 65535"):
        listen("127.0.0.1", port)


@pytest.mark.reaches_out
def test_a_host_that_is_not_this_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"cannot listen on '192\.0\.2\.1'"):
        listen("192.0.2.1", 0)
