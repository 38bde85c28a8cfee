"""Ask Chinese and English documents; read the exact passages that answer, each one verified."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusterqa.api import Assistant
    from clusterqa.config import Settings

__version__ = "0.1.0"
__all__ = ["Assistant", "Settings", "__version__"]


def __getattr__(name: str) -> Any:
    # On first use: importing a part of the package must not load the whole of it.
    if name == "Assistant":
        from clusterqa.api import Assistant

        return Assistant
    if name == "Settings":
        from clusterqa.config import Settings

        return Settings
    raise AttributeError(f"module 'clusterqa' has no attribute '{name}'")
