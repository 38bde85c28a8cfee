"""Any sentence-transformers model as an Embedder, with the prompts that it was trained with."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from clusterqa.errors import ModelUnavailableError
from clusterqa.types import FloatArray

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_E5_INSTRUCTION = (
    "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "
)
_BGE_ZH = "为这个句子生成表示以用于检索相关文章："
_BGE_EN = "Represent this sentence for searching relevant passages: "
# Query and passage prompts of model families whose saved configuration does not carry them, as
# their model cards give them. Matched against the lower-case name, the first that fits.
_PROMPTS = (
    ("e5-large-instruct", _E5_INSTRUCTION, ""),
    ("e5-", "query: ", "passage: "),
    *((f"bge-{size}-zh", _BGE_ZH, "") for size in ("small", "base", "large")),
    *((f"bge-{size}-en", _BGE_EN, "") for size in ("small", "base", "large")),
)


def prompts_for(name: str, saved: dict[str, str]) -> tuple[str, str]:
    """The query and passage prompts of model `name`.

    Args:
        name: the model's name or path.
        saved: the prompts in the model's own configuration, which win where there are any.
    """
    if any(saved.values()):
        passage = saved.get("passage") or saved.get("document") or ""
        return saved.get("query", ""), passage
    for part, query, passage in _PROMPTS:
        if part in name.lower():
            return query, passage
    return "", ""


class TransformerEmbedder:
    """A sentence-transformers model.

    Code that a model brings along is never run (`trust_remote_code` stays off).

    Args:
        name: a hub name, taken from the local cache where it is there, or a folder.

    Raises:
        ModelUnavailableError: the model is not here and cannot be fetched, or does not load.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._model = _load(name)
        saved = {key: text for key, text in (self._model.prompts or {}).items() if text}
        self._query_prompt, self._passage_prompt = prompts_for(name, saved)
        self._fingerprint = self._digest()

    @property
    def fingerprint(self) -> str:
        """Digest of the name, the weights and the prompts."""
        return self._fingerprint

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed_passages(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape `(len(texts), dimension)`."""
        return self._encode(texts, self._passage_prompt)

    def embed_queries(self, texts: Sequence[str]) -> FloatArray:
        """Unit vectors, shape `(len(texts), dimension)`."""
        return self._encode(texts, self._query_prompt)

    def _encode(self, texts: Sequence[str], prompt: str) -> FloatArray:
        vectors = self._model.encode(
            list(texts),
            prompt=prompt or None,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def _digest(self) -> str:
        digest = hashlib.sha256(f"{self._query_prompt}\n{self._passage_prompt}".encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(f"{key}{tuple(tensor.shape)}".encode())
            digest.update(tensor.detach().cpu().float().numpy().tobytes())
        return f"{self._name}:{digest.hexdigest()[:16]}"


def _load(name: str) -> "SentenceTransformer":
    is_here = Path(name).expanduser().is_dir() or _is_cached(name)
    if not is_here and not _hub_answers():
        raise ModelUnavailableError(
            f"model '{name}' is neither a folder nor in the local cache, and the model hub cannot "
            f"be reached; give the path of a saved model, or use the bundled one: --model bundled"
        )
    from sentence_transformers import SentenceTransformer

    try:
        with _offline(is_here):
            return SentenceTransformer(name, trust_remote_code=False, local_files_only=is_here)
    except Exception as error:  # the loader raises many kinds, down to bare ones
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelUnavailableError(
            f"model '{name}' does not load: {reason}; use the bundled one: --model bundled"
        ) from error


@contextmanager
def _offline(wanted: bool) -> Iterator[None]:
    """Keep the hub's client from look-ups that `local_files_only` leaves it."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = before or wanted
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _is_cached(name: str) -> bool:
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        repository = name if "/" in name else f"sentence-transformers/{name}"
        return isinstance(try_to_load_from_cache(repository, "modules.json"), str)
    except HFValidationError:
        return False


def _hub_answers(seconds: float = 3.0) -> bool:
    """One quick try: the hub's own client would go on for two minutes without a network."""
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        return False
    import socket
    from urllib.parse import urlsplit

    from huggingface_hub.constants import ENDPOINT

    address = urlsplit(ENDPOINT)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        with socket.create_connection((address.hostname or "", port), timeout=seconds):
            return True
    except OSError:
        return False
