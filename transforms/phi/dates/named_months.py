"""Dates with the name of a month, or with its number in Roman digits."""

from __future__ import annotations

import re

from ...core.word_lists import words_of
from ..folding import Folded
from ..number_words import DAY_WORDS
from .calendar_names import MONTHS, ROMAN, alternatives
from .context import has_day_cue, has_measure, has_unit, has_year_cue
from .form import DAY, YEAR, Form

_NAME = alternatives(MONTHS)
_ROMAN = alternatives(ROMAN)
_ENDS = r"(?![^\W\d_])\.?"
_ORDINAL_ANY = r"(?:(?:st|nd|rd|th|er|re|de|ste|ten|ter|te|eme|e|\.?[ºª]|°|ro|mo|:?[ae])(?![^\W_]))?"
_ORDINAL = f"(?P<o>{_ORDINAL_ANY[:-1]})?"
_OF = r"(?:[\s,.]{0,2}(?:de\sl'|dell'|del|des|de|di|do|da|of|day\sof|den|d'|in|anno|v\.)(?![^\W\d_]))?[\s./,_-]{0,2}"
_CLOCK = r"(?:\d\d?:\d\d(?::\d\d(?:\.\d{1,6})?)?\s(?:[ap]m\s)?(?:[a-z]{2,5}\s)?)?"
_SHORT_YEAR_ENDS = rf"(?![^\W_]|[:.,]\d|,?\s{YEAR}(?!\d))"
_YEARS = rf"(?:{YEAR}|25\d\d)"
_DAY_WORD = alternatives(DAY_WORDS)
_FULL_NAME = alternatives(name for name, month in MONTHS.items() if month.is_full or name in ("mai", "mei", "maj"))
MONTH_WORDS = (*MONTHS, *DAY_WORDS)
"""The words with which a date that begins with the name of a month may begin."""
BEHIND_DAY = rf"\.?{_ORDINAL_ANY}{_OF}{_NAME}|(?:[-/]|\.\s?)[ivx]{{1,4}}(?:[-/]|\.\s?)'?\d|\s[ivx]{{1,4}}\s{YEAR}"
"""What stands behind the digits of a date with the name of a month."""

_OTHER_WORDS = frozenset(
    words_of("""
        may mar march dec oct sep set out mag gen jan des sty lut kwi cze lip sie wrz paz lis gru oca sub nis haz
        tem agu eyl eki kas ara elo loka syys
    """)
)
"""Names of months that are words, terms or names of persons as well: MAR (metal artefact reduction), OCT, a septum."""
_WRITTEN_AS_NAMES = frozenset(("may", "mar", "march", "dec", "oct", "sep", "jan"))
"""Those that are months when they begin with a capital and go on in small letters."""


def _is_unmeasured(folded: Folded, match: re.Match[str]) -> bool:
    return not has_measure(folded.shown, match.end())


def _is_day_and_month(folded: Folded, match: re.Match[str]) -> bool:
    """Whether a day and the name of a month are a date without a year."""
    if has_unit(folded.shown, match.end()):
        return False
    name = match["mon"]
    is_english_number = match["o"] in ("st", "nd", "rd", "th") and name in _OTHER_WORDS - _WRITTEN_AS_NAMES  # 1st set
    if not is_english_number and (match["o"] or match["of"] or has_day_cue(folded.shown, match.start())):
        return True
    start, end = folded.span(*match.span("mon"))
    written = folded.text[start:end]
    is_titled = written[0].isupper() and written[1:].islower()
    is_day_first = match.start() < match.start("mon")
    if name in _OTHER_WORDS:
        return (is_titled and name in _WRITTEN_AS_NAMES) or (is_day_first and match["g"] == "-" and not written.islower())
    return is_day_first or is_titled


def _is_month_alone(folded: Folded, match: re.Match[str]) -> bool:
    return MONTHS[match["mon"]].is_full and has_year_cue(folded.shown, match.start())


