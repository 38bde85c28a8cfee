"""What the tests of the page share: answers made by hand, and HTML read back."""

from dataclasses import replace
from html.parser import HTMLParser

from clusterqa.answering import cite, verify_citation
from clusterqa.chunking import split
from clusterqa.retrieval.legs import LEGS
from clusterqa.types import Answer, Document, Hit, Language, Passage, Query
from clusterqa.ui import render
from clusterqa.ui.asking import Turn


class Parsed(HTMLParser):
    """The elements of an HTML text, its characters, and those inside `mark` and `.here`."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.inside = {"mark": "", "here": ""}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self._open.append("here" if ("class", "here") in attrs else tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() in (tag, "here")

    def handle_data(self, data: str) -> None:
        self.text += data
        for name in self.inside.keys() & set(self._open):
            self.inside[name] += data


def make_hit(passage: Passage, **scores: float) -> Hit:
    leg_scores = dict.fromkeys(LEGS, 1.0) | scores
    return Hit(passage, 3.25, {leg: rank for rank, leg in enumerate(LEGS, start=2)}, leg_scores)


def make_answer(
    document: Document, *quotes: str, language: Language = "zh", question: str = "问题？", **values
) -> Answer:
    """An answer of `quotes`, found in the passages of `document`; without any, an abstention."""
    passages = split(document, 240)
    starts = [document.text.index(quote) for quote in quotes]
    citations = tuple(
        verify_citation(cite(document, number, start, start + len(quote)), {document.id: document})
        for number, (start, quote) in enumerate(zip(starts, quotes, strict=True), start=1)
    )
    answer = Answer(
        query=Query(question, language),
        abstained=not quotes,
        confidence=0.8 if quotes else 0.2,
        text="\n".join(quotes) or None,
        citations=citations,
        hits=tuple(make_hit(passage) for passage in passages[:5]),
        milliseconds={"lexical": 1.4, "answer": 2.0},
    )
    return replace(answer, **values)


def show(answer: Answer, document: Document, language: Language = "zh") -> str:
    return render.result(Turn(answer.query.text, answer), {document.id: document}, language)
