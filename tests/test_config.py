"""Settings: defaults, then `clusterqa.toml`, then flags."""

from pathlib import Path

import pytest

from clusterqa.config import Settings, load_settings
from clusterqa.errors import ConfigError


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(text: str, name: str = "clusterqa.toml") -> Path:
    Path(name).write_text(text, "utf-8")
    return Path(name)


def test_without_file_and_flags_the_defaults_hold() -> None:
    assert load_settings() == Settings()
    assert Settings().model == "bundled"
    assert (Settings().corpus, Settings().index) == (Path("corpus"), Path("index"))


def test_the_file_of_the_folder_is_read() -> None:
    write('k = 7\ncorpus = "papers"\nthreshold = 1\n')
    settings = load_settings()
    assert (settings.k, settings.corpus, settings.threshold) == (7, Path("papers"), 1)


def test_a_flag_wins_over_the_file_and_the_file_over_the_default() -> None:
    write('k = 7\nmodel = "other"\n')
    settings = load_settings(k=3)
    assert (settings.k, settings.model) == (3, "other")


def test_a_flag_that_was_not_given_changes_nothing() -> None:
    assert load_settings(k=None, index=None) == Settings()


def test_a_named_file_is_read_instead_of_the_folder_s() -> None:
    write("k = 7\n")
    assert load_settings(write("k = 9\n", "mine.toml")).k == 9


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"k": 0}, "k 0 is not between 1 and 1000"),
        ({"k": -3}, "k -3 is not between 1 and 1000"),
        ({"k": 1001}, "k 1001 is not between 1 and 1000"),
        ({"passage_size": 49}, "passage_size 49 is not between 50 and 5000"),
        ({"threshold": 1.01}, "threshold 1.01 is not between 0 and 1"),
        ({"threshold": float("nan")}, "threshold nan is not between 0 and 1"),
    ],
)
def test_a_value_out_of_range_says_the_range(flags: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_settings(**flags)
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("k = ", "not valid TOML"),
        ("kk = 3", "unknown setting 'kk'; known: corpus, index, model, passage_size, k, threshold"),
        ('k = "5"', "'k' cannot be '5'"),
        ("k = 5.5", "'k' cannot be 5.5"),
        ("k = true", "'k' cannot be True"),
        ("corpus = 3", "'corpus' cannot be 3"),
        ("[k]\na = 1", "'k' cannot be {'a': 1}"),
        ("k = 0", "k 0 is not between"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(text: str, said: str) -> None:
    write(text)
    with pytest.raises(ConfigError) as error:
        load_settings()
    assert said in str(error.value)


def test_a_named_file_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ConfigError, match=r"'gone\.toml' cannot be read: No such file"):
        load_settings(Path("gone.toml"))


def test_a_file_that_is_not_utf_8_is_an_error() -> None:
    Path("clusterqa.toml").write_bytes('corpus = "语料"'.encode("gb18030"))
    with pytest.raises(ConfigError, match="not valid TOML"):
        load_settings()
