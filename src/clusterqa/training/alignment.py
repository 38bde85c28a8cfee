"""Word translation by IBM Model 1 in both directions, as CSR tables of beliefs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]
WordPair = tuple[Sequence[str], Sequence[str], float]


@dataclass(frozen=True, slots=True)
class AlignmentSettings:
    """How the table is learned and what is kept."""

    rounds: int = 6
    longest: int = 80  # different words of one side of a pair that are read
    null: float = 1.0  # empty words on the source side that a word may come from
    rare: float = 3.0  # added to the count of the given word, which makes rare words less sure
    smallest: float = 0.1  # beliefs below are dropped


@dataclass(frozen=True, slots=True)
class Cells:
    """Every word pair of every sentence pair, flat.

    ``unique`` (cells) tells which of the distinct word pairs a cell is; ``zh_group`` and
    ``en_group`` number the Chinese and English word occurrences of the cell; ``weight`` counts
    the sentence pair. ``zh`` and ``en`` hold the words of each distinct word pair.
    """

    unique: NDArray[np.int32]
    zh_group: NDArray[np.int32]
    en_group: NDArray[np.int32]
    weight: Floats
    zh: Ids
    en: Ids


@dataclass(frozen=True, slots=True)
class Translations:
    """Beliefs, 0 to 1, in compressed rows: one row for each given word, likeliest first."""

    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    probs: Floats

    def row(self, given: int) -> list[tuple[int, float]]:
        """Return (target, belief) of one given word."""
        part = slice(self.indptr[given], self.indptr[given + 1])
        return list(zip(self.indices[part].tolist(), self.probs[part].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class WordTable:
    """Words of both languages and the beliefs that one translates the other, by either word."""

    zh: list[str]
    en: list[str]
    zh_given_en: Translations
    en_given_zh: Translations


def _vocabulary(sides: Iterable[Sequence[str]]) -> dict[str, int]:
    """Number the words by falling frequency, ties by the word."""
    counts = Counter(word for side in sides for word in side)
    order = sorted(counts, key=lambda word: (-counts[word], word))
    return {word: index for index, word in enumerate(order)}


def build_cells(
    pairs: Sequence[WordPair], zh: dict[str, int], en: dict[str, int], longest: int
) -> Cells:
    """Lay out the different words of each (Chinese words, English words, weight) pair."""
    keys, zh_groups, en_groups, weights = [], [], [], []
    zh_seen = en_seen = 0
    for left, right, weight in pairs:
        a = np.array([zh[w] for w in dict.fromkeys(left)][:longest], np.int64)
        b = np.array([en[w] for w in dict.fromkeys(right)][:longest], np.int64)
        if not len(a) or not len(b):
            continue
        keys.append((a[:, None] * len(en) + b).ravel())
        zh_groups.append(np.repeat(np.arange(len(a), dtype=np.int32) + zh_seen, len(b)))
        en_groups.append(np.tile(np.arange(len(b), dtype=np.int32) + en_seen, len(a)))
        weights.append(np.full(len(a) * len(b), weight, np.float32))
        zh_seen, en_seen = zh_seen + len(a), en_seen + len(b)
    distinct, unique = np.unique(np.concatenate(keys), return_inverse=True)
    return Cells(
        unique.astype(np.int32),
        np.concatenate(zh_groups),
        np.concatenate(en_groups),
        np.concatenate(weights),
        distinct // len(en),
        distinct % len(en),
    )


def _expected(t: Floats, cells: Cells, group: NDArray[np.int32], null: Floats) -> Floats:
    """Return the expected count of each distinct word pair.

    A target word (a ``group``) is shared among its sentence's source words by ``t``, and the
    empty word by ``null``.
    """
    values = t[cells.unique]
    total = np.bincount(group, weights=values).astype(np.float32)
    values *= cells.weight / (total[group] + null[cells.unique])
    return np.bincount(cells.unique, weights=values).astype(np.float32)


def _normalised(counts: Floats, given: Ids, size: int, added: float) -> Floats:
    """Return counts divided by the sum over their given word (plus ``added``)."""
    total = np.bincount(given, weights=counts, minlength=size) + added
    return np.asarray(counts / np.maximum(total, 1e-12)[given], np.float32)


def ibm_model_1(
    cells: Cells, sizes: tuple[int, int], settings: AlignmentSettings
) -> tuple[Floats, Floats]:
    """Return P(en | zh) and P(zh | en) of each distinct word pair.

    Expectation-maximisation of Brown et al. 1993, Model 1, on the different words of each
    sentence pair. The empty word gives each target word its share of the corpus, ``null`` times.
    """
    n_zh, n_en = sizes
    counts = np.bincount(cells.unique, weights=cells.weight).astype(np.float32)
    en_given_zh = _normalised(counts, cells.zh, n_zh, 0.0)
    zh_given_en = _normalised(counts, cells.en, n_en, 0.0)
    null_en = _share(counts, cells.en, n_en, settings.null)
    null_zh = _share(counts, cells.zh, n_zh, settings.null)
    for number in range(1, settings.rounds + 1):
        added = settings.rare if number == settings.rounds else 0.0
        ahead = _expected(en_given_zh, cells, cells.en_group, null_en)
        back = _expected(zh_given_en, cells, cells.zh_group, null_zh)
        en_given_zh = _normalised(ahead, cells.zh, n_zh, added)
        zh_given_en = _normalised(back, cells.en, n_en, added)
    return en_given_zh, zh_given_en


def _share(counts: Floats, words: Ids, size: int, null: float) -> Floats:
    """Return, for each distinct word pair, ``null`` times the corpus share of its word."""
    totals = np.bincount(words, weights=counts, minlength=size)
    share = null * totals / max(float(totals.sum()), 1e-12)
    return np.asarray(share, np.float32)[words]


def believe(en_given_zh: Floats, zh_given_en: Floats) -> Floats:
    """Return the belief that two words translate each other: either direction says so (noisy or).

    One direction alone misses synonyms: each of three Chinese words for ``industry`` means it
    for sure, yet ``industry`` means each with a third only.
    """
    return np.asarray(1.0 - (1.0 - en_given_zh) * (1.0 - zh_given_en), np.float32)


def compress(given: Ids, target: Ids, beliefs: Floats, size: int, smallest: float) -> Translations:
    """Keep beliefs of at least ``smallest``, in rows by given word, likeliest first."""
    kept = np.flatnonzero(beliefs >= smallest)
    order = kept[np.lexsort((target[kept], -beliefs[kept], given[kept]))]
    indptr = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(given[order], minlength=size), out=indptr[1:])
    return Translations(indptr, target[order].astype(np.int32), beliefs[order].astype(np.float32))


def learn_table(pairs: Sequence[WordPair], settings: AlignmentSettings) -> WordTable:
    """Learn the table from (Chinese words, English words, weight) of each sentence pair.

    Words without a translation are left out.
    """
    zh, en = _vocabulary(p[0] for p in pairs), _vocabulary(p[1] for p in pairs)
    cells = build_cells(pairs, zh, en, settings.longest)
    beliefs = believe(*ibm_model_1(cells, (len(zh), len(en)), settings))
    kept = np.flatnonzero(beliefs >= settings.smallest)
    zh_kept, zh_ids = np.unique(cells.zh[kept], return_inverse=True)
    en_kept, en_ids = np.unique(cells.en[kept], return_inverse=True)
    zh_words, en_words = list(zh), list(en)
    return WordTable(
        [zh_words[i] for i in zh_kept],
        [en_words[i] for i in en_kept],
        compress(en_ids, zh_ids, beliefs[kept], len(en_kept), settings.smallest),
        compress(zh_ids, en_ids, beliefs[kept], len(zh_kept), settings.smallest),
    )
