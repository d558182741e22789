"""Reads what a match of a form says: the day or days that it may mean, and which characters spell year, month and day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from ..folding import Folded
from .calendar_names import MONTHS, ROMAN, era_of

_MIDDLE_DAY, _MIDDLE_MONTH = 15, (7, 1)
_PIVOT = 50
"""Two digits above are a year of the 20th century, the others one of the 21st."""
_FIRST_OF_OTHER_CALENDARS = 2400

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a date.

    Attributes:
        day: Of the calendar. The middle of the month, or of the year, where no day is written; None where it does not exist.
        order: The fields in the order in which they stand: "e" era, "y" year, "m" month, "d" day.
        spans: For each field the half-open range of characters of the original that spells it.
        ending: The range of the ending of an ordinal ("17th"), if there is one.
    """

    day: date | None
    order: str
    spans: tuple[Span, ...]
    ending: Span | None = None

    def is_day(self, da: str) -> bool:
        """Whether it is a day, YYYYMMDD, whatever the century of a year of two digits."""
        if self.day is None or "d" not in self.order:
            return False
        written = f"{self.day.year:04d}{self.day.month:02d}{self.day.day:02d}"
        return written == da if self.has_century else written[2:] == da[2:]

    @property
    def has_century(self) -> bool:
        """Whether the year has four digits, or is of an era."""
        start, end = self.spans[self.order.index("y")]
        return "e" in self.order or end - start > 2

    def on(self, da: str) -> Reading:
        """The same with a day, YYYYMMDD, that it is: of the century that the header says."""
        return replace(self, day=day_of(da))


def day_of(da: str) -> date | None:
    """A DA value, YYYYMMDD, as a day; None for what is none."""
    try:
        return date(int(da[:4]), int(da[4:6]), int(da[6:8]))
    except ValueError:
        return None


def readings_of(folded: Folded, match: re.Match[str], orders: tuple[str, ...]) -> list[Reading]:
    """The readings whose month and day have numbers that months and days have, whether or not that day exists."""
    groups = match.re.groupindex
    places = [match.span(group) for group in ("n1", "n2", "n3", "n4") if group in groups and match[group] is not None]
    written = [folded.shown[start:end] for start, end in places]
    spans = tuple(folded.span(*place) for place in places)
    ending = folded.span(*match.span("o")) if "o" in groups and match["o"] else None
    readings = []
    for order in orders:
        fields = order[: len(written)]
        year, month, day = _numbers(fields, written)
        if ("m" not in fields or 1 <= month <= 12) and ("d" not in fields or 1 <= day <= 31):
            readings.append(Reading(_calendar_day(year, month, day), fields, spans, ending))
    return readings


def _numbers(fields: str, written: list[str]) -> tuple[int, int, int]:
    """Year, month and day; 0 for what is not written, and for a year of another calendar."""
    year = month = day = 0
    era = ""
    for field, shown in zip(fields, written, strict=True):
        if field == "d":
            day = int(shown)
        elif field == "m":
            month = number_of_month(shown)
        elif field == "e":
            era = shown
        else:
            year = _year(shown, era)
    return year, month, day


def number_of_month(shown: str) -> int:
    """The number of a month in digits, in Roman digits or as a folded name; 0 for none."""
    if shown.isdecimal():
        return int(shown)
    return MONTHS[shown].number if shown in MONTHS else ROMAN.get(shown, 0)


def _year(shown: str, era_name: str) -> int:
    year = 1 if shown == "元" else int(shown)
    if era_name:
        era = era_of(era_name)
        return era.first.year + year - 1 if 1 <= year <= era.length else 0
    if len(shown) == 4:
        return year if year < _FIRST_OF_OTHER_CALENDARS else 0
    return year + (1900 if year > _PIVOT else 2000)


def _calendar_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month or _MIDDLE_MONTH[0], day or (_MIDDLE_DAY if month else _MIDDLE_MONTH[1]))
    except ValueError:
        return None
