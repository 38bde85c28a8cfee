"""Writing and reading what is trained: the model folder and the word table.

Every folder is written aside and moved into place, so that a reader never sees half of one.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save
from tokenizers import Tokenizer

from clusterqa.training.alignment import Translations, WordTable

Floats = NDArray[np.float32]
_STATIC, _NORMALIZE = "0_StaticEmbedding", "1_Normalize"
_MODULES = (
    ("0", _STATIC, "sentence_transformers.models.StaticEmbedding"),
    ("1", _NORMALIZE, "sentence_transformers.models.Normalize"),
)
BELIEF_STEPS = 255  # a stored byte is a belief times this, rounded


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``folder`` that takes its place when the block succeeds."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield aside
        for path in [aside, *aside.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
        old = aside.with_name(aside.name + "-old")
        if folder.exists():
            folder.rename(old)
        aside.rename(folder)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def quantise(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Return whole numbers from -127 to 127 (tokens, dims) and the scale of each row (tokens,).

    ``numbers * scales[:, None]`` gives the vectors back to half a scale in each coordinate.
    """
    scales = (np.abs(vectors).max(axis=1) / 127.0).astype(np.float32)
    steps = np.where(scales > 0, scales, 1.0)[:, None]
    return np.rint(vectors / steps).astype(np.int8), scales


def write_model(folder: Path, tokenizer: Tokenizer, vectors: Floats, card: str) -> None:
    """Write a sentence-transformers folder: a StaticEmbedding of 8-bit weights, then Normalize.

    The tensors are ``embeddings`` (tokens, dims), int8, and ``weights`` (tokens,), float32: the
    layout of model2vec, which StaticEmbedding multiplies out to float32 when it loads.
    """
    numbers, scales = quantise(vectors)
    with replaced_folder(folder) as aside:
        for _, path, _ in _MODULES:
            (aside / path).mkdir()
        static = aside / _STATIC
        data = save({"embeddings": numbers, "weights": scales})
        (static / "model.safetensors").write_bytes(data)
        tokenizer.save(str(static / "tokenizer.json"), pretty=False)
        modules = [
            {"idx": int(name), "name": name, "path": path, "type": kind}
            for name, path, kind in _MODULES
        ]
        _write_json(aside / "modules.json", modules)
        normalise = {f"module_{side}_name": "sentence_embedding" for side in ("input", "output")}
        _write_json(aside / _NORMALIZE / "config.json", normalise)
        settings: dict[str, object] = {
            "prompts": {},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        }
        _write_json(aside / "config_sentence_transformers.json", settings)
        (aside / "README.md").write_text(card, encoding="utf-8")


def read_model(folder: Path) -> tuple[Tokenizer, Floats]:
    """Read tokenizer and float32 token vectors (tokens, dims) without torch."""
    tokenizer = Tokenizer.from_file(str(folder / _STATIC / "tokenizer.json"))
    tensors = load_file(folder / _STATIC / "model.safetensors")
    scales: Floats = tensors["weights"]
    return tokenizer, tensors["embeddings"].astype(np.float32) * scales[:, None]


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


def write_table(folder: Path, table: WordTable, readme: str) -> None:
    """Write ``zh.txt``, ``en.txt`` (one word a line) and ``table.npz``.

    Each direction has ``*_indptr`` (int32, one longer than the words given), ``*_indices`` (int32)
    and ``*_probs`` (uint8, a belief times 255).
    """
    arrays: dict[str, NDArray[np.generic]] = {}
    for name in ("zh_given_en", "en_given_zh"):
        part: Translations = getattr(table, name)
        arrays[f"{name}_indptr"] = part.indptr
        arrays[f"{name}_indices"] = part.indices
        steps = np.rint(part.probs * BELIEF_STEPS)
        arrays[f"{name}_probs"] = np.clip(steps, 1, BELIEF_STEPS).astype(np.uint8)
    with replaced_folder(folder) as aside:
        (aside / "zh.txt").write_text("\n".join(table.zh) + "\n", encoding="utf-8")
        (aside / "en.txt").write_text("\n".join(table.en) + "\n", encoding="utf-8")
        np.savez_compressed(aside / "table.npz", allow_pickle=False, **arrays)
        (aside / "README.md").write_text(readme, encoding="utf-8")


def read_table(folder: Path) -> WordTable:
    """Read a table that :func:`write_table` wrote."""
    zh = (folder / "zh.txt").read_text("utf-8").splitlines()
    en = (folder / "en.txt").read_text("utf-8").splitlines()
    with np.load(folder / "table.npz", allow_pickle=False) as arrays:
        directions = [
            Translations(
                arrays[f"{name}_indptr"],
                arrays[f"{name}_indices"],
                arrays[f"{name}_probs"].astype(np.float32) / BELIEF_STEPS,
            )
            for name in ("zh_given_en", "en_given_zh")
        ]
    return WordTable(zh, en, *directions)


def folder_bytes(folder: Path) -> int:
    """Return the size of all files below ``folder``."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
