"""Fit the confidence on the dev split of the judged questions and write it into the package.

    python -m clusterqa.training.confidence [--questions eval/questions.jsonl] [--out FILE]

Prints the AUROC in cross-validation and, for the choice of the threshold, what some would do.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from clusterqa.api import Assistant
from clusterqa.evaluation.calibration import cross_validated, fit, samples
from clusterqa.evaluation.judgments import load_judgments
from clusterqa.evaluation.measures import auroc

_OUT = Path(__file__).parent.parent / "answering" / "confidence.json"
_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def _summary(confidences: Mapping[str, Sequence[float]]) -> str:
    yes = confidences["answerable"]
    lines = [
        f"answerable against {kind}: cross-validated AUROC {auroc(yes, no):.3f}"
        for kind, no in confidences.items()
        if kind != "answerable"
    ]
    for threshold in _THRESHOLDS:
        refused = {
            kind: sum(value < threshold for value in values) / len(values)
            for kind, values in confidences.items()
        }
        shares = ", ".join(f"{kind} {share:.2f}" for kind, share in refused.items())
        lines.append(f"threshold {threshold}: refused {shares}")
    return "\n".join(lines)


def main() -> None:
    """Fit, print the summary and write the model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=Path, default=Path("eval/questions.jsonl"))
    parser.add_argument("--out", type=Path, default=_OUT)
    arguments = parser.parse_args()
    judgments = [each for each in load_judgments(arguments.questions) if each.split == "dev"]
    data = list(samples(Assistant().answerer, judgments))
    by_kind: dict[str, list[float]] = {}
    for sample, confidence in zip(data, cross_validated(data), strict=True):
        off_topic = sample.group.startswith("off")
        by_kind.setdefault("off-topic" if off_topic else sample.kind, []).append(confidence)
    sys.stderr.write(_summary(by_kind) + "\n")
    arguments.out.write_text(json.dumps(asdict(fit(data)), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
