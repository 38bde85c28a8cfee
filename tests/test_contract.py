"""The JSON that other programs rely on, and that every face gives the same passages."""

import json
from pathlib import Path

import pytest

from clusterqa import Assistant, Settings
from clusterqa.cli.main import run
from clusterqa.contract import answer_json, search_json
from clusterqa.errors import ConfigError

# The keys that the contract names, and those that this project adds.
SEARCH = {"id", "question", "language", "hits", "abstained", "confidence", "milliseconds"}
HIT = {"document", "start", "end", "text", "section", "page", "score", "ranks"} | {"passage"}
ANSWER = {
    *("question", "language", "abstained", "confidence", "answer", "citations", "hits"),
    *("milliseconds", "rejected_citations"),
}
CITATION = {
    *("marker", "document", "title", "section", "page", "start", "end", "quote", "verified"),
    "sha256",
}
DOCUMENT = {"id", "title", "kind", "language", "status", "passages", "digest", "source"}
LEGS = {"lexical", "translated", "dense", "late"}
ZH = "湖北有多少个过百亿的产业集群？"
EN = "Which cities of Hubei make cars?"


@pytest.fixture(autouse=True)
def _there(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)


@pytest.fixture(scope="module")
def assistant(workplace: Path) -> Assistant:
    return Assistant(Settings(corpus=workplace / "corpus", index=workplace / "index"))


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]):
    """Runs a command and gives the objects that it printed, one a line."""

    def call(*arguments: str) -> list[dict]:
        assert run(list(arguments)) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        return [json.loads(line) for line in printed.out.splitlines()]

    return call


def write_queries(folder: Path, *lines: dict) -> str:
    path = folder / "queries.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", "utf-8")
    return str(path)


@pytest.mark.parametrize("question", [ZH, EN])
def test_an_answer_has_exactly_the_keys_of_the_contract(out, question: str) -> None:
    (answer,) = out("ask", question, "--json")
    assert set(answer) == ANSWER
    assert all(set(hit) == HIT for hit in answer["hits"])
    assert all(set(citation) == CITATION for citation in answer["citations"])


@pytest.mark.parametrize("question", [ZH, EN])
def test_a_search_result_has_exactly_the_keys_of_the_contract(out, question: str) -> None:
    (found,) = out("search", question, "--json")
    assert set(found) == SEARCH
    assert all(set(hit) == HIT for hit in found["hits"])


def test_values_are_of_the_types_that_the_contract_says(out) -> None:
    (answer,) = out("ask", ZH, "--json")
    assert (answer["question"], answer["language"]) == (ZH, "zh")
    assert answer["abstained"] is False
    assert 0 <= answer["confidence"] <= 1
    assert answer["rejected_citations"] == 0
    (citation, *_) = answer["citations"]
    assert citation["marker"] == 1
    assert citation["verified"] is True
    assert isinstance(citation["page"], int)
    assert isinstance(citation["section"], list)
    for hit in answer["hits"]:
        assert set(hit["ranks"]) == LEGS
        assert all(rank is None or rank >= 1 for rank in hit["ranks"].values())
        assert isinstance(hit["score"], float)
    assert LEGS | {"total"} <= set(answer["milliseconds"])
    parts = [value for stage, value in answer["milliseconds"].items() if stage != "total"]
    assert answer["milliseconds"]["total"] == pytest.approx(sum(parts), abs=0.01)


def test_spans_of_hits_and_citations_are_those_of_the_file(out, workplace: Path) -> None:
    text = (workplace / "corpus/paper.txt").read_bytes().decode("utf-8")
    (answer,) = out("ask", ZH, "--json", "-k", "10")
    assert answer["citations"]
    for hit in answer["hits"]:
        assert text[hit["start"] : hit["end"]] == hit["text"]
    for citation in answer["citations"]:
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_the_markers_of_the_answer_are_those_of_its_citations(out) -> None:
    (answer,) = out("ask", ZH, "--json")
    lines = answer["answer"].split("\n")
    expected = [f"{each['quote']} [{each['marker']}]" for each in answer["citations"]]
    assert lines == expected


