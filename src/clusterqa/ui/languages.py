"""Which language the interface speaks to a visitor."""

from clusterqa.types import Language


def preferred_language(accept_language: str) -> Language:
    """The interface language for a browser's Accept-Language header; English where it has neither.

    Browsers list languages by preference, so the first that is known decides.
    """
    for item in accept_language.lower().split(","):
        code = item.split(";")[0].strip()
        if code.startswith("zh"):
            return "zh"
        if code.startswith("en"):
            return "en"
    return "en"


def known_language(code: object) -> Language | None:
    """`code` where it names a language of the interface."""
    return "zh" if code == "zh" else "en" if code == "en" else None
