"""Starting the real server, and a visitor's tab in a real browser."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from support import environment

SECONDS_TO_START = 60
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}
# The result is changed all at once, so the first change is the whole of it.
AWAIT_CHANGE = """window.changed = new Promise((resolve, reject) => {
    new MutationObserver(() => resolve()).observe(
        document.querySelector("#result .html-container > div"),
        {subtree: true, childList: true, characterData: true});
    setTimeout(() => reject(new Error("the result did not change")), 10_000);
}); null"""


@dataclass(frozen=True)
class Server:
    """A running `clusterqa serve`: its address, and what it tried to reach outside."""

    url: str
    attempts: Path


def start_server(folder: Path, cwd: Path) -> Iterator[Server]:
    """Serve the corpus of `cwd` from an index in `folder` until the test run is over."""
    index, attempts, log = (folder / name for name in ("index", "attempts.txt", "log.txt"))
    command = [sys.executable, "-m", "clusterqa", "serve", "--port", "0"]
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [*command, "--index", str(index)],
            cwd=cwd,
            # A proxy that is not there: the server has no use for one.
            env=environment(OFFLINE_ATTEMPTS=str(attempts), ALL_PROXY="socks5://127.0.0.1:9"),
            stderr=stream,
        )
    try:
        yield Server(_announced(process, log), attempts)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        finally:
            process.kill()


def _announced(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        for line in log.read_text("utf-8").splitlines():
            if line.startswith("http://"):
                return line.strip()
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{log.read_text('utf-8')}")


@dataclass
class Visit:
    """A tab, what it asked of the network, and what went wrong in it."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question, press Enter, and wait for what comes of it."""
        self.page.fill("#question textarea", question)
        self.page.evaluate(AWAIT_CHANGE)
        self.page.press("#question textarea", "Enter")
        self.page.evaluate("window.changed")

    def outside(self) -> list[str]:
        """The addresses of other machines that it asked for anything."""
        web = [url for url in self.requests if urlsplit(url).scheme in ("http", "https", "ws")]
        return [url for url in web if urlsplit(url).netloc.rsplit(":", 1)[0] not in LOOPBACK]
