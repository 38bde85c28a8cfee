"""Settings: defaults, then `clusterqa.toml`, then flags."""

import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from clusterqa.errors import ConfigError

CONFIG_FILE = Path("clusterqa.toml")


def check_count(k: int) -> int:
    """`k`, the number of hits asked for, if it is usable.

    Raises:
        ConfigError: it is not between 1 and 1000.
    """
    if not 1 <= k <= 1000:
        raise ConfigError(f"k {k} is not between 1 and 1000; try: -k 5")
    return k


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user may set.

    `corpus` and `index` are folders; `model` is `bundled`, or a sentence-transformers name or
    path; `passage_size` is in characters; `k` is the number of hits; an answer whose confidence is
    below `threshold` becomes an abstention.
    """

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    model: str = "bundled"
    passage_size: int = 300
    k: int = 5
    threshold: float = 0.3

    def __post_init__(self) -> None:
        if not 50 <= self.passage_size <= 5000:
            raise ConfigError(f"passage_size {self.passage_size} is not between 50 and 5000")
        check_count(self.k)
        if not self.model.strip():
            raise ConfigError("the model has no name; use the bundled one: --model bundled")
        if not 0 <= self.threshold <= 1:
            raise ConfigError(f"threshold {self.threshold} is not between 0 and 1")


_TYPES: dict[str, tuple[type, ...]] = {
    "corpus": (str,),
    "index": (str,),
    "model": (str,),
    "passage_size": (int,),
    "k": (int,),
    "threshold": (int, float),
}


def load_settings(path: Path | None = None, **flags: Any) -> Settings:
    """The settings in force.

    Args:
        path: a TOML file; by default `clusterqa.toml` where there is one.
        flags: settings given on the command line; None means not given.

    Raises:
        ConfigError: the file is missing, is not TOML, or a value is unusable.
    """
    values = _read(path)
    for field in fields(Settings):
        if flags.get(field.name) is not None:
            values[field.name] = flags[field.name]
    for folder in ("corpus", "index"):
        if folder in values:
            values[folder] = Path(values[folder])
    return replace(Settings(), **values)


def _read(path: Path | None) -> dict[str, Any]:
    if path is None and not CONFIG_FILE.is_file():
        return {}
    path = path or CONFIG_FILE
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"config file '{path}' cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"config file '{path}' is not valid TOML: {error}") from error
    for key, value in values.items():
        if key not in _TYPES:
            raise ConfigError(f"'{path}': unknown setting '{key}'; known: {', '.join(_TYPES)}")
        if isinstance(value, bool) or not isinstance(value, _TYPES[key]):
            raise ConfigError(f"'{path}': '{key}' cannot be {value!r}")
    return values
