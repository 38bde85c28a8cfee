"""A hit as a card: where it stands, its text, why it was found, and its context."""

from collections.abc import Mapping, Sequence

from clusterqa.types import Citation, Document, Hit, Passage
from clusterqa.ui.markup import element, escape, isolated
from clusterqa.ui.source_text import citations_within, context_html, context_span, passage_html
from clusterqa.ui.texts import LegText, Texts

_TICK = (
    '<svg class="tick" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">'
    '<path d="M3 8.5l3.2 3.2L13 4.8" fill="none" stroke="currentColor" stroke-width="2"/></svg>'
)


def card_id(rank: int) -> str:
    """The element id of the card of the hit at `rank`, from 1."""
    return f"passage-{rank}"


def quote_id(marker: int) -> str:
    """The element id of a citation in the answer."""
    return f"quote-{marker}"


def verified_sign(texts: Texts) -> str:
    """The sign that a quotation was compared with its source."""
    label = element("span", escape(texts.verified))
    return element("span", _TICK + label, class_="verified", title=texts.verified_hint)


def place(passage: Passage, texts: Texts) -> str:
    """Section path and page of a passage; empty where neither is known."""
    parts = []
    if passage.section:
        separator = '<span class="into" aria-hidden="true"> › </span>'
        steps = separator.join(isolated(heading) for heading in passage.section)
        label = element("span", f"{escape(texts.section)}: ", class_="unseen")
        parts.append(element("span", label + steps, class_="path"))
    if passage.page is not None:
        parts.append(element("span", escape(texts.page.format(n=passage.page)), class_="page"))
    return element("p", "".join(parts), class_="place") if parts else ""


def card(
    hit: Hit,
    rank: int,
    citations: Sequence[Citation],
    documents: Mapping[str, Document],
    texts: Texts,
) -> str:
    """The card of `hit`.

    Args:
        hit: what to show.
        rank: its place among the hits, from 1.
        citations: of the answer; those that lie in the passage are marked.
        documents: by id.
        texts: the interface.
    """
    passage = hit.passage
    document = documents.get(passage.document)
    own = citations_within(passage, citations)
    title = document.title if document else passage.document
    markers = "".join(_back_to_quote(citation.marker, texts) for citation in own)
    name = element("h4", isolated(title), class_="document")
    heading = element("div", markers + name, class_="card-title")
    text = passage_html(document, passage, own)
    parts = (
        element("header", heading + place(passage, texts)),
        element("blockquote", text, class_="source", lang=document.language if document else None),
        element("div", _actions(rank, own, document, texts), class_="actions"),
        _found_by(hit, rank, texts),
        _context(document, passage, own, rank, texts) if document else "",
    )
    kind = "card cited" if own else "card"
    return element("article", "".join(parts), class_=kind, id=card_id(rank), tabindex="-1")


def _back_to_quote(marker: int, texts: Texts) -> str:
    return element(
        "button",
        f"[{marker}]",
        type="button",
        class_="marker",
        data_goto=quote_id(marker),
        aria_label=texts.back.format(n=marker),
    )


def _actions(
    rank: int, citations: Sequence[Citation], document: Document | None, texts: Texts
) -> str:
    verified = bool(citations) and all(citation.verified for citation in citations)
    sign = verified_sign(texts) if verified else ""
    if document is None:
        return sign
    opener = element(
        "button",
        escape(texts.context),
        type="button",
        class_="open-context",
        data_context=_context_id(rank),
        aria_haspopup="dialog",
    )
    return sign + opener


def _found_by(hit: Hit, rank: int, texts: Texts) -> str:
    """Ranks at a glance; opened, what each of them means."""
    glance = [element("span", escape(texts.rank.format(n=rank)), class_="rank")]
    meanings = []
    for name, place_in_leg in hit.ranks.items():
        leg = texts.legs.get(name, LegText(name, ""))
        # A leg that scores a passage 0 has found nothing in it; its rank there is an accident.
        shown = str(place_in_leg) if hit.leg_scores.get(name, 1.0) != 0 else texts.silent_leg
        term = f"{escape(leg.name)} {element('b', escape(shown))}"
        glance.append(element("span", term, class_="leg", title=leg.hint))
        meanings.append(element("dt", term) + element("dd", escape(leg.hint)))
    score = escape(texts.score.format(n=f"{hit.score:.2f}"))
    glance.append(element("span", score, class_="score", title=texts.score_hint))
    meanings.append(element("dt", score) + element("dd", escape(texts.score_hint)))
    label = element("span", escape(texts.found_by), class_="unseen")
    summary = element("summary", label + "".join(glance))
    return element("details", summary + element("dl", "".join(meanings)), class_="found-by")


def _context_id(rank: int) -> str:
    return f"context-{rank}"


def _context(
    document: Document, passage: Passage, citations: Sequence[Citation], rank: int, texts: Texts
) -> str:
    """The reading view, hidden until `data-context` asks for it."""
    start, end = context_span(document, passage)
    body = element(
        "div",
        context_html(document, passage, citations),
        class_="source",
        lang=document.language,
        tabindex="0",
    )
    before = element("p", escape(texts.earlier), class_="cut") if start > 0 else ""
    after = element("p", escape(texts.later), class_="cut") if end < len(document.text) else ""
    heading = element("h3", isolated(document.title), class_="document")
    close = element("button", escape(texts.close), type="button", class_="close", data_close=True)
    top = element("header", element("div", heading + place(passage, texts)) + close)
    return element(
        "div",
        top + element("div", before + body + after, class_="sheet"),
        class_="context",
        id=_context_id(rank),
        hidden=True,
        data_label=texts.context_of,
    )
