"""Pure functions on strings: folding for search, language, sentences, tokens.

What is searched is folded; what is shown never is. `fold` keeps the map back to source offsets.
"""

from clusterqa.text.folding import Folded, fold, fold_text
from clusterqa.text.language import detect_language
from clusterqa.text.sentences import sentence_spans
from clusterqa.text.tokens import (
    Terms,
    Token,
    content_words,
    grams,
    index_terms,
    is_stop_word,
    stem,
    tokenize,
)

__all__ = [
    "Folded",
    "Terms",
    "Token",
    "content_words",
    "detect_language",
    "fold",
    "fold_text",
    "grams",
    "index_terms",
    "is_stop_word",
    "sentence_spans",
    "stem",
    "tokenize",
]
