"""Pairs of single words, learned from the sentences, that teach token vectors to be translations.

The mean of a sentence can be right while its words are not: this source asks each word for its
own translations, which late interaction compares one by one.
"""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import Tokenizer

from clusterqa.text import is_stop_word
from clusterqa.training.alignment import AlignmentSettings, WordPair, learn_table
from clusterqa.training.data import Pair, Source
from clusterqa.training.ragged import encode
from clusterqa.training.tokenizer import HAN, START

SMALLEST_BELIEF = 0.2
WORDS = Source("words that translate each other", copies=3)


def _words(tokenizer: Tokenizer, texts: Iterable[str]) -> list[list[str]]:
    """Return the whole words among the tokens of each text, without stop words."""
    names = [tokenizer.id_to_token(i) or "" for i in range(tokenizer.get_vocab_size())]
    texts_of = [
        name.removeprefix(START)
        if (name.startswith(START) or HAN.fullmatch(name)) and not is_stop_word(name.strip(START))
        else ""
        for name in names
    ]
    rows = encode(tokenizer, texts)
    return [[w for w in (texts_of[i] for i in rows[n]) if w] for n in range(len(rows))]


def word_pairs(tokenizer: Tokenizer, sentences: Iterable[tuple[list[Pair], float]]) -> list[Pair]:
    """Return (Chinese word, English word) pairs believed at :data:`SMALLEST_BELIEF` or more.

    ``sentences`` are folded (Chinese, English) pairs and what each counts for.
    """
    words: list[WordPair] = []
    for pairs, weight in sentences:
        left = _words(tokenizer, (p[0] for p in pairs))
        right = _words(tokenizer, (p[1] for p in pairs))
        words += [(a, b, weight) for a, b in zip(left, right, strict=True)]
    table = learn_table(words, AlignmentSettings(smallest=SMALLEST_BELIEF))
    rows = enumerate(table.zh)
    return [(zh, table.en[en]) for row, zh in rows for en, _ in table.en_given_zh.row(row)]
