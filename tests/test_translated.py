"""The translated leg: probabilistic structured queries, worked out by hand on a tiny table."""

import math
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from clusterqa.errors import ModelUnavailableError
from clusterqa.index.translated import CONTEXT_WEIGHT, TranslatedIndex, build_translated
from clusterqa.text import content_words, detect_language, index_terms
from clusterqa.translation import load_table
from clusterqa.translation.table import PARAPHRASE_FLOOR, PARAPHRASE_WEIGHT
from clusterqa.types import Language
from support import make_table

K1, B = 1.2, 0.75
PAIRS = {
    "集群": {"cluster": 0.8, "group": 0.1},
    "集聚": {"cluster": 0.3},
    "产业": {"industri": 0.7},
    "汽车": {"car": 0.6, "automobil": 0.3},
    "武汉": {"wuhan": 0.9},
}
TEXTS = ["武汉，汽车、产业、集群", "产业，集聚；产业。集群", "汽车", "wuhan cars and cars", "steel"]
CONTEXTS = ["武汉、汽车", "", "steel\nsteel", "notes", ""]
TERMS = [
    ["武汉", "汽车", "产业", "集群"],
    ["产业", "集聚", "产业", "集群"],
    ["汽车"],
    ["wuhan", "car", "car"],
    ["steel"],
]
CONTEXT_TERMS = [["武汉", "汽车"], [], ["steel", "steel"], ["note"], []]


def make(
    folder: Path,
    texts: list[str],
    contexts: list[str] | None = None,
    pairs: dict[str, dict[str, float]] = PAIRS,
) -> TranslatedIndex:
    build_translated(
        folder / "translated",
        [index_terms(text) for text in texts],
        [index_terms(context) for context in contexts or [""] * len(texts)],
        make_table(pairs),
    )
    return TranslatedIndex(folder / "translated")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TranslatedIndex:
    return make(tmp_path_factory.mktemp("psq"), TEXTS, CONTEXTS)


def neighbours(word: str) -> dict[str, float]:
    """What the table gives for a word, in either direction."""
    backwards = {zh: row[word] for zh, row in PAIRS.items() if word in row}
    return PAIRS.get(word, {}) | backwards


def share(asked: str, word: str, language: Language) -> float:
    """How much a passage's `word` counts for the word `asked`: all of it if they are the same, the
    table's probability if it is of the other language, and else, as a paraphrase, what goes through
    the best shared translation."""
    if asked == word:
        return 1.0
    if detect_language(word) != language:
        return neighbours(word).get(asked, 0.0)
    through = [p * neighbours(pivot).get(asked, 0.0) for pivot, p in neighbours(word).items()]
    weight = PARAPHRASE_WEIGHT * max(through, default=0.0)
    return weight if weight >= PARAPHRASE_FLOOR else 0.0


def psq(question: list[str], language: Language) -> np.ndarray:
    """PSQ of each text, straight from its definition (Darwish & Oard 2003)."""
    words = {word for terms in (*TERMS, *CONTEXT_TERMS) for word in terms}
    counts = [
        {word: text.count(word) + CONTEXT_WEIGHT * context.count(word) for word in words}
        for text, context in zip(TERMS, CONTEXT_TERMS, strict=True)
    ]
    lengths = [sum(count.values()) for count in counts]
    mean = sum(lengths) / len(lengths)
    scores = np.zeros(len(counts))
    for asked, times in Counter(question).items():
        shares = {word: share(asked, word, language) for word in words}
        df = sum(shares[word] * min(1.0, count[word]) for word in words for count in counts)
        idf = math.log(1 + (len(counts) - df + 0.5) / (df + 0.5))
        for row, count in enumerate(counts):
            tf = sum(shares[word] * count[word] for word in words)
            norm = K1 * (1 - B + B * lengths[row] / mean)
            scores[row] += times * idf * (K1 + 1) * tf / (tf + norm)
    return scores


def test_the_texts_of_these_tests_have_the_terms_they_should() -> None:
    assert [content_words(text) for text in TEXTS] == TERMS
    assert [content_words(context) for context in CONTEXTS] == CONTEXT_TERMS


