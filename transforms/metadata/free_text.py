"""Takes the identifier out of a text and leaves the clinical words: rules first, then the patient's own roster, then names.

What identifies is deleted, not masked, so that the result never grows beyond its VR. A date is moved with all others of the
patient when the profile keeps moved dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from ..core.records import Term, TermKind
from .dates import move

NameRecognizer = Callable[[str], Iterable[tuple[int, int]]]
"""Finds names of persons and places in a text, as half-open ranges of characters."""

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATES = re.compile(
    rf"""
    (?<![\d.]) (?P<y1>(?:19|20)\d\d) (?P<s1>[-/.]?) (?P<m1>0[1-9]|1[0-2]) (?P=s1) (?P<d1>0[1-9]|[12]\d|3[01]) (?![\d])
  | (?<![\d.]) (?P<a2>\d{{1,2}}) (?P<s2>[-/.]) (?P<b2>\d{{1,2}}) (?P=s2) (?P<y2>(?:19|20)\d\d|(?<=/)\d\d) (?![\d.]|/\d)
  | (?<![\w]) (?P<d3>\d{{1,2}}) (?P<s3>[-\ .]{{1,2}}) (?P<m3>{_MONTH}) (?P<t3>[-\ .,]{{1,2}}) (?P<y3>(?:19|20)\d\d) (?!\d)
  | (?<![\w]) (?P<m4>{_MONTH}) (?P<s4>[\ .]{{1,2}}) (?P<d4>\d{{1,2}}) (?:st|nd|rd|th)? (?P<t4>,?\ ) (?P<y4>(?:19|20)\d\d) (?!\d)
    """,
    re.X | re.I,
)

_WORD = r"[A-Z][A-Za-z'’.-]+"
_IDENTIFIERS = re.compile(
    rf"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                                                      # mail
  | (?:https?|ftp)://\S+ | www\.\S+
  | (?<![\d.-])\d{{3}}-\d{{2}}-\d{{4}}(?![\d-])                                       # social security number
  | (?<![\d.])(?:\+?\d{{1,3}}[-.\ ])?(?:\(\d{{3}}\)\ ?|\d{{3}}[-.\ ])\d{{3}}[-.]\d{{4}}(?:\s*(?:x|ext\.?)\s*\d+)?(?![\d.]) # phone
  | (?<![\d.])\+\d{{1,3}}[-.\ (]{{0,2}}\d[\d\ ()./-]{{6,16}}\d
  | (?<!\w)\d{{3}}-\d{{4}}(?![\d-])
  | (?<![A-Za-z0-9.])[A-Z]{{0,4}}\d{{7,}}(?![\w.])                                    # long numbers
  | (?<!\w)(?-i:P\.?\s?O\.?)\s?Box\s\d+
  | (?<!\w)\d{{1,6}}(?:[A-Za-z]|-\d+)?\s(?-i:(?:[NSEW]\.?\s|North\s|South\s|East\s|West\s)?(?:(?:{_WORD}|\d+(?:st|nd|rd|th))\s){{1,4}}
      (?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Lane|Ln|Way|Court|Place|Square|Parkway|Pkwy|Highway|Hwy|Terrace|Circle
      |Trail|Plaza|Crescent|Alley|Row|Crossing|Village|Mews|Manor|Glen|Turnpike|Islands?|Mountains?|Shores?|Springs?|Isle|Meadows?
      |Motorway|Park|Pike|Prairie|Ranch|River|Throughway|Viaduct|Estates?|Expressway|Gardens?|Groves?|Harbors?|Heights|Hills?|Lakes?)\b\.?)
      (?:,?\s(?:Apt|Apartment|Suite|Unit|\#|No)\.?\s?[\w-]+)?
      (?-i:(?:,?\s{_WORD}){{1,3}},\s(?:[A-Z]{{2}}|{_WORD}(?:\s{_WORD})?)(?:\s\d{{5}}(?:-\d{{4}})?)?)?
  | (?-i:\d{{1,6}}(?:\s{_WORD}){{1,4}}(?:,?\s(?:Apt|Suite|Unit)\.?\s?\w+)?(?:,?\s{_WORD}){{1,3}},\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?)
  | (?-i:{_WORD}(?:\s{_WORD}){{0,2}},\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?)
  | (?-i:(?:{_WORD}\s|of\s|and\s){{1,5}}(?:Hospitals?|Infirmary|Clinic|Medical\s(?:Center|Centre|Group|Associates)|Health(?:care)?\s(?:System|Center|Centre)
      |Imaging\s(?:Center|Centre)|Radiology\s(?:Associates|Group)|Universit(?:y|ätsklinikum)|Klinikum|Krankenhaus))
  | (?-i:(?:Hôpital|Hospital|Clinique|Klinikum|Krankenhaus|University|Universität)\s(?:of|de|du|der|des|la)?\s?{_WORD}(?:\s{_WORD}){{0,2}})
    """,
    re.X | re.I,
)
_LABELLED = re.compile(
    rf"""
    (?<![A-Za-z])(?:MRN|PID|SSN|patient\ ?id|medical\ record(?:\ (?:no|number))?|acc(?:ession)?(?:\ (?:no|number|\#))?|case\ (?:no|number)
       |hospital\ (?:no|number)|id(?:entification)?(?:\ (?:no|number))?)\s*[.:=\#]\s*\#?\s*(?P<id>[\w./-]*\d[\w./-]*)
  | (?<![A-Za-z])(?:MRN|PID|SSN)\s+(?P<id2>[\w./-]*\d[\w./-]*)
  | (?<![A-Za-z])(?-i:Dr|Drs|DR|Mr|MR\.|Mrs|Ms|Miss|Prof|Professor|Doctor|Sr|Sra)\b\.?\s+(?-i:(?P<title>(?:{_WORD}|[A-Z]\.?)(?:[\ ,^]+(?:{_WORD}|[A-Z]\.)){{0,3}}))
  | (?<![A-Za-z])(?:name|patient|pt|physician|referr(?:ed|ing|al)(?:\ by|\ physician)?|(?:read|seen|performed|signed|dictated|reported
       |reviewed|requested|ordered|scanned|done|verified|approved|entered)\ by|radiologist|technologist|technician|operator|nurse
       |attending|contact|spouse|wife|husband|mother|father|son|daughter|guardian|next\ of\ kin)\s*[:=]?\s+
       (?-i:(?P<name>{_WORD}(?:[\ ,^]+(?:{_WORD}|[A-Z]\.?(?!\w))){{1,3}}|[A-Z][a-z]+\^[A-Z][a-z]+(?:\^\w+)*|[A-Z]{{2,}}\^[A-Z]{{2,}}(?:\^\w+)*))
    """,
    re.X | re.I,
)
_GREAT_AGE = re.compile(r"(?<![\d.])(?:9\d|1[01]\d)(?=[\s-]*(?:y/?o\b|y(?:ea)?rs?\b|year))", re.I)
_GREAT_AGE_CODE = re.compile(r"(?<!\d)(?:09[0-9]|1[01]\d)Y(?![A-Za-z])")

