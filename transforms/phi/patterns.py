"""Patterns of identifying text on pictures, where letters may be misread: dates, numbers, titles, addresses, institutions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .ages import find_ages
from .dates_in_text import find_dates
from .digit_groups import blank, blank_scales, is_number_in_groups
from .find_identifying import find_identifying
from .labels import RULE_OF_LABEL, find_label
from .lexicon import UNIT
from .rules import Found, Rule
from .setting_forms import blank_setting_forms
from .spellings import plain

# A digit, or a letter that readers take a digit for.
_D = r"[0-9OQILSBZ|]"
_MONTHS = r"(?:JAN|FEB|MAR|MRZ|APR|MAY|MAI|JUN|JUL|AUG|SEP|SEPT|OCT|OKT|NOV|DEC|DEZ)[A-Z]{0,9}"
_SEPARATOR = r"\s?[-./,:\\']\s?"
# Between words, where there is no sign of a date, a letter counts as a digit only next to one.
_SURE_D = rf"(?:[0-9]{_D}|{_D}[0-9]|[0-9])"
_AGE = rf"(?<![0-9])0?(?:1[01]{_D}|[0-9]{_D}?)(?![0-9])"
_COUNTERS = r"\b(?:IM|IMG|IMAGES?|SE|SER|SERIES|SL|SLICES?|FR|FRM|FRAMES?|LOC)\b"
_SETTING = re.compile(
    r"\b(?:T[REI]|W[WL])\s?[:=]?\s?[0-9]{1,4}\b(?!\s?[-./,:]?\s?[0-9])"
    r"|\bW\s?[:=]?\s?[0-9]{1,4}\s?[,/]?\s?[LC]\s?[:=]?\s?-?[0-9]{1,4}\b(?!\s?[-./,:]?\s?[0-9])"
    rf"|\b[0-9]{{1,4}}\s?(?:X\s?[0-9]{{1,4}}\b|(?=[A-Z][A-Z/]){UNIT}(?![A-Z0-9]))"
)
"""Numbers that their label, their unit or their second factor explains: they are no years."""
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")

_YEARS_ALONE = (
    r"(?:LAT|LATA|ROKU?|ROKY|LET|AR|AARS?|ARA|VUOTTA|VUOTIAS|EVES|ANI|YAS|YASINDA|GODINA|GOD|LJETA?|METAI|METU|AASTAT|AASTANE|ETON|TUOI"
    r"|SAAL|TAHUN|TAON|ЛЕТ|ГОДА?|РОК[ИІ]В?|ГОДИНИ|ΕΤΩΝ|ΕΤΗ|שנים|سنة|سنوات|세|살|岁|歳|才)"
)
"""Years behind a number in further languages. Some are terms as well (LAT): an age where nothing else stands on the line."""

_PERSON = (
    r"\bDR\b(?!\s?[:=]?\s?[0-9]{1,3}\s?(?:DB|%)?(?![\w.]))"  # dynamic range
    r"|\bMRS?\.|(?<![0-9])(?<![0-9]\s)\bMS\.|^MS\s[A-Z]{3,}$"  # milliseconds
    r"|\b(?:MD|PHD|PROF|FRCR|RDMS|RVT|HERR|FRAU|SIR|LADY|MISS)\b"
    r"|\bPATIENT\b(?!\s(?:SUPINE|PRONE|ERECT|UPRIGHT|STANDING|SITTING|POSITION\w*|MOTION|MOVE\w*|ROTATED)\b)"
    r"|\b(?:NAME|PAT|PT|DOB|BORN|BIRTH|SEX|"
    r"GENDER|MRN|SSN|ACC(?:ESSION)?|ACCN|REF(?:ERRING)?|PHYS(?:ICIAN)?|OPERATOR|OPER|TECH(?:NOLOGIST|NICIAN)?|SONOGRAPHER|"
    r"PERFORMED|REQUESTED|DOCTOR|NURSE|REPORTED|READ BY|INITIALS|CASE|HOSP|FILE ?NO)\b"
    r"|\bID\b\s*[:.#]|\bD\.O\.B|[\[(]\s?[MF]\s?[\])]"
)
_DATE_LABEL = (
    r"\b(?:D[. ]\s?O[. ]\s?B|D[0OQ][B8]|BIRTH\w*|GEB|GEBOREN|GEBURT\w*|GEBOORTE\w*|NAISSANCE|"
    r"NEE? LE|NACI\w+|NASCI\w+|NAT[OA] IL)\b"
    r"|(?:\b|STUDY|SERIES|EXAM|SCAN|ACQ|ACQUISITION)(?:DATES?|\w{0,30}DATUM|FECHA|DATA D[A-Z]+)(?![A-Z])"
    rf"(?:[^0-9]{{0,200}}[0-9]|\W{{1,9}}{_D}+\b)"
)
"""A birth, or the label of another date with a digit behind it, however little of the date could be read."""

_DIGIT = re.compile("[0-9]")
_WORDS = (
    (Rule.EMAIL, r"(?<![\w.+-])[\w.+-]++@[\w-]|\bWWW\.|HTTPS?:|\.(?:COM|ORG|NET|EDU|GOV|DE|UK)\b"),
    (Rule.DATE, "[年月日]"),
    (Rule.TIME, r"\b[AP]\.?M\.?$"),
    (Rule.PHONE, r"\b(?:TEL|PHONE|FAX)\b"),
    (Rule.STREET_ADDRESS, r"\b(?:STREET|STRASSE|AVENUE|AVE|BLVD|ROAD|LANE|SUITE|P\.?O\.? BOX|ZIP)\b"),
    (Rule.AGE, r"\bAGE\b"),
    (Rule.PERSON_LABEL, _PERSON),
    (Rule.DATE_LABEL, _DATE_LABEL),
    (
        Rule.INSTITUTION,
        r"\b(?<!WINDOW )CENT(?:ER|RE)\b(?!\W{0,3}[0-9])"
        r"|\b(?:HOSPITALS?|CLINICS?|KLINIK\w*|KRANKENHAUS|UNIVERSIT\w+|UNIV|INSTITUT\w*|MEDICAL(?! SYSTEMS?\b)|DEPARTMENT|DEPT|"
        r"PRAXIS|INFIRMARY|SANATORIUM|HEALTHCARE|RADIOLOGIE|PRACTICE|SAINT|TRUST|FOUNDATION|COLLEGE|SCHOOL|WARD|ROOM|CITY|COUNTY)\b",
    ),
    (Rule.LABELLED_NUMBER, r"#\s?[A-Z0-9]"),
)
"""What identifies with or without a digit."""
_NUMBERS = (
    (Rule.DATE, rf"(?<![A-Z0-9]){_D}{{1,4}}{_SEPARATOR}{_D}{{1,2}}{_SEPARATOR}{_D}{{2,4}}(?![A-Z0-9])"),
    (Rule.DATE, rf"(?<![A-Z0-9.])(?:{_SURE_D}|[0-9]{{4}})[ ,./-]+{_SURE_D}[ ,./-]+{_SURE_D}{{1,2}}(?![A-Z0-9])"),
    (Rule.DATE, rf"{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,]*{_MONTHS}[-./ ,']*{_D}{{2,4}}"),
    (Rule.DATE, rf"\b{_MONTHS}[-./ ,]*{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,']+{_D}{{2,4}}"),
    (Rule.DATE, rf"\b{_MONTHS}[-./ ,']*(?:19|20){_D}{{2}}"),
    (
        Rule.DATE,
        rf"(?<![A-Z0-9])[/\\]\s?{_SURE_D}\s?[/\\]\s?{_SURE_D}{{1,2}}(?![A-Z0-9])"
        rf"|(?<![A-Z0-9./\\]){_SURE_D}\s?[/\\]\s?{_SURE_D}\s?[/\\](?!\s?[A-Z0-9])"
        rf"|^(?:(?!{_COUNTERS}).)*(?<![A-Z0-9./\\])[0-9]{{1,2}}\s?[/\\]\s?(?:1[35-9]|2[0O]){_D}{{2}}(?![A-Z0-9])",
    ),
    (
        Rule.TIME,
        rf"\b{_D}{{1,2}}\s?[:.]\s?{_D}{{2}}\s?[:.]\s?{_D}{{2}}|^(?:(?!BREAST).)*\b[0-9]{{1,2}}:[0-9]{{2}}\b"
        rf"|\b(?:STUDY|SERIES|EXAM|CONTENT)\s?TIME\W{{0,9}}{_D}{{2}}\W?{_D}{{2}}",
    ),
    (Rule.PHONE, r"\bMOBILE\b\W{0,3}[0-9(+]|\(?\+?[0-9]{2,4}\)?[-. /][0-9]{3}[-. ][0-9]{3,4}"),
    (Rule.STREET_ADDRESS, r"\b[A-Z]{2} [0-9]{5}\b|\bFLAT [0-9]|\b[0-9]+ [A-Z]+ (?:ST|RD|DR|WAY)\b"),
    (
        Rule.AGE,
        rf"\b(?:FEMALE|MALE|[MF](?![1-4]\b))[\s:;,./-]*{_AGE}\b(?![.,][0-9])"  # M1 is a segment of an artery.
        rf"|(?<![A-Z.,-]){_AGE}[\s:;,./-]*(?:FEMALE|MALE|[MF])\b(?!/)",
    ),
    (Rule.AGE, r"\b0*[0-9]{1,3}\s?(?:Y|YR|YRS|YO|Y/O|YEARS?|J|JAHRE|ANS|ANOS|ANNI|JAAR)\b|\b0[0-9]{2}[YMWD]\b"),
    (Rule.LONG_NUMBER, rf"(?<!{_D})(?:[OQILSBZ|]*+[0-9]){{5}}|[0-9]{{3}}[-. ][0-9]{{2}}[-. ][0-9]{{4}}"),
    (Rule.AGE, rf"^\W*(?:(?:FEMALE|MALE|[MFKHWD])\b\W{{0,3}})?[0-9]{{1,3}}\s?{_YEARS_ALONE}\W*$"),
    (
        Rule.DATE,
        rf"^(?:(?!{_COUNTERS}).){{0,40}}(?<![A-Z0-9./\\])(?:0[0-9]\s?/\s?[0-9]{{1,2}}|[0-9]{{1,2}}\s?/\s?0[0-9])(?![A-Z0-9./\\])",
    ),
    (Rule.PHONE, r"^\W*\([0-9]{3}\)\W*$|^\s*\+[1-9][0-9]{1,2}\s*$"),
    (
        Rule.WARD,
        r"^\W*(?:OR|OT|OP|ER|LAB|SUITE)\W{0,3}[0-9]{1,2}[A-Z]?\W*$|\b(?:CATH|EP|ANGIO|VASC|IR|XRAY|HYBRID)\W?(?:LAB|SUITE|ROOM|OR)\W{0,3}[0-9]",
    ),
    (Rule.LABELLED_NUMBER, r"^\W*NO\b[\s.:]*[0-9]{4}"),
    (Rule.MIXED_CODE, rf"\b(?![0-9]{{1,4}}X[0-9]{{1,4}}\b|{UNIT}\b)(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{{6,}}\b"),
)
"""What identifies by its digits."""


def _compiled(patterns: Iterable[tuple[Rule, str]]) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(pattern)) for rule, pattern in patterns)


_WITH_DIGITS, _WITHOUT_DIGITS = _compiled((*_NUMBERS, *_WORDS)), _compiled(_WORDS)
_LABELS = _compiled(((Rule.PERSON_LABEL, _PERSON), (Rule.DATE_LABEL, _DATE_LABEL)))
_SEX_AND_AGE = re.compile(rf"\W*(?:[MFWH]\W{{0,3}}{_AGE}|{_AGE}\W{{0,3}}[MFWH])\W*")
"""A line that is nothing but a sex, in one of several languages, and an age. A window is wider."""
_INITIAL = re.compile(r"(?<![\w.])(?!(?!\A[RL]\.\s?[A-Z][a-z]+\Z)[RL]\.|[CTLS]\.\s?(?:SPINE|Spine))[A-Z]\.\s?[A-Z][^\W\d_]+")
"""An initial in front of a name; not the side or the part of the spine in front of a term."""
_TITLE = re.compile(
    r"\b(?:M(?:r|rs|iss|me|lle)|D(?:r|ra|ott)|Prof|Herr|Frau)\b\.?\s*[^\W\d_]|\b(?:Hr|Fr|Mw|Sra?|Sig)\.\s*[^\W\d_]"
    r"|\bSister\s+[^\W\d_]"
    r"|(?:^\W*|[^\W\d]\W+)Ms\b\.?\s*[^\W\d_]"
)
"""A title in the case in which titles are written. In capitals some are terms: MR, MRS (spectroscopy), HR, FR."""


def find_patterns(text: str) -> Iterator[Found]:
    """The parts of a line of a picture that identify, the first one by the first rule that holds.

    Args:
        text: With the spaces that readers lose (`lexicon.part_words`).
    """
    text = blank_setting_forms(text)
    shown = blank_scales(plain(text))
    has_digit = _DIGIT.search(shown) is not None
    for rule, pattern in _WITH_DIGITS if has_digit else _WITHOUT_DIGITS:
        for match in pattern.finditer(shown):
            yield _found(text, shown, match.span(), rule)
    if has_digit:
        for match in _YEAR.finditer(_SETTING.sub(blank, shown)):
            yield _found(text, shown, match.span(), Rule.DATE)
    yield from (_found(text, shown, date.span, Rule.DATE) for date in find_dates(shown))
    yield from (_found(text, shown, (age.start, age.end), Rule.AGE) for age in find_ages(shown))
    if is_number_in_groups(shown):
        yield Found(0, len(text), Rule.NUMBER_GROUPS)
    yield from find_identifying(text)


def find_as_read(text: str) -> Iterator[Found]:
    """The parts of a line that identify because a title or a label says so, or because digits stand in groups.

    Args:
        text: As it was read. Its dots and cases, which `part_words` drops, separate "Mrs. Field" from MRS (spectroscopy).
    """
    text = blank_setting_forms(text)
    shown = blank_scales(plain(text))
    label = find_label(text)
    if label is not None and label.is_ended and re.search(r"\w", text[label.value_start :]):
        yield Found(label.value_start, len(text), RULE_OF_LABEL[label.kind])
    yield from (Found(*match.span(), Rule.TITLED_NAME) for match in _TITLE.finditer(text))
    yield from (Found(*match.span(), Rule.INITIAL_AND_NAME) for match in _INITIAL.finditer(text))
    if _SEX_AND_AGE.fullmatch(shown):
        yield Found(0, len(text), Rule.AGE)
    for rule, pattern in _LABELS:
        yield from (_found(text, shown, match.span(), rule) for match in pattern.finditer(shown))
    if is_number_in_groups(shown):
        yield Found(0, len(text), Rule.NUMBER_GROUPS)


def _found(text: str, shown: str, span: tuple[int, int], rule: Rule) -> Found:
    """A range of the text in upper case as one of the text: the whole of it where accents change its length."""
    start, end = span if len(shown) == len(text) else (0, len(text))
    return Found(start, end, rule)
