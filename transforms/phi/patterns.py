"""What identifying text looks like when nobody knows the person: dates, identifiers, telephone numbers, titles, addresses."""

from __future__ import annotations

import re

from .confusions import plain
from .reasons import Reason

# A digit, or a letter that readers take a digit for.
_D = r"[0-9OQILSBZ|]"
_MONTHS = r"(?:JAN|FEB|MAR|MRZ|APR|MAY|MAI|JUN|JUL|AUG|SEP|SEPT|OCT|OKT|NOV|DEC|DEZ)[A-Z]*"
_SEPARATOR = r"\s?[-./,:\\']\s?"
# Between words, where there is no sign of a date, a letter counts as a digit only next to one.
_SURE_D = rf"(?:[0-9]{_D}|{_D}[0-9]|[0-9])"

_PATTERNS = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (Reason.PATTERN_PHONE, r"[\w.+-]+@[\w-]+|\bWWW\.|HTTPS?:|\.(?:COM|ORG|NET|EDU|GOV|DE|UK)\b"),
        (Reason.PATTERN_DATE, rf"(?<![A-Z0-9]){_D}{{1,4}}{_SEPARATOR}{_D}{{1,2}}{_SEPARATOR}{_D}{{2,4}}(?![A-Z0-9])"),
        (Reason.PATTERN_DATE, rf"(?<![A-Z0-9.])(?:{_SURE_D}|[0-9]{{4}})[ ,./-]+{_SURE_D}[ ,./-]+{_SURE_D}{{1,2}}(?![A-Z0-9])"),
        (Reason.PATTERN_DATE, rf"{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,]*{_MONTHS}[-./ ,']*{_D}{{2,4}}"),
        (Reason.PATTERN_DATE, rf"\b{_MONTHS}[-./ ,]*{_D}{{1,2}}(?:ST|ND|RD|TH)?[-./ ,']+{_D}{{2,4}}"),
        (Reason.PATTERN_DATE, rf"\b{_MONTHS}[-./ ,']*(?:19|20){_D}{{2}}|[年月日]|\b(?:19|20)[0-9]{{2}}\b"),
        (
            Reason.PATTERN_TIME,
            rf"\b{_D}{{1,2}}\s?[:.]\s?{_D}{{2}}\s?[:.]\s?{_D}{{2}}|\b[0-9]{{1,2}}:[0-9]{{2}}\b|\b[AP]\.?M\.?$",
        ),
        (Reason.PATTERN_PHONE, r"\b(?:TEL|PHONE|FAX|MOBILE)\b|\(?\+?[0-9]{2,4}\)?[-. /][0-9]{3}[-. ][0-9]{3,4}"),
        (
            Reason.PATTERN_ADDRESS,
            r"\b(?:STREET|STRASSE|AVENUE|AVE|BLVD|ROAD|LANE|SUITE|P\.?O\.? BOX|ZIP)\b|\b[A-Z]{2} [0-9]{5}\b",
        ),
        (Reason.PATTERN_ADDRESS, r"\b[0-9]+ [A-Z]+ (?:ST|RD|DR|WAY)\b"),
        (Reason.PATTERN_AGE, r"\b0*[0-9]{1,3}\s?(?:Y|YR|YRS|YO|Y/O|YEARS?|J|JAHRE)\b|\b0[0-9]{2}[YMWD]\b|\bAGE\b"),
        (
            Reason.PATTERN_PERSON,
            r"\b(?:DR|MD|PHD|PROF|FRCR|RDMS|RVT|HERR|FRAU|SIR|LADY|MISS)\b|\bM(?:R|RS|S)\.|\b(?:NAME|PATIENT|PAT|PT|DOB|BORN|BIRTH|SEX|"
            r"GENDER|MRN|SSN|ACC(?:ESSION)?|ACCN|REF(?:ERRING)?|PHYS(?:ICIAN)?|OPERATOR|OPER|TECH(?:NOLOGIST|NICIAN)?|SONOGRAPHER|"
            r"PERFORMED|REQUESTED|DOCTOR|NURSE|REPORTED|READ BY|INITIALS|CASE|HOSP|FILE ?NO)\b|"
            r"\bID\b\s*[:.#]|\bD\.O\.B|[\[(]\s?[MF]\s?[\])]",
        ),
        (
            Reason.PATTERN_PLACE,
            r"\b(?:HOSPITALS?|CLINICS?|KLINIK\w*|KRANKENHAUS|UNIVERSIT\w+|UNIV|INSTITUT\w*|CENT(?:ER|RE)|MEDICAL|DEPARTMENT|DEPT|"
            r"PRAXIS|INFIRMARY|SANATORIUM|HEALTHCARE|RADIOLOGIE|PRACTICE|SAINT|TRUST|FOUNDATION|COLLEGE|SCHOOL|WARD|ROOM|CITY|COUNTY)\b",
        ),
        (
            Reason.PATTERN_ID,
            rf"{_D}*[0-9]{_D}*[0-9]{_D}*[0-9]{_D}*[0-9]{_D}*[0-9]|[0-9]{{3}}[-. ][0-9]{{2}}[-. ][0-9]{{4}}|#\s?[A-Z0-9]",
        ),
        (Reason.PATTERN_ID, r"\b(?![0-9]{1,4}X[0-9]{1,4}\b)(?=[A-Z]*[0-9])(?=[0-9]*[A-Z])[A-Z0-9]{6,}\b"),
    )
)


def find_pattern(text: str) -> Reason | None:
    """The reason why a text may not stay, if it looks like something that identifies."""
    shown = plain(text)
    return next((reason for reason, pattern in _PATTERNS if pattern.search(shown)), None)