_CLINICAL = frozenset(
    ["abdomen", "ankle", "anterior", "aorta", "arm", "axial", "bone", "brain", "breast", "cardiac", "chest", "contrast", "coronal", "ct", "dose", "elbow", "exam", "eye", "face", "female", "femur", "film", "finger", "foot", "hand", "head", "heart", "hip", "image", "kidney", "knee", "lateral", "left", "leg", "liver", "localizer", "lung", "male", "mammo", "mr", "mri", "neck", "nose", "patient", "pelvis", "pet", "phantom", "posterior", "primary", "report", "right", "sagittal", "scan", "scout", "screening", "series", "shoulder", "sinus", "skull", "spine", "spleen", "study", "test", "thorax", "toe", "ultrasound", "unknown", "vascular", "wrist", "xray", "dr", "prof", "mr", "mrs", "ms", "miss", "md", "phd", "jr", "sr", "ii", "iii", "the", "and", "von", "van", "der", "de", "anonymous", "anonymized", "removed", "none", "physician", "operator", "technologist", "doctor", "nurse", "not", "name"]
)


class TextCleaner:
    """Cleans texts of one instance.

    Args:
        terms: The identifying values of the instance's header.
        offset_days: How far a date in a text moves; None removes it, 0 keeps it.
        find_names: Optional recogniser for names that neither rules nor the roster know; used on free text only.
    """

    def __init__(self, terms: Iterable[Term], offset_days: int | None, find_names: NameRecognizer | None = None) -> None:
        self._terms = tuple(term for term in terms if term.kind is not TermKind.DATE)
        self._offset_days = offset_days
        self._find_names = find_names

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        """Lower-case parts of which one stands in every text that the roster matches: a test that is cheap for texts without."""
        return tuple({needle for term in self._terms for needle in _needles(term)})

    @cached_property
    def _roster(self) -> re.Pattern[str]:
        return re.compile("|".join(sorted({p for term in self._terms for p in _patterns(term)}, key=len, reverse=True)), re.I)

    def mentions(self, text: str) -> bool:
        """Whether a value of the roster stands in the text."""
        folded = text.lower()
        return any(needle in folded for needle in self._needles) and self._roster.search(text) is not None

    def clean_label(self, text: str) -> str:
        """A short, structured text without the roster's values: names of products, codes and settings stay untouched."""
        if not self.mentions(text):
            return text
        return _tidy(self._roster.sub("", text))

    def clean_text(self, text: str) -> str:
        """A free text without what identifies.

        Dates first: moved ones must not be taken for long numbers.
        """
        cleaned = text
        if any(character.isdigit() for character in text):
            cleaned = self._move_dates(cleaned)
            cleaned = _GREAT_AGE_CODE.sub("090Y", _GREAT_AGE.sub("90", cleaned))
        cleaned = self._strike(cleaned)
        if self.mentions(cleaned):
            cleaned = self._roster.sub("", cleaned)
        if self._find_names is not None:
            cleaned = _without(cleaned, self._find_names(cleaned))
        return text if cleaned == text else _tidy(cleaned)

    def _strike(self, text: str) -> str:
        ranges = [
            found.span()
            for found in _IDENTIFIERS.finditer(text)
            if not (found.group()[:8].isdigit() and _DATES.fullmatch(found.group()))
        ]
        for found in _LABELLED.finditer(text):
            group = found.lastgroup
            if group is None:
                continue
            words = re.split(r"[\s,^]+", found.group(group).lower())
            if group in ("id", "id2") or any(word.strip(".'-") not in _CLINICAL for word in words):
                ranges.append(found.span(group))
        return _without(text, ranges)

    def _move_dates(self, text: str) -> str:
        if self._offset_days == 0:
            return text
        return _DATES.sub(self._moved, text)

    def _moved(self, found: re.Match[str]) -> str:
        part = found.groupdict()
        if part["y1"]:
            year, month, day = int(part["y1"]), int(part["m1"]), int(part["d1"])
        elif part["y2"]:
            first, second, year = int(part["a2"]), int(part["b2"]), int(part["y2"])
            if year < 100:
                year += 1900 if year > 50 else 2000
            # Month first, as US sites write, unless that is no date or the separator is the dot of Europe.
            month, day = (second, first) if first > 12 or (part["s2"] == "." and second <= 12) else (first, second)
            if not 1 <= month <= 12 or not 1 <= day <= 31:
                return found.group()
        elif part["y3"]:
            year, month, day = int(part["y3"]), 1 + _MONTHS.index(part["m3"][:3].lower()), int(part["d3"])
        else:
            year, month, day = int(part["y4"]), 1 + _MONTHS.index(part["m4"][:3].lower()), int(part["d4"])
        if self._offset_days is None:
            return ""
        moved = move(year, month, day, self._offset_days)
        if moved is None:
            return ""
        if part["y1"]:
            return moved.strftime(f"%Y{part['s1']}%m{part['s1']}%d")
        if part["y2"]:
            years = "%Y" if len(part["y2"]) == 4 else "%y"
            swapped = int(part["a2"]) > 12 or (part["s2"] == "." and int(part["b2"]) <= 12)
            return moved.strftime(part["s2"].join(("%d", "%m", years) if swapped else ("%m", "%d", years)))
        name = _MONTHS[moved.month - 1].capitalize()
        if part["y3"]:
            return f"{moved.day:02d}{part['s3']}{name}{part['t3']}{moved.year}"
        return f"{name}{part['s4']}{moved.day}{part['t4']}{moved.year}"


