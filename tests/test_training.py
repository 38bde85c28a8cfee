"""The training package on tiny made-up data."""

import json
import lzma
from collections import defaultdict

import numpy as np
import pytest

from clusterqa.training.alignment import (
    AlignmentSettings,
    Translations,
    WordTable,
    believe,
    build_cells,
    compress,
    ibm_model_1,
    learn_table,
)
from clusterqa.training.data import POLICY, Source, block_indices, hold_out, read_pairs
from clusterqa.training.evaluate import Task, evaluate, late_scores, mean_vectors, measure
from clusterqa.training.parts import part_ids, token_parts
from clusterqa.training.ragged import Ragged, encode
from clusterqa.training.storage import (
    folder_bytes,
    quantise,
    read_model,
    read_table,
    write_model,
    write_table,
)
from clusterqa.training.tokenizer import VocabularySizes, build_tokenizer, build_vocabulary
from clusterqa.training.translated import translated_scores
from clusterqa.training.word_pairs import word_pairs

try:
    import torch
except ImportError:
    torch = None

needs_torch = pytest.mark.skipif(torch is None, reason="training needs torch, not installed here")

HOUSE = [
    (["das", "haus"], ["the", "house"], 1.0),
    (["das", "buch"], ["the", "book"], 1.0),
    (["ein", "buch"], ["a", "book"], 1.0),
]
ANY = VocabularySizes(chinese_min=1, english_min=1, pieces_min=1, numbers_min=1)


@pytest.fixture(scope="module")
def tokenizer():
    chinese = ["世界级产业集群", "产业集群", "湖北武汉", "长江经济带"]
    latin = ["the industrial cluster of hubei", "clusters agglomerate", "14734 yuan"]
    return build_tokenizer(build_vocabulary(chinese, latin, ANY))


def tokens(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).tokens


class TestTokenizer:
    def test_the_longest_word_wins_and_other_characters_stand_alone(self, tokenizer):
        assert tokens(tokenizer, "世界级产业链") == ["世界级", "产业", "链"]

    def test_a_rest_of_a_word_is_no_word(self, tokenizer):
        cut = tokens(tokenizer, "clustering")
        assert cut[0] == "▁cluster"
        assert "".join(cut) == "▁clustering"
        assert not any(token.startswith("▁") for token in cut[1:])

    def test_languages_and_numbers_meet_without_spaces(self, tokenizer):
        assert tokens(tokenizer, "湖北cluster2014年") == ["湖北", "▁cluster", "▁2014", "年"]

    @pytest.mark.parametrize(
        ("text", "cut"),
        [
            ("2014", ["▁2014"]),
            ("14,734", ["▁14734"]),
            ("98765", ["▁987", "65"]),
            ("14.7%", ["▁14", ".7", "%"]),
        ],
    )
    def test_numbers(self, tokenizer, text, cut):
        assert tokens(tokenizer, text) == cut

    def test_case_width_accents_and_possessives_are_folded(self, tokenizer):
        assert tokens(tokenizer, "Ｈubei’s CLÚSTER") == ["▁hubei", "▁cluster"]

    def test_nothing_is_ever_unknown(self, tokenizer):
        assert "[UNK]" not in tokens(
            tokenizer, "①㗂 한국 ü-x ①。，！ qwxz" + "中" * 200 + "z" * 300
        )
        assert tokens(tokenizer, "。，！ \n") == []


class TestParts:
    def test_words_share_characters_and_stems(self):
        assert token_parts("世界级") == ["世", "界", "级", "世界", "界级"]
        assert token_parts("产业") == ["产", "业"]
        assert token_parts("▁clusters") == ["cluster", "▁clus"]
        assert token_parts("▁2014") == token_parts("ing") == token_parts("[UNK]") == []

    def test_ids_are_shared(self):
        rows, count = part_ids(["[UNK]", "产业", "产品"])
        assert (len(rows[0]), count) == (0, 3)
        assert rows[1][0] == rows[2][0]


