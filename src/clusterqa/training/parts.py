"""What tokens share: characters and stems, whose vectors are part of the vectors of the tokens.

A word seen five times hardly learns its own vector, but its characters or its stem were seen often.
The parts are added into the token vectors when training ends, so that readers need not know them.
"""

from __future__ import annotations

from collections.abc import Sequence

from clusterqa.text import stem
from clusterqa.training.ragged import Ragged
from clusterqa.training.tokenizer import HAN, START

_PREFIX = 4  # letters of the beginning that longer English words share


def token_parts(token: str) -> list[str]:
    """Return the names of a token's parts.

    A Chinese word has its characters and, from three characters on, its pairs of neighbours; an
    English word its stem and, when longer than five letters, its first four.
    """
    if HAN.fullmatch(token):
        pairs = [token[i : i + 2] for i in range(len(token) - 1)] if len(token) > 2 else []
        return [*token, *pairs]
    word = token.removeprefix(START)
    if token == word or not word.isalpha() or len(word) < 2:
        return []
    beginning = [START + word[:_PREFIX]] if len(word) > _PREFIX + 1 else []
    return [stem(word), *beginning]


def part_ids(tokens: Sequence[str]) -> tuple[Ragged, int]:
    """Return the part ids of each token, and how many parts there are."""
    numbers: dict[str, int] = {}
    rows = [[numbers.setdefault(p, len(numbers)) for p in token_parts(t)] for t in tokens]
    return Ragged.of(rows), len(numbers)