def _without(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(ranges, reverse=True):
        text = text[:start] + text[end:]
    return text


def _tidy(text: str) -> str:
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip(" \t,;:^-_/")


_LETTER = r"[^\W\d_]"


def _tokens(name: str) -> list[str]:
    return [token for token in re.split(r"[=^\\,\s]+", name) if token.strip(".-'")]


def _is_spaceless(token: str) -> bool:
    """Scripts written without spaces have no word boundaries."""
    return any(ord(character) >= 0x2E80 for character in token)


def _stands_alone(token: str) -> bool:
    bare = token.strip(".-'")
    return (len(bare) >= 3 or (_is_spaceless(bare) and len(bare) >= 2)) and bare.lower() not in _CLINICAL


def _needles(term: Term) -> list[str]:
    if term.kind is TermKind.NAME:
        return [token.lower() for token in _tokens(term.value) if len(token) > 1]
    if term.kind is TermKind.PLACE:
        return [part.lower() for part in _place_parts(term.value)]
    return [term.value.lower()]


def _place_parts(place: str) -> list[str]:
    parts = [place, *re.split(r"[,;\\\r\n^]+", place)]
    return [part.strip() for part in parts if len(part.strip()) >= 4 and part.strip().lower() not in _CLINICAL]


def _patterns(term: Term) -> list[str]:
    if term.kind is not TermKind.NAME:
        parts = _place_parts(term.value) if term.kind is TermKind.PLACE else [term.value]
        return [rf"(?<![A-Za-z0-9]){re.escape(part)}(?![A-Za-z0-9])" for part in parts]
    patterns = []
    for group in term.value.split("="):
        tokens = _tokens(group)
        for token in tokens:
            if _stands_alone(token):
                patterns.append(re.escape(token) if _is_spaceless(token) else rf"(?<!{_LETTER}){re.escape(token)}(?!{_LETTER})")
        for first in tokens:
            for second in tokens:
                if first != second and len(first) + len(second) > 3:
                    pair = rf"{re.escape(first)}[\s,^._-]{{0,3}}{re.escape(second)}"
                    patterns.append(rf"(?<!{_LETTER}){pair}(?!{_LETTER})")
    return patterns or [r"(?!)"]