def test_a_score_worked_out_by_hand(tmp_path: Path) -> None:
    # 'cluster' in 集群 (2 terms): tf = 0.8, df = 0.8 of 2 passages, idf = ln(1 + 1.7 / 1.3),
    # mean length 1.5, norm = 1.2 x (0.25 + 0.75 x 2 / 1.5) = 1.5: 0.836248 x 2.2 x 0.8 / 2.3.
    index = make(tmp_path, ["武汉集群", "汽车"])
    np.testing.assert_allclose(index.scores("cluster", "en"), [0.639912, 0], atol=1e-5)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("clusters", "en"),
        ("automobile industry clusters of Wuhan", "en"),
        ("cars, cars and groups", "en"),
        ("steel", "en"),
        ("武汉的汽车", "zh"),
        ("产业、集群", "zh"),
        ("集聚", "zh"),
        ("wuhan 汽车", "zh"),
        ("notes on groups", "en"),
    ],
)
def test_scores_are_bm25_of_expected_frequencies(
    index: TranslatedIndex, question: str, language: Language
) -> None:
    expected = psq(content_words(question), language)
    assert expected.any()
    np.testing.assert_allclose(index.scores(question, language), expected, rtol=1e-5, atol=1e-6)


def test_without_a_table_it_is_plain_bm25(tmp_path: Path) -> None:
    index = make(tmp_path, TEXTS, pairs={"无关": {"nothing": 0.5}})
    question = content_words("武汉的产业、集群和汽车")
    mean = sum(map(len, TERMS)) / len(TERMS)
    expected = np.zeros(len(TERMS))
    for term in question:
        df = sum(term in text for text in TERMS)
        for row, text in enumerate(TERMS):
            tf = text.count(term)
            norm = K1 * (1 - B + B * len(text) / mean)
            idf = math.log(1 + (len(TERMS) - df + 0.5) / (df + 0.5))
            expected[row] += idf * (K1 + 1) * tf / (tf + norm)
    np.testing.assert_allclose(index.scores("武汉的产业、集群和汽车", "zh"), expected, rtol=1e-5)


def test_an_english_question_finds_the_chinese_passage_with_most_of_its_meaning(
    index: TranslatedIndex,
) -> None:
    scores = index.scores("Which automobile clusters are in Wuhan?", "en")
    assert scores.argmax() == 0
    assert scores[4] == 0


def test_a_chinese_question_finds_an_english_passage(index: TranslatedIndex) -> None:
    scores = index.scores("武汉", "zh")
    assert scores[3] > 0 == scores[4]


def test_a_paraphrase_counts_less_than_the_word_itself(tmp_path: Path) -> None:
    itself, paraphrase, other = make(tmp_path, ["集群", "集聚", "汽车"]).scores("集群", "zh")
    assert itself > paraphrase > other == 0


def test_a_year_never_stands_for_another_however_alike_their_use(tmp_path: Path) -> None:
    pairs = {"2014年": {"2014": 0.9, "2013": 0.8}, "三维": {"3d": 0.9}}
    index = make(tmp_path, ["2014年", "三维"], pairs=pairs)
    assert "2014年" in index.matching_words("2014", "en")
    assert "2014年" not in index.matching_words("2013", "en")
    assert "三维" in index.matching_words("3d", "en")


def test_a_word_of_the_title_counts_less_than_one_of_the_text(tmp_path: Path) -> None:
    index = make(tmp_path, ["集群 steel", "notes steel"], ["notes", "集群"])
    text, title = index.scores("cluster", "en")
    assert text > title > 0


def test_a_likelier_translation_scores_more(tmp_path: Path) -> None:
    index = make(tmp_path, ["集群", "集聚"])
    likely, unlikely = index.scores("cluster", "en")
    assert likely > unlikely > 0


@pytest.mark.parametrize("share", [0.5, 0.9, 1.0])
def test_a_term_of_most_passages_still_scores_above_0(tmp_path: Path, share: float) -> None:
    texts = ["产业集群" if row < 20 * share else "汽车" for row in range(20)]
    scores = make(tmp_path, texts).scores("cluster", "en")
    assert (scores > 0).tolist() == [text == "产业集群" for text in texts]


