"""A folder of files to Documents: what is read, what is refused, and what the manifest says."""

import hashlib
import json
from pathlib import Path

import pytest

from clusterqa.corpus import corpus_digests, corpus_files, load_corpus
from clusterqa.corpus.loading import MAX_BYTES
from clusterqa.errors import CorpusError
from clusterqa.types import Document
from support import ROOT

CHINESE = "湖北的产业集群发展很快。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.txt").write_text(CHINESE, "utf-8")
    return tmp_path


def read(folder: Path, name: str) -> Document:
    return {document.id: document for document in load_corpus(folder).documents}[name]


def reason(folder: Path, name: str) -> str:
    (failure,) = (each for each in load_corpus(folder).failures if each.document == name)
    assert "\n" not in failure.reason
    return failure.reason


# Reading


def test_a_text_comes_back_character_for_character(folder: Path) -> None:
    text = "\u3000\u3000开头，：；（）。\r\n第二行\n\n“引”　末"
    (folder / "a.txt").write_bytes(text.encode())
    document = read(folder, "a.txt")
    assert document.text == text
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_byte_order_mark_is_no_part_of_the_text(folder: Path) -> None:
    (folder / "a.txt").write_bytes(b"\xef\xbb\xbf" + CHINESE.encode())
    assert read(folder, "a.txt").text == CHINESE


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16"])
def test_another_encoding_is_refused_by_name_and_never_read_as_mojibake(
    folder: Path, encoding: str
) -> None:
    (folder / "a.txt").write_bytes("湖北的產業集群發展很快。".encode(encoding))
    assert "'a.txt' is not UTF-8 text" in reason(folder, "a.txt")
    assert [document.id for document in load_corpus(folder).documents] == ["good.txt"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not UTF-8 text"),
        (b"%PDF-1.4\n\x00binary", "NUL bytes"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        ("\u3000\u3000\n".encode(), "is empty"),
    ],
)
def test_what_is_not_text_is_listed_and_the_others_are_read(
    folder: Path, data: bytes, said: str
) -> None:
    (folder / "bad.txt").write_bytes(data)
    assert said in reason(folder, "bad.txt")
    assert read(folder, "good.txt").text == CHINESE


def test_chinese_prose_of_30000_characters_is_read(folder: Path) -> None:
    text = CHINESE * (30_000 // len(CHINESE) + 1)
    (folder / "long.txt").write_text(text, "utf-8")
    assert len(read(folder, "long.txt").text) > 30_000


def test_a_file_over_the_limit_is_refused_unread(folder: Path) -> None:
    with (folder / "huge.txt").open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    assert "over 64 MB" in reason(folder, "huge.txt")


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path_factory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("secret", "utf-8")
    (folder / "link.txt").symlink_to(secret)
    assert "link out of the corpus folder" in reason(folder, "link.txt")


def test_a_link_that_leads_nowhere_is_listed(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder / "gone.txt")
    assert "cannot be read" in reason(folder, "link.txt")


def test_files_are_found_below_and_by_their_posix_path(folder: Path) -> None:
    (folder / "laws" / "2015").mkdir(parents=True)
    (folder / "laws" / "2015" / "plan.md").write_text("# Plan\nText.", "utf-8")
    assert read(folder, "laws/2015/plan.md").title == "Plan"


def test_hidden_files_and_other_kinds_are_left_alone(folder: Path) -> None:
    for name in (".hidden.txt", "picture.png", "table.csv", "README"):
        (folder / name).write_text("x", "utf-8")
    (folder / ".git").mkdir()
    (folder / ".git" / "note.txt").write_text("x", "utf-8")
    assert [entry.id for entry in corpus_files(folder)] == ["good.txt"]


def test_the_order_of_documents_is_that_of_their_paths(folder: Path) -> None:
    for name in ("b.txt", "A.txt", "c.md"):
        (folder / name).write_text(CHINESE, "utf-8")
    assert [entry.id for entry in corpus_files(folder)] == ["A.txt", "b.txt", "c.md", "good.txt"]


@pytest.mark.parametrize(
    ("text", "language", "title"),
    [
        ("湖北的产业\n集群。", "zh", "湖北的产业"),
        ("# Steel works\nThey grew.", "en", "Steel works"),
        ("\n\n  Cars  \nThey grew.", "en", "Cars"),
    ],
)
def test_language_and_title_come_from_the_text(
    folder: Path, text: str, language: str, title: str
) -> None:
    (folder / "a.txt").write_text(text, "utf-8")
    document = read(folder, "a.txt")
    assert (document.language, document.title) == (language, title)


def test_a_file_name_that_is_not_utf_8_does_not_stop_the_others(folder: Path) -> None:
    # As an archive packed under Windows leaves it: 中文.txt in GBK.
    name = b"\xd6\xd0\xce\xc4.txt".decode("utf-8", "surrogateescape")
    (folder / name).write_text(CHINESE, "utf-8")
    corpus = load_corpus(folder)
    assert "good.txt" in [document.id for document in corpus.documents]
    for document in corpus.documents:
        document.id.encode("utf-8")


# Folders


@pytest.mark.parametrize("name", ["missing", "good.txt"])
def test_a_folder_that_is_not_there_is_one_clear_error(folder: Path, name: str) -> None:
    with pytest.raises(
        CorpusError, match=r"no corpus folder '.*'; name one that exists: clusterqa"
    ):
        load_corpus(folder / name)


def test_an_empty_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(
        CorpusError, match=r"holds no document .*; put some in, then run: clusterqa"
    ):
        load_corpus(tmp_path)


def test_a_folder_without_a_readable_file_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xff")
    with pytest.raises(CorpusError, match=r"no document of .* could be read; the first: 'bad.txt'"):
        load_corpus(tmp_path)


def test_digests_are_those_of_the_files_bytes(folder: Path) -> None:
    (folder / "b.txt").write_bytes(b"\xff")
    expected = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("b.txt", "good.txt")
    }
    assert corpus_digests(folder) == expected


