"""Finds dates in free text in many spellings, and moves them in the spelling that they have."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from ..core.dates import move

_MONTHS_BY_LANGUAGE = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_MONTHS: dict[str, tuple[int, list[str]]] = {}
"""Each spelling of a month -> its number from 1, and the twelve spellings of its language and length."""
for _names in (names.split() for names in _MONTHS_BY_LANGUAGE.values()):
    for _spelled in ([name[:3] for name in _names], _names, [name[:4] for name in _names]):
        for _number, _name in enumerate(_spelled, 1):
            _MONTHS.setdefault(_name, (_number, _spelled))
            _MONTHS.setdefault(_name.translate(str.maketrans("äéûç", "aeuc")), (_number, _spelled))

_YEAR = r"(?:19|20)\d\d"
_MONTH = "(?:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")(?![^\W\d_])"
_OF = r"(?:\.|,|[ ]?(?:de|del|of))?[-\s/_.,]{0,2}"
_TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?!\d)"
_DATE = re.compile(
    rf"(?<![\d.])(?P<y1>{_YEAR})(?P<m1>0[1-9]|1[0-2])(?P<d1>0[1-9]|[12]\d|3[01])(?:(?!\d)|(?={_TIME}))"
    rf"|(?<![\d.])(?P<y2>{_YEAR})(?P<s2>[-/._]|[ ]?[-/.][ ]?)(?P<m2>0?[1-9]|1[0-2])(?P=s2)(?P<d2>0?[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?<![\d.])(?P<a3>\d{{1,2}})(?P<s3>[-/._]|[ ]?[-/.][ ]?|[ ])(?P<b3>\d{{1,2}})(?P=s3)(?P<y3>{_YEAR})(?![\d.]|/\d)"
    r"|(?<![^\W_])(?<![.,/-])(?P<a4>\d{1,2})(?P<s4>[-/.])(?P<b4>\d{1,2})(?P=s4)(?P<y4>\d\d)(?![^\W_]|[/-]|[.,]\d)"
    rf"|(?<![^\W_])(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?{_OF}(?P<m5>{_MONTH}){_OF}'?(?P<y5>{_YEAR}|(?<=[-\s/'])\d\d)(?!\d)"
    rf"|(?<![^\W\d_])(?P<m6>{_MONTH})[-\s/_.]{{0,2}}(?P<d6>\d{{1,2}})(?:st|nd|rd|th)?[-\s/_.,]{{1,2}}'?(?P<y6>{_YEAR}"
    rf"|(?<=')\d\d)(?!\d)"
    rf"|(?<![^\W\d_])(?P<m8>{_MONTH}){_OF}(?P<y8>{_YEAR})(?!\d)"
    r"|(?<!\d)(?P<y7>\d{4})\s?年\s?(?P<m7>\d{1,2})\s?月\s?(?P<d7>\d{1,2})\s?日",
    re.I,
)
"""Year first without and with separators, numbers with a year of four and of two digits, a day and the name of a month, a month
without its day, East Asian."""

_MAY_HOLD_ONE = re.compile(r"(?:19|20)\d\d|\d ?[-/.] ?\d{1,2} ?[-/.] ?\d\d|\d\D{0,4}[^\W\d_]{3,10}\D{1,3}\d\d|\d{6}|'\d\d|年")
"""What every date has a part of: a much cheaper test, since most texts hold none."""
_MIDDLE = 15
_RUN = re.compile(r"(?<![\d.])\d{6}(?:\d\d)?(?![\d.])")


@dataclass(frozen=True, slots=True)
class DateInText:
    """A day of the calendar as it is written.

    Attributes:
        span: Half-open range of characters.
        year, month, day: May be no day of the calendar, such as 31 February. A month without a day has its 15th.
        parts: For year, month and, if there is one, day the half-open range of characters that spells it.
    """

    span: tuple[int, int]
    year: int
    month: int
    day: int
    parts: tuple[tuple[int, int], ...]

    @property
    def as_da(self) -> str:
        """As a DA value, YYYYMMDD."""
        return f"{self.year:04d}{self.month:02d}{self.day:02d}"


def find_dates(text: str, known: Collection[str] = ()) -> list[DateInText]:
    """Every date of a text, from left to right; they do not overlap.

    Args:
        text: Any text.
        known: Dates of the instance's header as YYYYMMDD. They are also found as six or eight digits in any order. Where it is
            open which number is the day, one of them is taken. Otherwise the month comes first, as in the United States, unless
            the numbers say otherwise or a dot parts them.
    """
    if _MAY_HOLD_ONE.search(text) is None:
        return []
    dates = [read for found in _DATE.finditer(text) if (read := _read(found, known)) is not None]
    if known:
        ends = [found.span for found in dates]
        runs = (run for run in _RUN.finditer(text) if not any(run.start() < end and start < run.end() for start, end in ends))
        dates += (read for run in runs if (read := _read_run(run, known)) is not None)
        dates.sort(key=lambda found: found.span)
    return dates


def _read_run(run: re.Match[str], known: Collection[str]) -> DateInText | None:
    """Six or eight digits, if they are a known date."""
    length = len(run.group())
    for widths, letters in (((length - 4, 2, 2), "ymd"), ((2, 2, length - 4), "dmy"), ((2, 2, length - 4), "mdy")):
        starts = (run.start(), run.start() + widths[0], run.start() + widths[0] + widths[1])
        parts = {letter: (start, start + width) for letter, start, width in zip(letters, starts, widths, strict=True)}
        texts = {letter: run.string[slice(*part)] for letter, part in parts.items()}
        read = DateInText(run.span(), _year(texts["y"]), int(texts["m"]), int(texts["d"]), (parts["y"], parts["m"], parts["d"]))
        if is_known_date(read, known):
            return read
    return None


def _read(found: re.Match[str], known: Collection[str]) -> DateInText | None:
    [form] = [name[1] for name, value in found.groupdict().items() if name[0] == "y" and value]
    year = _year(found[f"y{form}"])
    if form in "34":
        orders = [("b", "a"), ("a", "b")]  # (month, day)
        if found[f"s{form}"].strip() != ".":
            orders.reverse()
    else:
        orders = [("m", "d")]
    candidates = []
    for month_group, day_group in orders:
        groups = (f"y{form}", f"{month_group}{form}", f"{day_group}{form}")
        month = _month(found[groups[1]])
        has_day = groups[2] in found.groupdict()
        day = int(found[groups[2]]) if has_day else _MIDDLE
        if 1 <= month <= 12 and 1 <= day <= 31:
            parts = tuple(found.span(group) for group in groups[: 2 + has_day])
            candidates.append(DateInText(found.span(), year, month, day, parts))
    of_header = (candidate for candidate in candidates if is_known_date(candidate, known))
    return next(of_header, candidates[0] if candidates else None)


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (1900 if year > 50 else 2000)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _MONTHS[text.lower()][0]


def move_dates(text: str, offset_days: int | None, known: Collection[str] = (), *, only_known: bool = False) -> str:
    """The text with its dates moved, each in the spelling that it has.

    Args:
        offset_days: None removes the dates. A date that cannot be moved is removed as well.
        known: See `find_dates`.
        only_known: Leaves every other date alone.
    """
    kept, position = [], 0
    for found in find_dates(text, known):
        if only_known and not is_known_date(found, known):
            continue
        kept.append(text[position : found.span[0]])
        moved = None if offset_days is None else move(found.year, found.month, found.day, offset_days)
        if moved is not None:
            kept.append(_respelled(text, found, moved))
        position = found.span[1]
    return "".join(kept) + text[position:] if position else text


def is_known_date(found: DateInText, known: Collection[str]) -> bool:
    """Whether a date is one of the known ones, whatever the century of a year of two digits."""
    has_century = found.parts[0][1] - found.parts[0][0] == 4
    return found.as_da in known if has_century else any(day[2:] == found.as_da[2:] for day in known)


def _respelled(text: str, found: DateInText, day: date) -> str:
    written = text[slice(*found.span)]
    is_padded = all(end - start > 1 for start, end in found.parts)
    numbers = zip(found.parts, (day.year, day.month, day.day), strict=False)
    for (start, end), number in sorted(numbers, reverse=True):
        before = text[start:end]
        if before.isdecimal():
            shown = number % 100 if len(before) == 2 else number
            after = f"{shown:0{len(before) if is_padded else 1}d}"
        else:
            after = _MONTHS[before.lower()][1][number - 1]
            after = after.upper() if before.isupper() else after.capitalize() if before[0].isupper() else after
        written = written[: start - found.span[0]] + after + written[end - found.span[0] :]
    return written


def spellings_of(day: str) -> tuple[str, ...]:
    """A DA value, YYYYMMDD, in the spellings that a program writes; none for what is no date."""
    try:
        on = date(int(day[:4]), int(day[4:6]), int(day[6:8]))
    except ValueError:
        return ()
    return tuple(on.strftime(form) for form in ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y"))


def digit_orders(day: str) -> frozenset[str]:
    """A DA value, YYYYMMDD, as runs of digits in the orders in which people write it, with four and with two digits a year."""
    year, month, dd = day[:4], day[4:6], day[6:8]
    years = (year, year[2:])
    return frozenset(digits for y in years for digits in (y + month + dd, dd + month + y, month + dd + y))
