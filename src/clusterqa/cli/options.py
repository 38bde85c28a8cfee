"""Options that mean the same in every command."""

from pathlib import Path
from typing import Annotated

import typer

IndexOption = Annotated[
    Path | None, typer.Option("--index", help="Index folder.", metavar="DIR", show_default=False)
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", help="Settings file (default: clusterqa.toml).", metavar="FILE"),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Embedding model: 'bundled', or a sentence-transformers name or path.",
        metavar="NAME",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
QuietOption = Annotated[bool, typer.Option("-q", "--quiet", help="No progress on stderr.")]
CountOption = Annotated[int | None, typer.Option("-k", help="How many passages.", metavar="N")]
