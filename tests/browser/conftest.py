"""The real server in a process of its own, and a real browser that must stay at home."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from driving import DESKTOP, Server, Visit, start_server

from support import ROOT

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Visitor = Callable[..., Visit]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the project's own corpus."""
    yield from start_server(tmp_path_factory.mktemp("served"), ROOT)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="browser tests need the playwright package"
    )
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("browser tests need chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        launched = driver.chromium.launch(executable_path=executable, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def visit(browser: object, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Opens the page as a new visitor; when the test is over, no visitor has reached for another
    machine and no console has an error in it."""
    visits, contexts = [], []

    def open_page(locale: str = "zh-CN", size: dict = DESKTOP, url: str = "", **options) -> Visit:
        context = browser.new_context(locale=locale, viewport=size, **options)
        tab = context.new_page()
        arrived = Visit(tab)
        contexts.append(context)
        visits.append(arrived)
        tab.set_default_timeout(10_000)
        tab.on("request", lambda sent: arrived.requests.append(sent.url))
        tab.on("pageerror", lambda error: arrived.complaints.append(str(error)))
        tab.on("console", lambda said: _note(said, arrived.complaints))
        tab.goto(url or request.getfixturevalue("server").url)
        tab.wait_for_selector("#masthead h1")
        return arrived

    yield open_page
    for context in contexts:
        context.close()
    assert [url for each in visits for url in each.outside()] == []
    assert [complaint for each in visits for complaint in each.complaints] == []


def _note(said: object, complaints: list[str]) -> None:
    if said.type in ("error", "warning"):
        complaints.append(said.text)
