"""Markup in questions, titles, headings, file names and passages is shown and never runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import start_server

pytestmark = pytest.mark.browser

# Each would set `window.harm`, or load something, if it were taken for what it looks like.
PAYLOADS = (
    "<script>window.harm = 1</script>",
    "<img src=x onerror=window.harm=2>",
    "<svg/onload=window.harm=3>",
    "</bdi></h2></article><iframe srcdoc='<script>parent.harm=4</script>'></iframe>",
    '" onmouseover="window.harm=5" autofocus onfocus="window.harm=6" x="',
    "[link](javascript:window.harm=7) ![image](http://192.0.2.1/x.png)",
    "${window.harm=8} `${window.harm=8}` {{constructor.constructor('window.harm=9')()}}",
    "$$\\href{javascript:window.harm=10}{x}$$ \\(\\alpha\\)",
    "&lt;img src=x onerror=window.harm=11&gt; &#60;script&#62;",
    "\u202eevil\u202c \u2066right\u2069 to left",
    "<details open ontoggle=window.harm=12><style>body{display:none}</style>",
)
TITLE = "<img src=x onerror=window.harm=21> 钢铁 <b>产业</b>"
OTHER_TEXT = "钢铁产业集群的就业人数为1200人。\n"
FILE = "<img src=x onerror=harm=22>.txt"
TEXT = "一、<img src=x onerror=window.harm=23>钢铁产业的发展\n" + "".join(
    f"钢铁产业集群{number}：{payload} 的产值在{2000 + number}年达到{number}00亿元。\n"
    for number, payload in enumerate(PAYLOADS, start=1)
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over documents full of markup."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "steel.txt").write_text(TEXT, "utf-8")
    (corpus / FILE).write_text(OTHER_TEXT, "utf-8")
    (corpus / "<b onclick=harm=24>bad.txt").write_bytes(b"\xff\xfe\xff")
    manifest = f"[[document]]\nid = 'steel'\nfile = 'steel.txt'\ntitle = '''{TITLE}'''\n"
    (corpus / "manifest.toml").write_text(manifest, "utf-8")
    for server in start_server(folder, folder):
        yield server.url


def harm(page: object) -> object:
    page.wait_for_timeout(100)
    return page.evaluate("window.harm ?? null")


def test_a_hostile_question_is_shown_and_does_not_run(visit):
    opened = visit()
    for payload in PAYLOADS:
        opened.ask(payload)
        assert opened.page.locator(".asked").text_content() == payload
        assert harm(opened.page) is None


def test_a_hostile_document_is_shown_and_does_not_run(visit, hostile):
    opened = visit(url=hostile)
    page = opened.page
    page.locator(".status summary").click()
    assert "<b onclick=harm=24>bad.txt" in page.locator(".status").text_content()
    shown = ""
    for number in range(1, len(PAYLOADS) + 1):
        opened.ask(f"钢铁产业集群{number}在{2000 + number}年的产值是多少？")
        passages = page.locator(".card blockquote").all_text_contents()
        assert all(passage in TEXT + OTHER_TEXT for passage in passages)
        assert harm(page) is None
        shown += "".join(passages)
    assert all(payload in shown for payload in PAYLOADS)
    assert TITLE in page.locator(".card .document").all_text_contents()


def test_a_hostile_context_is_shown_and_does_not_run(visit, hostile):
    opened = visit(url=hostile)
    opened.ask("钢铁产业集群1在2001年的产值是多少？")
    opened.page.locator(".open-context").first.click()
    shown = opened.page.locator("#reader .source").text_content()
    assert shown in TEXT
    assert sum(payload in shown for payload in PAYLOADS) > 1
    assert harm(opened.page) is None
