"""One question put to the assistant, with whatever came of it; nothing of it is raised."""

import logging
from dataclasses import dataclass
from typing import Protocol

from clusterqa.errors import ClusterqaError, QuestionError
from clusterqa.types import Answer

_log = logging.getLogger(__name__)


class Asks(Protocol):
    """What is asked: `clusterqa.Assistant`, or a double of it."""

    def ask(self, question: str) -> Answer:
        """The answer to `question`.

        Raises:
            ClusterqaError: it cannot be asked or answered.
        """
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its outcome: an answer, or the message of an error, or neither when the
    failure was unexpected. `refused` says that the question itself was at fault."""

    question: str
    answer: Answer | None = None
    error: str | None = None
    refused: bool = False


def take_turn(assistant: Asks, question: str) -> Turn:
    """Ask, and turn every failure into a Turn that can be shown."""
    text = question.strip()
    try:
        return Turn(text, answer=assistant.ask(text))
    except ClusterqaError as error:
        return Turn(text, error=str(error), refused=isinstance(error, QuestionError))
    except Exception as error:  # a visitor is never shown a traceback
        _log.error("a question failed: %s: %s", type(error).__name__, error)
        _log.debug("where it failed", exc_info=True)
        return Turn(text)