class TestModel1:
    def test_known_example_converges(self):
        table = learn_table(HOUSE, AlignmentSettings(rounds=40, null=0.0, rare=0.0, smallest=0.0))
        best = {w: table.en[table.en_given_zh.row(i)[0][0]] for i, w in enumerate(table.zh)}
        assert best == {"das": "the", "haus": "house", "buch": "book", "ein": "a"}

    @pytest.mark.parametrize("rounds", [1, 3])
    def test_equals_plain_model_1(self, rounds):
        zh = {w: i for i, w in enumerate(["das", "haus", "buch", "ein"])}
        en = {w: i for i, w in enumerate(["the", "house", "book", "a"])}
        settings = AlignmentSettings(rounds=rounds, null=0.0, rare=0.0)
        cells = build_cells(HOUSE, zh, en, settings.longest)
        got, _ = ibm_model_1(cells, (len(zh), len(en)), settings)
        want = plain_model_1(rounds)
        words = list(zip(cells.zh, cells.en, strict=True))
        names = [(list(zh)[z], list(en)[e]) for z, e in words]
        assert got == pytest.approx([want[pair] for pair in names], rel=1e-5)

    def test_the_first_round_by_hand(self):
        # Counts of das: the 1/2 + 1/2, house 1/2, book 1/2; of haus: the 1/2, house 1/2.
        want = plain_model_1(1, start=0.25)
        assert want["das", "the"] == pytest.approx(1 / 2)
        assert want["haus", "house"] == pytest.approx(1 / 2)

    def test_beliefs_need_one_direction_only(self):
        ahead, back = np.array([0.5, 1.0, 0.0], np.float32), np.array([0.5, 0.0, 0.0], np.float32)
        assert believe(ahead, back).tolist() == [0.75, 1.0, 0.0]

    def test_rows_are_cut_and_sorted(self):
        rows = compress(
            np.array([1, 0, 1, 1]), np.arange(4), np.float32([0.2, 0.9, 0.8, 0.01]), 3, 0.1
        )
        assert rows.indptr.tolist() == [0, 1, 3, 3]
        assert [target for target, _ in rows.row(1)] == [2, 0]

    def test_an_empty_side_is_passed_over(self):
        table = learn_table([*HOUSE, ([], ["x"], 1.0)], AlignmentSettings(smallest=0.0))
        assert "x" not in table.en


def plain_model_1(rounds, start=None):
    """IBM Model 1, P(right word | left word), with dictionaries."""
    together = defaultdict(float)
    for left, right, weight in HOUSE:
        for a in left:
            for b in right:
                together[a, b] += weight
    totals = defaultdict(float)
    for (a, _), count in together.items():
        totals[a] += count
    t = {pair: start or count / totals[pair[0]] for pair, count in together.items()}
    for _ in range(rounds):
        counts, sums = defaultdict(float), defaultdict(float)
        for left, right, weight in HOUSE:
            for b in right:
                share = sum(t[a, b] for a in left)
                for a in left:
                    counts[a, b] += weight * t[a, b] / share
                    sums[a] += weight * t[a, b] / share
        t = {pair: count / sums[pair[0]] for pair, count in counts.items()}
    return t


class TestData:
    def test_pairs_are_folded_and_come_once(self, tmp_path):
        path = tmp_path / "a.tsv.xz"
        with lzma.open(path, "wt", encoding="utf-8") as file:
            file.write("產業 集群\tClusters\n产业集群\tclusters\n\tnothing\n")
        assert list(read_pairs(path)) == [("产业集群", "clusters")]

    def test_json_lines(self, tmp_path):
        path = tmp_path / "a.jsonl.xz"
        with lzma.open(path, "wt", encoding="utf-8") as file:
            file.write(json.dumps({"query": "Q", "passage": "段落"}) + "\n")
        assert list(read_pairs(path)) == [("q", "段落")]

    def test_blocks_are_spread(self):
        assert block_indices(100, 2, 3) == {25, 26, 27, 75, 76, 77}

    def test_held_out_sentences_leave_every_policy_source(self):
        policy = [
            (f"第{i}条政策的内容是发展产业集群", f"policy number {i} grows clusters")
            for i in range(3000)
        ]
        windows = [(en, zh + "。后文") for zh, en in policy]
        corpus = hold_out({POLICY: policy, "cross_retrieval/gccmpd_ensent_zhwindow": windows})
        assert len(corpus.held_out["policy"]) == len(corpus.held_out["windows"]) == 1000
        left = {en for en, _ in corpus.train["cross_retrieval/gccmpd_ensent_zhwindow"]}
        assert left.isdisjoint(en for _, en in corpus.held_out["policy"])


class TestMeasures:
    def test_ranks_by_hand(self):
        scores = np.float32([[0.9, 0.1], [0.8, 0.7], [0.5, 0.5]])
        result = measure(scores, np.array([0, 1, 0]))
        assert (result.recall1, result.recall5) == (pytest.approx(1 / 3), 1.0)
        assert result.mrr == pytest.approx((1 + 0.5 + 0.5) / 3)

    def test_means_and_empty_texts(self):
        weights = np.float32([[0, 0], [3, 0], [0, 3]])
        vectors = mean_vectors(weights, Ragged.of([[1, 2], [], [1]]))
        assert vectors == pytest.approx(np.float32([[0.5**0.5, 0.5**0.5], [0, 0], [1, 0]]))

    def test_late_interaction_by_hand(self):
        weights = np.float32([[0, 0], [1, 0], [0, 1]])
        scores = late_scores(weights, Ragged.of([[1, 2]]), Ragged.of([[1], [2, 2], [], [1, 2]]))
        assert scores[0] == pytest.approx([0.5, 0.5, 0.0, 1.0])

    def test_translated_leg_finds_the_translation(self):
        rows = Translations(np.int32([0, 1, 2]), np.int32([0, 1]), np.float32([1.0, 0.5]))
        scores = translated_scores(
            [["cluster"]], [["集群"], ["河"]], ["集群", "河"], ["cluster", "river"], rows
        )
        assert scores[0, 0] > scores[0, 1] == 0.0


