"""Text as a reader of characters may have misread it: one spelling for all that look alike."""

from __future__ import annotations

import re
import unicodedata

_ALIKE = str.maketrans(
    {"0": "O", "1": "I", "L": "I", "|": "I", "!": "I", "5": "S", "$": "S", "8": "B", "2": "Z", "6": "G", "Q": "O"}
)
_DIGITS = str.maketrans("ODQIL|SBZG", "0001115826")


def plain(text: str) -> str:
    """Upper case without accents: what case and diacritics cannot hide."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).upper()


def skeleton(text: str) -> str:
    """Letters and digits alone, those that look alike folded into one: equal looks may be equal texts."""
    return re.sub(r"[\W_]+", "", plain(text).replace("RN", "M").replace("VV", "W").translate(_ALIKE))


def as_digits(text: str) -> str:
    """The text with letters that look like digits read as digits, and nothing but digits left."""
    return re.sub(r"\D", "", plain(text).translate(_DIGITS))


def distance_at_most(one: str, other: str, limit: int) -> bool:
    """Whether `limit` insertions, deletions and replacements are enough to make one from the other (Levenshtein)."""
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