# The manifest


def describe(folder: Path, text: str) -> None:
    (folder / "manifest.toml").write_text(text, "utf-8")


def test_the_manifest_describes_a_document(folder: Path) -> None:
    describe(
        folder,
        '[[document]]\nid = "plan"\nfile = "good.txt"\ntitle = "规划"\nlanguage = "en"\n'
        'author = "国务院"\ninstitution = "办公厅"\nkind = "policy"\ndate = "2014-09"\n'
        'number = "国发〔2014〕39号"\nsource = "https://example.org"\nlicence = "公开"\n',
    )
    document = read(folder, "plan")
    assert (document.title, document.language, document.text) == ("规划", "en", CHINESE)
    source = document.source
    assert (source.author, source.institution, source.kind) == ("国务院", "办公厅", "policy")
    assert (source.date, source.number) == ("2014-09", "国发〔2014〕39号")
    assert (source.source, source.licence) == ("https://example.org", "公开")


def test_described_files_come_first_and_only_once(folder: Path) -> None:
    (folder / "a.txt").write_text(CHINESE, "utf-8")
    (folder / "raw.txt").write_text(CHINESE, "utf-8")
    describe(folder, '[[document]]\nid = "g"\nfile = "good.txt"\noriginal = "raw.txt"\n')
    assert [entry.id for entry in corpus_files(folder)] == ["g", "a.txt"]


def test_a_described_file_that_is_gone_is_listed(folder: Path) -> None:
    describe(folder, '[[document]]\nid = "g"\nfile = "gone.txt"\n')
    assert "'gone.txt' cannot be read" in reason(folder, "g")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[document", "not valid TOML"),
        ('document = "x"', "written as [[document]] tables"),
        ('[[document]]\nfile = "good.txt"', "'id' is missing"),
        ('[[document]]\nid = "g"', "'file' is missing"),
        ('[[document]]\nid = "g"\nfile = "good.txt"\nauthr = "x"', "unknown key 'authr'"),
        ('[[document]]\nid = "g"\nfile = "good.txt"\ndate = 2014', "'date' must be text in quotes"),
        ('[[document]]\nid = "g"\nfile = "good.txt"\nlanguage = "fr"', "'fr' is not zh or en"),
        ('[[document]]\nid = "g"\nfile = "../secret.txt"', "outside the corpus folder"),
        ('[[document]]\nid = "g"\nfile = "/etc/passwd"', "outside the corpus folder"),
        (
            '[[document]]\nid = "g"\nfile = "good.txt"\n[[document]]\nid = "g"\nfile = "good.txt"',
            "id 'g' is given twice",
        ),
    ],
)
def test_a_wrong_manifest_says_what_is_wrong(folder: Path, text: str, said: str) -> None:
    describe(folder, text)
    with pytest.raises(CorpusError) as error:
        load_corpus(folder)
    assert said in str(error.value)
    assert "manifest.toml" in str(error.value)


def test_a_manifest_that_is_not_utf_8_says_so(folder: Path) -> None:
    (folder / "manifest.toml").write_bytes('[[document]]\nid = "规划"'.encode("gb18030"))
    with pytest.raises(CorpusError, match="not valid TOML"):
        load_corpus(folder)


def test_an_id_that_is_the_path_of_another_file_is_refused(folder: Path) -> None:
    (folder / "a.txt").write_text("另一篇。", "utf-8")
    describe(folder, '[[document]]\nid = "a.txt"\nfile = "good.txt"\n')
    ids = [document.id for document in load_corpus(folder).documents]
    assert len(set(ids)) == len(ids)


# Pages


def page_file(folder: Path, content: object) -> None:
    (folder / "other.txt").write_text(CHINESE, "utf-8")
    (folder / "good.pages.json").write_text(json.dumps(content), "utf-8")
    describe(folder, '[[document]]\nid = "g"\nfile = "good.txt"\npages = "good.pages.json"\n')


def test_pages_come_from_the_file_beside_the_text(folder: Path) -> None:
    page_file(folder, {"sha256": hashlib.sha256(CHINESE.encode()).hexdigest(), "starts": [0, 5]})
    assert read(folder, "g").page_starts == (0, 5)


def test_pages_of_another_text_are_refused(folder: Path) -> None:
    page_file(folder, {"sha256": "0" * 64, "starts": [0, 5]})
    assert "belongs to another text" in reason(folder, "g")


@pytest.mark.parametrize("content", [[], {}, {"sha256": "x"}, {"sha256": "x", "starts": "abc"}])
def test_a_damaged_page_file_is_listed(folder: Path, content: object) -> None:
    page_file(folder, content)
    assert "'good.pages.json'" in reason(folder, "g")


# The corpus of the repository


def test_the_paper_is_described(paper: Document) -> None:
    assert paper.title == "长江经济带建设背景下湖北打造世界级产业集群的对策研究"
    assert paper.language == "zh"
    assert paper.source.author == "白洁"
    assert paper.source.institution == "湖北省社会科学院长江流域经济研究所"
    assert all((paper.source.kind, paper.source.date, paper.source.source, paper.source.licence))


def test_the_corpus_of_the_repository_is_read_without_failures() -> None:
    assert load_corpus(ROOT / "corpus").failures == ()