def test_an_abstention_has_no_answer_no_citations_and_the_nearest_misses(
    out, tmp_path: Path
) -> None:
    (tmp_path / "strict.toml").write_text("threshold = 1.0\n", "utf-8")
    (answer,) = out("ask", EN, "--json", "--config", str(tmp_path / "strict.toml"))
    assert answer["abstained"] is True
    assert (answer["answer"], answer["citations"]) == (None, [])
    assert len(answer["hits"]) == 5


@pytest.mark.parametrize("mode", ["hybrid", *sorted(LEGS)])
def test_every_mode_searches(out, mode: str) -> None:
    (found,) = out("search", ZH, "--json", "--mode", mode, "-k", "3")
    assert len(found["hits"]) == 3
    scores = [hit["score"] for hit in found["hits"]]
    assert scores == sorted(scores, reverse=True)
    if mode != "hybrid":
        assert [hit["ranks"][mode] for hit in found["hits"]] == [1, 2, 3]


def test_k_is_the_number_of_hits(out) -> None:
    assert [len(out("search", ZH, "--json", "-k", str(k))[0]["hits"]) for k in (1, 7)] == [1, 7]


def test_a_queries_file_gives_a_line_for_a_line_in_its_order(out, tmp_path: Path) -> None:
    lines = [
        {"id": "c", "question": ZH},
        {"id": "a", "question": EN, "language": "en"},
        {"id": "b", "question": "2014", "language": "en"},
        {"question": "汽车"},
    ]
    found = out("search", "--queries", write_queries(tmp_path, *lines), "--json", "-k", "2")
    assert [line["id"] for line in found] == ["c", "a", "b", None]
    assert [line["question"] for line in found] == [line["question"] for line in lines]
    assert [line["language"] for line in found] == ["zh", "en", "en", "zh"]
    assert all(len(line["hits"]) <= 2 and set(line) == SEARCH for line in found)


def test_a_queries_file_gives_what_single_searches_give(out, tmp_path: Path) -> None:
    path = write_queries(tmp_path, {"question": ZH}, {"question": EN})
    together = out("search", "--queries", path, "--json")
    apart = [out("search", question, "--json")[0] for question in (ZH, EN)]
    for one, other in zip(together, apart, strict=True):
        assert one["hits"] == other["hits"]
        assert one["confidence"] == other["confidence"]


@pytest.mark.parametrize("question", [ZH, EN])
def test_the_command_line_and_python_give_the_same_passages(
    out, assistant: Assistant, question: str
) -> None:
    (searched,) = out("search", question, "--json", "-k", "10")
    (asked,) = out("ask", question, "--json", "-k", "10")
    python = [hit.passage.id for hit in assistant.search(question, 10).retrieval.hits]
    assert [hit["passage"] for hit in searched["hits"]] == python
    assert [hit["passage"] for hit in asked["hits"]] == python
    assert [hit.passage.id for hit in assistant.ask(question, 10).hits] == python
    assert len(set(python)) == len(python) == 10


@pytest.mark.parametrize("question", [ZH, EN])
def test_asking_and_searching_are_equally_sure(assistant: Assistant, question: str) -> None:
    answer, scored = assistant.ask(question), assistant.search(question)
    assert answer.confidence == scored.confidence
    assert answer.abstained == scored.abstained


def without_times(value: dict) -> dict:
    return {key: each for key, each in value.items() if key != "milliseconds"}


def test_the_command_line_prints_what_the_contract_module_makes(out, assistant: Assistant) -> None:
    made = answer_json(assistant.ask(ZH))
    assert without_times(out("ask", ZH, "--json")[0]) == without_times(made)
    made = search_json(assistant.search(ZH), None)
    assert without_times(out("search", ZH, "--json")[0]) == without_times(made)


def test_chinese_is_printed_as_it_is(capsys: pytest.CaptureFixture[str], out) -> None:
    run(["search", ZH, "--json"])
    assert ZH in capsys.readouterr().out


