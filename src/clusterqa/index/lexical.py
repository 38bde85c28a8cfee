"""The lexical index: BM25 over our own tokens, in tantivy."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tantivy

from clusterqa.text import Terms, index_terms
from clusterqa.types import FloatArray

# Our terms hold no white space, so joined by spaces they come back as they were.
_ANALYZER = "terms"
# Weights of the fields in the sum of BM25 scores.
FIELD_WEIGHTS = {"words": 1.0, "grams": 0.5, "context_words": 0.3, "context_grams": 0.15}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True)
    for field in FIELD_WEIGHTS:
        builder.add_text_field(field, tokenizer_name=_ANALYZER, index_option="freq")
    return builder.build()


def _open(folder: Path, schema: tantivy.Schema) -> tantivy.Index:
    index = tantivy.Index(schema, path=str(folder))
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_ANALYZER, analyzer)
    return index


def build_lexical(folder: Path, texts: Sequence[Terms], contexts: Sequence[Terms]) -> None:
    """Write an index of passages to an empty `folder`.

    Args:
        folder: where to.
        texts: the terms of the passages, in index order.
        contexts: for each, those of what stands above it: document title and section path.
    """
    folder.mkdir()
    index = _open(folder, _schema())
    # One thread: the order of documents, and so of ties, is that of the passages.
    writer = index.writer(num_threads=1)
    for row, (text, context) in enumerate(zip(texts, contexts, strict=True)):
        terms = {
            "words": text.words,
            "grams": text.grams,
            "context_words": context.words,
            "context_grams": context.grams,
        }
        joined = {field: " ".join(words) for field, words in terms.items()}
        writer.add_document(tantivy.Document(row=row, **joined))
    writer.commit()
    writer.wait_merging_threads()


class LexicalIndex:
    """A built lexical index, for reading.

    Args:
        folder: what `build_lexical` wrote.
        size: the number of passages.
    """

    def __init__(self, folder: Path, size: int) -> None:
        self._schema = _schema()
        self._searcher = _open(folder, self._schema).searcher()
        self._size = size

    def scores(self, question: str) -> FloatArray:
        """BM25 (Lucene idf, k1 1.2, b 0.75) of every passage, shape `(size,)`; 0 for no match."""
        scores = np.zeros(self._size, dtype=np.float32)
        asked = index_terms(question)
        terms = {"words": asked.words, "grams": asked.grams}
        clauses = [
            self._term(field, term, count * weight)
            for field, weight in FIELD_WEIGHTS.items()
            for term, count in Counter(terms[field.removeprefix("context_")]).items()
        ]
        if not clauses:
            return scores
        query = tantivy.Query.boolean_query(clauses)
        found = self._searcher.search(query, limit=self._size, count=False).hits
        for score, address in found:
            scores[self._searcher.doc(address)["row"][0]] = score
        return scores

    def reach(self, question: str) -> float:
        """The share of the question's distinct words and bigrams that some passage holds, from 0 to
        1: near 0 for a question in another language than the passages."""
        terms = index_terms(question)
        wanted = {("words", term) for term in terms.words}
        wanted |= {("grams", term) for term in terms.grams}
        held = sum(
            self._searcher.doc_freq(field, term) > 0
            or self._searcher.doc_freq(f"context_{field}", term) > 0
            for field, term in wanted
        )
        return held / len(wanted) if wanted else 0.0

    def _term(self, field: str, term: str, weight: float) -> tuple[tantivy.Occur, tantivy.Query]:
        query = tantivy.Query.term_query(self._schema, field, term, index_option="freq")
        return tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)
