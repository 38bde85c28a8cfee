"""``python -m clusterqa.training``: train the bundled model and the word table again."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import clusterqa
from clusterqa.text import content_words
from clusterqa.training.alignment import AlignmentSettings, learn_table
from clusterqa.training.card import model_card, table_card
from clusterqa.training.data import SOURCES, Corpus, Pair, Source, read_corpus
from clusterqa.training.evaluate import Measures, Task, evaluate
from clusterqa.training.storage import (
    folder_bytes,
    read_model,
    read_table,
    write_model,
    write_table,
)
from clusterqa.training.tasks import held_out_tasks, measure_table, squad_task
from clusterqa.training.tokenizer import VocabularySizes, build_tokenizer, build_vocabulary

MODEL, TABLE = Path("embedding/bilingual"), Path("translation/table")
_started = time.monotonic()


def _say(message: str) -> None:
    print(f"{time.monotonic() - _started:6.0f} s  {message}", file=sys.stderr, flush=True)  # noqa: T201


def _texts(corpus: Corpus, language: str) -> list[str]:
    """Return every training text of a language."""
    texts: list[str] = []
    for source in SOURCES:
        for side, spoken in enumerate((source.left, source.right)):
            if spoken == language:
                texts += [pair[side] for pair in corpus.train[source.name]]
    return texts


def _parallel(corpus: Corpus) -> list[tuple[list[Pair], float]]:
    return [(corpus.train[s.name], float(s.copies)) for s in SOURCES if s.parallel]


def make_model(corpus: Corpus, tasks: list[Task], folder: Path, seed: int) -> None:
    """Train the model, write it and measure what was written."""
    from clusterqa.training.model import Settings, encode_source, train
    from clusterqa.training.word_pairs import WORDS, word_pairs

    began, settings = time.process_time(), Settings(seed=seed)
    vocabulary = build_vocabulary(_texts(corpus, "zh"), _texts(corpus, "en"), VocabularySizes())
    tokenizer = build_tokenizer(vocabulary)
    _say(f"tokenizer of {tokenizer.get_vocab_size():,} tokens")
    words: list[tuple[Source, list[Pair]]] = [(WORDS, word_pairs(tokenizer, _parallel(corpus)))]
    _say(f"{len(words[0][1]):,} pairs of words")
    pairs = [(source, corpus.train[source.name]) for source in SOURCES] + words
    encoded = [encode_source(tokenizer, source, items) for source, items in pairs]
    _say(f"{sum(len(items) for _, items in pairs):,} pairs as token ids")
    vectors = train(
        encoded,
        [tokenizer.id_to_token(i) or "" for i in range(tokenizer.get_vocab_size())],
        settings,
        lambda epoch, loss: _say(f"epoch {epoch} of {settings.epochs}: loss {loss:.3f}"),
    )
    seconds = time.process_time() - began
    write_model(folder, tokenizer, vectors, "")
    stored = read_model(folder)
    figures = {task.name: evaluate(*stored, task) for task in tasks}
    counts = {name: len(items) for name, items in {s.name: p for s, p in pairs}.items()}
    card = model_card(settings, vocabulary, counts, figures, seconds, folder_bytes(folder))
    (folder / "README.md").write_text(card, encoding="utf-8")
    _say(f"{folder}: {folder_bytes(folder):,} bytes\n{_lines(figures)}")


def make_table(corpus: Corpus, tasks: list[Task], folder: Path) -> None:
    """Learn the word table, write it and measure what was written."""
    began, settings = time.process_time(), AlignmentSettings()
    words = [
        (content_words(left), content_words(right), weight)
        for pairs, weight in _parallel(corpus)
        for left, right in pairs
    ]
    _say(f"words of {len(words):,} pairs")
    table = learn_table(words, settings)
    seconds = time.process_time() - began
    write_table(folder, table, "")
    stored = read_table(folder)
    figures: dict[str, dict[str, Measures]] = {}
    for task in tasks:
        sides = [[content_words(t) for t in side] for side in (task.queries, task.passages)]
        figures[task.name] = {"translated": measure_table(stored, task, sides)}
    card = table_card(settings, stored, figures, seconds, folder_bytes(folder))
    (folder / "README.md").write_text(card, encoding="utf-8")
    _say(f"{folder}: {folder_bytes(folder):,} bytes\n{_lines(figures)}")


def _lines(figures: dict[str, dict[str, Measures]]) -> str:
    rows = [(name, leg, value) for name, legs in figures.items() for leg, value in legs.items()]
    return "\n".join(f"{name:22} {leg:10} {value}" for name, leg, value in rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m clusterqa.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training pairs")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(clusterqa.__file__).parent,
        help=f"folder that gets {MODEL} and {TABLE} (default: the package itself)",
    )
    parser.add_argument("--only", choices=["model", "table"], help="make one of the two")
    parser.add_argument("--questions", type=Path, help="a SQuAD-like .json.xz to measure on, too")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    missing = [s.path for s in SOURCES if not (options.data / s.path).is_file()]
    if missing:
        _say(f"no '{missing[0]}' in '{options.data}'; {len(missing)} files are missing")
        return 1
    corpus = read_corpus(options.data)
    tasks = held_out_tasks(corpus, options.seed)
    _say(f"{sum(map(len, corpus.train.values())):,} pairs to train on")
    if options.only != "table":
        questions = [squad_task(options.questions)] if options.questions else []
        make_model(corpus, tasks + questions, options.out / MODEL, options.seed)
    if options.only != "model":
        make_table(corpus, tasks, options.out / TABLE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