DAY_FIRST: tuple[Form, ...] = (
    # 17 March 2021, 17th of March, 2021, 17. März 2021, scan17MAR2021, 17 de marzo de 2021
    Form(
        re.compile(rf"(?P<n1>{DAY})(?P<dot>\.?){_ORDINAL}{_OF}(?P<n2>{_NAME}){_ENDS}{_OF}'?(?P<n3>{_YEARS})(?!\d)"),
        ("dmy",),
        is_explicit=True,
    ),
    # 2021-Mar-17, 2021. március 17.
    Form(
        re.compile(rf"(?P<n1>{YEAR})[\s./,_-]{{0,3}}(?P<n2>{_NAME}){_ENDS}[\s./,_-]{{0,2}}(?P<n3>\d\d?){_ORDINAL}(?!\d)"),
        ("ymd",),
        is_explicit=True,
    ),
    # 17MAR21, 17-Mar-21, 17 mars '21
    Form(
        re.compile(
            rf"(?P<n1>{DAY})(?P<dot>\.?){_ORDINAL}{_OF}(?P<n2>{_NAME}){_ENDS}(?:{_OF}'|[\s./,_-]{{0,2}})(?P<n3>\d\d){_SHORT_YEAR_ENDS}"
        ),
        ("dmy",),
        _is_unmeasured,
    ),
    # 17.III.2021, 17/III/21, 17 III 2021
    Form(
        re.compile(rf"(?P<n1>{DAY})(?:[-/]|\.\s?)(?P<n2>{_ROMAN})(?:[-/]|\.\s?)'?(?P<n3>{YEAR}|\d\d)(?![^\W_])"),
        ("dmy",),
    ),
    Form(re.compile(rf"(?P<n1>{DAY})\s(?P<n2>{_ROMAN})\s(?P<n3>{YEAR})(?![^\W_])"), ("dmy",)),
    # 2021 March
    Form(re.compile(rf"(?P<n1>{YEAR})[\s./,_-]{{0,2}}(?P<n2>{_NAME}){_ENDS}"), ("ym",), is_explicit=True),
    # 17 March, 17th of March, 17-Mar
    Form(
        re.compile(
            rf"(?<![^\W_]){DAY}\.?{_ORDINAL}(?P<of>[\s.](?:day\sof|of|de|di)(?=\s))?(?P<g>[\s./_-]{{0,2}})(?P<mon>{_NAME}){_ENDS}(?!\s?\d(?!\d?:))"
        ),
        accepts=_is_day_and_month,
    ),
)
MONTH_FIRST: tuple[Form, ...] = (
    # the seventeenth of March, 2021, March seventeenth
    Form(
        re.compile(
            rf"(?:{_DAY_WORD}\s(?:(?:day|dag)\s)?(?:of|de|di|van)\s{_NAME}|{_DAY_WORD}\s{_FULL_NAME}"
            rf"|{_NAME}\s(?:the\s{_DAY_WORD}|(?:twenty|thirty)-\w{{5,7}})|{_FULL_NAME}\s{_DAY_WORD})(?![^\W\d_])"
            rf"(?:[\s,]{{1,2}}(?:(?:of|de|del)\s)?{YEAR}(?!\d))?"
        ),
    ),
    # March 17, 2021, Mar-17-2021, March 17th of 2021, Mar 17 10:15:00 2021
    Form(
        re.compile(
            rf"(?P<n1>{_NAME}){_ENDS}[\s./,_-]{{0,2}}(?:the\s)?(?P<n2>\d\d?){_ORDINAL}"
            rf"(?:[\s./,_-]{{1,3}}(?:of\s|in\s)?{_CLOCK}|(?<=\d\d))'?(?P<n3>{YEAR})(?!\d)"
        ),
        ("mdy",),
        is_explicit=True,
    ),
    # March 17-20, 2021
    Form(
        re.compile(
            rf"{_NAME}{_ENDS}\s?\d\d?{_ORDINAL}\s?(?:-|/|&|to|and|through)\s?\d\d?(?:st|nd|rd|th)?[\s,]{{1,2}}(?:of\s)?{YEAR}(?!\d)"
        ),
        is_explicit=True,
    ),
    # Mar-17-21, March 17, '21
    Form(
        re.compile(
            rf"(?P<n1>{_NAME}){_ENDS}[\s./,_-]{{0,2}}(?P<n2>\d\d?){_ORDINAL}(?:[-/._]|[\s,]{{0,2}}'|,\s?)(?P<n3>\d\d){_SHORT_YEAR_ENDS}"
        ),
        ("mdy",),
        _is_unmeasured,
    ),
    # March 2021, MAR2021, marzo de 2021
    Form(re.compile(rf"(?P<n1>{_NAME}){_ENDS}{_OF}'?(?P<n2>{_YEARS})(?!\d)"), ("my",), is_explicit=True),
    # March '21
    Form(re.compile(rf"(?P<n1>{_NAME}){_ENDS}\s?'(?P<n2>\d\d)(?!\d)"), ("my",)),
    # Mar-21: the year or the day
    Form(re.compile(rf"{_NAME}{_ENDS}[-/]\d\d(?![^\W_]|[-/.,:]\d)"), accepts=_is_unmeasured),
    # March 17th, March 17
    Form(
        re.compile(
            rf"(?P<mon>{_NAME}){_ENDS}(?P<g>[\s./_-]{{1,2}})(?P<of>the\s)?(?:0?[1-9]|[12]\d|3[01])(?!\d){_ORDINAL}(?![^\W_]|[.,:/-]\d)"
        ),
        accepts=_is_day_and_month,
    ),
    # since March
    Form(re.compile(rf"(?P<mon>{_NAME})(?![^\W_]|-\w)"), accepts=_is_month_alone),
)
