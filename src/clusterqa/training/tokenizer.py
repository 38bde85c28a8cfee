"""The tokenizer of the bundled model: greedy longest match over whole words of both languages.

Chinese runs are cut by longest match over words and single characters. Latin words and numbers
begin with ``▁``, so that a rest of a word (``▁agglomerate`` + ``s``) or of a number (``▁147`` +
``34``) is a different token from the word or number of the same letters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import rjieba
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

START = "▁"
UNKNOWN = "[UNK]"
MAX_RUN = 64  # longest match is quadratic in the length of a run, so a run is bounded
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
LATIN = re.compile(r"[a-z]+")
NUMBER = re.compile(r"\d+")

# NFKC makes curly apostrophes no straighter; possessives and contractions are closed up.
_REPLACEMENTS = (
    (r"[\u2018\u2019\u02bc]", "'"),
    (r"(?<=[a-z])'s(?![a-z])", ""),
    (r"(?<=[a-z])'(?=[a-z])", ""),
    (r"(?<=\d),(?=\d{3}(?!\d))", ""),
    (r"(?<![a-z])(?=[a-z])|(?<!\d)(?<!\d\.)(?=\d)", START),
)


@dataclass(frozen=True, slots=True)
class VocabularySizes:
    """How many entries of each kind a vocabulary may hold, and how often each must be seen."""

    chinese_words: int = 45_000
    chinese_min: int = 3
    english_words: int = 30_000
    english_min: int = 2
    pieces: int = 2_500
    pieces_min: int = 3
    numbers: int = 1_000
    numbers_min: int = 10


def normalizer() -> normalizers.Normalizer:
    """Map text to what the vocabulary is written in (NFKC, lower case, no accents, marks)."""
    steps: list[normalizers.Normalizer] = [
        normalizers.NFKC(),
        normalizers.Lowercase(),
        normalizers.NFD(),
        normalizers.StripAccents(),
        normalizers.NFC(),
    ]
    steps += [normalizers.Replace(Regex(old), new) for old, new in _REPLACEMENTS]
    return normalizers.Sequence(steps)


def gb2312_characters() -> set[str]:
    """Return the 6,763 Chinese characters of GB 2312, the ones in everyday use."""
    found: set[str] = set()
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                found.add(bytes((high, low)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def count_chinese(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Count the words that rjieba cuts out of ``texts`` and the single characters in them."""
    words: Counter[str] = Counter()
    for text in texts:
        words.update(w for w in rjieba.cut(text) if HAN.fullmatch(w))
    characters: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            characters[character] += count
    return words, characters


def count_latin(texts: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Count Latin words and numbers (digit runs) of ``texts`` after the normaliser."""
    words: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    normalise = normalizer().normalize_str
    for text in texts:
        clean = normalise(text)
        words.update(LATIN.findall(clean))
        numbers.update(NUMBER.findall(clean))
    return words, numbers


def _top(counts: Counter[str], limit: int, minimum: int) -> list[str]:
    """Return the ``limit`` most frequent keys seen ``minimum`` times; ties by the key itself."""
    kept = sorted((k for k, n in counts.items() if n >= minimum), key=lambda k: (-counts[k], k))
    return kept[:limit]


def word_ends(words: Iterable[str], known: set[str], limit: int, minimum: int) -> list[str]:
    """Return the rests that longest match leaves of words outside ``known``, most frequent first.

    Every letter is included, so that no Latin word is unknown.
    """
    rests: Counter[str] = Counter()
    for word in words:
        if word in known or len(word) > MAX_RUN:
            continue
        cut = next((n for n in range(len(word) - 1, 1, -1) if word[:n] in known), 1)
        rest = word[cut:]
        for length in range(2, len(rest) + 1):  # its beginnings are candidates, too
            rests[rest[:length]] += 1 + (length == len(rest))
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    return letters + _top(rests, limit - len(letters), minimum)


def number_tokens(numbers: Counter[str], sizes: VocabularySizes) -> list[str]:
    """Return number beginnings (0-999, years, frequent numbers), and the pieces that follow."""
    starts = {str(n) for n in range(1000)} | {str(n) for n in range(1900, 2100)}
    starts |= {f"{n:02d}" for n in range(100)}
    starts |= set(_top(numbers, sizes.numbers, sizes.numbers_min))
    digits = [str(n) for n in range(10)] + [f"{n:02d}" for n in range(100)]
    pieces = digits + ["." + d for d in digits] + ["."]
    return [START + n for n in sorted(starts, key=lambda n: (len(n), n))] + pieces


def build_vocabulary(
    chinese: Iterable[str], latin: Iterable[str], sizes: VocabularySizes
) -> dict[str, list[str]]:
    """Choose the tokens of each kind from folded Chinese texts and texts with Latin words."""
    zh_words, zh_characters = count_chinese(chinese)
    en_words, numbers = count_latin(latin)
    characters = sorted(gb2312_characters() | {c for c, n in zh_characters.items() if n >= 2})
    long_words = Counter({w: n for w, n in zh_words.items() if 1 < len(w) <= MAX_RUN})
    english = _top(en_words, sizes.english_words, sizes.english_min)
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    whole = list(dict.fromkeys(letters + english))
    return {
        "special": [UNKNOWN, "%"],
        "numbers": number_tokens(numbers, sizes),
        "characters": characters,
        "chinese_words": _top(long_words, sizes.chinese_words, sizes.chinese_min),
        "english_words": [START + w for w in whole],
        "pieces": word_ends(en_words, set(whole), sizes.pieces, sizes.pieces_min),
    }


def _character_class(characters: Iterable[str]) -> str:
    """Write characters as the inside of a regular-expression class, runs as ranges."""
    codes = sorted(ord(c) for c in characters)
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(chr(a) if a == b else f"{chr(a)}-{chr(b)}" for a, b in ranges)


def build_tokenizer(vocabulary: dict[str, list[str]]) -> Tokenizer:
    """Make the tokenizer of a vocabulary; characters outside of it are left out altogether.

    The model is WordPiece without a continuation prefix, which is greedy longest match.
    """
    tokens = list(dict.fromkeys(t for kind in vocabulary.values() for t in kind))
    known = _character_class(vocabulary["characters"])
    runs = rf"[{known}]{{1,{MAX_RUN}}}|{START}?[a-z]{{1,{MAX_RUN}}}"
    numbers = rf"{START}?\d{{1,{MAX_RUN}}}(?:\.\d{{1,{MAX_RUN}}})?"
    tokenizer = Tokenizer(
        models.WordPiece(
            vocab={token: index for index, token in enumerate(tokens)},
            unk_token=UNKNOWN,
            continuing_subword_prefix="",
            max_input_chars_per_word=4 * MAX_RUN,
        )
    )
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(
        Regex(f"{runs}|{numbers}|%"), behavior="removed", invert=True
    )
    return tokenizer
