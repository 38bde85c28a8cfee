"""Hits to an answer: the sentences that answer, as verified citations, or an abstention."""

from clusterqa.answering.answerer import Answerer
from clusterqa.answering.citations import cite, verify_citation
from clusterqa.answering.confidence import FEATURES, Confidence, load_confidence
from clusterqa.answering.matching import QuestionMatcher

__all__ = [
    "FEATURES",
    "Answerer",
    "Confidence",
    "QuestionMatcher",
    "cite",
    "load_confidence",
    "verify_citation",
]
