"""Documents that nobody thought of: they are indexed, found and cited like any other."""

from pathlib import Path

import pytest

from clusterqa.answering import Answerer, Confidence
from clusterqa.index import Models, build_index, open_index
from clusterqa.retrieval import Retriever, make_legs
from clusterqa.types import Query

SURE = Confidence(bias=9.0, weights={}, means={}, deviations={})
TEXTS = {
    "a word of 70,000 letters": "湖北" + "a" * 70_000 + "集群。",
    "figures alone": "12345678901234567890 " * 200,
    "no white space and no full stop": "湖北产业集群" * 400,
    "marks alone": "。，；！？…—“”（）" * 60,
    "emoji and rare characters": "🙂👨‍👩‍👧𠮷𠀀ﷺ①ⅷ㎞" * 60,
    "right to left and combining": "שלום עולם é̂̃ ทดสอบ नमस्ते. " * 40,
    "odd line ends": "一、甲\r\n文\u2028字\x85行\x0b\x0c。\u3000\n\n“引”\ufeff \x1e\n",
    "headings alone": "一、甲\n（一）乙\n1.丙\n",
    "a table": "| 年 | 产值 |\n|---|---|\n" + "| 2014 | 14734亿元 |\n" * 80,
    "a long title": "湖" * 400 + "\n集群。",
    "tabs and full-width spaces": "\t\u3000湖北\t\u3000的\u3000集群\t。\n" * 30,
    "control characters": "湖北\x01\x02\x1b[31m集群\x7f。" * 20,
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("question", ["湖北有多少个产业集群？", "12345678901234567890 🙂 cluster"])
def test_an_odd_document_is_indexed_searched_and_cited(
    tmp_path: Path, models: Models, name: str, question: str
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/odd.txt").write_bytes(TEXTS[name].encode())
    built = build_index(
        tmp_path / "corpus", tmp_path / "index", models, "tiny", 100, lambda *_: None
    )
    assert built.corpus.failures == ()
    index = open_index(tmp_path / "index", models, "tiny")
    assert "".join(passage.text for passage in index.passages) == TEXTS[name]
    retriever = Retriever(index.passages, make_legs(index, models.embedder))
    answer = Answerer(index, retriever, SURE, 0.5).answer(Query(question, "zh"), 1000)
    found = [hit.passage.id for hit in answer.hits]
    assert len(set(found)) == len(found)
    for citation in answer.citations:
        assert TEXTS[name][citation.start : citation.end] == citation.quote
