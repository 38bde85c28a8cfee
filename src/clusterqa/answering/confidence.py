"""How sure the retrieval is that its first hits answer the question."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

FEATURES = ("lead", "similarity", "cosine", "coverage", "unknown")


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic model over `FEATURES`; fitted by `python -m clusterqa.training.confidence`.

    `weights` belong to standardised features: `(value - mean) / deviation`.
    """

    bias: float
    weights: Mapping[str, float]
    means: Mapping[str, float]
    deviations: Mapping[str, float]

    def __call__(self, features: Mapping[str, float]) -> float:
        """The estimated probability, from 0 to 1, that the corpus answers the question."""
        logit = self.bias + sum(
            weight * (features[name] - self.means[name]) / self.deviations[name]
            for name, weight in self.weights.items()
        )
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def load_confidence() -> Confidence:
    """The model that comes with the package."""
    data = files("clusterqa.answering").joinpath("confidence.json").read_text("utf-8")
    values = json.loads(data)
    return Confidence(values["bias"], values["weights"], values["means"], values["deviations"])
