"""Run as a script by test_store: builds an index again and again, killed each time elsewhere.

    killed_builds.py CORPUS INDEX MODEL WORK SEED

For each build the folder INDEX is copied to WORK/build-N and a forked process builds into the copy,
until it is killed with SIGKILL: some at a file operation (before and behind every renaming, and at
a few others), some after a span of time. The killed copies go to stdout as JSON.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from clusterqa.chunking import split
from clusterqa.embedding import BundledEmbedder, StaticModel
from clusterqa.index import Models, build_index
from clusterqa.text import content_words
from support import TINY_PAIRS, make_document, make_table

OPERATIONS = {"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree"}
AT_RANDOM = 5


def main() -> None:
    corpus, index, model_folder, work = map(Path, sys.argv[1:5])
    rng = random.Random(int(sys.argv[5]))
    model = StaticModel(model_folder)
    models = Models(BundledEmbedder(model), model, make_table(TINY_PAIRS))
    # What is imported and read once in a process is so before the forks.
    split(make_document("产业 clusters."), 60)
    content_words("产业 clusters")

    def start(root: Path, prepare: Callable[[], object] = lambda: None) -> int:
        """Build into a copy of the index in a process of its own; its id."""
        shutil.copytree(index, root)
        child = os.fork()
        if child == 0:
            prepare()
            build_index(corpus, root, models, "bundled", 60, lambda *_: None)
            os._exit(0)
        return child

    log = work / "operations"
    started = time.monotonic()
    os.waitpid(start(work / "whole", lambda: log_operations(work / "whole", log)), 0)
    seconds = time.monotonic() - started
    operations = log.read_text("utf-8").split()
    renamings = [n for n, name in enumerate(operations, start=1) if name == "os.rename"]
    points = {n + step for n in renamings for step in (0, 1)} & set(range(len(operations) + 1))
    points |= set(rng.sample(range(1, len(operations) + 1), AT_RANDOM))

    killed = []
    for number, point in enumerate([*sorted(points), *[0] * AT_RANDOM]):
        root = work / f"build-{number}"
        if point:
            child = start(root, lambda at=point, root=root: die_at(root, at))
        else:
            child = start(root)
            time.sleep(seconds * rng.random())
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            killed.append(str(root))
    sys.stdout.write(json.dumps({"points": len(points), "killed": killed}))


def watch(root: Path, seen: Callable[[str], None]) -> None:
    """Call `seen` just before every file operation in `root`."""

    def hook(event: str, arguments: tuple) -> None:
        if event in OPERATIONS and str(arguments[0]).startswith(str(root)):
            seen(event)

    sys.addaudithook(hook)


def log_operations(root: Path, log: Path) -> None:
    stream = log.open("w", encoding="utf-8")

    def write(event: str) -> None:
        stream.write(f"{event}\n")
        stream.flush()

    watch(root, write)


def die_at(root: Path, point: int) -> None:
    left = iter(range(point - 1, -1, -1))

    def count(_: str) -> None:
        if next(left) == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watch(root, count)


if __name__ == "__main__":
    main()
