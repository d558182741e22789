"""Regular expressions for free text: numbers, addresses, institutions, and names after a label."""

from __future__ import annotations

import re

from .lexicon import UNIT
from .rules import Rule
from .vocabulary import WORDS_AFTER_NAMES

# A pattern is tried at every character of a text of any length: what repeats at its start, or before something that may be
# missing, has a bound or cannot be entered in its middle. Otherwise the time grows with the square of the length.
_WORD = r"[A-Z][A-Za-z'’.-]{1,60}"
_FIRST_WORD = rf"(?<![A-Z]){_WORD}"
_NAME = r"[A-Z][A-Za-z'’-]+"
_WORDS = rf"{_WORD}(?:\s{_WORD})"
_IN_NUMBER = r"(?:(?!\d)[\w./-]){0,200}+\d[\w./-]*+"
_STREETS = (
    r"Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Lane|Ln|Way|Court|Place|Square|Parkway|Pkwy|Highway|Hwy|Terrace|Circle"
    r"|Trail|Plaza|Crescent|Alley|Row|Crossing|Village|Mews|Manor|Glen|Turnpike|Islands?|Mountains?|Shores?|Springs?|Isle|Meadows?"
    r"|Motorway|Park|Pike|Prairie|Ranch|River|Throughway|Viaduct|Estates?|Expressway|Gardens?|Groves?|Harbors?|Heights|Hills?|Lakes?"
)
_UNIT = r"(?:,?\s(?:Apt|Apartment|Suite|Unit|No|#)\.?\s?[\w-]+)?"
_ZIP = r"\d{5}(?:-\d{4})?"
_HOUSES = (
    r"Hospitals?|Infirmary|Clinic|Medical\s(?:Cent(?:er|re)|Group|Associates)|Health(?:care)?\s(?:System|Cent(?:er|re))"
    r"|Imaging\sCent(?:er|re)|Radiology\s(?:Associates|Group)|University|Klinikum|Krankenhaus"
)
BY_FORM: tuple[tuple[Rule, re.Pattern[str]], ...] = tuple(
    (rule, re.compile("|".join(patterns)))
    for rule, patterns in {
        Rule.EMAIL: [r"(?:(?<![\w.+-])[\w.+-]++|[\w.+-]{1,64}+)@[\w-]++(?:\.[\w-]++)+"],
        Rule.WEB_ADDRESS: [r"(?i:https?|ftp)://\S+|(?i:www)\.\S+"],
        Rule.SOCIAL_SECURITY_NUMBER: [r"(?<![\d.-])\d{3}-\d{2}-\d{4}(?![\d-])"],
        Rule.PHONE: [
            r"(?<![\d.])(?:\+?\d{1,3}[-. ])?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-.]\d{4}(?:\s*x\s?\d+)?(?![\d.])",
            r"(?<![\d.])\+\d{1,3}[-. (]{0,2}\d[\d ()./-]{6,16}\d",  # with a country's code
            r"(?<!\w)\d{3}-\d{4}(?![\d-])",  # without area
        ],
        Rule.UID: [r"(?<![\w.])\d+(?:\.\d+){5,}(?![\w.])"],
        Rule.STREET_ADDRESS: [
            r"(?<!\w)P\.?\s?O\.?\s?Box\s\d+",
            rf"(?<!\w)\d{{1,6}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:(?:{_WORD}|\d+(?:st|nd|rd|th))\s){{1,4}}(?:{_STREETS})\b\.?{_UNIT}"
            rf"(?:(?:,?\s{_WORD}){{1,3}},\s(?:[A-Z]{{2}}|{_WORDS}?)(?:\s{_ZIP})?)?",
            rf"\d{{1,6}}(?:\s{_WORD}){{1,4}}{_UNIT}(?:,?\s{_WORD}){{1,3}},\s[A-Z]{{2}}\s{_ZIP}",
            rf"(?<![A-Z]){_WORDS}{{0,2}},\s[A-Z]{{2}}\s{_ZIP}",
        ],
        Rule.INSTITUTION: [
            rf"(?:{_FIRST_WORD}\s|of\s|and\s){{1,5}}(?i:{_HOUSES})\b",
            rf"(?:Hôpital|Hospital|Clinique|Klinikum|Krankenhaus|University|Universität)\s(?:of\s|de\s|du\s|der\s)?{_WORDS}{{0,2}}",
        ],
        Rule.LONG_NUMBER: [rf"(?<![A-Za-z0-9.,])[A-Z]{{0,4}}\d{{5,}}+(?![\w.]|\s?(?i:{UNIT})\b)"],
        # Letters and four or more digits.
        Rule.MIXED_CODE: [
            r"(?<![A-Za-z0-9])(?!\d{1,4}[Xx]\d)(?=[A-Za-z0-9]{6,})(?=[0-9]*[A-Za-z])(?:[A-Za-z]*[0-9]){4}[A-Za-z0-9]*+"
        ],
    }.items()
)
"""What identifies by its own form."""

_NUMBER_LABELS = (
    r"MRN|PID|SSN|patient ?id|medical record(?: (?:no|number))?|acc(?:ession)?(?: (?:no|number|#))?|case (?:no|number)"
    r"|hospital (?:no|number)|id(?:entification)?(?: (?:no|number))?"
)
_NAME_LABELS = (
    r"name|patient|pt|physician|radiologist|technologist|technician|operator|nurse|attending|contact|spouse|wife|husband|mother"
    r"|father|son|daughter|guardian|next of kin"
)
_BY = (
    r"(?:referred|read|seen|performed|signed|dictated|reported|reviewed|requested|ordered|scanned|done|verified|approved"
    r"|entered) by"
)
_CARETS = r"[A-Z][a-z]+\^[A-Z][a-z]+(?:\^\w+)*|[A-Z]{2,}\^[A-Z]{2,}(?:\^\w+)*"
LABELLED = re.compile(
    rf"(?<![A-Za-z])(?:{_NUMBER_LABELS})\s*+[.:=#]\s*+#?\s*+(?P<number>(?=[\w./-]{{3}}){_IN_NUMBER})"
    rf"|(?<![A-Za-z])(?:MRN|PID|SSN)\s++(?P<plain>{_IN_NUMBER})"
    rf"|(?<![A-Za-z])(?-i:Drs?|DR|Mr|Mrs|Ms|Miss|Prof|Professor|Doctor|Dra|Dott|Herr|Frau|Mme|Mlle|Sra|Sister)\b\.?\s++"
    rf"(?-i:(?P<title>(?:{_NAME}|[A-Z]\.?)(?:[ ,^]+(?:{_NAME}|[A-Z]\.)){{0,3}}))"
    rf"|(?<![A-Za-z])(?:(?:{_NAME_LABELS})\s*+[:=]|{_BY}[:=]?\s)\s*+"
    rf"(?-i:(?P<name>{_NAME}(?:[ ,^]+(?:{_NAME}|[A-Z]\.?(?!\w))){{1,3}}|{_CARETS}))",
    re.I,
)
"""What identifies because of the word in front of it; the groups are what identifies."""


def name_length(words: str) -> int:
    """How many characters of capitalised words are a name: up to one that is a term, or in another case than the first."""
    length, is_upper = 0, None
    for found in re.finditer(r"[^\s,^]+", words):
        word = found.group().strip(".'’-")
        is_initial = len(word) == 1
        if not is_initial and (word.lower() in WORDS_AFTER_NAMES or is_upper not in (None, word.isupper())):
            break
        is_upper = is_upper if is_initial else word.isupper()
        length = found.end()
    return length
