"""The page as a visitor meets it."""

import pytest
from driving import PHONE

from clusterqa.ui.texts import EN, EXAMPLES, ZH
from support import ROOT

pytestmark = pytest.mark.browser

PAPER = (ROOT / "corpus" / "paper.txt").read_text("utf-8")
QUESTION = "湖北有多少个过百亿的产业集群？"
SENTENCE = "而且，湖北省过百亿的产业集群已达到53个，这为打造世界级产业集群创造了良好的基础条件。"
UNANSWERABLE = "火星上有多少座工厂？"


def is_in_view(locator) -> bool:
    script = """element => { const box = element.getBoundingClientRect();
        return box.top < innerHeight && box.bottom > 0; }"""
    return locator.evaluate(script)


def test_a_chinese_question_brings_its_sentence_marked_in_its_passage(visit):
    page = visit().page
    page.fill("#question textarea", QUESTION)
    page.click("#ask-button")
    card = page.locator(".card.cited").first
    card.wait_for()
    assert card.locator("blockquote mark").all_text_contents() == [SENTENCE]
    passage = card.locator("blockquote").text_content()
    assert passage in PAPER
    assert SENTENCE in page.locator(".quotes").text_content()
    assert page.locator(".quotes .verified").first.is_visible()


def test_an_english_question_finds_the_chinese_passage(visit):
    opened = visit(locale="en-US")
    opened.ask("What problems do Hubei's industrial clusters still face?")
    text = " ".join(opened.page.locator(".card blockquote").all_text_contents())
    assert "但同时也应该认识到湖北的优势产业集群仍面临一些问题" in text
    for passage in opened.page.locator(".card blockquote").all_text_contents():
        assert passage in PAPER


def test_a_marker_leads_to_its_passage_and_back(visit):
    opened = visit(size={"width": 1280, "height": 420}, reduced_motion="reduce")
    page = opened.page
    opened.ask(QUESTION)
    card = page.locator(".card.cited").first
    page.locator(".quotes button.marker").first.click()
    assert page.evaluate("document.activeElement.id") == card.get_attribute("id")
    assert is_in_view(card)
    card.locator("button.marker").first.click()
    assert page.evaluate("document.activeElement.id") == "quote-1"
    assert is_in_view(page.locator("#quote-1"))


def test_a_passage_opens_in_its_context(visit):
    opened = visit()
    page = opened.page
    opened.ask("2015年湖北生产了多少辆汽车？")
    passage = page.locator(".card blockquote").first.text_content()
    page.locator(".open-context").first.click()
    reader = page.locator("#reader")
    shown = reader.locator(".source").text_content()
    assert shown in PAPER
    assert passage in shown
    assert len(shown) > len(passage)
    assert "".join(reader.locator(".here").all_text_contents()) == passage
    assert is_in_view(reader.locator(".here").first)
    page.keyboard.press("Escape")
    assert reader.is_hidden()
    assert page.evaluate("document.activeElement.className") == "open-context"


def test_the_page_speaks_the_language_of_the_browser(visit):
    assert visit(locale="zh-TW").page.locator("h1").text_content() == ZH.title
    page = visit(locale="en-GB").page
    assert page.locator("h1").text_content() == EN.title
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_label(EN.question).is_visible()


def test_the_language_is_switched_in_place_and_remembered(visit):
    opened = visit()
    page = opened.page
    opened.ask(QUESTION)
    before = page.locator(".card blockquote").all_text_contents()
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name=EN.ask, exact=True).wait_for()
    assert page.locator(".open-context").first.text_content() == EN.context
    assert page.locator(".card blockquote").all_text_contents() == before
    assert page.input_value("#question textarea") == QUESTION
    page.reload()
    page.get_by_role("button", name=EN.ask, exact=True).wait_for()


def test_dark_and_light_are_switched_and_remembered(visit):
    page = visit(color_scheme="light").page
    assert not page.locator("body.dark").count()
    page.get_by_role("button", name=ZH.theme).click()
    page.locator("body.dark").wait_for()
    page.reload()
    page.locator("body.dark #masthead h1").wait_for()


def test_an_abstention_speaks_the_language_of_the_question(visit):
    opened = visit(locale="en-US")
    page = opened.page
    opened.ask(UNANSWERABLE)
    assert ZH.abstained in page.locator(".notice").text_content()
    assert page.get_by_role("heading", name=EN.nearest).is_visible()
    assert page.locator(".card").count() > 0
    assert page.locator(".quotes, mark").count() == 0
    opened.ask("How many factories are there on Mars?")
    page.get_by_text(EN.abstained).wait_for()


def test_a_question_that_cannot_be_asked_is_told_why(visit):
    opened = visit(locale="en-US")
    too_long = EN.long_question.format(n=10_000, limit=2000)
    told = [("", EN.empty_question), ("多" * 10_000, too_long), (" \u3000 ", EN.empty_question)]
    for question, message in told:
        opened.ask(question)
        assert message in opened.page.get_by_role("alert").text_content()


def test_every_example_is_answered(visit):
    page = visit().page
    for question in (*EXAMPLES["zh"], *EXAMPLES["en"]):
        more = page.locator(".more:not([open]) summary")
        if more.count():
            more.click()
        page.get_by_role("button", name=question, exact=True).click()
        page.locator(".asked", has_text=question).wait_for()
        assert page.input_value("#question textarea") == question
        assert page.locator(".quotes li").count() > 0, question


def test_it_works_by_keyboard_alone(visit):
    opened = visit(reduced_motion="reduce")
    page = opened.page
    page.locator("#question textarea").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_selector(".quotes")
    for key in ("Tab", "Tab"):  # the button, then the first marker
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.className") == "marker"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "passage-1"
    for key in ("Tab", "Tab", "Enter"):  # back to the answer; the context
        page.keyboard.press(key)
    assert page.locator("#reader").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone(visit, scheme):
    opened = visit(size=PHONE, color_scheme=scheme)
    page = opened.page
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0
    opened.ask(QUESTION)
    page.locator(".found-by summary").first.click()
    assert page.evaluate(overflow) == 0
    page.locator(".open-context").first.click()
    sheet = page.locator("#reader .sheet")
    assert sheet.evaluate("sheet => sheet.scrollWidth - sheet.clientWidth") == 0


def test_visitors_at_the_same_time_get_each_their_own_answer(visit):
    questions = [QUESTION, *EXAMPLES["zh"][1:3]]
    tabs = [visit() for _ in questions]
    for tab, question in zip(tabs, questions, strict=True):
        tab.page.fill("#question textarea", question)
        tab.page.press("#question textarea", "Enter")
    for tab, question in zip(tabs, questions, strict=True):
        tab.page.wait_for_selector(".asked")
        assert tab.page.locator(".asked").text_content() == question
    tabs[0].page.get_by_role("button", name="English").click()
    tabs[0].page.get_by_role("heading", name=EN.cited).wait_for()
    assert tabs[0].page.locator(".asked").text_content() == QUESTION
    assert tabs[1].page.get_by_role("heading", name=ZH.cited).is_visible()


def test_the_server_keeps_the_browser_and_itself_at_home(visit, server):
    opened = visit()
    response = opened.page.reload()
    assert "connect-src 'self'" in response.headers["content-security-policy"]
    opened.page.wait_for_selector("#masthead h1")
    opened.ask(QUESTION)
    assert opened.requests
    assert not server.attempts.exists() or server.attempts.read_text() == ""
