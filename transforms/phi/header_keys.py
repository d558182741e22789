"""The spellings that are searched for in texts, from the identifying values of a header."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations

from ..core.instance import HeaderIdentifier, IdentifierKind
from .lexicon import is_ambiguous, is_known
from .spellings import common_part, plain, squeezed
from .transliterations import spellings_of_name
from .vocabulary import CLINICAL_WORDS, PARTICLES_AND_TITLES


@dataclass(frozen=True)
class KeyThresholds:
    """The number of characters from which on a spelling is no coincidence.

    Measured on 8,844 words of the code meanings that pydicom carries: an average one of 1,286 frequent surnames matches less
    than one in 20,000 words that are no name themselves (`tests/phi/test_match_identifiers.py`).

    Attributes:
        number_core: The digits of an ID count without its letters from this length on.
        without_check_letter: An ID counts without its first or last letter if so many characters are left.
        phone: The last digits of a telephone number that count: a subscriber number.
        longest_phone: The most digits of a telephone number: of an international one (E.164).
        place_word: A word of the name of an institution counts alone from this length on, if it is no clinical term.
        other_spelling: Any spelling but the header's own counts from this length on.
        half: The part of a name behind an apostrophe counts alone from this length on (O'Brien).
        label_name, label_place, label_id, label_digits: What a short label, a code or a number may hold is removed only if it
            is a name of so many letters, a word of a place of so many, or an ID of so many characters with so many digits:
            codes and counts are as short as names and IDs.
        max_zeros: Zeros that are looked for between the letters and the digits of an ID.
        needle: Letters that all spellings share are searched for first, from this number on.
    """

    number_core: int = 6
    without_check_letter: int = 8
    phone: int = 7
    longest_phone: int = 15
    place_word: int = 4
    other_spelling: int = 3
    half: int = 4
    label_name: int = 4
    label_place: int = 6
    label_id: int = 6
    label_digits: int = 4
    max_zeros: int = 4
    needle: int = 3


THRESHOLDS = KeyThresholds()
_HALVES = re.compile(r"[-\u2010-\u2015\u2212'\u2018\u2019\u02b9-\u02bf\u0060\u00b4\u2032]")
"""Hyphens and apostrophes of all kinds within a part of a name."""
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02b9-\u02bf\u0060\u00b4\u2032]")
_PREFIX = re.compile(r"(?:MC|MAC|FITZ|DELLA|DEL|DE|DI|DA|DU|LA|LE|VANDER|VANDEN|VAN|VON|TEN|TER|EL|AL|BEN|ABU|SAN|ST)(?=.{3})")
"""What a name begins with that is also written apart: Mc Donald, De Vito, Van Dyke."""


@dataclass(frozen=True, slots=True)
class Key:
    """One spelling that is searched for.

    Attributes:
        letters: As `squeezed` writes it.
        kind: Of the header's value.
        joints: Positions within `letters` where the parts of a name meet.
        is_short: As short as a code: it may stay in a label.
        is_word: A clinical word: it may stay where such words are expected.
        is_ambiguous: A word that is a term as well as a name: it may stay there beside a term that is no name.
    """

    letters: str
    kind: IdentifierKind
    joints: frozenset[int] = frozenset()
    is_short: bool = False
    is_word: bool = False
    is_ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class Spelled:
    """The keys of one part of a value.

    Attributes:
        needles: One of these stands in the squeezed form of every text that shows one of the keys.
        keys: The spellings.
        pieces: Parts and initials of the same name, which may be glued to one of the keys: QUILLFEATHERZEB, ZQUILLFEATHER.
    """

    needles: tuple[str, ...]
    keys: tuple[Key, ...]
    pieces: frozenset[str] = frozenset()


def name_parts(name: str) -> list[str]:
    """The parts of a PN value, or of one of its component groups, without titles and particles when something is left."""
    parts = _all_parts(name)
    return [part for part in parts if part.strip(".-'").casefold() not in PARTICLES_AND_TITLES] or parts


def _all_parts(name: str) -> list[str]:
    return [part for part in re.split(r"[=^\\,\s]+", name) if squeezed(part)]


def place_parts(place: str) -> list[str]:
    """A place as a whole and its lines, where these are long enough to say where."""
    parts = [place, *re.split(r"[,;\\\r\n^]+", place)]
    named = (part.strip() for part in parts if len(part.strip()) >= THRESHOLDS.place_word)
    return [part for part in named if part.casefold() not in CLINICAL_WORDS]


@functools.lru_cache(maxsize=4096)
def spelled_of(identifier: HeaderIdentifier) -> tuple[Spelled, ...]:
    """The keys of one value, part by part. Cached, since the instances of a series share most values."""
    kind, value = identifier.kind, identifier.value
    if kind is IdentifierKind.NAME:
        groups = [name_parts(group) for group in value.split("=")]
        pieces = frozenset(piece for part in _all_parts(value) for piece in _pieces(part))
        return tuple(_spelled(keys, pieces) for parts in groups for keys in _of_name(parts))
    if kind is IdentifierKind.DATE:
        return ()
    if kind is IdentifierKind.PLACE:
        return tuple(map(_spelled, _of_place(value)))
    keys = tuple(_of_id(value) if kind is IdentifierKind.ID else _of_phone(value))
    return (_spelled(keys),) if keys else ()


def is_term(word: str) -> bool:
    """Whether a word is clinical, whoever else may be called like it."""
    return is_known(word) or is_ambiguous(word) or word.casefold() in CLINICAL_WORDS


def is_spaceless(part: str) -> bool:
    """Whether a part is of a script that is written without spaces, and so has no word boundaries."""
    return any(ord(character) >= 0x2E80 for character in part)


def subscriber_number(phone: str) -> tuple[str, ...]:
    """The last digits of a telephone number; none where it has too few."""
    digits = re.sub(r"\D", "", plain(phone))
    return (digits[-THRESHOLDS.phone :],) if len(digits) >= THRESHOLDS.phone else ()


def _spelled(keys: Iterable[Key], pieces: frozenset[str] = frozenset()) -> Spelled:
    unique = tuple(dict.fromkeys(keys))
    return Spelled(_needles([key.letters for key in unique]), unique, pieces)


def _needles(spellings: list[str]) -> tuple[str, ...]:
    """What all spellings have in common, if it is long enough to be rare; else those that contain no other one."""
    if shared := common_part(spellings, THRESHOLDS.needle):
        return (shared,)
    return tuple(one for one in dict.fromkeys(spellings) if not any(other != one and other in one for other in spellings))


def _of_id(value: str) -> Iterator[Key]:
    letters = squeezed(value)
    spellings = [letters, *_with_other_zeros(letters)]
    if len(letters) > THRESHOLDS.without_check_letter:
        spellings += [letters[1:]] * letters[0].isalpha() + [letters[:-1]] * letters[-1].isalpha()
    spellings += (core for run in re.findall(r"\d+", letters) if len(core := run.lstrip("0")) >= THRESHOLDS.number_core)
    for spelling in spellings:
        if spelling:
            digits = sum(map(str.isdecimal, spelling))
            is_short = len(spelling) < THRESHOLDS.label_id or digits < THRESHOLDS.label_digits
            yield Key(spelling, IdentifierKind.ID, is_short=is_short)


def _with_other_zeros(letters: str) -> Iterator[str]:
    """An ID of letters and digits with fewer or more zeros between them: QX4471, QX004471."""
    found = re.fullmatch(r"([^\W\d_]+)(0*)([1-9]\d{2,})", letters)
    if found is not None:
        yield from (f"{found[1]}{'0' * zeros}{found[3]}" for zeros in range(THRESHOLDS.max_zeros + 1))


def _of_phone(value: str) -> Iterator[Key]:
    """The subscriber number, and what else stands before it where it is written without separators: area and country."""
    digits = re.sub(r"\D", "", plain(value))
    longest = min(len(digits), THRESHOLDS.longest_phone)
    yield from (Key(digits[-length:], IdentifierKind.PHONE) for length in range(THRESHOLDS.phone, longest + 1))


def _of_place(value: str) -> Iterator[list[Key]]:
    for part in place_parts(value):
        if spellings := spellings_of_name(part, widens=False):
            yield [Key(letters, IdentifierKind.PLACE) for letters in spellings]
    for word in re.findall(r"[^\W_]+", value):
        if len(word) >= THRESHOLDS.place_word and not (word.isdecimal() or is_term(word) or is_common_place(word)):
            is_short = len(word) < THRESHOLDS.label_place
            yield [Key(letters, IdentifierKind.PLACE, is_short=is_short) for letters in spellings_of_name(word, widens=False)]


_COMMON_PLACE = re.compile(
    r"HOSPITA\w*|CLINI\w*|KLINI\w*|KRANKENHAUS|UNIVERSI\w*|INSTITUT\w*|MEDI\w*|HEALTH\w*|RADIOLOG\w*|IMAGING|DEPARTMENT|PRAXIS"
    r"|PHILIPS|SIEMENS|TOSHIBA|CANON|HITACHI|FUJI\w*|SAMSUNG|AGFA|KODAK|CARESTREAM|HOLOGIC|MINDRAY|ESAOTE|SHIMADZU|VARIAN|ELEKTA"
    r"|MEMORIAL|NATIONAL|REGIONAL|COMMUNITY|DISTRICT|CENTRAL|INTERNATIONAL|CHILDREN\w*|WOMEN\w*|DIAGNOST\w*|ZENTRUM|RESEARCH|SCHOOL"
    r"|COLLEGE|FOUNDATION|PRACTICE|ASSOCIATES|SERVICES?|SYSTEMS?|GROUP|SPECIALISTS?|CANCER|ONCOLOG\w*|PHANTOM\w*|LABORATOR\w*"
    r"|CENT(?:ER|RE|RO)|ROYAL|GENERAL|COUNTY|CITY|STREET|ROAD|AVENUE|NORTH\w*|SOUTH\w*|EAST\w*|WEST\w*|SAINT|WARD|WING|UNIT|ROOM"
)
"""Words that the names of many institutions share, and makers of equipment: alone they say nothing."""


def is_common_place(word: str) -> bool:
    """Whether many institutions have a word in their name, or a maker of equipment is called so."""
    return _COMMON_PLACE.fullmatch(plain(word)) is not None


def _of_name(parts: list[str]) -> Iterator[list[Key]]:
    """The keys of each part of a name, of each half of a double one, and of two short ones together."""
    for part in parts:
        halves = [half for half in _HALVES.split(part) if squeezed(half)]
        if len(halves) > 1:
            yield list(_joined(halves))
            yield from (list(_lone_keys(half)) for half in _lone_halves(part, halves))
        elif keys := list(_lone_keys(part)):
            yield keys
    for first, second in permutations(parts, 2):
        if max(len(first), len(second)) <= _SHORT < len(first) + len(second):
            yield list(_joined([first, second]))
        if len(squeezed(first)) == _SHORT and (logins := list(_logins(first, squeezed(second)[:1]))):
            yield logins


_SHORT = 3
"""Parts of a name of so many letters hardly identify alone."""


def _logins(part: str, initial: str) -> Iterator[Key]:
    """A short part of a name with an initial glued to it."""
    for letters in spellings_of_name(part)[:2] if _counts_alone(part) else ():
        yield from (
            Key(login, IdentifierKind.NAME, is_short=True)
            for login in (initial + letters, letters + initial)
            if not is_term(login)
        )


def _pieces(part: str) -> Iterator[str]:
    halves = [half for half in _HALVES.split(part) if squeezed(half)]
    yield from (spelling[:length] for half in halves for spelling in spellings_of_name(half) for length in (1, None))


def _lone_halves(part: str, halves: list[str]) -> list[str]:
    """The halves of a double name that identify alone; of a name with an apostrophe only long ones."""
    shortest = THRESHOLDS.half if _APOSTROPHES.search(part) else 2
    return [half for half in halves if len(half) >= shortest and _counts_alone(half)]


_MAX_JOINED = 24


def _joined(parts: list[str]) -> Iterator[Key]:
    """The parts of a name one after another, with something between them or not."""
    spelled = [("", frozenset[int]())]
    for part in parts:
        spelled = [
            (before + letters, joints | {len(before)} - {0})
            for before, joints in spelled
            for letters in spellings_of_name(part)[: _MAX_JOINED // len(spelled) + 1]
        ][:_MAX_JOINED]
    for letters, joints in spelled:
        yield Key(letters, IdentifierKind.NAME, joints, len(letters) < THRESHOLDS.label_name and not is_spaceless(letters))


def _lone_keys(part: str) -> Iterator[Key]:
    """The spellings of a part of a name, if it identifies alone."""
    if not _counts_alone(part):
        return
    for number, letters in enumerate(spellings_of_name(part)):
        if len(letters) < 2 or (number and len(letters) < THRESHOLDS.other_spelling):
            continue
        is_short = len(letters) < THRESHOLDS.label_name and not is_spaceless(letters)
        is_word = letters.casefold() in CLINICAL_WORDS
        prefix = _PREFIX.match(letters)
        joints = frozenset((prefix.end(),) if prefix and not is_term(letters[prefix.end() :]) else ())
        yield Key(letters, IdentifierKind.NAME, joints, is_short, is_word, is_ambiguous(letters))


def _counts_alone(part: str) -> bool:
    bare = squeezed(part)
    if len(bare) == 2 and not is_spaceless(bare) and (is_known(bare) or is_ambiguous(bare)):
        return False
    return len(bare) >= 2 and part.strip(".-'").casefold() not in PARTICLES_AND_TITLES
