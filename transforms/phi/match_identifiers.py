"""Matches texts with the identifiers of the instance's own header: on pictures, in free text, in the output.

One matcher answers. Case, accents and what stands for them, separators, escapes, the order of the parts of a name and the
spelling of a date never matter. On a line of a picture, characters may in addition be misread: there it errs towards a match,
by as much as reading errs.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from ..core.instance import HeaderIdentifier, IdentifierKind
from ..core.word_lists import words_of
from .dates_in_text import DateInText, digit_orders, find_dates, is_known_date
from .header_keys import Key, Spelled, is_common_place, is_spaceless, is_term, spelled_of, subscriber_number
from .lexicon import is_ambiguous, is_known
from .match_bytes import ByteMatcher
from .match_numbers import NumberMatcher
from .readings import may_be_encoded, readings_of
from .romanization import romanized
from .rules import Found, Rule
from .spellings import Squeezed, as_digits, distance_at_most, plain, skeleton, squeezed

_Stays = Callable[[str, Key], bool]
"""Whether a key may stay in a text."""
_RULES = {
    IdentifierKind.NAME: Rule.HEADER_NAME,
    IdentifierKind.ID: Rule.HEADER_ID,
    IdentifierKind.DATE: Rule.HEADER_DATE,
    IdentifierKind.PLACE: Rule.HEADER_PLACE,
    IdentifierKind.PHONE: Rule.HEADER_PHONE,
}
_WITH_ZEROS = frozenset((IdentifierKind.ID, IdentifierKind.PHONE))
"""IDs are also written with zeros before them, and telephone numbers with those of a trunk or of another country."""
_INVISIBLE = r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_SIGNS = r"'\u2018\u2019\u02b9-\u02bf\u0060\u00b4\u2032\\.?\ufffd\u00bf"
"""Apostrophes of all kinds, the backslash before one, and what stands for a letter that got lost."""
_DASHES = r"\-\u2010-\u2015\u2212"
_BREAK = rf"[{_DASHES}=]?[ \t]{{0,2}}(?:[\r\n\x0b\x0c\t]{{1,2}}[ \t]{{0,40}}){{1,2}}"
_IN_A_NAME = re.compile(rf"[{_SIGNS}{_INVISIBLE}]{{0,3}}|[{_DASHES}_]|{_BREAK}")
"""Separators within one part of a name: O'Brien, Garcia-Lopez, a letter that got lost, and a line that breaks within it."""
_BETWEEN_NAMES = re.compile(rf"[\s,;^._=/+\"{_DASHES}{_SIGNS}{_INVISIBLE}]{{0,4}}")
_ENDINGS = "ОГО ОМУ ЫМИ ЫМ ОМ ОЙ ЫХ ЕМ ЕЙ ОВИ АЯ УЮ А У Ы Е Ю Я И"
"""Of names in the cases of Slavic languages."""
_OTHER_SCRIPTS = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]{3,40}|[\u0400-\u052f\u0300-\u0306]{3,40}")
_CASE_ENDING = re.compile(rf"(?<=.{{4}})(?:{'|'.join(_ENDINGS.split())})$", re.I)
_IN_A_LONG_NAME = re.compile(r"[\W_]{0,3}")
_IN_A_NUMBER = re.compile(rf"[\W_]{{0,3}}|{_BREAK}")


