"""Takes the identifier out of a text and leaves the clinical words: rules first, then the patient's own roster, then names.

What identifies is deleted, not masked, so that the result never grows beyond its VR. A date is moved with all others of the
patient when the profile keeps moved dates.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import permutations

from ..core.dates import move
from ..core.instance import HeaderIdentifier, IdentifierKind
from .full_names import find_full_names
from .text_rules import CLINICAL_WORDS, DATES, GREAT_AGE_CODES, GREAT_AGES, IDENTIFIERS, LABELLED, MONTHS, WORDS_AFTER_NAMES

NameRecognizer = Callable[[str], Iterable[tuple[int, int]]]
"""Finds names of persons and places in a text, as half-open ranges of characters."""


class TextCleaner:
    """Cleans texts of one instance.

    Args:
        terms: The identifying values of the instance's header.
        offset_days: How far a date in a text moves; None removes it, 0 keeps it.
        find_names: Optional recogniser for names that neither rules nor the roster know; used on free text only.
        redact: Regular expressions of a policy; what they match goes from every text.
    """

    def __init__(
        self,
        terms: Iterable[HeaderIdentifier],
        offset_days: int | None,
        find_names: NameRecognizer | None = None,
        redact: Iterable[str] = (),
    ) -> None:
        self._redact = tuple(re.compile(pattern, re.I) for pattern in redact)
        self._terms = tuple(term for term in terms if term.kind is not IdentifierKind.DATE)
        self._offset_days = offset_days
        self._find_names = find_names

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        """Lower-case parts of which one stands in every text that the roster matches: a cheap test for texts without."""
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
        cleaned = self._by_policy(text)
        if self.mentions(cleaned):
            cleaned = self._roster.sub("", cleaned)
        return text if cleaned == text else _tidy(cleaned)

    def clean_text(self, text: str) -> str:
        """A free text without what identifies.

        Dates first: moved ones must not be taken for long numbers.
        """
        cleaned = self._by_policy(text)
        if any(character.isdigit() for character in text):
            cleaned = self._move_dates(cleaned)
            cleaned = GREAT_AGE_CODES.sub("090Y", GREAT_AGES.sub("90", cleaned))
        cleaned = self._strike(cleaned)
        if self.mentions(cleaned):
            cleaned = self._roster.sub("", cleaned)
        cleaned = _without(cleaned, find_full_names(cleaned))
        if self._find_names is not None:
            cleaned = _without(cleaned, self._find_names(cleaned))
        return text if cleaned == text else _tidy(cleaned)

    def _by_policy(self, text: str) -> str:
        for pattern in self._redact:
            text = pattern.sub("", text)
        return text

    def _strike(self, text: str) -> str:
        ranges = [found.span() for found in IDENTIFIERS.finditer(text) if not DATES.fullmatch(found.group())]
        for found in LABELLED.finditer(text):
            group = found.lastgroup or ""
            start, end = found.span(group)
            if group in ("name", "title"):
                end = start + _name_length(found.group(group))
            ranges.append((start, end))
        return _without(text, ranges)

    def _move_dates(self, text: str) -> str:
        if self._offset_days == 0:
            return text
        return DATES.sub(self._moved, text)

    def _moved(self, found: re.Match[str]) -> str:
        """A date, moved, in the spelling it had; nothing where dates go."""
        part = found.groupdict()
        year, month, day, form = _read_date(part)
        if not 1 <= month <= 12 or not 1 <= day <= 31:
            return found.group()
        moved = None if self._offset_days is None else move(year, month, day, self._offset_days)
        return "" if moved is None else moved.strftime(form)


def _read_date(part: dict[str, str]) -> tuple[int, int, int, str]:
    """Year, month, day and the strftime form of a match of `DATES`."""
    if part["y1"]:
        return int(part["y1"]), int(part["m1"]), int(part["d1"]), f"%Y{part['s1']}%m{part['s1']}%d"
    if part["y3"]:
        month = 1 + MONTHS.index(part["m3"][:3].lower())
        return int(part["y3"]), month, int(part["d3"]), f"%d{part['s3']}%b{part['t3']}%Y"
    if part["y4"]:
        month = 1 + MONTHS.index(part["m4"][:3].lower())
        return int(part["y4"]), month, int(part["d4"]), f"%b{part['s4']}%d{part['t4']}%Y"
    first, second, year = int(part["a2"]), int(part["b2"]), int(part["y2"])
    if year < 100:
        year += 1900 if year > 50 else 2000
    years = "%Y" if len(part["y2"]) == 4 else "%y"
    # Month first, as US sites write, unless that is no date or the separator is the dot of Europe.
    if first > 12 or (part["s2"] == "." and second <= 12):
        return year, second, first, part["s2"].join(("%d", "%m", years))
    return year, first, second, part["s2"].join(("%m", "%d", years))


def _name_length(words: str) -> int:
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


def _without(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """The text without some ranges of it, which may overlap."""
    kept, position = [], 0
    for start, end in sorted(ranges):
        if start > position:
            kept.append(text[position:start])
        position = max(position, end)
    return "".join(kept) + text[position:]


def _tidy(text: str) -> str:
    text = re.sub(r"\(\s*\)|\[\s*\]", "", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip(" \t,;:^-_/")


_LETTER = r"[^\W\d_]"
_LONG_NAME = 7


def _tokens(name: str) -> list[str]:
    return [token for token in re.split(r"[=^\\,\s]+", name) if token.strip(".-'")]


def _is_spaceless(token: str) -> bool:
    """Scripts written without spaces have no word boundaries."""
    return any(ord(character) >= 0x2E80 for character in token)


def _stands_alone(token: str) -> bool:
    bare = token.strip(".-'")
    return (len(bare) >= 3 or (_is_spaceless(bare) and len(bare) >= 2)) and bare.lower() not in CLINICAL_WORDS


def _needles(term: HeaderIdentifier) -> list[str]:
    if term.kind is IdentifierKind.NAME:
        return [token.lower() for token in _tokens(term.value) if len(token) > 1]
    if term.kind is IdentifierKind.PLACE:
        return [part.lower() for part in _place_parts(term.value)]
    return [term.value.lower()]


def parts_of(term: HeaderIdentifier) -> list[str]:
    """The parts of a header value that identify on their own; of a name with short parts also two next to each other."""
    if term.kind is IdentifierKind.PLACE:
        return _place_parts(term.value)
    if term.kind is IdentifierKind.PHONE:
        return [term.value, re.sub(r"\D", "", term.value)]
    if term.kind is not IdentifierKind.NAME:
        return [term.value]
    groups = [_tokens(group) for group in term.value.split("=")]
    pairs = [pair for tokens in groups for pair in permutations(tokens[:2], 2) if max(map(len, pair)) < _LONG_NAME]
    alone = [token for tokens in groups for token in tokens if _stands_alone(token)]
    return alone + [between.join(pair) for pair in pairs for between in ("^", " ", ", ", ",", "_")]


def _place_parts(place: str) -> list[str]:
    parts = [place, *re.split(r"[,;\\\r\n^]+", place)]
    return [part.strip() for part in parts if len(part.strip()) >= 4 and part.strip().lower() not in CLINICAL_WORDS]


def _patterns(term: HeaderIdentifier) -> list[str]:
    if term.kind is not IdentifierKind.NAME:
        parts = _place_parts(term.value) if term.kind is IdentifierKind.PLACE else [term.value]
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
