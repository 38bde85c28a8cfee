"""Models of sentence-transformers: the bundled one loads as one, and any other is an Embedder.

Every test that needs torch is here, since importing it takes ten seconds.
"""

import json
from pathlib import Path

import numpy as np
import offline_guard
import pytest

from clusterqa.embedding import StaticModel, load_embedder
from clusterqa.embedding.transformer import prompts_for
from clusterqa.errors import ModelUnavailableError
from clusterqa.text import fold_text
from support import TINY_WORDS, run_python, write_tiny_model

BUNDLED = Path(__file__).parents[1] / "src/clusterqa/embedding/bilingual"
TEXTS = [
    *(
        "湖北有多少个过百亿的产业集群？",
        "How many clusters are there in Hubei?",
        "产业集群",
        "cluster",
    ),
    *(
        "2014年，全省90个集群实现销售收入14734亿元，同比增长14%。",
        "Sales rose by 12.8 per cent in 2014.",
    ),
    *(
        "长江經濟帶與產業集群",
        "Ｆｕｌｌ　ｗｉｄｔｈ",
        "MIXED 汽车 and 零部件 parts",
        "don't, it's Hubei's",
    ),
    *(
        "",
        " ",
        "\n",
        "𠀀𠀁",
        "☃☃",
        "?!",
        "。",
        "zzzzqqqqxxxx",
        "안녕하세요",
        "Ωμέγα",
        "\u3000\u3000开头",
    ),
    *(
        "a",
        "1",
        "1,234,567",
        "3.14159",
        "H200",
        "5G网络",
        "《中国制造2025》",
        "“十三五”时期",
        "C++",
    ),
    *(
        "the " * 300,
        "湖北" * 400,
        "naïve café résumé",
        "state-of-the-art",
        "e.g. Wuhan",
        "U.S. Steel",
    ),
    *(
        "武汉东湖自主创新示范区",
        "光谷",
        "Dongfeng Motor",
        "东风集团",
        "襄阳、十堰、随州",
        "key projects",
    ),
    *(
        "人工智能",
        "artificial intelligence",
        "绿色发展",
        "green growth",
        "一带一路",
        "Belt and Road",
    ),
]


def saved(folder: Path, prompts: dict[str, str] | None = None) -> Path:
    """A tiny model as sentence-transformers saves one."""
    write_tiny_model(folder, TINY_WORDS)
    modules = [("0_StaticEmbedding", "StaticEmbedding"), ("1_Normalize", "Normalize")]
    listed = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(modules)
    ]
    (folder / "1_Normalize").mkdir()
    (folder / "modules.json").write_text(json.dumps(listed), "utf-8")
    settings = {"prompts": prompts or {}, "default_prompt_name": None}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(settings), "utf-8")
    return folder


@pytest.mark.filterwarnings("ignore")
def test_the_light_loader_gives_the_vectors_of_sentence_transformers() -> None:
    from sentence_transformers import SentenceTransformer

    texts = [fold_text(text) for text in TEXTS]
    expected = SentenceTransformer(str(BUNDLED), device="cpu").encode(texts)
    np.testing.assert_allclose(StaticModel(BUNDLED).encode(texts), expected, atol=1e-5)


def test_a_saved_model_is_an_embedder_by_its_path(tmp_path: Path) -> None:
    folder = saved(tmp_path / "tiny")
    embedder = load_embedder(str(folder))
    expected = StaticModel(folder).encode(["集群 cluster", "wuhan"])
    np.testing.assert_allclose(
        embedder.embed_passages(["集群 cluster", "wuhan"]), expected, atol=1e-6
    )
    assert embedder.dimension == expected.shape[1]


def test_questions_get_the_query_prompt_and_passages_theirs(tmp_path: Path) -> None:
    folder = saved(tmp_path / "tiny", {"query": "steel ", "document": "wuhan "})
    embedder = load_embedder(str(folder))
    model = StaticModel(folder)
    pairs = ((embedder.embed_queries, "steel 集群"), (embedder.embed_passages, "wuhan 集群"))
    for embed, seen in pairs:
        np.testing.assert_allclose(embed(["集群"]), model.encode([seen]), atol=1e-6)


def test_the_fingerprint_of_a_saved_model_follows_its_prompts(tmp_path: Path) -> None:
    folder = saved(tmp_path / "tiny")
    before = load_embedder(str(folder)).fingerprint
    (folder / "config_sentence_transformers.json").write_text('{"prompts": {"query": "q: "}}')
    assert load_embedder(str(folder)).fingerprint != before


def test_a_folder_that_holds_no_model_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnavailableError, match="use the bundled one: --model bundled"
    ) as error:
        load_embedder(str(tmp_path))
    assert "\n" not in str(error.value)


@pytest.mark.reaches_out
def test_an_unknown_name_without_network_is_one_clear_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    offline_guard.attempts.clear()
    with pytest.raises(ModelUnavailableError, match="hub cannot be reached") as error:
        load_embedder("no-such-owner/no-such-model")
    assert "\n" not in str(error.value)
    assert len(offline_guard.attempts) == 1


def test_a_cached_model_is_used_without_a_look_at_the_network(tmp_path: Path) -> None:
    repository = tmp_path / "models--acme--tiny"
    saved(repository / "snapshots" / ("0" * 40))
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40, "utf-8")
    code = (
        "from clusterqa.embedding import load_embedder\n"
        "print(load_embedder('acme/tiny').embed_queries(['wuhan']).shape)\n"
    )
    log = tmp_path / "attempts"
    finished = run_python("-c", code, HF_HUB_CACHE=str(tmp_path), OFFLINE_ATTEMPTS=str(log))
    assert finished.stdout == "(1, 16)\n", finished.stderr
    assert not log.exists(), log.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("/models/Multilingual-E5-Small", "query: ", "passage: "),
        ("BAAI/bge-small-zh-v1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("BAAI/bge-m3", "", ""),
        ("sentence-transformers/LaBSE", "", ""),
    ],
)
def test_a_family_of_models_has_its_prompts(name: str, query: str, passage: str) -> None:
    assert prompts_for(name, {}) == (query, passage)


def test_an_instruct_model_has_an_instruction_for_questions_only() -> None:
    query, passage = prompts_for("intfloat/multilingual-e5-large-instruct", {})
    assert query.startswith("Instruct: ") and query.endswith("Query: ")
    assert passage == ""


def test_prompts_that_a_model_brings_win() -> None:
    assert prompts_for("intfloat/e5-base", {"query": "Q ", "document": "D "}) == ("Q ", "D ")
