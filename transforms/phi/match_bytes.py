"""Finds the identifiers of a header in bytes that are no text: lookup tables, samples, comments of codestreams."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations
from math import log2

from ..core.instance import HeaderIdentifier, IdentifierKind
from .dates_in_text import digit_orders
from .header_keys import is_term, name_parts, spelled_of
from .spellings import common_part
from .transliterations import spellings_of_name


@dataclass(frozen=True)
class ByteThresholds:
    """When a spelling in bytes is no coincidence.

    A needle of n bits hits by chance at one place of random bytes with a probability of 2 to the minus n: a letter has 7 bits,
    since its case does not matter, every other byte 8. In 100 MB with 60 needles a needle must have 46 bits, as 7 letters or 6
    digits have; in a lookup table of 64 KiB 36 are enough.

    Attributes:
        chance_bits: Of the chance of one hit in all of the data, as a power of two: 1 in 10,000.
        min_bits: The shortest needle for data of any length: 4 letters.
        frame_bits: The shortest needle for encoded Frames, of which a run reads very many: 6 letters.
        min_distinct: A needle has so many different bytes, and no ramp of a table consists of it.
        max_gap: Bytes between two characters: three zeros in UTF-32, a separator, a line's end.
        shared_bits: What all spellings of a name share is searched for first, if it is as rare as this.
    """

    chance_bits: float = 13.3
    min_bits: int = 28
    frame_bits: int = 42
    min_distinct: int = 3
    max_gap: int = 8
    shared_bits: int = 21


THRESHOLDS = ByteThresholds()
_CODECS = (
    *("utf-8", "utf-16-le", "utf-16-be", "latin-1", "cp1252", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6"),
    *(
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-15",
        "iso8859-16",
        "cp1250",
        "cp1251",
        "cp1253",
        "cp1254",
        "koi8-r",
        "cp437",
    ),
    *("cp850", "cp852", "cp866", "mac-roman", "shift_jis", "euc-jp", "iso2022_jp", "gb18030", "big5", "euc-kr", "tis-620"),
)
"""DICOM's character sets and those of common systems. Letters of ASCII are the same in all of them."""
_WIDE_CODECS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr")
_UPPER = bytes.maketrans(bytes(range(97, 123)), bytes(range(65, 91)))
_SEPARATORS = bytes(code for code in range(128) if not chr(code).isalnum())
_NO_CHARACTERS = bytes(code for code in range(256) if code >= 0x80 or not chr(code).isalnum())
_PLAIN_TEXT = bytes([9, 10, 12, 13, *range(0x20, 0x7F)])
_MIN_CHARACTERS = 4
_LETTERS = re.compile(rb"[A-Za-z]{0,64}")


@dataclass(frozen=True, slots=True)
class _Group:
    """The spellings of one part of a value, as squeezed bytes -> their bits; all of them contain `shared`."""

    shared: bytes
    bits: dict[bytes, int]