@dataclass(frozen=True)
class MatchingThresholds:
    """The number of characters from which on a match is no coincidence.

    Measured on 8,844 words of the code meanings that pydicom carries: an average one of 1,286 frequent surnames matches less
    than one in 20,000 words that are no name themselves (`tests/phi/test_match_identifiers.py`).

    Attributes:
        glued_name: A name of this length also counts within a longer word of which the rest is explained: by a clinical term
            (SMITHKNEE), another part of the name, an initial (JSMITH).
        name_in_a_word: A name of this length also counts within any longer word that is no clinical term itself.
        parted_name: A name of this length counts with separators at any two places.
        spaced_name: A name of this length counts with the same separator between all letters (S M I T H).
        spaced_number: An ID of this length may have separators anywhere.
        within_letters: An ID of this length counts within a longer run of letters ...
        within_number: ... and of this length within a longer run of digits.
        place_word: A word of the name of an institution counts alone from this length on, if it is no clinical term.
        read_inside: On a picture, a value of this length counts anywhere in a line, since readers lose spaces.
        meaning_word: The shortest clinical term that shows that an ambiguous word beside it is meant as a term.
    """

    glued_name: int = 4
    name_in_a_word: int = 8
    parted_name: int = 7
    spaced_name: int = 4
    spaced_number: int = 6
    within_letters: int = 6
    within_number: int = 8
    place_word: int = 4
    read_inside: int = 4
    meaning_word: int = 3


THRESHOLDS = MatchingThresholds()


class IdentifierMatcher:
    """Matches texts with the identifying values of one header.

    Args:
        identifiers: The values.
    """

    def __init__(self, identifiers: Iterable[HeaderIdentifier]) -> None:
        self.identifiers = tuple(dict.fromkeys(identifiers))

    @cached_property
    def _spelled(self) -> tuple[Spelled, ...]:
        return tuple(spelled for identifier in self.identifiers for spelled in spelled_of(identifier))

    @cached_property
    def _needles(self) -> tuple[str, ...]:
        return tuple({needle for spelled in self._spelled for needle in spelled.needles})

    @cached_property
    def in_bytes(self) -> ByteMatcher:
        """Finds the same identifiers in bytes that are no text."""
        return ByteMatcher(self.identifiers)

    @cached_property
    def in_numbers(self) -> NumberMatcher:
        """Finds the same identifiers among numbers."""
        return NumberMatcher(self.identifiers)

    @cached_property
    def days(self) -> frozenset[str]:
        """The dates of the header, YYYYMMDD."""
        return frozenset(one.value[:8] for one in self.identifiers if one.kind is IdentifierKind.DATE)

    @cached_property
    def _year_digits(self) -> frozenset[str]:
        return frozenset(day[2:4] for day in self.days)

    def spans(self, text: str, *, is_label: bool = False, keeps_terms: bool = False) -> list[tuple[int, int]]:
        """Half-open ranges of characters that show a value of the header; they may overlap.

        Dates are among them only where they stand in an escaped form. `dates` finds the others, which can be moved.

        Args:
            text: Any text; nothing in it was misread.
            is_label: A short, structured text: what is as short as a code stays, and clinical words.
            keeps_terms: Clinical words stay, though the patient may be called like one.
        """
        if not self._shows_needle(squeezed(text)) and not may_be_encoded(text):  # Cheap, since most texts show none.
            return []
        stays = _stays_in_label if is_label else _stays_among_terms if keeps_terms else _stays_nowhere
        return [span for _, span in self._matches(text, stays)]

    def _shows_needle(self, short: str) -> bool:
        for needle in self._needles:  # noqa: SIM110  # Half the time of any(), for every text of every instance.
            if needle in short:
                return True
        return False

    def matches(self, text: str) -> list[Found]:
        """The parts of a text that show a value of the header, each with its rule; dates aside."""
        return [Found(*span, _RULES[kind]) for kind, span in self._matches(text, _stays_nowhere)]

    def dates(self, text: str) -> list[DateInText]:
        """The dates of the header in a text. Every spelling of one holds the last two digits of its year."""
        if any(digits in text for digits in self._year_digits):
            return [found for found in find_dates(text, self.days) if is_known_date(found, self.days)]
        return []

    def mentions(self, text: str, *, is_label: bool = True, keeps_terms: bool = False) -> bool:
        """Whether a value of the header, or one of its dates, stands in the text."""
        return bool(self.spans(text, is_label=is_label, keeps_terms=keeps_terms) or self.dates(text))

    def _matches(self, text: str, stays: _Stays) -> Iterator[tuple[IdentifierKind, tuple[int, int]]]:
        yield from self._matches_as_it_stands(text, stays)
        for reading in readings_of(text):
            for kind, span in self._matches_as_it_stands(reading.text, stays):
                yield kind, reading.span(*span)
            for date in self.dates(reading.text):
                yield IdentifierKind.DATE, reading.span(*date.span)
        if not text.isascii():
            yield from self._matches_in_other_scripts(text, stays)

    def _matches_in_other_scripts(self, text: str, stays: _Stays) -> Iterator[tuple[IdentifierKind, tuple[int, int]]]:
        """Words of Cyrillic and Greek that are a value of the header in Latin letters, with or without a case ending."""
        known: dict[str, IdentifierKind | None] = {}
        for found in _OTHER_SCRIPTS.finditer(text):
            word = found.group()
            if word not in known:
                forms = {form for stem in {word, _CASE_ENDING.sub("", word)} for form in romanized(stem)}
                matches = (kind for form in forms for kind, _ in self._matches_as_it_stands(form, stays))
                known[word] = next(matches, None)
            kind = known[word]
            if kind is not None:
                yield kind, found.span()

    def _matches_as_it_stands(self, text: str, stays: _Stays) -> Iterator[tuple[IdentifierKind, tuple[int, int]]]:
        short = squeezed(text)
        if not self._shows_needle(short):
            return
        source = Squeezed.of(text)
        for spelled in self._spelled:
            if any(needle in short for needle in spelled.needles):
                for key in spelled.keys:
                    if key.letters in short and not stays(text, key):
                        yield from ((key.kind, span) for span in _occurrences(source, key, spelled.pieces))

    def find_in_line(self, line: str) -> Rule | None:
        """The rule by which a line of a picture may not stay, if it shows a value of the header.

        Args:
            line: As it was read: letters may be misread and spaces lost.
        """
        words = tuple(skeleton(word) for word in re.split(r"[\s,;:^/\\()\[\]=_.\-]+", line) if word)
        whole, digits = skeleton(line), as_digits(line)
        for identifier in self.identifiers:
            parts = _parts_to_read(identifier)
            if identifier.kind in (IdentifierKind.DATE, IdentifierKind.PHONE):
                if any(part in digits for part in parts):
                    return _RULES[identifier.kind]
            elif any(_is_read(part, words, whole) for part in parts):
                return _RULES[identifier.kind]
        exact = next((kind for kind, _ in self._matches(line, _stays_nowhere)), None)
        return _RULES[exact] if exact else Rule.HEADER_DATE if self.dates(line) else None


