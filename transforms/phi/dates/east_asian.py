"""Dates in Japanese, Chinese and Korean, and in the years of Japanese eras."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..folding import Folded
from .calendar_names import EAST_ASIAN_WEEKDAY, ERAS
from .context import has_unit, is_version
from .form import Family, Form

_ERA = "(?:" + "|".join(name for era in ERAS for name in era.names[:2]) + ")"
_NUMBER = "[〇○零一二三四五六七八九十]"
_SIGNS = "年년月월"
_STARTS = re.compile(rf"{_ERA}|民[國国]|[二两]千|(?<!{_NUMBER}){_NUMBER}|\d(?<!\d\d)|[mtshr](?<![^\W_].)")
_STARTS_WITHOUT_SIGN = re.compile(rf"(?:{_ERA}|[shr](?<![^\W_].))(?=\.?\s?(?:\d|元)\d?[./-]\d)")
_MONTH_AND_DAY = (
    rf"(?:\s?(?P<{{}}>\d\d?)\s?[月월](?:\s?(?P<{{}}>\d\d?)\s?[日일号號]?)?)?(?:\s?[(（]?{EAST_ASIAN_WEEKDAY}[)）]?)?"
)


def _has_century_or_month(folded: Folded, match: re.Match[str]) -> bool:
    """Two digits and the sign for a year are a span of years."""
    return len(match["n1"]) == 4 or match["n2"] is not None


def _is_no_version(folded: Folded, match: re.Match[str]) -> bool:
    if match["n1"] == "s" and match["s"] != ".":  # S1-2-3 are segments
        return False
    return not is_version(folded.shown, match.start()) and not has_unit(folded.shown, match.end())


def _starts(shown: str) -> Iterator[int]:
    starts = _STARTS if any(sign in shown for sign in _SIGNS) else _STARTS_WITHOUT_SIGN
    return (found.start() for found in starts.finditer(shown))


_FORMS: tuple[Form, ...] = (
    # 令和3年3月17日, R3年3月17日
    Form(
        re.compile(rf"(?P<n1>{_ERA}|(?<![^\W_])[mtshr])\s?(?P<n2>\d\d?|元)\s?年{_MONTH_AND_DAY.format('n3', 'n4')}"),
        ("eymd",),
        is_explicit=True,
    ),
    # 令和3.3.17, R3.3.17, H30/3/17
    Form(
        re.compile(
            rf"(?P<n1>{_ERA}|(?<![^\W_])[shr](?=\.?\d))\.?\s?(?P<n2>\d\d?|元)(?P<s>[./-])(?P<n3>\d\d?)(?P=s)(?P<n4>\d\d?)(?![^\W_]|[./-]\d)"
        ),
        ("eymd",),
        _is_no_version,
    ),
    # 2021年3月17日(水), 2021년 3월, 2021年
    Form(
        re.compile(rf"(?P<n1>\d\d(?:\d\d)?)\s?[年년]{_MONTH_AND_DAY.format('n2', 'n3')}"),
        ("ymd",),
        _has_century_or_month,
        is_explicit=True,
    ),
    # 二〇二一年三月十七日, 民國110年3月17日, 3月17日, 八月十五
    Form(
        re.compile(
            rf"(?:(?:民[國国])?\s?(?:{_NUMBER}{{2,4}}|[二两]千[零〇]?{_NUMBER}{{0,3}}|\d{{2,3}})\s?年\s?)?(?:{_NUMBER}{{1,3}}|\d\d?)\s?[月월]\s?"
            rf"(?:(?:{_NUMBER}{{1,3}}|\d\d?)\s?[日일号號]|初?{_NUMBER}{{1,3}}(?![个個か回]))"
        ),
        is_explicit=True,
    ),
)
EAST_ASIAN = Family(_starts, _FORMS)
