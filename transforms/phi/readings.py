"""The ways to read a text that does not stand as it was meant: with escapes, or in another character set.

Each reading knows for every character of it which characters of the text it comes from, so that what is found in a reading can
be removed from the text.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple


class Reading(NamedTuple):
    """A text as it may have been meant.

    Attributes:
        text: The reading.
        starts: For each of its characters, where in the original begins what it comes from.
        ends: Where that ends (half-open).
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A half-open range of the reading, not empty, as one of the original."""
        return self.starts[start], self.ends[end - 1]


def may_be_encoded(text: str) -> bool:
    """Whether a text may have other readings. Cheap, since most texts have none."""
    if not text.isascii() or "\0" in text:
        return True
    return ("%" in text or "=" in text or "&" in text or "\\" in text) and _MAY_BE_ESCAPE.search(text) is not None


_MAY_BE_ESCAPE = re.compile(r"[%=][0-9A-Fa-f\r\nu]|&[#A-Za-z]|\\[ux0-3nrtfvb\"'/\\ ]")


def readings_of(text: str) -> Iterator[Reading]:
    """The readings of a text other than the text itself; none for most texts."""
    as_it_is = Reading(text, range(len(text)), range(1, len(text) + 1))
    if "\0" in text:
        yield from _as_utf16(as_it_is)
    decoded = as_it_is
    for _ in range(_MAX_NESTING):  # An escape can be escaped again.
        decoded, before = _decoded(decoded), decoded
        if decoded is before:
            break
        yield decoded


_MAX_NESTING = 3


def _bytes(sign: str) -> str:
    """Bytes as two hexadecimal digits behind a sign, those of one character of UTF-8 at once."""
    more = rf"{sign}[89ABab][0-9A-Fa-f]"
    return (
        rf"{sign}[CDcd][0-9A-Fa-f]{more}|{sign}[Ee][0-9A-Fa-f](?:{more}){{2}}|{sign}[Ff][0-4](?:{more}){{3}}"
        rf"|{sign}[0-9A-Fa-f]{{2}}"
    )


_HEX, _RTF = _bytes(r"\\x"), _bytes(r"\\'")
_ESCAPE = re.compile(
    rf"%u(?P<percent>[0-9A-Fa-f]{{4}})|(?P<url>{_bytes('%')})"
    rf"|=\r?\n|(?P<quoted>{_bytes('=')})"
    r"|&#(?P<decimal>[0-9]{1,7});?|&#[xX](?P<hex>[0-9A-Fa-f]{1,6});?|(?P<entity>&[A-Za-z][A-Za-z0-9]{1,31};)"
    rf"|\\u\{{?(?P<unicode>[0-9A-Fa-f]{{4}})\}}?|(?P<hexes>{_HEX})|(?P<rtf>{_RTF})"
    r"|\\(?P<octal>[0-3][0-7]{2})|\\(?P<blank>[nrtfvb])|\\(?P<sign>[\"'/\\ ])"
)
"""URL, quoted-printable, HTML and XML, JSON and the languages of programs, RTF."""
_SIGNS = ("%", "=", "&", "\\")
"""What every escape begins with."""

_BYTE_OF = {
    **{bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)},
    **{chr(code): code for code in range(0x80, 0x100)},
}
"""The characters that a byte from 0x80 becomes where UTF-8 is taken for Latin-1 or for its extension by Windows."""


def _class(first: int, last: int) -> str:
    return "[" + "".join(re.escape(char) for char, code in _BYTE_OF.items() if first <= code <= last) + "]"


_MORE = _class(0x80, 0xBF)
_MISTAKEN_UTF8 = re.compile(f"{_class(0xC2, 0xDF)}{_MORE}|{_class(0xE0, 0xEF)}{_MORE}{{2}}|{_class(0xF0, 0xF4)}{_MORE}{{3}}")


def _decoded(reading: Reading) -> Reading:
    """The reading with its escapes, and UTF-8 that was taken for Latin-1, decoded; the same object where there are none."""
    if any(sign in reading.text for sign in _SIGNS) and _ESCAPE.search(reading.text):
        reading = _substituted(reading, _ESCAPE, _unescaped)
    if not reading.text.isascii() and _MISTAKEN_UTF8.search(reading.text):
        reading = _substituted(reading, _MISTAKEN_UTF8, _once_mistaken)
    return reading


@functools.lru_cache(maxsize=4096)
def _unescaped(escape: str) -> str:
    found = _ESCAPE.fullmatch(escape)
    group = found.lastgroup if found is not None else None
    if found is None or group is None:
        return ""
    if group in ("url", "quoted", "hexes", "rtf"):
        return _as_utf8(bytes.fromhex(re.sub(r"[%=]|\\[x']", "", escape)))
    if group in _BASES:
        return _char(int(found[group], _BASES[group]))
    if group == "entity":
        return html.unescape(escape)
    return " " if group == "blank" else found[group]


_BASES = {"percent": 16, "hex": 16, "unicode": 16, "decimal": 10, "octal": 8}


def _char(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else ""


@functools.lru_cache(maxsize=4096)
def _once_mistaken(text: str) -> str:
    return _as_utf8(bytes(map(_BYTE_OF.__getitem__, text)))


def _as_utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _substituted(reading: Reading, pattern: re.Pattern[str], replace: Callable[[str], str]) -> Reading:
    """The reading with each match of a pattern replaced."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for found in pattern.finditer(reading.text):
        start, end = found.span()
        text = replace(found.group())
        parts += (reading.text[position:start], text)
        starts += reading.starts[position:start]
        ends += reading.ends[position:start]
        starts += [reading.starts[start]] * len(text)
        ends += [reading.ends[end - 1]] * len(text)
        position = end
    parts.append(reading.text[position:])
    starts += reading.starts[position:]
    ends += reading.ends[position:]
    return Reading("".join(parts), starts, ends)


def _as_utf16(reading: Reading) -> Iterator[Reading]:
    """Two characters as one: bytes of UTF-16 in either order, from the first or from the second byte on."""
    text = reading.text
    if max(map(ord, text)) > 0xFF or text.count("\0") * 4 < len(text):
        return
    for first, high, low in ((0, 1, 0), (0, 0, 1), (1, 1, 0)):
        pairs = range(first, len(text) - 1, 2)
        letters = (chr(ord(text[index + high]) << 8 | ord(text[index + low])) for index in pairs)
        yield Reading("".join(letters).replace("\ufeff", " "), pairs, [index + 2 for index in pairs])
