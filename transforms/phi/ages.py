"""Finds ages in text, and makes those over 89 years 90 (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)(i)(C))."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .age_forms import (
    AS_CODE,
    BIRTHDAY,
    ENERGY_BEFORE,
    FETAL_BEFORE,
    GREAT_NUMBER,
    GREAT_WORDS,
    LABEL_BEFORE,
    NUMBER,
    RANGE,
    SEX_AFTER,
    SEX_BEFORE,
    UNIT,
    VITALS_BEFORE,
    WORDS,
)
from .dates.context import has_unit
from .folding import Folded, fold

_DAYS = {"D": 1.0, "W": 7.0, "M": 30.4375, "Y": 365.25}
_GREAT_YEARS = 90
_GREAT = f"{_GREAT_YEARS}+"
_LONGEST_LIFE_YEARS = 130
_CODE = re.compile(r"(\d{1,3})([DWMY])")
_WHOLE = re.compile(r"\d+")
_WORDS_WINDOW = 80
"""No age in words is as long."""
_WINDOW = 48
"""How many characters before a number are looked at."""


@dataclass(frozen=True, slots=True, order=True)
class AgeInText:
    """An age as it is written.

    Attributes:
        start, end: Half-open range of characters.
        years: How old; 90 for a great age in words.
        capped: What stands there instead when every age over 89 years becomes 90.
    """

    start: int
    end: int
    years: float
    capped: str

    @property
    def is_great(self) -> bool:
        """Whether it is over 89 years."""
        return self.years >= _GREAT_YEARS


def years_of(number: float, unit: str) -> float:
    """An age in years.

    Args:
        unit: "D" days, "W" weeks, "M" months or "Y" years, as in AS.
    """
    return number * _DAYS[unit] / _DAYS["Y"]


def cap_number(number: float, unit: str) -> float:
    """An age in its unit; instead of one over 89 years, 90 years in whole units."""
    if years_of(number, unit) < _GREAT_YEARS:
        return number
    return float(_GREAT_YEARS * _DAYS["Y"] // _DAYS[unit])


def in_years(years: int) -> str:
    """An age as AS; AS has three digits."""
    return f"{min(years, 999):03d}Y"


def in_days(days: int) -> str:
    """The age of a small child as AS: in days up to four weeks, then in whole months."""
    return f"{days:03d}D" if days < 28 else f"{int(days / _DAYS['M']):03d}M"


def cap_age(value: str) -> str | None:
    """An AS value, with every age over 89 years as 090Y; None for another text."""
    found = _CODE.fullmatch(value)
    if found is None:
        return None
    return "090Y" if years_of(int(found[1]), found[2]) >= _GREAT_YEARS else value


def cap_ages(text: str) -> str:
    """The text with every age over 89 years as 90, in the spelling that it has: 094Y is 090Y, 94 years are 90+ years."""
    kept, position = [], 0
    for age in _in_order(_find(fold(text), GREAT_NUMBER)):
        if age.is_great:
            kept += [text[position : age.start], age.capped]
            position = age.end
    return "".join(kept) + text[position:] if position else text


def cap_age_value(text: str) -> str:
    """The same for a text that is known to be an age, such as the value of an item that is called so."""
    label = "age "
    return cap_ages(label + text).removeprefix(label)


def find_ages(text: str) -> list[AgeInText]:
    """Every age of a text, from left to right; they do not overlap. A span of years counts as one: nothing tells them apart."""
    return _in_order(_find(fold(text), NUMBER))


def _in_order(ages: Iterator[AgeInText]) -> list[AgeInText]:
    found: list[AgeInText] = []
    for age in sorted(ages):
        if not found or age.start >= found[-1].end:
            found.append(age)
    return found


def _find(folded: Folded, numbers: re.Pattern[str]) -> Iterator[AgeInText]:
    for match in AS_CODE.finditer(folded.shown):
        start, end = folded.span(*match.span())
        yield AgeInText(start, end, years_of(int(match["n"]), match["u"].upper()), f"090{folded.text[end - 1 : end]}")
    for match in numbers.finditer(folded.shown):
        age = _age_of_number(folded, match.span())
        if age is not None:
            yield age
    for match in _great_words(folded.shown):
        start, end = folded.span(*match.span(match.lastgroup or 0))
        yield AgeInText(start, end, _GREAT_YEARS, _GREAT)


def _great_words(shown: str) -> Iterator[re.Match[str]]:
    """Great ages in words, looked for around what every one of them has a part of."""
    start, end = 0, -1
    for clue in GREAT_WORDS.finditer(shown):
        if end >= 0 and clue.start() - _WORDS_WINDOW > end:
            yield from WORDS.finditer(shown, start, end)
            end = -1
        start = max(0, clue.start() - _WORDS_WINDOW) if end < 0 else start
        end = clue.end() + _WORDS_WINDOW
    if end >= 0:
        yield from WORDS.finditer(shown, start, end)


def _age_of_number(folded: Folded, span: tuple[int, int]) -> AgeInText | None:
    """The age that a number is, by its unit, or by the label or the sex beside it."""
    before = folded.shown[max(0, span[0] - _WINDOW) : span[0]]
    age = _possible_age(folded, span, before)
    return None if age is None or FETAL_BEFORE.search(before) is not None else age


def _possible_age(folded: Folded, span: tuple[int, int], before: str) -> AgeInText | None:
    """The age that a number is, if it is none of a fetus or a bone.

    Args:
        folded: The text.
        span: Half-open range of characters of the number.
        before: What stands in front of it.
    """
    shown, end = folded.shown, span[1]
    is_labelled = LABEL_BEFORE.search(before) is not None
    unit = UNIT.match(shown, end)
    if unit is not None:
        return _age_with_unit(folded, span, unit, is_labelled=is_labelled, before=before)
    range_of_ages = RANGE.match(shown, end)
    unit = None if range_of_ages is None else UNIT.match(shown, range_of_ages.end())
    if unit is not None:
        return _age(folded, span, _letter(unit))
    is_age = is_labelled or BIRTHDAY.match(shown, end) is not None or _is_beside_sex(folded, span, before)
    return _age(folded, span, "Y") if is_age and not has_unit(shown, end) else None


def _age_with_unit(
    folded: Folded, span: tuple[int, int], unit: re.Match[str], *, is_labelled: bool, before: str
) -> AgeInText | None:
    letter = _letter(unit)
    if unit["joule"] is not None:
        is_age = ENERGY_BEFORE.search(before) is None
    else:
        is_great = years_of(_number(folded, span), letter) >= _GREAT_YEARS
        is_age = letter == "Y" or is_labelled or unit["old"] is not None or is_great
    return _age(folded, span, letter, unit.span("finer")) if is_age else None


def _letter(unit: re.Match[str]) -> str:
    return next(letter for letter in _DAYS if unit[letter])


def _number(folded: Folded, span: tuple[int, int]) -> int:
    """A number without its fraction."""
    whole = _WHOLE.match(folded.shown, *span)
    return int(whole.group()) if whole else 0


def _age(folded: Folded, span: tuple[int, int], letter: str, finer: tuple[int, int] | None = None) -> AgeInText | None:
    """An age of so many units, if a person can be as old.

    Args:
        finer: Where months or days follow the years; they go from a great age.
    """
    number = _number(folded, span)
    years = years_of(number, letter)
    if years > _LONGEST_LIFE_YEARS:
        return None
    start, end = folded.span(*span)
    finer_start, finer_end = folded.span(*finer) if finer else (end, end)
    unit = folded.text[end:finer_start].removeprefix("+")
    if folded.text[finer_end : finer_end + 1] == "+" and finer_end == end:
        finer_end += 1
    return AgeInText(start, finer_end, years, f"{cap_number(number, letter):.0f}+{unit}")


def _is_beside_sex(folded: Folded, span: tuple[int, int], before: str) -> bool:
    """Whether the sex stands before or behind a number, as a word or as a letter."""
    start, end = span
    is_glued = before[-1:].isalnum()  # AIN93M
    if is_glued or not folded.shown[start:end].isdecimal():  # 98.6 F
        return False
    after, ahead = SEX_AFTER.match(folded.shown, end), SEX_BEFORE.search(before)
    if ahead is not None:
        return not ahead["letter"] or _is_sign(folded, start - len(before) + ahead.start("letter"), ahead["gap"], span)
    if after is None or not after["letter"]:
        return after is not None
    return _is_sign(folded, after.start("letter"), after["gap"], span) and VITALS_BEFORE.search(before) is None


def _is_sign(folded: Folded, place: int, gap: str, span: tuple[int, int]) -> bool:
    """Whether a letter beside a number is a sex: with a slash between them, or a capital beside a great age."""
    start, end = folded.span(place, place + 1)
    return "/" in gap or (not folded.text[start:end].islower() and _number(folded, span) >= _GREAT_YEARS)
