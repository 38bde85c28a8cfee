"""What several test files need: tiny models made by hand, small documents, child processes."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

import clusterqa
from clusterqa.corpus.outline import outline
from clusterqa.translation import TranslationTable
from clusterqa.translation.table import Rows
from clusterqa.types import Document, FloatArray, Passage, Query

ROOT = Path(__file__).parents[1]
SOURCE = Path(clusterqa.__file__).parent
OFFLINE = ROOT / "tests" / "offline"

CHINESE = """湖北的产业集群
一、规模
2014年，湖北有90个产业集群，销售收入14734亿元。武汉的汽车产业最大。
二、创新
武汉的高校很多，光电子技术全国领先。襄阳发展新能源汽车。
"""
ENGLISH = """# Notes

## Steel
The steel works of Wuhan opened in 1958. They employ 12,000 people.

## Cars
Dongfeng builds cars in Shiyan. The cluster grew fast, i.e. by 20% a year.
"""

# The vocabulary of the tiny model: characters of `CHINESE` and words of `ENGLISH`.
TINY_WORDS = (
    *dict.fromkeys(c for c in CHINESE if "\u4e00" <= c <= "\u9fff"),
    *("the", "steel", "works", "wuhan", "opened", "cars", "cluster", "hubei", "dongfeng", "grew"),
    *("1958", "2014", "90", "14734", "notes", "people", "shiyan", "year", "industry", "many"),
)
TINY_DIMENSION = 16

# P(English word | Chinese word), and the same numbers the other way round.
TINY_PAIRS = {
    "集群": {"cluster": 0.8, "group": 0.1},
    "产业": {"industri": 0.7},
    "湖北": {"hubei": 0.9},
    "武汉": {"wuhan": 0.9},
    "汽车": {"car": 0.6, "automobil": 0.3},
}


def tiny_vectors(count: int, seed: int = 0) -> FloatArray:
    """Vectors that float32 holds exactly after 8-bit storage with a scale of 1/64."""
    steps = np.random.default_rng(seed).integers(-64, 65, (count, TINY_DIMENSION))
    return (steps / 64).astype(np.float32)


def write_tiny_model(
    folder: Path, words: Sequence[str], vectors: FloatArray | None = None, seed: int = 0
) -> Path:
    """Write a StaticEmbedding of `words`, cut at every CJK character and at white space.

    The first row is the unknown token. `vectors` has one row a word, unknown token included.
    """
    vocabulary = {"[UNK]": 0} | {word: row for row, word in enumerate(words, start=1)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("[\u4e00-\u9fff]"), "isolated"),
            pre_tokenizers.Whitespace(),
        ]
    )
    if vectors is None:
        vectors = tiny_vectors(len(vocabulary), seed)
    module = folder / "0_StaticEmbedding"
    module.mkdir(parents=True)
    tokenizer.save(str(module / "tokenizer.json"))
    tensors = {
        "embeddings": np.rint(vectors * 64).astype(np.int8),
        "weights": np.full(len(vectors), 1 / 64, dtype=np.float32),
    }
    save_file(tensors, module / "model.safetensors")
    return folder


def make_table(en_given_zh: Mapping[str, Mapping[str, float]]) -> TranslationTable:
    """A table with the given probabilities, the same numbers in both directions."""
    zh = sorted(en_given_zh)
    en = sorted({word for row in en_given_zh.values() for word in row})
    zh_given_en = {e: {z: en_given_zh[z][e] for z in zh if e in en_given_zh[z]} for e in en}
    return TranslationTable(
        words={"zh": zh, "en": en},
        ids={
            "zh": {word: row for row, word in enumerate(zh)},
            "en": {word: row for row, word in enumerate(en)},
        },
        given={"zh": _rows(zh, en, en_given_zh), "en": _rows(en, zh, zh_given_en)},
        sha256=hashlib.sha256(repr(sorted(en_given_zh.items())).encode()).hexdigest(),
    )


def _rows(
    words: Sequence[str], targets: Sequence[str], given: Mapping[str, Mapping[str, float]]
) -> Rows:
    rows = [given[word] for word in words]
    return Rows(
        indptr=np.cumsum([0, *(len(row) for row in rows)]).astype(np.int64),
        indices=np.asarray([targets.index(t) for row in rows for t in row], dtype=np.int64),
        beliefs=np.asarray([p for row in rows for p in row.values()], dtype=np.float32),
    )


def make_document(text: str, id_: str = "doc", title: str = "题目") -> Document:
    """A document with its outline."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(id_, title, "zh", text, digest, outline(text))


def make_passage(name: str, text: str = "", document: str = "doc", start: int = 0) -> Passage:
    """A passage whose id is `name`."""
    return Passage(name, document, start, start + len(text), text)


class FixedLeg:
    """A leg that always gives the same scores, and counts for `reach`."""

    def __init__(self, scores: Sequence[float], reach: float = 1.0) -> None:
        self._scores = np.asarray(scores, dtype=np.float32)
        self._reach = reach

    def scores(self, query: Query) -> FloatArray:
        return self._scores

    def reach(self, query: Query) -> float:
        return self._reach


def environment(**extra: str) -> dict[str, str]:
    """The environment of a child process: offline from its first line on."""
    path = os.pathsep.join([str(OFFLINE), str(SOURCE.parent)])
    inherited = {name: value for name, value in os.environ.items() if name != "CLUSTERQA_DEBUG"}
    return inherited | {"PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"} | extra


def run_python(
    *arguments: str, cwd: Path | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run the interpreter of the tests, offline, in `cwd`."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env=environment(**extra),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
