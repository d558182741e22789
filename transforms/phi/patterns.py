"""Patterns of identifying text: dates, numbers, telephone numbers, titles, addresses, institutions."""

from __future__ import annotations

import re

from .dates_in_text import find_dates
from .digit_groups import is_number_in_groups, without_scales
from .find_identifying import find_identifying
from .full_names import find_full_names
from .lexicon import UNIT
from .reasons import Reason
from .spellings import plain

# A digit, or a letter that readers take a digit for.
_D = r"[0-9OQILSBZ|]"
_MONTHS = r"(?:JAN|FEB|MAR|MRZ|APR|MAY|MAI|JUN|JUL|AUG|SEP|SEPT|OCT|OKT|NOV|DEC|DEZ)[A-Z]{0,9}"
_SEPARATOR = r"\s?[-./,:\\']\s?"
# Between words, where there is no sign of a date, a letter counts as a digit only next to one.
_SURE_D = rf"(?:[0-9]{_D}|{_D}[0-9]|[0-9])"
_GREAT_AGE = rf"0?(?:9{_D}|1[01]{_D})"
_COUNTERS = r"\b(?:IM|IMG|IMAGES?|SE|SER|SERIES|SL|SLICES?|FR|FRM|FRAMES?|LOC)\b"
_SETTING = re.compile(
    r"\b(?:T[REI]|W[WL])\s?[:=]?\s?[0-9]{1,4}\b(?!\s?[-./,:]?\s?[0-9])"
    r"|\bW\s?[:=]?\s?[0-9]{1,4}\s?[,/]?\s?[LC]\s?[:=]?\s?-?[0-9]{1,4}\b(?!\s?[-./,:]?\s?[0-9])"
    rf"|\b[0-9]{{1,4}}\s?(?:X\s?[0-9]{{1,4}}\b|(?=[A-Z][A-Z/]){UNIT}(?![A-Z0-9]))"
)
"""Numbers that their label, their unit or their second factor explains: they are no years."""
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")

