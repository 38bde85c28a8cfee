"""The errors a user can meet. Each message says what is wrong with which value, then what mends it.

ClusterqaError
├── ConfigError             a setting or flag has an unusable value
├── QuestionError           the question itself cannot be asked (empty, too long)
├── CorpusError             a corpus or document is missing, unreadable, empty or too large
├── StoreError              the index is missing, damaged or was built with other settings
├── ModelUnavailableError   an embedding model cannot be loaded
└── JudgmentError           a judged question is malformed or its quote is not in the corpus
"""


class ClusterqaError(Exception):
    """Base of every expected failure; the command line prints it as one line and exits with 1."""


class ConfigError(ClusterqaError):
    """A setting or flag has an unusable value."""


class QuestionError(ClusterqaError):
    """The question cannot be asked: it is empty or too long."""


class CorpusError(ClusterqaError):
    """A corpus folder or a document is missing, unreadable, empty or too large."""


class StoreError(ClusterqaError):
    """The index is missing, damaged or was built with other settings."""


class ModelUnavailableError(ClusterqaError):
    """An embedding model cannot be loaded."""


class JudgmentError(ClusterqaError):
    """A judged question is malformed, or its quote is not in its document."""
