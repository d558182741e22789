"""Whether a text shows something that the instance's own header says about the patient, staff or place.

This is the surest rule there is: what the header calls a name is one, whatever the lexicon thinks of the word. It errs towards
redaction, by as much as reading errs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from ..core.instance import HeaderIdentifier, IdentifierKind
from .reasons import Reason
from .spellings import as_digits, distance_at_most, plain, skeleton

_REASONS = {
    IdentifierKind.NAME: Reason.HEADER_NAME,
    IdentifierKind.ID: Reason.HEADER_ID,
    IdentifierKind.DATE: Reason.HEADER_DATE,
    IdentifierKind.PLACE: Reason.HEADER_PLACE,
    IdentifierKind.PHONE: Reason.HEADER_PHONE,
}
_MIN_DIGITS = 4
_MIN_INSIDE = 4
"""A term at least this long is also found inside a longer run of characters, since readers lose spaces."""


def find_header_identifier(text: str, terms: Iterable[HeaderIdentifier]) -> Reason | None:
    """The reason why a text may not stay, if it shows a term of the header.

    Args:
        text: As it was read.
        terms: Of the instance.
    """
    words = tuple(skeleton(word) for word in re.split(r"[\s,;:^/\\()\[\]=_.\-]+", text) if word)
    whole, digits = skeleton(text), as_digits(text)
    for term in terms:
        parts = _parts(term)
        if term.kind in (IdentifierKind.DATE, IdentifierKind.PHONE):
            if any(part in digits for part in parts):
                return _REASONS[term.kind]
        elif any(_shows(part, words, whole) for part in parts):
            return _REASONS[term.kind]
    return None


@functools.lru_cache(maxsize=4096)
def _parts(term: HeaderIdentifier) -> tuple[str, ...]:
    """What to look for: looks of words, or runs of digits."""
    if term.kind is IdentifierKind.DATE:
        return tuple(sorted(_date_digits(re.sub(r"\D", "", term.value)[:8])))
    if term.kind is IdentifierKind.PHONE:
        digits = re.sub(r"\D", "", term.value)
        return (digits[-7:],) if len(digits) >= 7 else ()
    if term.kind is IdentifierKind.ID:
        return tuple(part for part in (skeleton(term.value),) if len(part) > 1)
    words = (skeleton(word) for word in re.split(r"[\s^=,.\-/\\()]+", plain(term.value)))
    shortest = 2 if term.kind is IdentifierKind.NAME else 4
    spaceless = not re.search(r"[A-Za-z]", plain(term.value))  # Scripts in which one character is a name.
    return tuple(sorted({word for word in words if len(word) >= (1 if spaceless else shortest)}))


def _shows(part: str, words: tuple[str, ...], whole: str) -> bool:
    if part in words:
        return True
    if len(part) >= _MIN_INSIDE and part in whole:
        return True
    limit = 0 if len(part) < 4 else 1 if len(part) < 8 else 2
    # Short words that differ by one letter are mostly just other words; from five on a misreading is the likelier cause.
    if len(part) == 4:
        limit = 0
    return limit > 0 and any(distance_at_most(part, word, limit) for word in words)


def _date_digits(date: str) -> set[str]:
    """The ways in which a date YYYYMMDD is written in digits, longest forms only."""
    if len(date) != 8:
        return set()
    year, month, day = date[:4], date[4:6], date[6:]
    orders = {year + month + day, day + month + year, month + day + year}
    orders |= {year[2:] + month + day, day + month + year[2:], month + day + year[2:]}
    return {digits for digits in orders if len(digits) >= _MIN_DIGITS}