@functools.lru_cache(maxsize=256)
def matcher_of(identifiers: tuple[HeaderIdentifier, ...]) -> IdentifierMatcher:
    """The matcher of a header, made once for all lines of its instance."""
    return IdentifierMatcher(identifiers)


def _occurrences(source: Squeezed, key: Key, pieces: frozenset[str]) -> Iterator[tuple[int, int]]:
    for start, end in source.occurrences(key.letters):
        gaps = list(source.separators(start, end))
        is_parted = _is_parted(gaps, key)
        if (is_parted or _has_form(gaps, key)) and _stands_alone(source, start, end, key, frozenset() if is_parted else pieces):
            yield source.span(start, end)


def _stands_alone(source: Squeezed, start: int, end: int, key: Key, pieces: frozenset[str]) -> bool:
    """Whether an occurrence is no part of another word or number, or long enough to count all the same.

    Args:
        pieces: What may be glued to it; empty where nothing may.
    """
    text, (first, last) = source.text, source.span(start, end)
    if is_spaceless(key.letters):
        return True
    while key.kind in _WITH_ZEROS and first and text[first - 1] == "0":
        first -= 1
    before, after = text[first - 1 : first], text[last : last + 1]
    if not _continues(before, text[first]) and not _continues(text[last - 1], after):
        return len(key.letters) > 2 or _is_short_name(text, first, last)
    if key.kind is IdentifierKind.NAME:
        return bool(pieces) and _counts_within_a_word(text, first, last, key, pieces)
    is_longer_number = (before.isdigit() and text[first].isdigit()) or (text[last - 1].isdigit() and after.isdigit())
    shortest = THRESHOLDS.within_number if is_longer_number else THRESHOLDS.within_letters
    return key.kind is not IdentifierKind.PLACE and len(key.letters) >= shortest and any(map(str.isdigit, key.letters))


