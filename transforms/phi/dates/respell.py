"""Writes another day in the spelling of a date."""

from __future__ import annotations

from datetime import date

from ..folding import fold
from .calendar_names import ERAS, MONTHS, ROMAN, era_at
from .reading import Reading, Span

_ROMAN_DIGITS = {number: digits for digits, number in ROMAN.items()}
_ENGLISH_ENDINGS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_ENDING = "o"


def respell(text: str, span: Span, reading: Reading, day: date) -> str | None:
    """What stands in a half-open range of a text, with the date in it written as another day.

    Returns:
        None where the spelling cannot say it: the day lies before the first Japanese era.
    """
    era = era_at(day) if "e" in reading.order else None
    if "e" in reading.order and era is None:
        return None
    widths = [end - start for field, (start, end) in zip(reading.order, reading.spans, strict=True) if field != "e"]
    is_padded = reading.ending is None and min(widths) > 1
    year = day.year if era is None else day.year - era.first.year + 1
    written, position = [], span[0]
    for field, (start, end) in _parts(reading):
        before = text[start:end]
        written.append(text[position:start])
        position = end
        if field == "e" and era is not None:
            written.append(_cased(era.names[_kind_of_era(before)], before))
        elif field == _ENDING:
            written.append(_ending(before, day.day))
        elif field == "m" and not before.isdecimal():
            written.append(_month(text, (start, end), day.month))
        else:
            number = {"y": year % 100 if len(before) == 2 else year, "m": day.month, "d": day.day}[field]
            written.append(_digits(number, before, is_padded=is_padded or (field == "y" and era is None)))
    return "".join(written) + text[position : span[1]]


def _parts(reading: Reading) -> list[tuple[str, Span]]:
    """What changes, from left to right."""
    parts = list(zip(reading.order, reading.spans, strict=True))
    if reading.ending is not None:
        parts.append((_ENDING, reading.ending))
    return sorted(parts, key=lambda part: part[1])


def _digits(number: int, before: str, *, is_padded: bool) -> str:
    """A number, as wide as before and in the digits of the same script."""
    digits = f"{number:0{len(before) if is_padded else 1}d}"
    if before.isascii() or not before.isdecimal():
        return digits
    zero = ord(before[0]) - int(before[0])
    return "".join(chr(zero + int(digit)) for digit in digits)


def _month(text: str, span: Span, number: int) -> str:
    before = text[slice(*span)]
    folded = fold(before).shown
    if folded not in MONTHS:
        return _cased(_ROMAN_DIGITS[number], before)
    if MONTHS[folded].number == number:
        return before
    after_dot = text[: span[0]].rstrip().endswith(".")
    return _cased(MONTHS[folded].spelled(number, after_dot=after_dot, is_ascii=text.isascii()), before)


def _cased(word: str, before: str) -> str:
    if before.isupper():
        return word.upper()
    return word.capitalize() if before[:1].isupper() else word


def _ending(before: str, number: int) -> str:
    """The ending of an ordinal: that of English changes, French has one for the first day alone, the others stay."""
    shown = before.lower()
    if shown in ("st", "nd", "rd", "th"):
        return _cased(_ENGLISH_ENDINGS.get(number, "th"), before)
    return "" if shown in ("er", "re") and number != 1 else before


def _kind_of_era(before: str) -> int:
    """Which of the names of an era is written: in full, short, or its letter."""
    return next(era.names.index(before.lower()) for era in ERAS if before.lower() in era.names)