class TestStorage:
    def test_eight_bits_are_near(self):
        vectors = np.random.default_rng(0).normal(size=(50, 16)).astype(np.float32)
        vectors[0] = 0.0
        numbers, scales = quantise(vectors)
        assert np.abs(numbers * scales[:, None] - vectors).max() <= scales.max() / 2 + 1e-6

    def test_model_round_trip(self, tokenizer, tmp_path):
        vectors = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 8))
        for _ in range(2):  # the second time replaces the first
            write_model(tmp_path / "model", tokenizer, vectors.astype(np.float32), "card\n")
        again, stored = read_model(tmp_path / "model")
        assert np.abs(stored - vectors).max() < 0.03
        assert tokens(again, "世界级集群 cluster") == tokens(tokenizer, "世界级集群 cluster")
        assert [p.name for p in tmp_path.iterdir()] == ["model"]
        weights = tmp_path / "model" / "0_StaticEmbedding" / "model.safetensors"
        assert weights.stat().st_mode & 0o777 == 0o644
        assert folder_bytes(tmp_path) > weights.stat().st_size

    def test_a_failure_leaves_the_old_folder(self, tokenizer, tmp_path):
        vectors = np.zeros((tokenizer.get_vocab_size(), 2), np.float32)
        write_model(tmp_path / "model", tokenizer, vectors, "old")
        with pytest.raises(AttributeError):
            write_model(tmp_path / "model", None, vectors, "new")
        assert (tmp_path / "model" / "README.md").read_text("utf-8") == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["model"]

    def test_table_round_trip(self, tmp_path):
        rows = Translations(np.int32([0, 1]), np.int32([0]), np.float32([0.5]))
        write_table(tmp_path / "table", WordTable(["集群"], ["cluster"], rows, rows), "note\n")
        table = read_table(tmp_path / "table")
        assert (table.zh, table.en) == (["集群"], ["cluster"])
        assert table.zh_given_en.row(0) == [(0, pytest.approx(0.5, abs=1 / 255))]


PAIRS = [("产业", "industrial"), ("集群", "cluster"), ("湖北", "hubei"), ("长江", "yuan")]
SENTENCES = [(a + b, f"{c} {d}") for a, c in PAIRS for b, d in PAIRS if a != b]


@needs_torch
class TestTraining:
    def settings(self, **changes):
        from clusterqa.training.model import Settings

        return Settings(dims=16, epochs=30, batch=8, smallest_batch=2, **changes)

    def run(self, tokenizer, settings):
        from clusterqa.training.model import encode_source, train

        losses = []
        encoded = [encode_source(tokenizer, Source("made up"), SENTENCES)]
        names = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
        vectors = train(encoded, names, settings, lambda _, loss: losses.append(loss))
        return vectors, losses

    def test_loss_falls_and_words_find_their_translations(self, tokenizer):
        vectors, losses = self.run(tokenizer, self.settings())
        assert losses[-1] < losses[0] / 2
        task = Task.from_pairs("words", PAIRS)
        measures = evaluate(tokenizer, vectors, task)
        assert measures["dense"].recall1 == measures["late"].recall1 == 1.0
        assert not vectors[0].any()

    def test_the_seed_settles_everything(self, tokenizer):
        one, two = (self.run(tokenizer, self.settings(seed=3))[0] for _ in range(2))
        assert np.array_equal(one, two)

    def test_equal_texts_are_no_negatives(self):
        from clusterqa.training.model import contrastive_loss

        same = torch.tensor([[False, True], [True, False]])
        vectors = torch.eye(2)[[0, 0]]
        assert float(contrastive_loss(vectors, vectors, same, 20.0)) == pytest.approx(0.0, abs=1e-6)
        none = torch.zeros_like(same)
        assert float(contrastive_loss(vectors, vectors, none, 20.0)) == pytest.approx(np.log(2))

    def test_thinned_texts_keep_a_token(self):
        from clusterqa.training.model import thinned

        texts = Ragged.of([[1], [2, 3, 4, 5], [6, 7]])
        thin = thinned(texts, 0.0, 0, np.random.default_rng(0))
        assert all(len(thin[i]) and set(thin[i]) <= set(texts[i]) for i in range(3))
        assert list(thinned(texts, 0.0, 4, np.random.default_rng(0)).ids) == [1, 2, 3, 4, 5, 6, 7]

    def test_sentence_transformers_gives_the_same_vectors(self, tokenizer, tmp_path):
        sentence_transformers = pytest.importorskip("sentence_transformers")
        size = tokenizer.get_vocab_size()
        made = np.random.default_rng(0).normal(size=(size, 8)).astype(np.float32)
        write_model(tmp_path / "model", tokenizer, made, "card\n")
        texts = ["世界级产业集群", "industrial clusters", ""]
        theirs = sentence_transformers.SentenceTransformer(str(tmp_path / "model")).encode(texts)
        again, stored = read_model(tmp_path / "model")
        assert theirs == pytest.approx(mean_vectors(stored, encode(again, texts)), abs=1e-6)


def test_word_pairs_are_learned_from_sentences(tokenizer):
    assert set(PAIRS) <= set(word_pairs(tokenizer, [(SENTENCES, 1.0)]))