def _counts_within_a_word(text: str, first: int, last: int, key: Key, pieces: frozenset[str]) -> bool:
    if len(key.letters) < THRESHOLDS.glued_name:
        return False
    start, end = first, last
    while start > max(first - _MAX_REST, 0) and _is_letter(text[start - 1]):
        start -= 1
    while end < min(last + _MAX_REST, len(text)) and _is_letter(text[end]):
        end += 1
    if is_term(text[start:end]) or is_common_place(text[start:end]):
        return False
    before, after = squeezed(text[start:first]), squeezed(text[last:end])
    is_initial = first - start == 1 and text[start].isupper() and text[first:last].istitle()  # XSmith
    is_glued = (is_initial or _explains(before, pieces | _BEFORE_NAMES)) and _explains(after, pieces | _AFTER_NAMES)
    return len(key.letters) >= (THRESHOLDS.glued_name if is_glued else THRESHOLDS.name_in_a_word)


_BEFORE_NAMES = frozenset("DE DEL DELLA DEN DER DI DA DOS LA LE EL AL VON VAN BIN IBN BEN DR MR MRS MS PROF".split())  # noqa: SIM905
_AFTER_NAMES = frozenset(f"S JR SR MD {_ENDINGS}".split())
"""What else is glued to a name: a particle or a title before it; a genitive, a suffix or a degree behind it."""


def _stays_nowhere(_text: str, _key: Key) -> bool:
    return False


def _stays_among_terms(text: str, key: Key) -> bool:
    return key.is_word or (key.is_ambiguous and _is_meant_as_term(text, key.letters))


def _stays_in_label(text: str, key: Key) -> bool:
    return key.is_short or _stays_among_terms(text, key)


def _is_meant_as_term(text: str, name: str) -> bool:
    """Whether a word that is also a name stands beside a clinical term that is none: "LONG AXIS", but not "Basic Profile"."""
    words = (word for word in re.findall(r"[^\W\d_]+", text) if len(word) >= THRESHOLDS.meaning_word)
    terms = (word for word in words if squeezed(word) != name and plain(word) not in _OF_RECORDS)
    return any(is_known(word) and not is_ambiguous(word) for word in terms)


_OF_RECORDS = frozenset(
    words_of(
        """
    PROFILE PROFILES OPTION OPTIONS METHOD METHODS CODE CODES TYPE TYPES STATUS NAME NAMES TEXT LABEL LABELS NUMBER NUMBERS DATE
    DATES TIME TIMES REPORT REPORTS RECORD RECORDS FILE FILES DOCUMENT DOCUMENTS CLASS VERSION SYSTEM USER SERVICE PRODUCT MODEL
    COMPANY DEPARTMENT REFERENCE REQUEST REQUESTED ORDER ORDERS NOTE NOTES COMMENT COMMENTS PERSON PATIENT PATIENTS PHYSICIAN
    OPERATOR NURSE DOCTOR TECHNOLOGIST RADIOLOGIST OBSERVER AUTHOR PERFORMER STAFF TEAM GROUP UNIT ROOM SITE CENTER CENTRE
    AND FOR FROM WITH WITHOUT THE NOT BUT HER HIS
    """
    )
)
"""Words of records and of sentences: they are terms of codes, and stand beside persons as well as beside findings."""


_MAX_REST = 40
"""Letters around a name that are looked at: there are no longer words, and texts without any space."""


