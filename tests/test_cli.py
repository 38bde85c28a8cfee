"""The command line: exit statuses, one clear line for what goes wrong, results alone on stdout."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import typer

import clusterqa
from clusterqa import api
from clusterqa.cli.commands import app
from clusterqa.cli.main import run
from support import CHINESE, environment, run_python

ZH = "湖北有多少个过百亿的产业集群？"
EN = "Which cities of Hubei make cars?"


class Result(NamedTuple):
    status: int
    out: str
    err: str


Cli = Callable[..., Result]


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs a command in this process; whatever happens, no traceback may reach the user."""

    def call(*arguments: str) -> Result:
        status = run(list(arguments))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Result(status, printed.out, printed.err)

    return call


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The paper and its index, for reading only."""
    monkeypatch.chdir(workplace)
    return workplace


@pytest.fixture
def mine(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small corpus and no index yet, to do anything with."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def is_one_line_of_error(result: Result, *said: str) -> bool:
    assert result.status == 1
    assert result.out == ""
    assert result.err.startswith("clusterqa: ")
    assert result.err.count("\n") == 1
    assert "unexpected" not in result.err
    for part in said:
        assert part in result.err
    return True


# Asking and searching


def test_an_answer_is_printed_with_its_place_and_nothing_on_stderr(cli: Cli, here: Path) -> None:
    status, out, err = cli("ask", ZH)
    assert (status, err) == (0, "")
    first, _, place, *_ = out.splitlines()
    assert "53个" in first and first.endswith(" [1]")
    assert place.startswith("[1] 长江经济带建设背景下") and place.endswith("(verified)")


def test_a_place_names_document_section_and_page(cli: Cli, here: Path) -> None:
    out = cli("ask", "2014年全省90个重点集群的销售收入是多少？").out
    assert "› 二、湖北培育世界级产业集群的基础条件分析 ›" in out
    assert ", p. 3 (verified)" in out


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (EN, "The corpus does not answer this question. The nearest passages:"),
        (ZH, "语料库中没有找到这个问题的答案。最接近的段落："),
    ],
)
def test_a_refusal_is_in_the_language_of_the_question_and_no_failure(
    cli: Cli, here: Path, tmp_path: Path, question: str, said: str
) -> None:
    (tmp_path / "strict.toml").write_text("threshold = 1.0\n", "utf-8")
    status, out, err = cli("ask", question, "--config", str(tmp_path / "strict.toml"))
    assert (status, err) == (0, "")
    assert out.startswith(said)
    assert "1. paper" in out


def test_a_search_prints_its_hits_with_their_ranks(cli: Cli, here: Path) -> None:
    status, out, _ = cli("search", "汽车零部件", "-k", "2")
    assert status == 0
    assert out.startswith("1. paper ")
    assert "2. paper " in out and "3. paper " not in out
    assert "lexical " in out


@pytest.mark.parametrize("question", ["？", "🙂", "2014", "a" * 2000, "的", "\u3000x\n y"])
def test_odd_questions_are_no_errors(cli: Cli, here: Path, question: str) -> None:
    assert cli("ask", question).status == 0


def test_an_index_is_built_on_first_use(cli: Cli, mine: Path) -> None:
    status, out, err = cli("ask", "湖北有多少个产业集群？", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["hits"]
    assert (mine / "index/CURRENT").is_file()


def test_an_edited_corpus_is_indexed_anew_when_asked(cli: Cli, mine: Path) -> None:
    cli("index")
    path = mine / "corpus/clusters.txt"
    path.write_text(path.read_text("utf-8").replace("90个", "91个"), "utf-8")
    hits = json.loads(cli("search", "湖北有多少个产业集群？", "--json").out)["hits"]
    assert any("91个" in hit["text"] for hit in hits)
    assert not any("90个" in hit["text"] for hit in hits)


def test_an_index_whose_corpus_is_gone_still_answers(cli: Cli, mine: Path) -> None:
    cli("index")
    shutil.rmtree(mine / "corpus")
    assert "14734" in cli("search", "销售收入").out


# Building


def test_building_tells_what_was_built(cli: Cli, mine: Path) -> None:
    status, out, err = cli("index")
    assert (status, err) == (0, "")
    assert out == "index/generation-000001: 2 documents, 4 passages, 4 embedded\n"
    assert cli("index").out == "index/generation-000002: 2 documents, 4 passages, 0 embedded\n"


def test_building_tells_the_same_as_json(cli: Cli, mine: Path) -> None:
    (mine / "corpus/bad.txt").write_bytes(b"\x00\xff")
    built = json.loads(cli("index", "--json").out)
    reason = built.pop("failures")[0]["reason"]
    assert "not UTF-8 text" in reason
    assert built == {
        "index": "index/generation-000001",
        "documents": 2,
        "passages": 4,
        "embedded": 4,
    }


def test_a_binary_file_is_listed_and_the_others_are_indexed(cli: Cli, mine: Path) -> None:
    (mine / "corpus/bad.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    status, out, _ = cli("index")
    assert status == 0
    assert "2 documents" in out
    assert "not indexed: bad.txt: 'bad.txt' is not UTF-8 text" in out
    listed = cli("corpus", "list").out.splitlines()
    assert len(listed) == 3
    assert listed[-1].startswith("bad.txt") and "not UTF-8 text" in listed[-1]


def test_another_corpus_and_index_folder_can_be_named(cli: Cli, mine: Path) -> None:
    (mine / "other").mkdir()
    (mine / "other/cars.txt").write_text("Dongfeng builds cars.", "utf-8")
    assert cli("index", "other", "--index", "second").status == 0
    assert (mine / "second/CURRENT").is_file()
    assert not (mine / "index").exists()


def test_every_line_of_the_document_list_has_the_keys_of_the_contract(cli: Cli, mine: Path) -> None:
    (mine / "corpus/bad.txt").write_bytes(b"\x00\xff")
    keys = {"id", "title", "kind", "language", "status", "passages", "digest", "source"}
    for line in cli("corpus", "list", "--json").out.splitlines():
        assert keys <= set(json.loads(line))


# What goes wrong


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", ["", "   ", "\u3000\n"])
def test_an_empty_question_is_one_line(cli: Cli, here: Path, command: str, question: str) -> None:
    assert is_one_line_of_error(
        cli(command, question), "the question is empty", "ask one: clusterqa"
    )


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_of_10000_characters_is_one_line(cli: Cli, here: Path, command: str) -> None:
    result = cli(command, "湖" * 10_000)
    assert is_one_line_of_error(result, "10000 characters, over the 2000 allowed; shorten it")


def test_a_bad_question_is_refused_before_anything_is_built(cli: Cli, mine: Path) -> None:
    cli("ask", "")
    assert not (mine / "index").exists()


@pytest.mark.parametrize("command", [("index",), ("ask", ZH), ("search", ZH), ("corpus", "list")])
def test_a_missing_corpus_is_one_line(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_one_line_of_error(cli(*command), "no corpus folder 'corpus'", "clusterqa index")


def test_a_named_corpus_that_is_missing_is_one_line(cli: Cli, mine: Path) -> None:
    assert is_one_line_of_error(cli("index", "nowhere"), "no corpus folder 'nowhere'")


def test_an_empty_corpus_is_one_line(cli: Cli, mine: Path) -> None:
    (mine / "empty").mkdir()
    result = cli("index", "empty")
    assert is_one_line_of_error(result, "corpus folder 'empty' holds no document")


def test_a_corpus_of_nothing_but_a_binary_file_is_one_line(cli: Cli, mine: Path) -> None:
    (mine / "binary").mkdir()
    (mine / "binary/a.txt").write_bytes(bytes(range(256)))
    result = cli("index", "binary")
    assert is_one_line_of_error(result, "no document of 'binary' could be read", "'a.txt'")


@pytest.mark.reaches_out
@pytest.mark.parametrize("name", ["no-such-owner/no-such-model", "no-such-model", "not a name!!"])
def test_an_unknown_model_without_network_is_one_line_at_once(
    cli: Cli, mine: Path, name: str
) -> None:
    started = time.monotonic()
    result = cli("index", "--model", name)
    assert is_one_line_of_error(result, f"model '{name}'", "--model bundled")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("command", [("ask", ZH), ("search", ZH), ("corpus", "list")])
def test_a_damaged_index_is_one_line_and_the_command_in_it_mends_it(
    cli: Cli, mine: Path, command: tuple[str, ...]
) -> None:
    cli("index")
    path = mine / "index/generation-000001/vectors.faiss"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    result = cli(*command)
    assert is_one_line_of_error(result, "vectors.faiss", "rebuild with: clusterqa index")
    assert cli("index").status == 0
    assert cli(*command).status == 0


def test_a_manifest_that_is_wrong_is_one_line(cli: Cli, mine: Path) -> None:
    (mine / "corpus/manifest.toml").write_text("[[document]", "utf-8")
    assert is_one_line_of_error(cli("index"), "manifest.toml", "not valid TOML")


def test_an_index_folder_that_cannot_be_written_is_one_line(cli: Cli, mine: Path) -> None:
    (mine / "file").write_text("x", "utf-8")
    assert is_one_line_of_error(cli("index", "--index", "file/index"), "cannot be written")


@pytest.mark.parametrize("value", ["0", "-1", "1001"])
def test_a_k_out_of_range_is_one_line(cli: Cli, here: Path, value: str) -> None:
    assert is_one_line_of_error(cli("ask", ZH, "-k", value), f"k {value} is not between 1 and 1000")


@pytest.mark.parametrize("text", ["k = ", "kk = 1", 'k = "5"'])
def test_a_wrong_settings_file_is_one_line(cli: Cli, here: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    assert is_one_line_of_error(
        cli("ask", ZH, "--config", str(tmp_path / "mine.toml")), "mine.toml"
    )


def test_a_missing_settings_file_is_one_line(cli: Cli, here: Path) -> None:
    assert is_one_line_of_error(
        cli("ask", ZH, "--config", "gone.toml"), "'gone.toml' cannot be read"
    )


@pytest.mark.parametrize(
    "command",
    [
        *(("verify", "引文"), ("verify", "引文", "--document", "paper", "--json"), ("verify",)),
        *(("why", ZH, "--quote", "53个"), ("doctor",)),
        *(("corpus", "add", "a.pdf"), ("corpus", "remove", "paper"), ("corpus", "fetch", "--all")),
    ],
)
def test_a_command_of_a_later_version_says_so(
    cli: Cli, here: Path, command: tuple[str, ...]
) -> None:
    name = " ".join(command[:2] if command[0] == "corpus" else command[:1])
    assert is_one_line_of_error(cli(*command), f"'clusterqa {name}' is not in this version yet")


# Queries from a file


def write(folder: Path, content: str | bytes) -> str:
    path = folder / "queries.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


GOOD = json.dumps({"question": ZH})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{GOOD}\n{{", "line 2: not JSON"),
        (f"{GOOD}\n\n[]", "line 3: no 'question'"),
        ('{"query": "x"}', "line 1: no 'question'"),
        ('{"question": 3}', "line 1: no 'question'"),
        ('{"question": "x", "language": "fr"}', "line 1: language is not zh or en"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_a_malformed_queries_file_is_one_line_before_any_result(
    cli: Cli, here: Path, tmp_path: Path, content: str | bytes, said: str
) -> None:
    path = write(tmp_path, content)
    assert is_one_line_of_error(cli("search", "--queries", path, "--json"), said, "queries.jsonl")


def test_a_missing_queries_file_is_one_line(cli: Cli, here: Path) -> None:
    result = cli("search", "--queries", "gone.jsonl", "--json")
    assert is_one_line_of_error(result, "'gone.jsonl' cannot be read")


@pytest.mark.parametrize("question", ["  ", "湖" * 10_000])
def test_an_unusable_question_in_a_queries_file_is_one_line_before_any_result(
    cli: Cli, here: Path, tmp_path: Path, question: str
) -> None:
    path = write(tmp_path, f"{GOOD}\n{json.dumps({'question': question})}\n")
    assert is_one_line_of_error(cli("search", "--queries", path, "--json"), "line 2")


def test_an_empty_queries_file_gives_no_lines(cli: Cli, here: Path, tmp_path: Path) -> None:
    assert cli("search", "--queries", write(tmp_path, ""), "--json") == Result(0, "", "")


# Usage


@pytest.mark.parametrize(
    "command",
    [
        ("ask",),
        ("ask", "one", "two"),
        ("ask", ZH, "-k", "many"),
        ("ask", ZH, "--no-such-option"),
        ("search",),
        ("search", ZH, "--queries", "x.jsonl", "--json"),
        ("search", "--queries", "x.jsonl"),
        ("search", ZH, "--mode", "bm25"),
        ("eval", "--split", "train"),
        ("no-such-command",),
        ("corpus", "no-such-command"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_so_on_stderr(
    cli: Cli, here: Path, command: tuple[str, ...]
) -> None:
    result = cli(*command)
    assert result.status == 2
    assert result.out == ""
    assert len(result.err) > 20


def test_without_arguments_the_help_is_shown_and_nothing_else(cli: Cli) -> None:
    result = cli()
    assert "Usage: clusterqa" in result.out + result.err
    assert "clusterqa: ;" not in result.err


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_is_a_result(cli: Cli, flag: str) -> None:
    status, out, err = cli(flag)
    assert (status, err) == (0, "")
    for command in ("index", "ask", "search", "eval", "serve", "corpus", "verify", "why", "doctor"):
        assert command in out


def test_the_version_is_a_result(cli: Cli) -> None:
    assert cli("--version") == Result(0, f"clusterqa {clusterqa.__version__}\n", "")


@pytest.mark.parametrize("command", ["index", "ask", "search", "eval", "serve", "corpus list"])
def test_common_options_are_in_every_command(command: str) -> None:
    found = typer.main.get_command(app)
    for name in command.split():
        found = found.commands[name]
    options = {option for parameter in found.params for option in parameter.opts}
    wanted = {"--index", "--config", "--model", "--quiet", "-q"}
    assert wanted | (set() if command == "serve" else {"--json"}) <= options


# Evaluation


def test_an_evaluation_without_its_evidence_is_one_line(
    cli: Cli, mine: Path, tmp_path: Path
) -> None:
    line = {
        "id": "q",
        "question": ZH,
        "language": "zh",
        "kind": "number",
        "answerable": True,
        "evidence": [{"document": "clusters.txt", "quote": "没有这句话"}],
        "split": "test",
    }
    (tmp_path / "q.jsonl").write_text(json.dumps(line), "utf-8")
    assert is_one_line_of_error(cli("eval", "--questions", "q.jsonl"), "question 'q'", "没有这句话")


def test_an_evaluation_without_questions_is_one_line(cli: Cli, mine: Path, tmp_path: Path) -> None:
    assert is_one_line_of_error(cli("eval"), "eval/questions.jsonl' cannot be read")


# Errors that nobody expects, interrupts, and the pipes of a shell


class Broken:
    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, *arguments: object, **options: object) -> None:
        raise self._error


def test_an_unexpected_error_is_one_line_too(
    cli: Cli, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.Assistant, "ask", Broken(ZeroDivisionError("by\nzero")))
    result = cli("ask", ZH)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith("clusterqa: unexpected ZeroDivisionError: by zero")
    assert result.err.count("\n") == 1


def test_an_interrupt_exits_with_130(cli: Cli, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.Assistant, "ask", Broken(KeyboardInterrupt()))
    assert cli("ask", ZH) == Result(130, "", "")


def test_an_interrupted_process_exits_with_130_and_no_traceback(
    workplace: Path, tmp_path: Path
) -> None:
    queue = tmp_path / "queue"
    os.mkfifo(queue)
    process = subprocess.Popen(
        [sys.executable, "-m", "clusterqa", "search", "--queries", str(queue), "--json"],
        cwd=workplace,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with queue.open("w"):  # opens once the process reads, so it is at work
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "")


def test_a_process_answers_like_a_call(workplace: Path, cli: Cli, here: Path) -> None:
    finished = run_python("-m", "clusterqa", "ask", ZH, cwd=workplace)
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout == cli("ask", ZH).out


def test_a_process_that_fails_exits_with_1_and_one_line(tmp_path: Path) -> None:
    finished = run_python("-m", "clusterqa", "ask", ZH, cwd=tmp_path)
    assert is_one_line_of_error(
        Result(finished.returncode, finished.stdout, finished.stderr), "no corpus folder"
    )


def test_asking_reaches_for_nothing_outside_this_machine(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/clusters.txt").write_text(CHINESE, "utf-8")
    log = tmp_path / "attempts"
    finished = run_python("-m", "clusterqa", "ask", ZH, cwd=tmp_path, OFFLINE_ATTEMPTS=str(log))
    assert finished.returncode == 0, finished.stderr
    assert not log.exists()


def test_a_reader_that_goes_away_is_no_failure(workplace: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "clusterqa", "--version"],
        cwd=workplace,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(timeout=60) == 0


def test_a_question_in_bytes_that_are_no_utf_8_is_one_clear_line(cli: Cli, here: Path) -> None:
    question = "湖北有多少个产业集群".encode("gb18030").decode("utf-8", "surrogateescape")
    assert is_one_line_of_error(cli("ask", question), "question")
