"""Text as numbers: character grams of Chinese, words and character grams of Latin script, packed into 64 bits.

Many texts are taken apart at once, without a loop over their characters: a text costs microseconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int64]

_LATIN_END: Final = 0x250
_NEWLINE: Final = 10
_SPACE: Final = 32
_CODE_BITS: Final = 20  # every plane that has words in it, three times below 61 bits
_KIND_BITS: Final = 60
_WORD, _WORD_PAIR, _LETTERS = 4, 5, 6
_HASH: Final = np.uint64(0x9E3779B97F4A7C15)
_LETTER_GRAMS: Final = (2, 3)
_LONGEST_WORD: Final = 64


def _powers() -> npt.NDArray[np.uint64]:
    powers = np.full(_LONGEST_WORD, _HASH, np.uint64)
    return np.multiply.accumulate(powers)


_POWERS: Final = _powers()


@dataclass(frozen=True, slots=True)
class Grams:
    """What texts consist of: the same places of both hold a gram's key and the number of its text."""

    keys: Keys
    rows: Rows


def grams(texts: Sequence[str]) -> Grams:
    """The grams of texts, which must be plain already."""
    codes = _codes(texts)
    rows = np.cumsum(codes == _NEWLINE) - 1
    latin = (codes < _LATIN_END) & (codes > _SPACE)
    found = [*_chinese(codes, latin), *_letters(codes), *_words(codes, latin)]
    return Grams(np.concatenate([keys for keys, _ in found]), rows[np.concatenate([at for _, at in found])])


def _codes(texts: Sequence[str]) -> Keys:
    """Every text between spaces, after a newline."""
    joined = "".join(f"\n {text} " for text in texts) + "\n"
    return np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4").astype(np.int64)


def _chinese(codes: Keys, latin: npt.NDArray[np.bool_]) -> list[tuple[Keys, Rows]]:
    """Runs of one to three characters in which at least one is not Latin."""
    word = codes > _SPACE
    other = word & ~latin
    key, whole, some = codes.copy(), word.copy(), other.copy()
    found = []
    for length in range(1, 4):
        if length > 1:
            end = len(codes) - length + 1
            key = (key[:end] << _CODE_BITS) | codes[length - 1 :]
            whole, some = whole[:end] & word[length - 1 :], some[:end] | other[length - 1 :]
        at = np.flatnonzero(whole & some)
        found.append((key[at], at))
    return found


def _letters(codes: Keys) -> list[tuple[Keys, Rows]]:
    """Two or three signs of Latin script in a row; a space counts as one, for words begin and end."""
    fits = (codes < _LATIN_END) & (codes != _NEWLINE)
    found = []
    for length in _LETTER_GRAMS:
        end = len(codes) - length + 1
        key, whole = np.full(max(end, 0), _LETTERS << _KIND_BITS | length << 56, np.int64), fits[: max(end, 0)].copy()
        packed = np.zeros(max(end, 0), np.int64)
        for step in range(length):
            packed = (packed << 10) | codes[step : step + end]
            whole &= fits[step : step + end]
        at = np.flatnonzero(whole)
        found.append(((key | packed)[at], at))
    return found


def _words(codes: Keys, latin: npt.NDArray[np.bool_]) -> list[tuple[Keys, Rows]]:
    """Latin words, and pairs of them with one space between."""
    edges = np.flatnonzero(np.diff(latin.astype(np.int8), prepend=0, append=0))
    begins, ends = edges[::2], edges[1::2]
    if not len(begins):
        return []
    mixed = (codes.astype(np.uint64) + np.uint64(1)) * _POWERS[_places(len(codes), begins)]
    hashes = np.add.reduceat(np.where(latin, mixed, np.uint64(0)), begins)
    words = _kind(hashes, _WORD)
    beside = np.flatnonzero((begins[1:] - ends[:-1] == 1) & (codes[ends[:-1]] == _SPACE))
    pairs = _kind(hashes[beside] * _HASH + hashes[beside + 1], _WORD_PAIR)
    return [(words, begins), (pairs, begins[beside])]


def _places(length: int, begins: Rows) -> Rows:
    """How far each sign is from the beginning of its word."""
    at = np.arange(length)
    begun = np.zeros(length, np.int64)
    begun[begins] = begins
    return np.minimum(at - np.maximum.accumulate(begun), _LONGEST_WORD - 1)


def _kind(hashes: npt.NDArray[np.uint64], kind: int) -> Keys:
    return (hashes >> np.uint64(64 - _KIND_BITS)).astype(np.int64) | kind << _KIND_BITS


def worth(keys: Keys) -> npt.NDArray[np.float32]:
    """What kinds of grams are worth against each other where wordings of one question are looked for.

    Measured on pairs of Chinese questions: single characters tell most, pairs add some, three in a row only mislead.
    """
    kind = keys >> _KIND_BITS
    chinese = np.where(keys < 1 << _CODE_BITS, 1.0, np.where(keys < 1 << 2 * _CODE_BITS, 0.4, 0.0))
    return np.select([kind == _WORD, kind == _WORD_PAIR, kind == _LETTERS], [1.0, 0.5, 0.2], chinese).astype(np.float32)
