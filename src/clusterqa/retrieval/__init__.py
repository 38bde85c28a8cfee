"""Question to hits: four legs over the whole index, and their fusion."""

from clusterqa.retrieval.fusion import standardised_sum
from clusterqa.retrieval.legs import LEGS, make_legs
from clusterqa.retrieval.retriever import MODES, Retriever

__all__ = ["LEGS", "MODES", "Retriever", "make_legs", "standardised_sum"]
