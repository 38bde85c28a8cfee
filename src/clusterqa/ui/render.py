"""What the page shows, as HTML. Pure functions; every text goes through `markup.escape`."""

from collections.abc import Iterable, Mapping

from clusterqa.api import MAX_QUESTION
from clusterqa.types import Answer, Citation, Document, Language
from clusterqa.ui.asking import Turn
from clusterqa.ui.cards import card, card_id, quote_id, verified_sign
from clusterqa.ui.markup import element, escape, isolated
from clusterqa.ui.source_text import citations_within
from clusterqa.ui.texts import EXAMPLES, LANGUAGE_NAMES, TEXTS, Texts, counted

# From which confidence on an answer is called medium and high.
MEDIUM, HIGH = 0.5, 0.75
_HALF_MOON = (
    '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">'
    '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"/>'
    '<path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"/></svg>'
)


def masthead(language: Language) -> str:
    """Title, description, and the switches of language and of dark and light."""
    texts = TEXTS[language]
    title = element("h1", escape(texts.title))
    tagline = element("p", escape(texts.tagline), class_="tagline")
    switches = element("div", _languages(language, texts) + _theme(texts), class_="switches")
    return element(
        "header", element("div", title + tagline) + switches, data_language=language
    )  # fmt: skip


def _languages(current: Language, texts: Texts) -> str:
    buttons = "".join(
        element(
            "button",
            escape(name),
            type="button",
            lang=language,
            data_speak=language,
            aria_pressed="true" if language == current else "false",
        )
        for language, name in LANGUAGE_NAMES.items()
    )
    return element("div", buttons, class_="languages", role="group", aria_label=texts.language)


def _theme(texts: Texts) -> str:
    return element(
        "button",
        _HALF_MOON,
        type="button",
        class_="theme",
        data_theme_switch=True,
        aria_label=texts.theme,
        title=texts.theme,
    )


def status(documents: int, passages: int, failures: Mapping[str, str], texts: Texts) -> str:
    """How much is indexed, what could not be, and that nothing leaves the machine."""
    parts = [
        counted(documents, texts.documents_one, texts.documents),
        counted(passages, texts.passages_one, texts.passages),
        texts.offline,
    ]
    line = element("p", "".join(element("span", escape(part)) for part in parts))
    return element("footer", line + _failures(failures, texts), class_="status")


def _failures(failures: Mapping[str, str], texts: Texts) -> str:
    if not failures:
        return ""
    label = counted(len(failures), texts.failures_one, texts.failures)
    rows = "".join(
        element("li", f"{isolated(name)}: {isolated(reason)}") for name, reason in failures.items()
    )
    return element("details", element("summary", escape(label)) + element("ul", rows))


def result(turn: Turn | None, documents: Mapping[str, Document], language: Language) -> str:
    """The part of the page below the question: welcome, answer, abstention or error."""
    texts = TEXTS[language]
    if turn is None:
        return _welcome(texts)
    answer = turn.answer
    if answer is None:
        body = _error(turn, texts)
    elif answer.abstained:
        body = _abstention(answer, documents, texts)
    else:
        body = _answer(answer, documents, texts)
    asked = "" if turn.refused else element("h2", isolated(turn.question), class_="asked")
    more = element("summary", escape(texts.examples)) + _examples(texts)
    return asked + body + element("details", more, class_="more")


def _welcome(texts: Texts) -> str:
    heading = element("h2", escape(texts.welcome))
    promises = "".join(element("li", escape(promise)) for promise in texts.promises)
    return element(
        "section", heading + _examples(texts) + element("ul", promises, class_="promises"),
        class_="welcome",
    )  # fmt: skip


def _examples(texts: Texts) -> str:
    columns = []
    for language, questions in EXAMPLES.items():
        heading = element("h3", escape(LANGUAGE_NAMES[language]), lang=language)
        buttons = "".join(_example(question, language) for question in questions)
        columns.append(element("div", heading + buttons))
    return element("div", "".join(columns), class_="examples")


def _example(question: str, language: Language) -> str:
    return element("button", escape(question), type="button", lang=language, data_question=question)


def _error(turn: Turn, texts: Texts) -> str:
    # A refused question has no heading of its own above this one.
    tag, reason = ("h2", texts.question_refused) if turn.refused else ("h3", texts.failed)
    heading = element(tag, escape(reason))
    line = element("p", escape(_error_line(turn, texts)))
    return element("section", heading + line, class_="notice error", role="alert")