@pytest.mark.parametrize("question", ["", "？", "the", "unheard"])
def test_a_question_without_known_words_scores_0(index: TranslatedIndex, question: str) -> None:
    assert not index.scores(question, "en").any()


def test_a_word_matches_itself_and_what_it_translates(index: TranslatedIndex) -> None:
    found = index.matching_words("cluster", "en")
    assert found == pytest.approx({"cluster": 1.0, "集群": 0.8, "集聚": 0.3})


def test_a_word_of_no_passage_matches_only_itself(index: TranslatedIndex) -> None:
    assert index.matching_words("unheard", "en") == {"unheard": 1.0}


def test_a_rarer_word_is_more_telling(index: TranslatedIndex) -> None:
    assert index.idf("steel", "en") > index.idf("cluster", "en") > 0


def test_the_index_keeps_no_more_of_the_table_than_its_passages_need(tmp_path: Path) -> None:
    make(tmp_path, ["汽车"])
    words = (tmp_path / "translated/en.txt").read_text("utf-8").split("\n")
    assert words == ["automobil", "car"]


def test_the_table_gives_both_directions() -> None:
    table = make_table(PAIRS)
    assert table.translations("汽车", "zh") == pytest.approx({"car": 0.6, "automobil": 0.3})
    assert table.translations("cluster", "en") == pytest.approx({"集群": 0.8, "集聚": 0.3})
    assert table.translations("未见", "zh") == {}


def test_a_paraphrase_goes_through_the_best_shared_translation() -> None:
    table = make_table(
        {"集群": {"cluster": 0.8, "group": 0.6}, "集团": {"group": 0.5, "cluster": 0.1}}
    )
    # through group 0.6 x 0.5 = 0.30, through cluster 0.8 x 0.1 = 0.08; half of the better.
    assert table.paraphrases("集群", "zh") == pytest.approx({"集团": 0.15})
    assert table.paraphrases("未见", "zh") == {}


def test_a_table_file_gives_the_probabilities_that_were_written(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("产业\n汽车\n", "utf-8")
    (tmp_path / "en.txt").write_text("automobil\ncar\nindustri\n", "utf-8")
    rows = {
        "en_given_zh_indptr": [0, 1, 3],
        "en_given_zh_indices": [2, 0, 1],
        "en_given_zh_probs": [255, 51, 102],
        "zh_given_en_indptr": [0, 1, 2, 3],
        "zh_given_en_indices": [1, 1, 0],
        "zh_given_en_probs": [255, 255, 204],
    }
    kinds = {"probs": np.uint8}
    arrays = {k: np.asarray(v, kinds.get(k.split("_")[-1], np.int32)) for k, v in rows.items()}
    np.savez(tmp_path / "table.npz", allow_pickle=False, **arrays)
    table = load_table(tmp_path)
    assert table.translations("产业", "zh") == {"industri": 1.0}
    assert table.translations("汽车", "zh") == pytest.approx({"automobil": 0.2, "car": 0.4})
    assert table.translations("industri", "en") == pytest.approx({"产业": 0.8})


@pytest.mark.parametrize("name", ["zh.txt", "table.npz"])
def test_a_missing_or_damaged_table_is_one_clear_error(tmp_path: Path, name: str) -> None:
    for each in {"zh.txt", "en.txt"} - {name}:
        (tmp_path / each).write_text("词\n", "utf-8")
    (tmp_path / "table.npz").write_bytes(b"damaged")
    with pytest.raises(ModelUnavailableError, match="no translation table"):
        load_table(tmp_path)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_table_holds_weights_from_0_to_1(language: Language) -> None:
    rows = load_table().given[language]
    assert 0 < rows.beliefs.min() <= rows.beliefs.max() <= 1
    assert rows.indptr[-1] == len(rows.indices) == len(rows.beliefs)


@pytest.mark.parametrize(
    ("word", "translation"),
    [
        ("集群", "cluster"),
        ("湖北", "hubei"),
        ("汽车", "car"),
        ("收入", "revenu"),
        ("创新", "innov"),
    ],
)
def test_the_shipped_table_knows_the_words_of_the_field(word: str, translation: str) -> None:
    assert load_table().translations(word, "zh").get(translation, 0) > 0.02
