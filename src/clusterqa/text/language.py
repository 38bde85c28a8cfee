"""Which of the two languages a text is in."""

import re
from typing import Literal

from clusterqa.text.characters import CJK

Language = Literal["zh", "en"]

_CJK_CHARACTER = re.compile(f"[{CJK}]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


def detect_language(text: str, default: Language = "zh") -> Language:
    """`zh` when the text has at least as many CJK characters as Latin words, else `en`.

    A Chinese question with English terms in it stays Chinese, and an English question that names a
    Chinese term stays English. A text with neither (a bare number) has the `default`.
    """
    characters = len(_CJK_CHARACTER.findall(text))
    words = len(_LATIN_WORD.findall(text))
    if characters == words == 0:
        return default
    return "zh" if characters >= words else "en"