def _error_line(turn: Turn, texts: Texts) -> str:
    """In the language of the interface where the page knows the reason; else the error's own."""
    if turn.error is None:
        return texts.unexpected
    if turn.refused and not turn.question:
        return texts.empty_question
    if turn.refused and len(turn.question) > MAX_QUESTION:
        return texts.long_question.format(n=len(turn.question), limit=MAX_QUESTION)
    return turn.error


def _abstention(answer: Answer, documents: Mapping[str, Document], texts: Texts) -> str:
    """Said in the language of the question, whatever that of the interface."""
    own = TEXTS[answer.query.language]
    said = element("h3", escape(own.abstained)) + element("p", escape(own.abstained_hint))
    message = element("div", said, lang=answer.query.language)
    facts = _facts([_confidence(answer, texts), _rejected(answer, texts)])
    notice = element("section", message + facts, class_="notice abstained", role="status")
    if not answer.hits:
        return notice + element("p", escape(texts.nothing_near), class_="nothing")
    ranks = range(1, len(answer.hits) + 1)
    return notice + _cards(texts.nearest, answer, ranks, documents, texts)


def _answer(answer: Answer, documents: Mapping[str, Document], texts: Texts) -> str:
    cited = [rank for rank, _ in _cited_hits(answer)]
    others = [rank for rank in range(1, len(answer.hits) + 1) if rank not in cited]
    return (
        _quotes(answer, documents, texts)
        + _cards(texts.cited, answer, cited, documents, texts)
        + _cards(texts.others, answer, others, documents, texts)
    )


def _cited_hits(answer: Answer) -> Iterable[tuple[int, tuple[Citation, ...]]]:
    """Rank and citations of each hit that has any."""
    for rank, hit in enumerate(answer.hits, start=1):
        own = citations_within(hit.passage, answer.citations)
        if own:
            yield rank, own


def _quotes(answer: Answer, documents: Mapping[str, Document], texts: Texts) -> str:
    card_of = {c.marker: card_id(rank) for rank, own in _cited_hits(answer) for c in own}
    quotes = "".join(
        _quote(citation, card_of.get(citation.marker), documents.get(citation.document), texts)
        for citation in answer.citations
    )
    count = counted(len(answer.citations), texts.answered_one, texts.answered)
    facts = [
        element("span", escape(count)),
        _confidence(answer, texts),
        element("span", escape(texts.took.format(n=round(sum(answer.milliseconds.values()))))),
        _rejected(answer, texts),
    ]
    heading = element("h3", escape(texts.answer), class_="unseen")
    return element(
        "section", heading + element("ol", quotes, class_="quotes") + _facts(facts),
        class_="answer",
    )  # fmt: skip


def _quote(citation: Citation, card: str | None, document: Document | None, texts: Texts) -> str:
    marker = f"[{citation.marker}]"
    link = element("span", marker, class_="marker")
    if card:
        label = texts.marker.format(n=citation.marker)
        link = element(
            "button", marker, type="button", class_="marker", data_goto=card, aria_label=label
        )
    sign = verified_sign(texts) if citation.verified else ""
    language = document.language if document else None
    words = element("q", escape(citation.quote), lang=language)
    return element("li", f"{words} {link}{sign}", id=quote_id(citation.marker), tabindex="-1")


def _cards(
    heading: str,
    answer: Answer,
    ranks: Iterable[int],
    documents: Mapping[str, Document],
    texts: Texts,
) -> str:
    cards = "".join(
        card(answer.hits[rank - 1], rank, answer.citations, documents, texts) for rank in ranks
    )
    return (
        element("section", element("h3", escape(heading)) + cards, class_="cards") if cards else ""
    )


def _facts(facts: Iterable[str]) -> str:
    return element("p", "".join(facts), class_="facts", role="status")


def _confidence(answer: Answer, texts: Texts) -> str:
    level = (
        "low" if answer.confidence < MEDIUM else "medium" if answer.confidence < HIGH else "high"
    )
    # Neither 0 nor 100: certainty is never claimed.
    percent = min(99, max(1, round(answer.confidence * 100)))
    label = texts.confidence.format(level=texts.levels[level], percent=percent)
    return element("span", escape(label), class_=f"confidence {level}", title=texts.confidence_hint)


def _rejected(answer: Answer, texts: Texts) -> str:
    if not answer.rejected:
        return ""
    line = counted(answer.rejected, texts.rejected_one, texts.rejected)
    return element("span", escape(line), class_="rejected")
