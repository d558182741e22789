"""Matches texts with the identifiers of the instance's own header: on pictures, in free text, in the output.

One matcher answers. Case, accents, separators, the order of the parts of a name and the spelling of a date never matter. On a
line of a picture, characters may in addition be misread: there it errs towards a match, by as much as reading errs.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, permutations

from ..core.instance import HeaderIdentifier, IdentifierKind
from .dates_in_text import DateInText, digit_orders, find_dates, is_known_date
from .lexicon import is_ambiguous, is_known
from .reasons import Reason
from .rules import Found, Rule
from .spellings import Squeezed, as_digits, distance_at_most, plain, skeleton, squeezed, squeezed_variants
from .vocabulary import CLINICAL_WORDS, PARTICLES_AND_TITLES

_REASONS = {
    IdentifierKind.NAME: Reason.HEADER_NAME,
    IdentifierKind.ID: Reason.HEADER_ID,
    IdentifierKind.DATE: Reason.HEADER_DATE,
    IdentifierKind.PLACE: Reason.HEADER_PLACE,
    IdentifierKind.PHONE: Reason.HEADER_PHONE,
}
_IN_A_NAME = re.compile(r"(?:['’`.]|[-‐‑]?(?:\r?\n)?)")
"""Separators within one part of a name: O'Brien, Garcia-Lopez, and a line that breaks within it."""
_HYPHENS = re.compile(r"[-‐‑]")
_BETWEEN_NAMES = re.compile(r"[\s,;^._=/\\-]{0,3}")
_IN_A_NUMBER = re.compile(r"[\W_]{0,2}")


@dataclass(frozen=True)
class MatchingThresholds:
    """The number of characters from which on a match is no coincidence.

    Measured on 8,844 words of the code meanings that pydicom carries: an average one of 1,286 frequent surnames matches less
    than one in 20,000 words that are no name themselves (`tests/phi/test_match_identifiers.py`).

    Attributes:
        glued_name: A name of this length also counts within a longer word of which the rest is a clinical term (SMITHKNEE).
        name_in_a_word: A name of this length also counts within any longer word that is no clinical term itself.
        number_core: The digits of an ID count without its letters from this length on.
        spaced_number: An ID of this length may have separators anywhere.
        within_number: An ID of this length counts within a longer run of letters or digits.
        phone: The last digits of a telephone number that count: a subscriber number.
        place_word: A word of the name of an institution counts alone from this length on, if it is no clinical term.
        read_inside: On a picture, a value of this length counts anywhere in a line, since readers lose spaces.
    """

    glued_name: int = 4
    name_in_a_word: int = 8
    number_core: int = 6
    spaced_number: int = 6
    within_number: int = 8
    phone: int = 7
    place_word: int = 4
    read_inside: int = 4


THRESHOLDS = MatchingThresholds()


@dataclass(frozen=True, slots=True)
class _Key:
    """One spelling that is searched for.

    Attributes:
        letters: As `squeezed` writes it.
        kind: Of the header's value.
        joints: Positions within `letters` where the parts of a name meet.
        is_vocabulary: It may stay in a structured label: a clinical word, a word as short as a code, one word of a place.
    """

    letters: str
    kind: IdentifierKind
    joints: frozenset[int] = frozenset()
    is_vocabulary: bool = False


class IdentifierMatcher:
    """Matches texts with the identifying values of one header.

    Args:
        identifiers: The values.
    """

    def __init__(self, identifiers: Iterable[HeaderIdentifier]) -> None:
        self.identifiers = tuple(dict.fromkeys(identifiers))

    @cached_property
    def _keys(self) -> tuple[_Key, ...]:
        return tuple(dict.fromkeys(key for identifier in self.identifiers for key in _keys(identifier)))

    @cached_property
    def _letters(self) -> tuple[str, ...]:
        return tuple({key.letters for key in self._keys})

    @cached_property
    def days(self) -> frozenset[str]:
        """The dates of the header, YYYYMMDD."""
        return frozenset(one.value[:8] for one in self.identifiers if one.kind is IdentifierKind.DATE)

    @cached_property
    def _year_digits(self) -> frozenset[str]:
        return frozenset(day[2:4] for day in self.days)

    def spans(self, text: str, *, is_label: bool = False) -> list[tuple[int, int]]:
        """Half-open ranges of characters that show a value of the header, dates aside; they may overlap.

        Args:
            text: Any text; nothing in it was misread.
            is_label: A short, structured text: clinical words stay there, though the patient may be called like one.
        """
        return [span for _, span in self._matches(text, is_label=is_label)]

    def matches(self, text: str) -> list[Found]:
        """The parts of a text that show a value of the header, each with its rule; dates aside."""
        return [Found(*span, Rule(_REASONS[kind])) for kind, span in self._matches(text, is_label=False)]

    def dates(self, text: str) -> list[DateInText]:
        """The dates of the header in a text. Every spelling of one holds the last two digits of its year."""
        if any(digits in text for digits in self._year_digits):
            return [found for found in find_dates(text, self.days) if is_known_date(found, self.days)]
        return []

    def mentions(self, text: str, *, is_label: bool = True) -> bool:
        """Whether a value of the header, or one of its dates, stands in the text."""
        return bool(self.spans(text, is_label=is_label) or self.dates(text))

    def _matches(self, text: str, *, is_label: bool) -> Iterator[tuple[IdentifierKind, tuple[int, int]]]:
        short = squeezed(text)
        if not any(letters in short for letters in self._letters):  # Cheap, since most texts show none.
            return
        source = Squeezed.of(text)
        for key in self._keys:
            if not (is_label and key.is_vocabulary):
                for start, end in source.occurrences(key.letters):
                    if _has_form(source, start, end, key) and _stands_alone(source, start, end, key):
                        yield key.kind, source.span(start, end)

    def find_in_line(self, line: str) -> Reason | None:
        """The reason why a line of a picture may not stay, if it shows a value of the header.

        Args:
            line: As it was read: letters may be misread and spaces lost.
        """
        words = tuple(skeleton(word) for word in re.split(r"[\s,;:^/\\()\[\]=_.\-]+", line) if word)
        whole, digits = skeleton(line), as_digits(line)
        for identifier in self.identifiers:
            parts = _parts_to_read(identifier)
            if identifier.kind in (IdentifierKind.DATE, IdentifierKind.PHONE):
                if any(part in digits for part in parts):
                    return _REASONS[identifier.kind]
            elif any(_is_read(part, words, whole) for part in parts):
                return _REASONS[identifier.kind]
        exact = next((kind for kind, _ in self._matches(line, is_label=False)), None)
        return _REASONS[exact] if exact else Reason.HEADER_DATE if self.dates(line) else None


