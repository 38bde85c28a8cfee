"""The layers of docs/architecture.md: imports point one way, and heavy ones wait until needed."""

import ast
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from support import CHINESE, SOURCE, run_python

# A part imports only from parts at or below its own layer. `.` is the package itself.
LAYERS = {
    "errors": 0,
    "text": 0,
    "types": 1,
    "config": 1,
    "corpus": 2,
    "chunking": 2,
    "embedding": 2,
    "translation": 2,
    "index": 3,
    "retrieval": 4,
    "answering": 5,
    "evaluation": 6,
    "api": 7,
    "contract": 7,
    "cli": 7,
    "ui": 7,
    ".": 7,
    "__main__": 7,
    "training": 8,
}
# What no question needs: it takes seconds to import.
HEAVY = ["torch", "sentence_transformers", "transformers", "gradio", "pandas", "scipy", "sklearn"]


def part_of(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "." if first == "__init__" else first


def imported_modules(module: Sequence[str], text: str) -> Iterator[str]:
    """What the `text` of a module imports, also inside functions and for types."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def edges() -> set[tuple[str, str, str]]:
    """`(file, its part, imported part)` of every import that crosses parts."""
    found = set()
    for path in sorted(SOURCE.rglob("*.py")):
        module = path.relative_to(SOURCE.parent).with_suffix("").parts
        for name in imported_modules(module, path.read_text("utf-8")):
            package, _, rest = name.partition(".")
            if package != SOURCE.name:
                continue
            first = rest.split(".")[0]
            target = first if first in LAYERS else "."
            if target != part_of(path):
                found.add((path.relative_to(SOURCE).as_posix(), part_of(path), target))
    return found


def test_every_part_has_a_layer() -> None:
    assert {part_of(path) for path in SOURCE.rglob("*.py")} <= set(LAYERS)


def test_imports_are_found_wherever_they_stand() -> None:
    text = """
import clusterqa.api
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from ..cli import main
def late():
    from clusterqa.ui import page
"""
    found = set(imported_modules(("clusterqa", "retrieval", "example"), text))
    assert {"clusterqa.api", "clusterqa.ui.page", "clusterqa.cli.main"} <= found


def test_a_part_imports_only_from_its_own_layer_or_below() -> None:
    assert [edge for edge in sorted(edges()) if LAYERS[edge[2]] > LAYERS[edge[1]]] == []


def test_parts_do_not_import_each_other_in_a_circle() -> None:
    below: dict[str, set[str]] = {}
    for _, part, target in edges():
        below.setdefault(part, set()).add(target)

    def reaches(part: str, goal: str, seen: frozenset[str]) -> bool:
        steps = below.get(part, set()) - seen
        return goal in steps or any(reaches(step, goal, seen | {step}) for step in steps)

    assert [part for part in LAYERS if reaches(part, part, frozenset())] == []


def test_nobody_imports_the_training() -> None:
    assert [edge for edge in edges() if edge[2] == "training"] == []


def test_the_nouns_import_nothing_of_the_package() -> None:
    assert [edge for edge in edges() if edge[1] in ("errors", "types", "text")] == []


@pytest.mark.parametrize("part", ["api", "contract", "answering", "index", "retrieval", "text"])
def test_parts_below_the_faces_print_nothing(part: str) -> None:
    paths = [*SOURCE.glob(f"{part}.py"), *SOURCE.glob(f"{part}/**/*.py")]
    assert paths
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.Name) and node.id == "print"), path


def loaded(code: str, cwd: Path) -> set[str]:
    """The top-level modules of a fresh process that has run `code`."""
    listing = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    finished = run_python("-c", f"{code}\n{listing}", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    return set(json.loads(finished.stdout.splitlines()[-1]))


def test_importing_the_package_loads_nothing_heavy(tmp_path: Path) -> None:
    modules = loaded("import clusterqa", tmp_path)
    assert not modules & {*HEAVY, "numpy", "faiss", "tantivy", "langchain_text_splitters"}


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "from clusterqa.cli.main import run; assert run(['--help']) == 0"
    assert not loaded(code, tmp_path) & {*HEAVY, "faiss", "tantivy", "langchain_text_splitters"}


def test_asking_a_built_index_loads_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/clusters.txt").write_text(CHINESE, "utf-8")
    built = run_python("-m", "clusterqa", "index", cwd=tmp_path)
    assert built.returncode == 0, built.stderr
    code = "from clusterqa.cli.main import run; assert run(['ask', '湖北有多少个产业集群？']) == 0"
    modules = loaded(code, tmp_path)
    assert "faiss" in modules
    assert not modules & {*HEAVY, "langchain_text_splitters", "langchain_core"}
