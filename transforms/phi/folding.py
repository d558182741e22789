"""A text as patterns read it: lower case, no accents, ASCII digits and punctuation, and one character for each of its own."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_SINGLE = {
    **dict.fromkeys("\u2018\u2019\u02bc\u2032\u00b4`", "'"),
    "\u2212": "-",
    "\u0131": "i",
    "\u00f8": "o",
    "\u0142": "l",
    "\u0111": "d",
}
"""Characters that Unicode neither decomposes nor maps, and what they are read as."""
_ORDINAL_SIGNS = "\u00ba\u00aa"


class _Folds(dict[int, str]):
    """The folded form of a character, by its code point; each is worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(chr(code))
        return folded


def _fold(char: str) -> str:
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if char in _ORDINAL_SIGNS:
        return char
    category = unicodedata.category(char)
    if category in ("Pd", "Zs"):
        return "-" if category == "Pd" else " "
    lower = char.lower()
    lower = _SINGLE.get(lower, lower)
    decomposed = unicodedata.normalize("NFKD", lower)
    base, marks = decomposed[0], decomposed[1:]
    if any(not unicodedata.combining(mark) for mark in marks) or base.isdecimal():
        return lower if len(lower) == 1 else char
    return base


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where it comes from.

    Attributes:
        text: The original.
        shown: The folded text.
        places: For each character of `shown`, and for its end, the index in the original; None where they are the same.
    """

    text: str
    shown: str
    places: Sequence[int] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A half-open range of `shown` as one of the original."""
        return (start, end) if self.places is None else (self.places[start], self.places[end])


def fold(text: str) -> Folded:
    """Fold a text. A letter and the combining marks behind it count as one character."""
    if text.isascii():
        return Folded(text, text.lower())
    if unicodedata.is_normalized("NFC", text):
        return Folded(text, _folded(text))
    places, composed = [], []
    for start, cluster in _clusters(text):
        letters = unicodedata.normalize("NFC", cluster)
        composed.append(letters)
        places += [start] * len(letters)
    return Folded(text, _folded("".join(composed)), [*places, len(text)])


def _folded(text: str) -> str:
    """The same as `text.translate(_FOLDS)`, but faster for a long text, which has few distinct characters that change."""
    for char in set(text):
        if not "A" <= char <= "Z" and (folded := _FOLDS[ord(char)]) != char:
            text = text.replace(char, folded)
    return text.lower()


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Each character that is no combining mark, with the marks behind it, and where it starts."""
    start = 0
    for index in range(1, len(text)):
        if not unicodedata.combining(text[index]):
            yield start, text[start:index]
            start = index
    yield start, text[start:]
