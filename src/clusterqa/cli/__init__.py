"""The command line. stdout holds the result only; progress and errors go to stderr."""

import os

# Read when numpy is imported. The products of a question are small: on two busy cores one took
# 14 ms with one thread and 50 ms with the default.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from clusterqa.cli.main import main

__all__ = ["main"]
