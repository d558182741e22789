"""Spellings of letters: without marks, and as languages write them where marks cannot be typed."""

from __future__ import annotations

import unicodedata

_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ς": "σ", "’": "'", "ʼ": "'"}
)
_EXPANDED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa", "ß": "ss"}
)


def fold_letters(text: str) -> str:
    """In lower case and without marks: `Şahin` and `SAHIN` become the same."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_PLAIN)
    letters = unicodedata.normalize("NFKD", lowered)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_PLAIN)


def drop_marks(text: str) -> str:
    """The same letters without marks, in their case."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    special = {
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "ø": "o",
        "Ø": "O",
        "đ": "d",
        "Đ": "D",
        "ł": "l",
        "Ł": "L",
        "ı": "i",
        "ð": "d",
        "þ": "th",
        "Þ": "Th",
    }
    return "".join(special.get(letter, letter) for letter in kept)


def expand_marks(text: str) -> str:
    """With two letters for a letter with marks, as German and Nordic spellings have them: `Müller` becomes `Mueller`."""
    return unicodedata.normalize("NFC", text).translate(_EXPANDED)
