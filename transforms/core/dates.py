"""Moves dates by one offset a patient: intervals and weekdays survive, times stay."""

from __future__ import annotations

import re
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