_PERSON = (
    r"\bDR\b(?!\s?[:=]?\s?[0-9]{1,3}\s?(?:DB|%)?(?![\w.]))"  # dynamic range
    r"|\bMRS?\.|(?<![0-9])(?<![0-9]\s)\bMS\.|^MS\s[A-Z]{3,}$"  # milliseconds
    r"|\b(?:MD|PHD|PROF|FRCR|RDMS|RVT|HERR|FRAU|SIR|LADY|MISS)\b"
    r"|\b(?:NAME|PATIENT|PAT|PT|DOB|BORN|BIRTH|SEX|"
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

_PATTERNS = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (Reason.PATTERN_PHONE, r"(?<![\w.+-])[\w.+-]++@[\w-]|\bWWW\.|HTTPS?:|\.(?:COM|ORG|NET|EDU|GOV|DE|UK)\b"),
        (Reason.PATTERN_DATE, rf"(?<![A-Z0-9]){_D}{{1,4}}{_SEPARATOR}{_D}{{1,2}}{_SEPARATOR}{_D}{{2,4}}(?![A-Z0-9])"),
        (Reason.PATTERN_DATE, rf"(?<![A-Z0-9.])(?:{_SURE_D}|[0-9]{{4}})[ ,./-]+{_SURE_D}[ ,./-]+{_SURE_D}{{1,2}}(?![A-Z0-9])"),
        (Reason.PATTERN_DATE, rf"{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,]*{_MONTHS}[-./ ,']*{_D}{{2,4}}"),
        (Reason.PATTERN_DATE, rf"\b{_MONTHS}[-./ ,]*{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,']+{_D}{{2,4}}"),
        (Reason.PATTERN_DATE, rf"\b{_MONTHS}[-./ ,']*(?:19|20){_D}{{2}}|[年月日]"),
        (
            Reason.PATTERN_DATE,
            rf"(?<![A-Z0-9])[/\\]\s?{_SURE_D}\s?[/\\]\s?{_SURE_D}{{1,2}}(?![A-Z0-9])"
            rf"|(?<![A-Z0-9./\\]){_SURE_D}\s?[/\\]\s?{_SURE_D}\s?[/\\](?!\s?[A-Z0-9])"
            rf"|^(?:(?!{_COUNTERS}).)*(?<![A-Z0-9./\\])[0-9]{{1,2}}\s?[/\\]\s?(?:1[35-9]|2[0O]){_D}{{2}}(?![A-Z0-9])",
        ),
        (
            Reason.PATTERN_TIME,
            rf"\b{_D}{{1,2}}\s?[:.]\s?{_D}{{2}}\s?[:.]\s?{_D}{{2}}|\b[0-9]{{1,2}}:[0-9]{{2}}\b|\b[AP]\.?M\.?$"
            rf"|\b(?:STUDY|SERIES|EXAM|CONTENT)\s?TIME\W{{0,9}}{_D}{{2}}\W?{_D}{{2}}",
        ),
        (Reason.PATTERN_PHONE, r"\b(?:TEL|PHONE|FAX|MOBILE)\b|\(?\+?[0-9]{2,4}\)?[-. /][0-9]{3}[-. ][0-9]{3,4}"),
        (
            Reason.PATTERN_ADDRESS,
            r"\b(?:STREET|STRASSE|AVENUE|AVE|BLVD|ROAD|LANE|SUITE|P\.?O\.? BOX|ZIP)\b|\b[A-Z]{2} [0-9]{5}\b",
        ),
        (Reason.PATTERN_ADDRESS, r"\b[0-9]+ [A-Z]+ (?:ST|RD|DR|WAY)\b"),
        (
            Reason.PATTERN_AGE,
            rf"\b(?:FEMALE|MALE|[MF])[\s:;,./-]*{_GREAT_AGE}\b|\b{_GREAT_AGE}[\s:;,./-]*(?:FEMALE|MALE|[MF])\b(?!/)",
        ),
        (Reason.PATTERN_AGE, r"\b0*[0-9]{1,3}\s?(?:Y|YR|YRS|YO|Y/O|YEARS?|J|JAHRE)\b|\b0[0-9]{2}[YMWD]\b|\bAGE\b"),
        (Reason.PATTERN_PERSON, _PERSON),
        (Reason.PATTERN_DATE, _DATE_LABEL),
        (
            Reason.PATTERN_PLACE,
            r"\b(?:HOSPITALS?|CLINICS?|KLINIK\w*|KRANKENHAUS|UNIVERSIT\w+|UNIV|INSTITUT\w*|CENT(?:ER|RE)|MEDICAL"
            r"|DEPARTMENT|DEPT|"
            r"PRAXIS|INFIRMARY|SANATORIUM|HEALTHCARE|RADIOLOGIE|PRACTICE|SAINT|TRUST|FOUNDATION|COLLEGE|SCHOOL|WARD|ROOM"
            r"|CITY|COUNTY)\b",
        ),
        (
            Reason.PATTERN_ID,
            rf"(?<!{_D})(?:[OQILSBZ|]*+[0-9]){{5}}|[0-9]{{3}}[-. ][0-9]{{2}}[-. ][0-9]{{4}}|#\s?[A-Z0-9]"
            r"|^\W*NO\b[\s.:]*[0-9]{4}",
        ),
        (Reason.PATTERN_ID, r"\b(?![0-9]{1,4}X[0-9]{1,4}\b)(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{6,}\b"),
    )
)
_TITLE = re.compile(
    r"\b(?:M(?:r|rs|iss|me|lle)|D(?:r|ra|ott)|Prof|Herr|Frau)\b\.?\s*[^\W\d_]|\b(?:Hr|Fr|Mw|Sra?|Sig)\.\s*[^\W\d_]"
    r"|\bSister\s+[^\W\d_]"
    r"|(?:^\W*|[^\W\d]\W+)Ms\b\.?\s*[^\W\d_]"
)
"""A title in the case in which titles are written. In capitals some are terms: MR, MRS (spectroscopy), HR, FR."""


def find_pattern(text: str) -> Reason | None:
    """The reason why a text may not stay, if it looks like something that identifies."""
    shown = without_scales(plain(text))
    found = next((reason for reason, pattern in _PATTERNS if pattern.search(shown)), None)
    if found is not None:
        return found
    if _YEAR.search(_SETTING.sub("", shown)) or find_dates(text):
        return Reason.PATTERN_DATE
    if next(find_full_names(text), None):
        return Reason.PATTERN_PERSON
    return Reason.PATTERN_ID if is_number_in_groups(shown) or find_identifying(text) else None


def find_as_read(text: str) -> Reason | None:
    """The reason why a text may not stay, if a title or a label says who or when, or digits stand in groups.

    Args:
        text: As it was read. Its dots and cases, which `part_words` drops, separate "Mrs. Field" from MRS (spectroscopy).
    """
    shown = without_scales(plain(text))
    if _TITLE.search(text) or re.search(_PERSON, shown):
        return Reason.PATTERN_PERSON
    if re.search(_DATE_LABEL, shown):
        return Reason.PATTERN_DATE
    return Reason.PATTERN_ID if is_number_in_groups(shown) else None
