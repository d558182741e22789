"""The families of forms, in the order in which they are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import named_months, numeric, partial
from .calendar_names import alternatives
from .east_asian import EAST_ASIAN
from .form import Family

_NUMBER = re.compile(
    r"\d(?<!\d\d)(?<!\d[.,]\d)(?="
    r"\d{5}"  # compact
    r"|\d{0,3}\s?(?:[-/_:]\s?'?\d|\.\s?'?\d\d?\s?[-/.]|\.\s?\d{4})|\d\.\d\d(?!\d)"  # separated
    r"|\d{0,3}\s\d\d?\s\d\d"
    rf"|\d{{0,3}}[\s.,/_-]{{0,3}}(?:{named_months.BEHIND_DAY})"
    r"|(?:(?<=1)9|(?<=2)0)\d\d(?![^\W_])|\d{0,3}-?[wq]|(?:st|nd|rd|th|er|e|\.|o|º|°|:[ae])?\s[qkt])"
)
"""Where a number begins that is not the rest of another, of a decimal or a UID, with something behind it as in a date."""
_WORD = re.compile(rf"[\W\d_](?={alternatives((*named_months.MONTH_WORDS, *partial.PARTIAL_WORDS))}(?![^\W\d_]))")


def _numbers(shown: str) -> Iterator[int]:
    return (found.start() for found in _NUMBER.finditer(shown))


def _words(shown: str) -> Iterator[int]:
    yield 0
    for found in _WORD.finditer(shown):
        yield found.end()


def _apostrophes(shown: str) -> Iterator[int]:
    return (found.start() for found in re.finditer(r"'(?=\d\d)", shown))


FAMILIES: tuple[Family, ...] = (
    EAST_ASIAN,
    Family(_numbers, (*numeric.NUMERIC, *named_months.DAY_FIRST, *partial.NUMBER_FIRST)),
    Family(_words, (*named_months.MONTH_FIRST, *partial.WORD_FIRST)),
    Family(_apostrophes, partial.APOSTROPHE_FIRST),
)