class ByteMatcher:
    """Matches bytes with the identifying values of one header.

    Case, separators, zero bytes of UTF-16 and UTF-32 and accents do not matter, nor does the character set.

    Args:
        identifiers: The values.
    """

    def __init__(self, identifiers: Iterable[HeaderIdentifier]) -> None:
        self._identifiers = tuple(dict.fromkeys(identifiers))

    @cached_property
    def _groups(self) -> tuple[_Group, ...]:
        return tuple(group for identifier in self._identifiers for group in _groups_of(identifier))

    @cached_property
    def _wide(self) -> dict[bytes, int]:
        """Names in character sets of several bytes a character, as they are in the data -> their bits."""
        names = (identifier.value for identifier in self._identifiers if identifier.kind is IdentifierKind.NAME)
        return {needle: _bits(needle.replace(b"\0", b"")) for name in names for needle in _wide_needles(name)}

    @cached_property
    def _extra_bits(self) -> float:
        return log2(sum(len(group.bits) for group in self._groups) + len(self._wide) or 1) + THRESHOLDS.chance_bits

    def may_stand_in(self, data: bytes) -> bool:
        """Whether there are enough characters in a few bytes to spell a value. Cheap, since most values are numbers."""
        return len(data) >= _MIN_CHARACTERS and (
            self._has_foreign or len(data.translate(None, _NO_CHARACTERS)) >= _MIN_CHARACTERS
        )

    @cached_property
    def _has_foreign(self) -> bool:
        return any(not needle.isascii() for group in self._groups for needle in group.bits)

    def stand_in_frames(self, data: bytes, all_bytes: int) -> bool:
        """Whether one of the values stands in encoded Frames.

        Args:
            data: All of them, or a piece.
            all_bytes: Of how many bytes it is a piece: the more there are, the longer is what stands there by chance.
        """
        return any(True for _ in self._found(data, THRESHOLDS.frame_bits, all_bytes=all_bytes))

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Half-open ranges of bytes that spell a value; they may overlap."""
        return list(self._found(data))

    def foreign_spans(self, data: bytes) -> list[tuple[int, int]]:
        """The same for the bytes of a text, whose letters of ASCII were looked at as text."""
        is_plain = not data.translate(None, _PLAIN_TEXT)
        return [] if is_plain else list(self._found(data, only_foreign=True))

    def _found(
        self, data: bytes, min_bits: float = THRESHOLDS.min_bits, *, only_foreign: bool = False, all_bytes: int = 0
    ) -> Iterator[tuple[int, int]]:
        short = data.translate(_UPPER, _SEPARATORS)
        min_bits = max(min_bits, log2(all_bytes or len(data) or 1) + self._extra_bits)
        for group in self._groups:
            if group.shared in short:
                for needle, bits in group.bits.items():
                    if bits >= min_bits and needle in short and not (only_foreign and needle.isascii()):
                        yield from _places(data, needle)
        for needle, bits in self._wide.items():
            if bits >= min_bits and needle in data:
                yield from (found.span() for found in re.finditer(re.escape(needle), data))


def _places(data: bytes, needle: bytes) -> Iterator[tuple[int, int]]:
    """Where a needle stands in the data, with no more than the usual bytes between its characters, and in no clinical term."""
    for found in _pattern(needle).finditer(data):
        start, end = found.span()
        before = _LETTERS.match(data[max(start - 64, 0) : start][::-1])
        after = _LETTERS.match(data, end)
        word = (before.group()[::-1] if before else b"") + found.group() + (after.group() if after else b"")
        if len(word) == end - start or not (word.isalpha() and is_term(word.decode("latin-1"))):
            yield start, end


@functools.lru_cache(maxsize=1024)
def _pattern(needle: bytes) -> re.Pattern[bytes]:
    between = b"[" + re.escape(_SEPARATORS) + b"]{0,%d}+" % THRESHOLDS.max_gap
    characters = (bytes([code]) for code in needle)
    return re.compile(
        between.join(b"[%s%s]" % (char, char.lower()) if char.isalpha() else re.escape(char) for char in characters)
    )


def _bits(needle: bytes) -> int:
    """The information of a needle in bits; 0 where its bytes are too much alike, as runs and ramps in data are."""
    steps = {after - before for before, after in pairwise(needle)}
    if len(set(needle)) < THRESHOLDS.min_distinct or len(steps) < 2:
        return 0
    return sum(7 if code < 0x80 and chr(code).isalpha() else 8 for code in needle)


@functools.lru_cache(maxsize=1024)
def _groups_of(identifier: HeaderIdentifier) -> tuple[_Group, ...]:
    """The spellings of a value in all character sets, those of a part of a name together."""
    groups = (_group(needles) for needles in _needles_of(identifier))
    return tuple(group for group in groups if group.bits)


def _group(needles: Iterable[bytes]) -> _Group:
    bits = {needle: bits for needle in dict.fromkeys(needles) if (bits := _bits(needle)) >= THRESHOLDS.min_bits}
    shared = common_part([needle.decode("latin-1") for needle in bits], 1).encode("latin-1") if bits else b""
    return _Group(shared if _bits(shared) >= THRESHOLDS.shared_bits else b"", bits)


def _needles_of(identifier: HeaderIdentifier) -> Iterator[list[bytes]]:
    if identifier.kind is IdentifierKind.DATE:
        yield from ([digits.encode()] for digits in digit_orders(identifier.value[:8]) if len(digits) == 8)
        return
    for spelled in spelled_of(identifier):
        yield [key.letters.encode() for key in spelled.keys if key.letters.isascii() and not (key.is_short or key.is_word)]
    if identifier.kind is IdentifierKind.NAME:
        for group in identifier.value.split("="):
            parts = name_parts(group)
            yield from ([*_encoded(part)] for part in _foreign_parts(group))
            for one, other in permutations(parts, 2):
                yield [*_together(one, other)]


def _together(first: str, second: str) -> Iterator[bytes]:
    """Two parts of a name one after another, for data in which one of them would be too short."""
    for one in spellings_of_name(first)[:2]:
        yield from ((one + other).encode() for other in spellings_of_name(second)[:2] if (one + other).isascii())
    if not (first + second).isascii():
        yield from _encoded(first + second)


def _foreign_parts(group: str) -> Iterator[str]:
    """The parts of a name with letters beyond ASCII, and the halves of double ones."""
    for part in name_parts(group):
        for half in dict.fromkeys((part, *re.split(r"[-‐‑'’]", part))):
            if not half.isascii() and not is_term(half):
                yield half


def _encoded(text: str) -> Iterator[bytes]:
    """A text with letters beyond ASCII in every character set that can express it, without the signs of ASCII."""
    for spelling in _cases(text):
        for codec in _CODECS:
            try:
                yield spelling.encode(codec).translate(_UPPER, _SEPARATORS)
            except UnicodeEncodeError:
                continue


@functools.lru_cache(maxsize=1024)
def _wide_needles(name: str) -> tuple[bytes, ...]:
    """A name in the character sets in which a character has several bytes, of which squeezing would leave too few."""
    groups = [group for group in name.split("=") if not group.isascii()]
    texts = [text for group in groups for text in (*_foreign_parts(group), *_whole(group))]
    return tuple(dict.fromkeys(data for text in texts for spelling in _cases(text) for data in _in_wide_codecs(spelling)))


def _whole(group: str) -> Iterator[str]:
    parts = name_parts(group)[:2]
    yield from (between.join(parts) for between in ("", "^", " ") if len(parts) > 1)


def _in_wide_codecs(text: str) -> Iterator[bytes]:
    for codec in _WIDE_CODECS:
        try:
            encoded = text.encode(codec)
        except UnicodeEncodeError:
            continue
        if len(encoded) >= 2 * len(text):
            yield encoded


def _cases(text: str) -> list[str]:
    """A text composed, decomposed and without accents, in capitals, in small letters and as it is."""
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    forms = (composed, decomposed, "".join(char for char in decomposed if not unicodedata.combining(char)))
    return list(dict.fromkeys(case for form in forms for case in (form, form.upper(), form.lower(), form.title())))
