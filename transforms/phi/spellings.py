"""Normal forms of a text: without case and accents, without separators, and with confusable characters folded."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

_WITHOUT_DECOMPOSITION = str.maketrans(
    {
        "Ø": "O",
        "ø": "o",
        "Ł": "L",
        "ł": "l",
        "Đ": "D",
        "đ": "d",
        "Ð": "D",
        "ð": "d",
        "Ħ": "H",
        "ħ": "h",
        "Ŧ": "T",
        "ŧ": "t",
        "Ŋ": "N",
        "ŋ": "n",
        "Ə": "A",
        "ə": "a",
        "ẞ": "SS",
        "Æ": "AE",
        "æ": "ae",
        "Œ": "OE",
        "œ": "oe",
        "Þ": "TH",
        "þ": "th",
    }
)
"""Letters with a stroke and ligatures, which Unicode does not decompose."""
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
"""Katakana -> the Hiragana of the same sound: a phonetic name is written in either."""
_ALIKE = str.maketrans(
    {"0": "O", "1": "I", "L": "I", "|": "I", "!": "I", "5": "S", "$": "S", "8": "B", "2": "Z", "6": "G", "Q": "O"}
)
_DIGITS = str.maketrans("ODQIL|SBZG", "0001115826")
_ASCII_SEPARATORS = {code: None for code in range(128) if not chr(code).isalnum()}


def plain(text: str) -> str:
    """Upper case without accents; digits of any script as ASCII, Katakana as Hiragana."""
    if text.isascii():
        return text.upper()
    decomposed = unicodedata.normalize("NFKD", _replaced(text, _without_stroke))
    return _replaced(decomposed, _base).upper()


def _replaced(text: str, replacement: Callable[[str], str]) -> str:
    """The text with each of its distinct characters replaced: of a long text, a few of another script than ASCII."""
    for char in set(text):
        if char > "\x7f" and (shown := replacement(char)) != char:
            text = text.replace(char, shown)
    return text


def _without_stroke(char: str) -> str:
    return char.translate(_WITHOUT_DECOMPOSITION)


@functools.lru_cache(maxsize=4096)
def _base(char: str) -> str:
    if unicodedata.combining(char):
        return ""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char.translate(_HIRAGANA)


def upper_in_place(text: str) -> str:
    """Upper case, in which each character keeps its place: "ß" has a capital of one letter here."""
    shown = text.replace("ß", "ẞ").upper()
    return shown if len(shown) == len(text) else "".join(char.upper() if len(char.upper()) == 1 else char for char in text)


def lower_in_place(text: str) -> str:
    """Small letters, in which each character keeps its place: "İ" stays."""
    shown = text.lower()
    return shown if len(shown) == len(text) else "".join(char.lower() if len(char.lower()) == 1 else char for char in text)


def squeezed(text: str) -> str:
    """The letters and digits of `plain`."""
    return _short_squeezed(text) if len(text) <= _SHARED_LENGTH else _squeezed(text)


_SHARED_LENGTH = 256
"""The instances of a series share most of their texts up to this length, so that what they squeeze to is remembered."""


def _squeezed(text: str) -> str:
    shown = plain(text).translate(_ASCII_SEPARATORS)
    return shown if shown.isascii() else "".join(filter(str.isalnum, shown))


_short_squeezed = functools.lru_cache(maxsize=4096)(_squeezed)


def common_part(texts: Sequence[str], shortest: int) -> str:
    """The longest part that all of some short texts share, the leftmost of these; "" where it is shorter than `shortest`."""
    first = min(texts, key=len)
    for length in range(len(first), shortest - 1, -1):
        for start in range(len(first) - length + 1):
            part = first[start : start + length]
            if all(part in text for text in texts):
                return part
    return ""


class Squeezed(NamedTuple):
    """A text without separators, and where each of its characters comes from.

    Attributes:
        text: The original.
        letters: `squeezed(text)`.
        places: For each of the letters, the index of its character in the original.
    """

    text: str
    letters: str
    places: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Squeezed:
        """Squeeze a text."""
        if text.isascii():
            places = [index for index, char in enumerate(text) if char.isalnum()]
            return cls(text, "".join(map(text.__getitem__, places)).upper(), places)
        found = [(letter, index) for index, char in enumerate(text) for letter in squeezed(char)]
        return cls(text, "".join(letter for letter, _ in found), [index for _, index in found])

    def occurrences(self, key: str) -> Iterator[tuple[int, int]]:
        """Half-open ranges of `letters` that are equal to a key."""
        start = self.letters.find(key)
        while start >= 0:
            yield start, start + len(key)
            start = self.letters.find(key, start + 1)

    def separators(self, start: int, end: int) -> Iterator[str]:
        """The separators between the letters of a half-open range of `letters`, one text a gap."""
        for before, after in zip(self.places[start : end - 1], self.places[start + 1 : end], strict=True):
            yield "".join(char for char in self.text[before + 1 : after] if not unicodedata.combining(char))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A half-open range of `letters` as one of the original, with the combining marks of its last letter."""
        last = self.places[end - 1] + 1
        while last < len(self.text) and unicodedata.combining(self.text[last]):
            last += 1
        return self.places[start], last


def skeleton(text: str) -> str:
    """Letters and digits alone, those that look alike folded into one: equal skeletons may be readings of one text."""
    return re.sub(r"[\W_]+", "", plain(text).replace("RN", "M").replace("VV", "W").translate(_ALIKE))


def as_digits(text: str) -> str:
    """The text with letters that look like digits read as digits, and nothing but digits left."""
    return re.sub(r"\D", "", plain(text).translate(_DIGITS))


def distance_at_most(one: str, other: str, limit: int) -> bool:
    """Whether `limit` insertions, deletions and replacements are enough to make one from the other (Levenshtein, 1966)."""
    if abs(len(one) - len(other)) > limit:
        return False
    row = list(range(len(other) + 1))
    for index, char in enumerate(one, 1):
        previous, row[0] = row[0], index
        for column, other_char in enumerate(other, 1):
            previous, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, previous + (char != other_char))
        if min(row) > limit:
            return False
    return row[-1] <= limit
