"""The page on an address: bound first, announced when it answers, closed with the process."""

import socket
import sys
from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from clusterqa.ui.address import listen
from clusterqa.ui.offline_gradio import gr
from clusterqa.ui.page import Serves, build_page

_STATIC = Path(__file__).parent / "static"
_SYSTEM_FONTS = (
    "system-ui",
    "-apple-system",
    "Segoe UI",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "sans-serif",
)
# The page runs its own inline scripts and templates; everything else comes from this server only,
# and only this server may frame it.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'self'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
# An open page holds a connection; without a limit it would keep the server from stopping.
_SECONDS_TO_CLOSE = 1

Scope = MutableMapping[str, Any]


def to_stderr(line: str) -> None:
    """Write a line where it is no result."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def serve(
    assistant: Serves,
    host: str = "127.0.0.1",
    port: int = 7860,
    announce: Callable[[str], None] = to_stderr,
) -> None:
    """Serve the page until interrupted.

    Args:
        assistant: what is asked.
        host: the address to listen on.
        port: 0 for any free one.
        announce: told the page's address once it answers.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    listener = listen(host, port)
    with listener:
        taken = listener.getsockname()[1]
        app = make_app(assistant)
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=_SECONDS_TO_CLOSE
        )
        shown = f"[{host}]" if ":" in host else host
        _Server(config, lambda: announce(f"http://{shown}:{taken}")).run(sockets=[listener])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def make_app(assistant: Serves) -> FastAPI:
    """The ASGI application: the page at `/`, with the headers that keep the browser at home."""
    app = FastAPI(openapi_url=None)
    style = _static("style.css") + _static("answer.css")
    gr.mount_gradio_app(
        app,
        build_page(assistant),
        path="/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        show_error=False,
        max_file_size=1,  # nothing is uploaded
        favicon_path=str(_STATIC / "favicon.svg"),
        theme=gr.themes.Base(font=_SYSTEM_FONTS, font_mono=("ui-monospace", "monospace")),
        # In the head, where gradio leaves selectors as they are.
        head=f"<style>{style}</style><script>{_static('page.js')}</script>",
    )
    app.add_middleware(_Headers)
    return app


def _static(name: str) -> str:
    return (_STATIC / name).read_text("utf-8")


class _Headers:
    """Adds `_HEADERS` to every response."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Scope) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers)
