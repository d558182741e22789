"""Finds the header's identifiers in values that are no text: numbers that equal one, bytes that spell one."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable, Iterator

from ..phi.match_identifiers import IdentifierMatcher

_NUMBERS = {"FL": "f", "FD": "d", "SL": "i", "UL": "I", "SV": "q", "UV": "Q"}
"""VRs of numbers that are large enough for six digits -> their form in `struct`."""
_MAX_VALUES = 16
"""Longer lists are samples and indices, of which one equals any number of six digits sooner or later."""
_PRINTABLE = bytes([9, 10, 13, *range(0x20, 0x7F)])
_MIN_PRINTABLE = 0.85
_MARKUP = re.compile(r"<[^<>]{1,4096}>")
_IN_MARKUP = re.compile(r"(?<==\")[^\"<>]*(?=\")")
_NO_VALUES = re.compile(r"https?://|urn:", re.I)


class BinaryMatcher:
    """Matches binary values with the identifying values of one header.

    Args:
        matcher: Of the header.
    """

    def __init__(self, matcher: IdentifierMatcher) -> None:
        self._matcher = matcher
        self._packed: dict[tuple[str, bool], tuple[bytes, ...]] = {}

    def may_show(self, data: bytes, vr: str, *, is_little: bool) -> bool:
        """Whether a value may show an identifier. Cheap, since most values do not."""
        if len(data) < 4:
            return False
        packed = self._patterns(vr, is_little=is_little)
        return any(pattern in data for pattern in packed) or self._matcher.in_bytes.may_stand_in(data)

    def spans(self, data: bytes, vr: str, *, is_little: bool, is_free: bool = False) -> list[tuple[int, int]]:
        """Half-open ranges of bytes that equal or spell an identifier; they may overlap.

        Args:
            is_free: Nobody defines what it holds: where it reads as text, a name within a word is none.
        """
        spans, is_text = list(self._equal(data, vr, is_little=is_little)), reads_as_text(data)
        if is_text:
            text = data.decode("latin-1")  # UTF-8 within is one of the readings of a text.
            spans += self._matcher.spans(text, keeps_terms=True)
            spans += (date.span for date in self._matcher.dates(text))
        if is_text and is_free and b"\0" not in data.rstrip(b"\0"):
            return spans + self._matcher.in_bytes.foreign_spans(data)
        return spans + self._matcher.in_bytes.spans(data)

    def _patterns(self, vr: str, *, is_little: bool) -> tuple[bytes, ...]:
        """The identifiers as numbers of a VR."""
        form = _NUMBERS.get(vr)
        if form is None:
            return ()
        if (vr, is_little) not in self._packed:
            packed = (_pack(form, value, is_little=is_little) for value in self._matcher.in_numbers.values)
            self._packed[vr, is_little] = tuple(sorted(set(filter(None, packed))))
        return self._packed[vr, is_little]

    def _equal(self, data: bytes, vr: str, *, is_little: bool) -> Iterator[tuple[int, int]]:
        patterns = self._patterns(vr, is_little=is_little)
        if not patterns or not any(pattern in data for pattern in patterns):
            return
        width = len(patterns[0])
        if len(data) <= width * _MAX_VALUES:
            starts = range(0, len(data), width)
            yield from ((start, start + width) for start in starts if data[start : start + width] in patterns)


def _pack(form: str, value: int, *, is_little: bool) -> bytes:
    """A number in the form of `struct`; b"" for one that does not fit."""
    try:
        return struct.pack(("<" if is_little else ">") + form, value)
    except (struct.error, OverflowError):
        return b""


def without(data: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    """The data with zeros in half-open ranges of it, in text blanks. It stays as long as it is, since tables count on that."""
    blank = b" " if reads_as_text(data) else b"\0"
    cleaned = bytearray(data)
    for start, end in spans:
        cleaned[start:end] = blank * (end - start)
    return bytes(cleaned)


def reads_as_text(data: bytes) -> bool:
    """Whether nearly all bytes are characters of ASCII or of UTF-8, each perhaps with a zero beside it as in UTF-16."""
    shown = data.replace(b"\0", b"")
    if not shown:
        return False
    others = shown.translate(None, _PRINTABLE)
    if len(others) <= (1 - _MIN_PRINTABLE) * len(shown):
        return True
    try:
        text = data.rstrip(b"\0").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return sum(map(str.isprintable, text)) >= _MIN_PRINTABLE * len(text)


def clean_text_in(data: bytes, clean: Callable[[str], str]) -> bytes:
    """Bytes of unknown content: cleaned as free text if they read as one, otherwise as they are.

    Args:
        clean: Cleans a free text. The names of elements and attributes in XML are left out, and so are its namespaces.
    """
    if not reads_as_text(data):
        return data
    codec = _codec_of(data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return data
    padding = len(text) - len(text.rstrip("\0 "))
    body = text[: len(text) - padding]
    cleaned = _clean_between_markup(body, clean) if _MARKUP.search(body) else clean(body)
    return data if cleaned == body else (cleaned + text[len(text) - padding :]).encode(codec, "replace")


def _codec_of(data: bytes) -> str:
    if data.count(b"\0") * 4 > len(data) and not data.endswith(b"\0" * 4):
        return "utf-16-le" if data[1::2].count(b"\0") >= data[::2].count(b"\0") else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _clean_between_markup(text: str, clean: Callable[[str], str]) -> str:
    pieces, position = [], 0
    for markup in _MARKUP.finditer(text):
        pieces.append(_clean_piece(text[position : markup.start()], clean))
        pieces.append(_IN_MARKUP.sub(lambda value: _clean_piece(value.group(), clean), markup.group()))
        position = markup.end()
    pieces.append(_clean_piece(text[position:], clean))
    return "".join(pieces)


def _clean_piece(text: str, clean: Callable[[str], str]) -> str:
    return text if not text.strip() or _NO_VALUES.match(text) else clean(text)
