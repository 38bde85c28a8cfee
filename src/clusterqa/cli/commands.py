"""The commands. Each builds Settings, asks the Assistant and prints; none has logic of its own.

What a command needs is imported inside it, so that `clusterqa --help` answers at once.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from clusterqa.cli.options import (
    ConfigOption,
    CountOption,
    IndexOption,
    JsonOption,
    ModelOption,
    QuietOption,
)
from clusterqa.config import Settings, load_settings
from clusterqa.errors import ClusterqaError, QuestionError
from clusterqa.types import Mode

if TYPE_CHECKING:
    from clusterqa.api import Assistant

app = typer.Typer(
    help="Ask Chinese and English documents; read the exact passages that answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
corpus_app = typer.Typer(help="The documents and where they came from.", no_args_is_help=True)
app.add_typer(corpus_app, name="corpus")

CorpusArgument = Annotated[Path | None, typer.Argument(help="Corpus folder.", metavar="[CORPUS]")]


def _version(wanted: bool) -> None:
    if wanted:
        from clusterqa import __version__
        from clusterqa.cli.output import print_line

        print_line(f"clusterqa {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ask Chinese and English documents; read the exact passages that answer."""


def _assistant(settings: Settings, quiet: bool) -> "Assistant":
    from clusterqa.api import Assistant
    from clusterqa.cli.output import progress_bar

    with progress_bar(quiet) as progress:
        return Assistant(settings, progress)


@app.command()
def index(
    corpus: CorpusArgument = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Build or update the index; only what changed is embedded again."""
    from clusterqa.api import build
    from clusterqa.cli.output import print_json, print_line, progress_bar

    settings = load_settings(config, corpus=corpus, index=index, model=model)
    with progress_bar(quiet) as progress:
        built = build(settings, progress)
    failures = [
        {"document": failure.document, "reason": failure.reason}
        for failure in built.corpus.failures
    ]
    if as_json:
        print_json(
            {
                "index": str(built.folder),
                "documents": len(built.corpus.documents),
                "passages": built.passages,
                "embedded": built.embedded,
                "failures": failures,
            }
        )
        return
    print_line(
        f"{built.folder}: {len(built.corpus.documents)} documents, {built.passages} passages, "
        f"{built.embedded} embedded"
    )
    for failure in failures:
        print_line(f"not indexed: {failure['document']}: {failure['reason']}")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question in Chinese or English.")],
    k: CountOption = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Answer a question with cited passages.

    Example: clusterqa ask "湖北有多少个过百亿的产业集群？"
    """
    from clusterqa.api import make_query
    from clusterqa.cli.output import answer_lines, print_json, print_line
    from clusterqa.contract import answer_json

    settings = load_settings(config, index=index, model=model, k=k)
    make_query(question)  # a bad question is refused before anything is loaded
    answer = _assistant(settings, quiet).ask(question)
    if as_json:
        print_json(answer_json(answer))
        return
    for line in answer_lines(answer):
        print_line(line)


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="What to search for.")] = None,
    k: CountOption = None,
    mode: Annotated[Mode, typer.Option("--mode", help="All legs, or one of them.")] = "hybrid",
    queries: Annotated[
        Path | None,
        typer.Option(
            "--queries",
            help='File of JSON lines {"id", "question", "language"}; needs --json.',
            metavar="FILE",
        ),
    ] = None,
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Rank passages for a query, or for a file of queries in one process.

    Example: clusterqa search "optical fibre" --mode dense -k 3
    """
    from clusterqa.cli.output import print_json, print_line, scored_lines
    from clusterqa.contract import search_json

    settings = load_settings(config, index=index, model=model, k=k)
    if (query is None) == (queries is None):
        raise typer.BadParameter("give either a query or --queries FILE")
    if queries is not None:
        if not as_json:
            raise typer.BadParameter("--queries prints JSON lines; add --json")
        lines = list(_query_lines(queries))
        assistant = _assistant(settings, quiet)
        for line in lines:
            found = assistant.search(line["question"], None, mode, line.get("language"))
            print_json(search_json(found, line.get("id")))
        return
    found = _assistant(settings, quiet).search(query or "", None, mode)
    if as_json:
        print_json(search_json(found, None))
        return
    for text in scored_lines(found):
        print_line(text)


def _query_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a queries file, each checked before the first is searched."""
    from clusterqa.api import make_query

    try:
        content = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionError(f"queries file '{path}' cannot be read: {error}") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise QuestionError(f"'{path}', line {number}: not JSON: {error}") from error
        if not isinstance(value, dict) or not isinstance(value.get("question"), str):
            raise QuestionError(f"'{path}', line {number}: no 'question'; give it as text")
        try:
            make_query(value["question"])
        except QuestionError as error:
            raise QuestionError(f"'{path}', line {number}: {error}") from error
        if value.get("language") not in (None, "zh", "en"):
            raise QuestionError(f"'{path}', line {number}: language is not zh or en")
        yield value


