"""Judged questions, measures, runs: how accurate retrieval is."""

from clusterqa.evaluation.judgments import load_judgments, relevant_passages
from clusterqa.evaluation.report import Report, evaluate, report_json, report_text

__all__ = [
    "Report",
    "evaluate",
    "load_judgments",
    "relevant_passages",
    "report_json",
    "report_text",
]
