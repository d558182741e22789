"""The characters of a line as the name network sees them: small numbers, one for each character, in training and in use."""

from __future__ import annotations

import functools
import unicodedata

import numpy as np

from .spellings import plain

_PUNCTUATION = " '-.,:^/()"
_FIRST_LOWER, _FIRST_UPPER, _DIGIT, _FIRST_SIGN = 1, 27, 53, 54
_OTHER_SIGN = _FIRST_SIGN + len(_PUNCTUATION)
_OTHER_LOWER, _OTHER_UPPER, _OTHER_LETTER = _OTHER_SIGN + 1, _OTHER_SIGN + 2, _OTHER_SIGN + 3
CHARACTERS = _OTHER_LETTER + 1
"""So many numbers there are; 0 stands where no character is."""
_QUOTES = dict.fromkeys("’`´ʼ‘", "'")


def as_numbers(text: str) -> np.ndarray:
    """A text as int64, (characters,): letters without their accents but with their case, digits all alike."""
    return np.fromiter(map(_number_of, text), np.int64, len(text))


@functools.lru_cache(maxsize=4096)
def _number_of(char: str) -> int:
    char = _QUOTES.get(char, char)
    if char.isalpha():
        base = plain(char)[:1]
        if "A" <= base <= "Z":
            return (_FIRST_UPPER if char.isupper() else _FIRST_LOWER) + ord(base) - ord("A")
        return _OTHER_UPPER if char.isupper() else _OTHER_LOWER if char.islower() else _OTHER_LETTER
    if char.isdigit():
        return _DIGIT
    if char in _PUNCTUATION:
        return _FIRST_SIGN + _PUNCTUATION.index(char)
    return _OTHER_LETTER if unicodedata.category(char).startswith("M") else _FIRST_SIGN if char.isspace() else _OTHER_SIGN
