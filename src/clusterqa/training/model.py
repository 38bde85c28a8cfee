"""Contrastive training of static token vectors: a text is the mean of the vectors of its tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch.nn import functional

from clusterqa.training.data import Pair, Source
from clusterqa.training.parts import part_ids
from clusterqa.training.ragged import Ragged, encode

Floats = NDArray[np.float32]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Settings:
    """How token vectors are trained."""

    dims: int = 256
    epochs: int = 4
    batch: int = 2048
    smallest_batch: int = 256
    scale: float = 20.0  # cosines times this are the logits
    rate: float = 0.04  # Adam's, falling linearly to zero
    spread: float = 0.1  # standard deviation of the vectors at the start
    longest: int = 192  # tokens of a text that are read
    swap: float = 0.5  # share of pairs whose sides change places, so that batches mix languages
    fewest: float = 0.2  # a left side keeps a share of its tokens drawn between this and one,
    spared: int = 4  # but not below this many tokens, give or take
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """The pairs of one source as token ids; equal keys mean equal texts."""

    source: Source
    left: Ragged
    right: Ragged
    left_keys: Ids
    right_keys: Ids


def encode_source(tokenizer: Tokenizer, source: Source, pairs: list[Pair]) -> Encoded:
    """Tokenize the pairs of a source; pairs with a side without tokens are dropped."""
    left = encode(tokenizer, (p[0] for p in pairs))
    right = encode(tokenizer, (p[1] for p in pairs))
    full = np.flatnonzero((np.diff(left.indptr) > 0) & (np.diff(right.indptr) > 0))
    keys = np.array([[hash(p[0]), hash(p[1])] for p in pairs], np.int64).reshape(-1, 2)[full]
    return Encoded(source, left.take(full), right.take(full), keys[:, 0], keys[:, 1])


Batch = tuple[Encoded, Ids]


def epoch_batches(
    sources: list[Encoded], settings: Settings, rng: np.random.Generator
) -> list[Batch]:
    """Return the batches of one epoch in random order, each from a single source.

    Batches of one source make the other passages of the batch hard to tell from the right one. A
    source with several copies gives each pair once per copy, never twice in a batch.
    """
    batches: list[Batch] = []
    for encoded in sources:
        for _ in range(encoded.source.copies):
            order = rng.permutation(len(encoded.left))
            parts = np.array_split(order, max(1, round(len(order) / settings.batch)))
            batches += [(encoded, p) for p in parts if len(p) >= settings.smallest_batch]
    return [batches[i] for i in rng.permutation(len(batches))]


def contrastive_loss(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, scale: float
) -> torch.Tensor:
    """Return the symmetric in-batch cross-entropy over scaled cosines (InfoNCE).

    ``left`` and ``right`` are (batch, dims); ``same`` (batch, batch) marks pairs of equal text
    off the diagonal, which are no negatives.
    """
    logits = scale * functional.normalize(left) @ functional.normalize(right).T
    logits = logits.masked_fill(same, -1e4)
    target = torch.arange(len(logits))
    both = functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)
    return both / 2


def _swapped(
    encoded: Encoded, rows: Ids, settings: Settings, rng: np.random.Generator
) -> tuple[Ragged, Ragged, torch.Tensor]:
    """Return both sides of a batch, some pairs turned round, and the mask of equal texts."""
    sides = [encoded.left.take(rows, settings.longest), encoded.right.take(rows, settings.longest)]
    keys = np.stack([encoded.left_keys[rows], encoded.right_keys[rows]])
    turn = rng.random(len(rows)) < settings.swap
    if turn.any():
        both = Ragged(
            np.concatenate([sides[0].ids, sides[1].ids]),
            np.concatenate([sides[0].indptr, sides[1].indptr[1:] + sides[0].indptr[-1]]),
        )
        n = np.arange(len(rows))
        sides = [
            both.take(np.where(turn, n + len(rows), n)),
            both.take(np.where(turn, n, n + len(rows))),
        ]
        keys = np.where(turn, keys[::-1], keys)
    equal = (keys[0][:, None] == keys[0]) | (keys[1][:, None] == keys[1])
    equal |= keys[0][:, None] == keys[1]
    np.fill_diagonal(equal, False)
    return sides[0], sides[1], torch.from_numpy(equal)


def thinned(texts: Ragged, fewest: float, spared: int, rng: np.random.Generator) -> Ragged:
    """Return each text with a random share, from ``fewest`` to 1, of its tokens; at least one.

    Texts of up to ``spared`` tokens stay whole, and longer ones are drawn to keep that many.

    A thinned sentence resembles a short question, and no token can lean on its neighbours.
    """
    lengths = np.diff(texts.indptr)
    draws = rng.random(len(texts.ids))
    owners = texts.owners()
    floor = np.clip(spared / np.maximum(lengths, 1), fewest, 1.0)
    keep = draws < rng.uniform(floor, 1.0)[owners]
    lowest = np.minimum.reduceat(draws, texts.indptr[:-1])
    keep |= draws == lowest[owners]
    indptr = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(np.bincount(owners[keep], minlength=len(lengths)), out=indptr[1:])
    return Ragged(texts.ids[keep], indptr)


class TokenVectors(torch.nn.Module):
    """A vector for each token: its own and the mean of its parts' vectors.

    Row 0, the unknown token, has no parts and is never in a text: it stays zero. Tokens never seen
    keep a random direction, so that an equal token still matches itself.
    """

    def __init__(self, tokens: Sequence[str], settings: Settings, rng: np.random.Generator) -> None:
        super().__init__()
        self._parts, count = part_ids(tokens)
        own = rng.normal(0.0, settings.spread / 2, (len(tokens), settings.dims))
        own[0] = 0.0
        shared = rng.normal(0.0, settings.spread, (max(count, 1), settings.dims))
        self.own = torch.nn.Parameter(torch.from_numpy(own.astype(np.float32)))
        self.shared = torch.nn.Parameter(torch.from_numpy(shared.astype(np.float32)))

    def forward(self, tokens: Ids) -> torch.Tensor:
        """Return the vectors (tokens, dims) of token ids."""
        return functional.embedding(torch.from_numpy(tokens), self.own) + _bags(
            self.shared, self._parts.take(tokens)
        )

    def means(self, texts: Ragged) -> torch.Tensor:
        """Return the mean token vectors (texts, dims)."""
        tokens, places = np.unique(texts.ids, return_inverse=True)
        return _bags(self(tokens), Ragged(places, texts.indptr))

    def table(self) -> Floats:
        """Return the vectors of all tokens, (vocabulary, dims)."""
        with torch.no_grad():
            return np.asarray(self(np.arange(len(self.own))).numpy(), np.float32)


def _bags(vectors: torch.Tensor, texts: Ragged) -> torch.Tensor:
    """Return the mean of each text's vectors; zero for a text without."""
    return functional.embedding_bag(
        torch.from_numpy(texts.ids), vectors, torch.from_numpy(texts.indptr[:-1]), mode="mean"
    )


def train(
    sources: list[Encoded],
    tokens: Sequence[str],
    settings: Settings,
    report: Callable[[int, float], None],
) -> Floats:
    """Train and return the vectors (tokens, dims); ``report`` gets each epoch and its mean loss."""
    rng = np.random.default_rng(settings.seed)
    vectors = TokenVectors(tokens, settings, rng)
    adam = torch.optim.Adam(vectors.parameters(), lr=settings.rate, fused=True)
    epochs = [epoch_batches(sources, settings, rng) for _ in range(settings.epochs)]
    steps, step = sum(len(b) for b in epochs), 0
    for number, batches in enumerate(epochs, 1):
        losses = []
        for encoded, rows in batches:
            adam.param_groups[0]["lr"] = settings.rate * (1 - step / steps)
            left, right, same = _swapped(encoded, rows, settings, rng)
            left = thinned(left, settings.fewest, settings.spared, rng)
            loss = contrastive_loss(vectors.means(left), vectors.means(right), same, settings.scale)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            losses.append(float(loss.detach()))
            step += 1
        report(number, float(np.mean(losses)))
    return vectors.table()
