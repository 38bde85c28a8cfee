"""The page in the browser."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterqa.ui.page import build_page
    from clusterqa.ui.server import serve

__all__ = ["build_page", "serve"]


def __getattr__(name: str) -> Any:
    # On first use: gradio takes seconds to import, and what renders an answer does without it.
    if name == "serve":
        from clusterqa.ui.server import serve

        return serve
    if name == "build_page":
        from clusterqa.ui.page import build_page

        return build_page
    raise AttributeError(f"module 'clusterqa.ui' has no attribute '{name}'")