def test_the_list_of_documents_has_the_keys_of_the_contract(out) -> None:
    (document,) = out("corpus", "list", "--json")
    assert set(document) >= DOCUMENT
    assert (document["id"], document["status"], document["kind"]) == ("paper", "indexed", "paper")
    assert document["passages"] > 30
    assert isinstance(document["digest"], bool)


def test_an_evaluation_reports_every_mode_and_language(out, tmp_path: Path) -> None:
    lines = [
        {
            "id": f"q1-{language}",
            "question": question,
            "language": language,
            "kind": "number",
            "answerable": True,
            "evidence": [{"document": "paper", "quote": "湖北省过百亿的产业集群已达到53个"}],
            "split": "test",
        }
        for language, question in (("zh", ZH), ("en", "How many clusters exceed 10 billion yuan?"))
    ]
    path = write_queries(tmp_path, *lines)
    (report,) = out("eval", "--questions", path, "--json")
    assert set(report["retrieval"]) == LEGS | {"hybrid"}
    assert set(report["retrieval"]["hybrid"]) == {"zh", "en"}
    assert report["retrieval"]["hybrid"]["zh"]["recall@1"] == 1.0
    assert report["questions"] == 2


# The golden path on the real paper


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (ZH, "53个"),
        ("2014年全省90个重点集群的销售收入是多少？", "14734亿元"),
        ("随州在专用汽车方面是什么地位？", "中国专用汽车主要发源地"),
    ],
)
def test_a_chinese_question_is_answered_from_the_paper(
    assistant: Assistant, question: str, said: str
) -> None:
    answer = assistant.ask(question)
    assert not answer.abstained
    assert any(said in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What was the sales revenue of the 90 key clusters in 2014?", "14734亿元"),
        ("Which companies dominate the car industry of Detroit?", "通用、福特和克莱斯勒"),
    ],
)
def test_an_english_question_finds_the_chinese_passage_that_answers(
    assistant: Assistant, question: str, said: str
) -> None:
    hits = assistant.ask(question).hits
    assert any(said in hit.passage.text for hit in hits)


UNRELATED = [
    *("What is the recipe for apple pie with cinnamon?", "How do I train a puppy?"),
    *("Who won the football world cup in 1998?", "What is the boiling point of water?"),
    *("When was the Eiffel Tower built?", "How many moons does Jupiter have?"),
    *("红烧肉怎么做？", "怎样训练小狗？", "1998年世界杯冠军是谁？", "水的沸点是多少？"),
    *("埃菲尔铁塔是哪一年建成的？", "木星有几颗卫星？", "今天天气怎么样？", "如何申请加拿大签证？"),
]


def test_questions_that_have_nothing_to_do_with_the_paper_are_refused(assistant: Assistant) -> None:
    answered = [question for question in UNRELATED if not assistant.ask(question).abstained]
    assert len(answered) <= 0.25 * len(UNRELATED), answered


@pytest.mark.parametrize("mode", ["translated", "late"])
def test_a_leg_that_finds_what_the_fusion_finds_is_no_abstention(
    assistant: Assistant, mode: str
) -> None:
    fused, alone = assistant.search(ZH), assistant.search(ZH, mode=mode)
    assert alone.retrieval.hits[0].passage == fused.retrieval.hits[0].passage
    assert alone.abstained == fused.abstained


@pytest.mark.parametrize("k", [0, -1])
def test_a_k_out_of_range_is_refused_by_python_as_by_the_command_line(
    assistant: Assistant, k: int
) -> None:
    with pytest.raises(ConfigError, match=f"k {k} is not between 1 and 1000"):
        assistant.search(ZH, k)


def test_a_part_of_a_sentence_finds_its_passage_among_the_first_five(assistant: Assistant) -> None:
    text = assistant.documents["paper"].text
    parts = [text[start : start + 6] for start in range(150, len(text) - 6, 97)]
    parts = [part for part in parts if all("\u4e00" <= c <= "\u9fff" for c in part)]
    lost = [
        part
        for part in parts
        if not any(part in hit.passage.text for hit in assistant.search(part).retrieval.hits)
    ]
    assert len(parts) > 30
    assert len(lost) <= 0.15 * len(parts), lost