@functools.lru_cache(maxsize=64)
def matcher_of(identifiers: tuple[HeaderIdentifier, ...]) -> IdentifierMatcher:
    """The matcher of a header, made once for all lines of its instance."""
    return IdentifierMatcher(identifiers)


def name_parts(name: str) -> list[str]:
    """The parts of a PN value, or of one of its component groups, without titles and particles when something is left."""
    parts = [part for part in re.split(r"[=^\\,\s]+", name) if part.strip(".-'")]
    return [part for part in parts if part.strip(".-'").casefold() not in PARTICLES_AND_TITLES] or parts


def place_parts(place: str) -> list[str]:
    """A place as a whole and its lines, where these are long enough to say where."""
    parts = [place, *re.split(r"[,;\\\r\n^]+", place)]
    named = (part.strip() for part in parts if len(part.strip()) >= THRESHOLDS.place_word)
    return [part for part in named if part.casefold() not in CLINICAL_WORDS]


@functools.lru_cache(maxsize=4096)
def _keys(identifier: HeaderIdentifier) -> tuple[_Key, ...]:
    """The keys of one value. Cached, since the instances of a series share most values."""
    return tuple(_generated_keys(identifier))


def _generated_keys(identifier: HeaderIdentifier) -> Iterator[_Key]:
    kind, value = identifier.kind, identifier.value
    if kind is IdentifierKind.NAME:
        for group in value.split("="):
            yield from _name_keys(name_parts(group))
    elif kind is IdentifierKind.ID:
        letters = squeezed(value)
        if letters:
            yield _Key(letters, kind)
        cores = {run.lstrip("0") for run in re.findall(r"\d+", letters)}
        yield from (_Key(core, kind) for core in cores if len(core) >= THRESHOLDS.number_core)
    elif kind is IdentifierKind.PHONE:
        yield from (_Key(digits, kind) for digits in _subscriber_number(value))
    elif kind is IdentifierKind.PLACE:
        for part in place_parts(value):
            yield _Key(squeezed(part), kind)
        for word in re.findall(r"[^\W_]+", value):
            if len(word) >= THRESHOLDS.place_word and not (word.isdecimal() or _is_term(word) or _is_common_place(word)):
                yield _Key(squeezed(word), kind, is_vocabulary=True)


def _subscriber_number(phone: str) -> tuple[str, ...]:
    """The last digits of a telephone number; none where it has too few."""
    digits = re.sub(r"\D", "", phone)
    return (digits[-THRESHOLDS.phone :],) if len(digits) >= THRESHOLDS.phone else ()


def _name_keys(parts: list[str]) -> Iterator[_Key]:
    for part in parts:
        yield from _lone_keys(part)
        halves = [half for half in _HYPHENS.split(part) if half]
        if len(halves) > 1:
            for half in halves:
                yield from _lone_keys(half)
            joints = frozenset(accumulate(len(squeezed(half)) for half in halves[:-1]))
            yield _Key(squeezed(part), IdentifierKind.NAME, joints)
    for first, second in permutations(parts, 2):
        if len(first) + len(second) > 3:
            for one in squeezed_variants(first):
                for other in squeezed_variants(second):
                    yield _Key(one + other, IdentifierKind.NAME, frozenset({len(one)}))


def _lone_keys(part: str) -> Iterator[_Key]:
    """The spellings of a part of a name, if it identifies alone."""
    if _counts_alone(part):
        for letters in squeezed_variants(part):
            is_short = len(letters) == 2 and not _is_spaceless(letters)
            is_vocabulary = is_short or part.strip(".-'").casefold() in CLINICAL_WORDS
            yield _Key(letters, IdentifierKind.NAME, is_vocabulary=is_vocabulary)