def _explains(rest: str, pieces: frozenset[str]) -> bool:
    """Whether what a name is glued to is nothing, a term, or consists of other parts of a name."""
    return (len(rest) > 1 and is_term(rest)) or _consists_of(rest, pieces)


def _consists_of(letters: str, pieces: frozenset[str]) -> bool:
    """Whether letters are some pieces one after another."""
    reached = {0}
    for end in range(1, len(letters) + 1):
        if any(letters[start:end] in pieces for start in reached):
            reached.add(end)
    return len(letters) in reached


def _has_form(gaps: list[str], key: Key) -> bool:
    """Whether what stands between the letters of an occurrence are separators that a value of this kind may have there."""
    if not any(gaps):
        return True
    if key.kind is IdentifierKind.NAME:
        return all((_BETWEEN_NAMES if index in key.joints else _IN_A_NAME).fullmatch(gap) for index, gap in enumerate(gaps, 1))
    if key.kind is IdentifierKind.ID and len(key.letters) < THRESHOLDS.spaced_number:
        return sum(map(bool, gaps)) == 1
    return all(map(_IN_A_NUMBER.fullmatch, gaps))


def _is_parted(gaps: list[str], key: Key) -> bool:
    """Whether a name is parted where none of its parts meet: a long one at one or two places, any at all of them."""
    count, length = sum(map(bool, gaps)), len(key.letters)
    if key.kind is not IdentifierKind.NAME or not count or not all(map(_IN_A_LONG_NAME.fullmatch, gaps)):
        return False
    is_spaced = length >= THRESHOLDS.spaced_name and len(set(gaps)) == 1
    return is_spaced or (length >= THRESHOLDS.parted_name and count <= 2 and not _has_form(gaps, key))


def _is_short_name(text: str, first: int, last: int) -> bool:
    """Whether two letters are a name: "an", "le", "do" are words, and the two of "LI-RADS" are none."""
    around = text[max(first - 1, 0) : first] + text[last : last + 1]
    return all(char.isspace() or char in "^=_,;:()[]" for char in around) and not text[first:last].islower()


def _continues(one: str, other: str) -> bool:
    """Whether two neighbours are of one word or one number; a capital after a small letter begins a new word."""
    if one.isdigit() and other.isdigit():
        return True
    return bool(one) and bool(other) and _is_letter(one) and _is_letter(other) and not (one.islower() and other.isupper())


def _is_letter(char: str) -> bool:
    return char.isalpha() or unicodedata.combining(char) > 0


@functools.lru_cache(maxsize=4096)
def _parts_to_read(identifier: HeaderIdentifier) -> tuple[str, ...]:
    """The keys of one value on pictures: skeletons of words, or runs of digits."""
    kind, value = identifier.kind, identifier.value
    if kind is IdentifierKind.DATE:
        day = re.sub(r"\D", "", value)[:8]
        return tuple(sorted(digit_orders(day))) if len(day) == 8 else ()
    if kind is IdentifierKind.PHONE:
        return subscriber_number(value)
    if kind is IdentifierKind.ID:
        return tuple(part for part in (skeleton(value),) if len(part) > 1)
    words = (skeleton(word) for word in re.split(r"[\s^=,.\-/\\()]+", plain(value)))
    shortest = 2 if kind is IdentifierKind.NAME else THRESHOLDS.place_word
    is_spaceless = not re.search(r"[A-Za-z]", plain(value))  # Scripts in which one character is a name.
    return tuple(sorted({word for word in words if len(word) >= (1 if is_spaceless else shortest)}))


def _is_read(part: str, words: tuple[str, ...], whole: str) -> bool:
    if part in words or (len(part) >= THRESHOLDS.read_inside and part in whole):
        return True
    # Short words that differ by one letter are mostly other words; from five on a misreading is the likelier cause.
    limit = 0 if len(part) < 5 else 1 if len(part) < 8 else 2
    return limit > 0 and any(distance_at_most(part, word, limit) for word in words)