@app.command("eval")
def evaluate(
    questions: Annotated[
        Path, typer.Option("--questions", help="Judged questions.", metavar="FILE")
    ] = Path("eval/questions.jsonl"),
    split: Annotated[
        Literal["dev", "test", "all"],
        typer.Option("--split", help="dev for tuning, test for reporting, or all."),
    ] = "test",
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Measure retrieval on the judged questions, for each leg and the fusion, by language."""
    from clusterqa.cli.output import print_json, print_line, progress_bar
    from clusterqa.errors import JudgmentError
    from clusterqa.evaluation import evaluate as run
    from clusterqa.evaluation import load_judgments, report_json, report_text

    settings = load_settings(config, index=index, model=model)
    judgments = [each for each in load_judgments(questions) if split in ("all", each.split)]
    if not judgments:
        raise JudgmentError(f"'{questions}' has no question of split '{split}'; try: --split all")
    assistant = _assistant(settings, quiet)
    with progress_bar(quiet) as progress:
        report = run(assistant.answerer, judgments, split, progress)
    if as_json:
        print_json(report_json(report))
    else:
        print_line(report_text(report))


@app.command()
def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 7860,
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    quiet: QuietOption = False,
) -> None:
    """Start the page, on http://127.0.0.1:7860 by default."""
    from clusterqa.ui.address import listen

    settings = load_settings(config, index=index, model=model)
    listen(host, port).close()  # a taken port is refused before anything is loaded
    assistant = _assistant(settings, quiet)
    from clusterqa.ui import serve as run

    run(assistant, host=host, port=port)


@corpus_app.command("list")
def corpus_list(
    index: IndexOption = None,
    config: ConfigOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """List the documents: those indexed, and those that could not be read, with the reason."""
    from clusterqa.cli.output import print_json, print_line
    from clusterqa.contract import documents_json

    settings = load_settings(config, index=index, model=model)
    for line in documents_json(_assistant(settings, quiet).index):
        if as_json:
            print_json(line)
        else:
            reason = f": {line['reason']}" if line["status"] == "failed" else ""
            print_line(f"{line['id']}  {line['title']}  {line['passages']} passages{reason}")


def _later(name: str) -> None:
    raise ClusterqaError(f"'clusterqa {name}' is not in this version yet; see CHANGELOG.md")


def _add_later(target: typer.Typer, name: str, full_name: str) -> None:
    settings = {"ignore_unknown_options": True, "allow_extra_args": True}

    def command() -> None:
        _later(full_name)

    command.__doc__ = "Not in this version yet."
    target.command(name, context_settings=settings)(command)


for _name in ("verify", "why", "doctor"):
    _add_later(app, _name, _name)
for _name in ("add", "remove", "fetch"):
    _add_later(corpus_app, _name, f"corpus {_name}")
