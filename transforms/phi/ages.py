"""Ages in free text: those over 89 years become 90 (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C))."""

from __future__ import annotations

import re

_GREAT_AGES = re.compile(r"(?<![\d.])(?:9\d|1[01]\d)(?=[\s-]*(?:y/?o\b|y(?:ea)?rs?\b|year))", re.I)
_GREAT_AGE_CODES = re.compile(r"(?<!\d)(?:09\d|1[01]\d)Y(?![A-Za-z])")


def cap_ages(text: str) -> str:
    """The text with every age over 89 years as 90, in the spelling that it has."""
    if not any(map(str.isdigit, text)):
        return text
    return _GREAT_AGE_CODES.sub("090Y", _GREAT_AGES.sub("90", text))


def find_great_ages(text: str) -> list[tuple[int, int]]:
    """Half-open ranges of characters: the numbers of ages over 89 years."""
    return [found.span() for pattern in (_GREAT_AGES, _GREAT_AGE_CODES) for found in pattern.finditer(text)]
