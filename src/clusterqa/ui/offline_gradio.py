"""gradio, imported so that it looks up no outside host and takes no notice of a proxy."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _no_proxy() -> Iterator[None]:
    """Gradio makes an HTTP client when it is imported, which fails where the environment names a
    SOCKS proxy. The page asks nobody outside, so it needs none."""
    # The lower-case name wins where both are set.
    before = os.environ.get("no_proxy")
    os.environ["no_proxy"] = "*"
    try:
        yield
    finally:
        if before is None:
            del os.environ["no_proxy"]
        else:
            os.environ["no_proxy"] = before


# Read when gradio is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
with _no_proxy():
    import gradio as gr

__all__ = ["gr"]
