"""The command line. stdout holds the result only; progress and errors go to stderr."""

from clusterqa.cli.main import main

__all__ = ["main"]
