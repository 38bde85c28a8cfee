"""What the model and the table are measured on: held-out pairs and an outside question set."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from clusterqa.text import fold_text, is_stop_word, tokenize
from clusterqa.training.alignment import WordTable
from clusterqa.training.data import POLICY, Corpus, Pair
from clusterqa.training.evaluate import Measures, Task, measure
from clusterqa.training.translated import translated_scores

SHORT = 5  # words of a short query
DISTRACTORS = 3_000  # policy sentences of the training set that stand beside the held-out ones


def short_query(text: str, rng: np.random.Generator) -> str:
    """Return :data:`SHORT` random content words of a folded text, in their order."""
    words = [t.term for t in tokenize(text) if not is_stop_word(t.term)]
    chosen = sorted(rng.permutation(len(words))[:SHORT])
    return " ".join(words[i] for i in chosen)


def held_out_tasks(corpus: Corpus, seed: int) -> list[Task]:
    """Return the tasks across languages: whole sentences, short queries, windows of a document."""
    rng = np.random.default_rng(seed)
    policy, news = corpus.held_out.get("policy", []), corpus.held_out.get("news", [])
    others = corpus.train.get(POLICY, [])[:DISTRACTORS]
    tasks = [
        Task.from_pairs("policy, en to zh", _turned(policy)),
        Task.from_pairs("policy, zh to en", policy),
        Task.from_pairs("news, en to zh", _turned(news)),
        Task.from_pairs("news, zh to en", news),
    ]
    for name, pairs, rest in (
        ("five words, en to zh", _turned(policy), _turned(others)),
        ("five words, zh to en", policy, others),
    ):
        short = [(short_query(query, rng), passage) for query, passage in pairs]
        tasks.append(Task.from_pairs(name, short, [passage for _, passage in rest]))
    tasks.append(Task.from_pairs("windows, en to zh", corpus.held_out.get("windows", [])))
    return [task for task in tasks if task.queries]


def squad_task(path: Path) -> Task:
    """Read Chinese questions and their paragraphs from an xz-compressed file in SQuAD's layout."""
    pairs: list[Pair] = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for article in json.load(lines)["data"]:
            for paragraph in article["paragraphs"]:
                context = fold_text(paragraph["context"])
                pairs += [(fold_text(qa["question"]), context) for qa in paragraph["qas"]]
    return Task.from_pairs("questions, zh", pairs)


def measure_table(table: WordTable, task: Task, words: Sequence[list[list[str]]]) -> Measures:
    """Measure a table on a task across languages; ``words`` are of its queries and passages."""
    queries, passages = words
    if task.name.endswith("en to zh"):
        given, target, rows = table.zh, table.en, table.en_given_zh
    else:
        given, target, rows = table.en, table.zh, table.zh_given_en
    return measure(translated_scores(queries, passages, given, target, rows), task.right)


def _turned(pairs: Sequence[Pair]) -> list[Pair]:
    return [(right, left) for left, right in pairs]
