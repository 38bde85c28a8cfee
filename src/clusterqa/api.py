"""The one function behind every face: page, command line and Python all ask an `Assistant`."""

from collections.abc import Mapping
from dataclasses import dataclass

from clusterqa.answering import Answerer, load_confidence
from clusterqa.config import Settings, check_count
from clusterqa.embedding import load_bundled_model, load_embedder
from clusterqa.errors import QuestionError
from clusterqa.index import Built, Index, Models, build_index, is_stale, open_index
from clusterqa.retrieval import Retriever, make_legs
from clusterqa.text import detect_language
from clusterqa.translation import load_table
from clusterqa.types import Answer, Document, Language, Mode, Progress, Query, Retrieval

# A long paragraph; the longest judged question has under 200 characters.
MAX_QUESTION = 2000


def silent(stage: str, done: int, total: int) -> None:
    """A Progress that says nothing."""


def load_models(settings: Settings) -> Models:
    """The models that an index is built and searched with.

    Raises:
        ModelUnavailableError: one of them cannot be loaded.
    """
    return Models(load_embedder(settings.model), load_bundled_model(), load_table())


def build(settings: Settings, progress: Progress = silent, models: Models | None = None) -> Built:
    """Build the index from the corpus folder.

    Raises:
        ClusterqaError: the corpus, the model or the index folder is at fault.
    """
    return build_index(
        settings.corpus,
        settings.index,
        models or load_models(settings),
        settings.model,
        settings.passage_size,
        progress,
    )


def make_query(question: str, language: Language | None = None) -> Query:
    """A Query, in the question's own language unless one is given.

    Raises:
        QuestionError: the question is empty or too long.
    """
    text = question.strip()
    if not text:
        raise QuestionError(
            'the question is empty; ask one: clusterqa ask "湖北有多少个产业集群？"'
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QuestionError("the question is not valid text; type it in UTF-8") from error
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(text)} characters, over the {MAX_QUESTION} allowed; shorten it"
        )
    return Query(text, language or detect_language(text))


@dataclass(frozen=True, slots=True)
class Scored:
    """A retrieval with the confidence that it answers, and whether that is too low to answer."""

    retrieval: Retrieval
    confidence: float
    abstained: bool


class Assistant:
    """Asks and searches one index.

        from clusterqa import Assistant

        answer = Assistant().ask("湖北有多少个过百亿的产业集群？")
        print(answer.text)

    Args:
        settings: folders, model and limits; the defaults where left out.
        progress: told how far the building of a missing or stale index is.

    Raises:
        ClusterqaError: there is no corpus to build from, the index is damaged or of another model,
            or a model cannot be loaded.
    """

    def __init__(self, settings: Settings | None = None, progress: Progress = silent) -> None:
        self.settings = settings or Settings()
        models = load_models(self.settings)
        if self._is_stale(models):
            build(self.settings, progress, models)
        self.index: Index = open_index(self.settings.index, models, self.settings.model)
        legs = make_legs(self.index, models.embedder)
        self.retriever = Retriever(self.index.passages, legs)
        self.answerer = Answerer(
            self.index, self.retriever, load_confidence(), self.settings.threshold
        )

    def _count(self, k: int | None) -> int:
        return self.settings.k if k is None else check_count(k)

    def _is_stale(self, models: Models) -> bool:
        settings = self.settings
        return is_stale(
            settings.index, settings.corpus, models, settings.model, settings.passage_size
        )

    @property
    def documents(self) -> Mapping[str, Document]:
        """The indexed documents by id."""
        return self.index.documents

    def ask(self, question: str, k: int | None = None, language: Language | None = None) -> Answer:
        """Answer a question from its `k` best passages, or abstain.

        Raises:
            QuestionError: the question is empty or too long.
            ConfigError: `k` is out of range.
        """
        return self.answerer.answer(make_query(question, language), self._count(k))

    def search(
        self,
        question: str,
        k: int | None = None,
        mode: Mode = "hybrid",
        language: Language | None = None,
    ) -> Scored:
        """The `k` best passages, with the confidence that they answer.

        Raises:
            QuestionError: the question is empty or too long.
            ConfigError: `k` is out of range, or there is no such mode.
        """
        query = make_query(question, language)
        retrieval = self.retriever.search(query, self._count(k), mode)
        # One leg's own score says nothing to the confidence, which was fitted on the fused one.
        fused = retrieval if mode == "hybrid" else self.retriever.search(query, 1)
        confidence = self.answerer.confidence(fused)
        return Scored(retrieval, confidence, confidence < self.settings.threshold)
