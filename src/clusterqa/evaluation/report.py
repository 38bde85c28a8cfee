"""One run of the judged questions: every leg and the fusion, by language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from clusterqa.answering import Answerer
from clusterqa.evaluation.judgments import relevant_passages
from clusterqa.evaluation.measures import MEASURES, auroc
from clusterqa.retrieval import MODES
from clusterqa.types import Judgment, Language, Mode, Progress, Query

DEPTH = 10
# The fusion last, below the legs that it is made of.
_MODES: tuple[Mode, ...] = (*(mode for mode in MODES if mode != "hybrid"), "hybrid")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one answerable question scored in one mode."""

    id: str
    language: Language
    mode: Mode
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as the whole assistant answered it."""

    id: str
    language: Language
    answerable: bool
    abstained: bool
    confidence: float
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a run. `split` names the judged questions that it was run on."""

    split: str
    outcomes: tuple[Outcome, ...]
    asked: tuple[Asked, ...]

    def mean(self, mode: Mode, language: Language, measure: str) -> float:
        """Mean of a measure over the answerable questions of a language; a miss counts 0."""
        values = [
            outcome.measures[measure]
            for outcome in self.outcomes
            if outcome.mode == mode and outcome.language == language
        ]
        return fmean(values) if values else 0.0

    def abstention(self, language: Language) -> dict[str, float]:
        """How abstention did: `auroc` of the confidence, the share of unanswerable questions that
        were `refused`, and of answerable ones that were `answered`."""
        mine = [asked for asked in self.asked if asked.language == language]
        yes = [asked for asked in mine if asked.answerable]
        no = [asked for asked in mine if not asked.answerable]
        return {
            "auroc": auroc([a.confidence for a in yes], [a.confidence for a in no]),
            "refused": fmean(asked.abstained for asked in no) if no else 0.0,
            "answered": fmean(not asked.abstained for asked in yes) if yes else 0.0,
        }


def evaluate(
    answerer: Answerer, judgments: Sequence[Judgment], split: str, progress: Progress
) -> Report:
    """Ask every question in every mode.

    Raises:
        JudgmentError: evidence is not in the corpus.
    """
    outcomes: list[Outcome] = []
    asked = []
    for number, judgment in enumerate(judgments, start=1):
        if judgment.answerable:
            outcomes += [_outcome(answerer, judgment, mode) for mode in _MODES]
        asked.append(_ask(answerer, judgment))
        progress("evaluate", number, len(judgments))
    return Report(split, tuple(outcomes), tuple(asked))


def _outcome(answerer: Answerer, judgment: Judgment, mode: Mode) -> Outcome:
    relevant = relevant_passages(judgment, answerer.index.documents, answerer.index.passages)
    retrieval = answerer.retriever.search(_query(judgment), DEPTH, mode)
    ranked = [hit.passage.id in relevant for hit in retrieval.hits]
    measures = {name: measure(ranked, len(relevant)) for name, measure in MEASURES.items()}
    return Outcome(judgment.id, judgment.language, mode, measures)


def _ask(answerer: Answerer, judgment: Judgment) -> Asked:
    answer = answerer.answer(_query(judgment), DEPTH)
    return Asked(
        judgment.id,
        judgment.language,
        judgment.answerable,
        answer.abstained,
        answer.confidence,
        sum(answer.milliseconds.values()),
    )


def _query(judgment: Judgment) -> Query:
    return Query(judgment.question, judgment.language)


def report_json(report: Report) -> dict[str, Any]:
    """The report as `eval --json` prints it."""
    languages = sorted({asked.language for asked in report.asked}, reverse=True)
    return {
        "split": report.split,
        "questions": len(report.asked),
        "retrieval": {
            mode: {
                language: {name: report.mean(mode, language, name) for name in MEASURES}
                for language in languages
            }
            for mode in _MODES
        },
        "abstention": {language: report.abstention(language) for language in languages},
        "milliseconds": fmean(asked.milliseconds for asked in report.asked),
        "misses": [
            {"id": outcome.id, **outcome.measures}
            for outcome in report.outcomes
            if outcome.mode == "hybrid" and outcome.measures["recall@1"] == 0
        ],
    }


def report_text(report: Report) -> str:
    """The report as a plain table for the terminal."""
    content = report_json(report)
    lines = [
        f"split {report.split}: {sum(asked.answerable for asked in report.asked)} answerable and "
        f"{sum(not asked.answerable for asked in report.asked)} unanswerable questions, "
        f"{content['milliseconds']:.1f} ms each",
        "",
        "  ".join([f"{'':<11}{'':<3}", *(f"{name:>9}" for name in MEASURES)]),
    ]
    for mode, languages in content["retrieval"].items():
        for language, values in languages.items():
            cells = "  ".join(f"{values[name]:>9.3f}" for name in MEASURES)
            lines.append(f"{mode:<11}{language:<3}  {cells}")
    lines.append("")
    for language, values in content["abstention"].items():
        lines.append(
            f"abstention {language}: AUROC {values['auroc']:.3f}, unanswerable refused "
            f"{values['refused']:.2f}, answerable answered {values['answered']:.2f}"
        )
    missed = ", ".join(miss["id"] for miss in content["misses"])
    return "\n".join([*lines, f"not first: {missed or 'none'}"])