def _counts_alone(part: str) -> bool:
    bare = squeezed(part)
    if len(bare) == 2 and not _is_spaceless(bare) and (is_known(bare) or is_ambiguous(bare)):
        return False
    return len(bare) >= 2 and part.strip(".-'").casefold() not in PARTICLES_AND_TITLES


def _is_spaceless(part: str) -> bool:
    """Whether a part is of a script that is written without spaces, and so has no word boundaries."""
    return any(ord(character) >= 0x2E80 for character in part)


_COMMON_PLACE = re.compile(
    r"HOSPITA\w*|CLINI\w*|KLINI\w*|KRANKENHAUS|UNIVERSI\w*|INSTITUT\w*|MEDI\w*|HEALTH\w*|RADIOLOG\w*|IMAGING|DEPARTMENT"
    r"|PRAXIS"
    r"|PHILIPS|SIEMENS|TOSHIBA|CANON|HITACHI|FUJI\w*|SAMSUNG|AGFA|KODAK|CARESTREAM|HOLOGIC|MINDRAY|ESAOTE|SHIMADZU"
    r"|VARIAN|ELEKTA"
    r"|CENT(?:ER|RE|RO)|ROYAL|GENERAL|COUNTY|CITY|STREET|ROAD|AVENUE|NORTH\w*|SOUTH\w*|EAST\w*|WEST\w*|SAINT|WARD|WING"
    r"|UNIT|ROOM"
)
"""Words that the names of many institutions share, and makers of equipment: alone they say nothing."""


def _is_common_place(word: str) -> bool:
    return _COMMON_PLACE.fullmatch(plain(word)) is not None


def _has_form(source: Squeezed, start: int, end: int, key: _Key) -> bool:
    """Whether what stands between the letters of an occurrence are separators that a value of this kind may have there."""
    gaps = list(source.separators(start, end))
    if key.kind is IdentifierKind.NAME:
        return all((_BETWEEN_NAMES if index in key.joints else _IN_A_NAME).fullmatch(gap) for index, gap in enumerate(gaps, 1))
    if key.kind is IdentifierKind.ID and len(key.letters) < THRESHOLDS.spaced_number:
        return not any(gaps) or sum(map(bool, gaps)) == 1
    return all(_IN_A_NUMBER.fullmatch(gap) for gap in gaps)


def _stands_alone(source: Squeezed, start: int, end: int, key: _Key) -> bool:
    """Whether an occurrence is no part of another word or number, or long enough to count all the same."""
    first, last = source.span(start, end)
    if key.kind is IdentifierKind.ID:
        while source.text[:first][-1:] == "0":  # An ID is also written with zeros before it.
            first -= 1
    before, after = source.text[:first][-1:], source.text[last:][:1]
    head, tail = source.text[first], source.text[last - 1]
    if _is_spaceless(key.letters):
        return True
    is_free_before = not _continues(before, head)
    is_free_after = not _continues(tail, after)
    if is_free_before and is_free_after:
        return len(key.letters) > 2 or _is_short_name(source.text, first, last)
    if key.kind is IdentifierKind.NAME:
        return _counts_within_a_word(source.text, first, last, len(key.letters))
    return key.kind is not IdentifierKind.PLACE and len(key.letters) >= THRESHOLDS.within_number


def _is_short_name(text: str, first: int, last: int) -> bool:
    """Whether two letters are a name: "an", "le", "do" are words, and the two of "LI-RADS" are none."""
    is_word = all(char.isspace() or char in "^=_,;:()[]" for char in text[:first][-1:] + text[last:][:1])
    return is_word and not text[first:last].islower()


def _continues(one: str, other: str) -> bool:
    """Whether two neighbours are of one word or one number; a capital after a small letter begins a new word."""
    if one.isdigit() and other.isdigit():
        return True
    return one.isalpha() and other.isalpha() and not (one.islower() and other.isupper())


def _counts_within_a_word(text: str, first: int, last: int, length: int) -> bool:
    start, end = first, last
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    if _is_term(text[start:end]):
        return False
    is_glued = all(map(_is_term, filter(None, (text[start:first], text[last:end]))))
    return length >= (THRESHOLDS.glued_name if is_glued else THRESHOLDS.name_in_a_word)


def _is_term(word: str) -> bool:
    return is_known(word) or is_ambiguous(word) or word.casefold() in CLINICAL_WORDS


@functools.lru_cache(maxsize=4096)
def _parts_to_read(identifier: HeaderIdentifier) -> tuple[str, ...]:
    """The keys of one value on pictures: skeletons of words, or runs of digits."""
    kind, value = identifier.kind, identifier.value
    if kind is IdentifierKind.DATE:
        day = re.sub(r"\D", "", value)[:8]
        return tuple(sorted(digit_orders(day))) if len(day) == 8 else ()
    if kind is IdentifierKind.PHONE:
        return _subscriber_number(value)
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
