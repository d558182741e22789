"""Numbers and codes of a free text that nothing explains: in the closed world they go, though no rule knows their form.

A number stays if it is as short as counts and settings are, or if a unit, the label of a setting or a decimal point says what
it is. A word of letters and digits stays if it comes apart into terms and such numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .digit_groups import find_scale_spans
from .lexicon import is_setting, is_unit
from .spellings import plain


@dataclass(frozen=True)
class DigitLimits:
    """How many digits stay without an explanation.

    Settings and measurements of series descriptions have up to four (`TR 2000`, `b 1000`, `0.0125`), record numbers more.

    Attributes:
        number: Digits of a number that stands alone.
        parted: Digits of several groups with signs between them, such as 12-345-6.
        spaced: Digits of several groups with spaces between them, such as 012 34 56.
        glued: Digits beside letters that are no label of a setting: CT128, but no CT4471.
    """

    number: int = 4
    parted: int = 5
    spaced: int = 6
    glued: int = 3


LIMITS = DigitLimits()
_TOKEN = re.compile(r"(?<![\w.,:/-])\d[\d.,:/-]{0,40}+(?![\w])")
_SPACED = re.compile(r"(?<![\w.,:/-])\+?\d{1,5}(?:[ \u00a0]\d{1,5}){1,8}+(?![\w]|[.,:/-]\d)")
_EXPLAINED = re.compile(
    r"\d{1,4}(?:[.,]\d{1,8})?"  # a count, a decimal number
    r"|\d{1,4}(?:[.,]\d{1,4})?(?:-|[/:]\d{1,4}(?:[.,]\d{1,4})?[/:]|[/:])\d{1,4}(?:[.,]\d{1,4})?"  # a range, a size, a time
    r"|\d{1,2}(?:\.\d{1,2}){1,3}"  # a version
)
_COORDINATES = re.compile(r"(?<![\w.,])-?\d{1,3}\.\d{4,8}°?[NS]?[ ,;/]{1,3}-?\d{1,3}\.\d{4,8}(?![\w.,]\d)")
"""Of a place: two numbers with more decimals than measurements have."""
_PLATE = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?[1-9]\d{1,3}(?![\w-])")
"""Of a car: two groups of letters and a number."""
_BEFORE = re.compile(r"([^\W\d_]{1,20})[ .:=_-]{0,3}\Z")
_AFTER = re.compile(r"[ _-]{0,2}([^\W\d_]{1,5}|%)")
_WINDOW = 24


def find_unexplained_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of characters of the numbers of a text that identify as likely as not. They may overlap."""
    scales = find_scale_spans(plain(text)) if text.isascii() else []
    for found in _TOKEN.finditer(text):
        shown = found.group().rstrip(".,:/-")
        end = found.start() + len(shown)
        if _is_long(shown) and not _has_label_or_unit(text, found.start(), end) and not _is_within(scales, found.start(), end):
            yield found.start(), end
    yield from (found.span() for form in (_COORDINATES, _PLATE) for found in form.finditer(text))
    for found in _SPACED.finditer(text):
        is_one = _is_one_number(found.group()) and not _has_label_or_unit(text, *found.span())
        if is_one and not _is_within(scales, *found.span()):
            yield found.span()


def has_long_number(word: str) -> bool:
    """Whether a word of letters and digits has more digits side by side than codes of equipment have."""
    return any(len(run) > LIMITS.glued for run in re.findall(r"\d+", word))


def _is_long(shown: str) -> bool:
    if _EXPLAINED.fullmatch(shown):
        return "-" in shown and shown[0] == "0" and sum(map(str.isdigit, shown)) > LIMITS.parted  # 0421-334
    return sum(map(str.isdigit, shown)) > (LIMITS.number if shown.isdigit() else LIMITS.parted)


def _is_one_number(shown: str) -> bool:
    """Whether groups of digits are one number: it begins with a zero or a plus, or has four groups of two."""
    groups = shown.lstrip("+").split()
    digits = sum(map(len, groups))
    if digits <= LIMITS.spaced:
        return False
    begins_like_one = shown[0] == "+" or (groups[0][0] == "0" and len(groups[0]) > 1)
    return begins_like_one or (len(groups) >= 4 and {*map(len, groups)} == {2})


def _has_label_or_unit(text: str, start: int, end: int) -> bool:
    before = _BEFORE.search(text, max(0, start - _WINDOW), start)
    after = _AFTER.match(text, end)
    return (before is not None and is_setting(before.group(1))) or (after is not None and is_unit(after.group(1)))


def _is_within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(first <= start and end <= last for first, last in spans)
