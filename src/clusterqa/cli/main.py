"""The entry point: runs a command and turns every error into one line and an exit status.

0 done (an abstention is a result), 1 an expected failure, 2 usage, 130 interrupted.
"""

import os
import sys

import typer

from clusterqa.cli.commands import app
from clusterqa.errors import ClusterqaError


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command line; the exit status."""
    try:
        status = typer.main.get_command(app).main(
            arguments, prog_name="clusterqa", standalone_mode=False
        )
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except typer.TyperException as error:
        message = error.format_message().rstrip(".")
        if not message:  # no arguments at all: the help was shown
            return 2
        return _fail(f"{message}; see: clusterqa --help", status=2)
    except ClusterqaError as error:
        return _fail(str(error))
    except BrokenPipeError:
        return _reader_gone()
    except SystemExit as error:  # what typer makes of a broken pipe
        if isinstance(error.__context__, BrokenPipeError):
            return _reader_gone()
        raise
    except Exception as error:
        if os.environ.get("CLUSTERQA_DEBUG"):
            raise
        kind = type(error).__name__
        return _fail(f"unexpected {kind}: {error}; run again with CLUSTERQA_DEBUG=1 and report it")
    return status if isinstance(status, int) else 0


def _reader_gone() -> int:
    """The reader of stdout went away (`| head`): nothing is left to tell it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _fail(message: str, status: int = 1) -> int:
    sys.stderr.write(f"clusterqa: {' '.join(message.split())}\n")
    return status
