"""Reading the training pairs, what each file counts for, and the pairs kept for measurement."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from clusterqa.text import fold_text

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of pairs: how often an epoch visits it, and what it holds."""

    name: str
    copies: int = 1  # times an epoch visits each pair
    parallel: bool = True  # Chinese and English of the same text, for word alignment
    left: str = "zh"
    right: str = "en"

    @property
    def path(self) -> str:
        """The path below the data folder."""
        return self.name + (".tsv.xz" if self.parallel else ".jsonl.xz")


def _retrieval(name: str, left: str = "zh", right: str = "zh", copies: int = 1) -> Source:
    return Source(name, copies=copies, parallel=False, left=left, right=right)


SOURCES: tuple[Source, ...] = (
    Source("parallel/gccmpd_policy_sentences", copies=3),
    Source("parallel/gccmpd_policy_titles", copies=3),
    Source("parallel/news_commentary_10k", copies=3),
    Source("parallel/wmt_newstest_2017_2021", copies=2),
    Source("parallel/quantecon_intro", copies=2),
    Source("parallel/tico19"),
    Source("parallel/ai_challenger_sample"),
    Source("parallel/3am_captions"),
    Source("parallel/tatoeba"),
    Source("parallel/python_docs"),
    Source("parallel/cedict_terms"),
    _retrieval("zh_retrieval/drcd_dev_qp_simplified", copies=2),
    _retrieval("zh_retrieval/xwlb_title_passage"),
    _retrieval("zh_retrieval/xwlb_ict"),
    _retrieval("zh_retrieval/law_heading_passage"),
    _retrieval("zh_retrieval/law_ict"),
    _retrieval("zh_retrieval/crud_news_title_passage"),
    _retrieval("zh_retrieval/gccmpd_title_passage"),
    _retrieval("cross_retrieval/gccmpd_ensent_zhwindow", "en", "zh", copies=2),
    _retrieval("cross_retrieval/gccmpd_zhsent_enwindow", "zh", "en", copies=2),
    _retrieval("cross_retrieval/gccmpd_entitle_zhpassage", "en", "zh", copies=2),
)

# Held-out policy sentences are whole blocks of neighbours, as neighbours share a document.
POLICY = "parallel/gccmpd_policy_sentences"
_NEWS = ("parallel/news_commentary_10k", "parallel/wmt_newstest_2017_2021")
_WINDOWS = "cross_retrieval/gccmpd_ensent_zhwindow"
_BLOCKS, _BLOCK = 10, 100
MAX_TEXT = 2_000  # characters; a few crawled stories are far longer


@dataclass(frozen=True, slots=True)
class Corpus:
    """Folded pairs by source name, for training and, where held out, for measurement."""

    train: dict[str, list[Pair]]
    held_out: dict[str, list[Pair]]


def read_pairs(path: Path) -> Iterator[Pair]:
    """Yield the folded pairs of an xz-compressed TSV or JSON-lines file, each pair once.

    Raises:
        FileNotFoundError: the file is missing.
    """
    seen: set[Pair] = set()
    tsv = path.name.endswith(".tsv.xz")
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            left, right = _fields(line, tsv)
            pair = fold_text(left[:MAX_TEXT]).strip(), fold_text(right[:MAX_TEXT]).strip()
            if all(pair) and pair not in seen:
                seen.add(pair)
                yield pair


def _fields(line: str, tsv: bool) -> Pair:
    if tsv:
        left, _, right = line.rstrip("\n").partition("\t")
        return left, right
    record = json.loads(line)
    return str(record["query"]), str(record["passage"])


def block_indices(count: int, blocks: int, size: int) -> set[int]:
    """Return the indices of ``blocks`` runs of ``size``, evenly spread over ``count`` items."""
    starts = [round((b + 0.5) * count / blocks) for b in range(blocks)]
    starts = [min(s, max(0, count - size)) for s in starts]
    assert all(b - a >= size or a == b for a, b in pairwise(starts))
    return {i for s in starts for i in range(s, min(s + size, count))}


def _take(pairs: list[Pair], chosen: set[int]) -> tuple[list[Pair], list[Pair]]:
    kept = [p for i, p in enumerate(pairs) if i not in chosen]
    return kept, [p for i, p in enumerate(pairs) if i in chosen]


def hold_out(pairs: dict[str, list[Pair]]) -> Corpus:
    """Take out 1,000 policy sentences and 1,000 of news, and whatever overlaps with them.

    A policy window is held out when its query is a held-out sentence, and left out of training
    when its passage holds one.
    """
    train, held = dict(pairs), dict[str, list[Pair]]()
    if POLICY in pairs:
        chosen = block_indices(len(pairs[POLICY]), _BLOCKS, _BLOCK)
        train[POLICY], held["policy"] = _take(pairs[POLICY], chosen)
    held["news"] = []
    for name in _NEWS:
        if name in pairs:
            train[name], news = _take(pairs[name], block_indices(len(pairs[name]), 5, _BLOCK))
            held["news"] += news
    chinese = {zh for zh, _ in held.get("policy", [])}
    english = {en for _, en in held.get("policy", [])}
    held["windows"] = [p for p in pairs.get(_WINDOWS, []) if p[0] in english]
    sides = chinese | english
    long_sides = sorted(s for s in sides if len(s) >= 12)
    for name, items in train.items():
        if "gccmpd" in name:  # the other sources share no document with these
            train[name] = [p for p in items if not _overlaps(p, sides, long_sides)]
    return Corpus(train, held)


def _overlaps(pair: Pair, sides: set[str], long_sides: list[str]) -> bool:
    """Whether a pair repeats one of ``sides`` or holds one of ``long_sides`` inside."""
    if pair[0] in sides or pair[1] in sides:
        return True
    return any(s in pair[0] or s in pair[1] for s in long_sides)


def read_corpus(folder: Path, sources: tuple[Source, ...] = SOURCES) -> Corpus:
    """Read every source below ``folder`` and hold out the measurement pairs."""
    return hold_out({s.name: list(read_pairs(folder / s.path)) for s in sources})
