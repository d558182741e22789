"""Moves dates by one offset a patient: intervals and weekdays survive, times stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

DUMMY_DATE = "19000101"
DUMMY_TIME = "000000"

_DATE = re.compile(r"(\d{4})([.]?)(\d\d)\2(\d\d)")
_DATETIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?")
_TIME = re.compile(r"[0-2]\d(?::?[0-5]\d(?::?[0-6]\d(?:\.\d{1,6})?)?)?")


def shift_date(value: str, offset_days: int) -> str | None:
    """A DA value (YYYYMMDD, before 1993 YYYY.MM.DD) moved by `offset_days`, as YYYYMMDD; None for another text."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, _, month, day = found.groups()
    moved = move(int(year), int(month), int(day), offset_days)
    return None if moved is None else f"{moved.year:04d}{moved.month:02d}{moved.day:02d}"


def shift_datetime(value: str, offset_days: int) -> str | None:
    """A DT value moved by `offset_days`, with the same precision, time and zone; None for another text.

    A value without a day or month is moved from the middle of its month or year.
    """
    found = _DATETIME.fullmatch(value)
    if found is None:
        return None
    year, month, day, time, zone = found.groups()
    moved = move(int(year), int(month or 7), int(day or (15 if month else 1)), offset_days)
    if moved is None:
        return None
    text = f"{moved.year:04d}"
    if month:
        text += f"{moved.month:02d}"
    if day:
        text += f"{moved.day:02d}"
    return text + (time or "") + (zone or "")


def parse_date(value: str) -> date | None:
    """A DA value as a date; None for another text."""
    found = _DATE.fullmatch(value)
    return None if found is None else move(int(found[1]), int(found[3]), int(found[4]), 0)


PRECISIONS = ("day", "month", "year")
"""How much of a date may be told."""


def truncate_date(value: str, precision: str) -> str:
    """A DA value (YYYYMMDD) on the first day of its month or year: DA has no form without a day."""
    return {"year": f"{value[:4]}0101", "month": f"{value[:6]}01"}.get(precision, value)


def truncate_datetime(value: str, precision: str) -> str:
    """A DT value without what is finer than a month or a year, which DT allows."""
    digits = value[: len(value) - len(value.lstrip("0123456789"))]
    return {"year": digits[:4], "month": digits[:6]}.get(precision, value)


def move(year: int, month: int, day: int, offset_days: int) -> date | None:
    """The date moved, or None when either date does not exist."""
    try:
        return date(year, month, day) + timedelta(days=offset_days)
    except (ValueError, OverflowError):
        return None


def is_time(value: str) -> bool:
    """Whether a text is a TM value (PS3.5 6.2; before 1993 with colons)."""
    return _TIME.fullmatch(value) is not None


_HALF_A_DAY, _DAY = 43_200_000_000, 86_400_000_000
"""Microseconds. Times further apart than half a day are of two days."""


def since_the_first(times: Sequence[str]) -> list[str]:
    """Each TM value of some frames as the time since the first of them; none where one of them is no time of hours to seconds.

    Midnight may lie among them.
    """
    values = [_microseconds(time) for time in times]
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return []
    if max(known) - min(known) > _HALF_A_DAY:
        known = [value + _DAY if value < _HALF_A_DAY else value for value in known]
    return [_time_of(value - min(known)) for value in known]


def _microseconds(time: str) -> int | None:
    found = _SECONDS.fullmatch(time.strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    return (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1_000_000 + int((fraction or "").ljust(6, "0"))


def _time_of(microseconds: int) -> str:
    seconds, fraction = divmod(microseconds, 1_000_000)
    return f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}.{fraction:06d}"


_SECONDS = re.compile(r"([0-2]\d):?([0-5]\d):?([0-6]\d)(?:\.(\d{1,6}))?")
