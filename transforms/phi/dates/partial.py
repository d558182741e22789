"""Dates of which the year, or the month and day, are not written, and those that only a word in front makes one."""

from __future__ import annotations

import re

from ..folding import Folded
from .calendar_names import alternatives
from .context import has_day_cue, has_unit, has_year_cue, is_counted, is_version
from .form import LONE_DAY, YEAR, Form

_SEASONS = """
    spring summer autumn fall winter christmas xmas easter thanksgiving fruhling fruhjahr sommer herbst weihnachten
    ostern pfingsten printemps ete automne hiver noel paques primavera verano otono invierno navidad pascua estate
    autunno inverno natale pasqua lente zomer najaar voorjaar herfst kerst pasen verao outono inverno natal pascoa
"""
_WEEKS = "kw cw week wk woche kalenderwoche semaine semana settimana weeknummer"
_QUARTERS = "quarter quartal trimestre trimester kwartaal kvartal kvartalet kwartal qtr"
_SEASON, _WEEK, _QUARTER = (alternatives(words.split()) for words in (_SEASONS, _WEEKS, _QUARTERS))
_ORDINAL_WORDS = "first second third fourth i ii iii iv erstes zweites drittes viertes"
_OF = r"(?:(?:of|in|de|del|des|von|van|do)\s)?"
PARTIAL_WORDS = f"{_SEASONS} {_WEEKS} {_QUARTERS} {_ORDINAL_WORDS} q".split()
"""The words with which a partial date may begin."""
_ANY_YEAR = rf"(?:{YEAR}|'?\d\d)(?!\d|[.,:]\d)"


def _is_month_of_year(folded: Folded, match: re.Match[str]) -> bool:
    """Whether a month and a year in digits are neither a decimal number nor a count of a total."""
    shown, start = folded.shown, match.start()
    if has_unit(shown, match.end()) or is_version(shown, start) or is_counted(shown, start):
        return False
    month = match["n1"] if len(match["n1"]) < 4 else ""
    is_decimal = match["s"] == "." and len(month) < 2
    is_total = "2000" in match.group("n1", "n2") and min(map(len, match.group("n1", "n2"))) < 2  # 1 of 2000, TR/TE 2000/9
    return not (is_decimal or is_total) or has_year_cue(shown, start) or has_day_cue(shown, start)


def _is_day_of_month(folded: Folded, match: re.Match[str]) -> bool:
    """Whether two numbers are a day and a month, or a month and a short year, and a word in front says that they are a date."""
    shown, end = folded.shown, match.end()
    first, second = int(match["n1"]), int(match["n2"])
    if not (1 <= first <= 31 and second and (first <= 12 or second <= 12)):
        return False
    if has_unit(shown, end) or re.match(r"\s(?:of|de|von)\b", shown[end : end + 5]):
        return False
    is_wide = len(match["n1"]) == len(match["n2"]) == 2
    if match["s"] == "." and not match["dot"]:  # Otherwise a decimal number.
        return is_wide and has_day_cue(shown, match.start(), decimal_points=False)
    is_german = is_wide and match["n1"][0] == "0" and match["s"][:1] == match["dot"] == "."
    return is_german or has_day_cue(shown, match.start())


def _has_year_cue(folded: Folded, match: re.Match[str]) -> bool:
    return has_year_cue(folded.shown, match.start()) and not has_unit(folded.shown, match.end())


def _is_possible(folded: Folded, match: re.Match[str]) -> bool:
    """Whether six digits between underscores can be a date in some order."""
    first, second, third = (int(match[group]) for group in ("n1", "n2", "n3"))
    orders = ((second, first), (first, second), (second, third))  # (month, day)
    return any(1 <= month <= 12 and 1 <= day <= 31 for month, day in orders)


WORD_FIRST: tuple[Form, ...] = (
    # KW 11/2021, week 11 of 2021
    Form(re.compile(rf"{_WEEK}\.?\s?\d\d?\.?\s?[-/.,]?\s?{_OF}{_ANY_YEAR}")),
    Form(re.compile(r"kw\s?\d\d?(?![^\W_]|[.,]\d)")),
    # Q1 2021, Q1/21, quarter 1 of 2021, first quarter of 2021
    Form(re.compile(rf"q[1-4]\s?[-/]?\s?{_ANY_YEAR}")),
    Form(re.compile(rf"{_QUARTER}\s[1-4]\s?[-/]?\s?{_OF}{_ANY_YEAR}")),
    Form(re.compile(rf"{alternatives(_ORDINAL_WORDS.split())}\.?e?r?\s{_QUARTER}\s{_OF}{_ANY_YEAR}")),
    # spring 2021, summer of '20, Winter 2020/21
    Form(re.compile(rf"{_SEASON}\s?,?\s?{_OF}(?:{YEAR}(?:\s?[/-]\s?\d\d(?:\d\d)?)?|'\d\d)(?!\d)")),
)
NUMBER_FIRST: tuple[Form, ...] = (
    # 2021-W11-3, 2021Q1
    Form(re.compile(rf"{YEAR}-?[wq]\d{{1,2}}(?:-?\d)?(?![^\W_])")),
    # 1Q21, 1. Quartal 2021, 3rd quarter of 2021
    Form(re.compile(rf"[1-4]q\s?[-/]?\s?'?(?:{YEAR}|\d\d)(?![^\W_])")),
    Form(re.compile(rf"[1-4](?:st|nd|rd|th|er|e|\.|o|º|°|:[ae])?\s{_QUARTER}\s{_OF}{_ANY_YEAR}")),
    # 3/2021, 03.2021, 03-2021
    Form(
        re.compile(
            rf"(?<![^\W_])(?<!\d[-/:])(?<![+-])(?P<n1>\d\d?)(?!\s-\d)\s?(?P<s>[-/.])\s?(?P<n2>{YEAR})(?!\d|[./-]\d|[^\W_])"
        ),
        ("my",),
        _is_month_of_year,
    ),
    # 2021-03
    Form(
        re.compile(rf"(?<!\d[-/:])(?P<n1>{YEAR})(?P<s>[-/.])(?P<n2>0[1-9]|1[0-2]|(?<=/)[1-9])(?![^\W_]|[./:-]\d)"),
        ("ym",),
        _is_month_of_year,
    ),
    # on 3/17, am 17.03., seit 3/21
    Form(
        re.compile(rf"(?P<n1>{LONE_DAY})(?P<s>\.\s?|[-/])(?P<n2>\d\d?)(?P<dot>\.?)(?![^\W_]|[./:-]\w|,\d)"),
        accepts=_is_day_of_month,
    ),
    # in 2019/20
    Form(re.compile(rf"{YEAR}\s?[/-]\s?\d\d(?![^\W_]|[.,/-]\d)"), accepts=_has_year_cue),
    # since 2019
    Form(re.compile(rf"(?P<n1>{YEAR})(?![^\W_]|[.,/-]\d)"), ("y",), _has_year_cue),
    # knee_170321_2
    Form(re.compile(r"(?<=_)(?P<n1>\d\d)(?P<n2>\d\d)(?P<n3>\d\d)(?=_|\Z)"), accepts=_is_possible),
)
APOSTROPHE_FIRST: tuple[Form, ...] = (
    # since '19
    Form(re.compile(r"'(?P<n1>\d\d)(?![^\W_]|'|[.,/-]\d)"), ("y",), _has_year_cue),
)
