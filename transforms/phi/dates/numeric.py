"""Dates of a year, a month and a day in digits."""

from __future__ import annotations

import re

from ..folding import Folded
from .context import has_date_label, has_day_cue, has_measure, is_version
from .form import DAY, ISO_TIME, LONE_DAY, YEAR, Form

_MONTH_DIGITS = r"(?:0[1-9]|1[0-2])"
_DAY_DIGITS = r"(?:0[1-9]|[12]\d|3[01])"
_CLOCK_DIGITS = r"(?:[01]\d|2[0-3]):?[0-5]\d(?:[0-5]\d)?(?!\d)"
_NO_SIGN = r"(?!\s-\d)"
"""What follows is no negative number: 4 -6 -8."""
_SEPARATOR = rf"{_NO_SIGN}\s?(?P<s>[-/._])\s?"
_SAME = rf"{_NO_SIGN}\s?(?P=s)\s?"
_EIGHT_DIGITS = rf"(?P<n1>[0-3]\d)(?P<n2>[0-3]\d)(?P<n3>{YEAR})(?!\d|\.\d)"
_COARSE_STEP = 5


def _is_date_of_short_year(folded: Folded, match: re.Match[str]) -> bool:
    """Whether three numbers of at most two digits are a date and no version, series of settings, or amount."""
    shown, start = folded.shown, match.start()
    if has_measure(shown, match.end()) or is_version(shown, start):
        return False
    numbers = match.group("n1", "n2", "n3")
    first, second, third = map(int, numbers)
    step = second - first
    is_scale = step != 0 and third - second == step and not any(number.startswith("0") for number in numbers)
    is_series = match["s"] == "-" and is_scale and (step % _COARSE_STEP == 0 or abs(step) == 1)
    return not is_series or has_day_cue(shown, start)


def _is_unmeasured(folded: Folded, match: re.Match[str]) -> bool:
    return not has_measure(folded.shown, match.end())


def _is_possible(folded: Folded, match: re.Match[str]) -> bool:
    """Whether two numbers can be a day and a month."""
    first, second = int(match["p1"]), int(match["p2"])
    return min(first, second) > 0 and min(first, second) <= 12 and max(first, second) <= 31 and _is_unmeasured(folded, match)


def _has_label(folded: Folded, match: re.Match[str]) -> bool:
    return has_date_label(folded.shown, match.start())


NUMERIC: tuple[Form, ...] = (
    # 20210317, 20210317T101500, 20210317101500
    Form(
        re.compile(
            rf"(?P<n1>{YEAR})(?P<n2>{_MONTH_DIGITS})(?P<n3>{_DAY_DIGITS})(?:(?!\d){ISO_TIME}|(?={_CLOCK_DIGITS}))"
            r"(?!\.\d{1,9}\.\d)"
        ),
        ("ymd",),
        is_explicit=True,
    ),
    # 2021-03-17T10:15, 2021/3/17, 2021. 3. 17
    Form(
        re.compile(rf"(?P<n1>{YEAR}){_SEPARATOR}(?P<n2>\d\d?){_SAME}(?P<n3>\d\d?)(?!\d){ISO_TIME}(?![./]\d)"),
        ("ymd", "ydm"),
        is_explicit=True,
    ),
    # 2021:03:17
    Form(re.compile(rf"(?P<n1>{YEAR}):(?P<n2>{_MONTH_DIGITS}):(?P<n3>{_DAY_DIGITS})(?![\d:])"), ("ymd",), is_explicit=True),
    # 2021 03 17
    Form(
        re.compile(rf"(?<!\d\s)(?P<n1>{YEAR})(?P<s>\s)(?P<n2>\d\d)\s(?P<n3>\d\d)(?!\s?[\dx*]|[.,]\d)"), ("ymd",), _is_unmeasured
    ),
    # 17/03/2021, 17.3.2021, 17 - 03 - 2021, 17. 3. 2021
    Form(
        re.compile(rf"(?P<n1>{DAY}){_SEPARATOR}(?P<n2>\d\d?){_SAME}'?(?P<n3>{YEAR}|25\d\d)(?!\d|[./]\d)"),
        ("dmy", "mdy"),
        is_explicit=True,
    ),
    # 17.03/2021, 17:03:2021
    Form(
        re.compile(rf"(?P<n1>{DAY})[-/.:](?P<n2>\d\d?)(?P<s>[-/.:,])(?P<n3>{YEAR})(?!\d|[./]\d)"),
        ("dmy", "mdy"),
        is_explicit=True,
    ),
    # 17 03 2021
    Form(
        re.compile(rf"(?<!\d\s)(?P<n1>{DAY})(?P<s>\s)(?P<n2>\d\d?)\s(?P<n3>{YEAR})(?!\s?[\dx*]|[.,]\d)"),
        ("dmy", "mdy"),
        _is_unmeasured,
    ),
    # date 17032021; without a label as likely another number, which goes
    Form(re.compile(rf"{_EIGHT_DIGITS}(?P<s>)"), ("dmy", "mdy"), _has_label),
    Form(re.compile(_EIGHT_DIGITS.replace("<n", "<p")), accepts=_is_possible),
    # 17.3.21, 03-17-21, 17 / 3 / '21
    Form(
        re.compile(
            rf"(?P<n1>{LONE_DAY}){_NO_SIGN}\s?(?P<s>[-/.])\s?(?P<n2>\d\d?){_SAME}'?(?P<n3>\d\d)"
            r"(?![^\W_]|[/-]\w|[.,]\d)"
        ),
        ("dmy", "mdy", "ymd"),
        _is_date_of_short_year,
    ),
    # 54. 4. 1.
    Form(re.compile(r"(?<![^\W_])(?P<n1>\d\d)\.\s(?P<n2>\d\d?)\.\s(?P<n3>\d\d?)\.(?!\d|\s\d)"), ("ymd",)),
    # knee17-03-21
    Form(
        re.compile(r"(?<=[a-z]{3})(?P<n1>\d\d)(?P<s>[-/._])(?P<n2>\d\d)(?P=s)(?P<n3>\d\d)(?![^\W_]|[/-]\w|[.,]\d)"),
        ("dmy", "mdy", "ymd"),
        _is_date_of_short_year,
    ),
    # 17_03_21
    Form(
        re.compile(r"(?<![^\W_])(?<!\d_)(?P<n1>\d\d)(?P<s>_)(?P<n2>\d\d)_(?P<n3>\d\d)(?![^\W_]|_\d)"),
        ("dmy", "mdy", "ymd"),
    ),
    # date 170321, DOB 12 04 57
    Form(
        re.compile(r"(?P<n1>\d\d)(?P<s>\s?)(?P<n2>\d\d)(?P=s)(?P<n3>\d\d)(?![^\W_]|[.,]\d)"),
        ("dmy", "mdy", "ymd"),
        _has_label,
    ),
    Form(
        re.compile(rf"(?P<n1>{DAY})(?P<s>\s)(?P<n2>\d\d?)\s(?P<n3>\d\d)(?![^\W_]|[.,]\d)"),
        ("dmy", "mdy"),
        _has_label,
    ),
)
