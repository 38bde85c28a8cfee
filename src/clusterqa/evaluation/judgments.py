"""The judged questions, and which passages their evidence makes relevant."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clusterqa.errors import JudgmentError
from clusterqa.types import Document, Evidence, Judgment, Passage

_LANGUAGES = ("zh", "en")
# A passage is relevant when it holds at least this share of a quote's characters.
_SHARE = 0.5


def load_judgments(path: Path) -> tuple[Judgment, ...]:
    """Read judged questions, one JSON object a line; empty lines are skipped.

    Raises:
        JudgmentError: the file is missing or empty, a line is malformed, or an id is given twice.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise JudgmentError(f"questions '{path}' cannot be read: {error}") from error
    judgments = tuple(
        _judgment(f"'{path}', line {number}", line)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )
    if not judgments:
        raise JudgmentError(f"questions '{path}' holds no question; add one JSON object a line")
    seen: set[str] = set()
    for judgment in judgments:
        if judgment.id in seen:
            raise JudgmentError(f"'{path}': id '{judgment.id}' is given twice; make it unique")
        seen.add(judgment.id)
    return judgments


def _judgment(place: str, line: str) -> Judgment:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise JudgmentError(f"{place}: not JSON: {error}") from error
    if not isinstance(values, dict):
        raise JudgmentError(f"{place}: not a JSON object")
    for key in ("id", "question", "kind", "language"):
        if not isinstance(values.get(key), str) or not values[key].strip():
            raise JudgmentError(f"{place}: '{key}' is missing or is not text")
    if values["language"] not in _LANGUAGES:
        raise JudgmentError(f"{place}: language '{values['language']}' is not zh or en")
    if not isinstance(values.get("answerable"), bool):
        raise JudgmentError(f"{place}: 'answerable' is not true or false")
    evidence = _evidence(place, values.get("evidence"))
    if values["answerable"] != bool(evidence):
        raise JudgmentError(f"{place}: an answerable question, and no other, has evidence")
    return Judgment(
        id=values["id"],
        question=values["question"],
        language=values["language"],
        kind=values["kind"],
        answerable=values["answerable"],
        evidence=evidence,
        split=str(values.get("split", "")),
    )


def _evidence(place: str, items: Any) -> tuple[Evidence, ...]:
    if not isinstance(items, list):
        raise JudgmentError(f"{place}: 'evidence' is not a list")
    for item in items:
        texts = [item.get("document"), item.get("quote")] if isinstance(item, dict) else [None]
        if not all(isinstance(text, str) and text.strip() for text in texts):
            raise JudgmentError(f"{place}: each evidence has a 'document' and a 'quote', both text")
    return tuple(Evidence(item["document"], item["quote"]) for item in items)


def relevant_passages(
    judgment: Judgment, documents: Mapping[str, Document], passages: Sequence[Passage]
) -> frozenset[str]:
    """The ids of the passages that hold at least half of the characters of a quote, white space
    ignored, at any place where the quote stands.

    Raises:
        JudgmentError: a document or a quote is not in the corpus.
    """
    relevant = set()
    for evidence in judgment.evidence:
        document = documents.get(evidence.document)
        if document is None:
            raise JudgmentError(
                f"question '{judgment.id}': no document '{evidence.document}' in the corpus"
            )
        spans = list(_quote_offsets(evidence.quote, document.text))
        if not spans:
            raise JudgmentError(
                f"question '{judgment.id}': its quote is not in '{document.id}': {evidence.quote}"
            )
        own = [passage for passage in passages if passage.document == document.id]
        relevant |= {
            passage.id
            for passage in own
            for offsets in spans
            if sum(passage.start <= offset < passage.end for offset in offsets)
            >= _SHARE * len(offsets)
        }
    return frozenset(relevant)


def _quote_offsets(quote: str, text: str) -> Iterator[list[int]]:
    """For each place of `quote` in `text`: the offsets of its characters, without white space."""
    offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
    packed = "".join(text[offset] for offset in offsets)
    wanted = "".join(quote.split())
    start = packed.find(wanted)
    while wanted and start >= 0:
        yield offsets[start : start + len(wanted)]
        start = packed.find(wanted, start + 1)
