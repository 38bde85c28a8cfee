"""The model card and the note of the word table, filled with what a run measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from clusterqa.training.alignment import AlignmentSettings, WordTable
from clusterqa.training.evaluate import Measures
from clusterqa.training.model import Settings

Figures = Mapping[str, Mapping[str, Measures]]

_LICENCES = """\
Licences as the sources state them: CC-CEDICT CC BY-SA 4.0; Tatoeba CC BY 2.0 FR; DRCD CC BY-SA 3.0
(simplified here); TICO-19 CC0; translations of the Python documentation CC0; 3AM captions MIT;
statutes: public; broadcast news (xwlb): repository MIT, text of the broadcaster; CRUD news: Apache
badge, text of third parties; GCCMPD policy documents (English by machine), News Commentary, WMT
newstest 2017-2021, QuantEcon lectures and the AI Challenger sample: none stated. No text of them is
stored here, only weights and lists of words."""


def _settings(settings: Settings | AlignmentSettings) -> str:
    return ", ".join(f"{name} {value}" for name, value in asdict(settings).items())


def figures_table(figures: Figures) -> str:
    """Return the measures as a Markdown table: one row for each task and leg."""
    lines = ["| held out | leg | recall@1 | recall@5 | MRR |", "|---|---|---|---|---|"]
    for name, legs in figures.items():
        lines += [
            f"| {name} | {leg} | {m.recall1:.3f} | {m.recall5:.3f} | {m.mrr:.3f} |"
            for leg, m in legs.items()
        ]
    return "\n".join(lines)


def model_card(
    settings: Settings,
    vocabulary: Mapping[str, list[str]],
    counts: Mapping[str, int],
    figures: Figures,
    seconds: float,
    size: int,
) -> str:
    """Return the model card; ``seconds`` are of processor time, ``size`` is in bytes."""
    kinds = ", ".join(f"{kind} {len(tokens):,}" for kind, tokens in vocabulary.items())
    sources = "\n".join(f"| {name} | {count:,} |" for name, count in counts.items())
    return f"""\
---
language: [zh, en]
library_name: sentence-transformers
pipeline_tag: sentence-similarity
---
# The bundled bilingual model of clusterqa

Static token vectors for Chinese and English in one space: a text is the mean of its token
vectors, scaled to length one. {settings.dims} dimensions, {size / 1e6:.1f} MB, no prompt, no limit
of length.
Give it folded text (`clusterqa.text.fold_text`): NFKC, lower case, simplified characters, no space
between Chinese characters.

- `SentenceTransformer(folder)` reads it (sentence-transformers 6.2 or later, which multiplies 8-bit
  weights by their row's scale); tokenizers, safetensors and numpy are enough, too: the vector of
  token `i` is `embeddings[i] * weights[i]`.
- Tokens: greedy longest match;
  {kinds}.
  `▁` marks the start of a Latin word or a number. The length of a token's vector is its weight in
  the mean, learned with it.
- Late interaction compares single token vectors by cosine.

## How it was made
`python -m clusterqa.training --only model`: a symmetric in-batch contrastive loss over cosines,
each batch from one source, the sides of a pair turned at random, equal texts no negatives, the left
side thinned to a random share of its tokens. While it is trained, a token's vector is the sum of
its own and of what it shares with others: characters and pairs of them, stems. Pairs of words
that IBM Model 1 found in the sentences are a source of their own, for late interaction.
{_settings(settings)}.
{seconds / 60:.0f} minutes of processor time for all of it.

| pairs | count |
|---|---|
{sources}

{_LICENCES}

## Measured
On pairs kept out of training, though the recipe was chosen on some of them (five words, windows,
questions): {_TASKS}.

{figures_table(figures)}

## Weak where
- Word order and negation count for nothing: 提高 and 不提高 are nearly equal.
- Names and terms that the data seldom has fall apart into characters, or beginnings and letters.
- English policy text in the data was translated by machine from Chinese, and few of the texts are
  questions; English questions were not measured.
- Numbers are tokens up to 999, years and frequent figures; others are cut in pieces, and 万/亿
  against million/billion is not reckoned.
- Training read the first {settings.longest} tokens of a text: give it passages.
"""


_TASKS = """\
dense is the cosine of mean vectors, late the late interaction with soft idf.
Policy and news: a sentence finds its translation among 1,000. Five words: five random content words
of a sentence find its translation among 4,000. Windows: an English sentence finds the Chinese
passages around its translation, where neighbours overlap, so that recall@1 cannot be high.
Questions, zh: Chinese questions find their paragraph among 256"""


def table_card(
    settings: AlignmentSettings, table: WordTable, figures: Figures, seconds: float, size: int
) -> str:
    """Return the note of a word table; ``seconds`` of processor time, ``size`` in bytes."""
    return f"""\
# The word-translation table

{len(table.zh):,} Chinese and {len(table.en):,} English words as `clusterqa.text.content_words`
gives them, {len(table.zh_given_en.indices):,} pairs, {size / 1e6:.1f} MB. IBM Model 1 (Brown et al.
1993) over the parallel sentences in both directions; the belief that two words translate each other
is `1 - (1 - P(en | zh)) (1 - P(zh | en))`. Beliefs of a word need not sum to one.

- `zh.txt`, `en.txt`: one word a line; its line is its id.
- `table.npz`: `zh_given_en_indptr`, `_indices` (int32), `_probs` (uint8, belief times 255) are
  compressed rows, one for each English word; `en_given_zh_*` one for each Chinese word. Both
  directions hold the same beliefs.

Made by `python -m clusterqa.training --only table`: {_settings(settings)}.
{seconds / 60:.0f} minutes of processor time.

Measured by probabilistic structured queries with BM25, translations only, on pairs kept out:

{figures_table(figures)}

{_LICENCES}
"""
