"""Tokens of the lexical and translated legs: Chinese words, Latin words, numbers, bigrams."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import rjieba
import Stemmer

from clusterqa.text.characters import CJK, HAN
from clusterqa.text.folding import fold_text

Kind = Literal["han", "latin", "number"]

_LATIN = rf"[^\W_{CJK}]"
# A figure; with a letter behind it only where separators show that it is one: 2.25MW, but not 3D.
_NUMBER = rf"\d+(?:,\d{{3}})*\.\d+|\d+(?:,\d{{3}})+(?!\d)|\d+(?!{_LATIN})"
_TOKEN = re.compile(rf"(?P<number>{_NUMBER})|(?P<latin>{_LATIN}+)|(?P<han>[{CJK}]+)")
_HAN_RUN = re.compile(f"[{CJK}]+")
# A unit or measure word behind a number. `14734亿元` is also the token `14734亿`, so that the
# amount and the bare figure are both found.
_UNIT = re.compile(f"%|[千百]?[万亿]|年|月|日|[{HAN}]")


@dataclass(frozen=True, slots=True)
class Token:
    """One token of a folded text: its term, its span there and its kind."""

    term: str
    start: int
    end: int
    kind: Kind


@cache
def _stop_words() -> frozenset[str]:
    lines = files("clusterqa.text").joinpath("stop_words.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def is_stop_word(word: str) -> bool:
    """Whether `word` (folded, not stemmed) says nothing of a text's topic."""
    return word in _stop_words()


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@cache
def stem(word: str) -> str:
    """The stem of a folded English word (Porter 2), so that `clusters` finds `cluster`."""
    return str(_stemmer().stemWord(word))


def tokenize(folded: str) -> Iterator[Token]:
    """The word tokens of a folded text, in order: Chinese words, Latin words and numbers."""
    for match in _TOKEN.finditer(folded):
        if match["han"]:
            for word, start, end in rjieba.tokenize(match["han"], "default", True):
                yield Token(word, match.start() + start, match.start() + end, "han")
        elif match["number"]:
            yield Token(match["number"].replace(",", ""), match.start(), match.end(), "number")
        else:
            yield Token(match["latin"], match.start(), match.end(), "latin")


@dataclass(frozen=True, slots=True)
class Terms:
    """The index terms of a text: its `content_words` and `grams`, each as often as it stands."""

    words: tuple[str, ...]
    grams: tuple[str, ...]


def index_terms(text: str) -> Terms:
    """Both kinds of term from one folding of `text`."""
    folded = fold_text(text)
    return Terms(tuple(_content_words(folded)), tuple(_grams(folded)))


def content_words(text: str) -> list[str]:
    """Words of `text` without stop words, English ones stemmed, and numbers.

    A number is given bare and, where a unit or measure word follows, with it: `14734`, `14734亿`.
    """
    return _content_words(fold_text(text))


def _content_words(folded: str) -> list[str]:
    terms = []
    for token in tokenize(folded):
        if token.kind == "number":
            terms.append(token.term)
            unit = _UNIT.match(folded, token.end)
            if unit:
                terms.append(token.term + unit.group())
        elif not is_stop_word(token.term):
            terms.append(stem(token.term) if token.kind == "latin" else token.term)
    return terms


def grams(text: str) -> list[str]:
    """The character bigrams of every run of CJK characters; a run of one character is itself.

    They make any sub-phrase findable, however a word cutter would cut it. Bigrams that are stop
    words are left out.
    """
    return _grams(fold_text(text))


def _grams(folded: str) -> list[str]:
    terms = []
    for run in _HAN_RUN.findall(folded):
        pairs = [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        terms += [pair for pair in pairs if not is_stop_word(pair)]
    return terms
