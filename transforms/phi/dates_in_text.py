"""Finds dates in free text in the usual spellings of many languages, and moves them in the spelling that they have.

What can be read as one day moves. What is a date but leaves open which day goes: `03/04/2020`, a day without a year, a season.
A date of the header, and the other dates of the text, can say which number is the month.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from ..core.dates import move
from .dates.calendar_names import MONTHS, alternatives
from .dates.context import has_birth_label, range_start, weekday_start
from .dates.families import FAMILIES
from .dates.form import Family, Form
from .dates.reading import Reading, day_of, readings_of
from .dates.respell import respell
from .folding import Folded, fold
from .versions import follows_version

_MAY_HOLD_ONE = re.compile(rf"\d|(?<![^\W\d_]){alternatives(MONTHS)}|[年月日]")
_RUN = re.compile(r"(?<![\d.])\d{6}(?:\d\d)?(?![\d.])")
_LAST_DAY = 31


@dataclass(frozen=True, slots=True)
class DateInText:
    """A date as it is written.

    Attributes:
        span: Half-open range of characters, with a weekday before it and a time that is glued to it.
        readings: The days that it may mean: none where nothing says which, several where its order is open.
        may_move: Not a birth, which goes as it does in the header, and not the end of a range ("17.-20.3.2021").
        is_explicit: It is a date wherever it stands, also among the names of products and settings.
    """

    span: tuple[int, int]
    readings: tuple[Reading, ...]
    may_move: bool = True
    is_explicit: bool = False

    @property
    def day(self) -> date | None:
        """The day, where it is known which."""
        return self.readings[0].day if len(self.readings) == 1 else None

    @property
    def as_da(self) -> str:
        """The day as a DA value, YYYYMMDD; "" where it is not known."""
        return "" if self.day is None else f"{self.day.year:04d}{self.day.month:02d}{self.day.day:02d}"


def find_dates(text: str, known: Collection[str] = ()) -> list[DateInText]:
    """Every date of a text, from left to right; they do not overlap.

    Args:
        text: Any text.
        known: Dates of the instance's header as YYYYMMDD. They are also found as six or eight digits in any order. Where it is
            open which number is the day, one of them is taken.
    """
    folded = fold(text)
    if _MAY_HOLD_ONE.search(folded.shown) is None:
        return []
    taken = bytearray(len(folded.shown))
    found = list(_find_known_runs(folded, known, taken)) if known else []
    for family in FAMILIES:
        found += _find_in_family(folded, family, known, taken)
    found.sort(key=lambda one: one.span)
    return _with_the_order_of_others(text, found)


def _find_in_family(folded: Folded, family: Family, known: Collection[str], taken: bytearray) -> Iterator[DateInText]:
    end = 0
    for start in family.starts(folded.shown):
        if start >= end:
            match_and_date = _first_date(folded, start, family, known, taken)
            if match_and_date is not None:
                end, found = match_and_date
                taken[start:end] = b"\1" * (end - start)
                yield found


def _first_date(
    folded: Folded, start: int, family: Family, known: Collection[str], taken: bytearray
) -> tuple[int, DateInText] | None:
    """The date that begins at a place of the folded text, by the first form that fits, and where it ends."""
    for form in family.forms:
        match = form.pattern.match(folded.shown, start)
        if (
            match is not None
            and taken.find(1, start, match.end()) < 0
            and (form.accepts is None or form.accepts(folded, match))
        ):
            found = _found(folded, match, form, known)
            if found is not None:
                return match.end(), found
    return None


def _found(folded: Folded, match: re.Match[str], form: Form, known: Collection[str]) -> DateInText | None:
    start, end = match.span()
    possible = readings_of(folded, match, form.orders)
    if form.orders and not possible:
        return None  # No month has that number.
    of_header = [reading.on(day) for reading in possible for day in known if reading.is_day(day)]
    usual = [one for one in of_header or possible if _is_usual(match, one, possible)]
    readings = usual or of_header
    if possible and not readings:
        return None  # Nobody writes it in the only order in which it is one.
    begins_with_day = any(one.order[0] == "d" for one in readings) or "mon" in match.re.groupindex
    first = range_start(folded.shown, start) if begins_with_day else start
    return DateInText(
        span=folded.span(weekday_start(folded.shown, first), end),
        readings=tuple(readings),
        may_move=first == start and not has_birth_label(folded.shown, start),
        is_explicit=form.is_explicit,
    )


def _is_usual(match: re.Match[str], reading: Reading, possible: list[Reading]) -> bool:
    """Whether a reading is one that writers of this spelling mean, where the header does not say it."""
    separator = (match["s"] if "s" in match.re.groupindex else "") or ""
    if reading.order == "mdy" and "." in separator:  # Dots are European.
        return possible[0].order != "dmy"
    if reading.order == "ydm":
        return possible[0].order != "ymd"
    if reading.order == "ymd" and not reading.has_century:
        if ". " in match.group() and match.string.startswith(".", match.end()):  # As in Korean: 21. 4. 20.
            return True
        return int(match["n1"]) > _LAST_DAY or (separator.strip() not in ("/", ".") and len(match["n2"]) == 2)
    return True


def _find_known_runs(folded: Folded, known: Collection[str], taken: bytearray) -> Iterator[DateInText]:
    """Six or eight digits that are a known date in an order in which few others would be a date."""
    for run in _RUN.finditer(folded.shown):
        reading = next((one for day in known if (one := _reading_of_run(folded, run, day)) is not None), None)
        if reading is not None and (reading.order, reading.has_century) != ("ymd", True):
            taken[run.start() : run.end()] = b"\1" * len(run.group())
            yield DateInText(folded.span(*run.span()), (reading,), is_explicit=True)


def _reading_of_run(folded: Folded, run: re.Match[str], day: str) -> Reading | None:
    """The reading of a run of digits as a day, YYYYMMDD, in one of the orders in which people write it."""
    width = len(run.group()) - 4
    digits = {"y": day[4 - width : 4], "m": day[4:6], "d": day[6:8]}
    for order in ("ymd", "dmy", "mdy"):
        if "".join(digits[field] for field in order) == run.group():
            starts = accumulate((len(digits[field]) for field in order), initial=run.start())
            spans = (folded.span(start, start + len(digits[field])) for field, start in zip(order, starts, strict=False))
            return Reading(day_of(day), order, tuple(spans))
    return None


def _with_the_order_of_others(text: str, found: list[DateInText]) -> list[DateInText]:
    """The dates, in which one whose order is open has the order of the others, if these have only one."""
    if all(len(one.readings) < 2 for one in found):
        return found
    orders = {one.readings[0].order for one in found if len(one.readings) == 1 and _has_open_form(text, one.readings[0])}
    if len(orders) != 1:
        return found
    return [replace(one, readings=_in_order(one.readings, *orders)) for one in found]


def _in_order(readings: tuple[Reading, ...], order: str) -> tuple[Reading, ...]:
    chosen = tuple(one for one in readings if one.order == order)
    return chosen if len(readings) > 1 and chosen else readings


def _has_open_form(text: str, reading: Reading) -> bool:
    """Whether a date is written in digits with a separator that does not say which of them is the day."""
    if reading.order not in ("dmy", "mdy") or not all(text[start:end].isdecimal() for start, end in reading.spans):
        return False
    return "." not in text[reading.spans[0][1] : reading.spans[1][0]]


def mask_dates(text: str) -> str:
    """The text with "=" for each character of a date, so that a date is not taken for another number."""
    kept, position = [], 0
    for found in find_dates(text):
        start, end = found.span
        kept += [text[position:start], "=" * (end - start)]
        position = end
    return "".join(kept) + text[position:]


def _is_sure(text: str, found: DateInText) -> bool:
    """Whether a date in a short text is no part of a name or a version."""
    start, end = found.span
    is_apart = not any(char.isalpha() or char in ".-[]" for char in text[:start][-1:] + text[end:][:1])
    return found.is_explicit and is_apart and not follows_version(text, start)


def move_dates(text: str, offset_days: int | None, known: Collection[str] = (), *, only_sure: bool = False) -> str:
    """The text with its dates moved, each in the spelling that it has.

    Args:
        offset_days: None removes the dates. A date that cannot be moved, or that would read the same, is removed as well.
        known: See `find_dates`.
        only_sure: Leaves what may be a part of a name or a version alone: moves dates of the header and explicit ones.
    """
    kept, position = [], 0
    for found in find_dates(text, known):
        if only_sure and not (_is_sure(text, found) or is_known_date(found, known)):
            continue
        kept.append(text[position : found.span[0]])
        kept.append(_moved(text, found, offset_days) or "")
        position = found.span[1]
    return "".join(kept) + text[position:] if position else text


def _moved(text: str, found: DateInText, offset_days: int | None) -> str | None:
    if found.day is None or offset_days is None or not found.may_move:
        return None
    day = move(found.day.year, found.day.month, found.day.day, offset_days)
    if day is None:
        return None
    # A weekday stays true when whole weeks pass.
    start = found.span[0] if offset_days % 7 == 0 else found.readings[0].spans[0][0]
    written = respell(text, (start, found.span[1]), found.readings[0], day)
    return None if offset_days and written == text[start : found.span[1]] else written


def is_known_date(found: DateInText, known: Collection[str]) -> bool:
    """Whether a date is one of the known ones, whatever the century of a year of two digits."""
    return any(reading.is_day(day) for reading in found.readings for day in known)


def spellings_of(day: str) -> tuple[str, ...]:
    """A DA value, YYYYMMDD, in the spellings that a program writes; none for what is no date."""
    on = day_of(day)
    if on is None:
        return ()
    return tuple(on.strftime(form) for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y"))


def digit_orders(day: str) -> frozenset[str]:
    """A DA value, YYYYMMDD, as runs of digits in the orders in which people write it, with four and with two digits a year."""
    year, month, dd = day[:4], day[4:6], day[6:8]
    years = (year, year[2:])
    return frozenset(digits for y in years for digits in (y + month + dd, dd + month + y, month + dd + y))
